#include "core/windows/find/handle_close.h"

#include "core/case/ecs_handle.h"
#include "core/windows/failure.h"
#include "core/windows/find/handles.h"
#include "core/windows/process/held.h"

#define MEMBERS_MOST ((size_t)1 << 20)
#define ACTION "close-handle"
#define RIGHTS (PROCESS_DUP_HANDLE | PROCESS_QUERY_LIMITED_INFORMATION)

struct inquiry {
    const struct handle_row *wanted;
    bool open;
    bool same;
};

static bool compare(void *context, const struct handle_row *row)
{
    struct inquiry *inquiry = context;
    const struct handle_row *wanted = inquiry->wanted;

    if (row->value != wanted->value)
        return true;
    inquiry->open = true;
    inquiry->same = process_key_equal(row->process, wanted->process) &&
                    row->access == wanted->access && text_equal(row->type, wanted->type) &&
                    row->naming == wanted->naming && text_equal(row->name, wanted->name);
    return false;
}

/* Whether the number is open in that process, and the same object. */
static enum status ask(const struct system_table *system, struct inquiry *inquiry)
{
    const struct handle_sink sink = {compare, inquiry};
    const struct handles_scope scope = {&inquiry->wanted->process.pid, 1};
    struct handles_told told;
    enum status status;

    inquiry->open = inquiry->same = false;
    status = handles_find(system, &scope, &sink, NULL, &told);
    return status == ST_CANCELLED ? ST_OK : status;
}

/* --- the journal --- */

static enum status write_entry(const struct act_log *log, struct journal_entry *entry,
                               const struct handle_row *row, uint64_t *number)
{
    struct buffer members;
    struct json_writer json;
    enum status status;

    if (!log)
        return ST_OK;
    buffer_init(&members, MEMBERS_MOST);
    journal_add_process(&members, row->process, NULL);
    buffer_add_byte(&members, ',');
    json_begin(&json, &members);
    ecs_add_handle_object(&json, row);
    entry->action = ACTION;
    entry->members = buffer_text(&members);
    status = members.failed;
    if (!status)
        status = log->write(log->context, entry, number);
    buffer_done(&members);
    return status;
}

static void write_after(const struct act_log *log, const struct handle_row *row,
                        enum handle_closed outcome, uint64_t number)
{
    struct journal_entry entry = {.phase = JOURNAL_AFTER,
                                  .of = number,
                                  .outcome = outcome == HANDLE_CLOSED         ? "success"
                                             : outcome == HANDLE_CLOSE_UNSEEN ? "unknown"
                                                                              : "failure",
                                  .reason = text_from(handle_close_phrase(outcome))};

    write_entry(log, &entry, row, NULL);
}

/* --- the deed --- */

/* NULL with *failure. */
static HANDLE open_owner(const struct system_table *system, struct process_key key,
                         struct failure *failure)
{
    HANDLE process = system->open_process(RIGHTS, FALSE, key.pid);
    moment start = 0;
    moment end;
    int64_t cpu;

    if (!process) {
        failure_win32(failure, "OpenProcess", GetLastError());
        return NULL;
    }
    if (held_times(system, process, &start, &end, &cpu) && start == key.start)
        return process;
    system->close_handle(process);
    *failure = (struct failure){.status = ST_GONE};
    return NULL;
}

static enum handle_closed close_it(const struct system_table *system, HANDLE process,
                                   const struct handle_row *row, struct handle_close_result *result)
{
    struct inquiry inquiry = {.wanted = row};
    HANDLE copy = NULL;

    /* Moved here and closed here: without a process to move it to Wine 10 refuses. */
    if (!system->duplicate_handle(process, (HANDLE)(uintptr_t)row->value, GetCurrentProcess(),
                                  &copy, 0, FALSE, DUPLICATE_CLOSE_SOURCE)) {
        failure_win32(&result->failure, "DuplicateHandle", GetLastError());
        /* It closes the source whatever else it says. */
        if (ask(system, &inquiry) || inquiry.same)
            return HANDLE_CLOSE_REFUSED;
        result->failure = (struct failure){.status = ST_OK};
        return HANDLE_CLOSED;
    }
    if (copy)
        system->close_handle(copy);
    if (ask(system, &inquiry))
        return HANDLE_CLOSE_UNSEEN;
    return inquiry.same ? HANDLE_CLOSE_STANDS : HANDLE_CLOSED;
}

static enum handle_closed act(const struct system_table *system, const struct act_log *log,
                              const struct handle_row *row, struct handle_close_result *result)
{
    struct inquiry inquiry = {.wanted = row};
    struct journal_entry before = {.phase = JOURNAL_BEFORE};
    uint64_t number = 0;
    HANDLE process = open_owner(system, row->process, &result->failure);
    enum handle_closed outcome;

    if (!process)
        return HANDLE_CLOSE_REFUSED;
    result->failure.status = ask(system, &inquiry);
    if (result->failure.status) {
        outcome = HANDLE_CLOSE_REFUSED;
    } else if (!inquiry.same) {
        outcome = inquiry.open ? HANDLE_CLOSED_OTHER : HANDLE_CLOSED_BEFORE;
    } else {
        result->failure.status = write_entry(log, &before, row, &number);
        outcome = result->failure.status ? HANDLE_CLOSE_NOT_WRITTEN
                                         : close_it(system, process, row, result);
        if (!result->failure.status || outcome == HANDLE_CLOSE_REFUSED)
            write_after(log, row, outcome, number);
    }
    system->close_handle(process);
    return outcome;
}

void handle_close(const struct system_table *system, const struct act_log *log,
                  const struct handle_row *row, struct handle_close_result *result)
{
    bool known = row->naming == HANDLE_NAMED || row->naming == HANDLE_NAMELESS;

    *result = (struct handle_close_result){.outcome = HANDLE_CLOSE_REFUSED};
    if (row->kind != HANDLE_OPEN || row->process.pid == GetCurrentProcessId())
        result->failure.status = ST_INVALID;
    else if (!known || !row->process.start)
        result->failure.status = ST_UNSUPPORTED;
    else
        result->outcome = act(system ? system : system_calls(), log, row, result);
}

const char *handle_close_phrase(enum handle_closed outcome)
{
    static const char *const phrases[HANDLE_CLOSE_OUTCOMES] = {
        [HANDLE_CLOSED] = "closed",
        [HANDLE_CLOSED_BEFORE] = "it was closed before",
        [HANDLE_CLOSED_OTHER] = "it is another object by now; nothing was closed",
        [HANDLE_CLOSE_STANDS] = "still open, though the system said it was closed",
        [HANDLE_CLOSE_UNSEEN] = "closed, by what the system says; it can't be looked at",
        [HANDLE_CLOSE_REFUSED] = "refused; nothing was closed",
        [HANDLE_CLOSE_NOT_WRITTEN] = "the journal can't be written; nothing was closed",
    };

    return (unsigned)outcome < HANDLE_CLOSE_OUTCOMES ? phrases[outcome] : "";
}
