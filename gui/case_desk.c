#include "gui/case_desk.h"

#include "core/base/memory.h"
#include "core/evidence/flagged.h"
#include "core/windows/case/case_folder.h"
#include "core/windows/case/case_report.h"
#include "core/windows/case/case_verify.h"
#include "core/windows/clock.h"
#include "core/windows/evidence/bundle_disk.h"
#include "core/windows/evidence/bundle_parts.h"
#include "core/windows/file/explorer.h"
#include "core/windows/file/files.h"
#include "gui/strings.h"
#include "gui/worker.h"

#define PATH_MOST ((size_t)128 * 1024)
#define WORDS_MOST ((size_t)4 << 20)
#define HITS_MOST ((size_t)1 << 30)
#define PARTS_MOST 256

struct job {
    const struct case_desk_setup *setup; /* lives as long as the worker */
    enum case_task task;
    struct buffer path;
    struct buffer words[CASE_WORDS];
    const struct snapshot *snapshot;
    bool parts[PARTS_MOST];
    struct process_key *flagged;
    size_t flagged_count;
    bool no_flagged;
    struct arena *arena; /* of the rules */
    const struct rule *rules;
    bool run_commands;
    enum report_language language;
    bool plain;
    atomic_bool cancel;
    struct progress progress; /* of the part at work, of evidence */
    _Atomic uint64_t part;    /* evidence: how many are over, */
    _Atomic uint64_t of;      /* and how many there are */
    /* What came of it. */
    enum status status;
    struct failure failure;
    struct case_verdict verdict; /* CASE_VERIFY */
    struct buffer problem;       /* one line of English; may be empty */
    struct buffer page;          /* evidence, verify: a line a thing */
    struct buffer written;       /* report: its path; evidence: its folder; close: a hash */
    size_t counts[BUNDLE_OUTCOMES];
    enum status shown;
};

struct case_desk {
    struct case_desk_setup setup;
    struct job *job; /* the worker's data */
    struct worker *worker;
};

/* --- evidence --- */

static void part_began(void *told, const struct bundle_part *part, size_t at, size_t of)
{
    struct job *job = told;
    (void)part;
    atomic_store(&job->of, of);
    atomic_store(&job->part, at);
}

/* "processes: partial, 143 rows (access denied)". */
static void part_ended(void *told, const struct bundle_result *result)
{
    struct job *job = told;
    struct buffer *page = &job->page;
    if (!result->started && result->outcome != BUNDLE_UNAVAILABLE)
        return;
    buffer_add_string(page, result->part->name);
    buffer_add_string(page, ": ");
    buffer_add_string(page, bundle_outcome_word(result->outcome));
    if (result->started) {
        buffer_add_string(page, ", ");
        buffer_add_unsigned(page, result->rows);
    }
    if (result->reason.size) {
        buffer_add_string(page, " (");
        buffer_add(page, result->reason);
        buffer_add_byte(page, ')');
    }
    buffer_add_string(page, "\r\n");
}

/* Those that were chosen, and that run still: a number may be another process's by now. */
static uint32_t *chosen_pids(const struct job *job, size_t *count)
{
    uint32_t *pids = memory_take_array(job->flagged_count + 1, sizeof *pids);
    *count = 0;
    for (size_t i = 0; pids && i < job->flagged_count; i++) {
        uint32_t row = snapshot_process_by_pid(job->snapshot, job->flagged[i].pid);
        if (row != NO_ROW &&
            process_key_equal(job->snapshot->processes[row].facts->key, job->flagged[i]))
            pids[(*count)++] = job->flagged[i].pid;
    }
    return pids;
}

/* Without hits.jsonl, those that were chosen. */
static enum status find_flagged(struct job *job, struct bundle_machine *machine)
{
    struct buffer path;
    struct buffer hits;
    size_t count;
    uint32_t *pids = chosen_pids(job, &count);
    buffer_init(&path, PATH_MOST);
    buffer_init(&hits, HITS_MOST);
    buffer_add(&path, buffer_text(&job->path));
    buffer_add_string(&path, "\\hits.jsonl");
    if (files_read(buffer_text(&path), &hits, NULL) != ST_OK)
        buffer_clear(&hits);
    enum status status =
        pids ? flagged_find(machine->snapshot, buffer_text(&hits), pids, count, &machine->flagged)
             : ST_NO_MEMORY;
    buffer_done(&hits);
    buffer_done(&path);
    memory_give(pids);
    return status;
}

