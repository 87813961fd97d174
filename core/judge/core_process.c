#include "core/judge/core_process.h"

#include "core/judge/odd_place.h"

#define KERNEL_PID 4u

enum core_folder {
    FOLDER_NONE,    /* it has no image: part of the kernel */
    FOLDER_SYSTEM,  /* %SystemRoot%\System32 */
    FOLDER_WBEM,    /* System32\wbem */
    FOLDER_WINDOWS, /* %SystemRoot% itself */
};

enum core_user {
    USER_ANY,
    USER_SYSTEM,
    USER_SERVICE, /* a service account; in a user's session also the user (per-user services) */
    USER_PERSON,  /* no service account */
};

enum core_session { SESSION_ANY, SESSION_SERVICES, SESSION_USER };

struct core_process {
    struct text name;
    const char *parents; /* names with a bar between them; NULL: any */
    uint8_t folder;
    uint8_t user;
    uint8_t session;
    uint8_t number;
    bool orphan; /* its parent exits: one that is there must be proved to be the parent */
};

#define NAME(literal) {literal, sizeof(literal) - 1}

/* The parents of svchost.exe beside services.exe: anti-malware, updates, theft recovery. */
#define SVCHOST_PARENTS                                                                            \
    "services.exe|svchost.exe|MsMpEng.exe|Mrt.exe|ngen.exe|rpcnet.exe|rpcnetp.exe|TiWorker.exe|"   \
    "SavService.exe"
/* The shell is started by userinit.exe, which then exits; again by winlogon.exe, by the task
 * manager or by sihost.exe when it is missing, and for further windows by itself or DCOM. */
#define SHELL_PARENTS                                                                              \
    "userinit.exe|winlogon.exe|explorer.exe|svchost.exe|sihost.exe|taskmgr.exe|runonce.exe"

static const struct core_process processes[] = {
    {NAME("System"), NULL, FOLDER_NONE, USER_SYSTEM, SESSION_SERVICES, CORE_ONE, false},
    {NAME("Registry"), "System", FOLDER_NONE, USER_SYSTEM, SESSION_SERVICES, CORE_ONE, false},
    {NAME("Memory Compression"), "System", FOLDER_NONE, USER_SYSTEM, SESSION_SERVICES, CORE_ONE,
     false},
    {NAME("Secure System"), "System", FOLDER_NONE, USER_SYSTEM, SESSION_SERVICES, CORE_ONE, false},
    {NAME("smss.exe"), "System|smss.exe", FOLDER_SYSTEM, USER_SYSTEM, SESSION_ANY, CORE_ANY_NUMBER,
     false},
    {NAME("csrss.exe"), "smss.exe", FOLDER_SYSTEM, USER_SYSTEM, SESSION_ANY, CORE_ONE_A_SESSION,
     true},
    {NAME("wininit.exe"), "smss.exe", FOLDER_SYSTEM, USER_SYSTEM, SESSION_SERVICES, CORE_ONE, true},
    {NAME("winlogon.exe"), "smss.exe", FOLDER_SYSTEM, USER_SYSTEM, SESSION_USER, CORE_ONE_A_SESSION,
     true},
    {NAME("services.exe"), "wininit.exe", FOLDER_SYSTEM, USER_SYSTEM, SESSION_SERVICES, CORE_ONE,
     false},
    {NAME("lsass.exe"), "wininit.exe", FOLDER_SYSTEM, USER_SYSTEM, SESSION_SERVICES, CORE_ONE,
     false},
    {NAME("lsaiso.exe"), "wininit.exe", FOLDER_SYSTEM, USER_SYSTEM, SESSION_SERVICES, CORE_ONE,
     false},
    {NAME("lsm.exe"), "wininit.exe", FOLDER_SYSTEM, USER_SYSTEM, SESSION_SERVICES, CORE_ONE, false},
    {NAME("svchost.exe"), SVCHOST_PARENTS, FOLDER_SYSTEM, USER_SERVICE, SESSION_ANY,
     CORE_ANY_NUMBER, false},
    {NAME("taskhost.exe"), "svchost.exe|services.exe", FOLDER_SYSTEM, USER_ANY, SESSION_ANY,
     CORE_ANY_NUMBER, false},
    {NAME("taskhostex.exe"), "svchost.exe", FOLDER_SYSTEM, USER_ANY, SESSION_ANY, CORE_ANY_NUMBER,
     false},
    {NAME("taskhostw.exe"), "svchost.exe", FOLDER_SYSTEM, USER_ANY, SESSION_ANY, CORE_ANY_NUMBER,
     false},
    {NAME("RuntimeBroker.exe"), "svchost.exe", FOLDER_SYSTEM, USER_PERSON, SESSION_ANY,
     CORE_ANY_NUMBER, false},
    {NAME("userinit.exe"), "winlogon.exe", FOLDER_SYSTEM, USER_PERSON, SESSION_ANY, CORE_ANY_NUMBER,
     false},
    {NAME("explorer.exe"), SHELL_PARENTS, FOLDER_WINDOWS, USER_PERSON, SESSION_ANY, CORE_ANY_NUMBER,
     true},
    {NAME("spoolsv.exe"), "services.exe", FOLDER_SYSTEM, USER_SYSTEM, SESSION_SERVICES,
     CORE_ANY_NUMBER, false},
    {NAME("dwm.exe"), "winlogon.exe|svchost.exe", FOLDER_SYSTEM, USER_ANY, SESSION_ANY,
     CORE_ANY_NUMBER, false},
    {NAME("fontdrvhost.exe"), "winlogon.exe|wininit.exe", FOLDER_SYSTEM, USER_ANY, SESSION_ANY,
     CORE_ANY_NUMBER, false},
    {NAME("dllhost.exe"), "svchost.exe|services.exe", FOLDER_SYSTEM, USER_ANY, SESSION_ANY,
     CORE_ANY_NUMBER, false},
    {NAME("WmiPrvSE.exe"), "svchost.exe", FOLDER_WBEM, USER_ANY, SESSION_ANY, CORE_ANY_NUMBER,
     false},
    {NAME("conhost.exe"), NULL, FOLDER_SYSTEM, USER_ANY, SESSION_ANY, CORE_ANY_NUMBER, false},
};

