/* process_parts and part_words: what is made of a process's slow facts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/act/thread_hand.h"
#include "core/model/part_words.h"
#include "tests/support/failing_memory.h"
#include "tests/support/parts_sample.h"

static struct buffer out;

static int begin(void **state)
{
    (void)state;
    buffer_init(&out, 1 << 16);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buffer_done(&out);
    return 0;
}

static void assert_out(const char *expected)
{
    buffer_add_byte(&out, '\0');
    assert_int_equal(out.failed, ST_OK);
    assert_string_equal(out.bytes, expected);
    buffer_clear(&out);
}

static void test_new_parts_are_not_asked_yet(void **state)
{
    (void)state;
    struct process_parts *parts = NULL;
    assert_int_equal(process_parts_new((struct process_key){8, 9}, 1 << 16, &parts), ST_OK);
    assert_int_equal(parts->key.pid, 8);
    assert_int_equal(parts->threads_state, READ_NOT_YET);
    assert_int_equal(parts->modules_state, READ_NOT_YET);
    assert_int_equal(parts->token_state, READ_NOT_YET);
    assert_int_equal(parts->token.user.state, READ_NOT_YET);
    assert_int_equal(parts->environment_state, READ_NOT_YET);
    assert_non_null(arena_take(parts->arena, 1 << 10));
    process_parts_free(parts);
    process_parts_free(NULL);
}

static void test_without_memory(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 2; n++) {
        struct process_parts *parts = NULL;
        failing_memory_begin(n);
        assert_int_equal(process_parts_new((struct process_key){8, 9}, 1 << 16, &parts),
                         ST_NO_MEMORY);
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
        assert_null(parts);
    }
}

static void test_refused_parts_are_empty(void **state)
{
    (void)state;
    struct process_parts *parts = sample_parts();
    process_parts_refuse(parts, PROCESS_THREADS | PROCESS_TOKEN, READ_PROTECTED);
    assert_int_equal(parts->threads_state, READ_PROTECTED);
    assert_int_equal(parts->thread_count, 0);
    assert_int_equal(parts->token_state, READ_PROTECTED);
    assert_int_equal(parts->token.groups_state, READ_PROTECTED);
    assert_int_equal(parts->token.group_count, 0);
    assert_int_equal(parts->token.integrity.state, READ_PROTECTED);
    assert_int_equal(parts->modules_state, READ_OK);
    assert_int_equal(parts->module_count, 2);
    process_parts_refuse(parts, PROCESS_MODULES | PROCESS_ENVIRONMENT, READ_GONE);
    assert_int_equal(parts->modules_state, READ_GONE);
    assert_int_equal(parts->module_count, 0);
    assert_int_equal(parts->environment_state, READ_GONE);
    assert_int_equal(parts->variable_count, 0);
}

static void test_module_of_an_address(void **state)
{
    (void)state;
    const struct process_parts *parts = sample_parts();
    assert_null(process_parts_module_at(parts, 0x13fffffff));
    assert_ptr_equal(process_parts_module_at(parts, 0x140000000), &parts->modules[0]);
    assert_ptr_equal(process_parts_module_at(parts, 0x140004fff), &parts->modules[0]);
    assert_null(process_parts_module_at(parts, 0x140005000));
    assert_null(process_parts_module_at(parts, UINT64_MAX));
}

static void test_starts_are_resolved(void **state)
{
    (void)state;
    struct process_parts *parts = sample_parts();
    parts->threads[0].module = (struct text){NULL, 0};
    parts->threads[0].offset = 0;
    parts->threads[2].start.value = 0x140000000; /* not told: no value */
    process_parts_resolve(parts);
    assert_true(text_equal(parts->threads[0].module, text_of("evil.exe")));
    assert_int_equal(parts->threads[0].offset, 0x1a2b);
    assert_int_equal(parts->threads[1].module.size, 0);
    assert_int_equal(parts->threads[2].module.size, 0);
}

static void assert_variable(struct text written, const char *name, const char *value)
{
    struct variable variable = variable_of(written);
    assert_true(text_equal(variable.name, text_from(name)));
    assert_true(text_equal(variable.value, text_from(value)));
}

