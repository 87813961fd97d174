/* What can be done with what was found: go there, copy, save. What changes something is in
 * find_change.c. */
#include "core/base/memory.h"
#include "core/case/ecs_memory.h"
#include "gui/export.h"
#include "gui/find_parts.h"
#include "gui/strings.h"

#define PATH_MOST ((size_t)128 * 1024)

/* --- what is meant --- */

static const struct handle_row *current_handle(struct find_window *find)
{
    uint32_t row = find_current(find);

    return find->kind == FOUND_HANDLES && row != VIEW_NO_ROW
               ? found_handle(find_page(find)->found, row)
               : NULL;
}

static const struct found_registry *current_registry(struct find_window *find)
{
    uint32_t row = find_current(find);

    return find->kind == FOUND_REGISTRY && row != VIEW_NO_ROW
               ? found_registry(find_page(find)->found, row)
               : NULL;
}

static const struct found_memory *current_memory(struct find_window *find)
{
    uint32_t row = find_current(find);

    return find->kind == FOUND_MEMORY && row != VIEW_NO_ROW
               ? found_memory(find_page(find)->found, row)
               : NULL;
}

static struct process_key current_process(struct find_window *find)
{
    const struct handle_row *handle = current_handle(find);
    const struct found_memory *memory = current_memory(find);

    if (handle)
        return handle->process;
    return memory ? memory->facts->key : (struct process_key){0};
}

static bool is_path(struct text name)
{
    return name.size > 3 && name.bytes[1] == ':' && name.bytes[2] == '\\';
}

static bool is_key(struct text name)
{
    return text_starts(name, text_of("HKLM\\")) || text_starts(name, text_of("HKU\\"));
}

/* A file, or a key of the registry; empty: it is neither. Of a command line its program. */
static struct text current_place(struct find_window *find)
{
    const struct handle_row *handle = current_handle(find);

    if (!handle || handle->naming != HANDLE_NAMED || handle->kind == HANDLE_COMMAND)
        return (struct text){0};
    return is_path(handle->name) || is_key(handle->name) ? handle->name : (struct text){0};
}

/* --- may it be done? --- */

static unsigned grey_row(struct find_window *find, unsigned command)
{
    const struct found_registry *registry = current_registry(find);

    if (find_current(find) == VIEW_NO_ROW)
        return STR_WHY_NO_ROW;
    switch (command) {
    case CMD_FOUND_PROCESS:
        return current_process(find).pid ? 0 : STR_WHY_NO_PROCESS;
    case CMD_FOUND_PLACE:
        return current_place(find).size ? 0 : STR_WHY_NO_PLACE;
    case CMD_FOUND_REGEDIT:
        return registry && registry_name_hidden(registry->key.path) ? STR_WHY_HIDDEN_KEY : 0;
    default:
        return 0;
    }
}

unsigned find_grey(struct find_window *find, unsigned command)
{
    switch (command) {
    case CMD_SAVE:
    case CMD_SELECT_ALL:
        return tree_view_count(list_pane_view(find_page(find)->pane)) ? 0 : STR_WHY_EMPTY;
    case CMD_FOUND_CLOSE:
    case CMD_FOUND_EXPORT:
    case CMD_FOUND_DELETE_VALUE:
    case CMD_FOUND_DELETE_KEY:
        return find_harm_grey(find, command);
    case CMD_FOUND_PROCESS:
    case CMD_FOUND_PLACE:
    case CMD_FOUND_REGEDIT:
    case CMD_FOUND_TEXT:
    case CMD_FOUND_HEX:
    case CMD_COPY_CELL:
    case CMD_COPY_ROW:
    case CMD_COPY_JSON:
        return grey_row(find, command);
    default:
        return 0;
    }
}

/* --- going somewhere --- */

struct show_job {
    const struct find_system *system; /* borrowed, static */
    struct buffer place;
    bool key;
    enum status status;
    struct failure failure;
};

static void run_show(void *data, const atomic_bool *cancel)
{
    struct show_job *job = data;
    struct text place = buffer_text(&job->place);

    (void)cancel;
    job->status = job->key ? job->system->regedit_show(job->system->context, place, &job->failure)
                           : job->system->explorer_show(job->system->context, place, &job->failure);
}

static void dispose_show(void *data)
{
    struct show_job *job = data;

    buffer_done(&job->place);
    memory_give(job);
}

