#include "core/case/manifest.h"

#include <stdlib.h>

#include "core/base/arena.h"

#define PATHS_MOST ((size_t)512 << 20)
#define CONTENT_MOST ((size_t)1 << 30)

struct entry {
    struct entry *next;
    struct text path;
    uint64_t size;
};

struct listing {
    struct arena *arena;
    struct entry *first;
    size_t count;
    uint64_t bytes;
};

static bool belongs(struct text path)
{
    return !text_equal_nocase(path, text_of(MANIFEST_NAME)) &&
           !text_ends_nocase(path, text_of(".part")) && !text_ends_nocase(path, text_of(".new"));
}

static enum status take(void *context, struct text path, uint64_t size)
{
    struct listing *listing = context;
    bool failed = false;
    if (!belongs(path))
        return ST_OK;
    struct entry *entry = arena_take(listing->arena, sizeof *entry);
    if (!entry)
        return ST_NO_MEMORY;
    *entry = (struct entry){
        .next = listing->first, .path = arena_copy(listing->arena, path, &failed), .size = size};
    listing->first = entry;
    listing->count++;
    listing->bytes += size;
    return failed ? ST_NO_MEMORY : ST_OK;
}

static int compare(const void *a, const void *b)
{
    const struct entry *const *left = a;
    const struct entry *const *right = b;
    return text_compare((*left)->path, (*right)->path);
}

/* NULL: there is no memory. */
static struct entry **sorted(const struct listing *listing)
{
    struct entry **entries = arena_take(listing->arena, (listing->count + 1) * sizeof *entries);
    size_t at = 0;
    if (!entries)
        return NULL;
    for (struct entry *entry = listing->first; entry; entry = entry->next)
        entries[at++] = entry;
    if (at)
        qsort(entries, at, sizeof *entries, compare);
    return entries;
}

/* sha256sum marks a line whose path it had to escape by a backslash in front. */
static void add_line(struct buffer *out, const unsigned char digest[MANIFEST_DIGEST],
                     struct text path)
{
    bool escaped = text_find(path, text_of("\\")) != SIZE_MAX ||
                   text_find(path, text_of("\n")) != SIZE_MAX ||
                   text_find(path, text_of("\r")) != SIZE_MAX;
    if (escaped)
        buffer_add_byte(out, '\\');
    buffer_add_hex(out, digest, MANIFEST_DIGEST);
    buffer_add_string(out, "  ");
    for (size_t i = 0; i < path.size; i++) {
        if (path.bytes[i] == '\\')
            buffer_add_string(out, "\\\\");
        else if (path.bytes[i] == '\n')
            buffer_add_string(out, "\\n");
        else if (path.bytes[i] == '\r')
            buffer_add_string(out, "\\r");
        else
            buffer_add_byte(out, path.bytes[i]);
    }
    buffer_add_byte(out, '\n');
}

static enum status add_file(const struct manifest_disk *disk, const struct entry *entry,
                            struct progress *progress, struct buffer *content,
                            struct manifest_made *made, struct failure *failure)
{
    unsigned char digest[MANIFEST_DIGEST];
    struct failure why = {.status = ST_OK};
    enum status status = disk->sha256(disk->context, entry->path, progress, digest, &why);
    if (status == ST_CANCELLED || status == ST_NO_MEMORY)
        return status;
    if (status != ST_OK) {
        if (!made->unread++ && failure)
            *failure = why;
        if (!made->which.size)
            buffer_add(&made->which, entry->path);
        return ST_OK;
    }
    add_line(content, digest, entry->path);
    made->files++;
    made->bytes += entry->size;
    return content->failed;
}

static enum status write_all(const struct manifest_disk *disk, const struct listing *listing,
                             struct progress *progress, struct buffer *content,
                             struct manifest_made *made, struct failure *failure)
{
    struct entry **entries = sorted(listing);
    enum status status = entries ? ST_OK : ST_NO_MEMORY;
    for (size_t i = 0; i < listing->count && status == ST_OK; i++) {
        progress_tell(progress, made->bytes, listing->bytes);
        status = progress_cancelled(progress)
                     ? ST_CANCELLED
                     : add_file(disk, entries[i], progress, content, made, failure);
    }
    if (status == ST_OK)
        status =
            disk->replace(disk->context, text_of(MANIFEST_NAME), buffer_text(content), failure);
    return status;
}

enum status manifest_write(const struct manifest_disk *disk, struct progress *progress,
                           struct manifest_made *made, struct failure *failure)
{
    struct listing listing = {.arena = arena_new(PATHS_MOST)};
    unsigned char digest[MANIFEST_DIGEST];
    struct buffer content;
    *made = (struct manifest_made){.files = 0};
    buffer_init(&content, CONTENT_MOST);
    buffer_init(&made->which, PATHS_MOST);
    buffer_init(&made->sha256, 2 * MANIFEST_DIGEST);
    enum status status = listing.arena ? ST_OK : ST_NO_MEMORY;
    if (status == ST_OK)
        status = disk->walk(disk->context, take, &listing, failure);
    if (status == ST_OK)
        status = write_all(disk, &listing, progress, &content, made, failure);
    if (status == ST_OK && disk->sha256_of(disk->context, buffer_text(&content), digest) == ST_OK)
        buffer_add_hex(&made->sha256, digest, MANIFEST_DIGEST);
    arena_free(listing.arena);
    buffer_done(&content);
    if (status != ST_OK && failure)
        failure->status = status;
    return status;
}

void manifest_made_done(struct manifest_made *made)
{
    buffer_done(&made->which);
    buffer_done(&made->sha256);
}
