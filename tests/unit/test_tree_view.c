/* The rows of a list: expansion, selection, focus, order, filter and freezing follow identity. */
#include "core/model/row_sort.h"
#include "core/model/tree_view.h"
#include "tests/support/failing_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- made-up rows --- */

struct fake_row {
    uint64_t id;
    uint64_t parent; /* its id; 0: none */
    const char *name;
    int64_t number;
    moment ended;
    bool watched;
    bool unread;
};

struct fake {
    struct fake_row *rows;
    uint32_t count;
    unsigned cells_read;
};

enum { COLUMN_NAME, COLUMN_NUMBER, COLUMNS };

static uint32_t fake_count(const void *rows)
{
    return ((const struct fake *)rows)->count;
}

static uint64_t fake_id(const void *rows, uint32_t index)
{
    return ((const struct fake *)rows)->rows[index].id;
}

static uint32_t fake_index(const struct fake *fake, uint64_t id)
{
    uint32_t low = 0;
    uint32_t high = fake->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (fake->rows[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < fake->count && fake->rows[low].id == id ? low : VIEW_NO_ROW;
}

static uint32_t fake_parent(const void *rows, uint32_t index)
{
    const struct fake *fake = rows;
    return fake->rows[index].parent ? fake_index(fake, fake->rows[index].parent) : VIEW_NO_ROW;
}

static struct cell fake_cell(const void *rows, uint32_t index, unsigned column)
{
    const struct fake_row *row = &((const struct fake *)rows)->rows[index];
    if (column == COLUMN_NAME)
        return cell_of_text(text_from(row->name));
    if (row->unread)
        return (struct cell){.kind = CELL_UNREAD, .state = READ_DENIED};
    return cell_of_number(row->number);
}

static moment fake_ended(const void *rows, uint32_t index)
{
    return ((const struct fake *)rows)->rows[index].ended;
}

static bool fake_watched(const void *rows, uint32_t index)
{
    return ((const struct fake *)rows)->rows[index].watched;
}

static uint64_t fake_stamp(const void *rows, uint32_t index)
{
    return (uint64_t)((const struct fake *)rows)->rows[index].number;
}

static const struct row_class fake_class = {fake_count, fake_id,    fake_parent,
                                            fake_cell,  fake_ended, fake_watched,
                                            fake_stamp, COLUMNS,    VIEW_NO_COLUMN};

/* The tree of the scene: services > svchost; explorer > cmd > ping. */
enum { SERVICES = 10, SVCHOST = 11, EXPLORER = 20, CMD = 30, PING = 40 };

static struct fake_row scene_rows[] = {
    {SERVICES, 0, "services.exe", 612, 0, false, false},
    {SVCHOST, SERVICES, "svchost.exe", 1040, 0, false, false},
    {EXPLORER, 0, "explorer.exe", 3140, 0, false, false},
    {CMD, EXPLORER, "cmd.exe", 3252, 0, false, false},
    {PING, CMD, "PING.EXE", 6656, 0, false, false},
};

struct scene {
    struct fake_row rows[5];
    struct fake fake;
    struct tree_view *view;
};

static int scene_start(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    if (!scene)
        return -1;
    memcpy(scene->rows, scene_rows, sizeof scene_rows);
    scene->fake.rows = scene->rows;
    scene->fake.count = 5;
    scene->view = tree_view_new(&fake_class);
    *state = scene;
    return scene->view ? 0 : -1;
}

static int scene_end(void **state)
{
    struct scene *scene = *state;
    tree_view_free(scene->view);
    free(scene);
    return 0;
}

static void update(struct scene *scene)
{
    assert_int_equal(tree_view_update(scene->view, &scene->fake, 1000), ST_OK);
}

/* "10 .11 20 .30 ..40", a dot a level, '+' collapsed, '!' something watched is hidden below. */
static void assert_rows(const struct scene *scene, const char *expected)
{
    char seen[256] = "";
    size_t used = 0;
    for (uint32_t row = 0; row < tree_view_count(scene->view); row++) {
        const struct view_row *shown = tree_view_row(scene->view, row);
        char dots[8] = ".......";
        dots[shown->level < 7 ? shown->level : 7] = 0;
        bool closed = (shown->flags & VIEW_EXPANDABLE) && !(shown->flags & VIEW_EXPANDED);
        used += (size_t)snprintf(seen + used, sizeof seen - used, "%s%s%u%s%s", row ? " " : "",
                                 dots, (unsigned)shown->id, closed ? "+" : "",
                                 shown->flags & VIEW_MARKED ? "!" : "");
    }
    assert_string_equal(seen, expected);
}

static uint32_t row_of(const struct scene *scene, uint64_t id)
{
    uint32_t row = tree_view_find(scene->view, id);
    assert_int_not_equal(row, VIEW_NO_ROW);
    return row;
}

/* --- the tree --- */

static void test_tree_in_natural_order(void **state)
{
    struct scene *scene = *state;
    update(scene);
    assert_rows(scene, "10 .11 20 .30 ..40");
    assert_true(tree_view_moved(scene->view));
    update(scene);
    assert_false(tree_view_moved(scene->view));
    assert_int_equal(tree_view_parent(scene->view, row_of(scene, PING)), row_of(scene, CMD));
    assert_int_equal(tree_view_parent(scene->view, 0), VIEW_NO_ROW);
}

static void test_parent_listed_after_its_child(void **state)
{
    struct scene *scene = *state;
    scene->rows[0].parent = PING; /* the lowest id hangs below the highest */
    update(scene);
    assert_rows(scene, "20 .30 ..40 ...10 ....11");
}

static void test_flat_list(void **state)
{
    struct scene *scene = *state;
    tree_view_set_flat(scene->view, true);
    tree_view_set_sort(scene->view, COLUMN_NUMBER, VIEW_DOWN);
    update(scene);
    assert_rows(scene, "40 30 20 11 10");
}

static void test_collapse_expand_and_everything_below(void **state)
{
    struct scene *scene = *state;
    update(scene);
    tree_view_set_expanded(scene->view, row_of(scene, CMD), false);
    tree_view_set_expanded(scene->view, row_of(scene, EXPLORER), false);
    update(scene);
    assert_rows(scene, "10 .11 20+");
    tree_view_set_expanded(scene->view, row_of(scene, EXPLORER), true);
    update(scene);
    assert_rows(scene, "10 .11 20 .30+");
    tree_view_set_expanded(scene->view, row_of(scene, EXPLORER), false);
    update(scene);
    tree_view_expand_below(scene->view, row_of(scene, EXPLORER));
    update(scene);
    assert_rows(scene, "10 .11 20 .30 ..40");
    tree_view_expand_all(scene->view, false);
    update(scene);
    assert_rows(scene, "10+ 20+");
}

static void test_a_hidden_hit_marks_what_hides_it(void **state)
{
    struct scene *scene = *state;
    scene->rows[4].watched = true;
    update(scene);
    assert_rows(scene, "10 .11 20 .30 ..40");
    tree_view_set_expanded(scene->view, row_of(scene, EXPLORER), false);
    update(scene);
    assert_rows(scene, "10 .11 20+!");
}

static void test_reveal_opens_what_hides_a_row(void **state)
{
    struct scene *scene = *state;
    update(scene);
    tree_view_expand_all(scene->view, false);
    update(scene);
    assert_true(tree_view_reveal(scene->view, PING));
    update(scene);
    assert_rows(scene, "10+ 20 .30 ..40");
    assert_false(tree_view_reveal(scene->view, 999));
}

/* --- order --- */

static void test_header_clicks_cycle_and_keep_the_tree(void **state)
{
    struct scene *scene = *state;
    unsigned column = 0;
    scene->rows[0].number = 5000; /* services above explorer, by number */
    tree_view_sort(scene->view, COLUMN_NUMBER);
    update(scene);
    assert_rows(scene, "20 .30 ..40 10 .11");
    assert_int_equal(tree_view_direction(scene->view, &column), VIEW_UP);
    assert_int_equal(column, COLUMN_NUMBER);
    tree_view_sort(scene->view, COLUMN_NUMBER);
    update(scene);
    assert_rows(scene, "10 .11 20 .30 ..40");
    assert_int_equal(tree_view_direction(scene->view, NULL), VIEW_DOWN);
    tree_view_sort(scene->view, COLUMN_NUMBER);
    assert_int_equal(tree_view_direction(scene->view, NULL), VIEW_NATURAL);
    tree_view_sort(scene->view, COLUMN_NAME);
    assert_int_equal(tree_view_direction(scene->view, &column), VIEW_UP);
    assert_int_equal(column, COLUMN_NAME);
}

static void test_unread_values_come_last_both_ways(void **state)
{
    struct scene *scene = *state;
    scene->rows[2].unread = true;
    tree_view_set_flat(scene->view, true);
    tree_view_set_sort(scene->view, COLUMN_NUMBER, VIEW_UP);
    update(scene);
    assert_rows(scene, "10 11 30 40 20");
    tree_view_set_sort(scene->view, COLUMN_NUMBER, VIEW_DOWN);
    update(scene);
    assert_rows(scene, "40 30 11 10 20");
}

static void test_names_sort_without_case(void **state)
{
    struct scene *scene = *state;
    tree_view_set_flat(scene->view, true);
    tree_view_set_sort(scene->view, COLUMN_NAME, VIEW_UP);
    update(scene);
    assert_rows(scene, "30 20 40 10 11");
}

static void test_watched_first(void **state)
{
    struct scene *scene = *state;
    scene->rows[4].watched = true;
    tree_view_set_flat(scene->view, true);
    tree_view_set_watched_first(scene->view, true);
    tree_view_set_sort(scene->view, COLUMN_NUMBER, VIEW_UP);
    update(scene);
    assert_rows(scene, "40 10 11 20 30");
}

/* U2: rows do not move while the user aims. */
static void test_U2_frozen_order_stays_while_values_change(void **state)
{
    struct scene *scene = *state;
    tree_view_set_flat(scene->view, true);
    tree_view_set_sort(scene->view, COLUMN_NUMBER, VIEW_UP);
    scene->fake.count = 4;
    update(scene);
    tree_view_set_frozen(scene->view, true);
    scene->rows[0].number = 9999;
    scene->fake.count = 5; /* PING, whose number is not the highest any more, comes last */
    scene->rows[1].ended = 10;
    tree_view_set_ghosts(scene->view, false, 0);
    update(scene);
    assert_rows(scene, "10 11 20 30 40");
    tree_view_set_frozen(scene->view, false);
    update(scene);
    assert_rows(scene, "20 30 40 10");
}

static void test_the_reader_may_sort_while_frozen(void **state)
{
    struct scene *scene = *state;
    tree_view_set_flat(scene->view, true);
    update(scene);
    tree_view_set_frozen(scene->view, true);
    tree_view_set_sort(scene->view, COLUMN_NUMBER, VIEW_DOWN);
    update(scene);
    assert_rows(scene, "40 30 20 11 10");
}

/* --- ghosts --- */

static void test_ended_rows_linger_then_go_unless_ghosts_are_shown(void **state)
{
    struct scene *scene = *state;
    scene->rows[3].ended = 900;
    tree_view_set_ghosts(scene->view, false, 200);
    update(scene);
    assert_rows(scene, "10 .11 20 .30 ..40");
    tree_view_set_ghosts(scene->view, false, 100);
    update(scene);
    assert_rows(scene, "10 .11 20 40"); /* the orphan stands at the top */
    tree_view_set_ghosts(scene->view, true, 0);
    update(scene);
    assert_rows(scene, "10 .11 20 .30 ..40");
}

/* --- filter --- */

static void print_cell(void *context, const struct cell *cell, struct buffer *out)
{
    (void)context;
    if (cell->kind == CELL_TEXT)
        buffer_add(out, cell->text);
    else if (cell->kind == CELL_NUMBER)
        buffer_add_signed(out, cell->number);
    else
        buffer_add_string(out, "(access denied)");
}

struct needle {
    const char *text;
    unsigned asked;
};

static bool holds_needle(void *context, struct text printed)
{
    struct needle *needle = context;
    needle->asked++;
    return text_find(printed, text_from(needle->text)) != SIZE_MAX;
}

static void filter_by(struct scene *scene, struct needle *needle)
{
    struct view_filter filter = {holds_needle, needle, {print_cell, NULL}, UINT64_MAX};
    tree_view_set_filter(scene->view, &filter);
}

static void test_filter_keeps_ancestors_and_descendants(void **state)
{
    struct scene *scene = *state;
    struct needle needle = {"cmd", 0};
    filter_by(scene, &needle);
    update(scene);
    assert_rows(scene, "20 .30 ..40");
    assert_true(tree_view_row(scene->view, 0)->flags & VIEW_CONTEXT);
    assert_false(tree_view_row(scene->view, 1)->flags & VIEW_CONTEXT);
    assert_true(tree_view_row(scene->view, 2)->flags & VIEW_CONTEXT);
    tree_view_set_filter(scene->view, NULL);
    update(scene);
    assert_rows(scene, "10 .11 20 .30 ..40");
}

static void test_filter_looks_at_every_column_even_denied_ones(void **state)
{
    struct scene *scene = *state;
    struct needle needle = {"6656", 0};
    filter_by(scene, &needle);
    update(scene);
    assert_rows(scene, "20 .30 ..40");
    scene->rows[1].unread = true;
    needle.text = "denied";
    filter_by(scene, &needle);
    update(scene);
    assert_rows(scene, "10 .11");
}

static void test_filter_opens_what_was_collapsed_and_gives_it_back(void **state)
{
    struct scene *scene = *state;
    struct needle needle = {"PING", 0};
    update(scene);
    tree_view_expand_all(scene->view, false);
    filter_by(scene, &needle);
    update(scene);
    assert_rows(scene, "20 .30 ..40");
    tree_view_set_expanded(scene->view, row_of(scene, CMD), false);
    update(scene);
    assert_rows(scene, "20 .30+");
    tree_view_set_filter(scene->view, NULL);
    update(scene);
    assert_rows(scene, "10+ 20+");
}

static void test_filter_searches_only_what_changed(void **state)
{
    struct scene *scene = *state;
    struct needle needle = {"nothing has this", 0};
    filter_by(scene, &needle);
    update(scene);
    assert_int_equal(needle.asked, 10);
    assert_rows(scene, "");
    scene->rows[2].number++;
    update(scene);
    assert_int_equal(needle.asked, 12);
}

static void test_also_ids_match_and_admit_excludes(void **state)
{
    struct scene *scene = *state;
    struct needle needle = {"svchost", 0};
    const uint64_t also[] = {CMD};
    filter_by(scene, &needle);
    assert_int_equal(tree_view_set_also(scene->view, also, 1), ST_OK);
    update(scene);
    assert_rows(scene, "10 .11 20 .30 ..40");
    assert_int_equal(tree_view_set_also(scene->view, NULL, 0), ST_OK);
    update(scene);
    assert_rows(scene, "10 .11");
}

static bool admit_only_odd(void *context, const void *rows, uint32_t index)
{
    (void)context;
    return fake_id(rows, index) % 2 == 1;
}

static void test_admit_excludes(void **state)
{
    struct scene *scene = *state;
    tree_view_set_admit(scene->view, admit_only_odd, NULL);
    update(scene);
    assert_rows(scene, "11");
}

/* --- selection and focus --- */

static void test_selection_and_focus_follow_identity(void **state)
{
    struct scene *scene = *state;
    tree_view_set_flat(scene->view, true);
    update(scene);
    tree_view_select(scene->view, row_of(scene, CMD), true);
    tree_view_set_focus(scene->view, row_of(scene, CMD));
    tree_view_set_sort(scene->view, COLUMN_NUMBER, VIEW_DOWN);
    update(scene);
    assert_int_equal(tree_view_selected_count(scene->view), 1);
    assert_true(tree_view_selected(scene->view, row_of(scene, CMD)));
    assert_int_equal(tree_view_focus(scene->view), row_of(scene, CMD));
    assert_int_equal(tree_view_next_selected(scene->view, 0), row_of(scene, CMD));
    assert_int_equal(tree_view_next_selected(scene->view, row_of(scene, CMD) + 1), VIEW_NO_ROW);
    tree_view_select_range(scene->view, 4, 3, true);
    assert_int_equal(tree_view_selected_count(scene->view), 3);
    tree_view_select_none(scene->view);
    assert_int_equal(tree_view_selected_count(scene->view), 0);
}

static void test_collapsing_hands_selection_and_focus_up(void **state)
{
    struct scene *scene = *state;
    update(scene);
    tree_view_select(scene->view, row_of(scene, PING), true);
    tree_view_set_focus(scene->view, row_of(scene, PING));
    tree_view_set_expanded(scene->view, row_of(scene, EXPLORER), false);
    update(scene);
    assert_int_equal(tree_view_focus(scene->view), row_of(scene, EXPLORER));
    assert_true(tree_view_selected(scene->view, row_of(scene, EXPLORER)));
    tree_view_set_expanded(scene->view, row_of(scene, EXPLORER), true);
    update(scene);
    assert_int_equal(tree_view_selected_count(scene->view), 1);
    assert_false(tree_view_selected(scene->view, row_of(scene, PING)));
}

/* What takes the place of a vanished row is focused but never selected: an action must not hit it.
 */
static void test_a_vanished_focus_leaves_no_selection_behind(void **state)
{
    struct scene *scene = *state;
    update(scene);
    uint32_t place = row_of(scene, EXPLORER);
    tree_view_select(scene->view, place, true);
    tree_view_set_focus(scene->view, place);
    memmove(&scene->rows[2], &scene->rows[3], 2 * sizeof scene->rows[0]);
    scene->fake.count = 4;
    update(scene);
    assert_rows(scene, "10 .11 30 .40");
    assert_int_equal(tree_view_focus(scene->view), place);
    assert_int_equal(tree_view_selected_count(scene->view), 0);
    scene->fake.count = 0;
    update(scene);
    assert_int_equal(tree_view_focus(scene->view), VIEW_NO_ROW);
}

static void test_type_ahead_wraps(void **state)
{
    struct scene *scene = *state;
    update(scene);
    assert_int_equal(tree_view_type_ahead(scene->view, COLUMN_NAME, 0, text_of("ping")),
                     row_of(scene, PING));
    assert_int_equal(
        tree_view_type_ahead(scene->view, COLUMN_NAME, row_of(scene, PING) + 1, text_of("S")),
        row_of(scene, SERVICES));
    assert_int_equal(tree_view_type_ahead(scene->view, COLUMN_NAME, 0, text_of("zz")), VIEW_NO_ROW);
}

static void test_follow_finds_the_row_or_the_next_that_is_left(void **state)
{
    struct scene *scene = *state;
    update(scene);
    uint32_t explorer = row_of(scene, EXPLORER);
    memmove(&scene->rows[1], &scene->rows[3], 2 * sizeof scene->rows[0]);
    scene->fake.count = 3;
    update(scene);
    assert_rows(scene, "10 30 .40");
    assert_int_equal(tree_view_follow(scene->view, explorer), row_of(scene, CMD));
    scene->fake.count = 1;
    update(scene);
    assert_int_equal(tree_view_follow(scene->view, 1), VIEW_NO_ROW);
}

/* --- sorting what is nearly sorted --- */

struct counted {
    const int *values;
    unsigned compared;
};

static int compare_counted(const void *context, uint32_t a, uint32_t b)
{
    struct counted *counted = (struct counted *)(uintptr_t)context;
    counted->compared++;
    if (counted->values[a] != counted->values[b])
        return counted->values[a] < counted->values[b] ? -1 : 1;
    return a < b ? -1 : a > b;
}

static void test_row_sort_on_every_kind_of_disorder(void **state)
{
    (void)state;
    enum { MOST = 400 };
    static int values[MOST];
    static uint32_t items[MOST];
    static uint32_t scratch[MOST];
    uint32_t seed = 12345;
    for (unsigned round = 0; round < 600; round++) {
        uint32_t count = round % MOST;
        for (uint32_t i = 0; i < count; i++) {
            seed = seed * 1664525 + 1013904223;
            bool stray = round % 3 == 0 || seed >> 28 == 0;
            values[i] = stray ? (int)(seed >> 20) : (int)(round % 3 == 1 ? i : count - i);
            items[i] = i;
        }
        struct counted counted = {values, 0};
        row_sort(items, count, scratch, compare_counted, &counted);
        for (uint32_t i = 1; i < count; i++)
            assert_true(compare_counted(&counted, items[i - 1], items[i]) < 0);
    }
}

static void test_row_sort_is_linear_where_little_moved(void **state)
{
    (void)state;
    enum { COUNT = 10000 };
    static int values[COUNT];
    static uint32_t items[COUNT];
    static uint32_t scratch[COUNT];
    for (uint32_t i = 0; i < COUNT; i++) {
        values[i] = (int)i;
        items[i] = i;
    }
    values[17] = 1000000; /* far up: everything behind it would be out of place */
    values[9000] = -1;
    struct counted counted = {values, 0};
    row_sort(items, COUNT, scratch, compare_counted, &counted);
    assert_int_equal(items[0], 9000);
    assert_int_equal(items[COUNT - 1], 17);
    assert_true(counted.compared < 3 * COUNT);
}

/* --- many rows, many refreshes --- */

enum { CROWD = 10000, REFRESHES = 200 };

static uint32_t random_below(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)(*seed >> 8) * below >> 24);
}

