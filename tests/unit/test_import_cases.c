/* The importer against short inputs with known answers (data/iocs/cases.tsv): each line an input as
 * a JSON string and what it means. What is expected must be found; nothing else may arrive ticked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/import_check.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECTED_MOST 4

struct expectation {
    char indicators[EXPECTED_MOST][256];
    size_t count;
    bool range; /* "(or range)": the two ends may come as one range */
};

/* Reads a JSON string at *at into out; moves *at behind the closing quote. */
static size_t read_json_string(const char **at, char *out)
{
    const char *p = *at + 1;
    size_t size = 0;

    while (*p && *p != '"') {
        if (*p != '\\') {
            out[size++] = *p++;
            continue;
        }
        p++;
        switch (*p) {
        case 'n':
            out[size++] = '\n';
            break;
        case 't':
            out[size++] = '\t';
            break;
        case 'u': {
            char hex[5] = {p[1], p[2], p[3], p[4], 0};

            size += text_encode((uint32_t)strtoul(hex, NULL, 16), out + size);
            p += 4;
            break;
        }
        default:
            out[size++] = *p;
        }
        p++;
    }
    *at = p + 1;
    return size;
}

/* "http://user@host:80/path" -> "host:80" */
static void host_of(const char *url, char out[256])
{
    const char *host = strstr(url, "://");
    const char *sign;
    size_t size;

    host = host ? host + 3 : url;
    size = strcspn(host, "/?#");
    sign = memchr(host, '@', size);
    if (sign) {
        size -= (size_t)(sign + 1 - host);
        host = sign + 1;
    }
    snprintf(out, 256, "%.*s", (int)size, host);
}

static void canonical(char value[256])
{
    struct buffer scratch;
    struct buffer out;
    struct indicator indicator;
    const char *why = "";

    buffer_init(&scratch, 4096);
    buffer_init(&out, 4096);
    if (indicator_parse(text_from(value), &scratch, &indicator, &why) == ST_OK) {
        indicator_add(&out, &indicator);
        memcpy(value, out.bytes, out.size);
        value[out.size] = 0;
    } else {
        print_error("cannot read the expected %s: %s\n", value, why);
    }
    buffer_done(&out);
    buffer_done(&scratch);
}

static void expect(struct expectation *expectation, const char *kind, char *value,
                   const char *input)
{
    char *out = expectation->indicators[expectation->count];
    char *note = strchr(value, '(');

    if (note)
        *note = 0;
    if (strcmp(kind, "url") == 0)
        host_of(strcmp(value, "same") == 0 ? input : value, out);
    else if (strcmp(kind, "dom*") == 0)
        snprintf(out, 256, "*.%s", value);
    else if (strncmp(kind, "ip", 2) == 0 || strncmp(kind, "cidr", 4) == 0 ||
             strncmp(kind, "dom", 3) == 0)
        snprintf(out, 256, "%s", value);
    else
        return; /* a mail address or a hash: recognised, nothing to watch */
    canonical(out);
    expectation->count++;
}

static void read_expectation(struct expectation *expectation, char *text, const char *input)
{
    memset(expectation, 0, sizeof *expectation);
    expectation->range = strstr(text, "(or range)") != NULL;
    for (char *word = text; *word;) {
        char *end = word + strcspn(word, " ");
        char *next = *end ? end + 1 : end;
        char *equals;

        *end = 0;
        equals = strchr(word, '=');

        if (!equals || word[0] == '(' || word[0] == '-' || strncmp(word, "none", 4) == 0)
            equals = NULL;
        if (equals) {
            *equals = 0;
            expect(expectation, word, equals + 1, input);
        }
        word = next;
    }
}

static bool is_expected(const struct expectation *expectation, const char *indicator)
{
    if (expectation->range && strchr(indicator, '-'))
        return true;
    for (size_t i = 0; i < expectation->count; i++)
        if (strcmp(expectation->indicators[i], indicator) == 0)
            return true;
    return false;
}

static size_t check_case(const char *number, struct text input,
                         const struct expectation *expectation)
{
    struct import_result *result = import_check_text(input);
    size_t wrong = 0;

    for (size_t i = 0; i < expectation->count && !expectation->range; i++) {
        if (import_check_found(result, expectation->indicators[i]))
            continue;
        print_error("case %s: %.*s: %s was not found\n", number, (int)input.size, input.bytes,
                    expectation->indicators[i]);
        wrong++;
    }
    if (expectation->range && !import_check_count_found(result))
        wrong++;
    for (size_t i = 0; i < import_count(result); i++) {
        if (import_finding(result, i)->doubt != DOUBT_NONE ||
            is_expected(expectation, import_check_written(result, i)))
            continue;
        print_error("case %s: %.*s: %s arrived ticked\n", number, (int)input.size, input.bytes,
                    import_check_written(result, i));
        wrong++;
    }
    import_free(result);
    return wrong;
}

static void test_every_case_is_read_as_expected(void **state)
{
    size_t size;
    char *file = import_check_read("cases.tsv", &size);
    size_t wrong = 0;
    size_t cases = 0;

    (void)state;
    if (!file)
        skip();
    file[size] = 0;
    for (char *line = strchr(file, '\n'); line && line[1]; line = strchr(line + 1, '\n')) {
        const char *quote = strchr(line, '"');
        char number[16];
        char input[1024];
        char expected[512];
        size_t input_size;
        struct expectation expectation;

        snprintf(number, sizeof number, "%.*s", (int)strcspn(line + 1, "\t"), line + 1);
        input_size = read_json_string(&quote, input);
        input[input_size] = 0;
        snprintf(expected, sizeof expected, "%.*s", (int)strcspn(quote + 1, "\t"), quote + 1);
        read_expectation(&expectation, expected, input);
        wrong += check_case(number, (struct text){input, input_size}, &expectation);
        cases++;
    }
    free(file);
    assert_true(cases > 80);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_case_is_read_as_expected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
