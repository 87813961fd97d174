#include <windows.h>

#include <commdlg.h>
#include <shellapi.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/windows/text16.h"
#include "gui/strings.h"
#include "gui/watch_dialog_parts.h"
#include "gui/watch_review.h"

#define TYPED_MOST ((size_t)64 * 1024 * 1024) /* bytes of the field */
#define TYPED_AT_ONCE ((size_t)64 * 1024)     /* that are understood while the window waits */
#define CHOSEN_MOST 65536                     /* letters of all chosen paths */

/* --- the field --- */

static bool field_text(HWND field, struct buffer *out)
{
    int length = GetWindowTextLengthW(field);
    wchar_t *wide = memory_take_array((size_t)length + 1, sizeof *wide);

    if (!wide)
        return false;
    length = GetWindowTextW(field, wide, length + 1);
    text16_add(out, wide, (size_t)length);
    memory_give(wide);
    return !out->failed;
}

static struct text first_line(struct text value)
{
    for (size_t i = 0; i < value.size; i++) {
        if (value.bytes[i] == '\n' || value.bytes[i] == '\r')
            return text_slice(value, 0, i);
    }
    return value;
}

static void show_read(struct watch_window *watch, bool bad, unsigned id,
                      const struct text *arguments, unsigned count)
{
    bool redraw = watch->read_is_bad != bad;

    watch->read_is_bad = bad;
    if (count)
        dialog_set_filled(watch->read, id, arguments, count);
    else
        dialog_set_filled(watch->read, id, NULL, 0);
    if (redraw)
        InvalidateRect(watch->read, NULL, TRUE);
}

static void show_understood(struct watch_window *watch, const struct typed *typed,
                            const struct import_context *context)
{
    struct indicator indicator;
    enum finding_doubt doubt = DOUBT_NONE;
    struct buffer words[4];

    for (size_t i = 0; i < 4; i++)
        buffer_init(&words[i], TYPED_MOST);
    if (typed->bad) {
        buffer_add(&words[0], first_line(buffer_text(&typed->first_bad)));
        if (words[0].size > 80)
            words[0].size = 80;
        buffer_add_unsigned(&words[1], typed->bad);
        const struct text arguments[] = {buffer_text(&words[0]), buffer_text(&words[1])};
        show_read(watch, true, STR_WATCH_READ_BAD, arguments, 2);
    } else if (typed_first(typed, context, &indicator, &doubt)) {
        size_t count = watchlist_count(typed->exact) + typed->clear + typed->doubtful;
        buffer_add_unsigned(&words[0], count);
        indicator_add(&words[1], &indicator);
        string_add(&words[2], STR_KIND + indicator.kind);
        if (doubt != DOUBT_NONE)
            string_add(&words[3], STR_DOUBT_WHY + (unsigned)doubt);
        const struct text all[] = {buffer_text(&words[0]), buffer_text(&words[1]),
                                   buffer_text(&words[2]), buffer_text(&words[3])};
        if (count > 1)
            show_read(watch, false, STR_WATCH_READ_MORE, all, 3);
        else
            show_read(watch, false, doubt ? STR_WATCH_READ_DOUBT : STR_WATCH_READ_ONE, all + 1,
                      doubt ? 3 : 2);
    } else {
        show_read(watch, false, STR_WATCH_HINT, NULL, 0);
    }
    for (size_t i = 0; i < 4; i++)
        buffer_done(&words[i]);
}

void watch_show_typed(struct watch_window *watch)
{
    const struct import_context context = {.present = watch->list};
    struct buffer field;
    struct typed typed;

    buffer_init(&field, TYPED_MOST);
    if (field_text(watch->type, &field)) {
        EnableWindow(watch->add, !watch->worker && text_trim(buffer_text(&field)).size > 0);
        /* Of more than that, the beginning shows how it is understood. */
        struct text part = buffer_text(&field);
        if (part.size > TYPED_AT_ONCE)
            part.size = TYPED_AT_ONCE;
        if (typed_read(&typed, part, &context) == ST_OK) {
            show_understood(watch, &typed, &context);
            typed_done(&typed);
        }
    }
    buffer_done(&field);
}

