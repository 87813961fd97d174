#include "core/watch/import_records.h"

#include "core/base/memory.h"
#include "core/watch/domain.h"

#define SCRATCH_MOST ((size_t)16 << 20)
#define MEMBERS_MOST ((size_t)64 << 20)
#define VALUE_MOST 2048 /* bytes of a string that may be a URL */

enum known {
    LISTED,  /* what the record lists */
    ADDRESS, /* … if it has a port and a status, or malware */
    URL,     /* … if it has a status */
    PORT,
    STATUS,
    LABEL,
    KNOWN,
    UNKNOWN = KNOWN
};

static const struct {
    const char *name;
    enum known known;
} names[] = {
    {"cidr", LISTED},
    {"ioc", LISTED},
    {"ioc_value", LISTED},
    {"indicator", LISTED},
    {"ip_address", ADDRESS},
    {"dst_ip", ADDRESS},
    {"url", URL},
    {"port", PORT},
    {"dst_port", PORT},
    {"url_status", STATUS},
    {"status", STATUS},
    {"c2_status", STATUS},
    {"malware", LABEL},
    {"malware_printable", LABEL},
    {"sblid", LABEL},
    {"threat", LABEL},
};

struct member {
    struct json_token value;
    enum known known;
};

struct records {
    struct found *found;
    struct json_reader json;
    struct member *members; /* owned: strings and numbers of the objects that are open */
    size_t count;
    size_t room;
    struct buffer value;
    struct buffer label;
    struct buffer scratch;
};

static enum known known_of(const struct json_token *name)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (json_is(name, text_from(names[i].name)))
            return names[i].known;
    return UNKNOWN;
}

static enum status push(struct records *records, const struct json_token *value, enum known known)
{
    if (records->count == records->room) {
        size_t room = records->room ? records->room * 2 : 64;
        struct member *members;

        if (records->count >= MEMBERS_MOST)
            return ST_TOO_LARGE;
        members = memory_grow_array(records->members, room, sizeof *members);
        if (!members)
            return ST_NO_MEMORY;
        records->members = members;
        records->room = room;
    }
    records->members[records->count++] = (struct member){*value, known};
    return ST_OK;
}

/* Whether a string of unknown meaning is worth reading: words, versions and dates are not. */
static bool may_be_host(struct records *records, struct text value)
{
    struct address address;
    struct text name;
    size_t labels = 0;
    const char *why;

    if (value.size < 4 || value.size > VALUE_MOST || text_find(value, text_of(" ")) != SIZE_MAX)
        return false;
    if (text_find(value, text_of("://")) != SIZE_MAX || address_parse(value, &address) ||
        text_find(value, text_of("[.]")) != SIZE_MAX)
        return true;
    if (text_find(value, text_of("@")) != SIZE_MAX || text_find(value, text_of(".")) == SIZE_MAX)
        return false;
    if (value.bytes[value.size - 1] >= '0' && value.bytes[value.size - 1] <= '9')
        return text_find(value, text_of("/")) != SIZE_MAX ||
               text_find(value, text_of(":")) != SIZE_MAX;
    buffer_clear(&records->scratch);
    return domain_parse(value, &records->scratch, &name, &labels, &why) == ST_OK && labels >= 2;
}

/* Members of unknown meaning. */
static enum status add_observed(struct records *records, size_t first)
{
    enum status status = ST_OK;

    for (size_t i = first; i < records->count && status == ST_OK; i++) {
        const struct json_token *token = &records->members[i].value;
        struct found_note note = {.line = token->line,
                                  .doubt = DOUBT_OBSERVATION,
                                  .why = "stands in data, not in a list of indicators"};
        struct text value;

        if (token->kind != JSON_STRING)
            continue;
        buffer_clear(&records->value);
        value = text_trim(json_string_text(token, &records->value));
        status = records->value.failed;
        if (status == ST_OK && may_be_host(records, value))
            status = import_value(records->found, value, false, &note);
        if (status == ST_OK)
            status = records->scratch.failed; /* without memory nobody can tell whether it is one */
    }
    return status;
}

