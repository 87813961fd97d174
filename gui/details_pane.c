#include "gui/details_pane.h"

#include <commctrl.h>

#include "core/base/memory.h"
#include "core/model/connection_cells.h"
#include "core/model/process_cells.h"
#include "core/watch/hit_cells.h"
#include "core/windows/text16.h"
#include "gui/cell_text.h"
#include "gui/odd_words.h"
#include "gui/strings.h"
#include "gui/theme.h"

#define DETAILS_CEILING ((size_t)1024 * 1024)
#define ANCESTORS_MOST 64
#define CHILDREN_MOST 200
#define LABEL_WIDTH 150 /* at 96 DPI */

struct details_pane {
    HWND edit;
    struct buffer text;
    struct buffer line;
    uint64_t shown; /* hash of what the control holds */
    struct cell_words words;
};

struct details_pane *details_pane_new(HWND parent, int control_id)
{
    struct details_pane *pane = memory_take(sizeof *pane);
    if (!pane)
        return NULL;
    buffer_init(&pane->text, DETAILS_CEILING);
    buffer_init(&pane->line, DETAILS_CEILING);
    pane->words.milliseconds = true;
    pane->edit = CreateWindowExW(0, WC_EDITW, L"",
                                 WS_CHILD | WS_TABSTOP | WS_VSCROLL | ES_MULTILINE | ES_READONLY |
                                     ES_NOHIDESEL,
                                 0, 0, 0, 0, parent, (HMENU)(INT_PTR)control_id, NULL, NULL);
    if (!pane->edit) {
        details_pane_free(pane);
        return NULL;
    }
    SendMessageW(pane->edit, EM_SETLIMITTEXT, DETAILS_CEILING, 0);
    return pane;
}

void details_pane_free(struct details_pane *pane)
{
    if (!pane)
        return;
    if (pane->edit)
        DestroyWindow(pane->edit);
    buffer_done(&pane->text);
    buffer_done(&pane->line);
    memory_give(pane);
}

HWND details_pane_window(const struct details_pane *pane)
{
    return pane->edit;
}

void details_pane_set_scale(struct details_pane *pane, HFONT font, unsigned scale)
{
    SendMessageW(pane->edit, WM_SETFONT, (WPARAM)font, TRUE);
    int margin = MulDiv(8, (int)scale, 100);
    SendMessageW(pane->edit, EM_SETMARGINS, EC_LEFTMARGIN | EC_RIGHTMARGIN,
                 MAKELPARAM(margin, margin));
    /* Tab stops are in quarters of the average width of a character of a dialog. */
    TEXTMETRICW metrics = {.tmAveCharWidth = 7};
    HDC dc = GetDC(pane->edit);
    HGDIOBJ old = SelectObject(dc, font);
    GetTextMetricsW(dc, &metrics);
    SelectObject(dc, old);
    ReleaseDC(pane->edit, dc);
    int stop = MulDiv(MulDiv(LABEL_WIDTH, (int)scale, 100), 4, metrics.tmAveCharWidth);
    SendMessageW(pane->edit, EM_SETTABSTOPS, 1, (LPARAM)&stop);
    pane->shown = 0;
}

void details_pane_set_utc(struct details_pane *pane, bool utc)
{
    pane->words.utc = utc;
}

/* --- writing --- */

/* A text that others chose may hold line ends and tabs: they must not pass for lines of ours. */
static void add_plain(struct buffer *out, struct text value)
{
    size_t from = 0;
    for (size_t i = 0; i < value.size; i++) {
        unsigned char byte = (unsigned char)value.bytes[i];
        if (byte >= 0x20)
            continue;
        buffer_add(out, text_slice(value, from, i - from));
        buffer_add_code_point(out, 0x2400u + byte);
        from = i + 1;
    }
    buffer_add(out, text_slice(value, from, value.size - from));
}

static void add_line(struct details_pane *pane, unsigned label, struct text value)
{
    if (!value.size)
        return;
    string_add(&pane->text, label);
    buffer_add_byte(&pane->text, '\t');
    add_plain(&pane->text, value);
    buffer_add_string(&pane->text, "\r\n");
}

