/* Rules of Suricata and Snort. A rule tells of a host by the addresses of its header, and by what
 * it looks for in the names that a client sends: in a DNS query, in a TLS hello, in HTTP's Host.
 * Only what it says for certain is ticked: a name that must end somewhere means that name and all
 * below it, one that must also begin somewhere just that name; a name found anywhere, one of
 * several, or beside a regular expression is a part of what the rule asks. */
#include "core/watch/import_rule.h"

#include <string.h>

#include "core/watch/domain.h"
#include "core/watch/import_found.h"
#include "core/watch/suffix.h"

#define SCRATCH_MOST ((size_t)1 << 20)
#define PORTS_MOST 16
#define CONTENTS_MOST 32

/* What a rule looks for in one place. */
struct content {
    struct text value; /* as written */
    uint64_t depth;
    uint64_t offset;
    uint64_t whole; /* the size that the place must have; 0: any */
    unsigned place; /* counts the places that the rule names */
    bool host;      /* the place holds a host's name */
    bool dotted;    /* which was given a dot in front */
    bool starts;
    bool ends;
};

struct rule_facts {
    struct content contents[CONTENTS_MOST];
    size_t count;
    struct text message;
    bool from_server;
    bool pattern; /* a regular expression looks at a host's name */
    /* while reading */
    unsigned place;
    uint64_t whole;
    bool host;
    bool dotted;
};

struct suricata {
    struct found *found;
    struct buffer line; /* a rule that goes over several lines */
    struct buffer label;
    struct buffer value;
    struct buffer written;
    size_t read;  /* findings of the rule at hand */
    bool starved; /* there was no memory for a part of it */
};

/* What could not be had for want of memory must not pass for what is not there. */
static bool fits(struct suricata *suricata, bool whole, const struct buffer *buffer)
{
    suricata->starved = suricata->starved || buffer->failed == ST_NO_MEMORY;
    return whole && buffer->failed == ST_OK;
}

/* ---- options ---- */

static bool is_one_of(struct text name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(name, text_from(names[i])))
            return true;
    return false;
}

static bool names_host(struct text name, struct text value)
{
    static const char *const places[] = {"dns.query", "dns_query",     "tls.sni",       "tls_sni",
                                         "http.host", "http.host.raw", "dns.query.name"};

    return (!value.size && is_one_of(name, places, sizeof places / sizeof places[0])) ||
           (text_equal(name, text_of("http_header")) &&
            text_equal_nocase(value, text_of("field host")));
}

static bool names_other(struct text name, struct text value)
{
    static const char *const places[] = {"file_data", "pkt_data", "base64_data", "raw_data"};

    return (!value.size && (memchr(name.bytes, '.', name.size) ||
                            is_one_of(name, places, sizeof places / sizeof places[0]))) ||
           text_starts(value, text_of("field "));
}

static void enter_place(struct rule_facts *facts, bool host)
{
    facts->place++;
    facts->host = host;
    facts->dotted = false;
    facts->whole = 0;
}

/* What is said about the content before it, or the place it looks at. */
static void read_modifier(struct rule_facts *facts, struct text name, struct text value)
{
    struct content *last = facts->count ? &facts->contents[facts->count - 1] : NULL;

    if (text_equal(name, text_of("dotprefix"))) {
        facts->dotted = true;
    } else if (text_equal(name, text_of("bsize"))) {
        uint64_t size;

        facts->whole = text_number(value, UINT32_MAX, &size) ? size : 0;
        for (size_t i = 0; i < facts->count; i++)
            if (facts->contents[i].place == facts->place)
                facts->contents[i].whole = facts->whole;
    } else if (!last) {
        return;
    } else if (text_equal(name, text_of("startswith"))) {
        last->starts = true;
    } else if (text_equal(name, text_of("endswith"))) {
        last->ends = true;
    } else if (text_equal(name, text_of("isdataat"))) {
        last->ends = last->ends || text_starts(value, text_of("!1,"));
    } else if (text_equal(name, text_of("depth"))) {
        text_number(value, UINT32_MAX, &last->depth);
    } else if (text_equal(name, text_of("offset"))) {
        text_number(value, UINT32_MAX, &last->offset);
    } else if (text_equal(name, text_of("http_host")) ||
               text_equal(name, text_of("http_raw_host"))) {
        last->host = true;
    }
}

