/* The watchlist: what matches what, which indicator wins, where it came from; and that the tables
 * agree with a plain walk over all indicators, whatever the list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/watch/watchlist.h"
#include "tests/support/failing_memory.h"

/* ---- helpers ---- */

static struct watchlist_builder *builder_of(const char *content)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist_lines lines;
    struct buffer problems;

    assert_non_null(builder);
    buffer_init(&problems, 1 << 20);
    assert_int_equal(watchlist_add_file_text(builder, text_from(content), text_of("list.txt"),
                                             &problems, &lines),
                     ST_OK);
    if (problems.size)
        fail_msg("%.*s", (int)problems.size, problems.bytes);
    buffer_done(&problems);
    return builder;
}

static const struct watchlist *list_of(const char *content)
{
    struct watchlist *list = NULL;

    assert_int_equal(watchlist_build(builder_of(content), &list), ST_OK);
    return list;
}

static struct address address_of(const char *written)
{
    struct address address;

    assert_true(address_parse(text_from(written), &address));
    return address;
}

static void assert_is(const struct watchlist *list, uint32_t number, const char *expected,
                      const char *asked)
{
    struct indicator_origin origin = {0};

    if (number != NO_INDICATOR)
        watchlist_indicator(list, number, NULL, &origin);
    if (!text_equal(origin.written, text_from(expected)))
        fail_msg("%s matched \"%.*s\", not \"%s\"", asked, (int)origin.written.size,
                 origin.written.bytes, expected);
}

static void assert_address(const struct watchlist *list, const char *written, uint16_t port,
                           const char *expected)
{
    struct address address = address_of(written);

    assert_is(list, watchlist_match_address(list, &address, port), expected, written);
}

static void assert_name(const struct watchlist *list, const char *name, uint16_t port,
                        const char *expected)
{
    assert_is(list, watchlist_match_name(list, text_from(name), port), expected, name);
}

/* ---- addresses ---- */

static void test_addresses_and_ports(void **state)
{
    const struct watchlist *list = list_of("192.0.2.1\n192.0.2.1:443\n192.0.2.2:80\n"
                                           "2001:db8::1\n[2001:db8::1]:443\n0.0.0.0\n"
                                           "255.255.255.255\nport:4444\nport:53\n");

    (void)state;
    assert_address(list, "192.0.2.1", 0, "192.0.2.1");
    assert_address(list, "192.0.2.1", 80, "192.0.2.1");
    assert_address(list, "192.0.2.1", 443, "192.0.2.1:443");
    assert_address(list, "192.0.2.2", 80, "192.0.2.2:80");
    assert_address(list, "192.0.2.2", 81, "");
    assert_address(list, "192.0.2.2", 0, "");
    assert_address(list, "192.0.2.3", 0, "");
    assert_address(list, "2001:db8::1", 1, "2001:db8::1");
    assert_address(list, "2001:db8::1", 443, "[2001:db8::1]:443");
    assert_address(list, "2001:db8::2", 443, "");
    assert_address(list, "0.0.0.0", 9, "0.0.0.0");
    assert_address(list, "255.255.255.255", 9, "255.255.255.255");
    assert_is(list, watchlist_match_port(list, 4444), "port:4444", "4444");
    assert_is(list, watchlist_match_port(list, 53), "port:53", "53");
    assert_is(list, watchlist_match_port(list, 54), "", "54");
    assert_int_equal(watchlist_count(list), 9);
    watchlist_release(list);
}

