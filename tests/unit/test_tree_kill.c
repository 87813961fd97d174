/* tree_plan and tree_run on a made-up machine whose processes have wills of their own: watchdogs
 * that restart each other, children born in the middle of it, the denied and the critical. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/act/tree_run.h"
#include "tests/support/failing_memory.h"
#include "tests/support/rig.h"
#include "tests/support/scripted_hand.h"

#define ROOT 100
#define SELF 900

/* explorer(50) > cmd(100) > ping(104), conhost(108) > deep(112); stakeout(900) elsewhere */
struct made {
    struct rig rig;
    struct scripted_hand *hand;
    struct process_key self;
    struct snapshot *snapshot;
    struct tree_plan *plan;
    struct tree_result result;
    struct act_log log;
    unsigned before, after;
    enum status refuse;
    bool resume_rest;
    bool cancel;
    uint32_t next;
};

static struct made made;

static enum status take(void *context, const struct journal_entry *entry, uint64_t *number)
{
    (void)context;
    if (made.refuse != ST_OK)
        return made.refuse;
    made.before += entry->phase == JOURNAL_BEFORE;
    made.after += entry->phase == JOURNAL_AFTER;
    if (number)
        *number = made.before + made.after;
    return ST_OK;
}

static struct process_key start(uint32_t pid, uint32_t parent, const char *name)
{
    scripted_source_advance(made.rig.machine, MOMENT_MS);
    return scripted_source_start(made.rig.machine, pid, parent, name);
}

static int begin(void **state)
{
    (void)state;
    made = (struct made){.rig = rig_new(NULL), .next = 20000};
    made.hand = scripted_hand_new(made.rig.machine);
    made.log = (struct act_log){take, NULL};
    start(50, 0, "init.exe");
    start(ROOT, 50, "cmd.exe");
    start(104, ROOT, "ping.exe");
    start(108, ROOT, "worker.exe");
    start(112, 108, "deep.exe");
    made.self = start(SELF, 50, "stakeout.exe");
    rig_look(&made.rig, MOMENT_SECOND);
    return 0;
}

static void forget_plan(void)
{
    tree_plan_free(made.plan);
    snapshot_release(made.snapshot);
    if (made.result.arena)
        tree_result_done(&made.result);
    made.plan = NULL;
    made.snapshot = NULL;
}

static int end(void **state)
{
    (void)state;
    assert_int_equal(scripted_hand_held(made.hand), 0);
    forget_plan();
    hand_free(scripted_hand_base(made.hand));
    rig_free(&made.rig);
    return 0;
}

static void plan(uint32_t root, enum act_kind kind)
{
    forget_plan();
    rig_look(&made.rig, MOMENT_SECOND);
    assert_int_equal(
        snapshot_new(made.rig.history, scripted_source_now(made.rig.machine), 1, &made.snapshot),
        ST_OK);
    assert_int_equal(tree_plan_new(made.snapshot, snapshot_process_by_pid(made.snapshot, root),
                                   made.self, kind, &made.plan),
                     ST_OK);
}

static struct tree_member *member(uint32_t pid)
{
    for (size_t i = 0; i < made.plan->count; i++)
        if (made.plan->members[i].key.pid == pid)
            return &made.plan->members[i];
    return NULL;
}

static bool is_cancelled(void *context)
{
    (void)context;
    return made.cancel;
}

static enum status run(void)
{
    struct failure failure = {.status = ST_OK};
    const struct tree_run setup = {
        .hand = scripted_hand_base(made.hand),
        .log = &made.log,
        .plan = made.plan,
        .resume_rest = made.resume_rest,
        .cancelled = is_cancelled,
    };
    return tree_run(&setup, &made.result, &failure);
}

static const struct tree_fate *fate(uint32_t pid)
{
    for (size_t i = 0; i < made.result.count; i++)
        if (made.result.fates[i].key.pid == pid)
            return &made.result.fates[i];
    fail_msg("no fate of %u", (unsigned)pid);
    return NULL;
}

static bool lives(uint32_t pid)
{
    return scripted_hand_lives(made.hand, pid);
}

