#include "core/case/ecs.h"

#include "core/case/ecs_file.h"
#include "core/case/ecs_network.h"
#include "core/case/ecs_parts.h"
#include "core/model/protection.h"

/* A process as a line tells of it. */
struct subject {
    struct process_key key;
    const struct process_facts *facts; /* NULL: only the key is known */
    const struct process_row *row;     /* NULL: what changes with time was not kept (hits) */
    const struct process_odd *odd;     /* NULL: nothing is */
    const struct file_facts *file;     /* of the image; NULL: not asked */
    const struct process_facts *parent;
    moment parent_ended;
    enum parent_kind parent_kind;
    const struct process_parts *parts; /* NULL: nobody asked for them */
};

static struct subject subject_of_row(const struct snapshot *snapshot, uint32_t index)
{
    const struct process_row *row = &snapshot->processes[index];
    struct subject subject = {
        .key = row->facts->key,
        .facts = row->facts,
        .row = row,
        .odd = &row->odd,
        .parent_kind = (enum parent_kind)row->parent_kind,
    };
    if (row->parent != NO_ROW) {
        subject.parent = snapshot->processes[row->parent].facts;
        subject.parent_ended = snapshot->processes[row->parent].ended;
    }
    return subject;
}

static struct subject subject_of_hit(const struct hit *hit)
{
    struct subject subject = {.key = hit->connection.owner, .facts = hit->process};
    if (!hit->process)
        return subject;
    subject.key = hit->process->key;
    subject.odd = &hit->odd;
    subject.parent_kind = hit->process->parent_pid ? PARENT_GONE : PARENT_NONE;
    if (hit->ancestor_count) {
        subject.parent = hit->ancestors[0];
        subject.parent_kind = (enum parent_kind)hit->ancestor_kinds[0];
    }
    return subject;
}

static void add_fact(struct json_writer *json, const char *name, const struct text_fact *fact)
{
    if (fact->state == READ_OK)
        json_text(json, name, fact->value);
}

static void add_name(struct json_writer *json, const struct process_facts *facts)
{
    if (facts->name.size)
        json_text(json, "name", facts->name);
}

static void add_parent(struct json_writer *json, const struct subject *subject)
{
    if (subject->parent_kind == PARENT_NONE)
        return;
    json_open_object(json, "parent");
    json_unsigned(json, "pid", subject->facts->parent_pid);
    const struct process_facts *parent = subject->parent;
    if (parent) {
        add_name(json, parent);
        add_fact(json, "executable", &parent->image);
        add_fact(json, "command_line", &parent->command);
        json_moment(json, "start", parent->key.start, true);
        json_moment(json, "end", subject->parent_ended, true);
    }
    json_close_object(json);
}

static void add_process(struct json_writer *json, const struct subject *subject)
{
    const struct process_facts *facts = subject->facts;
    const struct process_row *row = subject->row;
    json_open_object(json, "process");
    json_unsigned(json, "pid", subject->key.pid);
    if (facts) {
        add_name(json, facts);
        add_fact(json, "executable", &facts->image);
        add_fact(json, "command_line", &facts->command);
    }
    json_moment(json, "start", subject->key.start, true);
    if (row && row->ended) {
        json_moment(json, "end", row->exit.when ? row->exit.when : row->ended, true);
        if (row->exit.code_state == READ_OK)
            json_unsigned(json, "exit_code", row->exit.code);
    }
    if (facts) {
        add_fact(json, "working_directory", &facts->directory);
        add_parent(json, subject);
    }
    if (subject->parts)
        ecs_parts_add_process(json, subject->parts);
    if (subject->file)
        ecs_add_file_in_process(json, subject->file);
    json_close_object(json);
}

static bool known(const struct text_fact *fact)
{
    return fact->state == READ_OK && fact->value.size;
}

