/* disk_space: what there is room for in a folder (act/disk_room.h). Any thread. */
#ifndef STAKEOUT_WINDOWS_DISK_SPACE_H
#define STAKEOUT_WINDOWS_DISK_SPACE_H

#include "core/act/disk_room.h"

/* The folder must exist. failure may be NULL. */
enum status disk_space_read(struct text folder, struct disk_room *room, struct failure *failure);

#endif
