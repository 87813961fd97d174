#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/json_write.h"

static struct buffer out;
static struct json_writer json;

static int begin(void **state)
{
    (void)state;
    buffer_init(&out, 1 << 20);
    json_begin(&json, &out);
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
    assert_int_equal(out.failed, ST_OK);
    assert_int_equal(out.size, strlen(expected));
    assert_memory_equal(out.bytes, expected, out.size);
}

static void test_nesting_and_commas(void **state)
{
    (void)state;
    json_open_object(&json, NULL);
    json_open_object(&json, "empty");
    json_close_object(&json);
    json_unsigned(&json, "n", UINT64_MAX);
    json_open_array(&json, "list");
    json_bool(&json, NULL, true);
    json_bool(&json, NULL, false);
    json_open_array(&json, NULL);
    json_close_array(&json);
    json_close_array(&json);
    json_string(&json, "last", "");
    json_close_object(&json);
    assert_out("{\"empty\":{},\"n\":18446744073709551615,\"list\":[true,false,[]],\"last\":\"\"}");
}

static void test_escapes(void **state)
{
    (void)state;
    json_text(&json, NULL, text_of("a\"b\\c/\b\f\n\r\t\x01\x1f\x7f end"));
    assert_out("\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f end\"");
}

static void test_nul_is_kept(void **state)
{
    (void)state;
    json_text(&json, NULL, text_of("hid\0den\0"));
    assert_out("\"hid\\u0000den\\u0000\"");
}

static void test_other_scripts_pass(void **state)
{
    (void)state;
    json_text(&json, NULL, text_of("тест中😀"));
    assert_out("\"тест中😀\"");
}

static void test_lone_surrogates(void **state)
{
    (void)state;
    json_text(&json, NULL, text_of("a\xED\xA0\xBD\xED\xBF\xBFz")); /* U+D83D, U+DFFF */
    assert_out("\"a\\ud83d\\udfffz\"");
}

static void test_malformed_bytes(void **state)
{
    (void)state;
    json_text(&json, NULL, text_of("a\xFF\x80z\xE4\xB8")); /* the last is a torn U+4E2D */
    assert_out("\"a\uFFFD\uFFFDz\uFFFD\uFFFD\"");
}

static void test_moments(void **state)
{
    (void)state;
    json_open_object(&json, NULL);
    json_moment(&json, "unknown", 0, false);
    json_moment(&json, "a", INT64_C(134400482091230007), false);
    json_moment(&json, "b", INT64_C(134400482091230007), true);
    json_close_object(&json);
    assert_out("{\"a\":\"2026-11-25T02:43:29.123Z\",\"b\":\"2026-11-25T02:43:29.1230007Z\"}");
}

static void test_milliseconds(void **state)
{
    (void)state;
    json_open_array(&json, NULL);
    json_milliseconds(&json, NULL, 0);
    json_milliseconds(&json, NULL, 125000);
    json_milliseconds(&json, NULL, 10001);
    json_milliseconds(&json, NULL, -5000);
    json_milliseconds(&json, NULL, INT64_MIN);
    json_close_array(&json);
    assert_out("[0,12.5,1.0001,-0.5,-922337203685477.5808]");
}

static void test_addresses(void **state)
{
    (void)state;
    struct endpoint local = {.port = 80, .scope = 5};
    assert_true(address_parse(text_of("fe80::1"), &local.address));
    struct endpoint mapped = {.port = 80};
    assert_true(address_parse(text_of("::ffff:192.0.2.1"), &mapped.address));
    json_open_array(&json, NULL);
    json_address(&json, NULL, &local);
    json_address(&json, NULL, &mapped);
    json_close_array(&json);
    assert_out("[\"fe80::1%5\",\"192.0.2.1\"]");
}

static void test_failure_sticks_in_the_buffer(void **state)
{
    (void)state;
    struct buffer small;
    buffer_init(&small, 4);
    json_begin(&json, &small);
    json_string(&json, NULL, "longer than four");
    assert_int_equal(small.failed, ST_TOO_LARGE);
    buffer_done(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nesting_and_commas, begin, end),
        cmocka_unit_test_setup_teardown(test_escapes, begin, end),
        cmocka_unit_test_setup_teardown(test_nul_is_kept, begin, end),
        cmocka_unit_test_setup_teardown(test_other_scripts_pass, begin, end),
        cmocka_unit_test_setup_teardown(test_lone_surrogates, begin, end),
        cmocka_unit_test_setup_teardown(test_malformed_bytes, begin, end),
        cmocka_unit_test_setup_teardown(test_moments, begin, end),
        cmocka_unit_test_setup_teardown(test_milliseconds, begin, end),
        cmocka_unit_test_setup_teardown(test_addresses, begin, end),
        cmocka_unit_test_setup_teardown(test_failure_sticks_in_the_buffer, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
