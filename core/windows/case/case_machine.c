#include "core/windows/case/case_machine.h"

#include <windows.h>

#include <objbase.h>

#include "core/model/part_words.h"
#include "core/windows/clock.h"
#include "core/windows/evidence/accounts.h"
#include "core/windows/file/file_sha256.h"
#include "core/windows/library.h"
#include "core/windows/nt.h"
#include "core/windows/privilege.h"
#include "core/windows/system.h"
#include "core/windows/text16.h"
#include "stakeout_version.h"

#define PATH_UNITS 0x8000 /* the longest path that there can be */
#define NAME_UNITS 256
#define TOKEN_DATA 256
#define TIME_OF_DAY_CLASS 3 /* SystemTimeOfDayInformation: the boot time comes first */
#define VERSION_KEY L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"

static struct text keep(struct arena *arena, struct buffer *text)
{
    struct text kept = arena_copy(arena, buffer_text(text), NULL);
    buffer_clear(text);
    return kept;
}

static struct text wide_text(struct arena *arena, const wchar_t *wide)
{
    return text16_copy(arena, wide, wcslen(wide), NULL);
}

static struct text variable(struct arena *arena, const wchar_t *name)
{
    wchar_t value[NAME_UNITS];
    DWORD length = GetEnvironmentVariableW(name, value, NAME_UNITS);
    if (length == 0 || length >= NAME_UNITS)
        return (struct text){NULL, 0};
    return wide_text(arena, value);
}

static struct text computer_name(struct arena *arena, COMPUTER_NAME_FORMAT format)
{
    wchar_t name[NAME_UNITS];
    DWORD length = NAME_UNITS;
    if (!GetComputerNameExW(format, name, &length))
        return (struct text){NULL, 0};
    return text16_copy(arena, name, length, NULL);
}

/* --- the system --- */

static void add_product(struct buffer *out)
{
    wchar_t name[NAME_UNITS];
    DWORD size = sizeof name;
    if (RegGetValueW(HKEY_LOCAL_MACHINE, VERSION_KEY, L"ProductName", RRF_RT_REG_SZ, NULL, name,
                     &size) != ERROR_SUCCESS)
        return;
    text16_add(out, name, wcslen(name));
    buffer_add_byte(out, ' ');
}

static void add_version(struct buffer *out)
{
    typedef LONG(WINAPI * get_version)(RTL_OSVERSIONINFOW *);
    RTL_OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof version};
    get_version get = (get_version)library_find(L"ntdll.dll", "RtlGetVersion");
    DWORD revision = 0;
    DWORD size = sizeof revision;
    if (!get || get(&version) != 0)
        return;
    buffer_add_unsigned(out, version.dwMajorVersion);
    buffer_add_byte(out, '.');
    buffer_add_unsigned(out, version.dwMinorVersion);
    buffer_add_byte(out, '.');
    buffer_add_unsigned(out, version.dwBuildNumber);
    if (RegGetValueW(HKEY_LOCAL_MACHINE, VERSION_KEY, L"UBR", RRF_RT_REG_DWORD, NULL, &revision,
                     &size) != ERROR_SUCCESS)
        return;
    buffer_add_byte(out, '.');
    buffer_add_unsigned(out, revision);
}

static struct text architecture(void)
{
    SYSTEM_INFO info;
    GetNativeSystemInfo(&info);
    switch (info.wProcessorArchitecture) {
    case PROCESSOR_ARCHITECTURE_AMD64:
        return text_of("x86_64");
    case PROCESSOR_ARCHITECTURE_INTEL:
        return text_of("x86");
    case 12: /* PROCESSOR_ARCHITECTURE_ARM64 */
        return text_of("arm64");
    default:
        return (struct text){NULL, 0};
    }
}

static moment boot_time(void)
{
    const struct system_table *system = system_calls();
    LARGE_INTEGER answer[6] = {{.QuadPart = 0}};
    ULONG size = 0;
    if (!system->nt_query_system_information ||
        system->nt_query_system_information(TIME_OF_DAY_CLASS, answer, sizeof answer, &size) < 0)
        return 0;
    return answer[0].QuadPart;
}

