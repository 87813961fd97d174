#include "core/windows/case/case_folder.h"

#include <windows.h>

#include "core/base/memory.h"
#include "core/case/hit_log.h"
#include "core/case/json_write.h"
#include "core/windows/case/case_file.h"
#include "core/windows/case/journal_hash.h"
#include "core/windows/clock.h"
#include "core/windows/evidence/bundle_disk.h"
#include "core/windows/failure.h"
#include "core/windows/file/files.h"
#include "core/windows/file/log_file.h"
#include "core/windows/text16.h"

#define PATH_CEILING (128u << 10)
#define LOOK_CEILING (4 * CASE_MOST)
#define DEFAULT_NAME "stakeout-case"
#define DEFAULT_MOST 9 /* sessions side by side */

struct case_folder {
    CRITICAL_SECTION lock; /* around log */
    struct buffer path;
    CRITICAL_SECTION case_lock; /* around case.json */
    struct case_file *case_file;
    struct log_file *file;
    struct hit_log *log;
    CRITICAL_SECTION journal_lock; /* around the two below; a flush may take its time */
    struct log_file *journal_file;
    struct journal *journal;
};

static void add_name(struct buffer *path, const char *name)
{
    char last = path->size ? path->bytes[path->size - 1] : '\\';
    if (last != '\\' && last != '/')
        buffer_add_byte(path, '\\');
    buffer_add_string(path, name);
}

/* --- opening --- */

static void say_problem(struct buffer *problem, const char *what, struct text path,
                        const struct failure *failure)
{
    buffer_clear(problem);
    buffer_add_string(problem, what);
    buffer_add(problem, path);
    buffer_add_string(problem, ": ");
    failure_add(problem, failure);
    if (failure->status == ST_BUSY)
        buffer_add_string(problem, " (another Stakeout writes to it)");
}

static enum status open_log(struct case_folder *folder, struct text path, struct failure *failure)
{
    enum status status = log_file_open(path, &folder->file, failure);
    if (status != ST_OK)
        return status;
    const struct hit_file table = log_file_table(folder->file);
    status = hit_log_open(&table, HIT_LOG_CEILING, &folder->log);
    if (status != ST_OK) {
        *failure = log_file_failure(folder->file);
        failure->status = status;
    }
    return status;
}

/* Before anything is made in it. */
static enum status check_is_case(struct text path, struct buffer *problem)
{
    struct case_record record;
    struct arena *arena = arena_new(LOOK_CEILING);
    enum status status = arena ? case_file_look(path, arena, &record, problem) : ST_NO_MEMORY;
    arena_free(arena);
    return status == ST_NOT_FOUND ? ST_OK : status;
}

static enum status make_all(struct case_folder *folder, const struct case_words *words,
                            struct buffer *problem)
{
    struct failure failure = {.status = ST_OK};
    struct buffer path;
    enum status status = words ? ST_OK : check_is_case(buffer_text(&folder->path), problem);
    if (status != ST_OK)
        return status;
    buffer_init(&path, PATH_CEILING);
    status = files_make_folder(buffer_text(&folder->path), &failure);
    if (status != ST_OK) {
        failure.status = status;
        say_problem(problem, "can't make the case folder ", buffer_text(&folder->path), &failure);
    }
    if (status == ST_OK) {
        buffer_add(&path, buffer_text(&folder->path));
        add_name(&path, "hits.jsonl");
        status = open_log(folder, buffer_text(&path), &failure);
        failure.status = status;
        if (status != ST_OK)
            say_problem(problem, "can't write ", buffer_text(&path), &failure);
    }
    if (status == ST_OK)
        status = case_file_open(buffer_text(&folder->path), words, &folder->case_file, problem);
    buffer_done(&path);
    return status;
}

