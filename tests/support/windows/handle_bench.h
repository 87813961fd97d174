/* handle_bench: what tests of the search for handles have in common: a process that says what it
 * holds (lab/handles), a table of calls for a test to change, and the rows that came.
 * Include after cmocka.h. */
#ifndef STAKEOUT_TESTS_HANDLE_BENCH_H
#define STAKEOUT_TESTS_HANDLE_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/windows/find/handles.h"
#include "core/windows/text16.h"
#include "tests/support/windows/child.h"
#include "tests/support/windows/scratch.h"

#define HELD_LINES 32
#define ROWS_MOST 65536

struct held_line { /* what the lab program says of one handle */
    uint64_t value;
    char type[16];
    char name[2048];
};

static struct system_table calls;
static struct child child;
static struct buffer folder;
static struct held_line holds[HELD_LINES];
static size_t hold_count;
static struct arena *kept;
static struct handle_row rows[ROWS_MOST];
static size_t row_count;
static size_t rows_wanted; /* then the sink has enough */
static struct handles_told told;
static atomic_bool cancel;
static struct progress progress;

static inline int begin(void **state)
{
    (void)state;
    calls = *system_calls();
    memset(&child, 0, sizeof child);
    hold_count = row_count = 0;
    rows_wanted = ROWS_MOST;
    kept = arena_new((size_t)64 << 20);
    scratch_begin(&folder, "handles");
    atomic_store(&cancel, false);
    progress = (struct progress){.cancel = &cancel};
    return kept ? 0 : 1;
}

static inline int end(void **state)
{
    (void)state;
    if (child.process)
        child_end(&child);
    scratch_end(&folder);
    arena_free(kept);
    return 0;
}

static inline void take_line(char *line)
{
    struct held_line *held = &holds[hold_count++];
    char *type = strchr(line, '\t');
    char *name = type ? strchr(type + 1, '\t') : NULL;

    assert_non_null(name);
    *type = *name = 0;
    held->value = strtoull(line, NULL, 10);
    snprintf(held->type, sizeof held->type, "%s", type + 1);
    snprintf(held->name, sizeof held->name, "%s", name + 1);
}

static inline void start_lab(void)
{
    static char line[4096];
    wchar_t arguments[1024];
    wchar_t *wide = text16_from(buffer_text(&folder), NULL);

    _snwprintf(arguments, 1024, L"\"%ls\"", wide);
    text16_free(wide);
    child_start(&child, L"handles", arguments, 0);
    for (;;) {
        child_read_line(&child, line, sizeof line);
        if (strncmp(line, "pid=", 4) == 0)
            return;
        take_line(line);
    }
}

static inline bool keep_row(void *context, const struct handle_row *row)
{
    struct handle_row *copy = &rows[row_count++];

    (void)context;
    *copy = *row;
    copy->name = arena_copy(kept, row->name, NULL);
    copy->type = arena_copy(kept, row->type, NULL);
    copy->process_name = arena_copy(kept, row->process_name, NULL);
    return row_count < rows_wanted;
}

/* By the table of calls as the test has made it. pid 0: all processes. */
static inline enum status find_of(uint32_t pid)
{
    static const struct handle_sink sink = {keep_row, NULL};
    struct handles_scope scope = {&pid, pid ? 1 : 0};

    row_count = 0;
    return handles_find(&calls, &scope, &sink, &progress, &told);
}

/* The one row of that handle; fails where there is none, or two. */
static inline const struct handle_row *row_of(uint32_t pid, uint64_t value)
{
    const struct handle_row *found = NULL;

    for (size_t i = 0; i < row_count; i++)
        if (rows[i].process.pid == pid && rows[i].value == value) {
            if (found)
                fail_msg("handle %llu is told twice", (unsigned long long)value);
            found = &rows[i];
        }
    if (!found)
        fail_msg("handle %llu is missing", (unsigned long long)value);
    return found;
}

static inline const struct held_line *hold_of(const char *type, const char *part)
{
    for (size_t i = 0; i < hold_count; i++)
        if (strcmp(holds[i].type, type) == 0 && strstr(holds[i].name, part))
            return &holds[i];
    fail_msg("the lab program holds no %s %s", type, part);
    return NULL;
}

static inline bool lists_handles(void)
{
    return calls.nt_query_system_information && calls.nt_query_object;
}

#endif
