#include "gui/remove_dialog.h"

#include <commctrl.h>

#include "core/case/ecs_handle.h"
#include "gui/act_words.h"
#include "gui/cell_text.h"
#include "gui/dialog.h"
#include "gui/evidence_words.h"
#include "gui/grid.h"
#include "gui/strings.h"

#define WORDS_MOST ((size_t)256 * 1024)
#define JOB_DONE (WM_APP + 60)
#define LOOK_TIMER 1
#define LOOK_MS 100
#define WAIT_MS 30000 /* for a removal whose window goes: its end belongs into the journal */

struct remove_window {
    struct dialog dialog;
    const struct remove_dialog_setup *setup;
    struct worker *worker;  /* NULL: nothing is under way */
    struct worker *last;    /* holds `job` when nothing is */
    struct remove_job *job; /* what is shown; NULL: there is no memory */
    enum removal_way way;
    bool shown;   /* the search is over and was told */
    bool closing; /* the user has closed it; the removal is waited for */
    struct grid *grid;
    HWND file;
    HWND facts;
    HWND told;
    HWND stop;
    HWND ways[REMOVAL_WAYS];
    HWND sample;
    HWND kill;
    HWND handles;
    HWND note;
    HWND cancel;
    HWND act;
};

static void check(HWND box, bool checked)
{
    SendMessageW(box, BM_SETCHECK, checked ? BST_CHECKED : BST_UNCHECKED, 0);
}

/* --- rows --- */

static void add_failure(struct buffer *out, const struct failure *failure)
{
    string_add(out, STR_STATUS_PHRASE + (unsigned)failure->status);
    if (!failure->call)
        return;
    buffer_add_string(out, " (");
    buffer_add_string(out, failure->call);
    if (failure->code) {
        buffer_add_string(out, ", ");
        buffer_add_unsigned(out, failure->code);
    }
    buffer_add_byte(out, ')');
}

static bool is_guarded(const struct remove_row *row)
{
    return row->has_user && row->user.verdict.rail != RAIL_FREE;
}

static void add_kind(const struct remove_row *row, struct buffer *out)
{
    static const unsigned kinds[HANDLE_KINDS] = {
        [HANDLE_OPEN] = 2, [HANDLE_MODULE] = 1, [HANDLE_IMAGE] = 0};

    if (row->kind == REMOVE_ROW_STEP)
        string_add(out, STR_REMOVE_STEP + (unsigned)row->step);
    else if (row->kind == REMOVE_ROW_PLACE)
        string_add(out, STR_REMOVE_KIND + 3);
    else
        string_add(out, STR_REMOVE_KIND + kinds[row->user.row.kind]);
}

static void add_who(const struct remove_row *row, struct buffer *out)
{
    if (row->has_user)
        act_words_process(out, row->user.row.process_name, row->user.row.process.pid);
    if (row->kind != REMOVE_ROW_PLACE)
        return;
    buffer_add(out, row->place.key);
}

static void add_separated(struct buffer *out, unsigned words)
{
    if (out->size)
        buffer_add_string(out, "; ");
    string_add(out, words);
}

static void add_handle(const struct remove_row *row, struct buffer *out)
{
    if (!row->has_user || row->user.row.kind != HANDLE_OPEN)
        return;
    buffer_add(out, row->user.row.type);
    buffer_add_byte(out, ' ');
    handle_row_add_hex(out, row->user.row.value);
}

static void add_more(const struct remove_row *row, struct buffer *out)
{
    if (row->kind == REMOVE_ROW_STEP) {
        string_add(out, row->done ? STR_REMOVE_DONE : STR_REMOVE_NOT_DONE);
        if (!row->done && row->failure.status != ST_OK) {
            buffer_add_string(out, ": ");
            add_failure(out, &row->failure);
        } else if (!row->done && is_guarded(row)) {
            buffer_add_string(out, ": ");
            string_add(out, STR_GUARD + (unsigned)row->user.verdict.guard);
        }
        return;
    }
    add_handle(row, out);
    if (is_guarded(row))
        add_separated(out, STR_GUARD + (unsigned)row->user.verdict.guard);
    if (row->kind != REMOVE_ROW_PLACE)
        return;
    if (row->place.autorun)
        add_separated(out, STR_REMOVE_AUTORUN);
    if (!row->place.whole)
        add_separated(out, STR_REMOVE_NAME_ONLY);
    if (row->place.is_value) {
        buffer_add_string(out, out->size ? "; " : "");
        buffer_add(out, row->place.value);
        buffer_add_string(out, row->place.value.size ? " = " : "= ");
        buffer_add(out, row->place.around);
    }
}

