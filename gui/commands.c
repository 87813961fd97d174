/* What each command does, when it can be done, and why not otherwise. A command acts on the list
 * that had the focus last, and on what was selected there when it was given. */
#include "gui/main_window.h"

#include <commdlg.h>

#include "core/windows/file/files.h"
#include "core/windows/text16.h"
#include "gui/about.h"
#include "gui/export.h"
#include "gui/known_dialog.h"
#include "gui/preferences.h"
#include "gui/sinkhole_dialog.h"
#include "gui/theme.h"
#include "gui/watch_dialog.h"
#include "gui/watching.h"
#include "res/ids.h"

#define PATH_MOST 32768

/* --- what is selected --- */

static uint32_t process_of_hit(const struct main_window *main, const struct hit *hit)
{
    const struct snapshot *snapshot = main->processes_shown;
    if (!hit->process || !snapshot)
        return NO_ROW;
    for (uint32_t i = snapshot->process_count; i-- > 0;) {
        if (process_key_equal(snapshot->processes[i].facts->key, hit->process->key))
            return i;
    }
    return NO_ROW;
}

uint32_t commands_process_at(const struct main_window *main, uint32_t index)
{
    if (index == VIEW_NO_ROW || !main->processes_shown)
        return NO_ROW;
    if (main->last == main->processes)
        return index;
    if (main->last == main->hits)
        return process_of_hit(main, session_hits(main->session)->hits[index]);
    const struct snapshot *snapshot = main->connections_shown;
    uint32_t process = snapshot->connections[index].process;
    if (process >= snapshot->process_count)
        return NO_ROW;
    return snapshot_process_by_id(main->processes_shown, snapshot->processes[process].id);
}

uint32_t commands_process(const struct main_window *main)
{
    return commands_process_at(main, list_pane_current(main->last));
}

/* A hit keeps its connection as it was: what is meant is what became of it. */
static const struct connection_row *connection_of_hit(const struct main_window *main,
                                                      const struct hit *hit)
{
    const struct snapshot *snapshot = session_snapshot(main->session);
    if (hit->is_process)
        return NULL;
    for (uint32_t i = snapshot->connection_count; i-- > 0;)
        if (snapshot->connections[i].id == hit->connection.id)
            return &snapshot->connections[i];
    return &hit->connection;
}

const struct connection_row *commands_connection(const struct main_window *main)
{
    uint32_t index = list_pane_current(main->last);
    if (index == VIEW_NO_ROW)
        return NULL;
    if (main->last == main->connections)
        return &main->connections_shown->connections[index];
    if (main->last == main->hits)
        return connection_of_hit(main, session_hits(main->session)->hits[index]);
    return NULL;
}

bool commands_many_selected(const struct main_window *main)
{
    struct tree_view *view = list_pane_view(main->last);
    uint32_t first = tree_view_next_selected(view, 0);
    return first != VIEW_NO_ROW && tree_view_next_selected(view, first + 1) != VIEW_NO_ROW;
}

/* --- may it be done? --- */

static unsigned grey_process(const struct main_window *main, bool named)
{
    uint32_t process = commands_process(main);
    if (process == NO_ROW)
        return main->last == main->connections && commands_connection(main) ? STR_WHY_NO_OWNER
                                                                            : STR_WHY_NO_PROCESS;
    bool nameless = !main->processes_shown->processes[process].facts->name.size;
    return named && nameless ? STR_WHY_NO_NAME : 0;
}

static unsigned grey_address(const struct main_window *main)
{
    const struct connection_row *row = commands_connection(main);
    if (!row)
        return STR_WHY_NO_CONNECTION;
    return row->seen.has_remote ? 0 : STR_WHY_NO_REMOTE;
}

static unsigned grey_selection(const struct main_window *main)
{
    struct tree_view *view = list_pane_view(main->last);
    return tree_view_next_selected(view, 0) == VIEW_NO_ROW ? STR_WHY_NO_ROW : 0;
}

static unsigned grey_list(const struct main_window *main)
{
    return tree_view_count(list_pane_view(main->last)) ? 0 : STR_WHY_EMPTY;
}

