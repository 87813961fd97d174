#include "core/windows/case/case_file.h"

#include <windows.h>

#include "core/base/memory.h"
#include "core/case/manifest.h"
#include "core/windows/case/case_machine.h"
#include "core/windows/clock.h"
#include "core/windows/failure.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"

#define PATH_CEILING ((size_t)128 << 10)
#define ARENA_CEILING (6 * CASE_MOST)
#define OLD_MANIFESTS_MOST 1000u
#define FILE_NAME "case.json"

struct case_file {
    struct arena *arena;
    struct case_record record; /* its last session is this opening's own */
    struct buffer folder;
    struct buffer path;
    enum status written; /* how the last writing went */
    bool was_closed;
    bool is_finished;
};

static void set_path(struct buffer *path, struct text folder, struct text name)
{
    buffer_clear(path);
    buffer_add(path, folder);
    buffer_add_byte(path, '\\');
    buffer_add(path, name);
}

/* --- looking --- */

static void say(struct buffer *problem, struct text path, struct text what)
{
    buffer_clear(problem);
    buffer_add(problem, path);
    buffer_add_string(problem, ": ");
    buffer_add(problem, what);
}

static enum status say_failure(struct buffer *problem, struct text path,
                               const struct failure *failure)
{
    say(problem, path, (struct text){NULL, 0});
    failure_add(problem, failure);
    return failure->status;
}