static void cell_text(void *context, uint32_t place, unsigned column, struct buffer *out)
{
    const struct remove_window *window = context;
    const struct remove_row row = remove_job_row(window->job, place);

    if (column == 0)
        add_kind(&row, out);
    else if (column == 1)
        add_who(&row, out);
    else
        add_more(&row, out);
}

static unsigned empty_words(void *context)
{
    const struct remove_window *window = context;

    return window->shown ? STR_REMOVE_NOBODY : STR_REMOVE_STAGE;
}

static const struct grid_column columns[] = {
    {"what", STR_REMOVE_COLUMN, 130, false},
    {"who", STR_REMOVE_COLUMN + 1, 330, false},
    {"more", STR_REMOVE_COLUMN + 2, 370, false},
};

static const struct grid_class grid_class = {
    .key = "remove",
    .columns = columns,
    .column_count = 3,
    .text = cell_text,
    .empty = empty_words,
};

/* --- what is told --- */

static void fill(struct buffer *out, unsigned id, uint64_t number)
{
    struct buffer digits;

    buffer_init(&digits, 32);
    buffer_add_unsigned(&digits, number);
    const struct text argument = buffer_text(&digits);
    string_fill(out, id, &argument, 1);
    buffer_done(&digits);
}

static void fill_text(struct buffer *out, unsigned id, struct text value)
{
    string_fill(out, id, &value, 1);
}

static void add_facts(struct buffer *out, const struct remove_window *window)
{
    const struct removal_sight *sight = window->job->sight;
    const struct cell_words times = {.utc = window->setup->utc};
    struct buffer size;
    struct buffer created;
    struct buffer modified;

    buffer_init(&size, 256);
    buffer_init(&created, 256);
    buffer_init(&modified, 256);
    evidence_words_size(&size, sight->times.size);
    cell_text_add_moment(&times, sight->times.created, &created);
    cell_text_add_moment(&times, sight->times.modified, &modified);
    if (!created.size)
        string_add(&created, STR_SIZE_UNKNOWN);
    const struct text arguments[] = {buffer_text(&size), buffer_text(&created),
                                     buffer_text(&modified)};
    string_fill(out, STR_REMOVE_FACTS, arguments, 3);
    if (sight->links > 1)
        fill(out, STR_REMOVE_LINKS, sight->links - 1);
    if (sight->in_windows)
        string_add(out, STR_REMOVE_FOREIGN);
    if (sight->led)
        fill_text(out, STR_REMOVE_LED, sight->asked);
    buffer_done(&modified);
    buffer_done(&created);
    buffer_done(&size);
}

static void tell_file(const struct remove_window *window)
{
    const struct removal_sight *sight = window->job->sight;
    struct buffer words;

    buffer_init(&words, WORDS_MOST);
    if (sight && sight->thing == REMOVAL_FILE)
        add_facts(&words, window);
    dialog_set_text(window->file, sight && sight->path.size ? sight->path : window->setup->path);
    dialog_set_text(window->facts, buffer_text(&words));
    buffer_done(&words);
}

static void add_found(struct buffer *out, const struct remove_job *job)
{
    const struct removal_lists *lists = &job->lists;
    bool whole = lists->users_end == ST_OK && lists->places_end == ST_OK;

    if (job->status != ST_OK) {
        const struct failure failure = {.status = job->status};
        add_failure(out, &failure);
        return;
    }
    if (job->bar != REMOVAL_FREE)
        return;
    fill(out, whole ? STR_REMOVE_FOUND : STR_REMOVE_FOUND_PARTLY,
         lists->user_count + lists->places_found);
    if (lists->places_found > lists->place_count)
        fill(out, STR_REMOVE_NOT_SHOWN, lists->places_found - lists->place_count);
    if (lists->not_opened)
        fill(out, STR_REMOVE_NOT_OPENED, lists->not_opened);
    if (lists->names_not_read)
        fill(out, STR_REMOVE_NOT_READ, lists->names_not_read);
}

