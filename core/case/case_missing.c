#include "core/case/case_missing.h"

#include <stdlib.h>
#include <string.h>

#include "core/case/journal_things.h"

#define WORDS_MOST ((size_t)4 << 10)
#define JOURNAL_NAME "journal.jsonl"
#define HITS_NAME "hits.jsonl"

struct file {
    struct text path;
    uint64_t size;
};

struct search {
    const struct case_seen *seen;
    case_missing_tell *tell;
    void *context;
    struct file *files; /* that are there, sorted */
    size_t count;
    size_t room;
    struct buffer words;
    enum status failed; /* ST_OK: what was said was said whole */
    struct text *told;  /* paths, each once */
    size_t told_count;
    size_t told_room;
};

/* --- what is there --- */

/* Room for one item more in an array of the arena; false: there is no memory. */
static bool make_room(struct search *search, void **items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return true;
    size_t more = *room ? 2 * *room : 64;
    void *moved = arena_take(search->seen->arena, more * size);
    if (moved && count)
        memcpy(moved, *items, count * size);
    if (moved) {
        *items = moved;
        *room = more;
    }
    return moved != NULL;
}

static enum status add_file(void *context, struct text path, uint64_t size)
{
    struct search *search = context;
    void *items = search->files;
    bool failed = false;

    if (!make_room(search, &items, search->count, &search->room, sizeof *search->files))
        return ST_NO_MEMORY;
    search->files = items;
    search->files[search->count++] =
        (struct file){arena_copy(search->seen->arena, path, &failed), size};
    return failed ? ST_NO_MEMORY : ST_OK;
}

static int compare_files(const void *a, const void *b)
{
    return text_compare(((const struct file *)a)->path, ((const struct file *)b)->path);
}

static const struct file *find_file(const struct search *search, struct text path)
{
    const struct file wanted = {path, 0};
    return search->count
               ? bsearch(&wanted, search->files, search->count, sizeof wanted, compare_files)
               : NULL;
}

static bool is_there(const struct search *search, struct text path)
{
    return find_file(search, path) != NULL;
}

/* Files that Stakeout makes after a line of the journal only. Dumps bear any name. */
static bool is_of_journal(struct text path)
{
    struct text ends = text_of("/parts.jsonl");
    bool in_bundle = text_starts(path, text_of("evidence")) && path.size > ends.size &&
                     text_equal(text_slice(path, path.size - ends.size, ends.size), ends);
    size_t slash = text_find(path, text_of("/"));

    if (in_bundle)
        return slash == path.size - ends.size;
    return (text_starts(path, text_of("samples/")) &&
            path.size == strlen("samples/.sample") + 2 * MANIFEST_DIGEST) ||
           (text_starts(path, text_of("quarantine/")) &&
            path.size == strlen("quarantine/.quarantine") + 2 * MANIFEST_DIGEST);
}

/* --- saying it --- */

static void say(struct search *search, struct text name)
{
    if (search->words.failed != ST_OK)
        search->failed = search->words.failed;
    if (search->failed == ST_OK)
        search->tell(search->context, name, buffer_text(&search->words));
    buffer_clear(&search->words);
}

static struct buffer *words(struct search *search, const char *begin)
{
    buffer_clear(&search->words);
    buffer_add_string(&search->words, begin);
    return &search->words;
}

static void add_count(struct buffer *out, uint64_t count, const char *what)
{
    buffer_add_unsigned(out, count);
    buffer_add_byte(out, ' ');
    buffer_add_string(out, what);
    if (count != 1)
        buffer_add_byte(out, 's');
}

/* --- the journal --- */

/* The last opening that tells of a journal; NULL: none does. */
static const struct case_session *journal_of(const struct case_record *record)
{
    for (size_t i = record ? record->session_count : 0; i > 0; i--)
        if (record->sessions[i - 1].journal_lines)
            return &record->sessions[i - 1];
    return NULL;
}

