/* The file of a process's image. */
#include "core/cli/text/show.h"
#include "core/cli/text/visible.h"
#include "core/judge/image_age.h"
#include "core/judge/signature.h"
#include "core/judge/zone_mark.h"

static void add_line(struct buffer *out, const char *title, const char *words)
{
    show_title(out, title);
    buffer_add_string(out, words);
    buffer_add_byte(out, '\n');
}

static void add_text(struct buffer *out, const char *title, struct text value)
{
    if (!value.size)
        return;
    show_title(out, title);
    visible_add(out, value);
    buffer_add_byte(out, '\n');
}

static void add_moment(struct buffer *out, const char *title, moment when)
{
    show_title(out, title);
    show_moment(out, when, true);
    if (when)
        buffer_add_string(out, " UTC");
    buffer_add_byte(out, '\n');
}

/* Whether there is a value; if not, and it was asked for, the reason. */
static bool known(struct buffer *out, const char *title, const struct file_reason *reason)
{
    if (reason->state == READ_OK)
        return true;
    if (reason->state == READ_NOT_YET)
        return false;
    show_title(out, title);
    buffer_add_byte(out, '(');
    file_reason_add(out, reason);
    buffer_add_string(out, ")\n");
    return false;
}

static void add_times(struct buffer *out, const struct image_file *times)
{
    const struct file_reason reason = file_reason_of_times(times);

    if (!known(out, "file", &reason))
        return;
    show_title(out, "file size");
    buffer_add_unsigned(out, times->size);
    buffer_add_byte(out, '\n');
    add_moment(out, "file created", times->created);
    add_moment(out, "file modified", times->modified);
    add_moment(out, "file changed", times->changed);
    add_moment(out, "file accessed", times->accessed);
}

static void add_verdicts(struct buffer *out, const struct image_file *times, moment start,
                         moment now)
{
    unsigned signs = image_age_signs(start, now, times);
    const char *title = "verdict";

    if (times->state != READ_OK && times->state != READ_GONE)
        return;
    for (int age = 0; age < IMAGE_COUNT; age++) {
        if (!(signs >> age & 1u))
            continue;
        add_line(out, title, image_age_phrase((enum image_age)age));
        title = "";
    }
}

static void add_hashes(struct buffer *out, const struct file_facts *file)
{
    for (int kind = 0; kind < HASH_KINDS; kind++) {
        if (!known(out, file_hash_name((enum hash_kind)kind), &file->hashes[kind].read))
            continue;
        show_title(out, file_hash_name((enum hash_kind)kind));
        file_hash_add(out, (enum hash_kind)kind, &file->hashes[kind]);
        buffer_add_byte(out, '\n');
    }
    if (file->changed_meanwhile)
        add_line(out, "", "(it was written to while it was read)");
}

static void add_version(struct buffer *out, const struct file_version *version)
{
    if (!known(out, "version", &version->read))
        return;
    if (!version->present)
        add_line(out, "version", "none in the file");
    add_text(out, "description", version->description);
    add_text(out, "product", version->product);
    add_text(out, "company", version->company);
    add_text(out, "version", version->file_version);
    add_text(out, "original name", version->original_name);
}

static void add_signature(struct buffer *out, const struct file_signature *signature)
{
    if (signature->read.state == READ_NOT_YET)
        return;
    show_title(out, "signature");
    if (signature->read.state != READ_OK) {
        buffer_add_string(out, "could not be checked: ");
        file_reason_add(out, &signature->read);
        buffer_add_byte(out, '\n');
        return;
    }
    buffer_add_string(out, signature_phrase(signature->verdict));
    if (signature->place != SIGNED_NOWHERE) {
        buffer_add_string(out, " (");
        buffer_add_string(out, signature_place_word(signature->place));
        buffer_add_byte(out, ')');
    }
    buffer_add_byte(out, '\n');
    add_text(out, "signer", signature->signer);
    add_text(out, "issuer", signature->issuer);
    if (signature->timestamp)
        add_moment(out, "signed at", signature->timestamp);
    add_text(out, "catalog", signature->catalog);
}

static void add_zone(struct buffer *out, const struct file_zone *zone)
{
    if (!known(out, "came from", &zone->read))
        return;
    show_title(out, "came from");
    if (!zone->marked) {
        buffer_add_string(out, "no mark\n");
        return;
    }
    if (!zone->has_zone) {
        buffer_add_string(out, "a mark that names no zone");
    } else {
        buffer_add_string(out, zone_name(zone->zone));
        buffer_add_string(out, zone_name(zone->zone)[0] ? " (zone " : "(zone ");
        buffer_add_unsigned(out, zone->zone);
        buffer_add_byte(out, ')');
    }
    buffer_add_byte(out, '\n');
    add_text(out, "  from", zone->host);
    add_text(out, "  linked by", zone->referrer);
}

void show_file(struct buffer *out, const struct file_facts *file, moment start, moment now)
{
    if (file->in_stream)
        add_line(out, "stream", "the program lies in an alternate data stream");
    add_times(out, &file->times);
    add_verdicts(out, &file->times, start, now);
    if (file->times.state != READ_OK) /* the other reasons are the same one */
        return;
    add_hashes(out, file);
    add_version(out, &file->version);
    add_signature(out, &file->signature);
    add_zone(out, &file->zone);
}
