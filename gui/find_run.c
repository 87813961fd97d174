/* Searches of the Find window: what is asked for, what comes in, how far it is, how it ended. */
#include <windows.h>

#include <commctrl.h>

#include "core/base/memory.h"
#include "core/windows/clock.h"
#include "core/windows/text16.h"
#include "gui/evidence_words.h"
#include "gui/find_parts.h"
#include "gui/strings.h"

#define PAUSE_LEAST 100 /* ms between two looks at what came in */
#define PAUSE_SHARE 10  /* and so many times what the last one took */
#define PIDS_MOST 1024

/* --- one line --- */

void find_tell(struct find_window *find, struct text words)
{
    buffer_clear(&find->told);
    buffer_add(&find->told, words);
    find_show_status(find);
}

void find_tell_string(struct find_window *find, unsigned id)
{
    buffer_clear(&find->told);
    string_add(&find->told, id);
    find_show_status(find);
}

void find_tell_filled(struct find_window *find, unsigned id, struct text argument)
{
    struct buffer words;

    buffer_init(&words, FIND_WORDS_MOST);
    string_fill(&words, id, &argument, 1);
    find_tell(find, buffer_text(&words));
    buffer_done(&words);
}

static void add_part(struct buffer *out, unsigned id, struct text first, struct text second)
{
    const struct text arguments[] = {first, second};

    if (out->size)
        buffer_add_string(out, "  \xc2\xb7  ");
    string_fill(out, id, arguments, 2);
}

static void add_counts(struct buffer *out, unsigned id, uint64_t first, uint64_t second)
{
    struct buffer digits;

    buffer_init(&digits, 64);
    buffer_add_unsigned(&digits, first);
    size_t split = digits.size;
    buffer_add_unsigned(&digits, second);
    struct text whole = buffer_text(&digits);
    add_part(out, id, text_slice(whole, 0, split), text_slice(whole, split, whole.size - split));
    buffer_done(&digits);
}

/* What is 0 is not told. */
static void add_loss(struct buffer *out, unsigned id, uint64_t count)
{
    if (count)
        add_counts(out, id, count, 0);
}

static void add_size(struct buffer *out, unsigned id, uint64_t bytes, uint64_t count)
{
    struct buffer size;
    struct buffer digits;

    buffer_init(&size, 64);
    buffer_init(&digits, 64);
    evidence_words_size(&size, bytes);
    buffer_add_unsigned(&digits, count);
    add_part(out, id, buffer_text(&size), buffer_text(&digits));
    buffer_done(&digits);
    buffer_done(&size);
}

static void add_holders(struct buffer *out, const struct holders_told *told)
{
    add_counts(out, STR_FIND_HANDLES_SEEN, told->handles.handles, 0);
    add_loss(out, STR_FIND_NAMES_UNREAD, told->handles.names_not_read);
    add_loss(out, STR_FIND_NOT_COPIED, told->handles.not_copied);
    add_loss(out, STR_FIND_NOT_OPENED, told->handles.not_opened);
    add_loss(out, STR_FIND_MODULES_UNREAD, told->modules_not_read);
}

static void add_registry(struct buffer *out, const struct registry_counts *counts)
{
    add_counts(out, STR_FIND_KEYS, counts->keys, counts->values);
    add_loss(out, STR_FIND_HIDDEN, counts->hidden);
    add_loss(out, STR_FIND_KEYS_DENIED, counts->denied);
    add_loss(out, STR_FIND_KEYS_FAILED, counts->failed);
    add_loss(out, STR_FIND_KEYS_LARGE, counts->too_large);
}

static void add_memory(struct buffer *out, const struct memory_told *told)
{
    add_size(out, STR_FIND_READ, told->totals.read, told->searched);
    if (told->totals.not_read)
        add_size(out, STR_FIND_BYTES_UNREAD, told->totals.not_read, 0);
    add_loss(out, STR_FIND_PROCESSES_UNREAD, told->refused);
    add_loss(out, STR_FIND_PROCESSES_GONE, told->gone);
}

