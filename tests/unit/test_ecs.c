#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/ecs.h"
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

static const char *line(void)
{
    buffer_add_byte(&out, '\0');
    assert_int_equal(out.failed, ST_OK);
    return out.bytes;
}

static void assert_has(const char *part)
{
    if (!strstr(line(), part))
        fail_msg("\"%s\" is not in %s", part, out.bytes);
}

static void assert_lacks(const char *part)
{
    if (strstr(line(), part))
        fail_msg("\"%s\" is in %s", part, out.bytes);
}

static const char NODE_FACTS[] =
    "\"process\":{\"pid\":6656,\"name\":\"node.exe\",\"executable\":\"C:\\\\tools\\\\node.exe\","
    "\"command_line\":\"node -e \\\"get('http://du.testjj.com')\\\"\","
    "\"start\":\"2026-11-25T01:47:45.1230007Z\",\"working_directory\":\"C:\\\\work\\\\\","
    "\"parent\":{\"pid\":3252,\"name\":\"cmd.exe\","
    "\"executable\":\"C:\\\\Windows\\\\System32\\\\cmd.exe\",\"command_line\":\"cmd\","
    "\"start\":\"2026-11-25T00:51:01.1230007Z\"}},"
    "\"user\":{\"name\":\"alice\",\"domain\":\"CORP\",\"id\":\"S-1-5-21-1\"},";

static const char NODE_ENDS[] =
    "\"network\":{\"transport\":\"tcp\",\"type\":\"ipv4\"},"
    "\"source\":{\"ip\":\"192.0.2.250\",\"port\":49160},"
    "\"destination\":{\"ip\":\"192.0.2.1\",\"port\":80,\"domain\":\"du.testjj.com\"},";

static const char NODE_STATE[] =
    "\"suspended\":false,\"critical\":false,\"protected\":null,\"elevated\":false,\"bits\":64,"
    "\"session\":1,\"parent\":\"verified\","
    "\"command_line_from_memory\":true,\"threads\":4,\"cpu_ms\":12.5}}";

static const char SERVICE[] =
    "{\"@timestamp\":\"2026-11-25T02:43:29.123Z\",\"process\":{\"pid\":1040,"
    "\"name\":\"svchost.exe\",\"parent\":{\"pid\":612}},\"stakeout\":{\"suspended\":false,"
    "\"protected\":\"PPL "
    "antimalware\",\"session\":0,\"services\":[\"Dhcp\",\"EventLog\"],\"parent\":\"gone\","
    "\"threads\":4,"
    "\"unread\":{\"process.executable\":\"";

static const char SEEN[] = "\"first_seen\":\"2026-11-25T02:43:28.623Z\","
                           "\"last_seen\":\"2026-11-25T02:43:29.123Z\"";

/* The whole line, from pieces. */
static void assert_line(const char *const *pieces, size_t count)
{
    struct buffer expected;
    buffer_init(&expected, 1 << 20);
    for (size_t i = 0; i < count; i++)
        buffer_add_string(&expected, pieces[i]);
    buffer_add_byte(&expected, '\0');
    assert_string_equal(line(), expected.bytes);
    buffer_done(&expected);
}

#define ASSERT_LINE(...)                                                                           \
    do {                                                                                           \
        const char *const pieces[] = {__VA_ARGS__};                                                \
        assert_line(pieces, sizeof(pieces) / sizeof(pieces[0]));                                   \
    } while (0)

static void test_process(void **state)
{
    (void)state;
    ecs_add_process(&out, sample, SAMPLE_NODE);
    ASSERT_LINE("{\"@timestamp\":\"2026-11-25T02:43:29.123Z\",", NODE_FACTS, "\"stakeout\":{",
                NODE_STATE);
}

