/* The grammar of a watchlist: each form, what is refused and why, and that whatever is printed is
 * read back as the same thing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/watch/domain.h"
#include "core/watch/indicator.h"

/* ---- helpers ---- */

static enum status parse(const char *written, struct buffer *scratch, struct indicator *indicator,
                         const char **why)
{
    buffer_clear(scratch);
    return indicator_parse(text_from(written), scratch, indicator, why);
}

static void assert_reads_as(const char *written, enum indicator_kind kind, const char *printed)
{
    struct buffer scratch;
    struct buffer out;
    struct indicator indicator;
    const char *why = "";

    buffer_init(&scratch, 1 << 20);
    buffer_init(&out, 1 << 20);
    if (parse(written, &scratch, &indicator, &why))
        fail_msg("\"%s\" was refused: %s", written, why);
    indicator_add(&out, &indicator);
    if (indicator.kind != kind || !text_equal(buffer_text(&out), text_from(printed)))
        fail_msg("\"%s\" was read as kind %d \"%.*s\", not kind %d \"%s\"", written, indicator.kind,
                 (int)out.size, out.bytes, (int)kind, printed);
    buffer_done(&out);
    buffer_done(&scratch);
}

static void assert_refused(const char *written, const char *part_of_why)
{
    struct buffer scratch;
    struct indicator indicator;
    const char *why = "";

    memset(&indicator, 0x5A, sizeof indicator);
    buffer_init(&scratch, 1 << 20);
    if (parse(written, &scratch, &indicator, &why) != ST_INVALID)
        fail_msg("\"%s\" was taken", written);
    if (!strstr(why, part_of_why))
        fail_msg("\"%s\" was refused because it %s, not for \"%s\"", written, why, part_of_why);
    for (size_t i = 0; i < sizeof indicator; i++)
        assert_int_equal(((unsigned char *)&indicator)[i], 0x5A); /* outputs untouched */
    buffer_done(&scratch);
}

/* ---- forms ---- */

static void test_addresses(void **state)
{
    (void)state;
    assert_reads_as("192.0.2.1", INDICATOR_ADDRESS, "192.0.2.1");
    assert_reads_as("  192.0.2.1\t", INDICATOR_ADDRESS, "192.0.2.1");
    assert_reads_as("192.0.2.1:443", INDICATOR_ADDRESS, "192.0.2.1:443");
    assert_reads_as("2001:DB8:0:0::1", INDICATOR_ADDRESS, "2001:db8::1");
    assert_reads_as("[2001:db8::1]:443", INDICATOR_ADDRESS, "[2001:db8::1]:443");
    assert_reads_as("[2001:db8::1]", INDICATOR_ADDRESS, "2001:db8::1");
    assert_reads_as("::", INDICATOR_ADDRESS, "::");
    assert_reads_as("0.0.0.0", INDICATOR_ADDRESS, "0.0.0.0");
}

static void test_N7_mapped_addresses_are_ipv4(void **state)
{
    (void)state;
    assert_reads_as("::ffff:7f00:1", INDICATOR_ADDRESS, "127.0.0.1");
    assert_reads_as("::FFFF:127.0.0.1", INDICATOR_ADDRESS, "127.0.0.1");
    assert_reads_as("0:0:0:0:0:ffff:127.0.0.1", INDICATOR_ADDRESS, "127.0.0.1");
    assert_reads_as("[::ffff:127.0.0.1]:80", INDICATOR_ADDRESS, "127.0.0.1:80");
    assert_reads_as("::ffff:192.0.2.77/120", INDICATOR_NETWORK, "192.0.2.0/24");
    assert_reads_as("::ffff:0:0/96", INDICATOR_NETWORK, "0.0.0.0/0");
    assert_reads_as("::ffff:192.0.2.1/128", INDICATOR_ADDRESS, "192.0.2.1");
    assert_reads_as("::ffff:192.0.2.1-::ffff:c000:209", INDICATOR_RANGE, "192.0.2.1-192.0.2.9");
    /* Wider than the mapped block: a network of IPv6. */
    assert_reads_as("::ffff:0:0/80", INDICATOR_NETWORK, "::/80");
    assert_reads_as("::ffff:1.2.3.4/95", INDICATOR_NETWORK, "::fffe:0:0/95");
}

