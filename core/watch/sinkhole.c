#include "core/watch/sinkhole.h"

#include <string.h>

#include "core/watch/hosts_names.h"

#define BEGIN "# BEGIN Stakeout sinkhole"
#define JOINED " (a line end was added before it)"
#define END "# END Stakeout sinkhole"
#define EACH 254u /* usable addresses of one network */

/* Where the block stands. */
struct block {
    bool there;
    bool joined;  /* a line end before it is the block's own */
    size_t start; /* of its first byte; the added line end included */
    size_t end;   /* one past its last byte, line end included */
    struct text body;
};

/* --- finding the block --- */

static struct text next_line(struct text file, size_t *at)
{
    size_t from = *at;
    size_t end = from;
    while (end < file.size && file.bytes[end] != '\n' && file.bytes[end] != '\r')
        end++;
    struct text line = text_slice(file, from, end - from);
    if (end < file.size && file.bytes[end] == '\r')
        end++;
    if (end < file.size && file.bytes[end] == '\n' &&
        (end == from + line.size || file.bytes[end - 1] == '\r'))
        end++;
    *at = end;
    return line;
}

static bool is_utf16(struct text file)
{
    const unsigned char *bytes = (const unsigned char *)file.bytes;
    if (file.size >= 2 &&
        ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff)))
        return true;
    size_t nuls = 0;
    size_t looked = file.size < 512 ? file.size : 512;
    for (size_t i = 0; i < looked; i++)
        nuls += bytes[i] == 0;
    return looked >= 4 && nuls * 3 > looked;
}

/* Length of the line end that stands right before `at`. */
static size_t line_end_before(struct text file, size_t at)
{
    if (at >= 2 && file.bytes[at - 2] == '\r' && file.bytes[at - 1] == '\n')
        return 2;
    return at >= 1 && (file.bytes[at - 1] == '\n' || file.bytes[at - 1] == '\r') ? 1 : 0;
}

static enum status find_block(struct text file, struct block *block, const char **why)
{
    *block = (struct block){.there = false};
    if (is_utf16(file)) {
        *why = "it is UTF-16, which no resolver reads";
        return ST_INVALID;
    }
    size_t body = 0;
    for (size_t at = 0; at < file.size;) {
        size_t from = at;
        struct text line = next_line(file, &at);
        if (!block->there && text_starts(line, text_of(BEGIN))) {
            block->there = true;
            block->joined = text_ends(line, text_of(JOINED));
            block->start = from - (block->joined ? line_end_before(file, from) : 0);
            body = at;
        } else if (block->there && text_equal(line, text_of(END))) {
            block->body = text_slice(file, body, from - body);
            block->end = at;
            return ST_OK;
        }
    }
    if (!block->there)
        return ST_OK;
    *why = "the block of Stakeout in it has no end: somebody edited it";
    return ST_INVALID;
}

/* --- reading it --- */

struct reader {
    struct arena *arena;
    struct sinkhole *sinkhole;
    bool failed;
};

static struct sinkhole_entry *find_entry(const struct sinkhole *sinkhole, struct text domain)
{
    for (size_t i = 0; i < sinkhole->count; i++)
        if (text_equal_nocase(sinkhole->entries[i].domain, domain))
            return &sinkhole->entries[i];
    return NULL;
}

static bool take_name(void *context, struct text name, const struct address *address)
{
    struct reader *reader = context;
    struct sinkhole *sinkhole = reader->sinkhole;
    struct sinkhole_entry *entry = find_entry(sinkhole, name);
    if (!entry && sinkhole->count == SINKHOLE_MOST)
        return true;
    if (!entry) {
        entry = &sinkhole->entries[sinkhole->count];
        *entry =
            (struct sinkhole_entry){.domain = arena_copy(reader->arena, name, &reader->failed)};
        if (reader->failed)
            return false;
        sinkhole->count++;
    }
    if (address_is_ipv4(address))
        entry->v4 = *address;
    else
        entry->v6 = *address;
    return true;
}

static enum status read_block(const struct block *block, struct arena *arena,
                              struct sinkhole *sinkhole)
{
    struct sinkhole read = {.count = 0};
    struct reader reader = {.arena = arena, .sinkhole = &read};
    read.entries = arena_take(arena, SINKHOLE_MOST * sizeof(*read.entries));
    if (!read.entries)
        return ST_NO_MEMORY;
    if (block->there)
        hosts_names_walk(block->body, take_name, &reader);
    if (reader.failed)
        return ST_NO_MEMORY;
    *sinkhole = read;
    return ST_OK;
}

