#include "core/windows/evidence/live_evidence.h"

#include <string.h>

#include "core/windows/evidence/dump.h"
#include "core/windows/evidence/sample.h"
#include "core/windows/file/disk_space.h"
#include "core/windows/file/file_times.h"
#include "core/windows/file/files.h"
#include "core/windows/network/closing.h"

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

static enum status estimate(void *context, struct process_key key, uint64_t *small, uint64_t *full)
{
    (void)context;
    return dump_estimate(key, small, full, NULL);
}

/* Of the folder, or of the nearest one above it that is there: it may still have to be made. */
static enum status read_room(void *context, struct disk_room *room)
{
    struct text folder = *(const struct text *)context;
    bool is_folder = false;

    while (folder.size && (files_exists(folder, &is_folder) != ST_OK || !is_folder)) {
        while (folder.size && folder.bytes[folder.size - 1] != '\\' &&
               folder.bytes[folder.size - 1] != '/')
            folder.size--;
        if (folder.size)
            folder.size--;
    }
    return folder.size ? disk_space_read(folder, room, NULL) : ST_NOT_FOUND;
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
                                   .estimate = estimate,
                                   .room = read_room,
                                   .context = (void *)case_folder};
}
