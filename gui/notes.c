#include "gui/notes.h"

#include <string.h>

#include "core/base/memory.h"

struct note {
    struct process_key key;
    char *words;
    size_t size;
};

/* A ring: the oldest is overwritten. */
static struct note notes[NOTES_MOST];
static size_t count;
static size_t next;

static struct note *find(struct process_key key)
{
    for (size_t i = 0; i < count; i++)
        if (process_key_equal(notes[i].key, key))
            return &notes[i];
    return NULL;
}

void notes_set(struct process_key key, struct text words)
{
    struct note *note = find(key);
    char *copy = memory_take(words.size + 1);
    if (!copy)
        return;
    if (words.size)
        memcpy(copy, words.bytes, words.size);
    if (!note) {
        note = &notes[next];
        next = (next + 1) % NOTES_MOST;
        count += count < NOTES_MOST;
    }
    memory_give(note->words);
    *note = (struct note){key, copy, words.size};
}

struct text notes_find(struct process_key key)
{
    const struct note *note = count ? find(key) : NULL;
    return note ? (struct text){note->words, note->size} : (struct text){NULL, 0};
}

void notes_clear(void)
{
    for (size_t i = 0; i < count; i++) {
        memory_give(notes[i].words);
        notes[i] = (struct note){.words = NULL};
    }
    count = next = 0;
}
