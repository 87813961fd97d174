/* show: processes, connections and hits as people read them in a terminal.
 * What could not be read stands in parentheses with the reason. Times are UTC. Everything that
 * comes from the machine is made visible (text/visible.h). Portable. */
#ifndef STAKEOUT_CLI_SHOW_H
#define STAKEOUT_CLI_SHOW_H

#include "core/model/file_facts.h"
#include "core/model/snapshot.h"
#include "core/watch/hit.h"

/* width: of the terminal, where the last column is cut; 0: never. */
enum status show_processes(struct buffer *out, const struct snapshot *snapshot, bool flat,
                           size_t width);
/* Watched ones first. */
enum status show_connections(struct buffer *out, const struct snapshot *snapshot, size_t width);
void show_hit(struct buffer *out, const struct hit *hit);
/* file: of the process's image; may be NULL. */
enum status show_details(struct buffer *out, const struct snapshot *snapshot, uint32_t process,
                         const struct file_facts *file);

/* The pieces that several of them need. */

/* The left column of a page of details, padded. */
void show_title(struct buffer *out, const char *title);
/* The lines of a page that tell of a file: start is its process's, now when that was looked at. */
void show_file(struct buffer *out, const struct file_facts *file, moment start, moment now);
/* "2026-11-25 02:43:29", or with ".123"; "unknown" for 0. */
void show_moment(struct buffer *out, moment when, bool with_ms);
/* The value made visible, or the reason in parentheses. */
void show_fact(struct buffer *out, const struct text_fact *fact);
/* "CORP\alice", "alice", "(access denied)". */
void show_user(struct buffer *out, const struct process_facts *facts);
/* "node.exe (6656)". */
void show_process(struct buffer *out, const struct process_facts *facts);
/* The rules alone, "wrong folder, look-alike name"; nothing where nothing is odd. */
void show_rules(struct buffer *out, const struct process_odd *odd);
/* "look-alike name: svchost.exe", a remark; with a verified parent or not where it is about that.
 */
void show_remark(struct buffer *out, enum odd_rule rule, const struct odd_subject *subject,
                 const struct process_odd *odd);
/* "192.0.2.1:80", "*" for an unknown peer, nothing for a listener. */
void show_remote(struct buffer *out, const struct connection_seen *seen);

#endif
