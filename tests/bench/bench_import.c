/* How long a pasted report of 2 MB takes to be read, and whether hostile texts stay linear. Prints
 * a JSON line a figure. Usage: bench_import [FILE]... (files are repeated up to 2 MB; without one,
 * a made-up report) */
#include "core/watch/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REPORT_SIZE (2u << 20)
#define RUNS 5

/* CPU time: other programs of the machine do not count. */
static double now_ms(void)
{
    return (double)clock() * 1e3 / CLOCKS_PER_SEC;
}

/* The fastest of some runs, in ms. */
static double measure(const char *bytes, size_t size, size_t *found)
{
    double best = 1e9;

    for (int i = 0; i < RUNS; i++) {
        struct import_result *result;
        struct buffer problem;
        double begun = now_ms();

        buffer_init(&problem, 1024);
        if (import_text((struct text){bytes, size}, text_of("report"), NULL, &result, &problem) !=
            ST_OK)
            exit(1);
        if (now_ms() - begun < best)
            best = now_ms() - begun;
        *found = import_count(result);
        import_free(result);
        buffer_done(&problem);
    }
    return best;
}

static void print(const char *what, double value, const char *unit, double baseline,
                  const char *baseline_name)
{
    printf("{\"bench\":\"import\",\"case\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",\"baseline\":%.3f,"
           "\"baseline_name\":\"%s\"}\n",
           what, value, unit, baseline, baseline_name);
    fflush(stdout);
}

static void fill(char *out, size_t size, const char *piece, size_t piece_size)
{
    for (size_t i = 0; i < size; i++)
        out[i] = piece[i % piece_size];
}

static void bench_report(const char *what, char *out, const char *piece, size_t piece_size)
{
    size_t found;

    fill(out, REPORT_SIZE, piece, piece_size);
    print(what, measure(out, REPORT_SIZE, &found), "ms", 100, "the bar");
}

/* Twice the text may take twice the time. */
static void bench_hostile(char *out, const char *piece)
{
    size_t found;
    double half;
    double whole;
    char what[64];

    fill(out, REPORT_SIZE, piece, strlen(piece));
    half = measure(out, REPORT_SIZE / 2, &found);
    whole = measure(out, REPORT_SIZE, &found);
    snprintf(what, sizeof what, "hostile %.8s: time at 2 MB over 1 MB", piece);
    for (char *c = what; *c; c++)
        if (*c == '"' || *c == '\\')
            *c = '_';
    print(what, whole / half, "ratio", 2, "linear");
}

/* The name of the folder a report lies in, which says what it is about. */
static const char *folder_of(char *path)
{
    char *end = strrchr(path, '/');
    char *begin;

    if (!end)
        return path;
    *end = 0;
    begin = strrchr(path, '/');
    return begin ? begin + 1 : path;
}

int main(int count, char **files)
{
    static const char made_up[] =
        "The loader beacons to hxxps[:]//cdn[.]evil-updates[.]net/a.php every 60 s; fallback is\n"
        "45.77.10[.]7 on port 8443 (see https://vendor.example/blog/2026/11). Dropped files are\n"
        "C:\\ProgramData\\svchost.exe (5f4dcc3b5aa765d61d8327deb882cf99) and report.pdf, version "
        "10.0.19041.1.\n"
        "Contact: ir@vendor.example. 域名 evil[.]dynamic-host[.]org 解析到 45.77.10[.]9。\n";
    static const char *const hostile[] = {"[",  "(.)", ".",       " . ", "a.",
                                          "1.", "::",  "http://", "@a",  "\\."};
    char *out = malloc(REPORT_SIZE);

    if (!out)
        return 1;
    bench_report("made-up report, 2 MB", out, made_up, sizeof made_up - 1);
    for (int i = 1; i < count; i++) {
        FILE *file = fopen(files[i], "rb");
        char *piece = malloc(REPORT_SIZE);
        size_t size = file && piece ? fread(piece, 1, REPORT_SIZE, file) : 0;

        if (size)
            bench_report(folder_of(files[i]), out, piece, size);
        if (file)
            fclose(file);
        free(piece);
    }
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++)
        bench_hostile(out, hostile[i]);
    free(out);
    return 0;
}
