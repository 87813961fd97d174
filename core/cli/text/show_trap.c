#include "core/cli/text/show_trap.h"

#include "core/case/json_write.h"
#include "core/cli/text/visible.h"

void show_trap(struct buffer *out, const struct trap_news *news)
{
    buffer_add_string(out, "HIT ");
    buffer_add_unsigned(out, news->hit);
    buffer_add_string(out, ": ");
    visible_add(out, news->name);
    buffer_add_string(out, " (");
    buffer_add_unsigned(out, news->key.pid);
    buffer_add_string(out, "): ");
    visible_add(out, news->words);
    if (news->latency >= 0) {
        buffer_add_string(out, ", ");
        buffer_add_unsigned(out, (uint64_t)(news->latency / MOMENT_MS));
        buffer_add_byte(out, '.');
        buffer_add_unsigned(out, (uint64_t)(news->latency % MOMENT_MS * 10 / MOMENT_MS));
        buffer_add_string(out, " ms after the look that saw it");
    }
    buffer_add_byte(out, '\n');
}

static const char *action_of(unsigned step)
{
    return step == TRAP_DUMP ? "dump" : step == TRAP_SAMPLE ? "sample" : "suspend";
}

void show_trap_json(struct buffer *out, const struct trap_news *news)
{
    struct json_writer json;
    json_begin(&json, out);
    json_open_object(&json, NULL);
    json_open_object(&json, "event");
    json_string(&json, "action", action_of(news->step));
    json_string(&json, "outcome", news->done ? "success" : "failure");
    json_text(&json, "reason", news->words);
    json_close_object(&json);
    json_open_object(&json, "process");
    json_unsigned(&json, "pid", news->key.pid);
    json_text(&json, "name", news->name);
    json_moment(&json, "start", news->key.start, true);
    json_close_object(&json);
    json_open_object(&json, "stakeout");
    json_unsigned(&json, "hit", news->hit);
    if (news->latency >= 0)
        json_milliseconds(&json, "latency_ms", news->latency);
    json_close_object(&json);
    json_close_object(&json);
    buffer_add_byte(out, '\n');
}
