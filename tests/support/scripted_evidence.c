#include "tests/support/scripted_evidence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STORY_MOST (1u << 20)

static void fail_with(const char *wanted, struct text found)
{
    fprintf(stderr, "wanted:\n%s\nfound:\n%.*s\n", wanted, (int)found.size,
            found.size ? found.bytes : "");
    abort();
}

static enum status take_line(void *context, const struct journal_entry *entry, uint64_t *number)
{
    struct scripted_evidence *evidence = context;
    struct buffer *story = &evidence->story;
    if (evidence->written >= evidence->write_until)
        return ST_DISK_FULL;
    evidence->written++;
    buffer_add_string(story, entry->phase == JOURNAL_BEFORE ? "before " : "after ");
    buffer_add_string(story, entry->action);
    if (entry->phase == JOURNAL_AFTER) {
        buffer_add_string(story, " of ");
        buffer_add_unsigned(story, entry->of);
        buffer_add_string(story, ": ");
        buffer_add_string(story, entry->outcome);
        buffer_add_byte(story, '|');
        buffer_add(story, entry->reason);
    }
    buffer_add_byte(story, '\n');
    buffer_clear(&evidence->members);
    buffer_add(&evidence->members, entry->members);
    if (number)
        *number = evidence->written;
    return ST_OK;
}

static enum status make(struct scripted_evidence *evidence, const char *name, const char *place,
                        const struct evidence_order *order, struct progress *progress,
                        struct evidence_piece *piece, struct buffer *path, struct buffer *problem)
{
    enum status status = progress_cancelled(progress) ? ST_CANCELLED : evidence->make;
    buffer_add_string(&evidence->story, order->is_full ? "full " : "");
    buffer_add_string(&evidence->story, name);
    buffer_add_byte(&evidence->story, ' ');
    if (order->kind == EVIDENCE_DUMP)
        buffer_add_unsigned(&evidence->story, order->target.key.pid);
    else
        buffer_add(&evidence->story, order->path);
    buffer_add_byte(&evidence->story, '\n');
    progress_tell(progress, 3, 6);
    if (evidence->on_make)
        evidence->on_make(evidence->context);
    if (evidence->make == ST_OK && progress_cancelled(progress))
        status = ST_CANCELLED;
    if (status == ST_OK || evidence->leaves_path)
        buffer_add_string(path, place);
    if (status != ST_OK) {
        buffer_add_string(problem, "can't: ");
        buffer_add_string(problem, status_phrase(status));
        return status;
    }
    *piece = (struct evidence_piece){.size = 6, .was_stored = evidence->was_stored};
    memset(piece->sha256, 0xa5, sizeof piece->sha256);
    return ST_OK;
}

static enum status make_dump(void *context, const struct evidence_order *order,
                             struct progress *progress, struct evidence_piece *piece,
                             struct buffer *path, struct buffer *problem)
{
    return make(context, "dump", "C:\\case\\dumps\\x.dmp", order, progress, piece, path, problem);
}

static enum status take_sample(void *context, const struct evidence_order *order,
                               struct progress *progress, struct evidence_piece *piece,
                               struct buffer *path, struct buffer *problem)
{
    return make(context, "sample", "C:\\case\\samples\\a5.sample", order, progress, piece, path,
                problem);
}

static void close_it(void *context, const struct connection_seen *connection,
                     const struct progress *progress, struct closing_result *result)
{
    struct scripted_evidence *evidence = context;
    buffer_add_string(&evidence->story, "close ");
    buffer_add_unsigned(&evidence->story, connection->remote.port);
    buffer_add_byte(&evidence->story, '\n');
    *result = evidence->seen;
    if (progress_cancelled(progress))
        result->outcome = CLOSING_CANCELLED;
}

static enum status look(void *context, struct text path, uint64_t *size)
{
    const struct scripted_evidence *evidence = context;
    if (!path.size)
        fail_with("a path to look at", path);
    if (evidence->look == ST_OK)
        *size = evidence->seen_size;
    return evidence->look;
}

static enum status estimate(void *context, struct process_key key, uint64_t *small, uint64_t *full)
{
    const struct scripted_evidence *evidence = context;
    (void)key;
    *small = UINT64_C(32) << 20;
    *full = UINT64_C(3) << 30;
    return evidence->estimate;
}

static enum status read_room(void *context, struct disk_room *room)
{
    const struct scripted_evidence *evidence = context;
    *room = (struct disk_room){UINT64_C(64) << 30, UINT64_MAX};
    return evidence->room;
}

static bool is_system_file(void *context, struct text path)
{
    const struct scripted_evidence *evidence = context;
    return evidence->system_file.size && text_equal(path, evidence->system_file);
}

void scripted_evidence_begin(struct scripted_evidence *evidence)
{
    *evidence = (struct scripted_evidence){
        .means = {make_dump, take_sample, close_it, look, is_system_file, estimate, read_room,
                  evidence},
        .log = {take_line, evidence},
        .write_until = UINT64_MAX,
        .seen_size = 6,
    };
    buffer_init(&evidence->story, STORY_MOST);
    buffer_init(&evidence->members, STORY_MOST);
}

void scripted_evidence_end(struct scripted_evidence *evidence)
{
    buffer_done(&evidence->story);
    buffer_done(&evidence->members);
}

void scripted_evidence_assert_story(struct scripted_evidence *evidence, const char *story)
{
    if (!text_equal(buffer_text(&evidence->story), text_from(story)))
        fail_with(story, buffer_text(&evidence->story));
    buffer_clear(&evidence->story);
}

void scripted_evidence_assert_member(const struct scripted_evidence *evidence, const char *member)
{
    if (text_find(buffer_text(&evidence->members), text_from(member)) == SIZE_MAX)
        fail_with(member, buffer_text(&evidence->members));
}
