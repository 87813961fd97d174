#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#include <stdlib.h>
#include <string.h>

#define STEP (250 * MOMENT_MS)

static const struct process_row *parent_of(struct rig *rig, uint32_t pid)
{
    const struct process_row *row = rig_process(rig, pid);
    return row->parent == NO_ROW ? NULL : history_process(rig->history, row->parent);
}

static uint32_t parent_pid_of(struct rig *rig, uint32_t pid)
{
    const struct process_row *parent = parent_of(rig, pid);
    return parent ? parent->facts->key.pid : UINT32_MAX;
}

static void test_starts_and_exits_are_told_once(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 100, 0, "cmd.exe");
    scripted_source_start(rig.machine, 104, 100, "ping.exe");
    rig_look(&rig, STEP);
    assert_int_equal(rig_changes(&rig, CHANGE_STARTED), 2);
    rig_look(&rig, STEP);
    assert_int_equal(rig_changes(&rig, CHANGE_STARTED), 0);
    assert_int_equal(rig_process(&rig, 104)->last_seen, scripted_source_now(rig.machine));
    assert_int_equal(rig_process(&rig, 104)->first_seen, scripted_source_now(rig.machine) - STEP);

    scripted_source_advance(rig.machine, 10);
    moment exited = scripted_source_now(rig.machine);
    scripted_source_exit(rig.machine, 104, 7);
    rig_look(&rig, STEP);
    assert_int_equal(rig_changes(&rig, CHANGE_ENDED), 1);
    const struct process_row *row = rig_process(&rig, 104);
    assert_int_equal(row->ended, exited);
    assert_int_equal(row->exit.code, 7);
    assert_int_equal(row->exit.code_state, READ_OK);
    assert_int_equal(parent_pid_of(&rig, 104), 100);
    assert_int_equal(history_counts(rig.history).ended, 1);
    rig_look(&rig, STEP);
    assert_int_equal(rig_changes(&rig, CHANGE_ENDED), 0);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_an_exit_that_cannot_be_read_says_why(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 100, 0, "cmd.exe");
    rig_look(&rig, STEP);
    scripted_source_exit(rig.machine, 100, 7);
    scripted_source_fail(rig.machine, SCRIPTED_ENDED, ST_DENIED, 1);
    rig_look(&rig, STEP);
    const struct process_row *row = rig_process(&rig, 100);
    assert_int_equal(row->ended, scripted_source_now(rig.machine));
    assert_int_equal(row->exit.when, 0);
    assert_int_equal(row->exit.code_state, READ_DENIED);
    rig_free(&rig);
}

static void test_a_process_that_has_ended_but_is_still_listed(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 100, 0, "cmd.exe");
    rig_look(&rig, STEP);
    scripted_source_linger(rig.machine, 100);
    rig_look(&rig, STEP);
    assert_int_equal(rig_changes(&rig, CHANGE_ENDED), 1);
    for (int i = 0; i < 3; i++) {
        rig_look(&rig, STEP);
        assert_int_equal(rig_changes(&rig, CHANGE_STARTED), 0); /* no second life */
    }
    scripted_source_exit(rig.machine, 100, 0);
    rig_look(&rig, STEP);
    assert_int_equal(history_counts(rig.history).ended, 1);

    /* Ended before it was ever listed: both are told. */
    scripted_source_start(rig.machine, 104, 0, "ping.exe");
    scripted_source_linger(rig.machine, 104);
    rig_look(&rig, STEP);
    assert_int_equal(rig_changes(&rig, CHANGE_STARTED), 1);
    assert_int_equal(rig_changes(&rig, CHANGE_ENDED), 1);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_P1_a_reused_pid_is_not_a_parent(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 260, 0, "cmd.exe");
    scripted_source_advance(rig.machine, 5);
    scripted_source_start(rig.machine, 300, 260, "sleeper.exe");
    rig_look(&rig, STEP);
    scripted_source_exit(rig.machine, 260, 0);
    scripted_source_advance(rig.machine, 5);
    scripted_source_start(rig.machine, 260, 0, "stranger.exe");
    scripted_source_advance(rig.machine, 5);
    scripted_source_start(rig.machine, 304, 260, "own.exe");
    rig_look(&rig, STEP);
    const struct process_row *parent = parent_of(&rig, 300);
    assert_true(text_equal(parent->facts->name, text_of("cmd.exe")));
    assert_true(parent->ended != 0); /* "cmd.exe (260), exited" */
    assert_int_equal(rig_process(&rig, 300)->parent_kind, PARENT_VERIFIED);
    parent = parent_of(&rig, 304);
    assert_true(text_equal(parent->facts->name, text_of("stranger.exe")));
    rig_check(&rig);
    rig_free(&rig);
}