/* The line of this number, from 1; *lines is how many there are, when it is beyond them. */
static bool find_line(struct text content, uint64_t number, struct text *line, uint64_t *lines)
{
    *lines = 0;
    while (content.size) {
        size_t end = text_find(content, text_of("\n"));
        size_t size = end == SIZE_MAX ? content.size : end;
        *line = text_slice(content, 0, size);
        if (++*lines == number)
            return true;
        size += end == SIZE_MAX ? 0 : 1;
        content = text_slice(content, size, content.size - size);
    }
    return false;
}

/* Why there has to be one, as "though ..."; false: nothing tells of one. */
static bool add_why(struct search *search, struct buffer *out)
{
    const struct case_record *record = search->seen->record;
    const struct case_session *session = journal_of(record);

    if (session) {
        buffer_add_string(out, "case.json tells of its ");
        add_count(out, session->journal_lines, "line");
        return true;
    }
    if (record && record->closed) {
        buffer_add_string(out, "the case was closed, which is written into it");
        return true;
    }
    for (size_t i = 0; i < search->count; i++) {
        if (is_of_journal(search->files[i].path)) {
            buffer_add(out, search->files[i].path);
            buffer_add_string(out, " is there, which is not made without a line in it");
            return true;
        }
    }
    return false;
}

static enum status compare_line(struct search *search, const struct case_session *session,
                                struct text line)
{
    unsigned char digest[JOURNAL_DIGEST];
    const struct journal_hash *hash = search->seen->hash;
    struct buffer hex;
    enum status status = hash->sha256(hash->context, line, digest);

    if (status != ST_OK)
        return status;
    buffer_init(&hex, (size_t)2 * JOURNAL_DIGEST);
    buffer_add_hex(&hex, digest, JOURNAL_DIGEST);
    status = hex.failed;
    if (status == ST_OK && session->journal_last.size &&
        !text_equal(buffer_text(&hex), session->journal_last)) {
        struct buffer *out = words(search, "line ");
        buffer_add_unsigned(out, session->journal_lines);
        buffer_add_string(out, " is not the one whose SHA-256 case.json has");
        say(search, text_of(JOURNAL_NAME));
    }
    buffer_done(&hex);
    return status;
}

static enum status look_at_journal(struct search *search)
{
    const struct case_session *session = journal_of(search->seen->record);
    bool is_missing = !is_there(search, text_of(JOURNAL_NAME));
    struct text line;
    uint64_t lines = 0;

    if (!search->seen->journal.size) {
        if (is_missing && search->seen->is_named(search->seen->context, text_of(JOURNAL_NAME)))
            return ST_OK;
        if (add_why(search, words(search, is_missing ? "missing, though " : "empty, though ")))
            say(search, text_of(JOURNAL_NAME));
        return ST_OK;
    }
    if (!session)
        return ST_OK;
    if (find_line(search->seen->journal, session->journal_lines, &line, &lines))
        return compare_line(search, session, line);
    struct buffer *out = words(search, "ends at line ");
    buffer_add_unsigned(out, lines);
    buffer_add_string(out, ", though case.json tells of ");
    add_count(out, session->journal_lines, "line");
    say(search, text_of(JOURNAL_NAME));
    return ST_OK;
}

/* --- case.json, hits, the manifest --- */

static void look_at_case(struct search *search)
{
    if (is_there(search, text_of("case.json")) ||
        search->seen->is_named(search->seen->context, text_of("case.json")) ||
        !search->seen->journal.size)
        return;
    words(search, "missing, though journal.jsonl is there, and no case has that alone");
    say(search, text_of("case.json"));
}

/* Each opening makes the file, and it only grows. */
static void look_at_hits(struct search *search)
{
    const struct case_record *record = search->seen->record;
    const struct file *hits = find_file(search, text_of(HITS_NAME));
    uint64_t bytes = 0;

    if (!record || !record->session_count)
        return;
    for (size_t i = 0; i < record->session_count; i++)
        if (record->sessions[i].hits_bytes > bytes)
            bytes = record->sessions[i].hits_bytes;
    if (!hits && !search->seen->is_named(search->seen->context, text_of(HITS_NAME))) {
        words(search, "missing, though each opening of a case makes it, and there was one");
        say(search, text_of(HITS_NAME));
    } else if (hits && hits->size < bytes) {
        struct buffer *out = words(search, "");
        add_count(out, hits->size, "byte");
        buffer_add_string(out, ", though case.json tells of ");
        add_count(out, bytes, "byte");
        buffer_add_string(out, ": some were taken out");
        say(search, text_of(HITS_NAME));
    }
}

