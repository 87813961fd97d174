#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/status.h"
#include "core/base/text.h"

#include <string.h>

#define T(literal) text_of(literal)

static void test_from_string(void **state)
{
    (void)state;
    assert_int_equal(text_from(NULL).size, 0);
    assert_int_equal(text_from("abc").size, 3);
    assert_null(text_slice(text_from(NULL), 0, 0).bytes);
}

static void test_equality_with_and_without_case(void **state)
{
    (void)state;
    assert_true(text_equal(T("abc"), T("abc")));
    assert_false(text_equal(T("abc"), T("abC")));
    assert_false(text_equal(T("abc"), T("ab")));
    assert_false(text_equal(T("a\0b"), T("a\0c")));
    assert_true(text_equal(text_from(NULL), T("")));
    assert_true(text_equal_nocase(T("EXAMPLE.com"), T("example.COM")));
    assert_false(text_equal_nocase(T("\xc3\x84"), T("\xc3\xa4"))); /* ASCII letters only */
    assert_false(text_equal_nocase(T("@"), T("`")));
    assert_false(text_equal_nocase(T("["), T("{")));
}

static void test_starts_and_ends(void **state)
{
    (void)state;
    assert_true(text_starts(T("hxxp://a"), T("hxxp")));
    assert_false(text_starts(T("hx"), T("hxxp")));
    assert_false(text_starts(T("hXxp"), T("hxxp")));
    assert_true(text_starts_nocase(T("hXxp"), T("hxxP")));
    assert_false(text_starts_nocase(T("hX"), T("hxxP")));
    assert_true(text_ends(T("ping.exe"), T(".exe")));
    assert_false(text_ends(T("ping.EXE"), T(".exe")));
    assert_true(text_ends_nocase(T("ping.EXE"), T(".exe")));
    assert_false(text_ends_nocase(T("exe"), T(".exe")));
    assert_true(text_ends(T("a"), T("")));
    assert_true(text_starts(T(""), T("")));
}

static void test_order(void **state)
{
    (void)state;
    assert_int_equal(text_compare(T("a"), T("a")), 0);
    assert_true(text_compare(T("a"), T("b")) < 0);
    assert_true(text_compare(T("b"), T("a")) > 0);
    assert_true(text_compare(T("a"), T("aa")) < 0);
    assert_true(text_compare(T("aa"), T("a")) > 0);
    assert_true(text_compare(T("\xff"), T("a")) > 0);
    assert_int_equal(text_compare(text_from(NULL), T("")), 0);
}

static void test_find(void **state)
{
    (void)state;
    assert_int_equal(text_find(T("aab"), T("ab")), 1);
    assert_int_equal(text_find(T("aab"), T("b")), 2);
    assert_int_equal(text_find(T("aab"), T("")), 0);
    assert_int_equal(text_find(T(""), T("")), 0);
    assert_true(text_find(T("aab"), T("aabb")) == SIZE_MAX);
    assert_true(text_find(T("aab"), T("c")) == SIZE_MAX);
    assert_true(text_find(T("aaa"), T("ab")) == SIZE_MAX);
    assert_true(text_find(text_from(NULL), T("a")) == SIZE_MAX);
    assert_int_equal(text_find(T("a\0b\0c"), T("\0c")), 3);
}

static void test_trim(void **state)
{
    (void)state;
    assert_true(text_equal(text_trim(T(" \t\r\n\f\v a b \n")), T("a b")));
    assert_int_equal(text_trim(T(" \t ")).size, 0);
    assert_int_equal(text_trim(text_from(NULL)).size, 0);
    assert_int_equal(text_trim(T("\0")).size, 1);
}

static void test_file_name(void **state)
{
    (void)state;
    assert_true(text_equal(text_file_name(T("C:\\a\\b.exe")), T("b.exe")));
    assert_true(text_equal(text_file_name(T("C:/a/b.exe")), T("b.exe")));
    assert_true(text_equal(text_file_name(T("b.exe")), T("b.exe")));
    assert_int_equal(text_file_name(T("C:\\a\\")).size, 0);
    assert_int_equal(text_file_name(text_from(NULL)).size, 0);
}

