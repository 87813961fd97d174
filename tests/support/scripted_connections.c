#include "tests/support/scripted_machine.h"

uint32_t scripted_source_open(struct scripted_source *machine, const struct connection_seen *row)
{
    if (machine->connection_count == machine->connection_room) {
        size_t room = next_room(machine->connection_room);
        machine->connections =
            need(realloc(machine->connections, room * sizeof *machine->connections));
        machine->number_of_place =
            need(realloc(machine->number_of_place, room * sizeof *machine->number_of_place));
        machine->connection_room = room;
    }
    if (machine->next_number == machine->number_room) {
        machine->number_room = next_room(machine->number_room);
        machine->place_of_number = need(realloc(
            machine->place_of_number, machine->number_room * sizeof *machine->place_of_number));
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
        need(realloc(frozen->rows, (machine->connection_count + 1) * sizeof *frozen->rows));
    for (size_t i = 0; i < machine->connection_count; i++) {
        if (part_of(&machine->connections[i]) == part)
            frozen->rows[frozen->count++] = machine->connections[i];
    }
}
