#include "core/case/manifest_read.h"

#define DIGITS ((size_t)64)

static bool is_hex(struct text digits)
{
    for (size_t i = 0; i < digits.size; i++) {
        char c = digits.bytes[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F'))
            return false;
    }
    return true;
}

/* From the root, from a drive, or up. */
static bool leads_outside(struct text name)
{
    if (name.bytes[0] == '/' || name.bytes[0] == '\\' || (name.size > 1 && name.bytes[1] == ':'))
        return true;
    size_t from = 0;
    for (size_t i = 0; i <= name.size; i++) {
        if (i < name.size && name.bytes[i] != '/' && name.bytes[i] != '\\')
            continue;
        if (text_equal(text_slice(name, from, i - from), text_of("..")))
            return true;
        from = i + 1;
    }
    return false;
}

static struct text take_line(struct text *rest)
{
    size_t end = text_find(*rest, text_of("\n"));
    size_t size = end == SIZE_MAX ? rest->size : end;
    struct text line = text_slice(*rest, 0, size);
    size += end == SIZE_MAX ? 0 : 1;
    *rest = text_slice(*rest, size, rest->size - size);
    if (line.size && line.bytes[line.size - 1] == '\r')
        line.size--;
    return line;
}

enum manifest_line manifest_next(struct text *rest, struct text *hex, struct text *name)
{
    struct text line = {NULL, 0};
    while (rest->size && !line.size)
        line = take_line(rest);
    if (!line.size)
        return MANIFEST_END;
    *name = line;
    /* The character before the name says whether it was read as text or as it is. */
    if (line.size < DIGITS + 3 || line.bytes[DIGITS] != ' ' ||
        (line.bytes[DIGITS + 1] != ' ' && line.bytes[DIGITS + 1] != '*') ||
        !is_hex(text_slice(line, 0, DIGITS)))
        return MANIFEST_BAD;
    *hex = text_slice(line, 0, DIGITS);
    *name = text_slice(line, DIGITS + 2, line.size - DIGITS - 2);
    return leads_outside(*name) ? MANIFEST_OUTSIDE : MANIFEST_FILE;
}