static void add_user(struct json_writer *json, const struct process_facts *facts)
{
    if (!facts || !(known(&facts->user) || known(&facts->domain) || known(&facts->sid)))
        return;
    json_open_object(json, "user");
    add_fact(json, "name", &facts->user);
    add_fact(json, "domain", &facts->domain);
    add_fact(json, "id", &facts->sid);
    json_close_object(json);
}

/* "Dhcp, EventLog" as ["Dhcp","EventLog"]. */
static void add_services(struct json_writer *json, const struct text_fact *services)
{
    if (!known(services))
        return;
    json_open_array(json, "services");
    struct text rest = services->value;
    while (rest.size) {
        size_t end = text_find(rest, text_of(","));
        size_t size = end == SIZE_MAX ? rest.size : end;
        struct text name = text_trim(text_slice(rest, 0, size));
        if (name.size)
            json_text(json, NULL, name);
        size_t used = end == SIZE_MAX ? rest.size : end + 1;
        rest = text_slice(rest, used, rest.size - used);
    }
    json_close_array(json);
}

static const char *parent_word(enum parent_kind kind)
{
    switch (kind) {
    case PARENT_VERIFIED:
        return "verified";
    case PARENT_UNVERIFIED:
        return "unverified";
    case PARENT_GONE:
        return "gone";
    case PARENT_NONE:
        break;
    }
    return "none";
}

/* null: it is not protected. */
static void add_protection(struct json_writer *json, uint32_t protection)
{
    if (!protection_is_set(protection)) {
        json_null(json, "protected");
        return;
    }
    struct buffer words;
    buffer_init(&words, 64);
    protection_add(&words, protection);
    json_text(json, "protected", buffer_text(&words));
    if (words.failed != ST_OK)
        json->out->failed = words.failed;
    buffer_done(&words);
}

/* The longest fact is a command line, each of whose letters may take three bytes. */
#define FACT_CEILING (128u << 10)

/* What is odd about it: nothing at all where nothing is. */
static void add_remarks(struct json_writer *json, const struct odd_subject *subject,
                        const struct process_odd *odd)
{
    if (!odd || !odd->rules)
        return;
    struct buffer fact;
    buffer_init(&fact, FACT_CEILING);
    json_open_array(json, "remarks");
    for (int i = 0; i < ODD_RULES; i++) {
        enum odd_rule rule = (enum odd_rule)i;
        if (!(odd->rules & ODD_BIT(rule)))
            continue;
        buffer_clear(&fact);
        odd_add_fact(&fact, rule, subject, odd);
        json_open_object(json, NULL);
        json_string(json, "rule", odd_rule_name(rule));
        json_string(json, "text", odd_rule_phrase(rule));
        json_text(json, "fact", buffer_text(&fact));
        json_bool(json, "parent_verified", subject->parent_kind == PARENT_VERIFIED);
        json_close_object(json);
        if (fact.failed != ST_OK)
            json->out->failed = fact.failed;
    }
    json_close_array(json);
    buffer_done(&fact);
}

static void add_process_extras(struct json_writer *json, const struct subject *subject)
{
    const struct process_facts *facts = subject->facts;
    const struct process_row *row = subject->row;
    if (row)
        json_bool(json, "suspended", row->suspended);
    if (facts) {
        if (facts->critical.state == READ_OK)
            json_bool(json, "critical", facts->critical.value != 0);
        if (facts->protection.state == READ_OK)
            add_protection(json, facts->protection.value);
        if (facts->elevated.state == READ_OK)
            json_bool(json, "elevated", facts->elevated.value != 0);
        if (facts->bits.state == READ_OK)
            json_unsigned(json, "bits", facts->bits.value);
        if (facts->session.state == READ_OK)
            json_unsigned(json, "session", facts->session.value);
        add_services(json, &facts->services);
        json_string(json, "parent", parent_word(subject->parent_kind));
        if (facts->command_from_memory)
            json_bool(json, "command_line_from_memory", true);
        const struct odd_subject judged = {facts, subject->parent, subject->parent_kind};
        add_remarks(json, &judged, subject->odd);
    }
    if (row) {
        json_unsigned(json, "threads", row->threads);
        if (row->cpu >= 0)
            json_milliseconds(json, "cpu_ms", row->cpu);
        if (row->known)
            json_bool(json, "known", true);
    }
}

