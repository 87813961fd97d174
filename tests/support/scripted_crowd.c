#include "tests/support/scripted_machine.h"

#include <string.h>

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
        scripted_know_pid(machine, machine->next_pid);
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
