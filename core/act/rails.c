#include "core/act/rails.h"

#define SYSTEM_PID 4u
#define LIGHT 1u /* protection types, the low three bits of the byte */
#define FULL 2u
#define TYPE_BITS 7u

static const char *const names[ACT_COUNT] = {
    [ACT_SUSPEND] = "suspend",         [ACT_RESUME] = "resume",
    [ACT_RESTART] = "restart",         [ACT_KILL] = "kill",
    [ACT_KILL_TREE] = "kill-tree",     [ACT_SUSPEND_TREE] = "suspend-tree",
    [ACT_RESUME_TREE] = "resume-tree", [ACT_KILL_THREAD] = "kill-thread",
};

const char *act_name(enum act_kind kind)
{
    return kind < ACT_COUNT ? names[kind] : "";
}

bool act_is_tree(enum act_kind kind)
{
    return kind == ACT_KILL_TREE || kind == ACT_SUSPEND_TREE || kind == ACT_RESUME_TREE;
}

const char *guard_phrase(enum guard guard)
{
    static const char *const phrases[GUARD_COUNT] = {
        [GUARD_NONE] = "",
        [GUARD_SELF] = "it is Stakeout itself",
        [GUARD_ANCESTOR] = "Stakeout runs under it",
        [GUARD_KERNEL] = "it is a part of the system's kernel, not a program",
        [GUARD_PROTECTED] = "it is a protected process: the system lets nobody touch it",
        [GUARD_CRITICAL] = "it is critical: Windows stops with a blue screen when it ends",
        [GUARD_CORE] = "by its name it is a core process of Windows, which may stop with it",
        [GUARD_SESSION] = "the desktop or the session needs it",
        [GUARD_CONSOLE] = "all programs in its console window stand still with it",
        [GUARD_ENDED] = "it has ended",
    };
    return guard < GUARD_COUNT ? phrases[guard] : "";
}

/* Parts of the kernel that are listed like programs, but have no file. */
static const struct text kernel_names[] = {
    text_of("System"),        text_of("Registry"), text_of("Memory Compression"),
    text_of("Secure System"), text_of("Idle"),     text_of("System Idle Process"),
};

static const struct text core_names[] = {
    text_of("smss.exe"),     text_of("csrss.exe"), text_of("wininit.exe"), text_of("winlogon.exe"),
    text_of("services.exe"), text_of("lsass.exe"), text_of("lsaiso.exe"),  text_of("svchost.exe"),
};

static const struct text session_names[] = {
    text_of("explorer.exe"), text_of("dwm.exe"),      text_of("sihost.exe"),
    text_of("logonui.exe"),  text_of("userinit.exe"), text_of("fontdrvhost.exe"),
    text_of("winlogon.exe"),
};

static bool is_among(struct text name, const struct text *among, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_nocase(name, among[i]))
            return true;
    return false;
}
#define AMONG(name, list) is_among(name, list, sizeof(list) / sizeof((list)[0]))

/* A name alone is no rank: a stranger's explorer.exe in a temporary folder is guarded by nothing.
 * Where the file's place is not known the name decides. */
static bool lies_with_windows(const struct process_facts *facts)
{
    if (facts->image.state != READ_OK)
        return true;
    struct text path = facts->image.value;
    static const struct text roots[] = {text_of(":\\windows\\system32\\"), text_of(":\\windows\\")};
    for (size_t i = 0; i < 2; i++) {
        struct text rest = path.size ? text_slice(path, 1, path.size - 1) : path;
        if (!text_starts_nocase(rest, roots[i]))
            continue;
        rest = text_slice(rest, roots[i].size, rest.size - roots[i].size);
        if (text_equal(rest, text_file_name(rest)))
            return true;
    }
    return false;
}

static enum guard rank_by_name(const struct process_facts *facts)
{
    if (!lies_with_windows(facts))
        return GUARD_NONE;
    if (facts->critical.state != READ_OK && AMONG(facts->name, core_names))
        return GUARD_CORE;
    if (AMONG(facts->name, session_names))
        return GUARD_SESSION;
    return text_equal_nocase(facts->name, text_of("conhost.exe")) ? GUARD_CONSOLE : GUARD_NONE;
}

