/* MISP's own JSON ("MISP core format", draft-dulaunoy-misp-core-format). Events hold attributes,
 * and objects that hold attributes; around the events stands "response", a list, or nothing. All
 * attributes are gathered first: whether a host may be watched because of a URL depends on what the
 * same event says about that host elsewhere, before or behind it. */
#include "core/base/arena.h"
#include "core/base/hash.h"
#include "core/base/index.h"
#include "core/base/memory.h"
#include "core/watch/import_json.h"

#include <string.h>

#define MISP_MOST ((size_t)16 << 20) /* attributes, events, objects */
#define SCRATCH_MOST ((size_t)16 << 20)
#define ARENA_CEILING ((size_t)2 << 30)
#define NONE UINT32_MAX

static const char not_for_detection[] = "the event says that it is not for detection";

enum role {
    ROLE_NOTHING,
    ROLE_HOST, /* an address or a name */
    ROLE_PORT, /* a port of its object */
    ROLE_PAIR, /* host|port */
    ROLE_BOTH, /* name|address */
    ROLE_URL
};

static const struct {
    const char *type;
    enum role role;
} roles[] = {
    {"ip-dst", ROLE_HOST},      {"ip-src", ROLE_HOST},
    {"domain", ROLE_HOST},      {"hostname", ROLE_HOST},
    {"port", ROLE_PORT},        {"ip-dst|port", ROLE_PAIR},
    {"ip-src|port", ROLE_PAIR}, {"hostname|port", ROLE_PAIR},
    {"domain|ip", ROLE_BOTH},   {"url", ROLE_URL},
    {"uri", ROLE_URL},
};

struct attribute {
    enum role role;
    struct text value; /* decoded; in the input or the arena */
    struct text label;
    uint32_t event;
    uint32_t object; /* NONE: straight in the event */
    uint32_t line;
    bool for_detection;
    bool deleted;
    bool target_port; /* a port of the far end */
};

struct misp_object {
    bool address_and_port; /* an "ip-port" object: its parts mean one thing */
    uint32_t ports;
    uint16_t port;
};

struct misp {
    struct found *found;
    struct json_reader json;
    struct arena *arena; /* decoded texts; owned */
    struct buffer scratch;
    struct attribute *attributes; /* owned */
    size_t count;
    size_t room;
    struct misp_object *objects; /* owned */
    size_t object_count;
    size_t object_room;
    struct text *titles; /* owned: the events' */
    size_t event_count;
    size_t event_room;
    struct text *spoken_against; /* owned: hosts that their event says are not for detection */
    uint32_t *spoken_event;      /* owned: for each, the event */
    size_t spoken_count;
    struct index spoken; /* of both, by hash */
};

static enum status grow(void **array, size_t count, size_t *room, size_t size)
{
    size_t more = *room ? *room * 2 : 64;
    void *grown;

    if (count < *room)
        return ST_OK;
    if (count >= MISP_MOST)
        return ST_TOO_LARGE;
    grown = memory_grow_array(*array, more, size);
    if (!grown)
        return ST_NO_MEMORY;
    *array = grown;
    *room = more;
    return ST_OK;
}

/* The text of a token, for as long as the input and the arena live. */
static enum status keep_text(struct misp *misp, const struct json_token *token, struct text *text)
{
    bool failed = false;

    if (!token->escaped) {
        *text = token->kind == JSON_STRING ? token->raw : (struct text){0};
        return ST_OK;
    }
    buffer_clear(&misp->scratch);
    *text = json_string_text(token, &misp->scratch);
    if (misp->scratch.failed != ST_OK)
        return misp->scratch.failed;
    *text = arena_copy(misp->arena, *text, &failed);
    return failed ? ST_NO_MEMORY : ST_OK;
}

