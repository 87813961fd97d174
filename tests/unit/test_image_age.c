#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/judge/image_age.h"

#define START (INT64_C(134400482091230000))
#define DAY (24 * 3600 * MOMENT_SECOND)

static enum image_age age(moment created, moment modified)
{
    return image_age_of(START, &(struct image_file){.created = created, .modified = modified});
}

static void test_verdicts(void **state)
{
    (void)state;
    assert_int_equal(age(START - DAY, START - DAY), IMAGE_OLDER);
    assert_int_equal(age(START - DAY, START + 1), IMAGE_MODIFIED_LATER);
    assert_int_equal(age(START - DAY, START), IMAGE_OLDER);
    assert_int_equal(age(START + 1, START - DAY), IMAGE_CREATED_LATER); /* copied over it */
    assert_int_equal(age(START - MOMENT_SECOND, START - DAY), IMAGE_FRESH);
    assert_int_equal(age(START - IMAGE_FRESH_SPAN, START - DAY), IMAGE_OLDER);
}

static void test_what_is_missing_is_no_verdict(void **state)
{
    (void)state;
    assert_int_equal(age(0, START - DAY), IMAGE_UNKNOWN);
    assert_int_equal(age(START - DAY, 0), IMAGE_UNKNOWN);
    const struct image_file whole = {.created = START - DAY, .modified = START - DAY};
    assert_int_equal(image_age_of(0, &whole), IMAGE_UNKNOWN);
    struct image_file gone = whole;
    gone.state = READ_GONE;
    assert_int_equal(image_age_of(START, &gone), IMAGE_UNKNOWN);
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
        cmocka_unit_test(test_what_is_missing_is_no_verdict),
        cmocka_unit_test(test_phrases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
