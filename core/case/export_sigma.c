/* Hits as events with the names of Sysmon, so that Sigma rules and the tools that run them can read
 * them: {"Event":{"System":{"EventID":…},"EventData":{…}}}, one a line.
 * Of each process with a hit an event 1 (process creation), with its first hit; of each hit on a
 * connection an event 3, and where the name is known that the machine resolved, an event 22. The
 * provider is "Stakeout", so that nobody takes them for Sysmon's own; the channel is the one that
 * tools choose rules by. What Stakeout does not know is absent, never made up. "Initiated" stands
 * there where it can be told: by the state SYN_SENT or SYN_RCVD, or by ports, when just one of the
 * two lies in the range from which Windows takes those of clients (49152 to 65535). */
#include "core/case/export_hits.h"
#include "core/case/json_write.h"

#define CHANNEL "Microsoft-Windows-Sysmon/Operational"
#define CLIENT_PORT 49152u
#define TEXT_MOST ((size_t)8 << 20)

struct events {
    struct json_writer json;
    struct buffer host;
    struct buffer text;
    uint64_t number;
};

struct name {
    const char *name;
    const char *path;
};

static void add_names(struct page *page, struct events *events, struct json_node *root,
                      const struct name *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct json_node *node = json_at(&page->report->tree, root, names[i].path);
        struct text value = json_node_text(&page->report->tree, node);
        uint64_t number;
        if (node && json_number(&node->value, UINT64_MAX, &number))
            json_unsigned(&events->json, names[i].name, number);
        else if (value.size)
            json_text(&events->json, names[i].name, value);
    }
}

#define ADD_NAMES(page, events, root, names)                                                       \
    add_names(page, events, root, names, sizeof(names) / sizeof((names)[0]))

static void add_attribute(struct events *events, const char *group, const char *name,
                          const char *value, moment when)
{
    json_open_object(&events->json, group);
    json_open_object(&events->json, "#attributes");
    if (value)
        json_string(&events->json, name, value);
    else
        json_moment(&events->json, name, when, true);
    json_close_object(&events->json);
    json_close_object(&events->json);
}

/* "2026-08-11 07:52:33.438" */
static void add_utc(struct events *events, moment when)
{
    buffer_clear(&events->text);
    moment_add_iso(&events->text, when, false);
    for (size_t i = 0; i < events->text.size; i++)
        if (events->text.bytes[i] == 'T')
            events->text.bytes[i] = ' ';
    if (events->text.size)
        json_text(&events->json, "UtcTime",
                  text_slice(buffer_text(&events->text), 0, events->text.size - 1));
}

static void open_event(struct page *page, struct events *events, unsigned id, moment when)
{
    json_begin(&events->json, page->out);
    json_open_object(&events->json, NULL);
    json_open_object(&events->json, "Event");
    json_open_object(&events->json, "System");
    add_attribute(events, "Provider", "Name", "Stakeout", 0);
    json_unsigned(&events->json, "EventID", id);
    add_attribute(events, "TimeCreated", "SystemTime", NULL, when);
    json_unsigned(&events->json, "EventRecordID", ++events->number);
    json_string(&events->json, "Channel", CHANNEL);
    if (events->host.size)
        json_text(&events->json, "Computer", buffer_text(&events->host));
    json_close_object(&events->json);
    json_open_object(&events->json, "EventData");
    add_utc(events, when);
}

static void close_event(struct page *page, struct events *events)
{
    json_close_object(&events->json);
    json_close_object(&events->json);
    json_close_object(&events->json);
    buffer_add_byte(page->out, '\n');
}

static void add_user(struct page *page, struct events *events, struct json_node *root)
{
    struct text domain = json_text_at(&page->report->tree, root, "user.domain");
    struct text name = json_text_at(&page->report->tree, root, "user.name");
    if (!name.size)
        return;
    buffer_clear(&events->text);
    buffer_add(&events->text, domain);
    if (domain.size)
        buffer_add_byte(&events->text, '\\');
    buffer_add(&events->text, name);
    json_text(&events->json, "User", buffer_text(&events->text));
}

/* --- event 1 --- */

static void add_hash(struct buffer *out, const char *name, struct text value)
{
    if (!value.size)
        return;
    if (out->size)
        buffer_add_byte(out, ',');
    buffer_add_string(out, name);
    buffer_add_byte(out, '=');
    for (size_t i = 0; i < value.size; i++) {
        char digit = value.bytes[i];
        buffer_add_byte(out, digit >= 'a' && digit <= 'f' ? (char)(digit - 'a' + 'A') : digit);
    }
}

/* "SHA1=…,MD5=…,SHA256=…", from the hit, the sample or the evidence. */
static void add_hashes(struct page *page, struct events *events, struct json_node *root,
                       uint32_t number)
{
    struct json_tree *tree = &page->report->tree;
    struct text sha1 = json_text_at(tree, root, "process.hash.sha1");
    struct text md5 = json_text_at(tree, root, "process.hash.md5");
    struct text sha256 = json_text_at(tree, root, "process.hash.sha256");
    if (!sha256.size) {
        struct report_hashes hashes = report_case_hashes(page->report, number);
        sha1 = hashes.sha1;
        md5 = hashes.md5;
        sha256 = hashes.sha256;
    }
    buffer_clear(&events->text);
    add_hash(&events->text, "SHA1", sha1);
    add_hash(&events->text, "MD5", md5);
    add_hash(&events->text, "SHA256", sha256);
    if (events->text.size)
        json_text(&events->json, "Hashes", buffer_text(&events->text));
}

