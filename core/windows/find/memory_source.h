/* memory_source: the memory of a live process, for core/find/scan.h.
 * The process is opened by its PID and its start compared with the one that was meant; while that
 * handle is open the PID can't be another's. Nothing is written, suspended or mapped. Any thread,
 * one at a time for one source. */
#ifndef STAKEOUT_WINDOWS_MEMORY_SOURCE_H
#define STAKEOUT_WINDOWS_MEMORY_SOURCE_H

#include "core/find/region.h"
#include "core/model/process.h"
#include "core/windows/system.h"

struct memory_source;

/* system: NULL for the real calls. ST_GONE: it has ended, or its PID is another's by now;
 * ST_DENIED; ST_PROTECTED: no rights would help; ST_UNSUPPORTED: a 32-bit program can't see all
 * of a 64-bit process; ST_NO_MEMORY. Owned: memory_source_close. */
enum status memory_source_open(const struct system_table *system, struct process_key key,
                               struct memory_source **source);
void memory_source_close(struct memory_source *source); /* NULL is fine */
/* Borrowed until memory_source_close. */
struct region_reader memory_source_reader(struct memory_source *source);

#endif
