/* live_sinkhole: how domains are pinned on this machine (act/sinkhole_deed.h). */
#ifndef STAKEOUT_WINDOWS_LIVE_SINKHOLE_H
#define STAKEOUT_WINDOWS_LIVE_SINKHOLE_H

#include <stdatomic.h>

#include "core/act/sinkhole_deed.h"

struct live_sinkhole;

/* hosts: another file than the system's, for offline images and tests; nobody looks into it, so the
 * cache is not flushed then. cancel (borrowed, may be NULL): true ends the waiting. Owned:
 * live_sinkhole_free. */
enum status live_sinkhole_new(struct text hosts, const atomic_bool *cancel,
                              struct live_sinkhole **live);
/* The folder of the case, in which the file is saved before it is changed; without one it can't be.
 */
enum status live_sinkhole_save_into(struct live_sinkhole *live, struct text case_folder);
void live_sinkhole_free(struct live_sinkhole *live); /* NULL is fine */
/* As long as it lives. */
struct sinkhole_means live_sinkhole_means(struct live_sinkhole *live);

#endif