static void add_outcome(struct buffer *out, const struct remove_job *job)
{
    const struct removal_result *result = &job->result;
    struct buffer why;

    buffer_init(&why, WORDS_MOST);
    if (result->outcome == REMOVAL_BARRED)
        string_add(&why, STR_REMOVE_BAR + (unsigned)result->bar);
    else if (result->failure.status != ST_OK)
        add_failure(&why, &result->failure);
    fill_text(out, STR_REMOVE_OUTCOME + (unsigned)result->outcome, buffer_text(&why));
    if (result->path.size)
        fill_text(out, result->renamed ? STR_REMOVE_CALLED : STR_REMOVE_COPY,
                  buffer_text(&result->path));
    if (result->recorded.size)
        fill_text(out, STR_REMOVE_RECORDED, buffer_text(&result->recorded));
    if (result->end_unwritten)
        string_add(out, STR_REMOVE_UNWRITTEN);
    if (removal_worked(result->outcome) && job->lists.places_found)
        fill(out, STR_REMOVE_STILL_NAMED, job->lists.places_found);
    buffer_done(&why);
}

static void tell(const struct remove_window *window)
{
    struct remove_job *job = window->job;
    struct buffer words;

    buffer_init(&words, WORDS_MOST);
    if (!job)
        string_add(&words, STR_NO_MEMORY);
    else if (window->worker)
        fill(&words, STR_REMOVE_STAGE + (unsigned)atomic_load(&job->stage),
             atomic_load(&job->progress.done));
    else if (job->has_result)
        add_outcome(&words, job);
    else
        add_found(&words, job);
    dialog_set_text(window->told, buffer_text(&words));
    buffer_done(&words);
}

/* --- what can be chosen --- */

static bool is_ready(const struct remove_window *window)
{
    const struct remove_job *job = window->job;

    return job && !window->worker && job->task == REMOVE_SEARCH && job->status == ST_OK &&
           job->bar == REMOVAL_FREE;
}

static struct removal_order order_of(const struct remove_window *window, enum removal_way way)
{
    return (struct removal_order){
        .sight = window->job->sight,
        .lists = &window->job->lists,
        .way = way,
        .sample = dialog_is_checked(window->sample),
        .kill = dialog_is_checked(window->kill),
        .close = dialog_is_checked(window->handles),
    };
}

static enum removal_bar bar_of(const struct remove_window *window)
{
    const struct removal_order order = order_of(window, window->way);

    return removal_order_bar(&order, window->job->elevated);
}

/* Why it can't be removed, or not in this way; else why another way is closed. */
static void tell_note(const struct remove_window *window)
{
    const struct remove_job *job = window->job;
    struct buffer why;
    struct buffer words;
    unsigned id = 0;
    enum removal_bar bar = REMOVAL_FREE;

    buffer_init(&why, WORDS_MOST);
    buffer_init(&words, WORDS_MOST);
    if (job && !window->worker && job->bar != REMOVAL_FREE) {
        id = STR_REMOVE_BARRED;
        bar = job->bar;
    } else if (is_ready(window)) {
        bar = bar_of(window);
        id = STR_REMOVE_WAY_BARRED;
        if (bar == REMOVAL_FREE && !job->elevated) {
            bar = REMOVAL_BAR_RIGHTS;
            id = STR_REMOVE_RESTART_BARRED;
        }
    }
    if (bar != REMOVAL_FREE) {
        string_add(&why, STR_REMOVE_BAR + (unsigned)bar);
        if (bar == REMOVAL_BAR_NAME && job->sight->why.status != ST_OK) {
            buffer_add_string(&why, ": ");
            add_failure(&why, &job->sight->why);
        }
        fill_text(&words, id, buffer_text(&why));
    }
    dialog_set_text(window->note, buffer_text(&words));
    buffer_done(&words);
    buffer_done(&why);
}

static void enable(const struct remove_window *window)
{
    bool ready = is_ready(window);
    const struct remove_job *job = window->job;

    for (int way = 0; way < REMOVAL_WAYS; way++)
        EnableWindow(window->ways[way], ready && (way != REMOVAL_RESTART || job->elevated));
    EnableWindow(window->sample, ready && window->way != REMOVAL_QUARANTINE);
    EnableWindow(window->kill, ready && removal_is_run(&job->lists));
    EnableWindow(window->handles, ready && removal_is_held(&job->lists));
    EnableWindow(window->stop, window->worker != NULL);
    EnableWindow(window->act, ready && bar_of(window) == REMOVAL_FREE);
    tell_note(window);
}

/* Who had the focus may have become grey. */
static void keep_focus(const struct remove_window *window)
{
    HWND focus = GetFocus();

    if (!focus || !IsWindowEnabled(focus) || !IsWindowVisible(focus))
        SetFocus(is_ready(window) ? window->ways[window->way] : window->cancel);
}

