/* The page of a case: what is in it, what may not be, an empty case, a huge one, want of memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/ecs.h"
#include "core/case/report.h"
#include "tests/support/case_files.h"
#include "tests/support/case_sample.h"
#include "tests/support/failing_memory.h"

static struct case_files folder;
static struct buffer out;
static struct buffer hits;
static struct report_options options;

static int begin(void **state)
{
    (void)state;
    folder = (struct case_files){.count = 0};
    options = (struct report_options){.now = SAMPLE_NOW, .version = text_of("1.2.3")};
    buffer_init(&out, (size_t)256 << 20);
    buffer_init(&hits, (size_t)64 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buffer_done(&out);
    buffer_done(&hits);
    return 0;
}

static enum status make(enum report_format format)
{
    const struct report_files files = case_files_table(&folder);
    const struct journal_hash hash = case_files_hash();
    options.format = format;
    buffer_clear(&out);
    enum status status = report_write(&files, &hash, &options, NULL, &out);
    assert_int_equal(folder.open, 0);
    return status;
}

static bool holds(const char *part)
{
    return text_find(buffer_text(&out), text_from(part)) != SIZE_MAX;
}

static void assert_holds(const char *part)
{
    if (!holds(part))
        fail_msg("\"%s\" is not in it", part);
}

static size_t times(const char *part)
{
    size_t count = 0;
    struct text rest = buffer_text(&out);
    size_t at = text_find(rest, text_from(part));
    for (; at != SIZE_MAX; at = text_find(rest, text_from(part))) {
        count++;
        rest = text_slice(rest, at + 1, rest.size - at - 1);
    }
    return count;
}

static void add_hit(const struct hit *hit)
{
    ecs_add_hit(&hits, hit);
    buffer_add_byte(&hits, '\n');
    case_files_put(&folder, "hits.jsonl", buffer_text(&hits));
}

static void test_a_hit_in_words_and_as_a_tree(void **state)
{
    (void)state;
    add_hit(sample_hit());
    assert_int_equal(make(REPORT_HTML), ST_OK);
    assert_true(text_starts(buffer_text(&out), text_of("<!DOCTYPE html>\n<html lang=\"en\">")));
    assert_true(text_ends(buffer_text(&out), text_of("</html>\n")));
    assert_holds("default-src 'none'; style-src 'sha256-");
    assert_holds("Hits: 1. Processes with hits: 1.");
    assert_holds("<b>node.exe</b>");
    assert_holds("started by <b>cmd.exe</b>");
    assert_true(holds("Elevated</dt><dd>yes") || holds("Elevated</dt><dd>no"));
    /* From the root down, the process itself last. */
    size_t root = text_find(buffer_text(&out), text_of("<ul><li><b>explorer.exe</b>"));
    size_t parent = text_find(buffer_text(&out), text_of("<ul><li><b>cmd.exe</b>"));
    size_t itself = text_find(buffer_text(&out), text_of("<ul><li class=hit><b>node.exe</b>"));
    assert_true(root < parent && parent < itself && itself != SIZE_MAX);
    assert_int_equal(times("<script"), 0);
    assert_int_equal(times("href=\"") + times("src="), times("href=\"#"));
}

static void test_other_language(void **state)
{
    (void)state;
    add_hit(sample_hit());
    options.language = REPORT_CHINESE;
    assert_int_equal(make(REPORT_HTML), ST_OK);
    assert_holds("<html lang=\"zh-CN\">");
    assert_holds("命中的进程");
    assert_false(holds("Summary"));
    assert_true(holds("已提升</dt><dd>是") || holds("已提升</dt><dd>否"));
    assert_true(text_valid(buffer_text(&out)));
}

static void test_defanged_or_not(void **state)
{
    (void)state;
    struct hit *hit = sample_hit();
    hit->value = (struct indicator){.kind = INDICATOR_ADDRESS};
    assert_true(address_parse(text_of("192.0.2.1"), &hit->value.low));
    hit->indicator = text_of("192.0.2.1");
    hit->origin = (struct indicator_origin){0};
    hit->process = NULL;
    hit->ancestor_count = 0;
    add_hit(hit);
    assert_int_equal(make(REPORT_HTML), ST_OK);
    assert_holds("192[.]0[.]2[.]1");
    assert_false(holds("192.0.2.1"));
    options.plain = true;
    assert_int_equal(make(REPORT_HTML), ST_OK);
    assert_holds("192.0.2.1");
    assert_false(holds("[.]"));
}

