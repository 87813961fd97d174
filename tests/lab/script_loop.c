/* script_loop: the responder's netstat + findstr + wmic script, re-enacted.
 *
 *   script_loop PORT SECONDS [INTERVAL_MS]
 *
 * Once an interval (1,000 ms, as the script has it) it reads the TCP table, and for each row whose
 * remote port is PORT it asks about the PID at once: image path and start time. It prints a line
 * for each process that it could name ("found PID PATH") or only knew the number of ("pid-only
 * PID"), each once. It is kinder than the script: netstat and wmic are processes of their own that
 * take time. The benches measure the catch rate of this loop beside Stakeout's in the same run. */
#include <windows.h>
#include <winsock2.h>

#include <iphlpapi.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_SEEN = 65536 };

static DWORD seen_pids[MOST_SEEN];
static size_t seen_count;

static int seen_before(DWORD pid)
{
    for (size_t i = 0; i < seen_count; i++)
        if (seen_pids[i] == pid)
            return 1;
    if (seen_count < MOST_SEEN)
        seen_pids[seen_count++] = pid;
    return 0;
}

static void ask_about(DWORD pid)
{
    if (pid == 0 || seen_before(pid))
        return;
    WCHAR path[1024];
    DWORD length = ARRAYSIZE(path);
    HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
    if (process && QueryFullProcessImageNameW(process, 0, path, &length))
        printf("found %lu %ls\n", (unsigned long)pid, path);
    else
        printf("pid-only %lu\n", (unsigned long)pid);
    fflush(stdout);
    if (process)
        CloseHandle(process);
}

static void look_once(unsigned port)
{
    ULONG size = 0;
    MIB_TCPTABLE_OWNER_PID *table = NULL;
    DWORD error = GetExtendedTcpTable(NULL, &size, FALSE, AF_INET, TCP_TABLE_OWNER_PID_ALL, 0);
    while (error == ERROR_INSUFFICIENT_BUFFER) {
        free(table);
        size += size / 4;
        table = malloc(size);
        if (!table)
            return;
        error = GetExtendedTcpTable(table, &size, FALSE, AF_INET, TCP_TABLE_OWNER_PID_ALL, 0);
    }
    for (DWORD i = 0; error == NO_ERROR && table && i < table->dwNumEntries; i++)
        if (ntohs((u_short)table->table[i].dwRemotePort) == port)
            ask_about(table->table[i].dwOwningPid);
    free(table);
}

int main(int count, char **words)
{
    if (count < 3) {
        fprintf(stderr, "usage: script_loop PORT SECONDS [INTERVAL_MS]\n");
        return 2;
    }
    unsigned port = (unsigned)strtoul(words[1], NULL, 10);
    ULONGLONG end = GetTickCount64() + 1000 * strtoull(words[2], NULL, 10);
    DWORD interval = count > 3 ? (DWORD)strtoul(words[3], NULL, 10) : 1000;
    while (GetTickCount64() < end) {
        look_once(port);
        Sleep(interval);
    }
    return 0;
}
