/* bench_match: a watchlist of 1,000,000 mixed indicators: how long it takes to load, what it holds,
 * and what a look-up costs. Prints one JSON line a figure.
 *
 *   bench_match                  the figures
 *   bench_match write DIR        writes DIR/list.txt (its addresses, networks and ranges) and
 *                                DIR/addresses.txt, for tests/bench/match.sh
 *   bench_match match LIST FILE  prints the lines of FILE whose address is on LIST, as grepcidr
 * does
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/memory.h"
#include "core/watch/watchlist.h"

enum {
    IPV4_ADDRESSES = 300000,
    IPV4_NETWORKS = 40000,
    IPV4_RANGES = 10000,
    IPV4_ENDPOINTS = 10000,
    IPV6_ADDRESSES = 30000,
    IPV6_NETWORKS = 9900,
    PORTS = 100,
    DOMAINS = 450000,
    DOMAIN_TREES = 150000,
    QUESTIONS = 1000000,
    TURNS = 5
};

static void fail(const char *what)
{
    fprintf(stderr, "bench_match: %s\n", what);
    exit(2);
}

/* CPU time: everything here is one thread's work, and others may be using the machine. */
static double now_s(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;

    return (left > right) - (left < right);
}

static double median(double values[TURNS])
{
    qsort(values, TURNS, sizeof values[0], by_value);
    return values[TURNS / 2];
}

static void say(const char *what, double value, const char *unit, double bar)
{
    printf("{\"bench\":\"match\",\"case\":\"%s\",\"value\":%.4g,\"unit\":\"%s\","
           "\"baseline\":%.4g,\"baseline_name\":\"bar\"}\n",
           what, value, unit, bar);
}

/* ---- a made-up list ---- */

static uint64_t seed = 0x9E3779B97F4A7C15u;

static uint32_t draw(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 32) * below >> 32);
}

static uint32_t ipv4(void)
{
    return (1 + draw(222)) << 24 | draw(1 << 24);
}

static void add_ipv4(struct buffer *out, uint32_t address)
{
    uint8_t octets[4] = {(uint8_t)(address >> 24), (uint8_t)(address >> 16),
                         (uint8_t)(address >> 8), (uint8_t)address};
    struct address made = address_from_ipv4(octets);

    address_add(out, &made);
}

/* As they are given out: a few registries' blocks, then anything. */
static void add_ipv6(struct buffer *out, unsigned bits)
{
    static const uint16_t blocks[] = {0x2001, 0x2400, 0x2600, 0x2607, 0x2a00, 0x2a02, 0x2a0e};
    uint8_t bytes[16] = {0};
    uint16_t block = blocks[draw(sizeof blocks / sizeof blocks[0])];
    struct address made;

    bytes[0] = (uint8_t)(block >> 8);
    bytes[1] = (uint8_t)block;
    for (unsigned i = 2; i < bits / 8; i++)
        bytes[i] = (uint8_t)draw(256);
    made = address_from_ipv6(bytes);
    address_add(out, &made);
}

/* About twenty letters, two to four labels, as malware and advertisements have them. */
static void add_domain(struct buffer *out)
{
    static const char *const syllables[] = {"ad",  "tra", "ck",  "er",  "se", "cu", "re",
                                            "log", "in",  "up",  "da",  "te", "ms", "go",
                                            "pay", "on",  "net", "fly", "x",  "zu"};
    static const char *const ends[] = {".com", ".net", ".ru", ".top", ".xyz", ".info", ".co.uk"};
    uint32_t labels = 1 + draw(3) / 2 + draw(5) / 4;

    for (uint32_t label = 0; label < labels; label++) {
        uint32_t count = 2 + draw(3);

        if (label)
            buffer_add_byte(out, '.');
        for (uint32_t i = 0; i < count; i++)
            buffer_add_string(out, syllables[draw(20)]);
        if (draw(2) || label + 1 == labels)
            buffer_add_unsigned(out, draw(100000));
    }
    buffer_add_string(out, ends[draw(7)]);
}

static void add_spans(struct buffer *out)
{
    for (int i = 0; i < IPV4_ADDRESSES; i++) {
        add_ipv4(out, ipv4());
        buffer_add_byte(out, '\n');
    }
    for (int i = 0; i < IPV4_NETWORKS; i++) {
        uint32_t prefix = 16 + draw(14);

        add_ipv4(out, ipv4() & ~((UINT32_C(1) << (32 - prefix)) - 1));
        buffer_add_byte(out, '/');
        buffer_add_unsigned(out, prefix);
        buffer_add_byte(out, '\n');
    }
    for (int i = 0; i < IPV4_RANGES; i++) {
        uint32_t low = ipv4();

        add_ipv4(out, low);
        buffer_add_byte(out, '-');
        add_ipv4(out, low + 1 + draw(2000));
        buffer_add_byte(out, '\n');
    }
}

