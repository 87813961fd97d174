#include "core/windows/process/images.h"

#include <string.h>
#include <windows.h>

#include "core/base/memory.h"
#include "core/windows/file/file_times.h"
#include "core/windows/slow.h"

struct images_entry {
    struct process_key key;
    char *path; /* owned */
    size_t path_size;
    bool due;
    bool gone_once;
};

/* A piece of work: rows with their paths; the state says what was found. */
struct look {
    struct slow_job job;
    struct image_seen *rows; /* all owned */
    struct text *paths;
    char *bytes;
    size_t count;
};

void images_init(struct images *images)
{
    *images = (struct images){.again_at = GetTickCount64() + IMAGES_AGAIN_MS};
}

void images_done(struct images *images)
{
    slow_release(images->asked);
    slow_release(images->answer);
    for (size_t i = 0; i < images->count; i++)
        memory_give(images->entries[i].path);
    memory_give(images->entries);
    index_done(&images->by_key);
    *images = (struct images){.entries = NULL};
}

/* The letter of the drive that a path begins with, or 0: a share, or a name without a path. */
static char drive_of(struct text path)
{
    char letter;

    if (text_starts(path, text_of("\\\\?\\")))
        path = text_slice(path, 4, path.size - 4);
    if (path.size < 4 || path.bytes[1] != ':' || path.bytes[2] != '\\')
        return 0;
    letter = path.bytes[0];
    return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') ? letter : 0;
}

static enum status reserve(struct images *images)
{
    size_t capacity = images->capacity ? images->capacity * 2 : 256;
    struct images_entry *grown;

    if (images->count < images->capacity)
        return ST_OK;
    grown = memory_grow_array(images->entries, capacity, sizeof *grown);
    if (!grown)
        return ST_NO_MEMORY;
    images->entries = grown;
    images->capacity = capacity;
    return ST_OK;
}

static struct images_entry *find(const struct images *images, struct process_key key)
{
    uint64_t hash = process_key_hash(key);
    size_t at;

    for (uint32_t slot = index_first(&images->by_key, hash, &at); slot != INDEX_NONE;
         slot = index_next(&images->by_key, hash, &at))
        if (process_key_equal(images->entries[slot].key, key))
            return &images->entries[slot];
    return NULL;
}

enum status images_add(struct images *images, struct process_key key, struct text path)
{
    struct images_entry entry = {.key = key, .path_size = path.size, .due = true};
    enum status status = ST_OK;

    if (!drive_of(path) || find(images, key))
        return ST_OK;
    status = reserve(images);
    if (!status)
        status = index_reserve(&images->by_key, 1);
    if (!status) {
        entry.path = memory_take(path.size);
        status = entry.path ? ST_OK : ST_NO_MEMORY;
    }
    if (status)
        return status;
    memcpy(entry.path, path.bytes, path.size);
    index_add(&images->by_key, process_key_hash(key), (uint32_t)images->count);
    images->entries[images->count++] = entry;
    images->due++;
    return ST_OK;
}

void images_remove(struct images *images, struct process_key key)
{
    struct images_entry *entry = find(images, key);

    if (!entry)
        return;
    images->due -= entry->due;
    memory_give(entry->path);
    index_remove(&images->by_key, process_key_hash(key), (uint32_t)(entry - images->entries));
    images->count--;
    if (entry == &images->entries[images->count])
        return;
    *entry = images->entries[images->count];
    index_replace(&images->by_key, process_key_hash(entry->key), (uint32_t)images->count,
                  (uint32_t)(entry - images->entries));
}

/* ---- the thread's work ---- */

static void run_look(struct slow_job *job)
{
    struct look *look = (struct look *)job;

    for (size_t i = 0; i < look->count; i++) {
        wchar_t root[] = {(wchar_t)drive_of(look->paths[i]), L':', L'\\', L'\0'};

        look->rows[i].file.state = READ_UNSUPPORTED;
        if (GetDriveTypeW(root) != DRIVE_REMOTE)
            file_times_read(look->paths[i], &look->rows[i].file);
    }
}

static void free_look(struct slow_job *job)
{
    struct look *look = (struct look *)job;

    memory_give(look->rows);
    memory_give(look->paths);
    memory_give(look->bytes);
    memory_give(look);
}

static struct look *new_look(size_t count, size_t size)
{
    struct look *look = memory_take(sizeof *look);

    if (!look)
        return NULL;
    look->job = (struct slow_job){run_look, free_look};
    look->rows = memory_take_array(count, sizeof *look->rows);
    look->paths = memory_take_array(count, sizeof *look->paths);
    look->bytes = memory_take(size);
    if (look->rows && look->paths && look->bytes)
        return look;
    free_look(&look->job);
    return NULL;
}

/* Hands over what is due. Without memory or a thread it stays due. */
static void ask(struct images *images)
{
    size_t size = 0;
    struct look *look;

    for (size_t i = 0; i < images->count; i++)
        size += images->entries[i].due ? images->entries[i].path_size : 0;
    look = new_look(images->due, size);
    if (!look)
        return;
    size = 0;
    for (size_t i = 0; i < images->count; i++) {
        const struct images_entry *entry = &images->entries[i];

        if (!entry->due)
            continue;
        memcpy(look->bytes + size, entry->path, entry->path_size);
        look->paths[look->count] = (struct text){look->bytes + size, entry->path_size};
        look->rows[look->count++].key = entry->key;
        size += entry->path_size;
    }
    if (slow_start(&look->job, &images->asked))
        return;
    for (size_t i = 0; i < images->count; i++)
        images->entries[i].due = false;
    images->due = 0;
}

/* Takes over the rows that may be told; a file that is gone for the first time is due again. */
static void take_answer(struct images *images, struct image_table *table)
{
    struct look *look;
    size_t kept = 0;

    slow_release(images->answer);
    images->answer = images->asked;
    images->asked = NULL;
    look = (struct look *)slow_answer(images->answer);
    for (size_t i = 0; i < look->count; i++) {
        struct images_entry *entry = find(images, look->rows[i].key);
        bool gone = look->rows[i].file.state == READ_GONE;

        if (!entry)
            continue;
        if (gone && !entry->gone_once && !entry->due) {
            entry->due = true;
            images->due++;
        } else {
            look->rows[kept++] = look->rows[i];
        }
        entry->gone_once = gone;
    }
    *table = (struct image_table){look->rows, kept};
}

enum status images_read(struct images *images, uint32_t wait_ms, struct image_table *table)
{
    uint64_t now = GetTickCount64();

    *table = (struct image_table){.rows = NULL};
    if (now >= images->again_at) {
        for (size_t i = 0; i < images->count; i++)
            images->entries[i].due = true;
        images->due = images->count;
        images->again_at = now + IMAGES_AGAIN_MS;
    }
    if (!images->asked && images->due)
        ask(images);
    if (images->asked && slow_wait(images->asked, wait_ms))
        take_answer(images, table);
    if (!images->asked && images->due)
        ask(images); /* once more, for the proof */
    return ST_OK;
}
