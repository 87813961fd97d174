/* hosts_names: what a hosts file says: names, and the address that each leads to.
 * A file is bytes that anybody may have written: UTF-8 with or without a BOM, an ANSI code page,
 * LF, CR LF or CR, any number of names behind an address, comments behind '#', a last line without
 * an end. A NUL ends its line, as it does for whoever reads lines as C strings. Linear in the
 * content, takes no memory. Any thread. */
#ifndef STAKEOUT_WATCH_HOSTS_NAMES_H
#define STAKEOUT_WATCH_HOSTS_NAMES_H

#include "core/model/address.h"

/* What is told of each name; false ends the walk. The name is borrowed from the content, as
 * written: not empty, without blanks, NULs, line breaks and '#', case and a final dot kept; the
 * bytes of an ANSI code page stand in it as they are (text_decode gives U+FFFD for each). */
typedef bool hosts_names_take(void *context, struct text name, const struct address *address);

/* Calls take for each name, in the order of the file. A line that does not begin with an address
 * is passed over; a scope id behind an IPv6 address ("fe80::1%5") is dropped. ST_INVALID, and
 * nothing taken, for UTF-16 (by its BOM, or by its NULs): no resolver reads that, so nothing in it
 * counts. A walk that take has ended is ST_OK. */
enum status hosts_names_walk(struct text content, hosts_names_take *take, void *context);

#endif
