/* Version resources, whole and broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/judge/version_block.h"
#include "tests/support/failing_memory.h"

#define FIXED 52

/* A resource while it is written; its blocks are closed from the inside out. */
struct writing {
    unsigned char bytes[4096];
    size_t size;
};

static struct writing made;
static struct arena *arena;
static struct file_version version;

static int begin(void **state)
{
    (void)state;
    memset(&made, 0, sizeof made);
    arena = arena_new(1 << 20);
    version = (struct file_version){.present = false};
    return arena ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void put16(size_t at, size_t number)
{
    made.bytes[at] = (unsigned char)(number & 0xFF);
    made.bytes[at + 1] = (unsigned char)(number >> 8 & 0xFF);
}

static void put32(size_t at, uint32_t number)
{
    put16(at, number & 0xFFFF);
    put16(at + 2, number >> 16);
}

static void add_units(const char *units, size_t count)
{
    for (size_t i = 0; i < count; i++, made.size += 2)
        put16(made.size, (unsigned char)units[i]);
}

static void align(void)
{
    made.size = (made.size + 3) & ~(size_t)3;
}

static size_t open_block(const char *key, size_t value_length)
{
    size_t at;

    align();
    at = made.size;
    put16(at + 2, value_length);
    made.size += 6;
    add_units(key, strlen(key) + 1);
    align();
    return at;
}

static void close_block(size_t at)
{
    put16(at, made.size - at);
}

static void add_string(const char *key, const char *value)
{
    size_t at = open_block(key, strlen(value) + 1);

    add_units(value, strlen(value) + 1);
    close_block(at);
}

/* The head of a resource of version 10.0.19041.7. */
static size_t open_root(void)
{
    size_t root = open_block("VS_VERSION_INFO", FIXED);

    put32(made.size, 0xFEEF04BD);
    put32(made.size + 8, 10u << 16);
    put32(made.size + 12, 19041u << 16 | 7);
    made.size += FIXED;
    return root;
}

static void read_made(void)
{
    assert_int_equal(
        version_block_read((struct text){(char *)made.bytes, made.size}, arena, &version), ST_OK);
}

static void assert_text(struct text value, const char *expected)
{
    assert_int_equal(value.size, strlen(expected));
    assert_memory_equal(value.bytes, expected, value.size);
}

static void make_whole(void)
{
    size_t root = open_root();
    size_t other = open_block("VarFileInfo", 0);
    size_t translation = open_block("Translation", 4);
    put32(made.size, 0x04B00409);
    made.size += 4;
    close_block(translation);
    close_block(other);
    size_t info = open_block("StringFileInfo", 0);
    size_t table = open_block("040904B0", 0);
    add_string("CompanyName", "ACME");
    add_string("FileDescription", " Caf\xE9 ");
    add_string("FileVersion", "10.0 (x)");
    add_string("OriginalFilename", "up.exe");
    add_string("Comments", "nobody asks");
    close_block(table);
    table = open_block("080404B0", 0);
    add_string("CompanyName", "Second");
    add_string("ProductName", "Only here");
    close_block(table);
    close_block(info);
    close_block(root);
}

static void test_strings(void **state)
{
    (void)state;
    make_whole();
    read_made();
    assert_true(version.present);
    assert_text(version.company, "ACME");
    assert_text(version.description, "Caf\xC3\xA9");
    assert_text(version.file_version, "10.0 (x)");
    assert_text(version.original_name, "up.exe");
    assert_text(version.product, "Only here");
}

static void test_binary_version_where_no_string_tells(void **state)
{
    (void)state;
    size_t root = open_root();
    close_block(root);
    read_made();
    assert_true(version.present);
    assert_text(version.file_version, "10.0.19041.7");
    assert_int_equal(version.company.size, 0);
}

static void test_surrogates(void **state)
{
    (void)state;
    size_t root = open_root();
    size_t info = open_block("StringFileInfo", 0);
    size_t table = open_block("040904B0", 0);
    size_t string = open_block("CompanyName", 4);
    put16(made.size, 0xD83D);
    put16(made.size + 2, 0xDE00);
    put16(made.size + 4, 0xD83D);
    made.size += 8;
    close_block(string);
    close_block(table);
    close_block(info);
    close_block(root);
    read_made();
    assert_text(version.company, "\xF0\x9F\x98\x80\xED\xA0\xBD");
}

static void test_what_is_no_such_block(void **state)
{
    (void)state;
    assert_int_equal(version_block_read(text_of(""), arena, &version), ST_OK);
    assert_false(version.present);
    assert_int_equal(version_block_read(text_of("MZ\x90\0\x03\0\0\0\x04"), arena, &version), ST_OK);
    assert_false(version.present);
    size_t root = open_block("VS_VERSION_INF", 0);
    close_block(root);
    read_made();
    assert_false(version.present);
}

/* Cut anywhere, and with any one byte of it turned to its extremes: nothing is read outside (the
 * sanitizers watch), and what is told is bounded. */
static void test_cut_and_bent_anywhere(void **state)
{
    (void)state;
    make_whole();
    const struct writing whole = made;
    for (size_t size = 0; size <= whole.size; size++) {
        char *exact = test_malloc(size + 1);
        memcpy(exact, whole.bytes, size);
        assert_int_equal(version_block_read((struct text){exact, size}, arena, &version), ST_OK);
        test_free(exact);
    }
    assert_text(version.company, "ACME");
    for (size_t at = 0; at < whole.size; at++)
        for (int byte = 0; byte <= 0xFF; byte += 0xFF) {
            made = whole;
            made.bytes[at] = (unsigned char)byte;
            struct arena *own = arena_new(1 << 20);
            assert_int_equal(
                version_block_read((struct text){(char *)made.bytes, made.size}, own, &version),
                ST_OK);
            assert_true(version.company.size <= made.size * 2);
            arena_free(own);
        }
}

static void test_without_memory(void **state)
{
    (void)state;
    make_whole();
    for (size_t n = 1;; n++) {
        enum status status = ST_NO_MEMORY;
        failing_memory_begin(n);
        struct arena *own = arena_new(1 << 20);
        if (own)
            status =
                version_block_read((struct text){(char *)made.bytes, made.size}, own, &version);
        arena_free(own);
        bool failed = failing_memory_failed();
        assert_int_equal(status, failed ? ST_NO_MEMORY : ST_OK);
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
        if (!failed)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_strings, begin, end),
        cmocka_unit_test_setup_teardown(test_binary_version_where_no_string_tells, begin, end),
        cmocka_unit_test_setup_teardown(test_surrogates, begin, end),
        cmocka_unit_test_setup_teardown(test_what_is_no_such_block, begin, end),
        cmocka_unit_test_setup_teardown(test_cut_and_bent_anywhere, begin, end),
        cmocka_unit_test_setup_teardown(test_without_memory, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
