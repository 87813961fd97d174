/* The live source's processes, on real ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/text16.h"
#include "tests/support/windows/child.h"
#include "tests/support/windows/live_bench.h"

static struct source *source;

static int begin(void **state)
{
    (void)state;
    return live_source_new(NULL, &source);
}

static int end(void **state)
{
    (void)state;
    source_free(source);
    source = NULL;
    return 0;
}

/* Where facts come from in this run. */
static bool has_memory(void)
{
    return !is_hidden("NtQueryInformationProcess");
}

static void assert_wide(struct text value, const wchar_t *expected, size_t length)
{
    size_t got = 0;
    wchar_t *wide = text16_from(value, &got);

    assert_non_null(wide);
    assert_int_equal(got, length);
    assert_memory_equal(wide, expected, length * sizeof *wide);
    text16_free(wide);
}

static moment now(void)
{
    FILETIME time;

    GetSystemTimeAsFileTime(&time);
    return (moment)((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime);
}

static void test_all_facts_of_a_child(void **state)
{
    struct child child;
    char line[128];
    wchar_t path[1100];
    wchar_t folder[MAX_PATH];
    const struct process_facts *facts;
    moment before = now();

    (void)state;
    GetTempPathW(MAX_PATH, folder);
    folder[wcslen(folder) - 1] = 0; /* "C:\…\Temp" */
    child_lab_path(L"sleeper", path, 1100);
    {
        wchar_t arguments[512];
        swprintf(arguments, 512, L"--folder \"%ls\" 0 caf\u00e9 \u6d4b\u8bd5", folder);
        child_start(&child, L"sleeper", arguments, 0);
    }
    child_read_line(&child, line, sizeof line);
    facts = list_settled_facts(source, child.pid);
    assert_int_equal(facts->key.pid, child.pid);
    assert_true(facts->key.start > before - MOMENT_SECOND && facts->key.start <= now());
    assert_int_equal(facts->parent_pid, GetCurrentProcessId());
    assert_text(facts->name, "sleeper.exe");
    assert_int_equal(facts->image.state, READ_OK);
    assert_wide(facts->image.value, path, wcslen(path));
    assert_int_equal(facts->bits.state, READ_OK);
    assert_int_equal(facts->bits.value, 64);
    assert_int_equal(facts->session.state, READ_OK);
    assert_int_equal(facts->elevated.state, READ_OK);
    assert_int_equal(facts->sid.state, READ_OK);
    assert_true(text_starts(facts->sid.value, text_of("S-1-")));
    assert_int_equal(facts->user.state, READ_OK);
    assert_true(facts->user.value.size > 0);
    assert_int_equal(facts->services.state, READ_OK);
    assert_int_equal(facts->services.value.size, 0);
    if (has_memory()) {
        assert_int_equal(facts->command.state, READ_OK);
        assert_true(
            text_ends(facts->command.value, text_of("caf\xC3\xA9 \xE6\xB5\x8B\xE8\xAF\x95")));
        assert_int_equal(facts->directory.state, READ_OK);
        wcscat_s(folder, MAX_PATH, L"\\");
        assert_wide(facts->directory.value, folder, wcslen(folder));
    } else {
        assert_int_equal(facts->command.state, READ_UNSUPPORTED);
        assert_int_equal(facts->directory.state, READ_UNSUPPORTED);
    }
    process_facts_release(facts);
    child_end(&child);
}

static void test_exit_is_read_after_death(void **state)
{
    struct child child;
    char line[128];
    struct process_seen row;
    struct process_table table;
    struct process_exit exit = {0};
    const struct process_facts *facts = NULL;

    (void)state;
    child_start(&child, L"sleeper", L"--exit 4711", 0);
    child_read_line(&child, line, sizeof line);
    row = list_row(source, child.pid);
    assert_int_equal(source_facts(source, &row, &facts), ST_OK);
    process_facts_release(facts);
    assert_false(source_has_ended(source, row.key));
    moment before = now();
    assert_int_equal(child_end(&child), 4711);
    moment after = now();
    assert_int_equal(source_processes(source, &table), ST_OK);
    assert_true(!find_row(&table, row.key.pid) || source_has_ended(source, row.key));
    assert_int_equal(source_ended(source, row.key, &exit), ST_OK);
    assert_int_equal(exit.code_state, READ_OK);
    assert_int_equal(exit.code, 4711);
    assert_true(exit.when >= before - MOMENT_SECOND && exit.when <= after);
    /* once only, and never listed again */
    assert_int_equal(source_ended(source, row.key, &exit), ST_NOT_FOUND);
    assert_int_equal(source_processes(source, &table), ST_OK);
    const struct process_seen *again = find_row(&table, row.key.pid);
    assert_true(!again || !process_key_equal(again->key, row.key));
}

/* A dead process that somebody else holds open must not come back as a new one. */
static void test_dead_but_held_open_is_told_once(void **state)
{
    struct child child;
    char line[128];
    struct process_seen row;
    struct process_table table;
    struct process_exit exit;
    const struct process_facts *facts = NULL;

    (void)state;
    child_start(&child, L"sleeper", L"", 0);
    child_read_line(&child, line, sizeof line);
    row = list_row(source, child.pid);
    assert_int_equal(source_facts(source, &row, &facts), ST_OK);
    process_facts_release(facts);
    TerminateProcess(child.process, 5); /* our own handle stays open */
    WaitForSingleObject(child.process, 5000);
    assert_int_equal(source_processes(source, &table), ST_OK);
    assert_int_equal(source_ended(source, row.key, &exit), ST_OK);
    assert_int_equal(exit.code, 5);
    for (int i = 0; i < 12; i++) {
        assert_int_equal(source_processes(source, &table), ST_OK);
        const struct process_seen *again = find_row(&table, row.key.pid);
        assert_true(!again || !process_key_equal(again->key, row.key));
    }
    child_kill(&child, 0);
}

static void test_find_tells_what_the_listing_tells(void **state)
{
    struct child child;
    char line[128];
    struct process_seen found;
    struct process_seen row;
    const struct process_facts *facts = NULL;

    (void)state;
    child_start(&child, L"sleeper", L"", 0);
    child_read_line(&child, line, sizeof line);
    assert_int_equal(source_find(source, child.pid, &found), ST_OK);
    assert_int_equal(source_facts(source, &found, &facts), ST_OK);
    assert_int_equal(facts->image.state, READ_OK);
    assert_text(facts->name, "sleeper.exe");
    row = list_row(source, child.pid);
    assert_true(process_key_equal(row.key, found.key));
    assert_int_equal(row.parent_pid, found.parent_pid);
    process_facts_release(facts);
    child_end(&child);
}

static void test_find_of_nobody_is_gone(void **state)
{
    struct child child;
    struct process_seen found;

    (void)state;
    child_start(&child, L"sleeper", L"1", 0);
    DWORD pid = child.pid;
    child_end(&child);
    assert_int_equal(source_find(source, 0x7FFFFFFC, &found), ST_GONE);
    /* The test's own handle is closed; the system may take a moment to let go of its own. */
    enum status status = ST_OK;
    for (int i = 0; i < 500 && status != ST_GONE; i++) {
        status = source_find(source, pid, &found);
        source_free(source); /* and with it the handle that was just opened */
        assert_int_equal(live_source_new(NULL, &source), ST_OK);
        Sleep(10);
    }
    assert_int_equal(status, ST_GONE);
}

/* P9: a command line of 32,034 characters is had whole. */
static void test_P9_long_command_line(void **state)
{
    enum { LENGTH = 32034 };
    struct child child;
    char line[128];
    static wchar_t command[LENGTH + 1];
    wchar_t path[1100];
    const struct process_facts *facts;

    (void)state;
    child_lab_path(L"sleeper", path, 1100);
    size_t at = (size_t)swprintf(command, LENGTH, L"\"%ls\" 0 ", path);
    while (at < LENGTH)
        command[at] = at % 64 == 0 ? L' ' : (wchar_t)(L'a' + at % 26), at++;
    command[LENGTH - 1] = L'\u00df';
    command[LENGTH] = 0;
    child_start_line(&child, NULL, command, 0);
    child_read_line(&child, line, sizeof line);
    assert_int_equal(child_number(line, "command"), LENGTH);
    facts = list_facts(source, child.pid);
    if (has_memory()) {
        assert_int_equal(facts->command.state, READ_OK);
        assert_wide(facts->command.value, command, LENGTH);
    } else {
        assert_int_equal(facts->command.state, READ_UNSUPPORTED);
    }
    process_facts_release(facts);
    child_end(&child);
}

struct basic {
    LONG status;
    void *peb;
    ULONG_PTR rest[4];
};

/* Where a suspended child's command line is kept in its memory. */
static uintptr_t command_line_of(HANDLE process)
{
    struct basic basic = {0};
    uintptr_t parameters = 0;
    SIZE_T got;
    LONG(NTAPI * query)(HANDLE, ULONG, void *, ULONG, ULONG *) =
        (LONG(NTAPI *)(HANDLE, ULONG, void *, ULONG, ULONG *))(void (*)(void))GetProcAddress(
            GetModuleHandleW(L"ntdll.dll"), "NtQueryInformationProcess");

    assert_true(query(process, 0, &basic, sizeof basic, NULL) >= 0);
    for (int i = 0; i < 500 && !parameters; i++) {
        assert_true(ReadProcessMemory(process, (char *)basic.peb + 0x20, &parameters,
                                      sizeof parameters, &got));
        if (!parameters)
            Sleep(10);
    }
    assert_true(parameters != 0);
    return parameters + 0x70;
}

/* P8: an empty command line is empty, which is neither denied nor unsupported. */
static void test_P8_empty_command_line(void **state)
{
    struct child child;
    const struct process_facts *facts;
    const USHORT none = 0;
    SIZE_T done;

    (void)state;
    child_start(&child, L"sleeper", L"0 secret", CREATE_SUSPENDED);
    assert_true(WriteProcessMemory(child.process, (void *)command_line_of(child.process), &none,
                                   sizeof none, &done));
    facts = list_facts(source, child.pid);
    if (has_memory()) {
        assert_int_equal(facts->command.state, READ_OK);
        assert_int_equal(facts->command.value.size, 0);
    } else {
        assert_int_equal(facts->command.state, READ_UNSUPPORTED);
    }
    process_facts_release(facts);
    child_kill(&child, 0);
}

/* P9: a NUL inside does not end it. */
static void test_P9_nul_inside(void **state)
{
    struct child child;
    const struct process_facts *facts;
    uintptr_t string;
    uintptr_t text = 0;
    const wchar_t nul = 0;
    SIZE_T done;

    (void)state;
    if (!has_memory())
        skip();
    child_start(&child, L"sleeper", L"0 before_after", CREATE_SUSPENDED);
    string = command_line_of(child.process);
    USHORT size = 0;
    assert_true(ReadProcessMemory(child.process, (void *)string, &size, sizeof size, &done));
    assert_true(ReadProcessMemory(child.process, (void *)(string + 8), &text, sizeof text, &done));
    assert_true(WriteProcessMemory(child.process, (void *)(text + size - 6 * sizeof nul), &nul,
                                   sizeof nul, &done));
    facts = list_facts(source, child.pid);
    assert_int_equal(facts->command.state, READ_OK);
    assert_true(text_ends(facts->command.value, (struct text){"before\0after", 12}));
    process_facts_release(facts);
    child_kill(&child, 0);
}

/* Starts the program with a long path. Wine's CreateProcess refuses such a path, its loader takes
 * it; the pattern keeps letters that a C locale can't write out of the command line. */
static uint32_t start_long(struct child *child, const wchar_t *image, DWORD own_pid)
{
    struct process_table table;
    uint32_t pid = 0;
    wchar_t command[512];

    if (GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version")) {
        swprintf(command, 512, L"sh -c \"exec wine /tmp/stakeout-%lu/e*/f*/*.exe 60000\"", own_pid);
        child_start_line(child, L"Z:\\bin\\sh", command, 0);
    } else {
        swprintf(command, 512, L"long 60000");
        child_start_line(child, image, command, 0);
    }
    for (int tries = 0; tries < 1000 && !pid; tries++) {
        assert_int_equal(source_processes(source, &table), ST_OK);
        for (size_t i = 0; i < table.count; i++)
            if (text_equal(table.rows[i].name, text_of("\xD1\x82\xD0\xB5\xD1\x81\xD1\x82.exe")))
                pid = table.rows[i].key.pid;
        Sleep(10);
    }
    assert_int_not_equal(pid, 0);
    return pid;
}

/* P11: an image path of more than 260 characters, not all of them ASCII. */
static void test_P11_long_image_path(void **state)
{
    static const wchar_t base[] = L"Z:\\tmp\\stakeout-";
    bool is_wine = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != NULL;
    wchar_t image[700];
    wchar_t temporary[260];
    wchar_t lab[1100];
    size_t ends[3];
    struct child child;
    const struct process_facts *facts;
    uint32_t pid;
    size_t length;

    (void)state;
    GetTempPathW(200, temporary);
    wcscat_s(temporary, 260, L"stakeout-");
    length = (size_t)swprintf(image, 700, L"\\\\?\\%ls%lu", is_wine ? base : temporary,
                              GetCurrentProcessId());
    for (int level = 0; level < 3; level++) {
        for (int i = 0; level && i < 120; i++)
            image[length++] = level == 1 ? L'e' : L'f';
        image[length] = 0;
        ends[level] = length;
        assert_true(CreateDirectoryW(image, NULL) || GetLastError() == ERROR_ALREADY_EXISTS);
        image[length++] = L'\\';
    }
    wcscpy_s(image + length, 700 - length, L"\u0442\u0435\u0441\u0442.exe");
    length = wcslen(image) - 4;
    assert_true(length > MAX_PATH);
    child_lab_path(L"sleeper", lab, 1100);
    assert_true(CopyFileW(lab, image, FALSE));
    pid = start_long(&child, image + 4, GetCurrentProcessId());
    facts = list_facts(source, pid);
    assert_int_equal(facts->image.state, READ_OK);
    assert_wide(facts->image.value, image + 4, length);
    assert_text(facts->name, "\xD1\x82\xD0\xB5\xD1\x81\xD1\x82.exe");
    process_facts_release(facts);
    HANDLE process = OpenProcess(PROCESS_TERMINATE, FALSE, pid);
    assert_true(TerminateProcess(process, 0));
    CloseHandle(process);
    child_end(&child);
    for (int i = 0; i < 500 && !DeleteFileW(image); i++)
        Sleep(10); /* until the program has let go of its file */
    for (int level = 2; level >= 0; level--) {
        image[ends[level]] = 0;
        RemoveDirectoryW(image);
    }
}

/* P6: PIDs 0 and 4, where OpenProcess says 87, are never taken for processes that are gone. */
static void test_P6_idle_and_system(void **state)
{
    struct process_table table;
    const uint32_t pids[] = {0, 4};

    (void)state;
    assert_int_equal(source_processes(source, &table), ST_OK);
    for (int i = 0; i < 2; i++) {
        struct process_seen row = {.key.pid = pids[i], .name = text_of("System")};
        const struct process_facts *facts = NULL;
        assert_int_equal(source_facts(source, &row, &facts), ST_OK);
        assert_int_equal(facts->image.state, READ_NOT_APPLICABLE);
        assert_int_equal(facts->command.state, READ_NOT_APPLICABLE);
        assert_int_equal(facts->user.state, READ_NOT_APPLICABLE);
        process_facts_release(facts);
    }
}

/* P1: the parent's PID comes back as a younger process, and both start times tell. */
static void test_P1_pid_reused(void **state)
{
    struct child spawner;
    char line[128];
    struct process_seen orphan;
    struct process_seen stranger = {0};
    uint32_t orphan_pid;
    uint32_t parent_pid;
    wchar_t sleeper[1100];
    wchar_t arguments[1200];

    (void)state;
    child_lab_path(L"sleeper", sleeper, 1100);
    swprintf(arguments, 1200, L"\"%ls\" 0", sleeper);
    child_start(&spawner, L"spawner", arguments, 0);
    child_read_line(&spawner, line, sizeof line);
    parent_pid = (uint32_t)child_number(line, "pid");
    orphan_pid = (uint32_t)child_number(line, "child");
    WaitForSingleObject(spawner.process, 10000);
    /* The orphan has the pipe, so only the process's handle is closed: its PID is free now. */
    CloseHandle(spawner.process);
    CloseHandle(spawner.thread);
    for (int i = 0; i < 2000 && !stranger.key.pid; i++) {
        struct child one;
        child_start(&one, L"spawner", L"", CREATE_SUSPENDED);
        if (one.pid == parent_pid)
            stranger = list_row(source, parent_pid);
        child_kill(&one, 0);
    }
    assert_int_equal(stranger.key.pid, parent_pid);
    orphan = list_row(source, orphan_pid);
    assert_int_equal(orphan.parent_pid, parent_pid);
    assert_true(orphan.key.start > 0 && stranger.key.start > orphan.key.start);
    spawner.process = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, orphan_pid);
    TerminateProcess(spawner.process, 0);
    CloseHandle(spawner.process);
    CloseHandle(spawner.input);
    CloseHandle(spawner.output);
}

