#include "gui/acting.h"

#include "core/base/memory.h"
#include "core/windows/act/live_hand.h"
#include "gui/act_words.h"
#include "gui/notes.h"
#include "gui/strings.h"
#include "gui/worker.h"

#define WORDS_MOST ((size_t)64 * 1024)

/* One order, and what came of it. The worker's while it runs, then the window's. */
struct order {
    const struct acting_setup *setup; /* lives as long as the worker: see acting_free */
    enum act_kind kind;
    const struct process_facts *facts; /* a reference; of a tree: of its root */
    struct tree_plan *plan;            /* NULL: one process */
    bool resume_rest;
    atomic_bool cancel;
    enum status status; /* of the whole; ST_OK: the result below tells */
    struct deed_result deed;
    struct tree_result tree;
};

struct acting {
    struct acting_setup setup;
    struct order *waiting[ACTING_WAITING_MOST];
    size_t count; /* of waiting */
    struct order *current;
    struct worker *worker;
};

/* --- beside the window's thread --- */

static bool is_cancelled(void *context)
{
    struct order *order = context;
    return atomic_load(&order->cancel);
}

static enum status make_hand(const struct order *order, struct hand **hand)
{
    const struct acting_setup *setup = order->setup;
    return setup->make_hand ? setup->make_hand(setup->context, hand) : live_hand_new(NULL, hand);
}

static void run(void *data, const atomic_bool *cancel)
{
    struct order *order = data;
    struct hand *hand = NULL;
    struct failure failure = {.status = ST_OK};
    (void)cancel;
    order->status = make_hand(order, &hand);
    if (order->status != ST_OK)
        return;
    if (order->plan) {
        const struct tree_run tree = {
            .hand = hand,
            .log = &order->setup->log,
            .plan = order->plan,
            .resume_rest = order->resume_rest,
            .cancelled = is_cancelled,
            .context = order,
        };
        order->status = tree_run(&tree, &order->tree, &failure);
    } else {
        const struct deed_target target = {.key = order->facts->key, .facts = order->facts};
        deed_do(hand, &order->setup->log, order->kind, &target, &order->deed);
    }
    hand_free(hand);
}

static void dispose(void *data)
{
    struct order *order = data;
    if (order->tree.arena)
        tree_result_done(&order->tree);
    tree_plan_free(order->plan);
    process_facts_release(order->facts);
    memory_give(order);
}

static const struct worker_class worker_class = {run, dispose};

/* --- the window's thread --- */

struct acting *acting_new(const struct acting_setup *setup)
{
    struct acting *acting = memory_take(sizeof *acting);
    if (acting)
        acting->setup = *setup;
    return acting;
}

/* The worker borrows the setup, so it is left behind, rather than freed under it, when it does not
 * end in time. */
void acting_free(struct acting *acting, DWORD ms)
{
    if (!acting)
        return;
    while (acting->count)
        dispose(acting->waiting[--acting->count]);
    bool ended = true;
    if (acting->worker) {
        acting_cancel(acting);
        ended = worker_wait(acting->worker, ms);
        worker_release(acting->worker);
    }
    notes_clear();
    if (ended)
        memory_give(acting);
}

/* Starts the next one that can be started. */
static void go_on(struct acting *acting)
{
    while (!acting->worker && acting->count) {
        struct order *order = acting->waiting[0];
        acting->count--;
        for (size_t i = 0; i < acting->count; i++)
            acting->waiting[i] = acting->waiting[i + 1];
        acting->current = order;
        acting->worker =
            worker_start(&worker_class, order, acting->setup.window, acting->setup.message);
    }
}

static enum status enqueue(struct acting *acting, struct order *order)
{
    if (acting->count == ACTING_WAITING_MOST) {
        dispose(order);
        return ST_BUSY;
    }
    order->setup = &acting->setup;
    atomic_init(&order->cancel, false);
    acting->waiting[acting->count++] = order;
    go_on(acting);
    return acting->worker ? ST_OK : ST_NO_MEMORY;
}

