/* images: looks at the files of the programs that run, beside the thread that watches.
 * A file may lie on a disk that sleeps or hangs, so it is never looked at by the one who asks: what
 * is due is handed in one go to a thread (windows/slow.h), and taken over when it has answered.
 * Each file is looked at once when its process begins and again every IMAGES_AGAIN_MS. One that is
 * gone is looked at twice before it is told: a process may have ended, and its file been removed,
 * while nobody knew. What lies on a share is not looked at, mapped to a letter or not. In the
 * caller's storage; one thread. Inside core/windows only. */
#ifndef STAKEOUT_WINDOWS_IMAGES_H
#define STAKEOUT_WINDOWS_IMAGES_H

#include "core/base/index.h"
#include "core/model/source.h"

#define IMAGES_AGAIN_MS 60000

struct images_entry;
struct slow;

struct images {
    struct images_entry *entries; /* of the processes that run */
    size_t count;
    size_t capacity;
    struct index by_key;
    size_t due; /* how many were not looked at yet, or not often enough */
    struct slow *asked;
    struct slow *answer; /* whose rows were handed out last */
    uint64_t again_at;   /* GetTickCount64 */
};

void images_init(struct images *images);
void images_done(struct images *images);

/* Nothing is kept of a path that can't be looked at. */
enum status images_add(struct images *images, struct process_key key, struct text path);
void images_remove(struct images *images, struct process_key key);
/* As source_images. */
enum status images_read(struct images *images, uint32_t wait_ms, struct image_table *table);

#endif