static void test_N7_mapped_addresses_match_ipv4_lists(void **state)
{
    const struct watchlist *list = list_of("127.0.0.1\n198.51.100.0/24\n::/0\n");

    (void)state;
    assert_address(list, "::ffff:7f00:1", 0, "127.0.0.1");
    assert_address(list, "::FFFF:127.0.0.1", 0, "127.0.0.1");
    assert_address(list, "0:0:0:0:0:ffff:127.0.0.1", 0, "127.0.0.1");
    assert_address(list, "::ffff:198.51.100.7", 0, "198.51.100.0/24");
    /* All of IPv6 is not all of IPv4. */
    assert_address(list, "::ffff:192.0.2.1", 0, "");
    assert_address(list, "2001:db8::1", 0, "::/0");
    watchlist_release(list);
    list = list_of("::ffff:127.0.0.1\n");
    assert_address(list, "127.0.0.1", 0, "::ffff:127.0.0.1");
    watchlist_release(list);
}

static void test_the_narrowest_wins(void **state)
{
    const struct watchlist *list =
        list_of("0.0.0.0/0\n10.0.0.0/8\n10.1.0.0/16\n10.1.2.0/24\n10.1.2.3\n"
                "10.1.2.0-10.1.2.15\n10.1.2.8-10.1.3.255\n10.1.2.0/24:80\n10.0.0.0/8:443\n"
                "2001:db8::/32\n2001:db8:1::/48\n255.255.255.0/24\n");

    (void)state;
    assert_address(list, "9.255.255.255", 0, "0.0.0.0/0");
    assert_address(list, "10.0.0.0", 0, "10.0.0.0/8");
    assert_address(list, "10.255.255.255", 0, "10.0.0.0/8");
    assert_address(list, "11.0.0.0", 0, "0.0.0.0/0");
    assert_address(list, "10.1.1.1", 0, "10.1.0.0/16");
    assert_address(list, "10.1.2.3", 0, "10.1.2.3");
    assert_address(list, "10.1.2.2", 0, "10.1.2.0-10.1.2.15");
    assert_address(list, "10.1.2.16", 0, "10.1.2.0/24");
    assert_address(list, "10.1.2.16", 80,
                   "10.1.2.0/24:80"); /* of two alike the one with the port */
    assert_address(list, "10.1.2.15", 80, "10.1.2.0-10.1.2.15");
    assert_address(list, "10.1.3.0", 0, "10.1.2.8-10.1.3.255");
    assert_address(list, "10.1.4.0", 443, "10.1.0.0/16");
    assert_address(list, "10.2.0.0", 443, "10.0.0.0/8:443");
    assert_address(list, "255.255.255.255", 0, "255.255.255.0/24");
    assert_address(list, "2001:db8:1::5", 0, "2001:db8:1::/48");
    assert_address(list, "2001:db8:2::5", 0, "2001:db8::/32");
    assert_address(list, "2001:db9::", 0, "");
    watchlist_release(list);
}

static void test_spans_with_ports_only(void **state)
{
    const struct watchlist *list = list_of("10.0.0.0/8:443\n10.0.0.0/8:80\n[2001:db8::/32]:443\n"
                                           "10.5.0.0-10.6.0.0:443\n");

    (void)state;
    assert_address(list, "10.1.1.1", 443, "10.0.0.0/8:443");
    assert_address(list, "10.1.1.1", 80, "10.0.0.0/8:80");
    assert_address(list, "10.1.1.1", 81, "");
    assert_address(list, "10.1.1.1", 0, "");
    assert_address(list, "10.5.1.1", 443, "10.5.0.0-10.6.0.0:443");
    assert_address(list, "2001:db8::", 443, "[2001:db8::/32]:443");
    assert_address(list, "2001:db8::", 80, "");
    watchlist_release(list);
}

/* ---- names ---- */

