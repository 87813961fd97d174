/* Files that rules name, and what the commands print that they name. */
#include <string.h>

#include "core/act/deed.h"
#include "core/evidence/command_program.h"
#include "core/windows/evidence/bundle_file.h"
#include "core/windows/evidence/bundle_rules_inside.h"
#include "core/windows/evidence/run_command.h"
#include "core/windows/failure.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"

#define FILE_MOST (UINT64_C(2) << 30) /* bytes of one file */
#define FILES_MOST 20000u             /* of all rules */
#define COMMAND_MS 120000u
#define COMMAND_MOST (UINT64_C(64) << 20)

/* --- files --- */

static void add_rule_to(void *context, struct json_writer *json)
{
    rule_add(context, json);
}

bool rule_take_file(void *context, struct text path)
{
    struct rule_round *round = context;
    bool is_folder = false;
    bool had;

    if (files_exists(path, &is_folder) == ST_NOT_FOUND || is_folder)
        return rule_goes_on(round);
    round->found++;
    if (round->files == FILES_MOST) {
        rule_add_reason(round, "too many files for one collection; not taken: ", path);
        return rule_goes_on(round);
    }
    round->files++;
    rule_keep(round, bundle_copy(round->index, path, FILE_MOST, add_rule_to, round, &had));
    return rule_goes_on(round);
}

/* --- commands --- */

/* Whether the C runtime would take it for more than one argument, or for none. */
static bool wants_quotes(struct text argument)
{
    if (argument.size && memchr(argument.bytes, '"', argument.size))
        return false; /* the rule has its own */
    return !argument.size || memchr(argument.bytes, ' ', argument.size) ||
           memchr(argument.bytes, '\t', argument.size);
}

static void add_argument(struct buffer *line, struct text argument)
{
    bool quoted = wants_quotes(argument);

    if (line->size)
        buffer_add_byte(line, ' ');
    if (quoted)
        buffer_add_byte(line, '"');
    buffer_add(line, argument);
    for (size_t i = argument.size; quoted && i > 0 && argument.bytes[i - 1] == '\\'; i--)
        buffer_add_byte(line, '\\');
    if (quoted)
        buffer_add_byte(line, '"');
}

static bool is_program(void *context, struct text path)
{
    bool is_folder = true;

    (void)context;
    return text_ends_nocase(path, text_of(".exe")) && files_exists(path, &is_folder) == ST_OK &&
           !is_folder;
}

static void make_full(struct buffer *path)
{
    wchar_t *wide =
        path->size > 1 && path->bytes[1] != ':' ? files_path(buffer_text(path), NULL) : NULL;

    if (!wide)
        return;
    buffer_clear(path);
    text16_add(path, wide, wcslen(wide));
    text16_free(wide);
}

/* Where a program is looked for: as named, beside the rule, in the system's folders. Never in the
 * folder that happens to be the current one. */
static bool find_program(struct rule_round *round, struct text name, struct buffer *path)
{
    static const char *const more[] = {"\\System32\\wbem\\",
                                       "\\System32\\WindowsPowerShell\\v1.0\\"};
    struct text file = round->rule->file;
    struct buffer windows;
    struct buffer quoted;
    bool found;

    buffer_init(&windows, RULE_PATH_CEILING);
    buffer_init(&quoted, RULE_PATH_CEILING);
    bundle_file_expand(&windows, text_of("%SystemRoot%"));
    const struct command_world world = {buffer_text(&windows), is_program, NULL};
    buffer_add_byte(&quoted, '"');
    if (text_starts(name, text_of(".\\")) || text_starts(name, text_of("./")))
        buffer_add(&quoted, text_slice(file, 0, file.size - text_file_name(file).size));
    buffer_add(&quoted, name);
    buffer_add_byte(&quoted, '"');
    found = command_program(&world, buffer_text(&quoted), path);
    for (size_t i = 0; !found && i < sizeof more / sizeof *more; i++) {
        buffer_clear(path);
        buffer_add(path, buffer_text(&windows));
        buffer_add_string(path, more[i]);
        buffer_add(path, name);
        if (!text_ends_nocase(name, text_of(".exe")))
            buffer_add_string(path, ".exe");
        found = is_program(NULL, buffer_text(path));
    }
    if (found)
        make_full(path);
    buffer_done(&quoted);
    buffer_done(&windows);
    return found;
}

struct command {
    struct rule_round *round;
    struct buffer program;
    struct buffer line;
    struct run_result ran;
    moment started;
};

static bool add_expanded(void *context, struct text text)
{
    add_argument(context, text);
    return false; /* for the first user, where it is of several */
}

