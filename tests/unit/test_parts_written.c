/* ecs_parts and show_parts: the slow facts of a process as JSON and as tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/case/ecs.h"
#include "core/case/ecs_parts.h"
#include "core/cli/text/show_parts.h"
#include "tests/support/case_sample.h"
#include "tests/support/failing_memory.h"
#include "tests/support/parts_sample.h"

static struct buffer out;

static int begin(void **state)
{
    (void)state;
    buffer_init(&out, 1 << 20);
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
    buffer_clear(&out);
}

static void assert_has(const char *piece)
{
    if (text_find(buffer_text(&out), text_from(piece)) == SIZE_MAX)
        fail_msg("no %s in %.*s", piece, (int)out.size, out.bytes);
}

static const char THREADS[] =
    "{\"thread\":[{\"id\":100,\"name\":\"main\\u001b\",\"created\":\"2025-11-23T23:03:09."
    "1230000Z\","
    "\"cpu_ms\":12.5,\"state\":\"waiting\",\"wait_reason\":\"user request\",\"suspend_count\":0,"
    "\"start\":{\"address\":\"0x140001a2b\",\"module\":\"evil.exe\",\"offset\":\"0x1a2b\"}},"
    "{\"id\":2000,\"created\":\"2025-11-23T23:03:09.1230007Z\",\"cpu_ms\":0,\"state\":\"running\","
    "\"suspend_count\":2,\"start\":{\"address\":\"0x77000\"}},"
    "{\"id\":3,\"cpu_ms\":0,\"unread\":{\"name\":\"access denied\","
    "\"state\":\"not supported by this system\",\"wait_reason\":\"not supported by this system\","
    "\"suspend_count\":\"access denied\",\"start\":\"access denied\"}}],"
    "\"env_vars\":[\"=C:=C:\\\\x\",\"\xE4\xB8\xAD=a=b\"]}";

static const char EXTRAS[] =
    "{\"modules\":[{\"name\":\"evil.exe\",\"path\":\"C:\\\\x\\\\evil.exe\","
    "\"base\":\"0x140000000\",\"size\":20480},{\"base\":\"0x7ff800000000\",\"size\":4096}],"
    "\"modules_from\":\"module list\","
    "\"token\":{\"user\":\"alice\",\"domain\":\"CORP\",\"id\":\"S-1-5-21-1\","
    "\"integrity\":\"medium\",\"elevation\":\"limited\",\"elevated\":false,"
    "\"virtualized\":false,\"app_container\":false,\"session\":1,"
    "\"groups\":[{\"name\":\"Administrators\",\"domain\":\"BUILTIN\",\"id\":\"S-1-5-32-544\","
    "\"attributes\":\"deny only\"},{\"id\":\"S-1-5-5-0-1\","
    "\"attributes\":\"mandatory, enabled, by default, logon\","
    "\"unread\":{\"name\":\"not asked yet\"}}],"
    "\"privileges\":[{\"name\":\"SeDebugPrivilege\",\"enabled\":true,\"by_default\":false},"
    "{\"name\":\"SeChangeNotifyPrivilege\",\"enabled\":true,\"by_default\":true},"
    "{\"name\":\"privilege 99\",\"enabled\":false,\"by_default\":false}],"
    "\"unread\":{\"virtualization_allowed\":\"not supported by this system\"}}}";

static void add_in_object(void (*add)(struct json_writer *, const struct process_parts *),
                          const struct process_parts *parts)
{
    struct json_writer json;
    json_begin(&json, &out);
    json_open_object(&json, NULL);
    add(&json, parts);
    json_close_object(&json);
}

static void test_json(void **state)
{
    (void)state;
    add_in_object(ecs_parts_add_process, sample_parts());
    assert_out(THREADS);
    add_in_object(ecs_parts_add, sample_parts());
    assert_out(EXTRAS);
}

static void test_json_of_what_was_cut_or_mapped(void **state)
{
    (void)state;
    struct process_parts *parts = sample_parts();
    parts->modules_origin = MODULES_MAPPED;
    parts->modules_cut = parts->environment_cut = true;
    add_in_object(ecs_parts_add, parts);
    assert_has("\"modules_from\":\"mapped images\",\"modules_cut\":true");
    assert_has("\"env_vars_cut\":true}");
}

/* In the line of the process: the parts in their places, and the reason for what is missing. */
static void test_details_with_parts(void **state)
{
    (void)state;
    struct process_parts *parts = sample_parts();
    process_parts_refuse(parts, PROCESS_MODULES | PROCESS_ENVIRONMENT, READ_PROTECTED);
    ecs_add_details(&out, sample_snapshot(), SAMPLE_NODE, NULL, parts);
    assert_has("\"thread\":[{\"id\":100,");
    assert_has("\"stakeout\":{\"suspended\":false,");
    assert_has("\"token\":{\"user\":\"alice\"");
    assert_has("\"unread\":{\"stakeout.modules\":\"protected process\","
               "\"process.env_vars\":\"protected process\"}}}");
    assert_true(text_find(buffer_text(&out), text_of("\"env_vars\":")) == SIZE_MAX);
    assert_true(text_find(buffer_text(&out), text_of("\"modules\":")) == SIZE_MAX);
}