#define PROCESSES (sizeof processes / sizeof processes[0])

const struct core_process *core_process_find(struct text name)
{
    for (size_t i = 0; i < PROCESSES; i++)
        if (processes[i].name.size == name.size && text_equal_nocase(processes[i].name, name))
            return &processes[i];
    return NULL;
}

const struct core_process *core_process_at(size_t place)
{
    return place < PROCESSES ? &processes[place] : NULL;
}

struct text core_process_name(const struct core_process *core)
{
    return core->name;
}

enum core_number core_process_number(const struct core_process *core)
{
    return (enum core_number)core->number;
}

static bool is_one_of(struct text name, const char *names)
{
    struct text rest = text_from(names);
    while (rest.size) {
        size_t bar = text_find(rest, text_of("|"));
        size_t size = bar == SIZE_MAX ? rest.size : bar;
        if (text_equal_nocase(name, text_slice(rest, 0, size)))
            return true;
        size = bar == SIZE_MAX ? size : size + 1;
        rest = text_slice(rest, size, rest.size - size);
    }
    return false;
}

/* ---- where it lies ---- */

/* Where Windows itself unpacks and keeps copies of what lies in System32. */
static bool is_servicing(struct text folder, struct text windows)
{
    static const struct text below_windows[] = {NAME("WinSxS"), NAME("SoftwareDistribution"),
                                                NAME("SystemTemp"), NAME("uus")};
    static const struct text below_drive[] = {NAME("$WINDOWS.~BT"), NAME("$WinREAgent")};
    for (size_t i = 0; i < sizeof below_windows / sizeof below_windows[0]; i++)
        if (place_is_inside(folder, windows, below_windows[i]))
            return true;
    for (size_t i = 0; i < sizeof below_drive / sizeof below_drive[0]; i++)
        if (place_is_inside(folder, text_slice(windows, 0, 2), below_drive[i]))
            return true;
    return false;
}

static bool is_native(struct text folder, struct text windows, struct text below)
{
    return place_is_folder(folder, windows, text_of("System32"), below) ||
           place_is_folder(folder, windows, text_of("SysWOW64"), below);
}

bool core_folder_differs(const struct core_process *core, const struct process_facts *facts,
                         struct text windows, bool has_kernel)
{
    const struct text none = {NULL, 0};
    if (facts->image.state != READ_OK || windows.size < 3)
        return false;
    struct text folder = place_folder(facts->image.value);
    if (!folder.size)
        return false; /* a name alone: such a process has no file */
    if (core->folder == FOLDER_NONE)
        return true;
    if (is_servicing(folder, windows))
        return false;
    switch ((enum core_folder)core->folder) {
    case FOLDER_WBEM:
        return !is_native(folder, windows, text_of("wbem"));
    case FOLDER_WINDOWS:
        /* The 32-bit one lies in SysWOW64, Wine's in System32. */
        return !place_is_folder(folder, windows, none, none) &&
               !place_is_folder(folder, windows, text_of("SysWOW64"), none) &&
               !(!has_kernel && is_native(folder, windows, none));
    default:
        return !is_native(folder, windows, none);
    }
}

/* ---- what it was started with ---- */