/* Why there may be more than was found; nothing where the search went to its end. */
static void add_ending(struct buffer *out, const struct find_told *told)
{
    struct buffer phrase;

    if (told->full) {
        add_counts(out, STR_FIND_FULL, FOUND_MOST, 0);
    } else if (told->status == ST_CANCELLED) {
        add_part(out, STR_FIND_CANCELLED, (struct text){0}, (struct text){0});
    } else if (told->status == ST_TOO_SLOW) {
        add_part(out, STR_FIND_TOO_SLOW, (struct text){0}, (struct text){0});
    } else if (told->status != ST_OK) {
        buffer_init(&phrase, 4096);
        string_add(&phrase, STR_STATUS_PHRASE + (unsigned)told->status);
        add_part(out, STR_FIND_FAILED, buffer_text(&phrase), (struct text){0});
        buffer_done(&phrase);
    }
}

static void add_totals(struct buffer *out, const struct find_page *page)
{
    add_ending(out, &page->told);
    if (page->kind == FOUND_HANDLES)
        add_holders(out, &page->told.holders);
    else if (page->kind == FOUND_REGISTRY)
        add_registry(out, &page->told.registry);
    else
        add_memory(out, &page->told.memory);
}

static void add_progress(struct buffer *out, const struct find_page *page)
{
    struct find_progress progress = find_search_progress(page->search);

    if (page->stopping)
        add_part(out, STR_FIND_CANCELLING, (struct text){0}, (struct text){0});
    if (page->kind == FOUND_HANDLES && progress.total)
        add_counts(out, STR_FIND_HANDLES_OF, progress.done, progress.total);
    else if (page->kind == FOUND_REGISTRY)
        add_counts(out, STR_FIND_KEYS_SO_FAR, progress.done, 0);
    else if (page->kind == FOUND_MEMORY && progress.process_total)
        add_counts(out, STR_FIND_PROCESS_OF,
                   progress.processes < progress.process_total ? progress.processes + 1
                                                               : progress.process_total,
                   progress.process_total);
    if (page->kind == FOUND_MEMORY)
        add_size(out, STR_FIND_READ_SO_FAR, progress.done, 0);
}

static void show_bar(const struct find_window *find, const struct find_page *page)
{
    struct find_progress progress = {0};

    if (page->search)
        progress = find_search_progress(page->search);
    uint64_t done = page->kind == FOUND_MEMORY ? progress.processes : progress.done;
    uint64_t total = page->kind == FOUND_MEMORY ? progress.process_total : progress.total;
    if (total)
        SendMessageW(find->bar, PBM_SETPOS, (WPARAM)(done >= total ? 1000 : done * 1000 / total),
                     0);
    ShowWindow(find->bar, total ? SW_SHOWNA : SW_HIDE);
}

void find_show_status(struct find_window *find)
{
    const struct find_page *page = find_page(find);
    struct buffer line;

    if (!find->open)
        return;
    buffer_init(&line, FIND_WORDS_MOST);
    if (find->told.size) {
        buffer_add(&line, buffer_text(&find->told));
    } else if (page->found) {
        uint32_t shown = tree_view_count(list_pane_view(page->pane));
        if (filter_active(find->filter))
            add_counts(&line, STR_FIND_SHOWN, page->found->count, shown);
        else
            add_counts(&line, STR_FIND_FOUND, page->found->count, 0);
        if (page->search)
            add_progress(&line, page);
        else if (page->over)
            add_totals(&line, page);
    }
    dialog_set_text(find->status, buffer_text(&line));
    buffer_done(&line);
    SetWindowTextW(find->go, string_wide(page->search ? STR_FIND_STOP : STR_FIND_GO));
    EnableWindow(find->go, !page->search || !page->stopping);
    EnableWindow(find->save, !find_grey(find, CMD_SAVE));
    show_bar(find, page);
}

/* --- what is asked for --- */

static void read_field(HWND field, struct buffer *out)
{
    int length = GetWindowTextLengthW(field);
    wchar_t *wide = memory_take_array((size_t)length + 1, sizeof *wide);

    if (!wide) {
        out->failed = ST_NO_MEMORY;
        return;
    }
    length = GetWindowTextW(field, wide, length + 1);
    text16_add(out, wide, (size_t)length);
    memory_give(wide);
}

