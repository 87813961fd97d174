/* The memory of a live process, and of one whose system refuses, lies or loses it meanwhile. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/find/scan.h"
#include "core/windows/find/memory_source.h"
#include "tests/support/failing_memory.h"
#include "tests/support/windows/child.h"

#define ASKED_MOST 65536u
#define HELD_MOST 16u

static struct system_table calls;
static struct child lab;
static struct process_key key;

struct held_word {
    char name[24];
    uint64_t address;
};

static struct held_word words[HELD_MOST];
static size_t word_count;

/* What was asked for. */
static struct {
    uint64_t from;
    uint64_t to;
} asked[ASKED_MOST];
static size_t asked_count;

static uint64_t address_of(const char *name)
{
    for (size_t i = 0; i < word_count; i++)
        if (strcmp(words[i].name, name) == 0)
            return words[i].address;
    fail();
    return 0;
}

static int begin(void **state)
{
    char line[128];
    FILETIME times[4];

    (void)state;
    calls = *system_calls();
    asked_count = 0;
    word_count = 0;
    child_start(&lab, L"memory", L"", 0);
    child_read_line(&lab, line, sizeof line);
    for (;;) {
        struct held_word *word = &words[word_count];
        char *space;

        child_read_line(&lab, line, sizeof line);
        if (strcmp(line, "ready") == 0)
            break;
        assert_true(word_count < HELD_MOST);
        space = strchr(line, ' ');
        assert_non_null(space);
        assert_true((size_t)(space - line) < sizeof word->name);
        memcpy(word->name, line, (size_t)(space - line));
        word->name[space - line] = '\0';
        word->address = strtoull(space + 1, NULL, 16);
        word_count++;
    }
    assert_true(GetProcessTimes(lab.process, &times[0], &times[1], &times[2], &times[3]));
    key.pid = lab.pid;
    key.start = (moment)((uint64_t)times[0].dwHighDateTime << 32 | times[0].dwLowDateTime);
    return 0;
}

static int end(void **state)
{
    (void)state;
    child_kill(&lab, 0);
    return 0;
}

struct found {
    size_t count;
    uint64_t address;
    struct region region;
};

static enum status note(void *context, const struct memory_hit *hit)
{
    struct found *found = context;

    found->count++;
    found->address = hit->address;
    found->region = *hit->region;
    return ST_OK;
}

static enum status search(const char *source, struct found *found, struct scan_totals *totals)
{
    struct memory_source *opened = NULL;
    struct term *term = NULL;
    struct scan *scan = NULL;
    const struct scan_sink sink = {found, note};
    struct region_reader reader;
    enum status status;

    *found = (struct found){.count = 0};
    *totals = (struct scan_totals){.read = 0};
    assert_int_equal(memory_source_open(&calls, key, &opened), ST_OK);
    reader = memory_source_reader(opened);
    assert_int_equal(term_new(text_from(source), TERM_CASE, &term, NULL), ST_OK);
    assert_int_equal(scan_new(term, NULL, &scan), ST_OK);
    status = scan_run(scan, &reader, NULL, &sink, totals);
    scan_free(scan);
    term_free(term);
    memory_source_close(opened);
    return status;
}

static BOOL WINAPI read_and_note(HANDLE process, const void *address, void *out, SIZE_T size,
                                 SIZE_T *got)
{
    assert_true(asked_count < ASKED_MOST);
    asked[asked_count].from = (uintptr_t)address;
    asked[asked_count++].to = (uintptr_t)address + size;
    return ReadProcessMemory(process, address, out, size, got);
}

/* M2: Wine would read guarded pages, so what counts is that nobody asks for them. */
static void test_m2_never_asks_for_guarded_pages(void **state)
{
    struct found found;
    struct scan_totals totals;
    uint64_t guarded = address_of("guarded");

    (void)state;
    calls.read_process_memory = read_and_note;
    assert_int_equal(search("GUARDED-NEEDLE", &found, &totals), ST_OK);
    assert_int_equal(found.count, 0);
    assert_true(asked_count > 10);
    for (size_t i = 0; i < asked_count; i++)
        assert_true(asked[i].to <= guarded || asked[i].from >= guarded + REGION_PAGE);
    assert_true(totals.unbacked >= 1);
}

/* M1: what the system tells of either side. */
static void test_m1_across_two_regions(void **state)
{
    struct found found;
    struct scan_totals totals;

    (void)state;
    assert_int_equal(search("SPLITSTRING-NEEDLE", &found, &totals), ST_OK);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.address, address_of("across"));
    assert_int_equal(found.region.kind, REGION_PRIVATE);
    assert_int_equal(found.region.access, REGION_READ | REGION_WRITE);
}

/* M2: error 299 for whatever has a certain page in it; the rest is read page by page. */
static uint64_t bad_page;

static BOOL WINAPI read_partly(HANDLE process, const void *address, void *out, SIZE_T size,
                               SIZE_T *got)
{
    uint64_t from = (uintptr_t)address;

    if (from <= bad_page && bad_page < from + size) {
        *got = 0;
        SetLastError(ERROR_PARTIAL_COPY);
        return FALSE;
    }
    return ReadProcessMemory(process, address, out, size, got);
}

