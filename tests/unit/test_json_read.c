/* The pull parser of JSON: what it takes, what it refuses and in which words, and what escapes
 * become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/json_read.h"

/* Reads all of it into one letter a token; false, with what is said, where it is no JSON. */
static bool outline(struct text input, enum json_values values, char *out, size_t size,
                    struct buffer *problem)
{
    static const char letters[] = "$<>[]nsdtf0";
    struct json_reader json;
    struct json_token token;
    size_t count = 0;

    json_read_begin(&json, input, values);
    do {
        if (json_next(&json, &token) != ST_OK) {
            json_problem(&json, problem);
            /* It stays stopped. */
            assert_int_equal(json_next(&json, &token), ST_INVALID);
            return false;
        }
        assert_true(count + 1 < size);
        out[count++] = letters[token.kind];
    } while (token.kind != JSON_END);
    out[count] = 0;
    assert_int_equal(json_next(&json, &token), ST_OK);
    assert_int_equal(token.kind, JSON_END);
    return true;
}

static void assert_outline(struct text input, enum json_values values, const char *expected)
{
    char out[2048];
    struct buffer problem;

    buffer_init(&problem, 1024);
    if (!outline(input, values, out, sizeof out, &problem))
        fail_msg("refused: %.*s", (int)problem.size, problem.bytes);
    assert_string_equal(out, expected);
    buffer_done(&problem);
}

static void assert_refused(struct text input, const char *expected)
{
    char out[2048];
    struct buffer problem;

    buffer_init(&problem, 1024);
    if (outline(input, JSON_ONE_VALUE, out, sizeof out, &problem))
        fail_msg("taken: %.*s", (int)input.size, input.bytes);
    buffer_add_byte(&problem, 0);
    assert_string_equal(problem.bytes, expected);
    buffer_done(&problem);
}

static void test_tokens(void **state)
{
    (void)state;
    assert_outline(text_of("{}"), JSON_ONE_VALUE, "<>$");
    assert_outline(text_of(" [ ] "), JSON_ONE_VALUE, "[]$");
    assert_outline(text_of("\xEF\xBB\xBF{\"a\":1}"), JSON_ONE_VALUE, "<nd>$");
    assert_outline(text_of("{\"a\":[1,-2.5e+3,0,\"x\"],\"b\":{\"c\":null,\"d\":true},\"e\":false}"),
                   JSON_ONE_VALUE, "<n[ddds]n<n0nt>nf>$");
    assert_outline(text_of("[[],{},[[]]]"), JSON_ONE_VALUE, "[[]<>[[]]]$");
    assert_outline(text_of("\"only\""), JSON_ONE_VALUE, "s$");
    assert_outline(text_of("0"), JSON_ONE_VALUE, "d$");
    assert_outline(text_of("{\"a\":1}\n{\"a\":2}\r\n\n{\"a\":3}"), JSON_MANY_VALUES,
                   "<nd><nd><nd>$");
    assert_outline(text_of(""), JSON_MANY_VALUES, "$");
}

static void test_refusals_say_what_and_where(void **state)
{
    (void)state;
    assert_refused(text_of(""), "line 1: it ends too early");
    assert_refused(text_of("{\n\"a\": 1\n\"b\": 2}"), "line 3: expected a comma");
    assert_refused(text_of("{\r\"a\": 1\r\"b\": 2}"), "line 3: expected a comma");
    assert_refused(text_of("{\r\n\"a\": 1\r\n\"b\": 2}"), "line 3: expected a comma");
    assert_refused(text_of("{\"a\" 1}"), "line 1: expected a colon");
    assert_refused(text_of("{a: 1}"), "line 1: expected a name in quotation marks");
    assert_refused(text_of("{\"a\":1,}"), "line 1: expected a name in quotation marks");
    assert_refused(text_of("[1,]"), "line 1: expected a value");
    assert_refused(text_of("[1}"), "line 1: expected a comma");
    assert_refused(text_of("[1]]"), "line 1: something stands behind the end");
    assert_refused(text_of("{}\n{}"), "line 2: something stands behind the end");
    assert_refused(text_of("[1"), "line 1: it ends too early");
    assert_refused(text_of("[1,"), "line 1: it ends too early");
    assert_refused(text_of("{\"a\":"), "line 1: it ends too early");
    assert_refused(text_of("[tru]"), "line 1: expected a value");
    assert_refused(text_of("['a']"), "line 1: expected a value");
    assert_refused(text_of("[01]"), "line 1: a malformed number");
    assert_refused(text_of("[1.]"), "line 1: a malformed number");
    assert_refused(text_of("[-]"), "line 1: a malformed number");
    assert_refused(text_of("[1e]"), "line 1: a malformed number");
    assert_refused(text_of("[\"a\nb\"]"), "line 1: a line ends inside a string");
    assert_refused(text_of("[\"a\tb\"]"), "line 1: a control character inside a string");
    assert_refused(text_of("[\"a"), "line 1: a string does not end");
    assert_refused(text_of("[\"a\\"), "line 1: a string does not end");
    assert_refused(text_of("[\"\\x\"]"), "line 1: an unknown escape in a string");
    assert_refused(text_of("[\"\\u12g4\"]"), "line 1: \\u needs four hexadecimal digits");
    assert_refused(text_of("[\"\\u12"), "line 1: \\u needs four hexadecimal digits");
    assert_refused(text_of("[\"\xFF\"]"), "line 1: a string is not UTF-8");
    assert_refused(text_of("[\"\xC3\"]"), "line 1: a string is not UTF-8");
    assert_refused(text_of("[\xC3\xA9]"), "line 1: expected a value");
}

