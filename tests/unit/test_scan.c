/* Searching memory that is made up: what is there is found, once; what may not be asked is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/find/scan.h"
#include "tests/support/failing_memory.h"
#include "tests/support/made_up_memory.h"

#define BASE UINT64_C(0x7FF600000000)
#define PAGE ((uint64_t)REGION_PAGE)
#define FOUND_MOST 262144u

struct place {
    uint64_t address;
    size_t size;
    bool wide;
    enum region_kind kind;
    unsigned access;
};

static struct made_up_memory memory;
static struct place found[FOUND_MOST];
static size_t found_count;
static struct scan_totals totals;
static atomic_bool cancelled;

static int begin(void **state)
{
    (void)state;
    made_up_memory_init(&memory);
    found_count = 0;
    totals = (struct scan_totals){.read = 0};
    atomic_store(&cancelled, false);
    return 0;
}

static int end(void **state)
{
    (void)state;
    made_up_memory_done(&memory);
    return 0;
}

static enum status note(void *context, const struct memory_hit *hit)
{
    (void)context;
    assert_true(found_count < FOUND_MOST);
    assert_true(hit->address >= hit->region->base);
    assert_true(hit->address < hit->region->base + hit->region->size);
    assert_true(hit->before <= SCAN_AROUND);
    found[found_count++] =
        (struct place){hit->address, hit->size, hit->wide, hit->region->kind, hit->region->access};
    return ST_OK;
}

static int by_address(const void *a, const void *b)
{
    const struct place *left = a;
    const struct place *right = b;

    return left->address < right->address ? -1 : left->address > right->address;
}

static enum status search(const char *source, unsigned flags)
{
    const struct region_reader reader = made_up_memory_reader(&memory);
    const struct scan_sink sink = {.found = note};
    struct progress progress = {.cancel = &cancelled};
    struct term *term = NULL;
    struct scan *scan = NULL;
    enum status status;

    found_count = 0;
    totals = (struct scan_totals){.read = 0};
    assert_int_equal(term_new(text_from(source), flags, &term, NULL), ST_OK);
    assert_int_equal(scan_new(term, NULL, &scan), ST_OK);
    status = scan_run(scan, &reader, &progress, &sink, &totals);
    assert_int_equal(atomic_load(&progress.done), totals.read);
    scan_free(scan);
    term_free(term);
    qsort(found, found_count, sizeof found[0], by_address);
    return status;
}

static void put(uint64_t address, const char *text)
{
    made_up_memory_put(&memory, address, text, strlen(text));
}

/* M1: a term anywhere, so also across the borders of what is read at once, in both encodings. */
static void test_M1_across_the_borders_of_pieces(void **state)
{
    static const unsigned kinds[] = {TERM_CASE, 0, TERM_REGEX};
    const uint64_t pages = 700; /* 2.7 MB, in several pieces */
    size_t count = 0;

    (void)state;
    made_up_memory_add(&memory, BASE, pages);
    for (uint64_t at = 0; at + 64 <= pages * PAGE; at += 97, count += 2) {
        put(BASE + at, "evil-tail");
        made_up_memory_put_wide(&memory, BASE + at + 20, "evil-tail"); /* even and odd ones */
    }
    for (size_t kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++) {
        assert_int_equal(search(kinds[kind] & TERM_REGEX ? "evil-\\w+" : "evil-tail", kinds[kind]),
                         ST_OK);
        assert_int_equal(found_count, count);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(found[i].address, BASE + i / 2 * 97 + i % 2 * 20);
            assert_int_equal(found[i].wide, i % 2);
            assert_int_equal(found[i].size, i % 2 ? 18 : 9);
        }
        assert_int_equal(totals.read, pages * PAGE);
        assert_int_equal(totals.hits, count);
        assert_int_equal(totals.not_read, 0);
    }
}

/* M1: half of it in a region with another protection. */
static void test_M1_across_regions(void **state)
{
    (void)state;
    made_up_memory_add(&memory, BASE, 3);
    made_up_memory_add(&memory, BASE + 3 * PAGE, 2)->region.access = REGION_READ;
    made_up_memory_add(&memory, BASE + 6 * PAGE, 1)->region.kind = REGION_MAPPED; /* with a gap */
    put(BASE + 3 * PAGE - 9, "SPLITSTRING-NEEDLE");
    made_up_memory_put_wide(&memory, BASE + 3 * PAGE + 101, "SPLITSTRING-NEEDLE");
    put(BASE + 5 * PAGE - 4, "SPLI");
    put(BASE + 6 * PAGE, "TSTRING-NEEDLE"); /* not adjacent: nobody reads it as one */
    put(BASE + 7 * PAGE - 18, "SPLITSTRING-NEEDLE");
    assert_int_equal(search("SPLITSTRING-NEEDLE", TERM_CASE), ST_OK);
    assert_int_equal(found_count, 3);
    assert_int_equal(found[0].address, BASE + 3 * PAGE - 9);
    assert_int_equal(found[0].access, REGION_READ | REGION_WRITE);
    assert_int_equal(found[1].address, BASE + 3 * PAGE + 101);
    assert_int_equal(found[1].access, REGION_READ);
    assert_true(found[1].wide);
    assert_int_equal(found[2].address, BASE + 7 * PAGE - 18);
    assert_int_equal(found[2].kind, REGION_MAPPED);
    assert_int_equal(search("string-need", 0), ST_OK);
    assert_int_equal(found_count, 4);
    assert_int_equal(search("SPLIT\\w+-NEEDLE", TERM_REGEX | TERM_CASE), ST_OK);
    assert_int_equal(found_count, 3);
    assert_int_equal(found[0].size, 18);
}