static void crowd_row(struct fake_row *row, uint64_t id, const struct fake *fake, uint32_t *seed)
{
    static const char *const names[] = {"svchost.exe", "cmd.exe", "chrome.exe", "PING.EXE"};
    uint64_t parent = 0;
    if (fake->count && random_below(seed, 8))
        parent = fake->rows[random_below(seed, fake->count)].id;
    *row = (struct fake_row){.id = id,
                             .parent = parent,
                             .name = names[random_below(seed, 4)],
                             .number = random_below(seed, 50000)};
}

/* 5 % of the rows change: a third goes, as many come, a third gets another value. */
static void crowd_step(struct fake *fake, uint64_t *next_id, uint32_t *seed, uint64_t spared)
{
    uint32_t kept = 0;
    uint32_t before = fake->count;
    for (uint32_t i = 0; i < before; i++) {
        uint32_t dice = random_below(seed, 60);
        if (dice == 0 && fake->rows[i].id != spared)
            continue;
        if (dice == 1)
            fake->rows[i].number = random_below(seed, 50000);
        fake->rows[kept++] = fake->rows[i];
    }
    fake->count = kept;
    while (fake->count < before) {
        crowd_row(&fake->rows[fake->count], (*next_id)++, fake, seed);
        fake->count++;
    }
}

