#include "tests/support/gui/rig_hand.h"

#include <stdlib.h>

struct rig_hand {
    struct hand hand; /* first */
    struct hand *inner;
    CRITICAL_SECTION *lock;
};

static struct hand *enter(struct hand *hand)
{
    struct rig_hand *rig = (struct rig_hand *)hand;
    EnterCriticalSection(rig->lock);
    return rig->inner;
}

static void leave(struct hand *hand)
{
    LeaveCriticalSection(((struct rig_hand *)hand)->lock);
}

static enum status list(struct hand *hand, struct process_table *table, struct failure *failure)
{
    struct hand *inner = enter(hand);
    enum status result = inner->class->list(inner, table, failure);
    leave(hand);
    return result;
}

static enum status hold(struct hand *hand, struct process_key key, unsigned rights,
                        struct grip **grip, struct failure *failure)
{
    struct hand *inner = enter(hand);
    enum status result = inner->class->hold(inner, key, rights, grip, failure);
    leave(hand);
    return result;
}

static void release(struct hand *hand, struct grip *grip)
{
    struct hand *inner = enter(hand);
    inner->class->release(inner, grip);
    leave(hand);
}

static enum status suspend(struct hand *hand, struct grip *grip, struct failure *failure)
{
    struct hand *inner = enter(hand);
    enum status result = inner->class->suspend(inner, grip, failure);
    leave(hand);
    return result;
}

static enum status resume(struct hand *hand, struct grip *grip, struct failure *failure)
{
    struct hand *inner = enter(hand);
    enum status result = inner->class->resume(inner, grip, failure);
    leave(hand);
    return result;
}

static enum status terminate(struct hand *hand, struct grip *grip, uint32_t exit_code,
                             struct failure *failure)
{
    struct hand *inner = enter(hand);
    enum status result = inner->class->terminate(inner, grip, exit_code, failure);
    leave(hand);
    return result;
}

static void look(struct hand *hand, struct grip *grip, struct grip_look *seen)
{
    struct hand *inner = enter(hand);
    inner->class->look(inner, grip, seen);
    leave(hand);
}

static enum read_state critical(struct hand *hand, struct grip *grip, bool *is)
{
    struct hand *inner = enter(hand);
    enum read_state result = inner->class->critical(inner, grip, is);
    leave(hand);
    return result;
}

static bool wait(struct hand *hand, struct grip *grip, uint32_t ms)
{
    struct hand *inner = enter(hand);
    bool result = inner->class->wait(inner, grip, ms);
    leave(hand);
    return result;
}

static enum status remember(struct hand *hand, struct grip *grip, const struct process_facts *facts,
                            struct reborn **reborn, struct failure *failure)
{
    struct hand *inner = enter(hand);
    enum status result = inner->class->remember(inner, grip, facts, reborn, failure);
    leave(hand);
    return result;
}

static enum status start(struct hand *hand, struct reborn *reborn, struct process_key *key,
                         bool *same_user, struct failure *failure)
{
    struct hand *inner = enter(hand);
    enum status result = inner->class->start(inner, reborn, key, same_user, failure);
    leave(hand);
    return result;
}

static void forget(struct hand *hand, struct reborn *reborn)
{
    struct hand *inner = enter(hand);
    inner->class->forget(inner, reborn);
    leave(hand);
}

static int64_t ticks(struct hand *hand)
{
    struct hand *inner = enter(hand);
    int64_t result = inner->class->ticks(inner);
    leave(hand);
    return result;
}

static void free_hand(struct hand *hand)
{
    free(hand);
}

static const struct hand_class rig_class = {
    .list = list,
    .hold = hold,
    .release = release,
    .suspend = suspend,
    .resume = resume,
    .terminate = terminate,
    .look = look,
    .critical = critical,
    .wait = wait,
    .remember = remember,
    .start = start,
    .forget = forget,
    .ticks = ticks,
    .free = free_hand,
};

enum status rig_hand_new(struct hand *inner, CRITICAL_SECTION *lock, struct hand **hand)
{
    struct rig_hand *rig = malloc(sizeof *rig);
    if (!rig)
        return ST_NO_MEMORY;
    *rig = (struct rig_hand){{&rig_class}, inner, lock};
    *hand = &rig->hand;
    return ST_OK;
}
