#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/model/tree.h"
#include "tests/support/failing_memory.h"
#include "tests/support/rig.h"

#include <stdlib.h>
#include <string.h>

static struct snapshot *snapshot_of(struct rig *rig)
{
    struct snapshot *snapshot = NULL;
    rig_look(rig, 1);
    assert_int_equal(snapshot_new(rig->history, 1, 1, &snapshot), ST_OK);
    return snapshot;
}

static struct tree *tree_of(const struct snapshot *snapshot, tree_compare *compare, void *context)
{
    struct tree *tree = NULL;
    assert_int_equal(tree_new(snapshot, compare, context, &tree), ST_OK);
    return tree;
}

/* Context: 1 upwards, -1 downwards. */
static int by_pid(const struct snapshot *snapshot, uint32_t a, uint32_t b, void *context)
{
    uint32_t left = snapshot->processes[a].facts->key.pid;
    uint32_t right = snapshot->processes[b].facts->key.pid;
    return *(const int *)context * ((left > right) - (left < right));
}

static int all_equal(const struct snapshot *snapshot, uint32_t a, uint32_t b, void *context)
{
    (void)snapshot;
    (void)a;
    (void)b;
    (void)context;
    return 0;
}

/* "1 >2 >>3. >4." : PIDs, one '>' for each level, '.' behind the last of its siblings, '+' behind
 * those with children. */
static void assert_walk(const struct snapshot *snapshot, const struct tree *tree,
                        const char *expected)
{
    struct buffer out;
    struct tree_place place;
    buffer_init(&out, 1000);
    for (bool more = tree_begin(tree, &place); more; more = tree_next(tree, &place)) {
        if (out.size)
            buffer_add_byte(&out, ' ');
        for (uint32_t i = 0; i < place.depth; i++)
            buffer_add_byte(&out, '>');
        buffer_add_unsigned(&out, snapshot->processes[place.row].facts->key.pid);
        if (place.has_children)
            buffer_add_byte(&out, '+');
        if (place.is_last)
            buffer_add_byte(&out, '.');
    }
    if (!text_equal(buffer_text(&out), text_from(expected)))
        fail_msg("%.*s", (int)out.size, out.bytes);
    buffer_done(&out);
}

static struct rig small_family(void)
{
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 30, 20, "c");
    scripted_source_start(rig.machine, 10, 0, "a");
    scripted_source_start(rig.machine, 20, 10, "b");
    scripted_source_start(rig.machine, 25, 10, "d");
    scripted_source_start(rig.machine, 50, 0, "e");
    scripted_source_start(rig.machine, 28, 20, "f");
    return rig;
}

static void test_parents_before_children_siblings_in_order(void **state)
{
    (void)state;
    struct rig rig = small_family();
    int up = 1;
    int down = -1;
    struct snapshot *snapshot = snapshot_of(&rig);
    struct tree *tree = tree_of(snapshot, by_pid, &up);
    assert_walk(snapshot, tree, "10+ >20+ >>28 >>30. >25. 50.");
    tree_free(tree);
    tree = tree_of(snapshot, by_pid, &down);
    assert_walk(snapshot, tree, "50 10+. >25 >20+. >>30 >>28.");
    tree_free(tree);
    tree = tree_of(snapshot, NULL, NULL);
    assert_walk(snapshot, tree, "10+ >20+ >>30 >>28. >25. 50."); /* by id: as listed */
    tree_free(tree);
    tree = tree_of(snapshot, all_equal, NULL);
    assert_walk(snapshot, tree, "10+ >20+ >>30 >>28. >25. 50."); /* stable */
    tree_free(tree);
    tree_free(NULL);
    snapshot_release(snapshot);
    rig_free(&rig);
}

