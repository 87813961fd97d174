/* watch_jobs: what the watchlist's window has done beside its thread: reading reports, making
 * lists. Each is a struct worker (gui/worker.h) whose data is one of the structs below. What they
 * hold is owned by them; what the window wants to keep of a result it takes out (and leaves NULL)
 * or retains. */
#ifndef STAKEOUT_GUI_WATCH_JOBS_H
#define STAKEOUT_GUI_WATCH_JOBS_H

#include "core/watch/import.h"
#include "core/watch/watchlist_edit.h"
#include "gui/worker.h"

#define READ_MOST 64 /* files at once */

/* One text to look for indicators in. */
struct read_source {
    struct buffer path;           /* of the file; empty: `content` is there already */
    struct buffer name;           /* of the origin, as it is shown */
    struct buffer content;        /* empty again after it was read */
    struct import_result *result; /* NULL: see status */
    enum status status;
    struct failure failure;
    struct buffer problem; /* what was malformed, one line of English */
};

struct read_job {
    const struct watchlist *present; /* a reference, may be NULL */
    struct read_source sources[READ_MOST];
    size_t count;
};

/* Empty, owned: handed to watch_jobs_read, or read_job_free. NULL when there is no memory. */
struct read_job *read_job_new(const struct watchlist *present);
void read_job_free(struct read_job *job);
/* Another file, or another text; false when there is no room for it. */
bool read_job_add_file(struct read_job *job, struct text path);
bool read_job_add_text(struct read_job *job, struct text content, struct text name);
/* The job is handed over, also on failure. */
struct worker *watch_jobs_read(struct read_job *job, HWND window, UINT message);

enum edit_purpose { EDIT_GOES_ON, EDIT_SAVES, EDIT_ENDS };

/* Makes a list from another, and writes it where `path` is not empty. */
struct edit_job {
    enum edit_purpose purpose;
    const struct watchlist *list; /* a reference, may be NULL */
    bool *removed;                /* memory_take; NULL: nothing */
    const struct watchlist *more; /* a reference, may be NULL */
    struct buffer drop;           /* labels, one a line: what bears one of them is removed, too */
    struct buffer path;
    struct watchlist *made; /* NULL: see status */
    struct watchlist_change change;
    enum status status;
    enum status kept; /* of writing */
    struct failure failure;
};

struct edit_job *edit_job_new(enum edit_purpose purpose, const struct watchlist *list,
                              const struct watchlist *more);
void edit_job_free(struct edit_job *job);
struct worker *watch_jobs_edit(struct edit_job *job, HWND window, UINT message);

#endif
