#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/cli/text/arguments.h"
#include "core/cli/text/help.h"

static struct arena *arena;
static struct arguments arguments;
static struct buffer problem;

static int begin(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    memset(&arguments, 0, sizeof arguments);
    buffer_init(&problem, 1 << 16);
    return arena ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    buffer_done(&problem);
    arena_free(arena);
    return 0;
}

/* Words behind the program's name, separated by single spaces. */
static enum status parse(const char *line)
{
    struct text words[32];
    size_t count = 0;
    struct text rest = text_from(line);
    while (rest.size) {
        size_t space = text_find(rest, text_of(" "));
        size_t size = space == SIZE_MAX ? rest.size : space;
        assert_true(count < 32);
        words[count++] = text_slice(rest, 0, size);
        size_t used = space == SIZE_MAX ? size : size + 1;
        rest = text_slice(rest, used, rest.size - used);
    }
    buffer_clear(&problem);
    return arguments_parse(words, count, arena, &arguments, &problem);
}

static void assert_text(struct text actual, const char *expected)
{
    assert_int_equal(actual.size, strlen(expected));
    assert_memory_equal(actual.bytes, expected, actual.size);
}

static void assert_refused(const char *line, const char *why)
{
    assert_int_equal(parse(line), ST_INVALID);
    assert_text(buffer_text(&problem), why);
}

static void test_commands(void **state)
{
    (void)state;
    assert_int_equal(parse("ps --json --flat"), ST_OK);
    assert_int_equal(arguments.command, COMMAND_PS);
    assert_true(arguments.json && arguments.flat);
    assert_int_equal(parse("net --list a.txt --list=b.txt"), ST_OK);
    assert_int_equal(arguments.command, COMMAND_NET);
    assert_false(arguments.json);
    assert_int_equal(arguments.lists.count, 2);
    assert_text(arguments.lists.items[0], "a.txt");
    assert_text(arguments.lists.items[1], "b.txt");
    assert_int_equal(parse("indicators --rejected - x"), ST_OK);
    assert_true(arguments.rejected);
    assert_int_equal(arguments.operands.count, 2);
    assert_text(arguments.operands.items[0], "-");
    assert_int_equal(parse("info 4294967295"), ST_OK);
    assert_int_equal(arguments.pid, UINT32_MAX);
    assert_int_equal(parse("kill-thread 7 --pid 4 --yes"), ST_OK);
    assert_int_equal(arguments.tid, 7);
    assert_int_equal(arguments.pid, 4);
    assert_int_equal(parse("kill-thread 7"), ST_OK);
    assert_int_equal(arguments.pid, 0);
}

static void test_watch(void **state)
{
    (void)state;
    assert_int_equal(parse("watch --indicator 192.0.2.1 --indicator *.evil.example --seconds 60 "
                           "--until-hit --interval 5 --case C:\\case --on-hit record --json "
                           "--hide-api=NtQuerySystemInformation"),
                     ST_OK);
    assert_int_equal(arguments.indicators.count, 2);
    assert_text(arguments.indicators.items[1], "*.evil.example");
    assert_int_equal(arguments.seconds, 60);
    assert_int_equal(arguments.interval, 5);
    assert_true(arguments.until_hit);
    assert_int_equal(arguments.on_hit, 0); /* record is nothing more than the hit */
    assert_text(arguments.folder, "C:\\case");
    assert_text(arguments.hide_api, "NtQuerySystemInformation");
}

static void test_report(void **state)
{
    (void)state;
    assert_int_equal(parse("report C:\\case"), ST_OK);
    assert_int_equal(arguments.command, COMMAND_REPORT);
    assert_int_equal(arguments.format, REPORT_HTML);
    assert_int_equal(arguments.language, REPORT_ENGLISH);
    assert_int_equal(parse("report c --lang zh --no-defang --out -"), ST_OK);
    assert_int_equal(arguments.language, REPORT_CHINESE);
    assert_true(arguments.no_defang);
    assert_text(arguments.out, "-");
    assert_int_equal(parse("report c --format stix"), ST_OK);
    assert_int_equal(arguments.format, REPORT_STIX);
    assert_refused("report c --format pdf",
                   "--format pdf: give html, csv, excel, ecs, sigma or stix");
    assert_refused("report c --lang de", "--lang: give en or zh");
    assert_refused("report c --format csv --no-defang",
                   "--lang, --defang and --no-defang go with --format html only");
    assert_refused("report c --defang --no-defang", "--defang and --no-defang: give one of them");
}