/* MISP writes true, "1" or 1. */
static bool says_yes(const struct json_token *token)
{
    return token->kind == JSON_TRUE || json_is(token, text_of("1")) ||
           json_is(token, text_of("true")) ||
           (token->kind == JSON_NUMBER && text_equal(token->raw, text_of("1")));
}

static enum role role_of(const struct json_token *type)
{
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (json_is(type, text_from(roles[i].type)))
            return roles[i].role;
    return ROLE_NOTHING;
}

/* What is kept of an attribute's members. */
enum member { TYPE, VALUE, COMMENT, TO_IDS, DELETED, RELATION, MEMBERS };
static const char *const member_names[MEMBERS] = {"type",   "value",   "comment",
                                                  "to_ids", "deleted", "object_relation"};

static enum status read_members(struct misp *misp, struct json_token members[MEMBERS])
{
    struct json_token token;
    enum status status = json_next(&misp->json, &token);

    while (status == ST_OK && token.kind == JSON_NAME) {
        struct json_token value;

        status = json_next(&misp->json, &value);
        for (size_t i = 0; i < MEMBERS && status == ST_OK; i++)
            if (json_is(&token, text_from(member_names[i])))
                members[i] = value;
        if (status == ST_OK)
            status = json_skip(&misp->json, &value);
        if (status == ST_OK)
            status = json_next(&misp->json, &token);
    }
    return status;
}

/* One attribute, whose brace has been read. */
static enum status read_attribute(struct misp *misp, uint32_t event, uint32_t object)
{
    struct json_token members[MEMBERS] = {{0}};
    struct attribute attribute = {.event = event, .object = object};
    enum status status = read_members(misp, members);

    if (status != ST_OK)
        return status;
    attribute.role = role_of(&members[TYPE]);
    if (attribute.role == ROLE_NOTHING || members[VALUE].kind != JSON_STRING) {
        found_skip(misp->found, 1);
        return ST_OK;
    }
    attribute.line = members[VALUE].line;
    attribute.deleted = says_yes(&members[DELETED]);
    attribute.for_detection = members[TO_IDS].kind == JSON_END || says_yes(&members[TO_IDS]);
    attribute.target_port = json_is(&members[RELATION], text_of("dst-port"));
    status = keep_text(misp, &members[VALUE], &attribute.value);
    if (status == ST_OK)
        status = keep_text(misp, &members[COMMENT], &attribute.label);
    if (status == ST_OK)
        status = grow((void **)&misp->attributes, misp->count, &misp->room, sizeof attribute);
    if (status == ST_OK)
        misp->attributes[misp->count++] = attribute;
    return status;
}

static enum status add_event(struct misp *misp, uint32_t *event)
{
    enum status status =
        grow((void **)&misp->titles, misp->event_count, &misp->event_room, sizeof *misp->titles);

    if (status != ST_OK)
        return status;
    *event = (uint32_t)misp->event_count;
    misp->titles[misp->event_count++] = (struct text){0};
    return ST_OK;
}

static enum status add_object(struct misp *misp, uint32_t *object)
{
    enum status status = grow((void **)&misp->objects, misp->object_count, &misp->object_room,
                              sizeof *misp->objects);

    if (status != ST_OK)
        return status;
    *object = (uint32_t)misp->object_count;
    misp->objects[misp->object_count++] = (struct misp_object){0};
    return ST_OK;
}

/* What a container is. */
enum inside { IN_ANY, IN_EVENT, IN_OBJECT, IN_ATTRIBUTE };

static enum status read_container(struct misp *misp, const struct json_token *open,
                                  enum inside inside, uint32_t event);

