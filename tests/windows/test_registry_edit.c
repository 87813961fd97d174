/* Removal of values and keys that tests/lab/keys.c made: the backup, the journal before and after,
 * and what stays when one of them fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/file/files.h"
#include "core/windows/registry/registry_calls.h"
#include "core/windows/registry/registry_edit.h"
#include "core/windows/registry/registry_walk.h"
#include "core/windows/text16.h"
#include "tests/support/windows/child.h"
#include "tests/support/windows/scratch.h"

static struct registry_calls real;
static struct buffer lab; /* "HKU\S-1-…\Software\StakeoutLab" */
static struct buffer folder;
static struct buffer path;
static struct registry_result result;

/* A journal that looks on while it is written. */
static struct {
    unsigned lines;
    enum status status;
    bool was_there[2]; /* the target, at each line */
    bool saved;        /* the backup, at the first */
    char outcome[16];
} journal;

static struct registry_target target;

static bool is_there(void)
{
    struct registry_result seen;
    struct buffer out;
    enum status status;

    buffer_init(&out, 16u << 20);
    status = registry_export(NULL, &target, NULL, &out, &seen);
    registry_result_done(&seen);
    buffer_done(&out);
    return status == ST_OK;
}

static enum status write_journal(void *context, const struct journal_entry *entry, uint64_t *number)
{
    (void)context;
    assert_in_range(journal.lines, 0, 1);
    assert_int_equal(entry->phase, journal.lines ? JOURNAL_AFTER : JOURNAL_BEFORE);
    assert_true(text_find(entry->members, text_of("\"registry\":{")) != SIZE_MAX);
    assert_true(text_find(entry->members, text_of(".reg\"")) != SIZE_MAX);
    journal.was_there[journal.lines] = is_there();
    journal.saved = scratch_count(&folder, "", L".reg") == 1;
    if (number)
        *number = 7;
    if (journal.lines++)
        assert_int_equal(entry->of, 7);
    if (entry->outcome)
        strncpy(journal.outcome, entry->outcome, sizeof journal.outcome - 1);
    return journal.status;
}

static const struct act_log log_here = {write_journal, NULL};

static void run_keys(const wchar_t *order)
{
    struct child child;
    char line[16384];

    child_start(&child, L"keys", order, 0);
    if (wcscmp(order, L"make") == 0) {
        child_read_line(&child, line, sizeof line);
        const char *sid = strstr(line, "S-1-");
        assert_non_null(sid);
        buffer_clear(&lab);
        buffer_add_string(&lab, "HKU\\");
        buffer_add(&lab, (struct text){sid, (size_t)(strstr(sid, "\\u") - sid)});
        buffer_add_string(&lab, "\\Software\\StakeoutLab");
        while (!strstr(line, "600 levels"))
            child_read_line(&child, line, sizeof line);
    }
    assert_int_equal(child_end(&child), 0);
}

static int begin(void **state)
{
    (void)state;
    real = registry_system_calls();
    buffer_init(&lab, 1024);
    buffer_init(&path, 1024);
    run_keys(L"make");
    scratch_begin(&folder, "registry-edit");
    memset(&journal, 0, sizeof journal);
    return 0;
}

static int end(void **state)
{
    (void)state;
    registry_result_done(&result);
    scratch_end(&folder);
    run_keys(L"remove");
    buffer_done(&lab);
    buffer_done(&path);
    return 0;
}

static void aim(struct text below, bool only_value, struct text value)
{
    buffer_clear(&path);
    buffer_add(&path, buffer_text(&lab));
    buffer_add(&path, below);
    target = (struct registry_target){buffer_text(&path), only_value, value};
}

/* The backup as UTF-8. Owned: buffer_done. */
static void read_backup(struct buffer *out)
{
    struct failure failure;
    wchar_t *wide = files_path(buffer_text(&result.backup), &failure);
    static wchar_t units[1u << 20];
    HANDLE file = CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    DWORD got = 0;

    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(ReadFile(file, units, sizeof units, &got, NULL));
    CloseHandle(file);
    text16_free(wide);
    assert_int_equal(units[0], 0xFEFF);
    buffer_init(out, 8u << 20);
    text16_add(out, units + 1, got / 2 - 1);
    assert_int_equal(out->failed, ST_OK);
}

static void assert_in_backup(const char *line)
{
    struct buffer text;

    read_backup(&text);
    assert_true(
        text_starts(buffer_text(&text), text_of("Windows Registry Editor Version 5.00\r\n")));
    if (text_find(buffer_text(&text), text_from(line)) == SIZE_MAX)
        fail_msg("not in the backup: %s", line);
    buffer_done(&text);
}

static void delete_by(const struct registry_calls *calls)
{
    registry_result_done(&result);
    registry_delete(calls, &target, buffer_text(&folder), &log_here, NULL, &result);
}

static void assert_deleted(void)
{
    assert_int_equal(result.outcome, REGISTRY_DELETED);
    assert_int_equal(journal.lines, 2);
    assert_true(journal.was_there[0]);
    assert_true(journal.saved);
    assert_false(journal.was_there[1]);
    assert_string_equal(journal.outcome, "success");
    assert_false(is_there());
}

static void test_one_value(void **state)
{
    (void)state;
    aim(text_of("\\strings"), true, text_of("whole"));
    delete_by(NULL);
    assert_deleted();
    assert_int_equal(result.lost, 0);
    assert_in_backup(
        "\\Software\\StakeoutLab\\strings]\r\n\"whole\"=\"begin zz-needle-zz end\"\r\n");
    aim(text_of("\\strings"), true, text_of("odd"));
    assert_true(is_there());
    aim(text_of("\\strings"), true, text_of("whole"));
    delete_by(NULL);
    assert_int_equal(result.outcome, REGISTRY_ALREADY);
    assert_int_equal(journal.lines, 2);
}

