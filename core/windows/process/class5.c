#include "core/windows/process/class5.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"

#define RAW_FIRST (256u * 1024)
#define RAW_MOST (256u * 1024 * 1024)
#define TRIES_MOST 8

void class5_init(struct class5 *answer, const struct system_table *system)
{
    *answer = (struct class5){.system = system};
}

void class5_done(struct class5 *answer)
{
    memory_give(answer->raw);
    class5_init(answer, answer->system);
}

enum status class5_fetch(struct class5 *answer)
{
    if (!answer->system->nt_query_system_information)
        return ST_UNSUPPORTED;
    for (int tries = 0; tries < TRIES_MOST; tries++) {
        ULONG needed = 0;
        size_t wanted = answer->capacity ? answer->capacity : RAW_FIRST;
        NTSTATUS status;
        if (!answer->raw) {
            answer->raw = memory_take(wanted);
            if (!answer->raw)
                return ST_NO_MEMORY;
            answer->capacity = wanted;
        }
        answer->size = 0;
        status = answer->system->nt_query_system_information(NT_SYSTEM_PROCESSES, answer->raw,
                                                             (ULONG)answer->capacity, &needed);
        if (status >= 0) {
            answer->size = needed && needed < answer->capacity ? needed : answer->capacity;
            return ST_OK;
        }
        if (status != NT_STATUS_LENGTH_MISMATCH && status != NT_STATUS_BUFFER_TOO_SMALL)
            return failure_from_nt(status);
        wanted = answer->capacity * 2;
        if (needed > answer->capacity)
            wanted = (size_t)needed + needed / 4;
        if (wanted > RAW_MOST)
            return ST_TOO_LARGE;
        memory_give(answer->raw);
        answer->raw = NULL;
        answer->capacity = wanted;
    }
    return ST_STALE;
}

bool class5_record(const struct class5 *answer, size_t at, struct class5_record *record)
{
    uintptr_t start = (uintptr_t)answer->raw;
    uintptr_t name;
    size_t size = answer->size;
    size_t length;

    if (at > size || size - at < sizeof record->head)
        return false;
    memcpy(&record->head, answer->raw + at, sizeof record->head);
    if (record->head.threads > (size - at - sizeof record->head) / sizeof(struct nt_thread))
        return false;
    record->threads = answer->raw + at + sizeof record->head;
    name = (uintptr_t)record->head.name.Buffer;
    length = record->head.name.Length;
    if (name < start || name - start > size || size - (name - start) < length)
        length = 0;
    record->name = answer->raw + (length ? name - start : 0);
    record->name_length = length / sizeof(wchar_t);
    return true;
}

bool class5_find(const struct class5 *answer, uint32_t pid, struct class5_record *record)
{
    size_t at = 0;

    /* Each step goes on by at least a record, so that a lying answer ends, too. */
    while (class5_record(answer, at, record)) {
        if ((uint32_t)(uintptr_t)record->head.pid == pid)
            return true;
        if (record->head.next < sizeof record->head)
            break;
        at += record->head.next;
    }
    return false;
}

struct nt_thread class5_thread(const struct class5_record *record, size_t i)
{
    struct nt_thread thread;

    memcpy(&thread, record->threads + i * sizeof thread, sizeof thread);
    return thread;
}
