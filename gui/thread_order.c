#include "gui/thread_order.h"

#include "core/base/arena.h"
#include "core/base/memory.h"
#include "gui/strings.h"

#define TEXTS_MOST ((size_t)1024 * 1024)
#define WORDS_MOST ((size_t)64 * 1024)

struct order {
    struct thread_order_setup setup;
    struct arena *texts; /* of the thread's name and module */
    struct thread_info thread;
    SRWLOCK lock; /* of all below */
    struct thread_report report;
    bool told;
    bool left;
    bool hurried;
};

/* --- on the worker --- */

static bool hear(void *context, const struct thread_report *report)
{
    struct order *order = context;
    AcquireSRWLockExclusive(&order->lock);
    order->report = *report;
    order->told = true;
    bool wanted = !order->hurried;
    HWND window = order->left ? NULL : order->setup.window;
    ReleaseSRWLockExclusive(&order->lock);
    if (window)
        PostMessageW(window, order->setup.message, 0, 0);
    return wanted;
}

static void run(void *data, const atomic_bool *cancel)
{
    struct order *order = data;
    const struct thread_order_setup *setup = &order->setup;
    const struct thread_listener listener = {hear, order};
    struct thread_report report;
    (void)cancel; /* what was begun is written down to its end */
    setup->reader->act(setup->reader->context, &setup->log, setup->deed, &setup->target, &listener,
                       &report);
}

static void dispose(void *data)
{
    struct order *order = data;
    process_facts_release(order->setup.target.facts);
    arena_free(order->texts);
    memory_give(order);
}

/* --- the window's thread --- */

static const struct worker_class worker_class = {run, dispose};

struct worker *thread_order_start(const struct thread_order_setup *setup)
{
    struct order *order = memory_take(sizeof *order);
    const struct thread_info *thread = setup->target.thread;
    bool failed = false;
    if (!order)
        return NULL;
    order->setup = *setup;
    InitializeSRWLock(&order->lock);
    if (setup->target.facts)
        process_facts_retain(setup->target.facts);
    order->texts = arena_new(TEXTS_MOST);
    if (thread && order->texts) {
        order->thread = *thread;
        order->thread.name.value = arena_copy(order->texts, thread->name.value, &failed);
        order->thread.module = arena_copy(order->texts, thread->module, &failed);
        order->setup.target.thread = &order->thread;
    }
    if (!order->texts || failed) {
        dispose(order);
        return NULL;
    }
    return worker_start(&worker_class, order, setup->window, setup->message);
}

bool thread_order_report(const struct worker *worker, struct thread_report *report)
{
    struct order *order = worker_data(worker);
    AcquireSRWLockShared(&order->lock);
    bool told = order->told;
    if (told)
        *report = order->report;
    ReleaseSRWLockShared(&order->lock);
    return told;
}

void thread_order_leave(const struct worker *worker, bool hurried)
{
    struct order *order = worker_data(worker);
    AcquireSRWLockExclusive(&order->lock);
    order->left = true;
    order->hurried |= hurried;
    ReleaseSRWLockExclusive(&order->lock);
}

bool thread_order_over(const struct worker *worker)
{
    return worker_wait(worker, 0);
}

/* --- words --- */

static void add_filled(struct buffer *out, unsigned id, uint64_t number, uint64_t second)
{
    struct buffer first;
    struct buffer other;
    buffer_init(&first, 32);
    buffer_init(&other, 32);
    buffer_add_unsigned(&first, number);
    buffer_add_unsigned(&other, second);
    const struct text all[] = {buffer_text(&first), buffer_text(&other)};
    string_fill(out, id, all, 2);
    buffer_done(&other);
    buffer_done(&first);
}

static void add_outcome(struct buffer *out, const struct thread_report *report)
{
    static const enum act_kind kinds[THREAD_DEEDS] = {
        [THREAD_DEED_SUSPEND] = ACT_SUSPEND,
        [THREAD_DEED_RESUME] = ACT_RESUME,
        [THREAD_DEED_TERMINATE] = ACT_KILL_THREAD,
    };
    const struct thread_result *result = &report->result;
    if (report->unwritten)
        string_add(out, STR_ACT_OUTCOME + DEED_NOT_WRITTEN);
    else if (result->outcome == THREAD_DONE)
        string_add(out, STR_ACT_DONE + (unsigned)kinds[report->deed]);
    else
        string_add(out, STR_THREAD_OUTCOME + (unsigned)result->outcome);
    if (result->outcome == THREAD_REFUSED) {
        struct buffer why;
        buffer_init(&why, WORDS_MOST);
        string_add(&why, STR_STATUS_PHRASE + (unsigned)result->failure.status);
        const struct text argument = buffer_text(&why);
        string_fill(out, STR_ACT_WHY, &argument, 1);
        buffer_done(&why);
    } else if (report->deed != THREAD_DEED_TERMINATE && result->after.state == READ_OK) {
        add_filled(out, STR_ACT_COUNT, result->after.value, 0);
    }
}

void thread_order_words(struct buffer *out, uint32_t tid, const struct thread_report *report)
{
    struct buffer number;
    struct buffer outcome;
    buffer_init(&number, 32);
    buffer_init(&outcome, WORDS_MOST);
    buffer_add_unsigned(&number, tid);
    add_outcome(&outcome, report);
    const struct text all[] = {buffer_text(&number), buffer_text(&outcome)};
    string_fill(out, STR_THREAD_TOLD, all, 2);
    buffer_done(&outcome);
    buffer_done(&number);
    if (report->deed != THREAD_DEED_TERMINATE || report->result.outcome != THREAD_DONE)
        return;
    const struct aftermath *after = &report->after;
    buffer_add_string(out, " \xC2\xB7 ");
    if (after->kind == AFTER_NOT_WATCHED && !after->over)
        string_add(out, STR_THREAD_WATCHED);
    else
        add_filled(out, STR_AFTER + (unsigned)after->kind, after->ms / 1000, after->exit_code);
    if (after->kind == AFTER_NOT_WATCHED || after->over)
        return;
    buffer_add_string(out, " \xC2\xB7 ");
    string_add(out, STR_THREAD_WATCHED);
}