static size_t living_named(const char *name)
{
    size_t living = 0;
    for (size_t i = 0; i < scripted_source_process_count(made.rig.machine); i++) {
        uint32_t pid = scripted_source_pid_at(made.rig.machine, i);
        struct text listed = scripted_source_process(made.rig.machine, pid)->name;
        living += text_equal(listed, text_from(name));
    }
    return living;
}

/* --- the plan --- */

static void test_the_plan_lists_parents_before_children(void **state)
{
    (void)state;
    plan(ROOT, ACT_KILL_TREE);
    static const uint32_t order[] = {ROOT, 104, 108, 112};
    assert_int_equal(made.plan->count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(made.plan->members[i].key.pid, order[i]);
        assert_true(made.plan->members[i].ticked);
    }
    assert_int_equal(member(112)->depth, 2);
    assert_int_equal(tree_plan_ticked(made.plan), 4);
}

static void test_a_leaf_has_no_children(void **state)
{
    (void)state;
    plan(104, ACT_KILL_TREE);
    assert_int_equal(made.plan->count, 1);
    assert_false(
        tree_plan_has_children(made.snapshot, snapshot_process_by_pid(made.snapshot, 104)));
    assert_true(
        tree_plan_has_children(made.snapshot, snapshot_process_by_pid(made.snapshot, ROOT)));
}

static void test_those_below_an_ended_one_are_apart_and_unticked(void **state)
{
    (void)state;
    scripted_source_exit(made.rig.machine, 108, 0);
    plan(ROOT, ACT_KILL_TREE);
    assert_null(member(108));
    assert_int_equal(member(112)->group, TREE_ORPHAN);
    assert_false(member(112)->ticked);
    assert_true(tree_plan_has_children(made.snapshot, snapshot_process_by_pid(made.snapshot, 108)));
}

static void test_an_unknown_start_is_unsure_and_unticked(void **state)
{
    (void)state;
    scripted_source_start_at(made.rig.machine, 116, ROOT, "unknown.exe", 0);
    plan(ROOT, ACT_KILL_TREE);
    assert_int_equal(member(116)->group, TREE_UNSURE);
    assert_false(member(116)->ticked);
}

/* row A2, first half: a younger process with the parent's PID is no parent. */
static void test_A2_an_orphan_of_an_older_process_with_the_same_pid_survives(void **state)
{
    (void)state;
    start(300, 50, "old.exe");
    start(304, 300, "orphan.exe");
    rig_look(&made.rig, MOMENT_SECOND);
    scripted_source_exit(made.rig.machine, 300, 0);
    rig_look(&made.rig, MOMENT_SECOND);
    start(300, 50, "new.exe");
    start(308, 300, "child.exe");
    plan(300, ACT_KILL_TREE);
    assert_null(member(304));
    assert_int_equal(run(), ST_OK);
    assert_true(lives(304));
    assert_false(lives(300));
    assert_false(lives(308));
}

/* row A1: the guard looks at every member of a tree. */
static void test_A1_a_critical_member_is_not_ticked(void **state)
{
    (void)state;
    struct process_facts *facts;
    start(116, ROOT, "vital.exe");
    facts = scripted_source_facts(made.rig.machine, 116);
    facts->critical = (struct number_fact){.value = 1, .state = READ_OK};
    plan(ROOT, ACT_KILL_TREE);
    assert_int_equal(member(116)->verdict.guard, GUARD_CRITICAL);
    assert_false(member(116)->ticked);
    assert_int_equal(run(), ST_OK);
    assert_true(lives(116));
    assert_int_equal(fate(116)->fate, FATE_LEFT_OUT);
}

/* row A3: never this program or those that it runs under. */
static void test_A3_this_program_and_its_ancestors_stay(void **state)
{
    (void)state;
    start(116, SELF, "helper.exe");
    plan(50, ACT_KILL_TREE);
    assert_null(member(50));
    assert_null(member(SELF));
    assert_int_equal(run(), ST_OK);
    assert_true(lives(50));
    assert_true(lives(SELF));
    assert_false(lives(ROOT));
}

/* --- running it --- */

