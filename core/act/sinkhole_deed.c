#include "core/act/sinkhole_deed.h"

#include "core/case/json_write.h"

#define WORDS_MOST ((size_t)256 << 10)
#define MEMBERS_MOST ((size_t)1 << 20)
#define PATH_MOST ((size_t)128 << 10)

/* --- the journal --- */

static void add_members(struct buffer *members, const struct sinkhole_means *means,
                        const struct sinkhole_order *order, const struct sinkhole_result *result)
{
    struct json_writer json;
    json_begin(&json, members);
    json_open_object(&json, "file");
    json_text(&json, "path", means->path(means->context));
    json_close_object(&json);
    json_open_object(&json, "stakeout");
    if (result->backup.size)
        json_text(&json, "backup", buffer_text(&result->backup));
    json_open_array(&json, "domains");
    for (size_t i = 0; i < order->count; i++)
        if (order->wishes[i].pinned != order->wishes[i].was_pinned &&
            (!order->wishes[i].pinned || order->wishes[i].why == SINKHOLE_FINE))
            json_text(&json, NULL, order->wishes[i].domain);
    json_close_array(&json);
    json_close_object(&json);
}

static enum status note(const struct sinkhole_means *means, const struct act_log *log,
                        const struct sinkhole_order *order, const struct sinkhole_result *result,
                        bool is_after, uint64_t *number)
{
    struct buffer members;
    if (!log)
        return ST_OK;
    buffer_init(&members, MEMBERS_MOST);
    add_members(&members, means, order, result);
    struct journal_entry entry = {.phase = JOURNAL_BEFORE, .action = order->action};
    entry.members = buffer_text(&members);
    if (is_after) {
        entry.phase = JOURNAL_AFTER;
        entry.of = *number;
        entry.outcome = result->outcome == SINKHOLE_DONE ? "success" : "failure";
        entry.reason = buffer_text(&result->words);
    }
    enum status status = members.failed;
    if (status == ST_OK)
        status = log->write(log->context, &entry, is_after ? NULL : number);
    buffer_done(&members);
    return status;
}

/* --- words --- */

static void say_path(struct sinkhole_result *result, const char *before,
                     const struct sinkhole_means *means, const char *after)
{
    buffer_clear(&result->words);
    buffer_add_string(&result->words, before);
    buffer_add(&result->words, means->path(means->context));
    buffer_add_string(&result->words, after);
}

static void say_failed(struct sinkhole_result *result, const char *what,
                       const struct sinkhole_means *means)
{
    say_path(result, what, means, ": ");
    deed_add_failure(&result->words, &result->failure);
}

static void say_saving_failed(struct sinkhole_result *result, const char *what)
{
    buffer_clear(&result->words);
    buffer_add_string(&result->words, what);
    deed_add_failure(&result->words, &result->failure);
}

/* --- steps --- */

static void enter(const struct sinkhole_order *order, enum sinkhole_stage stage)
{
    if (order->stage)
        atomic_store(order->stage, (int)stage);
}

static enum status convert(struct text *file, struct buffer *converted)
{
    enum status status = sinkhole_convert(*file, converted);
    if (status == ST_INVALID) /* it is not UTF-16 */
        return ST_OK;
    *file = buffer_text(converted);
    return status;
}

/* The new content; false: there is nothing to write, and the result says why. */
static bool make_content(const struct sinkhole_means *means, const struct sinkhole_order *order,
                         struct arena *arena, struct buffer *converted, struct buffer *content,
                         struct sinkhole_result *result)
{
    struct text file = means->content(means->context);
    enum status status = order->convert ? convert(&file, converted) : ST_OK;
    struct sinkhole_numbers numbers;
    if (status == ST_OK && order->kind == SINKHOLE_SET)
        status = sinkhole_change(file, arena, order->wishes, order->count, content, &result->why);
    if (status == ST_OK && order->kind == SINKHOLE_RESTORE)
        status = sinkhole_look(file, arena, order->wishes, order->count, &numbers, &result->why);
    if (status == ST_OK && order->kind == SINKHOLE_RESTORE)
        status = sinkhole_clear(file, content, &result->why);
    if (status != ST_OK) {
        result->outcome = SINKHOLE_REFUSED;
        result->failure = (struct failure){.status = status};
        say_path(result, "", means, ": ");
        buffer_add_string(&result->words, status == ST_INVALID ? sinkhole_phrase(result->why)
                                                               : status_phrase(status));
        return false;
    }
    for (size_t i = 0; i < order->count; i++) {
        const struct sinkhole_wish *wish = &order->wishes[i];
        if (order->whole && wish->pinned && wish->why != SINKHOLE_FINE) {
            result->outcome = SINKHOLE_REFUSED;
            buffer_add(&result->words, wish->domain);
            buffer_add_string(&result->words, ": ");
            buffer_add_string(&result->words, sinkhole_phrase(wish->why));
            return false;
        }
        result->changed +=
            wish->pinned != wish->was_pinned && (!wish->pinned || wish->why == SINKHOLE_FINE);
    }
    if (!text_equal(buffer_text(content), means->content(means->context)))
        return true;
    result->outcome = SINKHOLE_NOTHING;
    return false;
}

