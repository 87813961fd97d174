/* What is odd, as the rounds keep it up to date: judged when it must be, not lost, part of a hit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/model/process_cells.h"
#include "core/watch/round.h"
#include "tests/support/failing_memory.h"
#include "tests/support/made_up_windows.h"

#define ALL (ROUND_CONNECTIONS | ROUND_PROCESSES | ROUND_NAMES)
#define S32 "C:\\Windows\\System32\\"

struct trap {
    struct scripted_source *machine;
    struct round *round;
    const struct hit *hit; /* the last */
};

static enum status take(void *context, const struct hit *hit)
{
    struct trap *trap = context;
    hit_release(trap->hit);
    trap->hit = hit_retain(hit);
    return ST_OK;
}

static void watch(struct trap *trap, const char *content)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist *list = NULL;
    struct watchlist_lines lines;
    assert_non_null(builder);
    assert_int_equal(
        watchlist_add_file_text(builder, text_from(content), text_of("list.txt"), NULL, &lines),
        ST_OK);
    assert_int_equal(watchlist_build(builder, &list), ST_OK);
    assert_int_equal(round_set_watchlist(trap->round, list), ST_OK);
    watchlist_release(list);
}

static void set_trap(struct trap *trap, void (*make)(struct scripted_source *machine))
{
    const struct hit_sink sink = {take, trap};
    *trap = (struct trap){.machine = scripted_source_new()};
    make(trap->machine);
    const struct round_setup setup = {
        .source = scripted_source_base(trap->machine),
        .clock = scripted_source_clock(trap->machine),
        .sinks = &sink,
        .sink_count = 1,
    };
    assert_int_equal(round_new(&setup, &trap->round), ST_OK);
}

static int begin(void **state)
{
    static struct trap trap;
    set_trap(&trap, made_up_windows11);
    *state = &trap;
    return 0;
}

static int end(void **state)
{
    struct trap *trap = *state;
    hit_release(trap->hit);
    round_free(trap->round);
    source_free(scripted_source_base(trap->machine));
    return 0;
}

static void run(struct trap *trap, unsigned parts)
{
    scripted_source_advance(trap->machine, 250 * MOMENT_MS);
    assert_int_equal(round_run(trap->round, parts), ST_OK);
}

static struct process_row *row_of(struct trap *trap, uint32_t pid)
{
    struct history *history = round_history(trap->round);
    struct process_row *found = NULL;
    for (uint32_t slot = 0; slot < history_process_slots(history); slot++) {
        struct process_row *row = history_process(history, slot);
        if (row && row->facts->key.pid == pid && (!found || row->id > found->id))
            found = row;
    }
    assert_non_null(found);
    return found;
}

static void assert_nothing(struct trap *trap)
{
    struct history *history = round_history(trap->round);
    assert_true(history_counts(history).processes > 10);
    for (uint32_t slot = 0; slot < history_process_slots(history); slot++) {
        const struct process_row *row = history_process(history, slot);
        if (row && row->odd.rules)
            fail_msg("%.*s: %#x", (int)row->facts->name.size, row->facts->name.bytes,
                     (unsigned)row->odd.rules);
    }
}

static void test_nothing_is_odd_on_normal_machines(void **state)
{
    struct trap wine;
    void *wine_state = &wine;
    for (int i = 0; i < 3; i++) {
        run(*state, ALL);
        assert_nothing(*state);
    }
    set_trap(&wine, made_up_wine);
    for (int i = 0; i < 3; i++) {
        run(&wine, ALL);
        assert_nothing(&wine);
    }
    end(&wine_state);
}

static void start_fake(struct trap *trap)
{
    made_up_start(trap->machine, 9000, MADE_UP_CMD, "svch0st.exe",
                  "C:\\Users\\alice\\AppData\\Local\\Temp\\svch0st.exe", NULL, MADE_UP_ALICE, 1);
    made_up_start(trap->machine, 9010, 9000, "lsass.exe", "C:\\Tools\\lsass.exe", NULL,
                  MADE_UP_ALICE, 1);
}

#define FAKE (ODD_BIT(ODD_NAME_ALIKE) | ODD_BIT(ODD_FROM_TEMP))
#define FAKE_LSASS                                                                                 \
    (ODD_BIT(ODD_CORE_FOLDER) | ODD_BIT(ODD_CORE_PARENT) | ODD_BIT(ODD_CORE_USER) |                \
     ODD_BIT(ODD_CORE_SESSION) | ODD_BIT(ODD_CORE_NUMBER))

static void test_what_starts_is_judged_and_stays_so(void **state)
{
    struct trap *trap = *state;
    run(trap, ALL);
    start_fake(trap);
    for (int i = 0; i < 3; i++) {
        run(trap, ROUND_PROCESSES);
        assert_int_equal(row_of(trap, 9000)->odd.rules, FAKE);
        assert_int_equal(row_of(trap, 9010)->odd.rules, FAKE_LSASS);
        assert_int_equal(row_of(trap, 9010)->odd.twin, MADE_UP_LSASS);
        assert_int_equal(row_of(trap, MADE_UP_LSASS)->odd.rules, 0);
    }
    scripted_source_exit(trap->machine, 9010, 0);
    run(trap, ROUND_PROCESSES);
    assert_int_equal(row_of(trap, 9010)->odd.rules, FAKE_LSASS); /* its record */
}

