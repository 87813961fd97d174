/* Listings of processes made up whole: what each row says, and answers that lie, grow for ever, or
 * are refused for good. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/windows/nt.h"
#include "tests/support/windows/live_calls.h"

static unsigned char made_up[32768];
static size_t made_up_size;
static NTSTATUS made_up_status;
static unsigned made_up_asked;
static ULONG made_up_needed;

static NTSTATUS NTAPI listing_made_up(ULONG class, void *out, ULONG size, ULONG *needed)
{
    assert_int_equal(class, NT_SYSTEM_PROCESSES);
    made_up_asked++;
    if (made_up_status) {
        *needed = made_up_needed;
        return made_up_status;
    }
    if (size < made_up_size)
        return NT_STATUS_LENGTH_MISMATCH;
    memcpy(out, made_up, made_up_size);
    /* names are addresses within the answer */
    for (size_t at = 0;;) {
        struct nt_process head;
        memcpy(&head, (char *)out + at, sizeof head);
        head.name.Buffer = (wchar_t *)((char *)out + (uintptr_t)head.name.Buffer);
        memcpy((char *)out + at, &head, sizeof head);
        if (!head.next || at + head.next + sizeof head > made_up_size)
            break;
        at += head.next;
    }
    *needed = (ULONG)made_up_size;
    return 0;
}

static void begin_made_up(void)
{
    made_up_size = 0;
    made_up_status = 0;
    made_up_asked = 0;
    calls.nt_query_system_information = listing_made_up;
}

static void add_made_up(uint32_t pid, uint32_t parent, const wchar_t *name, unsigned threads,
                        unsigned suspended)
{
    struct nt_process head = {.threads = threads,
                              .created.QuadPart = 1000 + pid,
                              .user.QuadPart = 30,
                              .kernel.QuadPart = 12,
                              .session = 3};
    size_t at = made_up_size;
    size_t length = wcslen(name) * sizeof *name;
    static size_t last;

    head.pid = (void *)(uintptr_t)pid;
    head.parent = (void *)(uintptr_t)parent;
    head.name.Length = (USHORT)length;
    head.name.Buffer = (wchar_t *)(at + sizeof head + threads * sizeof(struct nt_thread));
    for (unsigned i = 0; i < threads; i++) {
        struct nt_thread thread = {.state = 5, .wait_reason = i < suspended ? 5 : 6};
        memcpy(made_up + at + sizeof head + i * sizeof thread, &thread, sizeof thread);
    }
    made_up_size =
        (at + sizeof head + threads * sizeof(struct nt_thread) + length + 7) & ~(size_t)7;
    assert_true(made_up_size < sizeof made_up);
    memcpy(made_up + (uintptr_t)head.name.Buffer, name, length);
    memcpy(made_up + at, &head, sizeof head);
    if (at) {
        ULONG next = (ULONG)(at - last);
        memcpy(made_up + last, &next, sizeof next);
    }
    last = at;
}

/* P6: Idle and System, as Windows lists them, are rows like all others. */
static void test_P6_idle_and_system_listed(void **state)
{
    const uint32_t pids[] = {0, 4};
    const char *const names[] = {"System Idle Process", "System"};
    struct process_seen found;

    (void)state;
    begin_made_up();
    add_made_up(0, 0, L"", 2, 0);
    add_made_up(4, 0, L"System", 100, 0);
    open_source();
    for (int i = 0; i < 2; i++) {
        const struct process_facts *facts = list_facts(source, pids[i]);
        assert_text(facts->name, names[i]);
        assert_int_equal(facts->key.start, pids[i] ? 1004 : 0);
        assert_int_equal(facts->image.state, READ_NOT_APPLICABLE);
        assert_int_equal(facts->command.state, READ_NOT_APPLICABLE);
        assert_int_equal(facts->directory.state, READ_NOT_APPLICABLE);
        assert_int_equal(facts->elevated.state, READ_NOT_APPLICABLE);
        assert_int_equal(facts->services.state, READ_NOT_APPLICABLE);
        assert_int_equal(facts->session.state, READ_OK);
        assert_int_equal(facts->session.value, 3);
        process_facts_release(facts);
        assert_int_equal(source_find(source, pids[i], &found), ST_OK);
        assert_text(found.name, names[i]);
    }
}

