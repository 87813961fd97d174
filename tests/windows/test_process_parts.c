/* The slow facts of a process (core/windows/parts), compared with what the process says of itself.
 */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/model/part_words.h"
#include "tests/support/windows/parts_bench.h"

#define LONG_LENGTH 30000

/* ---- what the process says of itself ---- */

static void test_threads(void **state)
{
    const struct thread_info *first;

    (void)state;
    if (!lists_processes())
        skip();
    start_lab();
    assert_int_equal(read_child(PROCESS_THREADS), ST_OK);
    assert_int_equal(parts->threads_state, READ_OK);
    assert_true(parts->thread_count >= 4);
    thread_of("main");
    first = thread_of("first");
    assert_start(first);
    assert_start(thread_of("third"));
    assert_count(first, 0);
    assert_count(thread_of("second"), 2);
    assert_count(thread_of("third"), 0);
    assert_true(first->created > 0);
    assert_true(first->cpu >= 0);
    if (calls.nt_query_information_thread && child_number(told, "named")) {
        assert_text(first->name.value, "first");
        assert_text(thread_of("third")->name.value, "\xE7\xAC\xAC\xE4\xB8\x89");
    }
}

/* Windows tells states; Wine says "initialized" even of the thread that is asking. */
static void test_states_are_told_or_unsupported(void **state)
{
    const struct thread_info *second;

    (void)state;
    if (!lists_processes())
        skip();
    start_lab();
    assert_int_equal(read_child(PROCESS_THREADS), ST_OK);
    second = thread_of("second");
    if (second->state.state == READ_OK) {
        assert_string_equal(thread_state_word(second->state.value), "waiting");
        assert_string_equal(thread_wait_word(second->wait.value), "suspended");
    } else {
        assert_int_equal(second->state.state, READ_UNSUPPORTED);
        assert_int_equal(second->wait.state, READ_UNSUPPORTED);
    }
}

static void test_modules(void **state)
{
    (void)state;
    start_lab();
    assert_int_equal(read_child(PROCESS_MODULES), ST_OK);
    assert_modules_of_lab(MODULES_LISTED);
    assert_int_equal(parts->threads_state, READ_NOT_YET);
}

static struct variable variable_named(const char *name)
{
    for (size_t i = 0; i < parts->variable_count; i++)
        if (text_equal(parts->variables[i].name, text_from(name)))
            return parts->variables[i];
    fail_msg("no variable %s", name);
    return (struct variable){{NULL, 0}, {NULL, 0}};
}

static void test_environment(void **state)
{
    struct text value;

    (void)state;
    start_lab();
    assert_int_equal(read_child(PROCESS_ENVIRONMENT), ST_OK);
    if (!calls.nt_query_information_process) {
        assert_int_equal(parts->environment_state, READ_UNSUPPORTED);
        return;
    }
    assert_int_equal(parts->environment_state, READ_OK);
    assert_false(parts->environment_cut);
    assert_int_equal(parts->variable_count, child_number(told, "variables"));
    assert_text(variable_named("STAKEOUT_\xE4\xB8\xAD\xE6\x96\x87").value,
                "\xE5\x80\xBC=\xE4\xB8\x80");
    value = variable_named("STAKEOUT_LONG").value;
    assert_int_equal(value.size, LONG_LENGTH);
    for (size_t i = 0; i < value.size; i++)
        assert_int_equal(value.bytes[i], 'x');
}

