/* trap on a made-up machine: in which order, how often, whom not, and what each failure leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/act/trap.h"
#include "tests/support/scripted_evidence.h"
#include "tests/support/scripted_hand.h"

#define NODE 104
#define NEWS_MOST 32

struct told {
    unsigned step;
    uint32_t pid;
    bool done;
    int64_t latency;
    char words[200];
};

static struct scripted_source *machine;
static struct scripted_hand *hand;
static struct scripted_evidence evidence;
static const struct process_facts *facts;
static struct hit hit;
static struct trap *trap;
static struct trap_rules *rules;
static struct told news[NEWS_MOST];
static size_t news_count;

static void take_news(void *context, const struct trap_news *told)
{
    (void)context;
    assert_true(news_count < NEWS_MOST);
    struct told *kept = &news[news_count++];
    *kept = (struct told){told->step, told->key.pid, told->done, told->latency, ""};
    (void)snprintf(kept->words, sizeof kept->words, "%.*s", (int)told->words.size,
                   told->words.bytes);
    assert_int_equal(told->hit, hit.number);
}

static void make_hit(uint32_t pid)
{
    process_facts_release(facts);
    facts = NULL;
    assert_int_equal(
        source_facts(scripted_source_base(machine), scripted_source_process(machine, pid), &facts),
        ST_OK);
    hit = (struct hit){.number = 7,
                       .when = scripted_source_now(machine),
                       .process = facts,
                       .indicator = text_of("192.0.2.1"),
                       .origin = {.written = text_of("192.0.2[.]1"), .file = text_of("evil.txt")}};
}

static int begin(void **state)
{
    (void)state;
    machine = scripted_source_new();
    hand = scripted_hand_new(machine);
    scripted_evidence_begin(&evidence);
    struct process_key shell = scripted_source_start(machine, 90, 0, "shell.exe");
    struct process_key self = scripted_source_start(machine, 96, shell.pid, "stakeout.exe");
    scripted_source_start(machine, NODE, shell.pid, "node.exe");
    make_hit(NODE);
    news_count = 0;
    const struct process_key own[] = {self, shell};
    const struct trap_setup setup = {.hand = scripted_hand_base(hand),
                                     .slow_hand = scripted_hand_base(hand),
                                     .means = &evidence.means,
                                     .log = &evidence.log,
                                     .clock = scripted_source_clock(machine),
                                     .own_line = own,
                                     .own_line_count = 2,
                                     .told = take_news};
    assert_int_equal(trap_new(&setup, &trap), ST_OK);
    return 0;
}

static int end(void **state)
{
    (void)state;
    assert_int_equal(scripted_hand_held(hand), 0);
    trap_rules_release(rules);
    rules = NULL;
    trap_free(trap);
    process_facts_release(facts);
    facts = NULL;
    scripted_evidence_end(&evidence);
    hand_free(scripted_hand_base(hand));
    source_free(scripted_source_base(machine));
    return 0;
}

static void set_rules(const struct trap_setting *setting)
{
    trap_rules_release(rules);
    rules = NULL;
    assert_int_equal(trap_rules_new(setting, &rules), ST_OK);
}

static unsigned catch (void)
{
    return trap_catch(trap, rules, &hit);
}

static void run(void)
{
    unsigned rest = catch ();
    if (rest)
        trap_follow(trap, rules, &hit, rest, NULL);
}

static void assert_told(size_t at, unsigned step, uint32_t pid, bool done, const char *words)
{
    assert_true(at < news_count);
    assert_int_equal(news[at].step, step);
    assert_int_equal(news[at].pid, pid);
    assert_int_equal(news[at].done, done);
    if (!strstr(news[at].words, words))
        fail_msg("\"%s\" does not hold \"%s\"", news[at].words, words);
}

#define ALL (TRAP_SUSPEND | TRAP_DUMP | TRAP_SAMPLE)

static void test_the_order(void **state)
{
    (void)state;
    set_rules(&(const struct trap_setting){.what = ALL});
    scripted_source_advance(machine, 12 * MOMENT_MS); /* since the look began */
    assert_int_equal(catch (), TRAP_DUMP | TRAP_SAMPLE);
    scripted_evidence_assert_story(&evidence,
                                   "before suspend\nafter suspend of 1: success|suspended "
                                   "(suspend count 1)\n");
    scripted_evidence_assert_member(&evidence, "\"hit\":7,\"latency_ms\":12");
    assert_string_equal(scripted_hand_story(hand), "suspend 104\n");
    assert_false(scripted_hand_runs(hand, NODE));
    trap_follow(trap, rules, &hit, TRAP_DUMP | TRAP_SAMPLE, NULL);
    assert_int_equal(news_count, 3);
    assert_told(0, TRAP_SUSPEND, NODE, true, "suspended (suspend count 1)");
    assert_int_equal(news[0].latency, 12 * MOMENT_MS);
    assert_told(1, TRAP_DUMP, NODE, true, "dumped to");
    assert_told(2, TRAP_SAMPLE, NODE, true, "copied to");
    assert_true(text_find(buffer_text(&evidence.story), text_of("before dump\ndump 104\n")) == 0);
    assert_true(text_find(buffer_text(&evidence.story), text_of("before sample\n")) != SIZE_MAX);
}

