/* Text in a page: each hostile character, in elements and in attributes; defanging; base64; UUIDs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/base64.h"
#include "core/base/hidden.h"
#include "core/base/sha1.h"
#include "core/case/defang.h"
#include "core/case/html_write.h"
#include "core/case/stix_pattern.h"

static struct buffer out;

static int begin(void **state)
{
    (void)state;
    buffer_init(&out, 1 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buffer_done(&out);
    return 0;
}

static void assert_out(const char *expected)
{
    assert_int_equal(out.failed, ST_OK);
    if (out.size != strlen(expected) || memcmp(out.bytes, expected, out.size) != 0)
        fail_msg("%.*s is not %s", (int)out.size, out.bytes, expected);
    buffer_clear(&out);
}

static void test_markup_and_quotes(void **state)
{
    (void)state;
    html_text(&out, text_of("<b>&amp;\"'</b>"));
    assert_out("&lt;b&gt;&amp;amp;&quot;&#39;&lt;/b&gt;");
    html_attribute(&out, text_of("\" onclick='x'>"));
    assert_out("&quot; onclick=&#39;x&#39;&gt;");
}

static void test_what_can_not_be_seen_is_named(void **state)
{
    (void)state;
    html_text(&out, text_of("a\0b\x1b\x7f\r\n\t"));
    assert_out("a<i>U+0000</i>b<i>U+001B</i><i>U+007F</i><i>U+000D</i><i>U+000A</i><i>U+0009</i>");
    html_text(&out, text_of("\u202e\u2066\u200b\u00a0\ufeff\U000e0041\xED\xA0\xBD\uffff"));
    assert_out("<i>U+202E</i><i>U+2066</i><i>U+200B</i><i>U+00A0</i><i>U+FEFF</i><i>U+E0041</i>"
               "<i>U+D83D</i><i>U+FFFF</i>");
    html_text(&out, text_of("\xFF\xC3(\xEF\xBF\xBD"));
    assert_out("<i>0xFF</i><i>0xC3</i>(\uFFFD");
    html_attribute(&out, text_of("\u202e<"));
    assert_out("[U+202E]&lt;");
    html_text(&out, text_of("中文 é 😀"));
    assert_out("中文 é 😀");
}

/* No code point at all comes out as a control, a turned line or half a tag. */
static void test_every_code_point(void **state)
{
    (void)state;
    for (uint32_t code_point = 0; code_point <= 0x10FFFF; code_point++) {
        char bytes[4];
        size_t size = text_encode(code_point, bytes);
        buffer_clear(&out);
        html_text(&out, (struct text){bytes, size});
        bool named = out.size > 3 && memcmp(out.bytes, "<i>", 3) == 0;
        assert_int_equal(named, hidden_is(code_point));
        assert_true(text_valid(buffer_text(&out)));
        if (!named && code_point < 0x80 && out.size == 1)
            assert_true(!memchr("<>&\"'", (int)code_point, 5));
    }
}

static void test_cut_where_a_character_ends(void **state)
{
    (void)state;
    assert_false(html_cut(&out, text_of("中文"), 2));
    assert_out("中文");
    assert_true(html_cut(&out, text_of("中<文"), 2));
    assert_out("中&lt;\u2026");
    assert_true(html_cut(&out, text_of("abc"), 0));
    assert_out("\u2026");
}

static void test_defanged(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"192.0.2.1", "192[.]0[.]2[.]1"},
        {"192.0.2.1:443", "192[.]0[.]2[.]1:443"},
        {"192.0.2.0/24", "192[.]0[.]2[.]0/24"},
        {"*.evil.example", "*[.]evil[.]example"},
        {"evil[.]example", "evil[.]example"},
        {"httpbin.org", "httpbin[.]org"},
        {"https://evil.example/a", "hxxps://evil[.]example/a"},
        {"2001:db8::1", "2001[:]db8[:][:]1"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        defang_add(&out, text_from(pairs[i][0]));
        assert_out(pairs[i][1]);
    }
}

