/* OpenIOC: which terms mean a host, what operators make of them, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/import_check.h"
#include "tests/support/import_listing.h"

#define FORMAT "OpenIOC\n"
#define ITEM(condition, term, content)                                                             \
    "<IndicatorItem condition=\"" condition "\"><Context document=\"x\" search=\"" term            \
    "\" type=\"mir\" /><Content type=\"string\">" content "</Content></IndicatorItem>\n"
#define ALL(items) "<Indicator operator=\"AND\">" items "</Indicator>"
#define ANY(items) "<Indicator operator=\"OR\">" items "</Indicator>"
#define IOC(items)                                                                                 \
    "<?xml version=\"1.0\" encoding=\"us-ascii\"?>\n"                                              \
    "<ioc xmlns=\"http://schemas.mandiant.com/2010/ioc\" id=\"1\">\n"                              \
    "<short_description>Case &amp; 7</short_description>\n<definition>" items                      \
    "</definition>\n</ioc>\n"

static void assert_listing(struct text input, const char *expected)
{
    assert_string_equal(import_listing(input), expected);
}

static void test_terms(void **state)
{
    /* clang-format off */
    struct text input = text_of(IOC(ANY(
        ITEM("is", "PortItem/remoteIP", "45.77.10.7")
        ITEM("is", "ProcessItem/PortList/PortItem/remoteIP", " 45.77.10.8\n")
        ITEM("is", "DnsEntryItem/Host", "a.evil.sh")
        ITEM("is", "DnsEntryItem/RecordName", "b.evil.sh")
        ITEM("is", "Network/DNS", "c.evil.sh")
        ITEM("is", "UrlHistoryItem/URL", "http://d.evil.sh:8080/x.py?a=1&amp;b=2")
        ITEM("is", "UrlHistoryItem/HostName", "e.evil.sh")
        ITEM("contains", "Network/URI", "f.mojangstudio.net/x.py")
        ITEM("is", "FileDownloadHistoryItem/SourceURL", "hxxp://g[.]evil[.]sh/"))));
    /* clang-format on */

    (void)state;
    assert_listing(input, FORMAT "45.77.10.7 ticked\n45.77.10.8 ticked\na.evil.sh ticked\n"
                                 "b.evil.sh ticked\nc.evil.sh ticked\nd.evil.sh:8080 ticked\n"
                                 "e.evil.sh ticked\nf.mojangstudio.net ticked\n"
                                 "g.evil.sh ticked\n");
    assert_string_equal(import_listing_label(input, 2), "Case & 7");
    assert_int_equal(import_listing_line(input, 2), 7);
}

static void test_what_is_no_host(void **state)
{
    /* clang-format off */
    struct text input = text_of(IOC(ANY(
        ITEM("is", "FileItem/Md5sum", "0123456789abcdef0123456789abcdef")
        ITEM("contains", "FileItem/FileName", "evil.sh")
        ITEM("is", "RegistryItem/Path", "HKLM")
        ITEM("is", "PortItem/localIP", "45.77.10.9")
        ITEM("contains", "Network/URI", "iid=")
        ITEM("contains", "Network/URI", "/add.php?x=evil.sh")
        ITEM("contains", "Network/UserAgent", "evil.sh")
        ITEM("contains", "PortItem/remoteIP", "103.41.124.")
        ITEM("matches", "DnsEntryItem/Host", "^evil"))));
    /* clang-format on */

    (void)state;
    assert_listing(input, FORMAT "0123456789abcdef0123456789abcdef unwatchable\n"
                                 "evil.sh unwatchable\nHKLM unwatchable\n45.77.10.9 unwatchable\n"
                                 "iid= unwatchable\n/add.php?x=evil.sh unwatchable\n"
                                 "evil.sh unwatchable\n103.41.124. malformed\n^evil malformed\n");
}