/* The lab program has the token of this one, but for a privilege that it has enabled. */
static void test_token(void **state)
{
    const struct token_info *token;
    HANDLE own;
    union {
        TOKEN_PRIVILEGES told;
        unsigned char room[4096];
    } privileges;
    union {
        TOKEN_GROUPS told;
        unsigned char room[16384];
    } groups;
    DWORD size;
    bool shutdown = false;

    (void)state;
    start_lab();
    assert_int_equal(read_child(PROCESS_TOKEN), ST_OK);
    assert_int_equal(parts->token_state, READ_OK);
    token = &parts->token;
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &own));
    assert_true(GetTokenInformation(own, TokenPrivileges, &privileges, sizeof privileges, &size));
    assert_true(GetTokenInformation(own, TokenGroups, &groups, sizeof groups, &size));
    CloseHandle(own);
    assert_int_equal(token->privileges_state, READ_OK);
    assert_int_equal(token->privilege_count, privileges.told.PrivilegeCount);
    for (size_t i = 0; i < token->privilege_count; i++) {
        wchar_t name[128];
        char narrow[TEXT16_MOST(128)] = "";
        DWORD length = 128;
        LUID luid = privileges.told.Privileges[i].Luid;
        assert_int_equal(token->privileges[i].luid, luid.LowPart);
        assert_true(LookupPrivilegeNameW(NULL, &luid, name, &length));
        narrow[text16_encode(name, length, narrow)] = 0;
        assert_string_equal(privilege_word(luid.LowPart), narrow);
        if (strcmp(narrow, "SeShutdownPrivilege") == 0)
            shutdown = token->privileges[i].enabled && !token->privileges[i].by_default;
    }
    assert_true(shutdown);
    assert_int_equal(token->groups_state, READ_OK);
    assert_int_equal(token->group_count, groups.told.GroupCount);
    for (size_t i = 0; i < token->group_count; i++) {
        assert_int_equal(token->groups[i].attributes, groups.told.Groups[i].Attributes);
        assert_true(text_starts(token->groups[i].sid, text_of("S-1-")));
        if (text_equal(token->groups[i].sid, text_of("S-1-5-32-545")))
            assert_text(token->groups[i].name.value, "Users");
    }
    assert_int_equal(token->user.state, READ_OK);
    assert_int_equal(token->integrity.state, READ_OK);
    assert_true(token->integrity.value >= 0x1000);
    assert_int_equal(token->elevation.state, READ_OK);
    assert_non_null(elevation_word(token->elevation.value));
    assert_int_equal(token->session.state, READ_OK);
    assert_int_equal(token->container_sid.state, READ_NOT_APPLICABLE);
}

/* A process that has done nothing yet has no list of modules; the images are there all the same. */
static void test_suspended_at_birth(void **state)
{
    (void)state;
    child_start(&child, L"threads", L"", CREATE_SUSPENDED);
    assert_int_equal(read_child(PROCESS_MODULES | PROCESS_ENVIRONMENT), ST_OK);
    assert_int_equal(parts->modules_state, READ_OK);
    assert_non_null(module_named("threads.exe"));
    assert_non_null(module_named("ntdll.dll"));
    assert_true(parts->environment_state == READ_OK || /* on Windows it is made by the parent */
                parts->environment_state == READ_NOT_YET ||
                parts->environment_state == READ_UNSUPPORTED);
}

/* ---- which process ---- */

static void test_of_another_life(void **state)
{
    struct process_key key;

    (void)state;
    start_lab();
    key = key_of(child.process, child.pid);
    assert_int_equal(parts_reader_new(&calls, &reader), ST_OK);
    key.start--;
    assert_int_equal(parts_read(reader, key, PROCESS_ALL_PARTS, &parts), ST_GONE);
    key.start = 0; /* nothing to compare with */
    assert_int_equal(parts_read(reader, key, PROCESS_ALL_PARTS, &parts), ST_UNSUPPORTED);
    assert_int_equal(
        parts_read(reader, (struct process_key){0x7FFFFFF0, 5}, PROCESS_ALL_PARTS, &parts),
        ST_GONE);
    key = key_of(child.process, child.pid);
    TerminateProcess(child.process, 0);
    WaitForSingleObject(child.process, INFINITE);
    assert_int_equal(parts_read(reader, key, PROCESS_ALL_PARTS, &parts), ST_GONE);
    assert_null(parts);
}

static void test_idle_has_none(void **state)
{
    (void)state;
    assert_int_equal(parts_reader_new(&calls, &reader), ST_OK);
    assert_int_equal(parts_read(reader, (struct process_key){0, 0}, PROCESS_ALL_PARTS, &parts),
                     ST_OK);
    assert_int_equal(parts->threads_state, READ_NOT_APPLICABLE);
    assert_int_equal(parts->token.integrity.state, READ_NOT_APPLICABLE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_threads),         TEST(test_states_are_told_or_unsupported),
        TEST(test_modules),         TEST(test_environment),
        TEST(test_token),           TEST(test_suspended_at_birth),
        TEST(test_of_another_life), TEST(test_idle_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
