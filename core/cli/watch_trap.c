#include "core/cli/watch_trap.h"

#include <windows.h>

#include "core/base/memory.h"
#include "core/cli/console.h"
#include "core/cli/input.h"
#include "core/cli/text/show_trap.h"

#define OUTPUT_CEILING ((size_t)16 << 20)
#define LOOK_MS 100

struct watch_trap {
    const struct arguments *arguments;
    struct case_folder *folder;
    struct live_trap *live; /* NULL: there is nothing to do at hits */
    HANDLE event;
    SRWLOCK lock; /* of what was told and is not printed */
    struct buffer told;
};

/* --- rules --- */

/* NAME=WHAT, which the arguments have checked. */
static struct trap_exception exception_of(struct text written)
{
    struct trap_exception exception = {.what = 0};
    struct text unknown;
    size_t equals = written.size;
    while (equals > 0 && written.bytes[equals - 1] != '=')
        equals--;
    exception.of = input_name(text_slice(written, 0, equals - 1));
    (void)trap_parse(text_slice(written, equals, written.size - equals), &exception.what, &unknown);
    return exception;
}

static bool wants_something(const struct arguments *arguments)
{
    return arguments->on_hit || arguments->on_hit_for.count;
}

static enum status set_rules(struct watch_trap *trap)
{
    const struct arguments *arguments = trap->arguments;
    struct trap_rules *rules = NULL;
    struct trap_exception *exceptions =
        memory_take_array(arguments->on_hit_for.count + 1, sizeof *exceptions);
    if (!exceptions)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < arguments->on_hit_for.count; i++)
        exceptions[i] = exception_of(arguments->on_hit_for.items[i]);
    const struct trap_setting setting = {
        .what = arguments->on_hit,
        .each_time = arguments->each_time,
        .is_full = arguments->full,
        .never = arguments->never.items,
        .never_count = arguments->never.count,
        .exceptions = exceptions,
        .exception_count = arguments->on_hit_for.count,
    };
    enum status status = trap_rules_new(&setting, &rules);
    if (status == ST_OK)
        live_trap_set_rules(trap->live, rules);
    trap_rules_release(rules);
    memory_give(exceptions);
    return status;
}

void watch_trap_describe(const struct arguments *arguments, struct json_writer *json)
{
    struct buffer words;
    buffer_init(&words, 4096);
    trap_add_words(&words, arguments->on_hit);
    json_text(json, "on_hit", buffer_text(&words));
    buffer_done(&words);
    if (!wants_something(arguments))
        return;
    json_bool(json, "each_time", arguments->each_time);
    json_open_array(json, "on_hit_for");
    for (size_t i = 0; i < arguments->on_hit_for.count; i++)
        json_text(json, NULL, arguments->on_hit_for.items[i]);
    json_close_array(json);
    json_open_array(json, "never");
    for (size_t i = 0; i < arguments->never.count; i++)
        json_text(json, NULL, arguments->never.items[i]);
    json_close_array(json);
}

/* --- what is told, on other threads --- */

static void told(void *context, const struct trap_news *news)
{
    struct watch_trap *trap = context;
    AcquireSRWLockExclusive(&trap->lock);
    if (trap->arguments->json)
        show_trap_json(&trap->told, news);
    else
        show_trap(&trap->told, news);
    ReleaseSRWLockExclusive(&trap->lock);
    /* Right after its suspending the hit itself comes, which stands before it. */
    if (news->step != TRAP_SUSPEND)
        SetEvent(trap->event);
}

static void add_folder(void *context, struct buffer *path)
{
    const struct watch_trap *trap = context;
    buffer_add(path, case_folder_path(trap->folder));
}

bool watch_trap_print(struct watch_trap *trap)
{
    struct buffer out;
    AcquireSRWLockExclusive(&trap->lock);
    out = trap->told;
    buffer_init(&trap->told, OUTPUT_CEILING);
    ReleaseSRWLockExclusive(&trap->lock);
    bool written = out.failed == ST_OK && (!out.size || console_write(buffer_text(&out)));
    buffer_done(&out);
    return written;
}

/* --- beginning and end --- */

struct watch_trap *watch_trap_new(const struct arguments *arguments, struct case_folder *folder,
                                  void *event)
{
    struct watch_trap *trap = memory_take(sizeof *trap);
    struct failure failure = {.status = trap ? ST_OK : ST_NO_MEMORY};
    if (trap) {
        trap->arguments = arguments;
        trap->folder = folder;
        trap->event = event;
        InitializeSRWLock(&trap->lock);
        buffer_init(&trap->told, OUTPUT_CEILING);
    }
    if (trap && wants_something(arguments)) {
        const struct live_trap_setup setup = {
            .log = case_folder_log(folder), .folder = add_folder, .told = told, .context = trap};
        failure.status = live_trap_new(&setup, &trap->live);
        if (failure.status == ST_OK)
            failure.status = set_rules(trap);
    }
    if (failure.status == ST_OK)
        return trap;
    say_failure(text_of("what is to be done at a hit can't be prepared"), &failure);
    watch_trap_free(trap);
    return NULL;
}

bool watch_trap_sink(struct watch_trap *trap, struct hit_sink *sink)
{
    if (trap->live)
        *sink = live_trap_sink(trap->live);
    return trap->live != NULL;
}

void watch_trap_finish(struct watch_trap *trap, void *stop)
{
    while (trap->live && !live_trap_wait(trap->live, LOOK_MS))
        if (WaitForSingleObject(stop, 0) == WAIT_OBJECT_0)
            return;
}

void watch_trap_free(struct watch_trap *trap)
{
    if (!trap)
        return;
    if (trap->live && live_trap_waiting(trap->live))
        SAY(text_of("what was still to be done at hits (trees, dumps, samples) is cancelled"));
    live_trap_free(trap->live);
    watch_trap_print(trap);
    buffer_done(&trap->told);
    memory_give(trap);
}
