#include "core/windows/network/hosts_edit.h"

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/file/files.h"
#include "core/windows/library.h"
#include "core/windows/network/hosts_file.h"
#include "core/windows/system.h"
#include "core/windows/text16.h"

#define PATH_CEILING ((size_t)128 << 10)
#define MUTEX_NAME L"Global\\StakeoutHostsFile"
#define MUTEX_WAIT_MS 3000
#define SUFFIX ".stakeout-new"
#define NAME_MOST 256
#define KEPT_ATTRIBUTES                                                                            \
    (FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_ARCHIVE |                      \
     FILE_ATTRIBUTE_NOT_CONTENT_INDEXED)

struct hosts_edit {
    struct buffer path;
    struct buffer content;
    HANDLE mutex;
    bool there; /* the file exists */
};

static enum status read_now(const struct hosts_edit *edit, struct buffer *content, bool *there,
                            struct failure *failure)
{
    enum status status;

    buffer_clear(content);
    status = files_read(buffer_text(&edit->path), content, failure);
    *there = status == ST_OK;
    return status == ST_NOT_FOUND ? ST_OK : status;
}

/* Held from the reading to the closing. Where it can't be made (another user's) we go on: a change
 * in between is noticed all the same. */
static enum status take_turn(struct hosts_edit *edit)
{
    DWORD got;

    edit->mutex = CreateMutexW(NULL, FALSE, MUTEX_NAME);
    if (!edit->mutex)
        return ST_OK;
    got = WaitForSingleObject(edit->mutex, MUTEX_WAIT_MS);
    if (got == WAIT_OBJECT_0 || got == WAIT_ABANDONED)
        return ST_OK;
    CloseHandle(edit->mutex);
    edit->mutex = NULL;
    return ST_BUSY;
}

enum status hosts_edit_open(struct text path, struct hosts_edit **edit, struct failure *failure)
{
    struct hosts_edit *made = memory_take(sizeof *made);
    enum status status = ST_OK;

    if (!made)
        return ST_NO_MEMORY;
    buffer_init(&made->path, PATH_CEILING);
    buffer_init(&made->content, HOSTS_EDIT_MOST);
    if (path.size)
        buffer_add(&made->path, path);
    else
        status = hosts_file_path(&made->path);
    if (status == ST_OK)
        status = made->path.failed;
    if (status == ST_OK)
        status = take_turn(made);
    if (status == ST_OK)
        status = read_now(made, &made->content, &made->there, failure);
    if (status == ST_OK)
        *edit = made;
    else
        hosts_edit_close(made);
    return status;
}

void hosts_edit_close(struct hosts_edit *edit)
{
    if (!edit)
        return;
    if (edit->mutex) {
        ReleaseMutex(edit->mutex);
        CloseHandle(edit->mutex);
    }
    buffer_done(&edit->content);
    buffer_done(&edit->path);
    memory_give(edit);
}

struct text hosts_edit_path(const struct hosts_edit *edit)
{
    return buffer_text(&edit->path);
}

struct text hosts_edit_content(const struct hosts_edit *edit)
{
    return buffer_text(&edit->content);
}

enum status hosts_edit_verify(struct hosts_edit *edit)
{
    struct buffer now;
    bool there;
    enum status status;

    buffer_init(&now, HOSTS_EDIT_MOST);
    status = read_now(edit, &now, &there, NULL);
    if (status == ST_OK &&
        (there != edit->there || !text_equal(buffer_text(&now), buffer_text(&edit->content))))
        status = ST_STALE;
    buffer_done(&now);
    return status;
}

/* --- writing --- */

static enum status write_all(const wchar_t *path, struct text content, struct failure *failure)
{
    HANDLE file =
        CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    enum status status = ST_OK;

