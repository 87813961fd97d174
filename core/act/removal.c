#include "core/act/removal.h"

#include <string.h>

#define LISTS_MOST ((size_t)64 << 20)
#define KERNEL_PID 4

const char *removal_way_name(enum removal_way way)
{
    static const char *const names[REMOVAL_WAYS] = {"quarantine", "now", "restart"};
    return (unsigned)way < REMOVAL_WAYS ? names[way] : "";
}

void removal_sight_free(struct removal_sight *sight)
{
    if (sight)
        arena_free(sight->arena); /* it lies there itself */
}

/* --- names --- */

static bool is_plain(struct text name)
{
    return !text_starts(name, text_of("\\\\?\\"));
}

/* The names that Win32 keeps for devices, in every folder and with every extension. */
static bool is_reserved(struct text name)
{
    static const char *const reserved[] = {"con", "prn", "aux", "nul", "conin$", "conout$"};
    size_t size = 0;
    while (size < name.size && name.bytes[size] != '.' && name.bytes[size] != ':')
        size++;
    struct text stem = text_trim(text_slice(name, 0, size));
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        if (text_equal_nocase(stem, text_from(reserved[i])))
            return true;
    return stem.size == 4 && stem.bytes[3] >= '1' && stem.bytes[3] <= '9' &&
           (text_starts_nocase(stem, text_of("com")) || text_starts_nocase(stem, text_of("lpt")));
}

enum removal_thing removal_thing_of_name(struct text name)
{
    if (!name.size || memchr(name.bytes, 0, name.size))
        return REMOVAL_NO_NAME;
    if (text_starts(name, text_of("\\\\.\\")) ||
        (is_plain(name) && is_reserved(text_file_name(name))))
        return REMOVAL_DEVICE;
    struct text path = is_plain(name) ? name : text_slice(name, 4, name.size - 4);
    if (memchr(path.bytes, '*', path.size) || memchr(path.bytes, '?', path.size))
        return REMOVAL_NO_NAME;
    return file_stream_at(path) < path.size ? REMOVAL_STREAM : REMOVAL_FILE;
}

bool removal_same_file(const struct file_key *seen, const struct file_key *now)
{
    return seen->known && now->known && seen->volume == now->volume &&
           memcmp(seen->id, now->id, sizeof seen->id) == 0 && seen->size == now->size &&
           seen->modified == now->modified;
}

bool removal_is_name(const struct removal_sight *sight, struct text path)
{
    if (!is_plain(path))
        path = text_slice(path, 4, path.size - 4);
    if (text_equal_nocase(path, sight->path))
        return true;
    for (size_t i = 0; i < sight->name_count; i++)
        if (text_equal_nocase(path, sight->names[i]))
            return true;
    return false;
}

bool removal_is_windows_signer(struct text signer)
{
    return text_equal(signer, text_of("Microsoft Windows")) ||
           text_equal(signer, text_of("Microsoft Windows Publisher"));
}

/* --- what stands in the way --- */

static enum removal_bar bar_of_thing(enum removal_thing thing)
{
    switch (thing) {
    case REMOVAL_FILE:
        return REMOVAL_FREE;
    case REMOVAL_NOTHING:
        return REMOVAL_BAR_NOTHING;
    case REMOVAL_DYING:
        return REMOVAL_BAR_DYING;
    case REMOVAL_FOLDER:
        return REMOVAL_BAR_FOLDER;
    case REMOVAL_DEVICE:
        return REMOVAL_BAR_DEVICE;
    case REMOVAL_STREAM:
        return REMOVAL_BAR_STREAM;
    default:
        return REMOVAL_BAR_NAME;
    }
}

/* What lies in the Windows folder is Windows' own, unless it is a program of which this machine,
 * being able to tell, says that it is none of Windows': that is where intruders like to hide. */
static bool is_foreign(const struct removal_sight *sight)
{
    return sight->is_program && sight->knows_windows && sight->guarded == REMOVAL_NO &&
           sight->signed_windows == REMOVAL_NO;
}

