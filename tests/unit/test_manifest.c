/* manifest over a made-up disk: order, what belongs to it, escapes, what fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/manifest.h"
#include "tests/support/failing_memory.h"

static const char *const *names;
static size_t name_count;
static const char *unreadable;
static enum status walked;
static enum status replaced;
static struct buffer written;
static atomic_bool cancel;
static const char *cancel_at;

static enum status walk(void *context, manifest_visit *visit, void *visited,
                        struct failure *failure)
{
    enum status status = walked;
    (void)context;
    if (status != ST_OK)
        *failure = (struct failure){status, "FindFirstFile", 5};
    for (size_t i = 0; i < name_count && status == ST_OK; i++)
        status = visit(visited, text_from(names[i]), 10);
    return status;
}

/* The length of the name, so that each line tells whose digest it holds. */
static enum status sha256(void *context, struct text path, struct progress *progress,
                          unsigned char digest[MANIFEST_DIGEST], struct failure *failure)
{
    (void)context;
    (void)progress;
    if (cancel_at && text_equal(path, text_from(cancel_at)))
        return ST_CANCELLED;
    if (unreadable && text_equal(path, text_from(unreadable))) {
        *failure = (struct failure){ST_DENIED, "CreateFile", 5};
        return ST_DENIED;
    }
    memset(digest, (int)path.size, MANIFEST_DIGEST);
    return ST_OK;
}

static enum status sha256_of(void *context, struct text bytes,
                             unsigned char digest[MANIFEST_DIGEST])
{
    (void)context;
    (void)bytes;
    memset(digest, 0xAB, MANIFEST_DIGEST);
    return ST_OK;
}

static enum status replace(void *context, struct text name, struct text content,
                           struct failure *failure)
{
    (void)context;
    assert_true(text_equal(name, text_of("manifest.sha256")));
    if (replaced != ST_OK) {
        *failure = (struct failure){replaced, "WriteFile", 112};
        return replaced;
    }
    buffer_clear(&written);
    buffer_add(&written, content);
    return ST_OK;
}

static const struct manifest_disk disk = {walk, sha256, sha256_of, replace, NULL};

static int begin(void **state)
{
    (void)state;
    names = NULL;
    name_count = 0;
    unreadable = cancel_at = NULL;
    walked = replaced = ST_OK;
    atomic_store(&cancel, false);
    buffer_init(&written, 1u << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buffer_done(&written);
    return 0;
}

static void use(const char *const *paths, size_t count)
{
    names = paths;
    name_count = count;
}

static void assert_written(const char *expected)
{
    buffer_add_byte(&written, 0);
    assert_string_equal(written.bytes, expected);
}

#define D(pair) pair pair pair pair pair pair pair pair
#define DIGEST(pair) D(pair) D(pair) D(pair) D(pair)

static void test_lines_are_sorted_and_end_in_lf(void **state)
{
    static const char *const paths[] = {
        "journal.jsonl",   "evidence/a.jsonl", "Z",    "manifest.sha256",
        "MANIFEST.SHA256", "dumps/x.dmp.part", "a.new"};
    struct manifest_made made;
    (void)state;
    use(paths, 7);
    assert_int_equal(manifest_write(&disk, NULL, &made, NULL), ST_OK);
    assert_written(
        DIGEST("01") "  Z\n" DIGEST("10") "  evidence/a.jsonl\n" DIGEST("0d") "  journal.jsonl\n");
    assert_int_equal(made.files, 3);
    assert_int_equal(made.bytes, 30);
    assert_int_equal(made.unread, 0);
    assert_memory_equal(made.sha256.bytes, DIGEST("ab"), 64);
    assert_int_equal(made.sha256.size, 64);
    manifest_made_done(&made);
}

static void test_a_name_that_could_be_two_lines_is_escaped(void **state)
{
    static const char *const paths[] = {"a\nb", "c\\d", "e\rf"};
    struct manifest_made made;
    (void)state;
    use(paths, 3);
    assert_int_equal(manifest_write(&disk, NULL, &made, NULL), ST_OK);
    assert_written(
        "\\" DIGEST("03") "  a\\nb\n\\" DIGEST("03") "  c\\\\d\n\\" DIGEST("03") "  e\\rf\n");
    manifest_made_done(&made);
}

static void test_an_empty_case_has_an_empty_manifest(void **state)
{
    struct manifest_made made;
    (void)state;
    assert_int_equal(manifest_write(&disk, NULL, &made, NULL), ST_OK);
    assert_written("");
    manifest_made_done(&made);
}

static void test_what_cannot_be_read_is_told_and_left_out(void **state)
{
    static const char *const paths[] = {"a", "bb", "ccc"};
    struct manifest_made made;
    struct failure failure = {.status = ST_OK};
    (void)state;
    use(paths, 3);
    unreadable = "bb";
    assert_int_equal(manifest_write(&disk, NULL, &made, &failure), ST_OK);
    assert_written(DIGEST("01") "  a\n" DIGEST("03") "  ccc\n");
    assert_int_equal(made.unread, 1);
    assert_true(text_equal(buffer_text(&made.which), text_of("bb")));
    assert_int_equal(failure.code, 5);
    manifest_made_done(&made);
}

static void test_a_failure_leaves_the_old_one(void **state)
{
    static const char *const paths[] = {"a", "bb"};
    struct manifest_made made;
    struct failure failure = {.status = ST_OK};
    (void)state;
    use(paths, 2);
    replaced = ST_DISK_FULL;
    assert_int_equal(manifest_write(&disk, NULL, &made, &failure), ST_DISK_FULL);
    assert_int_equal(failure.code, 112);
    manifest_made_done(&made);
    replaced = ST_OK;
    walked = ST_DENIED;
    assert_int_equal(manifest_write(&disk, NULL, &made, &failure), ST_DENIED);
    assert_int_equal(failure.status, ST_DENIED);
    manifest_made_done(&made);
    walked = ST_OK;
    cancel_at = "bb";
    assert_int_equal(manifest_write(&disk, NULL, &made, &failure), ST_CANCELLED);
    manifest_made_done(&made);
    cancel_at = NULL;
    struct progress progress = {.cancel = &cancel};
    atomic_store(&cancel, true);
    assert_int_equal(manifest_write(&disk, &progress, &made, &failure), ST_CANCELLED);
    manifest_made_done(&made);
    assert_int_equal(written.size, 0);
}

static void test_want_of_memory(void **state)
{
    static const char *const paths[] = {"a", "bb", "ccc"};
    (void)state;
    use(paths, 3);
    for (size_t n = 1;; n++) {
        struct manifest_made made;
        buffer_clear(&written);
        failing_memory_begin(n);
        enum status status = manifest_write(&disk, NULL, &made, NULL);
        bool failed = failing_memory_failed();
        manifest_made_done(&made);
        failing_memory_end();
        if (!failed) {
            assert_int_equal(status, ST_OK);
            break;
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_lines_are_sorted_and_end_in_lf),
        TEST(test_a_name_that_could_be_two_lines_is_escaped),
        TEST(test_an_empty_case_has_an_empty_manifest),
        TEST(test_what_cannot_be_read_is_told_and_left_out),
        TEST(test_a_failure_leaves_the_old_one),
        TEST(test_want_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
