#include "tests/support/case_files.h"

#include <string.h>

#include "core/base/hash.h"

struct case_file *case_files_find(struct case_files *folder, struct text name)
{
    for (size_t i = 0; i < folder->count; i++)
        if (text_equal(text_from(folder->files[i].name), name))
            return &folder->files[i];
    return NULL;
}

void case_files_put(struct case_files *folder, const char *name, struct text content)
{
    struct case_file *file = case_files_find(folder, text_from(name));
    if (!file)
        file = &folder->files[folder->count++];
    *file = (struct case_file){.name = name, .content = content};
}

/* What is open knows its folder, to count itself out. */
struct opened {
    struct case_files *folder;
    struct case_file *file;
};

static struct opened handles[CASE_FILES];

static enum status open_file(void *context, struct text name, void **file)
{
    struct case_files *folder = context;
    struct case_file *found = case_files_find(folder, name);
    if (!found)
        return ST_NOT_FOUND;
    if (found->opening != ST_OK)
        return found->opening;
    struct opened *handle = &handles[found - folder->files];
    *handle = (struct opened){folder, found};
    folder->open++;
    *file = handle;
    return ST_OK;
}

static enum status read_file(void *file, uint64_t at, char *out, size_t size, size_t *got)
{
    const struct opened *handle = file;
    struct text content = handle->file->content;
    size_t from = at < content.size ? (size_t)at : content.size;
    if (handle->file->reading != ST_OK)
        return handle->file->reading;
    *got = content.size - from < size ? content.size - from : size;
    if (*got)
        memcpy(out, content.bytes + from, *got);
    return ST_OK;
}

static void close_file(void *file)
{
    const struct opened *handle = file;
    handle->folder->open--;
}

static enum status list_files(void *context, struct text folder,
                              void (*found)(void *to, struct text name, uint64_t size), void *to)
{
    const struct case_files *all = context;
    bool any = false;
    for (size_t i = 0; i < all->count; i++) {
        struct text name = text_from(all->files[i].name);
        if (!text_starts(name, folder) || name.size <= folder.size ||
            name.bytes[folder.size] != '/')
            continue;
        any = true;
        found(to, text_slice(name, folder.size + 1, name.size - folder.size - 1),
              all->files[i].content.size);
    }
    return any ? ST_OK : ST_NOT_FOUND;
}

struct report_files case_files_table(struct case_files *folder)
{
    return (struct report_files){open_file, read_file, close_file, list_files, folder};
}

static enum status mixed(void *context, struct text bytes, unsigned char digest[JOURNAL_DIGEST])
{
    (void)context;
    for (unsigned part = 0; part < JOURNAL_DIGEST; part++)
        digest[part] = (unsigned char)hash_mix(hash_bytes(bytes.bytes, bytes.size) + part);
    return ST_OK;
}

struct journal_hash case_files_hash(void)
{
    return (struct journal_hash){mixed, NULL};
}
