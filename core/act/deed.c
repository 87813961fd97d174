#include "core/act/deed.h"

#include "core/case/json_write.h"

#define MEMBERS_MOST ((size_t)1 << 20)

/* --- the journal --- */

static enum status write_entry(const struct act_log *log, struct journal_entry *entry,
                               const struct deed_target *target, struct buffer *members,
                               uint64_t *number)
{
    if (!log)
        return ST_OK;
    struct buffer process;
    buffer_init(&process, MEMBERS_MOST);
    journal_add_process(&process, target->key, target->facts);
    if (members->size) {
        buffer_add_byte(&process, ',');
        buffer_add(&process, buffer_text(members));
    }
    entry->members = buffer_text(&process);
    enum status status = process.failed != ST_OK ? process.failed : members->failed;
    if (status == ST_OK)
        status = log->write(log->context, entry, number);
    buffer_done(&process);
    return status;
}

static enum status write_before(const struct act_log *log, enum act_kind kind,
                                const struct deed_target *target, uint64_t *number)
{
    struct buffer none;
    buffer_init(&none, MEMBERS_MOST);
    struct journal_entry entry = {.phase = JOURNAL_BEFORE, .action = act_name(kind)};
    enum status status = write_entry(log, &entry, target, &none, number);
    buffer_done(&none);
    return status;
}

static void add_seen(struct buffer *members, const struct deed_target *target,
                     const struct deed_result *result)
{
    struct json_writer json;
    json_begin(&json, members);
    json_open_object(&json, "stakeout");
    if (result->seen.ended)
        json_unsigned(&json, "exit_code", result->seen.exit_code);
    else if (result->seen.counts == READ_OK && !result->seen.uncounted)
        json_unsigned(&json, "suspend_count", result->seen.least_count);
    if (result->reborn.pid) {
        json_open_object(&json, "restarted");
        json_unsigned(&json, "pid", result->reborn.pid);
        json_moment(&json, "start", result->reborn.start, true);
        json_close_object(&json);
    }
    json_milliseconds(&json, "took_ms", result->took);
    if (target->cause)
        json_unsigned(&json, "hit", target->cause->hit);
    if (result->latency >= 0)
        json_milliseconds(&json, "latency_ms", result->latency);
    json_close_object(&json);
}

/* The deed is done: that its end could not be written changes nothing of it, and the next write
 * tells of the trouble. */
static void write_after(const struct act_log *log, enum act_kind kind,
                        const struct deed_target *target, const struct deed_result *result,
                        uint64_t number)
{
    struct buffer members;
    struct buffer reason;
    buffer_init(&members, MEMBERS_MOST);
    buffer_init(&reason, MEMBERS_MOST);
    add_seen(&members, target, result);
    deed_add_outcome(&reason, kind, result);
    struct journal_entry entry = {
        .phase = JOURNAL_AFTER,
        .action = act_name(kind),
        .of = number,
        .outcome = deed_ecs_outcome(kind, result->outcome),
        .reason = buffer_text(&reason),
    };
    write_entry(log, &entry, target, &members, NULL);
    buffer_done(&reason);
    buffer_done(&members);
}

/* --- acting --- */

static unsigned rights_of(enum act_kind kind)
{
    return kind == ACT_SUSPEND || kind == ACT_RESUME ? GRIP_SUSPEND : GRIP_TERMINATE;
}

static enum deed_outcome refused(struct deed_result *result, enum status status)
{
    result->failure.status = status;
    return status == ST_GONE ? DEED_ALREADY_GONE : DEED_REFUSED;
}

