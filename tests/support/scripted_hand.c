#include "tests/support/scripted_hand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STORY_MOST 65536
#define THREADS 3u

struct scripted_hand {
    struct hand hand; /* first */
    struct scripted_source *machine;
    struct puppet **puppets;
    size_t count;
    void (*step)(void *context);
    void *context;
    bool stepping;
    enum status list_why;
    uint32_t list_fails;
    enum status start_why;
    size_t held;
    uint32_t next_pid;
    char story[STORY_MOST];
    size_t told;
};

struct grip {
    struct puppet *puppet;
};

struct reborn {
    char name[64];
    uint32_t parent;
};

static struct scripted_hand *hand_of(struct hand *hand)
{
    return (struct scripted_hand *)hand;
}

static void tell(struct scripted_hand *hand, const char *what, uint32_t pid)
{
    int size =
        snprintf(hand->story + hand->told, STORY_MOST - hand->told, "%s %u\n", what, (unsigned)pid);
    if (size < 0 || (size_t)size >= STORY_MOST - hand->told)
        abort();
    hand->told += (size_t)size;
}

static void step(struct scripted_hand *hand)
{
    if (!hand->step || hand->stepping)
        return;
    hand->stepping = true;
    hand->step(hand->context);
    hand->stepping = false;
}

static struct process_seen *listed(struct scripted_hand *hand, uint32_t pid)
{
    for (size_t i = 0; i < scripted_source_process_count(hand->machine); i++)
        if (scripted_source_pid_at(hand->machine, i) == pid)
            return scripted_source_process(hand->machine, pid);
    return NULL;
}

static bool lives(struct scripted_hand *hand, struct process_key key)
{
    const struct process_seen *row = listed(hand, key.pid);
    return row && process_key_equal(row->key, key);
}

struct puppet *scripted_hand_puppet(struct scripted_hand *hand, uint32_t pid)
{
    const struct process_seen *row = listed(hand, pid);
    if (!row)
        abort();
    for (size_t i = 0; i < hand->count; i++)
        if (process_key_equal(hand->puppets[i]->key, row->key))
            return hand->puppets[i];
    struct puppet *puppet = calloc(1, sizeof *puppet);
    struct puppet **puppets = realloc(hand->puppets, (hand->count + 1) * sizeof(struct puppet *));
    if (!puppet || !puppets)
        abort();
    puppet->key = row->key;
    hand->puppets = puppets;
    hand->puppets[hand->count++] = puppet;
    return puppet;
}

bool scripted_hand_lives(struct scripted_hand *hand, uint32_t pid)
{
    return listed(hand, pid) != NULL;
}

bool scripted_hand_runs(struct scripted_hand *hand, uint32_t pid)
{
    return listed(hand, pid) && !scripted_hand_puppet(hand, pid)->count;
}

static enum status list(struct hand *base, struct process_table *table, struct failure *failure)
{
    struct scripted_hand *hand = hand_of(base);
    step(hand);
    if (hand->list_fails) {
        hand->list_fails--;
        failure->status = hand->list_why;
        return hand->list_why;
    }
    return source_processes(scripted_source_base(hand->machine), table);
}

static enum status hold(struct hand *base, struct process_key key, unsigned rights,
                        struct grip **grip, struct failure *failure)
{
    struct scripted_hand *hand = hand_of(base);
    (void)rights;
    step(hand);
    enum status status = lives(hand, key) ? scripted_hand_puppet(hand, key.pid)->hold : ST_GONE;
    if (status != ST_OK) {
        *failure = (struct failure){status, "OpenProcess", 5};
        return status;
    }
    struct grip *made = calloc(1, sizeof *made);
    if (!made)
        abort();
    made->puppet = scripted_hand_puppet(hand, key.pid);
    hand->held++;
    *grip = made;
    return ST_OK;
}

static void release(struct hand *base, struct grip *grip)
{
    hand_of(base)->held--;
    free(grip);
}

static enum status done(struct scripted_hand *hand, enum status status, const char *call,
                        struct failure *failure)
{
    if (status != ST_OK)
        *failure = (struct failure){status, call, 0xC0000022};
    step(hand);
    return status;
}

static enum status suspend(struct hand *base, struct grip *grip, struct failure *failure)
{
    struct scripted_hand *hand = hand_of(base);
    struct puppet *puppet = grip->puppet;
    enum status status = lives(hand, puppet->key) ? puppet->suspend : ST_GONE;
    if (status == ST_OK) {
        puppet->suspends++;
        puppet->count += !puppet->deaf;
        listed(hand, puppet->key.pid)->suspended = puppet->count && !puppet->some;
        tell(hand, "suspend", puppet->key.pid);
    }
    return done(hand, status, "NtSuspendProcess", failure);
}

static enum status resume(struct hand *base, struct grip *grip, struct failure *failure)
{
    struct scripted_hand *hand = hand_of(base);
    struct puppet *puppet = grip->puppet;
    enum status status = lives(hand, puppet->key) ? puppet->resume : ST_GONE;
    if (status == ST_OK) {
        puppet->resumes++;
        puppet->count -= puppet->count != 0;
        listed(hand, puppet->key.pid)->suspended = puppet->count && !puppet->some;
        tell(hand, "resume", puppet->key.pid);
    }
    return done(hand, status, "NtResumeProcess", failure);
}

