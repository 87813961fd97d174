/* evidence_tree on a made-up machine: everything stands still while it is dumped, and runs again
 * whatever came of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/act/evidence_tree.h"
#include "tests/support/failing_memory.h"
#include "tests/support/rig.h"
#include "tests/support/scripted_evidence.h"
#include "tests/support/scripted_hand.h"

#define ROOT 100
#define SELF 900

/* init(50) > cmd(100) > ping(104), worker(108); stakeout(900) elsewhere */
static struct {
    struct rig rig;
    struct scripted_hand *hand;
    struct process_key self;
    struct snapshot *snapshot;
    struct tree_plan *plan;
    struct scripted_evidence evidence;
    struct evidence_tree_result result;
    atomic_bool cancel;
    unsigned dumped;
    bool all_stood_still; /* at each dump */
    unsigned cancel_at;   /* dump; 0 never */
    bool born;            /* one more is started by ping before it is suspended */
    unsigned told;
    size_t told_of;
} made;

static struct process_key start(uint32_t pid, uint32_t parent, const char *name)
{
    scripted_source_advance(made.rig.machine, MOMENT_MS);
    return scripted_source_start(made.rig.machine, pid, parent, name);
}

static bool lives_and_runs(uint32_t pid)
{
    return scripted_hand_lives(made.hand, pid) && scripted_hand_runs(made.hand, pid);
}

static void on_dump(void *context)
{
    (void)context;
    made.dumped++;
    made.all_stood_still = made.all_stood_still && !lives_and_runs(ROOT) && !lives_and_runs(104) &&
                           !lives_and_runs(108) && !lives_and_runs(120);
    if (made.dumped == made.cancel_at)
        atomic_store(&made.cancel, true);
}

static void on_step(void *context)
{
    (void)context;
    if (made.born || !scripted_hand_runs(made.hand, 104))
        return;
    made.born = true;
    start(120, 104, "late.exe");
}

static void tell(void *context, const struct tree_fate *member, size_t at, size_t of)
{
    (void)context;
    assert_true(member->name.size && at < of);
    assert_int_equal(at, made.told);
    made.told++;
    made.told_of = of;
}

static int begin(void **state)
{
    (void)state;
    memset(&made, 0, sizeof made);
    made.rig = rig_new(NULL);
    made.hand = scripted_hand_new(made.rig.machine);
    scripted_evidence_begin(&made.evidence);
    made.evidence.on_make = on_dump;
    made.all_stood_still = true;
    start(50, 0, "init.exe");
    start(ROOT, 50, "cmd.exe");
    start(104, ROOT, "ping.exe");
    start(108, ROOT, "worker.exe");
    made.self = start(SELF, 50, "stakeout.exe");
    rig_look(&made.rig, MOMENT_SECOND);
    assert_int_equal(
        snapshot_new(made.rig.history, scripted_source_now(made.rig.machine), 1, &made.snapshot),
        ST_OK);
    assert_int_equal(tree_plan_new(made.snapshot, snapshot_process_by_pid(made.snapshot, ROOT),
                                   made.self, ACT_SUSPEND_TREE, &made.plan),
                     ST_OK);
    return 0;
}

static int end(void **state)
{
    (void)state;
    assert_int_equal(scripted_hand_held(made.hand), 0);
    evidence_tree_result_done(&made.result);
    tree_plan_free(made.plan);
    snapshot_release(made.snapshot);
    scripted_evidence_end(&made.evidence);
    hand_free(scripted_hand_base(made.hand));
    rig_free(&made.rig);
    return 0;
}

static enum status run(void)
{
    struct progress progress = {.cancel = &made.cancel};
    struct failure failure = {.status = ST_OK};
    const struct evidence_tree order = {
        .hand = scripted_hand_base(made.hand),
        .means = &made.evidence.means,
        .log = &made.evidence.log,
        .plan = made.plan,
        .progress = &progress,
        .began = tell,
    };
    return evidence_tree_run(&order, &made.result, &failure);
}

static void assert_all_run(void)
{
    assert_true(lives_and_runs(ROOT));
    assert_true(lives_and_runs(104));
    assert_true(lives_and_runs(108));
    assert_int_equal(made.result.stuck, 0);
}

static void test_all_stand_still_while_they_are_dumped(void **state)
{
    (void)state;
    assert_int_equal(run(), ST_OK);
    assert_int_equal(made.result.dumped, 3);
    assert_int_equal(made.result.failed, 0);
    assert_int_equal(made.dumped, 3);
    assert_int_equal(made.told, 3);
    assert_int_equal(made.told_of, 3);
    assert_true(made.all_stood_still);
    assert_all_run();
    assert_string_equal(scripted_hand_story(made.hand), "suspend 100\nsuspend 104\nsuspend 108\n"
                                                        "resume 108\nresume 104\nresume 100\n");
}

