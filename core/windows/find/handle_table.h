/* handle_table: all handles of the machine in one call, and the names of their types.
 * Class 64 of NtQuerySystemInformation; class 16 counts in 16 bits and is not used. Types are
 * compared by their names, since their numbers change from one Windows to the next. In the caller's
 * storage; one thread at a time. Inside core/windows only. */
#ifndef STAKEOUT_WINDOWS_HANDLE_TABLE_H
#define STAKEOUT_WINDOWS_HANDLE_TABLE_H

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/windows/nt.h"
#include "core/windows/system.h"

#define HANDLE_TYPES 256u

struct handle_table {
    const struct system_table *system;
    unsigned char *raw; /* owned */
    size_t capacity;
    struct nt_handle *entries; /* lie in raw; sorted by process, then by value */
    size_t count;
};

void handle_table_init(struct handle_table *table, const struct system_table *system);
void handle_table_done(struct handle_table *table);
/* Asks anew. ST_UNSUPPORTED where the call is missing; ST_TOO_LARGE; ST_STALE when the machine
 * grows faster than the buffer. */
enum status handle_table_fetch(struct handle_table *table);

/* Names of types by their numbers. */
struct handle_types {
    struct text names[HANDLE_TYPES];
    struct arena *arena; /* owned */
};

/* Asks for all. Where the system does not tell them nothing is known, which is ST_OK, too. */
enum status handle_types_read(struct handle_types *types, const struct system_table *system);
/* A handle of that type is listed with that number: moves all numbers, where the two lists count
 * from different ones, as they do under Wine 10. */
void handle_types_shift(struct handle_types *types, struct text name, uint16_t number);
void handle_types_done(struct handle_types *types);
/* Asks the type of one handle of this process, where the number is not known yet. */
void handle_types_learn(struct handle_types *types, const struct system_table *system,
                        uint16_t number, HANDLE handle);
/* Empty: not known. */
struct text handle_types_name(const struct handle_types *types, uint16_t number);

#endif
