/* Dumps of processes: real ones of a lab program, and, with a library that asks back as Windows'
 * does (Wine's does not), what becomes of cancels, full disks and refusals. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/evidence/dump_calls.h"
#include "core/windows/file/files.h"
#include "core/windows/process/held.h"
#include "tests/support/failing_memory.h"
#include "tests/support/windows/child.h"
#include "tests/support/windows/live_bench.h"
#include "tests/support/windows/scratch.h"

#define MARKER "needle-in-the-memory-of-4711"
#define WIDE_MARKER L"needle-in-the-memory-of-4711"
#define MANY 64 /* pieces that the fake writes */
#define PIECE 4096
#define FAULTS_MOST 300

static struct buffer folder;
static struct buffer path;
static struct buffer problem;
static struct child child;
static struct dump_calls calls;
static struct system_table system_fake;
static struct dump_made made;

/* A library that asks back. */
static struct {
    unsigned called;
    ULONG kinds[4];
    DWORD refuse;        /* the error of the first call */
    DWORD fail;          /* the error after half of the pieces */
    uint64_t far_offset; /* of the last piece */
    unsigned cancel_at;  /* the piece before which somebody cancels; 0 never */
    unsigned pieces;     /* that it got rid of */
    bool writes_nothing;
    bool ask_cancel; /* stops by the question about it, not by a refused piece */
    atomic_bool cancel;
    uint64_t told; /* progress after half */
} fake;

static struct disk_room room_fake;

static int begin(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof fake);
    memset(&made, 0, sizeof made);
    scratch_begin(&folder, "dump");
    buffer_init(&path, 65536);
    buffer_init(&problem, 4096);
    calls = dump_system_calls();
    system_fake = *system_calls();
    calls.system = &system_fake;
    child_start(&child, L"sleeper", L"0 " WIDE_MARKER, 0);
    char line[256];
    child_read_line(&child, line, sizeof line);
    return 0;
}

static int end(void **state)
{
    (void)state;
    if (child.process)
        child_end(&child);
    buffer_done(&problem);
    buffer_done(&path);
    scratch_end(&folder);
    return 0;
}

static struct process_key key_of(HANDLE process, DWORD pid)
{
    struct process_key key = {.pid = pid};
    moment ended;
    int64_t cpu;

    assert_true(held_times(system_calls(), process, &key.start, &ended, &cpu));
    return key;
}

static struct dump_request request_for(enum dump_kind kind)
{
    return (struct dump_request){.case_folder = buffer_text(&folder),
                                 .key = key_of(child.process, child.pid),
                                 .name = text_of("sleeper.exe"),
                                 .kind = kind};
}

static enum status dump(const struct dump_request *request)
{
    struct progress progress = {.cancel = &fake.cancel};
    enum status status;

    buffer_clear(&path);
    buffer_clear(&problem);
    status = dump_make_by(&calls, request, &progress, &made, &path, &problem);
    if (status) {
        assert_int_equal(path.size, 0);
        assert_true(text_starts(buffer_text(&problem), text_of("can't dump sleeper.exe (")));
    } else {
        assert_int_equal(problem.size, 0);
        assert_int_equal(atomic_load(&progress.done), 2 * made.size);
        assert_int_equal(atomic_load(&progress.total), 2 * made.size);
    }
    assert_int_equal(scratch_count(&folder, "dumps", L".part"), 0);
    return status;
}

static void assert_refused(const struct dump_request *request, enum status expected,
                           const char *why)
{
    assert_int_equal(dump(request), expected);
    assert_int_not_equal(text_find(buffer_text(&problem), text_from(why)), SIZE_MAX);
    assert_int_equal(scratch_count(&folder, "dumps", L""), 0);
}

/* ---- real ones ---- */

static uint32_t word_at(const struct buffer *content, size_t at)
{
    uint32_t word;

    assert_true(at + 4 <= content->size);
    memcpy(&word, content->bytes + at, 4);
    return word;
}

