/* sinkhole_deed: the order of the steps, and each way in which others get in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/act/sinkhole_deed.h"
#include "tests/support/scripted_sinkhole.h"

static struct scripted_sinkhole made;
static struct arena *arena;
static struct sinkhole_result result;
static struct sinkhole_wish wishes[2];
static struct sinkhole_order order;

static int begin(void **state)
{
    (void)state;
    arena = arena_new((size_t)16 << 20);
    scripted_sinkhole_begin(&made, "127.0.0.1 localhost\r\n");
    wishes[0] = (struct sinkhole_wish){.domain = text_of("evil.example"), .pinned = true};
    wishes[1] = (struct sinkhole_wish){.domain = text_of("bad.example"), .pinned = true};
    order = (struct sinkhole_order){.kind = SINKHOLE_SET,
                                    .wishes = wishes,
                                    .count = 2,
                                    .action = "sinkhole-add",
                                    .settle_ms = 1000};
    return 0;
}

static int end(void **state)
{
    (void)state;
    sinkhole_result_done(&result);
    scripted_sinkhole_end(&made);
    arena_free(arena);
    return 0;
}

static enum sinkhole_outcome run(void)
{
    const struct act_log log = scripted_sinkhole_log(&made);
    const struct sinkhole_means means = scripted_sinkhole_means(&made);
    sinkhole_result_done(&result);
    scripted_sinkhole_forget(&made);
    sinkhole_do(&means, &log, &order, arena, &result);
    assert_int_equal(made.open, 0); /* whatever came of it */
    return result.outcome;
}

static void assert_said(const char *words)
{
    if (text_find(buffer_text(&result.words), text_from(words)) == SIZE_MAX)
        fail_msg("\"%.*s\" does not say \"%s\"", (int)result.words.size, result.words.bytes, words);
}

static void test_journal_backup_write_flush_ask_look_journal(void **state)
{
    (void)state;
    assert_int_equal(run(), SINKHOLE_DONE);
    assert_string_equal(made.steps, "open before backup write verify flush ask:evil.example "
                                    "ask:evil.example ask:bad.example ask:bad.example verify wait "
                                    "verify wait verify wait verify wait verify after:success "
                                    "close ");
    assert_int_equal(result.changed, 2);
    assert_int_equal(wishes[0].answer, SINKHOLE_SAME);
    assert_true(text_find(made.file, text_of("192.0.2.2 bad.example\r\n")) != SIZE_MAX);
    assert_true(text_equal(buffer_text(&result.backup), text_of("/case/hosts-1")));
    assert_true(text_equal(buffer_text(&made.saved), text_of("127.0.0.1 localhost\r\n")));
    assert_non_null(strstr(made.members, "\"domains\":[\"evil.example\",\"bad.example\"]"));
    assert_non_null(strstr(made.members, "\"backup\":\"/case/hosts-1\""));
    assert_int_equal(run(), SINKHOLE_NOTHING); /* the same again */
    assert_string_equal(made.steps, "open close ");
}

static void test_restore_gives_the_same_bytes(void **state)
{
    (void)state;
    assert_int_equal(run(), SINKHOLE_DONE);
    order.kind = SINKHOLE_RESTORE;
    wishes[0].pinned = wishes[1].pinned = false;
    assert_int_equal(run(), SINKHOLE_DONE);
    assert_true(text_equal(made.file, text_of("127.0.0.1 localhost\r\n")));
    assert_true(wishes[0].was_pinned);
    assert_null(strstr(made.steps, "ask"));
}

/* S1: security software puts the file back, at once or a little later. */
static void test_S1_a_file_that_is_put_back_is_noticed(void **state)
{
    (void)state;
    made.put_back_after = 3;
    assert_int_equal(run(), SINKHOLE_PUT_BACK);
    assert_int_equal(result.put_back_ms, SINKHOLE_LOOK_MS);
    assert_said("somebody else has changed /etc/hosts");
    assert_non_null(strstr(made.steps, "after:failure"));
    made.put_back_after = 1; /* before anybody can look */
    assert_int_equal(run(), SINKHOLE_PUT_BACK);
    assert_int_equal(result.put_back_ms, 0);
    assert_null(strstr(made.steps, "ask"));
}

