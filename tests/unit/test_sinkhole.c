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
static enum sinkhole_why why;

static int begin(void **state)
{
    (void)state;
    arena = arena_new((size_t)64 << 20);
    buffer_init(&one, (size_t)64 << 20);
    buffer_init(&two, (size_t)64 << 20);
    why = SINKHOLE_FINE;
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

/* One domain in or out; its wish, answered. */
static struct sinkhole_wish change(struct text file, struct text domain, bool pinned,
                                   struct buffer *out)
{
    struct sinkhole_wish wish = {.domain = domain, .pinned = pinned};
    buffer_clear(out);
    assert_int_equal(sinkhole_change(file, arena, &wish, 1, out, &why), ST_OK);
    return wish;
}

static struct sinkhole_entry add(struct text file, struct text domain, struct buffer *out)
{
    struct sinkhole_wish wish = change(file, domain, true, out);
    assert_int_equal(wish.why, SINKHOLE_FINE);
    return wish.entry;
}

static void assert_round_trip(struct text file)
{
    add(file, text_of("evil.example"), &one);
    assert_true(one.size > file.size);
    add(buffer_text(&one), text_of("bad.example"), &two);
    assert_true(change(buffer_text(&two), text_of("evil.example"), false, &one).was_pinned);
    assert_true(change(buffer_text(&one), text_of("BAD.example"), false, &two).was_pinned);
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
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
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
            bytes[i] = alphabet[(random >> 40) % (sizeof alphabet - 1)];
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
    struct sinkhole_wish wish = change(buffer_text(&one), text_of("x.example"), true, &two);
    assert_int_equal(wish.why, SINKHOLE_FULL);
    assert_same(buffer_text(&one), buffer_text(&two));
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
    struct sinkhole_wish wish = {.domain = domain, .pinned = true};
    buffer_clear(&one);
    return sinkhole_change(file, arena, &wish, 1, &one, &why);
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct text named[] = {
        text_of("10.0.0.1 evil.example\n"),
        text_of("10.0.0.1 a EVIL.example. b\n"),
        text_of("# BEGIN Stakeout sinkhole\n192.0.2.1 x.example\n# END Stakeout sinkhole\n"
                "::1 evil.example"),
    };
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        assert_int_equal(change(named[i], text_of("evil.example"), true, &one).why, SINKHOLE_NAMED);
        assert_same(buffer_text(&one), named[i]);
    }
    assert_int_equal(try_add(text_of("\xff\xfe"
                                     "1\0"),
                             text_of("evil.example")),
                     ST_INVALID);
    assert_int_equal(why, SINKHOLE_UTF16);
    assert_int_equal(try_add(text_of("1\0"
                                     "2\0"
                                     "7\0"),
                             text_of("evil.example")),
                     ST_INVALID);
    assert_int_equal(
        try_add(text_of("# BEGIN Stakeout sinkhole\n192.0.2.1 x.example\n"), text_of("y.example")),
        ST_INVALID);
    assert_int_equal(why, SINKHOLE_NO_END);
    struct sinkhole_wish gone = change(text_of("x\n"), text_of("y.example"), false, &two);
    assert_false(gone.was_pinned);
    assert_same(buffer_text(&two), text_of("x\n"));
    for (unsigned i = 0; i < SINKHOLE_WHYS; i++)
        assert_true(strlen(sinkhole_phrase((enum sinkhole_why)i)) > 5);
}

/* In one go: what goes gives its address up only afterwards, and a wish that came with a reason
 * against it is left out. */
static void test_many_wishes_at_once(void **state)
{
    (void)state;
    struct sinkhole_wish wishes[] = {
        {.domain = text_of("a.example"), .pinned = true},
        {.domain = text_of("b.example"), .pinned = true},
        {.domain = text_of("c.example"), .pinned = true, .why = SINKHOLE_MICROSOFT},
        {.domain = text_of("b.example"), .pinned = true},
    };
    struct sinkhole_wish others[] = {
        {.domain = text_of("a.example"), .pinned = false},
        {.domain = text_of("d.example"), .pinned = true},
        {.domain = text_of("b.example"), .pinned = true},
    };
    assert_int_equal(sinkhole_change(text_of("x\n"), arena, wishes, 4, &one, &why), ST_OK);
    assert_same(buffer_text(&one),
                text_of("x\n# BEGIN Stakeout sinkhole\n192.0.2.1 a.example\n"
                        "2001:db8::1 a.example\n192.0.2.2 b.example\n2001:db8::2 b.example\n"
                        "# END Stakeout sinkhole\n"));
    assert_true(address_equal(&wishes[1].entry.v4, &wishes[3].entry.v4));
    assert_true(address_is_unspecified(&wishes[2].entry.v4));
    struct sinkhole_numbers numbers;
    assert_int_equal(sinkhole_look(buffer_text(&one), arena, others, 3, &numbers, &why), ST_OK);
    assert_true(others[0].was_pinned && !others[1].was_pinned && others[2].was_pinned);
    assert_true(numbers.used[0] && numbers.used[1] && !numbers.used[2]);
    assert_int_equal(sinkhole_change(buffer_text(&one), arena, others, 3, &two, &why), ST_OK);
    assert_same(buffer_text(&two),
                text_of("x\n# BEGIN Stakeout sinkhole\n192.0.2.2 b.example\n"
                        "2001:db8::2 b.example\n192.0.2.3 d.example\n2001:db8::3 d.example\n"
                        "# END Stakeout sinkhole\n"));
    assert_true(address_equal(&others[0].entry.v4, &wishes[0].entry.v4)); /* what it had */
}

