/* A whole watchlist in memory that is made up: what has the form of an address or a name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/case/ecs_memory.h"
#include "tests/support/made_up_memory.h"

#define BASE UINT64_C(0x10000)
#define PAGE ((uint64_t)REGION_PAGE)
#define FOUND_MOST 32768u

static struct made_up_memory memory;
static struct {
    uint64_t address;
    size_t size;
    bool wide;
    uint32_t indicator;
} found[FOUND_MOST];
static size_t found_count;

static int begin(void **state)
{
    (void)state;
    made_up_memory_init(&memory);
    return 0;
}

static int end(void **state)
{
    (void)state;
    made_up_memory_done(&memory);
    return 0;
}

static struct watchlist_builder *start_list(const char *lines)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist_lines counts;

    assert_non_null(builder);
    assert_int_equal(
        watchlist_add_file_text(builder, text_from(lines), text_of("list"), NULL, &counts), ST_OK);
    assert_int_equal(counts.bad, 0);
    return builder;
}

static const struct watchlist *build(struct watchlist_builder *builder)
{
    struct watchlist *list = NULL;

    assert_int_equal(watchlist_build(builder, &list), ST_OK);
    return list;
}

static enum status note(void *context, const struct memory_hit *hit)
{
    (void)context;
    assert_true(found_count < FOUND_MOST);
    found[found_count].address = hit->address;
    found[found_count].size = hit->size;
    found[found_count].wide = hit->wide;
    found[found_count++].indicator = hit->indicator;
    return ST_OK;
}

static void search(const struct watchlist *list, const struct term *term)
{
    const struct region_reader reader = made_up_memory_reader(&memory);
    const struct scan_sink sink = {.found = note};
    struct scan_totals totals = {.read = 0};
    struct scan *scan = NULL;

    found_count = 0;
    assert_int_equal(scan_new(term, list, &scan), ST_OK);
    assert_int_equal(scan_run(scan, &reader, NULL, &sink, &totals), ST_OK);
    assert_int_equal(totals.hits, found_count);
    scan_free(scan);
}

static const char listed[] = "192.0.2.7\n"         /* 0 */
                             "198.51.100.0/24\n"   /* 1 */
                             "evil.example\n"      /* 2 */
                             "*.bad.example\n"     /* 3 */
                             "2001:db8::1\n"       /* 4 */
                             "203.0.113.5:443\n"   /* 5 */
                             "c2.example:8080\n"   /* 6 */
                             "[2001:db8::9]:443\n" /* 7 */
                             "xn--e1afmkfd.example\n";

static const struct {
    const char *text;
    size_t at; /* of what is found in it; SIZE_MAX: nothing is */
    size_t size;
    uint32_t indicator;
} cases[] = {
    {"192.0.2.7", 0, 9, 0},
    {"http://192.0.2.7/x", 7, 9, 0},
    {"192.0.2.7:80", 0, 9, 0},
    {"192.0.2.7.", 0, 9, 0},
    {"192.0.2.70", SIZE_MAX, 0, 0},
    {"1192.0.2.7", SIZE_MAX, 0, 0},
    {"1.192.0.2.7", SIZE_MAX, 0, 0},
    {"v192.0.2.7", SIZE_MAX, 0, 0},
    {"ip=198.51.100.200;", 3, 14, 1},
    {"198.51.101.200", SIZE_MAX, 0, 0},
    {"https://EVIL.example/a.b", 8, 12, 2},
    {"user@evil.example>", 5, 12, 2},
    {"evil.example.", 0, 12, 2},
    {"notevil.example", SIZE_MAX, 0, 0},
    {"evil.example.org", SIZE_MAX, 0, 0},
    {"www.evil.example", SIZE_MAX, 0, 0},
    {"-a.b.bad.example-", 1, 15, 3},
    {"bad.example", 0, 11, 3},
    {"2001:db8::1", 0, 11, 4},
    {"[2001:DB8:0:0:0:0:0:1]:99", 1, 20, 4},
    {"from:2001:db8::1:", 5, 11, 4},
    {"2001:db8::12", SIZE_MAX, 0, 0},
    {"x2001:db8::1", SIZE_MAX, 0, 0},
    {"12:34:56 ::: a:b", SIZE_MAX, 0, 0},
    {"::ffff:192.0.2.7", 7, 9, 0},
    {"203.0.113.5:443", 0, 11, 5},
    {"203.0.113.5:444", SIZE_MAX, 0, 0},
    {"203.0.113.5", SIZE_MAX, 0, 0},
    {"203.0.113.5:4433333", SIZE_MAX, 0, 0},
    {"https://c2.example:8080/", 8, 10, 6},
    {"c2.example:80800", SIZE_MAX, 0, 0},
    {"[2001:db8::9]:443", 1, 11, 7},
    {"2001:db8::9", SIZE_MAX, 0, 0},
    {"xn--e1afmkfd.example", 0, 20, 8},
};