static void collect(struct job *job)
{
    size_t count = 0;
    const struct bundle_part *parts = bundle_parts_of_system(&count);
    const struct text folder = buffer_text(&job->path);
    const struct bundle_files files = bundle_disk_files(&folder);
    const struct act_log log = case_sink_log(job->setup->sink);
    struct bundle_machine machine = {
        .snapshot = job->snapshot,
        .case_folder = folder,
        .rules = job->rules,
        .run_commands = job->run_commands,
        .log = &log,
    };
    struct text only[PARTS_MOST];
    struct bundle_tally tally;
    struct bundle_order order = {
        .parts = parts,
        .count = count,
        .context = &machine,
        .only = only,
        .files = &files,
        .log = &log,
        .clock = clock_of_system(),
        .progress = &job->progress,
        .began = part_began,
        .ended = part_ended,
        .told = job,
    };
    for (size_t i = 0; i < count && i < PARTS_MOST; i++)
        if (job->parts[i])
            only[order.only_count++] = text_from(parts[i].name);
    job->status = job->no_flagged ? ST_OK : find_flagged(job, &machine);
    if (job->status != ST_OK)
        return;
    job->status = bundle_collect(&order, &tally, &job->failure);
    for (size_t i = 0; i < BUNDLE_OUTCOMES; i++)
        job->counts[i] = tally.parts[i];
    buffer_add(&job->written, buffer_text(&tally.folder));
    bundle_tally_done(&tally);
    flagged_done(&machine.flagged);
}

/* Over the whole case, so that what was collected can be checked at once. */
static void write_manifest(struct job *job)
{
    const struct text folder = buffer_text(&job->path);
    const struct manifest_disk disk = bundle_disk_manifest(&folder);
    struct manifest_made made;
    struct failure failure = {.status = ST_OK};
    if (job->status != ST_OK && job->status != ST_CANCELLED)
        return;
    enum status status = manifest_write(&disk, NULL, &made, &failure);
    if (status != ST_OK) {
        job->status = status;
        job->failure = failure;
    }
    manifest_made_done(&made);
}

/* --- the others --- */

static void report(struct job *job)
{
    struct report_options options = case_report_options(REPORT_HTML, job->language);
    options.plain = job->plain;
    job->status = case_report_write(buffer_text(&job->path), (struct text){NULL, 0}, &options,
                                    &job->progress, &job->written, &job->problem);
    if (job->status != ST_OK)
        return;
    job->shown = (job->setup->show ? job->setup->show : explorer_open)(buffer_text(&job->written),
                                                                       &job->failure);
}

/* What a file is called may hold anything. */
static void add_shown(struct buffer *out, struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        buffer_add_byte(out, (unsigned char)text.bytes[i] < ' ' ? ' ' : text.bytes[i]);
}

static void tell_verified(void *context, struct text name, struct text what)
{
    struct job *job = context;
    add_shown(&job->page, name);
    buffer_add_string(&job->page, ": ");
    add_shown(&job->page, what);
    buffer_add_string(&job->page, "\r\n");
}

static void verify(struct job *job)
{
    job->status = case_verify(buffer_text(&job->path), &job->progress, tell_verified, job,
                              &job->verdict, &job->problem);
}

static void make_or_open(struct job *job)
{
    const struct case_words words = {
        buffer_text(&job->words[CASE_NAME]), buffer_text(&job->words[CASE_EXAMINER]),
        buffer_text(&job->words[CASE_WHERE]), buffer_text(&job->words[CASE_WHY])};
    job->status = case_sink_change(job->setup->sink, buffer_text(&job->path),
                                   job->task == CASE_MAKE ? &words : NULL, &job->problem);
}

static void seal(struct job *job)
{
    struct manifest_made made;
    job->status = case_sink_seal(job->setup->sink, &job->progress, &made, &job->failure);
    buffer_add(&job->written, buffer_text(&made.sha256));
    manifest_made_done(&made);
}

