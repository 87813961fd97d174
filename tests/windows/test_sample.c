/* Copies of suspects' files: what is in them, what is told of them, and what is left of the file
 * that was copied. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/evidence/sample.h"
#include "core/windows/file/file_times.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"
#include "tests/support/failing_memory.h"
#include "tests/support/windows/child.h"
#include "tests/support/windows/scratch.h"

#define FAULTS_MOST 300
#define ZONE_TEXT "[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=http://192.0.2.1/x.exe\r\n"

static struct buffer folder; /* the files to be copied */
static struct buffer evidence;
static struct buffer source;
static struct buffer path;
static struct buffer problem;
static struct sample_made made;
static atomic_bool cancel;

static int begin(void **state)
{
    (void)state;
    scratch_begin(&folder, "sample");
    buffer_init(&evidence, 65536);
    buffer_init(&source, 65536);
    buffer_init(&path, 65536);
    buffer_init(&problem, 65536);
    scratch_path(&evidence, &folder, "case");
    memset(&made, 0, sizeof made);
    atomic_store(&cancel, false);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buffer_done(&problem);
    buffer_done(&path);
    buffer_done(&source);
    buffer_done(&evidence);
    scratch_end(&folder);
    return 0;
}

static struct sample_request request_for(const char *name)
{
    return (struct sample_request){.case_folder = buffer_text(&evidence),
                                   .path = scratch_path(&source, &folder, name)};
}

static struct sample_request request_with(const char *name, const char *content)
{
    const struct sample_request request = request_for(name);

    assert_int_equal(files_replace(request.path, text_from(content), NULL), ST_OK);
    return request;
}

static enum status take(const struct sample_request *request)
{
    struct progress progress = {.cancel = &cancel};
    enum status status;

    buffer_clear(&path);
    buffer_clear(&problem);
    status = sample_take(request, &progress, &made, &path, &problem);
    assert_int_equal(status == ST_OK, problem.size == 0);
    assert_int_equal(status == ST_OK, path.size != 0);
    if (!status)
        assert_int_equal(atomic_load(&progress.done), made.size);
    assert_int_equal(scratch_count(&evidence, "samples", L".part"), 0);
    return status;
}

static void assert_refused(const struct sample_request *request, enum status expected,
                           const char *why)
{
    assert_int_equal(take(request), expected);
    assert_int_not_equal(text_find(buffer_text(&problem), text_from(why)), SIZE_MAX);
    assert_int_not_equal(text_find(buffer_text(&problem), request->path), SIZE_MAX);
    assert_int_equal(scratch_count(&evidence, "samples", L""), 0);
}

static void read_file(struct text name, struct buffer *content)
{
    buffer_init(content, 1u << 26);
    assert_int_equal(files_read(name, content, NULL), ST_OK);
}

static DWORD attributes_of(struct text name)
{
    wchar_t *wide = files_path(name, NULL);
    DWORD attributes = GetFileAttributesW(wide);

    text16_free(wide);
    return attributes;
}

/* The copy is the file, is called by its hash, is read-only and can't be run by its name. */
static void assert_copied(struct text original)
{
    struct buffer content;
    struct buffer copied;
    struct buffer name;
    struct digest digest;
    struct digest_values values;

    read_file(original, &content);
    read_file(buffer_text(&path), &copied);
    assert_int_equal(copied.size, content.size);
    assert_memory_equal(copied.bytes, content.bytes, content.size);
    assert_int_equal(made.size, content.size);
    assert_int_equal(digest_init(&digest, DIGEST_ALL, NULL), ST_OK);
    assert_int_equal(digest_add(&digest, content.bytes, content.size, NULL), ST_OK);
    assert_int_equal(digest_finish(&digest, &values, NULL), ST_OK);
    digest_done(&digest);
    for (int kind = 0; kind < DIGEST_COUNT; kind++) {
        assert_true(made.hashes.known[kind]);
        assert_memory_equal(made.hashes.bytes[kind], values.bytes[kind],
                            digest_size((enum digest_kind)kind));
    }
    buffer_init(&name, 256);
    digest_add_hex(&name, &values, DIGEST_SHA256);
    buffer_add_string(&name, ".sample");
    assert_true(text_equal(text_file_name(buffer_text(&path)), buffer_text(&name)));
    assert_true(attributes_of(buffer_text(&path)) & FILE_ATTRIBUTE_READONLY);
    buffer_done(&name);
    buffer_done(&copied);
    buffer_done(&content);
}

