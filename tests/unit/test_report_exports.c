/* The hits of a case for other programs: CSV, ECS, the names of Sysmon, STIX. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/json_tree.h"
#include "core/case/report.h"
#include "tests/support/case_files.h"

static const char hits[] =
    "{\"@timestamp\":\"2026-11-25T02:43:29.123Z\",\"event\":{\"kind\":\"alert\",\"sequence\":1},"
    "\"network\":{\"transport\":\"tcp\",\"type\":\"ipv4\"},\"source\":{\"ip\":\"10.0.0.5\","
    "\"port\":50123},\"destination\":{\"ip\":\"192.0.2.1\",\"port\":443,\"domain\":"
    "\"evil.example\"},\"process\":{\"pid\":1234,\"name\":\"a,\\\"b\\r\\nc\",\"executable\":"
    "\"C:\\\\x\\\\node.exe\",\"command_line\":\"=cmd|' /C calc'!A0\",\"start\":"
    "\"2026-11-25T02:43:28.1234567Z\",\"working_directory\":\"C:\\\\x\",\"parent\":{\"pid\":1200,"
    "\"name\":\"cmd.exe\",\"executable\":\"C:\\\\cmd.exe\",\"command_line\":\"cmd /c x\"}},"
    "\"user\":{\"name\":\"eve\",\"domain\":\"PC\"},\"threat\":{\"indicator\":{\"type\":"
    "\"domain-name\",\"name\":\"*.evil.example\",\"domain\":\"evil.example\"}},\"stakeout\":{"
    "\"state\":\"ESTABLISHED\",\"first_seen\":\"2026-11-25T02:43:29.100Z\",\"last_seen\":"
    "\"2026-11-25T02:43:29.200Z\",\"session\":1,\"indicator\":{\"written\":\"*.evil.example\"},"
    "\"ancestors\":[{\"pid\":1200,\"name\":\"cmd.exe\"},{\"pid\":800,\"name\":\"explorer.exe\"}],"
    "\"remarks\":[{\"text\":\"wrong parent\",\"fact\":\"cmd.exe\"}],"
    "\"unread\":{\"user.id\":\"access denied\"}}}\n"
    "{\"@timestamp\":\"2026-11-25T02:43:30.123Z\",\"event\":{\"sequence\":2},\"network\":{"
    "\"transport\":\"udp\",\"type\":\"ipv6\"},\"source\":{\"ip\":\"fe80::1%5\",\"port\":50124},"
    "\"destination\":{\"ip\":\"2001:db8::1\",\"port\":53},\"process\":{\"pid\":1234,\"start\":"
    "\"2026-11-25T02:43:28.1234567Z\"},\"threat\":{\"indicator\":{\"type\":\"ipv6-addr\",\"name\":"
    "\"2001:db8::/32\"}}}\n";

static struct case_files folder;
static struct buffer out;
static struct json_tree tree;

static int begin(void **state)
{
    (void)state;
    folder = (struct case_files){.count = 0};
    buffer_init(&out, (size_t)64 << 20);
    json_tree_init(&tree);
    case_files_put(&folder, "hits.jsonl", text_from(hits));
    case_files_put(&folder, "case.json",
                   text_of("{\"sessions\":[{\"host\":{\"hostname\":\"PC-1\"}}]}"));
    return 0;
}

static int end(void **state)
{
    (void)state;
    json_tree_done(&tree);
    buffer_done(&out);
    return 0;
}

static void make(enum report_format format)
{
    const struct report_files files = case_files_table(&folder);
    const struct journal_hash hash = case_files_hash();
    const struct report_options options = {.format = format, .now = 1};
    buffer_clear(&out);
    assert_int_equal(report_write(&files, &hash, &options, NULL, &out), ST_OK);
    assert_int_equal(folder.open, 0);
}

static bool holds(const char *part)
{
    return text_find(buffer_text(&out), text_from(part)) != SIZE_MAX;
}

static void assert_holds(const char *part)
{
    if (!holds(part))
        fail_msg("\"%s\" is not in %.*s", part, (int)out.size, out.bytes);
}

/* The n-th line, in the tree; NULL behind the last one. */
static struct json_node *line(size_t number)
{
    struct text rest = buffer_text(&out);
    for (;; number--) {
        size_t size = text_find(rest, text_of("\n"));
        if (size == SIZE_MAX)
            return NULL;
        if (!number) {
            assert_int_equal(json_tree_read(&tree, text_slice(rest, 0, size)), ST_OK);
            return json_root(&tree);
        }
        rest = text_slice(rest, size + 1, rest.size - size - 1);
    }
}

