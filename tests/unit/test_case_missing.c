/* case_missing: whole things that are gone, each known by another; and nothing where nothing was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/case_missing.h"
#include "tests/support/failing_memory.h"

#define HASH64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char sample_line[] =
    "{\"event\":{\"action\":\"sample\",\"outcome\":\"success\"},\"stakeout\":{\"sample\":"
    "\"E:\\\\far\\\\samples\\\\" HASH64 ".sample\"}}\n";
static const char whole_journal[] =
    "{\"event\":{\"action\":\"sample\",\"outcome\":\"failure\"},\"stakeout\":{\"sample\":"
    "\"E:\\\\far\\\\samples\\\\unmade.sample\"}}\n"
    "{\"event\":{\"action\":\"dump\",\"outcome\":\"success\"},\"file\":{\"path\":"
    "\"E:\\\\far\\\\dumps\\\\ping-1.dmp\"}}\n"
    "no line at all\n"
    "{\"event\":{\"action\":\"quarantine\",\"outcome\":\"success\"},\"file\":{\"path\":\"C:\\\\x\"}"
    ","
    "\"stakeout\":{\"removal\":{\"to\":\"E:/far/quarantine/" HASH64 ".quarantine\"}}}\n"
    "{\"event\":{\"action\":\"sinkhole-add\",\"outcome\":\"success\"},\"stakeout\":{\"backup\":"
    "\"E:\\\\far\\\\hosts-2026\"}}\n"
    "{\"event\":{\"action\":\"delete-registry-key\",\"outcome\":\"success\"},\"file\":{\"path\":"
    "\"E:\\\\far\\\\registry-2026.reg\"}}\n"
    "{\"event\":{\"action\":\"evidence\"},\"file\":{\"path\":\"evidence-2\"}}\n"
    "{\"event\":{\"action\":\"evidence\",\"outcome\":\"success\"},\"file\":{\"path\":\"evidence-"
    "2\"}}\n"
    "{\"event\":{\"action\":\"dump\",\"outcome\":\"success\"},\"file\":{\"path\":"
    "\"C:\\\\elsewhere\\\\ping-2.dmp\"}}\n";
static const char quarantined[] = "quarantine/" HASH64 ".quarantine";
static const char *const all_files[] = {
    "case.json",           "journal.jsonl",
    "hits.jsonl",          "manifest.sha256",
    "dumps/ping-1.dmp",    quarantined,
    "hosts-2026",          "registry-2026.reg",
    "samples/more.sample", "evidence-2/parts.jsonl",
};
enum { ALL_FILES = sizeof all_files / sizeof all_files[0] };

/* The case that is looked at. */
static struct {
    const char *left_out; /* of all_files; NULL: none */
    const char *const *files;
    size_t count;
    bool all_named;
    char told[4096];
} rig;

static enum status walk(void *context, manifest_visit *visit, void *visited,
                        struct failure *failure)
{
    enum status status = ST_OK;
    (void)context;
    (void)failure;
    for (size_t i = rig.count; i > 0 && status == ST_OK; i--)
        if (!rig.left_out || strcmp(rig.left_out, rig.files[i - 1]) != 0)
            status = visit(visited, text_from(rig.files[i - 1]), 100);
    return status;
}

/* Not SHA-256: the first byte, and the size. */
static enum status mixed(void *context, struct text bytes, unsigned char digest[JOURNAL_DIGEST])
{
    (void)context;
    memset(digest, 0, JOURNAL_DIGEST);
    digest[0] = bytes.size ? (unsigned char)bytes.bytes[0] : 0;
    digest[1] = (unsigned char)bytes.size;
    return ST_OK;
}

static bool is_named(void *context, struct text path)
{
    (void)context;
    (void)path;
    return rig.all_named;
}

static void tell(void *context, struct text name, struct text what)
{
    size_t used = strlen(rig.told);
    (void)context;
    snprintf(rig.told + used, sizeof rig.told - used, "%.*s: %.*s\n", (int)name.size, name.bytes,
             (int)what.size, what.bytes);
}

