/* Any bytes as a text to import: it ends, and all it finds can be written and read back. */
#include "core/watch/import.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_reads_back(const struct indicator *indicator)
{
    struct buffer out;
    struct buffer scratch;
    struct indicator back;
    const char *why = "as something else";

    buffer_init(&out, 1 << 16);
    buffer_init(&scratch, 1 << 16);
    indicator_add(&out, indicator);
    if (indicator_parse(buffer_text(&out), &scratch, &back, &why) != ST_OK ||
        back.kind != indicator->kind || back.port != indicator->port) {
        fprintf(stderr, "\"%.*s\" reads back: %s\n", (int)out.size, out.bytes, why);
        abort();
    }
    buffer_done(&out);
    buffer_done(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct import_result *result = NULL;
    struct buffer problem;

    buffer_init(&problem, 4096);
    if (import_text((struct text){(const char *)data, size}, text_of("fuzz"), NULL, &result,
                    &problem) == ST_OK) {
        for (size_t i = 0; i < import_count(result); i++) {
            const struct finding *finding = import_finding(result, i);

            if (finding->doubt != DOUBT_NOT_WATCHABLE && finding->doubt != DOUBT_MALFORMED)
                check_reads_back(&finding->indicator);
        }
        import_free(result);
    } else if (problem.size == 0) {
        abort();
    }
    buffer_done(&problem);
    return 0;
}