enum removal_bar removal_bar_of(const struct removal_sight *sight)
{
    enum removal_bar bar = bar_of_thing(sight->thing);
    if (bar != REMOVAL_FREE)
        return bar;
    if (!sight->key.known)
        return REMOVAL_BAR_UNSURE;
    if (sight->on_share)
        return REMOVAL_BAR_SHARE;
    if (sight->is_own)
        return REMOVAL_BAR_OWN;
    if (sight->in_case)
        return REMOVAL_BAR_CASE;
    if (sight->guarded == REMOVAL_YES)
        return REMOVAL_BAR_GUARDED;
    if (sight->signed_windows == REMOVAL_YES)
        return REMOVAL_BAR_SIGNED;
    return sight->in_windows && !is_foreign(sight) ? REMOVAL_BAR_WINDOWS : REMOVAL_FREE;
}

enum removal_bar removal_order_bar(const struct removal_order *order, bool elevated)
{
    for (size_t i = 0; order->lists && i < order->lists->user_count; i++)
        if (order->lists->users[i].row.process.pid == KERNEL_PID &&
            order->lists->users[i].row.kind == HANDLE_OPEN)
            return REMOVAL_BAR_KERNEL;
    if (order->way == REMOVAL_RESTART)
        return elevated ? REMOVAL_FREE : REMOVAL_BAR_RIGHTS;
    return order->lists && removal_is_run(order->lists) && !order->kill ? REMOVAL_BAR_RUNS
                                                                        : REMOVAL_FREE;
}

const char *removal_bar_phrase(enum removal_bar bar)
{
    static const char *const phrases[REMOVAL_BARS] = {
        [REMOVAL_FREE] = "",
        [REMOVAL_BAR_NOTHING] = "there is no such file",
        [REMOVAL_BAR_DYING] = "it is deleted already, and gone when the last one who holds it lets "
                              "go",
        [REMOVAL_BAR_FOLDER] = "it is a folder",
        [REMOVAL_BAR_DEVICE] = "it names a device, not a file",
        [REMOVAL_BAR_STREAM] = "it names a stream of a file; give the file",
        [REMOVAL_BAR_NAME] = "it can't be looked at",
        [REMOVAL_BAR_UNSURE] = "its disk does not tell one file from another",
        [REMOVAL_BAR_SHARE] = "it lies on a share: who runs it there can't be seen here; remove it "
                              "on that machine",
        [REMOVAL_BAR_OWN] = "it is this program",
        [REMOVAL_BAR_CASE] = "it belongs to the case",
        [REMOVAL_BAR_GUARDED] = "it is a file of Windows, which the system protects",
        [REMOVAL_BAR_SIGNED] = "it is a file of Windows, signed as such",
        [REMOVAL_BAR_WINDOWS] = "it lies in the Windows folder, and nothing shows that it is not "
                                "Windows' own",
        [REMOVAL_BAR_KERNEL] = "the system itself holds it open",
        [REMOVAL_BAR_RUNS] = "it is running or loaded: end who runs it, or have it deleted at the "
                             "next start",
        [REMOVAL_BAR_RIGHTS] = "only an administrator may have a file deleted at the next start",
    };
    return (unsigned)bar < REMOVAL_BARS ? phrases[bar] : "";
}

/* --- lists --- */

enum status removal_lists_init(struct removal_lists *lists)
{
    *lists = (struct removal_lists){.users_end = ST_STALE, .places_end = ST_STALE};
    lists->arena = arena_new(LISTS_MOST);
    return lists->arena ? ST_OK : ST_NO_MEMORY;
}

void removal_lists_done(struct removal_lists *lists)
{
    arena_free(lists->arena);
    *lists = (struct removal_lists){.arena = NULL};
}

/* Room for one more in the arena: what was there before stays behind. NULL: no memory. */
static void *make_room(struct arena *arena, void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    size_t more = *room ? *room * 2 : 16;
    void *grown = arena_take(arena, more * size);
    if (grown && count)
        memcpy(grown, items, count * size);
    if (grown)
        *room = more;
    return grown;
}