static enum status find(const struct case_record *record, const char *journal)
{
    const struct manifest_disk disk = {.walk = walk};
    const struct journal_hash hash = {mixed, NULL};
    struct arena *arena = arena_new(1 << 20);
    const struct case_seen seen = {record, text_from(journal), &disk, &hash, is_named, NULL, arena};
    rig.told[0] = '\0';
    enum status status = arena ? case_missing_find(&seen, tell, NULL, NULL) : ST_NO_MEMORY;
    arena_free(arena);
    return status;
}

/* `left_out` is gone: that is told, and nothing else. */
static void check_gone(const struct case_record *record, const char *journal, const char *left_out,
                       const char *told)
{
    rig.left_out = left_out;
    assert_int_equal(find(record, journal), ST_OK);
    assert_string_equal(rig.told, told);
    rig.left_out = NULL;
}

static int begin(void **state)
{
    (void)state;
    memset(&rig, 0, sizeof rig);
    rig.files = all_files;
    rig.count = ALL_FILES;
    return 0;
}

static void test_each_thing_of_the_journal(void **state)
{
    struct case_session session = {.start = 1};
    const struct case_record record = {.sessions = &session, .session_count = 1};
    (void)state;
    check_gone(&record, whole_journal, NULL, "");
    check_gone(&record, whole_journal, "dumps/ping-1.dmp",
               "dumps/ping-1.dmp: missing, though line 2 of the journal tells of it\n");
    check_gone(&record, whole_journal, "quarantine/" HASH64 ".quarantine",
               "quarantine/" HASH64
               ".quarantine: missing, though line 4 of the journal tells of it\n");
    check_gone(&record, whole_journal, "hosts-2026",
               "hosts-2026: missing, though line 5 of the journal tells of it\n");
    check_gone(&record, whole_journal, "registry-2026.reg",
               "registry-2026.reg: missing, though line 6 of the journal tells of it\n");
    check_gone(&record, whole_journal, "evidence-2/parts.jsonl",
               "evidence-2/parts.jsonl: missing, though line 7 of the journal tells of it\n");
    rig.all_named = true; /* the manifest tells it */
    check_gone(&record, whole_journal, "hosts-2026", "");
}

static void test_the_journal_itself(void **state)
{
    struct case_session sessions[2] = {{.start = 1, .journal_lines = 2}, {.start = 2}};
    struct case_record record = {.sessions = sessions, .session_count = 2};
    (void)state;
    check_gone(&record, "", "journal.jsonl",
               "journal.jsonl: missing, though case.json tells of its 2 lines\n");
    check_gone(&record, "", NULL, "journal.jsonl: empty, though case.json tells of its 2 lines\n");
    check_gone(&record, "{}\n", NULL,
               "journal.jsonl: ends at line 1, though case.json tells of 2 lines\n");
    check_gone(&record, "{}\n{}", NULL, "");
    sessions[0].journal_last =
        text_of("7b02000000000000000000000000000000000000000000000000000000000"
                "000");
    check_gone(&record, "{}\n{}\n{}\n", NULL, "");
    check_gone(&record, "{}\n{ }\n{}\n", NULL,
               "journal.jsonl: line 2 is not the one whose SHA-256 case.json has\n");
    sessions[0].journal_lines = 0;
    check_gone(&record, "", "journal.jsonl",
               "journal.jsonl: missing, though evidence-2/parts.jsonl is there, which is not made "
               "without a line in it\n");
    record.closed = 5;
    check_gone(&record, "", "journal.jsonl",
               "journal.jsonl: missing, though the case was closed, which is written into it\n");
}

