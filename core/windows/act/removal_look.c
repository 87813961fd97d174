#include "core/windows/act/removal_look.h"

#include "core/windows/system.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/windows/evidence/sample.h"
#include "core/windows/failure.h"
#include "core/windows/file/file_facts.h"
#include "core/windows/file/file_times.h"
#include "core/windows/file/files.h"
#include "core/windows/find/object_name.h"
#include "core/windows/library.h"
#include "core/windows/nt.h"
#include "core/windows/text16.h"

#define SIGHT_MOST ((size_t)8 << 20)
#define PATH_UNITS 0x8000u /* the longest path that there can be */
#define LINKS_MOST 1024u   /* NTFS has no more */
#define NT_DELETE_PENDING ((NTSTATUS)0xC0000056u)

_Static_assert(REMOVAL_READ_ONLY == FILE_ATTRIBUTE_READONLY, "as the system numbers them");
_Static_assert(REMOVAL_HIDDEN == FILE_ATTRIBUTE_HIDDEN, "as the system numbers them");
_Static_assert(REMOVAL_SYSTEM == FILE_ATTRIBUTE_SYSTEM, "as the system numbers them");

struct looking {
    struct removal_sight *sight;
    wchar_t *wide; /* room for PATH_UNITS */
    bool failed;   /* no memory */
};

/* Whether the open that just failed did so because the file is deleted already. */
static bool is_dying(DWORD error)
{
    NTSTATUS(NTAPI * last_status)(void) = NULL;
    library_function function = library_find(L"ntdll.dll", "RtlGetLastNtStatus");

    memcpy(&last_status, &function, sizeof function);
    return error == ERROR_DELETE_PENDING ||
           (error == ERROR_ACCESS_DENIED && last_status && last_status() == NT_DELETE_PENDING);
}

static void open_failed(struct removal_sight *sight)
{
    DWORD error = GetLastError();
    bool dying = is_dying(error);

    failure_win32(&sight->why, "CreateFile", error);
    sight->thing = dying                               ? REMOVAL_DYING
                   : sight->why.status == ST_NOT_FOUND ? REMOVAL_NOTHING
                                                       : REMOVAL_NO_NAME;
}

/* Without the prefix that lifts the limit of their length, as people write them. */
static struct text keep_plain(struct looking *looking, const wchar_t *wide, size_t length)
{
    static const wchar_t share[] = L"\\\\?\\UNC\\";
    struct arena *arena = looking->sight->arena;

    if (wcsncmp(wide, share, 8) == 0) {
        looking->wide[6] = L'\\'; /* the one before the server's name stays */
        return text16_copy(arena, wide + 6, length - 6, &looking->failed);
    }
    if (wcsncmp(wide, L"\\\\?\\", 4) == 0 && length > 5 && wide[5] == L':')
        return text16_copy(arena, wide + 4, length - 4, &looking->failed);
    return text16_copy(arena, wide, length, &looking->failed);
}

/* As the object manager has it: Wine tells long paths nowhere else. */
static struct text object_path(struct looking *looking, HANDLE file)
{
    const struct system_table *system = system_calls();
    const ULONG size = PATH_UNITS * sizeof(wchar_t);
    void *answer = memory_take(size);
    struct device_paths paths;
    struct text found = {NULL, 0};
    wchar_t *name = NULL;
    size_t length = 0;
    ULONG got = 0;

    if (answer && system->nt_query_object &&
        system->nt_query_object(file, NT_OBJECT_NAME, answer, size, &got) >= 0)
        name = object_name_text(answer, size, &length);
    if (name) {
        device_paths_read(&paths, system);
        length = device_path_shorten(&paths, name, length);
        if (length > 2 && name[1] == L':')
            found = text16_copy(looking->sight->arena, name, length, &looking->failed);
    }
    memory_give(answer);
    return found;
}

/* Where that file really lies; empty where the system does not tell. */
static struct text final_path(struct looking *looking, HANDLE file)
{
    DWORD length = GetFinalPathNameByHandleW(file, looking->wide, PATH_UNITS,
                                             FILE_NAME_NORMALIZED | VOLUME_NAME_DOS);

    if (!length) /* a disk without a letter */
        length = GetFinalPathNameByHandleW(file, looking->wide, PATH_UNITS,
                                           FILE_NAME_NORMALIZED | VOLUME_NAME_GUID);
    if (!length || length >= PATH_UNITS)
        return object_path(looking, file);
    return keep_plain(looking, looking->wide, length);
}

static bool is_led(const struct removal_sight *sight, const wchar_t *opened)
{
    struct buffer given;
    bool led;

    buffer_init(&given, TEXT16_MOST(PATH_UNITS));
    text16_add(&given, opened, wcslen(opened));
    led = !removal_is_name(sight, buffer_text(&given));
    buffer_done(&given);
    return led;
}

