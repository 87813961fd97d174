/* made_up_windows: machines as they are when nothing is wrong, made up on a scripted source: a
 * Windows 11 with two users, and a session of Wine 10. Tests start one odd process more, or change
 * one fact of an ordinary one. */
#ifndef STAKEOUT_TESTS_MADE_UP_WINDOWS_H
#define STAKEOUT_TESTS_MADE_UP_WINDOWS_H

#include "tests/support/scripted_source.h"

/* PIDs of the Windows 11. */
enum {
    MADE_UP_SYSTEM = 4,
    MADE_UP_REGISTRY = 140,
    MADE_UP_SMSS = 500,
    MADE_UP_CSRSS = 700,
    MADE_UP_WININIT = 780,
    MADE_UP_WINLOGON = 840,
    MADE_UP_SERVICES = 900,
    MADE_UP_LSASS = 920,
    MADE_UP_SVCHOST = 1040,
    MADE_UP_USER_SVCHOST = 5200,
    MADE_UP_USERINIT = 5600, /* it has exited */
    MADE_UP_EXPLORER = 5640,
    MADE_UP_CMD = 7000
};

#define MADE_UP_LOCAL_SYSTEM "S-1-5-18"
#define MADE_UP_ALICE "S-1-5-21-1-2-3-1001"

/* One more process, a second after the one before; the texts must outlive the machine. image NULL:
 * it has none and nothing can be asked of it. command NULL: the image. */
void made_up_start(struct scripted_source *machine, uint32_t pid, uint32_t parent, const char *name,
                   const char *image, const char *command, const char *sid, uint32_t session);
void made_up_windows11(struct scripted_source *machine);
void made_up_wine(struct scripted_source *machine);

#endif
