#include "tests/support/scripted_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PID_LIMIT 4194304u
#define NOWHERE UINT32_MAX
#define NOON_2026 (INT64_C(134117424000000000))

/* What a process has beside its row in the listing. */
struct machine_process {
    struct process_facts facts;
    char *words; /* owned: the texts made up for it */
    bool lingers;
};

/* An exit nobody has asked about yet; those of one PID are linked. */
struct machine_exit {
    struct process_key key;
    struct process_exit exit;
    uint32_t next;
};

struct machine_name {
    char *name; /* owned */
    struct address address;
};

struct trouble {
    enum status why;
    uint32_t times;
};

/* A part that cannot be read for a while. */
struct frozen_part {
    struct connection_seen *rows; /* owned */
    size_t count;
    uint32_t times;
};

struct scripted_source {
    struct source base;
    moment now;
    int64_t ticks;
    uint64_t random;

    struct process_seen *listing;
    struct machine_process *processes; /* beside `listing` */
    size_t process_count;
    size_t process_room;
    size_t lingering;
    uint32_t *place_of_pid; /* in the listing, or NOWHERE */
    uint32_t *exit_of_pid;  /* the first of a chain in `exits`, or NOWHERE */
    uint32_t pid_room;
    uint32_t next_pid;
    struct machine_exit *exits;
    size_t exit_room;
    uint32_t exit_count; /* used so far */
    uint32_t free_exit;  /* chain of unused ones */

    struct connection_seen *connections;
    uint32_t *number_of_place;
    size_t connection_count;
    size_t connection_room;
    uint32_t *place_of_number;
    size_t number_room;
    uint32_t next_number;
    struct connection_seen *composed; /* a table with stale parts */
    size_t composed_room;
    struct frozen_part frozen[PART_COUNT];

    struct image_seen *images; /* not told yet */
    size_t image_count;
    struct image_seen *told_images; /* what the last table held */

    struct machine_name *names;
    struct name_seen *name_rows;
    size_t name_count;
    size_t name_room;
    enum read_state names_state;
    bool names_partly; /* there are rows though it is not READ_OK */

    struct trouble troubles[SCRIPTED_CALLS];
    uint64_t calls[SCRIPTED_CALLS];
};

static void *need(void *block)
{
    if (!block) {
        fputs("scripted_source: out of memory\n", stderr);
        abort();
    }
    return block;
}

static void demand(bool held, const char *what)
{
    if (!held) {
        fprintf(stderr, "scripted_source: %s\n", what);
        abort();
    }
}

static size_t next_room(size_t room)
{
    return room ? room * 2 : 64;
}

static struct scripted_source *machine_of(struct source *source)
{
    return (struct scripted_source *)source;
}

static const struct scripted_source *machine_in(const void *context)
{
    return context;
}

/* ---- trouble ---- */

/* Counts the call; ST_OK when it may go on. */
static enum status enter(struct scripted_source *machine, enum scripted_call call)
{
    struct trouble *trouble = &machine->troubles[call];
    machine->calls[call]++;
    if (trouble->times == 0)
        return ST_OK;
    trouble->times--;
    return trouble->why;
}

void scripted_source_fail(struct scripted_source *machine, enum scripted_call call, enum status why,
                          uint32_t times)
{
    machine->troubles[call] = (struct trouble){why, times};
}

uint64_t scripted_source_calls(const struct scripted_source *machine, enum scripted_call call)
{
    return machine->calls[call];
}

/* ---- time ---- */

static moment clock_now(void *context)
{
    return machine_in(context)->now;
}

static int64_t clock_ticks(void *context)
{
    return machine_in(context)->ticks;
}

struct clock scripted_source_clock(struct scripted_source *machine)
{
    return (struct clock){clock_now, clock_ticks, machine};
}

moment scripted_source_now(const struct scripted_source *machine)
{
    return machine->now;
}

