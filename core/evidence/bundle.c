#include "core/evidence/bundle.h"

#include "core/evidence/bundle_inside.h"

#define LINE_MOST ((size_t)64 << 10)
#define MEMBERS_MOST ((size_t)256 << 10)

const char *bundle_outcome_word(enum bundle_outcome outcome)
{
    static const char *const words[BUNDLE_OUTCOMES] = {"complete", "partial", "unavailable",
                                                       "cancelled"};
    return words[outcome];
}

const struct bundle_part *bundle_find(const struct bundle_part *parts, size_t count,
                                      struct text name)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(name, text_from(parts[i].name)))
            return &parts[i];
    return NULL;
}

void bundle_add_result(struct buffer *out, const struct bundle_result *result)
{
    struct json_writer json;
    json_begin(&json, out);
    json_open_object(&json, NULL);
    json_string(&json, "part", result->part->name);
    if (result->file.size)
        json_text(&json, "file", result->file);
    json_string(&json, "source", result->part->source);
    json_moment(&json, "started", result->started, false);
    json_moment(&json, "ended", result->ended, false);
    json_unsigned(&json, "rows", result->rows);
    json_unsigned(&json, "bytes", result->bytes);
    json_unsigned(&json, "lost", result->lost);
    json_string(&json, "outcome", bundle_outcome_word(result->outcome));
    if (result->reason.size)
        json_text(&json, "reason", result->reason);
    json_close_object(&json);
}

/* One collection. */
struct collection {
    const struct bundle_order *order;
    struct bundle_tally *tally;
    struct buffer index_path;
    void *index;
    struct failure failure;
};

/* --- the journal --- */

static bool is_chosen(const struct bundle_order *order, const struct bundle_part *part)
{
    for (size_t i = 0; i < order->only_count; i++)
        if (text_equal(order->only[i], text_from(part->name)))
            return true;
    return !order->only_count;
}

static bool is_tried(const struct bundle_order *order, const struct bundle_part *part)
{
    return is_chosen(order, part) && part->kind != BUNDLE_NEVER &&
           (!part->only_asked || order->only_count);
}

static void add_members(const struct collection *collection, struct buffer *members, bool after)
{
    const struct bundle_order *order = collection->order;
    struct json_writer json;
    json_begin(&json, members);
    json_open_object(&json, "file");
    json_text(&json, "path", buffer_text(&collection->tally->folder));
    json_close_object(&json);
    json_open_object(&json, "stakeout");
    json_open_object(&json, "evidence");
    if (after) {
        for (int i = 0; i < BUNDLE_OUTCOMES; i++)
            json_unsigned(&json, bundle_outcome_word((enum bundle_outcome)i),
                          collection->tally->parts[i]);
    } else {
        json_open_array(&json, "parts");
        for (size_t i = 0; i < order->count; i++)
            if (is_tried(order, &order->parts[i]))
                json_string(&json, NULL, order->parts[i].name);
        json_close_array(&json);
    }
    json_close_object(&json);
    json_close_object(&json);
}

static enum status write_down(const struct collection *collection, struct journal_entry entry,
                              uint64_t *number)
{
    const struct act_log *log = collection->order->log;
    struct buffer members;
    if (!log)
        return ST_OK;
    buffer_init(&members, MEMBERS_MOST);
    add_members(collection, &members, entry.phase == JOURNAL_AFTER);
    entry.action = "evidence";
    entry.members = buffer_text(&members);
    enum status status = members.failed;
    if (status == ST_OK)
        status = log->write(log->context, &entry, number);
    buffer_done(&members);
    return status;
}

/* --- the folder and the list --- */

/* The first "evidence", "evidence-2" … that has no list of parts yet is this collection's. */
static enum status open_folder(struct collection *collection)
{
    const struct bundle_files *files = collection->order->files;
    struct buffer *folder = &collection->tally->folder;
    enum status status = ST_BUSY;
    for (unsigned number = 1; status == ST_BUSY && number <= BUNDLE_NUMBERS; number++) {
        buffer_clear(folder);
        buffer_add_string(folder, "evidence");
        if (number > 1) {
            buffer_add_byte(folder, '-');
            buffer_add_unsigned(folder, number);
        }
        buffer_clear(&collection->index_path);
        buffer_add(&collection->index_path, buffer_text(folder));
        buffer_add_string(&collection->index_path, "/parts.jsonl");
        status = folder->failed != ST_OK ? folder->failed : collection->index_path.failed;
        if (status == ST_OK)
            status = files->make_folder(files->context, buffer_text(folder), &collection->failure);
        if (status == ST_OK)
            status = files->create(files->context, buffer_text(&collection->index_path),
                                   &collection->index, &collection->failure);
    }
    return status;
}

/* Tells of a part: in the list, on the disk, and to whoever waits. */
static enum status tell(struct collection *collection, const struct bundle_result *result)
{
    const struct bundle_order *order = collection->order;
    const struct bundle_files *files = order->files;
    struct buffer line;
    buffer_init(&line, LINE_MOST);
    bundle_add_result(&line, result);
    buffer_add_byte(&line, '\n');
    enum status status = line.failed;
    if (status == ST_OK)
        status = files->write(files->context, collection->index, buffer_text(&line),
                              &collection->failure);
    if (status == ST_OK)
        status = files->flush(files->context, collection->index, &collection->failure);
    buffer_done(&line);
    collection->tally->parts[result->outcome]++;
    if (order->ended)
        order->ended(order->told, result);
    return status;
}

/* --- a part --- */

