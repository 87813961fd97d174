#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/csv.h"
#include "core/watch/watchlist.h"
#include "tests/support/case_sample.h"
#include "tests/support/failing_memory.h"

static struct buffer out;
static struct csv_writer csv;

static int begin(void **state)
{
    (void)state;
    buffer_init(&out, 1 << 20);
    csv_begin(&csv, &out, CSV_COMMAS);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buffer_done(&out);
    return 0;
}

static void assert_out(struct text expected)
{
    assert_int_equal(out.failed, ST_OK);
    assert_int_equal(out.size, expected.size);
    assert_memory_equal(out.bytes, expected.bytes, out.size);
}

/* Reads one field of RFC 4180 back, on its own reckoning, and moves *at behind its separator. */
static struct text read_field(struct text table, size_t *at, char *storage)
{
    size_t size = 0;
    bool quoted = *at < table.size && table.bytes[*at] == '"';
    size_t i = *at + (quoted ? 1 : 0);
    while (i < table.size) {
        char byte = table.bytes[i];
        if (quoted && byte == '"') {
            if (i + 1 < table.size && table.bytes[i + 1] == '"') {
                i++;
            } else {
                i++;
                break;
            }
        } else if (!quoted && (byte == ',' || byte == '\r')) {
            break;
        }
        storage[size++] = byte;
        i++;
    }
    *at = i < table.size && table.bytes[i] == ',' ? i + 1 : i;
    return (struct text){storage, size};
}

static void test_U9_quotes_commas_and_line_breaks(void **state)
{
    (void)state;
    csv_text(&csv, text_of("a,\"b\r\nc"));
    csv_number(&csv, 1234567);
    csv_string(&csv, "plain");
    csv_empty(&csv);
    csv_end_row(&csv);
    assert_out(text_of("\"a,\"\"b\r\nc\",1234567,plain,\r\n"));
}

static void test_U9_hostile_fields_come_back(void **state)
{
    (void)state;
    static const char *const fields[] = {"",     ",",     "\"",       "\"\"",       "\r\n",
                                         "a\nb", " end ", "тест, 中", "say \"hi\"", "x"};
    enum { COUNT = sizeof fields / sizeof fields[0] };
    csv_begin(&csv, &out, CSV_RAW);
    for (size_t i = 0; i < COUNT; i++)
        csv_string(&csv, fields[i]);
    csv_end_row(&csv);
    size_t at = 0;
    for (size_t i = 0; i < COUNT; i++) {
        char storage[64];
        struct text back = read_field(buffer_text(&out), &at, storage);
        assert_int_equal(back.size, strlen(fields[i]));
        assert_memory_equal(back.bytes, fields[i], back.size);
    }
    assert_int_equal(out.size - at, 2);
}

static void test_U9_numbers_are_invariant(void **state)
{
    (void)state;
    csv_number(&csv, INT64_MIN);
    csv_number(&csv, INT64_MAX);
    csv_moment(&csv, SAMPLE_NOW, false);
    csv_moment(&csv, 0, true);
    csv_end_row(&csv);
    assert_out(text_of("-9223372036854775808,9223372036854775807,2026-11-25T02:43:29.123Z,\r\n"));
}

static void test_U10_formulas_are_defused(void **state)
{
    (void)state;
    csv_string(&csv, "=cmd|' /C calc'!A0");
    csv_string(&csv, "+1");
    csv_string(&csv, "-1");
    csv_string(&csv, "@SUM(A1)");
    csv_string(&csv, "\t=1");
    csv_string(&csv, "\r=1");
    csv_string(&csv, "a=1");
    csv_end_row(&csv);
    assert_out(text_of("'=cmd|' /C calc'!A0,'+1,'-1,'@SUM(A1),'\t=1,\"'\r=1\",a=1\r\n"));
}

static void test_U10_raw_is_left_alone(void **state)
{
    (void)state;
    csv_begin(&csv, &out, CSV_RAW);
    csv_string(&csv, "=1+1");
    csv_string(&csv, "-x");
    csv_end_row(&csv);
    assert_out(text_of("=1+1,-x\r\n"));
}

