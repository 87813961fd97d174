#include "core/case/journal.h"

#include <string.h>

#include "core/base/json_read.h"
#include "core/base/memory.h"
#include "core/case/json_write.h"

#define PART ((size_t)64 << 10)
#define DIGEST_DIGITS ((size_t)2 * JOURNAL_DIGEST)
#define CONTINUED "journal-continued"

struct journal {
    struct journal_file file;
    struct journal_hash hash;
    struct clock clock;
    struct buffer line;
    uint64_t lines; /* that the file holds, a torn one included */
    unsigned char last[JOURNAL_DIGEST];
    bool torn; /* the last one has no line end yet */
};

/* --- reading lines --- */

/* Walks over the lines of a file, of any length; what is over the ceiling is cut. */
struct line_reader {
    const struct journal_file *file;
    uint64_t at;
    struct buffer line; /* without its end */
    struct buffer part;
    size_t used; /* of part */
    bool ended;  /* the file is at its end */
    bool whole;  /* the line had an end */
};

static void reader_init(struct line_reader *reader, const struct journal_file *file)
{
    *reader = (struct line_reader){.file = file};
    buffer_init(&reader->line, JOURNAL_LINE_MOST);
    buffer_init(&reader->part, PART);
}

static void reader_done(struct line_reader *reader)
{
    buffer_done(&reader->line);
    buffer_done(&reader->part);
}

static enum status read_part(struct line_reader *reader)
{
    static const char zeros[4096];
    struct buffer *part = &reader->part;
    while (part->failed == ST_OK && part->capacity < PART && part->size < PART)
        buffer_add(part, (struct text){zeros, sizeof zeros});
    if (part->failed != ST_OK)
        return part->failed;
    size_t got = 0;
    enum status status =
        reader->file->read(reader->file->context, reader->at, part->bytes, PART, &got);
    if (status != ST_OK)
        return status;
    part->size = got;
    reader->at += got;
    reader->used = 0;
    reader->ended = got == 0;
    return ST_OK;
}

/* ST_NOT_FOUND: there is no further line. */
static enum status read_line(struct line_reader *reader)
{
    buffer_clear(&reader->line);
    reader->whole = false;
    for (;;) {
        if (reader->used == reader->part.size) {
            enum status status = reader->ended ? ST_OK : read_part(reader);
            if (status != ST_OK)
                return status;
            if (reader->ended)
                return reader->line.size ? ST_OK : ST_NOT_FOUND;
        }
        struct text rest =
            text_slice(buffer_text(&reader->part), reader->used, reader->part.size - reader->used);
        const char *end = memchr(rest.bytes, '\n', rest.size);
        size_t size = end ? (size_t)(end - rest.bytes) : rest.size;
        buffer_add(&reader->line, text_slice(rest, 0, size));
        reader->used += size + (end ? 1 : 0);
        if (reader->line.failed != ST_OK)
            return reader->line.failed;
        reader->whole = end != NULL;
        if (end)
            return ST_OK;
    }
}

/* --- writing --- */

static void compose(const struct journal *journal, const struct journal_entry *entry,
                    struct buffer *out)
{
    struct json_writer json;
    struct buffer hex;
    buffer_init(&hex, DIGEST_DIGITS);
    buffer_add_hex(&hex, journal->last, JOURNAL_DIGEST);
    json_begin(&json, out);
    json_open_object(&json, NULL);
    json_text(&json, "prev", buffer_text(&hex));
    json_moment(&json, "@timestamp", journal->clock.now(journal->clock.context), true);
    json_open_object(&json, "event");
    json_unsigned(&json, "sequence", journal->lines + 1);
    json_string(&json, "kind", "event");
    json_open_array(&json, "type");
    json_string(&json, NULL,
                entry->phase == JOURNAL_BEFORE  ? "start"
                : entry->phase == JOURNAL_AFTER ? "end"
                                                : "info");
    json_close_array(&json);
    json_string(&json, "action", entry->action);
    if (entry->outcome)
        json_string(&json, "outcome", entry->outcome);
    if (entry->reason.size)
        json_text(&json, "reason", entry->reason);
    json_close_object(&json);
    if (entry->of) {
        json_open_object(&json, "journal");
        json_unsigned(&json, "of", entry->of);
        json_close_object(&json);
    }
    if (entry->members.size) {
        buffer_add_byte(out, ',');
        buffer_add(out, entry->members);
    }
    json_close_object(&json);
    if (hex.failed != ST_OK)
        out->failed = hex.failed;
    buffer_done(&hex);
}

/* Appends what is in the buffer from `from` on; *done is how far it got. */
static enum status append_all(struct journal *journal, size_t *done)
{
    while (*done < journal->line.size) {
        size_t written = 0;
        struct text rest =
            text_slice(buffer_text(&journal->line), *done, journal->line.size - *done);
        enum status status = journal->file.append(journal->file.context, rest, &written);
        *done += written;
        if (status != ST_OK)
            return status;
        if (!written)
            return ST_IO;
    }
    return ST_OK;
}