static void test_variables(void **state)
{
    (void)state;
    assert_variable(text_of("Path=C:\\a;C:\\b"), "Path", "C:\\a;C:\\b");
    assert_variable(text_of("=C:=C:\\work"), "=C:", "C:\\work");
    assert_variable(text_of("a=b=c"), "a", "b=c");
    assert_variable(text_of("a="), "a", "");
    assert_variable(text_of("nothing"), "nothing", "");
    assert_variable(text_of("="), "=", "");
    assert_variable(text_of("=="), "=", "");
    assert_variable(text_of(""), "", "");
}

static void test_words(void **state)
{
    (void)state;
    thread_state_add(&out, 2);
    assert_out("running");
    thread_state_add(&out, THREAD_WAITING);
    assert_out("waiting");
    thread_state_add(&out, 77);
    assert_out("state 77");
    thread_wait_add(&out, 5);
    assert_out("suspended");
    thread_wait_add(&out, 15);
    assert_out("queue");
    thread_wait_add(&out, 1000);
    assert_out("reason 1000");
    privilege_add(&out, 20);
    assert_out("SeDebugPrivilege");
    privilege_add(&out, 36);
    assert_out("SeDelegateSessionUserImpersonatePrivilege");
    privilege_add(&out, UINT64_C(0x100000002));
    assert_out("privilege 4294967298");
    privilege_add(&out, 1);
    assert_out("privilege 1");
    assert_string_equal(elevation_word(ELEVATION_FULL), "full");
    assert_null(elevation_word(0));
}

static void test_integrity(void **state)
{
    (void)state;
    const struct {
        uint32_t level;
        const char *word;
    } cases[] = {{0, "untrusted"},
                 {0x1000, "low"},
                 {0x2000, "medium"},
                 {0x2010, "medium (0x2010)"},
                 {0x2100, "medium plus"},
                 {0x3000, "high"},
                 {0x4000, "system"},
                 {0x5000, "protected process"},
                 {0xffff, "protected process (0xffff)"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        integrity_add(&out, cases[i].level);
        assert_out(cases[i].word);
    }
}

static void test_numbers_and_starts(void **state)
{
    (void)state;
    const struct process_parts *parts = sample_parts();
    hexadecimal_add(&out, 0);
    assert_out("0x0");
    hexadecimal_add(&out, UINT64_MAX);
    assert_out("0xffffffffffffffff");
    thread_start_add(&out, &parts->threads[0]);
    assert_out("evil.exe+0x1a2b");
    thread_start_add(&out, &parts->threads[1]);
    assert_out("0x77000");
    group_attributes_add(&out, 0x40000007);
    assert_out("mandatory, enabled, by default, logon");
    group_attributes_add(&out, 0);
    assert_out("");
}

/* Every outcome of every deed has words of its own. */
static void test_outcomes_of_threads(void **state)
{
    (void)state;
    assert_string_equal(thread_outcome_phrase(THREAD_DEED_SUSPEND, THREAD_DONE), "suspended");
    assert_string_equal(thread_outcome_phrase(THREAD_DEED_RESUME, THREAD_DONE), "resumed");
    assert_string_equal(thread_outcome_phrase(THREAD_DEED_TERMINATE, THREAD_DONE), "ended");
    for (int i = THREAD_DONE; i < THREAD_OUTCOMES; i++)
        for (int j = THREAD_DONE; j < i; j++)
            assert_string_not_equal(
                thread_outcome_phrase(THREAD_DEED_RESUME, (enum thread_outcome)i),
                thread_outcome_phrase(THREAD_DEED_RESUME, (enum thread_outcome)j));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_new_parts_are_not_asked_yet),
        TEST(test_without_memory),
        TEST(test_refused_parts_are_empty),
        TEST(test_module_of_an_address),
        TEST(test_starts_are_resolved),
        TEST(test_variables),
        TEST(test_words),
        TEST(test_integrity),
        TEST(test_numbers_and_starts),
        TEST(test_outcomes_of_threads),
    };
    return cmocka_run_group_tests_name("parts", tests, NULL, NULL);
}
