/* row_sort: sorts what is nearly sorted already.
 * Lists that are refreshed are almost in order; items that are out of place are taken out, sorted
 * by themselves and merged back. Linear when nothing moved, n log n at worst, stable never needed:
 * the comparison must be a total order (no two items equal). */
#ifndef STAKEOUT_MODEL_ROW_SORT_H
#define STAKEOUT_MODEL_ROW_SORT_H

#include <stddef.h>
#include <stdint.h>

/* scratch has room for `count` items. */
void row_sort(uint32_t *items, size_t count, uint32_t *scratch,
              int (*compare)(const void *context, uint32_t a, uint32_t b), const void *context);

#endif
