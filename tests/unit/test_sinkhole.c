/* sinkhole: a block goes in and out of any hosts file, and every other byte stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/watch/hosts_names.h"
#include "core/watch/sinkhole.h"
#include "tests/support/failing_memory.h"

static struct arena *arena;
static struct buffer one;
static struct buffer two;
static const char *why;

static int begin(void **state)
{
    (void)state;
    arena = arena_new((size_t)64 << 20);
    buffer_init(&one, (size_t)64 << 20);
    buffer_init(&two, (size_t)64 << 20);
    why = NULL;
    return 0;
}

static int end(void **state)
{
    (void)state;
    buffer_done(&two);
    buffer_done(&one);
    arena_free(arena);
    return 0;
}

static void assert_same(struct text a, struct text b)
{
    assert_int_equal(a.size, b.size);
    if (a.size)
        assert_memory_equal(a.bytes, b.bytes, a.size);
}

static struct sinkhole_entry add(struct text file, struct text domain, struct buffer *out)
{
    struct sinkhole_entry entry = {.domain = {NULL, 0}};
    buffer_clear(out);
    assert_int_equal(sinkhole_add(file, domain, arena, out, &entry, &why), ST_OK);
    return entry;
}

static void assert_round_trip(struct text file)
{
    add(file, text_of("evil.example"), &one);
    assert_true(one.size > file.size);
    add(buffer_text(&one), text_of("bad.example"), &two);
    buffer_clear(&one);
    assert_int_equal(sinkhole_remove(buffer_text(&two), text_of("evil.example"), arena, &one, &why),
                     ST_OK);
    buffer_clear(&two);
    assert_int_equal(sinkhole_remove(buffer_text(&one), text_of("BAD.example"), arena, &two, &why),
                     ST_OK);
    assert_same(buffer_text(&two), file);
    add(file, text_of("evil.example"), &one);
    buffer_clear(&two);
    assert_int_equal(sinkhole_clear(buffer_text(&one), &two, &why), ST_OK);
    assert_same(buffer_text(&two), file);
}

/* S2, S4: files of every kind keep their bytes; a missing last line end is added, and taken away
 * again. */
static void test_S2_S4_add_and_remove_give_the_same_bytes(void **state)
{
    (void)state;
    static const struct text files[] = {
        text_of(""),
        text_of("127.0.0.1 localhost\r\n"),
        text_of("127.0.0.1 localhost\n"),
        text_of("127.0.0.1 localhost"),
        text_of("127.0.0.1 localhost\r"),
        text_of("\r\n\r\n"),
        text_of("\xef\xbb\xbf# \xe4\xb8\xad\xe6\x96\x87\r\n127.0.0.1 localhost"),
        text_of("# caf\xe9 in a code page\r\n::1 localhost\r\n"),
        text_of("a\r\nb\nc\rd"),
        text_of("127.0.0.1 a\0b\r\n10.0.0.1 c\r\n"),
        text_of("# no end \xff\xff\x00\x01"),
    };
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        assert_round_trip(files[i]);
}

static void test_random_files_keep_their_bytes(void **state)
{
    (void)state;
    static const char alphabet[] = "\r\n\r\n# 1.a:\t\xc3\x80";
    uint64_t random = 4711;
    char bytes[64];
    for (int run = 0; run < 20000; run++) {
        size_t size = (size_t)(random >> 58);
        for (size_t i = 0; i < size; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            bytes[i] = alphabet[(random >> 40) % (sizeof(alphabet) - 1)];
        }
        random = random * 6364136223846793005u + 1442695040888963407u;
        if (run % 64 == 0) {
            end(NULL);
            begin(NULL);
        }
        assert_round_trip((struct text){bytes, size});
    }
}

