/* The files of all loaded modules, each once: hashes, version, signature, and in whom it is loaded.
 * A library that was put beside an honest program shows here. */
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/memory.h"
#include "core/case/ecs_file.h"
#include "core/windows/evidence/bundle_parts_inside.h"
#include "core/windows/file/file_facts.h"
#include "core/windows/process/parts.h"

#define ARENA_MOST ((size_t)256 << 20)
#define PIDS_MOST 1000u /* that are told of one file */

struct loaded {
    struct text path; /* in the arena */
    uint32_t pid;
};

struct loads {
    struct arena *arena;
    struct loaded *rows;
    size_t count;
    size_t capacity;
};

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

/* Paths without regard to case (ASCII), then PIDs. */
static int compare(const void *a, const void *b)
{
    const struct loaded *left = a;
    const struct loaded *right = b;
    size_t both = left->path.size < right->path.size ? left->path.size : right->path.size;

    for (size_t i = 0; i < both; i++) {
        unsigned char one = (unsigned char)lower(left->path.bytes[i]);
        unsigned char other = (unsigned char)lower(right->path.bytes[i]);
        if (one != other)
            return one < other ? -1 : 1;
    }
    if (left->path.size != right->path.size)
        return left->path.size < right->path.size ? -1 : 1;
    return left->pid < right->pid ? -1 : left->pid > right->pid;
}

static enum status add_load(struct loads *loads, struct text path, uint32_t pid)
{
    bool failed = false;

    if (!path.size) /* mapped, and nobody could say from where */
        return ST_OK;
    if (loads->count == loads->capacity) {
        size_t capacity = loads->capacity ? loads->capacity * 2 : 1024;
        struct loaded *rows = memory_grow_array(loads->rows, capacity, sizeof *rows);
        if (!rows)
            return ST_NO_MEMORY;
        loads->rows = rows;
        loads->capacity = capacity;
    }
    loads->rows[loads->count] = (struct loaded){arena_copy(loads->arena, path, &failed), pid};
    loads->count += !failed;
    return failed ? ST_NO_MEMORY : ST_OK;
}

static enum status add_process(struct loads *loads, struct bundle_out *out,
                               struct parts_reader *reader, struct process_key key)
{
    struct process_parts *parts = NULL;
    enum status status = parts_read(reader, key, PROCESS_MODULES, &parts);

    if (status == ST_NO_MEMORY)
        return status;
    if (status || parts->modules_state != READ_OK) {
        if (status || parts->modules_state != READ_NOT_APPLICABLE)
            bundle_lost(out, 1, "the modules of a process could not be read");
        status = ST_OK;
    } else {
        for (size_t i = 0; i < parts->module_count && !status; i++)
            status = add_load(loads, parts->modules[i].path, key.pid);
    }
    process_parts_free(parts);
    return status;
}

/* "unread", opened by the first reason. */
struct reasons {
    struct json_writer *json;
    bool open;
};

static void add_reason(void *context, const char *name, struct text why)
{
    struct reasons *reasons = context;

    if (!reasons->open)
        json_open_object(reasons->json, "unread");
    reasons->open = true;
    json_text(reasons->json, name, why);
}

/* count rows from `rows` on are of one file. */
static enum status add_file(struct bundle_out *out, const struct loaded *rows, size_t count,
                            struct progress *cancel_only)
{
    struct file_facts *file = NULL;
    struct reasons reasons = {.open = false};
    struct json_writer *json;
    enum status status = file_facts_read(rows->path, FILE_ALL, NULL, cancel_only, &file);

    if (status)
        return status;
    json = bundle_row(out);
    json_moment(json, "@timestamp", bundle_now(out), false);
    json_open_object(json, "dll");
    json_text(json, "name", text_file_name(rows->path));
    json_text(json, "path", rows->path);
    ecs_add_file_in_process(json, file);
    json_close_object(json);
    ecs_add_file(json, file);
    json_open_object(json, "stakeout");
    json_open_array(json, "pids");
    for (size_t i = 0; i < count && i < PIDS_MOST; i++)
        if (!i || rows[i].pid != rows[i - 1].pid)
            json_unsigned(json, NULL, rows[i].pid);
    json_close_array(json);
    reasons.json = json;
    status = ecs_each_file_reason(file, add_reason, &reasons);
    if (reasons.open)
        json_close_object(json);
    json_close_object(json);
    file_facts_free(file);
    return status ? status : bundle_end_row(out);
}

static enum status add_files(struct loads *loads, struct bundle_out *out)
{
    struct progress *progress = bundle_progress(out);
    struct progress cancel_only = {.cancel = progress ? progress->cancel : NULL};
    enum status status = ST_OK;
    size_t next;

    if (loads->count)
        qsort(loads->rows, loads->count, sizeof *loads->rows, compare);
    for (size_t i = 0; i < loads->count && !status; i = next) {
        next = i + 1;
        while (next < loads->count &&
               text_equal_nocase(loads->rows[next].path, loads->rows[i].path))
            next++;
        progress_tell(progress, i, loads->count);
        status = add_file(out, &loads->rows[i], next - i, &cancel_only);
    }
    return status;
}

enum status bundle_module_files(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;
    const struct snapshot *snapshot = machine->snapshot;
    struct loads loads = {.arena = arena_new(ARENA_MOST)};
    const struct failure no_look = {.status = machine->look_failed};
    struct parts_reader *reader = NULL;
    enum status status = loads.arena ? ST_OK : ST_NO_MEMORY;

    if (!snapshot)
        status = bundle_fail(out, &no_look);
    if (!status)
        status = parts_reader_new(NULL, &reader);
    for (uint32_t i = 0; !status && i < snapshot->process_count; i++) {
        status = add_process(&loads, out, reader, snapshot->processes[i].facts->key);
        if (!status && bundle_cancelled(out))
            status = ST_CANCELLED;
    }
    if (!status)
        status = add_files(&loads, out);
    parts_reader_free(reader);
    memory_give(loads.rows);
    arena_free(loads.arena);
    return status;
}
