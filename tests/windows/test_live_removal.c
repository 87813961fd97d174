/* Files taken away on this machine: where a name leads, who runs and holds the file, and each way
 * with what is left afterwards. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/act/pending_rename.h"
#include "core/watch/round.h"
#include "core/windows/act/live_hand.h"
#include "core/windows/act/removal_find.h"
#include "core/windows/act/removal_hand.h"
#include "core/windows/act/removal_look.h"
#include "core/windows/case/case_folder.h"
#include "core/windows/clock.h"
#include "core/windows/evidence/live_evidence.h"
#include "core/windows/file/files.h"
#include "core/windows/live.h"
#include "core/windows/system.h"
#include "core/windows/text16.h"
#include "tests/support/windows/child.h"
#include "tests/support/windows/scratch.h"

#define PATH_LENGTH 1024

static struct buffer folder;
static struct buffer path; /* of the victim */
static struct buffer case_path;
static struct case_folder *the_case;
static struct removal_sight *sight;
static struct removal_lists lists;
static struct removal_result result;
static struct child child;
static const struct snapshot *snapshot;

static int begin(void **state)
{
    struct buffer problem;

    (void)state;
    scratch_begin(&folder, "removal");
    buffer_init(&path, 1u << 17);
    buffer_init(&case_path, 1u << 17);
    buffer_init(&problem, 4096);
    memset(&result, 0, sizeof result);
    memset(&child, 0, sizeof child);
    scratch_path(&path, &folder, "evil.exe");
    assert_int_equal(
        case_folder_open(scratch_path(&case_path, &folder, "case"), &the_case, &problem), ST_OK);
    buffer_done(&problem);
    return removal_lists_init(&lists) == ST_OK ? 0 : 1;
}

static int end(void **state)
{
    (void)state;
    if (child.process)
        child_end(&child);
    removal_result_done(&result);
    removal_lists_done(&lists);
    removal_sight_free(sight);
    sight = NULL;
    snapshot_release(snapshot);
    snapshot = NULL;
    case_folder_close(the_case, NULL);
    buffer_done(&case_path);
    buffer_done(&path);
    scratch_end(&folder);
    return 0;
}

static void make_file(struct text name)
{
    assert_int_equal(files_replace(name, text_of("MZ evil"), NULL), ST_OK);
}

static DWORD attributes_of(struct text name)
{
    wchar_t *wide = files_path(name, NULL);
    DWORD attributes = GetFileAttributesW(wide);

    text16_free(wide);
    return attributes;
}

static bool is_there(struct text name)
{
    return attributes_of(name) != INVALID_FILE_ATTRIBUTES;
}

static struct removal_sight *look_at(struct text name)
{
    removal_sight_free(sight);
    sight = NULL;
    assert_int_equal(removal_look(name, true, buffer_text(&case_path), NULL, &sight), ST_OK);
    return sight;
}

static enum removal_bar bar_of(const char *name)
{
    return removal_bar_of(look_at(text_from(name)));
}

static void find_users(void)
{
    struct source *source = NULL;
    struct round *round = NULL;
    struct snapshot *taken = NULL;
    struct removal_finder finder = {.sight = sight, .self = live_hand_self(), .lists = &lists};

    assert_int_equal(live_source_new(NULL, &source), ST_OK);
    const struct round_setup setup = {.source = source, .clock = clock_of_system()};
    assert_int_equal(round_new(&setup, &round), ST_OK);
    assert_int_equal(round_run(round, ROUND_PROCESSES), ST_OK);
    assert_int_equal(round_publish(round, &taken), ST_OK);
    round_free(round);
    source_free(source);
    finder.snapshot = snapshot = taken;
    removal_find_users(&finder, NULL);
}

static const struct removal_user *user_of(uint32_t pid, enum handle_kind kind)
{
    for (size_t i = 0; i < lists.user_count; i++)
        if (lists.users[i].row.process.pid == pid && lists.users[i].row.kind == kind)
            return &lists.users[i];
    return NULL;
}

