#include "core/case/report_case.h"

#include "core/base/hash.h"
#include "core/base/memory.h"

#define LABEL_MOST ((size_t)1024) /* bytes of a text that is kept; lines hold the whole */
#define CANCEL_EVERY 256u

void report_case_init(struct report_case *report, const struct report_files *files)
{
    *report = (struct report_case){.files = files};
    json_tree_init(&report->tree);
}

void report_case_done(struct report_case *report)
{
    index_done(&report->by_process);
    index_done(&report->by_indicator);
    index_done(&report->by_reason);
    index_done(&report->by_remark);
    memory_give(report->hits);
    memory_give(report->processes);
    memory_give(report->indicators);
    memory_give(report->reasons);
    memory_give(report->remarks);
    memory_give(report->actions);
    memory_give(report->samples);
    memory_give(report->dumps);
    json_tree_done(&report->tree);
    arena_free(report->arena);
    *report = (struct report_case){.files = NULL};
}

enum status report_case_line(struct report_case *report, struct report_lines *lines,
                             const struct report_place *place)
{
    enum status status = report_lines_again(lines, place->at, place->size);
    return status == ST_OK ? json_tree_read(&report->tree, buffer_text(&lines->line)) : status;
}

/* --- rows --- */

/* Room for one row more: doubles. ST_TOO_LARGE: there are as many as are kept. */
static enum status grow(void **rows, uint32_t count, uint32_t most, size_t size)
{
    if (count >= most)
        return ST_TOO_LARGE;
    if (count & (count - 1)) /* the room is a power of two */
        return ST_OK;
    void *grown = memory_grow_array(*rows, count ? (size_t)count * 2 : 1, size);
    if (!grown)
        return ST_NO_MEMORY;
    *rows = grown;
    return ST_OK;
}

#define GROW(rows, count, most) grow((void **)&(rows), count, most, sizeof(*(rows)))

/* A text that outlives its line, cut where a character begins. */
static enum status keep(struct report_case *report, struct text value, struct text *kept)
{
    bool failed = false;
    size_t size = value.size;
    if (size > LABEL_MOST) {
        size = LABEL_MOST;
        while (size && ((unsigned char)value.bytes[size] & 0xC0) == 0x80)
            size--;
    }
    *kept = arena_copy(report->arena, text_slice(value, 0, size), &failed);
    return failed ? ST_NO_MEMORY : ST_OK;
}

/* Whether a kept text is the one that it was cut from. */
static bool is_kept(struct text kept, struct text value)
{
    return text_starts(value, kept) && (kept.size == value.size || kept.size > LABEL_MOST - 4);
}

struct member {
    const char *path;
    struct text *kept;
};

static enum status keep_members(struct report_case *report, struct json_node *node,
                                const struct member *members, size_t count)
{
    enum status status = ST_OK;
    for (size_t i = 0; i < count && status == ST_OK; i++)
        status = keep(report, json_text_at(&report->tree, node, members[i].path), members[i].kept);
    return status;
}

#define KEEP(report, node, members)                                                                \
    keep_members(report, node, members, sizeof(members) / sizeof((members)[0]))

/* Two ceilings are no failure: what is beyond them is counted. */
static enum status leave(uint64_t *counter, enum status status)
{
    if (status != ST_TOO_LARGE)
        return status;
    ++*counter;
    return ST_OK;
}

static void widen(moment *first, moment *last, moment when)
{
    if (!when)
        return;
    if (!*first || when < *first)
        *first = when;
    if (when > *last)
        *last = when;
}

/* --- hits --- */

static uint64_t hash_process(uint64_t pid, moment start)
{
    return hash_mix(hash_add(hash_add(0, pid), (uint64_t)start));
}

static uint32_t process_number(const struct report_case *report, uint64_t pid, moment start)
{
    uint64_t hash = hash_process(pid, start);
    size_t at;
    for (uint32_t i = index_first(&report->by_process, hash, &at); i != INDEX_NONE;
         i = index_next(&report->by_process, hash, &at))
        if (report->processes[i].pid == pid && report->processes[i].start == start)
            return i;
    return REPORT_NONE;
}