/* The next run of what is neither space nor comma; false: there is none. */
static bool next_word(struct text whole, size_t *at, struct text *word)
{
    while (*at < whole.size &&
           (whole.bytes[*at] == ' ' || whole.bytes[*at] == ',' || whole.bytes[*at] == ';'))
        (*at)++;
    size_t begin = *at;
    while (*at < whole.size && whole.bytes[*at] != ' ' && whole.bytes[*at] != ',' &&
           whole.bytes[*at] != ';')
        (*at)++;
    *word = text_slice(whole, begin, *at - begin);
    return word->size != 0;
}

/* One that can be searched; false: it was told why not. */
static bool take_pid(struct find_window *find, struct find_wish *wish, struct text word)
{
    uint64_t pid = 0;

    if (!text_number(word, UINT32_MAX, &pid) || wish->pid_count == PIDS_MOST) {
        find_tell_filled(find, STR_FIND_BAD_PID, word);
        return false;
    }
    if (snapshot_process_by_pid(wish->snapshot, (uint32_t)pid) == NO_ROW) {
        find_tell_filled(find, STR_FIND_NO_PROCESS, word);
        return false;
    }
    if (wish->kind == FOUND_MEMORY && pid == find->setup.self.pid) {
        find_tell_string(find, STR_FIND_SELF);
        return false;
    }
    wish->pids[wish->pid_count++] = (uint32_t)pid;
    return true;
}

static bool take_pids(struct find_window *find, struct find_wish *wish)
{
    struct buffer written;
    struct text word;
    size_t at = 0;
    bool good = true;

    if (wish->kind == FOUND_REGISTRY)
        return true;
    wish->pids = memory_take_array(PIDS_MOST, sizeof *wish->pids);
    buffer_init(&written, FIND_WORDS_MOST);
    read_field(find->pids, &written);
    if (!wish->pids || written.failed != ST_OK) {
        find_tell_string(find, STR_STATUS_PHRASE + ST_NO_MEMORY);
        good = false;
    }
    while (good && next_word(buffer_text(&written), &at, &word))
        good = take_pid(find, wish, word);
    buffer_done(&written);
    return good;
}

static bool take_list(struct find_window *find, struct find_wish *wish)
{
    const struct watchlist *list = find->setup.watchlist(find->setup.context);

    if (wish->kind != FOUND_MEMORY || !dialog_is_checked(find->list))
        return true;
    if (!list || !watchlist_count(list)) {
        find_tell_string(find, STR_FIND_NO_LIST);
        return false;
    }
    wish->watchlist = watchlist_retain(list);
    return true;
}

static bool take_term(struct find_window *find, struct find_wish *wish)
{
    struct find_page *page = &find->pages[wish->kind];
    unsigned flags = (dialog_is_checked(find->regex) ? (unsigned)TERM_REGEX : 0u) |
                     (dialog_is_checked(find->match_case) ? (unsigned)TERM_CASE : 0u);
    struct buffer why;

    buffer_clear(&page->term);
    read_field(find->term, &page->term);
    if (!page->term.size && (wish->kind == FOUND_HANDLES || wish->watchlist))
        return true;
    if (!page->term.size) {
        find_tell_string(find,
                         wish->kind == FOUND_MEMORY ? STR_FIND_NO_TERM_OR_LIST : STR_FIND_NO_TERM);
        SetFocus(find->term);
        return false;
    }
    buffer_init(&why, 4096);
    enum status status = term_new(buffer_text(&page->term), flags, &wish->term, &why);
    if (status == ST_NO_MEMORY)
        string_add(&why, STR_STATUS_PHRASE + ST_NO_MEMORY);
    if (status != ST_OK)
        find_tell_filled(find, STR_FIND_BAD_TERM, buffer_text(&why));
    buffer_done(&why);
    return status == ST_OK;
}

static void drop_wish(const struct find_wish *wish)
{
    term_free(wish->term);
    memory_give(wish->pids);
    snapshot_release(wish->snapshot);
    watchlist_release(wish->watchlist);
}

static void show_list(struct find_page *page)
{
    const struct clock clock = clock_of_system();

    if (list_pane_show(page->pane, page->found, clock.now(clock.context), page->found->watchlist) !=
        ST_OK)
        find_tell_string(page->find, STR_STATUS_PHRASE + ST_NO_MEMORY);
}

