/* What foreign texts become in rows of the evidence: files of scheduled tasks, rules of the
 * firewall, command lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/evidence/command_program.h"
#include "core/evidence/firewall_rule.h"
#include "core/evidence/task_file.h"

static void assert_text(struct text actual, const char *expected)
{
    if (!text_equal(actual, text_from(expected)))
        fail_msg("\n%.*s\nis not\n%s", (int)actual.size, actual.bytes, expected);
}

/* --- tasks --- */

static enum status add_task(struct text content, struct buffer *row, struct buffer *command,
                            struct buffer *problem)
{
    struct json_writer json;
    enum status status;

    json_begin(&json, row);
    json_open_object(&json, NULL);
    status = task_file_add(&json, content, command, problem);
    json_close_object(&json);
    return status;
}

static void assert_task(struct text content, enum status expected, const char *row,
                        const char *command, const char *problem)
{
    struct buffer out;
    struct buffer program;
    struct buffer why;

    buffer_init(&out, 1 << 20);
    buffer_init(&program, 1 << 20);
    buffer_init(&why, 1 << 20);
    assert_int_equal(add_task(content, &out, &program, &why), expected);
    assert_text(buffer_text(&out), row);
    assert_text(buffer_text(&program), command);
    assert_text(buffer_text(&why), problem);
    buffer_done(&why);
    buffer_done(&program);
    buffer_done(&out);
}

static const char task_text[] =
    "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n"
    "<Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\r\n"
    "<RegistrationInfo><Author>A &amp; B</Author><URI>\\x</URI><Author>C</Author>"
    "</RegistrationInfo>\r\n"
    "<Triggers><LogonTrigger><Enabled>true</Enabled></LogonTrigger>\r\n"
    "<CalendarTrigger><StartBoundary>2026-01-01T00:00:00</StartBoundary><ScheduleByDay>"
    "<DaysInterval>1</DaysInterval></ScheduleByDay></CalendarTrigger></Triggers>\r\n"
    "<Principals><Principal id=\"Author\"><UserId>S-1-5-18</UserId></Principal></Principals>\r\n"
    "<Settings><Hidden>true</Hidden><IdleSettings><Enabled>x</Enabled></IdleSettings></Settings>"
    "<Actions Context=\"Author\"><Exec><Command>cmd.exe</Command><Arguments>/c a</Arguments>"
    "<Arguments>/c b</Arguments></Exec><ComHandler><ClassId>{1}</ClassId></ComHandler></Actions>"
    "</Task>\r\n";

static const char task_row[] =
    "{\"author\":\"A & B\",\"uri\":\"\\\\x\",\"triggers\":[{\"type\":\"LogonTrigger\","
    "\"Enabled\":\"true\"},{\"type\":\"CalendarTrigger\",\"StartBoundary\":\"2026-01-01T00:00:00\","
    "\"ScheduleByDay.DaysInterval\":\"1\"}],\"principals\":[{\"type\":\"Principal\",\"UserId\":"
    "\"S-1-5-18\"}],\"hidden\":\"true\",\"actions\":[{\"type\":\"Exec\",\"Command\":\"cmd.exe\","
    "\"Arguments\":[\"/c a\",\"/c b\"]},{\"type\":\"ComHandler\",\"ClassId\":\"{1}\"}]}";

static void test_task(void **state)
{
    struct buffer wide;

    (void)state;
    assert_task(text_from(task_text), ST_OK, task_row, "cmd.exe", "");
    buffer_init(&wide, 1 << 20);
    buffer_add_string(&wide, "\xFF\xFE");
    for (const char *at = task_text; *at; at++) {
        buffer_add_byte(&wide, *at);
        buffer_add_byte(&wide, 0);
    }
    assert_task(buffer_text(&wide), ST_OK, task_row, "cmd.exe", "");
    buffer_done(&wide);
}

static void test_task_that_is_none(void **state)
{
    (void)state;
    assert_task(text_of(""), ST_INVALID, "{}", "", "line 1: there is no element");
    assert_task(text_of("<a/>"), ST_INVALID, "{}", "", "it is no task");
    assert_task(text_of("<Task><Actions><Exec><Command>a</Command></Task>"), ST_INVALID,
                "{\"actions\":[{\"type\":\"Exec\",\"Command\":\"a\"}]}", "a",
                "line 1: an end tag that closes no open element");
    assert_task(text_of("<Task/>"), ST_OK, "{}", "", "");
}

