/* case_record: what is written is read; what others wrote is kept; what is no case is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/case_record.h"

struct desk {
    struct arena *arena;
    struct buffer out;
    struct buffer problem;
};

static struct desk desk;

static int begin(void **state)
{
    (void)state;
    desk.arena = arena_new((size_t)1 << 24);
    buffer_init(&desk.out, (size_t)1 << 20);
    buffer_init(&desk.problem, 4096);
    return desk.arena ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    buffer_done(&desk.problem);
    buffer_done(&desk.out);
    arena_free(desk.arena);
    return 0;
}

static const struct case_watchlist lists[] = {
    {text_of("C:\\lists\\b\xc3\xb6se.txt"),
     text_of("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), 12},
    {text_of("-"), text_of("00"), 0},
};

static struct case_session full_session(void)
{
    return (struct case_session){
        .start = 130000000000000001,
        .end = 130000000000000002,
        .program = text_of("C:\\stakeout\\stakeout.exe"),
        .version = text_of("0.1.0"),
        .sha256 = text_of("ab"),
        .elevated = text_of("true"),
        .integrity = text_of("high"),
        .user = text_of("Bob \"B\""),
        .user_domain = text_of("CORP"),
        .user_id = text_of("S-1-5-21-1-2-3-1001"),
        .host = text_of("HOST-1"),
        .host_domain = text_of("corp.example"),
        .os = text_of("Windows 10 Pro 10.0.19045.3570"),
        .architecture = text_of("x86_64"),
        .boot = 129000000000000000,
        .clock = text_of("GetSystemTimePreciseAsFileTime"),
        .time_zone = text_of("W. Europe Standard Time"),
        .utc_offset = text_of("+01:00"),
        .settings = text_of("\"interval_ms\":25,\"on_hit\":[\"suspend\"]"),
        .losses = text_of("\"hits_unwritten\":0"),
        .watchlists = lists,
        .watchlist_count = 2,
    };
}

#define SAME_TEXT(a, b) assert_true(text_equal(a, b))

static void check_session(const struct case_session *a, const struct case_session *b)
{
    assert_int_equal(a->start, b->start);
    assert_int_equal(a->end, b->end);
    assert_int_equal(a->boot, b->boot);
    SAME_TEXT(a->program, b->program);
    SAME_TEXT(a->version, b->version);
    SAME_TEXT(a->sha256, b->sha256);
    SAME_TEXT(a->elevated, b->elevated);
    SAME_TEXT(a->integrity, b->integrity);
    SAME_TEXT(a->user, b->user);
    SAME_TEXT(a->user_domain, b->user_domain);
    SAME_TEXT(a->user_id, b->user_id);
    SAME_TEXT(a->host, b->host);
    SAME_TEXT(a->host_domain, b->host_domain);
    SAME_TEXT(a->os, b->os);
    SAME_TEXT(a->architecture, b->architecture);
    SAME_TEXT(a->clock, b->clock);
    SAME_TEXT(a->time_zone, b->time_zone);
    SAME_TEXT(a->utc_offset, b->utc_offset);
    SAME_TEXT(a->settings, b->settings);
    SAME_TEXT(a->losses, b->losses);
    assert_int_equal(a->watchlist_count, b->watchlist_count);
    for (size_t i = 0; i < a->watchlist_count; i++) {
        SAME_TEXT(a->watchlists[i].file, b->watchlists[i].file);
        SAME_TEXT(a->watchlists[i].sha256, b->watchlists[i].sha256);
        assert_int_equal(a->watchlists[i].indicators, b->watchlists[i].indicators);
    }
}

static struct case_record read_back(struct text content)
{
    struct case_record record = {.created = 0};
    enum status status = case_record_read(content, desk.arena, &record, &desk.problem);
    if (status != ST_OK)
        print_error("%.*s\n", (int)desk.problem.size, desk.problem.bytes);
    assert_int_equal(status, ST_OK);
    return record;
}

static struct text written(const struct case_record *record)
{
    buffer_clear(&desk.out);
    case_record_write(&desk.out, record);
    assert_int_equal(desk.out.failed, ST_OK);
    return buffer_text(&desk.out);
}

static void test_all_members_come_back(void **state)
{
    (void)state;
    struct case_session sessions[2] = {full_session(), {.start = 130000000000000005}};
    const struct case_record record = {
        .id = text_of("7d444840-9dc0-11d1-b245-5ffdce74fad2"),
        .words = {text_of("Mail\nserver"), text_of("Eva"), text_of("Room 5"),
                  text_of("why \xf0\x9f\x94\x8e")},
        .created = 130000000000000000,
        .closed = 130000000000000009,
        .sessions = sessions,
        .session_count = 2,
    };
    struct text content = written(&record);
    assert_true(memchr(content.bytes, '\n', content.size) == content.bytes + content.size - 1);
    struct case_record read = read_back(content);
    SAME_TEXT(read.id, record.id);
    SAME_TEXT(read.words.name, record.words.name);
    SAME_TEXT(read.words.examiner, record.words.examiner);
    SAME_TEXT(read.words.where, record.words.where);
    SAME_TEXT(read.words.why, record.words.why);
    assert_int_equal(read.created, record.created);
    assert_int_equal(read.closed, record.closed);
    assert_int_equal(read.session_count, 2);
    check_session(&read.sessions[0], &sessions[0]);
    check_session(&read.sessions[1], &sessions[1]);
    assert_int_equal(read.others.size, 0);
    /* And once more through the raw form. */
    char first[8192];
    assert_true(content.size < sizeof first);
    memcpy(first, content.bytes, content.size);
    size_t size = content.size;
    SAME_TEXT(written(&read), ((struct text){first, size}));
}

