#include "core/windows/find/namer.h"

#include <stdatomic.h>

#include "core/base/memory.h"
#include "core/windows/find/object_name.h"

#define SLICE_MS 10
#define NAME_ROOM (66u * 1024) /* the longest name and what stands before it */
#define JOB_ROOM (8u * NAME_ROOM)

enum item_state {
    WAITING, /* nobody has touched it */
    TYPED,   /* a file that lies on no disk: asked last */
    TAKEN,   /* the thread asks it */
    ANSWERED,
    MOVED /* the asker has taken it back */
};

struct job_item {
    HANDLE copy;
    bool file;
    _Atomic(enum item_state) state;
    NTSTATUS status;
    size_t at; /* of the answer, in the room */
    size_t size;
};

struct name_job {
    struct slow_job slow;
    const struct system_table *system;
    bool no_pipes;
    bool hung; /* counted in `hanging` */
    atomic_bool stop;
    atomic_uint steps;
    size_t used;
    size_t count;
    struct job_item items[NAMER_BATCH];
    _Alignas(16) unsigned char room[JOB_ROOM];
};

static atomic_uint hanging;

unsigned namer_hanging(void)
{
    return atomic_load(&hanging);
}

/* --- on the other thread: system calls only --- */

static bool claim(struct job_item *item, enum item_state from, enum item_state to)
{
    return atomic_compare_exchange_strong(&item->state, &from, to);
}

static void name_it(struct name_job *job, struct job_item *item)
{
    item->at = job->used;
    item->size = JOB_ROOM - job->used;
    item->status = job->system->nt_query_object(item->copy, NT_OBJECT_NAME, job->room + job->used,
                                                (ULONG)item->size, NULL);
    if (item->status >= 0) {
        const UNICODE_STRING *name = (const UNICODE_STRING *)(job->room + job->used);
        size_t size = sizeof *name + name->MaximumLength;
        job->used += size < item->size ? (size + 15) & ~(size_t)15 : item->size;
    }
    job->system->close_handle(item->copy);
    atomic_store(&item->state, ANSWERED);
}

/* Files on no disk wait for the second pass. */
static void ask_item(struct name_job *job, struct job_item *item, bool second)
{
    if (!claim(item, second ? TYPED : WAITING, TAKEN))
        return;
    if (!second && item->file && job->system->get_file_type(item->copy) != FILE_TYPE_DISK)
        atomic_store(&item->state, TYPED);
    else
        name_it(job, item);
    atomic_fetch_add(&job->steps, 1);
}

static void run_job(struct slow_job *slow)
{
    struct name_job *job = (struct name_job *)slow;

    for (int pass = 0; pass < (job->no_pipes ? 1 : 2); pass++)
        for (size_t i = 0; i < job->count; i++) {
            if (atomic_load(&job->stop) || JOB_ROOM - job->used < NAME_ROOM)
                return;
            ask_item(job, &job->items[i], pass == 1);
        }
}

static void free_job(struct slow_job *slow)
{
    struct name_job *job = (struct name_job *)slow;

    for (size_t i = 0; i < job->count; i++) {
        enum item_state state = atomic_load(&job->items[i].state);
        if (state != ANSWERED && state != MOVED)
            job->system->close_handle(job->items[i].copy);
    }
    if (job->hung)
        atomic_fetch_sub(&hanging, 1);
    memory_give(job);
}

/* --- the asker --- */

void namer_init(struct namer *namer, const struct system_table *system,
                const struct namer_sink *sink)
{
    namer->system = system;
    namer->sink = *sink;
    namer->count = 0;
    namer->left_count = 0;
}

void namer_drop(struct namer *namer)
{
    for (size_t i = 0; i < namer->count; i++)
        namer->system->close_handle(namer->batch[i].copy);
    namer->count = 0;
    for (size_t i = 0; i < namer->left_count; i++)
        slow_release(namer->left[i].slow);
    namer->left_count = 0;
}

static struct name_job *job_new(const struct namer *namer)
{
    struct name_job *job = memory_take(sizeof *job);

    if (!job)
        return NULL;
    job->slow = (struct slow_job){run_job, free_job};
    job->system = namer->system;
    job->no_pipes = namer_hanging() >= NAMER_HANG_OTHERS;
    job->count = namer->count;
    for (size_t i = 0; i < namer->count; i++) {
        job->items[i].copy = namer->batch[i].copy;
        job->items[i].file = namer->batch[i].file;
    }
    return job;
}

static bool tell(struct namer *namer, const struct namer_item *item, struct name_job *job,
                 const struct job_item *asked)
{
    struct namer_answer answer = {.naming = HANDLE_NOT_READ, .status = asked->status};

    if (asked->status >= 0) {
        answer.name = object_name_text(job->room + asked->at, asked->size, &answer.length);
        answer.naming = answer.name ? HANDLE_NAMED : HANDLE_NAMELESS;
    }
    return namer->sink.answer(namer->sink.context, item, &answer);
}

static bool tell_unasked(struct namer *namer, const struct namer_item *item,
                         enum handle_naming naming)
{
    struct namer_answer answer = {.naming = naming};

