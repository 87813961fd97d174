/* watch: the trap. The sampler's thread catches and writes; this one prints and waits. */
#include <windows.h>

#include "core/case/ecs.h"
#include "core/case/json_write.h"
#include "core/cli/commands.h"
#include "core/cli/lists.h"
#include "core/cli/open_case.h"
#include "core/cli/text/show.h"
#include "core/cli/watch_trap.h"
#include "core/windows/case/case_folder.h"
#include "core/windows/live.h"
#include "core/windows/sampler.h"

#define HITS_AT_ONCE 64
#define LAST_LOOK_MS 500
#define CHECK_MS 1000 /* how often what waits for the disk is tried again */
#define OUTPUT_CEILING ((size_t)1 << 27)

enum waited_for { WAIT_STOP, WAIT_NEWS, WAIT_COUNT };

struct watch {
    const struct arguments *arguments;
    const struct watchlist *list;
    struct case_folder *folder;
    struct sampler *sampler;
    HANDLE events[WAIT_COUNT];
    uint64_t hits;
    bool output_lost;
    struct buffer trouble; /* that was said last */
    struct arena *arena;
    struct case_watchlist *files; /* one for each --list */
    struct watch_trap *trap;
};

/* For the console's thread, which has no other way to it. */
static HANDLE stop_event;
static HANDLE ended_event;

#define CLOSING_MS 4000 /* the system kills a closing console's programs after 5 s */

static BOOL WINAPI on_control(DWORD event)
{
    SetEvent(stop_event);
    /* After these the process ends as soon as this returns: the main thread is to be done by then.
     */
    if (event == CTRL_CLOSE_EVENT || event == CTRL_LOGOFF_EVENT || event == CTRL_SHUTDOWN_EVENT)
        WaitForSingleObject(ended_event, CLOSING_MS);
    return TRUE;
}

static void on_news(void *context, enum sampler_event event)
{
    const struct watch *watch = context;
    (void)event; /* nothing is published but at a hit, or when it is asked for */
    SetEvent(watch->events[WAIT_NEWS]);
}

static void print_hit(struct watch *watch, const struct hit *hit)
{
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    if (watch->arguments->json)
        ecs_add_hit(&out, hit);
    else
        show_hit(&out, hit);
    buffer_add_byte(&out, '\n');
    struct failure failure = {.status = out.failed};
    if (out.failed != ST_OK)
        say_failure(text_of("can't print a hit (it is in hits.jsonl)"), &failure);
    else if (!console_write(buffer_text(&out)))
        watch->output_lost = true;
    buffer_done(&out);
}

static void print_hits(struct watch *watch)
{
    const struct hit *hits[HITS_AT_ONCE];
    size_t count;
    do {
        count = sampler_take_hits(watch->sampler, hits, HITS_AT_ONCE);
        for (size_t i = 0; i < count; i++) {
            /* With --until-hit one is enough; others of the same moment are in the file. */
            if (!watch->output_lost && !(watch->arguments->until_hit && watch->hits))
                print_hit(watch, hits[i]);
            watch->hits++;
            hit_release(hits[i]);
        }
    } while (count == HITS_AT_ONCE);
    if (!watch->output_lost && !watch_trap_print(watch->trap))
        watch->output_lost = true;
}

/* Says what is wrong when it changes: with the file first, then with the looking. */
static void say_trouble(struct watch *watch)
{
    struct buffer now;
    buffer_init(&now, 1u << 16);
    case_folder_retry(watch->folder);
    case_folder_trouble(watch->folder, &now);
    if (!now.size)
        sampler_trouble(watch->sampler, &now);
    if (now.size && !text_equal(buffer_text(&now), buffer_text(&watch->trouble)))
        SAY(buffer_text(&now));
    else if (!now.size && watch->trouble.size)
        SAY(text_of("all is well again"));
    buffer_clear(&watch->trouble);
    buffer_add(&watch->trouble, buffer_text(&now));
    buffer_done(&now);
}

static DWORD time_left(ULONGLONG end)
{
    if (end == 0)
        return CHECK_MS;
    ULONGLONG now = GetTickCount64();
    if (now >= end)
        return 0;
    return end - now < CHECK_MS ? (DWORD)(end - now) : CHECK_MS;
}