static void test_networks_and_ranges(void **state)
{
    (void)state;
    assert_reads_as("192.0.2.0/24", INDICATOR_NETWORK, "192.0.2.0/24");
    assert_reads_as("192.0.2.99/24", INDICATOR_NETWORK, "192.0.2.0/24");
    assert_reads_as("192.0.2.99/25:53", INDICATOR_NETWORK, "192.0.2.0/25:53");
    assert_reads_as("192.0.2.9/32", INDICATOR_ADDRESS, "192.0.2.9");
    assert_reads_as("0.0.0.0/0", INDICATOR_NETWORK, "0.0.0.0/0");
    assert_reads_as("2001:db8::/32", INDICATOR_NETWORK, "2001:db8::/32");
    assert_reads_as("[2001:db8::/33]:1", INDICATOR_NETWORK, "[2001:db8::/33]:1");
    assert_reads_as("2001:db8::7/128", INDICATOR_ADDRESS, "2001:db8::7");
    assert_reads_as("::/0", INDICATOR_NETWORK, "::/0");
    assert_reads_as("192.0.2.1-192.0.2.9", INDICATOR_RANGE, "192.0.2.1-192.0.2.9");
    assert_reads_as("192.0.2.1 - 192.0.2.9", INDICATOR_RANGE, "192.0.2.1-192.0.2.9");
    assert_reads_as("192.0.2.1-192.0.2.9:80", INDICATOR_RANGE, "192.0.2.1-192.0.2.9:80");
    assert_reads_as("192.0.2.1-192.0.2.1", INDICATOR_ADDRESS, "192.0.2.1");
    assert_reads_as("2001:db8::1-2001:db8::9", INDICATOR_RANGE, "2001:db8::1-2001:db8::9");
    assert_reads_as("[2001:db8::1-2001:db8::9]:80", INDICATOR_RANGE,
                    "[2001:db8::1-2001:db8::9]:80");
}

static void test_ports(void **state)
{
    (void)state;
    assert_reads_as("port:4444", INDICATOR_PORT, "port:4444");
    assert_reads_as("PORT: 65535", INDICATOR_PORT, "port:65535");
    assert_refused("port:0", "1 to 65535");
    assert_refused("port:65536", "1 to 65535");
    assert_refused("port:", "1 to 65535");
    assert_refused("192.0.2.1:0", "1 to 65535");
    assert_refused("192.0.2.1:99999999999999999999", "1 to 65535");
    assert_refused("[2001:db8::1]:", "1 to 65535");
    assert_refused("example.com:http", "1 to 65535");
}

static void test_domains(void **state)
{
    (void)state;
    assert_reads_as("example.com", INDICATOR_DOMAIN, "example.com");
    assert_reads_as("EXAMPLE.Com.", INDICATOR_DOMAIN, "example.com");
    assert_reads_as("example.com:8080", INDICATOR_DOMAIN, "example.com:8080");
    assert_reads_as("_dmarc.a-b.example", INDICATOR_DOMAIN, "_dmarc.a-b.example");
    assert_reads_as("192.168.112.2o7.net", INDICATOR_DOMAIN, "192.168.112.2o7.net");
    assert_reads_as("*.example.com", INDICATOR_DOMAIN_TREE, "*.example.com");
    assert_reads_as(".Example.com", INDICATOR_DOMAIN_TREE, "*.example.com");
    assert_reads_as("||example.com^", INDICATOR_DOMAIN_TREE, "*.example.com");
    assert_reads_as("||example.com", INDICATOR_DOMAIN_TREE, "*.example.com");
    assert_reads_as("*.example.com:443", INDICATOR_DOMAIN_TREE, "*.example.com:443");
    assert_reads_as("*.tk", INDICATOR_DOMAIN_TREE, "*.tk");
}

