/* The slow facts of a process on a system that refuses, changes under the reader's hands and hangs.
 */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/nt.h"
#include "tests/support/failing_memory.h"
#include "tests/support/windows/parts_bench.h"

#define NT_UNKNOWN_CLASS ((NTSTATUS)0xC0000003u)

/* ---- refusals ---- */

static DWORD allowed; /* rights that are not refused */

static HANDLE WINAPI open_some(DWORD rights, BOOL inherit, DWORD pid)
{
    if (rights & ~allowed) {
        SetLastError(ERROR_ACCESS_DENIED);
        return NULL;
    }
    return OpenProcess(rights, inherit, pid);
}

static HANDLE WINAPI refuse_thread(DWORD rights, BOOL inherit, DWORD tid)
{
    (void)rights;
    (void)inherit;
    (void)tid;
    SetLastError(ERROR_ACCESS_DENIED);
    return NULL;
}

static HANDLE WINAPI refuse_snapshot(DWORD what, DWORD pid)
{
    (void)what;
    (void)pid;
    SetLastError(ERROR_ACCESS_DENIED);
    return INVALID_HANDLE_VALUE;
}

static BOOL WINAPI refuse_token(HANDLE process, DWORD rights, HANDLE *token)
{
    (void)process;
    (void)rights;
    *token = NULL;
    SetLastError(ERROR_ACCESS_DENIED);
    return FALSE;
}

static NTSTATUS NTAPI tell_protected(HANDLE process, ULONG class, void *out, ULONG size,
                                     ULONG *needed)
{
    if (class == NT_PROCESS_PROTECTION) {
        *(BYTE *)out = 0x31;
        return 0;
    }
    return system_calls()->nt_query_information_process(process, class, out, size, needed);
}

static void refuse_all(DWORD rights_left)
{
    allowed = rights_left;
    calls.open_process = open_some;
    calls.open_thread = refuse_thread;
    calls.create_toolhelp32_snapshot = refuse_snapshot;
    calls.open_process_token = refuse_token;
}

static void assert_all(enum read_state why)
{
    assert_int_equal(parts->modules_state, why);
    assert_int_equal(parts->module_count, 0);
    assert_int_equal(parts->token_state, why);
    assert_int_equal(parts->token.user.state, why);
    assert_int_equal(parts->environment_state, why);
    if (!lists_processes()) {
        assert_int_equal(parts->threads_state, READ_UNSUPPORTED);
        return;
    }
    /* the listing tells of threads, whoever asks; what each of them would have to say is refused */
    assert_int_equal(parts->threads_state, READ_OK);
    assert_int_equal(thread_of("second")->suspend_count.state, why);
    assert_int_equal(thread_of("second")->start.state, why);
    assert_int_equal(thread_of("second")->name.state, why);
    assert_true(thread_of("second")->created > 0);
}

static void test_all_denied(void **state)
{
    (void)state;
    start_lab();
    refuse_all(0);
    assert_int_equal(read_child(PROCESS_ALL_PARTS), ST_OK);
    assert_all(READ_DENIED);
}

static void test_denied_and_another_life(void **state)
{
    struct process_key key;

    (void)state;
    if (!lists_processes())
        skip();
    start_lab();
    refuse_all(0);
    key = key_of(child.process, child.pid);
    key.start--;
    assert_int_equal(parts_reader_new(&calls, &reader), ST_OK);
    assert_int_equal(parts_read(reader, key, PROCESS_TOKEN, &parts), ST_GONE);
}

static void test_all_protected(void **state)
{
    (void)state;
    if (!calls.nt_query_information_process)
        skip();
    start_lab();
    refuse_all(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE);
    calls.nt_query_information_process = tell_protected;
    assert_int_equal(read_child(PROCESS_ALL_PARTS), ST_OK);
    assert_all(READ_PROTECTED);
}

static void test_denied_but_not_protected(void **state)
{
    (void)state;
    start_lab();
    refuse_all(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE);
    assert_int_equal(read_child(PROCESS_ALL_PARTS), ST_OK);
    assert_all(READ_DENIED);
}

