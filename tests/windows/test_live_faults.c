/* The live source on a system that refuses, hangs, and loses processes while it is asked of them.
 */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/nt.h"
#include "tests/support/windows/child.h"
#include "tests/support/windows/live_calls.h"

/* ---- processes ---- */

static DWORD denied_pid;
static DWORD denied_rights;
static DWORD denied_error;
static BYTE protection;

static HANDLE WINAPI deny_open(DWORD rights, BOOL inherit, DWORD pid)
{
    if (pid == denied_pid && rights & denied_rights) {
        SetLastError(denied_error);
        return NULL;
    }
    return OpenProcess(rights, inherit, pid);
}

static NTSTATUS NTAPI tell_protection(HANDLE process, ULONG class, void *out, ULONG size,
                                      ULONG *needed)
{
    if (class == NT_PROCESS_PROTECTION) {
        *(BYTE *)out = protection;
        return 0;
    }
    return system_calls()->nt_query_information_process(process, class, out, size, needed);
}

static void deny(DWORD pid, DWORD rights, DWORD error)
{
    denied_pid = pid;
    denied_rights = rights;
    denied_error = error;
    calls.open_process = deny_open;
    if (calls.nt_query_information_process)
        calls.nt_query_information_process = tell_protection;
    open_source();
}

/* P7: only the right to read memory is refused: what needs less is still there. */
static void test_P7_memory_denied(void **state)
{
    struct child child;
    char line[64];
    const struct process_facts *facts;
    bool has_memory = calls.nt_query_information_process != NULL;

    (void)state;
    child_start(&child, L"sleeper", L"0 secret", 0);
    child_read_line(&child, line, sizeof line);
    protection = 0;
    deny(child.pid, PROCESS_VM_READ, ERROR_ACCESS_DENIED);
    facts = list_settled_facts(source, child.pid);
    assert_text(facts->name, "sleeper.exe");
    assert_int_equal(facts->image.state, READ_OK);
    assert_int_equal(facts->bits.state, READ_OK);
    assert_int_equal(facts->user.state, READ_OK);
    assert_int_equal(facts->directory.state, has_memory ? READ_DENIED : READ_UNSUPPORTED);
    assert_int_equal(facts->command.state, has_memory ? READ_DENIED : READ_UNSUPPORTED);
    process_facts_release(facts);
    child_end(&child);
}

/* P7: the same of a protected process says that no right would help. */
static void test_P7_memory_protected(void **state)
{
    struct child child;
    char line[64];
    const struct process_facts *facts;

    (void)state;
    if (!calls.nt_query_information_process)
        skip();
    child_start(&child, L"sleeper", L"0 secret", 0);
    child_read_line(&child, line, sizeof line);
    protection = 0x31; /* antimalware, light */
    deny(child.pid, PROCESS_VM_READ, ERROR_ACCESS_DENIED);
    facts = list_facts(source, child.pid);
    assert_int_equal(facts->directory.state, READ_PROTECTED);
    assert_int_equal(facts->command.state, READ_PROTECTED);
    assert_int_equal(facts->protection.state, READ_OK);
    assert_int_equal(facts->protection.value, 0x31);
    assert_int_equal(facts->image.state, READ_OK);
    process_facts_release(facts);
    child_end(&child);
}

/* P7: everything is refused: the row stays, with its name, and every field says "denied". */
static void test_P7_all_denied(void **state)
{
    struct child child;
    char line[64];
    const struct process_facts *facts;
    struct process_seen row;
    struct process_exit exit;

    (void)state;
    child_start(&child, L"sleeper", L"0 secret", 0);
    child_read_line(&child, line, sizeof line);
    deny(child.pid, 0xFFFFFFFF, ERROR_ACCESS_DENIED);
    facts = list_facts(source, child.pid);
    assert_text(facts->name, "sleeper.exe");
    assert_int_equal(facts->parent_pid, GetCurrentProcessId());
    assert_int_equal(facts->image.state, READ_DENIED);
    assert_int_equal(facts->command.state, READ_DENIED);
    assert_int_equal(facts->directory.state, READ_DENIED);
    assert_int_equal(facts->user.state, READ_DENIED);
    assert_int_equal(facts->sid.state, READ_DENIED);
    assert_int_equal(facts->elevated.state, READ_DENIED);
    assert_int_equal(facts->bits.state, READ_DENIED);
    assert_int_equal(facts->critical.state, READ_DENIED);
    assert_int_equal(facts->protection.state, READ_DENIED);
    process_facts_release(facts);
    /* find falls back to a listing, and both say the same */
    assert_int_equal(source_find(source, child.pid, &row), ST_OK);
    assert_text(row.name, "sleeper.exe");
    assert_true(process_key_equal(row.key, list_row(source, child.pid).key));
    child_end(&child);
    assert_int_equal(source_ended(source, row.key, &exit), ST_OK);
    assert_int_equal(exit.code_state, READ_DENIED);
    assert_int_equal(exit.when, 0);
}