enum status acting_order(struct acting *acting, enum act_kind kind,
                         const struct process_facts *facts)
{
    struct order *order = memory_take(sizeof *order);
    if (!order)
        return ST_NO_MEMORY;
    order->kind = kind;
    order->facts = process_facts_retain(facts);
    return enqueue(acting, order);
}

enum status acting_order_tree(struct acting *acting, struct tree_plan *plan, bool resume_rest)
{
    struct order *order = memory_take(sizeof *order);
    if (!order) {
        tree_plan_free(plan);
        return ST_NO_MEMORY;
    }
    order->kind = plan->kind;
    order->plan = plan;
    order->facts = process_facts_retain(plan->root_facts);
    order->resume_rest = resume_rest;
    return enqueue(acting, order);
}

size_t acting_under_way(const struct acting *acting)
{
    return acting->count + (acting->worker != NULL);
}

void acting_cancel(struct acting *acting)
{
    if (acting->worker)
        atomic_store(&acting->current->cancel, true);
}

static void note(struct process_key key, struct buffer *words)
{
    if (words->failed == ST_OK)
        notes_set(key, buffer_text(words));
}

static void tell_deed(const struct order *order, struct buffer *line)
{
    struct buffer words;
    struct buffer whom;
    buffer_init(&words, WORDS_MOST);
    buffer_init(&whom, WORDS_MOST);
    act_words_deed(&words, order->kind, &order->deed);
    act_words_process(&whom, order->facts->name, order->facts->key.pid);
    note(order->facts->key, &words);
    const struct text arguments[] = {buffer_text(&whom), buffer_text(&words)};
    string_fill(line, STR_ACT_TOLD, arguments, 2);
    if (order->deed.outcome == DEED_NOT_RESTARTED && order->facts->command.state == READ_OK)
        string_fill(line, STR_ACT_COMMAND, &order->facts->command.value, 1);
    buffer_done(&whom);
    buffer_done(&words);
}

static void tell_tree(const struct order *order, struct buffer *line)
{
    struct buffer words;
    struct buffer done;
    struct buffer left;
    buffer_init(&words, WORDS_MOST);
    buffer_init(&done, 32);
    buffer_init(&left, 32);
    for (size_t i = 0; i < order->tree.count; i++) {
        if (order->tree.fates[i].fate == FATE_LEFT_OUT)
            continue;
        buffer_clear(&words);
        act_words_fate(&words, &order->tree.fates[i]);
        note(order->tree.fates[i].key, &words);
    }
    buffer_clear(&words);
    act_words_process(&words, order->facts->name, order->facts->key.pid);
    buffer_add_unsigned(&done, order->tree.done);
    buffer_add_unsigned(&left, order->tree.survived);
    const struct text arguments[] = {buffer_text(&words), buffer_text(&done), buffer_text(&left)};
    unsigned id = order->tree.cancelled  ? STR_ACT_TREE_CANCELLED
                  : order->tree.survived ? STR_ACT_TREE_LEFT
                  : !order->tree.settled ? STR_ACT_TREE_RESTLESS
                                         : STR_ACT_TREE_DONE;
    string_fill(line, id, arguments, 3);
    buffer_done(&left);
    buffer_done(&done);
    buffer_done(&words);
}

void acting_done(struct acting *acting, WPARAM wide, struct buffer *line)
{
    if (!acting->worker || worker_number(acting->worker) != wide)
        return;
    const struct order *order = worker_data(acting->worker);
    if (order->status != ST_OK) {
        struct buffer phrase;
        buffer_init(&phrase, WORDS_MOST);
        string_add(&phrase, STR_STATUS_PHRASE + (unsigned)order->status);
        const struct text argument = buffer_text(&phrase);
        string_fill(line, STR_ACT_NOTHING_DONE, &argument, 1);
        buffer_done(&phrase);
    } else if (order->plan) {
        tell_tree(order, line);
    } else {
        tell_deed(order, line);
    }
    worker_release(acting->worker);
    acting->worker = NULL;
    acting->current = NULL;
    go_on(acting);
}
