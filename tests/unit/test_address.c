#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/model/address.h"

#include <string.h>

static struct address parsed(const char *text)
{
    struct address address;
    if (!address_parse(text_from(text), &address))
        fail_msg("%s was not read", text);
    return address;
}

static void assert_printed(const char *text, const char *expected)
{
    struct address address = parsed(text);
    struct buffer out;
    buffer_init(&out, 100);
    address_add(&out, &address);
    if (!text_equal(buffer_text(&out), text_from(expected)))
        fail_msg("%s became %.*s, not %s", text, (int)out.size, out.bytes, expected);
    buffer_done(&out);
}

static void test_printed_as_rfc_5952_has_it(void **state)
{
    (void)state;
    assert_printed("192.0.2.1", "192.0.2.1");
    assert_printed("0.0.0.0", "0.0.0.0");
    assert_printed("255.255.255.255", "255.255.255.255");
    assert_printed("::", "::");
    assert_printed("::1", "::1");
    assert_printed("1::", "1::");
    assert_printed("2001:DB8::0001", "2001:db8::1");
    assert_printed("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1");    /* the first of equals */
    assert_printed("2001:0:0:1:0:0:0:1", "2001:0:0:1::1");          /* the longest */
    assert_printed("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"); /* one group is not shortened */
    assert_printed("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1");
    assert_printed("fe80:0:0:0:0:0:0:abcd", "fe80::abcd");
    assert_printed("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::");
    assert_printed("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8");
    assert_printed("64:ff9b::192.0.2.33", "64:ff9b::c000:221");
    assert_printed("::13.1.68.3", "::d01:4403");
    assert_printed("a:b:c:d:e:f:1.2.3.4", "a:b:c:d:e:f:102:304");
}

static void test_N7_mapped_addresses_are_the_ipv4_address(void **state)
{
    (void)state;
    static const char *const mapped[] = {"::ffff:7f00:1", "::FFFF:127.0.0.1",
                                         "0:0:0:0:0:ffff:127.0.0.1"};
    const uint8_t octets[4] = {127, 0, 0, 1};
    struct address plain = address_from_ipv4(octets);
    for (size_t i = 0; i < 3; i++) {
        struct address address = parsed(mapped[i]);
        assert_true(address_equal(&address, &plain));
        assert_int_equal(address_compare(&address, &plain), 0);
        assert_true(address_hash(&address) == address_hash(&plain));
        assert_true(address_is_ipv4(&address));
        assert_true(address_is_loopback(&address));
        assert_printed(mapped[i], "127.0.0.1");
    }
    struct address again = address_from_ipv6(plain.bytes);
    assert_true(address_equal(&again, &plain));
}

static void test_what_is_no_address_is_not_read(void **state)
{
    (void)state;
    static const char *const foreign[] = {"",
                                          "1",
                                          "1.2.3",
                                          "1.2.3.4.5",
                                          "1.2.3.256",
                                          "1.2.3.04",
                                          "01.2.3.4",
                                          "1.2.3.4 ",
                                          " 1.2.3.4",
                                          "1..3.4",
                                          "1.2.3.",
                                          ".1.2.3",
                                          "1.2.3.-4",
                                          "1.2.3.1000",
                                          "0x1.2.3.4",
                                          "1.2.3.4/32",
                                          ":",
                                          ":::",
                                          "1:::2",
                                          "1::2::3",
                                          "1:2:3:4:5:6:7",
                                          "1:2:3:4:5:6:7:8:9",
                                          "1:2:3:4:5:6:7:8::",
                                          "::1:2:3:4:5:6:7:8",
                                          "1:2:3:4::5:6:7:8",
                                          "12345::",
                                          "g::",
                                          "::1%5",
                                          "[::1]",
                                          "::1:",
                                          ":1",
                                          "1:",
                                          "1:2:3:4:5:6:7:1.2.3.4",
                                          "::1.2.3",
                                          "::1.2.3.4.5",
                                          "::1.2.3.4:5",
                                          "::256.1.1.1",
                                          "1:2:3:4:5:6:7:",
                                          ":2:3:4:5:6:7:8",
                                          "fe80::1%eth0",
                                          "1.2.3.4::",
                                          "::ffff:1.2.3.04"};
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        struct address address;
        memset(&address, 7, sizeof address);
        struct address before = address;
        if (address_parse(text_from(foreign[i]), &address))
            fail_msg("%s was read", foreign[i]);
        assert_memory_equal(&address, &before, sizeof address);
    }
    struct address address;
    assert_false(address_parse(text_of("1.2.3.4\0"), &address));
}

