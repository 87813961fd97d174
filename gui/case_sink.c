#include "gui/case_sink.h"

#include <windows.h>

#include "core/base/memory.h"
#include "core/case/ecs.h"
#include "core/windows/case/case_folder.h"

#define PATH_CEILING ((size_t)128 * 1024)
#define LINE_CEILING ((size_t)256 * 1024)
#define WAITING_MOST 10000

struct case_sink {
    SRWLOCK lock; /* of all below */
    struct buffer path;
    struct buffer problem;
    struct case_folder *folder; /* NULL until it was opened */
    const struct hit **waiting; /* a reference each */
    size_t waiting_count;
    uint64_t lost;
    unsigned writers; /* of the journal, at this moment */
    unsigned actions; /* begun, and not told the end of */
};

struct case_sink *case_sink_new(struct text path)
{
    struct case_sink *sink = memory_take(sizeof *sink);
    if (!sink)
        return NULL;
    InitializeSRWLock(&sink->lock);
    buffer_init(&sink->path, PATH_CEILING);
    buffer_init(&sink->problem, LINE_CEILING);
    buffer_add(&sink->path, path);
    sink->waiting = memory_take_array(WAITING_MOST, sizeof *sink->waiting);
    if (sink->path.failed == ST_OK && sink->waiting)
        return sink;
    case_sink_close(sink, NULL);
    return NULL;
}

/* Under the lock. */
static enum status open_folder(struct case_sink *sink)
{
    if (sink->folder)
        return ST_OK;
    buffer_clear(&sink->problem);
    enum status status = case_folder_open(buffer_text(&sink->path), &sink->folder, &sink->problem);
    if (status != ST_OK)
        return status;
    struct hit_sink file = case_folder_sink(sink->folder);
    for (size_t i = 0; i < sink->waiting_count; i++) {
        file.take(file.context, sink->waiting[i]);
        hit_release(sink->waiting[i]);
    }
    sink->waiting_count = 0;
    return ST_OK;
}

enum status case_sink_open(struct case_sink *sink)
{
    AcquireSRWLockExclusive(&sink->lock);
    enum status status = open_folder(sink);
    ReleaseSRWLockExclusive(&sink->lock);
    return status;
}

static enum status take(void *context, const struct hit *hit)
{
    struct case_sink *sink = context;
    AcquireSRWLockExclusive(&sink->lock);
    enum status status = open_folder(sink);
    if (status == ST_OK) {
        struct hit_sink file = case_folder_sink(sink->folder);
        status = file.take(file.context, hit);
    } else if (sink->waiting_count < WAITING_MOST) {
        sink->waiting[sink->waiting_count++] = hit_retain(hit);
    } else {
        sink->lost++;
    }
    ReleaseSRWLockExclusive(&sink->lock);
    return status;
}

struct hit_sink case_sink_hits(struct case_sink *sink)
{
    return (struct hit_sink){take, sink};
}

/* The folder stays as long as somebody writes, so the lock need not be held meanwhile. */
static enum status write_entry(void *context, const struct journal_entry *entry, uint64_t *number)
{
    struct case_sink *sink = context;
    AcquireSRWLockExclusive(&sink->lock);
    enum status status = open_folder(sink);
    struct case_folder *folder = sink->folder;
    sink->writers += status == ST_OK;
    ReleaseSRWLockExclusive(&sink->lock);
    if (status != ST_OK)
        return status;
    struct act_log log = case_folder_log(folder);
    status = log.write(log.context, entry, number);
    AcquireSRWLockExclusive(&sink->lock);
    sink->writers--;
    if (entry->phase == JOURNAL_BEFORE && status == ST_OK)
        sink->actions++;
    if (entry->phase == JOURNAL_AFTER && sink->actions)
        sink->actions--;
    ReleaseSRWLockExclusive(&sink->lock);
    return status;
}

struct act_log case_sink_log(struct case_sink *sink)
{
    return (struct act_log){write_entry, sink};
}

/* Under the lock: whether the folder may be left. */
static bool may_leave(const struct case_sink *sink)
{
    if (sink->writers || sink->actions || sink->waiting_count || sink->lost)
        return false;
    return !sink->folder || !case_folder_retry(sink->folder);
}

bool case_sink_busy(struct case_sink *sink)
{
    AcquireSRWLockShared(&sink->lock);
    bool busy = sink->writers || sink->actions;
    ReleaseSRWLockShared(&sink->lock);
    return busy;
}

