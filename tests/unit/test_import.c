/* The importer on made-up texts: forms, doubts, formats by line, and bad input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/import_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_ticked(const char *input, const char *indicator)
{
    struct import_result *result = import_check_text(text_from(input));

    if (!import_check_ticked(result, indicator))
        print_error("%s: %s did not arrive ticked\n", input, indicator);
    assert_true(import_check_ticked(result, indicator));
    assert_int_equal(import_check_count_ticked(result), 1);
    import_free(result);
}

static void assert_nothing(const char *input)
{
    struct import_result *result = import_check_text(text_from(input));

    for (size_t i = 0; i < import_count(result); i++)
        if (import_finding(result, i)->doubt == DOUBT_NONE)
            print_error("%s: %s arrived ticked\n", input, import_check_written(result, i));
    assert_int_equal(import_check_count_ticked(result), 0);
    import_free(result);
}

/* The doubt of the only indicator in `input`. */
static void assert_doubt(const char *input, const char *indicator, enum finding_doubt doubt)
{
    struct import_result *result = import_check_text(text_from(input));
    size_t at = 0;

    while (at < import_count(result) && strcmp(import_check_written(result, at), indicator) != 0)
        at++;
    if (at == import_count(result))
        print_error("%s: %s was not found\n", input, indicator);
    assert_true(at < import_count(result));
    assert_int_equal(import_finding(result, at)->doubt, doubt);
    assert_true(import_finding(result, at)->why[0] != 0);
    import_free(result);
}

static void test_W1_defanged_lists_are_understood(void **state)
{
    (void)state;
    assert_ticked("evil[.]mojangstudio.net", "evil.mojangstudio.net");
    assert_ticked("evil(.)mojangstudio.net", "evil.mojangstudio.net");
    assert_ticked("evil{.}mojangstudio.net", "evil.mojangstudio.net");
    assert_ticked("evil[dot]mojangstudio.net", "evil.mojangstudio.net");
    assert_ticked("hxxp://evil.mojangstudio.net/x", "evil.mojangstudio.net");
    assert_ticked("hxxps[:]//evil[.]mojangstudio[.]net/x", "evil.mojangstudio.net");
    assert_ticked("evil[.]mojangstudio[.]net[:]8443", "evil.mojangstudio.net:8443");
    assert_ticked("45.77.10[.]0[/]24", "45.77.10.0/24");
    assert_ticked("45.77.10.7[:]443 (Cobalt Strike)", "45.77.10.7:443");
    assert_ticked("the C2 is evil[.]mojangstudio[.]net, as seen", "evil.mojangstudio.net");
    assert_nothing("mail me at bob[@]mojangstudio[.]net");
}

static void test_forms_of_addresses(void **state)
{
    (void)state;
    assert_ticked("2a03:4000:6:e12::1", "2a03:4000:6:e12::1");
    assert_ticked("[2a03:4000:6:e12::1]:8080", "[2a03:4000:6:e12::1]:8080");
    assert_ticked("::ffff:45.77.10.7", "45.77.10.7");
    assert_ticked("45.77.10.7-45.77.10.9", "45.77.10.7-45.77.10.9");
    assert_ticked("contacted 45.77.10.7 on port 8080 twice", "45.77.10.7:8080");
    assert_ticked("45.77.10.7/19", "45.77.0.0/19");
    assert_nothing("firmware version 4.5.7.8 is out");
    assert_nothing("std::cafe and ab::cd");
    assert_nothing("at 12:30:45, Chrome/45.0.54.95");
}

static void test_names_end_where_another_script_begins(void **state)
{
    (void)state;
    assert_ticked("恶意域名evil.mojangstudio.net连接", "evil.mojangstudio.net");
    assert_ticked("访问 evil。mojangstudio。net 。", "evil.mojangstudio.net");
    assert_ticked("\xE4\xBE\x8B\xE5\xAD\x90.\xE4\xB8\xAD\xE5\x9B\xBD", "xn--fsqu00a.xn--fiqs8s");
}

static void test_code_and_file_names_are_no_hosts(void **state)
{
    (void)state;
    assert_nothing("C:\\Users\\x\\Temp.NET\\archset.dat and %APPDATA%\\evil.com\\run");
    assert_nothing("window.open(x) document.name= com.example.app Win64/Spy.Agent.CC System.IO");
    assert_nothing("svchost.exe report.pdf libc.so.6 README.md loader.py");
    assert_doubt("see loader.py", "loader.py", DOUBT_FILE_NAME);
    assert_nothing("0123456789abcdef0123456789abcdef");
}

static void test_values_carry_their_doubts(void **state)
{
    (void)state;
    assert_doubt("10.1.2.3", "10.1.2.3", DOUBT_PRIVATE);
    assert_doubt("192.0.2.1", "192.0.2.1", DOUBT_PRIVATE);
    assert_doubt("8.8.8.8", "8.8.8.8", DOUBT_RESOLVER);
    assert_doubt("1.2.3.4/4", "0.0.0.0/4", DOUBT_TOO_WIDE);
    assert_doubt("2000::/3", "2000::/3", DOUBT_TOO_WIDE);
    assert_doubt("co.uk", "co.uk", DOUBT_SUFFIX);
    assert_doubt("*.xn--p1ai.", "*.xn--p1ai", DOUBT_SUFFIX);
    assert_doubt("https://github.com/x", "github.com", DOUBT_BENIGN);
    assert_doubt("045.077.010.007", "45.77.10.7", DOUBT_REPAIRED);
}

