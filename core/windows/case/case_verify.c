#include "core/windows/case/case_verify.h"

#include <stdlib.h>

#include "core/base/arena.h"
#include "core/case/case_missing.h"
#include "core/case/case_record.h"
#include "core/case/journal.h"
#include "core/case/manifest_read.h"
#include "core/windows/case/journal_hash.h"
#include "core/windows/evidence/bundle_disk.h"
#include "core/windows/failure.h"
#include "core/windows/file/file_sha256.h"
#include "core/windows/file/files.h"

#define FILE_CEILING ((size_t)1 << 30)
#define PATH_CEILING ((size_t)128 << 10)
#define WORDS_CEILING ((size_t)1 << 20)
#define ARENA_CEILING ((size_t)1 << 30)

struct work {
    struct text folder;
    const struct progress *progress;
    case_verify_tell *tell;
    void *context;
    struct buffer *problem;
    struct case_verdict verdict;
    struct buffer path;
    struct buffer content;
    struct buffer journal;
    struct case_record record;
    bool has_record;
    bool goes_on;         /* there is a case.json, and it says so */
    bool is_journal_told; /* that something is wrong with it */
    struct arena *arena;
    struct text *names; /* in the manifest */
    size_t name_count;
    size_t name_room;
};

static struct text path_of(struct work *work, struct text name)
{
    buffer_clear(&work->path);
    buffer_add(&work->path, work->folder);
    buffer_add_byte(&work->path, '\\');
    buffer_add(&work->path, name);
    return buffer_text(&work->path);
}

static enum status fail(struct work *work, struct text what, const struct failure *failure)
{
    buffer_clear(work->problem);
    buffer_add(work->problem, what);
    buffer_add_string(work->problem, ": ");
    failure_add(work->problem, failure);
    return failure->status;
}

/* ST_NOT_FOUND: there is no such file. */
static enum status read_file(struct work *work, struct text name, struct buffer *content)
{
    struct failure failure = {.status = ST_OK};
    buffer_clear(content);
    failure.status = files_read(path_of(work, name), content, &failure);
    if (failure.status != ST_OK && failure.status != ST_NOT_FOUND)
        fail(work, buffer_text(&work->path), &failure);
    return failure.status;
}

static void say(const struct work *work, struct text name, const char *what)
{
    work->tell(work->context, name, text_from(what));
}

static void say_wrong(struct work *work, struct text name, const char *what)
{
    say(work, name, what);
    work->verdict.is_wrong = true;
}

/* What is no wonder in a case that goes on. */
static void say_growing(struct work *work, struct text name, const char *what)
{
    say(work, name, what);
    work->verdict.is_wrong = work->verdict.is_wrong || !work->goes_on;
}

/* --- the journal --- */

static enum status read_content(void *context, uint64_t at, char *out, size_t size, size_t *got)
{
    const struct buffer *content = context;
    size_t from = at < content->size ? (size_t)at : content->size;
    struct text rest = text_slice(buffer_text(content), from, content->size - from);
    *got = rest.size < size ? rest.size : size;
    for (size_t i = 0; i < *got; i++)
        out[i] = rest.bytes[i];
    return ST_OK;
}

static void tell_journal(struct work *work, const struct journal_check *check)
{
    struct buffer words;
    buffer_init(&words, WORDS_CEILING);
    if (check->fault != JOURNAL_SOUND) {
        buffer_add_string(&words, "line ");
        buffer_add_unsigned(&words, check->line);
        buffer_add_byte(&words, ' ');
        buffer_add_string(&words, journal_fault_phrase(check->fault));
        work->verdict.is_wrong = true;
    } else {
        buffer_add_string(&words, "sound, ");
        buffer_add_unsigned(&words, check->lines);
        buffer_add_string(&words, check->lines == 1 ? " line" : " lines");
        if (check->torn) {
            buffer_add_string(&words, ", of which cut off by the end of the program: ");
            buffer_add_unsigned(&words, check->torn);
        }
    }
    work->tell(work->context, text_of("journal.jsonl"), buffer_text(&words));
    buffer_done(&words);
}

static enum status verify_journal(struct work *work)
{
    struct journal_check check;
    const struct journal_file file = {.read = read_content, .context = &work->journal};
    const struct journal_hash hash = journal_hash_of_system();
    enum status status = journal_verify(&file, &hash, &check);
    if (status != ST_OK)
        return fail(work, text_of("journal.jsonl"), &(const struct failure){.status = status});
    work->verdict.is_case = true;
    if (check.fault != JOURNAL_SOUND || !work->is_journal_told)
        tell_journal(work, &check);
    return ST_OK;
}

