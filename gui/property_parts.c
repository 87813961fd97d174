/* The pages Threads, Modules, Token and Environment. */
#include "core/model/part_words.h"
#include "core/model/process_cells.h"
#include "gui/property_pages.h"
#include "gui/strings.h"

#define WORDS_MOST ((size_t)1024 * 1024)

/* One thing more for the note. */
static void note_more(struct sheet *sheet, unsigned words)
{
    buffer_add_string(&sheet->note, " \xC2\xB7 ");
    string_add(&sheet->note, words);
}

static void add_number(struct sheet *sheet, uint64_t number)
{
    buffer_add_unsigned(sheet_cell(sheet), number);
    sheet_cell_ends(sheet);
}

static void add_fact(struct sheet *sheet, const struct text_fact *fact)
{
    if (fact->state == READ_OK)
        buffer_add(sheet_cell(sheet), fact->value);
    else
        property_add_state(sheet_cell(sheet), fact->state);
    sheet_cell_ends(sheet);
}

/* A number in words by `add`, or its reason; nothing where it does not apply. */
static void add_word(struct sheet *sheet, const struct number_fact *fact,
                     void (*add)(struct buffer *out, uint32_t number))
{
    if (fact->state == READ_OK)
        add(sheet_cell(sheet), fact->value);
    else if (fact->state != READ_NOT_APPLICABLE)
        property_add_state(sheet_cell(sheet), fact->state);
    sheet_cell_ends(sheet);
}

/* --- Threads --- */

static void add_state(struct buffer *out, uint32_t state)
{
    if (thread_state_word(state))
        string_add(out, STR_THREAD_STATE + state);
    else
        buffer_add_unsigned(out, state);
}

static void add_plain(struct buffer *out, uint32_t number)
{
    buffer_add_unsigned(out, number);
}

static void add_thread(const struct property_view *view, struct sheet *sheet, size_t place)
{
    const struct thread_info *thread = &view->parts->threads[place];
    sheet_row(sheet, thread->tid);
    add_number(sheet, thread->tid);
    if (thread->start.state == READ_OK)
        thread_start_add(sheet_cell(sheet), thread);
    else
        property_add_state(sheet_cell(sheet), thread->start.state);
    sheet_cell_ends(sheet);
    add_word(sheet, &thread->state, add_state);
    /* Why a thread waits is a name of the kernel's: the same in all languages. */
    add_word(sheet, &thread->wait, thread_wait_add);
    add_word(sheet, &thread->suspend_count, add_plain);
    add_number(sheet, (uint64_t)(thread->cpu > 0 ? thread->cpu / MOMENT_MS : 0));
    if (thread->created)
        cell_text_add_moment(&view->words, thread->created, sheet_cell(sheet));
    else
        string_add(sheet_cell(sheet), STR_PROP_UNKNOWN);
    sheet_cell_ends(sheet);
    add_fact(sheet, &thread->name);
}

void property_build_threads(const struct property_view *view, struct sheet *sheet)
{
    const struct process_parts *parts = view->parts;
    if (!property_note_count(sheet, parts->threads_state, parts->thread_count))
        return;
    for (size_t i = 0; i < parts->thread_count; i++)
        add_thread(view, sheet, i);
}

/* --- Modules --- */

static void add_path(struct sheet *sheet, const struct module_info *module, struct text path)
{
    if (module->path.size)
        buffer_add(sheet_cell(sheet), path);
    else
        property_add_state(sheet_cell(sheet), READ_FAILED);
    sheet_cell_ends(sheet);
}

void property_build_modules(const struct property_view *view, struct sheet *sheet)
{
    const struct process_parts *parts = view->parts;
    if (!property_note_count(sheet, parts->modules_state, parts->module_count))
        return;
    for (size_t i = 0; i < parts->module_count; i++) {
        const struct module_info *module = &parts->modules[i];
        sheet_row(sheet, module->base);
        add_path(sheet, module, text_file_name(module->path));
        hexadecimal_add(sheet_cell(sheet), module->base);
        sheet_cell_ends(sheet);
        add_number(sheet, module->size);
        add_path(sheet, module, module->path);
    }
    if (parts->modules_origin == MODULES_MAPPED)
        note_more(sheet, STR_PROP_MAPPED);
    if (parts->modules_cut)
        note_more(sheet, STR_PROP_CUT);
}

/* --- Token --- */

/* "medium", or "medium (0x2010)" for a level between two. */
static void add_integrity(struct buffer *out, uint32_t level)
{
    static const uint32_t levels[] = {0, 0x1000, 0x2000, 0x2100, 0x3000, 0x4000, 0x5000};
    unsigned at = sizeof levels / sizeof levels[0] - 1;
    while (at && levels[at] > level)
        at--;
    string_add(out, STR_INTEGRITY + at);
    if (levels[at] == level)
        return;
    buffer_add_string(out, " (");
    hexadecimal_add(out, level);
    buffer_add_byte(out, ')');
}

static void add_elevation(struct buffer *out, uint32_t elevation)
{
    if (elevation_word(elevation))
        string_add(out, STR_ELEVATION + elevation);
    else
        buffer_add_unsigned(out, elevation);
}

static void add_yes_no(struct buffer *out, uint32_t flag)
{
    string_add(out, STR_CELL_WORD + (flag ? WORD_YES : WORD_NO));
}

static void add_line(struct sheet *sheet, unsigned name, const struct number_fact *fact,
                     void (*add)(struct buffer *out, uint32_t number))
{
    sheet_row(sheet, name);
    string_add(sheet_cell(sheet), name);
    sheet_cell_ends(sheet);
    if (fact->state == READ_OK) {
        add(sheet_cell(sheet), fact->value);
    } else {
        property_add_state(sheet_cell(sheet), fact->state);
        sheet_dim(sheet);
    }
    sheet_cell_ends(sheet);
}