static void add_heading(struct details_pane *pane, unsigned label)
{
    if (pane->text.size)
        buffer_add_string(&pane->text, "\r\n");
    string_add(&pane->text, label);
    buffer_add_string(&pane->text, "\r\n");
}

static void add_cell(struct details_pane *pane, unsigned label, struct cell cell, unsigned remark)
{
    if (cell.kind == CELL_EMPTY)
        return;
    buffer_clear(&pane->line);
    if (cell.kind == CELL_MOMENT)
        cell_text_add_moment(&pane->words, cell.number, &pane->line);
    else
        cell_text_add(&pane->words, &cell, &pane->line);
    if (remark)
        string_add(&pane->line, remark);
    add_line(pane, label, buffer_text(&pane->line));
}

static void add_number(struct details_pane *pane, unsigned label, int64_t number)
{
    add_cell(pane, label, cell_of_number(number), 0);
}

static void begin(struct details_pane *pane, moment now, const struct watchlist *watchlist)
{
    buffer_clear(&pane->text);
    pane->words.now = now;
    pane->words.watchlist = watchlist;
}

static void finish(struct details_pane *pane)
{
    struct text value = buffer_text(&pane->text);
    uint64_t hash = text_hash(value) | 1;
    if (hash == pane->shown)
        return;
    /* An edit control holds no NULs; add_plain has made them visible. */
    wchar_t *wide = text16_from(value, NULL);
    if (!wide)
        return;
    DWORD from = 0;
    DWORD to = 0;
    LRESULT top = SendMessageW(pane->edit, EM_GETFIRSTVISIBLELINE, 0, 0);
    SendMessageW(pane->edit, EM_GETSEL, (WPARAM)&from, (LPARAM)&to);
    SendMessageW(pane->edit, WM_SETREDRAW, FALSE, 0);
    SetWindowTextW(pane->edit, wide);
    SendMessageW(pane->edit, EM_SETSEL, from, (LPARAM)to);
    SendMessageW(pane->edit, EM_LINESCROLL, 0, top);
    SendMessageW(pane->edit, WM_SETREDRAW, TRUE, 0);
    InvalidateRect(pane->edit, NULL, TRUE);
    text16_free(wide);
    pane->shown = hash;
}

/* "cmd.exe (3252)", with what is to be known of it. */
static void add_named(struct details_pane *pane, unsigned label, const struct process_facts *facts,
                      enum cell_note note)
{
    struct cell cell = {
        .kind = CELL_PROCESS, .number = facts->key.pid, .text = facts->name, .note = (uint8_t)note};
    buffer_clear(&pane->line);
    cell_text_add(&pane->words, &cell, &pane->line);
    if (facts->command.state == READ_OK && facts->command.value.size) {
        buffer_add_string(&pane->line, "   ");
        buffer_add(&pane->line, facts->command.value);
    }
    add_line(pane, label, buffer_text(&pane->line));
}

