#include "gui/worker.h"

#include "core/base/memory.h"
#include "core/base/refs.h"

struct worker {
    struct refs refs;
    const struct worker_class *class;
    void *data;
    HWND window;
    UINT message;
    WPARAM number;
    HANDLE thread;
    atomic_bool cancel;
};

static void let_go(struct worker *worker)
{
    if (!refs_release(&worker->refs))
        return;
    worker->class->dispose(worker->data);
    if (worker->thread)
        CloseHandle(worker->thread);
    memory_give(worker);
}

static DWORD WINAPI run(void *context)
{
    struct worker *worker = context;

    worker->class->run(worker->data, &worker->cancel);
    if (!atomic_load(&worker->cancel))
        PostMessageW(worker->window, worker->message, worker->number, 0);
    let_go(worker);
    return 0;
}

struct worker *worker_start(const struct worker_class *class, void *data, HWND window, UINT message)
{
    static atomic_uint last;
    struct worker *worker = memory_take(sizeof *worker);

    if (!worker) {
        class->dispose(data);
        return NULL;
    }
    refs_init(&worker->refs);
    refs_retain(&worker->refs);
    worker->class = class;
    worker->data = data;
    worker->window = window;
    worker->message = message;
    worker->number = (WPARAM)atomic_fetch_add(&last, 1) + 1;
    atomic_init(&worker->cancel, false);
    worker->thread = CreateThread(NULL, 0, run, worker, 0, NULL);
    if (!worker->thread) {
        let_go(worker);
        let_go(worker);
        return NULL;
    }
    return worker;
}

void worker_release(struct worker *worker)
{
    if (!worker)
        return;
    atomic_store(&worker->cancel, true);
    let_go(worker);
}

bool worker_wait(const struct worker *worker, DWORD ms)
{
    return WaitForSingleObject(worker->thread, ms) == WAIT_OBJECT_0;
}

WPARAM worker_number(const struct worker *worker)
{
    return worker->number;
}

void *worker_data(const struct worker *worker)
{
    return worker->data;
}
