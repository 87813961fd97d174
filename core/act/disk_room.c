#include "core/act/disk_room.h"

#define MB (UINT64_C(1) << 20)

static void add_mb(struct buffer *out, uint64_t mb)
{
    buffer_add_unsigned(out, mb);
    buffer_add_string(out, " MB");
}

enum status disk_room_fits(const struct disk_room *room, uint64_t needed, struct buffer *problem)
{
    /* Rounded apart, so that the two numbers never look as if it would fit. */
    uint64_t needed_mb = needed / MB + (needed % MB ? 1 : 0);

    if (needed > room->file_most) {
        buffer_add_string(problem, "about ");
        add_mb(problem, needed_mb);
        buffer_add_string(problem, " are needed, and a file on this disk holds at most ");
        add_mb(problem, room->file_most / MB);
        return ST_TOO_LARGE;
    }
    if (needed > room->free) {
        buffer_add_string(problem, "about ");
        add_mb(problem, needed_mb);
        buffer_add_string(problem, " are needed, and ");
        add_mb(problem, room->free / MB);
        buffer_add_string(problem, " are free on this disk");
        return ST_DISK_FULL;
    }
    return ST_OK;
}
