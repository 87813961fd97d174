#include "core/windows/sampler.h"

#include <string.h>
#include <windows.h>

#include "core/base/memory.h"
#include "core/windows/clock.h"
#include "core/windows/wait_timer.h"

#define ALL_PARTS (ROUND_CONNECTIONS | ROUND_PROCESSES | ROUND_NAMES)
#define HITS_MOST 65536 /* that wait to be taken; the files have them all */
#define LINE_MOST 4096
#define SHARE_EVERY (MOMENT_SECOND / 2)
/* How long a hit that could not be written stays in the trouble line, when no other comes. */
#define SINK_TOLD (10 * MOMENT_SECOND)

/* What other threads want. Taken over by the sampler's thread before each round. */
struct orders {
    const struct watchlist *list; /* a reference, where list_given */
    const struct known *known;    /* likewise */
    bool list_given;
    bool known_given;
    bool rates_given;
    uint32_t connections_ms;
    uint32_t processes_ms;
    uint32_t publish_ms;
    bool paused;
    bool looked_at;
    bool refresh;
    bool stop;
};

struct hit_queue {
    const struct hit **hits; /* a ring; a reference each */
    size_t first;
    size_t count;
    size_t capacity;
};

struct sampler {
    /* set before the thread starts */
    void (*notice)(void *context, enum sampler_event event);
    void *context;
    HANDLE thread;
    HANDLE wake; /* there are new orders */

    /* the thread's own */
    struct source *source;
    struct round *round;
    struct clock clock;
    struct pace pace;
    struct wait_timer timer;
    uint32_t publish_ms;
    int64_t next_publish;
    int64_t share_ticks; /* when the share of the processor was last reckoned, */
    int64_t share_cpu;   /* and what had been used up to then */
    uint64_t hits_before;
    uint64_t lost_before;
    int64_t lost_ticks; /* when a hit was last lost; 0: none */
    enum status run_status;
    bool stale[PART_COUNT];
    uint64_t left_out; /* hits that the queue had no room for */
    bool has_news;     /* a hit came in this round */

    /* shared */
    SRWLOCK lock;
    struct orders orders;
    const struct snapshot *latest;
    struct hit_queue queue;
    char trouble[LINE_MOST];
    size_t trouble_size;
};

static void tell(const struct sampler *sampler, enum sampler_event event)
{
    if (sampler->notice)
        sampler->notice(sampler->context, event);
}

/* ---- hits ---- */

/* Called with the lock. */
static bool queue_add(struct hit_queue *queue, const struct hit *hit)
{
    if (queue->count == queue->capacity) {
        size_t capacity = queue->capacity ? queue->capacity * 2 : 64;
        const struct hit **hits;
        if (capacity > HITS_MOST)
            return false;
        hits = memory_take_array(capacity, sizeof *hits);
        if (!hits)
            return false;
        for (size_t i = 0; i < queue->count; i++)
            hits[i] = queue->hits[(queue->first + i) % queue->capacity];
        memory_give((void *)queue->hits);
        queue->hits = hits;
        queue->first = 0;
        queue->capacity = capacity;
    }
    queue->hits[(queue->first + queue->count) % queue->capacity] = hit_retain(hit);
    queue->count++;
    return true;
}

/* The last of the round's sinks: the files before it have the hit already. */
static enum status take_hit(void *context, const struct hit *hit)
{
    struct sampler *sampler = context;
    bool taken;

    AcquireSRWLockExclusive(&sampler->lock);
    taken = queue_add(&sampler->queue, hit);
    ReleaseSRWLockExclusive(&sampler->lock);
    if (!taken)
        sampler->left_out++;
    sampler->has_news = true;
    tell(sampler, SAMPLER_HIT);
    return ST_OK;
}

size_t sampler_take_hits(struct sampler *sampler, const struct hit **hits, size_t most)
{
    struct hit_queue *queue = &sampler->queue;
    size_t count = 0;

    AcquireSRWLockExclusive(&sampler->lock);
    while (count < most && queue->count) {
        hits[count++] = queue->hits[queue->first];
        queue->first = (queue->first + 1) % queue->capacity;
        queue->count--;
    }
    ReleaseSRWLockExclusive(&sampler->lock);
    return count;
}

/* ---- trouble ---- */

static void add_stale_parts(struct buffer *line, const bool *stale)
{
    static const char *const names[PART_COUNT] = {
        [PART_TCP4] = "TCP over IPv4",
        [PART_TCP6] = "TCP over IPv6",
        [PART_UDP4] = "UDP over IPv4",
        [PART_UDP6] = "UDP over IPv6",
    };
    bool any = false;

    for (int part = 0; part < PART_COUNT; part++) {
        if (!stale[part])
            continue;
        buffer_add_string(line,
                          any ? ", " : "could not be read just now, the last state is shown: ");
        buffer_add_string(line, names[part]);
        any = true;
    }
}