static void test_find(void **state)
{
    (void)state;
    assert_int_equal(parse("find handles evil --regex --case --pid 4 --pid=8 --limit 5"), ST_OK);
    assert_int_equal(arguments.command, COMMAND_FIND);
    assert_int_equal(arguments.find, FIND_HANDLES);
    assert_text(arguments.pattern, "evil");
    assert_true(arguments.regex && arguments.match_case);
    assert_int_equal(arguments.pids.count, 2);
    assert_text(arguments.pids.items[1], "8");
    assert_int_equal(arguments.limit, 5);
    assert_int_equal(arguments.folder.size, 0);
    assert_int_equal(parse("find registry Run"), ST_OK);
    assert_int_equal(arguments.find, FIND_REGISTRY);
    assert_false(arguments.regex || arguments.match_case);
    assert_int_equal(arguments.limit, 0);
    assert_int_equal(parse("find memory -- --list"), ST_OK);
    assert_text(arguments.pattern, "--list");
    assert_int_equal(parse("find memory --list a.txt"), ST_OK);
    assert_int_equal(arguments.find, FIND_MEMORY);
    assert_int_equal(arguments.pattern.size, 0);
    assert_int_equal(arguments.lists.count, 1);
    /* The same name is a folder elsewhere. */
    assert_int_equal(parse("kill --case d 5"), ST_OK);
    assert_text(arguments.folder, "d");
    assert_refused("find", "find: give KIND PATTERN");
    assert_refused("find files x",
                   "find: files: give handles, registry or memory, then what to look for");
    assert_refused("find handles", "find: nothing to look for; give a PATTERN");
    assert_refused("find memory", "find: nothing to look for; give a PATTERN or --list FILE");
    assert_refused("find handles x --list l",
                   "--list goes with find memory only; give a PATTERN to the other two");
    assert_refused("find registry x --pid 4",
                   "--pid does not go with find registry: the registry belongs to no process");
    assert_refused("find memory x --pid four",
                   "find: \"four\" is no PID; give the number that ps prints");
    assert_refused("find memory x --limit 0",
                   "--limit 0: give a whole number from 1 to 4294967295");
    assert_refused("find memory a b", "find does not know what to do with \"b\"");
}

static void test_evidence(void **state)
{
    (void)state;
    assert_int_equal(parse("dump 12 --full --start 2026-11-25T02:43:29.1234567Z --case C:\\c"),
                     ST_OK);
    assert_int_equal(arguments.command, COMMAND_DUMP);
    assert_int_equal(arguments.pid, 12);
    assert_true(arguments.full && arguments.start);
    assert_int_equal(parse("dump-tree 12 --leave 13 --orphans --dry-run --json"), ST_OK);
    assert_int_equal(arguments.leave.count, 1);
    assert_int_equal(parse("sample 12 --modules"), ST_OK);
    assert_int_equal(arguments.pid, 12);
    assert_int_equal(parse("sample --file C:\\t\\evil.exe"), ST_OK);
    assert_text(arguments.file, "C:\\t\\evil.exe");
    assert_int_equal(parse("close 10.0.0.5:50000 192.0.2.1:443"), ST_OK);
    assert_text(arguments.operands.items[1], "192.0.2.1:443");
    assert_refused("sample", "sample: give PID, or --file PATH");
    assert_refused("sample x", "sample: \"x\" is no PID; give the number that ps prints");
    assert_refused("sample 12 --file x", "sample: --file is about a file alone; leave out PID, "
                                         "--modules and --start");
    assert_refused("dump", "dump: give PID");
    assert_refused("close 10.0.0.5:50000", "close: give LOCAL REMOTE");
    assert_refused("sample 12 --full",
                   "--full does not go with sample; see stakeout-cli sample --help");
}

