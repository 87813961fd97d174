#include "core/windows/act/window_answer.h"

#include <windows.h>

#define THREADS_MOST 32 /* of a process, whose windows are asked */
#define ASK_MS 1000     /* for all of them: a window that works answers in much less */

struct search {
    DWORD pid;
    HWND windows[THREADS_MOST]; /* one of each thread */
    DWORD threads[THREADS_MOST];
    size_t count;
};

static BOOL CALLBACK take(HWND window, LPARAM context)
{
    struct search *search = (struct search *)context;
    DWORD pid = 0;
    DWORD thread = GetWindowThreadProcessId(window, &pid);

    if (pid != search->pid || !IsWindowVisible(window))
        return TRUE;
    for (size_t i = 0; i < search->count; i++)
        if (search->threads[i] == thread)
            return TRUE;
    search->threads[search->count] = thread;
    search->windows[search->count++] = window;
    return search->count < THREADS_MOST;
}

/* A window that goes away meanwhile has answered. */
static bool answers(HWND window, UINT ms)
{
    DWORD_PTR result;

    if (IsHungAppWindow(window))
        return false;
    return SendMessageTimeoutW(window, WM_NULL, 0, 0, SMTO_ABORTIFHUNG, ms, &result) ||
           !IsWindow(window);
}

static enum window_answer ask(void *context, uint32_t pid)
{
    struct search search = {.pid = pid};
    ULONGLONG begun = GetTickCount64();
    ULONGLONG spent = 0;

    (void)context;
    EnumWindows(take, (LPARAM)&search);
    for (size_t i = 0; i < search.count && spent < ASK_MS; i++) {
        if (!answers(search.windows[i], (UINT)(ASK_MS - spent)))
            return WINDOWS_SILENT;
        spent = GetTickCount64() - begun;
    }
    return search.count ? WINDOWS_ANSWER : WINDOWS_NONE;
}

struct window_probe window_probe_of_system(void)
{
    return (struct window_probe){.ask = ask};
}
