#include "core/base/status.h"

#include <stddef.h>

static const char *const phrases[ST_COUNT] = {
    [ST_OK] = "done",
    [ST_NO_MEMORY] = "out of memory",
    [ST_INVALID] = "malformed",
    [ST_NOT_FOUND] = "not found",
    [ST_GONE] = "has ended",
    [ST_DENIED] = "access denied",
    [ST_PROTECTED] = "protected",
    [ST_UNSUPPORTED] = "not supported by this system",
    [ST_TOO_LARGE] = "too large",
    [ST_STALE] = "not answered; the previous answer stands",
    [ST_TOO_SLOW] = "took too long",
    [ST_CANCELLED] = "cancelled",
    [ST_BUSY] = "in use",
    [ST_DISK_FULL] = "the disk is full",
    [ST_IO] = "could not be read or written",
    [ST_SYSTEM] = "refused by the system",
};

const char *status_phrase(enum status status)
{
    if ((unsigned)status >= ST_COUNT)
        return "unknown status";
    return phrases[status];
}