unsigned commands_grey(const struct main_window *main, unsigned command)
{
    if (act_commands_are(command))
        return act_commands_grey(main, command);
    if (evidence_commands_are(command))
        return evidence_commands_grey(main, command);
    if (case_commands_are(command))
        return case_commands_grey(main, command);
    if (search_commands_are(command))
        return search_commands_grey(main, command);
    switch (command) {
    case CMD_TRAY_MINIMISE:
    case CMD_TRAY_CLOSE:
        return alert_can_hide(main) ? 0 : STR_WHY_NO_TRAY;
    case CMD_ELEVATE:
        return elevate_command_grey(main);
    case CMD_COPY_CELL:
    case CMD_COPY_ROW:
    case CMD_COPY_JSON:
    case CMD_DETAILS:
        return grey_selection(main);
    case CMD_SAVE:
    case CMD_SELECT_ALL:
        return grey_list(main);
    case CMD_WATCH_PROCESS:
    case CMD_KNOWN_PROCESS:
        return grey_process(main, true);
    case CMD_PROPERTIES:
    case CMD_SHOW_PROCESS:
    case CMD_SHOW_CONNECTIONS:
        return grey_process(main, false);
    case CMD_WATCH_ADDRESS:
    case CMD_KNOWN_ADDRESS:
        return grey_address(main);
    default:
        return 0;
    }
}

/* What the items of the two menus of intervals mean, in ms; 0: none of them. */
static uint32_t interval_of(unsigned command)
{
    static const uint32_t rates[] = {10, 25, 50, 100, 250, 1000};
    static const uint32_t speeds[] = {500, 1000, 2000, 5000};
    if (command >= CMD_RATE_10 && command <= CMD_RATE_1000)
        return rates[command - CMD_RATE_10];
    if (command >= CMD_SPEED_500 && command <= CMD_SPEED_5000)
        return speeds[command - CMD_SPEED_500];
    return 0;
}

static enum setting interval_setting(unsigned command)
{
    return command < CMD_SPEED_MENU ? SETTING_CONNECTIONS_MS : SETTING_PUBLISH_MS;
}

static enum setting flag_setting(unsigned command)
{
    switch (command) {
    case CMD_NOTIFY:
        return SETTING_NOTIFY;
    case CMD_SOUND:
        return SETTING_SOUND;
    case CMD_TRAY_MINIMISE:
        return SETTING_TRAY_MINIMISE;
    case CMD_TRAY_CLOSE:
        return SETTING_TRAY_CLOSE;
    case CMD_ASK:
        return SETTING_ASK;
    default:
        return SETTING_TRAY;
    }
}

static struct text theme_name(unsigned command)
{
    switch (command) {
    case CMD_THEME_LIGHT:
        return text_of("light");
    case CMD_THEME_DARK:
        return text_of("dark");
    default:
        return text_of("follow");
    }
}

bool commands_checked(const struct main_window *main, unsigned command)
{
    switch (command) {
    case CMD_PAUSE:
        return session_paused(main->session);
    case CMD_FLAT:
        return main->options.flat;
    case CMD_GHOSTS:
        return main->options.ghosts;
    case CMD_LOWER:
        return main->options.lower;
    case CMD_FOLLOW:
        return main->options.follow;
    case CMD_WATCHED_FIRST:
        return main->options.watched_first;
    case CMD_UTC:
        return main->options.utc;
    case CMD_PRESENTATION:
        return main->options.presentation;
    case CMD_ASK:
    case CMD_NOTIFY:
    case CMD_SOUND:
    case CMD_TRAY:
    case CMD_TRAY_MINIMISE:
    case CMD_TRAY_CLOSE:
        return settings_flag(main->settings, flag_setting(command));
    case CMD_THEME_FOLLOW:
    case CMD_THEME_LIGHT:
    case CMD_THEME_DARK:
        return text_equal(settings_text(main->settings, SETTING_THEME), theme_name(command));
    case CMD_ENGLISH:
        return strings_language() == STRINGS_ENGLISH;
    case CMD_CHINESE:
        return strings_language() == STRINGS_CHINESE;
    case CMD_TAB_CONNECTIONS:
    case CMD_TAB_HITS:
    case CMD_TAB_DETAILS:
        return main->options.lower &&
               main->options.tab == (enum main_tab)(command - CMD_TAB_CONNECTIONS);
    default:
        return interval_of(command) &&
               settings_number(main->settings, interval_setting(command)) == interval_of(command);
    }
}