void scripted_source_advance(struct scripted_source *machine, int64_t duration)
{
    machine->now += duration;
    machine->ticks += duration;
}

void scripted_source_set_time(struct scripted_source *machine, moment now)
{
    machine->now = now;
}

/* ---- processes ---- */

static void know_pid(struct scripted_source *machine, uint32_t pid)
{
    demand(pid < PID_LIMIT, "PID too large");
    if (pid < machine->pid_room)
        return;
    uint32_t room = machine->pid_room ? machine->pid_room : 4096;
    while (room <= pid)
        room *= 2;
    size_t size = room * sizeof(uint32_t);
    machine->place_of_pid = need(realloc(machine->place_of_pid, size));
    machine->exit_of_pid = need(realloc(machine->exit_of_pid, size));
    for (uint32_t i = machine->pid_room; i < room; i++) {
        machine->place_of_pid[i] = NOWHERE;
        machine->exit_of_pid[i] = NOWHERE;
    }
    machine->pid_room = room;
}

static uint32_t place_of(const struct scripted_source *machine, uint32_t pid)
{
    return pid < machine->pid_room ? machine->place_of_pid[pid] : NOWHERE;
}

static uint32_t running_place(const struct scripted_source *machine, uint32_t pid)
{
    uint32_t place = place_of(machine, pid);
    demand(place != NOWHERE, "no such process");
    return place;
}

static struct text_fact told(const char *words)
{
    return (struct text_fact){text_from(words), READ_OK};
}

/* Facts as an ordinary program of an ordinary user would have them. */
static void make_up_facts(struct machine_process *process, const struct process_seen *row,
                          const char *name)
{
    size_t size = 3 * strlen(name) + 128;
    char *words = need(malloc(size));
    int image = snprintf(words, size, "%s", name) + 1;
    int command =
        image +
        snprintf(words + image, size - (size_t)image, "C:\\Program Files\\Made Up\\%s", name) + 1;
    snprintf(words + command, size - (size_t)command,
             "\"C:\\Program Files\\Made Up\\%s\" --number %u", name, row->key.pid);
    process->words = words;
    process->facts = (struct process_facts){
        .key = row->key,
        .parent_pid = row->parent_pid,
        .name = text_from(words),
        .image = told(words + image),
        .command = told(words + command),
        .directory = told("C:\\Users\\alice"),
        .user = told("alice"),
        .domain = told("CORP"),
        .sid = told("S-1-5-21-1-2-3-1001"),
        .services = told(""),
        .session = {1, READ_OK},
        .bits = {64, READ_OK},
        .elevated = {0, READ_OK},
        .critical = {0, READ_OK},
        .protection = {0, READ_OK},
    };
}

struct process_key scripted_source_start_at(struct scripted_source *machine, uint32_t pid,
                                            uint32_t parent_pid, const char *name, moment start)
{
    know_pid(machine, pid);
    demand(machine->place_of_pid[pid] == NOWHERE, "PID in use");
    if (machine->process_count == machine->process_room) {
        size_t room = next_room(machine->process_room);
        machine->listing = need(realloc(machine->listing, room * sizeof(*machine->listing)));
        machine->processes = need(realloc(machine->processes, room * sizeof(*machine->processes)));
        machine->process_room = room;
    }
    size_t place = machine->process_count++;
    struct process_seen *row = &machine->listing[place];
    struct machine_process *process = &machine->processes[place];
    *row = (struct process_seen){
        .key = {pid, start}, .parent_pid = parent_pid, .threads = 1, .cpu = 0};
    *process = (struct machine_process){.lingers = false};
    make_up_facts(process, row, name);
    row->name = process->facts.name;
    machine->place_of_pid[pid] = (uint32_t)place;
    return row->key;
}

struct process_key scripted_source_start(struct scripted_source *machine, uint32_t pid,
                                         uint32_t parent_pid, const char *name)
{
    return scripted_source_start_at(machine, pid, parent_pid, name, machine->now);
}