static void add_facts(struct details_pane *pane, const struct process_facts *facts)
{
    add_cell(pane, STR_PROCESS_COLUMN + PROCESS_NAME, cell_of_text(facts->name), 0);
    add_number(pane, STR_PROCESS_COLUMN + PROCESS_PID, facts->key.pid);
    add_cell(pane, STR_PROCESS_COLUMN + PROCESS_IMAGE, cell_of_fact(&facts->image), 0);
    add_cell(pane, STR_PROCESS_COLUMN + PROCESS_COMMAND, cell_of_fact(&facts->command),
             facts->command_from_memory && facts->command.state == READ_OK ? STR_DETAILS_FROM_MEMORY
                                                                           : 0);
    add_cell(pane, STR_PROCESS_COLUMN + PROCESS_DIRECTORY, cell_of_fact(&facts->directory), 0);
    add_cell(pane, STR_PROCESS_COLUMN + PROCESS_STARTED, cell_of_moment(facts->key.start), 0);
    buffer_clear(&pane->line);
    if (facts->domain.state == READ_OK && facts->user.state == READ_OK &&
        facts->domain.value.size) {
        buffer_add(&pane->line, facts->domain.value);
        buffer_add_byte(&pane->line, '\\');
        buffer_add(&pane->line, facts->user.value);
        add_line(pane, STR_PROCESS_COLUMN + PROCESS_USER, buffer_text(&pane->line));
    } else {
        add_cell(pane, STR_PROCESS_COLUMN + PROCESS_USER, cell_of_fact(&facts->user), 0);
    }
    add_cell(pane, STR_DETAILS_SID, cell_of_fact(&facts->sid), 0);
    add_cell(pane, STR_PROCESS_COLUMN + PROCESS_SESSION, cell_of_number_fact(&facts->session), 0);
    add_cell(pane, STR_PROCESS_COLUMN + PROCESS_BITS, cell_of_number_fact(&facts->bits), 0);
    add_cell(pane, STR_PROCESS_COLUMN + PROCESS_ELEVATED, cell_of_flag_fact(&facts->elevated), 0);
    add_cell(pane, STR_PROCESS_COLUMN + PROCESS_SERVICES, cell_of_fact(&facts->services), 0);
}

static void add_life(struct details_pane *pane, const struct process_row *row)
{
    buffer_clear(&pane->line);
    if (row->ended)
        cell_text_add_moment(&pane->words, row->ended, &pane->line);
    else
        string_add(&pane->line, row->suspended ? STR_DETAILS_SUSPENDED : STR_DETAILS_RUNNING);
    add_line(pane, row->ended ? STR_PROCESS_COLUMN + PROCESS_ENDED : STR_DETAILS_STATE,
             buffer_text(&pane->line));
    if (row->ended) {
        struct cell code =
            row->exit.code_state == READ_OK
                ? cell_of_number(row->exit.code)
                : (struct cell){.kind = CELL_UNREAD, .state = (uint8_t)row->exit.code_state};
        add_cell(pane, STR_DETAILS_EXIT_CODE, code, 0);
    } else {
        add_number(pane, STR_DETAILS_THREADS, row->threads);
    }
    add_cell(pane, STR_DETAILS_FIRST_SEEN, cell_of_moment(row->first_seen), 0);
    if (row->cpu >= 0)
        add_cell(pane, STR_DETAILS_CPU_TIME,
                 (struct cell){.kind = CELL_DURATION, .number = row->cpu}, 0);
}

/* A line for each thing that is odd; `named` puts the name of the process before it. */
static void add_remarks(struct details_pane *pane, const struct odd_subject *subject,
                        const struct process_odd *odd, bool named)
{
    struct buffer words;
    struct buffer fact;
    buffer_init(&words, DETAILS_CEILING);
    buffer_init(&fact, DETAILS_CEILING);
    for (unsigned rule = 0; rule < ODD_RULES; rule++) {
        if (!(odd->rules & ODD_BIT(rule)))
            continue;
        buffer_clear(&words);
        buffer_clear(&fact);
        buffer_clear(&pane->line);
        string_add(&words, STR_ODD_RULE + rule);
        odd_words_fact(&fact, (enum odd_rule)rule, subject, odd);
        const struct text all[] = {subject->facts->name, buffer_text(&words), buffer_text(&fact)};
        if (named)
            string_fill(&pane->line, STR_DETAILS_REMARK_OF, all, 3);
        else
            string_fill(&pane->line, STR_DETAILS_REMARK, all + 1, 2);
        add_line(pane, STR_DETAILS_REMARKS, buffer_text(&pane->line));
    }
    buffer_done(&words);
    buffer_done(&fact);
}

static void add_row_remarks(struct details_pane *pane, const struct snapshot *snapshot,
                            uint32_t index, bool named)
{
    const struct odd_subject subject = odd_subject_of(snapshot, index);
    add_remarks(pane, &subject, &snapshot->processes[index].odd, named);
}

