#include "tests/support/import_listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const doubts[DOUBT_COUNT] = {
    [DOUBT_NONE] = "ticked",
    [DOUBT_DUPLICATE] = "duplicate",
    [DOUBT_REFERENCE] = "reference",
    [DOUBT_PRIVATE] = "private",
    [DOUBT_OWN] = "own",
    [DOUBT_RESOLVER] = "resolver",
    [DOUBT_TOO_WIDE] = "too-wide",
    [DOUBT_SUFFIX] = "suffix",
    [DOUBT_BENIGN] = "benign",
    [DOUBT_FILE_NAME] = "file-name",
    [DOUBT_NOT_FOR_IDS] = "not-for-ids",
    [DOUBT_OBSERVATION] = "observation",
    [DOUBT_PARTIAL] = "partial",
    [DOUBT_REPAIRED] = "repaired",
    [DOUBT_NOT_WATCHABLE] = "unwatchable",
    [DOUBT_MALFORMED] = "malformed",
};

static char listing[1 << 16];

static const char *finish(struct buffer *out)
{
    if (out->failed != ST_OK) {
        fprintf(stderr, "import_listing: too long\n");
        abort();
    }
    if (out->size)
        memcpy(listing, out->bytes, out->size);
    listing[out->size] = 0;
    buffer_done(out);
    return listing;
}

static struct import_result *import(struct text input, struct buffer *out)
{
    struct import_result *result = NULL;
    enum status status;

    buffer_init(out, sizeof listing - 1);
    buffer_add(out, text_of("refused: "));
    status = import_text(input, text_of("file"), NULL, &result, out);
    if (status == ST_OK)
        buffer_clear(out);
    return status == ST_OK ? result : NULL;
}

const char *import_listing(struct text input)
{
    struct buffer out;
    struct import_result *result = import(input, &out);

    if (!result)
        return finish(&out);
    buffer_add_string(&out, import_format_name(import_format_of(result)));
    buffer_add_byte(&out, '\n');
    for (size_t i = 0; i < import_count(result); i++) {
        const struct finding *finding = import_finding(result, i);

        if (finding->doubt == DOUBT_NOT_WATCHABLE || finding->doubt == DOUBT_MALFORMED)
            buffer_add(&out, finding->origin.written);
        else
            indicator_add(&out, &finding->indicator);
        buffer_add_byte(&out, ' ');
        buffer_add_string(&out, doubts[finding->doubt]);
        buffer_add_byte(&out, '\n');
    }
    import_free(result);
    return finish(&out);
}

const char *import_listing_label(struct text input, size_t at)
{
    struct buffer out;
    struct import_result *result = import(input, &out);

    if (result && at < import_count(result))
        buffer_add(&out, import_finding(result, at)->origin.label);
    import_free(result);
    return finish(&out);
}

size_t import_listing_line(struct text input, size_t at)
{
    struct buffer out;
    struct import_result *result = import(input, &out);
    size_t line = result && at < import_count(result) ? import_finding(result, at)->origin.line : 0;

    import_free(result);
    buffer_done(&out);
    return line;
}

size_t import_listing_skipped(struct text input)
{
    struct buffer out;
    struct import_result *result = import(input, &out);
    size_t skipped = result ? import_skipped(result) : 0;

    import_free(result);
    buffer_done(&out);
    return skipped;
}
