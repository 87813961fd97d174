/* Patterns: what they find, in which texts, and that a slow one says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/watch/pattern.h"
#include "tests/support/failing_memory.h"

static struct pattern *make(const char *source, unsigned flags)
{
    struct pattern *pattern = NULL;

    assert_int_equal(pattern_new(text_from(source), flags, &pattern, NULL, NULL), ST_OK);
    assert_true(pattern_size(pattern) > sizeof(void *));
    return pattern;
}

static enum status find(const char *source, unsigned flags, struct text subject)
{
    struct pattern *pattern = make(source, flags);
    enum status status = pattern_find(pattern, subject, 0, NULL, NULL);

    pattern_free(pattern);
    return status;
}

static void test_finds_and_tells_where(void **state)
{
    struct pattern *pattern = make("b+", 0);
    size_t at = 99;
    size_t size = 99;

    (void)state;
    assert_int_equal(pattern_find(pattern, text_of("abba b"), 0, &at, &size), ST_OK);
    assert_int_equal(at, 1);
    assert_int_equal(size, 2);
    assert_int_equal(pattern_find(pattern, text_of("abba b"), 3, &at, &size), ST_OK);
    assert_int_equal(at, 5);
    assert_int_equal(size, 1);
    assert_int_equal(pattern_find(pattern, text_of("abba b"), 6, &at, &size), ST_NOT_FOUND);
    assert_int_equal(pattern_find(pattern, text_of("abba b"), 7, &at, &size), ST_NOT_FOUND);
    assert_int_equal(pattern_find(pattern, (struct text){NULL, 0}, 0, &at, &size), ST_NOT_FOUND);
    assert_int_equal(at, 5); /* untouched by what was not found */
    pattern_free(pattern);
    pattern_free(NULL);
}

static void test_goes_on_and_on_in_a_good_text(void **state)
{
    struct pattern *pattern = make("b*", 0);
    size_t at = 99;
    size_t size = 99;

    (void)state;
    assert_int_equal(pattern_find_letters(pattern, text_of("aябb"), 1, &at, &size), ST_OK);
    assert_int_equal(at, 5); /* what is empty does not count */
    assert_int_equal(size, 1);
    assert_int_equal(pattern_find_letters(pattern, text_of("aябb"), 6, &at, &size), ST_NOT_FOUND);
    assert_int_equal(pattern_find_letters(pattern, text_of("aябb"), 7, &at, &size), ST_NOT_FOUND);
    assert_int_equal(at, 5);
    assert_int_equal(pattern_least(pattern), 0);
    pattern_free(pattern);
    pattern = make("я[a-z]{3,}", 0);
    assert_int_equal(pattern_least(pattern), 4);
    pattern_free(pattern);
}

static void test_case_and_scripts(void **state)
{
    (void)state;
    assert_int_equal(find("mshta", 0, text_of("MSHTA.exe")), ST_NOT_FOUND);
    assert_int_equal(find("mshta", PATTERN_IGNORE_CASE, text_of("MSHTA.exe")), ST_OK);
    assert_int_equal(find("вирус", PATTERN_IGNORE_CASE, text_of("C:\\ВИРУС.exe")), ST_OK);
    assert_int_equal(find("^..$", 0, text_of("报告")), ST_OK); /* letters, not bytes */
    assert_int_equal(find("^\\w+$", 0, text_of("报告")), ST_OK);
    assert_int_equal(find("a\\x00b", 0, text_of("xa\0by")), ST_OK); /* NULs are letters */
}

static void test_plain_text(void **state)
{
    (void)state;
    assert_int_equal(find("a.b(", PATTERN_LITERAL, text_of("xa.b(y")), ST_OK);
    assert_int_equal(find("a.b(", PATTERN_LITERAL, text_of("xaxb(y")), ST_NOT_FOUND);
    assert_int_equal(find("C:\\Q", PATTERN_LITERAL | PATTERN_IGNORE_CASE, text_of("c:\\q")), ST_OK);
    assert_int_equal(find("ÄÖ", PATTERN_LITERAL | PATTERN_IGNORE_CASE, text_of("xäöy")), ST_OK);
    assert_int_equal(find("", PATTERN_LITERAL, text_of("x")), ST_OK);
    /* A lone surrogate can be looked for, too. */
    assert_int_equal(find("\xED\xA0\x80", PATTERN_LITERAL, text_of("a\xED\xA0\x80z")), ST_OK);
}

/* A lone surrogate in a command line must not hide what stands around it. */
static void test_surrogates_hide_nothing(void **state)
{
    static const unsigned flags[] = {0, PATTERN_INTERPRET};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(find("evil.+load", flags[i], text_of("evil \xED\xA0\x80 payload")), ST_OK);
        assert_int_equal(find("evil.load", flags[i], text_of("evil\xED\xBF\xBFload")), ST_OK);
        assert_int_equal(find("evil$", PATTERN_IGNORE_CASE | flags[i],
                              text_of("\xED\xA0\x80"
                                      "EVIL")),
                         ST_OK);
    }
}

