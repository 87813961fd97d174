/* property_pages: what stands on each page of a process's properties.
 * A page is a table that is made from what is known by now: a snapshot, and what was read when the
 * page was first shown. What could not be read stands there with its reason; nothing is left empty
 * as if it were an answer. Window thread. */
#ifndef STAKEOUT_GUI_PROPERTY_PAGES_H
#define STAKEOUT_GUI_PROPERTY_PAGES_H

#include "core/model/file_facts.h"
#include "core/model/process_parts.h"
#include "gui/cell_text.h"
#include "gui/grid.h"
#include "gui/sheet.h"

enum property_page {
    PAGE_GENERAL,
    PAGE_TIMES,
    PAGE_FILE,
    PAGE_THREADS,
    PAGE_MODULES,
    PAGE_TOKEN,
    PAGE_ENVIRONMENT,
    PAGE_CONNECTIONS,
    PAGE_HISTORY,
    PAGE_COUNT
};

/* What has to be read before a page can be shown, and serves no other page. */
enum property_need {
    NEED_NOTHING, /* the snapshot holds it all */
    NEED_TIMES,
    NEED_FILE,
    NEED_THREADS,
    NEED_MODULES,
    NEED_TOKEN,
    NEED_ENVIRONMENT,
    NEED_COUNT
};

struct property_view {
    const struct snapshot *snapshot; /* that still has the process */
    uint32_t process;
    struct cell_words words;
    /* What was read; NULL: not yet, or `failed` says that there was no memory. */
    const struct file_facts *file;
    const struct process_parts *parts;
};

struct property_page_class {
    const char *key; /* of its columns in the settings */
    const struct grid_column *columns;
    unsigned column_count;
    enum property_need need;
    unsigned parts; /* enum process_part, or enum file_part for NEED_TIMES and NEED_FILE */
    bool alive;     /* changes with every snapshot */
    bool pairs;     /* a name and its value, which is shown whole below */
    /* Without what the page needs it is not called. Adds to the note, too. */
    void (*build)(const struct property_view *view, struct sheet *sheet);
};

const struct property_page_class *property_page(enum property_page page);

/* The pages' own; see property_*.c. */
void property_build_general(const struct property_view *view, struct sheet *sheet);
void property_build_times(const struct property_view *view, struct sheet *sheet);
void property_build_file(const struct property_view *view, struct sheet *sheet);
void property_build_threads(const struct property_view *view, struct sheet *sheet);
void property_build_modules(const struct property_view *view, struct sheet *sheet);
void property_build_token(const struct property_view *view, struct sheet *sheet);
void property_build_environment(const struct property_view *view, struct sheet *sheet);
void property_build_connections(const struct property_view *view, struct sheet *sheet);
void property_build_history(const struct property_view *view, struct sheet *sheet);

/* Pieces that they share. */

/* "(access denied)" */
void property_add_state(struct buffer *out, enum read_state state);
/* A row of a name and its value; the row is dim where the value is a reason. */
void property_pair(struct sheet *sheet, unsigned name, struct text value);
void property_pair_cell(const struct property_view *view, struct sheet *sheet, unsigned name,
                        struct cell cell);
void property_pair_state(struct sheet *sheet, unsigned name, enum read_state state);
/* "12 threads" or "can't be read: access denied", into the note. False: nothing was read. */
bool property_note_count(struct sheet *sheet, enum read_state state, size_t count);

#endif
