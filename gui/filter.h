/* filter: what the filter box says, made ready for matching.
 * Plain text is looked for anywhere in a cell, without case; /regex/ is PCRE2, with limits, without
 * case unless it says otherwise. A bad pattern leaves the last good one in force. One thread. */
#ifndef STAKEOUT_GUI_FILTER_H
#define STAKEOUT_GUI_FILTER_H

#include "core/base/buffer.h"

struct filter;

/* Owned: filter_free. NULL when there is no memory. */
struct filter *filter_new(void);
void filter_free(struct filter *filter);
/* Empty text: no filter. ST_INVALID with what PCRE2 says and where in *problem. */
enum status filter_set(struct filter *filter, struct text written, struct buffer *problem);
bool filter_active(const struct filter *filter);
/* For list_pane_set_filter: context is the filter. A pattern that ran into its limits does not
 * match, and filter_too_slow says so. */
bool filter_matches(void *filter, struct text printed);
bool filter_too_slow(const struct filter *filter);

#endif
