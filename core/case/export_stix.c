/* The indicators that were hit, as a bundle of STIX 2.1 (OASIS): an identity for the machine and
 * one for this program; for each indicator a pattern and a sighting; for each hit what was
 * observed, with the objects that it is made of: network traffic, addresses, host name, process,
 * its parent, file and folder. Ids are UUIDs of version 5, so that the same case gives the same
 * ones: for observables in the name space and of the properties that the specification names (2.9),
 * for all else, and for processes, which have no such properties, in a name space of our own. The
 * strings of STIX are I-JSON (RFC 7493): a lone surrogate or a noncharacter becomes U+FFFD; the
 * exact ones are in hits.jsonl. */
#include "core/base/hash.h"
#include "core/base/memory.h"
#include "core/base/sha1.h"
#include "core/case/export_hits.h"
#include "core/case/json_write.h"
#include "core/case/stix_pattern.h"

#define TEXT_MOST ((size_t)16 << 20)
#define ID_MOST 80u
#define REFS_MOST 16u
#define COUNT_MOST UINT32_C(999999999) /* of a sighting */

static const uint8_t observables[16] = {0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
                                        0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7};
/* Made by chance, for this program. */
static const uint8_t ours[16] = {0x5e, 0x1f, 0x0d, 0x8a, 0x93, 0x7c, 0x4b, 0x26,
                                 0xa1, 0x5d, 0x62, 0xc4, 0x0e, 0x7b, 0x39, 0xf8};

struct id {
    char bytes[ID_MOST];
    size_t size; /* 0: there is none */
};

struct bundle {
    struct json_writer json;
    struct buffer name;  /* what an id is made of */
    struct buffer clean; /* a text without what I-JSON forbids */
    struct buffer pattern;
    struct buffer parsed;
    struct buffer host;
    uint64_t *written; /* hashes of the ids of observables; a table of open addressing */
    size_t written_mask;
    size_t written_count;
    struct id host_id;
    struct id tool_id;
    moment first;
    moment last;
    struct id refs[REFS_MOST]; /* of the observation at hand */
    size_t ref_count;
};

/* --- ids and texts --- */

static struct text id_text(const struct id *id)
{
    return (struct text){id->bytes, id->size};
}

/* What stands in bundle->name, in a name space. */
static struct id make_id(struct page *page, struct bundle *bundle, const char *type,
                         const uint8_t space[16])
{
    struct id id = {.size = 0};
    struct buffer out;
    buffer_init(&out, ID_MOST);
    buffer_add_string(&out, type);
    buffer_add_string(&out, "--");
    uuid5_add(&out, space, buffer_text(&bundle->name));
    if (out.failed != ST_OK || bundle->name.failed != ST_OK)
        page->out->failed = out.failed != ST_OK ? out.failed : bundle->name.failed;
    for (; id.size < out.size; id.size++)
        id.bytes[id.size] = out.bytes[id.size];
    buffer_done(&out);
    return id;
}

static struct id our_id(struct page *page, struct bundle *bundle, const char *type,
                        struct text first, uint64_t second, uint64_t third)
{
    buffer_clear(&bundle->name);
    buffer_add(&bundle->name, buffer_text(&bundle->host));
    buffer_add_byte(&bundle->name, '\n');
    buffer_add_string(&bundle->name, type);
    buffer_add_byte(&bundle->name, '\n');
    buffer_add(&bundle->name, first);
    buffer_add_byte(&bundle->name, '\n');
    buffer_add_unsigned(&bundle->name, second);
    buffer_add_byte(&bundle->name, '\n');
    buffer_add_unsigned(&bundle->name, third);
    return make_id(page, bundle, type, ours);
}

/* Borrowed until the next one. */
static struct text clean(struct bundle *bundle, struct text value)
{
    size_t at = 0;
    buffer_clear(&bundle->clean);
    while (at < value.size) {
        uint32_t code_point = text_decode(value, &at);
        bool forbidden = (code_point >= 0xD800 && code_point <= 0xDFFF) ||
                         (code_point >= 0xFDD0 && code_point <= 0xFDEF) ||
                         (code_point & 0xFFFE) == 0xFFFE;
        buffer_add_code_point(&bundle->clean, forbidden ? 0xFFFD : code_point);
    }
    return buffer_text(&bundle->clean);
}

static void add_clean(struct bundle *bundle, const char *name, struct text value)
{
    if (value.size)
        json_text(&bundle->json, name, clean(bundle, value));
}

