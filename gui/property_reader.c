#include "gui/property_reader.h"

#include "core/base/memory.h"
#include "core/windows/act/live_hand.h"
#include "core/windows/act/thread_act.h"
#include "core/windows/act/window_answer.h"
#include "core/windows/file/file_facts.h"
#include "core/windows/process/parts.h"

#define PATH_BYTES_MOST ((size_t)256 * 1024)

/* --- the live machine --- */

static enum status live_parts(void *context, struct process_key key, unsigned which,
                              struct process_parts **parts)
{
    struct parts_reader *reader = NULL;
    enum status status = parts_reader_new(NULL, &reader);
    (void)context;
    if (status == ST_OK)
        status = parts_read(reader, key, which, parts);
    parts_reader_free(reader);
    return status;
}

static enum status live_file(void *context, struct text path, unsigned parts,
                             struct progress *progress, struct file_facts **facts)
{
    (void)context;
    return file_facts_read(path, parts, NULL, progress, facts);
}

static void live_act(void *context, const struct act_log *log, enum thread_deed deed,
                     const struct thread_target *target, const struct thread_listener *listener,
                     struct thread_report *report)
{
    const struct thread_hand threads = thread_hand_of(NULL);
    const struct window_probe windows = window_probe_of_system();
    struct hand *processes = NULL;
    enum status status = live_hand_new(NULL, &processes);
    (void)context;
    if (status != ST_OK) {
        *report = (struct thread_report){
            .deed = deed,
            .done_for = true,
            .after.over = true,
            .result = {.outcome = THREAD_REFUSED, .failure.status = status},
        };
        listener->tell(listener->context, report);
        return;
    }
    const struct thread_tools tools = {
        .threads = &threads, .processes = processes, .windows = &windows, .log = log};
    thread_deed_do(&tools, deed, target, listener, report);
    hand_free(processes);
}

const struct property_reader *property_reader_live(void)
{
    static const struct property_reader live = {live_parts, live_file, live_act, NULL};
    return &live;
}

/* --- on the worker --- */

/* What could not even be begun says why in each part, or in the file. */
static void read_parts(struct property_job *job)
{
    enum status status =
        job->reader->parts(job->reader->context, job->key, job->which, &job->parts);
    if (status != ST_OK && status != ST_NO_MEMORY &&
        process_parts_new(job->key, (size_t)1 << 16, &job->parts) == ST_OK)
        process_parts_refuse(job->parts, job->which, read_state_from(status));
}

static void run(void *data, const atomic_bool *cancel)
{
    struct property_job *job = data;
    job->progress.cancel = cancel;
    if (job->which)
        read_parts(job);
    else
        (void)job->reader->file(job->reader->context, buffer_text(&job->path), job->file_parts,
                                &job->progress, &job->file);
}

static void dispose(void *data)
{
    struct property_job *job = data;
    process_parts_free(job->parts);
    file_facts_free(job->file);
    buffer_done(&job->path);
    memory_give(job);
}

/* --- the window's thread --- */

static const struct worker_class worker_class = {run, dispose};

static struct property_job *job_new(const struct property_reader *reader)
{
    struct property_job *job = memory_take(sizeof *job);
    if (job) {
        job->reader = reader;
        buffer_init(&job->path, PATH_BYTES_MOST);
    }
    return job;
}

struct worker *property_reader_parts(const struct property_reader *reader, struct process_key key,
                                     unsigned parts, HWND window, UINT message)
{
    struct property_job *job = job_new(reader);
    if (!job)
        return NULL;
    job->key = key;
    job->which = parts;
    return worker_start(&worker_class, job, window, message);
}

struct worker *property_reader_file(const struct property_reader *reader, struct text path,
                                    unsigned parts, HWND window, UINT message)
{
    struct property_job *job = job_new(reader);
    if (!job)
        return NULL;
    buffer_add(&job->path, path);
    job->file_parts = parts;
    if (job->path.failed != ST_OK) {
        dispose(job);
        return NULL;
    }
    return worker_start(&worker_class, job, window, message);
}

struct property_job *property_reader_job(const struct worker *worker)
{
    return worker_data(worker);
}