static bool has_stream(const struct buffer *content, uint32_t kind)
{
    uint32_t count = word_at(content, 8);
    uint32_t directory = word_at(content, 12);

    assert_true(count < 100);
    for (uint32_t i = 0; i < count; i++)
        if (word_at(content, directory + i * 12) == kind &&
            word_at(content, directory + i * 12 + 4))
            return true;
    return false;
}

static void assert_sha256(const struct buffer *content)
{
    struct digest digest;
    struct digest_values values;

    assert_int_equal(digest_init(&digest, DIGEST_BIT(DIGEST_SHA256), NULL), ST_OK);
    assert_int_equal(digest_add(&digest, content->bytes, content->size, NULL), ST_OK);
    assert_int_equal(digest_finish(&digest, &values, NULL), ST_OK);
    digest_done(&digest);
    assert_true(made.hashes.known[DIGEST_SHA256]);
    assert_memory_equal(values.bytes[DIGEST_SHA256], made.hashes.bytes[DIGEST_SHA256], 32);
}

static void read_dump(struct buffer *content)
{
    buffer_init(content, 1u << 30);
    assert_int_equal(files_read(buffer_text(&path), content, NULL), ST_OK);
    assert_int_equal(content->size, made.size);
    assert_memory_equal(content->bytes, "MDMP", 4);
    assert_true(has_stream(content, ThreadListStream));
    assert_true(has_stream(content, ModuleListStream));
    assert_true(has_stream(content, SystemInfoStream));
    assert_sha256(content);
}

/* In the pass in which what is looked up at run time is hidden there is nothing to dump with. */
static void needs_the_library(void)
{
    if (is_hidden("MiniDumpWriteDump"))
        skip();
}

static void test_full_dump_holds_the_memory(void **state)
{
    const struct dump_request request = request_for(DUMP_FULL);
    const struct text marker = {(const char *)WIDE_MARKER, sizeof WIDE_MARKER - sizeof(wchar_t)};
    struct buffer content;

    (void)state;
    needs_the_library();
    assert_int_equal(dump(&request), ST_OK);
    read_dump(&content);
    assert_true(has_stream(&content, Memory64ListStream));
    assert_int_not_equal(text_find(buffer_text(&content), marker), SIZE_MAX);
    buffer_done(&content);
    assert_int_equal(WaitForSingleObject(child.process, 0), WAIT_TIMEOUT); /* it lives on */
}

static void test_small_dump_and_its_name(void **state)
{
    const struct dump_request request = request_for(DUMP_SMALL);
    struct buffer content;
    struct buffer start;
    uint64_t small_size;

    (void)state;
    needs_the_library();
    assert_int_equal(dump(&request), ST_OK);
    read_dump(&content);
    buffer_done(&content);
    small_size = made.size;
    buffer_init(&start, 65536);
    scratch_path(&start, &folder, "dumps\\sleeper-");
    buffer_add_unsigned(&start, child.pid);
    buffer_add_string(&start, "-20");
    assert_true(text_starts(buffer_text(&path), buffer_text(&start)));
    assert_true(text_ends(buffer_text(&path), text_of(".dmp")));
    buffer_done(&start);
    const struct dump_request full = request_for(DUMP_FULL);
    assert_int_equal(dump(&full), ST_OK); /* in the same second or not: none is replaced */
    assert_true(small_size < made.size);
    assert_int_equal(dump(&request), ST_OK);
    assert_int_equal(scratch_count(&folder, "dumps", L".dmp"), 3);
}

static void test_another_start_is_another_process(void **state)
{
    struct dump_request request = request_for(DUMP_SMALL);

    (void)state;
    needs_the_library();
    request.key.start++;
    assert_refused(&request, ST_GONE, "another has its PID");
    request.key.start = 0;
    assert_refused(&request, ST_UNSUPPORTED, "start is unknown");
}