static void describe_trouble(const struct sampler *sampler, int64_t ticks, struct buffer *line)
{
    uint64_t lost = 0;
    enum status sink = round_sink_failure(sampler->round, &lost);

    if (sampler->lost_ticks && ticks - sampler->lost_ticks < SINK_TOLD) {
        buffer_add_string(line, "a hit could not be written: ");
        buffer_add_string(line, status_phrase(sink));
    } else if (sampler->run_status) {
        buffer_add_string(line, "the system could not be asked: ");
        buffer_add_string(line, status_phrase(sampler->run_status));
    } else if (sampler->left_out) {
        buffer_add_unsigned(line, sampler->left_out);
        buffer_add_string(line, " hits are in the file only: too many to show");
    } else {
        add_stale_parts(line, sampler->stale);
    }
}

static void update_trouble(struct sampler *sampler, int64_t ticks)
{
    char bytes[LINE_MOST];
    struct buffer line;
    bool changed;
    size_t size;

    buffer_init(&line, LINE_MOST);
    describe_trouble(sampler, ticks, &line);
    size = line.size;
    if (size)
        memcpy(bytes, line.bytes, size);
    buffer_done(&line);
    AcquireSRWLockExclusive(&sampler->lock);
    changed = size != sampler->trouble_size || memcmp(bytes, sampler->trouble, size) != 0;
    if (changed) {
        memcpy(sampler->trouble, bytes, size);
        sampler->trouble_size = size;
    }
    ReleaseSRWLockExclusive(&sampler->lock);
    if (changed)
        tell(sampler, SAMPLER_TROUBLE);
}

void sampler_trouble(struct sampler *sampler, struct buffer *line)
{
    char bytes[LINE_MOST];
    size_t size;

    AcquireSRWLockShared(&sampler->lock);
    size = sampler->trouble_size;
    memcpy(bytes, sampler->trouble, size);
    ReleaseSRWLockShared(&sampler->lock);
    buffer_add(line, (struct text){bytes, size});
}

/* ---- snapshots ---- */

static int64_t own_cpu(void)
{
    FILETIME created, exited, kernel, user;

    if (!GetProcessTimes(GetCurrentProcess(), &created, &exited, &kernel, &user))
        return -1;
    return (int64_t)(((uint64_t)kernel.dwHighDateTime << 32 | kernel.dwLowDateTime) +
                     ((uint64_t)user.dwHighDateTime << 32 | user.dwLowDateTime));
}

/* What this program takes of one core, over half a second or more. */
static void reckon_share(struct sampler *sampler, int64_t ticks)
{
    int64_t passed = ticks - sampler->share_ticks;
    int64_t cpu;

    if (passed < SHARE_EVERY)
        return;
    cpu = own_cpu();
    if (cpu >= 0 && sampler->share_cpu >= 0 && sampler->share_ticks)
        sampler->pace.cost.cpu_share = (uint32_t)((cpu - sampler->share_cpu) * 10000 / passed);
    sampler->share_cpu = cpu;
    sampler->share_ticks = ticks;
}

static void publish(struct sampler *sampler)
{
    struct snapshot *snapshot = NULL;
    const struct snapshot *before;
    enum status status = round_publish(sampler->round, &snapshot);

    if (status) {
        sampler->run_status = status;
        return;
    }
    snapshot->cost = sampler->pace.cost;
    memcpy(sampler->stale, snapshot->stale, sizeof sampler->stale);
    AcquireSRWLockExclusive(&sampler->lock);
    before = sampler->latest;
    sampler->latest = snapshot;
    ReleaseSRWLockExclusive(&sampler->lock);
    snapshot_release(before);
    tell(sampler, SAMPLER_PUBLISHED);
}

const struct snapshot *sampler_latest(struct sampler *sampler)
{
    const struct snapshot *latest;

    AcquireSRWLockShared(&sampler->lock);
    latest = sampler->latest ? snapshot_retain(sampler->latest) : NULL;
    ReleaseSRWLockShared(&sampler->lock);
    return latest;
}

/* ---- the thread ---- */

/* What was given once is taken over; the rest is copied. */
static struct orders take_orders(struct sampler *sampler)
{
    struct orders orders;

