/* parts_bench: what tests of a process's slow facts have in common: a process that tells of itself
 * (lab/threads), a table of calls for a test to change, and what was read by it.
 * Include after cmocka.h. */
#ifndef STAKEOUT_TESTS_PARTS_BENCH_H
#define STAKEOUT_TESTS_PARTS_BENCH_H

#include <string.h>

#include "core/windows/process/parts.h"
#include "core/windows/text16.h"
#include "tests/support/windows/child.h"
#include "tests/support/windows/live_bench.h"

static struct system_table calls;
static struct parts_reader *reader;
static struct process_parts *parts;
static struct child child;
static char told[512]; /* what the lab program says of itself */

static inline int begin(void **state)
{
    (void)state;
    calls = *system_calls();
    reader = NULL;
    parts = NULL;
    memset(&child, 0, sizeof child);
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    process_parts_free(parts);
    parts_reader_free(reader);
    if (child.process)
        child_kill(&child, 1);
    return 0;
}

static inline struct process_key key_of(HANDLE process, DWORD pid)
{
    FILETIME created, ended, kernel, user;

    assert_true(GetProcessTimes(process, &created, &ended, &kernel, &user));
    return (struct process_key){
        pid, (moment)((uint64_t)created.dwHighDateTime << 32 | created.dwLowDateTime)};
}

static inline void start_lab(void)
{
    child_start(&child, L"threads", L"", 0);
    child_read_line(&child, told, sizeof told);
}

/* By the table of calls as the test has made it. */
static inline enum status read_child(unsigned which)
{
    if (!reader)
        assert_int_equal(parts_reader_new(&calls, &reader), ST_OK);
    process_parts_free(parts);
    parts = NULL;
    return parts_read(reader, key_of(child.process, child.pid), which, &parts);
}

static inline const struct thread_info *thread_of(const char *name)
{
    uint64_t tid = child_number(told, name);

    for (size_t i = 0; i < parts->thread_count; i++)
        if (parts->threads[i].tid == tid)
            return &parts->threads[i];
    fail_msg("thread %s is missing", name);
    return NULL;
}

static inline bool lists_processes(void)
{
    return calls.nt_query_system_information != NULL;
}

static inline void assert_start(const struct thread_info *thread)
{
    if (!calls.nt_query_information_thread) {
        assert_int_equal(thread->start.state, READ_UNSUPPORTED);
        return;
    }
    assert_int_equal(thread->start.state, READ_OK);
    assert_text(thread->module, "threads.exe");
    assert_int_equal(thread->offset, child_number(told, "start"));
    assert_int_equal(thread->start.value, child_number(told, "base") + child_number(told, "start"));
}

static inline void assert_count(const struct thread_info *thread, uint32_t count)
{
    if (!calls.nt_query_information_thread) {
        assert_int_equal(thread->suspend_count.state, READ_UNSUPPORTED);
        return;
    }
    assert_int_equal(thread->suspend_count.state, READ_OK);
    assert_int_equal(thread->suspend_count.value, count);
}

static inline const struct module_info *module_named(const char *name)
{
    for (size_t i = 0; i < parts->module_count; i++)
        if (text_equal_nocase(text_file_name(parts->modules[i].path), text_from(name)))
            return &parts->modules[i];
    return NULL;
}

static inline void assert_modules_of_lab(enum module_origin origin)
{
    const struct module_info *program;
    char path[TEXT16_MOST(1100)];
    wchar_t wide[1100];
    struct text expected = {path, 0};

    assert_int_equal(parts->modules_state, READ_OK);
    assert_int_equal(parts->modules_origin, origin);
    assert_false(parts->modules_cut);
    program = module_named("threads.exe");
    assert_non_null(program);
    child_lab_path(L"threads", wide, 1100);
    expected.size = text16_encode(wide, wcslen(wide), path);
    assert_true(text_equal_nocase(program->path, expected));
    assert_int_equal(program->base, child_number(told, "base"));
    assert_true(child_number(told, "start") < program->size);
    assert_non_null(module_named("ntdll.dll"));
    assert_non_null(module_named("kernel32.dll"));
}

#endif
