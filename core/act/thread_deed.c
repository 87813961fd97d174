#include "core/act/thread_deed.h"

#include "core/case/json_write.h"
#include "core/model/part_words.h"

#define MEMBERS_MOST ((size_t)1 << 20)
#define WORDS_MOST ((size_t)64 << 10)

/* --- the journal --- */

static enum status write_entry(const struct act_log *log, struct journal_entry *entry,
                               const struct thread_target *target,
                               const struct thread_report *report, uint64_t *number)
{
    if (!log)
        return ST_OK;
    struct buffer members;
    buffer_init(&members, MEMBERS_MOST);
    journal_add_process(&members, target->key.owner, target->facts);
    buffer_add_byte(&members, ',');
    thread_report_add_members(&members, target, report);
    entry->action = thread_deed_name(report->deed);
    entry->members = buffer_text(&members);
    enum status status = members.failed;
    if (status == ST_OK)
        status = log->write(log->context, entry, number);
    buffer_done(&members);
    return status;
}

static enum status write_before(const struct act_log *log, const struct thread_target *target,
                                const struct thread_report *report, uint64_t *number)
{
    struct journal_entry entry = {.phase = JOURNAL_BEFORE};
    return write_entry(log, &entry, target, report, number);
}

/* The deed is done: that its end could not be written changes nothing of it, and the next write
 * tells of the trouble. */
static void write_after(const struct act_log *log, const struct thread_target *target,
                        const struct thread_report *report, uint64_t number)
{
    struct buffer reason;
    buffer_init(&reason, WORDS_MOST);
    thread_report_add(&reason, report);
    struct journal_entry entry = {
        .phase = JOURNAL_AFTER,
        .of = number,
        .outcome = thread_report_outcome(report),
        .reason = buffer_text(&reason),
    };
    write_entry(log, &entry, target, report, NULL);
    buffer_done(&reason);
}

static void write_aftermath(const struct act_log *log, const struct thread_target *target,
                            const struct thread_report *report)
{
    struct buffer reason;
    buffer_init(&reason, WORDS_MOST);
    aftermath_add(&reason, &report->after);
    struct journal_entry entry = {.phase = JOURNAL_NOTE, .reason = buffer_text(&reason)};
    write_entry(log, &entry, target, report, NULL);
    buffer_done(&reason);
}

/* --- what becomes of the process --- */

static bool tell(const struct thread_listener *listener, const struct thread_report *report)
{
    return !listener || listener->tell(listener->context, report);
}

/* True when there is nothing more to be seen. */
static bool look(const struct thread_tools *tools, struct grip *grip, uint32_t pid, bool ended,
                 struct aftermath *after)
{
    struct grip_look seen;
    if (ended) {
        tools->processes->class->look(tools->processes, grip, &seen);
        after->kind = AFTER_ENDED;
        after->exit_code = seen.exit_code;
        return true;
    }
    enum window_answer answer = tools->windows->ask(tools->windows->context, pid);
    after->kind = answer == WINDOWS_SILENT ? AFTER_HUNG : AFTER_ALIVE;
    return after->ms >= THREAD_WATCH_MS;
}

static void watch(const struct thread_tools *tools, struct grip *grip, uint32_t pid,
                  const struct thread_listener *listener, struct thread_report *report)
{
    struct hand *hand = tools->processes;
    struct aftermath *after = &report->after;
    int64_t begun = hand->class->ticks(hand);
    do {
        bool ended = hand->class->wait(hand, grip, THREAD_WATCH_STEP_MS);
        after->ms = (uint32_t)((hand->class->ticks(hand) - begun) / MOMENT_MS);
        after->over = look(tools, grip, pid, ended, after);
        if (!after->over)
            after->over = !tell(listener, report);
    } while (!after->over);
}

/* The process is held before its thread is ended: it may be gone the moment after. */
static void act(const struct thread_tools *tools, const struct thread_target *target,
                const struct thread_listener *listener, uint64_t number,
                struct thread_report *report)
{
    struct grip *grip = NULL;
    const struct process_key owner = target->key.owner;
    bool ends = report->deed == THREAD_DEED_TERMINATE;
    if (ends)
        tools->processes->class->hold(tools->processes, owner, GRIP_LOOK, &grip,
                                      &report->after.failure);
    tools->threads->act(tools->threads->context, report->deed, &target->key, &report->result);
    report->done_for = true;
    write_after(tools->log, target, report, number);
    bool watched = grip && report->result.outcome == THREAD_DONE;
    report->after.over = !watched;
    bool wanted = tell(listener, report);
    if (wanted && watched) {
        watch(tools, grip, owner.pid, listener, report);
        write_aftermath(tools->log, target, report);
        tell(listener, report);
    }
    report->after.over = true;
    hand_release(tools->processes, grip);
}

