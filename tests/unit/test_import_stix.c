/* STIX: bundles and what stands in them, and patterns: which hosts and ports they tie together,
 * which conditions only count together, and what must never become a watch. */
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

/* A bundle with one indicator of that pattern. */
static struct text bundle_of(const char *pattern, const char *members)
{
    static char bundle[8192];
    size_t size;

    size = (size_t)snprintf(bundle, sizeof bundle,
                            "{\"type\":\"bundle\",\"objects\":[\n{\"type\":\"indicator\",%s"
                            "\n\"pattern\":\"",
                            members);
    for (; *pattern; pattern++) {
        assert_true(size + 8 < sizeof bundle);
        if (*pattern == '\\' || *pattern == '"')
            bundle[size++] = '\\';
        bundle[size++] = *pattern;
    }
    size += (size_t)snprintf(bundle + size, sizeof bundle - size, "\"}]}");
    return (struct text){bundle, size};
}

static void assert_pattern(const char *pattern, const char *expected)
{
    static const char head[] = "STIX bundle\n";
    const char *listing = import_listing(bundle_of(pattern, ""));

    assert_memory_equal(listing, head, sizeof head - 1);
    listing += sizeof head - 1;
    if (strcmp(listing, expected) != 0)
        fail_msg("%s\ngave:\n%snot:\n%s", pattern, listing, expected);
}

static void test_paths(void **state)
{
    (void)state;
    assert_pattern("[ipv4-addr:value = '185.1.2.3']", "185.1.2.3 ticked\n");
    assert_pattern("[ipv6-addr:value = '2a00:1450::7']", "2a00:1450::7 ticked\n");
    assert_pattern("[domain-name:value = 'evil.sh']", "evil.sh ticked\n");
    assert_pattern("[url:value = 'http://evil.sh:81/x']", "evil.sh:81 ticked\n");
    assert_pattern("[ipv4-addr:value='198.51.99.0/24']", "198.51.99.0/24 ticked\n");
    assert_pattern("[network-traffic:dst_ref.type = 'ipv4-addr' AND "
                   "network-traffic:dst_ref.value = '185.1.2.3']",
                   "185.1.2.3 ticked\n");
    assert_pattern("[network-traffic:src_ref.type = 'ipv4-addr' AND "
                   "network-traffic:src_ref.value = '185.1.2.3']",
                   "185.1.2.3 ticked\n");
    assert_pattern("[domain-name:resolves_to_refs[*].value = '185.1.2.3']", "185.1.2.3 ticked\n");
    assert_pattern(
        "[network-traffic:extensions.'http-request-ext'.request_header.Host = 'evil.sh']",
        "evil.sh ticked\n");
    assert_pattern("[email-message:from_ref.value = 'a@evil.sh']", "");
    assert_pattern("[file:hashes.'SHA-256' = '00' OR file:name = 'evil.sh']", "");
    assert_pattern("[process:command_line = 'ping evil.sh']", "");
}

static void test_either(void **state)
{
    (void)state;
    assert_pattern("[ipv4-addr:value = '185.1.2.3' OR domain-name:value = 'evil.sh' OR "
                   "file:hashes.MD5 = '00']",
                   "185.1.2.3 ticked\nevil.sh ticked\n");
    assert_pattern("[ipv4-addr:value IN ('185.1.2.3', '185.1.2.4')]",
                   "185.1.2.3 ticked\n185.1.2.4 ticked\n");
    assert_pattern("[ipv4-addr:value = '185.1.2.3'] OR ([domain-name:value = 'evil.sh'])",
                   "185.1.2.3 ticked\nevil.sh ticked\n");
    assert_pattern("[ipv4-addr:value ISSUBSET '185.1.0.0/16']", "185.1.0.0/16 ticked\n");
}

static void test_host_and_port(void **state)
{
    (void)state;
    assert_pattern(
        "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = "
        "'185.1.2.3' AND network-traffic:dst_port = '4553']",
        "185.1.2.3:4553 ticked\n");
    assert_pattern("[ipv4-addr:value = '185.1.2.3' AND network-traffic:dst_port = 443 AND "
                   "network-traffic:protocols[*] = 'tcp']",
                   "185.1.2.3:443 ticked\n");
    assert_pattern("[(domain-name:value = 'evil.sh' OR ipv6-addr:value = '2a00:1450::7') AND "
                   "network-traffic:dst_port IN (80, 8080)]",
                   "evil.sh:80 ticked\nevil.sh:8080 ticked\n[2a00:1450::7]:80 ticked\n"
                   "[2a00:1450::7]:8080 ticked\n");
    assert_pattern(
        "[network-traffic:src_ref.value = '185.1.2.3' AND network-traffic:src_port = 99]",
        "185.1.2.3:99 ticked\n");
    /* A port of the other end is a port of the victim. */
    assert_pattern(
        "[network-traffic:src_ref.value = '185.1.2.3' AND network-traffic:dst_port = 445]",
        "185.1.2.3 partial\n");
    /* AND binds tighter than OR. */
    assert_pattern("[ipv4-addr:value = '185.1.2.3' OR ipv4-addr:value = '185.1.2.4' AND "
                   "network-traffic:dst_port = 99]",
                   "185.1.2.3 ticked\n185.1.2.4:99 ticked\n");
    assert_pattern("[network-traffic:dst_port = 4444]", "port:4444 partial\n");
}

