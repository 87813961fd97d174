#include "core/cli/input.h"

#include <windows.h>

#include "core/cli/console.h"
#include "core/windows/failure.h"
#include "core/windows/file/files.h"

#define PART (64u << 10)

static enum status read_standard(struct buffer *out, struct failure *failure)
{
    HANDLE handle = GetStdHandle(STD_INPUT_HANDLE);
    static char part[PART];
    for (;;) {
        DWORD size = 0;
        if (!ReadFile(handle, part, PART, &size, NULL)) {
            DWORD code = GetLastError();
            return code == ERROR_BROKEN_PIPE ? ST_OK : failure_win32(failure, "ReadFile", code);
        }
        if (size == 0)
            return ST_OK;
        buffer_add(out, (struct text){part, size});
        if (out->failed != ST_OK) {
            *failure = (struct failure){.status = out->failed};
            return out->failed;
        }
    }
}

struct text input_name(struct text name)
{
    return text_equal(name, text_of("-")) ? text_of("standard input") : name;
}

bool input_read(struct text name, struct buffer *out)
{
    struct failure failure = {.status = ST_OK};
    enum status status = text_equal(name, text_of("-")) ? read_standard(out, &failure)
                                                        : files_read(name, out, &failure);
    if (status == ST_OK)
        return true;
    failure.status = status;
    struct buffer what;
    buffer_init(&what, 1u << 20);
    buffer_add_string(&what, "can't read ");
    buffer_add(&what, input_name(name));
    say_failure(buffer_text(&what), &failure);
    buffer_done(&what);
    return false;
}
