/* Closing handles and deleting from the registry: what is asked before, and what is told after. */
#include <windows.h>

#include <commdlg.h>

#include "core/case/ecs_handle.h"
#include "core/windows/text16.h"
#include "gui/act_words.h"
#include "gui/find_change.h"
#include "gui/find_parts.h"
#include "gui/harm_dialog.h"
#include "gui/notes.h"
#include "gui/strings.h"

#define PATH_UNITS 32768
#define SHOWN_MOST 400 /* bytes of a name in a question */

/* --- may it be done? --- */

static unsigned grey_close(struct find_window *find, const struct handle_row *row)
{
    const struct snapshot *snapshot = find->setup.snapshot(find->setup.context);

    if (!row || row->kind != HANDLE_OPEN)
        return STR_WHY_NOT_OF_HANDLES;
    if (process_key_equal(row->process, find->setup.self))
        return STR_WHY_SELF;
    if ((row->naming != HANDLE_NAMED && row->naming != HANDLE_NAMELESS) || !row->process.start)
        return STR_WHY_NO_HANDLE_NAME;
    uint32_t process = snapshot_process_by_pid(snapshot, row->process.pid);
    if (process == NO_ROW || snapshot->processes[process].ended ||
        !process_key_equal(snapshot->processes[process].facts->key, row->process))
        return STR_FIND_GONE;
    struct verdict verdict = rails_judge(snapshot, process, find->setup.self, ACT_KILL);
    return verdict.rail == RAIL_FORBIDDEN ? STR_GUARD + (unsigned)verdict.guard : 0;
}

static bool is_hive(struct text path)
{
    size_t parts = 0;

    for (size_t i = 0; i < path.size; i++)
        parts += path.bytes[i] == '\\';
    return parts < 2;
}

/* Under way in a window that was closed meanwhile: its message never comes. */
static bool is_busy(struct find_window *find)
{
    if (find->change && find->change_left && worker_wait(find->change, 0)) {
        worker_release(find->change);
        find->change = NULL;
    }
    return find->change != NULL;
}

unsigned find_harm_grey(struct find_window *find, unsigned command)
{
    uint32_t index = find_current(find);
    struct tree_view *view = list_pane_view(find_page(find)->pane);

    if (index == VIEW_NO_ROW)
        return STR_WHY_NO_ROW;
    if (tree_view_selected_count(view) > 1)
        return STR_WHY_ONE_ROW;
    if (is_busy(find))
        return STR_WHY_CHANGE_BUSY;
    if (find->kind == FOUND_HANDLES)
        return grey_close(find, found_handle(find_page(find)->found, index));
    const struct found_registry *row = found_registry(find_page(find)->found, index);
    if (command == CMD_FOUND_DELETE_VALUE && !row->finding.value)
        return STR_WHY_NO_KEY;
    if (command == CMD_FOUND_DELETE_KEY && is_hive(row->key.path))
        return STR_WHY_HIVE;
    return 0;
}

/* --- starting --- */

static void start(struct find_window *find, struct change_job *job, enum find_deed kind)
{
    if (job) {
        job->kind = kind;
        job->system = find->setup.system;
        job->sink = find->setup.sink;
        find->change = change_start(job, find->dialog.window, FIND_CHANGED);
        find->change_left = false;
    }
    find_tell_string(find,
                     job && find->change ? STR_FIND_UNDER_WAY : STR_STATUS_PHRASE + ST_NO_MEMORY);
}

/* The row that it is about, by which its note is found again. */
static void note_row(const struct find_window *find, struct change_job *job, uint32_t index)
{
    if (!job)
        return;
    job->run = find->pages[find->kind].found->run;
    job->row = index;
}

static void add_shown(struct buffer *out, struct text name)
{
    size_t end = name.size < SHOWN_MOST ? name.size : SHOWN_MOST;

    while (end && end < name.size && ((unsigned char)name.bytes[end] & 0xC0) == 0x80)
        end--;
    found_add_visible(out, text_slice(name, 0, end));
    if (end < name.size)
        buffer_add_string(out, "\xe2\x80\xa6");
}

/* --- a handle --- */

