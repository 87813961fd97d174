/* Services and drivers as the service manager has them, and the drivers that are loaded. */
#include <string.h>

#include "core/base/memory.h"
#include "core/windows/evidence/bundle_file.h"
#include "core/windows/evidence/bundle_parts_inside.h"
#include "core/windows/evidence/disk_calls.h"
#include "core/windows/failure.h"
#include "core/windows/registry/registry_read.h"
#include "core/windows/text16.h"

#define PART_SIZE (256u * 1024) /* of which the manager hands out no more at once */
#define PARTS_MOST 256
#define CONFIG_SIZE (8u * 1024) /* the most that a service's configuration has */
#define TEXT_CEILING ((size_t)1 << 20)
#define KINDS_ALL (SERVICE_WIN32 | SERVICE_DRIVER) /* those of users have these bits, too */
#define MODULES_CLASS 11
#define MODULES_MOST ((size_t)16 << 20)

struct round {
    const struct disk_calls *calls;
    struct registry_calls registry;
    struct bundle_out *out;
    struct bundle_file_notes *notes;
    SC_HANDLE manager;
    BYTE *config;
    BYTE *config2;
    struct buffer path;
    struct buffer text;
};

static const char *word_of(DWORD number, const char *const *words, size_t count)
{
    return number < count ? words[number] : NULL;
}

static void add_wide(struct round *round, struct json_writer *json, const char *name,
                     const wchar_t *text)
{
    if (!text || !*text)
        return;
    buffer_clear(&round->text);
    text16_add(&round->text, text, wcslen(text));
    json_text(json, name, buffer_text(&round->text));
}

static void add_number_word(struct json_writer *json, const char *name, const char *word,
                            DWORD number)
{
    if (word)
        json_string(json, name, word);
    else
        json_unsigned(json, name, number);
}

static const char *type_word(DWORD type)
{
    static const struct {
        DWORD bit;
        const char *word;
    } types[] = {
        {SERVICE_KERNEL_DRIVER, "kernel driver"},
        {SERVICE_FILE_SYSTEM_DRIVER, "file system driver"},
        {SERVICE_WIN32_OWN_PROCESS, "own process"},
        {SERVICE_WIN32_SHARE_PROCESS, "shared process"},
    };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (type & types[i].bit)
            return types[i].word;
    return NULL;
}

/* What the registry says of it, and the manager does not: the library inside a shared process. */
static void add_registered(struct round *round, struct json_writer *json, struct text name)
{
    struct registry_reader reader;
    size_t below;

    buffer_clear(&round->path);
    registry_full_path(&round->registry, text_of("HKLM\\SYSTEM\\CurrentControlSet\\Services"),
                       &round->path);
    buffer_add_byte(&round->path, '\\');
    buffer_add(&round->path, name);
    below = round->path.size;
    if (registry_reader_open(&reader, &round->registry, buffer_text(&round->path), NULL) == ST_OK) {
        json_moment(json, "written", reader.written, true);
        registry_reader_close(&reader);
    }
    buffer_add_string(&round->path, "\\Parameters");
    buffer_clear(&round->text);
    for (int i = 0; i < 2 && !round->text.size; i++, round->path.size = below) {
        if (registry_reader_open(&reader, &round->registry, buffer_text(&round->path), NULL))
            continue;
        (void)registry_reader_text(&reader, "ServiceDll", &round->text);
        registry_reader_close(&reader);
    }
    if (!round->text.size)
        return;
    json_text(json, "dll", buffer_text(&round->text));
    bundle_file_add(round->notes, json, "dll_file", buffer_text(&round->text));
}

static void add_config2(struct round *round, struct json_writer *json, SC_HANDLE service)
{
    DWORD needed;

    if (!round->calls->query_config2)
        return;
    if (round->calls->query_config2(service, SERVICE_CONFIG_DESCRIPTION, round->config2,
                                    CONFIG_SIZE, &needed))
        add_wide(round, json, "description",
                 ((const SERVICE_DESCRIPTIONW *)(void *)round->config2)->lpDescription);
    if (round->calls->query_config2(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, round->config2,
                                    CONFIG_SIZE, &needed) &&
        ((const SERVICE_DELAYED_AUTO_START_INFO *)(void *)round->config2)->fDelayedAutostart)
        json_bool(json, "delayed", true);
    if (round->calls->query_config2(service, SERVICE_CONFIG_FAILURE_ACTIONS, round->config2,
                                    CONFIG_SIZE, &needed))
        add_wide(round, json, "failure_command",
                 ((const SERVICE_FAILURE_ACTIONSW *)(void *)round->config2)->lpCommand);
}

