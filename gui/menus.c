/* The menu bar, the context menus, the keys. Menus are tables of commands; their words come from
 * the string tables when they are made, their state from commands.c when they open. */
#include "gui/main_window.h"

#include <commctrl.h>

#include "res/ids.h"

#define LINE 0u
#define BELOW 0x10000u /* the next menu of the table hangs here */
#define END 0xffffffffu

static const unsigned copy_menu[] = {CMD_COPY_CELL, CMD_COPY_ROW, CMD_COPY_JSON, END};
static const unsigned file_menu[] = {
    CMD_SAVE,       LINE, CMD_COPY_CELL, CMD_COPY_ROW, CMD_COPY_JSON,
    CMD_SELECT_ALL, LINE, CMD_ELEVATE,   CMD_EXIT,     END};
static const unsigned case_menu[] = {
    CMD_CASE_NEW, CMD_CASE_OPEN,   CMD_CASE_CLOSE,  LINE, CMD_CASE_EVIDENCE, CMD_CASE_REPORT,
    LINE,         CMD_CASE_VERIFY, CMD_CASE_FOLDER, END};
static const unsigned process_menu[] = {CMD_PROPERTIES,
                                        CMD_DETAILS,
                                        CMD_SHOW_CONNECTIONS,
                                        LINE,
                                        CMD_SUSPEND,
                                        CMD_RESUME,
                                        CMD_RESTART,
                                        CMD_KILL,
                                        LINE,
                                        CMD_KILL_TREE,
                                        CMD_SUSPEND_TREE,
                                        CMD_RESUME_TREE,
                                        LINE,
                                        CMD_DUMP,
                                        CMD_SAMPLE,
                                        CMD_OPEN_FOLDER,
                                        CMD_REMOVE_FILE,
                                        LINE,
                                        CMD_ASK,
                                        LINE,
                                        CMD_WATCH_PROCESS,
                                        CMD_KNOWN_PROCESS,
                                        END};
static const unsigned connection_menu[] = {
    CMD_CLOSE_CONNECTION, LINE, CMD_SHOW_PROCESS, CMD_SUSPEND, CMD_KILL, LINE, CMD_WATCH_ADDRESS,
    CMD_KNOWN_ADDRESS,    END};
static const unsigned watch_menu[] = {
    CMD_WATCHLIST, CMD_IMPORT, LINE, CMD_SINKHOLE,          CMD_TRAP,  LINE, CMD_KNOWN_LIST, LINE,
    CMD_NOTIFY,    CMD_SOUND,  LINE, CMD_RATE_MENU | BELOW, CMD_PAUSE, END};
static const unsigned find_menu[] = {CMD_FIND,
                                     LINE,
                                     CMD_FIND_HANDLES,
                                     CMD_FIND_REGISTRY,
                                     CMD_FIND_MEMORY,
                                     LINE,
                                     CMD_PROCESS_HANDLES,
                                     CMD_PROCESS_REGISTRY,
                                     CMD_PROCESS_MEMORY,
                                     CMD_ADDRESS_MEMORY,
                                     END};
static const unsigned rate_menu[] = {CMD_RATE_10,  CMD_RATE_25,   CMD_RATE_50, CMD_RATE_100,
                                     CMD_RATE_250, CMD_RATE_1000, END};
static const unsigned speed_menu[] = {CMD_SPEED_500, CMD_SPEED_1000, CMD_SPEED_2000, CMD_SPEED_5000,
                                      END};
static const unsigned theme_menu[] = {CMD_THEME_FOLLOW, CMD_THEME_LIGHT, CMD_THEME_DARK, END};
static const unsigned tray_menu[] = {CMD_TRAY, LINE, CMD_TRAY_MINIMISE, CMD_TRAY_CLOSE, END};
static const unsigned language_menu[] = {CMD_ENGLISH, CMD_CHINESE, END};
static const unsigned view_menu[] = {CMD_REFRESH,
                                     CMD_SPEED_MENU | BELOW,
                                     LINE,
                                     CMD_FLAT,
                                     CMD_TREE,
                                     CMD_EXPAND_ALL,
                                     CMD_COLLAPSE_ALL,
                                     LINE,
                                     CMD_GHOSTS,
                                     CMD_FOLLOW,
                                     CMD_WATCHED_FIRST,
                                     CMD_UTC,
                                     LINE,
                                     CMD_LOWER,
                                     CMD_TAB_CONNECTIONS,
                                     CMD_TAB_HITS,
                                     CMD_TAB_DETAILS,
                                     CMD_NEXT_PANE,
                                     CMD_FILTER,
                                     LINE,
                                     CMD_PRESENTATION,
                                     CMD_THEME_MENU | BELOW,
                                     CMD_LANGUAGE_MENU | BELOW,
                                     CMD_TRAY_MENU | BELOW,
                                     END};
