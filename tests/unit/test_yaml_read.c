/* The reader of YAML: what it takes, as a tree, and what it refuses, in which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/yaml_read.h"

/* "[a b]", "{k=v}", 'quoted', plain; documents one after the other. */
static void add_outline(struct buffer *out, const struct yaml_node *node)
{
    if (node->kind == YAML_SCALAR) {
        if (node->quoted)
            buffer_add_byte(out, '\'');
        buffer_add(out, node->value);
        if (node->quoted)
            buffer_add_byte(out, '\'');
        return;
    }
    buffer_add_byte(out, node->kind == YAML_SEQUENCE ? '[' : '{');
    for (const struct yaml_node *member = node->first; member; member = member->next) {
        if (node->kind == YAML_MAPPING) {
            buffer_add(out, member->name);
            buffer_add_byte(out, '=');
        }
        add_outline(out, member);
        if (member->next)
            buffer_add_byte(out, '|');
    }
    buffer_add_byte(out, node->kind == YAML_SEQUENCE ? ']' : '}');
}

static enum status outline(struct text input, struct buffer *out, struct buffer *problem)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct yaml_node *first = NULL;
    enum status status = yaml_read(input, arena, &first, problem);

    if (status == ST_OK)
        for (; first; first = first->next) {
            add_outline(out, first);
            if (first->next)
                buffer_add_string(out, " --- ");
        }
    arena_free(arena);
    return status;
}

static void assert_outline(const char *input, const char *expected)
{
    struct buffer out;
    struct buffer problem;

    buffer_init(&out, 1 << 20);
    buffer_init(&problem, 1024);
    if (outline(text_from(input), &out, &problem) != ST_OK)
        fail_msg("%s was refused: %.*s", input, (int)problem.size, problem.bytes);
    assert_int_equal(problem.size, 0);
    buffer_add_byte(&out, 0);
    assert_string_equal(out.bytes, expected);
    buffer_done(&problem);
    buffer_done(&out);
}

static void assert_refused(const char *input, const char *expected)
{
    struct buffer out;
    struct buffer problem;

    buffer_init(&out, 1 << 20);
    buffer_init(&problem, 1024);
    if (outline(text_from(input), &out, &problem) == ST_OK)
        fail_msg("%s was taken: %.*s", input, (int)out.size, out.bytes);
    buffer_add_byte(&problem, 0);
    assert_string_equal(problem.bytes, expected);
    buffer_done(&problem);
    buffer_done(&out);
}

static void test_blocks(void **state)
{
    (void)state;
    assert_outline("", "");
    assert_outline("# only a comment\n\n", "");
    assert_outline("a: 1", "{a=1}");
    assert_outline("a:\nb: 2\n", "{a=|b=2}");
    assert_outline("a:\n  b:\n    c: d\n  e: f\ng: h\n", "{a={b={c=d}|e=f}|g=h}");
    assert_outline("- a\n- b # comment\n-\n- 'c'\n", "[a|b||'c']");
    assert_outline("k:\n- a\n- b\nl: c\n", "{k=[a|b]|l=c}");
    assert_outline("k:\n  - a\n  - b\n", "{k=[a|b]}");
    assert_outline("- a: 1\n  b: 2\n-   c: 3\n    d:\n    - 4\n", "[{a=1|b=2}|{c=3|d=[4]}]");
    assert_outline("- - a\n  - b\n-\n  - c\n", "[[a|b]|[c]]");
    assert_outline("a: 1\r\nb: 2\r\n", "{a=1|b=2}");
    assert_outline("\xEF\xBB\xBF"
                   "a: \xC3\xA4\n",
                   "{a=\xC3\xA4}");
    assert_outline("'a b': 1\n\"c\\td\": 2\n", "{a b=1|c\td=2}");
    assert_outline("a:   # why\n  - b\n", "{a=[b]}");
}

