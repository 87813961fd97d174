#include "core/act/removal_run.h"

#include "core/case/json_write.h"

#define MEMBERS_MOST ((size_t)1 << 20)
#define PATH_MOST ((size_t)128 << 10)
#define NAMES_MOST 100 /* numbers that are tried for a taken name */

/* One removal on its way. */
struct run {
    const struct removal_tools *tools;
    const struct removal_order *order;
    const struct removal_listener *listener;
    struct removal_result *result;
    struct buffer words; /* of the step */
    struct text path;    /* the name that the file has now */
    uint64_t number;     /* the journal's, of the step */
    bool made_writable;
};

const char *removal_step_name(enum removal_step step)
{
    static const char *const names[REMOVAL_STEPS] = {
        [REMOVAL_STEP_SAMPLE] = "sample",      [REMOVAL_STEP_KILL] = "kill",
        [REMOVAL_STEP_CLOSE] = "close-handle", [REMOVAL_STEP_READ_ONLY] = "make-writable",
        [REMOVAL_STEP_STORE] = "quarantine",   [REMOVAL_STEP_DELETE] = "delete-file",
        [REMOVAL_STEP_RENAME] = "rename-file", [REMOVAL_STEP_SCHEDULE] = "delete-at-restart",
        [REMOVAL_STEP_BACK] = "undo",
    };
    return (unsigned)step < REMOVAL_STEPS ? names[step] : "";
}

/* --- the journal --- */

static void add_file(struct json_writer *json, const struct removal_sight *sight)
{
    json_open_object(json, "file");
    json_text(json, "path", sight->path);
    json_text(json, "name", text_file_name(sight->path));
    json_unsigned(json, "size", sight->times.size);
    json_moment(json, "created", sight->times.created, true);
    json_moment(json, "mtime", sight->times.modified, true);
    json_moment(json, "ctime", sight->times.changed, true);
    json_close_object(json);
}

void removal_add_file(struct buffer *members, const struct removal_sight *sight)
{
    struct json_writer json;
    json_begin(&json, members);
    add_file(&json, sight);
}

static void add_text(struct json_writer *json, const char *name, const struct buffer *value)
{
    if (value->size)
        json_text(json, name, buffer_text(value));
}

static void add_members(struct buffer *members, const struct run *run)
{
    struct json_writer json;
    json_begin(&json, members);
    add_file(&json, run->order->sight);
    json_open_object(&json, "stakeout");
    json_open_object(&json, "removal");
    json_string(&json, "way", removal_way_name(run->order->way));
    if (!text_equal(run->path, run->order->sight->path))
        json_text(&json, "name_now", run->path);
    add_text(&json, "to", &run->result->path);
    add_text(&json, "recorded", &run->result->recorded);
    json_close_object(&json);
    json_close_object(&json);
}

static enum status write_entry(struct run *run, struct journal_entry *entry, uint64_t *number)
{
    const struct act_log *log = run->tools->log;
    if (!log)
        return ST_OK;
    struct buffer members;
    buffer_init(&members, MEMBERS_MOST);
    add_members(&members, run);
    entry->members = buffer_text(&members);
    enum status status = members.failed;
    if (status == ST_OK)
        status = log->write(log->context, entry, number);
    buffer_done(&members);
    return status;
}

/* False: the step may not be done, and nothing after it. */
static bool begin(struct run *run, enum removal_step step)
{
    struct journal_entry entry = {.phase = JOURNAL_BEFORE, .action = removal_step_name(step)};
    struct removal_result *result = run->result;
    enum status status = write_entry(run, &entry, &run->number);
    buffer_clear(&run->words);
    if (status == ST_OK)
        return true;
    result->outcome = REMOVAL_NOT_WRITTEN;
    result->failure = (struct failure){.status = status};
    return false;
}

/* failure: may be NULL. */
static void tell(struct run *run, enum removal_step step, const struct removal_user *user,
                 bool done, const struct failure *failure)
{
    const struct removal_told told = {.step = step,
                                      .user = user,
                                      .done = done,
                                      .words = buffer_text(&run->words),
                                      .failure =
                                          failure ? *failure : (struct failure){.status = ST_OK}};
    if (run->listener)
        run->listener->tell(run->listener->context, &told);
}

