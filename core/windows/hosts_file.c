#include "core/windows/hosts_file.h"

#include <string.h>
#include <windows.h>

#include "core/windows/failure.h"
#include "core/windows/text16.h"

#define PATH_LENGTH 1024

enum status hosts_file_path(struct buffer *out)
{
    static const wchar_t key[] = L"SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters";
    wchar_t folder[PATH_LENGTH];
    DWORD size = sizeof folder;
    UINT length;

    /* A REG_EXPAND_SZ arrives with its variables filled in. */
    if (RegGetValueW(HKEY_LOCAL_MACHINE, key, L"DataBasePath", RRF_RT_REG_SZ, NULL, folder,
                     &size) == ERROR_SUCCESS &&
        size > sizeof(wchar_t)) {
        text16_add(out, folder, wcsnlen(folder, size / sizeof(wchar_t)));
    } else {
        length = GetSystemDirectoryW(folder, PATH_LENGTH);
        if (!length || length >= PATH_LENGTH)
            return failure_from_win32(GetLastError());
        text16_add(out, folder, length);
        buffer_add_string(out, "\\drivers\\etc");
    }
    buffer_add_string(out, "\\hosts");
    return out->failed;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\v' || byte == '\f';
}

/* Cuts the first word off the line. */
static struct text next_word(struct text *line)
{
    size_t from = 0;
    size_t to;
    struct text word;

    while (from < line->size && is_blank(line->bytes[from]))
        from++;
    for (to = from; to < line->size && !is_blank(line->bytes[to]); to++)
        ;
    word = text_slice(*line, from, to - from);
    *line = text_slice(*line, to, line->size - to);
    return word;
}

void hosts_file_walk(struct text content,
                     bool (*take)(void *context, struct text name, const struct address *address),
                     void *context)
{
    if (text_starts(content, text_of("\xEF\xBB\xBF")))
        content = text_slice(content, 3, content.size - 3);
    while (content.size) {
        size_t length = text_find(content, text_of("\n"));
        struct text line = content;
        struct address address;
        size_t comment;
        if (length != SIZE_MAX)
            line.size = length;
        content = text_slice(content, line.size, content.size - line.size);
        if (content.size)
            content = text_slice(content, 1, content.size - 1);
        comment = text_find(line, text_of("#"));
        if (comment != SIZE_MAX)
            line.size = comment;
        if (!address_parse(next_word(&line), &address))
            continue;
        for (struct text name = next_word(&line); name.size; name = next_word(&line))
            if (!take(context, name, &address))
                return;
    }
}
