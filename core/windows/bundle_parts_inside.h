/* bundle_parts_inside: the functions of the table in bundle_parts.c. context is a struct
 * bundle_machine; each returns as bundle_part.collect. */
#ifndef STAKEOUT_WINDOWS_BUNDLE_PARTS_INSIDE_H
#define STAKEOUT_WINDOWS_BUNDLE_PARTS_INSIDE_H

#include "core/evidence/bundle_out.h"
#include "core/windows/bundle_parts.h"

/* bundle_host.c */
enum status bundle_host(void *context, struct bundle_out *out);
/* bundle_look.c */
enum status bundle_connections(void *context, struct bundle_out *out);
enum status bundle_listening(void *context, struct bundle_out *out);
enum status bundle_processes(void *context, struct bundle_out *out);
enum status bundle_environment(void *context, struct bundle_out *out);
/* bundle_modules.c */
enum status bundle_module_files(void *context, struct bundle_out *out);
/* bundle_network.c */
enum status bundle_dns(void *context, struct bundle_out *out);
enum status bundle_neighbours(void *context, struct bundle_out *out);
enum status bundle_routes(void *context, struct bundle_out *out);
enum status bundle_adapters(void *context, struct bundle_out *out);
/* bundle_flagged.c */
enum status bundle_handles(void *context, struct bundle_out *out);
enum status bundle_regions(void *context, struct bundle_out *out);
/* bundle_sessions.c */
enum status bundle_share_sessions(void *context, struct bundle_out *out);
enum status bundle_share_files(void *context, struct bundle_out *out);
enum status bundle_shares(void *context, struct bundle_out *out);
enum status bundle_logons(void *context, struct bundle_out *out);
enum status bundle_sessions(void *context, struct bundle_out *out);
/* bundle_hosts.c */
enum status bundle_hosts(void *context, struct bundle_out *out);

#endif
