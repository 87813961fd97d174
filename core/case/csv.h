/* csv: tables as text, for spreadsheets and scripts.
 * Commas as in RFC 4180, or tabs as the clipboard has it: fields are quoted where they must be,
 * lines end in CR LF, numbers have neither grouping nor a decimal comma whatever the system's
 * language is. Attacker-chosen text that begins with = + - @, tab or CR would run as a formula in a
 * spreadsheet: such a text gets a leading ' unless CSV_RAW asks for the bytes as they are. A NUL
 * becomes U+2400, what is not well-formed UTF-8 U+FFFD: exact bytes are in the JSON. The writer
 * holds no memory; failures stick in the buffer. */
#ifndef STAKEOUT_CASE_CSV_H
#define STAKEOUT_CASE_CSV_H

#include "core/base/moment.h"
#include "core/model/snapshot.h"

enum csv_options {
    CSV_COMMAS = 0,
    CSV_TABS = 1, /* tabs between fields */
    CSV_RAW = 2,  /* no ' before what looks like a formula */
    CSV_MARK = 4  /* begins with a byte order mark: only for a spreadsheet that asks for it */
};

struct csv_writer {
    struct buffer *out; /* borrowed */
    unsigned options;
    bool in_row;
};

void csv_begin(struct csv_writer *csv, struct buffer *out, unsigned options);
void csv_text(struct csv_writer *csv, struct text value);
void csv_string(struct csv_writer *csv, const char *value); /* NUL-terminated */
void csv_number(struct csv_writer *csv, int64_t value);
void csv_moment(struct csv_writer *csv, moment value, bool with_ticks); /* UTC; unknown: empty */
void csv_empty(struct csv_writer *csv);
void csv_end_row(struct csv_writer *csv);

/* Whole tables, their header first. A field that could not be read holds the reason in parentheses.
 */
void csv_add_processes(struct csv_writer *csv, const struct snapshot *snapshot);
/* The peer of a UDP socket is "*": not told by the system; its state is an empty field. */
void csv_add_connections(struct csv_writer *csv, const struct snapshot *snapshot);

#endif
