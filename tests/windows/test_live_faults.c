/* The live source on a system that refuses, grows, hangs and lies. Each test copies the table of
 * real calls and puts its own in place of some. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/nt.h"
#include "core/windows/sockets.h"
#include "tests/support/windows/child.h"
#include "tests/support/windows/live_bench.h"

static struct system_table calls;
static struct source *source;

static int begin(void **state)
{
    (void)state;
    calls = *system_calls();
    source = NULL;
    return 0;
}

static int end(void **state)
{
    (void)state;
    source_free(source);
    return 0;
}

static void open_source(void)
{
    assert_int_equal(live_source_new(&calls, &source), ST_OK);
}

/* ---- connections ---- */

static struct {
    DWORD rows;        /* that the table has */
    DWORD error;       /* returned in place of an answer */
    unsigned failures; /* so many times */
    unsigned asked;
    bool grows; /* by a row with every question */
} fake;

static DWORD WINAPI fake_tcp(void *out, DWORD *size, BOOL order, ULONG family,
                             TCP_TABLE_CLASS class, ULONG reserved)
{
    MIB_TCPTABLE_OWNER_MODULE *table = out;
    DWORD needed;

    (void)order;
    (void)reserved;
    if (family != AF_INET)
        return ERROR_NOT_SUPPORTED;
    assert_int_equal(class, TCP_TABLE_OWNER_MODULE_ALL);
    fake.asked++;
    if (fake.grows)
        fake.rows += fake.rows;
    needed =
        (DWORD)(offsetof(MIB_TCPTABLE_OWNER_MODULE, table) + fake.rows * sizeof table->table[0]);
    if (fake.failures) {
        fake.failures--;
        if (fake.error == ERROR_INSUFFICIENT_BUFFER)
            *size = needed;
        return fake.error;
    }
    if (*size < needed) {
        *size = needed;
        return ERROR_INSUFFICIENT_BUFFER;
    }
    table->dwNumEntries = fake.rows;
    for (DWORD i = 0; i < fake.rows; i++)
        table->table[i] =
            (MIB_TCPROW_OWNER_MODULE){.dwState = MIB_TCP_STATE_ESTAB,
                                      .dwLocalAddr = 0x0100000A,
                                      .dwLocalPort = 0xDEAD0000u | htons((u_short)(1000 + i)),
                                      .dwRemoteAddr = 0x010200C0,
                                      .dwRemotePort = htons(443),
                                      .dwOwningPid = 100,
                                      .liCreateTimestamp.QuadPart = 5};
    return NO_ERROR;
}

static DWORD WINAPI no_udp(void *out, DWORD *size, BOOL order, ULONG family, UDP_TABLE_CLASS class,
                           ULONG reserved)
{
    (void)out;
    (void)order;
    (void)family;
    (void)class;
    (void)reserved;
    *size = 0;
    return ERROR_NO_DATA;
}

static void begin_fake(DWORD rows)
{
    memset(&fake, 0, sizeof fake);
    fake.rows = rows;
    calls.get_extended_tcp_table = fake_tcp;
    calls.get_extended_udp_table = no_udp;
    open_source();
}

static struct connection_table read_table(void)
{
    struct connection_table table = {0};

    assert_int_equal(source_connections(source, &table), ST_OK);
    return table;
}

static void test_rows_are_translated(void **state)
{
    struct connection_table table;

    (void)state;
    begin_fake(3);
    table = read_table();
    assert_int_equal(table.count, 3);
    assert_int_equal(table.rows[1].local.port, 1001); /* whatever stands above the low 16 bits */
    assert_int_equal(table.rows[1].remote.port, 443);
    assert_int_equal(table.rows[1].remote.address.bytes[12], 192);
    assert_int_equal(table.rows[1].created, 5);
    assert_false(table.stale[PART_TCP4]);
    assert_int_equal(table.why[PART_TCP6], ST_UNSUPPORTED); /* there is none: that is not stale */
    assert_false(table.stale[PART_TCP6]);
    assert_int_equal(table.why[PART_UDP4], ST_OK);
}

/* N2: "too small" twice, then an answer. */
static void test_N2_grows_twice(void **state)
{
    struct connection_table table;

    (void)state;
    begin_fake(3);
    fake.error = ERROR_INSUFFICIENT_BUFFER;
    fake.failures = 2;
    table = read_table();
    assert_int_equal(table.count, 3);
    assert_false(table.stale[PART_TCP4]);
    assert_int_equal(fake.asked, 3);
}

/* N2: "too small" for ever: asked a bounded number of times, no row removed, marked stale. */
static void test_N2_grows_for_ever(void **state)
{
    struct connection_table table;

    (void)state;
    begin_fake(3);
    read_table();
    for (int round = 0; round < 3; round++) {
        fake.asked = 0;
        fake.error = ERROR_INSUFFICIENT_BUFFER;
        fake.failures = 1000;
        table = read_table();
        assert_in_range(fake.asked, 1, SOCKETS_TRIES);
        assert_int_equal(table.count, 3);
        assert_true(table.stale[PART_TCP4]);
        assert_int_equal(table.why[PART_TCP4], ST_STALE);
    }
    fake.failures = 0;
    table = read_table();
    assert_false(table.stale[PART_TCP4]);
}

