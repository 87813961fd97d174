/* bundle with made-up parts and a made-up case: order, choice, what each failure leaves, cancel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/json_read.h"
#include "core/evidence/bundle_out.h"
#include "tests/support/failing_memory.h"

#define FILES_MOST 64

/* --- a case in memory --- */

struct made_file {
    struct buffer path;
    struct buffer content;
    bool open;
    bool removed;
    bool flushed; /* nothing was written since */
};

static struct {
    struct made_file files[FILES_MOST];
    size_t count;
    size_t room;         /* bytes that can be written in all */
    const char *refuses; /* to create what ends so */
    bool no_folders;
    bool flush_fails;
    struct buffer story; /* began, ended, journal */
    struct buffer members;
    uint64_t lines; /* of the journal */
    uint64_t lines_most;
    moment now;
    atomic_bool cancel;
    const char *cancel_in; /* the part that is cancelled while it works */
    struct text ended_reason;
} made;

static struct made_file *find_file(struct text path)
{
    for (size_t i = 0; i < made.count; i++)
        if (!made.files[i].removed && text_equal(buffer_text(&made.files[i].path), path))
            return &made.files[i];
    return NULL;
}

static enum status make_folder(void *context, struct text path, struct failure *failure)
{
    (void)context;
    (void)path;
    if (!made.no_folders)
        return ST_OK;
    *failure = (struct failure){ST_DENIED, "CreateDirectory", 5};
    return ST_DENIED;
}

static enum status create(void *context, struct text path, void **file, struct failure *failure)
{
    (void)context;
    if (made.refuses && text_ends(path, text_from(made.refuses))) {
        *failure = (struct failure){ST_DENIED, "CreateFile", 5};
        return ST_DENIED;
    }
    if (find_file(path)) {
        *failure = (struct failure){ST_BUSY, "CreateFile", 80};
        return ST_BUSY;
    }
    assert_true(made.count < FILES_MOST);
    struct made_file *new_file = &made.files[made.count++];
    *new_file = (struct made_file){.open = true};
    buffer_init(&new_file->path, 4096);
    buffer_init(&new_file->content, 1u << 24);
    buffer_add(&new_file->path, path);
    if (new_file->path.failed != ST_OK) {
        made.count--;
        buffer_done(&new_file->path);
        failure->status = ST_NO_MEMORY;
        return ST_NO_MEMORY;
    }
    *file = new_file;
    return ST_OK;
}

static enum status write_file(void *context, void *file, struct text bytes, struct failure *failure)
{
    struct made_file *to = file;
    (void)context;
    assert_true(to->open);
    if (bytes.size > made.room) {
        *failure = (struct failure){ST_DISK_FULL, "WriteFile", 112};
        return ST_DISK_FULL;
    }
    made.room -= bytes.size;
    buffer_add(&to->content, bytes);
    to->flushed = false;
    failure->status = to->content.failed;
    return to->content.failed;
}

static enum status flush_file(void *context, void *file, struct failure *failure)
{
    (void)context;
    if (made.flush_fails &&
        !text_ends(buffer_text(&((struct made_file *)file)->path), text_of("parts.jsonl"))) {
        *failure = (struct failure){ST_IO, "FlushFileBuffers", 1117};
        return ST_IO;
    }
    ((struct made_file *)file)->flushed = true;
    return ST_OK;
}

static void close_file(void *context, void *file)
{
    (void)context;
    ((struct made_file *)file)->open = false;
}

static void remove_file(void *context, struct text path)
{
    struct made_file *file = find_file(path);
    (void)context;
    if (file) {
        assert_false(file->open);
        file->removed = true;
    }
}

static enum status add_full_path(void *context, struct text path, struct buffer *out)
{
    (void)context;
    buffer_add_string(out, "C:\\case\\");
    buffer_add(out, path);
    return out->failed;
}

static const struct bundle_files files = {
    .make_folder = make_folder,
    .create = create,
    .write = write_file,
    .flush = flush_file,
    .close = close_file,
    .remove = remove_file,
    .add_full_path = add_full_path,
};