static void test_an_empty_case(void **state)
{
    (void)state;
    const struct case_record record = {.created = 130000000000000000};
    struct case_record read = read_back(written(&record));
    assert_int_equal(read.session_count, 0);
    assert_int_equal(read.id.size, 0);
    assert_int_equal(read.closed, 0);
}

/* What another version wrote goes through unchanged, in the file and in its sessions. */
static void test_unknown_members_are_kept(void **state)
{
    (void)state;
    struct case_record read = read_back(
        text_of("\xef\xbb\xbf{ \"format\" : \"stakeout-case\",\n \"version\":2, \"color\" :\n"
                " {\"red\": [1, 2,\n3]} , \"na\\u006de\":\"N\", \"sessions\":[ {\"start\":"
                "\"2012-12-14T23:06:40.0000001Z\",\"moon\":\"full\", \"user\":{\"shoe\":43}},\n"
                "{\"stakeout\":7,\"x\":{}}, 5 ],\"\\\"odd\":null}"));
    SAME_TEXT(read.words.name, text_of("N"));
    assert_int_equal(read.session_count, 2);
    assert_true(read.sessions[0].start != 0);
    struct text content = written(&read);
    assert_true(text_find(content, text_of("\"color\":{\"red\": [1, 2, 3]}")) != SIZE_MAX);
    assert_true(text_find(content, text_of("\"\\\"odd\":null")) != SIZE_MAX);
    assert_true(text_find(content, text_of("\"moon\":\"full\", \"user\":{\"shoe\":43}}")) !=
                SIZE_MAX);
    assert_true(text_find(content, text_of("{\"stakeout\":7,\"x\":{}}")) != SIZE_MAX);
    assert_true(memchr(content.bytes, '\n', content.size) == content.bytes + content.size - 1);
    struct case_record again = read_back(content);
    assert_int_equal(again.session_count, 2);
    SAME_TEXT(again.others, read.others);
}

static void test_version_1_goes_on(void **state)
{
    (void)state;
    struct case_record read = read_back(
        text_of("{\"format\":\"stakeout-case\",\"version\":1,\"created\":\"2026-11-25T02:43:29."
                "123Z\",\"host\":{\"hostname\":\"H\"},\"user\":{\"name\":\"U\"},\"stakeout\":{"
                "\"version\":\"0.1.0\"}}\n"));
    assert_int_equal(read.session_count, 0);
    assert_true(read.created != 0);
    struct text content = written(&read);
    assert_true(text_find(content, text_of("\"host\":{\"hostname\":\"H\"}")) != SIZE_MAX);
    assert_true(text_find(content, text_of("\"version\":2")) != SIZE_MAX);
}