static void test_domains_in_other_scripts(void **state)
{
    (void)state;
    /* The first two are samples (A) and (B) of RFC 3492 section 7.1. */
    assert_reads_as("ليهمابتكلموشعربي؟.example", INDICATOR_DOMAIN,
                    "xn--egbpdaj6bu4bxfgehfvwxn.example");
    assert_reads_as("他们为什么不说中文.example", INDICATOR_DOMAIN,
                    "xn--ihqwcrb4cv8a8dqg056pqjye.example");
    assert_reads_as("ВИРУС.рф", INDICATOR_DOMAIN, "xn--b1amyej.xn--p1ai");
    assert_reads_as("bücher.example", INDICATOR_DOMAIN, "xn--bcher-kva.example");
    assert_reads_as("BÜCHER.example", INDICATOR_DOMAIN, "xn--bcher-kva.example");
    assert_reads_as("*.例え。テスト:80", INDICATOR_DOMAIN_TREE, "*.xn--r8jz45g.xn--zckzah:80");
    assert_reads_as("ｅｖｉｌ．ｅｘａｍｐｌｅ", INDICATOR_DOMAIN, "evil.example");
    assert_refused("\xFF\xFE.example", "UTF-8");
    assert_refused("\xED\xA0\x80.example", "UTF-8"); /* a lone surrogate */
    assert_refused("１９２．０．２．１", "number");  /* full-width digits are no address */
    assert_refused("１９２．０-１", "number");       /* nor are they half of a range */
    assert_refused("192．0-1:80", "number");
}

static void test_patterns_and_names(void **state)
{
    (void)state;
    assert_reads_as("/mshta/", INDICATOR_PATTERN, "/mshta/");
    assert_reads_as("/mshta/i", INDICATOR_PATTERN, "/mshta/i");
    assert_reads_as("/a/b/i", INDICATOR_PATTERN, "/a/b/i");
    assert_reads_as("/a/i/", INDICATOR_PATTERN, "/a/i/");
    assert_reads_as("/ # /", INDICATOR_PATTERN, "/ # /");
    assert_reads_as("name:/^x/", INDICATOR_PATTERN, "name:/^x/");
    assert_reads_as("PATH:/temp/i", INDICATOR_PATTERN, "path:/temp/i");
    assert_reads_as("command:/-enc /i", INDICATOR_PATTERN, "command:/-enc /i");
    assert_reads_as("name:Evil Tool.EXE", INDICATOR_NAME, "name:evil tool.exe");
    assert_reads_as("name: кот.exe", INDICATOR_NAME, "name:кот.exe");
    assert_refused("/", "between two slashes");
    assert_refused("/abc", "between two slashes");
    assert_refused("/abc/x", "between two slashes");
    assert_refused("//", "empty");
    assert_refused("//i", "empty");
    assert_refused("path:C:\\x.exe", "between two slashes");
    assert_refused("name:", "missing");
    assert_refused("name:a\\b", "file name");
    assert_refused("/a\nb/", "line break");
}

static void test_refusals_say_why(void **state)
{
    (void)state;
    assert_refused("", "empty");
    assert_refused("   ", "empty");
    assert_refused("hello", "one word");
    assert_refused("256.1.1.1", "neither");
    assert_refused("1.2.3", "neither");
    assert_refused("1.2.3.4.5", "neither");
    assert_refused("01.2.3.4", "neither");
    assert_refused("1:2:3", "neither");
    assert_refused("fe80::1%5", "scope");
    assert_refused("[fe80::1", "not closed");
    assert_refused("[]", "neither");
    assert_refused("[2001:db8::1]443", "follows the bracket");
    assert_refused("192.0.2.0/33", "too long");
    assert_refused("192.0.2.0/129", "prefix");
    assert_refused("2001:db8::/129", "prefix");
    assert_refused("192.0.2.0/", "prefix");
    assert_refused("192.0.2.9-192.0.2.1", "before it begins");
    assert_refused("192.0.2.9-", "range");
    assert_refused("::1-::ffff:1.2.3.4", "different kinds");
    assert_refused("http://evil.example/x", "URL");
    assert_refused("evil.example/x", "path");
    assert_refused("evil[.]example", "defanged");
    assert_refused("bob@evil.example", "mail");
    assert_refused("evil.example is bad", "more than one word");
    assert_refused("evil..example", "empty");
    assert_refused(".", "empty");
    assert_refused("*.", "empty");
    assert_refused("||^", "empty");
    assert_refused("evil.example!", "no host name has");
    assert_refused("evil.123", "number");
    assert_refused("evil.1-2", "number");
    assert_refused("evil.-", "number");
    assert_refused("a.example.--:80", "number");
    assert_refused("a23456789012345678901234567890123456789012345678901234567890123456789.example",
                   "63");
}

