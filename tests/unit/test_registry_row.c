/* What of a registry value is searched and how it is shown: strings without their ends, of odd
 * length, with NULs inside, of 1 MB; bytes of every kind; numbers of the wrong size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/find/registry_row.h"
#include "tests/support/failing_memory.h"

#define TEXTS_MOST 16
#define BIG (1u << 20)

/* What a decoder handed out. */
struct texts {
    struct text items[TEXTS_MOST];
    size_t count;
    size_t enough; /* 0: never */
};

static bool collect(void *context, struct text text)
{
    struct texts *texts = context;
    char *copy = malloc(text.size + 1);

    assert_in_range(texts->count, 0, TEXTS_MOST - 1);
    assert_non_null(copy);
    if (text.size)
        memcpy(copy, text.bytes, text.size);
    texts->items[texts->count++] = (struct text){copy, text.size};
    return texts->count != texts->enough;
}

static void forget(struct texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        free((void *)texts->items[i].bytes);
    texts->count = 0;
}

/* The value with its bytes in a block of just that size, so that a byte too far is caught. */
static struct registry_value value_of(uint32_t type, const void *data, size_t size)
{
    unsigned char *exact = malloc(size ? size : 1);

    assert_non_null(exact);
    if (size)
        memcpy(exact, data, size);
    return (struct registry_value){.type = type, .data = exact, .size = size};
}

static void probe(struct texts *texts, uint32_t type, const void *data, size_t size)
{
    struct registry_decoder decoder;
    struct registry_value value = value_of(type, data, size);

    registry_decoder_init(&decoder);
    assert_int_equal(registry_probe_data(&decoder, &value, collect, texts), ST_OK);
    registry_decoder_done(&decoder);
    free((void *)value.data);
}

#define assert_text(value, literal)                                                                \
    do {                                                                                           \
        assert_int_equal((value).size, sizeof(literal) - 1);                                       \
        assert_memory_equal((value).bytes, literal, sizeof(literal) - 1);                          \
    } while (0)

/* Handed out are these and no others. */
#define assert_probed(type, data, ...)                                                             \
    do {                                                                                           \
        static const struct text wanted[] = {__VA_ARGS__};                                         \
        struct texts texts = {0};                                                                  \
        probe(&texts, type, data, sizeof(data) - 1);                                               \
        assert_int_equal(texts.count, sizeof wanted / sizeof *wanted);                             \
        for (size_t i = 0; i < texts.count; i++) {                                                 \
            assert_int_equal(texts.items[i].size, wanted[i].size);                                 \
            assert_memory_equal(texts.items[i].bytes, wanted[i].bytes, wanted[i].size);            \
        }                                                                                          \
        forget(&texts);                                                                            \
    } while (0)

/* users.md R2: strings are what their bytes say, whatever ends them. */
static void test_r2_strings_by_their_bytes(void **state)
{
    (void)state;
    assert_probed(REGISTRY_SZ, "e\0v\0\0\0", text_of("ev"));
    assert_probed(REGISTRY_SZ, "e\0v\0", text_of("ev"));
    assert_probed(REGISTRY_SZ, "e\0v\0\0\0\0\0", text_of("ev"));
    assert_probed(REGISTRY_EXPAND_SZ, "e\0\0\0v\0\0\0", text_of("e\0v"));
    assert_probed(REGISTRY_LINK, "\\\0R\0", text_of("\\R"));
    assert_probed(REGISTRY_SZ, "", text_of(""));
    /* odd: the last byte may belong to bytes */
    assert_probed(REGISTRY_SZ, "e\0v\0x", text_of("ev"), text_of("e\0v\0x"));
    assert_probed(REGISTRY_SZ, "x", text_of(""), text_of("x"));
    /* a program of the old kind wrote bytes */
    assert_probed(REGISTRY_SZ, "evil\0\0", text_of("癥汩"), text_of("evil\0\0"));
    assert_probed(REGISTRY_SZ, "\x4b\x6d\xd5\x8b", text_of("测试"), text_of("Km\xd5\x8b"));
}

static void test_r2_multi_strings(void **state)
{
    (void)state;
    assert_probed(REGISTRY_MULTI_SZ, "a\0\0\0b\0\0\0\0\0", text_of("a"), text_of("b"));
    assert_probed(REGISTRY_MULTI_SZ, "a\0\0\0b\0", text_of("a"), text_of("b"));
    assert_probed(REGISTRY_MULTI_SZ, "a\0\0\0\0\0b\0", text_of("a"), text_of(""), text_of("b"));
}