/* M2: guarded pages are not asked for, a bad page does not take its region with it. */
static void test_M2_guarded_and_bad_pages(void **state)
{
    struct made_up_region *guarded;
    struct made_up_region *spotty;

    (void)state;
    guarded = made_up_memory_add(&memory, BASE, 2);
    guarded->region.askable = false;
    spotty = made_up_memory_add(&memory, BASE + 2 * PAGE, 300);
    spotty->bad[0] = true;
    spotty->bad[150] = true;
    put(BASE + 10, "needle");
    put(BASE + 2 * PAGE + 10, "needle"); /* in the first bad one */
    put(BASE + 4 * PAGE, "needle");
    put(BASE + 152 * PAGE - 3, "needle"); /* half of it can't be read */
    put(BASE + 153 * PAGE, "needle");
    assert_int_equal(search("needle", 0), ST_OK);
    assert_int_equal(found_count, 2);
    assert_int_equal(found[0].address, BASE + 4 * PAGE);
    assert_int_equal(found[1].address, BASE + 153 * PAGE);
    assert_int_equal(totals.not_read, 2 * PAGE);
    assert_int_equal(totals.read, 298 * PAGE);
    assert_int_equal(guarded->asked[0] + guarded->asked[1], 0);
}

static void test_marks_code_without_a_file(void **state)
{
    (void)state;
    made_up_memory_add(&memory, BASE, 1)->region.access = REGION_READ | REGION_EXECUTE;
    made_up_memory_add(&memory, BASE + PAGE, 1)->region.kind = REGION_IMAGE;
    memory.regions[1].region.access = REGION_READ | REGION_EXECUTE;
    put(BASE + PAGE - 3, "needle");
    assert_int_equal(search("needle", 0), ST_OK);
    assert_int_equal(found_count, 1);
    assert_int_equal(totals.unbacked, 1);
    assert_true(region_unbacked(&memory.regions[0].region));
    assert_false(region_unbacked(&memory.regions[1].region));
}

/* Private writable memory, compared with a search that looks at every place by itself. */
static uint32_t seed = 12345;

