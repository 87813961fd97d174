/* The walk of the registry: on a made-up one that denies, lets keys vanish and lies; then on the
 * real one, beside a bare walk, with the keys that tests/lab/keys.c makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/clock.h"
#include "core/windows/registry/registry_calls.h"
#include "core/windows/registry/registry_places.h"
#include "core/windows/registry/registry_walk.h"
#include "tests/support/windows/bare_registry.h"
#include "tests/support/windows/child.h"

/* --- a made-up registry: real calls, some of which are answered here --- */

static struct registry_calls real;

static struct {
    const wchar_t *deny; /* opening a key of this name */
    const wchar_t *lose; /* this one was deleted meanwhile */
    uint64_t opened;
    uint64_t closed;
    unsigned repeat; /* the first child comes again so often */
    bool lie;        /* answers with a name longer than the answer */
    NTSTATUS values; /* what enumerating values gives; 0: what is there */
} fake;

static bool is_named(const OBJECT_ATTRIBUTES *attributes, const wchar_t *name)
{
    size_t size = name ? wcslen(name) * sizeof *name : 0;

    return name && attributes->ObjectName->Length == size &&
           memcmp(attributes->ObjectName->Buffer, name, size) == 0;
}

static NTSTATUS NTAPI fake_open(HANDLE *key, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes,
                                ULONG options)
{
    NTSTATUS code;

    assert_int_equal(options, NT_OPTION_OPEN_LINK);
    assert_int_equal(attributes->Attributes & NT_OPEN_LINK, NT_OPEN_LINK);
    assert_int_equal(access & 0x300, 0x100);
    if (is_named(attributes, fake.deny))
        return (NTSTATUS)0xC0000022u;
    if (is_named(attributes, fake.lose))
        return NT_STATUS_KEY_DELETED;
    code = real.open_key(key, access, attributes);
    fake.opened += code >= 0;
    return code;
}

static NTSTATUS NTAPI fake_close(HANDLE key)
{
    fake.closed++;
    return real.close(key);
}

static NTSTATUS NTAPI fake_children(HANDLE key, ULONG index, ULONG class, void *out, ULONG size,
                                    ULONG *told)
{
    struct nt_key_basic *answer = out;
    ULONG shift = index && fake.repeat ? 1 : 0;
    NTSTATUS code = real.enumerate_key(key, index - shift, class, out, size, told);

    if (code >= 0 && fake.lie)
        answer->name_size = *told;
    return code;
}

static NTSTATUS NTAPI fake_values(HANDLE key, ULONG index, ULONG class, void *out, ULONG size,
                                  ULONG *told)
{
    struct nt_value_full *answer = out;
    NTSTATUS code = real.enumerate_value(key, index, class, out, size, told);

    if (fake.values)
        return fake.values;
    if (code >= 0 && fake.lie)
        answer->data_offset = *told - answer->data_size + 1;
    return code;
}

static NTSTATUS NTAPI fake_no_extent(HANDLE key, ULONG class, void *out, ULONG size, ULONG *told)
{
    (void)key;
    (void)class;
    (void)out;
    (void)size;
    *told = 0;
    return (NTSTATUS)0xC0000022u;
}

static struct registry_calls fake_calls(void)
{
    struct registry_calls calls = real;

    memset(&fake, 0, sizeof fake);
    calls.open_key_ex = fake_open;
    calls.close = fake_close;
    calls.enumerate_key = fake_children;
    calls.enumerate_value = fake_values;
    return calls;
}

/* --- what is seen --- */

struct seen {
    struct buffer paths; /* of all keys; each ends in a line end */
    struct buffer unread;
    uint64_t keys;
    uint64_t values;
    uint64_t bytes;
    uint64_t sum;        /* of all bytes, so that each is read */
    uint64_t stop_after; /* keys; 0: never */
    uint64_t autorun;
    uint64_t first_plain; /* keys before the first that is no place of autorun */
    atomic_bool *cancel;
    uint64_t cancel_after; /* values */
    struct clock clock;
    int64_t cancelled;
};

