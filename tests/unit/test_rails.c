/* rails on made-up machines: who is guarded, from what, and what a name alone is worth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/act/rails.h"
#include "tests/support/rig.h"

#define SELF 900

struct made {
    struct rig rig;
    struct process_key self;
    struct snapshot *snapshot;
};

/* System > smss > csrss; wininit > services > svchost; explorer > cmd > (stakeout, ping, conhost)
 */
static int begin(void **state)
{
    static struct made made;
    made = (struct made){.rig = rig_new(NULL)};
    struct scripted_source *machine = made.rig.machine;
    scripted_source_start(machine, 4, 0, "System");
    scripted_source_start(machine, 300, 4, "smss.exe");
    scripted_source_start(machine, 400, 300, "csrss.exe");
    scripted_source_start(machine, 404, 300, "wininit.exe");
    scripted_source_start(machine, 500, 404, "services.exe");
    scripted_source_start(machine, 504, 500, "svchost.exe");
    scripted_source_start(machine, 600, 0, "explorer.exe");
    scripted_source_start(machine, 700, 600, "cmd.exe");
    made.self = scripted_source_start(machine, SELF, 700, "stakeout.exe");
    scripted_source_start(machine, 704, 700, "ping.exe");
    scripted_source_start(machine, 708, 700, "conhost.exe");
    for (size_t i = 0; i < scripted_source_process_count(machine); i++) {
        struct process_facts *facts =
            scripted_source_facts(machine, scripted_source_pid_at(machine, i));
        facts->image.state = READ_DENIED;
        facts->critical = (struct number_fact){.state = READ_UNSUPPORTED};
        facts->protection = (struct number_fact){.state = READ_UNSUPPORTED};
    }
    *state = &made;
    return 0;
}

static int end(void **state)
{
    struct made *made = *state;
    snapshot_release(made->snapshot);
    rig_free(&made->rig);
    return 0;
}

static struct process_facts *facts_of(struct made *made, uint32_t pid)
{
    return scripted_source_facts(made->rig.machine, pid);
}

static struct verdict judge(struct made *made, uint32_t pid, enum act_kind kind)
{
    if (!made->snapshot) {
        rig_look(&made->rig, MOMENT_SECOND);
        assert_int_equal(snapshot_new(made->rig.history, scripted_source_now(made->rig.machine), 1,
                                      &made->snapshot),
                         ST_OK);
    }
    return rails_judge(made->snapshot, snapshot_process_by_pid(made->snapshot, pid), made->self,
                       kind);
}

static void assert_verdict(struct made *made, uint32_t pid, enum act_kind kind, enum rail rail,
                           enum guard guard)
{
    struct verdict verdict = judge(made, pid, kind);
    assert_int_equal(verdict.rail, rail);
    assert_int_equal(verdict.guard, guard);
    assert_true(guard == GUARD_NONE || guard_phrase(verdict.guard)[0]);
}

static void test_an_ordinary_process_is_free(void **state)
{
    for (enum act_kind kind = 0; kind < ACT_COUNT; kind++)
        assert_verdict(*state, 704, kind, RAIL_FREE, GUARD_NONE);
}

static void test_this_program_is_never_harmed(void **state)
{
    for (enum act_kind kind = 0; kind < ACT_COUNT; kind++)
        assert_verdict(*state, SELF, kind, RAIL_FORBIDDEN, GUARD_SELF);
}

/* row A3: the killer may be inside the tree that it kills. */
static void test_an_ancestor_is_typed_and_its_tree_forbidden(void **state)
{
    assert_verdict(*state, 700, ACT_KILL, RAIL_TYPE_NAME, GUARD_ANCESTOR);
    assert_verdict(*state, 700, ACT_SUSPEND, RAIL_TYPE_NAME, GUARD_ANCESTOR);
    assert_verdict(*state, 700, ACT_RESUME, RAIL_FREE, GUARD_ANCESTOR);
    assert_verdict(*state, 700, ACT_KILL_TREE, RAIL_FORBIDDEN, GUARD_ANCESTOR);
    assert_verdict(*state, 600, ACT_KILL_TREE, RAIL_FORBIDDEN, GUARD_ANCESTOR);
    assert_verdict(*state, 600, ACT_SUSPEND_TREE, RAIL_FORBIDDEN, GUARD_ANCESTOR);
    assert_verdict(*state, 600, ACT_RESUME_TREE, RAIL_FREE, GUARD_SESSION);
}

static void test_the_kernel_is_no_program(void **state)
{
    facts_of(*state, 300)->name = text_of("Registry");
    facts_of(*state, 300)->image.state = READ_NOT_APPLICABLE;
    assert_verdict(*state, 4, ACT_KILL, RAIL_FORBIDDEN, GUARD_KERNEL);
    assert_verdict(*state, 300, ACT_SUSPEND, RAIL_FORBIDDEN, GUARD_KERNEL);
}

