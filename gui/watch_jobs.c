#include "gui/watch_jobs.h"

#include "core/base/memory.h"
#include "core/windows/file/files.h"
#include "core/windows/network/machine.h"
#include "gui/watch_store.h"

#define PATH_MOST ((size_t)32768 * 3)
#define PROBLEM_MOST ((size_t)64 * 1024)
#define DROP_MOST ((size_t)1024 * 1024)

/* --- reading --- */

struct read_job *read_job_new(const struct watchlist *present)
{
    struct read_job *job = memory_take(sizeof *job);

    if (job && present)
        job->present = watchlist_retain(present);
    return job;
}

static void source_done(struct read_source *source)
{
    buffer_done(&source->path);
    buffer_done(&source->name);
    buffer_done(&source->content);
    buffer_done(&source->problem);
    import_free(source->result);
}

void read_job_free(struct read_job *job)
{
    if (!job)
        return;
    for (size_t i = 0; i < job->count; i++)
        source_done(&job->sources[i]);
    watchlist_release(job->present);
    memory_give(job);
}

static bool add_source(struct read_job *job, struct text path, struct text content,
                       struct text name)
{
    struct read_source *source = &job->sources[job->count];

    if (job->count == READ_MOST)
        return false;
    buffer_init(&source->path, PATH_MOST);
    buffer_init(&source->name, PATH_MOST);
    buffer_init(&source->content, WATCH_STORE_MOST);
    buffer_init(&source->problem, PROBLEM_MOST);
    buffer_add(&source->path, path);
    buffer_add(&source->name, name);
    buffer_add(&source->content, content);
    if (source->path.failed || source->name.failed || source->content.failed) {
        source_done(source);
        return false;
    }
    job->count++;
    return true;
}

bool read_job_add_file(struct read_job *job, struct text path)
{
    return add_source(job, path, (struct text){NULL, 0}, text_file_name(path));
}

bool read_job_add_text(struct read_job *job, struct text content, struct text name)
{
    return add_source(job, (struct text){NULL, 0}, content, name);
}

static void read_source(struct read_source *source, const struct import_context *context)
{
    source->status = ST_OK;
    if (source->path.size)
        source->status = files_read(buffer_text(&source->path), &source->content, &source->failure);
    if (source->status == ST_OK)
        source->status = import_text(buffer_text(&source->content), buffer_text(&source->name),
                                     context, &source->result, &source->problem);
    buffer_done(&source->content);
    buffer_init(&source->content, WATCH_STORE_MOST);
}

static void read_all(void *data, const atomic_bool *cancel)
{
    struct read_job *job = data;
    struct import_context context = {.present = job->present};
    struct address *own = NULL;
    size_t own_count = 0;

    /* Without them an own address merely arrives with its tick. */
    if (machine_addresses(&own, &own_count, NULL) == ST_OK) {
        context.own = own;
        context.own_count = own_count;
    }
    for (size_t i = 0; i < job->count && !atomic_load(cancel); i++)
        read_source(&job->sources[i], &context);
    memory_give(own);
}

static void dispose_read(void *data)
{
    read_job_free(data);
}

struct worker *watch_jobs_read(struct read_job *job, HWND window, UINT message)
{
    static const struct worker_class class = {read_all, dispose_read};

    return worker_start(&class, job, window, message);
}

/* --- making --- */

struct edit_job *edit_job_new(enum edit_purpose purpose, const struct watchlist *list,
                              const struct watchlist *more)
{
    struct edit_job *job = memory_take(sizeof *job);

    if (!job)
        return NULL;
    job->purpose = purpose;
    job->list = list ? watchlist_retain(list) : NULL;
    job->more = more ? watchlist_retain(more) : NULL;
    buffer_init(&job->path, PATH_MOST);
    buffer_init(&job->drop, DROP_MOST);
    return job;
}

void edit_job_free(struct edit_job *job)
{
    if (!job)
        return;
    watchlist_release(job->list);
    watchlist_release(job->more);
    watchlist_release(job->made);
    memory_give(job->removed);
    buffer_done(&job->drop);
    buffer_done(&job->path);
    memory_give(job);
}

static bool has_line(struct text lines, struct text sought)
{
    for (size_t at = 0; at < lines.size;) {
        size_t size = text_find(text_slice(lines, at, lines.size - at), text_of("\n"));
        size = size == SIZE_MAX ? lines.size - at : size;
        if (text_equal_nocase(text_slice(lines, at, size), sought))
            return true;
        at += size + 1;
    }
    return false;
}

static enum status drop(struct edit_job *job)
{
    uint32_t count = watchlist_count(job->list);

    if (!job->drop.size)
        return ST_OK;
    if (!job->removed)
        job->removed = memory_take_array((size_t)count + 1, sizeof *job->removed);
    if (!job->removed)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++) {
        struct indicator indicator;
        struct indicator_origin origin;
        watchlist_indicator(job->list, i, &indicator, &origin);
        if (origin.label.size && has_line(buffer_text(&job->drop), origin.label))
            job->removed[i] = true;
    }
    return job->drop.failed;
}

static void edit(void *data, const atomic_bool *cancel)
{
    struct edit_job *job = data;

    job->status = drop(job);
    if (job->status == ST_OK)
        job->status =
            watchlist_edit(job->list, job->removed, job->more, cancel, &job->made, &job->change);
    if (job->status == ST_OK && job->path.size)
        job->kept = watch_store_save(buffer_text(&job->path), job->made, &job->failure);
}

static void dispose_edit(void *data)
{
    edit_job_free(data);
}

struct worker *watch_jobs_edit(struct edit_job *job, HWND window, UINT message)
{
    static const struct worker_class class = {edit, dispose_edit};

    return worker_start(&class, job, window, message);
}
