/* evidence_deed with made-up means: done, refused, lied about, not to be seen; and always written
 * down, before and after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/scripted_evidence.h"

static struct scripted_evidence made;
static struct process_facts facts;
static struct connection_seen connection;
static struct evidence_result result;
static atomic_bool cancel;

static int begin(void **state)
{
    (void)state;
    scripted_evidence_begin(&made);
    atomic_store(&cancel, false);
    facts = (struct process_facts){.key = {104, MOMENT_SECOND},
                                   .name = text_of("evil.exe"),
                                   .image = {text_of("C:\\t\\evil.exe"), READ_OK}};
    connection = (struct connection_seen){
        .pid = 104, .transport = TRANSPORT_TCP, .state = TCP_ESTABLISHED, .has_remote = true};
    connection.local.address = address_from_ipv4((const uint8_t[]){10, 0, 0, 1});
    connection.local.port = 50000;
    connection.remote.address = address_from_ipv4((const uint8_t[]){192, 0, 2, 1});
    connection.remote.port = 443;
    return 0;
}

static int end(void **state)
{
    (void)state;
    scripted_evidence_end(&made);
    return 0;
}

static struct evidence_order order_for(enum evidence_kind kind)
{
    return (struct evidence_order){.kind = kind,
                                   .target = {.key = facts.key, .facts = &facts},
                                   .name = facts.name,
                                   .path = text_of("C:\\t\\evil.exe"),
                                   .connection = &connection};
}

static enum evidence_outcome act(enum evidence_kind kind)
{
    struct progress progress = {.cancel = &cancel};
    const struct evidence_order order = order_for(kind);
    evidence_do(&made.means, &made.log, &order, &progress, &result);
    enum evidence_outcome outcome = result.outcome;
    evidence_result_done(&result);
    return outcome;
}

#define DIGITS "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5"

static void test_a_dump_is_written_down_before_and_after(void **state)
{
    (void)state;
    assert_int_equal(act(EVIDENCE_DUMP), EVIDENCE_DONE);
    scripted_evidence_assert_story(&made,
                                   "before dump\ndump 104\nafter dump of 1: success|dumped to "
                                   "C:\\case\\dumps\\x.dmp, 6 bytes\n");
    scripted_evidence_assert_member(&made, "\"process\":{\"pid\":104,");
    scripted_evidence_assert_member(&made, "\"file\":{\"path\":\"C:\\\\case\\\\dumps\\\\x.dmp\","
                                           "\"size\":6,\"hash\":{\"sha256\":\"" DIGITS "\"}}");
    scripted_evidence_assert_member(&made, "\"stakeout\":{\"dump\":\"small\"}");
}

static void test_a_sample_names_its_source(void **state)
{
    (void)state;
    assert_int_equal(act(EVIDENCE_SAMPLE), EVIDENCE_DONE);
    scripted_evidence_assert_story(&made,
                                   "before sample\nsample C:\\t\\evil.exe\nafter sample of 1: "
                                   "success|copied to C:\\case\\samples\\a5.sample, 6 "
                                   "bytes\n");
    scripted_evidence_assert_member(&made, "\"file\":{\"path\":\"C:\\\\t\\\\evil.exe\",\"size\":6,"
                                           "\"hash\":{\"sha256\":\"" DIGITS "\"}}");
    scripted_evidence_assert_member(
        &made, "\"stakeout\":{\"role\":\"image\",\"sample\":"
               "\"C:\\\\case\\\\samples\\\\a5.sample\",\"stored_before\":false}");
    made.was_stored = true;
    assert_int_equal(act(EVIDENCE_SAMPLE), EVIDENCE_DONE);
    scripted_evidence_assert_member(&made, "\"stored_before\":true");
}

static void test_a_file_may_be_nobody_s(void **state)
{
    struct evidence_order order = order_for(EVIDENCE_SAMPLE);
    (void)state;
    order.target = (struct deed_target){.facts = NULL};
    evidence_do(&made.means, &made.log, &order, NULL, &result);
    assert_int_equal(result.outcome, EVIDENCE_DONE);
    assert_int_equal(text_find(buffer_text(&made.members), text_of("\"process\"")), SIZE_MAX);
    evidence_result_done(&result);
}

static void test_a_close_names_both_ends(void **state)
{
    (void)state;
    made.seen = (struct closing_result){.outcome = CLOSING_GONE};
    assert_int_equal(act(EVIDENCE_CLOSE), EVIDENCE_DONE);
    scripted_evidence_assert_story(&made, "before close\nclose 443\nafter close of 1: success|gone "
                                          "from the table\n");
    scripted_evidence_assert_member(&made, "\"source\":{\"ip\":\"10.0.0.1\",\"port\":50000},"
                                           "\"destination\":{\"ip\":\"192.0.2.1\",\"port\":443}");
}

/* The system said "done"; the table has the last word. */
static void test_N9_what_the_system_says_of_a_close_is_not_believed(void **state)
{
    static const struct {
        enum closing_outcome seen;
        enum evidence_outcome told;
        const char *word;
    } cases[] = {
        {CLOSING_GONE, EVIDENCE_DONE, "success"},
        {CLOSING_ALREADY, EVIDENCE_DONE, "success"},
        {CLOSING_STATE, EVIDENCE_DONE, "success"},
        {CLOSING_STANDS, EVIDENCE_LIED, "failure"},
        {CLOSING_DENIED, EVIDENCE_FAILED, "failure"},
        {CLOSING_UNSUPPORTED, EVIDENCE_FAILED, "failure"},
        {CLOSING_REFUSED, EVIDENCE_FAILED, "failure"},
        {CLOSING_UNSEEN, EVIDENCE_UNSEEN, "unknown"},
        {CLOSING_CANCELLED, EVIDENCE_UNSEEN, "unknown"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        made.seen = (struct closing_result){.outcome = cases[i].seen, .state = TCP_ESTABLISHED};
        assert_int_equal(act(EVIDENCE_CLOSE), cases[i].told);
        assert_string_equal(evidence_outcome_word(cases[i].told), cases[i].word);
        assert_true(closing_worked(cases[i].seen) == (cases[i].told == EVIDENCE_DONE));
    }
    scripted_evidence_assert_member(&made, "\"state\":\"ESTABLISHED\"");
}

static void test_nothing_is_done_that_cannot_be_written(void **state)
{
    (void)state;
    made.write_until = 0;
    for (enum evidence_kind kind = EVIDENCE_DUMP; kind < EVIDENCE_KINDS; kind++)
        assert_int_equal(act(kind), EVIDENCE_NOT_WRITTEN);
    scripted_evidence_assert_story(&made, "");
    assert_string_equal(evidence_outcome_word(EVIDENCE_NOT_WRITTEN), "failure");
}

/* The dump has filled the disk: it is there, and that the journal could not be told is told. */
static void test_an_end_that_cannot_be_written_is_told(void **state)
{
    const struct evidence_order order = order_for(EVIDENCE_DUMP);
    (void)state;
    made.write_until = 1;
    evidence_do(&made.means, &made.log, &order, NULL, &result);
    assert_int_equal(result.outcome, EVIDENCE_DONE);
    assert_true(result.end_unwritten);
    assert_true(text_ends(buffer_text(&result.words),
                          text_of("6 bytes; that could not be written to the journal")));
    evidence_result_done(&result);
}

static void test_a_failure_is_told_in_its_own_words(void **state)
{
    (void)state;
    made.make = ST_DENIED;
    assert_int_equal(act(EVIDENCE_DUMP), EVIDENCE_FAILED);
    assert_int_equal(result.status, ST_DENIED);
    scripted_evidence_assert_story(
        &made, "before dump\ndump 104\nafter dump of 1: failure|can't: access denied\n");
    assert_int_equal(text_find(buffer_text(&made.members), text_of("\"file\"")), SIZE_MAX);
}

/* The copy is there and its description is not: the place is told, a hash that nobody has is not.
 */
static void test_a_copy_without_a_description_is_told(void **state)
{
    (void)state;
    made.make = ST_DISK_FULL;
    made.leaves_path = true;
    assert_int_equal(act(EVIDENCE_SAMPLE), EVIDENCE_FAILED);
    scripted_evidence_assert_member(&made, "\"sample\":\"C:\\\\case\\\\samples\\\\a5.sample\"");
    assert_int_equal(text_find(buffer_text(&made.members), text_of("\"hash\"")), SIZE_MAX);
}

static void test_a_file_that_is_not_there_is_a_lie(void **state)
{
    (void)state;
    made.look = ST_NOT_FOUND;
    assert_int_equal(act(EVIDENCE_DUMP), EVIDENCE_LIED);
    scripted_evidence_assert_story(
        &made,
        "before dump\ndump 104\nafter dump of 1: failure|dumped to C:\\case\\dumps\\x.dmp, 6 "
        "bytes: so the system said, but there is no such file\n");
    made.look = ST_OK;
    made.seen_size = 5;
    assert_int_equal(act(EVIDENCE_SAMPLE), EVIDENCE_LIED);
    made.look = ST_DENIED;
    assert_int_equal(act(EVIDENCE_SAMPLE), EVIDENCE_UNSEEN);
    assert_true(
        text_ends(buffer_text(&made.story), text_of("it could not be looked at: access denied\n")));
}

static void test_a_cancel_is_written_down(void **state)
{
    (void)state;
    atomic_store(&cancel, true);
    assert_int_equal(act(EVIDENCE_DUMP), EVIDENCE_FAILED);
    assert_int_equal(result.status, ST_CANCELLED);
    scripted_evidence_assert_story(
        &made, "before dump\ndump 104\nafter dump of 1: failure|can't: cancelled\n");
    assert_int_equal(act(EVIDENCE_CLOSE), EVIDENCE_UNSEEN);
    assert_int_equal(result.status, ST_CANCELLED);
}

/* --- modules --- */

static struct evidence_tally tally;
static struct buffer problems;

static enum status take_modules(void)
{
    const struct text modules[] = {text_of("C:\\a.dll"), text_of("C:\\w\\k.dll"),
                                   text_of("C:\\b.dll")};
    struct progress progress = {.cancel = &cancel};
    const struct evidence_order order = order_for(EVIDENCE_SAMPLE);
    buffer_clear(&problems);
    return evidence_sample_modules(&made.means, &made.log, &order, modules, 3, &progress, &tally,
                                   &problems);
}

static void test_modules_of_windows_are_passed_over(void **state)
{
    (void)state;
    buffer_init(&problems, 4096);
    made.system_file = text_of("C:\\w\\k.dll");
    assert_int_equal(take_modules(), ST_OK);
    assert_int_equal(tally.copied, 2);
    assert_int_equal(tally.system, 1);
    assert_int_equal(tally.failed, 0);
    scripted_evidence_assert_member(&made, "\"role\":\"module\"");
    made.was_stored = true;
    assert_int_equal(take_modules(), ST_OK);
    assert_int_equal(tally.known, 2);
    buffer_done(&problems);
}

static void test_one_module_that_fails_does_not_stop_the_rest(void **state)
{
    (void)state;
    buffer_init(&problems, 4096);
    made.make = ST_DENIED;
    assert_int_equal(take_modules(), ST_OK);
    assert_int_equal(tally.failed, 3);
    assert_true(
        text_equal(buffer_text(&problems), text_of("can't: access denied\ncan't: access denied\n"
                                                   "can't: access denied\n")));
    buffer_done(&problems);
}

static void test_a_cancel_or_a_full_journal_stops_the_modules(void **state)
{
    (void)state;
    buffer_init(&problems, 4096);
    atomic_store(&cancel, true);
    assert_int_equal(take_modules(), ST_CANCELLED);
    assert_int_equal(tally.failed, 1);
    atomic_store(&cancel, false);
    made.write_until = made.written + 2;
    assert_int_equal(take_modules(), ST_DISK_FULL);
    assert_int_equal(tally.copied, 1);
    assert_int_equal(tally.failed, 1);
    buffer_done(&problems);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_dump_is_written_down_before_and_after),
        TEST(test_a_sample_names_its_source),
        TEST(test_a_file_may_be_nobody_s),
        TEST(test_a_close_names_both_ends),
        TEST(test_N9_what_the_system_says_of_a_close_is_not_believed),
        TEST(test_nothing_is_done_that_cannot_be_written),
        TEST(test_an_end_that_cannot_be_written_is_told),
        TEST(test_a_failure_is_told_in_its_own_words),
        TEST(test_a_copy_without_a_description_is_told),
        TEST(test_a_file_that_is_not_there_is_a_lie),
        TEST(test_a_cancel_is_written_down),
        TEST(test_modules_of_windows_are_passed_over),
        TEST(test_one_module_that_fails_does_not_stop_the_rest),
        TEST(test_a_cancel_or_a_full_journal_stops_the_modules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
