/* manifest_read: lines as sha256sum writes them; what leads outside of the case is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/buffer.h"
#include "core/case/manifest_read.h"

#define HEX "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void check_line(struct text *rest, enum manifest_line kind, const char *name)
{
    struct text hex = {NULL, 0};
    struct text read = {NULL, 0};
    assert_int_equal(manifest_next(rest, &hex, &read), kind);
    if (kind == MANIFEST_FILE) {
        assert_true(text_equal(hex, text_of(HEX)));
        assert_true(text_equal(read, text_from(name)));
    }
}

static void test_plain_lines(void **state)
{
    (void)state;
    struct text rest = text_of(HEX "  a b.txt\n" HEX "  samples/x\n");
    check_line(&rest, MANIFEST_FILE, "a b.txt");
    check_line(&rest, MANIFEST_FILE, "samples/x");
    check_line(&rest, MANIFEST_END, "");
    check_line(&rest, MANIFEST_END, "");
}

static void test_other_forms(void **state)
{
    (void)state;
    struct text rest = text_of("\n\r\n" HEX " *bin\r\n" HEX "  ..x\n" HEX "  x..\\y");
    check_line(&rest, MANIFEST_FILE, "bin");
    check_line(&rest, MANIFEST_FILE, "..x");
    check_line(&rest, MANIFEST_FILE, "x..\\y");
    check_line(&rest, MANIFEST_END, "");
}

static void test_what_cannot_be_read(void **state)
{
    (void)state;
    struct text rest = text_of("x\n" HEX "\n" HEX "  \n" HEX "x name\n" HEX "\t name\n"
                               "\\" HEX "  a\n"
                               "g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
                               "  name\n");
    for (int i = 0; i < 7; i++)
        check_line(&rest, MANIFEST_BAD, "");
    check_line(&rest, MANIFEST_END, "");
}

static void test_what_leads_outside(void **state)
{
    (void)state;
    static const char *const names[] = {
        "/etc/passwd", "\\\\server\\share\\x", "C:x", "..", "../x", "a/../../x", "a\\..", "a/.."};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct buffer out;
        buffer_init(&out, 4096);
        buffer_add_string(&out, HEX "  ");
        buffer_add_string(&out, names[i]);
        struct text rest = buffer_text(&out);
        check_line(&rest, MANIFEST_OUTSIDE, "");
        buffer_done(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_lines),
        cmocka_unit_test(test_other_forms),
        cmocka_unit_test(test_what_cannot_be_read),
        cmocka_unit_test(test_what_leads_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
