#include "tests/support/scripted_sinkhole.h"

#include <stdio.h>
#include <string.h>

#define FILE_MOST ((size_t)16 << 20)

static void step(struct scripted_sinkhole *made, const char *what)
{
    size_t length = strlen(made->steps);
    snprintf(made->steps + length, sizeof made->steps - length, "%s ", what);
}

void scripted_sinkhole_begin(struct scripted_sinkhole *made, const char *file)
{
    *made = (struct scripted_sinkhole){.file = text_from(file)};
    buffer_init(&made->kept[0], FILE_MOST);
    buffer_init(&made->kept[1], FILE_MOST);
    buffer_init(&made->saved, FILE_MOST);
}

void scripted_sinkhole_end(struct scripted_sinkhole *made)
{
    buffer_done(&made->saved);
    buffer_done(&made->kept[1]);
    buffer_done(&made->kept[0]);
}

void scripted_sinkhole_forget(struct scripted_sinkhole *made)
{
    made->steps[0] = 0;
}

static enum status open_file(void *context, struct failure *failure)
{
    struct scripted_sinkhole *made = context;
    step(made, "open");
    if (made->open_status != ST_OK) {
        *failure = (struct failure){made->open_status, "CreateFile", 5};
        return made->open_status;
    }
    made->open++;
    return ST_OK;
}

static void close_file(void *context)
{
    struct scripted_sinkhole *made = context;
    step(made, "close");
    made->open--;
}

static struct text path(void *context)
{
    (void)context;
    return text_of("/etc/hosts");
}

static struct text content(void *context)
{
    struct scripted_sinkhole *made = context;
    return made->file;
}

static enum status write_file(void *context, struct text bytes, struct failure *failure)
{
    struct scripted_sinkhole *made = context;
    struct buffer *kept = &made->kept[made->written % 2];
    step(made, "write");
    if (made->write_status != ST_OK) {
        *failure = (struct failure){made->write_status, "MoveFileEx", 5};
        return made->write_status;
    }
    buffer_clear(kept);
    buffer_add(kept, bytes);
    made->file = buffer_text(kept);
    made->written++;
    made->looks = 0;
    return kept->failed;
}

static enum status verify(void *context)
{
    struct scripted_sinkhole *made = context;
    step(made, "verify");
    made->looks++;
    if (!made->put_back_after || made->looks < made->put_back_after)
        return ST_OK;
    made->file = text_of("127.0.0.1 localhost\r\n");
    return ST_STALE;
}

static enum status backup(void *context, struct text bytes, struct buffer *out,
                          struct failure *failure)
{
    struct scripted_sinkhole *made = context;
    step(made, "backup");
    if (made->backup_status != ST_OK) {
        *failure = (struct failure){made->backup_status, "WriteFile", 112};
        return made->backup_status;
    }
    buffer_clear(&made->saved);
    buffer_add(&made->saved, bytes);
    buffer_add_string(out, "/case/hosts-");
    buffer_add_unsigned(out, ++made->backups);
    return out->failed;
}

static enum status flush(void *context)
{
    step(context, "flush");
    return ST_OK;
}

static enum status resolve(void *context, struct text domain, const struct address *address,
                           bool *same)
{
    struct scripted_sinkhole *made = context;
    char what[300];
    (void)address;
    snprintf(what, sizeof what, "ask:%.*s", (int)domain.size, domain.bytes);
    step(made, what);
    if (made->answers_nothing && text_equal(domain, text_from(made->answers_nothing)))
        return ST_NOT_FOUND;
    *same = !made->answers_other || !text_equal(domain, text_from(made->answers_other));
    return ST_OK;
}

static struct sinkhole_machine machine(void *context, struct arena *arena)
{
    (void)context;
    (void)arena;
    return (struct sinkhole_machine){.host = text_of("DESK7"), .domain = text_of("corp.test")};
}

static bool wait_a_while(void *context, uint32_t ms)
{
    struct scripted_sinkhole *made = context;
    (void)ms;
    step(made, "wait");
    if (made->waits && !made->waits(made->context))
        return false;
    return !made->stop_waiting;
}

struct sinkhole_means scripted_sinkhole_means(struct scripted_sinkhole *made)
{
    return (struct sinkhole_means){
        .open = open_file,
        .close = close_file,
        .path = path,
        .content = content,
        .write = write_file,
        .verify = verify,
        .backup = backup,
        .flush = made->no_flush ? NULL : flush,
        .resolve = resolve,
        .machine = machine,
        .wait = wait_a_while,
        .context = made,
    };
}

static enum status write_entry(void *context, const struct journal_entry *entry, uint64_t *number)
{
    struct scripted_sinkhole *made = context;
    char what[64];
    if (entry->phase == JOURNAL_BEFORE) {
        step(made, "before");
    } else {
        snprintf(what, sizeof what, "after:%s", entry->outcome);
        step(made, what);
    }
    snprintf(made->members, sizeof made->members, "%.*s", (int)entry->members.size,
             entry->members.bytes);
    if (number)
        *number = 1;
    return made->log_status;
}

struct act_log scripted_sinkhole_log(struct scripted_sinkhole *made)
{
    return (struct act_log){write_entry, made};
}
