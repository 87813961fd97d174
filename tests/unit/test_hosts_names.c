/* What is read out of a hosts file, and what is passed over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/watch/hosts_names.h"

struct taken {
    struct buffer out;
    size_t most; /* names; the walk is ended with the last of them */
    size_t count;
};

static bool take(void *context, struct text name, const struct address *address)
{
    struct taken *taken = context;

    buffer_add(&taken->out, name);
    buffer_add_byte(&taken->out, '=');
    address_add(&taken->out, address);
    buffer_add_byte(&taken->out, ' ');
    return ++taken->count < taken->most;
}

static void assert_reads(struct text content, struct text expected)
{
    struct taken taken = {.most = SIZE_MAX};

    buffer_init(&taken.out, 1 << 16);
    assert_int_equal(hosts_names_walk(content, take, &taken), ST_OK);
    if (!text_equal(buffer_text(&taken.out), expected))
        fail_msg("\"%.*s\" reads as \"%.*s\"", (int)content.size, content.bytes,
                 (int)taken.out.size, taken.out.bytes);
    buffer_done(&taken.out);
}

static void test_every_name_of_a_line_gets_its_address(void **state)
{
    (void)state;
    assert_reads(text_of("192.0.2.1\ta.example  B.Example.\x0B"
                         "c.example\x0C\n\t 2001:db8::1 d.example"),
                 text_of("a.example=192.0.2.1 B.Example.=192.0.2.1 c.example=192.0.2.1 "
                         "d.example=2001:db8::1 "));
}

static void test_comments_say_nothing(void **state)
{
    (void)state;
    assert_reads(text_of("# 192.0.2.1 a.example\n"
                         "192.0.2.2 b.example # c.example\n"
                         "192.0.2.3 d.example#e.example\n"
                         "192.0.2.4 # f.example\n"
                         "192.0.2.5#g.example h.example\n"),
                 text_of("b.example=192.0.2.2 d.example=192.0.2.3 "));
}

static void test_lines_end_in_every_way(void **state)
{
    (void)state;
    assert_reads(text_of("192.0.2.1 a\r\n192.0.2.2 b\n192.0.2.3 c\r192.0.2.4 d\r\r\n\n192.0.2.5 e"),
                 text_of("a=192.0.2.1 b=192.0.2.2 c=192.0.2.3 d=192.0.2.4 e=192.0.2.5 "));
    assert_reads(text_of("192.0.2.1"), text_of(""));
    assert_reads(text_of("\n"), text_of(""));
    assert_reads((struct text){NULL, 0}, text_of(""));
}

static void test_a_line_without_an_address_is_passed_over(void **state)
{
    (void)state;
    assert_reads(text_of("nonsense a.example\n"
                         "192.0.2.256 b.example\n"
                         "192.0.2.010 c.example\n"
                         "192.0.2.1:80 d.example\n"
                         "e.example 192.0.2.2\n"
                         "::ffff:192.0.2.3 f.example\n"),
                 text_of("f.example=192.0.2.3 "));
}

static void test_a_scope_id_is_dropped(void **state)
{
    (void)state;
    assert_reads(text_of("fe80::1%5 a\nfe80::2%eth0 b\nfe80::3% c\n192.0.2.1%5 d\n%5 e\n"
                         "::ffff:192.0.2.1%5 f\n"),
                 text_of("a=fe80::1 b=fe80::2 "));
}

static void test_a_bom_is_not_part_of_the_first_address(void **state)
{
    (void)state;
    assert_reads(text_of("\xEF\xBB\xBF"
                         "192.0.2.1 a\n\xEF\xBB\xBF"
                         "192.0.2.2 b\n192.0.2.3 c"),
                 text_of("a=192.0.2.1 c=192.0.2.3 "));
}

/* A comment in Windows-1252 disturbs nothing, and a name in it keeps its bytes. */
static void test_bytes_of_a_code_page(void **state)
{
    (void)state;
    assert_reads(text_of("# f\xFCr B\xFCro und Stra\xDF\x65\n192.0.2.1 b\xFCro.example x.example"),
                 text_of("b\xFCro.example=192.0.2.1 x.example=192.0.2.1 "));
    assert_reads(text_of("192.0.2.1 b\xC3\xBCro.example"),
                 text_of("b\xC3\xBCro.example=192.0.2.1 "));
}

static void test_a_nul_ends_its_line_only(void **state)
{
    (void)state;
    assert_reads(text_of("192.0.2.1 a.example\0b.example\n"
                         "\0"
                         "192.0.2.2 c.example\n"
                         "192.0.2.3\0 d.example\r\n"
                         "192.0.2.4 e.example\0"),
                 text_of("a.example=192.0.2.1 e.example=192.0.2.4 "));
}

static void assert_refused(struct text content)
{
    struct taken taken = {.most = SIZE_MAX};

    buffer_init(&taken.out, 1 << 16);
    assert_int_equal(hosts_names_walk(content, take, &taken), ST_INVALID);
    assert_int_equal(taken.count, 0);
    buffer_done(&taken.out);
}

static void test_utf16_is_refused(void **state)
{
    (void)state;
    assert_refused(text_of("\xFF\xFE"
                           "1\0.\0001\0.\0001\0.\0001\0 \0a\0\n\0"));
    assert_refused(text_of("\xFE\xFF\0001\0.\0001\0.\0001\0.\0001\0 \0a\0\n"));
    assert_refused(text_of("1\0.\0001\0.\0001\0.\0001\0 \0a\0\n\0"));
    assert_refused(text_of("\0001\0.\0001\0.\0001\0.\0001\0 \0a\0\n"));
    /* As an editor that appends a plain line leaves it: still read by its mark. */
    assert_refused(text_of("\xFF\xFE\n192.0.2.1 a.example\n"));
}

static void test_the_walk_ends_when_told(void **state)
{
    struct taken taken = {.most = 2};

    (void)state;
    buffer_init(&taken.out, 1 << 16);
    assert_int_equal(hosts_names_walk(text_of("192.0.2.1 a b c\n192.0.2.2 d\n"), take, &taken),
                     ST_OK);
    assert_true(text_equal(buffer_text(&taken.out), text_of("a=192.0.2.1 b=192.0.2.1 ")));
    buffer_done(&taken.out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_name_of_a_line_gets_its_address),
        cmocka_unit_test(test_comments_say_nothing),
        cmocka_unit_test(test_lines_end_in_every_way),
        cmocka_unit_test(test_a_line_without_an_address_is_passed_over),
        cmocka_unit_test(test_a_scope_id_is_dropped),
        cmocka_unit_test(test_a_bom_is_not_part_of_the_first_address),
        cmocka_unit_test(test_bytes_of_a_code_page),
        cmocka_unit_test(test_a_nul_ends_its_line_only),
        cmocka_unit_test(test_utf16_is_refused),
        cmocka_unit_test(test_the_walk_ends_when_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
