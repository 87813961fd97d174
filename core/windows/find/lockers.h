/* lockers: who holds a file, in the Restart Manager's opinion: a second one beside the handles.
 * It knows of holders that no handle shows (a file that is mapped, a process that may not be
 * opened), and does not know of others: it can succeed and name nobody while somebody holds the
 * file, and it takes no folders. So its answer is never shown without what the search for handles
 * says (RmStartSession, RmRegisterResources, RmGetList; Windows Vista). Asking writes to the
 * registry, under HKCU\Software\Microsoft\RestartManager, for as long as it takes.
 * Blocks, up to seconds. Any thread. */
#ifndef STAKEOUT_WINDOWS_LOCKERS_H
#define STAKEOUT_WINDOWS_LOCKERS_H

#include <windows.h>

#include "core/base/arena.h"
#include "core/model/process.h"

#define LOCKERS_MOST 1024u

struct locker {
    struct process_key key;
    struct text name; /* of the program or service, as the Restart Manager calls it */
};

struct lockers {
    struct locker *items; /* in the arena */
    size_t count;
};

/* What is asked for a process, as restartmanager.h has it. */
struct lockers_process {
    DWORD pid;
    FILETIME start;
    WCHAR name[256];
    WCHAR service[64];
    DWORD type;
    ULONG status;
    DWORD session;
    BOOL restartable;
};

_Static_assert(sizeof(struct lockers_process) == 668, "as the system has it");

/* The calls, as a table: a test puts its own in. All NULL: this system has none. */
struct lockers_calls {
    DWORD(WINAPI *start)(DWORD *, DWORD, WCHAR *);
    DWORD(WINAPI *add)(DWORD, UINT, const WCHAR **, UINT, const void *, UINT, const WCHAR **);
    DWORD(WINAPI *list)(DWORD, UINT *, UINT *, struct lockers_process *, DWORD *);
    DWORD(WINAPI *end)(DWORD);
};

/* Whether it is the path of a file that is there: "C:\…"; a folder is none. */
bool lockers_is_file(struct text path);
/* calls: NULL for the system's. ST_UNSUPPORTED: there is no Restart Manager here; ST_TOO_LARGE:
 * there are more than LOCKERS_MOST, or more each time; else what a call gave. failure may not be
 * NULL. */
enum status lockers_ask(const struct lockers_calls *calls, struct text path, struct arena *arena,
                        struct lockers *lockers, struct failure *failure);

#endif
