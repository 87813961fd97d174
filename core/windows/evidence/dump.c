#include "core/windows/evidence/dump.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/case/evidence_name.h"
#include "core/windows/clock.h"
#include "core/windows/evidence/dump_calls.h"
#include "core/windows/failure.h"
#include "core/windows/file/disk_space.h"
#include "core/windows/file/files.h"
#include "core/windows/file/new_file.h"
#include "core/windows/library.h"
#include "core/windows/process/held.h"

#define PATH_CEILING (128u << 10)
#define PART (1u << 20)
#define SMALL_NEEDS (UINT64_C(32) << 20)
#define FULL_NEEDS_MORE (UINT64_C(16) << 20) /* for what is not memory: threads, handles, map */
#define REGIONS_MOST 10000000u

#define RIGHTS (PROCESS_QUERY_INFORMATION | PROCESS_VM_READ | PROCESS_DUP_HANDLE | SYNCHRONIZE)

/* Every dbghelp that Windows 7 or later ships knows these; others refuse the newer ones. */
#define KIND_OLD ((ULONG)MiniDumpWithHandleData | MiniDumpWithUnloadedModules)
#define KIND_NEW                                                                                   \
    ((ULONG)MiniDumpWithThreadInfo | MiniDumpWithProcessThreadData | MiniDumpWithFullMemoryInfo |  \
     MiniDumpIgnoreInaccessibleMemory)

/* Members of MINIDUMP_CALLBACK_TYPE that older headers lack. */
#define VM_START_CALLBACK 17
#define IS_PROCESS_SNAPSHOT_CALLBACK 16

#define HRESULT_ABORT ((HRESULT)0x80004004) /* E_ABORT */
#define FACILITY_OF(code) ((code) >> 16 & 0x1FFF)

struct dumping {
    const struct dump_calls *calls;
    const struct dump_request *request;
    struct progress *progress;
    struct buffer *problem;
    HANDLE process;
    uint64_t needed; /* estimate, bytes */
    struct new_file file;
    bool file_begun;
    uint64_t written;
    DWORD write_error;
    bool cancelled;
};

/* dbghelp is not made for two threads at a time. */
static SRWLOCK one_at_a_time = SRWLOCK_INIT;

struct dump_calls dump_system_calls(void)
{
    struct dump_calls calls = {.system = system_calls(), .disk_space = disk_space_read};
    library_function write = library_find(L"dbghelp.dll", "MiniDumpWriteDump");

    memcpy(&calls.write, &write, sizeof write);
    return calls;
}

/* --- what went wrong --- */

static enum status say(struct dumping *dumping, enum status status, const char *why)
{
    buffer_add_string(dumping->problem, why);
    return status;
}

static enum status say_failure(struct dumping *dumping, const struct failure *failure)
{
    failure_add(dumping->problem, failure);
    return failure->status;
}

static enum status say_call(struct dumping *dumping, const char *call, DWORD code)
{
    struct failure failure;

    failure_win32(&failure, call, code);
    return say_failure(dumping, &failure);
}

/* --- the process --- */

static bool has_ended(const struct dumping *dumping)
{
    return dumping->calls->system->wait_for_multiple_objects(1, &dumping->process, FALSE, 0) ==
           WAIT_OBJECT_0;
}

static bool under_wow64(const struct system_table *system, HANDLE process)
{
    BOOL wow64 = FALSE;

    return system->is_wow64_process(process, &wow64) && wow64;
}

static enum status open_process(struct dumping *dumping)
{
    const struct system_table *system = dumping->calls->system;
    const struct process_key key = dumping->request->key;
    moment start;
    moment end;
    int64_t cpu;

