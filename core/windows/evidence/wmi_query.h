/* wmi_query: what WMI answers to a query, object by object.
 * Everything of COM is looked up at run time. A query can be cancelled between two objects, and
 * WMI_WAIT_MS is waited for each. Inside core/windows and its tests only; any thread, which is made
 * COM's for the time where it was not. */
#ifndef STAKEOUT_WINDOWS_WMI_QUERY_H
#define STAKEOUT_WINDOWS_WMI_QUERY_H

#include "core/base/progress.h"
#include "core/case/json_write.h"

#define WMI_WAIT_MS 30000

struct wmi_sink {
    /* An object for the members of one row, and its end; false: enough. */
    struct json_writer *(*begin)(void *context);
    bool (*end)(void *context);
    void *context;
};

/* space: "root\subscription"; what stands before a last ':' ("winmgmts:") is passed over, and empty
 * is root\cimv2. Each row gets "wmi": namespace, class, path, the properties that are texts,
 * numbers or truth values, and "mof", the whole object as the system writes it down.
 * ST_UNSUPPORTED: there is no WMI here; ST_NOT_FOUND: no such namespace or class; ST_CANCELLED.
 * *failure: what did not work. */
enum status wmi_query(struct text space, struct text query, const struct wmi_sink *sink,
                      struct progress *progress, struct failure *failure);

#endif
