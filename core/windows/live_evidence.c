#include "core/windows/live_evidence.h"

#include <string.h>

#include "core/windows/closing.h"
#include "core/windows/dump.h"
#include "core/windows/file_times.h"
#include "core/windows/sample.h"

_Static_assert(EVIDENCE_DIGEST <= DIGEST_SIZE_MOST, "a SHA-256 fits");

static enum status make_dump(void *context, const struct evidence_order *order,
                             struct progress *progress, struct evidence_piece *piece,
                             struct buffer *path, struct buffer *problem)
{
    const struct text *folder = context;
    const struct dump_request request = {.case_folder = *folder,
                                         .key = order->target.key,
                                         .name = order->name,
                                         .kind = order->is_full ? DUMP_FULL : DUMP_SMALL};
    struct dump_made made;
    enum status status = dump_make(&request, progress, &made, path, problem);

    if (status)
        return status;
    piece->size = made.size;
    memcpy(piece->sha256, made.hashes.bytes[DIGEST_SHA256], EVIDENCE_DIGEST);
    return ST_OK;
}

static enum status take_sample(void *context, const struct evidence_order *order,
                               struct progress *progress, struct evidence_piece *piece,
                               struct buffer *path, struct buffer *problem)
{
    const struct text *folder = context;
    const struct sample_request request = {.case_folder = *folder,
                                           .path = order->path,
                                           .is_module = order->is_module,
                                           .process = order->target.facts};
    struct sample_made made;
    enum status status = sample_take(&request, progress, &made, path, problem);

    if (status)
        return status;
    piece->size = made.size;
    piece->was_stored = made.was_stored;
    piece->by_backup = made.by_backup;
    piece->times_changed = !made.times_kept;
    memcpy(piece->sha256, made.hashes.bytes[DIGEST_SHA256], EVIDENCE_DIGEST);
    return ST_OK;
}

static void close_connection(void *context, const struct connection_seen *connection,
                             const struct progress *progress, struct closing_result *result)
{
    (void)context;
    closing_perform(connection, progress, result);
}

static enum status look_at_file(void *context, struct text path, uint64_t *size)
{
    struct image_file file;

    (void)context;
    file_times_read(path, &file);
    if (file.state == READ_OK) {
        *size = file.size;
        return ST_OK;
    }
    if (file.state == READ_GONE)
        return ST_NOT_FOUND;
    return file.state == READ_DENIED ? ST_DENIED : ST_IO;
}

static bool is_system_file(void *context, struct text path)
{
    (void)context;
    return sample_is_system_file(path);
}

struct evidence_means live_evidence_means(const struct text *case_folder)
{
    return (struct evidence_means){.dump = make_dump,
                                   .sample = take_sample,
                                   .close = close_connection,
                                   .look = look_at_file,
                                   .is_system_file = is_system_file,
                                   .context = (void *)case_folder};
}
