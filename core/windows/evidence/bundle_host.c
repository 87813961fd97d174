/* The machine itself: name, system, clock, and the program that collects. */
#include "core/windows/evidence/bundle_calls.h" /* first: it brings winsock2.h */

#include "core/case/ecs_file.h"
#include "core/windows/act/elevation.h"
#include "core/windows/clock.h"
#include "core/windows/evidence/bundle_parts_inside.h"
#include "core/windows/evidence/bundle_sheet.h"
#include "core/windows/file/file_facts.h"
#include "core/windows/nt.h"
#include "core/windows/text16.h"
#include "stakeout_version.h"

#define PATH_MOST 32768u
#define NAME_MOST 256u

static void add_name(struct bundle_sheet *sheet, const char *name, COMPUTER_NAME_FORMAT format)
{
    wchar_t wide[NAME_MOST];
    DWORD length = NAME_MOST;

    if (GetComputerNameExW(format, wide, &length))
        bundle_sheet_wide(sheet, name, wide);
}

static const char *architecture(void)
{
    SYSTEM_INFO info;

    GetNativeSystemInfo(&info);
    switch (info.wProcessorArchitecture) {
    case PROCESSOR_ARCHITECTURE_AMD64:
        return "x86_64";
    case PROCESSOR_ARCHITECTURE_INTEL:
        return "x86";
    case 12: /* PROCESSOR_ARCHITECTURE_ARM64 */
        return "arm64";
    default:
        return "other";
    }
}

static void add_version_number(struct buffer *out, const OSVERSIONINFOEXW *version)
{
    buffer_add_unsigned(out, version->dwMajorVersion);
    buffer_add_byte(out, '.');
    buffer_add_unsigned(out, version->dwMinorVersion);
    buffer_add_byte(out, '.');
    buffer_add_unsigned(out, version->dwBuildNumber);
}

static void add_system(struct bundle_sheet *sheet)
{
    struct json_writer *json = &sheet->json;
    OSVERSIONINFOEXW version = {.dwOSVersionInfoSize = sizeof version};
    struct buffer text;

    json_open_object(json, "os");
    json_string(json, "type", "windows");
    if (sheet->calls->rtl_get_version && sheet->calls->rtl_get_version(&version) == 0) {
        buffer_init(&text, 128);
        add_version_number(&text, &version);
        json_text(json, "version", buffer_text(&text));
        buffer_done(&text);
        bundle_sheet_wide(sheet, "full", version.szCSDVersion);
    }
    json_close_object(json);
}

static void add_host(struct bundle_sheet *sheet)
{
    struct json_writer *json = &sheet->json;

    json_open_object(json, "host");
    add_name(sheet, "hostname", ComputerNamePhysicalDnsHostname);
    add_name(sheet, "name", ComputerNamePhysicalDnsFullyQualified);
    add_name(sheet, "domain", ComputerNamePhysicalDnsDomain);
    json_string(json, "architecture", architecture());
    json_unsigned(json, "uptime", GetTickCount64() / 1000);
    add_system(sheet);
    json_close_object(json);
}

/* --- the clock --- */

/* When the system was started, by its own account; 0: it does not tell. */
static moment boot_time(const struct bundle_calls *calls)
{
    struct {
        LARGE_INTEGER boot;
        LARGE_INTEGER now;
        LARGE_INTEGER bias;
        ULONG zone;
        ULONG reserved;
    } times = {.zone = 0};

    if (!calls->system->nt_query_system_information ||
        calls->system->nt_query_system_information(NT_SYSTEM_TIMES, &times, sizeof times, NULL))
        return 0;
    return times.boot.QuadPart;
}

static void add_zone(struct bundle_sheet *sheet)
{
    struct json_writer *json = &sheet->json;
    DYNAMIC_TIME_ZONE_INFORMATION zone = {.Bias = 0};
    DWORD kind = GetDynamicTimeZoneInformation(&zone);
    LONG bias = zone.Bias;

    if (kind == TIME_ZONE_ID_INVALID)
        return;
    bias += kind == TIME_ZONE_ID_DAYLIGHT ? zone.DaylightBias : zone.StandardBias;
    json_open_object(json, "time_zone");
    bundle_sheet_wide(sheet, "name", zone.TimeZoneKeyName);
    bundle_sheet_wide(sheet, "standard", zone.StandardName);
    json_bool(json, "daylight", kind == TIME_ZONE_ID_DAYLIGHT);
    json_milliseconds(json, "utc_offset_ms", -(int64_t)bias * 60 * MOMENT_SECOND);
    json_close_object(json);
}

static void add_clock(struct bundle_sheet *sheet)
{
    struct json_writer *json = &sheet->json;
    const struct clock clock = clock_of_system();

    json_open_object(json, "clock");
    json_moment(json, "now", clock.now(clock.context), true);
    json_moment(json, "boot", boot_time(sheet->calls), false);
    add_zone(sheet);
    json_close_object(json);
}

/* --- the program --- */

static void add_program(struct bundle_sheet *sheet)
{
    static wchar_t wide[PATH_MOST]; /* one collection at a time */
    struct json_writer *json = &sheet->json;
    struct file_facts *file = NULL;
    DWORD length = GetModuleFileNameW(NULL, wide, PATH_MOST);
    struct buffer path;

    buffer_init(&path, TEXT16_MOST(PATH_MOST));
    text16_add(&path, wide, length);
    json_open_object(json, "process");
    json_unsigned(json, "pid", GetCurrentProcessId());
    if (length && !path.failed) {
        json_text(json, "executable", buffer_text(&path));
        if (file_facts_read(buffer_text(&path), FILE_HASHES, NULL, NULL, &file) == ST_OK)
            ecs_add_file_in_process(json, file);
    }
    json_close_object(json);
    file_facts_free(file);
    buffer_done(&path);
}

static void ask_host(struct bundle_sheet *sheet)
{
    struct json_writer *json = bundle_sheet_row(sheet);

    add_host(sheet);
    add_program(sheet);
    json_open_object(json, "stakeout");
    json_string(json, "version", STAKEOUT_VERSION);
    json_bool(json, "elevated", elevation_of_system().elevated);
    add_clock(sheet);
    json_close_object(json);
    bundle_sheet_end_row(sheet);
}

enum status bundle_host(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;

    return bundle_ask(out, machine->calls, ask_host);
}
