/* JSON of a shape that nobody wrote down: feeds of records, and data in which hosts were merely
 * seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/import_listing.h"

static void assert_listing(struct text input, const char *expected)
{
    assert_string_equal(import_listing(input), expected);
}

/* A member by which feeds name what they list: that, and nothing else of the record. */
static void test_a_record_gives_what_it_lists(void **state)
{
    (void)state;
    assert_listing(text_of("{\"cidr\":\"185.1.2.0/24\",\"rir\":\"ripencc\",\"sblid\":\"SBL7\"}\n"
                           "{\"type\":\"metadata\",\"records\":1}\n"),
                   "JSON\n185.1.2.0/24 ticked\n");
    assert_listing(text_of("[{\"ioc\":\"evil.sh:8080\",\"reference\":\"https://report.sh/x\"},"
                           "{\"ioc_value\":\"http://c2.evil.sh/a\"},"
                           "{\"indicator\":\"185[.]1[.]2[.]3\"}]"),
                   "JSON\nevil.sh:8080 ticked\nc2.evil.sh ticked\n185.1.2.3 ticked\n");
    assert_listing(text_of("{\"data\":{\"list\":[{\"ioc\":\"evil.sh\"}]}}"),
                   "JSON\nevil.sh ticked\n");
}

static void test_the_first_of_two_members_counts(void **state)
{
    (void)state;
    assert_listing(text_of("{\"ioc\":\"evil.sh\",\"indicator\":\"other.sh\",\"ioc\":\"third.sh\"}"),
                   "JSON\nevil.sh ticked\n");
    assert_listing(text_of("{\"ioc\":\"\",\"indicator\":\"other.sh\"}"), "JSON\nother.sh ticked\n");
}

/* An address is listed only where a port and a status, or malware, say that it is one of a list. */
static void test_an_address_with_a_port_and_more_is_listed(void **state)
{
    (void)state;
    assert_listing(text_of("{\"ip_address\":\"185.1.2.3\",\"port\":443,\"status\":\"online\"}\n"
                           "{\"dst_ip\":\"185.1.2.4\",\"dst_port\":\"8080\",\"malware\":\"X\"}\n"
                           "{\"ip_address\":\"2a00:1450::7\",\"port\":80,\"malware\":\"X\"}\n"
                           "{\"ip_address\":\"evil.sh\",\"port\":81,\"malware\":\"X\"}\n"),
                   "JSON\n185.1.2.3:443 ticked\n185.1.2.4:8080 ticked\n[2a00:1450::7]:80 ticked\n"
                   "evil.sh:81 ticked\n");
    assert_listing(text_of("{\"ip_address\":\"185.1.2.3\",\"port\":443}\n"
                           "{\"ip_address\":\"185.1.2.4\",\"status\":\"online\"}\n"),
                   "JSON\n185.1.2.3 observation\n185.1.2.4 observation\n");
}

static void test_a_port_that_is_none_is_left_out(void **state)
{
    (void)state;
    assert_listing(text_of("{\"ip_address\":\"185.1.2.3\",\"port\":0,\"malware\":\"X\"}\n"
                           "{\"ip_address\":\"185.1.2.4\",\"port\":65536,\"malware\":\"X\"}\n"
                           "{\"ip_address\":\"185.1.2.5\",\"port\":\"any\",\"malware\":\"X\"}\n"),
                   "JSON\n185.1.2.3 ticked\n185.1.2.4 ticked\n185.1.2.5 ticked\n");
}

static void test_a_url_with_a_status_is_listed(void **state)
{
    (void)state;
    assert_listing(text_of("{\"url\":\"http://evil.sh:8081/x\",\"url_status\":\"online\"}\n"
                           "{\"url\":\"http://gone.sh/x\",\"url_status\":\"offline\"}\n"
                           "{\"url\":\"http://seen.sh/x\"}\n"),
                   "JSON\nevil.sh:8081 ticked\ngone.sh not-for-ids\nseen.sh observation\n");
}

static void test_labels_and_lines(void **state)
{
    struct text input = text_of("[\n{\"ioc\":\"evil.sh\",\n\"malware\":\"Some RAT\"},\n"
                                "{\"malware_printable\":\"Caf\\u00e9\",\"ioc\":\"c2.sh\"}]");

    (void)state;
    assert_string_equal(import_listing_label(input, 0), "Some RAT");
    assert_int_equal(import_listing_line(input, 0), 2);
    assert_string_equal(import_listing_label(input, 1), "Caf\xC3\xA9");
    assert_int_equal(import_listing_line(input, 1), 4);
}

/* Of records without such a member, whatever is a host was at least seen; words are not. */
static void test_hosts_in_data_are_observed(void **state)
{
    (void)state;
    assert_listing(text_of("{\"host\":\"evil.sh\",\"version\":\"1.2.3\",\"when\":\"2026-01-02\","
                           "\"note\":\"see evil.sh now\",\"mail\":\"a@evil.sh\",\"ok\":true,"
                           "\"none\":null,\"n\":7,\"word\":\"tcp\",\"net\":\"185.1.2.0/24\","
                           "\"end\":\"185.1.2.9:443\",\"six\":\"2a00:1450::7\","
                           "\"odd\":\"c2[.]evil[.]sh\"}"),
                   "JSON\nevil.sh observation\n185.1.2.0/24 observation\n"
                   "185.1.2.9:443 observation\n2a00:1450::7 observation\n"
                   "c2.evil.sh observation\n");
    assert_listing(text_of("[\"evil.sh\",[\"c2.sh\",7]]"),
                   "JSON\nevil.sh observation\nc2.sh observation\n");
    assert_listing(text_of("{\"hosts\":[\"evil.sh\"],\"more\":{\"deep\":[{\"x\":\"c2.sh\"}]}}"),
                   "JSON\nc2.sh observation\nevil.sh observation\n");
}

/* A list inside of a record is not what the record lists, whatever its name is. */
static void test_a_list_is_observed_only(void **state)
{
    (void)state;
    assert_listing(text_of("{\"ioc\":[\"evil.sh\"]}"), "JSON\nevil.sh observation\n");
}

static void test_what_is_listed_and_is_none_is_shown(void **state)
{
    (void)state;
    assert_listing(text_of("{\"ioc\":\"01eca87a1d29d8e2da2ed94930ae0d41\"}"),
                   "JSON\n01eca87a1d29d8e2da2ed94930ae0d41 unwatchable\n");
    assert_listing(text_of("{\"ioc\":\"10.0.0.5\"}"), "JSON\n10.0.0.5 private\n");
    assert_listing(text_of("{}"), "JSON\n");
    assert_listing(text_of("[{},1,true]"), "JSON\n");
}

static void test_malformed_json_is_refused_with_its_line(void **state)
{
    (void)state;
    assert_listing(text_of("[\n{\"ioc\":\"evil.sh\"}\n{\"ioc\":\"c2.sh\"}]"),
                   "refused: file, line 3: expected a comma");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_record_gives_what_it_lists),
        cmocka_unit_test(test_the_first_of_two_members_counts),
        cmocka_unit_test(test_an_address_with_a_port_and_more_is_listed),
        cmocka_unit_test(test_a_port_that_is_none_is_left_out),
        cmocka_unit_test(test_a_url_with_a_status_is_listed),
        cmocka_unit_test(test_labels_and_lines),
        cmocka_unit_test(test_hosts_in_data_are_observed),
        cmocka_unit_test(test_a_list_is_observed_only),
        cmocka_unit_test(test_what_is_listed_and_is_none_is_shown),
        cmocka_unit_test(test_malformed_json_is_refused_with_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