static void test_it_suspends_from_the_root_and_kills_from_the_leaves(void **state)
{
    (void)state;
    plan(ROOT, ACT_KILL_TREE);
    assert_int_equal(run(), ST_OK);
    assert_string_equal(scripted_hand_story(made.hand),
                        "suspend 100\nsuspend 104\nsuspend 108\nsuspend 112\n"
                        "terminate 112\nterminate 108\nterminate 104\nterminate 100\n");
    assert_true(made.result.settled);
    assert_int_equal(made.result.done, 4);
    assert_int_equal(made.result.survived, 0);
    assert_int_equal(made.before, 1);
    assert_int_equal(made.after, 1);
    assert_true(lives(50));
    assert_true(lives(SELF));
}

static void test_who_is_left_out_lives(void **state)
{
    (void)state;
    plan(ROOT, ACT_KILL_TREE);
    member(108)->ticked = false;
    assert_int_equal(run(), ST_OK);
    assert_true(scripted_hand_runs(made.hand, 108));
    assert_false(lives(112)); /* it was ticked */
    assert_false(lives(ROOT));
    assert_int_equal(fate(108)->fate, FATE_LEFT_OUT);
}

static void test_a_reused_pid_between_plan_and_run_is_not_touched(void **state)
{
    (void)state;
    plan(ROOT, ACT_KILL_TREE);
    scripted_source_exit(made.rig.machine, 104, 0);
    start(104, 50, "innocent.exe");
    assert_int_equal(run(), ST_OK);
    assert_true(scripted_hand_runs(made.hand, 104));
    assert_int_equal(fate(104)->fate, FATE_ALREADY_GONE);
    assert_int_equal(made.result.survived, 0);
}

static void spawn_while_running(void *context)
{
    (void)context;
    /* worker.exe starts a child at every moment that it is let run; each child does, too. */
    static const uint32_t parents[] = {108};
    if (made.next > 20040)
        return;
    for (size_t i = 0; i < 1; i++)
        if (lives(parents[i]) && scripted_hand_runs(made.hand, parents[i]))
            start(made.next++, parents[i], "spawn.exe");
    uint32_t last = made.next - 1;
    if (made.next > 20000 && lives(last) && scripted_hand_runs(made.hand, last))
        start(made.next++, last, "spawn.exe");
}

/* row A2, second half: children born after the look do not escape. */
static void test_A2_children_born_meanwhile_do_not_escape(void **state)
{
    (void)state;
    plan(ROOT, ACT_KILL_TREE);
    scripted_hand_on_step(made.hand, spawn_while_running, NULL);
    assert_int_equal(run(), ST_OK);
    assert_true(made.next > 20003);
    assert_int_equal(living_named("spawn.exe"), 0);
    assert_true(made.result.settled);
    assert_true(made.before > 1); /* each lot was written down before it was touched */
}

/* Three watchdogs; two in the tree, one outside (its parent has ended). Each starts again whoever
 * of the others is missing, at once, as long as it is let run. */
static void watch_each_other(void *context)
{
    (void)context;
    static const char *const names[] = {"dog-a.exe", "dog-b.exe", "dog-c.exe"};
    for (size_t i = 0; i < 3; i++) {
        bool runs = false;
        uint32_t guardian = 0;
        for (size_t k = 0; k < scripted_source_process_count(made.rig.machine); k++) {
            uint32_t pid = scripted_source_pid_at(made.rig.machine, k);
            struct text name = scripted_source_process(made.rig.machine, pid)->name;
            if (text_equal(name, text_from(names[i])))
                runs = true;
            else if (text_starts(name, text_of("dog-")) && scripted_hand_runs(made.hand, pid))
                guardian = pid;
        }
        if (!runs && guardian && made.next < 21000)
            start(made.next++, guardian, names[i]);
    }
}

static void make_dogs(void)
{
    start(400, 50, "dog-a.exe");
    start(404, 400, "dog-b.exe");
    start(408, 404, "middle.exe");
    start(412, 408, "dog-c.exe");
    rig_look(&made.rig, MOMENT_SECOND);
    scripted_source_exit(made.rig.machine, 408, 0);
    rig_look(&made.rig, MOMENT_SECOND);
}

static size_t living_dogs(void)
{
    return living_named("dog-a.exe") + living_named("dog-b.exe") + living_named("dog-c.exe");
}