/* As administrator, whoever runs the test: what the system then refuses, it says. */
static enum removal_outcome run(enum removal_way way, bool kill, bool close)
{
    const struct text case_folder = case_folder_path(the_case);
    const struct evidence_means evidence = live_evidence_means(&case_folder);
    const struct removal_means means = removal_means_of_system(&case_folder);
    const struct act_log log = case_folder_log(the_case);
    const struct removal_order order = {
        .sight = sight, .lists = &lists, .way = way, .kill = kill, .close = close};
    struct removal_tools tools = {.means = &means, .evidence = &evidence, .log = &log};

    assert_int_equal(live_hand_new(NULL, &tools.hand), ST_OK);
    removal_run(&tools, &order, true, NULL, &result);
    hand_free(tools.hand);
    if (!removal_worked(result.outcome))
        print_message("%.*s\n", (int)result.words.size, result.words.bytes);
    return result.outcome;
}

static void start_victim(const wchar_t *program)
{
    wchar_t from[PATH_LENGTH];
    wchar_t line[] = L"evil.exe";
    wchar_t *to = files_path(buffer_text(&path), NULL);
    char said[256];

    child_lab_path(program, from, PATH_LENGTH);
    assert_true(CopyFileW(from, to, TRUE));
    child_start_line(&child, to, line, 0);
    child_read_line(&child, said, sizeof said);
    text16_free(to);
}

/* The lab's holder, with the victim as its second word. */
static void start_holder(const wchar_t *verb, const wchar_t *more)
{
    wchar_t arguments[PATH_LENGTH];
    wchar_t *wide = files_path(buffer_text(&path), NULL);
    char said[256];

    _snwprintf(arguments, PATH_LENGTH, L"%ls \"%ls\" %ls", verb, wide, more);
    child_start(&child, L"holder", arguments, 0);
    child_read_line(&child, said, sizeof said);
    assert_int_equal(strncmp(said, "pid=", 4), 0);
    text16_free(wide);
}

/* --- looking --- */

static void test_a_file(void **state)
{
    (void)state;
    make_file(buffer_text(&path));
    look_at(buffer_text(&path));
    assert_int_equal(sight->thing, REMOVAL_FILE);
    assert_true(text_equal_nocase(sight->path, buffer_text(&path)));
    assert_false(sight->led);
    assert_true(sight->key.known);
    assert_int_equal(sight->times.size, 7);
    assert_int_equal(sight->links, 1);
    assert_false(sight->is_own || sight->in_case || sight->in_windows || sight->on_share);
    assert_int_equal(removal_bar_of(sight), REMOVAL_FREE);
}

static void test_names_that_are_no_file(void **state)
{
    char long_name[400];
    int size = snprintf(long_name, sizeof long_name, "C:\\%0300d\\x.exe", 1);

    (void)state;
    assert_true(size > 300);
    assert_int_equal(removal_bar_of(look_at(buffer_text(&folder))), REMOVAL_BAR_FOLDER);
    assert_int_equal(removal_bar_of(look_at(buffer_text(&path))), REMOVAL_BAR_NOTHING);
    assert_int_equal(bar_of("C:\\no-such-folder\\x.exe"), REMOVAL_BAR_NOTHING);
    assert_int_equal(bar_of("NUL"), REMOVAL_BAR_DEVICE);
    assert_int_equal(bar_of("\\\\.\\C:"), REMOVAL_BAR_DEVICE);
    assert_int_equal(bar_of("C:\\windows\\win.ini:x"), REMOVAL_BAR_STREAM);
    assert_int_equal(bar_of("C:\\windows\\*"), REMOVAL_BAR_NAME);
    assert_true(bar_of(long_name) == REMOVAL_BAR_NOTHING || bar_of(long_name) == REMOVAL_BAR_NAME);
}

