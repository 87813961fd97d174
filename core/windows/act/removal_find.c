#include "core/windows/act/removal_find.h"

#include <string.h>

#include "core/windows/file/file_times.h"
#include "core/windows/file/files.h"
#include "core/windows/find/handles.h"
#include "core/windows/find/loaded.h"
#include "core/windows/registry/registry_walk.h"
#include "core/windows/system.h"
#include "core/windows/text16.h"

#define NAME_LEAST 4 /* letters of a file name that is looked for by itself */

struct finding {
    const struct removal_finder *finder;
    struct progress *progress;
    struct registry_search search;
    enum status status; /* why a sink wanted no more */
};

/* --- who --- */

/* Names of one file may differ in more than letter case: one that ends alike is opened. */
static bool is_same_by_id(const struct removal_sight *sight, struct text path)
{
    struct file_key key = {.known = false};
    wchar_t *wide;
    HANDLE file = INVALID_HANDLE_VALUE;

    if (!text_equal_nocase(text_file_name(path), text_file_name(sight->path)) ||
        text_starts(path, text_of("\\\\")))
        return false;
    wide = files_path(path, NULL);
    if (wide)
        file = file_open(wide, FILE_READ_ATTRIBUTES, FILE_FLAG_BACKUP_SEMANTICS);
    if (file != INVALID_HANDLE_VALUE) {
        file_id_of(file, &key);
        CloseHandle(file);
    }
    text16_free(wide);
    return key.known && key.volume == sight->key.volume &&
           memcmp(key.id, sight->key.id, sizeof key.id) == 0;
}

static struct verdict judge(const struct removal_finder *finder, struct process_key key)
{
    uint32_t row = snapshot_process_by_pid(finder->snapshot, key.pid);

    if (row == NO_ROW || !process_key_equal(finder->snapshot->processes[row].facts->key, key))
        return (struct verdict){.rail = RAIL_FREE};
    return rails_judge(finder->snapshot, row, finder->self, ACT_KILL);
}

static bool take_user(void *context, const struct handle_row *row)
{
    struct finding *finding = context;
    const struct removal_finder *finder = finding->finder;
    struct removal_lists *lists = finder->lists;
    bool added = false;

    if (progress_cancelled(finding->progress)) {
        finding->status = ST_CANCELLED;
        return false;
    }
    if (row->kind == HANDLE_COMMAND || row->naming != HANDLE_NAMED ||
        row->process.pid == finder->self.pid ||
        (!removal_is_name(finder->sight, row->name) &&
         (row->kind == HANDLE_OPEN || !is_same_by_id(finder->sight, row->name))))
        return true;
    finding->status = removal_lists_add_user(lists, row, judge(finder, row->process), &added);
    if (added && finder->user)
        finder->user(finder->context, &lists->users[lists->user_count - 1]);
    return finding->status == ST_OK;
}

static enum status find_loaded(struct finding *finding, struct parts_reader *reader)
{
    const struct snapshot *snapshot = finding->finder->snapshot;
    const struct handle_sink sink = {take_user, finding};
    enum status status = ST_OK;

    for (uint32_t i = 0; i < snapshot->process_count && !status; i++) {
        const struct process_row *row = &snapshot->processes[i];
        if (!row->ended && row->facts->key.pid && row->facts->key.pid != finding->finder->self.pid)
            status = loaded_find(reader, row->facts, &sink);
    }
    return status;
}

enum status removal_find_users(const struct removal_finder *finder, struct progress *progress)
{
    struct finding finding = {.finder = finder, .progress = progress};
    const struct handle_sink sink = {take_user, &finding};
    const struct handles_scope scope = {NULL, 0};
    struct removal_lists *lists = finder->lists;
    struct parts_reader *reader = NULL;
    struct handles_told told = {0};
    enum status status = parts_reader_new(finder->system, &reader);

    if (!status)
        status = find_loaded(&finding, reader);
    parts_reader_free(reader);
    if (!status)
        status = handles_find(finder->system, &scope, &sink, progress, &told);
    lists->names_not_read = told.names_not_read + told.not_copied;
    lists->not_opened = told.not_opened;
    lists->users_end = finding.status ? finding.status : status;
    return lists->users_end;
}

/* --- where --- */

static bool take_place(struct finding *finding, enum status status,
                       const struct registry_finding *found)
{
    const struct removal_finder *finder = finding->finder;
    struct removal_lists *lists = finder->lists;
    bool added = false;

    finding->status = status;
    if (!status && found->where != REGISTRY_NOWHERE)
        finding->status = removal_lists_add_place(lists, found, finder->sight->path, &added);
    if (added && finder->place)
        finder->place(finder->context, &lists->places[lists->place_count - 1]);
    return finding->status == ST_OK;
}

static bool on_key(void *context, const struct registry_key *key)
{
    struct finding *finding = context;
    struct registry_finding found = {0};

    return take_place(finding, registry_search_key(&finding->search, key, &found), &found);
}

static bool on_value(void *context, const struct registry_key *key,
                     const struct registry_value *value)
{
    struct finding *finding = context;
    struct registry_finding found = {0};

    return take_place(finding, registry_search_value(&finding->search, key, value, &found), &found);
}

enum status removal_find_places(const struct removal_finder *finder, struct progress *progress)
{
    struct finding finding = {.finder = finder, .progress = progress};
    const struct registry_visitor visitor = {.key = on_key, .value = on_value, .context = &finding};
    struct text name = text_file_name(finder->sight->path);
    struct registry_counts counts;
    struct term *term = NULL;
    enum status status =
        term_new(name.size < NAME_LEAST ? finder->sight->path : name, 0, &term, NULL);

    if (!status) {
        registry_search_init(&finding.search, term);
        status = registry_walk(NULL, (struct text){NULL, 0}, &visitor, progress, &counts);
        registry_search_done(&finding.search);
    }
    term_free(term);
    finder->lists->places_end = finding.status ? finding.status : status;
    return finder->lists->places_end;
}