/* P1: a PID whose process is held cannot come back at all. */
static void test_P1_held_pid_is_not_reused(void **state)
{
    struct child first;
    char line[128];
    const struct process_facts *facts;
    DWORD pid;

    (void)state;
    child_start(&first, L"sleeper", L"", 0);
    child_read_line(&first, line, sizeof line);
    facts = list_facts(source, first.pid);
    process_facts_release(facts);
    pid = first.pid;
    child_end(&first);
    for (int i = 0; i < 400; i++) {
        struct child one;
        child_start(&one, L"spawner", L"", CREATE_SUSPENDED);
        assert_int_not_equal(one.pid, pid);
        child_kill(&one, 0);
    }
}

/* P12: with a spoofed parent the system records the spoofed one; it is told as recorded. */
static void test_P12_spoofed_parent(void **state)
{
    struct child parent;
    char line[128];
    STARTUPINFOEXW startup = {.StartupInfo.cb = sizeof startup};
    PROCESS_INFORMATION made;
    SIZE_T size = 0;
    wchar_t path[1100];

    (void)state;
    child_start(&parent, L"sleeper", L"", 0);
    child_read_line(&parent, line, sizeof line);
    child_lab_path(L"sleeper", path, 1100);
    InitializeProcThreadAttributeList(NULL, 1, 0, &size);
    startup.lpAttributeList = calloc(1, size);
    assert_true(InitializeProcThreadAttributeList(startup.lpAttributeList, 1, 0, &size));
    assert_true(UpdateProcThreadAttribute(startup.lpAttributeList, 0,
                                          PROC_THREAD_ATTRIBUTE_PARENT_PROCESS, &parent.process,
                                          sizeof parent.process, NULL, NULL));
    assert_true(CreateProcessW(path, NULL, NULL, NULL, FALSE,
                               EXTENDED_STARTUPINFO_PRESENT | CREATE_SUSPENDED, NULL, NULL,
                               &startup.StartupInfo, &made));
    assert_int_equal(list_row(source, made.dwProcessId).parent_pid, parent.pid);
    TerminateProcess(made.hProcess, 0);
    CloseHandle(made.hProcess);
    CloseHandle(made.hThread);
    free(startup.lpAttributeList);
    child_end(&parent);
}

