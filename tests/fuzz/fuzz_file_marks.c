/* Any bytes as the two things that a file says of itself: its mark of where it came from, and its
 * version resource. What is taken from them lies in the arena and is no longer than they are. */
#include <stdlib.h>

#include "core/judge/version_block.h"
#include "core/judge/zone_mark.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* Touches every byte: the sanitizers watch. */
static void check(struct text value, size_t most)
{
    size_t at = 0;

    must(value.size <= most);
    while (at < value.size)
        must(text_decode(value, &at) <= 0x10FFFF);
}

static void read_version(struct text input, struct arena *arena)
{
    struct file_version version = {.present = false};

    must(version_block_read(input, arena, &version) == ST_OK);
    check(version.company, 2 * input.size);
    check(version.description, 2 * input.size);
    check(version.file_version, 2 * input.size + 24);
    check(version.original_name, 2 * input.size);
    check(version.product, 2 * input.size);
}

static void read_zone(struct text input, struct arena *arena)
{
    struct file_zone zone = {.marked = false};
    enum status status = zone_mark_read(input, arena, &zone);

    must(status == ST_OK || status == ST_TOO_LARGE);
    must(zone.marked == (status == ST_OK));
    check(zone.host, 3 * input.size);
    check(zone.referrer, 3 * input.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text input = {(const char *)data, size};
    struct arena *arena = arena_new((size_t)1 << 24);

    if (!arena)
        return 0;
    read_version(input, arena);
    read_zone(input, arena);
    arena_free(arena);
    return 0;
}