/* What went into the file in part is a torn line from now on. */
static enum status put_line(struct journal *journal, const struct journal_entry *entry)
{
    buffer_clear(&journal->line);
    compose(journal, entry, &journal->line);
    size_t size = journal->line.size;
    buffer_add_byte(&journal->line, '\n');
    if (journal->line.failed != ST_OK)
        return journal->line.failed;
    unsigned char digest[JOURNAL_DIGEST];
    enum status status = journal->hash.sha256(
        journal->hash.context, text_slice(buffer_text(&journal->line), 0, size), digest);
    if (status != ST_OK)
        return status;
    size_t done = 0;
    status = append_all(journal, &done);
    if (done == 0)
        return status;
    journal->lines++;
    journal->torn = done <= size;
    if (journal->torn && done < size) {
        enum status hashed = journal->hash.sha256(
            journal->hash.context, text_slice(buffer_text(&journal->line), 0, done), digest);
        if (hashed != ST_OK)
            return hashed;
    }
    memcpy(journal->last, digest, sizeof digest);
    return status;
}

static enum status end_torn_line(struct journal *journal)
{
    size_t done = 0;
    buffer_clear(&journal->line);
    buffer_add_byte(&journal->line, '\n');
    enum status status = journal->line.failed;
    if (status == ST_OK)
        status = append_all(journal, &done);
    if (status != ST_OK)
        return status;
    journal->torn = false;
    const struct journal_entry note = {
        .phase = JOURNAL_NOTE,
        .action = CONTINUED,
        .reason = text_of("the line before was cut off while it was written"),
    };
    return put_line(journal, &note);
}

enum status journal_write(struct journal *journal, const struct journal_entry *entry,
                          uint64_t *number)
{
    enum status status = journal->torn ? end_torn_line(journal) : ST_OK;
    if (status == ST_OK)
        status = put_line(journal, entry);
    if (status == ST_OK)
        status = journal->file.flush(journal->file.context);
    if (status == ST_OK && number)
        *number = journal->lines;
    return status;
}

static enum status read_what_is_there(struct journal *journal)
{
    struct line_reader reader;
    reader_init(&reader, &journal->file);
    enum status status;
    while ((status = read_line(&reader)) == ST_OK) {
        status =
            journal->hash.sha256(journal->hash.context, buffer_text(&reader.line), journal->last);
        if (status != ST_OK)
            break;
        journal->lines++;
        journal->torn = !reader.whole;
    }
    reader_done(&reader);
    return status == ST_NOT_FOUND ? ST_OK : status;
}

enum status journal_open(const struct journal_file *file, const struct journal_hash *hash,
                         struct clock clock, struct journal **journal)
{
    struct journal *opened = memory_take(sizeof *opened);
    if (!opened)
        return ST_NO_MEMORY;
    opened->file = *file;
    opened->hash = *hash;
    opened->clock = clock;
    buffer_init(&opened->line, JOURNAL_LINE_MOST);
    enum status status = read_what_is_there(opened);
    if (status == ST_OK)
        *journal = opened;
    else
        journal_free(opened);
    return status;
}

void journal_free(struct journal *journal)
{
    if (!journal)
        return;
    buffer_done(&journal->line);
    memory_give(journal);
}

uint64_t journal_lines(const struct journal *journal)
{
    return journal->lines;
}

void journal_add_last(const struct journal *journal, struct buffer *out)
{
    buffer_add_hex(out, journal->last, JOURNAL_DIGEST);
}

void journal_add_process(struct buffer *members, struct process_key key,
                         const struct process_facts *facts)
{
    struct json_writer json;
    json_begin(&json, members);
    json.comma = members->size != 0;
    json_open_object(&json, "process");
    json_unsigned(&json, "pid", key.pid);
    json_moment(&json, "start", key.start, true);
    if (facts) {
        json_text(&json, "name", facts->name);
        if (facts->image.state == READ_OK)
            json_text(&json, "executable", facts->image.value);
        if (facts->command.state == READ_OK)
            json_text(&json, "command_line", facts->command.value);
        if (facts->directory.state == READ_OK)
            json_text(&json, "working_directory", facts->directory.value);
    }
    json_close_object(&json);
}

/* --- verifying --- */

struct read_entry {
    bool is_entry; /* JSON, with "prev" */
    bool continues;
    unsigned char prev[JOURNAL_DIGEST];
    uint64_t sequence;
};

static bool parse_hex(struct text digits, unsigned char *digest)
{
    if (digits.size != DIGEST_DIGITS)
        return false;
    for (size_t i = 0; i < DIGEST_DIGITS; i++) {
        char c = digits.bytes[i];
        unsigned value;
        if (c >= '0' && c <= '9')
            value = (unsigned)(c - '0');
        else if (c >= 'a' && c <= 'f')
            value = (unsigned)(c - 'a') + 10;
        else
            return false;
        digest[i / 2] = (unsigned char)(i % 2 ? digest[i / 2] | value : value << 4);
    }
    return true;
}