/* The object of reasons is opened by the first of them, so that there is none without any. */
struct reasons {
    struct json_writer *json;
    bool open;
};

static void add_reason_text(struct reasons *reasons, const char *name, struct text why)
{
    if (!reasons->open)
        json_open_object(reasons->json, "unread");
    reasons->open = true;
    json_text(reasons->json, name, why);
}

static void add_reason(struct reasons *reasons, const char *name, const char *why)
{
    add_reason_text(reasons, name, text_from(why));
}

static void add_state(struct reasons *reasons, const char *name, enum read_state state)
{
    if (state != READ_OK)
        add_reason(reasons, name, read_state_phrase(state));
}

static void end_reasons(struct reasons *reasons)
{
    if (reasons->open)
        json_close_object(reasons->json);
}

static void add_process_reasons(struct reasons *reasons, const struct subject *subject)
{
    const struct process_facts *facts = subject->facts;
    if (!facts)
        return;
    add_state(reasons, "process.executable", facts->image.state);
    add_state(reasons, "process.command_line", facts->command.state);
    add_state(reasons, "process.working_directory", facts->directory.state);
    add_state(reasons, "user.name", facts->user.state);
    add_state(reasons, "user.domain", facts->domain.state);
    add_state(reasons, "user.id", facts->sid.state);
    add_state(reasons, "stakeout.services", facts->services.state);
    add_state(reasons, "stakeout.session", facts->session.state);
    add_state(reasons, "stakeout.bits", facts->bits.state);
    add_state(reasons, "stakeout.elevated", facts->elevated.state);
    add_state(reasons, "stakeout.critical", facts->critical.state);
    add_state(reasons, "stakeout.protected", facts->protection.state);
    if (subject->key.start == 0)
        add_reason(reasons, "process.start", "the system does not tell");
    if (subject->row && subject->row->ended)
        add_state(reasons, "process.exit_code", subject->row->exit.code_state);
}

/* What of a connection can't be known, and why. */
static void add_connection_reasons(struct reasons *reasons, const struct connection_seen *seen,
                                   const struct subject *owner)
{
    if (seen->transport == TRANSPORT_UDP && !seen->has_remote)
        add_reason(reasons, "destination.ip", "the system does not tell a UDP socket's peer");
    if (owner->facts)
        return;
    if (owner->key.pid == 0)
        add_reason(reasons, "process.pid", "no owner (closing)");
    else
        add_reason(reasons, "process.name", read_state_phrase(READ_GONE));
}

static void add_connection_extras(struct json_writer *json, const struct connection_row *row)
{
    if (row->seen.state != TCP_NONE)
        json_string(json, "state", tcp_state_name(row->seen.state));
    if (row->seen.ipv6_table && address_is_ipv4(&row->seen.local.address))
        json_bool(json, "mapped", true); /* the system wrote it ::ffff:a.b.c.d */
    json_moment(json, "created", row->seen.created, true);
    json_moment(json, "first_seen", row->first_seen, false);
    json_moment(json, "last_seen", row->last_seen, false);
    json_moment(json, "closed", row->closed, false);
    if (row->owner_from_history)
        json_bool(json, "owner_from_history", true);
    if (row->stale)
        json_bool(json, "stale", true);
}

static const char *match_word(enum match_by by)
{
    switch (by) {
    case MATCH_ADDRESS:
        return "address";
    case MATCH_PORT:
        return "port";
    case MATCH_DOMAIN:
        return "domain";
    case MATCH_PROCESS:
        return "process";
    case MATCH_NONE:
        break;
    }
    return "";
}

