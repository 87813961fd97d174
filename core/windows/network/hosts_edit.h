/* hosts_edit: changes a hosts file, whole or not at all.
 * The file is read, its new content made by whoever asks (core/watch/sinkhole.h), and put in its
 * place at once: a new file is written beside it, flushed, given the old one's attributes, owner
 * and access list, and takes its name by one rename, so that a crash at any moment leaves the old
 * or the new one. A file that others changed in between is not overwritten. Two Stakeouts wait for
 * each other (a mutex of the whole machine). One thread. */
#ifndef STAKEOUT_WINDOWS_HOSTS_EDIT_H
#define STAKEOUT_WINDOWS_HOSTS_EDIT_H

#include "core/base/buffer.h"
#include "core/watch/sinkhole.h"

#define HOSTS_EDIT_MOST ((size_t)64 << 20) /* bytes of the file */

struct hosts_edit;

/* path: empty for the system's (its place is in the registry). A missing file is an empty one.
 * ST_BUSY: another Stakeout is at it. failure may be NULL. Owned: hosts_edit_close. */
enum status hosts_edit_open(struct text path, struct hosts_edit **edit, struct failure *failure);
void hosts_edit_close(struct hosts_edit *edit); /* NULL is fine */

struct text hosts_edit_path(const struct hosts_edit *edit);
/* As it was read, or as it was written last. */
struct text hosts_edit_content(const struct hosts_edit *edit);

/* ST_STALE: others changed it since it was read; ST_DENIED: it is read-only, or may not be written.
 * On failure the file is as it was; failure may be NULL. */
enum status hosts_edit_write(struct hosts_edit *edit, struct text content, struct failure *failure);
/* Whether it still holds what was written last; ST_STALE: somebody put something else there. */
enum status hosts_edit_verify(struct hosts_edit *edit);

/* Makes new look-ups see the file (DnsFlushResolverCache, undocumented; as ipconfig /flushdns).
 * ST_UNSUPPORTED: this system does not have the call. */
enum status hosts_edit_flush(void);
/* Asks the system's resolver, off the wire (hosts file and cache only): *same says whether it
 * answers with this address, of IPv4 or IPv6. ST_NOT_FOUND: it knows no such name. */
enum status hosts_edit_resolve(struct text domain, const struct address *address, bool *same);
/* What this machine answers to, for sinkhole_refusal; texts lie in the arena. */
struct sinkhole_machine hosts_edit_machine(struct arena *arena);

#endif
