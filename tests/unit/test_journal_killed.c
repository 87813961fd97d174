/* journal: a writer is killed 1,000 times, at any moment, in the middle of its writes, and another
 * goes on in the same file. Whatever was reported as written is there, and the chain holds.
 * native only: it forks, and kills its children. */
/* NOLINTNEXTLINE(bugprone-reserved-identifier): so the C library wants to be asked */
#define _DEFAULT_SOURCE /* usleep, mkstemp */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/hash.h"
#include "core/case/journal.h"

#define KILLS 1000
#define PIECE 16u           /* bytes of one write: so that a kill falls in the middle of a line */
#define DELAY_MOST_US 1500u /* from the first line on */

static int journal_fd;

static enum status append(void *context, struct text bytes, size_t *written)
{
    (void)context;
    *written = 0;
    while (*written < bytes.size) {
        size_t rest = bytes.size - *written;
        ssize_t done =
            write(journal_fd, bytes.bytes + *written, rest < PIECE ? rest : (size_t)PIECE);
        if (done <= 0)
            return ST_IO;
        *written += (size_t)done;
    }
    return ST_OK;
}

/* What the system has taken outlives the program; the machine's end is not played here. */
static enum status flush(void *context)
{
    (void)context;
    return ST_OK;
}

static enum status read_at(void *context, uint64_t at, char *out, size_t size, size_t *got)
{
    (void)context;
    ssize_t done = pread(journal_fd, out, size, (off_t)at);
    *got = done > 0 ? (size_t)done : 0;
    return done < 0 ? ST_IO : ST_OK;
}

static enum status mix(void *context, struct text bytes, unsigned char digest[JOURNAL_DIGEST])
{
    uint64_t hash = 1;
    (void)context;
    for (size_t i = 0; i < bytes.size; i++)
        hash = hash_mix(hash_add(hash, (unsigned char)bytes.bytes[i]));
    for (size_t i = 0; i < JOURNAL_DIGEST; i++)
        digest[i] = (unsigned char)(hash >> (i % 8 * 8));
    return ST_OK;
}

static moment now(void *context)
{
    (void)context;
    return 1;
}

static const struct journal_file file = {append, flush, read_at, NULL};
static const struct journal_hash hash = {mix, NULL};
static const struct clock standing = {.now = now};

/* Writes until it is killed; the number of each line that was written goes into the pipe, as the
 * action would follow then. */
static void write_for_ever(int reports)
{
    struct journal *journal = NULL;
    const struct journal_entry entry = {.phase = JOURNAL_BEFORE, .action = "kill"};
    if (journal_open(&file, &hash, standing, &journal) != ST_OK)
        _exit(2);
    for (;;) {
        uint64_t number = 0;
        if (journal_write(journal, &entry, &number) != ST_OK ||
            write(reports, &number, sizeof number) != (ssize_t)sizeof number)
            _exit(3);
    }
}

/* The last number that came; waits for the end of the pipe. */
static uint64_t last_of(int reports, uint64_t first)
{
    uint64_t number;
    while (read(reports, &number, sizeof number) == (ssize_t)sizeof number)
        first = number;
    return first;
}

static void check(uint64_t reported, size_t *torn)
{
    struct journal_check found;
    assert_int_equal(journal_verify(&file, &hash, &found), ST_OK);
    if (found.fault == JOURNAL_TORN_END) {
        ++*torn;
        assert_true(found.line > reported); /* nothing followed a line that was not whole */
    } else {
        assert_int_equal(found.fault, JOURNAL_SOUND);
    }
    assert_true(found.lines >= reported);
}

static void kill_one(unsigned delay, size_t *torn)
{
    int reports[2];
    uint64_t number = 0;
    int how;
    assert_int_equal(pipe(reports), 0);
    pid_t writer = fork();
    assert_true(writer >= 0);
    if (writer == 0) {
        close(reports[0]);
        write_for_ever(reports[1]);
    }
    close(reports[1]);
    assert_int_equal(read(reports[0], &number, sizeof number), sizeof number);
    usleep(delay);
    assert_int_equal(kill(writer, SIGKILL), 0);
    assert_int_equal(waitpid(writer, &how, 0), writer);
    assert_true(WIFSIGNALED(how));
    number = last_of(reports[0], number);
    close(reports[0]);
    check(number, torn);
}

static void test_a_thousand_kills(void **state)
{
    (void)state;
    char path[] = "/tmp/stakeout-journal-XXXXXX";
    size_t torn = 0;
    size_t torn_now = 0;
    srand(1);
    journal_fd = mkstemp(path);
    assert_true(journal_fd >= 0);
    assert_int_equal(fcntl(journal_fd, F_SETFL, O_APPEND), 0);
    unlink(path);
    for (int kills = 0; kills < KILLS; kills++) {
        kill_one((unsigned)rand() % DELAY_MOST_US, &torn_now);
        torn += torn_now;
        torn_now = 0;
        /* Read anew each time: kept short, so that it stays quick. */
        if (lseek(journal_fd, 0, SEEK_END) > 1 << 16)
            assert_int_equal(ftruncate(journal_fd, 0), 0);
    }
    close(journal_fd);
    print_message("%d kills, %zu in the middle of a line\n", KILLS, torn);
    assert_true(torn > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_thousand_kills)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
