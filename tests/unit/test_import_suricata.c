/* Rules of Suricata and Snort: which addresses and names they mean, how surely, and what is left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/watch/import_rule.h"
#include "tests/support/import_check.h"
#include "tests/support/import_listing.h"

#define FORMAT "Suricata rules\n"

static void assert_listing(const char *input, const char *expected)
{
    assert_string_equal(import_listing(text_from(input)), expected);
}

/* What a rule with these options, from home to anywhere, gives. */
static void assert_options(const char *options, const char *expected)
{
    char rule[1024];
    char listing[1024];

    snprintf(rule, sizeof rule, "alert ip $HOME_NET any -> any any (%s)\n", options);
    snprintf(listing, sizeof listing, FORMAT "%s", expected);
    if (strcmp(import_listing(text_from(rule)), listing) != 0)
        fail_msg("%s gave %s", options, import_listing(text_from(rule)));
}

/* ---- the parts of a rule ---- */

static void test_rules_come_apart(void **state)
{
    struct rule rule;
    struct text rest;
    struct text name;
    struct text value;

    (void)state;
    assert_true(rule_parse(text_of("alert tcp [1.2.3.4, !5.6.7.8] any <> $HOME_NET [80,443]"
                                   "(msg:\"a;b\\\"\"; content:\"x\\;\"; nocase ; sid:1)"),
                           &rule));
    assert_true(text_equal(rule.action, text_of("alert")));
    assert_true(text_equal(rule.source, text_of("[1.2.3.4, !5.6.7.8]")));
    assert_true(text_equal(rule.target_port, text_of("[80,443]")));
    assert_int_equal(rule.direction, RULE_BOTH);
    rest = rule.options;
    assert_true(rule_next_option(&rest, &name, &value));
    assert_true(text_equal(name, text_of("msg")));
    assert_true(text_equal(value, text_of("\"a;b\\\"\"")));
    assert_true(rule_next_option(&rest, &name, &value));
    assert_true(text_equal(value, text_of("\"x\\;\"")));
    assert_true(rule_next_option(&rest, &name, &value));
    assert_true(text_equal(name, text_of("nocase")));
    assert_int_equal(value.size, 0);
    assert_true(rule_next_option(&rest, &name, &value));
    assert_true(text_equal(value, text_of("1")));
    assert_false(rule_next_option(&rest, &name, &value));
    assert_false(rule_parse(text_of("alert tcp any any any any any"), &rule));
    assert_false(rule_parse(text_of("alert tcp any any ->"), &rule));
    assert_true(rule_parse(text_of("alert dns ( msg:\"Snort 3\"; )"), &rule));
    assert_int_equal(rule.source.size, 0);
}