static void test_depth_is_bounded(void **state)
{
    char deep[2 * (JSON_DEPTH_MOST + 1)];
    char out[2 * JSON_DEPTH_MOST + 2];
    struct buffer problem;

    (void)state;
    buffer_init(&problem, 1024);
    memset(deep, '[', JSON_DEPTH_MOST);
    memset(deep + JSON_DEPTH_MOST, ']', JSON_DEPTH_MOST);
    assert_true(outline((struct text){deep, 2 * JSON_DEPTH_MOST}, JSON_ONE_VALUE, out, sizeof out,
                        &problem));
    memset(deep, '[', sizeof deep);
    assert_false(
        outline((struct text){deep, sizeof deep}, JSON_ONE_VALUE, out, sizeof out, &problem));
    assert_true(text_equal(buffer_text(&problem), text_of("line 1: nested too deeply")));
    buffer_done(&problem);
}

static void assert_decoded(struct text input, struct text expected)
{
    struct json_reader json;
    struct json_token token;
    struct buffer scratch;
    struct text text;

    buffer_init(&scratch, 1024);
    json_read_begin(&json, input, JSON_ONE_VALUE);
    assert_int_equal(json_next(&json, &token), ST_OK);
    assert_int_equal(token.kind, JSON_STRING);
    text = json_string_text(&token, &scratch);
    assert_int_equal(text.size, expected.size);
    if (text.size)
        assert_memory_equal(text.bytes, expected.bytes, text.size);
    assert_true(json_is(&token, expected));
    assert_false(json_is(&token, text_of("something else")));
    if (expected.size) {
        expected.size--;
        assert_false(json_is(&token, expected));
    }
    buffer_done(&scratch);
}

static void test_escapes(void **state)
{
    (void)state;
    assert_decoded(text_of("\"\""), text_of(""));
    assert_decoded(text_of("\"plain \xC3\xA9\""), text_of("plain \xC3\xA9"));
    assert_decoded(text_of("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), text_of("\"\\/\b\f\n\r\t"));
    assert_decoded(text_of("\"https:\\/\\/x\\/\""), text_of("https://x/"));
    assert_decoded(text_of("\"\\u0041\\u00e9\\u20AC\\u0000.\""),
                   text_of("A\xC3\xA9\xE2\x82\xAC\0."));
    assert_decoded(text_of("\"\\ud83d\\uDE00\""), text_of("\xF0\x9F\x98\x80"));
    assert_decoded(text_of("\"\\udbff\\udfff\""), text_of("\xF4\x8F\xBF\xBF"));
    /* Lone surrogates are kept, whatever stands beside them. */
    assert_decoded(text_of("\"\\ud83d\""), text_of("\xED\xA0\xBD"));
    assert_decoded(text_of("\"\\ud83dx\""), text_of("\xED\xA0\xBDx"));
    assert_decoded(text_of("\"\\ud83d\\n\""), text_of("\xED\xA0\xBD\n"));
    assert_decoded(text_of("\"\\ud83d\\u0041\""), text_of("\xED\xA0\xBD"
                                                          "A"));
    assert_decoded(text_of("\"\\ude00\\ud83d\""), text_of("\xED\xB8\x80\xED\xA0\xBD"));
    assert_decoded(text_of("\"\\ud83d\\ud83d\\ude00\""), text_of("\xED\xA0\xBD\xF0\x9F\x98\x80"));
}

static void test_lines_and_skipping(void **state)
{
    struct json_reader json;
    struct json_token token;
    uint64_t number = 7;

    (void)state;
    json_read_begin(&json, text_of("{\"a\":\n [1, {\"b\": [2]}],\n\"c\": 65536, \"d\": -1}"),
                    JSON_ONE_VALUE);
    assert_int_equal(json_next(&json, &token), ST_OK);
    assert_int_equal(json_next(&json, &token), ST_OK);
    assert_true(json_is(&token, text_of("a")));
    assert_int_equal(token.line, 1);
    assert_int_equal(json_next(&json, &token), ST_OK);
    assert_int_equal(token.kind, JSON_ARRAY);
    assert_int_equal(token.line, 2);
    assert_int_equal(json_skip(&json, &token), ST_OK);
    assert_int_equal(json_next(&json, &token), ST_OK);
    assert_true(json_is(&token, text_of("c")));
    assert_int_equal(token.line, 3);
    assert_int_equal(json_next(&json, &token), ST_OK);
    assert_int_equal(json_skip(&json, &token), ST_OK); /* nothing to skip */
    assert_false(json_number(&token, 65535, &number));
    assert_true(json_number(&token, 65536, &number));
    assert_int_equal(number, 65536);
    assert_int_equal(json_next(&json, &token), ST_OK);
    assert_int_equal(json_next(&json, &token), ST_OK);
    assert_false(json_number(&token, 65536, &number));
    assert_int_equal(json_next(&json, &token), ST_OK);
    assert_int_equal(token.kind, JSON_OBJECT_END);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_refusals_say_what_and_where),
        cmocka_unit_test(test_depth_is_bounded),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_lines_and_skipping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
