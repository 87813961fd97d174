#include "tests/support/import_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fatal(const char *what)
{
    fprintf(stderr, "import_check: %s\n", what);
    abort();
}

char *import_check_read(const char *name, size_t *size)
{
    const char *shared = getenv("STAKEOUT_SHARED");
    char path[1024];
    FILE *file;
    char *bytes = NULL;
    long end = -1;

    snprintf(path, sizeof path, "%s/data/iocs/%s", shared && *shared ? shared : "../shared", name);
    file = fopen(path, "rb");
    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0)
        end = ftell(file);
    if (end >= 0 && fseek(file, 0, SEEK_SET) == 0) {
        bytes = malloc((size_t)end + 1);
        if (bytes)
            *size = fread(bytes, 1, (size_t)end, file);
    }
    fclose(file);
    return bytes;
}

struct import_result *import_check_text(struct text input)
{
    struct import_result *result = NULL;
    struct buffer problem;

    buffer_init(&problem, 4096);
    if (import_text(input, text_of("test"), NULL, &result, &problem) != ST_OK) {
        fwrite(problem.bytes, 1, problem.size, stderr);
        fatal("not imported");
    }
    buffer_done(&problem);
    return result;
}

bool import_check_is_indicator(const struct finding *finding)
{
    return finding->doubt != DOUBT_NOT_WATCHABLE && finding->doubt != DOUBT_MALFORMED;
}

const char *import_check_written(const struct import_result *result, size_t at)
{
    static char line[1024];
    struct buffer out;

    buffer_init(&out, sizeof line - 1);
    indicator_add(&out, &import_finding(result, at)->indicator);
    if (out.size)
        memcpy(line, out.bytes, out.size);
    line[out.size] = 0;
    buffer_done(&out);
    return line;
}

static bool has(const struct import_result *result, const char *indicator, bool ticked)
{
    for (size_t i = 0; i < import_count(result); i++) {
        const struct finding *finding = import_finding(result, i);

        if (import_check_is_indicator(finding) && (!ticked || finding->doubt == DOUBT_NONE) &&
            strcmp(import_check_written(result, i), indicator) == 0)
            return true;
    }
    return false;
}

bool import_check_found(const struct import_result *result, const char *indicator)
{
    return has(result, indicator, false);
}

bool import_check_ticked(const struct import_result *result, const char *indicator)
{
    return has(result, indicator, true);
}

bool import_check_found_host(const struct import_result *result, const char *host)
{
    size_t size = strlen(host);

    for (size_t i = 0; i < import_count(result); i++) {
        const char *written = import_check_written(result, i);

        if (import_check_is_indicator(import_finding(result, i)) &&
            strncmp(written, host, size) == 0 && (!written[size] || written[size] == ':'))
            return true;
    }
    return false;
}

size_t import_check_count_ticked(const struct import_result *result)
{
    size_t count = 0;

    for (size_t i = 0; i < import_count(result); i++)
        count += import_finding(result, i)->doubt == DOUBT_NONE;
    return count;
}

size_t import_check_count_found(const struct import_result *result)
{
    size_t count = 0;

    for (size_t i = 0; i < import_count(result); i++) {
        const struct finding *finding = import_finding(result, i);

        count += import_check_is_indicator(finding) && finding->doubt != DOUBT_DUPLICATE;
    }
    return count;
}
