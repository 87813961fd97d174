/* found: what a search has found so far, kept for a list.
 * A search hands out rows that it takes back at once. Here they are copied: on the search's thread
 * into one batch after the other, which the list's owner takes over whole, without copying again.
 * So a hundred thousand rows cost the owner what their pointers cost.
 * The row classes below show `struct found` as the lists of the window do; ids count from 1, in the
 * order of finding. Portable; one thread at a time for a batch, and for what was found. */
#ifndef STAKEOUT_FIND_FOUND_H
#define STAKEOUT_FIND_FOUND_H

#include "core/find/handle_row.h"
#include "core/find/registry_search.h"
#include "core/find/scan.h"
#include "core/model/snapshot.h"
#include "core/model/tree_view.h"

#define FOUND_MOST 250000u                  /* rows; a search with more ends there */
#define FOUND_SIZE_MOST ((size_t)256 << 20) /* bytes, likewise */
#define FOUND_DATA_MOST 4096u               /* bytes of a value's data that are kept */

enum found_kind { FOUND_HANDLES, FOUND_REGISTRY, FOUND_MEMORY, FOUND_KINDS };

struct found_registry {
    struct registry_finding finding; /* to key and value below; value.data holds FOUND_DATA_MOST
                                        bytes at most, value.size counts them all */
    struct registry_key key;
    struct registry_value value;
    struct text shown_key; /* what could not be seen in them is drawn ("\0" is U+2400) */
    struct text shown_name;
    struct text shown_data; /* where it was found in, or the first of it */
    bool hidden;            /* a NUL in a name of the path */
};

struct found_memory {
    const struct process_facts *facts; /* the snapshot's */
    struct memory_hit hit;             /* region and bytes are kept, too */
    struct region region;
    struct text around; /* the bytes as text */
};

struct found_batch;

/* Owned: found_batch_free, or found_take. NULL: no memory. */
struct found_batch *found_batch_new(void);
void found_batch_free(struct found_batch *batch); /* NULL is fine */
uint32_t found_batch_count(const struct found_batch *batch);
size_t found_batch_size(const struct found_batch *batch); /* bytes */
/* Each copies one row. ST_NO_MEMORY. */
enum status found_keep_handle(struct found_batch *batch, const struct handle_row *row);
enum status found_keep_registry(struct found_batch *batch, const struct registry_finding *finding);
enum status found_keep_memory(struct found_batch *batch, const struct process_facts *facts,
                              const struct memory_hit *hit);

struct found {
    enum found_kind kind;
    bool over;    /* the search has ended; its owner's to say */
    uint64_t run; /* of the search: a stamp, so that rows of two searches are never taken for one */
    const void **rows; /* owned, what they point to lies in the batches */
    uint32_t count;
    uint32_t capacity;
    struct found_batch *batches;       /* owned, a chain */
    const struct snapshot *snapshot;   /* a reference, may be NULL */
    const struct watchlist *watchlist; /* likewise */
};

/* References are taken. Owned: found_free. NULL: no memory. */
struct found *found_new(enum found_kind kind, uint64_t run, const struct snapshot *snapshot,
                        const struct watchlist *watchlist);
void found_free(struct found *found); /* NULL is fine */
/* The batch is handed over, also on failure. ST_NO_MEMORY. */
enum status found_take(struct found *found, struct found_batch *batch);

/* Requires a row of that kind. Borrowed from *found. */
static inline const struct handle_row *found_handle(const struct found *found, uint32_t row)
{
    return found->rows[row];
}

static inline const struct found_registry *found_registry(const struct found *found, uint32_t row)
{
    return found->rows[row];
}

static inline const struct found_memory *found_memory(const struct found *found, uint32_t row)
{
    return found->rows[row];
}

/* A copy in which control characters are pictures of themselves (U+2400 on). */
void found_add_visible(struct buffer *out, struct text value);

#endif