static void test_the_second_is_the_first_when_that_ends(void **state)
{
    struct trap *trap = *state;
    run(trap, ALL);
    made_up_start(trap->machine, 9000, MADE_UP_WININIT, "lsass.exe", S32 "lsass.exe", NULL,
                  MADE_UP_LOCAL_SYSTEM, 0);
    run(trap, ROUND_PROCESSES);
    assert_int_equal(row_of(trap, 9000)->odd.rules, ODD_BIT(ODD_CORE_NUMBER));
    scripted_source_exit(trap->machine, MADE_UP_LSASS, 0);
    run(trap, ROUND_PROCESSES);
    assert_int_equal(row_of(trap, 9000)->odd.rules, 0);
    assert_int_equal(row_of(trap, 9000)->odd.twin, 0);
}

/* The hit bears what was odd, of the process and of its ancestors, also of one that began and
 * connected between two listings. */
static void test_a_hit_tells_what_is_odd(void **state)
{
    struct trap *trap = *state;
    const struct process_odd *odd;
    watch(trap, "192.0.2.1\n");
    run(trap, ALL);
    start_fake(trap);
    scripted_source_connect(trap->machine, 9010, "10.0.0.5:1000", "192.0.2.1:443", TCP_SYN_SENT);
    run(trap, ROUND_CONNECTIONS);
    assert_non_null(trap->hit);
    assert_true(text_equal(trap->hit->process->name, text_of("lsass.exe")));
    assert_int_equal(trap->hit->odd.rules, FAKE_LSASS);
    assert_int_equal(trap->hit->odd.twin, MADE_UP_LSASS);
    assert_true(trap->hit->ancestor_count >= 3);
    assert_int_equal(trap->hit->ancestor_odd[0].rules, FAKE);
    assert_int_equal(trap->hit->ancestor_odd[1].rules, 0); /* cmd.exe */
    struct odd_subject subject = hit_subject(trap->hit, 0, &odd);
    assert_ptr_equal(subject.facts, trap->hit->process);
    assert_ptr_equal(subject.parent, trap->hit->ancestors[0]);
    assert_int_equal(subject.parent_kind, PARENT_VERIFIED);
    assert_ptr_equal(odd, &trap->hit->odd);
    size_t last = trap->hit->ancestor_count;
    subject = hit_subject(trap->hit, last, &odd);
    assert_ptr_equal(subject.facts, trap->hit->ancestors[last - 1]);
    assert_null(subject.parent);
    assert_ptr_equal(odd, &trap->hit->ancestor_odd[last - 1]);
}

static void test_a_process_that_is_a_hit_itself(void **state)
{
    struct trap *trap = *state;
    start_fake(trap);
    watch(trap, "name:svch0st.exe\n");
    run(trap, ALL); /* the very first: the kernel is met in it, too */
    assert_non_null(trap->hit);
    assert_int_equal(trap->hit->odd.rules, FAKE);
    assert_int_equal(row_of(trap, 9010)->odd.rules, FAKE_LSASS);
}

/* System may come later, when the first listing failed: all is judged again then. */
static void test_the_kernel_comes_late(void **state)
{
    struct trap *trap = *state;
    start_fake(trap);
    scripted_source_connect(trap->machine, 9010, "10.0.0.5:1000", "192.0.2.1:443", TCP_SYN_SENT);
    scripted_source_fail(trap->machine, SCRIPTED_PROCESSES, ST_STALE, 1);
    assert_int_equal(round_run(trap->round, ALL), ST_STALE);
    run(trap, ALL);
    assert_int_equal(row_of(trap, 9010)->odd.rules, FAKE_LSASS);
}

/* One that was adopted gets its parent with the next listing, where that could not be asked. */
static void test_the_parent_comes_late(void **state)
{
    struct trap *trap = *state;
    run(trap, ALL);
    made_up_start(trap->machine, 9000, MADE_UP_CMD, "tool.exe", "C:\\Tools\\tool.exe", NULL,
                  MADE_UP_ALICE, 1);
    made_up_start(trap->machine, 9010, 9000, "svchost.exe", S32 "svchost.exe",
                  "svchost.exe -k netsvcs", MADE_UP_LOCAL_SYSTEM, 0);
    scripted_source_connect(trap->machine, 9010, "10.0.0.5:1000", "192.0.2.1:443", TCP_SYN_SENT);
    struct process_seen *parent = scripted_source_process(trap->machine, 9000);
    const struct process_seen as_it_is = *parent;
    scripted_source_exit(trap->machine, 9000, 0);
    run(trap, ROUND_CONNECTIONS);
    assert_int_equal(row_of(trap, 9010)->odd.rules, 0);
    scripted_source_start_at(trap->machine, 9000, MADE_UP_CMD, "tool.exe", as_it_is.key.start);
    run(trap, ROUND_PROCESSES);
    assert_int_equal(row_of(trap, 9010)->odd.rules, ODD_BIT(ODD_CORE_PARENT));
}