static const unsigned help_menu[] = {CMD_ABOUT, END};

static const unsigned process_context[] = {CMD_PROPERTIES,
                                           CMD_DETAILS,
                                           CMD_SHOW_CONNECTIONS,
                                           LINE,
                                           CMD_SUSPEND,
                                           CMD_RESUME,
                                           CMD_RESTART,
                                           CMD_KILL,
                                           LINE,
                                           CMD_KILL_TREE,
                                           CMD_SUSPEND_TREE,
                                           CMD_RESUME_TREE,
                                           LINE,
                                           CMD_DUMP,
                                           CMD_SAMPLE,
                                           CMD_CASE_EVIDENCE,
                                           CMD_OPEN_FOLDER,
                                           CMD_REMOVE_FILE,
                                           LINE,
                                           CMD_PROCESS_HANDLES,
                                           CMD_PROCESS_REGISTRY,
                                           CMD_PROCESS_MEMORY,
                                           LINE,
                                           CMD_WATCH_PROCESS,
                                           CMD_KNOWN_PROCESS,
                                           LINE,
                                           CMD_COPY_MENU | BELOW,
                                           END};
static const unsigned connection_context[] = {
    CMD_CLOSE_CONNECTION,  LINE,     CMD_WATCH_ADDRESS, CMD_KNOWN_ADDRESS,
    CMD_ADDRESS_MEMORY,    LINE,     CMD_SHOW_PROCESS,  CMD_PROPERTIES,
    CMD_SUSPEND,           CMD_KILL, CMD_DETAILS,       LINE,
    CMD_COPY_MENU | BELOW, END};
static const unsigned hit_context[] = {CMD_DETAILS,
                                       CMD_SHOW_PROCESS,
                                       CMD_PROPERTIES,
                                       CMD_SUSPEND,
                                       CMD_KILL,
                                       LINE,
                                       CMD_DUMP,
                                       CMD_SAMPLE,
                                       CMD_CASE_EVIDENCE,
                                       CMD_OPEN_FOLDER,
                                       CMD_REMOVE_FILE,
                                       LINE,
                                       CMD_PROCESS_HANDLES,
                                       CMD_PROCESS_REGISTRY,
                                       CMD_PROCESS_MEMORY,
                                       CMD_ADDRESS_MEMORY,
                                       LINE,
                                       CMD_CLOSE_CONNECTION,
                                       LINE,
                                       CMD_COPY_MENU | BELOW,
                                       END};

static const unsigned *menu_below(unsigned command)
{
    switch (command) {
    case CMD_LANGUAGE_MENU:
        return language_menu;
    case CMD_THEME_MENU:
        return theme_menu;
    case CMD_TRAY_MENU:
        return tray_menu;
    case CMD_RATE_MENU:
        return rate_menu;
    case CMD_SPEED_MENU:
        return speed_menu;
    default:
        return copy_menu;
    }
}

static HMENU make_menu(const unsigned *items)
{
    HMENU menu = CreatePopupMenu();
    for (; menu && *items != END; items++) {
        unsigned command = *items & ~BELOW;
        if (*items == LINE)
            AppendMenuW(menu, MF_SEPARATOR, 0, NULL);
        else if (*items & BELOW)
            AppendMenuW(menu, MF_POPUP, (UINT_PTR)make_menu(menu_below(command)),
                        string_wide(command));
        else
            AppendMenuW(menu, MF_STRING, command, string_wide(command));
    }
    return menu;
}

void menus_install(struct main_window *main)
{
    static const struct {
        unsigned title;
        const unsigned *items;
    } bar[] = {
        {CMD_FILE_MENU, file_menu},       {CMD_CASE_MENU, case_menu},
        {CMD_PROCESS_MENU, process_menu}, {CMD_CONNECTION_MENU, connection_menu},
        {CMD_WATCH_MENU, watch_menu},     {CMD_FIND_MENU, find_menu},
        {CMD_VIEW_MENU, view_menu},       {CMD_HELP_MENU, help_menu},
    };
    HMENU menu = CreateMenu();
    if (!menu)
        return;
    for (size_t i = 0; i < sizeof bar / sizeof bar[0]; i++)
        AppendMenuW(menu, MF_POPUP, (UINT_PTR)make_menu(bar[i].items), string_wide(bar[i].title));
    HMENU before = GetMenu(main->window);
    SetMenu(main->window, menu);
    if (before)
        DestroyMenu(before);
}

