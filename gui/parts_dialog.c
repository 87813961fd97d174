/* What shall be collected: the parts of the evidence, files of rules, and who is looked at more
 * closely. Nothing of it is remembered but the window's place. */
#include "core/base/memory.h"
#include "core/windows/text16.h"
#include "gui/act_words.h"
#include "gui/case_dialog.h"
#include "gui/dialog.h"
#include "gui/grid.h"
#include "gui/rules_reader.h"
#include "gui/strings.h"
#include "gui/theme.h"

#include <commdlg.h>

#define WORDS_MOST ((size_t)256 * 1024)
#define PATHS_MOST ((size_t)4 << 20)
#define CHOSEN_MOST 65536       /* letters of all chosen paths */
#define RULES_READ (WM_APP + 1) /* wParam: the worker */

struct choosing {
    struct dialog dialog;
    struct parts_choice *choice;
    struct buffer rules;    /* paths of files, each ended by a line feed */
    struct worker *reading; /* of them; stays until others are chosen */
    bool rules_wait;
    bool rules_bad;
    HWND text;
    struct grid *grid;
    HWND label;
    HWND files;
    HWND browse;
    HWND clear;
    HWND rules_told;
    HWND commands;
    HWND note;
    HWND flagged;
    HWND told;
    HWND cancel;
    HWND act;
};

/* --- the parts --- */

static bool can_tick(void *context, uint32_t row)
{
    const struct choosing *choosing = context;

    return choosing->choice->parts[row].kind != BUNDLE_NEVER;
}

static bool is_ticked(void *context, uint32_t row)
{
    const struct choosing *choosing = context;

    return choosing->choice->ticked[row];
}

static bool is_dim(void *context, uint32_t row)
{
    return !can_tick(context, row);
}

/* As its file is called, and before that, where the language has one, a name to read. */
static void add_name(struct buffer *out, const struct bundle_part *part, uint32_t row)
{
    struct buffer name;

    buffer_init(&name, 1024);
    string_add(&name, STR_PARTS_NAME + row);
    if (name.size && !text_equal(buffer_text(&name), text_from(part->name))) {
        const struct text arguments[] = {buffer_text(&name), text_from(part->name)};
        string_fill(out, STR_PARTS_NAMED, arguments, 2);
    } else {
        buffer_add_string(out, part->name);
    }
    buffer_done(&name);
}

static void cell_text(void *context, uint32_t row, unsigned column, struct buffer *out)
{
    const struct choosing *choosing = context;
    const struct bundle_part *part = &choosing->choice->parts[row];

    if (column == 0)
        add_name(out, part, row);
    else if (part->only_asked)
        string_add(out, STR_PARTS_ASKED);
    else
        buffer_add_string(out, part->source);
}

/* How many are ticked, and whether it can begin: rules that are not there yet, or are none, are in
 * the way. */
static void show(const struct choosing *choosing)
{
    struct buffer digits;
    size_t count = 0;

    for (size_t i = 0; i < choosing->choice->count; i++)
        count += choosing->choice->ticked[i];
    buffer_init(&digits, 32);
    buffer_add_unsigned(&digits, count);
    const struct text argument = buffer_text(&digits);
    dialog_set_filled(choosing->told, STR_PARTS_TOLD, &argument, 1);
    EnableWindow(choosing->act, count > 0 && !choosing->rules_wait && !choosing->rules_bad);
    buffer_done(&digits);
}

static void tick(void *context, bool ticked)
{
    struct choosing *choosing = context;

    for (uint32_t row = grid_next_selected(choosing->grid, GRID_NO_ROW); row != GRID_NO_ROW;
         row = grid_next_selected(choosing->grid, row))
        if (can_tick(choosing, row))
            choosing->choice->ticked[row] = ticked;
    grid_redraw(choosing->grid);
    show(choosing);
}

static const struct grid_column columns[] = {
    {"part", STR_PARTS_COLUMN, 190, false},
    {"source", STR_PARTS_COLUMN + 1, 480, false},
};