static void add_ancestors(struct details_pane *pane, const struct snapshot *snapshot,
                          uint32_t index)
{
    uint32_t chain[ANCESTORS_MOST];
    size_t count = snapshot_ancestors(snapshot, index, chain, ANCESTORS_MOST);
    add_heading(pane, STR_DETAILS_PARENTS);
    uint32_t child = index;
    for (size_t i = 0; i < count && i < ANCESTORS_MOST; i++) {
        struct cell parent = process_parent_cell(snapshot, child);
        add_named(pane, STR_PROCESS_COLUMN + PROCESS_PARENT, snapshot->processes[chain[i]].facts,
                  (enum cell_note)parent.note);
        add_row_remarks(pane, snapshot, chain[i], true);
        child = chain[i];
    }
    struct cell last = process_parent_cell(snapshot, child);
    if (last.kind != CELL_EMPTY && last.note == NOTE_GONE)
        add_cell(pane, STR_PROCESS_COLUMN + PROCESS_PARENT, last, 0);
}

static void add_children(struct details_pane *pane, const struct snapshot *snapshot, uint32_t index)
{
    unsigned shown = 0;
    for (uint32_t i = 0; i < snapshot->process_count && shown < CHILDREN_MOST; i++) {
        const struct process_row *row = &snapshot->processes[i];
        if (row->parent != index)
            continue;
        if (!shown++)
            add_heading(pane, STR_DETAILS_CHILDREN);
        add_named(pane, STR_PROCESS_COLUMN + PROCESS_NAME, row->facts,
                  row->ended ? NOTE_EXITED : NOTE_NONE);
    }
}

void details_pane_show_process(struct details_pane *pane, const struct snapshot *snapshot,
                               uint32_t index)
{
    const struct process_row *row = &snapshot->processes[index];
    begin(pane, snapshot->taken, snapshot->watchlist);
    add_facts(pane, row->facts);
    add_life(pane, row);
    add_cell(pane, STR_PROCESS_COLUMN + PROCESS_WATCHED,
             process_row_class.cell(snapshot, index, PROCESS_WATCHED), 0);
    if (row->connections)
        add_number(pane, STR_TAB_CONNECTIONS, row->connections);
    add_row_remarks(pane, snapshot, index, false);
    add_ancestors(pane, snapshot, index);
    add_children(pane, snapshot, index);
    finish(pane);
}

static void add_connection(struct details_pane *pane, const struct connection_row *row,
                           const struct process_facts *facts, moment now)
{
    static const unsigned columns[] = {
        CONNECTION_PROTOCOL,    CONNECTION_LOCAL,       CONNECTION_LOCAL_PORT, CONNECTION_REMOTE,
        CONNECTION_REMOTE_PORT, CONNECTION_REMOTE_NAME, CONNECTION_STATE,      CONNECTION_WATCHED,
        CONNECTION_MATCHED_BY,  CONNECTION_FIRST_SEEN,  CONNECTION_LAST_SEEN,
    };
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        add_cell(pane, STR_CONNECTION_COLUMN + columns[i],
                 connection_cell(row, facts, columns[i], now), 0);
    if (!row->seen.ipv6_table || !address_is_ipv4(&row->seen.local.address))
        return;
    /* N7: what was taken for IPv4 stood in the table in its mapped form. */
    buffer_clear(&pane->line);
    buffer_add_string(&pane->line, "::ffff:");
    address_add(&pane->line, &row->seen.local.address);
    if (row->seen.has_remote) {
        buffer_add_string(&pane->line, ", ::ffff:");
        address_add(&pane->line, &row->seen.remote.address);
    }
    add_line(pane, STR_DETAILS_LISTED_AS, buffer_text(&pane->line));
}

