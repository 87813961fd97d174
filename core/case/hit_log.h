/* hit_log: hits on the disk, one line of JSON each (hits.jsonl), flushed before anything else
 * happens. What could not be written (disk full, share gone) is kept in memory, in order, up to a
 * ceiling, and written as soon as the file takes it again: by the next hit, or by hit_log_retry. A
 * line that was cut off half-way is continued where it broke off, so that the file holds whole
 * lines only; should the program be killed in between, the next hit_log_open ends the torn line
 * first. Portable: the file comes in as a table of functions. The log must be the file's only
 * writer. One thread at a time. */
#ifndef STAKEOUT_CASE_HIT_LOG_H
#define STAKEOUT_CASE_HIT_LOG_H

#include "core/watch/hit.h"

struct hit_file {
    /* Appends bytes at the end. *written says how many went in, also on failure. */
    enum status (*append)(void *context, struct text bytes, size_t *written);
    /* Returns when all that was appended would survive the machine's being switched off. */
    enum status (*flush)(void *context);
    /* Whether the file's last byte is a line end; true for an empty file. */
    enum status (*ends_whole)(void *context, bool *whole);
    void *context; /* borrowed */
};

struct hit_log;

#define HIT_LOG_CEILING (16u << 20) /* bytes of lines that wait */

/* Ends a torn last line. The table is copied. Owned: hit_log_free. */
enum status hit_log_open(const struct hit_file *file, size_t ceiling, struct hit_log **log);
/* Tries what waits once more. NULL is fine. */
void hit_log_free(struct hit_log *log);

/* For a struct hit_sink (watch/round.h): context is the log. A failure means that this hit is not
 * yet on the disk; it waits, unless hit_log_lost has grown. */
enum status hit_log_take(void *context, const struct hit *hit);
/* Writes what waits. ST_OK when nothing does any more. */
enum status hit_log_retry(struct hit_log *log);

uint64_t hit_log_written(const struct hit_log *log);
uint64_t hit_log_waiting(const struct hit_log *log);
uint64_t hit_log_lost(const struct hit_log *log); /* over the ceiling, or no memory for the line */
/* The lines that wait, whole, though the first may be in the file in part. Borrowed until the next
 * call. */
struct text hit_log_pending(const struct hit_log *log);
/* One line of English ("the disk is full: 3 hits waiting in memory"); nothing when all is well. */
void hit_log_trouble(const struct hit_log *log, struct buffer *line);

#endif
