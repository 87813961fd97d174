/* The search for handles on a system that hangs, refuses and reuses PIDs. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/find/namer.h"
#include "tests/support/failing_memory.h"
#include "tests/support/windows/handle_bench.h"

#define COPIES_MOST 4096
#define HANG_ARGUMENT L"hang"
#define FAULTS_MOST 200

/* Copies whose name is asked in vain until the gate opens; then they are told. */
static HANDLE gate;
static HANDLE hanging_copies[COPIES_MOST];
static volatile LONG hanging_count;
static uint64_t hang_value; /* of the handles of `hang_pid` that hang; 0: all of them */
static DWORD hang_pid;
static volatile LONG asked_in_vain;

static BOOL WINAPI mark_copies(HANDLE process, HANDLE source, HANDLE into, HANDLE *copy,
                               DWORD rights, BOOL inherit, DWORD options)
{
    if (!DuplicateHandle(process, source, into, copy, rights, inherit, options))
        return FALSE;
    if (GetProcessId(process) == hang_pid && (!hang_value || (uintptr_t)source == hang_value))
        hanging_copies[InterlockedIncrement(&hanging_count) - 1] = *copy;
    return TRUE;
}

static BOOL WINAPI forget_copies(HANDLE handle)
{
    for (LONG i = 0; i < hanging_count; i++)
        if (hanging_copies[i] == handle)
            hanging_copies[i] = NULL;
    return CloseHandle(handle);
}

static NTSTATUS NTAPI hang_at_names(HANDLE handle, ULONG class, void *out, ULONG size,
                                    ULONG *needed)
{
    for (LONG i = 0; class == NT_OBJECT_NAME && i < hanging_count; i++)
        if (handle && hanging_copies[i] == handle) {
            InterlockedIncrement(&asked_in_vain);
            WaitForSingleObject(gate, INFINITE);
        }
    return system_calls()->nt_query_object(handle, class, out, size, needed);
}

/* No file lies on a disk. */
static DWORD WINAPI say_pipe(HANDLE file)
{
    (void)file;
    return FILE_TYPE_PIPE;
}

static void hang_at(DWORD pid, uint64_t value)
{
    hang_pid = pid;
    hang_value = value;
    hanging_count = 0;
    asked_in_vain = 0;
    gate = CreateEventW(NULL, TRUE, FALSE, NULL);
    calls.duplicate_handle = mark_copies;
    calls.close_handle = forget_copies;
    calls.nt_query_object = hang_at_names;
}

/* Lets all go on that hang, and waits until they have. */
static void open_gate(void)
{
    SetEvent(gate);
    while (namer_hanging())
        Sleep(1);
    CloseHandle(gate);
    calls = *system_calls();
}

static void assert_others_are_told(const struct held_line *but)
{
    for (size_t i = 0; i < hold_count; i++) {
        const struct handle_row *row = row_of(child.pid, holds[i].value);
        if (&holds[i] != but)
            assert_int_equal(row->naming, holds[i].name[0] ? HANDLE_NAMED : HANDLE_NAMELESS);
    }
}

/* users.md H1: a question that never comes back is left behind, and told */
static void test_H1_one_name_that_never_comes(void **state)
{
    const struct held_line *pipe;

    (void)state;
    if (!lists_handles())
        skip();
    start_lab();
    pipe = hold_of("File", "NamedPipe");
    hang_at(child.pid, pipe->value);
    assert_int_equal(find_of(child.pid), ST_OK);
    assert_int_equal(row_of(child.pid, pipe->value)->naming, HANDLE_HANGS);
    assert_int_equal(told.names_not_read, 1);
    assert_int_equal(namer_hanging(), 1);
    assert_others_are_told(pipe);
    open_gate();
    assert_int_equal(find_of(child.pid), ST_OK);
}

/* users.md H1: so many may hang, and no more; files on disks are named all the same */
static void test_H1_hanging_names_are_capped(void **state)
{
    wchar_t arguments[8] = L"";
    struct child more[NAMER_HANG_OTHERS + 2];
    char line[256];
    size_t count = sizeof more / sizeof *more;

    (void)state;
    if (!lists_handles())
        skip();
    /* pipes of this program: two ends for each child */
    for (size_t i = 0; i < count; i++) {
        child_start(&more[i], L"sleeper", arguments, 0);
        child_read_line(&more[i], line, sizeof line);
    }
    hang_at(GetCurrentProcessId(), 0);
    calls.get_file_type = say_pipe;
    assert_int_equal(find_of(GetCurrentProcessId()), ST_OK);
    assert_true(told.names_not_read >= NAMER_HANG_OTHERS);
    assert_true(asked_in_vain <= (LONG)NAMER_HANG_MOST);
    assert_true(namer_hanging() >= NAMER_HANG_OTHERS && namer_hanging() <= NAMER_HANG_MOST);
    for (size_t i = 0; i < count; i++)
        assert_true(
            row_of(GetCurrentProcessId(), (uintptr_t)more[i].output)->naming == HANDLE_HANGS ||
            row_of(GetCurrentProcessId(), (uintptr_t)more[i].output)->naming == HANDLE_NOT_ASKED);
    open_gate();
    for (size_t i = 0; i < count; i++)
        child_end(&more[i]);
}

