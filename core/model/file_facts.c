#include "core/model/file_facts.h"

#include "core/base/hash.h"
#include "core/base/memory.h"

#include <string.h>

#define TEXTS_MOST ((size_t)1 << 20) /* of one file, in bytes */

struct file_reason file_reason_from(struct failure why)
{
    return (struct file_reason){read_state_from(why.status), why};
}

struct file_reason file_reason_of_times(const struct image_file *times)
{
    return (struct file_reason){times->state, times->why};
}

static void add_code(struct buffer *out, uint32_t code)
{
    if (!(code & 0x80000000u)) {
        buffer_add_unsigned(out, code);
        return;
    }
    buffer_add_string(out, "0x");
    for (int shift = 28; shift >= 0; shift -= 4)
        buffer_add_byte(out, "0123456789ABCDEF"[code >> shift & 15]);
}

void file_reason_add(struct buffer *out, const struct file_reason *reason)
{
    if (reason->state == READ_GONE) {
        buffer_add_string(out, "there is no such file now");
        return;
    }
    if (reason->state != READ_FAILED) {
        buffer_add_string(out, read_state_phrase(reason->state));
        return;
    }
    buffer_add_string(out, reason->why.status == ST_OK ? read_state_phrase(READ_FAILED)
                                                       : status_phrase(reason->why.status));
    if (!reason->why.code)
        return;
    buffer_add_string(out, " (");
    if (reason->why.call) {
        buffer_add_string(out, reason->why.call);
        buffer_add_string(out, ": ");
    }
    buffer_add_string(out, "error ");
    add_code(out, reason->why.code);
    buffer_add_byte(out, ')');
}

bool file_key_equal(const struct file_key *a, const struct file_key *b)
{
    return a->known && b->known && a->volume == b->volume &&
           memcmp(a->id, b->id, sizeof a->id) == 0 && a->size == b->size &&
           a->modified == b->modified && a->changed == b->changed;
}

uint64_t file_key_hash(const struct file_key *key)
{
    uint64_t hash = hash_bytes(key->id, sizeof key->id);
    hash = hash_add(hash_add(hash, key->volume), key->size);
    return hash_mix(hash_add(hash_add(hash, (uint64_t)key->modified), (uint64_t)key->changed));
}

static const struct {
    const char *name;
    size_t size;
} hash_kinds[HASH_KINDS] = {
    [HASH_MD5] = {"MD5", 16},
    [HASH_SHA1] = {"SHA-1", 20},
    [HASH_SHA256] = {"SHA-256", 32},
};

size_t file_hash_size(enum hash_kind kind)
{
    return hash_kinds[kind].size;
}

const char *file_hash_name(enum hash_kind kind)
{
    return hash_kinds[kind].name;
}

void file_hash_add(struct buffer *out, enum hash_kind kind, const struct file_hash *hash)
{
    buffer_add_hex(out, hash->bytes, file_hash_size(kind));
}

struct file_facts *file_facts_new(struct text path)
{
    struct file_facts *facts = memory_take(sizeof *facts);
    const struct file_reason not_yet = {.state = READ_NOT_YET};
    bool failed = false;

    if (!facts)
        return NULL;
    facts->arena = arena_new(TEXTS_MOST);
    if (facts->arena)
        facts->path = arena_copy(facts->arena, path, &failed);
    if (!facts->arena || failed) {
        file_facts_free(facts);
        return NULL;
    }
    facts->in_stream = file_stream_at(path) < path.size;
    facts->times.state = READ_NOT_YET;
    facts->version.read = facts->signature.read = facts->zone.read = not_yet;
    for (int kind = 0; kind < HASH_KINDS; kind++)
        facts->hashes[kind].read = not_yet;
    return facts;
}

void file_facts_free(struct file_facts *facts)
{
    if (!facts)
        return;
    arena_free(facts->arena);
    memory_give(facts);
}

size_t file_stream_at(struct text path)
{
    struct text name = text_file_name(path);
    size_t before = path.size - name.size;
    size_t colon = text_find(name, text_of(":"));

    /* "C:a.exe" has a drive in front of it, not a stream behind it. */
    if (colon == 1 && before == 0) {
        size_t next = text_find(text_slice(name, 2, name.size - 2), text_of(":"));
        colon = next == SIZE_MAX ? SIZE_MAX : next + 2;
    }
    return colon == SIZE_MAX ? path.size : before + colon;
}
