#include "core/case/ecs_memory.h"

#include "core/case/json_write.h"

#define HEX_CEILING ((size_t)1 << 16)

const char *region_kind_word(enum region_kind kind)
{
    switch (kind) {
    case REGION_PRIVATE:
        return "private";
    case REGION_IMAGE:
        return "image";
    case REGION_MAPPED:
        break;
    }
    return "mapped";
}

void region_access_add(struct buffer *out, unsigned access)
{
    buffer_add_byte(out, access & REGION_READ ? 'r' : '-');
    buffer_add_byte(out, access & REGION_COPY ? 'c' : access & REGION_WRITE ? 'w' : '-');
    buffer_add_byte(out, access & REGION_EXECUTE ? 'x' : '-');
}

void memory_hit_add_indicator(struct buffer *out, const struct watchlist *list,
                              const struct memory_hit *hit)
{
    struct indicator indicator;
    struct indicator_origin origin;

    if (!list || hit->indicator == NO_INDICATOR)
        return;
    watchlist_indicator(list, hit->indicator, &indicator, &origin);
    indicator_add(out, &indicator);
}

static void add_hex_address(struct json_writer *json, const char *name, uint64_t address)
{
    char digits[18] = "0x";
    size_t count = 2;
    unsigned shift = 60;

    while (shift && !(address >> shift))
        shift -= 4;
    for (;; shift -= 4) {
        digits[count++] = "0123456789abcdef"[(address >> shift) & 15];
        if (!shift)
            break;
    }
    json_text(json, name, (struct text){digits, count});
}

static void add_process(struct json_writer *json, const struct process_facts *facts)
{
    json_open_object(json, "process");
    json_unsigned(json, "pid", facts->key.pid);
    if (facts->name.size)
        json_text(json, "name", facts->name);
    if (facts->image.state == READ_OK)
        json_text(json, "executable", facts->image.value);
    if (facts->command.state == READ_OK)
        json_text(json, "command_line", facts->command.value);
    json_moment(json, "start", facts->key.start, true);
    json_close_object(json);
}

static void add_threat(struct json_writer *json, const struct watchlist *list,
                       const struct memory_hit *hit, struct buffer *scratch)
{
    struct indicator indicator;
    struct indicator_origin origin;

    if (!list || hit->indicator == NO_INDICATOR)
        return;
    watchlist_indicator(list, hit->indicator, &indicator, &origin);
    buffer_clear(scratch);
    memory_hit_add_indicator(scratch, list, hit);
    json_open_object(json, "threat");
    json_open_object(json, "indicator");
    json_string(json, "type", indicator_ecs_type(&indicator));
    json_text(json, "name", buffer_text(scratch));
    json_close_object(json);
    json_close_object(json);
}

static void add_place(struct json_writer *json, const struct memory_hit *hit,
                      struct buffer *scratch)
{
    const struct region *region = hit->region;

    json_open_object(json, "memory");
    add_hex_address(json, "address", hit->address);
    json_unsigned(json, "size", hit->size);
    json_string(json, "encoding", hit->wide ? "utf-16le" : "utf-8");
    json_open_object(json, "region");
    add_hex_address(json, "base", region->base);
    json_unsigned(json, "size", region->size);
    json_string(json, "type", region_kind_word(region->kind));
    buffer_clear(scratch);
    region_access_add(scratch, region->access);
    json_text(json, "access", buffer_text(scratch));
    if (region_unbacked(region))
        json_bool(json, "unbacked", true);
    json_close_object(json);
    buffer_clear(scratch);
    memory_hit_add_text(scratch, hit);
    json_text(json, "text", buffer_text(scratch));
    buffer_clear(scratch);
    memory_hit_add_hex(scratch, hit);
    json_text(json, "hex", buffer_text(scratch));
    json_close_object(json);
}

void ecs_add_memory_hit(struct buffer *out, const struct process_facts *facts,
                        const struct watchlist *list, const struct memory_hit *hit)
{
    struct json_writer json;
    struct buffer scratch;

    buffer_init(&scratch, HEX_CEILING);
    json_begin(&json, out);
    json_open_object(&json, NULL);
    add_process(&json, facts);
    add_threat(&json, list, hit, &scratch);
    json_open_object(&json, "stakeout");
    add_place(&json, hit, &scratch);
    json_close_object(&json);
    json_close_object(&json);
    if (scratch.failed != ST_OK && out->failed == ST_OK)
        out->failed = scratch.failed;
    buffer_done(&scratch);
}