static enum status find_process(struct report_case *report, struct json_node *root,
                                uint32_t *number)
{
    struct json_tree *tree = &report->tree;
    uint64_t pid = json_number_at(tree, root, "process.pid");
    moment start = json_moment_at(tree, root, "process.start");
    if (!pid)
        return ST_OK;
    *number = process_number(report, pid, start);
    if (*number != REPORT_NONE)
        return ST_OK;
    uint64_t hash = hash_process(pid, start);
    enum status status = GROW(report->processes, report->process_count, REPORT_HITS_MOST);
    if (status == ST_OK)
        status = index_reserve(&report->by_process, 1);
    if (status != ST_OK)
        return status;
    struct report_process *process = &report->processes[report->process_count];
    *process = (struct report_process){
        .pid = pid, .start = start, .first_hit = report->hit_count, .sample = REPORT_NONE};
    status = keep(report, json_text_at(tree, root, "process.name"), &process->name);
    if (status != ST_OK)
        return status;
    *number = report->process_count++;
    index_add(&report->by_process, hash, *number);
    return ST_OK;
}

static enum status add_indicator(struct report_case *report, struct json_node *root, uint64_t hash,
                                 uint32_t *number)
{
    enum status status = GROW(report->indicators, report->indicator_count, REPORT_THINGS_MOST);
    if (status == ST_OK)
        status = index_reserve(&report->by_indicator, 1);
    if (status != ST_OK)
        return leave(&report->things_not_kept, status);
    struct report_indicator *one = &report->indicators[report->indicator_count];
    *one = (struct report_indicator){.hits = 0};
    const struct member members[] = {
        {"stakeout.indicator.written", &one->written}, {"threat.indicator.name", &one->name},
        {"threat.indicator.type", &one->type},         {"threat.indicator.ip", &one->ip},
        {"threat.indicator.domain", &one->domain},     {"stakeout.indicator.file", &one->file},
        {"stakeout.indicator.label", &one->label},     {"stakeout.matched_by", &one->matched_by},
    };
    status = KEEP(report, root, members);
    if (status != ST_OK)
        return status;
    one->port = json_number_at(&report->tree, root, "threat.indicator.port");
    one->line = json_number_at(&report->tree, root, "stakeout.indicator.line");
    *number = report->indicator_count++;
    index_add(&report->by_indicator, hash, *number);
    return ST_OK;
}

/* An indicator is the same when it means and says the same in the same line of the same list. */
static enum status find_indicator(struct report_case *report, struct json_node *root,
                                  uint32_t *number)
{
    struct json_tree *tree = &report->tree;
    struct text name = json_text_at(tree, root, "threat.indicator.name");
    struct text written = json_text_at(tree, root, "stakeout.indicator.written");
    struct text file = json_text_at(tree, root, "stakeout.indicator.file");
    uint64_t line = json_number_at(tree, root, "stakeout.indicator.line");
    if (!name.size && !written.size)
        return ST_OK;
    uint64_t hash = hash_add(hash_bytes(name.bytes, name.size), hash_bytes(file.bytes, file.size));
    hash = hash_mix(hash_add(hash_add(hash, hash_bytes(written.bytes, written.size)), line));
    size_t at;
    for (uint32_t i = index_first(&report->by_indicator, hash, &at); i != INDEX_NONE;
         i = index_next(&report->by_indicator, hash, &at)) {
        const struct report_indicator *one = &report->indicators[i];
        if (one->line == line && is_kept(one->name, name) && is_kept(one->file, file) &&
            is_kept(one->written, written)) {
            *number = i;
            return ST_OK;
        }
    }
    return add_indicator(report, root, hash, number);
}

