#include "tests/support/cell_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kinds[CELL_KINDS] = {
    [CELL_EMPTY] = "empty",   [CELL_UNREAD] = "unread",       [CELL_TEXT] = "text",
    [CELL_NUMBER] = "number", [CELL_MOMENT] = "moment",       [CELL_DURATION] = "duration",
    [CELL_SHARE] = "share",   [CELL_ADDRESS] = "address",     [CELL_PROCESS] = "process",
    [CELL_WORD] = "word",     [CELL_INDICATOR] = "indicator", [CELL_REMARKS] = "remarks",
    [CELL_HEX] = "hex",       [CELL_BYTES] = "bytes",         [CELL_WORDS] = "words",
};

static const char *const words[WORD_COUNT] = {
    [WORD_YES] = "yes",
    [WORD_NO] = "no",
    [WORD_NO_OWNER] = "no-owner",
    [WORD_PEER_UNKNOWN] = "peer-unknown",
    [WORD_BY_ADDRESS] = "by-address",
    [WORD_BY_PORT] = "by-port",
    [WORD_BY_DOMAIN] = "by-domain",
    [WORD_BY_PROCESS] = "by-process",
    [WORD_HANDLE] = "handle",
    [WORD_MODULE] = "module",
    [WORD_IMAGE] = "image",
    [WORD_COMMAND] = "command",
    [WORD_NAMELESS] = "nameless",
    [WORD_NOT_OPENED] = "not-opened",
    [WORD_OTHER_PROCESS] = "other-process",
    [WORD_NOT_DUPLICATED] = "not-duplicated",
    [WORD_NOT_READ] = "not-read",
    [WORD_HANGS] = "hangs",
    [WORD_NOT_ASKED] = "not-asked",
    [WORD_KEY_NAME] = "key-name",
    [WORD_VALUE_NAME] = "value-name",
    [WORD_DATA] = "data",
    [WORD_DEFAULT_VALUE] = "default-value",
    [WORD_HIDDEN] = "hidden",
    [WORD_AUTORUN] = "autorun",
    [WORD_VIEW32] = "view32",
    [WORD_PRIVATE] = "private",
    [WORD_IMAGE_MEMORY] = "image-memory",
    [WORD_MAPPED] = "mapped",
    [WORD_UNBACKED] = "unbacked",
};

static const char *const notes[NOTE_COUNT] = {
    [NOTE_NONE] = "",
    [NOTE_EXITED] = ", exited",
    [NOTE_GONE] = ", gone",
    [NOTE_UNVERIFIED] = ", unverified",
    [NOTE_FROM_HISTORY] = ", from history",
    [NOTE_STALE] = ", stale",
    [NOTE_CLOSED] = ", closed",
};

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "cell_check: %s\n", what);
    abort();
}

static void add_address(struct buffer *out, const struct endpoint *end)
{
    address_add(out, &end->address);
    if (end->scope) {
        buffer_add_byte(out, '%');
        buffer_add_unsigned(out, end->scope);
    }
}

static void add_value(struct buffer *out, const struct cell *cell)
{
    switch ((enum cell_kind)cell->kind) {
    case CELL_EMPTY:
        break;
    case CELL_UNREAD:
        must(cell->state > READ_OK && cell->state < READ_STATE_COUNT, "no such state");
        buffer_add_string(out, read_state_phrase((enum read_state)cell->state));
        break;
    case CELL_TEXT:
        buffer_add(out, cell->text);
        break;
    case CELL_ADDRESS:
        add_address(out, cell->end);
        break;
    case CELL_PROCESS:
        buffer_add(out, cell->text);
        buffer_add_string(out, cell->text.size ? " " : "");
        buffer_add_signed(out, cell->number);
        break;
    case CELL_WORD:
        must(cell->number >= 0 && cell->number < WORD_COUNT, "no such word");
        buffer_add_string(out, words[cell->number]);
        break;
    default:
        buffer_add_signed(out, cell->number);
    }
}

const char *cell_check_written(struct cell cell)
{
    static char written[1024];
    struct buffer out;

    must(cell.kind < CELL_KINDS && cell.note < NOTE_COUNT, "no such kind or note");
    buffer_init(&out, sizeof written - 1);
    buffer_add_string(&out, kinds[cell.kind]);
    if (cell.kind != CELL_EMPTY)
        buffer_add_string(&out, ": ");
    add_value(&out, &cell);
    buffer_add_string(&out, notes[cell.note]);
    must(!out.failed, "too long");
    memcpy(written, out.bytes, out.size);
    written[out.size] = 0;
    buffer_done(&out);
    return written;
}
