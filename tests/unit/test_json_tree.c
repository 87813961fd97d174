/* A JSON value as a tree: members by name, whatever the value is; reuse; want of memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/json_tree.h"
#include "tests/support/failing_memory.h"

static struct json_tree tree;

static int begin(void **state)
{
    (void)state;
    json_tree_init(&tree);
    return 0;
}

static int end(void **state)
{
    (void)state;
    json_tree_done(&tree);
    return 0;
}

static void assert_text(struct text actual, const char *expected)
{
    assert_int_equal(actual.size, strlen(expected));
    if (actual.size)
        assert_memory_equal(actual.bytes, expected, actual.size);
}

static const char *const line =
    "{\"a\":{\"b\":[1,\"x\",{\"c\":true}],\"n\":18446744073709551615},\"t\":"
    "\"2026-11-25T02:43:29.5Z\",\"e\":\"\\u0041\\ud83d\\n\",\"a\":7,\"nul\":null,\"\\u0062\":-1}";

static void test_members_by_name(void **state)
{
    (void)state;
    assert_int_equal(json_tree_read(&tree, text_from(line)), ST_OK);
    struct json_node *root = json_root(&tree);
    assert_int_equal(json_number_at(&tree, root, "a.n"), UINT64_MAX);
    struct json_node *one = json_first(&tree, json_at(&tree, root, "a.b"));
    assert_text(json_node_text(&tree, one), "1");
    one = json_after(&tree, one);
    assert_text(json_node_text(&tree, one), "x");
    one = json_after(&tree, one);
    assert_true(json_true_at(&tree, one, "c"));
    assert_null(json_after(&tree, one));
    assert_text(json_text_at(&tree, root, "e"), "A\xED\xA0\xBD\n");
    assert_text(json_text_at(&tree, root, "e"), "A\xED\xA0\xBD\n");
    assert_text(json_text_at(&tree, root, "b"), "-1");
    assert_int_equal(json_number_at(&tree, root, "b"), 0);
    moment when = 0;
    assert_true(moment_parse_iso(text_of("2026-11-25T02:43:29.5Z"), &when));
    assert_true(json_moment_at(&tree, root, "t") == when);
}

static void test_what_is_not_there(void **state)
{
    (void)state;
    assert_null(json_root(&tree));
    assert_null(json_at(&tree, NULL, "a"));
    assert_int_equal(json_tree_read(&tree, text_from(line)), ST_OK);
    struct json_node *root = json_root(&tree);
    assert_null(json_at(&tree, root, "a.b.c"));
    assert_null(json_at(&tree, root, "zzz"));
    assert_null(json_at(&tree, root, "t.x"));
    assert_text(json_text_at(&tree, root, "nul"), "");
    assert_text(json_text_at(&tree, root, "a"), "");
    assert_text(json_node_name(&tree, root), "");
    assert_int_equal(json_moment_at(&tree, root, "e"), 0);
    assert_false(json_true_at(&tree, root, "t"));
    assert_null(json_first(&tree, json_at(&tree, root, "t")));
}

static void test_names_in_order(void **state)
{
    (void)state;
    static const char *const names[] = {"x", "y\t", ""};
    assert_int_equal(json_tree_read(&tree, text_of("{\"x\":1,\"y\\t\":false,\"\":[]}")), ST_OK);
    struct json_node *one = json_first(&tree, json_root(&tree));
    for (size_t i = 0; i < 3; i++, one = json_after(&tree, one))
        assert_text(json_node_name(&tree, one), names[i]);
    assert_null(one);
}

static void test_no_json_is_an_empty_tree(void **state)
{
    (void)state;
    assert_int_equal(json_tree_read(&tree, text_of("[1]")), ST_OK);
    assert_non_null(json_root(&tree));
    static const char *const wrong[] = {"", "{", "{\"a\":}", "[1,]", "\xFF", "{} x", "\"\n\""};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(json_tree_read(&tree, text_from(wrong[i])), ST_INVALID);
        assert_null(json_root(&tree));
    }
}

static void test_a_million_values_are_too_many(void **state)
{
    (void)state;
    struct buffer many;
    buffer_init(&many, 8 << 20);
    buffer_add_byte(&many, '[');
    for (uint32_t i = 0; i < JSON_NODES_MOST; i++)
        buffer_add_string(&many, "1,");
    buffer_add_string(&many, "1]");
    assert_int_equal(json_tree_read(&tree, buffer_text(&many)), ST_TOO_LARGE);
    buffer_done(&many);
}

static void test_want_of_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct json_tree small;
        json_tree_init(&small);
        failing_memory_begin(n);
        enum status status = json_tree_read(&small, text_from(line));
        struct text e = json_text_at(&small, json_root(&small), "e");
        bool failed = failing_memory_failed();
        failing_memory_end();
        assert_true(status == ST_OK || (failed && status == ST_NO_MEMORY));
        assert_true(e.size == 0 || e.size == 5);
        json_tree_done(&small);
        if (!failed)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_members_by_name, begin, end),
        cmocka_unit_test_setup_teardown(test_what_is_not_there, begin, end),
        cmocka_unit_test_setup_teardown(test_names_in_order, begin, end),
        cmocka_unit_test_setup_teardown(test_no_json_is_an_empty_tree, begin, end),
        cmocka_unit_test_setup_teardown(test_a_million_values_are_too_many, begin, end),
        cmocka_unit_test_setup_teardown(test_want_of_memory, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
