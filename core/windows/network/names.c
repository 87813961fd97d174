#include "core/windows/network/names.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/hash.h"
#include "core/base/memory.h"
#include "core/watch/hosts_names.h"
#include "core/windows/file/files.h"
#include "core/windows/network/hosts_file.h"
#include "core/windows/slow.h"
#include "core/windows/text16.h"

#define WAIT_FIRST_MS 300
#define WAIT_MS 20
#define FRESH_MS 30000 /* an address that was asked of the cache is believed for so long */
#define ENTRIES_MOST 50000
#define ROWS_MOST 200000
#define TEXT_MOST (32u * 1024 * 1024)
#define HOSTS_MOST (8u * 1024 * 1024)
#define NAME_LENGTH 255

/* The documented flags that keep a query off the wire: DNS_QUERY_NO_WIRE_QUERY, and no NetBIOS and
 * no multicast in its stead. */
#define CACHE_ONLY (0x10 | 0x80 | 0x800)

#define TYPE_A 1
#define TYPE_AAAA 28

/* A name and a type that the cache lists; its addresses are `count` rows from `first` on. */
struct listed {
    uint64_t hash;
    wchar_t *wide; /* in the arena, NUL-terminated */
    WORD type;
    uint64_t asked; /* GetTickCount64 */
    size_t first;
    size_t count;
};

struct inquiry {
    struct slow_job job;
    const struct system_table *system;
    struct arena *arena;
    struct listed *listed; /* sorted by hash */
    size_t listed_count;
    size_t listed_capacity;
    struct name_seen *rows; /* the cache's first, then the hosts file's */
    size_t count;
    size_t capacity;
    size_t hosts_first;      /* rows from here on are the hosts file's, */
    uint64_t hosts_stamp[2]; /* as it was with this time and size */
    enum read_state state;
    const struct inquiry *before; /* what was known; only while running, held by `keeps` */
    struct slow *keeps;
};

void names_init(struct names *names, const struct system_table *system)
{
    *names = (struct names){.system = system};
}

void names_done(struct names *names)
{
    slow_release(names->asked);
    slow_release(names->current);
    *names = (struct names){.system = names->system};
}

static bool worth_telling(const struct address *address)
{
    return !address_is_unspecified(address) && !address_is_loopback(address);
}

static bool add_row(struct inquiry *inquiry, struct text name, const struct address *address)
{
    if (inquiry->count == inquiry->capacity) {
        size_t capacity = inquiry->capacity ? inquiry->capacity * 2 : 256;
        struct name_seen *rows;
        if (inquiry->count >= ROWS_MOST)
            return false;
        rows = memory_grow_array(inquiry->rows, capacity, sizeof *rows);
        if (!rows)
            return false;
        inquiry->rows = rows;
        inquiry->capacity = capacity;
    }
    inquiry->rows[inquiry->count++] = (struct name_seen){name, *address};
    return true;
}

/* Lower case (ASCII), without the final dot, in the arena. Empty when there is no memory. */
static struct text keep_name(struct inquiry *inquiry, struct text name)
{
    struct text kept;

    if (text_ends(name, text_of(".")))
        name.size--;
    kept = arena_copy(inquiry->arena, name, NULL);
    for (size_t i = 0; i < kept.size; i++) {
        char *byte = (char *)(uintptr_t)(kept.bytes + i); /* the arena's, and not yet shared */
        if (*byte >= 'A' && *byte <= 'Z')
            *byte = (char)(*byte - 'A' + 'a');
    }
    return kept;
}

static bool take_host(void *context, struct text name, const struct address *address)
{
    struct inquiry *inquiry = context;
    struct text kept;

    if (!worth_telling(address))
        return true;
    kept = keep_name(inquiry, name);
    return kept.size && add_row(inquiry, kept, address);
}

/* When the file was written last, and its size; zeros when it cannot be told. */
static void read_stamp(struct text path, uint64_t stamp[2])
{
    WIN32_FILE_ATTRIBUTE_DATA data;
    wchar_t *wide = files_path(path, NULL);

    stamp[0] = stamp[1] = 0;
    if (wide && GetFileAttributesExW(wide, GetFileExInfoStandard, &data)) {
        stamp[0] = (uint64_t)data.ftLastWriteTime.dwHighDateTime << 32 |
                   data.ftLastWriteTime.dwLowDateTime;
        stamp[1] = (uint64_t)data.nFileSizeHigh << 32 | data.nFileSizeLow;
    }
    text16_free(wide);
}

