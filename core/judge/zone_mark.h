/* zone_mark: where a file came from (the stream "Zone.Identifier", the Mark of the Web).
 * Browsers, mail programs and archivers write it beside the contents, each in its own way, and so
 * may malware: any bytes are taken, and what is not understood is left out. Pure; any thread. */
#ifndef STAKEOUT_JUDGE_ZONE_MARK_H
#define STAKEOUT_JUDGE_ZONE_MARK_H

#include "core/model/file_facts.h"

#define ZONE_MARK_MOST (64u << 10) /* bytes of the stream that are worth reading */

/* Fills all but `read` from the stream's content; `marked` even where nothing of it is understood.
 * Texts lie in the arena. ST_NO_MEMORY, ST_TOO_LARGE over the ceiling of an ini; *zone is left as
 * it was then. */
enum status zone_mark_read(struct text content, struct arena *arena, struct file_zone *zone);

/* English for people: "internet"; "" for a zone without a name. Static storage. */
const char *zone_name(uint32_t zone);

#endif
