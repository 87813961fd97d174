/* watchdog: one of three that start each other again at once.
 *   watchdog NAME SLOT
 * NAME is a shared memory of struct pack (below), made by whoever starts slot 0. Slot 0 starts slot
 * 1 as its child, and slot 2 through a process in between ("watchdog NAME middle") that ends when
 * it was seen: slot 2 has left the tree. Each holds the other two fast and starts whoever ends
 * again, without a pause. They end when the pack says so, or after two minutes. */
#include <windows.h>

#include <stdio.h>
#include <wchar.h>

#define DOGS 3
#define LIFE_MS 120000u
#define STUCK_MS 1000u

struct pack {
    volatile LONG stop;
    volatile LONG middle; /* PID of the one in between */
    volatile LONG seen;   /* it may end */
    volatile LONG starts; /* dogs that were started, ever */
    volatile LONG pids[DOGS];
};

static struct pack *pack;
static const wchar_t *pack_name;

static DWORD launch(const wchar_t *role)
{
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    wchar_t path[MAX_PATH], line[MAX_PATH + 128];

    GetModuleFileNameW(NULL, path, MAX_PATH);
    swprintf(line, MAX_PATH + 128, L"\"%ls\" %ls %ls", path, pack_name, role);
    if (!CreateProcessW(path, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child))
        return 0;
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
    return child.dwProcessId;
}

static void launch_slot(int slot)
{
    static const wchar_t *const roles[DOGS] = {L"0", L"1", L"2"};
    InterlockedIncrement(&pack->starts);
    launch(roles[slot]);
}

/* Whoever takes the PID out of the slot starts it anew; one that was not refilled is stuck. */
static void guard(int slot, LONG pid, DWORD *empty_since)
{
    if (pid) {
        *empty_since = 0;
        if (InterlockedCompareExchange(&pack->pids[slot], 0, pid) == pid)
            launch_slot(slot);
        return;
    }
    if (!*empty_since)
        *empty_since = GetTickCount();
    else if (GetTickCount() - *empty_since > STUCK_MS) {
        *empty_since = 0;
        launch_slot(slot);
    }
}

static void watch(int own)
{
    DWORD empty_since[DOGS] = {0};
    DWORD begun = GetTickCount();

    while (!pack->stop && GetTickCount() - begun < LIFE_MS) {
        HANDLE others[DOGS];
        int slots[DOGS];
        LONG pids[DOGS];
        DWORD count = 0, event;
        for (int slot = 0; slot < DOGS; slot++) {
            LONG pid = pack->pids[slot];
            HANDLE other = slot != own && pid ? OpenProcess(SYNCHRONIZE, FALSE, (DWORD)pid) : NULL;
            if (other) {
                others[count] = other;
                slots[count] = slot;
                pids[count++] = pid;
            } else if (slot != own) {
                guard(slot, pid, &empty_since[slot]);
            }
        }
        event = count ? WaitForMultipleObjects(count, others, FALSE, 20) : WAIT_TIMEOUT;
        if (!count)
            Sleep(1);
        if (event < count && !pack->stop)
            guard(slots[event], pids[event], &empty_since[slots[event]]);
        while (count--)
            CloseHandle(others[count]);
    }
}

int wmain(int count, wchar_t **arguments); /* called by the C runtime */

int wmain(int count, wchar_t **arguments)
{
    HANDLE memory;
    int own;

    if (count != 3)
        return 2;
    pack_name = arguments[1];
    memory = OpenFileMappingW(FILE_MAP_ALL_ACCESS, FALSE, pack_name);
    pack = memory ? MapViewOfFile(memory, FILE_MAP_ALL_ACCESS, 0, 0, sizeof *pack) : NULL;
    if (!pack)
        return 3;
    if (wcscmp(arguments[2], L"middle") == 0) {
        pack->middle = (LONG)GetCurrentProcessId();
        launch_slot(2);
        for (DWORD begun = GetTickCount(); !pack->seen && GetTickCount() - begun < 20000;)
            Sleep(1);
        return 0;
    }
    own = arguments[2][0] - L'0';
    pack->pids[own] = (LONG)GetCurrentProcessId();
    if (own == 0 && !pack->middle) {
        launch_slot(1);
        launch(L"middle");
        while (!pack->pids[1] || !pack->pids[2])
            Sleep(1);
    }
    watch(own);
    return 0;
}
