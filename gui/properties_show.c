/* What is read for the pages of a window of properties, and what stands on them. */
#include "gui/properties_parts.h"

#include <commctrl.h>

#include "core/base/memory.h"
#include "core/case/csv.h"
#include "core/windows/text16.h"
#include "gui/export.h"
#include "gui/strings.h"
#include "gui/theme.h"

#define WORDS_MOST ((size_t)64 << 20)
#define TICK_TIMER 1 /* while a file is read */
#define TICK_MS 100

static struct property_answer *answer_of(struct property_window *window)
{
    return &window->answers[property_page(window->page)->need];
}

/* --- reading --- */

static void begin_reading(struct property_window *window)
{
    const struct property_page_class *page = property_page(window->page);
    const struct process_facts *facts = properties_row(window)->facts;
    const struct property_reader *reader = window->all->setup.reader;
    struct property_answer *answer = answer_of(window);
    HWND self = window->dialog.window;
    bool file = page->need == NEED_FILE || page->need == NEED_TIMES;

    answer->asked = true;
    answer->stopped = answer->lacking = false;
    if (file && facts->image.state != READ_OK)
        return; /* the page tells why there is no path */
    answer->worker =
        file ? property_reader_file(reader, facts->image.value, page->parts, self, PROPERTY_READ)
             : property_reader_parts(reader, facts->key, page->parts, self, PROPERTY_READ);
    answer->stopped = answer->lacking = !answer->worker;
    if (file && answer->worker)
        SetTimer(self, TICK_TIMER, TICK_MS, NULL);
}

void properties_read(struct property_window *window, bool again)
{
    struct property_answer *answer = answer_of(window);

    if (property_page(window->page)->need != NEED_NOTHING && !answer->worker &&
        (again || !answer->asked))
        begin_reading(window);
    properties_rebuild(window);
    properties_arrange(window);
}

void properties_stop(struct property_window *window)
{
    struct property_answer *answer = answer_of(window);

    worker_release(answer->worker);
    answer->stopped = answer->worker != NULL;
    answer->worker = NULL;
    properties_rebuild(window);
    properties_arrange(window);
}

static void take_answer(struct property_answer *answer)
{
    struct property_job *job = property_reader_job(answer->worker);

    if (job->which ? job->parts != NULL : job->file != NULL) {
        process_parts_free(answer->parts);
        file_facts_free(answer->file);
        answer->parts = job->parts;
        answer->file = job->file;
        job->parts = NULL;
        job->file = NULL;
    } else {
        answer->stopped = answer->lacking = true;
    }
    worker_release(answer->worker);
    answer->worker = NULL;
}

void properties_take(struct property_window *window, WPARAM number)
{
    for (size_t i = 0; i < NEED_COUNT; i++) {
        struct property_answer *answer = &window->answers[i];
        if (answer->worker && worker_number(answer->worker) == number)
            take_answer(answer);
    }
    properties_rebuild(window);
    properties_arrange(window);
}

void properties_tick(const struct property_window *window)
{
    const struct property_answer *answer = &window->answers[property_page(window->page)->need];
    uint64_t total;
    uint64_t done;

    if (!answer->worker) {
        KillTimer(window->dialog.window, TICK_TIMER);
        return;
    }
    const struct property_job *job = property_reader_job(answer->worker);
    total = atomic_load(&job->progress.total);
    done = atomic_load(&job->progress.done);
    SendMessageW(window->progress, PBM_SETPOS,
                 total ? (WPARAM)((done < total ? done : total) * 1000 / total) : 0, 0);
}

void properties_drop_answers(struct property_window *window)
{
    for (size_t i = 0; i < NEED_COUNT; i++) {
        worker_release(window->answers[i].worker);
        process_parts_free(window->answers[i].parts);
        file_facts_free(window->answers[i].file);
        window->answers[i] = (struct property_answer){.asked = false};
    }
}

/* --- the list --- */

static void cell_text(void *context, uint32_t row, unsigned column, struct buffer *out)
{
    const struct property_sheet *page = context;

    buffer_add(out, sheet_text(&page->sheet, row, column));
}

static bool is_dim(void *context, uint32_t row)
{
    const struct property_sheet *page = context;

    return sheet_is_dim(&page->sheet, row);
}

