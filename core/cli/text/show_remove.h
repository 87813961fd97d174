/* show_remove: what was found of a file that is to be removed, what will be done, and what came of
 * it, for people and as JSON Lines. Each function appends whole lines. Portable. */
#ifndef STAKEOUT_CLI_SHOW_REMOVE_H
#define STAKEOUT_CLI_SHOW_REMOVE_H

#include "core/act/removal_run.h"

/* The file, its other names, who runs and holds it, where the registry names it. */
void show_removal_found(struct buffer *out, const struct removal_order *order);
/* The steps in their order, and which ways are closed and why. */
void show_removal_plan(struct buffer *out, const struct removal_order *order, bool elevated);
/* "kill evil.exe (104): killed, exit code 1". */
void show_removal_step(struct buffer *out, const struct removal_told *told);
void show_removal_result(struct buffer *out, const struct removal_order *order,
                         const struct removal_result *result);

/* One line for each process and place, and one of the plan. */
void show_removal_plan_json(struct buffer *out, const struct removal_order *order, bool elevated);
void show_removal_step_json(struct buffer *out, const struct removal_told *told);
void show_removal_result_json(struct buffer *out, const struct removal_order *order,
                              const struct removal_result *result);

#endif
