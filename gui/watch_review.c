#include "gui/watch_review.h"

#include <commctrl.h>

#include "core/base/memory.h"
#include "core/windows/text16.h"
#include "gui/dialog.h"
#include "gui/grid.h"
#include "gui/sorter.h"
#include "gui/strings.h"

#define REVIEW_SORTED (WM_APP + 40)

enum showing { SHOW_ALL, SHOW_TICKED, SHOW_OPEN, SHOW_DOUBT /* and the doubt's number more */ };

struct review {
    struct dialog dialog;
    const struct import_result *result;
    struct text name;
    bool *ticked;
    uint32_t *rows; /* findings that are shown */
    uint32_t row_count;
    uint32_t *order;       /* of all findings; NULL: their own */
    struct worker *sorter; /* NULL: no order is being made */
    size_t by_doubt[DOUBT_COUNT];
    HWND summary;
    HWND show_label;
    HWND show;
    HWND hint;
    HWND tick;
    HWND untick;
    HWND take;
    HWND cancel;
    struct grid *grid;
};

static const struct finding *finding_of(const struct review *review, uint32_t row)
{
    return import_finding(review->result, review->rows[row]);
}

static bool can_be_taken(const struct finding *finding)
{
    return finding->doubt != DOUBT_NOT_WATCHABLE && finding->doubt != DOUBT_MALFORMED;
}

void watch_review_ticks(const struct import_result *result, bool *ticked)
{
    for (size_t i = 0; i < import_count(result); i++)
        ticked[i] = import_finding(result, i)->doubt == DOUBT_NONE;
}

/* --- the list --- */

static void add_reason(struct buffer *out, const struct finding *finding)
{
    if (finding->doubt == DOUBT_NONE)
        return;
    /* The importer's phrase is nearer to the case than the doubt's own, but English only. */
    if (strings_language() == STRINGS_ENGLISH && finding->why && finding->why[0])
        buffer_add_string(out, finding->why);
    else
        string_add(out, STR_DOUBT_WHY + (unsigned)finding->doubt);
}

static void cell_text(void *context, uint32_t row, unsigned column, struct buffer *out)
{
    const struct finding *finding = finding_of(context, row);
    bool is_one = can_be_taken(finding);

    switch (column) {
    case REVIEW_INDICATOR:
        if (is_one)
            indicator_add(out, &finding->indicator);
        else
            buffer_add(out, finding->origin.written);
        break;
    case REVIEW_KIND:
        if (is_one)
            string_add(out, STR_KIND + finding->indicator.kind);
        break;
    case REVIEW_DOUBT_NAME:
        if (finding->doubt != DOUBT_NONE)
            string_add(out, STR_DOUBT + (unsigned)finding->doubt);
        break;
    case REVIEW_REASON:
        add_reason(out, finding);
        break;
    case REVIEW_LINE:
        if (finding->origin.line)
            buffer_add_unsigned(out, finding->origin.line);
        break;
    case REVIEW_WRITTEN:
        buffer_add(out, finding->origin.written);
        break;
    default:
        buffer_add(out, finding->origin.label);
        break;
    }
}

static bool row_is_ticked(void *context, uint32_t row)
{
    const struct review *review = context;
    return review->ticked[review->rows[row]];
}

static bool row_can_be_ticked(void *context, uint32_t row)
{
    return can_be_taken(finding_of(context, row));
}

static bool row_is_dim(void *context, uint32_t row)
{
    return finding_of(context, row)->doubt != DOUBT_NONE && !row_is_ticked(context, row);
}

static size_t count_ticked(const struct review *review)
{
    size_t count = 0;

    for (size_t i = 0; i < import_count(review->result); i++)
        count += review->ticked[i];
    return count;
}

static struct text number_text(struct buffer *room, size_t number)
{
    buffer_clear(room);
    buffer_add_unsigned(room, number);
    return buffer_text(room);
}

static void show_taken(struct review *review)
{
    struct buffer number;

    buffer_init(&number, 32);
    size_t count = count_ticked(review);
    const struct text arguments[] = {number_text(&number, count)};
    dialog_set_filled(review->take, STR_REVIEW_TAKE, arguments, 1);
    EnableWindow(review->take, count > 0);
    buffer_done(&number);
}

static void tick_row(struct review *review, uint32_t row, bool ticked)
{
    if (row < review->row_count && row_can_be_ticked(review, row))
        review->ticked[review->rows[row]] = ticked;
}

static void tick_selected(void *context, bool ticked)
{
    struct review *review = context;

    for (uint32_t row = grid_next_selected(review->grid, GRID_NO_ROW); row != GRID_NO_ROW;
         row = grid_next_selected(review->grid, row))
        tick_row(review, row, ticked);
    grid_redraw(review->grid);
    show_taken(review);
}

