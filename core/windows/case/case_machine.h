/* case_machine: what an opening of a case says of this program, its user, this machine and its
 * clock (case/case_record.h). What cannot be had stays empty. Inside core/windows and its tests
 * only. */
#ifndef STAKEOUT_WINDOWS_CASE_MACHINE_H
#define STAKEOUT_WINDOWS_CASE_MACHINE_H

#include "core/case/case_record.h"

/* Fills all but the end, the settings, the losses and the watchlists. Texts lie in the arena. */
void case_machine_describe(struct arena *arena, struct case_session *session);
/* A random UUID, "7d444840-9dc0-41d1-b245-5ffdce74fad2"; nothing where the system gives none. */
void case_machine_add_uuid(struct buffer *out);

#endif
