/* The status bar: what is there, what is watched, how often, at what cost, and what is wrong. */
#include "gui/main_window.h"

#include <commctrl.h>

#include "core/windows/text16.h"
#include "gui/case_sink.h"
#include "res/ids.h"

enum bar_part { BAR_COUNTS, BAR_RATE, BAR_COST, BAR_STATE, BAR_PARTS };

#define SEPARATOR " \xc2\xb7 "

static void add_filled(struct buffer *out, unsigned id, uint64_t first, uint64_t second)
{
    struct buffer one;
    struct buffer two;
    buffer_init(&one, 32);
    buffer_init(&two, 32);
    buffer_add_unsigned(&one, first);
    buffer_add_unsigned(&two, second);
    const struct text arguments[] = {buffer_text(&one), buffer_text(&two)};
    string_fill(out, id, arguments, 2);
    buffer_done(&one);
    buffer_done(&two);
}

static void separate(struct buffer *out)
{
    if (out->size)
        buffer_add_string(out, SEPARATOR);
}

static void set_part(struct main_window *main, enum bar_part part)
{
    wchar_t before[512];
    wchar_t *wide = text16_from(buffer_text(&main->text), NULL);
    if (!wide)
        return;
    LRESULT length = SendMessageW(main->status, SB_GETTEXTLENGTHW, part, 0);
    before[0] = 0;
    if (LOWORD(length) < 512)
        SendMessageW(main->status, SB_GETTEXTW, part, (LPARAM)before);
    if (lstrcmpW(before, wide))
        SendMessageW(main->status, SB_SETTEXTW, part, (LPARAM)wide);
    text16_free(wide);
}

static void add_case(struct main_window *main)
{
    struct buffer name;
    buffer_init(&name, (size_t)1024 * 1024);
    case_sink_name(main->hits_kept, &name);
    if (name.size) {
        separate(&main->text);
        string_add(&main->text, STR_STATUS_CASE);
    }
    buffer_done(&name);
}

static void write_counts(struct main_window *main)
{
    const struct snapshot *snapshot = session_snapshot(main->session);
    uint32_t watched = watchlist_count(session_watchlist(main->session));
    buffer_clear(&main->text);
    if (!snapshot->number) {
        string_add(&main->text, STR_STATUS_STARTING);
        return;
    }
    add_filled(&main->text, STR_STATUS_COUNTS, snapshot->counts.processes,
               snapshot->counts.connections);
    separate(&main->text);
    if (watched)
        add_filled(&main->text, STR_STATUS_WATCHING, watched, 0);
    else
        string_add(&main->text, STR_STATUS_NO_LIST);
    separate(&main->text);
    add_filled(&main->text, STR_STATUS_HITS, session_hits(main->session)->count, 0);
    add_case(main);
}

static void add_trap(struct main_window *main)
{
    struct buffer state;
    buffer_init(&state, 4096);
    trap_desk_state(main->trap, &state);
    const struct text argument = buffer_text(&state);
    if (state.size) {
        separate(&main->text);
        string_fill(&main->text, STR_TRAP_STATE, &argument, 1);
    }
    buffer_done(&state);
}

static void write_rate(struct main_window *main)
{
    const struct round_cost *cost = &session_snapshot(main->session)->cost;
    buffer_clear(&main->text);
    if (session_paused(main->session))
        string_add(&main->text, STR_STATUS_PAUSED);
    else if (cost->interval_ms)
        add_filled(&main->text, STR_STATUS_EVERY, cost->interval_ms, 0);
    if (cost->overruns) {
        separate(&main->text);
        add_filled(&main->text, STR_STATUS_OVERRUNS, cost->overruns, 0);
    }
    add_trap(main);
}

static void add_tenths(struct buffer *out, int64_t tenths)
{
    buffer_add_signed(out, tenths / 10);
    buffer_add_byte(out, '.');
    buffer_add_byte(out, (char)('0' + tenths % 10));
}