static void test_off_by_default(void **state)
{
    (void)state;
    set_rules(&(const struct trap_setting){.what = 0});
    assert_int_equal(catch (), 0);
    set_rules(&(const struct trap_setting){.what = ALL});
    hit.process = NULL; /* the owner was never seen */
    assert_int_equal(catch (), 0);
    assert_int_equal(news_count, 0);
    scripted_evidence_assert_story(&evidence, "");
    assert_true(scripted_hand_runs(hand, NODE));
}

static void test_once_or_each_time(void **state)
{
    (void)state;
    set_rules(&(const struct trap_setting){.what = TRAP_SUSPEND});
    run();
    run();
    assert_int_equal(scripted_hand_puppet(hand, NODE)->suspends, 1);
    set_rules(&(const struct trap_setting){.what = ALL}); /* what was not done yet is */
    assert_int_equal(catch (), TRAP_DUMP | TRAP_SAMPLE);
    assert_int_equal(catch (), 0);
    set_rules(&(const struct trap_setting){.what = ALL, .each_time = true});
    assert_int_equal(catch (), TRAP_DUMP | TRAP_SAMPLE);
    assert_int_equal(scripted_hand_puppet(hand, NODE)->suspends, 1); /* it stands still */
    scripted_hand_puppet(hand, NODE)->count = 0;                     /* somebody resumed it */
    assert_int_equal(catch (), TRAP_DUMP | TRAP_SAMPLE);
    assert_int_equal(scripted_hand_puppet(hand, NODE)->suspends, 2);
}

static void assert_not_suspended(uint32_t pid, const char *why)
{
    size_t before = news_count;
    make_hit(pid);
    assert_int_equal(catch (), TRAP_DUMP);
    assert_told(before, TRAP_SUSPEND, pid, false, why);
    assert_true(news[before].latency < 0);
    assert_true(scripted_hand_runs(hand, pid));
}

static void test_who_is_never_suspended(void **state)
{
    (void)state;
    const struct text never[] = {text_of("other.exe"), text_of("NODE.exe")};
    set_rules(&(const struct trap_setting){
        .what = TRAP_SUSPEND | TRAP_DUMP, .never = never, .never_count = 2});
    assert_not_suspended(NODE, "never suspended");
    assert_not_suspended(96, "Stakeout itself");
    assert_not_suspended(90, "Stakeout runs under it");
    scripted_source_start(machine, 120, 0, "lsass.exe");
    scripted_source_facts(machine, 120)->critical = (struct number_fact){1, READ_OK};
    assert_not_suspended(120, "critical");
    scripted_source_start(machine, 124, 0, "csrss.exe");
    scripted_source_deny(machine, 124, READ_DENIED);
    assert_not_suspended(124, "core process");
    assert_string_equal(scripted_hand_story(hand), "");
}

static void test_each_step_may_fail(void **state)
{
    (void)state;
    set_rules(&(const struct trap_setting){.what = ALL, .each_time = true});
    scripted_hand_puppet(hand, NODE)->suspend = ST_DENIED;
    run();
    assert_int_equal(news_count, 3);
    assert_told(0, TRAP_SUSPEND, NODE, false, "access denied");
    assert_told(1, TRAP_DUMP, NODE, true, "dumped");
    assert_told(2, TRAP_SAMPLE, NODE, true, "copied");
    news_count = 0;
    scripted_hand_puppet(hand, NODE)->suspend = ST_OK;
    evidence.make = ST_DISK_FULL;
    run();
    assert_told(0, TRAP_SUSPEND, NODE, true, "suspended");
    assert_told(1, TRAP_DUMP, NODE, false, "full");
    assert_told(2, TRAP_SAMPLE, NODE, false, "full");
}

static void test_nothing_without_a_journal(void **state)
{
    (void)state;
    set_rules(&(const struct trap_setting){.what = ALL});
    evidence.write_until = 0;
    run();
    assert_int_equal(news_count, 3);
    assert_told(0, TRAP_SUSPEND, NODE, false, "the journal could not be written");
    assert_told(1, TRAP_DUMP, NODE, false, "journal");
    assert_told(2, TRAP_SAMPLE, NODE, false, "journal");
    scripted_evidence_assert_story(&evidence, "");
    assert_string_equal(scripted_hand_story(hand), "");
    assert_true(scripted_hand_runs(hand, NODE));
}