static bool is_kernel(const struct process_facts *facts)
{
    return facts->key.pid == 0 || facts->key.pid == SYSTEM_PID ||
           (facts->image.state == READ_NOT_APPLICABLE && AMONG(facts->name, kernel_names));
}

static bool is_protected(const struct process_facts *facts)
{
    uint32_t type = facts->protection.value & TYPE_BITS;
    return facts->protection.state == READ_OK && (type == LIGHT || type == FULL);
}

static enum guard guard_of(const struct process_facts *facts, bool ended, bool is_own_line,
                           struct process_key self)
{
    if (process_key_equal(facts->key, self))
        return GUARD_SELF;
    if (is_kernel(facts))
        return GUARD_KERNEL;
    if (ended)
        return GUARD_ENDED;
    if (is_protected(facts))
        return GUARD_PROTECTED;
    if (facts->critical.state == READ_OK && facts->critical.value)
        return GUARD_CRITICAL;
    enum guard by_name = rank_by_name(facts);
    if (by_name == GUARD_NONE && is_own_line)
        return GUARD_ANCESTOR;
    return by_name;
}

static bool is_harmless(enum act_kind kind)
{
    return kind == ACT_RESUME || kind == ACT_RESUME_TREE;
}

static enum rail rail_of(enum guard guard, enum act_kind kind)
{
    switch (guard) {
    case GUARD_SELF:
    case GUARD_KERNEL:
    case GUARD_PROTECTED:
        return RAIL_FORBIDDEN;
    case GUARD_ENDED: /* a tree may go on below it; there is nothing left to kill in it */
        return act_is_tree(kind) ? RAIL_FREE : RAIL_FORBIDDEN;
    case GUARD_CRITICAL:
    case GUARD_CORE:
    case GUARD_SESSION:
        return is_harmless(kind) ? RAIL_FREE : RAIL_TYPE_NAME;
    case GUARD_ANCESTOR:
        if (is_harmless(kind))
            return RAIL_FREE;
        /* Its tree holds this program. */
        return kind == ACT_KILL_TREE || kind == ACT_SUSPEND_TREE ? RAIL_FORBIDDEN : RAIL_TYPE_NAME;
    case GUARD_CONSOLE:
        return kind == ACT_SUSPEND || kind == ACT_SUSPEND_TREE ? RAIL_ASK : RAIL_FREE;
    case GUARD_NONE:
    case GUARD_COUNT:
        break;
    }
    return RAIL_FREE;
}

static struct verdict judge(const struct process_facts *facts, bool ended, bool is_own_line,
                            struct process_key self, enum act_kind kind)
{
    enum guard guard = guard_of(facts, ended, is_own_line, self);
    bool harms_tree = kind == ACT_KILL_TREE || kind == ACT_SUSPEND_TREE;
    /* Whatever else it is: its tree holds this program. */
    if (harms_tree && guard != GUARD_SELF && is_own_line)
        guard = GUARD_ANCESTOR;
    return (struct verdict){.rail = rail_of(guard, kind), .guard = guard};
}

struct verdict rails_judge(const struct snapshot *snapshot, uint32_t process,
                           struct process_key self, enum act_kind kind)
{
    const struct process_row *row = &snapshot->processes[process];
    return judge(row->facts, row->ended, rails_is_own_line(snapshot, process, self), self, kind);
}

struct verdict rails_judge_facts(const struct process_facts *facts, bool is_own_line,
                                 struct process_key self, enum act_kind kind)
{
    return judge(facts, false, is_own_line, self, kind);
}

bool rails_is_own_line(const struct snapshot *snapshot, uint32_t process, struct process_key self)
{
    if (!self.pid)
        return false;
    uint32_t own = snapshot_process_by_pid(snapshot, self.pid);
    if (own != NO_ROW && !process_key_equal(snapshot->processes[own].facts->key, self))
        return false; /* another machine's */
    /* Parents start no later than their children, so this ends; the bound is for broken input. */
    for (uint32_t step = 0; own != NO_ROW && step <= snapshot->process_count; step++) {
        if (own == process)
            return true;
        own = snapshot->processes[own].parent;
    }
    return false;
}

bool rails_name_typed(struct text typed, struct text name)
{
    return name.size && text_equal_nocase(text_trim(typed), name);
}