static void assert_siblings_in_order(const struct tree_view *view, const struct fake *fake)
{
    static int64_t last[256];
    uint16_t before = 0;
    for (uint32_t row = 0; row < tree_view_count(view); row++) {
        const struct view_row *shown = tree_view_row(view, row);
        int64_t number = fake->rows[shown->index].number;
        assert_true(shown->level < 256);
        assert_true(shown->level <= before + 1);
        if (row && shown->level <= before)
            assert_true(last[shown->level] <= number);
        last[shown->level] = number;
        before = shown->level;
    }
}

/* U1: selection, focus, expansion and place follow identity through refreshes. */
static void test_U1_crowd_keeps_what_the_reader_did(void **state)
{
    (void)state;
    struct fake fake = {calloc(CROWD, sizeof(struct fake_row)), 0, 0};
    struct tree_view *view = tree_view_new(&fake_class);
    uint32_t seed = 99;
    uint64_t next_id = 1;
    assert_non_null(fake.rows);
    assert_non_null(view);
    while (fake.count < CROWD) {
        crowd_row(&fake.rows[fake.count], next_id++, &fake, &seed);
        fake.count++;
    }
    tree_view_set_sort(view, COLUMN_NUMBER, VIEW_UP);
    assert_int_equal(tree_view_update(view, &fake, 1), ST_OK);
    assert_int_equal(tree_view_count(view), CROWD);
    uint64_t chosen = fake.rows[4321].id;
    fake.rows[4321].parent = 0;
    tree_view_select(view, tree_view_find(view, chosen), true);
    tree_view_set_focus(view, tree_view_find(view, chosen));
    for (unsigned refresh = 0; refresh < REFRESHES; refresh++) {
        crowd_step(&fake, &next_id, &seed, chosen);
        assert_int_equal(tree_view_update(view, &fake, 1), ST_OK);
        assert_int_equal(tree_view_count(view), CROWD);
        assert_siblings_in_order(view, &fake);
        assert_int_equal(tree_view_selected_count(view), 1);
        uint32_t row = tree_view_find(view, chosen);
        assert_true(tree_view_selected(view, row));
        assert_int_equal(tree_view_focus(view), row);
    }
    assert_true(tree_view_size(view) < (size_t)CROWD * 512);
    tree_view_free(view);
    free(fake.rows);
}

