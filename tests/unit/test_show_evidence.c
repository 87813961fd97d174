/* What the command line prints of dumps, samples and closed connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/cli/text/show_evidence.h"

static struct buffer out;
static struct evidence_result result;
static struct process_facts facts;
static struct connection_seen connection;

static int begin(void **state)
{
    (void)state;
    buffer_init(&out, 1u << 20);
    facts = (struct process_facts){.key = {104, MOMENT_SECOND}, .name = text_of("evil.exe")};
    facts.image.state = facts.command.state = facts.directory.state = READ_DENIED;
    connection = (struct connection_seen){.transport = TRANSPORT_TCP, .has_remote = true};
    connection.local.address = address_from_ipv4((const uint8_t[]){10, 0, 0, 1});
    connection.local.port = 50000;
    connection.remote.address = address_from_ipv4((const uint8_t[]){192, 0, 2, 1});
    connection.remote.port = 443;
    result = (struct evidence_result){.outcome = EVIDENCE_DONE, .piece = {.size = 6}};
    buffer_init(&result.path, 4096);
    buffer_init(&result.words, 4096);
    buffer_add_string(&result.path, "C:\\c\\x.dmp");
    buffer_add_string(&result.words, "dumped to C:\\c\\x.dmp, 6 bytes");
    return 0;
}

static int end(void **state)
{
    (void)state;
    evidence_result_done(&result);
    buffer_done(&out);
    return 0;
}

static void assert_out(const char *expected)
{
    assert_int_equal(out.failed, ST_OK);
    assert_int_equal(out.size, strlen(expected));
    assert_memory_equal(out.bytes, expected, out.size);
    buffer_clear(&out);
}

static struct evidence_order order_for(enum evidence_kind kind)
{
    return (struct evidence_order){.kind = kind,
                                   .target = {.key = facts.key, .facts = &facts},
                                   .path = text_of("C:\\t\\evil.exe"),
                                   .connection = &connection};
}

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static void test_lines(void **state)
{
    struct evidence_order order = order_for(EVIDENCE_DUMP);
    (void)state;
    show_evidence(&out, &order, &result);
    assert_out("evil.exe (104): dumped to C:\\c\\x.dmp, 6 bytes\nSHA-256 " ZEROS "\n");
    order.target.facts = NULL;
    result.outcome = EVIDENCE_FAILED;
    show_evidence(&out, &order, &result);
    assert_out("PID 104: dumped to C:\\c\\x.dmp, 6 bytes\n");
    order = order_for(EVIDENCE_SAMPLE);
    order.is_module = true;
    show_evidence(&out, &order, &result);
    assert_out("C:\\t\\evil.exe: dumped to C:\\c\\x.dmp, 6 bytes\n");
    order = order_for(EVIDENCE_CLOSE);
    show_evidence(&out, &order, &result);
    assert_out("10.0.0.1:50000 - 192.0.2.1:443: dumped to C:\\c\\x.dmp, 6 bytes\n");
}

/* Names come from the machine, and may hold what a terminal obeys. */
static void test_paths_are_made_visible(void **state)
{
    struct evidence_order order = order_for(EVIDENCE_SAMPLE);
    (void)state;
    order.is_module = true;
    order.path = text_of("C:\\a\033[2Jb.dll");
    buffer_clear(&result.words);
    buffer_add_string(&result.words, "copied to C:\\\033[2J");
    show_evidence(&out, &order, &result);
    assert_int_equal(text_find(buffer_text(&out), text_of("\033")), SIZE_MAX);
}