static void test_U11_utf8_without_mark_and_nuls(void **state)
{
    (void)state;
    csv_text(&csv, text_of("a\0b"));
    csv_text(&csv, text_of("\xED\xA0\xBD\xFF"));
    csv_text(&csv, text_of("中"));
    csv_end_row(&csv);
    assert_out(text_of("a\u2400b,\uFFFD\uFFFD,中\r\n"));
    assert_true(text_valid(buffer_text(&out)));
    buffer_clear(&out);
    csv_begin(&csv, &out, CSV_MARK);
    csv_string(&csv, "x");
    assert_out(text_of("\xEF\xBB\xBFx"));
}

static void test_tabs_for_the_clipboard(void **state)
{
    (void)state;
    csv_begin(&csv, &out, CSV_TABS);
    csv_string(&csv, "a,b");
    csv_string(&csv, "c\td");
    csv_string(&csv, "=1");
    csv_end_row(&csv);
    assert_out(text_of("a,b\t\"c\td\"\t'=1\r\n"));
}

#define CONNECTION_HEADER                                                                          \
    "Process,PID,Owner known from,Protocol,Local address,Local port,Remote address,Remote port,"   \
    "State,Name seen in DNS,Watched as,First seen,Last seen,Closed,Executable,Command line\r\n"
#define SEEN "2026-11-25T02:43:28.623Z,2026-11-25T02:43:29.123Z"

/* Ports are there (N10); the UDP row has its empty state cell (N6) and says "*" for its peer (N5).
 */
static void test_N5_N6_N10_connections(void **state)
{
    (void)state;
    struct snapshot *sample = sample_snapshot();
    struct process_facts *service = sample_facts(SAMPLE_SERVICE);
    service->image = (struct text_fact){.value = text_of("C:\\a,b.exe")};
    service->command = (struct text_fact){.state = READ_NOT_APPLICABLE};
    sample_connection_row(SAMPLE_CLOSING)->closed = SAMPLE_NOW;
    csv_add_connections(&csv, sample);
    struct buffer expected;
    buffer_init(&expected, 1 << 20);
    buffer_add_string(&expected, CONNECTION_HEADER);
    buffer_add_string(
        &expected, "node.exe,6656,,tcp,192.0.2.250,49160,192.0.2.1,80,SYN_SENT,du.testjj.com,," SEEN
                   ",,C:\\tools\\node.exe,\"node -e \"\"get('http://du.testjj.com')\"\"\"\r\n");
    for (int udp = 0; udp < 2; udp++) {
        buffer_add_string(&expected, udp ? "svchost.exe,1040,,udp,0.0.0.0,5353,*,,,,," SEEN
                                         : "svchost.exe,1040,,tcp,fe80::1%5,135,,,LISTEN,,," SEEN);
        buffer_add_string(&expected, ",,\"C:\\a,b.exe\",(");
        buffer_add_string(&expected, read_state_phrase(READ_NOT_APPLICABLE));
        buffer_add_string(&expected, ")\r\n");
    }
    buffer_add_string(
        &expected, "\"(no owner, closing)\",0,,tcp,127.0.0.1,8080,127.0.0.1,49999,TIME_WAIT,,," SEEN
                   ",2026-11-25T02:43:29.123Z,,\r\n");
    assert_out(buffer_text(&expected));
    buffer_done(&expected);
}

/* Every row has as many fields as the header, whatever is missing in it. */
static void test_N6_no_column_shifts(void **state)
{
    (void)state;
    struct snapshot *sample = sample_snapshot();
    sample_process_row(SAMPLE_CMD)->ended = SAMPLE_NOW;
    sample_facts(SAMPLE_CMD)->name = text_of("a,\"b\r\nc");
    for (int table = 0; table < 2; table++) {
        buffer_clear(&out);
        if (table == 0)
            csv_add_processes(&csv, sample);
        else
            csv_add_connections(&csv, sample);
        size_t columns = 0;
        size_t rows = 0;
        size_t at = 0;
        while (at < out.size) {
            size_t fields = 1;
            char storage[512];
            read_field(buffer_text(&out), &at, storage);
            while (out.bytes[at] != '\r') {
                read_field(buffer_text(&out), &at, storage);
                fields++;
            }
            /* A field that is empty at the row's end leaves its separator behind. */
            if (out.bytes[at - 1] == ',')
                fields++;
            at += 2;
            columns = rows++ ? columns : fields;
            assert_int_equal(fields, columns);
        }
        assert_int_equal(rows, 1 + (table ? (int)SAMPLE_CONNECTIONS : (int)SAMPLE_PROCESSES));
    }
}