static void test_names(void **state)
{
    const struct watchlist *list =
        list_of("example.com\n*.tree.example\n*.a.tree.example\nboth.example\n*.both.example\n"
                "example.com:8080\n*.port.example:53\n*.tk\n");

    (void)state;
    assert_name(list, "example.com", 0, "example.com");
    assert_name(list, "EXAMPLE.com.", 0, "example.com");
    assert_name(list, "www.example.com", 0, "");
    assert_name(list, "xexample.com", 0, "");
    assert_name(list, "example.com", 8080, "example.com:8080");
    assert_name(list, "example.com", 80, "example.com");
    assert_name(list, "tree.example", 0, "*.tree.example");
    assert_name(list, "x.y.tree.example", 0, "*.tree.example");
    assert_name(list, "x.a.tree.example", 0, "*.a.tree.example");
    assert_name(list, "xtree.example", 0, "");
    assert_name(list, "both.example", 0, "both.example");
    assert_name(list, "x.both.example", 0, "*.both.example");
    assert_name(list, "x.port.example", 53, "*.port.example:53");
    assert_name(list, "x.port.example", 54, "");
    assert_name(list, "free.tk", 0, "*.tk");
    assert_name(list, "tk", 0, "*.tk");
    assert_name(list, "", 0, "");
    assert_name(list, ".", 0, "");
    assert_true(watchlist_has_domains(list));
    assert_false(watchlist_has_patterns(list));
    watchlist_release(list);
}

/* N11: an address, a name that the machine resolved and a reverse name are three things. What is on
 * the list as one of them never matches by another. */
static void test_N11_a_name_is_not_an_address(void **state)
{
    const struct watchlist *list = list_of("192.0.2.1\nname.example\n");

    (void)state;
    assert_name(list, "192.0.2.1", 0, "");
    assert_name(list, "1.2.0.192.in-addr.arpa", 0, "");
    assert_address(list, "192.0.2.2", 0, "");
    assert_name(list, "name.example", 0, "name.example");
    watchlist_release(list);
}

static void test_one_name_with_many_ports_is_no_queue(void **state)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist *list = NULL;
    struct indicator indicator = {.kind = INDICATOR_DOMAIN, .value = text_of("many.example")};
    struct indicator_origin origin = {0};

    (void)state;
    for (unsigned port = 1; port <= UINT16_MAX; port++) {
        indicator.port = (uint16_t)port;
        assert_int_equal(watchlist_add(builder, &indicator, &origin, NULL), ST_OK);
    }
    assert_int_equal(watchlist_build(builder, &list), ST_OK);
    assert_name(list, "many.example", 65535, "many.example:65535");
    assert_name(list, "many.example", 1, "many.example:1");
    assert_name(list, "many.example", 0, "");
    watchlist_release(list);
}

/* ---- processes ---- */

static struct process_facts facts_of(const char *name, const char *image, const char *command)
{
    struct process_facts facts = {.name = text_from(name)};

    facts.image.value = text_from(image);
    facts.command.value = text_from(command);
    return facts;
}

static void assert_process(const struct watchlist *list, struct process_facts facts,
                           const char *expected)
{
    bool slow = true;

    assert_is(list, watchlist_match_process(list, &facts, &slow), expected, "the process");
    assert_false(slow);
}

static void test_processes(void **state)
{
    const struct watchlist *list =
        list_of("name:Evil.exe\nname:/^upd.{3}\\.exe$/\npath:/\\\\temp\\\\/i\n"
                "command:/-enc\\s/\n/mimi/i\n");
    struct process_facts facts;

    (void)state;
    assert_true(watchlist_has_patterns(list));
    assert_false(watchlist_has_domains(list));
    assert_process(list, facts_of("EVIL.EXE", "", ""), "name:Evil.exe");
    assert_process(list, facts_of("evil.exe2", "", ""), "");
    assert_process(list, facts_of("upd123.exe", "", ""), "name:/^upd.{3}\\.exe$/");
    assert_process(list, facts_of("a.exe", "C:\\TEMP\\a.exe", ""), "path:/\\\\temp\\\\/i");
    assert_process(list, facts_of("a.exe", "", "C:\\temp\\a.exe"), "");
    assert_process(list, facts_of("a.exe", "", "a -enc QUJD"), "command:/-enc\\s/");
    assert_process(list, facts_of("MIMI", "", ""), "/mimi/i");
    assert_process(list, facts_of("a", "c:\\mimi", ""), "/mimi/i");
    assert_process(list, facts_of("a", "", "x mimi"), "/mimi/i");
    facts = facts_of("a", "c:\\mimi", "");
    facts.image.state = READ_DENIED; /* what could not be read is no text */
    assert_process(list, facts, "");
    watchlist_release(list);
}