static enum status write_entry(void *context, const struct journal_entry *entry, uint64_t *number)
{
    (void)context;
    if (made.lines == made.lines_most)
        return ST_DISK_FULL;
    buffer_add_string(&made.story, entry->phase == JOURNAL_BEFORE ? "before " : "after ");
    buffer_add_string(&made.story, entry->action);
    if (entry->phase == JOURNAL_AFTER) {
        buffer_add_byte(&made.story, ' ');
        buffer_add_unsigned(&made.story, entry->of);
        buffer_add_byte(&made.story, ' ');
        buffer_add_string(&made.story, entry->outcome);
    }
    buffer_add_byte(&made.story, '\n');
    buffer_clear(&made.members);
    buffer_add(&made.members, entry->members);
    made.lines++;
    if (number)
        *number = made.lines;
    return ST_OK;
}

static const struct act_log journal = {write_entry, NULL};

static moment next_moment(void *context)
{
    (void)context;
    made.now += MOMENT_SECOND;
    return made.now;
}

/* --- parts --- */

static void note(struct bundle_out *out, const char *name)
{
    (void)out;
    buffer_add_string(&made.story, name);
    buffer_add_byte(&made.story, '\n');
    if (made.cancel_in && strcmp(made.cancel_in, name) == 0)
        atomic_store(&made.cancel, true);
}

static enum status add_rows(struct bundle_out *out, unsigned count)
{
    enum status status = ST_OK;
    for (unsigned i = 0; i < count && status == ST_OK; i++) {
        json_unsigned(bundle_row(out), "n", i);
        status = bundle_end_row(out);
    }
    return status;
}

static enum status take_three(void *context, struct bundle_out *out)
{
    assert_ptr_equal(context, &made);
    note(out, "three");
    return add_rows(out, 3);
}

static enum status take_none(void *context, struct bundle_out *out)
{
    (void)context;
    note(out, "none");
    return ST_OK;
}

static enum status take_denied(void *context, struct bundle_out *out)
{
    const struct failure failure = {ST_DENIED, "GetIpNetTable2", 5};
    (void)context;
    note(out, "denied");
    return bundle_fail(out, &failure);
}

static enum status take_missing(void *context, struct bundle_out *out)
{
    (void)context;
    note(out, "missing");
    return ST_UNSUPPORTED;
}

static enum status take_some(void *context, struct bundle_out *out)
{
    (void)context;
    note(out, "some");
    enum status status = add_rows(out, 2);
    bundle_source(out, "the other way");
    bundle_lost(out, 4, "these had ended");
    bundle_lost(out, 1, "this is not the first reason");
    return status;
}

static enum status take_torn(void *context, struct bundle_out *out)
{
    (void)context;
    note(out, "torn");
    add_rows(out, 1);
    return bundle_because(out, ST_SYSTEM, "it broke off");
}

static enum status take_raw(void *context, struct bundle_out *out)
{
    (void)context;
    note(out, "raw");
    enum status status = bundle_add(out, (struct text){"127.0.0.1 a\r\n\0\xFF", 15});
    return status == ST_OK ? bundle_add(out, text_of("end")) : status;
}

static enum status take_folder(void *context, struct bundle_out *out)
{
    struct buffer path;
    (void)context;
    note(out, "folder");
    buffer_init(&path, 4096);
    enum status status = bundle_open(out, text_of("a/b:c?.evtx"));
    if (status == ST_OK)
        status = bundle_add(out, text_of("one"));
    if (status == ST_OK)
        status = bundle_close(out, true);
    if (status == ST_OK)
        status = bundle_open(out, text_of("half"));
    if (status == ST_OK)
        status = bundle_close(out, false);
    if (status == ST_OK)
        status = bundle_place(out, text_of("a/b:c?.evtx"), &path);
    if (status == ST_OK) {
        assert_string_equal((buffer_add_byte(&path, 0), path.bytes),
                            "C:\\case\\evidence/folder/a_b_c_-2.evtx");
        bundle_placed(out);
    }
    buffer_done(&path);
    return status;
}

static enum status take_secret(void *context, struct bundle_out *out)
{
    (void)context;
    note(out, "secret");
    return add_rows(out, 1);
}