static void run(void *data, const atomic_bool *cancel)
{
    struct job *job = data;
    (void)cancel; /* its own can be given while somebody waits */
    if (job->task == CASE_EVIDENCE) {
        job->status = case_sink_open(job->setup->sink);
        case_sink_path(job->setup->sink, &job->path);
        if (job->status == ST_OK)
            job->status = job->path.failed;
        if (job->status == ST_OK) {
            collect(job);
            write_manifest(job);
        }
    } else if (job->task == CASE_VERIFY) {
        verify(job);
    } else if (job->task == CASE_SHOW) {
        job->status = (job->setup->show ? job->setup->show : explorer_show)(buffer_text(&job->path),
                                                                            &job->failure);
    } else if (job->task == CASE_REPORT) {
        report(job);
    } else if (job->task == CASE_CLOSE) {
        seal(job);
    } else {
        make_or_open(job);
    }
}

static void dispose(void *data)
{
    struct job *job = data;
    if (job->snapshot)
        snapshot_release(job->snapshot);
    for (size_t i = 0; i < CASE_WORDS; i++)
        buffer_done(&job->words[i]);
    arena_free(job->arena);
    memory_give(job->flagged);
    buffer_done(&job->written);
    buffer_done(&job->page);
    buffer_done(&job->problem);
    buffer_done(&job->path);
    memory_give(job);
}

/* --- the window's side --- */

struct case_desk *case_desk_new(const struct case_desk_setup *setup)
{
    struct case_desk *desk = memory_take(sizeof *desk);
    if (desk)
        desk->setup = *setup;
    return desk;
}

void case_desk_free(struct case_desk *desk, DWORD ms)
{
    if (!desk)
        return;
    if (desk->worker) {
        atomic_store(&desk->job->cancel, true);
        if (!worker_wait(desk->worker, ms))
            return; /* it still writes, and what it writes into must stay */
        worker_release(desk->worker);
    }
    memory_give(desk);
}

static struct job *make_job(struct case_desk *desk, const struct case_wish *wish)
{
    const struct text words[CASE_WORDS] = {wish->words.name, wish->words.examiner,
                                           wish->words.where, wish->words.why};
    struct job *job = memory_take(sizeof *job);
    size_t count = 0;
    if (!job)
        return NULL;
    job->setup = &desk->setup;
    job->task = wish->task;
    job->language = wish->language;
    job->plain = wish->plain;
    job->progress.cancel = &job->cancel;
    buffer_init(&job->path, PATH_MOST);
    buffer_init(&job->problem, WORDS_MOST);
    buffer_init(&job->page, WORDS_MOST);
    buffer_init(&job->written, PATH_MOST);
    for (size_t i = 0; i < CASE_WORDS; i++) {
        buffer_init(&job->words[i], WORDS_MOST);
        buffer_add(&job->words[i], words[i]);
    }
    buffer_add(&job->path, wish->path);
    if (wish->task == CASE_VERIFY || wish->task == CASE_REPORT || wish->task == CASE_SHOW)
        case_sink_path(desk->setup.sink, &job->path);
    if (wish->snapshot)
        job->snapshot = snapshot_retain(wish->snapshot);
    bundle_parts_of_system(&count);
    for (size_t i = 0; wish->parts && i < count && i < PARTS_MOST; i++)
        job->parts[i] = wish->parts[i];
    job->flagged = memory_take_array(wish->flagged_count + 1, sizeof *job->flagged);
    for (size_t i = 0; job->flagged && i < wish->flagged_count; i++)
        job->flagged[job->flagged_count++] = wish->flagged[i];
    job->no_flagged = wish->no_flagged;
    job->arena = wish->arena;
    job->rules = wish->rules;
    job->run_commands = wish->run_commands;
    return job;
}

enum status case_desk_order(struct case_desk *desk, const struct case_wish *wish)
{
    static const struct worker_class class = {run, dispose};
    desk->job = desk->worker ? desk->job : make_job(desk, wish);
    if (desk->worker || !desk->job) {
        arena_free(wish->arena);
        return desk->worker ? ST_BUSY : ST_NO_MEMORY;
    }
    desk->worker = worker_start(&class, desk->job, desk->setup.window, desk->setup.message);
    return desk->worker ? ST_OK : ST_NO_MEMORY;
}

bool case_desk_busy(const struct case_desk *desk)
{
    return desk->worker != NULL;
}

void case_desk_cancel(struct case_desk *desk)
{
    if (desk->worker)
        atomic_store(&desk->job->cancel, true);
}

