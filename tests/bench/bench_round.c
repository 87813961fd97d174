/* bench_round: one round of the trap on a made-up machine of 10,000 processes and 50,000
 * connections, of which 5 % change every time, with a watchlist of 1,000,000 indicators; beside the
 * bare calls of the same source. Prints one JSON line a figure. CPU time: it is one thread's work.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/watch/round.h"
#include "tests/support/scripted_source.h"

#define ALL (ROUND_CONNECTIONS | ROUND_PROCESSES | ROUND_NAMES)

enum { PROCESSES = 10000, CONNECTIONS = 50000, ROUNDS = 61, NAMES = 500 };

static void must(enum status status, const char *what)
{
    if (status != ST_OK) {
        fprintf(stderr, "bench_round: %s: %s\n", what, status_phrase(status));
        exit(2);
    }
}

static double now_ms(void)
{
    return (double)clock() * 1e3 / CLOCKS_PER_SEC;
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

static enum status count_hit(void *context, const struct hit *hit)
{
    (void)hit;
    (*(uint64_t *)context)++;
    return ST_OK;
}

/* Addresses, networks and names, a few of which the machine will meet. */
static const struct watchlist *make_list(void)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist *list = NULL;
    struct watchlist_lines lines;
    struct buffer content;

    buffer_init(&content, (size_t)256 << 20);
    for (uint32_t i = 0; i < 1000000; i++) {
        char line[64];
        int size;

        if (i % 10 < 3)
            size = snprintf(line, sizeof line, "%u.%u.%u.%u\n", 20 + i % 200, i / 200 % 256,
                            i / 51200 % 256, i * 7 % 256);
        else if (i % 10 == 3)
            size = snprintf(line, sizeof line, "%u.%u.%u.0/24\n", 20 + i % 200, i / 3 % 256,
                            i / 777 % 256);
        else
            size = snprintf(line, sizeof line, "%shost%u.zone%u.example\n", i % 10 == 4 ? "*." : "",
                            i, i % 1000);
        buffer_add(&content, (struct text){line, (size_t)size});
    }
    must(content.failed, "the list");
    must(builder ? ST_OK : ST_NO_MEMORY, "the list");
    must(watchlist_add_file_text(builder, buffer_text(&content), text_of("list"), NULL, &lines),
         "the list");
    must(watchlist_build(builder, &list), "the list");
    buffer_done(&content);
    return list;
}

struct rig {
    struct scripted_source *machine;
    struct round *round;
    uint64_t hits;
};

static void set_up(struct rig *rig, size_t processes, size_t connections,
                   const struct watchlist *list)
{
    struct hit_sink sink = {count_hit, &rig->hits};
    struct round_setup setup = {.sinks = &sink, .sink_count = 1};

    *rig = (struct rig){.machine = scripted_source_new()};
    scripted_source_populate(rig->machine, processes, connections, 1);
    for (int i = 0; i < NAMES; i++) {
        char name[32];
        char address[32];

        snprintf(name, sizeof name, "www%d.seen.example", i);
        snprintf(address, sizeof address, "203.0.113.%d", i % 256);
        scripted_source_resolve(rig->machine, name, address);
    }
    setup.source = scripted_source_base(rig->machine);
    setup.clock = scripted_source_clock(rig->machine);
    must(round_new(&setup, &rig->round), "the round");
    must(round_set_watchlist(rig->round, list), "the watchlist");
    must(round_run(rig->round, ALL), "the first round");
}

static void tear_down(struct rig *rig)
{
    round_free(rig->round);
    source_free(scripted_source_base(rig->machine));
}

/* The median of rounds of `parts`, each after `share` of the machine has changed. */
static double measure(struct rig *rig, unsigned parts, double share)
{
    double times[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        double begun;

        scripted_source_advance(rig->machine, 25 * MOMENT_MS);
        if (share > 0)
            scripted_source_churn(rig->machine, share);
        begun = now_ms();
        must(round_run(rig->round, parts), "a round");
        times[i] = now_ms() - begun;
    }
    return median(times, ROUNDS);
}

/* What a round asks of the source at the least: both tables, and of each that is new its facts, of
 * each that is gone its end. Here they are asked for without anybody reading the answers. */
static double measure_bare(struct rig *rig)
{
    struct source *source = scripted_source_base(rig->machine);
    double times[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        struct process_table processes;
        struct connection_table connections;
        struct name_table names;
        uint64_t sum = 0;
        double begun;

        scripted_source_advance(rig->machine, 25 * MOMENT_MS);
        scripted_source_churn(rig->machine, 0.05);
        begun = now_ms();
        must(source_processes(source, &processes), "the processes");
        for (size_t row = processes.count - processes.count / 20; row < processes.count; row++) {
            const struct process_facts *facts;

            must(source_facts(source, &processes.rows[row], &facts), "facts");
            process_facts_release(facts);
        }
        must(source_connections(source, &connections), "the connections");
        for (size_t row = 0; row < connections.count; row++)
            sum += connections.rows[row].pid;
        must(source_names(source, &names), "the names");
        times[i] = now_ms() - begun + (sum == 1 ? 1 : 0);
    }
    return median(times, ROUNDS);
}

static void say(const char *what, double value, double baseline, const char *name)
{
    printf("{\"bench\":\"round\",\"case\":\"%s\",\"value\":%.3f,\"unit\":\"ms\","
           "\"baseline\":%.3f,\"baseline_name\":\"%s\"}\n",
           what, value, baseline, name);
}

int main(void)
{
    const struct watchlist *list = make_list();
    struct rig rig;
    double bare;

    set_up(&rig, PROCESSES, CONNECTIONS, list);
    bare = measure_bare(&rig);
    must(round_run(rig.round, ALL), "a round");
    say("10,000 processes, 50,000 connections, 5 % changing, 1,000,000 indicators",
        measure(&rig, ALL, 0.05), 10, "bar");
    say("the same, the bare calls of the made-up source", bare, bare, "itself");
    say("the same, connections only", measure(&rig, ROUND_CONNECTIONS, 0.05), 10, "bar");
    say("the same, nothing changing", measure(&rig, ALL, 0), 10, "bar");
    must(round_set_watchlist(rig.round, NULL), "no watchlist");
    say("the same, 5 % changing, no watchlist", measure(&rig, ALL, 0.05), 10, "bar");
    tear_down(&rig);

    set_up(&rig, 300, 2000, list);
    say("300 processes, 2,000 connections, 5 % changing, 1,000,000 indicators",
        measure(&rig, ALL, 0.05), 10, "bar");
    say("the same, nothing changing", measure(&rig, ALL, 0), 10, "bar");
    tear_down(&rig);
    watchlist_release(list);
    return 0;
}
