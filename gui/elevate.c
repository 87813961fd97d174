#include "gui/elevate.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "gui/watch_store.h"
#include "gui/worker.h"

#define WORDS_MOST ((size_t)256 * 1024)

struct elevating {
    struct elevation elevation;
    HWND window;
    struct buffer arguments;
    struct buffer list_path;
    const struct watchlist *list;
    enum status status;
};

static void run(void *data, const atomic_bool *cancel)
{
    struct elevating *elevating = data;
    struct failure failure = {.status = ST_OK};

    (void)cancel; /* the question is the system's, and the user's to answer */
    elevating->status = ST_OK;
    if (elevating->list_path.size)
        elevating->status =
            watch_store_save(buffer_text(&elevating->list_path), elevating->list, &failure);
    if (elevating->status == ST_OK)
        elevating->status =
            elevating->elevation.start(elevating->elevation.context, elevating->window,
                                       buffer_text(&elevating->arguments), &failure);
}

static void dispose(void *data)
{
    struct elevating *elevating = data;

    watchlist_release(elevating->list);
    buffer_done(&elevating->list_path);
    buffer_done(&elevating->arguments);
    memory_give(elevating);
}

static const struct worker_class worker_class = {run, dispose};

struct worker *elevate_start(const struct elevate_order *order, HWND window, UINT message)
{
    struct elevating *elevating = memory_take(sizeof *elevating);

    if (!elevating)
        return NULL;
    elevating->elevation = *order->elevation;
    elevating->window = window;
    buffer_init(&elevating->arguments, WORDS_MOST);
    buffer_init(&elevating->list_path, WORDS_MOST);
    buffer_add(&elevating->arguments, order->arguments);
    buffer_add(&elevating->list_path, order->list_path);
    if (order->list_path.size)
        elevating->list = watchlist_retain(order->list);
    if (elevating->arguments.failed == ST_OK && elevating->list_path.failed == ST_OK)
        return worker_start(&worker_class, elevating, window, message);
    dispose(elevating);
    return NULL;
}

enum status elevate_outcome(const struct worker *worker)
{
    return ((const struct elevating *)worker_data(worker))->status;
}