static const struct grid_class grid_class = {
    .key = "parts",
    .columns = columns,
    .column_count = 2,
    .text = cell_text,
    .ticked = is_ticked,
    .can_tick = can_tick,
    .tick = tick,
    .dim = is_dim,
};

/* --- the rules --- */

static void arrange_parts(void *context, int width, int height);

static void tell_rules(struct choosing *choosing, const struct rules_read *read)
{
    struct buffer numbers[2];

    if (choosing->rules_bad) {
        if (read && read->problem.size)
            dialog_set_text(choosing->rules_told, buffer_text(&read->problem));
        else
            SetWindowTextW(choosing->rules_told, string_wide(STR_STATUS_PHRASE + ST_NO_MEMORY));
        return;
    }
    if (!read) {
        SetWindowTextW(choosing->rules_told,
                       string_wide(choosing->rules_wait ? STR_PARTS_READING : STR_PARTS_NO_RULES));
        return;
    }
    buffer_init(&numbers[0], 32);
    buffer_init(&numbers[1], 32);
    buffer_add_unsigned(&numbers[0], read->count);
    buffer_add_unsigned(&numbers[1], read->commands);
    const struct text arguments[] = {buffer_text(&numbers[0]), buffer_text(&numbers[1])};
    dialog_set_filled(choosing->rules_told, STR_PARTS_RULES, arguments, 2);
    buffer_done(&numbers[0]);
    buffer_done(&numbers[1]);
}

/* read: what there is of them; NULL: none, or not yet. */
static void show_rules(struct choosing *choosing, const struct rules_read *read)
{
    RECT client;
    bool has_commands = read && read->status == ST_OK && read->commands;

    tell_rules(choosing, read);
    EnableWindow(choosing->clear, choosing->rules.size != 0);
    EnableWindow(choosing->commands, has_commands);
    EnableWindow(choosing->note, has_commands);
    if (!has_commands) /* other rules, another answer */
        SendMessageW(choosing->commands, BM_SETCHECK, BST_UNCHECKED, 0);
    show(choosing);
    GetClientRect(choosing->dialog.window, &client); /* the line may be longer than before */
    arrange_parts(choosing, client.right, client.bottom);
}

/* The paths as they are shown: "C:\a.yaml; C:\b.yaml". */
static void show_files(const struct choosing *choosing)
{
    struct text rest = buffer_text(&choosing->rules);
    struct buffer line;

    buffer_init(&line, PATHS_MOST * 2);
    for (size_t i = 0; i < rest.size; i++) {
        if (rest.bytes[i] != '\n')
            buffer_add_byte(&line, rest.bytes[i]);
        else if (i + 1 < rest.size)
            buffer_add_string(&line, "; ");
    }
    dialog_set_text(choosing->files, buffer_text(&line));
    buffer_done(&line);
}

/* As choosing->rules names them, and no others. */
static void read_rules(struct choosing *choosing)
{
    worker_release(choosing->reading);
    choosing->reading = NULL;
    SendMessageW(choosing->commands, BM_SETCHECK, BST_UNCHECKED, 0);
    if (choosing->rules.size)
        choosing->reading =
            rules_reader_start(buffer_text(&choosing->rules), choosing->dialog.window, RULES_READ);
    choosing->rules_wait = choosing->reading != NULL;
    choosing->rules_bad = choosing->rules.size && !choosing->reading;
    show_files(choosing);
    show_rules(choosing, NULL);
}

static void rules_are_read(struct choosing *choosing, WPARAM wide)
{
    const struct rules_read *read;

    if (!choosing->reading || worker_number(choosing->reading) != wide)
        return;
    read = worker_data(choosing->reading);
    choosing->rules_wait = false;
    choosing->rules_bad = read->status != ST_OK;
    show_rules(choosing, read);
}

static void clear_rules(struct choosing *choosing)
{
    SetFocus(choosing->browse); /* before the button that has it turns grey */
    buffer_clear(&choosing->rules);
    read_rules(choosing);
}