static void test_what_could_not_be_read_says_why(void **state)
{
    (void)state;
    ecs_add_process(&out, sample, SAMPLE_SERVICE);
    ASSERT_LINE(SERVICE, read_state_phrase(READ_DENIED), "\",\"process.command_line\":\"",
                read_state_phrase(READ_PROTECTED), "\",\"process.working_directory\":\"",
                read_state_phrase(READ_DENIED), "\",\"user.name\":\"",
                read_state_phrase(READ_DENIED), "\",\"user.domain\":\"",
                read_state_phrase(READ_DENIED), "\",\"user.id\":\"", read_state_phrase(READ_DENIED),
                "\",\"stakeout.bits\":\"", read_state_phrase(READ_UNSUPPORTED),
                "\",\"stakeout.elevated\":\"", read_state_phrase(READ_DENIED),
                "\",\"stakeout.critical\":\"", read_state_phrase(READ_UNSUPPORTED),
                "\",\"process.start\":\"the system does not tell\"}}}");
}

static void test_ended_process(void **state)
{
    (void)state;
    struct process_row *row = sample_process_row(SAMPLE_CMD);
    row->ended = SAMPLE_NOW - 5;
    row->exit = (struct process_exit){.when = SAMPLE_NOW - 9, .code = 0xC000013A};
    ecs_add_process(&out, sample, SAMPLE_CMD);
    assert_has("\"end\":\"2026-11-25T02:43:29.1229991Z\",\"exit_code\":3221225786");
    buffer_clear(&out);
    ecs_add_process(&out, sample, SAMPLE_NODE);
    assert_has(
        "\"start\":\"2026-11-25T00:51:01.1230007Z\",\"end\":\"2026-11-25T02:43:29.1229995Z\"}");
    buffer_clear(&out);
    row->exit.code_state = READ_DENIED;
    ecs_add_process(&out, sample, SAMPLE_CMD);
    assert_lacks("exit_code\":3");
    assert_has("\"unread\":{\"process.exit_code\":\"");
}

static void test_connection(void **state)
{
    (void)state;
    ecs_add_connection(&out, sample, SAMPLE_WATCHED);
    ASSERT_LINE("{\"@timestamp\":\"2026-11-25T02:43:29.123Z\",", NODE_ENDS, NODE_FACTS,
                "\"stakeout\":{\"state\":\"SYN_SENT\",", SEEN, ",", NODE_STATE);
}

static void test_listener_has_no_destination(void **state)
{
    (void)state;
    ecs_add_connection(&out, sample, SAMPLE_LISTENER);
    assert_has("\"source\":{\"ip\":\"fe80::1%5\",\"port\":135},\"process\"");
    assert_has("\"network\":{\"transport\":\"tcp\",\"type\":\"ipv6\"}");
    assert_lacks("destination");
}

static void test_N5_udp_peer_is_unknown_not_absent(void **state)
{
    (void)state;
    ecs_add_connection(&out, sample, SAMPLE_UDP);
    assert_has("\"network\":{\"transport\":\"udp\",\"type\":\"ipv4\"}");
    assert_has("\"unread\":{\"destination.ip\":\"the system does not tell a UDP socket's peer\"");
    assert_lacks("\"state\":");
    assert_lacks("\"destination\":");
}

static void test_N1_closing_row_without_owner(void **state)
{
    (void)state;
    ecs_add_connection(&out, sample, SAMPLE_CLOSING);
    assert_has("\"unread\":{\"process.pid\":\"no owner (closing)\"}");
    assert_lacks("\"process\":");
    buffer_clear(&out);
    struct connection_row *row = sample_connection_row(SAMPLE_CLOSING);
    row->process = SAMPLE_NODE;
    row->owner = sample_facts(SAMPLE_NODE)->key;
    row->owner_from_history = true;
    ecs_add_connection(&out, sample, SAMPLE_CLOSING);
    assert_has("\"process\":{\"pid\":6656,\"name\":\"node.exe\"");
    assert_has("\"owner_from_history\":true");
    assert_lacks("no owner");
}

static void test_owner_that_was_never_seen(void **state)
{
    (void)state;
    sample_connection_row(SAMPLE_CLOSING)->seen.pid = 77;
    ecs_add_connection(&out, sample, SAMPLE_CLOSING);
    assert_has("\"process\":{\"pid\":77}");
    assert_has("\"unread\":{\"process.name\":\"");
}