static void test_plain(void **state)
{
    (void)state;
    assert_outline("a: no\nb: 1.10\nc: ~\n", "{a=no|b=1.10|c=~}");
    assert_outline("a: http://b.example/c#d\n", "{a=http://b.example/c#d}");
    assert_outline("a: C:\\Windows\\Temp  # comment\n", "{a=C:\\Windows\\Temp}");
    assert_outline("p:\n- %%users.temp%%\\*.exe\n- %temp%\n", "{p=[%%users.temp%%\\*.exe|%temp%]}");
    assert_outline("a: one\n  two\n\n  three\nb: four\n", "{a=one two\nthree|b=four}");
    assert_outline("a:\n  one\n  - two\n", "{a=one - two}");
    assert_outline("a: -c\nc: :x\n", "{a=-c|c=:x}");
    assert_outline("a: it's \"so\" [now]\n", "{a=it's \"so\" [now]}");
    assert_outline("q: SELECT * FROM Win32_Process WHERE Name='x'\n",
                   "{q=SELECT * FROM Win32_Process WHERE Name='x'}");
}

static void test_quoted(void **state)
{
    (void)state;
    assert_outline("a: 'it''s: # \\n'\n", "{a='it's: # \\n'}");
    assert_outline("a: \"\\x41\\u00e4\\U0001F600\\n\\\\\\\"\\/\\e\\_\"\n",
                   "{a='A\xC3\xA4\xF0\x9F\x98\x80\n\\\"/\x1B\xC2\xA0'}");
    assert_outline("a: 'one\n   two  \n\n  three '\nb: 1\n", "{a='one two\nthree '|b=1}");
    assert_outline("a: \"one\\\n   two\"\n", "{a='onetwo'}");
    assert_outline("a: ''\nb: \"\"\n", "{a=''|b=''}");
    assert_outline("- '\"Get-Service | Select *\"'\n", "['\"Get-Service | Select *\"']");
}

static void test_block_texts(void **state)
{
    (void)state;
    assert_outline("a: |\n  one\n   two\n\n  three\nb: 1\n", "{a='one\n two\n\nthree\n'|b=1}");
    assert_outline("a: |-\n  one\n  two\n\n", "{a='one\ntwo'}");
    assert_outline("a: |+\n  one\n\nb: 1\n", "{a='one\n\n'|b=1}");
    assert_outline("a: >\n  one\n  two\n\n  three\n   deeper\n  four\n",
                   "{a='one two\nthree\n deeper\nfour\n'}");
    assert_outline("- >-\n  HKEY_USERS\\a\n  b\n- c\n", "['HKEY_USERS\\a b'|c]");
    assert_outline("- key: >-\n    HKLM\\a\n  value: b\n", "[{key='HKLM\\a'|value=b}]");
    assert_outline("a: |2\n   one\n", "{a=' one\n'}");
    assert_outline("a: |\nb: 1\n", "{a=''|b=1}");
    assert_outline("a: | # comment\n  # no comment\n", "{a='# no comment\n'}");
}

static void test_flow(void **state)
{
    (void)state;
    assert_outline("a: [b, 'c, d', \"e\"]\n", "{a=[b|'c, d'|'e']}");
    assert_outline("a: []\nb: {}\nc: [x,]\n", "{a=[]|b={}|c=[x]}");
    assert_outline("- {key: 'HKLM\\a: b', value: 'c'}\n", "[{key='HKLM\\a: b'|value='c'}]");
    assert_outline("a: {paths: ['x', y z],\n  n: {m: 1}, l: } # end\nb: 2\n",
                   "{a={paths=['x'|y z]|n={m=1}|l=}|b=2}");
    assert_outline("a: [ # first\n  one\n    more,\n  two ]\n", "{a=[one more|two]}");
    assert_outline("{\"a\":1, b}\n", "{a=1|b=}");
}

static void test_documents(void **state)
{
    (void)state;
    assert_outline("%YAML 1.2\n---\na: 1\n---\n# nothing\n---\nb: 2\n...\n---\n- c\n",
                   "{a=1} --- {b=2} --- [c]");
    assert_outline("a: |\n  x\n---\nb: 'y'\n", "{a='x\n'} --- {b='y'}");
    assert_outline("--- # comment\na: ---b\n", "{a=---b}");
}