/* row A3: watchdogs that restart each other, one of which has left the tree. */
static void test_A3_watchdogs_do_not_survive(void **state)
{
    (void)state;
    make_dogs();
    plan(400, ACT_KILL_TREE);
    scripted_hand_on_step(made.hand, watch_each_other, NULL);
    assert_int_equal(member(412)->group, TREE_ORPHAN);
    member(412)->ticked = true;
    assert_int_equal(run(), ST_OK);
    assert_int_equal(living_dogs(), 0);
    assert_int_equal(made.next, 20000); /* none had a moment to start another */
}

/* The way of others, so that the made-up dogs are shown to bite: by PID, without a freeze. */
static void test_A3_killed_one_by_one_watchdogs_come_back(void **state)
{
    (void)state;
    make_dogs();
    scripted_hand_on_step(made.hand, watch_each_other, NULL);
    static const uint32_t tree[] = {404, 400};
    for (size_t i = 0; i < 2; i++) {
        const struct process_seen *row = scripted_source_process(made.rig.machine, tree[i]);
        const struct deed_target target = {.key = row->key};
        struct deed_result result;
        deed_do(scripted_hand_base(made.hand), &made.log, ACT_KILL, &target, &result);
    }
    assert_int_equal(living_dogs(), 3);
}

static void test_who_cannot_be_opened_survives_and_says_why(void **state)
{
    (void)state;
    plan(ROOT, ACT_KILL_TREE);
    scripted_hand_puppet(made.hand, 108)->hold = ST_DENIED;
    assert_int_equal(run(), ST_OK);
    assert_int_equal(fate(108)->fate, FATE_SURVIVED);
    assert_int_equal(fate(108)->failure.status, ST_DENIED);
    assert_int_equal(made.result.survived, 1);
    assert_int_equal(made.result.done, 3);
    assert_false(lives(112));
}

static void test_who_cannot_be_suspended_is_killed_all_the_same(void **state)
{
    (void)state;
    plan(ROOT, ACT_KILL_TREE);
    scripted_hand_puppet(made.hand, 108)->suspend = ST_DENIED;
    assert_int_equal(run(), ST_OK);
    assert_int_equal(fate(108)->fate, FATE_KILLED);
}

static void test_what_lives_stays_suspended_or_is_resumed_as_wished(void **state)
{
    (void)state;
    for (int wish = 0; wish < 2; wish++) {
        end(NULL);
        begin(NULL);
        plan(ROOT, ACT_KILL_TREE);
        made.resume_rest = wish;
        scripted_hand_puppet(made.hand, 104)->terminate = ST_DENIED;
        scripted_hand_puppet(made.hand, 112)->stubborn = true;
        assert_int_equal(run(), ST_OK);
        assert_int_equal(fate(104)->fate, FATE_SURVIVED);
        assert_int_equal(fate(112)->fate, FATE_SURVIVED);
        assert_int_equal(fate(112)->failure.status, ST_BUSY);
        assert_int_equal(fate(104)->stays_suspended, !wish);
        assert_int_equal(scripted_hand_runs(made.hand, 104), wish);
        assert_int_equal(scripted_hand_runs(made.hand, 112), wish);
    }
}

static void cancel_after_a_while(void *context)
{
    (void)context;
    made.cancel = made.cancel || made.next++ == 20006;
}

static void test_cancelled_half_way(void **state)
{
    (void)state;
    for (int wish = 0; wish < 2; wish++) {
        end(NULL);
        begin(NULL);
        plan(ROOT, ACT_KILL_TREE);
        made.resume_rest = wish;
        scripted_hand_on_step(made.hand, cancel_after_a_while, NULL);
        assert_int_equal(run(), ST_OK);
        assert_true(made.result.cancelled);
        assert_true(made.result.survived > 0);
        assert_int_equal(made.after, 1);
        for (size_t i = 0; i < made.result.count; i++) {
            const struct tree_fate *one = &made.result.fates[i];
            if (one->fate == FATE_PENDING && one->stays_suspended)
                assert_false(wish);
        }
        for (uint32_t pid = ROOT; pid <= 112; pid += 4)
            if (wish && lives(pid))
                assert_true(scripted_hand_runs(made.hand, pid));
    }
}

