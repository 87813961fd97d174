#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/moment.h"

#include <string.h>

#define NOON_2026 INT64_C(134117424000000000) /* 2026-01-01T12:00:00Z */

static void assert_written(moment when, bool with_ticks, const char *expected)
{
    struct buffer out;
    buffer_init(&out, 100);
    moment_add_iso(&out, when, with_ticks);
    assert_int_equal(out.size, strlen(expected));
    if (out.size)
        assert_memory_equal(out.bytes, expected, out.size);
    buffer_done(&out);
}

static void test_written_as_iso(void **state)
{
    (void)state;
    assert_written(NOON_2026, false, "2026-01-01T12:00:00.000Z");
    assert_written(NOON_2026 + 1239999, false, "2026-01-01T12:00:00.123Z"); /* cut, not rounded */
    assert_written(NOON_2026 + 1234567, true, "2026-01-01T12:00:00.1234567Z");
    assert_written(INT64_C(116444736000000000), false, "1970-01-01T00:00:00.000Z");
    assert_written(1, true, "1601-01-01T00:00:00.0000001Z");
    assert_written(INT64_MAX, true, "30828-09-14T02:48:05.4775807Z");
    assert_written(0, false, "");
    assert_written(-1, false, "");
}

static void assert_read(const char *text, moment expected)
{
    moment when = 77;
    if (!moment_parse_iso(text_from(text), &when))
        fail_msg("%s was not read", text);
    if (when != expected)
        fail_msg("%s was read as %lld, not %lld", text, (long long)when, (long long)expected);
}

static void test_read_back(void **state)
{
    (void)state;
    assert_read("2026-01-01T12:00:00.000Z", NOON_2026);
    assert_read("2026-01-01T12:00:00Z", NOON_2026);
    assert_read("2026-01-01T12:00:00.1Z", NOON_2026 + 1000000);
    assert_read("2026-01-01T12:00:00.1234567Z", NOON_2026 + 1234567);
    assert_read("2026-01-01T12:00:00.123456789Z", NOON_2026 + 1234567);
    assert_read("2026-01-01T14:30:00+02:30", NOON_2026);
    assert_read("2026-01-01T02:00:00-10:00", NOON_2026);
    assert_read("1601-01-01T00:00:00.0000001Z", 1);
}

static void test_what_is_no_moment_is_not_read(void **state)
{
    (void)state;
    static const char *const foreign[] = {"",
                                          "2026",
                                          "2026-01-01",
                                          "2026-01-01T12:00:00",
                                          "2026-01-01 12:00:00Z",
                                          "2026-13-01T12:00:00Z",
                                          "2026-00-01T12:00:00Z",
                                          "2026-02-29T12:00:00Z",
                                          "1900-02-29T12:00:00Z",
                                          "2026-04-31T12:00:00Z",
                                          "2026-01-00T12:00:00Z",
                                          "2026-01-01T24:00:00Z",
                                          "2026-01-01T12:60:00Z",
                                          "2026-01-01T12:00:60Z",
                                          "2026-01-01T12:00:00.Z",
                                          "2026-01-01T12:00:00+2:30",
                                          "2026-01-01T12:00:00+24:00",
                                          "2026-01-01T12:00:00+02:60",
                                          "2026-01-01T12:00:00+0230",
                                          "2026-01-01T12:00:00Zx",
                                          "026-01-01T12:00:00Z",
                                          "1600-12-31T12:00:00Z",
                                          "99999-01-01T12:00:00Z",
                                          "1601-01-01T00:00:00Z",
                                          "1601-01-01T00:00:00.5+01:00",
                                          "2026-1-01T12:00:00Z",
                                          "-026-01-01T12:00:00Z",
                                          "2026/01/01T12:00:00Z",
                                          "2026-01-01T12:00:00*"};
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        moment when = 77;
        if (moment_parse_iso(text_from(foreign[i]), &when) || when != 77)
            fail_msg("%s was read", foreign[i]);
    }
    assert_read("2000-02-29T12:00:00Z", INT64_C(125962992000000000));
}

static void test_every_day_of_eight_centuries_round_trips(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 100);
    for (moment day = 0; day < 800 * 366; day++) {
        moment when = day * 86400 * MOMENT_SECOND + 1234567;
        moment back = 0;
        buffer_clear(&out);
        moment_add_iso(&out, when, true);
        if (!moment_parse_iso(buffer_text(&out), &back) || back != when)
            fail_msg("%.*s", (int)out.size, out.bytes);
    }
    buffer_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written_as_iso),
        cmocka_unit_test(test_read_back),
        cmocka_unit_test(test_what_is_no_moment_is_not_read),
        cmocka_unit_test(test_every_day_of_eight_centuries_round_trips),
    };
    return cmocka_run_group_tests_name("moment", tests, NULL, NULL);
}