/* --- from what was found to a list --- */

/* What is taken of a result, by the review where there is something to review. NULL: nothing, or no
 * memory. */
static struct watchlist *take_found(struct watch_window *watch, const struct import_result *result,
                                    struct text name, bool review)
{
    bool *ticked = memory_take_array(import_count(result) + 1, sizeof *ticked);
    struct watchlist_builder *builder = NULL;
    struct watchlist *list = NULL;
    bool taken = ticked != NULL;

    if (taken && review)
        taken =
            watch_review_run(watch->dialog.window, watch->setup->settings, result, name, ticked);
    else if (taken)
        watch_review_ticks(result, ticked);
    if (taken)
        builder = watchlist_builder_new();
    if (builder && import_take(result, ticked, builder) == ST_OK) {
        if (watchlist_build(builder, &list) != ST_OK)
            list = NULL;
    } else {
        watchlist_builder_free(builder);
    }
    memory_give(ticked);
    return list;
}

/* Both may be NULL; both are handed over. */
static struct watchlist *join(struct watchlist *first, struct watchlist *second)
{
    struct watchlist *both = NULL;

    if (!first || !second)
        return first ? first : second;
    if (watchlist_edit(first, NULL, second, NULL, &both, NULL) != ST_OK)
        both = NULL;
    watchlist_release(first);
    watchlist_release(second);
    return both;
}

void watch_add_typed(struct watch_window *watch)
{
    const struct import_context context = {.present = watch->list};
    struct watchlist *more = NULL;
    struct buffer field;
    struct typed typed;

    buffer_init(&field, TYPED_MOST);
    if (watch->worker || !field_text(watch->type, &field)) {
        buffer_done(&field);
        return;
    }
    if (field.size > TYPED_AT_ONCE) {
        struct read_job *job = read_job_new(watch->list);
        struct buffer name;
        buffer_init(&name, 256);
        string_add(&name, STR_ORIGIN_TYPED);
        watch->typed_pending = true;
        if (job && read_job_add_text(job, buffer_text(&field), buffer_text(&name)))
            watch_set_busy(watch, watch_jobs_read(job, watch->dialog.window, WATCH_JOB_DONE), true,
                           STR_WATCH_READING, buffer_text(&name));
        else
            read_job_free(job);
        buffer_done(&name);
    } else if (typed_read(&typed, buffer_text(&field), &context) == ST_OK) {
        if (watchlist_count(typed.exact))
            more = (struct watchlist *)watchlist_retain(typed.exact);
        if (typed.found && typed.clear + typed.doubtful) {
            struct buffer name;
            buffer_init(&name, 256);
            string_add(&name, STR_ORIGIN_TYPED);
            more =
                join(more, take_found(watch, typed.found, buffer_text(&name), typed.doubtful > 0));
            buffer_done(&name);
        }
        if (!more && typed.bad)
            watch_show_typed(watch);
        /* What was not understood stays in the field. */
        watch->typed_pending = typed.bad == 0;
        typed_done(&typed);
    }
    buffer_done(&field);
    if (more) {
        watch_edit(watch, EDIT_GOES_ON, more, (struct text){NULL, 0});
        watchlist_release(more);
    }
}

static void tell_not_read(struct watch_window *watch, const struct read_source *source)
{
    struct buffer why;

    buffer_init(&why, 64 * 1024);
    /* A malformed report says where; the rest the system said. */
    if (source->problem.size)
        buffer_add(&why, text_trim(buffer_text(&source->problem)));
    else
        string_add(&why, STR_STATUS_PHRASE + (unsigned)source->status);
    const struct text arguments[] = {buffer_text(&source->name), buffer_text(&why)};
    watch_tell(watch, STR_WATCH_NOT_READ, arguments, 2);
    buffer_done(&why);
}