static bool cancel_then_keep(void *context, const struct handle_row *row)
{
    (void)context;
    atomic_store(&cancel, true);
    return keep_row(NULL, row);
}

/* A search that is cancelled while a name hangs ends without it. */
static DWORD WINAPI cancel_once_it_hangs(void *context)
{
    (void)context;
    while (!asked_in_vain)
        Sleep(1);
    atomic_store(&cancel, true);
    return 0;
}

static void test_cancel(void **state)
{
    static const struct handle_sink sink = {cancel_then_keep, NULL};
    const struct handles_scope all = {NULL, 0};
    HANDLE thread;

    (void)state;
    if (!lists_handles())
        skip();
    start_lab();
    assert_int_equal(handles_find(&calls, &all, &sink, &progress, &told), ST_CANCELLED);
    assert_true(row_count < atomic_load(&progress.total));
    atomic_store(&cancel, false);
    hang_at(child.pid, hold_of("File", "NamedPipe")->value);
    thread = CreateThread(NULL, 0, cancel_once_it_hangs, NULL, 0, NULL);
    assert_int_equal(find_of(child.pid), ST_CANCELLED);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    SetEvent(gate);
}

static BOOL WINAPI refuse_copies(HANDLE process, HANDLE source, HANDLE into, HANDLE *copy,
                                 DWORD rights, BOOL inherit, DWORD options)
{
    if (GetProcessId(process) != child.pid)
        return DuplicateHandle(process, source, into, copy, rights, inherit, options);
    SetLastError((uintptr_t)source == holds[0].value ? ERROR_INVALID_HANDLE : ERROR_ACCESS_DENIED);
    return FALSE;
}

/* users.md H4: a handle that can't be copied is a row with its reason */
static void test_H4_handles_that_cannot_be_duplicated(void **state)
{
    (void)state;
    if (!lists_handles())
        skip();
    start_lab();
    calls.duplicate_handle = refuse_copies;
    assert_int_equal(find_of(child.pid), ST_OK);
    for (size_t i = 0; i < hold_count; i++) {
        const struct handle_row *row = row_of(child.pid, holds[i].value);
        assert_int_equal(row->naming, HANDLE_NOT_DUPLICATED);
        assert_int_equal(row->why, i ? READ_DENIED : READ_GONE);
        assert_true(text_equal(row->type, text_from(holds[i].type)));
        assert_int_equal(row->name.size, 0);
    }
    assert_int_equal(told.not_copied, row_count);
}

static NTSTATUS NTAPI refuse_names(HANDLE handle, ULONG class, void *out, ULONG size, ULONG *needed)
{
    if (class == NT_OBJECT_NAME)
        return (NTSTATUS)0xC0000022u;
    if (class == NT_OBJECT_TYPES) /* then types are learnt one by one */
        return (NTSTATUS)0xC0000003u;
    return system_calls()->nt_query_object(handle, class, out, size, needed);
}

/* users.md H4: nor does one vanish that can't be named */
static void test_H4_names_that_are_refused(void **state)
{
    (void)state;
    if (!lists_handles())
        skip();
    start_lab();
    calls.nt_query_object = refuse_names;
    assert_int_equal(find_of(child.pid), ST_OK);
    for (size_t i = 0; i < hold_count; i++) {
        const struct handle_row *row = row_of(child.pid, holds[i].value);
        assert_int_equal(row->naming, HANDLE_NOT_READ);
        assert_int_equal(row->why, READ_DENIED);
        assert_true(text_equal(row->type, text_from(holds[i].type)));
    }
}

static HANDLE WINAPI refuse_process(DWORD rights, BOOL inherit, DWORD pid)
{
    if (pid != child.pid)
        return OpenProcess(rights, inherit, pid);
    SetLastError(ERROR_ACCESS_DENIED);
    return NULL;
}

