/* The parts of the bundle that lie on the disk, against made-up answers of the system: what a row
 * holds, and what is told of calls that are missing, denied, cut short, or say what is not so. */
#include "core/windows/evidence/disk_calls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lm.h>

#include "core/evidence/bundle_out.h"
#include "core/windows/clock.h"
#include "core/windows/evidence/bundle_disk.h"
#include "core/windows/evidence/bundle_parts.h"
#include "core/windows/file/files.h"
#include "core/windows/registry/registry_calls.h"
#include "tests/support/windows/scratch.h"

static struct disk_calls calls;
static struct registry_calls registry;
static struct bundle_machine machine;
static struct buffer rows;   /* of the part that was taken last */
static struct buffer listed; /* its line in the list of parts */
static struct buffer folder;

static struct {
    DWORD error;    /* of the call in question; 0: none */
    unsigned given; /* answers that are not given back yet */
    unsigned asked;
} fake;

static int begin(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof fake);
    calls = *disk_calls_of_system();
    registry = registry_system_calls();
    machine = (struct bundle_machine){.disk = &calls, .registry = &registry};
    buffer_init(&rows, 1u << 22);
    buffer_init(&listed, 1u << 16);
    scratch_begin(&folder, "bundle-disk");
    return 0;
}

static int end(void **state)
{
    (void)state;
    scratch_end(&folder);
    buffer_done(&rows);
    buffer_done(&listed);
    return 0;
}

static void read_into(struct buffer *out, struct text path, const char *below)
{
    struct buffer full;

    buffer_init(&full, 1u << 16);
    buffer_clear(out);
    buffer_add(&full, buffer_text(&folder));
    buffer_add_byte(&full, '/');
    buffer_add(&full, path);
    buffer_add_string(&full, below);
    (void)files_read(buffer_text(&full), out, NULL);
    buffer_done(&full);
}

static struct bundle_result taken;

static void ended(void *told, const struct bundle_result *result)
{
    (void)told;
    taken = *result;
    read_into(&rows, result->file, result->part->kind == BUNDLE_FILES ? "/index.jsonl" : "");
    buffer_clear(&listed);
    bundle_add_result(&listed, result);
}

static enum bundle_outcome take(const char *name)
{
    const struct text here = buffer_text(&folder);
    const struct bundle_files files = bundle_disk_files(&here);
    const struct text only = text_from(name);
    struct bundle_order order = {.context = &machine,
                                 .only = &only,
                                 .only_count = 1,
                                 .files = &files,
                                 .clock = clock_of_system(),
                                 .ended = ended};
    struct bundle_tally tally;

    order.parts = bundle_parts_of_system(&order.count);
    assert_non_null(bundle_find(order.parts, order.count, only));
    assert_int_equal(bundle_collect(&order, &tally, NULL), ST_OK);
    bundle_tally_done(&tally);
    return taken.outcome;
}

#define assert_holds(buffer, piece)                                                                \
    do {                                                                                           \
        if (text_find(buffer_text(buffer), text_from(piece)) == SIZE_MAX)                          \
            fail_msg("%s is not in %.*s", piece, (int)(buffer)->size, (buffer)->bytes);            \
    } while (0)

static void *give(size_t size)
{
    void *block = calloc(1, size);

    assert_non_null(block);
    fake.given++;
    return block;
}

static DWORD WINAPI take_back(void *block)
{
    if (block)
        fake.given--;
    free(block);
    return 0;
}

/* NOLINTBEGIN(readability-non-const-parameter): the system says what its calls look like */

/* --- services --- */

static SC_HANDLE WINAPI open_manager(const wchar_t *machine_name, const wchar_t *base, DWORD access)
{
    (void)machine_name;
    (void)base;
    (void)access;
    SetLastError(fake.error);
    return fake.error == ERROR_ACCESS_DENIED ? NULL : (SC_HANDLE)&fake;
}

