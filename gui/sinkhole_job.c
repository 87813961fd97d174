#include "gui/sinkhole_job.h"

#include "core/base/index.h"
#include "core/base/memory.h"
#include "core/windows/act/live_sinkhole.h"

#define PATH_MOST ((size_t)128 * 1024)
#define ARENA_MOST ((size_t)256 << 20)
#define SETTLE_MS 5000 /* security software needs its time */

/* The window goes on showing those of `before`. */
static bool copy_rows(struct sinkhole_job *job, const struct sinkhole_job *before)
{
    size_t count = before->count;

    if (!before->arena)
        return true;
    job->wishes = arena_take(before->arena, (count + 1) * sizeof *job->wishes);
    job->rows = arena_take(before->arena, (count + 1) * sizeof *job->rows);
    if (!job->wishes || !job->rows)
        return false;
    for (size_t i = 0; i < count; i++) {
        job->wishes[i] = before->wishes[i];
        job->rows[i] = before->rows[i];
    }
    job->count = count;
    return true;
}

struct sinkhole_job *sinkhole_job_new(enum sinkhole_task task, struct sinkhole_job *before)
{
    struct sinkhole_job *job = memory_take(sizeof *job);

    if (!job)
        return NULL;
    job->task = task;
    buffer_init(&job->hosts, PATH_MOST);
    buffer_init(&job->path, PATH_MOST);
    if (!before)
        return job;
    buffer_add(&job->hosts, buffer_text(&before->hosts));
    job->list = before->list ? watchlist_retain(before->list) : NULL;
    job->sink = before->sink;
    job->system = before->system;
    job->left_out = before->left_out;
    if (!copy_rows(job, before)) {
        sinkhole_job_free(job);
        return NULL;
    }
    job->arena = before->arena;
    before->arena = NULL;
    return job;
}

void sinkhole_job_free(struct sinkhole_job *job)
{
    if (!job)
        return;
    if (job->has_result)
        sinkhole_result_done(&job->result);
    watchlist_release(job->list);
    arena_free(job->arena);
    buffer_done(&job->path);
    buffer_done(&job->hosts);
    memory_give(job);
}

/* --- rows --- */

struct gathering {
    struct sinkhole_job *job;
    struct index index; /* of the rows, by their domains */
    struct sinkhole_machine machine;
};

static uint32_t find_row(const struct gathering *gathering, struct text domain)
{
    const struct index *index = &gathering->index;
    uint64_t hash = text_hash(domain);
    size_t at;

    for (uint32_t slot = index_first(index, hash, &at); slot != INDEX_NONE;
         slot = index_next(index, hash, &at))
        if (text_equal(gathering->job->wishes[slot].domain, domain))
            return slot;
    return INDEX_NONE;
}

static void add_row(struct gathering *gathering, struct text written, bool listed, bool tree)
{
    struct sinkhole_job *job = gathering->job;
    struct sinkhole_wish *wish = &job->wishes[job->count];
    uint32_t there = find_row(gathering, written);

    if (there != INDEX_NONE) {
        job->rows[there].tree = tree && (job->rows[there].tree || !job->rows[there].listed);
        job->rows[there].listed = true;
        return;
    }
    if (job->count == SINKHOLE_ROWS_MOST) {
        job->left_out++;
        return;
    }
    *wish = (struct sinkhole_wish){.domain = {NULL, 0}};
    wish->why = sinkhole_domain(written, &gathering->machine, job->arena, &wish->domain);
    if (!wish->domain.size)
        return;
    job->rows[job->count].tree = tree;
    job->rows[job->count].listed = listed;
    index_add(&gathering->index, text_hash(wish->domain), (uint32_t)job->count++);
}

static void add_watched(struct gathering *gathering, const atomic_bool *cancel)
{
    const struct watchlist *list = gathering->job->list;
    uint32_t count = watchlist_count(list);

    for (uint32_t i = 0; i < count && !atomic_load(cancel); i++) {
        struct indicator indicator;
        struct indicator_origin origin;
        watchlist_indicator(list, i, &indicator, &origin);
        if (indicator.kind == INDICATOR_DOMAIN || indicator.kind == INDICATOR_DOMAIN_TREE)
            add_row(gathering, indicator.value, true, indicator.kind == INDICATOR_DOMAIN_TREE);
    }
}

/* What the block holds, then what is watched. */
static enum status gather(struct sinkhole_job *job, const struct sinkhole_means *means,
                          const struct sinkhole *sinkhole, const atomic_bool *cancel)
{
    struct gathering gathering = {.job = job};
    enum status status = index_reserve(&gathering.index, SINKHOLE_ROWS_MOST);

    job->wishes = arena_take(job->arena, (SINKHOLE_ROWS_MOST + 1) * sizeof *job->wishes);
    job->rows = arena_take(job->arena, (SINKHOLE_ROWS_MOST + 1) * sizeof *job->rows);
    if (!job->wishes || !job->rows)
        status = ST_NO_MEMORY;
    if (status == ST_OK) {
        gathering.machine = means->machine(means->context, job->arena);
        for (size_t i = 0; i < sinkhole->count; i++)
            add_row(&gathering, sinkhole->entries[i].domain, false, false);
        add_watched(&gathering, cancel);
    }
    index_done(&gathering.index);
    return status;
}