/* The listing's start times are those of the handles, to the unit. */
static void test_starts_are_not_rounded(void **state)
{
    struct process_seen row = list_row(source, GetCurrentProcessId());
    FILETIME start, other;

    (void)state;
    assert_true(GetProcessTimes(GetCurrentProcess(), &start, &other, &other, &other));
    assert_int_equal(row.key.start,
                     (moment)((uint64_t)start.dwHighDateTime << 32 | start.dwLowDateTime));
    assert_true(row.threads >= 1);
    assert_true(row.cpu >= 0);
}

static void test_services_of_the_manager(void **state)
{
    struct process_table table;
    const struct process_facts *facts = NULL;
    size_t hosts = 0;

    (void)state;
    assert_int_equal(source_processes(source, &table), ST_OK);
    for (size_t i = 0; i < table.count; i++) {
        assert_int_equal(source_facts(source, &table.rows[i], &facts), ST_OK);
        if (facts->services.state == READ_OK && facts->services.value.size)
            hosts++;
        process_facts_release(facts);
    }
    print_message("%u processes, %u of them host services\n", (unsigned)table.count,
                  (unsigned)hosts);
    assert_true(table.count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_facts_of_a_child, begin, end),
        cmocka_unit_test_setup_teardown(test_exit_is_read_after_death, begin, end),
        cmocka_unit_test_setup_teardown(test_dead_but_held_open_is_told_once, begin, end),
        cmocka_unit_test_setup_teardown(test_find_tells_what_the_listing_tells, begin, end),
        cmocka_unit_test_setup_teardown(test_find_of_nobody_is_gone, begin, end),
        cmocka_unit_test_setup_teardown(test_P9_long_command_line, begin, end),
        cmocka_unit_test_setup_teardown(test_P9_nul_inside, begin, end),
        cmocka_unit_test_setup_teardown(test_P8_empty_command_line, begin, end),
        cmocka_unit_test_setup_teardown(test_P11_long_image_path, begin, end),
        cmocka_unit_test_setup_teardown(test_P6_idle_and_system, begin, end),
        cmocka_unit_test_setup_teardown(test_P1_pid_reused, begin, end),
        cmocka_unit_test_setup_teardown(test_P1_held_pid_is_not_reused, begin, end),
        cmocka_unit_test_setup_teardown(test_P12_spoofed_parent, begin, end),
        cmocka_unit_test_setup_teardown(test_starts_are_not_rounded, begin, end),
        cmocka_unit_test_setup_teardown(test_services_of_the_manager, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