static void ask_system(const struct sinkhole_means *means, const struct sinkhole_order *order,
                       struct sinkhole_result *result)
{
    result->flushed = ST_UNSUPPORTED;
    if (!means->flush)
        return;
    result->flushed = means->flush(means->context);
    for (size_t i = 0; i < order->count; i++) {
        struct sinkhole_wish *wish = &order->wishes[i];
        bool v4 = false;
        bool v6 = true;
        if (!wish->pinned || wish->why != SINKHOLE_FINE || order->kind != SINKHOLE_SET)
            continue;
        wish->answer = SINKHOLE_UNSEEN;
        if (means->resolve(means->context, wish->domain, &wish->entry.v4, &v4) != ST_OK)
            continue;
        if (!address_is_unspecified(&wish->entry.v6) &&
            means->resolve(means->context, wish->domain, &wish->entry.v6, &v6) != ST_OK)
            v6 = true; /* a machine without IPv6 has no answer of that kind */
        wish->answer = v4 && v6 ? SINKHOLE_SAME : SINKHOLE_OTHER;
    }
}

/* Looks at once, and then for some seconds. */
static bool stays(const struct sinkhole_means *means, const struct sinkhole_order *order,
                  uint32_t *waited)
{
    enter(order, SINKHOLE_WATCHING);
    for (*waited = 0;; *waited += SINKHOLE_LOOK_MS) {
        if (means->verify(means->context) != ST_OK)
            return false;
        if (*waited >= order->settle_ms || !means->wait(means->context, SINKHOLE_LOOK_MS))
            return true;
    }
}

static void write_content(const struct sinkhole_means *means, const struct sinkhole_order *order,
                          struct text content, struct sinkhole_result *result)
{
    result->failure.status = means->backup(means->context, means->content(means->context),
                                           &result->backup, &result->failure);
    if (result->failure.status != ST_OK) {
        result->outcome = SINKHOLE_NOT_SAVED;
        say_saving_failed(result, "nothing was changed: the file can't be saved into the case: ");
        return;
    }
    result->failure.status = means->write(means->context, content, &result->failure);
    if (result->failure.status != ST_OK) {
        result->outcome = SINKHOLE_NOT_CHANGED;
        if (result->failure.status == ST_STALE)
            say_path(result, "nothing was changed: somebody else has changed ", means,
                     " in between");
        else
            say_failed(result, "nothing was changed: can't write ", means);
        return;
    }
    if (means->verify(means->context) == ST_OK)
        ask_system(means, order, result);
    if (stays(means, order, &result->put_back_ms)) {
        result->outcome = SINKHOLE_DONE;
        buffer_add_string(&result->words, "written, and still so after some seconds");
        return;
    }
    result->outcome = SINKHOLE_PUT_BACK;
    say_path(result, "somebody else has changed ", means,
             " right afterwards (security software does that): what was pinned may be gone");
}

static void work(const struct sinkhole_means *means, const struct act_log *log,
                 const struct sinkhole_order *order, struct arena *arena,
                 struct sinkhole_result *result)
{
    struct buffer converted;
    struct buffer content;
    uint64_t number = 0;
    buffer_init(&converted, SINKHOLE_FILE_MOST);
    buffer_init(&content, SINKHOLE_FILE_MOST);
    if (make_content(means, order, arena, &converted, &content, result)) {
        enter(order, SINKHOLE_WRITING);
        result->failure.status = note(means, log, order, result, false, &number);
        if (result->failure.status != ST_OK) {
            result->outcome = SINKHOLE_NOT_NOTED;
            say_saving_failed(result, "nothing was changed, for want of a journal: ");
        } else {
            write_content(means, order, buffer_text(&content), result);
            if (note(means, log, order, result, true, &number) != ST_OK)
                buffer_add_string(&result->words, "; that could not be written to the journal");
        }
    }
    buffer_done(&content);
    buffer_done(&converted);
}

void sinkhole_do(const struct sinkhole_means *means, const struct act_log *log,
                 const struct sinkhole_order *order, struct arena *arena,
                 struct sinkhole_result *result)
{
    *result = (struct sinkhole_result){.outcome = SINKHOLE_NOT_READ, .flushed = ST_UNSUPPORTED};
    buffer_init(&result->backup, PATH_MOST);
    buffer_init(&result->words, WORDS_MOST);
    for (size_t i = 0; i < order->count; i++)
        order->wishes[i].answer = SINKHOLE_UNASKED;
    enter(order, SINKHOLE_READING);
    result->failure.status = means->open(means->context, &result->failure);
    if (result->failure.status == ST_BUSY) {
        say_path(result, "another Stakeout changes ", means, " right now; nothing was changed");
        return;
    }
    if (result->failure.status != ST_OK) {
        say_failed(result, "can't read ", means);
        return;
    }
    work(means, log, order, arena, result);
    means->close(means->context);
}

void sinkhole_result_done(struct sinkhole_result *result)
{
    buffer_done(&result->words);
    buffer_done(&result->backup);
}