/* The whole line; false: a variable is unknown, and a row says so. */
static bool add_line(struct command *command)
{
    struct rule_round *round = command->round;

    add_argument(&command->line, buffer_text(&command->program));
    for (const struct rule_item *item = round->item->next; item; item = item->next) {
        struct text unknown = text_of("");
        enum status status =
            expand(&round->world, item->first, add_expanded, &command->line, &unknown);
        if (status == ST_NOT_FOUND)
            rule_add_reason(round, "a variable that has no value here: ", unknown);
        if (status)
            return false;
    }
    return true;
}

static enum status take_output(void *context, struct text bytes)
{
    return bundle_add(context, bytes);
}

static void add_command_members(const struct command *command, struct json_writer *json)
{
    json_open_object(json, "process");
    json_text(json, "executable", buffer_text(&command->program));
    json_text(json, "command_line", buffer_text(&command->line));
    if (command->ran.pid)
        json_unsigned(json, "pid", command->ran.pid);
    if (command->ran.ended)
        json_unsigned(json, "exit_code", command->ran.exit_code);
    json_close_object(json);
}

/* In the journal before it is run: nothing is run that could not be written down. */
static enum status write_down(struct command *command, enum journal_phase phase, uint64_t *number,
                              const char *outcome)
{
    const struct act_log *log = command->round->machine->log;
    struct journal_entry entry = {
        .phase = phase,
        .of = *number,
        .action = "run command",
        .outcome = outcome,
    };
    struct json_writer json;
    struct buffer members;
    enum status status;

    if (!log)
        return ST_OK;
    buffer_init(&members, RULE_PATH_CEILING);
    json_begin(&json, &members);
    add_command_members(command, &json);
    entry.members = buffer_text(&members);
    status = members.failed;
    if (!status)
        status = log->write(log->context, &entry, number);
    buffer_done(&members);
    return status;
}

static void add_command_row(struct command *command, bool ran, struct text copy, struct text reason)
{
    struct rule_round *round = command->round;
    struct json_writer *json = bundle_index_row(round->index);

    json_moment(json, "@timestamp", command->started, true);
    add_command_members(command, json);
    json_open_object(json, "stakeout");
    rule_add(round, json);
    if (ran)
        json_text(json, "copy", copy);
    if (command->ran.too_long)
        json_string(json, "ended", "it was ended, since it ran for too long");
    if (command->ran.too_much)
        json_string(json, "ended", "it was ended, since it printed too much");
    if (reason.size)
        json_text(json, "unread", reason);
    json_close_object(json);
    bundle_index_end_row(round->index);
    if (reason.size || command->ran.too_long || command->ran.too_much)
        rule_lost(round);
}

static void run(struct command *command)
{
    struct rule_round *round = command->round;
    struct failure failure = {.status = ST_OK};
    struct run_order order = {
        .program = buffer_text(&command->program),
        .line = buffer_text(&command->line),
        .ms = COMMAND_MS,
        .most = COMMAND_MOST,
        .take = take_output,
        .context = round->out,
        .progress = &round->progress,
    };
    struct buffer name;
    uint64_t number = 0;
    enum status status = write_down(command, JOURNAL_BEFORE, &number, NULL);

    if (status) {
        add_command_row(command, false, text_of(""),
                        text_of("not run: the journal could not be written"));
        return;
    }
    buffer_init(&name, 4096);
    buffer_add(&name, text_file_name(order.program));
    buffer_add_string(&name, ".txt");
    status = bundle_open(round->out, buffer_text(&name));
    if (!status) {
        command->started = bundle_now(round->out);
        enum status ran = run_command(&order, &command->ran, &failure);
        status = bundle_close(round->out, ran == ST_OK);
        buffer_clear(&name);
        if (ran != ST_OK && failure.call)
            failure_add(&name, &failure);
        else if (ran != ST_OK)
            buffer_add_string(&name, status_phrase(ran));
        add_command_row(command, ran == ST_OK, bundle_opened_name(round->out), buffer_text(&name));
        round->index->files += ran == ST_OK;
        (void)write_down(command, JOURNAL_AFTER, &number, ran == ST_OK ? "success" : "failure");
    }
    rule_keep(round, status);
    buffer_done(&name);
}

bool rule_take_command(void *context, struct text text)
{
    struct rule_round *round = context;
    struct command command = {.round = round};
    bool found;

    buffer_init(&command.program, RULE_PATH_CEILING);
    buffer_init(&command.line, RULE_PATH_CEILING);
    found = find_program(round, text, &command.program);
    if (!found) {
        buffer_clear(&command.program);
        buffer_add(&command.program, text);
    }
    if (add_line(&command)) {
        if (!found)
            add_command_row(&command, false, text_of(""),
                            text_of("there is no such program in the system's folders; what a "
                                    "shell does by itself is not run"));
        else if (!round->machine->run_commands)
            add_command_row(&command, false, text_of(""),
                            text_of("commands are run only with --run-commands"));
        else
            run(&command);
    }
    buffer_done(&command.line);
    buffer_done(&command.program);
    return false; /* once, however many users there are */
}
