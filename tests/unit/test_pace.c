/* The pace: rates, rests, overruns and waits, with ticks of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/watch/pace.h"
#include "core/watch/round.h"

#define MS MOMENT_MS
#define ALL (ROUND_CONNECTIONS | ROUND_PROCESSES | ROUND_NAMES)

static struct pace watching(uint32_t connections_ms, uint32_t processes_ms)
{
    struct pace pace;

    pace_init(&pace, connections_ms, processes_ms);
    pace.watching = true;
    return pace;
}

static void test_rates_are_kept_within_bounds(void **state)
{
    struct pace pace;

    (void)state;
    pace_init(&pace, 0, 0);
    assert_int_equal(pace.connections_ms, PACE_CONNECTIONS_MS);
    assert_int_equal(pace.processes_ms, PACE_PROCESSES_MS);
    assert_int_equal(pace.cost.cpu_share, UINT32_MAX);
    pace_init(&pace, 1, 1000000);
    assert_int_equal(pace.connections_ms, PACE_LEAST_MS);
    assert_int_equal(pace.processes_ms, PACE_MOST_MS);
}

static void test_everything_is_due_at_first(void **state)
{
    struct pace pace = watching(25, 250);

    (void)state;
    assert_int_equal(pace_due(&pace, 1000 * MS), ALL);
    assert_int_equal(pace_wait(&pace, 1000 * MS), 0);
}

static void test_parts_come_at_their_own_rates(void **state)
{
    struct pace pace = watching(25, 250);
    unsigned counts[5] = {0};
    int64_t ticks = 0;

    (void)state;
    while (ticks < 10000 * MS) {
        unsigned parts = pace_due(&pace, ticks);

        assert_int_not_equal(parts, 0); /* never woken for nothing */
        counts[1] += (parts & ROUND_CONNECTIONS) != 0;
        counts[2] += (parts & ROUND_PROCESSES) != 0;
        counts[4] += (parts & ROUND_NAMES) != 0;
        pace_done(&pace, parts, ticks, ticks + 3 * MS);
        ticks += 3 * MS;
        ticks += pace_wait(&pace, ticks) * MS;
    }
    assert_int_equal(counts[1], 400);
    assert_int_equal(counts[2], 40);
    assert_int_equal(counts[4], 10);
    assert_int_equal(pace.cost.rounds, 400);
    assert_int_equal(pace.cost.overruns, 0);
    assert_int_equal(pace.cost.last, 3 * MS);
    assert_int_equal(pace.cost.average, 3 * MS);
    assert_int_equal(pace.cost.interval_ms, 25);
    assert_int_equal(pace.cost.processes_ms, 250);
}

static void test_late_waking_does_not_drift(void **state)
{
    struct pace pace = watching(25, 60000);
    int64_t ticks = 0;
    int rounds = 0;

    (void)state;
    pace_done(&pace, ALL, 0, 0);
    while (ticks < 10000 * MS) {
        ticks += pace_wait(&pace, ticks) * MS + 7 * MS; /* the system always wakes us late */
        if (pace_due(&pace, ticks) & ROUND_CONNECTIONS) {
            pace_done(&pace, ROUND_CONNECTIONS, ticks, ticks + MS);
            ticks += MS;
            rounds++;
        }
    }
    assert_in_range(rounds, 396, 401);
}

static void test_overruns_are_counted_and_not_made_up_for(void **state)
{
    struct pace pace = watching(25, 250);

    (void)state;
    pace_done(&pace, ALL, 0, 0);
    pace_done(&pace, ROUND_CONNECTIONS, 25 * MS, 225 * MS); /* eight rounds long */
    assert_int_equal(pace.cost.overruns, 1);
    assert_int_equal(pace_due(&pace, 225 * MS), 0); /* a breath for the machine */
    assert_int_equal(pace_wait(&pace, 225 * MS), PACE_LEAST_MS);
    assert_int_equal(pace_due(&pace, 230 * MS), ROUND_CONNECTIONS);
    pace_done(&pace, ROUND_CONNECTIONS, 230 * MS, 231 * MS);
    assert_int_equal(pace_wait(&pace, 231 * MS), 19); /* the processes, at 250 */
    assert_int_equal(pace_due(&pace, 250 * MS), ROUND_PROCESSES);
    assert_int_equal(pace_due(&pace, 255 * MS), ROUND_PROCESSES | ROUND_CONNECTIONS);
    assert_int_equal(pace.cost.overruns, 1);
    assert_true(pace.cost.average < 200 * MS);
}