/* One member of an event, an object, or what stands around them. */
static enum status read_member(struct misp *misp, const struct json_token *name, enum inside inside,
                               uint32_t event, uint32_t object)
{
    struct json_token value;
    enum status status = json_next(&misp->json, &value);

    if (status != ST_OK)
        return status;
    if (json_is(name, text_of("Attribute")) && inside == IN_OBJECT) {
        /* The attributes of an object are told which one they are in. */
        if (value.kind != JSON_ARRAY)
            return json_skip(&misp->json, &value);
        status = json_next(&misp->json, &value);
        while (status == ST_OK && value.kind != JSON_ARRAY_END) {
            if (value.kind == JSON_OBJECT)
                status = read_attribute(misp, event, object);
            else
                status = json_skip(&misp->json, &value);
            if (status == ST_OK)
                status = json_next(&misp->json, &value);
        }
        return status;
    }
    if (json_is(name, text_of("Attribute")))
        return read_container(misp, &value, IN_ATTRIBUTE, event);
    if (json_is(name, text_of("Object")))
        return read_container(misp, &value, IN_OBJECT, event);
    if (json_is(name, text_of("Event")))
        return read_container(misp, &value, IN_EVENT, event);
    if (json_is(name, text_of("response")))
        return read_container(misp, &value, IN_ANY, event);
    if (inside == IN_OBJECT && json_is(name, text_of("name")))
        misp->objects[object].address_and_port = json_is(&value, text_of("ip-port"));
    if (inside != IN_OBJECT && json_is(name, text_of("info")) && value.kind == JSON_STRING)
        return keep_text(misp, &value, &misp->titles[event]);
    return json_skip(&misp->json, &value);
}

/* An object of JSON that is an event, an object of MISP's, or stands around them. */
static enum status read_object(struct misp *misp, enum inside inside, uint32_t event)
{
    size_t first = misp->count;
    uint32_t object = NONE;
    bool deleted = false;
    struct json_token token;
    enum status status = ST_OK;

    if (inside == IN_ATTRIBUTE)
        return read_attribute(misp, event, NONE);
    if (inside == IN_OBJECT)
        status = add_object(misp, &object);
    else
        status = add_event(misp, &event);
    if (status == ST_OK)
        status = json_next(&misp->json, &token);
    while (status == ST_OK && token.kind == JSON_NAME) {
        if (inside == IN_OBJECT && json_is(&token, text_of("deleted"))) {
            status = json_next(&misp->json, &token);
            deleted = deleted || says_yes(&token);
            if (status == ST_OK)
                status = json_skip(&misp->json, &token);
        } else {
            status = read_member(misp, &token, inside, event, object);
        }
        if (status == ST_OK)
            status = json_next(&misp->json, &token);
    }
    for (size_t i = first; deleted && i < misp->count; i++)
        misp->attributes[i].deleted = true;
    return status;
}

/* The value that `open` begins: an object, a list of objects, or a list of lists. */
static enum status read_container(struct misp *misp, const struct json_token *open,
                                  enum inside inside, uint32_t event)
{
    struct json_token token;
    enum status status;

    if (open->kind == JSON_OBJECT)
        return read_object(misp, inside, event);
    if (open->kind != JSON_ARRAY)
        return ST_OK;
    status = json_next(&misp->json, &token);
    while (status == ST_OK && token.kind != JSON_ARRAY_END) {
        status = read_container(misp, &token, inside, event);
        if (status == ST_OK)
            status = json_next(&misp->json, &token);
    }
    return status;
}

/* The host of a URL, as far as needed to compare it: without brackets of a defanged one. */
static struct text url_host(struct text url)
{
    struct text host = url;
    size_t at = text_find(host, text_of("//"));
    size_t end = 0;

    if (at != SIZE_MAX)
        host = text_slice(host, at + 2, host.size - at - 2);
    while (end < host.size && !strchr("/?#\\", host.bytes[end]))
        end++;
    host.size = end;
    for (size_t i = host.size; i > 0; i--)
        if (host.bytes[i - 1] == '@')
            return text_slice(host, i, host.size - i);
    return host;
}

/* A host as it is compared: small, without a port, brackets, or a dot at its end. */
static struct text host_key(struct misp *misp, struct text host)
{
    char *key = arena_take(misp->arena, host.size ? host.size : 1);
    size_t size = 0;
    size_t colons = 0;