static void test_a_file_of_five_megabytes(void **state)
{
    (void)state;
    struct buffer file;
    buffer_init(&file, (size_t)16 << 20);
    for (uint64_t i = 0; file.size < (size_t)5 << 20; i++) {
        buffer_add_string(&file, "0.0.0.0 host");
        buffer_add_unsigned(&file, i);
        buffer_add_string(&file, ".example\r\n");
    }
    assert_round_trip(buffer_text(&file));
    buffer_done(&file);
}

struct found {
    struct text name;
    size_t count;
    char written[2][64];
};

static bool find(void *context, struct text name, const struct address *address)
{
    struct found *found = context;
    struct buffer out;
    if (!text_equal(name, found->name))
        return true;
    assert_true(found->count < 2);
    buffer_init(&out, 64);
    address_add(&out, address);
    memcpy(found->written[found->count], out.bytes, out.size);
    found->written[found->count++][out.size] = 0;
    buffer_done(&out);
    return true;
}

static void test_each_domain_gets_addresses_of_its_own(void **state)
{
    (void)state;
    struct sinkhole sinkhole;
    add(text_of("192.0.2.1 mine.example\n"), text_of("evil.example"), &one);
    add(buffer_text(&one), text_of("bad.example"), &two);
    struct found evil = {.name = text_of("evil.example")};
    struct found bad = {.name = text_of("bad.example")};
    assert_int_equal(hosts_names_walk(buffer_text(&two), find, &evil), ST_OK);
    assert_int_equal(hosts_names_walk(buffer_text(&two), find, &bad), ST_OK);
    assert_int_equal(evil.count, 2);
    assert_string_equal(evil.written[0], "192.0.2.2"); /* .1 is somebody else's */
    assert_string_equal(evil.written[1], "2001:db8::2");
    assert_string_equal(bad.written[0], "192.0.2.3");
    assert_int_equal(sinkhole_read(buffer_text(&two), arena, &sinkhole, &why), ST_OK);
    assert_int_equal(sinkhole.count, 2);
    assert_true(text_equal(sinkhole.entries[0].domain, text_of("evil.example")));
    assert_true(text_equal(sinkhole.entries[1].domain, text_of("bad.example")));
}

static void test_all_addresses_may_be_taken(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < SINKHOLE_MOST; i++) {
        struct buffer name;
        buffer_init(&name, 64);
        buffer_add_byte(&name, 'h');
        buffer_add_unsigned(&name, i);
        buffer_add_string(&name, ".example");
        add(buffer_text(&one), buffer_text(&name), &two);
        buffer_clear(&one);
        buffer_add(&one, buffer_text(&two));
        buffer_done(&name);
    }
    buffer_clear(&two);
    struct sinkhole_entry entry;
    assert_int_equal(
        sinkhole_add(buffer_text(&one), text_of("x.example"), arena, &two, &entry, &why),
        ST_TOO_LARGE);
}

static void test_line_ends_are_those_of_the_file(void **state)
{
    (void)state;
    add(text_of("127.0.0.1 a\n"), text_of("evil.example"), &one);
    assert_int_equal(text_find(buffer_text(&one), text_of("\r")), SIZE_MAX);
    add(text_of("127.0.0.1 a\r\n"), text_of("evil.example"), &one);
    for (size_t i = 0; i < one.size; i++)
        if (one.bytes[i] == '\n')
            assert_int_equal(one.bytes[i - 1], '\r');
    add(text_of(""), text_of("evil.example"), &one);
    assert_true(text_find(buffer_text(&one), text_of("\r\n")) != SIZE_MAX);
}

static void test_the_same_domain_twice_changes_nothing(void **state)
{
    (void)state;
    struct sinkhole_entry first = add(text_of("x\n"), text_of("evil.example"), &one);
    struct sinkhole_entry second = add(buffer_text(&one), text_of("Evil.Example"), &two);
    assert_same(buffer_text(&one), buffer_text(&two));
    assert_true(address_equal(&first.v4, &second.v4));
}

static enum status try_add(struct text file, struct text domain)
{
    struct sinkhole_entry entry;
    buffer_clear(&one);
    return sinkhole_add(file, domain, arena, &one, &entry, &why);
}

