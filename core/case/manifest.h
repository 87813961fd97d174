/* manifest: manifest.sha256, the SHA-256 of every file of a case as `sha256sum -c` reads them.
 * A line a file, in byte order of the paths: 64 digits in lower case, two spaces, the path from the
 * case's folder with forward slashes, LF; UTF-8 without a mark in front. Left out is the manifest
 * itself and what is being written at the moment (".part", ".new"). Written last, since every
 * later line of the journal changes what it tells of.
 * Portable: what it needs of the disk comes in as a table. Blocks for as long as it takes to read
 * the whole case. One thread. */
#ifndef STAKEOUT_CASE_MANIFEST_H
#define STAKEOUT_CASE_MANIFEST_H

#include "core/base/buffer.h"
#include "core/base/progress.h"

#define MANIFEST_DIGEST 32 /* bytes of a SHA-256 */
#define MANIFEST_NAME "manifest.sha256"

/* Takes a file of the case: its path from there, with forward slashes, and its size. Anything but
 * ST_OK ends the walk, which then returns it. */
typedef enum status manifest_visit(void *context, struct text path, uint64_t size);

struct manifest_disk {
    /* Tells of every file of the case and of the folders below it, in any order. Folders that lead
     * elsewhere (links) are not followed. */
    enum status (*walk)(void *context, manifest_visit *visit, void *visited,
                        struct failure *failure);
    /* Of the whole content; adds to progress->done. A cancel is heard within 100 ms. */
    enum status (*sha256)(void *context, struct text path, struct progress *progress,
                          unsigned char digest[MANIFEST_DIGEST], struct failure *failure);
    /* Of bytes in memory. */
    enum status (*sha256_of)(void *context, struct text bytes,
                             unsigned char digest[MANIFEST_DIGEST]);
    /* Puts a file into the case's folder: at any moment the old one is there, or the new one. */
    enum status (*replace)(void *context, struct text name, struct text content,
                           struct failure *failure);
    void *context; /* borrowed */
};

struct manifest_made {
    uint64_t files;
    uint64_t bytes;
    uint64_t unread;      /* files that could not be read: they are not in it */
    struct buffer which;  /* the first of them; empty: none */
    struct buffer sha256; /* of the manifest itself, in digits */
};

/* Writes it. ST_OK also where a file could not be read, which *made tells; failure (may be NULL)
 * then says how. progress (may be NULL) is told bytes. On failure no manifest was changed. Owned,
 * in any case: manifest_made_done. */
enum status manifest_write(const struct manifest_disk *disk, struct progress *progress,
                           struct manifest_made *made, struct failure *failure);
void manifest_made_done(struct manifest_made *made);

#endif
