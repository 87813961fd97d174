#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/watch/watchlist_edit.h"

static struct watchlist *list_of(const char *content, const char *file)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist_lines lines;
    struct watchlist *list = NULL;

    assert_non_null(builder);
    assert_int_equal(
        watchlist_add_file_text(builder, text_from(content), text_from(file), NULL, &lines), ST_OK);
    assert_int_equal(lines.bad, 0);
    assert_int_equal(watchlist_build(builder, &list), ST_OK);
    return list;
}

static void assert_written(const struct watchlist *list, const char *own_name, const char *wanted)
{
    struct buffer out;

    buffer_init(&out, 1 << 20);
    watchlist_write(list, text_from(own_name), &out);
    assert_int_equal(out.failed, ST_OK);
    if (!text_equal(buffer_text(&out), text_from(wanted)))
        fail_msg("written:\n%.*s\nnot:\n%s", (int)out.size, out.bytes, wanted);
    buffer_done(&out);
}

static void test_kept_entries_stay_in_order_and_more_follow(void **state)
{
    struct watchlist *list = list_of("192.0.2.1\nevil.example\nport:4444\n", "a.txt");
    struct watchlist *more = list_of("evil.example\n192.0.2.1\n198.51.100.7\n", "b.txt");
    const bool removed[] = {true, false, false};
    struct watchlist *edited = NULL;
    struct watchlist_change change;

    (void)state;
    assert_int_equal(watchlist_edit(list, removed, more, NULL, &edited, &change), ST_OK);
    assert_int_equal(change.added, 2);
    assert_int_equal(change.duplicates, 1);
    assert_written(edited, "",
                   "evil.example # (a.txt, line 2)\nport:4444 # (a.txt, line 3)\n"
                   "192.0.2.1 # (b.txt, line 2)\n198.51.100.7 # (b.txt, line 3)\n");
    watchlist_release(edited);
    watchlist_release(more);
    watchlist_release(list);
}

static void test_nothing_and_nothing_is_an_empty_list(void **state)
{
    struct watchlist *edited = NULL;

    (void)state;
    assert_int_equal(watchlist_edit(NULL, NULL, NULL, NULL, &edited, NULL), ST_OK);
    assert_int_equal(watchlist_count(edited), 0);
    assert_written(edited, "", "");
    watchlist_release(edited);
}

static void test_cancelling_leaves_no_list(void **state)
{
    struct watchlist *list = list_of("192.0.2.1\n", "a.txt");
    struct watchlist *edited = NULL;
    atomic_bool cancel;

    (void)state;
    atomic_init(&cancel, true);
    assert_int_equal(watchlist_edit(list, NULL, NULL, &cancel, &edited, NULL), ST_CANCELLED);
    assert_null(edited);
    watchlist_release(list);
}

static void test_labels_survive_and_do_not_grow(void **state)
{
    static const char content[] = "192.0.2.1 # Emotet, tier 1\nname:evil.exe # why not\n"
                                  "evil.example\n";
    struct watchlist *list = list_of(content, "C:\\case\\watchlist.txt");
    struct watchlist *again;

    (void)state;
    assert_written(list, "watchlist.txt", content);
    again = list_of(content, "watchlist.txt");
    assert_written(again, "watchlist.txt", content);
    watchlist_release(again);
    watchlist_release(list);
}

/* Every pattern comes back as the same pattern, whatever follows its slashes. */
static void test_patterns_are_not_cut_where_they_look_like_a_comment(void **state)
{
    static const char *const patterns[] = {
        "/a/",      "/a b/i",    "/a\\/ #b/",    "/#/",          "/ # /",
        "name:/x/", "/a/i #b/i", "/a\\\\/ # b/", "path:/\\/ #/", "command:/-k netsvcs/i"};
    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        struct watchlist_builder *builder = watchlist_builder_new();
        struct indicator indicator;
        struct indicator read;
        struct indicator_origin origin = {.line = 0};
        struct watchlist *list = NULL;
        struct buffer scratch;
        struct buffer out;
        const char *why;

        buffer_init(&scratch, 65536);
        buffer_init(&out, 65536);
        assert_int_equal(indicator_parse(text_from(patterns[i]), &scratch, &indicator, &why),
                         ST_OK);
        origin.label = text_of("a label / with # in it");
        assert_int_equal(watchlist_add(builder, &indicator, &origin, NULL), ST_OK);
        assert_int_equal(watchlist_build(builder, &list), ST_OK);
        watchlist_write(list, text_of(""), &out);
        buffer_add_byte(&out, '\0');
        struct watchlist *again = list_of(out.bytes, "");
        assert_int_equal(watchlist_count(again), 1);
        watchlist_indicator(again, 0, &read, &origin);
        assert_int_equal(read.kind, INDICATOR_PATTERN);
        assert_true(text_equal(origin.label, text_of("a label / with # in it")));
        watchlist_release(again);
        watchlist_release(list);
        buffer_done(&out);
        buffer_done(&scratch);
    }
}

static void test_search_looks_at_every_text(void **state)
{
    struct watchlist *list = list_of("192.0.2.1 # Emotet\nEvil.Example\n", "C:\\x\\Report.txt");
    struct buffer scratch;

    (void)state;
    buffer_init(&scratch, 65536);
    assert_true(watchlist_entry_holds(list, 0, text_of("0.2.1"), &scratch));
    assert_true(watchlist_entry_holds(list, 0, text_of("eMOTET"), &scratch));
    assert_true(watchlist_entry_holds(list, 0, text_of("report"), &scratch));
    assert_false(watchlist_entry_holds(list, 0, text_of("evil"), &scratch));
    assert_true(watchlist_entry_holds(list, 1, text_of("EVIL.example"), &scratch));
    assert_true(watchlist_entry_holds(list, 1, text_of(""), &scratch));
    buffer_done(&scratch);
    watchlist_release(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept_entries_stay_in_order_and_more_follow),
        cmocka_unit_test(test_nothing_and_nothing_is_an_empty_list),
        cmocka_unit_test(test_cancelling_leaves_no_list),
        cmocka_unit_test(test_labels_survive_and_do_not_grow),
        cmocka_unit_test(test_patterns_are_not_cut_where_they_look_like_a_comment),
        cmocka_unit_test(test_search_looks_at_every_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