    if (file == INVALID_HANDLE_VALUE)
        return failure_win32(failure, "CreateFile", GetLastError());
    for (size_t done = 0; status == ST_OK && done < content.size;) {
        size_t rest = content.size - done;
        DWORD written = 0;
        if (!WriteFile(file, content.bytes + done, rest < (1u << 20) ? (DWORD)rest : 1u << 20,
                       &written, NULL))
            status = failure_win32(failure, "WriteFile", GetLastError());
        else if (!written)
            status = failure_win32(failure, "WriteFile", ERROR_DISK_FULL);
        done += written;
    }
    if (status == ST_OK && !FlushFileBuffers(file))
        status = failure_win32(failure, "FlushFileBuffers", GetLastError());
    CloseHandle(file);
    return status;
}

/* Owner, group and access list of the old file; what needs a privilege that is not there stays as
 * the folder gives it. */
static void copy_security(const wchar_t *from, const wchar_t *to)
{
    const SECURITY_INFORMATION parts[] = {DACL_SECURITY_INFORMATION, GROUP_SECURITY_INFORMATION,
                                          OWNER_SECURITY_INFORMATION};

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        union {
            SECURITY_DESCRIPTOR descriptor;
            BYTE room[16384];
        } security;
        SECURITY_DESCRIPTOR_CONTROL control = 0;
        DWORD needed = 0;
        DWORD revision;
        SECURITY_INFORMATION part = parts[i];
        if (!GetFileSecurityW(from, part, &security.descriptor, sizeof security, &needed))
            continue;
        if (part == DACL_SECURITY_INFORMATION &&
            GetSecurityDescriptorControl(&security.descriptor, &control, &revision) &&
            control & SE_DACL_PROTECTED)
            part |= PROTECTED_DACL_SECURITY_INFORMATION; /* it inherits nothing */
        SetFileSecurityW(to, part, &security.descriptor);
    }
}

