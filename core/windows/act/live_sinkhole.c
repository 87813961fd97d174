#include "core/windows/act/live_sinkhole.h"

#include <windows.h>

#include "core/base/memory.h"
#include "core/windows/clock.h"
#include "core/windows/file/files.h"
#include "core/windows/network/hosts_edit.h"
#include "core/windows/network/hosts_file.h"

#define PATH_CEILING ((size_t)128 << 10)

struct live_sinkhole {
    struct buffer path; /* of the hosts file */
    struct buffer case_folder;
    const atomic_bool *cancel;
    struct hosts_edit *edit; /* NULL: it is not open */
    bool is_system;
};

enum status live_sinkhole_new(struct text hosts, const atomic_bool *cancel,
                              struct live_sinkhole **live)
{
    struct live_sinkhole *made = memory_take(sizeof *made);
    enum status status = ST_OK;

    if (!made)
        return ST_NO_MEMORY;
    buffer_init(&made->path, PATH_CEILING);
    buffer_init(&made->case_folder, PATH_CEILING);
    made->cancel = cancel;
    made->is_system = hosts.size == 0;
    if (hosts.size)
        buffer_add(&made->path, hosts);
    else
        status = hosts_file_path(&made->path);
    if (status == ST_OK)
        status = made->path.failed;
    if (status == ST_OK)
        *live = made;
    else
        live_sinkhole_free(made);
    return status;
}

enum status live_sinkhole_save_into(struct live_sinkhole *live, struct text case_folder)
{
    buffer_clear(&live->case_folder);
    buffer_add(&live->case_folder, case_folder);
    return live->case_folder.failed;
}

void live_sinkhole_free(struct live_sinkhole *live)
{
    if (!live)
        return;
    hosts_edit_close(live->edit);
    buffer_done(&live->case_folder);
    buffer_done(&live->path);
    memory_give(live);
}

static enum status open_file(void *context, struct failure *failure)
{
    struct live_sinkhole *live = context;

    return hosts_edit_open(buffer_text(&live->path), &live->edit, failure);
}

static void close_file(void *context)
{
    struct live_sinkhole *live = context;

    hosts_edit_close(live->edit);
    live->edit = NULL;
}

static struct text path(void *context)
{
    const struct live_sinkhole *live = context;

    return buffer_text(&live->path);
}

static struct text content(void *context)
{
    const struct live_sinkhole *live = context;

    return hosts_edit_content(live->edit);
}

static enum status write(void *context, struct text bytes, struct failure *failure)
{
    const struct live_sinkhole *live = context;

    return hosts_edit_write(live->edit, bytes, failure);
}

static enum status verify(void *context)
{
    const struct live_sinkhole *live = context;

    return hosts_edit_verify(live->edit);
}

/* Once for each change, under the moment's name. */
static enum status backup(void *context, struct text bytes, struct buffer *out,
                          struct failure *failure)
{
    const struct live_sinkhole *live = context;
    const struct clock clock = clock_of_system();
    size_t from;
    enum status status;

    if (!live->case_folder.size)
        return ST_NOT_FOUND;
    buffer_add(out, buffer_text(&live->case_folder));
    buffer_add_string(out, "\\hosts-");
    from = out->size;
    moment_add_iso(out, clock.now(clock.context), true);
    for (size_t i = from; i < out->size; i++)
        if (out->bytes[i] == ':')
            out->bytes[i] = '-';
    status = out->failed;
    if (status == ST_OK)
        status = files_replace(buffer_text(out), bytes, failure);
    if (status != ST_OK)
        buffer_clear(out);
    return status;
}

static enum status flush(void *context)
{
    (void)context;
    return hosts_edit_flush();
}

static enum status resolve(void *context, struct text domain, const struct address *address,
                           bool *same)
{
    (void)context;
    return hosts_edit_resolve(domain, address, same);
}

static struct sinkhole_machine machine(void *context, struct arena *arena)
{
    (void)context;
    return hosts_edit_machine(arena);
}

static bool wait(void *context, uint32_t ms)
{
    const struct live_sinkhole *live = context;

    Sleep(ms);
    return !live->cancel || !atomic_load(live->cancel);
}

struct sinkhole_means live_sinkhole_means(struct live_sinkhole *live)
{
    return (struct sinkhole_means){
        .open = open_file,
        .close = close_file,
        .path = path,
        .content = content,
        .write = write,
        .verify = verify,
        .backup = backup,
        .flush = live->is_system ? flush : NULL,
        .resolve = resolve,
        .machine = machine,
        .wait = wait,
        .context = live,
    };
}
