#include "core/windows/registry/registry_places.h"

#define WINDOWS "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\"
#define WINDOWS_NT "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\"
#define WINDOWS32 "SOFTWARE\\Wow6432Node\\Microsoft\\Windows\\CurrentVersion\\"
#define WINDOWS_NT32 "SOFTWARE\\Wow6432Node\\Microsoft\\Windows NT\\CurrentVersion\\"

static const char *const machine[] = {
    WINDOWS "Run",
    WINDOWS "RunOnce",
    WINDOWS "RunOnceEx",
    WINDOWS "RunServices",
    WINDOWS "RunServicesOnce",
    WINDOWS "Policies\\Explorer\\Run",
    WINDOWS32 "Run",
    WINDOWS32 "RunOnce",
    WINDOWS32 "RunOnceEx",
    WINDOWS_NT "Winlogon",
    WINDOWS_NT "Windows",
    WINDOWS_NT "Image File Execution Options",
    WINDOWS_NT "SilentProcessExit",
    WINDOWS_NT32 "Windows",
    WINDOWS_NT32 "Image File Execution Options",
    WINDOWS_NT "Schedule\\TaskCache",
    WINDOWS "Explorer\\ShellServiceObjects",
    WINDOWS "Explorer\\Browser Helper Objects",
    WINDOWS32 "Explorer\\Browser Helper Objects",
    WINDOWS "ShellServiceObjectDelayLoad",
    "SOFTWARE\\Microsoft\\Active Setup\\Installed Components",
    "SOFTWARE\\Wow6432Node\\Microsoft\\Active Setup\\Installed Components",
    "SOFTWARE\\Microsoft\\Command Processor",
    "SYSTEM\\*\\Control\\Session Manager",
    "SYSTEM\\*\\Control\\Lsa",
    "SYSTEM\\*\\Control\\Print\\Monitors",
    "SYSTEM\\*\\Services",
    NULL,
};

#define USER "*\\Software\\Microsoft\\"

static const char *const users[] = {
    USER "Windows\\CurrentVersion\\Run",
    USER "Windows\\CurrentVersion\\RunOnce",
    USER "Windows\\CurrentVersion\\RunOnceEx",
    USER "Windows\\CurrentVersion\\Policies\\Explorer\\Run",
    USER "Windows NT\\CurrentVersion\\Winlogon",
    USER "Windows NT\\CurrentVersion\\Windows",
    USER "Command Processor",
    "*\\Software\\Wow6432Node\\Microsoft\\Windows\\CurrentVersion\\Run",
    "*\\Environment",
    "*\\Control Panel\\Desktop",
    NULL,
};

_Static_assert(sizeof machine / sizeof *machine <= REGISTRY_PLACES_MOST, "a bit each");
_Static_assert(sizeof users / sizeof *users <= REGISTRY_PLACES_MOST, "a bit each");

const char *const *registry_places(struct text root)
{
    return text_equal(root, text_of("HKLM")) ? machine : users;
}

/* The part at `depth`, and whether it is the last; empty where there is none. */
static struct text part_at(struct text pattern, unsigned depth, bool *last)
{
    size_t end = text_find(pattern, text_of("\\"));

    for (; depth && end != SIZE_MAX; depth--) {
        pattern = text_slice(pattern, end + 1, pattern.size - end - 1);
        end = text_find(pattern, text_of("\\"));
    }
    *last = end == SIZE_MAX;
    if (depth)
        return text_of("");
    return *last ? pattern : text_slice(pattern, 0, end);
}

uint64_t registry_places_step(const char *const *places, uint64_t alive, unsigned depth,
                              struct text name, bool *whole)
{
    uint64_t left = 0;

    *whole = false;
    for (size_t i = 0; alive >> i && places[i]; i++) {
        bool last;
        if (!(alive >> i & 1))
            continue;
        struct text part = part_at(text_from(places[i]), depth, &last);
        if (!part.size || (!text_equal(part, text_of("*")) && !text_equal_nocase(part, name)))
            continue;
        left |= UINT64_C(1) << i;
        *whole = *whole || last;
    }
    return left;
}