static void add_config(struct round *round, struct json_writer *json,
                       const QUERY_SERVICE_CONFIGW *config)
{
    static const char *const starts[] = {"boot", "system", "automatic", "manual", "disabled"};

    add_number_word(json, "start",
                    word_of(config->dwStartType, starts, sizeof starts / sizeof *starts),
                    config->dwStartType);
    add_wide(round, json, "command_line", config->lpBinaryPathName);
    add_wide(round, json, "account", config->lpServiceStartName);
    add_wide(round, json, "group", config->lpLoadOrderGroup);
    json_open_array(json, "depends_on");
    for (const wchar_t *on = config->lpDependencies; on && *on; on += wcslen(on) + 1)
        add_wide(round, json, NULL, on);
    json_close_array(json);
    if (!config->lpBinaryPathName)
        return;
    buffer_clear(&round->text);
    text16_add(&round->text, config->lpBinaryPathName, wcslen(config->lpBinaryPathName));
    bundle_file_add(round->notes, json, "file", buffer_text(&round->text));
}

static void add_details(struct round *round, struct json_writer *json, const wchar_t *name)
{
    const struct disk_calls *calls = round->calls;
    SC_HANDLE service = calls->open_service && calls->query_config
                            ? calls->open_service(round->manager, name, SERVICE_QUERY_CONFIG)
                            : NULL;
    QUERY_SERVICE_CONFIGW *config = (void *)round->config;
    DWORD needed;

    if (service && calls->query_config(service, config, CONFIG_SIZE, &needed)) {
        add_config(round, json, config);
        add_config2(round, json, service);
    } else {
        buffer_clear(&round->text);
        struct failure failure;
        failure_win32(&failure, service ? "QueryServiceConfig" : "OpenService", GetLastError());
        failure_add(&round->text, &failure);
        json_text(json, "unread", buffer_text(&round->text));
        bundle_lost(round->out, 1, "the configuration of a service could not be read");
    }
    if (service)
        calls->close_service(service);
}

static enum status add_service(struct round *round, const ENUM_SERVICE_STATUS_PROCESSW *service)
{
    static const char *const states[] = {NULL,      "stopped",    "starting", "stopping",
                                         "running", "continuing", "pausing",  "paused"};
    const SERVICE_STATUS_PROCESS *now = &service->ServiceStatusProcess;
    struct json_writer *json = bundle_row(round->out);
    struct buffer name;

    buffer_init(&name, TEXT_CEILING);
    text16_add(&name, service->lpServiceName, wcslen(service->lpServiceName));
    json_open_object(json, "service");
    json_text(json, "name", buffer_text(&name));
    add_number_word(json, "state",
                    word_of(now->dwCurrentState, states, sizeof states / sizeof *states),
                    now->dwCurrentState);
    add_number_word(json, "type", type_word(now->dwServiceType), now->dwServiceType);
    json_close_object(json);
    if (now->dwProcessId) {
        json_open_object(json, "process");
        json_unsigned(json, "pid", now->dwProcessId);
        json_close_object(json);
    }
    json_open_object(json, "stakeout");
    json_open_object(json, "service");
    add_wide(round, json, "display_name", service->lpDisplayName);
    add_details(round, json, service->lpServiceName);
    add_registered(round, json, buffer_text(&name));
    json_close_object(json);
    json_close_object(json);
    buffer_done(&name);
    return bundle_end_row(round->out);
}

/* In parts, as the manager hands them out. */
static enum status enumerate(struct round *round, BYTE *part)
{
    DWORD resume = 0;

    for (int i = 0; i < PARTS_MOST; i++) {
        DWORD needed = 0;
        DWORD count = 0;
        BOOL done = round->calls->enum_services(round->manager, SC_ENUM_PROCESS_INFO, KINDS_ALL,
                                                SERVICE_STATE_ALL, part, PART_SIZE, &needed, &count,
                                                &resume, NULL);
        DWORD error = done ? 0 : GetLastError();
        const ENUM_SERVICE_STATUS_PROCESSW *services = (const void *)part;
        struct failure failure;
        if (!done && error != ERROR_MORE_DATA) {
            failure_win32(&failure, "EnumServicesStatusEx", error);
            return bundle_fail(round->out, &failure);
        }
        for (DWORD at = 0; at < count; at++) {
            enum status status = add_service(round, &services[at]);
            if (status)
                return status;
        }
        if (done)
            return ST_OK;
    }
    return bundle_because(round->out, ST_TOO_LARGE, "the service manager tells of no end");
}