static const char TABLES[] =
    "\n"
    "Threads: 3\n"
    " TID  NAME             STATE                           WAITS FOR                     "
    "        SUSPENDED  CPU MS  CREATED (UTC)            START\n"
    " 100  main\\x1b         waiting                         user request                  "
    "                0      12  2025-11-23 23:03:09.123  evil.exe+0x1a2b\n"
    "2000                   running                                                       "
    "                2       0  2025-11-23 23:03:09.123  0x77000\n"
    "   3  (access denied)  (not supported by this system)  (not supported by this system)"
    "  (access denied)       0  unknown                  (access denied)\n"
    "\n"
    "Modules: 2\n"
    "          BASE   SIZE  PATH\n"
    "   0x140000000  20480  C:\\x\\evil.exe\n"
    "0x7ff800000000   4096  (unknown)\n"
    "\n"
    "Token:\n"
    "  integrity      medium\n"
    "  elevation      limited\n"
    "  elevated       no\n"
    "  virtualized    no\n"
    "  app container  no\n"
    "  session        1\n"
    "\n"
    "Groups: 2\n"
    "GROUP                   SID           ATTRIBUTES\n"
    "BUILTIN\\Administrators  S-1-5-32-544  deny only\n"
    "(not asked yet)         S-1-5-5-0-1   mandatory, enabled, by default, logon\n"
    "\n"
    "Privileges: 3\n"
    "PRIVILEGE                STATE\n"
    "SeDebugPrivilege         enabled\n"
    "SeChangeNotifyPrivilege  enabled, enabled by default\n"
    "privilege 99             disabled\n"
    "\n"
    "Environment, as the process states it: 2\n"
    "VARIABLE  VALUE\n"
    "=C:       C:\\x\n"
    "\xE4\xB8\xAD        a=b\n";

static void test_tables(void **state)
{
    (void)state;
    assert_int_equal(show_parts(&out, sample_parts(), 0), ST_OK);
    assert_out(TABLES);
}

static void test_tables_of_what_cannot_be_read(void **state)
{
    (void)state;
    struct process_parts *parts = sample_parts();
    process_parts_refuse(parts, PROCESS_ALL_PARTS, READ_DENIED);
    assert_int_equal(show_parts(&out, parts, 0), ST_OK);
    assert_out("\nThreads: (access denied)\n"
               "\nModules: (access denied)\n"
               "\nToken: (access denied)\n"
               "\nEnvironment, as the process states it: (access denied)\n");
}

/* The n-th request for memory fails: the failure is told, and nothing leaks. */
static void test_without_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct buffer page;
        failing_memory_begin(n);
        buffer_init(&page, 1 << 20);
        enum status status = show_parts(&page, sample_parts(), 0);
        if (status == ST_OK) {
            struct json_writer json;
            json_begin(&json, &page);
            json_open_object(&json, NULL);
            ecs_parts_add_process(&json, sample_parts());
            ecs_parts_add(&json, sample_parts());
            json_close_object(&json);
            status = page.failed;
        }
        bool failed = failing_memory_failed();
        assert_int_equal(status, failed ? ST_NO_MEMORY : ST_OK);
        buffer_done(&page);
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
        if (!failed)
            break;
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_json),   TEST(test_json_of_what_was_cut_or_mapped), TEST(test_details_with_parts),
        TEST(test_tables), TEST(test_tables_of_what_cannot_be_read),  TEST(test_without_memory),
    };
    return cmocka_run_group_tests_name("parts_written", tests, NULL, NULL);
}
