#include "gui/sorter.h"

#include "core/base/memory.h"

struct job {
    struct sorter_setup setup;
    struct sort_keys *keys;
    uint32_t *order;
};

static bool add_keys(struct job *job, const atomic_bool *cancel)
{
    job->keys = sort_keys_new(job->setup.count);
    for (uint32_t row = 0; job->keys && row < job->setup.count; row++) {
        if (cancel && atomic_load(cancel))
            return false;
        job->setup.add_key(job->setup.context, row, job->setup.column, sort_keys_next(job->keys));
        sort_keys_end(job->keys);
    }
    return job->keys != NULL;
}

static void run(void *data, const atomic_bool *cancel)
{
    struct job *job = data;
    if (!job->keys && !add_keys(job, cancel))
        return;
    uint32_t *order = memory_take_array((size_t)job->setup.count + 1, sizeof *order);
    if (order && sort_keys_order(job->keys, job->setup.down, order) == ST_OK)
        job->order = order;
    else
        memory_give(order);
    sort_keys_free(job->keys);
    job->keys = NULL;
}

static void dispose(void *data)
{
    struct job *job = data;
    if (job->setup.release)
        job->setup.release(job->setup.context);
    sort_keys_free(job->keys);
    memory_give(job->order);
    memory_give(job);
}

struct worker *sorter_start(const struct sorter_setup *setup, HWND window, UINT message)
{
    static const struct worker_class class = {run, dispose};
    struct job *job = memory_take(sizeof *job);
    if (!job) {
        if (setup->release)
            setup->release(setup->context);
        return NULL;
    }
    job->setup = *setup;
    if (!setup->release && !add_keys(job, NULL)) {
        dispose(job);
        return NULL;
    }
    return worker_start(&class, job, window, message);
}

uint32_t *sorter_take(struct worker *worker)
{
    struct job *job = worker_data(worker);
    uint32_t *order = job->order;
    job->order = NULL;
    return order;
}
