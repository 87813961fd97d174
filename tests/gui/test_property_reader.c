/* What the windows of properties ask of the live machine, of a process that says of itself what is
 * true; and an order to a thread of it, heard through its worker. */
#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gui/strings.h"
#include "gui/thread_order.h"
#include "tests/support/windows/child.h"

#define PATIENCE 20000 /* ms that a condition may take before it counts as never */

static struct child child;
static char told[512];
static struct process_key key;
static struct worker *order; /* NULL: none is under way */

static moment moment_of(FILETIME time)
{
    return (moment)((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime);
}

static int begin(void **state)
{
    FILETIME created, ended, kernel, user;
    (void)state;
    strings_choose(STRINGS_ENGLISH);
    child_start(&child, L"threads", L"", 0);
    child_read_line(&child, told, sizeof told);
    assert_true(GetProcessTimes(child.process, &created, &ended, &kernel, &user));
    key = (struct process_key){child.pid, moment_of(created)};
    return 0;
}

static int end(void **state)
{
    (void)state;
    child_kill(&child, 1);
    return 0;
}

static void wait_for(struct worker *worker)
{
    assert_non_null(worker);
    assert_true(worker_wait(worker, PATIENCE));
}

static const struct thread_info *thread_of(const struct process_parts *parts, const char *name)
{
    for (size_t i = 0; i < parts->thread_count; i++)
        if (parts->threads[i].tid == (uint32_t)child_number(told, name))
            return &parts->threads[i];
    return NULL;
}

static void test_parts(void **state)
{
    (void)state;
    struct worker *worker =
        property_reader_parts(property_reader_live(), key, PROCESS_ALL_PARTS, NULL, WM_NULL);
    wait_for(worker);
    const struct process_parts *parts = property_reader_job(worker)->parts;
    assert_non_null(parts);
    assert_int_equal(parts->environment_state, READ_OK);
    assert_int_equal(parts->modules_state, READ_OK);
    assert_int_equal(parts->token_state, READ_OK);
    worker_release(worker);
}

static void test_a_process_that_has_ended_says_so(void **state)
{
    (void)state;
    child_kill(&child, 1);
    struct worker *worker =
        property_reader_parts(property_reader_live(), key, PROCESS_THREADS, NULL, WM_NULL);
    wait_for(worker);
    assert_non_null(property_reader_job(worker)->parts);
    assert_int_equal(property_reader_job(worker)->parts->threads_state, READ_GONE);
    worker_release(worker);
    begin(state);
}

static void test_file(void **state)
{
    (void)state;
    struct worker *worker =
        property_reader_file(property_reader_live(), text_of("C:\\windows\\system32\\ntdll.dll"),
                             FILE_HASHES, NULL, WM_NULL);
    wait_for(worker);
    const struct file_facts *file = property_reader_job(worker)->file;
    assert_non_null(file);
    assert_int_equal(file->times.state, READ_OK);
    assert_int_equal(file->hashes[HASH_SHA256].read.state, READ_OK);
    worker_release(worker);
}

static atomic_uint written;

static enum status take(void *context, const struct journal_entry *entry, uint64_t *number)
{
    (void)context;
    (void)entry;
    if (number)
        *number = atomic_load(&written) + 1;
    atomic_fetch_add(&written, 1);
    return ST_OK;
}

static bool is_over(struct thread_report *report)
{
    for (int waited = 0; waited < PATIENCE; waited += 5) {
        if (thread_order_report(order, report) && report->after.over)
            return true;
        Sleep(5);
    }
    return false;
}

static void give_order(const struct process_parts *parts, const char *name, enum thread_deed deed,
                       struct thread_report *report)
{
    const struct thread_info *thread = thread_of(parts, name);
    assert_non_null(thread);
    const struct thread_order_setup setup = {
        .reader = property_reader_live(),
        .log = {take, NULL},
        .deed = deed,
        .target = {.key = {key, thread->tid, thread->created}, .thread = thread},
        .message = WM_NULL,
    };
    order = thread_order_start(&setup);
    assert_non_null(order);
    assert_true(is_over(report)); /* after ten seconds, where a thread was ended */
    wait_for(order);
    assert_true(thread_order_over(order));
    worker_release(order);
}

static void assert_words(uint32_t tid, const struct thread_report *report, const char *wanted)
{
    struct buffer words;
    buffer_init(&words, 1 << 16);
    thread_order_words(&words, tid, report);
    if (text_find(buffer_text(&words), text_from(wanted)) == SIZE_MAX)
        fail_msg("\"%.*s\" does not hold \"%s\"", (int)words.size, words.bytes, wanted);
    buffer_done(&words);
}

static void test_orders(void **state)
{
    (void)state;
    struct worker *worker =
        property_reader_parts(property_reader_live(), key, PROCESS_THREADS, NULL, WM_NULL);
    struct thread_report report;
    wait_for(worker);
    const struct process_parts *parts = property_reader_job(worker)->parts;
    if (parts->threads_state == READ_OK && thread_of(parts, "first") &&
        thread_of(parts, "first")->created) {
        give_order(parts, "first", THREAD_DEED_SUSPEND, &report);
        assert_words(5, &report, "Thread 5: ");
        assert_int_not_equal(report.result.outcome, THREAD_REFUSED);
        give_order(parts, "third", THREAD_DEED_TERMINATE, &report);
        assert_int_equal(report.result.outcome, THREAD_DONE);
        assert_words(7, &report, "Thread 7: thread terminated");
        give_order(parts, "third", THREAD_DEED_TERMINATE, &report);
        assert_words(7, &report, "Thread 7: had ended already");
        assert_int_equal(atomic_load(&written), 7); /* before, after; of the end what became */
    } else {
        skip(); /* the call that lists threads is hidden */
    }
    worker_release(worker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_parts, begin, end),
        cmocka_unit_test_setup_teardown(test_a_process_that_has_ended_says_so, begin, end),
        cmocka_unit_test_setup_teardown(test_file, begin, end),
        cmocka_unit_test_setup_teardown(test_orders, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
