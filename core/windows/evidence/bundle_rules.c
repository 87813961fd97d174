/* What rules that the user gave name: keys and values, folders, queries. Whatever comes to nothing
 * has a row that says why. */
#include "core/base/memory.h"
#include "core/windows/evidence/bundle_file.h"
#include "core/windows/evidence/bundle_rules_inside.h"
#include "core/windows/evidence/profiles.h"
#include "core/windows/evidence/wmi_query.h"
#include "core/windows/failure.h"
#include "core/windows/file/files.h"
#include "core/windows/file/folder_list.h"
#include "core/windows/registry/registry_read.h"
#include "core/windows/registry/registry_walk.h"
#include "core/windows/text16.h"

#define ARENA_CEILING ((size_t)16 << 20)
#define ENTRIES_MOST 500000u /* of one folder, with what is below it */
#define FOLDERS_DEEP 64u

bool rule_goes_on(struct rule_round *round)
{
    if (round->status == ST_OK && bundle_cancelled(round->out))
        round->status = ST_CANCELLED;
    return round->status == ST_OK;
}

bool rule_keep(struct rule_round *round, enum status status)
{
    if (round->status == ST_OK)
        round->status = status;
    return round->status == ST_OK;
}

/* --- rows --- */

void rule_add(struct rule_round *round, struct json_writer *json)
{
    json_open_object(json, "rule");
    json_text(json, "name", round->rule->name);
    json_text(json, "file", round->rule->file);
    json_unsigned(json, "line", round->source->line);
    json_text(json, "type", round->source->type);
    if (round->item)
        json_text(json, "item", round->item->first);
    json_close_object(json);
}

static void add_said(struct rule_round *round, const char *member, const char *reason,
                     struct text what)
{
    struct json_writer *json =
        round->index ? bundle_index_row(round->index) : bundle_row(round->out);

    buffer_clear(&round->text);
    buffer_add_string(&round->text, reason);
    buffer_add(&round->text, what);
    json_open_object(json, "stakeout");
    rule_add(round, json);
    json_text(json, member, buffer_text(&round->text));
    json_close_object(json);
    if (round->index)
        bundle_index_end_row(round->index);
    else
        rule_keep(round, bundle_end_row(round->out));
}

void rule_add_absence(struct rule_round *round, const char *reason, struct text what)
{
    add_said(round, "absent", reason, what);
}

void rule_add_reason(struct rule_round *round, const char *reason, struct text what)
{
    add_said(round, "unread", reason, what);
    rule_lost(round);
}

void rule_lost(struct rule_round *round)
{
    bundle_lost(round->out, 1, "some of what the rules name could not be had; its rows say why");
}

static void add_failure(struct rule_round *round, const char *reason, const struct failure *failure)
{
    struct buffer what;

    buffer_init(&what, 4096);
    failure_add(&what, failure);
    rule_add_reason(round, reason, buffer_text(&what));
    buffer_done(&what);
}

/* --- the registry --- */

static bool add_value(void *context, const struct registry_key *key,
                      const struct registry_value *value)
{
    struct rule_round *round = context;
    struct json_writer *json = bundle_registry_begin(round->out, key, value);

    round->found++;
    rule_add(round, json);
    return rule_keep(round, bundle_registry_end(round->out, json)) && rule_goes_on(round);
}

static bool add_key(void *context, const struct registry_key *key)
{
    return add_value(context, key, NULL);
}

static void add_unread(void *context, const struct registry_key *key, enum status why)
{
    struct rule_round *round = context;
    struct json_writer *json = bundle_registry_begin(round->out, key, NULL);

    rule_add(round, json);
    json_string(json, "unread", status_phrase(why));
    rule_keep(round, bundle_registry_end(round->out, json));
    rule_lost(round);
}

static bool walk_key(void *context, struct text path)
{
    struct rule_round *round = context;
    const struct registry_visitor visitor = {add_key, add_value, add_unread, round};
    struct registry_counts counts;
    enum status status = registry_walk(&round->calls, path, &visitor, &round->progress, &counts);

    if (status == ST_NO_MEMORY || status == ST_CANCELLED)
        rule_keep(round, status);
    else if (status && status != ST_NOT_FOUND) {
        round->found++;
        add_failure(round, "the key could not be read: ", &(struct failure){.status = status});
    }
    return rule_goes_on(round);
}

/* One value of a key, or those whose names fit. */
static bool read_values(void *context, struct text path)
{
    struct rule_round *round = context;
    struct text wanted = round->item->second;
    struct registry_reader reader;
    struct registry_value value;

    if (registry_reader_open(&reader, &round->calls, path, NULL))
        return rule_goes_on(round);
    const struct registry_key key = {
        .path = path, .name = text_file_name(path), .written = reader.written};
    if (!glob_has_wildcard(wanted)) {
        if (registry_reader_value(&reader, wanted, &value))
            (void)add_value(round, &key, &value);
    } else {
        for (ULONG i = 0; rule_goes_on(round) && registry_reader_value_at(&reader, i, &value); i++)
            if (glob_fits(wanted, value.name))
                (void)add_value(round, &key, &value);
    }
    registry_reader_close(&reader);
    return rule_goes_on(round);
}