/* --- the firewall --- */

static void assert_firewall(const char *rule, const char *expected)
{
    struct buffer out;
    struct json_writer json;

    buffer_init(&out, 1 << 20);
    json_begin(&json, &out);
    json_open_object(&json, NULL);
    assert_int_equal(firewall_rule_add(&json, text_from(rule)), expected != NULL);
    json_close_object(&json);
    assert_text(buffer_text(&out), expected ? expected : "{}");
    buffer_done(&out);
}

static void test_firewall(void **state)
{
    (void)state;
    assert_firewall("v2.10|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Domain|"
                    "Profile=Private|LPort=80|LPort2_10=90-99|RA4=LocalSubnet|RA42=192.0.2.1|"
                    "App=C:\\a b.exe|Name=a=b|Odd=1|Odder|",
                    "{\"version\":\"2.10\",\"action\":\"Allow\",\"active\":\"TRUE\","
                    "\"direction\":\"In\",\"protocol\":\"6\",\"application\":\"C:\\\\a b.exe\","
                    "\"name\":\"a=b\",\"local_ports\":[\"80\",\"90-99\"],"
                    "\"remote_addresses\":[\"LocalSubnet\",\"192.0.2.1\"],"
                    "\"profiles\":[\"Domain\",\"Private\"],\"other\":[\"Odd=1\",\"Odder\"]}");
    assert_firewall("v2.0|", "{\"version\":\"2.0\"}");
    assert_firewall("", NULL);
    assert_firewall("Action=Allow|", NULL);
    assert_firewall("v2=x|", NULL);
    assert_text(firewall_rule_field(text_of("v2|app=C:\\x|"), text_of("App")), "C:\\x");
}

/* --- command lines --- */

static bool made_up_file(void *context, struct text path)
{
    static const char *const files[] = {
        "C:\\Windows\\System32\\svchost.exe",
        "C:\\Windows\\System32\\drivers\\d.sys",
        "C:\\Windows\\explorer.exe",
        "C:\\Program Files\\a b\\c.exe",
        "C:\\x.exe",
    };

    (void)context;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (text_equal_nocase(path, text_from(files[i])))
            return true;
    return false;
}

static void assert_program(const char *command, bool found, const char *expected)
{
    const struct command_world world = {text_of("C:\\Windows"), made_up_file, NULL};
    struct buffer path;

    buffer_init(&path, 1 << 16);
    assert_int_equal(command_program(&world, text_from(command), &path), found);
    assert_text(buffer_text(&path), expected);
    buffer_done(&path);
}

static void test_command(void **state)
{
    (void)state;
    assert_program("C:\\Windows\\system32\\svchost.exe -k netsvcs", true,
                   "C:\\Windows\\system32\\svchost.exe");
    assert_program("C:\\Program Files\\a b\\c.exe /x y", true, "C:\\Program Files\\a b\\c.exe");
    assert_program("C:\\Program Files\\a b\\c /x", true, "C:\\Program Files\\a b\\c.exe");
    assert_program("\"C:\\x.exe\"/a", true, "C:\\x.exe");
    assert_program("\"C:\\x", true, "C:\\x.exe");
    assert_program("explorer", true, "C:\\Windows\\explorer.exe");
    assert_program("svchost.exe", true, "C:\\Windows\\System32\\svchost.exe");
    assert_program("\\SystemRoot\\System32\\drivers\\d.sys", true,
                   "C:\\Windows\\System32\\drivers\\d.sys");
    assert_program("System32\\drivers\\d.sys", true, "C:\\Windows\\System32\\drivers\\d.sys");
    assert_program("\\??\\C:\\x.exe", true, "C:\\x.exe");
    assert_program("C:\\gone\\y.exe -z", false, "C:\\gone\\y.exe");
    assert_program("\"C:\\gone y.exe\" -z", false, "C:\\gone y.exe");
    assert_program("", false, "");
    assert_program("\"", false, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_task),
        cmocka_unit_test(test_task_that_is_none),
        cmocka_unit_test(test_firewall),
        cmocka_unit_test(test_command),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