/* A quoted value, behind which Snort 3 writes what it says about it: "x",depth 3,nocase */
static void read_content(struct rule_facts *facts, struct text value)
{
    size_t end = 1;
    size_t begin;

    if (!text_starts(value, text_of("\"")) || facts->count == CONTENTS_MOST)
        return; /* negated, or too many */
    while (end < value.size && value.bytes[end] != '"')
        end += value.bytes[end] == '\\' ? 2 : 1;
    if (end >= value.size)
        return;
    facts->contents[facts->count++] = (struct content){.value = text_slice(value, 1, end - 1),
                                                       .place = facts->place,
                                                       .whole = facts->whole,
                                                       .host = facts->host,
                                                       .dotted = facts->dotted};
    begin = end + 1;
    for (size_t at = begin; at <= value.size; at++) {
        struct text word;
        size_t blank;

        if (at < value.size && value.bytes[at] != ',')
            continue;
        word = text_trim(text_slice(value, begin, at - begin));
        blank = text_find(word, text_of(" "));
        if (blank == SIZE_MAX)
            read_modifier(facts, word, (struct text){0});
        else
            read_modifier(facts, text_slice(word, 0, blank),
                          text_trim(text_slice(word, blank, word.size - blank)));
        begin = at + 1;
    }
}

static void read_options(struct text options, struct rule_facts *facts)
{
    struct text name;
    struct text value;

    *facts = (struct rule_facts){0};
    while (rule_next_option(&options, &name, &value)) {
        if (!name.size)
            continue;
        if (text_equal(name, text_of("msg")))
            facts->message = value;
        else if (text_equal(name, text_of("content")))
            read_content(facts, value);
        else if (text_equal(name, text_of("pcre")))
            facts->pattern = facts->pattern || facts->host;
        else if (text_equal(name, text_of("flow")))
            facts->from_server = text_find(value, text_of("to_client")) != SIZE_MAX ||
                                 text_find(value, text_of("from_server")) != SIZE_MAX;
        else if (names_host(name, value))
            enter_place(facts, true);
        else if (names_other(name, value))
            enter_place(facts, false);
        else
            read_modifier(facts, name, value);
    }
}

/* ---- names ---- */

enum anchor { ANYWHERE, AT_END, WHOLE };

static enum anchor anchor_of(const struct content *content, size_t size)
{
    bool starts = content->starts || (content->depth == size && !content->offset);

    if (content->whole == size || (starts && content->ends))
        return WHOLE;
    return content->ends ? AT_END : ANYWHERE;
}

/* A host name, or an address, perhaps with a port; in parts it must end in a domain that exists. */
static bool is_host(struct suricata *suricata, struct text value, bool part)
{
    struct text host = text_slice(value, 0, value.size);
    struct text name;
    struct address address;
    const char *why;
    size_t labels;
    size_t colon = text_find(value, text_of(":"));
    size_t last;

    if (address_parse(value, &address))
        return !part;
    if (colon != SIZE_MAX)
        host.size = colon;
    if (address_parse(host, &address))
        return !part;
    buffer_clear(&suricata->written);
    enum status status = domain_parse(host, &suricata->written, &name, &labels, &why);
    suricata->starved = suricata->starved || status == ST_NO_MEMORY;
    if (!fits(suricata, status == ST_OK, &suricata->written) || labels < 2)
        return false;
    for (last = name.size; last > 0 && name.bytes[last - 1] != '.'; last--)
        ;
    return !part || suffix_is_top(text_slice(name, last, name.size - last));
}

static enum status add_name(struct suricata *suricata, struct text name, enum anchor anchor,
                            bool alone, const struct found_note *common)
{
    struct found_note note = *common;
    bool part = anchor == ANYWHERE || !alone;

    if (!is_host(suricata, name, part))
        return ST_OK;
    if (part && note.doubt == DOUBT_NONE) {
        note.doubt = DOUBT_PARTIAL;
        note.why = alone ? "the rule looks for it anywhere in a name"
                         : "the rule asks for more than that in one name";
    }
    note.declared = !part;
    suricata->read++;
    return import_value(suricata->found, name, anchor != WHOLE, &note);
}

/* A content of a place that holds a name. */
static enum status add_content(struct suricata *suricata, const struct content *content, bool alone,
                               const struct found_note *note)
{
    struct text value = buffer_text(&suricata->value);
    enum anchor anchor = anchor_of(content, value.size);

    if (text_starts(value, text_of("."))) {
        if (anchor == WHOLE && !content->dotted)
            return ST_OK; /* no name begins with a dot */
        value = text_slice(value, 1, value.size - 1);
    }
    return add_name(suricata, value, anchor, alone || anchor == WHOLE, note);
}