static void show_place(struct find_window *find, struct text place, bool key)
{
    static const struct worker_class class = {run_show, dispose_show};
    struct show_job *job = memory_take(sizeof *job);

    if (job) {
        job->system = find->setup.system;
        job->key = key;
        buffer_init(&job->place, FIND_WORDS_MOST);
        buffer_add(&job->place, place);
        worker_release(find->showing);
        find->showing = worker_start(&class, job, find->dialog.window, FIND_SHOWED);
    }
    if (!job || !find->showing)
        find_tell_string(find, STR_STATUS_PHRASE + ST_NO_MEMORY);
}

void find_showed(struct find_window *find, WPARAM number)
{
    struct buffer why;

    if (!find->showing || worker_number(find->showing) != number)
        return;
    const struct show_job *job = worker_data(find->showing);
    if (job->status != ST_OK) {
        buffer_init(&why, 4096);
        string_add(&why, STR_STATUS_PHRASE + (unsigned)job->status);
        find_tell_filled(find, STR_FIND_SHOW_FAILED, buffer_text(&why));
        buffer_done(&why);
    }
    worker_release(find->showing);
    find->showing = NULL;
}

static void show_process(struct find_window *find)
{
    if (!find->setup.show_process(find->setup.context, current_process(find)))
        find_tell_string(find, STR_FIND_GONE);
}

void find_activate(struct find_window *find)
{
    find_command(find, find->kind == FOUND_REGISTRY ? CMD_FOUND_REGEDIT : CMD_FOUND_PROCESS);
}

/* --- copying and saving --- */

static uint32_t each_memory(struct list_pane *pane, bool hex, struct buffer *out)
{
    struct tree_view *view = list_pane_view(pane);
    const struct found *found = list_pane_rows(pane);
    uint32_t count = 0;

    for (uint32_t row = tree_view_next_selected(view, 0); row != VIEW_NO_ROW;
         row = tree_view_next_selected(view, row + 1)) {
        const struct found_memory *memory = found_memory(found, tree_view_row(view, row)->index);
        if (count++)
            buffer_add_string(out, "\r\n");
        if (hex)
            memory_hit_add_hex(out, &memory->hit);
        else
            buffer_add(out, memory->around);
    }
    return count;
}

static uint32_t export_text(struct list_pane *pane, struct buffer *out)
{
    return each_memory(pane, false, out);
}

static uint32_t export_hex(struct list_pane *pane, struct buffer *out)
{
    return each_memory(pane, true, out);
}

static void copy(struct find_window *find, uint32_t (*add)(struct list_pane *, struct buffer *))
{
    struct buffer line;

    buffer_init(&line, PATH_MOST);
    export_copy(find->dialog.window, find_page(find)->pane, add, &line);
    find_tell(find, buffer_text(&line));
    buffer_done(&line);
}

static void save(struct find_window *find)
{
    struct buffer path;
    struct buffer line;
    bool json = false;

    buffer_init(&path, PATH_MOST);
    buffer_init(&line, 2 * PATH_MOST);
    if (find_begin_asking(find)) {
        bool chosen = export_ask(find->dialog.window, &path, &json);
        if (find_end_asking(find) && chosen) {
            export_save(find_page(find)->pane, buffer_text(&path), json, &line);
            find_tell(find, buffer_text(&line));
        }
    }
    buffer_done(&line);
    buffer_done(&path);
}

void find_command(struct find_window *find, unsigned command)
{
    unsigned grey = find_grey(find, command);

    if (grey) {
        find_tell_string(find, grey);
        return;
    }
    switch (command) {
    case CMD_SAVE:
        save(find);
        return;
    case CMD_COPY_CELL:
        copy(find, export_cells);
        return;
    case CMD_COPY_ROW:
        copy(find, export_rows);
        return;
    case CMD_COPY_JSON:
        copy(find, export_json);
        return;
    case CMD_SELECT_ALL:
        rowview_select_all(list_pane_rowview(find_page(find)->pane));
        return;
    case CMD_FOUND_TEXT:
        copy(find, export_text);
        return;
    case CMD_FOUND_HEX:
        copy(find, export_hex);
        return;
    case CMD_FOUND_PROCESS:
        show_process(find);
        return;
    case CMD_FOUND_PLACE:
        show_place(find, current_place(find), is_key(current_place(find)));
        return;
    case CMD_FOUND_REGEDIT:
        show_place(find, current_registry(find)->key.path, true);
        return;
    case CMD_FOUND_CLOSE:
        find_close_handle(find);
        return;
    case CMD_FOUND_EXPORT:
        find_export(find);
        return;
    case CMD_FOUND_DELETE_VALUE:
    case CMD_FOUND_DELETE_KEY:
        find_delete(find, command == CMD_FOUND_DELETE_KEY);
        return;
    default:
        return;
    }
}

