/* journal against a file in memory: the chain, a kill at any byte, and each way to change it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/hash.h"
#include "core/case/journal.h"
#include "tests/support/case_sample.h"
#include "tests/support/failing_memory.h"

struct disk {
    char bytes[1 << 16];
    size_t size;
    size_t room; /* what still fits */
    unsigned flushes;
    enum status flush_status;
};

static struct disk disk;

static enum status disk_append(void *context, struct text bytes, size_t *written)
{
    struct disk *file = context;
    size_t size = bytes.size < file->room ? bytes.size : file->room;
    assert_true(file->size + size <= sizeof file->bytes);
    memcpy(file->bytes + file->size, bytes.bytes, size);
    file->size += size;
    file->room -= size;
    *written = size;
    return size == bytes.size ? ST_OK : ST_DISK_FULL;
}

static enum status disk_flush(void *context)
{
    struct disk *file = context;
    file->flushes++;
    return file->flush_status;
}

static enum status disk_read(void *context, uint64_t at, char *out, size_t size, size_t *got)
{
    const struct disk *file = context;
    size_t from = at < file->size ? (size_t)at : file->size;
    *got = file->size - from < size ? file->size - from : size;
    memcpy(out, file->bytes + from, *got);
    return ST_OK;
}

static const struct journal_file file = {disk_append, disk_flush, disk_read, &disk};

/* Not SHA-256, which the system computes: only as different for different bytes. */
static enum status mixed(void *context, struct text bytes, unsigned char digest[JOURNAL_DIGEST])
{
    (void)context;
    for (unsigned part = 0; part < JOURNAL_DIGEST; part++) {
        uint64_t hash = hash_mix(part + 1);
        for (size_t i = 0; i < bytes.size; i++)
            hash = hash_mix(hash_add(hash, (unsigned char)bytes.bytes[i]));
        digest[part] = (unsigned char)hash;
    }
    return ST_OK;
}

static const struct journal_hash hash = {mixed, NULL};

static moment now(void *context)
{
    (void)context;
    return SAMPLE_NOW;
}

static int64_t ticks(void *context)
{
    (void)context;
    return 0;
}

static const struct clock standing = {now, ticks, NULL};

static int begin(void **state)
{
    (void)state;
    memset(&disk, 0, sizeof disk);
    disk.room = sizeof disk.bytes;
    return 0;
}

static struct journal *open_journal(void)
{
    struct journal *journal = NULL;
    assert_int_equal(journal_open(&file, &hash, standing, &journal), ST_OK);
    return journal;
}

static enum status write_kill(struct journal *journal, uint64_t *number)
{
    struct buffer members;
    buffer_init(&members, 1 << 16);
    journal_add_process(&members, sample_facts(SAMPLE_NODE)->key, sample_facts(SAMPLE_NODE));
    const struct journal_entry entry = {
        .phase = JOURNAL_BEFORE, .action = "kill", .members = buffer_text(&members)};
    enum status status =
        members.failed != ST_OK ? members.failed : journal_write(journal, &entry, number);
    buffer_done(&members);
    return status;
}

static void write_lines(size_t count)
{
    struct journal *journal = open_journal();
    for (size_t i = 0; i < count; i++)
        assert_int_equal(write_kill(journal, NULL), ST_OK);
    journal_free(journal);
}

static struct journal_check check_of(void)
{
    struct journal_check check = {.lines = 99};
    assert_int_equal(journal_verify(&file, &hash, &check), ST_OK);
    return check;
}

static void assert_fault(enum journal_fault fault, uint64_t line)
{
    struct journal_check check = check_of();
    assert_int_equal(check.fault, fault);
    assert_int_equal(check.line, line);
}

/* Where line `number` (from 1) begins, and how long it is with its end. */
static size_t line_at(size_t number, size_t *size)
{
    size_t at = 0;
    for (; number > 1; number--)
        at += (size_t)((char *)memchr(disk.bytes + at, '\n', disk.size - at) - disk.bytes) - at + 1;
    const char *end = memchr(disk.bytes + at, '\n', disk.size - at);
    *size = end ? (size_t)(end - disk.bytes) - at + 1 : disk.size - at;
    return at;
}