static enum read_state part_state(const struct process_parts *parts, enum property_page page)
{
    switch (page) {
    case PAGE_THREADS:
        return parts->threads_state;
    case PAGE_MODULES:
        return parts->modules_state;
    case PAGE_TOKEN:
        return parts->token_state;
    default:
        return parts->environment_state;
    }
}

static unsigned empty_words(void *context)
{
    const struct property_sheet *page = context;
    const struct property_answer *answer = answer_of(page->window);

    if (answer->worker)
        return STR_PROP_READING;
    if (answer->stopped)
        return answer->lacking ? STR_NO_MEMORY : STR_PROP_STOPPED;
    if (answer->parts && part_state(answer->parts, page->page) != READ_OK)
        return STR_READ_STATE + (unsigned)part_state(answer->parts, page->page);
    return page->page == PAGE_CONNECTIONS ? STR_EMPTY_FOLLOW : STR_PROP_NONE;
}

/* A text that others chose may hold NULs and line ends, which an edit field would cut at, or take
 * for its own. */
static void add_visible(struct buffer *out, struct text value)
{
    for (size_t i = 0; i < value.size; i++) {
        unsigned char byte = (unsigned char)value.bytes[i];
        if (byte < 0x20)
            buffer_add_code_point(out, 0x2400u + byte);
        else
            buffer_add_byte(out, value.bytes[i]);
    }
}

/* The row with the focus, whole: a value, or all that its cells say. */
static void show_value(const struct property_sheet *page)
{
    const struct property_page_class *class = property_page(page->page);
    uint32_t row = grid_focused(page->grid);
    struct buffer words;

    buffer_init(&words, WORDS_MOST);
    if (row < page->sheet.count && class->pairs)
        add_visible(&words, sheet_text(&page->sheet, row, 1));
    for (unsigned i = 0; row < page->sheet.count && !class->pairs && i < class->column_count; i++) {
        struct text value = sheet_text(&page->sheet, row, i);
        if (!value.size)
            continue;
        if (words.size)
            buffer_add_string(&words, "   ");
        string_add(&words, class->columns[i].title);
        buffer_add_string(&words, ": ");
        add_visible(&words, value);
    }
    dialog_set_text(page->window->value, buffer_text(&words));
    buffer_done(&words);
}

static void changed(void *context)
{
    const struct property_sheet *page = context;

    show_value(page);
    properties_enable(page->window);
}

static void copied(void *context)
{
    const struct property_sheet *page = context;

    properties_copy(page->window);
}

static bool make_grid(struct property_sheet *page)
{
    const struct property_page_class *class = property_page(page->page);

    if (page->grid)
        return true;
    page->class = (struct grid_class){
        .key = class->key,
        .columns = class->columns,
        .column_count = class->column_count,
        .text = cell_text,
        .empty = empty_words,
        .dim = is_dim,
        .changed = changed,
        .copied = copied,
    };
    page->grid = grid_new(page->window->dialog.window, PROPERTIES_GRID + (unsigned)page->page,
                          &page->class, page);
    if (!page->grid)
        return false;
    /* Between the tabs and what follows, for the Tab key. */
    SetWindowPos(grid_window(page->grid), page->window->tabs, 0, 0, 0, 0,
                 SWP_NOMOVE | SWP_NOSIZE | SWP_NOACTIVATE);
    grid_set_count(page->grid, page->sheet.count, false);
    theme_dress(page->window->dialog.window);
    return true;
}

/* --- what stands in it --- */

static void build(struct property_window *window, struct sheet *sheet)
{
    const struct property_page_class *page = property_page(window->page);
    const struct property_answer *answer = answer_of(window);
    const struct property_view view = {
        .snapshot = window->snapshot,
        .process = window->process,
        .words = {.watchlist = window->snapshot->watchlist,
                  .now = window->snapshot->taken,
                  .utc = window->utc,
                  .milliseconds = true},
        .file = answer->file,
        .parts = answer->parts,
    };
    bool of_file = page->need == NEED_FILE || page->need == NEED_TIMES;
    bool there = page->need == NEED_NOTHING || answer->parts || answer->file ||
                 (of_file && properties_row(window)->facts->image.state != READ_OK);

    if (there)
        page->build(&view, sheet);
    if (answer->worker) {
        buffer_clear(&sheet->note);
        string_add(&sheet->note, STR_PROP_READING);
    } else if (answer->stopped) {
        buffer_clear(&sheet->note);
        string_add(&sheet->note, answer->lacking ? STR_NO_MEMORY : STR_PROP_STOPPED);
    }
}

