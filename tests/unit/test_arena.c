#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/memory.h"
#include "tests/support/failing_memory.h"

#include <stdalign.h>
#include <string.h>

static void test_pieces_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024 * 1024);
    unsigned char *pieces[200];
    for (size_t i = 0; i < 200; i++) {
        size_t size = i * 7 % 61;
        pieces[i] = arena_take(arena, size);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t j = 0; j < size; j++)
            assert_int_equal(pieces[i][j], 0);
        memset(pieces[i], (int)i + 1, size);
    }
    for (size_t i = 0; i < 200; i++) {
        for (size_t j = 0; j < i * 7 % 61; j++)
            assert_int_equal(pieces[i][j], (unsigned char)(i + 1));
    }
    arena_free(arena);
    arena_free(NULL);
}

static void test_a_large_piece_leaves_the_rest_of_a_block_in_use(void **state)
{
    (void)state;
    struct arena *arena = arena_new(SIZE_MAX);
    char *first = arena_take(arena, 16);
    char *large = arena_take(arena, 5 * 1024 * 1024);
    char *second = arena_take(arena, 16);
    assert_non_null(large);
    large[5 * 1024 * 1024 - 1] = 1;
    assert_ptr_equal(second, first + 16);
    assert_true(arena_size(arena) > 5 * 1024 * 1024);
    assert_true(arena_size(arena) < 5 * 1024 * 1024 + 16384);
    arena_free(arena);
}

static void test_the_ceiling_holds(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    assert_non_null(arena_take(arena, 512));
    assert_null(arena_take(arena, 513));
    assert_non_null(arena_take(arena, 512));
    assert_null(arena_take(arena, 1));
    assert_null(arena_take(arena, SIZE_MAX));
    arena_free(arena);
}

static void test_copies_of_texts(void **state)
{
    (void)state;
    struct arena *arena = arena_new(64);
    bool failed = false;
    struct text copy = arena_copy(arena, text_of("a\0b"), &failed);
    assert_true(text_equal(copy, text_of("a\0b")));
    assert_int_equal(arena_copy(arena, text_of(""), &failed).size, 0);
    assert_false(failed);
    char large[65] = "x";
    copy = arena_copy(arena, (struct text){large, sizeof large}, &failed);
    assert_true(failed);
    assert_null(copy.bytes);
    assert_int_equal(arena_copy(arena, (struct text){large, sizeof large}, NULL).size, 0);
    arena_free(arena);
}

static void test_without_memory(void **state)
{
    (void)state;
    failing_memory_begin(1);
    assert_null(arena_new(100));
    failing_memory_begin(2);
    struct arena *arena = arena_new(100);
    assert_non_null(arena);
    assert_null(arena_take(arena, 10));
    assert_non_null(arena_take(arena, 10));
    arena_free(arena);
    assert_int_equal(failing_memory_blocks(), 0);
    failing_memory_end();
}

static void test_memory_refuses_what_overflows(void **state)
{
    (void)state;
    assert_null(memory_take_array(SIZE_MAX / 2, 3));
    assert_null(memory_grow_array(NULL, SIZE_MAX / 2, 3));
    void *none = memory_take(0);
    assert_non_null(none);
    none = memory_grow(none, 0);
    assert_non_null(none);
    memory_give(none);
    memory_give(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(test_a_large_piece_leaves_the_rest_of_a_block_in_use),
        cmocka_unit_test(test_the_ceiling_holds),
        cmocka_unit_test(test_copies_of_texts),
        cmocka_unit_test(test_without_memory),
        cmocka_unit_test(test_memory_refuses_what_overflows),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
