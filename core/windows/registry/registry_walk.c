#include "core/windows/registry/registry_walk.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/windows/registry/registry_calls.h"
#include "core/windows/registry/registry_places.h"
#include "core/windows/text16.h"

#define PATH_CEILING ((size_t)16 << 20)
#define NAMES_CEILING ((size_t)1 << 30)
#define PLACES_CEILING ((size_t)8 << 20)
#define TOO_LARGE_MOST 64 /* values of one key; then the system makes no sense */
#define ROOM_CEILING (REGISTRY_DATA_MOST + (128u << 10))

/* One level: a key that is open, and which of its children were not looked at yet. */
struct frame {
    HANDLE key;
    moment written;
    size_t path_size; /* of the path up to and with this key */
    size_t names;     /* where its children's names begin in the pile of names */
    size_t next;
    uint64_t alive; /* places that may begin here (registry_places_step) */
    bool view32;
};

/* A child in the pile of names; its name's units follow. */
struct child {
    moment written;
    size_t length;
};

struct walk {
    const struct registry_calls *calls;
    const struct registry_visitor *visitor;
    struct progress *progress;
    struct registry_counts *counts;
    struct frame *frames;
    size_t depth;
    size_t capacity;
    struct buffer path;   /* of the deepest key */
    struct buffer names;  /* children of all frames, the deepest's last */
    struct buffer room;   /* for the system's answers */
    struct buffer name;   /* of a value */
    struct buffer walked; /* paths of places that were walked, each with its size before it */
    const char *const *places;
    bool autorun;
    bool stopped; /* the visitor had enough */
    enum status status;
};

static bool goes_on(struct walk *walk)
{
    if (walk->status == ST_OK && progress_cancelled(walk->progress))
        walk->status = ST_CANCELLED;
    return walk->status == ST_OK && !walk->stopped;
}

static void require(struct walk *walk, const struct buffer *buffer)
{
    if (walk->status == ST_OK)
        walk->status = buffer->failed;
}

/* --- what is told --- */

static struct registry_key key_of(const struct walk *walk, const struct frame *frame)
{
    struct text path = text_slice(buffer_text(&walk->path), 0, frame->path_size);
    struct registry_key key = {.path = path,
                               .name = path,
                               .written = frame->written,
                               .view32 = frame->view32,
                               .autorun = walk->autorun};

    for (size_t at = path.size; at-- > 0;)
        if (path.bytes[at] == '\\') {
            key.name = text_slice(path, at + 1, path.size - at - 1);
            break;
        }
    return key;
}

static void tell_unread(struct walk *walk, const struct frame *frame, enum status why)
{
    struct registry_key key = key_of(walk, frame);

    if (why == ST_NOT_FOUND || why == ST_GONE)
        walk->counts->gone++;
    else if (why == ST_DENIED)
        walk->counts->denied++;
    else if (why == ST_TOO_LARGE)
        walk->counts->too_large++;
    else
        walk->counts->failed++;
    if (walk->visitor->unread && why != ST_NOT_FOUND && why != ST_GONE)
        walk->visitor->unread(walk->visitor->context, &key, why);
}

static void tell_key(struct walk *walk, const struct frame *frame)
{
    struct registry_key key = key_of(walk, frame);

    walk->counts->keys++;
    walk->counts->hidden += registry_name_hidden(key.name);
    progress_tell(walk->progress, walk->counts->keys, 0);
    if (walk->visitor->key && !walk->visitor->key(walk->visitor->context, &key))
        walk->stopped = true;
}

static void tell_value(struct walk *walk, const struct registry_key *key)
{
    const struct nt_value_full *answer = (const void *)walk->room.bytes;
    size_t size = walk->room.size;
    struct registry_value value = {.type = answer->type, .size = answer->data_size};

    /* Sizes are the system's; they are believed as far as they lie in what it wrote. */
    if (size < offsetof(struct nt_value_full, name) ||
        answer->name_size > size - offsetof(struct nt_value_full, name) ||
        (value.size && (answer->data_offset > size || value.size > size - answer->data_offset))) {
        walk->counts->failed++;
        return;
    }
    buffer_clear(&walk->name);
    text16_add(&walk->name, answer->name, answer->name_size / sizeof(WCHAR));
    require(walk, &walk->name);
    value.name = buffer_text(&walk->name);
    value.data = (const unsigned char *)walk->room.bytes + (value.size ? answer->data_offset : 0);
    walk->counts->values++;
    walk->counts->hidden += registry_name_hidden(value.name);
    walk->counts->links +=
        value.type == REGISTRY_LINK && text_equal_nocase(value.name, text_of("SymbolicLinkValue"));
    if (walk->visitor->value && !walk->visitor->value(walk->visitor->context, key, &value))
        walk->stopped = true;
}

