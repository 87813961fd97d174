/* Scheduled tasks: their files, and what the registry has of them; one without the other tells. */
#include "core/evidence/glob.h"
#include "core/evidence/task_file.h"
#include "core/windows/evidence/bundle_file.h"
#include "core/windows/evidence/bundle_parts_inside.h"
#include "core/windows/file/files.h"
#include "core/windows/file/folder_list.h"
#include "core/windows/registry/registry_walk.h"

#define PATH_CEILING ((size_t)128 << 10)
#define TASK_MOST ((size_t)8 << 20)
#define CACHE "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache"

struct round {
    struct bundle_out *out;
    struct bundle_file_notes *notes;
    struct text folder;
    struct buffer content;
    struct buffer command;
    struct buffer why;
    uint64_t found;
    enum status status;
};

struct children {
    glob_child *each;
    void *told;
};

static bool tell_child(void *context, const struct folder_entry *entry)
{
    const struct children *children = context;

    return children->each(children->told, entry->name, entry->is_folder);
}

void bundle_list_folder(void *context, struct text folder, glob_child *each, void *told)
{
    struct children children = {each, told};

    (void)context;
    (void)folder_list(folder, tell_child, &children, NULL);
}

static bool add_file(void *context, struct text path)
{
    struct round *round = context;
    struct failure failure = {.status = ST_OK};
    struct json_writer *json;
    bool is_folder = true;
    enum status status;

    if (files_exists(path, &is_folder) == ST_OK && is_folder)
        return true;
    buffer_clear(&round->content);
    buffer_clear(&round->command);
    buffer_clear(&round->why);
    status = files_read(path, &round->content, &failure);
    json = bundle_row(round->out);
    round->found++;
    json_open_object(json, "task");
    json_text(json, "path", text_slice(path, round->folder.size, path.size - round->folder.size));
    if (!status)
        status = task_file_add(json, buffer_text(&round->content), &round->command, &round->why);
    else
        buffer_add_string(&round->why, status_phrase(status));
    if (round->why.size)
        json_text(json, "unread", buffer_text(&round->why));
    json_close_object(json);
    buffer_clear(&round->content);
    buffer_add_byte(&round->content, '"'); /* the whole is one path */
    buffer_add(&round->content, path);
    bundle_file_add(round->notes, json, "file", buffer_text(&round->content));
    json_open_object(json, "stakeout");
    bundle_file_add(round->notes, json, "program", buffer_text(&round->command));
    json_close_object(json);
    if (status == ST_DENIED)
        bundle_lost(round->out, 1, "files of tasks: access denied");
    else if (status)
        bundle_lost(round->out, 1, "files of tasks could not be read");
    round->status = status == ST_NO_MEMORY ? status : bundle_end_row(round->out);
    return round->status == ST_OK;
}

static bool add_cached(void *context, const struct registry_key *key,
                       const struct registry_value *value)
{
    struct round *round = context;
    struct json_writer *json = bundle_registry_begin(round->out, key, value);

    round->found++;
    round->status = bundle_registry_end(round->out, json);
    return round->status == ST_OK;
}

static void count_unread(void *context, const struct registry_key *key, enum status why)
{
    struct round *round = context;

    (void)key;
    (void)why;
    bundle_lost(round->out, 1, "tasks in the registry could not be read");
}

static void read_cache(struct round *round, const struct bundle_machine *machine)
{
    const struct registry_visitor visitor = {
        .value = add_cached, .unread = count_unread, .context = round};
    const struct registry_calls calls = bundle_registry_of(machine);
    struct progress *whole = bundle_progress(round->out);
    struct progress progress = {.cancel = whole ? whole->cancel : NULL};
    struct registry_counts counts;
    enum status status = registry_walk(&calls, text_of(CACHE), &visitor, &progress, &counts);

    if (round->status == ST_OK && (status == ST_CANCELLED || status == ST_NO_MEMORY))
        round->status = status;
    else if (status && status != ST_NOT_FOUND)
        bundle_lost(round->out, 1, "tasks in the registry could not be read");
}

enum status bundle_tasks(void *context, struct bundle_out *out)
{
    const struct glob_tree tree = {bundle_list_folder, NULL};
    struct round round = {.out = out,
                          .notes = bundle_file_new(BUNDLE_FILE_PARTS, bundle_progress(out))};
    struct buffer folder;
    struct buffer pattern;
    enum status status;

    buffer_init(&round.content, TASK_MOST);
    buffer_init(&round.command, PATH_CEILING);
    buffer_init(&round.why, 4096);
    buffer_init(&folder, PATH_CEILING);
    buffer_init(&pattern, PATH_CEILING);
    bundle_file_system(&folder);
    buffer_add_string(&folder, "\\Tasks");
    buffer_add(&pattern, buffer_text(&folder));
    buffer_add_string(&pattern, "\\**32");
    round.folder = buffer_text(&folder);
    round.status = round.notes ? ST_OK : ST_NO_MEMORY;
    if (!round.status) {
        status = glob_walk(&tree, buffer_text(&pattern), add_file, &round);
        round.status = round.status ? round.status : status;
    }
    if (!round.status)
        read_cache(&round, context);
    if (!round.status && !round.found)
        round.status = bundle_because(out, ST_NOT_FOUND,
                                      "there are no tasks in System32\\Tasks or in the registry");
    buffer_done(&pattern);
    buffer_done(&folder);
    buffer_done(&round.why);
    buffer_done(&round.command);
    buffer_done(&round.content);
    bundle_file_done(round.notes);
    return round.status;
}
