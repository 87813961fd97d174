/* Any bytes as a hosts file: a domain goes in and out, and every byte is as it was; what is refused
 * is refused each time. */
#include <stdlib.h>

#include "core/watch/sinkhole.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void go_in_and_out(struct text file, struct arena *arena, struct buffer *in,
                          struct buffer *out)
{
    struct sinkhole_wish wish = {.domain = text_of("fuzz.evil.example"), .pinned = true};
    enum sinkhole_why why = SINKHOLE_FINE;
    enum status status = sinkhole_change(file, arena, &wish, 1, in, &why);

    if (status == ST_INVALID) {
        must(why == SINKHOLE_UTF16 || why == SINKHOLE_NO_END);
        must(sinkhole_clear(file, out, &why) == ST_INVALID);
        return;
    }
    must(status == ST_OK);
    if (wish.was_pinned || wish.why != SINKHOLE_FINE) {
        must(text_equal(buffer_text(in), file));
        return;
    }
    wish.pinned = false;
    must(sinkhole_change(buffer_text(in), arena, &wish, 1, out, &why) == ST_OK);
    must(wish.was_pinned && !address_is_unspecified(&wish.entry.v4));
    struct sinkhole before;
    must(sinkhole_read(file, arena, &before, &why) == ST_OK);
    if (before.count == 0 && text_find(file, text_of("BEGIN Stakeout")) == SIZE_MAX)
        must(text_equal(buffer_text(out), file));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text file = {(const char *)data, size};
    struct arena *arena = arena_new((size_t)64 << 20);
    struct buffer in;
    struct buffer out;

    must(arena != NULL);
    buffer_init(&in, (size_t)64 << 20);
    buffer_init(&out, (size_t)64 << 20);
    go_in_and_out(file, arena, &in, &out);
    buffer_clear(&in);
    if (sinkhole_convert(file, &in) == ST_OK)
        must(!in.failed);
    buffer_clear(&out);
    must(sinkhole_change_list(file, NULL, 0, &out) == ST_OK);
    buffer_done(&out);
    buffer_done(&in);
    arena_free(arena);
    return 0;
}