/* "manifest-2.sha256" */
static struct text old_manifest(struct search *search, uint64_t number)
{
    struct buffer name;
    bool failed = false;

    buffer_init(&name, 64);
    buffer_add_string(&name, "manifest-");
    buffer_add_unsigned(&name, number);
    buffer_add_string(&name, ".sha256");
    struct text kept = arena_copy(search->seen->arena, buffer_text(&name), &failed);
    if (name.failed != ST_OK || failed)
        search->failed = ST_NO_MEMORY;
    buffer_done(&name);
    return kept;
}

/* That of a case that goes on after it was closed has a number; another stays. */
static void look_at_manifest(struct search *search)
{
    const struct case_record *record = search->seen->record;
    uint64_t set_aside = 0;
    bool is_due = record && record->closed;

    for (size_t i = 0; record && i < record->session_count; i++) {
        struct text manifest = record->sessions[i].manifest;
        bool is_last = i + 1 == record->session_count;
        if (!manifest.size)
            continue;
        bool goes_on =
            text_equal(manifest, text_of(CASE_MANIFEST_CLOSED)) && !(is_last && record->closed);
        set_aside += goes_on;
        is_due = !goes_on;
    }
    if (is_there(search, text_of(MANIFEST_NAME)))
        return;
    if (is_due) {
        words(search, record->closed ? "missing, though the case was closed"
                                     : "missing, though case.json tells that it was written");
        say(search, text_of(MANIFEST_NAME));
    } else if (set_aside && !is_there(search, old_manifest(search, set_aside))) {
        words(search, "missing, though the case was closed before it went on");
        say(search, old_manifest(search, set_aside));
    }
}

/* --- what the journal names --- */

static bool was_told(const struct search *search, struct text path)
{
    for (size_t i = 0; i < search->told_count; i++)
        if (text_equal(search->told[i], path))
            return true;
    return false;
}

static enum status look_at_thing(void *context, const struct journal_thing *thing)
{
    struct search *search = context;
    void *items = search->told;
    bool failed = false;

    if (is_there(search, thing->path) ||
        search->seen->is_named(search->seen->context, thing->path) || was_told(search, thing->path))
        return ST_OK;
    if (!make_room(search, &items, search->told_count, &search->told_room, sizeof(struct text)))
        return ST_NO_MEMORY;
    search->told = items;
    search->told[search->told_count++] = arena_copy(search->seen->arena, thing->path, &failed);
    struct buffer *out = words(search, "missing, though line ");
    buffer_add_unsigned(out, thing->line);
    buffer_add_string(out, " of the journal tells of it");
    say(search, thing->path);
    return failed ? ST_NO_MEMORY : ST_OK;
}

enum status case_missing_find(const struct case_seen *seen, case_missing_tell *tell, void *context,
                              struct failure *failure)
{
    struct search search = {.seen = seen, .tell = tell, .context = context};
    enum status status;

    buffer_init(&search.words, WORDS_MOST);
    status = seen->disk->walk(seen->disk->context, add_file, &search, failure);
    if (status == ST_OK && search.count)
        qsort(search.files, search.count, sizeof *search.files, compare_files);
    if (status == ST_OK) {
        look_at_case(&search);
        look_at_hits(&search);
        status = look_at_journal(&search);
    }
    if (status == ST_OK) {
        look_at_manifest(&search);
        status = journal_things(seen->journal, look_at_thing, &search);
    }
    if (status == ST_OK)
        status = search.failed;
    buffer_done(&search.words);
    return status;
}
