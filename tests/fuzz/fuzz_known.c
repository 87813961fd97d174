/* Any bytes as a list of known things: reading never fails, what is written reads the same, and an
 * entry that is added is there, once, until it is taken away. */
#include <stdlib.h>
#include <string.h>

#include "core/watch/known.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static struct known *read_all(struct text file)
{
    struct known *known = NULL;
    struct buffer problems;

    buffer_init(&problems, 1 << 16);
    must(known_read(file, &known, &problems) == ST_OK && known);
    must(!problems.failed);
    buffer_done(&problems);
    return known;
}

static void assert_writes(const struct known *known, struct text expected)
{
    struct buffer out;

    buffer_init(&out, 1 << 24);
    known_write(&out, known);
    must(text_equal(buffer_text(&out), expected));
    buffer_done(&out);
}

/* The file's first line as an entry of each kind. */
static void check_change(const struct known *known, struct text value, enum known_kind kind)
{
    struct known *more = NULL;
    struct known *again = NULL;
    struct known *less = NULL;
    enum status status = known_with(known, kind, value, &more);

    if (status) {
        must(status == ST_INVALID);
        return;
    }
    must(known_count(more) - known_count(known) <= 1);
    must(known_with(more, kind, value, &again) == ST_OK);
    must(known_count(again) == known_count(more));
    must(known_without(again, kind, value, &less) == ST_OK);
    must(known_count(less) < known_count(again));
    must(known_count(less) <= known_count(known));
    known_release(more);
    known_release(again);
    known_release(less);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text file = {(const char *)data, size};
    const uint8_t *lf = size ? memchr(data, '\n', size) : NULL;
    struct text line = text_slice(file, 0, lf ? (size_t)(lf - data) : size);
    struct known *known = read_all(file);
    struct known *back;
    struct buffer out;

    buffer_init(&out, 1 << 24);
    known_write(&out, known);
    must(!out.failed);
    back = read_all(buffer_text(&out));
    must(known_count(back) == known_count(known));
    assert_writes(back, buffer_text(&out));
    for (int kind = KNOWN_ADDRESS; kind <= KNOWN_PATH; kind++)
        check_change(known, line, (enum known_kind)kind);
    known_release(back);
    known_release(known);
    buffer_done(&out);
    return 0;
}