/* The file may hold a hundred thousand lines: it is read again only when it has changed. */
static bool copy_hosts(struct inquiry *inquiry)
{
    const struct inquiry *before = inquiry->before;

    if (!before || !inquiry->hosts_stamp[0] ||
        memcmp(before->hosts_stamp, inquiry->hosts_stamp, sizeof before->hosts_stamp) != 0)
        return false;
    for (size_t i = before->hosts_first; i < before->count; i++)
        take_host(inquiry, before->rows[i].name, &before->rows[i].address);
    return true;
}

static void read_hosts(struct inquiry *inquiry)
{
    struct buffer path;
    struct buffer content;

    buffer_init(&path, 64 * 1024);
    buffer_init(&content, HOSTS_MOST);
    inquiry->hosts_first = inquiry->count;
    if (!hosts_file_path(&path)) {
        read_stamp(buffer_text(&path), inquiry->hosts_stamp);
        if (!copy_hosts(inquiry) && !files_read(buffer_text(&path), &content, NULL))
            hosts_names_walk(buffer_text(&content), take_host, inquiry);
    }
    buffer_done(&content);
    buffer_done(&path);
}

static void list_entry(struct inquiry *inquiry, const struct dns_cache_entry *entry)
{
    size_t length;
    wchar_t *wide;

    if (!entry->name || (entry->type != TYPE_A && entry->type != TYPE_AAAA) ||
        inquiry->listed_count >= ENTRIES_MOST)
        return;
    length = wcsnlen(entry->name, NAME_LENGTH + 1);
    if (!length || length > NAME_LENGTH)
        return;
    if (inquiry->listed_count == inquiry->listed_capacity) {
        size_t capacity = inquiry->listed_capacity ? inquiry->listed_capacity * 2 : 256;
        struct listed *listed = memory_grow_array(inquiry->listed, capacity, sizeof *listed);
        if (!listed)
            return;
        inquiry->listed = listed;
        inquiry->listed_capacity = capacity;
    }
    wide = arena_take(inquiry->arena, (length + 1) * sizeof *wide);
    if (!wide)
        return;
    memcpy(wide, entry->name, length * sizeof *wide);
    inquiry->listed[inquiry->listed_count++] =
        (struct listed){.hash = hash_add(hash_bytes(wide, length * sizeof *wide), entry->type),
                        .wide = wide,
                        .type = entry->type};
}

/* Copies what the system hands out and frees it at once, name by name and entry by entry. */
static void list_cache(struct inquiry *inquiry)
{
    /* More room than the one pointer that is written, should a system write a whole entry. */
    struct dns_cache_entry *table[8] = {NULL};

    if (!inquiry->system->dns_get_cache_data_table) {
        inquiry->state = READ_UNSUPPORTED;
        return;
    }
    inquiry->state = inquiry->system->dns_get_cache_data_table(table) ? READ_OK : READ_FAILED;
    for (struct dns_cache_entry *entry = table[0]; entry;) {
        struct dns_cache_entry *next = entry->next;
        list_entry(inquiry, entry);
        if (entry->name)
            inquiry->system->dns_free(entry->name, DnsFreeFlat);
        inquiry->system->dns_free(entry, DnsFreeFlat);
        entry = next;
    }
}

static int compare_listed(const void *a, const void *b)
{
    const struct listed *first = a;
    const struct listed *second = b;

    if (first->hash != second->hash)
        return first->hash < second->hash ? -1 : 1;
    return first->type - second->type;
}

static const struct listed *find_listed(const struct inquiry *inquiry, const struct listed *wanted)
{
    const struct listed *found = inquiry && inquiry->listed_count
                                     ? bsearch(wanted, inquiry->listed, inquiry->listed_count,
                                               sizeof *wanted, compare_listed)
                                     : NULL;

    return found && wcscmp(found->wide, wanted->wide) == 0 ? found : NULL;
}