enum status sinkhole_read(struct text file, struct arena *arena, struct sinkhole *sinkhole,
                          const char **why)
{
    struct block block;
    enum status status = find_block(file, &block, why);
    return status == ST_OK ? read_block(&block, arena, sinkhole) : status;
}

/* --- addresses --- */

static const uint8_t networks[][3] = {{192, 0, 2}, {198, 51, 100}, {203, 0, 113}};

/* The n-th of the three networks, from 0. */
static struct address v4_of(uint32_t n)
{
    const uint8_t *network = networks[n / EACH];
    const uint8_t octets[4] = {network[0], network[1], network[2], (uint8_t)(n % EACH + 1)};
    return address_from_ipv4(octets);
}

static struct address v6_of(uint32_t n)
{
    const uint8_t bytes[16] = {
        0x20, 0x01, 0x0d, 0xb8, [14] = (uint8_t)((n + 1) >> 8), [15] = (uint8_t)(n + 1)};
    return address_from_ipv6(bytes);
}

/* What the file has taken already. */
struct used {
    bool numbers[SINKHOLE_MOST];
};

static bool note_used(void *context, struct text name, const struct address *address)
{
    struct used *used = context;
    (void)name;
    if (!address_is_ipv4(address))
        return true;
    const uint8_t *octets = address->bytes + 12;
    for (uint32_t network = 0; network < 3; network++)
        if (memcmp(octets, networks[network], 3) == 0 && octets[3] >= 1 && octets[3] <= EACH)
            used->numbers[network * EACH + octets[3] - 1] = true;
    return true;
}

/* The first that nothing in the file uses. */
static bool free_number(struct text file, uint32_t *number)
{
    struct used used = {.numbers = {false}};
    hosts_names_walk(file, note_used, &used);
    for (uint32_t n = 0; n < SINKHOLE_MOST; n++) {
        if (!used.numbers[n]) {
            *number = n;
            return true;
        }
    }
    return false;
}

struct search {
    struct text domain;
    bool named;
};

static bool look(void *context, struct text name, const struct address *address)
{
    struct search *search = context;
    (void)address;
    search->named = text_equal_nocase(name, search->domain);
    return !search->named;
}

/* --- writing it --- */

/* What ends the lines of the file: what its first line has. */
static struct text line_end_of(struct text file)
{
    for (size_t i = 0; i < file.size; i++) {
        if (file.bytes[i] == '\r')
            return i + 1 < file.size && file.bytes[i + 1] == '\n' ? text_of("\r\n") : text_of("\r");
        if (file.bytes[i] == '\n')
            return text_of("\n");
    }
    return text_of("\r\n");
}

static void add_line(struct buffer *out, const struct address *address, struct text domain,
                     struct text end)
{
    address_add(out, address);
    buffer_add_byte(out, ' ');
    buffer_add(out, domain);
    buffer_add(out, end);
}

/* The file with the block as it shall be; without one where it is empty. */
static void write_file(struct text file, const struct block *block, const struct sinkhole *sinkhole,
                       struct buffer *out)
{
    size_t start = block->there ? block->start : file.size;
    size_t end = block->there ? block->end : file.size;
    struct text line_end = line_end_of(file);
    buffer_add(out, text_slice(file, 0, start));
    if (sinkhole->count) {
        bool joined = start > 0 && !line_end_before(file, start);
        if (joined)
            buffer_add(out, line_end);
        buffer_add_string(out, joined ? BEGIN JOINED : BEGIN);
        buffer_add(out, line_end);
        for (size_t i = 0; i < sinkhole->count; i++) {
            const struct sinkhole_entry *entry = &sinkhole->entries[i];
            if (!address_is_unspecified(&entry->v4))
                add_line(out, &entry->v4, entry->domain, line_end);
            if (!address_is_unspecified(&entry->v6))
                add_line(out, &entry->v6, entry->domain, line_end);
        }
        buffer_add_string(out, END);
        buffer_add(out, line_end);
    }
    buffer_add(out, text_slice(file, end, file.size - end));
}

/* Whether a name stands outside the block. */
static bool is_named_outside(struct text file, const struct block *block, struct text domain)
{
    struct search before = {.domain = domain};
    struct search after = {.domain = domain};
    hosts_names_walk(text_slice(file, 0, block->there ? block->start : file.size), look, &before);
    if (block->there)
        hosts_names_walk(text_slice(file, block->end, file.size - block->end), look, &after);
    return before.named || after.named;
}