static void test_plain_values_beside_defanged_ones_are_references(void **state)
{
    const char *report = "The C2 evil[.]mojangstudio[.]net was first told of at\n"
                         "https://blog.vendorlabs.io/post by others.\n";

    (void)state;
    assert_doubt(report, "blog.vendorlabs.io", DOUBT_REFERENCE);
    assert_ticked(report, "evil.mojangstudio.net");
    assert_ticked("https://blog.vendorlabs.io/post", "blog.vendorlabs.io");
}

static void test_own_addresses_and_present_ones_are_left(void **state)
{
    struct address own;
    struct import_context context = {.own = &own, .own_count = 1};
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist *list = NULL;
    struct import_result *first = import_check_text(text_of("45.77.10.8 evil.mojangstudio.net"));
    struct import_result *result = NULL;
    struct buffer problem;

    (void)state;
    assert_true(address_parse(text_of("45.77.10.7"), &own));
    assert_int_equal(import_take(first, NULL, builder), ST_OK);
    assert_int_equal(watchlist_build(builder, &list), ST_OK);
    assert_int_equal(watchlist_count(list), 2);
    context.present = list;
    buffer_init(&problem, 1024);
    assert_int_equal(import_text(text_of("45.77.10.7 45.77.10.8 evil.mojangstudio.net 45.77.10.9"),
                                 text_of("x"), &context, &result, &problem),
                     ST_OK);
    assert_int_equal(import_finding(result, 0)->doubt, DOUBT_OWN);
    assert_int_equal(import_finding(result, 1)->doubt, DOUBT_DUPLICATE);
    assert_int_equal(import_finding(result, 2)->doubt, DOUBT_DUPLICATE);
    assert_int_equal(import_finding(result, 3)->doubt, DOUBT_NONE);
    buffer_done(&problem);
    import_free(result);
    import_free(first);
    watchlist_release(list);
}

static void assert_format(const char *input, enum import_format format, const char *ticked)
{
    struct import_result *result = import_check_text(text_from(input));

    assert_string_equal(import_format_name(import_format_of(result)), import_format_name(format));
    if (!import_check_ticked(result, ticked))
        print_error("%s: %s did not arrive ticked\n", input, ticked);
    assert_true(import_check_ticked(result, ticked));
    import_free(result);
}

static void test_lists_are_told_apart(void **state)
{
    (void)state;
    assert_format("# c\n0.0.0.0 a.evilhost.net b.evilhost.net # why\n127.0.0.1 localhost\n",
                  FORMAT_HOSTS, "b.evilhost.net");
    assert_format("address=/evilhost.net/0.0.0.0\n", FORMAT_DNSMASQ, "*.evilhost.net");
    assert_format("! t\n||evilhost.net^$third-party\n@@||good.org^\n", FORMAT_ADBLOCK,
                  "*.evilhost.net");
    assert_format("$TTL 60\nevilhost.net CNAME .\n*.evilhost.net CNAME .\n", FORMAT_RPZ,
                  "*.evilhost.net");
    assert_format("# Entries: 2\n45.77.0.0/19 ; SBL1\n45.77.10.7\t12\nx.evilhost.net # c2\n",
                  FORMAT_LIST, "x.evilhost.net");
    assert_format("45.77.10.7\n45.78.0.0-45.78.0.9\n/add.php\n45.79.0.1\n45.79.0.2\n"
                  "45.79.0.3\n45.79.0.4\n45.79.0.5\n45.79.0.6\n45.79.0.7\n45.79.0.8\n"
                  "45.79.1.1\n45.79.1.2\n45.79.1.3\n45.79.1.4\n45.79.1.5\n45.79.1.6\n"
                  "45.79.2.1\n45.79.2.2\n45.79.2.3\n45.79.2.4\n",
                  FORMAT_LIST, "45.78.0.0-45.78.0.9");
}

static void test_lines_and_words_are_kept(void **state)
{
    struct import_result *result = import_check_text(
        text_of("one\r\n\r\nthe hxxp://Evil[.]Mojangstudio[.]net/a?b=1 thing\r\n"));
    const struct finding *finding = import_finding(result, 0);

    (void)state;
    assert_int_equal(finding->origin.line, 3);
    assert_true(
        text_equal(finding->origin.written, text_of("hxxp://Evil[.]Mojangstudio[.]net/a?b=1")));
    assert_true(text_equal(finding->origin.file, text_of("test")));
    import_free(result);
}

