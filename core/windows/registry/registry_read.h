/* registry_read: a key that is open, for who knows what is in it.
 * By native calls as all of the registry is read here; links are not followed. In the caller's
 * storage; one thread at a time. Inside core/windows and its tests only. */
#ifndef STAKEOUT_WINDOWS_REGISTRY_READ_H
#define STAKEOUT_WINDOWS_REGISTRY_READ_H

#include "core/find/registry_row.h"
#include "core/windows/registry/registry_calls.h"

struct registry_reader {
    const struct registry_calls *calls;
    HANDLE key;
    moment written; /* the key's last write; 0 unknown */
    struct buffer room;
    struct buffer text;
};

/* path: "HKLM\…" or "HKU\…". After a failure nothing is open; code (may be NULL): the NTSTATUS. */
enum status registry_reader_open(struct registry_reader *reader, const struct registry_calls *calls,
                                 struct text path, NTSTATUS *code);
void registry_reader_close(struct registry_reader *reader);
/* The value of that name, borrowed until the next call; false: it has none that can be read. */
bool registry_reader_value(struct registry_reader *reader, struct text name,
                           struct registry_value *value);
/* The value at that place, from 0; false behind the last, and where the system tells no more. */
bool registry_reader_value_at(struct registry_reader *reader, uint32_t place,
                              struct registry_value *value);
/* Appends its first string, a number in decimal; false (and nothing) for any other type. */
bool registry_reader_text(struct registry_reader *reader, const char *name, struct buffer *out);

/* Calls each for the subkeys of a key until it returns false. What can't be opened or read any
 * further has none; *unread (may be NULL) says why then. */
void registry_each_subkey(const struct registry_calls *calls, struct text path,
                          bool (*each)(void *context, struct text name, bool has_children),
                          void *context, enum status *unread);

/* Appends the path as this engine has it: the long names of roots become short, HKCR and HKCU lead
 * below HKLM and HKU, and CurrentControlSet becomes the one that is in use. ST_INVALID: it is no
 * path of the registry, or of HKCC or performance data. */
enum status registry_full_path(const struct registry_calls *calls, struct text path,
                               struct buffer *out);

#endif
