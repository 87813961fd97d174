/* show: what people read in a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/cli/text/show.h"
#include "tests/support/case_sample.h"
#include "tests/support/failing_memory.h"

static struct buffer out;
static struct snapshot *sample;

static int begin(void **state)
{
    (void)state;
    buffer_init(&out, 1 << 20);
    sample = sample_snapshot();
    return 0;
}

static int end(void **state)
{
    (void)state;
    buffer_done(&out);
    return 0;
}

static void assert_out(const char *expected)
{
    buffer_add_byte(&out, '\0');
    assert_int_equal(out.failed, ST_OK);
    assert_string_equal(out.bytes, expected);
}

static void test_tree(void **state)
{
    (void)state;
    sample_process_row(SAMPLE_NODE)->suspended = true;
    sample_facts(SAMPLE_NODE)->command.value = text_of("node\x1b[2J");
    sample_facts(SAMPLE_SERVICE)->user.state = READ_DENIED;
    assert_int_equal(show_processes(&out, sample, false, 0), ST_OK);
    assert_out(
        "PROCESS                    PID  PARENT  STARTED (UTC)        USER             COMMAND "
        "LINE\n"
        "svchost.exe               1040     612  unknown              (access denied)  "
        "(protected process)\n"
        "explorer.exe              3140    3100  2026-11-25 00:49:09  CORP\\alice       "
        "C:\\Windows\\explorer.exe\n"
        "  cmd.exe                 3252    3140  2026-11-25 00:51:01  CORP\\alice       cmd\n"
        "    node.exe [suspended]  6656    3252  2026-11-25 01:47:45  CORP\\alice       "
        "node\\x1b[2J\n");
}

static void test_flat(void **state)
{
    (void)state;
    sample->process_count = 3;
    sample_process_row(SAMPLE_CMD)->ended = SAMPLE_NOW;
    assert_int_equal(show_processes(&out, sample, true, 85), ST_OK);
    assert_out(
        "PROCESS            PID  PARENT  STARTED (UTC)        USER        COMMAND LINE\n"
        "explorer.exe      3140    3100  2026-11-25 00:49:09  CORP\\alice  C:\\Windows\\explorer…\n"
        "cmd.exe [exited]  3252    3140  2026-11-25 00:51:01  CORP\\alice  cmd\n"
        "node.exe          6656    3252  2026-11-25 01:47:45  CORP\\alice  node -e "
        "\"get('http:…\n");
}

/* The tree is walked without recursion. */
static void test_a_deep_and_a_wide_tree(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    static struct process_row rows[COUNT];
    for (uint32_t i = 0; i < COUNT; i++) {
        rows[i] = *sample_process_row(SAMPLE_CMD);
        rows[i].parent = i == 0 ? NO_ROW : i < 200 ? i - 1 : 0;
    }
    sample->processes = rows;
    sample->process_count = COUNT;
    struct buffer big;
    buffer_init(&big, 1 << 28);
    assert_int_equal(show_processes(&big, sample, false, 0), ST_OK);
    size_t lines = 0;
    for (size_t i = 0; i < big.size; i++)
        lines += big.bytes[i] == '\n';
    assert_int_equal(lines, COUNT + 1);
    buffer_done(&big);
}

static void test_N1_N5_connections(void **state)
{
    (void)state;
    assert_int_equal(show_connections(&out, sample, 0), ST_OK);
    assert_out(
        "PROTO  LOCAL              REMOTE           STATE       PID  PROCESS                       "
        "NAME SEEN IN DNS\n"
        "tcp    127.0.0.1:8080     127.0.0.1:49999  TIME_WAIT     -  no owner (closing)\n"
        "tcp    [fe80::1%5]:135                     LISTEN     1040  svchost.exe [Dhcp, EventLog]\n"
        "udp    0.0.0.0:5353       *                           1040  svchost.exe [Dhcp, EventLog]\n"
        "tcp    192.0.2.250:49160  192.0.2.1:80     SYN_SENT   6656  node.exe                      "
        "du.testjj.com\n");
}