static void test_an_ended_process(void **state)
{
    struct dump_request request = request_for(DUMP_FULL);

    (void)state;
    needs_the_library();
    TerminateProcess(child.process, 1); /* our handle keeps its PID */
    assert_int_equal(WaitForSingleObject(child.process, 20000), WAIT_OBJECT_0);
    assert_refused(&request, ST_GONE, "has ended");
    request.key.pid = 0xFFFFFFF0; /* nobody's */
    assert_refused(&request, ST_GONE, "has ended");
}

static void test_processes_without_a_dump(void **state)
{
    struct dump_request request = request_for(DUMP_SMALL);

    (void)state;
    needs_the_library();
    request.key = (struct process_key){0, 1};
    assert_refused(&request, ST_UNSUPPORTED, "no memory of its own");
    request.key = (struct process_key){4, 1};
    assert_refused(&request, ST_UNSUPPORTED, "no memory of its own");
    request.key = key_of(GetCurrentProcess(), GetCurrentProcessId());
    assert_refused(&request, ST_UNSUPPORTED, "can't dump itself");
}

/* ---- a library that asks back ---- */

static bool ask(MINIDUMP_CALLBACK_INFORMATION *callback, struct dump_question *question,
                union dump_answer *answer)
{
    return callback->CallbackRoutine(callback->CallbackParam, (void *)question, (void *)answer);
}

static BOOL failed_with(DWORD error)
{
    SetLastError(error);
    return FALSE;
}

static BOOL WINAPI fake_write(HANDLE process, DWORD pid, HANDLE file, ULONG kind,
                              MINIDUMP_EXCEPTION_INFORMATION *exception,
                              MINIDUMP_USER_STREAM_INFORMATION *streams,
                              MINIDUMP_CALLBACK_INFORMATION *callback)
{
    static char piece[PIECE] = "MDMP";
    struct dump_question question = {.pid = pid, .process = process, .type = IoStartCallback};
    union dump_answer answer = {.status = S_OK};

    (void)exception;
    (void)streams;
    assert_true(fake.called < 4);
    fake.kinds[fake.called++] = kind;
    if (fake.called == 1 && fake.refuse)
        return failed_with(fake.refuse);
    question.io.file = file;
    assert_true(ask(callback, &question, &answer));
    assert_int_equal(answer.status, S_FALSE);
    for (unsigned i = 0; i < MANY && !fake.writes_nothing; i++) {
        if (fake.cancel_at && i == fake.cancel_at)
            atomic_store(&fake.cancel, true);
        if (fake.fail && i == MANY / 2)
            return failed_with(fake.fail);
        question.type = CancelCallback;
        memset(&answer, 0, sizeof answer);
        assert_true(ask(callback, &question, &answer));
        assert_true(answer.cancel.check);
        if (fake.ask_cancel && answer.cancel.cancel)
            return failed_with(0x80004004); /* E_ABORT */
        question.type = IoWriteAllCallback;
        question.io.offset = i + 1 == MANY && fake.far_offset ? fake.far_offset : i * PIECE;
        question.io.bytes = piece;
        question.io.size = PIECE;
        assert_true(ask(callback, &question, &answer));
        if (answer.status)
            return failed_with((DWORD)answer.status);
        fake.pieces++;
    }
    question.type = IoFinishCallback;
    assert_true(ask(callback, &question, &answer));
    assert_int_equal(answer.status, S_OK);
    return TRUE;
}

static enum status fake_space(struct text where, struct disk_room *room, struct failure *failure)
{
    (void)failure;
    assert_true(text_ends(where, text_of("\\dumps")));
    *room = room_fake;
    return ST_OK;
}