/* Larger than what waits in memory, so that it is written in the middle. */
static enum status take_many(void *context, struct bundle_out *out)
{
    (void)context;
    note(out, "many");
    return add_rows(out, 20000);
}

static enum status take_giant(void *context, struct bundle_out *out)
{
    static char giant[BUNDLE_ROW_MOST + 1];
    (void)context;
    note(out, "giant");
    memset(giant, 'x', sizeof giant);
    enum status status = add_rows(out, 1);
    if (status == ST_OK) {
        json_text(bundle_row(out), "x", (struct text){giant, sizeof giant});
        status = bundle_end_row(out);
    }
    return status == ST_OK ? add_rows(out, 1) : status;
}

static const struct bundle_part parts[] = {
    {"never", "use another tool", BUNDLE_NEVER, NULL, NULL, NULL},
    {"three", "call three", BUNDLE_ROWS, NULL, take_three, NULL},
    {"none", "call none", BUNDLE_ROWS, NULL, take_none, NULL},
    {"denied", "call denied", BUNDLE_ROWS, NULL, take_denied, NULL},
    {"missing", "call missing", BUNDLE_FILE, ".txt", take_missing, NULL},
    {"some", "call some", BUNDLE_ROWS, NULL, take_some, NULL},
    {"torn", "call torn", BUNDLE_ROWS, NULL, take_torn, NULL},
    {"raw", "a file", BUNDLE_FILE, ".txt", take_raw, NULL},
    {"folder", "files", BUNDLE_FILES, NULL, take_folder, NULL},
    {"secret", "call secret", BUNDLE_ROWS, NULL, take_secret, "it holds secrets"},
    {"many", "call many", BUNDLE_ROWS, NULL, take_many, "for tests"},
    {"giant", "call giant", BUNDLE_ROWS, NULL, take_giant, "for tests"},
};

enum { PARTS = sizeof parts / sizeof parts[0] };

/* --- the rig --- */

static void began(void *told, const struct bundle_part *part, size_t at, size_t of)
{
    assert_ptr_equal(told, &made);
    buffer_add_unsigned(&made.story, at + 1);
    buffer_add_byte(&made.story, '/');
    buffer_add_unsigned(&made.story, of);
    buffer_add_byte(&made.story, ' ');
    assert_non_null(part->collect);
}

static struct progress progress = {.cancel = &made.cancel};

static struct bundle_order order_for(const struct text *only, size_t count)
{
    return (struct bundle_order){.parts = parts,
                                 .count = PARTS,
                                 .context = &made,
                                 .only = only,
                                 .only_count = count,
                                 .files = &files,
                                 .log = &journal,
                                 .clock = {.now = next_moment},
                                 .progress = &progress,
                                 .began = began,
                                 .told = &made};
}