/* It ends between the first question and the second; then everything is refused somehow. */
static HANDLE WINAPI end_then_list(DWORD what, DWORD pid)
{
    TerminateProcess(child.process, 0);
    WaitForSingleObject(child.process, INFINITE);
    return CreateToolhelp32Snapshot(what, pid);
}

static void test_gone_in_between(void **state)
{
    struct process_key key;

    (void)state;
    start_lab();
    calls.create_toolhelp32_snapshot = end_then_list;
    key = key_of(child.process, child.pid);
    assert_int_equal(parts_reader_new(&calls, &reader), ST_OK);
    assert_int_equal(parts_read(reader, key, PROCESS_ALL_PARTS, &parts), ST_OK);
    assert_int_equal(parts->modules_state, READ_GONE);
    assert_int_equal(parts->environment_state, READ_GONE);
    assert_int_equal(parts->threads_state, lists_processes() ? READ_GONE : READ_UNSUPPORTED);
}

/* ---- a list of modules that is not to be had ---- */

static DWORD list_error;
static unsigned list_failures;
static unsigned list_asked;

static HANDLE WINAPI fail_to_list(DWORD what, DWORD pid)
{
    list_asked++;
    if (!(what & TH32CS_SNAPMODULE) || list_asked > list_failures)
        return CreateToolhelp32Snapshot(what, pid);
    SetLastError(list_error);
    return INVALID_HANDLE_VALUE;
}

static void read_modules_with(DWORD error, unsigned failures)
{
    list_error = error;
    list_failures = failures;
    list_asked = 0;
    calls.create_toolhelp32_snapshot = fail_to_list;
    start_lab();
    assert_int_equal(read_child(PROCESS_MODULES), ST_OK);
}

static void test_list_that_changes_is_asked_again(void **state)
{
    (void)state;
    read_modules_with(ERROR_BAD_LENGTH, 3);
    assert_int_equal(list_asked, 4);
    assert_modules_of_lab(MODULES_LISTED);
}

static void test_list_that_changes_for_ever(void **state)
{
    (void)state;
    read_modules_with(ERROR_BAD_LENGTH, UINT32_MAX);
    assert_true(list_asked < 100);
    assert_modules_of_lab(MODULES_MAPPED);
}

/* 299: it is just starting, or the list is torn. */
static void test_list_copied_in_part(void **state)
{
    (void)state;
    read_modules_with(ERROR_PARTIAL_COPY, 1);
    assert_int_equal(list_asked, 1);
    assert_modules_of_lab(MODULES_MAPPED);
}

static void test_list_denied_is_not_circumvented(void **state)
{
    (void)state;
    read_modules_with(ERROR_ACCESS_DENIED, 1);
    assert_int_equal(parts->modules_state, READ_DENIED);
    assert_int_equal(parts->module_count, 0);
}

static BOOL WINAPI name_a_long_path(HANDLE snapshot, MODULEENTRY32W *entry)
{
    BOOL found = Module32FirstW(snapshot, entry);

    wmemset(entry->szExePath, L'a', MAX_PATH - 1);
    entry->szExePath[MAX_PATH - 1] = 0;
    return found;
}

/* A path that fills its room was cut off; the whole one is asked for. */
static void test_long_paths_are_whole(void **state)
{
    (void)state;
    calls.module32_first = name_a_long_path;
    start_lab();
    assert_int_equal(read_child(PROCESS_MODULES), ST_OK);
    assert_modules_of_lab(MODULES_LISTED);
}

/* ---- memory that can be read in part ---- */

static unsigned reads_left;

static BOOL WINAPI read_some(HANDLE process, const void *address, void *out, SIZE_T size,
                             SIZE_T *got)
{
    if (!reads_left) {
        *got = 0;
        SetLastError(ERROR_PARTIAL_COPY);
        return FALSE;
    }
    reads_left--;
    return ReadProcessMemory(process, address, out, size, got);
}