static void test_windows_own_files(void **state)
{
    (void)state;
    assert_int_not_equal(bar_of("C:\\windows\\system32\\kernel32.dll"), REMOVAL_FREE);
    assert_int_not_equal(bar_of("C:/WINDOWS/notepad.exe"), REMOVAL_FREE);
    assert_int_not_equal(bar_of("\\\\?\\C:\\windows\\system32\\ntdll.dll"), REMOVAL_FREE);
    assert_int_not_equal(bar_of("C:\\users\\..\\windows\\win.ini"), REMOVAL_FREE);
}

static void test_own_and_of_the_case(void **state)
{
    wchar_t wide[PATH_LENGTH];
    struct buffer name;

    (void)state;
    buffer_init(&name, 1u << 16);
    text16_add(&name, wide, GetModuleFileNameW(NULL, wide, PATH_LENGTH));
    assert_int_equal(removal_bar_of(look_at(buffer_text(&name))), REMOVAL_BAR_OWN);
    look_at(scratch_path(&name, &folder, "case\\case.json"));
    assert_int_equal(removal_bar_of(sight), REMOVAL_BAR_CASE);
    buffer_done(&name);
}

/* A second name of the same file: it is told, and it is the same file. */
static void test_hard_links(void **state)
{
    struct buffer second;
    wchar_t *from = files_path(buffer_text(&path), NULL);
    wchar_t *to;

    (void)state;
    buffer_init(&second, 1u << 16);
    to = files_path(scratch_path(&second, &folder, "other.exe"), NULL);
    make_file(buffer_text(&path));
    assert_true(CreateHardLinkW(to, from, NULL));
    look_at(buffer_text(&path));
    assert_int_equal(sight->links, 2);
    assert_true(sight->name_count <= 1); /* Wine does not tell the others */
    if (sight->name_count)
        assert_true(text_equal_nocase(sight->names[0], buffer_text(&second)));
    assert_int_equal(run(REMOVAL_NOW, false, false), REMOVAL_DELETED);
    assert_true(is_there(buffer_text(&second)));
    text16_free(from);
    text16_free(to);
    buffer_done(&second);
}

/* --- who --- */

static void test_who_runs_it(void **state)
{
    const struct removal_user *user;

    (void)state;
    start_victim(L"sleeper");
    look_at(buffer_text(&path));
    find_users();
    user = user_of(child.pid, HANDLE_IMAGE);
    assert_non_null(user);
    assert_true(text_equal_nocase(user->row.process_name, text_of("evil.exe")));
    assert_null(user_of(child.pid, HANDLE_MODULE));
    assert_int_equal(user->verdict.rail, RAIL_FREE);
}

static void test_who_has_it_loaded(void **state)
{
    wchar_t from[MAX_PATH];
    wchar_t *to;

    (void)state;
    scratch_path(&path, &folder, "evil.dll");
    to = files_path(buffer_text(&path), NULL);
    GetSystemDirectoryW(from, MAX_PATH);
    wcscat_s(from, MAX_PATH, L"\\version.dll");
    assert_true(CopyFileW(from, to, TRUE));
    text16_free(to);
    start_holder(L"load", L"");
    look_at(buffer_text(&path));
    find_users();
    assert_non_null(user_of(child.pid, HANDLE_MODULE));
}

/* --- ways --- */

static void test_deleted(void **state)
{
    (void)state;
    make_file(buffer_text(&path));
    look_at(buffer_text(&path));
    assert_int_equal(run(REMOVAL_NOW, false, false), REMOVAL_DELETED);
    assert_false(is_there(buffer_text(&path)));
}

static void test_read_only_and_hidden(void **state)
{
    wchar_t *wide = files_path(buffer_text(&path), NULL);

    (void)state;
    make_file(buffer_text(&path));
    assert_true(SetFileAttributesW(wide, FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_HIDDEN));
    look_at(buffer_text(&path));
    assert_true(sight->attributes & REMOVAL_READ_ONLY);
    assert_int_equal(run(REMOVAL_NOW, false, false), REMOVAL_DELETED);
    assert_false(is_there(buffer_text(&path)));
    text16_free(wide);
}

