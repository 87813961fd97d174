/* Any bytes as a journal: it is read to its end, goes on behind it, and says what is wrong. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/case/journal.h"

struct disk {
    char *bytes;
    size_t size;
};

static enum status append(void *context, struct text bytes, size_t *written)
{
    struct disk *disk = context;
    char *grown = realloc(disk->bytes, disk->size + bytes.size + 1);
    if (!grown)
        abort();
    disk->bytes = grown;
    memcpy(disk->bytes + disk->size, bytes.bytes, bytes.size);
    disk->size += bytes.size;
    *written = bytes.size;
    return ST_OK;
}

static enum status flush(void *context)
{
    (void)context;
    return ST_OK;
}

static enum status read_at(void *context, uint64_t at, char *out, size_t size, size_t *got)
{
    const struct disk *disk = context;
    size_t from = at < disk->size ? (size_t)at : disk->size;
    *got = disk->size - from < size ? disk->size - from : size;
    if (*got)
        memcpy(out, disk->bytes + from, *got);
    return ST_OK;
}

static enum status mix(void *context, struct text bytes, unsigned char digest[JOURNAL_DIGEST])
{
    uint64_t hash = 1;
    (void)context;
    for (size_t i = 0; i < bytes.size; i++)
        hash = hash_mix(hash_add(hash, (unsigned char)bytes.bytes[i]));
    for (size_t i = 0; i < JOURNAL_DIGEST; i++)
        digest[i] = (unsigned char)(hash >> (i % 8 * 8));
    return ST_OK;
}

static moment now(void *context)
{
    (void)context;
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct disk disk = {.bytes = NULL};
    const struct journal_file file = {append, flush, read_at, &disk};
    const struct journal_hash hash = {mix, NULL};
    const struct clock clock = {.now = now};
    struct journal_check before = {.lines = 0};
    struct journal_check after = {.lines = 0};
    struct journal *journal = NULL;
    size_t written;
    append(&disk, (struct text){(const char *)data, size}, &written);
    if (journal_verify(&file, &hash, &before) != ST_OK)
        abort();
    if (journal_open(&file, &hash, clock, &journal) != ST_OK)
        abort();
    const struct journal_entry entry = {.phase = JOURNAL_NOTE, .action = "fuzz"};
    if (journal_write(journal, &entry, NULL) != ST_OK)
        abort();
    journal_free(journal);
    if (journal_verify(&file, &hash, &after) != ST_OK)
        abort();
    /* What was sound, or only cut off, is sound with a line more. */
    if ((before.fault == JOURNAL_SOUND || before.fault == JOURNAL_TORN_END) &&
        after.fault != JOURNAL_SOUND)
        abort();
    free(disk.bytes);
    return 0;
}