static void test_long_inputs(void **state)
{
    struct buffer scratch;
    struct indicator indicator;
    const char *why = "";
    char name[DOMAIN_MOST + 10];
    static char huge[INDICATOR_MOST + 10];

    (void)state;
    for (size_t i = 0; i < sizeof name; i++)
        name[i] = i % 2 ? '.' : 'a';
    buffer_init(&scratch, 1 << 20);
    assert_int_equal(indicator_parse((struct text){name, DOMAIN_MOST}, &scratch, &indicator, &why),
                     ST_OK);
    assert_int_equal(indicator.value.size, DOMAIN_MOST);
    assert_int_equal(
        indicator_parse((struct text){name, DOMAIN_MOST + 2}, &scratch, &indicator, &why),
        ST_INVALID);
    assert_non_null(strstr(why, "2,047"));
    memset(huge, 'a', sizeof huge);
    assert_int_equal(indicator_parse((struct text){huge, sizeof huge}, &scratch, &indicator, &why),
                     ST_INVALID);
    assert_non_null(strstr(why, "4096"));
    /* NULs are refused wherever they stand. */
    assert_int_equal(indicator_parse(text_of("evil\0.example"), &scratch, &indicator, &why),
                     ST_INVALID);
    assert_int_equal(indicator_parse(text_of("192.0.2.1\0"), &scratch, &indicator, &why),
                     ST_INVALID);
    assert_int_equal(indicator_parse(text_of("name:a\0b"), &scratch, &indicator, &why), ST_INVALID);
    assert_int_equal(indicator_parse(text_of("/a\0b/"), &scratch, &indicator, &why), ST_INVALID);
    buffer_done(&scratch);
}

static void test_full_scratch_is_told(void **state)
{
    struct buffer scratch;
    struct indicator indicator;
    const char *why = "";

    (void)state;
    buffer_init(&scratch, 4);
    assert_int_equal(parse("EXAMPLE.com", &scratch, &indicator, &why), ST_TOO_LARGE);
    assert_int_equal(parse("name:EXAMPLE", &scratch, &indicator, &why), ST_TOO_LARGE);
    assert_int_equal(parse("bücher.example", &scratch, &indicator, &why), ST_TOO_LARGE);
    buffer_done(&scratch);
}

static void test_ecs_types(void **state)
{
    static const struct {
        const char *written;
        const char *type;
    } rows[] = {
        {"192.0.2.1", "ipv4-addr"},
        {"192.0.2.0/24", "ipv4-addr"},
        {"2001:db8::1-2001:db8::2", "ipv6-addr"},
        {"example.com", "domain-name"},
        {"*.example.com", "domain-name"},
        {"port:1", "port"},
        {"/x/", "process"},
        {"name:x", "process"},
    };
    struct buffer scratch;
    struct indicator indicator;
    const char *why = "";

    (void)state;
    buffer_init(&scratch, 1 << 16);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(parse(rows[i].written, &scratch, &indicator, &why), ST_OK);
        assert_string_equal(indicator_ecs_type(&indicator), rows[i].type);
    }
    buffer_done(&scratch);
}

/* ---- whatever is printed is read back as the same ---- */

static uint64_t seed = 0x9E3779B97F4A7C15u;

static uint32_t draw(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 32) % below;
}

static struct address random_address(bool ipv4)
{
    uint8_t bytes[16];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(draw(3) ? draw(256) : draw(2) ? 0 : 255);
    return ipv4 ? address_from_ipv4(bytes) : address_from_ipv6(bytes);
}

static size_t random_text(char *out, size_t most, const char *alphabet)
{
    size_t size = 1 + draw((uint32_t)most);

    for (size_t i = 0; i < size; i++)
        out[i] = alphabet[draw((uint32_t)strlen(alphabet))];
    return size;
}

