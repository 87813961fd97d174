/* MISP events: which attributes mean a host, what an event says against its own attributes, and
 * published events with known answers. */
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

#define ATTRIBUTE(type, value, to_ids)                                                             \
    "{\"type\":\"" type "\",\"to_ids\":" to_ids ",\"value\":\"" value "\"}"
#define EVENT(attributes) "{\"Event\":{\"info\":\"Case 7\",\"Attribute\":[" attributes "]}}"

static void assert_listing(struct text input, const char *expected)
{
    assert_string_equal(import_listing(input), expected);
}

static void test_types(void **state)
{
    (void)state;
    assert_listing(
        text_of(EVENT(ATTRIBUTE("ip-dst", "185.1.2.3", "true") "," ATTRIBUTE(
            "ip-src", "2a00:1450::7",
            "true") "," ATTRIBUTE("domain", "evil.sh",
                                  "true") "," ATTRIBUTE("hostname", "c2.evil.sh", "true"))),
        "MISP event\n185.1.2.3 ticked\n2a00:1450::7 ticked\nevil.sh ticked\n"
        "c2.evil.sh ticked\n");
    assert_listing(
        text_of(EVENT(ATTRIBUTE("ip-dst|port", "185.1.2.3|443", "true") "," ATTRIBUTE(
            "ip-src|port", "2a00:1450::7|8080",
            "true") "," ATTRIBUTE("hostname|port", "c2.evil.sh|81",
                                  "true") "," ATTRIBUTE("domain|ip", "evil.sh|185.1.2.4", "true"))),
        "MISP event\n185.1.2.3:443 ticked\n[2a00:1450::7]:8080 ticked\nc2.evil.sh:81 ticked\n"
        "evil.sh ticked\n185.1.2.4 ticked\n");
    assert_listing(
        text_of(EVENT(ATTRIBUTE("url", "http:\\/\\/a.evil.sh:8081\\/x.php", "true") "," ATTRIBUTE(
            "url", "b.evil.sh/vip.js", "true") "," ATTRIBUTE("uri", "/add.php", "true"))),
        "MISP event\na.evil.sh:8081 ticked\nb.evil.sh ticked\n/add.php unwatchable\n");
}

static void test_what_is_no_host_is_skipped(void **state)
{
    /* clang-format off */
    struct text input = text_of(EVENT(
        ATTRIBUTE("filename", "update.zip", "true") ","
        ATTRIBUTE("md5", "01eca87a1d29d8e2da2ed94930ae0d41", "true") ","
        ATTRIBUTE("text", "evil.sh", "true") ","
        ATTRIBUTE("link", "https://blog.vendor.sh/report", "true") ","
        ATTRIBUTE("comment", "http://evil.sh/", "true") ","
        ATTRIBUTE("other", "1.2.3.4", "true") ","
        ATTRIBUTE("email-src", "a@evil.sh", "true") ","
        ATTRIBUTE("filename|sha1", "a.sh|00", "true")));
    /* clang-format on */

    (void)state;
    assert_listing(input, "MISP event\n");
    assert_int_equal(import_listing_skipped(input), 8);
}

static void test_not_for_detection(void **state)
{
    (void)state;
    assert_listing(
        text_of(EVENT(ATTRIBUTE("domain", "evil.sh", "false") "," ATTRIBUTE(
            "ip-dst", "185.1.2.3",
            "\"0\"") "," ATTRIBUTE("ip-dst", "185.1.2.4",
                                   "\"1\"") "," ATTRIBUTE("domain|ip", "b.evil.sh|185.1.2.5",
                                                          "false"))),
        "MISP event\nevil.sh not-for-ids\n185.1.2.3 not-for-ids\n185.1.2.4 ticked\n"
        "b.evil.sh not-for-ids\n185.1.2.5 not-for-ids\n");
}

