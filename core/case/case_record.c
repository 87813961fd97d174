#include "core/case/case_record.h"

#include <string.h>

#include "core/base/json_read.h"
#include "core/case/json_write.h"

#define FORMAT "stakeout-case"
#define WATCHLISTS_MOST 10000u

/* --- the members, said once for reading and writing --- */

enum field_kind {
    FIELD_TEXT,
    FIELD_MOMENT,
    FIELD_NUMBER,
    FIELD_COUNT,   /* a number that is not written where it is 0 */
    FIELD_MEMBERS, /* an object that is passed on as it is */
    FIELD_WATCHLISTS,
    FIELD_SESSIONS,
    FIELD_FORMAT, /* "stakeout-case" */
    FIELD_VERSION /* of the format */
};

struct field {
    const char *group; /* the object that it is in; NULL: none. Those of a group stand together */
    const char *name;
    enum field_kind kind;
    size_t offset; /* of a struct text, a moment, … */
};

#define OF_SESSION(member) offsetof(struct case_session, member)
#define OF_RECORD(member) offsetof(struct case_record, member)

static const struct field session_fields[] = {
    {NULL, "start", FIELD_MOMENT, OF_SESSION(start)},
    {NULL, "end", FIELD_MOMENT, OF_SESSION(end)},
    {"stakeout", "program", FIELD_TEXT, OF_SESSION(program)},
    {"stakeout", "version", FIELD_TEXT, OF_SESSION(version)},
    {"stakeout", "sha256", FIELD_TEXT, OF_SESSION(sha256)},
    {"stakeout", "elevated", FIELD_TEXT, OF_SESSION(elevated)},
    {"stakeout", "integrity", FIELD_TEXT, OF_SESSION(integrity)},
    {"user", "name", FIELD_TEXT, OF_SESSION(user)},
    {"user", "domain", FIELD_TEXT, OF_SESSION(user_domain)},
    {"user", "id", FIELD_TEXT, OF_SESSION(user_id)},
    {"host", "hostname", FIELD_TEXT, OF_SESSION(host)},
    {"host", "domain", FIELD_TEXT, OF_SESSION(host_domain)},
    {"host", "os", FIELD_TEXT, OF_SESSION(os)},
    {"host", "architecture", FIELD_TEXT, OF_SESSION(architecture)},
    {"host", "boot", FIELD_MOMENT, OF_SESSION(boot)},
    {"clock", "source", FIELD_TEXT, OF_SESSION(clock)},
    {"clock", "time_zone", FIELD_TEXT, OF_SESSION(time_zone)},
    {"clock", "utc_offset", FIELD_TEXT, OF_SESSION(utc_offset)},
    {NULL, "settings", FIELD_MEMBERS, OF_SESSION(settings)},
    {NULL, "watchlists", FIELD_WATCHLISTS, OF_SESSION(watchlists)},
    {NULL, "losses", FIELD_MEMBERS, OF_SESSION(losses)},
    {"journal", "lines", FIELD_COUNT, OF_SESSION(journal_lines)},
    {"journal", "sha256", FIELD_TEXT, OF_SESSION(journal_last)},
    {"hits", "bytes", FIELD_COUNT, OF_SESSION(hits_bytes)},
    {NULL, "manifest", FIELD_TEXT, OF_SESSION(manifest)},
};

static const struct field record_fields[] = {
    {NULL, "format", FIELD_FORMAT, 0},
    {NULL, "version", FIELD_VERSION, 0},
    {NULL, "id", FIELD_TEXT, OF_RECORD(id)},
    {NULL, "name", FIELD_TEXT, OF_RECORD(words.name)},
    {NULL, "examiner", FIELD_TEXT, OF_RECORD(words.examiner)},
    {NULL, "where", FIELD_TEXT, OF_RECORD(words.where)},
    {NULL, "why", FIELD_TEXT, OF_RECORD(words.why)},
    {NULL, "created", FIELD_MOMENT, OF_RECORD(created)},
    {NULL, "closed", FIELD_MOMENT, OF_RECORD(closed)},
    {NULL, "sessions", FIELD_SESSIONS, OF_RECORD(sessions)},
};

static const struct field watchlist_fields[] = {
    {NULL, "file", FIELD_TEXT, offsetof(struct case_watchlist, file)},
    {NULL, "sha256", FIELD_TEXT, offsetof(struct case_watchlist, sha256)},
    {NULL, "indicators", FIELD_NUMBER, offsetof(struct case_watchlist, indicators)},
};

struct heading {
    struct text format;
    uint64_t version;
};

static const struct field heading_fields[] = {
    {NULL, "format", FIELD_TEXT, offsetof(struct heading, format)},
    {NULL, "version", FIELD_NUMBER, offsetof(struct heading, version)},
};

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))

