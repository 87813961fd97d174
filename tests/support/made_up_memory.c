#include "tests/support/made_up_memory.h"

#include <stdlib.h>
#include <string.h>

void made_up_memory_init(struct made_up_memory *memory)
{
    *memory = (struct made_up_memory){.count = 0};
}

void made_up_memory_done(struct made_up_memory *memory)
{
    for (size_t i = 0; i < memory->count; i++) {
        free(memory->regions[i].bytes);
        free(memory->regions[i].bad);
        free(memory->regions[i].asked);
    }
    memory->count = 0;
}

struct made_up_region *made_up_memory_add(struct made_up_memory *memory, uint64_t base,
                                          size_t pages)
{
    struct made_up_region *made = &memory->regions[memory->count];

    if (memory->count == MADE_UP_REGIONS)
        abort();
    made->region = (struct region){
        .base = base,
        .size = (uint64_t)pages * REGION_PAGE,
        .kind = REGION_PRIVATE,
        .access = REGION_READ | REGION_WRITE,
        .askable = true,
    };
    made->bytes = calloc(pages, REGION_PAGE);
    made->bad = calloc(pages, sizeof *made->bad);
    made->asked = calloc(pages, sizeof *made->asked);
    if (!made->bytes || !made->bad || !made->asked)
        abort();
    memory->count++;
    return made;
}

static struct made_up_region *region_at(struct made_up_memory *memory, uint64_t address)
{
    for (size_t i = 0; i < memory->count; i++) {
        struct made_up_region *made = &memory->regions[i];

        if (address >= made->region.base && address - made->region.base < made->region.size)
            return made;
    }
    return NULL;
}

void made_up_memory_put(struct made_up_memory *memory, uint64_t address, const void *bytes,
                        size_t size)
{
    for (size_t i = 0; i < size; i++) {
        struct made_up_region *made = region_at(memory, address + i);

        if (!made)
            abort();
        made->bytes[address + i - made->region.base] = ((const uint8_t *)bytes)[i];
    }
}

void made_up_memory_put_wide(struct made_up_memory *memory, uint64_t address, const char *ascii)
{
    for (size_t i = 0; ascii[i]; i++) {
        const uint8_t unit[2] = {(uint8_t)ascii[i], 0};

        made_up_memory_put(memory, address + 2 * i, unit, 2);
    }
}

static enum status next_region(void *context, uint64_t from, struct region *region)
{
    struct made_up_memory *memory = context;

    for (size_t i = 0; i < memory->count; i++) {
        const struct region *made = &memory->regions[i].region;

        if (made->base + made->size > from) {
            *region = *made;
            return ST_OK;
        }
    }
    return ST_NOT_FOUND;
}

static enum status read_region(void *context, uint64_t address, void *out, size_t size)
{
    struct made_up_memory *memory = context;
    struct made_up_region *made = region_at(memory, address);
    size_t at = made ? (size_t)(address - made->region.base) : 0;
    bool bad = !made || size == 0 || size > made->region.size - at;

    if (memory->before_read)
        memory->before_read(memory);
    memory->reads++;
    if (memory->gone_after && memory->reads > memory->gone_after)
        return ST_GONE;
    for (size_t page = at / REGION_PAGE; !bad && page <= (at + size - 1) / REGION_PAGE; page++) {
        made->asked[page]++;
        bad = made->bad[page];
    }
    if (bad) {
        memset(out, 'x', size); /* what is in there is nobody's business */
        return ST_IO;
    }
    memcpy(out, made->bytes + at, size);
    return ST_OK;
}

struct region_reader made_up_memory_reader(struct made_up_memory *memory)
{
    return (struct region_reader){memory, next_region, read_region};
}