static enum status count_reason(struct report_case *report, struct text what, struct text why)
{
    uint64_t hash =
        hash_mix(hash_add(hash_bytes(what.bytes, what.size), hash_bytes(why.bytes, why.size)));
    size_t at;
    for (uint32_t i = index_first(&report->by_reason, hash, &at); i != INDEX_NONE;
         i = index_next(&report->by_reason, hash, &at))
        if (is_kept(report->reasons[i].what, what) && is_kept(report->reasons[i].why, why)) {
            report->reasons[i].count++;
            return ST_OK;
        }
    enum status status = GROW(report->reasons, report->reason_count, REPORT_THINGS_MOST);
    if (status == ST_OK)
        status = index_reserve(&report->by_reason, 1);
    if (status != ST_OK)
        return leave(&report->things_not_kept, status);
    struct report_reason *reason = &report->reasons[report->reason_count];
    *reason = (struct report_reason){.count = 1};
    status = keep(report, what, &reason->what);
    if (status == ST_OK)
        status = keep(report, why, &reason->why);
    if (status == ST_OK)
        index_add(&report->by_reason, hash, report->reason_count++);
    return status;
}

static enum status count_reasons(struct report_case *report, struct json_node *unread)
{
    enum status status = ST_OK;
    struct json_node *one = json_first(&report->tree, unread);
    for (; one && status == ST_OK; one = json_after(&report->tree, one))
        status = count_reason(report, json_node_name(&report->tree, one),
                              json_node_text(&report->tree, one));
    return status;
}

static enum status count_remark(struct report_case *report, uint64_t pid, moment start,
                                struct text name, struct json_node *node)
{
    struct json_tree *tree = &report->tree;
    struct text rule = json_text_at(tree, node, "rule");
    struct text fact = json_text_at(tree, node, "fact");
    uint64_t hash = hash_add(hash_process(pid, start), hash_bytes(rule.bytes, rule.size));
    hash = hash_mix(hash_add(hash, hash_bytes(fact.bytes, fact.size)));
    size_t at;
    for (uint32_t i = index_first(&report->by_remark, hash, &at); i != INDEX_NONE;
         i = index_next(&report->by_remark, hash, &at)) {
        struct report_remark *known = &report->remarks[i];
        if (known->pid == pid && known->start == start && is_kept(known->rule, rule) &&
            is_kept(known->fact, fact)) {
            known->count++;
            return ST_OK;
        }
    }
    enum status status = GROW(report->remarks, report->remark_count, REPORT_THINGS_MOST);
    if (status == ST_OK)
        status = index_reserve(&report->by_remark, 1);
    if (status != ST_OK)
        return leave(&report->things_not_kept, status);
    struct report_remark *remark = &report->remarks[report->remark_count];
    *remark = (struct report_remark){.pid = pid,
                                     .start = start,
                                     .count = 1,
                                     .verified = json_true_at(tree, node, "parent_verified")};
    const struct member members[] = {
        {"rule", &remark->rule}, {"text", &remark->phrase}, {"fact", &remark->fact}};
    status = KEEP(report, node, members);
    if (status == ST_OK)
        status = keep(report, name, &remark->name);
    if (status == ST_OK)
        index_add(&report->by_remark, hash, report->remark_count++);
    return status;
}

static enum status count_remarks(struct report_case *report, struct json_node *process,
                                 struct json_node *remarks)
{
    struct json_tree *tree = &report->tree;
    enum status status = ST_OK;
    struct json_node *one = json_first(tree, remarks);
    for (; one && status == ST_OK; one = json_after(tree, one))
        status = count_remark(report, json_number_at(tree, process, "pid"),
                              json_moment_at(tree, process, "start"),
                              json_text_at(tree, process, "name"), one);
    return status;
}

static enum status count_odd(struct report_case *report, struct json_node *root)
{
    struct json_tree *tree = &report->tree;
    enum status status = count_remarks(report, json_at(tree, root, "process"),
                                       json_at(tree, root, "stakeout.remarks"));
    struct json_node *one = json_first(tree, json_at(tree, root, "stakeout.ancestors"));
    for (; one && status == ST_OK; one = json_after(tree, one))
        status = count_remarks(report, one, json_at(tree, one, "remarks"));
    return status;
}