static enum status ask_manager(struct round *round)
{
    const struct disk_calls *calls = round->calls;
    BYTE *part = memory_take(PART_SIZE);
    enum status status =
        part && round->config && round->config2 && round->notes ? ST_OK : ST_NO_MEMORY;

    if (!status) {
        round->manager =
            calls->open_sc_manager(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE);
        if (round->manager) {
            status = enumerate(round, part);
            calls->close_service(round->manager);
        } else {
            struct failure failure;
            failure_win32(&failure, "OpenSCManager", GetLastError());
            status = bundle_fail(round->out, &failure);
        }
    }
    memory_give(part);
    return status;
}

enum status bundle_services(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;
    struct round round = {
        .calls = disk_calls_of(machine),
        .registry = bundle_registry_of(machine),
        .out = out,
        .notes = bundle_file_new(BUNDLE_FILE_PARTS, bundle_progress(out)),
        .config = memory_take(CONFIG_SIZE),
        .config2 = memory_take(CONFIG_SIZE),
    };
    enum status status;

    buffer_init(&round.path, TEXT_CEILING);
    buffer_init(&round.text, TEXT_CEILING);
    if (!round.calls->open_sc_manager || !round.calls->enum_services || !round.calls->close_service)
        status =
            bundle_because(out, ST_UNSUPPORTED, "this system has no calls of a service manager");
    else
        status = ask_manager(&round);
    buffer_done(&round.text);
    buffer_done(&round.path);
    memory_give(round.config2);
    memory_give(round.config);
    bundle_file_done(round.notes);
    return status;
}

/* --- drivers --- */

/* RTL_PROCESS_MODULE_INFORMATION, the same in every Windows. */
struct module {
    void *section;
    void *mapped_base;
    void *base;
    ULONG size;
    ULONG flags;
    USHORT load_order;
    USHORT init_order;
    USHORT load_count;
    USHORT name_offset;
    char path[256]; /* in the machine's byte set; drivers' names are ASCII */
};

struct modules {
    ULONG count;
    struct module items[1];
};

static enum status ask_modules(const struct disk_calls *calls, struct buffer *room)
{
    LONG code = (LONG)0xC0000004; /* INFO_LENGTH_MISMATCH */
    size_t size = 64u << 10;

    for (; code == (LONG)0xC0000004 && size <= MODULES_MOST; size *= 2) {
        ULONG told;
        char *bytes = memory_grow(room->bytes, size);
        if (!bytes)
            return ST_NO_MEMORY;
        room->bytes = bytes;
        room->capacity = size;
        code = calls->query_system(MODULES_CLASS, bytes, (ULONG)size, &told);
        room->size = size;
    }
    return code < 0 ? failure_from_nt(code) : ST_OK;
}

static enum status add_module(struct bundle_out *out, struct bundle_file_notes *notes,
                              const struct module *module)
{
    struct json_writer *json = bundle_row(out);
    struct text path = {module->path, strnlen(module->path, sizeof module->path)};

    json_open_object(json, "driver");
    json_text(json, "name", text_file_name(path));
    json_text(json, "path", path);
    json_unsigned(json, "base", (uint64_t)(uintptr_t)module->base);
    json_unsigned(json, "size", module->size);
    json_unsigned(json, "load_order", module->load_order);
    json_close_object(json);
    bundle_file_add(notes, json, "file", path);
    return bundle_end_row(out);
}

enum status bundle_drivers(void *context, struct bundle_out *out)
{
    const struct disk_calls *calls = disk_calls_of(context);
    struct bundle_file_notes *notes;
    struct buffer room;
    const struct modules *modules;
    enum status status;

    if (!calls->query_system)
        return bundle_because(out, ST_UNSUPPORTED, "this system lacks NtQuerySystemInformation");
    notes = bundle_file_new(BUNDLE_FILE_PARTS, bundle_progress(out));
    status = notes ? ST_OK : ST_NO_MEMORY;
    buffer_init(&room, MODULES_MOST);
    if (!status)
        status = ask_modules(calls, &room);
    modules = (const void *)room.bytes;
    for (ULONG i = 0; !status && i < modules->count; i++) {
        if (offsetof(struct modules, items) + (i + 1) * sizeof *modules->items > room.size)
            status = bundle_because(out, ST_INVALID, "the system's list of drivers is cut off");
        else
            status = add_module(out, notes, &modules->items[i]);
    }
    buffer_done(&room);
    bundle_file_done(notes);
    return status;
}