static void test_a_slow_pattern_is_not_a_no(void **state)
{
    const struct watchlist *list = list_of("command:/^(a+)+$/\nname:/fine/\n");
    struct process_facts facts = facts_of("x", "", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
    bool slow = false;

    (void)state;
    assert_int_equal(watchlist_match_process(list, &facts, &slow), NO_INDICATOR);
    assert_true(slow);
    facts.name = text_of("fine"); /* the others are tried all the same */
    assert_is(list, watchlist_match_process(list, &facts, &slow), "name:/fine/", "fine");
    assert_false(slow);
    watchlist_release(list);
}

/* ---- origins, duplicates ---- */

static void test_origins(void **state)
{
    struct watchlist_builder *builder =
        builder_of("# head\n\n  192.0.2.1  # ET CNC group 1 \nEXAMPLE.com\n192.0.2.1\n");
    struct indicator_origin origin = {text_of("hxxp://evil[.]example/"), text_of("report.txt"), 0,
                                      text_of("ET CNC group 1")};
    struct indicator indicator = {.kind = INDICATOR_DOMAIN, .value = text_of("evil.example")};
    struct watchlist *list = NULL;

    (void)state;
    assert_int_equal(watchlist_add(builder, &indicator, &origin, NULL), ST_OK);
    assert_int_equal(watchlist_builder_count(builder), 3);
    assert_int_equal(watchlist_build(builder, &list), ST_OK);
    assert_int_equal(watchlist_count(list), 3);
    assert_int_equal(watchlist_duplicates(list), 1);
    watchlist_indicator(list, 0, &indicator, &origin);
    assert_int_equal(indicator.kind, INDICATOR_ADDRESS);
    assert_true(text_equal(origin.written, text_of("192.0.2.1")));
    assert_true(text_equal(origin.file, text_of("list.txt")));
    assert_true(text_equal(origin.label, text_of("ET CNC group 1")));
    assert_int_equal(origin.line, 3);
    watchlist_indicator(list, 1, &indicator, &origin);
    assert_true(text_equal(origin.written, text_of("EXAMPLE.com")));
    assert_true(text_equal(indicator.value, text_of("example.com")));
    assert_int_equal(origin.label.size, 0);
    assert_int_equal(origin.line, 4);
    watchlist_indicator(list, 2, &indicator, &origin);
    assert_true(text_equal(origin.written, text_of("hxxp://evil[.]example/")));
    assert_true(text_equal(origin.file, text_of("report.txt")));
    assert_true(text_equal(origin.label, text_of("ET CNC group 1")));
    assert_int_equal(origin.line, 0);
    watchlist_release(list);
}

static void test_what_the_grammar_cannot_say_is_refused(void **state)
{
    static const struct {
        struct indicator indicator;
        const char *why;
    } rows[] = {
        {{.kind = INDICATOR_DOMAIN, .value = {"two words", 9}}, "word"},
        {{.kind = INDICATOR_DOMAIN, .value = {"192.0.2.1", 9}}, "something else"},
        {{.kind = INDICATOR_NAME, .value = {"/x/", 3}}, "something else"},
        {{.kind = INDICATOR_PATTERN, .pattern_on = PATTERN_ON_NAME, .value = {"a\nb", 3}}, "line"},
        {{.kind = INDICATOR_PATTERN, .pattern_on = PATTERN_ON_ALL, .value = {"a(b", 3}},
         "parenthesis"},
        {{.kind = INDICATOR_PORT}, "65535"},
        {{.kind = INDICATOR_KINDS}, "empty"},
    };
    struct watchlist_builder *builder = watchlist_builder_new();
    struct indicator_origin origin = {0};
    struct buffer why;

    (void)state;
    buffer_init(&why, 1000);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        buffer_clear(&why);
        assert_int_equal(watchlist_add(builder, &rows[i].indicator, &origin, &why), ST_INVALID);
        if (text_find(buffer_text(&why), text_from(rows[i].why)) == SIZE_MAX)
            fail_msg("row %zu: \"%.*s\"", i, (int)why.size, why.bytes);
        assert_int_equal(watchlist_add(builder, &rows[i].indicator, &origin, NULL), ST_INVALID);
    }
    assert_int_equal(watchlist_builder_count(builder), 0);
    buffer_done(&why);
    watchlist_builder_free(builder);
}

