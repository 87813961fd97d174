/* bench_find_memory: the search of memory, over bytes that lie in a file.
 *
 *   bench_find_memory plain|case|regex|fold TERM FILE   searches (plain and fold: any case)
 *   bench_find_memory list LIST FILE                    for all of a watchlist
 *
 * Reads FILE as memory is read, a piece at a time, and prints how many places there are. What it
 * costs, beside others that search the same file, is for tests/bench/find_memory.sh. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/find/scan.h"

static void fail(const char *what)
{
    fprintf(stderr, "bench_find_memory: %s\n", what);
    exit(2);
}

struct file {
    FILE *stream;
    uint64_t size;
};

/* One region, without what does not fill a page. */
static enum status next_region(void *context, uint64_t from, struct region *region)
{
    const struct file *file = context;

    *region = (struct region){
        .size = file->size / REGION_PAGE * REGION_PAGE,
        .access = REGION_READ,
        .askable = true,
    };
    return from < region->size ? ST_OK : ST_NOT_FOUND;
}

static enum status read_region(void *context, uint64_t address, void *out, size_t size)
{
    const struct file *file = context;

    if (fseek(file->stream, (long)address, SEEK_SET) != 0)
        return ST_IO;
    return fread(out, 1, size, file->stream) == size ? ST_OK : ST_IO;
}

static enum status count(void *context, const struct memory_hit *hit)
{
    (void)hit;
    ++*(uint64_t *)context;
    return ST_OK;
}

static FILE *open_file(const char *path, uint64_t *size)
{
    FILE *stream = fopen(path, "rb");
    long end;

    if (!stream || fseek(stream, 0, SEEK_END) != 0)
        fail("can't open a file");
    end = ftell(stream);
    if (end < 0 || fseek(stream, 0, SEEK_SET) != 0)
        fail("can't tell how big a file is");
    *size = (uint64_t)end;
    return stream;
}

static struct watchlist *read_list(const char *path)
{
    uint64_t size;
    FILE *stream = open_file(path, &size);
    char *bytes = malloc((size_t)size + 1);
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist_lines lines;
    struct watchlist *list = NULL;

    if (!bytes || !builder || fread(bytes, 1, (size_t)size, stream) != size ||
        watchlist_add_file_text(builder, (struct text){bytes, (size_t)size}, text_of("list"), NULL,
                                &lines) != ST_OK ||
        watchlist_build(builder, &list) != ST_OK)
        fail("can't read the list");
    free(bytes);
    fclose(stream);
    return list;
}

int main(int argc, char **argv)
{
    struct file file = {NULL, 0};
    struct term *term = NULL;
    struct watchlist *list = NULL;
    struct scan *scan = NULL;
    struct scan_totals totals = {.read = 0};
    const struct region_reader reader = {&file, next_region, read_region};
    uint64_t places = 0;
    const struct scan_sink sink = {&places, count};
    unsigned flags;

    if (argc != 4)
        fail("give plain, case, regex, fold or list, what to look for, and a file");
    flags = strcmp(argv[1], "regex") == 0  ? TERM_REGEX | TERM_CASE
            : strcmp(argv[1], "fold") == 0 ? TERM_REGEX
            : strcmp(argv[1], "case") == 0 ? TERM_CASE
                                           : 0u;
    if (strcmp(argv[1], "list") == 0)
        list = read_list(argv[2]);
    else if (term_new(text_from(argv[2]), flags, &term, NULL) != ST_OK)
        fail("that is no term");
    file.stream = open_file(argv[3], &file.size);
    setvbuf(file.stream, NULL, _IONBF, 0);
    if (scan_new(term, list, &scan) != ST_OK ||
        scan_run(scan, &reader, NULL, &sink, &totals) != ST_OK)
        fail("can't search");
    printf("%" PRIu64 " places in %" PRIu64 " bytes\n", places, totals.read);
    scan_free(scan);
    term_free(term);
    watchlist_release(list);
    fclose(file.stream);
    return 0;
}
