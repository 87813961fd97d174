/* The files of images, looked at beside the thread that asks. */
#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/windows/process/images.h"
#include "core/windows/text16.h"

#define PATIENCE 20000

static const struct process_key first = {100, 5};
static const struct process_key second = {104, 6};

static wchar_t path[MAX_PATH];
static char narrow[TEXT16_MOST(MAX_PATH)];
static struct text file;

static int begin(void **state)
{
    static struct images images;
    wchar_t folder[MAX_PATH];
    assert_true(GetTempPathW(MAX_PATH, folder));
    assert_true(GetTempFileNameW(folder, L"odd", 0, path));
    file = (struct text){narrow, text16_encode(path, wcslen(path), narrow)};
    images_init(&images);
    *state = &images;
    return 0;
}

static int end(void **state)
{
    images_done(*state);
    DeleteFileW(path);
    return 0;
}

static struct image_table read_all(struct images *images)
{
    struct image_table table;
    assert_int_equal(images_read(images, PATIENCE, &table), ST_OK);
    return table;
}

static void test_each_is_looked_at_once(void **state)
{
    struct images *images = *state;
    assert_int_equal(images_add(images, first, file), ST_OK);
    assert_int_equal(images_add(images, first, file), ST_OK); /* told of twice */
    assert_int_equal(images_add(images, second, file), ST_OK);
    struct image_table table = read_all(images);
    assert_int_equal(table.count, 2);
    assert_true(process_key_equal(table.rows[0].key, first));
    assert_true(process_key_equal(table.rows[1].key, second));
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(table.rows[i].file.state, READ_OK);
        assert_true(table.rows[i].file.created > 0 && table.rows[i].file.modified > 0);
    }
    assert_int_equal(read_all(images).count, 0);
}

static void test_now_and_then_again(void **state)
{
    struct images *images = *state;
    assert_int_equal(images_add(images, first, file), ST_OK);
    assert_int_equal(read_all(images).count, 1);
    images->again_at = 0; /* the minute has passed */
    assert_int_equal(read_all(images).count, 1);
    assert_int_equal(read_all(images).count, 0);
}

static void test_gone_is_told_when_it_was_seen_twice(void **state)
{
    struct images *images = *state;
    assert_true(DeleteFileW(path));
    assert_int_equal(images_add(images, first, file), ST_OK);
    assert_int_equal(read_all(images).count, 0);
    struct image_table table = read_all(images);
    assert_int_equal(table.count, 1);
    assert_int_equal(table.rows[0].file.state, READ_GONE);
}

static void test_gone_with_its_process_is_not_told(void **state)
{
    struct images *images = *state;
    assert_true(DeleteFileW(path));
    assert_int_equal(images_add(images, first, file), ST_OK);
    assert_int_equal(images_add(images, second, file), ST_OK);
    assert_int_equal(read_all(images).count, 0);
    images_remove(images, first);
    images_remove(images, first); /* it is not there any more */
    struct image_table table = read_all(images);
    assert_int_equal(table.count, 1);
    assert_true(process_key_equal(table.rows[0].key, second));
}

static void test_what_cannot_be_looked_at_is_left_out(void **state)
{
    struct images *images = *state;
    static const struct text paths[] = {{"\\\\server\\share\\a.exe", 20},
                                        {"Registry", 8},
                                        {"", 0},
                                        {"\\\\?\\unix\\a.exe", 14},
                                        {"C:", 2}};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        assert_int_equal(images_add(images, (struct process_key){8, (moment)i + 1}, paths[i]),
                         ST_OK);
    assert_int_equal(read_all(images).count, 0);
    images_remove(images, first);
}

#define IMAGES_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IMAGES_TEST(test_each_is_looked_at_once),
        IMAGES_TEST(test_now_and_then_again),
        IMAGES_TEST(test_gone_is_told_when_it_was_seen_twice),
        IMAGES_TEST(test_gone_with_its_process_is_not_told),
        IMAGES_TEST(test_what_cannot_be_looked_at_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
