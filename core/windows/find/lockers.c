#include "core/windows/find/lockers.h"

#include <stddef.h>

#include "core/windows/failure.h"
#include "core/windows/library.h"
#include "core/windows/text16.h"

#define KEY_LENGTH 33 /* of a session: CCH_RM_SESSION_KEY and a NUL */
#define TRIES 8       /* processes come while they are listed */

static struct lockers_calls system_calls_of(void)
{
    static const struct library_wanted wanted[] = {
        {L"rstrtmgr.dll", "RmStartSession", offsetof(struct lockers_calls, start)},
        {L"rstrtmgr.dll", "RmRegisterResources", offsetof(struct lockers_calls, add)},
        {L"rstrtmgr.dll", "RmGetList", offsetof(struct lockers_calls, list)},
        {L"rstrtmgr.dll", "RmEndSession", offsetof(struct lockers_calls, end)},
    };
    struct lockers_calls calls;

    library_fill(&calls, wanted, sizeof wanted / sizeof *wanted);
    return calls;
}

bool lockers_is_file(struct text path)
{
    bool full = path.size > 3 && path.bytes[1] == ':' && path.bytes[2] == '\\';
    wchar_t *wide = full ? text16_from(path, NULL) : NULL;
    DWORD attributes = wide ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;

    text16_free(wide);
    return attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY);
}

static enum status copy(const struct lockers_process *listed, UINT count, struct arena *arena,
                        struct lockers *lockers)
{
    bool failed = false;

    lockers->count = count;
    lockers->items = arena_take(arena, (count + 1) * sizeof *lockers->items);
    if (!lockers->items)
        return ST_NO_MEMORY;
    for (UINT i = 0; i < count; i++) {
        uint64_t start = (uint64_t)listed[i].start.dwHighDateTime << 32;
        size_t length = wcsnlen(listed[i].name, sizeof listed[i].name / sizeof(WCHAR));

        lockers->items[i].key =
            (struct process_key){listed[i].pid, (moment)(start | listed[i].start.dwLowDateTime)};
        lockers->items[i].name = text16_copy(arena, listed[i].name, length, &failed);
    }
    return failed ? ST_NO_MEMORY : ST_OK;
}

static enum status list(const struct lockers_calls *calls, DWORD session, struct arena *arena,
                        struct lockers *lockers, struct failure *failure)
{
    struct lockers_process *listed = NULL;
    DWORD reasons;
    UINT room = 0;

    for (int i = 0; i < TRIES; i++) {
        UINT count = room;
        UINT needed = 0;
        DWORD error = calls->list(session, &needed, &count, listed, &reasons);

        if (error == ERROR_SUCCESS)
            return copy(listed, count < room ? count : room, arena, lockers);
        if (error != ERROR_MORE_DATA)
            return failure_win32(failure, "RmGetList", error);
        if (needed > LOCKERS_MOST)
            break;
        room = needed + 4;
        listed = arena_take(arena, room * sizeof *listed);
        if (!listed)
            return ST_NO_MEMORY;
    }
    return ST_TOO_LARGE;
}

enum status lockers_ask(const struct lockers_calls *calls, struct text path, struct arena *arena,
                        struct lockers *lockers, struct failure *failure)
{
    const struct lockers_calls real = calls ? *calls : system_calls_of();
    WCHAR key[KEY_LENGTH] = L"";
    DWORD session = 0;
    enum status status;

    *failure = (struct failure){.status = ST_UNSUPPORTED};
    if (!real.start || !real.add || !real.list || !real.end)
        return ST_UNSUPPORTED;
    wchar_t *wide = text16_from(path, NULL);
    const WCHAR *files[] = {wide};
    if (!wide) {
        failure->status = ST_NO_MEMORY;
        return ST_NO_MEMORY;
    }
    DWORD error = real.start(&session, 0, key);
    if (error) {
        text16_free(wide);
        return failure_win32(failure, "RmStartSession", error);
    }
    *failure = (struct failure){.status = ST_OK};
    error = real.add(session, 1, files, 0, NULL, 0, NULL);
    status = error ? failure_win32(failure, "RmRegisterResources", error)
                   : list(&real, session, arena, lockers, failure);
    failure->status = status;
    real.end(session);
    text16_free(wide);
    return status;
}
