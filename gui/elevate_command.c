/* Restart as administrator: what is handed over, and what the answer means. */
#include "gui/main_window.h"

#include "core/act/handover.h"
#include "core/windows/text16.h"
#include "gui/case_sink.h"
#include "gui/elevate.h"
#include "gui/preferences.h"
#include "gui/worker.h"
#include "res/ids.h"

#define WORDS_MOST ((size_t)256 * 1024)
#define PATH_MOST ((size_t)128 * 1024)

unsigned elevate_command_grey(const struct main_window *main)
{
    if (main->elevated)
        return STR_WHY_ELEVATED;
    return main->elevating ? STR_WHY_ELEVATING : 0;
}

/* A list that the new program would not find by itself: it was named, or is kept nowhere. */
static void add_list_path(const struct main_window *main, struct buffer *out)
{
    struct buffer kept;
    buffer_init(&kept, PATH_MOST);
    preferences_list_path(main, &kept);
    if (!kept.size)
        settings_path_of(main->settings, "handed-over.txt", out);
    buffer_done(&kept);
}

/* A case that is not there yet is the new program's to make; one writer at a time has it, so the
 * new one waits for this one to end. */
static void add_arguments(struct main_window *main, struct text list, struct buffer *out)
{
    struct buffer folder;
    struct buffer settings;
    struct buffer hosts;
    uint32_t process = commands_process(main);
    buffer_init(&folder, PATH_MOST);
    buffer_init(&settings, PATH_MOST);
    buffer_init(&hosts, PATH_MOST);
    case_sink_path(main->hits_kept, &folder);
    if (main->setup->settings)
        text16_add(&settings, main->setup->settings, wcslen(main->setup->settings));
    if (main->setup->hosts)
        text16_add(&hosts, main->setup->hosts, wcslen(main->setup->hosts));
    const struct handover handover = {
        .case_folder = buffer_text(&folder),
        .hosts = buffer_text(&hosts),
        .list = list,
        .settings = buffer_text(&settings),
        .language = strings_language() == STRINGS_CHINESE ? text_of("zh") : text_of("en"),
        .selected = process == NO_ROW ? (struct process_key){0, 0}
                                      : main->processes_shown->processes[process].facts->key,
        .self = main->self,
    };
    handover_add(out, &handover);
    if (folder.failed || settings.failed || hosts.failed)
        out->failed = ST_NO_MEMORY;
    buffer_done(&hosts);
    buffer_done(&settings);
    buffer_done(&folder);
}

static void tell_failed(struct main_window *main, enum status status)
{
    struct buffer why;
    struct buffer line;
    buffer_init(&why, 4096);
    buffer_init(&line, 4096);
    string_add(&why, STR_STATUS_PHRASE + (unsigned)status);
    const struct text argument = buffer_text(&why);
    string_fill(&line, STR_ELEVATE_FAILED, &argument, 1);
    status_tell(main, buffer_text(&line));
    buffer_done(&line);
    buffer_done(&why);
}

void elevate_command_run(struct main_window *main)
{
    struct buffer arguments;
    struct buffer list;
    buffer_init(&arguments, WORDS_MOST);
    buffer_init(&list, PATH_MOST);
    preferences_keep(main); /* the new program reads them */
    add_list_path(main, &list);
    add_arguments(main, buffer_text(&list), &arguments);
    const struct elevate_order order = {
        .elevation = &main->elevation,
        .arguments = buffer_text(&arguments),
        .list = session_watchlist(main->session),
        .list_path = buffer_text(&list),
    };
    if (arguments.failed == ST_OK && list.failed == ST_OK)
        main->elevating = elevate_start(&order, main->window, MAIN_ELEVATED);
    if (!main->elevating)
        tell_failed(main, ST_NO_MEMORY);
    buffer_done(&list);
    buffer_done(&arguments);
}

/* Only when the new program is there does this one end, as by Exit. */
void elevate_command_done(struct main_window *main, WPARAM wide)
{
    if (!main->elevating || worker_number(main->elevating) != wide)
        return;
    enum status status = elevate_outcome(main->elevating);
    worker_release(main->elevating);
    main->elevating = NULL;
    if (status == ST_OK)
        PostMessageW(main->window, WM_CLOSE, 0, 0);
    else if (status == ST_CANCELLED)
        status_tell_string(main, STR_ELEVATE_DECLINED);
    else
        tell_failed(main, status);
}
