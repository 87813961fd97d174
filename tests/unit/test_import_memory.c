/* Campaign: of each format that the importer reads, one text, and the n-th request for memory
 * fails, for every n. It is told as that and nothing else, the result stays untouched, and all that
 * was taken is given back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/watch/import.h"
#include "tests/support/failing_memory.h"

#define MOST_REQUESTS 2000

static const char *const samples[FORMAT_COUNT] = {
    [FORMAT_PROSE] = "The dropper asked hxxp://c2[.]evil[.]sh:8080/a and 185[.]1[.]2[.]3; see\n"
                     "https://vendor.sh/report. Hash 01eca87a1d29d8e2da2ed94930ae0d41, mail\n"
                     "a[@]evil.sh, b\xC3\xBCro[.]sh, 185.1.3.0/24 and update.zip.\n",
    [FORMAT_LIST] = "# feed\n185.1.2.3\n185.1.2.3\nevil.sh\n185.1.3.0/24\nB\xC3\xBCro.sh\n",
    [FORMAT_HOSTS] = "127.0.0.1 localhost\n0.0.0.0 evil.sh c2.evil.sh\n0.0.0.0 third.sh # x\n",
    [FORMAT_DNSMASQ] = "address=/evil.sh/0.0.0.0\nserver=/c2.sh/\naddress=/x.sh/#\n",
    [FORMAT_ADBLOCK] = "[Adblock Plus]\n! feed\n||evil.sh^\n@@||good.sh^\n||c2.sh^$third-party\n",
    [FORMAT_RPZ] = "$TTL 60\n@ SOA localhost. root.localhost. 1 2 3 4 5\n NS localhost.\n"
                   "evil.sh CNAME .\n*.evil.sh CNAME .\n24.0.3.1.185.rpz-ip CNAME .\n",
    [FORMAT_CSV] = "date,ioc,type,comment\n2026-01-02,185.1.2.3,ip,\"a, b\"\n"
                   "2026-01-02,evil.sh,domain,\n",
    [FORMAT_SURICATA] = "alert tcp $HOME_NET any -> [185.1.2.3,185.1.2.4] 443 (msg:\"C2\"; "
                        "sid:7; rev:1;)\n",
    [FORMAT_MISP] = "{\"Event\":{\"info\":\"Case 7\",\"Attribute\":["
                    "{\"type\":\"ip-dst|port\",\"value\":\"185.1.2.3|443\",\"to_ids\":true},"
                    "{\"type\":\"url\",\"value\":\"search-ms:x&crumb=location:"
                    "\\\\\\\\c2.sh@80\\\\x\",\"to_ids\":true},"
                    "{\"type\":\"url\",\"value\":\"http:\\/\\/evil.sh\\/x\",\"to_ids\":false}]}}",
    [FORMAT_STIX] =
        "{\"type\":\"bundle\",\"objects\":[{\"type\":\"indicator\",\"name\":\"C\\u00e9\","
        "\"pattern\":\"[ipv4-addr:value = '185.1.2.3' OR domain-name:value = "
        "'evil.sh' OR url:value = 'search-ms:x&crumb=location:\\\\\\\\c2.sh@80'] AND "
        "[network-traffic:dst_ref.value = '185.1.2.9' AND network-traffic:dst_port = "
        "81]\"},{\"type\":\"ipv4-addr\",\"id\":\"ipv4-addr--1\","
        "\"value\":\"185.1.2.4\"}]}",
    [FORMAT_OPENIOC] =
        "<?xml version=\"1.0\"?>\n<ioc xmlns=\"http://schemas.mandiant.com/2010/ioc\""
        " id=\"1\"><short_description>Case</short_description><definition>"
        "<Indicator operator=\"OR\" id=\"2\"><IndicatorItem id=\"3\" "
        "condition=\"is\"><Context document=\"PortItem\" "
        "search=\"PortItem/remoteIP\" type=\"mir\"/><Content type=\"IP\">185.1.2.3"
        "</Content></IndicatorItem></Indicator></definition></ioc>",
    [FORMAT_OTX] = "{\"name\":\"Pulse\",\"indicators\":[{\"type\":\"domain\",\"title\":\"\\u00e9\","
                   "\"indicator\":\"evil.sh\"},{\"type\":\"IPv4\",\"indicator\":\"185.1.2.3\"}]}",
    [FORMAT_JSON_LINES] = "{\"cidr\":\"185.1.3.0/24\",\"sblid\":\"SBL\\u0037\"}\n"
                          "{\"host\":\"evil.sh\"}\n",
};

/* Imports with the n-th request failing; false when there are fewer requests than that. What is
 * refused with memory may be refused without, too: the problem may lack its words then. */
