#include "core/cli/console.h"

#include <windows.h>

#include "core/cli/text/visible.h"
#include "core/windows/failure.h"
#include "core/windows/text16.h"

#define LINE_CEILING (1u << 20)
#define PIECE 4096 /* units; a console takes only so much at once */

static DWORD lost; /* the error that ended standard output */

static bool is_console(HANDLE handle)
{
    DWORD mode;
    return GetFileType(handle) == FILE_TYPE_CHAR && GetConsoleMode(handle, &mode);
}

static bool write_wide(HANDLE handle, struct text bytes)
{
    size_t length;
    wchar_t *wide = text16_from(bytes, &length);
    if (!wide) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return false;
    }
    bool written = true;
    for (size_t at = 0; written && at < length;) {
        size_t rest = length - at < PIECE ? length - at : PIECE;
        /* A pair of surrogates stays together. */
        if (rest == PIECE && wide[at + rest - 1] >= 0xD800 && wide[at + rest - 1] <= 0xDBFF)
            rest--;
        DWORD done = 0;
        written = WriteConsoleW(handle, wide + at, (DWORD)rest, &done, NULL) && done;
        at += done;
    }
    text16_free(wide);
    return written;
}

static bool write_bytes(HANDLE handle, struct text bytes)
{
    size_t at = 0;
    while (at < bytes.size) {
        size_t rest = bytes.size - at;
        DWORD done = 0;
        if (!WriteFile(handle, bytes.bytes + at, rest < (1u << 20) ? (DWORD)rest : 1u << 20, &done,
                       NULL))
            return false;
        if (!done) {
            SetLastError(ERROR_DISK_FULL);
            return false;
        }
        at += done;
    }
    return true;
}

bool console_write(struct text bytes)
{
    if (lost)
        return false;
    HANDLE handle = GetStdHandle(STD_OUTPUT_HANDLE);
    bool written = is_console(handle) ? write_wide(handle, bytes) : write_bytes(handle, bytes);
    if (!written)
        lost = GetLastError();
    return written;
}

enum exit_status console_lost(void)
{
    /* "| head" takes what it wants and goes. */
    if (lost == ERROR_BROKEN_PIPE || lost == ERROR_NO_DATA)
        return EXIT_TROUBLE;
    struct failure failure;
    failure_win32(&failure, "WriteFile", lost);
    return say_failure(text_of("can't write the result"), &failure);
}

void console_write_error(struct text bytes)
{
    HANDLE handle = GetStdHandle(STD_ERROR_HANDLE);
    if (is_console(handle))
        write_wide(handle, bytes);
    else
        write_bytes(handle, bytes);
}

size_t console_width(void)
{
    HANDLE handle = GetStdHandle(STD_OUTPUT_HANDLE);
    CONSOLE_SCREEN_BUFFER_INFO info;
    if (!is_console(handle) || !GetConsoleScreenBufferInfo(handle, &info))
        return 0;
    int width = info.srWindow.Right - info.srWindow.Left;
    return width > 20 ? (size_t)width : 0;
}

void say(const struct text *pieces, size_t count)
{
    struct buffer line;
    buffer_init(&line, LINE_CEILING);
    buffer_add_string(&line, "stakeout-cli: ");
    for (size_t i = 0; i < count; i++)
        visible_add(&line, pieces[i]);
    buffer_add_byte(&line, '\n');
    console_write_error(buffer_text(&line));
    buffer_done(&line);
}

static const char *advice(enum status status)
{
    switch (status) {
    case ST_DENIED:
        return "; run it as administrator, or choose a place where you may write";
    case ST_NOT_FOUND:
        return "; check the name";
    case ST_DISK_FULL:
        return "; make room, or choose another disk";
    case ST_BUSY:
        return "; close the program that uses it, or choose another name";
    case ST_NO_MEMORY:
    case ST_TOO_LARGE:
        return "; give it in smaller parts";
    default:
        return "";
    }
}

enum exit_status say_failure(struct text what, const struct failure *failure)
{
    struct buffer why;
    buffer_init(&why, LINE_CEILING);
    failure_add(&why, failure);
    SAY(what, text_of(": "), buffer_text(&why), text_from(advice(failure->status)));
    buffer_done(&why);
    return EXIT_TROUBLE;
}

enum exit_status console_hand_out(struct buffer *out, enum exit_status result)
{
    const struct failure failure = {.status = out->failed};
    if (out->failed != ST_OK)
        result = say_failure(text_of("can't put the result together"), &failure);
    else if (!console_write(buffer_text(out)))
        result = console_lost();
    buffer_done(out);
    return result;
}
