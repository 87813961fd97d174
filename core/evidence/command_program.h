/* command_program: which file a command line begins with, as the system would look for it.
 * Without quotation marks a blank may end the program's name or lie inside: the system tries the
 * shortest first ("C:\Program", "C:\Program Files\a"), and so does this. The native forms in which
 * services and drivers are written ("\??\C:\a.sys", "\SystemRoot\a.sys", "System32\drivers\a.sys")
 * are taken. Portable: whether a file is there comes in as a function. Any thread. */
#ifndef STAKEOUT_EVIDENCE_COMMAND_PROGRAM_H
#define STAKEOUT_EVIDENCE_COMMAND_PROGRAM_H

#include "core/base/buffer.h"

struct command_world {
    struct text windows; /* "C:\Windows" */
    bool (*is_file)(void *context, struct text path);
    void *context;
};

/* Appends the full path; false: there is no such file, and the path of the shortest try is
 * appended. command: with its variables expanded. */
bool command_program(const struct command_world *world, struct text command, struct buffer *path);

#endif
