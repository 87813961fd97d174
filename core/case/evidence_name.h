/* evidence_name: what files that a case gets are called.
 * Such a name says which process and when, sorts by time within a process, and means the same to
 * every system that the case may be carried to. Each function appends; any thread. */
#ifndef STAKEOUT_CASE_EVIDENCE_NAME_H
#define STAKEOUT_CASE_EVIDENCE_NAME_H

#include "core/model/process.h"

#define EVIDENCE_NAME_MOST 40 /* bytes of a process's name */

/* The name of a process without ".exe", cut, in ASCII letters, digits, '-' and '_'; whatever else
 * becomes '_'. "process" where nothing readable is left. Never a name that the system reserves for
 * a device, since something follows it. */
void evidence_name_add(struct buffer *out, struct text name);
/* "20261125T101530Z"; "unknown" for an unknown moment. */
void evidence_stamp_add(struct buffer *out, moment when);
/* "evil-1234-20261125T101530Z". */
void evidence_stem_add(struct buffer *out, struct text name, uint32_t pid, moment when);

#endif