static void free_all(struct case_folder *folder)
{
    case_file_close(folder->case_file); /* while hits.jsonl keeps others away */
    hit_log_free(folder->log);
    log_file_close(folder->file);
    journal_free(folder->journal);
    log_file_close(folder->journal_file);
    buffer_done(&folder->path);
    DeleteCriticalSection(&folder->case_lock);
    DeleteCriticalSection(&folder->journal_lock);
    DeleteCriticalSection(&folder->lock);
    memory_give(folder);
}

static enum status open_at(struct text path, const struct case_words *words,
                           struct case_folder **folder, struct buffer *problem)
{
    struct case_folder *made = memory_take(sizeof *made);
    if (!made)
        return ST_NO_MEMORY;
    InitializeCriticalSection(&made->lock);
    InitializeCriticalSection(&made->case_lock);
    InitializeCriticalSection(&made->journal_lock);
    buffer_init(&made->path, PATH_CEILING);
    buffer_add(&made->path, path);
    enum status status = made->path.failed;
    if (status == ST_OK)
        status = make_all(made, words, problem);
    if (status == ST_OK)
        *folder = made;
    else
        free_all(made);
    return status;
}

/* --- the default --- */

static bool add_program_folder(struct buffer *out)
{
    static wchar_t wide[0x8000]; /* the longest path that there can be */
    DWORD length = GetModuleFileNameW(NULL, wide, 0x8000);
    while (length > 0 && wide[length - 1] != L'\\')
        length--;
    text16_add(out, wide, length);
    return length > 0 && out->failed == ST_OK;
}

static bool add_user_folder(struct buffer *out)
{
    static wchar_t wide[0x8000];
    DWORD length = GetEnvironmentVariableW(L"LOCALAPPDATA", wide, 0x8000);
    if (length == 0 || length >= 0x8000)
        return false;
    text16_add(out, wide, length);
    add_name(out, "Stakeout");
    return out->failed == ST_OK;
}

static enum status open_default(bool (*add_place)(struct buffer *), struct case_folder **folder,
                                struct buffer *problem)
{
    struct buffer path;
    buffer_init(&path, PATH_CEILING);
    enum status status = ST_NOT_FOUND;
    for (uint64_t number = 1; number <= DEFAULT_MOST; number++) {
        buffer_clear(&path);
        if (!add_place(&path))
            break;
        add_name(&path, DEFAULT_NAME);
        if (number > 1) {
            buffer_add_byte(&path, '-');
            buffer_add_unsigned(&path, number);
        }
        status = open_at(buffer_text(&path), NULL, folder, problem);
        if (status != ST_BUSY && status != ST_INVALID && status != ST_UNSUPPORTED)
            break; /* with those the next may do */
    }
    buffer_done(&path);
    return status;
}

void case_folder_default(struct buffer *path)
{
    if (add_program_folder(path))
        add_name(path, DEFAULT_NAME);
}

enum status case_folder_open(struct text path, struct case_folder **folder, struct buffer *problem)
{
    if (path.size)
        return open_at(path, NULL, folder, problem);
    enum status status = open_default(add_program_folder, folder, problem);
    if (status != ST_OK)
        status = open_default(add_user_folder, folder, problem);
    if (status != ST_OK && !problem->size)
        buffer_add_string(problem, "there is no place for a case folder");
    return status;
}

enum status case_folder_make(struct text path, const struct case_words *words,
                             struct case_folder **folder, struct buffer *problem)
{
    return open_at(path, words, folder, problem);
}

enum status case_folder_read(struct text path, struct arena *arena, struct case_record *record,
                             struct buffer *problem)
{
    enum status status = case_file_look(path, arena, record, problem);
    if (status != ST_NOT_FOUND)
        return status;
    buffer_clear(problem);
    buffer_add(problem, path);
    buffer_add_string(problem, ": it is not a case: there is no case.json in it");
    return ST_NOT_FOUND;
}

/* --- while it is open --- */

