#include "core/base/memory.h"

#include <stdint.h>
#include <stdlib.h>

static void *system_take(void *context, size_t size)
{
    (void)context;
    return calloc(1, size);
}

static void *system_grow(void *context, void *block, size_t size)
{
    (void)context;
    return realloc(block, size);
}

static void system_give(void *context, void *block)
{
    (void)context;
    free(block);
}

static const struct memory_functions system_functions = {system_take, system_grow, system_give,
                                                         NULL};

static const struct memory_functions *functions_in_use = &system_functions;

void memory_use(const struct memory_functions *functions)
{
    functions_in_use = functions ? functions : &system_functions;
}

void *memory_take(size_t size)
{
    return functions_in_use->take(functions_in_use->context, size ? size : 1);
}

void *memory_take_array(size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    return memory_take(count * size);
}

void *memory_grow(void *block, size_t size)
{
    return functions_in_use->grow(functions_in_use->context, block, size ? size : 1);
}

void *memory_grow_array(void *block, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    return memory_grow(block, count * size);
}

void memory_give(void *block)
{
    if (block)
        functions_in_use->give(functions_in_use->context, block);
}