static void test_kinds_of_addresses(void **state)
{
    (void)state;
    struct address address = parsed("0.0.0.0");
    assert_true(address_is_unspecified(&address));
    address = parsed("::");
    assert_true(address_is_unspecified(&address));
    assert_false(address_is_ipv4(&address));
    address = parsed("0.0.0.1");
    assert_false(address_is_unspecified(&address));
    address = parsed("::1");
    assert_true(address_is_loopback(&address));
    assert_false(address_is_unspecified(&address));
    address = parsed("127.255.0.1");
    assert_true(address_is_loopback(&address));
    address = parsed("128.0.0.1");
    assert_false(address_is_loopback(&address));
    address = parsed("169.254.1.1");
    assert_true(address_is_link_local(&address));
    address = parsed("169.253.1.1");
    assert_false(address_is_link_local(&address));
    address = parsed("febf::1");
    assert_true(address_is_link_local(&address));
    address = parsed("fec0::1");
    assert_false(address_is_link_local(&address));
}

static void test_order(void **state)
{
    (void)state;
    struct address low = parsed("9.0.0.1");
    struct address high = parsed("10.0.0.1");
    struct address other = parsed("2001:db8::1");
    assert_true(address_compare(&low, &high) < 0);
    assert_true(address_compare(&high, &low) > 0);
    assert_true(address_compare(&high, &other) < 0); /* IPv4 before global IPv6 */
    assert_true(address_hash(&low) != address_hash(&high));
}

static void assert_end(const char *address, uint32_t scope, uint16_t port, const char *expected)
{
    struct endpoint endpoint = {.address = parsed(address), .scope = scope, .port = port};
    struct buffer out;
    buffer_init(&out, 100);
    endpoint_add(&out, &endpoint);
    if (!text_equal(buffer_text(&out), text_from(expected)))
        fail_msg("%.*s, not %s", (int)out.size, out.bytes, expected);
    buffer_done(&out);
}

static void test_ends(void **state)
{
    (void)state;
    assert_end("1.2.3.4", 0, 80, "1.2.3.4:80");
    assert_end("1.2.3.4", 9, 80, "1.2.3.4:80");
    assert_end("2001:db8::1", 0, 65535, "[2001:db8::1]:65535");
    assert_end("fe80::1", 5, 80, "[fe80::1%5]:80");
    assert_end("fe80::1", 0, 80, "[fe80::1]:80");
    assert_end("2001:db8::1", 5, 80, "[2001:db8::1]:80"); /* no scope but for link-local */
}

static void test_random_addresses_round_trip(void **state)
{
    (void)state;
    uint32_t seed = 1;
    struct buffer out;
    buffer_init(&out, 100);
    for (int i = 0; i < 100000; i++) {
        struct address address;
        struct address back;
        for (int j = 0; j < 16; j++) {
            seed = seed * 1664525 + 1013904223;
            address.bytes[j] = seed >> 30 ? 0 : (uint8_t)(seed >> 20); /* many zeros */
        }
        buffer_clear(&out);
        address_add(&out, &address);
        if (!address_parse(buffer_text(&out), &back) || !address_equal(&address, &back))
            fail_msg("%.*s", (int)out.size, out.bytes);
    }
    buffer_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_printed_as_rfc_5952_has_it),
        cmocka_unit_test(test_N7_mapped_addresses_are_the_ipv4_address),
        cmocka_unit_test(test_what_is_no_address_is_not_read),
        cmocka_unit_test(test_kinds_of_addresses),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_random_addresses_round_trip),
    };
    return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
