#include "gui/case_folder.h"

#include "core/base/memory.h"
#include "core/case/hit_log.h"
#include "core/windows/files.h"
#include "core/windows/log_file.h"

#define PATH_CEILING ((size_t)128 * 1024)

struct case_folder {
    struct buffer path;
    struct log_file *file; /* NULL until it was opened */
    struct hit_log *log;
};

struct case_folder *case_folder_new(struct text path)
{
    struct case_folder *folder = memory_take(sizeof *folder);
    if (!folder)
        return NULL;
    buffer_init(&folder->path, PATH_CEILING);
    buffer_add(&folder->path, path);
    if (folder->path.failed != ST_OK) {
        case_folder_free(folder);
        return NULL;
    }
    return folder;
}

void case_folder_free(struct case_folder *folder)
{
    if (!folder)
        return;
    hit_log_free(folder->log);
    log_file_close(folder->file);
    buffer_done(&folder->path);
    memory_give(folder);
}

static enum status open_file(struct case_folder *folder, struct failure *failure)
{
    struct log_file *file = NULL;
    struct buffer path;
    enum status status = files_make_folder(buffer_text(&folder->path), failure);
    if (status != ST_OK)
        return status;
    buffer_init(&path, PATH_CEILING);
    buffer_add(&path, buffer_text(&folder->path));
    buffer_add_string(&path, "\\hits.jsonl");
    status = path.failed;
    if (status == ST_OK)
        status = log_file_open(buffer_text(&path), &file, failure);
    buffer_done(&path);
    if (status != ST_OK)
        return status;
    const struct hit_file table = log_file_table(file);
    status = hit_log_open(&table, HIT_LOG_CEILING, &folder->log);
    if (status != ST_OK) {
        log_file_close(file);
        return status;
    }
    folder->file = file;
    return ST_OK;
}

enum status case_folder_open(struct case_folder *folder, struct failure *failure)
{
    if (folder->log)
        return ST_OK;
    struct failure what = {ST_OK, NULL, 0};
    enum status status = open_file(folder, &what);
    if (status != ST_OK && failure)
        *failure = what;
    return status;
}

static enum status take(void *context, const struct hit *hit)
{
    struct case_folder *folder = context;
    enum status status = case_folder_open(folder, NULL);
    return status == ST_OK ? hit_log_take(folder->log, hit) : status;
}

struct hit_sink case_folder_sink(struct case_folder *folder)
{
    return (struct hit_sink){take, folder};
}

struct text case_folder_path(const struct case_folder *folder)
{
    return buffer_text(&folder->path);
}