static void check_refused(struct text content, enum status status, const char *words)
{
    struct case_record record = {.created = 77};
    buffer_clear(&desk.problem);
    assert_int_equal(case_record_read(content, desk.arena, &record, &desk.problem), status);
    assert_int_equal(record.created, 77);
    if (text_find(buffer_text(&desk.problem), text_from(words)) == SIZE_MAX)
        fail_msg("%.*s: no \"%s\"", (int)desk.problem.size, desk.problem.bytes, words);
    assert_true(memchr(desk.problem.bytes, '\n', desk.problem.size) == NULL);
}

static void test_what_is_no_case(void **state)
{
    (void)state;
    check_refused(text_of(""), ST_INVALID, "damaged: line 1");
    check_refused(text_of("{\"format\":\"stakeout-case\",\"version\":2,"), ST_INVALID,
                  "damaged: line 1");
    check_refused(text_of("{\"format\":\"stakeout-case\",\n\"version\":2}{}"), ST_INVALID,
                  "damaged: line 2");
    check_refused(text_of("[]"), ST_INVALID, "not what Stakeout writes");
    check_refused(text_of("{}"), ST_INVALID, "not what Stakeout writes");
    check_refused(text_of("{\"format\":\"other\",\"version\":2}"), ST_INVALID,
                  "not what Stakeout writes");
    check_refused(text_of("{\"format\":\"stakeout-case\"}"), ST_INVALID,
                  "not what Stakeout writes");
    check_refused(text_of("{\"format\":\"stakeout-case\",\"version\":3}"), ST_UNSUPPORTED,
                  "a newer Stakeout wrote it (format 3;");
    check_refused(text_of("{\"format\":\"stakeout-case\",\"version\":2,\"name\":5}"), ST_INVALID,
                  "not of the kind");
    check_refused(text_of("{\"format\":\"stakeout-case\",\"version\":2,\"created\":\"today\"}"),
                  ST_INVALID, "not of the kind");
    check_refused(text_of("{\"format\":\"stakeout-case\",\"version\":2,\"sessions\":{}}"),
                  ST_INVALID, "not of the kind");
}

/* Cut off anywhere, it is told; never taken for a shorter case. */
static void test_cut_anywhere(void **state)
{
    (void)state;
    struct case_session session = full_session();
    const struct case_record record = {
        .created = 130000000000000000, .sessions = &session, .session_count = 1};
    struct text content = written(&record);
    for (size_t size = 0; size + 1 < content.size; size++)
        check_refused(text_slice(content, 0, size), ST_INVALID, "damaged");
}

static void test_a_small_arena_is_no_memory(void **state)
{
    (void)state;
    struct case_session session = full_session();
    const struct case_record record = {
        .created = 130000000000000000, .sessions = &session, .session_count = 1};
    struct text content = written(&record);
    enum status status = ST_NO_MEMORY;
    for (size_t room = 1; status != ST_OK && room < 65536; room += 97) {
        struct arena *small = arena_new(room);
        struct case_record read = {.created = 0};
        assert_non_null(small);
        status = case_record_read(content, small, &read, &desk.problem);
        assert_true(status == ST_OK || status == ST_NO_MEMORY);
        arena_free(small);
    }
    assert_int_equal(status, ST_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_members_come_back, begin, end),
        cmocka_unit_test_setup_teardown(test_an_empty_case, begin, end),
        cmocka_unit_test_setup_teardown(test_unknown_members_are_kept, begin, end),
        cmocka_unit_test_setup_teardown(test_version_1_goes_on, begin, end),
        cmocka_unit_test_setup_teardown(test_what_is_no_case, begin, end),
        cmocka_unit_test_setup_teardown(test_cut_anywhere, begin, end),
        cmocka_unit_test_setup_teardown(test_a_small_arena_is_no_memory, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