static void tick_shown(struct review *review, bool ticked)
{
    for (uint32_t row = 0; row < review->row_count; row++)
        tick_row(review, row, ticked);
    grid_redraw(review->grid);
    show_taken(review);
}

/* --- order --- */

static void add_key(const void *context, uint32_t row, unsigned column, struct buffer *key)
{
    const struct finding *finding = import_finding(context, row);

    switch (column) {
    case REVIEW_INDICATOR:
        buffer_add_byte(key, can_be_taken(finding) ? 0 : 1);
        if (can_be_taken(finding))
            indicator_sort_key(key, &finding->indicator);
        else
            sort_key_text(key, finding->origin.written);
        break;
    case REVIEW_KIND:
        sort_key_number(key, can_be_taken(finding) ? finding->indicator.kind : INDICATOR_KINDS);
        break;
    case REVIEW_DOUBT_NAME:
        sort_key_number(key, finding->doubt);
        break;
    case REVIEW_REASON:
        sort_key_text(key, text_from(finding->why ? finding->why : ""));
        break;
    case REVIEW_LINE:
        sort_key_number(key, finding->origin.line);
        break;
    case REVIEW_WRITTEN:
        sort_key_text(key, finding->origin.written);
        break;
    default:
        sort_key_text(key, finding->origin.label);
        break;
    }
}

static void follow_order(struct review *review)
{
    uint32_t *from = memory_take_array((size_t)review->row_count + 1, sizeof *from);

    if (from && sort_rows(review->rows, review->row_count, review->order,
                          (uint32_t)import_count(review->result), from))
        grid_rows_moved(review->grid, from);
    memory_give(from);
}

static void sort(void *context)
{
    struct review *review = context;
    struct sorter_setup setup = {.count = (uint32_t)import_count(review->result),
                                 .add_key = add_key,
                                 .context = review->result};
    enum grid_order order = grid_order(review->grid, &setup.column);

    worker_release(review->sorter);
    review->sorter = NULL;
    if (order != GRID_NATURAL) {
        setup.down = order == GRID_DOWN;
        review->sorter = sorter_start(&setup, review->dialog.window, REVIEW_SORTED);
    } else {
        memory_give(review->order);
        review->order = NULL;
        follow_order(review);
    }
}

static void sorted(struct review *review, WPARAM number)
{
    uint32_t *order;

    if (!review->sorter || worker_number(review->sorter) != number)
        return;
    order = sorter_take(review->sorter);
    worker_release(review->sorter);
    review->sorter = NULL;
    if (!order)
        return; /* without memory they stay as they are */
    memory_give(review->order);
    review->order = order;
    follow_order(review);
}

static const struct grid_column columns[REVIEW_COLUMNS] = {
    [REVIEW_INDICATOR] = {"indicator", STR_REVIEW_COLUMN + REVIEW_INDICATOR, 220, false},
    [REVIEW_KIND] = {"kind", STR_REVIEW_COLUMN + REVIEW_KIND, 100, false},
    [REVIEW_DOUBT_NAME] = {"doubt", STR_REVIEW_COLUMN + REVIEW_DOUBT_NAME, 106, false},
    [REVIEW_REASON] = {"reason", STR_REVIEW_COLUMN + REVIEW_REASON, 250, false},
    [REVIEW_LINE] = {"line", STR_REVIEW_COLUMN + REVIEW_LINE, 48, true},
    [REVIEW_WRITTEN] = {"written", STR_REVIEW_COLUMN + REVIEW_WRITTEN, 160, false},
    [REVIEW_LABEL] = {"label", STR_REVIEW_COLUMN + REVIEW_LABEL, 90, false},
};

static const struct grid_class grid_class = {
    .key = "review",
    .columns = columns,
    .column_count = REVIEW_COLUMNS,
    .text = cell_text,
    .ticked = row_is_ticked,
    .can_tick = row_can_be_ticked,
    .tick = tick_selected,
    .dim = row_is_dim,
    .sort = sort,
};

/* --- which are shown --- */

static bool is_shown(const struct review *review, size_t number, unsigned showing)
{
    enum finding_doubt doubt = import_finding(review->result, number)->doubt;

    switch (showing) {
    case SHOW_ALL:
        return true;
    case SHOW_TICKED:
        return review->ticked[number];
    case SHOW_OPEN:
        return !review->ticked[number];
    default:
        return doubt == (enum finding_doubt)(showing - SHOW_DOUBT);
    }
}

