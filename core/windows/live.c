#include "core/windows/live.h"

#include "core/base/arena.h"
#include "core/base/memory.h"
#include "core/windows/clock.h"
#include "core/windows/evidence/accounts.h"
#include "core/windows/failure.h"
#include "core/windows/network/names.h"
#include "core/windows/network/sockets.h"
#include "core/windows/process/details.h"
#include "core/windows/process/held.h"
#include "core/windows/process/images.h"
#include "core/windows/process/listing.h"
#include "core/windows/process/services.h"
#include "core/windows/text16.h"

#define IDLE_PID 0u
#define SYSTEM_PID 4u
/* All texts of one process: a command line and two paths of the greatest length, and the rest. */
#define FACTS_MOST (1024u * 1024)
/* A process younger than this may not be ready to be asked. */
#define YOUNG (1 * MOMENT_SECOND)
/* A process that has just left the listing may take a moment until its handle says so. */
#define END_WAIT_MS 10

struct live {
    struct source source; /* first */
    const struct system_table *system;
    struct held_table held;
    struct listing listing;
    struct listing search; /* for find, so that the table that was handed out stays as it is */
    struct details details;
    struct accounts accounts;
    struct services services;
    struct sockets sockets;
    struct names names;
    struct images images;
    char windows[TEXT16_MOST(MAX_PATH)];
    size_t windows_size;
    char *found_name; /* of the last find */
};

static struct live *live_of(struct source *source)
{
    return (struct live *)source;
}

/* Whether a process is still being made. Its facts are asked once, so it is told of when there are
 * any; until then it does nothing, either. */
static bool is_being_born(struct live *live, const struct process_seen *row, moment now)
{
    struct held *entry;

    if (row->key.start > LISTING_LAST_MOMENT)
        return true;
    if (!row->key.start || row->key.start > now || now - row->key.start > YOUNG)
        return false;
    entry = held_find(&live->held, row->key.pid);
    if (!entry)
        entry = held_open(&live->held, row->key.pid);
    if (!entry)
        return false;
    entry->listed = true;
    return !entry->told && entry->handle && process_key_equal(entry->key, row->key) &&
           !details_are_ready(&live->details, entry->handle, row->key.pid);
}

static void leave_out_the_unborn(struct live *live)
{
    struct clock clock = clock_of_system();
    moment now = clock.now(clock.context);

    for (size_t i = live->listing.count; i-- > 0;)
        if (is_being_born(live, &live->listing.rows[i], now))
            listing_remove(&live->listing, i);
}

static enum status processes(struct source *source, struct process_table *table)
{
    struct live *live = live_of(source);
    enum status status = listing_read(&live->listing, &live->held);

    if (status)
        return status;
    leave_out_the_unborn(live);
    held_poll(&live->held);
    *table = (struct process_table){live->listing.rows, live->listing.count};
    return ST_OK;
}

static enum status connections(struct source *source, struct connection_table *table)
{
    return sockets_read(&live_of(source)->sockets, table);
}

/* One that cannot be opened, or whose parent cannot be asked of it: by a listing of its own. */
static enum status find_in_listing(struct live *live, uint32_t pid, struct process_seen *row)
{
    enum status status = listing_read(&live->search, &live->held);
    const struct process_seen *found;

    if (status)
        return status;
    found = listing_find(&live->search, pid);
    if (!found)
        return ST_GONE;
    *row = *found;
    return ST_OK;
}

/* An open process, told of by its own handle. It may have ended meanwhile: its story can still be
 * told, and the next listing ends it. */
static enum status find_by_handle(struct live *live, const struct held *entry,
                                  struct process_seen *row)
{
    const wchar_t *name = NULL;
    size_t length = 0;
    struct process_seen found = {.key.pid = entry->key.pid};
    moment end;
    enum status status =
        details_identify(&live->details, entry->handle, &name, &length, &found.parent_pid);

