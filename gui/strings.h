/* strings: the words that people read, in the language of the program.
 * They lie in the resources of the program (res/strings.*.rc), one table a language; ids are in
 * res/ids.h. Looked up exactly for the language that was chosen, then in English. Window thread. */
#ifndef STAKEOUT_GUI_STRINGS_H
#define STAKEOUT_GUI_STRINGS_H

#include <windows.h>

#include "core/base/buffer.h"
#include "res/ids.h"

enum strings_language { STRINGS_SYSTEM, STRINGS_ENGLISH, STRINGS_CHINESE };

/* STRINGS_SYSTEM: the language of the user's system where there is a table of it, else English. */
void strings_choose(enum strings_language language);
/* "en" or "zh" as asked for on the command line or kept in settings; anything else: the system's.
 */
enum strings_language strings_language_from(struct text name);
/* The language in use, never STRINGS_SYSTEM. */
enum strings_language strings_language(void);

/* NUL-terminated; lives until the language is chosen anew. "" for an id without a string. */
const wchar_t *string_wide(unsigned id);
/* The same in UTF-8, appended. */
void string_add(struct buffer *out, unsigned id);
/* Appends the string with %1 to %9 replaced by the arguments. */
void string_fill(struct buffer *out, unsigned id, const struct text *arguments, unsigned count);

#endif
