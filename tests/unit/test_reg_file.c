/* Keys and values as a .reg file: what an import brings back as it was, and what is a comment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/reg_file.h"

#define HEAD "Windows Registry Editor Version 5.00\r\n"

static struct buffer out;
static struct reg_file file;

static int begin(void **state)
{
    (void)state;
    buffer_init(&out, 1 << 20);
    reg_file_begin(&file, &out);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buffer_done(&out);
    return 0;
}

static void add(struct text name, uint32_t type, struct text data)
{
    struct registry_value value = {name, type, (const unsigned char *)data.bytes, data.size};

    reg_file_value(&file, &value);
}

static void assert_file(const char *expected, uint64_t lost)
{
    buffer_add_byte(&out, 0);
    assert_int_equal(out.failed, ST_OK);
    assert_string_equal(out.bytes, expected);
    assert_int_equal(file.lost, lost);
}

static void test_strings_and_numbers(void **state)
{
    (void)state;
    reg_file_key(&file, text_of("HKLM\\A b"));
    add(text_of(""), REGISTRY_SZ, text_of("x\0\0\0"));
    add(text_of("a\"\\"), REGISTRY_SZ, text_of("\"\0\\\0\x4b\x6d\0\0"));
    add(text_of("n"), REGISTRY_DWORD, text_of("\x2a\0\0\x80"));
    add(text_of("e"), REGISTRY_SZ, text_of("\0\0"));
    assert_file(HEAD "\r\n[HKEY_LOCAL_MACHINE\\A b]\r\n@=\"x\"\r\n\"a\\\"\\\\\"=\"\\\"\\\\测\"\r\n"
                     "\"n\"=dword:8000002a\r\n\"e\"=\"\"\r\n",
                0);
}

/* users.md R2: what a line of text would change goes as bytes. */
static void test_r2_odd_strings_as_bytes(void **state)
{
    (void)state;
    reg_file_key(&file, text_of("HKU\\S"));
    add(text_of("a"), REGISTRY_SZ, text_of("x\0"));
    add(text_of("b"), REGISTRY_SZ, text_of("x\0\0\0\0"));
    add(text_of("c"), REGISTRY_SZ, text_of("\n\0\0\0"));
    add(text_of("d"), REGISTRY_SZ, text_of(""));
    add(text_of("f"), REGISTRY_SZ, text_of("a\0\0\0b\0\0\0"));
    add(text_of("g"), REGISTRY_MULTI_SZ, text_of("a\0"));
    add(text_of("h"), REGISTRY_DWORD, text_of("\x01\x02"));
    add(text_of("i"), REGISTRY_NONE, text_of("\xff"));
    add(text_of("j"), REGISTRY_BINARY, text_of("\x01"));
    add(text_of("k"), 0xabcd1234, text_of("\x01"));
    add(text_of("l"), REGISTRY_SZ, text_of("\x3d\xd8\0\0"));
    assert_file(HEAD "\r\n[HKEY_USERS\\S]\r\n\"a\"=hex(1):78,00\r\n\"b\"=hex(1):78,00,00,00,00\r\n"
                     "\"c\"=hex(1):0a,00,00,00\r\n\"d\"=hex(1):\r\n"
                     "\"f\"=hex(1):61,00,00,00,62,00,00,00\r\n\"g\"=hex(7):61,00\r\n"
                     "\"h\"=hex(4):01,02\r\n\"i\"=hex(0):ff\r\n\"j\"=hex:01\r\n"
                     "\"k\"=hex(abcd1234):01\r\n\"l\"=hex(1):3d,d8,00,00\r\n",
                0);
}

/* users.md R1: what can't be imported is told as a comment, and counted; the next key is none. */
static void test_r1_hidden_names_as_comments(void **state)
{
    (void)state;
    reg_file_key(&file, text_of("HKU\\a\0b"));
    add(text_of("v"), REGISTRY_SZ, text_of("x\0\0\0"));
    reg_file_key(&file, text_of("HKU\\c"));
    add(text_of("\0\xf0\x9f\x98\x80"), REGISTRY_BINARY, text_of("\x01"));
    add(text_of("a\r\n[b"), REGISTRY_BINARY, text_of("\x01"));
    add(text_of("w"), REGISTRY_BINARY, text_of("\x02"));
    assert_file(HEAD
                "\r\n; a key that can't be imported, its path in UTF-16: "
                "0048 004b 0055 005c 0061 0000 0062\r\n"
                "; a value that can't be imported, its name in UTF-16: 0076\r\n"
                "; hex(1):78,00,00,00\r\n\r\n[HKEY_USERS\\c]\r\n"
                "; a value that can't be imported, its name in UTF-16: 0000 d83d de00\r\n"
                "; hex:01\r\n"
                "; a value that can't be imported, its name in UTF-16: 0061 000d 000a 005b 0062\r\n"
                "; hex:01\r\n\"w\"=hex:02\r\n",
                4);
}

static void test_long_data_goes_on(void **state)
{
    static const char data[50];

    (void)state;
    reg_file_key(&file, text_of("HKU"));
    out.size = 0;
    add(text_of("n"), REGISTRY_BINARY, (struct text){data, 26});
    assert_file("\"n\"=hex:00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,"
                "\\\r\n  00,00\r\n",
                0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_strings_and_numbers, begin, end),
        cmocka_unit_test_setup_teardown(test_r2_odd_strings_as_bytes, begin, end),
        cmocka_unit_test_setup_teardown(test_r1_hidden_names_as_comments, begin, end),
        cmocka_unit_test_setup_teardown(test_long_data_goes_on, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
