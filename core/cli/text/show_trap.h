/* show_trap: what the trap did at a hit, a line each. Portable. */
#ifndef STAKEOUT_CLI_SHOW_TRAP_H
#define STAKEOUT_CLI_SHOW_TRAP_H

#include "core/act/trap.h"

/* "HIT 3: node.exe (6656): suspended (suspend count 1), 12.4 ms after the look that saw it" */
void show_trap(struct buffer *out, const struct trap_news *news);
/* One JSON object with its line end: event.action, event.outcome, event.reason, process,
 * stakeout.hit, stakeout.latency_ms. */
void show_trap_json(struct buffer *out, const struct trap_news *news);

#endif