/* --- telling --- */

static void tell_filled(struct main_window *main, unsigned id, struct text first,
                        struct text second)
{
    const struct text arguments[] = {first, second};
    struct buffer line;
    buffer_init(&line, (size_t)PATH_MOST * 4);
    string_fill(&line, id, arguments, 2);
    status_tell(main, buffer_text(&line));
    buffer_done(&line);
}

static void tell_count(struct main_window *main, unsigned id, uint32_t count, struct text second)
{
    struct buffer digits;
    buffer_init(&digits, 16);
    buffer_add_unsigned(&digits, count);
    tell_filled(main, id, buffer_text(&digits), second);
    buffer_done(&digits);
}

static void tell_status(struct main_window *main, enum status status)
{
    status_tell_string(main, STR_STATUS_PHRASE + (unsigned)status);
}

/* --- copying and saving --- */

static void copy(struct main_window *main, uint32_t (*add)(struct list_pane *, struct buffer *))
{
    struct buffer line;
    buffer_init(&line, (size_t)PATH_MOST * 4);
    export_copy(main->window, main->last, add, &line);
    status_tell(main, buffer_text(&line));
    buffer_done(&line);
}

static void save(struct main_window *main)
{
    struct buffer path;
    struct buffer line;
    bool json = false;
    buffer_init(&path, (size_t)PATH_MOST * 4);
    buffer_init(&line, (size_t)PATH_MOST * 8);
    main->in_menu = true;
    bool chosen = export_ask(main->window, &path, &json);
    main->in_menu = false;
    if (chosen && !main->ended) {
        export_save(main->last, buffer_text(&path), json, &line);
        status_tell(main, buffer_text(&line));
    }
    buffer_done(&line);
    buffer_done(&path);
}

/* Rather into any file than gone. */
void commands_rescue(uint64_t count, struct text lines)
{
    static wchar_t path[PATH_MOST]; /* filled here: 64 KB less in the program's file */
    struct buffer question;
    struct buffer digits;
    buffer_init(&question, 4096);
    buffer_init(&digits, 32);
    buffer_add_unsigned(&digits, count);
    const struct text arguments[] = {buffer_text(&digits)};
    string_fill(&question, STR_RESCUE, arguments, 1);
    wchar_t *words = text16_from(buffer_text(&question), NULL);
    buffer_done(&digits);
    buffer_done(&question);
    OPENFILENAMEW dialog = {
        .lStructSize = sizeof dialog,
        .lpstrFile = path,
        .nMaxFile = PATH_MOST,
        .lpstrDefExt = L"jsonl",
        .Flags = OFN_EXPLORER | OFN_OVERWRITEPROMPT | OFN_PATHMUSTEXIST | OFN_NOCHANGEDIR,
    };
    lstrcpynW(path, L"hits.jsonl", PATH_MOST);
    bool again = words && lines.size;
    while (again && MessageBoxW(NULL, words, string_wide(STR_TITLE),
                                MB_YESNO | MB_ICONWARNING | MB_SETFOREGROUND) == IDYES) {
        struct buffer name;
        buffer_init(&name, (size_t)PATH_MOST * 4);
        if (GetSaveFileNameW(&dialog)) {
            text16_add(&name, path, wcslen(path));
            again = files_replace(buffer_text(&name), lines, NULL) != ST_OK;
        }
        buffer_done(&name);
    }
    text16_free(words);
}

/* --- watching and knowing --- */

static void watch_process(struct main_window *main)
{
    uint32_t process = commands_process(main);
    if (process == NO_ROW)
        return;
    struct text name = main->processes_shown->processes[process].facts->name;
    enum status status = watching_add_name(main->watching, name);
    if (status == ST_OK)
        tell_filled(main, STR_WATCH_ADDED, name, (struct text){0});
    else
        tell_status(main, status);
}

