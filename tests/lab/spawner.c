/* spawner: starts a process and is gone, so that the child outlives its parent.
 *   spawner COMMAND LINE…
 * Prints "pid=N child=N" and exits at once. The child inherits the standard handles. */
#include <windows.h>

#include <stdio.h>
#include <wchar.h>

/* The command line behind this program's own name. */
static wchar_t *rest_of(wchar_t *line)
{
    wchar_t end = L' ';

    if (*line == L'"') {
        end = L'"';
        line++;
    }
    while (*line && *line != end)
        line++;
    if (*line == L'"')
        line++;
    while (*line == L' ')
        line++;
    return line;
}

int main(void)
{
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    wchar_t *line = rest_of(GetCommandLineW());

    if (!*line || !CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &child))
        return 2;
    printf("pid=%lu child=%lu\n", GetCurrentProcessId(), child.dwProcessId);
    fflush(stdout);
    ExitProcess(0);
}