static enum status terminate(struct hand *base, struct grip *grip, uint32_t exit_code,
                             struct failure *failure)
{
    struct scripted_hand *hand = hand_of(base);
    struct puppet *puppet = grip->puppet;
    bool there = lives(hand, puppet->key);
    enum status status = there ? puppet->terminate : ST_DENIED; /* as Windows has it */
    if (status == ST_OK) {
        puppet->terminates++;
        tell(hand, "terminate", puppet->key.pid);
        if (!puppet->stubborn)
            scripted_source_exit(hand->machine, puppet->key.pid, exit_code);
    }
    return done(hand, status, "TerminateProcess", failure);
}

static void look(struct hand *base, struct grip *grip, struct grip_look *seen)
{
    struct scripted_hand *hand = hand_of(base);
    const struct puppet *puppet = grip->puppet;
    *seen = (struct grip_look){.ended = !lives(hand, puppet->key), .exit_code = 1};
    seen->counts = puppet->uncounted ? READ_UNSUPPORTED : READ_OK;
    seen->threads = THREADS;
    seen->suspended = puppet->count ? (puppet->some ? THREADS - 1 : THREADS) : 0;
    seen->least_count = puppet->some ? 0 : puppet->count;
    if (seen->ended)
        seen->counts = READ_GONE;
    else
        seen->exit_code = 0;
}

static enum read_state critical(struct hand *base, struct grip *grip, bool *is)
{
    (void)base;
    *is = grip->puppet->critical;
    return READ_OK;
}

static bool wait(struct hand *base, struct grip *grip, uint32_t ms)
{
    struct scripted_hand *hand = hand_of(base);
    if (ms)
        step(hand);
    bool gone = !lives(hand, grip->puppet->key);
    if (!gone)
        scripted_source_advance(hand->machine, (int64_t)ms * MOMENT_MS);
    return gone;
}

static enum status remember(struct hand *base, struct grip *grip, const struct process_facts *facts,
                            struct reborn **reborn, struct failure *failure)
{
    if (facts->command.state != READ_OK) {
        failure->status = ST_UNSUPPORTED;
        return ST_UNSUPPORTED;
    }
    struct reborn *made = calloc(1, sizeof *made);
    if (!made)
        abort();
    snprintf(made->name, sizeof made->name, "%.*s", (int)facts->name.size, facts->name.bytes);
    made->parent = grip->puppet->key.pid;
    hand_of(base)->held++;
    *reborn = made;
    return ST_OK;
}

static enum status start(struct hand *base, struct reborn *reborn, struct process_key *key,
                         bool *same_user, struct failure *failure)
{
    struct scripted_hand *hand = hand_of(base);
    if (hand->start_why != ST_OK) {
        *failure = (struct failure){hand->start_why, "CreateProcess", 740};
        return hand->start_why;
    }
    *key = scripted_source_start(hand->machine, hand->next_pid, 0, reborn->name);
    hand->next_pid += 4;
    *same_user = true;
    tell(hand, "start", key->pid);
    return ST_OK;
}

static void forget(struct hand *base, struct reborn *reborn)
{
    hand_of(base)->held -= reborn != NULL;
    free(reborn);
}

static int64_t ticks(struct hand *base)
{
    struct clock clock = scripted_source_clock(hand_of(base)->machine);
    return clock.ticks(clock.context);
}

static void free_hand(struct hand *base)
{
    struct scripted_hand *hand = hand_of(base);
    for (size_t i = 0; i < hand->count; i++)
        free(hand->puppets[i]);
    free(hand->puppets);
    free(hand);
}

static const struct hand_class scripted_class = {
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

struct scripted_hand *scripted_hand_new(struct scripted_source *machine)
{
    struct scripted_hand *hand = calloc(1, sizeof *hand);
    if (!hand)
        abort();
    hand->hand.class = &scripted_class;
    hand->machine = machine;
    hand->next_pid = 40000;
    return hand;
}

struct hand *scripted_hand_base(struct scripted_hand *hand)
{
    return &hand->hand;
}

void scripted_hand_on_step(struct scripted_hand *hand, void (*on_step)(void *context),
                           void *context)
{
    hand->step = on_step;
    hand->context = context;
}

void scripted_hand_fail_list(struct scripted_hand *hand, enum status why, uint32_t times)
{
    hand->list_why = why;
    hand->list_fails = times;
}

void scripted_hand_start_gives(struct scripted_hand *hand, enum status why)
{
    hand->start_why = why;
}

size_t scripted_hand_held(const struct scripted_hand *hand)
{
    return hand->held;
}

const char *scripted_hand_story(const struct scripted_hand *hand)
{
    return hand->story;
}

void scripted_hand_clear_story(struct scripted_hand *hand)
{
    hand->told = 0;
    hand->story[0] = '\0';
}
