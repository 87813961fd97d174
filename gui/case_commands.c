/* The menu of the case: a new one, another, its end, its folder, whether it is as it was written,
 * the evidence of the machine, and the report. */
#include "gui/main_window.h"

#include <commdlg.h>

#include "core/base/memory.h"
#include "core/windows/clock.h"
#include "core/windows/evidence/bundle_parts.h"
#include "core/windows/text16.h"
#include "gui/case_desk.h"
#include "gui/case_dialog.h"
#include "gui/case_sink.h"
#include "gui/dialog.h"
#include "gui/progress_dialog.h"
#include "res/ids.h"

#define PATH_MOST 32768
#define WORDS_MOST ((size_t)4 << 20)
#define PARTS_MOST 256

bool case_commands_are(unsigned command)
{
    return command >= CMD_CASE_NEW && command <= CMD_CASE_REPORT;
}

/* --- may it be done? --- */

static bool has_case(const struct main_window *main)
{
    struct buffer path;
    buffer_init(&path, (size_t)PATH_MOST * 4);
    case_sink_path(main->hits_kept, &path);
    bool has = path.size != 0;
    buffer_done(&path);
    return has;
}

unsigned case_commands_grey(const struct main_window *main, unsigned command)
{
    bool moves = command == CMD_CASE_NEW || command == CMD_CASE_OPEN || command == CMD_CASE_CLOSE;
    if (command != CMD_CASE_NEW && command != CMD_CASE_OPEN && command != CMD_CASE_EVIDENCE &&
        !has_case(main))
        return STR_WHY_NO_CASE;
    if (case_desk_busy(main->case_desk) || (moves && case_sink_busy(main->hits_kept)))
        return STR_WHY_CASE_BUSY;
    return 0;
}

/* --- the order --- */

static bool look_at_desk(void *context, uint64_t *done, uint64_t *total)
{
    const struct main_window *main = context;
    if (main->ended || !case_desk_busy(main->case_desk))
        return false;
    case_desk_progress(main->case_desk, done, total);
    return true;
}

static void cancel_desk(void *context)
{
    struct main_window *main = context;
    if (!main->ended)
        case_desk_cancel(main->case_desk);
}

static void show_page(struct main_window *main)
{
    struct buffer page = main->case_page;
    if (!page.size || main->ended)
        return;
    buffer_init(&main->case_page, WORDS_MOST);
    page_dialog_run(main->window, main->settings, main->case_title, buffer_text(&page));
    buffer_done(&page);
}

/* words: what a window with a bar and a Cancel says meanwhile; 0: it is short. */
static void order(struct main_window *main, const struct case_wish *wish, unsigned words)
{
    const struct progress_work work = {look_at_desk, cancel_desk, main};
    struct buffer text;
    enum status status = case_desk_order(main->case_desk, wish);
    if (status != ST_OK)
        status_tell_string(main, STR_STATUS_PHRASE + (unsigned)status);
    if (status != ST_OK || !words)
        return;
    buffer_init(&text, 4096);
    string_add(&text, words);
    main->case_waits = true; /* what is to be read comes when that window is gone */
    bool cancelled = progress_dialog_run(main->window, buffer_text(&text), &work);
    main->case_waits = false;
    buffer_done(&text);
    if (main->ended)
        return;
    if (cancelled && case_desk_busy(main->case_desk))
        status_tell_string(main, STR_CASE_CANCELLING);
    show_page(main);
}

/* Beside the place where cases go by themselves: "case-2026-11-29". */
static void propose_folder(struct main_window *main, struct buffer *out)
{
    const struct clock clock = clock_of_system();
    struct buffer place;
    struct buffer day;
    buffer_init(&place, (size_t)PATH_MOST * 4);
    buffer_init(&day, 64);
    case_sink_place(main->hits_kept, &place);
    struct text path = buffer_text(&place);
    buffer_add(out, text_slice(path, 0, path.size - text_file_name(path).size));
    buffer_add_string(out, "case-");
    moment_add_iso(&day, clock.now(clock.context), false);
    buffer_add(out, text_slice(buffer_text(&day), 0, day.size < 10 ? day.size : 10));
    buffer_done(&day);
    buffer_done(&place);
}