/* Markup, attributes' ends, control and direction characters, tags, a lone surrogate, a NUL. */
static void test_nothing_from_the_machine_is_markup(void **state)
{
    (void)state;
    static struct process_facts facts;
    struct hit *hit = sample_hit();
    facts = *hit->process;
    facts.name = text_of("</b><script>alert(1)</script>\"'>\xE2\x80\xAEgnp.exe");
    facts.command.value =
        text_of("a\x01\x7F\n\t\xC2\x85\xEF\xBB\xBF\xED\xA0\xBD\xF3\xA0\x81\x81&amp;\0z");
    facts.command.state = READ_OK;
    hit->process = &facts;
    add_hit(hit);
    assert_int_equal(make(REPORT_HTML), ST_OK);
    assert_int_equal(times("<script"), 0);
    assert_holds(
        "&lt;/b&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;<i>U+202E</i>gnp.exe");
    assert_holds("a<i>U+0001</i><i>U+007F</i><i>U+000A</i><i>U+0009</i><i>U+0085</i><i>U+FEFF</i>"
                 "<i>U+D83D</i><i>U+E0041</i>&amp;amp;<i>U+0000</i>z");
    assert_true(text_valid(buffer_text(&out)));
}

static void test_long_command_lines_are_whole_once(void **state)
{
    (void)state;
    static struct process_facts facts;
    static char line[32000];
    struct hit *hit = sample_hit();
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = 'Z';
    facts = *hit->process;
    facts.command = (struct text_fact){.state = READ_OK, .value = {line, sizeof line}};
    hit->process = &facts;
    add_hit(hit);
    assert_int_equal(make(REPORT_HTML), ST_OK);
    assert_int_equal(times("xxxxxZ</code>"), 1);
}

static void test_an_empty_case(void **state)
{
    (void)state;
    assert_int_equal(make(REPORT_HTML), ST_NOT_FOUND);
    case_files_put(&folder, "case.json", text_of("{}"));
    assert_int_equal(make(REPORT_HTML), ST_OK);
    assert_holds("The case holds no hits.");
    assert_holds("The case holds no journal");
    assert_holds("No evidence was collected.");
    case_files_put(&folder, "hits.jsonl", text_of(""));
    assert_int_equal(make(REPORT_HTML), ST_OK);
    assert_holds("No watched connection was seen.");
    for (int format = REPORT_CSV; format < REPORT_FORMATS; format++)
        assert_int_equal(make((enum report_format)format), ST_OK);
}

static void test_torn_and_foreign_lines_are_told(void **state)
{
    (void)state;
    add_hit(sample_hit());
    buffer_add_string(&hits, "not json\n[1]\n\n{\"half\":");
    case_files_put(&folder, "hits.jsonl", buffer_text(&hits));
    assert_int_equal(make(REPORT_HTML), ST_OK);
    assert_holds("1 lines at the end of a file were cut off");
    assert_holds("2 lines are not as this program writes them");
    assert_holds("Hits: 1.");
}

static void test_what_can_not_be_read_is_told(void **state)
{
    (void)state;
    add_hit(sample_hit());
    case_files_put(&folder, "journal.jsonl", text_of("x"));
    case_files_find(&folder, text_of("journal.jsonl"))->opening = ST_DENIED;
    assert_int_equal(make(REPORT_HTML), ST_OK);
    assert_holds("<code>journal.jsonl</code>: access denied");
    case_files_find(&folder, text_of("hits.jsonl"))->reading = ST_IO;
    assert_int_equal(make(REPORT_HTML), ST_OK);
    assert_holds("<code>hits.jsonl</code>: could not be read or written");
}

