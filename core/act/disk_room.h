/* disk_room: whether a file will fit where it is to be written, told before anything is. Pure. */
#ifndef STAKEOUT_ACT_DISK_ROOM_H
#define STAKEOUT_ACT_DISK_ROOM_H

#include "core/base/buffer.h"

/* FAT holds no file of 4 GiB or more. */
#define DISK_ROOM_FAT_MOST UINT64_C(0xFFFFFFFF)

struct disk_room {
    uint64_t free;      /* bytes that this user may still write there */
    uint64_t file_most; /* bytes that one file may have; UINT64_MAX: no limit that matters */
};

/* For a file of about `needed` bytes: ST_OK, ST_DISK_FULL or ST_TOO_LARGE, and then one line with
 * the numbers is appended to *problem. */
enum status disk_room_fits(const struct disk_room *room, uint64_t needed, struct buffer *problem);

#endif