/* What is in run->words is told and written down. */
static void end(struct run *run, enum removal_step step, const char *outcome,
                const struct failure *failure)
{
    struct journal_entry entry = {
        .phase = JOURNAL_AFTER,
        .action = removal_step_name(step),
        .of = run->number,
        .outcome = outcome,
        .reason = buffer_text(&run->words),
    };
    if (write_entry(run, &entry, NULL) != ST_OK)
        run->result->end_unwritten = true;
    tell(run, step, NULL, outcome[0] == 's', failure);
}

static void end_plain(struct run *run, enum removal_step step, const char *phrase,
                      const struct failure *failure)
{
    bool failed = failure->status != ST_OK;
    buffer_add_string(&run->words, failed ? "not done: " : phrase);
    if (failed)
        deed_add_failure(&run->words, failure);
    end(run, step, failed ? "failure" : "success", failure);
}

/* --- before the way itself --- */

static bool take_sample(struct run *run)
{
    const struct removal_tools *tools = run->tools;
    struct removal_result *result = run->result;
    const struct evidence_order order = {.kind = EVIDENCE_SAMPLE, .path = run->path};
    struct evidence_result taken;
    evidence_do(tools->evidence, tools->log, &order, tools->progress, &taken);
    bool done = taken.outcome == EVIDENCE_DONE;
    buffer_clear(&run->words);
    buffer_add(&run->words, buffer_text(&taken.words));
    const struct failure failure = {.status = taken.status};
    tell(run, REMOVAL_STEP_SAMPLE, NULL, done, &failure);
    if (!done) {
        result->outcome = taken.outcome == EVIDENCE_NOT_WRITTEN ? REMOVAL_NOT_WRITTEN
                          : taken.status == ST_CANCELLED        ? REMOVAL_CANCELLED
                                                                : REMOVAL_NO_SAMPLE;
        result->failure = (struct failure){.status = taken.status};
    }
    evidence_result_done(&taken);
    return done;
}

/* False: the journal could not be written. */
static bool kill_one(struct run *run, const struct removal_user *user)
{
    const struct process_facts facts = {
        .key = user->row.process,
        .name = user->row.process_name,
        .image = {.state = READ_NOT_YET},
        .command = {.state = READ_NOT_YET},
        .user = {.state = READ_NOT_YET},
    };
    const struct deed_target target = {.key = user->row.process, .facts = &facts};
    struct deed_result killed;
    buffer_clear(&run->words);
    if (user->verdict.rail == RAIL_FORBIDDEN || user->verdict.rail == RAIL_TYPE_NAME) {
        buffer_add_string(&run->words, "left alone: ");
        buffer_add_string(&run->words, guard_phrase(user->verdict.guard));
        tell(run, REMOVAL_STEP_KILL, user, false, NULL);
        return true;
    }
    deed_do(run->tools->hand, run->tools->log, ACT_KILL, &target, &killed);
    deed_add_outcome(&run->words, ACT_KILL, &killed);
    tell(run, REMOVAL_STEP_KILL, user, deed_succeeded(ACT_KILL, killed.outcome), &killed.failure);
    if (killed.outcome != DEED_NOT_WRITTEN)
        return true;
    run->result->outcome = REMOVAL_NOT_WRITTEN;
    run->result->failure = killed.failure;
    return false;
}

/* Whether that process is one of those that were to be ended. */
static bool is_to_end(const struct removal_order *order, struct process_key key)
{
    for (size_t i = 0; order->kill && i < order->lists->user_count; i++)
        if (order->lists->users[i].row.kind != HANDLE_OPEN &&
            process_key_equal(order->lists->users[i].row.process, key))
            return true;
    return false;
}

