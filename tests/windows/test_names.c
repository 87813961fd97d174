/* N12: the names that the machine has resolved, from a cache that answers nothing, too much, or
 * nonsense. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/file/files.h"
#include "core/windows/network/hosts_file.h"
#include "core/windows/network/names.h"
#include "tests/support/windows/live_bench.h"

static struct system_table calls;
static struct names names;

static struct {
    unsigned entries; /* to be handed out */
    BOOL answer;
    unsigned handed; /* pieces that are not given back yet */
    unsigned queries;
    DWORD options; /* of the last query */
    bool hangs;
    bool nameless; /* some entries have no name, some a type of no interest */
} fake;

static HANDLE hang_until;

static BOOL WINAPI fake_table(struct dns_cache_entry **table)
{
    struct dns_cache_entry *first = NULL;

    if (fake.hangs)
        WaitForSingleObject(hang_until, INFINITE);
    for (unsigned i = 0; i < fake.entries; i++) {
        struct dns_cache_entry *entry = calloc(1, sizeof *entry);
        entry->next = first;
        entry->type = i % 2 && fake.nameless ? 16 : 1;
        if (!(fake.nameless && i % 3 == 0)) {
            entry->name = calloc(32, sizeof *entry->name);
            swprintf(entry->name, 32, L"Host-%u.Example.COM", i);
            fake.handed++;
        }
        fake.handed++;
        first = entry;
    }
    *table = first;
    return fake.answer;
}

static DNS_STATUS WINAPI fake_query(const wchar_t *name, WORD type, DWORD options,
                                    DNS_RECORDW **records)
{
    unsigned number = (unsigned)wcstoul(name + 5, NULL, 10);
    DNS_RECORDW *alias = calloc(1, sizeof *alias);
    DNS_RECORDW *address = calloc(1, sizeof *address);

    fake.queries++;
    fake.options = options;
    if (type != 1) {
        free(alias);
        free(address);
        return DNS_ERROR_RECORD_DOES_NOT_EXIST;
    }
    alias->wType = 5;
    alias->pNext = address;
    address->wType = 1;
    address->wDataLength = 4;
    address->Data.A.IpAddress = htonl(number == 7 ? INADDR_LOOPBACK : 0xC0000200u + number % 200);
    *records = alias;
    fake.handed++;
    return 0;
}

static void WINAPI fake_free(void *memory, DNS_FREE_TYPE type)
{
    fake.handed--;
    if (type == DnsFreeRecordList)
        free(((DNS_RECORDW *)memory)->pNext);
    free(memory);
}

static int begin(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof fake);
    fake.answer = TRUE;
    hang_until = CreateEventW(NULL, TRUE, FALSE, NULL);
    calls = *system_calls();
    calls.dns_get_cache_data_table = fake_table;
    calls.dns_query = fake_query;
    calls.dns_free = fake_free;
    names_init(&names, &calls);
    return 0;
}

static int end(void **state)
{
    (void)state;
    names_done(&names);
    return 0;
}

/* Until a question that was put after this call has been answered. */
static struct name_table read_names(void)
{
    struct name_table table = {.state = READ_NOT_YET};
    const struct name_seen *before = NULL;

    assert_int_equal(names_read(&names, &table), ST_OK);
    before = table.rows;
    for (int i = 0; i < 1000 && (table.state == READ_NOT_YET || table.rows == before); i++) {
        assert_int_equal(names_read(&names, &table), ST_OK);
        if (!table.count)
            break;
    }
    return table;
}

static size_t from_cache(const struct name_table *table)
{
    size_t count = 0;

    for (size_t i = 0; i < table->count; i++)
        count += text_ends(table->rows[i].name, text_of(".example.com"));
    return count;
}

static void test_N12_empty_answers(void **state)
{
    struct name_table table;

    (void)state;
    assert_int_equal(names_read(&names, &table), ST_OK);
    assert_int_equal(from_cache(&table), 0);
    assert_int_equal(table.state, READ_OK);
    fake.answer = FALSE;
    for (int i = 0; i < 100 && table.state != READ_FAILED; i++)
        assert_int_equal(names_read(&names, &table), ST_OK);
    assert_int_equal(table.state, READ_FAILED);
    assert_int_equal(fake.queries, 0);
}

