#include "tests/support/case_sample.h"

#include <string.h>

static struct process_facts facts[SAMPLE_PROCESSES];
static struct process_row processes[SAMPLE_PROCESSES];
static struct connection_row connections[SAMPLE_CONNECTIONS];
static struct snapshot snapshot;
static struct hit hit;

static struct text_fact has(const char *value)
{
    return (struct text_fact){.value = text_from(value)};
}

static struct text_fact lacks(enum read_state state)
{
    return (struct text_fact){.state = state};
}

static struct process_facts ordinary(uint32_t pid, uint32_t parent, const char *name,
                                     const char *image, const char *command)
{
    return (struct process_facts){
        .key = {.pid = pid, .start = SAMPLE_NOW - (moment)(10000 - pid) * MOMENT_SECOND + 7},
        .parent_pid = parent,
        .name = text_from(name),
        .image = has(image),
        .command = has(command),
        .directory = has("C:\\work\\"),
        .user = has("alice"),
        .domain = has("CORP"),
        .sid = has("S-1-5-21-1"),
        .services = has(""),
        .session = {.value = 1},
        .bits = {.value = 64},
        .elevated = {.value = 0},
    };
}

static void make_facts(void)
{
    facts[SAMPLE_EXPLORER] = ordinary(3140, 3100, "explorer.exe", "C:\\Windows\\explorer.exe",
                                      "C:\\Windows\\explorer.exe");
    facts[SAMPLE_CMD] = ordinary(3252, 3140, "cmd.exe", "C:\\Windows\\System32\\cmd.exe", "cmd");
    facts[SAMPLE_NODE] = ordinary(6656, 3252, "node.exe", "C:\\tools\\node.exe",
                                  "node -e \"get('http://du.testjj.com')\"");
    facts[SAMPLE_NODE].command_from_memory = true;
    facts[SAMPLE_SERVICE] = (struct process_facts){
        .key = {.pid = 1040},
        .parent_pid = 612,
        .name = text_from("svchost.exe"),
        .image = lacks(READ_DENIED),
        .command = lacks(READ_PROTECTED),
        .directory = lacks(READ_DENIED),
        .user = lacks(READ_DENIED),
        .domain = lacks(READ_DENIED),
        .sid = lacks(READ_DENIED),
        .services = has("Dhcp, EventLog"),
        .session = {.value = 0},
        .bits = {.state = READ_UNSUPPORTED},
        .elevated = {.state = READ_DENIED},
        .critical = {.state = READ_UNSUPPORTED},
        .protection = {.value = 0x31},
    };
}

static void make_processes(void)
{
    for (uint32_t i = 0; i < SAMPLE_PROCESSES; i++)
        processes[i] = (struct process_row){
            .id = i + 1,
            .facts = &facts[i],
            .first_seen = SAMPLE_NOW - MOMENT_SECOND,
            .last_seen = SAMPLE_NOW,
            .cpu = 25 * MOMENT_MS / 2,
            .threads = 4,
            .parent = NO_ROW,
            .parent_kind = PARENT_GONE,
            .watched_as = NO_INDICATOR,
            .indicator = NO_INDICATOR,
        };
    processes[SAMPLE_CMD].parent = SAMPLE_EXPLORER;
    processes[SAMPLE_CMD].parent_kind = PARENT_VERIFIED;
    processes[SAMPLE_NODE].parent = SAMPLE_CMD;
    processes[SAMPLE_NODE].parent_kind = PARENT_VERIFIED;
    processes[SAMPLE_SERVICE].cpu = -1;
}

static struct endpoint end(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port)
{
    const uint8_t octets[4] = {a, b, c, d};
    return (struct endpoint){.address = address_from_ipv4(octets), .port = port};
}

