#include "core/windows/evidence/profiles.h"

#include "core/windows/evidence/bundle_file.h"
#include "core/windows/registry/registry_read.h"

#define LIST "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList"
#define TEXT_CEILING ((size_t)256 << 10)

struct reading {
    const struct registry_calls *calls;
    struct arena *arena;
    struct expand_user *users;
    size_t count;
    struct text own; /* the SID of who runs this */
    struct buffer path;
    struct buffer text;
    struct buffer profile;
    bool failed;
};

static void add_user(struct reading *reading, struct text sid, struct text profile)
{
    struct expand_user *user = &reading->users[reading->count];
    struct text name = text_file_name(profile);

    *user = (struct expand_user){
        .sid = arena_copy(reading->arena, sid, &reading->failed),
        .profile = arena_copy(reading->arena, profile, &reading->failed),
        .current = text_equal_nocase(sid, reading->own),
    };
    user->name = text_slice(user->profile, profile.size - name.size, name.size);
    reading->count++;
}

static bool read_user(void *context, struct text sid, bool has_children)
{
    struct reading *reading = context;
    struct registry_reader reader;

    (void)has_children;
    if (reading->count == PROFILES_MOST)
        return false;
    buffer_clear(&reading->path);
    buffer_add_string(&reading->path, LIST "\\");
    buffer_add(&reading->path, sid);
    if (registry_reader_open(&reader, reading->calls, buffer_text(&reading->path), NULL))
        return true;
    buffer_clear(&reading->text);
    buffer_clear(&reading->profile);
    if (registry_reader_text(&reader, "ProfileImagePath", &reading->text)) {
        bundle_file_expand(&reading->profile, buffer_text(&reading->text));
        add_user(reading, sid, buffer_text(&reading->profile));
    }
    registry_reader_close(&reader);
    return !reading->failed;
}

static bool has_current(const struct reading *reading)
{
    for (size_t i = 0; i < reading->count; i++)
        if (reading->users[i].current)
            return true;
    return false;
}

enum status profiles_read(const struct registry_calls *calls, struct arena *arena,
                          struct expand_user **users, size_t *count)
{
    struct reading reading = {.calls = calls, .arena = arena};
    struct buffer own;

    reading.users = arena_take(arena, (PROFILES_MOST + 1) * sizeof *reading.users);
    if (!reading.users)
        return ST_NO_MEMORY;
    buffer_init(&own, TEXT_CEILING);
    buffer_init(&reading.path, TEXT_CEILING);
    buffer_init(&reading.text, TEXT_CEILING);
    buffer_init(&reading.profile, TEXT_CEILING);
    registry_full_path(calls, text_of("HKCU"), &own);
    reading.own = text_slice(buffer_text(&own), 4, own.size > 4 ? own.size - 4 : 0);
    registry_each_subkey(calls, text_of(LIST), read_user, &reading, NULL);
    if (!reading.failed && reading.own.size && !has_current(&reading)) {
        buffer_clear(&reading.profile);
        bundle_file_expand(&reading.profile, text_of("%USERPROFILE%"));
        add_user(&reading, reading.own, buffer_text(&reading.profile));
    }
    buffer_done(&reading.profile);
    buffer_done(&reading.text);
    buffer_done(&reading.path);
    buffer_done(&own);
    if (reading.failed)
        return ST_NO_MEMORY;
    *users = reading.users;
    *count = reading.count;
    return ST_OK;
}
