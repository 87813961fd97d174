#include "core/watch/sinkhole.h"

#include <string.h>

#include "core/base/index.h"
#include "core/watch/domain.h"
#include "core/watch/hosts_names.h"

#define BEGIN "# BEGIN Stakeout sinkhole"
#define JOINED " (a line end was added before it)"
#define END "# END Stakeout sinkhole"
#define EACH 254u /* usable addresses of one network */
#define NAME_MOST 253

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

static enum status find_block(struct text file, struct block *block, enum sinkhole_why *why)
{
    *block = (struct block){.there = false};
    if (is_utf16(file)) {
        *why = SINKHOLE_UTF16;
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
    *why = SINKHOLE_NO_END;
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
    read.entries = arena_take(arena, SINKHOLE_MOST * sizeof *read.entries);
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
                          enum sinkhole_why *why)
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

bool sinkhole_take(struct sinkhole_numbers *numbers, struct sinkhole_entry *entry)
{
    for (uint32_t n = 0; n < SINKHOLE_MOST; n++) {
        if (numbers->used[n])
            continue;
        numbers->used[n] = true;
        entry->v4 = v4_of(n);
        entry->v6 = v6_of(n);
        return true;
    }
    return false;
}

static void note_used(struct sinkhole_numbers *numbers, const struct address *address)
{
    const uint8_t *octets = address->bytes + 12;
    if (!address_is_ipv4(address))
        return;
    for (uint32_t network = 0; network < 3; network++)
        if (memcmp(octets, networks[network], 3) == 0 && octets[3] >= 1 && octets[3] <= EACH)
            numbers->used[network * EACH + octets[3] - 1] = true;
}

/* --- what the file says of domains --- */

struct survey {
    struct text file;
    const struct block *block;
    struct index index; /* of the wishes, by their domains */
    struct sinkhole_wish *wishes;
    struct sinkhole_numbers *numbers;
};

static bool note_name(void *context, struct text name, const struct address *address)
{
    struct survey *survey = context;
    size_t at = (size_t)(name.bytes - survey->file.bytes);
    char small[NAME_MOST];
    size_t found;
    note_used(survey->numbers, address);
    if (survey->block->there && at >= survey->block->start && at < survey->block->end)
        return true;
    if (name.size && name.bytes[name.size - 1] == '.')
        name.size--;
    if (name.size > NAME_MOST)
        return true;
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.bytes[i];
        small[i] = byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
    }
    const struct text sought = {small, name.size};
    uint64_t hash = text_hash(sought);
    for (uint32_t slot = index_first(&survey->index, hash, &found); slot != INDEX_NONE;
         slot = index_next(&survey->index, hash, &found))
        if (text_equal(survey->wishes[slot].domain, sought) &&
            survey->wishes[slot].why == SINKHOLE_FINE)
            survey->wishes[slot].why = SINKHOLE_NAMED;
    return true;
}

static enum status look(struct text file, const struct block *block,
                        const struct sinkhole *sinkhole, struct sinkhole_wish *wishes, size_t count,
                        struct sinkhole_numbers *numbers)
{
    struct survey survey = {.file = file, .block = block, .wishes = wishes, .numbers = numbers};
    *numbers = (struct sinkhole_numbers){.used = {false}};
    enum status status = index_reserve(&survey.index, count);
    if (status != ST_OK)
        return status;
    for (size_t i = 0; i < count; i++) {
        struct sinkhole_wish *wish = &wishes[i];
        const struct sinkhole_entry *there = find_entry(sinkhole, wish->domain);
        wish->was_pinned = there != NULL;
        wish->entry = there ? *there : (struct sinkhole_entry){.domain = wish->domain};
        if (!there)
            index_add(&survey.index, text_hash(wish->domain), (uint32_t)i);
    }
    hosts_names_walk(file, note_name, &survey);
    index_done(&survey.index);
    return ST_OK;
}

static enum status survey_file(struct text file, struct arena *arena, struct block *block,
                               struct sinkhole *sinkhole, struct sinkhole_wish *wishes,
                               size_t count, struct sinkhole_numbers *numbers,
                               enum sinkhole_why *why)
{
    enum status status = find_block(file, block, why);
    if (status == ST_OK)
        status = read_block(block, arena, sinkhole);
    if (status == ST_OK)
        status = look(file, block, sinkhole, wishes, count, numbers);
    return status;
}