static void test_what_the_library_hands_over_is_written(void **state)
{
    const struct dump_request request = request_for(DUMP_SMALL);
    struct buffer content;

    (void)state;
    calls.write = fake_write;
    assert_int_equal(dump(&request), ST_OK);
    assert_int_equal(made.size, MANY * PIECE);
    assert_int_equal(fake.pieces, MANY);
    buffer_init(&content, 1u << 24);
    assert_int_equal(files_read(buffer_text(&path), &content, NULL), ST_OK);
    for (size_t i = 0; i < MANY; i++)
        assert_memory_equal(content.bytes + i * PIECE, "MDMP", 5);
    assert_sha256(&content);
    buffer_done(&content);
}

static void assert_cancelled(void)
{
    const struct dump_request request = request_for(DUMP_FULL);

    assert_refused(&request, ST_CANCELLED, "cancelled");
    assert_true(fake.pieces <= fake.cancel_at); /* not one piece more */
}

static void test_a_cancel_leaves_nothing(void **state)
{
    (void)state;
    calls.write = fake_write;
    fake.cancel_at = 5;
    assert_cancelled();
}

static void test_a_cancel_by_the_library_s_question(void **state)
{
    (void)state;
    calls.write = fake_write;
    fake.ask_cancel = true;
    fake.cancel_at = 7;
    assert_cancelled();
}

/* Wine's library never asks: the cancel is seen when it is done, or when the file is hashed. */
static void test_a_cancel_that_the_library_ignores(void **state)
{
    const struct dump_request request = request_for(DUMP_SMALL);

    (void)state;
    needs_the_library();
    atomic_store(&fake.cancel, true);
    assert_refused(&request, ST_CANCELLED, "cancelled");
}

static void test_a_full_disk_is_told_before(void **state)
{
    const struct dump_request request = request_for(DUMP_FULL);

    (void)state;
    calls.write = fake_write;
    calls.disk_space = fake_space;
    room_fake = (struct disk_room){.free = 3u << 20, .file_most = UINT64_MAX};
    assert_refused(&request, ST_DISK_FULL, " MB are needed, and 3 MB are free on this disk");
    room_fake = (struct disk_room){.free = UINT64_MAX, .file_most = 1u << 20};
    assert_refused(&request, ST_TOO_LARGE, "a file on this disk holds at most 1 MB");
    assert_int_equal(fake.called, 0);
}

static void test_a_disk_that_fills_up(void **state)
{
    const struct dump_request request = request_for(DUMP_SMALL);

    (void)state;
    calls.write = fake_write;
    fake.fail = 0x80070070; /* HRESULT of ERROR_DISK_FULL */
    assert_refused(&request, ST_DISK_FULL, "MiniDumpWriteDump: error 112");
}

static void test_a_piece_that_can_t_be_written(void **state)
{
    const struct dump_request request = request_for(DUMP_SMALL);

    (void)state;
    calls.write = fake_write;
    fake.far_offset = UINT64_MAX - PIECE;
    assert_int_not_equal(dump(&request), ST_OK);
    assert_int_not_equal(text_find(buffer_text(&problem), text_of("WriteFile: error ")), SIZE_MAX);
    assert_int_equal(scratch_count(&folder, "dumps", L""), 0);
}

static void test_other_errors_leave_nothing(void **state)
{
    const struct dump_request request = request_for(DUMP_SMALL);

    (void)state;
    calls.write = fake_write;
    fake.fail = 0x80070005;
    assert_refused(&request, ST_DENIED, "MiniDumpWriteDump: error 5, access denied");
    fake.fail = 0xD000000D; /* an NTSTATUS in an HRESULT */
    assert_refused(&request, ST_SYSTEM, "MiniDumpWriteDump: error 0xD000000D");
    fake.fail = 0;
    fake.writes_nothing = true; /* "done", and there is nothing */
    fake.called = 0;
    assert_refused(&request, ST_IO, "MiniDumpWriteDump");
}