    AcquireSRWLockExclusive(&sampler->lock);
    orders = sampler->orders;
    sampler->orders.list = NULL;
    sampler->orders.known = NULL;
    sampler->orders.list_given = false;
    sampler->orders.known_given = false;
    sampler->orders.rates_given = false;
    sampler->orders.refresh = false;
    ReleaseSRWLockExclusive(&sampler->lock);
    return orders;
}

static void follow_orders(struct sampler *sampler, const struct orders *orders)
{
    struct pace *pace = &sampler->pace;

    if (orders->list_given) {
        sampler->run_status = round_set_watchlist(sampler->round, orders->list);
        pace->watching = watchlist_count(orders->list) > 0;
        watchlist_release(orders->list);
    }
    if (orders->known_given) {
        round_set_known(sampler->round, orders->known);
        known_release(orders->known);
    }
    if (orders->rates_given) {
        struct pace fresh;
        pace_init(&fresh, orders->connections_ms, orders->processes_ms);
        pace->connections_ms = fresh.connections_ms;
        pace->processes_ms = fresh.processes_ms;
        sampler->publish_ms = orders->publish_ms;
        sampler->next_publish = 0;
    }
    if (orders->looked_at && !pace->looked_at)
        sampler->next_publish = 0; /* what a window shows first is of now */
    pace->paused = orders->paused;
    pace->looked_at = orders->looked_at;
}

static void run_round(struct sampler *sampler, unsigned parts, int64_t begun)
{
    uint64_t lost = 0;
    uint64_t hits;
    int64_t ended;

    sampler->run_status = round_run(sampler->round, parts);
    ended = sampler->clock.ticks(sampler->clock.context);
    pace_done(&sampler->pace, parts, begun, ended);
    hits = round_hits(sampler->round);
    round_sink_failure(sampler->round, &lost);
    if (hits != sampler->hits_before)
        sampler->lost_ticks = lost != sampler->lost_before ? ended : 0;
    sampler->hits_before = hits;
    sampler->lost_before = lost;
}

static bool publish_is_due(const struct sampler *sampler, int64_t ticks)
{
    return sampler->publish_ms && sampler->pace.looked_at && !sampler->pace.paused &&
           ticks >= sampler->next_publish;
}

static uint32_t wait_of(const struct sampler *sampler, int64_t ticks)
{
    uint32_t wait = pace_wait(&sampler->pace, ticks);
    int64_t rest = sampler->next_publish - ticks;

    if (!sampler->publish_ms || !sampler->pace.looked_at || sampler->pace.paused)
        return wait;
    rest = rest > 0 ? (rest + MOMENT_MS - 1) / MOMENT_MS : 0;
    return rest < wait ? (uint32_t)rest : wait;
}

static void step(struct sampler *sampler, const struct orders *orders)
{
    int64_t begun = sampler->clock.ticks(sampler->clock.context);
    unsigned parts;
    int64_t ticks;

    follow_orders(sampler, orders);
    parts = orders->refresh ? ALL_PARTS : pace_due(&sampler->pace, begun);
    if (parts)
        run_round(sampler, parts, begun);
    ticks = sampler->clock.ticks(sampler->clock.context);
    reckon_share(sampler, ticks);
    if (sampler->has_news || orders->refresh || publish_is_due(sampler, ticks)) {
        sampler->has_news = false;
        sampler->next_publish = ticks + (int64_t)sampler->publish_ms * MOMENT_MS;
        publish(sampler);
    }
    update_trouble(sampler, ticks);
}

static DWORD WINAPI watch(void *context)
{
    struct sampler *sampler = context;

    /* A connection may be there for a few milliseconds only; the work of a round is short. */
    SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_ABOVE_NORMAL);
    for (;;) {
        struct orders orders = take_orders(sampler);
        if (orders.stop) {
            watchlist_release(orders.list);
            known_release(orders.known);
            return 0;
        }
        step(sampler, &orders);
        wait_timer_wait(&sampler->timer, sampler->wake,
                        wait_of(sampler, sampler->clock.ticks(sampler->clock.context)));
    }
}

/* ---- beginning and end ---- */

static enum status make_round(struct sampler *sampler, const struct sampler_setup *setup)
{
    struct round_setup round = {.source = sampler->source,
                                .clock = sampler->clock,
                                .limits = setup->limits,
                                .sink_count = setup->sink_count + 1};
    struct hit_sink *sinks = memory_take_array(round.sink_count, sizeof *sinks);
    enum status status;

    if (!sinks)
        return ST_NO_MEMORY;
    if (setup->sink_count)
        memcpy(sinks, setup->sinks, setup->sink_count * sizeof *sinks);
    sinks[setup->sink_count] = (struct hit_sink){take_hit, sampler};
    round.sinks = sinks;
    status = round_new(&round, &sampler->round);
    memory_give(sinks);
    return status;
}

