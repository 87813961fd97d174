/* parts_inside: what the readers of a process's parts share. Inside core/windows/ only: parts.c,
 * threads.c, modules.c, token.c, environment.c. */
#ifndef STAKEOUT_WINDOWS_PARTS_INSIDE_H
#define STAKEOUT_WINDOWS_PARTS_INSIDE_H

#include "core/windows/evidence/accounts.h"
#include "core/windows/process/class5.h"
#include "core/windows/process/parts.h"

#define PARTS_WIDE 32768u /* UTF-16 units: the longest path */

struct parts_reader {
    const struct system_table *system;
    struct accounts accounts;
    struct class5 answer;
    wchar_t *wide; /* scratch, room for PARTS_WIDE units and a UNICODE_STRING before them; owned */
};

/* One process while it is being asked. */
struct parts_inquiry {
    struct parts_reader *reader;
    const struct system_table *system;
    struct process_parts *parts; /* its texts and arrays go into its arena */
    HANDLE handle;               /* QUERY_LIMITED_INFORMATION and SYNCHRONIZE; NULL: refused */
    enum read_state refused;     /* why there is no handle */
    bool is_32;
    bool no_memory; /* the answer is not to be handed out */
};

/* Opens the process once more, with more rights; NULL, with *why. To be closed. */
HANDLE parts_open(const struct parts_inquiry *inquiry, DWORD rights, enum read_state *why);
/* What a refusal means: "access denied" by a process that is protected, or just ending, is not for
 * want of rights. */
enum read_state parts_state(const struct parts_inquiry *inquiry, enum status status);
enum read_state parts_refusal(const struct parts_inquiry *inquiry, DWORD error);
/* Zeroed memory of the answer, or NULL with no_memory set. */
void *parts_take(struct parts_inquiry *inquiry, size_t count, size_t size);
/* Text of the answer. */
struct text_fact parts_keep(struct parts_inquiry *inquiry, const wchar_t *wide, size_t length);
/* Whether this program can't address it: 64 bits seen from 32. */
bool parts_are_foreign(const struct parts_inquiry *inquiry);

/* Each fills in its part and that part's state. */
void threads_read(struct parts_inquiry *inquiry); /* also without a handle */
void modules_read(struct parts_inquiry *inquiry);
void token_read(struct parts_inquiry *inquiry);
void environment_read(struct parts_inquiry *inquiry);

#endif
