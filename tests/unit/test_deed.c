/* deed on a made-up machine: done, refused, half done, lied about; and always written down. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/act/deed.h"
#include "tests/support/scripted_hand.h"

#define PID 104

struct made {
    struct scripted_source *machine;
    struct scripted_hand *hand;
    struct process_key key;
    struct deed_result result;
    /* the journal: "before kill 104\n" and so on */
    char lines[4096];
    size_t used;
    uint64_t written;
    enum status refuse;
    struct act_log log;
};

static struct made made;

static enum status take(void *context, const struct journal_entry *entry, uint64_t *number)
{
    (void)context;
    if (made.refuse != ST_OK)
        return made.refuse;
    int size = snprintf(made.lines + made.used, sizeof made.lines - made.used, "%s %s %u %s|%.*s\n",
                        entry->phase == JOURNAL_BEFORE ? "before" : "after", entry->action,
                        (unsigned)entry->of, entry->outcome ? entry->outcome : "-",
                        (int)entry->reason.size, entry->reason.size ? entry->reason.bytes : "");
    assert_true(size > 0 && (size_t)size < sizeof made.lines - made.used);
    made.used += (size_t)size;
    made.written++;
    if (number)
        *number = made.written;
    return ST_OK;
}

static int begin(void **state)
{
    (void)state;
    made = (struct made){.machine = scripted_source_new()};
    made.hand = scripted_hand_new(made.machine);
    scripted_source_start(made.machine, 100, 0, "cmd.exe");
    made.key = scripted_source_start(made.machine, PID, 100, "ping.exe");
    made.log = (struct act_log){take, NULL};
    return 0;
}

static int end(void **state)
{
    (void)state;
    assert_int_equal(scripted_hand_held(made.hand), 0);
    hand_free(scripted_hand_base(made.hand));
    source_free(scripted_source_base(made.machine));
    return 0;
}

static enum deed_outcome act(enum act_kind kind)
{
    const struct process_facts *facts = NULL;
    if (scripted_hand_lives(made.hand, PID))
        assert_int_equal(source_facts(scripted_source_base(made.machine),
                                      scripted_source_process(made.machine, PID), &facts),
                         ST_OK);
    const struct deed_target target = {.key = made.key, .facts = facts};
    deed_do(scripted_hand_base(made.hand), &made.log, kind, &target, &made.result);
    process_facts_release(facts);
    return made.result.outcome;
}

static struct puppet *puppet(void)
{
    return scripted_hand_puppet(made.hand, PID);
}

static void assert_words(enum act_kind kind, const char *words)
{
    struct buffer out;
    buffer_init(&out, 4096);
    deed_add_outcome(&out, kind, &made.result);
    assert_int_equal(out.size, strlen(words));
    assert_memory_equal(out.bytes, words, out.size);
    buffer_done(&out);
}

static void test_suspend_and_resume_count(void **state)
{
    (void)state;
    assert_int_equal(act(ACT_SUSPEND), DEED_DONE);
    assert_int_equal(made.result.seen.least_count, 1);
    assert_int_equal(act(ACT_SUSPEND), DEED_DONE);
    assert_words(ACT_SUSPEND, "suspended (suspend count 2)");
    assert_int_equal(act(ACT_RESUME), DEED_STILL_COUNTED);
    assert_false(scripted_hand_runs(made.hand, PID));
    assert_int_equal(act(ACT_RESUME), DEED_DONE);
    assert_words(ACT_RESUME, "resumed (suspend count 0)");
    assert_true(scripted_hand_runs(made.hand, PID));
}

static void test_kill(void **state)
{
    (void)state;
    assert_int_equal(act(ACT_KILL), DEED_DONE);
    assert_false(scripted_hand_lives(made.hand, PID));
    assert_true(scripted_hand_lives(made.hand, 100));
    assert_words(ACT_KILL, "killed, exit code 1");
    assert_string_equal(made.lines, "before kill 0 -|\nafter kill 1 success|killed, exit code 1\n");
}

/* row A7: terminate works on a suspended process, and one that is gone is a success. */
static void test_A7_a_suspended_or_gone_process_can_be_killed(void **state)
{
    (void)state;
    act(ACT_SUSPEND);
    assert_int_equal(act(ACT_KILL), DEED_DONE);
    assert_int_equal(act(ACT_KILL), DEED_ALREADY_GONE);
    assert_true(deed_succeeded(ACT_KILL, made.result.outcome));
    assert_false(deed_succeeded(ACT_SUSPEND, made.result.outcome));
    assert_int_equal(act(ACT_SUSPEND), DEED_ALREADY_GONE);
}

