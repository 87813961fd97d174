#include "core/cli/text/show_thread.h"

#include "core/case/json_write.h"
#include "core/cli/text/show.h"
#include "core/cli/text/visible.h"
#include "core/model/part_words.h"

#define WORDS_MOST ((size_t)1 << 16)

static void add_whose(struct buffer *out, const struct thread_target *target)
{
    buffer_add_string(out, "thread ");
    buffer_add_unsigned(out, target->key.tid);
    buffer_add_string(out, " of ");
    if (target->facts) {
        show_process(out, target->facts);
    } else {
        buffer_add_string(out, "PID ");
        buffer_add_unsigned(out, target->key.owner.pid);
    }
}

static void add_start(struct buffer *out, const struct thread_info *thread)
{
    struct buffer start;
    buffer_init(&start, WORDS_MOST);
    if (!thread)
        buffer_add_string(&start, "(not known)");
    else if (thread->start.state == READ_OK)
        thread_start_add(&start, thread);
    else
        show_fact(&start, &(const struct text_fact){.state = thread->start.state});
    visible_add(out, buffer_text(&start)); /* the module's name is the process's choice */
    buffer_done(&start);
}

void show_thread_order(struct buffer *out, enum thread_deed deed,
                       const struct thread_target *target)
{
    buffer_add_string(out, thread_deed_name(deed));
    buffer_add_string(out, ": ");
    add_whose(out, target);
    buffer_add_string(out, ", created ");
    show_moment(out, target->key.created, true);
    buffer_add_string(out, " UTC, started at ");
    add_start(out, target->thread);
    buffer_add_byte(out, '\n');
    if (deed == THREAD_DEED_TERMINATE)
        buffer_add_string(out,
                          "What it holds (locks, memory, files) stays held: its process may hang, "
                          "lose data or end.\n"
                          "To suspend the process harms less, and can be taken back.\n");
}

void show_thread_deed(struct buffer *out, const struct thread_target *target,
                      const struct thread_report *report)
{
    add_whose(out, target);
    buffer_add_string(out, ": ");
    thread_report_add(out, report);
    buffer_add_byte(out, '\n');
}

void show_aftermath(struct buffer *out, const struct thread_target *target,
                    const struct thread_report *report)
{
    if (report->deed != THREAD_DEED_TERMINATE || report->result.outcome != THREAD_DONE)
        return;
    if (target->facts)
        show_process(out, target->facts);
    else
        buffer_add_unsigned(out, target->key.owner.pid);
    buffer_add_string(out, ": ");
    aftermath_add(out, &report->after);
    buffer_add_byte(out, '\n');
}

/* {"process":{…},"event":{"action":…, left open. */
static void open_line(struct json_writer *json, struct buffer *out, enum thread_deed deed,
                      const struct thread_target *target)
{
    json_begin(json, out);
    json_open_object(json, NULL);
    json_open_object(json, "process");
    json_unsigned(json, "pid", target->key.owner.pid);
    if (target->facts && target->facts->name.size)
        json_text(json, "name", target->facts->name);
    json_moment(json, "start", target->key.owner.start, true);
    json_open_object(json, "thread");
    json_unsigned(json, "id", target->key.tid);
    json_close_object(json);
    json_close_object(json);
    json_open_object(json, "event");
    json_string(json, "action", thread_deed_name(deed));
}

/* The members that the journal has, too, and the end of the line. */
static void end_line(struct json_writer *json, const struct thread_target *target,
                     const struct thread_report *report)
{
    json_close_object(json);
    buffer_add_byte(json->out, ',');
    thread_report_add_members(json->out, target, report);
    json_close_object(json);
    buffer_add_byte(json->out, '\n');
}

void show_thread_order_json(struct buffer *out, enum thread_deed deed,
                            const struct thread_target *target)
{
    const struct thread_report none = {.deed = deed, .result.after.state = READ_NOT_YET};
    struct json_writer json;
    open_line(&json, out, deed, target);
    end_line(&json, target, &none);
}

void show_thread_json(struct buffer *out, const struct thread_target *target,
                      const struct thread_report *report)
{
    struct json_writer json;
    struct buffer words;
    buffer_init(&words, WORDS_MOST);
    thread_report_add(&words, report);
    if (report->after.kind != AFTER_NOT_WATCHED) {
        buffer_add_string(&words, "; ");
        aftermath_add(&words, &report->after);
    }
    open_line(&json, out, report->deed, target);
    json_string(&json, "outcome", thread_report_outcome(report));
    json_text(&json, "reason", buffer_text(&words));
    end_line(&json, target, report);
    buffer_done(&words);
}