/* --- writing --- */

static void add_members(struct json_writer *json, const char *name, struct text members)
{
    if (!members.size)
        return;
    json_open_object(json, name);
    buffer_add(json->out, members);
    json_close_object(json);
}

static void add_fields(struct json_writer *json, const struct field *fields, size_t count,
                       const void *whole);

static void add_watchlists(struct json_writer *json, const struct case_session *session)
{
    if (!session->watchlist_count)
        return;
    json_open_array(json, "watchlists");
    for (size_t i = 0; i < session->watchlist_count; i++) {
        json_open_object(json, NULL);
        add_fields(json, watchlist_fields, COUNT_OF(watchlist_fields), &session->watchlists[i]);
        json_close_object(json);
    }
    json_close_array(json);
}

static void add_session(struct json_writer *json, const struct case_session *session)
{
    if (session->raw.size) {
        if (json->comma)
            buffer_add_byte(json->out, ',');
        buffer_add(json->out, session->raw);
        json->comma = true;
        return;
    }
    json_open_object(json, NULL);
    add_fields(json, session_fields, COUNT_OF(session_fields), session);
    json_close_object(json);
}

static void add_sessions(struct json_writer *json, const struct case_record *record)
{
    json_open_array(json, "sessions");
    for (size_t i = 0; i < record->session_count; i++)
        add_session(json, &record->sessions[i]);
    json_close_array(json);
}

static bool is_given(const struct field *field, const void *whole)
{
    const char *place = (const char *)whole + field->offset;
    if (field->kind == FIELD_MOMENT)
        return *(const moment *)(const void *)place != 0;
    if (field->kind == FIELD_COUNT)
        return *(const uint64_t *)(const void *)place != 0;
    if (field->kind == FIELD_TEXT || field->kind == FIELD_MEMBERS)
        return ((const struct text *)(const void *)place)->size != 0;
    return true;
}

static void add_field(struct json_writer *json, const struct field *field, const void *whole)
{
    const void *place = (const char *)whole + field->offset;
    switch (field->kind) {
    case FIELD_TEXT:
        json_text(json, field->name, *(const struct text *)place);
        break;
    case FIELD_MOMENT:
        json_moment(json, field->name, *(const moment *)place, true);
        break;
    case FIELD_NUMBER:
    case FIELD_COUNT:
        json_unsigned(json, field->name, *(const uint64_t *)place);
        break;
    case FIELD_FORMAT:
        json_string(json, field->name, FORMAT);
        break;
    case FIELD_VERSION:
        json_unsigned(json, field->name, CASE_VERSION);
        break;
    case FIELD_MEMBERS:
        add_members(json, field->name, *(const struct text *)place);
        break;
    case FIELD_WATCHLISTS:
        add_watchlists(json, whole);
        break;
    case FIELD_SESSIONS:
        add_sessions(json, whole);
        break;
    }
}

static void add_fields(struct json_writer *json, const struct field *fields, size_t count,
                       const void *whole)
{
    const char *group = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!is_given(&fields[i], whole))
            continue;
        if (group && (!fields[i].group || strcmp(group, fields[i].group) != 0)) {
            json_close_object(json);
            group = NULL;
        }
        if (fields[i].group && !group) {
            group = fields[i].group;
            json_open_object(json, group);
        }
        add_field(json, &fields[i], whole);
    }
    if (group)
        json_close_object(json);
}

void case_session_write(struct buffer *out, const struct case_session *session)
{
    struct json_writer json;
    json_begin(&json, out);
    add_session(&json, session);
}

void case_record_write(struct buffer *out, const struct case_record *record)
{
    struct json_writer json;
    json_begin(&json, out);
    json_open_object(&json, NULL);
    add_fields(&json, record_fields, COUNT_OF(record_fields), record);
    if (record->others.size) {
        buffer_add_byte(out, ',');
        buffer_add(out, record->others);
    }
    json_close_object(&json);
    buffer_add_byte(out, '\n');
}

/* --- reading --- */

struct reading {
    struct arena *arena;
    struct buffer scratch;
    bool no_memory;
    bool misfit; /* a known member is not of its kind */
};

/* Reads past the next value; *value is its first token, *raw all of it. */
static enum status read_raw(struct json_reader *json, struct json_token *value, struct text *raw)
{
    size_t from = json->at;
    enum status status = json_next(json, value);
    if (status == ST_OK)
        status = json_skip(json, value);
    if (status != ST_OK)
        return status;
    *raw = text_trim(text_slice(json->input, from, json->at - from));
    if (raw->size && raw->bytes[0] == ',')
        *raw = text_trim(text_slice(*raw, 1, raw->size - 1));
    return ST_OK;
}