/* The names other than that by which it was found, each with the drive before it. */
static void read_names(struct looking *looking)
{
    struct removal_sight *sight = looking->sight;
    wchar_t *wide = files_path(sight->path, NULL);
    struct text *names = arena_take(sight->arena, sight->links * sizeof *names);
    wchar_t *room = looking->wide;
    DWORD length = PATH_UNITS - 2;
    HANDLE search = INVALID_HANDLE_VALUE;

    if (wide && names && sight->path.size > 2 && sight->path.bytes[1] == ':') {
        room[0] = (wchar_t)(unsigned char)sight->path.bytes[0];
        room[1] = L':';
        search = FindFirstFileNameW(wide, 0, &length, room + 2);
    }
    for (BOOL more = search != INVALID_HANDLE_VALUE; more;) {
        struct text name = text16_copy(sight->arena, room, wcslen(room), &looking->failed);
        if (!text_equal_nocase(name, sight->path) && sight->name_count + 1 < sight->links)
            names[sight->name_count++] = name;
        length = PATH_UNITS - 2;
        more = FindNextFileNameW(search, &length, room + 2);
    }
    if (search != INVALID_HANDLE_VALUE)
        FindClose(search);
    sight->names = names;
    looking->failed |= !names;
    text16_free(wide);
}

/* False: there is nothing more to be seen. */
static bool look_at_file(struct looking *looking, HANDLE file)
{
    struct removal_sight *sight = looking->sight;
    BY_HANDLE_FILE_INFORMATION info;

    if (GetFileType(file) != FILE_TYPE_DISK) {
        sight->thing = REMOVAL_DEVICE;
        return false;
    }
    if (!GetFileInformationByHandle(file, &info)) {
        failure_win32(&sight->why, "GetFileInformationByHandle", GetLastError());
        sight->thing = REMOVAL_NO_NAME;
        return false;
    }
    sight->path = final_path(looking, file);
    if (!sight->path.size) {
        failure_win32(&sight->why, "GetFinalPathNameByHandle", GetLastError());
        sight->thing = REMOVAL_NO_NAME;
        return false;
    }
    sight->thing = info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY ? REMOVAL_FOLDER : REMOVAL_FILE;
    sight->attributes = info.dwFileAttributes;
    sight->links = info.nNumberOfLinks < LINKS_MOST ? info.nNumberOfLinks : LINKS_MOST;
    sight->on_share =
        text_starts(sight->path, text_of("\\\\")) && !text_starts(sight->path, text_of("\\\\?\\"));
    file_times_of(file, &sight->times);
    file_id_of(file, &sight->key);
    sight->key.known &= sight->times.state == READ_OK;
    sight->key.size = sight->times.size;
    sight->key.modified = sight->times.modified;
    sight->key.changed = sight->times.changed;
    return sight->thing == REMOVAL_FILE;
}

/* --- whose it is --- */

static bool is_this_program(const struct looking *looking)
{
    DWORD length = GetModuleFileNameW(NULL, looking->wide, PATH_UNITS);
    struct file_key own = {.known = false};
    const struct file_key *key = &looking->sight->key;
    HANDLE file;

    if (!length || length >= PATH_UNITS)
        return false;
    file = file_open(looking->wide, FILE_READ_ATTRIBUTES, FILE_FLAG_BACKUP_SEMANTICS);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    file_id_of(file, &own);
    CloseHandle(file);
    return own.known && own.volume == key->volume && memcmp(own.id, key->id, sizeof own.id) == 0;
}

static bool lies_below(struct text path, struct text folder)
{
    return path.size > folder.size && text_starts_nocase(path, folder) &&
           (path.bytes[folder.size] == '\\' || text_ends(folder, text_of("\\")));
}

static bool is_of_case(struct looking *looking, struct text folder)
{
    wchar_t *wide = folder.size ? files_path(folder, NULL) : NULL;
    HANDLE file = INVALID_HANDLE_VALUE;
    struct text path = {NULL, 0};

    if (wide)
        file = file_open(wide, FILE_READ_ATTRIBUTES, FILE_FLAG_BACKUP_SEMANTICS);
    if (file != INVALID_HANDLE_VALUE) {
        path = final_path(looking, file);
        CloseHandle(file);
    }
    text16_free(wide);
    return path.size && lies_below(looking->sight->path, path);
}

/* Asks of each of its names. */
static bool any_name(const struct removal_sight *sight, bool (*ask)(struct text))
{
    bool any = ask(sight->path);

    for (size_t i = 0; i < sight->name_count; i++)
        any |= ask(sight->names[i]);
    return any;
}

typedef BOOL(WINAPI *is_file_protected)(HANDLE, const wchar_t *);

static is_file_protected guard(void)
{
    return (is_file_protected)library_find(L"sfc.dll", "SfcIsFileProtected");
}

