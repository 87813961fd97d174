/* The program itself, started as people start it: stakeout.exe with its options. */
#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>
#include <commctrl.h>

#include "gui/window.h"

#define PATIENCE 30000 /* ms that a condition may take before it counts as never */
#define PATH_ROOM 512

struct run {
    wchar_t folder[PATH_ROOM];
    PROCESS_INFORMATION process;
    HWND window;
    HWND status;
};

static void path_of(const struct run *run, const wchar_t *name, wchar_t *path)
{
    swprintf(path, PATH_ROOM, L"%ls\\%ls", run->folder, name);
}

static void write_file(const struct run *run, const wchar_t *name, const char *content)
{
    wchar_t path[PATH_ROOM];
    DWORD written = 0;
    path_of(run, name, path);
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_int_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, content, (DWORD)strlen(content), &written, NULL));
    CloseHandle(file);
}

static BOOL CALLBACK look_at(HWND window, LPARAM context)
{
    struct run *run = (struct run *)context;
    wchar_t name[32] = L"";
    DWORD process = 0;
    GetWindowThreadProcessId(window, &process);
    GetClassNameW(window, name, 32);
    if (process == run->process.dwProcessId && !wcscmp(name, GUI_WINDOW_CLASS) &&
        IsWindowVisible(window))
        run->window = window;
    return TRUE;
}

static void find_window(struct run *run)
{
    ULONGLONG begun = GetTickCount64();
    while (!run->window) {
        assert_true(GetTickCount64() - begun < PATIENCE);
        EnumWindows(look_at, (LPARAM)run);
        Sleep(10);
    }
    run->status = FindWindowExW(run->window, NULL, STATUSCLASSNAMEW, NULL);
    assert_non_null(run->status);
}

static void start(struct run *run, const wchar_t *options)
{
    wchar_t own[MAX_PATH] = L"";
    wchar_t line[4 * PATH_ROOM];
    STARTUPINFOW startup = {.cb = sizeof startup};
    assert_true(GetModuleFileNameW(NULL, own, MAX_PATH) > 0);
    for (int up = 0; up < 2; up++) /* …\gui-tests\test_program.exe: the program lies one above */
        *wcsrchr(own, L'\\') = 0;
    swprintf(line, 4 * PATH_ROOM,
             L"\"%ls\\stakeout.exe\" --lang en --settings \"%ls\\stakeout.ini\" "
             L"--case=\"%ls\\case\" %ls",
             own, run->folder, run->folder, options);
    assert_true(CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, run->folder, &startup,
                               &run->process));
    find_window(run);
}

/* What stands in the first part of the status bar, which is its text to other programs. */
static void expect_status(struct run *run, const wchar_t *part)
{
    wchar_t words[512] = L"";
    ULONGLONG begun = GetTickCount64();
    for (;;) {
        SendMessageW(run->status, WM_GETTEXT, 512, (LPARAM)words);
        if (wcsstr(words, part))
            return;
        if (GetTickCount64() - begun > PATIENCE)
            fail_msg("the status bar reads \"%ls\", without \"%ls\"", words, part);
        Sleep(10);
    }
}

static void end(struct run *run)
{
    DWORD code = 1;
    PostMessageW(run->window, WM_CLOSE, 0, 0);
    assert_int_equal(WaitForSingleObject(run->process.hProcess, PATIENCE), WAIT_OBJECT_0);
    assert_true(GetExitCodeProcess(run->process.hProcess, &code));
    assert_int_equal(code, 0);
    CloseHandle(run->process.hProcess);
    CloseHandle(run->process.hThread);
}

static int make_folder(void **state)
{
    static struct run run;
    static unsigned number;
    wchar_t temporary[MAX_PATH];
    memset(&run, 0, sizeof run);
    assert_true(GetTempPathW(MAX_PATH, temporary) > 0);
    do {
        swprintf(run.folder, PATH_ROOM, L"%lsstakeout-program-%lu-%u", temporary,
                 GetCurrentProcessId(), ++number);
    } while (!CreateDirectoryW(run.folder, NULL) && GetLastError() == ERROR_ALREADY_EXISTS);
    *state = &run;
    return 0;
}

/* Whatever a failed test left running goes, and the files with it. */
static int remove_folder(void **state)
{
    static const wchar_t *const names[] = {L"list.txt", L"report.txt", L"stakeout.ini",
                                           L"case\\case.json", L"case\\hits.jsonl"};
    struct run *run = *state;
    wchar_t path[PATH_ROOM];
    HANDLE left = OpenProcess(PROCESS_TERMINATE, FALSE, run->process.dwProcessId);
    if (left) {
        TerminateProcess(left, 1);
        CloseHandle(left);
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        path_of(run, names[i], path);
        DeleteFileW(path);
    }
    path_of(run, L"case", path);
    RemoveDirectoryW(path);
    RemoveDirectoryW(run->folder);
    return 0;
}

static void test_list_takes_a_watchlist(void **state)
{
    struct run *run = *state;
    write_file(run, L"list.txt", "# two of them\r\n192.0.2.1\r\n*.bad.example.net\r\n");
    start(run, L"--list list.txt");
    expect_status(run, L"watching 2");
    end(run);
}

/* A whole report, as it was mailed: what has no doubt about it is watched, the rest is not. */
static void test_list_takes_a_whole_report(void **state)
{
    struct run *run = *state;
    write_file(
        run, L"report.txt",
        "Incident report, March\n\n"
        "The loader fetched its second stage from hxxp://updates.bad-name[.]net/a.bin and\n"
        "then talked to 45.77.12[.]34 on port 443. A second server, 45.77.12[.]35, was seen\n"
        "once. The host itself was 10.0.0.5; see https://www.microsoft.com/ for the patch.\n");
    start(run, L"--list=report.txt");
    expect_status(run, L"watching 3");
    end(run);
}

static void test_a_missing_list_opens_the_window_all_the_same(void **state)
{
    struct run *run = *state;
    start(run, L"--list nowhere.txt");
    expect_status(run, L"watching nothing yet");
    end(run);
}

#define PROGRAM_TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROGRAM_TEST(test_list_takes_a_watchlist),
        PROGRAM_TEST(test_list_takes_a_whole_report),
        PROGRAM_TEST(test_a_missing_list_opens_the_window_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