/* --- the manifest --- */

/* These are added to for as long as a case goes on. */
static bool grows(struct text name)
{
    return text_equal(name, text_of("case.json")) || text_equal(name, text_of("hits.jsonl")) ||
           text_equal(name, text_of("journal.jsonl"));
}

static enum status verify_file(struct work *work, struct text hex, struct text name)
{
    struct buffer now;
    struct failure failure = {.status = ST_OK};
    buffer_init(&now, SHA256_DIGITS);
    failure.status = file_sha256(path_of(work, name), work->progress, &now, &failure);
    enum status status = failure.status;
    bool same = text_equal_nocase(buffer_text(&now), hex);
    if (status == ST_OK && !same && grows(name))
        say_growing(work, name, "changed");
    else if (status == ST_OK && !same)
        say_wrong(work, name, "changed");
    else if (status == ST_NOT_FOUND)
        say_wrong(work, name, "missing");
    else if (status != ST_OK)
        fail(work, buffer_text(&work->path), &failure);
    work->verdict.is_case = work->verdict.is_case || status == ST_OK;
    buffer_done(&now);
    return status == ST_NOT_FOUND ? ST_OK : status;
}

static enum status add_name(struct work *work, struct text name)
{
    bool failed = false;
    if (work->name_count == work->name_room) {
        size_t room = work->name_room ? 2 * work->name_room : 256;
        struct text *names = arena_take(work->arena, room * sizeof *names);
        for (size_t i = 0; names && i < work->name_count; i++)
            names[i] = work->names[i];
        if (!names)
            return ST_NO_MEMORY;
        work->names = names;
        work->name_room = room;
    }
    work->names[work->name_count++] = arena_copy(work->arena, name, &failed);
    return failed ? ST_NO_MEMORY : ST_OK;
}

