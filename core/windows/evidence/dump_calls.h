/* dump_calls: the calls that a dump makes, as a table. A test puts its own in: a library that asks
 * back as Windows' does and Wine's does not, a full disk, processes of other widths. Inside
 * core/windows and its tests only. */
#ifndef STAKEOUT_WINDOWS_DUMP_CALLS_H
#define STAKEOUT_WINDOWS_DUMP_CALLS_H

#include "core/act/disk_room.h"
#include "core/windows/evidence/dump.h"
#include "core/windows/system.h"

#include <dbghelp.h>

/* The fourth is a MINIDUMP_TYPE: bits, which the enum has no names for together. */
typedef BOOL(WINAPI *mini_dump_write_dump)(HANDLE, DWORD, HANDLE, ULONG,
                                           MINIDUMP_EXCEPTION_INFORMATION *,
                                           MINIDUMP_USER_STREAM_INFORMATION *,
                                           MINIDUMP_CALLBACK_INFORMATION *);

/* MINIDUMP_CALLBACK_INPUT and _OUTPUT as the library has them (minidumpapiset.h of Windows' own
 * headers, and its documentation). MinGW's lack the part about writing, and place Status, which is
 * one of a union, behind it, where it is not the callback's to write. */
#pragma pack(push, 4)
struct dump_question {
    ULONG pid;
    HANDLE process;
    ULONG type;
    struct {
        HANDLE file;
        ULONG64 offset;
        const void *bytes;
        ULONG size;
    } io; /* meaningful when it asks to write */
};
union dump_answer {
    HRESULT status;
    struct {
        BOOL check; /* ask again */
        BOOL cancel;
    } cancel;
};
#pragma pack(pop)

#ifdef _WIN64
_Static_assert(offsetof(struct dump_question, io.bytes) == 32, "as the library has it");
#else
_Static_assert(offsetof(struct dump_question, io.bytes) == 24, "as the library has it");
#endif
_Static_assert(offsetof(struct dump_question, type) ==
                   offsetof(MINIDUMP_CALLBACK_INPUT, CallbackType),
               "as the library has it");
_Static_assert(offsetof(union dump_answer, cancel.cancel) ==
                   offsetof(MINIDUMP_CALLBACK_OUTPUT, Cancel),
               "as the library has it");

struct dump_calls {
    const struct system_table *system;
    mini_dump_write_dump write; /* optional */
    enum status (*disk_space)(struct text folder, struct disk_room *room, struct failure *failure);
};

struct dump_calls dump_system_calls(void);

enum status dump_make_by(const struct dump_calls *calls, const struct dump_request *request,
                         struct progress *progress, struct dump_made *made, struct buffer *path,
                         struct buffer *problem);

#endif