static void list_keys(void *context, struct text folder, glob_child *each, void *told)
{
    struct rule_round *round = context;

    registry_each_subkey(&round->calls, folder, each, told, NULL);
}

/* A last "*" stands for all that is below, which is read with its key. */
static struct text without_last_stars(struct text pattern)
{
    while (text_ends(pattern, text_of("\\*")) || text_ends(pattern, text_of("\\")))
        pattern.size--;
    return pattern;
}

static bool take_registry(void *context, struct text text)
{
    struct rule_round *round = context;
    const struct glob_tree tree = {list_keys, round};
    bool is_key = round->source->kind == RULE_KEY;
    struct buffer path;

    round->found = 0;
    buffer_init(&path, RULE_PATH_CEILING);
    if (registry_full_path(&round->calls, text, &path))
        rule_add_reason(round, "it is no path of the registry that can be read: ", text);
    else {
        struct text pattern = buffer_text(&path);
        rule_keep(round, glob_walk(&tree, is_key ? without_last_stars(pattern) : pattern,
                                   is_key ? walk_key : read_values, round));
        if (rule_goes_on(round) && !round->found)
            rule_add_absence(
                round, is_key ? "there is no such key: " : "there is no such value in ", text);
    }
    buffer_done(&path);
    return rule_goes_on(round);
}

/* --- folders --- */

static bool list_entry(void *context, const struct folder_entry *entry);

static void list_below(struct rule_round *round)
{
    struct failure failure = {.status = ST_OK};
    enum status status;

    if (round->depth == FOLDERS_DEEP) {
        round->cut = true;
        return;
    }
    round->depth++;
    status = folder_list(buffer_text(&round->path), list_entry, round, &failure);
    round->depth--;
    if (status && rule_goes_on(round))
        add_failure(round, "a folder could not be listed: ", &failure);
}

static bool list_entry(void *context, const struct folder_entry *entry)
{
    struct rule_round *round = context;
    size_t before = round->path.size;
    struct json_writer *json;

    if (++round->entries > ENTRIES_MOST) {
        round->cut = true;
        return false;
    }
    buffer_add_byte(&round->path, '\\');
    buffer_add(&round->path, entry->name);
    json = bundle_row(round->out);
    json_open_object(json, "file");
    json_text(json, "path", buffer_text(&round->path));
    json_string(json, "type", entry->is_link ? "symlink" : entry->is_folder ? "dir" : "file");
    if (!entry->is_folder)
        json_unsigned(json, "size", entry->size);
    json_moment(json, "created", entry->created, true);
    json_moment(json, "mtime", entry->modified, true);
    json_moment(json, "accessed", entry->accessed, true);
    json_close_object(json);
    json_open_object(json, "stakeout");
    json_unsigned(json, "attributes", entry->attributes);
    rule_add(round, json);
    json_close_object(json);
    rule_keep(round, bundle_end_row(round->out));
    if (entry->is_folder && rule_goes_on(round))
        list_below(round);
    round->path.size = before;
    return rule_goes_on(round);
}

static bool list_folder(void *context, struct text path)
{
    struct rule_round *round = context;
    bool is_folder = false;

    if (files_exists(path, &is_folder) == ST_NOT_FOUND)
        return rule_goes_on(round);
    round->found++;
    round->entries = 0;
    round->cut = false;
    buffer_clear(&round->path);
    buffer_add(&round->path, path);
    if (is_folder)
        list_below(round);
    else
        rule_add_reason(round, "it is a file, no folder: ", path);
    if (round->cut && rule_goes_on(round))
        rule_add_reason(round, "not all of it was listed, it is too much: ", path);
    return rule_goes_on(round);
}

/* With back slashes, and with a drive. */
static bool add_full(struct buffer *out, struct text text)
{
    if (text_starts(text, text_of("\\\\")) || text_starts(text, text_of("//")))
        return false;
    if (text_starts(text, text_of("\\")) || text_starts(text, text_of("/")))
        bundle_file_expand(out, text_of("%SystemDrive%"));
    for (size_t i = 0; i < text.size; i++)
        buffer_add_byte(out, text.bytes[i] == '/' ? '\\' : text.bytes[i]);
    return out->size > 2 && out->bytes[1] == ':';
}

static bool take_path(void *context, struct text text)
{
    struct rule_round *round = context;
    const struct glob_tree tree = {bundle_list_folder, NULL};
    bool is_file = round->source->kind == RULE_FILE;
    struct buffer pattern;

    round->found = 0;
    buffer_init(&pattern, RULE_PATH_CEILING);
    if (!add_full(&pattern, text))
        rule_add_reason(round, "it is no path on a disk of this machine: ", text);
    else {
        rule_keep(round, glob_walk(&tree, buffer_text(&pattern),
                                   is_file ? rule_take_file : list_folder, round));
        if (rule_goes_on(round) && !round->found)
            rule_add_absence(
                round, is_file ? "there is no such file: " : "there is no such folder: ", text);
    }
    buffer_done(&pattern);
    return rule_goes_on(round);
}

