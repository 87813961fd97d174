#include "core/case/hit_log.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/case/ecs.h"

struct hit_log {
    struct hit_file file;
    struct buffer pending; /* whole lines, but for the first, of which `done` bytes are written */
    size_t done;
    uint64_t waiting; /* line ends in what is not written */
    uint64_t written;
    uint64_t lost;
    bool unflushed;
    enum status failed; /* the last attempt */
};

static uint64_t line_ends(struct text bytes)
{
    uint64_t count = 0;
    for (size_t i = 0; bytes.bytes && i < bytes.size; i++)
        count += bytes.bytes[i] == '\n';
    return count;
}

static struct text unwritten(const struct hit_log *log)
{
    return text_slice(buffer_text(&log->pending), log->done, log->pending.size - log->done);
}

/* Where the line begins that was cut off half-way: it is kept whole until all of it is written. */
static size_t line_start(const struct hit_log *log)
{
    size_t at = log->done;
    while (at > 0 && log->pending.bytes[at - 1] != '\n')
        at--;
    return at;
}

struct text hit_log_pending(const struct hit_log *log)
{
    size_t at = line_start(log);
    return text_slice(buffer_text(&log->pending), at, log->pending.size - at);
}

static enum status append_pending(struct hit_log *log)
{
    while (log->done < log->pending.size) {
        struct text rest = unwritten(log);
        size_t written = 0;
        enum status status = log->file.append(log->file.context, rest, &written);
        if (written > rest.size)
            written = rest.size;
        uint64_t lines = line_ends(text_slice(rest, 0, written));
        log->done += written;
        log->waiting -= lines;
        log->written += lines;
        log->unflushed = log->unflushed || written;
        if (status != ST_OK)
            return status;
        if (written == 0)
            return ST_IO;
    }
    buffer_clear(&log->pending);
    log->done = 0;
    return ST_OK;
}

enum status hit_log_retry(struct hit_log *log)
{
    enum status status = append_pending(log);
    if (log->unflushed) {
        enum status flushed = log->file.flush(log->file.context);
        log->unflushed = flushed != ST_OK;
        if (status == ST_OK)
            status = flushed;
    }
    log->failed = status;
    return status;
}

enum status hit_log_open(const struct hit_file *file, size_t ceiling, struct hit_log **log)
{
    bool whole = true;
    enum status status = file->ends_whole(file->context, &whole);
    if (status != ST_OK)
        return status;
    struct hit_log *opened = memory_take(sizeof *opened);
    if (!opened)
        return ST_NO_MEMORY;
    opened->file = *file;
    buffer_init(&opened->pending, ceiling);
    if (!whole) {
        buffer_add_byte(&opened->pending, '\n');
        opened->waiting = 1;
        status = opened->pending.failed;
        if (status == ST_OK)
            status = hit_log_retry(opened);
        opened->written = 0; /* the line end of somebody else's line is no hit */
    }
    if (status != ST_OK) {
        buffer_done(&opened->pending);
        memory_give(opened);
        return status;
    }
    *log = opened;
    return ST_OK;
}

void hit_log_free(struct hit_log *log)
{
    if (!log)
        return;
    hit_log_retry(log);
    buffer_done(&log->pending);
    memory_give(log);
}

/* Drops the lines that are written, to make room under the ceiling. */
static void forget_written(struct hit_log *log)
{
    size_t at = line_start(log);
    if (at == 0)
        return;
    memmove(log->pending.bytes, log->pending.bytes + at, log->pending.size - at);
    log->pending.size -= at;
    log->done -= at;
}

/* Adds the hit's line behind what waits; on failure nothing of it stays. */
static enum status add_line(struct hit_log *log, const struct hit *hit)
{
    forget_written(log);
    size_t before = log->pending.size;
    ecs_add_hit(&log->pending, hit);
    buffer_add_byte(&log->pending, '\n');
    enum status status = log->pending.failed;
    if (status != ST_OK) {
        log->pending.size = before;
        log->pending.failed = ST_OK;
    }
    return status;
}

enum status hit_log_take(void *context, const struct hit *hit)
{
    struct hit_log *log = context;
    enum status made = add_line(log, hit);
    if (made != ST_OK) {
        hit_log_retry(log); /* may make room */
        made = add_line(log, hit);
    }
    if (made == ST_OK)
        log->waiting++;
    else
        log->lost++;
    enum status status = hit_log_retry(log);
    return made != ST_OK ? made : status;
}

uint64_t hit_log_written(const struct hit_log *log)
{
    return log->written;
}

uint64_t hit_log_waiting(const struct hit_log *log)
{
    return log->waiting;
}

uint64_t hit_log_lost(const struct hit_log *log)
{
    return log->lost;
}

static void add_count(struct buffer *line, uint64_t count, const char *what)
{
    buffer_add_unsigned(line, count);
    buffer_add_string(line, count == 1 ? " hit " : " hits ");
    buffer_add_string(line, what);
}

void hit_log_trouble(const struct hit_log *log, struct buffer *line)
{
    if (log->failed != ST_OK) {
        buffer_add_string(line, status_phrase(log->failed));
        buffer_add_string(line, ": ");
        add_count(line, log->waiting, "waiting in memory");
    }
    if (log->lost) {
        if (log->failed != ST_OK)
            buffer_add_string(line, ", ");
        add_count(line, log->lost, "lost for want of memory");
    }
}