/* --- one key --- */

/* So many as there were when the key was asked: to ask for the one behind the last costs as much as
 * a value. False: not all could be read, which was told. */
static bool read_values(struct walk *walk, const struct frame *frame, uint32_t count)
{
    struct registry_key key = key_of(walk, frame);
    unsigned too_large = 0;

    for (ULONG i = 0; i < count && goes_on(walk); i++) {
        NTSTATUS code = registry_enumerate(walk->calls->enumerate_value, frame->key, i,
                                           NT_VALUE_FULL, &walk->room);
        enum status why = registry_status(code);
        if (code == NT_STATUS_NO_MORE_ENTRIES)
            break;
        if (why == ST_OK)
            tell_value(walk, &key);
        else
            tell_unread(walk, frame, why);
        if (why != ST_OK && (why != ST_TOO_LARGE || ++too_large == TOO_LARGE_MOST))
            return false;
    }
    return true;
}

static bool same_name(const struct buffer *names, size_t at, const wchar_t *name, size_t length)
{
    struct child child;

    memcpy(&child, names->bytes + at, sizeof child);
    return child.length == length &&
           memcmp(names->bytes + at + sizeof child, name, length * sizeof *name) == 0;
}

/* Puts the names of all children on the pile. They are sorted: where one was added meanwhile, the
 * one before comes again. */
static void read_children(struct walk *walk, const struct frame *frame, uint32_t count,
                          bool telling)
{
    size_t last = SIZE_MAX;
    uint32_t got = 0;

    for (ULONG i = 0; got < count && goes_on(walk); i++) {
        NTSTATUS code = registry_enumerate(walk->calls->enumerate_key, frame->key, i, NT_KEY_BASIC,
                                           &walk->room);
        const struct nt_key_basic *answer = (const void *)walk->room.bytes;
        if (code == NT_STATUS_NO_MORE_ENTRIES)
            break;
        if (code < 0 || walk->room.size < offsetof(struct nt_key_basic, name) ||
            answer->name_size > walk->room.size - offsetof(struct nt_key_basic, name)) {
            if (telling)
                tell_unread(walk, frame, code < 0 ? registry_status(code) : ST_SYSTEM);
            break;
        }
        struct child child = {.written = answer->written.QuadPart,
                              .length = answer->name_size / sizeof(WCHAR)};
        size_t size = child.length * sizeof(WCHAR);
        if (last != SIZE_MAX && same_name(&walk->names, last, answer->name, child.length))
            continue;
        got++;
        last = walk->names.size;
        buffer_add(&walk->names, (struct text){(const char *)&child, sizeof child});
        buffer_add(&walk->names, (struct text){(const char *)answer->name, size});
        require(walk, &walk->names);
    }
}

static bool grow_frames(struct walk *walk)
{
    size_t capacity = walk->capacity ? walk->capacity * 2 : 64;
    struct frame *frames;

    if (walk->depth < walk->capacity)
        return true;
    frames = memory_grow_array(walk->frames, capacity, sizeof *frames);
    if (!frames)
        return false;
    walk->frames = frames;
    walk->capacity = capacity;
    return true;
}

/* A key that is open: its values are told, its children piled. Takes the handle over. The key was
 * told already. */
static void enter(struct walk *walk, const struct frame *opened)
{
    struct frame frame = *opened;

    frame.names = walk->names.size;
    frame.next = frame.names;
    if (walk->status == ST_OK && !grow_frames(walk))
        walk->status = ST_NO_MEMORY;
    if (walk->status != ST_OK) {
        walk->calls->close(frame.key);
        return;
    }
    walk->frames[walk->depth++] = frame;
    const struct registry_extent extent = registry_ask_extent(walk->calls, frame.key);
    bool told = !read_values(walk, &frame, extent.values);
    read_children(walk, &frame, extent.subkeys, !told);
}