static void note_exit(struct scripted_source *machine, struct process_key key, uint32_t code)
{
    uint32_t place = machine->free_exit;
    if (place != NOWHERE) {
        machine->free_exit = machine->exits[place].next;
    } else {
        if (machine->exit_count == machine->exit_room) {
            machine->exit_room = next_room(machine->exit_room);
            machine->exits =
                need(realloc(machine->exits, machine->exit_room * sizeof(*machine->exits)));
        }
        place = machine->exit_count++;
    }
    machine->exits[place] = (struct machine_exit){
        .key = key,
        .exit = {.when = machine->now, .code = code, .code_state = READ_OK},
        .next = machine->exit_of_pid[key.pid],
    };
    machine->exit_of_pid[key.pid] = place;
}

void scripted_source_exit(struct scripted_source *machine, uint32_t pid, uint32_t code)
{
    uint32_t place = running_place(machine, pid);
    uint32_t last = (uint32_t)--machine->process_count;
    if (machine->processes[place].lingers)
        machine->lingering--;
    else
        note_exit(machine, machine->listing[place].key, code);
    free(machine->processes[place].words);
    machine->place_of_pid[pid] = NOWHERE;
    if (place != last) {
        machine->listing[place] = machine->listing[last];
        machine->processes[place] = machine->processes[last];
        machine->place_of_pid[machine->listing[place].key.pid] = place;
    }
}

void scripted_source_linger(struct scripted_source *machine, uint32_t pid)
{
    uint32_t place = running_place(machine, pid);
    if (machine->processes[place].lingers)
        return;
    machine->processes[place].lingers = true;
    machine->lingering++;
    note_exit(machine, machine->listing[place].key, 0);
}

struct process_seen *scripted_source_process(struct scripted_source *machine, uint32_t pid)
{
    return &machine->listing[running_place(machine, pid)];
}

struct process_facts *scripted_source_facts(struct scripted_source *machine, uint32_t pid)
{
    return &machine->processes[running_place(machine, pid)].facts;
}

void scripted_source_deny(struct scripted_source *machine, uint32_t pid, enum read_state why)
{
    struct process_facts *facts = scripted_source_facts(machine, pid);
    const struct text_fact no_text = {{NULL, 0}, why};
    const struct number_fact no_number = {0, why};
    facts->image = no_text;
    facts->command = no_text;
    facts->directory = no_text;
    facts->user = no_text;
    facts->domain = no_text;
    facts->sid = no_text;
    facts->services = no_text;
    facts->session = no_number;
    facts->bits = no_number;
    facts->elevated = no_number;
    facts->critical = no_number;
    facts->protection = no_number;
}

size_t scripted_source_process_count(const struct scripted_source *machine)
{
    return machine->process_count;
}

uint32_t scripted_source_pid_at(const struct scripted_source *machine, size_t place)
{
    demand(place < machine->process_count, "no such place in the listing");
    return machine->listing[place].key.pid;
}

/* ---- connections ---- */

static enum connection_part part_of(const struct connection_seen *row)
{
    if (row->transport == TRANSPORT_TCP)
        return row->ipv6_table ? PART_TCP6 : PART_TCP4;
    return row->ipv6_table ? PART_UDP6 : PART_UDP4;
}

uint32_t scripted_source_open(struct scripted_source *machine, const struct connection_seen *row)
{
    if (machine->connection_count == machine->connection_room) {
        size_t room = next_room(machine->connection_room);
        machine->connections =
            need(realloc(machine->connections, room * sizeof(*machine->connections)));
        machine->number_of_place =
            need(realloc(machine->number_of_place, room * sizeof(*machine->number_of_place)));
        machine->connection_room = room;
    }
    if (machine->next_number == machine->number_room) {
        machine->number_room = next_room(machine->number_room);
        machine->place_of_number = need(realloc(
            machine->place_of_number, machine->number_room * sizeof(*machine->place_of_number)));
    }
    size_t place = machine->connection_count++;
    uint32_t number = machine->next_number++;
    machine->connections[place] = *row;
    machine->number_of_place[place] = number;
    machine->place_of_number[number] = (uint32_t)place;
    return number;
}