    if (key.pid == 0 || key.pid == 4)
        return say(dumping, ST_UNSUPPORTED, "this process has no memory of its own");
    if (key.pid == GetCurrentProcessId())
        return say(dumping, ST_UNSUPPORTED, "Stakeout can't dump itself");
    if (!key.start)
        return say(dumping, ST_UNSUPPORTED,
                   "its start is unknown, so that it can't be told from another with its PID");
    dumping->process = system->open_process(RIGHTS, FALSE, key.pid);
    if (!dumping->process && GetLastError() == ERROR_INVALID_PARAMETER)
        return say(dumping, ST_GONE, "the process has ended");
    if (!dumping->process)
        return say_call(dumping, "OpenProcess", GetLastError());
    if (!held_times(system, dumping->process, &start, &end, &cpu))
        return say_call(dumping, "GetProcessTimes", GetLastError());
    if (start != key.start)
        return say(dumping, ST_GONE, "the process has ended, and another has its PID");
    if (has_ended(dumping))
        return say(dumping, ST_GONE, "the process has ended");
    if (under_wow64(system, GetCurrentProcess()) && !under_wow64(system, dumping->process))
        return say(dumping, ST_UNSUPPORTED,
                   "a 64-bit process can't be dumped by the 32-bit program: use the 64-bit one");
    return ST_OK;
}

/* All memory that a full dump may hold: what is committed and may be read. */
static uint64_t readable_memory(HANDLE process)
{
    MEMORY_BASIC_INFORMATION region;
    const char *at = NULL;
    uint64_t size = 0;

    for (unsigned i = 0; i < REGIONS_MOST; i++) {
        if (VirtualQueryEx(process, at, &region, sizeof region) != sizeof region)
            break;
        if (region.State == MEM_COMMIT && !(region.Protect & (PAGE_NOACCESS | PAGE_GUARD)))
            size += region.RegionSize;
        if ((uintptr_t)region.BaseAddress + region.RegionSize <= (uintptr_t)at)
            break;
        at = (const char *)region.BaseAddress + region.RegionSize;
    }
    return size;
}

static enum status check_room(struct dumping *dumping, struct text folder)
{
    struct failure failure = {.status = ST_OK};
    struct disk_room room;

    dumping->needed = dumping->request->kind == DUMP_FULL
                          ? readable_memory(dumping->process) + FULL_NEEDS_MORE
                          : SMALL_NEEDS;
    if (dumping->calls->disk_space(folder, &room, &failure))
        return say_failure(dumping, &failure);
    if (room.file_most > DUMP_SIZE_MOST)
        room.file_most = DUMP_SIZE_MOST;
    return disk_room_fits(&room, dumping->needed, dumping->problem);
}

/* --- the library asks back --- */

static void tell(const struct dumping *dumping)
{
    uint64_t total = dumping->needed > dumping->written ? dumping->needed : dumping->written;

    progress_tell(dumping->progress, dumping->written, 2 * total);
}

static HRESULT write_at(struct dumping *dumping, const struct dump_question *question)
{
    const char *bytes = question->io.bytes;
    uint64_t offset = question->io.offset;
    ULONG left = question->io.size;

    while (left && !progress_cancelled(dumping->progress)) {
        OVERLAPPED where = {.Offset = (DWORD)offset, .OffsetHigh = (DWORD)(offset >> 32)};
        DWORD part = left < PART ? left : PART;
        DWORD done = 0;
        if (!WriteFile(dumping->file.handle, bytes, part, &done, &where) || !done) {
            dumping->write_error = done ? ERROR_DISK_FULL : GetLastError();
            return HRESULT_FROM_WIN32(dumping->write_error);
        }
        bytes += done;
        offset += done;
        left -= done;
        dumping->written += done;
        tell(dumping);
    }
    return left ? HRESULT_ABORT : S_OK;
}

/* Called for every thread, module and piece that is written: often enough for a cancel. */
static BOOL CALLBACK reply(void *context, MINIDUMP_CALLBACK_INPUT *input,
                           MINIDUMP_CALLBACK_OUTPUT *output)
{
    struct dumping *dumping = context;
    const struct dump_question *question = (const void *)input;
    union dump_answer *answer = (void *)output;

    if (progress_cancelled(dumping->progress))
        dumping->cancelled = true;
    switch (question->type) {
    case CancelCallback:
        answer->cancel.check = TRUE;
        answer->cancel.cancel = dumping->cancelled;
        return TRUE;
    case IoStartCallback:
        answer->status = S_FALSE; /* we write */
        return TRUE;
    case IoWriteAllCallback:
        answer->status = dumping->cancelled ? HRESULT_ABORT : write_at(dumping, question);
        return TRUE;
    case ReadMemoryFailureCallback: /* pages come and go: the rest is worth having */
    case IoFinishCallback:
    case VM_START_CALLBACK:            /* the library reads the memory itself */
    case IS_PROCESS_SNAPSHOT_CALLBACK: /* it is the process */
        answer->status = S_OK;
        return TRUE;
    case MemoryCallback: /* nothing to add, nothing to leave out */
    case RemoveMemoryCallback:
        return FALSE;
    default:
        return TRUE;
    }
}