void thread_deed_do(const struct thread_tools *tools, enum thread_deed deed,
                    const struct thread_target *target, const struct thread_listener *listener,
                    struct thread_report *report)
{
    uint64_t number = 0;
    *report = (struct thread_report){
        .deed = deed,
        .result = {.before.state = READ_NOT_YET, .after.state = READ_NOT_YET},
    };
    enum status status = write_before(tools->log, target, report, &number);
    if (status == ST_OK) {
        act(tools, target, listener, number, report);
        return;
    }
    report->unwritten = true;
    report->done_for = true;
    report->after.over = true;
    report->result.outcome = THREAD_REFUSED;
    report->result.failure.status = status;
    tell(listener, report);
}

/* --- words --- */

const char *thread_deed_name(enum thread_deed deed)
{
    switch (deed) {
    case THREAD_DEED_SUSPEND:
        return "suspend-thread";
    case THREAD_DEED_RESUME:
        return "resume-thread";
    default:
        return act_name(ACT_KILL_THREAD);
    }
}

const char *thread_report_outcome(const struct thread_report *report)
{
    switch (report->result.outcome) {
    case THREAD_DONE:
        return "success";
    case THREAD_ALREADY_GONE:
        return report->deed == THREAD_DEED_TERMINATE ? "success" : "failure";
    case THREAD_ALREADY_RUNS:
        return "success";
    case THREAD_UNSEEN:
        return "unknown";
    default:
        return "failure";
    }
}

void thread_report_add(struct buffer *out, const struct thread_report *report)
{
    const struct thread_result *result = &report->result;
    if (report->unwritten)
        buffer_add_string(out, "not done: the journal could not be written");
    else
        buffer_add_string(out, thread_outcome_phrase(report->deed, result->outcome));
    if (result->outcome == THREAD_REFUSED) {
        buffer_add_string(out, ": ");
        deed_add_failure(out, &result->failure);
    } else if (report->deed != THREAD_DEED_TERMINATE && result->after.state == READ_OK) {
        buffer_add_string(out, " (suspend count ");
        buffer_add_unsigned(out, result->after.value);
        buffer_add_byte(out, ')');
    } else if (result->process_ended) {
        buffer_add_string(out, "; its process has ended");
    }
}

static void add_span(struct buffer *out, uint32_t ms)
{
    buffer_add_unsigned(out, ms < 1000 ? ms : ms / 1000);
    buffer_add_string(out, ms < 1000 ? " ms" : " s");
}

void aftermath_add(struct buffer *out, const struct aftermath *after)
{
    switch (after->kind) {
    case AFTER_ENDED:
        buffer_add_string(out, "its process ended ");
        add_span(out, after->ms);
        buffer_add_string(out, " later, exit code ");
        buffer_add_unsigned(out, after->exit_code);
        return;
    case AFTER_ALIVE:
    case AFTER_HUNG:
        add_span(out, after->ms);
        buffer_add_string(out, after->kind == AFTER_HUNG
                                   ? " later its process hangs: a window of it does not answer"
                                   : " later its process lives");
        return;
    default:
        buffer_add_string(out, "its process was not watched");
        if (after->failure.status != ST_OK) {
            buffer_add_string(out, ": ");
            deed_add_failure(out, &after->failure);
        }
    }
}

static void add_thread(struct json_writer *json, const struct thread_target *target)
{
    const struct thread_info *thread = target->thread;
    json_open_object(json, "thread");
    json_unsigned(json, "id", target->key.tid);
    json_moment(json, "created", target->key.created, true);
    if (thread && thread->name.state == READ_OK && thread->name.value.size)
        json_text(json, "name", thread->name.value);
    if (thread && thread->start.state == READ_OK) {
        struct buffer start;
        buffer_init(&start, WORDS_MOST);
        thread_start_add(&start, thread);
        json_text(json, "start", buffer_text(&start));
        buffer_done(&start);
    }
    json_close_object(json);
}

static const char *aftermath_name(enum aftermath_kind kind)
{
    switch (kind) {
    case AFTER_ALIVE:
        return "alive";
    case AFTER_HUNG:
        return "hung";
    case AFTER_ENDED:
        return "ended";
    default:
        return "not watched";
    }
}

static void add_aftermath(struct json_writer *json, const struct aftermath *after)
{
    json_open_object(json, "aftermath");
    json_string(json, "process", aftermath_name(after->kind));
    json_unsigned(json, "after_ms", after->ms);
    if (after->kind == AFTER_ENDED)
        json_unsigned(json, "exit_code", after->exit_code);
    json_close_object(json);
}

void thread_report_add_members(struct buffer *members, const struct thread_target *target,
                               const struct thread_report *report)
{
    struct json_writer json;
    json_begin(&json, members);
    json_open_object(&json, "stakeout");
    add_thread(&json, target);
    if (report->result.after.state == READ_OK)
        json_unsigned(&json, "suspend_count", report->result.after.value);
    if (report->after.kind != AFTER_NOT_WATCHED)
        add_aftermath(&json, &report->after);
    json_close_object(&json);
}
