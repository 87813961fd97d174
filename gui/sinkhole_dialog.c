#include "gui/sinkhole_dialog.h"

#include <commctrl.h>

#include "core/base/memory.h"
#include "gui/dialog.h"
#include "gui/grid.h"
#include "gui/strings.h"

#define WORDS_MOST ((size_t)256 * 1024)
#define JOB_DONE (WM_APP + 50)
#define STAGE_TIMER 1
#define STAGE_MS 100
#define WAIT_MS 30000 /* for a job whose window goes: its end belongs into the journal */

struct sinkhole_window {
    struct dialog dialog;
    const struct sinkhole_dialog_setup *setup;
    struct worker *worker;    /* NULL: nothing is under way */
    struct worker *last;      /* holds `job` */
    struct sinkhole_job *job; /* the last that was done: what is shown. NULL: none yet */
    bool closing;             /* the user has closed it; the job is waited for */
    bool changed;             /* the ticks, since the last job */
    HWND text;
    HWND file;
    struct grid *grid;
    HWND limits;
    HWND told;
    HWND act;
    HWND undo;
    HWND convert;
    HWND elevate;
    HWND close;
};

static bool needs_elevation(const struct sinkhole_window *window)
{
    return !window->setup->elevated && !window->setup->hosts.size;
}

/* --- rows --- */

static bool can_tick(void *context, uint32_t row)
{
    const struct sinkhole_window *window = context;
    const struct sinkhole_wish *wish = &window->job->wishes[row];

    return wish->was_pinned || wish->why == SINKHOLE_FINE;
}

static bool is_ticked(void *context, uint32_t row)
{
    const struct sinkhole_window *window = context;

    return window->job->rows[row].ticked;
}

static bool is_dim(void *context, uint32_t row)
{
    return !can_tick(context, row);
}

/* The addresses that a row has, or gets: the free ones in the order of the rows. */
static struct sinkhole_entry entry_of(const struct sinkhole_window *window, uint32_t row)
{
    const struct sinkhole_job *job = window->job;
    struct sinkhole_numbers numbers = job->numbers;
    struct sinkhole_entry entry = job->wishes[row].entry;

    if (job->wishes[row].was_pinned || !job->rows[row].ticked || job->status != ST_OK)
        return entry;
    for (uint32_t i = 0; i <= row; i++)
        if (!job->wishes[i].was_pinned && job->rows[i].ticked && !sinkhole_take(&numbers, &entry))
            break;
    return entry;
}

static void add_reason(struct buffer *out, enum sinkhole_why why)
{
    string_add(out, STR_SINKHOLE_WHY + (unsigned)why);
}

/* What became of a row, what is so, or what will be. */
static unsigned state_of(const struct sinkhole_job *job, uint32_t row)
{
    const struct sinkhole_wish *wish = &job->wishes[row];
    const struct sinkhole_row *ticks = &job->rows[row];
    bool gone = job->has_result && wish->pinned && !wish->was_pinned &&
                job->result.outcome == SINKHOLE_PUT_BACK;

    if (wish->was_pinned && !ticks->ticked)
        return STR_SINKHOLE_GOES;
    if (wish->was_pinned)
        return STR_SINKHOLE_PINNED + (unsigned)wish->answer;
    if (gone)
        return STR_SINKHOLE_GONE;
    if (ticks->ticked)
        return STR_SINKHOLE_COMES;
    if (ticks->before)
        return STR_SINKHOLE_TAKEN;
    return 0;
}

static void add_state(const struct sinkhole_job *job, uint32_t row, struct buffer *out)
{
    const struct sinkhole_wish *wish = &job->wishes[row];
    unsigned state = state_of(job, row);

    if (!wish->was_pinned && wish->why != SINKHOLE_FINE)
        add_reason(out, wish->why);
    else if (state)
        string_add(out, state);
    if (job->rows[row].tree) {
        if (out->size)
            buffer_add_string(out, "; ");
        string_add(out, STR_SINKHOLE_TREE);
    }
}