static int begin(void **state)
{
    (void)state;
    memset(&made, 0, sizeof made);
    made.room = SIZE_MAX;
    made.lines_most = UINT64_MAX;
    made.now = INT64_C(134000000000000000);
    buffer_init(&made.story, 1u << 20);
    buffer_init(&made.members, 1u << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    for (size_t i = 0; i < made.count; i++) {
        assert_false(made.files[i].open); /* nothing is left open, whatever came of it */
        buffer_done(&made.files[i].path);
        buffer_done(&made.files[i].content);
    }
    buffer_done(&made.story);
    buffer_done(&made.members);
    return 0;
}

static enum status collect(const char *const *names, size_t count, struct bundle_tally *tally)
{
    struct text only[PARTS];
    for (size_t i = 0; i < count; i++)
        only[i] = text_from(names[i]);
    const struct bundle_order order = order_for(only, count);
    struct failure failure = {.status = ST_OK};
    enum status status = bundle_collect(&order, tally, &failure);
    assert_int_equal(failure.status, status);
    return status;
}

static void assert_story(const char *expected)
{
    buffer_add_byte(&made.story, 0);
    assert_string_equal(made.story.bytes, expected);
    buffer_clear(&made.story);
}

static void assert_content(const char *path, struct text expected)
{
    struct made_file *file = find_file(text_from(path));
    assert_non_null(file);
    assert_int_equal(file->content.size, expected.size);
    assert_memory_equal(file->content.bytes, expected.bytes, expected.size);
    assert_true(file->flushed || !expected.size);
}

/* The list's line of that number, from 0, begins and ends so. */
static void assert_listed(const char *path, size_t number, const char *expected)
{
    struct made_file *file = find_file(text_from(path));
    assert_non_null(file);
    struct text rest = buffer_text(&file->content);
    for (; number; number--) {
        size_t line = text_find(rest, text_of("\n"));
        assert_int_not_equal(line, SIZE_MAX);
        rest = text_slice(rest, line + 1, rest.size - line - 1);
    }
    struct text line = text_slice(rest, 0, text_find(rest, text_of("\n")));
    if (text_find(line, text_from(expected)) == SIZE_MAX)
        fail_msg("%.*s\nwants %s", (int)line.size, line.bytes, expected);
}

#define LIST "evidence/parts.jsonl"

/* --- what it does --- */

static void test_parts_are_taken_in_the_order_of_the_table(void **state)
{
    struct bundle_tally tally;
    (void)state;
    assert_int_equal(collect(NULL, 0, &tally), ST_OK);
    assert_story("before evidence\n1/8 three\n2/8 none\n3/8 denied\n4/8 missing\n5/8 some\n"
                 "6/8 torn\n7/8 raw\n8/8 folder\nafter evidence 1 success\n");
    assert_int_equal(tally.parts[BUNDLE_COMPLETE], 4);
    assert_int_equal(tally.parts[BUNDLE_PARTIAL], 2);
    assert_int_equal(tally.parts[BUNDLE_UNAVAILABLE], 6);
    assert_int_equal(tally.parts[BUNDLE_CANCELLED], 0);
    assert_false(tally.end_unwritten);
    bundle_tally_done(&tally);
    assert_content("evidence/three.jsonl", text_of("{\"n\":0}\n{\"n\":1}\n{\"n\":2}\n"));
    assert_content("evidence/none.jsonl", text_of(""));
    assert_null(find_file(text_of("evidence/denied.jsonl")));
    assert_content("evidence/raw.txt", (struct text){"127.0.0.1 a\r\n\0\xFF"
                                                     "end",
                                                     18});
    assert_content("evidence/folder/a_b_c_.evtx", text_of("one"));
    assert_null(find_file(text_of("evidence/folder/half")));
}

static void test_each_part_is_listed_with_what_it_came_to(void **state)
{
    struct bundle_tally tally;
    (void)state;
    assert_int_equal(collect(NULL, 0, &tally), ST_OK);
    bundle_tally_done(&tally);
    assert_listed(LIST, 0,
                  "{\"part\":\"never\",\"source\":\"none\",\"rows\":0,\"bytes\":0,\"lost\":0,"
                  "\"outcome\":\"unavailable\",\"reason\":\"use another tool\"}");
    assert_listed(LIST, 1,
                  "{\"part\":\"three\",\"file\":\"evidence/three.jsonl\",\"source\":\"call three\","
                  "\"started\":\"2025-08-18T14:13:21.000Z\",\"ended\":\"2025-08-18T14:13:22.000Z\","
                  "\"rows\":3,\"bytes\":24,\"lost\":0,\"outcome\":\"complete\"}");
    assert_listed(LIST, 2, "\"rows\":0,\"bytes\":0,\"lost\":0,\"outcome\":\"complete\"}");
    assert_listed(LIST, 3,
                  "\"outcome\":\"unavailable\",\"reason\":\"access denied "
                  "(GetIpNetTable2, error 5)\"}");
    assert_listed(LIST, 4, "{\"part\":\"missing\",\"source\":\"call missing\",");
    assert_listed(LIST, 5, "\"source\":\"the other way\",");
    assert_listed(LIST, 5,
                  "\"rows\":2,\"bytes\":16,\"lost\":5,\"outcome\":\"partial\",\"reason\":"
                  "\"these had ended\"}");
    assert_listed(LIST, 6,
                  "\"rows\":1,\"bytes\":8,\"lost\":0,\"outcome\":\"partial\",\"reason\":"
                  "\"it broke off\"}");
    assert_listed(LIST, 8, "\"file\":\"evidence/folder\",");
    assert_listed(LIST, 8, "\"rows\":2,\"bytes\":3,\"lost\":0,\"outcome\":\"complete\"}");
    assert_listed(LIST, 9,
                  "{\"part\":\"secret\",\"source\":\"call secret\",\"rows\":0,\"bytes\":0,"
                  "\"lost\":0,\"outcome\":\"unavailable\",\"reason\":\"it holds secrets\"}");
}

static void test_the_journal_names_the_parts_and_the_sums(void **state)
{
    static const char *const names[] = {"none", "three"};
    struct bundle_tally tally;
    (void)state;
    made.lines_most = 1;
    assert_int_equal(collect(names, 2, &tally), ST_OK);
    assert_true(tally.end_unwritten);
    bundle_tally_done(&tally);
    buffer_add_byte(&made.members, 0);
    assert_string_equal(made.members.bytes,
                        "\"file\":{\"path\":\"evidence\"},\"stakeout\":{\"evidence\":{\"parts\":["
                        "\"three\",\"none\"]}}");
    made.lines_most = 3;
    assert_int_equal(collect(names, 2, &tally), ST_OK);
    assert_false(tally.end_unwritten);
    bundle_tally_done(&tally);
    buffer_add_byte(&made.members, 0);
    assert_string_equal(made.members.bytes,
                        "\"file\":{\"path\":\"evidence-2\"},\"stakeout\":{\"evidence\":{"
                        "\"complete\":2,\"partial\":0,\"unavailable\":0,\"cancelled\":0}}");
}

static void test_what_must_be_asked_for_is_taken_when_it_is(void **state)
{
    static const char *const names[] = {"secret"};
    struct bundle_tally tally;
    (void)state;
    assert_int_equal(collect(names, 1, &tally), ST_OK);
    assert_story("before evidence\n1/1 secret\nafter evidence 1 success\n");
    assert_int_equal(tally.parts[BUNDLE_COMPLETE], 1);
    bundle_tally_done(&tally);
    assert_content("evidence/secret.jsonl", text_of("{\"n\":0}\n"));
}

static void test_a_second_collection_overwrites_nothing(void **state)
{
    static const char *const names[] = {"three"};
    struct bundle_tally tally;
    void *file = NULL;
    struct failure failure;
    (void)state;
    assert_int_equal(create(NULL, text_of("evidence/three.jsonl"), &file, &failure), ST_OK);
    buffer_add_string(&((struct made_file *)file)->content, "of another");
    flush_file(NULL, file, &failure);
    close_file(NULL, file);
    assert_int_equal(collect(names, 1, &tally), ST_OK);
    bundle_tally_done(&tally);
    assert_content("evidence/three.jsonl", text_of("of another"));
    assert_content("evidence/three-2.jsonl", text_of("{\"n\":0}\n{\"n\":1}\n{\"n\":2}\n"));
    assert_listed(LIST, 0, "\"file\":\"evidence/three-2.jsonl\"");
    assert_int_equal(collect(names, 1, &tally), ST_OK);
    assert_int_equal(tally.folder.size, strlen("evidence-2"));
    bundle_tally_done(&tally);
    assert_listed("evidence-2/parts.jsonl", 0, "\"file\":\"evidence-2/three.jsonl\"");
}

static void test_a_name_that_nobody_knows(void **state)
{
    (void)state;
    assert_null(bundle_find(parts, PARTS, text_of("thre")));
    assert_null(bundle_find(parts, PARTS, text_of("")));
    assert_ptr_equal(bundle_find(parts, PARTS, text_of("three")), &parts[1]);
}

/* --- what fails --- */

static void test_without_a_journal_nothing_is_taken(void **state)
{
    struct bundle_tally tally;
    (void)state;
    made.lines_most = 0;
    assert_int_equal(collect(NULL, 0, &tally), ST_DISK_FULL);
    bundle_tally_done(&tally);
    assert_story("");
    assert_null(find_file(text_of(LIST)));
}

static void test_without_a_folder_nothing_is_taken(void **state)
{
    struct bundle_tally tally;
    (void)state;
    made.no_folders = true;
    assert_int_equal(collect(NULL, 0, &tally), ST_DENIED);
    bundle_tally_done(&tally);
    made.no_folders = false;
    made.refuses = "parts.jsonl";
    assert_int_equal(collect(NULL, 0, &tally), ST_DENIED);
    bundle_tally_done(&tally);
    assert_story("");
}

static void test_a_file_that_cannot_be_made_is_that_part_s_loss_alone(void **state)
{
    static const char *const names[] = {"three", "raw"};
    struct bundle_tally tally;
    (void)state;
    made.refuses = "three.jsonl";
    assert_int_equal(collect(names, 2, &tally), ST_OK);
    bundle_tally_done(&tally);
    assert_listed(LIST, 0, "{\"part\":\"three\",\"source\"");
    assert_listed(LIST, 0,
                  "\"rows\":0,\"bytes\":0,\"lost\":1,\"outcome\":\"unavailable\",\"reason\":"
                  "\"it could not be written: access denied (CreateFile, error 5)\"}");
    assert_listed(LIST, 1, "\"outcome\":\"complete\"");
}

static void test_a_full_disk_is_told(void **state)
{
    static const char *const names[] = {"many"};
    struct bundle_tally tally;
    (void)state;
    made.room = 100000; /* the list still fits behind the first 64 KiB */
    assert_int_equal(collect(names, 1, &tally), ST_OK);
    assert_int_equal(tally.parts[BUNDLE_PARTIAL], 1);
    bundle_tally_done(&tally);
    assert_listed(LIST, 0, "\"outcome\":\"partial\",\"reason\":\"it could not be written: ");
    assert_listed(LIST, 0, "(WriteFile, error 112)\"}");
    struct made_file *file = find_file(text_of("evidence/many.jsonl"));
    assert_non_null(file);
    assert_int_equal(file->content.bytes[file->content.size - 1], '\n'); /* whole rows */
    assert_story("before evidence\n1/1 many\nafter evidence 1 success\n");
}

static void test_a_list_that_cannot_be_written_ends_it(void **state)
{
    static const char *const names[] = {"three", "raw"};
    struct bundle_tally tally;
    (void)state;
    made.room = 30; /* the three rows, and nothing of the list */
    assert_int_equal(collect(names, 2, &tally), ST_DISK_FULL);
    bundle_tally_done(&tally);
    assert_story("before evidence\n1/2 three\nafter evidence 1 failure\n");
}

static void test_what_may_not_be_on_the_disk_is_told(void **state)
{
    static const char *const names[] = {"three"};
    struct bundle_tally tally;
    (void)state;
    made.flush_fails = true;
    assert_int_equal(collect(names, 1, &tally), ST_OK);
    assert_int_equal(tally.parts[BUNDLE_PARTIAL], 1);
    bundle_tally_done(&tally);
    assert_listed(LIST, 0, "(FlushFileBuffers, error 1117)");
}

static void test_a_row_over_the_ceiling_is_lost_alone(void **state)
{
    static const char *const names[] = {"giant"};
    struct bundle_tally tally;
    (void)state;
    assert_int_equal(collect(names, 1, &tally), ST_OK);
    bundle_tally_done(&tally);
    assert_content("evidence/giant.jsonl", text_of("{\"n\":0}\n{\"n\":0}\n"));
    assert_listed(LIST, 0,
                  "\"rows\":2,\"bytes\":16,\"lost\":1,\"outcome\":\"partial\",\"reason\":"
                  "\"a row was larger than 64 MB\"}");
}

/* --- cancel --- */

static void test_a_cancel_keeps_what_there_is_and_lists_the_rest(void **state)
{
    static const char *const names[] = {"many", "three", "raw", "never"};
    struct bundle_tally tally;
    (void)state;
    made.cancel_in = "three";
    assert_int_equal(collect(names, 4, &tally), ST_CANCELLED);
    assert_story("before evidence\n1/3 three\nafter evidence 1 failure\n");
    assert_int_equal(tally.parts[BUNDLE_UNAVAILABLE], 1);
    assert_int_equal(tally.parts[BUNDLE_CANCELLED], 3);
    bundle_tally_done(&tally);
    assert_content("evidence/three.jsonl", text_of("{\"n\":0}\n"));
    assert_listed(LIST, 1,
                  "\"rows\":1,\"bytes\":8,\"lost\":0,\"outcome\":\"cancelled\",\"reason\":"
                  "\"cancelled\"}");
    assert_listed(LIST, 2, "{\"part\":\"raw\",\"source\":\"a file\",\"rows\":0,");
    assert_listed(LIST, 2,
                  "\"outcome\":\"cancelled\",\"reason\":\"cancelled before it was begun\"}");
    assert_listed(LIST, 3, "{\"part\":\"many\",");
}

static void test_a_cancel_before_the_first(void **state)
{
    struct bundle_tally tally;
    (void)state;
    atomic_store(&made.cancel, true);
    assert_int_equal(collect(NULL, 0, &tally), ST_CANCELLED);
    bundle_tally_done(&tally);
    assert_story("before evidence\nafter evidence 1 failure\n");
    assert_listed(LIST, 1,
                  "\"outcome\":\"cancelled\",\"reason\":\"cancelled before it was begun\"}");
}

/* --- want of memory --- */

static void test_want_of_memory_leaves_nothing_open(void **state)
{
    for (size_t n = 1;; n++) {
        struct bundle_tally tally;
        end(state);
        begin(state);
        failing_memory_begin(n);
        const struct bundle_order order = order_for(NULL, 0);
        (void)bundle_collect(&order, &tally, NULL);
        bool failed = failing_memory_failed();
        bundle_tally_done(&tally);
        failing_memory_end();
        if (!failed)
            break;
    }
    assert_listed(LIST, 1, "\"outcome\":\"complete\"");
}

/* --- names that come from elsewhere --- */

static enum status take_hostile(void *context, struct bundle_out *out)
{
    static const char *const names[] = {
        "..", "..\\..\\boot.ini", "nul", "COM1.txt", "aux.", "x\x01\x7F", "", "trail. ", "a.b.c"};
    enum status status = ST_OK;
    (void)context;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && status == ST_OK; i++) {
        status = bundle_open(out, text_from(names[i]));
        if (status == ST_OK)
            status = bundle_close(out, true);
    }
    return status;
}

