#include "core/find/handle_row.h"

const char *handle_kind_word(enum handle_kind kind)
{
    static const char *const words[HANDLE_KINDS] = {
        [HANDLE_OPEN] = "handle",
        [HANDLE_MODULE] = "module",
        [HANDLE_IMAGE] = "image",
        [HANDLE_COMMAND] = "command",
    };

    return (unsigned)kind < HANDLE_KINDS ? words[kind] : "";
}

const char *handle_naming_phrase(enum handle_naming naming)
{
    static const char *const phrases[HANDLE_NAMINGS] = {
        [HANDLE_NAMED] = "",
        [HANDLE_NAMELESS] = "has no name",
        [HANDLE_NOT_OPENED] = "the process can't be opened",
        [HANDLE_OTHER_PROCESS] = "its process was gone when it was asked",
        [HANDLE_NOT_DUPLICATED] = "the handle can't be duplicated",
        [HANDLE_NOT_READ] = "its name can't be read",
        [HANDLE_HANGS] = "the question for its name does not come back",
        [HANDLE_NOT_ASKED] = "not asked: too many questions hang already",
    };

    return (unsigned)naming < HANDLE_NAMINGS ? phrases[naming] : "";
}