static void fill_close(const struct handle_row *row, struct buffer *head, struct buffer *more)
{
    struct buffer number;
    struct buffer whom;
    struct buffer name;

    buffer_init(&number, 64);
    buffer_init(&whom, FIND_WORDS_MOST);
    buffer_init(&name, FIND_WORDS_MOST);
    handle_row_add_hex(&number, row->value);
    act_words_process(&whom, row->process_name, row->process.pid);
    if (row->naming == HANDLE_NAMED)
        add_shown(&name, row->name);
    else
        string_add(&name, STR_CELL_WORD + WORD_NAMELESS);
    const struct text both[] = {buffer_text(&number), buffer_text(&whom)};
    const struct text what[] = {row->type, buffer_text(&name)};
    string_fill(head, STR_CLOSE_HEAD, both, 2);
    string_fill(more, STR_CLOSE_WHAT, what, 2);
    buffer_done(&name);
    buffer_done(&whom);
    buffer_done(&number);
}

void find_close_handle(struct find_window *find)
{
    uint32_t index = find_current(find);
    const struct handle_row *row = found_handle(find_page(find)->found, index);
    const struct snapshot *snapshot = snapshot_retain(find->setup.snapshot(find->setup.context));
    uint32_t process = snapshot_process_by_pid(snapshot, row->process.pid);
    struct change_job *job = change_job_of_handle(row);
    struct buffer head;
    struct buffer more;

    note_row(find, job, index);
    buffer_init(&head, FIND_WORDS_MOST);
    buffer_init(&more, FIND_WORDS_MOST);
    fill_close(row, &head, &more);
    const struct harm_question question = {
        .owner = find->dialog.window,
        .kind = ACT_KILL,
        .facts = snapshot->processes[process].facts,
        .verdict = rails_judge(snapshot, process, find->setup.self, ACT_KILL),
        .utc = find->utc,
        .head = buffer_text(&head),
        .more = buffer_text(&more),
        .effect = STR_CLOSE_EFFECT,
        .button = STR_CLOSE_BUTTON,
    };
    bool agreed = false;
    if (find_begin_asking(find)) {
        agreed = harm_dialog_run(&question);
        agreed = find_end_asking(find) && agreed;
    }
    if (agreed)
        start(find, job, FIND_DEED_CLOSE);
    else
        change_job_free(job);
    buffer_done(&more);
    buffer_done(&head);
    snapshot_release(snapshot);
}

static void tell_closed(struct find_window *find, const struct change_job *job)
{
    const struct handle_row *row = found_handle(job->handle, 0);
    struct buffer number;
    struct buffer whom;
    struct buffer outcome;
    struct buffer line;

    buffer_init(&number, 64);
    buffer_init(&whom, FIND_WORDS_MOST);
    buffer_init(&outcome, FIND_WORDS_MOST);
    buffer_init(&line, FIND_WORDS_MOST);
    handle_row_add_hex(&number, row->value);
    act_words_process(&whom, row->process_name, row->process.pid);
    string_add(&outcome, STR_CLOSE_OUTCOME + (unsigned)job->closed.outcome);
    if (job->closed.failure.status != ST_OK) {
        string_add(&outcome, STR_COLON);
        string_add(&outcome, STR_STATUS_PHRASE + (unsigned)job->closed.failure.status);
    }
    notes_set(find_note_key(FOUND_HANDLES, job->run, job->row), buffer_text(&outcome));
    const struct text all[] = {buffer_text(&number), buffer_text(&whom), buffer_text(&outcome)};
    string_fill(&line, STR_CLOSE_TOLD, all, 3);
    find_tell(find, buffer_text(&line));
    buffer_done(&line);
    buffer_done(&outcome);
    buffer_done(&whom);
    buffer_done(&number);
}

/* --- the registry --- */

/* "HKLM\…" or "HKLM\… : name". */
static void add_target(struct buffer *out, const struct change_job *job)
{
    add_shown(out, buffer_text(&job->key));
    if (!job->only_value)
        return;
    buffer_add_string(out, " : ");
    if (job->value.size)
        add_shown(out, buffer_text(&job->value));
    else
        string_add(out, STR_CELL_WORD + WORD_DEFAULT_VALUE);
}