static void add_threat(struct json_writer *json, const struct indicator *indicator,
                       struct text written)
{
    json_open_object(json, "threat");
    json_open_object(json, "indicator");
    json_string(json, "type", indicator_ecs_type(indicator));
    json_text(json, "name", written);
    if (indicator->kind == INDICATOR_ADDRESS) {
        struct endpoint end = {.address = indicator->low};
        json_address(json, "ip", &end);
    }
    if (indicator->kind == INDICATOR_DOMAIN || indicator->kind == INDICATOR_DOMAIN_TREE)
        json_text(json, "domain", indicator->value);
    if (indicator->port)
        json_unsigned(json, "port", indicator->port);
    json_close_object(json);
    json_close_object(json);
}

static void add_indicator(struct json_writer *json, const struct indicator_origin *origin,
                          struct text canonical, enum match_by by)
{
    json_open_object(json, "indicator");
    json_text(json, "written", origin->written.size ? origin->written : canonical);
    if (origin->file.size)
        json_text(json, "file", origin->file);
    if (origin->line)
        json_unsigned(json, "line", origin->line);
    if (origin->label.size)
        json_text(json, "label", origin->label);
    json_close_object(json);
    json_string(json, "matched_by", match_word(by));
}

/* The longest indicator as it is written: a pattern may be as long as a command line. */
#define INDICATOR_CEILING (256u << 10)

struct matched {
    struct indicator indicator;
    struct indicator_origin origin;
    struct buffer written;
};

/* What a row of a snapshot matched; false when nothing. written is to be done away with. */
static bool matched_of(struct matched *matched, const struct snapshot *snapshot, uint32_t number)
{
    buffer_init(&matched->written, INDICATOR_CEILING);
    if (number == NO_INDICATOR || !snapshot->watchlist)
        return false;
    watchlist_indicator(snapshot->watchlist, number, &matched->indicator, &matched->origin);
    indicator_add(&matched->written, &matched->indicator);
    return true;
}

/* What could not be written there is missing in the line as well. */
static void matched_done(struct matched *matched, struct buffer *out)
{
    if (matched->written.failed != ST_OK)
        out->failed = matched->written.failed;
    buffer_done(&matched->written);
}

static void add_subject_line(struct json_writer *json, const struct snapshot *snapshot,
                             const struct subject *subject)
{
    json_moment(json, "@timestamp", snapshot->taken, false);
    add_process(json, subject);
    add_user(json, subject->facts);
}

void ecs_add_process(struct buffer *out, const struct snapshot *snapshot, uint32_t process)
{
    struct subject subject = subject_of_row(snapshot, process);
    struct matched matched;
    bool watched = matched_of(&matched, snapshot, subject.row->indicator);
    struct json_writer json;
    json_begin(&json, out);
    json_open_object(&json, NULL);
    add_subject_line(&json, snapshot, &subject);
    if (watched)
        add_threat(&json, &matched.indicator, buffer_text(&matched.written));
    json_open_object(&json, "stakeout");
    add_process_extras(&json, &subject);
    if (watched)
        add_indicator(&json, &matched.origin, buffer_text(&matched.written), MATCH_PROCESS);
    struct reasons reasons = {.json = &json};
    add_process_reasons(&reasons, &subject);
    end_reasons(&reasons);
    json_close_object(&json);
    json_close_object(&json);
    matched_done(&matched, out);
}

static struct subject subject_of_connection(const struct snapshot *snapshot,
                                            const struct connection_row *row)
{
    if (row->process != NO_ROW)
        return subject_of_row(snapshot, row->process);
    return (struct subject){.key = row->owner.pid ? row->owner
                                                  : (struct process_key){.pid = row->seen.pid}};
}

