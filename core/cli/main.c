/* stakeout-cli: the engine without a window, for Server Core, scripts and fleets. */
#include <windows.h>

#include <shellapi.h>

#include "core/cli/commands.h"
#include "core/cli/text/help.h"
#include "core/windows/library.h"
#include "core/windows/privilege.h"
#include "core/windows/text16.h"
#include "stakeout_version.h"

#define WORDS_CEILING (4u << 20)

static enum exit_status run(const struct arguments *arguments)
{
    switch (arguments->command) {
    case COMMAND_PS:
        return command_ps(arguments);
    case COMMAND_NET:
        return command_net(arguments);
    case COMMAND_INDICATORS:
        return command_indicators(arguments);
    case COMMAND_WATCH:
        return command_watch(arguments);
    case COMMAND_INFO:
        return command_info(arguments);
    case COMMAND_SUSPEND:
    case COMMAND_RESUME:
    case COMMAND_RESTART:
    case COMMAND_KILL:
    case COMMAND_KILL_TREE:
    case COMMAND_SUSPEND_TREE:
    case COMMAND_RESUME_TREE:
        return command_act(arguments);
    case COMMAND_FIND:
        return command_find(arguments);
    case COMMAND_SINKHOLE:
        return command_sinkhole(arguments);
    case COMMAND_KILL_THREAD:
        return command_kill_thread(arguments);
    case COMMAND_VERIFY:
        return command_verify(arguments);
    case COMMAND_REPORT:
        return command_report(arguments);
    case COMMAND_DUMP:
        return command_dump(arguments);
    case COMMAND_DUMP_TREE:
        return command_dump_tree(arguments);
    case COMMAND_SAMPLE:
        return command_sample(arguments);
    case COMMAND_CLOSE:
        return command_close(arguments);
    case COMMAND_CLOSE_HANDLE:
        return command_close_handle(arguments);
    case COMMAND_REGISTRY:
        return command_registry(arguments);
    case COMMAND_EVIDENCE:
        return command_evidence(arguments);
    case COMMAND_CASE:
        return command_case(arguments);
    case COMMAND_REMOVE:
        return command_remove(arguments);
    case COMMAND_NONE:
    case COMMAND_COUNT:
        break;
    }
    return EXIT_TROUBLE;
}

static enum exit_status show_help(enum command command)
{
    struct buffer page;
    buffer_init(&page, 1u << 20);
    help_add(&page, command);
    bool written = console_write(buffer_text(&page));
    buffer_done(&page);
    return written ? EXIT_FOUND : console_lost();
}

static enum exit_status obey(const struct arguments *arguments)
{
    if (arguments->help)
        return show_help(arguments->command);
    if (arguments->version)
        return console_write(text_of("stakeout-cli " STAKEOUT_VERSION "\n")) ? EXIT_FOUND
                                                                             : console_lost();
    library_hide(arguments->hide_api);
    privilege_enable_debug(NULL); /* without it other users' processes say "access denied" */
    return run(arguments);
}

/* The words behind the program's name, in the arena. The C library's own splitting is not used:
 * some expand *.example.com to file names. */
static struct text *words_of(struct arena *arena, size_t *count)
{
    int length = 0;
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &length);
    if (!wide)
        return NULL;
    *count = length > 1 ? (size_t)length - 1 : 0;
    struct text *words = arena_take(arena, (*count + 1) * sizeof *words);
    bool failed = !words;
    for (size_t i = 0; !failed && i < *count; i++)
        words[i] = text16_copy(arena, wide[i + 1], wcslen(wide[i + 1]), &failed);
    LocalFree(wide);
    return failed ? NULL : words;
}

int wmain(void); /* called by the C library */

int wmain(void)
{
    struct arena *arena = arena_new(WORDS_CEILING);
    size_t count = 0;
    struct text *words = arena ? words_of(arena, &count) : NULL;
    if (!words) {
        arena_free(arena);
        SAY(text_of("there is no memory for the command line"));
        return EXIT_TROUBLE;
    }
    struct arguments arguments;
    struct buffer problem;
    buffer_init(&problem, WORDS_CEILING);
    enum exit_status result = EXIT_TROUBLE;
    if (arguments_parse(words, count, arena, &arguments, &problem) == ST_OK)
        result = obey(&arguments);
    else
        SAY(buffer_text(&problem));
    buffer_done(&problem);
    arena_free(arena);
    return result;
}