/* --- menus --- */

#define END 0u
#define LINE 1u

static const unsigned handle_items[] = {
    CMD_FOUND_PROCESS, CMD_FOUND_PLACE, LINE, CMD_FOUND_CLOSE, LINE,     CMD_COPY_CELL,
    CMD_COPY_ROW,      CMD_COPY_JSON,   LINE, CMD_SELECT_ALL,  CMD_SAVE, END};
static const unsigned registry_items[] = {CMD_FOUND_REGEDIT,
                                          CMD_FOUND_EXPORT,
                                          LINE,
                                          CMD_FOUND_DELETE_VALUE,
                                          CMD_FOUND_DELETE_KEY,
                                          LINE,
                                          CMD_COPY_CELL,
                                          CMD_COPY_ROW,
                                          CMD_COPY_JSON,
                                          LINE,
                                          CMD_SELECT_ALL,
                                          CMD_SAVE,
                                          END};
static const unsigned memory_items[] = {CMD_FOUND_PROCESS,
                                        LINE,
                                        CMD_FOUND_TEXT,
                                        CMD_FOUND_HEX,
                                        CMD_COPY_CELL,
                                        CMD_COPY_ROW,
                                        CMD_COPY_JSON,
                                        LINE,
                                        CMD_SELECT_ALL,
                                        CMD_SAVE,
                                        END};

bool find_begin_asking(struct find_window *find)
{
    HWND owner = find->setup.owner;

    if (find->asking)
        return false;
    find->asking = true;
    /* The main window must not go while a question stands before this one. */
    find->owner_enabled = owner && IsWindowEnabled(owner);
    if (find->owner_enabled)
        EnableWindow(owner, FALSE);
    return true;
}

bool find_end_asking(struct find_window *find)
{
    find->asking = false;
    if (find->owner_enabled)
        EnableWindow(find->setup.owner, TRUE);
    return find->open;
}

static void run_menu(struct find_window *find, HMENU menu, POINT where)
{
    if (!find_begin_asking(find)) {
        DestroyMenu(menu);
        return;
    }
    UINT command = (UINT)TrackPopupMenu(menu, TPM_RETURNCMD | TPM_RIGHTBUTTON, where.x, where.y, 0,
                                        find->dialog.window, NULL);
    DestroyMenu(menu);
    if (!find_end_asking(find) || !command)
        return;
    if (command >= CMD_COLUMN && command <= CMD_COLUMN_LAST) {
        struct rowview *rowview = list_pane_rowview(find_page(find)->pane);
        rowview_show_column(rowview, command - CMD_COLUMN,
                            !rowview_column_shown(rowview, command - CMD_COLUMN));
    } else {
        find_command(find, command);
    }
}

void find_menu(struct find_window *find, POINT where)
{
    static const unsigned *const items[FOUND_KINDS] = {handle_items, registry_items, memory_items};
    HMENU menu = CreatePopupMenu();

    if (!menu)
        return;
    for (const unsigned *item = items[find->kind]; *item != END; item++) {
        if (*item == LINE)
            AppendMenuW(menu, MF_SEPARATOR, 0, NULL);
        else
            AppendMenuW(menu, MF_STRING | (find_grey(find, *item) ? MF_GRAYED : MF_ENABLED), *item,
                        string_wide(*item));
    }
    run_menu(find, menu, where);
}

void find_columns_menu(struct find_window *find, POINT where)
{
    const struct list_pane_class *class = find_list_class(find->kind);
    struct rowview *rowview = list_pane_rowview(find_page(find)->pane);
    HMENU menu = CreatePopupMenu();

    if (!menu)
        return;
    for (unsigned place = 0; place < class->column_count; place++) {
        UINT flags = rowview_column_shown(rowview, place) ? MF_STRING | MF_CHECKED : MF_STRING;
        if (place == 0)
            flags |= MF_GRAYED; /* the first can't be hidden */
        AppendMenuW(menu, flags, CMD_COLUMN + place,
                    string_wide(class->title + class->columns[place].id));
    }
    run_menu(find, menu, where);
}
