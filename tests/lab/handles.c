/* handles: a process that holds what it says it holds.
 *   handles FOLDER [EVENTS]
 * Opens files in FOLDER (one with a Chinese name, one with an emoji, one whose path is longer than
 * 260 characters, one that it has deleted since), a key, an event, a mutex, an event without a
 * name, both ends of a synchronous pipe with a read pending, and EVENTS more events. Prints a line
 * each, in UTF-8:
 *   VALUE<TAB>TYPE<TAB>NAME     (events and mutexes: the end of the name; "": it has none)
 * then "pid=N"; and for each line "close VALUE" that it reads, whether it then could still use that
 * handle: "1" or "0". Until its standard input ends. */
#include <windows.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define PATH_LENGTH 1024

static HANDLE pipe_server;

static void say(HANDLE handle, const char *type, const wchar_t *name)
{
    char text[PATH_LENGTH * 3];

    if (!handle || handle == INVALID_HANDLE_VALUE) {
        fprintf(stderr, "no %s: error %lu\n", type, GetLastError());
        exit(2);
    }
    WideCharToMultiByte(CP_UTF8, 0, name, -1, text, sizeof text, NULL, NULL);
    printf("%llu\t%s\t%s\n", (unsigned long long)(uintptr_t)handle, type, text);
}

static HANDLE hold_file(const wchar_t *folder, const wchar_t *name)
{
    wchar_t path[PATH_LENGTH];
    HANDLE file;

    _snwprintf(path, PATH_LENGTH, L"\\\\?\\%ls\\%ls", folder, name);
    file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE,
                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, CREATE_ALWAYS,
                       0, NULL);
    say(file, "File", path + 4);
    return file;
}

static void hold_deleted(const wchar_t *folder)
{
    wchar_t path[PATH_LENGTH];

    hold_file(folder, L"deleted.txt");
    _snwprintf(path, PATH_LENGTH, L"\\\\?\\%ls\\deleted.txt", folder);
    if (!DeleteFileW(path))
        exit(2);
}

static void hold_long(const wchar_t *folder)
{
    wchar_t name[256];
    wchar_t path[PATH_LENGTH];

    wmemset(name, L'l', 150);
    name[150] = 0;
    _snwprintf(path, PATH_LENGTH, L"\\\\?\\%ls\\%ls", folder, name);
    CreateDirectoryW(path, NULL);
    wmemset(name + 151, L'm', 100);
    name[150] = L'\\';
    wcscpy_s(name + 251, 5, L".log");
    hold_file(folder, name);
}

static DWORD WINAPI read_for_ever(void *context)
{
    char byte;
    DWORD got;

    (void)context;
    ReadFile(pipe_server, &byte, 1, &got, NULL);
    return 0;
}

static void hold_pipe(void)
{
    wchar_t name[64];
    wchar_t seen[64];
    HANDLE client;

    _snwprintf(name, 64, L"\\\\.\\pipe\\stakeout-\u7ba1-%lu", GetCurrentProcessId());
    _snwprintf(seen, 64, L"\\Device\\NamedPipe\\%ls", name + 9);
    pipe_server = CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX, PIPE_WAIT, 1, 64, 64, 0, NULL);
    say(pipe_server, "File", seen);
    client = CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    say(client, "File", seen);
    CreateThread(NULL, 0, read_for_ever, NULL, 0, NULL);
}

static void hold_objects(void)
{
    HKEY key = NULL;
    wchar_t name[64];

    RegCreateKeyExW(HKEY_LOCAL_MACHINE, L"Software\\Stakeout\u952e", 0, NULL, REG_OPTION_VOLATILE,
                    KEY_READ, NULL, &key, NULL);
    say((HANDLE)key, "Key", L"HKLM\\Software\\Stakeout\u952e");
    _snwprintf(name, 64, L"stakeout-\u4e8b\u4ef6-%lu", GetCurrentProcessId());
    say(CreateEventW(NULL, TRUE, FALSE, name), "Event", name);
    _snwprintf(name, 64, L"stakeout-\u0436\U0001F512-%lu", GetCurrentProcessId());
    say(CreateMutexW(NULL, FALSE, name), "Mutant", name);
    say(CreateEventW(NULL, TRUE, FALSE, NULL), "Event", L"");
}

static bool is_usable(HANDLE handle)
{
    DWORD flags;

    return GetHandleInformation(handle, &flags);
}

int wmain(int count, wchar_t **arguments); /* called by the C runtime */

int wmain(int count, wchar_t **arguments)
{
    char line[64];
    long events = count > 2 ? wcstol(arguments[2], NULL, 10) : 0;

    if (count < 2)
        return 2;
    hold_file(arguments[1], L"plain.txt");
    hold_file(arguments[1], L"\u4e2d\u6587\u6587\u4ef6.txt");
    hold_file(arguments[1], L"smile-\U0001F600.txt");
    hold_long(arguments[1]);
    hold_deleted(arguments[1]);
    hold_objects();
    hold_pipe();
    while (events-- > 0)
        CreateEventW(NULL, TRUE, FALSE, NULL);
    printf("pid=%lu\n", GetCurrentProcessId());
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        if (strncmp(line, "close ", 6) == 0)
            printf("%d\n", is_usable((HANDLE)(uintptr_t)strtoull(line + 6, NULL, 10)));
        fflush(stdout);
    }
    ExitProcess(0);
}