static void seen_begin(struct seen *seen)
{
    *seen = (struct seen){.clock = clock_of_system()};
    buffer_init(&seen->paths, (size_t)1 << 28);
    buffer_init(&seen->unread, (size_t)1 << 20);
}

static void seen_done(struct seen *seen)
{
    buffer_done(&seen->paths);
    buffer_done(&seen->unread);
}

static bool see_key(void *context, const struct registry_key *key)
{
    struct seen *seen = context;

    buffer_add(&seen->paths, key->path);
    buffer_add_byte(&seen->paths, '\n');
    seen->keys++;
    seen->autorun += key->autorun;
    if (key->autorun && seen->autorun == seen->keys)
        seen->first_plain = seen->keys;
    return seen->keys != seen->stop_after;
}

static bool see_value(void *context, const struct registry_key *key,
                      const struct registry_value *value)
{
    struct seen *seen = context;
    size_t sum = 0;

    assert_true(key->path.size > 0);
    for (size_t i = 0; i < value->size; i++)
        sum += value->data[i];
    seen->bytes += value->size;
    seen->sum += sum;
    seen->values++;
    if (seen->cancel && seen->values == seen->cancel_after) {
        atomic_store(seen->cancel, true);
        seen->cancelled = seen->clock.ticks(seen->clock.context);
    }
    return true;
}

static void see_unread(void *context, const struct registry_key *key, enum status why)
{
    struct seen *seen = context;

    buffer_add(&seen->unread, key->path);
    buffer_add_byte(&seen->unread, ':');
    buffer_add_string(&seen->unread, status_phrase(why));
    buffer_add_byte(&seen->unread, '\n');
}

static enum status walk(const struct registry_calls *calls, const char *below, struct seen *seen,
                        struct progress *progress, struct registry_counts *counts)
{
    struct registry_visitor visitor = {see_key, see_value, see_unread, seen};

    return registry_walk(calls, text_from(below), &visitor, progress, counts);
}

static bool holds(const struct buffer *buffer, const char *line)
{
    return text_find(buffer_text(buffer), text_from(line)) != SIZE_MAX;
}

