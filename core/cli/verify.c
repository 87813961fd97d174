/* verify: whether a case is as it was written: the journal's chain, and the manifest. */
#include "core/base/memory.h"
#include "core/case/journal.h"
#include "core/cli/commands.h"
#include "core/cli/text/visible.h"
#include "core/windows/digest.h"
#include "core/windows/files.h"
#include "core/windows/journal_hash.h"

#define FILE_CEILING ((size_t)1 << 30)
#define PATH_CEILING ((size_t)128 << 10)
#define OUTPUT_CEILING ((size_t)16 << 20)
#define HEX_DIGITS 64u

struct work {
    struct text folder;
    struct buffer out;
    struct buffer path;
    struct buffer content;
    bool wrong;
    size_t looked_at; /* files that could be compared with something */
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

/* --- the manifest: lines as sha256sum writes and reads them --- */

static bool split_line(struct text line, struct text *hex, struct text *name)
{
    if (line.size < HEX_DIGITS + 3 || line.bytes[HEX_DIGITS] != ' ')
        return false;
    *hex = text_slice(line, 0, HEX_DIGITS);
    *name = text_slice(line, HEX_DIGITS + 2, line.size - HEX_DIGITS - 2);
    return true;
}

static void tell(struct work *work, struct text name, const char *what)
{
    visible_add(&work->out, name);
    buffer_add_string(&work->out, ": ");
    buffer_add_string(&work->out, what);
    buffer_add_byte(&work->out, '\n');
    work->wrong = true;
}

static enum status verify_line(struct work *work, struct text line)
{
    struct text hex;
    struct text name;
    struct digest digest;
    struct digest_values values;
    struct failure failure = {.status = ST_OK};
    if (!split_line(line, &hex, &name)) {
        tell(work, text_of("manifest.sha256"), "a line of it can't be read");
        return ST_OK;
    }
    enum status status = read_file(work, name);
    if (status == ST_NOT_FOUND) {
        tell(work, name, "missing");
        return ST_OK;
    }
    if (status == ST_OK)
        status = digest_init(&digest, DIGEST_BIT(DIGEST_SHA256), &failure);
    if (status != ST_OK)
        return status;
    status = digest_add(&digest, work->content.bytes, work->content.size, &failure);
    if (status == ST_OK)
        status = digest_finish(&digest, &values, &failure);
    digest_done(&digest);
    if (status == ST_OK) {
        struct buffer now;
        buffer_init(&now, HEX_DIGITS);
        digest_add_hex(&now, &values, DIGEST_SHA256);
        if (!text_equal_nocase(buffer_text(&now), hex))
            tell(work, name, "changed");
        work->looked_at++;
        buffer_done(&now);
    }
    return status;
}

static enum status verify_manifest(struct work *work)
{
    struct buffer lines;
    enum status status = read_file(work, text_of("manifest.sha256"));
    if (status != ST_OK)
        return status == ST_NOT_FOUND ? ST_OK : status;
    buffer_init(&lines, FILE_CEILING);
    buffer_add(&lines, buffer_text(&work->content));
    status = lines.failed;
    for (size_t at = 0; status == ST_OK && at < lines.size;) {
        struct text rest = text_slice(buffer_text(&lines), at, lines.size - at);
        size_t end = text_find(rest, text_of("\n"));
        size_t size = end == SIZE_MAX ? rest.size : end;
        struct text line = text_trim(text_slice(rest, 0, size));
        if (line.size)
            status = verify_line(work, line);
        at += size + 1;
    }
    buffer_done(&lines);
    return status;
}

enum exit_status command_verify(const struct arguments *arguments)
{
    struct work work = {.folder = arguments->operands.items[0]};
    buffer_init(&work.out, OUTPUT_CEILING);
    buffer_init(&work.path, PATH_CEILING);
    buffer_init(&work.content, FILE_CEILING);
    enum exit_status result = EXIT_TROUBLE;
    enum status status = verify_journal(&work);
    if (status == ST_OK)
        status = verify_manifest(&work);
    if (status == ST_OK && !work.looked_at && !work.wrong)
        SAY(work.folder, text_of(": there is no journal and no manifest in it"));
    else if (status == ST_OK && work.out.failed == ST_OK)
        result = !console_write(buffer_text(&work.out)) ? console_lost()
                 : work.wrong                           ? EXIT_NOTHING
                                                        : EXIT_FOUND;
    buffer_done(&work.content);
    buffer_done(&work.path);
    buffer_done(&work.out);
    return result;
}