    if (status)
        return status;
    if (!held_times(live->system, entry->handle, &found.key.start, &end, &found.cpu))
        return failure_from_win32(GetLastError());
    if (found.key.start > LISTING_LAST_MOMENT)
        return ST_BUSY;
    memory_give(live->found_name);
    live->found_name = memory_take(TEXT16_MOST(length));
    if (!live->found_name)
        return ST_NO_MEMORY;
    found.name = (struct text){live->found_name, text16_encode(name, length, live->found_name)};
    *row = found;
    return ST_OK;
}

static enum status find(struct source *source, uint32_t pid, struct process_seen *row)
{
    struct live *live = live_of(source);
    struct held *entry;
    enum status status = ST_DENIED;

    if (pid == IDLE_PID || pid == SYSTEM_PID)
        return find_in_listing(live, pid, row);
    entry = held_find(&live->held, pid);
    if (entry && (!entry->handle || entry->let_go)) {
        held_drop(&live->held, entry);
        entry = NULL;
    }
    if (!entry)
        entry = held_open(&live->held, pid);
    if (!entry)
        return ST_NO_MEMORY;
    if (entry->handle) {
        status = find_by_handle(live, entry, row);
    } else if (entry->open_error == ERROR_INVALID_PARAMETER) { /* there is no such PID */
        held_drop(&live->held, entry);
        return ST_GONE;
    }
    if (!status || status == ST_NO_MEMORY)
        return status;
    return find_in_listing(live, pid, row);
}

/* The handle for the process of that row, opened when there is none; NULL, with *state saying why.
 */
static HANDLE hold(struct live *live, const struct process_key *key, enum read_state *state)
{
    struct held *entry = held_find(&live->held, key->pid);

    if (entry && !process_key_equal(entry->key, *key)) {
        held_drop(&live->held, entry);
        entry = NULL;
    }
    if (!entry) {
        entry = held_open(&live->held, key->pid);
        if (!entry) {
            *state = READ_FAILED;
            return NULL;
        }
    }
    if (entry->handle && entry->key.start && key->start && entry->key.start != key->start) {
        held_drop(&live->held, entry); /* the PID is another's by now */
        *state = READ_GONE;
        return NULL;
    }
    if (!entry->handle) {
        *state = entry->open_error == ERROR_INVALID_PARAMETER
                     ? READ_GONE
                     : read_state_from(failure_from_win32(entry->open_error));
        if (key->pid == IDLE_PID || key->pid == SYSTEM_PID)
            *state = READ_NOT_APPLICABLE;
    }
    entry->key = *key;
    entry->listed = true;
    entry->told = true;
    return entry->handle;
}

static bool is_service_child(const struct live *live, uint32_t parent_pid)
{
    const struct process_seen *parent = listing_find(&live->listing, parent_pid);

    return parent && text_equal_nocase(parent->name, text_of("services.exe"));
}

static void add_session(const struct live *live, const struct process_seen *row,
                        struct process_facts *draft)
{
    uint32_t session = listing_session(&live->listing, row);

    draft->session.state = READ_NOT_YET;
    if (session != SESSION_UNKNOWN)
        draft->session = (struct number_fact){session, READ_OK};
}

static enum status facts(struct source *source, const struct process_seen *row,
                         const struct process_facts **made)
{
    struct live *live = live_of(source);
    struct process_facts draft = {
        .key = row->key, .parent_pid = row->parent_pid, .name = row->name};
    enum read_state refused = READ_FAILED;
    struct arena *arena = arena_new(FACTS_MOST);
    bool no_memory = !arena;
    HANDLE handle = NULL;
    enum status status = ST_NO_MEMORY;

    if (!no_memory) {
        handle = hold(live, &row->key, &refused);
        add_session(live, row, &draft);
        if (handle)
            details_read(&live->details, handle, arena, &draft, &no_memory);
        else
            details_refused(&draft, refused);
        draft.services = refused == READ_NOT_APPLICABLE
                             ? (struct text_fact){.state = READ_NOT_APPLICABLE}
                             : services_find(&live->services, row->key.pid, row->key.start,
                                             is_service_child(live, row->parent_pid));
    }
    if (!no_memory)
        status = process_facts_new(&draft, made);
    /* Without memory its image stays unknown, and the process is told of all the same. */
    if (!status && draft.image.state == READ_OK)
        (void)images_add(&live->images, row->key, draft.image.value);
    arena_free(arena);
    return status;
}

