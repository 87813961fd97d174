/* report_files: a case folder as its readers see it, and its files line by line.
 * Names are relative, with slashes: "hits.jsonl", "samples/0a….json". Portable: the files come in
 * as a table of functions. */
#ifndef STAKEOUT_CASE_REPORT_FILES_H
#define STAKEOUT_CASE_REPORT_FILES_H

#include "core/base/buffer.h"

struct report_files {
    /* ST_NOT_FOUND: there is no such file. */
    enum status (*open)(void *context, struct text name, void **file);
    /* Reads at most `size` bytes from `at`; *got is less only at the end. */
    enum status (*read)(void *file, uint64_t at, char *out, size_t size, size_t *got);
    void (*close)(void *file);
    /* Calls `found` for each file right in a folder, in any order. ST_NOT_FOUND: no such folder. */
    enum status (*list)(void *context, struct text folder,
                        void (*found)(void *to, struct text name, uint64_t size), void *to);
    void *context; /* borrowed */
};

#define REPORT_LINE_MOST ((size_t)4 << 20) /* bytes; what is longer is passed over and counted */

/* Appends a whole file. ST_TOO_LARGE: it does not fit under out's ceiling. */
enum status report_read_file(const struct report_files *files, struct text name,
                             struct buffer *out);

struct report_lines {
    const struct report_files *files; /* borrowed */
    void *file;
    struct buffer line; /* without its end */
    char *part;         /* owned */
    size_t part_size;
    size_t used;
    uint64_t read_to; /* bytes of the file that were read so far */
    uint64_t at;      /* where the line begins */
    uint32_t number;  /* from 1 */
    bool whole;       /* it has an end: no kill cut it off */
    bool is_long;     /* over the ceiling: the line is empty */
};

/* ST_NOT_FOUND: there is no such file. To be closed when it was opened. */
enum status report_lines_open(struct report_lines *lines, const struct report_files *files,
                              struct text name);
void report_lines_close(struct report_lines *lines);
/* ST_NOT_FOUND: there is no further line. */
enum status report_lines_next(struct report_lines *lines);
/* Reads a line again: its place and size are known. Into lines->line; what comes next is not. */
enum status report_lines_again(struct report_lines *lines, uint64_t at, size_t size);

#endif