/* Tags of the selected rows, then that of the focused one. */
struct kept {
    uint64_t *tags;
    size_t count;
    uint64_t focused;
    bool has_focus;
};

static void keep_selection(const struct property_sheet *page, struct kept *kept)
{
    uint32_t focus = grid_focused(page->grid);

    *kept = (struct kept){
        .tags = memory_take_array((size_t)grid_selected_count(page->grid) + 1, sizeof *kept->tags)};
    kept->has_focus = focus < page->sheet.count;
    kept->focused = sheet_tag(&page->sheet, focus);
    for (uint32_t row = grid_next_selected(page->grid, GRID_NO_ROW);
         kept->tags && row != GRID_NO_ROW; row = grid_next_selected(page->grid, row))
        kept->tags[kept->count++] = sheet_tag(&page->sheet, row);
}

static bool was_selected(const struct kept *kept, uint64_t tag)
{
    for (size_t i = 0; i < kept->count; i++)
        if (kept->tags[i] == tag)
            return true;
    return false;
}

static void put_selection_back(const struct property_sheet *page, struct kept *kept)
{
    bool focused = false;

    for (uint32_t row = 0; row < page->sheet.count; row++) {
        uint64_t tag = sheet_tag(&page->sheet, row);
        bool focus = !focused && kept->has_focus && tag == kept->focused;
        if (kept->count && was_selected(kept, tag))
            grid_select_also(page->grid, row, focus);
        focused |= focus;
    }
    memory_give(kept->tags);
}

void properties_rebuild(struct property_window *window)
{
    struct property_sheet *page = &window->sheets[window->page];
    struct sheet fresh;

    if (!page->grid)
        return;
    sheet_init(&fresh, property_page(window->page)->column_count);
    build(window, &fresh);
    if (sheet_equal(&fresh, &page->sheet)) {
        sheet_done(&fresh);
    } else {
        struct kept kept;
        keep_selection(page, &kept);
        sheet_done(&page->sheet);
        page->sheet = fresh;
        grid_set_count(page->grid, fresh.count, true);
        put_selection_back(page, &kept);
    }
    dialog_set_text(window->note, buffer_text(&page->sheet.note));
    show_value(page);
    properties_enable(window);
}

bool properties_show_page(struct property_window *window, enum property_page number)
{
    struct property_sheet *page = &window->sheets[number];
    struct grid *before = window->page < PAGE_COUNT ? window->sheets[window->page].grid : NULL;

    if (!make_grid(page))
        return false;
    window->page = number;
    SendMessageW(window->tabs, TCM_SETCURSEL, (WPARAM)number, 0);
    ShowWindow(grid_window(page->grid), SW_SHOWNA);
    if (before && before != page->grid) {
        if (GetFocus() == grid_window(before)) /* it would be nobody's */
            SetFocus(grid_window(page->grid));
        ShowWindow(grid_window(before), SW_HIDE);
    }
    SetWindowTextW(window->told_label, L"");
    dialog_set_text(window->told_label, buffer_text(&window->told));
    properties_read(window, false);
    return true;
}

/* The selected rows, or all where none is; what an empty page says where there are none. */
void properties_copy(struct property_window *window)
{
    const struct property_sheet *page = &window->sheets[window->page];
    bool all = !grid_selected_count(page->grid);
    struct buffer out;
    struct csv_writer csv;

    buffer_init(&out, WORDS_MOST);
    csv_begin(&csv, &out, CSV_TABS);
    for (uint32_t row = 0, next = all ? 0 : grid_next_selected(page->grid, GRID_NO_ROW);
         next < page->sheet.count; next = all ? row + 1 : grid_next_selected(page->grid, row)) {
        row = next;
        for (unsigned column = 0; column < page->sheet.columns; column++)
            csv_text(&csv, sheet_text(&page->sheet, row, column));
        csv_end_row(&csv);
    }
    if (!page->sheet.count)
        buffer_add(&out, buffer_text(&page->sheet.note));
    enum status status = out.failed;
    if (status == ST_OK)
        status = export_to_clipboard(window->dialog.window, buffer_text(&out));
    if (status != ST_OK) { /* until the page is shown anew */
        buffer_clear(&out);
        string_add(&out, STR_STATUS_PHRASE + (unsigned)status);
        dialog_set_text(window->note, buffer_text(&out));
    }
    buffer_done(&out);
}