static void know_process(struct main_window *main)
{
    uint32_t process = commands_process(main);
    if (process == NO_ROW)
        return;
    const struct process_facts *facts = main->processes_shown->processes[process].facts;
    bool path = facts->image.state == READ_OK && facts->image.value.size;
    struct text value = path ? facts->image.value : facts->name;
    enum status status = watching_add_known(main->watching, path ? KNOWN_PATH : KNOWN_NAME, value);
    if (status == ST_OK)
        tell_filled(main, STR_KNOWN_ADDED, value, (struct text){0});
    else
        tell_status(main, status);
}

static void with_address(struct main_window *main, bool watch)
{
    const struct connection_row *row = commands_connection(main);
    struct buffer written;
    if (!row || !row->seen.has_remote)
        return;
    buffer_init(&written, 128);
    address_add(&written, &row->seen.remote.address);
    struct text address = buffer_text(&written);
    enum status status = watch ? watching_add(main->watching, address)
                               : watching_add_known(main->watching, KNOWN_ADDRESS, address);
    if (status == ST_OK)
        tell_filled(main, watch ? STR_WATCH_ADDED : STR_KNOWN_ADDED, address, (struct text){0});
    else
        tell_status(main, status);
    buffer_done(&written);
}

/* The editor hands over a whole new list, which it has written already. */
static void use_list(void *context, const struct watchlist *list, enum status kept,
                     const struct failure *failure)
{
    struct main_window *main = context;
    (void)failure;
    session_set_watchlist(main->session, list);
    if (kept == ST_OK)
        tell_count(main, STR_STATUS_WATCHING, watchlist_count(list), (struct text){0});
    else
        tell_status(main, kept);
}

static void edit_watchlist(struct main_window *main, bool import)
{
    struct buffer path;
    if (watching_busy(main->watching)) { /* what is under way would be lost */
        tell_status(main, ST_BUSY);
        return;
    }
    buffer_init(&path, (size_t)PATH_MOST * 4);
    preferences_list_path(main, &path);
    const struct watch_dialog_setup setup = {
        .owner = main->window,
        .settings = main->settings,
        .list = session_watchlist(main->session),
        .path = buffer_text(&path),
        .import_at_once = import,
        .use = use_list,
        .context = main,
    };
    watch_dialog_run(&setup);
    buffer_done(&path);
    if (!main->ended)
        SetFocus(list_pane_window(main->last));
}

static void use_known(void *context, const struct known *known)
{
    struct main_window *main = context;
    enum status status = watching_set_known(main->watching, known);
    if (status != ST_OK)
        tell_status(main, status);
}

static void edit_known(struct main_window *main)
{
    const struct known_dialog_setup setup = {
        .owner = main->window,
        .settings = main->settings,
        .known = session_known(main->session),
        .use = use_known,
        .context = main,
    };
    known_dialog_run(&setup);
}

static void use_sinkhole(void *context, const struct sinkhole_wish *wishes, size_t count)
{
    struct main_window *main = context;
    enum status status = watching_pin(main->watching, wishes, count);
    if (status != ST_OK)
        tell_status(main, status);
}

static void edit_sinkhole(struct main_window *main)
{
    struct buffer hosts;
    buffer_init(&hosts, (size_t)PATH_MOST * 4);
    if (main->setup->hosts)
        text16_add(&hosts, main->setup->hosts, wcslen(main->setup->hosts));
    const struct sinkhole_dialog_setup setup = {
        .owner = main->window,
        .settings = main->settings,
        .list = session_watchlist(main->session),
        .hosts = buffer_text(&hosts),
        .sink = main->hits_kept,
        .system = main->setup->sinkhole,
        .elevated = main->elevated,
        .use = use_sinkhole,
        .context = main,
    };
    bool elevate = sinkhole_dialog_run(&setup);
    buffer_done(&hosts);
    if (elevate && !main->ended)
        commands_run(main, CMD_ELEVATE);
}

static void about(struct main_window *main)
{
    const struct about_facts facts = {
        .elevated = main->elevated,
        .debug = !main->setup->no_debug,
        .settings = settings_path(main->settings),
    };
    about_run(main->window, &facts);
}

/* --- going somewhere --- */