static int compare_names(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* Reads the manifest and the names in it; ST_NOT_FOUND: there is none. */
static enum status read_manifest(struct work *work)
{
    struct text hex;
    struct text name;
    enum manifest_line line;
    enum status status = read_file(work, text_of(MANIFEST_NAME), &work->content);
    struct text rest = buffer_text(&work->content);
    while (status == ST_OK && (line = manifest_next(&rest, &hex, &name)) != MANIFEST_END)
        if (line == MANIFEST_FILE)
            status = add_name(work, name);
    if (work->name_count)
        qsort(work->names, work->name_count, sizeof *work->names, compare_names);
    return status;
}

static bool is_named(void *context, struct text path)
{
    const struct work *work = context;
    return work->name_count &&
           bsearch(&path, work->names, work->name_count, sizeof *work->names, compare_names);
}

static enum status visit(void *context, struct text path, uint64_t size)
{
    struct work *work = context;
    (void)size;
    if (!text_equal_nocase(path, text_of(MANIFEST_NAME)) && !is_named(work, path))
        say_growing(work, path, "added: the manifest does not name it");
    return ST_OK;
}

/* Files that the manifest does not name. */
static enum status verify_no_more(struct work *work)
{
    struct failure failure = {.status = ST_OK};
    const struct manifest_disk disk = bundle_disk_manifest(&work->folder);
    failure.status = disk.walk(disk.context, visit, work, &failure);
    return failure.status == ST_OK ? ST_OK : fail(work, work->folder, &failure);
}

static enum status verify_lines(struct work *work, struct text rest)
{
    enum status status = ST_OK;
    while (status == ST_OK) {
        struct text hex;
        struct text name;
        switch (manifest_next(&rest, &hex, &name)) {
        case MANIFEST_END:
            return ST_OK;
        case MANIFEST_FILE:
            status = verify_file(work, hex, name);
            break;
        case MANIFEST_BAD:
            say_wrong(work, text_of(MANIFEST_NAME), "a line of it can't be read");
            break;
        case MANIFEST_OUTSIDE:
            say_wrong(work, text_of(MANIFEST_NAME),
                      "a line of it names a file outside of the case");
            break;
        }
    }
    return status;
}

static void tell_manifest(const struct work *work, bool sound)
{
    struct buffer words;
    struct buffer hex;
    buffer_init(&words, WORDS_CEILING);
    buffer_init(&hex, SHA256_DIGITS);
    if (sound) {
        buffer_add_string(&words, "sound, ");
        buffer_add_unsigned(&words, work->name_count);
        buffer_add_string(&words, work->name_count == 1 ? " file, " : " files, ");
    }
    if (bytes_sha256(buffer_text(&work->content), &hex, NULL) == ST_OK) {
        buffer_add_string(&words, "its SHA-256 is ");
        buffer_add(&words, buffer_text(&hex));
    }
    work->tell(work->context, text_of(MANIFEST_NAME), buffer_text(&words));
    buffer_done(&hex);
    buffer_done(&words);
}

/* Counts what is told on the way. */
struct counting {
    case_verify_tell *tell;
    void *context;
    size_t count;
};

static void count_and_tell(void *context, struct text name, struct text what)
{
    struct counting *counting = context;
    counting->count++;
    counting->tell(counting->context, name, what);
}

static enum status verify_manifest(struct work *work)
{
    struct counting counting = {work->tell, work->context, 0};
    work->tell = count_and_tell;
    work->context = &counting;
    enum status status = verify_lines(work, buffer_text(&work->content));
    if (status == ST_OK)
        status = verify_no_more(work);
    work->tell = counting.tell;
    work->context = counting.context;
    if (status == ST_OK)
        tell_manifest(work, counting.count == 0);
    return status;
}

/* --- case.json --- */

static enum status verify_record(struct work *work)
{
    struct buffer problem;
    buffer_init(&problem, PATH_CEILING);
    enum status status = read_file(work, text_of("case.json"), &work->content);
    if (status == ST_OK) {
        status =
            case_record_read(buffer_text(&work->content), work->arena, &work->record, &problem);
        work->has_record = status == ST_OK;
        work->goes_on = status == ST_OK && !work->record.closed;
        work->verdict.is_case = status == ST_OK;
        if (status == ST_OK) {
            say(work, text_of("case.json"), "sound");
        } else if (status == ST_NO_MEMORY) {
            fail(work, text_of("case.json"), &(const struct failure){.status = status});
        } else {
            work->tell(work->context, text_of("case.json"), buffer_text(&problem));
            work->verdict.is_wrong = true;
        }
        status = status == ST_NO_MEMORY ? status : ST_OK;
    }
    buffer_done(&problem);
    return status == ST_NOT_FOUND ? ST_OK : status;
}

/* --- all of it --- */

static void tell_missing(void *context, struct text name, struct text what)
{
    struct work *work = context;
    work->tell(work->context, name, what);
    work->verdict.is_wrong = true;
    work->is_journal_told = work->is_journal_told || text_equal(name, text_of("journal.jsonl"));
}

static enum status verify_whole(struct work *work)
{
    struct failure failure = {.status = ST_OK};
    const struct manifest_disk disk = bundle_disk_manifest(&work->folder);
    const struct journal_hash hash = journal_hash_of_system();
    const struct case_seen seen = {
        .record = work->has_record ? &work->record : NULL,
        .journal = buffer_text(&work->journal),
        .disk = &disk,
        .hash = &hash,
        .is_named = is_named,
        .context = work,
        .arena = work->arena,
    };
    failure.status = case_missing_find(&seen, tell_missing, work, &failure);
    return failure.status == ST_OK ? ST_OK : fail(work, work->folder, &failure);
}

static enum status verify_all(struct work *work)
{
    enum status status = verify_record(work);
    if (status != ST_OK)
        return status;
    enum status journal = read_file(work, text_of("journal.jsonl"), &work->journal);
    if (journal != ST_OK && journal != ST_NOT_FOUND)
        return journal;
    enum status manifest = read_manifest(work);
    if (manifest != ST_OK && manifest != ST_NOT_FOUND)
        return manifest;
    /* In a folder that is no case nothing is missing. */
    if (work->has_record || journal == ST_OK || manifest == ST_OK)
        status = verify_whole(work);
    if (status == ST_OK && journal == ST_OK)
        status = verify_journal(work);
    if (status == ST_OK && manifest == ST_OK)
        status = verify_manifest(work);
    return status;
}

enum status case_verify(struct text folder, const struct progress *progress, case_verify_tell *tell,
                        void *context, struct case_verdict *verdict, struct buffer *problem)
{
    struct work work = {.folder = folder,
                        .progress = progress,
                        .tell = tell,
                        .context = context,
                        .problem = problem};
    buffer_init(&work.path, PATH_CEILING);
    buffer_init(&work.content, FILE_CEILING);
    buffer_init(&work.journal, FILE_CEILING);
    work.arena = arena_new(ARENA_CEILING);
    enum status status = work.arena ? verify_all(&work) : ST_NO_MEMORY;
    if (status == ST_OK)
        *verdict = work.verdict;
    else if (!problem->size)
        buffer_add_string(problem, status_phrase(status));
    arena_free(work.arena);
    buffer_done(&work.journal);
    buffer_done(&work.content);
    buffer_done(&work.path);
    return status;
}