/* Attributes and the time of its making. */
static void copy_looks(const wchar_t *from, const wchar_t *to)
{
    WIN32_FILE_ATTRIBUTE_DATA looks;
    HANDLE file;

    if (!GetFileAttributesExW(from, GetFileExInfoStandard, &looks))
        return;
    file = CreateFileW(to, FILE_WRITE_ATTRIBUTES, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (file != INVALID_HANDLE_VALUE) {
        SetFileTime(file, &looks.ftCreationTime, NULL, NULL);
        CloseHandle(file);
    }
    SetFileAttributesW(to, looks.dwFileAttributes & KEPT_ATTRIBUTES);
}

#define RENAME_TRIES 50u
#define RENAME_PAUSE 20u /* ms */

/* One rename: ReplaceFile takes two, between which there is no file of that name. A file that is
 * open can't be replaced, and resolvers and scanners open this one for a moment now and then. */
static enum status put_in_place(const struct hosts_edit *edit, const wchar_t *path,
                                const wchar_t *beside, struct failure *failure)
{
    if (edit->there) {
        copy_looks(path, beside);
        copy_security(path, beside);
    }
    DWORD flags = MOVEFILE_WRITE_THROUGH | (edit->there ? MOVEFILE_REPLACE_EXISTING : 0);
    DWORD error = ERROR_SUCCESS;
    for (unsigned tries = 0; tries < RENAME_TRIES; tries++) {
        if (MoveFileExW(beside, path, flags))
            return ST_OK;
        error = GetLastError();
        if (error != ERROR_ACCESS_DENIED && error != ERROR_SHARING_VIOLATION)
            break;
        Sleep(RENAME_PAUSE);
    }
    return failure_win32(failure, "MoveFileEx", error);
}

static enum status replace(const struct hosts_edit *edit, struct text content,
                           struct failure *failure)
{
    struct buffer name;
    enum status status;

    buffer_init(&name, PATH_CEILING);
    buffer_add(&name, buffer_text(&edit->path));
    buffer_add_string(&name, SUFFIX);
    wchar_t *path = files_path(buffer_text(&edit->path), failure);
    wchar_t *beside = path ? files_path(buffer_text(&name), failure) : NULL;
    DWORD attributes = path ? GetFileAttributesW(path) : INVALID_FILE_ATTRIBUTES;
    if (!beside)
        status = failure->status;
    else if (attributes != INVALID_FILE_ATTRIBUTES && attributes & FILE_ATTRIBUTE_READONLY) {
        *failure = (struct failure){ST_DENIED, "its read-only attribute", 0};
        status = ST_DENIED;
    } else {
        status = write_all(beside, content, failure);
        if (status == ST_OK)
            status = put_in_place(edit, path, beside, failure);
        if (status != ST_OK)
            DeleteFileW(beside);
    }
    text16_free(beside);
    text16_free(path);
    buffer_done(&name);
    return status;
}

enum status hosts_edit_write(struct hosts_edit *edit, struct text content, struct failure *failure)
{
    enum status status = hosts_edit_verify(edit);

    if (status == ST_OK)
        status = replace(edit, content, failure);
    if (status != ST_OK)
        return status;
    edit->there = true;
    buffer_clear(&edit->content);
    buffer_add(&edit->content, content);
    return edit->content.failed;
}

/* --- what others see of it --- */

enum status hosts_edit_flush(void)
{
    typedef BOOL(WINAPI * flush_cache)(void);
    flush_cache flush = (flush_cache)library_find(L"dnsapi.dll", "DnsFlushResolverCache");

    if (!flush)
        return ST_UNSUPPORTED;
    flush(); /* what it returns differs from system to system */
    return ST_OK;
}

/* Keeps the question off the wire: it must not warn the domain's owner. The flags are those of
 * windows/network/names.c; the hosts file is read all the same. */
#define OFF_THE_WIRE (0x10 | 0x80 | 0x800)

enum status hosts_edit_resolve(struct text domain, const struct address *address, bool *same)
{
    DNS_RECORDW *answers = NULL;
    WORD type = address_is_ipv4(address) ? DNS_TYPE_A : DNS_TYPE_AAAA;
    wchar_t *wide = text16_from(domain, NULL);
    enum status status = ST_NOT_FOUND;

    if (!wide)
        return ST_NO_MEMORY;
    if (system_calls()->dns_query(wide, type, OFF_THE_WIRE, &answers) == 0) {
        status = ST_OK;
        *same = false;
        for (const DNS_RECORDW *one = answers; one; one = one->pNext) {
            if (one->wType != type)
                continue;
            struct address answer =
                type == DNS_TYPE_A ? address_from_ipv4((const uint8_t *)&one->Data.A.IpAddress)
                                   : address_from_ipv6((const uint8_t *)&one->Data.AAAA.Ip6Address);
            *same = *same || address_equal(&answer, address);
        }
        system_calls()->dns_free(answers, DnsFreeRecordList);
    }
    text16_free(wide);
    return status;
}

/* The host in "http://wsus.example:8530". */
static struct text host_of(struct text address)
{
    size_t scheme = text_find(address, text_of("://"));
    size_t size = 0;

    if (scheme != SIZE_MAX)
        address = text_slice(address, scheme + 3, address.size - scheme - 3);
    while (size < address.size && address.bytes[size] != ':' && address.bytes[size] != '/')
        size++;
    return text_slice(address, 0, size);
}

struct sinkhole_machine hosts_edit_machine(struct arena *arena)
{
    static const wchar_t policy[] = L"SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate";
    struct sinkhole_machine machine = {.host = {NULL, 0}};
    wchar_t wide[NAME_MOST];
    DWORD length = NAME_MOST;

    if (GetComputerNameExW(ComputerNameDnsHostname, wide, &length))
        machine.host = text16_copy(arena, wide, length, NULL);
    length = NAME_MOST;
    if (GetComputerNameExW(ComputerNameDnsDomain, wide, &length))
        machine.domain = text16_copy(arena, wide, length, NULL);
    length = sizeof wide;
    if (RegGetValueW(HKEY_LOCAL_MACHINE, policy, L"WUServer", RRF_RT_REG_SZ, NULL, wide, &length) ==
            ERROR_SUCCESS &&
        length > sizeof(wchar_t))
        machine.update = host_of(text16_copy(arena, wide, length / sizeof(wchar_t) - 1, NULL));
    return machine;
}