static void test_watched_first(void **state)
{
    (void)state;
    struct watchlist_builder *builder = watchlist_builder_new();
    struct indicator indicator = {.kind = INDICATOR_DOMAIN, .value = text_of("du.testjj.com")};
    const struct indicator_origin origin = {.line = 0};
    assert_int_equal(watchlist_add(builder, &indicator, &origin, NULL), ST_OK);
    struct watchlist *list;
    assert_int_equal(watchlist_build(builder, &list), ST_OK);
    sample->watchlist = list;
    sample_connection_row(SAMPLE_WATCHED)->indicator = 0;
    struct connection_row *closing = sample_connection_row(SAMPLE_CLOSING);
    closing->process = SAMPLE_NODE;
    closing->owner = sample_facts(SAMPLE_NODE)->key;
    closing->owner_from_history = true;
    assert_int_equal(show_connections(&out, sample, 0), ST_OK);
    struct text first = buffer_text(&out);
    size_t line = text_find(first, text_of("\n"));
    assert_true(text_starts(text_slice(first, line + 1, first.size - line - 1),
                            text_of("!  tcp    192.0.2.250:49160")));
    assert_true(text_find(first, text_of("  du.testjj.com     du.testjj.com\n")) != SIZE_MAX);
    assert_true(text_find(first, text_of("  node.exe (seen before)")) != SIZE_MAX);
    watchlist_release(list);
}

static void test_hit(void **state)
{
    (void)state;
    show_hit(&out, sample_hit());
    assert_out(
        "HIT 3  2026-11-25 02:43:29.123  tcp 192.0.2.250:49160 -> 192.0.2.1:80 (du.testjj.com) "
        "SYN_SENT\n"
        "    watched as  *.testjj.com, written *.testjj[.]com in evil.txt line 12 (by the name "
        "seen in DNS)\n"
        "    process     node.exe (6656), started 2026-11-25 01:47:45.123, user CORP\\alice\n"
        "    path        C:\\tools\\node.exe\n"
        "    command     node -e \"get('http://du.testjj.com')\"\n"
        "    folder      C:\\work\\\n"
        "    parents     cmd.exe (3252) < explorer.exe (3140) exited unverified < (3100) gone\n");
}

static void test_hit_without_its_process(void **state)
{
    (void)state;
    struct hit *hit = sample_hit();
    hit->process = NULL;
    hit->ancestor_count = 0;
    hit->origin = (struct indicator_origin){.written = hit->indicator};
    hit->by = MATCH_PORT;
    show_hit(&out, hit);
    assert_out(
        "HIT 3  2026-11-25 02:43:29.123  tcp 192.0.2.250:49160 -> 192.0.2.1:80 (du.testjj.com) "
        "SYN_SENT\n"
        "    watched as  *.testjj.com (by its port)\n"
        "    process     (6656) ended before it could be looked at\n");
}

static bool printed(const char *part)
{
    return text_find(buffer_text(&out), text_from(part)) != SIZE_MAX;
}

static void test_what_is_odd(void **state)
{
    (void)state;
    const struct process_odd odd = {.rules = ODD_BIT(ODD_CORE_PARENT) | ODD_BIT(ODD_FROM_TEMP)};
    sample_process_row(SAMPLE_NODE)->odd = odd;
    sample_facts(SAMPLE_NODE)->image.value = text_of("C:\\Temp\\a\nb.exe");
    assert_int_equal(show_processes(&out, sample, false, 0), ST_OK);
    assert_true(printed("USER             REMARKS                                COMMAND LINE\n"));
    assert_true(printed("CORP\\alice       wrong parent, runs from a temp folder  node -e"));
    assert_true(printed("CORP\\alice                                              cmd\n"));
    buffer_clear(&out);
    assert_int_equal(show_details(&out, sample, SAMPLE_NODE, NULL), ST_OK);
    assert_true(printed("remark        wrong parent: cmd.exe (3252), verified\n"));
    assert_true(printed("remark        runs from a temp folder: C:\\Temp\\a\\x0ab.exe\n"));
    buffer_clear(&out);
    struct hit *hit = sample_hit();
    hit->odd.rules = ODD_BIT(ODD_CORE_PARENT);
    hit->ancestor_kinds[0] = PARENT_UNVERIFIED;
    hit->ancestor_odd[1].rules = ODD_BIT(ODD_NAME_SPACES);
    show_hit(&out, hit);
    assert_true(printed("    remark      wrong parent: cmd.exe (3252), unverified\n"));
    assert_true(
        printed("    remark      explorer.exe (3140): odd spaces in the name: explorer.exe\n"));
    hit->ancestor_kinds[0] = PARENT_VERIFIED;
}

