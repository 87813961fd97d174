/* closing_calls: the calls that closing makes, as a table, and the bytes that it hands over.
 * A test puts its own in: NSI missing, a refusal, a system that says "done" and does nothing.
 * Inside core/windows and its tests only. */
#ifndef STAKEOUT_WINDOWS_CLOSING_CALLS_H
#define STAKEOUT_WINDOWS_CLOSING_CALLS_H

#include "core/windows/network/closing.h"
#include "core/windows/system.h"

/* Names a part of the network stack (NPI_MODULEID of netioapi's kernel side, "netioddk.h"). */
struct nsi_module {
    USHORT size;
    ULONG type; /* 1: by its GUID */
    GUID guid;
};

#define NSI_ACTIVE 1 /* the running state, not what is kept for the next start */
#define NSI_CREATE_OR_SET 2
#define NSI_TCP_CLOSE 16 /* of the TCP module: its keys are connections, setting one closes it */
#define NSI_TCP_KEY_SIZE 56

_Static_assert(sizeof(struct nsi_module) == 24, "as the stack has it");
_Static_assert(offsetof(struct nsi_module, guid) == 8, "as the stack has it");

struct closing_calls {
    const struct system_table *system; /* its tables of connections are read */
    /* optional. store, action, module, class, key and its size, value and its size; a Win32 error
     */
    DWORD(WINAPI *nsi_set_all_parameters)(DWORD, DWORD, const struct nsi_module *, DWORD,
                                          const void *, DWORD, const void *, DWORD);
    DWORD(WINAPI *set_tcp_entry)(MIB_TCPROW *);
    struct clock clock;         /* only its ticks */
    void(WINAPI *pause)(DWORD); /* ms */
};

struct closing_calls closing_system_calls(void);

void closing_perform_by(const struct closing_calls *calls, const struct connection_seen *connection,
                        const struct progress *progress, struct closing_result *result);

/* A connection as NSI's class 16 takes it: two socket addresses, local and remote, 28 bytes each.
 * A row of the IPv4 table has its addresses at offset 4 of each, the rest is zero. */
void closing_key(const struct connection_seen *connection, unsigned char key[NSI_TCP_KEY_SIZE]);

#endif
