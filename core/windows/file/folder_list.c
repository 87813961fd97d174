#include "core/windows/file/folder_list.h"

#include <windows.h>

#include "core/windows/failure.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"

#define PATH_CEILING ((size_t)128 << 10)

static moment moment_of(FILETIME time)
{
    return (moment)((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime);
}

static bool tell(const WIN32_FIND_DATAW *found,
                 bool (*each)(void *context, const struct folder_entry *entry), void *context)
{
    char name[TEXT16_MOST(MAX_PATH)];
    size_t length = wcsnlen(found->cFileName, MAX_PATH);
    struct folder_entry entry = {
        .name = {name, text16_encode(found->cFileName, length, name)},
        .is_link = (found->dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0,
        .attributes = found->dwFileAttributes,
        .size = (uint64_t)found->nFileSizeHigh << 32 | found->nFileSizeLow,
        .created = moment_of(found->ftCreationTime),
        .modified = moment_of(found->ftLastWriteTime),
        .accessed = moment_of(found->ftLastAccessTime),
    };

    entry.is_folder = !entry.is_link && (found->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
    if (text_equal(entry.name, text_of(".")) || text_equal(entry.name, text_of("..")))
        return true;
    return each(context, &entry);
}

enum status folder_list(struct text folder,
                        bool (*each)(void *context, const struct folder_entry *entry),
                        void *context, struct failure *failure)
{
    WIN32_FIND_DATAW found = {0};
    HANDLE search = INVALID_HANDLE_VALUE;
    struct buffer pattern;
    wchar_t *wide = NULL;
    enum status status;

    buffer_init(&pattern, PATH_CEILING);
    buffer_add(&pattern, folder);
    buffer_add_string(&pattern, "\\*");
    status = pattern.failed;
    if (!status) {
        wide = files_path(buffer_text(&pattern), failure);
        search = wide ? FindFirstFileW(wide, &found) : INVALID_HANDLE_VALUE;
        if (search == INVALID_HANDLE_VALUE)
            status = failure_win32(failure, "FindFirstFile", GetLastError());
    }
    if (!status) {
        bool more = true;
        while (more && tell(&found, each, context)) {
            more = FindNextFileW(search, &found);
            if (!more && GetLastError() != ERROR_NO_MORE_FILES)
                status = failure_win32(failure, "FindNextFile", GetLastError());
        }
        FindClose(search);
    }
    text16_free(wide);
    buffer_done(&pattern);
    return status;
}
