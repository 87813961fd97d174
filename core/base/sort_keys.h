/* sort_keys: rows put in order by bytes that are made once a row.
 * Comparing rows by what they show would print each of them some twenty times; a million rows are
 * sorted in a second this way. Rows with equal keys keep the order of their numbers, up and down.
 * One thread at a time. */
#ifndef STAKEOUT_BASE_SORT_KEYS_H
#define STAKEOUT_BASE_SORT_KEYS_H

#include "core/base/buffer.h"

struct sort_keys;

/* For rows 0 to count - 1. Owned: sort_keys_free. NULL when there is no memory. */
struct sort_keys *sort_keys_new(uint32_t count);
void sort_keys_free(struct sort_keys *keys); /* NULL is fine */

/* Where the next row's key goes, by the functions below or as any bytes; then it is ended. Once
 * for each row, in the order of their numbers. */
struct buffer *sort_keys_next(struct sort_keys *keys);
void sort_keys_end(struct sort_keys *keys);
/* order[n], room for count: the row that comes n-th. */
enum status sort_keys_order(struct sort_keys *keys, bool down, uint32_t *order);

/* Small and large ASCII letters alike; runs of digits as the numbers they are: "a9" before "a10".
 * With its end, so that another part may follow. */
void sort_key_text(struct buffer *key, struct text text);
void sort_key_number(struct buffer *key, uint64_t number);

/* Puts rows (each below `count`, none twice) into an order; NULL: that of their numbers. from[n],
 * room for row_count, gets where the n-th was before. False: no memory, nothing was done. */
bool sort_rows(uint32_t *rows, uint32_t row_count, const uint32_t *order, uint32_t count,
               uint32_t *from);

#endif