/* The description beside the copy; number 1 is SHA256.json. */
static void read_record(struct buffer *content, unsigned number)
{
    struct buffer name;

    buffer_init(&name, 65536);
    buffer_add(&name, text_slice(buffer_text(&path), 0, path.size - strlen(".sample")));
    if (number > 1) {
        buffer_add_byte(&name, '-');
        buffer_add_unsigned(&name, number);
    }
    buffer_add_string(&name, ".json");
    read_file(buffer_text(&name), content);
    buffer_done(&name);
}

static void assert_recorded(unsigned number, const char *piece)
{
    struct buffer content;

    read_record(&content, number);
    assert_int_not_equal(text_find(buffer_text(&content), text_from(piece)), SIZE_MAX);
    buffer_done(&content);
}

static void copy_lab_program(struct text where)
{
    wchar_t program[1100];
    wchar_t *wide = files_path(where, NULL);

    child_lab_path(L"sleeper", program, 1100);
    assert_true(CopyFileW(program, wide, TRUE));
    text16_free(wide);
}

/* ---- what is copied ---- */

static void test_the_image_of_a_running_process(void **state)
{
    const struct process_facts facts = {.key = {77, 134400482091230000},
                                        .name = text_of("evil.exe"),
                                        .command = {text_of("evil.exe --now"), READ_OK}};
    struct sample_request request = request_for("evil.exe");
    struct child child;
    char line[256];
    wchar_t *wide = files_path(request.path, NULL);
    wchar_t arguments[] = L"evil.exe";

    (void)state;
    copy_lab_program(request.path);
    child_start_line(&child, wide, arguments, 0);
    text16_free(wide);
    child_read_line(&child, line, sizeof line);
    request.process = &facts;
    assert_int_equal(take(&request), ST_OK);
    assert_false(made.was_stored);
    assert_copied(request.path);
    assert_recorded(1, "\"pid\":77");
    assert_recorded(1, "evil.exe --now");
    assert_recorded(1, "\"role\":\"image\"");
    assert_recorded(1, "\"read_only\":true");
    child_end(&child);
}

static void test_a_process_that_is_gone(void **state)
{
    const struct sample_request request = request_for("gone.exe");
    struct child child;
    char line[256];
    wchar_t *wide = files_path(request.path, NULL);
    wchar_t arguments[] = L"gone.exe";

    (void)state;
    copy_lab_program(request.path);
    child_start_line(&child, wide, arguments, 0);
    text16_free(wide);
    child_read_line(&child, line, sizeof line);
    child_end(&child);
    assert_int_equal(take(&request), ST_OK);
    assert_copied(request.path);
}

static void test_chinese_and_long_paths(void **state)
{
    struct sample_request request = request_for("\xE6\x81\xB6\xE6\x84\x8F");

    (void)state;
    for (int level = 0; level < 4; level++) {
        buffer_add_byte(&source, '\\');
        for (int i = 0; i < 100; i++)
            buffer_add_byte(&source, 'x');
    }
    assert_int_equal(files_make_folder(buffer_text(&source), NULL), ST_OK);
    buffer_add_string(&source, "\\\xE6\xA0\xB7\xE6\x9C\xAC.exe");
    request.path = buffer_text(&source);
    assert_int_equal(files_replace(request.path, text_of("MZ deep"), NULL), ST_OK);
    buffer_add_string(&evidence, "\\\xE6\xA1\x88");
    request.case_folder = buffer_text(&evidence);
    assert_int_equal(take(&request), ST_OK);
    assert_copied(request.path);
    assert_recorded(1, "\\\\\xE6\xA0\xB7\xE6\x9C\xAC.exe\"");
}

static void test_an_empty_file(void **state)
{
    const struct sample_request request = request_with("empty.exe", "");

    (void)state;
    assert_int_equal(take(&request), ST_OK);
    assert_copied(request.path);
}

/* ---- twice ---- */

static void test_the_same_contents_are_stored_once(void **state)
{
    const struct sample_request request = request_with("one.exe", "the same");

    (void)state;
    assert_int_equal(take(&request), ST_OK);
    assert_false(made.was_stored);
    const struct sample_request again = request_with("two.exe", "the same");
    assert_int_equal(take(&again), ST_OK);
    assert_true(made.was_stored);
    assert_copied(again.path);
    assert_int_equal(scratch_count(&evidence, "samples", L".sample"), 1);
    assert_int_equal(scratch_count(&evidence, "samples", L".json"), 2);
    assert_recorded(1, "one.exe");
    assert_recorded(2, "two.exe");
    assert_recorded(2, "\"stored_before\":true");
}

