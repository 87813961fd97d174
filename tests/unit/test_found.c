/* What was found, kept in batches, and its columns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/find/found_cells.h"
#include "tests/support/cell_check.h"
#include "tests/support/failing_memory.h"

static struct cell handle_at(const struct found *found, uint32_t row, unsigned column)
{
    return found_handle_class.cell(found, row, column);
}

static const struct handle_row sample = {
    .kind = HANDLE_OPEN,
    .process = {7, 70},
    .process_name = {"a.exe", 5},
    .value = 0x1a4,
    .access = 0x120089,
    .type = {"File", 4},
    .name = {"C:\\x", 4},
};

static void test_batches_follow_one_another(void **state)
{
    struct found *found = found_new(FOUND_HANDLES, 3, NULL, NULL);
    struct handle_row row = sample;

    (void)state;
    assert_non_null(found);
    for (uint32_t batch = 0; batch < 3; batch++) {
        struct found_batch *more = found_batch_new();
        assert_non_null(more);
        for (uint32_t i = 0; i < 100 * batch; i++) {
            row.value = found->count + i;
            assert_int_equal(found_keep_handle(more, &row), ST_OK);
        }
        assert_int_equal(found_batch_count(more), 100 * batch);
        assert_int_equal(found_take(found, more), ST_OK);
    }
    assert_int_equal(found_handle_class.count(found), 300);
    for (uint32_t i = 0; i < 300; i++) {
        assert_int_equal(found_handle(found, i)->value, i);
        assert_int_equal(found_handle_class.id(found, i), i + 1);
        assert_int_equal(found_handle_class.stamp(found, i), 3);
    }
    found_free(found);
}

static struct found *one_handle(const struct handle_row *row)
{
    struct found *found = found_new(FOUND_HANDLES, 1, NULL, NULL);
    struct found_batch *batch = found_batch_new();

    assert_non_null(found);
    assert_non_null(batch);
    assert_int_equal(found_keep_handle(batch, row), ST_OK);
    assert_int_equal(found_take(found, batch), ST_OK);
    return found;
}

static void test_a_handle_without_a_name_says_why(void **state)
{
    static const enum cell_word words[HANDLE_NAMINGS] = {
        [HANDLE_NAMELESS] = WORD_NAMELESS,           [HANDLE_NOT_OPENED] = WORD_NOT_OPENED,
        [HANDLE_OTHER_PROCESS] = WORD_OTHER_PROCESS, [HANDLE_NOT_DUPLICATED] = WORD_NOT_DUPLICATED,
        [HANDLE_NOT_READ] = WORD_NOT_READ,           [HANDLE_HANGS] = WORD_HANGS,
        [HANDLE_NOT_ASKED] = WORD_NOT_ASKED,
    };
    struct handle_row row = sample;

    (void)state;
    row.why = READ_DENIED;
    for (unsigned naming = HANDLE_NAMELESS; naming < HANDLE_NAMINGS; naming++) {
        row.naming = (enum handle_naming)naming;
        struct found *found = one_handle(&row);
        struct cell cell = handle_at(found, 0, FOUND_HANDLE_NAME);
        assert_int_equal(cell.kind, CELL_UNREAD);
        assert_int_equal(cell.number, words[naming]);
        assert_int_equal(cell.state, READ_DENIED);
        found_free(found);
    }
}

static void test_columns_of_handles(void **state)
{
    static const enum cell_word kinds[HANDLE_KINDS] = {
        [HANDLE_OPEN] = WORD_HANDLE,
        [HANDLE_MODULE] = WORD_MODULE,
        [HANDLE_IMAGE] = WORD_IMAGE,
        [HANDLE_COMMAND] = WORD_COMMAND,
    };
    struct handle_row row = sample;

    (void)state;
    for (unsigned kind = 0; kind < HANDLE_KINDS; kind++) {
        row.kind = (enum handle_kind)kind;
        struct found *found = one_handle(&row);
        assert_int_equal(handle_at(found, 0, FOUND_HANDLE_KIND).number, kinds[kind]);
        assert_int_equal(handle_at(found, 0, FOUND_HANDLE_ACCESS).kind,
                         kind == HANDLE_OPEN ? CELL_HEX : CELL_EMPTY);
        assert_int_equal(handle_at(found, 0, FOUND_HANDLE_VALUE).kind,
                         kind == HANDLE_OPEN || kind == HANDLE_MODULE ? CELL_HEX : CELL_EMPTY);
        assert_int_equal(handle_at(found, 0, FOUND_HANDLE_PID).number, 7);
        found_free(found);
    }
    for (unsigned column = 0; column < FOUND_HANDLE_COLUMNS; column++)
        assert_true(found_handle_column_name(column)[0]);
}

/* Above 2^63 addresses are large, not negative. */
static void test_hex_sorts_without_a_sign(void **state)
{
    const struct cell low = {.kind = CELL_HEX, .number = 1};
    const struct cell high = {.kind = CELL_HEX, .number = INT64_MIN};

    (void)state;
    assert_true(cell_compare(&low, &high) < 0);
    assert_true(cell_compare(&high, &low) > 0);
    assert_int_equal(cell_compare(&high, &high), 0);
}