static void open_object(struct bundle *bundle, const char *type, const struct id *id)
{
    json_open_object(&bundle->json, NULL);
    json_string(&bundle->json, "type", type);
    json_string(&bundle->json, "spec_version", "2.1");
    json_text(&bundle->json, "id", id_text(id));
}

static void close_object(struct page *page, struct bundle *bundle)
{
    json_close_object(&bundle->json);
    page_raw(page, "\n");
}

static void add_stamps(struct bundle *bundle, moment created, moment modified)
{
    json_moment(&bundle->json, "created", created, false);
    json_moment(&bundle->json, "modified", modified, false);
    if (bundle->tool_id.size)
        json_text(&bundle->json, "created_by_ref", id_text(&bundle->tool_id));
}

/* --- what was written already: each observable stands in a bundle once --- */

static bool grow_written(struct bundle *bundle)
{
    size_t size = bundle->written_mask ? (bundle->written_mask + 1) * 2 : 1024;
    uint64_t *grown = memory_take_array(size, sizeof *grown);
    if (!grown)
        return false;
    for (size_t i = 0; bundle->written && i <= bundle->written_mask; i++) {
        uint64_t hash = bundle->written[i];
        size_t at = (size_t)hash & (size - 1);
        while (hash && grown[at])
            at = (at + 1) & (size - 1);
        if (hash)
            grown[at] = hash;
    }
    memory_give(bundle->written);
    bundle->written = grown;
    bundle->written_mask = size - 1;
    return true;
}

/* Whether it is there for the first time. The ids are hashes themselves: 64 bits of one tell it. */
static bool is_new(struct page *page, struct bundle *bundle, const struct id *id)
{
    if (bundle->written_count * 2 >= bundle->written_mask && !grow_written(bundle)) {
        page->status = ST_NO_MEMORY;
        return false;
    }
    uint64_t hash = hash_bytes(id->bytes, id->size) | 1;
    size_t at = (size_t)hash & bundle->written_mask;
    for (; bundle->written[at]; at = (at + 1) & bundle->written_mask)
        if (bundle->written[at] == hash)
            return false;
    bundle->written[at] = hash;
    bundle->written_count++;
    return true;
}

static void refer(struct bundle *bundle, const struct id *id)
{
    for (size_t i = 0; i < bundle->ref_count; i++)
        if (text_equal(id_text(&bundle->refs[i]), id_text(id)))
            return;
    if (id->size && bundle->ref_count < REFS_MOST)
        bundle->refs[bundle->ref_count++] = *id;
}

/* --- observables --- */

/* Writes {"value":…} into the name, as RFC 8785 has it. */
static void name_value(struct bundle *bundle, struct text value)
{
    struct json_writer json;
    buffer_clear(&bundle->name);
    json_begin(&json, &bundle->name);
    json_open_object(&json, NULL);
    json_text(&json, "value", value);
    json_close_object(&json);
}

/* An address or a host name. */
static struct id add_value(struct page *page, struct bundle *bundle, const char *type,
                           struct text value, const struct id *resolves_to)
{
    struct text good = clean(bundle, value);
    name_value(bundle, good);
    struct id id = make_id(page, bundle, type, observables);
    refer(bundle, &id);
    if (!is_new(page, bundle, &id))
        return id;
    open_object(bundle, type, &id);
    json_text(&bundle->json, "value", good);
    if (resolves_to) {
        json_open_array(&bundle->json, "resolves_to_refs");
        json_text(&bundle->json, NULL, id_text(resolves_to));
        json_close_array(&bundle->json);
    }
    close_object(page, bundle);
    return id;
}

/* "fe80::1%5" without its scope: that is not of the address. */
static struct id add_address(struct page *page, struct bundle *bundle, struct text ip)
{
    size_t scope = text_find(ip, text_of("%"));
    struct text address = text_slice(ip, 0, scope == SIZE_MAX ? ip.size : scope);
    bool ipv6 = text_find(address, text_of(":")) != SIZE_MAX;
    if (!address.size)
        return (struct id){.size = 0};
    return add_value(page, bundle, ipv6 ? "ipv6-addr" : "ipv4-addr", address, NULL);
}

struct traffic {
    struct id source;
    struct id target;
    uint64_t source_port;
    uint64_t target_port;
    const char *family; /* "ipv4" */
    struct text transport;
    moment start;
};