static void test_a_spoilt_copy_does_not_count(void **state)
{
    const struct sample_request request = request_with("one.exe", "the true one");

    (void)state;
    assert_int_equal(take(&request), ST_OK);
    wchar_t *wide = files_path(buffer_text(&path), NULL);
    SetFileAttributesW(wide, FILE_ATTRIBUTE_NORMAL);
    text16_free(wide);
    assert_int_equal(files_replace(buffer_text(&path), text_of("another"), NULL), ST_OK);
    assert_int_equal(take(&request), ST_OK);
    assert_false(made.was_stored);
    assert_true(text_ends(buffer_text(&path), text_of("-2.sample")));
    struct buffer content;
    read_file(buffer_text(&path), &content);
    assert_true(text_equal(buffer_text(&content), text_of("the true one")));
    buffer_done(&content);
}

/* ---- what is left of the file ---- */

static void set_times(struct text name, moment when)
{
    wchar_t *wide = files_path(name, NULL);
    HANDLE file = CreateFileW(wide, FILE_WRITE_ATTRIBUTES, 0, NULL, OPEN_EXISTING, 0, NULL);
    FILETIME time = {(DWORD)when, (DWORD)(when >> 32)};

    assert_true(SetFileTime(file, &time, &time, &time));
    CloseHandle(file);
    text16_free(wide);
}

static void test_the_times_stay_as_they_were(void **state)
{
    const struct sample_request request = request_with("old.exe", "made long ago");
    struct image_file before;
    struct image_file after;

    (void)state;
    set_times(request.path, INT64_C(133000000000000000)); /* 2022 */
    file_times_read(request.path, &before);
    assert_int_equal(take(&request), ST_OK);
    file_times_read(request.path, &after);
    assert_int_equal(after.state, READ_OK);
    assert_int_equal(after.created, before.created);
    assert_int_equal(after.modified, before.modified);
    assert_int_equal(after.accessed, before.accessed);
    /* Wine's file system moves the time of change; what is told is what is so. */
    assert_int_equal(made.times_kept, after.changed == before.changed);
    assert_recorded(1, made.times_kept ? "\"unchanged\":true" : "\"unchanged\":false");
    assert_recorded(1, "\"accessed\":\"2022-06-");
}

static void test_the_mark_of_the_web_is_kept_as_text(void **state)
{
    const struct sample_request request = request_with("fetched.exe", "MZ");
    struct buffer stream;
    wchar_t *wide;

    (void)state;
    buffer_init(&stream, 65536);
    scratch_path(&stream, &folder, "fetched.exe:Zone.Identifier");
    wide = text16_from(buffer_text(&stream), NULL);
    HANDLE file = CreateFileW(wide, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD done = 0;
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, ZONE_TEXT, sizeof ZONE_TEXT - 1, &done, NULL));
    CloseHandle(file);
    text16_free(wide);
    assert_int_equal(take(&request), ST_OK);
    assert_recorded(1, "\"zone\":\"[ZoneTransfer]\\r\\nZoneId=3\\r\\n"
                       "HostUrl=http://192.0.2.1/x.exe\\r\\n\"");
    buffer_clear(&stream);
    buffer_add(&stream, buffer_text(&path));
    buffer_add_string(&stream, ":Zone.Identifier");
    assert_int_equal(attributes_of(buffer_text(&stream)), INVALID_FILE_ATTRIBUTES);
    buffer_done(&stream);
}

/* ---- refusals ---- */

static void test_no_such_file(void **state)
{
    const struct sample_request request = request_for("none.exe");

    (void)state;
    assert_refused(&request, ST_NOT_FOUND, "not found");
}

static void test_a_file_that_nobody_may_share(void **state)
{
    const struct sample_request request = request_with("locked.exe", "MZ");
    wchar_t *wide = files_path(request.path, NULL);
    HANDLE file = CreateFileW(wide, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);

    (void)state;
    text16_free(wide);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_refused(&request, ST_BUSY, "CreateFile: error 32, in use");
    CloseHandle(file);
    assert_int_equal(take(&request), ST_OK);
}

