/* What a look at the machine shows: connections and processes, and the slow facts of each
 * process. Files are read once each: many processes are of one program. */
#include "core/base/memory.h"
#include "core/case/ecs.h"
#include "core/case/ecs_parts.h"
#include "core/windows/evidence/bundle_parts_inside.h"
#include "core/windows/file/file_facts.h"
#include "core/windows/process/parts.h"

#define PARTS_WANTED ((unsigned)(PROCESS_ALL_PARTS & ~PROCESS_ENVIRONMENT))

static enum status no_look(const struct bundle_machine *machine, struct bundle_out *out)
{
    const struct failure failure = {.status = machine->look_failed};

    return bundle_fail(out, &failure);
}

static const char *const stale_words[PART_COUNT] = {
    "the table of TCP over IPv4 could not be read", "the table of TCP over IPv6 could not be read",
    "the table of UDP over IPv4 could not be read", "the table of UDP over IPv6 could not be read"};

/* A TCP socket that waits for connections, or a bound UDP socket. */
static bool is_listening(const struct connection_row *row)
{
    return !row->closed && (row->seen.transport == TRANSPORT_UDP || row->seen.state == TCP_LISTEN);
}

static enum status add_connections(const struct bundle_machine *machine, struct bundle_out *out,
                                   bool listening)
{
    const struct snapshot *snapshot = machine->snapshot;
    enum status status = ST_OK;

    if (!snapshot)
        return no_look(machine, out);
    for (uint32_t i = 0; i < snapshot->connection_count && !status; i++) {
        if (listening && !is_listening(&snapshot->connections[i]))
            continue;
        ecs_add_connection(bundle_line(out), snapshot, i);
        status = bundle_end_line(out);
    }
    for (int i = 0; i < PART_COUNT; i++)
        if (snapshot->stale[i])
            bundle_because(out, ST_OK, stale_words[i]);
    return status;
}

enum status bundle_connections(void *context, struct bundle_out *out)
{
    return add_connections(context, out, false);
}

enum status bundle_listening(void *context, struct bundle_out *out)
{
    return add_connections(context, out, true);
}

/* --- processes --- */

struct known_file {
    struct text path; /* lies in the snapshot */
    struct file_facts *facts;
};

struct crowd {
    struct bundle_out *out;
    const struct snapshot *snapshot;
    struct parts_reader *reader;
    struct known_file *files;
    size_t file_count;
    struct progress progress; /* of one file: only its cancel is of interest */
};

/* NULL in *facts: nobody knows where it is, or there is no memory. */
static enum status find_file(struct crowd *crowd, const struct text_fact *image,
                             const struct file_facts **facts)
{
    struct file_facts *read = NULL;
    enum status status;

    *facts = NULL;
    if (image->state != READ_OK || !image->value.size)
        return ST_OK;
    for (size_t i = 0; i < crowd->file_count; i++) {
        if (text_equal_nocase(crowd->files[i].path, image->value)) {
            *facts = crowd->files[i].facts;
            return ST_OK;
        }
    }
    status = file_facts_read(image->value, FILE_ALL, NULL, &crowd->progress, &read);
    if (status)
        return status;
    crowd->files[crowd->file_count++] = (struct known_file){image->value, read};
    *facts = read;
    return ST_OK;
}

static enum status read_parts(struct crowd *crowd, struct process_key key,
                              struct process_parts **parts)
{
    enum status status = parts_read(crowd->reader, key, PARTS_WANTED, parts);

    if (status == ST_NO_MEMORY)
        return status;
    if (status) { /* it has ended meanwhile, or can't be told from another */
        enum read_state why = read_state_from(status);
        status = process_parts_new(key, PARTS_MOST, parts);
        if (status)
            return status;
        process_parts_refuse(*parts, PARTS_WANTED, why);
    }
    (*parts)->environment_state = READ_NOT_APPLICABLE; /* a part of its own */
    return ST_OK;
}

static enum status add_process(struct crowd *crowd, uint32_t row)
{
    const struct process_facts *facts = crowd->snapshot->processes[row].facts;
    const struct file_facts *file = NULL;
    struct process_parts *parts = NULL;
    enum status status = find_file(crowd, &facts->image, &file);

    if (!status)
        status = read_parts(crowd, facts->key, &parts);
    if (!status) {
        ecs_add_details(bundle_line(crowd->out), crowd->snapshot, row, file, parts);
        status = bundle_end_line(crowd->out);
    }
    process_parts_free(parts);
    return status;
}

static void crowd_done(struct crowd *crowd)
{
    for (size_t i = 0; i < crowd->file_count; i++)
        file_facts_free(crowd->files[i].facts);
    memory_give(crowd->files);
    parts_reader_free(crowd->reader);
}

enum status bundle_processes(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;
    const struct snapshot *snapshot = machine->snapshot;
    struct progress *progress = bundle_progress(out);
    struct crowd crowd = {.out = out, .snapshot = snapshot};
    enum status status;

    if (!snapshot)
        return no_look(machine, out);
    crowd.progress.cancel = progress ? progress->cancel : NULL;
    crowd.files = memory_take_array((size_t)snapshot->process_count + 1, sizeof *crowd.files);
    status = crowd.files ? parts_reader_new(NULL, &crowd.reader) : ST_NO_MEMORY;
    for (uint32_t i = 0; i < snapshot->process_count && !status; i++) {
        progress_tell(progress, i, snapshot->process_count);
        status = add_process(&crowd, i);
    }
    crowd_done(&crowd);
    return status;
}

/* --- environments, when they are asked for --- */

static enum status add_environment(struct bundle_out *out, struct parts_reader *reader,
                                   const struct process_facts *facts)
{
    struct process_parts *parts = NULL;
    struct json_writer *json;
    enum status status = parts_read(reader, facts->key, PROCESS_ENVIRONMENT, &parts);

    if (status == ST_NO_MEMORY)
        return status;
    if (status || parts->environment_state != READ_OK) {
        if (status || parts->environment_state != READ_NOT_APPLICABLE)
            bundle_lost(out, 1, "the environment of a process could not be read");
        process_parts_free(parts);
        return ST_OK;
    }
    json = bundle_row(out);
    json_moment(json, "@timestamp", bundle_now(out), false);
    json_open_object(json, "process");
    json_unsigned(json, "pid", facts->key.pid);
    json_text(json, "name", facts->name);
    json_moment(json, "start", facts->key.start, true);
    ecs_parts_add_process(json, parts);
    json_close_object(json);
    if (parts->environment_cut) {
        json_open_object(json, "stakeout");
        json_bool(json, "env_vars_cut", true);
        json_close_object(json);
    }
    process_parts_free(parts);
    return bundle_end_row(out);
}

enum status bundle_environment(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;
    const struct snapshot *snapshot = machine->snapshot;
    struct parts_reader *reader = NULL;
    enum status status;

    if (!snapshot)
        return no_look(machine, out);
    status = parts_reader_new(NULL, &reader);
    for (uint32_t i = 0; i < snapshot->process_count && !status; i++) {
        progress_tell(bundle_progress(out), i, snapshot->process_count);
        status = add_environment(out, reader, snapshot->processes[i].facts);
    }
    parts_reader_free(reader);
    return status;
}