static void test_malformed_subjects(void **state)
{
    struct pattern *pattern = make("evil.+load", 0);
    size_t at = 0;
    size_t size = 0;

    (void)state;
    assert_int_equal(
        pattern_find(pattern, text_of("\xFFx evil \xC3 pay\xF0\x9Fload"), 0, &at, &size), ST_OK);
    assert_int_equal(at, 3);
    assert_int_equal(size, 16); /* offsets are those of the subject itself */
    assert_int_equal(pattern_find(pattern, text_of("\xE2\x82"), 0, NULL, NULL), ST_NOT_FOUND);
    /* Beginning inside a letter begins at the next. */
    assert_int_equal(pattern_find(pattern, text_of("\xC3\xA9vil"), 1, NULL, NULL), ST_NOT_FOUND);
    pattern_free(pattern);
}

static void assert_refused(const char *source, const char *message, size_t where)
{
    struct pattern *pattern = (struct pattern *)&where;
    struct buffer why;
    size_t offset = 999;

    buffer_init(&why, 1000);
    assert_int_equal(pattern_new(text_from(source), 0, &pattern, &why, &offset), ST_INVALID);
    assert_ptr_equal(pattern, &where);
    if (text_find(buffer_text(&why), text_from(message)) == SIZE_MAX)
        fail_msg("\"%s\" was refused for \"%.*s\"", source, (int)why.size, why.bytes);
    if (where == SIZE_MAX) /* versions of PCRE2 differ */
        assert_in_range(offset, 1, strlen(source));
    else
        assert_int_equal(offset, where);
    buffer_done(&why);
}

static void test_refusals_tell_where(void **state)
{
    static char longest[PATTERN_MOST + 1];
    struct pattern *pattern = NULL;

    (void)state;
    assert_refused("abc(de", "parenthes", 6);
    assert_refused("a**", "quantifier", SIZE_MAX);
    assert_refused("[z-a]", "range", SIZE_MAX);
    assert_refused("\\C", "", SIZE_MAX);
    assert_refused("\xFF", "UTF-8", 0);
    memset(longest, 'a', sizeof longest);
    assert_int_equal(pattern_new((struct text){longest, sizeof longest}, 0, &pattern, NULL, NULL),
                     ST_TOO_LARGE);
    assert_int_equal(pattern_new((struct text){longest, PATTERN_MOST}, 0, &pattern, NULL, NULL),
                     ST_OK);
    pattern_free(pattern);
}

static void test_slow_patterns_say_so(void **state)
{
    static char subject[32768];

    (void)state;
    memset(subject, 'a', sizeof subject - 1);
    subject[sizeof subject - 1] = 'b';
    for (unsigned flags = 0; flags <= PATTERN_INTERPRET; flags += PATTERN_INTERPRET) {
        assert_int_equal(find("^(a+)+$", flags, (struct text){subject + 32700, 68}), ST_TOO_SLOW);
        assert_int_equal(find("^(a+)+$", flags, (struct text){subject, sizeof subject}),
                         ST_TOO_SLOW);
        /* Long is not slow. */
        assert_int_equal(find("a.*b", flags, (struct text){subject, sizeof subject}), ST_OK);
        assert_int_equal(find("^[a-z]+b$", flags, (struct text){subject, sizeof subject}), ST_OK);
    }
}

/* ---- memory ---- */

static void test_a_match_keeps_its_room(void **state)
{
    struct pattern *pattern;

    (void)state;
    pattern = make("x(y)z", 0);
    failing_memory_begin(0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(pattern_find(pattern, text_of("axyz"), 0, NULL, NULL), ST_OK);
    failing_memory_end();
    assert_int_equal(failing_memory_requests(), 0);
    pattern_free(pattern);
}

static void test_every_want_of_memory_is_told(void **state)
{
    size_t failures = 0;
    bool failed = true;

    (void)state;
    for (size_t nth = 1; failed; nth++) {
        struct pattern *pattern = NULL;
        enum status status;

        failing_memory_begin(nth);
        status = pattern_new(text_of("x(y)z"), 0, &pattern, NULL, NULL);
        if (!status)
            status = pattern_find(pattern, text_of("\xFFxyz"), 0, NULL, NULL);
        failing_memory_end();
        failed = failing_memory_failed();
        if (status)
            assert_int_equal(status, ST_NO_MEMORY);
        failures += status != ST_OK;
        pattern_free(pattern);
    }
    assert_in_range(failures, 8, 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_and_tells_where),
        cmocka_unit_test(test_goes_on_and_on_in_a_good_text),
        cmocka_unit_test(test_case_and_scripts),
        cmocka_unit_test(test_plain_text),
        cmocka_unit_test(test_surrogates_hide_nothing),
        cmocka_unit_test(test_malformed_subjects),
        cmocka_unit_test(test_refusals_tell_where),
        cmocka_unit_test(test_slow_patterns_say_so),
        cmocka_unit_test(test_a_match_keeps_its_room),
        cmocka_unit_test(test_every_want_of_memory_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
