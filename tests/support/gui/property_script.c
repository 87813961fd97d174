#include "tests/support/gui/property_script.h"

#include <string.h>

#include "core/model/part_words.h"
#include "tests/support/gui/rig_hand.h"

#define PARTS_CEILING ((size_t)1 << 20)
#define DAY (24 * 3600 * MOMENT_SECOND)

static struct rig *rig;
static atomic_uint asked[3];
static atomic_int windows_answer;
static atomic_int thread_outcome;
static atomic_bool held;
static atomic_int inside; /* calls that have not returned */
static uint32_t gone_tid; /* under the rig's lock */

/* --- the machine --- */

static void image_of(struct scripted_source *machine, uint32_t pid, const char *path)
{
    scripted_source_facts(machine, pid)->image = (struct text_fact){text_from(path), READ_OK};
}

void property_script_machine(struct scripted_source *machine)
{
    struct process_facts *facts;

    scripted_source_start(machine, SCRIPT_EXPLORER, 0, "explorer.exe");
    scripted_source_advance(machine, 5 * MOMENT_SECOND);
    scripted_source_start(machine, SCRIPT_PLAIN, SCRIPT_EXPLORER, "node.exe");
    facts = scripted_source_facts(machine, SCRIPT_PLAIN);
    facts->command_from_memory = true;
    facts->command = (struct text_fact){
        text_of("node.exe \"C:\\Users\\alice\\app\\server.js\" --connect 192.0.2.1:443"), READ_OK};
    facts->services = (struct text_fact){{NULL, 0}, READ_OK};
    image_of(machine, SCRIPT_PLAIN, "C:\\Users\\alice\\AppData\\Local\\node.exe");
    scripted_source_advance(machine, 2 * MOMENT_SECOND);
    scripted_source_start(machine, SCRIPT_CHILD, SCRIPT_PLAIN, "child.exe");
    scripted_source_start(machine, SCRIPT_DENIED, 0, "denied.exe");
    scripted_source_deny(machine, SCRIPT_DENIED, READ_DENIED);
    scripted_source_start(machine, SCRIPT_CRITICAL, 0, "vital.exe");
    scripted_source_facts(machine, SCRIPT_CRITICAL)->critical = (struct number_fact){1, READ_OK};
    scripted_source_start(machine, SCRIPT_PROTECTED, 0, "guarded.exe");
    scripted_source_deny(machine, SCRIPT_PROTECTED, READ_PROTECTED);
    scripted_source_facts(machine, SCRIPT_PROTECTED)->protection =
        (struct number_fact){0x31, READ_OK};
    scripted_source_start(machine, SCRIPT_SLOW, 0, "slow.exe");
    image_of(machine, SCRIPT_SLOW, "C:\\slow.exe");
    scripted_source_connect(machine, SCRIPT_PLAIN, "10.0.0.5:50000", "192.0.2.1:443",
                            TCP_ESTABLISHED);
    scripted_source_listen(machine, SCRIPT_PLAIN, "0.0.0.0:8080");
    scripted_source_advance(machine, 3 * MOMENT_SECOND);
}

/* --- parts --- */

static const struct module_info modules[] = {
    {0x140000000, 0x52000, text_of("C:\\Users\\alice\\AppData\\Local\\node.exe")},
    {0x7ff800000000, 2097152, text_of("C:\\Windows\\System32\\ntdll.dll")},
    {0x7ff900000000, 4096, text_of("")},
};

static const struct token_group groups[] = {
    {text_of("S-1-5-32-544"),
     {text_of("Administrators"), READ_OK},
     {text_of("BUILTIN"), READ_OK},
     GROUP_DENY_ONLY},
    {text_of("S-1-1-0"),
     {text_of("Everyone"), READ_OK},
     {{NULL, 0}, READ_OK},
     GROUP_MANDATORY | GROUP_ENABLED | GROUP_BY_DEFAULT},
    {text_of("S-1-5-21-9"), {{NULL, 0}, READ_FAILED}, {{NULL, 0}, READ_FAILED}, GROUP_ENABLED},
};

static const struct token_privilege privileges[] = {
    {19, false, false}, {20, true, false}, {23, true, true}};

static const struct variable variables[] = {
    {text_of("=C:"), text_of("C:\\Users\\alice")},
    {text_of("Path"), text_of("C:\\Windows\\System32;C:\\Windows")},
    {text_of("STAKEOUT_\xE4\xB8\xAD\xE6\x96\x87"), text_of("\xE5\x80\xBC=\xE4\xB8\x80")},
};

