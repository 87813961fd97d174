/* hit_log against a file in memory that takes only so much, fails, or is cut off by a kill. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/ecs.h"
#include "core/case/hit_log.h"
#include "tests/support/case_sample.h"
#include "tests/support/failing_memory.h"

struct fake_file {
    char bytes[1 << 16];
    size_t size;
    size_t room;  /* what still fits */
    size_t chunk; /* at most so much a call; 0: no limit */
    size_t flushed;
    enum status flush_status;
    unsigned flushes;
};

static struct fake_file disk;

static enum status fake_append(void *context, struct text bytes, size_t *written)
{
    struct fake_file *file = context;
    size_t size = bytes.size;
    if (file->chunk && size > file->chunk)
        size = file->chunk;
    enum status status = size > file->room ? ST_DISK_FULL : ST_OK;
    if (size > file->room)
        size = file->room;
    assert_true(file->size + size <= sizeof file->bytes);
    memcpy(file->bytes + file->size, bytes.bytes, size);
    file->size += size;
    file->room -= size;
    *written = size;
    return status;
}

static enum status fake_flush(void *context)
{
    struct fake_file *file = context;
    file->flushes++;
    if (file->flush_status == ST_OK)
        file->flushed = file->size;
    return file->flush_status;
}

static enum status fake_ends_whole(void *context, bool *whole)
{
    const struct fake_file *file = context;
    *whole = file->size == 0 || file->bytes[file->size - 1] == '\n';
    return ST_OK;
}

static const struct hit_file functions = {fake_append, fake_flush, fake_ends_whole, &disk};

static int begin(void **state)
{
    (void)state;
    memset(&disk, 0, sizeof disk);
    disk.room = sizeof disk.bytes;
    return 0;
}

static struct hit_log *open_log(size_t ceiling)
{
    struct hit_log *log = NULL;
    assert_int_equal(hit_log_open(&functions, ceiling, &log), ST_OK);
    assert_non_null(log);
    return log;
}

static const struct hit *numbered(uint64_t number)
{
    struct hit *hit = sample_hit();
    hit->number = number;
    return hit;
}

static size_t line_size(uint64_t number)
{
    struct buffer line;
    buffer_init(&line, 1 << 20);
    ecs_add_hit(&line, numbered(number));
    size_t size = line.size + 1;
    buffer_done(&line);
    return size;
}

/* The file is, from `at`, exactly the lines of hits first..last. */
static void assert_lines(size_t at, uint64_t first, uint64_t last)
{
    struct buffer expected;
    buffer_init(&expected, 1 << 20);
    for (uint64_t i = first; i <= last; i++) {
        ecs_add_hit(&expected, numbered(i));
        buffer_add_byte(&expected, '\n');
    }
    assert_int_equal(disk.size - at, expected.size);
    assert_memory_equal(disk.bytes + at, expected.bytes, expected.size);
    buffer_done(&expected);
}

static void assert_trouble(const struct hit_log *log, const char *expected)
{
    struct buffer line;
    buffer_init(&line, 1000);
    hit_log_trouble(log, &line);
    assert_int_equal(line.size, strlen(expected));
    if (line.size)
        assert_memory_equal(line.bytes, expected, line.size);
    buffer_done(&line);
}

static void test_each_hit_is_a_flushed_line(void **state)
{
    (void)state;
    struct hit_log *log = open_log(HIT_LOG_CEILING);
    for (uint64_t i = 1; i <= 3; i++) {
        assert_int_equal(hit_log_take(log, numbered(i)), ST_OK);
        assert_int_equal(disk.flushed, disk.size);
        assert_int_equal(disk.flushes, i);
        assert_lines(0, 1, i);
    }
    assert_int_equal(hit_log_written(log), 3);
    assert_trouble(log, "");
    hit_log_free(log);
}

static void test_short_writes_go_on(void **state)
{
    (void)state;
    disk.chunk = 7;
    struct hit_log *log = open_log(HIT_LOG_CEILING);
    assert_int_equal(hit_log_take(log, numbered(1)), ST_OK);
    assert_int_equal(hit_log_take(log, numbered(2)), ST_OK);
    assert_lines(0, 1, 2);
    hit_log_free(log);
}

/* Full at every place within two lines: nothing is lost, nothing doubled, order is kept. */
static void test_disk_full_keeps_and_continues(void **state)
{
    size_t both = line_size(1) + line_size(2);
    for (size_t room = 0; room < both; room++) {
        begin(state);
        disk.room = room;
        struct hit_log *log = open_log(HIT_LOG_CEILING);
        enum status first = hit_log_take(log, numbered(1));
        assert_int_equal(first, room < line_size(1) ? ST_DISK_FULL : ST_OK);
        assert_int_equal(hit_log_take(log, numbered(2)), ST_DISK_FULL);
        assert_int_equal(hit_log_waiting(log), room < line_size(1) ? 2 : 1);
        assert_int_equal(hit_log_retry(log), ST_DISK_FULL);
        disk.room = sizeof disk.bytes - disk.size;
        assert_int_equal(hit_log_retry(log), ST_OK);
        assert_int_equal(hit_log_waiting(log), 0);
        assert_int_equal(hit_log_lost(log), 0);
        assert_int_equal(hit_log_take(log, numbered(3)), ST_OK);
        assert_int_equal(hit_log_written(log), 3);
        assert_lines(0, 1, 3);
        assert_trouble(log, "");
        hit_log_free(log);
    }
}

