#include "core/windows/evidence/run_command.h"

#include <windows.h>

#include "core/base/memory.h"
#include "core/windows/clock.h"
#include "core/windows/failure.h"
#include "core/windows/text16.h"

#define PIECE 65536u
#define STEP_MS 20u
#define END_CODE 1u /* what is ended exits with */

struct run {
    const struct run_order *order;
    struct run_result *result;
    struct failure *failure;
    HANDLE ours;   /* end of the pipe */
    HANDLE theirs; /* the other end, and what stands for no input */
    HANDLE nothing;
    HANDLE job;
    PROCESS_INFORMATION process;
    uint64_t size;
    char *piece;
};

static enum status fail(struct run *run, const char *call)
{
    return failure_win32(run->failure, call, GetLastError());
}

static void close(HANDLE *handle)
{
    if (*handle && *handle != INVALID_HANDLE_VALUE)
        CloseHandle(*handle);
    *handle = NULL;
}

static enum status open_pipes(struct run *run)
{
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};

    if (!CreatePipe(&run->ours, &run->theirs, &inherited, PIECE))
        return fail(run, "CreatePipe");
    if (!SetHandleInformation(run->ours, HANDLE_FLAG_INHERIT, 0))
        return fail(run, "SetHandleInformation");
    run->nothing = CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited,
                               OPEN_EXISTING, 0, NULL);
    return run->nothing == INVALID_HANDLE_VALUE ? fail(run, "CreateFile (NUL)") : ST_OK;
}

/* What ends with the job is everything that it started; a system that lets nobody be in two jobs
 * (Windows 7) may refuse, and then only the program itself is ended. */
static void open_job(struct run *run)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};

    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    run->job = CreateJobObjectW(NULL, NULL);
    if (run->job && (!SetInformationJobObject(run->job, JobObjectExtendedLimitInformation, &limits,
                                              sizeof limits) ||
                     !AssignProcessToJobObject(run->job, run->process.hProcess)))
        close(&run->job);
}

static enum status create(struct run *run, STARTUPINFOEXW *start)
{
    wchar_t *program = text16_from(run->order->program, NULL);
    wchar_t *line = text16_from(run->order->line, NULL);
    wchar_t folder[MAX_PATH];
    UINT length = GetSystemDirectoryW(folder, MAX_PATH);
    enum status status = program && line ? ST_OK : ST_NO_MEMORY;

    if (!status &&
        !CreateProcessW(program, line, NULL, NULL, TRUE,
                        CREATE_NO_WINDOW | CREATE_SUSPENDED | EXTENDED_STARTUPINFO_PRESENT, NULL,
                        length && length < MAX_PATH ? folder : NULL, &start->StartupInfo,
                        &run->process))
        status = fail(run, "CreateProcess");
    text16_free(line);
    text16_free(program);
    return status;
}

static enum status start(struct run *run)
{
    HANDLE handles[] = {run->theirs, run->nothing};
    STARTUPINFOEXW start = {.StartupInfo = {.cb = sizeof start,
                                            .dwFlags = STARTF_USESTDHANDLES | STARTF_USESHOWWINDOW,
                                            .wShowWindow = SW_HIDE,
                                            .hStdInput = run->nothing,
                                            .hStdOutput = run->theirs,
                                            .hStdError = run->theirs}};
    SIZE_T size = 0;
    enum status status;

    InitializeProcThreadAttributeList(NULL, 1, 0, &size);
    start.lpAttributeList = memory_take(size);
    if (!start.lpAttributeList)
        return ST_NO_MEMORY;
    if (!InitializeProcThreadAttributeList(start.lpAttributeList, 1, 0, &size)) {
        memory_give(start.lpAttributeList);
        return fail(run, "InitializeProcThreadAttributeList");
    }
    status = UpdateProcThreadAttribute(start.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
                                       handles, sizeof handles, NULL, NULL)
                 ? create(run, &start)
                 : fail(run, "UpdateProcThreadAttribute");
    DeleteProcThreadAttributeList(start.lpAttributeList);
    memory_give(start.lpAttributeList);
    return status;
}

static void end(struct run *run)
{
    if (run->job)
        TerminateJobObject(run->job, END_CODE);
    TerminateProcess(run->process.hProcess, END_CODE);
}

/* What is in the pipe now; *any: there was something. */
static enum status drain(struct run *run, bool *any)
{
    DWORD waiting = 0;
    DWORD got = 0;

    *any = false;
    if (!PeekNamedPipe(run->ours, NULL, 0, NULL, &waiting, NULL) || !waiting)
        return ST_OK; /* all ends are closed: it is over */
    if (!ReadFile(run->ours, run->piece, waiting < PIECE ? waiting : PIECE, &got, NULL) || !got)
        return ST_OK;
    *any = true;
    if (run->size + got > run->order->most) {
        got = (DWORD)(run->order->most - run->size);
        run->result->too_much = true;
    }
    run->size += got;
    return run->order->take(run->order->context, (struct text){run->piece, got});
}

static enum status listen(struct run *run)
{
    const struct clock clock = clock_of_system();
    int64_t until = clock.ticks(clock.context) + (int64_t)run->order->ms * MOMENT_MS;
    enum status status = ST_OK;
    bool over = false;
    bool any = true;

    /* Once more after its end: what it printed last lies in the pipe. */
    while (!status && (!over || any) && !run->result->too_much) {
        over = WaitForSingleObject(run->process.hProcess, any ? 0 : STEP_MS) == WAIT_OBJECT_0;
        status = drain(run, &any);
        if (!status && progress_cancelled(run->order->progress))
            status = ST_CANCELLED;
        if (!status && !over && clock.ticks(clock.context) > until) {
            run->result->too_long = true;
            break;
        }
    }
    if (over && !run->result->too_much) {
        DWORD code = 0;
        run->result->ended = GetExitCodeProcess(run->process.hProcess, &code) != 0;
        run->result->exit_code = code;
    }
    return status;
}

enum status run_command(const struct run_order *order, struct run_result *result,
                        struct failure *failure)
{
    struct run run = {.order = order, .result = result, .failure = failure};
    enum status status;

    *result = (struct run_result){0};
    run.piece = memory_take(PIECE);
    status = run.piece ? open_pipes(&run) : ST_NO_MEMORY;
    if (!status)
        status = start(&run);
    if (!status) {
        result->pid = run.process.dwProcessId;
        open_job(&run);
        close(&run.theirs);
        ResumeThread(run.process.hThread);
        status = listen(&run);
        end(&run);
    }
    close(&run.job);
    close(&run.process.hThread);
    close(&run.process.hProcess);
    close(&run.nothing);
    close(&run.theirs);
    close(&run.ours);
    memory_give(run.piece);
    return status;
}