static void test_empty_list(void **state)
{
    const struct watchlist *list = list_of("");
    struct process_facts facts = facts_of("a", "b", "c");

    (void)state;
    assert_int_equal(watchlist_count(list), 0);
    assert_int_equal(watchlist_count(NULL), 0);
    assert_address(list, "192.0.2.1", 80, "");
    assert_address(list, "::1", 80, "");
    assert_name(list, "a.example", 0, "");
    assert_process(list, facts, "");
    assert_int_equal(watchlist_match_port(list, 1), NO_INDICATOR);
    assert_true(watchlist_size(list) > 0);
    assert_ptr_equal(watchlist_retain(list), list);
    watchlist_release(list);
    watchlist_release(list);
    watchlist_release(NULL);
    assert_null(watchlist_retain(NULL));
    watchlist_builder_free(NULL);
}

/* ---- against a plain walk ---- */

static uint64_t seed = 0x2545F4914F6CDD1Du;

static uint32_t draw(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 32) % below;
}

/* From a small world, so that things overlap, touch and hit the ends. */
static struct address small_address(bool ipv4)
{
    static const uint8_t octets[] = {0, 1, 2, 127, 128, 254, 255};
    uint8_t bytes[16] = {0};

    for (size_t i = 0; i < 16; i++) {
        bool varied = ipv4 ? i < 4 : i < 2 || i == 8 || i > 14;

        bytes[i] = varied ? octets[draw(7)] : (uint8_t)(draw(2) ? 0 : 255);
    }
    return ipv4 ? address_from_ipv4(bytes) : address_from_ipv6(bytes);
}

static struct indicator small_indicator(void)
{
    bool ipv4 = draw(2);
    struct address a = small_address(ipv4);
    struct address b = small_address(ipv4);
    struct indicator made = {.kind = INDICATOR_ADDRESS, .low = a, .high = a};

    if (draw(3) == 0)
        assert_int_equal(indicator_set_network(&made, &a, draw(address_is_ipv4(&a) ? 33 : 129)),
                         ST_OK);
    else if (draw(2) && address_is_ipv4(&a) == address_is_ipv4(&b) && !address_equal(&a, &b))
        made = (struct indicator){.kind = INDICATOR_RANGE,
                                  .low = address_compare(&a, &b) < 0 ? a : b,
                                  .high = address_compare(&a, &b) < 0 ? b : a};
    made.port = (uint16_t)(draw(3) ? 0 : 1 + draw(3));
    return made;
}

static void width_of(const struct indicator *indicator, uint8_t width[16])
{
    int borrow = 0;

    for (size_t i = 16; i-- > 0;) {
        int byte = indicator->high.bytes[i] - indicator->low.bytes[i] - borrow;

        borrow = byte < 0;
        width[i] = (uint8_t)byte;
    }
}

/* Whether a wins over b, as the header has it; both match. */
static bool wins(const struct indicator *a, const struct indicator *b)
{
    uint8_t width_a[16];
    uint8_t width_b[16];
    int order;

    if ((a->kind == INDICATOR_ADDRESS) != (b->kind == INDICATOR_ADDRESS))
        return a->kind == INDICATOR_ADDRESS;
    width_of(a, width_a);
    width_of(b, width_b);
    order = memcmp(width_a, width_b, 16);
    if (order)
        return order < 0;
    if ((a->port != 0) != (b->port != 0))
        return a->port != 0;
    return a->kind == INDICATOR_NETWORK && b->kind == INDICATOR_RANGE;
}

