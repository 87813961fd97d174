/* thread_deed on a made-up machine: written down, done, refused, and what became of the process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/act/thread_deed.h"
#include "core/cli/text/show_thread.h"
#include "tests/support/scripted_hand.h"

#define PID 104
#define TID 7

static struct {
    struct scripted_source *machine;
    struct scripted_hand *hand;
    struct thread_hand threads;
    struct window_probe windows;
    struct act_log log;
    struct thread_key key;
    struct thread_info info;
    struct thread_report report;
    struct buffer words;
    /* what it is like */
    enum thread_outcome outcome;
    enum status refuse;  /* what the journal says */
    int64_t ends_after;  /* the process, of its thread's end; 0: never */
    int64_t hangs_after; /* its window, likewise */
    int64_t acted;       /* when; 0: it was not */
    unsigned most_tells; /* the listener is done after so many; 0: never */
    /* what was heard */
    unsigned tells;
    unsigned asked;
    char lines[8192]; /* the journal: "before kill-thread 0 -|\n" */
    size_t used;
    uint64_t written;
    char members[8192]; /* of the last line */
} made;

static int64_t ticks(void)
{
    struct hand *hand = scripted_hand_base(made.hand);
    return hand->class->ticks(hand);
}

static int64_t since(void)
{
    return made.acted ? ticks() - made.acted : 0;
}

static enum status take(void *context, const struct journal_entry *entry, uint64_t *number)
{
    static const char *const phases[] = {"before", "after", "note"};
    (void)context;
    if (made.refuse != ST_OK)
        return made.refuse;
    int size = snprintf(made.lines + made.used, sizeof made.lines - made.used, "%s %s %u %s|%.*s\n",
                        phases[entry->phase], entry->action, (unsigned)entry->of,
                        entry->outcome ? entry->outcome : "-", (int)entry->reason.size,
                        entry->reason.size ? entry->reason.bytes : "");
    assert_true(size > 0 && (size_t)size < sizeof made.lines - made.used);
    made.used += (size_t)size;
    assert_true(entry->members.size < sizeof made.members);
    memcpy(made.members, entry->members.bytes, entry->members.size);
    made.members[entry->members.size] = '\0';
    made.written++;
    if (number)
        *number = made.written;
    return ST_OK;
}

static void act(void *context, enum thread_deed deed, const struct thread_key *key,
                struct thread_result *result)
{
    (void)context;
    assert_int_equal(made.written, 1); /* the journal went first */
    assert_int_equal(key->tid, TID);
    *result = (struct thread_result){.outcome = made.outcome};
    if (made.outcome == THREAD_REFUSED)
        result->failure = (struct failure){ST_DENIED, "OpenThread", 5};
    result->before = (struct number_fact){1, READ_OK};
    result->after = (struct number_fact){2, READ_OK};
    if (deed == THREAD_DEED_TERMINATE)
        result->after = (struct number_fact){.state = READ_GONE};
    made.acted = ticks();
}

static enum window_answer ask(void *context, uint32_t pid)
{
    (void)context;
    assert_int_equal(pid, PID);
    assert_true(scripted_hand_lives(made.hand, PID));
    made.asked++;
    return made.hangs_after && since() >= made.hangs_after ? WINDOWS_SILENT : WINDOWS_ANSWER;
}

/* Called before each wait: it ends in time. */
static void live_on(void *context)
{
    (void)context;
    if (made.ends_after && since() >= made.ends_after && scripted_hand_lives(made.hand, PID))
        scripted_source_exit(made.machine, PID, 3);
}

static bool hear(void *context, const struct thread_report *report)
{
    (void)context;
    made.tells++;
    assert_true(report->done_for);
    return !made.most_tells || made.tells < made.most_tells;
}