static void test_refusals(void **state)
{
    (void)state;
    assert_int_equal(try_add(text_of("10.0.0.1 evil.example\n"), text_of("evil.example")), ST_BUSY);
    assert_non_null(strstr(why, "names it already"));
    assert_int_equal(try_add(text_of("\xff\xfe"
                                     "1\0"),
                             text_of("evil.example")),
                     ST_INVALID);
    assert_non_null(strstr(why, "UTF-16"));
    assert_int_equal(try_add(text_of("1\0"
                                     "2\0"
                                     "7\0"),
                             text_of("evil.example")),
                     ST_INVALID);
    assert_int_equal(
        try_add(text_of("# BEGIN Stakeout sinkhole\n192.0.2.1 x.example\n"), text_of("y.example")),
        ST_INVALID);
    assert_non_null(strstr(why, "has no end"));
    assert_int_equal(sinkhole_remove(text_of("x\n"), text_of("y.example"), arena, &two, &why),
                     ST_NOT_FOUND);
}

/* Others changed the file around the block: only the block goes. */
static void test_clear_leaves_what_others_changed(void **state)
{
    (void)state;
    add(text_of("127.0.0.1 a\r\n"), text_of("evil.example"), &one);
    buffer_add_string(&one, "10.0.0.9 later\r\n");
    assert_int_equal(sinkhole_clear(buffer_text(&one), &two, &why), ST_OK);
    assert_same(buffer_text(&two), text_of("127.0.0.1 a\r\n10.0.0.9 later\r\n"));
}

/* S1: names that make security software put the file back are refused before. */
static void test_S1_names_that_must_not_be_pinned(void **state)
{
    (void)state;
    const struct sinkhole_machine machine = {
        .host = text_of("DESK7"), .domain = text_of("corp.test"), .update = text_of("wsus.test")};
    static const struct text refused[] = {
        text_of("microsoft.com"),
        text_of("www.microsoft.com"),
        text_of("update.windows.com"),
        text_of("localhost"),
        text_of("desk7"),
        text_of("desk7.corp.test"),
        text_of("dc1.corp.test"),
        text_of("corp.test"),
        text_of("WSUS.test"),
        text_of("wns.windows.com"),
    };
    static const struct text allowed[] = {
        text_of("evilmicrosoft.com"),
        text_of("microsoft.com.evil.example"),
        text_of("desk77"),
        text_of("mycorp.test"),
        text_of("evil.example"),
        text_of("awsus.test"),
    };
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        assert_non_null(sinkhole_refusal(refused[i], &machine));
    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
        assert_null(sinkhole_refusal(allowed[i], &machine));
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        failing_memory_begin(n);
        struct arena *own = arena_new(1 << 20);
        struct buffer out;
        struct sinkhole_entry entry;
        buffer_init(&out, 1 << 20);
        enum status status = ST_NO_MEMORY;
        if (own)
            status = sinkhole_add(text_of("# BEGIN Stakeout sinkhole\n192.0.2.1 a.example\n"
                                          "# END Stakeout sinkhole\n"),
                                  text_of("b.example"), own, &out, &entry, &why);
        buffer_done(&out);
        arena_free(own);
        bool failed = failing_memory_failed();
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
        assert_int_equal(status, failed ? ST_NO_MEMORY : ST_OK);
        if (!failed)
            break;
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_S2_S4_add_and_remove_give_the_same_bytes),
        TEST(test_random_files_keep_their_bytes),
        TEST(test_a_file_of_five_megabytes),
        TEST(test_each_domain_gets_addresses_of_its_own),
        TEST(test_all_addresses_may_be_taken),
        TEST(test_line_ends_are_those_of_the_file),
        TEST(test_the_same_domain_twice_changes_nothing),
        TEST(test_refusals),
        TEST(test_clear_leaves_what_others_changed),
        TEST(test_S1_names_that_must_not_be_pinned),
        TEST(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
