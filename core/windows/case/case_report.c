#include "core/windows/case/case_report.h"

#include <windows.h>

#include "core/windows/case/journal_hash.h"
#include "core/windows/clock.h"
#include "core/windows/failure.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"
#include "stakeout_version.h"

#define PATH_CEILING (128u << 10)
#define PART (1024u * 1024)

struct place {
    struct text folder;
    struct failure failure; /* the last one, for the words */
};

static void add_path(struct buffer *path, struct text folder, struct text name)
{
    buffer_add(path, folder);
    char last = path->size ? path->bytes[path->size - 1] : '\\';
    if (last != '\\' && last != '/')
        buffer_add_byte(path, '\\');
    buffer_add(path, name);
}

/* As the W functions take it; NULL, and why, when it can't be. */
static wchar_t *wide_path(struct place *place, struct text name, const char *behind)
{
    struct buffer path;
    wchar_t *wide = NULL;
    buffer_init(&path, PATH_CEILING);
    add_path(&path, place->folder, name);
    buffer_add_string(&path, behind);
    if (path.failed == ST_OK)
        wide = files_path(buffer_text(&path), &place->failure);
    else
        place->failure = (struct failure){.status = path.failed};
    buffer_done(&path);
    return wide;
}

static enum status open_file(void *context, struct text name, void **file)
{
    struct place *place = context;
    wchar_t *wide = wide_path(place, name, "");
    if (!wide)
        return place->failure.status;
    HANDLE handle =
        CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    enum status status = ST_OK;
    if (handle == INVALID_HANDLE_VALUE)
        status = failure_win32(&place->failure, "CreateFile", GetLastError());
    else
        *file = handle;
    text16_free(wide);
    return status;
}

static enum status read_file(void *file, uint64_t at, char *out, size_t size, size_t *got)
{
    const LARGE_INTEGER from = {.QuadPart = (LONGLONG)at};
    *got = 0;
    if (!SetFilePointerEx(file, from, NULL, FILE_BEGIN))
        return failure_from_win32(GetLastError());
    while (*got < size) {
        size_t rest = size - *got;
        DWORD done = 0;
        if (!ReadFile(file, out + *got, rest < PART ? (DWORD)rest : PART, &done, NULL))
            return failure_from_win32(GetLastError());
        if (!done)
            break;
        *got += done;
    }
    return ST_OK;
}

static void close_file(void *file)
{
    CloseHandle(file);
}

static void tell_file(const WIN32_FIND_DATAW *found,
                      void (*tell)(void *to, struct text name, uint64_t size), void *to)
{
    struct buffer name;
    if (found->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
        return;
    buffer_init(&name, TEXT16_MOST(MAX_PATH));
    text16_add(&name, found->cFileName, wcslen(found->cFileName));
    if (name.failed == ST_OK)
        tell(to, buffer_text(&name), (uint64_t)found->nFileSizeHigh << 32 | found->nFileSizeLow);
    buffer_done(&name);
}

static enum status list_files(void *context, struct text folder,
                              void (*tell)(void *to, struct text name, uint64_t size), void *to)
{
    struct place *place = context;
    WIN32_FIND_DATAW found;
    wchar_t *wide = wide_path(place, folder, "\\*");
    if (!wide)
        return place->failure.status;
    HANDLE search = FindFirstFileW(wide, &found);
    text16_free(wide);
    if (search == INVALID_HANDLE_VALUE)
        return failure_from_win32(GetLastError());
    do
        tell_file(&found, tell, to);
    while (FindNextFileW(search, &found));
    FindClose(search);
    return ST_OK;
}

struct report_options case_report_options(enum report_format format, enum report_language language)
{
    const struct clock clock = clock_of_system();
    return (struct report_options){.format = format,
                                   .language = language,
                                   .now = clock.now(clock.context),
                                   .version = text_of(STAKEOUT_VERSION)};
}

static void say_problem(struct buffer *problem, const char *what, struct text path,
                        const struct failure *failure)
{
    buffer_add_string(problem, what);
    buffer_add(problem, path);
    buffer_add_string(problem, ": ");
    failure_add(problem, failure);
}

enum status case_report_make(struct text folder, const struct report_options *options,
                             struct progress *progress, struct buffer *out, struct buffer *problem)
{
    struct place place = {.folder = folder};
    const struct report_files files = {open_file, read_file, close_file, list_files, &place};
    const struct journal_hash hash = journal_hash_of_system();
    enum status status = report_write(&files, &hash, options, progress, out);
    const struct failure failure = {.status = status};
    if (status == ST_NOT_FOUND)
        say_problem(problem, "no case in ", folder, &failure);
    else if (status != ST_OK && status != ST_CANCELLED)
        say_problem(problem, "can't report on ", folder, &failure);
    return status;
}

enum status case_report_write(struct text folder, struct text path,
                              const struct report_options *options, struct progress *progress,
                              struct buffer *written, struct buffer *problem)
{
    struct failure failure = {.status = ST_OK};
    struct buffer content;
    struct buffer place;
    buffer_init(&content, REPORT_MOST);
    buffer_init(&place, PATH_CEILING);
    if (path.size)
        buffer_add(&place, path);
    else
        add_path(&place, folder, text_from(report_file_name(options->format)));
    enum status status = place.failed;
    if (status == ST_OK)
        status = case_report_make(folder, options, progress, &content, problem);
    if (status == ST_OK) {
        status = files_replace(buffer_text(&place), buffer_text(&content), &failure);
        failure.status = status;
        if (status != ST_OK)
            say_problem(problem, "can't write ", buffer_text(&place), &failure);
        else if (written)
            buffer_add(written, buffer_text(&place));
    }
    buffer_done(&place);
    buffer_done(&content);
    return status;
}
