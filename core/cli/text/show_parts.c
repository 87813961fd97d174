#include "core/cli/text/show_parts.h"

#include "core/cli/text/columns.h"
#include "core/cli/text/show.h"
#include "core/model/part_words.h"

#define CELL_MOST ((size_t)1 << 20)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A table and the buffer in which its cells are put together. */
struct sheet {
    struct columns table;
    struct buffer cell;
};

static void sheet_begin(struct sheet *sheet, const struct column *columns, size_t count)
{
    columns_init(&sheet->table, columns, count);
    buffer_init(&sheet->cell, CELL_MOST);
}

/* What was put together becomes the next cell. */
static void next_cell(struct sheet *sheet)
{
    columns_cell(&sheet->table, buffer_text(&sheet->cell));
    if (sheet->cell.failed == ST_OK)
        buffer_clear(&sheet->cell);
}

static enum status sheet_end(struct sheet *sheet, struct buffer *out, size_t width)
{
    enum status status = sheet->cell.failed;
    if (status == ST_OK)
        status = columns_print(&sheet->table, out, width);
    buffer_done(&sheet->cell);
    columns_done(&sheet->table);
    return status;
}

static void add_state(struct buffer *out, enum read_state state)
{
    const struct text_fact why = {.state = state};
    show_fact(out, &why);
}

/* "Threads: 12", or why there are none. */
static void add_heading(struct buffer *out, const char *title, enum read_state state, size_t count)
{
    buffer_add_byte(out, '\n');
    buffer_add_string(out, title);
    buffer_add_string(out, ": ");
    if (state == READ_OK)
        buffer_add_unsigned(out, count);
    else
        add_state(out, state);
    buffer_add_byte(out, '\n');
}

static void fact_cell(struct sheet *sheet, const struct text_fact *fact)
{
    if (fact->state == READ_OK) /* made visible by the table */
        buffer_add(&sheet->cell, fact->value);
    else
        add_state(&sheet->cell, fact->state);
    next_cell(sheet);
}

static void word_cell(struct sheet *sheet, const struct number_fact *fact,
                      void (*add)(struct buffer *out, uint32_t number))
{
    if (fact->state == READ_OK)
        add(&sheet->cell, fact->value);
    else if (fact->state != READ_NOT_APPLICABLE)
        add_state(&sheet->cell, fact->state);
    next_cell(sheet);
}

static void add_count(struct buffer *out, uint32_t number)
{
    buffer_add_unsigned(out, number);
}

static void thread_row(struct sheet *sheet, const struct thread_info *thread)
{
    columns_number(&sheet->table, thread->tid);
    fact_cell(sheet, &thread->name);
    word_cell(sheet, &thread->state, thread_state_add);
    word_cell(sheet, &thread->wait, thread_wait_add);
    word_cell(sheet, &thread->suspend_count, add_count);
    columns_number(&sheet->table, (uint64_t)(thread->cpu > 0 ? thread->cpu / MOMENT_MS : 0));
    show_moment(&sheet->cell, thread->created, true);
    next_cell(sheet);
    if (thread->start.state == READ_OK)
        thread_start_add(&sheet->cell, thread);
    else
        add_state(&sheet->cell, thread->start.state);
    next_cell(sheet);
}

static enum status show_threads(struct buffer *out, const struct process_parts *parts, size_t width)
{
    static const struct column columns[] = {
        {"TID", true, 0},
        {"NAME", false, 24},
        {"STATE", false, 0},
        {"WAITS FOR", false, 0},
        {"SUSPENDED", true, 0},
        {"CPU MS", true, 0},
        {"CREATED (UTC)", false, 0},
        {"START", false, 0},
    };
    struct sheet sheet;
    add_heading(out, "Threads", parts->threads_state, parts->thread_count);
    sheet_begin(&sheet, columns, COUNT(columns));
    for (size_t i = 0; i < parts->thread_count; i++)
        thread_row(&sheet, &parts->threads[i]);
    return sheet_end(&sheet, out, width);
}

static enum status show_modules(struct buffer *out, const struct process_parts *parts, size_t width)
{
    static const struct column columns[] = {
        {"BASE", true, 0}, {"SIZE", true, 0}, {"PATH", false, 0}};
    struct sheet sheet;
    add_heading(out, "Modules", parts->modules_state, parts->module_count);
    if (parts->modules_state == READ_OK && parts->modules_origin == MODULES_MAPPED)
        buffer_add_string(out,
                          "(the process has no list of them now: the images mapped into it)\n");
    sheet_begin(&sheet, columns, COUNT(columns));
    for (size_t i = 0; i < parts->module_count; i++) {
        const struct module_info *module = &parts->modules[i];
        hexadecimal_add(&sheet.cell, module->base);
        next_cell(&sheet);
        columns_number(&sheet.table, module->size);
        columns_cell(&sheet.table, module->path.size ? module->path : text_of("(unknown)"));
    }
    if (parts->modules_cut)
        buffer_add_string(out, "(not all of them)\n");
    return sheet_end(&sheet, out, width);
}