/* N2: a table that really doubles with every question is had in the end, or stays bounded. */
static void test_N2_outruns_the_slack(void **state)
{
    struct connection_table table;

    (void)state;
    begin_fake(3);
    read_table();
    fake.grows = true;
    fake.asked = 0;
    fake.rows = 200;
    table = read_table();
    assert_in_range(fake.asked, 1, SOCKETS_TRIES);
    assert_true(table.count >= 3);
    assert_true(table.stale[PART_TCP4]); /* it is always ahead */
    fake.grows = false;
    table = read_table();
    assert_int_equal(table.count, fake.rows);
    assert_false(table.stale[PART_TCP4]);
}

/* N2: the slack of the last time spares the second question. */
static void test_N2_slack_spares_a_question(void **state)
{
    (void)state;
    begin_fake(1000);
    read_table();
    fake.rows = 1200;
    fake.asked = 0;
    assert_int_equal(read_table().count, 1200);
    assert_int_equal(fake.asked, 1);
}

/* N3: the odd error is tried again, and if it stays the previous rows stand. */
static void test_N3_odd_error(void **state)
{
    struct connection_table table;

    (void)state;
    begin_fake(3);
    fake.error = 0xC0000001u;
    fake.failures = 2;
    table = read_table();
    assert_int_equal(table.count, 3);
    assert_false(table.stale[PART_TCP4]);
    fake.failures = 1000;
    fake.asked = 0;
    table = read_table();
    assert_int_equal(table.count, 3);
    assert_true(table.stale[PART_TCP4]);
    assert_in_range(fake.asked, 1, SOCKETS_TRIES);
}

static void test_denied_table_keeps_rows_and_says_why(void **state)
{
    struct connection_table table;

    (void)state;
    begin_fake(3);
    read_table();
    fake.error = ERROR_ACCESS_DENIED;
    fake.failures = 1;
    table = read_table();
    assert_int_equal(table.count, 3);
    assert_true(table.stale[PART_TCP4]);
    assert_int_equal(table.why[PART_TCP4], ST_DENIED);
}

static DWORD WINAPI lying_tcp(void *out, DWORD *size, BOOL order, ULONG family,
                              TCP_TABLE_CLASS class, ULONG reserved)
{
    (void)order;
    (void)family;
    (void)class;
    (void)reserved;
    memset(out, 0x41, *size);
    *size = 8;
    *(DWORD *)out = 0xFFFFFFFF; /* so many rows are said to be in a buffer that holds a few */
    return NO_ERROR;
}

static void test_row_count_that_lies(void **state)
{
    struct connection_table table;

    (void)state;
    calls.get_extended_tcp_table = lying_tcp;
    calls.get_extended_udp_table = no_udp;
    open_source();
    table = read_table();
    assert_true(table.count < 10000);
}

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
    facts = list_facts(source, child.pid);
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

/* ---- listings made up whole ---- */

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
    for (int i = 0; i < 500; i++) {
        facts = list_facts(source, GetCurrentProcessId());
        enum read_state user = facts->user.state;
        enum read_state services = facts->services.state;
        process_facts_release(facts);
        if (user == READ_OK && services == READ_OK)
            return;
        Sleep(10);
    }
    fail_msg("the answers never came");
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
    facts = list_facts(source, GetCurrentProcessId());
    assert_int_equal(facts->user.state, READ_FAILED);
    assert_int_equal(facts->sid.state, READ_OK);
    assert_int_equal(facts->services.state, READ_DENIED);
    process_facts_release(facts);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_rows_are_translated),
        TEST(test_N2_grows_twice),
        TEST(test_N2_grows_for_ever),
        TEST(test_N2_outruns_the_slack),
        TEST(test_N2_slack_spares_a_question),
        TEST(test_N3_odd_error),
        TEST(test_denied_table_keeps_rows_and_says_why),
        TEST(test_row_count_that_lies),
        TEST(test_P7_memory_denied),
        TEST(test_P7_memory_protected),
        TEST(test_P7_all_denied),
        TEST(test_replaced_before_asked),
        TEST(test_dies_while_it_is_read),
        TEST(test_young_is_told_when_it_is_ready),
        TEST(test_ending_is_gone_not_denied),
        TEST(test_P6_idle_and_system_listed),
        TEST(test_listing_fields),
        TEST(test_unborn_is_left_out),
        TEST(test_listing_that_lies),
        TEST(test_listing_that_grows_for_ever),
        TEST(test_toolhelp_takes_over),
        TEST(test_what_hangs_is_not_waited_for),
        TEST(test_freed_while_it_hangs),
        TEST(test_deleted_account_and_denied_manager),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