static void test_S2_utf16_can_be_made_utf8(void **state)
{
    (void)state;
    static const struct {
        struct text from;
        struct text to;
    } files[] = {
        {text_of("\xff\xfe"
                 "1\0\x2d\x4e\n\0"),
         text_of("1\xe4\xb8\xad\n")},
        {text_of("\xfe\xff\0"
                 "1\0\n"),
         text_of("1\n")},
        {text_of("1\0"
                 "2\0\n\0"),
         text_of("12\n")},
        {text_of("\xff\xfe\x3d\xd8\0\xde"), text_of("\xf0\x9f\x98\x80")},
        {text_of("\xff\xfe\x3d\xd8"
                 "1\0\0\xdc"
                 "2"),
         text_of("\xef\xbf\xbd"
                 "1\xef\xbf\xbd\xef\xbf\xbd")},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        buffer_clear(&one);
        assert_int_equal(sinkhole_convert(files[i].from, &one), ST_OK);
        assert_same(buffer_text(&one), files[i].to);
    }
    assert_int_equal(sinkhole_convert(text_of("127.0.0.1 localhost\n"), &one), ST_INVALID);
}

/* The address names the domain in a watchlist, and goes with it. */
static void test_addresses_become_indicators(void **state)
{
    (void)state;
    struct sinkhole_wish wishes[] = {
        {.domain = text_of("evil.example"), .pinned = true},
        {.domain = text_of("bad.example"), .pinned = true},
    };
    sinkhole_change(text_of(""), arena, wishes, 2, &one, &why);
    buffer_clear(&one);
    assert_int_equal(sinkhole_change_list(text_of("evil.example # mine"), wishes, 2, &one), ST_OK);
    static const struct text both =
        text_of("evil.example # mine\n192.0.2.1 # sinkhole of evil.example\n"
                "2001:db8::1 # sinkhole of evil.example\n192.0.2.2 # sinkhole of bad.example\n"
                "2001:db8::2 # sinkhole of bad.example\n");
    assert_same(buffer_text(&one), both);
    assert_int_equal(sinkhole_change_list(both, wishes, 2, &two), ST_OK);
    assert_same(buffer_text(&two), both);
    wishes[0].pinned = false;
    buffer_clear(&two);
    assert_int_equal(sinkhole_change_list(both, wishes, 1, &two), ST_OK);
    assert_same(buffer_text(&two),
                text_of("evil.example # mine\n192.0.2.2 # sinkhole of bad.example\n"
                        "2001:db8::2 # sinkhole of bad.example\n"));
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
    struct text domain;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        enum sinkhole_why refusal = sinkhole_domain(refused[i], &machine, arena, &domain);
        assert_true(refusal >= SINKHOLE_MICROSOFT);
        assert_true(text_equal_nocase(domain, refused[i]));
    }
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        assert_int_equal(sinkhole_domain(allowed[i], &machine, arena, &domain), SINKHOLE_FINE);
    assert_int_equal(sinkhole_domain(text_of("*.evil.example"), &machine, arena, &domain),
                     SINKHOLE_NO_NAME);
    assert_int_equal(domain.size, 0);
    assert_int_equal(sinkhole_domain(text_of("b\xc3\xbc"
                                             "cher.example"),
                                     &machine, arena, &domain),
                     SINKHOLE_FINE);
    assert_same(domain, text_of("xn--bcher-kva.example"));
    char longest[400] = "a.";
    for (size_t i = 1; i < 140; i++)
        memcpy(longest + 2 * i, "a.", 2);
    memcpy(longest + 280, "com", 3);
    assert_int_equal(sinkhole_domain((struct text){longest, 283}, &machine, arena, &domain),
                     SINKHOLE_TOO_LONG);
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        failing_memory_begin(n);
        struct arena *own = arena_new(1 << 20);
        struct buffer out;
        struct sinkhole_wish wish = {.domain = text_of("b.example"), .pinned = true};
        buffer_init(&out, 1 << 20);
        enum status status = ST_NO_MEMORY;
        if (own)
            status = sinkhole_change(text_of("# BEGIN Stakeout sinkhole\n192.0.2.1 a.example\n"
                                             "# END Stakeout sinkhole\n"),
                                     own, &wish, 1, &out, &why);
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
        TEST(test_many_wishes_at_once),
        TEST(test_S2_utf16_can_be_made_utf8),
        TEST(test_addresses_become_indicators),
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
