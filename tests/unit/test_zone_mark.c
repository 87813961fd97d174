#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/judge/zone_mark.h"
#include "tests/support/failing_memory.h"

static struct arena *arena;
static struct file_zone zone;

static int begin(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    zone = (struct file_zone){.marked = false};
    return arena ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void read_text(struct text content)
{
    assert_int_equal(zone_mark_read(content, arena, &zone), ST_OK);
    assert_true(zone.marked);
}

static void assert_text(struct text value, const char *expected)
{
    assert_int_equal(value.size, strlen(expected));
    assert_memory_equal(value.bytes, expected, value.size);
}

static void test_as_browsers_write_it(void **state)
{
    (void)state;
    read_text(text_of("[ZoneTransfer]\r\nZoneId=3\r\nReferrerUrl=https://example.com/dl\r\n"
                      "HostUrl=https://cdn.example.com/a.exe?x=1&y=\"2\"\r\n"));
    assert_true(zone.has_zone);
    assert_int_equal(zone.zone, 3);
    assert_text(zone.host, "https://cdn.example.com/a.exe?x=1&y=\"2\"");
    assert_text(zone.referrer, "https://example.com/dl");
}

static void test_every_spelling(void **state)
{
    (void)state;
    read_text(text_of("\xEF\xBB\xBF[ZONETRANSFER]\nzoneid = 4 \nAppZoneId=3\nHostUrl=\n"));
    assert_true(zone.has_zone);
    assert_int_equal(zone.zone, 4);
    assert_int_equal(zone.host.size, 0);
}

static void test_utf16(void **state)
{
    (void)state;
    char wide[200] = "\xFF\xFE";
    const char *mark = "[ZoneTransfer]\r\nZoneId=2\r\nHostUrl=a:\xE4\r\n";
    size_t length = strlen(mark);
    for (size_t i = 0; i < length; i++)
        wide[2 + 2 * i] = mark[i];
    read_text((struct text){wide, 2 + 2 * length});
    assert_int_equal(zone.zone, 2);
    assert_text(zone.host, "a:\xC3\xA4");
}

/* A mark is a mark, whatever stands in it. */
static void test_what_is_not_understood_is_left_out(void **state)
{
    static const char *const odd[] = {"",
                                      "ZoneId=3\n",
                                      "[Other]\nZoneId=3\n",
                                      "[ZoneTransfer]\nZoneId=-1\n",
                                      "[ZoneTransfer]\nZoneId=three\n",
                                      "[ZoneTransfer]\nZoneId=99999999999\n",
                                      "[ZoneTransfer\nZoneId=3\n",
                                      "\xFF\xFE\x00\x01\x02"};

    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        read_text(text_from(odd[i]));
        assert_false(zone.has_zone);
        assert_int_equal(zone.host.size, 0);
    }
    read_text((struct text){"[ZoneTransfer]\nZoneId=3\nHostUrl=a\0b\n", 37});
    assert_true(zone.has_zone);
}

static void test_first_one_counts(void **state)
{
    (void)state;
    read_text(text_of("[ZoneTransfer]\nZoneId=1\nZoneId=3\n[ZoneTransfer]\nZoneId=4\n"));
    assert_int_equal(zone.zone, 1);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(zone_name(0), "this computer");
    assert_string_equal(zone_name(3), "internet");
    assert_string_equal(zone_name(5), "");
    assert_string_equal(zone_name(UINT32_MAX), "");
}

static void test_without_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        enum status status = ST_NO_MEMORY;
        failing_memory_begin(n);
        struct arena *own = arena_new(1 << 20);
        struct file_zone found = {.marked = false};
        if (own)
            status =
                zone_mark_read(text_of("[ZoneTransfer]\nZoneId=3\nHostUrl=\xE4\n"), own, &found);
        assert_int_equal(found.marked, status == ST_OK);
        arena_free(own);
        bool failed = failing_memory_failed();
        assert_int_equal(status, failed ? ST_NO_MEMORY : ST_OK);
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
        if (!failed)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_as_browsers_write_it, begin, end),
        cmocka_unit_test_setup_teardown(test_every_spelling, begin, end),
        cmocka_unit_test_setup_teardown(test_utf16, begin, end),
        cmocka_unit_test_setup_teardown(test_what_is_not_understood_is_left_out, begin, end),
        cmocka_unit_test_setup_teardown(test_first_one_counts, begin, end),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