static void test_a_folder_is_no_file(void **state)
{
    const struct sample_request request = request_for("sub");

    (void)state;
    assert_int_equal(files_make_folder(request.path, NULL), ST_OK);
    assert_int_not_equal(take(&request), ST_OK);
    assert_int_equal(scratch_count(&evidence, "samples", L""), 0);
}

static void test_a_cancel_leaves_nothing(void **state)
{
    const struct sample_request request = request_with("any.exe", "MZ");

    (void)state;
    atomic_store(&cancel, true);
    assert_refused(&request, ST_CANCELLED, "cancelled");
}

static void test_no_place_for_the_case(void **state)
{
    struct sample_request request = request_with("any.exe", "MZ");

    (void)state;
    request.case_folder = request.path; /* a file */
    assert_int_not_equal(take(&request), ST_OK);
}

/* ---- modules ---- */

static void test_what_belongs_to_windows(void **state)
{
    char windows[MAX_PATH + 64];
    UINT length = GetSystemWindowsDirectoryA(windows, MAX_PATH);

    (void)state;
    assert_true(length > 0);
    snprintf(windows + length, 64, "\\system32\\kernel32.dll");
    assert_true(sample_is_system_file(text_from(windows)));
    CharUpperA(windows);
    assert_true(sample_is_system_file(text_from(windows)));
    snprintf(windows + length, 64, "\\Temp\\evil.dll");
    assert_false(sample_is_system_file(text_from(windows)));
    snprintf(windows + length, 64, ".old\\evil.dll");
    assert_false(sample_is_system_file(text_from(windows)));
    assert_false(sample_is_system_file(text_of("C:\\Users\\a\\evil.dll")));
    assert_false(sample_is_system_file(text_of("")));
}

/* ---- want of memory ---- */

static void test_the_nth_request_for_memory_fails(void **state)
{
    struct sample_request request = request_with("any.exe", "MZ");
    bool failed = true;

    (void)state;
    for (size_t n = 1; failed; n++) {
        struct buffer out;
        struct buffer why;
        enum status status;
        assert_true(n < FAULTS_MOST);
        scratch_path(&evidence, &folder, "case-"); /* a new one each time */
        buffer_add_unsigned(&evidence, n);
        request.case_folder = buffer_text(&evidence);
        failing_memory_begin(n);
        buffer_init(&out, 65536);
        buffer_init(&why, 65536);
        status = sample_take(&request, NULL, &made, &out, &why);
        failed = failing_memory_failed();
        buffer_done(&why);
        buffer_done(&out);
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
        assert_int_equal(scratch_count(&evidence, "samples", L".part"), 0);
        if (!status)
            assert_int_equal(scratch_count(&evidence, "samples", L".json"), 1);
        else
            assert_int_equal(status, ST_NO_MEMORY);
        if (!failed)
            assert_int_equal(status, ST_OK);
    }
    assert_int_equal(take(&request), ST_OK);
    assert_true(made.was_stored);
    assert_copied(request.path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_image_of_a_running_process, begin, end),
        cmocka_unit_test_setup_teardown(test_a_process_that_is_gone, begin, end),
        cmocka_unit_test_setup_teardown(test_chinese_and_long_paths, begin, end),
        cmocka_unit_test_setup_teardown(test_an_empty_file, begin, end),
        cmocka_unit_test_setup_teardown(test_the_same_contents_are_stored_once, begin, end),
        cmocka_unit_test_setup_teardown(test_a_spoilt_copy_does_not_count, begin, end),
        cmocka_unit_test_setup_teardown(test_the_times_stay_as_they_were, begin, end),
        cmocka_unit_test_setup_teardown(test_the_mark_of_the_web_is_kept_as_text, begin, end),
        cmocka_unit_test_setup_teardown(test_no_such_file, begin, end),
        cmocka_unit_test_setup_teardown(test_a_file_that_nobody_may_share, begin, end),
        cmocka_unit_test_setup_teardown(test_a_folder_is_no_file, begin, end),
        cmocka_unit_test_setup_teardown(test_a_cancel_leaves_nothing, begin, end),
        cmocka_unit_test_setup_teardown(test_no_place_for_the_case, begin, end),
        cmocka_unit_test_setup_teardown(test_what_belongs_to_windows, begin, end),
        cmocka_unit_test_setup_teardown(test_the_nth_request_for_memory_fails, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