static void show_process(struct main_window *main)
{
    uint32_t process = commands_process(main);
    if (process != NO_ROW)
        refresh_go_to_process(main, main->processes_shown->processes[process].id);
}

static void show_connections(struct main_window *main)
{
    uint32_t process = commands_process(main);
    if (process == NO_ROW)
        return;
    uint64_t id = main->processes_shown->processes[process].id;
    if (refresh_go_to_process(main, id)) {
        main->options.follow = true;
        layout_select_tab(main, TAB_CONNECTIONS);
        refresh_options(main);
    }
}

static void properties(struct main_window *main)
{
    uint32_t process = commands_process(main);
    if (process != NO_ROW && !properties_open(main->properties, main->processes_shown, process))
        tell_status(main, ST_NO_MEMORY);
}

static void back_to_tree(struct main_window *main)
{
    main->options.flat = false;
    tree_view_set_sort(list_pane_view(main->processes), VIEW_NO_COLUMN, VIEW_NATURAL);
    refresh_options(main);
    rowview_redraw(list_pane_rowview(main->processes));
}

static void toggle_lower(struct main_window *main)
{
    main->options.lower = !main->options.lower;
    if (!main->options.lower && GetFocus() != main->filter_box)
        SetFocus(list_pane_window(main->processes));
    layout_arrange(main);
    refresh_show(main);
}

static void choose_language(struct main_window *main, enum strings_language language)
{
    strings_choose(language);
    settings_set_text(main->settings, SETTING_LANGUAGE,
                      language == STRINGS_CHINESE ? text_of("zh") : text_of("en"));
    menus_install(main);
    layout_words(main);
    layout_arrange(main);
    rowview_redraw(list_pane_rowview(main->processes));
    rowview_redraw(list_pane_rowview(main->connections));
    rowview_redraw(list_pane_rowview(main->hits));
    properties_translate(main->properties);
    find_window_translate(main->find);
    main->told = false;
    refresh_filter(main);
}

static void toggle_column(struct main_window *main, unsigned place)
{
    struct rowview *rowview = list_pane_rowview(main->last);
    rowview_show_column(rowview, place, !rowview_column_shown(rowview, place));
}

static void toggle(struct main_window *main, bool *option)
{
    *option = !*option;
    refresh_options(main);
}

static void toggle_setting(struct main_window *main, unsigned command)
{
    enum setting setting = flag_setting(command);
    settings_set_flag(main->settings, setting, !settings_flag(main->settings, setting));
    if (command != CMD_TRAY)
        return;
    alert_close(main);
    alert_open(main);
}

static void choose_theme(struct main_window *main, unsigned command)
{
    static const enum theme_mode modes[] = {THEME_FOLLOW, THEME_LIGHT, THEME_DARK};
    settings_set_text(main->settings, SETTING_THEME, theme_name(command));
    if (theme_choose(modes[command - CMD_THEME_FOLLOW]))
        main_window_dress(main);
}

static void choose_interval(struct main_window *main, unsigned command)
{
    settings_set_number(main->settings, interval_setting(command), interval_of(command));
    session_set_rates(main->session,
                      (uint32_t)settings_number(main->settings, SETTING_CONNECTIONS_MS),
                      (uint32_t)settings_number(main->settings, SETTING_PROCESSES_MS),
                      (uint32_t)settings_number(main->settings, SETTING_PUBLISH_MS));
}

