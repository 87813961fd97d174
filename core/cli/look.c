#include "core/cli/look.h"

#include "core/windows/clock.h"
#include "core/windows/live.h"

#define IMAGES_MS 1000 /* for the files of all images; those on a disk that hangs stay unknown */

enum status look(const struct watchlist *list, unsigned parts, const struct snapshot **snapshot,
                 enum status *partly)
{
    struct source *source = NULL;
    struct round *round = NULL;
    struct snapshot *taken = NULL;
    enum status status = live_source_new(NULL, &source);
    if (status == ST_OK) {
        const struct round_setup setup = {.source = source, .clock = clock_of_system()};
        status = round_new(&setup, &round);
    }
    if (status == ST_OK)
        status = round_set_watchlist(round, list);
    enum status run = status == ST_OK ? round_run(round, parts) : status;
    /* The first look, and the second at what was gone. */
    for (int i = 0; i < 2 && status == ST_OK; i++)
        (void)round_images(round, IMAGES_MS);
    if (status == ST_OK)
        status = round_publish(round, &taken);
    if (status == ST_OK && run != ST_OK && !taken->process_count && !taken->connection_count) {
        snapshot_release(taken);
        status = run;
    }
    round_free(round);
    source_free(source);
    if (status == ST_OK) {
        *snapshot = taken;
        *partly = run;
    }
    return status;
}
