#include "core/cli/cancel.h"

#include <windows.h>

#include "core/cli/console.h"

static atomic_bool cancelled;

static BOOL WINAPI on_control(DWORD event)
{
    (void)event;
    atomic_store(&cancelled, true);
    return TRUE;
}

const atomic_bool *cancel_on_control(void)
{
    SetConsoleCtrlHandler(on_control, TRUE);
    return &cancelled;
}

bool cancel_said(void)
{
    if (!atomic_load(&cancelled))
        return false;
    SAY(text_of("ended by Ctrl-C: there may be more than what is printed"));
    return true;
}