static struct found *one_value(const struct registry_key *key, const struct registry_value *value,
                               enum registry_where where, const char *around)
{
    const struct registry_finding finding = {key, value, where, text_from(around)};
    struct found *found = found_new(FOUND_REGISTRY, 1, NULL, NULL);
    struct found_batch *batch = found_batch_new();

    assert_non_null(found);
    assert_non_null(batch);
    assert_int_equal(found_keep_registry(batch, &finding), ST_OK);
    assert_int_equal(found_take(found, batch), ST_OK);
    return found;
}

static struct cell registry_at(const struct found *found, unsigned column)
{
    return found_registry_class.cell(found, 0, column);
}

/* R1: a NUL in a name is seen, and the row is marked. */
static void test_R1_a_hidden_name_is_shown_and_marked(void **state)
{
    static const char path[] = "HKLM\\SOFTWARE\\hid\0den";
    const struct registry_key key = {.path = {path, sizeof path - 1},
                                     .name = {path + 14, sizeof path - 15},
                                     .written = 5,
                                     .view32 = true,
                                     .autorun = true};
    struct found *found = one_value(&key, NULL, REGISTRY_KEY_NAME, "hid");

    (void)state;
    assert_true(found_registry(found, 0)->hidden);
    struct cell cell = registry_at(found, FOUND_REGISTRY_KEY);
    assert_int_equal(text_compare(cell.text, text_of("HKLM\\SOFTWARE\\hid\xe2\x90\x80"
                                                     "den")),
                     0);
    assert_int_equal(registry_at(found, FOUND_REGISTRY_REMARKS).number,
                     1u << WORD_HIDDEN | 1u << WORD_AUTORUN | 1u << WORD_VIEW32);
    assert_int_equal(registry_at(found, FOUND_REGISTRY_VALUE).kind, CELL_EMPTY);
    assert_int_equal(registry_at(found, FOUND_REGISTRY_SIZE).kind, CELL_EMPTY);
    assert_true(
        text_equal(found_registry(found, 0)->key.name, (struct text){path + 14, sizeof path - 15}));
    found_free(found);
}