static void test_actions_with_their_outcomes(void **state)
{
    (void)state;
    case_files_put(
        &folder, "journal.jsonl",
        text_of("{\"prev\":\"x\",\"@timestamp\":\"2026-11-25T02:43:30Z\",\"event\":{\"sequence\":1,"
                "\"type\":[\"start\"],\"action\":\"kill\"},\"process\":{\"pid\":7,\"name\":"
                "\"<evil>.exe\"}}\n"
                "{\"@timestamp\":\"2026-11-25T02:43:31Z\",\"event\":{\"sequence\":2,\"type\":"
                "[\"end\"],\"action\":\"kill\",\"outcome\":\"failure\",\"reason\":\"access "
                "denied\"},\"journal\":{\"of\":1}}\n"
                "{\"@timestamp\":\"2026-11-25T02:43:32Z\",\"event\":{\"sequence\":3,\"type\":"
                "[\"start\"],\"action\":\"sinkhole-add\"},\"stakeout\":{\"domains\":"
                "[\"evil.example\"]}}\n"));
    assert_int_equal(make(REPORT_HTML), ST_OK);
    assert_holds("Actions and notes in the journal: 2; without success: 1.");
    assert_holds("<b>&lt;evil&gt;.exe</b>");
    assert_holds("<b>failure:</b> access denied");
    assert_holds("none was written down");
    assert_holds("evil[.]example");
    assert_holds("chain is broken at line 1");
}

static const char sample_json[] =
    "{\"@timestamp\":\"2026-11-25T02:45:00Z\",\"file\":{\"path\":\"C:\\\\x\\\\node.exe\",\"size\":"
    "2048,\"created\":\"2026-11-25T02:00:00Z\",\"mtime\":\"2026-11-25T02:44:00Z\",\"hash\":"
    "{\"sha256\":\"aabb\"}},\"process\":{\"pid\":%,\"start\":\"@\",\"name\":\"node.exe\"},"
    "\"stakeout\":{\"sample\":\"aabb.sample\",\"role\":\"image\",\"zone\":\"ZoneId=3\"}}\n";

/* The record with the process of the sample hit in it. */
static void put_sample(struct buffer *record, const struct process_facts *facts)
{
    for (const char *at = sample_json; *at; at++) {
        if (*at == '%')
            buffer_add_unsigned(record, facts->key.pid);
        else if (*at == '@' && at[1] == '"')
            moment_add_iso(record, facts->key.start, true);
        else
            buffer_add_byte(record, *at);
    }
    case_files_put(&folder, "samples/aabb.json", buffer_text(record));
}

static void test_times_of_the_file_beside_the_start(void **state)
{
    (void)state;
    struct hit *hit = sample_hit();
    struct buffer record;
    buffer_init(&record, 4096);
    add_hit(hit);
    assert_int_equal(make(REPORT_HTML), ST_OK);
    assert_holds("The times of its file were not taken");
    put_sample(&record, hit->process);
    assert_int_equal(make(REPORT_HTML), ST_OK);
    assert_holds("the file on disk was changed after this process started");
    assert_holds("samples/aabb.sample");
    assert_holds("2.0 KB");
    buffer_done(&record);
}

static void test_dumps_evidence_and_manifest(void **state)
{
    (void)state;
    case_files_put(&folder, "case.json",
                   text_of("{\"name\":\"A <case>\",\"sessions\":[{\"host\":{\"hostname\":\"PC\"},"
                           "\"settings\":{\"x\":5},\"watchlists\":[{\"file\":\"l.txt\",\"sha256\":"
                           "\"99\",\"indicators\":3}],\"unheard\":{\"of\":[]}}]}"));
    case_files_put(&folder, "dumps/a.dmp", text_of("MDMP"));
    case_files_put(
        &folder, "journal.jsonl",
        text_of("{\"event\":{\"sequence\":1,\"action\":\"dump\"},\"process\":{\"pid\":5,\"name\":"
                "\"p\"},\"file\":{\"path\":\"C:\\\\case\\\\dumps\\\\a.dmp\",\"hash\":{\"sha256\":"
                "\"ddee\"}}}\n"));
    case_files_put(&folder, "evidence/parts.jsonl",
                   text_of("{\"part\":\"sysmon\",\"source\":\"EvtExportLog\",\"outcome\":"
                           "\"unavailable\",\"reason\":\"no such channel\"}\nrubbish\n"));
    case_files_put(&folder, "evidence-2/parts.jsonl", text_of("{\"part\":\"arp\"}\n"));
    case_files_put(&folder, "manifest.sha256", text_of("00  a\n11  b\n"));
    assert_int_equal(make(REPORT_HTML), ST_OK);
    assert_holds("A &lt;case&gt; \u2013 ");
    assert_holds("<dt>Host</dt><dd>PC</dd>");
    assert_holds("x: 5<br>");
    assert_holds("<code>l.txt</code> (indicators: 3)");
    assert_holds("dumps/a.dmp");
    assert_holds("ddee");
    assert_holds("<b>unavailable</b> no such channel");
    assert_holds("1 lines of it could not be read");
    assert_holds("evidence-2/parts.jsonl");
    assert_holds("names 2 files; its own SHA-256 is");
}

