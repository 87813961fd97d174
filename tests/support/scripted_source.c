#include "tests/support/scripted_machine.h"

#include <string.h>

#define NOON_2026 (INT64_C(134117424000000000))

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

/* ---- names ---- */

void scripted_source_resolve(struct scripted_source *machine, const char *name, const char *address)
{
    if (machine->name_count == machine->name_room) {
        machine->name_room = next_room(machine->name_room);
        machine->names = need(realloc(machine->names, machine->name_room * sizeof *machine->names));
        machine->name_rows =
            need(realloc(machine->name_rows, machine->name_room * sizeof *machine->name_rows));
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
            need(realloc(machine->composed, (most + 1) * sizeof *machine->composed));
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
        need(realloc(machine->images, (machine->image_count + 1) * sizeof *machine->images));
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
    struct scripted_source *machine = need(calloc(1, sizeof *machine));
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