static void test_conditions_that_count_together(void **state)
{
    (void)state;
    assert_pattern("[ipv4-addr:value = '185.1.2.3' AND domain-name:value = 'evil.sh']",
                   "185.1.2.3 partial\nevil.sh partial\n");
    assert_pattern("[ipv4-addr:value = '185.1.2.3' AND file:name = 'x']", "185.1.2.3 partial\n");
    assert_pattern("[ipv4-addr:value = '185.1.2.3' AND network-traffic:dst_port != 443]",
                   "185.1.2.3 partial\n");
    assert_pattern("[ipv4-addr:value = '185.1.2.3'] AND [domain-name:value = 'evil.sh']",
                   "185.1.2.3 partial\nevil.sh partial\n");
    assert_pattern("[ipv4-addr:value = '185.1.2.3'] FOLLOWEDBY [file:name = 'x'] WITHIN 5 SECONDS",
                   "185.1.2.3 partial\n");
    assert_pattern("[ipv4-addr:value = '185.1.2.3'] REPEATS 5 TIMES", "185.1.2.3 partial\n");
    assert_pattern("([ipv4-addr:value = '185.1.2.3'] REPEATS 1 TIMES) WITHIN 1.5 SECONDS START "
                   "t'2026-01-01T00:00:00Z' STOP t'2027-01-01T00:00:00Z'",
                   "185.1.2.3 ticked\n");
}

static void test_what_is_never_watched(void **state)
{
    (void)state;
    assert_pattern("[ipv4-addr:value != '185.1.2.3']", "");
    assert_pattern("[ipv4-addr:value NOT = '185.1.2.3']", "");
    assert_pattern("[ipv4-addr:value NOT IN ('185.1.2.3')]", "");
    assert_pattern("[ipv4-addr:value ISSUPERSET '185.1.2.3']", "");
    assert_pattern("[EXISTS ipv4-addr:value]", "");
    assert_pattern("[ipv4-addr:value = '185.1.2.4' OR ipv4-addr:value NOT ISSUBSET '185.1.0.0/16']",
                   "185.1.2.4 ticked\n");
    assert_pattern("[domain-name:value LIKE '%.evil.sh']",
                   "domain-name:value LIKE '%.evil.sh' unwatchable\n");
    assert_pattern("[url:value MATCHES '^http://evil\\\\.sh']",
                   "url:value MATCHES '^http://evil\\\\.sh' unwatchable\n");
}

static void test_strings(void **state)
{
    (void)state;
    assert_pattern("[url:value = 'http://evil.sh/it\\'s']", "evil.sh ticked\n");
    assert_pattern(
        "[url:value = 'search:query=x&crumb=location:\\\\\\\\185.1.2.3@80\\\\Downloads']",
        "185.1.2.3:80 ticked\n");
    assert_pattern("[url:value = 'search-ms:query=x&crumb=location:\\\\\\\\evil.sh@SSL\\\\x']",
                   "evil.sh:443 ticked\n");
}

static void test_malformed_patterns(void **state)
{
    static const char *const patterns[] = {
        "",
        "ipv4-addr:value = '1.2.3.4'",
        "[ipv4-addr:value = '185.1.2.3'",
        "[ipv4-addr:value = '185.1.2.3]",
        "[ipv4-addr:value '185.1.2.3']",
        "[ipv4-addr = '185.1.2.3']",
        "[ipv4-addr:value = ]",
        "[ipv4-addr:value = '185.1.2.3' and ipv4-addr:value = '185.1.2.4']",
        "[ipv4-addr:value IN ('185.1.2.3',)]",
        "[ipv4-addr:value = '185.1.2.3']]",
        "[(ipv4-addr:value = '185.1.2.3']",
        "[ipv4-addr:value = '185.1.2.3'] REPEATS TIMES",
        "[ipv4-addr:value = '185.1.2.3'] WITHIN 5 MINUTES",
        "[]",
        "[ipv4-addr:value = '185.1.2.3' \xC2\xA7]",
    };
    char deep[400] = {0};

    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        char expected[256];

        snprintf(expected, sizeof expected, "%s malformed\n", patterns[i]);
        assert_pattern(patterns[i], expected);
    }
    memset(deep, '(', sizeof deep - 1);
    assert_non_null(strstr(import_listing(bundle_of(deep, "")), "malformed"));
    deep[0] = '[';
    assert_non_null(strstr(import_listing(bundle_of(deep, "")), "malformed"));
}

