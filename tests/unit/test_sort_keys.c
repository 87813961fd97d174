/* Orders by keys: natural, stable, and rows that follow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/sort_keys.h"
#include "core/watch/indicator.h"

enum { MOST = 32 };

static uint32_t order[MOST];

static void add_indicator_key(struct buffer *key, const char *written)
{
    struct indicator indicator;
    struct buffer scratch;
    const char *why = NULL;

    buffer_init(&scratch, INDICATOR_MOST);
    assert_int_equal(indicator_parse(text_from(written), &scratch, &indicator, &why), ST_OK);
    indicator_sort_key(key, &indicator);
    buffer_done(&scratch);
}

static void put_in_order(const char *const *words, uint32_t count, bool indicators, bool down)
{
    struct sort_keys *keys = sort_keys_new(count);

    assert_non_null(keys);
    for (uint32_t i = 0; i < count; i++) {
        struct buffer *key = sort_keys_next(keys);
        if (indicators)
            add_indicator_key(key, words[i]);
        else
            sort_key_text(key, text_from(words[i]));
        sort_keys_end(keys);
    }
    assert_int_equal(sort_keys_order(keys, down, order), ST_OK);
    sort_keys_free(keys);
}

static void expect_order(const uint32_t *wanted, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (order[i] != wanted[i])
            fail_msg("place %u has row %u, not %u", i, order[i], wanted[i]);
    }
}

static void test_numbers_in_texts_are_numbers_and_case_does_not_count(void **state)
{
    static const char *const words[] = {"a10",  "A9",   "",  "a",  "b2",
                                        "B10c", "a010", "2", "10", "a9b"};
    static const uint32_t up[] = {2, 7, 8, 3, 1, 9, 0, 6, 4, 5};

    (void)state;
    put_in_order(words, 10, false, false);
    expect_order(up, 10);
}

static void test_equal_rows_keep_their_order_both_ways(void **state)
{
    static const char *const words[] = {"x", "b", "X", "a", "x", "B"};
    static const uint32_t up[] = {3, 1, 5, 0, 2, 4};
    static const uint32_t down[] = {0, 2, 4, 1, 5, 3};

    (void)state;
    put_in_order(words, 6, false, false);
    expect_order(up, 6);
    put_in_order(words, 6, false, true);
    expect_order(down, 6);
}

static void test_addresses_come_in_their_own_order(void **state)
{
    static const char *const words[] = {
        "192.0.2.10",   "192.0.2.9",     "10.0.0.0/8", "2001:db8::1",
        "10.0.0.0/24",  "*.example.com", "port:4444",  "name:evil.exe",
        "192.0.2.9:80", "9.255.255.255", "port:80",    "example.com",
        "/evil/",       "::2",           "10.0.0.0",   "a.example.com",
    };
    static const uint32_t up[] = {9, 14, 4, 2, 1, 8, 0, 13, 3, 10, 6, 15, 11, 5, 12, 7};

    (void)state;
    put_in_order(words, 16, true, false);
    expect_order(up, 16);
}

static void test_very_long_numbers_are_still_told_apart(void **state)
{
    char long_one[600];
    char longer[600];
    const char *const words[] = {longer, long_one};
    static const uint32_t up[] = {1, 0};

    (void)state;
    memset(long_one, '7', sizeof long_one);
    memset(longer, '7', sizeof longer);
    long_one[500] = '\0';
    longer[501] = '\0';
    put_in_order(words, 2, false, false);
    expect_order(up, 2);
}

static void test_nothing_is_in_order(void **state)
{
    (void)state;
    put_in_order(NULL, 0, false, false);
}

static void test_missing_keys_are_no_order(void **state)
{
    struct sort_keys *keys = sort_keys_new(2);

    (void)state;
    sort_key_number(sort_keys_next(keys), 7);
    sort_keys_end(keys);
    order[0] = 99;
    assert_int_equal(sort_keys_order(keys, false, order), ST_INVALID);
    assert_int_equal(order[0], 99);
    sort_keys_free(keys);
}

static void test_rows_follow_an_order_and_tell_where_they_were(void **state)
{
    static const uint32_t by_key[] = {4, 2, 0, 1, 3};
    uint32_t rows[] = {0, 2, 3};
    uint32_t from[3];

    (void)state;
    assert_true(sort_rows(rows, 3, by_key, 5, from));
    assert_int_equal(rows[0], 2);
    assert_int_equal(rows[1], 0);
    assert_int_equal(rows[2], 3);
    assert_int_equal(from[0], 1);
    assert_int_equal(from[1], 0);
    assert_int_equal(from[2], 2);
    assert_true(sort_rows(rows, 3, NULL, 5, from));
    assert_int_equal(rows[0], 0);
    assert_int_equal(rows[1], 2);
    assert_int_equal(from[0], 1);
    assert_int_equal(from[1], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_in_texts_are_numbers_and_case_does_not_count),
        cmocka_unit_test(test_equal_rows_keep_their_order_both_ways),
        cmocka_unit_test(test_addresses_come_in_their_own_order),
        cmocka_unit_test(test_very_long_numbers_are_still_told_apart),
        cmocka_unit_test(test_nothing_is_in_order),
        cmocka_unit_test(test_missing_keys_are_no_order),
        cmocka_unit_test(test_rows_follow_an_order_and_tell_where_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
