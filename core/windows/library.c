#include "core/windows/library.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define NAMES_MOST 1000

static struct {
    SRWLOCK lock;
    INIT_ONCE once;
    char given[NAMES_MOST]; /* by library_hide */
    size_t given_size;
    char environment[NAMES_MOST];
    size_t environment_size;
} hidden = {.lock = SRWLOCK_INIT, .once = INIT_ONCE_STATIC_INIT};

void library_hide(struct text names)
{
    AcquireSRWLockExclusive(&hidden.lock);
    for (size_t i = 0; i <= names.size && hidden.given_size < NAMES_MOST; i++)
        hidden.given[hidden.given_size++] = i < names.size ? names.bytes[i] : ',';
    ReleaseSRWLockExclusive(&hidden.lock);
}

static BOOL CALLBACK read_environment(INIT_ONCE *once, void *parameter, void **context)
{
    DWORD size = GetEnvironmentVariableA("STAKEOUT_HIDE_API", hidden.environment, NAMES_MOST);

    (void)once;
    (void)parameter;
    (void)context;
    hidden.environment_size = size < NAMES_MOST ? size : 0;
    return TRUE;
}

static bool names_hold(const char *names, size_t size, struct text name)
{
    size_t from = 0;

    for (size_t i = 0; i <= size; i++) {
        if (i < size && names[i] != ',')
            continue;
        struct text one = text_trim((struct text){names + from, i - from});
        if (text_equal(one, name) || text_equal(one, text_of("*")))
            return true;
        from = i + 1;
    }
    return false;
}

static bool is_hidden(const char *name)
{
    struct text wanted = {name, strlen(name)};
    bool found;

    InitOnceExecuteOnce(&hidden.once, read_environment, NULL, NULL);
    AcquireSRWLockShared(&hidden.lock);
    found = names_hold(hidden.environment, hidden.environment_size, wanted) ||
            names_hold(hidden.given, hidden.given_size, wanted);
    ReleaseSRWLockShared(&hidden.lock);
    return found;
}

/* By its full path, so that neither the program's folder nor the current one is searched. The
 * "altered" search makes the DLL's own dependencies come from its folder first.
 * LOAD_LIBRARY_SEARCH_SYSTEM32 would say it in one word, but Windows 7 has it only with an update.
 */
static HMODULE load_system_library(const wchar_t *dll)
{
    wchar_t path[MAX_PATH + 64];
    UINT folder = GetSystemDirectoryW(path, MAX_PATH);
    size_t length = wcslen(dll);

    if (!folder || folder >= MAX_PATH || folder + 1 + length + 1 > MAX_PATH + 64)
        return NULL;
    path[folder] = L'\\';
    memcpy(path + folder + 1, dll, (length + 1) * sizeof *dll);
    return LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
}

/* "#135" is the function that has the ordinal 135 and no name. */
static const char *name_or_ordinal(const char *name)
{
    return name[0] == '#' ? (const char *)(ULONG_PTR)(WORD)strtoul(name + 1, NULL, 10) : name;
}

library_function library_find(const wchar_t *dll, const char *name)
{
    HMODULE module;

    if (is_hidden(name))
        return NULL;
    module = GetModuleHandleW(dll);
    if (!module)
        module = load_system_library(dll);
    return module ? (library_function)GetProcAddress(module, name_or_ordinal(name)) : NULL;
}

/* Copied, not cast: each member knows its own type, and C has no word for it. */
void library_fill(void *table, const struct library_wanted *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        library_function found = library_find(wanted[i].dll, wanted[i].name);
        memcpy((char *)table + wanted[i].member, &found, sizeof found);
    }
}