/* Reads the members of "event" that the chain needs. */
static enum status read_event(struct json_reader *json, struct read_entry *entry)
{
    struct json_token name;
    struct json_token value;
    enum status status;
    while ((status = json_next(json, &name)) == ST_OK && name.kind == JSON_NAME) {
        status = json_next(json, &value);
        if (status != ST_OK)
            return status;
        if (json_is(&name, text_of("sequence")))
            json_number(&value, UINT64_MAX, &entry->sequence);
        else if (json_is(&name, text_of("action")) && value.kind == JSON_STRING)
            entry->continues = json_is(&value, text_of(CONTINUED));
        status = json_skip(json, &value);
        if (status != ST_OK)
            return status;
    }
    return status;
}

static struct read_entry read_entry_of(struct text line)
{
    struct read_entry entry = {.is_entry = false};
    struct json_reader json;
    struct json_token name;
    struct json_token value;
    bool chained = false;
    json_read_begin(&json, line, JSON_ONE_VALUE);
    if (json_next(&json, &name) != ST_OK || name.kind != JSON_OBJECT)
        return entry;
    while (json_next(&json, &name) == ST_OK && name.kind == JSON_NAME) {
        if (json_next(&json, &value) != ST_OK)
            return entry;
        enum status status = ST_OK;
        if (json_is(&name, text_of("prev")) && value.kind == JSON_STRING)
            chained = parse_hex(value.raw, entry.prev);
        else if (json_is(&name, text_of("event")) && value.kind == JSON_OBJECT)
            status = read_event(&json, &entry);
        else
            status = json_skip(&json, &value);
        if (status != ST_OK)
            return entry;
    }
    entry.is_entry = chained && name.kind == JSON_OBJECT_END && json_next(&json, &name) == ST_OK;
    return entry;
}

struct verifier {
    struct journal_check check;
    unsigned char last[JOURNAL_DIGEST];
    bool torn; /* the line before was no entry: this one has to say that it goes on after it */
};

static enum journal_fault fault_of(const struct verifier *verifier, const struct read_entry *entry)
{
    if (memcmp(entry->prev, verifier->last, JOURNAL_DIGEST) != 0)
        return JOURNAL_BROKEN_CHAIN;
    if (verifier->torn && !entry->continues)
        return JOURNAL_NOT_A_LINE;
    if (entry->sequence != verifier->check.lines)
        return JOURNAL_WRONG_NUMBER;
    return JOURNAL_SOUND;
}

/* False when the rest need not be read. */
static bool verify_line(struct verifier *verifier, const struct line_reader *reader)
{
    struct journal_check *check = &verifier->check;
    check->lines++;
    struct read_entry entry = read_entry_of(buffer_text(&reader->line));
    if (!entry.is_entry && verifier->torn) {
        check->fault = JOURNAL_NOT_A_LINE;
        check->line = check->lines - 1;
        return false;
    }
    if (entry.is_entry)
        check->fault = fault_of(verifier, &entry);
    else if (!reader->whole)
        check->fault = JOURNAL_TORN_END;
    if (check->fault != JOURNAL_SOUND) {
        bool before = check->fault == JOURNAL_NOT_A_LINE;
        check->line = before ? check->lines - 1 : check->lines;
        return false;
    }
    check->torn += verifier->torn;
    verifier->torn = !entry.is_entry;
    return true;
}

enum status journal_verify(const struct journal_file *file, const struct journal_hash *hash,
                           struct journal_check *check)
{
    struct verifier verifier = {.torn = false};
    struct line_reader reader;
    reader_init(&reader, file);
    enum status status;
    while ((status = read_line(&reader)) == ST_OK && verify_line(&verifier, &reader)) {
        status = hash->sha256(hash->context, buffer_text(&reader.line), verifier.last);
        if (status != ST_OK)
            break;
    }
    reader_done(&reader);
    if (status == ST_NOT_FOUND && verifier.torn) {
        verifier.check.fault = JOURNAL_NOT_A_LINE;
        verifier.check.line = verifier.check.lines;
    }
    if (status != ST_OK && status != ST_NOT_FOUND)
        return status;
    *check = verifier.check;
    return ST_OK;
}

const char *journal_fault_phrase(enum journal_fault fault)
{
    switch (fault) {
    case JOURNAL_SOUND:
        return "sound";
    case JOURNAL_BROKEN_CHAIN:
        return "does not follow the line before it: that one was changed, or one between them is "
               "missing, or this one was added or moved";
    case JOURNAL_WRONG_NUMBER:
        return "does not bear its number: a line was added or is missing";
    case JOURNAL_NOT_A_LINE:
        return "is no line of a journal";
    case JOURNAL_TORN_END:
        return "was cut off: the program was ended while it wrote";
    }
    return "";
}