static void test_process_that_cannot_be_opened(void **state)
{
    (void)state;
    if (!lists_handles())
        skip();
    start_lab();
    calls.open_process = refuse_process;
    assert_int_equal(find_of(child.pid), ST_OK);
    assert_int_equal(told.not_opened, 1);
    for (size_t i = 0; i < hold_count; i++) {
        const struct handle_row *row = row_of(child.pid, holds[i].value);
        assert_int_equal(row->naming, HANDLE_NOT_OPENED);
        assert_int_equal(row->why, READ_DENIED);
        assert_true(text_equal(row->process_name, text_of("handles.exe")));
    }
}

/* The PID is another's by the time it is opened: this program's, whose handles are all alive. */
static HANDLE WINAPI open_another(DWORD rights, BOOL inherit, DWORD pid)
{
    return OpenProcess(rights, inherit, pid == child.pid ? GetCurrentProcessId() : pid);
}

static void test_reused_pid(void **state)
{
    (void)state;
    if (!lists_handles())
        skip();
    start_lab();
    calls.open_process = open_another;
    assert_int_equal(find_of(child.pid), ST_OK);
    assert_true(row_count >= hold_count);
    for (size_t i = 0; i < row_count; i++) {
        assert_int_equal(rows[i].naming, HANDLE_OTHER_PROCESS);
        assert_int_equal(rows[i].name.size, 0);
    }
}

static void test_no_memory(void **state)
{
    bool failed = true;
    size_t n = 1;

    (void)state;
    if (!lists_handles())
        skip();
    start_lab();
    for (; failed && n < FAULTS_MOST; n++) {
        enum status status;
        rows_wanted = ROWS_MOST;
        failing_memory_begin(n);
        status = find_of(child.pid);
        failed = failing_memory_failed();
        failing_memory_end();
        assert_true(status == ST_OK || (failed && status == ST_NO_MEMORY));
    }
    assert_false(failed);
    assert_true(n > 5);
}

/* What the child of the next test does: searches while a name hangs for ever, says so, and ends. */
static int hang_and_end(void)
{
    static const struct handle_sink sink = {keep_row, NULL};
    DWORD own = GetCurrentProcessId();
    const struct handles_scope scope = {(const uint32_t[]){own}, 1};
    HANDLE ends[2];

    calls = *system_calls();
    kept = arena_new((size_t)1 << 20);
    rows_wanted = ROWS_MOST;
    if (!kept || !CreatePipe(&ends[0], &ends[1], NULL, 0))
        return 2;
    hang_at(own, (uintptr_t)ends[0]);
    if (handles_find(&calls, &scope, &sink, NULL, &told) != ST_OK)
        return 3;
    printf("not-read=%llu hanging=%u\n", (unsigned long long)told.names_not_read, namer_hanging());
    fflush(stdout);
    return 7;
}

/* users.md H1: the program ends at once, whatever hangs */
static void test_H1_the_program_ends_while_a_name_hangs(void **state)
{
    wchar_t path[MAX_PATH];
    wchar_t line[2 * MAX_PATH];
    char said[256];

    (void)state;
    if (!lists_handles())
        skip();
    GetModuleFileNameW(NULL, path, MAX_PATH);
    _snwprintf(line, 2 * MAX_PATH, L"\"%ls\" %ls", path, HANG_ARGUMENT);
    child_start_line(&child, path, line, 0);
    child_read_line(&child, said, sizeof said);
    assert_int_equal(child_number(said, "not-read"), 1);
    assert_int_equal(child_number(said, "hanging"), 1);
    assert_int_equal(child_end(&child), 7); /* its own end: it would have been killed with 1 */
    child.process = NULL;
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_H1_one_name_that_never_comes, begin, end),
        cmocka_unit_test_setup_teardown(test_H1_hanging_names_are_capped, begin, end),
        cmocka_unit_test_setup_teardown(test_H1_the_program_ends_while_a_name_hangs, begin, end),
        cmocka_unit_test_setup_teardown(test_H4_handles_that_cannot_be_duplicated, begin, end),
        cmocka_unit_test_setup_teardown(test_H4_names_that_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(test_process_that_cannot_be_opened, begin, end),
        cmocka_unit_test_setup_teardown(test_reused_pid, begin, end),
        cmocka_unit_test_setup_teardown(test_no_memory, begin, end),
        cmocka_unit_test_setup_teardown(test_cancel, begin, end),
    };

    if (count > 1 && strcmp(arguments[1], "hang") == 0)
        return hang_and_end();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
