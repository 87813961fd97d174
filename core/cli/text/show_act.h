/* show_act: what is to be done to processes, and what came of it, for people and as JSON Lines.
 * Each function appends whole lines. Portable. */
#ifndef STAKEOUT_CLI_SHOW_ACT_H
#define STAKEOUT_CLI_SHOW_ACT_H

#include "core/act/tree_run.h"

/* "kill ping.exe (6656), started 2026-11-25 02:43:29.123 UTC". */
void show_order(struct buffer *out, enum act_kind kind, const struct deed_target *target);
/* "ping.exe (6656): killed, exit code 1". */
void show_deed(struct buffer *out, enum act_kind kind, const struct deed_target *target,
               const struct deed_result *result);
void show_deed_json(struct buffer *out, enum act_kind kind, const struct deed_target *target,
                    const struct deed_result *result);

/* Everyone in the plan, in the order in which they are touched, with what speaks against it. */
void show_plan(struct buffer *out, const struct tree_plan *plan);
void show_plan_json(struct buffer *out, const struct tree_plan *plan);
/* What became of each, and a last line with the sum. */
void show_tree_result(struct buffer *out, enum act_kind kind, const struct tree_result *result);
void show_tree_result_json(struct buffer *out, enum act_kind kind,
                           const struct tree_result *result);

#endif
