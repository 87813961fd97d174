/* The sampler: end to end on this machine with real suspects, and on a scripted one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/clock.h"
#include "core/windows/sampler.h"
#include "tests/support/scripted_source.h"
#include "tests/support/windows/child.h"
#include "tests/support/windows/live_bench.h"

#define LONG_ENOUGH 20000

static HANDLE events[3]; /* by enum sampler_event */

static void notice(void *context, enum sampler_event event)
{
    (void)context;
    SetEvent(events[event]);
}

static int begin(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        events[i] = CreateEventW(NULL, FALSE, FALSE, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        CloseHandle(events[i]);
    return 0;
}

static void wait_for(enum sampler_event event)
{
    assert_int_equal(WaitForSingleObject(events[event], LONG_ENOUGH), WAIT_OBJECT_0);
}

static struct sampler *start(struct source *source, const struct hit_sink *sink,
                             uint32_t publish_ms)
{
    struct sampler *sampler = NULL;
    struct sampler_setup setup = {.source = source,
                                  .sinks = sink,
                                  .sink_count = sink ? 1 : 0,
                                  .publish_ms = publish_ms,
                                  .notice = notice};

    assert_int_equal(sampler_start(&setup, &sampler), ST_OK);
    return sampler;
}

static struct sampler *start_live(const struct hit_sink *sink, uint32_t publish_ms)
{
    struct source *source = NULL;

    assert_int_equal(live_source_new(NULL, &source), ST_OK);
    return start(source, sink, publish_ms);
}

static void watch_for(struct sampler *sampler, const char *written)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist *list = NULL;
    struct indicator indicator;
    struct indicator_origin origin = {.written = text_from(written)};
    struct buffer scratch;
    const char *why = NULL;

    buffer_init(&scratch, 4096);
    assert_int_equal(indicator_parse(text_from(written), &scratch, &indicator, &why), ST_OK);
    assert_int_equal(watchlist_add(builder, &indicator, &origin, NULL), ST_OK);
    buffer_done(&scratch);
    assert_int_equal(watchlist_build(builder, &list), ST_OK);
    sampler_set_watchlist(sampler, list);
    watchlist_release(list);
}

static const struct hit *next_hit(struct sampler *sampler)
{
    const struct hit *hit = NULL;

    while (!sampler_take_hits(sampler, &hit, 1))
        wait_for(SAMPLER_HIT);
    return hit;
}

static const struct process_row *row_of(const struct snapshot *snapshot, struct process_key key)
{
    for (uint32_t i = 0; snapshot && i < snapshot->process_count; i++)
        if (process_key_equal(snapshot->processes[i].facts->key, key))
            return &snapshot->processes[i];
    return NULL;
}

/* Waits until the published history says that the process has ended. */
static struct process_row wait_for_end(struct sampler *sampler, struct process_key key)
{
    for (int i = 0; i < 200; i++) {
        const struct snapshot *snapshot;
        const struct process_row *row;
        struct process_row copy;
        sampler_refresh(sampler);
        wait_for(SAMPLER_PUBLISHED);
        snapshot = sampler_latest(sampler);
        row = row_of(snapshot, key);
        if (row && row->ended) {
            copy = *row;
            snapshot_release(snapshot);
            return copy;
        }
        snapshot_release(snapshot);
        Sleep(10);
    }
    fail_msg("the process was never told to have ended");
    return (struct process_row){0};
}

/* A suspect that talks to the loopback for 100 ms is a hit with its whole story, and its end is
 * known after its death. */
static void test_real_suspect_is_a_hit(void **state)
{
    struct sampler *sampler = start_live(NULL, 0);
    struct child listener;
    struct child suspect;
    char line[256];
    char indicator[64];
    wchar_t arguments[128];
    const struct hit *hit;
    unsigned port;
    bool has_memory = !is_hidden("NtQueryInformationProcess");

    (void)state;
    child_start(&listener, L"listener", L"", 0);
    child_read_line(&listener, line, sizeof line);
    port = (unsigned)child_number(line, "port");
    snprintf(indicator, sizeof indicator, "127.0.0.1:%u", port);
    watch_for(sampler, indicator);
    sampler_refresh(sampler);
    wait_for(SAMPLER_PUBLISHED);
    swprintf(arguments, 128, L"--exit 77 127.0.0.1 %u 100", port);
    child_start(&suspect, L"suspect", arguments, 0);
    DWORD pid = suspect.pid;
    hit = next_hit(sampler);
    assert_int_equal(hit->by, MATCH_ADDRESS);
    assert_int_equal(hit->connection.seen.remote.port, port);
    assert_non_null(hit->process);
    assert_int_equal(hit->process->key.pid, pid);
    assert_int_equal(hit->process->parent_pid, GetCurrentProcessId());
    assert_text(hit->process->name, "suspect.exe");
    assert_int_equal(hit->process->image.state, READ_OK);
    assert_true(text_ends(hit->process->image.value, text_of("\\lab\\suspect.exe")));
    assert_int_equal(hit->process->user.state, READ_OK);
    if (has_memory) {
        assert_int_equal(hit->process->command.state, READ_OK);
        assert_true(text_find(hit->process->command.value, text_of("--exit 77 127.0.0.1")) !=
                    SIZE_MAX);
    }
    assert_true(hit->ancestor_count >= 1);
    assert_int_equal(hit->ancestors[0]->key.pid, GetCurrentProcessId());
    child_read_line(&suspect, line, sizeof line);
    print_message("seen %.1f ms after it was opened\n",
                  (double)(hit->when - (moment)child_number(line, "opened")) / MOMENT_MS);
    assert_int_equal(child_end(&suspect), 77);
    struct process_row row = wait_for_end(sampler, hit->process->key);
    assert_int_equal(row.exit.code_state, READ_OK);
    assert_int_equal(row.exit.code, 77);
    assert_true(row.exit.when >= (moment)child_number(line, "closed"));
    hit_release(hit);
    sampler_stop(sampler);
    child_end(&listener);
}