static int begin(void **state)
{
    (void)state;
    memset(&made, 0, sizeof made);
    made.machine = scripted_source_new();
    made.hand = scripted_hand_new(made.machine);
    scripted_hand_on_step(made.hand, live_on, NULL);
    made.key.owner = scripted_source_start(made.machine, PID, 0, "ping.exe");
    made.key.tid = TID;
    made.key.created = made.key.owner.start + MOMENT_SECOND;
    made.info = (struct thread_info){
        .tid = TID,
        .created = made.key.created,
        .name = {text_of("pump"), READ_OK},
        .start = {0x7ff00001a2b, READ_OK},
        .module = text_of("ws2_32.dll"),
        .offset = 0x1a2b,
    };
    made.threads = (struct thread_hand){.act = act};
    made.windows = (struct window_probe){.ask = ask};
    made.log = (struct act_log){take, NULL};
    buffer_init(&made.words, 1 << 16);
    return 0;
}

static int end(void **state)
{
    (void)state;
    assert_int_equal(scripted_hand_held(made.hand), 0);
    hand_free(scripted_hand_base(made.hand));
    source_free(scripted_source_base(made.machine));
    buffer_done(&made.words);
    return 0;
}

static struct thread_target target_of(void)
{
    static struct process_facts facts;
    facts = (struct process_facts){.key = made.key.owner, .name = text_of("ping.exe")};
    return (struct thread_target){.key = made.key, .facts = &facts, .thread = &made.info};
}

static void run(enum thread_deed deed)
{
    const struct thread_target target = target_of();
    const struct thread_tools tools = {
        .threads = &made.threads,
        .processes = scripted_hand_base(made.hand),
        .windows = &made.windows,
        .log = &made.log,
    };
    const struct thread_listener listener = {hear, NULL};
    thread_deed_do(&tools, deed, &target, &listener, &made.report);
}

static const char *words(void)
{
    buffer_add_byte(&made.words, '\0');
    assert_int_equal(made.words.failed, ST_OK);
    return made.words.bytes;
}

static void test_a_process_that_lives_on(void **state)
{
    (void)state;
    run(THREAD_DEED_TERMINATE);
    assert_int_equal(made.report.after.kind, AFTER_ALIVE);
    assert_int_equal(made.report.after.ms, THREAD_WATCH_MS);
    assert_true(made.report.after.over);
    assert_int_equal(made.asked, THREAD_WATCH_MS / THREAD_WATCH_STEP_MS);
    assert_int_equal(made.tells, made.asked + 1);
    assert_string_equal(made.lines, "before kill-thread 0 -|\n"
                                    "after kill-thread 1 success|ended\n"
                                    "note kill-thread 0 -|10 s later its process lives\n");
    assert_non_null(strstr(made.members, "\"process\":{\"pid\":104"));
    assert_non_null(strstr(made.members, "\"name\":\"pump\",\"start\":\"ws2_32.dll+0x1a2b\""));
    assert_non_null(
        strstr(made.members, "\"aftermath\":{\"process\":\"alive\",\"after_ms\":10000"));
}

static void test_a_process_that_hangs(void **state)
{
    (void)state;
    made.hangs_after = 2 * MOMENT_SECOND;
    run(THREAD_DEED_TERMINATE);
    assert_int_equal(made.report.after.kind, AFTER_HUNG);
    assert_int_equal(made.report.after.ms, THREAD_WATCH_MS);
    assert_non_null(
        strstr(made.lines, "10 s later its process hangs: a window of it does not answer"));
}

static void test_a_process_that_ends(void **state)
{
    (void)state;
    made.ends_after = 3 * MOMENT_SECOND;
    run(THREAD_DEED_TERMINATE);
    assert_int_equal(made.report.after.kind, AFTER_ENDED);
    assert_int_equal(made.report.after.ms, 3000); /* and it is not waited for the rest */
    aftermath_add(&made.words, &made.report.after);
    assert_string_equal(words(), "its process ended 3 s later, exit code 1");
    assert_non_null(strstr(made.lines, "note kill-thread 0 -|its process ended 3 s later"));
}