/* Cuts "[address%scope]:port" or "address:port"; sets *ipv6 for the bracketed form. */
static struct endpoint endpoint_from(const char *words, bool *ipv6)
{
    struct endpoint endpoint = {.scope = 0};
    struct text whole = text_from(words);
    struct text host;
    uint64_t number;
    *ipv6 = text_starts(whole, text_of("["));
    size_t colon = *ipv6 ? text_find(whole, text_of("]:")) : text_find(whole, text_of(":"));
    demand(colon != SIZE_MAX, "an end needs a port");
    host = *ipv6 ? text_slice(whole, 1, colon - 1) : text_slice(whole, 0, colon);
    size_t port = colon + (*ipv6 ? 2 : 1);
    demand(text_number(text_slice(whole, port, whole.size - port), 65535, &number), "bad port");
    endpoint.port = (uint16_t)number;
    size_t percent = text_find(host, text_of("%"));
    if (percent != SIZE_MAX) {
        struct text scope = text_slice(host, percent + 1, host.size - percent - 1);
        demand(text_number(scope, UINT32_MAX, &number), "bad scope");
        endpoint.scope = (uint32_t)number;
        host.size = percent;
    }
    demand(address_parse(host, &endpoint.address), "bad address");
    return endpoint;
}

uint32_t scripted_source_connect(struct scripted_source *machine, uint32_t pid, const char *local,
                                 const char *remote, enum tcp_state state)
{
    struct connection_seen row = {
        .pid = pid, .transport = TRANSPORT_TCP, .state = (uint8_t)state, .has_remote = true};
    bool remote_ipv6;
    row.local = endpoint_from(local, &row.ipv6_table);
    row.remote = endpoint_from(remote, &remote_ipv6);
    demand(row.ipv6_table == remote_ipv6, "both ends must be of one family");
    return scripted_source_open(machine, &row);
}

uint32_t scripted_source_listen(struct scripted_source *machine, uint32_t pid, const char *local)
{
    struct connection_seen row = {
        .pid = pid, .transport = TRANSPORT_TCP, .state = TCP_LISTEN, .created = machine->now};
    row.local = endpoint_from(local, &row.ipv6_table);
    return scripted_source_open(machine, &row);
}

uint32_t scripted_source_udp(struct scripted_source *machine, uint32_t pid, const char *local)
{
    struct connection_seen row = {
        .pid = pid, .transport = TRANSPORT_UDP, .state = TCP_NONE, .created = machine->now};
    row.local = endpoint_from(local, &row.ipv6_table);
    return scripted_source_open(machine, &row);
}

static uint32_t open_place(const struct scripted_source *machine, uint32_t number)
{
    demand(number < machine->next_number && machine->place_of_number[number] != NOWHERE,
           "no such connection");
    return machine->place_of_number[number];
}

struct connection_seen *scripted_source_connection(struct scripted_source *machine, uint32_t number)
{
    return &machine->connections[open_place(machine, number)];
}

void scripted_source_close(struct scripted_source *machine, uint32_t number)
{
    uint32_t place = open_place(machine, number);
    size_t last = --machine->connection_count;
    machine->place_of_number[number] = NOWHERE;
    if (place != last) {
        machine->connections[place] = machine->connections[last];
        machine->number_of_place[place] = machine->number_of_place[last];
        machine->place_of_number[machine->number_of_place[place]] = place;
    }
}

size_t scripted_source_connection_count(const struct scripted_source *machine)
{
    return machine->connection_count;
}