static void read_exit(const struct live *live, const struct held *entry, struct process_exit *exit)
{
    moment start;
    moment end = 0;
    int64_t cpu;
    DWORD code = 0;
    bool over = entry->ended || live->system->wait_for_multiple_objects(
                                    1, &entry->handle, FALSE, END_WAIT_MS) == WAIT_OBJECT_0;

    *exit = (struct process_exit){.code_state = READ_FAILED};
    if (!over)
        return;
    if (held_times(live->system, entry->handle, &start, &end, &cpu))
        exit->when = end;
    if (live->system->get_exit_code_process(entry->handle, &code)) {
        exit->code = code;
        exit->code_state = READ_OK;
    } else {
        exit->code_state = read_state_from(failure_from_win32(GetLastError()));
    }
}

static enum status ended(struct source *source, struct process_key key, struct process_exit *exit)
{
    struct live *live = live_of(source);
    struct held *entry = held_find(&live->held, key.pid);

    images_remove(&live->images, key);
    if (!entry || !process_key_equal(entry->key, key) || entry->let_go)
        return ST_NOT_FOUND;
    if (entry->handle)
        read_exit(live, entry, exit);
    else
        *exit = (struct process_exit){.code_state =
                                          read_state_from(failure_from_win32(entry->open_error))};
    if (entry->handle)
        live->system->close_handle(entry->handle);
    entry->handle = NULL;
    entry->let_go = true;
    return ST_OK;
}

static bool has_ended(struct source *source, struct process_key key)
{
    const struct held *entry = held_find(&live_of(source)->held, key.pid);

    return entry && entry->ended && process_key_equal(entry->key, key);
}

static enum status read_names(struct source *source, struct name_table *table)
{
    return names_read(&live_of(source)->names, table);
}

static enum status read_images(struct source *source, uint32_t wait_ms, struct image_table *table)
{
    return images_read(&live_of(source)->images, wait_ms, table);
}

static struct text windows(struct source *source)
{
    return (struct text){live_of(source)->windows, live_of(source)->windows_size};
}

static void read_windows(struct live *live)
{
    wchar_t wide[MAX_PATH];
    UINT length = GetSystemWindowsDirectoryW(wide, MAX_PATH);

    if (length && length < MAX_PATH)
        live->windows_size = text16_encode(wide, length, live->windows);
}

static void free_live(struct source *source)
{
    struct live *live = live_of(source);

    images_done(&live->images);
    names_done(&live->names);
    sockets_done(&live->sockets);
    services_done(&live->services);
    accounts_done(&live->accounts);
    details_done(&live->details);
    listing_done(&live->search);
    listing_done(&live->listing);
    held_done(&live->held);
    memory_give(live->found_name);
    memory_give(live);
}

static const struct source_class live_class = {
    .processes = processes,
    .connections = connections,
    .find = find,
    .facts = facts,
    .ended = ended,
    .has_ended = has_ended,
    .names = read_names,
    .images = read_images,
    .windows = windows,
    .free = free_live,
};

enum status live_source_new(const struct system_table *system, struct source **source)
{
    struct live *live = memory_take(sizeof *live);
    enum status status;

    if (!live)
        return ST_NO_MEMORY;
    live->source.class = &live_class;
    live->system = system ? system : system_calls();
    held_init(&live->held, live->system);
    listing_init(&live->listing, live->system);
    listing_init(&live->search, live->system);
    accounts_init(&live->accounts, live->system);
    services_init(&live->services, live->system);
    sockets_init(&live->sockets, live->system);
    names_init(&live->names, live->system);
    images_init(&live->images);
    read_windows(live);
    status = details_init(&live->details, live->system, &live->accounts);
    if (status) {
        free_live(&live->source);
        return status;
    }
    *source = &live->source;
    return ST_OK;
}