static bool close_one(struct run *run, const struct removal_user *user)
{
    const struct removal_means *means = run->tools->means;
    buffer_clear(&run->words);
    enum status status =
        means->close_handle(means->context, run->tools->log, &user->row, &run->words);
    tell(run, REMOVAL_STEP_CLOSE, user, status == ST_OK, NULL);
    if (status != ST_IO)
        return true;
    run->result->outcome = REMOVAL_NOT_WRITTEN;
    run->result->failure = (struct failure){.status = status};
    return false;
}

/* What can't be ended or closed is told and does not stop the rest: whether the file can be taken
 * away all the same, its own step shows. */
static bool free_it(struct run *run)
{
    const struct removal_order *order = run->order;
    const struct removal_lists *lists = order->lists;
    size_t count = lists ? lists->user_count : 0;
    for (size_t i = 0; order->kill && i < count; i++)
        if (lists->users[i].row.kind != HANDLE_OPEN && !kill_one(run, &lists->users[i]))
            return false;
    for (size_t i = 0; order->close && i < count; i++)
        if (lists->users[i].row.kind == HANDLE_OPEN &&
            !is_to_end(order, lists->users[i].row.process) && !close_one(run, &lists->users[i]))
            return false;
    return true;
}

/* --- looking --- */

/* NULL: there was no memory, and that is the outcome. */
static struct removal_sight *look_at(struct run *run, struct text path)
{
    const struct removal_means *means = run->tools->means;
    struct removal_sight *sight = NULL;
    if (means->look(means->context, path, &sight) == ST_OK)
        return sight;
    run->result->outcome = REMOVAL_UNSEEN;
    run->result->failure = (struct failure){.status = ST_NO_MEMORY};
    return NULL;
}

/* What became of a file that was deleted. */
static enum removal_outcome outcome_of(const struct removal_sight *before,
                                       const struct removal_sight *after)
{
    switch (after->thing) {
    case REMOVAL_NOTHING:
        return REMOVAL_DELETED;
    case REMOVAL_DYING:
        return REMOVAL_GOES_LATER;
    case REMOVAL_NO_NAME:
        return REMOVAL_UNSEEN;
    default:
        return removal_same_file(&before->key, &after->key) ? REMOVAL_STANDS : REMOVAL_THERE_AGAIN;
    }
}

/* It is still the file that was seen. */
static bool is_still_it(struct run *run)
{
    struct removal_result *result = run->result;
    struct removal_sight *now = look_at(run, run->path);
    if (!now)
        return false;
    bool same = false;
    if (now->thing == REMOVAL_NOTHING || now->thing == REMOVAL_DYING) {
        result->outcome = REMOVAL_GONE_BEFORE;
    } else if (now->thing == REMOVAL_NO_NAME) {
        result->outcome = REMOVAL_REFUSED;
        result->failure = now->why;
    } else {
        same = now->thing == REMOVAL_FILE && removal_same_file(&run->order->sight->key, &now->key);
        if (!same)
            result->outcome = REMOVAL_OTHER_FILE;
    }
    removal_sight_free(now);
    return same;
}

/* What a failed call through a handle came to. */
static void refuse(struct run *run, const struct failure *failure)
{
    run->result->failure = *failure;
    run->result->outcome = failure->status == ST_STALE       ? REMOVAL_OTHER_FILE
                           : failure->status == ST_NOT_FOUND ? REMOVAL_GONE_BEFORE
                                                             : REMOVAL_REFUSED;
}

/* --- deleting --- */

/* A file with that attribute can't be deleted, neither now nor at the next start. */
static bool make_writable(struct run *run)
{
    const struct removal_means *means = run->tools->means;
    const struct removal_sight *sight = run->order->sight;
    struct failure failure = {.status = ST_OK};
    if (!(sight->attributes & REMOVAL_READ_ONLY))
        return true;
    if (!begin(run, REMOVAL_STEP_READ_ONLY))
        return false;
    run->made_writable =
        means->set_read_only(means->context, run->path, &sight->key, false, &failure) == ST_OK;
    end_plain(run, REMOVAL_STEP_READ_ONLY, "no longer read-only", &failure);
    if (!run->made_writable)
        refuse(run, &failure);
    return run->made_writable;
}

