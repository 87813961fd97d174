#include "gui/watch_dialog.h"

#include <commctrl.h>
#include <shellapi.h>

#include "core/base/memory.h"
#include "core/windows/library.h"
#include "core/windows/text16.h"
#include "gui/strings.h"
#include "gui/theme.h"
#include "gui/watch_dialog_parts.h"

#define TYPED_WAIT 150 /* ms after the last key */
#define FIELD_LINES 4

/* --- the lines of words --- */

static struct text number_text(struct buffer *room, uint64_t number)
{
    buffer_clear(room);
    buffer_add_unsigned(room, number);
    return buffer_text(room);
}

/* id 0: the count alone. */
void watch_tell(struct watch_window *watch, unsigned id, const struct text *arguments,
                unsigned count)
{
    uint32_t all = watchlist_count(watch->list) - watch->removed_count;
    struct buffer words;
    struct buffer shown;
    struct buffer total;

    buffer_init(&words, (size_t)1024 * 1024);
    buffer_init(&shown, 32);
    buffer_init(&total, 32);
    const struct text numbers[] = {number_text(&shown, watch->row_count), number_text(&total, all)};
    if (watch->needle.size)
        string_fill(&words, STR_WATCH_COUNT_FOUND, numbers, 2);
    else
        string_fill(&words, STR_WATCH_COUNT, numbers + 1, 1);
    if (id) {
        buffer_add_string(&words, " \xC2\xB7 ");
        string_fill(&words, id, arguments, count);
    }
    dialog_set_text(watch->count, buffer_text(&words));
    buffer_done(&words);
    buffer_done(&shown);
    buffer_done(&total);
}

void watch_tell_number(struct watch_window *watch, unsigned id, uint64_t number)
{
    struct buffer room;

    buffer_init(&room, 32);
    const struct text argument = number_text(&room, number);
    watch_tell(watch, id, &argument, 1);
    buffer_done(&room);
}

static void enable(struct watch_window *watch)
{
    bool idle = !watch->worker;
    bool any = watchlist_count(watch->list) > watch->removed_count;
    const HWND always[] = {watch->import, watch->paste, watch->use};

    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
        EnableWindow(always[i], idle);
    EnableWindow(watch->add, idle && GetWindowTextLengthW(watch->type) > 0);
    EnableWindow(watch->remove, idle && grid_selected_count(watch->grid) > 0);
    EnableWindow(watch->clear, idle && any);
    EnableWindow(watch->save, idle && any);
    ShowWindow(watch->busy, idle ? SW_HIDE : SW_SHOWNA);
}

void watch_set_busy(struct watch_window *watch, struct worker *worker, bool reading, unsigned id,
                    struct text name)
{
    if (!worker) {
        watch_tell(watch, STR_NO_MEMORY, NULL, 0);
        return;
    }
    watch->worker = worker;
    watch->reading = reading;
    SendMessageW(watch->busy, PBM_SETMARQUEE, TRUE, 40);
    watch_tell(watch, id, &name, name.size ? 1 : 0);
    enable(watch);
}

static void set_idle(struct watch_window *watch)
{
    worker_release(watch->worker);
    watch->worker = NULL;
    SendMessageW(watch->busy, PBM_SETMARQUEE, FALSE, 0);
    enable(watch);
}

/* --- what a worker brings --- */

static void take_list(struct watch_window *watch, struct edit_job *job)
{
    watchlist_release(watch->list);
    watch->list = job->made;
    job->made = NULL;
    memory_give(watch->removed);
    watch->removed = NULL;
    watch->removed_count = 0;
    memory_give(watch->order); /* it counted in the old list */
    watch->order = NULL;
    watch_rows_begin(watch);
    watch_rows_sort(watch);
}

static void tell_edited(struct watch_window *watch, const struct edit_job *job)
{
    struct buffer first;
    struct buffer second;

    buffer_init(&first, 64 * 1024);
    buffer_init(&second, 64 * 1024);
    if (job->purpose == EDIT_GOES_ON) {
        const struct text counts[] = {number_text(&first, job->change.added),
                                      number_text(&second, job->change.duplicates)};
        watch_tell(watch, STR_WATCH_TAKEN, counts, 2);
    } else if (job->kept != ST_OK) {
        string_add(&first, STR_STATUS_PHRASE + (unsigned)job->kept);
        const struct text arguments[] = {buffer_text(&job->path), buffer_text(&first)};
        watch_tell(watch, STR_SAVE_FAILED, arguments, 2);
    } else {
        const struct text arguments[] = {number_text(&first, watchlist_count(watch->list)),
                                         buffer_text(&job->path)};
        watch_tell(watch, STR_WATCH_SAVED, arguments, 2);
    }
    buffer_done(&first);
    buffer_done(&second);
}