static void choose(struct remove_window *window, enum removal_way way)
{
    window->way = way;
    for (int i = 0; i < REMOVAL_WAYS; i++)
        check(window->ways[i], i == (int)way);
    check(window->sample, way != REMOVAL_QUARANTINE); /* the quarantine is a copy itself */
    enable(window);
}

static void show_rows(struct remove_window *window)
{
    if (window->job)
        grid_set_count(window->grid, (uint32_t)remove_job_rows(window->job), false);
}

/* --- jobs --- */

static void start(struct remove_window *window, struct remove_job *job)
{
    window->job = job;
    if (job)
        window->worker = remove_job_start(job, window->dialog.window, JOB_DONE);
    if (!window->worker)
        window->job = NULL; /* it was handed over */
    enable(window);
    tell(window);
    keep_focus(window);
}

static void start_search(struct remove_window *window)
{
    const struct remove_dialog_setup *setup = window->setup;
    struct buffer folder;
    struct remove_job *job;

    buffer_init(&folder, WORDS_MOST);
    case_sink_place(setup->sink, &folder);
    job = remove_job_new(setup->path, buffer_text(&folder), setup->snapshot);
    buffer_done(&folder);
    if (job) {
        job->sink = setup->sink;
        job->system = setup->system;
        job->make_hand = setup->make_hand;
        job->context = setup->context;
        job->self = setup->self;
    }
    start(window, job);
}

static void start_removal(struct remove_window *window)
{
    const struct removal_order order = order_of(window, window->way);
    struct remove_job *job = remove_job_after(window->job, &order);

    if (!job) {
        dialog_set_filled(window->told, STR_NO_MEMORY, NULL, 0);
        return;
    }
    ShowWindow(window->stop, SW_SHOWNA);
    start(window, job);
}

static void job_done(struct remove_window *window, WPARAM number)
{
    if (!window->worker || worker_number(window->worker) != number)
        return;
    worker_release(window->last);
    window->last = window->worker;
    window->worker = NULL;
    window->shown = true;
    if (window->closing) {
        dialog_end(&window->dialog, IDCANCEL);
        return;
    }
    tell_file(window);
    show_rows(window);
    grid_redraw(window->grid);
    ShowWindow(window->stop, SW_HIDE);
    if (window->job->task == REMOVE_RUN) {
        SetWindowTextW(window->cancel, string_wide(STR_CLOSE));
        grid_select(window->grid, (uint32_t)remove_job_rows(window->job) - 1);
    }
    enable(window);
    tell(window);
    keep_focus(window);
}

static void stop(const struct remove_window *window)
{
    if (window->worker)
        atomic_store(&window->job->stop, true);
}

/* --- the dialog --- */

static bool make_controls(struct remove_window *window)
{
    const struct dialog *dialog = &window->dialog;

    window->file = dialog_label(dialog, REMOVE_FILE, 0);
    window->facts = dialog_label(dialog, REMOVE_FACTS, 0);
    window->grid = grid_new(dialog->window, REMOVE_GRID, &grid_class, window);
    window->told = dialog_label(dialog, REMOVE_TOLD, 0);
    window->stop = dialog_button(dialog, REMOVE_STOP, STR_REMOVE_STOP);
    for (unsigned way = 0; way < REMOVAL_WAYS; way++)
        window->ways[way] = dialog_choice(dialog, REMOVE_WAY + way, STR_REMOVE_WAY + way,
                                          BS_AUTORADIOBUTTON | (way ? 0 : WS_GROUP));
    window->sample =
        dialog_choice(dialog, REMOVE_SAMPLE, STR_REMOVE_SAMPLE, BS_AUTOCHECKBOX | WS_GROUP);
    window->kill = dialog_choice(dialog, REMOVE_KILL, STR_REMOVE_KILL, BS_AUTOCHECKBOX);
    window->handles = dialog_choice(dialog, REMOVE_HANDLES, STR_REMOVE_HANDLES, BS_AUTOCHECKBOX);
    window->note = dialog_label(dialog, REMOVE_NOTE, 0);
    window->act = dialog_button(dialog, REMOVE_DO, STR_REMOVE_DO);
    window->cancel = dialog_button(dialog, IDCANCEL, STR_CANCEL);
    return window->file && window->facts && window->grid && window->told && window->stop &&
           window->ways[0] && window->ways[1] && window->ways[2] && window->sample &&
           window->kill && window->handles && window->note && window->cancel && window->act;
}