static void test_a_long_path(void **state)
{
    char name[300];
    struct buffer deep;

    (void)state;
    buffer_init(&deep, 1u << 16);
    memset(name, 'l', 200);
    name[200] = 0;
    assert_int_equal(files_make_folder(scratch_path(&deep, &folder, name), NULL), ST_OK);
    buffer_add_string(&deep, "\\");
    for (int i = 0; i < 100; i++)
        buffer_add_byte(&deep, 'm');
    buffer_add_string(&deep, ".exe");
    make_file(buffer_text(&deep));
    look_at(buffer_text(&deep));
    if (!system_calls()->nt_query_object)
        skip(); /* Wine tells such a path nowhere else */
    assert_int_equal(removal_bar_of(sight), REMOVAL_FREE);
    assert_true(sight->path.size > 300);
    assert_int_equal(run(REMOVAL_QUARANTINE, false, false), REMOVAL_QUARANTINED);
    assert_false(is_there(buffer_text(&deep)));
    buffer_done(&deep);
}

static void test_replaced_meanwhile(void **state)
{
    (void)state;
    make_file(buffer_text(&path));
    look_at(buffer_text(&path));
    assert_int_equal(files_replace(buffer_text(&path), text_of("MZ another"), NULL), ST_OK);
    assert_int_equal(run(REMOVAL_NOW, false, false), REMOVAL_OTHER_FILE);
    assert_true(is_there(buffer_text(&path)));
}

static void test_gone_meanwhile(void **state)
{
    wchar_t *wide = files_path(buffer_text(&path), NULL);

    (void)state;
    make_file(buffer_text(&path));
    look_at(buffer_text(&path));
    assert_true(DeleteFileW(wide));
    assert_int_equal(run(REMOVAL_NOW, false, false), REMOVAL_GONE_BEFORE);
    text16_free(wide);
}

static void test_a_running_program(void **state)
{
    (void)state;
    start_victim(L"sleeper");
    look_at(buffer_text(&path));
    find_users();
    assert_int_equal(run(REMOVAL_NOW, false, false), REMOVAL_BARRED);
    assert_int_equal(result.bar, REMOVAL_BAR_RUNS);
    assert_true(is_there(buffer_text(&path)));
    removal_result_done(&result);
    assert_int_equal(run(REMOVAL_NOW, true, false), REMOVAL_DELETED);
    assert_int_equal(WaitForSingleObject(child.process, 0), WAIT_OBJECT_0);
    assert_false(is_there(buffer_text(&path)));
}

/* Nobody said that it runs: the system refuses, and nothing is lost. */
static void test_a_running_program_that_was_not_seen(void **state)
{
    enum removal_outcome outcome;

    (void)state;
    start_victim(L"sleeper");
    look_at(buffer_text(&path));
    outcome = run(REMOVAL_QUARANTINE, false, false);
    assert_int_equal(outcome, REMOVAL_REFUSED);
    assert_true(is_there(buffer_text(&path)));
    assert_true(is_there(buffer_text(&result.path)));
}

static void test_held_without_sharing(void **state)
{
    (void)state;
    make_file(buffer_text(&path));
    start_holder(L"open", L"1");
    look_at(buffer_text(&path));
    assert_int_equal(run(REMOVAL_NOW, false, false), REMOVAL_REFUSED);
    assert_int_equal(result.failure.status, ST_BUSY);
    assert_true(is_there(buffer_text(&path)));
    removal_result_done(&result);
    find_users();
    if (!user_of(child.pid, HANDLE_OPEN))
        skip(); /* the call that lists handles is hidden */
    assert_int_equal(run(REMOVAL_NOW, false, true), REMOVAL_DELETED);
    assert_false(is_there(buffer_text(&path)));
}

static void test_held_with_sharing(void **state)
{
    enum removal_outcome outcome;

    (void)state;
    make_file(buffer_text(&path));
    start_holder(L"open", L"7");
    look_at(buffer_text(&path));
    outcome = run(REMOVAL_NOW, false, false);
    assert_true(outcome == REMOVAL_DELETED || outcome == REMOVAL_GOES_LATER);
    child_end(&child);
    child.process = NULL;
    assert_false(is_there(buffer_text(&path)));
}