static void test_m2_error_299_costs_one_page(void **state)
{
    struct found found;
    struct scan_totals totals;
    uint64_t injected = address_of("injected");

    (void)state;
    calls.read_process_memory = read_partly;
    bad_page = injected / REGION_PAGE * REGION_PAGE + REGION_PAGE; /* the one behind it */
    assert_int_equal(search("INJECTED-NEEDLE", &found, &totals), ST_OK);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.address, injected);
    assert_true(region_unbacked(&found.region));
    assert_true(totals.not_read >= REGION_PAGE);
    bad_page -= REGION_PAGE;
    assert_int_equal(search("INJECTED-NEEDLE", &found, &totals), ST_OK);
    assert_int_equal(found.count, 0);
}

/* A copy that stops short without an error. */
static BOOL WINAPI read_short(HANDLE process, const void *address, void *out, SIZE_T size,
                              SIZE_T *got)
{
    BOOL done = ReadProcessMemory(process, address, out, size, got);

    if (done && (uintptr_t)address <= bad_page && bad_page < (uintptr_t)address + size)
        *got = (SIZE_T)(bad_page - (uintptr_t)address);
    return done;
}

static void test_a_short_copy_is_a_failure(void **state)
{
    struct found found;
    struct scan_totals totals;

    (void)state;
    calls.read_process_memory = read_short;
    bad_page = address_of("injected") / REGION_PAGE * REGION_PAGE;
    assert_int_equal(search("INJECTED-NEEDLE", &found, &totals), ST_OK);
    assert_int_equal(found.count, 0);
    assert_true(totals.not_read >= REGION_PAGE);
}

static unsigned reads_left;

static BOOL WINAPI read_until_killed(HANDLE process, const void *address, void *out, SIZE_T size,
                                     SIZE_T *got)
{
    if (reads_left && !--reads_left) {
        assert_true(TerminateProcess(lab.process, 0));
        assert_int_equal(WaitForSingleObject(lab.process, 20000), WAIT_OBJECT_0);
    }
    return ReadProcessMemory(process, address, out, size, got);
}

static void test_ends_with_its_process(void **state)
{
    struct found found;
    struct scan_totals totals;
    struct memory_source *opened = NULL;

    (void)state;
    calls.read_process_memory = read_until_killed;
    reads_left = 3;
    assert_int_equal(search("NEEDLE", &found, &totals), ST_GONE);
    assert_int_equal(memory_source_open(&calls, key, &opened), ST_GONE);
    assert_null(opened);
}

static HANDLE WINAPI refuse_reading(DWORD rights, BOOL inherit, DWORD pid)
{
    if (rights & PROCESS_VM_READ) {
        SetLastError(ERROR_ACCESS_DENIED);
        return NULL;
    }
    return OpenProcess(rights, inherit, pid);
}

static NTSTATUS NTAPI tell_protected(HANDLE process, ULONG class, void *out, ULONG size,
                                     ULONG *needed)
{
    (void)process;
    (void)class;
    if (size)
        memset(out, 0x41, 1); /* a protected process of a signer */
    if (needed)
        *needed = 1;
    return 0;
}

static void test_who_may_not_be_opened(void **state)
{
    struct memory_source *opened = NULL;
    struct process_key other = key;

    (void)state;
    other.start++;
    assert_int_equal(memory_source_open(&calls, other, &opened), ST_GONE);
    other.pid = 0xFFFFFFF0u;
    assert_int_equal(memory_source_open(&calls, other, &opened), ST_GONE);
    calls.open_process = refuse_reading;
    assert_int_equal(memory_source_open(&calls, key, &opened), ST_DENIED);
    calls.nt_query_information_process = tell_protected;
    assert_int_equal(memory_source_open(&calls, key, &opened), ST_PROTECTED);
    assert_null(opened);
    memory_source_close(NULL);
}

/* Regions that never end, or that go backwards. */
static SIZE_T WINAPI query_nonsense(HANDLE process, const void *address,
                                    MEMORY_BASIC_INFORMATION *info, SIZE_T size)
{
    (void)process;
    (void)address;
    memset(info, 0, size);
    info->State = MEM_COMMIT;
    return size;
}

static void test_nonsense_ends(void **state)
{
    struct found found;
    struct scan_totals totals;

    (void)state;
    calls.virtual_query_ex = query_nonsense;
    assert_int_equal(search("NEEDLE", &found, &totals), ST_OK);
    assert_int_equal(totals.read, 0);
}

static void test_no_memory(void **state)
{
    struct memory_source *opened = NULL;

    (void)state;
    failing_memory_begin(1);
    assert_int_equal(memory_source_open(&calls, key, &opened), ST_NO_MEMORY);
    failing_memory_end();
    assert_null(opened);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_m2_never_asks_for_guarded_pages),
        TEST(test_m1_across_two_regions),
        TEST(test_m2_error_299_costs_one_page),
        TEST(test_a_short_copy_is_a_failure),
        TEST(test_ends_with_its_process),
        TEST(test_who_may_not_be_opened),
        TEST(test_nonsense_ends),
        TEST(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