static void test_help_and_version(void **state)
{
    (void)state;
    assert_int_equal(parse("--help"), ST_OK);
    assert_true(arguments.help);
    assert_int_equal(parse("--version"), ST_OK);
    assert_true(arguments.version);
    assert_int_equal(parse("watch --help"), ST_OK); /* though nothing is given to watch for */
    assert_int_equal(arguments.command, COMMAND_WATCH);
    assert_int_equal(parse("/?"), ST_OK);
    assert_true(arguments.help);
    assert_int_equal(parse("info -h"), ST_OK);
    assert_true(arguments.help);
}

static void test_two_dashes_end_options(void **state)
{
    (void)state;
    assert_int_equal(parse("indicators -- --odd-name"), ST_OK);
    assert_text(arguments.operands.items[0], "--odd-name");
}

static void test_taking_away(void **state)
{
    (void)state;
    assert_int_equal(parse("close-handle 12 0x1A4 --yes --dry-run --case c"), ST_OK);
    assert_int_equal(arguments.pid, 12);
    assert_int_equal(arguments.handle, 0x1A4);
    assert_int_equal(parse("close-handle 12 420"), ST_OK);
    assert_int_equal(arguments.handle, 420);
    assert_refused("close-handle 12 0x",
                   "close-handle: \"0x\" is no handle; give the number that find handles prints");
    assert_refused("close-handle 12 0",
                   "close-handle: \"0\" is no handle; give the number that find handles prints");
    assert_refused("close-handle x 4", "close-handle: \"x\" is no PID; give the number that ps "
                                       "prints");
    assert_int_equal(parse("registry export HKLM\\SOFTWARE a.reg"), ST_OK);
    assert_false(arguments.delete_key);
    assert_int_equal(parse("registry delete HKU\\x y --escaped --yes"), ST_OK);
    assert_true(arguments.delete_key && arguments.escaped && arguments.yes);
    assert_int_equal(arguments.operands.count, 3);
    assert_int_equal(parse("registry delete HKU\\x"), ST_OK);
    assert_refused("registry export HKU\\x", "registry export: give KEY FILE");
    assert_refused("registry keep x",
                   "registry: keep: give export KEY FILE, or delete KEY [VALUE]");
}

static void test_wrong_usage_is_one_clear_line(void **state)
{
    (void)state;
    assert_refused("", "no command given; see stakeout-cli --help");
    assert_refused("pss", "pss: there is no such command; see stakeout-cli --help");
    assert_refused("record 5",
                   "record: not in this version; stakeout-cli --help lists what there is");
    assert_refused("ps --fast", "--fast: there is no such option; see stakeout-cli --help");
    assert_refused("ps -j", "-j: there is no such option; options begin with two dashes");
    assert_refused("ps --list x", "--list does not go with ps; see stakeout-cli ps --help");
    assert_refused("--json ps",
                   "--json does not go with no command: put a command first; see stakeout-cli "
                   "--help");
    assert_refused("ps --json=1", "--json takes nothing behind it");
    assert_refused("kill-thread x",
                   "kill-thread: \"x\" is no TID; give the number that info prints");
    assert_refused("kill-thread 0",
                   "kill-thread: \"0\" is no TID; give the number that info prints");
    assert_refused("kill-thread 7 --pid 0", "--pid 0: give a whole number from 1 to 4294967295");
    assert_refused("ps extra", "ps does not know what to do with \"extra\"");
    assert_refused("indicators", "indicators: give FILE..., or - for standard input");
    assert_refused("info", "info: give PID");
    assert_refused("info 12a", "info: \"12a\" is no PID; give the number that ps prints");
    assert_refused("info 4294967296",
                   "info: \"4294967296\" is no PID; give the number that ps prints");
    assert_refused("watch", "watch: nothing to watch for; give --indicator TEXT or --list FILE");
    assert_refused("watch --indicator", "--indicator needs TEXT behind it");
    assert_refused("watch --indicator=", "--indicator: what stands behind it is empty");
}

