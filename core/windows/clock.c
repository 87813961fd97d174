#include "core/windows/clock.h"

#include <windows.h>

static moment now(void *context)
{
    (void)context;
    FILETIME time;
    GetSystemTimeAsFileTime(&time);
    return (moment)((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime);
}

static int64_t ticks(void *context)
{
    (void)context;
    LARGE_INTEGER count;
    LARGE_INTEGER frequency;
    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    /* Split, so that the product stays within 64 bits for years of uptime. */
    int64_t whole = count.QuadPart / frequency.QuadPart;
    int64_t rest = count.QuadPart % frequency.QuadPart;
    return whole * MOMENT_SECOND + rest * MOMENT_SECOND / frequency.QuadPart;
}

struct clock clock_of_system(void)
{
    return (struct clock){.now = now, .ticks = ticks};
}
