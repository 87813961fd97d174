/* What the system guards, on systems that tell of it in every way there is. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/nt.h"
#include "core/windows/process/guarded.h"
#include "tests/support/windows/live_bench.h"

#define NT_UNKNOWN_CLASS ((NTSTATUS)0xC0000003u)
#define NT_DENIED ((NTSTATUS)0xC0000022u)
#define MORE_RIGHTS ((HANDLE)(intptr_t)0x7770)

static struct system_table calls;

static struct {
    NTSTATUS critical_answer; /* for a handle with few rights */
    ULONG critical;
    NTSTATUS protection_answer;
    BYTE protection;
    NTSTATUS basic_answer;
    ULONG basic_flags;
    DWORD opened_with;
    unsigned closed;
} fake;

static NTSTATUS NTAPI tell(HANDLE process, ULONG class, void *out, ULONG size, ULONG *needed)
{
    if (needed)
        *needed = size;
    switch (class) {
    case NT_PROCESS_CRITICAL:
        assert_int_equal(size, sizeof(ULONG));
        if (process != MORE_RIGHTS && fake.critical_answer < 0)
            return fake.critical_answer;
        *(ULONG *)out = fake.critical;
        return 0;
    case NT_PROCESS_PROTECTION:
        assert_int_equal(size, 1);
        if (fake.protection_answer >= 0)
            *(BYTE *)out = fake.protection;
        return fake.protection_answer;
    case NT_PROCESS_BASIC:
        assert_int_equal(size, sizeof(struct nt_extended_basic));
        assert_int_equal(((struct nt_extended_basic *)out)->size, size);
        if (fake.basic_answer >= 0)
            ((struct nt_extended_basic *)out)->flags = fake.basic_flags;
        return fake.basic_answer;
    default:
        fail_msg("class %lu", class);
        return NT_UNKNOWN_CLASS;
    }
}

static HANDLE WINAPI open_more(DWORD rights, BOOL inherit, DWORD pid)
{
    (void)inherit;
    assert_int_equal(pid, 77);
    fake.opened_with = rights;
    return MORE_RIGHTS;
}

static HANDLE WINAPI refuse(DWORD rights, BOOL inherit, DWORD pid)
{
    (void)inherit;
    (void)pid;
    fake.opened_with = rights;
    SetLastError(ERROR_ACCESS_DENIED);
    return NULL;
}

static BOOL WINAPI count_close(HANDLE handle)
{
    assert_ptr_equal(handle, MORE_RIGHTS);
    fake.closed++;
    return TRUE;
}

static BOOL WINAPI tell_critical(HANDLE process, BOOL *critical)
{
    (void)process;
    *critical = 1;
    return TRUE;
}

static BOOL WINAPI fail_critical(HANDLE process, BOOL *critical)
{
    (void)process;
    *critical = 1; /* an answer that failed is none */
    SetLastError(ERROR_INVALID_HANDLE);
    return FALSE;
}

static int begin(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof fake);
    calls = *system_calls();
    calls.nt_query_information_process = tell;
    calls.open_process = refuse;
    calls.close_handle = count_close;
    calls.is_process_critical = NULL;
    return 0;
}

static struct number_fact critical(void)
{
    return guarded_critical(&calls, GetCurrentProcess(), 77);
}

static struct number_fact protection(void)
{
    return guarded_protection(&calls, GetCurrentProcess());
}

static void assert_fact(struct number_fact fact, uint32_t value, enum read_state state)
{
    assert_int_equal(fact.state, state);
    assert_int_equal(fact.value, value);
}

static void test_critical_by_the_documented_call(void **state)
{
    (void)state;
    calls.is_process_critical = tell_critical;
    calls.nt_query_information_process = NULL;
    assert_fact(critical(), 1, READ_OK);
}

static void test_critical_by_class_where_that_fails(void **state)
{
    (void)state;
    calls.is_process_critical = fail_critical;
    fake.critical = 1;
    assert_fact(critical(), 1, READ_OK);
    fake.critical = 0;
    assert_fact(critical(), 0, READ_OK);
    assert_int_equal(fake.opened_with, 0);
}

/* Windows 7 wants more rights for it. */
static void test_critical_with_more_rights(void **state)
{
    (void)state;
    fake.critical = 1;
    fake.critical_answer = NT_DENIED;
    assert_fact(critical(), 0, READ_DENIED);
    assert_int_equal(fake.opened_with, PROCESS_QUERY_INFORMATION);
    calls.open_process = open_more;
    assert_fact(critical(), 1, READ_OK);
    assert_int_equal(fake.closed, 1);
}

static void test_critical_unknown(void **state)
{
    (void)state;
    fake.critical_answer = NT_UNKNOWN_CLASS;
    assert_fact(critical(), 0, READ_UNSUPPORTED);
    calls.nt_query_information_process = NULL;
    assert_fact(critical(), 0, READ_UNSUPPORTED);
}

static void test_protection_by_its_class(void **state)
{
    (void)state;
    assert_fact(protection(), 0, READ_OK);
    fake.protection = 0x31;
    assert_fact(protection(), 0x31, READ_OK);
    fake.protection_answer = NT_DENIED;
    assert_fact(protection(), 0, READ_DENIED);
    calls.nt_query_information_process = NULL;
    assert_fact(protection(), 0, READ_UNSUPPORTED);
}

/* Windows 7 and 8 tell that a process is protected, not by whom. */
static void test_protection_of_older_systems(void **state)
{
    (void)state;
    fake.protection_answer = NT_UNKNOWN_CLASS;
    assert_fact(protection(), 0, READ_OK);
    fake.basic_flags = NT_BASIC_PROTECTED;
    assert_fact(protection(), 2, READ_OK);
    fake.basic_answer = NT_STATUS_LENGTH_MISMATCH; /* Wine */
    assert_fact(protection(), 0, READ_UNSUPPORTED);
}

/* Whatever this system is, it gives an answer or a reason, never a critical or protected test. */
static void test_this_process(void **state)
{
    const struct process_facts *facts;
    struct source *source = NULL;

    (void)state;
    assert_int_equal(live_source_new(NULL, &source), ST_OK);
    facts = list_facts(source, GetCurrentProcessId());
    assert_true(facts->critical.state == READ_OK || facts->critical.state == READ_UNSUPPORTED);
    assert_true(facts->protection.state == READ_OK || facts->protection.state == READ_UNSUPPORTED);
    assert_int_equal(facts->critical.value, 0);
    assert_int_equal(facts->protection.value, 0);
    process_facts_release(facts);
    source_free(source);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, begin)
    const struct CMUnitTest tests[] = {
        TEST(test_critical_by_the_documented_call),
        TEST(test_critical_by_class_where_that_fails),
        TEST(test_critical_with_more_rights),
        TEST(test_critical_unknown),
        TEST(test_protection_by_its_class),
        TEST(test_protection_of_older_systems),
        TEST(test_this_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
