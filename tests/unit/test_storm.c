/* Ten thousand connections a second into TIME_WAIT (users.md N1): nothing is lost, and each keeps
 * the owner that was seen before the system withdrew it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/watch/round.h"
#include "tests/support/storm.h"

#define A_READING 250 /* at 25 ms: 10,000 a second */
#define SECONDS 8

static moment now = INT64_C(133000000000000000);

static moment tell_now(void *context)
{
    (void)context;
    return now;
}

static struct round *round_of(struct storm *storm, const struct history_limits *limits)
{
    const struct round_setup setup = {
        .source = storm_base(storm), .clock = {tell_now, tell_now, NULL}, .limits = limits};
    struct round *round = NULL;

    assert_int_equal(round_new(&setup, &round), ST_OK);
    return round;
}

static void run(struct round *round, unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++) {
        now += 25 * MOMENT_MS;
        assert_int_equal(
            round_run(round, ROUND_CONNECTIONS | (i % 10 ? 0u : (unsigned)ROUND_PROCESSES)), ST_OK);
    }
}

/* Every row of it has its owner; those that the system disowned are marked. */
static uint64_t count_owned(struct history *history)
{
    uint64_t count = 0;

    for (uint32_t slot = 0; slot < history_connection_slots(history); slot++) {
        const struct connection_row *row = history_connection(history, slot);

        if (!row)
            continue;
        assert_true(row->owner.pid >= 1000);
        assert_int_not_equal(row->process, NO_ROW);
        assert_int_equal(row->owner_from_history, row->seen.pid == 0);
        count++;
    }
    return count;
}

static void test_N1_nothing_of_a_storm_is_lost_and_owners_are_kept(void **state)
{
    struct storm *storm = storm_new(A_READING);
    struct round *round = round_of(storm, NULL);
    struct history_counts counts;

    (void)state;
    run(round, SECONDS * 40);
    storm_stop(storm);
    run(round, 200);
    counts = history_counts(round_history(round));
    assert_int_equal(storm_opened(storm), SECONDS * 40 * A_READING);
    assert_int_equal(counts.connections, 0);
    assert_int_equal(counts.closed, SECONDS * 40 * A_READING);
    assert_int_equal(counts.forgotten_connections, 0);
    assert_int_equal(count_owned(round_history(round)), SECONDS * 40 * A_READING);
    round_free(round);
    source_free(storm_base(storm));
}

static void test_N13_a_storm_without_end_is_bounded_and_cut_offs_are_told(void **state)
{
    struct storm *storm = storm_new(A_READING);
    struct history_limits limits = history_default_limits;
    struct round *round;
    struct history_counts counts;
    size_t size;

    (void)state;
    limits.closed_connections = 20000;
    round = round_of(storm, &limits);
    run(round, 400);
    size = history_size(round_history(round));
    run(round, 1200);
    counts = history_counts(round_history(round));
    assert_int_equal(counts.connections + counts.closed + counts.forgotten_connections,
                     storm_opened(storm));
    assert_true(counts.closed <= 20000 + A_READING); /* those of the last round go in the next */
    assert_true(counts.forgotten_connections > 0);
    assert_true(history_size(round_history(round)) <= size + size / 4);
    count_owned(round_history(round));
    round_free(round);
    source_free(storm_base(storm));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_N1_nothing_of_a_storm_is_lost_and_owners_are_kept),
        cmocka_unit_test(test_N13_a_storm_without_end_is_bounded_and_cut_offs_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
