/* Names by address: what is kept when the system's cache forgets, and what is not taken in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/watch/name_map.h"
#include "tests/support/failing_memory.h"

static struct name_seen row_of(const char *name, const char *address)
{
    struct name_seen row = {.name = text_from(name)};

    assert_true(address_parse(text_from(address), &row.address));
    return row;
}

static bool set(struct name_map *map, const struct name_seen *rows, size_t count, moment now)
{
    struct name_table table = {.rows = rows, .count = count};
    bool changed = false;

    assert_int_equal(name_map_set(map, &table, now, &changed), ST_OK);
    return changed;
}

/* The names of an address, in their order, with a comma behind each. */
static void assert_names(const struct name_map *map, const char *written, const char *expected)
{
    struct buffer out;
    struct address address;
    size_t at;

    buffer_init(&out, 1 << 20);
    assert_true(address_parse(text_from(written), &address));
    for (uint32_t entry = name_map_first(map, &address, &at); entry != INDEX_NONE;
         entry = name_map_next(map, &address, &at)) {
        buffer_add(&out, name_map_name(map, entry));
        buffer_add_byte(&out, ',');
    }
    if (!text_equal(buffer_text(&out), text_from(expected)))
        fail_msg("%s has \"%.*s\"", written, (int)out.size, out.bytes);
    buffer_done(&out);
}

static void test_names_of_an_address(void **state)
{
    struct name_map map = {0};
    struct name_seen rows[] = {
        row_of("a.example", "192.0.2.1"), row_of("b.example", "192.0.2.1"),
        row_of("a.example", "192.0.2.2"), row_of("a.example", "192.0.2.1"),
        row_of("", "192.0.2.3"),          row_of("c.example", "2001:db8::1")};

    (void)state;
    assert_names(&map, "192.0.2.1", "");
    assert_true(set(&map, rows, 6, 1));
    assert_names(&map, "192.0.2.1", "a.example,b.example,");
    assert_names(&map, "192.0.2.2", "a.example,");
    assert_names(&map, "192.0.2.3", "");
    assert_names(&map, "2001:db8::1", "c.example,");
    assert_false(set(&map, rows, 6, 2));
    rows[5] = row_of("d.example", "2001:db8::1");
    assert_true(set(&map, rows, 6, 3));
    assert_names(&map, "2001:db8::1", "d.example,c.example,"); /* newest first */
    name_map_done(&map);
}

static void test_what_the_cache_forgets_is_kept_for_a_while(void **state)
{
    struct name_map map = {0};
    struct name_seen rows[] = {row_of("a.example", "192.0.2.1"), row_of("b.example", "192.0.2.2")};

    (void)state;
    assert_true(set(&map, rows, 2, 1));
    /* Seen again and again, though nothing changes. */
    assert_false(set(&map, rows, 2, 1 + 2 * NAME_MAP_KEEP));
    assert_true(set(&map, rows + 1, 1, 2 + 2 * NAME_MAP_KEEP));
    assert_names(&map, "192.0.2.1", "a.example,");
    assert_true(set(&map, NULL, 0, 3 + 2 * NAME_MAP_KEEP));
    assert_names(&map, "192.0.2.1", "a.example,");
    assert_true(set(&map, rows + 1, 1, 2 + 3 * NAME_MAP_KEEP));
    assert_names(&map, "192.0.2.1", "");
    assert_names(&map, "192.0.2.2", "b.example,");
    name_map_done(&map);
}

static void test_block_lists_in_the_hosts_file_are_left_out(void **state)
{
    struct name_map map = {0};
    struct name_seen rows[] = {row_of("a.example", "0.0.0.0"), row_of("b.example", "127.0.0.1"),
                               row_of("c.example", "::1"), row_of("d.example", "::"),
                               row_of("e.example", "192.0.2.1")};

    (void)state;
    assert_true(set(&map, rows, 5, 1));
    assert_int_equal(map.count, 1);
    name_map_done(&map);
}

/* N12, N13: ten thousand names of one address, a hundred thousand of all, round after round. */
static void test_N13_it_stays_bounded(void **state)
{
    enum { COUNT = 100000 };
    static char names[COUNT][24];
    static struct name_seen rows[COUNT];
    struct name_map map = {0};

    (void)state;
    for (int i = 0; i < COUNT; i++) {
        uint8_t octets[4] = {198, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};

        snprintf(names[i], sizeof names[i], "host%d.example", i);
        rows[i].name = text_from(names[i]);
        rows[i].address = address_from_ipv4(i < 10000 ? (uint8_t[]){192, 0, 2, 1} : octets);
    }
    for (int round = 0; round < 5; round++) {
        rows[COUNT - 1].name = text_from(names[round]);
        assert_true(set(&map, rows, COUNT, 1 + round));
        assert_int_equal(map.count, NAME_MAP_MOST);
    }
    assert_true(set(&map, rows, 10000, 9));
    assert_int_equal(map.count, NAME_MAP_MOST);
    assert_true(set(&map, rows, 20000, 10 + 2 * NAME_MAP_KEEP));
    assert_int_equal(map.count, 10000 + NAME_MAP_EACH);
    name_map_done(&map);
}

static void test_without_memory_it_is_as_before(void **state)
{
    struct name_map map = {0};
    struct name_seen rows[] = {row_of("a.example", "192.0.2.1"), row_of("b.example", "192.0.2.2")};
    struct name_table table = {.rows = rows + 1, .count = 1};
    enum status status;
    size_t nth = 1;
    bool changed = false;

    (void)state;
    assert_true(set(&map, rows, 1, 1));
    do {
        failing_memory_begin(nth++);
        status = name_map_set(&map, &table, 2, &changed);
        failing_memory_end();
        assert_int_equal(status, failing_memory_failed() ? ST_NO_MEMORY : ST_OK);
        if (status)
            assert_names(&map, "192.0.2.1", "a.example,");
    } while (status);
    assert_int_equal(failing_memory_requests(), 3);
    assert_true(changed);
    failing_memory_begin(0);
    assert_false(set(&map, rows + 1, 1, 3)); /* nothing new takes no memory */
    failing_memory_end();
    assert_int_equal(failing_memory_requests(), 0);
    name_map_done(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_an_address),
        cmocka_unit_test(test_what_the_cache_forgets_is_kept_for_a_while),
        cmocka_unit_test(test_block_lists_in_the_hosts_file_are_left_out),
        cmocka_unit_test(test_N13_it_stays_bounded),
        cmocka_unit_test(test_without_memory_it_is_as_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