static void test_refused(void **state)
{
    (void)state;
    assert_refused("a: &x 1\n", "line 1: anchors and aliases are not read");
    assert_refused("a: 1\nb: *x\n", "line 2: anchors and aliases are not read");
    assert_refused("a: !!binary x\n", "line 1: tags are not read");
    assert_refused("? a\n: b\n", "line 1: a key that is no plain or quoted text");
    assert_refused("a: 1\na: 2\n", "line 2: a key stands twice");
    assert_refused("a:\n\tb: 1\n", "line 2: a tab indents");
    assert_refused("a: b: c\n", "line 1: ': ' inside a plain text: put it in quotation marks");
    assert_refused("a: b\n  c: d\n", "line 2: ': ' inside a plain text: put it in quotation marks");
    assert_refused("a: - b\n", "line 1: a list begins in its key's line");
    assert_refused("a: 1\n- b: 2\n", "line 2: expected a key and ':'");
    assert_refused("a: 1\nb\n", "line 2: expected a key and ':'");
    assert_refused("a:\n    b: 1\n  c: 2\n", "line 3: its indentation fits to nothing above it");
    assert_refused("a: 'x\n", "line 2: a text in quotation marks does not end");
    assert_refused("a: 'x' y\n", "line 1: something stands behind a value");
    assert_refused("a: \"\\q\"\n", "line 1: an escape that is not known");
    assert_refused("a: \"\\ud83d\"\n", "line 1: an escape is no character");
    assert_refused("a: \"\\x4\"\n", "line 1: an escape lacks digits");
    assert_refused("a: [b\n", "line 2: a bracket does not end");
    assert_refused("a: [b, , c]\n", "line 1: expected a value before ','");
    assert_refused("a: [b}\n", "line 1: expected ',' or the closing bracket");
    assert_refused("a: |x\n  b\n", "line 1: something stands behind '|' or '>'");
    assert_refused("a: @b\n", "line 1: a value that begins with '@' or '`' belongs in quotation "
                              "marks");
    assert_refused("a: \x01\n", "line 1: a control character");
    assert_refused("a: 1\nb: \xFF\n", "line 1: it is not UTF-8");
}

static void test_bounds(void **state)
{
    struct buffer input;
    struct buffer out;
    struct buffer problem;

    (void)state;
    buffer_init(&input, 8 << 20);
    buffer_init(&out, 8 << 20);
    buffer_init(&problem, 1024);
    for (int i = 0; i < YAML_DEPTH_MOST; i++)
        buffer_add_byte(&input, '[');
    for (int i = 0; i < YAML_DEPTH_MOST; i++)
        buffer_add_byte(&input, ']');
    assert_int_equal(outline(buffer_text(&input), &out, &problem), ST_OK);
    buffer_clear(&input);
    for (int i = 0; i < 100000; i++)
        buffer_add_byte(&input, '[');
    assert_int_equal(outline(buffer_text(&input), &out, &problem), ST_TOO_LARGE);
    buffer_clear(&input);
    for (int i = 0; i < 100000; i++)
        buffer_add_string(&input, "- ");
    assert_int_equal(outline(buffer_text(&input), &out, &problem), ST_TOO_LARGE);
    buffer_clear(&input);
    for (unsigned i = 0; i <= YAML_NODES_MOST; i++)
        buffer_add_string(&input, "- a\n");
    assert_int_equal(outline(buffer_text(&input), &out, &problem), ST_TOO_LARGE);
    buffer_clear(&input);
    for (int i = 0; i <= YAML_MEMBERS_MOST; i++) {
        buffer_add_byte(&input, 'k');
        buffer_add_unsigned(&input, (uint64_t)i);
        buffer_add_string(&input, ": 1\n");
    }
    assert_int_equal(outline(buffer_text(&input), &out, &problem), ST_TOO_LARGE);
    buffer_done(&problem);
    buffer_done(&out);
    buffer_done(&input);
}

static void test_look_up(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct yaml_node *root = NULL;
    struct buffer problem;

    (void)state;
    buffer_init(&problem, 1024);
    assert_int_equal(yaml_read(text_of("a: b\nc: [d]\n"), arena, &root, &problem), ST_OK);
    assert_true(text_equal(yaml_text(root, text_of("a")), text_of("b")));
    assert_int_equal(yaml_text(root, text_of("c")).size, 0);
    assert_int_equal(yaml_text(root, text_of("x")).size, 0);
    assert_int_equal(yaml_member(root, text_of("c"))->kind, YAML_SEQUENCE);
    assert_int_equal(yaml_member(root, text_of("c"))->line, 2);
    assert_null(yaml_member(yaml_member(root, text_of("a")), text_of("a")));
    assert_null(yaml_member(NULL, text_of("a")));
    buffer_done(&problem);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks),  cmocka_unit_test(test_plain),
        cmocka_unit_test(test_quoted),  cmocka_unit_test(test_block_texts),
        cmocka_unit_test(test_flow),    cmocka_unit_test(test_documents),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_look_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