/* As Sysmon has it: with a capital. */
static void add_integrity(struct events *events, struct text level)
{
    if (!level.size)
        return;
    char first = level.bytes[0];
    buffer_clear(&events->text);
    buffer_add_byte(&events->text,
                    first >= 'a' && first <= 'z' ? (char)(first - 'a' + 'A') : first);
    buffer_add(&events->text, text_slice(level, 1, level.size - 1));
    json_text(&events->json, "IntegrityLevel", buffer_text(&events->text));
}

static void add_known(struct events *events, const char *name, struct text value)
{
    if (value.size)
        json_text(&events->json, name, value);
}

/* What the evidence tells of its image. */
static void add_image(struct events *events, const struct report_image *image)
{
    add_known(events, "FileVersion", image->version);
    add_known(events, "Description", image->description);
    add_known(events, "Product", image->product);
    add_known(events, "Company", image->company);
    add_known(events, "OriginalFileName", image->original);
    add_integrity(events, image->integrity);
}

static void add_creation(struct page *page, struct events *events, const struct export_line *line)
{
    static const struct name names[] = {
        {"ProcessId", "process.pid"},
        {"Image", "process.executable"},
        {"CommandLine", "process.command_line"},
        {"CurrentDirectory", "process.working_directory"},
        {"TerminalSessionId", "stakeout.session"},
        {"ParentProcessId", "process.parent.pid"},
        {"ParentImage", "process.parent.executable"},
        {"ParentCommandLine", "process.parent.command_line"},
    };
    struct json_node *root = line->root;
    open_event(page, events, 1, page->report->processes[line->hit->process].start);
    ADD_NAMES(page, events, root, names);
    add_user(page, events, root);
    if (page->report->processes[line->hit->process].image)
        add_image(events, page->report->processes[line->hit->process].image);
    add_hashes(page, events, root, line->hit->process);
    close_event(page, events);
}

/* --- events 3 and 22 --- */

static const char *initiated(struct page *page, struct json_node *root)
{
    struct json_tree *tree = &page->report->tree;
    struct text state = json_text_at(tree, root, "stakeout.state");
    bool here = json_number_at(tree, root, "source.port") >= CLIENT_PORT;
    bool there = json_number_at(tree, root, "destination.port") >= CLIENT_PORT;
    if (text_equal(state, text_of("SYN_SENT")))
        return "true";
    if (text_equal(state, text_of("SYN_RCVD")))
        return "false";
    if (here == there)
        return NULL;
    return here ? "true" : "false";
}

static void add_connection(struct page *page, struct events *events, const struct export_line *line)
{
    static const struct name names[] = {
        {"RuleName", "threat.indicator.name"},
        {"ProcessId", "process.pid"},
        {"Image", "process.executable"},
        {"Protocol", "network.transport"},
        {"SourceIp", "source.ip"},
        {"SourcePort", "source.port"},
        {"DestinationIp", "destination.ip"},
        {"DestinationHostname", "destination.domain"},
        {"DestinationPort", "destination.port"},
    };
    struct json_tree *tree = &page->report->tree;
    const char *direction = initiated(page, line->root);
    bool ipv6 = text_equal(json_text_at(tree, line->root, "network.type"), text_of("ipv6"));
    open_event(page, events, 3, line->hit->when);
    ADD_NAMES(page, events, line->root, names);
    add_user(page, events, line->root);
    if (direction)
        json_string(&events->json, "Initiated", direction);
    json_string(&events->json, "SourceIsIpv6", ipv6 ? "true" : "false");
    json_string(&events->json, "DestinationIsIpv6", ipv6 ? "true" : "false");
    close_event(page, events);
}

static void add_query(struct page *page, struct events *events, const struct export_line *line)
{
    static const struct name names[] = {
        {"RuleName", "threat.indicator.name"}, {"ProcessId", "process.pid"},
        {"Image", "process.executable"},       {"QueryName", "destination.domain"},
        {"QueryResults", "destination.ip"},
    };
    open_event(page, events, 22, line->hit->when);
    ADD_NAMES(page, events, line->root, names);
    add_user(page, events, line->root);
    close_event(page, events);
}

static void add_events(struct page *page, const struct export_line *line, void *context)
{
    struct report_case *report = page->report;
    struct json_tree *tree = &report->tree;
    uint32_t process = line->hit->process;
    bool is_first =
        process != REPORT_NONE && &report->hits[report->processes[process].first_hit] == line->hit;
    if (is_first)
        add_creation(page, context, line);
    if (!json_text_at(tree, line->root, "destination.ip").size)
        return;
    add_connection(page, context, line);
    if (json_text_at(tree, line->root, "destination.domain").size)
        add_query(page, context, line);
}

void export_sigma(struct page *page)
{
    struct events events = {.number = 0};
    buffer_init(&events.host, (size_t)64 << 10);
    buffer_init(&events.text, TEXT_MOST);
    export_add_host(page, &events.host);
    export_each_hit(page, add_events, &events);
    if (events.text.failed != ST_OK)
        page->out->failed = events.text.failed;
    buffer_done(&events.text);
    buffer_done(&events.host);
}