static void edit_done(struct watch_window *watch, struct edit_job *job)
{
    uint32_t before = watchlist_count(watch->list);

    if (job->status != ST_OK) {
        struct buffer why;
        buffer_init(&why, 256);
        string_add(&why, STR_STATUS_PHRASE + (unsigned)job->status);
        const struct text argument = buffer_text(&why);
        watch_tell(watch, STR_WATCH_FAILED, &argument, 1);
        buffer_done(&why);
        return;
    }
    if (job->purpose == EDIT_ENDS) {
        watch->setup->use(watch->setup->context, job->made, job->kept, &job->failure);
        watch->used = true;
        dialog_end(&watch->dialog, IDOK);
        return;
    }
    take_list(watch, job);
    tell_edited(watch, job);
    if (job->purpose == EDIT_SAVES)
        return;
    watch->changed |= job->change.added > 0;
    if (watch->typed_pending)
        SetWindowTextW(watch->type, L"");
    watch->typed_pending = false;
    if (watch->use_after && GetWindowTextLengthW(watch->type) == 0) {
        watch_edit(watch, EDIT_ENDS, NULL, watch->setup->path);
        return;
    }
    watch->use_after = false;
    if (job->change.added && !watch->needle.size && watch->row_count > before)
        grid_select(watch->grid, watch->row_count - 1); /* shows that it came in */
}

static void job_done(struct watch_window *watch, WPARAM number)
{
    struct worker *worker = watch->worker;

    if (!worker || worker_number(worker) != number)
        return;
    watch->worker = NULL; /* what it brings may start the next */
    if (watch->reading)
        watch_take_read(watch, worker_data(worker));
    else
        edit_done(watch, worker_data(worker));
    worker_release(worker);
    if (!watch->worker && !watch->dialog.ended)
        set_idle(watch);
}

/* --- the dialog --- */

static HWND make_busy(const struct dialog *dialog)
{
    return CreateWindowExW(0, PROGRESS_CLASSW, L"", WS_CHILD | PBS_MARQUEE, 0, 0, 0, 0,
                           dialog->window, (HMENU)(UINT_PTR)WATCH_BUSY, GetModuleHandleW(NULL),
                           NULL);
}

/* A program with more rights than Explorer gets its dropped files only when it says so. */
static void accept_files(HWND window)
{
    typedef BOOL(WINAPI * change_filter)(HWND, UINT, DWORD, void *);
    change_filter allow = (change_filter)library_find(L"user32.dll", "ChangeWindowMessageFilterEx");
    static const UINT messages[] = {WM_DROPFILES, WM_COPYDATA, 0x0049 /* WM_COPYGLOBALDATA */};

    for (size_t i = 0; allow && i < sizeof messages / sizeof messages[0]; i++)
        allow(window, messages[i], 1 /* MSGFLT_ALLOW */, NULL);
    DragAcceptFiles(window, TRUE);
}

static bool open_watch(void *context)
{
    struct watch_window *watch = context;
    struct dialog *dialog = &watch->dialog;
    struct text layout;

    watch->type_label = dialog_label(dialog, 0, STR_WATCH_TYPE);
    watch->type =
        dialog_edit(dialog, WATCH_TYPE, ES_MULTILINE | ES_WANTRETURN | ES_AUTOVSCROLL | WS_VSCROLL);
    watch->add = dialog_button(dialog, WATCH_ADD, STR_WATCH_ADD);
    watch->import = dialog_button(dialog, WATCH_IMPORT, STR_WATCH_IMPORT);
    watch->paste = dialog_button(dialog, WATCH_PASTE, STR_WATCH_PASTE);
    watch->read = dialog_label(dialog, WATCH_READ, 0);
    watch->search = dialog_edit(dialog, WATCH_SEARCH, ES_AUTOHSCROLL);
    watch->grid = grid_new(dialog->window, WATCH_GRID, &watch_grid_class, watch);
    watch->remove = dialog_button(dialog, WATCH_REMOVE, STR_WATCH_REMOVE);
    watch->clear = dialog_button(dialog, WATCH_CLEAR, STR_WATCH_CLEAR);
    watch->save = dialog_button(dialog, WATCH_SAVE, STR_WATCH_SAVE);
    watch->count = dialog_label(dialog, WATCH_COUNT, 0);
    watch->busy = make_busy(dialog);
    watch->use = dialog_button(dialog, IDOK, STR_WATCH_USE);
    watch->cancel = dialog_button(dialog, IDCANCEL, STR_CANCEL);
    if (!watch->type || !watch->grid || !watch->use || !watch->cancel || !watch->count ||
        !watch->search || !watch->busy)
        return false;
    SendMessageW(watch->type, EM_SETLIMITTEXT, 0x7FFFFFFE, 0);
    SendMessageW(watch->search, EM_SETCUEBANNER, TRUE, (LPARAM)string_wide(STR_WATCH_SEARCH));
    if (dialog->settings && settings_layout(dialog->settings, watch_grid_class.key, &layout))
        grid_set_layout(watch->grid, layout);
    accept_files(dialog->window);
    watch_rows_begin(watch);
    watch_show_typed(watch);
    enable(watch);
    SetFocus(watch->type);
    if (watch->setup->import_at_once)
        PostMessageW(dialog->window, WATCH_IMPORT_AT_ONCE, 0, 0);
    return true;
}

