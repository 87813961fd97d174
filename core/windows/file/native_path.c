#include "core/windows/file/native_path.h"

#include <windows.h>

#include "core/windows/text16.h"

void native_path_add_past(struct buffer *out, struct text path, struct text redirected)
{
    struct text prefix =
        text_starts(path, text_of("\\\\?\\")) ? text_slice(path, 0, 4) : (struct text){NULL, 0};
    struct text rest = text_slice(path, prefix.size, path.size - prefix.size);
    struct text name = text_file_name(redirected);

    if (!redirected.size || !text_starts_nocase(rest, redirected) ||
        (rest.size > redirected.size && rest.bytes[redirected.size] != '\\' &&
         rest.bytes[redirected.size] != '/')) {
        buffer_add(out, path);
        return;
    }
    buffer_add(out, prefix);
    buffer_add(out, text_slice(rest, 0, redirected.size - name.size));
    buffer_add_string(out, "Sysnative");
    buffer_add(out, text_slice(rest, redirected.size, rest.size - redirected.size));
}

void native_path_add(struct buffer *out, struct text path)
{
    wchar_t system[MAX_PATH];
    struct buffer redirected;
    BOOL wow64 = FALSE;
    UINT length = 0;

    buffer_init(&redirected, TEXT16_MOST(MAX_PATH));
    if (IsWow64Process(GetCurrentProcess(), &wow64) && wow64)
        length = GetSystemDirectoryW(system, MAX_PATH);
    if (length && length < MAX_PATH)
        text16_add(&redirected, system, length);
    if (redirected.failed)
        out->failed = redirected.failed;
    native_path_add_past(out, path, buffer_text(&redirected));
    buffer_done(&redirected);
}