/* Line ends can stand between tokens only, and a case is one line. */
static void add_flat(struct buffer *out, struct text raw)
{
    for (size_t i = 0; i < raw.size; i++)
        buffer_add_byte(out, raw.bytes[i] == '\n' || raw.bytes[i] == '\r' ? ' ' : raw.bytes[i]);
}

static struct text keep(struct reading *reading, const struct buffer *what)
{
    struct text kept = arena_copy(reading->arena, buffer_text(what), &reading->no_memory);
    reading->no_memory = reading->no_memory || what->failed != ST_OK;
    return kept;
}

static struct text keep_flat(struct reading *reading, struct text raw)
{
    buffer_clear(&reading->scratch);
    add_flat(&reading->scratch, raw);
    return keep(reading, &reading->scratch);
}

static struct text keep_string(struct reading *reading, const struct json_token *token)
{
    buffer_clear(&reading->scratch);
    if (!token->escaped)
        buffer_add(&reading->scratch, token->raw);
    else
        (void)json_string_text(token, &reading->scratch);
    return keep(reading, &reading->scratch);
}

static void read_members(struct reading *reading, struct text object, const struct field *fields,
                         size_t count, const char *group, void *whole, struct buffer *others);

/* The objects of an array; true: there is one more, which is *part. */
static bool next_part(struct json_reader *array, struct text *part)
{
    struct json_reader ahead = *array;
    struct json_token value;
    while (json_next(&ahead, &value) == ST_OK && value.kind != JSON_ARRAY_END) {
        if (read_raw(array, &value, part) != ST_OK)
            return false;
        if (value.kind == JSON_OBJECT)
            return true;
        ahead = *array;
    }
    return false;
}

static struct json_reader array_of(struct text raw)
{
    struct json_reader json;
    struct json_token first;
    json_read_begin(&json, raw, JSON_ONE_VALUE);
    (void)json_next(&json, &first);
    return json;
}

static size_t count_parts(struct text raw)
{
    struct json_reader json = array_of(raw);
    struct text part;
    size_t count = 0;
    while (next_part(&json, &part))
        count++;
    return count;
}

static void read_watchlists(struct reading *reading, struct text raw, struct case_session *session)
{
    size_t count = count_parts(raw);
    struct json_reader json = array_of(raw);
    struct case_watchlist *lists = count ? arena_take(reading->arena, count * sizeof *lists) : NULL;
    reading->no_memory = reading->no_memory || (count && !lists);
    struct text part;
    for (size_t i = 0; lists && next_part(&json, &part); i++)
        read_members(reading, part, watchlist_fields, COUNT_OF(watchlist_fields), NULL, &lists[i],
                     NULL);
    session->watchlists = lists;
    session->watchlist_count = lists ? count : 0;
}

/* One that has what is not understood is kept all the same: it is raw. */
static void read_sessions(struct reading *reading, struct text raw, struct case_record *record)
{
    size_t count = count_parts(raw);
    struct json_reader json = array_of(raw);
    struct case_session *sessions =
        count ? arena_take(reading->arena, count * sizeof *sessions) : NULL;
    bool misfit = reading->misfit;
    reading->no_memory = reading->no_memory || (count && !sessions);
    struct text part;
    for (size_t i = 0; sessions && next_part(&json, &part); i++) {
        read_members(reading, part, session_fields, COUNT_OF(session_fields), NULL, &sessions[i],
                     NULL);
        sessions[i].raw = keep_flat(reading, part);
    }
    reading->misfit = misfit;
    record->sessions = sessions;
    record->session_count = sessions ? count : 0;
}

static void read_field(struct reading *reading, const struct field *field,
                       const struct json_token *value, struct text raw, void *whole)
{
    void *place = (char *)whole + field->offset;
    bool fits = true;
    switch (field->kind) {
    case FIELD_TEXT:
        fits = value->kind == JSON_STRING;
        if (fits)
            *(struct text *)place = keep_string(reading, value);
        break;
    case FIELD_MOMENT:
        fits = value->kind == JSON_STRING && moment_parse_iso(value->raw, place);
        break;
    case FIELD_NUMBER:
    case FIELD_COUNT:
        fits = json_number(value, UINT64_MAX, place);
        break;
    case FIELD_MEMBERS:
        fits = value->kind == JSON_OBJECT;
        if (fits)
            *(struct text *)place = keep_flat(reading, text_trim(text_slice(raw, 1, raw.size - 2)));
        break;
    case FIELD_WATCHLISTS:
        fits = value->kind == JSON_ARRAY;
        if (fits)
            read_watchlists(reading, raw, whole);
        break;
    case FIELD_SESSIONS:
        fits = value->kind == JSON_ARRAY;
        if (fits)
            read_sessions(reading, raw, whole);
        break;
    case FIELD_FORMAT:
    case FIELD_VERSION: /* were looked at before */
        break;
    }
    reading->misfit = reading->misfit || !fits;
}

