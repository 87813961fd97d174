/* Any bytes as an indicator: it is refused with a reason, or has one spelling, which reads as the
 * same indicator. */
#include <stdlib.h>

#include "core/watch/indicator.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_parts(const struct indicator *indicator)
{
    must(indicator->kind < INDICATOR_KINDS);
    switch ((enum indicator_kind)indicator->kind) {
    case INDICATOR_ADDRESS:
        must(address_equal(&indicator->low, &indicator->high));
        break;
    case INDICATOR_NETWORK:
    case INDICATOR_RANGE:
        must(address_compare(&indicator->low, &indicator->high) < 0);
        break;
    case INDICATOR_PORT:
        must(indicator->port);
        break;
    case INDICATOR_DOMAIN:
    case INDICATOR_DOMAIN_TREE:
    case INDICATOR_PATTERN:
    case INDICATOR_NAME:
        must(indicator->value.size);
        break;
    case INDICATOR_KINDS:
        break;
    }
}

static bool same(const struct indicator *a, const struct indicator *b)
{
    return a->kind == b->kind && a->prefix == b->prefix && a->pattern_on == b->pattern_on &&
           a->ignore_case == b->ignore_case && a->port == b->port &&
           address_equal(&a->low, &b->low) && address_equal(&a->high, &b->high) &&
           text_equal(a->value, b->value);
}

static void check_spelling(const struct indicator *indicator)
{
    struct buffer once;
    struct buffer twice;
    struct buffer scratch;
    struct indicator back;
    const char *why = NULL;

    buffer_init(&once, 1 << 16);
    buffer_init(&twice, 1 << 16);
    buffer_init(&scratch, 1 << 16);
    indicator_add(&once, indicator);
    must(!once.failed && once.size);
    must(indicator_parse(buffer_text(&once), &scratch, &back, &why) == ST_OK);
    must(same(indicator, &back));
    indicator_add(&twice, &back);
    must(text_equal(buffer_text(&once), buffer_text(&twice)));
    must(indicator_ecs_type(&back)[0]);
    buffer_done(&once);
    buffer_done(&twice);
    buffer_done(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text written = {(const char *)data, size};
    struct indicator indicator = {.kind = INDICATOR_KINDS};
    struct buffer scratch;
    const char *why = NULL;
    enum status status;

    buffer_init(&scratch, 1 << 16);
    status = indicator_parse(written, &scratch, &indicator, &why);
    if (status == ST_OK) {
        check_parts(&indicator);
        check_spelling(&indicator);
    } else {
        must(status == ST_INVALID && why && why[0]);
        must(indicator.kind == INDICATOR_KINDS);
    }
    buffer_done(&scratch);
    return 0;
}