void scripted_source_stale(struct scripted_source *machine, enum connection_part part,
                           uint32_t times, bool keep_rows)
{
    struct frozen_part *frozen = &machine->frozen[part];
    frozen->times = times;
    frozen->count = 0;
    if (!keep_rows)
        return;
    frozen->rows =
        need(realloc(frozen->rows, (machine->connection_count + 1) * sizeof(*frozen->rows)));
    for (size_t i = 0; i < machine->connection_count; i++) {
        if (part_of(&machine->connections[i]) == part)
            frozen->rows[frozen->count++] = machine->connections[i];
    }
}

/* ---- names ---- */

void scripted_source_resolve(struct scripted_source *machine, const char *name, const char *address)
{
    if (machine->name_count == machine->name_room) {
        machine->name_room = next_room(machine->name_room);
        machine->names =
            need(realloc(machine->names, machine->name_room * sizeof(*machine->names)));
        machine->name_rows =
            need(realloc(machine->name_rows, machine->name_room * sizeof(*machine->name_rows)));
    }
    struct machine_name *entry = &machine->names[machine->name_count];
    size_t size = strlen(name);
    entry->name = need(malloc(size + 1));
    memcpy(entry->name, name, size + 1);
    demand(address_parse(text_from(address), &entry->address), "bad address");
    machine->name_rows[machine->name_count++] =
        (struct name_seen){text_from(entry->name), entry->address};
}

void scripted_source_forget_names(struct scripted_source *machine)
{
    for (size_t i = 0; i < machine->name_count; i++)
        free(machine->names[i].name);
    machine->name_count = 0;
}

void scripted_source_names_unread(struct scripted_source *machine, enum read_state why)
{
    machine->names_state = why;
}

void scripted_source_names_partly(struct scripted_source *machine, enum read_state why)
{
    machine->names_state = why;
    machine->names_partly = true;
}

/* ---- the source ---- */

static enum status tell_processes(struct source *source, struct process_table *table)
{
    struct scripted_source *machine = machine_of(source);
    enum status status = enter(machine, SCRIPTED_PROCESSES);
    if (status == ST_OK)
        *table = (struct process_table){machine->listing, machine->process_count};
    return status;
}

/* The rows of fresh parts as they are and of stale ones as they were. */
static void compose(struct scripted_source *machine, struct connection_table *table)
{
    size_t most = machine->connection_count;
    size_t count = 0;
    for (int part = 0; part < PART_COUNT; part++)
        most += machine->frozen[part].count;
    if (most > machine->composed_room || !machine->composed) {
        machine->composed =
            need(realloc(machine->composed, (most + 1) * sizeof(*machine->composed)));
        machine->composed_room = most + 1;
    }
    for (size_t i = 0; i < machine->connection_count; i++) {
        if (!table->stale[part_of(&machine->connections[i])])
            machine->composed[count++] = machine->connections[i];
    }
    for (int part = 0; part < PART_COUNT; part++) {
        for (size_t i = 0; table->stale[part] && i < machine->frozen[part].count; i++)
            machine->composed[count++] = machine->frozen[part].rows[i];
    }
    table->rows = machine->composed;
    table->count = count;
}

static enum status tell_connections(struct source *source, struct connection_table *table)
{
    struct scripted_source *machine = machine_of(source);
    enum status status = enter(machine, SCRIPTED_CONNECTIONS);
    struct connection_table told_now = {.rows = machine->connections,
                                        .count = machine->connection_count};
    bool any = false;
    if (status != ST_OK)
        return status;
    for (int part = 0; part < PART_COUNT; part++) {
        struct frozen_part *frozen = &machine->frozen[part];
        if (frozen->times == 0)
            continue;
        frozen->times--;
        told_now.stale[part] = true;
        told_now.why[part] = ST_STALE;
        any = true;
    }
    if (any)
        compose(machine, &told_now);
    *table = told_now;
    return ST_OK;
}

