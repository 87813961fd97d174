/* What calls the user when something was caught: the icon beside the clock, its notification and
 * sound, and the flashing of the window in the task bar. And where the window goes when the user
 * wants it out of the way: to that icon, if it is there to bring it back. */
#include "gui/main_window.h"

#include "gui/tray.h"
#include "res/ids.h"

static BOOL live_icon(DWORD what, NOTIFYICONDATAW *icon)
{
    return Shell_NotifyIconW(what, icon);
}

static void live_flash(HWND window)
{
    FLASHWINFO flash = {
        .cbSize = sizeof flash,
        .hwnd = window,
        .dwFlags = FLASHW_TRAY | FLASHW_TIMERNOFG,
    };
    FlashWindowEx(&flash);
}

static void live_sound(void)
{
    MessageBeep(MB_ICONWARNING);
}

const struct alert_system alert_system_live = {live_icon, live_flash, live_sound};

static const struct alert_system *system_of(const struct main_window *main)
{
    return main->setup->alert_system ? main->setup->alert_system : &alert_system_live;
}

/* --- the icon --- */

/* A dialog of ours stands in front, wherever the window was called from. */
static void open_window(void *context)
{
    struct main_window *main = context;
    ShowWindow(main->window, IsIconic(main->window) ? SW_RESTORE : SW_SHOW);
    SetForegroundWindow(GetLastActivePopup(main->window));
    if (main->hits_unseen)
        commands_run(main, CMD_TAB_HITS);
}

static void pause(void *context)
{
    commands_run(context, CMD_PAUSE);
}

/* A dialog may hold what was not saved: it is shown, and has to be answered first. */
static void quit(void *context)
{
    struct main_window *main = context;
    if (IsWindowEnabled(main->window))
        commands_run(main, CMD_EXIT);
    else
        open_window(main);
}

static const struct tray_class answers = {open_window, pause, quit};

void alert_open(struct main_window *main)
{
    if (!main->tray && settings_flag(main->settings, SETTING_TRAY))
        main->tray = tray_new(main->window, MAIN_TRAY, &answers, main, system_of(main));
    alert_update(main);
}

void alert_close(struct main_window *main)
{
    tray_free(main->tray);
    main->tray = NULL;
}

bool alert_message(struct main_window *main, UINT message, WPARAM wide, LPARAM narrow)
{
    bool ours = tray_message(main->tray, message, wide, narrow);
    /* Explorer came up anew and would not take the icon: nothing else leads back. */
    if (ours && !main->ended && !IsWindowVisible(main->window) && !alert_can_hide(main))
        open_window(main);
    return ours;
}

/* --- where the window goes --- */

bool alert_can_hide(const struct main_window *main)
{
    return tray_shown(main->tray);
}

static void hide(struct main_window *main)
{
    ShowWindow(main->window, SW_HIDE);
    if (settings_flag(main->settings, SETTING_TRAY_TOLD))
        return;
    settings_set_flag(main->settings, SETTING_TRAY_TOLD, true);
    tray_tell(main->tray, STR_TRAY_HIDDEN_TITLE, STR_TRAY_HIDDEN_TEXT);
}

bool alert_hides(struct main_window *main, UINT command)
{
    enum setting wanted = SETTING_COUNT;
    if (command == SC_CLOSE)
        wanted = SETTING_TRAY_CLOSE;
    else if (command == SC_MINIMIZE)
        wanted = SETTING_TRAY_MINIMISE;
    if (wanted == SETTING_COUNT)
        return false;
    if (!IsWindowEnabled(main->window)) { /* likewise: a dialog is open */
        SetForegroundWindow(GetLastActivePopup(main->window));
        return true;
    }
    if (!settings_flag(main->settings, wanted) || !alert_can_hide(main))
        return false;
    hide(main);
    return true;
}

/* --- calling --- */

static void call_for(struct main_window *main, uint32_t fresh)
{
    const struct hit_list *hits = session_hits(main->session);
    const struct alert_system *system = system_of(main);
    if (GetForegroundWindow() != main->window)
        system->flash(main->window);
    if (settings_flag(main->settings, SETTING_SOUND))
        system->sound();
    if (settings_flag(main->settings, SETTING_NOTIFY))
        tray_tell_hit(main->tray, hits->hits[hits->count - 1], fresh - 1);
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