static bool import_once(struct text input, size_t nth, enum status otherwise)
{
    struct import_result *result = NULL;
    struct buffer problem;
    enum status status;

    buffer_init(&problem, 4096);
    failing_memory_begin(nth);
    status = import_text(input, text_of("sample"), NULL, &result, &problem);
    assert_true(!status == (result != NULL));
    import_free(result);
    buffer_done(&problem);
    failing_memory_end();
    if (failing_memory_failed() && status != ST_NO_MEMORY && (!otherwise || status != otherwise))
        fail_msg("request %zu of \"%.40s\" failed: status %d", nth, input.bytes, (int)status);
    if (!failing_memory_failed())
        assert_int_equal(status, otherwise);
    assert_int_equal(failing_memory_blocks(), 0);
    return failing_memory_failed();
}

static void run_campaign(struct text input, enum status otherwise)
{
    size_t nth = 1;

    while (import_once(input, nth, otherwise)) {
        nth++;
        assert_true(nth < MOST_REQUESTS);
    }
    assert_true(nth > 1); /* something was taken, or the campaign says nothing */
}

static void test_the_samples_are_of_their_formats(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        struct import_result *result = NULL;

        assert_int_equal(import_text(text_from(samples[i]), text_of(""), NULL, &result, NULL),
                         ST_OK);
        assert_string_equal(import_format_name(import_format_of(result)),
                            import_format_name((enum import_format)i));
        import_free(result);
    }
}

static void test_each_format_tells_want_of_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        run_campaign(text_from(samples[i]), ST_OK);
}

/* What is not UTF-8 is decoded first, which takes memory of its own. */
static void test_decoding_tells_want_of_memory(void **state)
{
    (void)state;
    run_campaign(text_of("\xFF\xFE"
                         "1\0"
                         "8\0"
                         "5\0.\0"
                         "1\0.\0"
                         "2\0.\0"
                         "3\0\n\0"),
                 ST_OK);
    run_campaign(text_of("B\xFCro: hxxp://evil[.]sh/ \x96 185[.]1[.]2[.]3\n"), ST_OK);
}

static void test_what_is_refused_is_not_taken_for_want_of_memory(void **state)
{
    (void)state;
    run_campaign(text_of("{\"Event\":{\"Attribute\":[{\"type\":\"domain\" \"value\":1}]}}"),
                 ST_INVALID);
}

/* The findings of an import on their way into a watchlist. */
static void test_taking_tells_want_of_memory(void **state)
{
    struct import_result *result = NULL;
    struct buffer problem;
    bool failed = true;

    (void)state;
    buffer_init(&problem, 4096);
    assert_int_equal(
        import_text(text_from(samples[FORMAT_LIST]), text_of("sample"), NULL, &result, &problem),
        ST_OK);
    for (size_t nth = 1; failed; nth++) {
        struct watchlist_builder *builder;
        enum status status = ST_NO_MEMORY;

        failing_memory_begin(nth);
        builder = watchlist_builder_new();
        if (builder)
            status = import_take(result, NULL, builder);
        watchlist_builder_free(builder);
        failing_memory_end();
        failed = failing_memory_failed();
        assert_int_equal(status, failed ? ST_NO_MEMORY : ST_OK);
        assert_int_equal(failing_memory_blocks(), 0);
    }
    import_free(result);
    buffer_done(&problem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_samples_are_of_their_formats),
        cmocka_unit_test(test_each_format_tells_want_of_memory),
        cmocka_unit_test(test_decoding_tells_want_of_memory),
        cmocka_unit_test(test_what_is_refused_is_not_taken_for_want_of_memory),
        cmocka_unit_test(test_taking_tells_want_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
