/* details: the facts of one process, each asked with the least right that gives it.
 * QUERY_LIMITED_INFORMATION is enough for the image, the command line (Windows 8.1 and later), bits
 * and, mostly, the token. Only what lies in the process's own memory (working directory; the
 * command line on older systems) needs VM_READ. What cannot be read says why; a refusal that no
 * right would lift is told apart from one for want of rights. In the caller's storage; one thread
 * at a time. Inside core/windows only. */
#ifndef STAKEOUT_WINDOWS_DETAILS_H
#define STAKEOUT_WINDOWS_DETAILS_H

#include "core/base/arena.h"
#include "core/model/process.h"
#include "core/windows/evidence/accounts.h"
#include "core/windows/system.h"

#define DETAILS_WIDE 32768 /* UTF-16 units: the longest path, and the longest command line */

struct details {
    const struct system_table *system;
    struct accounts *accounts;
    wchar_t *wide;   /* scratch, room for DETAILS_WIDE units and a little; owned */
    bool no_class60; /* the system does not have it */
};

enum status details_init(struct details *details, const struct system_table *system,
                         struct accounts *accounts);
void details_done(struct details *details);

/* Fills image, command, directory, user, domain, sid, bits, elevated, critical, protection, and
 * session where it is READ_NOT_YET. handle has QUERY_LIMITED_INFORMATION. Texts lie in the arena or
 * in the accounts. *no_memory is set when a text could not be kept. */
void details_read(struct details *details, HANDLE handle, struct arena *arena,
                  struct process_facts *draft, bool *no_memory);
/* Whether the process has what its facts are read from. Under Wine a process is listed before it
 * has; on Windows it always does. handle as above. */
bool details_are_ready(const struct details *details, HANDLE handle, uint32_t pid);
/* The same fields of a process that could not be opened, by the Win32 error. */
void details_refused(struct process_facts *draft, enum read_state state);

/* Name and recorded parent of an open process, for one that no listing has told of yet. */
enum status details_identify(struct details *details, HANDLE handle, const wchar_t **name,
                             size_t *length, uint32_t *parent_pid);

#endif
