#include "core/windows/clock.h"

#include <windows.h>

#include "core/windows/library.h"

typedef void(WINAPI *get_time)(FILETIME *);

static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
/* The plain call is as coarse as the system's tick; the precise one came with Windows 8. */
static get_time get_now = GetSystemTimeAsFileTime;

static BOOL CALLBACK find_precise(INIT_ONCE *self, void *parameter, void **context)
{
    get_time precise = (get_time)library_find(L"kernel32.dll", "GetSystemTimePreciseAsFileTime");
    (void)self;
    (void)parameter;
    (void)context;
    if (precise)
        get_now = precise;
    return TRUE;
}

static moment now(void *context)
{
    (void)context;
    FILETIME time;
    get_now(&time);
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
    InitOnceExecuteOnce(&once, find_precise, NULL, NULL);
    return (struct clock){.now = now, .ticks = ticks};
}