/* A name as it goes over the wire in a DNS query: each label behind its length. */
static bool decode_wire(struct text value, struct buffer *out)
{
    size_t at = 0;
    size_t labels = 0;

    while (at < value.size && value.bytes[at] != 0) {
        size_t size = (unsigned char)value.bytes[at];

        if (size > DOMAIN_LABEL_MOST || size >= value.size - at)
            return false;
        if (labels++)
            buffer_add_byte(out, '.');
        buffer_add(out, text_slice(value, at + 1, size));
        at += size + 1;
    }
    return labels > 1 && at + 1 >= value.size && out->failed == ST_OK;
}

/* "Host: evil.example" and a line end. */
static bool is_host_header(struct text value, struct text *host)
{
    if (text_starts(value, text_of("\r\n")))
        value = text_slice(value, 2, value.size - 2);
    if (!text_starts_nocase(value, text_of("host:")) || !text_ends(value, text_of("\r\n")))
        return false;
    *host = text_trim(text_slice(value, 5, value.size - 5));
    return true;
}

/* A content of any other place: raw packets, headers. */
static enum status add_raw(struct suricata *suricata, const struct found_note *note)
{
    struct text value = buffer_text(&suricata->value);
    struct buffer name;
    struct text host;
    enum status status = ST_OK;

    if (is_host_header(value, &host))
        return add_name(suricata, host, WHOLE, true, note);
    buffer_init(&name, DOMAIN_MOST);
    if (fits(suricata, decode_wire(value, &name), &name))
        status = add_name(suricata, buffer_text(&name), AT_END, true, note);
    buffer_done(&name);
    return status;
}

static enum status add_contents(struct suricata *suricata, const struct rule_facts *facts,
                                const struct found_note *note)
{
    enum status status = ST_OK;
    size_t hosts = 0;

    for (size_t i = 0; i < facts->count; i++)
        hosts += facts->contents[i].host;
    for (size_t i = 0; i < facts->count && status == ST_OK; i++) {
        const struct content *content = &facts->contents[i];

        buffer_clear(&suricata->value);
        if (!fits(suricata, rule_unquote(content->value, &suricata->value), &suricata->value))
            continue;
        if (content->host)
            status = add_content(suricata, content, hosts == 1 && !facts->pattern, note);
        else
            status = add_raw(suricata, note);
    }
    return status;
}

/* ---- addresses ---- */

static bool is_home(struct text side)
{
    return text_starts(side, text_of("$HOME_NET")) || text_starts(side, text_of("[$HOME_NET")) ||
           text_ends(side, text_of("_SERVERS"));
}

/* Plain numbers only: with anything else among them the rule means no single ports. */
static size_t read_ports(struct text written, uint16_t ports[PORTS_MOST])
{
    struct rule_list list;
    struct text item;
    bool excluded;
    size_t count = 0;

    rule_list_begin(&list, written);
    while (rule_list_next(&list, &item, &excluded)) {
        uint64_t port;

        if (excluded || count == PORTS_MOST || !text_number(item, UINT16_MAX, &port) || !port)
            return 0;
        ports[count++] = (uint16_t)port;
    }
    return count;
}

static enum status add_address(struct suricata *suricata, struct text item, uint16_t port,
                               bool excepted, const struct found_note *common)
{
    struct found_note note = *common;
    struct indicator indicator;
    bool bracketed = port && text_find(item, text_of(":")) != SIZE_MAX;
    const char *why;

    buffer_clear(&suricata->written);
    if (bracketed)
        buffer_add_byte(&suricata->written, '[');
    buffer_add(&suricata->written, item);
    if (bracketed)
        buffer_add_byte(&suricata->written, ']');
    if (port) {
        buffer_add_byte(&suricata->written, ':');
        buffer_add_unsigned(&suricata->written, port);
    }
    if (suricata->written.failed != ST_OK)
        return suricata->written.failed;
    buffer_clear(&suricata->value);
    suricata->read++;
    enum status status =
        indicator_parse(buffer_text(&suricata->written), &suricata->value, &indicator, &why);
    if (status == ST_NO_MEMORY)
        return status;
    if (status != ST_OK || indicator.kind > INDICATOR_RANGE)
        return found_reject(suricata->found, item, DOUBT_MALFORMED, "no address", note.line);
    if (excepted && indicator.kind != INDICATOR_ADDRESS && note.doubt == DOUBT_NONE) {
        note.doubt = DOUBT_PARTIAL;
        note.why = "the rule leaves out a part of it";
    }
    return found_add(suricata->found, &indicator, item, &note);
}

/* The addresses that one side of a rule names. `theirs`: it is the side that a machine at home has
 * connected to. */
