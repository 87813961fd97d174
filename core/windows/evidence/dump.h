/* dump: a process's memory as a minidump file in the case folder.
 * The process is (PID, start): it is opened, and refused when its start is another. The file is
 * dumps\NAME-PID-TIME.dmp; it is whole or not there, replaces nothing, and its SHA-256 is known
 * when it is. While it is written the process's threads stand still; it is not otherwise changed.
 * Any thread, one dump at a time in this program (ST_BUSY); blocks: not on the window's. */
#ifndef STAKEOUT_WINDOWS_DUMP_H
#define STAKEOUT_WINDOWS_DUMP_H

#include "core/base/progress.h"
#include "core/model/process.h"
#include "core/windows/file/digest.h"

/* More than that is not written. */
#define DUMP_SIZE_MOST (UINT64_C(256) << 30)

enum dump_kind {
    DUMP_SMALL, /* threads, stacks, modules (unloaded ones too), handles, the map of the memory */
    DUMP_FULL   /* and all memory that can be read */
};

struct dump_request {
    struct text case_folder; /* made where it is missing */
    struct process_key key;
    struct text name; /* of the process, for the file's name */
    enum dump_kind kind;
};

struct dump_made {
    uint64_t size;
    moment begun;                /* the file's name tells it in seconds */
    struct digest_values hashes; /* SHA-256 */
};

/* Writes it; its full path is appended to *path. progress (may be NULL) counts bytes, written and
 * then read again for the hash. Before anything is written: ST_GONE (ended, or another process has
 * its PID), ST_DENIED, ST_UNSUPPORTED (no dbghelp.dll; this is the 32-bit program and the process
 * has 64 bits; this program itself; Idle and System; a start that is unknown), ST_DISK_FULL and
 * ST_TOO_LARGE (also for FAT's 4 GB). On failure one line is appended to *problem: what could not
 * be done, the system's code, and why. */
enum status dump_make(const struct dump_request *request, struct progress *progress,
                      struct dump_made *made, struct buffer *path, struct buffer *problem);

/* About how large its dumps would become, in bytes; for people, before they choose. Asks for each
 * piece of its address space. ST_GONE, ST_DENIED and others as above; failure may be NULL. */
enum status dump_estimate(struct process_key key, uint64_t *small, uint64_t *full,
                          struct failure *failure);

#endif