/* After a way that failed: what was changed on the way there. That the journal can't be told of it
 * does not keep it from being put right. */
static void put_back_read_only(struct run *run)
{
    const struct removal_means *means = run->tools->means;
    const struct removal_result before = *run->result;
    struct failure failure = {.status = ST_OK};
    if (!run->made_writable)
        return;
    if (begin(run, REMOVAL_STEP_BACK)) {
        means->set_read_only(means->context, run->path, &run->order->sight->key, true, &failure);
        end_plain(run, REMOVAL_STEP_BACK, "read-only again", &failure);
    }
    run->result->outcome = before.outcome;
    run->result->failure = before.failure;
}

static void erase(struct run *run)
{
    const struct removal_means *means = run->tools->means;
    const struct removal_sight *sight = run->order->sight;
    struct removal_result *result = run->result;
    struct failure failure = {.status = ST_OK};
    if (!make_writable(run))
        return;
    if (begin(run, REMOVAL_STEP_DELETE)) {
        if (means->erase(means->context, run->path, &sight->key, &failure) != ST_OK) {
            refuse(run, &failure);
        } else {
            struct removal_sight *after = look_at(run, run->path);
            if (after)
                result->outcome = outcome_of(sight, after);
            removal_sight_free(after);
        }
        buffer_add_string(&run->words, removal_outcome_phrase(result->outcome));
        if (failure.status != ST_OK) {
            buffer_add_string(&run->words, ": ");
            deed_add_failure(&run->words, &failure);
        }
        end(run, REMOVAL_STEP_DELETE, removal_outcome_word(result->outcome), &failure);
    }
    if (result->outcome == REMOVAL_REFUSED || result->outcome == REMOVAL_STANDS)
        put_back_read_only(run);
}

/* --- quarantine --- */

static bool is_stored(struct run *run)
{
    struct removal_sight *copy = look_at(run, buffer_text(&run->result->path));
    bool is = copy && copy->thing == REMOVAL_FILE && copy->times.size == run->result->copy.size;
    removal_sight_free(copy);
    return is;
}

static bool store(struct run *run)
{
    const struct removal_means *means = run->tools->means;
    struct removal_result *result = run->result;
    if (!begin(run, REMOVAL_STEP_STORE))
        return false;
    enum status status = means->store(means->context, run->order->sight, run->tools->progress,
                                      &result->copy, &result->path, &run->words);
    bool stored = status == ST_OK && is_stored(run);
    if (stored) {
        buffer_add_string(&run->words, "copied to ");
        buffer_add(&run->words, buffer_text(&result->path));
        if (result->copy.may_run)
            buffer_add_string(&run->words, "; its access list could not be changed");
    } else if (status == ST_OK) {
        buffer_add_string(&run->words, "the system said that it is copied, but the copy is not "
                                       "there or has another size");
        status = ST_IO;
    }
    const struct failure failure = {.status = status};
    end(run, REMOVAL_STEP_STORE, stored ? "success" : "failure", &failure);
    if (!stored) {
        result->outcome = status == ST_CANCELLED ? REMOVAL_CANCELLED : REMOVAL_NO_SAMPLE;
        result->failure = (struct failure){.status = status};
    }
    return stored;
}

static void quarantine(struct run *run)
{
    if (!store(run) || !is_still_it(run))
        return;
    erase(run);
    if (run->result->outcome == REMOVAL_DELETED)
        run->result->outcome = REMOVAL_QUARANTINED;
}

/* --- at the next start --- */

/* NAME.removed, NAME.removed-2, …: no extension that runs. False: all are taken. */
static bool choose_name(struct run *run, struct buffer *name)
{
    for (unsigned number = 1; number <= NAMES_MOST; number++) {
        buffer_clear(name);
        buffer_add(name, run->order->sight->path);
        buffer_add_string(name, ".removed");
        if (number > 1) {
            buffer_add_byte(name, '-');
            buffer_add_unsigned(name, number);
        }
        struct removal_sight *there =
            name->failed == ST_OK ? look_at(run, buffer_text(name)) : NULL;
        bool is_free = there && there->thing == REMOVAL_NOTHING;
        bool failed = !there;
        removal_sight_free(there);
        if (is_free || failed)
            return is_free;
    }
    return false;
}

