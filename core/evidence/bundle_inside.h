/* bundle_inside: what bundle.c and bundle_out.c share. Nobody else's. */
#ifndef STAKEOUT_EVIDENCE_BUNDLE_INSIDE_H
#define STAKEOUT_EVIDENCE_BUNDLE_INSIDE_H

#include "core/evidence/bundle_out.h"

#define BUNDLE_PATH_MOST ((size_t)4096) /* bytes of a path relative to the case */
#define BUNDLE_NUMBERS 1000u            /* that are tried for a taken name */

struct bundle_out {
    const struct bundle_order *order;
    const struct bundle_part *part;
    const char *source;
    struct text folder;  /* of the collection */
    struct buffer path;  /* of the file that is open, or was last */
    struct buffer place; /* that was given last */
    void *file;          /* open, or NULL */
    bool has_folder;     /* BUNDLE_FILES: its own is there */
    struct json_writer json;
    struct buffer line;    /* the row that is being written */
    struct buffer pending; /* not yet given to the file */
    uint64_t pending_rows;
    uint64_t rows;
    uint64_t bytes;
    uint64_t bytes_at_open; /* when bundle_open was called last */
    uint64_t lost;
    struct buffer reason;
    enum status broken; /* nothing more can be written */
};

void bundle_out_init(struct bundle_out *out, const struct bundle_order *order,
                     const struct bundle_part *part, struct text folder);
void bundle_out_done(struct bundle_out *out);

/* Makes FOLDER/STEM + extension, or FOLDER/STEM-2 + extension and so on, and leaves the path in
 * `path`. */
enum status bundle_create(const struct bundle_order *order, struct text folder, struct text stem,
                          struct text extension, struct buffer *path, void **file,
                          struct failure *failure);
/* Gives what waits to the file and closes it. empty_too: makes one where there is none yet. */
enum status bundle_out_end(struct bundle_out *out, bool empty_too);

#endif