/* Between the listing and the question the process has gone, and another has its PID. */
static void test_replaced_before_asked(void **state)
{
    struct child child;
    char line[64];
    struct process_seen row;
    const struct process_facts *facts = NULL;

    (void)state;
    open_source();
    child_start(&child, L"sleeper", L"", 0);
    child_read_line(&child, line, sizeof line);
    row = list_row(source, child.pid);
    if (!system_calls()->nt_query_system_information)
        skip(); /* without it the listing holds the handle: nobody can come between */
    row.key.start -= MOMENT_SECOND;
    assert_int_equal(source_facts(source, &row, &facts), ST_OK);
    assert_int_equal(facts->image.state, READ_GONE);
    assert_int_equal(facts->command.state, READ_GONE);
    process_facts_release(facts);
    child_end(&child);
}

static bool has_peb;

static NTSTATUS NTAPI tell_no_peb(HANDLE process, ULONG class, void *out, ULONG size, ULONG *needed)
{
    NTSTATUS status =
        system_calls()->nt_query_information_process(process, class, out, size, needed);

    if (class == NT_PROCESS_BASIC && !has_peb)
        ((struct nt_basic *)out)->peb = NULL;
    return status;
}

/* A process is told of when there is something to ask it; its facts are asked once. One that still
 * has nothing after a second never will (Registry, Memory Compression), and says so. */
static void test_young_is_told_when_it_is_ready(void **state)
{
    struct child child;
    struct process_table table;
    char line[64];
    const struct process_facts *facts;

    (void)state;
    if (!calls.nt_query_information_process)
        skip();
    calls.nt_query_information_process = tell_no_peb;
    has_peb = false;
    open_source();
    child_start(&child, L"sleeper", L"0 x", 0);
    child_read_line(&child, line, sizeof line);
    ULONGLONG from = GetTickCount64();
    assert_int_equal(source_processes(source, &table), ST_OK);
    if (GetTickCount64() - from < 500) /* unless this machine is too slow to tell */
        assert_null(find_row(&table, child.pid));
    has_peb = true;
    facts = list_facts(source, child.pid);
    assert_int_equal(facts->command.state, READ_OK);
    process_facts_release(facts);
    child_end(&child);
    has_peb = false;
    child_start(&child, L"sleeper", L"0 x", 0);
    child_read_line(&child, line, sizeof line);
    facts = list_facts(source, child.pid); /* waits for it */
    assert_int_equal(facts->command.state, READ_NOT_APPLICABLE);
    assert_int_equal(facts->directory.state, READ_NOT_APPLICABLE);
    process_facts_release(facts);
    child_end(&child);
}

static HANDLE ending;

/* Ends the process and refuses, as the system does when a process ends between two questions. */
static HANDLE WINAPI end_and_deny(DWORD rights, BOOL inherit, DWORD pid)
{
    if (pid != denied_pid || !(rights & PROCESS_VM_READ))
        return OpenProcess(rights, inherit, pid);
    TerminateProcess(ending, 0);
    SetLastError(ERROR_ACCESS_DENIED);
    return NULL;
}

/* "Access denied" by a process that is ending is not for want of rights. */
static void test_ending_is_gone_not_denied(void **state)
{
    struct child child;
    struct process_seen row;
    char line[64];
    const struct process_facts *facts = NULL;

    (void)state;
    if (!calls.nt_query_information_process)
        skip();
    calls.open_process = end_and_deny;
    open_source();
    child_start(&child, L"sleeper", L"0 x", 0);
    child_read_line(&child, line, sizeof line);
    row = list_row(source, child.pid);
    denied_pid = child.pid;
    ending = child.process;
    assert_int_equal(source_facts(source, &row, &facts), ST_OK);
    assert_int_equal(facts->command.state, READ_GONE);
    assert_int_equal(facts->directory.state, READ_GONE);
    process_facts_release(facts);
    child_end(&child);
}

static LONG memory_failures;

static BOOL WINAPI no_memory_read(HANDLE process, const void *address, void *out, SIZE_T size,
                                  SIZE_T *got)
{
    (void)process;
    (void)address;
    (void)out;
    (void)size;
    *got = 0;
    memory_failures++;
    SetLastError(ERROR_PARTIAL_COPY);
    return FALSE;
}

