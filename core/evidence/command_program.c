#include "core/evidence/command_program.h"

#include <string.h>

#define TRIES_MOST 32 /* blanks in a name */

static const char *const folders[] = {"\\System32\\", "\\", "\\System32\\drivers\\"};

/* Without what native paths begin with; what lies below the Windows folder gets it. */
static void add_native(const struct command_world *world, struct text name, struct buffer *path)
{
    static const struct {
        const char *start;
        size_t drop;
        bool below; /* the Windows folder */
    } starts[] = {
        {"\\??\\", 4, false},         {"\\\\?\\", 4, false},   {"\\SystemRoot\\", 11, true},
        {"%SystemRoot%\\", 12, true}, {"System32\\", 0, true}, {"SysWOW64\\", 0, true},
    };

    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        if (!text_starts_nocase(name, text_from(starts[i].start)))
            continue;
        if (starts[i].below)
            buffer_add(path, world->windows);
        if (starts[i].below && !starts[i].drop)
            buffer_add_byte(path, '\\');
        name = text_slice(name, starts[i].drop, name.size - starts[i].drop);
        break;
    }
    buffer_add(path, name);
}

static bool has_folder(struct text name)
{
    return name.size && (memchr(name.bytes, '\\', name.size) || memchr(name.bytes, '/', name.size));
}

static bool has_extension(struct text name)
{
    struct text file = text_file_name(name);

    return file.size && memchr(file.bytes, '.', file.size);
}

static bool is_there(const struct command_world *world, struct buffer *path, struct text name)
{
    if (world->is_file(world->context, buffer_text(path)))
        return true;
    if (has_extension(name))
        return false;
    buffer_add_string(path, ".exe");
    return world->is_file(world->context, buffer_text(path));
}

/* One try; on success *path holds it, else what it was before. */
static bool try_name(const struct command_world *world, struct text name, struct buffer *path)
{
    size_t before = path->size;
    struct buffer candidate;
    bool found;

    buffer_init(&candidate, path->ceiling);
    add_native(world, name, &candidate);
    found = has_folder(buffer_text(&candidate)) && is_there(world, &candidate, name);
    for (size_t i = 0; !found && !has_folder(name) && i < sizeof folders / sizeof *folders; i++) {
        buffer_clear(&candidate);
        buffer_add(&candidate, world->windows);
        buffer_add_string(&candidate, folders[i]);
        buffer_add(&candidate, name);
        found = is_there(world, &candidate, name);
    }
    path->size = before;
    if (found)
        buffer_add(path, buffer_text(&candidate));
    if (candidate.failed != ST_OK && path->failed == ST_OK)
        path->failed = candidate.failed;
    buffer_done(&candidate);
    return found;
}

bool command_program(const struct command_world *world, struct text command, struct buffer *path)
{
    struct text name = text_trim(command);
    const char *end;

    if (text_starts(name, text_of("\""))) {
        name = text_slice(name, 1, name.size - 1);
        end = name.size ? memchr(name.bytes, '"', name.size) : NULL;
        if (end)
            name.size = (size_t)(end - name.bytes);
        if (try_name(world, name, path))
            return true;
    } else {
        size_t size = 0;
        for (int i = 0; i < TRIES_MOST && size < name.size; i++) {
            end = memchr(name.bytes + size, ' ', name.size - size);
            size = end ? (size_t)(end - name.bytes) : name.size;
            if (size && try_name(world, text_slice(name, 0, size), path))
                return true;
            size++;
        }
        size = text_find(name, text_of(" "));
        name.size = size == SIZE_MAX ? name.size : size;
    }
    add_native(world, name, path);
    return false;
}
