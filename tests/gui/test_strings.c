/* The string tables as they lie in the program: looked up exactly, with English behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <windows.h>

#include <cmocka.h>

#include "core/act/closing.h"
#include "core/find/found_cells.h"
#include "core/model/cell.h"
#include "core/model/connection_cells.h"
#include "core/model/process_cells.h"
#include "core/watch/hit_cells.h"
#include "core/watch/import.h"
#include "core/watch/known.h"
#include "core/windows/evidence/bundle_parts.h"
#include "gui/strings.h"
#include "gui/watch_dialog.h"
#include "gui/watch_review.h"

/* Strings that follow an enum of the engine: a value that is added there needs words here. */
static const struct {
    const char *name;
    unsigned id;
    unsigned first; /* value that is shown */
    unsigned count;
} series[] = {
    {"read_state", STR_READ_STATE, 1, READ_STATE_COUNT},
    {"cell_word", STR_CELL_WORD, 0, WORD_COUNT},
    {"cell_note", STR_CELL_NOTE, 1, NOTE_COUNT},
    {"process_column", STR_PROCESS_COLUMN, 0, PROCESS_COLUMNS},
    {"connection_column", STR_CONNECTION_COLUMN, 0, CONNECTION_COLUMNS},
    {"hit_column", STR_HIT_COLUMN, 0, HIT_COLUMNS},
    {"found_handle_column", STR_FOUND_HANDLE_COLUMN, 0, FOUND_HANDLE_COLUMNS},
    {"found_registry_column", STR_FOUND_REGISTRY_COLUMN, 0, FOUND_REGISTRY_COLUMNS},
    {"found_memory_column", STR_FOUND_MEMORY_COLUMN, 0, FOUND_MEMORY_COLUMNS},
    {"odd_rule", STR_ODD_RULE, 0, ODD_RULES},
    {"status", STR_STATUS_PHRASE, 0, ST_COUNT},
    {"indicator_kind", STR_KIND, 0, INDICATOR_KINDS},
    {"import_format", STR_FORMAT, 0, FORMAT_COUNT},
    {"finding_doubt", STR_DOUBT, 1, DOUBT_COUNT},
    {"finding_doubt, why", STR_DOUBT_WHY, 1, DOUBT_COUNT},
    {"known_kind", STR_KNOWN_KIND, 0, KNOWN_PATH + 1},
    {"watch_column", STR_WATCH_COLUMN, 0, WATCH_COLUMNS},
    {"review_column", STR_REVIEW_COLUMN, 0, REVIEW_COLUMNS},
    {"closing_bar", STR_WHY_CLOSING, 1, CLOSING_BAR_COUNT},
    {"closing_outcome", STR_CLOSING_OUTCOME, 0, CLOSING_OUTCOMES},
};

static void test_every_value_of_the_engine_has_words(void **state)
{
    (void)state;
    for (int language = STRINGS_ENGLISH; language <= STRINGS_CHINESE; language++) {
        strings_choose((enum strings_language)language);
        assert_int_equal(strings_language(), language);
        for (size_t i = 0; i < sizeof series / sizeof series[0]; i++) {
            for (unsigned k = series[i].first; k < series[i].count; k++) {
                if (!string_wide(series[i].id + k)[0])
                    fail_msg("%s %u has no words in language %d", series[i].name, k, language);
            }
        }
    }
    strings_choose(STRINGS_ENGLISH);
}

/* Words that follow a table of the engine: in English as the parts are typed, so that they can't
 * get out of step; and none behind the last of them. */
static void test_every_part_of_the_evidence_has_a_name(void **state)
{
    struct buffer name;
    size_t count = 0;
    const struct bundle_part *parts = bundle_parts_of_system(&count);

    (void)state;
    buffer_init(&name, 1024);
    for (unsigned i = 0; i < count; i++) {
        strings_choose(STRINGS_ENGLISH);
        buffer_clear(&name);
        string_add(&name, STR_PARTS_NAME + i);
        assert_true(text_equal(buffer_text(&name), text_from(parts[i].name)));
        strings_choose(STRINGS_CHINESE);
        buffer_clear(&name);
        string_add(&name, STR_PARTS_NAME + i);
        assert_false(text_equal(buffer_text(&name), text_from(parts[i].name)));
    }
    strings_choose(STRINGS_ENGLISH);
    assert_int_equal(string_wide(STR_PARTS_NAME + (unsigned)count)[0], 0);
    buffer_done(&name);
}

