/* show_case: a case as people read it in a terminal. Portable. */
#ifndef STAKEOUT_CLI_SHOW_CASE_H
#define STAKEOUT_CLI_SHOW_CASE_H

#include "core/case/case_record.h"

void show_case(struct buffer *out, struct text folder, const struct case_record *record);

#endif
