#include "core/windows/act/thread_act.h"

#include "core/windows/failure.h"
#include "core/windows/process/class5.h"
#include "core/windows/process/held.h"

#define END_WAIT_MS 2000
#define EXIT_CODE 1u        /* what a terminated thread ends with */
#define NO_COUNT UINT32_MAX /* what SuspendThread and ResumeThread fail with */
#define OWNER_RIGHTS (PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE)

/* A thread that is held. While its handle is open neither its number nor its owner's PID can come
 * to mean another. */
struct grasp {
    const struct system_table *system;
    HANDLE thread;
    HANDLE owner;
};

static enum status fail(struct failure *failure, const char *call)
{
    return failure_win32(failure, call, GetLastError());
}

static enum status gone(struct failure *failure)
{
    *failure = (struct failure){.status = ST_GONE};
    return ST_GONE;
}

static bool has_ended(const struct system_table *system, HANDLE handle, DWORD ms)
{
    return system->wait_for_multiple_objects(1, &handle, FALSE, ms) == WAIT_OBJECT_0;
}

static void let_go(struct grasp *grasp)
{
    if (grasp->owner)
        grasp->system->close_handle(grasp->owner);
    if (grasp->thread)
        grasp->system->close_handle(grasp->thread);
    grasp->owner = grasp->thread = NULL;
}

static enum status compare_thread(const struct grasp *grasp, const struct thread_key *key,
                                  struct failure *failure)
{
    FILETIME created, ended, kernel, user;
    DWORD pid;

    if (!grasp->system->get_thread_times(grasp->thread, &created, &ended, &kernel, &user))
        return fail(failure, "GetThreadTimes");
    pid = grasp->system->get_process_id_of_thread(grasp->thread);
    if (!pid)
        return fail(failure, "GetProcessIdOfThread");
    if (pid != key->owner.pid ||
        (moment)((uint64_t)created.dwHighDateTime << 32 | created.dwLowDateTime) != key->created ||
        has_ended(grasp->system, grasp->thread, 0))
        return gone(failure);
    return ST_OK;
}

static enum status compare_owner(struct grasp *grasp, const struct thread_key *key,
                                 struct failure *failure)
{
    moment start = 0;
    moment end;
    int64_t cpu;

    grasp->owner = grasp->system->open_process(OWNER_RIGHTS, FALSE, key->owner.pid);
    if (!grasp->owner)
        return GetLastError() == ERROR_INVALID_PARAMETER ? gone(failure)
                                                         : fail(failure, "OpenProcess");
    if (!held_times(grasp->system, grasp->owner, &start, &end, &cpu))
        return fail(failure, "GetProcessTimes");
    return start == key->owner.start ? ST_OK : gone(failure);
}

static enum status take(struct grasp *grasp, const struct thread_key *key, DWORD right,
                        struct failure *failure)
{
    enum status status;

    if (!key->created || !key->owner.start) { /* nothing to compare with */
        *failure = (struct failure){.status = ST_UNSUPPORTED};
        return ST_UNSUPPORTED;
    }
    grasp->thread = grasp->system->open_thread(
        right | THREAD_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, key->tid);
    if (!grasp->thread)
        return GetLastError() == ERROR_INVALID_PARAMETER ? gone(failure)
                                                         : fail(failure, "OpenThread");
    status = compare_thread(grasp, key, failure);
    if (!status)
        status = compare_owner(grasp, key, failure);
    if (status)
        let_go(grasp);
    return status;
}

static struct number_fact read_count(const struct grasp *grasp)
{
    ULONG count = 0;
    NTSTATUS answer;

    if (!grasp->system->nt_query_information_thread)
        return (struct number_fact){.state = READ_UNSUPPORTED};
    if (has_ended(grasp->system, grasp->thread, 0))
        return (struct number_fact){.state = READ_GONE};
    answer = grasp->system->nt_query_information_thread(grasp->thread, NT_THREAD_SUSPEND_COUNT,
                                                        &count, sizeof count, NULL);
    if (answer < 0)
        return (struct number_fact){.state = read_state_from(failure_from_nt(answer))};
    return (struct number_fact){count, READ_OK};
}

/* What came of a change of the count. `told` is what the call said that it was before. Somebody
 * else may change it, too; then the direction is what can be asked for. */
