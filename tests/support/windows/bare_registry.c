#include "tests/support/windows/bare_registry.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/windows/registry/registry_calls.h"

#define ROOM (2u << 20)

static struct registry_calls calls;
static char *room;

static NTSTATUS read_values(HANDLE key, struct bare_counts *counts)
{
    const struct nt_value_full *value = (const void *)room;
    NTSTATUS code;
    ULONG told;

    for (ULONG i = 0;; i++) {
        code = calls.enumerate_value(key, i, NT_VALUE_FULL, room, ROOM, &told);
        if (code < 0)
            return code;
        counts->values++;
        counts->bytes += value->data_size;
    }
}

static void walk(HANDLE parent, const wchar_t *name, size_t length, struct bare_counts *counts)
{
    wchar_t copy[256];
    HANDLE key;
    ULONG told;

    if (registry_open_one(&calls, parent, name, length, REGISTRY_READ, &key) < 0) {
        counts->closed++;
        return;
    }
    counts->keys++;
    counts->unread += read_values(key, counts) != NT_STATUS_NO_MORE_ENTRIES;
    for (ULONG i = 0; calls.enumerate_key(key, i, NT_KEY_BASIC, room, ROOM, &told) >= 0; i++) {
        const struct nt_key_basic *child = (const void *)room;
        size_t units = child->name_size / sizeof *copy;
        for (size_t at = 0; at < units; at++)
            copy[at] = child->name[at];
        walk(key, copy, units, counts);
    }
    calls.close(key);
}

struct bare_counts bare_registry_walk(void)
{
    static const wchar_t machine[] = L"\\Registry\\Machine";
    static const wchar_t users[] = L"\\Registry\\User";
    struct bare_counts counts = {0};

    if (!room)
        room = malloc(ROOM);
    calls = registry_system_calls();
    if (!room) {
        fprintf(stderr, "bare_registry: no memory\n");
        exit(1);
    }
    walk(NULL, machine, sizeof machine / 2 - 1, &counts);
    walk(NULL, users, sizeof users / 2 - 1, &counts);
    return counts;
}