static void choose_rows(struct review *review)
{
    LRESULT chosen = SendMessageW(review->show, CB_GETCURSEL, 0, 0);
    LRESULT showing =
        SendMessageW(review->show, CB_GETITEMDATA, (WPARAM)(chosen < 0 ? 0 : chosen), 0);
    uint32_t count = 0;

    for (uint32_t place = 0; place < (uint32_t)import_count(review->result); place++) {
        uint32_t i = review->order ? review->order[place] : place;
        if (is_shown(review, i, (unsigned)showing))
            review->rows[count++] = i;
    }
    review->row_count = count;
    grid_set_count(review->grid, count, true);
}

static void add_choice(struct review *review, unsigned showing, unsigned id, size_t count)
{
    struct buffer words;
    struct buffer doubt;
    struct buffer number;

    buffer_init(&words, 1024);
    buffer_init(&doubt, 1024);
    buffer_init(&number, 32);
    if (showing > SHOW_DOUBT)
        string_add(&doubt, STR_DOUBT + showing - SHOW_DOUBT);
    number_text(&number, count);
    const struct text pair[] = {buffer_text(&doubt), buffer_text(&number)};
    if (showing > SHOW_DOUBT)
        string_fill(&words, id, pair, 2);
    else
        string_fill(&words, id, pair + 1, 1);
    wchar_t *wide = text16_from(buffer_text(&words), NULL);
    if (wide) {
        LRESULT place = SendMessageW(review->show, CB_ADDSTRING, 0, (LPARAM)wide);
        SendMessageW(review->show, CB_SETITEMDATA, (WPARAM)place, (LPARAM)showing);
    }
    text16_free(wide);
    buffer_done(&words);
    buffer_done(&doubt);
    buffer_done(&number);
}

/* The choices with how many each would show now; keeps which is chosen. */
static void fill_choices(struct review *review)
{
    LRESULT chosen = SendMessageW(review->show, CB_GETCURSEL, 0, 0);
    size_t count = import_count(review->result);
    size_t ticked = count_ticked(review);

    SendMessageW(review->show, CB_RESETCONTENT, 0, 0);
    add_choice(review, SHOW_ALL, STR_REVIEW_ALL, count);
    add_choice(review, SHOW_TICKED, STR_REVIEW_TICKED, ticked);
    add_choice(review, SHOW_OPEN, STR_REVIEW_OPEN, count - ticked);
    for (unsigned doubt = 1; doubt < DOUBT_COUNT; doubt++) {
        if (review->by_doubt[doubt])
            add_choice(review, SHOW_DOUBT + doubt, STR_REVIEW_DOUBT, review->by_doubt[doubt]);
    }
    SendMessageW(review->show, CB_SETCURSEL, (WPARAM)(chosen < 0 ? 0 : chosen), 0);
}

static void show_summary(struct review *review)
{
    struct buffer words;
    struct buffer format;
    struct buffer all;
    struct buffer clear;
    struct buffer skipped;

    buffer_init(&words, 256 * 1024);
    buffer_init(&format, 256);
    buffer_init(&all, 32);
    buffer_init(&clear, 32);
    buffer_init(&skipped, 32);
    string_add(&format, STR_FORMAT + (unsigned)import_format_of(review->result));
    const struct text arguments[] = {review->name, buffer_text(&format),
                                     number_text(&all, import_count(review->result)),
                                     number_text(&clear, review->by_doubt[DOUBT_NONE])};
    string_fill(&words, STR_REVIEW_SUMMARY, arguments, 4);
    if (import_skipped(review->result)) {
        const struct text more[] = {number_text(&skipped, import_skipped(review->result))};
        string_fill(&words, STR_REVIEW_SKIPPED, more, 1);
    }
    dialog_set_text(review->summary, buffer_text(&words));
    buffer_done(&words);
    buffer_done(&format);
    buffer_done(&all);
    buffer_done(&clear);
    buffer_done(&skipped);
}

/* --- the dialog --- */

static bool open_review(void *context)
{
    struct review *review = context;
    struct dialog *dialog = &review->dialog;

    review->summary = dialog_label(dialog, 0, 0);
    review->show_label = dialog_label(dialog, 0, STR_REVIEW_SHOW);
    review->show = CreateWindowExW(
        0, WC_COMBOBOXW, L"", WS_CHILD | WS_VISIBLE | WS_TABSTOP | WS_VSCROLL | CBS_DROPDOWNLIST, 0,
        0, 0, 0, dialog->window, (HMENU)(UINT_PTR)REVIEW_SHOW, GetModuleHandleW(NULL), NULL);
    review->tick = dialog_button(dialog, REVIEW_TICK, STR_REVIEW_TICK);
    review->untick = dialog_button(dialog, REVIEW_UNTICK, STR_REVIEW_UNTICK);
    review->grid = grid_new(dialog->window, REVIEW_GRID, &grid_class, review);
    review->hint = dialog_label(dialog, 0, STR_REVIEW_HINT);
    review->take = dialog_button(dialog, IDOK, STR_OK);
    review->cancel = dialog_button(dialog, IDCANCEL, STR_CANCEL);
    dialog->default_id = IDOK;
    if (!review->summary || !review->show || !review->grid || !review->take || !review->cancel)
        return false;
    SendMessageW(review->show, WM_SETFONT, (WPARAM)dialog->fonts.plain, FALSE);
    struct text layout;
    if (dialog->settings && settings_layout(dialog->settings, grid_class.key, &layout))
        grid_set_layout(review->grid, layout);
    fill_choices(review);
    show_summary(review);
    show_taken(review);
    choose_rows(review);
    SetFocus(grid_window(review->grid));
    if (review->row_count)
        grid_select(review->grid, 0);
    return true;
}