static void view_command(struct main_window *main, unsigned command)
{
    switch (command) {
    case CMD_REFRESH:
        session_refresh(main->session);
        return;
    case CMD_FLAT:
        toggle(main, &main->options.flat);
        return;
    case CMD_GHOSTS:
        toggle(main, &main->options.ghosts);
        return;
    case CMD_FOLLOW:
        toggle(main, &main->options.follow);
        return;
    case CMD_WATCHED_FIRST:
        toggle(main, &main->options.watched_first);
        return;
    case CMD_UTC:
        toggle(main, &main->options.utc);
        return;
    case CMD_TREE:
        back_to_tree(main);
        return;
    case CMD_EXPAND_ALL:
    case CMD_COLLAPSE_ALL:
        tree_view_expand_all(list_pane_view(main->processes), command == CMD_EXPAND_ALL);
        list_pane_rearrange(main->processes);
        return;
    case CMD_LOWER:
        toggle_lower(main);
        return;
    case CMD_PRESENTATION:
        main->options.presentation = !main->options.presentation;
        layout_scale(main);
        return;
    case CMD_ASK:
    case CMD_NOTIFY:
    case CMD_SOUND:
    case CMD_TRAY:
    case CMD_TRAY_MINIMISE:
    case CMD_TRAY_CLOSE:
        toggle_setting(main, command);
        return;
    case CMD_THEME_FOLLOW:
    case CMD_THEME_LIGHT:
    case CMD_THEME_DARK:
        choose_theme(main, command);
        return;
    case CMD_ENGLISH:
    case CMD_CHINESE:
        choose_language(main, command == CMD_ENGLISH ? STRINGS_ENGLISH : STRINGS_CHINESE);
        return;
    case CMD_NEXT_PANE:
    case CMD_PREVIOUS_PANE:
        layout_next_pane(main, command == CMD_PREVIOUS_PANE);
        return;
    case CMD_FILTER:
        SetFocus(main->filter_box);
        SendMessageW(main->filter_box, EM_SETSEL, 0, -1);
        return;
    default:
        if (command >= CMD_TAB_CONNECTIONS && command <= CMD_TAB_DETAILS)
            layout_select_tab(main, (enum main_tab)(command - CMD_TAB_CONNECTIONS));
        else if (interval_of(command))
            choose_interval(main, command);
        return;
    }
}

void commands_run(struct main_window *main, unsigned command)
{
    unsigned grey = commands_grey(main, command);
    if (grey) {
        status_tell_string(main, grey);
        return;
    }
    if (act_commands_are(command)) {
        act_commands_run(main, command);
        return;
    }
    if (evidence_commands_are(command)) {
        evidence_commands_run(main, command);
        return;
    }
    if (case_commands_are(command)) {
        case_commands_run(main, command);
        return;
    }
    if (search_commands_are(command)) {
        search_commands_run(main, command);
        return;
    }
    switch (command) {
    case CMD_SAVE:
        save(main);
        return;
    case CMD_ELEVATE:
        elevate_command_run(main);
        return;
    case CMD_EXIT:
        PostMessageW(main->window, WM_CLOSE, 0, 0);
        return;
    case CMD_COPY_CELL:
        copy(main, export_cells);
        return;
    case CMD_COPY_ROW:
        copy(main, export_rows);
        return;
    case CMD_COPY_JSON:
        copy(main, export_json);
        return;
    case CMD_SELECT_ALL:
        rowview_select_all(list_pane_rowview(main->last));
        return;
    case CMD_DETAILS:
        layout_select_tab(main, TAB_DETAILS);
        return;
    case CMD_PROPERTIES:
        properties(main);
        return;
    case CMD_WATCH_PROCESS:
        watch_process(main);
        return;
    case CMD_KNOWN_PROCESS:
        know_process(main);
        return;
    case CMD_SHOW_CONNECTIONS:
        show_connections(main);
        return;
    case CMD_WATCH_ADDRESS:
    case CMD_KNOWN_ADDRESS:
        with_address(main, command == CMD_WATCH_ADDRESS);
        return;
    case CMD_SHOW_PROCESS:
        show_process(main);
        return;
    case CMD_WATCHLIST:
    case CMD_IMPORT:
        edit_watchlist(main, command == CMD_IMPORT);
        return;
    case CMD_KNOWN_LIST:
        edit_known(main);
        return;
    case CMD_SINKHOLE:
        edit_sinkhole(main);
        return;
    case CMD_TRAP:
        trap_desk_ask(main->trap, main->window);
        if (!main->ended)
            status_update(main);
        return;
    case CMD_ABOUT:
        about(main);
        return;
    case CMD_PAUSE:
        session_set_paused(main->session, !session_paused(main->session));
        layout_words(main);
        layout_arrange(main);
        status_update(main);
        alert_update(main);
        return;
    default:
        break;
    }
    if (command >= CMD_COLUMN && command <= CMD_COLUMN_LAST)
        toggle_column(main, command - CMD_COLUMN);
    else
        view_command(main, command);
}
