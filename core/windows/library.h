/* library: the one place that loads functions at run time.
 * The program must start on Windows 7 SP1, so whatever is newer, undocumented or rarely needed is
 * looked up here by name, and only in the system's own folder: a portable program lies among
 * downloads, and a DLL beside it must not be taken for the system's. Whoever asks has a fallback
 * for NULL.
 * Hiding: names in the environment variable STAKEOUT_HIDE_API, or given to library_hide (the option
 * --hide-api=NAME,...), are answered with NULL; "*" hides all. So every fallback runs in a test.
 * Any thread. */
#ifndef STAKEOUT_WINDOWS_LIBRARY_H
#define STAKEOUT_WINDOWS_LIBRARY_H

#include <stddef.h>

#include "core/base/text.h"

/* To be cast to the function's own type. */
typedef void (*library_function)(void);

/* Names to hide from now on, separated by commas, in addition to the environment's; "*" is all.
 * Call it before anything else of the engine: what was looked up is not taken back. The text is
 * copied; what goes over 1,000 bytes is ignored. */
void library_hide(struct text names);

/* dll is a file name such as L"ntdll.dll"; "#135" names a function by its ordinal. NULL: there is
 * no such function here, or it is hidden. The DLL stays loaded. */
library_function library_find(const wchar_t *dll, const char *name);

/* A function that a table of calls holds, and where in it. */
struct library_wanted {
    const wchar_t *dll;
    const char *name;
    size_t member; /* its offset; a pointer to a function lies there */
};

/* Looks all of them up and puts each in its place in the table. */
void library_fill(void *table, const struct library_wanted *wanted, size_t count);

#endif