enum status case_sink_change(struct case_sink *sink, struct text path,
                             const struct case_words *words, struct buffer *problem)
{
    struct case_folder *made = NULL;
    enum status status = words ? case_folder_make(path, words, &made, problem)
                               : case_folder_open(path, &made, problem);
    if (status != ST_OK)
        return status;
    AcquireSRWLockExclusive(&sink->lock);
    struct case_folder *left = may_leave(sink) ? sink->folder : made;
    if (left != made) {
        sink->folder = made;
        buffer_clear(&sink->path);
        buffer_add(&sink->path, path);
        buffer_clear(&sink->problem);
    }
    ReleaseSRWLockExclusive(&sink->lock);
    case_folder_close(left, NULL);
    return left == made ? ST_BUSY : ST_OK;
}

enum status case_sink_seal(struct case_sink *sink, struct progress *progress,
                           struct manifest_made *made, struct failure *failure)
{
    AcquireSRWLockExclusive(&sink->lock);
    struct case_folder *sealed = may_leave(sink) ? sink->folder : NULL;
    enum status status = !sink->folder ? ST_NOT_FOUND : sealed ? ST_OK : ST_BUSY;
    if (sealed)
        sink->folder = NULL; /* a hit that comes now goes to the default one */
    struct buffer path = sink->path;
    if (sealed)
        buffer_init(&sink->path, PATH_CEILING);
    ReleaseSRWLockExclusive(&sink->lock);
    if (!sealed) {
        *made = (struct manifest_made){.files = 0};
        return status;
    }
    status = case_folder_seal(sealed, true, progress, made, failure);
    AcquireSRWLockExclusive(&sink->lock);
    if (status != ST_OK && !sink->folder) { /* it goes on as it was */
        sink->folder = sealed;
        sealed = NULL;
        buffer_done(&sink->path);
        sink->path = path;
        buffer_init(&path, PATH_CEILING);
    }
    ReleaseSRWLockExclusive(&sink->lock);
    buffer_done(&path);
    case_folder_close(sealed, NULL);
    return status;
}

void case_sink_name(struct case_sink *sink, struct buffer *out)
{
    struct buffer words[CASE_WORDS];
    for (size_t i = 0; i < CASE_WORDS; i++)
        buffer_init(&words[i], LINE_CEILING);
    AcquireSRWLockShared(&sink->lock);
    if (sink->folder) {
        case_folder_words(sink->folder, words);
        buffer_add(out, words[CASE_NAME].size ? buffer_text(&words[CASE_NAME])
                                              : text_file_name(case_folder_path(sink->folder)));
    }
    ReleaseSRWLockShared(&sink->lock);
    for (size_t i = 0; i < CASE_WORDS; i++)
        buffer_done(&words[i]);
}

uint64_t case_sink_close(struct case_sink *sink, struct buffer *unsaved)
{
    if (!sink)
        return 0;
    if (sink->waiting_count)
        open_folder(sink); /* a last try */
    uint64_t count = sink->waiting_count + sink->lost;
    for (size_t i = 0; i < sink->waiting_count; i++) {
        if (unsaved) {
            ecs_add_hit(unsaved, sink->waiting[i]);
            buffer_add_byte(unsaved, '\n');
        }
        hit_release(sink->waiting[i]);
    }
    count += case_folder_close(sink->folder, unsaved);
    memory_give((void *)sink->waiting);
    buffer_done(&sink->path);
    buffer_done(&sink->problem);
    memory_give(sink);
    return count;
}

uint64_t case_sink_retry(struct case_sink *sink)
{
    AcquireSRWLockExclusive(&sink->lock);
    if (sink->waiting_count)
        open_folder(sink);
    uint64_t count = sink->waiting_count + sink->lost;
    if (sink->folder)
        count += case_folder_retry(sink->folder);
    ReleaseSRWLockExclusive(&sink->lock);
    return count;
}

void case_sink_path(struct case_sink *sink, struct buffer *out)
{
    AcquireSRWLockShared(&sink->lock);
    if (sink->folder)
        buffer_add(out, case_folder_path(sink->folder));
    ReleaseSRWLockShared(&sink->lock);
}

void case_sink_place(struct case_sink *sink, struct buffer *out)
{
    AcquireSRWLockShared(&sink->lock);
    if (sink->folder)
        buffer_add(out, case_folder_path(sink->folder));
    else if (sink->path.size)
        buffer_add(out, buffer_text(&sink->path));
    else
        case_folder_default(out);
    ReleaseSRWLockShared(&sink->lock);
}

void case_sink_trouble(struct case_sink *sink, struct buffer *line)
{
    AcquireSRWLockShared(&sink->lock);
    if (sink->folder)
        case_folder_trouble(sink->folder, line);
    else
        buffer_add(line, buffer_text(&sink->problem));
    ReleaseSRWLockShared(&sink->lock);
}
