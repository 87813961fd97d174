#include "core/cli/text/arguments_check.h"

#include "core/act/trap.h"
#include "core/cli/text/refusal.h"
#include "core/cli/text/visible.h"

static enum status check_pid(struct arguments *arguments, struct buffer *problem, struct text word,
                             uint32_t *pid)
{
    uint64_t number = 0;
    if (!text_number(word, UINT32_MAX, &number)) {
        buffer_add_string(problem, command_name(arguments->command));
        refuse(problem, text_of(": \""), "");
        return refuse(problem, word, "\" is no PID; give the number that ps prints");
    }
    *pid = (uint32_t)number;
    return ST_OK;
}

static enum status check_thread(struct arguments *arguments, struct buffer *problem)
{
    struct text word = arguments->operands.items[0];
    uint64_t number = 0;
    if (text_number(word, UINT32_MAX, &number) && number) {
        arguments->tid = (uint32_t)number;
        return ST_OK;
    }
    refuse(problem, text_of("kill-thread: \""), "");
    return refuse(problem, word, "\" is no TID; give the number that info prints");
}

static enum status check_process(struct arguments *arguments, struct buffer *problem)
{
    enum status status =
        check_pid(arguments, problem, arguments->operands.items[0], &arguments->pid);
    for (size_t i = 0; i < arguments->leave.count && status == ST_OK; i++) {
        uint32_t pid;
        status = check_pid(arguments, problem, arguments->leave.items[i], &pid);
    }
    return status;
}

/* The name of a kind of search, as it is typed; 0: there is none. */
static enum find_kind find_kind_of(struct text word)
{
    return text_equal(word, text_of("handles"))    ? FIND_HANDLES
           : text_equal(word, text_of("registry")) ? FIND_REGISTRY
           : text_equal(word, text_of("memory"))   ? FIND_MEMORY
                                                   : FIND_NONE;
}

static enum status check_pids(struct arguments *arguments, struct buffer *problem)
{
    const struct words *pids = &arguments->pids;
    enum status status = ST_OK;
    for (size_t i = 0; i < pids->count && status == ST_OK; i++) {
        uint32_t pid;
        status = check_pid(arguments, problem, pids->items[i], &pid);
    }
    return status;
}

static enum status check_find(struct arguments *arguments, struct buffer *problem)
{
    struct text kind = arguments->operands.items[0];
    arguments->find = find_kind_of(kind);
    if (!arguments->find) {
        refuse(problem, text_of("find: "), "");
        return refuse(problem, kind, ": give handles, registry or memory, then what to look for");
    }
    if (arguments->operands.count == 2)
        arguments->pattern = arguments->operands.items[1];
    if (arguments->lists.count && arguments->find != FIND_MEMORY)
        return refuse(problem, text_of("--list goes with find memory only"),
                      "; give a PATTERN to the other two");
    if (arguments->pids.count && arguments->find == FIND_REGISTRY)
        return refuse(problem, text_of("--pid does not go with find registry"),
                      ": the registry belongs to no process");
    if (!arguments->pattern.size && !arguments->lists.count)
        return refuse(problem, text_of("find: nothing to look for"),
                      arguments->find == FIND_MEMORY ? "; give a PATTERN or --list FILE"
                                                     : "; give a PATTERN");
    return check_pids(arguments, problem);
}

static enum status check_case(struct arguments *arguments, struct buffer *problem)
{
    static const char *const names[] = {"show", "new", "close"};
    struct text work = arguments->operands.items[0];
    bool has_words = arguments->name.size || arguments->examiner.size || arguments->where.size ||
                     arguments->why.size;
    for (int i = 0; i < 3; i++) {
        if (!text_equal(work, text_from(names[i])))
            continue;
        arguments->case_work = (enum case_work)i;
        if (has_words && arguments->case_work != CASE_WORK_NEW)
            return refuse(problem, text_of("case: --name, --examiner, --where and --why"),
                          " go with new only");
        return ST_OK;
    }
    refuse(problem, text_of("case: "), "");
    return refuse(problem, work, ": give new, show or close, then the folder");
}