/* What of a command line follows the program. */
static struct text arguments_of(struct text command)
{
    command = text_trim(command);
    size_t at = 0;
    if (text_starts(command, text_of("\""))) {
        for (at = 1; at < command.size && command.bytes[at] != '"'; at++)
            ;
        at += at < command.size;
    } else {
        while (at < command.size && command.bytes[at] != ' ' && command.bytes[at] != '\t')
            at++;
    }
    return text_trim(text_slice(command, at, command.size - at));
}

static bool has_word(struct text words, struct text wanted)
{
    size_t from = 0;
    for (size_t i = 0; i <= words.size; i++) {
        if (i < words.size && words.bytes[i] != ' ' && words.bytes[i] != '\t')
            continue;
        if (text_equal_nocase(text_slice(words, from, i - from), wanted))
            return true;
        from = i + 1;
    }
    return false;
}

bool core_arguments_differ(const struct core_process *core, const struct process_facts *facts,
                           const struct process_facts *parent)
{
    if (!text_equal(core->name, text_of("svchost.exe")))
        return false;
    if (facts->command.state != READ_OK || !text_trim(facts->command.value).size)
        return false;
    if (parent && is_one_of(parent->name, "MsMpEng.exe|Mrt.exe"))
        return false; /* they start one of their own and look into it */
    return !has_word(arguments_of(facts->command.value), text_of("-k"));
}

/* ---- who started it ---- */

/* Programs of the system that run whatever they are told to. */
#define RUNNERS                                                                                    \
    "cmd.exe|powershell.exe|wscript.exe|cscript.exe|mshta.exe|rundll32.exe|regsvr32.exe|"          \
    "msiexec.exe|forfiles.exe|schtasks.exe|certutil.exe|bitsadmin.exe|control.exe|ftp.exe|"        \
    "hh.exe|odbcconf.exe|pcalua.exe|cmstp.exe|at.exe|runas.exe|dllhost.exe"

static bool is_excused_parent(const struct core_process *core, const struct process_facts *parent,
                              struct text windows)
{
    const struct text none = {NULL, 0};
    return text_equal(core->name, text_of("svchost.exe")) && parent->image.state == READ_OK &&
           is_native(place_folder(parent->image.value), windows, none) &&
           !is_one_of(parent->name, RUNNERS);
}

/* Any program may ask explorer.exe to show a folder; only the shell has no arguments. */
static bool is_errand(const struct core_process *core, const struct process_facts *facts)
{
    return text_equal(core->name, text_of("explorer.exe")) &&
           (facts->command.state != READ_OK || !facts->command.value.size ||
            arguments_of(facts->command.value).size);
}

bool core_parent_differs(const struct core_process *core, const struct process_facts *facts,
                         const struct process_facts *parent, enum parent_kind kind,
                         struct text windows)
{
    if (!core->parents || !parent || !parent->name.size ||
        (kind != PARENT_VERIFIED && kind != PARENT_UNVERIFIED))
        return false;
    /* The PID of a parent that has exited may be another's by now. */
    if (core->orphan && kind != PARENT_VERIFIED)
        return false;
    return !is_one_of(parent->name, core->parents) && !is_excused_parent(core, parent, windows) &&
           !is_errand(core, facts);
}

/* ---- whose it is ---- */

static bool is_system(struct text sid)
{
    return text_equal(sid, text_of("S-1-5-18"));
}

/* SYSTEM, LOCAL SERVICE, NETWORK SERVICE, and the accounts of single services. */
static bool is_service_account(struct text sid)
{
    return is_system(sid) || text_equal(sid, text_of("S-1-5-19")) ||
           text_equal(sid, text_of("S-1-5-20")) || text_starts(sid, text_of("S-1-5-80-"));
}

bool core_user_differs(const struct core_process *core, const struct process_facts *facts)
{
    if (facts->sid.state != READ_OK || !facts->sid.value.size)
        return false;
    switch ((enum core_user)core->user) {
    case USER_SYSTEM:
        return !is_system(facts->sid.value);
    case USER_SERVICE:
        return !is_service_account(facts->sid.value) && facts->session.state == READ_OK &&
               facts->session.value == 0;
    case USER_PERSON:
        return is_service_account(facts->sid.value);
    case USER_ANY:
        break;
    }
    return false;
}

bool core_session_differs(const struct core_process *core, const struct process_facts *facts)
{
    if (facts->session.state != READ_OK)
        return false;
    if (core->session == SESSION_SERVICES)
        return facts->session.value != 0;
    return core->session == SESSION_USER && facts->session.value == 0;
}

bool core_pid_differs(const struct core_process *core, const struct process_facts *facts)
{
    return text_equal(core->name, text_of("System")) && facts->key.pid != KERNEL_PID;
}