static void new_case(struct main_window *main)
{
    struct buffer fields[NEW_CASE_FIELDS];
    for (size_t i = 0; i < NEW_CASE_FIELDS; i++)
        buffer_init(&fields[i], WORDS_MOST);
    propose_folder(main, &fields[NEW_CASE_FOLDER]);
    if (new_case_dialog_run(main->window, fields) && !main->ended) {
        const struct case_wish wish = {
            .task = CASE_MAKE,
            .path = text_trim(buffer_text(&fields[NEW_CASE_FOLDER])),
            .words = {buffer_text(&fields[NEW_CASE_NAME]), buffer_text(&fields[NEW_CASE_EXAMINER]),
                      buffer_text(&fields[NEW_CASE_WHERE]), buffer_text(&fields[NEW_CASE_WHY])},
        };
        order(main, &wish, STR_PROGRESS_CASE);
    }
    for (size_t i = 0; i < NEW_CASE_FIELDS; i++)
        buffer_done(&fields[i]);
}

/* A case is chosen by its case.json. */
static void open_case(struct main_window *main)
{
    static wchar_t path[PATH_MOST];
    wchar_t types[128] = {0};
    struct buffer chosen;
    path[0] = 0;
    lstrcpynW(types, string_wide(STR_CASE_FILES), 100);
    lstrcpynW(types + wcslen(types) + 1, L"case.json", 16);
    OPENFILENAMEW dialog = {
        .lStructSize = sizeof dialog,
        .hwndOwner = main->window,
        .lpstrFilter = types,
        .lpstrFile = path,
        .nMaxFile = PATH_MOST,
        .lpstrTitle = string_wide(STR_CASE_OPEN_TITLE),
        .Flags = OFN_EXPLORER | OFN_FILEMUSTEXIST | OFN_NOCHANGEDIR | OFN_HIDEREADONLY,
    };
    main->in_menu = true;
    bool done = GetOpenFileNameW(&dialog);
    main->in_menu = false;
    if (!done || main->ended)
        return;
    buffer_init(&chosen, (size_t)PATH_MOST * 4);
    text16_add(&chosen, path, wcslen(path));
    struct text whole = buffer_text(&chosen);
    size_t size = whole.size - text_file_name(whole).size;
    while (size > 3 && (whole.bytes[size - 1] == '\\' || whole.bytes[size - 1] == '/'))
        size--;
    const struct case_wish wish = {.task = CASE_OPEN, .path = text_slice(whole, 0, size)};
    order(main, &wish, STR_PROGRESS_CASE);
    buffer_done(&chosen);
}

static void close_case(struct main_window *main)
{
    const struct case_wish wish = {.task = CASE_CLOSE};
    if (dialog_ask(main->window, STR_CASE_CLOSE_TITLE, STR_CASE_CLOSE_TEXT, STR_CANCEL,
                   STR_CASE_CLOSE_DO) &&
        !main->ended)
        order(main, &wish, STR_PROGRESS_CLOSE);
}

/* Those with hits of this run, and those that are selected. NULL: there is no memory. */
static struct process_key *wanted_keys(const struct main_window *main, size_t *count)
{
    const struct hit_list *hits = session_hits(main->session);
    struct tree_view *view = list_pane_view(main->last);
    struct process_key *keys =
        memory_take_array((size_t)hits->count + tree_view_selected_count(view) + 1, sizeof *keys);
    *count = 0;
    if (!keys)
        return NULL;
    for (size_t i = 0; i < hits->count; i++)
        if (hits->hits[i]->process)
            keys[(*count)++] = hits->hits[i]->process->key;
    for (uint32_t row = tree_view_next_selected(view, 0); row != VIEW_NO_ROW;
         row = tree_view_next_selected(view, row + 1)) {
        uint32_t process = commands_process_at(main, tree_view_row(view, row)->index);
        if (process != NO_ROW)
            keys[(*count)++] = main->processes_shown->processes[process].facts->key;
    }
    return keys;
}