static void remove_bytes(size_t at, size_t size)
{
    memmove(disk.bytes + at, disk.bytes + at + size, disk.size - at - size);
    disk.size -= size;
}

static bool holds(const char *piece)
{
    return text_find((struct text){disk.bytes, disk.size}, text_from(piece)) != SIZE_MAX;
}

static void test_a_line_is_flushed_and_tells_all(void **state)
{
    (void)state;
    struct journal *journal = open_journal();
    uint64_t number = 0;
    assert_int_equal(write_kill(journal, &number), ST_OK);
    assert_int_equal(number, 1);
    assert_int_equal(disk.flushes, 1);
    const struct journal_entry after = {.phase = JOURNAL_AFTER,
                                        .action = "kill",
                                        .of = number,
                                        .outcome = "success",
                                        .reason = text_of("it was \"gone\"")};
    assert_int_equal(journal_write(journal, &after, &number), ST_OK);
    assert_int_equal(number, 2);
    journal_free(journal);
    assert_true(holds("{\"prev\":\"00000000"));
    assert_true(holds("\"event\":{\"sequence\":1,\"kind\":\"event\",\"type\":[\"start\"],"
                      "\"action\":\"kill\"},\"process\":{\"pid\":"));
    assert_true(holds("\"type\":[\"end\"],\"action\":\"kill\",\"outcome\":\"success\","
                      "\"reason\":\"it was \\\"gone\\\"\"},\"journal\":{\"of\":1}}\n"));
    struct journal_check check = check_of();
    assert_int_equal(check.fault, JOURNAL_SOUND);
    assert_int_equal(check.lines, 2);
}

static void test_it_goes_on_where_it_stopped(void **state)
{
    (void)state;
    for (int session = 0; session < 5; session++)
        write_lines(3);
    struct journal_check check = check_of();
    assert_int_equal(check.fault, JOURNAL_SOUND);
    assert_int_equal(check.lines, 15);
    assert_int_equal(check.torn, 0);
}

static void test_an_empty_journal_is_sound(void **state)
{
    (void)state;
    assert_fault(JOURNAL_SOUND, 0);
}

/* A kill leaves the first n bytes. Whatever n is, the next session goes on and the chain holds. */
static void test_a_kill_at_any_byte(void **state)
{
    (void)state;
    static struct disk whole;
    write_lines(3);
    whole = disk;
    size_t torn = 0;
    for (size_t size = 0; size <= whole.size; size++) {
        disk = whole;
        disk.size = size;
        struct journal_check check = check_of();
        assert_true(check.fault == JOURNAL_SOUND || check.fault == JOURNAL_TORN_END);
        write_lines(2);
        check = check_of();
        assert_int_equal(check.fault, JOURNAL_SOUND);
        assert_true(check.torn <= 1);
        torn += check.torn;
    }
    assert_true(torn > whole.size / 2);
}

static void test_a_changed_byte_is_found(void **state)
{
    (void)state;
    static struct disk whole;
    write_lines(4);
    whole = disk;
    size_t size;
    size_t last = line_at(4, &size);
    for (size_t at = 0; at < last; at++) {
        disk = whole;
        disk.bytes[at] = (char)(disk.bytes[at] ^ 1);
        assert_true(check_of().fault != JOURNAL_SOUND);
    }
}

static void test_a_missing_line_is_found(void **state)
{
    (void)state;
    write_lines(4);
    size_t size;
    size_t at = line_at(2, &size);
    remove_bytes(at, size);
    assert_fault(JOURNAL_BROKEN_CHAIN, 2);
}

static void test_a_missing_beginning_is_found(void **state)
{
    (void)state;
    write_lines(4);
    size_t size;
    size_t at = line_at(1, &size);
    remove_bytes(at, size);
    assert_fault(JOURNAL_BROKEN_CHAIN, 1);
}

static void test_swapped_lines_are_found(void **state)
{
    (void)state;
    static char copy[1 << 12];
    write_lines(4);
    size_t first_size;
    size_t second_size;
    size_t first = line_at(2, &first_size);
    size_t second = line_at(3, &second_size);
    memcpy(copy, disk.bytes + first, first_size);
    memmove(disk.bytes + first, disk.bytes + second, second_size);
    memcpy(disk.bytes + first + second_size, copy, first_size);
    assert_fault(JOURNAL_BROKEN_CHAIN, 2);
}