/* The field with its buttons beside it; returns where the next thing goes. */
static int arrange_field(struct watch_window *watch, int width, int line)
{
    const struct dialog *dialog = &watch->dialog;
    const HWND column[] = {watch->add, watch->import, watch->paste};
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int widest = 0;
    int top = margin;

    MoveWindow(watch->type_label, margin, top, width - 2 * margin, line, TRUE);
    top += line + gap / 2;
    for (size_t i = 0; i < 3; i++) {
        int wanted = dialog_button_width(dialog, column[i]);
        widest = wanted > widest ? wanted : widest;
    }
    for (int i = 0; i < 3; i++)
        MoveWindow(column[i], width - margin - widest, top + i * (button + gap / 2), widest, button,
                   TRUE);
    int high = 3 * button + gap;
    MoveWindow(watch->type, margin, top, width - 2 * margin - gap - widest, high, TRUE);
    top += high + gap / 2;
    /* Two lines, so that nothing below moves when the words are long. */
    MoveWindow(watch->read, margin, top, width - 2 * margin, 2 * line + 2, TRUE);
    return top + 2 * line + 2 + gap;
}

static void arrange_watch(void *context, int width, int height)
{
    struct watch_window *watch = context;
    const struct dialog *dialog = &watch->dialog;
    const HWND changes[] = {watch->remove, watch->clear, watch->save};
    const HWND ends[] = {watch->use, watch->cancel};
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int line = (int)scale_words(dialog->fonts.plain, L"Ag", 0).cy;
    int edit = line + dialog_scaled(dialog, 9);
    int top = arrange_field(watch, width, line);

    int search = dialog_scaled(dialog, 260);
    MoveWindow(watch->search, width - margin - search, top, search, edit, TRUE);
    MoveWindow(watch->count, margin, top + (edit - line) / 2, width - 2 * margin - gap - search,
               line, TRUE);
    top += edit + gap;
    int bottom = height - margin - button;
    grid_set_scale(watch->grid, dialog->fonts.plain, dialog->dpi);
    MoveWindow(grid_window(watch->grid), margin, top, width - 2 * margin, bottom - gap - top, TRUE);
    int left = dialog_row_from_left(dialog, changes, 3, margin, bottom);
    int right = dialog_row_to_right(dialog, ends, 2, width - margin, bottom);
    int busy = dialog_scaled(dialog, 14);
    MoveWindow(watch->busy, left, bottom + (button - busy) / 2, right - gap - left, busy, TRUE);
}

static void search_changed(struct watch_window *watch)
{
    wchar_t words[512];
    int length = GetWindowTextW(watch->search, words, 512);

    buffer_clear(&watch->needle);
    text16_add(&watch->needle, words, (size_t)length);
    watch_rows_begin(watch);
    enable(watch);
}

static bool field_is_empty(const struct watch_window *watch)
{
    return GetWindowTextLengthW(watch->type) == 0;
}

/* What still stands in the field is meant, too: it goes in first, unless it is not understood. */
static void use_list(struct watch_window *watch)
{
    if (watch->worker)
        return;
    if (!field_is_empty(watch)) {
        watch->use_after = true;
        watch_add_typed(watch);
        watch->use_after &= watch->worker != NULL;
    } else if (watch->changed) {
        watch_edit(watch, EDIT_ENDS, NULL, watch->setup->path);
    } else {
        dialog_end(&watch->dialog, IDOK);
    }
}