void menus_prepare(const struct main_window *main, HMENU menu)
{
    int count = GetMenuItemCount(menu);
    for (int i = 0; i < count; i++) {
        UINT command = GetMenuItemID(menu, i);
        if (!command || command == (UINT)-1 ||
            (command >= CMD_COLUMN && command <= CMD_COLUMN_LAST))
            continue;
        UINT grey = commands_grey(main, command) ? MF_GRAYED : MF_ENABLED;
        UINT check = commands_checked(main, command) ? MF_CHECKED : MF_UNCHECKED;
        EnableMenuItem(menu, (UINT)i, MF_BYPOSITION | grey);
        CheckMenuItem(menu, (UINT)i, MF_BYPOSITION | check);
    }
}

static void run_menu(struct main_window *main, HMENU menu, POINT where)
{
    main->in_menu = true;
    UINT command = (UINT)TrackPopupMenu(menu, TPM_RETURNCMD | TPM_RIGHTBUTTON, where.x, where.y, 0,
                                        main->window, NULL);
    main->in_menu = false;
    DestroyMenu(menu);
    if (command && !main->ended)
        commands_run(main, command);
}

void menus_open(struct main_window *main, struct list_pane *pane, POINT where)
{
    const unsigned *items = process_context;
    if (pane == main->connections)
        items = connection_context;
    else if (pane == main->hits)
        items = hit_context;
    main->last = pane;
    HMENU menu = make_menu(items);
    if (menu)
        run_menu(main, menu, where);
}

void menus_open_columns(struct main_window *main, struct list_pane *pane, POINT where)
{
    const struct list_pane_class *class = list_pane_class(pane);
    struct rowview *rowview = list_pane_rowview(pane);
    HMENU menu = CreatePopupMenu();
    if (!menu)
        return;
    main->last = pane;
    for (unsigned place = 0; place < class->column_count; place++) {
        UINT flags = MF_STRING;
        if (rowview_column_shown(rowview, place))
            flags |= MF_CHECKED;
        if (place == 0)
            flags |= MF_GRAYED; /* the tree hangs on it */
        AppendMenuW(menu, flags, CMD_COLUMN + place,
                    string_wide(class->title + class->columns[place].id));
    }
    run_menu(main, menu, where);
}

HACCEL menus_keys(void)
{
    static const ACCEL keys[] = {
        {FVIRTKEY, VK_SPACE, CMD_PAUSE},
        {FVIRTKEY, VK_DELETE, CMD_KILL},
        {FVIRTKEY | FSHIFT, VK_DELETE, CMD_KILL_TREE},
        {FVIRTKEY, VK_F5, CMD_REFRESH},
        {FVIRTKEY, VK_F6, CMD_NEXT_PANE},
        {FVIRTKEY | FSHIFT, VK_F6, CMD_PREVIOUS_PANE},
        {FVIRTKEY, VK_F11, CMD_PRESENTATION},
        {FVIRTKEY | FCONTROL, 'S', CMD_SAVE},
        {FVIRTKEY | FCONTROL, 'C', CMD_COPY_ROW},
        {FVIRTKEY | FCONTROL | FSHIFT, 'C', CMD_COPY_JSON},
        {FVIRTKEY | FCONTROL, 'T', CMD_TREE},
        {FVIRTKEY | FCONTROL, 'L', CMD_LOWER},
        {FVIRTKEY | FCONTROL, 'E', CMD_FILTER},
        {FVIRTKEY | FCONTROL, 'F', CMD_FIND},
        {FVIRTKEY | FCONTROL, 'W', CMD_WATCHLIST},
        {FVIRTKEY | FCONTROL, '1', CMD_TAB_CONNECTIONS},
        {FVIRTKEY | FCONTROL, '2', CMD_TAB_HITS},
        {FVIRTKEY | FCONTROL, '3', CMD_TAB_DETAILS},
    };
    return CreateAcceleratorTableW((LPACCEL)(UINT_PTR)keys, sizeof keys / sizeof keys[0]);
}
