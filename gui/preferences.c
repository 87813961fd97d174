#include "gui/preferences.h"

#include "core/windows/files.h"
#include "core/windows/text16.h"
#include "gui/theme.h"
#include "gui/watching.h"
#include "res/ids.h"

#define FILE_MOST ((size_t)256 << 20)
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

static void list_path(const struct main_window *main, struct buffer *path)
{
    struct text chosen = settings_text(main->settings, SETTING_WATCHLIST);
    if (chosen.size)
        buffer_add(path, chosen);
    else
        settings_path_of(main->settings, "watchlist.txt", path);
}

/* "FILE could not be read: WHY". */
static void tell_unread(struct main_window *main, unsigned id, struct text path, enum status status)
{
    struct buffer why;
    struct buffer line;
    buffer_init(&why, 256);
    buffer_init(&line, PATH_MOST);
    string_add(&why, STR_STATUS_PHRASE + (unsigned)status);
    const struct text arguments[] = {path, buffer_text(&why)};
    string_fill(&line, id, arguments, 2);
    status_tell(main, buffer_text(&line));
    buffer_done(&why);
    buffer_done(&line);
}

static void read_watchlist(struct main_window *main, struct text path, bool must)
{
    struct buffer content;
    struct buffer problem;
    buffer_init(&content, FILE_MOST);
    buffer_init(&problem, (size_t)64 * 1024);
    enum status status = files_read(path, &content, NULL);
    if (status == ST_OK)
        status = watching_load(main->session, path, buffer_text(&content), &problem, NULL);
    if (status != ST_OK && (must || status != ST_NOT_FOUND))
        tell_unread(main, STR_LIST_FAILED, path, status);
    else if (problem.size)
        status_tell(main, buffer_text(&problem));
    buffer_done(&content);
    buffer_done(&problem);
}

static void read_known(struct main_window *main)
{
    struct buffer path;
    struct buffer content;
    struct buffer problems;
    struct known *known = NULL;
    buffer_init(&path, PATH_MOST);
    buffer_init(&content, FILE_MOST);
    buffer_init(&problems, (size_t)64 * 1024);
    settings_path_of(main->settings, "known.txt", &path);
    enum status status = files_read(buffer_text(&path), &content, NULL);
    if (status != ST_OK && status != ST_NOT_FOUND)
        tell_unread(main, STR_LIST_FAILED, buffer_text(&path), status);
    /* An empty list, too, is one that can be added to. */
    if (known_read(buffer_text(&content), &known, &problems) == ST_OK) {
        session_set_known(main->session, known);
        known_release(known);
    }
    if (problems.size)
        status_tell(main, buffer_text(&problems));
    buffer_done(&path);
    buffer_done(&content);
    buffer_done(&problems);
}

void preferences_read_lists(struct main_window *main)
{
    struct buffer path;
    buffer_init(&path, PATH_MOST);
    read_known(main);
    if (main->setup->list)
        text16_add(&path, main->setup->list, wcslen(main->setup->list));
    else
        list_path(main, &path);
    read_watchlist(main, buffer_text(&path), main->setup->list != NULL);
    buffer_done(&path);
}

static void keep(struct main_window *main, struct text path, const struct buffer *content)
{
    struct failure failure;
    enum status status = content->failed;
    if (status == ST_OK)
        status = files_replace(path, buffer_text(content), &failure);
    if (status != ST_OK)
        tell_unread(main, STR_SAVE_FAILED, path, status);
}

void preferences_keep_lists(struct main_window *main)
{
    struct buffer path;
    struct buffer content;
    buffer_init(&path, PATH_MOST);
    buffer_init(&content, FILE_MOST);
    /* A list that was named for this start alone does not replace the one that is kept. */
    if (!main->setup->list) {
        list_path(main, &path);
        watching_write(main->session, &content);
        keep(main, buffer_text(&path), &content);
    }
    buffer_clear(&path);
    buffer_clear(&content);
    settings_path_of(main->settings, "known.txt", &path);
    if (session_known(main->session)) {
        known_write(&content, session_known(main->session));
        keep(main, buffer_text(&path), &content);
    }
    buffer_done(&path);
    buffer_done(&content);
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
