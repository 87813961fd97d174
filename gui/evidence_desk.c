#include "gui/evidence_desk.h"

#include "core/base/memory.h"
#include "core/windows/act/live_hand.h"
#include "core/windows/evidence/live_evidence.h"
#include "core/windows/file/explorer.h"
#include "core/windows/process/parts.h"
#include "gui/act_words.h"
#include "gui/evidence_words.h"
#include "gui/notes.h"
#include "gui/strings.h"
#include "gui/worker.h"

#define PATH_MOST ((size_t)128 * 1024)
#define WORDS_MOST ((size_t)256 * 1024)
#define LIST_MOST ((size_t)16 << 20)

/* One wish, and what came of it. The worker's while it runs, then the window's. */
struct job {
    const struct evidence_desk_setup *setup; /* lives as long as the worker: evidence_desk_free */
    struct evidence_wish wish;
    atomic_bool cancel;
    struct progress progress;
    enum status status; /* of the whole; ST_OK: the results below tell */
    bool has_result;
    struct evidence_result result;
    bool has_modules;
    enum read_state modules_state; /* whether they could be listed */
    struct evidence_tally tally;
    struct evidence_tree_result tree;
};

struct evidence_desk {
    struct evidence_desk_setup setup;
    struct job *job; /* the worker's data */
    struct worker *worker;
};

/* --- beside the window's thread --- */

struct place {
    struct buffer path;
    struct text folder; /* what the live means borrow */
    struct evidence_means means;
    struct act_log log;
};

/* Opens the case. */
static enum status begin(const struct job *job, struct place *place)
{
    const struct evidence_system *system = job->setup->system;
    enum status status = case_sink_open(job->setup->sink);
    buffer_init(&place->path, PATH_MOST);
    case_sink_path(job->setup->sink, &place->path);
    place->folder = buffer_text(&place->path);
    place->means = system && system->means ? *system->means : live_evidence_means(&place->folder);
    place->log = case_sink_log(job->setup->sink);
    return status == ST_OK ? place->path.failed : status;
}

static struct evidence_order order_of(const struct job *job, enum evidence_kind kind)
{
    const struct process_facts *facts = job->wish.facts;
    struct evidence_order order = {.kind = kind, .connection = &job->wish.connection};
    if (facts) {
        order.target = (struct deed_target){.key = facts->key, .facts = facts};
        order.name = facts->name;
        order.path = facts->image.value;
    } else {
        order.target.key.pid = job->wish.connection.pid;
    }
    order.is_full = job->wish.is_full;
    return order;
}

static void do_one(struct job *job, const struct place *place, enum evidence_kind kind)
{
    const struct evidence_order order = order_of(job, kind);
    evidence_do(&place->means, &place->log, &order, &job->progress, &job->result);
    job->has_result = true;
}

/* Those of the process but for its image, which is copied by itself. */
static void take_modules(struct job *job, const struct place *place)
{
    const struct evidence_order order = order_of(job, EVIDENCE_SAMPLE);
    struct parts_reader *reader = NULL;
    struct process_parts *parts = NULL;
    struct arena *arena = arena_new(LIST_MOST);
    struct buffer problems;
    struct text *paths = NULL;
    size_t count = 0;
    enum status status = arena ? parts_reader_new(NULL, &reader) : ST_NO_MEMORY;
    buffer_init(&problems, LIST_MOST);
    if (status == ST_OK)
        status = parts_read(reader, order.target.key, PROCESS_MODULES, &parts);
    job->modules_state = status == ST_OK ? parts->modules_state : read_state_from(status);
    if (job->modules_state == READ_OK)
        paths = arena_take(arena, (parts->module_count + 1) * sizeof *paths);
    for (size_t i = 0; paths && i < parts->module_count; i++)
        if (parts->modules[i].path.size && !text_equal_nocase(parts->modules[i].path, order.path))
            paths[count++] = parts->modules[i].path;
    if (paths)
        evidence_sample_modules(&place->means, &place->log, &order, paths, count, &job->progress,
                                &job->tally, &problems);
    job->has_modules = true;
    buffer_done(&problems);
    process_parts_free(parts);
    parts_reader_free(reader);
    arena_free(arena);
}

static void dump_tree(struct job *job, const struct place *place)
{
    const struct evidence_desk_setup *setup = job->setup;
    struct failure failure = {.status = ST_OK};
    struct hand *hand = NULL;
    job->status =
        setup->make_hand ? setup->make_hand(setup->context, &hand) : live_hand_new(NULL, &hand);
    if (job->status != ST_OK)
        return;
    const struct evidence_tree run = {
        .hand = hand,
        .means = &place->means,
        .log = &place->log,
        .plan = job->wish.plan,
        .is_full = job->wish.is_full,
        .progress = &job->progress,
    };
    job->status = evidence_tree_run(&run, &job->tree, &failure);
    hand_free(hand);
}

