/* What calls the user when something was caught: the icon beside the clock, its notification and
 * sound, and the flashing of the window in the task bar. */
#include "gui/main_window.h"

#include "gui/tray.h"
#include "res/ids.h"

static void open_window(void *context)
{
    struct main_window *main = context;
    ShowWindow(main->window, IsIconic(main->window) ? SW_RESTORE : SW_SHOW);
    SetForegroundWindow(main->window);
    if (main->hits_unseen)
        commands_run(main, CMD_TAB_HITS);
}

static void pause(void *context)
{
    commands_run(context, CMD_PAUSE);
}

static void quit(void *context)
{
    commands_run(context, CMD_EXIT);
}

static const struct tray_class answers = {open_window, pause, quit};

void alert_open(struct main_window *main)
{
    if (settings_flag(main->settings, SETTING_TRAY))
        main->tray = tray_new(main->window, MAIN_TRAY, &answers, main);
    alert_update(main);
}

void alert_close(struct main_window *main)
{
    tray_free(main->tray);
    main->tray = NULL;
}

bool alert_message(struct main_window *main, UINT message, WPARAM wide, LPARAM narrow)
{
    return tray_message(main->tray, message, wide, narrow);
}

static void call_for(struct main_window *main, uint32_t fresh)
{
    const struct hit_list *hits = session_hits(main->session);
    FLASHWINFO flash = {
        .cbSize = sizeof flash,
        .hwnd = main->window,
        .dwFlags = FLASHW_TRAY | FLASHW_TIMERNOFG,
    };
    bool sound = settings_flag(main->settings, SETTING_SOUND);
    if (GetForegroundWindow() != main->window)
        FlashWindowEx(&flash);
    if (main->tray && settings_flag(main->settings, SETTING_NOTIFY))
        tray_tell_hit(main->tray, hits->hits[hits->count - 1], fresh - 1, sound);
    else if (sound)
        MessageBeep(MB_ICONWARNING);
}

void alert_update(struct main_window *main)
{
    uint32_t hits = session_hits(main->session)->count;
    enum tray_state state = TRAY_WATCHING;
    if (hits > main->hits_alerted) {
        call_for(main, hits - main->hits_alerted);
        main->hits_unseen = true;
        main->hits_alerted = hits;
    }
    if (main->options.lower && main->options.tab == TAB_HITS &&
        GetForegroundWindow() == main->window)
        main->hits_unseen = false;
    if (main->hits_unseen)
        state = TRAY_HIT;
    else if (session_paused(main->session))
        state = TRAY_PAUSED;
    if (main->tray)
        tray_show(main->tray, state, watchlist_count(session_watchlist(main->session)), hits);
}