static void arrange_review(void *context, int width, int height)
{
    struct review *review = context;
    const struct dialog *dialog = &review->dialog;
    const HWND ticks[] = {review->tick, review->untick};
    const HWND ends[] = {review->take, review->cancel};
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int line = (int)scale_words(dialog->fonts.plain, L"Ag", 0).cy;
    int top = margin;

    MoveWindow(review->summary, margin, top, width - 2 * margin, line + 2, TRUE);
    top += line + gap;
    int left = dialog_row_to_right(dialog, ticks, 2, width - margin, top) - gap;
    int label = (int)scale_words(dialog->fonts.plain, string_wide(STR_REVIEW_SHOW), 0).cx + gap;
    int list = dialog_scaled(dialog, 260);
    MoveWindow(review->show_label, margin, top + (button - line) / 2, label, line, TRUE);
    if (list > left - margin - label)
        list = left - margin - label;
    MoveWindow(review->show, margin + label, top + 1, list, dialog_scaled(dialog, 400), TRUE);
    top += button + gap;
    grid_set_scale(review->grid, dialog->fonts.plain, dialog->dpi);
    int bottom = height - margin - button;
    MoveWindow(grid_window(review->grid), margin, top, width - 2 * margin, bottom - gap - top,
               TRUE);
    left = dialog_row_to_right(dialog, ends, 2, width - margin, bottom);
    MoveWindow(review->hint, margin, bottom + (button - line) / 2, left - margin, line, TRUE);
}

static void command_review(void *context, unsigned id, unsigned code)
{
    struct review *review = context;

    switch (id) {
    case REVIEW_SHOW:
        if (code == CBN_SELCHANGE)
            choose_rows(review);
        else if (code == CBN_DROPDOWN)
            fill_choices(review);
        break;
    case REVIEW_TICK:
    case REVIEW_UNTICK:
        tick_shown(review, id == REVIEW_TICK);
        break;
    case IDOK:
        if (count_ticked(review))
            dialog_end(&review->dialog, IDOK);
        break;
    default:
        break;
    }
}

static bool message_review(void *context, UINT message, WPARAM wide, LPARAM narrow, LRESULT *result)
{
    struct review *review = context;

    if (message == REVIEW_SORTED) {
        *result = 0;
        sorted(review, wide);
        return true;
    }
    return message == WM_NOTIFY && grid_notify(review->grid, (const NMHDR *)narrow, result);
}

static void close_review(void *context)
{
    struct review *review = context;

    dialog_end(&review->dialog, IDCANCEL);
}

static void keep_layout(const struct review *review, struct settings *settings)
{
    struct buffer layout;

    buffer_init(&layout, 4096);
    grid_layout(review->grid, &layout);
    if (!layout.failed)
        settings_set_layout(settings, grid_class.key, buffer_text(&layout));
    buffer_done(&layout);
}

static void leave_review(void *context)
{
    struct review *review = context;

    if (review->dialog.settings)
        keep_layout(review, review->dialog.settings);
}

static const struct dialog_class review_class = {
    .title = STR_REVIEW_TITLE,
    .width = 1020,
    .height = 520,
    .least_width = 680,
    .least_height = 300,
    .place_key = "review",
    .open = open_review,
    .arrange = arrange_review,
    .command = command_review,
    .message = message_review,
    .close = close_review,
    .leave = leave_review,
};

bool watch_review_run(HWND owner, struct settings *settings, const struct import_result *result,
                      struct text name, bool *ticked)
{
    struct review review = {.result = result, .name = name, .ticked = ticked};
    size_t count = import_count(result);
    int answer;

    watch_review_ticks(result, ticked);
    for (size_t i = 0; i < count; i++)
        review.by_doubt[import_finding(result, i)->doubt]++;
    review.rows = memory_take_array(count + 1, sizeof *review.rows);
    if (!review.rows)
        return false;
    answer = dialog_run(&review.dialog, &review_class, &review, owner, settings);
    worker_release(review.sorter);
    grid_free(review.grid);
    memory_give(review.rows);
    memory_give(review.order);
    return answer == IDOK;
}
