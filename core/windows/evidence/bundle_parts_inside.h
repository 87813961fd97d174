/* bundle_parts_inside: the functions of the table in bundle_parts.c. context is a struct
 * bundle_machine; each returns as bundle_part.collect. */
#ifndef STAKEOUT_WINDOWS_BUNDLE_PARTS_INSIDE_H
#define STAKEOUT_WINDOWS_BUNDLE_PARTS_INSIDE_H

#include "core/evidence/bundle_out.h"
#include "core/evidence/glob.h"
#include "core/find/registry_row.h"
#include "core/model/file_facts.h"
#include "core/windows/evidence/bundle_parts.h"
#include "core/windows/evidence/disk_calls.h"
#include "core/windows/registry/registry_calls.h"

/* What is told of the file that a service, a task or a key starts. */
#define BUNDLE_FILE_PARTS (FILE_HASHES | FILE_SIGNATURE)

/* The tables that a test put in, or the system's. */
const struct disk_calls *disk_calls_of(const struct bundle_machine *machine);
struct registry_calls bundle_registry_of(const struct bundle_machine *machine);

/* A row that tells of a value (or, NULL, a key) of the registry; the object "stakeout" is left open
 * for more. bundle_registry.c */
#define BUNDLE_REGISTRY_MOST ((size_t)8 << 20) /* bytes of data that are written */
struct json_writer *bundle_registry_begin(struct bundle_out *out, const struct registry_key *key,
                                          const struct registry_value *value);
enum status bundle_registry_end(struct bundle_out *out, struct json_writer *json);

/* Rows about the files of a BUNDLE_FILES part, kept until all of them are there and written last,
 * as index.jsonl. bundle_copies.c */
struct bundle_index {
    struct bundle_out *out;
    struct buffer rows;
    struct json_writer json;
    uint64_t files; /* that are there */
};

void bundle_index_begin(struct bundle_index *index, struct bundle_out *out);
struct json_writer *bundle_index_row(struct bundle_index *index);
void bundle_index_end_row(struct bundle_index *index);
/* Writes it, where it has rows, and frees it. alone: also where there is no file beside it. status:
 * what the part came to so far, which is returned unless writing failed. */
enum status bundle_index_end(struct bundle_index *index, enum status status, bool alone);

/* Copies a file as it is, past its access list where the user may, without changing its times; its
 * row in the index has its path, times, hashes and the copy's name, or why there is none, and then
 * the members that `add` (may be NULL) writes. Fails only where nothing more can be written, and
 * with ST_CANCELLED. *had: the copy is there. */
enum status bundle_copy(struct bundle_index *index, struct text path, uint64_t size_most,
                        void (*add)(void *context, struct json_writer *json), void *context,
                        bool *had);

/* Lists folders for a glob_tree. bundle_tasks.c */
void bundle_list_folder(void *context, struct text folder, glob_child *each, void *told);

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
/* bundle_services.c */
enum status bundle_services(void *context, struct bundle_out *out);
enum status bundle_drivers(void *context, struct bundle_out *out);
/* bundle_registry.c */
enum status bundle_autoruns(void *context, struct bundle_out *out);
enum status bundle_firewall(void *context, struct bundle_out *out);
enum status bundle_programs(void *context, struct bundle_out *out);
/* bundle_tasks.c */
enum status bundle_tasks(void *context, struct bundle_out *out);
/* bundle_accounts.c */
enum status bundle_users(void *context, struct bundle_out *out);
/* bundle_wmi.c */
enum status bundle_wmi(void *context, struct bundle_out *out);
/* bundle_logs.c */
enum status bundle_event_logs(void *context, struct bundle_out *out);
/* bundle_copies.c */
enum status bundle_prefetch(void *context, struct bundle_out *out);
enum status bundle_amcache(void *context, struct bundle_out *out);
/* bundle_rules.c */
enum status bundle_rules(void *context, struct bundle_out *out);
enum status bundle_rule_files(void *context, struct bundle_out *out);

#endif