static void test_processes(void **state)
{
    (void)state;
    struct snapshot *sample = sample_snapshot();
    sample->process_count = SAMPLE_NODE;
    struct process_row *row = sample_process_row(SAMPLE_CMD);
    row->ended = SAMPLE_NOW;
    row->exit.code = 3;
    row->suspended = true;
    csv_add_processes(&csv, sample);
    assert_out(text_of(
        "Process,PID,Parent PID,Parent (recorded),Started,Ended,Exit code,Domain,User,Session,Bits,"
        "Elevated,Suspended,Services,Executable,Command line,Working directory\r\n"
        "explorer.exe,3140,3100,,2026-11-25T00:49:09.1230007Z,,,CORP,alice,1,64,0,0,,"
        "C:\\Windows\\explorer.exe,C:\\Windows\\explorer.exe,C:\\work\\\r\n"
        "cmd.exe,3252,3140,explorer.exe,2026-11-25T00:51:01.1230007Z,2026-11-25T02:43:29.1230000Z,"
        "3,"
        "CORP,alice,1,64,0,1,,C:\\Windows\\System32\\cmd.exe,cmd,C:\\work\\\r\n"));
}

/* The longest command line that a system takes, with all that has to be quoted in it. */
static void test_P9_a_long_command_line_comes_back_whole(void **state)
{
    enum { LONGEST = 32766, COMMAND = 15 };
    static char line[LONGEST];
    static char storage[LONGEST];
    struct snapshot *sample = sample_snapshot();
    struct text field = {NULL, 0};
    struct text table;
    size_t at;
    (void)state;
    for (size_t i = 0; i < LONGEST; i++)
        line[i] = "a,\"b\r\n c"[i % 8];
    sample->process_count = 1;
    sample_facts(SAMPLE_EXPLORER)->command.value = (struct text){line, LONGEST};
    csv_add_processes(&csv, sample);
    assert_int_equal(out.failed, ST_OK);
    table = buffer_text(&out);
    at = text_find(table, text_of("\r\n")) + 2;
    for (unsigned i = 0; i <= COMMAND; i++)
        field = read_field(table, &at, storage);
    assert_int_equal(field.size, LONGEST);
    assert_memory_equal(field.bytes, line, LONGEST);
}

/* The n-th request for memory fails: a table is whole, or the failure is told. */
static void test_tables_without_memory(void **state)
{
    (void)state;
    struct snapshot *sample = sample_snapshot();
    for (size_t n = 1;; n++) {
        struct buffer table;
        failing_memory_begin(n);
        buffer_init(&table, 1 << 20);
        csv_begin(&csv, &table, CSV_COMMAS);
        csv_add_processes(&csv, sample);
        csv_add_connections(&csv, sample);
        bool failed = failing_memory_failed();
        assert_int_equal(table.failed, failed ? ST_NO_MEMORY : ST_OK);
        buffer_done(&table);
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
        if (!failed)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_U9_quotes_commas_and_line_breaks, begin, end),
        cmocka_unit_test_setup_teardown(test_U9_hostile_fields_come_back, begin, end),
        cmocka_unit_test_setup_teardown(test_U9_numbers_are_invariant, begin, end),
        cmocka_unit_test_setup_teardown(test_U10_formulas_are_defused, begin, end),
        cmocka_unit_test_setup_teardown(test_U10_raw_is_left_alone, begin, end),
        cmocka_unit_test_setup_teardown(test_U11_utf8_without_mark_and_nuls, begin, end),
        cmocka_unit_test_setup_teardown(test_tabs_for_the_clipboard, begin, end),
        cmocka_unit_test_setup_teardown(test_N5_N6_N10_connections, begin, end),
        cmocka_unit_test_setup_teardown(test_N6_no_column_shifts, begin, end),
        cmocka_unit_test_setup_teardown(test_processes, begin, end),
        cmocka_unit_test_setup_teardown(test_P9_a_long_command_line_comes_back_whole, begin, end),
        cmocka_unit_test_setup_teardown(test_tables_without_memory, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
