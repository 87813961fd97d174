/* A closer look at flagged processes: their handles, and memory that runs without a file behind it.
 */
#include "core/base/memory.h"
#include "core/case/ecs_handle.h"
#include "core/case/ecs_memory.h"
#include "core/windows/evidence/bundle_parts_inside.h"
#include "core/windows/find/handles.h"
#include "core/windows/find/memory_source.h"

#define HEAD 64u /* bytes of a region that are told: enough to know a program by */

static enum status nobody(struct bundle_out *out)
{
    return bundle_because(out, ST_NOT_FOUND,
                          "no process that runs has a hit in this case, and none was named");
}

/* --- handles --- */

struct handle_writer {
    struct bundle_out *out;
    enum status status;
};

static bool take_handle(void *context, const struct handle_row *row)
{
    struct handle_writer *writer = context;

    if (row->kind != HANDLE_OPEN) /* modules and command lines stand with the process */
        return true;
    ecs_add_handle(bundle_line(writer->out), row);
    writer->status = bundle_end_line(writer->out);
    return writer->status == ST_OK;
}

enum status bundle_handles(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;
    struct handle_writer writer = {.out = out};
    const struct handle_sink sink = {take_handle, &writer};
    struct handles_told told = {.handles = 0};
    uint32_t *pids;
    struct handles_scope scope;
    enum status status;

    if (!machine->snapshot || !machine->flagged.count)
        return nobody(out);
    pids = memory_take_array(machine->flagged.count, sizeof *pids);
    if (!pids)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < machine->flagged.count; i++)
        pids[i] = machine->snapshot->processes[machine->flagged.rows[i]].facts->key.pid;
    scope = (struct handles_scope){pids, machine->flagged.count};
    status = handles_find(NULL, &scope, &sink, bundle_progress(out), &told);
    memory_give(pids);
    bundle_lost(out, told.not_opened, "a process could not be opened for its handles");
    if (told.names_not_read)
        bundle_because(out, ST_OK, "some handles did not tell their names: their rows say why");
    return writer.status ? writer.status : status;
}

/* --- regions --- */

static void add_head(struct json_writer *json, const struct region_reader *reader,
                     const struct region *region)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char head[HEAD];
    char hex[2 * HEAD];

    if (!region->askable || reader->read(reader->context, region->base, head, HEAD))
        return;
    for (size_t i = 0; i < HEAD; i++) {
        hex[2 * i] = digits[head[i] >> 4];
        hex[2 * i + 1] = digits[head[i] & 15];
    }
    json_text(json, "begins", (struct text){hex, sizeof hex});
}

static enum status add_region(struct bundle_out *out, const struct process_facts *facts,
                              const struct region_reader *reader, const struct region *region)
{
    struct json_writer *json = bundle_row(out);
    struct buffer words;

    json_moment(json, "@timestamp", bundle_now(out), false);
    json_open_object(json, "process");
    json_unsigned(json, "pid", facts->key.pid);
    json_text(json, "name", facts->name);
    json_moment(json, "start", facts->key.start, true);
    json_close_object(json);
    json_open_object(json, "stakeout");
    json_open_object(json, "memory");
    json_open_object(json, "region");
    buffer_init(&words, 64);
    handle_row_add_hex(&words, region->base);
    json_text(json, "base", buffer_text(&words));
    json_unsigned(json, "size", region->size);
    json_string(json, "type", region_kind_word(region->kind));
    buffer_clear(&words);
    region_access_add(&words, region->access);
    json_text(json, "access", buffer_text(&words));
    buffer_done(&words);
    json_bool(json, "unbacked", true);
    add_head(json, reader, region);
    json_close_object(json);
    json_close_object(json);
    json_close_object(json);
    return bundle_end_row(out);
}

/* One process; what of it can't be had is told, and does not end the part. */
static enum status add_regions(struct bundle_out *out, const struct process_facts *facts)
{
    struct memory_source *source = NULL;
    enum status status = memory_source_open(NULL, facts->key, &source);
    struct region_reader reader;
    struct region region;
    uint64_t from = 0;

    if (status == ST_NO_MEMORY)
        return status;
    if (status) {
        bundle_lost(out, 1, "the memory of a process could not be looked at");
        return ST_OK;
    }
    reader = memory_source_reader(source);
    while (!status) {
        if (reader.next(reader.context, from, &region))
            break;
        if (region_unbacked(&region))
            status = add_region(out, facts, &reader, &region);
        if (!status && bundle_cancelled(out))
            status = ST_CANCELLED;
        if (region.base + region.size <= from) /* the end of what can be addressed */
            break;
        from = region.base + region.size;
    }
    memory_source_close(source);
    return status;
}

enum status bundle_regions(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;
    enum status status = ST_OK;

    if (!machine->snapshot || !machine->flagged.count)
        return nobody(out);
    for (size_t i = 0; i < machine->flagged.count && !status; i++) {
        progress_tell(bundle_progress(out), i, machine->flagged.count);
        status = add_regions(out, machine->snapshot->processes[machine->flagged.rows[i]].facts);
    }
    return status;
}
