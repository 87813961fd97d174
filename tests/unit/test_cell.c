/* Cells: what becomes of a fact that could not be read, and how values are ordered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/model/cell.h"
#include "tests/support/cell_check.h"

#define assert_cell(cell, expected) assert_string_equal(cell_check_written(cell), expected)

static void test_a_fact_is_a_value_or_says_why_not(void **state)
{
    const struct text_fact command = {.value = text_of("ping -t")};
    const struct text_fact nothing = {.value = text_of("")};
    const struct text_fact denied = {.value = text_of("stale"), .state = READ_DENIED};
    const struct number_fact session = {.value = 0};
    const struct number_fact none = {.value = 64, .state = READ_NOT_APPLICABLE};

    (void)state;
    assert_cell(cell_of_fact(&command), "text: ping -t");
    assert_cell(cell_of_fact(&nothing), "empty");
    assert_cell(cell_of_fact(&denied), "unread: access denied");
    assert_cell(cell_of_number_fact(&session), "number: 0"); /* 0 is a session, not nothing */
    assert_cell(cell_of_number_fact(&none), "unread: not applicable");
}

static void test_a_flag_is_yes_or_no_or_unread(void **state)
{
    const struct number_fact yes = {.value = 1};
    const struct number_fact no = {.value = 0};
    const struct number_fact unknown = {.value = 1, .state = READ_PROTECTED};

    (void)state;
    assert_cell(cell_of_flag_fact(&yes), "word: yes");
    assert_cell(cell_of_flag_fact(&no), "word: no");
    assert_int_equal(cell_of_flag_fact(&unknown).kind, CELL_UNREAD);
    assert_int_equal(cell_of_flag_fact(&unknown).state, READ_PROTECTED);
}

static void test_an_unknown_moment_is_empty(void **state)
{
    (void)state;
    assert_cell(cell_of_moment(0), "empty");
    assert_cell(cell_of_moment(5), "moment: 5");
}

static void test_values_before_nothing_before_unread(void **state)
{
    struct cell value = cell_of_number(0);
    struct cell empty = cell_of_text(text_of(""));
    struct cell unread = {.kind = CELL_UNREAD, .state = READ_DENIED};

    (void)state;
    assert_true(cell_rank(&value) < cell_rank(&empty));
    assert_true(cell_rank(&empty) < cell_rank(&unread));
    assert_int_equal(cell_compare(&empty, &empty), 0);
}

/* Each is after the one before it, and equal to itself. */
static void assert_ascending(const struct cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(cell_compare(&cells[i], &cells[i]), 0);
        for (size_t j = i + 1; j < count; j++) {
            if (cell_compare(&cells[i], &cells[j]) >= 0 || cell_compare(&cells[j], &cells[i]) <= 0)
                fail_msg("number %zu does not come before %zu", i, j);
        }
    }
}

static void test_texts_are_ordered_without_case(void **state)
{
    const struct cell cells[] = {
        cell_of_text(text_of("Alpha")),  cell_of_text(text_of("alpha")),
        cell_of_text(text_of("alpha2")), cell_of_text(text_of("BETA")),
        cell_of_text(text_of("beta")),   cell_of_text(text_of("\xC3\xA4"))};

    (void)state;
    assert_ascending(cells, sizeof cells / sizeof cells[0]);
}

static void test_numbers_are_ordered_as_numbers(void **state)
{
    const struct cell cells[] = {cell_of_number(INT64_MIN), cell_of_number(-1), cell_of_number(9),
                                 cell_of_number(10), cell_of_number(INT64_MAX)};
    const struct cell moments[] = {cell_of_moment(1), cell_of_moment(INT64_MAX)};
    const struct cell unread[] = {{.kind = CELL_UNREAD, .state = READ_NOT_YET},
                                  {.kind = CELL_UNREAD, .state = READ_FAILED}};

    (void)state;
    assert_ascending(cells, sizeof cells / sizeof cells[0]);
    assert_ascending(moments, 2);
    assert_ascending(unread, 2);
}

static struct endpoint end_of(const char *written, uint32_t scope)
{
    struct endpoint end = {.scope = scope};

    assert_true(address_parse(text_from(written), &end.address));
    return end;
}

/* row N7: a mapped address sorts as the IPv4 address that it is. */
static void test_addresses_are_ordered_as_numbers(void **state)
{
    const struct endpoint ends[] = {
        end_of("9.255.0.1", 0), end_of("10.0.0.2", 0), end_of("::ffff:10.0.0.10", 0),
        end_of("192.0.2.1", 0), end_of("::", 0),       end_of("2001:db8::", 0),
        end_of("fe80::1", 0),   end_of("fe80::1", 2),  end_of("fe80::1", 10)};
    struct cell cells[sizeof ends / sizeof ends[0]];

    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        cells[i] = cell_of_address(&ends[i]);
    assert_ascending(cells, sizeof ends / sizeof ends[0]);
    assert_cell(cells[2], "address: 10.0.0.10");
    assert_cell(cells[8], "address: fe80::1%10");
}

static void test_processes_by_name_then_pid(void **state)
{
    const struct cell cells[] = {
        {.kind = CELL_PROCESS, .number = 7},
        {.kind = CELL_PROCESS, .number = 9, .text = text_of("cmd.exe")},
        {.kind = CELL_PROCESS, .number = 10, .text = text_of("cmd.exe")},
        {.kind = CELL_PROCESS, .number = 1, .text = text_of("Ping.exe")},
    };

    (void)state;
    assert_ascending(cells, sizeof cells / sizeof cells[0]);
}

/* A column may hold values of several kinds: the remote one has addresses, and words for UDP. */
static void test_kinds_that_meet_in_a_column_have_an_order(void **state)
{
    const struct endpoint end = end_of("192.0.2.1", 0);
    const struct cell cells[] = {cell_of_text(text_of("zz")), cell_of_number(0),
                                 cell_of_address(&end), cell_of_word(WORD_PEER_UNKNOWN)};

    (void)state;
    assert_ascending(cells, sizeof cells / sizeof cells[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_fact_is_a_value_or_says_why_not),
        cmocka_unit_test(test_a_flag_is_yes_or_no_or_unread),
        cmocka_unit_test(test_an_unknown_moment_is_empty),
        cmocka_unit_test(test_values_before_nothing_before_unread),
        cmocka_unit_test(test_texts_are_ordered_without_case),
        cmocka_unit_test(test_numbers_are_ordered_as_numbers),
        cmocka_unit_test(test_addresses_are_ordered_as_numbers),
        cmocka_unit_test(test_processes_by_name_then_pid),
        cmocka_unit_test(test_kinds_that_meet_in_a_column_have_an_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