/* --- places that come first --- */

static bool is_walked(const struct walk *walk, struct text path)
{
    struct text all = buffer_text(&walk->walked);

    for (size_t at = 0; at < all.size;) {
        size_t size;
        memcpy(&size, all.bytes + at, sizeof size);
        at += sizeof size;
        if (text_equal_nocase(text_slice(all, at, size), path))
            return true;
        at += size;
    }
    return false;
}

static void remember_walked(struct walk *walk, struct text path)
{
    buffer_add(&walk->walked, (struct text){(const char *)&path.size, sizeof path.size});
    buffer_add(&walk->walked, path);
    require(walk, &walk->walked);
}

static void add_part(struct walk *walk, const wchar_t *name, size_t length)
{
    buffer_add_byte(&walk->path, '\\');
    text16_add(&walk->path, name, length);
    require(walk, &walk->path);
}

/* --- down and up --- */

/* The next child of the deepest frame; that frame ends where there is none. */
static void go_on_below(struct walk *walk)
{
    struct frame *top = &walk->frames[walk->depth - 1];
    struct frame frame = {.view32 = top->view32};
    struct child child;
    bool place = false;

    walk->path.size = top->path_size;
    if (top->next >= walk->names.size) {
        walk->calls->close(top->key);
        walk->names.size = top->names;
        walk->depth--;
        return;
    }
    memcpy(&child, walk->names.bytes + top->next, sizeof child);
    const wchar_t *name = (const wchar_t *)(walk->names.bytes + top->next + sizeof child);
    top->next += sizeof child + child.length * sizeof *name;
    add_part(walk, name, child.length);
    if (walk->status != ST_OK)
        return;
    frame.path_size = walk->path.size;
    frame.written = child.written;
    struct registry_key key = key_of(walk, &frame);
    if (top->alive)
        frame.alive = registry_places_step(walk->places, top->alive, (unsigned)walk->depth - 1,
                                           key.name, &place);
    if (place && is_walked(walk, key.path))
        return;
    frame.view32 = frame.view32 || text_equal_nocase(key.name, text_of("Wow6432Node"));
    tell_key(walk, &frame);
    if (!goes_on(walk))
        return;
    if (walk->depth >= REGISTRY_DEPTH_MOST) {
        tell_unread(walk, &frame, ST_TOO_LARGE);
        return;
    }
    enum status why = registry_status(
        registry_open_one(walk->calls, top->key, name, child.length, REGISTRY_READ, &frame.key));
    if (why != ST_OK)
        tell_unread(walk, &frame, why);
    else
        enter(walk, &frame);
}

static void walk_frames(struct walk *walk)
{
    while (walk->depth && goes_on(walk))
        go_on_below(walk);
    while (walk->depth)
        walk->calls->close(walk->frames[--walk->depth].key);
    walk->names.size = 0;
}

/* The key whose path stands in walk->path, and all below it. */
static enum status walk_from(struct walk *walk, uint64_t alive)
{
    struct frame frame = {.path_size = walk->path.size, .alive = alive};
    struct text path = buffer_text(&walk->path);
    enum status status = registry_open(walk->calls, path, REGISTRY_READ, &frame.key, NULL);

    if (status != ST_OK)
        return status;
    frame.written = registry_ask_extent(walk->calls, frame.key).written;
    for (size_t at = 0; at < path.size && !frame.view32; at++)
        frame.view32 =
            text_starts_nocase(text_slice(path, at, path.size - at), text_of("\\Wow6432Node"));
    tell_key(walk, &frame);
    enter(walk, &frame);
    walk_frames(walk);
    return walk->status;
}

/* --- the places --- */

static void walk_place(struct walk *walk)
{
    size_t size = walk->path.size;
    enum status status = walk_from(walk, 0);

    walk->path.size = size;
    if (status == ST_OK && walk->status == ST_OK)
        remember_walked(walk, buffer_text(&walk->path));
    /* What can't be opened will be met, and told, by the walk of everything. */
}