static void test_who_looks_away_ends_the_watch(void **state)
{
    (void)state;
    made.most_tells = 3;
    run(THREAD_DEED_TERMINATE);
    assert_int_equal(made.report.after.kind, AFTER_ALIVE);
    assert_int_equal(made.report.after.ms, 2 * THREAD_WATCH_STEP_MS);
    assert_non_null(strstr(made.lines, "note kill-thread 0 -|1 s later its process lives"));
}

static void test_who_does_not_listen_at_all(void **state)
{
    (void)state;
    made.most_tells = 1;
    run(THREAD_DEED_TERMINATE);
    assert_int_equal(made.report.after.kind, AFTER_NOT_WATCHED);
    assert_true(made.report.after.over);
    assert_int_equal(made.asked, 0);
    assert_int_equal(made.written, 2); /* what was done is written down all the same */
}

/* What can't be held can't be watched; its thread may be ended all the same, and the report says
 * so. */
static void test_a_process_that_cannot_be_held(void **state)
{
    (void)state;
    scripted_hand_puppet(made.hand, PID)->hold = ST_DENIED;
    run(THREAD_DEED_TERMINATE);
    assert_int_equal(made.report.result.outcome, THREAD_DONE);
    assert_int_equal(made.report.after.kind, AFTER_NOT_WATCHED);
    assert_int_equal(made.tells, 1);
    aftermath_add(&made.words, &made.report.after);
    assert_string_equal(words(),
                        "its process was not watched: access denied (OpenProcess, error 5)");
}

static void test_a_refusal(void **state)
{
    (void)state;
    made.outcome = THREAD_REFUSED;
    run(THREAD_DEED_TERMINATE);
    assert_int_equal(made.report.after.kind, AFTER_NOT_WATCHED);
    assert_int_equal(made.asked, 0);
    assert_string_equal(made.lines,
                        "before kill-thread 0 -|\nafter kill-thread 1 failure|refused: access "
                        "denied (OpenThread, error 5)\n");
}

static void test_suspend_and_resume_watch_nothing(void **state)
{
    (void)state;
    run(THREAD_DEED_SUSPEND);
    assert_string_equal(made.lines, "before suspend-thread 0 -|\n"
                                    "after suspend-thread 1 success|suspended (suspend count 2)\n");
    assert_non_null(strstr(made.members, "\"suspend_count\":2"));
    assert_int_equal(made.asked, 0);
    made.used = 0;
    made.written = 0;
    made.outcome = THREAD_UNSEEN;
    run(THREAD_DEED_RESUME);
    assert_non_null(strstr(made.lines, "after resume-thread 1 unknown|"));
}

static void test_nothing_is_done_that_cannot_be_written(void **state)
{
    (void)state;
    made.refuse = ST_DISK_FULL;
    for (int deed = 0; deed < THREAD_DEEDS; deed++) {
        run((enum thread_deed)deed);
        assert_true(made.report.unwritten);
        assert_int_equal(made.acted, 0);
    }
    assert_int_equal(made.tells, THREAD_DEEDS);
    thread_report_add(&made.words, &made.report);
    assert_string_equal(words(), "not done: the journal could not be written: the disk is full");
}

static void test_outcomes(void **state)
{
    static const char *const ended[THREAD_OUTCOMES] = {"success", "success", "success",
                                                       "failure", "unknown", "failure"};
    struct thread_report report = {.deed = THREAD_DEED_TERMINATE};
    (void)state;
    for (int outcome = 0; outcome < THREAD_OUTCOMES; outcome++) {
        report.result.outcome = (enum thread_outcome)outcome;
        assert_string_equal(thread_report_outcome(&report), ended[outcome]);
    }
    report.deed = THREAD_DEED_SUSPEND;
    report.result.outcome = THREAD_ALREADY_GONE;
    assert_string_equal(thread_report_outcome(&report), "failure");
}