static void check_case(size_t number, bool wide, uint64_t at)
{
    size_t step = wide ? 2 : 1;

    if (cases[number].at == SIZE_MAX) {
        assert_int_equal(found_count, 0);
        return;
    }
    assert_int_equal(found_count, 1);
    assert_int_equal(found[0].address, at + cases[number].at * step);
    assert_int_equal(found[0].size, cases[number].size * step);
    assert_int_equal(found[0].wide, wide);
    assert_int_equal(found[0].indicator, cases[number].indicator);
}

static void test_what_has_the_form_is_looked_up(void **state)
{
    const struct watchlist *list = build(start_list(listed));

    (void)state;
    made_up_memory_add(&memory, BASE, 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t *bytes = memory.regions[0].bytes;

        for (uint64_t at = 0; at < 3; at++) { /* at the very begin, and odd, too */
            memset(bytes, 0, PAGE);
            made_up_memory_put(&memory, BASE + at, cases[i].text, strlen(cases[i].text));
            search(list, NULL);
            check_case(i, false, BASE + at);
            memset(bytes, 0, PAGE);
            made_up_memory_put_wide(&memory, BASE + at + 501, cases[i].text);
            search(list, NULL);
            check_case(i, true, BASE + at + 501);
        }
        memset(bytes, 0, PAGE);
        made_up_memory_put(&memory, BASE + PAGE - strlen(cases[i].text), cases[i].text,
                           strlen(cases[i].text));
        search(list, NULL);
        check_case(i, false, BASE + PAGE - strlen(cases[i].text));
    }
    watchlist_release(list);
}

/* Across the borders of what is read at once, and of regions. */
static void test_M1_each_once(void **state)
{
    const struct watchlist *list = build(start_list(listed));
    const uint64_t pages = 500;
    size_t count = 0;

    (void)state;
    for (uint64_t i = 0; i < pages; i += 10)
        made_up_memory_add(&memory, BASE + i * PAGE, 10)->region.access =
            i % 20 ? REGION_READ : REGION_READ | REGION_WRITE;
    for (uint64_t at = 0; at + 200 < pages * PAGE; at += 149, count += 2) {
        made_up_memory_put(&memory, BASE + at, "evil.example", 12);
        made_up_memory_put_wide(&memory, BASE + at + 20, "198.51.100.77:8080");
    }
    search(list, NULL);
    assert_int_equal(found_count, count);
    for (size_t i = 0; i < found_count; i++) {
        assert_int_equal(found[i].address, BASE + i / 2 * 149 + i % 2 * 20);
        assert_int_equal(found[i].indicator, i % 2 ? 1 : 2);
    }
    watchlist_release(list);
}

static void test_too_long_is_nothing(void **state)
{
    const struct watchlist *list = build(start_list(listed));

    (void)state;
    made_up_memory_add(&memory, BASE, 300);
    memset(memory.regions[0].bytes, 'a', 300 * PAGE);
    for (size_t i = 1; i < 300 * PAGE; i += 2)
        memory.regions[0].bytes[i] = '.';
    made_up_memory_put(&memory, BASE + 200 * PAGE, " evil.example ", 14);
    search(list, NULL);
    assert_int_equal(found_count, 1);
    assert_int_equal(found[0].address, BASE + 200 * PAGE + 1);
    watchlist_release(list);
}

