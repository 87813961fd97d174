/* What is written down of a sample. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/sample_record.h"

static moment at(const char *iso)
{
    moment when = 0;

    assert_true(moment_parse_iso(text_from(iso), &when));
    return when;
}

static struct sample_record record_of_file(void)
{
    const struct image_file file = {.state = READ_OK,
                                    .size = 1234,
                                    .created = at("2026-01-02T03:04:05.0000001Z"),
                                    .modified = at("2026-01-02T03:04:06.0000002Z"),
                                    .changed = at("2026-01-02T03:04:07.0000003Z"),
                                    .accessed = at("2026-01-02T03:04:08.0000004Z")};

    return (struct sample_record){.taken = at("2026-11-25T10:00:00.5Z"),
                                  .source = text_of("C:\\Users\\a\\evil.exe"),
                                  .stored = text_of("ab.sample"),
                                  .is_read_only = true,
                                  .before = file,
                                  .after = file,
                                  .sha256 = text_of("ab"),
                                  .sha1 = text_of("cd"),
                                  .md5 = text_of("ef")};
}

static void assert_line(const struct sample_record *record, const char *expected)
{
    struct buffer out;

    buffer_init(&out, 65536);
    sample_record_add(&out, record);
    buffer_add_byte(&out, 0);
    assert_int_equal(out.failed, ST_OK);
    assert_string_equal(out.bytes, expected);
    buffer_done(&out);
}

static bool line_has(const struct sample_record *record, const char *piece)
{
    struct buffer out;
    bool found;

    buffer_init(&out, 65536);
    sample_record_add(&out, record);
    found = text_find(buffer_text(&out), text_from(piece)) != SIZE_MAX;
    buffer_done(&out);
    return found;
}

static void test_a_file_without_a_process(void **state)
{
    const struct sample_record record = record_of_file();

    (void)state;
    assert_line(&record,
                "{\"@timestamp\":\"2026-11-25T10:00:00.500Z\","
                "\"file\":{\"path\":\"C:\\\\Users\\\\a\\\\evil.exe\",\"name\":\"evil.exe\","
                "\"size\":1234,\"created\":\"2026-01-02T03:04:05.0000001Z\","
                "\"mtime\":\"2026-01-02T03:04:06.0000002Z\","
                "\"ctime\":\"2026-01-02T03:04:07.0000003Z\","
                "\"accessed\":\"2026-01-02T03:04:08.0000004Z\","
                "\"hash\":{\"sha256\":\"ab\",\"sha1\":\"cd\",\"md5\":\"ef\"}},"
                "\"stakeout\":{\"format\":\"stakeout-sample\",\"version\":1,"
                "\"sample\":\"ab.sample\",\"role\":\"image\",\"stored_before\":false,"
                "\"read_only\":true,\"read_by_backup\":false,\"unchanged\":true}}\n");
}

static void test_whose_file_it_is(void **state)
{
    const struct process_facts facts = {
        .key = {77, at("2026-11-25T09:59:59.1234567Z")},
        .parent_pid = 5,
        .name = text_of("evil.exe"),
        .image = {text_of("C:\\Users\\a\\evil.exe"), READ_OK},
        .command = {.state = READ_DENIED},
        .user = {text_of("alice"), READ_OK},
    };
    struct sample_record record = record_of_file();

    (void)state;
    record.process = &facts;
    assert_true(line_has(&record, "\"process\":{\"pid\":77,"
                                  "\"start\":\"2026-11-25T09:59:59.1234567Z\","
                                  "\"name\":\"evil.exe\","
                                  "\"executable\":\"C:\\\\Users\\\\a\\\\evil.exe\","));
    assert_true(line_has(&record, "\"parent\":{\"pid\":5}"));
    assert_true(line_has(&record, "\"user\":{\"name\":\"alice\""));
    assert_false(line_has(&record, "command_line"));
}

static void test_what_is_missing_is_absent(void **state)
{
    struct sample_record record = record_of_file();

    (void)state;
    record.md5 = (struct text){NULL, 0};
    record.before.accessed = 0;
    record.after.accessed = 0;
    assert_false(line_has(&record, "md5"));
    assert_false(line_has(&record, "accessed"));
    assert_false(line_has(&record, "zone"));
    record.zone = text_of("[ZoneTransfer]\r\nZoneId=3\r\n");
    assert_true(line_has(&record, "\"zone\":\"[ZoneTransfer]\\r\\nZoneId=3\\r\\n\""));
}

static void test_a_change_is_told(void **state)
{
    struct sample_record record = record_of_file();

    (void)state;
    record.is_module = true;
    record.after.modified = at("2026-11-25T10:00:01Z");
    assert_true(line_has(&record, "\"role\":\"module\""));
    assert_true(line_has(&record, "\"unchanged\":false"));
    assert_true(line_has(&record, "\"after\":{\"size\":1234,"));
    assert_true(line_has(&record, "\"mtime\":\"2026-11-25T10:00:01.0000000Z\""));
    record.after = (struct image_file){.state = READ_GONE};
    assert_true(line_has(&record, "\"after\":{\"error\":\""));
    record.after = record.before;
    record.put_back = at("2026-11-25T10:00:02Z");
    assert_true(line_has(&record, "\"unchanged\":true,"
                                  "\"access_put_back\":\"2026-11-25T10:00:02.0000000Z\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_without_a_process),
        cmocka_unit_test(test_whose_file_it_is),
        cmocka_unit_test(test_what_is_missing_is_absent),
        cmocka_unit_test(test_a_change_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
