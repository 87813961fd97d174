/* export_hits: goes through the hits of a case for the exports. Nobody else's. */
#ifndef STAKEOUT_CASE_EXPORT_HITS_H
#define STAKEOUT_CASE_EXPORT_HITS_H

#include "core/case/report_parts.h"

struct export_line {
    const struct report_hit *hit;
    struct text text;       /* as it stands in the file, without white space around it */
    struct json_node *root; /* of page->report->tree */
};

/* Calls `each` for each hit, in their order. */
void export_each_hit(struct page *page,
                     void (*each)(struct page *page, const struct export_line *line, void *context),
                     void *context);
/* The machine's name, as the case has it. */
void export_add_host(struct page *page, struct buffer *host);

#endif
