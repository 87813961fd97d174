#include "core/model/process.h"

#include "core/base/hash.h"
#include "core/base/memory.h"
#include "core/base/refs.h"

#include <stddef.h>
#include <string.h>

static const char *const state_phrases[READ_STATE_COUNT] = {
    [READ_OK] = "",
    [READ_NOT_YET] = "not asked yet",
    [READ_DENIED] = "access denied",
    [READ_PROTECTED] = "protected process",
    [READ_GONE] = "the process had ended",
    [READ_UNSUPPORTED] = "not supported by this system",
    [READ_NOT_APPLICABLE] = "not applicable",
    [READ_FAILED] = "could not be read",
};

const char *read_state_phrase(enum read_state state)
{
    if ((unsigned)state >= READ_STATE_COUNT)
        return state_phrases[READ_FAILED];
    return state_phrases[state];
}

enum read_state read_state_from(enum status status)
{
    switch (status) {
    case ST_OK:
        return READ_OK;
    case ST_DENIED:
        return READ_DENIED;
    case ST_PROTECTED:
        return READ_PROTECTED;
    case ST_GONE:
    case ST_NOT_FOUND:
        return READ_GONE;
    case ST_UNSUPPORTED:
        return READ_UNSUPPORTED;
    default:
        return READ_FAILED;
    }
}

bool process_key_equal(struct process_key a, struct process_key b)
{
    return a.pid == b.pid && a.start == b.start;
}

int process_key_compare(struct process_key a, struct process_key b)
{
    if (a.pid != b.pid)
        return a.pid < b.pid ? -1 : 1;
    return (a.start > b.start) - (a.start < b.start);
}

uint64_t process_key_hash(struct process_key key)
{
    return hash_mix(hash_add(key.pid, (uint64_t)key.start));
}

/* The facts, with their count in front and the bytes of their texts behind. */
struct shared_facts {
    struct refs refs;
    size_t size;
    struct process_facts facts;
    char bytes[];
};

static struct shared_facts *shared_of(const struct process_facts *facts)
{
    return (struct shared_facts *)((uintptr_t)facts - offsetof(struct shared_facts, facts));
}

/* Where the texts of a set of facts lie in it. */
static const size_t text_offsets[] = {
    offsetof(struct process_facts, name),          offsetof(struct process_facts, image.value),
    offsetof(struct process_facts, command.value), offsetof(struct process_facts, directory.value),
    offsetof(struct process_facts, user.value),    offsetof(struct process_facts, domain.value),
    offsetof(struct process_facts, sid.value),     offsetof(struct process_facts, services.value),
};
#define TEXT_COUNT (sizeof(text_offsets) / sizeof(text_offsets[0]))

static struct text *text_in(struct process_facts *facts, size_t number)
{
    return (struct text *)((uintptr_t)facts + text_offsets[number]);
}

enum status process_facts_new(const struct process_facts *draft, const struct process_facts **facts)
{
    struct process_facts copy = *draft;
    if (!copy.name.size && copy.image.state == READ_OK)
        copy.name = text_file_name(copy.image.value);
    size_t size = sizeof(struct shared_facts);
    for (size_t i = 0; i < TEXT_COUNT; i++)
        size += text_in(&copy, i)->size;
    struct shared_facts *shared = memory_take(size);
    if (!shared)
        return ST_NO_MEMORY;
    char *end = shared->bytes;
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        struct text *text = text_in(&copy, i);
        if (text->size)
            memcpy(end, text->bytes, text->size);
        text->bytes = end;
        end += text->size;
    }
    refs_init(&shared->refs);
    shared->size = size;
    shared->facts = copy;
    *facts = &shared->facts;
    return ST_OK;
}

const struct process_facts *process_facts_retain(const struct process_facts *facts)
{
    refs_retain(&shared_of(facts)->refs);
    return facts;
}

void process_facts_release(const struct process_facts *facts)
{
    if (facts && refs_release(&shared_of(facts)->refs))
        memory_give(shared_of(facts));
}

size_t process_facts_size(const struct process_facts *facts)
{
    return shared_of(facts)->size;
}