static void test_children_parents_and_skipping(void **state)
{
    (void)state;
    struct rig rig = small_family();
    int up = 1;
    struct snapshot *snapshot = snapshot_of(&rig);
    struct tree *tree = tree_of(snapshot, by_pid, &up);
    uint32_t count;
    const uint32_t *rows = tree_children(tree, NO_ROW, &count);
    assert_int_equal(count, 2);
    assert_int_equal(snapshot->processes[rows[0]].facts->key.pid, 10);
    uint32_t first = rows[0];
    uint32_t second = rows[1];
    rows = tree_children(tree, first, &count);
    assert_int_equal(count, 2);
    assert_int_equal(tree_parent(tree, rows[0]), first);
    assert_false(tree_is_last(tree, rows[0]));
    assert_true(tree_is_last(tree, rows[1]));
    assert_true(tree_parent(tree, first) == NO_ROW);
    tree_children(tree, second, &count);
    assert_int_equal(count, 0);

    struct tree_place place;
    assert_true(tree_begin(tree, &place));
    assert_true(tree_next(tree, &place));
    assert_true(tree_skip(tree, &place)); /* 20 with its children */
    assert_int_equal(snapshot->processes[place.row].facts->key.pid, 25);
    assert_int_equal(place.depth, 1);
    assert_true(tree_begin(tree, &place));
    assert_true(tree_skip(tree, &place)); /* the whole first root */
    assert_int_equal(place.row, second);
    struct tree_place before = place;
    assert_false(tree_skip(tree, &place));
    assert_int_equal(place.row, before.row);
    assert_false(tree_next(tree, &place));
    tree_free(tree);
    snapshot_release(snapshot);
    rig_free(&rig);
}

static void test_nothing(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    struct snapshot *snapshot = snapshot_of(&rig);
    struct tree *tree = tree_of(snapshot, all_equal, NULL);
    struct tree_place place;
    uint32_t count;
    assert_false(tree_begin(tree, &place));
    tree_children(tree, NO_ROW, &count);
    assert_int_equal(count, 0);
    tree_free(tree);
    snapshot_release(snapshot);
    rig_free(&rig);
}

static void test_a_chain_of_ten_thousand(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    for (uint32_t i = 1; i <= 10000; i++)
        scripted_source_start(rig.machine, i, i - 1, "link");
    struct snapshot *snapshot = snapshot_of(&rig);
    int down = -1;
    struct tree *tree = tree_of(snapshot, by_pid, &down);
    struct tree_place place;
    uint32_t met = 0;
    for (bool more = tree_begin(tree, &place); more; more = tree_next(tree, &place)) {
        assert_int_equal(place.depth, met);
        met++;
    }
    assert_int_equal(met, 10000);
    tree_free(tree);
    snapshot_release(snapshot);
    rig_free(&rig);
}

static void test_every_row_of_a_crowd_is_met_once(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_populate(rig.machine, 3000, 0, 11);
    int up = 1;
    struct snapshot *snapshot = snapshot_of(&rig);
    struct tree *tree = tree_of(snapshot, by_pid, &up);
    bool *met = calloc(snapshot->process_count, sizeof(bool));
    uint32_t count = 0;
    uint32_t path[3000];
    struct tree_place place;
    for (bool more = tree_begin(tree, &place); more; more = tree_next(tree, &place)) {
        assert_false(met[place.row]);
        met[place.row] = true;
        path[place.depth] = place.row;
        uint32_t parent = snapshot->processes[place.row].parent;
        assert_true(parent == (place.depth ? path[place.depth - 1] : NO_ROW));
        count++;
    }
    assert_int_equal(count, 3000);
    uint32_t siblings;
    const uint32_t *rows = tree_children(tree, snapshot_process_by_pid(snapshot, 4), &siblings);
    for (uint32_t i = 1; i < siblings; i++)
        assert_true(by_pid(snapshot, rows[i - 1], rows[i], &up) < 0);
    free(met);
    tree_free(tree);
    snapshot_release(snapshot);
    rig_free(&rig);
}

static void test_without_memory(void **state)
{
    (void)state;
    struct rig rig = small_family();
    struct snapshot *snapshot = snapshot_of(&rig);
    for (size_t n = 1; n <= 3; n++) {
        struct tree *tree = NULL;
        failing_memory_begin(n);
        assert_int_equal(tree_new(snapshot, NULL, NULL, &tree), ST_NO_MEMORY);
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
        assert_null(tree);
    }
    snapshot_release(snapshot);
    rig_free(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parents_before_children_siblings_in_order),
        cmocka_unit_test(test_children_parents_and_skipping),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_a_chain_of_ten_thousand),
        cmocka_unit_test(test_every_row_of_a_crowd_is_met_once),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