    if (!key)
        return (struct text){0};
    for (size_t i = 0; i < host.size; i++)
        colons += host.bytes[i] == ':';
    for (size_t i = 0; i < host.size; i++) {
        char byte = host.bytes[i];

        if (byte == ':' && (colons == 1 || (i > 0 && host.bytes[i - 1] == ']')))
            break;
        if (byte >= 'A' && byte <= 'Z')
            byte = (char)(byte - 'A' + 'a');
        if (!strchr("[](){}", byte))
            key[size++] = byte;
    }
    if (size && key[size - 1] == '.')
        size--;
    return (struct text){key, size};
}

static uint64_t spoken_hash(uint32_t event, struct text key)
{
    return hash_mix(hash_add(text_hash(key), event));
}

static enum status speak_against(struct misp *misp, uint32_t event, struct text host)
{
    struct text key = host_key(misp, text_trim(host));
    enum status status = index_reserve(&misp->spoken, 1);

    if (status != ST_OK || !key.bytes)
        return ST_NO_MEMORY;
    misp->spoken_against[misp->spoken_count] = key;
    misp->spoken_event[misp->spoken_count] = event;
    index_add(&misp->spoken, spoken_hash(event, key), (uint32_t)misp->spoken_count);
    misp->spoken_count++;
    return ST_OK;
}

static bool is_spoken_against(const struct misp *misp, uint32_t event, struct text key)
{
    uint64_t hash = spoken_hash(event, key);
    size_t at;

    for (uint32_t slot = index_first(&misp->spoken, hash, &at); slot != INDEX_NONE;
         slot = index_next(&misp->spoken, hash, &at))
        if (misp->spoken_event[slot] == event && text_equal(misp->spoken_against[slot], key))
            return true;
    return false;
}

static void split(struct text value, struct text *left, struct text *right)
{
    size_t at = text_find(value, text_of("|"));

    *left = at == SIZE_MAX ? value : text_slice(value, 0, at);
    *right = at == SIZE_MAX ? (struct text){0} : text_slice(value, at + 1, value.size - at - 1);
}