/* The members by which it is known, in the order of their names. */
static void add_traffic_members(struct json_writer *json, const struct traffic *traffic)
{
    if (traffic->target_port)
        json_unsigned(json, "dst_port", traffic->target_port);
    if (traffic->target.size)
        json_text(json, "dst_ref", id_text(&traffic->target));
    json_open_array(json, "protocols");
    json_string(json, NULL, traffic->family);
    if (traffic->transport.size)
        json_text(json, NULL, traffic->transport);
    json_close_array(json);
    if (traffic->source_port)
        json_unsigned(json, "src_port", traffic->source_port);
    if (traffic->source.size)
        json_text(json, "src_ref", id_text(&traffic->source));
    json_moment(json, "start", traffic->start, false);
}

static void add_traffic(struct page *page, struct bundle *bundle, const struct export_line *line)
{
    struct json_tree *tree = &page->report->tree;
    struct json_node *root = line->root;
    struct text domain = json_text_at(tree, root, "destination.domain");
    bool ipv6 = text_equal(json_text_at(tree, root, "network.type"), text_of("ipv6"));
    struct traffic traffic = {
        .source = add_address(page, bundle, json_text_at(tree, root, "source.ip")),
        .target = add_address(page, bundle, json_text_at(tree, root, "destination.ip")),
        .source_port = json_number_at(tree, root, "source.port"),
        .target_port = json_number_at(tree, root, "destination.port"),
        .family = ipv6 ? "ipv6" : "ipv4",
        .transport = json_text_at(tree, root, "network.transport"),
        .start = line->hit->first_seen,
    };
    if (!traffic.source.size && !traffic.target.size)
        return;
    if (domain.size && traffic.target.size)
        add_value(page, bundle, "domain-name", domain, &traffic.target);
    struct json_writer json;
    buffer_clear(&bundle->name);
    json_begin(&json, &bundle->name);
    json_open_object(&json, NULL);
    add_traffic_members(&json, &traffic);
    json_close_object(&json);
    struct id id = make_id(page, bundle, "network-traffic", observables);
    refer(bundle, &id);
    if (!is_new(page, bundle, &id))
        return;
    open_object(bundle, "network-traffic", &id);
    add_traffic_members(&bundle->json, &traffic);
    close_object(page, bundle);
}

/* What is in front of the file's name. */
static struct id add_folder(struct page *page, struct bundle *bundle, struct text path)
{
    struct text name = text_file_name(path);
    struct id none = {.size = 0};
    if (name.size + 1 >= path.size)
        return none;
    struct text folder = clean(bundle, text_slice(path, 0, path.size - name.size - 1));
    struct json_writer json;
    buffer_clear(&bundle->name);
    json_begin(&json, &bundle->name);
    json_open_object(&json, NULL);
    json_text(&json, "path", folder);
    json_close_object(&json);
    struct id id = make_id(page, bundle, "directory", observables);
    refer(bundle, &id);
    if (!is_new(page, bundle, &id))
        return id;
    open_object(bundle, "directory", &id);
    json_text(&bundle->json, "path", folder);
    close_object(page, bundle);
    return id;
}

struct file {
    struct text sha256;
    struct text name;
    struct id folder;
};

static void add_file_members(struct bundle *bundle, struct json_writer *json,
                             const struct file *file)
{
    if (file->sha256.size == 64) {
        json_open_object(json, "hashes");
        json_text(json, "SHA-256", file->sha256);
        json_close_object(json);
    }
    json_text(json, "name", clean(bundle, file->name));
    if (file->folder.size)
        json_text(json, "parent_directory_ref", id_text(&file->folder));
}

static struct id add_file(struct page *page, struct bundle *bundle, struct text path,
                          struct text name, struct text sha256)
{
    struct file file = {.sha256 = sha256, .name = path.size ? text_file_name(path) : name};
    struct json_writer json;
    if (!file.name.size)
        return (struct id){.size = 0};
    file.folder = add_folder(page, bundle, path);
    buffer_clear(&bundle->name);
    json_begin(&json, &bundle->name);
    json_open_object(&json, NULL);
    add_file_members(bundle, &json, &file);
    json_close_object(&json);
    struct id id = make_id(page, bundle, "file", observables);
    refer(bundle, &id);
    if (!is_new(page, bundle, &id))
        return id;
    open_object(bundle, "file", &id);
    add_file_members(bundle, &bundle->json, &file);
    close_object(page, bundle);
    return id;
}

