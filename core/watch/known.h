/* known: what the analyst has looked at and cleared.
 * Known things are shown dim; they are never hidden, and a watched connection of a known process is
 * still a hit. Immutable once built, reference counted. The file is one entry a line:
 *   address 192.0.2.1 | address 192.0.2.0/24 | name svchost.exe | path
 * C:\Windows\System32\svchost.exe
 * '#' starts a comment. Names and paths are compared without ASCII case. */
#ifndef STAKEOUT_WATCH_KNOWN_H
#define STAKEOUT_WATCH_KNOWN_H

#include "core/model/history.h"

struct known;

/* A bad line is one line in *problems and is kept as it is when the file is written again. */
enum status known_read(struct text file, struct known **known, struct buffer *problems);
const struct known *known_retain(const struct known *known);
void known_release(const struct known *known);
void known_write(struct buffer *out, const struct known *known);
size_t known_count(const struct known *known);

enum known_kind { KNOWN_ADDRESS, KNOWN_NAME, KNOWN_PATH };
/* A copy with one entry more (ST_OK when it was there already) or fewer. */
enum status known_with(const struct known *known, enum known_kind kind, struct text value,
                       struct known **more);
enum status known_without(const struct known *known, enum known_kind kind, struct text value,
                          struct known **less);

bool known_process(const struct known *known, const struct process_facts *facts);
bool known_address(const struct known *known, const struct address *address);

#endif