/* The first question: what it is, and where it is kept. */
void find_delete(struct find_window *find, bool whole_key)
{
    uint32_t index = find_current(find);
    struct change_job *job =
        change_job_of_registry(found_registry(find_page(find)->found, index), whole_key);
    struct buffer what;
    struct buffer folder;
    struct buffer words;
    bool agreed = false;

    if (!job) {
        find_tell_string(find, STR_STATUS_PHRASE + ST_NO_MEMORY);
        return;
    }
    note_row(find, job, index);
    buffer_init(&what, FIND_WORDS_MOST);
    buffer_init(&folder, FIND_WORDS_MOST);
    buffer_init(&words, FIND_WORDS_MOST);
    add_target(&what, job);
    case_sink_place(find->setup.sink, &folder);
    const struct text arguments[] = {buffer_text(&what), buffer_text(&folder)};
    string_fill(&words, STR_DELETE_FIRST, arguments, 2);
    if (find_begin_asking(find)) {
        agreed = dialog_ask_words(find->dialog.window,
                                  job->only_value ? STR_DELETE_VALUE_HEAD : STR_DELETE_KEY_HEAD,
                                  buffer_text(&words), STR_DELETE_KEEP, STR_DELETE_ON);
        agreed = find_end_asking(find) && agreed;
    }
    if (agreed)
        start(find, job, FIND_DEED_COUNT);
    else
        change_job_free(job);
    buffer_done(&words);
    buffer_done(&folder);
    buffer_done(&what);
}

static void add_counts(struct buffer *out, unsigned id, const struct change_job *job)
{
    struct buffer digits[3];
    struct text all[3];
    const uint64_t counts[3] = {job->keys, job->values, job->lost};

    for (size_t i = 0; i < 3; i++) {
        buffer_init(&digits[i], 32);
        buffer_add_unsigned(&digits[i], counts[i]);
        all[i] = buffer_text(&digits[i]);
    }
    string_fill(out, id, all, 3);
    for (size_t i = 0; i < 3; i++)
        buffer_done(&digits[i]);
}

static void tell_outcome(struct find_window *find, const struct change_job *job)
{
    struct buffer what;
    struct buffer outcome;
    struct buffer line;

    buffer_init(&what, FIND_WORDS_MOST);
    buffer_init(&outcome, FIND_WORDS_MOST);
    buffer_init(&line, FIND_WORDS_MOST);
    add_target(&what, job);
    string_add(&outcome, STR_DELETE_OUTCOME + (unsigned)job->outcome);
    if (job->failure.status != ST_OK) {
        string_add(&outcome, STR_COLON);
        string_add(&outcome, STR_STATUS_PHRASE + (unsigned)job->failure.status);
    }
    if (job->kind == FIND_DEED_DELETE)
        notes_set(find_note_key(FOUND_REGISTRY, job->run, job->row), buffer_text(&outcome));
    const struct text all[] = {buffer_text(&what), buffer_text(&outcome), buffer_text(&job->path)};
    string_fill(&line, job->path.size ? STR_DELETE_BACKUP : STR_DELETE_TOLD, all, 3);
    find_tell(find, buffer_text(&line));
    buffer_done(&line);
    buffer_done(&outcome);
    buffer_done(&what);
}

/* The second question: how much goes. */
static void ask_again(struct find_window *find, const struct change_job *counted)
{
    struct change_job *job = change_job_again(counted);
    struct buffer words;
    bool agreed = false;

    if (!job) {
        find_tell_string(find, STR_STATUS_PHRASE + ST_NO_MEMORY);
        return;
    }
    buffer_init(&words, FIND_WORDS_MOST);
    add_target(&words, counted);
    buffer_add_string(&words, "\n\n");
    add_counts(&words, counted->only_value ? STR_DELETE_ONE : STR_DELETE_COUNT, counted);
    if (counted->lost)
        add_counts(&words, STR_DELETE_LOST, counted);
    find_tell(find, text_of(""));
    if (find_begin_asking(find)) {
        agreed = dialog_ask_words(find->dialog.window, STR_DELETE_AGAIN, buffer_text(&words),
                                  STR_DELETE_KEEP, STR_DELETE_BUTTON);
        agreed = find_end_asking(find) && agreed;
    }
    if (agreed)
        start(find, job, FIND_DEED_DELETE);
    else
        change_job_free(job);
    buffer_done(&words);
}

