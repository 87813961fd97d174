#include "core/judge/odd_place.h"

static bool is_separator(char byte)
{
    return byte == '\\' || byte == '/';
}

static struct text without_prefix(struct text path)
{
    if (text_starts(path, text_of("\\\\?\\")) || text_starts(path, text_of("\\\\.\\")))
        return text_slice(path, 4, path.size - 4);
    return path;
}

struct text place_folder(struct text path)
{
    path = without_prefix(path);
    size_t size = path.size;
    while (size && !is_separator(path.bytes[size - 1]))
        size--;
    return text_slice(path, 0, size ? size - 1 : 0);
}

/* Takes a part off the front of *rest, with the separator before it; an empty part is there always.
 */
static bool take_part(struct text *rest, struct text part, bool separated)
{
    if (!part.size)
        return true;
    size_t from = separated ? 1 : 0;
    if (rest->size < from + part.size || (separated && !is_separator(rest->bytes[0])) ||
        !text_equal_nocase(text_slice(*rest, from, part.size), part))
        return false;
    *rest = text_slice(*rest, from + part.size, rest->size - from - part.size);
    return true;
}

bool place_is_folder(struct text folder, struct text base, struct text first, struct text second)
{
    return take_part(&folder, base, false) && take_part(&folder, first, true) &&
           take_part(&folder, second, true) && folder.size == 0;
}

bool place_is_inside(struct text folder, struct text base, struct text first)
{
    return take_part(&folder, base, false) && take_part(&folder, first, true) &&
           (folder.size == 0 || is_separator(folder.bytes[0]));
}

/* Whether one of the folders that lead to the file bears that name. */
static bool has_folder(struct text path, struct text name)
{
    size_t from = 0;
    for (size_t i = 0; i < path.size; i++) {
        if (!is_separator(path.bytes[i]))
            continue;
        if (text_equal_nocase(text_slice(path, from, i - from), name))
            return true;
        from = i + 1;
    }
    return false;
}

bool place_is_temp(struct text path)
{
    return has_folder(path, text_of("Temp"));
}

bool place_is_recycle_bin(struct text path)
{
    return has_folder(path, text_of("$Recycle.Bin")) || has_folder(path, text_of("RECYCLER"));
}

bool place_is_stream(struct text path)
{
    path = without_prefix(path);
    for (size_t i = 2; i < path.size; i++)
        if (path.bytes[i] == ':')
            return true;
    return false;
}

bool place_is_share(struct text path)
{
    if (text_starts_nocase(path, text_of("\\\\?\\UNC\\")) ||
        text_starts_nocase(path, text_of("\\Device\\Mup\\")))
        return true;
    return path.size > 2 && is_separator(path.bytes[0]) && is_separator(path.bytes[1]) &&
           path.bytes[2] != '?' && path.bytes[2] != '.';
}