static uint32_t walk(const struct watchlist *list, const struct address *address, uint16_t port)
{
    struct indicator best = {0};
    uint32_t found = NO_INDICATOR;

    for (uint32_t number = 0; number < watchlist_count(list); number++) {
        struct indicator one;

        watchlist_indicator(list, number, &one, NULL);
        if ((one.port && one.port != port) ||
            address_is_ipv4(address) != address_is_ipv4(&one.low) ||
            address_compare(address, &one.low) < 0 || address_compare(address, &one.high) > 0)
            continue;
        if (found == NO_INDICATOR || wins(&one, &best)) {
            best = one;
            found = number;
        }
    }
    return found;
}

static void assert_agrees(const struct watchlist *list, const struct address *address,
                          uint16_t port)
{
    uint32_t found = watchlist_match_address(list, address, port);
    uint32_t expected = walk(list, address, port);

    if (found != expected) {
        struct indicator_origin a = {0};
        struct indicator_origin b = {0};
        struct buffer out;

        buffer_init(&out, 1000);
        address_add(&out, address);
        if (found != NO_INDICATOR)
            watchlist_indicator(list, found, NULL, &a);
        if (expected != NO_INDICATOR)
            watchlist_indicator(list, expected, NULL, &b);
        fail_msg("%.*s port %u: \"%.*s\", not \"%.*s\"", (int)out.size, out.bytes, port,
                 (int)a.written.size, a.written.bytes, (int)b.written.size, b.written.bytes);
    }
}

static struct address beside(struct address address, int step)
{
    for (size_t i = 16; i-- > 0;) {
        address.bytes[i] = (uint8_t)(address.bytes[i] + step);
        if (address.bytes[i] != (step > 0 ? 0 : 255))
            break;
    }
    return address;
}

static void test_tables_agree_with_a_plain_walk(void **state)
{
    (void)state;
    for (int turn = 0; turn < 150; turn++) {
        struct watchlist_builder *builder = watchlist_builder_new();
        struct watchlist *list = NULL;
        struct indicator_origin origin = {0};
        uint32_t count = draw(turn < 100 ? 12 : 200);

        for (uint32_t i = 0; i < count; i++) {
            struct indicator made = small_indicator();

            assert_int_equal(watchlist_add(builder, &made, &origin, NULL), ST_OK);
        }
        assert_int_equal(watchlist_build(builder, &list), ST_OK);
        for (uint32_t number = 0; number < watchlist_count(list); number++) {
            struct indicator one;
            struct address at[6];

            watchlist_indicator(list, number, &one, NULL);
            at[0] = one.low;
            at[1] = one.high;
            at[2] = beside(one.low, -1);
            at[3] = beside(one.low, 1);
            at[4] = beside(one.high, -1);
            at[5] = beside(one.high, 1);
            for (size_t i = 0; i < 6; i++)
                assert_agrees(list, &at[i], (uint16_t)draw(4));
        }
        for (int i = 0; i < 50; i++) {
            struct address address = small_address(draw(2));

            assert_agrees(list, &address, (uint16_t)draw(4));
        }
        watchlist_release(list);
    }
}

/* ---- size ---- */