static enum thread_outcome judge_count(enum thread_deed deed, DWORD told,
                                       const struct thread_result *result)
{
    if (deed == THREAD_DEED_RESUME && told == 0)
        return THREAD_ALREADY_RUNS;
    if (result->after.state == READ_GONE) /* resumed, it may be done in no time */
        return deed == THREAD_DEED_RESUME ? THREAD_DONE : THREAD_ALREADY_GONE;
    if (result->after.state != READ_OK)
        return THREAD_UNSEEN;
    if (deed == THREAD_DEED_SUSPEND)
        return result->after.value > told ? THREAD_DONE : THREAD_STANDS;
    return result->after.value < told ? THREAD_DONE : THREAD_STANDS;
}

static enum thread_outcome change_count(const struct grasp *grasp, enum thread_deed deed,
                                        struct thread_result *result)
{
    bool suspend = deed == THREAD_DEED_SUSPEND;
    DWORD told = suspend ? grasp->system->suspend_thread(grasp->thread)
                         : grasp->system->resume_thread(grasp->thread);

    if (told == NO_COUNT) {
        fail(&result->failure, suspend ? "SuspendThread" : "ResumeThread");
        return has_ended(grasp->system, grasp->thread, 0) ? THREAD_ALREADY_GONE : THREAD_REFUSED;
    }
    result->before = (struct number_fact){told, READ_OK};
    result->after = read_count(grasp);
    return judge_count(deed, told, result);
}

static enum thread_outcome terminate(const struct grasp *grasp, struct thread_result *result)
{
    if (!grasp->system->terminate_thread(grasp->thread, EXIT_CODE)) {
        fail(&result->failure, "TerminateThread");
        return has_ended(grasp->system, grasp->thread, 0) ? THREAD_ALREADY_GONE : THREAD_REFUSED;
    }
    if (!has_ended(grasp->system, grasp->thread, END_WAIT_MS)) {
        result->after = read_count(grasp);
        return THREAD_STANDS;
    }
    result->after = (struct number_fact){.state = READ_GONE};
    return THREAD_DONE;
}

static void act(void *context, enum thread_deed deed, const struct thread_key *key,
                struct thread_result *result)
{
    static const DWORD rights[THREAD_DEEDS] = {
        [THREAD_DEED_SUSPEND] = THREAD_SUSPEND_RESUME,
        [THREAD_DEED_RESUME] = THREAD_SUSPEND_RESUME,
        [THREAD_DEED_TERMINATE] = THREAD_TERMINATE,
    };
    struct grasp grasp = {.system = context};
    enum status status;

    *result = (struct thread_result){.before.state = READ_NOT_YET, .after.state = READ_NOT_YET};
    status = take(&grasp, key, rights[deed], &result->failure);
    if (status) {
        result->outcome = status == ST_GONE ? THREAD_ALREADY_GONE : THREAD_REFUSED;
        return;
    }
    result->before = read_count(&grasp);
    result->outcome = deed == THREAD_DEED_TERMINATE ? terminate(&grasp, result)
                                                    : change_count(&grasp, deed, result);
    result->process_ended = has_ended(grasp.system, grasp.owner, 0);
    if (result->outcome != THREAD_REFUSED)
        result->failure = (struct failure){.status = ST_OK};
    let_go(&grasp);
}

/* The listing is the one that tells owner, start and creation time at one moment. */
static enum status find(void *context, uint32_t tid, struct thread_key *key,
                        struct failure *failure)
{
    struct class5 answer;
    struct class5_record record;
    size_t at = 0;
    bool more = true;
    enum status status;

    class5_init(&answer, context);
    status = class5_fetch(&answer);
    *failure = (struct failure){.status = status, .call = "NtQuerySystemInformation"};
    if (!status)
        status = gone(failure);
    while (status == ST_GONE && more && class5_record(&answer, at, &record)) {
        for (ULONG i = 0; i < record.head.threads; i++) {
            struct nt_thread thread = class5_thread(&record, i);
            if ((uint32_t)(uintptr_t)thread.tid != tid)
                continue;
            *key = (struct thread_key){
                .owner = {(uint32_t)(uintptr_t)record.head.pid, record.head.created.QuadPart},
                .tid = tid,
                .created = thread.created.QuadPart};
            status = ST_OK;
            break;
        }
        more = record.head.next >= sizeof record.head;
        at += record.head.next;
    }
    class5_done(&answer);
    return status;
}

struct thread_hand thread_hand_of(const struct system_table *system)
{
    return (struct thread_hand){
        .find = find, .act = act, .context = (void *)(uintptr_t)(system ? system : system_calls())};
}