void details_pane_show_connection(struct details_pane *pane, const struct snapshot *snapshot,
                                  uint32_t index)
{
    const struct connection_row *row = &snapshot->connections[index];
    const struct process_row *owner =
        row->process < snapshot->process_count ? &snapshot->processes[row->process] : NULL;
    begin(pane, snapshot->taken, snapshot->watchlist);
    add_connection(pane, row, owner ? owner->facts : NULL, snapshot->taken);
    if (!owner) {
        add_cell(pane, STR_DETAILS_OWNER,
                 connection_cell(row, NULL, CONNECTION_PROCESS, snapshot->taken), 0);
    } else {
        add_heading(pane, STR_DETAILS_PROCESS);
        add_facts(pane, owner->facts);
        add_life(pane, owner);
        add_row_remarks(pane, snapshot, row->process, false);
        add_ancestors(pane, snapshot, row->process);
    }
    finish(pane);
}

static void add_hit_origin(struct details_pane *pane, const struct hit *hit)
{
    add_line(pane, STR_HIT_COLUMN + HIT_WATCHED, hit->indicator);
    if (!text_equal(hit->origin.written, hit->indicator))
        add_line(pane, STR_DETAILS_WRITTEN, hit->origin.written);
    buffer_clear(&pane->line);
    if (hit->origin.line) {
        struct buffer digits;
        buffer_init(&digits, 16);
        buffer_add_unsigned(&digits, hit->origin.line);
        const struct text arguments[] = {hit->origin.file, buffer_text(&digits)};
        string_fill(&pane->line, STR_DETAILS_LINE, arguments, 2);
        buffer_done(&digits);
    } else {
        buffer_add(&pane->line, hit->origin.file);
    }
    if (hit->origin.file.size)
        add_line(pane, STR_HIT_COLUMN + HIT_SOURCE, buffer_text(&pane->line));
    add_line(pane, STR_DETAILS_LABEL, hit->origin.label);
}

static void add_hit_remarks(struct details_pane *pane, const struct hit *hit, size_t place)
{
    const struct process_odd *odd;
    const struct odd_subject subject = hit_subject(hit, place, &odd);
    add_remarks(pane, &subject, odd, place > 0);
}

static void add_hit_chain(struct details_pane *pane, const struct hit *hit)
{
    add_heading(pane, STR_DETAILS_PARENTS);
    for (size_t i = 0; i < hit->ancestor_count; i++) {
        enum cell_note note = NOTE_NONE;
        if (hit->ancestor_ended[i])
            note = NOTE_EXITED;
        else if (hit->ancestor_kinds[i] == PARENT_UNVERIFIED)
            note = NOTE_UNVERIFIED;
        add_named(pane, STR_PROCESS_COLUMN + PROCESS_PARENT, hit->ancestors[i], note);
        add_hit_remarks(pane, hit, i + 1);
    }
}

void details_pane_show_hit(struct details_pane *pane, const struct hit *hit, moment now)
{
    const struct hit *const hits[] = {hit};
    const struct hit_list list = {hits, 1};
    begin(pane, now, NULL);
    add_cell(pane, STR_HIT_COLUMN + HIT_TIME, cell_of_moment(hit->when), 0);
    add_hit_origin(pane, hit);
    add_cell(pane, STR_HIT_COLUMN + HIT_MATCHED_BY, hit_row_class.cell(&list, 0, HIT_MATCHED_BY),
             0);
    add_line(pane, STR_DETAILS_OBSERVED, text_from(hit->observed_by));
    if (hit->latency >= 0)
        add_cell(pane, STR_DETAILS_LATENCY,
                 (struct cell){.kind = CELL_DURATION, .number = hit->latency}, 0);
    if (!hit->is_process) {
        add_heading(pane, STR_DETAILS_CONNECTION);
        add_connection(pane, &hit->connection, hit->process, hit->when);
    }
    if (hit->process) {
        add_heading(pane, STR_DETAILS_PROCESS);
        add_facts(pane, hit->process);
        add_hit_remarks(pane, hit, 0);
        add_hit_chain(pane, hit);
    }
    finish(pane);
}

void details_pane_show_nothing(struct details_pane *pane)
{
    begin(pane, 0, NULL);
    string_add(&pane->text, STR_EMPTY_DETAILS);
    finish(pane);
}
