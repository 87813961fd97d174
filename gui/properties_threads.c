/* What is done to the threads of a process, from its window of properties. */
#include "core/act/rails.h"
#include "core/model/part_words.h"
#include "gui/act_words.h"
#include "gui/harm_dialog.h"
#include "gui/properties_parts.h"
#include "gui/strings.h"
#include "gui/thread_order.h"

#define WORDS_MOST ((size_t)256 * 1024)

static enum thread_deed deed_of(unsigned command)
{
    switch (command) {
    case CMD_THREAD_SUSPEND:
        return THREAD_DEED_SUSPEND;
    case CMD_THREAD_RESUME:
        return THREAD_DEED_RESUME;
    default:
        return THREAD_DEED_TERMINATE;
    }
}

static struct verdict judge(const struct property_window *window, enum thread_deed deed)
{
    static const enum act_kind kinds[THREAD_DEEDS] = {
        [THREAD_DEED_SUSPEND] = ACT_SUSPEND,
        [THREAD_DEED_RESUME] = ACT_RESUME,
        [THREAD_DEED_TERMINATE] = ACT_KILL_THREAD,
    };
    return rails_judge(window->snapshot, window->process, window->all->setup.self, kinds[deed]);
}

/* The thread of the only selected row; NULL: none is meant. */
static const struct thread_info *chosen(const struct property_window *window)
{
    const struct property_sheet *page = &window->sheets[PAGE_THREADS];
    const struct process_parts *parts = window->answers[NEED_THREADS].parts;
    if (window->page != PAGE_THREADS || !page->grid || !parts ||
        grid_selected_count(page->grid) != 1)
        return NULL;
    uint64_t tid = sheet_tag(&page->sheet, grid_next_selected(page->grid, GRID_NO_ROW));
    for (size_t i = 0; i < parts->thread_count; i++)
        if (parts->threads[i].tid == tid)
            return &parts->threads[i];
    return NULL;
}

static bool can(const struct property_window *window, unsigned command)
{
    return chosen(window) && !window->order &&
           judge(window, deed_of(command)).rail != RAIL_FORBIDDEN;
}

void properties_enable(const struct property_window *window)
{
    for (unsigned i = 0; i < 3; i++)
        EnableWindow(window->acts[i], can(window, CMD_THREAD_SUSPEND + i));
}

static void tell(struct property_window *window)
{
    dialog_set_text(window->told_label, buffer_text(&window->told));
    properties_arrange(window);
}

/* --- the question --- */

/* What shall be done after it was asked; CMD_THREAD_SUSPEND instead of an end, or 0. */
static unsigned ask(struct property_window *window, const struct thread_info *thread,
                    unsigned command, struct verdict verdict)
{
    bool ends = command == CMD_THREAD_TERMINATE;
    const struct process_facts *facts = properties_row(window)->facts;
    struct buffer whom;
    struct buffer number;
    struct buffer head;
    struct buffer start;
    struct buffer more;
    buffer_init(&whom, WORDS_MOST);
    buffer_init(&number, 32);
    buffer_init(&head, WORDS_MOST);
    buffer_init(&start, WORDS_MOST);
    buffer_init(&more, WORDS_MOST);
    act_words_process(&whom, facts->name, facts->key.pid);
    buffer_add_unsigned(&number, thread->tid);
    const struct text both[] = {buffer_text(&number), buffer_text(&whom)};
    string_fill(&head, ends ? STR_THREAD_HEAD : STR_THREAD_SUSPEND_HEAD, both, 2);
    if (thread->start.state == READ_OK)
        thread_start_add(&start, thread);
    else
        property_add_state(&start, thread->start.state);
    const struct text where = buffer_text(&start);
    string_fill(&more, STR_THREAD_START, &where, 1);
    struct harm_question question = {
        .owner = window->dialog.window,
        .kind = ends ? ACT_KILL_THREAD : ACT_SUSPEND,
        .facts = facts,
        .verdict = verdict,
        .utc = window->utc,
        .head = buffer_text(&head),
        .more = buffer_text(&more),
        .effect = ends ? STR_THREAD_EFFECT : STR_HARM_EFFECT + ACT_SUSPEND,
        .button = ends ? STR_THREAD_BUTTON : 0,
        .instead = ends ? STR_THREAD_INSTEAD : 0,
    };
    /* The main window must not go while the question stands before this one. */
    HWND owner = window->all->setup.owner;
    bool enabled = owner && IsWindowEnabled(owner);
    if (enabled)
        EnableWindow(owner, FALSE);
    int answer = harm_dialog_ask(&question);
    if (enabled)
        EnableWindow(owner, TRUE);
    buffer_done(&more);
    buffer_done(&start);
    buffer_done(&head);
    buffer_done(&number);
    buffer_done(&whom);
    return answer == HARM_DO ? command : answer == HARM_INSTEAD ? CMD_THREAD_SUSPEND : 0;
}