static bool is_given(const struct words *words, struct text name)
{
    for (size_t i = 0; i < words->count; i++)
        if (text_equal(words->items[i], name))
            return true;
    return false;
}

/* NAME=WHAT, where NAME is a list or an indicator that was given. */
static enum status check_on_hit_for(struct arguments *arguments, struct buffer *problem,
                                    struct text written)
{
    size_t equals = written.size;
    while (equals > 0 && written.bytes[equals - 1] != '=')
        equals--;
    struct text name = text_slice(written, 0, equals ? equals - 1 : 0);
    struct text unknown;
    unsigned what;
    if (!name.size) {
        refuse(problem, text_of("--on-hit-for "), "");
        return refuse(problem, written, ": give NAME=WHAT");
    }
    if (!is_given(&arguments->lists, name) && !is_given(&arguments->indicators, name)) {
        refuse(problem, text_of("--on-hit-for "), "");
        return refuse(problem, name, ": there is no such --list or --indicator");
    }
    if (!trap_parse(text_slice(written, equals, written.size - equals), &what, &unknown))
        return refuse_what(problem, "--on-hit-for", unknown);
    return ST_OK;
}

static enum status check_watch(struct arguments *arguments, struct buffer *problem)
{
    if (!arguments->lists.count && !arguments->indicators.count)
        return refuse(problem, text_of("watch: nothing to watch for"),
                      "; give --indicator TEXT or --list FILE");
    if (arguments->once && arguments->each_time)
        return refuse(problem, text_of("--once does not go with --each-time"), "");
    enum status status = ST_OK;
    for (size_t i = 0; i < arguments->on_hit_for.count && status == ST_OK; i++)
        status = check_on_hit_for(arguments, problem, arguments->on_hit_for.items[i]);
    return status;
}

/* A process or a file. */
static enum status check_sample(struct arguments *arguments, struct buffer *problem)
{
    if (!arguments->operands.count && !arguments->file.size)
        return refuse(problem, text_of("sample: give PID"), ", or --file PATH");
    if (!arguments->file.size)
        return check_process(arguments, problem);
    if (arguments->operands.count || arguments->modules || arguments->start)
        return refuse(problem, text_of("sample: --file is about a file alone"),
                      "; leave out PID, --modules and --start");
    return ST_OK;
}

/* The format and the language; what is about the page goes with no other format. */
static enum status check_report(struct arguments *arguments, struct buffer *problem)
{
    int format = REPORT_HTML;
    while (arguments->as.size && format < REPORT_FORMATS &&
           !text_equal(arguments->as, text_from(report_format_word((enum report_format)format))))
        format++;
    if (format == REPORT_FORMATS) {
        refuse(problem, text_of("--format "), "");
        return refuse(problem, arguments->as, ": give html, csv, excel, ecs, sigma or stix");
    }
    arguments->format = (enum report_format)format;
    if (arguments->format != REPORT_HTML &&
        (arguments->lang.size || arguments->defang || arguments->no_defang))
        return refuse(problem, text_of("--lang, --defang and --no-defang"),
                      " go with --format html only");
    if (arguments->defang && arguments->no_defang)
        return refuse(problem, text_of("--defang and --no-defang"), ": give one of them");
    if (text_equal(arguments->lang, text_of("zh")))
        arguments->language = REPORT_CHINESE;
    else if (arguments->lang.size && !text_equal(arguments->lang, text_of("en")))
        return refuse(problem, text_of("--lang: give en or zh"), "");
    return ST_OK;
}

