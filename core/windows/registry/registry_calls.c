#include "core/windows/registry/registry_calls.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/library.h"
#include "core/windows/text16.h"

#define ROOM_FIRST ((size_t)64 << 10)
#define NAME_MOST 32767u /* units of a UNICODE_STRING */
#define TRIES 8          /* a value may grow between two answers */

static const struct {
    const char *name;
    const wchar_t *native;
} roots[] = {
    {"HKLM", L"\\Registry\\Machine"},
    {"HKU", L"\\Registry\\User"},
    {"HKEY_LOCAL_MACHINE", L"\\Registry\\Machine"},
    {"HKEY_USERS", L"\\Registry\\User"},
};

/* In every ntdll since Windows 2000, and in no header of the kit. */
NTSYSAPI NTSTATUS NTAPI NtOpenKey(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *);
NTSYSAPI NTSTATUS NTAPI NtEnumerateKey(HANDLE, ULONG, ULONG, void *, ULONG, ULONG *);
NTSYSAPI NTSTATUS NTAPI NtEnumerateValueKey(HANDLE, ULONG, ULONG, void *, ULONG, ULONG *);
NTSYSAPI NTSTATUS NTAPI NtQueryKey(HANDLE, ULONG, void *, ULONG, ULONG *);
NTSYSAPI NTSTATUS NTAPI NtQueryValueKey(HANDLE, UNICODE_STRING *, ULONG, void *, ULONG, ULONG *);
NTSYSAPI NTSTATUS NTAPI NtDeleteKey(HANDLE);
NTSYSAPI NTSTATUS NTAPI NtDeleteValueKey(HANDLE, UNICODE_STRING *);

struct registry_calls registry_system_calls(void)
{
    struct registry_calls calls = {
        .open_key = NtOpenKey,
        .enumerate_key = NtEnumerateKey,
        .enumerate_value = NtEnumerateValueKey,
        .query_key = NtQueryKey,
        .query_value = NtQueryValueKey,
        .delete_key = NtDeleteKey,
        .delete_value = NtDeleteValueKey,
        .close = NtClose,
    };
    library_function open = library_find(L"ntdll.dll", "NtOpenKeyEx");

    /* Copied, not cast: the member knows its own type. */
    memcpy(&calls.open_key_ex, &open, sizeof open);
    return calls;
}

enum status registry_status(NTSTATUS code)
{
    switch ((uint32_t)code) {
    case 0xC0000034u: /* OBJECT_NAME_NOT_FOUND */
    case 0xC000003Au: /* OBJECT_PATH_NOT_FOUND */
    case 0xC000017Cu: /* KEY_DELETED */
        return ST_NOT_FOUND;
    case 0xC00000A2u: /* MEDIA_WRITE_PROTECTED: a hive that is read-only */
        return ST_DENIED;
    case 0x80000005u: /* BUFFER_OVERFLOW */
    case 0xC0000023u: /* BUFFER_TOO_SMALL */
        return ST_TOO_LARGE;
    default:
        return code >= 0 ? ST_OK : failure_from_nt(code);
    }
}

NTSTATUS registry_open_one(const struct registry_calls *calls, HANDLE parent, const wchar_t *name,
                           size_t length, ACCESS_MASK access, HANDLE *key)
{
    UNICODE_STRING counted = {.Buffer = (wchar_t *)name};
    OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes,
                                    .RootDirectory = parent,
                                    .ObjectName = &counted,
                                    .Attributes = OBJ_CASE_INSENSITIVE | NT_OPEN_LINK};

    if (length > NAME_MOST)
        return NT_STATUS_NAME_NOT_FOUND;
    counted.Length = (USHORT)(length * sizeof *name);
    counted.MaximumLength = counted.Length;
    if (calls->open_key_ex)
        return calls->open_key_ex(key, access, &attributes, NT_OPTION_OPEN_LINK);
    return calls->open_key(key, access, &attributes);
}

/* A key below a link's own handle would be looked for where the link leads to. */
static bool is_link(const struct registry_calls *calls, HANDLE key)
{
    static const wchar_t name[] = L"SymbolicLinkValue";
    UNICODE_STRING counted = {sizeof name - sizeof *name, sizeof name, (wchar_t *)name};
    union {
        struct nt_value_full value;
        char bytes[256];
    } answer = {0};
    ULONG told;
    NTSTATUS code = calls->query_value(key, &counted, NT_VALUE_FULL, &answer, sizeof answer, &told);

    return (code >= 0 || code == NT_STATUS_BUFFER_OVERFLOW) && answer.value.type == REG_LINK;
}