void watch_take_read(struct watch_window *watch, struct read_job *job)
{
    struct watchlist *more = NULL;

    for (size_t i = 0; i < job->count; i++) {
        struct read_source *source = &job->sources[i];
        struct text name = buffer_text(&source->name);

        if (!source->result)
            tell_not_read(watch, source);
        else if (!import_count(source->result))
            watch_tell(watch, STR_WATCH_NOTHING_FOUND, &name, 1);
        else
            more = join(more, take_found(watch, source->result, name, true));
    }
    if (more)
        watch_edit(watch, EDIT_GOES_ON, more, (struct text){NULL, 0});
    watchlist_release(more);
}

/* --- reports --- */

static void start_reading(struct watch_window *watch, struct read_job *job, struct text name)
{
    if (!job->count) {
        read_job_free(job);
        return;
    }
    watch_set_busy(watch, watch_jobs_read(job, watch->dialog.window, WATCH_JOB_DONE), true,
                   STR_WATCH_READING, name);
}

static bool clipboard_text(HWND owner, struct buffer *out)
{
    HANDLE held;
    const wchar_t *wide;

    if (!OpenClipboard(owner))
        return false;
    held = GetClipboardData(CF_UNICODETEXT);
    wide = held ? GlobalLock(held) : NULL;
    if (wide) {
        size_t most = GlobalSize(held) / sizeof *wide;
        text16_add(out, wide, wcsnlen(wide, most));
        GlobalUnlock(held);
    }
    CloseClipboard();
    return out->size > 0 && !out->failed;
}

void watch_add_pasted(struct watch_window *watch)
{
    struct read_job *job = watch->worker ? NULL : read_job_new(watch->list);
    struct buffer content;
    struct buffer name;

    if (!job)
        return;
    buffer_init(&content, TYPED_MOST);
    buffer_init(&name, 256);
    string_add(&name, STR_WATCH_PASTED);
    if (clipboard_text(watch->dialog.window, &content) &&
        read_job_add_text(job, buffer_text(&content), buffer_text(&name))) {
        start_reading(watch, job, buffer_text(&name));
    } else {
        read_job_free(job);
        watch_tell(watch, STR_WATCH_NOTHING_PASTED, NULL, 0);
    }
    buffer_done(&content);
    buffer_done(&name);
}

static void add_file(struct read_job *job, const wchar_t *path)
{
    struct buffer name;

    buffer_init(&name, TYPED_MOST);
    text16_add(&name, path, wcslen(path));
    read_job_add_file(job, buffer_text(&name));
    buffer_done(&name);
}

static void read_files(struct watch_window *watch, struct read_job *job)
{
    struct buffer names;

    buffer_init(&names, TYPED_MOST);
    for (size_t i = 0; i < job->count; i++) {
        if (i)
            buffer_add_string(&names, ", ");
        buffer_add(&names, buffer_text(&job->sources[i].name));
    }
    start_reading(watch, job, buffer_text(&names));
    buffer_done(&names);
}

void watch_add_dropped(struct watch_window *watch, HANDLE drop)
{
    struct read_job *job = watch->worker ? NULL : read_job_new(watch->list);
    UINT count = DragQueryFileW(drop, UINT32_MAX, NULL, 0);

    for (UINT i = 0; i < count && job; i++) {
        UINT length = DragQueryFileW(drop, i, NULL, 0);
        wchar_t *path = memory_take_array((size_t)length + 1, sizeof *path);
        if (path && DragQueryFileW(drop, i, path, length + 1))
            add_file(job, path);
        memory_give(path);
    }
    DragFinish(drop);
    if (job)
        read_files(watch, job);
}

/* The filter of the system's window: words and pattern by turns, each with a NUL, one more at the
 * end. */