static void ask_and_collect(struct main_window *main, const struct snapshot *snapshot,
                            const struct flagged *flagged)
{
    bool ticked[PARTS_MOST];
    struct parts_choice choice = {
        .ticked = ticked, .snapshot = snapshot, .flagged = flagged, .with_flagged = true};
    choice.parts = bundle_parts_of_system(&choice.count);
    if (choice.count > PARTS_MOST)
        choice.count = PARTS_MOST;
    for (size_t i = 0; i < choice.count; i++)
        ticked[i] = choice.parts[i].kind != BUNDLE_NEVER && !choice.parts[i].only_asked;
    struct process_key *keys = memory_take_array(flagged->count + 1, sizeof *keys);
    bool agreed = keys && parts_dialog_run(main->window, main->settings, &choice);
    for (size_t i = 0; keys && i < flagged->count; i++)
        keys[i] = snapshot->processes[flagged->rows[i]].facts->key;
    if (agreed && !main->ended) {
        const struct case_wish wish = {
            .task = CASE_EVIDENCE,
            .parts = ticked,
            .snapshot = session_snapshot(main->session),
            .flagged = keys,
            .flagged_count = flagged->count,
            .no_flagged = flagged->count && !choice.with_flagged,
            .arena = choice.arena,
            .rules = choice.rules,
            .run_commands = choice.run_commands,
        };
        order(main, &wish, STR_PROGRESS_EVIDENCE);
    } else {
        arena_free(choice.arena);
    }
    memory_give(keys);
}

static void collect_evidence(struct main_window *main)
{
    /* The dialog runs a loop of its own, in which the lists go on. */
    const struct snapshot *snapshot = snapshot_retain(session_snapshot(main->session));
    struct flagged flagged;
    size_t count;
    struct process_key *keys = wanted_keys(main, &count);
    if (keys && flagged_of(snapshot, keys, count, &flagged) == ST_OK) {
        ask_and_collect(main, snapshot, &flagged);
        flagged_done(&flagged);
    } else {
        status_tell_string(main, STR_STATUS_PHRASE + ST_NO_MEMORY);
    }
    memory_give(keys);
    snapshot_release(snapshot);
    if (!main->ended)
        SetFocus(list_pane_window(main->last));
}

static void make_report(struct main_window *main)
{
    bool chinese = strings_language() == STRINGS_CHINESE;
    bool defanged = true;
    if (!report_dialog_run(main->window, &chinese, &defanged) || main->ended)
        return;
    const struct case_wish wish = {.task = CASE_REPORT,
                                   .language = chinese ? REPORT_CHINESE : REPORT_ENGLISH,
                                   .plain = !defanged};
    order(main, &wish, STR_PROGRESS_REPORT);
}

void case_commands_run(struct main_window *main, unsigned command)
{
    const struct case_wish verify = {.task = CASE_VERIFY};
    const struct case_wish show = {.task = CASE_SHOW};
    switch (command) {
    case CMD_CASE_NEW:
        new_case(main);
        break;
    case CMD_CASE_OPEN:
        open_case(main);
        break;
    case CMD_CASE_CLOSE:
        close_case(main);
        break;
    case CMD_CASE_FOLDER:
        order(main, &show, 0);
        break;
    case CMD_CASE_VERIFY:
        order(main, &verify, STR_PROGRESS_VERIFY);
        break;
    case CMD_CASE_EVIDENCE:
        collect_evidence(main);
        break;
    default:
        make_report(main);
        break;
    }
}

void case_commands_done(struct main_window *main, WPARAM wide)
{
    struct buffer line;
    buffer_init(&line, WORDS_MOST);
    buffer_clear(&main->case_page);
    enum case_task task = case_desk_done(main->case_desk, wide, &line, &main->case_page);
    main->case_title = task == CASE_VERIFY ? STR_VERIFY_TITLE : STR_EVIDENCE_TITLE;
    if (line.size)
        status_tell(main, buffer_text(&line));
    buffer_done(&line);
    layout_words(main); /* the title names the case */
    if (!main->case_waits)
        show_page(main);
}