static void test_trouble_is_one_clear_line(void **state)
{
    (void)state;
    disk.room = 10;
    struct hit_log *log = open_log(HIT_LOG_CEILING);
    assert_int_equal(hit_log_take(log, numbered(1)), ST_DISK_FULL);
    assert_trouble(log, "the disk is full: 1 hit waiting in memory");
    assert_int_equal(hit_log_take(log, numbered(2)), ST_DISK_FULL);
    assert_trouble(log, "the disk is full: 2 hits waiting in memory");
    struct text pending = hit_log_pending(log);
    assert_int_equal(pending.size, line_size(1) + line_size(2));
    assert_memory_equal(pending.bytes, "{\"@timestamp\"", 13);
    hit_log_free(log);
}

static void test_memory_is_bounded(void **state)
{
    (void)state;
    disk.room = 0;
    struct hit_log *log = open_log(line_size(1) * 2 + 10);
    assert_int_equal(hit_log_take(log, numbered(1)), ST_DISK_FULL);
    assert_int_equal(hit_log_take(log, numbered(2)), ST_DISK_FULL);
    assert_int_equal(hit_log_take(log, numbered(3)), ST_TOO_LARGE);
    assert_int_equal(hit_log_waiting(log), 2);
    assert_int_equal(hit_log_lost(log), 1);
    assert_trouble(log,
                   "the disk is full: 2 hits waiting in memory, 1 hit lost for want of memory");
    disk.room = sizeof disk.bytes;
    assert_int_equal(hit_log_take(log, numbered(4)), ST_OK);
    assert_trouble(log, "1 hit lost for want of memory");
    hit_log_free(log);
    size_t size = line_size(1) + line_size(2);
    assert_int_equal(disk.size, size + line_size(4));
    assert_lines(size, 4, 4);
}

static void test_flush_failure_is_told_and_not_doubled(void **state)
{
    (void)state;
    struct hit_log *log = open_log(HIT_LOG_CEILING);
    disk.flush_status = ST_IO;
    assert_int_equal(hit_log_take(log, numbered(1)), ST_IO);
    disk.flush_status = ST_OK;
    assert_int_equal(hit_log_retry(log), ST_OK);
    assert_int_equal(disk.flushed, disk.size);
    assert_lines(0, 1, 1);
    hit_log_free(log);
}

/* Killed after every byte of two lines: the next session starts on a line of its own. */
static void test_killed_at_any_byte(void **state)
{
    size_t both = line_size(1) + line_size(2);
    for (size_t kept = 0; kept <= both; kept++) {
        begin(state);
        struct hit_log *log = open_log(HIT_LOG_CEILING);
        hit_log_take(log, numbered(1));
        hit_log_take(log, numbered(2));
        hit_log_free(log);
        disk.size = kept;
        bool whole = kept == 0 || disk.bytes[kept - 1] == '\n';
        log = open_log(HIT_LOG_CEILING);
        assert_int_equal(disk.size, kept + (whole ? 0 : 1));
        assert_int_equal(disk.bytes[disk.size - (kept ? 1 : 0)], kept ? '\n' : disk.bytes[0]);
        size_t at = disk.size;
        assert_int_equal(hit_log_take(log, numbered(9)), ST_OK);
        assert_int_equal(hit_log_written(log), 1);
        assert_lines(at, 9, 9);
        hit_log_free(log);
    }
}

static void test_a_torn_line_that_cannot_be_ended_fails_the_opening(void **state)
{
    (void)state;
    disk.bytes[0] = '{';
    disk.size = 1;
    disk.room = 0;
    struct hit_log *log = NULL;
    assert_int_equal(hit_log_open(&functions, HIT_LOG_CEILING, &log), ST_DISK_FULL);
    assert_null(log);
}

static void test_freeing_tries_once_more(void **state)
{
    (void)state;
    disk.room = 5;
    struct hit_log *log = open_log(HIT_LOG_CEILING);
    hit_log_take(log, numbered(1));
    disk.room = sizeof disk.bytes - disk.size;
    hit_log_free(log);
    assert_lines(0, 1, 1);
    hit_log_free(NULL);
}

/* The n-th request for memory fails: the hit is in the file, whole, or it is counted as lost. */
static void test_without_memory_a_hit_is_counted(void **state)
{
    for (size_t n = 1;; n++) {
        begin(state);
        struct hit_log *log = NULL;
        const struct hit *hit = numbered(1);
        uint64_t written = 0;
        failing_memory_begin(n);
        enum status status = hit_log_open(&functions, HIT_LOG_CEILING, &log);
        assert_int_equal(status, log ? ST_OK : ST_NO_MEMORY);
        if (log) {
            status = hit_log_take(log, hit);
            assert_int_equal(hit_log_waiting(log), 0);
            assert_int_equal(hit_log_written(log) + hit_log_lost(log), 1);
            assert_int_equal(status == ST_OK, hit_log_lost(log) == 0);
            written = hit_log_written(log);
        }
        hit_log_free(log);
        assert_int_equal(failing_memory_blocks(), 0);
        bool failed = failing_memory_failed();
        failing_memory_end();
        assert_lines(0, 1, written);
        if (!failed)
            break;
    }
    assert_lines(0, 1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_each_hit_is_a_flushed_line, begin),
        cmocka_unit_test_setup(test_short_writes_go_on, begin),
        cmocka_unit_test_setup(test_disk_full_keeps_and_continues, begin),
        cmocka_unit_test_setup(test_trouble_is_one_clear_line, begin),
        cmocka_unit_test_setup(test_memory_is_bounded, begin),
        cmocka_unit_test_setup(test_flush_failure_is_told_and_not_doubled, begin),
        cmocka_unit_test_setup(test_killed_at_any_byte, begin),
        cmocka_unit_test_setup(test_a_torn_line_that_cannot_be_ended_fails_the_opening, begin),
        cmocka_unit_test_setup(test_freeing_tries_once_more, begin),
        cmocka_unit_test_setup(test_without_memory_a_hit_is_counted, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