static struct text sha256_of(struct page *page, struct json_node *process, uint32_t number)
{
    struct text sha256 = json_text_at(&page->report->tree, process, "hash.sha256");
    return sha256.size ? sha256 : report_case_hashes(page->report, number).sha256;
}

/* number: of a process with hits; REPORT_NONE: its parent. */
static struct id add_process(struct page *page, struct bundle *bundle, struct json_node *process,
                             uint32_t number)
{
    struct json_tree *tree = &page->report->tree;
    uint64_t pid = json_number_at(tree, process, "pid");
    moment start = json_moment_at(tree, process, "start");
    if (!pid)
        return (struct id){.size = 0};
    struct id id = our_id(page, bundle, "process", (struct text){NULL, 0}, pid, (uint64_t)start);
    struct id parent = {.size = 0};
    if (number != REPORT_NONE)
        parent = add_process(page, bundle, json_at(tree, process, "parent"), REPORT_NONE);
    struct id image =
        add_file(page, bundle, json_text_at(tree, process, "executable"),
                 json_text_at(tree, process, "name"), sha256_of(page, process, number));
    refer(bundle, &id);
    if (!is_new(page, bundle, &id))
        return id;
    open_object(bundle, "process", &id);
    json_unsigned(&bundle->json, "pid", pid);
    json_moment(&bundle->json, "created_time", start, false);
    add_clean(bundle, "cwd", json_text_at(tree, process, "working_directory"));
    add_clean(bundle, "command_line", json_text_at(tree, process, "command_line"));
    if (image.size)
        json_text(&bundle->json, "image_ref", id_text(&image));
    if (parent.size)
        json_text(&bundle->json, "parent_ref", id_text(&parent));
    close_object(page, bundle);
    return id;
}

/* --- observations --- */

static struct id observed_id(struct page *page, struct bundle *bundle, const struct report_hit *hit)
{
    return our_id(page, bundle, "observed-data", text_of("hit"), hit->place.line,
                  (uint64_t)hit->when);
}

static moment or_else(moment when, moment otherwise)
{
    return when ? when : otherwise;
}

static void add_observation(struct page *page, const struct export_line *line, void *context)
{
    struct bundle *bundle = context;
    const struct report_hit *hit = line->hit;
    moment when = or_else(hit->when, bundle->first);
    moment last = hit->last_seen > when ? hit->last_seen : when;
    bundle->ref_count = 0;
    add_traffic(page, bundle, line);
    add_process(page, bundle, json_at(&page->report->tree, line->root, "process"), hit->process);
    if (!bundle->ref_count)
        return;
    struct id id = observed_id(page, bundle, hit);
    open_object(bundle, "observed-data", &id);
    add_stamps(bundle, when, when);
    json_moment(&bundle->json, "first_observed",
                hit->first_seen && hit->first_seen < when ? hit->first_seen : when, false);
    json_moment(&bundle->json, "last_observed", last, false);
    json_unsigned(&bundle->json, "number_observed", 1);
    json_open_array(&bundle->json, "object_refs");
    for (size_t i = 0; i < bundle->ref_count; i++)
        json_text(&bundle->json, NULL, id_text(&bundle->refs[i]));
    json_close_array(&bundle->json);
    close_object(page, bundle);
}

/* --- indicators and sightings --- */

static struct id indicator_id(struct page *page, struct bundle *bundle, uint32_t number)
{
    return our_id(page, bundle, "indicator", page->report->indicators[number].name, 0, number);
}

/* The pattern's language; NULL: it is none that can be written. */
static const char *make_pattern(struct bundle *bundle, const struct report_indicator *one)
{
    struct indicator indicator;
    const char *why = NULL;
    buffer_clear(&bundle->pattern);
    buffer_clear(&bundle->parsed);
    if (indicator_parse(one->name, &bundle->parsed, &indicator, &why) != ST_OK)
        return NULL;
    return stix_pattern_add(&bundle->pattern, &indicator);
}

