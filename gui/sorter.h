/* sorter: the order of a list's rows, made beside the window's thread (a struct worker). */
#ifndef STAKEOUT_GUI_SORTER_H
#define STAKEOUT_GUI_SORTER_H

#include "core/base/sort_keys.h"
#include "gui/worker.h"

struct sorter_setup {
    uint32_t count;
    unsigned column;
    bool down;
    /* Appends the key of a row, from 0 on. */
    void (*add_key)(const void *context, uint32_t row, unsigned column, struct buffer *key);
    const void *context;
    /* Lets go of the context, which then must stand still: keys are made on the thread, too. NULL:
     * they are made before sorter_start returns, and the context is not looked at again. */
    void (*release)(const void *context);
};

/* The context is handed over where there is a `release`, also on failure. */
struct worker *sorter_start(const struct sorter_setup *setup, HWND window, UINT message);
/* Once the message is there. The order is owned, memory_give; NULL: there was no memory. */
uint32_t *sorter_take(struct worker *worker);

#endif
