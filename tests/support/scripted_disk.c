#include "tests/support/scripted_disk.h"

#include <stdlib.h>
#include <string.h>

static void tell(struct scripted_disk *disk, const char *what, struct text path)
{
    if (!disk->story)
        return;
    buffer_add_string(disk->story, what);
    buffer_add_byte(disk->story, ' ');
    buffer_add(disk->story, path);
    buffer_add_byte(disk->story, '\n');
}

struct scripted_file *scripted_disk_file(struct scripted_disk *disk, struct text path)
{
    for (size_t i = 0; i < SCRIPTED_FILES; i++)
        if (disk->files[i].is_there && text_equal_nocase(path, text_from(disk->files[i].path)))
            return &disk->files[i];
    return NULL;
}

struct scripted_file *scripted_disk_add(struct scripted_disk *disk, const char *path)
{
    for (size_t i = 0; i < SCRIPTED_FILES; i++)
        if (!disk->files[i].path) {
            disk->files[i] = (struct scripted_file){.path = path,
                                                    .id = (uint8_t)(i + 1),
                                                    .size = 6,
                                                    .modified = MOMENT_SECOND,
                                                    .is_there = true};
            return &disk->files[i];
        }
    abort();
}

static struct file_key key_of(const struct scripted_file *file)
{
    struct file_key key = {
        .volume = 7, .size = file->size, .modified = file->modified, .known = !file->dead_id};
    key.id[0] = file->id;
    return key;
}

static void fill(struct removal_sight *sight, const struct scripted_file *file)
{
    sight->path = text_from(file->path);
    sight->thing = file->is_folder ? REMOVAL_FOLDER : file->dying ? REMOVAL_DYING : REMOVAL_FILE;
    sight->key = key_of(file);
    sight->times = (struct image_file){.size = file->size, .modified = file->modified};
    sight->attributes = file->attributes;
    sight->links = 1;
}

static enum status look(void *context, struct text path, struct removal_sight **sight)
{
    struct scripted_disk *disk = context;
    struct arena *arena = arena_new(1u << 16);
    disk->looks++;
    if (disk->on_look)
        disk->on_look(disk);
    const struct scripted_file *file = scripted_disk_file(disk, path);
    if (!arena)
        abort();
    *sight = arena_take(arena, sizeof(**sight));
    (*sight)->arena = arena;
    (*sight)->asked = arena_copy(arena, path, NULL);
    (*sight)->thing = REMOVAL_NOTHING;
    if (file)
        fill(*sight, file);
    return ST_OK;
}

struct removal_sight *scripted_disk_look(struct scripted_disk *disk, const char *path)
{
    struct removal_sight *sight;
    look(disk, text_from(path), &sight);
    disk->looks = 0;
    sight->guarded = sight->signed_windows = REMOVAL_NO;
    return sight;
}

/* NULL with *failure. */
static struct scripted_file *open_same(struct scripted_disk *disk, struct text path,
                                       const struct file_key *key, enum status status,
                                       struct failure *failure)
{
    struct scripted_file *file = scripted_disk_file(disk, path);
    if (!file || file->dying) {
        *failure = (struct failure){ST_NOT_FOUND, "CreateFile", 2};
        return NULL;
    }
    const struct file_key now = key_of(file);
    if (!removal_same_file(key, &now))
        *failure = (struct failure){.status = ST_STALE};
    else if (status == ST_BUSY)
        *failure = (struct failure){ST_BUSY, "CreateFile", 32};
    else if (status != ST_OK)
        *failure = (struct failure){status, "SetFileInformationByHandle", 5};
    return failure->status == ST_OK ? file : NULL;
}

static enum status set_read_only(void *context, struct text path, const struct file_key *key,
                                 bool read_only, struct failure *failure)
{
    struct scripted_disk *disk = context;
    const struct scripted_file *there = scripted_disk_file(disk, path);
    struct scripted_file *file = open_same(disk, path, key, there ? there->change : ST_OK, failure);
    tell(disk, read_only ? "read-only" : "writable", path);
    if (file)
        file->attributes ^= REMOVAL_READ_ONLY;
    return failure->status;
}

static enum status erase(void *context, struct text path, const struct file_key *key,
                         struct failure *failure)
{
    struct scripted_disk *disk = context;
    const struct scripted_file *there = scripted_disk_file(disk, path);
    struct scripted_file *file = open_same(disk, path, key, there ? there->erase : ST_OK, failure);
    tell(disk, "erase", path);
    if (!file || file->stubborn)
        return failure->status;
    if (file->comes_back)
        file->id += 100;
    else if (file->held)
        file->dying = true;
    else
        file->is_there = false;
    return ST_OK;
}

static enum status rename_file(void *context, struct text path, const struct file_key *key,
                               struct text to, struct failure *failure)
{
    struct scripted_disk *disk = context;
    const struct scripted_file *there = scripted_disk_file(disk, path);
    struct scripted_file *file = open_same(disk, path, key, there ? there->rename : ST_OK, failure);
    static char names[4][64];
    static unsigned next;
    tell(disk, "rename", to);
    if (!file)
        return failure->status;
    if (to.size >= sizeof names[0] || scripted_disk_file(disk, to))
        abort();
    char *name = names[next++ % 4];
    memcpy(name, to.bytes, to.size);
    name[to.size] = '\0';
    file->path = name;
    return ST_OK;
}

static enum status schedule(void *context, struct text path, struct failure *failure)
{
    struct scripted_disk *disk = context;
    tell(disk, "schedule", path);
    if (disk->schedule != ST_OK)
        *failure = (struct failure){disk->schedule, "MoveFileEx", 5};
    return disk->schedule;
}

static enum status scheduled(void *context, struct text path, struct buffer *recorded,
                             struct failure *failure)
{
    const struct scripted_disk *disk = context;
    if (disk->unread != ST_OK)
        *failure = (struct failure){disk->unread, "RegGetValue", 5};
    else if (disk->schedule == ST_OK && !disk->forgets) {
        buffer_add_string(recorded, "\\??\\");
        buffer_add(recorded, path);
    }
    return disk->unread;
}

static enum status store(void *context, const struct removal_sight *sight,
                         struct progress *progress, struct removal_copy *copy, struct buffer *path,
                         struct buffer *problem)
{
    struct scripted_disk *disk = context;
    enum status status = progress_cancelled(progress) ? ST_CANCELLED : disk->store;
    tell(disk, "store", sight->path);
    if (status != ST_OK) {
        buffer_add_string(problem, "can't copy: ");
        buffer_add_string(problem, status_phrase(status));
        return status;
    }
    buffer_add_string(path, "C:\\case\\quarantine\\a5.quarantine");
    if (!disk->copy_is_lost)
        scripted_disk_add(disk, "C:\\case\\quarantine\\a5.quarantine");
    *copy = (struct removal_copy){.size = 6, .may_run = disk->may_run};
    memset(copy->sha256, 0xa5, sizeof copy->sha256);
    return ST_OK;
}

static enum status close_handle(void *context, const struct act_log *log,
                                const struct handle_row *row, struct buffer *words)
{
    struct scripted_disk *disk = context;
    (void)log;
    tell(disk, "close-handle", row->process_name);
    buffer_add_string(words, disk->close == ST_OK ? "closed" : "refused");
    return disk->close;
}

void scripted_disk_begin(struct scripted_disk *disk, struct buffer *story)
{
    *disk = (struct scripted_disk){
        .means = {look, set_read_only, erase, rename_file, schedule, scheduled, store, close_handle,
                  disk},
        .story = story,
    };
}
