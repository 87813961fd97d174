#include "core/cli/parts.h"

#include "core/windows/process/parts.h"

struct process_parts *parts_of(struct process_key key)
{
    struct parts_reader *reader = NULL;
    struct process_parts *parts = NULL;
    enum status status = parts_reader_new(NULL, &reader);
    if (status == ST_OK)
        status = parts_read(reader, key, PROCESS_ALL_PARTS, &parts);
    parts_reader_free(reader);
    if (status != ST_OK && status != ST_NO_MEMORY &&
        process_parts_new(key, PARTS_MOST, &parts) == ST_OK)
        process_parts_refuse(parts, PROCESS_ALL_PARTS, read_state_from(status));
    return parts;
}
