/* live_bench: what tests of the live source have in common.
 * Include after cmocka.h. */
#ifndef STAKEOUT_TESTS_LIVE_BENCH_H
#define STAKEOUT_TESTS_LIVE_BENCH_H

#include <stdlib.h>

#include "core/windows/live.h"
#include "core/windows/system.h"

/* Whether a function is hidden from this run (see core/windows/library.h): the fallback is tested.
 */
static inline bool is_hidden(const char *name)
{
    const char *hidden = getenv("STAKEOUT_HIDE_API");

    return hidden && (strchr(hidden, '*') || strstr(hidden, name));
}

static inline const struct process_seen *find_row(const struct process_table *table, uint32_t pid)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].key.pid == pid)
            return &table->rows[i];
    return NULL;
}

/* The row of a PID in a new listing, as soon as it is there; the test fails when it never is. */
static inline struct process_seen list_row(struct source *source, uint32_t pid)
{
    for (int tries = 0; tries < 500; tries++) {
        struct process_table table = {0};
        const struct process_seen *row;
        assert_int_equal(source_processes(source, &table), ST_OK);
        row = find_row(&table, pid);
        if (row)
            return *row;
        Sleep(10);
    }
    fail_msg("PID %u is not listed", (unsigned)pid);
    return (struct process_seen){0};
}

static inline const struct process_facts *list_facts(struct source *source, uint32_t pid)
{
    struct process_seen row = list_row(source, pid);
    const struct process_facts *facts = NULL;

    assert_int_equal(source_facts(source, &row, &facts), ST_OK);
    assert_non_null(facts);
    return facts;
}

/* The same, once the answers are there that others give (slow.h): the account and the services. */
static inline const struct process_facts *list_settled_facts(struct source *source, uint32_t pid)
{
    for (int tries = 0; tries < 1000; tries++) {
        const struct process_facts *facts = list_facts(source, pid);
        if (facts->user.state != READ_NOT_YET && facts->services.state != READ_NOT_YET)
            return facts;
        process_facts_release(facts);
        Sleep(10);
    }
    fail_msg("who runs PID %u and for which services was never answered", (unsigned)pid);
    return NULL;
}

#define assert_text(value, expected)                                                               \
    do {                                                                                           \
        struct text assert_text_value = (value);                                                   \
        if (!text_equal(assert_text_value, text_from(expected)))                                   \
            fail_msg("\"%.*s\" is not \"%s\"", (int)assert_text_value.size,                        \
                     assert_text_value.bytes ? assert_text_value.bytes : "", (expected));          \
    } while (0)

#endif
