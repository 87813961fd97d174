/* The known list: what it dims, and that its file comes back as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/watch/known.h"
#include "tests/support/failing_memory.h"

static const struct known *read_known(const char *content)
{
    struct known *known = NULL;

    assert_int_equal(known_read(text_from(content), &known, NULL), ST_OK);
    return known;
}

static void assert_written(const struct known *known, const char *expected)
{
    struct buffer out;

    buffer_init(&out, 1 << 20);
    known_write(&out, known);
    if (!text_equal(buffer_text(&out), text_from(expected)))
        fail_msg("written:\n%.*snot:\n%s", (int)out.size, out.bytes, expected);
    buffer_done(&out);
}

static bool is_known_address(const struct known *known, const char *written)
{
    struct address address;

    assert_true(address_parse(text_from(written), &address));
    return known_address(known, &address);
}

static bool is_known_process(const struct known *known, const char *name, const char *image)
{
    struct process_facts facts = {.name = text_from(name)};

    facts.image.value = text_from(image);
    facts.image.state = image ? READ_OK : READ_DENIED;
    return known_process(known, &facts);
}

static const char sample[] = "# cleared by the analyst\n"
                             "address 192.0.2.1\n"
                             "address\t198.51.100.0/24\n"
                             "\n"
                             "name svchost.exe\n"
                             "path C:\\Program Files\\Good\\good.exe\n"
                             "address 2001:db8::1-2001:db8::9\n";

static void test_what_is_known(void **state)
{
    const struct known *known = read_known(sample);

    (void)state;
    assert_int_equal(known_count(known), 5);
    assert_true(is_known_address(known, "192.0.2.1"));
    assert_true(is_known_address(known, "::ffff:192.0.2.1"));
    assert_false(is_known_address(known, "192.0.2.2"));
    assert_true(is_known_address(known, "198.51.100.255"));
    assert_true(is_known_address(known, "2001:db8::5"));
    assert_false(is_known_address(known, "2001:db8::a"));
    assert_true(is_known_process(known, "SVCHOST.exe", NULL));
    assert_false(is_known_process(known, "svchost.exe.exe", NULL));
    assert_true(is_known_process(known, "x", "c:\\program files\\good\\GOOD.EXE"));
    assert_false(is_known_process(known, "x", "c:\\good.exe"));
    assert_false(is_known_process(known, "c:\\program files\\good\\good.exe", "svchost.exe"));
    assert_false(is_known_process(NULL, "svchost.exe", NULL));
    assert_false(is_known_address(NULL, "192.0.2.1"));
    assert_int_equal(known_count(NULL), 0);
    assert_ptr_equal(known_retain(known), known);
    known_release(known);
    known_release(known);
    known_release(NULL);
    assert_null(known_retain(NULL));
}

static void test_the_file_comes_back(void **state)
{
    const struct known *known = read_known(sample);

    (void)state;
    assert_written(known, sample);
    known_release(known);
    known = read_known("\xEF\xBB\xBFname a\r\nname b");
    assert_int_equal(known_count(known), 2);
    assert_written(known, "name a\nname b\n");
    known_release(known);
    known = read_known("name a\r\rname b\r\n\r\nname c\r\r");
    assert_int_equal(known_count(known), 3);
    assert_written(known, "name a\n\nname b\n\nname c\n\n");
    known_release(known);
    known = read_known("\xEF\xBB\xBF\xEF\xBB\xBFname a\n\xEF\xBB\xBFname b\n");
    assert_int_equal(known_count(known), 1);
    assert_written(known, "name a\n\xEF\xBB\xBFname b\n");
    known_release(known);
    known = read_known("");
    assert_written(known, "");
    assert_int_equal(known_count(known), 0);
    known_release(known);
    assert_written(NULL, "");
}

static void test_bad_lines_are_told_and_kept(void **state)
{
    static const char content[] = "nome svchost.exe\nname ok.exe\nname\naddress 1.2.3\n"
                                  "address evil.example\naddress 1.2.3.4:80\n\x01\xFF\n";
    struct known *known = NULL;
    struct buffer problems;

    (void)state;
    buffer_init(&problems, 1 << 16);
    assert_int_equal(known_read(text_from(content), &known, &problems), ST_OK);
    assert_int_equal(known_count(known), 1);
    assert_written(known, content);
    assert_true(text_equal(
        buffer_text(&problems),
        text_of("line 1: \"nome svchost.exe\" does not begin with address, name or path\n"
                "line 3: \"name\" does not begin with address, name or path\n"
                "line 4: \"address 1.2.3\" is neither an address nor a name\n"
                "line 5: \"address evil.example\" is not an address, network or range without a "
                "port\n"
                "line 6: \"address 1.2.3.4:80\" is not an address, network or range without a "
                "port\n"
                "line 7: \"??\" does not begin with address, name or path\n")));
    known_release(known);
    buffer_done(&problems);
}

static void test_many_bad_lines_are_counted(void **state)
{
    struct known *known = NULL;
    struct buffer content;
    struct buffer problems;

    (void)state;
    buffer_init(&content, 1 << 20);
    buffer_init(&problems, 1 << 20);
    for (int i = 0; i < 500; i++)
        buffer_add_string(&content, "x\n");
    assert_int_equal(known_read(buffer_text(&content), &known, &problems), ST_OK);
    assert_true(text_ends(buffer_text(&problems), text_of("\n490 more lines are no entries\n")));
    known_release(known);
    buffer_done(&content);
    buffer_done(&problems);
}

static void test_adding_and_removing(void **state)
{
    const struct known *known = read_known("# mine\nname a.exe\n");
    struct known *more = NULL;
    struct known *same = NULL;
    struct known *less = NULL;

    (void)state;
    assert_int_equal(known_with(known, KNOWN_ADDRESS, text_of(" 192.0.2.1 "), &more), ST_OK);
    assert_written(more, "# mine\nname a.exe\naddress 192.0.2.1\n");
    assert_int_equal(known_count(known), 1); /* the old one is as it was */
    assert_int_equal(known_with(more, KNOWN_ADDRESS, text_of("::ffff:192.0.2.1"), &same), ST_OK);
    assert_int_equal(known_count(same), 2);
    known_release(same);
    assert_int_equal(known_with(more, KNOWN_NAME, text_of("A.EXE"), &same), ST_OK);
    assert_int_equal(known_count(same), 2);
    known_release(same);
    assert_int_equal(known_without(more, KNOWN_NAME, text_of("A.exe"), &less), ST_OK);
    assert_written(less, "# mine\naddress 192.0.2.1\n");
    known_release(less);
    assert_int_equal(known_without(more, KNOWN_ADDRESS, text_of("192.0.2.1/32"), &less), ST_OK);
    assert_written(less, "# mine\nname a.exe\n");
    known_release(less);
    assert_int_equal(known_without(more, KNOWN_PATH, text_of("a.exe"), &less), ST_OK);
    assert_int_equal(known_count(less), 2);
    known_release(less);
    known_release(more);
    known_release(known);
    assert_int_equal(known_with(NULL, KNOWN_PATH, text_of("C:\\x y.exe"), &more), ST_OK);
    assert_written(more, "path C:\\x y.exe\n");
    known_release(more);
    assert_int_equal(known_without(NULL, KNOWN_PATH, text_of("x"), &less), ST_OK);
    assert_int_equal(known_count(less), 0);
    known_release(less);
}