static void take_record(struct inquiry *inquiry, struct text name, const DNS_RECORDW *record)
{
    struct address address;
    uint8_t octets[4];

    if (record->wType == TYPE_A && record->wDataLength >= sizeof octets) {
        memcpy(octets, &record->Data.A.IpAddress, sizeof octets); /* in network order */
        address = address_from_ipv4(octets);
    } else if (record->wType == TYPE_AAAA && record->wDataLength >= sizeof(IP6_ADDRESS)) {
        uint8_t bytes[16];
        memcpy(bytes, &record->Data.AAAA.Ip6Address, sizeof bytes);
        address = address_from_ipv6(bytes);
    } else {
        return;
    }
    if (worth_telling(&address))
        add_row(inquiry, name, &address);
}

/* All addresses at the end of the aliases belong to the name that was asked for: that is what the
 * program wanted. */
static void ask_cache(struct inquiry *inquiry, const struct listed *entry, struct text name)
{
    DNS_RECORDW *records = NULL;

    if (inquiry->system->dns_query(entry->wide, entry->type, CACHE_ONLY, &records) == 0)
        for (const DNS_RECORDW *record = records; record; record = record->pNext)
            take_record(inquiry, name, record);
    if (records)
        inquiry->system->dns_free(records, DnsFreeRecordList);
}

static void resolve(struct inquiry *inquiry, struct listed *entry, uint64_t now)
{
    const struct listed *before = find_listed(inquiry->before, entry);
    char utf8[TEXT16_MOST(NAME_LENGTH)];
    struct text name = {utf8, text16_encode(entry->wide, wcslen(entry->wide), utf8)};

    entry->first = inquiry->count;
    name = keep_name(inquiry, name);
    if (!name.size)
        return;
    if (before && before->count && now - before->asked < FRESH_MS) {
        entry->asked = before->asked;
        for (size_t i = 0; i < before->count; i++)
            add_row(inquiry, name, &inquiry->before->rows[before->first + i].address);
    } else {
        entry->asked = now;
        ask_cache(inquiry, entry, name);
    }
    entry->count = inquiry->count - entry->first;
}

static void run_inquiry(struct slow_job *job)
{
    struct inquiry *inquiry = (struct inquiry *)job;
    uint64_t now = GetTickCount64();
    const struct listed *last = NULL;

    list_cache(inquiry);
    if (inquiry->listed_count)
        qsort(inquiry->listed, inquiry->listed_count, sizeof *inquiry->listed, compare_listed);
    for (size_t i = 0; i < inquiry->listed_count; i++) {
        struct listed *entry = &inquiry->listed[i];
        if (!last || last->hash != entry->hash || wcscmp(last->wide, entry->wide) != 0)
            resolve(inquiry, entry, now);
        last = entry;
    }
    read_hosts(inquiry);
    inquiry->before = NULL;
    slow_release(inquiry->keeps); /* or each answer would hold all before it */
    inquiry->keeps = NULL;
}

static void free_inquiry(struct slow_job *job)
{
    struct inquiry *inquiry = (struct inquiry *)job;

    slow_release(inquiry->keeps);
    arena_free(inquiry->arena);
    memory_give(inquiry->listed);
    memory_give(inquiry->rows);
    memory_give(inquiry);
}

static struct slow *ask(struct names *names)
{
    struct inquiry *inquiry = memory_take(sizeof *inquiry);
    struct slow *asked = NULL;

    if (!inquiry)
        return NULL;
    inquiry->job = (struct slow_job){run_inquiry, free_inquiry};
    inquiry->system = names->system;
    inquiry->arena = arena_new(TEXT_MOST);
    if (!inquiry->arena) {
        memory_give(inquiry);
        return NULL;
    }
    if (names->current) {
        inquiry->keeps = slow_retain(names->current);
        inquiry->before = (const struct inquiry *)slow_answer(names->current);
    }
    return slow_start(&inquiry->job, &asked) ? NULL : asked;
}

enum status names_read(struct names *names, struct name_table *table)
{
    const struct inquiry *known;

    if (!names->asked)
        names->asked = ask(names);
    if (names->asked && slow_wait(names->asked, names->current ? WAIT_MS : WAIT_FIRST_MS)) {
        slow_release(names->current);
        names->current = names->asked;
        names->asked = NULL;
    }
    if (!names->current) {
        *table = (struct name_table){.state = READ_NOT_YET};
        return ST_OK;
    }
    known = (const struct inquiry *)slow_answer(names->current);
    *table = (struct name_table){known->rows, known->count, known->state};
    return ST_OK;
}