static void test_an_older_library_gets_what_it_knows(void **state)
{
    const struct dump_request request = request_for(DUMP_FULL);

    (void)state;
    calls.write = fake_write;
    fake.refuse = 0x80070057; /* HRESULT of ERROR_INVALID_PARAMETER */
    assert_int_equal(dump(&request), ST_OK);
    assert_int_equal(fake.called, 2);
    assert_true(fake.kinds[0] & MiniDumpWithThreadInfo);
    assert_int_equal(fake.kinds[1],
                     MiniDumpWithFullMemory | MiniDumpWithHandleData | MiniDumpWithUnloadedModules);
}

static BOOL WINAPI wow64_is_this_program(HANDLE process, BOOL *wow64)
{
    *wow64 = process == GetCurrentProcess();
    return TRUE;
}

static HANDLE WINAPI open_denied(DWORD rights, BOOL inherit, DWORD pid)
{
    (void)rights;
    (void)inherit;
    (void)pid;
    SetLastError(ERROR_ACCESS_DENIED);
    return NULL;
}

static void test_refusals(void **state)
{
    const struct dump_request request = request_for(DUMP_SMALL);

    (void)state;
    needs_the_library();
    system_fake.is_wow64_process = wow64_is_this_program;
    assert_refused(&request, ST_UNSUPPORTED, "can't be dumped by the 32-bit program");
    system_fake.open_process = open_denied;
    assert_refused(&request, ST_DENIED, "OpenProcess: error 5, access denied");
    calls.write = NULL;
    assert_refused(&request, ST_UNSUPPORTED, "no MiniDumpWriteDump");
}

static void test_the_nth_request_for_memory_fails(void **state)
{
    const struct dump_request request = request_for(DUMP_SMALL);
    size_t whole = 0;
    bool failed = true;

    (void)state;
    calls.write = fake_write;
    for (size_t n = 1; failed; n++) {
        struct buffer out;
        struct buffer why;
        enum status status;
        assert_true(n < FAULTS_MOST);
        fake.called = 0;
        failing_memory_begin(n);
        buffer_init(&out, 65536);
        buffer_init(&why, 4096);
        status = dump_make_by(&calls, &request, NULL, &made, &out, &why);
        failed = failing_memory_failed();
        whole += status == ST_OK;
        assert_int_equal(status == ST_OK, out.size != 0);
        if (status)
            assert_int_equal(status, ST_NO_MEMORY);
        buffer_done(&why);
        buffer_done(&out);
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
        assert_int_equal(scratch_count(&folder, "dumps", L".part"), 0);
        assert_int_equal(scratch_count(&folder, "dumps", L".dmp"), whole);
    }
    assert_true(whole > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_full_dump_holds_the_memory, begin, end),
        cmocka_unit_test_setup_teardown(test_small_dump_and_its_name, begin, end),
        cmocka_unit_test_setup_teardown(test_another_start_is_another_process, begin, end),
        cmocka_unit_test_setup_teardown(test_an_ended_process, begin, end),
        cmocka_unit_test_setup_teardown(test_processes_without_a_dump, begin, end),
        cmocka_unit_test_setup_teardown(test_what_the_library_hands_over_is_written, begin, end),
        cmocka_unit_test_setup_teardown(test_a_cancel_leaves_nothing, begin, end),
        cmocka_unit_test_setup_teardown(test_a_cancel_by_the_library_s_question, begin, end),
        cmocka_unit_test_setup_teardown(test_a_cancel_that_the_library_ignores, begin, end),
        cmocka_unit_test_setup_teardown(test_a_full_disk_is_told_before, begin, end),
        cmocka_unit_test_setup_teardown(test_a_disk_that_fills_up, begin, end),
        cmocka_unit_test_setup_teardown(test_a_piece_that_can_t_be_written, begin, end),
        cmocka_unit_test_setup_teardown(test_other_errors_leave_nothing, begin, end),
        cmocka_unit_test_setup_teardown(test_an_older_library_gets_what_it_knows, begin, end),
        cmocka_unit_test_setup_teardown(test_refusals, begin, end),
        cmocka_unit_test_setup_teardown(test_the_nth_request_for_memory_fails, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