static void add_sighting(struct page *page, struct bundle *bundle, uint32_t number,
                         const struct id *indicator)
{
    struct report_case *report = page->report;
    const struct report_indicator *one = &report->indicators[number];
    struct id id = our_id(page, bundle, "sighting", one->name, 0, number);
    bool any = false;
    open_object(bundle, "sighting", &id);
    add_stamps(bundle, or_else(one->first, bundle->first), or_else(one->last, bundle->first));
    json_moment(&bundle->json, "first_seen", one->first, false);
    json_moment(&bundle->json, "last_seen", one->last, false);
    json_unsigned(&bundle->json, "count", one->hits < COUNT_MOST ? one->hits : COUNT_MOST);
    json_text(&bundle->json, "sighting_of_ref", id_text(indicator));
    for (uint32_t i = one->first_hit; i != REPORT_NONE; i = report->hits[i].next_of_indicator) {
        if (!report->hits[i].is_observed)
            continue;
        if (!any)
            json_open_array(&bundle->json, "observed_data_refs");
        any = true;
        struct id observed = observed_id(page, bundle, &report->hits[i]);
        json_text(&bundle->json, NULL, id_text(&observed));
    }
    if (any)
        json_close_array(&bundle->json);
    json_open_array(&bundle->json, "where_sighted_refs");
    json_text(&bundle->json, NULL, id_text(&bundle->host_id));
    json_close_array(&bundle->json);
    close_object(page, bundle);
}

static void add_indicator(struct page *page, struct bundle *bundle, uint32_t number)
{
    const struct report_indicator *one = &page->report->indicators[number];
    const char *language = make_pattern(bundle, one);
    if (!language)
        return;
    struct id id = indicator_id(page, bundle, number);
    moment first = or_else(one->first, bundle->first);
    open_object(bundle, "indicator", &id);
    add_stamps(bundle, first, or_else(one->last, first));
    add_clean(bundle, "name", one->name);
    add_clean(bundle, "description", one->label);
    json_open_array(&bundle->json, "indicator_types");
    json_string(&bundle->json, NULL, "unknown");
    json_close_array(&bundle->json);
    json_text(&bundle->json, "pattern", clean(bundle, buffer_text(&bundle->pattern)));
    json_string(&bundle->json, "pattern_type", language);
    json_moment(&bundle->json, "valid_from", first, false);
    close_object(page, bundle);
    add_sighting(page, bundle, number, &id);
}

/* --- the bundle --- */

static void add_identity(struct page *page, struct bundle *bundle, const struct id *id,
                         struct text name, const char *kind)
{
    open_object(bundle, "identity", id);
    add_stamps(bundle, bundle->first, bundle->first);
    add_clean(bundle, "name", name);
    json_string(&bundle->json, "identity_class", kind);
    close_object(page, bundle);
}

static void add_all(struct page *page, struct bundle *bundle)
{
    struct id id = our_id(page, bundle, "bundle", (struct text){NULL, 0}, page->report->hit_count,
                          (uint64_t)bundle->last);
    bundle->host_id = our_id(page, bundle, "identity", text_of("host"), 0, 0);
    bundle->tool_id = our_id(page, bundle, "identity", text_of("tool"), 0, 0);
    json_begin(&bundle->json, page->out);
    json_open_object(&bundle->json, NULL);
    json_string(&bundle->json, "type", "bundle");
    json_text(&bundle->json, "id", id_text(&id));
    json_open_array(&bundle->json, "objects");
    add_identity(page, bundle, &bundle->tool_id, text_of("Stakeout"), "system");
    add_identity(page, bundle, &bundle->host_id,
                 bundle->host.size ? buffer_text(&bundle->host) : text_of("unknown"), "system");
    for (uint32_t i = 0; i < page->report->indicator_count && page_goes_on(page); i++)
        add_indicator(page, bundle, i);
    export_each_hit(page, add_observation, bundle);
    json_close_array(&bundle->json);
    json_close_object(&bundle->json);
    page_raw(page, "\n");
}

void export_stix(struct page *page)
{
    struct bundle bundle = {.written = NULL};
    struct buffer *buffers[] = {&bundle.name, &bundle.clean, &bundle.pattern, &bundle.parsed,
                                &bundle.host};
    enum { BUFFERS = sizeof buffers / sizeof buffers[0] };
    for (size_t i = 0; i < BUFFERS; i++)
        buffer_init(buffers[i], TEXT_MOST);
    bundle.first = or_else(page->report->first, page->options->now);
    bundle.last = or_else(page->report->last, bundle.first);
    export_add_host(page, &bundle.host);
    add_all(page, &bundle);
    for (size_t i = 0; i < BUFFERS; i++) {
        if (buffers[i]->failed != ST_OK && page->status == ST_OK)
            page->status = buffers[i]->failed;
        buffer_done(buffers[i]);
    }
    memory_give(bundle.written);
}