/* The hit that is about to be the last: of the case, its process, its indicator. */
static void see(struct report_case *report, const struct report_hit *hit)
{
    moment from = hit->first_seen ? hit->first_seen : hit->when;
    moment to = hit->last_seen > hit->when ? hit->last_seen : hit->when;
    uint32_t number = report->hit_count;
    widen(&report->first, &report->last, from);
    widen(&report->first, &report->last, to);
    if (hit->process != REPORT_NONE) {
        struct report_process *process = &report->processes[hit->process];
        widen(&process->first, &process->last, from);
        widen(&process->first, &process->last, to);
        if (process->hits++)
            report->hits[process->last_hit].next_of_process = number;
        process->last_hit = number;
    }
    if (hit->indicator != REPORT_NONE) {
        struct report_indicator *indicator = &report->indicators[hit->indicator];
        widen(&indicator->first, &indicator->last, hit->when);
        if (indicator->hits++)
            report->hits[indicator->last_hit].next_of_indicator = number;
        else
            indicator->first_hit = number;
        indicator->last_hit = number;
    }
}

static enum status take_hit(struct report_case *report, const struct report_place *place)
{
    struct json_tree *tree = &report->tree;
    struct json_node *root = json_root(tree);
    enum status status = GROW(report->hits, report->hit_count, REPORT_HITS_MOST);
    if (status != ST_OK)
        return leave(&report->hits_not_kept, status);
    struct report_hit *hit = &report->hits[report->hit_count];
    *hit = (struct report_hit){
        .place = *place,
        .when = json_moment_at(tree, root, "@timestamp"),
        .first_seen = json_moment_at(tree, root, "stakeout.first_seen"),
        .last_seen = json_moment_at(tree, root, "stakeout.last_seen"),
        .process = REPORT_NONE,
        .indicator = REPORT_NONE,
        .next_of_process = REPORT_NONE,
        .next_of_indicator = REPORT_NONE,
        .is_observed = json_at(tree, root, "process.pid") || json_at(tree, root, "source.ip") ||
                       json_at(tree, root, "destination.ip"),
    };
    status = find_process(report, root, &hit->process);
    if (status == ST_OK)
        status = find_indicator(report, root, &hit->indicator);
    if (status == ST_OK)
        status = count_reasons(report, json_at(tree, root, "stakeout.unread"));
    if (status == ST_OK)
        status = count_odd(report, root);
    if (status != ST_OK)
        return status;
    see(report, hit);
    report->hit_count++;
    return ST_OK;
}

/* --- the journal --- */

static enum status take_action(struct report_case *report, const struct report_place *place)
{
    struct json_tree *tree = &report->tree;
    struct json_node *root = json_root(tree);
    enum status status = GROW(report->actions, report->action_count, REPORT_LINES_MOST);
    if (status != ST_OK)
        return leave(&report->things_not_kept, status);
    struct report_action *action = &report->actions[report->action_count];
    struct text outcome = json_text_at(tree, root, "event.outcome");
    *action = (struct report_action){
        .place = *place,
        .when = json_moment_at(tree, root, "@timestamp"),
        .sequence = json_number_at(tree, root, "event.sequence"),
        .after = REPORT_NONE,
        .failed = outcome.size && !text_equal(outcome, text_of("success")),
    };
    uint64_t of = json_number_at(tree, root, "journal.of");
    /* Nearly always a few lines above. */
    for (uint32_t i = report->action_count; of && i-- > 0;) {
        struct report_action *before = &report->actions[i];
        if (before->sequence < of)
            break;
        if (before->sequence != of || before->is_after)
            continue;
        before->after = report->action_count;
        before->failed = action->failed;
        action->is_after = true;
        break;
    }
    widen(&report->first, &report->last, action->when);
    report->action_count++;
    return ST_OK;
}