static bool same_process(const struct removal_user *user, const struct handle_row *row)
{
    return process_key_equal(user->row.process, row->process);
}

/* An image is a module of its process, too; and what is mapped twice is listed twice. */
static bool is_told(const struct removal_lists *lists, const struct handle_row *row)
{
    for (size_t i = 0; row->kind != HANDLE_OPEN && i < lists->user_count; i++)
        if (same_process(&lists->users[i], row) && lists->users[i].row.kind != HANDLE_OPEN)
            return true;
    return false;
}

enum status removal_lists_add_user(struct removal_lists *lists, const struct handle_row *row,
                                   struct verdict verdict, bool *added)
{
    bool failed = false;
    if (added)
        *added = false;
    if (is_told(lists, row))
        return ST_OK;
    struct removal_user *users =
        make_room(lists->arena, lists->users, lists->user_count, &lists->user_room, sizeof *users);
    if (!users)
        return ST_NO_MEMORY;
    lists->users = users;
    struct removal_user *user = &users[lists->user_count];
    *user = (struct removal_user){.row = *row, .verdict = verdict};
    user->row.process_name = arena_copy(lists->arena, row->process_name, &failed);
    user->row.type = arena_copy(lists->arena, row->type, &failed);
    user->row.name = arena_copy(lists->arena, row->name, &failed);
    if (failed)
        return ST_NO_MEMORY;
    lists->user_count++;
    if (added)
        *added = true;
    return ST_OK;
}

/* Whether the whole path stands in the text, which was cut on both sides of the file's name: then
 * as much of the path as there is. */
static bool holds_path(struct text around, struct text path)
{
    const struct text cut = text_of("\xe2\x80\xa6"); /* … */
    bool is_cut = text_starts(around, cut);
    size_t from = is_cut ? cut.size : 0;
    struct text name = text_file_name(path);
    size_t folder = path.size - name.size;
    for (size_t at = from; at + name.size <= around.size; at++) {
        size_t before = at - from < folder ? at - from : folder;
        if ((before == folder || (is_cut && before)) &&
            text_equal_nocase(text_slice(around, at - before, before + name.size),
                              text_slice(path, folder - before, before + name.size)))
            return true;
    }
    return false;
}

enum status removal_lists_add_place(struct removal_lists *lists,
                                    const struct registry_finding *finding, struct text path,
                                    bool *added)
{
    bool failed = false;
    if (added)
        *added = false;
    lists->places_found++;
    if (lists->place_count == REMOVAL_PLACES_MOST)
        return ST_OK;
    struct removal_place *places = make_room(lists->arena, lists->places, lists->place_count,
                                             &lists->place_room, sizeof *places);
    if (!places)
        return ST_NO_MEMORY;
    lists->places = places;
    struct removal_place *place = &places[lists->place_count];
    *place = (struct removal_place){
        .key = arena_copy(lists->arena, finding->key->path, &failed),
        .is_value = finding->value != NULL,
        .around = arena_copy(lists->arena, finding->around, &failed),
        .whole = holds_path(finding->around, path),
        .autorun = finding->key->autorun,
        .view32 = finding->key->view32,
    };
    if (finding->value)
        place->value = arena_copy(lists->arena, finding->value->name, &failed);
    if (failed)
        return ST_NO_MEMORY;
    lists->place_count++;
    if (added)
        *added = true;
    return ST_OK;
}

bool removal_is_run(const struct removal_lists *lists)
{
    for (size_t i = 0; i < lists->user_count; i++)
        if (lists->users[i].row.kind != HANDLE_OPEN)
            return true;
    return false;
}

bool removal_is_held(const struct removal_lists *lists)
{
    for (size_t i = 0; i < lists->user_count; i++)
        if (lists->users[i].row.kind == HANDLE_OPEN)
            return true;
    return false;
}