/* An event may mark a URL for detection and its host, a good one, not: before or behind. */
static void test_a_url_does_not_overrule_its_host(void **state)
{
    (void)state;
    assert_listing(
        text_of(EVENT(ATTRIBUTE("url", "http://Updates.Good.sh/x", "true") "," ATTRIBUTE(
            "url", "http://u:p@updates[.]good[.]sh:81/x",
            "true") "," ATTRIBUTE("domain", "updates.good.sh",
                                  "false") "," ATTRIBUTE("url", "http://evil.sh/x", "true"))),
        "MISP event\nupdates.good.sh not-for-ids\nupdates.good.sh:81 not-for-ids\n"
        "updates.good.sh duplicate\nevil.sh ticked\n");
    /* Another event is another matter. */
    assert_listing(
        text_of("{\"response\":[" EVENT(ATTRIBUTE("domain", "evil.sh", "false")) "," EVENT(
            ATTRIBUTE("url", "http://evil.sh:82/x", "true")) "]}"),
        "MISP event\nevil.sh not-for-ids\nevil.sh:82 ticked\n");
}

static void test_deleted(void **state)
{
    (void)state;
    assert_listing(
        text_of("{\"Event\":{\"Attribute\":[{\"type\":\"domain\",\"value\":\"a.sh\","
                "\"deleted\":true},{\"type\":\"domain\",\"value\":\"b.sh\",\"deleted\":false}],"
                "\"Object\":[{\"Attribute\":[{\"type\":\"domain\",\"value\":\"c.sh\"}],"
                "\"deleted\":true},{\"deleted\":\"0\",\"Attribute\":["
                "{\"type\":\"domain\",\"value\":\"d.sh\"}]}]}}"),
        "MISP event\nb.sh ticked\nd.sh ticked\n");
}

static void test_wrappers(void **state)
{
    static const char *const wrapped[] = {
        "{\"response\":[%s]}",
        "{\"response\":%s}",
        "[%s]",
        "%s",
        "{\"response\":{\"Attribute\":[{\"type\":\"domain\",\"value\":\"evil.sh\"}]}}",
        "{\"info\":\"x\",\"Attribute\":[{\"type\":\"domain\",\"value\":\"evil.sh\"}]}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrapped / sizeof wrapped[0]; i++) {
        char input[512];
        const char *percent = strstr(wrapped[i], "%s");
        const char *event = EVENT("{\"value\":\"evil.sh\",\"Tag\":[{\"name\":\"x\"}],"
                                  "\"type\":\"domain\"}");

        snprintf(input, sizeof input, "%.*s%s%s",
                 percent ? (int)(percent - wrapped[i]) : (int)strlen(wrapped[i]), wrapped[i],
                 percent ? event : "", percent ? percent + 2 : "");
        assert_listing(text_from(input), "MISP event\nevil.sh ticked\n");
    }
}

static void test_proposals_and_galaxies_are_not_read(void **state)
{
    (void)state;
    assert_listing(
        text_of("{\"Event\":{\"Galaxy\":[{\"description\":\"http://x.sh/malicious.sct\","
                "\"Attribute\":[{\"type\":\"domain\",\"value\":\"no.sh\"}]}],"
                "\"ShadowAttribute\":[{\"type\":\"domain\",\"value\":\"no.sh\"}],"
                "\"RelatedEvent\":[{\"Event\":{\"Attribute\":[{\"type\":\"domain\","
                "\"value\":\"no.sh\"}]}}],"
                "\"Attribute\":[{\"type\":\"domain\",\"value\":\"evil.sh\",\"ShadowAttribute\":"
                "[{\"type\":\"domain\",\"value\":\"no.sh\"}]}]}}"),
        "MISP event\nevil.sh ticked\n");
}

static void test_address_and_port_objects(void **state)
{
    (void)state;
    assert_listing(
        text_of("{\"Event\":{\"Attribute\":[],\"Object\":[{\"Attribute\":["
                "{\"type\":\"ip-dst\",\"value\":\"185.1.2.3\",\"object_relation\":\"ip\"},"
                "{\"type\":\"port\",\"value\":\"4443\",\"object_relation\":\"dst-port\"}],"
                "\"name\":\"ip-port\"},{\"name\":\"ip-port\",\"Attribute\":["
                "{\"type\":\"port\",\"value\":\"1\",\"object_relation\":\"dst-port\"},"
                "{\"type\":\"port\",\"value\":\"2\",\"object_relation\":\"dst-port\"},"
                "{\"type\":\"ip-dst\",\"value\":\"185.1.2.4\"}]}]}}"),
        "MISP event\n185.1.2.3:4443 ticked\n185.1.2.4 ticked\n");
}

