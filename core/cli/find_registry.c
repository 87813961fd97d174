/* find registry: what the registry holds of a term. */
#include "core/case/ecs_registry.h"
#include "core/cli/cancel.h"
#include "core/cli/find.h"
#include "core/cli/text/visible.h"
#include "core/windows/registry/registry_walk.h"

#define OUTPUT_CEILING ((size_t)1 << 26)
#define SHOWN_MOST 200

struct finding_out {
    const struct arguments *arguments;
    struct registry_search search;
    struct buffer line;
    struct buffer shown;
    uint64_t found;
    enum status status; /* of searching */
    bool lost;          /* nobody reads any more */
};

static void add_line(struct finding_out *out, const struct registry_finding *finding)
{
    const struct registry_value *value = finding->value;
    struct buffer *line = &out->line;

    visible_add(line, finding->key->path);
    if (value) {
        buffer_add_string(line, " : ");
        if (value->name.size)
            visible_add(line, value->name);
        else
            buffer_add_string(line, "(default)");
        buffer_add_string(line, " = ");
        buffer_clear(&out->shown);
        if (finding->where == REGISTRY_DATA)
            buffer_add(&out->shown, finding->around);
        else
            registry_add_data(&out->shown, value, SHOWN_MOST);
        visible_add(line, buffer_text(&out->shown));
    }
    if (registry_name_hidden(finding->key->path) || (value && registry_name_hidden(value->name)))
        buffer_add_string(line, " [hidden from Win32: NUL in a name]");
    if (finding->key->autorun)
        buffer_add_string(line, " [autorun]");
    if (finding->key->view32)
        buffer_add_string(line, " [32-bit view]");
}

/* Prints it at once; false ends the walk. */
static bool hand_on(struct finding_out *out, enum status status,
                    const struct registry_finding *finding)
{
    if (status != ST_OK) {
        out->status = status;
        return false;
    }
    if (finding->where == REGISTRY_NOWHERE)
        return true;
    buffer_clear(&out->line);
    if (out->arguments->json)
        ecs_add_registry(&out->line, finding);
    else
        add_line(out, finding);
    buffer_add_byte(&out->line, '\n');
    out->status = out->line.failed != ST_OK ? out->line.failed : out->shown.failed;
    if (out->status != ST_OK)
        return false;
    out->lost = !console_write(buffer_text(&out->line));
    out->found++;
    return !out->lost && out->found != out->arguments->limit;
}

static bool on_key(void *context, const struct registry_key *key)
{
    struct finding_out *out = context;
    struct registry_finding finding = {0};

    return hand_on(out, registry_search_key(&out->search, key, &finding), &finding);
}

static bool on_value(void *context, const struct registry_key *key,
                     const struct registry_value *value)
{
    struct finding_out *out = context;
    struct registry_finding finding = {0};

    return hand_on(out, registry_search_value(&out->search, key, value, &finding), &finding);
}

static void add_count(struct buffer *line, uint64_t count, const char *what)
{
    if (!count)
        return;
    buffer_add_string(line, "; ");
    buffer_add_unsigned(line, count);
    buffer_add_string(line, what);
}

static void say_counts(const struct registry_counts *counts)
{
    struct buffer line;

    buffer_init(&line, 1024);
    buffer_add_string(&line, "keys: ");
    buffer_add_unsigned(&line, counts->keys);
    buffer_add_string(&line, ", values: ");
    buffer_add_unsigned(&line, counts->values);
    add_count(&line, counts->hidden, " with a NUL in the name, hidden from Win32 programs");
    add_count(&line, counts->denied, " could not be read: access denied");
    add_count(&line, counts->failed, " could not be read for another reason");
    add_count(&line, counts->too_large, " too large or too deep");
    SAY(buffer_text(&line));
    buffer_done(&line);
}

static enum exit_status search_all(struct finding_out *out)
{
    const struct registry_visitor visitor = {.key = on_key, .value = on_value, .context = out};
    struct progress progress = {.cancel = cancel_on_control()};
    struct registry_counts counts;
    struct failure failure = {.status =
                                  registry_walk(NULL, text_of(""), &visitor, &progress, &counts)};

    if (out->lost)
        return console_lost();
    if (cancel_said())
        return EXIT_TROUBLE;
    if (out->status != ST_OK)
        failure.status = out->status;
    if (failure.status != ST_OK)
        return say_failure(failure.status == ST_TOO_SLOW ? text_of("the pattern is too slow")
                                                         : text_of("can't search the registry"),
                           &failure);
    say_counts(&counts);
    return out->found ? EXIT_FOUND : EXIT_NOTHING;
}

enum exit_status find_registry(const struct arguments *arguments, const struct term *term)
{
    struct finding_out out = {.arguments = arguments};
    enum exit_status result;

    registry_search_init(&out.search, term);
    buffer_init(&out.line, OUTPUT_CEILING);
    buffer_init(&out.shown, OUTPUT_CEILING);
    result = search_all(&out);
    registry_search_done(&out.search);
    buffer_done(&out.line);
    buffer_done(&out.shown);
    return result;
}
