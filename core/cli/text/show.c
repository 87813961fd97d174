#include "core/cli/text/show.h"

#include "core/cli/text/visible.h"

void show_moment(struct buffer *out, moment when, bool with_ms)
{
    if (when == 0) {
        buffer_add_string(out, "unknown");
        return;
    }
    struct buffer iso;
    buffer_init(&iso, 64);
    moment_add_iso(&iso, when, false);
    struct text written = buffer_text(&iso);
    size_t letter = text_find(written, text_of("T"));
    size_t end = text_find(written, with_ms ? text_of("Z") : text_of("."));
    if (letter != SIZE_MAX && end != SIZE_MAX && end > letter) {
        buffer_add(out, text_slice(written, 0, letter));
        buffer_add_byte(out, ' ');
        buffer_add(out, text_slice(written, letter + 1, end - letter - 1));
    }
    if (iso.failed != ST_OK)
        out->failed = iso.failed;
    buffer_done(&iso);
}

static void add_reason(struct buffer *out, enum read_state state)
{
    buffer_add_byte(out, '(');
    buffer_add_string(out, read_state_phrase(state));
    buffer_add_byte(out, ')');
}

void show_fact(struct buffer *out, const struct text_fact *fact)
{
    if (fact->state == READ_OK)
        visible_add(out, fact->value);
    else
        add_reason(out, fact->state);
}

void show_user(struct buffer *out, const struct process_facts *facts)
{
    if (facts->user.state == READ_OK && facts->domain.state == READ_OK &&
        facts->domain.value.size) {
        visible_add(out, facts->domain.value);
        buffer_add_byte(out, '\\');
    }
    show_fact(out, &facts->user);
}

void show_process(struct buffer *out, const struct process_facts *facts)
{
    if (facts->name.size)
        visible_add(out, facts->name);
    else
        buffer_add_string(out, "(unnamed)");
    buffer_add_string(out, " (");
    buffer_add_unsigned(out, facts->key.pid);
    buffer_add_byte(out, ')');
}

void show_rules(struct buffer *out, const struct process_odd *odd)
{
    bool any = false;
    for (int i = 0; i < ODD_RULES; i++) {
        if (!(odd->rules & ODD_BIT(i)))
            continue;
        buffer_add_string(out, any ? ", " : "");
        buffer_add_string(out, odd_rule_phrase((enum odd_rule)i));
        any = true;
    }
}

void show_remark(struct buffer *out, enum odd_rule rule, const struct odd_subject *subject,
                 const struct process_odd *odd)
{
    struct buffer fact;
    buffer_init(&fact, out->ceiling);
    odd_add_fact(&fact, rule, subject, odd);
    buffer_add_string(out, odd_rule_phrase(rule));
    buffer_add_string(out, ": ");
    visible_add(out, buffer_text(&fact));
    if (rule == ODD_CORE_PARENT)
        buffer_add_string(out,
                          subject->parent_kind == PARENT_VERIFIED ? ", verified" : ", unverified");
    if (fact.failed != ST_OK)
        out->failed = fact.failed;
    buffer_done(&fact);
}

void show_remote(struct buffer *out, const struct connection_seen *seen)
{
    if (seen->has_remote)
        endpoint_add(out, &seen->remote);
    else if (seen->transport == TRANSPORT_UDP)
        buffer_add_byte(out, '*');
}

/* --- a hit --- */

static void add_line(struct buffer *out, const char *title)
{
    buffer_add_string(out, "    ");
    buffer_add_string(out, title);
    for (size_t used = text_from(title).size; used < 12; used++)
        buffer_add_byte(out, ' ');
}

static void add_origin(struct buffer *out, const struct hit *hit)
{
    visible_add(out, hit->indicator);
    bool changed = hit->origin.written.size && !text_equal(hit->origin.written, hit->indicator);
    if (changed) {
        buffer_add_string(out, ", written ");
        visible_add(out, hit->origin.written);
    }
    if (hit->origin.file.size) {
        buffer_add_string(out, changed ? " in " : ", in ");
        visible_add(out, hit->origin.file);
        if (hit->origin.line) {
            buffer_add_string(out, " line ");
            buffer_add_unsigned(out, hit->origin.line);
        }
    }
    if (hit->origin.label.size) {
        buffer_add_string(out, ": ");
        visible_add(out, hit->origin.label);
    }
}