static void make_threads(struct process_parts *parts)
{
    const struct thread_info made[] = {
        {.tid = 100,
         .created = parts->key.start + MOMENT_SECOND,
         .cpu = 1500 * MOMENT_MS,
         .name = {text_of("main"), READ_OK},
         .state = {5, READ_OK},
         .wait = {6, READ_OK},
         .suspend_count = {0, READ_OK},
         .start = {0x140001a2b, READ_OK}},
        {.tid = 200,
         .created = parts->key.start + 2 * MOMENT_SECOND,
         .cpu = 20 * MOMENT_MS,
         .name = {{NULL, 0}, READ_OK},
         .state = {2, READ_OK},
         .wait = {.state = READ_NOT_APPLICABLE},
         .suspend_count = {1, READ_OK},
         .start = {0x7ff800001000, READ_OK}},
        {.tid = 300,
         .created = parts->key.start + 3 * MOMENT_SECOND,
         .name = {{NULL, 0}, READ_DENIED},
         .state = {.state = READ_UNSUPPORTED},
         .wait = {.state = READ_UNSUPPORTED},
         .suspend_count = {.state = READ_DENIED},
         .start = {.state = READ_DENIED}},
    };
    size_t count = sizeof made / sizeof made[0];
    parts->threads = arena_take(parts->arena, sizeof made);
    for (size_t i = 0; i < count; i++)
        if (made[i].tid != gone_tid)
            parts->threads[parts->thread_count++] = made[i];
    process_parts_resolve(parts);
}

static void make_token(struct process_parts *parts)
{
    parts->token = (struct token_info){
        .user = {text_of("alice"), READ_OK},
        .domain = {text_of("CORP"), READ_OK},
        .sid = {text_of("S-1-5-21-1"), READ_OK},
        .session = {1, READ_OK},
        .elevated = {0, READ_OK},
        .elevation = {ELEVATION_LIMITED, READ_OK},
        .integrity = {0x2010, READ_OK},
        .virtualization_allowed = {1, READ_OK},
        .virtualized = {0, READ_OK},
        .app_container = {.state = READ_UNSUPPORTED},
        .container_sid = {.state = READ_NOT_APPLICABLE},
        .groups = groups,
        .group_count = sizeof groups / sizeof groups[0],
        .privileges = privileges,
        .privilege_count = sizeof privileges / sizeof privileges[0],
    };
}

static enum status refused(struct process_key key, unsigned which, enum read_state why,
                           struct process_parts **parts)
{
    enum status status = process_parts_new(key, PARTS_CEILING, parts);
    if (status == ST_OK)
        process_parts_refuse(*parts, which, why);
    return status;
}

static enum status tell_parts(void *context, struct process_key key, unsigned which,
                              struct process_parts **parts)
{
    (void)context;
    atomic_fetch_add(&asked[SCRIPT_PARTS], 1);
    rig_lock(rig);
    bool lives = scripted_hand_lives(rig->hand, key.pid);
    rig_unlock(rig);
    if (!lives)
        return ST_GONE;
    if (key.pid == SCRIPT_DENIED)
        return refused(key, which, READ_DENIED, parts);
    if (key.pid == SCRIPT_PROTECTED)
        return refused(key, which, READ_PROTECTED, parts);
    enum status status = process_parts_new(key, PARTS_CEILING, parts);
    if (status != ST_OK)
        return status;
    struct process_parts *made = *parts;
    if (which & (PROCESS_THREADS | PROCESS_MODULES)) {
        made->modules = modules;
        made->module_count = sizeof modules / sizeof modules[0];
        made->modules_state = READ_OK;
        made->modules_origin = MODULES_MAPPED;
    }
    rig_lock(rig);
    if (which & PROCESS_THREADS)
        make_threads(made);
    rig_unlock(rig);
    made->threads_state = made->token_state = made->environment_state = READ_OK;
    make_token(made);
    made->variables = variables;
    made->variable_count = sizeof variables / sizeof variables[0];
    return ST_OK;
}

/* --- files --- */

static void make_file(struct file_facts *facts)
{
    moment start = INT64_C(134117424000000000); /* 2026-01-01 12:00, when the machine begins */
    facts->times = (struct image_file){
        .state = READ_OK,
        .size = 83968,
        .created = start - MOMENT_SECOND,
        .modified = start - 30 * DAY,
        .changed = start - MOMENT_SECOND,
        .accessed = 0,
    };
    for (int kind = 0; kind < HASH_KINDS; kind++) {
        facts->hashes[kind].read.state = READ_OK;
        memset(facts->hashes[kind].bytes, 0xa0 + kind, HASH_SIZE_MOST);
    }
    facts->version = (struct file_version){.read.state = READ_OK,
                                           .present = true,
                                           .company = text_of("Example Inc."),
                                           .description = text_of("An example"),
                                           .file_version = text_of("1.2.3.4"),
                                           .original_name = text_of("other.exe")};
    facts->signature = (struct file_signature){.read.state = READ_OK,
                                               .verdict = SIGNATURE_UNTRUSTED,
                                               .place = SIGNED_EMBEDDED,
                                               .signer = text_of("Example Signer"),
                                               .issuer = text_of("Example CA"),
                                               .timestamp = start - 29 * DAY};
    facts->zone = (struct file_zone){.read.state = READ_OK,
                                     .marked = true,
                                     .has_zone = true,
                                     .zone = 3,
                                     .host = text_of("http://203.0.113.7/node.exe")};
}