static void random_span(struct indicator *made)
{
    bool ipv4 = draw(2);
    struct address a = random_address(ipv4);
    struct address b = random_address(ipv4);

    if (made->kind == INDICATOR_NETWORK) {
        assert_int_equal(indicator_set_network(made, &a, draw(ipv4 ? 33 : 129)), ST_OK);
        return;
    }
    if (address_is_ipv4(&a) != address_is_ipv4(&b) || address_equal(&a, &b))
        made->kind = INDICATOR_ADDRESS;
    if (made->kind == INDICATOR_ADDRESS)
        b = a;
    made->low = address_compare(&a, &b) < 0 ? a : b;
    made->high = address_compare(&a, &b) < 0 ? b : a;
}

static void random_value(struct indicator *made, char *room)
{
    static const uint8_t on[] = {PATTERN_ON_NAME, PATTERN_ON_PATH, PATTERN_ON_COMMAND,
                                 PATTERN_ON_ALL};

    made->value.bytes = room;
    if (made->kind == INDICATOR_PATTERN) {
        made->value.size = random_text(room, 60, "ab/#i\\.*+?()[]: ^$|é");
        made->pattern_on = on[draw(4)];
        made->ignore_case = draw(2);
    } else if (made->kind == INDICATOR_NAME) {
        made->value.size = 2 + random_text(room + 1, 60, "abcxyz0.#-_!() ");
        room[0] = 'a';
        room[made->value.size - 1] = 'z'; /* neither begins nor ends in white space */
    } else {
        made->value.size = random_text(room, 60, "abcdefghijklmnopqrstuvwxyz0123456789-_");
        memcpy(room + made->value.size, ".example", 8);
        made->value.size += 8;
    }
}

static struct indicator random_indicator(char *room)
{
    struct indicator made = {.kind = (uint8_t)draw(INDICATOR_KINDS)};

    if (made.kind <= INDICATOR_RANGE)
        random_span(&made);
    else if (made.kind != INDICATOR_PORT)
        random_value(&made, room);
    if (made.kind == INDICATOR_PORT || (made.kind <= INDICATOR_DOMAIN_TREE && draw(2)))
        made.port = (uint16_t)(1 + draw(65535));
    return made;
}

static void test_print_and_parse_agree(void **state)
{
    char room[128];
    struct buffer out;
    struct buffer scratch;
    struct indicator back;
    const char *why = "";

    (void)state;
    buffer_init(&out, 1 << 20);
    buffer_init(&scratch, 1 << 20);
    for (int turn = 0; turn < 50000; turn++) {
        struct indicator made = random_indicator(room);

        buffer_clear(&out);
        buffer_clear(&scratch);
        indicator_add(&out, &made);
        if (indicator_parse(buffer_text(&out), &scratch, &back, &why))
            fail_msg("\"%.*s\" was printed but refused: %s", (int)out.size, out.bytes, why);
        if (back.kind != made.kind || back.prefix != made.prefix || back.port != made.port ||
            back.pattern_on != made.pattern_on || back.ignore_case != made.ignore_case ||
            !address_equal(&back.low, &made.low) || !address_equal(&back.high, &made.high) ||
            !text_equal(back.value, made.value))
            fail_msg("\"%.*s\" was read back as something else (kind %d for %d)", (int)out.size,
                     out.bytes, back.kind, made.kind);
        assert_int_equal(scratch.size, 0); /* nothing had to be changed */
    }
    buffer_done(&out);
    buffer_done(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_N7_mapped_addresses_are_ipv4),
        cmocka_unit_test(test_networks_and_ranges),
        cmocka_unit_test(test_ports),
        cmocka_unit_test(test_domains),
        cmocka_unit_test(test_domains_in_other_scripts),
        cmocka_unit_test(test_patterns_and_names),
        cmocka_unit_test(test_refusals_say_why),
        cmocka_unit_test(test_long_inputs),
        cmocka_unit_test(test_full_scratch_is_told),
        cmocka_unit_test(test_ecs_types),
        cmocka_unit_test(test_print_and_parse_agree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
