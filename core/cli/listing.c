/* ps, net and info: one look at the machine. */
#include "core/case/ecs.h"
#include "core/cli/commands.h"
#include "core/cli/lists.h"
#include "core/cli/look.h"
#include "core/cli/parts.h"
#include "core/cli/text/show.h"
#include "core/cli/text/show_parts.h"
#include "core/watch/round.h"
#include "core/windows/file/file_facts.h"

#define OUTPUT_CEILING ((size_t)1 << 29)
#define FLUSH_SIZE (64u << 10)
#define EVERYTHING (ROUND_CONNECTIONS | ROUND_PROCESSES | ROUND_NAMES)

/* One look; NULL when there is nothing to show, which was said. */
static const struct snapshot *take_look(const struct watchlist *list, unsigned parts)
{
    const struct snapshot *snapshot = NULL;
    enum status partly = ST_OK;
    struct failure failure = {.status = look(list, parts, &snapshot, &partly)};
    if (failure.status != ST_OK) {
        say_failure(text_of("can't look at this machine"), &failure);
        return NULL;
    }
    failure.status = partly;
    if (partly != ST_OK)
        say_failure(text_of("not everything could be read"), &failure);
    return snapshot;
}

/* One line a row. */
static enum exit_status write_lines(const struct snapshot *snapshot, uint32_t count,
                                    void (*add)(struct buffer *, const struct snapshot *, uint32_t))
{
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    for (uint32_t i = 0; i < count; i++) {
        add(&out, snapshot, i);
        buffer_add_byte(&out, '\n');
        if (out.failed == ST_OK && out.size > FLUSH_SIZE) {
            if (!console_write(buffer_text(&out)))
                break;
            buffer_clear(&out);
        }
    }
    return console_hand_out(&out, EXIT_FOUND);
}

static void say_stale(const struct snapshot *snapshot)
{
    static const char *const names[PART_COUNT] = {"TCP over IPv4", "TCP over IPv6", "UDP over IPv4",
                                                  "UDP over IPv6"};
    for (int i = 0; i < PART_COUNT; i++)
        if (snapshot->stale[i])
            SAY(text_of("the table of "), text_from(names[i]),
                text_of(" could not be read: its connections are missing here"));
}

enum exit_status command_ps(const struct arguments *arguments)
{
    const struct snapshot *snapshot = take_look(NULL, ROUND_PROCESSES);
    if (!snapshot)
        return EXIT_TROUBLE;
    enum exit_status result;
    if (arguments->json) {
        result = write_lines(snapshot, snapshot->process_count, ecs_add_process);
    } else {
        struct buffer out;
        buffer_init(&out, OUTPUT_CEILING);
        enum status status = show_processes(&out, snapshot, arguments->flat, console_width());
        if (status != ST_OK && out.failed == ST_OK)
            out.failed = status;
        result = console_hand_out(&out, EXIT_FOUND);
    }
    snapshot_release(snapshot);
    return result;
}

static bool has_watched(const struct snapshot *snapshot)
{
    for (uint32_t i = 0; i < snapshot->connection_count; i++)
        if (snapshot->connections[i].indicator != NO_INDICATOR)
            return true;
    return false;
}

static enum exit_status show_net(const struct arguments *arguments, const struct snapshot *snapshot)
{
    say_stale(snapshot);
    if (arguments->json)
        return write_lines(snapshot, snapshot->connection_count, ecs_add_connection);
    if (snapshot->connection_count == 0)
        SAY(text_of("there are no connections"));
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    enum status status = show_connections(&out, snapshot, console_width());
    if (status != ST_OK && out.failed == ST_OK)
        out.failed = status;
    return console_hand_out(&out, EXIT_FOUND);
}

enum exit_status command_net(const struct arguments *arguments)
{
    const struct watchlist *list = NULL;
    if (arguments->lists.count) {
        list = lists_build(arguments);
        if (!list)
            return EXIT_TROUBLE;
    }
    const struct snapshot *snapshot = take_look(list, EVERYTHING);
    enum exit_status result = EXIT_TROUBLE;
    if (snapshot) {
        result = show_net(arguments, snapshot);
        if (result == EXIT_FOUND && list && !has_watched(snapshot))
            result = EXIT_NOTHING;
        snapshot_release(snapshot);
    }
    watchlist_release(list);
    return result;
}

static enum exit_status say_no_process(uint32_t pid)
{
    struct buffer number;
    buffer_init(&number, 32);
    buffer_add_unsigned(&number, pid);
    SAY(text_of("there is no process "), buffer_text(&number),
        text_of("; ps prints those that run"));
    buffer_done(&number);
    return EXIT_NOTHING;
}

/* All of the file; nothing where the process's path is not known. */
static enum status read_image(const struct text_fact *image, struct file_facts **file)
{
    if (image->state != READ_OK)
        return ST_OK;
    return file_facts_read(image->value, FILE_ALL, NULL, NULL, file);
}

enum exit_status command_info(const struct arguments *arguments)
{
    const struct snapshot *snapshot = take_look(NULL, EVERYTHING);
    if (!snapshot)
        return EXIT_TROUBLE;
    uint32_t process = snapshot_process_by_pid(snapshot, arguments->pid);
    if (process == NO_ROW) {
        snapshot_release(snapshot);
        return say_no_process(arguments->pid);
    }
    const struct process_facts *facts = snapshot->processes[process].facts;
    struct file_facts *file = NULL;
    enum status read = read_image(&facts->image, &file);
    struct process_parts *parts = parts_of(facts->key);
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    if (read != ST_OK || !parts) {
        out.failed = ST_NO_MEMORY;
    } else if (arguments->json) {
        ecs_add_details(&out, snapshot, process, file, parts);
        buffer_add_byte(&out, '\n');
    } else {
        enum status status = show_details(&out, snapshot, process, file);
        if (status == ST_OK)
            status = show_parts(&out, parts, console_width());
        if (status != ST_OK && out.failed == ST_OK)
            out.failed = status;
    }
    process_parts_free(parts);
    file_facts_free(file);
    snapshot_release(snapshot);
    return console_hand_out(&out, EXIT_FOUND);
}
