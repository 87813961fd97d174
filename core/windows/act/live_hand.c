#include "core/windows/act/live_hand.h"

#include "core/base/memory.h"
#include "core/windows/act/restart.h"
#include "core/windows/clock.h"
#include "core/windows/failure.h"
#include "core/windows/nt.h"
#include "core/windows/process/guarded.h"
#include "core/windows/process/held.h"
#include "core/windows/process/listing.h"

#define LOOK_RIGHTS (PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE)
/* A process that is being made is listed under Wine before it has a start time. */
#define BIRTH_TRIES 200
#define BIRTH_MS 1

struct live_hand {
    struct hand hand; /* first */
    const struct system_table *system;
    struct held_table held;
    struct listing listing;
};

struct grip {
    HANDLE process;
    struct process_key key;
};

static struct live_hand *live_of(struct hand *hand)
{
    return (struct live_hand *)hand;
}

static bool has_newborn(const struct listing *listing)
{
    for (size_t i = 0; i < listing->count; i++)
        if (listing->rows[i].key.start > LISTING_LAST_MOMENT)
            return true;
    return false;
}

static enum status list(struct hand *hand, struct process_table *table, struct failure *failure)
{
    struct live_hand *live = live_of(hand);
    enum status status = listing_read(&live->listing, &live->held);

    /* One that has no start yet can't be held fast; it has one in a moment. */
    for (int i = 0; status == ST_OK && i < BIRTH_TRIES && has_newborn(&live->listing); i++) {
        Sleep(BIRTH_MS);
        status = listing_read(&live->listing, &live->held);
    }
    if (status) {
        *failure = (struct failure){status, "NtQuerySystemInformation", 0};
        return status;
    }
    *table = (struct process_table){live->listing.rows, live->listing.count};
    return ST_OK;
}

/* Why it could not be opened. Rights may be wanting for a process that is another one by now. */
static enum status explain(struct live_hand *live, struct process_key key, DWORD error,
                           struct failure *failure)
{
    HANDLE process;
    moment start = 0, end;
    int64_t cpu;

    failure_win32(failure, "OpenProcess", error);
    if (error == ERROR_INVALID_PARAMETER) /* no process has this PID */
        failure->status = ST_GONE;
    if (error != ERROR_ACCESS_DENIED)
        return failure->status;
    process = live->system->open_process(LOOK_RIGHTS, FALSE, key.pid);
    if (!process)
        return failure->status;
    if (held_times(live->system, process, &start, &end, &cpu) && start != key.start)
        failure->status = ST_GONE;
    else if (guarded_protection(live->system, process).value)
        failure->status = ST_PROTECTED;
    live->system->close_handle(process);
    return failure->status;
}

static enum status hold(struct hand *hand, struct process_key key, unsigned rights,
                        struct grip **grip, struct failure *failure)
{
    struct live_hand *live = live_of(hand);
    DWORD access = LOOK_RIGHTS;
    struct grip *made;
    moment start = 0, end;
    int64_t cpu;

    if (!key.start) {
        *failure = (struct failure){ST_UNSUPPORTED, NULL, 0};
        return ST_UNSUPPORTED;
    }
    if (rights & GRIP_SUSPEND)
        access |= PROCESS_SUSPEND_RESUME;
    if (rights & GRIP_TERMINATE)
        access |= PROCESS_TERMINATE;
    made = memory_take(sizeof *made);
    if (!made) {
        failure->status = ST_NO_MEMORY;
        return ST_NO_MEMORY;
    }
    made->key = key;
    made->process = live->system->open_process(access, FALSE, key.pid);
    if (!made->process) {
        DWORD error = GetLastError();
        memory_give(made);
        return explain(live, key, error, failure);
    }
    if (!held_times(live->system, made->process, &start, &end, &cpu))
        failure_win32(failure, "GetProcessTimes", GetLastError());
    else if (start != key.start)
        *failure = (struct failure){ST_GONE, "GetProcessTimes", 0};
    else {
        *grip = made;
        return ST_OK;
    }
    live->system->close_handle(made->process);
    memory_give(made);
    return failure->status;
}

