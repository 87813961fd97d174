#include "core/cli/text/show_memory.h"

#include "core/case/ecs_memory.h"
#include "core/cli/text/show.h"
#include "core/cli/text/visible.h"

#define TEXT_CEILING ((size_t)1 << 16)
#define ADDRESS_DIGITS 12u /* at least: what 64-bit Windows gives to programs */

static void add_address(struct buffer *out, uint64_t address)
{
    unsigned digits = ADDRESS_DIGITS;

    while (digits < 16 && address >> (digits * 4))
        digits++;
    buffer_add_string(out, "0x");
    while (digits--)
        buffer_add_byte(out, "0123456789abcdef"[(address >> (digits * 4)) & 15]);
}

void show_memory_hit(struct buffer *out, const struct process_facts *facts,
                     const struct watchlist *list, const struct memory_hit *hit)
{
    struct buffer text;

    buffer_init(&text, TEXT_CEILING);
    show_process(out, facts);
    buffer_add_byte(out, ' ');
    add_address(out, hit->address);
    buffer_add_byte(out, ' ');
    buffer_add_string(out, region_kind_word(hit->region->kind));
    buffer_add_byte(out, ' ');
    region_access_add(out, hit->region->access);
    if (region_unbacked(hit->region))
        buffer_add_string(out, " (no file behind it)");
    buffer_add_string(out, hit->wide ? " UTF-16" : " UTF-8");
    if (hit->indicator != NO_INDICATOR) {
        buffer_add_string(out, " [");
        memory_hit_add_indicator(&text, list, hit);
        visible_add(out, buffer_text(&text));
        buffer_add_byte(out, ']');
        buffer_clear(&text);
    }
    buffer_add_string(out, ": ");
    memory_hit_add_text(&text, hit);
    visible_add(out, buffer_text(&text));
    buffer_add_string(out, "\n    ");
    memory_hit_add_hex(out, hit);
    if (text.failed != ST_OK && out->failed == ST_OK)
        out->failed = text.failed;
    buffer_done(&text);
}

void show_memory_size(struct buffer *out, uint64_t bytes)
{
    uint64_t tenths = bytes / 1024 * 10 / 1024;

    if (bytes < (uint64_t)1024 * 1024) {
        buffer_add_unsigned(out, (bytes + 1023) / 1024);
        buffer_add_string(out, " KB");
        return;
    }
    buffer_add_unsigned(out, tenths / 10);
    buffer_add_byte(out, '.');
    buffer_add_unsigned(out, tenths % 10);
    buffer_add_string(out, " MB");
}
