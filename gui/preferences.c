#include "gui/preferences.h"

#include "core/windows/text16.h"
#include "gui/theme.h"
#include "gui/watching.h"
#include "res/ids.h"

#define PATH_MOST ((size_t)128 * 1024)

static const struct {
    enum setting setting;
    size_t offset;
} flags[] = {
    {SETTING_GHOSTS, offsetof(struct main_options, ghosts)},
    {SETTING_FLAT, offsetof(struct main_options, flat)},
    {SETTING_LOWER, offsetof(struct main_options, lower)},
    {SETTING_FOLLOW, offsetof(struct main_options, follow)},
    {SETTING_WATCHED_FIRST, offsetof(struct main_options, watched_first)},
    {SETTING_UTC, offsetof(struct main_options, utc)},
    {SETTING_PRESENTATION, offsetof(struct main_options, presentation)},
};

static bool *flag_of(struct main_window *main, size_t which)
{
    return (bool *)((char *)&main->options + flags[which].offset);
}

void preferences_read(struct main_window *main)
{
    const struct settings *settings = main->settings;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        *flag_of(main, i) = settings_flag(settings, flags[i].setting);
    main->options.split = (unsigned)settings_number(settings, SETTING_SPLIT);
    int64_t tab = settings_number(settings, SETTING_TAB);
    main->options.tab = tab < TAB_COUNT ? (enum main_tab)tab : TAB_CONNECTIONS;
    enum strings_language language = main->setup->language;
    if (language == STRINGS_SYSTEM)
        language = strings_language_from(settings_text(settings, SETTING_LANGUAGE));
    strings_choose(language);
    char mode[16] = "";
    struct text chosen = settings_text(settings, SETTING_THEME);
    for (size_t i = 0; i < chosen.size && i + 1 < sizeof mode; i++)
        mode[i] = chosen.bytes[i];
    theme_choose(theme_mode_from(mode));
}

static void each_list(struct main_window *main, struct list_pane *panes[3])
{
    panes[0] = main->processes;
    panes[1] = main->connections;
    panes[2] = main->hits;
}

struct history_limits preferences_limits(const struct settings *settings)
{
    return (struct history_limits){
        .keep = settings_number(settings, SETTING_KEEP_MINUTES) * 60 * MOMENT_SECOND,
        .ended_processes = (uint32_t)settings_number(settings, SETTING_KEEP_PROCESSES),
        .closed_connections = (uint32_t)settings_number(settings, SETTING_KEEP_CONNECTIONS),
    };
}

void preferences_restore(struct main_window *main)
{
    struct list_pane *panes[3];
    each_list(main, panes);
    for (size_t i = 0; i < 3; i++) {
        struct text layout;
        if (settings_layout(main->settings, list_pane_class(panes[i])->key, &layout))
            rowview_set_layout(list_pane_rowview(panes[i]), layout);
    }
    settings_restore_window(main->settings, "main", main->window);
}

/* --- the lists --- */

/* A list that was named for this start alone does not replace the one that is kept: nowhere. */
void preferences_list_path(const struct main_window *main, struct buffer *path)
{
    if (main->setup->list)
        return;
    struct text chosen = settings_text(main->settings, SETTING_WATCHLIST);
    if (chosen.size)
        buffer_add(path, chosen);
    else
        settings_path_of(main->settings, "watchlist.txt", path);
}

enum status preferences_start_lists(struct main_window *main)
{
    struct buffer named;
    struct buffer kept;
    struct buffer known;
    buffer_init(&named, PATH_MOST);
    buffer_init(&kept, PATH_MOST);
    buffer_init(&known, PATH_MOST);
    if (main->setup->list)
        text16_add(&named, main->setup->list, wcslen(main->setup->list));
    preferences_list_path(main, &kept);
    settings_path_of(main->settings, "known.txt", &known);
    const struct watching_setup setup = {
        .session = main->session,
        .window = main->window,
        .message = MAIN_LISTS,
        .list = buffer_text(&named),
        .kept = buffer_text(&kept),
        .known_kept = buffer_text(&known),
    };
    main->watching = watching_new(&setup);
    buffer_done(&named);
    buffer_done(&kept);
    buffer_done(&known);
    return main->watching ? ST_OK : ST_NO_MEMORY;
}

void preferences_keep(struct main_window *main)
{
    struct list_pane *panes[3];
    each_list(main, panes);
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        settings_set_flag(main->settings, flags[i].setting, *flag_of(main, i));
    settings_set_number(main->settings, SETTING_SPLIT, main->options.split);
    settings_set_number(main->settings, SETTING_TAB, main->options.tab);
    for (size_t i = 0; i < 3; i++) {
        struct buffer layout;
        buffer_init(&layout, 4096);
        rowview_layout(list_pane_rowview(panes[i]), &layout);
        settings_set_layout(main->settings, list_pane_class(panes[i])->key, buffer_text(&layout));
        buffer_done(&layout);
    }
    settings_keep_window(main->settings, "main", main->window);
    settings_save(main->settings,
                  NULL); /* a folder that cannot be written: nobody is left to tell */
}