/* users.md R1: what Win32 programs can't open is saved as a comment, and deleted. */
static void test_r1_hidden_value_and_key(void **state)
{
    (void)state;
    aim(text_of("\\names\\hid\0den"), true, text_of("\0run"));
    delete_by(NULL);
    assert_deleted();
    assert_int_equal(result.lost, 2);
    assert_in_backup("; a value that can't be imported, its name in UTF-16: 0000 0072 0075 006e");
    memset(&journal, 0, sizeof journal);
    aim(text_of("\\names\\hid\0den"), false, text_of(""));
    delete_by(NULL);
    assert_int_equal(result.outcome, REGISTRY_DELETED);
    assert_false(is_there());
}

/* users.md R4: all below it goes; a link goes, and what it leads to only as a part of it. */
static void test_r4_whole_key(void **state)
{
    (void)state;
    aim(text_of("\\loop\\back"), false, text_of(""));
    delete_by(NULL);
    assert_deleted();
    assert_int_equal(result.keys, 1);
    aim(text_of("\\loop"), true, text_of("once"));
    assert_true(is_there());
    memset(&journal, 0, sizeof journal);
    aim(text_of("\\names"), false, text_of(""));
    delete_by(NULL);
    assert_int_equal(result.outcome, REGISTRY_DELETED);
    assert_int_equal(result.keys, 6);
    assert_false(is_there());
    assert_in_backup("\\Software\\StakeoutLab\\names\\/]\r\n@=hex(1):");
}

static void test_hives_are_never_deleted(void **state)
{
    static const char *const paths[] = {
        "HKLM", "HKLM\\SOFTWARE", "HKLM\\SOFTWARE\\", "HKLM\\\\SOFTWARE", "HKU\\.DEFAULT", "", "x"};

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        target = (struct registry_target){.key = text_from(paths[i])};
        delete_by(NULL);
        assert_int_equal(result.outcome, REGISTRY_FORBIDDEN);
    }
    assert_int_equal(journal.lines, 0);
}

static void test_no_journal_no_deletion(void **state)
{
    (void)state;
    journal.status = ST_DISK_FULL;
    aim(text_of("\\strings"), true, text_of("whole"));
    delete_by(NULL);
    assert_int_equal(result.outcome, REGISTRY_NOT_WRITTEN);
    assert_int_equal(result.failure.status, ST_DISK_FULL);
    assert_int_equal(journal.lines, 1);
    assert_true(is_there());
}

static void test_no_backup_no_deletion(void **state)
{
    (void)state;
    aim(text_of("\\strings"), false, text_of(""));
    registry_delete(NULL, &target, text_of("Q:\\none"), &log_here, NULL, &result);
    assert_int_equal(result.outcome, REGISTRY_NOT_SAVED);
    assert_int_equal(journal.lines, 0);
    assert_true(is_there());
}

static NTSTATUS NTAPI deny_children(HANDLE key, ULONG index, ULONG class, void *out, ULONG size,
                                    ULONG *told)
{
    NTSTATUS code = real.enumerate_key(key, index, class, out, size, told);

    return code < 0 ? code : (NTSTATUS)0xC0000022u;
}

/* What can't be saved whole is not deleted. */
static void test_unread_is_not_deleted(void **state)
{
    struct registry_calls calls = real;

    (void)state;
    calls.enumerate_key = deny_children;
    aim(text_of("\\names"), false, text_of(""));
    delete_by(&calls);
    assert_int_equal(result.outcome, REGISTRY_UNREAD);
    assert_int_equal(result.failure.status, ST_DENIED);
    assert_int_equal(journal.lines, 0);
    assert_true(is_there());
}

static NTSTATUS NTAPI deny_value(HANDLE key, UNICODE_STRING *name)
{
    (void)key;
    (void)name;
    return (NTSTATUS)0xC0000022u;
}

static NTSTATUS NTAPI pretend(HANDLE key)
{
    (void)key;
    return 0;
}

static void test_refusals_and_lies_are_told(void **state)
{
    struct registry_calls calls = real;

    (void)state;
    calls.delete_value = deny_value;
    calls.delete_key = pretend;
    aim(text_of("\\strings"), true, text_of("whole"));
    delete_by(&calls);
    assert_int_equal(result.outcome, REGISTRY_REFUSED);
    assert_int_equal(result.failure.status, ST_DENIED);
    assert_string_equal(journal.outcome, "failure");
    memset(&journal, 0, sizeof journal);
    aim(text_of("\\strings"), false, text_of(""));
    delete_by(&calls);
    assert_int_equal(result.outcome, REGISTRY_STANDS);
    assert_string_equal(journal.outcome, "failure");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_value, begin, end),
        cmocka_unit_test_setup_teardown(test_r1_hidden_value_and_key, begin, end),
        cmocka_unit_test_setup_teardown(test_r4_whole_key, begin, end),
        cmocka_unit_test_setup_teardown(test_hives_are_never_deleted, begin, end),
        cmocka_unit_test_setup_teardown(test_no_journal_no_deletion, begin, end),
        cmocka_unit_test_setup_teardown(test_no_backup_no_deletion, begin, end),
        cmocka_unit_test_setup_teardown(test_unread_is_not_deleted, begin, end),
        cmocka_unit_test_setup_teardown(test_refusals_and_lies_are_told, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
