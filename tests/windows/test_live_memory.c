/* The n-th request for memory fails, for every n: the live source's tables stay as they were, or
 * are new; nothing is leaked, and the next question is answered. */
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
#include "core/windows/network/sockets.h"
#include "core/windows/process/listing.h"
#include "core/windows/text16.h"
#include "tests/support/failing_memory.h"

#define MOST 500

static DWORD rows;

static DWORD WINAPI tcp(void *out, DWORD *size, BOOL order, ULONG family, TCP_TABLE_CLASS class,
                        ULONG reserved)
{
    MIB_TCPTABLE_OWNER_MODULE *table = out;
    DWORD needed =
        (DWORD)(offsetof(MIB_TCPTABLE_OWNER_MODULE, table) + rows * sizeof table->table[0]);

    (void)order;
    (void)class;
    (void)reserved;
    if (family != AF_INET)
        return ERROR_NO_DATA;
    if (*size < needed) {
        *size = needed;
        return ERROR_INSUFFICIENT_BUFFER;
    }
    memset(out, 0, needed);
    table->dwNumEntries = rows;
    return NO_ERROR;
}

static DWORD WINAPI udp(void *out, DWORD *size, BOOL order, ULONG family, UDP_TABLE_CLASS class,
                        ULONG reserved)
{
    (void)out;
    (void)order;
    (void)family;
    (void)class;
    (void)reserved;
    *size = 0;
    return ERROR_NO_DATA;
}

static void test_sockets(void **state)
{
    struct system_table calls = *system_calls();
    bool failed = true;

    (void)state;
    calls.get_extended_tcp_table = tcp;
    calls.get_extended_udp_table = udp;
    for (size_t n = 1; failed; n++) {
        struct sockets sockets;
        struct connection_table table;
        enum status status;
        assert_true(n < MOST);
        rows = 100;
        sockets_init(&sockets, &calls);
        failing_memory_begin(0);
        assert_int_equal(sockets_read(&sockets, &table), ST_OK);
        failing_memory_end();
        rows = 5000;
        failing_memory_begin(n);
        status = sockets_read(&sockets, &table);
        failed = failing_memory_failed();
        failing_memory_end();
        if (status)
            assert_int_equal(status, ST_NO_MEMORY);
        else if (table.stale[PART_TCP4])
            assert_int_equal(table.count, 100); /* the rows of before */
        else
            assert_int_equal(table.count, 5000);
        assert_int_equal(sockets_read(&sockets, &table), ST_OK);
        assert_int_equal(table.count, 5000);
        sockets_done(&sockets);
    }
}

static void test_listing(void **state)
{
    bool failed = true;

    (void)state;
    for (size_t n = 1; failed; n++) {
        struct listing listing;
        struct held_table held;
        enum status status;
        assert_true(n < MOST);
        listing_init(&listing, system_calls());
        held_init(&held, system_calls());
        failing_memory_begin(n);
        status = listing_read(&listing, &held);
        failed = failing_memory_failed();
        if (status)
            assert_int_equal(status, ST_NO_MEMORY);
        assert_int_equal(listing_read(&listing, &held), ST_OK);
        assert_non_null(listing_find(&listing, GetCurrentProcessId()));
        held_done(&held);
        listing_done(&listing);
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
    }
}

static void test_files(void **state)
{
    wchar_t temporary[MAX_PATH];
    struct buffer path;
    bool failed = true;

    (void)state;
    GetTempPathW(MAX_PATH, temporary);
    buffer_init(&path, 4096);
    text16_add(&path, temporary, wcslen(temporary));
    buffer_add_string(&path, "stakeout-memory.txt");
    for (size_t n = 1; failed; n++) {
        struct buffer content;
        enum status wrote;
        enum status read;
        assert_true(n < MOST);
        buffer_init(&content, 1 << 16);
        failing_memory_begin(n);
        wrote = files_replace(buffer_text(&path), text_of("content"), NULL);
        read = files_read(buffer_text(&path), &content, NULL);
        failed = failing_memory_failed();
        assert_true(wrote == ST_OK || wrote == ST_NO_MEMORY);
        assert_true(read == ST_OK || read == ST_NO_MEMORY || wrote);
        if (!failed)
            assert_int_equal(content.size, 7);
        buffer_done(&content);
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
    }
    buffer_add_byte(&path, 0);
    DeleteFileA(path.bytes);
    buffer_done(&path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sockets),
        cmocka_unit_test(test_listing),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