static void test_environment_in_part(void **state)
{
    size_t whole;

    (void)state;
    if (!calls.nt_query_information_process)
        skip();
    start_lab();
    assert_int_equal(read_child(PROCESS_ENVIRONMENT), ST_OK);
    whole = parts->variable_count;
    parts_reader_free(reader);
    reader = NULL;
    calls.read_process_memory = read_some;
    for (unsigned reads = 0;; reads++) {
        reads_left = reads;
        assert_int_equal(read_child(PROCESS_ENVIRONMENT), ST_OK);
        if (parts->environment_state == READ_OK && !parts->environment_cut)
            break;
        if (parts->environment_state != READ_OK) /* it is alive: not gone */
            assert_int_equal(parts->environment_state, READ_FAILED);
        else
            assert_true(parts->variable_count > 0 && parts->variable_count <= whole);
        assert_true(reads < 200);
    }
    assert_int_equal(parts->variable_count, whole);
}

static NTSTATUS NTAPI tell_no_peb(HANDLE process, ULONG class, void *out, ULONG size, ULONG *needed)
{
    NTSTATUS status =
        system_calls()->nt_query_information_process(process, class, out, size, needed);

    if (class == NT_PROCESS_BASIC && status >= 0)
        ((struct nt_basic *)out)->peb = NULL;
    return status;
}

static void test_environment_of_a_minimal_process(void **state)
{
    (void)state;
    if (!calls.nt_query_information_process)
        skip();
    start_lab();
    calls.nt_query_information_process = tell_no_peb;
    assert_int_equal(read_child(PROCESS_ENVIRONMENT), ST_OK);
    assert_int_equal(parts->environment_state, READ_NOT_APPLICABLE);
}

/* ---- older systems ---- */

static NTSTATUS NTAPI know_starts_only(HANDLE thread, ULONG class, void *out, ULONG size,
                                       ULONG *needed)
{
    if (class != NT_THREAD_START)
        return NT_UNKNOWN_CLASS;
    return system_calls()->nt_query_information_thread(thread, class, out, size, needed);
}

static void test_suspend_counts_of_windows_7(void **state)
{
    (void)state;
    if (!calls.nt_query_information_thread || !lists_processes())
        skip();
    start_lab();
    calls.nt_query_information_thread = know_starts_only;
    calls.suspend_thread = NULL; /* whoever calls it crashes */
    assert_int_equal(read_child(PROCESS_THREADS), ST_OK);
    assert_int_equal(thread_of("second")->suspend_count.state, READ_UNSUPPORTED);
    assert_int_equal(thread_of("second")->name.state, READ_UNSUPPORTED);
    assert_start(thread_of("second"));
}

static HANDLE WINAPI open_limited_thread(DWORD rights, BOOL inherit, DWORD tid)
{
    if (rights != THREAD_QUERY_LIMITED_INFORMATION)
        return refuse_thread(rights, inherit, tid);
    return OpenThread(rights, inherit, tid);
}

static void test_threads_with_few_rights(void **state)
{
    (void)state;
    if (!calls.nt_query_information_thread || !lists_processes())
        skip();
    start_lab();
    calls.open_thread = open_limited_thread;
    assert_int_equal(read_child(PROCESS_THREADS), ST_OK);
    assert_count(thread_of("second"), 2);
    assert_int_equal(thread_of("second")->start.state, READ_DENIED);
}

static HANDLE WINAPI open_own_thread(DWORD rights, BOOL inherit, DWORD tid)
{
    (void)tid;
    return OpenThread(rights, inherit, GetCurrentThreadId());
}

/* The number of a thread has become another thread's. */
static void test_thread_of_another_life(void **state)
{
    (void)state;
    if (!lists_processes())
        skip();
    start_lab();
    calls.open_thread = open_own_thread;
    assert_int_equal(read_child(PROCESS_THREADS), ST_OK);
    assert_int_equal(thread_of("first")->suspend_count.state, READ_GONE);
    assert_int_equal(thread_of("first")->start.state, READ_GONE);
}

static BOOL WINAPI forget_containers(HANDLE token, TOKEN_INFORMATION_CLASS class, void *out,
                                     DWORD size, DWORD *needed)
{
    if ((int)class >= 29) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    return GetTokenInformation(token, class, out, size, needed);
}

static void test_token_of_windows_7(void **state)
{
    (void)state;
    start_lab();
    calls.get_token_information = forget_containers;
    assert_int_equal(read_child(PROCESS_TOKEN), ST_OK);
    assert_int_equal(parts->token.app_container.state, READ_UNSUPPORTED);
    assert_int_equal(parts->token.container_sid.state, READ_NOT_APPLICABLE);
    assert_int_equal(parts->token.integrity.state, READ_OK);
}

