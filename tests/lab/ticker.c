/* ticker: a process that shows whether it runs, as ping does.
 *   ticker MS [ANYTHING…]
 * Prints "pid=N" and then "tick N" every MS ms, for ten minutes at most. */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>

#define LIFE_MS 600000u

int main(int count, char **arguments)
{
    DWORD ms = count > 1 ? (DWORD)strtoul(arguments[1], NULL, 10) : 100;

    if (!ms)
        return 2;
    printf("pid=%lu\n", GetCurrentProcessId());
    for (unsigned long tick = 0; tick < LIFE_MS / ms; tick++) {
        printf("tick %lu\n", tick);
        fflush(stdout);
        Sleep(ms);
    }
    return 0;
}
