#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Campaigns over the history: random sequences of tables, every allocation failing in turn, and
 * what it holds after a long time. */
#include "tests/support/failing_memory.h"
#include "tests/support/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP (25 * MOMENT_MS)

/* Every row of a table that was just taken in must be in the history; every seventh is looked for.
 */
static void check_table(struct rig *rig)
{
    struct connection_table table;
    assert_int_equal(source_connections(scripted_source_base(rig->machine), &table), ST_OK);
    assert_int_equal(history_counts(rig->history).connections, table.count);
    for (size_t i = 0; i < table.count; i += 7) {
        const struct connection_seen *seen = &table.rows[i];
        bool found = false;
        for (uint32_t j = 0; j < history_connection_slots(rig->history) && !found; j++) {
            const struct connection_row *row = history_connection(rig->history, j);
            found = row && row->closed == 0 && row->seen.pid == seen->pid &&
                    row->seen.state == seen->state && row->seen.local.port == seen->local.port &&
                    address_equal(&row->seen.local.address, &seen->local.address) &&
                    row->last_seen == scripted_source_now(rig->machine);
        }
        assert_true(found);
    }
}

static void check_listing(struct rig *rig)
{
    struct process_table table;
    assert_int_equal(source_processes(scripted_source_base(rig->machine), &table), ST_OK);
    assert_int_equal(history_counts(rig->history).processes, table.count);
    for (size_t i = 0; i < table.count; i++) {
        uint32_t slot = history_find(rig->history, table.rows[i].key);
        const struct process_row *row = history_process(rig->history, slot);
        assert_non_null(row);
        assert_int_equal(row->ended, 0);
        assert_int_equal(row->cpu, table.rows[i].cpu);
    }
}

/* Ids are unique, and new ones are larger than all before. */
static uint64_t check_ids(struct rig *rig, uint64_t largest)
{
    uint64_t seen = largest;
    size_t count;
    const struct change *changes = history_changes(rig->history, &count);
    for (size_t i = 0; i < count; i++) {
        if (changes[i].kind != CHANGE_OPENED)
            continue;
        const struct connection_row *row = history_connection(rig->history, changes[i].slot);
        assert_true(row->id > seen);
        seen = row->id;
    }
    return seen;
}

/* The counts, carried along by the changes alone, must come out as the history's own. */
struct tally {
    int64_t running;
    int64_t open;
};

static void follow_changes(struct rig *rig, struct tally *tally)
{
    tally->running += (int64_t)rig_changes(rig, CHANGE_STARTED);
    tally->running -= (int64_t)rig_changes(rig, CHANGE_ENDED);
    tally->open += (int64_t)rig_changes(rig, CHANGE_OPENED);
    tally->open -= (int64_t)rig_changes(rig, CHANGE_CLOSED);
    assert_int_equal(tally->running, history_counts(rig->history).processes);
    assert_int_equal(tally->open, history_counts(rig->history).connections);
}

static void disturb(struct rig *rig)
{
    struct scripted_source *machine = rig->machine;
    uint32_t what = scripted_source_random(machine, 8);
    size_t count = scripted_source_process_count(machine);
    if (what == 0)
        scripted_source_stale(machine, (enum connection_part)scripted_source_random(machine, 4), 1,
                              scripted_source_random(machine, 2) == 0);
    if (what == 1 && count > 2)
        scripted_source_linger(
            machine,
            scripted_source_pid_at(machine, count - 1 - scripted_source_random(machine, 2)));
    if (what == 2)
        scripted_source_advance(machine, history_default_limits.keep / 3);
    if (what == 3) {
        /* A few PIDs are reused at once. */
        for (int i = 0; i < 3 && count > 10; i++) {
            uint32_t pid = scripted_source_pid_at(
                machine, 2 + scripted_source_random(machine, (uint32_t)count - 3));
            if (pid <= 4)
                continue;
            scripted_source_exit(machine, pid, 1);
            scripted_source_advance(machine, 1);
            scripted_source_start(machine, pid, 4, "again.exe");
        }
    }
    if (what == 4)
        scripted_source_fail(machine, SCRIPTED_ENDED, ST_DENIED, 2);
}

