/* verify: whether a case is as it was written: case.json, the journal's chain, the manifest. */
#include <stdlib.h>

#include "core/case/case_record.h"
#include "core/case/journal.h"
#include "core/case/manifest_read.h"
#include "core/cli/commands.h"
#include "core/cli/text/visible.h"
#include "core/windows/bundle_disk.h"
#include "core/windows/file_sha256.h"
#include "core/windows/files.h"
#include "core/windows/journal_hash.h"

#define FILE_CEILING ((size_t)1 << 30)
#define PATH_CEILING ((size_t)128 << 10)
#define OUTPUT_CEILING ((size_t)16 << 20)
#define ARENA_CEILING ((size_t)1 << 30)

struct work {
    struct text folder;
    struct buffer out;
    struct buffer path;
    struct buffer content;
    bool wrong;
    size_t looked_at; /* files that could be compared with something */
    bool is_closed;
    bool goes_on; /* there is a case.json, and it says so */
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

/* ST_NOT_FOUND: there is no such file. Anything else that fails is said. */
static enum status read_file(struct work *work, struct text name)
{
    struct failure failure = {.status = ST_OK};
    buffer_clear(&work->content);
    enum status status = files_read(path_of(work, name), &work->content, &failure);
    if (status != ST_OK && status != ST_NOT_FOUND) {
        failure.status = status;
        say_failure(buffer_text(&work->path), &failure);
    }
    return status;
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
    struct buffer *out = &work->out;
    buffer_add_string(out, "journal.jsonl: ");
    if (check->fault != JOURNAL_SOUND) {
        buffer_add_string(out, "line ");
        buffer_add_unsigned(out, check->line);
        buffer_add_byte(out, ' ');
        buffer_add_string(out, journal_fault_phrase(check->fault));
        work->wrong = true;
    } else {
        buffer_add_string(out, "sound, ");
        buffer_add_unsigned(out, check->lines);
        buffer_add_string(out, check->lines == 1 ? " line" : " lines");
        if (check->torn) {
            buffer_add_string(out, ", of which cut off by the end of the program: ");
            buffer_add_unsigned(out, check->torn);
        }
    }
    buffer_add_byte(out, '\n');
}

static enum status verify_journal(struct work *work)
{
    struct journal_check check;
    enum status status = read_file(work, text_of("journal.jsonl"));
    if (status != ST_OK)
        return status == ST_NOT_FOUND ? ST_OK : status;
    const struct journal_file file = {.read = read_content, .context = &work->content};
    const struct journal_hash hash = journal_hash_of_system();
    status = journal_verify(&file, &hash, &check);
    if (status != ST_OK) {
        const struct failure failure = {.status = status};
        say_failure(text_of("journal.jsonl"), &failure);
        return status;
    }
    work->looked_at++;
    tell_journal(work, &check);
    return ST_OK;
}

/* --- the manifest --- */

static void tell_text(struct work *work, struct text name, struct text what)
{
    visible_add(&work->out, name);
    buffer_add_string(&work->out, ": ");
    visible_add(&work->out, what);
    buffer_add_byte(&work->out, '\n');
    work->wrong = true;
}

static void tell(struct work *work, struct text name, const char *what)
{
    tell_text(work, name, text_from(what));
}

/* What is no wonder in a case that goes on. */
static void tell_growing(struct work *work, struct text name, const char *what)
{
    bool wrong = work->wrong;
    tell(work, name, what);
    if (work->goes_on)
        work->wrong = wrong;
}

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
    enum status status = file_sha256(path_of(work, name), NULL, &now, &failure);
    bool same = text_equal_nocase(buffer_text(&now), hex);
    if (status == ST_OK && !same && grows(name))
        tell_growing(work, name, "changed");
    else if (status == ST_OK && !same)
        tell(work, name, "changed");
    else if (status == ST_NOT_FOUND)
        tell(work, name, "missing");
    else if (status != ST_OK)
        say_failure(buffer_text(&work->path), &failure);
    work->looked_at += status == ST_OK;
    buffer_done(&now);
    return status == ST_NOT_FOUND ? ST_OK : status;
}

