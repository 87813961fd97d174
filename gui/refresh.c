/* From what the sampler published to what the lists show. The window's thread asks nothing of the
 * system here: it reads the snapshot that it holds. */
#include "gui/main_window.h"

#include <stdlib.h>

#include "core/base/memory.h"
#include "core/model/connection_cells.h"
#include "core/model/process_cells.h"
#include "core/windows/text16.h"
#include "res/ids.h"

#define FILTER_MOST 1024 /* characters */

/* Rows keep their places while the user aims: a menu is open, the mouse is down, Ctrl is held. */
bool refresh_frozen(const struct main_window *main)
{
    if (main->in_menu || rowview_held(list_pane_rowview(main->processes)) ||
        rowview_held(list_pane_rowview(main->connections)) ||
        rowview_held(list_pane_rowview(main->hits)))
        return true;
    return GetForegroundWindow() == main->window && GetAsyncKeyState(VK_CONTROL) < 0;
}

static bool is_shown(HWND window)
{
    return GetWindowLongPtrW(window, GWL_STYLE) & WS_VISIBLE;
}

/* "Follow": only connections of the processes that are selected in the tree. */
static bool follows(void *context, const void *rows, uint32_t index)
{
    const struct main_window *main = context;
    const struct snapshot *snapshot = rows;
    uint32_t process = snapshot->connections[index].process;
    if (process >= snapshot->process_count)
        return false;
    struct tree_view *view = list_pane_view(main->processes);
    uint32_t row = tree_view_find(view, snapshot->processes[process].id);
    return row != VIEW_NO_ROW && tree_view_selected(view, row);
}

static int id_compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* The filter is shared: a process one of whose connections matches is shown as well. */
static void share_filter(struct main_window *main, const struct snapshot *snapshot)
{
    struct tree_view *connections = list_pane_view(main->connections);
    struct tree_view *processes = list_pane_view(main->processes);
    uint32_t count = tree_view_count(connections);
    uint64_t *ids = NULL;
    size_t found = 0;
    if (filter_active(main->filter) && !main->options.follow && count)
        ids = memory_take_array(count, sizeof *ids);
    for (uint32_t row = 0; ids && row < count; row++) {
        uint32_t index = tree_view_row(connections, row)->index;
        uint32_t process = snapshot->connections[index].process;
        if (process < snapshot->process_count)
            ids[found++] = snapshot->processes[process].id;
    }
    if (found)
        qsort(ids, found, sizeof *ids, id_compare);
    tree_view_set_also(processes, ids, found); /* without memory: as before */
    memory_give(ids);
}

static void show_connections(struct main_window *main, const struct snapshot *snapshot)
{
    if (list_pane_show(main->connections, snapshot, snapshot->taken, snapshot->watchlist) != ST_OK)
        return;
    snapshot_release(main->connections_shown);
    main->connections_shown = snapshot_retain(snapshot);
}

static void show_processes(struct main_window *main, const struct snapshot *snapshot)
{
    if (list_pane_show(main->processes, snapshot, snapshot->taken, snapshot->watchlist) != ST_OK)
        return;
    snapshot_release(main->processes_shown);
    main->processes_shown = snapshot_retain(snapshot);
}

void refresh_details(struct main_window *main)
{
    if (!is_shown(details_pane_window(main->details)))
        return;
    struct list_pane *pane = main->last;
    uint32_t index = list_pane_current(pane);
    const void *rows = list_pane_rows(pane);
    if (index == VIEW_NO_ROW || !rows)
        details_pane_show_nothing(main->details);
    else if (pane == main->processes)
        details_pane_show_process(main->details, rows, index);
    else if (pane == main->connections)
        details_pane_show_connection(main->details, rows, index);
    else
        details_pane_show_hit(main->details, ((const struct hit_list *)rows)->hits[index],
                              session_snapshot(main->session)->taken);
}

void refresh_show(struct main_window *main)
{
    const struct snapshot *snapshot = session_snapshot(main->session);
    bool frozen = refresh_frozen(main);
    if (!snapshot->number)
        return;
    tree_view_set_frozen(list_pane_view(main->processes), frozen);
    tree_view_set_frozen(list_pane_view(main->connections), frozen);
    tree_view_set_frozen(list_pane_view(main->hits), frozen);
    if (is_shown(list_pane_window(main->connections)) || filter_active(main->filter))
        show_connections(main, snapshot);
    share_filter(main, snapshot);
    show_processes(main, snapshot);
    if (is_shown(list_pane_window(main->hits)))
        list_pane_show(main->hits, session_hits(main->session), snapshot->taken,
                       snapshot->watchlist);
    refresh_details(main);
    properties_show(main->properties, snapshot, main->options.utc);
    if (session_hits(main->session)->count != main->hits_told) {
        main->hits_told = session_hits(main->session)->count;
        layout_words(main); /* the tab and the title tell of it */
    }
    status_update(main);
}

