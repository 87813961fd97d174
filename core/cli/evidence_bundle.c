/* evidence: the bundle, part by part, and the manifest over the whole case. */
#include "core/cli/commands.h"
#include "core/cli/look.h"
#include "core/cli/meter.h"
#include "core/cli/open_case.h"
#include "core/cli/text/show_bundle.h"
#include "core/cli/text/visible.h"
#include "core/watch/round.h"
#include "core/windows/case/case_folder.h"
#include "core/windows/clock.h"
#include "core/windows/evidence/bundle_disk.h"
#include "core/windows/evidence/bundle_parts.h"
#include "core/windows/file/files.h"

#define OUTPUT_CEILING ((size_t)1 << 20)
#define HITS_CEILING ((size_t)1 << 30)
#define PATH_CEILING ((size_t)128 << 10)
#define ARENA_CEILING ((size_t)64 << 20)
#define EVERYTHING (ROUND_CONNECTIONS | ROUND_PROCESSES | ROUND_NAMES)

struct work {
    const struct arguments *arguments;
    const struct bundle_part *parts;
    size_t part_count;
    struct arena *arena;
    struct words only;
    struct case_folder *folder;
    struct bundle_machine machine;
    bool output_lost;
};

/* --- what was asked for --- */

/* "a,b" and "--only a --only b" are the same. */
static bool read_only(struct work *work)
{
    const struct words *given = &work->arguments->only;
    size_t most = 0;
    for (size_t i = 0; i < given->count; i++)
        most += given->items[i].size + 1;
    work->only.items = arena_take(work->arena, (most + 1) * sizeof(struct text));
    if (!work->only.items)
        return false;
    for (size_t i = 0; i < given->count; i++) {
        struct text rest = given->items[i];
        while (rest.size) {
            size_t comma = text_find(rest, text_of(","));
            struct text name = text_slice(rest, 0, comma == SIZE_MAX ? rest.size : comma);
            size_t used = name.size + (comma != SIZE_MAX);
            rest = text_slice(rest, used, rest.size - used);
            if (name.size)
                work->only.items[work->only.count++] = name;
        }
    }
    return true;
}

static void say_names(const struct work *work)
{
    struct buffer names;
    buffer_init(&names, OUTPUT_CEILING);
    show_bundle_names(&names, work->parts, work->part_count);
    console_write_error(buffer_text(&names));
    buffer_done(&names);
}

static bool knows_only(const struct work *work)
{
    for (size_t i = 0; i < work->only.count; i++) {
        if (bundle_find(work->parts, work->part_count, work->only.items[i]))
            continue;
        SAY(text_of("evidence: there is no part "), work->only.items[i],
            text_of("; these there are:"));
        say_names(work);
        return false;
    }
    return true;
}

/* Reads them all before anything is collected. */
static bool read_rules(struct work *work)
{
    const struct words *given = &work->arguments->rules;
    struct rule *rules = NULL;
    bool read = true;
    for (size_t i = 0; i < given->count && read; i++) {
        struct failure failure = {.status = ST_OK};
        struct buffer content;
        struct buffer problem;
        buffer_init(&content, YAML_SIZE_MOST);
        buffer_init(&problem, OUTPUT_CEILING);
        failure.status = files_read(given->items[i], &content, &failure);
        read = failure.status == ST_OK;
        if (!read) {
            say_failure(given->items[i], &failure);
        } else {
            failure.status =
                rule_read(buffer_text(&content), given->items[i], work->arena, &rules, &problem);
            read = failure.status == ST_OK;
            if (!read)
                SAY(given->items[i], text_of(": "),
                    problem.size ? buffer_text(&problem)
                                 : text_from(status_phrase(failure.status)));
        }
        buffer_done(&problem);
        buffer_done(&content);
    }
    work->machine.rules = rules;
    work->machine.run_commands = work->arguments->run_commands;
    return read;
}

/* --- telling --- */

static void write_out(struct work *work, struct buffer *out)
{
    if (!work->output_lost && out->failed == ST_OK && !console_write(buffer_text(out)))
        work->output_lost = true;
    buffer_done(out);
}

static void began(void *told, const struct bundle_part *part, size_t at, size_t of)
{
    struct buffer line;
    (void)told;
    buffer_init(&line, OUTPUT_CEILING);
    buffer_add_string(&line, part->name);
    buffer_add_string(&line, ", ");
    buffer_add_unsigned(&line, at + 1);
    buffer_add_string(&line, " of ");
    buffer_add_unsigned(&line, of);
    meter_tell(buffer_text(&line));
    buffer_done(&line);
}

static void ended(void *told, const struct bundle_result *result)
{
    struct work *work = told;
    struct buffer line;
    buffer_init(&line, OUTPUT_CEILING);
    if (work->arguments->json) {
        bundle_add_result(&line, result);
        buffer_add_byte(&line, '\n');
    } else {
        show_bundle_part(&line, result);
    }
    write_out(work, &line);
}

/* --- the manifest --- */