void case_folder_describe(struct case_folder *folder, const struct case_session *with)
{
    EnterCriticalSection(&folder->case_lock);
    case_file_describe(folder->case_file, with);
    LeaveCriticalSection(&folder->case_lock);
}

void case_folder_set_words(struct case_folder *folder, const struct case_words *words)
{
    EnterCriticalSection(&folder->case_lock);
    case_file_set_words(folder->case_file, words);
    LeaveCriticalSection(&folder->case_lock);
}

void case_folder_words(struct case_folder *folder, struct buffer words[CASE_WORDS])
{
    EnterCriticalSection(&folder->case_lock);
    const struct case_words *own = &case_file_record(folder->case_file)->words;
    buffer_add(&words[CASE_NAME], own->name);
    buffer_add(&words[CASE_EXAMINER], own->examiner);
    buffer_add(&words[CASE_WHERE], own->where);
    buffer_add(&words[CASE_WHY], own->why);
    LeaveCriticalSection(&folder->case_lock);
}

bool case_folder_was_closed(const struct case_folder *folder)
{
    return case_file_was_closed(folder->case_file);
}

struct text case_folder_path(const struct case_folder *folder)
{
    return buffer_text(&folder->path);
}

/* A hit that waits in memory is safe so far, and case_folder_trouble tells of it. */
static enum status take_hit(void *context, const struct hit *hit)
{
    struct case_folder *folder = context;
    EnterCriticalSection(&folder->lock);
    uint64_t lost = hit_log_lost(folder->log);
    enum status status = hit_log_take(folder->log, hit);
    bool kept = hit_log_lost(folder->log) == lost;
    LeaveCriticalSection(&folder->lock);
    return kept ? ST_OK : status;
}

struct hit_sink case_folder_sink(struct case_folder *folder)
{
    return (struct hit_sink){take_hit, folder};
}

uint64_t case_folder_retry(struct case_folder *folder)
{
    EnterCriticalSection(&folder->lock);
    hit_log_retry(folder->log);
    uint64_t missing = hit_log_waiting(folder->log) + hit_log_lost(folder->log);
    LeaveCriticalSection(&folder->lock);
    EnterCriticalSection(&folder->case_lock);
    case_file_retry(folder->case_file);
    LeaveCriticalSection(&folder->case_lock);
    return missing;
}

static void case_trouble(struct case_folder *folder, struct buffer *line)
{
    EnterCriticalSection(&folder->case_lock);
    enum status status = case_file_trouble(folder->case_file);
    LeaveCriticalSection(&folder->case_lock);
    if (status == ST_OK)
        return;
    buffer_add(line, buffer_text(&folder->path));
    add_name(line, "case.json: it can't be written: ");
    buffer_add_string(line, status_phrase(status));
}

void case_folder_trouble(struct case_folder *folder, struct buffer *line)
{
    struct buffer trouble;
    buffer_init(&trouble, 4096);
    EnterCriticalSection(&folder->lock);
    hit_log_trouble(folder->log, &trouble);
    LeaveCriticalSection(&folder->lock);
    if (trouble.size) {
        buffer_add(line, buffer_text(&folder->path));
        add_name(line, "hits.jsonl: ");
        buffer_add(line, buffer_text(&trouble));
    } else {
        case_trouble(folder, line);
    }
    buffer_done(&trouble);
}

/* --- the journal --- */

static enum status open_journal(struct case_folder *folder)
{
    struct buffer path;
    buffer_init(&path, PATH_CEILING);
    buffer_add(&path, buffer_text(&folder->path));
    add_name(&path, "journal.jsonl");
    enum status status = path.failed;
    if (status == ST_OK && !folder->journal_file)
        status = log_file_open(buffer_text(&path), &folder->journal_file, NULL);
    buffer_done(&path);
    if (status != ST_OK)
        return status;
    const struct journal_file file = log_file_journal(folder->journal_file);
    const struct journal_hash hash = journal_hash_of_system();
    return journal_open(&file, &hash, clock_of_system(), &folder->journal);
}