/* What the journal says of a dump that is there. */
static enum status take_dump_of(struct report_case *report, struct json_node *root)
{
    struct json_tree *tree = &report->tree;
    struct text path = json_text_at(tree, root, "file.path");
    struct text name = text_file_name(path);
    if (!text_equal(json_text_at(tree, root, "event.action"), text_of("dump")) || !name.size)
        return ST_OK;
    for (uint32_t i = 0; i < report->dump_count; i++) {
        struct report_dump *dump = &report->dumps[i];
        if (!text_equal_nocase(dump->name, name))
            continue;
        const struct member members[] = {{"file.hash.sha256", &dump->sha256},
                                         {"process.name", &dump->process}};
        dump->pid = json_number_at(tree, root, "process.pid");
        return KEEP(report, root, members);
    }
    return ST_OK;
}

static enum status take_entry(struct report_case *report, const struct report_place *place)
{
    enum status status = take_action(report, place);
    return status == ST_OK ? take_dump_of(report, json_root(&report->tree)) : status;
}

/* --- processes in the evidence --- */

static enum status take_details(struct report_case *report, const struct report_place *place)
{
    struct json_tree *tree = &report->tree;
    struct json_node *root = json_root(tree);
    uint32_t process = process_number(report, json_number_at(tree, root, "process.pid"),
                                      json_moment_at(tree, root, "process.start"));
    (void)place;
    if (process == REPORT_NONE)
        return ST_OK;
    struct report_image *image = arena_take(report->arena, sizeof *image);
    if (!image)
        return ST_NO_MEMORY;
    image->looked = json_moment_at(tree, root, "@timestamp");
    image->created = json_moment_at(tree, root, "file.created");
    image->modified = json_moment_at(tree, root, "file.mtime");
    image->changed = json_moment_at(tree, root, "file.ctime");
    image->accessed = json_moment_at(tree, root, "file.accessed");
    const struct member members[] = {
        {"process.hash.sha256", &image->sha256},
        {"process.hash.sha1", &image->sha1},
        {"process.hash.md5", &image->md5},
        {"process.pe.file_version", &image->version},
        {"process.pe.description", &image->description},
        {"process.pe.product", &image->product},
        {"process.pe.company", &image->company},
        {"process.pe.original_file_name", &image->original},
        {"stakeout.token.integrity", &image->integrity},
    };
    report->processes[process].image = image;
    return KEEP(report, root, members);
}

struct report_hashes report_case_hashes(const struct report_case *report, uint32_t process)
{
    struct report_hashes hashes = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    if (process == REPORT_NONE)
        return hashes;
    const struct report_process *one = &report->processes[process];
    if (one->sample != REPORT_NONE) {
        const struct report_sample *sample = &report->samples[one->sample];
        hashes = (struct report_hashes){sample->sha256, sample->sha1, sample->md5};
    } else if (one->image) {
        hashes = (struct report_hashes){one->image->sha256, one->image->sha1, one->image->md5};
    }
    return hashes;
}

/* --- lines of a file --- */

struct walk {
    struct report_case *report;
    struct progress *progress;
    uint64_t done; /* bytes of files before */
};

/* A line that is no object is counted; one that was cut off by a kill apart from others. */
static enum status take_line(struct report_case *report, const struct report_lines *lines,
                             struct text line,
                             enum status (*take)(struct report_case *, const struct report_place *))
{
    const struct report_place place = {lines->at, (uint32_t)lines->line.size, lines->number};
    enum status status = lines->is_long ? ST_TOO_LARGE : json_tree_read(&report->tree, line);
    if (status == ST_OK && json_root(&report->tree)->value.kind != JSON_OBJECT)
        status = ST_INVALID;
    if (status == ST_OK)
        return take(report, &place);
    if (status == ST_NO_MEMORY)
        return status;
    if (lines->whole)
        report->bad_lines++;
    else
        report->torn_lines++;
    return ST_OK;
}