static void test_other_encodings_are_read(void **state)
{
    static const char utf16le[] = "\xFF\xFE"
                                  "4\0005\0.\0007\0007\0.\0001\0000\0.\0007\0\n\0";
    static const char bare[] = "\0004\0005\0.\0007\0007\0.\0001\0000\0.\0007\0\n";
    static const char cp1252[] = "\x93"
                                 "evil.mojangstudio.net\x94 \x96 caf\xE9";
    struct text texts[] = {{utf16le, sizeof utf16le - 1},
                           {bare, sizeof bare - 1},
                           text_of("\xEF\xBB\xBF"
                                   "45.77.10.7\n")};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct import_result *result = import_check_text(texts[i]);

        assert_true(import_check_ticked(result, "45.77.10.7"));
        import_free(result);
    }
    assert_ticked(cp1252, "evil.mojangstudio.net");
}

/* Noise of every kind: it ends, tells nothing false, and loses nothing that stands behind it. */
static void test_noise_is_survived(void **state)
{
    size_t size = 3u << 20;
    char *noise = malloc(size + 64);
    uint32_t random = 1;
    static const char *const repeated[] = {"[",  "(.", ".",  " ",           "[.",   "a.",
                                           "1.", ":",  "%",  "@",           "http", "\\",
                                           "]",  "-",  "a:", "\xE4\xBD\xA0"};
    static const char tail[] = "\n45.77.10.7\n";

    (void)state;
    assert_non_null(noise);
    for (size_t kind = 0; kind <= sizeof repeated / sizeof repeated[0]; kind++) {
        struct import_result *result;

        for (size_t i = 0; i < size; i++) {
            random = random * 1664525 + 1013904223;
            if (kind == 0)
                noise[i] = (char)(random >> 24);
            else
                noise[i] = repeated[kind - 1][i % strlen(repeated[kind - 1])];
        }
        memcpy(noise + size, tail, sizeof tail - 1);
        result = import_check_text((struct text){noise, size + sizeof tail - 1});
        assert_true(import_check_found(result, "45.77.10.7"));
        import_free(result);
    }
    free(noise);
}

static void test_a_million_bytes_without_a_line_end_are_read_whole(void **state)
{
    size_t count = 60000;
    char *line = malloc(count * 24);
    size_t size = 0;
    struct import_result *result;

    (void)state;
    assert_non_null(line);
    for (size_t i = 0; i < count; i++)
        size += (size_t)snprintf(line + size, 24, "45.%u.%u[.]7, ", (unsigned)(i / 250),
                                 (unsigned)(i % 250));
    result = import_check_text((struct text){line, size});
    assert_int_equal(import_check_count_ticked(result), count);
    import_free(result);
    free(line);
}

/* All that may be watched, written as in a watchlist and read back. */
static void assert_reads_back(struct text input)
{
    struct import_result *result = import_check_text(input);
    struct buffer scratch;

    buffer_init(&scratch, 4096);
    for (size_t i = 0; i < import_count(result); i++) {
        const struct indicator *indicator = &import_finding(result, i)->indicator;
        const char *written = import_check_written(result, i);
        const char *why = "as something else";
        struct indicator back;

        if (!import_check_is_indicator(import_finding(result, i)))
            continue;
        buffer_clear(&scratch);
        if (indicator_parse(text_from(written), &scratch, &back, &why) != ST_OK ||
            back.kind != indicator->kind || back.port != indicator->port)
            fail_msg("%.*s gave %s, which reads back %s", (int)input.size, input.bytes, written,
                     why);
    }
    buffer_done(&scratch);
    import_free(result);
}

/* Of the defanged URL any host is taken; of the plain one only a name under a known domain. */
static void test_what_a_url_gives_reads_back(void **state)
{
    static const char alphabet[] = {'1', '-', '.', 'a', '/', ':', '_'};
    char url[] = "hxxp://12345/";

    (void)state;
    for (size_t size = 1; size <= 5; size++) {
        size_t all = 1;

        for (size_t i = 0; i < size; i++)
            all *= sizeof alphabet;
        for (size_t number = 0; number < all; number++) {
            size_t rest = number;

            for (size_t i = 0; i < size; i++, rest /= sizeof alphabet)
                url[7 + i] = alphabet[rest % sizeof alphabet];
            url[7 + size] = '/';
            memcpy(url, "hxxp", 4);
            assert_reads_back((struct text){url, 8 + size});
            memcpy(url, "http", 4);
            assert_reads_back((struct text){url, 8 + size});
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_W1_defanged_lists_are_understood),
        cmocka_unit_test(test_forms_of_addresses),
        cmocka_unit_test(test_names_end_where_another_script_begins),
        cmocka_unit_test(test_code_and_file_names_are_no_hosts),
        cmocka_unit_test(test_values_carry_their_doubts),
        cmocka_unit_test(test_plain_values_beside_defanged_ones_are_references),
        cmocka_unit_test(test_own_addresses_and_present_ones_are_left),
        cmocka_unit_test(test_lists_are_told_apart),
        cmocka_unit_test(test_lines_and_words_are_kept),
        cmocka_unit_test(test_other_encodings_are_read),
        cmocka_unit_test(test_what_a_url_gives_reads_back),
        cmocka_unit_test(test_noise_is_survived),
        cmocka_unit_test(test_a_million_bytes_without_a_line_end_are_read_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