static enum status write_entry(void *context, const struct journal_entry *entry, uint64_t *number)
{
    struct case_folder *folder = context;
    EnterCriticalSection(&folder->journal_lock);
    enum status status = folder->journal ? ST_OK : open_journal(folder);
    if (status == ST_OK)
        status = journal_write(folder->journal, entry, number);
    LeaveCriticalSection(&folder->journal_lock);
    return status;
}

struct act_log case_folder_log(struct case_folder *folder)
{
    return (struct act_log){write_entry, folder};
}

/* How far hits and journal have come, for case.json: the files only grow. */
static void measure(struct case_folder *folder)
{
    struct buffer last;
    struct case_session with = {.journal_lines = 0};
    buffer_init(&last, (size_t)2 * JOURNAL_DIGEST);
    EnterCriticalSection(&folder->journal_lock);
    if (folder->journal && journal_lines(folder->journal)) {
        with.journal_lines = journal_lines(folder->journal);
        journal_add_last(folder->journal, &last);
    }
    LeaveCriticalSection(&folder->journal_lock);
    EnterCriticalSection(&folder->lock);
    with.hits_bytes = log_file_size(folder->file);
    LeaveCriticalSection(&folder->lock);
    with.journal_last = buffer_text(&last);
    EnterCriticalSection(&folder->case_lock);
    case_file_measure(folder->case_file, &with);
    LeaveCriticalSection(&folder->case_lock);
    buffer_done(&last);
}

/* Says in the journal and in case.json that it is over. */
static enum status end_case(struct case_folder *folder, bool closes, struct failure *failure)
{
    const struct journal_entry entry = {.phase = JOURNAL_NOTE, .action = "close-case"};
    if (closes)
        failure->status = write_entry(folder, &entry, NULL);
    if (failure->status != ST_OK)
        return failure->status;
    measure(folder);
    EnterCriticalSection(&folder->case_lock);
    failure->status = case_file_finish(folder->case_file, closes, failure);
    LeaveCriticalSection(&folder->case_lock);
    return failure->status;
}

enum status case_folder_seal(struct case_folder *folder, bool closes, struct progress *progress,
                             struct manifest_made *made, struct failure *failure)
{
    const struct text path = buffer_text(&folder->path);
    const struct manifest_disk disk = bundle_disk_manifest(&path);
    *failure = (struct failure){.status = ST_OK};
    if (end_case(folder, closes, failure) != ST_OK) {
        *made = (struct manifest_made){.files = 0};
        return failure->status;
    }
    enum status status = manifest_write(&disk, progress, made, failure);
    if (status != ST_OK && !closes) {
        EnterCriticalSection(&folder->case_lock);
        case_file_no_manifest(folder->case_file);
        LeaveCriticalSection(&folder->case_lock);
    }
    return status;
}

/* What is known to be missing in the files. */
static void tell_losses(struct case_folder *folder, uint64_t missing)
{
    struct buffer losses;
    struct json_writer json;
    buffer_init(&losses, 4096);
    json_begin(&json, &losses);
    buffer_add(&losses, case_file_losses(folder->case_file));
    json.comma = losses.size != 0;
    json_unsigned(&json, "hits_unwritten", missing);
    const struct case_session with = {.losses = buffer_text(&losses)};
    if (losses.failed == ST_OK)
        case_file_describe(folder->case_file, &with);
    buffer_done(&losses);
}

uint64_t case_folder_close(struct case_folder *folder, struct buffer *unsaved)
{
    if (!folder)
        return 0;
    hit_log_retry(folder->log);
    uint64_t missing = hit_log_waiting(folder->log) + hit_log_lost(folder->log);
    if (missing)
        tell_losses(folder, missing);
    if (unsaved)
        buffer_add(unsaved, hit_log_pending(folder->log));
    measure(folder);
    free_all(folder);
    return missing;
}