/* What is wrong with the file itself, and not with memory, is told in *outcome. */
static enum status walk_file(struct walk *walk, struct text name, bool *is_there,
                             enum status *outcome,
                             enum status (*take)(struct report_case *, const struct report_place *))
{
    struct report_case *report = walk->report;
    struct report_lines lines;
    *outcome = report_lines_open(&lines, report->files, name);
    *is_there = *outcome != ST_NOT_FOUND;
    if (*outcome != ST_OK) {
        enum status status = *outcome == ST_NO_MEMORY ? ST_NO_MEMORY : ST_OK;
        if (!*is_there)
            *outcome = ST_OK;
        return status;
    }
    enum status status = ST_OK;
    while (status == ST_OK && (*outcome = report_lines_next(&lines)) == ST_OK) {
        struct text line = text_trim(buffer_text(&lines.line));
        if (lines.number % CANCEL_EVERY == 0 && progress_cancelled(walk->progress))
            status = ST_CANCELLED;
        else if (line.size || lines.is_long)
            status = take_line(report, &lines, line, take);
        progress_tell(walk->progress, walk->done + lines.at, 0);
    }
    walk->done += lines.read_to;
    report_lines_close(&lines);
    if (*outcome == ST_NO_MEMORY && status == ST_OK)
        status = ST_NO_MEMORY;
    if (*outcome == ST_NOT_FOUND)
        *outcome = ST_OK;
    return status;
}

/* --- samples and dumps --- */

struct names {
    struct report_case *report;
    struct text extension;
    struct text *items;
    uint64_t *sizes;
    uint32_t count;
    enum status status;
};

static void take_name(void *to, struct text name, uint64_t size)
{
    struct names *names = to;
    if (names->status != ST_OK || !text_ends_nocase(name, names->extension))
        return;
    enum status status = GROW(names->items, names->count, REPORT_THINGS_MOST);
    if (status == ST_OK)
        status = GROW(names->sizes, names->count, REPORT_THINGS_MOST);
    if (status == ST_OK)
        status = keep(names->report, name, &names->items[names->count]);
    if (status == ST_OK)
        names->sizes[names->count++] = size;
    names->status = leave(&names->report->things_not_kept, status);
}

/* In the order of their names, whatever order the system lists them in. Few, or sorted already. */
static void sort_names(struct names *names)
{
    for (uint32_t i = 1; i < names->count; i++) {
        struct text name = names->items[i];
        uint64_t size = names->sizes[i];
        uint32_t at = i;
        for (; at && text_compare(name, names->items[at - 1]) < 0; at--) {
            names->items[at] = names->items[at - 1];
            names->sizes[at] = names->sizes[at - 1];
        }
        names->items[at] = name;
        names->sizes[at] = size;
    }
}

/* Files of one extension in a folder; a folder that is not there has none. */
static enum status list_names(struct report_case *report, struct text folder, struct text extension,
                              struct names *names)
{
    *names = (struct names){.report = report, .extension = extension};
    const struct report_files *files = report->files;
    enum status status = files->list(files->context, folder, take_name, names);
    if (names->status == ST_OK && status == ST_NO_MEMORY)
        names->status = status;
    sort_names(names);
    return names->status;
}

static void names_done(struct names *names)
{
    memory_give(names->items);
    memory_give(names->sizes);
}

