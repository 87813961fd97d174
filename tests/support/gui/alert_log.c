#include "tests/support/gui/alert_log.h"

#include <string.h>

struct alert_log alert_log;

static BOOL log_icon(DWORD what, NOTIFYICONDATAW *icon)
{
    if (what == NIM_ADD && atomic_load(&alert_log.no_icon))
        return FALSE;
    if (what == NIM_ADD)
        atomic_fetch_add(&alert_log.added, 1);
    if (what == NIM_DELETE)
        atomic_fetch_add(&alert_log.deleted, 1);
    if (what == NIM_MODIFY && (icon->uFlags & NIF_INFO)) {
        memcpy(alert_log.title, icon->szInfoTitle, sizeof alert_log.title);
        memcpy(alert_log.words, icon->szInfo, sizeof alert_log.words);
        atomic_fetch_add(&alert_log.told, 1);
    }
    return TRUE;
}

static void log_flash(HWND window)
{
    (void)window;
    atomic_fetch_add(&alert_log.flashes, 1);
}

static void log_sound(void)
{
    atomic_fetch_add(&alert_log.sounds, 1);
}

const struct alert_system alert_log_system = {log_icon, log_flash, log_sound};

void alert_log_clear(void)
{
    atomic_store(&alert_log.no_icon, false);
    atomic_store(&alert_log.added, 0);
    atomic_store(&alert_log.deleted, 0);
    atomic_store(&alert_log.told, 0);
    atomic_store(&alert_log.flashes, 0);
    atomic_store(&alert_log.sounds, 0);
    memset(alert_log.title, 0, sizeof alert_log.title);
    memset(alert_log.words, 0, sizeof alert_log.words);
}