void ecs_add_connection(struct buffer *out, const struct snapshot *snapshot, uint32_t connection)
{
    const struct connection_row *row = &snapshot->connections[connection];
    struct subject owner = subject_of_connection(snapshot, row);
    struct matched matched;
    bool watched = matched_of(&matched, snapshot, row->indicator);
    struct json_writer json;
    json_begin(&json, out);
    json_open_object(&json, NULL);
    json_moment(&json, "@timestamp", snapshot->taken, false);
    ecs_add_network(&json, &row->seen, row->domain);
    if (owner.key.pid || owner.facts)
        add_process(&json, &owner);
    add_user(&json, owner.facts);
    if (watched)
        add_threat(&json, &matched.indicator, buffer_text(&matched.written));
    json_open_object(&json, "stakeout");
    add_connection_extras(&json, row);
    add_process_extras(&json, &owner);
    if (watched)
        add_indicator(&json, &matched.origin, buffer_text(&matched.written),
                      (enum match_by)row->matched_by);
    struct reasons reasons = {.json = &json};
    add_connection_reasons(&reasons, &row->seen, &owner);
    add_process_reasons(&reasons, &owner);
    end_reasons(&reasons);
    json_close_object(&json);
    json_close_object(&json);
    matched_done(&matched, out);
}

/* A relative, and how it is known from the one it is a relative of. */
static void add_relative(struct json_writer *json, const struct odd_subject *subject,
                         const struct process_odd *odd, enum parent_kind kind, bool ended)
{
    const struct process_facts *facts = subject->facts;
    json_open_object(json, NULL);
    json_unsigned(json, "pid", facts->key.pid);
    add_name(json, facts);
    add_fact(json, "executable", &facts->image);
    add_fact(json, "command_line", &facts->command);
    json_moment(json, "start", facts->key.start, true);
    json_unsigned(json, "parent_pid", facts->parent_pid);
    json_bool(json, "ended", ended);
    json_bool(json, "verified", kind == PARENT_VERIFIED);
    add_remarks(json, subject, odd);
    struct reasons reasons = {.json = json};
    add_state(&reasons, "executable", facts->image.state);
    add_state(&reasons, "command_line", facts->command.state);
    end_reasons(&reasons);
    json_close_object(json);
}

static void add_ancestors(struct json_writer *json, const struct hit *hit)
{
    json_open_array(json, "ancestors");
    for (size_t i = 0; i < hit->ancestor_count; i++) {
        const struct process_odd *odd;
        const struct odd_subject subject = hit_subject(hit, i + 1, &odd);
        add_relative(json, &subject, odd, (enum parent_kind)hit->ancestor_kinds[i],
                     hit->ancestor_ended[i]);
    }
    json_close_array(json);
}

static void add_event(struct json_writer *json, const struct hit *hit)
{
    json_open_object(json, "event");
    json_string(json, "kind", "alert");
    json_string(json, "action", hit->is_process ? "watched-process" : "watched-connection");
    json_open_array(json, "category");
    json_string(json, NULL, hit->is_process ? "process" : "network");
    json_close_array(json);
    json_unsigned(json, "sequence", hit->number);
    json_close_object(json);
}

/* What only a hit has, behind what a connection and a process have. */
static void add_hit_extras(struct json_writer *json, const struct hit *hit,
                           const struct subject *subject)
{
    add_indicator(json, &hit->origin, hit->indicator, hit->by);
    if (hit->observed_by)
        json_string(json, "observed_by", hit->observed_by);
    if (hit->latency >= 0)
        json_milliseconds(json, "latency_ms", hit->latency);
    add_ancestors(json, hit);
    struct reasons reasons = {.json = json};
    if (!hit->is_process)
        add_connection_reasons(&reasons, &hit->connection.seen, subject);
    add_process_reasons(&reasons, subject);
    end_reasons(&reasons);
}

