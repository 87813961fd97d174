#include "core/watch/import_json.h"

#include "core/watch/import_records.h"

#include <string.h>

#define SCRATCH_MOST ((size_t)16 << 20)
#define SHAPE_DEPTH 8 /* how deep the marks of a format lie at most */

/* ---- helpers of the readers ---- */

bool import_search_location(struct text value, struct buffer *out)
{
    struct text rest;
    size_t at;

    if (!text_starts_nocase(value, text_of("search:")) &&
        !text_starts_nocase(value, text_of("search-ms:")))
        return false;
    at = text_find(value, text_of("\\\\"));
    if (at == SIZE_MAX)
        return false;
    rest = text_slice(value, at + 2, value.size - at - 2);
    for (at = 0; at < rest.size && rest.bytes[at] != '\\' && rest.bytes[at] != '&'; at++)
        buffer_add_byte(out, rest.bytes[at] == '@' ? ':' : rest.bytes[at]);
    /* \\host@SSL\share and \\host@SSL@8443\share are WebDAV over TLS. */
    at = text_find(buffer_text(out), text_of(":SSL"));
    if (at != SIZE_MAX) {
        struct text behind = text_slice(buffer_text(out), at + 4, out->size - at - 4);

        if (behind.size)
            memmove(out->bytes + at, behind.bytes, behind.size);
        out->size = at + behind.size;
        if (!behind.size)
            buffer_add(out, text_of(":443"));
    }
    return out->size > 0 && out->failed == ST_OK;
}

enum status import_with_port(struct found *found, struct text host, uint16_t port,
                             const struct found_note *note)
{
    struct indicator indicator = {.kind = INDICATOR_ADDRESS, .port = port};
    struct buffer joined;
    enum status status;

    host = text_trim(host);
    if (address_parse(host, &indicator.low)) {
        indicator.high = indicator.low;
        return found_add(found, &indicator, host, note);
    }
    buffer_init(&joined, SCRATCH_MOST);
    buffer_add(&joined, host);
    buffer_add_byte(&joined, ':');
    buffer_add_unsigned(&joined, port);
    status = joined.failed;
    if (status == ST_OK)
        status = import_value(found, buffer_text(&joined), false, note);
    buffer_done(&joined);
    return status;
}

/* ---- OTX pulses ---- */

struct otx {
    struct found *found;
    struct json_reader json;
    struct json_token pulse; /* its name */
    struct buffer value;
    struct buffer label;
};

enum otx_member { OTX_INDICATOR, OTX_TYPE, OTX_ACTIVE, OTX_TITLE, OTX_NAME, OTX_MEMBERS };
static const char *const otx_names[OTX_MEMBERS] = {"indicator", "type", "is_active", "title",
                                                   "name"};

static bool is_otx_host(const struct json_token *type)
{
    static const char *const types[] = {"IPv4", "IPv6", "CIDR", "domain", "hostname", "URL", "URI"};

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (json_is(type, text_from(types[i])))
            return true;
    return false;
}

static enum status otx_add(struct otx *otx, const struct json_token members[OTX_MEMBERS])
{
    const struct json_token *indicator = &members[OTX_INDICATOR];
    const struct json_token *label =
        members[OTX_TITLE].raw.size ? &members[OTX_TITLE] : &otx->pulse;
    const struct json_token *active = &members[OTX_ACTIVE];
    struct found_note note = {.line = indicator->line, .declared = true};
    struct text value;

    buffer_clear(&otx->value);
    buffer_clear(&otx->label);
    value = text_trim(json_string_text(indicator, &otx->value));
    if (otx->value.failed != ST_OK)
        return otx->value.failed;
    if (!is_otx_host(&members[OTX_TYPE]) || (json_is(&members[OTX_TYPE], text_of("URI")) &&
                                             text_find(value, text_of("://")) == SIZE_MAX)) {
        found_skip(otx->found, 1); /* a hash, a path, a mail address, … */
        return ST_OK;
    }
    note.label = text_trim(json_string_text(label, &otx->label));
    if (active->kind == JSON_FALSE ||
        (active->kind == JSON_NUMBER && text_equal(active->raw, text_of("0")))) {
        note.doubt = DOUBT_NOT_FOR_IDS;
        note.why = "no longer active";
    }
    if (otx->label.failed == ST_NO_MEMORY) /* one that is too large is done without */
        return ST_NO_MEMORY;
    return import_value(otx->found, value, false, &note);
}

static enum status otx_read(struct otx *otx, const struct json_token *open);

static enum status otx_object(struct otx *otx)
{
    struct json_token members[OTX_MEMBERS] = {{0}};
    struct json_token name;
    struct json_token pulse = otx->pulse;
    enum status status = json_next(&otx->json, &name);