static enum status add_side(struct suricata *suricata, struct text side, struct text side_ports,
                            bool theirs, const struct found_note *common)
{
    struct found_note note = *common;
    uint16_t ports[PORTS_MOST] = {0};
    size_t port_count = theirs ? read_ports(side_ports, ports) : 0;
    struct rule_list list;
    struct text item;
    bool excluded;
    bool excepted = text_find(side, text_of("!")) != SIZE_MAX;
    enum status status = ST_OK;

    if (!theirs && note.doubt == DOUBT_NONE) {
        note.doubt = DOUBT_OBSERVATION;
        note.why = "the rule is for connections that come in";
    }
    rule_list_begin(&list, side);
    while (status == ST_OK && rule_list_next(&list, &item, &excluded)) {
        if (excluded || item.bytes[0] == '$' || text_equal_nocase(item, text_of("any")))
            continue;
        if (!port_count)
            status = add_address(suricata, item, 0, excepted, &note);
        for (size_t i = 0; i < port_count && status == ST_OK; i++)
            status = add_address(suricata, item, ports[i], excepted, &note);
    }
    return status;
}

/* ---- rules ---- */

static enum status add_rule(struct suricata *suricata, const struct rule *rule,
                            struct found_note *note)
{
    struct rule_facts facts;
    enum status status;
    bool both = rule->direction == RULE_BOTH;

    read_options(rule->options, &facts);
    buffer_clear(&suricata->label);
    if (fits(suricata, rule_unquote(facts.message, &suricata->label), &suricata->label))
        note->label = text_trim(buffer_text(&suricata->label));
    else
        note->label = facts.message;
    note->declared = true;
    status = add_side(suricata, rule->source, rule->source_port, both || facts.from_server, note);
    if (status == ST_OK)
        status =
            add_side(suricata, rule->target, rule->target_port, both || !facts.from_server, note);
    if (note->doubt == DOUBT_NONE && !both && !facts.from_server && is_home(rule->target) &&
        !is_home(rule->source)) {
        note->doubt = DOUBT_OBSERVATION;
        note->why = "the rule is for connections that come in";
    }
    return status == ST_OK ? add_contents(suricata, &facts, note) : status;
}

static enum status read_line(struct suricata *suricata, struct text line, uint32_t number)
{
    struct found_note note = {.line = number};
    struct rule rule;
    enum status status = ST_OK;

    suricata->read = 0;
    while (line.size && line.bytes[0] == '#') {
        line = text_trim(text_slice(line, 1, line.size - 1));
        note.doubt = DOUBT_NOT_FOR_IDS;
        note.why = "the rule is commented out";
    }
    if (!line.size)
        return ST_OK;
    if (rule_parse(line, &rule) && !text_equal_nocase(rule.action, text_of("pass")))
        status = add_rule(suricata, &rule, &note);
    if (suricata->starved)
        return ST_NO_MEMORY;
    if (status == ST_OK && !suricata->read)
        found_skip(suricata->found, 1);
    return status;
}

/* Takes the next line off *input, with those that a backslash at its end joins to it. */
static struct text next_line(struct suricata *suricata, struct text *input, uint32_t *lines)
{
    struct text line;
    bool joined = false;

    buffer_clear(&suricata->line);
    for (*lines = 0; input->size;) {
        const char *newline = memchr(input->bytes, '\n', input->size);
        size_t size = newline ? (size_t)(newline - input->bytes) : input->size;

        line = text_trim(text_slice(*input, 0, size));
        size += newline != NULL;
        *input = text_slice(*input, size, input->size - size);
        ++*lines;
        if (!text_ends(line, text_of("\\"))) {
            if (!joined)
                return line;
            buffer_add(&suricata->line, line);
            break;
        }
        joined = true;
        line.size--;
        buffer_add(&suricata->line, line);
        buffer_add_byte(&suricata->line, ' ');
    }
    return text_trim(buffer_text(&suricata->line));
}

enum status import_suricata(struct found *found, struct text input)
{
    struct suricata suricata = {.found = found};
    enum status status = ST_OK;
    uint32_t number = 1;

    buffer_init(&suricata.line, SCRATCH_MOST);
    buffer_init(&suricata.label, SCRATCH_MOST);
    buffer_init(&suricata.value, SCRATCH_MOST);
    buffer_init(&suricata.written, SCRATCH_MOST);
    while (input.size && status == ST_OK) {
        uint32_t lines;
        struct text line = next_line(&suricata, &input, &lines);

        if (suricata.line.failed == ST_TOO_LARGE)
            found_skip(found, 1);
        else if (suricata.line.failed != ST_OK)
            status = suricata.line.failed;
        else
            status = read_line(&suricata, line, number);
        number += lines;
    }
    buffer_done(&suricata.written);
    buffer_done(&suricata.value);
    buffer_done(&suricata.label);
    buffer_done(&suricata.line);
    return status;
}