static void wait_for_hits(struct watch *watch)
{
    const struct arguments *arguments = watch->arguments;
    ULONGLONG end =
        arguments->seconds ? GetTickCount64() + (ULONGLONG)arguments->seconds * 1000 : 0;
    for (;;) {
        DWORD left = time_left(end);
        DWORD event = left ? WaitForMultipleObjects(WAIT_COUNT, watch->events, FALSE, left)
                           : WAIT_OBJECT_0 + WAIT_STOP;
        print_hits(watch);
        say_trouble(watch);
        if (event == WAIT_OBJECT_0 + WAIT_STOP || event == WAIT_FAILED || watch->output_lost ||
            (arguments->until_hit && watch->hits))
            return;
    }
}

static void say_begin(const struct watch *watch)
{
    struct buffer line;
    buffer_init(&line, 1u << 16);
    uint32_t count = watchlist_count(watch->list);
    buffer_add_string(&line, "watching for ");
    buffer_add_unsigned(&line, count);
    buffer_add_string(&line, count == 1 ? " indicator, connections every "
                                        : " indicators, connections every ");
    buffer_add_unsigned(&line, watch->arguments->interval ? watch->arguments->interval
                                                          : PACE_CONNECTIONS_MS);
    buffer_add_string(&line, " ms, by sampling; hits go to ");
    SAY(buffer_text(&line), case_folder_path(watch->folder), text_of("; Ctrl-C ends it"));
    buffer_done(&line);
}

/* What the trap was worth: how often it looked, and how often it was late. */
static void say_end(const struct watch *watch)
{
    struct buffer line;
    buffer_init(&line, 1u << 16);
    buffer_add_unsigned(&line, watch->hits);
    buffer_add_string(&line, watch->hits == 1 ? " hit" : " hits");
    const struct snapshot *latest = sampler_latest(watch->sampler);
    if (latest) {
        buffer_add_string(&line, " in ");
        buffer_add_unsigned(&line, latest->cost.rounds);
        buffer_add_string(&line, " rounds, of which ");
        buffer_add_unsigned(&line, latest->cost.overruns);
        buffer_add_string(&line, " took longer than the interval");
        snapshot_release(latest);
    }
    SAY(buffer_text(&line));
    buffer_done(&line);
}

/* What the case tells of this opening. */
static void describe(const struct watch *watch)
{
    const struct arguments *arguments = watch->arguments;
    struct buffer settings;
    struct json_writer json;
    buffer_init(&settings, OUTPUT_CEILING);
    json_begin(&json, &settings);
    json_unsigned(&json, "interval_ms",
                  arguments->interval ? arguments->interval : PACE_CONNECTIONS_MS);
    if (arguments->indicators.count) {
        json_open_array(&json, "indicators");
        for (size_t i = 0; i < arguments->indicators.count; i++)
            json_text(&json, NULL, arguments->indicators.items[i]);
        json_close_array(&json);
    }
    watch_trap_describe(arguments, &json);
    const struct case_session with = {
        .settings = buffer_text(&settings),
        .watchlists = watch->files,
        .watchlist_count = arguments->lists.count,
    };
    if (settings.failed == ST_OK)
        case_folder_describe(watch->folder, &with);
    buffer_done(&settings);
}

/* How well it was looked. */
static void tell_losses(const struct watch *watch)
{
    const struct snapshot *latest = sampler_latest(watch->sampler);
    struct buffer losses;
    struct json_writer json;
    if (!latest)
        return;
    buffer_init(&losses, OUTPUT_CEILING);
    json_begin(&json, &losses);
    json_unsigned(&json, "rounds", latest->cost.rounds);
    json_unsigned(&json, "rounds_late", latest->cost.overruns);
    const struct case_session with = {.losses = buffer_text(&losses)};
    if (losses.failed == ST_OK)
        case_folder_describe(watch->folder, &with);
    buffer_done(&losses);
    snapshot_release(latest);
}

