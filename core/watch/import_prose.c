/* Finds indicators in running text. The text goes through in pieces of at most REFANG_MOST bytes,
 * cut at line ends or spaces; each is refanged and then read from left to right once: whatever is
 * taken moves the reader behind it, so that the time is linear whatever the text. */
#include "core/watch/import_scan.h"

#include "core/base/memory.h"

#include <string.h>

/* Where the next piece ends: a line, or where that is too long the last space that fits. */
static size_t piece_size(struct text rest)
{
    size_t most = rest.size < REFANG_MOST ? rest.size : REFANG_MOST;
    const char *newline = memchr(rest.bytes, '\n', most);
    size_t size;

    if (newline)
        return (size_t)(newline - rest.bytes);
    if (most == rest.size)
        return most;
    for (size = most; size > most / 2; size--)
        if (rest.bytes[size] == ' ' || rest.bytes[size] == '\t' || rest.bytes[size] == ',')
            return size;
    for (size = most; size > most - 4; size--)
        if (((unsigned char)rest.bytes[size] & 0xC0) != 0x80)
            break;
    return size;
}

enum status import_prose(struct found *found, struct text input, uint32_t first_line)
{
    struct scan scan = {.found = found, .line = first_line, .prose = true};
    enum status status = refanged_init(&scan.piece);
    size_t at = 0;

    buffer_init(&scan.scratch, SCRATCH_MOST);
    while (status == ST_OK && at < input.size) {
        size_t size = piece_size(text_slice(input, at, input.size - at));

        scan.original = text_slice(input, at, size);
        if (text_trim(scan.original).size) {
            size_t before = scan.taken;

            status = scan_piece(&scan);
            if (status == ST_OK)
                status = scan.scratch.failed; /* a name was passed over for want of memory */
            if (scan.taken == before)
                found_skip(found, 1);
        }
        at += size;
        if (at < input.size && input.bytes[at] == '\n') {
            at++;
            scan.line++;
        }
    }
    buffer_done(&scan.scratch);
    refanged_done(&scan.piece);
    return status;
}

enum status import_value(struct found *found, struct text value, bool tree,
                         const struct found_note *note)
{
    struct scan scan = {.found = found, .line = note->line, .note = note, .tree = tree};
    struct refanged *piece;
    enum status status;

    value = text_trim(value);
    if (value.size == 0)
        return ST_OK;
    if (value.size > REFANG_MOST)
        return found_reject(found, value, DOUBT_MALFORMED, "too long for an indicator", note->line);
    piece = found_piece(found);
    if (!piece)
        return ST_NO_MEMORY;
    scan.piece = *piece;
    buffer_init(&scan.scratch, SCRATCH_MOST);
    scan.original = value;
    status = scan_piece(&scan);
    if (status == ST_OK && !scan.taken)
        status = scan_declared(&scan);
    if (status == ST_OK)
        status = scan.scratch.failed;
    if (status == ST_OK && !scan.taken)
        status = found_reject(found, value, DOUBT_MALFORMED, "neither an address nor a host name",
                              note->line);
    buffer_done(&scan.scratch);
    return status;
}