static void make_connections(void)
{
    const uint8_t link_local[16] = {0xFE, 0x80, [15] = 1};
    for (uint32_t i = 0; i < SAMPLE_CONNECTIONS; i++)
        connections[i] = (struct connection_row){
            .id = i + 1,
            .process = NO_ROW,
            .first_seen = SAMPLE_NOW - 500 * MOMENT_MS,
            .last_seen = SAMPLE_NOW,
            .indicator = NO_INDICATOR,
        };
    connections[SAMPLE_WATCHED].seen = (struct connection_seen){
        .local = end(192, 0, 2, 250, 49160),
        .remote = end(192, 0, 2, 1, 80),
        .pid = 6656,
        .state = TCP_SYN_SENT,
        .has_remote = true,
    };
    connections[SAMPLE_WATCHED].process = SAMPLE_NODE;
    connections[SAMPLE_WATCHED].owner = facts[SAMPLE_NODE].key;
    connections[SAMPLE_WATCHED].domain = text_of("du.testjj.com");
    connections[SAMPLE_LISTENER].seen = (struct connection_seen){
        .local = {.address = address_from_ipv6(link_local), .scope = 5, .port = 135},
        .pid = 1040,
        .state = TCP_LISTEN,
        .ipv6_table = true,
    };
    connections[SAMPLE_LISTENER].process = SAMPLE_SERVICE;
    connections[SAMPLE_LISTENER].owner = facts[SAMPLE_SERVICE].key;
    connections[SAMPLE_UDP].seen = (struct connection_seen){
        .local = end(0, 0, 0, 0, 5353),
        .pid = 1040,
        .transport = TRANSPORT_UDP,
    };
    connections[SAMPLE_UDP].process = SAMPLE_SERVICE;
    connections[SAMPLE_UDP].owner = facts[SAMPLE_SERVICE].key;
    connections[SAMPLE_CLOSING].seen = (struct connection_seen){
        .local = end(127, 0, 0, 1, 8080),
        .remote = end(127, 0, 0, 1, 49999),
        .state = TCP_TIME_WAIT,
        .has_remote = true,
    };
}

struct snapshot *sample_snapshot(void)
{
    make_facts();
    make_processes();
    make_connections();
    snapshot = (struct snapshot){
        .taken = SAMPLE_NOW,
        .number = 1,
        .processes = processes,
        .process_count = SAMPLE_PROCESSES,
        .connections = connections,
        .connection_count = SAMPLE_CONNECTIONS,
    };
    return &snapshot;
}

struct process_row *sample_process_row(enum sample_process which)
{
    return &processes[which];
}

struct connection_row *sample_connection_row(enum sample_connection which)
{
    return &connections[which];
}

struct process_facts *sample_facts(enum sample_process which)
{
    return &facts[which];
}

struct hit *sample_hit(void)
{
    static const struct process_facts *ancestors[] = {&facts[SAMPLE_CMD], &facts[SAMPLE_EXPLORER]};
    static uint8_t kinds[] = {PARENT_VERIFIED, PARENT_UNVERIFIED};
    static bool ended[] = {false, true};
    static struct process_odd odd[2];
    memset(odd, 0, sizeof odd);
    sample_snapshot();
    hit = (struct hit){
        .number = 3,
        .when = SAMPLE_NOW,
        .by = MATCH_DOMAIN,
        .connection = connections[SAMPLE_WATCHED],
        .process = &facts[SAMPLE_NODE],
        .ancestors = ancestors,
        .ancestor_count = 2,
        .ancestor_kinds = kinds,
        .ancestor_ended = ended,
        .ancestor_odd = odd,
        .indicator = text_of("*.testjj.com"),
        .value = {.kind = INDICATOR_DOMAIN_TREE, .value = text_of("testjj.com")},
        .origin = {.written = text_of("*.testjj[.]com"), .file = text_of("evil.txt"), .line = 12},
        .domain = text_of("du.testjj.com"),
        .observed_by = "sampling",
        .latency = 125 * MOMENT_MS / 10,
    };
    return &hit;
}