static enum deed_outcome suspend(struct hand *hand, struct grip *grip,
                                 const struct deed_target *target, struct deed_result *result)
{
    enum status status = hand->class->suspend(hand, grip, &result->failure);
    if (status == ST_OK && target->cause && target->cause->since)
        result->latency = hand->class->ticks(hand) - target->cause->since;
    hand->class->look(hand, grip, &result->seen);
    if (result->seen.ended) {
        result->latency = -1; /* it ended by itself in between */
        return DEED_ALREADY_GONE;
    }
    if (status != ST_OK)
        return refused(result, status);
    if (result->seen.counts != READ_OK)
        return DEED_UNSEEN;
    if (result->seen.suspended == result->seen.threads)
        return DEED_DONE;
    return result->seen.suspended ? DEED_PARTLY : DEED_RUNS_STILL;
}

static enum deed_outcome resume(struct hand *hand, struct grip *grip, struct deed_result *result)
{
    enum status status = hand->class->resume(hand, grip, &result->failure);
    hand->class->look(hand, grip, &result->seen);
    if (result->seen.ended)
        return DEED_ALREADY_GONE;
    if (status != ST_OK)
        return refused(result, status);
    if (result->seen.counts != READ_OK)
        return DEED_UNSEEN;
    if (!result->seen.suspended)
        return DEED_DONE;
    return result->seen.suspended == result->seen.threads ? DEED_STILL_COUNTED : DEED_PARTLY;
}

static enum deed_outcome kill_it(struct hand *hand, struct grip *grip, struct deed_result *result)
{
    hand->class->look(hand, grip, &result->seen);
    if (result->seen.ended)
        return DEED_ALREADY_GONE;
    enum status status = hand->class->terminate(hand, grip, DEED_EXIT_CODE, &result->failure);
    /* It may have gone by itself in between: then there was nothing to refuse. */
    bool ended = hand->class->wait(hand, grip, status == ST_OK ? DEED_WAIT_MS : 0);
    hand->class->look(hand, grip, &result->seen);
    if (ended)
        return status == ST_OK ? DEED_DONE : DEED_ALREADY_GONE;
    return status == ST_OK ? DEED_RUNS_STILL : refused(result, status);
}

/* What the new start needs is taken before the old process is harmed. */
static enum deed_outcome restart(struct hand *hand, struct grip *grip,
                                 const struct deed_target *target, struct deed_result *result)
{
    struct reborn *reborn = NULL;
    bool same_user = true;
    enum status status = ST_UNSUPPORTED;
    if (target->facts)
        status = hand->class->remember(hand, grip, target->facts, &reborn, &result->failure);
    if (status != ST_OK)
        return refused(result, status);
    enum deed_outcome outcome = kill_it(hand, grip, result);
    if (outcome == DEED_DONE || outcome == DEED_ALREADY_GONE) {
        status = hand->class->start(hand, reborn, &result->reborn, &same_user, &result->failure);
        outcome = status == ST_OK ? DEED_DONE : DEED_NOT_RESTARTED;
        result->failure.status = status;
        result->other_user = !same_user;
    }
    hand->class->forget(hand, reborn);
    return outcome;
}

static enum deed_outcome act(struct hand *hand, struct grip *grip, enum act_kind kind,
                             const struct deed_target *target, struct deed_result *result)
{
    switch (kind) {
    case ACT_SUSPEND:
        return suspend(hand, grip, target, result);
    case ACT_RESUME:
        return resume(hand, grip, result);
    case ACT_KILL:
        return kill_it(hand, grip, result);
    case ACT_RESTART:
        return restart(hand, grip, target, result);
    default:
        return refused(result, ST_INVALID);
    }
}

void deed_do(struct hand *hand, const struct act_log *log, enum act_kind kind,
             const struct deed_target *target, struct deed_result *result)
{
    uint64_t number = 0;
    *result = (struct deed_result){.seen.counts = READ_NOT_YET, .latency = -1};
    enum status status = write_before(log, kind, target, &number);
    if (status != ST_OK) {
        result->outcome = DEED_NOT_WRITTEN;
        result->failure.status = status;
        return;
    }
    struct grip *grip = NULL;
    int64_t begun = hand->class->ticks(hand);
    status = hand->class->hold(hand, target->key, rights_of(kind), &grip, &result->failure);
    result->outcome =
        status == ST_OK ? act(hand, grip, kind, target, result) : refused(result, status);
    result->took = hand->class->ticks(hand) - begun;
    hand_release(hand, grip);
    write_after(log, kind, target, result, number);
}

