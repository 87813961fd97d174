/* alert_system: the calls of the system that reach a user who looks elsewhere.
 * Tests hand in their own and count. Window thread. */
#ifndef STAKEOUT_GUI_ALERT_SYSTEM_H
#define STAKEOUT_GUI_ALERT_SYSTEM_H

#include <windows.h>

#include <shellapi.h>

struct alert_system {
    /* The icon beside the clock and its notifications: Shell_NotifyIconW. */
    BOOL (*icon)(DWORD what, NOTIFYICONDATAW *icon);
    void (*flash)(HWND window); /* in the task bar, until it is looked at */
    void (*sound)(void);
};

extern const struct alert_system alert_system_live;

#endif