static void test_numbers_have_bounds(void **state)
{
    (void)state;
    assert_refused("watch --indicator x --interval 4",
                   "--interval 4: give a whole number from 5 to 60000");
    assert_refused("watch --indicator x --interval 60001",
                   "--interval 60001: give a whole number from 5 to 60000");
    assert_refused("watch --indicator x --seconds 0",
                   "--seconds 0: give a whole number from 1 to 31536000");
    assert_refused("watch --indicator x --seconds -1",
                   "--seconds -1: give a whole number from 1 to 31536000");
    assert_refused("watch --indicator x --seconds 99999999999999999999",
                   "--seconds 99999999999999999999: give a whole number from 1 to 31536000");
}

static void test_what_would_not_be_done_at_a_hit_is_refused(void **state)
{
    (void)state;
    assert_refused("watch --indicator x --on-hit dump,explode",
                   "--on-hit \"explode\": there is no such thing to do; give some of "
                   "record,dump,sample,suspend,suspend-tree");
    assert_refused("watch --indicator x --on-hit-for dump", "--on-hit-for dump: give NAME=WHAT");
    assert_refused("watch --indicator x --on-hit-for y=dump",
                   "--on-hit-for y: there is no such --list or --indicator");
    assert_refused("watch --indicator x --on-hit-for x=explode",
                   "--on-hit-for \"explode\": there is no such thing to do; give some of "
                   "record,dump,sample,suspend,suspend-tree");
    assert_refused("watch --indicator x --once --each-time", "--once does not go with --each-time");
}

/* A failed call leaves its outputs untouched. */
static void test_failure_leaves_arguments_alone(void **state)
{
    (void)state;
    assert_int_equal(parse("ps --json"), ST_OK);
    struct arguments before = arguments;
    assert_int_equal(parse("net --bogus"), ST_INVALID);
    assert_memory_equal(&before, &arguments, sizeof before);
}

static void test_every_command_has_a_page(void **state)
{
    (void)state;
    struct buffer page;
    buffer_init(&page, 1 << 16);
    for (int i = COMMAND_NONE; i < COMMAND_COUNT; i++) {
        buffer_clear(&page);
        help_add(&page, (enum command)i);
        assert_int_equal(page.failed, ST_OK);
        assert_int_equal(page.bytes[page.size - 1], '\n');
        struct text rest = buffer_text(&page);
        assert_true(text_find(rest, text_of("usage: stakeout-cli ")) != SIZE_MAX);
        assert_true(text_find(rest, text_from(command_name((enum command)i))) != SIZE_MAX);
        while (rest.size) {
            size_t line = text_find(rest, text_of("\n"));
            assert_true(line <= 100);
            rest = text_slice(rest, line + 1, rest.size - line - 1);
        }
    }
    buffer_clear(&page);
    help_add(&page, COMMAND_WATCH);
    struct text watch = buffer_text(&page);
    static const char *const options[] = {"--list FILE",   "--indicator TEXT", "--seconds N",
                                          "--until-hit",   "--interval MS",    "--case DIR",
                                          "--on-hit WHAT", "--json",           "LOCALAPPDATA"};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        assert_true(text_find(watch, text_from(options[i])) != SIZE_MAX);
    buffer_done(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_commands, begin, end),
        cmocka_unit_test_setup_teardown(test_watch, begin, end),
        cmocka_unit_test_setup_teardown(test_report, begin, end),
        cmocka_unit_test_setup_teardown(test_find, begin, end),
        cmocka_unit_test_setup_teardown(test_taking_away, begin, end),
        cmocka_unit_test_setup_teardown(test_evidence, begin, end),
        cmocka_unit_test_setup_teardown(test_help_and_version, begin, end),
        cmocka_unit_test_setup_teardown(test_two_dashes_end_options, begin, end),
        cmocka_unit_test_setup_teardown(test_wrong_usage_is_one_clear_line, begin, end),
        cmocka_unit_test_setup_teardown(test_numbers_have_bounds, begin, end),
        cmocka_unit_test_setup_teardown(test_what_would_not_be_done_at_a_hit_is_refused, begin,
                                        end),
        cmocka_unit_test_setup_teardown(test_failure_leaves_arguments_alone, begin, end),
        cmocka_unit_test_setup_teardown(test_every_command_has_a_page, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