/* An empty list for what will come. */
static bool begin_list(struct find_page *page, const struct find_wish *wish)
{
    struct found *before = page->found;
    struct found *fresh =
        found_new(wish->kind, ++page->find->runs, wish->snapshot, wish->watchlist);

    if (!fresh)
        return false;
    tree_view_select_none(list_pane_view(page->pane));
    page->found = fresh;
    show_list(page);
    if (list_pane_rows(page->pane) != fresh) { /* there was no memory for an empty list */
        page->found = before;
        found_free(fresh);
        return false;
    }
    found_free(before);
    return true;
}

void find_run(struct find_window *find)
{
    struct find_page *page = find_page(find);
    struct find_wish wish = {.system = find->setup.system, .kind = find->kind};

    buffer_clear(&find->told);
    if (page->search) {
        find_cancel(page);
        return;
    }
    wish.snapshot = snapshot_retain(find->setup.snapshot(find->setup.context));
    if (!take_list(find, &wish) || !take_term(find, &wish) || !take_pids(find, &wish)) {
        drop_wish(&wish);
        return;
    }
    if (!begin_list(page, &wish)) {
        drop_wish(&wish);
        find_tell_string(find, STR_STATUS_PHRASE + ST_NO_MEMORY);
        return;
    }
    page->over = page->stopping = false;
    page->next = 0;
    page->search = find_search_start(&wish, find->dialog.window, FIND_SEARCHED);
    if (!page->search) {
        find_tell_string(find, STR_STATUS_PHRASE + ST_NO_MEMORY);
        return;
    }
    SetTimer(find->dialog.window, FIND_TIMER + (UINT_PTR)page->kind, PAUSE_LEAST, NULL);
    find_show_status(find);
}

void find_cancel(struct find_page *page)
{
    if (!page->search)
        return;
    page->stopping = true;
    find_search_cancel(page->search);
    find_show_status(page->find);
}

void find_leave(struct find_page *page)
{
    KillTimer(page->find->dialog.window, FIND_TIMER + (UINT_PTR)page->kind);
    find_search_leave(page->search);
    page->search = NULL;
}

/* --- what comes in --- */

/* Rows must not move under the user's hand. */
static bool is_held(const struct find_page *page)
{
    return page->find->asking || rowview_held(list_pane_rowview(page->pane));
}

void find_take(struct find_page *page, bool now)
{
    ULONGLONG begun = GetTickCount64();

    if (!page->search || (!now && (begun < page->next || is_held(page))))
        return;
    struct found_batch *batch = find_search_take(page->search);
    if (batch) {
        if (found_take(page->found, batch) == ST_OK)
            show_list(page);
        ULONGLONG ended = GetTickCount64();
        page->next = ended + (ended - begun) * PAUSE_SHARE;
    }
    if (page == find_page(page->find))
        find_show_status(page->find);
}

void find_searched(struct find_window *find, WPARAM number)
{
    for (unsigned kind = 0; kind < FOUND_KINDS; kind++) {
        struct find_page *page = &find->pages[kind];
        if (!page->search || worker_number(page->search) != number)
            continue;
        page->over = page->found->over = true;
        find_take(page, true);
        page->told = *find_search_told(page->search);
        find_leave(page);
        if (!page->found->count) /* what the empty list says is another thing now */
            rowview_redraw(list_pane_rowview(page->pane));
        find_show_status(find);
    }
}

/* --- the filter --- */

void find_apply_filter(struct find_window *find)
{
    struct buffer written;
    struct buffer why;

    buffer_init(&written, FIND_WORDS_MOST);
    buffer_init(&why, 4096);
    read_field(find->filter_box, &written);
    enum status status = filter_set(find->filter, text_trim(buffer_text(&written)), &why);
    if (status == ST_OK) {
        buffer_clear(&find->told);
        for (unsigned kind = 0; kind < FOUND_KINDS; kind++)
            list_pane_set_filter(find->pages[kind].pane,
                                 filter_active(find->filter) ? filter_matches : NULL, find->filter);
        find_show_status(find);
    } else {
        find_tell_filled(find, STR_FILTER_BAD, buffer_text(&why));
    }
    buffer_done(&why);
    buffer_done(&written);
}
