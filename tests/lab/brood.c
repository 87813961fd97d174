/* brood: a parent of several children, that ends when all of them have ended.
 *   brood COMMAND… + COMMAND… + …
 * Starts each command, prints "pid=N" and "child=N" for each. A "+" of its own separates them,
 * since cmd.exe has no way to quote a quote. */
#include <windows.h>

#include <stdio.h>
#include <wchar.h>

int wmain(int count, wchar_t **arguments); /* called by the C runtime */

#define LINE_MOST 1024

/* The words up to the next "+" as a command line; the place behind it. */
static int take_line(int at, int count, wchar_t **arguments, wchar_t *line)
{
    size_t used = 0;

    for (; at < count && wcscmp(arguments[at], L"+") != 0; at++) {
        size_t length = wcslen(arguments[at]);
        if (used + length + 2 > LINE_MOST)
            break;
        if (used)
            line[used++] = L' ';
        wmemcpy(line + used, arguments[at], length);
        used += length;
    }
    line[used] = L'\0';
    return at + 1;
}

int wmain(int count, wchar_t **arguments)
{
    HANDLE children[MAXIMUM_WAIT_OBJECTS];
    DWORD started = 0;

    printf("pid=%lu\n", GetCurrentProcessId());
    for (int at = 1; at < count && started < MAXIMUM_WAIT_OBJECTS;) {
        STARTUPINFOW startup = {.cb = sizeof startup};
        PROCESS_INFORMATION child;
        wchar_t line[LINE_MOST];
        at = take_line(at, count, arguments, line);
        if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &child))
            return 2;
        CloseHandle(child.hThread);
        children[started++] = child.hProcess;
        printf("child=%lu\n", child.dwProcessId);
    }
    fflush(stdout);
    WaitForMultipleObjects(started, children, TRUE, INFINITE);
    return 0;
}