static void test_N7_mapped_address_is_ipv4(void **state)
{
    (void)state;
    struct connection_seen *seen = &sample_connection_row(SAMPLE_WATCHED)->seen;
    assert_true(address_parse(text_of("::ffff:10.0.0.1"), &seen->local.address));
    assert_true(address_parse(text_of("::FFFF:10.0.0.2"), &seen->remote.address));
    seen->ipv6_table = true;
    ecs_add_connection(&out, sample, SAMPLE_WATCHED);
    assert_has("\"type\":\"ipv4\"");
    assert_has("\"source\":{\"ip\":\"10.0.0.1\"");
    assert_has("\"destination\":{\"ip\":\"10.0.0.2\"");
    assert_has("\"mapped\":true");
}

static void test_hit(void **state)
{
    (void)state;
    ecs_add_hit(&out, sample_hit());
    ASSERT_LINE(
        "{\"@timestamp\":\"2026-11-25T02:43:29.123Z\",\"event\":{\"kind\":\"alert\","
        "\"action\":\"watched-connection\",\"category\":[\"network\"],\"sequence\":3},",
        NODE_ENDS, NODE_FACTS, "\"threat\":{\"indicator\":{\"type\":\"domain-name\",",
        "\"name\":\"*.testjj.com\",\"domain\":\"testjj.com\"}},",
        "\"stakeout\":{\"state\":\"SYN_SENT\",", SEEN,
        ",\"critical\":false,\"protected\":null,\"elevated\":false,\"bits\":64,\"session\":1,"
        "\"parent\":\"verified\","
        "\"command_line_from_memory\":true,\"indicator\":{\"written\":\"*.testjj[.]com\","
        "\"file\":\"evil.txt\",\"line\":12},\"matched_by\":\"domain\",\"observed_by\":\"sampling\","
        "\"latency_ms\":12.5,\"ancestors\":[{\"pid\":3252,\"name\":\"cmd.exe\","
        "\"executable\":\"C:\\\\Windows\\\\System32\\\\cmd.exe\",\"command_line\":\"cmd\","
        "\"start\":\"2026-11-25T00:51:01.1230007Z\",\"parent_pid\":3140,\"ended\":false,"
        "\"verified\":true},{\"pid\":3140,\"name\":\"explorer.exe\","
        "\"executable\":\"C:\\\\Windows\\\\explorer.exe\","
        "\"command_line\":\"C:\\\\Windows\\\\explorer.exe\","
        "\"start\":\"2026-11-25T00:49:09.1230007Z\",\"parent_pid\":3100,\"ended\":true,"
        "\"verified\":false}]}}");
}

static void test_hit_by_address_and_port(void **state)
{
    (void)state;
    struct hit *hit = sample_hit();
    hit->value = (struct indicator){.kind = INDICATOR_ADDRESS, .port = 80};
    assert_true(address_parse(text_of("192.0.2.1"), &hit->value.low));
    hit->indicator = text_of("192.0.2.1:80");
    hit->origin = (struct indicator_origin){0};
    hit->by = MATCH_ADDRESS;
    hit->latency = -1;
    ecs_add_hit(&out, hit);
    assert_has(
        "\"type\":\"ipv4-addr\",\"name\":\"192.0.2.1:80\",\"ip\":\"192.0.2.1\",\"port\":80}");
    assert_has("\"indicator\":{\"written\":\"192.0.2.1:80\"},\"matched_by\":\"address\"");
    assert_lacks("latency_ms");
}

static void test_hit_without_its_process(void **state)
{
    (void)state;
    struct hit *hit = sample_hit();
    hit->process = NULL;
    hit->ancestor_count = 0;
    ecs_add_hit(&out, hit);
    assert_has("\"process\":{\"pid\":6656,\"start\":\"2026-11-25T01:47:45.1230007Z\"}");
    assert_has("\"ancestors\":[]");
    assert_has("\"unread\":{\"process.name\":\"");
}

static void test_hit_of_a_process_itself(void **state)
{
    (void)state;
    struct hit *hit = sample_hit();
    hit->is_process = true;
    hit->by = MATCH_PROCESS;
    hit->value = (struct indicator){.kind = INDICATOR_NAME, .value = text_of("node.exe")};
    hit->indicator = text_of("name:node.exe");
    ecs_add_hit(&out, hit);
    assert_has("\"action\":\"watched-process\",\"category\":[\"process\"]");
    assert_has("\"threat\":{\"indicator\":{\"type\":\"process\",\"name\":\"name:node.exe\"}}");
    assert_lacks("\"network\"");
    assert_lacks("\"state\"");
}