static void test_indicators(void **state)
{
    (void)state;
    assert_string_equal(
        import_listing(bundle_of("[domain-name:value = 'evil.sh']", "\"revoked\":true,")),
        "STIX bundle\nevil.sh not-for-ids\n");
    assert_string_equal(import_listing(bundle_of("alert ip any any -> 185.1.2.3 any",
                                                 "\"pattern_type\":\"snort\",")),
                        "STIX bundle\n");
    assert_int_equal(import_listing_skipped(bundle_of("rule x {}", "\"pattern_type\":\"yara\",")),
                     1);
    assert_string_equal(import_listing_label(bundle_of("[domain-name:value = 'evil.sh']",
                                                       "\"description\":\"no\",\"name\":\"C2\","),
                                             0),
                        "C2");
    assert_string_equal(
        import_listing_label(
            bundle_of("[domain-name:value = 'evil.sh']", "\"description\":\"of x\","), 0),
        "of x");
    assert_int_equal(import_listing_line(bundle_of("[domain-name:value = 'evil.sh']", ""), 0), 3);
}

static void test_observables_are_observed(void **state)
{
    (void)state;
    /* A TAXII envelope has no type. */
    assert_string_equal(
        import_listing(text_of(
            "{\"more\":false,\"objects\":[{\"type\":\"ipv4-addr\",\"value\":\"185.1.2.3\"},"
            "{\"type\":\"observed-data\",\"objects\":{\"0\":{\"type\":\"domain-name\","
            "\"value\":\"evil.sh\",\"resolves_to_refs\":[\"1\"]},\"1\":{\"type\":\"ipv6-addr\","
            "\"value\":\"2a00:1450::7\"},\"2\":{\"type\":\"email-addr\",\"value\":\"a@evil.sh\"}}},"
            "{\"type\":\"malware\",\"name\":\"x.sh\"},{\"type\":\"url\",\"value\":"
            "\"http://u.evil.sh/\"}]}")),
        "STIX bundle\n185.1.2.3 observation\nevil.sh observation\n2a00:1450::7 observation\n"
        "u.evil.sh observation\n");
}

static void test_other_shapes(void **state)
{
    (void)state;
    assert_string_equal(
        import_listing(text_of("{\"type\":\"indicator\",\"pattern\":\"[domain-name:value='a.sh']\"}"
                               "\n{\"pattern\":\"[domain-name:value='b.sh']\",\"type\":"
                               "\"indicator\"}\n")),
        "STIX bundle\na.sh ticked\nb.sh ticked\n");
    assert_string_equal(import_listing(text_of("[{\"type\":\"indicator\",\"pattern\":"
                                               "\"[domain-name:value='a.sh']\"}]")),
                        "STIX bundle\na.sh ticked\n");
    assert_string_equal(import_listing(text_of("{\"type\":\"bundle\",\n\"objects\":[\n{]}")),
                        "refused: file, line 3: expected a name in quotation marks");
}

static void test_published_bundle(void **state)
{
    size_t size;
    char *bytes = import_check_read("tweetfeed/stix-today.json", &size);
    struct import_result *result;

    (void)state;
    if (!bytes)
        skip();
    result = import_check_text((struct text){bytes, size});
    free(bytes);
    assert_int_equal(import_format_of(result), FORMAT_STIX);
    assert_int_equal(import_count(result) + import_skipped(result), 59);
    for (size_t i = 0; i < import_count(result); i++)
        if (!import_check_is_indicator(import_finding(result, i)))
            fail_msg("rejected: %s", import_finding(result, i)->why);
    import_free(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_either),
        cmocka_unit_test(test_host_and_port),
        cmocka_unit_test(test_conditions_that_count_together),
        cmocka_unit_test(test_what_is_never_watched),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_malformed_patterns),
        cmocka_unit_test(test_indicators),
        cmocka_unit_test(test_observables_are_observed),
        cmocka_unit_test(test_other_shapes),
        cmocka_unit_test(test_published_bundle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
