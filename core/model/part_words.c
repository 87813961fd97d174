#include "core/model/part_words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* KTHREAD_STATE */
static const char *const states[] = {
    "initialized", "ready",      "running",        "standby",   "terminated",
    "waiting",     "transition", "deferred ready", "gate wait", "waiting for swapped process",
};

/* KWAIT_REASON: those of a kernel that waits for itself, then the same of user requests. */
static const char *const waits[] = {
    [0] = "executive",
    [1] = "free page",
    [2] = "page in",
    [3] = "pool allocation",
    [4] = "sleep",
    [5] = "suspended",
    [6] = "user request",
    [7] = "executive",
    [8] = "free page",
    [9] = "page in",
    [10] = "pool allocation",
    [11] = "sleep",
    [12] = "suspended",
    [13] = "user request",
    [14] = "event pair",
    [15] = "queue",
    [16] = "LPC receive",
    [17] = "LPC reply",
    [18] = "virtual memory",
    [19] = "page out",
    [20] = "rendezvous",
    [21] = "keyed event",
    [22] = "terminated",
    [23] = "process in swap",
    [24] = "CPU rate control",
    [25] = "callout stack",
    [26] = "kernel",
    [27] = "resource",
    [28] = "push lock",
    [29] = "mutex",
    [30] = "quantum end",
    [31] = "dispatch interrupt",
    [32] = "preempted",
    [33] = "yield execution",
    [34] = "fast mutex",
    [35] = "guarded mutex",
    [36] = "rundown",
    [37] = "alert by thread id",
    [38] = "deferred preemption",
    [39] = "physical fault",
};

/* Locally unique identifiers 2 to 36, the same on every Windows. */
static const char *const privileges[] = {
    NULL,
    NULL,
    "SeCreateTokenPrivilege",
    "SeAssignPrimaryTokenPrivilege",
    "SeLockMemoryPrivilege",
    "SeIncreaseQuotaPrivilege",
    "SeMachineAccountPrivilege",
    "SeTcbPrivilege",
    "SeSecurityPrivilege",
    "SeTakeOwnershipPrivilege",
    "SeLoadDriverPrivilege",
    "SeSystemProfilePrivilege",
    "SeSystemtimePrivilege",
    "SeProfileSingleProcessPrivilege",
    "SeIncreaseBasePriorityPrivilege",
    "SeCreatePagefilePrivilege",
    "SeCreatePermanentPrivilege",
    "SeBackupPrivilege",
    "SeRestorePrivilege",
    "SeShutdownPrivilege",
    "SeDebugPrivilege",
    "SeAuditPrivilege",
    "SeSystemEnvironmentPrivilege",
    "SeChangeNotifyPrivilege",
    "SeRemoteShutdownPrivilege",
    "SeUndockPrivilege",
    "SeSyncAgentPrivilege",
    "SeEnableDelegationPrivilege",
    "SeManageVolumePrivilege",
    "SeImpersonatePrivilege",
    "SeCreateGlobalPrivilege",
    "SeTrustedCredManAccessPrivilege",
    "SeRelabelPrivilege",
    "SeIncreaseWorkingSetPrivilege",
    "SeTimeZonePrivilege",
    "SeCreateSymbolicLinkPrivilege",
    "SeDelegateSessionUserImpersonatePrivilege",
};

static const struct {
    uint32_t level;
    const char *word;
} integrities[] = {
    {0x0000, "untrusted"},         {0x1000, "low"},  {0x2000, "medium"},
    {0x2100, "medium plus"},       {0x3000, "high"}, {0x4000, "system"},
    {0x5000, "protected process"},
};

static const struct {
    uint32_t bit;
    const char *word;
} attributes_of_groups[] = {
    {GROUP_MANDATORY, "mandatory"},   {GROUP_ENABLED, "enabled"},
    {GROUP_BY_DEFAULT, "by default"}, {GROUP_OWNER, "owner"},
    {GROUP_DENY_ONLY, "deny only"},   {GROUP_INTEGRITY, "integrity"},
    {GROUP_LOGON, "logon"},
};

const char *thread_state_word(uint32_t state)
{
    return state < COUNT(states) ? states[state] : NULL;
}

const char *thread_wait_word(uint32_t wait)
{
    return wait < COUNT(waits) ? waits[wait] : NULL;
}

const char *privilege_word(uint64_t luid)
{
    return luid < COUNT(privileges) ? privileges[luid] : NULL;
}

const char *elevation_word(uint32_t elevation)
{
    switch (elevation) {
    case ELEVATION_DEFAULT:
        return "default";
    case ELEVATION_FULL:
        return "full";
    case ELEVATION_LIMITED:
        return "limited";
    default:
        return NULL;
    }
}

static void add_word(struct buffer *out, const char *word, const char *kind, uint64_t number)
{
    if (word) {
        buffer_add_string(out, word);
        return;
    }
    buffer_add_string(out, kind);
    buffer_add_byte(out, ' ');
    buffer_add_unsigned(out, number);
}

void thread_state_add(struct buffer *out, uint32_t state)
{
    add_word(out, thread_state_word(state), "state", state);
}

void thread_wait_add(struct buffer *out, uint32_t wait)
{
    add_word(out, thread_wait_word(wait), "reason", wait);
}

void privilege_add(struct buffer *out, uint64_t luid)
{
    add_word(out, privilege_word(luid), "privilege", luid);
}

void hexadecimal_add(struct buffer *out, uint64_t number)
{
    int shift = 60;
    buffer_add_string(out, "0x");
    while (shift && !(number >> shift))
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        buffer_add_byte(out, "0123456789abcdef"[number >> shift & 15]);
}

void thread_start_add(struct buffer *out, const struct thread_info *thread)
{
    if (!thread->module.size) {
        hexadecimal_add(out, thread->start.value);
        return;
    }
    buffer_add(out, thread->module);
    buffer_add_byte(out, '+');
    hexadecimal_add(out, thread->offset);
}

void integrity_add(struct buffer *out, uint32_t level)
{
    size_t at = COUNT(integrities) - 1;
    while (at && integrities[at].level > level)
        at--;
    buffer_add_string(out, integrities[at].word);
    if (integrities[at].level == level)
        return;
    buffer_add_string(out, " (");
    hexadecimal_add(out, level);
    buffer_add_byte(out, ')');
}

void group_attributes_add(struct buffer *out, uint32_t attributes)
{
    const char *comma = "";
    for (size_t i = 0; i < COUNT(attributes_of_groups); i++) {
        if (!(attributes & attributes_of_groups[i].bit))
            continue;
        buffer_add_string(out, comma);
        buffer_add_string(out, attributes_of_groups[i].word);
        comma = ", ";
    }
}