static void test_P1_only_a_stranger_bears_the_parents_pid(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    moment now = scripted_source_now(rig.machine);
    scripted_source_start_at(rig.machine, 300, 260, "sleeper.exe", now - 100);
    scripted_source_start_at(rig.machine, 260, 0, "stranger.exe", now - 50);
    rig_look(&rig, STEP);
    assert_null(parent_of(&rig, 300));
    assert_int_equal(rig_process(&rig, 300)->parent_kind, PARENT_GONE);
    rig_free(&rig);
}

static void test_P1_a_parent_had_not_ended_when_its_child_started(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 260, 0, "first.exe");
    rig_look(&rig, STEP);
    scripted_source_exit(rig.machine, 260, 0);
    rig_look(&rig, STEP);
    /* The second bearer of 260 came and went unseen; its child is not the first one's. */
    scripted_source_start(rig.machine, 300, 260, "child.exe");
    rig_look(&rig, STEP);
    assert_null(parent_of(&rig, 300));
    assert_int_equal(rig_process(&rig, 300)->parent_kind, PARENT_GONE);
    rig_free(&rig);
}

static void test_P4_unknown_equal_and_one_tick_older(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    moment now = scripted_source_now(rig.machine);
    scripted_source_start_at(rig.machine, 100, 0, "parent.exe", now);
    scripted_source_start_at(rig.machine, 104, 100, "same.exe", now);
    scripted_source_start_at(rig.machine, 108, 100, "older.exe", now - 1);
    scripted_source_start_at(rig.machine, 112, 100, "unknown.exe", 0);
    scripted_source_start_at(rig.machine, 116, 0, "protected.exe", 0);
    scripted_source_start_at(rig.machine, 120, 116, "child.exe", now);
    scripted_source_start_at(rig.machine, 124, 124, "self.exe", now);
    scripted_source_start_at(rig.machine, 128, 9999, "orphan.exe", now);
    rig_look(&rig, STEP);
    assert_int_equal(rig_process(&rig, 100)->parent_kind, PARENT_NONE);
    assert_int_equal(rig_process(&rig, 104)->parent_kind, PARENT_VERIFIED);
    assert_int_equal(parent_pid_of(&rig, 104), 100);
    assert_int_equal(rig_process(&rig, 108)->parent_kind, PARENT_GONE);
    assert_null(parent_of(&rig, 108));
    assert_int_equal(rig_process(&rig, 112)->parent_kind, PARENT_UNVERIFIED);
    assert_int_equal(parent_pid_of(&rig, 112), 100);
    assert_int_equal(rig_process(&rig, 120)->parent_kind, PARENT_UNVERIFIED);
    assert_int_equal(parent_pid_of(&rig, 120), 116);
    assert_int_equal(rig_process(&rig, 124)->parent_kind, PARENT_NONE);
    assert_int_equal(rig_process(&rig, 128)->parent_kind, PARENT_GONE);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_P4_an_unknown_start_is_not_a_reused_pid(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    moment now = scripted_source_now(rig.machine);
    scripted_source_start_at(rig.machine, 100, 0, "lsass.exe", 0);
    rig_look(&rig, STEP);
    uint64_t id = rig_process(&rig, 100)->id;
    /* The next listing can tell the time, the one after that cannot. */
    scripted_source_process(rig.machine, 100)->key.start = now;
    rig_look(&rig, STEP);
    scripted_source_process(rig.machine, 100)->key.start = 0;
    rig_look(&rig, STEP);
    assert_int_equal(rig_process(&rig, 100)->id, id);
    assert_int_equal(history_counts(rig.history).ended, 0);
    /* Nor one that is listed without its name. */
    const struct text name = scripted_source_process(rig.machine, 100)->name;
    scripted_source_process(rig.machine, 100)->name = (struct text){NULL, 0};
    scripted_source_process(rig.machine, 100)->key.start = now;
    rig_look(&rig, STEP);
    scripted_source_process(rig.machine, 100)->name = name;
    assert_int_equal(rig_process(&rig, 100)->id, id);
    assert_int_equal(history_counts(rig.history).ended, 0);
    /* A start after the moment at which it was first seen is another process. */
    scripted_source_process(rig.machine, 100)->key.start = scripted_source_now(rig.machine);
    rig_look(&rig, STEP);
    assert_true(rig_process(&rig, 100)->id != id);
    assert_int_equal(history_counts(rig.history).ended, 1);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_P5_idle_and_system_are_parents_whatever_their_times(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    moment now = scripted_source_now(rig.machine);
    scripted_source_start_at(rig.machine, 0, 0, "System Idle Process", 0);
    scripted_source_start_at(rig.machine, 4, 0, "System", now);
    scripted_source_start_at(rig.machine, 100, 4, "Registry", now - 1000);
    scripted_source_start_at(rig.machine, 104, 4, "Secure System", 0);
    rig_look(&rig, STEP);
    assert_int_equal(rig_process(&rig, 0)->parent_kind, PARENT_NONE);
    assert_int_equal(parent_pid_of(&rig, 4), 0);
    assert_int_equal(parent_pid_of(&rig, 100), 4);
    assert_int_equal(parent_pid_of(&rig, 104), 4);
    assert_int_equal(rig_process(&rig, 4)->parent_kind, PARENT_VERIFIED);
    assert_int_equal(rig_process(&rig, 100)->parent_kind, PARENT_VERIFIED);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_P6_P7_rows_that_refuse_everything_stay(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start_at(rig.machine, 0, 0, "System Idle Process", 0);
    scripted_source_start(rig.machine, 4, 0, "System");
    scripted_source_start(rig.machine, 100, 4, "csrss.exe");
    scripted_source_deny(rig.machine, 0, READ_NOT_APPLICABLE);
    scripted_source_deny(rig.machine, 4, READ_NOT_APPLICABLE);
    scripted_source_deny(rig.machine, 100, READ_PROTECTED);
    for (int i = 0; i < 3; i++)
        rig_look(&rig, STEP);
    assert_int_equal(history_counts(rig.history).processes, 3);
    const struct process_facts *facts = rig_process(&rig, 100)->facts;
    assert_true(text_equal(facts->name, text_of("csrss.exe")));
    assert_int_equal(facts->image.state, READ_PROTECTED);
    assert_int_equal(facts->command.state, READ_PROTECTED);
    assert_int_equal(rig_process(&rig, 0)->facts->command.state, READ_NOT_APPLICABLE);
    assert_int_equal(scripted_source_calls(rig.machine, SCRIPTED_FACTS), 3); /* asked once */
    rig_free(&rig);
}

static void test_a_parent_listed_after_its_child(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    moment now = scripted_source_now(rig.machine);
    scripted_source_start_at(rig.machine, 108, 104, "grandchild.exe", now + 2);
    scripted_source_start_at(rig.machine, 104, 100, "child.exe", now + 1);
    scripted_source_start_at(rig.machine, 100, 0, "parent.exe", now);
    rig_look(&rig, STEP);
    assert_int_equal(parent_pid_of(&rig, 108), 104);
    assert_int_equal(parent_pid_of(&rig, 104), 100);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_adopted_before_any_listing(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 100, 0, "cmd.exe");
    scripted_source_advance(rig.machine, 5);
    scripted_source_start(rig.machine, 104, 100, "node.exe");
    scripted_source_advance(rig.machine, 5);
    scripted_source_start(rig.machine, 108, 104, "ping.exe");
    rig_adopt(&rig, 108);
    assert_int_equal(rig_process(&rig, 108)->parent_kind, PARENT_GONE);
    rig_adopt(&rig, 104); /* the link is found at once */
    assert_int_equal(parent_pid_of(&rig, 108), 104);
    rig_adopt(&rig, 104);
    assert_int_equal(rig_changes(&rig, CHANGE_STARTED), 2);
    rig_check(&rig);
    uint64_t id = rig_process(&rig, 104)->id;
    rig_look(&rig, STEP); /* and to the one that only the listing knows */
    assert_int_equal(parent_pid_of(&rig, 104), 100);
    assert_int_equal(rig_process(&rig, 104)->id, id);
    assert_int_equal(rig_changes(&rig, CHANGE_STARTED), 1);
    assert_int_equal(scripted_source_calls(rig.machine, SCRIPTED_FACTS), 3);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_an_adopted_process_ends_its_predecessor(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 100, 0, "old.exe");
    rig_look(&rig, STEP);
    struct process_seen old = *scripted_source_process(rig.machine, 100);
    scripted_source_exit(rig.machine, 100, 3);
    scripted_source_advance(rig.machine, 5);
    scripted_source_start(rig.machine, 100, 0, "new.exe");
    rig_adopt(&rig, 100);
    assert_int_equal(rig_changes(&rig, CHANGE_ENDED), 1);
    assert_true(text_equal(rig_process(&rig, 100)->facts->name, text_of("new.exe")));
    uint32_t slot = history_find(rig.history, old.key);
    assert_int_equal(history_process(rig.history, slot)->exit.code, 3);
    /* What is older than the living one is no news. */
    old.name = text_of("old.exe");
    assert_int_equal(history_adopt(rig.history, scripted_source_base(rig.machine), &old,
                                   scripted_source_now(rig.machine)),
                     ST_OK);
    old.key.start -= 1;
    assert_int_equal(history_adopt(rig.history, scripted_source_base(rig.machine), &old,
                                   scripted_source_now(rig.machine)),
                     ST_OK);
    assert_int_equal(history_counts(rig.history).processes, 1);
    assert_int_equal(history_counts(rig.history).ended, 1);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_an_adopted_process_that_no_listing_ever_showed(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 100, 0, "ping.exe");
    rig_adopt(&rig, 100);
    scripted_source_exit(rig.machine, 100, 1);
    rig_look(&rig, STEP);
    assert_true(rig_process(&rig, 100)->ended != 0);
    assert_int_equal(rig_process(&rig, 100)->exit.code, 1);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_a_listing_with_a_pid_twice(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    struct source *source = scripted_source_base(rig.machine);
    moment now = scripted_source_now(rig.machine);
    const struct process_seen rows[] = {
        {.key = {100, now}, .name = text_of("a.exe")},
        {.key = {100, now + 5}, .name = text_of("b.exe")}, /* the younger one lives */
        {.key = {104, now}, .name = text_of("c.exe")},
        {.key = {104, now}, .name = text_of("c.exe")},
        {.key = {108, 0}, .name = text_of("d.exe")},
        {.key = {108, 0}, .name = text_of("d.exe")},
    };
    const struct process_table table = {rows, 6};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(history_apply_processes(rig.history, source, &table, now + i * STEP),
                         ST_OK);
        assert_int_equal(history_counts(rig.history).processes, 3);
        assert_int_equal(history_counts(rig.history).ended, 1);
        assert_int_equal(rig_process(&rig, 100)->facts->key.start, now + 5);
        rig_check(&rig);
    }
    rig_free(&rig);
}

static void test_a_process_that_was_missing_once_is_listed_again(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    struct source *source = scripted_source_base(rig.machine);
    const struct process_table none = {NULL, 0};
    scripted_source_start(rig.machine, 100, 0, "a.exe");
    rig_look(&rig, STEP);
    assert_int_equal(
        history_apply_processes(rig.history, source, &none, scripted_source_now(rig.machine)),
        ST_OK);
    assert_int_equal(history_counts(rig.history).processes, 0);
    rig_look(&rig, STEP);
    assert_int_equal(history_counts(rig.history).processes, 1);
    assert_int_equal(rig_process(&rig, 100)->ended, 0);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_cpu_share_between_two_listings(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 100, 0, "busy.exe");
    rig_look(&rig, STEP);
    assert_int_equal(rig_process(&rig, 100)->cpu_share, 0);
    scripted_source_process(rig.machine, 100)->cpu += STEP / 2;
    scripted_source_process(rig.machine, 100)->threads = 9;
    scripted_source_process(rig.machine, 100)->suspended = true;
    rig_look(&rig, STEP);
    assert_int_equal(rig_process(&rig, 100)->cpu_share, 5000);
    assert_int_equal(rig_process(&rig, 100)->cpu, STEP / 2);
    assert_int_equal(rig_process(&rig, 100)->threads, 9);
    assert_true(rig_process(&rig, 100)->suspended);
    scripted_source_process(rig.machine, 100)->cpu += 3 * STEP; /* three cores */
    rig_look(&rig, STEP);
    assert_int_equal(rig_process(&rig, 100)->cpu_share, 30000);
    scripted_source_process(rig.machine, 100)->cpu = -1;
    rig_look(&rig, STEP);
    assert_int_equal(rig_process(&rig, 100)->cpu_share, 0);
    assert_int_equal(rig_process(&rig, 100)->cpu, -1);
    scripted_source_process(rig.machine, 100)->cpu = STEP;
    rig_look(&rig, STEP);
    assert_int_equal(rig_process(&rig, 100)->cpu_share, 0);
    scripted_source_process(rig.machine, 100)->cpu = INT64_MAX;
    rig_look(&rig, 1);
    assert_true(rig_process(&rig, 100)->cpu_share == UINT32_MAX);
    scripted_source_set_time(rig.machine, scripted_source_now(rig.machine) - 10 * STEP);
    scripted_source_process(rig.machine, 100)->cpu = 0;
    rig_look(&rig, 0); /* time and counter went back */
    assert_int_equal(rig_process(&rig, 100)->cpu_share, 0);
    rig_free(&rig);
}

static void test_what_has_ended_stays_for_its_time(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 100, 0, "ping.exe");
    rig_look(&rig, STEP);
    scripted_source_exit(rig.machine, 100, 0);
    rig_look(&rig, STEP);
    moment ended = scripted_source_now(rig.machine);
    history_expire(rig.history, ended + history_default_limits.keep);
    assert_non_null(rig_process(&rig, 100));
    history_expire(rig.history, ended + history_default_limits.keep + 1);
    assert_null(rig_process(&rig, 100));
    assert_int_equal(history_counts(rig.history).ended, 0);
    assert_int_equal(history_counts(rig.history).forgotten_processes, 0); /* its time had come */
    rig_check(&rig);
    rig_free(&rig);
}

static void test_a_running_descendant_keeps_its_ancestors(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 100, 0, "cmd.exe");
    scripted_source_start(rig.machine, 104, 100, "node.exe");
    scripted_source_start(rig.machine, 108, 104, "ping.exe");
    scripted_source_start(rig.machine, 112, 100, "aside.exe");
    rig_look(&rig, STEP);
    scripted_source_exit(rig.machine, 100, 0);
    scripted_source_exit(rig.machine, 112, 0);
    rig_look(&rig, STEP);
    scripted_source_exit(rig.machine, 104, 0);
    rig_look(&rig, STEP);
    scripted_source_advance(rig.machine, 2 * history_default_limits.keep);
    history_expire(rig.history, scripted_source_now(rig.machine));
    assert_null(rig_process(&rig, 112)); /* nobody needs it */
    assert_int_equal(parent_pid_of(&rig, 108), 104);
    assert_int_equal(parent_pid_of(&rig, 104), 100);
    rig_check(&rig);

    /* The last one that needed them ends: they go when their time has passed since. */
    rig_look(&rig, STEP);
    scripted_source_exit(rig.machine, 108, 0);
    rig_look(&rig, STEP);
    moment ended = scripted_source_now(rig.machine);
    history_expire(rig.history, ended + history_default_limits.keep);
    assert_int_equal(history_counts(rig.history).ended, 3);
    history_expire(rig.history, ended + history_default_limits.keep + 1);
    assert_int_equal(history_counts(rig.history).ended, 0);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_the_number_of_ended_ones_is_bounded_and_cut_offs_are_told(void **state)
{
    (void)state;
    const struct history_limits limits = {
        .keep = history_default_limits.keep, .ended_processes = 10, .closed_connections = 10};
    struct rig rig = rig_new(&limits);
    for (uint32_t i = 0; i < 30; i++) {
        scripted_source_start(rig.machine, 100 + 4 * i, 0, "ping.exe");
        rig_look(&rig, STEP);
        scripted_source_exit(rig.machine, 100 + 4 * i, 0);
        rig_look(&rig, STEP);
        history_expire(rig.history, scripted_source_now(rig.machine));
        assert_true(history_counts(rig.history).ended <= 10);
    }
    assert_int_equal(history_counts(rig.history).forgotten_processes, 20);
    assert_null(rig_process(&rig, 100 + 4 * 19)); /* the oldest went first */
    assert_non_null(rig_process(&rig, 100 + 4 * 20));
    rig_check(&rig);
    rig_free(&rig);
}

/* Each starts its successor and exits: a chain of ended ones that a running one names, for ever. */
static void test_the_bound_in_number_holds_for_an_endless_chain_too(void **state)
{
    (void)state;
    const struct history_limits limits = {
        .keep = history_default_limits.keep, .ended_processes = 10, .closed_connections = 10};
    struct rig rig = rig_new(&limits);
    scripted_source_start(rig.machine, 100, 0, "relay.exe");
    for (uint32_t i = 0; i < 40; i++) {
        rig_look(&rig, STEP);
        scripted_source_start(rig.machine, 104 + 4 * i, 100 + 4 * i, "relay.exe");
        rig_look(&rig, STEP);
        scripted_source_exit(rig.machine, 100 + 4 * i, 0);
        rig_look(&rig, STEP);
        history_expire(rig.history, scripted_source_now(rig.machine));
        assert_true(history_counts(rig.history).ended <= 10);
        rig_check(&rig);
    }
    uint32_t pid = 104 + 4 * 39;
    for (int i = 0; i < 10; i++) {
        assert_int_equal(parent_pid_of(&rig, pid), pid - 4);
        pid -= 4;
    }
    assert_int_equal(rig_process(&rig, pid)->parent_kind, PARENT_GONE);
    rig_free(&rig);
}

static void test_a_slot_is_used_again_only_after_its_changes_were_read(void **state)
{
    (void)state;
    const struct history_limits limits = {.keep = 1, .ended_processes = 0, .closed_connections = 0};
    struct rig rig = rig_new(&limits);
    struct process_key key = scripted_source_start(rig.machine, 100, 0, "ping.exe");
    rig_look(&rig, STEP);
    uint32_t slot = history_find(rig.history, key);
    scripted_source_exit(rig.machine, 100, 0);
    rig_look(&rig, STEP);
    history_expire(rig.history, scripted_source_now(rig.machine));
    assert_null(history_process(rig.history, slot));
    scripted_source_start(rig.machine, 104, 0, "ping.exe");
    assert_int_equal(rig_list(&rig), ST_OK); /* changes are not cleared */
    assert_null(history_process(rig.history, slot));
    scripted_source_start(rig.machine, 108, 0, "ping.exe");
    rig_look(&rig, STEP);
    assert_int_equal(history_process(rig.history, slot)->facts->key.pid, 108);
    assert_null(history_process(rig.history, 1000));
    assert_null(history_process(rig.history, NO_ROW));
    rig_check(&rig);
    rig_free(&rig);
}

static void test_what_the_round_writes_into_a_row_stays(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 100, 0, "ping.exe");
    rig_look(&rig, STEP);
    assert_true(rig_process(&rig, 100)->indicator == NO_INDICATOR);
    rig_process(&rig, 100)->known = true;
    rig_process(&rig, 100)->watched = 3;
    rig_process(&rig, 100)->indicator = 17;
    rig_look(&rig, STEP);
    scripted_source_exit(rig.machine, 100, 0);
    rig_look(&rig, STEP);
    assert_true(rig_process(&rig, 100)->known);
    assert_int_equal(rig_process(&rig, 100)->watched, 3);
    assert_int_equal(rig_process(&rig, 100)->indicator, 17);
    rig_free(&rig);
}

static void test_a_source_that_fails_leaves_everything_as_it_was(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 100, 0, "cmd.exe");
    rig_look(&rig, STEP);
    history_changes_clear(rig.history);
    scripted_source_exit(rig.machine, 100, 0);
    scripted_source_start(rig.machine, 104, 0, "a.exe");
    scripted_source_start(rig.machine, 108, 0, "b.exe");
    scripted_source_fail(rig.machine, SCRIPTED_FACTS, ST_NO_MEMORY, 1);
    assert_int_equal(rig_list(&rig), ST_NO_MEMORY);
    size_t count;
    history_changes(rig.history, &count);
    assert_int_equal(count, 0);
    assert_int_equal(rig_process(&rig, 100)->ended, 0);
    assert_int_equal(history_counts(rig.history).processes, 1);
    struct process_seen row = *scripted_source_process(rig.machine, 104);
    scripted_source_fail(rig.machine, SCRIPTED_FACTS, ST_NO_MEMORY, 1);
    assert_int_equal(history_adopt(rig.history, scripted_source_base(rig.machine), &row,
                                   scripted_source_now(rig.machine)),
                     ST_NO_MEMORY);
    assert_int_equal(history_counts(rig.history).processes, 1);
    rig_check(&rig);
    rig_look(&rig, STEP);
    assert_int_equal(history_counts(rig.history).processes, 2);
    assert_int_equal(history_counts(rig.history).ended, 1);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_a_chain_of_ten_thousand_in_any_order(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    moment now = scripted_source_now(rig.machine);
    /* Equal times and the children first: the longest walks that there can be. */
    for (uint32_t i = 10000; i > 0; i--)
        scripted_source_start_at(rig.machine, 100 + 4 * i, 100 + 4 * (i - 1), "link.exe", now);
    scripted_source_start_at(rig.machine, 100, 0, "root.exe", now);
    rig_look(&rig, STEP);
    rig_check(&rig);
    size_t depth = 0;
    const struct process_row *row = rig_process(&rig, 100 + 4 * 10000);
    for (; row->parent != NO_ROW; row = history_process(rig.history, row->parent))
        depth++;
    assert_int_equal(depth, 10000);
    rig_free(&rig);
}

static void test_circles_are_opened_at_their_weakest_link(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    moment now = scripted_source_now(rig.machine);
    scripted_source_start_at(rig.machine, 100, 104, "a.exe", now); /* equal times */
    scripted_source_start_at(rig.machine, 104, 100, "b.exe", now);
    scripted_source_start_at(rig.machine, 200, 208, "c.exe", now); /* one unknown time */
    scripted_source_start_at(rig.machine, 204, 200, "d.exe", now + 1);
    scripted_source_start_at(rig.machine, 208, 204, "e.exe", 0);
    scripted_source_start_at(rig.machine, 4, 300, "System",
                             now + 9); /* against the kernel's rule */
    scripted_source_start_at(rig.machine, 300, 4, "f.exe", now);
    scripted_source_start_at(rig.machine, 304, 300, "below.exe", now + 1);
    rig_look(&rig, STEP);
    rig_check(&rig);
    assert_int_equal(parent_pid_of(&rig, 104), 100);
    assert_int_equal(rig_process(&rig, 100)->parent_kind, PARENT_GONE);
    assert_int_equal(parent_pid_of(&rig, 204), 200); /* the verified link stays */
    assert_int_equal(parent_pid_of(&rig, 4), 300);
    assert_null(parent_of(&rig, 300));
    assert_int_equal(parent_pid_of(&rig, 304), 300);
    rig_free(&rig);
}

/* Recorded parents, times and PIDs at random, in a small range so that everything collides. */
static void test_the_walk_to_the_root_always_ends(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    moment now = scripted_source_now(rig.machine);
    for (int round = 0; round < 400; round++) {
        for (int i = 0; i < 20; i++) {
            uint32_t pid = 4 * scripted_source_random(rig.machine, 40);
            uint32_t parent = 4 * scripted_source_random(rig.machine, 40);
            moment start = scripted_source_random(rig.machine, 5);
            bool runs = false;
            for (size_t j = 0; j < scripted_source_process_count(rig.machine); j++)
                runs |= scripted_source_pid_at(rig.machine, j) == pid;
            if (runs)
                scripted_source_exit(rig.machine, pid, 0);
            else
                scripted_source_start_at(rig.machine, pid, parent, "x.exe",
                                         start ? now + round + start : 0);
            if (!runs && scripted_source_random(rig.machine, 3) == 0)
                rig_adopt(&rig, pid);
        }
        rig_check(&rig);
        rig_look(&rig, 1);
        rig_check(&rig);
        assert_int_equal(history_counts(rig.history).processes,
                         scripted_source_process_count(rig.machine));
        if (round % 7 == 0)
            history_expire(rig.history,
                           scripted_source_now(rig.machine) + history_default_limits.keep - 20);
        rig_check(&rig);
    }
    rig_free(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_starts_and_exits_are_told_once),
        cmocka_unit_test(test_an_exit_that_cannot_be_read_says_why),
        cmocka_unit_test(test_a_process_that_has_ended_but_is_still_listed),
        cmocka_unit_test(test_P1_a_reused_pid_is_not_a_parent),
        cmocka_unit_test(test_P1_only_a_stranger_bears_the_parents_pid),
        cmocka_unit_test(test_P1_a_parent_had_not_ended_when_its_child_started),
        cmocka_unit_test(test_P4_unknown_equal_and_one_tick_older),
        cmocka_unit_test(test_P4_an_unknown_start_is_not_a_reused_pid),
        cmocka_unit_test(test_P5_idle_and_system_are_parents_whatever_their_times),
        cmocka_unit_test(test_P6_P7_rows_that_refuse_everything_stay),
        cmocka_unit_test(test_a_parent_listed_after_its_child),
        cmocka_unit_test(test_adopted_before_any_listing),
        cmocka_unit_test(test_an_adopted_process_ends_its_predecessor),
        cmocka_unit_test(test_an_adopted_process_that_no_listing_ever_showed),
        cmocka_unit_test(test_a_listing_with_a_pid_twice),
        cmocka_unit_test(test_a_process_that_was_missing_once_is_listed_again),
        cmocka_unit_test(test_cpu_share_between_two_listings),
        cmocka_unit_test(test_what_has_ended_stays_for_its_time),
        cmocka_unit_test(test_a_running_descendant_keeps_its_ancestors),
        cmocka_unit_test(test_the_number_of_ended_ones_is_bounded_and_cut_offs_are_told),
        cmocka_unit_test(test_the_bound_in_number_holds_for_an_endless_chain_too),
        cmocka_unit_test(test_a_slot_is_used_again_only_after_its_changes_were_read),
        cmocka_unit_test(test_what_the_round_writes_into_a_row_stays),
        cmocka_unit_test(test_a_source_that_fails_leaves_everything_as_it_was),
        cmocka_unit_test(test_a_chain_of_ten_thousand_in_any_order),
        cmocka_unit_test(test_circles_are_opened_at_their_weakest_link),
        cmocka_unit_test(test_the_walk_to_the_root_always_ends),
    };
    return cmocka_run_group_tests_name("history_processes", tests, NULL, NULL);
}