static void test_a_critical_one_found_later_is_not_touched(void **state)
{
    (void)state;
    plan(ROOT, ACT_KILL_TREE);
    start(116, ROOT, "vital.exe");
    scripted_hand_puppet(made.hand, 116)->critical = true;
    assert_int_equal(run(), ST_OK);
    assert_true(scripted_hand_runs(made.hand, 116));
    assert_int_equal(fate(116)->fate, FATE_GUARDED);
    assert_int_equal(made.result.survived, 1);
}

static void test_suspend_tree_and_resume_tree(void **state)
{
    (void)state;
    plan(ROOT, ACT_SUSPEND_TREE);
    assert_int_equal(run(), ST_OK);
    for (uint32_t pid = ROOT; pid <= 112; pid += 4)
        assert_false(scripted_hand_runs(made.hand, pid));
    plan(ROOT, ACT_RESUME_TREE);
    assert_int_equal(run(), ST_OK);
    for (uint32_t pid = ROOT; pid <= 112; pid += 4) {
        assert_true(scripted_hand_runs(made.hand, pid));
        assert_int_equal(fate(pid)->fate, FATE_RESUMED);
    }
}

static void test_a_suspend_that_fails_half_way_is_taken_back_if_wished(void **state)
{
    (void)state;
    plan(ROOT, ACT_SUSPEND_TREE);
    made.resume_rest = true;
    scripted_hand_puppet(made.hand, 108)->suspend = ST_DENIED;
    assert_int_equal(run(), ST_OK);
    assert_int_equal(made.result.survived, 1);
    for (uint32_t pid = ROOT; pid <= 112; pid += 4)
        assert_true(scripted_hand_runs(made.hand, pid));
}

static void test_nothing_is_touched_that_cannot_be_written(void **state)
{
    (void)state;
    plan(ROOT, ACT_KILL_TREE);
    made.refuse = ST_DISK_FULL;
    assert_int_equal(run(), ST_DISK_FULL);
    assert_string_equal(scripted_hand_story(made.hand), "");
}

/* A look that fails: what is held is killed all the same, and the end is not called settled. */
static void test_a_failed_look(void **state)
{
    (void)state;
    plan(ROOT, ACT_KILL_TREE);
    scripted_hand_fail_list(made.hand, ST_NO_MEMORY, 1);
    assert_int_equal(run(), ST_OK);
    assert_false(lives(ROOT));
    assert_false(made.result.settled);
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        end(NULL);
        begin(NULL);
        plan(ROOT, ACT_KILL_TREE);
        failing_memory_begin(n);
        enum status status = run();
        bool failed = failing_memory_failed();
        failing_memory_end();
        if (status == ST_OK)
            assert_false(lives(ROOT));
        else
            assert_true(scripted_hand_runs(made.hand, ROOT));
        if (!failed)
            break;
        assert_true(n < 100);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_plan_lists_parents_before_children),
        TEST(test_a_leaf_has_no_children),
        TEST(test_those_below_an_ended_one_are_apart_and_unticked),
        TEST(test_an_unknown_start_is_unsure_and_unticked),
        TEST(test_A2_an_orphan_of_an_older_process_with_the_same_pid_survives),
        TEST(test_A1_a_critical_member_is_not_ticked),
        TEST(test_A3_this_program_and_its_ancestors_stay),
        TEST(test_it_suspends_from_the_root_and_kills_from_the_leaves),
        TEST(test_who_is_left_out_lives),
        TEST(test_a_reused_pid_between_plan_and_run_is_not_touched),
        TEST(test_A2_children_born_meanwhile_do_not_escape),
        TEST(test_A3_watchdogs_do_not_survive),
        TEST(test_A3_killed_one_by_one_watchdogs_come_back),
        TEST(test_who_cannot_be_opened_survives_and_says_why),
        TEST(test_who_cannot_be_suspended_is_killed_all_the_same),
        TEST(test_what_lives_stays_suspended_or_is_resumed_as_wished),
        TEST(test_cancelled_half_way),
        TEST(test_a_critical_one_found_later_is_not_touched),
        TEST(test_suspend_tree_and_resume_tree),
        TEST(test_a_suspend_that_fails_half_way_is_taken_back_if_wished),
        TEST(test_nothing_is_touched_that_cannot_be_written),
        TEST(test_a_failed_look),
        TEST(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
