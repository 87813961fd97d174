/* bench_history: what one merge of both tables costs, at 10,000 processes and 50,000 connections,
 * and what a snapshot of them costs. Prints one JSON line a figure. */
#include "core/model/snapshot.h"
#include "tests/support/scripted_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 101
#define PROCESSES 10000
#define CONNECTIONS 50000

static double now_ms(void)
{
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
    return values[count / 2];
}

static void say(const char *what, double value)
{
    printf("{\"bench\":\"history\",\"case\":\"%s\",\"value\":%.3f,\"unit\":\"ms\"}\n", what, value);
}

struct rig {
    struct scripted_source *machine;
    struct history *history;
};

static void must(enum status status)
{
    if (status != ST_OK) {
        fprintf(stderr, "bench_history: %s\n", status_phrase(status));
        exit(2);
    }
}

static void apply(struct rig *rig)
{
    struct source *source = scripted_source_base(rig->machine);
    moment now = scripted_source_now(rig->machine);
    struct process_table processes;
    struct connection_table connections;
    must(source_processes(source, &processes));
    must(history_apply_processes(rig->history, source, &processes, now));
    must(source_connections(source, &connections));
    must(history_apply_connections(rig->history, &connections, now));
}

/* The median of a round, with that share of both tables changing before each. */
static double rounds(struct rig *rig, double share)
{
    static double taken[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        scripted_source_advance(rig->machine, 25 * MOMENT_MS);
        if (share > 0)
            scripted_source_churn(rig->machine, share);
        double begun = now_ms();
        apply(rig);
        history_expire(rig->history, scripted_source_now(rig->machine));
        history_changes_clear(rig->history);
        taken[i] = now_ms() - begun;
    }
    return median(taken, ROUNDS);
}

static double snapshots(struct rig *rig)
{
    static double taken[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        struct snapshot *snapshot;
        double begun = now_ms();
        must(snapshot_new(rig->history, scripted_source_now(rig->machine), (uint64_t)i, &snapshot));
        snapshot_release(snapshot);
        taken[i] = now_ms() - begun;
    }
    return median(taken, ROUNDS);
}

int main(void)
{
    struct rig rig = {scripted_source_new(), history_new(NULL)};
    if (!rig.history)
        must(ST_NO_MEMORY);
    scripted_source_populate(rig.machine, PROCESSES, CONNECTIONS, 1);
    double begun = now_ms();
    apply(&rig);
    say("first", now_ms() - begun);
    history_changes_clear(rig.history);
    say("nothing changed", rounds(&rig, 0));
    say("5 % changing", rounds(&rig, 0.05));
    say("snapshot", snapshots(&rig));
    struct history_counts counts = history_counts(rig.history);
    fprintf(stderr, "running %u, ended %u, open %u, closed %u, %.1f MB\n", counts.processes,
            counts.ended, counts.connections, counts.closed,
            (double)history_size(rig.history) / 1e6);
    history_free(rig.history);
    source_free(scripted_source_base(rig.machine));
    return 0;
}
