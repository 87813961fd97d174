#include "core/act/evidence_deed.h"

#include "core/case/ecs_network.h"
#include "core/case/json_write.h"

#define MEMBERS_MOST ((size_t)1 << 20)
#define PATH_MOST ((size_t)128 << 10)

const char *evidence_kind_name(enum evidence_kind kind)
{
    static const char *const names[EVIDENCE_KINDS] = {"dump", "sample", "close"};
    return (unsigned)kind < EVIDENCE_KINDS ? names[kind] : "";
}

const char *evidence_outcome_word(enum evidence_outcome outcome)
{
    if (outcome == EVIDENCE_DONE)
        return "success";
    return outcome == EVIDENCE_UNSEEN ? "unknown" : "failure";
}

void evidence_add_sha256(struct buffer *out, const struct evidence_piece *piece)
{
    buffer_add_hex(out, piece->sha256, EVIDENCE_DIGEST);
}

/* --- the journal --- */

static void add_hash(struct json_writer *json, const struct evidence_piece *piece)
{
    struct buffer digits;
    buffer_init(&digits, (size_t)2 * EVIDENCE_DIGEST);
    evidence_add_sha256(&digits, piece);
    json_unsigned(json, "size", piece->size);
    json_open_object(json, "hash");
    json_text(json, "sha256", buffer_text(&digits));
    json_close_object(json);
    if (digits.failed != ST_OK)
        json->out->failed = digits.failed;
    buffer_done(&digits);
}

/* "file": the source of a sample, the dump; with its hash once that is known. */
static void add_file(struct json_writer *json, const struct evidence_order *order,
                     const struct evidence_result *result)
{
    bool is_sample = order->kind == EVIDENCE_SAMPLE;
    bool is_made = result && result->path.size;
    if (!is_sample && !is_made)
        return;
    json_open_object(json, "file");
    json_text(json, "path", is_sample ? order->path : buffer_text(&result->path));
    if (is_made && result->outcome != EVIDENCE_FAILED)
        add_hash(json, &result->piece);
    json_close_object(json);
}

static void add_extras(struct json_writer *json, const struct evidence_order *order,
                       const struct evidence_result *result)
{
    json_open_object(json, "stakeout");
    if (order->kind == EVIDENCE_DUMP)
        json_string(json, "dump", order->is_full ? "full" : "small");
    if (order->kind == EVIDENCE_SAMPLE) {
        json_string(json, "role", order->is_module ? "module" : "image");
        if (result && result->path.size) {
            json_text(json, "sample", buffer_text(&result->path));
            json_bool(json, "stored_before", result->piece.was_stored);
        }
    }
    if (order->kind == EVIDENCE_CLOSE) {
        uint8_t state = result ? result->closing.state : order->connection->state;
        if (state != TCP_NONE)
            json_string(json, "state", tcp_state_name(state));
    }
    json_close_object(json);
}

void evidence_add_members(struct buffer *members, const struct evidence_order *order,
                          const struct evidence_result *result)
{
    struct json_writer json;
    if (order->target.key.pid)
        journal_add_process(members, order->target.key, order->target.facts);
    json_begin(&json, members);
    json.comma = members->size != 0;
    add_file(&json, order, result);
    if (order->kind == EVIDENCE_CLOSE)
        ecs_add_network(&json, order->connection, (struct text){NULL, 0});
    add_extras(&json, order, result);
}

static enum status write_entry(const struct act_log *log, const struct evidence_order *order,
                               const struct evidence_result *result, uint64_t *number)
{
    if (!log)
        return ST_OK;
    struct buffer members;
    struct journal_entry entry = {.phase = JOURNAL_BEFORE,
                                  .action = evidence_kind_name(order->kind)};
    buffer_init(&members, MEMBERS_MOST);
    evidence_add_members(&members, order, result);
    if (result) {
        entry.phase = JOURNAL_AFTER;
        entry.of = *number;
        entry.outcome = evidence_outcome_word(result->outcome);
        entry.reason = buffer_text(&result->words);
    }
    entry.members = buffer_text(&members);
    enum status status = members.failed;
    if (status == ST_OK && result)
        status = result->words.failed;
    if (status == ST_OK)
        status = log->write(log->context, &entry, result ? NULL : number);
    buffer_done(&members);
    return status;
}

/* --- files --- */

/* Whether what was said to be written is there. */
static enum evidence_outcome look_for(const struct evidence_means *means,
                                      struct evidence_result *result)
{
    uint64_t size = 0;
    result->status = result->path.failed;
    if (result->status == ST_OK)
        result->status = means->look(means->context, buffer_text(&result->path), &size);
    if (result->status == ST_OK)
        return size == result->piece.size ? EVIDENCE_DONE : EVIDENCE_LIED;
    return result->status == ST_NOT_FOUND ? EVIDENCE_LIED : EVIDENCE_UNSEEN;
}

