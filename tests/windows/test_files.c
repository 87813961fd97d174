/* Files, the file of lines, run-time look-ups, privileges and the machine's addresses. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <windows.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/file/files.h"
#include "core/windows/file/log_file.h"
#include "core/windows/library.h"
#include "core/windows/network/machine.h"
#include "core/windows/privilege.h"
#include "core/windows/text16.h"
#include "tests/support/windows/child.h"

static struct buffer folder; /* of this run, UTF-8, without a slash at the end */

static struct text in_folder(struct buffer *path, const char *name)
{
    buffer_clear(path);
    buffer_add(path, buffer_text(&folder));
    buffer_add_string(path, name);
    return buffer_text(path);
}

static int begin(void **state)
{
    wchar_t temporary[MAX_PATH];

    (void)state;
    GetTempPathW(MAX_PATH, temporary);
    buffer_init(&folder, 4096);
    text16_add(&folder, temporary, wcslen(temporary));
    buffer_add_string(&folder, "stakeout-files-");
    buffer_add_unsigned(&folder, GetCurrentProcessId());
    buffer_add_byte(&folder, '-');
    buffer_add_unsigned(&folder, GetTickCount64());
    return files_make_folder(buffer_text(&folder), NULL);
}

/* With all that is in it; path has the prefix for long ones. */
static void remove_tree(const wchar_t *path)
{
    WIN32_FIND_DATAW found;
    wchar_t *inner = calloc(32768, sizeof *inner);
    HANDLE search;

    swprintf(inner, 32768, L"%ls\\*", path);
    search = FindFirstFileW(inner, &found);
    for (BOOL more = search != INVALID_HANDLE_VALUE; more; more = FindNextFileW(search, &found)) {
        if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0)
            continue;
        swprintf(inner, 32768, L"%ls\\%ls", path, found.cFileName);
        if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
            remove_tree(inner);
        else
            DeleteFileW(inner);
    }
    FindClose(search);
    RemoveDirectoryW(path);
    free(inner);
}

static int end(void **state)
{
    wchar_t prefixed[4096];
    wchar_t *wide = files_path(buffer_text(&folder), NULL);

    (void)state;
    swprintf(prefixed, 4096, L"\\\\?\\%ls", wide);
    SetCurrentDirectoryW(L"C:\\");
    remove_tree(prefixed);
    text16_free(wide);
    buffer_done(&folder);
    return 0;
}

static void assert_content(struct text path, const char *expected, size_t size)
{
    struct buffer content;
    struct failure failure = {0};

    buffer_init(&content, 1 << 20);
    assert_int_equal(files_read(path, &content, &failure), ST_OK);
    assert_int_equal(content.size, size);
    assert_memory_equal(content.bytes, expected, size);
    buffer_done(&content);
}

static void test_write_and_read_back(void **state)
{
    struct buffer path;

    (void)state;
    buffer_init(&path, 8192);
    in_folder(&path, "/sub/\xE6\xB5\x8B\xE8\xAF\x95/x"); /* both slashes, not only ASCII */
    assert_int_equal(files_make_folder(buffer_text(&path), NULL), ST_OK);
    assert_int_equal(files_make_folder(buffer_text(&path), NULL), ST_OK); /* again */
    buffer_add_string(&path, "/a.txt");
    assert_int_equal(files_replace(buffer_text(&path), (struct text){"one\0two", 7}, NULL), ST_OK);
    assert_content(buffer_text(&path), "one\0two", 7);
    assert_int_equal(files_replace(buffer_text(&path), text_of("3"), NULL), ST_OK);
    assert_content(buffer_text(&path), "3", 1);
    bool is_folder = true;
    assert_int_equal(files_exists(buffer_text(&path), &is_folder), ST_OK);
    assert_false(is_folder);
    buffer_done(&path);
}