static void test_number(void **state)
{
    (void)state;
    uint64_t number = 77;
    assert_true(text_number(T("0"), 10, &number));
    assert_int_equal(number, 0);
    assert_true(text_number(T("00065535"), 65535, &number));
    assert_int_equal(number, 65535);
    assert_true(text_number(T("18446744073709551615"), UINT64_MAX, &number));
    assert_true(number == UINT64_MAX);
    number = 77;
    assert_false(text_number(T("18446744073709551616"), UINT64_MAX, &number));
    assert_false(text_number(T("99999999999999999999999"), UINT64_MAX, &number));
    assert_false(text_number(T("65536"), 65535, &number));
    assert_false(text_number(T("8"), 7, &number));
    assert_false(text_number(T(""), 10, &number));
    assert_false(text_number(T("+1"), 10, &number));
    assert_false(text_number(T("-1"), 10, &number));
    assert_false(text_number(T("1 "), 10, &number));
    assert_int_equal(number, 77); /* untouched by failures */
}

static void test_hash_tells_texts_apart(void **state)
{
    (void)state;
    assert_true(text_hash(T("abc")) == text_hash(text_slice(T("xabc"), 1, 3)));
    assert_true(text_hash(T("abc")) != text_hash(T("abd")));
    assert_true(text_hash(T("abc")) != text_hash(T("abc\0")));
    assert_true(text_hash(T("12345678a")) != text_hash(T("12345678b")));
    assert_true(text_hash(T("")) == text_hash(text_from(NULL)));
}

static void test_every_code_point_round_trips(void **state)
{
    (void)state;
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        char bytes[4];
        size_t at = 0;
        size_t size = text_encode(point, bytes);
        struct text text = {bytes, size};
        if (text_decode(text, &at) != point || at != size)
            fail_msg("U+%04X", point);
        bool surrogate = point >= 0xD800 && point <= 0xDFFF;
        if (text_valid(text) == surrogate)
            fail_msg("validity of U+%04X", point);
    }
    char bytes[4];
    assert_int_equal(text_encode(0x110000, bytes), 3);
    assert_memory_equal(bytes, "\xef\xbf\xbd", 3);
}

static void check_malformed(struct text text)
{
    size_t at = 0;
    assert_int_equal(text_decode(text, &at), 0xFFFD);
    assert_int_equal(at, 1);
    assert_false(text_valid(text));
}

static void test_malformed_bytes_become_one_replacement_each(void **state)
{
    (void)state;
    check_malformed(T("\x80"));
    check_malformed(T("\xc0\xaf")); /* overlong */
    check_malformed(T("\xc1\xbf"));
    check_malformed(T("\xe0\x9f\xbf"));     /* overlong */
    check_malformed(T("\xf0\x8f\xbf\xbf")); /* overlong */
    check_malformed(T("\xf4\x90\x80\x80")); /* over U+10FFFF */
    check_malformed(T("\xf5\x80\x80\x80"));
    check_malformed(T("\xff"));
    check_malformed(T("\xe4\xb8")); /* cut short */
    check_malformed(T("\xe4\x28\x80"));
    check_malformed(T("\xf0\x9f\x98"));
}

static void test_a_lone_surrogate_survives_as_three_bytes(void **state)
{
    (void)state;
    size_t at = 0;
    assert_int_equal(text_decode(T("\xed\xa0\x80"), &at), 0xD800);
    assert_int_equal(at, 3);
    assert_false(text_valid(T("a\xed\xa0\x80")));
    assert_true(text_valid(T("a\0\xd0\x96\xe4\xb8\xad\xf0\x9f\x98\x80")));
    assert_true(text_valid(text_from(NULL)));
}

static void test_every_status_has_its_own_phrase(void **state)
{
    (void)state;
    for (int i = 0; i < ST_COUNT; i++) {
        const char *phrase = status_phrase((enum status)i);
        assert_non_null(phrase);
        assert_true(strlen(phrase) > 2);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(phrase, status_phrase((enum status)j));
    }
    assert_string_equal(status_phrase((enum status)ST_COUNT), "unknown status");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_string),
        cmocka_unit_test(test_equality_with_and_without_case),
        cmocka_unit_test(test_starts_and_ends),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_trim),
        cmocka_unit_test(test_file_name),
        cmocka_unit_test(test_number),
        cmocka_unit_test(test_hash_tells_texts_apart),
        cmocka_unit_test(test_every_code_point_round_trips),
        cmocka_unit_test(test_malformed_bytes_become_one_replacement_each),
        cmocka_unit_test(test_a_lone_surrogate_survives_as_three_bytes),
        cmocka_unit_test(test_every_status_has_its_own_phrase),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