/* `before` "*" `behind`, for each child of `before`. */
static void walk_each(struct walk *walk, struct text root, struct text before, struct text behind)
{
    struct frame frame = {0};
    struct buffer names;
    struct child child;

    buffer_init(&names, NAMES_CEILING);
    buffer_clear(&walk->path);
    buffer_add(&walk->path, root);
    buffer_add(&walk->path, before);
    frame.path_size = walk->path.size;
    if (registry_open(walk->calls, buffer_text(&walk->path), REGISTRY_READ, &frame.key, NULL)) {
        buffer_done(&names);
        return;
    }
    read_children(walk, &frame, UINT32_MAX, false); /* the walk of everything tells */
    walk->calls->close(frame.key);
    buffer_add(&names, buffer_text(&walk->names));
    require(walk, &names);
    walk->names.size = 0;
    for (size_t at = 0; at < names.size && goes_on(walk);
         at += sizeof child + child.length * sizeof(wchar_t)) {
        memcpy(&child, names.bytes + at, sizeof child);
        walk->path.size = frame.path_size;
        add_part(walk, (const wchar_t *)(names.bytes + at + sizeof child), child.length);
        buffer_add(&walk->path, behind);
        require(walk, &walk->path);
        if (goes_on(walk))
            walk_place(walk);
    }
    buffer_done(&names);
}

static void walk_places(struct walk *walk, struct text root)
{
    const char *const *places = registry_places(root);

    walk->autorun = true;
    for (size_t i = 0; places[i] && goes_on(walk); i++) {
        struct text place = text_from(places[i]);
        size_t star = text_find(place, text_of("*"));
        if (star != SIZE_MAX) {
            /* "HKU" + "" or "HKLM" + "\SYSTEM" */
            struct buffer before;
            buffer_init(&before, PATH_CEILING);
            if (star) {
                buffer_add_byte(&before, '\\');
                buffer_add(&before, text_slice(place, 0, star - 1));
            }
            require(walk, &before);
            walk_each(walk, root, buffer_text(&before),
                      text_slice(place, star + 1, place.size - star - 1));
            buffer_done(&before);
            continue;
        }
        buffer_clear(&walk->path);
        buffer_add(&walk->path, root);
        buffer_add_byte(&walk->path, '\\');
        buffer_add(&walk->path, place);
        require(walk, &walk->path);
        if (goes_on(walk))
            walk_place(walk);
    }
    walk->autorun = false;
}

static enum status walk_root(struct walk *walk, struct text root)
{
    enum status status;

    walk->places = registry_places(root);
    buffer_clear(&walk->path);
    buffer_add(&walk->path, root);
    require(walk, &walk->path);
    if (!goes_on(walk))
        return walk->status;
    status = walk_from(walk, UINT64_MAX);
    if (status != ST_OK && walk->status == ST_OK) {
        struct frame frame = {.path_size = walk->path.size};
        tell_unread(walk, &frame, status);
    }
    return walk->status;
}

static void walk_all(struct walk *walk)
{
    walk_places(walk, text_of("HKLM"));
    walk_places(walk, text_of("HKU"));
    walk_root(walk, text_of("HKLM"));
    walk_root(walk, text_of("HKU"));
}

enum status registry_walk(const struct registry_calls *calls, struct text below,
                          const struct registry_visitor *visitor, struct progress *progress,
                          struct registry_counts *counts)
{
    const struct registry_calls system = registry_system_calls();
    struct walk walk = {
        .calls = calls ? calls : &system,
        .visitor = visitor,
        .progress = progress,
        .counts = counts,
    };

    *counts = (struct registry_counts){0};
    buffer_init(&walk.path, PATH_CEILING);
    buffer_init(&walk.names, NAMES_CEILING);
    buffer_init(&walk.room, ROOM_CEILING);
    buffer_init(&walk.name, TEXT16_MOST(65536));
    buffer_init(&walk.walked, PLACES_CEILING);
    if (below.size) {
        buffer_add(&walk.path, below);
        require(&walk, &walk.path);
        if (goes_on(&walk)) {
            enum status status = walk_from(&walk, 0);
            if (walk.status == ST_OK)
                walk.status = status;
        }
    } else {
        walk_all(&walk);
    }
    memory_give(walk.frames);
    buffer_done(&walk.path);
    buffer_done(&walk.names);
    buffer_done(&walk.room);
    buffer_done(&walk.name);
    buffer_done(&walk.walked);
    return walk.status;
}