/* What a case may hold before it has a case.json, or after that was lost. */
static bool is_of_a_case(const wchar_t *name)
{
    static const wchar_t *const names[] = {L".",       L"..",    L"hits.jsonl", L"journal.jsonl",
                                           L"samples", L"dumps", L"evidence",   L"case.json.new"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (_wcsicmp(name, names[i]) == 0)
            return true;
    return false;
}

/* A folder without case.json: ST_NOT_FOUND, or ST_INVALID where there are files of something else.
 */
static enum status look_at_others(struct text folder, struct buffer *problem)
{
    struct failure failure = {.status = ST_OK};
    WIN32_FIND_DATAW found;
    struct buffer pattern;
    enum status status = ST_NOT_FOUND;
    buffer_init(&pattern, PATH_CEILING);
    set_path(&pattern, folder, text_of("*"));
    wchar_t *wide = files_path(buffer_text(&pattern), &failure);
    buffer_done(&pattern);
    if (!wide)
        return say_failure(problem, folder, &failure);
    HANDLE search = FindFirstFileW(wide, &found);
    text16_free(wide);
    if (search == INVALID_HANDLE_VALUE)
        return ST_NOT_FOUND; /* making it will tell what is wrong */
    do {
        if (!is_of_a_case(found.cFileName))
            status = ST_INVALID;
    } while (status == ST_NOT_FOUND && FindNextFileW(search, &found));
    FindClose(search);
    if (status == ST_INVALID)
        say(problem, folder,
            text_of(
                "it is not a case: other files are in it, and no case.json; \"stakeout-cli case "
                "new\" makes one of it"));
    return status;
}

enum status case_file_look(struct text folder, struct arena *arena, struct case_record *record,
                           struct buffer *problem)
{
    struct failure failure = {.status = ST_OK};
    struct buffer path;
    struct buffer content;
    struct buffer why;
    buffer_init(&path, PATH_CEILING);
    buffer_init(&content, CASE_MOST + 1);
    buffer_init(&why, 4096);
    set_path(&path, folder, text_of(FILE_NAME));
    enum status status = path.failed;
    if (status == ST_OK)
        status = files_read(buffer_text(&path), &content, &failure);
    if (status == ST_OK) {
        status = case_record_read(buffer_text(&content), arena, record, &why);
        if (status != ST_OK)
            say(problem, buffer_text(&path), buffer_text(&why));
    } else if (status == ST_NOT_FOUND) {
        status = look_at_others(folder, problem);
    } else {
        failure.status = status;
        say_failure(problem, buffer_text(&path), &failure);
    }
    buffer_done(&why);
    buffer_done(&content);
    buffer_done(&path);
    return status;
}

/* --- writing --- */

static enum status write_now(struct case_file *file, struct failure *failure)
{
    struct buffer content;
    buffer_init(&content, 2 * CASE_MOST);
    case_record_write(&content, &file->record);
    enum status status = content.failed;
    if (status == ST_OK)
        status = files_replace(buffer_text(&file->path), buffer_text(&content), failure);
    else if (failure)
        *failure = (struct failure){.status = status};
    buffer_done(&content);
    file->written = status;
    return status;
}

static struct case_session *own_session(struct case_file *file)
{
    return &file->record.sessions[file->record.session_count - 1];
}

static bool add_session(struct case_file *file)
{
    struct case_record *record = &file->record;
    struct case_session *sessions =
        arena_take(file->arena, (record->session_count + 1) * sizeof *sessions);
    if (!sessions)
        return false;
    for (size_t i = 0; i < record->session_count; i++)
        sessions[i] = record->sessions[i];
    record->sessions = sessions;
    record->session_count++;
    case_machine_describe(file->arena, own_session(file));
    return true;
}

static struct text copy(struct case_file *file, struct text value, struct text before)
{
    bool failed = false;
    struct text made = arena_copy(file->arena, value, &failed);
    return failed ? before : made;
}

static void take_words(struct case_file *file, const struct case_words *words)
{
    struct case_words *own = &file->record.words;
    own->name = copy(file, words->name, own->name);
    own->examiner = copy(file, words->examiner, own->examiner);
    own->where = copy(file, words->where, own->where);
    own->why = copy(file, words->why, own->why);
}

static void give_id(struct case_file *file)
{
    struct buffer id;
    buffer_init(&id, 64);
    case_machine_add_uuid(&id);
    file->record.id = copy(file, buffer_text(&id), file->record.id);
    buffer_done(&id);
}

static bool is_taken(DWORD error)
{
    return error == ERROR_ALREADY_EXISTS || error == ERROR_FILE_EXISTS;
}

/* The manifest of a case that goes on is of the past: it gets a number, and stays. */
static void set_manifest_aside(struct case_file *file)
{
    struct buffer path;
    buffer_init(&path, PATH_CEILING);
    set_path(&path, buffer_text(&file->folder), text_of(MANIFEST_NAME));
    wchar_t *from = files_path(buffer_text(&path), NULL);
    bool moved = false;
    for (unsigned number = 1; from && !moved && number <= OLD_MANIFESTS_MOST; number++) {
        set_path(&path, buffer_text(&file->folder), text_of("manifest-"));
        buffer_add_unsigned(&path, number);
        buffer_add_string(&path, ".sha256");
        wchar_t *to = files_path(buffer_text(&path), NULL);
        moved = !to || MoveFileExW(from, to, 0) || !is_taken(GetLastError());
        text16_free(to);
    }
    text16_free(from);
    buffer_done(&path);
}

/* ST_NOT_FOUND: there is none yet, and may be one. */
static enum status find_case(struct case_file *file, bool anew, struct buffer *problem)
{
    bool is_folder;
    if (!anew)
        return case_file_look(buffer_text(&file->folder), file->arena, &file->record, problem);
    if (files_exists(buffer_text(&file->path), &is_folder) != ST_OK)
        return ST_NOT_FOUND;
    say(problem, buffer_text(&file->folder), text_of("it is a case already"));
    return ST_INVALID;
}

static enum status begin(struct case_file *file, const struct case_words *words,
                         struct buffer *problem)
{
    struct failure failure = {.status = ST_OK};
    enum status status = find_case(file, words != NULL, problem);
    bool is_new = status == ST_NOT_FOUND;
    if (status != ST_OK && !is_new)
        return status;
    if (!add_session(file)) {
        failure.status = ST_NO_MEMORY;
        return say_failure(problem, buffer_text(&file->path), &failure);
    }
    if (is_new) {
        file->record.created = own_session(file)->start;
        if (words)
            take_words(file, words);
    }
    if (!file->record.id.size)
        give_id(file);
    file->was_closed = file->record.closed != 0;
    file->record.closed = 0;
    status = write_now(file, &failure);
    if (status != ST_OK && is_new) {
        failure.status = status;
        return say_failure(problem, buffer_text(&file->path), &failure);
    }
    if (file->was_closed)
        set_manifest_aside(file);
    return ST_OK;
}

static void free_file(struct case_file *file)
{
    buffer_done(&file->path);
    buffer_done(&file->folder);
    arena_free(file->arena);
    memory_give(file);
}

enum status case_file_open(struct text folder, const struct case_words *words,
                           struct case_file **file, struct buffer *problem)
{
    struct case_file *made = memory_take(sizeof *made);
    struct failure failure = {.status = ST_NO_MEMORY};
    if (!made)
        return say_failure(problem, folder, &failure);
    buffer_init(&made->folder, PATH_CEILING);
    buffer_init(&made->path, PATH_CEILING);
    buffer_add(&made->folder, folder);
    set_path(&made->path, folder, text_of(FILE_NAME));
    made->arena = arena_new(ARENA_CEILING);
    enum status status = ST_NO_MEMORY;
    if (made->arena && made->path.failed == ST_OK && made->folder.failed == ST_OK)
        status = begin(made, words, problem);
    else
        say_failure(problem, folder, &failure);
    if (status == ST_OK)
        *file = made;
    else
        free_file(made);
    return status;
}

void case_file_close(struct case_file *file)
{
    const struct clock clock = clock_of_system();
    if (!file)
        return;
    if (!file->is_finished) {
        own_session(file)->end = clock.now(clock.context);
        write_now(file, NULL);
    }
    free_file(file);
}

const struct case_record *case_file_record(const struct case_file *file)
{
    return &file->record;
}

bool case_file_was_closed(const struct case_file *file)
{
    return file->was_closed;
}

static void copy_lists(struct case_file *file, const struct case_session *with)
{
    struct case_session *own = own_session(file);
    struct case_watchlist *lists = arena_take(file->arena, with->watchlist_count * sizeof *lists);
    if (!lists)
        return;
    for (size_t i = 0; i < with->watchlist_count; i++) {
        const struct text none = {NULL, 0};
        lists[i].file = copy(file, with->watchlists[i].file, none);
        lists[i].sha256 = copy(file, with->watchlists[i].sha256, none);
        lists[i].indicators = with->watchlists[i].indicators;
    }
    own->watchlists = lists;
    own->watchlist_count = with->watchlist_count;
}

void case_file_describe(struct case_file *file, const struct case_session *with)
{
    struct case_session *own = own_session(file);
    if (with->settings.size)
        own->settings = copy(file, with->settings, own->settings);
    if (with->losses.size)
        own->losses = copy(file, with->losses, own->losses);
    if (with->watchlist_count)
        copy_lists(file, with);
    write_now(file, NULL);
}

void case_file_measure(struct case_file *file, const struct case_session *with)
{
    struct case_session *own = own_session(file);
    own->journal_lines = with->journal_lines;
    own->journal_last = copy(file, with->journal_last, own->journal_last);
    own->hits_bytes = with->hits_bytes;
}

void case_file_no_manifest(struct case_file *file)
{
    own_session(file)->manifest = (struct text){NULL, 0};
    write_now(file, NULL);
}

struct text case_file_losses(const struct case_file *file)
{
    return file->record.sessions[file->record.session_count - 1].losses;
}

void case_file_set_words(struct case_file *file, const struct case_words *words)
{
    take_words(file, words);
    write_now(file, NULL);
}

enum status case_file_finish(struct case_file *file, bool closes, struct failure *failure)
{
    const struct clock clock = clock_of_system();
    moment now = clock.now(clock.context);
    file->record.closed = closes ? now : 0;
    own_session(file)->end = now;
    own_session(file)->manifest =
        closes ? text_of(CASE_MANIFEST_CLOSED) : text_of(CASE_MANIFEST_WRITTEN);
    enum status status = write_now(file, failure);
    file->is_finished = status == ST_OK;
    if (status != ST_OK) {
        file->record.closed = 0;
        own_session(file)->manifest = (struct text){NULL, 0};
    }
    return status;
}

enum status case_file_retry(struct case_file *file)
{
    return file->written == ST_OK ? ST_OK : write_now(file, NULL);
}

enum status case_file_trouble(const struct case_file *file)
{
    return file->written;
}
