/* swarm: starts many suspects, one after the other at random moments.
 *   swarm COUNT ADDRESS PORT HOLD_MS LIFE_MS GAP_MS [SEED]
 * Each is suspect.exe beside this program, told apart by its exit code 1 to COUNT, which stands in
 * its command line, too. Between two starts pass 0 to 2 * GAP_MS, evenly at random. Prints
 * "started=N" when the last has ended. The benches and tests of the catch rate use it. */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

static DWORD random_state = 1;

static DWORD random_below(DWORD limit)
{
    random_state = random_state * 1664525 + 1013904223;
    return limit ? (random_state >> 8) % limit : 0;
}

static int suspect_path(wchar_t *path, DWORD room)
{
    DWORD length = GetModuleFileNameW(NULL, path, room);
    wchar_t *name;

    if (!length || length + 16 > room)
        return 0;
    name = wcsrchr(path, L'\\');
    if (!name)
        return 0;
    wcscpy_s(name + 1, room - (size_t)(name + 1 - path), L"suspect.exe");
    return 1;
}

static HANDLE start(const wchar_t *path, unsigned number, wchar_t **words)
{
    wchar_t line[1024];
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;

    swprintf(line, ARRAYSIZE(line), L"suspect.exe --quiet --exit %u %ls %ls %ls %ls", number,
             words[2], words[3], words[4], words[5]);
    if (!CreateProcessW(path, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process))
        return NULL;
    CloseHandle(process.hThread);
    return process.hProcess;
}

int wmain(int count, wchar_t **words);

int wmain(int count, wchar_t **words)
{
    wchar_t path[1024];
    unsigned total;
    DWORD gap;
    unsigned started = 0;
    HANDLE last = NULL;

    if (count < 7 || !suspect_path(path, ARRAYSIZE(path))) {
        fprintf(stderr, "usage: swarm COUNT ADDRESS PORT HOLD_MS LIFE_MS GAP_MS [SEED]\n");
        return 2;
    }
    total = (unsigned)wcstoul(words[1], NULL, 10);
    gap = (DWORD)wcstoul(words[6], NULL, 10);
    if (count > 7)
        random_state = (DWORD)wcstoul(words[7], NULL, 10);
    for (unsigned number = 1; number <= total; number++) {
        HANDLE process = start(path, number, words);

        if (process) {
            started++;
            if (last)
                CloseHandle(last);
            last = process;
        }
        Sleep(random_below(2 * gap + 1));
    }
    if (last)
        WaitForSingleObject(last, 10000);
    printf("started=%u\n", started);
    return 0;
}