static void test_details(void **state)
{
    (void)state;
    struct file_facts *file = file_facts_new(text_of("C:\\tools\\node.exe"));
    assert_non_null(file);
    file->times = (struct image_file){.size = 345, .created = SAMPLE_NOW, .modified = SAMPLE_NOW};
    assert_int_equal(show_details(&out, sample, SAMPLE_NODE, file), ST_OK);
    file_facts_free(file);
    assert_out("process       node.exe (6656)\n"
               "state         running\n"
               "path          C:\\tools\\node.exe\n"
               "command line  node -e \"get('http://du.testjj.com')\"\n"
               "              (read from the process's own memory, which it can rewrite)\n"
               "folder        C:\\work\\\n"
               "user          CORP\\alice\n"
               "SID           S-1-5-21-1\n"
               "session       1\n"
               "bits          64\n"
               "elevated      no\n"
               "critical      no\n"
               "protected     none\n"
               "started       2026-11-25 01:47:45.123 UTC\n"
               "file size     345\n"
               "file created  2026-11-25 02:43:29.123 UTC\n"
               "file modified 2026-11-25 02:43:29.123 UTC\n"
               "file changed  unknown\n"
               "file accessed unknown\n"
               "verdict       the file on disk was changed after this process started\n"
               "              the file on disk was created after this process started: it was "
               "replaced\n"
               "parents       cmd.exe (3252)  cmd\n"
               "              explorer.exe (3140)  C:\\Windows\\explorer.exe\n"
               "              (3100) gone\n"
               "connections   tcp 192.0.2.250:49160 -> 192.0.2.1:80 (du.testjj.com) SYN_SENT\n");
}

static void test_details_of_what_cannot_be_read(void **state)
{
    (void)state;
    struct file_facts *file = file_facts_new(text_of("C:\\Windows\\svchost.exe"));
    assert_non_null(file);
    file->times.state = READ_DENIED;
    assert_int_equal(show_details(&out, sample, SAMPLE_SERVICE, file), ST_OK);
    file_facts_free(file);
    struct text page = buffer_text(&out);
    assert_true(text_find(page, text_of("path          (access denied)\n")) != SIZE_MAX);
    assert_true(text_find(page, text_of("command line  (protected process)\n")) != SIZE_MAX);
    assert_true(text_find(page, text_of("services      Dhcp, EventLog\n")) != SIZE_MAX);
    assert_true(text_find(page, text_of("critical      (not supported by this system)\n")) !=
                SIZE_MAX);
    assert_true(text_find(page, text_of("protected     PPL antimalware\n")) != SIZE_MAX);
    assert_true(text_find(page, text_of("started       unknown\n")) != SIZE_MAX);
    assert_true(text_find(page, text_of("file          (access denied)\n")) != SIZE_MAX);
    assert_true(text_find(page, text_of("connections   tcp [fe80::1%5]:135 LISTEN\n")) != SIZE_MAX);
    assert_true(text_find(page, text_of("              udp 0.0.0.0:5353 -> *\n")) != SIZE_MAX);
}

/* The n-th request for memory fails: a list is whole, or the failure is told. */
static void test_lists_without_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct buffer list;
        failing_memory_begin(n);
        buffer_init(&list, 1 << 20);
        enum status status = show_processes(&list, sample, false, 0);
        if (status == ST_OK)
            status = show_connections(&list, sample, 0);
        bool failed = failing_memory_failed();
        assert_int_equal(status, failed ? ST_NO_MEMORY : ST_OK);
        buffer_done(&list);
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
        if (!failed)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tree, begin, end),
        cmocka_unit_test_setup_teardown(test_flat, begin, end),
        cmocka_unit_test_setup_teardown(test_a_deep_and_a_wide_tree, begin, end),
        cmocka_unit_test_setup_teardown(test_N1_N5_connections, begin, end),
        cmocka_unit_test_setup_teardown(test_watched_first, begin, end),
        cmocka_unit_test_setup_teardown(test_hit, begin, end),
        cmocka_unit_test_setup_teardown(test_hit_without_its_process, begin, end),
        cmocka_unit_test_setup_teardown(test_what_is_odd, begin, end),
        cmocka_unit_test_setup_teardown(test_details, begin, end),
        cmocka_unit_test_setup_teardown(test_details_of_what_cannot_be_read, begin, end),
        cmocka_unit_test_setup_teardown(test_lists_without_memory, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