enum status sinkhole_look(struct text file, struct arena *arena, struct sinkhole_wish *wishes,
                          size_t count, struct sinkhole_numbers *numbers, enum sinkhole_why *why)
{
    struct block block;
    struct sinkhole sinkhole;
    return survey_file(file, arena, &block, &sinkhole, wishes, count, numbers, why);
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

static void remove_entry(struct sinkhole *sinkhole, struct text domain)
{
    struct sinkhole_entry *entry = find_entry(sinkhole, domain);
    if (!entry)
        return;
    memmove(entry, entry + 1,
            (sinkhole->count - (size_t)(entry - sinkhole->entries) - 1) * sizeof *entry);
    sinkhole->count--;
}

static void add_entry(struct sinkhole *sinkhole, struct sinkhole_wish *wish,
                      struct sinkhole_numbers *numbers)
{
    const struct sinkhole_entry *there = find_entry(sinkhole, wish->domain);
    if (there) { /* it was wished for twice */
        wish->entry = *there;
        return;
    }
    if (sinkhole->count == SINKHOLE_MOST || !sinkhole_take(numbers, &wish->entry))
        wish->why = SINKHOLE_FULL;
    else
        sinkhole->entries[sinkhole->count++] = wish->entry;
}

enum status sinkhole_change(struct text file, struct arena *arena, struct sinkhole_wish *wishes,
                            size_t count, struct buffer *out, enum sinkhole_why *why)
{
    struct block block;
    struct sinkhole sinkhole;
    struct sinkhole_numbers numbers;
    bool changed = false;
    enum status status = survey_file(file, arena, &block, &sinkhole, wishes, count, &numbers, why);
    if (status != ST_OK)
        return status;
    for (size_t i = 0; i < count; i++) {
        if (!wishes[i].was_pinned || wishes[i].pinned)
            continue;
        remove_entry(&sinkhole, wishes[i].domain);
        changed = true;
    }
    for (size_t i = 0; i < count; i++) {
        if (wishes[i].was_pinned || !wishes[i].pinned || wishes[i].why != SINKHOLE_FINE)
            continue;
        add_entry(&sinkhole, &wishes[i], &numbers);
        changed = changed || wishes[i].why == SINKHOLE_FINE;
    }
    if (changed)
        write_file(file, &block, &sinkhole, out);
    else
        buffer_add(out, file); /* even where somebody wrote the block in another way */
    return out->failed;
}

enum status sinkhole_clear(struct text file, struct buffer *out, enum sinkhole_why *why)
{
    struct block block;
    const struct sinkhole none = {.count = 0};
    enum status status = find_block(file, &block, why);
    if (status != ST_OK)
        return status;
    write_file(file, &block, &none, out);
    return out->failed;
}

enum status sinkhole_convert(struct text file, struct buffer *out)
{
    if (!is_utf16(file))
        return ST_INVALID;
    const unsigned char *bytes = (const unsigned char *)file.bytes;
    size_t at = (bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff);
    bool big = at ? bytes[0] == 0xfe : bytes[0] == 0;
    uint32_t high = 0;
    for (at *= 2; at + 1 < file.size; at += 2) {
        uint32_t unit = (uint32_t)bytes[at + !big] << 8 | bytes[at + big];
        bool is_low = unit >= 0xdc00 && unit < 0xe000;
        if (high && is_low) {
            buffer_add_code_point(out, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
            high = 0;
            continue;
        }
        if (high)
            buffer_add_code_point(out, 0xfffd);
        high = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
        if (!high)
            buffer_add_code_point(out, is_low ? 0xfffd : unit);
    }
    if (high || at < file.size) /* the last unit is not whole */
        buffer_add_code_point(out, 0xfffd);
    return out->failed;
}

/* --- what must not be pinned --- */

static bool is_below(struct text domain, struct text above)
{
    if (!above.size || !text_ends_nocase(domain, above))
        return false;
    return domain.size == above.size || domain.bytes[domain.size - above.size - 1] == '.';
}

const char *sinkhole_phrase(enum sinkhole_why why)
{
    static const char *const phrases[SINKHOLE_WHYS] = {
        [SINKHOLE_FINE] = "nothing speaks against it",
        [SINKHOLE_UTF16] = "it is UTF-16, which no resolver reads",
        [SINKHOLE_NO_END] = "the block of Stakeout in it has no end: somebody edited it",
        [SINKHOLE_NAMED] = "the hosts file names it already, outside the block of Stakeout",
        [SINKHOLE_FULL] = "all 762 addresses are in use",
        [SINKHOLE_NO_NAME] = "it is no host name (hosts files know no *.)",
        [SINKHOLE_TOO_LONG] = "it is longer than a name can be",
        [SINKHOLE_MICROSOFT] = ("it is Microsoft's: security software puts the whole hosts file "
                                "back when it finds such a name in it"),
        [SINKHOLE_MACHINE] = "it is this machine itself",
        [SINKHOLE_MEMBER] = "it belongs to the domain that this machine is a member of",
        [SINKHOLE_UPDATES] = "it is the server that this machine gets its updates from",
    };
    return (unsigned)why < SINKHOLE_WHYS ? phrases[why] : "";
}

static enum sinkhole_why refusal(struct text domain, const struct sinkhole_machine *machine)
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
    for (size_t i = 0; i < sizeof microsoft / sizeof microsoft[0]; i++)
        if (is_below(domain, microsoft[i]))
            return SINKHOLE_MICROSOFT;
    if (text_equal_nocase(domain, text_of("localhost")) || is_below(domain, text_of("localhost")))
        return SINKHOLE_MACHINE;
    if (machine->host.size &&
        (text_equal_nocase(domain, machine->host) ||
         (domain.size > machine->host.size && text_starts_nocase(domain, machine->host) &&
          domain.bytes[machine->host.size] == '.')))
        return SINKHOLE_MACHINE;
    if (machine->domain.size && is_below(domain, machine->domain))
        return SINKHOLE_MEMBER;
    if (machine->update.size && text_equal_nocase(domain, machine->update))
        return SINKHOLE_UPDATES;
    return SINKHOLE_FINE;
}

enum sinkhole_why sinkhole_domain(struct text written, const struct sinkhole_machine *machine,
                                  struct arena *arena, struct text *domain)
{
    struct buffer scratch;
    const char *why;
    size_t labels;
    struct text name = {NULL, 0};
    bool failed = false;
    enum sinkhole_why result = SINKHOLE_NO_NAME;
    *domain = name;
    buffer_init(&scratch, (size_t)64 << 10);
    if (domain_parse(written, &scratch, &name, &labels, &why) == ST_OK) {
        *domain = arena_copy(arena, name, &failed);
        result = name.size > NAME_MOST ? SINKHOLE_TOO_LONG : refusal(*domain, machine);
    }
    buffer_done(&scratch);
    return failed ? SINKHOLE_NO_NAME : result;
}

/* --- the watchlist --- */

#define LABEL "sinkhole of "

void sinkhole_add_label(struct buffer *out, struct text domain)
{
    buffer_add_string(out, LABEL);
    buffer_add(out, domain);
}

static void add_indicator(struct buffer *out, const struct address *address, struct text domain)
{
    if (address_is_unspecified(address))
        return;
    address_add(out, address);
    buffer_add_string(out, " # ");
    sinkhole_add_label(out, domain);
    buffer_add_byte(out, '\n');
}

void sinkhole_add_indicators(struct buffer *out, const struct sinkhole_entry *entry)
{
    add_indicator(out, &entry->v4, entry->domain);
    add_indicator(out, &entry->v6, entry->domain);
}

/* Whether a line of a list is one that was added for any of the wishes. */
static bool is_ours(struct text line, const struct sinkhole_wish *wishes, size_t count)
{
    size_t mark = text_find(line, text_of("# " LABEL));
    if (mark == SIZE_MAX)
        return false;
    mark += sizeof "# " LABEL - 1;
    struct text domain = text_trim(text_slice(line, mark, line.size - mark));
    for (size_t i = 0; i < count; i++)
        if (text_equal_nocase(domain, wishes[i].domain))
            return true;
    return false;
}

enum status sinkhole_change_list(struct text list, const struct sinkhole_wish *wishes, size_t count,
                                 struct buffer *out)
{
    for (size_t at = 0; at < list.size;) {
        size_t from = at;
        struct text line = next_line(list, &at);
        if (!is_ours(line, wishes, count))
            buffer_add(out, text_slice(list, from, at - from));
    }
    if (out->size && !line_end_before(buffer_text(out), out->size))
        buffer_add_byte(out, '\n');
    for (size_t i = 0; i < count; i++)
        if (wishes[i].pinned && wishes[i].why == SINKHOLE_FINE)
            sinkhole_add_indicators(out, &wishes[i].entry);
    return out->failed;
}