static void test_what_the_file_is_comes_later(void **state)
{
    struct trap *trap = *state;
    const struct image_file gone = {.state = READ_GONE};
    run(trap, ALL);
    moment start = row_of(trap, MADE_UP_CMD)->facts->key.start;
    const struct image_file changed = {.created = start - 5, .modified = start + 5};
    scripted_source_image(trap->machine, MADE_UP_CMD, &changed);
    scripted_source_image(trap->machine, 7020, &gone);
    run(trap, ROUND_CONNECTIONS);
    assert_int_equal(row_of(trap, MADE_UP_CMD)->odd.rules, 0);
    run(trap, ROUND_PROCESSES);
    assert_int_equal(row_of(trap, MADE_UP_CMD)->odd.rules, ODD_BIT(ODD_IMAGE_CHANGED));
    assert_int_equal(row_of(trap, MADE_UP_CMD)->odd.image_time, start + 5);
    assert_int_equal(row_of(trap, 7020)->odd.rules, ODD_BIT(ODD_IMAGE_GONE));
    run(trap, ALL);
    assert_int_equal(row_of(trap, MADE_UP_CMD)->odd.rules, ODD_BIT(ODD_IMAGE_CHANGED));
    scripted_source_image(trap->machine, MADE_UP_EXPLORER, &gone);
    assert_int_equal(round_images(trap->round, 1000), ST_OK);
    assert_int_equal(row_of(trap, MADE_UP_EXPLORER)->odd.rules, ODD_BIT(ODD_IMAGE_GONE));
    /* A file may be removed when its process has ended. */
    scripted_source_image(trap->machine, 7030, &gone);
    scripted_source_exit(trap->machine, 7030, 0);
    run(trap, ALL);
    assert_int_equal(row_of(trap, 7030)->odd.rules, 0);
}

static uint64_t stamp_of(struct trap *trap, uint32_t pid, struct cell *cell)
{
    struct snapshot *snapshot;
    assert_int_equal(round_publish(trap->round, &snapshot), ST_OK);
    uint32_t index = snapshot_process_by_pid(snapshot, pid);
    uint64_t stamp = process_row_class.stamp(snapshot, index);
    *cell = process_row_class.cell(snapshot, index, PROCESS_REMARKS);
    snapshot_release(snapshot);
    return stamp;
}

/* A filter looks again at a row whose stamp has changed. */
static void test_the_column_shows_it_and_the_filter_notices(void **state)
{
    struct trap *trap = *state;
    const struct image_file gone = {.state = READ_GONE};
    struct cell cell;
    run(trap, ALL);
    uint64_t before = stamp_of(trap, MADE_UP_CMD, &cell);
    assert_int_equal(cell.kind, CELL_EMPTY);
    scripted_source_image(trap->machine, MADE_UP_CMD, &gone);
    run(trap, ALL);
    assert_int_not_equal(stamp_of(trap, MADE_UP_CMD, &cell), before);
    assert_int_equal(cell.kind, CELL_REMARKS);
    assert_int_equal(cell.number, ODD_BIT(ODD_IMAGE_GONE));
}

static void test_want_of_memory_puts_off_the_counting_only(void **state)
{
    (void)state;
    for (size_t nth = 1;; nth++) {
        struct trap trap;
        void *trap_state = &trap;
        set_trap(&trap, made_up_windows11);
        start_fake(&trap);
        failing_memory_begin(nth);
        (void)round_run(trap.round, ALL);
        bool failed = failing_memory_failed();
        failing_memory_end();
        run(&trap, ALL);
        run(&trap, ALL);
        assert_int_equal(row_of(&trap, 9000)->odd.rules, FAKE);
        assert_int_equal(row_of(&trap, 9010)->odd.rules, FAKE_LSASS);
        end(&trap_state);
        if (!failed)
            break;
    }
}

#define TRAP_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRAP_TEST(test_nothing_is_odd_on_normal_machines),
        TRAP_TEST(test_what_starts_is_judged_and_stays_so),
        TRAP_TEST(test_the_second_is_the_first_when_that_ends),
        TRAP_TEST(test_a_hit_tells_what_is_odd),
        TRAP_TEST(test_a_process_that_is_a_hit_itself),
        TRAP_TEST(test_the_kernel_comes_late),
        TRAP_TEST(test_the_parent_comes_late),
        TRAP_TEST(test_what_the_file_is_comes_later),
        TRAP_TEST(test_the_column_shows_it_and_the_filter_notices),
        cmocka_unit_test(test_want_of_memory_puts_off_the_counting_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