static enum status add_name(struct work *work, struct text name)
{
    bool failed = false;
    if (work->name_count == work->name_room) {
        size_t room = work->name_room ? 2 * work->name_room : 256;
        struct text *names = arena_take(work->arena, room * sizeof(*names));
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

static enum status visit(void *context, struct text path, uint64_t size)
{
    struct work *work = context;
    (void)size;
    if (!text_equal_nocase(path, text_of(MANIFEST_NAME)) &&
        (!work->name_count ||
         !bsearch(&path, work->names, work->name_count, sizeof(*work->names), compare_names)))
        tell_growing(work, path, "added: the manifest does not name it");
    return ST_OK;
}

/* Files that the manifest does not name. */
static enum status verify_no_more(struct work *work)
{
    struct failure failure = {.status = ST_OK};
    const struct manifest_disk disk = bundle_disk_manifest(&work->folder);
    if (work->name_count)
        qsort(work->names, work->name_count, sizeof(*work->names), compare_names);
    failure.status = disk.walk(disk.context, visit, work, &failure);
    if (failure.status != ST_OK)
        say_failure(work->folder, &failure);
    return failure.status;
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
            if (status == ST_OK)
                status = add_name(work, name);
            break;
        case MANIFEST_BAD:
            tell(work, text_of(MANIFEST_NAME), "a line of it can't be read");
            break;
        case MANIFEST_OUTSIDE:
            tell(work, text_of(MANIFEST_NAME), "a line of it names a file outside of the case");
            break;
        }
    }
    return status;
}

static void tell_manifest(struct work *work, size_t before)
{
    struct buffer hex;
    buffer_init(&hex, SHA256_DIGITS);
    buffer_add_string(&work->out, MANIFEST_NAME ": ");
    if (work->out.size - before == sizeof(MANIFEST_NAME ": ") - 1) {
        buffer_add_string(&work->out, "sound, ");
        buffer_add_unsigned(&work->out, work->name_count);
        buffer_add_string(&work->out, work->name_count == 1 ? " file, " : " files, ");
    }
    if (bytes_sha256(buffer_text(&work->content), &hex, NULL) == ST_OK) {
        buffer_add_string(&work->out, "its SHA-256 is ");
        buffer_add(&work->out, buffer_text(&hex));
    }
    buffer_add_byte(&work->out, '\n');
    buffer_done(&hex);
}

static enum status verify_manifest(struct work *work)
{
    size_t before = work->out.size;
    enum status status = read_file(work, text_of(MANIFEST_NAME));
    if (status == ST_NOT_FOUND) {
        if (work->is_closed)
            tell(work, text_of(MANIFEST_NAME), "missing, though the case was closed");
        return ST_OK;
    }
    if (status == ST_OK)
        status = verify_lines(work, buffer_text(&work->content));
    if (status == ST_OK)
        status = verify_no_more(work);
    if (status == ST_OK)
        tell_manifest(work, before);
    return status;
}

/* --- case.json --- */

static enum status verify_record(struct work *work)
{
    struct case_record record;
    struct buffer problem;
    buffer_init(&problem, PATH_CEILING);
    enum status status = read_file(work, text_of("case.json"));
    if (status == ST_OK) {
        status = case_record_read(buffer_text(&work->content), work->arena, &record, &problem);
        work->is_closed = status == ST_OK && record.closed;
        work->goes_on = status == ST_OK && !record.closed;
        work->looked_at += status == ST_OK;
        if (status == ST_OK)
            buffer_add_string(&work->out, "case.json: sound\n");
        else if (status == ST_NO_MEMORY)
            say_failure(text_of("case.json"), &(const struct failure){.status = status});
        else
            tell_text(work, text_of("case.json"), buffer_text(&problem));
        status = status == ST_NO_MEMORY ? status : ST_OK;
    }
    buffer_done(&problem);
    return status == ST_NOT_FOUND ? ST_OK : status;
}

enum exit_status command_verify(const struct arguments *arguments)
{
    struct work work = {.folder = arguments->operands.items[0]};
    buffer_init(&work.out, OUTPUT_CEILING);
    buffer_init(&work.path, PATH_CEILING);
    buffer_init(&work.content, FILE_CEILING);
    work.arena = arena_new(ARENA_CEILING);
    enum exit_status result = EXIT_TROUBLE;
    enum status status = work.arena ? verify_record(&work) : ST_NO_MEMORY;
    if (status == ST_OK)
        status = verify_journal(&work);
    if (status == ST_OK)
        status = verify_manifest(&work);
    if (status == ST_OK && !work.looked_at && !work.wrong)
        SAY(work.folder,
            text_of(": it is not a case: there is no case.json, no journal and no manifest in it"));
    else if (status == ST_OK && work.out.failed == ST_OK)
        result = !console_write(buffer_text(&work.out)) ? console_lost()
                 : work.wrong                           ? EXIT_NOTHING
                                                        : EXIT_FOUND;
    arena_free(work.arena);
    buffer_done(&work.content);
    buffer_done(&work.path);
    buffer_done(&work.out);
    return result;
}
