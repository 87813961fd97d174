#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/hash.h"
#include "core/base/index.h"
#include "core/model/slots.h"
#include "tests/support/failing_memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define KEYS 4096

/* Everything a test knows of the truth: which slots are in, and under which hash. */
struct truth {
    bool in[KEYS];
    uint64_t hashes[KEYS];
};

static void check(const struct index *index, const struct truth *truth)
{
    size_t count = 0;
    for (uint32_t slot = 0; slot < KEYS; slot++) {
        size_t at;
        bool found = false;
        uint32_t hit = index_first(index, truth->hashes[slot], &at);
        for (; hit != INDEX_NONE; hit = index_next(index, truth->hashes[slot], &at))
            found |= hit == slot;
        if (found != truth->in[slot])
            fail_msg("slot %u", slot);
        count += truth->in[slot];
    }
    assert_int_equal(index->count, count);
}

static uint64_t random_state = 1;

static uint32_t any(uint32_t limit)
{
    random_state += UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)((hash_mix(random_state) >> 32) * limit >> 32);
}

/* Keys share hashes, and hashes share places, so that runs form and gaps open in the middle of
 * them. */
static void exercise(struct truth *truth, uint32_t spread)
{
    struct index index = {NULL, 0, 0};
    memset(truth, 0, sizeof *truth);
    for (uint32_t slot = 0; slot < KEYS; slot++)
        truth->hashes[slot] = any(spread);
    for (int round = 0; round < 40; round++) {
        for (int i = 0; i < 2000; i++) {
            uint32_t slot = any(KEYS);
            if (truth->in[slot]) {
                index_remove(&index, truth->hashes[slot], slot);
            } else {
                assert_int_equal(index_reserve(&index, 1), ST_OK);
                index_add(&index, truth->hashes[slot], slot);
            }
            truth->in[slot] = !truth->in[slot];
        }
        check(&index, truth);
    }
    /* Nothing built up: it is no larger than what its fullest moment asked for. */
    assert_true(index_size(&index) <= 4 * KEYS * sizeof(struct index_entry));
    index_done(&index);
    assert_int_equal(index_size(&index), 0);
}

static void test_entries_come_and_go(void **state)
{
    (void)state;
    struct truth *truth = malloc(sizeof *truth);
    exercise(truth, UINT32_MAX);
    exercise(truth, 1000);
    exercise(truth, 60);
    free(truth);
}

static void test_an_empty_index_finds_nothing(void **state)
{
    (void)state;
    struct index index = {NULL, 0, 0};
    size_t at;
    assert_int_equal(index_first(&index, 1, &at), INDEX_NONE);
    index_done(&index);
}

static void test_replacing_a_slot(void **state)
{
    (void)state;
    struct index index = {NULL, 0, 0};
    size_t at;
    assert_int_equal(index_reserve(&index, 2), ST_OK);
    index_add(&index, 5, 1);
    index_add(&index, 5, 2);
    index_replace(&index, 5, 1, 3);
    uint32_t first = index_first(&index, 5, &at);
    uint32_t second = index_next(&index, 5, &at);
    assert_int_equal(first + second, 5);
    assert_int_equal(index_next(&index, 5, &at), INDEX_NONE);
    index_done(&index);
}

static void test_a_failed_reserve_changes_nothing(void **state)
{
    (void)state;
    struct index index = {NULL, 0, 0};
    size_t at;
    assert_int_equal(index_reserve(&index, 1), ST_OK);
    index_add(&index, 5, 1);
    failing_memory_begin(1);
    assert_int_equal(index_reserve(&index, 1000), ST_NO_MEMORY);
    failing_memory_end();
    assert_int_equal(index_first(&index, 5, &at), 1);
    assert_int_equal(index_reserve(&index, (size_t)UINT32_MAX), ST_TOO_LARGE);
    index_done(&index);
}

static void test_slots_rest_before_they_are_used_again(void **state)
{
    (void)state;
    struct slots slots;
    slots_init(&slots);
    assert_int_equal(slots_reserve(&slots, 3), ST_OK);
    assert_int_equal(slots_take(&slots), 0);
    assert_int_equal(slots_take(&slots), 1);
    slots_give(&slots, 0);
    assert_int_equal(slots_take(&slots), 2); /* 0 rests */
    slots_give(&slots, 2);
    slots_wake(&slots);
    slots_wake(&slots);
    assert_int_equal(slots_reserve(&slots, 2), ST_OK);
    assert_int_equal(slots_take(&slots) + slots_take(&slots), 2);
    assert_int_equal(slots.used, 3);
    assert_int_equal(slots.live, 3);
    slots_done(&slots);
}

static void test_slots_keep_the_order_in_which_they_were_taken(void **state)
{
    (void)state;
    struct slots slots;
    uint32_t expected[300];
    size_t count = 0;
    slots_init(&slots);
    for (int i = 0; i < 20000; i++) {
        size_t victim = any((uint32_t)count + 1);
        if (count == 300 || (count > 0 && any(2) == 0 && victim < count)) {
            victim = victim < count ? victim : count - 1;
            slots_give(&slots, expected[victim]);
            count--;
            memmove(expected + victim, expected + victim + 1, (count - victim) * sizeof(uint32_t));
            if (any(3) == 0)
                slots_wake(&slots);
        } else {
            assert_int_equal(slots_reserve(&slots, 1), ST_OK);
            expected[count++] = slots_take(&slots);
        }
        if (i % 50 == 0) {
            size_t told;
            const uint32_t *order = slots_in_order(&slots, &told);
            assert_int_equal(told, count);
            if (count)
                assert_memory_equal(order, expected, count * sizeof(uint32_t));
        }
    }
    assert_true(slots_size(&slots) < 20000);
    slots_done(&slots);
}

static void test_slots_without_memory(void **state)
{
    (void)state;
    struct slots slots;
    slots_init(&slots);
    for (size_t n = 1; n <= 2; n++) {
        failing_memory_begin(n);
        assert_int_equal(slots_reserve(&slots, 1000), ST_NO_MEMORY);
        failing_memory_end();
        assert_int_equal(slots.used, 0);
    }
    assert_int_equal(slots_reserve(&slots, (size_t)UINT32_MAX), ST_TOO_LARGE);
    assert_int_equal(slots_reserve(&slots, 1000), ST_OK);
    assert_int_equal(slots_take(&slots), 0);
    slots_done(&slots);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries_come_and_go),
        cmocka_unit_test(test_an_empty_index_finds_nothing),
        cmocka_unit_test(test_replacing_a_slot),
        cmocka_unit_test(test_a_failed_reserve_changes_nothing),
        cmocka_unit_test(test_slots_rest_before_they_are_used_again),
        cmocka_unit_test(test_slots_keep_the_order_in_which_they_were_taken),
        cmocka_unit_test(test_slots_without_memory),
    };
    return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
