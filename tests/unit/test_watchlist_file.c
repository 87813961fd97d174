/* Watchlist files: lines, comments, and input that is no watchlist: told once and clearly, and
 * never at the cost of the good lines beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/base/memory.h"
#include "core/watch/watchlist.h"

struct loaded {
    struct watchlist_builder *builder;
    struct watchlist_lines lines;
    struct buffer problems;
};

static void load(struct loaded *loaded, struct text content)
{
    loaded->builder = watchlist_builder_new();
    buffer_init(&loaded->problems, 1 << 20);
    assert_int_equal(watchlist_add_file_text(loaded->builder, content, text_of("list.txt"),
                                             &loaded->problems, &loaded->lines),
                     ST_OK);
    assert_int_equal(loaded->problems.failed, ST_OK);
}

static void unload(struct loaded *loaded)
{
    watchlist_builder_free(loaded->builder);
    buffer_done(&loaded->problems);
}

static void assert_lines(struct text content, uint32_t added, uint32_t duplicates, uint32_t bad,
                         const char *problems)
{
    struct loaded loaded;

    load(&loaded, content);
    if (loaded.lines.added != added || loaded.lines.duplicates != duplicates ||
        loaded.lines.bad != bad)
        fail_msg("added %u, duplicates %u, bad %u of \"%.*s\"", loaded.lines.added,
                 loaded.lines.duplicates, loaded.lines.bad, (int)content.size, content.bytes);
    if (!text_equal(buffer_text(&loaded.problems), text_from(problems)))
        fail_msg("told:\n%.*snot:\n%s", (int)loaded.problems.size, loaded.problems.bytes, problems);
    assert_int_equal(watchlist_builder_count(loaded.builder), added);
    unload(&loaded);
}

/* The canonical text and the label of the only indicator in a line. */
static void assert_one(const char *line, const char *written, const char *label)
{
    struct loaded loaded;
    struct watchlist *list = NULL;
    struct indicator indicator;
    struct indicator_origin origin;
    struct buffer out;

    load(&loaded, text_from(line));
    assert_int_equal(loaded.lines.added, 1);
    assert_int_equal(watchlist_build(loaded.builder, &list), ST_OK);
    watchlist_indicator(list, 0, &indicator, &origin);
    buffer_init(&out, 10000);
    indicator_add(&out, &indicator);
    if (!text_equal(buffer_text(&out), text_from(written)) ||
        !text_equal(origin.label, text_from(label)))
        fail_msg("\"%s\" gave \"%.*s\" with the label \"%.*s\"", line, (int)out.size, out.bytes,
                 (int)origin.label.size, origin.label.bytes);
    buffer_done(&out);
    buffer_done(&loaded.problems);
    watchlist_release(list);
}

static void test_lines(void **state)
{
    (void)state;
    assert_lines(text_of(""), 0, 0, 0, "");
    assert_lines(text_of("\n\n# nothing\n   \n\t# nothing\n"), 0, 0, 0, "");
    assert_lines(text_of("192.0.2.1\n192.0.2.2"), 2, 0, 0, "");
    assert_lines(text_of("192.0.2.1\r\n192.0.2.2\r\n"), 2, 0, 0, "");
    assert_lines(text_of("192.0.2.1\r192.0.2.2\r\r192.0.2.3"), 3, 0, 0, "");
    assert_lines(text_of("\xEF\xBB\xBF"
                         "192.0.2.1\n"),
                 1, 0, 0, "");
    assert_lines(text_of("192.0.2.1\n192.0.2.1/32\nEvil.example\nevil.example."), 2, 2, 0, "");
}

static void test_comments_and_labels(void **state)
{
    (void)state;
    assert_one("192.0.2.1#tight", "192.0.2.1", "tight");
    assert_one("evil.example \t# a # b", "evil.example", "a # b");
    assert_one("name:c#.exe # sharp", "name:c#.exe", "sharp");
    assert_one("/a#b/", "/a#b/", "");
    assert_one("/a #b/ # see", "/a #b/", "see");
    assert_one("/a/b/i # http://x/y", "/a/b/i", "http://x/y");
    assert_one("/a\\/ #b/i", "/a\\/ #b/i", "");
    assert_one("command:/x\\\\/ # slash", "command:/x\\\\/", "slash");
    assert_one("name: /x/ # on names", "name:/x/", "on names");
}