static void assert_at(struct json_node *root, const char *path, const char *expected)
{
    struct text actual = json_text_at(&tree, root, path);
    if (!text_equal(actual, text_from(expected)))
        fail_msg("%s is %.*s, not %s", path, (int)actual.size, actual.bytes, expected);
}

static void test_U9_U10_hits_as_csv(void **state)
{
    (void)state;
    make(REPORT_CSV);
    assert_true(text_starts(buffer_text(&out), text_of("number,time,indicator,")));
    assert_holds(",\"a,\"\"b\r\nc\",1234,2026-11-25T02:43:28.1234567Z,C:\\x\\node.exe,"
                 "'=cmd|' /C calc'!A0,");
    assert_holds(",cmd.exe (1200) < explorer.exe (800),tcp,10.0.0.5,50123,192.0.2.1,443,");
    assert_holds(",wrong parent: cmd.exe,user.id: access denied\r\n");
}

static void test_U11_a_mark_only_for_excel(void **state)
{
    (void)state;
    make(REPORT_EXCEL);
    assert_true(text_starts(buffer_text(&out), text_of("\xEF\xBB\xBFnumber,")));
}

static void test_ecs_keeps_the_line_and_adds_to_it(void **state)
{
    (void)state;
    make(REPORT_ECS);
    struct text first =
        text_slice(text_from(hits), 0, text_find(text_from(hits), text_of("\n")) - 1);
    assert_true(text_starts(buffer_text(&out), first));
    struct json_node *root = line(0);
    assert_at(root, "ecs.version", "9.0.0");
    assert_at(root, "host.name", "PC-1");
    assert_at(root, "message", "a,\"b\r\nc (1234) to 192.0.2.1:443: *.evil.example");
    assert_non_null(line(1));
    assert_null(line(2));
}

static void test_ecs_of_one_that_has_them(void **state)
{
    (void)state;
    case_files_put(&folder, "hits.jsonl", text_of("{}\r\n{\"ecs\":1,\"host\":2,\"message\":3}\n"));
    make(REPORT_ECS);
    assert_at(line(0), "host.hostname", "PC-1");
    assert_holds("\n{\"ecs\":1,\"host\":2,\"message\":3}\n");
}

static void test_names_of_sysmon(void **state)
{
    (void)state;
    case_files_put(
        &folder, "evidence/processes.jsonl",
        text_of(
            "{\"process\":{\"pid\":9}}\n{\"process\":{\"pid\":1234,\"start\":"
            "\"2026-11-25T02:43:28.1234567Z\",\"hash\":{\"sha256\":\"ab12\"},\"pe\":{"
            "\"original_file_name\":\"node.exe\",\"company\":\"Node\"}},\"stakeout\":{\"token\":"
            "{\"integrity\":\"high\"}}}\n"));
    make(REPORT_SIGMA);
    struct json_node *root = line(0);
    assert_at(root, "Event.System.EventID", "1");
    assert_at(root, "Event.System.Computer", "PC-1");
    assert_at(root, "Event.System.Channel", "Microsoft-Windows-Sysmon/Operational");
    assert_at(root, "Event.System.Provider.#attributes.Name", "Stakeout");
    assert_at(root, "Event.EventData.UtcTime", "2026-11-25 02:43:28.123");
    assert_at(root, "Event.EventData.Image", "C:\\x\\node.exe");
    assert_at(root, "Event.EventData.CommandLine", "=cmd|' /C calc'!A0");
    assert_at(root, "Event.EventData.CurrentDirectory", "C:\\x");
    assert_at(root, "Event.EventData.ParentImage", "C:\\cmd.exe");
    assert_at(root, "Event.EventData.ParentCommandLine", "cmd /c x");
    assert_at(root, "Event.EventData.User", "PC\\eve");
    assert_at(root, "Event.EventData.OriginalFileName", "node.exe");
    assert_at(root, "Event.EventData.Company", "Node");
    assert_at(root, "Event.EventData.IntegrityLevel", "High");
    assert_at(root, "Event.EventData.Hashes", "SHA256=AB12");
    assert_null(json_at(&tree, root, "Event.EventData.Description"));
    root = line(1);
    assert_at(root, "Event.System.EventID", "3");
    assert_at(root, "Event.EventData.Initiated", "true");
    assert_at(root, "Event.EventData.DestinationIp", "192.0.2.1");
    assert_at(root, "Event.EventData.DestinationPort", "443");
    assert_at(root, "Event.EventData.DestinationHostname", "evil.example");
    root = line(2);
    assert_at(root, "Event.System.EventID", "22");
    assert_at(root, "Event.EventData.QueryName", "evil.example");
    root = line(3); /* the same process: no second event 1; no name: no event 22 */
    assert_at(root, "Event.System.EventID", "3");
    assert_at(root, "Event.EventData.SourceIsIpv6", "true");
    assert_null(line(4));
}