    return namer->sink.answer(namer->sink.context, item, &answer);
}

/* Whether the thread has been at one item for too long. */
static bool is_stuck(struct name_job *job, unsigned *steps, ULONGLONG *since)
{
    unsigned now = atomic_load(&job->steps);

    if (now != *steps) {
        *steps = now;
        *since = GetTickCount64();
        return false;
    }
    if (GetTickCount64() - *since < NAMER_WAIT_MS)
        return false;
    for (size_t i = 0; i < job->count; i++)
        if (atomic_load(&job->items[i].state) == TAKEN)
            return true;
    return false; /* it has not come to run yet */
}

/* Waits until the thread is done, is stuck, or nobody wants it any more. */
static enum status await(struct slow *slow, const struct progress *progress, bool *stuck)
{
    struct name_job *job = (struct name_job *)slow_answer(slow);
    unsigned steps = 0;
    ULONGLONG since = GetTickCount64();

    *stuck = false;
    while (!slow_wait(slow, SLICE_MS)) {
        if (progress_cancelled(progress)) {
            atomic_store(&job->stop, true);
            return ST_CANCELLED;
        }
        *stuck = is_stuck(job, &steps, &since);
        if (*stuck)
            break;
    }
    return ST_OK;
}

/* Leaves the thread behind with what it hangs at. */
static void leave(struct namer *namer, struct slow *slow, size_t place,
                  const struct namer_item *item)
{
    struct name_job *job = (struct name_job *)slow_answer(slow);

    job->hung = true;
    atomic_fetch_add(&hanging, 1);
    namer->left[namer->left_count++] = (struct namer_left){slow_retain(slow), place, *item};
}

/* Tells of what was answered; what is left of the batch moves to its front. */
static enum status collect(struct namer *namer, struct slow *slow, bool stuck)
{
    struct name_job *job = (struct name_job *)slow_answer(slow);
    size_t kept = 0;
    bool enough = false;

    if (stuck)
        atomic_store(&job->stop, true);
    for (size_t i = 0; i < job->count; i++) {
        struct job_item *item = &job->items[i];
        const struct namer_item asked = namer->batch[i];
        bool was_pipe = atomic_load(&item->state) == TYPED;
        if (claim(item, WAITING, MOVED) || claim(item, TYPED, MOVED)) {
            if (was_pipe && job->no_pipes) {
                namer->system->close_handle(asked.copy);
                enough = enough || !tell_unasked(namer, &asked, HANDLE_NOT_ASKED);
            } else {
                namer->batch[kept++] = asked;
            }
        } else if (atomic_load(&item->state) == ANSWERED) {
            enough = enough || !tell(namer, &asked, job, item);
        } else if (stuck) {
            leave(namer, slow, i, &asked);
            stuck = false;
        }
    }
    namer->count = kept;
    return enough ? ST_CANCELLED : ST_OK;
}

/* No more can be asked. */
static enum status give_up(struct namer *namer, bool closed)
{
    enum status status = ST_OK;

    for (size_t i = 0; i < namer->count; i++) {
        if (!closed)
            namer->system->close_handle(namer->batch[i].copy);
        if (!status && !tell_unasked(namer, &namer->batch[i], HANDLE_NOT_ASKED))
            status = ST_CANCELLED;
    }
    namer->count = 0;
    return status;
}

static enum status ask_batch(struct namer *namer, const struct progress *progress)
{
    while (namer->count) {
        struct slow *slow = NULL;
        struct name_job *job;
        enum status status;
        bool stuck;
        if (namer_hanging() >= NAMER_HANG_MOST || namer->left_count == NAMER_HANG_MOST)
            return give_up(namer, false);
        job = job_new(namer);
        if (!job)
            return ST_NO_MEMORY;
        status = slow_start(&job->slow, &slow);
        if (status) /* the copies went with the job */
            return give_up(namer, true);
        status = await(slow, progress, &stuck);
        if (status)
            namer->count = 0; /* the thread closes them */
        else
            status = collect(namer, slow, stuck);
        slow_release(slow);
        if (status)
            return status;
    }
    return ST_OK;
}

enum status namer_add(struct namer *namer, const struct namer_item *item,
                      const struct progress *progress)
{
    namer->batch[namer->count++] = *item;
    return namer->count == NAMER_BATCH ? ask_batch(namer, progress) : ST_OK;
}

enum status namer_finish(struct namer *namer, const struct progress *progress)
{
    enum status status = ask_batch(namer, progress);

    for (size_t i = 0; !status && i < namer->left_count; i++) {
        struct namer_left *left = &namer->left[i];
        struct name_job *job = (struct name_job *)slow_answer(left->slow);
        struct job_item *item = &job->items[left->place];
        /* They have waited for each other meanwhile; only the first gets more time. */
        bool back = slow_wait(left->slow, i ? 0 : NAMER_WAIT_MS);
        bool more = back && atomic_load(&item->state) == ANSWERED
                        ? tell(namer, &left->item, job, item)
                        : tell_unasked(namer, &left->item, HANDLE_HANGS);
        if (!more || progress_cancelled(progress))
            status = ST_CANCELLED;
    }
    namer_drop(namer);
    return status;
}
