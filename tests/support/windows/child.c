#include "tests/support/windows/child.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* This library is linked without CMocka too (benches), so it asserts for itself. */
#define REQUIRE(what) require((what), #what, __LINE__)

static void require(bool holds, const char *what, int line)
{
    if (holds)
        return;
    fprintf(stderr, "child.c:%d: %s failed, error %lu\n", line, what, GetLastError());
    fflush(stderr);
    exit(3);
}

void child_lab_path(const wchar_t *name, wchar_t *path, size_t length)
{
    wchar_t own[1024];
    DWORD got = GetModuleFileNameW(NULL, own, 1024);

    REQUIRE(got && got < 1024);
    for (int cut = 0; cut < 2 && got; got--)
        if (own[got] == L'\\' && ++cut)
            own[got] = 0;
    REQUIRE(swprintf(path, length, L"%ls\\lab\\%ls.exe", own, name) > 0);
}

void child_start_line(struct child *child, const wchar_t *path, wchar_t *line, DWORD flags)
{
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
    STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION made;

    REQUIRE(CreatePipe(&startup.hStdInput, &child->input, &inherited, 0));
    REQUIRE(CreatePipe(&child->output, &startup.hStdOutput, &inherited, 0));
    SetHandleInformation(child->input, HANDLE_FLAG_INHERIT, 0);
    SetHandleInformation(child->output, HANDLE_FLAG_INHERIT, 0);
    startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    REQUIRE(CreateProcessW(path, line, NULL, NULL, TRUE, flags, NULL, NULL, &startup, &made));
    CloseHandle(startup.hStdInput);
    CloseHandle(startup.hStdOutput);
    child->process = made.hProcess;
    child->thread = made.hThread;
    child->pid = made.dwProcessId;
}

void child_start(struct child *child, const wchar_t *name, const wchar_t *arguments, DWORD flags)
{
    wchar_t path[1100];
    wchar_t line[2048];

    child_lab_path(name, path, 1100);
    REQUIRE(swprintf(line, 2048, L"\"%ls\" %ls", path, arguments) > 0);
    child_start_line(child, NULL, line, flags);
}

void child_read_line(struct child *child, char *line, size_t size)
{
    size_t length = 0;
    char byte = 0;
    DWORD got = 0;

    while (ReadFile(child->output, &byte, 1, &got, NULL) && got == 1 && byte != '\n')
        if (byte != '\r' && length + 1 < size)
            line[length++] = byte;
    line[length] = 0;
    REQUIRE(length > 0);
}

uint64_t child_number(const char *line, const char *key)
{
    const char *at = strstr(line, key);

    REQUIRE(at && at[strlen(key)] == '=');
    return strtoull(at + strlen(key) + 1, NULL, 10);
}

static void close_all(struct child *child)
{
    if (child->input)
        CloseHandle(child->input);
    CloseHandle(child->output);
    CloseHandle(child->process);
    CloseHandle(child->thread);
    memset(child, 0, sizeof *child);
}

DWORD child_end(struct child *child)
{
    DWORD code = 0;

    CloseHandle(child->input);
    child->input = NULL;
    if (WaitForSingleObject(child->process, 20000) != WAIT_OBJECT_0) {
        TerminateProcess(child->process, 99);
        WaitForSingleObject(child->process, 5000);
    }
    GetExitCodeProcess(child->process, &code);
    close_all(child);
    return code;
}

void child_kill(struct child *child, UINT code)
{
    TerminateProcess(child->process, code);
    WaitForSingleObject(child->process, 5000);
    close_all(child);
}