static void say_file(const struct evidence_order *order, struct evidence_result *result)
{
    struct buffer *words = &result->words;
    if (order->kind == EVIDENCE_DUMP)
        buffer_add_string(words, "dumped to ");
    else
        buffer_add_string(words, result->piece.was_stored ? "stored before, as " : "copied to ");
    buffer_add(words, buffer_text(&result->path));
    buffer_add_string(words, ", ");
    buffer_add_unsigned(words, result->piece.size);
    buffer_add_string(words, " bytes");
    if (result->outcome == EVIDENCE_LIED)
        buffer_add_string(words, result->status == ST_NOT_FOUND
                                     ? ": so the system said, but there is no such file"
                                     : ": so the system said, but the file has another size");
    if (result->outcome == EVIDENCE_UNSEEN) {
        buffer_add_string(words, ": so the system said; it could not be looked at: ");
        buffer_add_string(words, status_phrase(result->status));
    }
    if (result->piece.by_backup)
        buffer_add_string(words, ", read by the backup privilege");
    if (result->piece.times_changed)
        buffer_add_string(words, "; the times of the file are not as they were");
}

static void make_file(const struct evidence_means *means, const struct evidence_order *order,
                      struct progress *progress, struct evidence_result *result)
{
    struct evidence_piece piece = {.size = 0};
    enum status (*make)(void *, const struct evidence_order *, struct progress *,
                        struct evidence_piece *, struct buffer *, struct buffer *) =
        order->kind == EVIDENCE_DUMP ? means->dump : means->sample;
    result->status = make(means->context, order, progress, &piece, &result->path, &result->words);
    if (result->status != ST_OK) {
        result->outcome = EVIDENCE_FAILED;
        return;
    }
    result->piece = piece;
    result->outcome = look_for(means, result);
    say_file(order, result);
}

/* --- connections --- */

/* One that was cancelled may have been closed a moment later. */
static enum evidence_outcome outcome_of(enum closing_outcome outcome)
{
    switch (outcome) {
    case CLOSING_GONE:
    case CLOSING_ALREADY:
    case CLOSING_STATE:
        return EVIDENCE_DONE;
    case CLOSING_STANDS:
        return EVIDENCE_LIED;
    case CLOSING_UNSEEN:
    case CLOSING_CANCELLED:
        return EVIDENCE_UNSEEN;
    default:
        return EVIDENCE_FAILED;
    }
}

static void close_it(const struct evidence_means *means, const struct evidence_order *order,
                     const struct progress *progress, struct evidence_result *result)
{
    struct closing_result *closing = &result->closing;
    means->close(means->context, order->connection, progress, closing);
    result->outcome = outcome_of(closing->outcome);
    result->status = closing->outcome == CLOSING_CANCELLED ? ST_CANCELLED : closing->failure.status;
    closing_add(&result->words, closing);
}

/* --- all --- */

void evidence_do(const struct evidence_means *means, const struct act_log *log,
                 const struct evidence_order *order, struct progress *progress,
                 struct evidence_result *result)
{
    uint64_t number = 0;
    *result = (struct evidence_result){.outcome = EVIDENCE_NOT_WRITTEN};
    buffer_init(&result->path, PATH_MOST);
    buffer_init(&result->words, MEMBERS_MOST);
    result->status = write_entry(log, order, NULL, &number);
    if (result->status != ST_OK) {
        buffer_add_string(&result->words, "not done: the journal could not be written: ");
        buffer_add_string(&result->words, status_phrase(result->status));
        return;
    }
    if (order->kind == EVIDENCE_CLOSE)
        close_it(means, order, progress, result);
    else
        make_file(means, order, progress, result);
    if (write_entry(log, order, result, &number) == ST_OK)
        return;
    result->end_unwritten = true;
    buffer_add_string(&result->words, "; that could not be written to the journal");
}

void evidence_result_done(struct evidence_result *result)
{
    buffer_done(&result->words);
    buffer_done(&result->path);
}

enum status evidence_sample_modules(const struct evidence_means *means, const struct act_log *log,
                                    const struct evidence_order *order, const struct text *modules,
                                    size_t count, struct progress *progress,
                                    struct evidence_tally *tally, struct buffer *problems)
{
    struct evidence_order one = *order;
    enum status status = ST_OK;
    *tally = (struct evidence_tally){0};
    one.kind = EVIDENCE_SAMPLE;
    one.is_module = true;
    for (size_t i = 0; i < count && status == ST_OK; i++) {
        struct evidence_result result;
        one.path = modules[i];
        if (means->is_system_file(means->context, one.path)) {
            tally->system++;
            continue;
        }
        evidence_do(means, log, &one, progress, &result);
        if (result.outcome != EVIDENCE_DONE) {
            buffer_add(problems, buffer_text(&result.words));
            buffer_add_byte(problems, '\n');
            tally->failed++;
        } else if (result.piece.was_stored) {
            tally->known++;
        } else {
            tally->copied++;
        }
        if (result.status == ST_CANCELLED || result.outcome == EVIDENCE_NOT_WRITTEN)
            status = result.status;
        evidence_result_done(&result);
    }
    return status;
}