static enum status take_sample(struct report_case *report, struct json_node *root)
{
    struct json_tree *tree = &report->tree;
    enum status status = GROW(report->samples, report->sample_count, REPORT_THINGS_MOST);
    if (status != ST_OK)
        return leave(&report->things_not_kept, status);
    struct report_sample *sample = &report->samples[report->sample_count];
    *sample = (struct report_sample){
        .size = json_number_at(tree, root, "file.size"),
        .pid = json_number_at(tree, root, "process.pid"),
        .start = json_moment_at(tree, root, "process.start"),
        .taken = json_moment_at(tree, root, "@timestamp"),
        .created = json_moment_at(tree, root, "file.created"),
        .modified = json_moment_at(tree, root, "file.mtime"),
        .changed = json_moment_at(tree, root, "file.ctime"),
        .accessed = json_moment_at(tree, root, "file.accessed"),
    };
    const struct member members[] = {
        {"stakeout.sample", &sample->stored},  {"file.path", &sample->source},
        {"file.hash.sha256", &sample->sha256}, {"file.hash.sha1", &sample->sha1},
        {"file.hash.md5", &sample->md5},       {"stakeout.role", &sample->role},
        {"stakeout.zone", &sample->zone},      {"process.name", &sample->process},
    };
    status = KEEP(report, root, members);
    if (status != ST_OK)
        return status;
    uint32_t process = process_number(report, sample->pid, sample->start);
    if (process != REPORT_NONE && !text_equal(sample->role, text_of("module")))
        report->processes[process].sample = report->sample_count;
    report->sample_count++;
    return ST_OK;
}

/* A record may hold several lines: one for each process that the file was taken for. */
static enum status read_record(struct report_case *report, struct text name)
{
    struct buffer path;
    struct report_lines lines;
    buffer_init(&path, 4096);
    buffer_add(&path, text_of("samples/"));
    buffer_add(&path, name);
    enum status status = path.failed;
    if (status == ST_OK)
        status = report_lines_open(&lines, report->files, buffer_text(&path));
    buffer_done(&path);
    if (status != ST_OK)
        return status == ST_NO_MEMORY ? status : ST_OK;
    while ((status = report_lines_next(&lines)) == ST_OK) {
        struct text line = text_trim(buffer_text(&lines.line));
        if (!line.size)
            continue;
        status = json_tree_read(&report->tree, line);
        if (status == ST_INVALID)
            status = leave(&report->bad_lines, ST_TOO_LARGE);
        else if (status == ST_OK)
            status = take_sample(report, json_root(&report->tree));
        if (status != ST_OK)
            break;
    }
    report_lines_close(&lines);
    return status == ST_NO_MEMORY ? status : ST_OK;
}

static enum status read_samples(struct report_case *report)
{
    struct names names;
    enum status status = list_names(report, text_of("samples"), text_of(".json"), &names);
    for (uint32_t i = 0; i < names.count && status == ST_OK; i++)
        status = read_record(report, names.items[i]);
    names_done(&names);
    return status;
}

static enum status read_dumps(struct report_case *report)
{
    struct names names;
    enum status status = list_names(report, text_of("dumps"), text_of(".dmp"), &names);
    for (uint32_t i = 0; i < names.count && status == ST_OK; i++) {
        status = GROW(report->dumps, report->dump_count, REPORT_THINGS_MOST);
        if (status == ST_OK)
            report->dumps[report->dump_count++] =
                (struct report_dump){.name = names.items[i], .size = names.sizes[i]};
    }
    names_done(&names);
    return status;
}

enum status report_case_read(struct report_case *report, struct progress *progress)
{
    struct walk walk = {.report = report, .progress = progress};
    report->arena = arena_new(REPORT_TEXT_MOST);
    if (!report->arena)
        return ST_NO_MEMORY;
    enum status status =
        walk_file(&walk, text_of("hits.jsonl"), &report->has_hits, &report->hits_status, take_hit);
    if (status == ST_OK)
        status = read_dumps(report);
    if (status == ST_OK)
        status = walk_file(&walk, text_of("journal.jsonl"), &report->has_journal,
                           &report->journal_status, take_entry);
    if (status == ST_OK)
        status = read_samples(report);
    bool is_there = false;
    enum status outcome; /* of the file alone: what it can't tell is absent */
    if (status == ST_OK && report->process_count)
        status = walk_file(&walk, text_of("evidence/processes.jsonl"), &is_there, &outcome,
                           take_details);
    return status;
}