/* One path, or a folder and names in it, each with a NUL. */
static void add_chosen(struct buffer *out, const wchar_t *chosen)
{
    const wchar_t *name = chosen + wcslen(chosen) + 1;

    do {
        text16_add(out, chosen, wcslen(chosen));
        if (*name) {
            if (out->size && out->bytes[out->size - 1] != '\\')
                buffer_add_byte(out, '\\');
            text16_add(out, name, wcslen(name));
            name += wcslen(name) + 1;
        }
        buffer_add_byte(out, '\n');
    } while (*name);
}

static void browse(struct choosing *choosing)
{
    static const wchar_t patterns[] = L"*.yaml;*.yml\0";
    wchar_t *chosen = memory_take_array(CHOSEN_MOST, sizeof *chosen);
    wchar_t types[256] = {0};
    size_t at;
    OPENFILENAMEW ask = {
        .lStructSize = sizeof ask,
        .hwndOwner = choosing->dialog.window,
        .lpstrFilter = types,
        .lpstrFile = chosen,
        .nMaxFile = CHOSEN_MOST,
        .lpstrTitle = string_wide(STR_PARTS_BROWSE_TITLE),
        .Flags = OFN_EXPLORER | OFN_ALLOWMULTISELECT | OFN_FILEMUSTEXIST | OFN_HIDEREADONLY |
                 OFN_NOCHANGEDIR,
    };

    lstrcpynW(types, string_wide(STR_PARTS_FILES), 64);
    at = wcslen(types) + 1;
    lstrcpynW(types + at, patterns, 64);
    at += wcslen(types + at) + 1;
    lstrcpynW(types + at, string_wide(STR_FILES_ALL), 64);
    at += wcslen(types + at) + 1;
    lstrcpynW(types + at, L"*.*", 8);
    if (chosen && GetOpenFileNameW(&ask)) {
        buffer_clear(&choosing->rules);
        add_chosen(&choosing->rules, chosen);
        read_rules(choosing);
    }
    memory_give(chosen);
}

/* --- who is looked at more closely --- */

/* What a process is called may hold an "&", which would underline the letter behind it. */
static void add_process(struct buffer *out, const struct process_facts *facts)
{
    struct buffer words;

    buffer_init(&words, WORDS_MOST);
    act_words_process(&words, facts->name, facts->key.pid);
    for (size_t i = 0; i < words.size; i++) {
        buffer_add_byte(out, words.bytes[i]);
        if (words.bytes[i] == '&')
            buffer_add_byte(out, '&');
    }
    buffer_done(&words);
}

static wchar_t *flagged_words(struct text names, size_t count)
{
    struct buffer digits;
    struct buffer words;
    wchar_t *wide;

    buffer_init(&digits, 32);
    buffer_init(&words, WORDS_MOST * 2);
    buffer_add_unsigned(&digits, count);
    const struct text arguments[] = {names, buffer_text(&digits)};
    string_fill(&words, count == 1 ? STR_PARTS_FLAGGED_ONE : STR_PARTS_FLAGGED, arguments, 2);
    wide = text16_from(buffer_text(&words), NULL);
    buffer_done(&words);
    buffer_done(&digits);
    return wide;
}

/* As many of them by name as there is room for. */
static void tell_flagged(const struct choosing *choosing, int width)
{
    const struct flagged *flagged = choosing->choice->flagged;
    const struct snapshot *snapshot = choosing->choice->snapshot;
    struct buffer names;
    size_t kept = 0;

    if (!flagged->count) {
        SetWindowTextW(choosing->flagged, string_wide(STR_PARTS_FLAGGED_NONE));
        return;
    }
    buffer_init(&names, WORDS_MOST);
    for (size_t i = 0; i < flagged->count; i++) {
        if (i)
            buffer_add_string(&names, ", ");
        kept = names.size;
        add_process(&names, snapshot->processes[flagged->rows[i]].facts);
        size_t end = names.size;
        if (i + 1 < flagged->count)
            buffer_add_string(&names, ", …");
        wchar_t *wide = flagged_words(buffer_text(&names), flagged->count);
        bool fits = wide && scale_words(choosing->dialog.fonts.plain, wide, 0).cx <= width;
        text16_free(wide);
        names.size = end;
        if (fits || i == 0)
            continue;
        names.size = kept;
        buffer_add_string(&names, "…");
        break;
    }
    wchar_t *wide = flagged_words(buffer_text(&names), flagged->count);
    if (wide)
        SetWindowTextW(choosing->flagged, wide);
    text16_free(wide);
    buffer_done(&names);
}

