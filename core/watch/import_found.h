/* import_found: what an import has found so far; inside the importer only.
 * The readers of formats (import_prose, import_lists, import_json, …) tell it each value; it makes
 * the indicator, knows duplicates, and raises the doubts that lie in the value itself (private, too
 * wide, a bare suffix, …). A doubt that a reader brings along (not for detection, partial, …) wins
 * over those. One thread. All texts handed in are copied where they are kept. */
#ifndef STAKEOUT_WATCH_IMPORT_FOUND_H
#define STAKEOUT_WATCH_IMPORT_FOUND_H

#include "core/base/arena.h"
#include "core/watch/import.h"

struct found;
struct refanged;

/* What goes with every value. */
struct found_note {
    uint32_t line;            /* from 1; 0: none */
    struct text label;        /* what the source says about it, may be empty */
    enum finding_doubt doubt; /* DOUBT_NONE: judge by the value */
    const char *why;          /* for that doubt: a literal */
    bool defanged;            /* it was written so that it cannot be clicked */
    bool prose;               /* plain text in a report: may turn out to be a reference */
    bool declared;            /* the source itself says what it is: no guessing by its last label */
};

/* An indicator that is already in the engine's terms. */
enum status found_add(struct found *found, const struct indicator *indicator, struct text written,
                      const struct found_note *note);
/* Recognised, but nothing to watch (hash, mail address, path): DOUBT_NOT_WATCHABLE; or
 * DOUBT_MALFORMED. */
enum status found_reject(struct found *found, struct text written, enum finding_doubt doubt,
                         const char *why, uint32_t line);
/* A line, or a piece, that held nothing. */
void found_skip(struct found *found, size_t count);
void found_set_format(struct found *found, enum import_format format);
/* Lives as long as the result. */
struct arena *found_arena(struct found *found);
/* Room to refang one value in: made once, used for one value after the other. NULL when there is no
 * memory. */
struct refanged *found_piece(struct found *found);

/* ---- readers: each adds what `input` (UTF-8, decoded) holds; ST_INVALID with one line in *problem
 * (without the file's name: "line 12: expected a comma") only where the format is strict. ---- */

/* Any text. */
enum status import_prose(struct found *found, struct text input, uint32_t first_line);
/* One value that is expected to be an indicator of a connection: an address, address and port
 * ("1.2.3.4:80", "1.2.3.4|80"), network, range, host name, host and port or URL, plain or defanged;
 * `tree`: a host name means its sub-domains too. Something else is rejected with the reason. The
 * note's `prose` is taken as false. */
enum status import_value(struct found *found, struct text value, bool tree,
                         const struct found_note *note);
/* Line-based lists: plain, hosts, dnsmasq, adblock, RPZ, netset, as `format` says. */
enum status import_lines(struct found *found, struct text input, enum import_format format);
/* Which line-based format it is, FORMAT_PROSE where none. FORMAT_CSV and FORMAT_SURICATA included.
 */
enum import_format import_sniff_lines(struct text input);

enum status import_csv(struct found *found, struct text input);
enum status import_suricata(struct found *found, struct text input);
/* MISP, STIX, OTX, Spamhaus-like JSON Lines and unknown JSON (each string value that is an
 * indicator, as an observation); sets the format it found. */
enum status import_json(struct found *found, struct text input, struct buffer *problem);
enum status import_openioc(struct found *found, struct text input, struct buffer *problem);

#endif