/* row A10: the question warns plainly, shows where the thread started and offers what harms less.
 */
static void test_A10_the_order_warns(void **state)
{
    const struct thread_target target = target_of();
    (void)state;
    show_thread_order(&made.words, THREAD_DEED_TERMINATE, &target);
    assert_string_equal(
        words(), "kill-thread: thread 7 of ping.exe (104), created 2026-01-01 12:00:01.000 UTC, "
                 "started at ws2_32.dll+0x1a2b\n"
                 "What it holds (locks, memory, files) stays held: its process may hang, lose data "
                 "or end.\n"
                 "To suspend the process harms less, and can be taken back.\n");
}

static void test_the_order_tells_what_is_not_known(void **state)
{
    struct thread_target target = target_of();
    (void)state;
    made.info.start = (struct address_fact){.state = READ_DENIED};
    show_thread_order(&made.words, THREAD_DEED_SUSPEND, &target);
    target.thread = NULL;
    target.facts = NULL;
    show_thread_order(&made.words, THREAD_DEED_SUSPEND, &target);
    assert_string_equal(words(),
                        "suspend-thread: thread 7 of ping.exe (104), created 2026-01-01 "
                        "12:00:01.000 UTC, started at (access denied)\n"
                        "suspend-thread: thread 7 of PID 104, created 2026-01-01 12:00:01.000 "
                        "UTC, started at (not known)\n");
}

static void test_what_is_printed(void **state)
{
    const struct thread_target target = target_of();
    (void)state;
    run(THREAD_DEED_TERMINATE);
    show_thread_deed(&made.words, &target, &made.report);
    show_aftermath(&made.words, &target, &made.report);
    show_thread_json(&made.words, &target, &made.report);
    assert_string_equal(
        words(),
        "thread 7 of ping.exe (104): ended\n"
        "ping.exe (104): 10 s later its process lives\n"
        "{\"process\":{\"pid\":104,\"name\":\"ping.exe\",\"start\":\"2026-01-01T12:00:00.0000000Z"
        "\",\"thread\":{\"id\":7}},\"event\":{\"action\":\"kill-thread\",\"outcome\":\"success\","
        "\"reason\":\"ended; 10 s later its process lives\"},\"stakeout\":{\"thread\":{\"id\":7,"
        "\"created\":\"2026-01-01T12:00:01.0000000Z\",\"name\":\"pump\",\"start\":\"ws2_32.dll+"
        "0x1a2b\"},\"aftermath\":{\"process\":\"alive\",\"after_ms\":10000}}}\n");
    buffer_clear(&made.words);
    show_thread_order_json(&made.words, THREAD_DEED_TERMINATE, &target);
    assert_string_equal(
        words(),
        "{\"process\":{\"pid\":104,\"name\":\"ping.exe\",\"start\":\"2026-01-01T12:00:00.0000000Z"
        "\",\"thread\":{\"id\":7}},\"event\":{\"action\":\"kill-thread\"},\"stakeout\":{"
        "\"thread\":{\"id\":7,\"created\":\"2026-01-01T12:00:01.0000000Z\",\"name\":\"pump\","
        "\"start\":\"ws2_32.dll+0x1a2b\"}}}\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_process_that_lives_on),
        TEST(test_a_process_that_hangs),
        TEST(test_a_process_that_ends),
        TEST(test_who_looks_away_ends_the_watch),
        TEST(test_who_does_not_listen_at_all),
        TEST(test_a_process_that_cannot_be_held),
        TEST(test_a_refusal),
        TEST(test_suspend_and_resume_watch_nothing),
        TEST(test_nothing_is_done_that_cannot_be_written),
        TEST(test_outcomes),
        TEST(test_A10_the_order_warns),
        TEST(test_the_order_tells_what_is_not_known),
        TEST(test_what_is_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