static void test_empty_multi_string_has_no_texts(void **state)
{
    struct texts texts = {0};

    (void)state;
    probe(&texts, REGISTRY_MULTI_SZ, "\0\0", 2);
    probe(&texts, REGISTRY_MULTI_SZ, "", 0);
    probe(&texts, REGISTRY_BINARY, "", 0);
    probe(&texts, REGISTRY_NONE, "", 0);
    assert_int_equal(texts.count, 0);
}

static void test_surrogates_survive(void **state)
{
    (void)state;
    assert_probed(REGISTRY_SZ, "\x3d\xd8\x00\xde\0\0", text_of("\xf0\x9f\x98\x80"));
    assert_probed(REGISTRY_SZ, "a\0\x3d\xd8", text_of("a\xed\xa0\xbd"));
    assert_probed(REGISTRY_SZ, "a\0\x00\xde\x62\0",
                  text_of("a\xed\xb8\x80"
                          "b"));
}

static void test_numbers(void **state)
{
    (void)state;
    assert_probed(REGISTRY_DWORD, "\x2a\0\0\0", text_of("42"), text_of("0x2a"),
                  text_of("0x0000002a"));
    assert_probed(REGISTRY_DWORD_BIG_ENDIAN, "\0\0\0\x2a", text_of("42"), text_of("0x2a"),
                  text_of("0x0000002a"));
    assert_probed(REGISTRY_QWORD, "\xff\xff\xff\xff\xff\xff\xff\xff",
                  text_of("18446744073709551615"), text_of("0xffffffffffffffff"),
                  text_of("0xffffffffffffffff"));
    assert_probed(REGISTRY_DWORD, "\0\0\0\0", text_of("0"), text_of("0x0"), text_of("0x00000000"));
}

/* users.md R2: a DWORD of two bytes is two bytes. */
static void test_r2_number_of_wrong_size_is_bytes(void **state)
{
    (void)state;
    assert_probed(REGISTRY_DWORD, "AB", text_of("AB"), text_of("\xe4\x89\x81"));
    assert_probed(REGISTRY_QWORD, "A", text_of("A"));
}

static void test_bytes_as_text_of_each_kind(void **state)
{
    (void)state;
    assert_probed(REGISTRY_BINARY, "a\0b", text_of("a\0b"), text_of("a"), text_of("\xe6\x88\x80"));
    assert_probed(REGISTRY_NONE,
                  "\xff"
                  "a\0b\0",
                  text_of("\xef\xbf\xbd"
                          "a\0b\0"),
                  text_of("\xe6\x87\xbf\xe6\x88\x80"), text_of("ab"));
    assert_probed(0x1234, "\xc3\xa9", text_of("\xc3\xa9"), text_of("\xea\xa7\x83"));
}

static void test_enough_is_enough(void **state)
{
    struct texts texts = {.enough = 1};

    (void)state;
    probe(&texts, REGISTRY_DWORD, "\x2a\0\0\0", 4);
    assert_int_equal(texts.count, 1);
    forget(&texts);
    probe(&texts, REGISTRY_BINARY, "abcdef", 6);
    assert_int_equal(texts.count, 1);
    forget(&texts);
    probe(&texts, REGISTRY_MULTI_SZ, "a\0\0\0b\0", 6);
    assert_int_equal(texts.count, 1);
    forget(&texts);
}

static void test_a_megabyte(void **state)
{
    struct texts texts = {0};
    char *big = malloc(BIG);

    (void)state;
    assert_non_null(big);
    memset(big, 'x', BIG);
    probe(&texts, REGISTRY_BINARY, big, BIG);
    assert_int_equal(texts.count, 3);
    assert_int_equal(texts.items[0].size, BIG);
    assert_int_equal(texts.items[1].size, BIG / 2 * 3);
    assert_int_equal(texts.items[2].size, BIG / 2 * 3 - 3);
    forget(&texts);
    for (size_t i = 1; i < BIG; i += 2)
        big[i] = 0;
    probe(&texts, REGISTRY_SZ, big, BIG);
    assert_int_equal(texts.count, 1);
    assert_int_equal(texts.items[0].size, BIG / 2);
    forget(&texts);
    free(big);
}

