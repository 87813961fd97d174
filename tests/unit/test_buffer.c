#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/buffer.h"
#include "tests/support/failing_memory.h"

#include <string.h>

static void assert_holds(const struct buffer *buffer, const char *expected)
{
    assert_int_equal(buffer->size, strlen(expected));
    if (buffer->size)
        assert_memory_equal(buffer->bytes, expected, buffer->size);
}

static void test_appends_of_every_kind(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 1000);
    buffer_add(&buffer, text_of("a"));
    buffer_add_string(&buffer, "bc");
    buffer_add_string(&buffer, NULL);
    buffer_add_byte(&buffer, 'd');
    buffer_add_code_point(&buffer, 0x416);
    buffer_add_byte(&buffer, ' ');
    buffer_add_unsigned(&buffer, 0);
    buffer_add_byte(&buffer, ' ');
    buffer_add_unsigned(&buffer, UINT64_MAX);
    buffer_add_byte(&buffer, ' ');
    buffer_add_signed(&buffer, INT64_MIN);
    buffer_add_byte(&buffer, ' ');
    buffer_add_signed(&buffer, 42);
    buffer_add_byte(&buffer, ' ');
    buffer_add_hex(&buffer, (const unsigned char[]){0x00, 0x9a, 0xff}, 3);
    assert_int_equal(buffer.failed, ST_OK);
    assert_holds(&buffer, "abcd\xd0\x96 0 18446744073709551615 -9223372036854775808 42 009aff");
    assert_int_equal(buffer_text(&buffer).size, buffer.size);
    buffer_done(&buffer);
    assert_null(buffer.bytes);
}

static void test_the_ceiling_holds_to_the_byte(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 100);
    for (int i = 0; i < 100; i++)
        buffer_add_byte(&buffer, 'x');
    assert_int_equal(buffer.failed, ST_OK);
    assert_int_equal(buffer.capacity, 100);
    buffer_add_byte(&buffer, 'x');
    assert_int_equal(buffer.failed, ST_TOO_LARGE);
    assert_int_equal(buffer.size, 100);
    buffer_clear(&buffer);
    assert_int_equal(buffer.failed, ST_OK);
    assert_int_equal(buffer.capacity, 100); /* kept */
    buffer_add_string(&buffer, "again");
    assert_holds(&buffer, "again");
    buffer_done(&buffer);
}

static void test_the_first_failure_sticks(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 4);
    buffer_add_string(&buffer, "abc");
    buffer_add_string(&buffer, "de");
    buffer_add_byte(&buffer, 'f'); /* would fit, but something is missing before it */
    assert_int_equal(buffer.failed, ST_TOO_LARGE);
    assert_holds(&buffer, "abc");
    buffer_done(&buffer);
}

static void test_without_memory_what_is_there_stays(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, SIZE_MAX);
    buffer_add_string(&buffer, "abc");
    failing_memory_begin(1);
    for (int i = 0; i < 100; i++)
        buffer_add_string(&buffer, "0123456789");
    failing_memory_end();
    assert_int_equal(buffer.failed, ST_NO_MEMORY);
    assert_memory_equal(buffer.bytes, "abc", 3);
    assert_true(buffer.size < 1000);
    buffer_done(&buffer);
}

static void test_a_million_bytes_take_few_requests(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, SIZE_MAX);
    failing_memory_begin(0);
    for (int i = 0; i < 1000000; i++)
        buffer_add_byte(&buffer, 'x');
    assert_true(failing_memory_requests() < 20);
    buffer_done(&buffer);
    assert_int_equal(failing_memory_blocks(), 0);
    failing_memory_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_appends_of_every_kind),
        cmocka_unit_test(test_the_ceiling_holds_to_the_byte),
        cmocka_unit_test(test_the_first_failure_sticks),
        cmocka_unit_test(test_without_memory_what_is_there_stays),
        cmocka_unit_test(test_a_million_bytes_take_few_requests),
    };
    return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