/* The one object of a type, or the n-th of them. */
static struct json_node *object(const char *type, size_t number)
{
    struct json_node *one = json_first(&tree, json_at(&tree, json_root(&tree), "objects"));
    for (; one; one = json_after(&tree, one))
        if (text_equal(json_text_at(&tree, one, "type"), text_from(type)) && !number--)
            return one;
    return NULL;
}

static void test_bundle_of_stix(void **state)
{
    (void)state;
    make(REPORT_STIX);
    assert_int_equal(json_tree_read(&tree, buffer_text(&out)), ST_OK);
    assert_at(json_root(&tree), "type", "bundle");
    assert_at(object("indicator", 0), "pattern",
              "[domain-name:value = 'evil.example' OR domain-name:value LIKE '%.evil.example']");
    assert_at(object("indicator", 1), "pattern", "[ipv6-addr:value ISSUBSET '2001:db8::/32']");
    assert_at(object("identity", 1), "name", "PC-1");
    assert_at(object("sighting", 0), "count", "1");
    /* By another implementation of RFC 9562, of {"value":"192.0.2.1"}. */
    assert_at(object("ipv4-addr", 1), "id", "ipv4-addr--8dded90c-40c0-545a-8027-5b212bb37e8e");
    assert_at(object("ipv6-addr", 0), "value", "fe80::1");
    assert_at(object("process", 1), "command_line", "=cmd|' /C calc'!A0");
    assert_at(object("directory", 1), "path", "C:\\x");
    assert_at(object("network-traffic", 0), "dst_port", "443");
    assert_non_null(object("observed-data", 1));
    assert_null(object("observed-data", 2));
    assert_null(object("process", 2));
    struct buffer first;
    buffer_init(&first, (size_t)1 << 20);
    buffer_add(&first, buffer_text(&out));
    make(REPORT_STIX);
    assert_true(text_equal(buffer_text(&first), buffer_text(&out)));
    buffer_done(&first);
}

static void test_words_and_names_of_formats(void **state)
{
    (void)state;
    assert_string_equal(report_format_word(REPORT_SIGMA), "sigma");
    assert_string_equal(report_file_name(REPORT_HTML), "report.html");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_U9_U10_hits_as_csv, begin, end),
        cmocka_unit_test_setup_teardown(test_U11_a_mark_only_for_excel, begin, end),
        cmocka_unit_test_setup_teardown(test_ecs_keeps_the_line_and_adds_to_it, begin, end),
        cmocka_unit_test_setup_teardown(test_ecs_of_one_that_has_them, begin, end),
        cmocka_unit_test_setup_teardown(test_names_of_sysmon, begin, end),
        cmocka_unit_test_setup_teardown(test_bundle_of_stix, begin, end),
        cmocka_unit_test_setup_teardown(test_words_and_names_of_formats, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