static void test_what_no_line_can_hold_is_refused(void **state)
{
    struct known *known = NULL;

    (void)state;
    assert_int_equal(known_with(NULL, KNOWN_NAME, text_of("  "), &known), ST_INVALID);
    assert_int_equal(known_with(NULL, KNOWN_NAME, text_of("a\nname b"), &known), ST_INVALID);
    assert_int_equal(known_with(NULL, KNOWN_ADDRESS, text_of("nowhere"), &known), ST_INVALID);
    assert_int_equal(known_with(NULL, KNOWN_ADDRESS, text_of("1.2.3.4:5"), &known), ST_INVALID);
    assert_null(known);
}

static void test_the_same_line_many_times_is_no_queue(void **state)
{
    struct buffer content;
    struct known *known = NULL;

    (void)state;
    buffer_init(&content, 16 << 20);
    for (int i = 0; i < 300000; i++)
        buffer_add_string(&content, "name a.exe\n");
    assert_int_equal(known_read(buffer_text(&content), &known, NULL), ST_OK);
    assert_int_equal(known_count(known), 300000);
    assert_true(is_known_process(known, "a.exe", NULL));
    known_release(known);
    buffer_done(&content);
}

static void test_every_want_of_memory_is_told(void **state)
{
    size_t failures = 0;
    bool failed = true;

    (void)state;
    for (size_t nth = 1; failed; nth++) {
        struct known *known = NULL;
        struct known *more = NULL;
        enum status status;

        failing_memory_begin(nth);
        status = known_read(text_from(sample), &known, NULL);
        if (!status)
            status = known_with(known, KNOWN_NAME, text_of("b.exe"), &more);
        failing_memory_end();
        failed = failing_memory_failed();
        if (status)
            assert_int_equal(status, ST_NO_MEMORY);
        failures += status != ST_OK;
        known_release(known);
        known_release(more);
    }
    assert_in_range(failures, 20, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_known),
        cmocka_unit_test(test_the_file_comes_back),
        cmocka_unit_test(test_bad_lines_are_told_and_kept),
        cmocka_unit_test(test_many_bad_lines_are_counted),
        cmocka_unit_test(test_adding_and_removing),
        cmocka_unit_test(test_what_no_line_can_hold_is_refused),
        cmocka_unit_test(test_the_same_line_many_times_is_no_queue),
        cmocka_unit_test(test_every_want_of_memory_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