/* --- no memory --- */

/* The n-th request and all behind it fail, for every n: the view stands as it was, and the next
 * update succeeds. */
static void test_failed_updates_leave_the_view_as_it_was(void **state)
{
    (void)state;
    enum { MANY = 300 };
    struct fake_row *rows = calloc(MANY, sizeof *rows);
    assert_non_null(rows);
    for (uint32_t i = 0; i < MANY; i++)
        rows[i] = (struct fake_row){.id = i + 1, .name = "a", .number = i};
    bool failed = true;
    for (size_t nth = 1; failed; nth++) {
        struct fake fake = {rows, 5, 0};
        struct tree_view *view = tree_view_new(&fake_class);
        assert_int_equal(tree_view_update(view, &fake, 1), ST_OK);
        tree_view_select(view, 3, true);
        fake.count = MANY;
        failing_memory_run_out(nth);
        failed = tree_view_update(view, &fake, 1) != ST_OK;
        failing_memory_end();
        assert_int_equal(tree_view_count(view), failed ? 5 : MANY);
        assert_true(tree_view_selected(view, 3));
        assert_int_equal(tree_view_update(view, &fake, 1), ST_OK);
        assert_int_equal(tree_view_count(view), MANY);
        assert_int_equal(tree_view_selected_count(view), 1);
        tree_view_free(view);
        assert_true(nth < 100);
    }
    free(rows);
}