/* Two answers of one service each. */
static BOOL WINAPI two_services(SC_HANDLE manager, SC_ENUM_TYPE level, DWORD type, DWORD state,
                                BYTE *out, DWORD size, DWORD *needed, DWORD *count, DWORD *resume,
                                const wchar_t *group)
{
    ENUM_SERVICE_STATUS_PROCESSW *service = (void *)out;

    (void)manager;
    (void)level;
    (void)type;
    (void)state;
    (void)size;
    (void)needed;
    (void)group;
    memset(service, 0, sizeof *service);
    service->lpServiceName = (wchar_t *)(*resume ? L"Second" : L"First");
    service->lpDisplayName = (wchar_t *)L"\x4E2D Shown";
    service->ServiceStatusProcess.dwServiceType = *resume ? SERVICE_KERNEL_DRIVER : 0x20;
    service->ServiceStatusProcess.dwCurrentState = SERVICE_RUNNING;
    service->ServiceStatusProcess.dwProcessId = *resume ? 0 : 4321;
    *count = 1;
    if (fake.error != ERROR_INVALID_DATA && ++*resume > 1)
        return TRUE;
    SetLastError(ERROR_MORE_DATA);
    return FALSE;
}

static SC_HANDLE WINAPI open_service(SC_HANDLE manager, const wchar_t *name, DWORD access)
{
    (void)manager;
    (void)access;
    SetLastError(ERROR_ACCESS_DENIED);
    return wcscmp(name, L"First") == 0 ? (SC_HANDLE)&calls : NULL;
}

static BOOL WINAPI query_config(SC_HANDLE service, QUERY_SERVICE_CONFIGW *config, DWORD size,
                                DWORD *needed)
{
    (void)service;
    (void)size;
    (void)needed;
    memset(config, 0, sizeof *config);
    config->dwStartType = SERVICE_DISABLED;
    config->lpBinaryPathName = (wchar_t *)L"\\??\\C:\\no such\\thing.exe -k";
    config->lpServiceStartName = (wchar_t *)L"LocalSystem";
    config->lpDependencies = (wchar_t *)L"a\0b\0";
    return TRUE;
}

static BOOL WINAPI query_config2(SC_HANDLE service, DWORD level, BYTE *out, DWORD size,
                                 DWORD *needed)
{
    (void)service;
    (void)size;
    (void)needed;
    if (level != SERVICE_CONFIG_DESCRIPTION)
        return FALSE;
    ((SERVICE_DESCRIPTIONW *)(void *)out)->lpDescription = (wchar_t *)L"what it is for";
    return TRUE;
}

static BOOL WINAPI close_service(SC_HANDLE handle)
{
    (void)handle;
    return TRUE;
}

static void use_services(void)
{
    calls.open_sc_manager = open_manager;
    calls.enum_services = two_services;
    calls.open_service = open_service;
    calls.query_config = query_config;
    calls.query_config2 = query_config2;
    calls.close_service = close_service;
}

static void test_services(void **state)
{
    (void)state;
    use_services();
    assert_int_equal(take("services"), BUNDLE_PARTIAL);
    assert_int_equal(taken.rows, 2);
    assert_holds(&rows, "\"name\":\"First\",\"state\":\"running\",\"type\":\"shared process\"");
    assert_holds(&rows, "\"process\":{\"pid\":4321}");
    assert_holds(&rows, "\"display_name\":\"\xE4\xB8\xAD Shown\",\"start\":\"disabled\"");
    assert_holds(&rows, "\"account\":\"LocalSystem\",\"depends_on\":[\"a\",\"b\"]");
    assert_holds(&rows, "\"path\":\"C:\\\\no\",\"missing\":true");
    assert_holds(&rows, "\"description\":\"what it is for\"");
    assert_holds(&rows, "\"name\":\"Second\",\"state\":\"running\",\"type\":\"kernel driver\"");
    assert_holds(&rows, "\"unread\":\"OpenService: error 5, access denied\"");
    assert_holds(&listed, "\"lost\":1,");
    assert_holds(&listed, "the configuration of a service could not be read");
}