enum status sinkhole_add(struct text file, struct text domain, struct arena *arena,
                         struct buffer *out, struct sinkhole_entry *entry, const char **why)
{
    struct block block;
    struct sinkhole sinkhole;
    enum status status = find_block(file, &block, why);
    if (status == ST_OK)
        status = read_block(&block, arena, &sinkhole);
    if (status != ST_OK)
        return status;
    const struct sinkhole_entry *there = find_entry(&sinkhole, domain);
    if (there) {
        *entry = *there;
        buffer_add(out, file);
        return out->failed;
    }
    if (is_named_outside(file, &block, domain)) {
        *why = "the hosts file names it already, outside the block of Stakeout";
        return ST_BUSY;
    }
    uint32_t number;
    if (sinkhole.count == SINKHOLE_MOST || !free_number(file, &number)) {
        *why = "all 762 addresses are in use";
        return ST_TOO_LARGE;
    }
    const struct sinkhole_entry added = {domain, v4_of(number), v6_of(number)};
    sinkhole.entries[sinkhole.count++] = added;
    write_file(file, &block, &sinkhole, out);
    if (out->failed == ST_OK)
        *entry = added;
    return out->failed;
}

enum status sinkhole_remove(struct text file, struct text domain, struct arena *arena,
                            struct buffer *out, const char **why)
{
    struct block block;
    struct sinkhole sinkhole;
    enum status status = find_block(file, &block, why);
    if (status == ST_OK)
        status = read_block(&block, arena, &sinkhole);
    if (status != ST_OK)
        return status;
    struct sinkhole_entry *entry = find_entry(&sinkhole, domain);
    if (!entry)
        return ST_NOT_FOUND;
    size_t behind = sinkhole.count - (size_t)(entry - sinkhole.entries) - 1;
    memmove(entry, entry + 1, behind * sizeof(*entry));
    sinkhole.count--;
    write_file(file, &block, &sinkhole, out);
    return out->failed;
}

enum status sinkhole_clear(struct text file, struct buffer *out, const char **why)
{
    struct block block;
    const struct sinkhole none = {.count = 0};
    enum status status = find_block(file, &block, why);
    if (status != ST_OK)
        return status;
    write_file(file, &block, &none, out);
    return out->failed;
}

/* --- what must not be pinned --- */

static bool is_below(struct text domain, struct text above)
{
    if (!above.size || !text_ends_nocase(domain, above))
        return false;
    return domain.size == above.size || domain.bytes[domain.size - above.size - 1] == '.';
}

const char *sinkhole_refusal(struct text domain, const struct sinkhole_machine *machine)
{
    static const struct text microsoft[] = {
        text_of("microsoft.com"),      text_of("windows.com"),         text_of("windowsupdate.com"),
        text_of("windows.net"),        text_of("microsoftonline.com"), text_of("live.com"),
        text_of("msftncsi.com"),       text_of("msftconnecttest.com"), text_of("msn.com"),
        text_of("office.com"),         text_of("office365.com"),       text_of("azure.com"),
        text_of("azureedge.net"),      text_of("msecnd.net"),          text_of("nsatc.net"),
        text_of("windowsazure.com"),   text_of("vsgallery.com"),       text_of("bing.com"),
        text_of("visualstudio.com"),   text_of("sysinternals.com"),    text_of("skype.com"),
        text_of("trafficmanager.net"), text_of("akadns.net"),
    };
    for (size_t i = 0; i < sizeof(microsoft) / sizeof(microsoft[0]); i++)
        if (is_below(domain, microsoft[i]))
            return "it is Microsoft's: security software puts the whole hosts file back when it "
                   "finds such a name in it";
    if (text_equal_nocase(domain, text_of("localhost")) || is_below(domain, text_of("localhost")))
        return "it is this machine itself";
    if (machine->host.size &&
        (text_equal_nocase(domain, machine->host) ||
         (domain.size > machine->host.size && text_starts_nocase(domain, machine->host) &&
          domain.bytes[machine->host.size] == '.')))
        return "it is this machine itself";
    if (machine->domain.size && is_below(domain, machine->domain))
        return "it belongs to the domain that this machine is a member of";
    if (machine->update.size && text_equal_nocase(domain, machine->update))
        return "it is the server that this machine gets its updates from";
    return NULL;
}