static void test_lists_come_apart(void **state)
{
    static const struct {
        const char *written;
        const char *items; /* each followed by '+' or '-' */
    } rows[] = {
        {"any", "any+"},
        {"!any", "any-"},
        {"[a, b,!c]", "a+b+c-"},
        {"![a,!b]", "a-b+"},
        {"[a,![b,[c,!d]],e]", "a+b-c-d+e+"},
        {"!!a", "a+"},
        {"[]", ""},
        {"[[[a", "a+"},
        {"a]]],b", "a+b+"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rule_list list;
        struct text item;
        bool excluded;
        char out[64];
        size_t size = 0;

        rule_list_begin(&list, text_from(rows[i].written));
        while (rule_list_next(&list, &item, &excluded))
            size += (size_t)snprintf(out + size, sizeof out - size, "%.*s%c", (int)item.size,
                                     item.bytes, excluded ? '-' : '+');
        out[size] = 0;
        assert_string_equal(out, rows[i].items);
    }
}

static void test_escapes(void **state)
{
    static const struct {
        const char *written;
        const char *plain; /* NULL: malformed */
    } rows[] = {
        {"\"evil|2e|example\"", "evil.example"},
        {"\"a|2E 2e|b\"", "a..b"},
        {"\"a\\\"\\;\\\\\\:b\"", "a\";\\:b"},
        {"\"|41 4|\"", NULL},
        {"\"|4 1|\"", NULL},
        {"\"|xy|\"", NULL},
        {"\"a|41\"", NULL},
        {"\"|3a20|\"", ": "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer out;
        bool good;

        buffer_init(&out, 64);
        good = rule_unquote(text_from(rows[i].written), &out);
        assert_int_equal(good, rows[i].plain != NULL);
        if (good)
            assert_true(text_equal(buffer_text(&out), text_from(rows[i].plain)));
        buffer_done(&out);
    }
}

/* ---- addresses ---- */

static void test_the_far_side_is_watched(void **state)
{
    (void)state;
    assert_listing(
        "alert ip $HOME_NET any -> [45.77.10.7,2a03:4000::7, 45.78.0.0/19] any (msg:\"C2\";)\n"
        "alert tcp $HOME_NET any -> 45.77.10.8 [443,8080] (msg:\"C2\";)\n"
        "alert tcp $HOME_NET any -> [45.79.0.0/20,2a03:4001::7] 443 (msg:\"C2\";)\n"
        "alert tcp $HOME_NET any -> 45.77.10.9 !80 (msg:\"C2\";)\n"
        "alert tcp $HOME_NET any -> 45.77.10.10 1024: (msg:\"C2\";)\n"
        "alert tcp $HOME_NET any -> 45.77.10.11 $HTTP_PORTS (msg:\"C2\";)\n"
        "alert tcp $HOME_NET any -> $EXTERNAL_NET 4444 (msg:\"C2\";)\n",
        FORMAT "45.77.10.7 ticked\n2a03:4000::7 ticked\n45.78.0.0/19 ticked\n"
               "45.77.10.8:443 ticked\n45.77.10.8:8080 ticked\n"
               "45.79.0.0/20:443 ticked\n[2a03:4001::7]:443 ticked\n"
               "45.77.10.9 ticked\n45.77.10.10 ticked\n45.77.10.11 ticked\n");
}

static void test_what_comes_in_is_observed(void **state)
{
    (void)state;
    assert_listing("alert ip [45.77.10.7,45.77.10.8] any -> $HOME_NET 22 (msg:\"CINS\";)\n"
                   "alert tcp 45.77.10.9 443 -> $HOME_NET any (flow:established,from_server;)\n"
                   "alert tcp 45.77.10.10 any <> $HOME_NET any (msg:\"both\";)\n"
                   "alert http $EXTERNAL_NET any -> $HTTP_SERVERS any (http.host; "
                   "content:\"shop.mojangstudio.net\"; bsize:21;)\n",
                   FORMAT "45.77.10.7 observation\n45.77.10.8 observation\n45.77.10.9:443 ticked\n"
                          "45.77.10.10 ticked\nshop.mojangstudio.net observation\n");
}

static void test_what_is_negated_is_left(void **state)
{
    (void)state;
    assert_listing(
        "alert ip $HOME_NET any -> [45.77.0.0/19,!45.77.1.1,45.78.0.1] any (msg:\"x\";)\n"
        "alert ip $HOME_NET any -> ![45.77.10.7] any (msg:\"x\";)\n"
        "pass ip $HOME_NET any -> 45.77.10.8 any (msg:\"x\";)\n"
        "alert ip $HOME_NET any -> [10.0.0.0/8,evil] any (msg:\"x\";)\n",
        FORMAT "45.77.0.0/19 partial\n45.78.0.1 ticked\n10.0.0.0/8 private\n"
               "evil malformed\n");
}

static void test_rules_that_are_commented_out(void **state)
{
    static const char rules[] =
        "# ET rules\n"
        "#alert ip $HOME_NET any -> 45.77.10.7 any (msg:\"off\";)\n"
        "# alert dns $HOME_NET any -> any any (dns.query; content:\"evil.sh\"; bsize:7;)\n"
        "alert ip $HOME_NET any -> 45.77.10.8 any (msg:\"ET CNC group |28|1|29|\"; sid:1;)\n";

    (void)state;
    assert_listing(rules,
                   FORMAT "45.77.10.7 not-for-ids\nevil.sh not-for-ids\n45.77.10.8 ticked\n");
    assert_string_equal(import_listing_label(text_from(rules), 2), "ET CNC group (1)");
    assert_int_equal(import_listing_line(text_from(rules), 2), 4);
    assert_int_equal(import_listing_skipped(text_from(rules)), 1);
}

static void test_a_backslash_joins_lines(void **state)
{
    static const char rules[] = "alert tcp any any -> 45.77.10.7 443 \\\n"
                                "\t(msg:\"two lines\"; gid:1; \\\n"
                                "\tcontent:\"a, b, c\"; \\\n"
                                "\tsid:1;)\n"
                                "alert tcp any any -> 45.77.10.8 443 (sid:2;)\n";

    (void)state;
    assert_listing(rules, FORMAT "45.77.10.7:443 ticked\n45.77.10.8:443 ticked\n");
    assert_string_equal(import_listing_label(text_from(rules), 0), "two lines");
    assert_int_equal(import_listing_line(text_from(rules), 1), 5);
}

/* ---- names ---- */

static void test_names_that_are_whole(void **state)
{
    (void)state;
    assert_options("dns.query; content:\"Evil.sh\"; nocase; bsize:7;", "evil.sh ticked\n");
    assert_options("dns.query; bsize:7; content:\"evil|2e|sh\";", "evil.sh ticked\n");
    assert_options("tls.sni; content:\"evil.sh\"; startswith; endswith;", "evil.sh ticked\n");
    assert_options("tls_sni; content:\"evil.sh\"; depth:7; isdataat:!1,relative;",
                   "evil.sh ticked\n");
    assert_options("http.host; content:\"evil.sh|3a|8080\"; bsize:12;", "evil.sh:8080 ticked\n");
    assert_options("http.host; content:\"45.77.10.7\"; bsize:10;", "45.77.10.7 ticked\n");
    assert_options("http.uri; content:\"/a.sh\"; http.host; content:\"evil.sh\"; bsize:7;",
                   "evil.sh ticked\n");
    assert_options("content:\"evil.sh\"; depth:7; endswith; http_host;", "evil.sh ticked\n");
    assert_options("http_header:field host; content:\"evil.sh\",depth 7,endswith,nocase;",
                   "evil.sh ticked\n");
    assert_options("content:\"Host|3a 20|evil.sh|0d 0a|\"; http_header;", "evil.sh ticked\n");
    assert_options("dns.query; dotprefix; content:\".evil.sh\"; startswith; endswith;",
                   "evil.sh ticked\n");
}

static void test_names_with_all_below_them(void **state)
{
    (void)state;
    assert_options("dns.query; dotprefix; content:\".evil.sh\"; nocase; endswith;",
                   "*.evil.sh ticked\n");
    assert_options("tls.sni; content:\".evil.sh\"; isdataat:!1,relative;", "*.evil.sh ticked\n");
    assert_options("dns_query; content:\"evil.sh\"; endswith;", "*.evil.sh ticked\n");
    assert_options("content:\"|01 00 00 01 00 00 00 00 00 00|\"; depth:10; offset:2; "
                   "content:\"|04|evil|02|sh|00|\"; nocase; distance:0;",
                   "*.evil.sh ticked\n");
}

static void test_parts_of_names(void **state)
{
    (void)state;
    assert_options("dns.query; content:\"evil.sh\";", "*.evil.sh partial\n");
    assert_options("dns.query; content:\"evil.sh\"; startswith;", "*.evil.sh partial\n");
    assert_options("dns.query; content:\"evil.sh\"; depth:9; offset:2; endswith;",
                   "*.evil.sh ticked\n");
    assert_options("dns.query; content:\"a.mojang\"; content:\".duckdns.org\"; endswith;",
                   "*.duckdns.org partial\n");
    assert_options("dns.query; content:\".evil.sh\"; endswith; pcre:\"/^[a-z]{8}/\";",
                   "*.evil.sh partial\n");
    assert_options("dns.query; content:\"evil.sh\"; bsize:7; pcre:\"/^[a-z]+/\";",
                   "evil.sh ticked\n");
}

static void test_what_is_no_name_is_left(void **state)
{
    (void)state;
    assert_options("dns.query; content:!\"evil.sh\"; bsize:7;", "");
    assert_options("dns.query; pcre:\"/evil\\.sh/\";", "");
    assert_options("dns.query; content:\"evil\"; bsize:4;", "");
    assert_options("dns.query; content:\"evil dot sh\"; bsize:11;", "");
    assert_options("dns.query; content:\"a.part\";", "");
    assert_options("dns.query; content:\"|zz|evil.sh\"; bsize:8;", "");
    assert_options("http.uri; content:\"evil.sh\"; bsize:7;", "");
    assert_options("content:\"evil.sh\";", "");
    assert_options("content:\"|04|evil|03|sh|00|\";", "");
    assert_options("content:\"|02|sh|00|\";", "");
    assert_options("reference:url,blog.vendorlabs.io/x;", "");
}

/* ---- a real list, as rules ---- */

static void test_a_list_as_rules_gives_the_same(void **state)
{
    size_t size;
    char *list = import_check_read("tweetfeed/domains.txt", &size);
    struct buffer rules;
    struct import_result *result;
    size_t count = 0;

    (void)state;
    if (!list)
        skip();
    list[size] = 0;
    buffer_init(&rules, (size_t)16 << 20);
    for (char *line = list; *line; line += strcspn(line, "\n") + 1) {
        struct text name = text_trim((struct text){line, strcspn(line, "\r\n")});

        if (!name.size || line[0] == '#')
            continue;
        buffer_add_string(&rules, "alert dns $HOME_NET any -> any any (msg:\"x\"; dns.query; "
                                  "dotprefix; content:\".");
        buffer_add(&rules, name);
        buffer_add_string(&rules, "\"; nocase; endswith; sid:1;)\n");
    }
    result = import_check_text(buffer_text(&rules));
    for (char *line = list; *line; line += strcspn(line, "\n") + 1) {
        struct text name = text_trim((struct text){line, strcspn(line, "\r\n")});

        if (!name.size || line[0] == '#')
            continue;
        assert_true(count < import_count(result));
        assert_int_equal(import_finding(result, count)->indicator.kind, INDICATOR_DOMAIN_TREE);
        assert_true(text_equal_nocase(import_finding(result, count)->indicator.value, name));
        count++;
    }
    assert_int_equal(count, 4875);
    assert_int_equal(import_check_count_found(result), count);
    import_free(result);
    buffer_done(&rules);
    free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules_come_apart),
        cmocka_unit_test(test_lists_come_apart),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_the_far_side_is_watched),
        cmocka_unit_test(test_what_comes_in_is_observed),
        cmocka_unit_test(test_what_is_negated_is_left),
        cmocka_unit_test(test_rules_that_are_commented_out),
        cmocka_unit_test(test_a_backslash_joins_lines),
        cmocka_unit_test(test_names_that_are_whole),
        cmocka_unit_test(test_names_with_all_below_them),
        cmocka_unit_test(test_parts_of_names),
        cmocka_unit_test(test_what_is_no_name_is_left),
        cmocka_unit_test(test_a_list_as_rules_gives_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
