/* What a term can't be without is read off it; where that is not sure, nothing is claimed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/find/required.h"

/* "a|b" for two that are required of either; "" for nothing. */
static void check(const char *source, bool regex, bool ignore_case, const char *expected)
{
    const struct required required = required_of(text_from(source), regex, ignore_case);
    char said[REQUIRED_MOST * (REQUIRED_LETTERS + 1) + 1] = "";
    size_t size = 0;

    for (size_t i = 0; i < required.count; i++) {
        if (i)
            said[size++] = '|';
        memcpy(said + size, required.texts[i].bytes, required.texts[i].size);
        size += required.texts[i].size;
    }
    said[size] = '\0';
    if (strcmp(said, expected) != 0)
        print_error("of %s\n", source);
    assert_string_equal(said, expected);
}

static void test_of_regular_expressions(void **state)
{
    static const struct {
        const char *source;
        const char *expected;
    } cases[] = {
        {"evil", "evil"},
        {"[a-z]+[0-9]+\\.list\\.example/gate\\.php", ".list.example/gate.php"},
        {"a+evil*b", "evi"},
        {"ab?c", "a"},
        {"ab+c", "ab"},
        {"x{0,3}yy{2}z", "yy"},
        {"abc{,2}d", "ab"},
        {"abc{ 1, 2 }de", "abc"},
        {"abc{x}", "abc{x}"},
        {"abc??de", "ab"},
        {"(evil|bad)\\.exe", ".exe"},
        {"(evil|worse)x", "evil|worse"},
        {"(?:evil|bad)?.exe", "exe"},
        {"(?:\\d{1,3}\\.){3}\\d", "."},
        {"(?:evil){0}bad", "bad"},
        {"evil|bad|worse", "evil|bad|worse"},
        {"evil|[a-z]", ""},
        {"evil|", ""},
        {"a|b|c|d|e|f|g|h|i", ""}, /* too many */
        {"(?<name>evil)", "evil"},
        {"(?P<long>evil)", "evil"},
        {"(?'name'evil)", "evil"},
        {"(?>evil)", "evil"},
        {"(?=evil)bad", "bad"},
        {"(?<=evil)bad", "bad"},
        {"(?!evil)x", "x"},
        {"(?<!evil)x", "x"},
        {"[]evil]bad", "bad"},
        {"[^]evil]bad", "bad"},
        {"[[:alpha:]evil]bad", "bad"},
        {"[\\]evil]bad", "bad"},
        {"[[evil]bad", "bad"},
        {"[[:evil]]bad", ""},
        {"[\\Q]evil]\\E]bad", ""},
        {"\\Qevil\\E", ""},
        {"\\x{41}evil", "evil"},
        {"\\p{L}bad", "bad"},
        {"\\x41evil", ""},
        {"\\cAevil", ""},
        {"(?1)evil(x)", ""},
        {"(?R)?evil", ""},
        {"(?x)e v i l", ""},
        {"(?:(?x)#)\n)evil", ""},
        {"(*ACCEPT)evil", ""},
        {"(?#evil)bad", ""},
        {"(?(?=e)evil|bad)", ""},
        {"\\bevil\\b", "evil"},
        {"e.v", "e"},
        {"^evil$", "evil"},
        {"\\d+", ""},
        {"邪恶\\d", "邪恶"},
        {"ab邪*c", "ab"},
        {"((((((((((((((((((((((((((evil))))))))))))))))))))))))))", ""}, /* too deep */
        {"0123456789012345678901234567890123456789", "01234567890123456789012345678901"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(cases[i].source, true, false, cases[i].expected);
}

/* Letters that fold beyond ASCII are not relied on. */
static void test_without_case(void **state)
{
    (void)state;
    check("evil", true, true, "evil");
    check("ask.exe", true, true, "exe");
    check("task\\.exe", true, true, ".exe");
    check("邪恶x", true, true, "x");
    check("(?i)Evil", true, false, "Evil");
    check("x(?i)Evil", true, false, "");
    check("Evil(", false, true, "Evil(");
    check("вирус.Exe", false, true, ".Exe");
    check("sk", false, true, "");
    assert_true(required_of(text_of("(?i)Evil"), true, false).ignore_case);
    assert_false(required_of(text_of("Evil"), true, false).ignore_case);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_regular_expressions),
        cmocka_unit_test(test_without_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
