#include "gui/watching.h"

#include "core/base/memory.h"
#include "core/watch/import.h"
#include "core/windows/file/files.h"
#include "gui/strings.h"
#include "gui/watch_jobs.h"
#include "gui/watch_store.h"
#include "res/ids.h"

#define PATH_CEILING ((size_t)128 * 1024)
#define LINE_CEILING ((size_t)64 * 1024)
#define QUEUE_CEILING ((size_t)1024 * 1024)

struct watching {
    struct session *session;
    HWND window;
    UINT message;
    struct buffer kept;
    struct buffer known_kept;
    struct buffer queue;    /* indicators that wait for their turn, one a line */
    struct buffer drop;     /* labels of those that are taken out before, likewise */
    struct worker *reader;  /* NULL: nothing is read */
    struct worker *changer; /* NULL: nothing is changed */
    struct worker *saver;   /* NULL: no known list is being written */
    bool save_again;        /* it has changed since that began */
    enum status (*save_known)(struct text path, const struct known *known, struct failure *failure);
};

/* --- reading --- */

struct read_lists {
    struct buffer list;  /* path */
    struct buffer known; /* path */
    bool must;           /* a missing watchlist is an error */
    struct watchlist *watchlist;
    struct known *known_list;
    enum status status;
    struct buffer problems;
};

static void dispose_lists(void *data)
{
    struct read_lists *lists = data;
    watchlist_release(lists->watchlist);
    if (lists->known_list)
        known_release(lists->known_list);
    buffer_done(&lists->list);
    buffer_done(&lists->known);
    buffer_done(&lists->problems);
    memory_give(lists);
}

/* No line of it is an indicator: it is a report, and what has no doubt about it is taken. */
static enum status read_report(struct read_lists *lists)
{
    struct buffer content;
    struct import_result *result = NULL;
    const struct import_context context = {0};
    struct watchlist_builder *builder = NULL;
    buffer_init(&content, WATCH_STORE_MOST);
    buffer_clear(&lists->problems);
    enum status status = files_read(buffer_text(&lists->list), &content, NULL);
    if (status == ST_OK)
        status = import_text(buffer_text(&content), text_file_name(buffer_text(&lists->list)),
                             &context, &result, &lists->problems);
    if (status == ST_OK) {
        builder = watchlist_builder_new();
        status = builder ? import_take(result, NULL, builder) : ST_NO_MEMORY;
    }
    if (status == ST_OK) {
        watchlist_release(lists->watchlist);
        lists->watchlist = NULL;
        status = watchlist_build(builder, &lists->watchlist);
        builder = NULL;
    }
    watchlist_builder_free(builder);
    import_free(result);
    buffer_done(&content);
    return status;
}

static enum status read_watchlist(struct read_lists *lists)
{
    bool folder = false;
    struct text path = buffer_text(&lists->list);
    if (!path.size)
        return ST_OK;
    enum status status = files_exists(path, &folder);
    if (status == ST_NOT_FOUND && !lists->must)
        return ST_OK;
    if (status != ST_OK)
        return status;
    status = watch_store_load(path, &lists->watchlist, &lists->problems, NULL);
    bool nothing = status == ST_OK && !watchlist_count(lists->watchlist) && lists->problems.size;
    return nothing && lists->must ? read_report(lists) : status;
}

static void read_lists(void *data, const atomic_bool *cancel)
{
    struct read_lists *lists = data;
    struct buffer problems;
    (void)cancel;
    lists->status = read_watchlist(lists);
    buffer_init(&problems, LINE_CEILING);
    watch_store_load_known(buffer_text(&lists->known), &lists->known_list, &problems, NULL);
    buffer_add(&lists->problems, buffer_text(&problems));
    buffer_done(&problems);
}

static void start_reading(struct watching *watching, const struct watching_setup *setup)
{
    static const struct worker_class class = {read_lists, dispose_lists};
    struct read_lists *lists = memory_take(sizeof *lists);
    if (!lists)
        return;
    buffer_init(&lists->list, PATH_CEILING);
    buffer_init(&lists->known, PATH_CEILING);
    buffer_init(&lists->problems, LINE_CEILING);
    buffer_add(&lists->list, setup->list.size ? setup->list : setup->kept);
    buffer_add(&lists->known, setup->known_kept);
    lists->must = setup->list.size != 0;
    watching->reader = worker_start(&class, lists, watching->window, watching->message);
}