static void release(struct hand *hand, struct grip *grip)
{
    live_of(hand)->system->close_handle(grip->process);
    memory_give(grip);
}

static enum status nt_call(NTSTATUS(NTAPI *call)(HANDLE), HANDLE process, const char *name,
                           struct failure *failure)
{
    NTSTATUS code;

    if (!call) {
        *failure = (struct failure){ST_UNSUPPORTED, name, 0};
        return ST_UNSUPPORTED;
    }
    code = call(process);
    if (code >= 0)
        return ST_OK;
    *failure = (struct failure){failure_from_nt(code), name, (uint32_t)code};
    return failure->status;
}

static enum status suspend(struct hand *hand, struct grip *grip, struct failure *failure)
{
    return nt_call(live_of(hand)->system->nt_suspend_process, grip->process, "NtSuspendProcess",
                   failure);
}

static enum status resume(struct hand *hand, struct grip *grip, struct failure *failure)
{
    return nt_call(live_of(hand)->system->nt_resume_process, grip->process, "NtResumeProcess",
                   failure);
}

static enum status terminate(struct hand *hand, struct grip *grip, uint32_t exit_code,
                             struct failure *failure)
{
    if (live_of(hand)->system->terminate_process(grip->process, exit_code))
        return ST_OK;
    return failure_win32(failure, "TerminateProcess", GetLastError());
}

static bool wait(struct hand *hand, struct grip *grip, uint32_t ms)
{
    return live_of(hand)->system->wait_for_single_object(grip->process, ms) == WAIT_OBJECT_0;
}

/* --- suspend counts --- */

/* ST_GONE: the thread has ended meanwhile. */
static enum status count_of(const struct system_table *system, DWORD tid, uint32_t *count)
{
    HANDLE thread = system->open_thread(THREAD_QUERY_LIMITED_INFORMATION, FALSE, tid);
    ULONG value = 0;
    NTSTATUS code;

    if (!thread)
        return GetLastError() == ERROR_INVALID_PARAMETER ? ST_GONE
                                                         : failure_from_win32(GetLastError());
    code = system->nt_query_information_thread(thread, NT_THREAD_SUSPEND_COUNT, &value,
                                               sizeof value, NULL);
    if (code >= 0 && system->wait_for_single_object(thread, 0) == WAIT_OBJECT_0)
        code = (NTSTATUS)0xC000010Bu; /* STATUS_THREAD_IS_TERMINATING */
    system->close_handle(thread);
    if (code == (NTSTATUS)0xC000010Bu)
        return ST_GONE;
    *count = value;
    return code >= 0 ? ST_OK : failure_from_nt(code);
}

static enum status count_threads(const struct system_table *system, uint32_t pid, HANDLE snapshot,
                                 struct grip_look *look)
{
    THREADENTRY32 entry = {.dwSize = sizeof entry};
    enum status status = ST_OK;
    uint32_t least = UINT32_MAX;

    for (BOOL more = system->thread32_first(snapshot, &entry); more && status == ST_OK;
         more = system->thread32_next(snapshot, &entry)) {
        uint32_t count = 0;
        if (entry.th32OwnerProcessID != pid)
            continue;
        status = count_of(system, entry.th32ThreadID, &count);
        if (status == ST_GONE) {
            status = ST_OK;
            continue;
        }
        look->threads++;
        look->suspended += count != 0;
        if (count < least)
            least = count;
    }
    look->least_count = look->threads ? least : 0;
    return status;
}

