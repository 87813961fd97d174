#include "core/windows/act/live_trap.h"

#include <windows.h>

#include "core/base/memory.h"
#include "core/windows/act/live_hand.h"
#include "core/windows/clock.h"
#include "core/windows/evidence/live_evidence.h"

#define JOBS_MOST 1024u
#define LINE_MOST 64u /* ancestors */
#define PATH_CEILING ((size_t)128 << 10)

struct job {
    const struct hit *hit; /* a reference each */
    struct trap_rules *rules;
    unsigned what;
};

struct live_trap {
    struct live_trap_setup setup;
    struct hand *hand;
    struct hand *slow_hand;
    struct evidence_means means;
    struct buffer folder; /* the worker's */
    struct text folder_text;
    struct process_key own_line[LINE_MOST];
    struct trap *trap;
    HANDLE worker;
    HANDLE wake; /* there is a job, or an end */
    HANDLE idle; /* nothing is waiting or being done */
    atomic_bool cancel;
    SRWLOCK lock; /* of all below */
    struct trap_rules *rules;
    struct job jobs[JOBS_MOST]; /* a ring */
    size_t first;
    size_t count; /* the one that is being done included */
};

/* --- the worker --- */

static void do_job(struct live_trap *trap, const struct job *job)
{
    struct progress progress = {.cancel = &trap->cancel};
    buffer_clear(&trap->folder);
    trap->setup.folder(trap->setup.context, &trap->folder);
    trap->folder_text = buffer_text(&trap->folder);
    trap_follow(trap->trap, job->rules, job->hit, job->what, &progress);
}

static void drop_first(struct live_trap *trap)
{
    AcquireSRWLockExclusive(&trap->lock);
    struct job job = trap->jobs[trap->first];
    trap->first = (trap->first + 1) % JOBS_MOST;
    trap->count--;
    if (!trap->count)
        SetEvent(trap->idle);
    ReleaseSRWLockExclusive(&trap->lock);
    hit_release(job.hit);
    trap_rules_release(job.rules);
}

static bool take_first(struct live_trap *trap, struct job *job)
{
    AcquireSRWLockShared(&trap->lock);
    bool any = trap->count != 0;
    if (any)
        *job = trap->jobs[trap->first];
    ReleaseSRWLockShared(&trap->lock);
    return any;
}

static DWORD WINAPI work(void *context)
{
    struct live_trap *trap = context;
    while (!atomic_load(&trap->cancel)) {
        struct job job;
        if (take_first(trap, &job)) {
            do_job(trap, &job);
            drop_first(trap);
        } else {
            WaitForSingleObject(trap->wake, INFINITE);
        }
    }
    return 0;
}

/* --- the sink --- */

static bool add_job(struct live_trap *trap, const struct job *job)
{
    AcquireSRWLockExclusive(&trap->lock);
    bool fits = trap->count < JOBS_MOST;
    if (fits) {
        trap->jobs[(trap->first + trap->count++) % JOBS_MOST] = *job;
        ResetEvent(trap->idle);
    }
    ReleaseSRWLockExclusive(&trap->lock);
    return fits;
}

static void tell_full(const struct live_trap *trap, const struct hit *hit)
{
    const struct trap_news news = {.step = TRAP_DUMP,
                                   .hit = hit->number,
                                   .key = hit->process->key,
                                   .name = hit->process->name,
                                   .latency = -1,
                                   .words = text_of("not done: too many hits wait for it")};
    if (trap->setup.told)
        trap->setup.told(trap->setup.context, &news);
}

static enum status take(void *context, const struct hit *hit)
{
    struct live_trap *trap = context;
    AcquireSRWLockShared(&trap->lock);
    struct trap_rules *rules = trap->rules ? trap_rules_retain(trap->rules) : NULL;
    ReleaseSRWLockShared(&trap->lock);
    if (!rules)
        return ST_OK;
    struct job job = {.rules = rules, .what = trap_catch(trap->trap, rules, hit)};
    if (job.what) {
        job.hit = hit_retain(hit);
        if (add_job(trap, &job)) {
            SetEvent(trap->wake);
            return ST_OK;
        }
        tell_full(trap, hit);
        hit_release(hit);
    }
    trap_rules_release(rules);
    return ST_OK;
}