static enum status tell_of(struct source *source, uint32_t pid, struct process_seen *row)
{
    struct scripted_source *machine = machine_of(source);
    enum status status = enter(machine, SCRIPTED_FIND);
    uint32_t place = place_of(machine, pid);
    if (status != ST_OK)
        return status;
    if (place == NOWHERE || machine->processes[place].lingers)
        return ST_GONE;
    *row = machine->listing[place];
    return ST_OK;
}

/* A process that has ended between listing and question: nothing but what the listing said. */
static enum status facts_of_gone(const struct process_seen *row, const struct process_facts **facts)
{
    const struct text_fact no_text = {{NULL, 0}, READ_GONE};
    const struct number_fact no_number = {0, READ_GONE};
    struct process_facts draft = {
        .key = row->key,
        .parent_pid = row->parent_pid,
        .name = row->name,
        .image = no_text,
        .command = no_text,
        .directory = no_text,
        .user = no_text,
        .domain = no_text,
        .sid = no_text,
        .services = no_text,
        .session = no_number,
        .bits = no_number,
        .elevated = no_number,
        .critical = no_number,
        .protection = no_number,
    };
    return process_facts_new(&draft, facts);
}

static enum status tell_facts(struct source *source, const struct process_seen *row,
                              const struct process_facts **facts)
{
    struct scripted_source *machine = machine_of(source);
    enum status status = enter(machine, SCRIPTED_FACTS);
    uint32_t place = place_of(machine, row->key.pid);
    if (status != ST_OK)
        return status;
    if (place == NOWHERE || !process_key_equal(machine->listing[place].key, row->key))
        return facts_of_gone(row, facts);
    return process_facts_new(&machine->processes[place].facts, facts);
}

static enum status tell_exit(struct source *source, struct process_key key,
                             struct process_exit *exit)
{
    struct scripted_source *machine = machine_of(source);
    enum status status = enter(machine, SCRIPTED_ENDED);
    if (status != ST_OK)
        return status;
    if (key.pid >= machine->pid_room)
        return ST_NOT_FOUND;
    uint32_t *link = &machine->exit_of_pid[key.pid];
    while (*link != NOWHERE && !process_key_equal(machine->exits[*link].key, key))
        link = &machine->exits[*link].next;
    if (*link == NOWHERE)
        return ST_NOT_FOUND;
    uint32_t place = *link;
    *exit = machine->exits[place].exit;
    *link = machine->exits[place].next;
    machine->exits[place].next = machine->free_exit;
    machine->free_exit = place;
    return ST_OK;
}

static bool tell_whether_ended(struct source *source, struct process_key key)
{
    const struct scripted_source *machine = machine_of(source);
    if (machine->lingering == 0)
        return false;
    uint32_t place = place_of(machine, key.pid);
    return place != NOWHERE && process_key_equal(machine->listing[place].key, key) &&
           machine->processes[place].lingers;
}

static enum status tell_names(struct source *source, struct name_table *table)
{
    struct scripted_source *machine = machine_of(source);
    enum status status = enter(machine, SCRIPTED_NAMES);
    if (status != ST_OK)
        return status;
    *table = (struct name_table){machine->name_rows, machine->name_count, machine->names_state};
    if (machine->names_state != READ_OK && !machine->names_partly)
        table->count = 0;
    return ST_OK;
}

void scripted_source_image(struct scripted_source *machine, uint32_t pid,
                           const struct image_file *file)
{
    struct process_key key = scripted_source_process(machine, pid)->key;
    machine->images =
        need(realloc(machine->images, (machine->image_count + 1) * sizeof(*machine->images)));
    machine->images[machine->image_count++] = (struct image_seen){key, *file};
}

static enum status tell_images(struct source *source, uint32_t wait_ms, struct image_table *table)
{
    struct scripted_source *machine = machine_of(source);
    (void)wait_ms;
    free(machine->told_images);
    machine->told_images = machine->images;
    *table = (struct image_table){machine->told_images, machine->image_count};
    machine->images = NULL;
    machine->image_count = 0;
    return ST_OK;
}

