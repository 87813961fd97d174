#include "core/windows/find/handle_table.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/text16.h"

#define RAW_FIRST (1u << 18)
#define RAW_MOST (1u << 30)
#define TRIES_MOST 16
#define TYPES_FIRST (32u << 10)
#define TYPES_MOST (1u << 20)
#define NAMES_MOST ((size_t)1 << 20)
#define FIRST_NUMBER 2u /* of the types, before Windows 8.1 told it */

void handle_table_init(struct handle_table *table, const struct system_table *system)
{
    *table = (struct handle_table){.system = system};
}

void handle_table_done(struct handle_table *table)
{
    memory_give(table->raw);
    handle_table_init(table, table->system);
}

static int compare(const void *a, const void *b)
{
    const struct nt_handle *left = a;
    const struct nt_handle *right = b;

    if (left->pid != right->pid)
        return left->pid < right->pid ? -1 : 1;
    return (left->value > right->value) - (left->value < right->value);
}

/* The system has them by process already; a sort of what is sorted would cost all the same. */
static bool is_sorted(const struct handle_table *table)
{
    for (size_t i = 1; i < table->count; i++)
        if (compare(&table->entries[i - 1], &table->entries[i]) > 0)
            return false;
    return true;
}

static enum status take_in(struct handle_table *table)
{
    struct nt_handles_head head;

    memcpy(&head, table->raw, sizeof head);
    if (head.count > (table->capacity - sizeof head) / sizeof(struct nt_handle))
        return ST_SYSTEM;
    table->entries = (struct nt_handle *)(table->raw + sizeof head);
    table->count = head.count;
    if (!is_sorted(table))
        qsort(table->entries, table->count, sizeof *table->entries, compare);
    return ST_OK;
}

enum status handle_table_fetch(struct handle_table *table)
{
    if (!table->system->nt_query_system_information)
        return ST_UNSUPPORTED;
    table->count = 0;
    for (int tries = 0; tries < TRIES_MOST; tries++) {
        NTSTATUS status;
        if (!table->raw) {
            size_t wanted = table->capacity ? table->capacity : RAW_FIRST;
            table->raw = memory_take(wanted);
            if (!table->raw)
                return ST_NO_MEMORY;
            table->capacity = wanted;
        }
        /* The size that it says it needs is not asked: Wine says 0 where not one entry fits. */
        status = table->system->nt_query_system_information(NT_SYSTEM_HANDLES, table->raw,
                                                            (ULONG)table->capacity, NULL);
        if (status >= 0)
            return take_in(table);
        if (status != NT_STATUS_LENGTH_MISMATCH && status != NT_STATUS_BUFFER_TOO_SMALL)
            return failure_from_nt(status);
        if (table->capacity * 2 > RAW_MOST)
            return ST_TOO_LARGE;
        memory_give(table->raw);
        table->raw = NULL;
        table->capacity *= 2;
    }
    return ST_STALE;
}

/* --- types --- */

static void keep(struct handle_types *types, size_t number, const wchar_t *name, size_t length)
{
    if (number < HANDLE_TYPES && !types->names[number].size)
        types->names[number] = text16_copy(types->arena, name, length, NULL);
}

static size_t aligned(size_t size)
{
    return (size + sizeof(void *) - 1) & ~(sizeof(void *) - 1);
}

/* Every step is checked: what does not lie in the answer ends it. */
static void take_types(struct handle_types *types, const unsigned char *raw, size_t size)
{
    struct nt_object_type type;
    size_t at = aligned(sizeof(ULONG));
    ULONG count;

    memcpy(&count, raw, sizeof count);
    for (ULONG i = 0; i < count && size - at >= sizeof type; i++) {
        size_t name = at + sizeof type;
        memcpy(&type, raw + at, sizeof type);
        if (size - name < type.name.MaximumLength || type.name.Length > type.name.MaximumLength)
            return;
        keep(types, type.index ? type.index : i + FIRST_NUMBER, (const wchar_t *)(raw + name),
             type.name.Length / sizeof(wchar_t));
        at = name + aligned(type.name.MaximumLength);
        if (at > size)
            return;
    }
}

enum status handle_types_read(struct handle_types *types, const struct system_table *system)
{
    enum status result = ST_OK;
    bool again = true;

    memset(types, 0, sizeof *types);
    types->arena = arena_new(NAMES_MOST);
    if (!types->arena)
        return ST_NO_MEMORY;
    for (size_t size = TYPES_FIRST; again && system->nt_query_object && size <= TYPES_MOST;
         size *= 2) {
        unsigned char *raw = memory_take(size);
        NTSTATUS status;
        if (!raw) {
            result = ST_NO_MEMORY;
            break;
        }
        status = system->nt_query_object(NULL, NT_OBJECT_TYPES, raw, (ULONG)size, NULL);
        if (status >= 0)
            take_types(types, raw, size);
        again = status == NT_STATUS_LENGTH_MISMATCH || status == NT_STATUS_BUFFER_TOO_SMALL ||
                status == NT_STATUS_BUFFER_OVERFLOW;
        memory_give(raw);
    }
    if (result)
        handle_types_done(types);
    return result;
}

void handle_types_shift(struct handle_types *types, struct text name, uint16_t number)
{
    struct text shifted[HANDLE_TYPES] = {{NULL, 0}};
    size_t from = 0;

    while (from < HANDLE_TYPES && !text_equal(types->names[from], name))
        from++;
    if (from == HANDLE_TYPES || from == number)
        return;
    for (size_t i = 0; i < HANDLE_TYPES; i++)
        if (i + from >= number && i + from - number < HANDLE_TYPES)
            shifted[i] = types->names[i + from - number];
    memcpy(types->names, shifted, sizeof shifted);
}

void handle_types_done(struct handle_types *types)
{
    arena_free(types->arena);
    memset(types, 0, sizeof *types);
}

void handle_types_learn(struct handle_types *types, const struct system_table *system,
                        uint16_t number, HANDLE handle)
{
    union {
        UNICODE_STRING name;
        unsigned char room[1024];
    } answer = {.room = {0}};
    uintptr_t start = (uintptr_t)answer.room;
    uintptr_t text;

    if (number >= HANDLE_TYPES || types->names[number].size || !system->nt_query_object ||
        system->nt_query_object(handle, NT_OBJECT_TYPE, &answer, sizeof answer, NULL) < 0)
        return;
    text = (uintptr_t)answer.name.Buffer;
    if (text < start || text - start > sizeof answer ||
        sizeof answer - (text - start) < answer.name.Length)
        return;
    keep(types, number, answer.name.Buffer, answer.name.Length / sizeof(wchar_t));
}

struct text handle_types_name(const struct handle_types *types, uint16_t number)
{
    return number < HANDLE_TYPES ? types->names[number] : (struct text){NULL, 0};
}
