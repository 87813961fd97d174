#include "core/judge/zone_mark.h"

#include "core/base/ini.h"
#include "core/watch/decode.h"

#define DECODED_MOST (INI_MOST)

static struct text value_of(const struct ini *ini, struct text key, struct arena *arena,
                            bool *no_memory)
{
    struct text value = {NULL, 0};

    if (ini_get(ini, text_of("ZoneTransfer"), key, &value) && value.size)
        return arena_copy(arena, value, no_memory);
    return (struct text){NULL, 0};
}

static enum status understand(struct text decoded, struct arena *arena, struct file_zone *zone)
{
    struct file_zone found = {.read = zone->read, .marked = true};
    struct ini *ini = NULL;
    enum status status = ini_read(decoded, &ini);
    struct text written;
    uint64_t number = 0;
    bool no_memory = false;

    if (status)
        return status;
    if (ini_get(ini, text_of("ZoneTransfer"), text_of("ZoneId"), &written) &&
        text_number(written, UINT32_MAX, &number)) {
        found.has_zone = true;
        found.zone = (uint32_t)number;
    }
    found.host = value_of(ini, text_of("HostUrl"), arena, &no_memory);
    found.referrer = value_of(ini, text_of("ReferrerUrl"), arena, &no_memory);
    ini_free(ini);
    if (no_memory)
        return ST_NO_MEMORY;
    *zone = found;
    return ST_OK;
}

enum status zone_mark_read(struct text content, struct arena *arena, struct file_zone *zone)
{
    struct buffer storage;
    struct text decoded;
    enum status status;

    buffer_init(&storage, DECODED_MOST);
    status = decode_text(content, &storage, &decoded);
    if (status == ST_OK)
        status = understand(decoded, arena, zone);
    buffer_done(&storage);
    return status;
}

static const char *const names[] = {"this computer", "intranet", "trusted sites", "internet",
                                    "restricted sites"};

const char *zone_name(uint32_t zone)
{
    return zone < sizeof names / sizeof names[0] ? names[zone] : "";
}
