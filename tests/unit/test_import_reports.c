/* The importer against whole reports and lists with known answers (data/iocs). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/import_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const campaigns[] = {"badiis",   "dukes",   "glupteba",  "invisimole",
                                        "machete",  "mozi",    "powerpool", "signsight",
                                        "telebots", "windigo", "xdspy"};

static struct import_result *import_file(const char *folder, const char *name,
                                         enum import_format as)
{
    char path[256];
    size_t size;
    char *bytes;
    struct import_result *result;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    bytes = import_check_read(path, &size);
    if (!bytes)
        skip();
    result = import_check_text((struct text){bytes, size});
    free(bytes);
    assert_string_equal(import_format_name(import_format_of(result)), import_format_name(as));
    return result;
}

/* Names below, without what says "sub-domains too", one a line and sorted by the caller's need. */
static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char **names_of(const struct import_result *result, size_t *count, bool tree)
{
    char **names = calloc(import_count(result) + 1, sizeof *names);

    assert_non_null(names);
    *count = 0;
    for (size_t i = 0; i < import_count(result); i++) {
        const struct finding *finding = import_finding(result, i);
        const char *written = import_check_written(result, i);

        if (!import_check_is_indicator(finding) || finding->doubt == DOUBT_DUPLICATE)
            continue;
        assert_int_equal(finding->indicator.kind, tree ? INDICATOR_DOMAIN_TREE : INDICATOR_DOMAIN);
        written += tree ? 2 : 0;
        names[*count] = calloc(strlen(written) + 1, 1);
        assert_non_null(names[*count]);
        memcpy(names[(*count)++], written, strlen(written));
    }
    qsort(names, *count, sizeof *names, by_text);
    return names;
}

static void free_names(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

static void test_five_syntaxes_give_the_same_names(void **state)
{
    static const struct {
        const char *file;
        enum import_format format;
        bool tree;
    } lists[] = {{"domains.txt", FORMAT_LIST, false},
                 {"hosts.txt", FORMAT_HOSTS, false},
                 {"dnsmasq.txt", FORMAT_DNSMASQ, true},
                 {"adguard.txt", FORMAT_ADBLOCK, true},
                 {"rpz.txt", FORMAT_RPZ, true}};
    char **first = NULL;
    size_t first_count = 0;

    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        struct import_result *result = import_file("tweetfeed", lists[i].file, lists[i].format);
        size_t count;
        char **names = names_of(result, &count, lists[i].tree);

        assert_int_equal(count, 4875);
        for (size_t j = 0; first && j < count; j++)
            assert_string_equal(names[j], first[j]);
        if (first) {
            free_names(names, count);
        } else {
            first = names;
            first_count = count;
        }
        import_free(result);
    }
    free_names(first, first_count);
}

static void test_address_and_url_lists_are_whole(void **state)
{
    struct import_result *result = import_file("tweetfeed", "ips.txt", FORMAT_LIST);
    size_t lines = 0;
    uint32_t last = 0;

    (void)state;
    assert_int_equal(import_check_count_found(result), 730);
    import_free(result);
    result = import_file("tweetfeed", "urls.txt", FORMAT_LIST);
    for (size_t i = 0; i < import_count(result); i++) { /* one line has two URLs in one */
        const struct finding *finding = import_finding(result, i);

        lines += import_check_is_indicator(finding) && finding->origin.line != last;
        last = finding->origin.line;
    }
    assert_int_equal(lines, 5495);
    import_free(result);
}

static void test_stix_bundle_is_whole(void **state)
{
    struct import_result *result = import_file("tweetfeed", "stix-today.json", FORMAT_STIX);
    size_t read = 0;

    (void)state;
    for (size_t i = 0; i < import_count(result); i++)
        read += import_finding(result, i)->doubt != DOUBT_MALFORMED;
    /* 58 of hosts, and a file's hash, which no connection shows */
    assert_int_equal(read, 58);
    assert_int_equal(import_skipped(result), 1);
    import_free(result);
}

/* Every indicator of expected.tsv (only those marked `text`, where asked for) is among the
 * findings. */
static size_t count_missing(const struct import_result *result, const char *campaign,
                            bool text_only)
{
    char path[256];
    size_t size;
    char *bytes;
    size_t missing = 0;

    snprintf(path, sizeof path, "eset/%s/expected.tsv", campaign);
    bytes = import_check_read(path, &size);
    if (!bytes)
        skip();
    assert_int_equal(bytes[size - 1], '\n');
    bytes[size] = 0;
    for (const char *line = bytes; *line; line += strcspn(line, "\n") + 1) {
        char value[256];
        const char *tab = strchr(line, '\t');
        size_t length = strcspn(tab + 1, "\t");

        snprintf(value, sizeof value, "%.*s", (int)length, tab + 1);
        if (text_only && strncmp(tab + 1 + length, "\ttext", 5) != 0)
            continue;
        if (import_check_found_host(result, value))
            continue;
        print_error("%s: %s was not found\n", campaign, value);
        missing++;
    }
    free(bytes);
    return missing;
}

/* A finding that is a file's name, a version, or a part of a hash or a mail address. */
static size_t count_strangers(const struct import_result *result, const char *campaign)
{
    static const char *const endings[] = {".exe", ".dll", ".dat", ".sys", ".tmp", ".db",  ".json",
                                          ".log", ".php", ".js",  ".txt", ".doc", ".so",  ".sh",
                                          ".py",  ".zip", ".rar", ".bat", ".vbs", ".lnk", ".bin"};
    size_t strangers = 0;

    for (size_t i = 0; i < import_count(result); i++) {
        const struct finding *finding = import_finding(result, i);
        const char *written = import_check_written(result, i);
        bool strange = false;

        if (!import_check_is_indicator(finding) || finding->doubt == DOUBT_FILE_NAME ||
            finding->doubt == DOUBT_DUPLICATE)
            continue;
        for (size_t j = 0; j < sizeof endings / sizeof endings[0]; j++)
            strange = strange || (finding->indicator.kind == INDICATOR_DOMAIN &&
                                  text_ends(text_from(written), text_from(endings[j])));
        if (strange)
            print_error("%s: %s is no indicator (line %u)\n", campaign, written,
                        (unsigned)finding->origin.line);
        strangers += strange;
    }
    return strangers;
}

static void test_reports_give_every_indicator_and_no_stranger(void **state)
{
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof campaigns / sizeof campaigns[0]; i++) {
        char folder[64];
        struct import_result *result;

        snprintf(folder, sizeof folder, "eset/%s", campaigns[i]);
        result = import_file(folder, "README.adoc", FORMAT_PROSE);
        wrong += count_missing(result, campaigns[i], true);
        wrong += count_strangers(result, campaigns[i]);
        import_free(result);
    }
    assert_int_equal(wrong, 0);
}

static void test_events_give_every_indicator_and_no_stranger(void **state)
{
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof campaigns / sizeof campaigns[0]; i++) {
        char folder[64];
        struct import_result *result;

        snprintf(folder, sizeof folder, "eset/%s", campaigns[i]);
        result = import_file(folder, "event.json", FORMAT_MISP);
        wrong += count_missing(result, campaigns[i], false);
        wrong += count_strangers(result, campaigns[i]);
        import_free(result);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_five_syntaxes_give_the_same_names),
        cmocka_unit_test(test_address_and_url_lists_are_whole),
        cmocka_unit_test(test_stix_bundle_is_whole),
        cmocka_unit_test(test_reports_give_every_indicator_and_no_stranger),
        cmocka_unit_test(test_events_give_every_indicator_and_no_stranger),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
