#include "core/windows/evidence/bundle_file.h"

#include <windows.h>

#include "core/base/arena.h"
#include "core/base/memory.h"
#include "core/case/ecs_file.h"
#include "core/evidence/command_program.h"
#include "core/windows/file/file_facts.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"

#define PATH_CEILING ((size_t)128 << 10)
#define EXPANDED_MOST 32767u /* units, of which the system says so itself */
#define ARENA_CEILING ((size_t)256 << 20)
#define LISTS 256u

/* What is known of one path: the members of its object, in JSON. */
struct note {
    struct note *next;
    struct text path;
    struct text members;
};

struct bundle_file_notes {
    unsigned parts;
    struct progress progress; /* only its cancel is heard */
    struct arena *arena;
    struct note *lists[LISTS]; /* by hash */
    struct buffer expanded;
    struct buffer path;
    struct buffer members;
    char windows[MAX_PATH * 3];
    size_t windows_size;
};

struct bundle_file_notes *bundle_file_new(unsigned parts, struct progress *progress)
{
    struct bundle_file_notes *notes = memory_take(sizeof *notes);
    struct arena *arena = arena_new(ARENA_CEILING);
    wchar_t wide[MAX_PATH];
    UINT length = GetSystemWindowsDirectoryW(wide, MAX_PATH);

    if (!notes || !arena) {
        arena_free(arena);
        memory_give(notes);
        return NULL;
    }
    notes->parts = parts;
    notes->progress.cancel = progress ? progress->cancel : NULL;
    notes->arena = arena;
    notes->windows_size = length < MAX_PATH ? text16_encode(wide, length, notes->windows) : 0;
    buffer_init(&notes->expanded, PATH_CEILING);
    buffer_init(&notes->path, PATH_CEILING);
    buffer_init(&notes->members, (size_t)1 << 20);
    return notes;
}

void bundle_file_done(struct bundle_file_notes *notes)
{
    if (!notes)
        return;
    buffer_done(&notes->expanded);
    buffer_done(&notes->path);
    buffer_done(&notes->members);
    arena_free(notes->arena);
    memory_give(notes);
}

void bundle_file_expand(struct buffer *out, struct text text)
{
    wchar_t *wide = text16_from(text, NULL);
    wchar_t *expanded = memory_take(EXPANDED_MOST * sizeof *expanded);
    DWORD length = wide && expanded ? ExpandEnvironmentStringsW(wide, expanded, EXPANDED_MOST) : 0;

    if (length > 0 && length <= EXPANDED_MOST)
        text16_add(out, expanded, length - 1);
    else
        buffer_add(out, text);
    memory_give(expanded);
    text16_free(wide);
}

void bundle_file_system(struct buffer *out)
{
    bool is_folder = false;
    size_t before;

    bundle_file_expand(out, text_of("%SystemRoot%"));
    before = out->size;
    buffer_add_string(out, "\\Sysnative"); /* there for those who see another System32 */
    if (files_exists(buffer_text(out), &is_folder) == ST_OK && is_folder)
        return;
    out->size = before;
    buffer_add_string(out, "\\System32");
}

static bool is_file(void *context, struct text path)
{
    bool is_folder = true;

    (void)context;
    return files_exists(path, &is_folder) == ST_OK && !is_folder;
}

static void write_members(struct bundle_file_notes *notes, struct text path)
{
    struct json_writer json;
    struct file_facts *facts = NULL;
    enum status status = ST_NOT_FOUND;
    struct buffer why;

    json_begin(&json, &notes->members);
    json_text(&json, "path", path);
    if (is_file(NULL, path))
        status = file_facts_read(path, notes->parts, NULL, &notes->progress, &facts);
    if (status == ST_OK && facts->times.state == READ_OK) {
        json_unsigned(&json, "size", facts->times.size);
        json_moment(&json, "created", facts->times.created, true);
        json_moment(&json, "mtime", facts->times.modified, true);
        json_moment(&json, "ctime", facts->times.changed, true);
        ecs_add_file_in_process(&json, facts);
    } else if (status == ST_NOT_FOUND) {
        json_bool(&json, "missing", true);
    } else {
        buffer_init(&why, 1024);
        if (status == ST_OK) {
            const struct file_reason reason = file_reason_of_times(&facts->times);
            file_reason_add(&why, &reason);
        } else {
            buffer_add_string(&why, status_phrase(status));
        }
        json_text(&json, "unread", buffer_text(&why));
        buffer_done(&why);
    }
    file_facts_free(facts);
}

static const struct note *find_note(struct bundle_file_notes *notes, struct text path)
{
    struct note **list = &notes->lists[text_hash(path) % LISTS];
    bool failed = false;
    struct note *note;

    for (note = *list; note; note = note->next)
        if (text_equal(note->path, path))
            return note;
    buffer_clear(&notes->members);
    write_members(notes, path);
    note = arena_take(notes->arena, sizeof *note);
    if (!note || notes->members.failed != ST_OK)
        return NULL;
    note->path = arena_copy(notes->arena, path, &failed);
    note->members = arena_copy(notes->arena, buffer_text(&notes->members), &failed);
    if (failed)
        return NULL;
    note->next = *list;
    *list = note;
    return note;
}

void bundle_file_add(struct bundle_file_notes *notes, struct json_writer *json, const char *name,
                     struct text command)
{
    const struct command_world world = {
        .windows = {notes->windows, notes->windows_size},
        .is_file = is_file,
    };
    const struct note *note;

    buffer_clear(&notes->expanded);
    buffer_clear(&notes->path);
    bundle_file_expand(&notes->expanded, command);
    (void)command_program(&world, buffer_text(&notes->expanded), &notes->path);
    if (!notes->path.size)
        return;
    note = find_note(notes, buffer_text(&notes->path));
    if (!note)
        return;
    json_open_object(json, name);
    buffer_add(json->out, note->members);
    json_close_object(json);
}