static void command_watch(void *context, unsigned id, unsigned code)
{
    struct watch_window *watch = context;

    switch (id) {
    case WATCH_TYPE:
        if (code == EN_CHANGE)
            SetTimer(watch->dialog.window, WATCH_TIMER_TYPED, TYPED_WAIT, NULL);
        break;
    case WATCH_SEARCH:
        if (code == EN_CHANGE)
            search_changed(watch);
        break;
    case WATCH_ADD:
        watch_add_typed(watch);
        break;
    case WATCH_IMPORT:
        watch_add_chosen(watch);
        break;
    case WATCH_PASTE:
        watch_add_pasted(watch);
        break;
    case WATCH_REMOVE:
        watch_rows_remove_selected(watch);
        enable(watch);
        break;
    case WATCH_CLEAR:
        watch_rows_clear(watch);
        enable(watch);
        break;
    case WATCH_SAVE:
        watch_save_as(watch);
        break;
    case IDOK:
        use_list(watch);
        break;
    default:
        break;
    }
}

static void timer(struct watch_window *watch, WPARAM id)
{
    if (id == WATCH_TIMER_TYPED) {
        KillTimer(watch->dialog.window, WATCH_TIMER_TYPED);
        watch_show_typed(watch);
    } else if (id == WATCH_TIMER_SEARCH) {
        watch_rows_step(watch);
    }
}

static bool colour_read(const struct watch_window *watch, WPARAM wide, LRESULT *result)
{
    if (!watch->read_is_bad)
        return false;
    SetTextColor((HDC)wide, theme_colour(THEME_ERROR_TEXT));
    SetBkColor((HDC)wide, theme_colour(THEME_FACE));
    *result = (LRESULT)theme_brush(THEME_FACE);
    return true;
}

static bool message_watch(void *context, UINT message, WPARAM wide, LPARAM narrow, LRESULT *result)
{
    struct watch_window *watch = context;

    *result = 0;
    switch (message) {
    case WM_NOTIFY:
        return grid_notify(watch->grid, (const NMHDR *)narrow, result);
    case WM_TIMER:
        timer(watch, wide);
        return true;
    case WM_DROPFILES:
        watch_add_dropped(watch, (HANDLE)wide);
        return true;
    case WM_CTLCOLORSTATIC:
        return (HWND)narrow == watch->read && colour_read(watch, wide, result);
    case WATCH_JOB_DONE:
        job_done(watch, wide);
        return true;
    case WATCH_SORTED:
        watch_rows_sorted(watch, wide);
        return true;
    case WATCH_IMPORT_AT_ONCE:
        watch_add_chosen(watch);
        return true;
    default:
        return false;
    }
}

/* Esc first ends what is under way. */
static void close_watch(void *context)
{
    struct watch_window *watch = context;

    if (watch->worker) {
        set_idle(watch);
        watch_tell(watch, STR_WATCH_CANCELLED, NULL, 0);
        return;
    }
    if (watch->changed && !dialog_ask(watch->dialog.window, STR_DISCARD_TITLE, STR_DISCARD_TEXT,
                                      STR_DISCARD_KEEP, STR_DISCARD_DROP))
        return;
    dialog_end(&watch->dialog, IDCANCEL);
}

static void leave_watch(void *context)
{
    struct watch_window *watch = context;
    struct buffer layout;

    if (!watch->dialog.settings)
        return;
    buffer_init(&layout, 4096);
    grid_layout(watch->grid, &layout);
    if (!layout.failed)
        settings_set_layout(watch->dialog.settings, watch_grid_class.key, buffer_text(&layout));
    buffer_done(&layout);
}

static const struct dialog_class watch_class = {
    .title = STR_WATCH_TITLE,
    .width = 860,
    .height = 600,
    .least_width = 620,
    .least_height = 420,
    .place_key = "watchlist",
    .open = open_watch,
    .arrange = arrange_watch,
    .command = command_watch,
    .message = message_watch,
    .close = close_watch,
    .leave = leave_watch,
};

bool watch_dialog_run(const struct watch_dialog_setup *setup)
{
    struct watch_window *watch = memory_take(sizeof *watch);
    bool used;

    if (!watch)
        return false;
    watch->setup = setup;
    watch->list = setup->list ? watchlist_retain(setup->list) : NULL;
    buffer_init(&watch->needle, 4096);
    buffer_init(&watch->scratch, (size_t)4 * INDICATOR_MOST);
    dialog_run(&watch->dialog, &watch_class, watch, setup->owner, setup->settings);
    worker_release(watch->worker);
    worker_release(watch->sorter);
    used = watch->used;
    grid_free(watch->grid);
    watchlist_release(watch->list);
    memory_give(watch->removed);
    memory_give(watch->rows);
    memory_give(watch->order);
    buffer_done(&watch->needle);
    buffer_done(&watch->scratch);
    memory_give(watch);
    return used;
}
