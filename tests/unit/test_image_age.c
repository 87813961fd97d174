#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/judge/image_age.h"

#define START (INT64_C(134400482091230000))
#define DAY (24 * 3600 * MOMENT_SECOND)
#define NOW (START + 3600 * MOMENT_SECOND)

static enum image_age age(moment created, moment modified)
{
    return image_age_of(START, NOW, &(struct image_file){.created = created, .modified = modified});
}

static unsigned signs(moment created, moment modified)
{
    return image_age_signs(START, NOW,
                           &(struct image_file){.created = created, .modified = modified});
}

static void test_verdicts(void **state)
{
    (void)state;
    assert_int_equal(age(START - DAY, START - DAY), IMAGE_OLDER);
    assert_int_equal(age(START - DAY, START + 1), IMAGE_MODIFIED_LATER);
    assert_int_equal(age(START - DAY, START), IMAGE_OLDER);
    assert_int_equal(age(START + 1, START - 1), IMAGE_CREATED_LATER); /* copied over it */
    assert_int_equal(age(START - MOMENT_SECOND, START - 2 * MOMENT_SECOND), IMAGE_FRESH);
    assert_int_equal(age(START, START), IMAGE_FRESH);
    assert_int_equal(age(START - IMAGE_FRESH_SPAN, START - DAY), IMAGE_OLDER);
    assert_int_equal(age(START - DAY, START - 2 * DAY + 1), IMAGE_OLDER);
    assert_int_equal(age(START - DAY, START - 2 * DAY), IMAGE_COPIED);
}

static void test_a_time_that_has_not_come(void **state)
{
    (void)state;
    assert_int_equal(age(START - DAY, NOW + IMAGE_FUTURE_SLACK), IMAGE_MODIFIED_LATER);
    assert_int_equal(age(START - DAY, NOW + IMAGE_FUTURE_SLACK + 1), IMAGE_FUTURE);
    assert_int_equal(age(NOW + DAY, START - DAY), IMAGE_FUTURE);
}

static void test_all_signs_are_told_and_the_most_telling_is_first(void **state)
{
    (void)state;
    assert_int_equal(signs(START - DAY, START - DAY), 1u << IMAGE_OLDER);
    assert_int_equal(signs(START - 1, START - 3 * DAY), 1u << IMAGE_FRESH | 1u << IMAGE_COPIED);
    assert_int_equal(signs(START + 1, START + 2),
                     1u << IMAGE_MODIFIED_LATER | 1u << IMAGE_CREATED_LATER);
    assert_int_equal(signs(NOW + DAY, START - DAY),
                     1u << IMAGE_FUTURE | 1u << IMAGE_CREATED_LATER | 1u << IMAGE_COPIED);
}

static void test_deleted(void **state)
{
    (void)state;
    const struct image_file gone = {.state = READ_GONE};
    assert_int_equal(image_age_of(START, NOW, &gone), IMAGE_DELETED);
    assert_int_equal(image_age_of(0, NOW, &gone), IMAGE_DELETED);
}

static void test_what_is_missing_is_no_verdict(void **state)
{
    (void)state;
    assert_int_equal(age(0, START - DAY), IMAGE_UNKNOWN);
    assert_int_equal(age(START - DAY, 0), IMAGE_UNKNOWN);
    const struct image_file whole = {.created = START - DAY, .modified = START - DAY};
    assert_int_equal(image_age_of(0, NOW, &whole), IMAGE_UNKNOWN);
    struct image_file denied = whole;
    denied.state = READ_DENIED;
    assert_int_equal(image_age_of(START, NOW, &denied), IMAGE_UNKNOWN);
}

/* A file system that somebody forged may hold any number. */
static void test_times_at_the_ends_of_the_range(void **state)
{
    (void)state;
    assert_int_equal(age(INT64_MIN, INT64_MAX), IMAGE_UNKNOWN);
    assert_int_equal(age(INT64_MAX, INT64_MIN), IMAGE_UNKNOWN);
    assert_int_equal(age(INT64_MAX, INT64_MAX), IMAGE_FUTURE);
    assert_int_equal(age(INT64_MAX, 1), IMAGE_FUTURE);
    assert_int_equal(age(1, 1), IMAGE_OLDER);
}

static void test_phrases(void **state)
{
    (void)state;
    for (int i = 0; i <= IMAGE_COUNT; i++)
        assert_true(image_age_phrase((enum image_age)i)[0] != '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_a_time_that_has_not_come),
        cmocka_unit_test(test_all_signs_are_told_and_the_most_telling_is_first),
        cmocka_unit_test(test_deleted),
        cmocka_unit_test(test_what_is_missing_is_no_verdict),
        cmocka_unit_test(test_times_at_the_ends_of_the_range),
        cmocka_unit_test(test_phrases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