static void cell_text(void *context, uint32_t row, unsigned column, struct buffer *out)
{
    const struct sinkhole_window *window = context;
    const struct sinkhole_entry entry = entry_of(window, row);

    if (column == 0)
        buffer_add(out, window->job->wishes[row].domain);
    else if (column == 1 && !address_is_unspecified(&entry.v4))
        address_add(out, &entry.v4);
    else if (column == 2 && !address_is_unspecified(&entry.v6))
        address_add(out, &entry.v6);
    else if (column == 3)
        add_state(window->job, row, out);
}

static unsigned empty_words(void *context)
{
    const struct sinkhole_window *window = context;

    return window->job ? STR_SINKHOLE_EMPTY : STR_SINKHOLE_STAGE;
}

/* --- what is told --- */

static void add_status(struct buffer *out, const struct failure *failure)
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

static void fill_number(struct buffer *out, uint64_t number)
{
    buffer_init(out, 32);
    buffer_add_unsigned(out, number);
}

static void tell_file(const struct sinkhole_window *window)
{
    const struct sinkhole_job *job = window->job;
    struct buffer words;
    struct buffer state;
    struct buffer digits;
    size_t pinned = 0;

    for (size_t i = 0; i < job->count; i++)
        pinned += job->wishes[i].was_pinned;
    buffer_init(&words, WORDS_MOST);
    buffer_init(&state, WORDS_MOST);
    fill_number(&digits, pinned);
    if (job->status == ST_OK) {
        const struct text argument = buffer_text(&digits);
        string_fill(&state, STR_SINKHOLE_COUNT, &argument, 1);
    } else if (job->status == ST_INVALID) {
        add_reason(&state, job->why);
    } else if (job->status == ST_BUSY) {
        string_add(&state, STR_SINKHOLE_BUSY);
    } else {
        add_status(&state, &job->failure);
    }
    const struct text arguments[] = {buffer_text(&job->path), buffer_text(&state)};
    string_fill(&words, STR_SINKHOLE_FILE, arguments, 2);
    dialog_set_text(window->file, buffer_text(&words));
    buffer_done(&digits);
    buffer_done(&state);
    buffer_done(&words);
}

static void add_outcome(struct buffer *out, const struct sinkhole_job *job)
{
    const struct sinkhole_result *result = &job->result;
    struct buffer why;
    struct buffer seconds;

    buffer_init(&why, WORDS_MOST);
    if (result->outcome == SINKHOLE_REFUSED && result->failure.status == ST_INVALID)
        add_reason(&why, result->why);
    else if (result->failure.status == ST_BUSY)
        string_add(&why, STR_SINKHOLE_BUSY);
    else if (result->failure.status == ST_STALE)
        string_add(&why, STR_SINKHOLE_STALE);
    else
        add_status(&why, &result->failure);
    fill_number(&seconds, result->put_back_ms / 1000);
    const struct text arguments[] = {buffer_text(&why), buffer_text(&seconds),
                                     buffer_text(&result->backup)};
    string_fill(out, STR_SINKHOLE_OUTCOME + (unsigned)result->outcome, arguments, 3);
    buffer_done(&seconds);
    buffer_done(&why);
}

struct sinkhole_counts {
    size_t comes;
    size_t goes;
};

static struct sinkhole_counts count_changes(const struct sinkhole_job *job)
{
    struct sinkhole_counts counts = {0, 0};

    for (size_t i = 0; i < job->count; i++) {
        counts.comes += job->rows[i].ticked && !job->wishes[i].was_pinned;
        counts.goes += !job->rows[i].ticked && job->wishes[i].was_pinned;
    }
    return counts;
}

static void add_counts(struct buffer *out, const struct sinkhole_job *job)
{
    const struct sinkhole_counts counts = count_changes(job);
    struct buffer comes;
    struct buffer goes;
    struct buffer left_out;

    fill_number(&comes, counts.comes);
    fill_number(&goes, counts.goes);
    fill_number(&left_out, job->left_out);
    const struct text arguments[] = {buffer_text(&comes), buffer_text(&goes)};
    const struct text left = buffer_text(&left_out);
    if (counts.comes || counts.goes)
        string_fill(out, STR_SINKHOLE_WILL, arguments, 2);
    else
        string_add(out, STR_SINKHOLE_NOTHING_TO_DO);
    if (job->left_out) {
        buffer_add_byte(out, ' ');
        string_fill(out, STR_SINKHOLE_LEFT_OUT, &left, 1);
    }
    buffer_done(&left_out);
    buffer_done(&goes);
    buffer_done(&comes);
}