/* row A1: unknown criticality is decided by the name. */
static void test_A1_unknown_criticality_is_decided_by_names(void **state)
{
    static const uint32_t core[] = {300, 400, 404, 500, 504};
    for (size_t i = 0; i < sizeof core / sizeof core[0]; i++) {
        assert_verdict(*state, core[i], ACT_KILL, RAIL_TYPE_NAME, GUARD_CORE);
        assert_verdict(*state, core[i], ACT_RESTART, RAIL_TYPE_NAME, GUARD_CORE);
        assert_verdict(*state, core[i], ACT_KILL_THREAD, RAIL_TYPE_NAME, GUARD_CORE);
        assert_verdict(*state, core[i], ACT_RESUME, RAIL_FREE, GUARD_CORE);
    }
}

static void test_known_criticality_beats_names(void **state)
{
    facts_of(*state, 504)->critical = (struct number_fact){.value = 0, .state = READ_OK};
    facts_of(*state, 704)->critical = (struct number_fact){.value = 1, .state = READ_OK};
    assert_verdict(*state, 504, ACT_KILL, RAIL_FREE, GUARD_NONE);
    assert_verdict(*state, 704, ACT_KILL, RAIL_TYPE_NAME, GUARD_CRITICAL);
    assert_verdict(*state, 704, ACT_KILL_TREE, RAIL_TYPE_NAME, GUARD_CRITICAL);
}

static void test_a_name_from_elsewhere_has_no_rank(void **state)
{
    static const struct text elsewhere[] = {
        text_of("C:\\Users\\x\\AppData\\Local\\Temp\\svchost.exe"),
        text_of("C:\\Windows\\Temp\\svchost.exe"),
        text_of("D:\\svchost.exe"),
        text_of("\\\\server\\share\\windows\\system32\\svchost.exe"),
        text_of("C:\\windows\\system32x\\svchost.exe"),
        text_of(""),
    };
    struct made *made = *state;
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++) {
        facts_of(made, 504)->image = (struct text_fact){elsewhere[i], READ_OK};
        assert_verdict(made, 504, ACT_KILL, RAIL_FREE, GUARD_NONE);
        end(state);
        begin(state);
        made = *state;
    }
    facts_of(made, 504)->image =
        (struct text_fact){text_of("C:\\WINDOWS\\System32\\svchost.exe"), READ_OK};
    assert_verdict(made, 504, ACT_KILL, RAIL_TYPE_NAME, GUARD_CORE);
}

static void test_a_protected_process_is_forbidden(void **state)
{
    facts_of(*state, 704)->protection = (struct number_fact){.value = 0x31, .state = READ_OK};
    facts_of(*state, 708)->protection = (struct number_fact){.value = 0, .state = READ_OK};
    assert_verdict(*state, 704, ACT_KILL, RAIL_FORBIDDEN, GUARD_PROTECTED);
    assert_verdict(*state, 704, ACT_SUSPEND, RAIL_FORBIDDEN, GUARD_PROTECTED);
    assert_verdict(*state, 708, ACT_KILL, RAIL_FREE, GUARD_CONSOLE);
}

/* row A5: suspending a shell or a console host stops others, too. */
static void test_A5_the_shell_and_console_hosts_are_asked_about(void **state)
{
    assert_verdict(*state, 708, ACT_SUSPEND, RAIL_ASK, GUARD_CONSOLE);
    assert_verdict(*state, 708, ACT_KILL, RAIL_FREE, GUARD_CONSOLE);
    assert_verdict(*state, 600, ACT_SUSPEND, RAIL_TYPE_NAME, GUARD_SESSION);
}

static void test_what_has_ended_can_only_be_a_root(void **state)
{
    struct made *made = *state;
    judge(made, 704, ACT_KILL);
    snapshot_release(made->snapshot);
    made->snapshot = NULL;
    scripted_source_exit(made->rig.machine, 704, 0);
    assert_verdict(made, 704, ACT_KILL, RAIL_FORBIDDEN, GUARD_ENDED);
    assert_verdict(made, 704, ACT_SUSPEND, RAIL_FORBIDDEN, GUARD_ENDED);
    assert_verdict(made, 704, ACT_KILL_TREE, RAIL_FREE, GUARD_ENDED);
}

static void test_a_typed_name(void **state)
{
    (void)state;
    assert_true(rails_name_typed(text_of(" LSASS.exe "), text_of("lsass.exe")));
    assert_false(rails_name_typed(text_of("lsass"), text_of("lsass.exe")));
    assert_false(rails_name_typed(text_of(""), text_of("")));
    assert_false(rails_name_typed(text_of(""), text_of("lsass.exe")));
}

static void test_every_act_has_a_name(void **state)
{
    (void)state;
    for (enum act_kind kind = 0; kind < ACT_COUNT; kind++)
        assert_true(strlen(act_name(kind)) > 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_an_ordinary_process_is_free),
        TEST(test_this_program_is_never_harmed),
        TEST(test_an_ancestor_is_typed_and_its_tree_forbidden),
        TEST(test_the_kernel_is_no_program),
        TEST(test_A1_unknown_criticality_is_decided_by_names),
        TEST(test_known_criticality_beats_names),
        TEST(test_a_name_from_elsewhere_has_no_rank),
        TEST(test_a_protected_process_is_forbidden),
        TEST(test_A5_the_shell_and_console_hosts_are_asked_about),
        TEST(test_what_has_ended_can_only_be_a_root),
        TEST(test_a_typed_name),
        TEST(test_every_act_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
