/* closing: closes a TCP connection from outside, and looks whether it is closed.
 * Two ways: NSI, the interface below the documented one, which takes IPv6 as well and is
 * undocumented (nsi.dll has it since Windows Vista), and SetTcpEntry, which takes IPv4. Whether
 * either did anything is read from the table of connections, never believed. core/act/closing.h
 * says what may be closed, and what the outcomes mean. Any thread; blocks: not on the window's. */
#ifndef STAKEOUT_WINDOWS_CLOSING_H
#define STAKEOUT_WINDOWS_CLOSING_H

#include "core/act/closing.h"
#include "core/base/progress.h"

/* So long it is waited, after each of the two ways, for the row to go or to leave its state. */
#define CLOSING_WAIT_MS 1000

/* For closing_bar_of. */
struct closing_means closing_means(void);

/* Tries both ways on a connection as a table told of it. Nothing is tried when a look before shows
 * it gone, in another state, or of another owner. Returns as soon as the table shows a change, at
 * the latest after twice CLOSING_WAIT_MS. progress (may be NULL) is only asked for its cancel. */
void closing_perform(const struct connection_seen *connection, const struct progress *progress,
                     struct closing_result *result);

#endif
