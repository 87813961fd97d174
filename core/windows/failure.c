#include "core/windows/failure.h"

#include <windows.h>

/* NTSTATUS values as ntstatus.h has them; that header and windows.h do not go together. */
#define NT_INFO_LENGTH_MISMATCH 0xC0000004u
#define NT_INVALID_INFO_CLASS 0xC0000003u
#define NT_NOT_IMPLEMENTED 0xC0000002u
#define NT_NOT_SUPPORTED 0xC00000BBu
#define NT_ACCESS_DENIED 0xC0000022u
#define NT_PROCESS_TERMINATING 0xC000010Au
#define NT_INVALID_CID 0xC000000Bu
#define NT_NO_MEMORY 0xC0000017u
#define NT_NO_RESOURCES 0xC000009Au
#define NT_NOT_FOUND 0xC0000225u
#define NT_PARTIAL_COPY 0x8000000Du

enum status failure_from_win32(uint32_t code)
{
    switch (code) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_NOT_FOUND:
    case ERROR_INVALID_NAME:
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME:
        return ST_NOT_FOUND;
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD:
    case 740:                         /* ERROR_ELEVATION_REQUIRED */
    case ERROR_NETWORK_ACCESS_DENIED: /* 65 */
    case 317:                         /* what SetTcpEntry says to those who are not elevated */
        return ST_DENIED;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
    case ERROR_NO_SYSTEM_RESOURCES:
        return ST_NO_MEMORY;
    case ERROR_CALL_NOT_IMPLEMENTED:
    case ERROR_INVALID_FUNCTION:
    case ERROR_NOT_SUPPORTED:
    case ERROR_PROC_NOT_FOUND:
        return ST_UNSUPPORTED;
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
    case ERROR_BUSY:
    case ERROR_USER_MAPPED_FILE:
        return ST_BUSY;
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
    case 1295: /* ERROR_DISK_QUOTA_EXCEEDED */
        return ST_DISK_FULL;
    case 223: /* ERROR_FILE_TOO_LARGE: FAT holds no more in one file */
        return ST_TOO_LARGE;
    case ERROR_WRITE_FAULT:
    case ERROR_READ_FAULT:
    case ERROR_IO_DEVICE:
    case ERROR_CRC:
    case ERROR_WRITE_PROTECT:
    case ERROR_NOT_READY:
        return ST_IO;
    case ERROR_OPERATION_ABORTED:
    case ERROR_CANCELLED:
        return ST_CANCELLED;
    case ERROR_PARTIAL_COPY: /* what ReadProcessMemory says of a process that is going */
    case ERROR_PROCESS_ABORTED:
        return ST_GONE;
    default:
        return ST_SYSTEM;
    }
}

enum status failure_from_nt(int32_t code)
{
    switch ((uint32_t)code) {
    case NT_ACCESS_DENIED:
        return ST_DENIED;
    case NT_INVALID_INFO_CLASS:
    case NT_NOT_IMPLEMENTED:
    case NT_NOT_SUPPORTED:
        return ST_UNSUPPORTED;
    case NT_PROCESS_TERMINATING:
    case NT_INVALID_CID:
    case NT_PARTIAL_COPY:
        return ST_GONE;
    case NT_NO_MEMORY:
    case NT_NO_RESOURCES:
        return ST_NO_MEMORY;
    case NT_NOT_FOUND:
        return ST_NOT_FOUND;
    case NT_INFO_LENGTH_MISMATCH:
        return ST_TOO_LARGE;
    default:
        return ST_SYSTEM;
    }
}

enum status failure_win32(struct failure *failure, const char *call, uint32_t code)
{
    enum status status = failure_from_win32(code);

    if (failure)
        *failure = (struct failure){status, call, code};
    return status;
}

static void add_hexadecimal(struct buffer *out, uint32_t code)
{
    buffer_add_string(out, "0x");
    for (int shift = 28; shift >= 0; shift -= 4)
        buffer_add_byte(out, "0123456789ABCDEF"[code >> shift & 15]);
}

void failure_add(struct buffer *out, const struct failure *failure)
{
    if (failure->call) {
        buffer_add_string(out, failure->call);
        buffer_add_string(out, ": ");
    }
    if (failure->code) {
        buffer_add_string(out, "error ");
        if (failure->code & 0x80000000u)
            add_hexadecimal(out, failure->code);
        else
            buffer_add_unsigned(out, failure->code);
        buffer_add_string(out, ", ");
    }
    buffer_add_string(out, status_phrase(failure->status));
}