static void add_others(struct buffer *out)
{
    for (int i = 0; i < IPV4_ENDPOINTS; i++) {
        add_ipv4(out, ipv4());
        buffer_add_byte(out, ':');
        buffer_add_unsigned(out, 1 + draw(65535));
        buffer_add_byte(out, '\n');
    }
    for (int i = 0; i < IPV6_ADDRESSES + IPV6_NETWORKS; i++) {
        unsigned bits = i < IPV6_ADDRESSES ? 128 : 32 + 8 * draw(3);

        add_ipv6(out, bits);
        if (bits != 128) {
            buffer_add_byte(out, '/');
            buffer_add_unsigned(out, bits);
        }
        buffer_add_byte(out, '\n');
    }
    for (int i = 0; i < PORTS; i++) {
        buffer_add_string(out, "port:");
        buffer_add_unsigned(out, 1 + draw(65535));
        buffer_add_byte(out, '\n');
    }
    for (int i = 0; i < DOMAINS + DOMAIN_TREES; i++) {
        if (i >= DOMAINS)
            buffer_add_string(out, "*.");
        add_domain(out);
        buffer_add_byte(out, '\n');
    }
}

static const struct watchlist *load(struct text content, const char *file)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist *list = NULL;
    struct watchlist_lines lines;

    if (!builder || watchlist_add_file_text(builder, content, text_from(file), NULL, &lines) ||
        watchlist_build(builder, &list))
        fail("no memory for the list");
    if (lines.bad)
        fail("a line of the list was refused");
    return list;
}

/* ---- questions ---- */

struct question {
    struct address address;
    uint16_t port;
};

/* Half are on the list; in random order, so that the caches are of no more use than in life. */
static struct question *make_questions(const struct watchlist *list, bool want_ipv4)
{
    struct question *questions = memory_take_array(QUESTIONS, sizeof *questions);
    struct buffer out;

    if (!questions)
        fail("no memory for the questions");
    buffer_init(&out, 1000);
    for (int i = 0; i < QUESTIONS; i++) {
        struct indicator indicator;
        uint32_t number = draw(watchlist_count(list));

        questions[i].port = (uint16_t)(draw(2) ? 443 : draw(65536));
        watchlist_indicator(list, number, &indicator, NULL);
        if (i % 2 && indicator.kind <= INDICATOR_RANGE &&
            address_is_ipv4(&indicator.low) == want_ipv4) {
            questions[i].address = indicator.low;
            continue;
        }
        buffer_clear(&out);
        if (want_ipv4)
            add_ipv4(&out, ipv4());
        else
            add_ipv6(&out, 128);
        if (!address_parse(buffer_text(&out), &questions[i].address))
            fail("an address that we made cannot be read");
    }
    buffer_done(&out);
    return questions;
}

static double ask_addresses(const struct watchlist *list, bool want_ipv4, uint32_t *found)
{
    struct question *questions = make_questions(list, want_ipv4);
    double times[TURNS];

    for (int turn = 0; turn < TURNS; turn++) {
        double begun = now_s();

        *found = 0;
        for (int i = 0; i < QUESTIONS; i++)
            *found += watchlist_match_address(list, &questions[i].address, questions[i].port) !=
                      NO_INDICATOR;
        times[turn] = (now_s() - begun) * 1e9 / (double)QUESTIONS;
    }
    memory_give(questions);
    return median(times);
}

/* Half are on the list or below a tree of it, half are not. */
static double ask_names(const struct watchlist *list, uint32_t *found)
{
    struct text *names = memory_take_array(QUESTIONS, sizeof *names);
    struct buffer all;
    double times[TURNS];
    size_t before = 0;

    buffer_init(&all, (size_t)QUESTIONS * 256);
    if (!names)
        fail("no memory for the questions");
    for (int i = 0; i < QUESTIONS; i++) {
        struct indicator indicator;

        watchlist_indicator(list, draw(watchlist_count(list)), &indicator, NULL);
        if (i % 2 && indicator.value.size && indicator.kind == INDICATOR_DOMAIN_TREE)
            buffer_add_string(&all, "www.");
        if (i % 2 && indicator.value.size)
            buffer_add(&all, indicator.value);
        else
            add_domain(&all);
        names[i].size = all.size - before;
        before = all.size;
    }
    if (all.failed)
        fail("no memory for the questions");
    before = 0;
    for (int i = 0; i < QUESTIONS; i++) {
        names[i].bytes = all.bytes + before;
        before += names[i].size;
    }
    for (int turn = 0; turn < TURNS; turn++) {
        double begun = now_s();

        *found = 0;
        for (int i = 0; i < QUESTIONS; i++)
            *found += watchlist_match_name(list, names[i], 443) != NO_INDICATOR;
        times[turn] = (now_s() - begun) * 1e9 / (double)QUESTIONS;
    }
    buffer_done(&all);
    memory_give(names);
    return median(times);
}