#define SCENE_TEST(name) cmocka_unit_test_setup_teardown(name, scene_start, scene_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(test_tree_in_natural_order),
        SCENE_TEST(test_parent_listed_after_its_child),
        SCENE_TEST(test_flat_list),
        SCENE_TEST(test_collapse_expand_and_everything_below),
        SCENE_TEST(test_a_hidden_hit_marks_what_hides_it),
        SCENE_TEST(test_reveal_opens_what_hides_a_row),
        SCENE_TEST(test_header_clicks_cycle_and_keep_the_tree),
        SCENE_TEST(test_unread_values_come_last_both_ways),
        SCENE_TEST(test_names_sort_without_case),
        SCENE_TEST(test_watched_first),
        SCENE_TEST(test_U2_frozen_order_stays_while_values_change),
        SCENE_TEST(test_the_reader_may_sort_while_frozen),
        SCENE_TEST(test_ended_rows_linger_then_go_unless_ghosts_are_shown),
        SCENE_TEST(test_filter_keeps_ancestors_and_descendants),
        SCENE_TEST(test_filter_looks_at_every_column_even_denied_ones),
        SCENE_TEST(test_filter_opens_what_was_collapsed_and_gives_it_back),
        SCENE_TEST(test_filter_searches_only_what_changed),
        SCENE_TEST(test_also_ids_match_and_admit_excludes),
        SCENE_TEST(test_admit_excludes),
        SCENE_TEST(test_selection_and_focus_follow_identity),
        SCENE_TEST(test_collapsing_hands_selection_and_focus_up),
        SCENE_TEST(test_a_vanished_focus_leaves_no_selection_behind),
        SCENE_TEST(test_type_ahead_wraps),
        SCENE_TEST(test_follow_finds_the_row_or_the_next_that_is_left),
        cmocka_unit_test(test_row_sort_on_every_kind_of_disorder),
        cmocka_unit_test(test_row_sort_is_linear_where_little_moved),
        cmocka_unit_test(test_failed_updates_leave_the_view_as_it_was),
        cmocka_unit_test(test_U1_crowd_keeps_what_the_reader_did),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