struct hit_sink live_trap_sink(struct live_trap *trap)
{
    return (struct hit_sink){take, trap};
}

void live_trap_set_rules(struct live_trap *trap, struct trap_rules *rules)
{
    if (rules)
        trap_rules_retain(rules);
    AcquireSRWLockExclusive(&trap->lock);
    struct trap_rules *before = trap->rules;
    trap->rules = rules;
    ReleaseSRWLockExclusive(&trap->lock);
    trap_rules_release(before);
}

size_t live_trap_waiting(struct live_trap *trap)
{
    AcquireSRWLockShared(&trap->lock);
    size_t count = trap->count;
    ReleaseSRWLockShared(&trap->lock);
    return count;
}

bool live_trap_wait(struct live_trap *trap, uint32_t ms)
{
    return WaitForSingleObject(trap->idle, ms) == WAIT_OBJECT_0;
}

/* --- beginning and end --- */

/* This program and those that it runs under: whoever starts later can be none of them. */
static size_t find_own_line(struct live_trap *trap)
{
    struct process_table table;
    struct failure failure = {.status = ST_OK};
    size_t count = 1;
    trap->own_line[0] = live_hand_self();
    if (trap->hand->class->list(trap->hand, &table, &failure) != ST_OK)
        return count;
    for (bool found = true; found && count < LINE_MOST;) {
        const struct process_key child = trap->own_line[count - 1];
        uint32_t parent = 0;
        found = false;
        for (size_t i = 0; i < table.count; i++)
            if (process_key_equal(table.rows[i].key, child))
                parent = table.rows[i].parent_pid;
        for (size_t i = 0; parent && i < table.count && !found; i++) {
            found = table.rows[i].key.pid == parent && table.rows[i].key.start <= child.start;
            if (found)
                trap->own_line[count++] = table.rows[i].key;
        }
    }
    return count;
}

static enum status make_all(struct live_trap *trap)
{
    enum status status = live_hand_new(NULL, &trap->hand);
    if (status == ST_OK)
        status = live_hand_new(NULL, &trap->slow_hand);
    if (status != ST_OK)
        return status;
    trap->means = live_evidence_means(&trap->folder_text);
    const struct trap_setup setup = {
        .hand = trap->hand,
        .slow_hand = trap->slow_hand,
        .means = &trap->means,
        .log = &trap->setup.log,
        .clock = clock_of_system(),
        .own_line = trap->own_line,
        .own_line_count = find_own_line(trap),
        .told = trap->setup.told,
        .context = trap->setup.context,
    };
    status = trap_new(&setup, &trap->trap);
    if (status != ST_OK)
        return status;
    trap->wake = CreateEventW(NULL, FALSE, FALSE, NULL);
    trap->idle = CreateEventW(NULL, TRUE, TRUE, NULL);
    if (trap->wake && trap->idle)
        trap->worker = CreateThread(NULL, 0, work, trap, 0, NULL);
    return trap->worker ? ST_OK : ST_NO_MEMORY;
}

enum status live_trap_new(const struct live_trap_setup *setup, struct live_trap **trap)
{
    struct live_trap *made = memory_take(sizeof *made);
    if (!made)
        return ST_NO_MEMORY;
    made->setup = *setup;
    InitializeSRWLock(&made->lock);
    buffer_init(&made->folder, PATH_CEILING);
    enum status status = make_all(made);
    if (status == ST_OK)
        *trap = made;
    else
        live_trap_free(made);
    return status;
}

void live_trap_free(struct live_trap *trap)
{
    if (!trap)
        return;
    atomic_store(&trap->cancel, true);
    if (trap->worker) {
        SetEvent(trap->wake);
        WaitForSingleObject(trap->worker, INFINITE);
        CloseHandle(trap->worker);
    }
    while (trap->count)
        drop_first(trap);
    if (trap->wake)
        CloseHandle(trap->wake);
    if (trap->idle)
        CloseHandle(trap->idle);
    trap_rules_release(trap->rules);
    trap_free(trap->trap);
    hand_free(trap->slow_hand);
    hand_free(trap->hand);
    buffer_done(&trap->folder);
    memory_give(trap);
}
