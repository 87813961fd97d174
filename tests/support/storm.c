#include "tests/support/storm.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/scripted_source.h"

#define PROCESSES 40
#define FIRST_PID 1000u
#define OPEN_FOR 2
#define CLOSING_FOR 80

struct storm {
    struct source base;              /* first */
    struct scripted_source *machine; /* the processes */
    struct connection_seen *rows;    /* oldest first */
    size_t count;
    size_t fresh; /* of these, at the end: not in TIME_WAIT yet */
    uint32_t a_reading;
    atomic_bool stopped;
    atomic_ullong opened;
};

static struct storm *storm_of(struct source *source)
{
    return (struct storm *)source;
}

static struct source *inner(struct source *source)
{
    return scripted_source_base(storm_of(source)->machine);
}

static enum status processes(struct source *source, struct process_table *table)
{
    return source_processes(inner(source), table);
}

static void open_one(struct storm *storm)
{
    unsigned long long number = atomic_fetch_add(&storm->opened, 1);
    const uint8_t own[4] = {10, 0, 0, 5};
    const uint8_t other[4] = {198, 18, (uint8_t)(number / 60000 >> 8), (uint8_t)(number / 60000)};
    struct connection_seen *row = &storm->rows[storm->count++];

    *row = (struct connection_seen){
        .pid = FIRST_PID + 4 * (uint32_t)(number % PROCESSES),
        .transport = TRANSPORT_TCP,
        .state = TCP_ESTABLISHED,
        .has_remote = true,
    };
    row->local.address = address_from_ipv4(own);
    row->local.port = (uint16_t)(1024 + number % 60000);
    row->remote.address = address_from_ipv4(other);
    row->remote.port = 443;
}

/* The oldest reading's connections end, the third youngest begin to close, new ones open. */
static enum status connections(struct source *source, struct connection_table *table)
{
    struct storm *storm = storm_of(source);
    size_t most = (size_t)(OPEN_FOR + CLOSING_FOR) * storm->a_reading;
    size_t closing = storm->fresh > storm->a_reading ? storm->a_reading : 0;
    bool stopped = atomic_load(&storm->stopped);

    if (stopped)
        closing = storm->fresh;
    for (size_t i = storm->count - storm->fresh; i < storm->count - storm->fresh + closing; i++) {
        storm->rows[i].state = TCP_TIME_WAIT;
        storm->rows[i].pid = 0;
    }
    storm->fresh -= closing;
    if (storm->count >= most || (stopped && storm->count)) {
        size_t gone = storm->count < storm->a_reading ? storm->count : storm->a_reading;

        storm->count -= gone;
        memmove(storm->rows, storm->rows + gone, storm->count * sizeof *storm->rows);
    }
    for (uint32_t i = 0; !stopped && i < storm->a_reading; i++, storm->fresh++)
        open_one(storm);
    *table = (struct connection_table){.rows = storm->rows, .count = storm->count};
    return ST_OK;
}

static enum status find(struct source *source, uint32_t pid, struct process_seen *row)
{
    return source_find(inner(source), pid, row);
}

static enum status facts(struct source *source, const struct process_seen *row,
                         const struct process_facts **made)
{
    return source_facts(inner(source), row, made);
}

static enum status ended(struct source *source, struct process_key key, struct process_exit *how)
{
    return source_ended(inner(source), key, how);
}

static bool has_ended(struct source *source, struct process_key key)
{
    return source_has_ended(inner(source), key);
}

static enum status names(struct source *source, struct name_table *table)
{
    return source_names(inner(source), table);
}

static enum status images(struct source *source, uint32_t wait_ms, struct image_table *table)
{
    return source_images(inner(source), wait_ms, table);
}

static struct text windows(struct source *source)
{
    return source_windows(inner(source));
}

static void release(struct source *source)
{
    struct storm *storm = storm_of(source);

    source_free(inner(source));
    free(storm->rows);
    free(storm);
}

struct storm *storm_new(uint32_t a_reading)
{
    static const struct source_class class = {processes, connections, find,   facts,   ended,
                                              has_ended, names,       images, windows, release};
    struct storm *storm = calloc(1, sizeof *storm);
    size_t most = (size_t)(OPEN_FOR + CLOSING_FOR + 1) * a_reading;

    if (!storm)
        abort();
    storm->base.class = &class;
    storm->a_reading = a_reading;
    storm->rows = calloc(most, sizeof *storm->rows);
    storm->machine = scripted_source_new();
    if (!storm->rows)
        abort();
    for (uint32_t i = 0; i < PROCESSES; i++)
        scripted_source_start(storm->machine, FIRST_PID + 4 * i, 0, "client.exe");
    return storm;
}

struct source *storm_base(struct storm *storm)
{
    return &storm->base;
}

void storm_stop(struct storm *storm)
{
    atomic_store(&storm->stopped, true);
}

uint64_t storm_opened(const struct storm *storm)
{
    return atomic_load(&storm->opened);
}