    while (status == ST_OK && name.kind == JSON_NAME) {
        struct json_token value;

        status = json_next(&otx->json, &value);
        if (status != ST_OK)
            break;
        for (size_t i = 0; i < OTX_MEMBERS; i++)
            if (json_is(&name, text_from(otx_names[i])))
                members[i] = value;
        if (members[OTX_NAME].kind == JSON_STRING)
            otx->pulse = members[OTX_NAME];
        status = otx_read(otx, &value);
        if (status == ST_OK)
            status = json_next(&otx->json, &name);
    }
    if (status == ST_OK && members[OTX_INDICATOR].kind == JSON_STRING)
        status = otx_add(otx, members);
    otx->pulse = pulse;
    return status;
}

static enum status otx_read(struct otx *otx, const struct json_token *open)
{
    struct json_token token;
    enum status status;

    if (open->kind == JSON_OBJECT)
        return otx_object(otx);
    if (open->kind != JSON_ARRAY)
        return ST_OK;
    status = json_next(&otx->json, &token);
    while (status == ST_OK && token.kind != JSON_ARRAY_END) {
        status = otx_read(otx, &token);
        if (status == ST_OK)
            status = json_next(&otx->json, &token);
    }
    return status;
}

static enum status import_otx(struct found *found, struct text input)
{
    struct otx otx = {.found = found};
    struct json_token token;
    enum status status;

    json_read_begin(&otx.json, input, JSON_MANY_VALUES);
    buffer_init(&otx.value, SCRATCH_MOST);
    buffer_init(&otx.label, SCRATCH_MOST);
    status = json_next(&otx.json, &token);
    while (status == ST_OK && token.kind != JSON_END) {
        status = otx_read(&otx, &token);
        if (status == ST_OK)
            status = json_next(&otx.json, &token);
    }
    buffer_done(&otx.label);
    buffer_done(&otx.value);
    return status;
}

/* ---- which shape it is ---- */

struct shape {
    size_t values; /* outermost ones */
    bool misp;
    bool stix;
    bool pattern;
    bool indicator_type;
    bool indicators;
    bool indicator;
};

static bool is_stix_type(const struct json_token *token)
{
    static const char *const types[] = {"bundle", "observed-data", "ipv4-addr", "ipv6-addr",
                                        "domain-name"};

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (json_is(token, text_from(types[i])))
            return true;
    return false;
}

static void note_member(struct shape *shape, const struct json_token *name,
                        const struct json_token *value, unsigned depth)
{
    bool list = value->kind == JSON_ARRAY;
    bool string = value->kind == JSON_STRING;

    if (list && json_is(name, text_of("Attribute")))
        shape->misp = true;
    else if (list && depth == 1 && json_is(name, text_of("objects")))
        shape->stix = true;
    else if (list && json_is(name, text_of("indicators")))
        shape->indicators = true;
    else if (string && json_is(name, text_of("indicator")))
        shape->indicator = true;
    else if (string && json_is(name, text_of("pattern")))
        shape->pattern = true;
    else if (string && json_is(name, text_of("type"))) {
        shape->stix = shape->stix || is_stix_type(value);
        shape->indicator_type = shape->indicator_type || json_is(value, text_of("indicator"));
    }
}

/* Reads all of it, so that the readers meet no malformed JSON. */
static enum status find_shape(struct json_reader *json, struct shape *shape)
{
    struct json_token name = {.kind = JSON_END};
    struct json_token token;
    enum status status = json_next(json, &token);

    while (status == ST_OK && token.kind != JSON_END) {
        bool opens = token.kind == JSON_OBJECT || token.kind == JSON_ARRAY;
        unsigned depth = json->depth - (opens ? 1 : 0);

        if (name.kind == JSON_NAME && depth <= SHAPE_DEPTH)
            note_member(shape, &name, &token, depth);
        if (depth == 0 && token.kind != JSON_OBJECT_END && token.kind != JSON_ARRAY_END)
            shape->values++;
        name = token;
        status = json_next(json, &token);
    }
    return status;
}

enum status import_json(struct found *found, struct text input, struct buffer *problem)
{
    struct json_reader json;
    struct shape shape = {0};
    enum status status;

    json_read_begin(&json, input, JSON_MANY_VALUES);
    status = find_shape(&json, &shape);
    if (status != ST_OK) {
        json_problem(&json, problem);
        return status;
    }
    if (shape.misp) {
        found_set_format(found, FORMAT_MISP);
        return import_misp(found, input);
    }
    if (shape.stix || (shape.pattern && shape.indicator_type)) {
        found_set_format(found, FORMAT_STIX);
        return import_stix(found, input);
    }
    if (shape.indicators && shape.indicator) {
        found_set_format(found, FORMAT_OTX);
        return import_otx(found, input);
    }
    found_set_format(found, FORMAT_JSON_LINES);
    return import_records(found, input);
}