/* P13: processes that live 20 ms: how many of 50 are seen is told, never promised. */
static void test_P13_short_lives(void **state)
{
    enum { COUNT = 50 };
    struct sampler *sampler = start_live(NULL, 1000);
    DWORD pids[COUNT];
    const struct snapshot *snapshot;
    unsigned seen = 0;

    (void)state;
    watch_for(sampler, "192.0.2.1");
    for (int i = 0; i < COUNT; i++) {
        struct child child;
        child_start(&child, L"sleeper", L"20", 0);
        pids[i] = child.pid;
        child_end(&child);
    }
    sampler_refresh(sampler);
    ResetEvent(events[SAMPLER_PUBLISHED]);
    wait_for(SAMPLER_PUBLISHED);
    snapshot = sampler_latest(sampler);
    for (int i = 0; i < COUNT; i++)
        seen += snapshot_process_by_pid(snapshot, pids[i]) != NO_ROW;
    snapshot_release(snapshot);
    print_message("seen %u of %u processes of 20 ms, listing every 250 ms\n", seen,
                  (unsigned)COUNT);
    assert_true(seen >= 1);
    sampler_stop(sampler);
}

static void test_rests_when_nobody_watches_or_looks(void **state)
{
    struct scripted_source *machine = scripted_source_new();
    struct sampler *sampler = start(scripted_source_base(machine), NULL, 0);
    uint64_t calls;

    (void)state;
    Sleep(200);
    assert_int_equal(scripted_source_calls(machine, SCRIPTED_CONNECTIONS), 0);
    sampler_refresh(sampler); /* unless it is asked to */
    wait_for(SAMPLER_PUBLISHED);
    calls = scripted_source_calls(machine, SCRIPTED_CONNECTIONS);
    assert_int_equal(calls, 1);
    watch_for(sampler, "192.0.2.1");
    while (scripted_source_calls(machine, SCRIPTED_CONNECTIONS) < calls + 10)
        Sleep(1);
    sampler_stop(sampler);
}

static void test_paused_asks_nothing(void **state)
{
    struct scripted_source *machine = scripted_source_new();
    struct sampler *sampler = start(scripted_source_base(machine), NULL, 100);
    uint64_t calls;

    (void)state;
    watch_for(sampler, "192.0.2.1");
    wait_for(SAMPLER_PUBLISHED);
    sampler_set_paused(sampler, true);
    calls = scripted_source_calls(machine, SCRIPTED_CONNECTIONS);
    Sleep(200); /* the time of several rounds */
    uint64_t paused = scripted_source_calls(machine, SCRIPTED_CONNECTIONS);
    assert_true(paused <= calls + 1); /* a round under way may end */
    sampler_set_paused(sampler, false);
    while (scripted_source_calls(machine, SCRIPTED_CONNECTIONS) == paused)
        Sleep(1);
    sampler_stop(sampler);
}

static enum status refuse(void *context, const struct hit *hit)
{
    (void)context;
    (void)hit;
    return ST_DISK_FULL;
}

/* A file that cannot be written is told, and the hit is still handed on. */
static void test_trouble_of_a_sink(void **state)
{
    struct scripted_source *machine = scripted_source_new();
    const struct hit_sink sink = {refuse, NULL};
    struct sampler *sampler;
    struct buffer line;
    const struct hit *hit;

    (void)state;
    scripted_source_start(machine, 100, 0, "evil.exe");
    scripted_source_connect(machine, 100, "10.0.0.5:50000", "192.0.2.1:443", TCP_SYN_SENT);
    sampler = start(scripted_source_base(machine), &sink, 0);
    watch_for(sampler, "192.0.2.1");
    hit = next_hit(sampler);
    assert_text(hit->process->name, "evil.exe");
    hit_release(hit);
    wait_for(SAMPLER_TROUBLE);
    buffer_init(&line, 4096);
    sampler_trouble(sampler, &line);
    assert_text(buffer_text(&line), "a hit could not be written: the disk is full");
    buffer_done(&line);
    sampler_stop(sampler);
}

