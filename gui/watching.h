/* watching: adding to what is watched and to what is known.
 * The lists of the session are immutable; each of these builds a new one and hands it to the
 * session. A failure leaves the lists as they were. Window thread. */
#ifndef STAKEOUT_GUI_WATCHING_H
#define STAKEOUT_GUI_WATCHING_H

#include "core/watch/known.h"
#include "gui/session.h"

/* Adds one indicator in the grammar of watchlist files ("192.0.2.1", "name:evil.exe"). ST_INVALID
 * when it is none. */
enum status watching_add(struct session *session, struct text written);
/* Adds a whole process name; characters that the grammar does not take give ST_INVALID. */
enum status watching_add_name(struct session *session, struct text name);
/* Reads a watchlist or a report; what has a doubt about it is left out. *problem gets what was
 * wrong with the file; *added (may be NULL) how many indicators are new. */
enum status watching_load(struct session *session, struct text file_name, struct text content,
                          struct buffer *problem, uint32_t *added);
/* All indicators as a watchlist file. */
void watching_write(const struct session *session, struct buffer *out);

enum status watching_add_known(struct session *session, enum known_kind kind, struct text value);

#endif