static void test_each_step_is_in_the_journal(void **state)
{
    (void)state;
    assert_int_equal(run(), ST_OK);
    struct text story = buffer_text(&made.evidence.story);
    const char *const steps[] = {"before suspend-tree",
                                 "after suspend-tree of 1: success",
                                 "before dump\ndump 100\nafter dump of 3: success",
                                 "before dump\ndump 104\nafter dump of 5: success",
                                 "before dump\ndump 108\nafter dump of 7: success",
                                 "before resume\nafter resume of 9: success"};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        size_t at = text_find(story, text_from(steps[i]));
        assert_int_not_equal(at, SIZE_MAX);
        story = text_slice(story, at, story.size - at);
    }
    assert_int_equal(made.evidence.written, 14);
}

static void test_what_is_started_meanwhile_is_dumped_too(void **state)
{
    (void)state;
    scripted_hand_on_step(made.hand, on_step, NULL);
    assert_int_equal(run(), ST_OK);
    assert_int_equal(made.result.dumped, 4);
    assert_true(made.all_stood_still);
    assert_true(lives_and_runs(120));
    assert_all_run();
}

static void test_what_is_not_ticked_is_left_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < made.plan->count; i++)
        if (made.plan->members[i].key.pid == 104)
            made.plan->members[i].ticked = false;
    made.all_stood_still = false; /* 104 runs on */
    assert_int_equal(run(), ST_OK);
    assert_int_equal(made.result.dumped, 2);
    assert_int_equal(scripted_hand_puppet(made.hand, 104)->suspends, 0);
}

/* The dump may be had although the hand may not suspend. */
static void test_one_that_cannot_be_suspended_is_dumped_as_it_runs(void **state)
{
    (void)state;
    scripted_hand_puppet(made.hand, 104)->suspend = ST_DENIED;
    assert_int_equal(run(), ST_OK);
    assert_int_equal(made.result.dumped, 3);
    assert_int_equal(scripted_hand_puppet(made.hand, 104)->resumes, 0);
    assert_all_run();
}

static void test_a_cancel_resumes_all(void **state)
{
    (void)state;
    made.cancel_at = 1;
    assert_int_equal(run(), ST_OK);
    assert_true(made.result.cancelled);
    assert_int_equal(made.dumped, 1);
    assert_int_equal(made.result.dumped, 0);
    assert_int_equal(made.result.failed, 3);
    assert_all_run();
}

static void test_a_dump_that_fails_stops_nothing(void **state)
{
    (void)state;
    made.evidence.make = ST_DISK_FULL;
    assert_int_equal(run(), ST_OK);
    assert_int_equal(made.dumped, 3);
    assert_int_equal(made.result.failed, 3);
    assert_all_run();
}

static void test_a_journal_that_is_full_stops_the_dumps_and_resumes_all(void **state)
{
    (void)state;
    made.evidence.write_until = 4; /* suspend-tree and one dump */
    assert_int_equal(run(), ST_OK);
    assert_int_equal(made.result.dumped, 1);
    assert_int_equal(made.result.failed, 2);
    assert_int_equal(made.dumped, 1);
    assert_all_run();
}

static void test_nothing_is_done_without_a_journal(void **state)
{
    (void)state;
    made.evidence.write_until = 0;
    assert_int_equal(run(), ST_DISK_FULL);
    assert_string_equal(scripted_hand_story(made.hand), "");
    assert_int_equal(made.dumped, 0);
}

static void test_one_that_cannot_be_resumed_is_told(void **state)
{
    (void)state;
    scripted_hand_puppet(made.hand, 104)->resume = ST_DENIED;
    assert_int_equal(run(), ST_OK);
    assert_int_equal(made.result.stuck, 1);
    for (size_t i = 0; i < made.result.tree.count; i++)
        assert_true(made.result.tree.fates[i].stays_suspended ==
                    (made.result.tree.fates[i].key.pid == 104));
    assert_true(lives_and_runs(108));
}

/* Whatever memory is missing, nobody stays suspended. */
static void test_want_of_memory_leaves_nobody_suspended(void **state)
{
    bool failed = true;
    (void)state;
    for (size_t nth = 1; failed; nth++) {
        failing_memory_begin(nth);
        enum status status = run();
        failed = failing_memory_failed();
        failing_memory_end();
        assert_true(status == ST_OK || failed);
        assert_true(lives_and_runs(ROOT) && lives_and_runs(104) && lives_and_runs(108));
        if (status == ST_OK && failed)
            evidence_tree_result_done(&made.result);
        made.told = 0;
    }
    assert_int_equal(made.result.dumped, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_all_stand_still_while_they_are_dumped),
        TEST(test_each_step_is_in_the_journal),
        TEST(test_what_is_started_meanwhile_is_dumped_too),
        TEST(test_what_is_not_ticked_is_left_alone),
        TEST(test_one_that_cannot_be_suspended_is_dumped_as_it_runs),
        TEST(test_a_cancel_resumes_all),
        TEST(test_a_dump_that_fails_stops_nothing),
        TEST(test_a_journal_that_is_full_stops_the_dumps_and_resumes_all),
        TEST(test_nothing_is_done_without_a_journal),
        TEST(test_one_that_cannot_be_resumed_is_told),
        TEST(test_want_of_memory_leaves_nobody_suspended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
