/* STIX 2.0 and 2.1 ("STIX Version 2.1", OASIS). Indicators say what to watch for by a pattern;
 * cyber observables (ipv4-addr, domain-name, …), alone or inside observed-data, only say what was
 * seen. A TAXII envelope is an "objects" list without a type. There is no clock here, so
 * valid_until is not judged; what is revoked is. */
#include "core/watch/import_json.h"

#define SCRATCH_MOST ((size_t)64 << 20)

enum member { TYPE, PATTERN, PATTERN_TYPE, REVOKED, NAME, DESCRIPTION, VALUE, MEMBERS };
static const char *const member_names[MEMBERS] = {"type", "pattern",     "pattern_type", "revoked",
                                                  "name", "description", "value"};

struct stix {
    struct found *found;
    struct json_reader json;
    struct buffer value;
    struct buffer label;
};

static struct text label_of(struct stix *stix, const struct json_token members[MEMBERS])
{
    const struct json_token *label =
        members[NAME].raw.size ? &members[NAME] : &members[DESCRIPTION];

    buffer_clear(&stix->label);
    return text_trim(json_string_text(label, &stix->label));
}

/* A label that is too large is done without; want of memory is another matter. */
static enum status failure_of(const struct stix *stix)
{
    return stix->label.failed == ST_NO_MEMORY ? ST_NO_MEMORY : stix->value.failed;
}

static enum status add_indicator(struct stix *stix, const struct json_token members[MEMBERS])
{
    struct found_note note = {.line = members[PATTERN].line, .declared = true};
    struct text pattern;

    if (members[PATTERN_TYPE].kind == JSON_STRING &&
        !json_is(&members[PATTERN_TYPE], text_of("stix"))) {
        found_skip(stix->found, 1); /* YARA, Snort, Sigma */
        return ST_OK;
    }
    note.label = label_of(stix, members);
    if (members[REVOKED].kind == JSON_TRUE) {
        note.doubt = DOUBT_NOT_FOR_IDS;
        note.why = "revoked by its author";
    }
    buffer_clear(&stix->value);
    pattern = json_string_text(&members[PATTERN], &stix->value);
    if (failure_of(stix) != ST_OK)
        return failure_of(stix);
    return import_stix_pattern(stix->found, pattern, &note);
}

static enum status add_observable(struct stix *stix, const struct json_token members[MEMBERS])
{
    struct found_note note = {.line = members[VALUE].line,
                              .label = label_of(stix, members),
                              .doubt = DOUBT_OBSERVATION,
                              .why = "observed, not indicated",
                              .declared = true};
    struct text value;

    buffer_clear(&stix->value);
    value = json_string_text(&members[VALUE], &stix->value);
    if (failure_of(stix) != ST_OK)
        return failure_of(stix);
    return import_value(stix->found, value, false, &note);
}

static bool is_host_type(const struct json_token *type)
{
    return json_is(type, text_of("ipv4-addr")) || json_is(type, text_of("ipv6-addr")) ||
           json_is(type, text_of("domain-name")) || json_is(type, text_of("url"));
}

static enum status read_list(struct stix *stix, const struct json_token *open);

/* An object whose brace has been read. `keyed`: its members are objects, under numbers. */
static enum status read_object(struct stix *stix, bool keyed)
{
    struct json_token members[MEMBERS] = {{0}};
    struct json_token token;
    bool container = false;
    enum status status = json_next(&stix->json, &token);

    while (status == ST_OK && token.kind == JSON_NAME) {
        struct json_token value;

        status = json_next(&stix->json, &value);
        if (status != ST_OK)
            break;
        for (size_t i = 0; i < MEMBERS; i++)
            if (json_is(&token, text_from(member_names[i])))
                members[i] = value;
        if (keyed && value.kind == JSON_OBJECT) {
            status = read_object(stix, false);
        } else if (json_is(&token, text_of("objects")) &&
                   (value.kind == JSON_ARRAY || value.kind == JSON_OBJECT)) {
            container = true;
            status = value.kind == JSON_ARRAY ? read_list(stix, &value) : read_object(stix, true);
        } else {
            status = json_skip(&stix->json, &value);
        }
        if (status == ST_OK)
            status = json_next(&stix->json, &token);
    }
    if (status != ST_OK || keyed || container)
        return status;
    if (json_is(&members[TYPE], text_of("indicator")) && members[PATTERN].kind == JSON_STRING)
        return add_indicator(stix, members);
    if (is_host_type(&members[TYPE]) && members[VALUE].kind == JSON_STRING)
        return add_observable(stix, members);
    return ST_OK;
}

/* A list of objects, or of lists; or one object. */
static enum status read_list(struct stix *stix, const struct json_token *open)
{
    struct json_token token;
    enum status status;

    if (open->kind == JSON_OBJECT)
        return read_object(stix, false);
    if (open->kind != JSON_ARRAY)
        return ST_OK;
    status = json_next(&stix->json, &token);
    while (status == ST_OK && token.kind != JSON_ARRAY_END) {
        status = read_list(stix, &token);
        if (status == ST_OK)
            status = json_next(&stix->json, &token);
    }
    return status;
}

enum status import_stix(struct found *found, struct text input)
{
    struct stix stix = {.found = found};
    struct json_token token;
    enum status status;

    json_read_begin(&stix.json, input, JSON_MANY_VALUES);
    buffer_init(&stix.value, SCRATCH_MOST);
    buffer_init(&stix.label, SCRATCH_MOST);
    status = json_next(&stix.json, &token);
    while (status == ST_OK && token.kind != JSON_END) {
        status = read_list(&stix, &token);
        if (status == ST_OK)
            status = json_next(&stix.json, &token);
    }
    buffer_done(&stix.label);
    buffer_done(&stix.value);
    return status;
}
