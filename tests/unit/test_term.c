/* Terms: what they find, that case counts only when asked for, and that a slow one says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/find/term.h"
#include "tests/support/failing_memory.h"

static enum status find(const char *source, unsigned flags, const char *subject, size_t *from,
                        size_t *size)
{
    struct term *term = NULL;
    enum status status;

    assert_int_equal(term_new(text_from(source), flags, &term, NULL), ST_OK);
    status = term_matches(term, text_from(subject), from, size);
    term_free(term);
    return status;
}

static void check(const char *source, unsigned flags, const char *subject, size_t at, size_t size)
{
    size_t found_at = 0;
    size_t found_size = 0;

    assert_int_equal(find(source, flags, subject, &found_at, &found_size), ST_OK);
    assert_int_equal(found_at, at);
    assert_int_equal(found_size, size);
}

static void check_not(const char *source, unsigned flags, const char *subject)
{
    size_t from = 0;
    size_t size = 77;

    assert_int_equal(find(source, flags, subject, &from, &size), ST_NOT_FOUND);
    assert_int_equal(from, 0);
    assert_int_equal(size, 77);
}

static void test_plain_text(void **state)
{
    (void)state;
    check("a.c", 0, "abc a.c", 4, 3);
    check("A.C", 0, "abc a.c", 4, 3);
    check("a.c", TERM_CASE, "A.C a.c", 4, 3);
    check_not("A.C", TERM_CASE, "abc a.c");
    check_not("a.c", 0, "");
    check("\\Temp\\", 0, "C:\\TEMP\\x", 2, 6);
}

static void test_letters_of_every_script_fold(void **state)
{
    (void)state;
    check("вирус", 0, "C:\\ВИРУС.exe", 3, 10);
    check_not("вирус", TERM_CASE, "C:\\ВИРУС.exe");
    check("报告", 0, "文件报告", 6, 6);
}

static void test_regular_expressions(void **state)
{
    (void)state;
    check("b+", TERM_REGEX, "aBBa", 1, 2);
    check_not("b+", TERM_REGEX | TERM_CASE, "aBBa");
    check("x*", TERM_REGEX, "aaa", 0, 0);
}

static void test_goes_on_behind_the_last(void **state)
{
    static const unsigned kinds[] = {0, TERM_CASE, TERM_REGEX};
    struct term *term = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t from = 1;
        size_t size = 0;

        assert_int_equal(term_new(text_of("ab"), kinds[i], &term, NULL), ST_OK);
        assert_int_equal(term_matches(term, text_of("ab ab"), &from, &size), ST_OK);
        assert_int_equal(from, 3);
        assert_int_equal(size, 2);
        from += size;
        assert_int_equal(term_matches(term, text_of("ab ab"), &from, &size), ST_NOT_FOUND);
        from = 6;
        assert_int_equal(term_matches(term, text_of("ab ab"), &from, &size), ST_NOT_FOUND);
        assert_int_equal(term_flags(term), kinds[i]);
        assert_true(text_equal(term_source(term), text_of("ab")));
        term_free(term);
    }
    term_free(NULL);
}

static void test_a_slow_one_says_so(void **state)
{
    char subject[64];
    size_t from = 0;
    size_t size = 0;

    (void)state;
    memset(subject, 'a', sizeof subject - 2);
    subject[sizeof subject - 2] = 'b';
    subject[sizeof subject - 1] = '\0';
    assert_int_equal(find("^(a+)+$", TERM_REGEX, subject, &from, &size), ST_TOO_SLOW);
}

static void check_refused(struct text source, unsigned flags, enum status status, const char *why)
{
    struct term *term = NULL;
    struct buffer said;

    buffer_init(&said, 1 << 16);
    assert_int_equal(term_new(source, flags, &term, &said), status);
    assert_null(term);
    assert_int_equal(said.size, strlen(why));
    assert_memory_equal(said.bytes, why, said.size);
    buffer_done(&said);
    assert_int_equal(term_new(source, flags, &term, NULL), status);
}

static void test_what_is_refused(void **state)
{
    static const char big[TERM_MOST + 1] = "";

    (void)state;
    check_refused(text_of(""), 0, ST_INVALID, "is empty");
    check_refused(text_of("(x"), TERM_REGEX, ST_INVALID, "missing closing parenthesis, at byte 2");
    check_refused(text_of("\xFF"), TERM_CASE, ST_INVALID, "is not well-formed UTF-8");
    check_refused((struct text){big, sizeof big}, 0, ST_TOO_LARGE, "is longer than 4096 bytes");
}

static void test_no_memory(void **state)
{
    static const unsigned kinds[] = {0, TERM_CASE, TERM_REGEX};

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        enum status status = ST_NO_MEMORY;

        for (size_t nth = 1; status != ST_OK; nth++) {
            struct term *term = NULL;

            failing_memory_begin(nth);
            status = term_new(text_of("evil"), kinds[i], &term, NULL);
            assert_true(status == ST_OK || (status == ST_NO_MEMORY && failing_memory_failed()));
            term_free(term);
            assert_int_equal(failing_memory_blocks(), 0);
            failing_memory_end();
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_text),
        cmocka_unit_test(test_letters_of_every_script_fold),
        cmocka_unit_test(test_regular_expressions),
        cmocka_unit_test(test_goes_on_behind_the_last),
        cmocka_unit_test(test_a_slow_one_says_so),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