static void write_cost(struct main_window *main)
{
    const struct round_cost *cost = &session_snapshot(main->session)->cost;
    buffer_clear(&main->text);
    if (cost->cpu_share == UINT32_MAX || !cost->rounds)
        return;
    struct buffer share;
    struct buffer time;
    buffer_init(&share, 32);
    buffer_init(&time, 32);
    add_tenths(&share, cost->cpu_share / 10);
    add_tenths(&time, cost->average / (MOMENT_MS / 10));
    const struct text arguments[] = {buffer_text(&share), buffer_text(&time)};
    string_fill(&main->text, STR_STATUS_COST, arguments, 2);
    buffer_done(&share);
    buffer_done(&time);
}

static void add_order(struct main_window *main)
{
    const struct list_pane *pane = main->processes;
    struct tree_view *view = list_pane_view(main->processes);
    unsigned column;
    string_add(&main->text, tree_view_flat(view) ? STR_STATUS_FLAT : STR_STATUS_TREE);
    if (tree_view_direction(view, &column) != VIEW_NATURAL) {
        struct buffer title;
        buffer_init(&title, 256);
        string_add(&title, list_pane_class(pane)->title + column);
        const struct text arguments[] = {buffer_text(&title)};
        separate(&main->text);
        string_fill(&main->text, STR_STATUS_SORTED, arguments, 1);
        buffer_done(&title);
    }
    if (tree_view_frozen(view)) {
        separate(&main->text);
        string_add(&main->text, STR_STATUS_FROZEN);
    }
    if (filter_active(main->filter)) {
        separate(&main->text);
        add_filled(&main->text, STR_STATUS_FILTERED, tree_view_count(view),
                   session_snapshot(main->session)->process_count);
    }
}

static void write_state(struct main_window *main)
{
    const struct snapshot *snapshot = session_snapshot(main->session);
    buffer_clear(&main->text);
    case_sink_trouble(main->hits_kept, &main->text); /* first: it must not be cut off */
    if (!main->text.size)
        session_trouble(main->session, &main->text);
    bool stale = false;
    for (int part = 0; part < PART_COUNT; part++)
        stale = stale || snapshot->stale[part];
    if (stale && !main->text.size)
        string_add(&main->text, STR_STATUS_STALE);
    if (main->setup->no_debug) {
        separate(&main->text);
        string_add(&main->text, main->elevated ? STR_STATUS_NO_DEBUG_POLICY : STR_STATUS_NO_DEBUG);
    }
    separate(&main->text);
    add_order(main);
    uint64_t forgotten =
        snapshot->counts.forgotten_processes + snapshot->counts.forgotten_connections;
    if (forgotten) {
        separate(&main->text);
        add_filled(&main->text, STR_STATUS_FORGOTTEN, forgotten, 0);
    }
}

void status_arrange(struct main_window *main)
{
    static const int width[BAR_PARTS - 1] = {430, 320, 190};
    int right[BAR_PARTS];
    int at = 0;
    for (int part = 0; part < BAR_PARTS - 1; part++) {
        at += MulDiv(width[part], (int)main->scale, 100);
        right[part] = at;
    }
    right[BAR_PARTS - 1] = -1;
    SendMessageW(main->status, SB_SETPARTS, BAR_PARTS, (LPARAM)right);
}

void status_update(struct main_window *main)
{
    if (SendMessageW(main->status, SB_GETPARTS, 0, 0) != BAR_PARTS)
        status_arrange(main);
    write_counts(main);
    set_part(main, BAR_COUNTS);
    write_rate(main);
    set_part(main, BAR_RATE);
    write_cost(main);
    set_part(main, BAR_COST);
    if (main->told)
        return;
    write_state(main);
    set_part(main, BAR_STATE);
}

void status_tell(struct main_window *main, struct text words)
{
    if (words.bytes != main->text.bytes) {
        buffer_clear(&main->text);
        buffer_add(&main->text, words);
    }
    set_part(main, BAR_STATE);
    main->told = true;
    main->told_at = refresh_ticks();
}

void status_tell_string(struct main_window *main, unsigned id)
{
    buffer_clear(&main->text);
    string_add(&main->text, id);
    set_part(main, BAR_STATE);
    main->told = true;
    main->told_at = refresh_ticks();
}