/* The address, the name seen in DNS and the indicator disagree: each stays what it is. */
static void test_N11_three_names_stay_apart(void **state)
{
    (void)state;
    struct hit *hit = sample_hit();
    hit->domain = text_of("cdn.example.net");
    ecs_add_hit(&out, hit);
    assert_has("\"destination\":{\"ip\":\"192.0.2.1\",\"port\":80,\"domain\":\"cdn.example.net\"}");
    assert_has("\"name\":\"*.testjj.com\",\"domain\":\"testjj.com\"");
    assert_has("\"matched_by\":\"domain\"");
    buffer_clear(&out);
    hit->domain = text_of("");
    ecs_add_hit(&out, hit);
    assert_has("\"destination\":{\"ip\":\"192.0.2.1\",\"port\":80},");
}

static const char REMARKS[] =
    "\"remarks\":[{\"rule\":\"core-parent\",\"text\":\"wrong parent\","
    "\"fact\":\"cmd.exe (3252)\",\"parent_verified\":true},"
    "{\"rule\":\"image-changed\",\"text\":\"image changed after the start\","
    "\"fact\":\"2026-11-25T02:43:29.123Z\",\"parent_verified\":true}]";

static void test_what_is_odd(void **state)
{
    (void)state;
    const struct process_odd odd = {.rules = ODD_BIT(ODD_CORE_PARENT) | ODD_BIT(ODD_IMAGE_CHANGED),
                                    .image_time = SAMPLE_NOW};
    sample_process_row(SAMPLE_NODE)->odd = odd;
    ecs_add_process(&out, sample, SAMPLE_NODE);
    assert_has(REMARKS);
    buffer_clear(&out);
    ecs_add_connection(&out, sample, SAMPLE_WATCHED);
    assert_has(REMARKS);
    buffer_clear(&out);
    ecs_add_details(&out, sample, SAMPLE_CMD, NULL, NULL); /* it is a child there */
    assert_has(REMARKS);
    buffer_clear(&out);
    ecs_add_process(&out, sample, SAMPLE_CMD);
    assert_lacks("remarks");
    buffer_clear(&out);
    struct hit *hit = sample_hit();
    hit->odd = odd;
    hit->ancestor_odd[1].rules = ODD_BIT(ODD_FROM_TEMP);
    ecs_add_hit(&out, hit);
    assert_has(REMARKS);
    assert_has("\"verified\":false,\"remarks\":[{\"rule\":\"from-temp\","
               "\"text\":\"runs from a temp folder\",\"fact\":\"C:\\\\Windows\\\\explorer.exe\","
               "\"parent_verified\":false}]}");
}

static void test_hostile_texts(void **state)
{
    (void)state;
    struct process_facts *facts = sample_facts(SAMPLE_NODE);
    facts->command.value = text_of("a\"\\\n\0b\xED\xA0\xBD\xFF");
    facts->name = text_of("</script>");
    ecs_add_process(&out, sample, SAMPLE_NODE);
    assert_has("\"command_line\":\"a\\\"\\\\\\n\\u0000b\\ud83d\uFFFD\"");
    assert_has("\"name\":\"</script>\"");
}

static void test_details(void **state)
{
    (void)state;
    struct file_facts *file = file_facts_new(text_of("C:\\Windows\\System32\\cmd.exe"));
    assert_non_null(file);
    file->times = (struct image_file){
        .size = 345, .created = SAMPLE_NOW, .modified = SAMPLE_NOW - 1, .accessed = SAMPLE_NOW};
    ecs_add_details(&out, sample, SAMPLE_CMD, file, NULL);
    assert_has(
        "\"file\":{\"path\":\"C:\\\\Windows\\\\System32\\\\cmd.exe\",\"size\":345,"
        "\"created\":\"2026-11-25T02:43:29.1230000Z\",\"mtime\":\"2026-11-25T02:43:29.1229999Z\","
        "\"accessed\":\"2026-11-25T02:43:29.1230000Z\"}");
    assert_has("\"image_age\":\"the file on disk was changed after this process started\"");
    assert_has("\"ancestors\":[{\"pid\":3140,");
    assert_has("\"children\":[{\"pid\":6656,");
    assert_has("\"connections\":[]");
    buffer_clear(&out);
    file->times = (struct image_file){.state = READ_GONE};
    ecs_add_details(&out, sample, SAMPLE_NODE, file, NULL);
    assert_lacks("\"size\":");
    assert_has("\"file.created\":\"there is no such file now\"");
    file_facts_free(file);
    assert_has("\"connections\":[{\"network\":{\"transport\":\"tcp\"");
    assert_has("\"ancestors\":[{\"pid\":3252,");
}

