/* A term in keys and values: where it is found, that it is found once, and what stands around it;
 * then the line of JSON that tells it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/ecs_registry.h"

static struct term *term;
static struct registry_search search;

static void begin(const char *source, unsigned flags)
{
    assert_int_equal(term_new(text_from(source), flags, &term, NULL), ST_OK);
    registry_search_init(&search, term);
}

static void end(void)
{
    registry_search_done(&search);
    term_free(term);
}

static struct registry_key key_at(const char *path)
{
    struct text whole = text_from(path);

    return (struct registry_key){.path = whole, .name = text_file_name(whole)};
}

static enum registry_where in_key(const char *path)
{
    struct registry_key key = key_at(path);
    struct registry_finding finding = {0};

    assert_int_equal(registry_search_key(&search, &key, &finding), ST_OK);
    assert_ptr_equal(finding.key, &key);
    assert_null(finding.value);
    return finding.where;
}

static enum registry_where in_value(struct text name, uint32_t type, struct text data)
{
    static const struct registry_key key = {.path = {"HKLM", 4}, .name = {"HKLM", 4}};
    struct registry_value value = {name, type, (const unsigned char *)data.bytes, data.size};
    struct registry_finding finding = {0};

    assert_int_equal(registry_search_value(&search, &key, &value, &finding), ST_OK);
    return finding.where;
}

/* What lies below a key that is found is not found with it. */
static void test_key_by_its_own_name(void **state)
{
    (void)state;
    begin("run", 0);
    assert_int_equal(in_key("HKLM\\SOFTWARE\\Run"), REGISTRY_KEY_NAME);
    assert_int_equal(in_key("HKLM\\SOFTWARE\\Run\\Other"), REGISTRY_NOWHERE);
    end();
    begin("run", TERM_CASE);
    assert_int_equal(in_key("HKLM\\SOFTWARE\\Run"), REGISTRY_NOWHERE);
    end();
}

static void test_key_by_its_path(void **state)
{
    (void)state;
    begin("b\\run", 0);
    assert_int_equal(in_key("HKLM\\A\\B\\Run"), REGISTRY_KEY_NAME);
    assert_int_equal(in_key("HKLM\\A\\B\\RunOnce"), REGISTRY_KEY_NAME);
    assert_int_equal(in_key("HKLM\\A\\B\\Run\\Other"), REGISTRY_NOWHERE);
    /* once on the way, and once at the end */
    assert_int_equal(in_key("HKLM\\B\\Run\\B\\Run"), REGISTRY_KEY_NAME);
    assert_int_equal(in_key("HKLM\\A\\C"), REGISTRY_NOWHERE);
    end();
    begin("b\\\\r.n$", TERM_REGEX);
    assert_int_equal(in_key("HKLM\\A\\B\\Run"), REGISTRY_KEY_NAME);
    assert_int_equal(in_key("HKLM\\A\\B\\Runs"), REGISTRY_NOWHERE);
    end();
}

/* A regular expression sees each text by itself. */
static void test_regular_expression(void **state)
{
    (void)state;
    begin("^ab?$", TERM_REGEX);
    assert_int_equal(in_key("HKLM\\ab"), REGISTRY_KEY_NAME);
    assert_int_equal(in_value(text_of("x"), REGISTRY_MULTI_SZ, text_of("x\0\0\0a\0\0\0\0")),
                     REGISTRY_DATA);
    assert_int_equal(in_value(text_of("x"), REGISTRY_SZ, text_of("a\0b\0c\0")), REGISTRY_NOWHERE);
    end();
}

static void test_value_by_name_or_data(void **state)
{
    (void)state;
    begin("evil", 0);
    assert_int_equal(in_value(text_of("an Evil"), REGISTRY_SZ, text_of("e\0v\0i\0l\0")),
                     REGISTRY_VALUE_NAME);
    assert_int_equal(in_value(text_of("x"), REGISTRY_SZ, text_of("e\0v\0i\0l\0")), REGISTRY_DATA);
    assert_int_equal(in_value(text_of("x"), REGISTRY_BINARY, text_of("\xff\0evil\x01")),
                     REGISTRY_DATA);
    assert_int_equal(in_value(text_of("x"), REGISTRY_BINARY,
                              text_of("\xff"
                                      "e\0v\0i\0l\0")),
                     REGISTRY_DATA);
    assert_int_equal(in_value(text_of("evi"), REGISTRY_SZ, text_of("l\0")), REGISTRY_NOWHERE);
    end();
    begin("0x5c", 0);
    assert_int_equal(in_value(text_of("x"), REGISTRY_DWORD, text_of("\x5c\0\0\0")), REGISTRY_DATA);
    assert_int_equal(in_value(text_of("x"), REGISTRY_DWORD, text_of("\xc5\0\0\0")),
                     REGISTRY_NOWHERE);
    end();
}

/* users.md R1 */
static void test_r1_hidden_names_are_found(void **state)
{
    (void)state;
    begin("run", 0);
    assert_int_equal(in_value(text_of("\0run"), REGISTRY_NONE, text_of("")), REGISTRY_VALUE_NAME);
    assert_int_equal(in_value(text_of("r\0un"), REGISTRY_NONE, text_of("")), REGISTRY_VALUE_NAME);
    end();
}

