/* holder: a program that has a file open, or a library loaded.
 *   holder open PATH SHARE     opens it for reading; SHARE: 1 others may read, 2 write, 4 delete
 *   holder load PATH           loads it as a library
 * Prints "pid=N", or "error=N" and ends with 2. Until its standard input ends. */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

int wmain(int count, wchar_t **arguments); /* called by the C runtime */

int wmain(int count, wchar_t **arguments)
{
    BOOL held = FALSE;
    char byte;
    DWORD got;

    if (count == 4 && wcscmp(arguments[1], L"open") == 0)
        held = CreateFileW(arguments[2], GENERIC_READ, (DWORD)wcstoul(arguments[3], NULL, 10), NULL,
                           OPEN_EXISTING, 0, NULL) != INVALID_HANDLE_VALUE;
    else if (count == 3 && wcscmp(arguments[1], L"load") == 0)
        held = LoadLibraryW(arguments[2]) != NULL;
    if (!held) {
        printf("error=%lu\n", GetLastError());
        return 2;
    }
    printf("pid=%lu\n", GetCurrentProcessId());
    fflush(stdout);
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), &byte, 1, &got, NULL) && got)
        ;
    ExitProcess(0);
}