/* A row of a snapshot with a watchlist names what it matched; without memory that is told. */
static void test_watched_rows_and_want_of_memory(void **state)
{
    (void)state;
    struct watchlist_builder *builder = watchlist_builder_new();
    struct indicator indicator = {.kind = INDICATOR_NAME, .value = text_of("node.exe")};
    const struct indicator_origin origin = {.file = text_of("list.txt"), .line = 3};
    assert_int_equal(watchlist_add(builder, &indicator, &origin, NULL), ST_OK);
    struct watchlist *list;
    assert_int_equal(watchlist_build(builder, &list), ST_OK);
    sample->watchlist = list;
    sample_process_row(SAMPLE_NODE)->indicator = 0;
    sample_connection_row(SAMPLE_WATCHED)->indicator = 0;
    sample_connection_row(SAMPLE_WATCHED)->matched_by = MATCH_PROCESS;
    ecs_add_process(&out, sample, SAMPLE_NODE);
    assert_has("\"threat\":{\"indicator\":{\"type\":\"process\",\"name\":\"name:node.exe\"}}");
    assert_has("\"indicator\":{\"written\":\"name:node.exe\",\"file\":\"list.txt\",\"line\":3}");
    buffer_clear(&out);
    ecs_add_connection(&out, sample, SAMPLE_WATCHED);
    assert_has("\"matched_by\":\"process\"");
    for (size_t n = 1;; n++) {
        struct buffer lines;
        failing_memory_begin(n);
        buffer_init(&lines, 1 << 20);
        ecs_add_process(&lines, sample, SAMPLE_NODE);
        ecs_add_connection(&lines, sample, SAMPLE_WATCHED);
        bool failed = failing_memory_failed();
        assert_int_equal(lines.failed, failed ? ST_NO_MEMORY : ST_OK);
        buffer_done(&lines);
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
        if (!failed)
            break;
    }
    watchlist_release(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_process, begin, end),
        cmocka_unit_test_setup_teardown(test_what_could_not_be_read_says_why, begin, end),
        cmocka_unit_test_setup_teardown(test_ended_process, begin, end),
        cmocka_unit_test_setup_teardown(test_connection, begin, end),
        cmocka_unit_test_setup_teardown(test_listener_has_no_destination, begin, end),
        cmocka_unit_test_setup_teardown(test_N5_udp_peer_is_unknown_not_absent, begin, end),
        cmocka_unit_test_setup_teardown(test_N1_closing_row_without_owner, begin, end),
        cmocka_unit_test_setup_teardown(test_owner_that_was_never_seen, begin, end),
        cmocka_unit_test_setup_teardown(test_N7_mapped_address_is_ipv4, begin, end),
        cmocka_unit_test_setup_teardown(test_hit, begin, end),
        cmocka_unit_test_setup_teardown(test_hit_by_address_and_port, begin, end),
        cmocka_unit_test_setup_teardown(test_hit_without_its_process, begin, end),
        cmocka_unit_test_setup_teardown(test_hit_of_a_process_itself, begin, end),
        cmocka_unit_test_setup_teardown(test_N11_three_names_stay_apart, begin, end),
        cmocka_unit_test_setup_teardown(test_what_is_odd, begin, end),
        cmocka_unit_test_setup_teardown(test_hostile_texts, begin, end),
        cmocka_unit_test_setup_teardown(test_details, begin, end),
        cmocka_unit_test_setup_teardown(test_watched_rows_and_want_of_memory, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
