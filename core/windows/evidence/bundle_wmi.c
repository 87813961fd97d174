/* Subscriptions of WMI: what starts programs at an event, and stands in no key and no folder. */
#include "core/windows/evidence/bundle_parts_inside.h"
#include "core/windows/evidence/wmi_query.h"

static struct json_writer *begin_object(void *out)
{
    return bundle_row(out);
}

/* After what was lost the next one may still be had; a cancel and a full disk are seen outside. */
static bool end_object(void *out)
{
    return bundle_end_row(out) == ST_OK;
}

enum status bundle_wmi(void *context, struct bundle_out *out)
{
    static const char *const spaces[] = {"root\\subscription", "root\\default"};
    static const char *const queries[] = {
        "SELECT * FROM __EventFilter",
        "SELECT * FROM __EventConsumer",
        "SELECT * FROM __FilterToConsumerBinding",
    };
    const struct wmi_sink sink = {begin_object, end_object, out};
    struct progress *whole = bundle_progress(out);
    struct progress progress = {.cancel = whole ? whole->cancel : NULL};
    enum status first = ST_OK;
    bool any = false;

    (void)context;
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        for (size_t at = 0; at < sizeof queries / sizeof *queries; at++) {
            struct failure failure = {.status = ST_OK};
            enum status status =
                wmi_query(text_from(spaces[i]), text_from(queries[at]), &sink, &progress, &failure);
            if (bundle_cancelled(out))
                return ST_CANCELLED;
            any = any || status == ST_OK;
            if (status == ST_UNSUPPORTED && !failure.call)
                return bundle_because(out, status, "this system has no COM");
            if (status != ST_OK && first == ST_OK)
                first = failure.call ? bundle_fail(out, &failure) : status;
        }
    return any && first == ST_NOT_FOUND ? ST_OK : first; /* old ones have no root\default classes */
}
