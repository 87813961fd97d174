/* child: processes that a test starts, talks to and ends.
 * A child's standard input and output are pipes. Everything fails the test by an assertion. */
#ifndef STAKEOUT_TESTS_CHILD_H
#define STAKEOUT_TESTS_CHILD_H

#include <stdint.h>
#include <wchar.h>
#include <windows.h>

struct child {
    HANDLE process;
    HANDLE thread;
    DWORD pid;
    HANDLE input;  /* write end of its standard input */
    HANDLE output; /* read end of its standard output */
};

/* Where a lab program lies: beside the tests' folder. */
void child_lab_path(const wchar_t *name, wchar_t *path, size_t length);

/* Starts "NAME.exe ARGUMENTS" from the lab. flags: CREATE_SUSPENDED or 0. */
void child_start(struct child *child, const wchar_t *name, const wchar_t *arguments, DWORD flags);
/* Any program by its path (may be NULL) and whole command line. */
void child_start_line(struct child *child, const wchar_t *path, wchar_t *line, DWORD flags);
/* Reads a line of what it prints (without the line end). */
void child_read_line(struct child *child, char *line, size_t size);
/* The number behind "key=" in a line. */
uint64_t child_number(const char *line, const char *key);
/* Ends its input, waits until it is gone (it is killed after 20 s), closes all. Returns the exit
 * code. */
DWORD child_end(struct child *child);
/* Kills it and closes all. */
void child_kill(struct child *child, UINT code);

#endif
