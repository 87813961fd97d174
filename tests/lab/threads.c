/* threads: a process with much to tell of itself.
 *   threads
 * Starts three threads that wait for ever, named "first", "second" and "third" in Chinese where the
 * system can name threads; suspends the second one twice; enables the privilege to shut the system
 * down; gives itself a variable with a Chinese name and one of 30,000 letters. Prints, on one line,
 *   pid=N main=TID first=TID second=TID third=TID named=0|1 start=OFFSET base=ADDRESS variables=N
 * and for each line that it reads one more:
 *   first=0|1 second=0|1 third=0|1        (1: that thread has ended)
 * until its standard input ends. */
#include <windows.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define LONG_LENGTH 30000

typedef HRESULT(WINAPI *set_description)(HANDLE, const wchar_t *);

static const wchar_t *const names[3] = {L"first", L"second", L"\u7b2c\u4e09"};
static HANDLE threads[3];
static DWORD ids[3];

static volatile LONG begun;

static DWORD WINAPI wait_for_ever(void *context)
{
    (void)context;
    InterlockedIncrement(&begun);
    Sleep(INFINITE);
    return 0;
}

static bool name_threads(void)
{
    void (*found)(void) =
        (void (*)(void))GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "SetThreadDescription");
    set_description describe;
    bool named = found != NULL;

    memcpy(&describe, &found, sizeof describe);
    for (int i = 0; named && i < 3; i++)
        named = describe(threads[i], names[i]) >= 0;
    return named;
}

static void enable_shutdown(void)
{
    TOKEN_PRIVILEGES one = {.PrivilegeCount = 1, .Privileges[0].Attributes = SE_PRIVILEGE_ENABLED};
    HANDLE token;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token))
        return;
    if (LookupPrivilegeValueW(NULL, SE_SHUTDOWN_NAME, &one.Privileges[0].Luid))
        AdjustTokenPrivileges(token, FALSE, &one, 0, NULL, NULL);
    CloseHandle(token);
}

static unsigned count_variables(void)
{
    wchar_t *block = GetEnvironmentStringsW();
    unsigned count = 0;

    for (const wchar_t *at = block; at && *at; at += wcslen(at) + 1)
        count++;
    FreeEnvironmentStringsW(block);
    return count;
}

static void make_environment(void)
{
    static wchar_t value[LONG_LENGTH + 1];

    wmemset(value, L'x', LONG_LENGTH);
    SetEnvironmentVariableW(L"STAKEOUT_LONG", value);
    SetEnvironmentVariableW(L"STAKEOUT_\u4e2d\u6587", L"\u503c=\u4e00");
}

static bool has_ended(int i)
{
    return WaitForSingleObject(threads[i], 0) == WAIT_OBJECT_0;
}

int main(void)
{
    uintptr_t base = (uintptr_t)GetModuleHandleW(NULL);
    char line[64];

    for (int i = 0; i < 3; i++) {
        threads[i] = CreateThread(NULL, 0, wait_for_ever, NULL, 0, &ids[i]);
        if (!threads[i])
            return 2;
    }
    while (begun < 3) /* one that is suspended while it starts keeps a lock that all others need */
        Sleep(1);
    SuspendThread(threads[1]);
    SuspendThread(threads[1]);
    enable_shutdown();
    make_environment();
    printf("pid=%lu main=%lu first=%lu second=%lu third=%lu named=%d start=%llu base=%llu "
           "variables=%u\n",
           GetCurrentProcessId(), GetCurrentThreadId(), ids[0], ids[1], ids[2], name_threads(),
           (unsigned long long)((uintptr_t)wait_for_ever - base), (unsigned long long)base,
           count_variables());
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        printf("first=%d second=%d third=%d\n", has_ended(0), has_ended(1), has_ended(2));
        fflush(stdout);
    }
    ExitProcess(0);
}