void case_desk_progress(const struct case_desk *desk, uint64_t *done, uint64_t *total)
{
    *done = *total = 0;
    if (!desk->worker)
        return;
    if (desk->job->task == CASE_EVIDENCE) {
        *done = atomic_load(&desk->job->part);
        *total = atomic_load(&desk->job->of);
    } else {
        *done = atomic_load(&desk->job->progress.done);
        *total = atomic_load(&desk->job->progress.total);
    }
}

/* --- what came of it --- */

static void add_why(struct buffer *out, const struct job *job)
{
    if (job->problem.size) {
        buffer_add(out, buffer_text(&job->problem));
        return;
    }
    string_add(out, STR_STATUS_PHRASE + (unsigned)job->status);
    if (job->failure.call) {
        buffer_add_string(out, " (");
        buffer_add_string(out, job->failure.call);
        buffer_add_string(out, ", ");
        buffer_add_unsigned(out, job->failure.code);
        buffer_add_byte(out, ')');
    }
}

static void fill(struct buffer *line, unsigned id, struct text argument)
{
    string_fill(line, id, &argument, 1);
}

static void tell_evidence(const struct job *job, struct buffer *line, struct buffer *page)
{
    struct buffer digits[BUNDLE_OUTCOMES];
    struct text arguments[BUNDLE_OUTCOMES + 1];
    for (size_t i = 0; i < BUNDLE_OUTCOMES; i++) {
        buffer_init(&digits[i], 32);
        buffer_add_unsigned(&digits[i], job->counts[i]);
        arguments[i] = buffer_text(&digits[i]);
    }
    arguments[BUNDLE_OUTCOMES] = buffer_text(&job->written);
    string_fill(line, STR_EVIDENCE_COLLECTED, arguments, BUNDLE_OUTCOMES + 1);
    buffer_add(page, buffer_text(line));
    buffer_add_string(page, "\r\n\r\n");
    buffer_add(page, buffer_text(&job->page));
    for (size_t i = 0; i < BUNDLE_OUTCOMES; i++)
        buffer_done(&digits[i]);
}

static void tell(const struct job *job, struct buffer *line, struct buffer *page)
{
    struct buffer why;
    buffer_init(&why, WORDS_MOST);
    add_why(&why, job);
    bool was_cancelled = job->status == ST_CANCELLED;
    switch (job->task) {
    case CASE_EVIDENCE:
        if (job->status == ST_OK || was_cancelled)
            tell_evidence(job, line, page);
        else
            fill(line, STR_EVIDENCE_NOT_COLLECTED, buffer_text(&why));
        break;
    case CASE_VERIFY:
        if (job->status != ST_OK) {
            fill(line, STR_CASE_NOT_VERIFIED, buffer_text(&why));
            break;
        }
        string_add(line, job->verdict.is_wrong ? STR_CASE_WRONG : STR_CASE_SOUND);
        buffer_add(page, buffer_text(line));
        buffer_add_string(page, "\r\n\r\n");
        buffer_add(page, buffer_text(&job->page));
        break;
    case CASE_REPORT:
        fill(line, job->status != ST_OK ? STR_REPORT_FAILED : STR_REPORT_WRITTEN,
             job->status != ST_OK ? buffer_text(&why) : buffer_text(&job->written));
        if (job->status == ST_OK && job->shown != ST_OK) {
            buffer_add_byte(line, ' ');
            string_add(line, STR_REPORT_NOT_SHOWN);
        }
        break;
    case CASE_SHOW:
        if (job->status != ST_OK)
            fill(line, STR_FOLDER_FAILED, buffer_text(&why));
        break;
    case CASE_CLOSE:
        fill(line, job->status != ST_OK ? STR_CASE_NOT_CLOSED : STR_CASE_CLOSED,
             job->status != ST_OK ? buffer_text(&why) : buffer_text(&job->written));
        break;
    default:
        fill(line, job->status != ST_OK ? STR_CASE_NOT_OPENED : STR_CASE_OPENED,
             job->status != ST_OK ? buffer_text(&why) : buffer_text(&job->path));
        break;
    }
    buffer_done(&why);
}

enum case_task case_desk_done(struct case_desk *desk, WPARAM wide, struct buffer *line,
                              struct buffer *page)
{
    enum case_task task = CASE_VERIFY;
    if (!desk->worker || worker_number(desk->worker) != wide)
        return task;
    task = desk->job->task;
    tell(desk->job, line, page);
    worker_release(desk->worker);
    desk->worker = NULL;
    desk->job = NULL;
    return task;
}