static void run_in_case(struct job *job)
{
    struct place place;
    job->status = begin(job, &place);
    if (job->status == ST_OK) {
        switch (job->wish.job) {
        case JOB_DUMP:
            do_one(job, &place, EVIDENCE_DUMP);
            break;
        case JOB_DUMP_TREE:
            dump_tree(job, &place);
            break;
        case JOB_CLOSE:
            do_one(job, &place, EVIDENCE_CLOSE);
            break;
        default:
            do_one(job, &place, EVIDENCE_SAMPLE);
            if (job->wish.with_modules && job->result.outcome != EVIDENCE_NOT_WRITTEN &&
                !progress_cancelled(&job->progress))
                take_modules(job, &place);
            break;
        }
    }
    buffer_done(&place.path);
}

static void run(void *data, const atomic_bool *cancel)
{
    struct job *job = data;
    const struct evidence_system *system = job->setup->system;
    struct failure failure = {.status = ST_OK};
    (void)cancel; /* the desk waits for the end, and cancels by its own */
    if (job->wish.job != JOB_SHOW)
        run_in_case(job);
    else if (system && system->show)
        job->status = system->show(job->wish.facts->image.value, &failure);
    else
        job->status = explorer_show(job->wish.facts->image.value, &failure);
}

static void dispose(void *data)
{
    struct job *job = data;
    if (job->has_result)
        evidence_result_done(&job->result);
    evidence_tree_result_done(&job->tree);
    tree_plan_free(job->wish.plan);
    process_facts_release(job->wish.facts);
    memory_give(job);
}

static const struct worker_class worker_class = {run, dispose};

/* --- the window's thread --- */

struct evidence_desk *evidence_desk_new(const struct evidence_desk_setup *setup)
{
    struct evidence_desk *desk = memory_take(sizeof *desk);
    if (desk)
        desk->setup = *setup;
    return desk;
}

/* The worker borrows the setup, so it is left behind, rather than freed under it, when it does not
 * end in time. */
void evidence_desk_free(struct evidence_desk *desk, DWORD ms)
{
    if (!desk)
        return;
    bool ended = true;
    if (desk->worker) {
        evidence_desk_cancel(desk);
        ended = worker_wait(desk->worker, ms);
        worker_release(desk->worker);
    }
    if (ended)
        memory_give(desk);
}

enum status evidence_desk_order(struct evidence_desk *desk, const struct evidence_wish *wish)
{
    struct job *job = desk->worker ? NULL : memory_take(sizeof *job);
    if (!job) {
        tree_plan_free(wish->plan);
        return desk->worker ? ST_BUSY : ST_NO_MEMORY;
    }
    job->setup = &desk->setup;
    job->wish = *wish;
    if (wish->facts)
        job->wish.facts = process_facts_retain(wish->facts);
    atomic_init(&job->cancel, false);
    job->progress.cancel = &job->cancel;
    desk->job = job;
    desk->worker = worker_start(&worker_class, job, desk->setup.window, desk->setup.message);
    return desk->worker ? ST_OK : ST_NO_MEMORY;
}

bool evidence_desk_busy(const struct evidence_desk *desk)
{
    return desk->worker != NULL;
}

void evidence_desk_cancel(struct evidence_desk *desk)
{
    if (desk->worker)
        atomic_store(&desk->job->cancel, true);
}

void evidence_desk_progress(const struct evidence_desk *desk, uint64_t *done, uint64_t *total)
{
    *done = desk->worker ? atomic_load(&desk->job->progress.done) : 0;
    *total = desk->worker ? atomic_load(&desk->job->progress.total) : 0;
}

/* --- what came of it --- */

static void add_phrase(struct buffer *out, enum status status)
{
    string_add(out, STR_STATUS_PHRASE + (unsigned)status);
}

static void note(struct process_key key, const struct buffer *words)
{
    if (words->failed == ST_OK)
        notes_set(key, buffer_text(words));
}

static void tell_about(struct buffer *line, const struct job *job, struct text words)
{
    struct buffer whom;
    buffer_init(&whom, WORDS_MOST);
    act_words_process(&whom, job->wish.facts->name, job->wish.facts->key.pid);
    const struct text arguments[] = {buffer_text(&whom), words};
    string_fill(line, STR_ACT_TOLD, arguments, 2);
    buffer_done(&whom);
}

