/* protection: the system's byte in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/model/protection.h"

static void assert_words(uint32_t protection, const char *expected)
{
    struct buffer out;
    buffer_init(&out, 256);
    protection_add(&out, protection);
    buffer_add_byte(&out, '\0');
    assert_int_equal(out.failed, ST_OK);
    assert_string_equal(out.bytes, expected);
    buffer_done(&out);
}

static void test_words(void **state)
{
    (void)state;
    assert_words(0x00, "none");
    assert_words(0x31, "PPL antimalware");
    assert_words(0x41, "PPL LSA");
    assert_words(0x62, "PP Windows TCB");
    assert_words(0x72, "PP Windows system");
    assert_words(0x81, "PPL app");
    assert_words(0x11, "PPL Authenticode");
    assert_words(0x21, "PPL code generation");
    assert_words(0x51, "PPL Windows");
    assert_words(0x39, "PPL antimalware"); /* to be audited: no matter here */
    assert_words(PROTECTION_FULL, "PP");
}

static void test_what_later_systems_may_say(void **state)
{
    (void)state;
    assert_words(0xF1, "PPL signer 15");
    assert_words(0x95, "protected, type 5 signer 9");
    assert_words(0x30, "none"); /* a signer of nothing */
    assert_false(protection_is_set(0x30));
    assert_true(protection_is_set(0x31));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_what_later_systems_may_say),
    };
    return cmocka_run_group_tests_name("protection", tests, NULL, NULL);
}