static void measure(void)
{
    const struct watchlist *list = NULL;
    double times[TURNS];
    double ns;
    uint32_t found;
    struct buffer content;

    buffer_init(&content, (size_t)256 << 20);
    add_spans(&content);
    add_others(&content);
    if (content.failed)
        fail("no memory for the list");
    for (int turn = 0; turn < TURNS; turn++) {
        double begun = now_s();

        watchlist_release(list);
        list = load(buffer_text(&content), "list.txt");
        times[turn] = now_s() - begun;
    }
    buffer_done(&content);
    fprintf(stderr, "%u indicators, %u duplicates\n", watchlist_count(list),
            watchlist_duplicates(list));
    say("load 1,000,000 lines of text", median(times), "s", 1);
    say("memory, 1,000,000 indicators", (double)watchlist_size(list) / watchlist_count(list),
        "bytes an indicator", 64);
    ns = ask_addresses(list, true, &found);
    fprintf(stderr, "%u of %d IPv4 addresses found\n", found, QUESTIONS);
    say("IPv4 address, 1,000,000 indicators", ns, "ns", 100);
    ns = ask_addresses(list, false, &found);
    fprintf(stderr, "%u of %d IPv6 addresses found\n", found, QUESTIONS);
    say("IPv6 address, 1,000,000 indicators", ns, "ns", 100);
    ns = ask_names(list, &found);
    fprintf(stderr, "%u of %d names found\n", found, QUESTIONS);
    say("host name, 1,000,000 indicators", ns, "ns", 300);
    watchlist_release(list);
}

/* ---- beside grepcidr ---- */

static void save(const char *folder, const char *name, struct text content)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "wb");
    if (!file || fwrite(content.bytes, 1, content.size, file) != content.size || fclose(file))
        fail("a file could not be written");
}

static void write_files(const char *folder)
{
    struct buffer list;
    struct buffer questions;

    buffer_init(&list, (size_t)256 << 20);
    buffer_init(&questions, (size_t)256 << 20);
    add_spans(&list);
    for (int i = 0; i < QUESTIONS; i++) {
        add_ipv4(&questions, ipv4());
        buffer_add_byte(&questions, '\n');
    }
    if (list.failed || questions.failed)
        fail("no memory for the files");
    save(folder, "list.txt", buffer_text(&list));
    save(folder, "addresses.txt", buffer_text(&questions));
    buffer_done(&list);
    buffer_done(&questions);
}

static struct text read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct text content = {NULL, 0};
    char *bytes;
    long size;

    if (!file || fseek(file, 0, SEEK_END))
        fail("a file could not be read");
    size = ftell(file);
    if (size < 0 || fseek(file, 0, SEEK_SET))
        fail("a file could not be read");
    bytes = memory_take((size_t)size);
    if (!bytes || fread(bytes, 1, (size_t)size, file) != (size_t)size)
        fail("a file could not be read");
    fclose(file);
    content.bytes = bytes;
    content.size = (size_t)size;
    return content;
}

static void match_file(const char *list_path, const char *path)
{
    struct text list_text = read_file(list_path);
    struct text content = read_file(path);
    struct text rest = content;
    const struct watchlist *list = load(list_text, list_path);

    while (rest.size) {
        const char *lf = memchr(rest.bytes, '\n', rest.size);
        size_t size = lf ? (size_t)(lf - rest.bytes) : rest.size;
        struct text line = text_slice(rest, 0, size);
        struct address address;

        if (address_parse(text_trim(line), &address) &&
            watchlist_match_address(list, &address, 0) != NO_INDICATOR) {
            fwrite(line.bytes, 1, line.size, stdout);
            putchar('\n');
        }
        size += lf ? 1 : 0;
        rest = text_slice(rest, size, rest.size - size);
    }
    watchlist_release(list);
    memory_give((void *)(uintptr_t)list_text.bytes);
    memory_give((void *)(uintptr_t)content.bytes);
}

int main(int count, char **arguments)
{
    if (count == 1)
        measure();
    else if (count == 3 && !strcmp(arguments[1], "write"))
        write_files(arguments[2]);
    else if (count == 4 && !strcmp(arguments[1], "match"))
        match_file(arguments[2], arguments[3]);
    else
        fail("bench_match [write DIR | match LIST FILE]");
    return 0;
}