static enum status tell_file(void *context, struct text path, unsigned parts,
                             struct progress *progress, struct file_facts **facts)
{
    (void)context;
    atomic_fetch_add(&asked[SCRIPT_FILES], 1);
    if (parts && text_equal(path, text_of("C:\\slow.exe"))) {
        progress_tell(progress, 40, 100);
        while (!progress_cancelled(progress))
            Sleep(1);
        return ST_CANCELLED;
    }
    struct file_facts *made = file_facts_new(path);
    if (!made)
        return ST_NO_MEMORY;
    made->parts = parts;
    if (text_ends(path, text_of("node.exe")))
        make_file(made);
    else if (text_ends(path, text_of("child.exe")))
        made->times.state = READ_GONE;
    else
        made->times = (struct image_file){.state = READ_FAILED, .why = {ST_BUSY, "CreateFile", 32}};
    *facts = made;
    return ST_OK;
}

/* --- threads --- */

static void act_on_thread(void *context, enum thread_deed deed, const struct thread_key *key,
                          struct thread_result *result)
{
    (void)context;
    *result = (struct thread_result){
        .outcome = (enum thread_outcome)atomic_load(&thread_outcome),
        .before = {1, READ_OK},
        .after = {deed == THREAD_DEED_RESUME ? 0u : 2u, READ_OK},
    };
    if (result->outcome == THREAD_REFUSED)
        result->failure = (struct failure){ST_DENIED, "OpenThread", 5};
    if (deed != THREAD_DEED_TERMINATE || result->outcome != THREAD_DONE)
        return;
    result->after = (struct number_fact){.state = READ_GONE};
    rig_lock(rig);
    gone_tid = key->tid;
    rig_unlock(rig);
}

static enum window_answer ask_windows(void *context, uint32_t pid)
{
    (void)context;
    (void)pid;
    while (atomic_load(&held))
        Sleep(1);
    return (enum window_answer)atomic_load(&windows_answer);
}

static void do_act(void *context, const struct act_log *log, enum thread_deed deed,
                   const struct thread_target *target, const struct thread_listener *listener,
                   struct thread_report *report)
{
    const struct thread_hand threads = {.act = act_on_thread};
    const struct window_probe windows = {.ask = ask_windows};
    struct hand *processes = NULL;
    (void)context;
    atomic_fetch_add(&asked[SCRIPT_DEEDS], 1);
    if (rig_hand_new(scripted_hand_base(rig->hand), &rig->lock, &processes) != ST_OK)
        return;
    const struct thread_tools tools = {
        .threads = &threads, .processes = processes, .windows = &windows, .log = log};
    thread_deed_do(&tools, deed, target, listener, report);
    hand_free(processes);
}

/* --- who is inside --- */

static enum status read_parts(void *context, struct process_key key, unsigned which,
                              struct process_parts **parts)
{
    atomic_fetch_add(&inside, 1);
    enum status status = tell_parts(context, key, which, parts);
    atomic_fetch_sub(&inside, 1);
    return status;
}

static enum status read_file(void *context, struct text path, unsigned parts,
                             struct progress *progress, struct file_facts **facts)
{
    atomic_fetch_add(&inside, 1);
    enum status status = tell_file(context, path, parts, progress, facts);
    atomic_fetch_sub(&inside, 1);
    return status;
}

static void act(void *context, const struct act_log *log, enum thread_deed deed,
                const struct thread_target *target, const struct thread_listener *listener,
                struct thread_report *report)
{
    atomic_fetch_add(&inside, 1);
    do_act(context, log, deed, target, listener, report);
    atomic_fetch_sub(&inside, 1);
}

/* --- the test's --- */

void property_script_prepare(struct rig *prepared)
{
    static const struct property_reader reader = {read_parts, read_file, act, NULL};
    rig = prepared;
    rig->setup.property_reader = &reader;
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
        atomic_store(&asked[i], 0);
    atomic_store(&windows_answer, WINDOWS_ANSWER);
    atomic_store(&thread_outcome, THREAD_DONE);
    atomic_store(&held, false);
    gone_tid = 0;
}

void property_script_settle(void)
{
    atomic_store(&held, false);
    while (atomic_load(&inside))
        Sleep(1);
}

unsigned property_script_asked(enum script_question question)
{
    return atomic_load(&asked[question]);
}

void property_script_windows(enum window_answer answer)
{
    atomic_store(&windows_answer, (int)answer);
}

void property_script_outcome(enum thread_outcome outcome)
{
    atomic_store(&thread_outcome, (int)outcome);
}

void property_script_hold(bool hold)
{
    atomic_store(&held, hold);
}