void ecs_add_hit(struct buffer *out, const struct hit *hit)
{
    struct subject subject = subject_of_hit(hit);
    struct json_writer json;
    json_begin(&json, out);
    json_open_object(&json, NULL);
    json_moment(&json, "@timestamp", hit->when, false);
    add_event(&json, hit);
    if (!hit->is_process)
        ecs_add_network(&json, &hit->connection.seen, hit->domain);
    if (subject.key.pid || subject.facts)
        add_process(&json, &subject);
    add_user(&json, subject.facts);
    add_threat(&json, &hit->value, hit->indicator);
    json_open_object(&json, "stakeout");
    if (!hit->is_process)
        add_connection_extras(&json, &hit->connection);
    add_process_extras(&json, &subject);
    add_hit_extras(&json, hit, &subject);
    json_close_object(&json);
    json_close_object(&json);
}

/* Ancestors go up through the rows, so that each one's kind is the child's. */
static void add_row_ancestors(struct json_writer *json, const struct snapshot *snapshot,
                              uint32_t process)
{
    json_open_array(json, "ancestors");
    const struct process_row *child = &snapshot->processes[process];
    for (uint32_t left = snapshot->process_count; left && child->parent != NO_ROW; left--) {
        const struct process_row *parent = &snapshot->processes[child->parent];
        const struct odd_subject subject = odd_subject_of(snapshot, child->parent);
        add_relative(json, &subject, &parent->odd, (enum parent_kind)child->parent_kind,
                     parent->ended != 0);
        child = parent;
    }
    json_close_array(json);
}

static void add_children(struct json_writer *json, const struct snapshot *snapshot,
                         uint32_t process)
{
    json_open_array(json, "children");
    for (uint32_t i = 0; i < snapshot->process_count; i++) {
        const struct process_row *row = &snapshot->processes[i];
        if (row->parent != process)
            continue;
        const struct odd_subject subject = odd_subject_of(snapshot, i);
        add_relative(json, &subject, &row->odd, (enum parent_kind)row->parent_kind,
                     row->ended != 0);
    }
    json_close_array(json);
}

static void add_connections(struct json_writer *json, const struct snapshot *snapshot,
                            uint32_t process)
{
    json_open_array(json, "connections");
    for (uint32_t i = 0; i < snapshot->connection_count; i++) {
        const struct connection_row *row = &snapshot->connections[i];
        if (row->process != process)
            continue;
        json_open_object(json, NULL);
        ecs_add_network(json, &row->seen, row->domain);
        add_connection_extras(json, row);
        json_close_object(json);
    }
    json_close_array(json);
}

static void add_file_reason(void *context, const char *name, struct text why)
{
    add_reason_text(context, name, why);
}

void ecs_add_details(struct buffer *out, const struct snapshot *snapshot, uint32_t process,
                     const struct file_facts *file, const struct process_parts *parts)
{
    struct subject subject = subject_of_row(snapshot, process);
    subject.parts = parts;
    struct json_writer json;
    subject.file = file;
    json_begin(&json, out);
    json_open_object(&json, NULL);
    add_subject_line(&json, snapshot, &subject);
    if (file)
        ecs_add_file(&json, file);
    json_open_object(&json, "stakeout");
    add_process_extras(&json, &subject);
    if (file)
        ecs_add_file_judged(&json, file, subject.key.start, snapshot->taken);
    add_row_ancestors(&json, snapshot, process);
    add_children(&json, snapshot, process);
    add_connections(&json, snapshot, process);
    if (parts)
        ecs_parts_add(&json, parts);
    struct reasons reasons = {.json = &json};
    add_process_reasons(&reasons, &subject);
    for (size_t i = 0; parts && i < ECS_PARTS; i++)
        add_state(&reasons, ecs_parts_name(i), ecs_parts_state(parts, i));
    enum status status = file ? ecs_each_file_reason(file, add_file_reason, &reasons) : ST_OK;
    if (status != ST_OK)
        out->failed = status;
    end_reasons(&reasons);
    json_close_object(&json);
    json_close_object(&json);
}