/* --- the dialog --- */

/* In the order of the Tab key. */
static bool make_controls(struct choosing *choosing)
{
    struct dialog *dialog = &choosing->dialog;

    choosing->text = dialog_label(dialog, 0, STR_PARTS_TEXT);
    choosing->grid = grid_new(dialog->window, PARTS_GRID, &grid_class, choosing);
    choosing->label = dialog_label(dialog, 0, STR_PARTS_RULES_LABEL);
    choosing->files = dialog_edit(dialog, PARTS_RULES, ES_AUTOHSCROLL | ES_READONLY);
    choosing->browse = dialog_button(dialog, PARTS_BROWSE, STR_NEW_CASE_BROWSE);
    choosing->clear = dialog_button(dialog, PARTS_CLEAR, STR_PARTS_CLEAR);
    choosing->rules_told = dialog_label(dialog, PARTS_RULES_TOLD, 0);
    choosing->commands = dialog_choice(dialog, PARTS_COMMANDS, STR_PARTS_COMMANDS, BS_AUTOCHECKBOX);
    choosing->note = dialog_label(dialog, PARTS_COMMANDS_NOTE, STR_PARTS_COMMANDS_NOTE);
    choosing->flagged = dialog_choice(dialog, PARTS_FLAGGED, 0, BS_AUTOCHECKBOX);
    choosing->told = dialog_label(dialog, PARTS_TOLD, 0);
    choosing->act = dialog_button(dialog, PARTS_DO, STR_PARTS_DO);
    choosing->cancel = dialog_button(dialog, IDCANCEL, STR_CANCEL);
    return choosing->text && choosing->grid && choosing->label && choosing->files &&
           choosing->browse && choosing->clear && choosing->rules_told && choosing->commands &&
           choosing->note && choosing->flagged && choosing->told && choosing->cancel &&
           choosing->act;
}

static bool open_parts(void *context)
{
    struct choosing *choosing = context;
    const struct parts_choice *choice = choosing->choice;
    bool has_flagged = choice->flagged->count != 0;

    if (!make_controls(choosing))
        return false;
    grid_set_count(choosing->grid, (uint32_t)choice->count, true);
    grid_select(choosing->grid, 0);
    choosing->dialog.default_id = PARTS_DO;
    EnableWindow(choosing->flagged, has_flagged);
    SendMessageW(choosing->flagged, BM_SETCHECK,
                 has_flagged && choice->with_flagged ? BST_CHECKED : BST_UNCHECKED, 0);
    show_rules(choosing, NULL);
    SetFocus(grid_window(choosing->grid));
    return true;
}

