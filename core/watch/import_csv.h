/* import_csv: what the reader of tables knows of the columns before it reads the rows; inside the
 * importer only. */
#ifndef STAKEOUT_WATCH_IMPORT_CSV_H
#define STAKEOUT_WATCH_IMPORT_CSV_H

#include "core/watch/import_columns.h"
#include "core/watch/import_rows.h"
#include "core/watch/refang.h"

struct csv_column {
    struct column_meaning meaning;
    bool guessed; /* by its content: no header says so */
};

/* What the columns of a table mean. */
struct csv_plan {
    struct csv_column columns[ROW_CELLS_MOST];
    size_t count;
};

/* What guessing needs; the caller's storage. */
struct csv_guess {
    struct refanged piece;
    struct buffer scratch;
    size_t looked; /* bytes looked at ahead, for all tables of the text */
};

enum status csv_guess_init(struct csv_guess *guess);
void csv_guess_done(struct csv_guess *guess);
/* Fills in the columns of which nothing is known, from the rows that follow; `rows` stays where it
 * is. */
void csv_guess_columns(struct csv_guess *guess, const struct rows *rows, struct csv_plan *plan);
/* Whether a cell is an address, a host name, a URL, plain or defanged, or a hash, and nothing else.
 */
bool csv_is_indicator(struct csv_guess *guess, struct text cell);
/* Whether the row names columns, rather than holding values: fills in the plan. `first`: nothing is
 * known of the table yet. */
bool csv_read_header(struct csv_guess *guess, const struct row *row, bool first,
                     struct csv_plan *plan);

#endif