static void test_long_path(void **state)
{
    struct buffer path;

    (void)state;
    buffer_init(&path, 8192);
    in_folder(&path, "");
    for (int level = 0; level < 4; level++) {
        buffer_add_byte(&path, '/');
        for (int i = 0; i < 100; i++)
            buffer_add_byte(&path, 'x');
    }
    assert_int_equal(files_make_folder(buffer_text(&path), NULL), ST_OK);
    buffer_add_string(&path, "/f");
    assert_int_equal(files_replace(buffer_text(&path), text_of("deep"), NULL), ST_OK);
    assert_content(buffer_text(&path), "deep", 4);
    buffer_done(&path);
}

static void test_refusals_say_why(void **state)
{
    struct buffer path;
    struct buffer content;
    struct buffer line;
    struct failure failure = {0};

    (void)state;
    buffer_init(&path, 8192);
    buffer_init(&content, 4);
    buffer_init(&line, 1024);
    assert_int_equal(files_read(in_folder(&path, "/none"), &content, &failure), ST_NOT_FOUND);
    failure_add(&line, &failure);
    buffer_add_byte(&line, 0);
    assert_string_equal(line.bytes, "CreateFile: error 2, not found");
    assert_int_equal(files_read((struct text){"a\0b", 3}, &content, &failure), ST_INVALID);
    assert_int_equal(files_read(text_of(""), &content, &failure), ST_INVALID);
    assert_int_equal(files_replace(in_folder(&path, "/big"), text_of("12345"), NULL), ST_OK);
    assert_int_equal(files_read(buffer_text(&path), &content, &failure), ST_TOO_LARGE);
    assert_int_equal(files_make_folder(buffer_text(&path), &failure),
                     ST_SYSTEM); /* a file is there */
    buffer_done(&line);
    buffer_done(&content);
    buffer_done(&path);
}

static void test_log_file(void **state)
{
    struct buffer path;
    struct log_file *log = NULL;
    struct log_file *second = NULL;
    struct hit_file table;
    bool whole = false;
    size_t written = 0;

    (void)state;
    buffer_init(&path, 8192);
    in_folder(&path, "/hits.jsonl");
    assert_int_equal(log_file_open(buffer_text(&path), &log, NULL), ST_OK);
    table = log_file_table(log);
    assert_int_equal(table.ends_whole(table.context, &whole), ST_OK);
    assert_true(whole); /* empty */
    assert_int_equal(table.append(table.context, text_of("one\ntw"), &written), ST_OK);
    assert_int_equal(written, 6);
    assert_int_equal(table.flush(table.context), ST_OK);
    assert_int_equal(table.ends_whole(table.context, &whole), ST_OK);
    assert_false(whole);
    assert_content(buffer_text(&path), "one\ntw", 6); /* others may read it meanwhile, */
    struct failure failure = {0};
    assert_int_equal(log_file_open(buffer_text(&path), &second, &failure), ST_BUSY); /* not write */
    log_file_close(log);
    assert_int_equal(log_file_open(buffer_text(&path), &log, NULL), ST_OK);
    table = log_file_table(log);
    assert_int_equal(table.append(table.context, text_of("o\n"), &written), ST_OK); /* at the end */
    assert_int_equal(table.ends_whole(table.context, &whole), ST_OK);
    assert_true(whole);
    log_file_close(log);
    assert_content(buffer_text(&path), "one\ntwo\n", 8);
    assert_int_equal(log_file_open(in_folder(&path, "/no/such/folder"), &log, &failure),
                     ST_NOT_FOUND);
    assert_string_equal(failure.call, "CreateFile");
    buffer_done(&path);
}