static uint32_t any(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static size_t read_plainly(uint8_t *flat, bool *there, uint64_t pages)
{
    size_t readable = 0;

    memset(there, 0, pages * PAGE);
    for (size_t i = 0; i < memory.count; i++) {
        const struct made_up_region *made = &memory.regions[i];

        for (uint64_t page = 0; page < made->region.size / PAGE; page++) {
            uint64_t at = made->region.base - BASE + page * PAGE;

            if (!made->region.askable || made->bad[page])
                continue;
            memcpy(flat + at, made->bytes + page * PAGE, PAGE);
            memset(there + at, 1, PAGE);
            readable++;
        }
    }
    return readable;
}

static bool is_there(const uint8_t *flat, const bool *there, size_t size, size_t at,
                     const char *term, size_t step)
{
    for (size_t i = 0; term[i]; i++, at += step) {
        if (at + step > size || !there[at] || !there[at + step - 1] ||
            flat[at] != (uint8_t)term[i] || (step == 2 && flat[at + 1]))
            return false;
    }
    return true;
}

static void test_finds_what_a_plain_search_finds(void **state)
{
    static const char letters[] = "aab\0\0";
    static const char *const terms[] = {"ab", "aab", "abab", "baab"};
    const uint64_t pages = 420;
    uint8_t *flat = calloc(pages, PAGE);
    bool *there = calloc(pages, PAGE * sizeof(bool));

    (void)state;
    assert_non_null(flat);
    assert_non_null(there);
    for (int round = 0; round < 12; round++) {
        const char *term = terms[any(4)];
        uint64_t at = 0;
        size_t expected = 0;

        made_up_memory_done(&memory);
        while (at < 300 && memory.count < MADE_UP_REGIONS) {
            uint64_t size = 1 + any(round % 2 ? 4 : 120);
            struct made_up_region *made = made_up_memory_add(&memory, BASE + at * PAGE, size);

            made->region.askable = any(6) != 0;
            for (uint64_t i = 0; i < size * PAGE; i++)
                made->bytes[i] = any(8) ? (uint8_t)letters[any(5)] : 0;
            for (uint64_t i = 0; i < size; i++)
                made->bad[i] = any(20) == 0;
            at += size + (any(3) ? 0 : any(5));
        }
        read_plainly(flat, there, pages);
        assert_int_equal(search(term, TERM_CASE), ST_OK);
        for (size_t i = 0; i < pages * PAGE; i++) {
            for (size_t step = 1; step <= 2; step++) {
                if (!is_there(flat, there, pages * PAGE, i, term, step))
                    continue;
                assert_true(expected < found_count);
                assert_int_equal(found[expected].address, BASE + i);
                assert_int_equal(found[expected].wide, step == 2);
                expected++;
            }
        }
        assert_int_equal(found_count, expected);
    }
    free(flat);
    free(there);
}

static void test_letters_of_every_script(void **state)
{
    static const uint8_t wide[] = {0x12, 0x04, 0x18, 0x04, 0x20, 0x04, 0x23, 0x04, 0x21, 0x04};
    static const uint8_t face[] = {0x3D, 0xD8, 0x00, 0xDE, '!', 0};

    (void)state;
    made_up_memory_add(&memory, BASE, 4);
    put(BASE + 17, "C:\\ВИРУС.exe");
    made_up_memory_put(&memory, BASE + 1001, wide, sizeof wide);
    made_up_memory_put(&memory, BASE + 3001, face, sizeof face);
    assert_int_equal(search("вирус", 0), ST_OK);
    assert_int_equal(found_count, 2);
    assert_int_equal(found[0].address, BASE + 20);
    assert_int_equal(found[0].size, 10);
    assert_int_equal(found[1].address, BASE + 1001);
    assert_true(found[1].wide);
    assert_int_equal(search("вирус", TERM_CASE), ST_OK);
    assert_int_equal(found_count, 0);
    assert_int_equal(search("ВИРУС", TERM_CASE), ST_OK);
    assert_int_equal(found_count, 2);
    assert_int_equal(search("😀!", TERM_CASE), ST_OK);
    assert_int_equal(found_count, 1);
    assert_int_equal(search("\\x{1F600}.", TERM_REGEX), ST_OK);
    assert_int_equal(found_count, 1);
    assert_int_equal(found[0].address, BASE + 3001);
    assert_int_equal(found[0].size, 6);
}

/* A long match is one match, whatever borders it lies across. */
static void test_regular_expressions_do_not_overlap(void **state)
{
    const uint64_t pages = 400;

    (void)state;
    made_up_memory_add(&memory, BASE, pages);
    for (uint64_t at = 3; at + 3500 < pages * PAGE; at += 3501)
        memset(memory.regions[0].bytes + at, 'a', 3000);
    assert_int_equal(search("a+", TERM_REGEX), ST_OK);
    assert_int_equal(found_count, (pages * PAGE - 3503) / 3501 + 1);
    for (size_t i = 0; i < found_count; i++) {
        assert_int_equal(found[i].address, BASE + 3 + i * 3501);
        assert_int_equal(found[i].size, 3000);
    }
    assert_int_equal(search("x*", TERM_REGEX), ST_OK);
    assert_int_equal(found_count, 0); /* nothing is no place */
}

static void test_too_slow_is_said(void **state)
{
    (void)state;
    made_up_memory_add(&memory, BASE, 1);
    memset(memory.regions[0].bytes, 'a', 2000);
    memory.regions[0].bytes[2000] = 'b';
    assert_int_equal(search("(a+)+$", TERM_REGEX), ST_TOO_SLOW);
}

static void cancel_third(struct made_up_memory *made)
{
    if (made->reads == 2)
        atomic_store(&cancelled, true);
}

static void test_ends_when_told(void **state)
{
    (void)state;
    made_up_memory_add(&memory, BASE, 2000);
    put(BASE, "needle");
    memory.before_read = cancel_third;
    assert_int_equal(search("needle", 0), ST_CANCELLED);
    assert_int_equal(memory.reads, 3);
    memory.before_read = NULL;
    memory.reads = 0;
    memory.gone_after = 1;
    atomic_store(&cancelled, false);
    assert_int_equal(search("needle", 0), ST_GONE);
    assert_int_equal(found_count, 1); /* what was read was there */
}

static void test_cancelled_among_bad_pages(void **state)
{
    (void)state;
    made_up_memory_add(&memory, BASE, 100);
    for (size_t i = 0; i < 100; i++)
        memory.regions[0].bad[i] = true;
    memory.before_read = cancel_third;
    assert_int_equal(search("needle", 0), ST_CANCELLED);
    assert_int_equal(memory.reads, 3);
}

static enum status refuse_second(void *context, const struct memory_hit *hit)
{
    (void)hit;
    return ++*(int *)context == 2 ? ST_DISK_FULL : ST_OK;
}

static void test_the_sink_ends_it(void **state)
{
    const struct region_reader reader = made_up_memory_reader(&memory);
    int told = 0;
    const struct scan_sink sink = {&told, refuse_second};
    struct term *term = NULL;
    struct scan *scan = NULL;

    (void)state;
    made_up_memory_add(&memory, BASE, 1);
    put(BASE, "needle needle needle");
    assert_int_equal(term_new(text_of("needle"), 0, &term, NULL), ST_OK);
    assert_int_equal(scan_new(term, NULL, &scan), ST_OK);
    assert_int_equal(scan_run(scan, &reader, NULL, &sink, &totals), ST_DISK_FULL);
    assert_int_equal(told, 2);
    scan_free(scan);
    scan_free(NULL);
    term_free(term);
}

/* Whatever memory does meanwhile, what is told was read. */
static void scramble(struct made_up_memory *made)
{
    uint8_t *bytes = made->regions[0].bytes;

    for (size_t i = 0; i < 4 * PAGE; i++)
        bytes[i] = (uint8_t)"evil"[any(4)];
    made->regions[0].bad[1] = any(2);
}

static enum status check_bytes(void *context, const struct memory_hit *hit)
{
    ++*(int *)context;
    assert_memory_equal(hit->bytes + hit->before, "evil", 4);
    return ST_OK;
}

static void test_changing_while_it_is_read(void **state)
{
    const struct region_reader reader = made_up_memory_reader(&memory);
    int told = 0;
    const struct scan_sink sink = {&told, check_bytes};
    struct term *term = NULL;
    struct scan *scan = NULL;

    (void)state;
    made_up_memory_add(&memory, BASE, 4);
    memory.before_read = scramble;
    assert_int_equal(term_new(text_of("evil"), TERM_CASE, &term, NULL), ST_OK);
    assert_int_equal(scan_new(term, NULL, &scan), ST_OK);
    for (int i = 0; i < 50; i++)
        assert_int_equal(scan_run(scan, &reader, NULL, &sink, &totals), ST_OK);
    assert_true(told > 50);
    scan_free(scan);
    term_free(term);
}

static void test_text_and_hex_around(void **state)
{
    const struct region region = {.base = BASE, .size = PAGE};
    struct memory_hit hit = {.region = &region, .indicator = NO_INDICATOR};
    struct buffer out;

    (void)state;
    buffer_init(&out, 1 << 16);
    hit.bytes = (const uint8_t *)"a\x01\xFF\xC3\xA9z\x7F";
    hit.byte_count = 7;
    memory_hit_add_text(&out, &hit);
    buffer_add_byte(&out, '|');
    memory_hit_add_hex(&out, &hit);
    buffer_add_byte(&out, '|');
    hit.wide = true;
    hit.before = 3; /* letters are where the hit's are */
    hit.bytes = (const uint8_t *)"x\x09\x04q\0\x3D\xD8\x00\xDE\x00\xDC";
    hit.byte_count = 11;
    memory_hit_add_text(&out, &hit);
    assert_int_equal(out.failed, ST_OK);
    assert_true(text_equal(buffer_text(&out), text_of("a..éz.|61 01 ff c3 a9 7a 7f|Љq😀.")));
    buffer_done(&out);
}

static void test_no_memory(void **state)
{
    static const unsigned kinds[] = {TERM_CASE, TERM_REGEX};

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct term *term = NULL;
        enum status status = ST_NO_MEMORY;

        assert_int_equal(term_new(text_of("evil"), kinds[i], &term, NULL), ST_OK);
        for (size_t nth = 1; status != ST_OK; nth++) {
            struct scan *scan = NULL;

            failing_memory_begin(nth);
            status = scan_new(term, NULL, &scan);
            assert_true(status == ST_OK || (status == ST_NO_MEMORY && failing_memory_failed()));
            scan_free(scan);
            assert_int_equal(failing_memory_blocks(), 0);
            failing_memory_end();
        }
        term_free(term);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_M1_across_the_borders_of_pieces),
        TEST(test_M1_across_regions),
        TEST(test_M2_guarded_and_bad_pages),
        TEST(test_marks_code_without_a_file),
        TEST(test_finds_what_a_plain_search_finds),
        TEST(test_letters_of_every_script),
        TEST(test_regular_expressions_do_not_overlap),
        TEST(test_too_slow_is_said),
        TEST(test_ends_when_told),
        TEST(test_cancelled_among_bad_pages),
        TEST(test_the_sink_ends_it),
        TEST(test_changing_while_it_is_read),
        TEST(test_text_and_hex_around),
        TEST(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