static void test_others_in_between(void **state)
{
    (void)state;
    made.open_status = ST_BUSY;
    assert_int_equal(run(), SINKHOLE_NOT_READ);
    assert_said("another Stakeout changes /etc/hosts");
    made.open_status = ST_DENIED;
    assert_int_equal(run(), SINKHOLE_NOT_READ);
    assert_said("can't read /etc/hosts: access denied");
    made.open_status = ST_OK;
    made.write_status = ST_STALE;
    assert_int_equal(run(), SINKHOLE_NOT_CHANGED);
    assert_said("somebody else has changed /etc/hosts in between");
    made.write_status = ST_DENIED;
    assert_int_equal(run(), SINKHOLE_NOT_CHANGED);
    assert_said("can't write /etc/hosts: access denied (MoveFileEx, error 5)");
    assert_true(text_equal(made.file, text_of("127.0.0.1 localhost\r\n")));
}

static void test_nothing_without_journal_and_backup(void **state)
{
    (void)state;
    made.backup_status = ST_DISK_FULL;
    assert_int_equal(run(), SINKHOLE_NOT_SAVED);
    assert_string_equal(made.steps, "open before backup after:failure close ");
    made.log_status = ST_DENIED;
    assert_int_equal(run(), SINKHOLE_NOT_NOTED);
    assert_string_equal(made.steps, "open before close ");
}

static void test_what_the_system_answers(void **state)
{
    (void)state;
    made.answers_other = "evil.example";
    made.answers_nothing = "bad.example";
    assert_int_equal(run(), SINKHOLE_DONE);
    assert_int_equal(wishes[0].answer, SINKHOLE_OTHER);
    assert_int_equal(wishes[1].answer, SINKHOLE_UNSEEN);
    made.no_flush = true;
    wishes[0].pinned = false;
    assert_int_equal(run(), SINKHOLE_DONE);
    assert_int_equal(result.flushed, ST_UNSUPPORTED);
    assert_int_equal(wishes[1].answer, SINKHOLE_UNASKED);
    assert_null(strstr(made.steps, "ask"));
}

static void test_whole_or_in_part(void **state)
{
    (void)state;
    wishes[0].why = SINKHOLE_MICROSOFT;
    order.whole = true;
    assert_int_equal(run(), SINKHOLE_REFUSED);
    assert_said("evil.example: it is Microsoft's");
    order.whole = false;
    assert_int_equal(run(), SINKHOLE_DONE);
    assert_int_equal(result.changed, 1);
    assert_int_equal(wishes[0].why, SINKHOLE_MICROSOFT);
    assert_int_equal(wishes[0].answer, SINKHOLE_UNASKED);
    assert_non_null(strstr(made.members, "\"domains\":[\"bad.example\"]"));
}

static void test_S2_utf16_is_refused_or_converted(void **state)
{
    (void)state;
    made.file = text_of("\xff\xfe"
                        "1\0\n\0");
    assert_int_equal(run(), SINKHOLE_REFUSED);
    assert_int_equal(result.why, SINKHOLE_UTF16);
    assert_said("/etc/hosts: it is UTF-16");
    order.convert = true;
    assert_int_equal(run(), SINKHOLE_DONE);
    assert_true(text_starts(made.file, text_of("1\n# BEGIN")));
    assert_int_equal(made.saved.size, 6);
}

static void test_nobody_waits(void **state)
{
    (void)state;
    made.stop_waiting = true;
    assert_int_equal(run(), SINKHOLE_DONE);
    assert_non_null(strstr(made.steps, "verify wait after:success"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_journal_backup_write_flush_ask_look_journal),
        TEST(test_restore_gives_the_same_bytes),
        TEST(test_S1_a_file_that_is_put_back_is_noticed),
        TEST(test_others_in_between),
        TEST(test_nothing_without_journal_and_backup),
        TEST(test_what_the_system_answers),
        TEST(test_whole_or_in_part),
        TEST(test_S2_utf16_is_refused_or_converted),
        TEST(test_nobody_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