static void token_line(struct buffer *out, const char *title, const struct number_fact *fact,
                       void (*add)(struct buffer *out, uint32_t number))
{
    buffer_add_string(out, "  ");
    buffer_add_string(out, title);
    for (size_t used = text_from(title).size; used < 15; used++)
        buffer_add_byte(out, ' ');
    if (fact->state == READ_OK)
        add(out, fact->value);
    else
        add_state(out, fact->state);
    buffer_add_byte(out, '\n');
}

static void add_yes_no(struct buffer *out, uint32_t flag)
{
    buffer_add_string(out, flag ? "yes" : "no");
}

static void add_elevation(struct buffer *out, uint32_t elevation)
{
    const char *word = elevation_word(elevation);
    if (word)
        buffer_add_string(out, word);
    else
        buffer_add_unsigned(out, elevation);
}

static enum status show_groups(struct buffer *out, const struct token_info *token, size_t width)
{
    static const struct column columns[] = {
        {"GROUP", false, 48}, {"SID", false, 0}, {"ATTRIBUTES", false, 0}};
    struct sheet sheet;
    add_heading(out, "Groups", token->groups_state, token->group_count);
    sheet_begin(&sheet, columns, COUNT(columns));
    for (size_t i = 0; i < token->group_count; i++) {
        const struct token_group *group = &token->groups[i];
        if (group->name.state == READ_OK && group->domain.state == READ_OK &&
            group->domain.value.size) {
            buffer_add(&sheet.cell, group->domain.value);
            buffer_add_byte(&sheet.cell, '\\');
        }
        fact_cell(&sheet, &group->name);
        columns_cell(&sheet.table, group->sid);
        group_attributes_add(&sheet.cell, group->attributes);
        next_cell(&sheet);
    }
    return sheet_end(&sheet, out, width);
}

static enum status show_privileges(struct buffer *out, const struct token_info *token, size_t width)
{
    static const struct column columns[] = {{"PRIVILEGE", false, 0}, {"STATE", false, 0}};
    struct sheet sheet;
    add_heading(out, "Privileges", token->privileges_state, token->privilege_count);
    sheet_begin(&sheet, columns, COUNT(columns));
    for (size_t i = 0; i < token->privilege_count; i++) {
        const struct token_privilege *privilege = &token->privileges[i];
        privilege_add(&sheet.cell, privilege->luid);
        next_cell(&sheet);
        buffer_add_string(&sheet.cell, privilege->enabled ? "enabled" : "disabled");
        if (privilege->by_default)
            buffer_add_string(&sheet.cell, ", enabled by default");
        next_cell(&sheet);
    }
    return sheet_end(&sheet, out, width);
}

static enum status show_token(struct buffer *out, const struct process_parts *parts, size_t width)
{
    const struct token_info *token = &parts->token;
    buffer_add_string(out, "\nToken:");
    if (parts->token_state != READ_OK) {
        buffer_add_byte(out, ' ');
        add_state(out, parts->token_state);
        buffer_add_byte(out, '\n');
        return ST_OK;
    }
    buffer_add_byte(out, '\n');
    token_line(out, "integrity", &token->integrity, integrity_add);
    token_line(out, "elevation", &token->elevation, add_elevation);
    token_line(out, "elevated", &token->elevated, add_yes_no);
    token_line(out, "virtualized", &token->virtualized, add_yes_no);
    token_line(out, "app container", &token->app_container, add_yes_no);
    token_line(out, "session", &token->session, add_count);
    if (token->container_sid.state == READ_OK) {
        buffer_add_string(out, "  container SID  ");
        show_fact(out, &token->container_sid);
        buffer_add_byte(out, '\n');
    }
    enum status status = show_groups(out, token, width);
    return status == ST_OK ? show_privileges(out, token, width) : status;
}

static enum status show_environment(struct buffer *out, const struct process_parts *parts,
                                    size_t width)
{
    static const struct column columns[] = {{"VARIABLE", false, 32}, {"VALUE", false, 0}};
    struct sheet sheet;
    add_heading(out, "Environment, as the process states it", parts->environment_state,
                parts->variable_count);
    if (parts->environment_cut)
        buffer_add_string(out, "(not all of it could be read)\n");
    sheet_begin(&sheet, columns, COUNT(columns));
    for (size_t i = 0; i < parts->variable_count; i++) {
        columns_cell(&sheet.table, parts->variables[i].name);
        columns_cell(&sheet.table, parts->variables[i].value);
    }
    return sheet_end(&sheet, out, width);
}

enum status show_parts(struct buffer *out, const struct process_parts *parts, size_t width)
{
    enum status status = show_threads(out, parts, width);
    if (status == ST_OK)
        status = show_modules(out, parts, width);
    if (status == ST_OK)
        status = show_token(out, parts, width);
    if (status == ST_OK)
        status = show_environment(out, parts, width);
    return status == ST_OK ? out->failed : status;
}
