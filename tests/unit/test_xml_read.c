/* The pull parser of XML: what it takes, what it refuses and in which words, and what references
 * become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/xml_read.h"

/* Reads all of it: "<a", ">a", "text" in a row, each followed by a blank; false, with what is said,
 * where it is no XML. */
static bool outline(struct text input, struct buffer *out, struct buffer *problem)
{
    struct xml_reader xml;
    struct xml_token token;

    xml_read_begin(&xml, input);
    for (;;) {
        if (xml_next(&xml, &token) != ST_OK) {
            xml_problem(&xml, problem);
            assert_int_equal(xml_next(&xml, &token), ST_INVALID); /* it stays stopped */
            return false;
        }
        if (token.kind == XML_END)
            break;
        if (token.kind == XML_TEXT) {
            xml_text(&token, out);
        } else {
            buffer_add_byte(out, token.kind == XML_OPEN ? '<' : '>');
            buffer_add(out, token.name);
        }
        buffer_add_byte(out, ' ');
    }
    assert_int_equal(xml_next(&xml, &token), ST_OK);
    assert_int_equal(token.kind, XML_END);
    return true;
}

static void assert_outline(struct text input, struct text expected)
{
    struct buffer out;
    struct buffer problem;

    buffer_init(&out, 1 << 20);
    buffer_init(&problem, 1024);
    if (!outline(input, &out, &problem))
        fail_msg("%.*s was refused: %.*s", (int)input.size, input.bytes, (int)problem.size,
                 problem.bytes);
    if (!text_equal(buffer_text(&out), expected))
        fail_msg("%.*s gave %.*s", (int)input.size, input.bytes, (int)out.size, out.bytes);
    buffer_done(&problem);
    buffer_done(&out);
}

static void assert_refused(struct text input, const char *expected)
{
    struct buffer out;
    struct buffer problem;

    buffer_init(&out, 1 << 20);
    buffer_init(&problem, 1024);
    if (outline(input, &out, &problem))
        fail_msg("%.*s was taken", (int)input.size, input.bytes);
    buffer_add_byte(&problem, 0);
    assert_string_equal(problem.bytes, expected);
    buffer_done(&problem);
    buffer_done(&out);
}

static void test_tokens(void **state)
{
    (void)state;
    assert_outline(text_of("<a/>"), text_of("<a >a "));
    assert_outline(text_of("\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<a >x</a >\n<!-- y -->\n"),
                   text_of("<a x >a "));
    assert_outline(text_of("<a><b x='1' y = \"2\"/>t<c></c></a>"), text_of("<a <b >b t <c >c >a "));
    assert_outline(text_of("<n:a-1._\xC3\xA9>x<!-- <b> & -->y<?p <?>z</n:a-1._\xC3\xA9>"),
                   text_of("<n:a-1._\xC3\xA9 x y z >n:a-1._\xC3\xA9 "));
    assert_outline(text_of("<a><![CDATA[<b>&amp;]] >]]></a>"), text_of("<a <b>&amp;]] > >a "));
    assert_outline(text_of("<a> </a>"), text_of("<a   >a "));
}

static void test_references(void **state)
{
    (void)state;
    assert_outline(text_of("<a>&lt;&gt;&amp;&quot;&apos;</a>"), text_of("<a <>&\"' >a "));
    assert_outline(text_of("<a>&#65;&#x41;&#x1F600;&#0000010;.</a>"),
                   text_of("<a AA\xF0\x9F\x98\x80\n. >a "));
    assert_outline(text_of("<a>&amp;lt;</a>"), text_of("<a &lt; >a "));
    assert_refused(text_of("<a>\n&nbsp;</a>"), "line 2: '&' begins no reference that is known");
    assert_refused(text_of("<a>& </a>"), "line 1: '&' begins no reference that is known");
    assert_refused(text_of("<a>&</a>"), "line 1: '&' begins no reference that is known");
    assert_refused(text_of("<a>&#;</a>"), "line 1: '&' begins no reference that is known");
    assert_refused(text_of("<a>&#x;</a>"), "line 1: '&' begins no reference that is known");
    assert_refused(text_of("<a>&#0;</a>"), "line 1: '&' begins no reference that is known");
    assert_refused(text_of("<a>&#xD800;</a>"), "line 1: '&' begins no reference that is known");
    assert_refused(text_of("<a>&#x110000;</a>"), "line 1: '&' begins no reference that is known");
    assert_refused(text_of("<a>&#X41;</a>"), "line 1: '&' begins no reference that is known");
    assert_refused(text_of("<a b='&x;'/>"), "line 1: '&' begins no reference that is known");
}

