/* export: what a list shows, to the clipboard or to a file.
 * Copied cells and rows are as they are seen, but whole; saved tables hold every column, times in
 * UTC and plain numbers; JSON is the Elastic Common Schema, one row a line. Window thread. */
#ifndef STAKEOUT_GUI_EXPORT_H
#define STAKEOUT_GUI_EXPORT_H

#include "gui/list_pane.h"

/* Each appends the selected rows, in the order they are shown in; returns how many. */
uint32_t export_rows(struct list_pane *pane, struct buffer *out);  /* tabs between cells */
uint32_t export_cells(struct list_pane *pane, struct buffer *out); /* of the column clicked last */
uint32_t export_json(struct list_pane *pane, struct buffer *out);
/* All rows that are shown, selected or not. */
uint32_t export_table(struct list_pane *pane, struct buffer *out);
uint32_t export_table_json(struct list_pane *pane, struct buffer *out);

/* Puts text on the clipboard. */
enum status export_to_clipboard(HWND owner, struct text value);

/* Copies what `add`, one of the above, appends; *line gets what is to be told of it. */
void export_copy(HWND owner, struct list_pane *pane,
                 uint32_t (*add)(struct list_pane *, struct buffer *), struct buffer *line);
/* Asks for a file; false: the user thought better of it. The lists go on meanwhile. */
bool export_ask(HWND owner, struct buffer *path, bool *json);
/* Writes all rows that are shown; *line gets what came of it. */
void export_save(struct list_pane *pane, struct text path, bool json, struct buffer *line);

#endif