static void test_labels_and_lines(void **state)
{
    struct text input = text_of("{\"Event\":{\n\"Attribute\":[{\n\"type\":\"domain\",\n\"value\":"
                                "\"evil.sh\",\"comment\":\"C&C \\u2713\"},\n{\"type\":\"ip-dst\","
                                "\"value\":\"185.1.2.3\",\"comment\":\"\"}],\"info\":\"Case 7\"}}");
    (void)state;
    assert_string_equal(import_listing_label(input, 0), "C&C \xE2\x9C\x93");
    assert_string_equal(import_listing_label(input, 1), "Case 7");
    assert_int_equal(import_listing_line(input, 0), 4);
    assert_int_equal(import_listing_line(input, 1), 5);
}

static void test_malformed(void **state)
{
    (void)state;
    assert_listing(text_of("{\"Event\":{\n\"Attribute\":[\n{\"type\":\"domain\" \"value\":1}]}}"),
                   "refused: file, line 3: expected a comma");
    assert_listing(text_of(EVENT(ATTRIBUTE("hostname|port", "c2.evil.sh", "true") "," ATTRIBUTE(
                       "ip-dst|port", "185.1.2.3|70000", "true"))),
                   "MISP event\nc2.evil.sh malformed\n185.1.2.3|70000 malformed\n");
}

static void compare_with_answers(const char *campaign)
{
    char path[128];
    char *event;
    char *answers;
    size_t event_size;
    size_t answers_size;
    struct import_result *result;
    size_t at = 0;
    size_t expected = 0;

    snprintf(path, sizeof path, "eset/%s/event.json", campaign);
    event = import_check_read(path, &event_size);
    snprintf(path, sizeof path, "eset/%s/expected.tsv", campaign);
    answers = import_check_read(path, &answers_size);
    if (!event || !answers)
        skip();
    answers[answers_size] = 0;
    result = import_check_text((struct text){event, event_size});
    assert_int_equal(import_format_of(result), FORMAT_MISP);
    while (at < answers_size) {
        char *line = answers + at;
        size_t size = strcspn(line, "\n");
        char *value;

        line[size] = 0;
        at += size + 1;
        value = strchr(line, '\t');
        if (!value)
            continue;
        *value++ = 0;
        value[strcspn(value, "\t")] = 0;
        expected++;
        if (!import_check_found_host(result, value))
            fail_msg("%s: not found: %s", campaign, value);
    }
    assert_true(expected > 0);
    /* And nothing that is no answer: file names, versions, parts of mail addresses. */
    for (size_t i = 0; i < import_count(result); i++) {
        char written[1024];
        bool known = false;

        if (!import_check_is_indicator(import_finding(result, i)))
            continue;
        snprintf(written, sizeof written, "%s", import_check_written(result, i));
        written[strcspn(written, ":")] = 0; /* the events have no IPv6 */
        for (size_t k = 0; k < answers_size && !known; k += strlen(answers + k) + 1)
            known = strcmp(answers + k, written) == 0;
        if (!known)
            fail_msg("%s: not an answer: %s", campaign, import_check_written(result, i));
    }
    import_free(result);
    free(event);
    free(answers);
}

static void test_published_events(void **state)
{
    static const char *const campaigns[] = {"badiis",   "dukes",   "glupteba",  "invisimole",
                                            "machete",  "mozi",    "powerpool", "signsight",
                                            "telebots", "windigo", "xdspy"};
    (void)state;
    for (size_t i = 0; i < sizeof campaigns / sizeof campaigns[0]; i++)
        compare_with_answers(campaigns[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_what_is_no_host_is_skipped),
        cmocka_unit_test(test_not_for_detection),
        cmocka_unit_test(test_a_url_does_not_overrule_its_host),
        cmocka_unit_test(test_deleted),
        cmocka_unit_test(test_wrappers),
        cmocka_unit_test(test_proposals_and_galaxies_are_not_read),
        cmocka_unit_test(test_address_and_port_objects),
        cmocka_unit_test(test_labels_and_lines),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_published_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