static enum status check_remove(struct arguments *arguments, struct buffer *problem)
{
    int way = REMOVAL_QUARANTINE;
    if (arguments->sample && arguments->no_sample)
        return refuse(problem, text_of("--sample and --no-sample"), " contradict each other");
    while (arguments->way.size && way < REMOVAL_WAYS &&
           !text_equal(arguments->way, text_from(removal_way_name((enum removal_way)way))))
        way++;
    if (way == REMOVAL_WAYS) {
        refuse(problem, text_of("--way "), "");
        return refuse(problem, arguments->way, ": give quarantine, now or restart");
    }
    arguments->removal_way = (enum removal_way)way;
    return ST_OK;
}

/* "0x1a4" or "420". */
static bool parse_handle(struct text word, uint64_t *value)
{
    bool good = text_starts_nocase(word, text_of("0x"))
                    ? hex_read(text_slice(word, 2, word.size - 2), value)
                    : text_number(word, UINT32_MAX, value);
    return good && *value;
}

static enum status check_handle(struct arguments *arguments, struct buffer *problem)
{
    struct text word = arguments->operands.items[1];
    if (parse_handle(word, &arguments->handle))
        return check_process(arguments, problem);
    refuse(problem, text_of("close-handle: \""), "");
    return refuse(problem, word, "\" is no handle; give the number that find handles prints");
}

static enum status check_registry(struct arguments *arguments, struct buffer *problem)
{
    struct text what = arguments->operands.items[0];
    arguments->delete_key = text_equal(what, text_of("delete"));
    if (!arguments->delete_key && !text_equal(what, text_of("export"))) {
        refuse(problem, text_of("registry: "), "");
        return refuse(problem, what, ": give export KEY FILE, or delete KEY [VALUE]");
    }
    if (!arguments->delete_key && arguments->operands.count < 3)
        return refuse(problem, text_of("registry export: give KEY FILE"), "");
    return ST_OK;
}

typedef enum status check(struct arguments *arguments, struct buffer *problem);

/* Those that are not here take whatever they are given, in the number that their row says. */
static check *const checks[COMMAND_COUNT] = {
    [COMMAND_INFO] = check_process,
    [COMMAND_SUSPEND] = check_process,
    [COMMAND_RESUME] = check_process,
    [COMMAND_RESTART] = check_process,
    [COMMAND_KILL] = check_process,
    [COMMAND_KILL_TREE] = check_process,
    [COMMAND_SUSPEND_TREE] = check_process,
    [COMMAND_RESUME_TREE] = check_process,
    [COMMAND_DUMP] = check_process,
    [COMMAND_DUMP_TREE] = check_process,
    [COMMAND_WATCH] = check_watch,
    [COMMAND_FIND] = check_find,
    [COMMAND_EVIDENCE] = check_pids,
    [COMMAND_KILL_THREAD] = check_thread,
    [COMMAND_SAMPLE] = check_sample,
    [COMMAND_CLOSE_HANDLE] = check_handle,
    [COMMAND_REGISTRY] = check_registry,
    [COMMAND_REPORT] = check_report,
    [COMMAND_CASE] = check_case,
    [COMMAND_REMOVE] = check_remove,
};

static enum status check_count(const struct arguments *arguments, struct buffer *problem)
{
    const struct command_text *command = command_text(arguments->command);
    if (arguments->operands.count < command->least) {
        refuse(problem, text_from(command->name), ": give ");
        return refuse(problem, text_from(command->operands),
                      arguments->command == COMMAND_INDICATORS ? ", or - for standard input" : "");
    }
    if (arguments->operands.count > command->most) {
        refuse(problem, text_from(command->name), " does not know what to do with \"");
        return refuse(problem, arguments->operands.items[command->most], "\"");
    }
    return ST_OK;
}

enum status arguments_check(struct arguments *arguments, struct buffer *problem)
{
    if (arguments->help || arguments->version)
        return ST_OK;
    if (arguments->command == COMMAND_NONE)
        return refuse(problem, text_of("no command given"), "; see stakeout-cli --help");
    enum status status = check_count(arguments, problem);
    if (status != ST_OK || !checks[arguments->command])
        return status;
    return checks[arguments->command](arguments, problem);
}
