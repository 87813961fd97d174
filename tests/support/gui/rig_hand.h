/* rig_hand: a hand that two threads may use: each call of the inner one is made under a lock. */
#ifndef STAKEOUT_TESTS_RIG_HAND_H
#define STAKEOUT_TESTS_RIG_HAND_H

#include <windows.h>

#include "core/act/hand.h"

/* Inner hand and lock are borrowed, and stay when it is freed. Owned: hand_free. */
enum status rig_hand_new(struct hand *inner, CRITICAL_SECTION *lock, struct hand **hand);

#endif
