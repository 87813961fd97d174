/* bundle_parts_inside: the functions of the table in bundle_parts.c. context is a struct
 * bundle_machine; each returns as bundle_part.collect. */
#ifndef STAKEOUT_WINDOWS_BUNDLE_PARTS_INSIDE_H
#define STAKEOUT_WINDOWS_BUNDLE_PARTS_INSIDE_H

#include "core/evidence/bundle_out.h"
#include "core/windows/bundle_parts.h"

/* bundle_look.c */
enum status bundle_connections(void *context, struct bundle_out *out);
enum status bundle_processes(void *context, struct bundle_out *out);
/* bundle_hosts.c */
enum status bundle_hosts(void *context, struct bundle_out *out);

#endif
