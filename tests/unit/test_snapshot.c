#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/model/snapshot.h"
#include "tests/support/failing_memory.h"
#include "tests/support/rig.h"

#include <stdlib.h>
#include <string.h>

#define STEP (250 * MOMENT_MS)

static struct snapshot *snapshot_of(struct rig *rig, uint64_t number)
{
    struct snapshot *snapshot = NULL;
    assert_int_equal(
        snapshot_new(rig->history, scripted_source_now(rig->machine), number, &snapshot), ST_OK);
    return snapshot;
}

/* What the copy says must be what the history says, with slots turned into indexes. */
static void check_copy(struct rig *rig, const struct snapshot *snapshot)
{
    struct history_counts counts = history_counts(rig->history);
    assert_int_equal(snapshot->process_count, counts.processes + counts.ended);
    assert_int_equal(snapshot->connection_count, counts.connections + counts.closed);
    assert_memory_equal(&snapshot->counts, &counts, sizeof counts);
    for (uint32_t i = 0; i < snapshot->process_count; i++) {
        const struct process_row *row = &snapshot->processes[i];
        assert_true(i == 0 || row->id > snapshot->processes[i - 1].id);
        assert_int_equal(snapshot_process_by_id(snapshot, row->id), i);
        const struct process_row *own =
            history_process(rig->history, history_find(rig->history, row->facts->key));
        if (own->id != row->id)
            continue; /* an older one with the same key */
        assert_ptr_equal(row->facts, own->facts);
        assert_int_equal(row->ended, own->ended);
        assert_int_equal(row->parent == NO_ROW, own->parent == NO_ROW);
        if (own->parent != NO_ROW)
            assert_int_equal(snapshot->processes[row->parent].id,
                             history_process(rig->history, own->parent)->id);
    }
    for (uint32_t i = 0; i < snapshot->connection_count; i++) {
        const struct connection_row *row = &snapshot->connections[i];
        assert_true(i == 0 || row->id > snapshot->connections[i - 1].id);
        assert_int_equal(snapshot_connection_by_id(snapshot, row->id), i);
        if (row->process == NO_ROW)
            continue;
        const struct process_row *owner = &snapshot->processes[row->process];
        assert_true(process_key_equal(owner->facts->key, row->owner));
    }
}

static void test_a_copy_of_what_the_history_holds(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_populate(rig.machine, 300, 1000, 4);
    for (uint64_t i = 0; i < 20; i++) {
        scripted_source_churn(rig.machine, 0.1);
        rig_look(&rig, STEP);
        if (i == 10) /* gaps among the slots */
            history_expire(rig.history, scripted_source_now(rig.machine) +
                                            history_default_limits.keep - 5 * STEP);
        struct snapshot *snapshot = snapshot_of(&rig, i + 1);
        assert_int_equal(snapshot->number, i + 1);
        assert_int_equal(snapshot->taken, scripted_source_now(rig.machine));
        assert_null(snapshot->watchlist);
        check_copy(&rig, snapshot);
        snapshot_release(snapshot);
    }
    rig_free(&rig);
}

static void test_it_outlives_the_history_and_does_not_change(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 100, 0, "cmd.exe");
    scripted_source_start(rig.machine, 104, 100, "ping.exe");
    scripted_source_connect(rig.machine, 104, "10.0.0.5:50000", "192.0.2.1:443", TCP_ESTABLISHED);
    scripted_source_connect(rig.machine, 104, "10.0.0.5:50001", "192.0.2.1:443", TCP_ESTABLISHED);
    rig_look(&rig, STEP);
    assert_int_equal(history_set_domain(rig.history, 0, text_of("evil.example")), ST_OK);
    assert_int_equal(history_set_domain(rig.history, 1, text_of("evil.example")), ST_OK);
    const struct snapshot *snapshot = snapshot_of(&rig, 1);
    assert_ptr_equal(snapshot_retain(snapshot), snapshot);
    scripted_source_exit(rig.machine, 104, 1);
    rig_look(&rig, STEP);
    assert_int_equal(history_set_domain(rig.history, 0, text_of("other.example")), ST_OK);
    rig_free(&rig);
    snapshot_release(snapshot);
    assert_int_equal(snapshot->processes[1].ended, 0);
    assert_true(text_equal(snapshot->processes[1].facts->name, text_of("ping.exe")));
    const struct connection_row *rows = snapshot->connections;
    assert_true(text_equal(rows[0].domain, text_of("evil.example")));
    assert_ptr_equal(rows[0].domain.bytes, rows[1].domain.bytes); /* one copy for both */
    assert_int_equal(rows[0].process, 1);
    snapshot_release(snapshot);
    snapshot_release(NULL);
}