static void test_after_a_sleep_of_the_machine_one_round_is_enough(void **state)
{
    struct pace pace = watching(25, 250);
    int64_t later = INT64_C(3600000) * MS;

    (void)state;
    pace_done(&pace, ALL, 0, MS);
    assert_int_equal(pace_due(&pace, later), ALL);
    pace_done(&pace, ALL, later, later + MS);
    assert_int_equal(pace_due(&pace, later + MS), 0);
    assert_int_equal(pace_wait(&pace, later + MS), 24);
}

static void test_idle(void **state)
{
    struct pace pace;

    (void)state;
    pace_init(&pace, 25, 250);
    /* Nothing is watched and nobody looks. */
    assert_int_equal(pace_due(&pace, 0), 0);
    assert_int_equal(pace_wait(&pace, 0), UINT32_MAX);
    /* Somebody looks: the window's own rhythm. */
    pace.looked_at = true;
    assert_int_equal(pace_due(&pace, 0), ALL);
    pace_done(&pace, ALL, 0, MS);
    assert_int_equal(pace_wait(&pace, MS), PACE_IDLE_MS - 1);
    assert_int_equal(pace.cost.interval_ms, PACE_IDLE_MS);
    /* A watchlist comes: the plan made at leisure does not hold it up. */
    pace.watching = true;
    assert_int_equal(pace_wait(&pace, 2 * MS), 0);
    assert_true(pace_due(&pace, 2 * MS) & ROUND_CONNECTIONS);
    assert_true(pace_due(&pace, 2 * MS) & ROUND_PROCESSES);
    /* Paused is paused. */
    pace.paused = true;
    assert_int_equal(pace_due(&pace, INT64_C(99999999999)), 0);
    assert_int_equal(pace_wait(&pace, 2 * MS), UINT32_MAX);
    pace_done(&pace, ROUND_CONNECTIONS, 2 * MS, 3 * MS);
    assert_int_equal(pace.cost.interval_ms, 0);
}

static void test_slow_rates_stay_slow_when_idle(void **state)
{
    struct pace pace;

    (void)state;
    pace_init(&pace, 5000, 5000);
    pace.looked_at = true;
    pace_done(&pace, ALL, 0, MS);
    assert_int_equal(pace_due(&pace, 1000 * MS), ROUND_NAMES);
    pace_done(&pace, ROUND_NAMES, 1000 * MS, 1000 * MS);
    assert_int_equal(pace_due(&pace, 4999 * MS) & ~(unsigned)ROUND_NAMES, 0);
    assert_int_equal(pace_due(&pace, 5000 * MS), ALL);
    pace_done(&pace, 0, 0, 0); /* nothing done, nothing counted */
    assert_int_equal(pace.cost.rounds, 2);
}

static void test_waits_are_rounded_up(void **state)
{
    struct pace pace = watching(25, 250);

    (void)state;
    pace_done(&pace, ALL, 0, MS);
    assert_int_equal(pace_wait(&pace, 25 * MS - 1), 1); /* 100 ns are a millisecond's wait */
    assert_int_equal(pace_wait(&pace, 25 * MS), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rates_are_kept_within_bounds),
        cmocka_unit_test(test_everything_is_due_at_first),
        cmocka_unit_test(test_parts_come_at_their_own_rates),
        cmocka_unit_test(test_late_waking_does_not_drift),
        cmocka_unit_test(test_overruns_are_counted_and_not_made_up_for),
        cmocka_unit_test(test_after_a_sleep_of_the_machine_one_round_is_enough),
        cmocka_unit_test(test_idle),
        cmocka_unit_test(test_slow_rates_stay_slow_when_idle),
        cmocka_unit_test(test_waits_are_rounded_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