int64_t refresh_ticks(void)
{
    LARGE_INTEGER count;
    LARGE_INTEGER frequency;
    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (int64_t)((double)count.QuadPart * 1e7 / (double)frequency.QuadPart);
}

/* What another program had selected that this one follows. */
static void select_at_first(struct main_window *main)
{
    const struct snapshot *snapshot = main->processes_shown;
    if (!main->select.pid || !snapshot || !snapshot->process_count)
        return;
    uint32_t process = snapshot_process_by_pid(snapshot, main->select.pid);
    if (process != NO_ROW &&
        process_key_equal(snapshot->processes[process].facts->key, main->select))
        refresh_go_to_process(main, snapshot->processes[process].id);
    main->select.pid = 0;
}

void refresh_take(struct main_window *main)
{
    if (!session_take(main->session))
        return;
    int64_t begun = refresh_ticks();
    main->told = main->told && begun - main->told_at < STATUS_STAYS;
    refresh_show(main);
    select_at_first(main);
    alert_update(main);
    main->refresh_last = refresh_ticks() - begun;
    if (main->refreshes++ && main->refresh_last > main->refresh_worst)
        main->refresh_worst = main->refresh_last; /* the first fills the lists */
}

void refresh_options(struct main_window *main)
{
    struct tree_view *processes = list_pane_view(main->processes);
    struct tree_view *connections = list_pane_view(main->connections);
    tree_view_set_ghosts(processes, main->options.ghosts, LIST_PANE_LINGER);
    tree_view_set_ghosts(connections, main->options.ghosts, LIST_PANE_LINGER);
    tree_view_set_flat(processes, main->options.flat);
    tree_view_set_watched_first(connections, main->options.watched_first);
    tree_view_set_admit(connections, main->options.follow ? follows : NULL, main);
    list_pane_set_utc(main->processes, main->options.utc);
    list_pane_set_utc(main->connections, main->options.utc);
    list_pane_set_utc(main->hits, main->options.utc);
    details_pane_set_utc(main->details, main->options.utc);
    find_window_set_utc(main->find, main->options.utc);
    layout_words(main); /* the button that says tree or flat */
    refresh_show(main);
}

void refresh_filter(struct main_window *main)
{
    wchar_t written[FILTER_MOST];
    int length = GetWindowTextW(main->filter_box, written, FILTER_MOST);
    struct buffer text;
    struct buffer why;
    buffer_init(&text, (size_t)FILTER_MOST * 4);
    buffer_init(&why, 1024);
    text16_add(&text, written, (size_t)length);
    enum status status = filter_set(main->filter, text_trim(buffer_text(&text)), &why);
    main->told = false;
    if (status == ST_OK) {
        bool active = filter_active(main->filter);
        struct list_pane *panes[] = {main->connections, main->processes, main->hits};
        for (size_t i = 0; i < sizeof panes / sizeof panes[0]; i++)
            list_pane_set_filter(panes[i], active ? filter_matches : NULL, main->filter);
        refresh_show(main);
    } else {
        const struct text arguments[] = {buffer_text(&why)};
        buffer_clear(&main->text);
        string_fill(&main->text, STR_FILTER_BAD, arguments, 1);
        status_tell(main, buffer_text(&main->text));
    }
    buffer_done(&text);
    buffer_done(&why);
}

bool refresh_go_to_process(struct main_window *main, uint64_t id)
{
    struct tree_view *view = list_pane_view(main->processes);
    const struct snapshot *snapshot = main->processes_shown;
    if (!snapshot || snapshot_process_by_id(snapshot, id) == NO_ROW)
        return false;
    if (!tree_view_reveal(view, id)) {
        /* The filter hides it, or ghosts are not shown: what was asked for is shown all the same.
         */
        SetWindowTextW(main->filter_box, L"");
        refresh_filter(main);
        if (!tree_view_reveal(view, id)) {
            main->options.ghosts = true;
            refresh_options(main);
            tree_view_reveal(view, id);
        }
    }
    list_pane_rearrange(main->processes);
    uint32_t row = tree_view_find(view, id);
    if (row == VIEW_NO_ROW)
        return false;
    SetFocus(list_pane_window(main->processes));
    rowview_go_to(list_pane_rowview(main->processes), row);
    return true;
}