/* Where counts are not told: whether all threads stand still. */
static void look_at_states(struct live_hand *live, const struct grip *grip, struct grip_look *look)
{
    const struct process_seen *row;

    look->counts = READ_UNSUPPORTED;
    if (listing_read(&live->listing, &live->held) || live->listing.no_class5)
        return;
    row = listing_find(&live->listing, grip->key.pid);
    if (!row || !process_key_equal(row->key, grip->key))
        return;
    look->counts = READ_OK;
    look->uncounted = true;
    look->threads = row->threads;
    look->suspended = row->suspended ? row->threads : 0;
    look->least_count = row->suspended ? 1 : 0;
}

static void look_at_counts(struct live_hand *live, const struct grip *grip, struct grip_look *look)
{
    const struct system_table *system = live->system;
    enum status status = ST_UNSUPPORTED;
    HANDLE snapshot = INVALID_HANDLE_VALUE;

    if (system->nt_query_information_thread)
        snapshot = system->create_toolhelp32_snapshot(TH32CS_SNAPTHREAD, 0);
    if (snapshot != INVALID_HANDLE_VALUE) {
        status = count_threads(system, grip->key.pid, snapshot, look);
        system->close_handle(snapshot);
    }
    look->counts = read_state_from(status);
    if (status != ST_OK) {
        look->threads = look->suspended = look->least_count = 0;
        look_at_states(live, grip, look);
    }
}

static void look(struct hand *hand, struct grip *grip, struct grip_look *seen)
{
    struct live_hand *live = live_of(hand);
    DWORD code = 0;

    *seen = (struct grip_look){.ended = wait(hand, grip, 0), .counts = READ_GONE};
    if (!seen->ended)
        look_at_counts(live, grip, seen);
    else if (live->system->get_exit_code_process(grip->process, &code))
        seen->exit_code = code;
}

static enum read_state critical(struct hand *hand, struct grip *grip, bool *is)
{
    struct number_fact fact = guarded_critical(live_of(hand)->system, grip->process, grip->key.pid);

    *is = fact.state == READ_OK && fact.value;
    return fact.state;
}

/* --- starting again --- */

static enum status remember(struct hand *hand, struct grip *grip, const struct process_facts *facts,
                            struct reborn **reborn, struct failure *failure)
{
    (void)hand;
    return restart_remember(grip->process, facts, reborn, failure);
}

static enum status start(struct hand *hand, struct reborn *reborn, struct process_key *key,
                         bool *same_user, struct failure *failure)
{
    (void)hand;
    return restart_start(reborn, key, same_user, failure);
}

static void forget(struct hand *hand, struct reborn *reborn)
{
    (void)hand;
    restart_forget(reborn);
}

static int64_t ticks(struct hand *hand)
{
    struct clock clock = clock_of_system();

    (void)hand;
    return clock.ticks(clock.context);
}

static void free_live(struct hand *hand)
{
    struct live_hand *live = live_of(hand);

    listing_done(&live->listing);
    held_done(&live->held);
    memory_give(live);
}

static const struct hand_class live_class = {
    .list = list,
    .hold = hold,
    .release = release,
    .suspend = suspend,
    .resume = resume,
    .terminate = terminate,
    .look = look,
    .critical = critical,
    .wait = wait,
    .remember = remember,
    .start = start,
    .forget = forget,
    .ticks = ticks,
    .free = free_live,
};

enum status live_hand_new(const struct system_table *system, struct hand **hand)
{
    struct live_hand *live = memory_take(sizeof *live);

    if (!live)
        return ST_NO_MEMORY;
    live->hand.class = &live_class;
    live->system = system ? system : system_calls();
    held_init(&live->held, live->system);
    listing_init(&live->listing, live->system);
    *hand = &live->hand;
    return ST_OK;
}

struct process_key live_hand_self(void)
{
    struct process_key self = {.pid = GetCurrentProcessId()};
    moment end;
    int64_t cpu;

    if (!held_times(system_calls(), GetCurrentProcess(), &self.start, &end, &cpu))
        self.start = 0;
    return self;
}