static bool write_manifest(struct work *work, struct manifest_made *made)
{
    struct failure failure = {.status = ST_OK};
    meter_tell(text_of("the manifest"));
    enum status status = case_folder_seal(work->folder, false, NULL, made, &failure);
    if (status != ST_OK)
        say_failure(text_of("the manifest could not be written"), &failure);
    else if (made->unread) {
        SAY(text_of("not all files could be read for the manifest, the first of them "),
            buffer_text(&made->which));
        say_failure(buffer_text(&made->which), &failure);
    }
    return status == ST_OK;
}

/* --- all of it --- */

static enum exit_status exit_of(enum status status, const struct bundle_tally *tally)
{
    if (status != ST_OK && status != ST_CANCELLED)
        return EXIT_TROUBLE;
    bool something = tally->parts[BUNDLE_COMPLETE] || tally->parts[BUNDLE_PARTIAL];
    return status == ST_OK && something ? EXIT_FOUND : EXIT_NOTHING;
}

static enum exit_status collect(struct work *work, struct progress *progress)
{
    const struct text folder = case_folder_path(work->folder);
    const struct bundle_files files = bundle_disk_files(&folder);
    const struct act_log log = case_folder_log(work->folder);
    const struct bundle_order order = {
        .parts = work->parts,
        .count = work->part_count,
        .context = &work->machine,
        .only = work->only.items,
        .only_count = work->only.count,
        .files = &files,
        .log = &log,
        .clock = clock_of_system(),
        .progress = progress,
        .began = began,
        .ended = ended,
        .told = work,
    };
    struct bundle_tally tally;
    struct manifest_made made;
    struct failure failure = {.status = ST_OK};
    work->machine.case_folder = folder;
    work->machine.log = &log;
    enum status status = bundle_collect(&order, &tally, &failure);
    enum exit_status result = exit_of(status, &tally);
    if (result == EXIT_TROUBLE)
        say_failure(text_of("the evidence could not be collected"), &failure);
    else if (status == ST_CANCELLED)
        SAY(text_of("evidence: ended by Ctrl-C; what was had by then is kept"));
    if (tally.end_unwritten)
        SAY(text_of("evidence: the journal could not be told how it ended"));
    if (result != EXIT_TROUBLE) {
        bool has_manifest = write_manifest(work, &made);
        struct buffer out;
        buffer_init(&out, OUTPUT_CEILING);
        if (work->arguments->json)
            show_bundle_end_json(&out, &tally, has_manifest ? &made : NULL);
        else
            show_bundle_end(&out, &tally, has_manifest ? &made : NULL);
        write_out(work, &out);
        manifest_made_done(&made);
        result = has_manifest ? result : EXIT_TROUBLE;
    }
    bundle_tally_done(&tally);
    return result;
}

/* Those with hits in the case, and those of --pid. */
static bool find_flagged(struct work *work)
{
    const struct words *given = &work->arguments->pids;
    uint32_t *pids = arena_take(work->arena, (given->count + 1) * sizeof *pids);
    struct buffer path;
    struct buffer hits;
    buffer_init(&path, PATH_CEILING);
    buffer_init(&hits, HITS_CEILING);
    buffer_add(&path, case_folder_path(work->folder));
    buffer_add_string(&path, "\\hits.jsonl");
    enum status status = pids ? path.failed : ST_NO_MEMORY;
    if (status == ST_OK && files_read(buffer_text(&path), &hits, NULL) != ST_OK) {
        SAY(text_of("evidence: hits.jsonl could not be read: only --pid says which processes are "
                    "looked at more closely"));
        buffer_clear(&hits);
    }
    for (size_t i = 0; i < given->count && status == ST_OK; i++) {
        uint64_t number = 0;
        (void)text_number(given->items[i], UINT32_MAX, &number); /* the arguments were checked */
        pids[i] = (uint32_t)number;
    }
    if (status == ST_OK)
        status = flagged_find(work->machine.snapshot, buffer_text(&hits), pids, given->count,
                              &work->machine.flagged);
    buffer_done(&hits);
    buffer_done(&path);
    return status == ST_OK;
}

static enum exit_status run(struct work *work)
{
    enum status partly = ST_OK;
    if (knows_only(work) && read_rules(work))
        work->folder = open_case(work->arguments, "nothing was collected: ");
    if (!work->folder)
        return EXIT_TROUBLE;
    struct progress *progress = meter_begin();
    work->machine.look_failed = look(NULL, EVERYTHING, &work->machine.snapshot, &partly);
    if (work->machine.snapshot && !find_flagged(work)) {
        meter_end();
        SAY(text_of("evidence: there is no memory"));
        return EXIT_TROUBLE;
    }
    enum exit_status result = collect(work, progress);
    meter_end();
    return work->output_lost ? console_lost() : result;
}

enum exit_status command_evidence(const struct arguments *arguments)
{
    struct work work = {.arguments = arguments, .arena = arena_new(ARENA_CEILING)};
    enum exit_status result = EXIT_TROUBLE;
    work.parts = bundle_parts_of_system(&work.part_count);
    if (work.arena && read_only(&work))
        result = run(&work);
    else
        SAY(text_of("evidence: there is no memory"));
    flagged_done(&work.machine.flagged);
    if (work.machine.snapshot)
        snapshot_release(work.machine.snapshot);
    case_folder_close(work.folder, NULL);
    arena_free(work.arena);
    return result;
}