static bool open_window(void *context)
{
    struct remove_window *window = context;

    if (!make_controls(window))
        return false;
    SetWindowLongPtrW(window->file, GWL_STYLE,
                      GetWindowLongPtrW(window->file, GWL_STYLE) | SS_PATHELLIPSIS);
    dialog_set_text(window->file, window->setup->path);
    window->dialog.default_id = IDCANCEL;
    start_search(window);
    choose(window, REMOVAL_QUARANTINE);
    SetFocus(grid_window(window->grid));
    return SetTimer(window->dialog.window, LOOK_TIMER, LOOK_MS, NULL) != 0;
}

static void arrange(void *context, int width, int height)
{
    struct remove_window *window = context;
    const struct dialog *dialog = &window->dialog;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int line = (int)scale_words(dialog->fonts.plain, L"Ag", 0).cy;
    int inner = width - 2 * margin;
    int row = line + gap / 2;
    int stop = dialog_button_width(dialog, window->stop);
    const HWND boxes[] = {window->ways[0], window->ways[1], window->ways[2],
                          window->sample,  window->kill,    window->handles};
    const HWND right[] = {window->act, window->cancel};
    int bottom = height - margin - button;
    int top = margin + line + gap / 2;
    int at;

    SendMessageW(window->file, WM_SETFONT, (WPARAM)dialog->fonts.bold, FALSE);
    MoveWindow(window->file, margin, margin, inner, line, TRUE);
    MoveWindow(window->facts, margin, top, inner, 2 * line, TRUE);
    top += 2 * line + gap;
    at = bottom - gap - 2 * line;
    MoveWindow(window->note, margin, at, inner, 2 * line, TRUE);
    at -= 6 * row + gap + gap / 2;
    for (int i = 0; i < 6; i++)
        MoveWindow(boxes[i], margin, at + i * row + (i > 2 ? gap / 2 : 0), inner, row, TRUE);
    at -= gap + 3 * line;
    MoveWindow(window->told, margin, at, inner - stop - gap, 3 * line, TRUE);
    MoveWindow(window->stop, width - margin - stop, at, stop, button, TRUE);
    grid_set_scale(window->grid, dialog->fonts.plain, dialog->dpi);
    MoveWindow(grid_window(window->grid), margin, top, inner, at - gap - top, TRUE);
    dialog_row_to_right(dialog, right, 2, width - margin, bottom);
}

static void close_window(void *context)
{
    struct remove_window *window = context;

    stop(window);
    if (window->worker && window->job->task == REMOVE_RUN)
        window->closing = true; /* what was begun is let come to its end */
    else
        dialog_end(&window->dialog, IDCANCEL);
}

static void command(void *context, unsigned id, unsigned code)
{
    struct remove_window *window = context;

    (void)code;
    if (id == REMOVE_STOP)
        stop(window);
    else if (id >= REMOVE_WAY && id < REMOVE_WAY + REMOVAL_WAYS && is_ready(window))
        choose(window, (enum removal_way)(id - REMOVE_WAY));
    else if (id == REMOVE_KILL || id == REMOVE_HANDLES)
        enable(window);
    else if (id == REMOVE_DO && IsWindowEnabled(window->act))
        start_removal(window);
    else if (id == IDCANCEL)
        close_window(window);
}

static bool message(void *context, UINT number, WPARAM wide, LPARAM narrow, LRESULT *result)
{
    struct remove_window *window = context;

    *result = 0;
    if (number == JOB_DONE) {
        job_done(window, wide);
        return true;
    }
    if (number == WM_TIMER && wide == LOOK_TIMER) {
        if (window->worker) {
            show_rows(window);
            tell(window);
        }
        return true;
    }
    return number == WM_NOTIFY && grid_notify(window->grid, (const NMHDR *)narrow, result);
}

static const struct dialog_class remove_class = {
    .title = STR_REMOVE_TITLE,
    .width = 880,
    .height = 560,
    .least_width = 600,
    .least_height = 460,
    .place_key = "remove",
    .open = open_window,
    .arrange = arrange,
    .command = command,
    .message = message,
    .close = close_window,
};

bool remove_dialog_run(const struct remove_dialog_setup *setup)
{
    struct remove_window window = {.setup = setup};
    bool done;

    dialog_run(&window.dialog, &remove_class, &window, setup->owner, setup->settings);
    stop(&window);
    done = window.job && window.job->task == REMOVE_RUN;
    /* A removal borrows the case. */
    if (window.worker && done)
        worker_wait(window.worker, WAIT_MS);
    worker_release(window.worker);
    worker_release(window.last);
    grid_free(window.grid);
    return done;
}