static void free_sampler(struct sampler *sampler)
{
    struct hit_queue *queue = &sampler->queue;

    for (; queue->count; queue->count--) {
        hit_release(queue->hits[queue->first]);
        queue->first = (queue->first + 1) % queue->capacity;
    }
    memory_give((void *)queue->hits);
    snapshot_release(sampler->latest);
    watchlist_release(sampler->orders.list);
    known_release(sampler->orders.known);
    round_free(sampler->round);
    source_free(sampler->source);
    wait_timer_done(&sampler->timer);
    if (sampler->wake)
        CloseHandle(sampler->wake);
    if (sampler->thread)
        CloseHandle(sampler->thread);
    memory_give(sampler);
}

enum status sampler_start(const struct sampler_setup *setup, struct sampler **sampler)
{
    struct sampler *made = memory_take(sizeof *made);
    enum status status;

    if (!made) {
        source_free(setup->source);
        return ST_NO_MEMORY;
    }
    InitializeSRWLock(&made->lock);
    made->source = setup->source;
    made->clock = clock_of_system();
    made->notice = setup->notice;
    made->context = setup->context;
    made->publish_ms = setup->publish_ms;
    made->orders.looked_at = setup->publish_ms != 0;
    pace_init(&made->pace, setup->connections_ms, setup->processes_ms);
    wait_timer_init(&made->timer);
    made->wake = CreateEventW(NULL, FALSE, FALSE, NULL);
    status = made->wake ? make_round(made, setup) : ST_NO_MEMORY;
    if (!status) {
        made->thread = CreateThread(NULL, 0, watch, made, 0, NULL);
        status = made->thread ? ST_OK : ST_NO_MEMORY;
    }
    if (status) {
        free_sampler(made);
        return status;
    }
    *sampler = made;
    return ST_OK;
}

void sampler_stop(struct sampler *sampler)
{
    if (!sampler)
        return;
    AcquireSRWLockExclusive(&sampler->lock);
    sampler->orders.stop = true;
    ReleaseSRWLockExclusive(&sampler->lock);
    SetEvent(sampler->wake);
    WaitForSingleObject(sampler->thread, INFINITE);
    free_sampler(sampler);
}

/* ---- orders ---- */

void sampler_refresh(struct sampler *sampler)
{
    AcquireSRWLockExclusive(&sampler->lock);
    sampler->orders.refresh = true;
    ReleaseSRWLockExclusive(&sampler->lock);
    SetEvent(sampler->wake);
}

void sampler_set_watchlist(struct sampler *sampler, const struct watchlist *list)
{
    const struct watchlist *before;

    AcquireSRWLockExclusive(&sampler->lock);
    before = sampler->orders.list;
    sampler->orders.list = list ? watchlist_retain(list) : NULL;
    sampler->orders.list_given = true;
    ReleaseSRWLockExclusive(&sampler->lock);
    watchlist_release(before);
    SetEvent(sampler->wake);
}

void sampler_set_known(struct sampler *sampler, const struct known *known)
{
    const struct known *before;

    AcquireSRWLockExclusive(&sampler->lock);
    before = sampler->orders.known;
    sampler->orders.known = known ? known_retain(known) : NULL;
    sampler->orders.known_given = true;
    ReleaseSRWLockExclusive(&sampler->lock);
    known_release(before);
    SetEvent(sampler->wake);
}

void sampler_set_rates(struct sampler *sampler, uint32_t connections_ms, uint32_t processes_ms,
                       uint32_t publish_ms)
{
    AcquireSRWLockExclusive(&sampler->lock);
    sampler->orders.connections_ms = connections_ms;
    sampler->orders.processes_ms = processes_ms;
    sampler->orders.publish_ms = publish_ms;
    sampler->orders.rates_given = true;
    ReleaseSRWLockExclusive(&sampler->lock);
    SetEvent(sampler->wake);
}

void sampler_set_paused(struct sampler *sampler, bool paused)
{
    AcquireSRWLockExclusive(&sampler->lock);
    sampler->orders.paused = paused;
    ReleaseSRWLockExclusive(&sampler->lock);
    SetEvent(sampler->wake);
}

void sampler_set_looked_at(struct sampler *sampler, bool looked_at)
{
    AcquireSRWLockExclusive(&sampler->lock);
    sampler->orders.looked_at = looked_at;
    ReleaseSRWLockExclusive(&sampler->lock);
    SetEvent(sampler->wake);
}