static void test_ten_thousand_hits_stay_usable(void **state)
{
    (void)state;
    enum { MANY = 10500 };
    static struct process_facts facts;
    struct hit *hit = sample_hit();
    facts = *hit->process;
    hit->process = &facts;
    for (uint32_t i = 0; i < MANY; i++) {
        facts.key.pid = 4 + i % 300;
        hit->number = i + 1;
        ecs_add_hit(&hits, hit);
        buffer_add_byte(&hits, '\n');
    }
    case_files_put(&folder, "hits.jsonl", buffer_text(&hits));
    assert_int_equal(make(REPORT_HTML), ST_OK);
    assert_holds("10000 of 10500 are shown here; all are in <code>hits.jsonl</code>.");
    assert_holds("100 of 300 are shown here");
    assert_holds("20 of 35 are shown here");
    assert_int_equal(times("<article"), 100);
    assert_true(out.size < (size_t)16 << 20);
    assert_int_equal(make(REPORT_CSV), ST_OK);
    assert_int_equal(times("\r\n"), MANY + 1);
}

static void test_want_of_memory_is_told(void **state)
{
    (void)state;
    add_hit(sample_hit());
    case_files_put(&folder, "case.json", text_of("{\"name\":\"x\"}"));
    for (int format = REPORT_HTML; format < REPORT_FORMATS; format++) {
        for (size_t n = 1;; n++) {
            failing_memory_begin(n);
            enum status status = make((enum report_format)format);
            bool failed = failing_memory_failed();
            failing_memory_end();
            if (!failed)
                break;
            if (status != ST_OK)
                assert_int_equal(status, ST_NO_MEMORY);
        }
        assert_int_equal(make((enum report_format)format), ST_OK);
    }
}

static void test_cancelled(void **state)
{
    (void)state;
    const struct report_files files = case_files_table(&folder);
    const struct journal_hash hash = case_files_hash();
    const atomic_bool cancel = true;
    struct progress progress = {.cancel = &cancel};
    add_hit(sample_hit());
    assert_int_equal(report_write(&files, &hash, &options, &progress, &out), ST_CANCELLED);
    assert_int_equal(folder.open, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_hit_in_words_and_as_a_tree, begin, end),
        cmocka_unit_test_setup_teardown(test_other_language, begin, end),
        cmocka_unit_test_setup_teardown(test_defanged_or_not, begin, end),
        cmocka_unit_test_setup_teardown(test_nothing_from_the_machine_is_markup, begin, end),
        cmocka_unit_test_setup_teardown(test_long_command_lines_are_whole_once, begin, end),
        cmocka_unit_test_setup_teardown(test_an_empty_case, begin, end),
        cmocka_unit_test_setup_teardown(test_torn_and_foreign_lines_are_told, begin, end),
        cmocka_unit_test_setup_teardown(test_what_can_not_be_read_is_told, begin, end),
        cmocka_unit_test_setup_teardown(test_actions_with_their_outcomes, begin, end),
        cmocka_unit_test_setup_teardown(test_times_of_the_file_beside_the_start, begin, end),
        cmocka_unit_test_setup_teardown(test_dumps_evidence_and_manifest, begin, end),
        cmocka_unit_test_setup_teardown(test_ten_thousand_hits_stay_usable, begin, end),
        cmocka_unit_test_setup_teardown(test_want_of_memory_is_told, begin, end),
        cmocka_unit_test_setup_teardown(test_cancelled, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