static void test_an_added_line_is_found(void **state)
{
    (void)state;
    write_lines(2);
    size_t size;
    size_t at = line_at(2, &size);
    memmove(disk.bytes + at + size, disk.bytes + at, disk.size - at);
    disk.size += size;
    assert_fault(JOURNAL_BROKEN_CHAIN, 3);
    static const char foreign[] = "nothing of ours\n";
    begin(NULL);
    write_lines(2);
    memcpy(disk.bytes + disk.size, foreign, sizeof foreign - 1);
    disk.size += sizeof foreign - 1;
    assert_fault(JOURNAL_NOT_A_LINE, 3);
}

/* Two foreign lines, or one with a line after it that does not say it goes on: no torn line. */
static void test_a_foreign_line_is_not_taken_for_a_torn_one(void **state)
{
    (void)state;
    write_lines(1);
    memcpy(disk.bytes + disk.size, "x\n", 2);
    disk.size += 2;
    write_lines(1); /* an honest session goes on, and chains over it */
    assert_fault(JOURNAL_NOT_A_LINE, 2);
}

static void test_a_full_disk_refuses_and_goes_on_later(void **state)
{
    (void)state;
    for (size_t room = 0; room < 400; room += 7) {
        begin(NULL);
        struct journal *journal = open_journal();
        assert_int_equal(write_kill(journal, NULL), ST_OK);
        disk.room = room;
        enum status status = write_kill(journal, NULL);
        assert_true(status == ST_OK || status == ST_DISK_FULL);
        disk.room = sizeof disk.bytes - disk.size;
        uint64_t number = 0;
        assert_int_equal(write_kill(journal, &number), ST_OK);
        assert_int_equal(number, journal_lines(journal));
        journal_free(journal);
        assert_int_equal(check_of().fault, JOURNAL_SOUND);
    }
}

static void test_what_is_not_flushed_is_not_written(void **state)
{
    (void)state;
    struct journal *journal = open_journal();
    disk.flush_status = ST_IO;
    uint64_t number = 77;
    assert_int_equal(write_kill(journal, &number), ST_IO);
    assert_int_equal(number, 77);
    disk.flush_status = ST_OK;
    assert_int_equal(write_kill(journal, &number), ST_OK);
    journal_free(journal);
    assert_int_equal(check_of().fault, JOURNAL_SOUND);
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        begin(NULL);
        write_lines(2);
        failing_memory_begin(n);
        struct journal *journal = NULL;
        enum status status = journal_open(&file, &hash, standing, &journal);
        if (status == ST_OK)
            status = write_kill(journal, NULL);
        journal_free(journal);
        bool failed = failing_memory_failed();
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
        assert_int_equal(check_of().fault, JOURNAL_SOUND);
        if (!failed) {
            assert_int_equal(status, ST_OK);
            assert_true(n > 3);
            break;
        }
        assert_int_equal(status, ST_NO_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_line_is_flushed_and_tells_all, begin),
        cmocka_unit_test_setup(test_it_goes_on_where_it_stopped, begin),
        cmocka_unit_test_setup(test_an_empty_journal_is_sound, begin),
        cmocka_unit_test_setup(test_a_kill_at_any_byte, begin),
        cmocka_unit_test_setup(test_a_changed_byte_is_found, begin),
        cmocka_unit_test_setup(test_a_missing_line_is_found, begin),
        cmocka_unit_test_setup(test_a_missing_beginning_is_found, begin),
        cmocka_unit_test_setup(test_swapped_lines_are_found, begin),
        cmocka_unit_test_setup(test_an_added_line_is_found, begin),
        cmocka_unit_test_setup(test_a_foreign_line_is_not_taken_for_a_torn_one, begin),
        cmocka_unit_test_setup(test_a_full_disk_refuses_and_goes_on_later, begin),
        cmocka_unit_test_setup(test_what_is_not_flushed_is_not_written, begin),
        cmocka_unit_test_setup(test_every_allocation_may_fail, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