static void arrange_parts(void *context, int width, int height)
{
    struct choosing *choosing = context;
    const struct dialog *dialog = &choosing->dialog;
    HFONT font = dialog->fonts.plain;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int inner = width - 2 * margin;
    int line = (int)scale_words(font, L"Ag", 0).cy;
    int box = line + dialog_scaled(dialog, 4); /* a tick and its words */
    int indent = dialog_scaled(dialog, 19);    /* words below those of a tick */
    int text = (int)scale_words(font, string_wide(STR_PARTS_TEXT), inner).cy;
    int label = (int)scale_words(font, string_wide(STR_PARTS_RULES_LABEL), 0).cx + gap;
    const HWND buttons[] = {choosing->act, choosing->cancel};
    const HWND files[] = {choosing->browse, choosing->clear};
    wchar_t words[1024] = L"";

    GetWindowTextW(choosing->rules_told, words, 1024);
    int told = (int)scale_words(font, words, inner - label).cy;
    int note = (int)scale_words(font, string_wide(STR_PARTS_COMMANDS_NOTE), inner - indent).cy;
    int bottom = height - margin - button;
    int right = dialog_row_to_right(dialog, buttons, 2, width - margin, bottom);
    MoveWindow(choosing->told, margin, bottom + (button - line) / 2, right - margin, line, TRUE);
    /* From the bottom up; the list has what is left. */
    int at = bottom - gap - box;
    MoveWindow(choosing->flagged, margin, at, inner, box, TRUE);
    tell_flagged(choosing, inner - indent);
    at -= gap / 2 + note;
    MoveWindow(choosing->note, margin + indent, at, inner - indent, note, TRUE);
    at -= box;
    MoveWindow(choosing->commands, margin, at, inner, box, TRUE);
    at -= gap / 2 + told;
    MoveWindow(choosing->rules_told, margin + label, at, inner - label, told, TRUE);
    at -= gap / 2 + button;
    right = dialog_row_to_right(dialog, files, 2, width - margin, at);
    MoveWindow(choosing->label, margin, at + (button - line) / 2, label, line, TRUE);
    MoveWindow(choosing->files, margin + label, at + dialog_scaled(dialog, 1),
               right - margin - label, button - dialog_scaled(dialog, 2), TRUE);
    MoveWindow(choosing->text, margin, margin, inner, text, TRUE);
    grid_set_scale(choosing->grid, font, dialog->dpi);
    MoveWindow(grid_window(choosing->grid), margin, margin + text + gap, inner,
               at - margin - text - 2 * gap, TRUE);
}

static void agree(struct choosing *choosing)
{
    struct parts_choice *choice = choosing->choice;

    if (!IsWindowEnabled(choosing->act))
        return;
    choice->with_flagged = dialog_is_checked(choosing->flagged);
    choice->run_commands = dialog_is_checked(choosing->commands);
    if (choosing->reading)
        choice->arena = rules_read_take(worker_data(choosing->reading), &choice->rules);
    dialog_end(&choosing->dialog, PARTS_DO);
}

static void command_parts(void *context, unsigned id, unsigned code)
{
    struct choosing *choosing = context;

    (void)code;
    switch (id) {
    case PARTS_DO:
        agree(choosing);
        break;
    case PARTS_BROWSE:
        browse(choosing);
        break;
    case PARTS_CLEAR:
        clear_rules(choosing);
        break;
    default:
        break;
    }
}

static bool message_parts(void *context, UINT message, WPARAM wide, LPARAM narrow, LRESULT *result)
{
    struct choosing *choosing = context;

    *result = 0;
    switch (message) {
    case WM_NOTIFY:
        return grid_notify(choosing->grid, (const NMHDR *)narrow, result);
    case RULES_READ:
        rules_are_read(choosing, wide);
        return true;
    case WM_CTLCOLORSTATIC:
        if (!choosing->rules_bad || (HWND)narrow != choosing->rules_told)
            return false;
        SetTextColor((HDC)wide, theme_colour(THEME_ERROR_TEXT));
        SetBkColor((HDC)wide, theme_colour(THEME_FACE));
        *result = (LRESULT)theme_brush(THEME_FACE);
        return true;
    default:
        return false;
    }
}

static void close_parts(void *context)
{
    struct choosing *choosing = context;

    dialog_end(&choosing->dialog, IDCANCEL);
}

static const struct dialog_class parts_class = {
    .title = STR_PARTS_TITLE,
    .width = 740,
    .height = 600,
    .least_width = 680,
    .least_height = 420,
    .place_key = "parts",
    .open = open_parts,
    .arrange = arrange_parts,
    .command = command_parts,
    .message = message_parts,
    .close = close_parts,
};

bool parts_dialog_run(HWND owner, struct settings *settings, struct parts_choice *choice)
{
    struct choosing choosing = {.choice = choice};

    buffer_init(&choosing.rules, PATHS_MOST);
    bool done = dialog_run(&choosing.dialog, &parts_class, &choosing, owner, settings) == PARTS_DO;
    worker_release(choosing.reading);
    buffer_done(&choosing.rules);
    grid_free(choosing.grid);
    return done;
}