/* Counts the strings of a language as the resources have them, without our own look-up. */
static unsigned count_strings(LANGID language)
{
    unsigned count = 0;

    for (unsigned block = 1; block < 4096 / 16; block++) {
        HRSRC found = FindResourceExW(GetModuleHandleW(NULL), (LPCWSTR)RT_STRING,
                                      MAKEINTRESOURCEW(block), language);
        const wchar_t *at = found ? LockResource(LoadResource(NULL, found)) : NULL;
        for (int i = 0; at && i < 16; i++) {
            count += *at > 0;
            at += *at + 1;
        }
    }
    return count;
}

static void test_both_tables_are_in_the_program_and_as_long(void **state)
{
    unsigned english = count_strings(MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US));
    unsigned chinese = count_strings(MAKELANGID(LANG_CHINESE, SUBLANG_CHINESE_SIMPLIFIED));

    (void)state;
    assert_true(english > 300);
    assert_int_equal(english, chinese);
}

static void test_an_id_without_words_is_empty_in_every_language(void **state)
{
    (void)state;
    for (int language = STRINGS_ENGLISH; language <= STRINGS_CHINESE; language++) {
        strings_choose((enum strings_language)language);
        assert_int_equal(string_wide(1)[0], L'\0');
        assert_int_equal(string_wide(999999)[0], L'\0');
    }
    strings_choose(STRINGS_ENGLISH);
}

static void assert_filled(unsigned id, const struct text *arguments, unsigned count,
                          const char *wanted)
{
    struct buffer out;

    buffer_init(&out, 65536);
    string_fill(&out, id, arguments, count);
    if (!text_equal(buffer_text(&out), text_from(wanted)))
        fail_msg("\"%.*s\", not \"%s\"", (int)out.size, out.bytes, wanted);
    buffer_done(&out);
}

/* What is filled in is never read as a placeholder itself, whatever a process calls itself. */
static void test_placeholders_are_filled_once(void **state)
{
    const struct text arguments[] = {text_of("%2 %1"), text_of("100%")};

    (void)state;
    strings_choose(STRINGS_ENGLISH);
    assert_filled(STR_ORIGIN_LINE, arguments, 2, "%2 %1, line 100%");
    assert_filled(STR_ORIGIN_LINE, arguments, 1, "%2 %1, line ");
    strings_choose(STRINGS_CHINESE);
    assert_filled(STR_ORIGIN_LINE, arguments, 2, "%2 %1，第 100% 行");
    strings_choose(STRINGS_ENGLISH);
}

static void test_the_language_can_be_changed_while_running(void **state)
{
    (void)state;
    strings_choose(STRINGS_ENGLISH);
    assert_true(wcscmp(string_wide(STR_CANCEL), L"Cancel") == 0);
    strings_choose(STRINGS_CHINESE);
    assert_true(wcscmp(string_wide(STR_CANCEL), L"\x53D6\x6D88") == 0);
    strings_choose(STRINGS_SYSTEM);
    assert_int_not_equal(strings_language(), STRINGS_SYSTEM);
    assert_true(string_wide(STR_CANCEL)[0] != L'\0');
    strings_choose(STRINGS_ENGLISH);
}

static void test_languages_have_names(void **state)
{
    (void)state;
    assert_int_equal(strings_language_from(text_of("zh")), STRINGS_CHINESE);
    assert_int_equal(strings_language_from(text_of("zh-CN")), STRINGS_CHINESE);
    assert_int_equal(strings_language_from(text_of("EN")), STRINGS_ENGLISH);
    assert_int_equal(strings_language_from(text_of("system")), STRINGS_SYSTEM);
    assert_int_equal(strings_language_from(text_of("")), STRINGS_SYSTEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_value_of_the_engine_has_words),
        cmocka_unit_test(test_every_part_of_the_evidence_has_a_name),
        cmocka_unit_test(test_both_tables_are_in_the_program_and_as_long),
        cmocka_unit_test(test_an_id_without_words_is_empty_in_every_language),
        cmocka_unit_test(test_placeholders_are_filled_once),
        cmocka_unit_test(test_the_language_can_be_changed_while_running),
        cmocka_unit_test(test_languages_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