/* Opens `part` of a path below *key, which is closed. */
static NTSTATUS step(const struct registry_calls *calls, struct text part, ACCESS_MASK access,
                     HANDLE *key)
{
    size_t length;
    wchar_t *name = text16_from(part, &length);
    HANDLE below = NULL;
    NTSTATUS code = name ? NT_STATUS_NAME_NOT_FOUND : (NTSTATUS)0xC0000017u; /* NO_MEMORY */

    if (name && !is_link(calls, *key))
        code = registry_open_one(calls, *key, name, length, access, &below);
    text16_free(name);
    calls->close(*key);
    *key = below;
    return code;
}

enum status registry_open(const struct registry_calls *calls, struct text path, ACCESS_MASK access,
                          HANDLE *key, NTSTATUS *code)
{
    size_t end = text_find(path, text_of("\\"));
    struct text rest = {NULL, 0};
    const wchar_t *native = NULL;
    HANDLE at = NULL;
    NTSTATUS result;

    if (code)
        *code = 0;
    if (end != SIZE_MAX)
        rest = text_slice(path, end + 1, path.size - end - 1);
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (text_equal_nocase(text_slice(path, 0, end == SIZE_MAX ? path.size : end),
                              text_from(roots[i].name)))
            native = roots[i].native;
    if (!native)
        return ST_INVALID;
    result = registry_open_one(calls, NULL, native, wcslen(native),
                               rest.size ? REGISTRY_READ : access, &at);
    while (result >= 0 && rest.size) {
        end = text_find(rest, text_of("\\"));
        struct text part = text_slice(rest, 0, end == SIZE_MAX ? rest.size : end);
        rest = end == SIZE_MAX ? (struct text){NULL, 0}
                               : text_slice(rest, end + 1, rest.size - end - 1);
        result = step(calls, part, rest.size ? REGISTRY_READ : access, &at);
    }
    if (code)
        *code = result;
    if (result < 0)
        return registry_status(result);
    *key = at;
    return ST_OK;
}

/* --- answers of unknown size --- */

static bool make_room(struct buffer *room, size_t needed)
{
    char *bytes;

    if (needed <= room->capacity)
        return true;
    if (needed > room->ceiling)
        return false;
    bytes = memory_grow(room->bytes, needed);
    if (!bytes)
        return false;
    room->bytes = bytes;
    room->capacity = needed;
    return true;
}

static bool is_too_small(NTSTATUS code)
{
    return code == NT_STATUS_BUFFER_OVERFLOW || code == NT_STATUS_BUFFER_TOO_SMALL;
}

/* How much to ask for next; an answer that tells nothing useful doubles. */
static size_t next_size(const struct buffer *room, ULONG told)
{
    return told > room->capacity ? told : room->capacity * 2;
}

NTSTATUS registry_enumerate(NTSTATUS(NTAPI *call)(HANDLE, ULONG, ULONG, void *, ULONG, ULONG *),
                            HANDLE key, ULONG index, ULONG class, struct buffer *room)
{
    NTSTATUS code = NT_STATUS_BUFFER_TOO_SMALL;
    size_t size = ROOM_FIRST;
    ULONG told = 0;

    for (int i = 0; i < TRIES && is_too_small(code) && make_room(room, size); i++) {
        code = call(key, index, class, room->bytes, (ULONG)room->capacity, &told);
        size = next_size(room, told);
    }
    room->size = code >= 0 ? told : 0;
    return code;
}

struct registry_extent registry_ask_extent(const struct registry_calls *calls, HANDLE key)
{
    union {
        struct nt_key_full key;
        char with_class[1024];
    } answer = {0};
    ULONG told;
    NTSTATUS code = calls->query_key(key, NT_KEY_FULL, &answer, sizeof answer, &told);

    /* A class name that is too long is cut off, the rest is there. */
    if (code < 0 && code != NT_STATUS_BUFFER_OVERFLOW)
        return (struct registry_extent){0, UINT32_MAX, UINT32_MAX};
    return (struct registry_extent){answer.key.written.QuadPart, (uint32_t)answer.key.subkeys,
                                    (uint32_t)answer.key.values};
}

NTSTATUS registry_ask_value(const struct registry_calls *calls, HANDLE key, const wchar_t *name,
                            size_t length, struct buffer *room)
{
    UNICODE_STRING counted = {.Buffer = (wchar_t *)name};
    NTSTATUS code = NT_STATUS_BUFFER_TOO_SMALL;
    size_t size = ROOM_FIRST;
    ULONG told = 0;

    if (length > NAME_MOST)
        return NT_STATUS_NAME_NOT_FOUND;
    counted.Length = (USHORT)(length * sizeof *name);
    counted.MaximumLength = counted.Length;
    for (int i = 0; i < TRIES && is_too_small(code) && make_room(room, size); i++) {
        code = calls->query_value(key, &counted, NT_VALUE_FULL, room->bytes, (ULONG)room->capacity,
                                  &told);
        size = next_size(room, told);
    }
    room->size = code >= 0 ? told : 0;
    return code;
}