/* N12: 10,000 entries; each is asked of the cache only, once, and everything is given back. */
static void test_N12_ten_thousand_entries(void **state)
{
    struct name_table table;

    (void)state;
    fake.entries = 10000;
    table = read_names();
    assert_int_equal(from_cache(&table), 9999); /* host-7 leads to this machine: not told */
    assert_int_equal(table.state, READ_OK);
    assert_true(text_starts(table.rows[0].name, text_of("host-")));
    for (int i = 0; i < 10; i++)
        table = read_names();
    assert_int_equal(from_cache(&table), 9999);
    /* what had an address is believed for a while, what had none is asked anew */
    assert_in_range(fake.queries, 10000, 10000 + 200);
    assert_int_equal(fake.options & DNS_QUERY_NO_WIRE_QUERY, DNS_QUERY_NO_WIRE_QUERY);
    names_done(&names);
    assert_int_equal(fake.handed, 0);
}

static void test_N12_nonsense(void **state)
{
    struct name_table table;

    (void)state;
    fake.entries = 300;
    fake.nameless = true;
    table = read_names();
    assert_int_equal(from_cache(&table), 100);
    names_done(&names);
    assert_int_equal(fake.handed, 0);
}

/* A cache that hangs is not waited for, and nothing breaks when all is freed meanwhile. */
static void test_N12_hangs(void **state)
{
    struct name_table table;
    ULONGLONG from = GetTickCount64();

    (void)state;
    fake.hangs = true;
    fake.entries = 10;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(names_read(&names, &table), ST_OK);
        assert_int_equal(table.state, READ_NOT_YET);
    }
    assert_in_range(GetTickCount64() - from, 0, 5000);
    names_done(&names);
    SetEvent(hang_until);
    Sleep(100);
}

/* The real one, whatever it says here: it must be survived. */
static void test_N12_real_cache(void **state)
{
    struct names real;
    struct name_table table = {0};

    (void)state;
    names_init(&real, system_calls());
    for (int i = 0; i < 20; i++)
        assert_int_equal(names_read(&real, &table), ST_OK);
    print_message("%u names, state \"%s\"\n", (unsigned)table.count,
                  read_state_phrase(table.state));
    names_done(&real);
}

/* The real hosts file: what is added to it appears, and what is taken out goes; block-list entries
 * never appear. */
static void test_hosts_file_is_followed(void **state)
{
    struct buffer path;
    struct buffer before;
    struct buffer changed;
    struct name_table table;
    bool seen = false;

    (void)state;
    buffer_init(&path, 4096);
    buffer_init(&before, 1 << 20);
    buffer_init(&changed, 1 << 20);
    assert_int_equal(hosts_file_path(&path), ST_OK);
    files_read(buffer_text(&path), &before, NULL); /* there may be none */
    buffer_add(&changed, buffer_text(&before));
    buffer_add_string(&changed,
                      "\r\n192.0.2.77 Watched.Example.NET\r\n0.0.0.0 blocked.example.net\r\n");
    read_names();
    assert_int_equal(files_replace(buffer_text(&path), buffer_text(&changed), NULL), ST_OK);
    for (int round = 0; round < 5; round++) { /* read, then copied from the answer before */
        table = read_names();
        seen = false;
        for (size_t i = 0; i < table.count; i++) {
            seen = seen || text_equal(table.rows[i].name, text_of("watched.example.net"));
            assert_false(text_equal(table.rows[i].name, text_of("blocked.example.net")));
        }
    }
    assert_int_equal(files_replace(buffer_text(&path), buffer_text(&before), NULL), ST_OK);
    assert_true(seen);
    for (int i = 0; i < 5; i++)
        table = read_names();
    for (size_t i = 0; i < table.count; i++)
        assert_false(text_equal(table.rows[i].name, text_of("watched.example.net")));
    buffer_done(&changed);
    buffer_done(&before);
    buffer_done(&path);
}

static void test_hosts_file_has_its_name(void **state)
{
    struct buffer path;

    (void)state;
    buffer_init(&path, 4096);
    assert_int_equal(hosts_file_path(&path), ST_OK);
    assert_true(text_ends(buffer_text(&path), text_of("\\hosts")));
    buffer_done(&path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_N12_empty_answers, begin, end),
        cmocka_unit_test_setup_teardown(test_N12_ten_thousand_entries, begin, end),
        cmocka_unit_test_setup_teardown(test_N12_nonsense, begin, end),
        cmocka_unit_test_setup_teardown(test_N12_hangs, begin, end),
        cmocka_unit_test(test_N12_real_cache),
        cmocka_unit_test(test_hosts_file_has_its_name),
        cmocka_unit_test_setup_teardown(test_hosts_file_is_followed, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