struct watching *watching_new(const struct watching_setup *setup)
{
    struct watching *watching = memory_take(sizeof *watching);
    if (!watching)
        return NULL;
    watching->session = setup->session;
    watching->window = setup->window;
    watching->message = setup->message;
    watching->save_known = setup->save_known ? setup->save_known : watch_store_save_known;
    buffer_init(&watching->kept, PATH_CEILING);
    buffer_init(&watching->known_kept, PATH_CEILING);
    buffer_init(&watching->queue, QUEUE_CEILING);
    buffer_init(&watching->drop, QUEUE_CEILING);
    buffer_add(&watching->kept, setup->kept);
    buffer_add(&watching->known_kept, setup->known_kept);
    start_reading(watching, setup);
    return watching;
}

void watching_free(struct watching *watching)
{
    if (!watching)
        return;
    worker_release(watching->reader);
    worker_release(watching->changer);
    worker_release(watching->saver);
    buffer_done(&watching->kept);
    buffer_done(&watching->known_kept);
    buffer_done(&watching->queue);
    buffer_done(&watching->drop);
    memory_give(watching);
}

/* --- changing --- */

static enum status list_of_queue(const struct watching *watching, struct watchlist **list)
{
    struct watchlist_lines lines;
    struct watchlist_builder *builder = watchlist_builder_new();
    if (!builder)
        return ST_NO_MEMORY;
    enum status status = watchlist_add_file_text(builder, buffer_text(&watching->queue),
                                                 (struct text){0}, NULL, &lines);
    if (status == ST_OK)
        return watchlist_build(builder, list);
    watchlist_builder_free(builder);
    return status;
}

/* Takes the whole queue, unless something is still under way: then its end calls this again. */
static enum status change(struct watching *watching)
{
    struct watchlist *more = NULL;
    if (watching_busy(watching) || (!watching->queue.size && !watching->drop.size))
        return ST_OK;
    enum status status = list_of_queue(watching, &more);
    buffer_clear(&watching->queue);
    if (status != ST_OK)
        return status;
    struct edit_job *job = edit_job_new(EDIT_SAVES, session_watchlist(watching->session), more);
    watchlist_release(more);
    if (!job)
        return ST_NO_MEMORY;
    buffer_add(&job->path, buffer_text(&watching->kept));
    buffer_add(&job->drop, buffer_text(&watching->drop));
    buffer_clear(&watching->drop);
    watching->changer = watch_jobs_edit(job, watching->window, watching->message);
    return watching->changer ? ST_OK : ST_NO_MEMORY;
}

enum status watching_add(struct watching *watching, struct text written)
{
    struct indicator indicator;
    const char *why;
    struct buffer scratch;
    buffer_init(&scratch, LINE_CEILING);
    enum status status = indicator_parse(written, &scratch, &indicator, &why);
    if (status == ST_OK) {
        indicator_add(&watching->queue, &indicator);
        buffer_add_byte(&watching->queue, '\n');
        status = watching->queue.failed;
    }
    buffer_done(&scratch);
    return status == ST_OK ? change(watching) : status;
}

enum status watching_add_name(struct watching *watching, struct text name)
{
    struct buffer written;
    buffer_init(&written, LINE_CEILING);
    buffer_add_string(&written, "name:");
    buffer_add(&written, name);
    enum status status = written.failed;
    if (status == ST_OK)
        status = watching_add(watching, buffer_text(&written));
    buffer_done(&written);
    return status;
}

enum status watching_pin(struct watching *watching, const struct sinkhole_wish *wishes,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sinkhole_add_label(&watching->drop, wishes[i].domain);
        buffer_add_byte(&watching->drop, '\n');
        if (wishes[i].pinned)
            sinkhole_add_indicators(&watching->queue, &wishes[i].entry);
    }
    enum status status = watching->drop.failed ? watching->drop.failed : watching->queue.failed;
    return status == ST_OK ? change(watching) : status;
}

enum status watching_add_known(struct watching *watching, enum known_kind kind, struct text value)
{
    struct known *more;
    const struct known *known = session_known(watching->session);
    if (!known)
        return ST_BUSY; /* it is still being read */
    enum status status = known_with(known, kind, value, &more);
    if (status != ST_OK)
        return status;
    status = watching_set_known(watching, more);
    known_release(more);
    return status;
}

/* --- writing what is known --- */

struct save_job {
    struct buffer path;
    const struct known *known; /* a reference, may be NULL */
    enum status (*save)(struct text path, const struct known *known, struct failure *failure);
    enum status status;
};

