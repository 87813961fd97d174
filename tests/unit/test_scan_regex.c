/* Regular expressions in memory: what is found does not depend on how it is looked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/find/scan.h"
#include "tests/support/made_up_memory.h"

#define BASE UINT64_C(0x7FF600000000)
#define PAGE ((uint64_t)REGION_PAGE)
#define FOUND_MOST 100000u

struct place {
    uint64_t address;
    uint64_t size;
    bool wide;
};

struct found {
    size_t count;
    struct place places[FOUND_MOST];
};

static struct made_up_memory memory;
static struct found quick;
static struct found slow;
static uint32_t seed = 99;

static uint32_t any(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static enum status note(void *context, const struct memory_hit *hit)
{
    struct found *found = context;

    assert_true(found->count < FOUND_MOST);
    found->places[found->count++] = (struct place){hit->address, hit->size, hit->wide};
    return ST_OK;
}

static int by_address(const void *a, const void *b)
{
    const struct place *left = a;
    const struct place *right = b;

    if (left->address != right->address)
        return left->address < right->address ? -1 : 1;
    return left->wide - right->wide;
}

static void search(const char *source, unsigned flags, struct found *found)
{
    const struct region_reader reader = made_up_memory_reader(&memory);
    const struct scan_sink sink = {found, note};
    struct scan_totals totals = {.read = 0};
    struct term *term = NULL;
    struct scan *scan = NULL;

    found->count = 0;
    assert_int_equal(term_new(text_from(source), flags | TERM_REGEX, &term, NULL), ST_OK);
    assert_int_equal(scan_new(term, NULL, &scan), ST_OK);
    assert_int_equal(scan_run(scan, &reader, NULL, &sink, &totals), ST_OK);
    scan_free(scan);
    term_free(term);
    qsort(found->places, found->count, sizeof found->places[0], by_address);
}

/* How many bytes that were; the words are of the basic plane. */
static size_t put(uint8_t *bytes, const char *word, bool wide)
{
    const struct text text = text_from(word);
    size_t size = 0;

    if (!wide) {
        memcpy(bytes, word, text.size);
        return text.size;
    }
    for (size_t at = 0; at < text.size; size += 2) {
        uint32_t letter = text_decode(text, &at);

        bytes[size] = (uint8_t)letter;
        bytes[size + 1] = (uint8_t)(letter >> 8);
    }
    return size;
}

/* Words of what is looked for and of what is not, in both encodings, at any address, now and then
 * with something between that is no text, now and then for pages without. */
static void fill(uint64_t pages)
{
    static const char *const words[] = {"evil", "EVIL", "bad",  "e",      "vil",         "12",
                                        ".",    "-",    "邪恶", "x",      " ",           "k",
                                        "\n",   "é",    "V",    "0.evil", "\xE2\x84\xAA"};
    const uint64_t size = pages * PAGE;
    uint32_t breaks = 8 * (1 + any(40));
    uint8_t *bytes;
    uint64_t at = 0;

    made_up_memory_done(&memory);
    made_up_memory_init(&memory);
    bytes = made_up_memory_add(&memory, BASE, pages)->bytes;
    while (at + 64 < size) {
        bool wide = any(2);

        for (uint32_t left = 1 + any(any(3) ? 8 : 9000); left && at + 64 < size; left--) {
            at += put(bytes + at, words[any(sizeof words / sizeof words[0])], wide);
            if (!any(breaks))
                bytes[at++] = (uint8_t)any(256);
        }
        at += any(20);
    }
}

/* The verb changes nothing that is found, but keeps anybody from reading the rest beforehand. */
static void test_found_with_and_without_what_is_required(void **state)
{
    static const char *const patterns[] = {
        "evil",
        "evil\\d+",
        "\\d+\\.evil",
        "(?:evil|bad)-",
        "ev.l|ba[dk]",
        "\\bevil\\b",
        "evil$",
        "e",
        "\\.",
        "bad.{0,40}evil",
        "邪恶[a-z]*",
        "[a-z]*邪恶",
        "(?<=bad)evil",
        "evil(?=bad)",
        "bad\\Kevil",
        "(?:evil){2,}",
        "[^\\n]{10}evil",
        "(x|k)?evil\\.",
        "^evil",
        "k+evil",
    };
    static char unread[128];

    (void)state;
    for (int round = 0; round < 4; round++) {
        fill(round ? 8 : 80); /* the first in more than one piece */
        for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
            unsigned flags = any(2) ? TERM_CASE : 0u;

            snprintf(unread, sizeof unread, "(*NO_DOTSTAR_ANCHOR)%s", patterns[i]);
            search(patterns[i], flags, &quick);
            search(unread, flags, &slow);
            if (quick.count != slow.count)
                print_error("%s: round %d, case %u\n", patterns[i], round, flags);
            assert_int_equal(quick.count, slow.count);
            for (size_t n = 0; n < quick.count; n++) {
                assert_int_equal(quick.places[n].address, slow.places[n].address);
                assert_int_equal(quick.places[n].size, slow.places[n].size);
                assert_int_equal(quick.places[n].wide, slow.places[n].wide);
            }
        }
    }
    made_up_memory_done(&memory);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found_with_and_without_what_is_required),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