/* With nothing pinned yet, all that may be is proposed; later the ticks say what is pinned. */
static void tick(struct sinkhole_job *job)
{
    size_t pinned = 0;

    for (size_t i = 0; i < job->count; i++)
        pinned += job->wishes[i].was_pinned;
    for (size_t i = 0, proposed = 0; i < job->count; i++) {
        const struct sinkhole_wish *wish = &job->wishes[i];
        bool propose = !pinned && wish->why == SINKHOLE_FINE && proposed < SINKHOLE_MOST;
        job->rows[i].ticked = wish->was_pinned || propose;
        proposed += propose;
    }
}

static enum status read_file(struct sinkhole_job *job, const struct sinkhole_means *means,
                             const atomic_bool *cancel)
{
    struct text file = means->content(means->context);
    struct sinkhole sinkhole;
    bool fresh = !job->arena;
    enum status status = ST_OK;

    if (fresh)
        job->arena = arena_new(ARENA_MOST);
    if (!job->arena)
        return ST_NO_MEMORY;
    if (fresh) {
        status = sinkhole_read(file, job->arena, &sinkhole, &job->why);
        if (status == ST_INVALID) { /* the rows are there all the same */
            sinkhole.count = 0;
            status = gather(job, means, &sinkhole, cancel);
            if (status == ST_OK)
                tick(job);
            return status == ST_OK ? ST_INVALID : status;
        }
        if (status == ST_OK)
            status = gather(job, means, &sinkhole, cancel);
    }
    if (status == ST_OK)
        status = sinkhole_look(file, job->arena, job->wishes, job->count, &job->numbers, &job->why);
    if (status == ST_OK && fresh)
        tick(job);
    return status;
}

static void survey(struct sinkhole_job *job, const struct sinkhole_means *means,
                   const atomic_bool *cancel)
{
    job->failure = (struct failure){.status = ST_OK};
    job->status = means->open(means->context, &job->failure);
    job->failure.status = job->status;
    if (job->status != ST_OK)
        return;
    job->status = read_file(job, means, cancel);
    means->close(means->context);
}

/* --- the task --- */

struct noting {
    struct sinkhole_job *job;
    struct live_sinkhole *live; /* NULL: a test's means */
};

/* The case is opened by the first line of its journal, and known from then on. */
static enum status note(void *context, const struct journal_entry *entry, uint64_t *number)
{
    const struct noting *noting = context;
    const struct act_log log = case_sink_log(noting->job->sink);
    enum status status = log.write(log.context, entry, number);
    struct buffer folder;

    if (status != ST_OK || !noting->live)
        return status;
    buffer_init(&folder, PATH_MOST);
    case_sink_path(noting->job->sink, &folder);
    status = folder.failed;
    if (status == ST_OK)
        status = live_sinkhole_save_into(noting->live, buffer_text(&folder));
    buffer_done(&folder);
    return status;
}

static void change(struct sinkhole_job *job, const struct sinkhole_means *means,
                   struct live_sinkhole *live)
{
    static const char *const actions[] = {
        [SINKHOLE_APPLY] = "sinkhole-set",
        [SINKHOLE_TAKE_OUT] = "sinkhole-restore",
        [SINKHOLE_MAKE_UTF8] = "sinkhole-convert",
    };
    struct noting noting = {job, live};
    const struct act_log log = {note, &noting};
    const uint32_t settle = job->system ? job->system->settle_ms : 0;
    const struct sinkhole_order order = {
        .kind = job->task == SINKHOLE_TAKE_OUT ? SINKHOLE_RESTORE : SINKHOLE_SET,
        .wishes = job->wishes,
        .count = job->task == SINKHOLE_MAKE_UTF8 ? 0 : job->count,
        .convert = job->task == SINKHOLE_MAKE_UTF8,
        .action = actions[job->task],
        .settle_ms = settle ? settle : SETTLE_MS,
        .stage = &job->stage,
    };

    for (size_t i = 0; i < job->count; i++) {
        job->wishes[i].pinned = job->task == SINKHOLE_APPLY && job->rows[i].ticked;
        job->rows[i].before = job->wishes[i].was_pinned;
    }
    sinkhole_do(means, &log, &order, job->arena, &job->result);
    job->has_result = true;
}

static void run(void *data, const atomic_bool *cancel)
{
    struct sinkhole_job *job = data;
    struct live_sinkhole *live = NULL;
    struct sinkhole_means means;

    if (job->system && job->system->means) {
        means = *job->system->means;
    } else {
        job->status = live_sinkhole_new(buffer_text(&job->hosts), &job->hurry, &live);
        if (job->status != ST_OK)
            return;
        means = live_sinkhole_means(live);
    }
    buffer_add(&job->path, means.path(means.context));
    for (size_t i = 0; i < job->count; i++) /* these are the file's to say, and may have gone */
        if (job->wishes[i].why == SINKHOLE_NAMED || job->wishes[i].why == SINKHOLE_FULL)
            job->wishes[i].why = SINKHOLE_FINE;
    if (job->task != SINKHOLE_SURVEY)
        change(job, &means, live);
    survey(job, &means, cancel);
    live_sinkhole_free(live);
}

static void dispose(void *data)
{
    sinkhole_job_free(data);
}

struct worker *sinkhole_job_start(struct sinkhole_job *job, HWND window, UINT message)
{
    static const struct worker_class class = {run, dispose};

    return worker_start(&class, job, window, message);
}
