#include "core/case/report_files.h"

#include <string.h>

#include "core/base/memory.h"

#define PART ((size_t)256 << 10)

enum status report_lines_open(struct report_lines *lines, const struct report_files *files,
                              struct text name)
{
    *lines = (struct report_lines){.files = files};
    enum status status = files->open(files->context, name, &lines->file);
    if (status != ST_OK)
        return status;
    buffer_init(&lines->line, REPORT_LINE_MOST);
    lines->part = memory_take(PART);
    if (lines->part)
        return ST_OK;
    report_lines_close(lines);
    return ST_NO_MEMORY;
}

void report_lines_close(struct report_lines *lines)
{
    if (lines->file)
        lines->files->close(lines->file);
    buffer_done(&lines->line);
    memory_give(lines->part);
    *lines = (struct report_lines){.files = NULL};
}

static enum status read_part(struct report_lines *lines)
{
    size_t got = 0;
    enum status status = lines->files->read(lines->file, lines->read_to, lines->part, PART, &got);
    if (status != ST_OK)
        return status;
    lines->part_size = got;
    lines->read_to += got;
    lines->used = 0;
    return ST_OK;
}

static void take_piece(struct report_lines *lines, struct text piece)
{
    if (lines->is_long)
        return;
    buffer_add(&lines->line, piece);
    if (lines->line.failed == ST_TOO_LARGE) {
        buffer_clear(&lines->line);
        lines->is_long = true;
    }
}

enum status report_lines_next(struct report_lines *lines)
{
    buffer_clear(&lines->line);
    lines->whole = false;
    lines->is_long = false;
    lines->at = lines->read_to - (lines->part_size - lines->used);
    for (bool any = false;; any = true) {
        if (lines->used == lines->part_size) {
            enum status status = read_part(lines);
            if (status != ST_OK)
                return status;
            if (!lines->part_size) {
                lines->number += any;
                return any ? ST_OK : ST_NOT_FOUND;
            }
        }
        struct text rest = {lines->part + lines->used, lines->part_size - lines->used};
        const char *end = memchr(rest.bytes, '\n', rest.size);
        size_t size = end ? (size_t)(end - rest.bytes) : rest.size;
        take_piece(lines, text_slice(rest, 0, size));
        if (lines->line.failed != ST_OK)
            return lines->line.failed;
        lines->used += size + (end ? 1 : 0);
        lines->whole = end != NULL;
        if (end) {
            lines->number++;
            return ST_OK;
        }
    }
}

enum status report_lines_again(struct report_lines *lines, uint64_t at, size_t size)
{
    enum status status = ST_OK;
    buffer_clear(&lines->line);
    while (status == ST_OK && lines->line.size < size) {
        size_t got = 0;
        size_t want = size - lines->line.size < PART ? size - lines->line.size : PART;
        status = lines->files->read(lines->file, at + lines->line.size, lines->part, want, &got);
        if (status == ST_OK && !got)
            status = ST_STALE; /* it was longer a moment ago */
        if (status == ST_OK)
            buffer_add(&lines->line, (struct text){lines->part, got});
        if (status == ST_OK)
            status = lines->line.failed;
    }
    return status;
}

enum status report_read_file(const struct report_files *files, struct text name, struct buffer *out)
{
    void *file;
    enum status status = files->open(files->context, name, &file);
    if (status != ST_OK)
        return status;
    char *part = memory_take(PART);
    if (!part)
        status = ST_NO_MEMORY;
    for (uint64_t at = 0; status == ST_OK;) {
        size_t got = 0;
        status = files->read(file, at, part, PART, &got);
        if (status != ST_OK || !got)
            break;
        at += got;
        buffer_add(out, (struct text){part, got});
        status = out->failed;
    }
    memory_give(part);
    files->close(file);
    return status;
}