static enum bundle_outcome outcome_of(const struct bundle_out *out, enum status status)
{
    bool has_something = out->rows || out->bytes;
    if (status == ST_CANCELLED)
        return BUNDLE_CANCELLED;
    if (status == ST_OK && !out->lost && !out->reason.size)
        return BUNDLE_COMPLETE;
    return has_something ? BUNDLE_PARTIAL : BUNDLE_UNAVAILABLE;
}

/* What is to be read behind "reason": its own words, else those of the status. */
static void complete_reason(struct bundle_out *out, enum status status)
{
    if (!out->reason.size && status != ST_OK)
        buffer_add_string(&out->reason, status_phrase(status));
}

/* A folder of files is told by its name alone. */
static void add_own_folder(const struct bundle_out *out, struct buffer *path)
{
    buffer_clear(path);
    buffer_add(path, out->folder);
    buffer_add_byte(path, '/');
    buffer_add_string(path, out->part->name);
}

static enum status take_part(struct collection *collection, const struct bundle_part *part)
{
    const struct bundle_order *order = collection->order;
    struct bundle_out out;
    bundle_out_init(&out, order, part, buffer_text(&collection->tally->folder));
    struct bundle_result result = {.part = part, .started = bundle_now(&out)};
    progress_tell(order->progress, 0, 0);
    enum status status = part->collect(order->context, &out);
    enum status ended = bundle_out_end(&out, status == ST_OK && !out.reason.size);
    if (status == ST_OK || (ended != ST_OK && status != ST_CANCELLED))
        status = ended;
    struct bundle_part told = *part;
    told.source = out.source;
    result.part = &told;
    result.ended = bundle_now(&out);
    result.rows = out.rows;
    result.bytes = out.bytes;
    result.lost = out.lost;
    result.outcome = outcome_of(&out, status);
    complete_reason(&out, status);
    if (out.has_folder && out.part->kind == BUNDLE_FILES && result.outcome != BUNDLE_UNAVAILABLE)
        add_own_folder(&out, &out.path);
    result.file = buffer_text(&out.path);
    result.reason = buffer_text(&out.reason);
    if (result.outcome == BUNDLE_UNAVAILABLE && out.path.size && part->kind != BUNDLE_FILES) {
        order->files->remove(order->files->context, result.file);
        result.file.size = 0;
    }
    status = tell(collection, &result);
    bundle_out_done(&out);
    return status;
}

/* One that is not tried says why. */
static enum status pass_over(struct collection *collection, const struct bundle_part *part)
{
    struct bundle_result result = {.part = part, .outcome = BUNDLE_UNAVAILABLE};
    if (part->kind == BUNDLE_NEVER)
        result.reason = text_from(part->source);
    else if (!is_tried(collection->order, part))
        result.reason = text_from(part->only_asked);
    else {
        result.reason = text_of("cancelled before it was begun");
        result.outcome = BUNDLE_CANCELLED;
    }
    struct bundle_part told = *part;
    if (part->kind == BUNDLE_NEVER)
        told.source = "none";
    result.part = &told;
    return tell(collection, &result);
}

static enum status take_all(struct collection *collection)
{
    const struct bundle_order *order = collection->order;
    enum status status = ST_OK;
    size_t of = 0;
    size_t at = 0;
    for (size_t i = 0; i < order->count; i++)
        of += is_tried(order, &order->parts[i]);
    for (size_t i = 0; i < order->count && status == ST_OK; i++) {
        const struct bundle_part *part = &order->parts[i];
        if (!is_chosen(order, part))
            continue;
        if (!is_tried(order, part) || progress_cancelled(order->progress)) {
            status = pass_over(collection, part);
            continue;
        }
        if (order->began)
            order->began(order->told, part, at++, of);
        status = take_part(collection, part);
    }
    return status;
}

/* --- all of it --- */

/* Nothing was begun: nothing stays. */
static void drop_index(struct collection *collection)
{
    const struct bundle_files *files = collection->order->files;
    if (!collection->index)
        return;
    files->close(files->context, collection->index);
    files->remove(files->context, buffer_text(&collection->index_path));
    collection->index = NULL;
}

static enum status collect(struct collection *collection)
{
    const struct bundle_order *order = collection->order;
    const struct bundle_tally *tally = collection->tally;
    uint64_t number = 0;
    enum status status = open_folder(collection);
    if (status == ST_OK)
        status = write_down(collection, (struct journal_entry){.phase = JOURNAL_BEFORE}, &number);
    if (status != ST_OK) {
        drop_index(collection);
        return status;
    }
    status = take_all(collection);
    bool cut = tally->parts[BUNDLE_CANCELLED] > 0;
    struct journal_entry after = {.phase = JOURNAL_AFTER, .of = number, .outcome = "success"};
    if (status != ST_OK || cut) {
        after.outcome = "failure";
        after.reason = status == ST_OK ? text_of("cancelled; what was had by then is kept")
                                       : text_of("the list of parts could not be written");
    }
    collection->tally->end_unwritten = write_down(collection, after, NULL) != ST_OK;
    if (status == ST_OK && cut && progress_cancelled(order->progress))
        status = ST_CANCELLED;
    return status;
}

enum status bundle_collect(const struct bundle_order *order, struct bundle_tally *tally,
                           struct failure *failure)
{
    struct collection collection = {.order = order, .tally = tally};
    *tally = (struct bundle_tally){.end_unwritten = false};
    buffer_init(&tally->folder, BUNDLE_PATH_MOST);
    buffer_init(&collection.index_path, BUNDLE_PATH_MOST);
    enum status status = collect(&collection);
    if (collection.index)
        order->files->close(order->files->context, collection.index);
    buffer_done(&collection.index_path);
    if (status != ST_OK && failure) {
        *failure = collection.failure;
        failure->status = status;
    }
    return status;
}

void bundle_tally_done(struct bundle_tally *tally)
{
    buffer_done(&tally->folder);
}