static void file_filter(wchar_t *out, size_t room)
{
    const wchar_t *parts[] = {string_wide(STR_FILES_ALL), L"*.*", string_wide(STR_FILES_TEXT),
                              L"*.txt;*.csv;*.json;*.xml;*.ioc;*.rules;*.list;*.netset;*.ipset"};
    size_t at = 0;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t length = wcslen(parts[i]) + 1;
        if (at + length + 1 > room)
            break;
        memcpy(out + at, parts[i], length * sizeof *out);
        at += length;
    }
    out[at] = L'\0';
}

/* One path, or a folder and names in it, each with a NUL. */
static void add_chosen(struct read_job *job, const wchar_t *chosen)
{
    const wchar_t *name = chosen + wcslen(chosen) + 1;
    wchar_t *path;

    if (!*name) {
        add_file(job, chosen);
        return;
    }
    for (; *name; name += wcslen(name) + 1) {
        size_t room = wcslen(chosen) + wcslen(name) + 2;
        path = memory_take_array(room, sizeof *path);
        if (path) {
            _snwprintf(path, room, L"%ls\\%ls", chosen, name);
            add_file(job, path);
        }
        memory_give(path);
    }
}

void watch_add_chosen(struct watch_window *watch)
{
    wchar_t *chosen = memory_take_array(CHOSEN_MOST, sizeof *chosen);
    wchar_t filter[256];
    OPENFILENAMEW ask = {
        .lStructSize = sizeof ask,
        .hwndOwner = watch->dialog.window,
        .lpstrFilter = filter,
        .lpstrFile = chosen,
        .nMaxFile = CHOSEN_MOST,
        .lpstrTitle = string_wide(STR_WATCH_IMPORT_TITLE),
        .Flags = OFN_EXPLORER | OFN_ALLOWMULTISELECT | OFN_FILEMUSTEXIST | OFN_HIDEREADONLY |
                 OFN_NOCHANGEDIR,
    };

    file_filter(filter, 256);
    if (chosen && !watch->worker && GetOpenFileNameW(&ask)) {
        struct read_job *job = read_job_new(watch->list);
        if (job) {
            add_chosen(job, chosen);
            read_files(watch, job);
        }
    }
    memory_give(chosen);
}

void watch_save_as(struct watch_window *watch)
{
    wchar_t chosen[4096] = L"watchlist.txt";
    wchar_t filter[256];
    OPENFILENAMEW ask = {
        .lStructSize = sizeof ask,
        .hwndOwner = watch->dialog.window,
        .lpstrFilter = filter,
        .lpstrFile = chosen,
        .nMaxFile = 4096,
        .lpstrTitle = string_wide(STR_WATCH_SAVE_TITLE),
        .lpstrDefExt = L"txt",
        .Flags = OFN_EXPLORER | OFN_OVERWRITEPROMPT | OFN_HIDEREADONLY | OFN_NOCHANGEDIR,
    };
    struct buffer path;

    file_filter(filter, 256);
    if (watch->worker || !GetSaveFileNameW(&ask))
        return;
    buffer_init(&path, TYPED_MOST);
    text16_add(&path, chosen, wcslen(chosen));
    watch_edit(watch, EDIT_SAVES, NULL, buffer_text(&path));
    buffer_done(&path);
}

/* --- making the next list --- */

void watch_edit(struct watch_window *watch, enum edit_purpose purpose, const struct watchlist *more,
                struct text path)
{
    struct edit_job *job = watch->worker ? NULL : edit_job_new(purpose, watch->list, more);
    uint32_t count = watchlist_count(watch->list);

    if (!job)
        return;
    buffer_add(&job->path, path);
    if (watch->removed && count) {
        job->removed = memory_take_array(count, sizeof(bool));
        if (!job->removed) {
            edit_job_free(job);
            watch_tell(watch, STR_NO_MEMORY, NULL, 0);
            return;
        }
        memcpy(job->removed, watch->removed, count * sizeof(bool));
    }
    watch_set_busy(watch, watch_jobs_edit(job, watch->dialog.window, WATCH_JOB_DONE), false,
                   STR_WATCH_BUILDING, (struct text){NULL, 0});
}