static void test_a_big_list_stays_small(void **state)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist_lines lines;
    struct watchlist *list = NULL;
    struct buffer content;
    char line[80];

    (void)state;
    buffer_init(&content, 64 << 20);
    for (uint32_t i = 0; i < 100000; i++) {
        int size = i % 3 ? snprintf(line, sizeof line, "host-%u.zone%u.example\n", i, i % 977)
                         : snprintf(line, sizeof line, "%u.%u.%u.%u\n", 1 + i % 220, i / 256 % 256,
                                    i % 256, i / 7 % 256);

        buffer_add(&content, (struct text){line, (size_t)size});
    }
    assert_int_equal(
        watchlist_add_file_text(builder, buffer_text(&content), text_of("big.txt"), NULL, &lines),
        ST_OK);
    assert_int_equal(lines.bad, 0);
    assert_int_equal(lines.added + lines.duplicates, 100000);
    assert_int_equal(watchlist_build(builder, &list), ST_OK);
    assert_in_range(watchlist_size(list) / watchlist_count(list), 16, 64);
    assert_name(list, "host-99998.zone344.example", 0, "host-99998.zone344.example");
    watchlist_release(list);
    buffer_done(&content);
}

/* ---- want of memory ---- */

static enum status load_everything(struct watchlist **list)
{
    static const char content[] =
        "192.0.2.1 # one\n192.0.2.0/24\n10.0.0.1-10.0.0.9\n[2001:db8::1]:80\n2001:db8::/32\n"
        "EXAMPLE.com # two\n*.example.com\nport:1\nname:Evil\n/x/i\nnonsense\n10.0.0.0/8:5\n";
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist_lines lines;
    enum status status;

    if (!builder)
        return ST_NO_MEMORY;
    status = watchlist_add_file_text(builder, text_from(content), text_of("f"), NULL, &lines);
    if (status) {
        watchlist_builder_free(builder);
        return status;
    }
    return watchlist_build(builder, list);
}

static void test_every_want_of_memory_is_told(void **state)
{
    size_t failures = 0;
    bool failed = true;

    (void)state;
    for (size_t nth = 1; failed; nth++) {
        struct watchlist *list = NULL;
        enum status status;

        failing_memory_begin(nth);
        status = load_everything(&list);
        failing_memory_end();
        failed = failing_memory_failed();
        if (status) {
            assert_int_equal(status, ST_NO_MEMORY);
            assert_null(list);
            assert_int_equal(failing_memory_blocks(), 0);
            failures++;
        } else {
            assert_int_equal(watchlist_count(list), 11);
            watchlist_release(list);
        }
    }
    assert_in_range(failures, 25, 200);
}

static void test_matching_takes_no_memory(void **state)
{
    struct process_facts facts = facts_of("a.exe", "C:\\a.exe", "a.exe -x");
    struct watchlist *list = NULL;
    struct address address = address_of("192.0.2.77");
    bool slow;

    (void)state;
    assert_int_equal(load_everything(&list), ST_OK);
    failing_memory_begin(0);
    for (int i = 0; i < 1000; i++) {
        assert_int_not_equal(watchlist_match_address(list, &address, 80), NO_INDICATOR);
        assert_int_not_equal(watchlist_match_name(list, text_of("a.b.example.com"), 80),
                             NO_INDICATOR);
        assert_int_not_equal(watchlist_match_process(list, &facts, &slow), NO_INDICATOR);
        assert_int_equal(watchlist_match_port(list, 1), 7);
    }
    failing_memory_end();
    assert_int_equal(failing_memory_requests(), 0);
    watchlist_release(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_and_ports),
        cmocka_unit_test(test_N7_mapped_addresses_match_ipv4_lists),
        cmocka_unit_test(test_the_narrowest_wins),
        cmocka_unit_test(test_spans_with_ports_only),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_N11_a_name_is_not_an_address),
        cmocka_unit_test(test_one_name_with_many_ports_is_no_queue),
        cmocka_unit_test(test_processes),
        cmocka_unit_test(test_a_slow_pattern_is_not_a_no),
        cmocka_unit_test(test_origins),
        cmocka_unit_test(test_what_the_grammar_cannot_say_is_refused),
        cmocka_unit_test(test_empty_list),
        cmocka_unit_test(test_tables_agree_with_a_plain_walk),
        cmocka_unit_test(test_a_big_list_stays_small),
        cmocka_unit_test(test_every_want_of_memory_is_told),
        cmocka_unit_test(test_matching_takes_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