static void test_no_services(void **state)
{
    (void)state;
    use_services();
    fake.error = ERROR_ACCESS_DENIED;
    assert_int_equal(take("services"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "access denied (OpenSCManager, error 5)");
    fake.error = ERROR_INVALID_DATA; /* there is always more */
    assert_int_equal(take("services"), BUNDLE_PARTIAL);
    assert_holds(&listed, "the service manager tells of no end");
    calls.enum_services = NULL;
    assert_int_equal(take("services"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "this system has no calls of a service manager");
}

/* --- drivers --- */

static LONG NTAPI drivers(ULONG class, void *out, ULONG size, ULONG *told)
{
    static const char path[] = "\\SystemRoot\\no\\such.sys";
    const size_t entry = sizeof(void *) * 3 + 16 + 256;
    size_t count = fake.error ? 1000 : 2; /* of which only some fit */
    char *at = (char *)out + sizeof(void *);

    fake.asked++;
    assert_int_equal(class, 11);
    if (fake.asked == 1 && !fake.error)
        return (LONG)0xC0000004;
    memset(out, 0, size);
    *(ULONG *)out = (ULONG)count;
    for (size_t i = 0; i < count && (size_t)(at - (char *)out) + entry <= size; i++, at += entry) {
        ULONG bytes = 4096;
        memcpy(at + sizeof(void *) * 3, &bytes, sizeof bytes);
        memcpy(at + sizeof(void *) * 3 + 16, path, sizeof path);
    }
    *told = size;
    return 0;
}

static LONG NTAPI no_drivers(ULONG class, void *out, ULONG size, ULONG *told)
{
    (void)class;
    (void)out;
    (void)size;
    (void)told;
    return (LONG)0xC0000022; /* ACCESS_DENIED */
}

static void test_drivers(void **state)
{
    (void)state;
    calls.query_system = drivers;
    assert_int_equal(take("drivers"), BUNDLE_COMPLETE);
    assert_int_equal(fake.asked, 2);
    assert_int_equal(taken.rows, 2);
    assert_holds(&rows, "\"name\":\"such.sys\",\"path\":\"\\\\SystemRoot\\\\no\\\\such.sys\"");
    assert_holds(&rows, "\"size\":4096,");
    assert_holds(&rows, "\"missing\":true");
    fake.error = 1; /* it counts more than there is room for */
    assert_int_equal(take("drivers"), BUNDLE_PARTIAL);
    assert_holds(&listed, "the system's list of drivers is cut off");
    calls.query_system = no_drivers;
    assert_int_equal(take("drivers"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "access denied");
    calls.query_system = NULL;
    assert_int_equal(take("drivers"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "this system lacks NtQuerySystemInformation");
}

/* --- accounts --- */

static DWORD WINAPI users(const wchar_t *server, DWORD level, DWORD filter, BYTE **out, DWORD most,
                          DWORD *read, DWORD *total, DWORD *resume)
{
    USER_INFO_3 *user;

    (void)server;
    (void)filter;
    (void)most;
    (void)total;
    assert_int_equal(level, 3);
    if (fake.error)
        return fake.error;
    user = give(sizeof *user);
    user->usri3_name = (wchar_t *)(*resume ? L"Guest" : L"Ann");
    user->usri3_full_name = (wchar_t *)L"Ann \"A\"";
    user->usri3_priv = *resume ? 0 : 2;
    user->usri3_flags = *resume ? UF_ACCOUNTDISABLE : UF_PASSWD_NOTREQD;
    user->usri3_last_logon = 1;
    user->usri3_acct_expires = TIMEQ_FOREVER;
    user->usri3_user_id = 1000 + *resume;
    *out = (BYTE *)user;
    *read = 1;
    return ++*resume < 2 ? ERROR_MORE_DATA : 0;
}

static DWORD WINAPI groups(const wchar_t *server, DWORD level, BYTE **out, DWORD most, DWORD *read,
                           DWORD *total, DWORD_PTR *resume)
{
    LOCALGROUP_INFO_1 *list = give(2 * sizeof *list);

    (void)server;
    (void)level;
    (void)most;
    (void)total;
    (void)resume;
    list[0].lgrpi1_name = (wchar_t *)L"Administrators";
    list[0].lgrpi1_comment = (wchar_t *)L"may do all";
    list[1].lgrpi1_name = (wchar_t *)L"Secret";
    *out = (BYTE *)list;
    *read = 2;
    return 0;
}

static DWORD WINAPI members(const wchar_t *server, const wchar_t *group, DWORD level, BYTE **out,
                            DWORD most, DWORD *read, DWORD *total, DWORD_PTR *resume)
{
    static SID system_sid = {SID_REVISION, 1, {{0, 0, 0, 0, 0, 5}}, {18}};
    LOCALGROUP_MEMBERS_INFO_2 *list;

    (void)server;
    (void)level;
    (void)most;
    (void)total;
    (void)resume;
    if (wcscmp(group, L"Secret") == 0)
        return ERROR_ACCESS_DENIED;
    list = give(sizeof *list);
    list->lgrmi2_sid = &system_sid;
    list->lgrmi2_domainandname = (wchar_t *)L"M\\Ann";
    *out = (BYTE *)list;
    *read = 1;
    return 0;
}

static void test_accounts(void **state)
{
    (void)state;
    calls.user_enum = users;
    calls.group_enum = groups;
    calls.group_members = members;
    calls.net_free = take_back;
    assert_int_equal(take("users"), BUNDLE_PARTIAL);
    assert_int_equal(fake.given, 0);
    assert_holds(&rows, "{\"name\":\"Ann\",\"full_name\":\"Ann \\\"A\\\"\"}");
    assert_holds(&rows, "\"rid\":1000,\"privilege\":\"administrator\",\"disabled\":false,"
                        "\"password_required\":false");
    assert_holds(&rows, "\"last_logon\":\"1970-01-01T00:00:01.000Z\"");
    assert_holds(&rows, "\"rid\":1001,\"privilege\":\"guest\",\"disabled\":true");
    assert_holds(&rows, "\"members\":[{\"name\":\"M\\\\Ann\",\"sid\":\"S-1-5-18\"}]");
    assert_holds(&rows, "\"members_error\":5");
    assert_holds(&rows, "\"profile\":{\"path\":");
    assert_holds(&listed, "members of a group could not be read");
    fake.error = ERROR_ACCESS_DENIED;
    assert_int_equal(take("users"), BUNDLE_PARTIAL); /* the groups are there */
    assert_holds(&listed, "access denied (NetUserEnum, error 5)");
}

/* --- event logs --- */

static BOOL WINAPI export_log(HANDLE session, const wchar_t *name, const wchar_t *query,
                              const wchar_t *path, DWORD flags)
{
    HANDLE file;
    DWORD written;

    assert_null(session);
    assert_int_equal(flags, 1);
    (void)query;
    if (wcscmp(name, L"Security") == 0) {
        SetLastError(ERROR_ACCESS_DENIED);
        return FALSE;
    }
    if (wcsstr(name, L"PowerShell"))
        return TRUE; /* and there is no file */
    if (wcscmp(name, L"System") != 0) {
        SetLastError(15007);
        return FALSE;
    }
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    WriteFile(file, "ElfFile", 7, &written, NULL);
    CloseHandle(file);
    return TRUE;
}

static void test_event_logs(void **state)
{
    struct buffer copy;

    (void)state;
    calls.export_log = export_log;
    assert_int_equal(take("event-logs"), BUNDLE_PARTIAL);
    assert_int_equal(taken.rows, 1);
    assert_holds(&rows, "{\"channel\":\"System\"},\"stakeout\":{\"copy\":\"System.evtx\"}");
    assert_holds(&rows, "{\"channel\":\"Security\"},\"stakeout\":{\"unread\":\"EvtExportLog: error "
                        "5, access denied\"}");
    assert_holds(&rows, "the system said it was done, and made no file");
    assert_holds(&rows, "this machine has no such log");
    assert_holds(&listed, "\"lost\":3,"); /* what is not installed is not lost */
    assert_holds(&listed, "access denied (EvtExportLog, error 5)");
    buffer_init(&copy, 100);
    read_into(&copy, text_of("evidence/event-logs/System.evtx"), "");
    assert_int_equal(copy.size, 7);
    buffer_done(&copy);
    calls.export_log = NULL;
    assert_int_equal(take("event-logs"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "this system lacks EvtExportLog");
}

/* NOLINTEND(readability-non-const-parameter) */

/* --- the registry --- */

static NTSTATUS NTAPI denied_open(HANDLE *key, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes,
                                  ULONG options)
{
    (void)key;
    (void)access;
    (void)attributes;
    (void)options;
    return (NTSTATUS)0xC0000022;
}

static void test_registry_denied(void **state)
{
    (void)state;
    registry.open_key_ex = denied_open;
    assert_int_equal(take("firewall"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "keys of the registry: access denied");
    assert_int_equal(take("programs"), BUNDLE_UNAVAILABLE);
    assert_int_equal(take("tasks"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "tasks in the registry could not be read");
    /* Nobody's profile is known, and that of the one who runs this is told all the same. */
    calls.user_enum = NULL;
    assert_int_equal(take("users"), BUNDLE_PARTIAL);
    assert_holds(&rows, "\"current\":true");
    assert_holds(&listed, "this system lacks NetUserEnum");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_services, begin, end),
        cmocka_unit_test_setup_teardown(test_no_services, begin, end),
        cmocka_unit_test_setup_teardown(test_drivers, begin, end),
        cmocka_unit_test_setup_teardown(test_accounts, begin, end),
        cmocka_unit_test_setup_teardown(test_event_logs, begin, end),
        cmocka_unit_test_setup_teardown(test_registry_denied, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
