/* Which shape a JSON text is taken for, and OTX pulses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/watch/import_json.h"
#include "tests/support/import_listing.h"

#define INDICATOR(type, value) "{\"type\":\"" type "\",\"indicator\":\"" value "\"}"
#define PULSE(indicators) "{\"name\":\"Pulse 7\",\"indicators\":[" indicators "]}"

static void assert_listing(struct text input, const char *expected)
{
    assert_string_equal(import_listing(input), expected);
}

static void test_otx_types_that_mean_a_host(void **state)
{
    /* clang-format off */
    struct text input = text_of(PULSE(
        INDICATOR("IPv4", "185.1.2.3") ","
        INDICATOR("IPv6", "2a00:1450::7") ","
        INDICATOR("CIDR", "185.1.3.0/24") ","
        INDICATOR("domain", "evil.sh") ","
        INDICATOR("hostname", "c2.evil.sh") ","
        INDICATOR("URL", "http://u.evil.sh:8081/x") ","
        INDICATOR("URI", "http://i.evil.sh/x")));
    /* clang-format on */

    (void)state;
    assert_listing(input, "OTX pulse\n185.1.2.3 ticked\n2a00:1450::7 ticked\n185.1.3.0/24 ticked\n"
                          "evil.sh ticked\nc2.evil.sh ticked\nu.evil.sh:8081 ticked\n"
                          "i.evil.sh ticked\n");
    assert_int_equal(import_listing_skipped(input), 0);
}

/* Hashes, mutexes, paths: counted, not listed, also where they look like a host. */
static void test_otx_types_that_mean_none_are_skipped(void **state)
{
    /* clang-format off */
    struct text input = text_of(PULSE(
        INDICATOR("FileHash-MD5", "01eca87a1d29d8e2da2ed94930ae0d41") ","
        INDICATOR("email", "a@evil.sh") ","
        INDICATOR("FilePath", "evil.sh") ","
        INDICATOR("URI", "/add.php") ","
        INDICATOR("domain", "evil.sh") ","
        "{\"indicator\":\"c2.sh\"}"));
    /* clang-format on */

    (void)state;
    assert_listing(input, "OTX pulse\nevil.sh ticked\n");
    assert_int_equal(import_listing_skipped(input), 5);
}

static void test_otx_says_what_is_no_longer_active(void **state)
{
    (void)state;
    assert_listing(
        text_of(PULSE("{\"indicator\":\"a.sh\",\"type\":\"domain\",\"is_active\":0},"
                      "{\"indicator\":\"b.sh\",\"type\":\"domain\",\"is_active\":1},"
                      "{\"is_active\":false,\"indicator\":\"c.sh\",\"type\":\"domain\"},"
                      "{\"indicator\":\"d.sh\",\"type\":\"domain\",\"is_active\":true},"
                      "{\"indicator\":\"e.sh\",\"type\":\"domain\",\"is_active\":null}")),
        "OTX pulse\na.sh not-for-ids\nb.sh ticked\nc.sh not-for-ids\nd.sh ticked\ne.sh ticked\n");
}

/* The label is the indicator's title, else the name of the pulse that it stands in. */
static void test_otx_labels_and_lines(void **state)
{
    struct text input =
        text_of("{\"results\":[\n"
                "{\"name\":\"First\",\"indicators\":[\n"
                "{\"indicator\":\"a.sh\",\"type\":\"domain\",\"title\":\"\"},\n"
                "{\"indicator\":\"b.sh\",\"type\":\"domain\",\"title\":\" Panel \"}]},\n"
                "{\"name\":\"Second \\u2014 more\",\"indicators\":[\n"
                "{\"indicator\":\"c.sh\",\"type\":\"domain\"}]},\n"
                "{\"indicators\":[{\"indicator\":\"d.sh\",\"type\":\"domain\"}]}]}");

    (void)state;
    assert_string_equal(import_listing_label(input, 0), "First");
    assert_int_equal(import_listing_line(input, 0), 3);
    assert_string_equal(import_listing_label(input, 1), "Panel");
    assert_string_equal(import_listing_label(input, 2), "Second \xE2\x80\x94 more");
    assert_int_equal(import_listing_line(input, 2), 6);
    assert_string_equal(import_listing_label(input, 3), "");
}