/* Notes the hosts that are not for detection, and the ports of objects. */
static enum status gather(struct misp *misp)
{
    misp->spoken_against = memory_take_array(misp->count * 2 + 1, sizeof *misp->spoken_against);
    misp->spoken_event = memory_take_array(misp->count * 2 + 1, sizeof *misp->spoken_event);
    if (!misp->spoken_against || !misp->spoken_event)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < misp->count; i++) {
        const struct attribute *attribute = &misp->attributes[i];
        struct text left;
        struct text right;
        uint64_t port;
        enum status status = ST_OK;

        if (attribute->deleted)
            continue;
        split(attribute->value, &left, &right);
        if (attribute->role == ROLE_PORT && attribute->object != NONE && attribute->target_port &&
            text_number(text_trim(attribute->value), 65535, &port) && port) {
            misp->objects[attribute->object].ports++;
            misp->objects[attribute->object].port = (uint16_t)port;
        }
        if (attribute->for_detection)
            continue;
        if (attribute->role == ROLE_HOST || attribute->role == ROLE_BOTH ||
            attribute->role == ROLE_PAIR)
            status = speak_against(misp, attribute->event, left);
        if (status == ST_OK && attribute->role == ROLE_BOTH)
            status = speak_against(misp, attribute->event, right);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

static enum status add_host(struct misp *misp, const struct attribute *attribute,
                            const struct found_note *note)
{
    const struct misp_object *object =
        attribute->object == NONE ? NULL : &misp->objects[attribute->object];

    if (object && object->address_and_port && object->ports == 1)
        return import_with_port(misp->found, attribute->value, object->port, note);
    return import_value(misp->found, attribute->value, false, note);
}

static enum status add_pair(struct misp *misp, const struct attribute *attribute,
                            const struct found_note *note)
{
    struct text host;
    struct text digits;
    uint64_t port;

    split(attribute->value, &host, &digits);
    if (!text_number(text_trim(digits), 65535, &port) || !port)
        return found_reject(misp->found, attribute->value, DOUBT_MALFORMED,
                            "expected a host and a port", attribute->line);
    return import_with_port(misp->found, host, (uint16_t)port, note);
}

static enum status add_both(struct misp *misp, const struct attribute *attribute,
                            const struct found_note *note)
{
    struct text name;
    struct text address;
    enum status status;

    split(attribute->value, &name, &address);
    status = import_value(misp->found, name, false, note);
    if (status == ST_OK && address.size)
        status = import_value(misp->found, address, false, note);
    return status;
}

static enum status add_url(struct misp *misp, const struct attribute *attribute,
                           struct found_note *note)
{
    struct text url = text_trim(attribute->value);
    struct text key;

    if (text_starts(url, text_of("/")) && !text_starts(url, text_of("//")))
        return found_reject(misp->found, url, DOUBT_NOT_WATCHABLE, "a path without a host",
                            attribute->line);
    key = host_key(misp, url_host(url));
    if (!key.bytes)
        return ST_NO_MEMORY;
    if (note->doubt == DOUBT_NONE && is_spoken_against(misp, attribute->event, key)) {
        note->doubt = DOUBT_NOT_FOR_IDS;
        note->why = "the event says that the host of this URL is not for detection";
    }
    buffer_clear(&misp->scratch);
    if (import_search_location(url, &misp->scratch))
        url = buffer_text(&misp->scratch);
    if (misp->scratch.failed == ST_NO_MEMORY)
        return ST_NO_MEMORY;
    return import_value(misp->found, url, false, note);
}

static enum status emit(struct misp *misp, const struct attribute *attribute)
{
    struct found_note note = {.line = attribute->line, .declared = true};

    if (attribute->deleted || attribute->role == ROLE_PORT) {
        found_skip(misp->found, 1);
        return ST_OK;
    }
    note.label = attribute->label.size ? attribute->label : misp->titles[attribute->event];
    if (!attribute->for_detection) {
        note.doubt = DOUBT_NOT_FOR_IDS;
        note.why = not_for_detection;
    }
    switch (attribute->role) {
    case ROLE_PAIR:
        return add_pair(misp, attribute, &note);
    case ROLE_BOTH:
        return add_both(misp, attribute, &note);
    case ROLE_URL:
        return add_url(misp, attribute, &note);
    default:
        return add_host(misp, attribute, &note);
    }
}

static enum status read_all(struct misp *misp)
{
    struct json_token token;
    enum status status = json_next(&misp->json, &token);

    while (status == ST_OK && token.kind != JSON_END) {
        status = read_container(misp, &token, IN_ANY, 0);
        if (status == ST_OK)
            status = json_next(&misp->json, &token);
    }
    if (status == ST_OK)
        status = gather(misp);
    for (size_t i = 0; i < misp->count && status == ST_OK; i++)
        status = emit(misp, &misp->attributes[i]);
    return status;
}

enum status import_misp(struct found *found, struct text input)
{
    struct misp misp = {.found = found};
    enum status status = ST_NO_MEMORY;

    json_read_begin(&misp.json, input, JSON_MANY_VALUES);
    buffer_init(&misp.scratch, SCRATCH_MOST);
    misp.arena = arena_new(ARENA_CEILING);
    if (misp.arena)
        status = read_all(&misp);
    index_done(&misp.spoken);
    memory_give(misp.spoken_event);
    memory_give(misp.spoken_against);
    memory_give(misp.titles);
    memory_give(misp.objects);
    memory_give(misp.attributes);
    arena_free(misp.arena);
    buffer_done(&misp.scratch);
    return status;
}
