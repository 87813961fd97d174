#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/watch/typed.h"

static const struct import_context nothing = {NULL, 0, NULL};

static void read_typed(struct typed *typed, const char *input)
{
    assert_int_equal(typed_read(typed, text_from(input), &nothing), ST_OK);
    assert_non_null(typed->exact);
}

static void assert_first(const struct typed *typed, const char *wanted, enum finding_doubt doubted)
{
    struct indicator indicator;
    enum finding_doubt doubt = DOUBT_COUNT;
    struct buffer out;

    buffer_init(&out, 65536);
    assert_true(typed_first(typed, &nothing, &indicator, &doubt));
    indicator_add(&out, &indicator);
    if (!text_equal(buffer_text(&out), text_from(wanted)))
        fail_msg("understood as %.*s, not %s", (int)out.size, out.bytes, wanted);
    assert_int_equal(doubt, doubted);
    buffer_done(&out);
}

static void test_exact_lines_are_taken_as_they_stand(void **state)
{
    struct typed typed;

    (void)state;
    read_typed(&typed, " 192.0.2.0/24 \r\n\r\nport:4444 # the usual\rname:/evil\\d/i\n");
    assert_int_equal(watchlist_count(typed.exact), 3);
    assert_null(typed.found);
    assert_int_equal(typed.bad, 0);
    typed_done(&typed);
}

static void test_a_private_address_is_meant_but_doubted(void **state)
{
    struct typed typed;

    (void)state;
    read_typed(&typed, "10.0.0.5");
    assert_int_equal(watchlist_count(typed.exact), 1);
    assert_first(&typed, "10.0.0.5", DOUBT_PRIVATE);
    typed_done(&typed);
}

/* W1: defanged writing is understood, and shown as what it was understood as. */
static void test_W1_defanged_lines_are_understood(void **state)
{
    static const struct {
        const char *written;
        const char *wanted;
    } cases[] = {
        {"hxxps://evil[.]badguys[.]ru/gate.php", "evil.badguys.ru"},
        {"185[.]220[.]101[.]7", "185.220.101.7"},
        {"185.220.101[.]7:8443", "185.220.101.7:8443"},
        {"evil(.)badguys(.)ru", "evil.badguys.ru"},
        {"evil[dot]badguys[dot]ru", "evil.badguys.ru"},
        {"185.220.101.0[/]24", "185.220.101.0/24"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct typed typed;

        read_typed(&typed, cases[i].written);
        assert_int_equal(typed.bad, 0);
        if (typed.clear != 1)
            fail_msg("%s: %zu findings", cases[i].written, typed.clear);
        assert_first(&typed, cases[i].wanted, DOUBT_NONE);
        typed_done(&typed);
    }
}

static void test_lines_that_are_nothing_are_told(void **state)
{
    struct typed typed;
    struct indicator indicator;
    enum finding_doubt doubt;

    (void)state;
    read_typed(&typed, "no idea\n192.0.2.1\n/[/\n185[.]220[.]101[.]7\n");
    assert_int_equal(watchlist_count(typed.exact), 1);
    assert_int_equal(typed.clear, 1);
    assert_int_equal(typed.bad, 2);
    assert_true(text_equal(buffer_text(&typed.first_bad), text_of("no idea")));
    typed_done(&typed);

    read_typed(&typed, "");
    assert_int_equal(typed.bad, 0);
    assert_false(typed_first(&typed, &nothing, &indicator, &doubt));
    typed_done(&typed);
}

static void test_what_looks_like_json_and_is_none_is_a_bad_line(void **state)
{
    struct typed typed;

    (void)state;
    read_typed(&typed, "{\"Event\": [");
    assert_int_equal(watchlist_count(typed.exact), 0);
    assert_true(typed.bad >= 1);
    typed_done(&typed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact_lines_are_taken_as_they_stand),
        cmocka_unit_test(test_a_private_address_is_meant_but_doubted),
        cmocka_unit_test(test_W1_defanged_lines_are_understood),
        cmocka_unit_test(test_lines_that_are_nothing_are_told),
        cmocka_unit_test(test_what_looks_like_json_and_is_none_is_a_bad_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
