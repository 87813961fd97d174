/* ini: a settings file, as a document that keeps what it does not know.
 * Sections in brackets, "key = value" lines, comments behind ';' or '#'. Lines, order, comments and
 * keys that nobody asked for survive reading and writing, so that an older program does not eat a
 * newer one's settings. Names of sections and keys are compared without ASCII case; of two equal
 * keys the first counts. A value that has blanks at its ends, a line break or a quote at its start
 * is written in double quotes with \n, \r, \" and \\ inside. One thread at a time. */
#ifndef STAKEOUT_BASE_INI_H
#define STAKEOUT_BASE_INI_H

#include "core/base/buffer.h"

#define INI_MOST ((size_t)1024 * 1024) /* bytes that a document may have */

struct ini;

/* Any bytes make a document: lines that are no settings are kept as they are. A UTF-8 BOM is
 * dropped. LF, CR LF and CR end lines. Owned: ini_free. ST_TOO_LARGE over INI_MOST, ST_NO_MEMORY.
 */
enum status ini_read(struct text content, struct ini **ini);
void ini_free(struct ini *ini);

/* False when there is no such key. The value is borrowed until the document ends. */
bool ini_get(const struct ini *ini, struct text section, struct text key, struct text *value);
/* Changes the value where it stands, else adds it at the end of its section, and that at the end of
 * the document. Names may hold neither line breaks nor brackets nor '=', and not begin with a
 * comment's sign or a BOM (ST_INVALID). What a value was before stays in memory until the document
 * ends. */
enum status ini_set(struct ini *ini, struct text section, struct text key, struct text value);
/* Whether anything was set to another value since it was read. */
bool ini_changed(const struct ini *ini);
void ini_set_unchanged(struct ini *ini);

/* Lines end as the first one of the document did, CR LF in an empty one. */
void ini_write(struct buffer *out, const struct ini *ini);

#endif