static void test_one_that_is_gone(void **state)
{
    (void)state;
    set_rules(&(const struct trap_setting){.what = TRAP_SUSPEND | TRAP_TREE});
    scripted_source_exit(machine, NODE, 0);
    assert_int_equal(catch (), 0);
    assert_told(0, TRAP_SUSPEND, NODE, false, "it had ended already");
    assert_true(news[0].latency < 0);
}

static void test_the_tree(void **state)
{
    (void)state;
    const struct text never[] = {text_of("agent.exe")};
    set_rules(&(const struct trap_setting){
        .what = TRAP_SUSPEND | TRAP_TREE, .never = never, .never_count = 1});
    scripted_source_start(machine, 200, NODE, "child.exe");
    scripted_source_start(machine, 204, 200, "grandchild.exe");
    scripted_source_start(machine, 208, NODE, "agent.exe");
    scripted_source_start(machine, 212, 90, "stranger.exe");
    scripted_source_start(machine, 216, NODE, "vital.exe");
    scripted_hand_puppet(hand, 216)->critical = true;
    assert_int_equal(catch (), TRAP_TREE);
    trap_follow(trap, rules, &hit, TRAP_TREE, NULL);
    assert_false(scripted_hand_runs(hand, NODE));
    assert_false(scripted_hand_runs(hand, 200));
    assert_false(scripted_hand_runs(hand, 204));
    assert_true(scripted_hand_runs(hand, 208));
    assert_true(scripted_hand_runs(hand, 212));
    assert_true(scripted_hand_runs(hand, 216));
    assert_int_equal(news_count, 5);
    for (size_t i = 1; i < news_count; i++) {
        bool spared = news[i].pid == 208 || news[i].pid == 216;
        assert_int_equal(news[i].step, TRAP_TREE);
        assert_int_equal(news[i].done, !spared);
    }
    assert_int_equal(evidence.written, 6); /* three deeds, before and after */
}

/* This program hangs below it: the process of the hit alone may not be held either. */
static void test_a_tree_with_this_program_in_it(void **state)
{
    (void)state;
    set_rules(&(const struct trap_setting){.what = TRAP_SUSPEND | TRAP_TREE});
    make_hit(90);
    assert_int_equal(catch (), 0);
    assert_told(0, TRAP_SUSPEND, 90, false, "Stakeout runs under it");
}

static void test_lists_and_indicators_of_their_own(void **state)
{
    (void)state;
    const struct trap_exception exceptions[] = {{text_of("evil.txt"), TRAP_DUMP},
                                                {text_of("192.0.2.7"), TRAP_SUSPEND}};
    set_rules(&(const struct trap_setting){
        .what = TRAP_SAMPLE, .exceptions = exceptions, .exception_count = 2});
    assert_int_equal(trap_rules_of(rules, &hit), TRAP_DUMP);
    hit.indicator = text_of("192.0.2.7");
    assert_int_equal(trap_rules_of(rules, &hit), TRAP_SUSPEND);
    hit.indicator = text_of("192.0.2.8");
    hit.origin.written = text_of("192.0.2[.]8");
    hit.origin.file = text_of("other.txt");
    assert_int_equal(trap_rules_of(rules, &hit), TRAP_SAMPLE);
}

static void check_words(struct text words, unsigned expected, const char *back)
{
    struct buffer out;
    struct text unknown;
    unsigned what = 99;
    assert_true(trap_parse(words, &what, &unknown));
    assert_int_equal(what, expected);
    buffer_init(&out, 256);
    trap_add_words(&out, what);
    assert_true(text_equal(buffer_text(&out), text_from(back)));
    buffer_done(&out);
}

static void test_words(void **state)
{
    (void)state;
    struct text unknown = {NULL, 0};
    unsigned what = 99;
    check_words(text_of("record"), 0, "record");
    check_words(text_of("dump, sample"), TRAP_DUMP | TRAP_SAMPLE, "record,dump,sample");
    check_words(text_of("suspend"), TRAP_SUSPEND, "record,suspend");
    check_words(text_of("record,suspend-tree,dump"), TRAP_SUSPEND | TRAP_TREE | TRAP_DUMP,
                "record,dump,suspend-tree");
    assert_false(trap_parse(text_of("dump,kill"), &what, &unknown));
    assert_true(text_equal(unknown, text_of("kill")));
    assert_false(trap_parse(text_of(""), &what, &unknown));
    assert_false(trap_parse(text_of("dump,"), &what, &unknown));
    assert_int_equal(what, 99);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_the_order),
        TEST(test_off_by_default),
        TEST(test_once_or_each_time),
        TEST(test_who_is_never_suspended),
        TEST(test_each_step_may_fail),
        TEST(test_nothing_without_a_journal),
        TEST(test_one_that_is_gone),
        TEST(test_the_tree),
        TEST(test_a_tree_with_this_program_in_it),
        TEST(test_lists_and_indicators_of_their_own),
        TEST(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
