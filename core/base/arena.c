#include "core/base/arena.h"

#include "core/base/memory.h"

#include <stdalign.h>
#include <string.h>

#define FIRST_BLOCK ((size_t)4096)
#define LARGEST_BLOCK ((size_t)1024 * 1024)

struct block {
    struct block *next;
    size_t size; /* of what follows the header */
    size_t used;
    alignas(max_align_t) char bytes[];
};

struct arena {
    struct block *blocks; /* the one that is being filled comes first */
    size_t ceiling;
    size_t handed_out;
    size_t asked; /* of the system */
    size_t next_block;
};

struct arena *arena_new(size_t ceiling)
{
    struct arena *arena = memory_take(sizeof *arena);
    if (!arena)
        return NULL;
    arena->ceiling = ceiling;
    arena->asked = sizeof *arena;
    arena->next_block = FIRST_BLOCK;
    return arena;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    struct block *block = arena->blocks;
    while (block) {
        struct block *next = block->next;
        memory_give(block);
        block = next;
    }
    memory_give(arena);
}

static struct block *add_block(struct arena *arena, size_t size)
{
    bool own = size > arena->next_block; /* too large to share a block with others */
    size_t room = own ? size : arena->next_block;
    struct block *block = NULL;
    if (room <= SIZE_MAX - sizeof *block)
        block = memory_take(sizeof *block + room);
    if (!block)
        return NULL;
    block->size = room;
    arena->asked += sizeof *block + room;
    if (own && arena->blocks) {
        /* Behind the first, whose rest stays in use. */
        block->next = arena->blocks->next;
        arena->blocks->next = block;
    } else {
        block->next = arena->blocks;
        arena->blocks = block;
    }
    if (!own && arena->next_block < LARGEST_BLOCK)
        arena->next_block *= 2;
    return block;
}

void *arena_take(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX - align)
        return NULL;
    size = size ? (size + align - 1) & ~(align - 1) : align;
    if (size > arena->ceiling - arena->handed_out)
        return NULL;
    struct block *block = arena->blocks;
    if (!block || block->size - block->used < size) {
        block = add_block(arena, size);
        if (!block)
            return NULL;
    }
    void *bytes = block->bytes + block->used;
    block->used += size;
    arena->handed_out += size;
    return bytes;
}

struct text arena_copy(struct arena *arena, struct text value, bool *failed)
{
    if (value.size == 0)
        return (struct text){NULL, 0};
    char *bytes = arena_take(arena, value.size);
    if (!bytes) {
        if (failed)
            *failed = true;
        return (struct text){NULL, 0};
    }
    memcpy(bytes, value.bytes, value.size);
    return (struct text){bytes, value.size};
}

size_t arena_size(const struct arena *arena)
{
    return arena->asked;
}