/* Its errors are HRESULTs, and some of them Win32 errors in disguise. */
static struct failure failure_of(const struct dumping *dumping, DWORD code)
{
    struct failure failure = {ST_SYSTEM, "MiniDumpWriteDump", code};

    if (dumping->cancelled || progress_cancelled(dumping->progress))
        return (struct failure){ST_CANCELLED, NULL, 0};
    if (dumping->write_error)
        failure_win32(&failure, "WriteFile", dumping->write_error);
    else if (FACILITY_OF(code) == FACILITY_WIN32)
        failure_win32(&failure, "MiniDumpWriteDump", code & 0xFFFF);
    else if (!(code & 0x80000000u))
        failure_win32(&failure, "MiniDumpWriteDump", code);
    if (failure.status != ST_DISK_FULL && has_ended(dumping))
        failure.status = ST_GONE;
    return failure;
}

static bool is_refusal_of_kind(DWORD code)
{
    return code == ERROR_INVALID_PARAMETER ||
           code == (DWORD)HRESULT_FROM_WIN32(ERROR_INVALID_PARAMETER);
}

static enum status write_dump(struct dumping *dumping)
{
    ULONG kind = dumping->request->kind == DUMP_FULL ? MiniDumpWithFullMemory : MiniDumpNormal;
    MINIDUMP_CALLBACK_INFORMATION callback = {reply, dumping};
    DWORD pid = dumping->request->key.pid;
    const struct dump_calls *calls = dumping->calls;
    struct failure failure;
    bool done = calls->write(dumping->process, pid, dumping->file.handle,
                             kind | KIND_OLD | KIND_NEW, NULL, NULL, &callback);

    if (!done && is_refusal_of_kind(GetLastError()) && !dumping->written)
        done = calls->write(dumping->process, pid, dumping->file.handle, kind | KIND_OLD, NULL,
                            NULL, &callback);
    if (done && !progress_cancelled(dumping->progress))
        return ST_OK;
    failure = failure_of(dumping, done ? 0 : GetLastError());
    return say_failure(dumping, &failure);
}

/* --- what was written --- */

static enum status hash_file(struct dumping *dumping, struct digest *digest, struct dump_made *made,
                             struct failure *failure)
{
    LARGE_INTEGER size;
    char *part = memory_take(PART);
    uint64_t at = 0;
    enum status status = part ? ST_OK : ST_NO_MEMORY;

    if (status)
        *failure = (struct failure){status, NULL, 0};
    else if (!GetFileSizeEx(dumping->file.handle, &size) ||
             !SetFilePointerEx(dumping->file.handle, (LARGE_INTEGER){.QuadPart = 0}, NULL,
                               FILE_BEGIN))
        status = failure_win32(failure, "GetFileSizeEx", GetLastError());
    while (!status) {
        DWORD got = 0;
        if (!ReadFile(dumping->file.handle, part, PART, &got, NULL))
            status = failure_win32(failure, "ReadFile", GetLastError());
        else if (!at && (got < 4 || memcmp(part, "MDMP", 4) != 0))
            status = failure_win32(failure, "MiniDumpWriteDump", ERROR_WRITE_FAULT);
        else if (!got)
            break;
        else
            status = digest_add(digest, part, got, failure);
        at += got;
        progress_tell(dumping->progress, (uint64_t)size.QuadPart + at, 2 * (uint64_t)size.QuadPart);
        if (!status && progress_cancelled(dumping->progress))
            status = failure_win32(failure, NULL, ERROR_CANCELLED);
    }
    memory_give(part);
    if (!status) {
        made->size = at;
        status = digest_finish(digest, &made->hashes, failure);
    }
    return status;
}

static enum status finish(struct dumping *dumping, struct dump_made *made, struct text stem,
                          struct buffer *path)
{
    struct failure failure = {.status = ST_OK};
    struct digest digest;
    enum status status = digest_init(&digest, DIGEST_BIT(DIGEST_SHA256), &failure);