static void test_no_memory(void **state)
{
    static const unsigned char data[] = "abcdef";
    struct registry_value value = {.type = REGISTRY_BINARY, .data = data, .size = 6};
    struct registry_decoder decoder;
    struct texts texts = {0};

    (void)state;
    registry_decoder_init(&decoder);
    failing_memory_begin(1);
    enum status status = registry_probe_data(&decoder, &value, collect, &texts);
    failing_memory_end();
    assert_int_equal(status, ST_NO_MEMORY);
    assert_int_equal(texts.count, 0);
    registry_decoder_done(&decoder);
}

/* users.md R1: names with a NUL are seen whole, marked, and found without it, too. */
static void test_r1_hidden_names(void **state)
{
    struct registry_decoder decoder;
    struct texts texts = {0};

    (void)state;
    assert_true(registry_name_hidden(text_of("hid\0den")));
    assert_true(registry_name_hidden(text_of("\0run")));
    assert_false(registry_name_hidden(text_of("run")));
    assert_false(registry_name_hidden(text_of("")));
    registry_decoder_init(&decoder);
    assert_int_equal(registry_probe_name(&decoder, text_of("hid\0den"), collect, &texts), ST_OK);
    assert_int_equal(texts.count, 2);
    assert_text(texts.items[0], "hid\0den");
    assert_text(texts.items[1], "hidden");
    forget(&texts);
    assert_int_equal(registry_probe_name(&decoder, text_of("open"), collect, &texts), ST_OK);
    assert_int_equal(texts.count, 1);
    forget(&texts);
    registry_decoder_done(&decoder);
}

static void assert_shown(uint32_t type, const void *data, size_t size, size_t most,
                         const char *expected)
{
    struct registry_value value = value_of(type, data, size);
    struct buffer out;

    buffer_init(&out, 1 << 20);
    registry_add_data(&out, &value, most);
    buffer_add_byte(&out, 0);
    assert_int_equal(out.failed, ST_OK);
    assert_string_equal(out.bytes, expected);
    buffer_done(&out);
    free((void *)value.data);
}

static void test_r2_shown(void **state)
{
    (void)state;
    assert_shown(REGISTRY_SZ, "e\0v\0\0\0", 6, 100, "ev");
    assert_shown(REGISTRY_SZ, "e\0v\0A", 5, 100, "ev[hex 41]");
    assert_shown(REGISTRY_MULTI_SZ, "a\0\0\0b\0\0\0\0", 9, 100, "a | b[hex 00]");
    assert_shown(REGISTRY_MULTI_SZ, "", 0, 100, "");
    assert_shown(REGISTRY_DWORD, "\x2a\0\0\0", 4, 100, "0x0000002a (42)");
    assert_shown(REGISTRY_DWORD, "\x2a\0", 2, 100, "2a 00");
    assert_shown(REGISTRY_BINARY, "\x01\xff", 2, 100, "01 ff");
    assert_shown(REGISTRY_BINARY, "\x01\xff\x02", 3, 6, "01 ff …");
    assert_shown(REGISTRY_SZ, "a\0b\0c\0d\0", 8, 3, "abc…");
    assert_shown(REGISTRY_SZ, "a\0\x4b\x6d\x4b\x6d", 6, 5, "a测…");
}

static void test_types_and_hives(void **state)
{
    (void)state;
    assert_string_equal(registry_type_name(0), "REG_NONE");
    assert_string_equal(registry_type_name(11), "REG_QWORD");
    assert_null(registry_type_name(12));
    assert_text(registry_hive(text_of("HKLM\\SOFTWARE")), "HKLM");
    assert_text(registry_hive(text_of("HKU")), "HKU");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_r2_strings_by_their_bytes),
        cmocka_unit_test(test_r2_multi_strings),
        cmocka_unit_test(test_empty_multi_string_has_no_texts),
        cmocka_unit_test(test_surrogates_survive),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_r2_number_of_wrong_size_is_bytes),
        cmocka_unit_test(test_bytes_as_text_of_each_kind),
        cmocka_unit_test(test_enough_is_enough),
        cmocka_unit_test(test_a_megabyte),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_r1_hidden_names),
        cmocka_unit_test(test_r2_shown),
        cmocka_unit_test(test_types_and_hives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
