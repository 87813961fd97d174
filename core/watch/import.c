#include "core/watch/import.h"

#include "core/base/memory.h"
#include "core/watch/decode.h"
#include "core/watch/import_result.h"

#include <string.h>

#define DECODED_MOST ((size_t)2 << 30)
#define SNIFF_MOST 65536

struct import_result {
    struct found found;
};

static char first_sign(struct text input, size_t *at)
{
    for (*at = 0; *at < input.size; (*at)++)
        if (!strchr(" \t\r\n", input.bytes[*at]) || !input.bytes[*at])
            return input.bytes[*at];
    return 0;
}

/* '{' and '[' begin JSON only where what follows could: "[www].example.com" and registry keys do
 * not. */
static bool looks_json(struct text input)
{
    size_t at;
    size_t next;
    char c = first_sign(input, &at);
    char second;

    if (c != '{' && c != '[')
        return false;
    second = first_sign(text_slice(input, at + 1, input.size - at - 1), &next);
    if (c == '{')
        return second == '"' || second == '}';
    return second == '{' || second == '"';
}

static bool looks_openioc(struct text input)
{
    size_t at;
    struct text head = text_slice(input, 0, input.size < SNIFF_MOST ? input.size : SNIFF_MOST);
    bool tag = first_sign(input, &at) == '<';
    struct text begin = text_slice(head, tag ? at : 0, tag && at < head.size ? head.size - at : 0);

    /* A web page about it is none. */
    return tag && !text_starts_nocase(begin, text_of("<!doctype html")) &&
           !text_starts_nocase(begin, text_of("<html")) &&
           (text_find(head, text_of("schemas.mandiant.com")) != SIZE_MAX ||
            text_find(head, text_of("IndicatorItem")) != SIZE_MAX ||
            text_find(head, text_of("<OpenIOC")) != SIZE_MAX);
}

static enum status read_all(struct found *found, struct text input, struct buffer *problem)
{
    enum import_format format;

    if (looks_json(input))
        return import_json(found, input, problem);
    if (looks_openioc(input)) {
        found_set_format(found, FORMAT_OPENIOC);
        return import_openioc(found, input, problem);
    }
    format = import_sniff_lines(input);
    found_set_format(found, format);
    switch (format) {
    case FORMAT_CSV:
        return import_csv(found, input);
    case FORMAT_SURICATA:
        return import_suricata(found, input);
    case FORMAT_PROSE:
        return import_prose(found, input, 1);
    default:
        return import_lines(found, input, format);
    }
}

static void say_problem(struct buffer *problem, struct text file, struct text what,
                        enum status status)
{
    if (!problem)
        return;
    if (file.size) {
        buffer_add(problem, file);
        buffer_add_string(problem, what.size && text_starts(what, text_of("line ")) ? ", " : ": ");
    }
    if (what.size)
        buffer_add(problem, what);
    else
        buffer_add_string(problem, status_phrase(status));
}

enum status import_text(struct text input, struct text file, const struct import_context *context,
                        struct import_result **result, struct buffer *problem)
{
    struct import_result *made = memory_take(sizeof *made);
    struct buffer decoded;
    struct buffer what;
    struct text text;
    enum status status;

    if (!made)
        return ST_NO_MEMORY;
    buffer_init(&decoded, DECODED_MOST);
    buffer_init(&what, 1024);
    status = found_init(&made->found, file, context);
    if (status == ST_OK)
        status = decode_text(input, &decoded, &text);
    if (status == ST_OK)
        status = read_all(&made->found, text, &what);
    if (status == ST_OK) {
        found_finish(&made->found);
        *result = made;
    } else {
        say_problem(problem, file, buffer_text(&what), status);
        import_free(made);
    }
    buffer_done(&what);
    buffer_done(&decoded);
    return status;
}

void import_free(struct import_result *result)
{
    if (!result)
        return;
    found_done(&result->found);
    memory_give(result);
}

enum import_format import_format_of(const struct import_result *result)
{
    return result->found.format;
}

const char *import_format_name(enum import_format format)
{
    static const char *const names[FORMAT_COUNT] = {
        [FORMAT_PROSE] = "running text",    [FORMAT_LIST] = "list, one a line",
        [FORMAT_HOSTS] = "hosts file",      [FORMAT_DNSMASQ] = "dnsmasq rules",
        [FORMAT_ADBLOCK] = "adblock rules", [FORMAT_RPZ] = "response policy zone",
        [FORMAT_CSV] = "CSV table",         [FORMAT_SURICATA] = "Suricata rules",
        [FORMAT_MISP] = "MISP event",       [FORMAT_STIX] = "STIX bundle",
        [FORMAT_OPENIOC] = "OpenIOC",       [FORMAT_OTX] = "OTX pulse",
        [FORMAT_JSON_LINES] = "JSON",
    };

    return (unsigned)format < FORMAT_COUNT ? names[format] : "";
}

size_t import_count(const struct import_result *result)
{
    return result->found.count;
}

const struct finding *import_finding(const struct import_result *result, size_t number)
{
    return &result->found.findings[number];
}

size_t import_skipped(const struct import_result *result)
{
    return result->found.skipped;
}

enum status import_take(const struct import_result *result, const bool *ticked,
                        struct watchlist_builder *builder)
{
    enum status status = ST_OK;

    for (size_t i = 0; i < result->found.count && status == ST_OK; i++) {
        const struct finding *finding = &result->found.findings[i];

        if (finding->doubt == DOUBT_NOT_WATCHABLE || finding->doubt == DOUBT_MALFORMED)
            continue;
        if (ticked ? ticked[i] : finding->doubt == DOUBT_NONE)
            status = watchlist_add(builder, &finding->indicator, &finding->origin, NULL);
    }
    return status;
}