/* Of large data the first is kept; all of it is counted. */
static void test_large_data_is_cut_and_counted(void **state)
{
    static unsigned char data[3 * FOUND_DATA_MOST];
    const struct registry_key key = {.path = {"HKU\\k", 5}, .name = {"k", 1}};
    struct registry_value value = {{NULL, 0}, REGISTRY_BINARY, data, sizeof data};

    (void)state;
    memset(data, 0xab, sizeof data);
    struct found *found = one_value(&key, &value, REGISTRY_DATA, "seen");
    const struct found_registry *row = found_registry(found, 0);
    assert_int_equal(row->value.size, sizeof data);
    assert_memory_equal(row->value.data, data, FOUND_DATA_MOST);
    assert_int_equal(registry_at(found, FOUND_REGISTRY_VALUE).number, WORD_DEFAULT_VALUE);
    assert_true(text_equal(registry_at(found, FOUND_REGISTRY_DATA).text, text_of("seen")));
    assert_true(text_equal(registry_at(found, FOUND_REGISTRY_TYPE).text, text_of("REG_BINARY")));
    assert_int_equal(registry_at(found, FOUND_REGISTRY_SIZE).number, sizeof data);
    assert_int_equal(registry_at(found, FOUND_REGISTRY_WHERE).number, WORD_DATA);
    found_free(found);
    value.type = 4711;
    found = one_value(&key, &value, REGISTRY_VALUE_NAME, "");
    assert_int_equal(registry_at(found, FOUND_REGISTRY_TYPE).kind, CELL_HEX);
    found_free(found);
}

static void test_memory_keeps_its_bytes(void **state)
{
    uint8_t bytes[] = {'x', 0, 'e', 'v', 'i', 'l'};
    struct region region = {0x10000, REGION_PAGE, REGION_PRIVATE,
                            (unsigned)REGION_READ | (unsigned)REGION_EXECUTE, true};
    const struct memory_hit hit = {0x10002, 4, false, NO_INDICATOR, &region, bytes, 6, 2};
    const struct process_facts facts = {.key = {9, 90}, .name = {"m.exe", 5}};
    struct found *found = found_new(FOUND_MEMORY, 1, NULL, NULL);
    struct found_batch *batch = found_batch_new();

    (void)state;
    assert_int_equal(found_keep_memory(batch, &facts, &hit), ST_OK);
    assert_int_equal(found_take(found, batch), ST_OK);
    memset(bytes, 0, sizeof bytes);
    memset(&region, 0, sizeof region);
    assert_true(text_equal(found_memory(found, 0)->around, text_of("x.evil")));
    struct cell cell = found_memory_class.cell(found, 0, FOUND_MEMORY_BYTES);
    assert_int_equal(cell.text.size, 6);
    assert_memory_equal(cell.text.bytes, "x\0evil", 6);
    cell = found_memory_class.cell(found, 0, FOUND_MEMORY_ACCESS);
    assert_true(text_equal(cell.text, text_of("r-x")));
    cell = found_memory_class.cell(found, 0, FOUND_MEMORY_REMARKS);
    assert_int_equal(cell.number, 1u << WORD_UNBACKED);
    assert_false(found_memory_class.watched(found, 0));
    found_free(found);
}

static void test_without_memory_nothing_is_half_kept(void **state)
{
    (void)state;
    for (size_t nth = 1;; nth++) {
        struct found *found = found_new(FOUND_HANDLES, 1, NULL, NULL);
        assert_non_null(found);
        failing_memory_begin(nth);
        struct found_batch *batch = found_batch_new();
        enum status kept = batch ? found_keep_handle(batch, &sample) : ST_NO_MEMORY;
        uint32_t count = batch ? found_batch_count(batch) : 0;
        enum status taken = batch ? found_take(found, batch) : ST_NO_MEMORY;
        bool failed = failing_memory_failed();
        failing_memory_end();
        assert_int_equal(count, kept == ST_OK);
        assert_int_equal(found->count, kept == ST_OK && taken == ST_OK);
        found_free(found);
        if (!failed)
            break;
        assert_true(nth < 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batches_follow_one_another),
        cmocka_unit_test(test_a_handle_without_a_name_says_why),
        cmocka_unit_test(test_columns_of_handles),
        cmocka_unit_test(test_hex_sorts_without_a_sign),
        cmocka_unit_test(test_R1_a_hidden_name_is_shown_and_marked),
        cmocka_unit_test(test_large_data_is_cut_and_counted),
        cmocka_unit_test(test_memory_keeps_its_bytes),
        cmocka_unit_test(test_without_memory_nothing_is_half_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