static void test_case_and_hits(void **state)
{
    struct case_session session = {.start = 1, .hits_bytes = 100};
    const struct case_record record = {.sessions = &session, .session_count = 1};
    (void)state;
    check_gone(&record, "{}\n", NULL, "");
    check_gone(&record, "{}\n", "hits.jsonl",
               "hits.jsonl: missing, though each opening of a case makes it, and there was one\n");
    session.hits_bytes = 101;
    check_gone(&record, "{}\n", NULL,
               "hits.jsonl: 100 bytes, though case.json tells of 101 bytes: some were taken out\n");
    check_gone(NULL, "{}\n", "case.json",
               "case.json: missing, though journal.jsonl is there, and no case has that alone\n");
}

static void test_manifests(void **state)
{
    static const char *const two[] = {"case.json", "hits.jsonl"};
    static const char *const three[] = {"case.json", "hits.jsonl", "manifest-1.sha256"};
    struct case_session sessions[2] = {{.manifest = text_of(CASE_MANIFEST_WRITTEN)}, {.start = 2}};
    struct case_record record = {.sessions = sessions, .session_count = 2};
    (void)state;
    rig.files = two;
    rig.count = 2;
    check_gone(&record, "", NULL,
               "manifest.sha256: missing, though case.json tells that it was written\n");
    sessions[0].manifest = text_of(CASE_MANIFEST_CLOSED);
    check_gone(&record, "", NULL,
               "manifest-1.sha256: missing, though the case was closed before it went on\n");
    rig.files = three;
    rig.count = 3;
    check_gone(&record, "", NULL, "");
    sessions[1].manifest = text_of(CASE_MANIFEST_WRITTEN);
    check_gone(&record, "", NULL,
               "manifest.sha256: missing, though case.json tells that it was written\n");
    record.closed = 5;
    sessions[1].manifest = text_of(CASE_MANIFEST_CLOSED);
    check_gone(&record, "", NULL,
               "journal.jsonl: missing, though the case was closed, which is written into it\n"
               "manifest.sha256: missing, though the case was closed\n");
}

static void test_nothing_where_nothing_was(void **state)
{
    static const char *const files[] = {"case.json", "hits.jsonl", "samples/mine.txt",
                                        "evidence/notes/parts.jsonl", "dumps/mine.dmp"};
    struct case_session session = {.start = 1};
    const struct case_record record = {.sessions = &session, .session_count = 1};
    const struct case_record first_version = {.created = 1};
    (void)state;
    rig.files = files;
    rig.count = 5;
    check_gone(&record, "", NULL, "");
    check_gone(&first_version, "", "hits.jsonl", "");
}

static void test_without_memory(void **state)
{
    struct case_session session = {.start = 1};
    const struct case_record record = {.sessions = &session, .session_count = 1};
    (void)state;
    rig.left_out = "hosts-2026";
    bool failed = true;
    for (size_t n = 1; failed; n++) {
        failing_memory_begin(n);
        enum status status = find(&record, whole_journal);
        failed = failing_memory_failed();
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
        assert_int_equal(status, failed ? ST_NO_MEMORY : ST_OK);
    }
    assert_string_equal(rig.told,
                        "hosts-2026: missing, though line 5 of the journal tells of it\n");
}

static void test_a_sample_that_is_named_twice_is_told_once(void **state)
{
    struct case_session session = {.start = 1};
    const struct case_record record = {.sessions = &session, .session_count = 1};
    char twice[2 * sizeof sample_line];
    (void)state;
    snprintf(twice, sizeof twice, "%s%s", sample_line, sample_line);
    check_gone(&record, twice, NULL,
               "samples/" HASH64 ".sample: missing, though line 1 of the journal tells of it\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_each_thing_of_the_journal, begin),
        cmocka_unit_test_setup(test_the_journal_itself, begin),
        cmocka_unit_test_setup(test_case_and_hits, begin),
        cmocka_unit_test_setup(test_manifests, begin),
        cmocka_unit_test_setup(test_nothing_where_nothing_was, begin),
        cmocka_unit_test_setup(test_a_sample_that_is_named_twice_is_told_once, begin),
        cmocka_unit_test_setup(test_without_memory, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