static void test_too_slow_is_not_nowhere(void **state)
{
    static const struct registry_key key = {.path = {"HKLM", 4}, .name = {"HKLM", 4}};
    static char many[60000];
    struct registry_value value = {text_of("x"), REGISTRY_BINARY, (unsigned char *)many,
                                   sizeof many};
    struct registry_finding finding = {0};

    (void)state;
    memset(many, 'a', sizeof many);
    many[sizeof many - 1] = 'b';
    begin("^(a+)+$", TERM_REGEX);
    assert_int_equal(registry_search_value(&search, &key, &value, &finding), ST_TOO_SLOW);
    end();
}

static void test_around(void **state)
{
    static const struct registry_key key = {.path = {"HKLM", 4}, .name = {"HKLM", 4}};
    static char data[1000];
    struct registry_value value = {text_of("x"), REGISTRY_BINARY, (unsigned char *)data,
                                   sizeof data};
    struct registry_finding finding = {0};

    (void)state;
    memset(data, '-', sizeof data);
    memcpy(data + 500, "evil", 4);
    begin("evil", 0);
    assert_int_equal(registry_search_value(&search, &key, &value, &finding), ST_OK);
    assert_int_equal(finding.around.size, 60 + 4 + 60 + 2 * strlen("…"));
    assert_true(text_starts(finding.around, text_of("…---")));
    assert_true(text_ends(finding.around, text_of("---…")));
    assert_int_equal(text_find(finding.around, text_of("evil")), 63);
    end();
}

static void assert_json(const struct registry_finding *finding, const char *expected)
{
    struct buffer out;

    buffer_init(&out, 1 << 20);
    ecs_add_registry(&out, finding);
    buffer_add_byte(&out, 0);
    assert_int_equal(out.failed, ST_OK);
    assert_string_equal(out.bytes, expected);
    buffer_done(&out);
}

static void test_json(void **state)
{
    struct registry_key key = {.path = text_of("HKU\\S-1\\a\0b"),
                               .name = text_of("a\0b"),
                               .written = INT64_C(134000000000000000),
                               .view32 = true,
                               .autorun = true};
    struct registry_value value = {text_of("v"), REGISTRY_MULTI_SZ,
                                   (const unsigned char *)"a\0\0\0b\0\0\0\0", 9};
    struct registry_finding finding = {&key, &value, REGISTRY_DATA, text_of("a")};

    (void)state;
    assert_json(&finding, "{\"registry\":{\"data\":{\"strings\":[\"a\",\"b\"],"
                          "\"bytes\":\"YQAAAGIAAAAA\",\"type\":\"REG_MULTI_SZ\"},"
                          "\"hive\":\"HKU\",\"key\":\"S-1\\\\a\\u0000b\","
                          "\"path\":\"HKU\\\\S-1\\\\a\\u0000b\\\\v\",\"value\":\"v\"},"
                          "\"stakeout\":{\"registry\":{\"found_in\":\"data\",\"around\":\"a\","
                          "\"written\":\"2025-08-18T14:13:20.0000000Z\",\"data_size\":9,"
                          "\"hidden\":true,\"view32\":true,\"autorun\":true}}}");
    key = key_at("HKLM");
    finding = (struct registry_finding){&key, NULL, REGISTRY_KEY_NAME, text_of("HKLM")};
    assert_json(&finding, "{\"registry\":{\"hive\":\"HKLM\",\"key\":\"\",\"path\":\"HKLM\"},"
                          "\"stakeout\":{\"registry\":{\"found_in\":\"key name\","
                          "\"around\":\"HKLM\"}}}");
    value = (struct registry_value){text_of(""), REGISTRY_DWORD,
                                    (const unsigned char *)"\x2a\0\0\0", 4};
    finding = (struct registry_finding){&key, &value, REGISTRY_DATA, text_of("42")};
    assert_json(&finding, "{\"registry\":{\"data\":{\"strings\":[\"42\"],\"type\":\"REG_DWORD\"},"
                          "\"hive\":\"HKLM\",\"key\":\"\",\"path\":\"HKLM\\\\\",\"value\":\"\"},"
                          "\"stakeout\":{\"registry\":{\"found_in\":\"data\",\"around\":\"42\","
                          "\"data_size\":4}}}");
    value = (struct registry_value){text_of("n"), 77, (const unsigned char *)"abcd", 4};
    assert_json(&finding, "{\"registry\":{\"data\":{\"bytes\":\"YWJjZA==\",\"type\":\"77\"},"
                          "\"hive\":\"HKLM\",\"key\":\"\",\"path\":\"HKLM\\\\n\",\"value\":\"n\"},"
                          "\"stakeout\":{\"registry\":{\"found_in\":\"data\",\"around\":\"42\","
                          "\"data_size\":4}}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_by_its_own_name),
        cmocka_unit_test(test_key_by_its_path),
        cmocka_unit_test(test_regular_expression),
        cmocka_unit_test(test_value_by_name_or_data),
        cmocka_unit_test(test_r1_hidden_names_are_found),
        cmocka_unit_test(test_too_slow_is_not_nowhere),
        cmocka_unit_test(test_around),
        cmocka_unit_test(test_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
