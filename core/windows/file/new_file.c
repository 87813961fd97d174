#include "core/windows/file/new_file.h"

#include "core/windows/failure.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"

#define PATH_CEILING (128u << 10)
#define PART (1u << 20)

/* FOLDER\STEM[-NUMBER]EXTENSION */
static enum status add_path(struct buffer *out, struct text folder, struct text stem,
                            unsigned number, struct text extension)
{
    buffer_clear(out);
    buffer_add(out, folder);
    buffer_add_byte(out, '\\');
    buffer_add(out, stem);
    if (number > 1) {
        buffer_add_byte(out, '-');
        buffer_add_unsigned(out, number);
    }
    buffer_add(out, extension);
    return out->failed;
}

static wchar_t *wide_path(struct buffer *path, struct text folder, struct text stem,
                          unsigned number, struct text extension, struct failure *failure)
{
    enum status status = add_path(path, folder, stem, number, extension);

    if (!status)
        return files_path(buffer_text(path), failure);
    *failure = (struct failure){status, NULL, 0};
    return NULL;
}

static bool is_taken(DWORD error)
{
    return error == ERROR_FILE_EXISTS || error == ERROR_ALREADY_EXISTS;
}

static enum status give_up(struct failure *why, struct failure *failure)
{
    if (failure)
        *failure = *why;
    return why->status;
}

enum status new_file_begin(struct new_file *file, struct text folder, struct text stem,
                           struct failure *failure)
{
    struct failure why = {ST_OK, NULL, 0};
    struct buffer path;

    *file = (struct new_file){.handle = INVALID_HANDLE_VALUE, .folder = folder};
    buffer_init(&path, PATH_CEILING);
    for (unsigned number = 1; file->handle == INVALID_HANDLE_VALUE; number++) {
        file->part = wide_path(&path, folder, stem, number, text_of(".part"), &why);
        if (!file->part)
            break;
        file->handle = CreateFileW(file->part, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_NEW,
                                   FILE_ATTRIBUTE_NORMAL, NULL);
        if (file->handle != INVALID_HANDLE_VALUE)
            break;
        failure_win32(&why, "CreateFile", GetLastError());
        text16_free(file->part);
        file->part = NULL;
        if (!is_taken(why.code) || number == NEW_FILE_NAMES)
            break;
        why.status = ST_OK;
    }
    buffer_done(&path);
    return why.status ? give_up(&why, failure) : ST_OK;
}

enum status new_file_write(struct new_file *file, const void *bytes, size_t size,
                           struct failure *failure)
{
    const char *from = bytes;

    while (size) {
        DWORD part = size < PART ? (DWORD)size : PART;
        DWORD done = 0;
        if (!WriteFile(file->handle, from, part, &done, NULL))
            return failure_win32(failure, "WriteFile", GetLastError());
        if (!done)
            return failure_win32(failure, "WriteFile", ERROR_DISK_FULL);
        from += done;
        size -= done;
    }
    return ST_OK;
}

static void close(struct new_file *file)
{
    if (file->handle != INVALID_HANDLE_VALUE)
        CloseHandle(file->handle);
    file->handle = INVALID_HANDLE_VALUE;
}

void new_file_drop(struct new_file *file)
{
    close(file);
    if (file->part)
        DeleteFileW(file->part);
    text16_free(file->part);
    file->part = NULL;
}

/* Gives the closed file its name, and tells it; false: that one is taken, or *why says what else is
 * wrong. It is told first: a file that nobody could be told of must not stay. */
static bool rename_to(struct new_file *file, struct buffer *name, bool read_only,
                      struct buffer *path, struct failure *why)
{
    size_t told = path->size;
    wchar_t *wide = files_path(buffer_text(name), why);
    bool done = false;

    buffer_add(path, buffer_text(name));
    if (path->failed)
        *why = (struct failure){path->failed, NULL, 0};
    else if (wide)
        done = MoveFileExW(file->part, wide, MOVEFILE_WRITE_THROUGH);
    if (wide && !done && !path->failed)
        failure_win32(why, "MoveFileEx", GetLastError());
    if (done && read_only)
        SetFileAttributesW(wide, FILE_ATTRIBUTE_READONLY);
    if (!done)
        path->size = told;
    text16_free(wide);
    return done;
}

enum status new_file_keep(struct new_file *file, struct text stem, struct text extension,
                          bool read_only, struct buffer *path, struct failure *failure)
{
    struct failure why = {ST_OK, NULL, 0};
    struct buffer name;
    bool done = false;

    buffer_init(&name, PATH_CEILING);
    if (!FlushFileBuffers(file->handle))
        failure_win32(&why, "FlushFileBuffers", GetLastError());
    close(file);
    for (unsigned number = 1; !why.status && number <= NEW_FILE_NAMES; number++) {
        why.status = add_path(&name, file->folder, stem, number, extension);
        done = !why.status && rename_to(file, &name, read_only, path, &why);
        if (done || !is_taken(why.code))
            break;
        why.status = number < NEW_FILE_NAMES ? ST_OK : why.status;
    }
    if (done) {
        text16_free(file->part);
        file->part = NULL;
    }
    buffer_done(&name);
    new_file_drop(file);
    return why.status ? give_up(&why, failure) : ST_OK;
}