static struct text tell_windows(struct source *source)
{
    (void)source;
    return text_of("C:\\Windows");
}

static void free_machine(struct source *source)
{
    struct scripted_source *machine = machine_of(source);
    for (size_t i = 0; i < machine->process_count; i++)
        free(machine->processes[i].words);
    scripted_source_forget_names(machine);
    for (int part = 0; part < PART_COUNT; part++)
        free(machine->frozen[part].rows);
    free(machine->listing);
    free(machine->processes);
    free(machine->place_of_pid);
    free(machine->exit_of_pid);
    free(machine->exits);
    free(machine->connections);
    free(machine->number_of_place);
    free(machine->place_of_number);
    free(machine->composed);
    free(machine->names);
    free(machine->images);
    free(machine->told_images);
    free(machine->name_rows);
    free(machine);
}

static const struct source_class scripted_class = {
    .processes = tell_processes,
    .connections = tell_connections,
    .find = tell_of,
    .facts = tell_facts,
    .ended = tell_exit,
    .has_ended = tell_whether_ended,
    .names = tell_names,
    .images = tell_images,
    .windows = tell_windows,
    .free = free_machine,
};

struct scripted_source *scripted_source_new(void)
{
    struct scripted_source *machine = need(calloc(1, sizeof(*machine)));
    machine->base.class = &scripted_class;
    machine->now = NOON_2026;
    machine->ticks = MOMENT_SECOND;
    machine->random = 1;
    machine->next_pid = 8;
    machine->free_exit = NOWHERE;
    return machine;
}

struct source *scripted_source_base(struct scripted_source *machine)
{
    return &machine->base;
}

/* ---- crowds ---- */