static bool is_guarded(struct text path)
{
    is_file_protected ask = guard();
    wchar_t *wide = text16_from(path, NULL);
    bool guarded = wide && ask(NULL, wide);

    text16_free(wide);
    return guarded;
}

/* Whether the file is signed as a part of Windows, as far as this machine can tell. */
static enum removal_answer ask_signature(struct text path, const struct trust_table *trust)
{
    struct file_facts *facts = NULL;
    enum removal_answer answer = REMOVAL_UNKNOWN;

    if (file_facts_read(path, FILE_SIGNATURE, trust, NULL, &facts) == ST_OK &&
        facts->signature.read.state == READ_OK)
        answer = facts->signature.verdict == SIGNATURE_VERIFIED &&
                         removal_is_windows_signer(facts->signature.signer)
                     ? REMOVAL_YES
                     : REMOVAL_NO;
    file_facts_free(facts);
    return answer;
}

/* A file that every Windows has: where that is not known as signed, no answer means anything. */
static bool knows_windows(const struct trust_table *trust)
{
    wchar_t wide[MAX_PATH];
    UINT length = GetSystemDirectoryW(wide, MAX_PATH);
    struct buffer path;
    bool knows = false;

    buffer_init(&path, TEXT16_MOST(MAX_PATH) + 32);
    if (length && length < MAX_PATH) {
        text16_add(&path, wide, length);
        buffer_add_string(&path, "\\kernel32.dll");
        knows = ask_signature(buffer_text(&path), trust) == REMOVAL_YES;
    }
    buffer_done(&path);
    return knows;
}

static bool begins_as_program(struct text path)
{
    wchar_t *wide = files_path(path, NULL);
    HANDLE file =
        wide ? file_open(wide, GENERIC_READ, FILE_FLAG_OPEN_NO_RECALL) : INVALID_HANDLE_VALUE;
    char start[2] = {0, 0};
    DWORD got = 0;
    bool is = false;

    if (file != INVALID_HANDLE_VALUE) {
        is = ReadFile(file, start, 2, &got, NULL) && got == 2 && start[0] == 'M' && start[1] == 'Z';
        CloseHandle(file);
    }
    text16_free(wide);
    return is;
}

static void look_whose(struct looking *looking, struct text case_folder,
                       const struct trust_table *trust)
{
    struct removal_sight *sight = looking->sight;

    sight->is_own = is_this_program(looking);
    sight->in_case = is_of_case(looking, case_folder);
    if (sight->is_own || sight->in_case || sight->on_share)
        return;
    sight->in_windows = any_name(sight, sample_is_system_file);
    if (guard())
        sight->guarded = any_name(sight, is_guarded) ? REMOVAL_YES : REMOVAL_NO;
    sight->signed_windows = ask_signature(sight->path, trust);
    if (!sight->in_windows)
        return;
    sight->knows_windows = knows_windows(trust);
    sight->is_program = begins_as_program(sight->path);
}

/* --- all --- */

static void look(struct looking *looking, bool full, struct text case_folder,
                 const struct trust_table *trust)
{
    struct removal_sight *sight = looking->sight;
    wchar_t *wide = files_path(sight->asked, &sight->why);
    HANDLE file;

    if (!wide) {
        sight->thing = REMOVAL_NO_NAME;
        return;
    }
    file = file_open(wide, FILE_READ_ATTRIBUTES,
                     FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_NO_RECALL);
    if (file == INVALID_HANDLE_VALUE) {
        open_failed(sight);
    } else {
        bool more = look_at_file(looking, file);
        CloseHandle(file);
        if (more && sight->links > 1)
            read_names(looking);
        sight->led = sight->path.size && is_led(sight, wide);
        if (more && full)
            look_whose(looking, case_folder, trust);
    }
    text16_free(wide);
}

enum status removal_look(struct text path, bool full, struct text case_folder,
                         const struct trust_table *trust, struct removal_sight **sight)
{
    struct arena *arena = arena_new(SIGHT_MOST);
    struct looking looking = {.wide = memory_take_array(PATH_UNITS, sizeof(wchar_t))};

    if (arena)
        looking.sight = arena_take(arena, sizeof *looking.sight);
    looking.failed = !looking.sight || !looking.wide;
    if (!looking.failed) {
        looking.sight->arena = arena;
        looking.sight->asked = arena_copy(arena, path, &looking.failed);
        looking.sight->thing = removal_thing_of_name(path);
        if (looking.sight->thing == REMOVAL_FILE && !looking.failed)
            look(&looking, full, case_folder, trust);
    }
    memory_give(looking.wide);
    if (looking.failed) {
        arena_free(arena);
        return ST_NO_MEMORY;
    }
    *sight = looking.sight;
    return ST_OK;
}