static void test_library(void **state)
{
    const char *hidden = getenv("STAKEOUT_HIDE_API");
    bool all = hidden && strchr(hidden, '*');

    (void)state;
    assert_int_equal(library_find(L"kernel32.dll", "GetTickCount64") != NULL, !all);
    assert_null(library_find(L"kernel32.dll", "NoSuchFunctionAnywhere"));
    assert_null(library_find(L"no-such-library.dll", "Anything"));
    /* not loaded so far: from the system's folder */
    assert_int_equal(library_find(L"winmm.dll", "timeGetTime") != NULL, !all);
    library_hide(text_of("GetTickCount, Beep"));
    library_hide(text_of("MulDiv"));
    assert_null(library_find(L"kernel32.dll", "GetTickCount"));
    assert_null(library_find(L"kernel32.dll", "Beep"));
    assert_null(library_find(L"kernel32.dll", "MulDiv"));
    assert_int_equal(library_find(L"kernel32.dll", "GetTickCount64") != NULL, !all);
}

/* A DLL beside the program, or in the current folder, is not taken for the system's. */
static void test_library_only_from_the_system(void **state)
{
    wchar_t name[] = L"stakeout-planted.dll";
    wchar_t system[MAX_PATH + 32];
    wchar_t planted[MAX_PATH + 64];
    struct buffer path;
    wchar_t *wide;

    (void)state;
    buffer_init(&path, 4096);
    wide = files_path(in_folder(&path, ""), NULL);
    UINT length = GetSystemDirectoryW(system, MAX_PATH);
    assert_true(length > 0);
    wcscat_s(system, MAX_PATH + 32, L"\\winmm.dll");
    swprintf(planted, MAX_PATH + 64, L"%ls\\%ls", wide, name);
    assert_true(CopyFileW(system, planted, FALSE));
    assert_true(SetCurrentDirectoryW(wide));
    assert_null(library_find(name, "timeGetTime"));
    HMODULE plain = LoadLibraryExW(planted, NULL, 0); /* it would have been found otherwise */
    if (plain)
        FreeLibrary(plain);
    text16_free(wide);
    buffer_done(&path);
}

static void test_failures_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(failure_from_win32(ERROR_ACCESS_DENIED), ST_DENIED);
    assert_int_equal(failure_from_win32(317), ST_DENIED);
    assert_int_equal(failure_from_win32(ERROR_DISK_FULL), ST_DISK_FULL);
    assert_int_equal(failure_from_win32(ERROR_SHARING_VIOLATION), ST_BUSY);
    assert_int_equal(failure_from_win32(ERROR_NOT_SUPPORTED), ST_UNSUPPORTED);
    assert_int_equal(failure_from_win32(0), ST_SYSTEM);
    assert_int_equal(failure_from_nt((int32_t)0xC0000022), ST_DENIED);
    assert_int_equal(failure_from_nt((int32_t)0xC0000003), ST_UNSUPPORTED);
    assert_int_equal(failure_from_nt((int32_t)0xC000010A), ST_GONE);
}

static void test_privilege(void **state)
{
    struct failure failure = {0};
    enum status status = privilege_enable_debug(&failure);

    (void)state;
    assert_true(status == ST_OK || status == ST_DENIED);
    if (status == ST_DENIED)
        assert_string_equal(failure.call, "AdjustTokenPrivileges");
    print_message("SeDebugPrivilege: %s; elevated: %d\n", status ? "not held" : "on",
                  privilege_is_elevated());
}

static void test_machine_addresses(void **state)
{
    struct address *addresses = NULL;
    size_t count = 0;

    (void)state;
    assert_int_equal(machine_addresses(&addresses, &count, NULL), ST_OK);
    print_message("%u addresses\n", (unsigned)count);
    for (size_t i = 0; i < count; i++) {
        assert_false(address_is_loopback(&addresses[i]));
        for (size_t j = 0; j < i; j++)
            assert_false(address_equal(&addresses[i], &addresses[j]));
    }
    memory_give(addresses);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_and_read_back),
        cmocka_unit_test(test_long_path),
        cmocka_unit_test(test_refusals_say_why),
        cmocka_unit_test(test_log_file),
        cmocka_unit_test(test_library),
        cmocka_unit_test(test_library_only_from_the_system),
        cmocka_unit_test(test_failures_are_told_apart),
        cmocka_unit_test(test_privilege),
        cmocka_unit_test(test_machine_addresses),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