static int by_text(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* Lines of the list that come more than once; case counts, as the walk writes what is stored. */
static size_t doubles(const struct buffer *list, uint64_t lines)
{
    struct text *all = calloc((size_t)lines + 1, sizeof *all);
    struct text rest = buffer_text(list);
    size_t count = 0;
    size_t same = 0;

    assert_non_null(all);
    for (; rest.size && count < lines; count++) {
        size_t end = text_find(rest, text_of("\n"));
        all[count] = text_slice(rest, 0, end);
        for (size_t i = 0; i < end; i++)
            if (all[count].bytes[i] >= 'A' && all[count].bytes[i] <= 'Z')
                ((char *)all[count].bytes)[i] |= 0x20;
        rest = text_slice(rest, end + 1, rest.size - end - 1);
    }
    assert_int_equal(count, lines);
    qsort(all, count, sizeof *all, by_text);
    for (size_t i = 1; i < count; i++)
        same += text_equal(all[i - 1], all[i]);
    free(all);
    return same;
}

/* --- the lab --- */

static char lab[256];

static void run_keys(const wchar_t *order, char *first_line, size_t size)
{
    struct child child;
    static char line[16384];

    child_start(&child, L"keys", order, 0);
    if (first_line) {
        child_read_line(&child, first_line, size);
        for (int i = 0; i < 200; i++) {
            child_read_line(&child, line, sizeof line);
            if (strstr(line, "600 levels"))
                break;
        }
    }
    assert_int_equal(child_end(&child), 0);
}

static int make_lab(void **state)
{
    struct buffer path;
    char line[1024];
    const char *at;

    (void)state;
    real = registry_system_calls();
    run_keys(L"make", line, sizeof line);
    /* {"key":"HKU\u005cS-1-…\u005cSoftware\u005c…: the part between the first two. */
    at = strstr(line, "S-1-");
    assert_non_null(at);
    buffer_init(&path, sizeof lab);
    buffer_add_string(&path, "HKU\\");
    buffer_add(&path, (struct text){at, (size_t)(strstr(at, "\\u") - at)});
    buffer_add_string(&path, "\\Software\\StakeoutLab");
    memcpy(lab, path.bytes, path.size);
    buffer_done(&path);
    return 0;
}

static int remove_lab(void **state)
{
    (void)state;
    run_keys(L"remove", NULL, 0);
    return 0;
}

static const char *in_lab(const char *what)
{
    static char path[512];
    size_t size = strlen(lab);

    memcpy(path, lab, size);
    memcpy(path + size, what, strlen(what) + 1);
    return path;
}

/* --- tests --- */

static void test_no_place_lies_in_another(void **state)
{
    static const char *const names[] = {"HKLM", "HKU"};

    (void)state;
    for (size_t root = 0; root < 2; root++) {
        const char *const *places = registry_places(text_from(names[root]));
        for (size_t i = 0; places[i]; i++)
            for (size_t k = 0; places[k]; k++) {
                struct text inner = text_from(places[k]);
                size_t size = strlen(places[i]);
                assert_false(i != k && text_starts_nocase(inner, text_from(places[i])) &&
                             (inner.size == size || inner.bytes[size] == '\\'));
            }
    }
}

static void test_places_step_by_step(void **state)
{
    static const char *const places[] = {"A\\B", "*\\C\\D", NULL};
    bool whole;
    uint64_t alive = registry_places_step(places, UINT64_MAX, 0, text_of("a"), &whole);

    (void)state;
    assert_int_equal(alive, 3);
    assert_false(whole);
    assert_int_equal(registry_places_step(places, alive, 1, text_of("b"), &whole), 1);
    assert_true(whole);
    assert_int_equal(registry_places_step(places, alive, 1, text_of("c"), &whole), 2);
    assert_false(whole);
    assert_int_equal(registry_places_step(places, 2, 2, text_of("D"), &whole), 2);
    assert_true(whole);
    assert_int_equal(registry_places_step(places, 2, 3, text_of("E"), &whole), 0);
    assert_false(whole);
}

/* Everything a bare walk sees, once each, and what starts programs first. */
static void test_all_of_it_once(void **state)
{
    struct registry_counts counts;
    struct bare_counts before;
    struct bare_counts after;
    struct seen seen;

    (void)state;
    /* Other processes write meanwhile: until a bare walk before and one after see the same. */
    for (int i = 0; i < 5; i++) {
        seen_begin(&seen);
        before = bare_registry_walk();
        assert_int_equal(walk(NULL, "", &seen, NULL, &counts), ST_OK);
        after = bare_registry_walk();
        if (memcmp(&before, &after, sizeof before) == 0)
            break;
        seen_done(&seen);
        assert_true(i < 4);
    }
    assert_int_equal(counts.keys, before.keys + before.closed);
    assert_int_equal(counts.values, before.values);
    if (counts.denied + counts.gone + counts.failed != before.closed + before.unread)
        fail_msg("unread: %.*s", (int)seen.unread.size, seen.unread.bytes);
    assert_int_equal(seen.keys, counts.keys);
    assert_int_equal(seen.bytes, before.bytes);
    assert_int_equal(doubles(&seen.paths, seen.keys), 0);
    assert_true(seen.autorun > 5);
    assert_int_equal(seen.first_plain, seen.autorun);
    seen_done(&seen);
}

/* users.md R4: links in a loop, 600 levels and a key called "/" end, and are seen once. */
static void test_r4_odd_keys(void **state)
{
    struct registry_counts counts;
    struct seen seen;

    (void)state;
    seen_begin(&seen);
    assert_int_equal(walk(NULL, lab, &seen, NULL, &counts), ST_OK);
    assert_true(holds(&seen.paths, in_lab("\\names\\/\n")));
    assert_true(holds(&seen.paths, in_lab("\\loop\\back\n")));
    assert_false(holds(&seen.paths, in_lab("\\loop\\back\\")));
    assert_int_equal(counts.links, 1);
    assert_int_equal(doubles(&seen.paths, seen.keys), 0);
    /* the lab, its six keys, five names, the link, 600 levels */
    assert_int_equal(counts.keys, 1 + 6 + 5 + 1 + 600);
    assert_int_equal(seen.unread.size, 0);
    seen_done(&seen);
}

/* users.md R1: names with a NUL are read whole and counted. */
static void test_r1_hidden_names(void **state)
{
    static const char hidden[] = "\\names\\hid\0den\n";
    struct registry_counts counts;
    struct seen seen;
    HANDLE key;

    (void)state;
    seen_begin(&seen);
    assert_int_equal(walk(NULL, in_lab("\\names"), &seen, NULL, &counts), ST_OK);
    assert_int_not_equal(
        text_find(buffer_text(&seen.paths), (struct text){hidden, sizeof hidden - 1}), SIZE_MAX);
    assert_int_equal(counts.hidden, 3); /* two keys, one value */
    assert_int_equal(counts.values, 5);
    seen_done(&seen);
    seen_begin(&seen);
    buffer_add_string(&seen.unread, in_lab("\\names\\hid"));
    buffer_add(&seen.unread, text_of("\0den"));
    assert_int_equal(registry_open(&real, buffer_text(&seen.unread), REGISTRY_READ, &key, NULL),
                     ST_OK);
    real.close(key);
    seen_done(&seen);
}

static void test_denied_is_told_and_counted(void **state)
{
    struct registry_calls calls = fake_calls();
    struct registry_counts counts;
    struct seen seen;

    (void)state;
    fake.deny = L"strings";
    seen_begin(&seen);
    assert_int_equal(walk(&calls, lab, &seen, NULL, &counts), ST_OK);
    assert_int_equal(counts.denied, 1);
    assert_int_equal(counts.failed, 0);
    assert_true(holds(&seen.paths, in_lab("\\strings\n")));
    assert_true(holds(&seen.unread, in_lab("\\strings:access denied\n")));
    assert_true(holds(&seen.paths, in_lab("\\names\n")));
    assert_int_equal(fake.opened, fake.closed);
    seen_done(&seen);
}

static void test_vanished_is_no_failure(void **state)
{
    struct registry_calls calls = fake_calls();
    struct registry_counts counts;
    struct seen seen;

    (void)state;
    fake.lose = L"bytes";
    seen_begin(&seen);
    assert_int_equal(walk(&calls, lab, &seen, NULL, &counts), ST_OK);
    assert_int_equal(counts.gone, 1);
    assert_int_equal(counts.denied + counts.failed, 0);
    assert_int_equal(seen.unread.size, 0);
    assert_true(holds(&seen.paths, in_lab("\\strings\n")));
    seen_done(&seen);
}

static void test_root_that_is_not_there(void **state)
{
    struct registry_counts counts;
    struct seen seen;

    (void)state;
    seen_begin(&seen);
    assert_int_equal(walk(NULL, in_lab("\\none"), &seen, NULL, &counts), ST_NOT_FOUND);
    assert_int_equal(walk(NULL, "HKXX\\a", &seen, NULL, &counts), ST_INVALID);
    assert_int_equal(seen.keys, 0);
    seen_done(&seen);
}

/* A key added meanwhile shifts the others: the one before comes again. */
static void test_a_child_that_comes_again(void **state)
{
    struct registry_calls calls = fake_calls();
    struct registry_counts counts;
    struct seen seen;

    (void)state;
    fake.repeat = 1;
    seen_begin(&seen);
    assert_int_equal(walk(&calls, in_lab("\\names"), &seen, NULL, &counts), ST_OK);
    assert_int_equal(counts.keys, 6);
    assert_int_equal(doubles(&seen.paths, seen.keys), 0);
    seen_done(&seen);
}

static void test_values_denied(void **state)
{
    struct registry_calls calls = fake_calls();
    struct registry_counts counts;
    struct seen seen;

    (void)state;
    fake.values = (NTSTATUS)0xC0000022u;
    seen_begin(&seen);
    assert_int_equal(walk(&calls, in_lab("\\names"), &seen, NULL, &counts), ST_OK);
    assert_int_equal(counts.keys, 6);
    assert_int_equal(counts.values, 0);
    assert_int_equal(counts.denied, 5);      /* those that have values */
    fake.values = NT_STATUS_BUFFER_OVERFLOW; /* for ever, and how many there are is not told */
    calls.query_key = fake_no_extent;
    assert_int_equal(walk(&calls, in_lab("\\names\\/"), &seen, NULL, &counts), ST_OK);
    assert_int_equal(counts.too_large, 64);
    assert_int_equal(fake.opened, fake.closed);
    seen_done(&seen);
}

/* Sizes that point out of the answer are not followed. */
static void test_answers_that_lie(void **state)
{
    struct registry_calls calls = fake_calls();
    struct registry_counts counts;
    struct seen seen;

    (void)state;
    fake.lie = true;
    seen_begin(&seen);
    assert_int_equal(walk(&calls, in_lab("\\names"), &seen, NULL, &counts), ST_OK);
    assert_int_equal(counts.keys, 1);
    assert_int_equal(counts.values, 0);
    assert_int_equal(counts.failed, 2); /* the value, the list of children */
    seen_done(&seen);
}

/* The visitor ends it, and every key is closed. */
static void test_stop(void **state)
{
    struct registry_calls calls = fake_calls();
    struct registry_counts counts;
    struct seen seen;

    (void)state;
    seen_begin(&seen);
    seen.stop_after = 400;
    assert_int_equal(walk(&calls, in_lab("\\deep"), &seen, NULL, &counts), ST_OK);
    assert_int_equal(seen.keys, 400);
    assert_int_equal(fake.opened, fake.closed);
    seen_done(&seen);
}

static void test_cancel_within_100_ms(void **state)
{
    atomic_bool cancel = false;
    struct progress progress = {.cancel = &cancel};
    struct registry_calls calls = fake_calls();
    struct registry_counts counts;
    struct seen seen;
    int64_t took;

    (void)state;
    seen_begin(&seen);
    seen.cancel = &cancel;
    seen.cancel_after = 500;
    assert_int_equal(walk(&calls, "", &seen, &progress, &counts), ST_CANCELLED);
    took = seen.clock.ticks(seen.clock.context) - seen.cancelled;
    assert_int_equal(seen.values, 500);
    assert_int_equal(atomic_load(&progress.done), counts.keys);
    assert_int_equal(fake.opened, fake.closed);
    assert_in_range(took, 0, 100 * MOMENT_MS);
    seen_done(&seen);
}

static void test_last_write_is_told(void **state)
{
    struct clock clock = clock_of_system();
    moment now = clock.now(clock.context);
    HANDLE key;
    moment written;

    (void)state;
    assert_int_equal(registry_open(&real, text_from(lab), REGISTRY_READ, &key, NULL), ST_OK);
    written = registry_ask_extent(&real, key).written;
    real.close(key);
    assert_in_range(written, now - 3600 * MOMENT_SECOND, now + MOMENT_SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_place_lies_in_another),
        cmocka_unit_test(test_places_step_by_step),
        cmocka_unit_test(test_r4_odd_keys),
        cmocka_unit_test(test_r1_hidden_names),
        cmocka_unit_test(test_denied_is_told_and_counted),
        cmocka_unit_test(test_vanished_is_no_failure),
        cmocka_unit_test(test_root_that_is_not_there),
        cmocka_unit_test(test_a_child_that_comes_again),
        cmocka_unit_test(test_values_denied),
        cmocka_unit_test(test_answers_that_lie),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_cancel_within_100_ms),
        cmocka_unit_test(test_last_write_is_told),
        cmocka_unit_test(test_all_of_it_once),
    };

    return cmocka_run_group_tests(tests, make_lab, remove_lab);
}