static BOOL WINAPI refuse_groups(HANDLE token, TOKEN_INFORMATION_CLASS class, void *out, DWORD size,
                                 DWORD *needed)
{
    if (class == TokenGroups || class == TokenIntegrityLevel) {
        SetLastError(ERROR_ACCESS_DENIED);
        return FALSE;
    }
    return GetTokenInformation(token, class, out, size, needed);
}

static void test_fields_of_a_token_fail_alone(void **state)
{
    (void)state;
    start_lab();
    calls.get_token_information = refuse_groups;
    assert_int_equal(read_child(PROCESS_TOKEN), ST_OK);
    assert_int_equal(parts->token_state, READ_OK);
    assert_int_equal(parts->token.groups_state, READ_DENIED);
    assert_int_equal(parts->token.group_count, 0);
    assert_int_equal(parts->token.integrity.state, READ_DENIED);
    assert_int_equal(parts->token.privileges_state, READ_OK);
    assert_int_equal(parts->token.sid.state, READ_OK);
}

/* ---- look-ups that hang ---- */

static HANDLE go_on;

static BOOL WINAPI hang(const wchar_t *machine, PSID sid, wchar_t *user, DWORD *user_length,
                        wchar_t *domain, DWORD *domain_length, SID_NAME_USE *use)
{
    WaitForSingleObject(go_on, INFINITE);
    return LookupAccountSidW(machine, sid, user, user_length, domain, domain_length, use);
}

/* Names that hang are told as not known yet; they are there once they are. */
static void test_names_that_hang(void **state)
{
    bool named = false;

    (void)state;
    go_on = CreateEventW(NULL, TRUE, FALSE, NULL);
    calls.lookup_account_sid = hang;
    start_lab();
    assert_int_equal(read_child(PROCESS_TOKEN), ST_OK);
    assert_int_equal(parts->token.user.state, READ_NOT_YET);
    assert_true(parts->token.group_count > 0);
    for (size_t i = 0; i < parts->token.group_count; i++) {
        assert_int_equal(parts->token.groups[i].name.state, READ_NOT_YET);
        assert_true(parts->token.groups[i].sid.size > 0);
    }
    SetEvent(go_on);
    while (!named) {
        assert_int_equal(read_child(PROCESS_TOKEN), ST_OK);
        named = parts->token.user.state == READ_OK;
    }
    CloseHandle(go_on);
}

/* ---- want of memory ---- */

/* The n-th request fails: the call says so, hands nothing out and keeps nothing. The token is left
 * out: its look-ups take memory on threads of their own. */
static void test_without_memory(void **state)
{
    struct process_key key;

    (void)state;
    start_lab();
    key = key_of(child.process, child.pid);
    for (size_t n = 1;; n++) {
        struct parts_reader *failing = NULL;
        struct process_parts *got = NULL;
        failing_memory_begin(n);
        enum status status = parts_reader_new(&calls, &failing);
        if (!status)
            status = parts_read(failing, key,
                                PROCESS_THREADS | PROCESS_MODULES | PROCESS_ENVIRONMENT, &got);
        bool failed = failing_memory_failed();
        assert_int_equal(status, failed ? ST_NO_MEMORY : ST_OK);
        assert_true(failed == !got);
        process_parts_free(got);
        parts_reader_free(failing);
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
        if (!failed)
            break;
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_all_denied),
        TEST(test_denied_and_another_life),
        TEST(test_all_protected),
        TEST(test_denied_but_not_protected),
        TEST(test_gone_in_between),
        TEST(test_list_that_changes_is_asked_again),
        TEST(test_list_that_changes_for_ever),
        TEST(test_list_copied_in_part),
        TEST(test_list_denied_is_not_circumvented),
        TEST(test_long_paths_are_whole),
        TEST(test_environment_in_part),
        TEST(test_environment_of_a_minimal_process),
        TEST(test_suspend_counts_of_windows_7),
        TEST(test_threads_with_few_rights),
        TEST(test_thread_of_another_life),
        TEST(test_token_of_windows_7),
        TEST(test_fields_of_a_token_fail_alone),
        TEST(test_names_that_hang),
        TEST(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
