#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/text16.h"

static void assert_both_ways(const wchar_t *wide, size_t length, const char *utf8, size_t size)
{
    struct buffer out;
    size_t back_length = 0;
    wchar_t *back;

    buffer_init(&out, 1 << 20);
    text16_add(&out, wide, length);
    assert_int_equal(out.failed, ST_OK);
    assert_int_equal(out.size, size);
    if (size)
        assert_memory_equal(out.bytes, utf8, size);
    back = text16_from(buffer_text(&out), &back_length);
    assert_non_null(back);
    assert_int_equal(back_length, length);
    assert_memory_equal(back, wide, length * sizeof *wide);
    assert_int_equal(back[length], 0);
    text16_free(back);
    buffer_done(&out);
}

static void test_both_ways(void **state)
{
    const wchar_t high[] = {0xD800, L'a'};
    const wchar_t low[] = {L'a', 0xDC00};
    const wchar_t swapped[] = {0xDC00, 0xD800};
    const wchar_t pair[] = {0xD83D, 0xDE00};
    const wchar_t nul[] = {L'a', 0, L'b'};

    (void)state;
    assert_both_ways(L"", 0, "", 0);
    assert_both_ways(L"plain", 5, "plain", 5);
    assert_both_ways(L"\u00e9\u6d4b", 2, "\xC3\xA9\xE6\xB5\x8B", 5);
    assert_both_ways(pair, 2, "\xF0\x9F\x98\x80", 4);
    assert_both_ways(high, 2,
                     "\xED\xA0\x80"
                     "a",
                     4);
    assert_both_ways(low, 2,
                     "a"
                     "\xED\xB0\x80",
                     4);
    assert_both_ways(swapped, 2, "\xED\xB0\x80\xED\xA0\x80", 6);
    assert_both_ways(nul, 3, "a\0b", 3);
}

/* A pair that lies across the pieces in which text16_add works stays one character. */
static void test_pair_across_pieces(void **state)
{
    wchar_t wide[400];
    struct buffer out;

    (void)state;
    for (size_t at = 120; at < 140; at++) {
        for (size_t i = 0; i < 400; i++)
            wide[i] = L'x';
        wide[at] = 0xD83D;
        wide[at + 1] = 0xDE00;
        buffer_init(&out, 4096);
        text16_add(&out, wide, 400);
        assert_int_equal(out.size, 402);
        assert_true(text_valid(buffer_text(&out)));
        buffer_done(&out);
    }
}

/* Every UTF-16 unit, alone and between letters, and every pair's corners. */
static void test_all_units(void **state)
{
    (void)state;
    for (uint32_t unit = 0; unit < 0x10000; unit++) {
        const wchar_t wide[] = {L'a', (wchar_t)unit, L'b'};
        char utf8[TEXT16_MOST(3)];
        size_t size = text16_encode(wide, 3, utf8);
        size_t length = 0;
        wchar_t *back = text16_from((struct text){utf8, size}, &length);
        assert_int_equal(length, 3);
        assert_memory_equal(back, wide, sizeof wide);
        text16_free(back);
    }
}

static void test_malformed_utf8(void **state)
{
    size_t length = 0;
    wchar_t *wide = text16_from((struct text){"a\xFF\xC3", 3}, &length);

    (void)state;
    assert_int_equal(length, 3);
    assert_int_equal(wide[0], L'a');
    assert_int_equal(wide[1], 0xFFFD);
    assert_int_equal(wide[2], 0xFFFD);
    text16_free(wide);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_pair_across_pieces),
        cmocka_unit_test(test_all_units),
        cmocka_unit_test(test_malformed_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