static void tell_exported(struct find_window *find, const struct change_job *job)
{
    struct buffer keys;
    struct buffer values;
    struct buffer line;

    if (job->failure.status != ST_OK) {
        buffer_init(&line, 4096);
        string_add(&line, STR_STATUS_PHRASE + (unsigned)job->failure.status);
        find_tell_filled(find, STR_EXPORT_FAILED, buffer_text(&line));
        buffer_done(&line);
        return;
    }
    buffer_init(&keys, 32);
    buffer_init(&values, 32);
    buffer_init(&line, FIND_WORDS_MOST);
    buffer_add_unsigned(&keys, job->keys);
    buffer_add_unsigned(&values, job->values);
    const struct text all[] = {buffer_text(&keys), buffer_text(&values), buffer_text(&job->path)};
    string_fill(&line, STR_EXPORTED, all, 3);
    find_tell(find, buffer_text(&line));
    buffer_done(&line);
    buffer_done(&values);
    buffer_done(&keys);
}

static bool ask_file(struct find_window *find, struct buffer *path)
{
    static wchar_t chosen[PATH_UNITS];
    wchar_t types[128] = {0}; /* "words\0*.reg\0\0" */
    OPENFILENAMEW dialog = {
        .lStructSize = sizeof dialog,
        .hwndOwner = find->dialog.window,
        .lpstrFilter = types,
        .nFilterIndex = 1,
        .lpstrFile = chosen,
        .nMaxFile = PATH_UNITS,
        .lpstrDefExt = L"reg",
        .Flags = OFN_EXPLORER | OFN_OVERWRITEPROMPT | OFN_PATHMUSTEXIST | OFN_NOCHANGEDIR,
    };
    bool agreed = false;

    lstrcpynW(types, string_wide(STR_EXPORT_TYPE), 100);
    lstrcpynW(types + wcslen(types) + 1, L"*.reg", 8);
    chosen[0] = 0;
    if (find_begin_asking(find)) {
        agreed = GetSaveFileNameW(&dialog);
        agreed = find_end_asking(find) && agreed;
    }
    if (agreed)
        text16_add(path, chosen, wcslen(chosen));
    return agreed;
}

void find_export(struct find_window *find)
{
    struct change_job *job =
        change_job_of_registry(found_registry(find_page(find)->found, find_current(find)), false);

    if (!job)
        find_tell_string(find, STR_STATUS_PHRASE + ST_NO_MEMORY);
    else if (ask_file(find, &job->path))
        start(find, job, FIND_DEED_EXPORT);
    else
        change_job_free(job);
}

void find_export_to(struct find_window *find, struct text path)
{
    struct change_job *job =
        change_job_of_registry(found_registry(find_page(find)->found, find_current(find)), false);

    if (job)
        buffer_add(&job->path, path);
    start(find, job, FIND_DEED_EXPORT);
}

/* --- the end --- */

void find_changed(struct find_window *find, WPARAM number)
{
    struct worker *done = find->change;

    if (!done || worker_number(done) != number)
        return;
    const struct change_job *job = worker_data(done);
    find->change = NULL;
    if (job->kind == FIND_DEED_CLOSE)
        tell_closed(find, job);
    else if (job->kind == FIND_DEED_EXPORT)
        tell_exported(find, job);
    else if (job->kind == FIND_DEED_COUNT && job->outcome == REGISTRY_DELETED &&
             job->failure.status == ST_OK)
        ask_again(find, job);
    else
        tell_outcome(find, job);
    worker_release(done);
    if (find->open)
        rowview_redraw(list_pane_rowview(find_page(find)->pane)); /* what came of it stands there */
}

void find_wait_for_change(struct find_window *find, DWORD ms)
{
    if (!find->change)
        return;
    worker_wait(find->change, ms);
    worker_release(find->change);
    find->change = NULL;
}
