#include "tests/support/windows/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "core/windows/file/files.h"
#include "core/windows/text16.h"

#define WIDE_MOST 32768

static void require(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "scratch.c: %s failed, error %lu\n", what, GetLastError());
    fflush(stderr);
    exit(3);
}

void scratch_begin(struct buffer *folder, const char *name)
{
    wchar_t temporary[MAX_PATH];

    require(GetTempPathW(MAX_PATH, temporary) > 0, "GetTempPath");
    buffer_init(folder, 65536);
    text16_add(folder, temporary, wcslen(temporary));
    buffer_add_string(folder, "stakeout-");
    buffer_add_string(folder, name);
    buffer_add_byte(folder, '-');
    buffer_add_unsigned(folder, GetCurrentProcessId());
    buffer_add_byte(folder, '-');
    buffer_add_unsigned(folder, GetTickCount64());
    require(files_make_folder(buffer_text(folder), NULL) == ST_OK, "files_make_folder");
}

static void remove_tree(const wchar_t *path)
{
    WIN32_FIND_DATAW found;
    wchar_t *inner = calloc(WIDE_MOST, sizeof *inner);
    HANDLE search;

    require(inner && swprintf(inner, WIDE_MOST, L"%ls\\*", path) > 0, "swprintf");
    search = FindFirstFileW(inner, &found);
    for (BOOL more = search != INVALID_HANDLE_VALUE; more; more = FindNextFileW(search, &found)) {
        if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0)
            continue;
        swprintf(inner, WIDE_MOST, L"%ls\\%ls", path, found.cFileName);
        SetFileAttributesW(inner, FILE_ATTRIBUTE_NORMAL);
        if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
            remove_tree(inner);
        else
            DeleteFileW(inner);
    }
    FindClose(search);
    RemoveDirectoryW(path);
    free(inner);
}

void scratch_end(struct buffer *folder)
{
    wchar_t *prefixed = calloc(WIDE_MOST, sizeof *prefixed);
    wchar_t *wide = files_path(buffer_text(folder), NULL);

    require(prefixed && wide, "files_path");
    swprintf(prefixed, WIDE_MOST, wcsncmp(wide, L"\\\\?\\", 4) ? L"\\\\?\\%ls" : L"%ls", wide);
    remove_tree(prefixed);
    require(GetFileAttributesW(prefixed) == INVALID_FILE_ATTRIBUTES, "removing the folder");
    text16_free(wide);
    free(prefixed);
    buffer_done(folder);
}

struct text scratch_path(struct buffer *path, const struct buffer *folder, const char *name)
{
    buffer_clear(path);
    buffer_add(path, buffer_text(folder));
    buffer_add_byte(path, '\\');
    buffer_add_string(path, name);
    require(path->failed == ST_OK, "scratch_path");
    return buffer_text(path);
}

size_t scratch_count(const struct buffer *folder, const char *name, const wchar_t *end)
{
    WIN32_FIND_DATAW found;
    struct buffer path;
    size_t count = 0;
    size_t end_length = wcslen(end);

    buffer_init(&path, 65536);
    scratch_path(&path, folder, name);
    buffer_add_string(&path, "\\*");
    wchar_t *wide = text16_from(buffer_text(&path), NULL);
    require(wide != NULL, "text16_from");
    HANDLE search = FindFirstFileW(wide, &found);
    for (BOOL more = search != INVALID_HANDLE_VALUE; more; more = FindNextFileW(search, &found)) {
        size_t length = wcslen(found.cFileName);
        if (found.cFileName[0] != L'.' && length >= end_length &&
            wcscmp(found.cFileName + length - end_length, end) == 0)
            count++;
    }
    FindClose(search);
    text16_free(wide);
    buffer_done(&path);
    return count;
}