static void tell(const struct sinkhole_window *window)
{
    const struct sinkhole_job *job = window->job;
    struct buffer words;

    buffer_init(&words, WORDS_MOST);
    if (window->worker) {
        const struct sinkhole_job *now = worker_data(window->worker);
        string_add(&words, STR_SINKHOLE_STAGE + (unsigned)atomic_load(&now->stage));
    } else if (job && job->has_result && !window->changed) {
        add_outcome(&words, job);
    } else if (job && needs_elevation(window)) {
        string_add(&words, STR_SINKHOLE_NOT_ELEVATED);
    } else if (job && job->status == ST_OK) {
        add_counts(&words, job);
    } else if (job && job->status == ST_INVALID && job->why == SINKHOLE_UTF16) {
        string_add(&words, STR_SINKHOLE_OFFER);
    }
    dialog_set_text(window->told, buffer_text(&words));
    buffer_done(&words);
}

static bool was_denied(const struct sinkhole_job *job)
{
    return job && job->has_result && job->result.failure.status == ST_DENIED;
}

static void enable(const struct sinkhole_window *window)
{
    const struct sinkhole_job *job = window->job;
    bool idle = !window->worker && job != NULL;
    bool allowed = idle && !needs_elevation(window);
    bool readable = allowed && job->status == ST_OK;
    const struct sinkhole_counts counts =
        readable ? count_changes(job) : (struct sinkhole_counts){0, 0};
    bool pinned = false;
    bool utf16 = job && job->status == ST_INVALID && job->why == SINKHOLE_UTF16;

    for (size_t i = 0; readable && i < job->count; i++)
        pinned = pinned || job->wishes[i].was_pinned;
    EnableWindow(window->act, counts.comes + counts.goes > 0);
    EnableWindow(window->undo, pinned);
    ShowWindow(window->convert, utf16 ? SW_SHOWNA : SW_HIDE);
    EnableWindow(window->convert, allowed && utf16);
    ShowWindow(window->elevate,
               needs_elevation(window) || (was_denied(job) && !window->setup->elevated) ? SW_SHOWNA
                                                                                        : SW_HIDE);
    EnableWindow(window->elevate, idle);
}

/* Who had the focus may have become grey. */
static void keep_focus(const struct sinkhole_window *window)
{
    HWND focus = GetFocus();

    if (!focus || !IsWindowEnabled(focus) || !IsWindowVisible(focus))
        SetFocus(grid_window(window->grid));
}

static void show(struct sinkhole_window *window, bool anew)
{
    if (window->job) {
        tell_file(window);
        grid_set_count(window->grid, (uint32_t)window->job->count, anew);
    }
    enable(window);
    tell(window);
    keep_focus(window);
}

static void tick(void *context, bool ticked)
{
    struct sinkhole_window *window = context;

    if (window->worker || !window->job)
        return;
    for (uint32_t row = grid_next_selected(window->grid, GRID_NO_ROW); row != GRID_NO_ROW;
         row = grid_next_selected(window->grid, row))
        if (can_tick(window, row))
            window->job->rows[row].ticked = ticked;
    window->changed = true;
    grid_redraw(window->grid);
    enable(window);
    tell(window);
}

/* --- jobs --- */

static void start(struct sinkhole_window *window, enum sinkhole_task task)
{
    struct sinkhole_job *job = sinkhole_job_new(task, window->job);

    if (!job) {
        dialog_set_filled(window->told, STR_NO_MEMORY, NULL, 0);
        return;
    }
    if (!window->job) {
        buffer_add(&job->hosts, window->setup->hosts);
        job->list = window->setup->list ? watchlist_retain(window->setup->list) : NULL;
        job->sink = window->setup->sink;
        job->system = window->setup->system;
    }
    window->worker = sinkhole_job_start(job, window->dialog.window, JOB_DONE);
    window->changed = false;
    if (!window->worker) { /* the rows went with it */
        worker_release(window->last);
        window->last = NULL;
        window->job = NULL;
        grid_set_count(window->grid, 0, true);
        dialog_set_filled(window->told, STR_NO_MEMORY, NULL, 0);
    }
    show(window, false);
}

