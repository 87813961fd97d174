#include "core/act/pending_rename.h"

#include "core/find/registry_row.h"

#define STRING_MOST ((size_t)1 << 20)

/* "\??\C:\x", and "*1\??\C:\x" or "!\??\C:\x" as flags may stand before it. */
static bool is_of(struct text native, struct text path)
{
    size_t at = text_find(native, text_of("\\??\\"));
    if (at > 2) /* also when there is none */
        return false;
    struct text plain = text_slice(native, at + 4, native.size - at - 4);
    if (text_starts(path, text_of("\\\\?\\")))
        path = text_slice(path, 4, path.size - 4);
    return text_equal_nocase(plain, path);
}

static void keep(struct buffer *recorded, size_t before, struct text from, struct text to)
{
    recorded->size = before;
    buffer_add(recorded, from);
    if (!to.size)
        return;
    buffer_add_string(recorded, " -> ");
    buffer_add(recorded, to);
}

bool pending_rename_find(const unsigned char *data, size_t size, struct text path,
                         struct buffer *recorded, bool *deletes)
{
    const struct registry_value value = {
        .type = REGISTRY_MULTI_SZ, .data = data, .size = size & ~(size_t)1};
    size_t before = recorded->size;
    struct buffer from;
    struct buffer to;
    size_t at = 0;
    bool found = false;
    buffer_init(&from, STRING_MOST);
    buffer_init(&to, STRING_MOST);
    while (registry_next_string(&value, &at, &from)) {
        /* What the list ends with is empty, and may be missing. */
        registry_next_string(&value, &at, &to);
        if (is_of(buffer_text(&from), path)) {
            keep(recorded, before, buffer_text(&from), buffer_text(&to));
            *deletes = !to.size;
            found = true;
        }
        buffer_clear(&from);
        buffer_clear(&to);
    }
    buffer_done(&from);
    buffer_done(&to);
    return found;
}
