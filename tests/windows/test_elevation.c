/* Starting anew as administrator: what the system is asked for, what it and the user answer. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/act/handover.h"
#include "core/windows/act/elevation_calls.h"
#include "core/windows/act/live_hand.h"
#include "core/windows/file/explorer.h"
#include "core/windows/text16.h"

static struct {
    DWORD error; /* what the call fails with; 0: it does not */
    wchar_t verb[16];
    wchar_t file[MAX_PATH];
    wchar_t parameters[256];
    ULONG mask;
    HWND owner;
    unsigned calls;
} asked;

static BOOL WINAPI execute(SHELLEXECUTEINFOW *order)
{
    lstrcpynW(asked.verb, order->lpVerb, 16);
    lstrcpynW(asked.file, order->lpFile, MAX_PATH);
    lstrcpynW(asked.parameters, order->lpParameters, 256);
    asked.mask = order->fMask;
    asked.owner = order->hwnd;
    asked.calls++;
    SetLastError(asked.error);
    return !asked.error;
}

static const struct elevation_calls calls = {execute};

static int begin(void **state)
{
    (void)state;
    memset(&asked, 0, sizeof asked);
    return 0;
}

static void test_it_starts_its_own_file_as_administrator(void **state)
{
    wchar_t own[MAX_PATH];
    struct failure failure = {.status = ST_OK};

    (void)state;
    GetModuleFileNameW(NULL, own, MAX_PATH);
    assert_int_equal(
        elevation_start_by(&calls, (HWND)(UINT_PTR)42, text_of("--case C:\\x"), &failure), ST_OK);
    assert_int_equal(asked.calls, 1);
    assert_int_equal(wcscmp(asked.verb, L"runas"), 0);
    assert_int_equal(wcscmp(asked.file, own), 0);
    assert_int_equal(wcscmp(asked.parameters, L"--case C:\\x"), 0);
    assert_ptr_equal(asked.owner, (HWND)(UINT_PTR)42);
    /* It is back when the new program is there, and shows no box of its own. */
    assert_true(asked.mask & SEE_MASK_NOASYNC);
    assert_true(asked.mask & SEE_MASK_FLAG_NO_UI);
}

static void test_a_user_who_declines_cancels(void **state)
{
    struct failure failure = {.status = ST_OK};

    (void)state;
    asked.error = ERROR_CANCELLED; /* 1223 */
    assert_int_equal(elevation_start_by(&calls, NULL, text_of(""), &failure), ST_CANCELLED);
    asked.error = ERROR_FILE_NOT_FOUND;
    assert_int_equal(elevation_start_by(&calls, NULL, text_of(""), &failure), ST_NOT_FOUND);
    assert_string_equal(failure.call, "ShellExecuteEx");
    assert_int_equal(failure.code, ERROR_FILE_NOT_FOUND);
    assert_int_equal(elevation_start_by(&calls, NULL, text_of(""), NULL), ST_NOT_FOUND);
}

/* The new program splits its command line by the shell's rules. */
static void test_the_words_come_out_as_they_went_in(void **state)
{
    static const char *const words[] = {"C:\\my case\\",     "a\"b",
                                        "\\\\server\\share", "",
                                        "back\\\\\"slashes", "\xe4\xb8\xad\xe6\x96\x87 x"};
    const int count = sizeof words / sizeof words[0];
    struct buffer line;
    int got = 0;

    (void)state;
    buffer_init(&line, 4096);
    buffer_add_string(&line, "program");
    for (int i = 0; i < count; i++) {
        buffer_add_byte(&line, ' ');
        handover_add_word(&line, text_from(words[i]));
    }
    wchar_t *wide = text16_from(buffer_text(&line), NULL);
    wchar_t **split = CommandLineToArgvW(wide, &got);
    assert_int_equal(got, count + 1);
    for (int i = 0; i < count; i++) {
        wchar_t *expected = text16_from(text_from(words[i]), NULL);
        assert_int_equal(wcscmp(split[i + 1], expected), 0);
        text16_free(expected);
    }
    LocalFree(split);
    text16_free(wide);
    buffer_done(&line);
}

static void test_waiting_is_for_one_process_and_has_an_end(void **state)
{
    struct process_key self = live_hand_self();
    struct process_key other = {self.pid, self.start + 1};

    (void)state;
    assert_false(elevation_wait_for(self, 10));
    assert_true(elevation_wait_for(other, 60000)); /* the one that was meant is gone */
    assert_true(elevation_wait_for((struct process_key){0xfffffffc, 1}, 60000));
}

static void test_what_is_gone_is_not_shown(void **state)
{
    struct failure failure = {.status = ST_OK};

    (void)state;
    assert_int_equal(explorer_show(text_of("C:\\no such folder\\x.exe"), &failure), ST_NOT_FOUND);
    assert_int_equal(failure.status, ST_NOT_FOUND);
    assert_int_equal(explorer_show(text_of("C:\\no such folder\\x.exe"), NULL), ST_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_it_starts_its_own_file_as_administrator),
        TEST(test_a_user_who_declines_cancels),
        TEST(test_the_words_come_out_as_they_went_in),
        TEST(test_waiting_is_for_one_process_and_has_an_end),
        TEST(test_what_is_gone_is_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
