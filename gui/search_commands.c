/* Find: the window of its own, and what the menus of the lists fill into it. */
#include "gui/main_window.h"

#include "res/ids.h"

static const struct snapshot *newest(void *context)
{
    const struct main_window *main = context;
    return session_snapshot(main->session);
}

static const struct watchlist *list_of(void *context)
{
    const struct main_window *main = context;
    return session_watchlist(main->session);
}

static bool show_process(void *context, struct process_key key)
{
    struct main_window *main = context;
    const struct snapshot *snapshot = main->processes_shown;
    if (main->ended || !snapshot)
        return false;
    for (uint32_t i = snapshot->process_count; i-- > 0;) {
        if (!process_key_equal(snapshot->processes[i].facts->key, key))
            continue;
        if (IsIconic(main->window))
            ShowWindow(main->window, SW_RESTORE);
        SetForegroundWindow(main->window);
        return refresh_go_to_process(main, snapshot->processes[i].id);
    }
    return false;
}

struct find_window *search_commands_open(struct main_window *main)
{
    const struct find_setup setup = {
        .owner = main->window,
        .settings = main->settings,
        .system = main->setup->find,
        .sink = main->hits_kept,
        .self = main->self,
        .snapshot = newest,
        .watchlist = list_of,
        .show_process = show_process,
        .context = main,
    };
    return find_window_new(&setup);
}

bool search_commands_are(unsigned command)
{
    return command >= CMD_FIND && command <= CMD_ADDRESS_MEMORY;
}

unsigned search_commands_grey(const struct main_window *main, unsigned command)
{
    if (command < CMD_PROCESS_HANDLES)
        return 0;
    if (command == CMD_ADDRESS_MEMORY) {
        const struct connection_row *row = commands_connection(main);
        if (!row)
            return STR_WHY_NO_CONNECTION;
        return row->seen.has_remote ? 0 : STR_WHY_NO_REMOTE;
    }
    uint32_t process = commands_process(main);
    if (process == NO_ROW)
        return STR_WHY_NO_PROCESS;
    if (commands_many_selected(main))
        return STR_WHY_ONE_ROW;
    const struct process_row *row = &main->processes_shown->processes[process];
    if (command == CMD_PROCESS_REGISTRY)
        return row->facts->name.size ? 0 : STR_WHY_NO_NAME;
    if (row->ended)
        return STR_WHY_ENDED;
    if (command == CMD_PROCESS_MEMORY && process_key_equal(row->facts->key, main->self))
        return STR_WHY_SELF;
    return 0;
}

static void of_process(const struct main_window *main, unsigned command,
                       struct find_request *request)
{
    uint32_t process = commands_process(main);
    if (process == NO_ROW)
        return;
    const struct process_facts *facts = main->processes_shown->processes[process].facts;
    request->kind = FOUND_HANDLES;
    if (command == CMD_PROCESS_REGISTRY)
        request->kind = FOUND_REGISTRY;
    else if (command == CMD_PROCESS_MEMORY)
        request->kind = FOUND_MEMORY;
    request->at_once = request->kind != FOUND_MEMORY;
    if (request->kind == FOUND_REGISTRY)
        request->term = facts->name; /* paths in the registry are written in many ways */
    else
        request->pid = facts->key.pid;
}

static void of_address(const struct main_window *main, struct buffer *written,
                       struct find_request *request)
{
    const struct connection_row *row = commands_connection(main);
    if (!row)
        return;
    address_add(written, &row->seen.remote.address);
    request->kind = FOUND_MEMORY;
    request->term = buffer_text(written);
    request->at_once = true;
}

void search_commands_run(struct main_window *main, unsigned command)
{
    struct find_request request = {.keep = command == CMD_FIND};
    struct buffer written;
    buffer_init(&written, 128);
    if (command >= CMD_FIND_HANDLES && command <= CMD_FIND_MEMORY)
        request.kind = (enum found_kind)(command - CMD_FIND_HANDLES);
    else if (command == CMD_ADDRESS_MEMORY)
        of_address(main, &written, &request);
    else if (command != CMD_FIND)
        of_process(main, command, &request);
    if (!find_window_open(main->find, &request))
        status_tell_string(main, STR_STATUS_PHRASE + ST_NO_MEMORY);
    buffer_done(&written);
}