/* What is pinned, and what no longer is. */
static void use(const struct sinkhole_window *window)
{
    const struct sinkhole_job *job = window->job;
    struct sinkhole_wish *wishes = memory_take_array(job->count + 1, sizeof *wishes);
    size_t count = 0;

    for (size_t i = 0; wishes && i < job->count; i++) {
        if (!job->wishes[i].was_pinned && !job->rows[i].before)
            continue;
        wishes[count] = job->wishes[i];
        wishes[count].pinned = job->wishes[i].was_pinned;
        wishes[count++].why = SINKHOLE_FINE;
    }
    if (count)
        window->setup->use(window->setup->context, wishes, count);
    memory_give(wishes);
}

static void job_done(struct sinkhole_window *window, WPARAM number)
{
    struct sinkhole_job *job;

    if (!window->worker || worker_number(window->worker) != number)
        return;
    worker_release(window->last);
    window->last = window->worker;
    window->worker = NULL;
    job = window->job = worker_data(window->last);
    for (size_t i = 0; i < job->count && job->task == SINKHOLE_TAKE_OUT; i++)
        job->rows[i].ticked = job->wishes[i].was_pinned;
    if (job->has_result && job->status == ST_OK)
        use(window);
    show(window, false);
    if (window->closing)
        dialog_end(&window->dialog, IDCANCEL);
}

/* --- the dialog --- */

static const struct grid_column columns[] = {
    {"domain", STR_SINKHOLE_COLUMN, 200, false},
    {"address", STR_SINKHOLE_COLUMN + 1, 95, false},
    {"address6", STR_SINKHOLE_COLUMN + 2, 95, false},
    {"state", STR_SINKHOLE_COLUMN + 3, 380, false},
};

static const struct grid_class grid_class = {
    .key = "sinkhole",
    .columns = columns,
    .column_count = 4,
    .text = cell_text,
    .empty = empty_words,
    .ticked = is_ticked,
    .can_tick = can_tick,
    .tick = tick,
    .dim = is_dim,
};

static void set_shield(HWND button)
{
    SendMessageW(button, BCM_SETSHIELD, 0, TRUE);
}

static bool open_window(void *context)
{
    struct sinkhole_window *window = context;
    struct dialog *dialog = &window->dialog;

    window->text = dialog_label(dialog, SINKHOLE_TEXT, STR_SINKHOLE_TEXT);
    window->file = dialog_label(dialog, SINKHOLE_FILE, 0);
    window->grid = grid_new(dialog->window, SINKHOLE_GRID, &grid_class, window);
    window->limits = dialog_label(dialog, SINKHOLE_LIMITS, STR_SINKHOLE_LIMITS);
    window->told = dialog_label(dialog, SINKHOLE_TOLD, 0);
    window->undo = dialog_button(dialog, SINKHOLE_UNDO, STR_SINKHOLE_UNDO);
    window->convert = dialog_button(dialog, SINKHOLE_CONVERT, STR_SINKHOLE_CONVERT);
    window->elevate = dialog_button(dialog, SINKHOLE_ELEVATE, STR_SINKHOLE_ELEVATE);
    window->act = dialog_button(dialog, SINKHOLE_DO, STR_SINKHOLE_DO);
    window->close = dialog_button(dialog, IDCANCEL, STR_CLOSE);
    if (!window->text || !window->file || !window->grid || !window->limits || !window->told ||
        !window->undo || !window->convert || !window->elevate || !window->close || !window->act)
        return false;
    SetWindowLongPtrW(window->file, GWL_STYLE,
                      GetWindowLongPtrW(window->file, GWL_STYLE) | SS_ENDELLIPSIS);
    set_shield(window->elevate);
    dialog->default_id = SINKHOLE_DO;
    SetFocus(grid_window(window->grid));
    start(window, SINKHOLE_SURVEY);
    return SetTimer(dialog->window, STAGE_TIMER, STAGE_MS, NULL) != 0;
}

