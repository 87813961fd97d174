/* scripted_hand: a made-up machine's hand (core/act/hand.h), over a scripted source.
 * Tests deny it this and that, let it lie, and give the processes wills of their own: `on_step` is
 * called after every call, and may start what a living program would. Suspended processes are asked
 * of it with scripted_hand_runs. Memory from malloc. One thread. */
#ifndef STAKEOUT_TESTS_SCRIPTED_HAND_H
#define STAKEOUT_TESTS_SCRIPTED_HAND_H

#include "core/act/hand.h"
#include "tests/support/scripted_source.h"

struct scripted_hand;

/* The source is borrowed. Free it with hand_free of its base. */
struct scripted_hand *scripted_hand_new(struct scripted_source *machine);
struct hand *scripted_hand_base(struct scripted_hand *hand);

/* What one process is like to the hand. Made when asked for, borrowed until the hand is freed. */
struct puppet {
    struct process_key key;
    uint32_t count;      /* suspends less resumes */
    enum status hold;    /* what opening it gives */
    enum status suspend; /* what suspending it gives */
    enum status resume;
    enum status terminate;
    bool deaf;      /* suspend says yes and does nothing */
    bool stubborn;  /* terminate says yes and it lives on */
    bool some;      /* suspend reaches only some of its threads */
    bool uncounted; /* its suspend counts can't be read */
    bool critical;
    uint32_t suspends; /* calls that came through */
    uint32_t resumes;
    uint32_t terminates;
};
struct puppet *scripted_hand_puppet(struct scripted_hand *hand, uint32_t pid);

/* It is listed, and not suspended. */
bool scripted_hand_runs(struct scripted_hand *hand, uint32_t pid);
bool scripted_hand_lives(struct scripted_hand *hand, uint32_t pid);

void scripted_hand_on_step(struct scripted_hand *hand, void (*step)(void *context), void *context);
/* The next `times` lists fail so. */
void scripted_hand_fail_list(struct scripted_hand *hand, enum status why, uint32_t times);
/* What starting anew gives. */
void scripted_hand_start_gives(struct scripted_hand *hand, enum status why);
/* Grips that were not released, and what was remembered and not forgotten. */
size_t scripted_hand_held(const struct scripted_hand *hand);

/* What was done, in order: "suspend 100", "terminate 104", one to a line. */
const char *scripted_hand_story(const struct scripted_hand *hand);
void scripted_hand_clear_story(struct scripted_hand *hand);

#endif