static void test_random_sequences_keep_every_invariant(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        const struct history_limits limits = {
            .keep = history_default_limits.keep, .ended_processes = 40, .closed_connections = 150};
        struct rig rig = rig_new(&limits);
        struct tally tally = {0, 0};
        uint64_t largest = 0;
        scripted_source_populate(rig.machine, 60, 200, seed);
        for (int round = 0; round < 120; round++) {
            double share = scripted_source_random(rig.machine, 30) / 100.0;
            scripted_source_churn(rig.machine, share);
            disturb(&rig);
            bool lists = scripted_source_random(rig.machine, 4) == 0;
            history_changes_clear(rig.history);
            scripted_source_advance(rig.machine, STEP);
            if (lists)
                assert_int_equal(rig_list(&rig), ST_OK);
            else
                rig_adopt(&rig, scripted_source_pid_at(rig.machine, 0));
            assert_int_equal(rig_connect(&rig), ST_OK);
            follow_changes(&rig, &tally);
            largest = check_ids(&rig, largest);
            rig_check(&rig);
            history_expire(rig.history, scripted_source_now(rig.machine));
            rig_check(&rig);
            assert_true(history_counts(rig.history).ended <= limits.ended_processes);
            assert_true(history_counts(rig.history).closed <= limits.closed_connections);
        }
        rig_free(&rig);
    }
}

static void test_what_a_table_tells_is_in_the_history(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_populate(rig.machine, 200, 800, 3);
    for (int round = 0; round < 60; round++) {
        scripted_source_churn(rig.machine, round % 10 == 0 ? 0.8 : 0.05);
        if (round % 5 == 2)
            scripted_source_stale(rig.machine, PART_TCP6, 1, false);
        rig_look(&rig, STEP);
        check_listing(&rig);
        if (round % 5 != 2)
            check_table(&rig);
    }
    rig_free(&rig);
}

/* Of every kind of change something, from the same beginning each time. */
static struct rig rig_before_a_round(void)
{
    struct rig rig = rig_new(NULL);
    scripted_source_populate(rig.machine, 50, 100, 5);
    rig_look(&rig, STEP);
    scripted_source_start(rig.machine, 1000, 4, "adopted.exe");
    rig_adopt(&rig, 1000);
    history_changes_clear(rig.history);
    scripted_source_churn(rig.machine, 0.3);
    scripted_source_populate(rig.machine, 200, 400, 6); /* and more than there is room for */
    scripted_source_advance(rig.machine, STEP);
    return rig;
}

static void assert_untouched(struct rig *rig, struct history_counts counts)
{
    struct history_counts now = history_counts(rig->history);
    size_t changes;
    history_changes(rig->history, &changes);
    assert_int_equal(changes, 0);
    assert_memory_equal(&now, &counts, sizeof counts);
    rig_check(rig);
}

/* Lets the n-th allocation of one step fail, until it needs fewer than n. */
static size_t campaign(enum status (*step)(struct rig *rig))
{
    for (size_t n = 1;; n++) {
        struct rig rig = rig_before_a_round();
        struct history_counts counts = history_counts(rig.history);
        failing_memory_begin(n);
        enum status status = step(&rig);
        bool failed = failing_memory_failed();
        failing_memory_end();
        if (failed) {
            assert_int_equal(status, ST_NO_MEMORY);
            assert_untouched(&rig, counts);
        } else {
            assert_int_equal(status, ST_OK);
        }
        /* And it goes on as if nothing had been. */
        assert_int_equal(rig_list(&rig), ST_OK);
        assert_int_equal(rig_connect(&rig), ST_OK);
        check_listing(&rig);
        check_table(&rig);
        rig_check(&rig);
        rig_free(&rig);
        if (!failed)
            return n - 1;
    }
}

static enum status adopt_one(struct rig *rig)
{
    struct process_seen row;
    struct source *source = scripted_source_base(rig->machine);
    uint32_t pid =
        scripted_source_pid_at(rig->machine, scripted_source_process_count(rig->machine) - 1);
    assert_int_equal(source_find(source, pid, &row), ST_OK);
    return history_adopt(rig->history, source, &row, scripted_source_now(rig->machine));
}

static enum status name_one(struct rig *rig)
{
    return history_set_domain(rig->history, 3, text_of("evil.example"));
}

static void test_the_nth_allocation_fails(void **state)
{
    (void)state;
    assert_true(campaign(rig_list) > 150); /* facts of each new process, and the history's own */
    assert_true(campaign(rig_connect) >= 3);
    assert_true(campaign(adopt_one) >= 1);
    assert_true(campaign(name_one) >= 3);
    failing_memory_begin(1);
    assert_null(history_new(NULL));
    failing_memory_end();
}