static void test_dies_while_it_is_read(void **state)
{
    struct child child;
    char line[64];
    const struct process_facts *facts;

    (void)state;
    if (!calls.nt_query_information_process)
        skip();
    calls.read_process_memory = no_memory_read;
    open_source();
    child_start(&child, L"sleeper", L"", 0);
    child_read_line(&child, line, sizeof line);
    facts = list_facts(source, child.pid);
    assert_true(memory_failures > 0);
    assert_int_equal(facts->command.state, READ_GONE);
    assert_int_equal(facts->image.state, READ_OK);
    process_facts_release(facts);
    child_end(&child);
}

/* ---- what hangs ---- */

static HANDLE hang_until;

static BOOL WINAPI account_hangs(const wchar_t *system, PSID sid, wchar_t *user, DWORD *user_length,
                                 wchar_t *domain, DWORD *domain_length, SID_NAME_USE *use)
{
    WaitForSingleObject(hang_until, INFINITE);
    return LookupAccountSidW(system, sid, user, user_length, domain, domain_length, use);
}

static SC_HANDLE WINAPI manager_hangs(const wchar_t *machine, const wchar_t *database, DWORD rights)
{
    WaitForSingleObject(hang_until, INFINITE);
    return OpenSCManagerW(machine, database, rights);
}

/* A look-up that waits for a domain controller, a service manager that is stuck: the facts come in
 * time without them, and the name is there for the next process once it has been found. */
static void test_what_hangs_is_not_waited_for(void **state)
{
    const struct process_facts *facts;
    ULONGLONG from;

    (void)state;
    hang_until = CreateEventW(NULL, TRUE, FALSE, NULL);
    calls.lookup_account_sid = account_hangs;
    calls.open_sc_manager = manager_hangs;
    open_source();
    from = GetTickCount64();
    facts = list_facts(source, GetCurrentProcessId());
    assert_in_range(GetTickCount64() - from, 0, 5000);
    assert_int_equal(facts->user.state, READ_NOT_YET);
    assert_int_equal(facts->sid.state, READ_OK);
    assert_int_equal(facts->services.state, READ_NOT_YET);
    assert_int_equal(facts->image.state, READ_OK);
    process_facts_release(facts);
    SetEvent(hang_until);
    facts = list_settled_facts(source, GetCurrentProcessId());
    assert_int_equal(facts->user.state, READ_OK);
    assert_int_equal(facts->services.state, READ_OK);
    process_facts_release(facts);
}

/* Freed while a question hangs: the thread ends later, and nothing is used after it was freed. */
static void test_freed_while_it_hangs(void **state)
{
    const struct process_facts *facts;

    (void)state;
    ResetEvent(hang_until);
    calls.lookup_account_sid = account_hangs;
    calls.open_sc_manager = manager_hangs;
    open_source();
    facts = list_facts(source, GetCurrentProcessId());
    process_facts_release(facts);
    source_free(source);
    source = NULL;
    SetEvent(hang_until);
    Sleep(200);
}

static BOOL WINAPI no_account(const wchar_t *system, PSID sid, wchar_t *user, DWORD *user_length,
                              wchar_t *domain, DWORD *domain_length, SID_NAME_USE *use)
{
    (void)system;
    (void)sid;
    *user = *domain = 0;
    *user_length = *domain_length = 0;
    *use = SidTypeUnknown;
    SetLastError(ERROR_NONE_MAPPED);
    return FALSE;
}

static SC_HANDLE WINAPI no_manager(const wchar_t *machine, const wchar_t *database, DWORD rights)
{
    (void)machine;
    (void)database;
    (void)rights;
    SetLastError(ERROR_ACCESS_DENIED);
    return NULL;
}

static void test_deleted_account_and_denied_manager(void **state)
{
    const struct process_facts *facts;

    (void)state;
    calls.lookup_account_sid = no_account;
    calls.open_sc_manager = no_manager;
    open_source();
    facts = list_settled_facts(source, GetCurrentProcessId());
    assert_int_equal(facts->user.state, READ_FAILED);
    assert_int_equal(facts->sid.state, READ_OK);
    assert_int_equal(facts->services.state, READ_DENIED);
    process_facts_release(facts);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_P7_memory_denied),
        TEST(test_P7_memory_protected),
        TEST(test_P7_all_denied),
        TEST(test_replaced_before_asked),
        TEST(test_dies_while_it_is_read),
        TEST(test_young_is_told_when_it_is_ready),
        TEST(test_ending_is_gone_not_denied),
        TEST(test_what_hangs_is_not_waited_for),
        TEST(test_freed_while_it_hangs),
        TEST(test_deleted_account_and_denied_manager),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