/* splitmix64 */
static uint64_t random_word(struct scripted_source *machine)
{
    machine->random += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t word = machine->random;
    word = (word ^ word >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    word = (word ^ word >> 27) * UINT64_C(0x94d049bb133111eb);
    return word ^ word >> 31;
}

uint32_t scripted_source_random(struct scripted_source *machine, uint32_t limit)
{
    return (uint32_t)((random_word(machine) >> 32) * limit >> 32);
}

static uint32_t unused_pid(struct scripted_source *machine)
{
    do {
        machine->next_pid += 4;
        if (machine->next_pid >= PID_LIMIT / 4)
            machine->next_pid = 8;
        know_pid(machine, machine->next_pid);
    } while (machine->place_of_pid[machine->next_pid] != NOWHERE);
    return machine->next_pid;
}

static uint32_t any_pid(struct scripted_source *machine)
{
    return machine->listing[scripted_source_random(machine, (uint32_t)machine->process_count)]
        .key.pid;
}

static void start_any(struct scripted_source *machine)
{
    static const char *const names[] = {"svchost.exe", "chrome.exe",  "cmd.exe",  "node.exe",
                                        "ping.exe",    "conhost.exe", "code.exe", "powershell.exe"};
    uint32_t parent = any_pid(machine);
    uint32_t pid = unused_pid(machine);
    scripted_source_start(machine, pid, parent, names[scripted_source_random(machine, 8)]);
    machine->listing[machine->process_count - 1].threads = 1 + scripted_source_random(machine, 40);
}

static struct address any_address(struct scripted_source *machine, bool ipv6, uint8_t network)
{
    uint8_t bytes[16] = {0x20, 0x01, 0x0d, 0xb8, network};
    uint8_t octets[4] = {network};
    uint32_t host = scripted_source_random(machine, UINT32_MAX);
    if (ipv6) {
        memcpy(bytes + 12, &host, 4);
        return address_from_ipv6(bytes);
    }
    memcpy(octets + 1, &host, 3);
    return address_from_ipv4(octets);
}

static uint16_t any_port(struct scripted_source *machine)
{
    return (uint16_t)(1024 + scripted_source_random(machine, 64000));
}

static void open_any(struct scripted_source *machine, uint32_t pid)
{
    uint32_t kind = scripted_source_random(machine, 20);
    bool ipv6 = scripted_source_random(machine, 4) == 0;
    struct connection_seen row = {.pid = pid, .ipv6_table = ipv6, .created = machine->now};
    row.local =
        (struct endpoint){.address = any_address(machine, ipv6, 10), .port = any_port(machine)};
    row.transport = kind < 3 ? TRANSPORT_UDP : TRANSPORT_TCP;
    row.state = kind < 3 ? TCP_NONE : TCP_LISTEN;
    if (kind >= 4) {
        row.has_remote = true;
        row.state = kind < 6 ? TCP_SYN_SENT : TCP_ESTABLISHED;
        row.remote = (struct endpoint){.address = any_address(machine, ipv6, 198), .port = 443};
    }
    scripted_source_open(machine, &row);
}

void scripted_source_populate(struct scripted_source *machine, size_t processes, size_t connections,
                              uint64_t seed)
{
    machine->random = seed;
    if (machine->process_count == 0 && processes > 1) {
        scripted_source_start_at(machine, 0, 0, "System Idle Process", 0);
        scripted_source_start(machine, 4, 0, "System");
        scripted_source_deny(machine, 0, READ_NOT_APPLICABLE);
        scripted_source_deny(machine, 4, READ_NOT_APPLICABLE);
    }
    while (machine->process_count < processes) {
        scripted_source_advance(machine, 1);
        start_any(machine);
    }
    while (machine->connection_count < connections)
        open_any(machine, any_pid(machine));
}

static void end_share(struct scripted_source *machine, size_t count)
{
    size_t before = machine->process_count;
    for (size_t i = 0; i < count; i++) {
        uint32_t pid = any_pid(machine);
        if (pid > 4)
            scripted_source_exit(machine, pid, 0);
    }
    size_t left = machine->process_count;
    /* Connections whose owner has ended go first. */
    for (size_t i = machine->connection_count; left < before && i > 0; i--) {
        uint32_t pid = machine->connections[i - 1].pid;
        if (pid != 0 && place_of(machine, pid) == NOWHERE)
            scripted_source_close(machine, machine->number_of_place[i - 1]);
    }
    while (machine->process_count < before)
        start_any(machine);
}

/* A connection moves on as TCP does; closing ones lose their owner. */
static void move_on(struct connection_seen *row)
{
    if (row->transport != TRANSPORT_TCP || !row->has_remote)
        return;
    if (row->state == TCP_SYN_SENT) {
        row->state = TCP_ESTABLISHED;
    } else if (row->state == TCP_ESTABLISHED) {
        row->state = TCP_TIME_WAIT;
        row->pid = 0;
    }
}

void scripted_source_churn(struct scripted_source *machine, double share)
{
    size_t processes = machine->process_count;
    size_t connections = machine->connection_count;
    size_t changed = (size_t)((double)connections * share);
    end_share(machine, (size_t)((double)processes * share));
    while (machine->connection_count + changed > connections && machine->connection_count > 0) {
        uint32_t place = scripted_source_random(machine, (uint32_t)machine->connection_count);
        scripted_source_close(machine, machine->number_of_place[place]);
    }
    while (machine->process_count > 0 && machine->connection_count < connections)
        open_any(machine, any_pid(machine));
    for (size_t i = 0; i < changed / 10 && machine->connection_count > 0; i++)
        move_on(&machine->connections[scripted_source_random(machine,
                                                             (uint32_t)machine->connection_count)]);
    for (size_t i = 0; i < processes / 10 && machine->process_count > 0; i++) {
        uint32_t place = scripted_source_random(machine, (uint32_t)machine->process_count);
        machine->listing[place].cpu += MOMENT_MS;
    }
}