static void test_listing_fields(void **state)
{
    struct process_table table;

    (void)state;
    begin_made_up();
    add_made_up(100, 4, L"a\xD800.exe", 3, 3);
    add_made_up(104, 100, L"b.exe", 3, 2);
    add_made_up(108, 100, L"c.exe", 0, 0);
    open_source();
    assert_int_equal(source_processes(source, &table), ST_OK);
    assert_int_equal(table.count, 3);
    assert_text(table.rows[0].name, "a\xED\xA0\x80.exe"); /* a lone surrogate is kept */
    assert_true(table.rows[0].suspended);
    assert_false(table.rows[1].suspended);
    assert_false(table.rows[2].suspended);
    assert_int_equal(table.rows[1].parent_pid, 100);
    assert_int_equal(table.rows[1].cpu, 42);
    assert_int_equal(table.rows[1].threads, 3);
    assert_int_equal(table.rows[1].key.start, 1104);
}

/* Under Wine a process that is being made is listed with a start that is no time: it is not told
 * of, or it would be another process once it has its real one. */
static void test_unborn_is_left_out(void **state)
{
    struct process_table table;
    LARGE_INTEGER never = {.QuadPart = INT64_C(6150000000000000000)};

    (void)state;
    begin_made_up();
    add_made_up(100, 4, L"a.exe", 1, 0);
    add_made_up(104, 4, L"b.exe", 1, 0);
    open_source();
    memcpy(made_up + offsetof(struct nt_process, created), &never, sizeof never);
    assert_int_equal(source_processes(source, &table), ST_OK);
    assert_int_equal(table.count, 1);
    assert_text(table.rows[0].name, "b.exe");
}

/* An answer that points out of itself is refused whole; the rows of before stay. */
static void test_listing_that_lies(void **state)
{
    struct process_table table;
    ULONG next = 60000;

    (void)state;
    begin_made_up();
    add_made_up(100, 4, L"a.exe", 1, 0);
    add_made_up(104, 4, L"b.exe", 1, 0);
    open_source();
    assert_int_equal(source_processes(source, &table), ST_OK);
    memcpy(made_up, &next, sizeof next);
    assert_int_equal(source_processes(source, &table), ST_SYSTEM);
    begin_made_up();
    add_made_up(100, 4, L"a.exe", 1, 0);
    ULONG threads = 0x10000000;
    memcpy(made_up + offsetof(struct nt_process, threads), &threads, sizeof threads);
    assert_int_equal(source_processes(source, &table), ST_SYSTEM);
}

/* "Too small" for ever is asked a bounded number of times. */
static void test_listing_that_grows_for_ever(void **state)
{
    struct process_table table;

    (void)state;
    begin_made_up();
    made_up_status = NT_STATUS_LENGTH_MISMATCH;
    open_source();
    assert_int_equal(source_processes(source, &table), ST_STALE);
    assert_in_range(made_up_asked, 1, 16);
    made_up_asked = 0;
    made_up_needed = 0xFFFFFFF0; /* more than anybody has */
    assert_int_equal(source_processes(source, &table), ST_TOO_LARGE);
    assert_in_range(made_up_asked, 1, 16);
}

/* Where the class is refused for good, Toolhelp takes over, with the same rows and start times. */
static void test_toolhelp_takes_over(void **state)
{
    struct process_seen row;
    FILETIME start, other;

    (void)state;
    begin_made_up();
    made_up_status = (NTSTATUS)0xC0000003;
    open_source();
    row = list_row(source, GetCurrentProcessId());
    assert_true(GetProcessTimes(GetCurrentProcess(), &start, &other, &other, &other));
    assert_int_equal(row.key.start,
                     (moment)((uint64_t)start.dwHighDateTime << 32 | start.dwLowDateTime));
    assert_true(row.threads >= 1);
    assert_true(row.cpu >= 0);
    list_row(source, GetCurrentProcessId());
    assert_int_equal(made_up_asked, 1); /* and the class is not asked again */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_P6_idle_and_system_listed),   TEST(test_listing_fields),
        TEST(test_unborn_is_left_out),          TEST(test_listing_that_lies),
        TEST(test_listing_that_grows_for_ever), TEST(test_toolhelp_takes_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
