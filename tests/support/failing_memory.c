#include "tests/support/failing_memory.h"

#include "core/base/memory.h"

#include <stdlib.h>

static size_t fails_at;
static bool lasts;
static size_t requests;
static long blocks;
static bool has_failed;

static bool fails_now(void)
{
    requests++;
    if (requests != fails_at && !(lasts && has_failed))
        return false;
    has_failed = true;
    return true;
}

static void *take(void *context, size_t size)
{
    (void)context;
    void *block = fails_now() ? NULL : calloc(1, size);
    blocks += block != NULL;
    return block;
}

static void *grow(void *context, void *block, size_t size)
{
    (void)context;
    void *larger = fails_now() ? NULL : realloc(block, size);
    blocks += larger && !block;
    return larger;
}

static void give(void *context, void *block)
{
    (void)context;
    blocks--;
    free(block);
}

static void begin(size_t nth, bool for_good)
{
    static const struct memory_functions functions = {take, grow, give, NULL};
    fails_at = nth;
    lasts = for_good;
    requests = 0;
    blocks = 0;
    has_failed = false;
    memory_use(&functions);
}

void failing_memory_begin(size_t nth)
{
    begin(nth, false);
}

void failing_memory_run_out(size_t nth)
{
    begin(nth, true);
}

void failing_memory_end(void)
{
    memory_use(NULL);
}

bool failing_memory_failed(void)
{
    return has_failed;
}

size_t failing_memory_requests(void)
{
    return requests;
}

long failing_memory_blocks(void)
{
    return blocks;
}
