/* One process in full. */
#include "core/cli/text/show.h"
#include "core/cli/text/visible.h"
#include "core/model/protection.h"

#define TITLE_WIDTH 14

void show_title(struct buffer *out, const char *title)
{
    buffer_add_string(out, title);
    for (size_t used = text_from(title).size; used < TITLE_WIDTH; used++)
        buffer_add_byte(out, ' ');
}

static void add_fact(struct buffer *out, const char *title, const struct text_fact *fact)
{
    show_title(out, title);
    show_fact(out, fact);
    buffer_add_byte(out, '\n');
}

static void add_number(struct buffer *out, const char *title, const struct number_fact *fact,
                       const char *const *words)
{
    show_title(out, title);
    if (fact->state != READ_OK) {
        struct text_fact why = {.state = fact->state};
        show_fact(out, &why);
    } else if (words) {
        buffer_add_string(out, words[fact->value != 0]);
    } else {
        buffer_add_unsigned(out, fact->value);
    }
    buffer_add_byte(out, '\n');
}

static void add_protection(struct buffer *out, const struct number_fact *protection)
{
    if (protection->state != READ_OK) {
        add_number(out, "protected", protection, NULL);
        return;
    }
    show_title(out, "protected");
    protection_add(out, protection->value);
    buffer_add_byte(out, '\n');
}

static void add_moment(struct buffer *out, const char *title, moment when)
{
    show_title(out, title);
    show_moment(out, when, true);
    if (when)
        buffer_add_string(out, " UTC");
    buffer_add_byte(out, '\n');
}

static void add_state(struct buffer *out, const struct process_row *row)
{
    show_title(out, "state");
    if (!row->ended) {
        buffer_add_string(out, row->suspended ? "suspended" : "running");
    } else {
        buffer_add_string(out, "exited ");
        show_moment(out, row->exit.when ? row->exit.when : row->ended, true);
        if (row->exit.code_state == READ_OK) {
            buffer_add_string(out, " UTC, exit code ");
            buffer_add_unsigned(out, row->exit.code);
        }
    }
    buffer_add_byte(out, '\n');
}

/* A relative, and what it was started with. */
static void add_relative(struct buffer *out, const char *title, const struct process_row *row,
                         enum parent_kind kind)
{
    show_title(out, title);
    show_process(out, row->facts);
    if (row->ended)
        buffer_add_string(out, " exited");
    if (kind == PARENT_UNVERIFIED)
        buffer_add_string(out, " unverified");
    buffer_add_string(out, "  ");
    show_fact(out, &row->facts->command);
    buffer_add_byte(out, '\n');
}

static void add_remarks(struct buffer *out, const struct snapshot *snapshot, uint32_t process)
{
    const struct process_odd *odd = &snapshot->processes[process].odd;
    const struct odd_subject subject = odd_subject_of(snapshot, process);
    for (int i = 0; i < ODD_RULES; i++) {
        if (!(odd->rules & ODD_BIT(i)))
            continue;
        show_title(out, "remark");
        show_remark(out, (enum odd_rule)i, &subject, odd);
        buffer_add_byte(out, '\n');
    }
}

static void add_parents(struct buffer *out, const struct snapshot *snapshot, uint32_t process)
{
    const struct process_row *child = &snapshot->processes[process];
    const char *title = "parents";
    for (uint32_t left = snapshot->process_count; left && child->parent != NO_ROW; left--) {
        const struct process_row *parent = &snapshot->processes[child->parent];
        add_relative(out, title, parent, (enum parent_kind)child->parent_kind);
        child = parent;
        title = "";
    }
    if (child->parent_kind == PARENT_GONE) {
        show_title(out, title);
        buffer_add_byte(out, '(');
        buffer_add_unsigned(out, child->facts->parent_pid);
        buffer_add_string(out, ") gone\n");
    }
}

static void add_children(struct buffer *out, const struct snapshot *snapshot, uint32_t process)
{
    const char *title = "children";
    for (uint32_t i = 0; i < snapshot->process_count; i++) {
        const struct process_row *row = &snapshot->processes[i];
        if (row->parent != process)
            continue;
        add_relative(out, title, row, (enum parent_kind)row->parent_kind);
        title = "";
    }
}

static void add_connections(struct buffer *out, const struct snapshot *snapshot, uint32_t process)
{
    const char *title = "connections";
    for (uint32_t i = 0; i < snapshot->connection_count; i++) {
        const struct connection_row *row = &snapshot->connections[i];
        if (row->process != process)
            continue;
        show_title(out, title);
        title = "";
        buffer_add_string(out, row->seen.transport == TRANSPORT_UDP ? "udp " : "tcp ");
        endpoint_add(out, &row->seen.local);
        if (row->seen.has_remote || row->seen.transport == TRANSPORT_UDP)
            buffer_add_string(out, " -> ");
        show_remote(out, &row->seen);
        if (row->domain.size) {
            buffer_add_string(out, " (");
            visible_add(out, row->domain);
            buffer_add_byte(out, ')');
        }
        buffer_add_string(out, row->seen.state == TCP_NONE ? "" : " ");
        buffer_add_string(out, tcp_state_name(row->seen.state));
        buffer_add_byte(out, '\n');
    }
}

enum status show_details(struct buffer *out, const struct snapshot *snapshot, uint32_t process,
                         const struct file_facts *file)
{
    static const char *const elevated[] = {"no", "yes"};
    static const char *const critical[] = {"no", "yes, ending it stops the machine"};
    const struct process_row *row = &snapshot->processes[process];
    const struct process_facts *facts = row->facts;
    show_title(out, "process");
    show_process(out, facts);
    buffer_add_byte(out, '\n');
    add_state(out, row);
    add_fact(out, "path", &facts->image);
    add_fact(out, "command line", &facts->command);
    if (facts->command_from_memory) {
        show_title(out, "");
        buffer_add_string(out, "(read from the process's own memory, which it can rewrite)\n");
    }
    add_fact(out, "folder", &facts->directory);
    show_title(out, "user");
    show_user(out, facts);
    buffer_add_byte(out, '\n');
    add_fact(out, "SID", &facts->sid);
    if (facts->services.state != READ_OK || facts->services.value.size)
        add_fact(out, "services", &facts->services);
    add_number(out, "session", &facts->session, NULL);
    add_number(out, "bits", &facts->bits, NULL);
    add_number(out, "elevated", &facts->elevated, elevated);
    add_number(out, "critical", &facts->critical, critical);
    add_protection(out, &facts->protection);
    add_moment(out, "started", facts->key.start);
    if (file)
        show_file(out, file, facts->key.start, snapshot->taken);
    add_remarks(out, snapshot, process);
    add_parents(out, snapshot, process);
    add_children(out, snapshot, process);
    add_connections(out, snapshot, process);
    return out->failed;
}