static enum status start_sampler(struct watch *watch)
{
    struct source *source = NULL;
    enum status status = live_source_new(NULL, &source);
    if (status != ST_OK)
        return status;
    struct hit_sink sinks[2] = {case_folder_sink(watch->folder)};
    const struct sampler_setup setup = {
        .source = source,
        .sinks = sinks,
        .sink_count = watch_trap_sink(watch->trap, &sinks[1]) ? 2 : 1,
        .connections_ms = watch->arguments->interval,
        .notice = on_news,
        .context = watch,
    };
    status = sampler_start(&setup, &watch->sampler);
    if (status == ST_OK)
        sampler_set_watchlist(watch->sampler, watch->list);
    return status;
}

static enum exit_status end_watch(struct watch *watch)
{
    ResetEvent(watch->events[WAIT_NEWS]);
    sampler_refresh(watch->sampler);
    WaitForSingleObject(watch->events[WAIT_NEWS], LAST_LOOK_MS);
    print_hits(watch);
    say_end(watch);
    tell_losses(watch);
    sampler_stop(watch->sampler);
    watch_trap_finish(watch->trap, watch->events[WAIT_STOP]);
    watch_trap_free(watch->trap);
    struct buffer unsaved;
    buffer_init(&unsaved, OUTPUT_CEILING);
    uint64_t lost = case_folder_close(watch->folder, &unsaved);
    enum exit_status result = watch->hits ? EXIT_FOUND : EXIT_NOTHING;
    if (unsaved.size) {
        SAY(text_of("these hits could not be written:"));
        console_write_error(buffer_text(&unsaved));
        result = EXIT_TROUBLE;
    }
    if (lost)
        result = EXIT_TROUBLE;
    buffer_done(&unsaved);
    return watch->output_lost ? console_lost() : result;
}

static void close_events(struct watch *watch)
{
    for (int i = 0; i < WAIT_COUNT; i++)
        if (watch->events[i])
            CloseHandle(watch->events[i]);
}

static bool make_events(struct watch *watch)
{
    for (int i = 0; i < WAIT_COUNT; i++)
        watch->events[i] = CreateEventW(NULL, i == WAIT_STOP, FALSE, NULL);
    ended_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    stop_event = watch->events[WAIT_STOP];
    return stop_event && watch->events[WAIT_NEWS] && ended_event &&
           SetConsoleCtrlHandler(on_control, TRUE);
}

/* Everything that was made before is there; makes the rest, watches, and ends it in order. */
static enum exit_status run_watch(struct watch *watch)
{
    watch->trap = watch_trap_new(watch->arguments, watch->folder, watch->events[WAIT_NEWS]);
    if (!watch->trap) {
        case_folder_close(watch->folder, NULL);
        return EXIT_TROUBLE;
    }
    const struct failure failure = {.status = start_sampler(watch)};
    if (failure.status != ST_OK) {
        watch_trap_free(watch->trap);
        case_folder_close(watch->folder, NULL);
        return say_failure(text_of("can't watch this machine"), &failure);
    }
    describe(watch);
    say_begin(watch);
    buffer_init(&watch->trouble, 1u << 16);
    wait_for_hits(watch);
    buffer_done(&watch->trouble);
    return end_watch(watch);
}

enum exit_status command_watch(const struct arguments *arguments)
{
    struct watch watch = {.arguments = arguments, .arena = arena_new(OUTPUT_CEILING)};
    enum exit_status result = EXIT_TROUBLE;
    if (watch.arena)
        watch.files = arena_take(watch.arena, (arguments->lists.count + 1) * sizeof *watch.files);
    if (!watch.files) {
        const struct failure failure = {.status = ST_NO_MEMORY};
        say_failure(text_of("can't watch this machine"), &failure);
        goto done;
    }
    watch.list = lists_build_told(arguments, watch.arena, watch.files);
    if (!watch.list)
        goto done;
    if (!make_events(&watch)) {
        SAY(text_of("can't wait for Ctrl-C: the system gives no event"));
        goto done;
    }
    watch.folder = open_case(arguments, "");
    if (!watch.folder)
        goto done;
    result = run_watch(&watch);
done:
    if (ended_event)
        SetEvent(ended_event);
    watchlist_release(watch.list);
    close_events(&watch);
    arena_free(watch.arena);
    return result;
}