static void arrange(void *context, int width, int height)
{
    struct sinkhole_window *window = context;
    const struct dialog *dialog = &window->dialog;
    HFONT font = dialog->fonts.plain;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int inner = width - 2 * margin;
    int line = (int)scale_words(font, L"Ag", 0).cy;
    int text = (int)scale_words(font, string_wide(STR_SINKHOLE_TEXT), inner).cy;
    int limits = (int)scale_words(font, string_wide(STR_SINKHOLE_LIMITS), inner).cy;
    const HWND left[] = {window->undo, window->elevate};
    const HWND right[] = {window->act, window->close};
    int bottom = height - margin - button;
    int told = bottom - gap - 2 * line;
    int note = told - gap - limits;
    int top = margin + text + gap;

    MoveWindow(window->text, margin, margin, inner, text, TRUE);
    SendMessageW(window->file, WM_SETFONT, (WPARAM)dialog->fonts.bold, FALSE);
    MoveWindow(window->file, margin, top, inner, line, TRUE);
    top += line + gap;
    grid_set_scale(window->grid, font, dialog->dpi);
    MoveWindow(grid_window(window->grid), margin, top, inner, note - gap - top, TRUE);
    MoveWindow(window->limits, margin, note, inner, limits, TRUE);
    MoveWindow(window->told, margin, told, inner, 2 * line, TRUE);
    dialog_row_from_left(dialog, left, 2, margin, bottom);
    /* The two stand in one place: only a file that can be written is offered to be converted. */
    dialog_row_from_left(dialog, &window->convert, 1,
                         margin + dialog_button_width(dialog, window->undo) + gap, bottom);
    dialog_row_to_right(dialog, right, 2, width - margin, bottom);
}

static void command(void *context, unsigned id, unsigned code)
{
    struct sinkhole_window *window = context;

    (void)code;
    if (window->worker)
        return;
    switch (id) {
    case SINKHOLE_DO:
        if (IsWindowEnabled(window->act)) /* Enter asks for it in any case */
            start(window, SINKHOLE_APPLY);
        break;
    case SINKHOLE_UNDO:
        start(window, SINKHOLE_TAKE_OUT);
        break;
    case SINKHOLE_CONVERT:
        start(window, SINKHOLE_MAKE_UTF8);
        break;
    case SINKHOLE_ELEVATE:
        dialog_end(&window->dialog, SINKHOLE_ELEVATE);
        break;
    default:
        break;
    }
}

static bool message(void *context, UINT message, WPARAM wide, LPARAM narrow, LRESULT *result)
{
    struct sinkhole_window *window = context;

    if (message == JOB_DONE) {
        *result = 0;
        job_done(window, wide);
        return true;
    }
    if (message == WM_TIMER && wide == STAGE_TIMER) {
        *result = 0;
        if (window->worker)
            tell(window);
        return true;
    }
    return message == WM_NOTIFY && grid_notify(window->grid, (const NMHDR *)narrow, result);
}

/* What is under way is let come to its end, but others are no longer watched. */
static void close_window(void *context)
{
    struct sinkhole_window *window = context;

    window->closing = true;
    if (window->worker)
        atomic_store(&((struct sinkhole_job *)worker_data(window->worker))->hurry, true);
    else
        dialog_end(&window->dialog, IDCANCEL);
}

static const struct dialog_class sinkhole_class = {
    .title = STR_SINKHOLE_TITLE,
    .width = 820,
    .height = 500,
    .least_width = 620,
    .least_height = 380,
    .place_key = "sinkhole",
    .open = open_window,
    .arrange = arrange,
    .command = command,
    .message = message,
    .close = close_window,
};

bool sinkhole_dialog_run(const struct sinkhole_dialog_setup *setup)
{
    struct sinkhole_window window = {.setup = setup};
    int result =
        dialog_run(&window.dialog, &sinkhole_class, &window, setup->owner, setup->settings);

    if (window.worker) {
        struct sinkhole_job *job = worker_data(window.worker);
        atomic_store(&job->hurry, true);
        worker_wait(window.worker, WAIT_MS);
    }
    worker_release(window.worker);
    worker_release(window.last);
    grid_free(window.grid);
    return result == SINKHOLE_ELEVATE;
}