/* --- queries --- */

struct wmi_row {
    struct rule_round *round;
    struct json_writer *json;
};

static struct json_writer *begin_object(void *context)
{
    struct wmi_row *row = context;

    row->json = bundle_row(row->round->out);
    return row->json;
}

static bool end_object(void *context)
{
    struct wmi_row *row = context;

    json_open_object(row->json, "stakeout");
    rule_add(row->round, row->json);
    json_close_object(row->json);
    return rule_keep(row->round, bundle_end_row(row->round->out)) && rule_goes_on(row->round);
}

static bool take_query(void *context, struct text text)
{
    struct rule_round *round = context;
    struct wmi_row row = {.round = round};
    const struct wmi_sink sink = {begin_object, end_object, &row};
    struct failure failure = {.status = ST_OK};
    enum status status = wmi_query(round->item->second, text, &sink, &round->progress, &failure);

    if (status && rule_goes_on(round)) {
        failure.status = status;
        add_failure(round, "WMI did not answer: ", &failure);
    }
    return rule_goes_on(round);
}

/* --- all rules --- */

static void take_item(struct rule_round *round, bool (*take)(void *context, struct text text))
{
    struct text unknown = text_of("");
    enum status status = expand(&round->world, round->item->first, take, round, &unknown);

    if (status == ST_NOT_FOUND)
        rule_add_reason(round, "a variable that has no value here: ", unknown);
    else
        rule_keep(round, status);
}

static void take_source(struct rule_round *round)
{
    static bool (*const takes[])(void *context, struct text text) = {
        [RULE_FILE] = take_path,
        [RULE_PATH] = take_path,
        [RULE_KEY] = take_registry,
        [RULE_VALUE] = take_registry,
        [RULE_COMMAND] = rule_take_command,
        [RULE_WMI] = take_query,
        [RULE_GROUP] = NULL,
        [RULE_OTHER] = NULL,
    };
    enum rule_kind kind = round->source->kind;
    bool copies = kind == RULE_FILE || kind == RULE_COMMAND;

    round->item = NULL;
    if (copies != (round->index != NULL) || !round->source->on_windows)
        return; /* the other part's, or another system's */
    if (kind == RULE_GROUP)
        return; /* its members are rules of their own, which are taken if they were given */
    if (!takes[kind]) {
        rule_add_reason(round, "this version collects nothing of that type", text_of(""));
        return;
    }
    for (round->item = round->source->items; round->item && rule_goes_on(round);
         round->item = round->item->next) {
        take_item(round, takes[kind]);
        if (kind == RULE_COMMAND)
            break; /* the others are its arguments */
    }
}

static bool add_variable(void *context, struct text name, struct buffer *out)
{
    wchar_t *wide = text16_from(name, NULL);
    DWORD size = wide ? GetEnvironmentVariableW(wide, NULL, 0) : 0;
    wchar_t *value = size ? memory_take(size * sizeof *value) : NULL;
    DWORD length = value ? GetEnvironmentVariableW(wide, value, size) : 0;
    bool found = length > 0 && length < size;

    (void)context;
    if (found)
        text16_add(out, value, length);
    memory_give(value);
    text16_free(wide);
    return found;
}

static enum status take_rules(const struct bundle_machine *machine, struct bundle_out *out,
                              struct bundle_index *index)
{
    struct progress *whole = bundle_progress(out);
    struct rule_round round = {.machine = machine,
                               .calls = bundle_registry_of(machine),
                               .out = out,
                               .index = index,
                               .world = {.variable = add_variable}};
    struct arena *arena = arena_new(ARENA_CEILING);
    struct expand_user *users = NULL;

    round.progress.cancel = whole ? whole->cancel : NULL;
    buffer_init(&round.path, RULE_PATH_CEILING);
    buffer_init(&round.text, RULE_PATH_CEILING);
    round.status =
        arena ? profiles_read(&round.calls, arena, &users, &round.world.count) : ST_NO_MEMORY;
    round.world.users = users;
    for (round.rule = machine->rules; round.rule; round.rule = round.rule->next)
        for (round.source = round.rule->sources; round.source && rule_goes_on(&round);
             round.source = round.source->next)
            take_source(&round);
    buffer_done(&round.text);
    buffer_done(&round.path);
    arena_free(arena);
    return round.status;
}

static enum status no_rules(struct bundle_out *out)
{
    return bundle_because(out, ST_NOT_FOUND, "no rules were given");
}

enum status bundle_rules(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;

    return machine->rules ? take_rules(machine, out, NULL) : no_rules(out);
}

enum status bundle_rule_files(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;
    struct bundle_index index;
    enum status status;

    if (!machine->rules)
        return no_rules(out);
    bundle_index_begin(&index, out);
    status = take_rules(machine, out, &index);
    return bundle_index_end(&index, status, true);
}
