#include "core/windows/slow.h"

#include <windows.h>

#include "core/base/memory.h"
#include "core/base/refs.h"

#define RUNNING_MOST 32
#define ENDING_MS 50 /* that a thread may take to end once it has answered */

struct slow {
    struct refs refs; /* one for the asker, one for the thread */
    struct slow_job *job;
    HANDLE answered;
    HANDLE thread; /* NULL: it could not be started */
};

static atomic_int running;

static void let_go(struct slow *slow)
{
    if (!refs_release(&slow->refs))
        return;
    slow->job->free(slow->job);
    CloseHandle(slow->answered);
    if (slow->thread)
        CloseHandle(slow->thread);
    memory_give(slow);
}

static DWORD WINAPI ask(void *context)
{
    struct slow *slow = context;

    slow->job->run(slow->job);
    atomic_fetch_sub(&running, 1);
    SetEvent(slow->answered);
    let_go(slow);
    return 0;
}

static enum status start_thread(struct slow *slow)
{
    if (atomic_fetch_add(&running, 1) >= RUNNING_MOST) {
        atomic_fetch_sub(&running, 1);
        return ST_BUSY;
    }
    refs_retain(&slow->refs);
    slow->thread = CreateThread(NULL, 0, ask, slow, 0, NULL);
    if (!slow->thread) {
        atomic_fetch_sub(&running, 1);
        refs_release(&slow->refs);
        return ST_NO_MEMORY;
    }
    return ST_OK;
}

enum status slow_start(struct slow_job *job, struct slow **slow)
{
    struct slow *made = memory_take(sizeof *made);
    enum status status;

    if (made)
        made->answered = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!made || !made->answered) {
        memory_give(made);
        job->free(job);
        return ST_NO_MEMORY;
    }
    refs_init(&made->refs);
    made->job = job;
    status = start_thread(made);
    if (status) {
        let_go(made);
        return status;
    }
    *slow = made;
    return ST_OK;
}

bool slow_wait(struct slow *slow, uint32_t ms)
{
    if (WaitForSingleObject(slow->answered, ms) != WAIT_OBJECT_0)
        return false;
    /* A program that ends while this thread does would lose its exit code under Wine 10. */
    WaitForSingleObject(slow->thread, ENDING_MS);
    return true;
}

struct slow_job *slow_answer(struct slow *slow)
{
    return slow->job;
}

struct slow *slow_retain(struct slow *slow)
{
    refs_retain(&slow->refs);
    return slow;
}

void slow_release(struct slow *slow)
{
    if (slow)
        let_go(slow);
}
