#include "gui/remove_job.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/windows/act/live_hand.h"
#include "core/windows/act/removal_hand.h"
#include "core/windows/act/removal_look.h"
#include "core/windows/evidence/live_evidence.h"
#include "core/windows/privilege.h"

#define PATH_MOST ((size_t)128 * 1024)
#define ARENA_MOST ((size_t)64 << 20)

struct remove_job *remove_job_new(struct text path, struct text folder,
                                  const struct snapshot *snapshot)
{
    struct remove_job *job = memory_take(sizeof *job);
    bool failed = false;

    if (!job)
        return NULL;
    InitializeSRWLock(&job->lock);
    job->arena = arena_new(ARENA_MOST);
    job->snapshot = snapshot_retain(snapshot);
    if (job->arena)
        job->path = arena_copy(job->arena, path, &failed);
    if (job->arena)
        job->folder = arena_copy(job->arena, folder, &failed);
    if (!job->arena || failed || removal_lists_init(&job->lists) != ST_OK) {
        remove_job_free(job);
        return NULL;
    }
    return job;
}

struct remove_job *remove_job_after(struct remove_job *search, const struct removal_order *order)
{
    struct remove_job *job = memory_take(sizeof *job);

    if (!job)
        return NULL;
    *job = (struct remove_job){
        .task = REMOVE_RUN,
        .sink = search->sink,
        .system = search->system,
        .make_hand = search->make_hand,
        .context = search->context,
        .self = search->self,
        .snapshot = search->snapshot,
        .path = search->path,
        .arena = search->arena,
        .sight = search->sight,
        .lists = search->lists,
        .elevated = search->elevated,
        .order = *order,
        .stage = REMOVE_ACTING,
        .rows = search->rows,
        .row_count = search->row_count,
        .row_room = search->row_room,
    };
    InitializeSRWLock(&job->lock);
    job->order.lists = &job->lists;
    search->arena = NULL;
    search->sight = NULL;
    search->snapshot = NULL;
    search->rows = NULL;
    search->row_count = search->row_room = 0;
    search->lists = (struct removal_lists){.arena = NULL};
    return job;
}

void remove_job_free(struct remove_job *job)
{
    if (!job)
        return;
    if (job->has_result)
        removal_result_done(&job->result);
    removal_lists_done(&job->lists);
    removal_sight_free(job->sight);
    snapshot_release(job->snapshot);
    arena_free(job->arena);
    memory_give(job);
}

/* --- rows --- */

size_t remove_job_rows(struct remove_job *job)
{
    size_t count;

    AcquireSRWLockShared(&job->lock);
    count = job->row_count;
    ReleaseSRWLockShared(&job->lock);
    return count;
}

struct remove_row remove_job_row(struct remove_job *job, size_t place)
{
    struct remove_row row = {.kind = REMOVE_ROW_STEP};

    AcquireSRWLockShared(&job->lock);
    if (place < job->row_count)
        row = job->rows[place];
    ReleaseSRWLockShared(&job->lock);
    return row;
}

/* One that there is no memory for is not shown; what is done does not depend on it. */
static void add_row(struct remove_job *job, const struct remove_row *row)
{
    AcquireSRWLockExclusive(&job->lock);
    if (job->row_count == job->row_room) {
        size_t room = job->row_room ? job->row_room * 2 : 64;
        struct remove_row *rows = arena_take(job->arena, room * sizeof *rows);
        if (rows && job->row_count)
            memcpy(rows, job->rows, job->row_count * sizeof *rows);
        if (rows) {
            job->rows = rows;
            job->row_room = room;
        }
    }
    if (job->row_count < job->row_room)
        job->rows[job->row_count++] = *row;
    ReleaseSRWLockExclusive(&job->lock);
}

static void found_user(void *context, const struct removal_user *user)
{
    const struct remove_row row = {.kind = REMOVE_ROW_USER, .user = *user, .has_user = true};

    add_row(context, &row);
}

static void found_place(void *context, const struct removal_place *place)
{
    const struct remove_row row = {.kind = REMOVE_ROW_PLACE, .place = *place};

    add_row(context, &row);
}

static void heard(void *context, const struct removal_told *told)
{
    struct remove_row row = {
        .kind = REMOVE_ROW_STEP, .step = told->step, .done = told->done, .failure = told->failure};

    if (told->user) {
        row.user = *told->user;
        row.has_user = true;
    }
    add_row(context, &row);
}

/* --- beside the window's thread --- */

static enum status look(struct remove_job *job)
{
    const struct removal_system *system = job->system;

    return system ? system->look(system->context, job->path, &job->sight)
                  : removal_look(job->path, true, job->folder, NULL, &job->sight);
}

static void search(struct remove_job *job)
{
    const struct removal_system *system = job->system;
    struct removal_finder finder = {
        .snapshot = job->snapshot,
        .self = job->self,
        .lists = &job->lists,
        .user = found_user,
        .place = found_place,
        .context = job,
    };

    job->elevated = system ? system->elevated : privilege_is_elevated();
    job->status = look(job);
    if (job->status != ST_OK)
        return;
    finder.sight = job->sight;
    job->bar = removal_bar_of(job->sight);
    if (job->bar != REMOVAL_FREE)
        return;
    atomic_store(&job->stage, REMOVE_USERS);
    (system ? system->users : removal_find_users)(&finder, &job->progress);
    atomic_store(&job->stage, REMOVE_PLACES);
    if (!atomic_load(&job->stop))
        (system ? system->places : removal_find_places)(&finder, &job->progress);
}

static enum status make_hand(const struct remove_job *job, struct hand **hand)
{
    return job->make_hand ? job->make_hand(job->context, hand) : live_hand_new(NULL, hand);
}

static void remove_it(struct remove_job *job)
{
    const struct removal_system *system = job->system;
    const struct removal_listener listener = {heard, job};
    const struct act_log log = case_sink_log(job->sink);
    struct buffer path;
    struct hand *hand = NULL;

    buffer_init(&path, PATH_MOST);
    job->status = case_sink_open(job->sink);
    case_sink_path(job->sink, &path);
    if (job->status == ST_OK)
        job->status = path.failed;
    if (job->status == ST_OK)
        job->status = make_hand(job, &hand);
    if (job->status == ST_OK) {
        const struct text folder = buffer_text(&path);
        const struct evidence_means evidence =
            system ? *system->evidence : live_evidence_means(&folder);
        const struct removal_means means =
            system ? *system->means : removal_means_of_system(&folder);
        const struct removal_tools tools = {.means = &means,
                                            .evidence = &evidence,
                                            .hand = hand,
                                            .log = &log,
                                            .progress = &job->progress};
        removal_run(&tools, &job->order, job->elevated, &listener, &job->result);
        job->has_result = true;
    }
    hand_free(hand);
    buffer_done(&path);
}

static void run(void *data, const atomic_bool *cancel)
{
    struct remove_job *job = data;

    (void)cancel; /* whoever lets go of it says so in `stop`, too */
    job->progress.cancel = &job->stop;
    if (job->task == REMOVE_SEARCH)
        search(job);
    else
        remove_it(job);
    atomic_store(&job->stage, REMOVE_OVER);
}

static void dispose(void *data)
{
    remove_job_free(data);
}

struct worker *remove_job_start(struct remove_job *job, HWND window, UINT message)
{
    static const struct worker_class class = {run, dispose};

    return worker_start(&class, job, window, message);
}
