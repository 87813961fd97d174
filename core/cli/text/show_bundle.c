#include "core/cli/text/show_bundle.h"

#include "core/case/json_write.h"
#include "core/cli/text/visible.h"

#define NAME_COLUMNS 18u

static void add_name(struct buffer *out, const char *name)
{
    struct text text = text_from(name);
    buffer_add(out, text);
    for (size_t i = text.size; i < NAME_COLUMNS; i++)
        buffer_add_byte(out, ' ');
}

static void add_count(struct buffer *out, uint64_t count, const char *one, const char *many)
{
    buffer_add_unsigned(out, count);
    buffer_add_byte(out, ' ');
    buffer_add_string(out, count == 1 ? one : many);
}

static void add_amount(struct buffer *out, const struct bundle_result *result)
{
    if (result->part->kind == BUNDLE_FILE)
        add_count(out, result->bytes, "byte", "bytes");
    else if (result->part->kind == BUNDLE_FILES)
        add_count(out, result->rows, "file", "files");
    else
        add_count(out, result->rows, "row", "rows");
}

void show_bundle_part(struct buffer *out, const struct bundle_result *result)
{
    add_name(out, result->part->name);
    if (result->outcome == BUNDLE_UNAVAILABLE) {
        buffer_add_string(out, "not to be had: ");
    } else {
        if (result->started)
            add_amount(out, result);
        if (result->lost) {
            buffer_add_string(out, ", ");
            buffer_add_unsigned(out, result->lost);
            buffer_add_string(out, " lost");
        }
        if (result->reason.size)
            buffer_add_string(out, result->started ? "; " : "");
        else if (result->outcome == BUNDLE_CANCELLED)
            buffer_add_string(out, "; cancelled");
    }
    visible_add(out, result->reason);
    buffer_add_byte(out, '\n');
}

void show_bundle_end(struct buffer *out, const struct bundle_tally *tally,
                     const struct manifest_made *manifest)
{
    buffer_add(out, buffer_text(&tally->folder));
    buffer_add_string(out, ": ");
    for (int i = 0; i < BUNDLE_OUTCOMES; i++) {
        if (i)
            buffer_add_string(out, ", ");
        buffer_add_unsigned(out, tally->parts[i]);
        buffer_add_byte(out, ' ');
        buffer_add_string(out, bundle_outcome_word((enum bundle_outcome)i));
    }
    buffer_add_byte(out, '\n');
    if (!manifest)
        return;
    buffer_add_string(out, MANIFEST_NAME ": ");
    add_count(out, manifest->files, "file", "files");
    buffer_add_string(out, ", SHA-256 ");
    buffer_add(out, buffer_text(&manifest->sha256));
    buffer_add_byte(out, '\n');
}

void show_bundle_end_json(struct buffer *out, const struct bundle_tally *tally,
                          const struct manifest_made *manifest)
{
    struct json_writer json;
    json_begin(&json, out);
    json_open_object(&json, NULL);
    json_open_object(&json, "stakeout");
    json_open_object(&json, "evidence");
    json_text(&json, "folder", buffer_text(&tally->folder));
    for (int i = 0; i < BUNDLE_OUTCOMES; i++)
        json_unsigned(&json, bundle_outcome_word((enum bundle_outcome)i), tally->parts[i]);
    json_close_object(&json);
    if (manifest) {
        json_open_object(&json, "manifest");
        json_unsigned(&json, "files", manifest->files);
        json_unsigned(&json, "unread", manifest->unread);
        json_text(&json, "sha256", buffer_text(&manifest->sha256));
        json_close_object(&json);
    }
    json_close_object(&json);
    json_close_object(&json);
    buffer_add_byte(out, '\n');
}

void show_bundle_names(struct buffer *out, const struct bundle_part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i].kind == BUNDLE_NEVER)
            continue;
        buffer_add_string(out, "  ");
        add_name(out, parts[i].name);
        buffer_add_string(out, parts[i].source);
        buffer_add_byte(out, '\n');
    }
}