static const char *by_phrase(enum match_by by)
{
    switch (by) {
    case MATCH_ADDRESS:
        return "by its address";
    case MATCH_PORT:
        return "by its port";
    case MATCH_DOMAIN:
        return "by the name seen in DNS";
    case MATCH_PROCESS:
        return "by its process";
    case MATCH_NONE:
        break;
    }
    return "";
}

static void add_connection(struct buffer *out, const struct hit *hit)
{
    const struct connection_seen *seen = &hit->connection.seen;
    buffer_add_string(out, seen->transport == TRANSPORT_UDP ? "udp " : "tcp ");
    endpoint_add(out, &seen->local);
    if (seen->has_remote)
        buffer_add_string(out, " -> ");
    show_remote(out, seen);
    if (hit->domain.size) {
        buffer_add_string(out, " (");
        visible_add(out, hit->domain);
        buffer_add_byte(out, ')');
    }
    if (seen->state != TCP_NONE) {
        buffer_add_byte(out, ' ');
        buffer_add_string(out, tcp_state_name(seen->state));
    }
}

static void add_parents(struct buffer *out, const struct hit *hit)
{
    const struct process_facts *top = hit->process;
    for (size_t i = 0; i < hit->ancestor_count; i++) {
        if (i)
            buffer_add_string(out, " < ");
        top = hit->ancestors[i];
        show_process(out, top);
        if (hit->ancestor_ended[i])
            buffer_add_string(out, " exited");
        if (hit->ancestor_kinds[i] == PARENT_UNVERIFIED)
            buffer_add_string(out, " unverified");
    }
    if (top->parent_pid == 0)
        return;
    buffer_add_string(out, hit->ancestor_count ? " < (" : "(");
    buffer_add_unsigned(out, top->parent_pid);
    buffer_add_string(out, ") gone");
}

/* A line for each, of an ancestor with its name. */
static void add_remarks(struct buffer *out, const struct hit *hit, size_t place)
{
    const struct process_odd *odd;
    const struct odd_subject subject = hit_subject(hit, place, &odd);
    for (int i = 0; i < ODD_RULES; i++) {
        if (!(odd->rules & ODD_BIT(i)))
            continue;
        add_line(out, "remark");
        if (place) {
            show_process(out, subject.facts);
            buffer_add_string(out, ": ");
        }
        show_remark(out, (enum odd_rule)i, &subject, odd);
        buffer_add_byte(out, '\n');
    }
}

static void add_process(struct buffer *out, const struct hit *hit)
{
    const struct process_facts *facts = hit->process;
    add_line(out, "process");
    if (!facts) {
        if (hit->connection.owner.pid || hit->connection.seen.pid) {
            buffer_add_byte(out, '(');
            buffer_add_unsigned(out, hit->connection.owner.pid ? hit->connection.owner.pid
                                                               : hit->connection.seen.pid);
            buffer_add_string(out, ") ended before it could be looked at\n");
        } else {
            buffer_add_string(out, "no owner (closing)\n");
        }
        return;
    }
    show_process(out, facts);
    buffer_add_string(out, ", started ");
    show_moment(out, facts->key.start, true);
    buffer_add_string(out, ", user ");
    show_user(out, facts);
    buffer_add_byte(out, '\n');
    add_line(out, "path");
    show_fact(out, &facts->image);
    buffer_add_byte(out, '\n');
    add_line(out, "command");
    show_fact(out, &facts->command);
    buffer_add_byte(out, '\n');
    add_line(out, "folder");
    show_fact(out, &facts->directory);
    buffer_add_byte(out, '\n');
    add_line(out, "parents");
    add_parents(out, hit);
    buffer_add_byte(out, '\n');
    for (size_t place = 0; place <= hit->ancestor_count; place++)
        add_remarks(out, hit, place);
}

void show_hit(struct buffer *out, const struct hit *hit)
{
    buffer_add_string(out, "HIT ");
    buffer_add_unsigned(out, hit->number);
    buffer_add_string(out, "  ");
    show_moment(out, hit->when, true);
    buffer_add_string(out, "  ");
    if (hit->is_process)
        buffer_add_string(out, "a watched process");
    else
        add_connection(out, hit);
    buffer_add_byte(out, '\n');
    add_line(out, "watched as");
    add_origin(out, hit);
    buffer_add_string(out, " (");
    buffer_add_string(out, by_phrase(hit->by));
    buffer_add_string(out, ")\n");
    add_process(out, hit);
}
