#include "core/watch/pace.h"

#include "core/watch/round.h"

#define NEVER INT64_MAX

static uint32_t clamped(uint32_t interval_ms, uint32_t otherwise)
{
    if (interval_ms == 0)
        return otherwise;
    if (interval_ms < PACE_LEAST_MS)
        return PACE_LEAST_MS;
    return interval_ms > PACE_MOST_MS ? PACE_MOST_MS : interval_ms;
}

void pace_init(struct pace *pace, uint32_t connections_ms, uint32_t processes_ms)
{
    *pace = (struct pace){
        .connections_ms = clamped(connections_ms, PACE_CONNECTIONS_MS),
        .processes_ms = clamped(processes_ms, PACE_PROCESSES_MS),
        .cost.cpu_share = UINT32_MAX,
    };
}

/* What rests: nothing is watched and nobody looks, or somebody said so. */
static bool rests(const struct pace *pace)
{
    return pace->paused || (!pace->watching && !pace->looked_at);
}

/* The interval of one part as things are, in ms. */
static uint32_t interval_of(const struct pace *pace, enum round_parts part)
{
    uint32_t interval = part == ROUND_CONNECTIONS ? pace->connections_ms
                        : part == ROUND_PROCESSES ? pace->processes_ms
                                                  : PACE_NAMES_MS;

    return pace->watching || interval > PACE_IDLE_MS ? interval : PACE_IDLE_MS;
}

static int64_t next_of(const struct pace *pace, enum round_parts part)
{
    return part == ROUND_CONNECTIONS ? pace->next_connections
           : part == ROUND_PROCESSES ? pace->next_processes
                                     : pace->next_names;
}

/* When a part is due. A plan made at a slower pace does not hold up a faster one. */
static int64_t due_at(const struct pace *pace, enum round_parts part, int64_t ticks)
{
    int64_t latest = ticks + interval_of(pace, part) * MOMENT_MS;
    int64_t next = next_of(pace, part);

    if (rests(pace))
        return NEVER;
    return next > latest ? ticks : next;
}

static const enum round_parts all_parts[] = {ROUND_CONNECTIONS, ROUND_PROCESSES, ROUND_NAMES};

unsigned pace_due(const struct pace *pace, int64_t ticks)
{
    unsigned parts = 0;

    for (size_t i = 0; i < sizeof all_parts / sizeof all_parts[0]; i++) {
        if (due_at(pace, all_parts[i], ticks) <= ticks)
            parts |= all_parts[i];
    }
    return parts;
}

/* Counted from when it should have begun, so that the rate holds though waits are late; from when
 * it did begin if that was more than an interval later. Never before the machine had a breath. */
static int64_t plan(const struct pace *pace, enum round_parts part, int64_t begun, int64_t ended)
{
    int64_t interval = interval_of(pace, part) * MOMENT_MS;
    int64_t planned = next_of(pace, part);
    int64_t base = planned <= begun && begun - planned < interval ? planned : begun;
    int64_t next = base + interval;

    return next > ended ? next : ended + PACE_LEAST_MS * MOMENT_MS;
}

static void count_cost(struct pace *pace, unsigned parts, int64_t begun, int64_t ended)
{
    struct round_cost *cost = &pace->cost;
    enum round_parts fastest = parts & ROUND_CONNECTIONS ? ROUND_CONNECTIONS
                               : parts & ROUND_PROCESSES ? ROUND_PROCESSES
                                                         : ROUND_NAMES;

    cost->last = ended - begun;
    cost->average = cost->rounds ? cost->average + (cost->last - cost->average) / 16 : cost->last;
    cost->rounds++;
    if (cost->last > interval_of(pace, fastest) * MOMENT_MS)
        cost->overruns++;
    cost->interval_ms = rests(pace) ? 0 : interval_of(pace, ROUND_CONNECTIONS);
    cost->processes_ms = rests(pace) ? 0 : interval_of(pace, ROUND_PROCESSES);
}

void pace_done(struct pace *pace, unsigned parts, int64_t begun, int64_t ended)
{
    if (parts & ROUND_CONNECTIONS)
        pace->next_connections = plan(pace, ROUND_CONNECTIONS, begun, ended);
    if (parts & ROUND_PROCESSES)
        pace->next_processes = plan(pace, ROUND_PROCESSES, begun, ended);
    if (parts & ROUND_NAMES)
        pace->next_names = plan(pace, ROUND_NAMES, begun, ended);
    if (parts)
        count_cost(pace, parts, begun, ended);
}

uint32_t pace_wait(const struct pace *pace, int64_t ticks)
{
    int64_t soonest = NEVER;

    for (size_t i = 0; i < sizeof all_parts / sizeof all_parts[0]; i++) {
        int64_t due = due_at(pace, all_parts[i], ticks);

        if (due < soonest)
            soonest = due;
    }
    if (soonest == NEVER)
        return UINT32_MAX;
    return soonest <= ticks ? 0 : (uint32_t)((soonest - ticks + MOMENT_MS - 1) / MOMENT_MS);
}
