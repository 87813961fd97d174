/* expand: what the variables of a rule stand for, on this machine.
 * "%%environ_systemroot%%" and "%SystemRoot%" are variables of the environment.
 * "%%users.NAME%%" (also "users_NAME") stands for each user of the machine in turn, so that one
 * text becomes several; "%%current_user_NAME%%" for the one who runs this. NAME: sid, username,
 * userprofile (homedir), appdata, localappdata, localappdata_low, temp; paths below the profile are
 * those that Windows has by default. Portable; any thread. */
#ifndef STAKEOUT_EVIDENCE_EXPAND_H
#define STAKEOUT_EVIDENCE_EXPAND_H

#include "core/base/buffer.h"

#define EXPAND_MOST ((size_t)64 << 10) /* bytes of one text */

struct expand_user {
    struct text sid;
    struct text name; /* empty: it could not be told */
    struct text profile;
    bool current;
};

struct expand_world {
    const struct expand_user *users;
    size_t count;
    /* Appends the value of a variable of the environment; false: there is none. */
    bool (*variable)(void *context, struct text name, struct buffer *out);
    void *context;
};

/* Calls `each` for every text that `pattern` stands for, until it returns false. ST_NOT_FOUND: one
 * of its variables is unknown or has no value, which is *unknown then (borrowed from pattern), and
 * nothing was called. ST_NO_MEMORY, ST_TOO_LARGE. */
enum status expand(const struct expand_world *world, struct text pattern,
                   bool (*each)(void *context, struct text text), void *context,
                   struct text *unknown);

#endif
