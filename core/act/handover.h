/* handover: what a program that starts itself anew, with more rights, tells the new one.
 * Words for a command line: the case, the watchlist, what is selected, and whom to wait for, since
 * a case has one writer. Portable; text is UTF-8. */
#ifndef STAKEOUT_ACT_HANDOVER_H
#define STAKEOUT_ACT_HANDOVER_H

#include "core/base/buffer.h"
#include "core/model/process.h"

/* Empty texts and keys with PID 0 are left out. */
struct handover {
    struct text case_folder;
    struct text list;
    struct text settings;
    struct text hosts; /* another hosts file than the system's */
    struct text language;
    struct process_key selected;
    struct process_key self; /* who hands over, and ends */
};

/* One word of a command line, quoted so that the C library's and the shell's rules give it back
 * (CommandLineToArgvW): quotes and the backslashes before them are escaped. */
void handover_add_word(struct buffer *out, struct text word);
/* "--case C:\x --list … --select 104:2026-…Z --after 4:…", words apart by spaces. */
void handover_add(struct buffer *out, const struct handover *handover);
/* "104:2026-11-25T02:43:29.1234567Z"; false: it is not that. */
bool handover_parse_key(struct text word, struct process_key *key);

#endif
