/* Any bytes as a watchlist file: reading never fails, its lines add up, and the list that comes of
 * it is written as a file that gives the same list. */
#include <stdlib.h>

#include "core/watch/watchlist_edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static struct watchlist *read_all(struct text content, struct watchlist_lines *lines)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist *list = NULL;
    struct buffer problems;

    must(builder);
    buffer_init(&problems, 1 << 16);
    must(watchlist_add_file_text(builder, content, text_of("fuzz.txt"), &problems, lines) == ST_OK);
    must(!problems.failed && (problems.size > 0) == (lines->bad > 0));
    must(watchlist_builder_count(builder) == lines->added);
    must(watchlist_build(builder, &list) == ST_OK);
    must(watchlist_count(list) == lines->added);
    must(watchlist_duplicates(list) == lines->duplicates);
    buffer_done(&problems);
    return list;
}

static void check_matches(const struct watchlist *list, uint32_t number)
{
    struct indicator indicator;
    struct indicator_origin origin;
    uint32_t found = number;

    watchlist_indicator(list, number, &indicator, &origin);
    must(origin.written.size && origin.line);
    if (indicator.kind <= INDICATOR_RANGE)
        found = watchlist_match_address(list, &indicator.low, indicator.port);
    else if (indicator.kind == INDICATOR_PORT)
        found = watchlist_match_port(list, indicator.port);
    else if (indicator.kind == INDICATOR_DOMAIN)
        found = watchlist_match_name(list, indicator.value, indicator.port);
    must(found != NO_INDICATOR);
    if (indicator.kind == INDICATOR_PORT)
        must(found == number);
}

static void check_same(const struct watchlist *list, const struct watchlist *back)
{
    struct buffer one;
    struct buffer other;

    buffer_init(&one, 1 << 16);
    buffer_init(&other, 1 << 16);
    must(watchlist_count(back) == watchlist_count(list));
    for (uint32_t i = 0; i < watchlist_count(list); i++) {
        struct indicator indicator;
        struct indicator_origin origin;

        buffer_clear(&one);
        buffer_clear(&other);
        watchlist_indicator(list, i, &indicator, &origin);
        indicator_add(&one, &indicator);
        watchlist_indicator(back, i, &indicator, &origin);
        indicator_add(&other, &indicator);
        must(text_equal(buffer_text(&one), buffer_text(&other)));
    }
    buffer_done(&one);
    buffer_done(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct watchlist_lines lines;
    struct watchlist_lines lines_back;
    struct watchlist *list = read_all((struct text){(const char *)data, size}, &lines);
    struct watchlist *back;
    struct buffer out;

    buffer_init(&out, 1 << 24);
    watchlist_write(list, text_of("fuzz.txt"), &out);
    must(!out.failed);
    back = read_all(buffer_text(&out), &lines_back);
    must(!lines_back.bad && !lines_back.duplicates);
    check_same(list, back);
    for (uint32_t i = 0; i < watchlist_count(list); i++)
        check_matches(list, i);
    watchlist_release(list);
    watchlist_release(back);
    buffer_done(&out);
    return 0;
}