static void add_modules(struct buffer *words, const struct job *job)
{
    struct buffer numbers[4];
    struct text arguments[4];
    const size_t counts[] = {job->tally.copied, job->tally.known, job->tally.system,
                             job->tally.failed};
    if (job->modules_state != READ_OK) {
        struct buffer why;
        buffer_init(&why, WORDS_MOST);
        string_add(&why, STR_READ_STATE + (unsigned)job->modules_state);
        arguments[0] = buffer_text(&why);
        string_fill(words, STR_NOTE_NO_MODULES, arguments, 1);
        buffer_done(&why);
        return;
    }
    for (int i = 0; i < 4; i++) {
        buffer_init(&numbers[i], 32);
        buffer_add_unsigned(&numbers[i], counts[i]);
        arguments[i] = buffer_text(&numbers[i]);
    }
    string_fill(words, STR_NOTE_MODULES, arguments, 4);
    for (int i = 0; i < 4; i++)
        buffer_done(&numbers[i]);
}

static void tell_piece(const struct job *job, struct buffer *line)
{
    struct buffer words;
    buffer_init(&words, WORDS_MOST);
    evidence_words_piece(&words, job->wish.job == JOB_DUMP ? EVIDENCE_DUMP : EVIDENCE_SAMPLE,
                         &job->result);
    if (job->has_modules)
        add_modules(&words, job);
    note(job->wish.facts->key, &words);
    tell_about(line, job, buffer_text(&words));
    buffer_done(&words);
}

static void tell_tree(const struct job *job, struct buffer *line)
{
    struct buffer words;
    struct buffer numbers[3];
    struct text arguments[3];
    const size_t counts[] = {job->tree.dumped, job->tree.failed, job->tree.stuck};
    buffer_init(&words, WORDS_MOST);
    for (size_t i = 0; i < job->tree.tree.count; i++) {
        const struct tree_fate *fate = &job->tree.tree.fates[i];
        buffer_clear(&words);
        if (job->tree.dumps[i].is_tried)
            evidence_words_piece(&words, EVIDENCE_DUMP, &job->tree.dumps[i].result);
        if (fate->stays_suspended)
            string_add(&words, STR_ACT_STAYS);
        if (words.size)
            note(fate->key, &words);
    }
    buffer_clear(&words);
    for (int i = 0; i < 3; i++) {
        buffer_init(&numbers[i], 32);
        buffer_add_unsigned(&numbers[i], counts[i]);
        arguments[i] = buffer_text(&numbers[i]);
    }
    string_fill(&words, job->tree.stuck ? STR_TREE_DUMPED_STUCK : STR_TREE_DUMPED, arguments, 3);
    tell_about(line, job, buffer_text(&words));
    for (int i = 0; i < 3; i++)
        buffer_done(&numbers[i]);
    buffer_done(&words);
}

static void tell_close(const struct job *job, struct buffer *line)
{
    struct buffer words;
    struct buffer end;
    buffer_init(&words, WORDS_MOST);
    buffer_init(&end, 256);
    if (job->result.outcome == EVIDENCE_NOT_WRITTEN)
        evidence_words_piece(&words, EVIDENCE_CLOSE, &job->result);
    else
        evidence_words_closing(&words, &job->result.closing);
    note(notes_key_of_connection(job->wish.connection_id), &words);
    endpoint_add(&end, &job->wish.connection.remote);
    const struct text arguments[] = {buffer_text(&end), buffer_text(&words)};
    string_fill(line, STR_ACT_TOLD, arguments, 2);
    buffer_done(&end);
    buffer_done(&words);
}

static void tell_failure(const struct job *job, struct buffer *line)
{
    struct buffer why;
    buffer_init(&why, WORDS_MOST);
    case_sink_trouble(job->setup->sink, &why); /* where the folder could not be opened */
    if (!why.size)
        add_phrase(&why, job->status);
    const struct text argument = buffer_text(&why);
    string_fill(line, job->wish.job == JOB_SHOW ? STR_FOLDER_FAILED : STR_ACT_NOTHING_DONE,
                &argument, 1);
    buffer_done(&why);
}

void evidence_desk_done(struct evidence_desk *desk, WPARAM wide, struct buffer *line)
{
    if (!desk->worker || worker_number(desk->worker) != wide)
        return;
    const struct job *job = desk->job;
    if (job->status != ST_OK)
        tell_failure(job, line);
    else if (job->wish.job == JOB_DUMP_TREE)
        tell_tree(job, line);
    else if (job->wish.job == JOB_CLOSE)
        tell_close(job, line);
    else if (job->wish.job != JOB_SHOW)
        tell_piece(job, line);
    worker_release(desk->worker);
    desk->worker = NULL;
    desk->job = NULL;
}