static void save_run(void *data, const atomic_bool *cancel)
{
    struct save_job *job = data;
    (void)cancel; /* half a list would be worse than one that nobody waits for */
    job->status = job->save(buffer_text(&job->path), job->known, NULL);
}

static void save_dispose(void *data)
{
    struct save_job *job = data;
    if (job->known)
        known_release(job->known);
    buffer_done(&job->path);
    memory_give(job);
}

static enum status save_known(struct watching *watching)
{
    static const struct worker_class class = {save_run, save_dispose};
    const struct known *known = session_known(watching->session);
    watching->save_again = watching->saver != NULL;
    if (watching->saver)
        return ST_OK;
    struct save_job *job = memory_take(sizeof *job);
    if (!job)
        return ST_NO_MEMORY;
    buffer_init(&job->path, PATH_CEILING);
    buffer_add(&job->path, buffer_text(&watching->known_kept));
    job->known = known ? known_retain(known) : NULL;
    job->save = watching->save_known;
    watching->saver = worker_start(&class, job, watching->window, watching->message);
    return watching->saver ? ST_OK : ST_NO_MEMORY;
}

enum status watching_set_known(struct watching *watching, const struct known *known)
{
    session_set_known(watching->session, known);
    return save_known(watching);
}

bool watching_busy(const struct watching *watching)
{
    return watching->reader || watching->changer;
}

/* --- done --- */

/* "FILE could not be read: WHY". */
static void tell_failed(unsigned id, struct text path, enum status status, struct buffer *line)
{
    struct buffer why;
    buffer_init(&why, 256);
    string_add(&why, STR_STATUS_PHRASE + (unsigned)status);
    const struct text arguments[] = {path, buffer_text(&why)};
    string_fill(line, id, arguments, 2);
    buffer_done(&why);
}

static void reading_done(struct watching *watching, struct buffer *line)
{
    struct read_lists *lists = worker_data(watching->reader);
    if (lists->known_list)
        session_set_known(watching->session, lists->known_list);
    if (lists->watchlist)
        session_set_watchlist(watching->session, lists->watchlist);
    if (lists->problems.size)
        buffer_add(line, text_trim(buffer_text(&lists->problems)));
    else if (lists->status != ST_OK)
        tell_failed(STR_LIST_FAILED, buffer_text(&lists->list), lists->status, line);
    worker_release(watching->reader);
    watching->reader = NULL;
}

static void change_done(struct watching *watching, struct buffer *line)
{
    const struct edit_job *job = worker_data(watching->changer);
    if (job->made)
        session_set_watchlist(watching->session, job->made);
    else
        string_add(line, STR_STATUS_PHRASE + (unsigned)job->status);
    if (job->made && job->kept != ST_OK)
        tell_failed(STR_SAVE_FAILED, buffer_text(&job->path), job->kept, line);
    worker_release(watching->changer);
    watching->changer = NULL;
}

static void save_done(struct watching *watching, struct buffer *line)
{
    const struct save_job *job = worker_data(watching->saver);
    if (job->status != ST_OK)
        tell_failed(STR_SAVE_FAILED, buffer_text(&job->path), job->status, line);
    worker_release(watching->saver);
    watching->saver = NULL;
    enum status status = watching->save_again ? save_known(watching) : ST_OK;
    if (status != ST_OK && !line->size)
        string_add(line, STR_STATUS_PHRASE + (unsigned)status);
}

/* The messages of the workers are not waited for: nobody may be left to hand them on. */
bool watching_finish(struct watching *watching, DWORD ms)
{
    ULONGLONG end = GetTickCount64() + ms;
    struct buffer ignored;
    bool in_time = true;
    buffer_init(&ignored, LINE_CEILING);
    while (in_time && (watching->changer || watching->saver)) {
        const struct worker *first = watching->changer ? watching->changer : watching->saver;
        ULONGLONG now = GetTickCount64();
        in_time = worker_wait(first, now < end ? (DWORD)(end - now) : 0);
        if (in_time)
            watching_done(watching, worker_number(first), &ignored);
    }
    buffer_done(&ignored);
    return in_time;
}

void watching_done(struct watching *watching, WPARAM wide, struct buffer *line)
{
    if (watching->reader && worker_number(watching->reader) == wide)
        reading_done(watching, line);
    else if (watching->changer && worker_number(watching->changer) == wide)
        change_done(watching, line);
    else if (watching->saver && worker_number(watching->saver) == wide)
        save_done(watching, line);
    enum status status = change(watching);
    if (status != ST_OK && !line->size)
        string_add(line, STR_STATUS_PHRASE + (unsigned)status);
}