static void test_contains_means_all_below(void **state)
{
    (void)state;
    assert_listing(text_of(IOC(ANY(ITEM("contains", "DnsEntryItem/Host", "evil.sh")
                                       ITEM("contains", "Network/DNS", ".mojangstudio.net")
                                           ITEM("contains", "Network/URI", "b.mojangstudio.net")
                                               ITEM("ends-with", "Network/DNS", "c.evil.sh")))),
                   FORMAT "*.evil.sh ticked\n*.mojangstudio.net ticked\n"
                          "*.b.mojangstudio.net ticked\n*.c.evil.sh ticked\n");
}

static void test_negated_items_are_left(void **state)
{
    struct text input = text_of(IOC(ANY(
        "<IndicatorItem condition=\"is\" negate=\"true\"><Context search=\"Network/DNS\"/>"
        "<Content>good.sh</Content></IndicatorItem>" ITEM("isnot", "DnsEntryItem/Host", "good.sh")
            ITEM("containsnot", "DnsEntryItem/Host", "good.sh")
                ITEM("is", "DnsEntryItem/Host", ""))));

    (void)state;
    assert_listing(input, FORMAT);
    assert_int_equal(import_listing_skipped(input), 4);
}

static void test_what_stands_under_and_is_a_part(void **state)
{
    (void)state;
    /* One child under AND is alone; an address and its port are one thing. */
    assert_listing(
        text_of(IOC(ANY(ALL(ITEM("is", "Network/DNS", "alone.evil.sh")) ALL(ITEM(
            "is", "PortItem/remotePort", "443") ITEM("is", "PortItem/remoteIP", "45.77.10.7"))))),
        FORMAT "alone.evil.sh ticked\n45.77.10.7:443 ticked\n");
    assert_listing(text_of(IOC(ALL(ITEM("is", "PortItem/remoteIP", "45.77.10.7")
                                       ITEM("is", "PortItem/remotePort", "443")
                                           ITEM("is", "ProcessItem/name", "x.exe")))),
                   FORMAT "45.77.10.7:443 partial\nx.exe unwatchable\n");
    /* An OR inside an AND with others stays a part, and so does what lies deeper. */
    assert_listing(
        text_of(IOC(ALL(ITEM("is", "FileItem/Md5sum", "00") ANY(
            ITEM("is", "Network/DNS", "a.evil.sh") ALL(ITEM("is", "Network/DNS", "b.evil.sh")))))),
        FORMAT "00 unwatchable\na.evil.sh partial\nb.evil.sh partial\n");
    /* Siblings behind it count, and so do negated ones. */
    assert_listing(text_of(IOC(ALL(ITEM("is", "Network/DNS", "a.evil.sh")
                                       ITEM("isnot", "FileItem/Md5sum", "00")))),
                   FORMAT "a.evil.sh partial\n");
    assert_listing(text_of(IOC(ANY(ITEM("is", "PortItem/remotePort", "4444")
                                       ITEM("is", "PortItem/remoteIP", "45.77.10.7")))),
                   FORMAT "port:4444 partial\n45.77.10.7 ticked\n");
}

static void test_version_1_1(void **state)
{
    struct text input =
        text_of("<OpenIOC xmlns=\"http://openioc.org/schemas/OpenIOC_1.1\" id=\"1\">\n"
                "<metadata><short_description>Later</short_description></metadata>\n"
                "<criteria><Indicator operator=\"OR\">\n"
                "<IndicatorItem condition=\"is\" preserve-case=\"false\" negate=\"false\">"
                "<Context document=\"DnsEntryItem\" search=\"DnsEntryItem/Host\"/>"
                "<Content type=\"string\"><![CDATA[evil.sh]]></Content>"
                "<Comment>the C2</Comment></IndicatorItem>\n"
                "</Indicator></criteria><parameters/></OpenIOC>");

    (void)state;
    assert_listing(input, FORMAT "evil.sh ticked\n");
    assert_string_equal(import_listing_label(input, 0), "the C2");
}

