/* The Restart Manager's opinion of who holds a file, by made-up calls and by the real ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/windows/find/lockers.h"

static struct arena *arena;
static UINT there;   /* processes that hold it */
static UINT growing; /* processes that come with each call */
static DWORD refusal;
static int sessions; /* open ones */

static int begin(void **state)
{
    (void)state;
    arena = arena_new((size_t)16 << 20);
    there = growing = 0;
    refusal = 0;
    sessions = 0;
    return arena ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return sessions;
}

static DWORD WINAPI start(DWORD *session, DWORD flags, WCHAR *key)
{
    assert_int_equal(flags, 0);
    assert_int_equal(key[0], 0);
    *session = 7;
    sessions++;
    return 0;
}

static DWORD WINAPI add(DWORD session, UINT count, const WCHAR **files, UINT programs,
                        const void *unused, UINT services, const WCHAR **names)
{
    (void)unused;
    (void)names;
    assert_int_equal(session, 7);
    assert_int_equal(count + programs + services, 1);
    assert_int_equal(wcscmp(files[0], L"C:\\\x90AA\x6076.txt"), 0);
    return refusal == ERROR_SEM_TIMEOUT ? refusal : 0;
}

static DWORD WINAPI list(DWORD session, UINT *needed, UINT *count,
                         struct lockers_process *processes, DWORD *reasons)
{
    assert_int_equal(session, 7);
    *reasons = 0;
    if (refusal)
        return refusal;
    there += growing;
    *needed = there;
    if (*count < there)
        return ERROR_MORE_DATA;
    for (UINT i = 0; i < there; i++) {
        memset(&processes[i], 0, sizeof processes[i]);
        processes[i].pid = 100 + i;
        processes[i].start = (FILETIME){5, 1};
        for (size_t at = 0; at < 256; at++) /* a name without an end */
            processes[i].name[at] = L'n';
    }
    *count = there;
    return 0;
}

static DWORD WINAPI finish(DWORD session)
{
    assert_int_equal(session, 7);
    sessions--;
    return 0;
}

static const struct lockers_calls calls = {start, add, list, finish};
static const struct text path = {"C:\\邪恶.txt", 13};

static void test_all_are_told(void **state)
{
    struct lockers lockers;
    struct failure failure;

    (void)state;
    there = 3;
    assert_int_equal(lockers_ask(&calls, path, arena, &lockers, &failure), ST_OK);
    assert_int_equal(lockers.count, 3);
    assert_int_equal(lockers.items[2].key.pid, 102);
    assert_int_equal(lockers.items[2].key.start, ((int64_t)1 << 32) + 5);
    assert_int_equal(lockers.items[2].name.size, 256);
}

static void test_nobody_is_an_answer(void **state)
{
    struct lockers lockers;
    struct failure failure;

    (void)state;
    assert_int_equal(lockers_ask(&calls, path, arena, &lockers, &failure), ST_OK);
    assert_int_equal(lockers.count, 0);
}

static void test_more_each_time(void **state)
{
    struct lockers lockers;
    struct failure failure;

    (void)state;
    growing = 6;
    assert_int_equal(lockers_ask(&calls, path, arena, &lockers, &failure), ST_TOO_LARGE);
    there = LOCKERS_MOST;
    assert_int_equal(lockers_ask(&calls, path, arena, &lockers, &failure), ST_TOO_LARGE);
}

static void test_refusals(void **state)
{
    static const struct lockers_calls none = {NULL, NULL, NULL, NULL};
    struct lockers lockers;
    struct failure failure;

    (void)state;
    refusal = ERROR_ACCESS_DENIED;
    assert_int_equal(lockers_ask(&calls, path, arena, &lockers, &failure), ST_DENIED);
    assert_string_equal(failure.call, "RmGetList");
    refusal = ERROR_SEM_TIMEOUT;
    assert_true(lockers_ask(&calls, path, arena, &lockers, &failure) != ST_OK);
    assert_string_equal(failure.call, "RmRegisterResources");
    assert_int_equal(failure.code, ERROR_SEM_TIMEOUT);
    assert_int_equal(lockers_ask(&none, path, arena, &lockers, &failure), ST_UNSUPPORTED);
}

static void test_files_only(void **state)
{
    (void)state;
    assert_true(lockers_is_file(text_of("C:\\windows\\system32\\ntdll.dll")));
    assert_false(lockers_is_file(text_of("C:\\windows")));
    assert_false(lockers_is_file(text_of("ntdll.dll")));
    assert_false(lockers_is_file(text_of("C:\\not\\there")));
}

/* The system's own: an answer, whatever it says, or a reason. */
static void test_of_this_system(void **state)
{
    struct lockers lockers = {NULL, 0};
    struct failure failure;
    enum status status =
        lockers_ask(NULL, text_of("C:\\windows\\system32\\ntdll.dll"), arena, &lockers, &failure);

    (void)state;
    if (status == ST_OK)
        assert_true(lockers.count <= LOCKERS_MOST);
    else
        assert_int_equal(failure.status, status);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_all_are_told), TEST(test_nobody_is_an_answer), TEST(test_more_each_time),
        TEST(test_refusals),     TEST(test_files_only),          TEST(test_of_this_system),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