/* Renamed it can't be started by who knows its name. That it can't be is no hindrance: the system
 * deletes it under its own name then. False: nothing more may be done. */
static bool rename_it(struct run *run)
{
    const struct removal_means *means = run->tools->means;
    struct removal_result *result = run->result;
    struct failure failure = {.status = ST_OK};
    if (!choose_name(run, &result->path)) {
        buffer_clear(&result->path);
        return true;
    }
    if (!begin(run, REMOVAL_STEP_RENAME)) {
        buffer_clear(&result->path);
        return false;
    }
    struct text to = buffer_text(&result->path);
    result->renamed =
        means->rename(means->context, run->path, &run->order->sight->key, to, &failure) == ST_OK;
    if (result->renamed)
        run->path = to;
    else
        buffer_clear(&result->path);
    end_plain(run, REMOVAL_STEP_RENAME, "renamed", &failure);
    if (failure.status == ST_STALE || failure.status == ST_NOT_FOUND) {
        refuse(run, &failure);
        return false;
    }
    return true;
}

static void rename_back(struct run *run)
{
    const struct removal_means *means = run->tools->means;
    const struct removal_sight *sight = run->order->sight;
    struct removal_result *result = run->result;
    const struct removal_result before = *result;
    struct failure failure = {.status = ST_OK};
    if (begin(run, REMOVAL_STEP_BACK)) {
        if (means->rename(means->context, run->path, &sight->key, sight->path, &failure) == ST_OK) {
            run->path = sight->path;
            result->renamed = false;
        }
        end_plain(run, REMOVAL_STEP_BACK, "renamed back", &failure);
        if (!result->renamed)
            buffer_clear(&result->path);
    }
    result->outcome = before.outcome;
    result->failure = before.failure;
}

static void schedule(struct run *run)
{
    const struct removal_means *means = run->tools->means;
    struct removal_result *result = run->result;
    struct failure failure = {.status = ST_OK};
    struct failure unread = {.status = ST_OK};
    if (!begin(run, REMOVAL_STEP_SCHEDULE))
        return;
    enum status status = means->schedule(means->context, run->path, &failure);
    means->scheduled(means->context, run->path, &result->recorded, &unread);
    if (result->recorded.size)
        result->outcome = REMOVAL_SCHEDULED;
    else if (status != ST_OK)
        refuse(run, &failure);
    else
        result->outcome = unread.status == ST_OK ? REMOVAL_STANDS : REMOVAL_UNSEEN;
    buffer_add_string(&run->words, removal_outcome_phrase(result->outcome));
    if (result->outcome == REMOVAL_REFUSED) {
        buffer_add_string(&run->words, ": ");
        deed_add_failure(&run->words, &failure);
    }
    end(run, REMOVAL_STEP_SCHEDULE, removal_outcome_word(result->outcome), &failure);
}

static void at_restart(struct run *run)
{
    struct removal_result *result = run->result;
    if (!make_writable(run) || !rename_it(run))
        return;
    schedule(run);
    if (removal_worked(result->outcome) || result->outcome == REMOVAL_NOT_WRITTEN ||
        result->outcome == REMOVAL_UNSEEN)
        return;
    if (result->renamed)
        rename_back(run);
    put_back_read_only(run);
}

/* --- all --- */

static void go(struct run *run)
{
    if (run->order->sample && !take_sample(run))
        return;
    if (!free_it(run) || !is_still_it(run))
        return;
    if (run->order->way == REMOVAL_NOW)
        erase(run);
    else if (run->order->way == REMOVAL_QUARANTINE)
        quarantine(run);
    else
        at_restart(run);
}