static void test_an_empty_history(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    struct snapshot *snapshot = snapshot_of(&rig, 1);
    assert_int_equal(snapshot->process_count, 0);
    assert_int_equal(snapshot->connection_count, 0);
    assert_true(snapshot_process_by_id(snapshot, 1) == NO_ROW);
    assert_true(snapshot_connection_by_id(snapshot, 1) == NO_ROW);
    assert_true(snapshot_process_by_pid(snapshot, 4) == NO_ROW);
    snapshot_release(snapshot);
    rig_free(&rig);
}

static void test_looking_up(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 100, 0, "first.exe");
    rig_look(&rig, STEP);
    scripted_source_exit(rig.machine, 100, 0);
    rig_look(&rig, STEP);
    scripted_source_advance(rig.machine, 1);
    scripted_source_start(rig.machine, 100, 0, "second.exe");
    scripted_source_start(rig.machine, 104, 100, "child.exe");
    scripted_source_start(rig.machine, 108, 104, "grandchild.exe");
    rig_look(&rig, STEP);
    scripted_source_exit(rig.machine, 108, 0);
    rig_look(&rig, STEP);
    struct snapshot *snapshot = snapshot_of(&rig, 1);
    uint32_t row = snapshot_process_by_pid(snapshot, 100);
    assert_true(text_equal(snapshot->processes[row].facts->name, text_of("second.exe")));
    uint32_t chain[8];
    uint32_t ended = snapshot_process_by_pid(snapshot, 108);
    assert_true(snapshot->processes[ended].ended != 0);
    assert_int_equal(snapshot_ancestors(snapshot, ended, chain, 8), 2);
    assert_int_equal(snapshot->processes[chain[0]].facts->key.pid, 104);
    assert_int_equal(chain[1], row);
    assert_int_equal(snapshot_ancestors(snapshot, ended, chain, 1), 1);
    assert_int_equal(snapshot_ancestors(snapshot, row, chain, 8), 0);
    assert_true(snapshot_process_by_id(snapshot, 77) == NO_ROW);
    assert_true(snapshot_process_by_id(snapshot, 0) == NO_ROW);
    snapshot_release(snapshot);
    rig_free(&rig);
}

static int released;

static void release_list(const struct watchlist *list)
{
    assert_non_null(list);
    released++;
}

static void test_a_watchlist_is_given_back_with_the_snapshot(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    const struct watchlist *list = (const struct watchlist *)&rig; /* never looked into */
    struct snapshot *snapshot = snapshot_of(&rig, 1);
    released = 0;
    snapshot_attach_watchlist(snapshot, list, release_list);
    assert_ptr_equal(snapshot->watchlist, list);
    snapshot_attach_watchlist(snapshot, list, release_list);
    assert_int_equal(released, 1);
    snapshot_release(snapshot);
    assert_int_equal(released, 2);
    rig_free(&rig);
}

static void test_the_nth_allocation_fails(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_populate(rig.machine, 20, 40, 4);
    rig_look(&rig, STEP);
    for (uint32_t i = 0; i < 40; i++)
        assert_int_equal(history_set_domain(rig.history, i, text_of("a.example")), ST_OK);
    size_t n = 0;
    bool failed = true;
    while (failed) {
        struct snapshot *snapshot = NULL;
        failing_memory_begin(++n);
        enum status status = snapshot_new(rig.history, 1, 1, &snapshot);
        failed = failing_memory_failed();
        if (failed) {
            assert_int_equal(status, ST_NO_MEMORY);
            assert_null(snapshot);
        } else {
            assert_int_equal(status, ST_OK);
            snapshot_release(snapshot);
        }
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
    }
    assert_true(n > 3);
    rig_free(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_copy_of_what_the_history_holds),
        cmocka_unit_test(test_it_outlives_the_history_and_does_not_change),
        cmocka_unit_test(test_an_empty_history),
        cmocka_unit_test(test_looking_up),
        cmocka_unit_test(test_a_watchlist_is_given_back_with_the_snapshot),
        cmocka_unit_test(test_the_nth_allocation_fails),
    };
    return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