static void test_a_round_in_which_nothing_changed_allocates_nothing(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_populate(rig.machine, 500, 2000, 9);
    for (int i = 0; i < 5; i++)
        rig_look(&rig, STEP);
    size_t size = history_size(rig.history);
    failing_memory_begin(0);
    for (int i = 0; i < 10; i++) {
        rig_look(&rig, STEP);
        history_expire(rig.history, scripted_source_now(rig.machine));
    }
    assert_int_equal(failing_memory_requests(), 0);
    failing_memory_end();
    assert_int_equal(history_size(rig.history), size);
    rig_free(&rig);
}

static void test_everything_is_given_back(void **state)
{
    (void)state;
    failing_memory_begin(0);
    struct rig rig = rig_new(NULL);
    scripted_source_populate(rig.machine, 100, 300, 2);
    for (int i = 0; i < 20; i++) {
        scripted_source_churn(rig.machine, 0.2);
        rig_look(&rig, STEP);
        for (uint32_t j = 0; j < 20; j++)
            assert_int_equal(history_set_domain(rig.history, j, text_of("a.example")), ST_OK);
    }
    rig_free(&rig);
    history_free(NULL);
    assert_int_equal(failing_memory_blocks(), 0);
    failing_memory_end();
}

static void test_N13_a_hundred_thousand_endpoints_in_a_thousand_rounds(void **state)
{
    (void)state;
    struct rig rig = rig_new(&(struct history_limits){
        .keep = 30 * 60 * MOMENT_SECOND, .ended_processes = 2000, .closed_connections = 5000});
    scripted_source_start(rig.machine, 100, 0, "browser.exe");
    struct connection_seen row = {
        .pid = 100, .transport = TRANSPORT_TCP, .state = TCP_ESTABLISHED, .has_remote = true};
    row.local = (struct endpoint){.address = address_from_ipv4((const uint8_t[4]){10, 0, 0, 5})};
    uint32_t numbers[100];
    size_t settled = 0;
    for (uint32_t round = 0; round < 1000; round++) {
        for (uint32_t i = 0; i < 100; i++) {
            uint32_t number = round * 100 + i;
            uint8_t octets[4] = {198, (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                                 (uint8_t)number};
            if (round > 0)
                scripted_source_close(rig.machine, numbers[i]);
            row.remote = (struct endpoint){.address = address_from_ipv4(octets), .port = 443};
            numbers[i] = scripted_source_open(rig.machine, &row);
        }
        rig_look(&rig, STEP);
        char name[32];
        snprintf(name, sizeof name, "host-%u.example", round);
        assert_int_equal(history_set_domain(rig.history, 0, text_from(name)), ST_OK);
        history_expire(rig.history, scripted_source_now(rig.machine));
        if (round == 200)
            settled = history_size(rig.history);
        if (round > 200)
            assert_true(history_size(rig.history) <= settled + 4096);
    }
    assert_int_equal(history_counts(rig.history).closed, 5000);
    assert_int_equal(history_counts(rig.history).forgotten_connections, 100000 - 100 - 5000);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_ten_thousand_rows_alike_do_not_take_for_ever(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    struct connection_seen row = {.pid = 100, .transport = TRANSPORT_UDP};
    for (int i = 0; i < 20000; i++)
        scripted_source_open(rig.machine, &row);
    rig_look(&rig, STEP);
    rig_look(&rig, STEP);
    assert_int_equal(history_counts(rig.history).connections, 20000);
    /* All the same ends, each with another owner, all handed on at once. */
    for (uint32_t i = 0; i < 20000; i++)
        scripted_source_connection(rig.machine, i)->pid = 4 * i;
    rig_look(&rig, STEP);
    for (uint32_t i = 0; i < 20000; i++)
        scripted_source_connection(rig.machine, i)->pid = 4 * i + 2;
    rig_look(&rig, STEP);
    assert_int_equal(history_counts(rig.history).connections, 20000);
    rig_check(&rig);
    rig_free(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_sequences_keep_every_invariant),
        cmocka_unit_test(test_what_a_table_tells_is_in_the_history),
        cmocka_unit_test(test_the_nth_allocation_fails),
        cmocka_unit_test(test_a_round_in_which_nothing_changed_allocates_nothing),
        cmocka_unit_test(test_everything_is_given_back),
        cmocka_unit_test(test_N13_a_hundred_thousand_endpoints_in_a_thousand_rounds),
        cmocka_unit_test(test_ten_thousand_rows_alike_do_not_take_for_ever),
    };
    return cmocka_run_group_tests_name("history_random", tests, NULL, NULL);
}
