#include "core/windows/wait_timer.h"

#include <windows.h>

#include "core/windows/library.h"

#define HIGH_RESOLUTION 0x2u /* CREATE_WAITABLE_TIMER_HIGH_RESOLUTION */
#define SHORT_MS 32u         /* waits below two ticks need a finer one */
#define LONG_MS 1000u

typedef HANDLE(WINAPI *create_timer)(SECURITY_ATTRIBUTES *, const wchar_t *, DWORD, DWORD);

void wait_timer_init(struct wait_timer *timer)
{
    create_timer create = (create_timer)library_find(L"kernel32.dll", "CreateWaitableTimerExW");

    *timer = (struct wait_timer){0};
    if (create)
        timer->timer = create(NULL, NULL, HIGH_RESOLUTION, SYNCHRONIZE | TIMER_MODIFY_STATE);
    if (timer->timer)
        return;
    timer->raise = (uint32_t(__stdcall *)(uint32_t))library_find(L"winmm.dll", "timeBeginPeriod");
    timer->lower = (uint32_t(__stdcall *)(uint32_t))library_find(L"winmm.dll", "timeEndPeriod");
}

/* Sets the system's tick as the wait needs it. */
static void set_tick(struct wait_timer *timer, bool fine)
{
    if (!timer->raise || !timer->lower || timer->raised == fine)
        return;
    if (fine)
        timer->raise(1);
    else
        timer->lower(1);
    timer->raised = fine;
}

void wait_timer_done(struct wait_timer *timer)
{
    set_tick(timer, false);
    if (timer->timer)
        CloseHandle(timer->timer);
    *timer = (struct wait_timer){0};
}

bool wait_timer_wait(struct wait_timer *timer, void *event, uint32_t ms)
{
    HANDLE both[] = {event, timer->timer};
    LARGE_INTEGER due = {.QuadPart = -(LONGLONG)ms * 10000};

    if (timer->timer && ms && ms < LONG_MS &&
        SetWaitableTimer(timer->timer, &due, 0, NULL, NULL, FALSE))
        return WaitForMultipleObjects(2, both, FALSE, INFINITE) == WAIT_OBJECT_0;
    if (ms)
        set_tick(timer, ms < SHORT_MS);
    return WaitForSingleObject(event, ms == WAIT_FOR_EVER ? INFINITE : ms) == WAIT_OBJECT_0;
}
