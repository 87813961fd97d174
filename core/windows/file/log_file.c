#include "core/windows/file/log_file.h"

#include <windows.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"

#define PART (1024u * 1024)

struct log_file {
    HANDLE file;
    struct failure failure;
};

enum status log_file_open(struct text path, struct log_file **log, struct failure *failure)
{
    struct failure why = {ST_OK, NULL, 0};
    wchar_t *wide = files_path(path, &why);
    struct log_file *made = wide ? memory_take(sizeof *made) : NULL;

    if (wide && !made)
        why.status = ST_NO_MEMORY;
    if (made) {
        made->file = CreateFileW(wide, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL,
                                 OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
        if (made->file == INVALID_HANDLE_VALUE)
            failure_win32(&why, "CreateFile", GetLastError());
    }
    text16_free(wide);
    if (why.status) {
        memory_give(made);
        if (failure)
            *failure = why;
        return why.status;
    }
    *log = made;
    return ST_OK;
}

void log_file_close(struct log_file *log)
{
    if (!log)
        return;
    CloseHandle(log->file);
    memory_give(log);
}

static enum status fail(struct log_file *log, const char *call, DWORD code)
{
    return failure_win32(&log->failure, call, code);
}

static enum status append(void *context, struct text bytes, size_t *written)
{
    struct log_file *log = context;
    const LARGE_INTEGER zero = {.QuadPart = 0};

    *written = 0;
    if (!SetFilePointerEx(log->file, zero, NULL, FILE_END))
        return fail(log, "SetFilePointerEx", GetLastError());
    while (*written < bytes.size) {
        size_t rest = bytes.size - *written;
        DWORD done = 0;
        if (!WriteFile(log->file, bytes.bytes + *written, rest < PART ? (DWORD)rest : PART, &done,
                       NULL))
            return fail(log, "WriteFile", GetLastError());
        if (!done) /* a full disk can also look like this */
            return fail(log, "WriteFile", ERROR_DISK_FULL);
        *written += done;
    }
    return ST_OK;
}

static enum status flush(void *context)
{
    struct log_file *log = context;

    return FlushFileBuffers(log->file) ? ST_OK : fail(log, "FlushFileBuffers", GetLastError());
}

static enum status ends_whole(void *context, bool *whole)
{
    struct log_file *log = context;
    LARGE_INTEGER end;
    char last = 0;
    DWORD done = 0;

    if (!GetFileSizeEx(log->file, &end))
        return fail(log, "GetFileSizeEx", GetLastError());
    if (!end.QuadPart) {
        *whole = true;
        return ST_OK;
    }
    end.QuadPart--;
    if (!SetFilePointerEx(log->file, end, NULL, FILE_BEGIN) ||
        !ReadFile(log->file, &last, 1, &done, NULL) || done != 1)
        return fail(log, "ReadFile", GetLastError());
    *whole = last == '\n';
    return ST_OK;
}

static enum status read_at(void *context, uint64_t at, char *out, size_t size, size_t *got)
{
    struct log_file *log = context;
    const LARGE_INTEGER place = {.QuadPart = (LONGLONG)at};

    *got = 0;
    if (!SetFilePointerEx(log->file, place, NULL, FILE_BEGIN))
        return fail(log, "SetFilePointerEx", GetLastError());
    while (*got < size) {
        size_t rest = size - *got;
        DWORD done = 0;
        if (!ReadFile(log->file, out + *got, rest < PART ? (DWORD)rest : PART, &done, NULL))
            return fail(log, "ReadFile", GetLastError());
        if (!done)
            break;
        *got += done;
    }
    return ST_OK;
}

struct journal_file log_file_journal(struct log_file *log)
{
    return (struct journal_file){append, flush, read_at, log};
}

struct hit_file log_file_table(struct log_file *log)
{
    return (struct hit_file){append, flush, ends_whole, log};
}

uint64_t log_file_size(const struct log_file *log)
{
    LARGE_INTEGER size;

    return GetFileSizeEx(log->file, &size) ? (uint64_t)size.QuadPart : 0;
}

struct failure log_file_failure(const struct log_file *log)
{
    return log->failure;
}