static void test_quarantine(void **state)
{
    struct buffer record;
    struct buffer name;
    wchar_t *wide = files_path(buffer_text(&path), NULL);

    (void)state;
    buffer_init(&record, 1u << 16);
    buffer_init(&name, 1u << 16);
    make_file(buffer_text(&path));
    assert_true(SetFileAttributesW(wide, FILE_ATTRIBUTE_HIDDEN));
    look_at(buffer_text(&path));
    assert_int_equal(run(REMOVAL_QUARANTINE, false, false), REMOVAL_QUARANTINED);
    assert_false(is_there(buffer_text(&path)));
    assert_true(text_ends(buffer_text(&result.path), text_of(".quarantine")));
    assert_true(attributes_of(buffer_text(&result.path)) & FILE_ATTRIBUTE_READONLY);
    buffer_add(&name, text_slice(buffer_text(&result.path), 0,
                                 result.path.size - (sizeof ".quarantine" - 1)));
    buffer_add_string(&name, ".json");
    assert_int_equal(files_read(buffer_text(&name), &record, NULL), ST_OK);
    assert_int_not_equal(
        text_find(buffer_text(&record), text_of("\"format\":\"stakeout-quarantine\"")), SIZE_MAX);
    assert_int_not_equal(text_find(buffer_text(&record), text_of("\"hidden\"")), SIZE_MAX);
    assert_int_not_equal(text_find(buffer_text(&record), text_of("evil.exe")), SIZE_MAX);
    text16_free(wide);
    buffer_done(&name);
    buffer_done(&record);
}

/* --- at the next start --- */

static BYTE notes[1u << 20];
static DWORD notes_size;
static bool had_notes;

static void keep_notes(void)
{
    notes_size = sizeof notes;
    had_notes = RegGetValueW(HKEY_LOCAL_MACHINE, L"" PENDING_KEY, L"" PENDING_VALUE,
                             RRF_RT_REG_MULTI_SZ, NULL, notes, &notes_size) == ERROR_SUCCESS;
}

static void put_notes_back(void)
{
    if (had_notes)
        RegSetKeyValueW(HKEY_LOCAL_MACHINE, L"" PENDING_KEY, L"" PENDING_VALUE, REG_MULTI_SZ, notes,
                        notes_size);
    else
        RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, L"" PENDING_KEY, L"" PENDING_VALUE);
}

static void test_restart(void **state)
{
    enum removal_outcome outcome;

    (void)state;
    start_victim(L"sleeper");
    look_at(buffer_text(&path));
    find_users();
    keep_notes();
    outcome = run(REMOVAL_RESTART, false, false);
    put_notes_back();
    assert_int_equal(outcome, REMOVAL_SCHEDULED);
    assert_true(result.renamed);
    assert_false(is_there(buffer_text(&path)));
    assert_true(text_ends(buffer_text(&result.path), text_of("evil.exe.removed")));
    assert_true(is_there(buffer_text(&result.path)));
    assert_true(text_starts(buffer_text(&result.recorded), text_of("\\??\\")));
    assert_true(text_ends(buffer_text(&result.recorded), buffer_text(&result.path)));
    assert_int_equal(WaitForSingleObject(child.process, 0), WAIT_TIMEOUT); /* it runs on */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_file),
        TEST(test_names_that_are_no_file),
        TEST(test_windows_own_files),
        TEST(test_own_and_of_the_case),
        TEST(test_hard_links),
        TEST(test_who_runs_it),
        TEST(test_who_has_it_loaded),
        TEST(test_deleted),
        TEST(test_read_only_and_hidden),
        TEST(test_a_long_path),
        TEST(test_replaced_meanwhile),
        TEST(test_gone_meanwhile),
        TEST(test_a_running_program),
        TEST(test_a_running_program_that_was_not_seen),
        TEST(test_held_without_sharing),
        TEST(test_held_with_sharing),
        TEST(test_quarantine),
        TEST(test_restart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