    if (!status)
        status = hash_file(dumping, &digest, made, &failure);
    digest_done(&digest);
    if (!status)
        status = new_file_keep(&dumping->file, stem, text_of(".dmp"), false, path, &failure);
    if (failure.code == ERROR_CANCELLED)
        failure = (struct failure){ST_CANCELLED, NULL, 0};
    return status ? say_failure(dumping, &failure) : ST_OK;
}

static enum status make_file(struct dumping *dumping, struct text folder, struct text stem)
{
    struct failure failure = {.status = ST_OK};
    enum status status = new_file_begin(&dumping->file, folder, stem, &failure);

    dumping->file_begun = !status;
    return status ? say_failure(dumping, &failure) : ST_OK;
}

static enum status make_in(struct dumping *dumping, struct text folder, struct dump_made *made,
                           struct buffer *path)
{
    const struct clock clock = clock_of_system();
    struct failure failure = {.status = ST_OK};
    struct buffer stem;
    enum status status = open_process(dumping);

    made->begun = clock.now(clock.context);
    buffer_init(&stem, 256);
    evidence_stem_add(&stem, dumping->request->name, dumping->request->key.pid, made->begun);
    if (!status && (stem.failed || files_make_folder(folder, &failure)))
        status =
            say_failure(dumping, stem.failed ? &(struct failure){.status = stem.failed} : &failure);
    if (!status)
        status = check_room(dumping, folder);
    if (!status)
        status = make_file(dumping, folder, buffer_text(&stem));
    if (!status)
        status = write_dump(dumping);
    if (!status)
        status = finish(dumping, made, buffer_text(&stem), path);
    if (dumping->file_begun)
        new_file_drop(&dumping->file);
    buffer_done(&stem);
    return status;
}

enum status dump_make_by(const struct dump_calls *calls, const struct dump_request *request,
                         struct progress *progress, struct dump_made *made, struct buffer *path,
                         struct buffer *problem)
{
    struct dumping dumping = {
        .calls = calls, .request = request, .progress = progress, .problem = problem};
    struct dump_made result = {0};
    struct buffer folder;
    enum status status;

    buffer_add_string(problem, "can't dump ");
    buffer_add(problem, request->name);
    buffer_add_string(problem, " (");
    buffer_add_unsigned(problem, request->key.pid);
    buffer_add_string(problem, "): ");
    if (!calls->write)
        return say(&dumping, ST_UNSUPPORTED, "this system has no MiniDumpWriteDump");
    if (!TryAcquireSRWLockExclusive(&one_at_a_time))
        return say(&dumping, ST_BUSY, "another dump is being written");
    buffer_init(&folder, PATH_CEILING);
    buffer_add(&folder, request->case_folder);
    buffer_add_string(&folder, "\\dumps");
    status = folder.failed;
    if (status)
        buffer_add_string(problem, status_phrase(status));
    else
        status = make_in(&dumping, buffer_text(&folder), &result, path);
    buffer_done(&folder);
    if (dumping.process)
        calls->system->close_handle(dumping.process);
    ReleaseSRWLockExclusive(&one_at_a_time);
    if (!status) {
        buffer_clear(problem);
        *made = result;
    }
    return status;
}

enum status dump_make(const struct dump_request *request, struct progress *progress,
                      struct dump_made *made, struct buffer *path, struct buffer *problem)
{
    const struct dump_calls calls = dump_system_calls();

    return dump_make_by(&calls, request, progress, made, path, problem);
}

enum status dump_estimate(struct process_key key, uint64_t *small, uint64_t *full,
                          struct failure *failure)
{
    const struct system_table *system = system_calls();
    HANDLE process = system->open_process(PROCESS_QUERY_INFORMATION, FALSE, key.pid);
    enum status status = ST_OK;
    moment start;
    moment end;
    int64_t cpu;

    if (!process)
        return failure_win32(failure, "OpenProcess", GetLastError());
    if (!held_times(system, process, &start, &end, &cpu))
        status = failure_win32(failure, "GetProcessTimes", GetLastError());
    else if (start != key.start)
        status = ST_GONE;
    if (status == ST_GONE && failure)
        *failure = (struct failure){.status = ST_GONE};
    if (!status) {
        *small = SMALL_NEEDS;
        *full = readable_memory(process) + FULL_NEEDS_MORE;
    }
    system->close_handle(process);
    return status;
}