static void test_no_name_leads_out_of_the_folder(void **state)
{
    static const struct bundle_part hostile[] = {
        {"h", "files", BUNDLE_FILES, NULL, take_hostile, NULL}};
    static const char *const expected[] = {
        "_", ".._.._boot.ini", "_nul", "_COM1.txt", "_aux", "x__", "_-2", "trail", "a.b.c"};
    struct bundle_order order = order_for(NULL, 0);
    struct bundle_tally tally;
    (void)state;
    order.parts = hostile;
    order.count = 1;
    assert_int_equal(bundle_collect(&order, &tally, NULL), ST_OK);
    bundle_tally_done(&tally);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        char path[128] = "evidence/h/";
        strncat(path, expected[i], sizeof path - strlen(path) - 1);
        if (!find_file(text_from(path)))
            fail_msg("%s is not there", path);
    }
    assert_listed(LIST, 0, "\"rows\":9,");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_parts_are_taken_in_the_order_of_the_table),
        TEST(test_each_part_is_listed_with_what_it_came_to),
        TEST(test_the_journal_names_the_parts_and_the_sums),
        TEST(test_what_must_be_asked_for_is_taken_when_it_is),
        TEST(test_a_second_collection_overwrites_nothing),
        TEST(test_a_name_that_nobody_knows),
        TEST(test_without_a_journal_nothing_is_taken),
        TEST(test_without_a_folder_nothing_is_taken),
        TEST(test_a_file_that_cannot_be_made_is_that_part_s_loss_alone),
        TEST(test_a_full_disk_is_told),
        TEST(test_a_list_that_cannot_be_written_ends_it),
        TEST(test_what_may_not_be_on_the_disk_is_told),
        TEST(test_a_row_over_the_ceiling_is_lost_alone),
        TEST(test_a_cancel_keeps_what_there_is_and_lists_the_rest),
        TEST(test_a_cancel_before_the_first),
        TEST(test_want_of_memory_leaves_nothing_open),
        TEST(test_no_name_leads_out_of_the_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
