/* What searching the registry costs over a bare walk that reads every key and value, both in turn
 * in the same run: a plain term and a regular expression, neither of which is there. And beside
 * `reg query HKLM /s` and `reg query HKU /s`, which print what they read; into a file. Prints a
 * JSON line a figure. */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>

#include "core/find/registry_search.h"
#include "core/windows/clock.h"
#include "core/windows/registry/registry_walk.h"
#include "tests/support/windows/bare_registry.h"

#define RUNS 7

static struct clock now;

static int64_t ticks(void)
{
    return now.ticks(now.context);
}

static bool see_key(void *context, const struct registry_key *key)
{
    struct registry_finding finding = {0};

    return registry_search_key(context, key, &finding) == ST_OK;
}

static bool see_value(void *context, const struct registry_key *key,
                      const struct registry_value *value)
{
    struct registry_finding finding = {0};

    return registry_search_value(context, key, value, &finding) == ST_OK;
}

static struct registry_counts search(const char *source, unsigned flags)
{
    struct registry_search search;
    const struct registry_visitor visitor = {
        .key = see_key, .value = see_value, .context = &search};
    struct registry_counts counts;
    struct term *term;

    if (term_new(text_from(source), flags, &term, NULL))
        exit(1);
    registry_search_init(&search, term);
    if (registry_walk(NULL, text_of(""), &visitor, NULL, &counts))
        exit(1);
    registry_search_done(&search);
    term_free(term);
    return counts;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static double median_ms(int64_t *values)
{
    int64_t middle;

    qsort(values, RUNS, sizeof *values, by_size);
    middle = values[RUNS / 2];
    return (double)middle / (double)MOMENT_MS;
}

static void print(const char *what, double value, const char *unit, double baseline,
                  const char *name)
{
    printf("{\"bench\":\"registry\",\"case\":\"%s\",\"value\":%.4f,\"unit\":\"%s\","
           "\"baseline\":%.4f,\"baseline_name\":\"%s\"}\n",
           what, value, unit, baseline, name);
    fflush(stdout);
}

static double measure(const char *what, const char *source, unsigned flags)
{
    static int64_t bare[RUNS];
    static int64_t whole[RUNS];
    struct registry_counts counts = {0};
    struct bare_counts read = {0};
    char name[160];
    double searched;
    double walked;

    for (int i = 0; i < RUNS; i++) {
        int64_t begun = ticks();
        read = bare_registry_walk();
        bare[i] = ticks() - begun;
        begun = ticks();
        counts = search(source, flags);
        whole[i] = ticks() - begun;
    }
    searched = median_ms(whole);
    walked = median_ms(bare);
    snprintf(name, sizeof name, "bare walk, ms; %u keys, %u values, %u bytes",
             (unsigned)counts.keys, (unsigned)counts.values, (unsigned)read.bytes);
    print(what, searched, "ms", walked, name);
    print(what, searched / walked, "ratio", 1.15, "the bar");
    return searched;
}

static int64_t run_peer(const wchar_t *root)
{
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION process;
    wchar_t line[128];
    int64_t begun = ticks();

    swprintf(line, 128, L"cmd.exe /c reg query %ls /s > NUL", root);
    if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &process))
        return 0;
    WaitForSingleObject(process.hProcess, INFINITE);
    CloseHandle(process.hProcess);
    CloseHandle(process.hThread);
    return ticks() - begun;
}

int main(void)
{
    double plain;
    int64_t peer;

    now = clock_of_system();
    plain = measure("plain term", "zz-not-there-zz", 0);
    measure("regular expression", "zz-[a-f0-9]{4}-not-(there|here)", TERM_REGEX);
    peer = run_peer(L"HKLM") + run_peer(L"HKU");
    print("plain term", plain, "ms", (double)peer / (double)MOMENT_MS, "reg query /s, ms");
    return 0;
}