/* --- the order --- */

static void order(struct property_window *window, const struct thread_info *thread,
                  enum thread_deed deed)
{
    const struct process_facts *facts = properties_row(window)->facts;
    const struct thread_order_setup setup = {
        .reader = window->all->setup.reader,
        .log = window->all->setup.log,
        .deed = deed,
        .target = {.key = {.owner = facts->key, .tid = thread->tid, .created = thread->created},
                   .facts = facts,
                   .thread = thread},
        .window = window->dialog.window,
        .message = PROPERTY_HEARD,
    };
    window->order_tid = thread->tid;
    window->order_read = false;
    window->order = thread_order_start(&setup);
    buffer_clear(&window->told);
    if (window->order) {
        struct buffer number;
        buffer_init(&number, 32);
        buffer_add_unsigned(&number, thread->tid);
        const struct text argument = buffer_text(&number);
        string_fill(&window->told, STR_THREAD_UNDER_WAY, &argument, 1);
        buffer_done(&number);
    } else {
        string_add(&window->told, STR_NO_MEMORY);
    }
    tell(window);
    properties_enable(window);
}

void properties_act(struct property_window *window, unsigned command)
{
    const struct thread_info *thread = chosen(window);
    struct verdict verdict = judge(window, deed_of(command));
    if (!thread || !can(window, command))
        return;
    if (command == CMD_THREAD_TERMINATE || verdict.rail != RAIL_FREE) {
        /* The question runs a loop in which the list may be read anew, and the process end: what
         * was chosen is kept, and found again. */
        const struct snapshot *kept = snapshot_retain(window->snapshot);
        struct thread_info asked = *thread;
        uint32_t tid = thread->tid;
        moment created = thread->created;
        window->asking = true;
        command = ask(window, &asked, command, verdict);
        window->asking = false;
        snapshot_release(kept);
        if (window->closed) {
            properties_dispose(window);
            return;
        }
        thread = chosen(window);
        if (!command || !thread || thread->tid != tid || thread->created != created)
            return;
        SetFocus(grid_window(window->sheets[PAGE_THREADS].grid));
    }
    order(window, thread, deed_of(command));
}

void properties_hear(struct property_window *window)
{
    struct thread_report report;
    if (!window->order || !thread_order_report(window->order, &report))
        return;
    buffer_clear(&window->told);
    thread_order_words(&window->told, window->order_tid, &report);
    if (report.after.over) {
        worker_release(window->order);
        window->order = NULL;
    }
    tell(window);
    if (!window->order_read) {
        window->order_read = true;
        window->answers[NEED_THREADS].asked = false; /* read again when it is shown */
        if (window->page == PAGE_THREADS)
            properties_read(window, false);
    }
    properties_enable(window);
}

/* --- the menu --- */

void properties_menu(struct property_window *window, POINT where)
{
    struct grid *grid = window->sheets[window->page].grid;
    HMENU menu = CreatePopupMenu();
    unsigned command;
    if (!menu)
        return;
    for (unsigned i = 0; window->page == PAGE_THREADS && i < 3; i++)
        AppendMenuW(menu, MF_STRING | (can(window, CMD_THREAD_SUSPEND + i) ? 0u : MF_GRAYED),
                    CMD_THREAD_SUSPEND + i, string_wide(CMD_THREAD_SUSPEND + i));
    if (window->page == PAGE_THREADS)
        AppendMenuW(menu, MF_SEPARATOR, 0, NULL);
    AppendMenuW(menu, MF_STRING, CMD_COPY_ROW, string_wide(CMD_COPY_ROW));
    AppendMenuW(menu, MF_STRING, CMD_SELECT_ALL, string_wide(CMD_SELECT_ALL));
    command = (unsigned)TrackPopupMenu(menu, TPM_RETURNCMD | TPM_RIGHTBUTTON, where.x, where.y, 0,
                                       window->dialog.window, NULL);
    DestroyMenu(menu);
    if (command == CMD_COPY_ROW)
        properties_copy(window);
    else if (command == CMD_SELECT_ALL)
        grid_select_all(grid);
    else if (command)
        properties_act(window, command);
}
