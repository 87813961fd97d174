#include "tests/support/scripted_machine.h"

#include <string.h>

void scripted_know_pid(struct scripted_source *machine, uint32_t pid)
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
    scripted_know_pid(machine, pid);
    demand(machine->place_of_pid[pid] == NOWHERE, "PID in use");
    if (machine->process_count == machine->process_room) {
        size_t room = next_room(machine->process_room);
        machine->listing = need(realloc(machine->listing, room * sizeof *machine->listing));
        machine->processes = need(realloc(machine->processes, room * sizeof *machine->processes));
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
                need(realloc(machine->exits, machine->exit_room * sizeof *machine->exits));
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