static void test_json_is_what_the_journal_has(void **state)
{
    const struct evidence_order order = order_for(EVIDENCE_DUMP);
    (void)state;
    show_evidence_json(&out, &order, &result);
    assert_out(
        "{\"process\":{\"pid\":104,\"start\":\"1601-01-01T00:00:01.0000000Z\",\"name\":"
        "\"evil.exe\"},\"file\":{\"path\":\"C:\\\\c\\\\x.dmp\",\"size\":6,\"hash\":{"
        "\"sha256\":\"" ZEROS "\"}},\"stakeout\":{\"dump\":\"small\"},\"event\":{\"action\":"
        "\"dump\",\"outcome\":\"success\",\"reason\":\"dumped to C:\\\\c\\\\x.dmp, 6 bytes\"}"
        "}\n");
}

static void test_tally(void **state)
{
    const struct evidence_tally tally = {2, 1, 31, 0};
    (void)state;
    show_tally(&out, &tally);
    assert_out("modules: 2 copied, 1 stored before, 31 of Windows passed over, 0 failed\n");
    show_tally_json(&out, &tally);
    assert_out("{\"stakeout\":{\"modules\":{\"copied\":2,\"stored_before\":1,\"of_windows\":31,"
               "\"failed\":0}}}\n");
}

/* Dumped; not to be suspended; not reached and not to be resumed; left out. */
static void test_trees(void **state)
{
    struct tree_fate fates[] = {
        {.key = {104, 1}, .name = text_of("a.exe"), .fate = FATE_SUSPENDED},
        {.key = {105, 1}, .name = text_of("b.exe"), .fate = FATE_SURVIVED, .found_later = true},
        {.key = {106, 1},
         .name = text_of("c.exe"),
         .fate = FATE_SUSPENDED,
         .stays_suspended = true},
        {.key = {107, 1}, .name = text_of("d.exe"), .fate = FATE_LEFT_OUT},
    };
    struct evidence_tree_dump dumps[] = {
        {.is_tried = true, .result = result}, {.is_tried = true, .result = result}, {0}, {0}};
    const struct evidence_tree_result tree = {.tree = {.fates = fates, .count = 4},
                                              .dumps = dumps,
                                              .dumped = 2,
                                              .failed = 1,
                                              .stuck = 1,
                                              .cancelled = true};
    const struct tree_plan plan = {.count = 0};
    (void)state;
    show_dumped_tree(&out, &tree);
    assert_out("a.exe (104): dumped to C:\\c\\x.dmp, 6 bytes\n"
               "b.exe (105): dumped to C:\\c\\x.dmp, 6 bytes; it could not be suspended, and ran "
               "meanwhile (started meanwhile)\n"
               "c.exe (106): not dumped; it could not be resumed, and stays suspended\n"
               "d.exe (107): left out\n"
               "dump-tree: 2 dumped, 1 not, 1 could not be resumed; cancelled\n");
    show_dumped_tree_json(&out, &plan, &tree, true);
    struct text rest = buffer_text(&out);
    for (int i = 0; i < 3; i++) {
        size_t line = text_find(rest, text_of("\n"));
        assert_int_not_equal(line, SIZE_MAX);
        assert_true(text_starts(rest, text_of("{\"process\":{\"pid\":10")));
        rest = text_slice(rest, line + 1, rest.size - line - 1);
    }
    assert_int_equal(rest.size, 0);
    assert_int_not_equal(text_find(buffer_text(&out), text_of("\"outcome\":\"failure\"")),
                         SIZE_MAX);
}

static void test_progress_never_passes_its_end(void **state)
{
    (void)state;
    show_progress(&out, 0, 0);
    assert_out("0 MiB");
    show_progress(&out, UINT64_C(12) << 20, UINT64_C(40) << 20);
    assert_out("30 %");
    show_progress(&out, UINT64_C(50) << 20, UINT64_C(40) << 20);
    assert_out("100 %");
    show_progress(&out, UINT64_MAX, UINT64_MAX);
    assert_out("100 %");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_lines),
        TEST(test_paths_are_made_visible),
        TEST(test_json_is_what_the_journal_has),
        TEST(test_tally),
        TEST(test_trees),
        TEST(test_progress_never_passes_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
