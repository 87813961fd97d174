/* Hashes of bytes: values that the standards give, however the bytes are cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/file/digest.h"

static void assert_hex(const struct digest_values *values, enum digest_kind kind,
                       const char *expected)
{
    struct buffer hex;

    buffer_init(&hex, 256);
    digest_add_hex(&hex, values, kind);
    buffer_add_byte(&hex, 0);
    assert_int_equal(hex.failed, ST_OK);
    assert_string_equal(hex.bytes, expected);
    buffer_done(&hex);
}

/* FIPS 180-4's examples (SHA-256, SHA-1) and RFC 1321's (MD5) for "abc". */
static void assert_abc(const struct digest_values *values)
{
    assert_hex(values, DIGEST_SHA256,
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hex(values, DIGEST_SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d");
    assert_hex(values, DIGEST_MD5, "900150983cd24fb0d6963f7d28e17f72");
}

static void test_one_pass_gives_all_three(void **state)
{
    struct digest digest;
    struct digest_values values;

    (void)state;
    assert_int_equal(digest_init(&digest, DIGEST_ALL, NULL), ST_OK);
    assert_int_equal(digest_add(&digest, "abc", 3, NULL), ST_OK);
    assert_int_equal(digest_finish(&digest, &values, NULL), ST_OK);
    digest_done(&digest);
    assert_abc(&values);
}

static void test_pieces_make_no_difference(void **state)
{
    struct digest digest;
    struct digest_values values;

    (void)state;
    assert_int_equal(digest_init(&digest, DIGEST_ALL, NULL), ST_OK);
    assert_int_equal(digest_add(&digest, "a", 1, NULL), ST_OK);
    assert_int_equal(digest_add(&digest, "", 0, NULL), ST_OK);
    assert_int_equal(digest_add(&digest, "bc", 2, NULL), ST_OK);
    assert_int_equal(digest_finish(&digest, &values, NULL), ST_OK);
    digest_done(&digest);
    assert_abc(&values);
}

static void test_nothing_and_a_million(void **state)
{
    struct digest digest;
    struct digest_values values;
    char *many = malloc(1000000);

    (void)state;
    assert_non_null(many);
    memset(many, 'a', 1000000);
    assert_int_equal(digest_init(&digest, DIGEST_ALL, NULL), ST_OK);
    assert_int_equal(digest_finish(&digest, &values, NULL), ST_OK);
    digest_done(&digest);
    assert_hex(&values, DIGEST_SHA256,
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hex(&values, DIGEST_MD5, "d41d8cd98f00b204e9800998ecf8427e");
    assert_int_equal(digest_init(&digest, DIGEST_ALL, NULL), ST_OK);
    assert_int_equal(digest_add(&digest, many, 1000000, NULL), ST_OK);
    assert_int_equal(digest_finish(&digest, &values, NULL), ST_OK);
    digest_done(&digest);
    free(many);
    assert_hex(&values, DIGEST_SHA256,
               "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    assert_hex(&values, DIGEST_SHA1, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

static void test_what_was_not_asked_is_not_known(void **state)
{
    struct digest digest;
    struct digest_values values;
    struct failure failure = {.status = ST_OK};

    (void)state;
    assert_int_equal(digest_init(&digest, DIGEST_BIT(DIGEST_SHA256), NULL), ST_OK);
    assert_int_equal(digest_add(&digest, "abc", 3, NULL), ST_OK);
    assert_int_equal(digest_finish(&digest, &values, NULL), ST_OK);
    digest_done(&digest);
    assert_true(values.known[DIGEST_SHA256]);
    assert_false(values.known[DIGEST_SHA1]);
    assert_hex(&values, DIGEST_MD5, "");
    assert_int_equal(digest_init(&digest, 0, &failure), ST_INVALID);
    assert_int_equal(failure.status, ST_INVALID);
    digest_done(&digest);
    assert_string_equal(digest_name(DIGEST_SHA256), "sha256");
    assert_int_equal(digest_size(DIGEST_SHA1), 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_pass_gives_all_three),
        cmocka_unit_test(test_pieces_make_no_difference),
        cmocka_unit_test(test_nothing_and_a_million),
        cmocka_unit_test(test_what_was_not_asked_is_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