static void say(struct removal_result *result)
{
    struct buffer *words = &result->words;
    buffer_add_string(words, removal_outcome_phrase(result->outcome));
    if (result->outcome == REMOVAL_BARRED) {
        buffer_add_string(words, ": ");
        buffer_add_string(words, removal_bar_phrase(result->bar));
    } else if (result->outcome != REMOVAL_OTHER_FILE && result->outcome != REMOVAL_GONE_BEFORE &&
               result->outcome != REMOVAL_CANCELLED && result->failure.status != ST_OK) {
        buffer_add_string(words, ": ");
        deed_add_failure(words, &result->failure);
    }
    if (result->renamed) {
        buffer_add_string(words, result->outcome == REMOVAL_SCHEDULED ? "; until then it is called "
                                                                      : "; it is called ");
        buffer_add(words, buffer_text(&result->path));
    } else if (result->path.size && result->outcome != REMOVAL_SCHEDULED) {
        buffer_add_string(words, "; its copy is ");
        buffer_add(words, buffer_text(&result->path));
    }
    if (result->end_unwritten)
        buffer_add_string(words, "; that could not be written to the journal");
}

void removal_run(const struct removal_tools *tools, const struct removal_order *order,
                 bool elevated, const struct removal_listener *listener,
                 struct removal_result *result)
{
    struct run run = {.tools = tools,
                      .order = order,
                      .listener = listener,
                      .result = result,
                      .path = order->sight->path};
    *result = (struct removal_result){.outcome = REMOVAL_BARRED};
    buffer_init(&result->path, PATH_MOST);
    buffer_init(&result->recorded, PATH_MOST);
    buffer_init(&result->words, MEMBERS_MOST);
    buffer_init(&run.words, MEMBERS_MOST);
    result->bar = removal_bar_of(order->sight);
    if (result->bar == REMOVAL_FREE)
        result->bar = removal_order_bar(order, elevated);
    if (result->bar == REMOVAL_FREE)
        go(&run);
    say(result);
    buffer_done(&run.words);
}

void removal_result_done(struct removal_result *result)
{
    buffer_done(&result->path);
    buffer_done(&result->recorded);
    buffer_done(&result->words);
}

bool removal_worked(enum removal_outcome outcome)
{
    return outcome == REMOVAL_DELETED || outcome == REMOVAL_QUARANTINED ||
           outcome == REMOVAL_SCHEDULED || outcome == REMOVAL_GOES_LATER ||
           outcome == REMOVAL_GONE_BEFORE;
}

const char *removal_outcome_word(enum removal_outcome outcome)
{
    if (removal_worked(outcome))
        return "success";
    return outcome == REMOVAL_UNSEEN ? "unknown" : "failure";
}

const char *removal_outcome_phrase(enum removal_outcome outcome)
{
    static const char *const phrases[REMOVAL_OUTCOMES] = {
        [REMOVAL_DELETED] = "deleted",
        [REMOVAL_QUARANTINED] = "in quarantine",
        [REMOVAL_SCHEDULED] = "Windows will delete it when it starts the next time",
        [REMOVAL_GOES_LATER] = "deleted; its name goes when the last one who holds it lets go",
        [REMOVAL_GONE_BEFORE] = "it was gone before",
        [REMOVAL_THERE_AGAIN] = "deleted, but there it is again: somebody puts it back",
        [REMOVAL_STANDS] = "the system said yes, and nothing is to be seen of it",
        [REMOVAL_UNSEEN] = "the system said yes; whether it is so can't be seen",
        /* In parentheses: one literal, not two with a comma forgotten. */
        [REMOVAL_OTHER_FILE] = ("it is another file by now, or it was written to; nothing was done "
                                "to it"),
        [REMOVAL_BARRED] = "not removed",
        [REMOVAL_NO_SAMPLE] = "not removed, for want of a copy",
        [REMOVAL_REFUSED] = "not removed",
        [REMOVAL_CANCELLED] = "cancelled; not removed",
        [REMOVAL_NOT_WRITTEN] = "not done: the journal could not be written",
    };
    return (unsigned)outcome < REMOVAL_OUTCOMES ? phrases[outcome] : "";
}