static void test_refusals_say_what_and_where(void **state)
{
    (void)state;
    assert_refused(text_of(""), "line 1: there is no element");
    assert_refused(text_of("\n<!-- x -->"), "line 2: there is no element");
    assert_refused(text_of("<a>\n<b>\n</a>"), "line 3: an end tag that closes no open element");
    assert_refused(text_of("<a>\r<b>\r</a>"), "line 3: an end tag that closes no open element");
    assert_refused(text_of("<a>\r\n<b>\r\n</a>"), "line 3: an end tag that closes no open element");
    assert_refused(text_of("</a>"), "line 1: an end tag that closes no open element");
    assert_refused(text_of("<a>"), "line 1: it ends inside an element");
    assert_refused(text_of("<a/>\n<b/>"), "line 2: something stands behind the end");
    assert_refused(text_of("<a/>x"), "line 1: text outside of the element");
    assert_refused(text_of("x<a/>"), "line 1: text outside of the element");
    assert_refused(text_of("<![CDATA[x]]><a/>"), "line 1: text outside of the element");
    assert_refused(text_of("<a><![CDATA[x]]</a>"), "line 1: a CDATA section does not end");
    assert_refused(text_of("<a>x]]>y</a>"), "line 1: \"]]>\" in a text");
    assert_refused(text_of("<a>< b/></a>"), "line 1: expected a name behind '<'");
    assert_refused(text_of("<1/>"), "line 1: expected a name behind '<'");
    assert_refused(text_of("<a></></a>"), "line 1: expected a name behind \"</\"");
    assert_refused(text_of("<a></a x>"), "line 1: a tag does not end");
    assert_refused(text_of("<a "), "line 1: a tag does not end");
    assert_refused(text_of("<a b>"), "line 1: expected '=' behind an attribute's name");
    assert_refused(text_of("<a =\"1\"/>"), "line 1: expected an attribute");
    assert_refused(text_of("<a b=1/>"),
                   "line 1: an attribute's value stands in no quotation marks");
    assert_refused(text_of("<a b=\"1/>"), "line 1: an attribute's value does not end");
    assert_refused(text_of("<a b=\"<\"/>"), "line 1: '<' in an attribute's value");
    assert_refused(text_of("<a b='1'c='2'/>"), "line 1: expected a space before an attribute");
    assert_refused(text_of("<a b='1' b='2'/>"), "line 1: an attribute stands twice");
    assert_refused(text_of("<a><!-- x"), "line 1: a comment does not end");
    assert_refused(text_of("<a><!-- x -- y --></a>"), "line 1: two dashes inside a comment");
    assert_refused(text_of("<a><?p x"), "line 1: a processing instruction does not end");
    assert_refused(text_of("<a><? x?></a>"), "line 1: expected a name behind \"<?\"");
    assert_refused(text_of(" <?xml version='1.0'?><a/>"),
                   "line 1: an XML declaration that is not at the beginning");
    assert_refused(text_of("<a>\x01</a>"), "line 1: a control character");
    assert_refused(text_of("<a>\0</a>"), "line 1: a control character");
    assert_refused(text_of("<a>\xFF</a>"), "line 1: it is not UTF-8");
    assert_refused(text_of("<a>\xED\xA0\x80</a>"), "line 1: a control character");
    assert_refused(text_of("<\xFF/>"), "line 1: it is not UTF-8");
}

/* Nothing is declared, so nothing can be expanded or fetched. */
static void test_doctypes_are_refused(void **state)
{
    (void)state;
    assert_refused(text_of("<!DOCTYPE a>\n<a/>"), "line 1: a DOCTYPE is not read");
    assert_refused(text_of("<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY x \"xx\">]><a>&x;</a>"),
                   "line 2: a DOCTYPE is not read");
    assert_refused(text_of("<a><!ENTITY x 'y'></a>"), "line 1: expected a name behind '<'");
}

static void test_depth_and_attributes_are_bounded(void **state)
{
    struct buffer input;

    (void)state;
    buffer_init(&input, 1 << 16);
    for (int more = 0; more < 2; more++) {
        struct buffer out;
        struct buffer problem;

        buffer_clear(&input);
        for (int i = 0; i < XML_DEPTH_MOST + more; i++)
            buffer_add_string(&input, "<a>");
        for (int i = 0; i < XML_DEPTH_MOST + more; i++)
            buffer_add_string(&input, "</a>");
        buffer_init(&out, 1 << 16);
        buffer_init(&problem, 1024);
        assert_int_equal(outline(buffer_text(&input), &out, &problem), !more);
        if (more)
            assert_true(text_equal(buffer_text(&problem), text_of("line 1: nested too deeply")));
        buffer_done(&problem);
        buffer_done(&out);
    }
    buffer_clear(&input);
    buffer_add_string(&input, "<a");
    for (unsigned i = 0; i <= XML_ATTRIBUTES_MOST; i++) {
        buffer_add_string(&input, " b");
        buffer_add_unsigned(&input, i);
        buffer_add_string(&input, "=''");
    }
    buffer_add_string(&input, "/>");
    assert_refused(buffer_text(&input), "line 1: too many attributes");
    buffer_done(&input);
}

static void test_attributes_names_and_lines(void **state)
{
    struct xml_reader xml;
    struct xml_token token;
    struct buffer value;

    (void)state;
    buffer_init(&value, 1024);
    xml_read_begin(&xml, text_of("<n:a\n xmlns:b='wrong' c='a=\"&lt;\"' n:b = \"it's\"\n d=''>\n"
                                 "x</n:a>"));
    assert_int_equal(xml_next(&xml, &token), ST_OK);
    assert_int_equal(token.line, 1);
    assert_true(xml_is(&token, text_of("a")));
    assert_false(xml_is(&token, text_of("n")));
    assert_true(xml_attribute(&token, text_of("b"), &value));
    assert_true(text_equal(buffer_text(&value), text_of("it's")));
    buffer_clear(&value);
    assert_true(xml_attribute(&token, text_of("c"), &value));
    assert_true(text_equal(buffer_text(&value), text_of("a=\"<\"")));
    buffer_clear(&value);
    assert_true(xml_attribute(&token, text_of("d"), &value));
    assert_false(xml_attribute(&token, text_of("e"), &value));
    assert_int_equal(value.size, 0);
    assert_int_equal(xml_next(&xml, &token), ST_OK);
    assert_int_equal(token.line, 3);
    assert_int_equal(xml_next(&xml, &token), ST_OK);
    assert_int_equal(token.kind, XML_CLOSE);
    assert_int_equal(token.line, 4);
    buffer_done(&value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_refusals_say_what_and_where),
        cmocka_unit_test(test_doctypes_are_refused),
        cmocka_unit_test(test_depth_and_attributes_are_bounded),
        cmocka_unit_test(test_attributes_names_and_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