/* --- words --- */

bool deed_succeeded(enum act_kind kind, enum deed_outcome outcome)
{
    return outcome == DEED_DONE || (outcome == DEED_ALREADY_GONE && kind == ACT_KILL) ||
           (outcome == DEED_STILL_COUNTED && kind == ACT_RESUME);
}

const char *deed_ecs_outcome(enum act_kind kind, enum deed_outcome outcome)
{
    if (deed_succeeded(kind, outcome))
        return "success";
    return outcome == DEED_UNSEEN ? "unknown" : "failure";
}

const char *deed_phrase(enum act_kind kind, enum deed_outcome outcome)
{
    static const char *const done[ACT_COUNT] = {
        [ACT_SUSPEND] = "suspended",
        [ACT_RESUME] = "resumed",
        [ACT_RESTART] = "restarted",
        [ACT_KILL] = "killed",
    };
    static const char *const phrases[DEED_OUTCOMES] = {
        [DEED_ALREADY_GONE] = "it had ended already",
        [DEED_PARTLY] = "partly suspended: some of its threads run",
        [DEED_STILL_COUNTED] = "resumed once; it was suspended more than once, so it stands still",
        [DEED_RUNS_STILL] = "the system said yes, but it still runs",
        [DEED_UNSEEN] = "the system said yes; whether it is so can't be read on this system",
        [DEED_NOT_RESTARTED] = "killed, but it could not be started again",
        [DEED_REFUSED] = "not done",
        [DEED_NOT_WRITTEN] = "not done: the journal could not be written",
    };
    if (outcome == DEED_DONE)
        return kind < ACT_COUNT && done[kind] ? done[kind] : "done";
    if (outcome == DEED_RUNS_STILL && kind == ACT_KILL)
        return "the system said yes, but it is still there";
    return outcome < DEED_OUTCOMES ? phrases[outcome] : "";
}

void deed_add_failure(struct buffer *out, const struct failure *failure)
{
    buffer_add_string(out, status_phrase(failure->status));
    if (!failure->call)
        return;
    buffer_add_string(out, " (");
    buffer_add_string(out, failure->call);
    if (failure->code) {
        buffer_add_string(out, ", error ");
        if (failure->code & 0x80000000u) { /* NTSTATUS are told in hexadecimal */
            buffer_add_string(out, "0x");
            for (int shift = 28; shift >= 0; shift -= 4)
                buffer_add_byte(out, "0123456789ABCDEF"[failure->code >> shift & 15]);
        } else {
            buffer_add_unsigned(out, failure->code);
        }
    }
    buffer_add_byte(out, ')');
}

void deed_add_outcome(struct buffer *out, enum act_kind kind, const struct deed_result *result)
{
    buffer_add_string(out, deed_phrase(kind, result->outcome));
    if (result->failure.status != ST_OK && result->outcome != DEED_ALREADY_GONE) {
        buffer_add_string(out, ": ");
        deed_add_failure(out, &result->failure);
    } else if (result->seen.ended && (kind == ACT_KILL || kind == ACT_RESTART)) {
        buffer_add_string(out, ", exit code ");
        buffer_add_unsigned(out, result->seen.exit_code);
    } else if (!result->seen.ended && result->seen.counts == READ_OK && !result->seen.uncounted &&
               (kind == ACT_SUSPEND || kind == ACT_RESUME)) {
        buffer_add_string(out, " (suspend count ");
        buffer_add_unsigned(out, result->seen.least_count);
        buffer_add_byte(out, ')');
    }
    if (result->reborn.pid) {
        buffer_add_string(out, ", now PID ");
        buffer_add_unsigned(out, result->reborn.pid);
        if (result->other_user)
            buffer_add_string(out, ", as the user of Stakeout");
    }
}
