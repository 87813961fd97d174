/* trap: a round over a made-up machine, and the hits that its sink was told.
 * Include after cmocka.h. One thread. */
#ifndef STAKEOUT_TESTS_TRAP_H
#define STAKEOUT_TESTS_TRAP_H

#include <string.h>

#include "core/watch/round.h"
#include "tests/support/scripted_source.h"

#define ALL (ROUND_CONNECTIONS | ROUND_PROCESSES | ROUND_NAMES)
#define HITS_MOST 64

struct trap {
    struct scripted_source *machine;
    struct round *round;
    const struct hit *hits[HITS_MOST];
    size_t count;
    enum status answer; /* of the sink */
    char order[64];     /* which sink was asked when */
};

static inline enum status take(void *context, const struct hit *hit)
{
    struct trap *trap = context;

    assert_true(trap->count < HITS_MOST);
    trap->hits[trap->count] = hit_retain(hit);
    trap->count++;
    strncat(trap->order, "1", sizeof trap->order - strlen(trap->order) - 1);
    return trap->answer;
}

static inline enum status take_second(void *context, const struct hit *hit)
{
    struct trap *trap = context;

    (void)hit;
    strncat(trap->order, "2", sizeof trap->order - strlen(trap->order) - 1);
    return ST_OK;
}

static inline const struct watchlist *list_of(const char *content)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist *list = NULL;
    struct watchlist_lines lines;

    assert_non_null(builder);
    assert_int_equal(
        watchlist_add_file_text(builder, text_from(content), text_of("list.txt"), NULL, &lines),
        ST_OK);
    assert_int_equal(lines.bad, 0);
    assert_int_equal(watchlist_build(builder, &list), ST_OK);
    return list;
}

static inline void watch(struct trap *trap, const char *content)
{
    const struct watchlist *list = list_of(content);

    assert_int_equal(round_set_watchlist(trap->round, list), ST_OK);
    watchlist_release(list);
}

/* A machine with System, services.exe and explorer.exe, watched for `content`. */
static inline void set_up(struct trap *trap, const char *content)
{
    struct hit_sink sinks[2] = {{take, trap}, {take_second, trap}};
    struct round_setup setup = {.sinks = sinks, .sink_count = 2};

    *trap = (struct trap){.machine = scripted_source_new()};
    setup.source = scripted_source_base(trap->machine);
    setup.clock = scripted_source_clock(trap->machine);
    scripted_source_start(trap->machine, 4, 0, "System");
    scripted_source_start(trap->machine, 600, 4, "services.exe");
    scripted_source_start(trap->machine, 900, 600, "explorer.exe");
    assert_int_equal(round_new(&setup, &trap->round), ST_OK);
    if (content)
        watch(trap, content);
    assert_int_equal(round_run(trap->round, ALL), ST_OK);
}

static inline void tear_down(struct trap *trap)
{
    round_free(trap->round);
    for (size_t i = 0; i < trap->count; i++)
        hit_release(trap->hits[i]);
    source_free(scripted_source_base(trap->machine));
}

static inline void run(struct trap *trap, unsigned parts)
{
    scripted_source_advance(trap->machine, 25 * MOMENT_MS);
    assert_int_equal(round_run(trap->round, parts), ST_OK);
}

static inline void assert_hit(const struct trap *trap, size_t number, enum match_by by,
                              const char *indicator, const char *process)
{
    const struct hit *hit;

    assert_true(number < trap->count);
    hit = trap->hits[number];
    assert_int_equal(hit->number, number + 1);
    if (hit->by != by || !text_equal(hit->indicator, text_from(indicator)))
        fail_msg("hit %zu is by %d \"%.*s\"", number, (int)hit->by, (int)hit->indicator.size,
                 hit->indicator.bytes);
    if (process)
        assert_true(hit->process && text_equal(hit->process->name, text_from(process)));
    else
        assert_null(hit->process);
}

static inline const struct connection_row *row_of(struct trap *trap, uint16_t local_port)
{
    struct history *history = round_history(trap->round);

    for (uint32_t slot = 0; slot < history_connection_slots(history); slot++) {
        const struct connection_row *row = history_connection(history, slot);

        if (row && row->seen.local.port == local_port)
            return row;
    }
    fail_msg("no connection from port %u", local_port);
    return NULL;
}

static inline const struct process_row *process_of(struct trap *trap, uint32_t pid)
{
    struct history *history = round_history(trap->round);

    for (uint32_t slot = 0; slot < history_process_slots(history); slot++) {
        const struct process_row *row = history_process(history, slot);

        if (row && row->facts->key.pid == pid)
            return row;
    }
    fail_msg("no process %u", pid);
    return NULL;
}

#endif
