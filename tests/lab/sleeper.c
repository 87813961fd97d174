/* sleeper: a process that is simply there.
 *   sleeper [--folder PATH] [--exit CODE] [MS] [ANYTHING…]
 * Prints "pid=N command=N" (its command line's length in UTF-16 units), and, with --folder, changes
 * into that folder first. Sleeps MS, or, without a number, until its standard input ends. What
 * follows is for the command line only. */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

int wmain(int count, wchar_t **arguments); /* called by the C runtime */

int wmain(int count, wchar_t **arguments)
{
    unsigned code = 0;
    DWORD ms = 0;
    int at = 1;
    char byte;
    DWORD got;

    for (; at + 1 < count && arguments[at][0] == L'-'; at += 2) {
        if (wcscmp(arguments[at], L"--exit") == 0)
            code = (unsigned)wcstoul(arguments[at + 1], NULL, 10);
        else if (wcscmp(arguments[at], L"--folder") == 0 &&
                 !SetCurrentDirectoryW(arguments[at + 1]))
            return 3;
    }
    if (at < count)
        ms = (DWORD)wcstoul(arguments[at], NULL, 10);
    printf("pid=%lu command=%u\n", GetCurrentProcessId(), (unsigned)wcslen(GetCommandLineW()));
    fflush(stdout);
    if (ms)
        Sleep(ms);
    else
        while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), &byte, 1, &got, NULL) && got)
            ;
    ExitProcess(code);
}