/* A list of 100,000: all that memory has of it, and nothing else. */
static void test_a_hundred_thousand(void **state)
{
    struct watchlist_builder *builder = start_list("evil.example");
    const struct watchlist *list;
    char name[64];

    (void)state;
    for (uint32_t i = 0; i < 100000; i++) {
        struct indicator indicator = {.kind = INDICATOR_DOMAIN};
        const struct indicator_origin origin = {.file = text_of("")};
        int size = snprintf(name, sizeof name, "host%u.list.example", i);

        indicator.value = (struct text){name, (size_t)size};
        assert_int_equal(watchlist_add(builder, &indicator, &origin, NULL), ST_OK);
    }
    list = build(builder);
    made_up_memory_add(&memory, BASE, 1500);
    for (uint32_t i = 0; i < 20000; i++) {
        int size = snprintf(name, sizeof name, "http://host%u.list.example/", i * 10);

        made_up_memory_put(&memory, BASE + i * 300, name, (size_t)size);
    }
    search(list, NULL);
    assert_int_equal(found_count, 10000);
    for (uint32_t i = 0; i < found_count; i++) {
        assert_int_equal(found[i].address, BASE + i * 300 + 7);
        assert_int_equal(found[i].indicator, 1 + i * 10);
    }
    watchlist_release(list);
}

static void test_with_a_term(void **state)
{
    const struct watchlist *list = build(start_list(listed));
    struct term *term = NULL;

    (void)state;
    made_up_memory_add(&memory, BASE, 1);
    made_up_memory_put(&memory, BASE + 5, "evil.example", 12);
    assert_int_equal(term_new(text_of("EXAMPLE"), 0, &term, NULL), ST_OK);
    search(list, term);
    assert_int_equal(found_count, 2);
    assert_int_equal(found[0].address, BASE + 10);
    assert_int_equal(found[0].indicator, NO_INDICATOR);
    assert_int_equal(found[1].address, BASE + 5);
    assert_int_equal(found[1].indicator, 2);
    term_free(term);
    watchlist_release(list);
}

static void test_as_json(void **state)
{
    const struct watchlist *list = build(start_list(listed));
    const struct region region = {
        .base = BASE,
        .size = PAGE,
        .kind = REGION_PRIVATE,
        .access = REGION_READ | REGION_WRITE | REGION_COPY | REGION_EXECUTE,
    };
    const struct memory_hit hit = {
        .address = BASE + 31,
        .size = 12,
        .indicator = 2,
        .region = &region,
        .bytes = (const uint8_t *)"\"evil.example\"",
        .byte_count = 14,
        .before = 1,
    };
    const struct process_facts facts = {
        .key = {.pid = 77},
        .name = text_of("a.exe"),
        .image = {.state = READ_DENIED},
        .command = {.state = READ_DENIED},
    };
    struct buffer out;

    (void)state;
    buffer_init(&out, 1 << 16);
    ecs_add_memory_hit(&out, &facts, list, &hit);
    assert_int_equal(out.failed, ST_OK);
    buffer_add_byte(&out, '\0');
    assert_string_equal(
        out.bytes,
        "{\"process\":{\"pid\":77,\"name\":\"a.exe\"},"
        "\"threat\":{\"indicator\":{\"type\":\"domain-name\",\"name\":\"evil.example\"}},"
        "\"stakeout\":{\"memory\":{\"address\":\"0x1001f\",\"size\":12,\"encoding\":\"utf-8\","
        "\"region\":{\"base\":\"0x10000\",\"size\":4096,\"type\":\"private\",\"access\":\"rcx\","
        "\"unbacked\":true},\"text\":\"\\\"evil.example\\\"\","
        "\"hex\":\"22 65 76 69 6c 2e 65 78 61 6d 70 6c 65 22\"}}}");
    buffer_done(&out);
    watchlist_release(list);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_what_has_the_form_is_looked_up),
        TEST(test_M1_each_once),
        TEST(test_too_long_is_nothing),
        TEST(test_a_hundred_thousand),
        TEST(test_with_a_term),
        TEST(test_as_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