static void test_prefixes_and_utf16(void **state)
{
    static const char plain[] =
        "<?xml version=\"1.0\" encoding=\"utf-16\"?><i:ioc "
        "xmlns:i=\"http://schemas.mandiant.com/2010/ioc\"><i:definition><i:Indicator "
        "operator=\"OR\"><i:IndicatorItem condition=\"is\"><i:Context "
        "search=\"Network/DNS\"/><i:Content>evil.sh</i:Content></i:IndicatorItem>"
        "</i:Indicator></i:definition></i:ioc>";
    char wide[2 * sizeof plain] = "\xFF\xFE";

    (void)state;
    assert_listing(text_from(plain), FORMAT "evil.sh ticked\n");
    for (size_t i = 0; i + 1 < sizeof plain; i++) {
        wide[2 * i + 2] = plain[i];
        wide[2 * i + 3] = 0;
    }
    assert_listing((struct text){wide, 2 * sizeof plain}, FORMAT "evil.sh ticked\n");
}

static void test_malformed_xml_is_refused(void **state)
{
    (void)state;
    assert_listing(text_of("<ioc xmlns=\"http://schemas.mandiant.com/2010/ioc\">\n<definition>\n"
                           "<Indicator operator=\"OR\">\n</definition></ioc>"),
                   "refused: file, line 4: an end tag that closes no open element");
    assert_listing(text_of("<!DOCTYPE ioc [<!ENTITY a \"b\">]>\n"
                           "<ioc xmlns=\"http://schemas.mandiant.com/2010/ioc\"/>"),
                   "refused: file, line 1: a DOCTYPE is not read");
    /* A web page that speaks of the format is a text. */
    assert_listing(text_of("<!DOCTYPE html>\n<html><p>IndicatorItem, evil[.]mojangstudio.net"),
                   "running text\nevil.mojangstudio.net ticked\n");
}

/* A real list gives the same names as items. */
static void test_a_list_as_items_gives_the_same(void **state)
{
    size_t size;
    char *list = import_check_read("tweetfeed/domains.txt", &size);
    struct buffer ioc;
    struct import_result *result;
    size_t count = 0;

    (void)state;
    if (!list)
        skip();
    list[size] = 0;
    buffer_init(&ioc, (size_t)16 << 20);
    buffer_add_string(&ioc, "<OpenIOC><criteria><Indicator operator=\"OR\">\n");
    for (const char *line = list; *line; line += strcspn(line, "\n") + 1) {
        struct text name = text_trim((struct text){line, strcspn(line, "\r\n")});

        if (!name.size || line[0] == '#')
            continue;
        buffer_add_string(&ioc, "<IndicatorItem condition=\"is\"><Context search=\"Network/DNS\"/>"
                                "<Content type=\"string\">");
        buffer_add(&ioc, name);
        buffer_add_string(&ioc, "</Content></IndicatorItem>\n");
    }
    buffer_add_string(&ioc, "</Indicator></criteria></OpenIOC>\n");
    result = import_check_text(buffer_text(&ioc));
    for (const char *line = list; *line; line += strcspn(line, "\n") + 1) {
        struct text name = text_trim((struct text){line, strcspn(line, "\r\n")});

        if (!name.size || line[0] == '#')
            continue;
        assert_true(count < import_count(result));
        assert_int_equal(import_finding(result, count)->indicator.kind, INDICATOR_DOMAIN);
        assert_true(text_equal_nocase(import_finding(result, count)->indicator.value, name));
        count++;
    }
    assert_int_equal(count, 4875);
    assert_int_equal(import_check_count_found(result), count);
    import_free(result);
    buffer_done(&ioc);
    free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms),
        cmocka_unit_test(test_what_is_no_host),
        cmocka_unit_test(test_contains_means_all_below),
        cmocka_unit_test(test_negated_items_are_left),
        cmocka_unit_test(test_what_stands_under_and_is_a_part),
        cmocka_unit_test(test_version_1_1),
        cmocka_unit_test(test_prefixes_and_utf16),
        cmocka_unit_test(test_malformed_xml_is_refused),
        cmocka_unit_test(test_a_list_as_items_gives_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