static void test_trouble_of_a_table_comes_and_goes(void **state)
{
    struct scripted_source *machine = scripted_source_new();
    struct sampler *sampler;
    struct buffer line;

    (void)state;
    scripted_source_start(machine, 100, 0, "a.exe");
    scripted_source_fail(machine, SCRIPTED_CONNECTIONS, ST_SYSTEM, 3);
    sampler = start(scripted_source_base(machine), NULL, 50);
    wait_for(SAMPLER_TROUBLE);
    buffer_init(&line, 4096);
    watch_for(sampler, "192.0.2.1"); /* faster rounds */
    do {
        wait_for(SAMPLER_TROUBLE);
        buffer_clear(&line);
        sampler_trouble(sampler, &line);
    } while (line.size);
    buffer_done(&line);
    sampler_stop(sampler);
}

static void test_hits_are_taken_in_order_once(void **state)
{
    enum { COUNT = 200 };
    struct scripted_source *machine = scripted_source_new();
    struct sampler *sampler;
    const struct hit *hits[COUNT];
    size_t taken = 0;

    (void)state;
    scripted_source_start(machine, 100, 0, "evil.exe");
    for (int i = 0; i < COUNT; i++) {
        char local[32];
        snprintf(local, sizeof local, "10.0.0.5:%d", 20000 + i);
        scripted_source_connect(machine, 100, local, "192.0.2.1:443", TCP_ESTABLISHED);
    }
    sampler = start(scripted_source_base(machine), NULL, 0);
    watch_for(sampler, "192.0.2.1");
    while (taken < COUNT) {
        taken += sampler_take_hits(sampler, hits + taken, COUNT - taken);
        if (taken < COUNT)
            wait_for(SAMPLER_HIT);
    }
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(hits[i]->number, i + 1);
        hit_release(hits[i]);
    }
    assert_int_equal(sampler_take_hits(sampler, hits, COUNT), 0);
    wait_for(SAMPLER_PUBLISHED); /* a hit publishes at once */
    sampler_stop(sampler);
}

/* 40 rounds of 25 ms take about a second: waits are neither rounded up to the tick nor skipped. */
static void test_rate_is_kept(void **state)
{
    struct scripted_source *machine = scripted_source_new();
    struct sampler *sampler = start(scripted_source_base(machine), NULL, 0);
    struct clock clock = clock_of_system();
    int64_t from;
    uint64_t calls;
    double rate;

    (void)state;
    watch_for(sampler, "192.0.2.1");
    while (scripted_source_calls(machine, SCRIPTED_CONNECTIONS) < 5)
        Sleep(1);
    from = clock.ticks(clock.context);
    calls = scripted_source_calls(machine, SCRIPTED_CONNECTIONS);
    while (scripted_source_calls(machine, SCRIPTED_CONNECTIONS) < calls + 40)
        Sleep(1);
    rate = (double)(clock.ticks(clock.context) - from) / MOMENT_MS / 40;
    print_message("a round every %.2f ms\n", rate);
    assert_true(rate > 20 && rate < 100); /* a busy machine may be late, never early */
    sampler_stop(sampler);
}

static void test_cost_is_reckoned(void **state)
{
    struct scripted_source *machine = scripted_source_new();
    struct sampler *sampler = start(scripted_source_base(machine), NULL, 100);
    const struct snapshot *snapshot = NULL;

    (void)state;
    watch_for(sampler, "192.0.2.1");
    do {
        snapshot_release(snapshot);
        wait_for(SAMPLER_PUBLISHED);
        snapshot = sampler_latest(sampler);
    } while (snapshot->cost.cpu_share == UINT32_MAX);
    assert_true(snapshot->cost.rounds > 0);
    assert_int_equal(snapshot->cost.interval_ms, PACE_CONNECTIONS_MS);
    snapshot_release(snapshot);
    sampler_stop(sampler);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_real_suspect_is_a_hit, begin, end),
        cmocka_unit_test_setup_teardown(test_P13_short_lives, begin, end),
        cmocka_unit_test_setup_teardown(test_rests_when_nobody_watches_or_looks, begin, end),
        cmocka_unit_test_setup_teardown(test_paused_asks_nothing, begin, end),
        cmocka_unit_test_setup_teardown(test_trouble_of_a_sink, begin, end),
        cmocka_unit_test_setup_teardown(test_trouble_of_a_table_comes_and_goes, begin, end),
        cmocka_unit_test_setup_teardown(test_hits_are_taken_in_order_once, begin, end),
        cmocka_unit_test_setup_teardown(test_rate_is_kept, begin, end),
        cmocka_unit_test_setup_teardown(test_cost_is_reckoned, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