static const struct json_token *which_is_listed(const struct json_token *const known[KNOWN])
{
    if (known[LISTED])
        return known[LISTED];
    if (known[ADDRESS] && known[PORT] && (known[STATUS] || known[LABEL]))
        return known[ADDRESS];
    if (known[URL] && known[STATUS])
        return known[URL];
    return NULL;
}

static bool is_offline(const struct json_token *status)
{
    return status && json_is(status, text_of("offline"));
}

/* All strings and numbers of one object, from `first` on. */
static enum status add_record(struct records *records, size_t first)
{
    const struct json_token *known[KNOWN] = {NULL};
    const struct json_token *listed;
    struct found_note note = {.declared = true};
    struct text value;
    uint64_t port = 0;

    for (size_t i = first; i < records->count; i++)
        if (records->members[i].known != UNKNOWN && !known[records->members[i].known])
            known[records->members[i].known] = &records->members[i].value;
    listed = which_is_listed(known);
    if (!listed)
        return add_observed(records, first);
    buffer_clear(&records->value);
    buffer_clear(&records->label);
    value = json_string_text(listed, &records->value);
    if (known[LABEL])
        note.label = json_string_text(known[LABEL], &records->label);
    note.line = listed->line;
    if (is_offline(known[STATUS])) {
        note.doubt = DOUBT_NOT_FOR_IDS;
        note.why = "offline by now";
    }
    if (records->value.failed != ST_OK)
        return records->value.failed;
    if (records->label.failed == ST_NO_MEMORY) /* one that is too large is done without */
        return ST_NO_MEMORY;
    if (listed == known[ADDRESS] &&
        (json_number(known[PORT], 65535, &port) || text_number(known[PORT]->raw, 65535, &port)) &&
        port)
        return import_with_port(records->found, value, (uint16_t)port, &note);
    return import_value(records->found, value, false, &note);
}

static enum status read_value(struct records *records, const struct json_token *value,
                              enum known known);

static enum status read_object(struct records *records)
{
    size_t first = records->count;
    struct json_token name;
    enum status status = json_next(&records->json, &name);

    while (status == ST_OK && name.kind == JSON_NAME) {
        struct json_token value;

        status = json_next(&records->json, &value);
        if (status == ST_OK)
            status = read_value(records, &value, known_of(&name));
        if (status == ST_OK)
            status = json_next(&records->json, &name);
    }
    if (status == ST_OK)
        status = add_record(records, first);
    records->count = first;
    return status;
}

static enum status read_value(struct records *records, const struct json_token *value,
                              enum known known)
{
    struct json_token token;
    enum status status;

    switch (value->kind) {
    case JSON_OBJECT:
        return read_object(records);
    case JSON_STRING:
    case JSON_NUMBER:
        return push(records, value, value->raw.size ? known : UNKNOWN);
    case JSON_ARRAY:
        break;
    default:
        return ST_OK;
    }
    status = json_next(&records->json, &token);
    while (status == ST_OK && token.kind != JSON_ARRAY_END) {
        status = read_value(records, &token, UNKNOWN);
        if (status == ST_OK)
            status = json_next(&records->json, &token);
    }
    return status;
}

enum status import_records(struct found *found, struct text input)
{
    struct records records = {.found = found};
    struct json_token token;
    enum status status;

    json_read_begin(&records.json, input, JSON_MANY_VALUES);
    buffer_init(&records.value, SCRATCH_MOST);
    buffer_init(&records.label, SCRATCH_MOST);
    buffer_init(&records.scratch, SCRATCH_MOST);
    status = json_next(&records.json, &token);
    while (status == ST_OK && token.kind != JSON_END) {
        status = read_value(&records, &token, UNKNOWN);
        if (status == ST_OK)
            status = add_observed(&records, 0); /* strings outside of objects */
        records.count = 0;
        if (status == ST_OK)
            status = json_next(&records.json, &token);
    }
    memory_give(records.members);
    buffer_done(&records.scratch);
    buffer_done(&records.label);
    buffer_done(&records.value);
    return status;
}
