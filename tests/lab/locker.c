/* locker: a program with a window that needs a lock which another of its threads holds.
 *   locker
 * The thread "keeper" takes a lock and waits for ever; the window paints and answers until that
 * thread has ended, and then wants the lock, which nobody gives back any more: it hangs, as real
 * programs do when one of their threads was ended. Prints
 *   pid=N main=TID keeper=TID
 * and "hangs" just before it does; ends when it is killed, or with code 3 when nobody has for ten
 * minutes. */
#include <windows.h>

#include <stdio.h>

#define LOOK_MS 20
#define LONGEST_MS (10 * 60 * 1000)

static CRITICAL_SECTION lock;
static HANDLE keeper;
static HANDLE kept;

static DWORD WINAPI keep(void *context)
{
    (void)context;
    EnterCriticalSection(&lock);
    SetEvent(kept);
    Sleep(INFINITE);
    return 0;
}

static DWORD WINAPI end_at_last(void *context)
{
    (void)context;
    Sleep(LONGEST_MS);
    ExitProcess(3);
}

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wide, LPARAM narrow)
{
    if (message == WM_TIMER && WaitForSingleObject(keeper, 0) == WAIT_OBJECT_0) {
        puts("hangs");
        fflush(stdout);
        EnterCriticalSection(&lock);
    }
    return DefWindowProcW(window, message, wide, narrow);
}

int main(void)
{
    const WNDCLASSW class = {.lpfnWndProc = procedure,
                             .hInstance = GetModuleHandleW(NULL),
                             .lpszClassName = L"StakeoutLocker"};
    DWORD tid;
    MSG message;

    InitializeCriticalSection(&lock);
    kept = CreateEventW(NULL, TRUE, FALSE, NULL);
    keeper = CreateThread(NULL, 0, keep, NULL, 0, &tid);
    if (!kept || !keeper || !CreateThread(NULL, 0, end_at_last, NULL, 0, NULL) ||
        !RegisterClassW(&class))
        return 2;
    HWND window = CreateWindowW(class.lpszClassName, L"locker", WS_OVERLAPPEDWINDOW, 0, 0, 200, 100,
                                NULL, NULL, class.hInstance, NULL);
    if (!window || !SetTimer(window, 1, LOOK_MS, NULL))
        return 2;
    ShowWindow(window, SW_SHOWNOACTIVATE);
    WaitForSingleObject(kept, INFINITE);
    printf("pid=%lu main=%lu keeper=%lu\n", GetCurrentProcessId(), GetCurrentThreadId(), tid);
    fflush(stdout);
    while (GetMessageW(&message, NULL, 0, 0) > 0)
        DispatchMessageW(&message);
    return 0;
}