static void describe_clock(struct arena *arena, struct case_session *session)
{
    DYNAMIC_TIME_ZONE_INFORMATION zone;
    struct buffer text;
    DWORD kind = GetDynamicTimeZoneInformation(&zone);
    session->clock = library_find(L"kernel32.dll", "GetSystemTimePreciseAsFileTime")
                         ? text_of("GetSystemTimePreciseAsFileTime")
                         : text_of("GetSystemTimeAsFileTime");
    if (kind == TIME_ZONE_ID_INVALID)
        return;
    LONG east = -(zone.Bias + (kind == TIME_ZONE_ID_DAYLIGHT   ? zone.DaylightBias
                               : kind == TIME_ZONE_ID_STANDARD ? zone.StandardBias
                                                               : 0));
    LONG minutes = east < 0 ? -east : east;
    buffer_init(&text, NAME_UNITS);
    buffer_add_byte(&text, east < 0 ? '-' : '+');
    for (LONG unit = 600; unit; unit = unit == 600 ? 60 : unit == 60 ? 10 : unit / 10) {
        buffer_add_byte(&text, (char)('0' + minutes / unit));
        minutes %= unit;
        if (unit == 60)
            buffer_add_byte(&text, ':');
    }
    session->utc_offset = keep(arena, &text);
    session->time_zone =
        wide_text(arena, zone.TimeZoneKeyName[0] ? zone.TimeZoneKeyName : zone.StandardName);
    buffer_done(&text);
}

/* --- the program and its user --- */

static void describe_program(struct arena *arena, struct case_session *session)
{
    static wchar_t path[PATH_UNITS]; /* always the same */
    struct buffer hex;
    DWORD length = GetModuleFileNameW(NULL, path, PATH_UNITS);
    session->version = text_of(STAKEOUT_VERSION);
    if (length == 0 || length >= PATH_UNITS)
        return;
    session->program = wide_text(arena, path);
    buffer_init(&hex, SHA256_DIGITS);
    if (file_sha256(session->program, NULL, &hex, NULL) == ST_OK)
        session->sha256 = keep(arena, &hex);
    buffer_done(&hex);
}

static void describe_token(struct arena *arena, struct case_session *session)
{
    union {
        TOKEN_MANDATORY_LABEL label;
        TOKEN_USER user;
        char bytes[TOKEN_DATA];
    } data;
    struct buffer text;
    HANDLE token;
    DWORD size = 0;
    session->elevated = privilege_is_elevated() ? text_of("true") : text_of("false");
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return;
    buffer_init(&text, NAME_UNITS);
    if (GetTokenInformation(token, TokenIntegrityLevel, &data, sizeof data, &size) &&
        IsValidSid(data.label.Label.Sid) && *GetSidSubAuthorityCount(data.label.Label.Sid)) {
        DWORD last = (DWORD)*GetSidSubAuthorityCount(data.label.Label.Sid) - 1;
        integrity_add(&text, *GetSidSubAuthority(data.label.Label.Sid, last));
        session->integrity = keep(arena, &text);
    }
    if (GetTokenInformation(token, TokenUser, &data, sizeof data, &size) &&
        IsValidSid(data.user.User.Sid)) {
        accounts_add_sid(&text, data.user.User.Sid);
        session->user_id = keep(arena, &text);
    }
    buffer_done(&text);
    CloseHandle(token);
}

void case_machine_describe(struct arena *arena, struct case_session *session)
{
    const struct clock clock = clock_of_system();
    struct buffer text;
    session->start = clock.now(clock.context);
    describe_program(arena, session);
    describe_token(arena, session);
    session->user = variable(arena, L"USERNAME");
    session->user_domain = variable(arena, L"USERDOMAIN");
    session->host = computer_name(arena, ComputerNamePhysicalNetBIOS);
    session->host_domain = computer_name(arena, ComputerNamePhysicalDnsDomain);
    buffer_init(&text, 4 * NAME_UNITS);
    add_product(&text);
    add_version(&text);
    session->os = arena_copy(arena, text_trim(buffer_text(&text)), NULL);
    buffer_done(&text);
    session->architecture = architecture();
    session->boot = boot_time();
    describe_clock(arena, session);
}

void case_machine_add_uuid(struct buffer *out)
{
    GUID id;
    wchar_t text[40];
    if (FAILED(CoCreateGuid(&id)) || StringFromGUID2(&id, text, 40) != 39)
        return;
    char digits[TEXT16_MOST(36)];
    size_t size = text16_encode(text + 1, 36, digits);
    for (size_t i = 0; i < size; i++)
        if (digits[i] >= 'A' && digits[i] <= 'F')
            digits[i] = (char)(digits[i] - 'A' + 'a');
    buffer_add(out, (struct text){digits, size});
}
