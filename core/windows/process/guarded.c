#include "core/windows/process/guarded.h"

#include "core/model/protection.h"
#include "core/windows/failure.h"
#include "core/windows/nt.h"

static struct number_fact unread(enum status why)
{
    return (struct number_fact){.state = read_state_from(why)};
}

static enum status ask_critical(const struct system_table *system, HANDLE handle, ULONG *critical)
{
    BOOL answer = FALSE;
    NTSTATUS status;

    if (system->is_process_critical && system->is_process_critical(handle, &answer)) {
        *critical = (ULONG)answer;
        return ST_OK;
    }
    if (!system->nt_query_information_process)
        return ST_UNSUPPORTED;
    status = system->nt_query_information_process(handle, NT_PROCESS_CRITICAL, critical,
                                                  sizeof *critical, NULL);
    return status < 0 ? failure_from_nt(status) : ST_OK;
}

struct number_fact guarded_critical(const struct system_table *system, HANDLE handle, uint32_t pid)
{
    ULONG critical = 0;
    enum status status = ask_critical(system, handle, &critical);

    if (status == ST_DENIED) {
        /* The caller's handle stays open, so that the PID cannot have become another's. */
        HANDLE more = system->open_process(PROCESS_QUERY_INFORMATION, FALSE, pid);
        if (more) {
            status = ask_critical(system, more, &critical);
            system->close_handle(more);
        }
    }
    return status ? unread(status) : (struct number_fact){critical != 0, READ_OK};
}

/* Before Windows 8.1 the system tells only whether a process is protected. */
static enum status ask_old_protection(const struct system_table *system, HANDLE handle,
                                      uint32_t *protection)
{
    struct nt_extended_basic basic = {.size = sizeof basic};

    if (system->nt_query_information_process(handle, NT_PROCESS_BASIC, &basic, sizeof basic, NULL) <
        0)
        return ST_UNSUPPORTED; /* in the words of the class that was missing first */
    *protection = basic.flags & NT_BASIC_PROTECTED ? PROTECTION_FULL : 0;
    return ST_OK;
}

struct number_fact guarded_protection(const struct system_table *system, HANDLE handle)
{
    BYTE byte = 0;
    uint32_t protection;
    enum status status;
    NTSTATUS answer;

    if (!system->nt_query_information_process)
        return unread(ST_UNSUPPORTED);
    answer = system->nt_query_information_process(handle, NT_PROCESS_PROTECTION, &byte, sizeof byte,
                                                  NULL);
    protection = byte;
    status = answer < 0 ? failure_from_nt(answer) : ST_OK;
    if (status == ST_UNSUPPORTED)
        status = ask_old_protection(system, handle, &protection);
    return status ? unread(status) : (struct number_fact){protection, READ_OK};
}