/* "CORP\alice" and the SID. */
static void add_user(struct sheet *sheet, const struct token_info *token)
{
    sheet_row(sheet, STR_PROCESS_COLUMN + PROCESS_USER);
    string_add(sheet_cell(sheet), STR_PROCESS_COLUMN + PROCESS_USER);
    sheet_cell_ends(sheet);
    if (token->user.state == READ_OK && token->domain.state == READ_OK &&
        token->domain.value.size) {
        buffer_add(sheet_cell(sheet), token->domain.value);
        buffer_add_byte(sheet_cell(sheet), '\\');
    }
    add_fact(sheet, &token->user);
    sheet_cell_ends(sheet); /* no state */
    add_fact(sheet, &token->sid);
    if (token->user.state != READ_OK)
        sheet_dim(sheet);
}

static void add_section_state(struct sheet *sheet, unsigned name, enum read_state state)
{
    if (state != READ_OK)
        property_pair_state(sheet, name, state);
}

static void add_attributes(struct sheet *sheet, uint32_t attributes)
{
    static const uint32_t bits[] = {GROUP_MANDATORY, GROUP_ENABLED,   GROUP_BY_DEFAULT, GROUP_OWNER,
                                    GROUP_DENY_ONLY, GROUP_INTEGRITY, GROUP_LOGON};
    const char *dot = "";
    for (unsigned i = 0; i < sizeof bits / sizeof bits[0]; i++) {
        if (!(attributes & bits[i]))
            continue;
        buffer_add_string(sheet_cell(sheet), dot);
        string_add(sheet_cell(sheet), STR_GROUP_ATTRIBUTE + i);
        dot = " \xC2\xB7 ";
    }
    sheet_cell_ends(sheet);
}

static void add_groups(struct sheet *sheet, const struct token_info *token)
{
    add_section_state(sheet, STR_TOKEN_GROUP, token->groups_state);
    for (size_t i = 0; i < token->group_count; i++) {
        const struct token_group *group = &token->groups[i];
        sheet_row(sheet, text_hash(group->sid));
        string_add(sheet_cell(sheet), STR_TOKEN_GROUP);
        sheet_cell_ends(sheet);
        if (group->name.state == READ_OK && group->domain.state == READ_OK &&
            group->domain.value.size) {
            buffer_add(sheet_cell(sheet), group->domain.value);
            buffer_add_byte(sheet_cell(sheet), '\\');
        }
        add_fact(sheet, &group->name);
        add_attributes(sheet, group->attributes);
        sheet_add(sheet, group->sid);
    }
}

static void add_privileges(struct sheet *sheet, const struct token_info *token)
{
    add_section_state(sheet, STR_TOKEN_PRIVILEGE, token->privileges_state);
    for (size_t i = 0; i < token->privilege_count; i++) {
        const struct token_privilege *privilege = &token->privileges[i];
        struct buffer word;
        buffer_init(&word, WORDS_MOST);
        sheet_row(sheet, privilege->luid);
        string_add(sheet_cell(sheet), STR_TOKEN_PRIVILEGE);
        sheet_cell_ends(sheet);
        privilege_add(sheet_cell(sheet), privilege->luid);
        sheet_cell_ends(sheet);
        string_add(&word, privilege->enabled ? STR_TOKEN_ENABLED : STR_TOKEN_DISABLED);
        const struct text argument = buffer_text(&word);
        if (privilege->by_default)
            string_fill(sheet_cell(sheet), STR_TOKEN_BY_DEFAULT, &argument, 1);
        else
            buffer_add(sheet_cell(sheet), argument);
        sheet_cell_ends(sheet);
        buffer_done(&word);
    }
}

void property_build_token(const struct property_view *view, struct sheet *sheet)
{
    const struct process_parts *parts = view->parts;
    const struct token_info *token = &parts->token;
    if (!property_note_count(sheet, parts->token_state,
                             token->group_count + token->privilege_count))
        return;
    buffer_clear(&sheet->note);
    add_user(sheet, token);
    add_line(sheet, STR_TOKEN_INTEGRITY, &token->integrity, add_integrity);
    add_line(sheet, STR_TOKEN_ELEVATION, &token->elevation, add_elevation);
    add_line(sheet, STR_PROCESS_COLUMN + PROCESS_ELEVATED, &token->elevated, add_yes_no);
    add_line(sheet, STR_PROCESS_COLUMN + PROCESS_SESSION, &token->session, add_plain);
    add_line(sheet, STR_TOKEN_VIRTUALIZED, &token->virtualized, add_yes_no);
    add_line(sheet, STR_TOKEN_CONTAINER, &token->app_container, add_yes_no);
    if (token->container_sid.state == READ_OK)
        property_pair(sheet, STR_TOKEN_CONTAINER_SID, token->container_sid.value);
    add_groups(sheet, token);
    add_privileges(sheet, token);
}

/* --- Environment --- */

void property_build_environment(const struct property_view *view, struct sheet *sheet)
{
    const struct process_parts *parts = view->parts;
    if (!property_note_count(sheet, parts->environment_state, parts->variable_count))
        return;
    note_more(sheet, STR_PROP_STATED);
    if (parts->environment_cut)
        note_more(sheet, STR_PROP_CUT);
    for (size_t i = 0; i < parts->variable_count; i++) {
        sheet_row(sheet, text_hash(parts->variables[i].name));
        sheet_add(sheet, parts->variables[i].name);
        sheet_add(sheet, parts->variables[i].value);
    }
}
