/* The hosts file, byte for byte. */
#include "core/windows/evidence/bundle_parts_inside.h"
#include "core/windows/file/files.h"
#include "core/windows/network/hosts_file.h"

#define HOSTS_MOST ((size_t)256 << 20)
#define PATH_CEILING ((size_t)128 << 10)

enum status bundle_hosts(void *context, struct bundle_out *out)
{
    struct failure failure = {.status = ST_OK};
    struct buffer path;
    struct buffer content;
    enum status status;

    (void)context;
    buffer_init(&path, PATH_CEILING);
    buffer_init(&content, HOSTS_MOST);
    status = hosts_file_path(&path);
    if (!status)
        status = files_read(buffer_text(&path), &content, &failure);
    if (!status)
        status = bundle_add(out, buffer_text(&content));
    else if (failure.call)
        bundle_fail(out, &failure);
    buffer_done(&content);
    buffer_done(&path);
    return status;
}