static void test_otx_values_are_judged_as_any(void **state)
{
    (void)state;
    assert_listing(
        text_of(PULSE(INDICATOR("IPv4", "10.0.0.5") "," INDICATOR("domain", " a.sh ") "," INDICATOR(
            "hostname", "A.SH") "," INDICATOR("domain", "not a host"))),
        "OTX pulse\n10.0.0.5 private\na.sh ticked\na.sh duplicate\n"
        "not a host malformed\n");
}

/* A value that is no string is no indicator, and what lies around it is read on. */
static void test_otx_of_an_odd_shape(void **state)
{
    (void)state;
    assert_listing(text_of("[{\"indicators\":[{\"indicator\":7,\"type\":\"domain\"},[],\"x.sh\","
                           "{\"indicator\":{\"indicator\":\"in.sh\",\"type\":\"domain\"}},"
                           "{\"indicator\":\"b.sh\",\"type\":\"domain\"}]}]"),
                   "OTX pulse\nin.sh ticked\nb.sh ticked\n");
}

static void test_which_shape_it_is(void **state)
{
    (void)state;
    assert_listing(text_of("{\"Attribute\":[]}"), "MISP event\n");
    assert_listing(text_of("{\"objects\":[]}"), "STIX bundle\n");
    assert_listing(text_of("{\"a\":{\"objects\":[]}}"), "JSON\n");
    assert_listing(text_of("{\"type\":\"bundle\"}"), "STIX bundle\n");
    assert_listing(
        text_of("{\"type\":\"indicator\",\"pattern\":\"[ipv4-addr:value = '185.1.2.3']\"}"),
        "STIX bundle\n185.1.2.3 ticked\n");
    assert_listing(text_of("{\"type\":\"indicator\"}"), "JSON\n");
    assert_listing(text_of("{\"indicators\":[]}"), "JSON\n");
    assert_listing(text_of("{\"indicators\":[],\"indicator\":\"\"}"), "OTX pulse\n");
    /* The name of a member that holds something else says nothing. */
    assert_listing(text_of("{\"Attribute\":\"a\",\"objects\":{},\"indicators\":\"b\"}"), "JSON\n");
    /* MISP before OTX before records: an event may hold anything in its objects. */
    assert_listing(text_of("{\"indicators\":[{\"indicator\":\"a.sh\"}],\"Attribute\":[]}"),
                   "MISP event\n");
}

static void assert_location(const char *value, const char *expected)
{
    struct buffer out;
    bool found;

    buffer_init(&out, 4096);
    found = import_search_location(text_from(value), &out);
    if (found != (expected != NULL))
        fail_msg("%s was %s", value, found ? "taken" : "refused");
    if (expected && !text_equal(buffer_text(&out), text_from(expected)))
        fail_msg("%s gave %.*s", value, (int)out.size, out.bytes);
    buffer_done(&out);
}

/* Windows Search over WebDAV: the host stands in a UNC path. */
static void test_where_a_search_leads(void **state)
{
    (void)state;
    assert_location("search-ms:query=x&crumb=location:\\\\evil.sh@8080\\DavWWWRoot",
                    "evil.sh:8080");
    assert_location("search:query=x&crumb=location:\\\\evil.sh\\share", "evil.sh");
    assert_location("SEARCH-MS:crumb=location:\\\\evil.sh@SSL\\share", "evil.sh:443");
    assert_location("search-ms:crumb=location:\\\\evil.sh@SSL@8443\\share", "evil.sh:8443");
    assert_location("search-ms:crumb=location:\\\\185.1.2.3&displayname=y", "185.1.2.3");
    assert_location("search-ms:query=x", NULL);
    assert_location("search-ms:crumb=location:\\\\", NULL);
    assert_location("http://evil.sh/\\\\other", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_otx_types_that_mean_a_host),
        cmocka_unit_test(test_otx_types_that_mean_none_are_skipped),
        cmocka_unit_test(test_otx_says_what_is_no_longer_active),
        cmocka_unit_test(test_otx_labels_and_lines),
        cmocka_unit_test(test_otx_values_are_judged_as_any),
        cmocka_unit_test(test_otx_of_an_odd_shape),
        cmocka_unit_test(test_which_shape_it_is),
        cmocka_unit_test(test_where_a_search_leads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
