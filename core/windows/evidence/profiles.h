/* profiles: who has a profile on this machine, as the registry lists them (ProfileList).
 * Inside core/windows only; any thread. */
#ifndef STAKEOUT_WINDOWS_PROFILES_H
#define STAKEOUT_WINDOWS_PROFILES_H

#include "core/base/arena.h"
#include "core/evidence/expand.h"
#include "core/windows/registry/registry_calls.h"

#define PROFILES_MOST 4096u

/* Everybody in the list, and the user who runs this, whether listed or not. Names are the last part
 * of the profile's folder: nobody is asked for them. Everything lies in the arena. ST_NO_MEMORY. */
enum status profiles_read(const struct registry_calls *calls, struct arena *arena,
                          struct expand_user **users, size_t *count);

#endif
