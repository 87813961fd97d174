/* What the files of a case are called, and whether they will fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/act/disk_room.h"
#include "core/case/evidence_name.h"

#define MB (UINT64_C(1) << 20)

static void assert_content(struct buffer *out, const char *expected)
{
    buffer_add_byte(out, 0);
    assert_int_equal(out->failed, ST_OK);
    assert_string_equal(out->bytes, expected);
    buffer_done(out);
}

static void assert_name(const char *name, const char *expected)
{
    struct buffer out;

    buffer_init(&out, 1024);
    evidence_name_add(&out, text_from(name));
    assert_content(&out, expected);
}

static void test_names_are_safe(void **state)
{
    (void)state;
    assert_name("evil.exe", "evil");
    assert_name("Evil-2_x.EXE", "Evil-2_x");
    assert_name("a b.c:d\\e/f*?\"<>|.scr", "a_b_c_d_e_f_______scr");
    assert_name("..\\..\\x", "______x");
    assert_name("con.exe", "con"); /* harmless with what follows */
    assert_name("0123456789012345678901234567890123456789tail",
                "0123456789012345678901234567890123456789");
}

static void test_names_without_a_readable_letter(void **state)
{
    (void)state;
    assert_name("", "process");
    assert_name(".exe", "process");
    assert_name("\xE6\x81\xB6\xE6\x84\x8F.exe", "process");
    assert_name("\xE6\x81\xB6"
                "x.exe",
                "___x");
}

static void test_a_stem_tells_who_and_when(void **state)
{
    struct buffer out;
    moment when = 0;

    (void)state;
    assert_true(moment_parse_iso(text_of("2026-11-25T02:43:29.9876543Z"), &when));
    buffer_init(&out, 1024);
    evidence_stem_add(&out, text_of("evil.exe"), 4294967295u, when);
    assert_content(&out, "evil-4294967295-20261125T024329Z");
    buffer_init(&out, 1024);
    evidence_stamp_add(&out, 0);
    assert_content(&out, "unknown");
}

static void assert_fits(uint64_t free, uint64_t most, uint64_t needed, enum status expected,
                        const char *line)
{
    const struct disk_room room = {free, most};
    struct buffer problem;

    buffer_init(&problem, 1024);
    assert_int_equal(disk_room_fits(&room, needed, &problem), expected);
    assert_content(&problem, line);
}

static void test_room(void **state)
{
    (void)state;
    assert_fits(10 * MB, UINT64_MAX, 10 * MB, ST_OK, "");
    assert_fits(10 * MB, UINT64_MAX, 10 * MB + 1, ST_DISK_FULL,
                "about 11 MB are needed, and 10 MB are free on this disk");
    assert_fits(0, UINT64_MAX, 1, ST_DISK_FULL,
                "about 1 MB are needed, and 0 MB are free on this disk");
    assert_fits(UINT64_MAX, DISK_ROOM_FAT_MOST, UINT64_C(4) << 30, ST_TOO_LARGE,
                "about 4096 MB are needed, and a file on this disk holds at most 4095 MB");
    assert_fits(UINT64_MAX, DISK_ROOM_FAT_MOST, (UINT64_C(4) << 30) - 1, ST_OK, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_safe),
        cmocka_unit_test(test_names_without_a_readable_letter),
        cmocka_unit_test(test_a_stem_tells_who_and_when),
        cmocka_unit_test(test_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
