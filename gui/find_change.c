#include "gui/find_change.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"

#define PATH_CEILING ((size_t)128 * 1024)
#define NAME_CEILING ((size_t)1 << 20)

/* --- on the thread --- */

static struct registry_target target_of(const struct change_job *job)
{
    return (struct registry_target){buffer_text(&job->key), job->only_value,
                                    buffer_text(&job->value)};
}

static void take_result(struct change_job *job, const struct registry_result *result)
{
    job->outcome = result->outcome;
    job->failure = result->failure;
    job->keys = result->keys;
    job->values = result->values;
    job->lost = result->lost;
}

/* As the Registry Editor writes its files: UTF-16 with a mark. */
static enum status write_reg(struct text reg, struct text path, struct failure *failure)
{
    size_t length = 0;
    wchar_t *wide = text16_from(reg, &length);
    wchar_t *marked = wide ? memory_take_array(length + 1, sizeof *marked) : NULL;
    enum status status = ST_NO_MEMORY;

    *failure = (struct failure){.status = ST_NO_MEMORY};
    if (marked) {
        marked[0] = 0xFEFF;
        memcpy(marked + 1, wide, length * sizeof *marked);
        const struct text bytes = {(const char *)marked, (length + 1) * sizeof *marked};
        *failure = (struct failure){.status = ST_OK};
        status = files_replace(path, bytes, failure);
    }
    memory_give(marked);
    text16_free(wide);
    return status;
}

static void read_registry(struct change_job *job, bool write)
{
    const struct registry_target target = target_of(job);
    struct progress progress = {.cancel = &job->cancel};
    struct registry_result result = {0};
    struct buffer reg;

    buffer_init(&reg, REGISTRY_BACKUP_MOST);
    enum status status =
        job->system->registry_export(job->system->context, &target, &progress, &reg, &result);
    take_result(job, &result);
    if (status == ST_OK && write)
        status = write_reg(buffer_text(&reg), buffer_text(&job->path), &job->failure);
    if (status != ST_OK && job->failure.status == ST_OK)
        job->failure.status = status;
    buffer_done(&reg);
}

static void delete_registry(struct change_job *job)
{
    const struct registry_target target = target_of(job);
    const struct act_log log = case_sink_log(job->sink);
    struct progress progress = {.cancel = &job->cancel};
    struct registry_result result = {0};
    struct buffer folder;

    buffer_init(&folder, PATH_CEILING);
    job->failure.status = case_sink_open(job->sink);
    case_sink_path(job->sink, &folder);
    if (job->failure.status == ST_OK)
        job->failure.status = folder.failed;
    if (job->failure.status == ST_OK) {
        job->system->registry_delete(job->system->context, &target, buffer_text(&folder), &log,
                                     &progress, &result);
        take_result(job, &result);
        buffer_add(&job->path, buffer_text(&result.backup));
        registry_result_done(&result);
    } else {
        job->outcome = REGISTRY_NOT_SAVED;
    }
    buffer_done(&folder);
}

static void run(void *data, const atomic_bool *cancel)
{
    struct change_job *job = data;

    (void)cancel; /* what was begun is brought to its end, and into the journal */
    if (job->kind == FIND_DEED_CLOSE) {
        const struct act_log log = case_sink_log(job->sink);
        job->system->handle_close(job->system->context, &log, found_handle(job->handle, 0),
                                  &job->closed);
    } else if (job->kind == FIND_DEED_DELETE) {
        delete_registry(job);
    } else {
        read_registry(job, job->kind == FIND_DEED_EXPORT);
    }
}

static void dispose(void *data)
{
    change_job_free(data);
}

/* --- the window's side --- */

static struct change_job *new_job(void)
{
    struct change_job *job = memory_take(sizeof *job);

    if (!job)
        return NULL;
    buffer_init(&job->key, NAME_CEILING);
    buffer_init(&job->value, NAME_CEILING);
    buffer_init(&job->path, PATH_CEILING);
    atomic_init(&job->cancel, false);
    return job;
}

void change_job_free(struct change_job *job)
{
    if (!job)
        return;
    found_free(job->handle);
    buffer_done(&job->key);
    buffer_done(&job->value);
    buffer_done(&job->path);
    memory_give(job);
}

struct change_job *change_job_of_handle(const struct handle_row *row)
{
    struct change_job *job = new_job();
    struct found_batch *batch = job ? found_batch_new() : NULL;

    if (batch && found_keep_handle(batch, row) == ST_OK)
        job->handle = found_new(FOUND_HANDLES, 0, NULL, NULL);
    if (job && job->handle && found_take(job->handle, batch) == ST_OK)
        return job;
    if (!job || !job->handle)
        found_batch_free(batch);
    change_job_free(job);
    return NULL;
}

struct change_job *change_job_of_registry(const struct found_registry *row, bool whole_key)
{
    struct change_job *job = new_job();

    if (!job)
        return NULL;
    job->only_value = !whole_key && row->finding.value;
    buffer_add(&job->key, row->key.path);
    if (job->only_value)
        buffer_add(&job->value, row->value.name);
    if (job->key.failed == ST_OK && job->value.failed == ST_OK)
        return job;
    change_job_free(job);
    return NULL;
}

struct change_job *change_job_again(const struct change_job *job)
{
    struct change_job *again = new_job();

    if (!again)
        return NULL;
    again->run = job->run;
    again->row = job->row;
    again->only_value = job->only_value;
    buffer_add(&again->key, buffer_text(&job->key));
    buffer_add(&again->value, buffer_text(&job->value));
    if (again->key.failed == ST_OK && again->value.failed == ST_OK)
        return again;
    change_job_free(again);
    return NULL;
}

struct worker *change_start(struct change_job *job, HWND window, UINT message)
{
    static const struct worker_class class = {run, dispose};

    return worker_start(&class, job, window, message);
}