/* row A8: what was chosen is (PID, start), whatever the PID means by now. */
static void test_A8_a_reused_pid_is_not_touched(void **state)
{
    (void)state;
    scripted_source_exit(made.machine, PID, 0);
    scripted_source_advance(made.machine, MOMENT_SECOND);
    scripted_source_start(made.machine, PID, 100, "innocent.exe");
    for (enum act_kind kind = ACT_SUSPEND; kind <= ACT_KILL; kind++)
        assert_int_equal(act(kind), DEED_ALREADY_GONE);
    assert_true(scripted_hand_runs(made.hand, PID));
    assert_string_equal(scripted_hand_story(made.hand), "");
}

static void test_a_refusal_says_why(void **state)
{
    (void)state;
    puppet()->hold = ST_DENIED;
    assert_int_equal(act(ACT_KILL), DEED_REFUSED);
    assert_int_equal(made.result.failure.status, ST_DENIED);
    assert_words(ACT_KILL, "not done: access denied (OpenProcess, error 5)");
    puppet()->hold = ST_OK;
    puppet()->suspend = ST_DENIED;
    assert_int_equal(act(ACT_SUSPEND), DEED_REFUSED);
    puppet()->terminate = ST_DENIED;
    assert_int_equal(act(ACT_KILL), DEED_REFUSED);
    assert_true(scripted_hand_runs(made.hand, PID));
}

/* row A4: suspends that are refused, partial or undone are told as they are. */
static void test_A4_what_the_system_says_is_not_believed(void **state)
{
    (void)state;
    puppet()->deaf = true;
    assert_int_equal(act(ACT_SUSPEND), DEED_RUNS_STILL);
    puppet()->deaf = false;
    puppet()->some = true;
    assert_int_equal(act(ACT_SUSPEND), DEED_PARTLY);
    puppet()->some = false;
    puppet()->uncounted = true;
    assert_int_equal(act(ACT_SUSPEND), DEED_UNSEEN);
    puppet()->stubborn = true;
    assert_int_equal(act(ACT_KILL), DEED_RUNS_STILL);
    assert_words(ACT_KILL, "the system said yes, but it is still there");
}

static void die(void *context)
{
    (void)context;
    if (scripted_hand_lives(made.hand, PID))
        scripted_source_exit(made.machine, PID, 7);
}

static void test_one_that_dies_under_the_hand_is_gone(void **state)
{
    (void)state;
    for (enum act_kind kind = ACT_SUSPEND; kind <= ACT_KILL; kind++) {
        end(NULL);
        begin(NULL);
        scripted_hand_on_step(made.hand, die, NULL);
        assert_int_equal(act(kind), DEED_ALREADY_GONE);
    }
}

static void test_nothing_is_done_that_cannot_be_written(void **state)
{
    (void)state;
    made.refuse = ST_DISK_FULL;
    for (enum act_kind kind = ACT_SUSPEND; kind <= ACT_KILL; kind++)
        assert_int_equal(act(kind), DEED_NOT_WRITTEN);
    assert_true(scripted_hand_runs(made.hand, PID));
    assert_words(ACT_KILL, "not done: the journal could not be written: the disk is full");
}

static void test_restart(void **state)
{
    (void)state;
    assert_int_equal(act(ACT_RESTART), DEED_DONE);
    assert_false(scripted_hand_lives(made.hand, PID));
    assert_true(scripted_hand_lives(made.hand, made.result.reborn.pid));
    assert_string_equal(scripted_hand_story(made.hand), "terminate 104\nstart 40000\n");
}

static void test_restart_harms_nothing_when_it_cannot_work(void **state)
{
    (void)state;
    scripted_source_facts(made.machine, PID)->command.state = READ_DENIED;
    assert_int_equal(act(ACT_RESTART), DEED_REFUSED);
    assert_true(scripted_hand_runs(made.hand, PID));
}

static void test_a_failed_restart_says_so(void **state)
{
    (void)state;
    scripted_hand_start_gives(made.hand, ST_DENIED);
    assert_int_equal(act(ACT_RESTART), DEED_NOT_RESTARTED);
    assert_false(deed_succeeded(ACT_RESTART, made.result.outcome));
    assert_words(ACT_RESTART, "killed, but it could not be started again: access denied "
                              "(CreateProcess, error 740)");
}

static void test_every_outcome_has_words(void **state)
{
    (void)state;
    for (enum act_kind kind = ACT_SUSPEND; kind <= ACT_KILL; kind++)
        for (enum deed_outcome outcome = 0; outcome < DEED_OUTCOMES; outcome++)
            assert_true(strlen(deed_phrase(kind, outcome)) > 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_suspend_and_resume_count),
        TEST(test_kill),
        TEST(test_A7_a_suspended_or_gone_process_can_be_killed),
        TEST(test_A8_a_reused_pid_is_not_touched),
        TEST(test_a_refusal_says_why),
        TEST(test_A4_what_the_system_says_is_not_believed),
        TEST(test_one_that_dies_under_the_hand_is_gone),
        TEST(test_nothing_is_done_that_cannot_be_written),
        TEST(test_restart),
        TEST(test_restart_harms_nothing_when_it_cannot_work),
        TEST(test_a_failed_restart_says_so),
        TEST(test_every_outcome_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
