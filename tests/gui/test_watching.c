/* What is known is written beside the window's thread: a medium that needs its time holds nothing
 * up, the last state wins, and what was asked for is written before the program ends. */
#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "gui/strings.h"
#include "gui/watching.h"
#include "tests/support/scripted_source.h"

#define DONE_MESSAGE (WM_APP + 5)
#define PATIENCE 20000 /* ms that a condition may take before it counts as never */

/* --- a medium that writes when the test lets it --- */

static struct {
    HANDLE begun;
    HANDLE may_go_on;
    atomic_int writes;
    atomic_size_t entries; /* of the list that was written last */
    atomic_int answer;     /* enum status */
} slow;

static enum status save_slowly(struct text path, const struct known *known, struct failure *failure)
{
    (void)path;
    (void)failure;
    SetEvent(slow.begun);
    WaitForSingleObject(slow.may_go_on, INFINITE);
    atomic_store(&slow.entries, known_count(known));
    atomic_fetch_add(&slow.writes, 1);
    return (enum status)atomic_load(&slow.answer);
}

struct desk {
    HWND window;
    struct session *session;
    struct watching *watching;
    struct buffer line;
};

static void take_messages(struct desk *desk, bool (*until)(const struct desk *desk))
{
    ULONGLONG begun = GetTickCount64();
    MSG message;
    while (!until(desk)) {
        assert_true(GetTickCount64() - begun < PATIENCE);
        if (!PeekMessageW(&message, NULL, 0, 0, PM_REMOVE))
            Sleep(2);
        else if (message.message == DONE_MESSAGE)
            watching_done(desk->watching, message.wParam, &desk->line);
        else
            DispatchMessageW(&message);
    }
}

static bool lists_are_read(const struct desk *desk)
{
    return !watching_busy(desk->watching);
}

static int open_desk(void **state)
{
    static struct desk desk;
    struct scripted_source *machine = scripted_source_new();
    memset(&desk, 0, sizeof desk);
    slow.begun = CreateEventW(NULL, FALSE, FALSE, NULL);
    slow.may_go_on = CreateEventW(NULL, FALSE, FALSE, NULL);
    atomic_store(&slow.writes, 0);
    atomic_store(&slow.entries, 0);
    atomic_store(&slow.answer, ST_OK);
    buffer_init(&desk.line, 65536);
    desk.window = CreateWindowExW(0, L"STATIC", L"", WS_OVERLAPPEDWINDOW, 0, 0, 10, 10, NULL, NULL,
                                  NULL, NULL);
    assert_non_null(desk.window);
    strings_choose(STRINGS_ENGLISH);
    const struct session_setup session = {
        .source = scripted_source_base(machine),
        .window = desk.window,
        .message = WM_APP + 1,
        .publish_ms = 60000,
    };
    assert_int_equal(session_new(&session, &desk.session), ST_OK);
    const struct watching_setup setup = {
        .session = desk.session,
        .window = desk.window,
        .message = DONE_MESSAGE,
        .known_kept = text_of("C:\\no such folder\\known.txt"),
        .save_known = save_slowly,
    };
    desk.watching = watching_new(&setup);
    assert_non_null(desk.watching);
    take_messages(&desk, lists_are_read);
    buffer_clear(&desk.line);
    *state = &desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    watching_free(desk->watching);
    session_free(desk->session);
    DestroyWindow(desk->window);
    buffer_done(&desk->line);
    CloseHandle(slow.begun);
    CloseHandle(slow.may_go_on);
    return 0;
}

static void know(struct desk *desk, const char *name)
{
    assert_int_equal(watching_add_known(desk->watching, KNOWN_NAME, text_from(name)), ST_OK);
}

static void expect_begun(void)
{
    assert_int_equal(WaitForSingleObject(slow.begun, PATIENCE), WAIT_OBJECT_0);
}

static bool next_has_begun(const struct desk *desk)
{
    (void)desk;
    return WaitForSingleObject(slow.begun, 0) == WAIT_OBJECT_0;
}

static bool written_twice(const struct desk *desk)
{
    (void)desk;
    return atomic_load(&slow.writes) == 2;
}

/* The list counts at once; the thread that asked goes on while nothing has been written yet. */
static void test_a_slow_medium_holds_nothing_up(void **state)
{
    struct desk *desk = *state;
    know(desk, "a.exe");
    expect_begun();
    assert_int_equal(known_count(session_known(desk->session)), 1);
    know(desk, "b.exe");
    know(desk, "c.exe");
    assert_int_equal(known_count(session_known(desk->session)), 3);
    assert_int_equal(atomic_load(&slow.writes), 0);
    SetEvent(slow.may_go_on);
    take_messages(desk, next_has_begun); /* the two that came meanwhile are one write */
    SetEvent(slow.may_go_on);
    take_messages(desk, written_twice);
    assert_int_equal(atomic_load(&slow.entries), 3);
    assert_true(watching_finish(desk->watching, PATIENCE));
    assert_int_equal(atomic_load(&slow.writes), 2);
    assert_int_equal(desk->line.size, 0);
}

static bool something_is_told(const struct desk *desk)
{
    return desk->line.size > 0;
}

static void test_a_medium_that_fails_is_told(void **state)
{
    struct desk *desk = *state;
    atomic_store(&slow.answer, ST_DISK_FULL);
    SetEvent(slow.may_go_on);
    know(desk, "a.exe");
    take_messages(desk, something_is_told);
    assert_int_not_equal(text_find(buffer_text(&desk->line), text_of("known.txt")), SIZE_MAX);
    assert_int_not_equal(text_find(buffer_text(&desk->line), text_of("full")), SIZE_MAX);
    assert_int_equal(known_count(session_known(desk->session)), 1); /* it still counts */
}

static DWORD WINAPI let_go_on_twice(void *context)
{
    (void)context;
    SetEvent(slow.may_go_on);
    if (WaitForSingleObject(slow.begun, PATIENCE) == WAIT_OBJECT_0)
        SetEvent(slow.may_go_on);
    return 0;
}

/* The program may be closed right after the last change. */
static void test_the_end_waits_for_what_is_being_written(void **state)
{
    struct desk *desk = *state;
    know(desk, "a.exe");
    expect_begun();
    know(desk, "b.exe");
    assert_false(watching_finish(desk->watching, 1)); /* not for ever */
    HANDLE thread = CreateThread(NULL, 0, let_go_on_twice, NULL, 0, NULL);
    assert_non_null(thread);
    assert_true(watching_finish(desk->watching, PATIENCE));
    assert_int_equal(atomic_load(&slow.writes), 2);
    assert_int_equal(atomic_load(&slow.entries), 2);
    assert_int_equal(WaitForSingleObject(thread, PATIENCE), WAIT_OBJECT_0);
    CloseHandle(thread);
}

#define DESK_TEST(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(test_a_slow_medium_holds_nothing_up),
        DESK_TEST(test_a_medium_that_fails_is_told),
        DESK_TEST(test_the_end_waits_for_what_is_being_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