static bool is_same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* False: there is no such member in the table. */
static bool read_member(struct reading *reading, const struct field *fields, size_t count,
                        const char *group, const struct json_token *name,
                        const struct json_token *value, struct text raw, void *whole)
{
    for (size_t i = 0; i < count; i++) {
        if (is_same(fields[i].group, group) && json_is(name, text_from(fields[i].name))) {
            read_field(reading, &fields[i], value, raw, whole);
            return true;
        }
        if (!group && fields[i].group && json_is(name, text_from(fields[i].group))) {
            if (value->kind == JSON_OBJECT)
                read_members(reading, raw, fields, count, fields[i].group, whole, NULL);
            else
                reading->misfit = true;
            return true;
        }
    }
    return false;
}

/* `object` is well-formed. What is not in the table goes to others (may be NULL). */
static void read_members(struct reading *reading, struct text object, const struct field *fields,
                         size_t count, const char *group, void *whole, struct buffer *others)
{
    struct json_reader json;
    struct json_token name;
    struct json_token value;
    json_read_begin(&json, object, JSON_ONE_VALUE);
    if (json_next(&json, &name) != ST_OK)
        return;
    while (json_next(&json, &name) == ST_OK && name.kind == JSON_NAME) {
        struct text raw;
        if (read_raw(&json, &value, &raw) != ST_OK)
            return;
        if (read_member(reading, fields, count, group, &name, &value, raw, whole) || !others)
            continue;
        buffer_add_string(others, others->size ? ",\"" : "\"");
        buffer_add(others, name.raw);
        buffer_add_string(others, "\":");
        add_flat(others, raw);
    }
}

static enum status refuse(struct buffer *problem, enum status status, const char *why)
{
    buffer_clear(problem);
    buffer_add_string(problem, why);
    return status;
}

/* Whether it is JSON, and one object. */
static enum status check_whole(struct text content, struct buffer *problem)
{
    struct json_reader json;
    struct json_token token;
    json_read_begin(&json, content, JSON_ONE_VALUE);
    enum status status = json_next(&json, &token);
    bool is_object = status == ST_OK && token.kind == JSON_OBJECT;
    while (status == ST_OK && token.kind != JSON_END)
        status = json_next(&json, &token);
    if (status != ST_OK) {
        refuse(problem, status, "it is damaged: ");
        json_problem(&json, problem);
        return ST_INVALID;
    }
    return is_object ? ST_OK : refuse(problem, ST_INVALID, "it is not what Stakeout writes");
}

static enum status check_heading(struct reading *reading, struct text content,
                                 struct buffer *problem)
{
    struct heading heading = {.version = 0};
    read_members(reading, content, heading_fields, COUNT_OF(heading_fields), NULL, &heading, NULL);
    if (!text_equal(heading.format, text_of(FORMAT)) || !heading.version)
        return refuse(problem, ST_INVALID, "it is not what Stakeout writes");
    if (heading.version <= CASE_VERSION)
        return ST_OK;
    refuse(problem, ST_UNSUPPORTED, "a newer Stakeout wrote it (format ");
    buffer_add_unsigned(problem, heading.version);
    buffer_add_string(problem, "; this one knows up to 2)");
    return ST_UNSUPPORTED;
}

enum status case_record_read(struct text content, struct arena *arena, struct case_record *record,
                             struct buffer *problem)
{
    struct case_record read = {.created = 0};
    struct reading reading = {.arena = arena};
    struct buffer others;
    if (content.size > CASE_MOST)
        return refuse(problem, ST_TOO_LARGE, "it is too large");
    enum status status = check_whole(content, problem);
    if (status != ST_OK)
        return status;
    buffer_init(&reading.scratch, CASE_MOST);
    buffer_init(&others, CASE_MOST);
    status = check_heading(&reading, content, problem);
    if (status == ST_OK) {
        read_members(&reading, content, record_fields, COUNT_OF(record_fields), NULL, &read,
                     &others);
        read.others = keep(&reading, &others);
    }
    if (reading.no_memory)
        status = refuse(problem, ST_NO_MEMORY, status_phrase(ST_NO_MEMORY));
    else if (status == ST_OK && reading.misfit)
        status = refuse(problem, ST_INVALID,
                        "it is damaged: a member of it is not of the kind that it should be");
    buffer_done(&others);
    buffer_done(&reading.scratch);
    if (status == ST_OK)
        *record = read;
    return status;
}