/* Test vectors of RFC 4648, FIPS 180 and RFC 9562. */
static void test_base64_and_uuids(void **state)
{
    (void)state;
    static const uint8_t dns[16] = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                    0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
    static const uint8_t of_abc[SHA1_SIZE] = {0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81,
                                              0x6a, 0xba, 0x3e, 0x25, 0x71, 0x78, 0x50,
                                              0xc2, 0x6c, 0x9c, 0xd0, 0xd8, 0x9d};
    uint8_t digest[SHA1_SIZE];
    base64_add(&out, (const unsigned char *)"foobar", 6);
    assert_out("Zm9vYmFy");
    base64_add(&out, (const unsigned char *)"fooba", 5);
    assert_out("Zm9vYmE=");
    base64_add(&out, (const unsigned char *)"foob", 4);
    assert_out("Zm9vYg==");
    sha1_of(text_of("a"), text_of("bc"), digest);
    assert_memory_equal(digest, of_abc, SHA1_SIZE);
    static char many[1000];
    memset(many, 'a', sizeof many);
    sha1_of((struct text){many, 119}, (struct text){many, 881}, digest);
    assert_int_equal(digest[0], 0x29); /* 291e9a6c… by sha1sum */
    assert_int_equal(digest[1], 0x1e);
    uuid5_add(&out, dns, text_of("www.example.com"));
    assert_out("2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

static void test_patterns_of_stix(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"192.0.2.1", "[ipv4-addr:value = '192.0.2.1']"},
        {"2001:db8::1", "[ipv6-addr:value = '2001:db8::1']"},
        {"192.0.2.0/24", "[ipv4-addr:value ISSUBSET '192.0.2.0/24']"},
        {"0.0.0.0/0", "[ipv4-addr:value ISSUBSET '0.0.0.0/0']"},
        {"2001:db8::/32", "[ipv6-addr:value ISSUBSET '2001:db8::/32']"},
        {"192.0.2.1-192.0.2.4",
         "[ipv4-addr:value = '192.0.2.1' OR ipv4-addr:value ISSUBSET '192.0.2.2/31' OR "
         "ipv4-addr:value = '192.0.2.4']"},
        {"192.0.2.1:443", "[network-traffic:dst_ref.type = 'ipv4-addr' AND "
                          "(network-traffic:dst_ref.value = '192.0.2.1') AND "
                          "network-traffic:dst_port = 443]"},
        {"port:4444", "[network-traffic:dst_port = 4444 OR network-traffic:src_port = 4444]"},
        {"evil.example", "[domain-name:value = 'evil.example']"},
        {"*.evil.example",
         "[domain-name:value = 'evil.example' OR domain-name:value LIKE '%.evil.example']"},
        {"name:o'b.exe", "[file:name = 'o\\'b.exe']"},
        {"/ev.l/i", "(?i)ev.l"},
        {"path:/ev.l/", "ev.l"},
    };
    struct buffer scratch;
    buffer_init(&scratch, 4096);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct indicator indicator;
        const char *why = NULL;
        if (indicator_parse(text_from(pairs[i][0]), &scratch, &indicator, &why) != ST_OK)
            fail_msg("%s: %s", pairs[i][0], why);
        const char *language = stix_pattern_add(&out, &indicator);
        assert_string_equal(language, out.bytes[0] == '[' ? "stix" : "pcre");
        assert_out(pairs[i][1]);
    }
    buffer_done(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_markup_and_quotes, begin, end),
        cmocka_unit_test_setup_teardown(test_what_can_not_be_seen_is_named, begin, end),
        cmocka_unit_test_setup_teardown(test_every_code_point, begin, end),
        cmocka_unit_test_setup_teardown(test_cut_where_a_character_ends, begin, end),
        cmocka_unit_test_setup_teardown(test_defanged, begin, end),
        cmocka_unit_test_setup_teardown(test_base64_and_uuids, begin, end),
        cmocka_unit_test_setup_teardown(test_patterns_of_stix, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
