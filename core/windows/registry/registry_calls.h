/* registry_calls: the system's own calls for the registry, as a table, and the layouts they fill.
 * Native, since the Win32 ones end names at a NUL. A test puts its own in: denied, vanishing, names
 * that lie. Names are counted and never parsed; each key is opened by its own name below its
 * parent's handle, and a link as itself. Layouts and codes as the driver kit describes them.
 * Inside core/windows and its tests only. */
#ifndef STAKEOUT_WINDOWS_REGISTRY_CALLS_H
#define STAKEOUT_WINDOWS_REGISTRY_CALLS_H

#include "core/base/moment.h"
#include "core/windows/nt.h"

#define NT_STATUS_NO_MORE_ENTRIES ((NTSTATUS)0x8000001Au)
#define NT_STATUS_NAME_NOT_FOUND ((NTSTATUS)0xC0000034u)
#define NT_STATUS_KEY_DELETED ((NTSTATUS)0xC000017Cu)

#define NT_OPEN_LINK 0x100u      /* OBJ_OPENLINK, of the attributes */
#define NT_OPTION_OPEN_LINK 0x8u /* REG_OPTION_OPEN_LINK */
#define REGISTRY_READ                                                                              \
    ((ACCESS_MASK)0x109) /* enumerate, query; 64-bit view from 32-bit programs                     \
                          */
#define REGISTRY_DELETE ((ACCESS_MASK)0x10000 | REGISTRY_READ)
#define REGISTRY_SET ((ACCESS_MASK)0x2 | REGISTRY_READ)

#define NT_KEY_BASIC 0  /* struct nt_key_basic */
#define NT_KEY_FULL 2   /* struct nt_key_full */
#define NT_VALUE_FULL 1 /* struct nt_value_full */

struct nt_key_basic {
    LARGE_INTEGER written;
    ULONG title;
    ULONG name_size; /* bytes */
    WCHAR name[1];
};

struct nt_key_full {
    LARGE_INTEGER written;
    ULONG title;
    ULONG class_offset;
    ULONG class_size;
    ULONG subkeys;
    ULONG name_most;
    ULONG class_most;
    ULONG values;
    ULONG value_name_most;
    ULONG data_most;
    WCHAR class_name[1];
};

struct nt_value_full {
    ULONG title;
    ULONG type;
    ULONG data_offset; /* from the start of this */
    ULONG data_size;
    ULONG name_size; /* bytes */
    WCHAR name[1];
};

_Static_assert(offsetof(struct nt_key_basic, name) == 16, "as the system has it");
_Static_assert(offsetof(struct nt_key_full, class_name) == 44, "as the system has it");
_Static_assert(offsetof(struct nt_value_full, name) == 20, "as the system has it");

struct registry_calls {
    NTSTATUS(NTAPI *open_key)(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *);
    NTSTATUS(NTAPI *open_key_ex)(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *,
                                 ULONG); /* optional: Windows 7 */
    NTSTATUS(NTAPI *enumerate_key)(HANDLE, ULONG, ULONG, void *, ULONG, ULONG *);
    NTSTATUS(NTAPI *enumerate_value)(HANDLE, ULONG, ULONG, void *, ULONG, ULONG *);
    NTSTATUS(NTAPI *query_key)(HANDLE, ULONG, void *, ULONG, ULONG *);
    NTSTATUS(NTAPI *query_value)(HANDLE, UNICODE_STRING *, ULONG, void *, ULONG, ULONG *);
    NTSTATUS(NTAPI *delete_key)(HANDLE);
    NTSTATUS(NTAPI *delete_value)(HANDLE, UNICODE_STRING *);
    NTSTATUS(NTAPI *close)(HANDLE);
};

/* The real ones. */
struct registry_calls registry_system_calls(void);

/* Opens one key below `parent`, or at an absolute native name where that is NULL; a link as itself.
 * `length` in units. */
NTSTATUS registry_open_one(const struct registry_calls *calls, HANDLE parent, const wchar_t *name,
                           size_t length, ACCESS_MASK access, HANDLE *key);
/* "HKLM\…" or "HKU\…", part by part, so that no link is followed on the way. The long names of the
 * two roots are understood, too. ST_INVALID: the path begins with something else. *code (may be
 * NULL) is the NTSTATUS, 0 where no call failed. */
enum status registry_open(const struct registry_calls *calls, struct text path, ACCESS_MASK access,
                          HANDLE *key, NTSTATUS *code);

/* Fills out from one of the calls that enumerate or ask, growing it up to its ceiling. */
NTSTATUS registry_enumerate(NTSTATUS(NTAPI *call)(HANDLE, ULONG, ULONG, void *, ULONG, ULONG *),
                            HANDLE key, ULONG index, ULONG class, struct buffer *room);
NTSTATUS registry_ask_value(const struct registry_calls *calls, HANDLE key, const wchar_t *name,
                            size_t length, struct buffer *room);

/* The last write to an open key, and how many subkeys and values it has; 0 and UINT32_MAX where the
 * system does not tell. */
struct registry_extent {
    moment written;
    uint32_t subkeys;
    uint32_t values;
};
struct registry_extent registry_ask_extent(const struct registry_calls *calls, HANDLE key);

/* Every status that says "it is not there (any more)" is ST_NOT_FOUND. */
enum status registry_status(NTSTATUS code);

#endif