static void test_bad_lines_are_told_with_their_number(void **state)
{
    (void)state;
    assert_lines(text_of("192.0.2.1\n\nhello\r\n192.0.2.2\na(b # x\n/a(b/\n"), 2, 0, 3,
                 "list.txt, line 3: \"hello\" is one word: a host name has a dot\n"
                 "list.txt, line 5: \"a(b\" is defanged: import the text instead\n"
                 "list.txt, line 6: \"/a(b/\" is no regular expression: missing closing "
                 "parenthesis at byte 4\n");
    assert_lines(text_of("192.0.2.1\n\x01\x1B[2J\xFF"
                         "e\xE2\x80\xAEvil\n"),
                 1, 0, 1,
                 "list.txt, line 2: \"??[2J?e?vil\" is defanged: import the text instead\n");
    assert_lines(text_of("192.0.2.1\n192.0.2.2\0\n192.0.2.3\n"), 2, 0, 1,
                 "list.txt, line 2: \"192.0.2.2?\" holds NULs: not text\n");
}

static void test_many_bad_lines_are_counted(void **state)
{
    static const char bad[] = "x\n";
    struct buffer content;
    struct loaded loaded;
    size_t told = 0;

    (void)state;
    buffer_init(&content, 1 << 20);
    buffer_add_string(&content, "192.0.2.1\n");
    for (int i = 0; i < 1000; i++)
        buffer_add_string(&content, bad);
    load(&loaded, buffer_text(&content));
    assert_int_equal(loaded.lines.bad, 1000);
    for (size_t i = 0; i < loaded.problems.size; i++)
        told += loaded.problems.bytes[i] == '\n';
    assert_int_equal(told, WATCHLIST_PROBLEMS_TOLD + 1);
    assert_true(text_ends(buffer_text(&loaded.problems),
                          text_of("\nlist.txt: 990 more lines are no indicators\n")));
    unload(&loaded);
    buffer_done(&content);
}

static void test_what_is_no_watchlist_is_one_line(void **state)
{
    struct buffer noise;
    struct loaded loaded;
    uint64_t seed = 88172645463325252u;

    (void)state;
    assert_lines(text_of("one\ntwo\nthree\n"), 0, 0, 3,
                 "list.txt: holds no indicator in 3 lines: not a watchlist\n");
    buffer_init(&noise, 4 << 20);
    for (int i = 0; i < 1 << 20; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        buffer_add_byte(&noise, (char)(seed >> 40));
    }
    load(&loaded, buffer_text(&noise));
    assert_int_equal(loaded.lines.added, 0);
    assert_true(loaded.lines.bad > 1000);
    assert_true(
        text_starts(buffer_text(&loaded.problems), text_of("list.txt: holds no indicator in ")));
    assert_true(loaded.problems.size < 100);
    unload(&loaded);
    buffer_done(&noise);
}

static void test_a_line_of_100_megabytes(void **state)
{
    size_t size = (size_t)100 << 20;
    char *content = memory_take(size + 32);
    struct loaded loaded;

    (void)state;
    assert_non_null(content);
    memset(content, 'a', size);
    memcpy(content + size, "\n192.0.2.1\n", 11);
    load(&loaded, (struct text){content, size + 11});
    assert_int_equal(loaded.lines.added, 1);
    assert_true(
        text_equal(buffer_text(&loaded.problems),
                   text_of("list.txt, line 1: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\" "
                           "is longer than 8192 bytes\n")));
    unload(&loaded);
    memory_give(content);
}

static void test_without_a_name_and_without_problems(void **state)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist_lines lines;
    struct buffer problems;

    (void)state;
    buffer_init(&problems, 1000);
    assert_int_equal(watchlist_add_file_text(builder, text_of("192.0.2.1\nx"), (struct text){0},
                                             &problems, &lines),
                     ST_OK);
    assert_true(
        text_equal(buffer_text(&problems),
                   text_of("the list, line 2: \"x\" is one word: a host name has a dot\n")));
    assert_int_equal(
        watchlist_add_file_text(builder, text_of("x\ny\nz"), (struct text){0}, NULL, &lines),
        ST_OK);
    assert_int_equal(lines.bad, 3);
    watchlist_builder_free(builder);
    buffer_done(&problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_comments_and_labels),
        cmocka_unit_test(test_bad_lines_are_told_with_their_number),
        cmocka_unit_test(test_many_bad_lines_are_counted),
        cmocka_unit_test(test_what_is_no_watchlist_is_one_line),
        cmocka_unit_test(test_a_line_of_100_megabytes),
        cmocka_unit_test(test_without_a_name_and_without_problems),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
