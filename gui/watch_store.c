#include "gui/watch_store.h"

#include "core/watch/decode.h"
#include "core/watch/watchlist_edit.h"
#include "core/windows/file/files.h"

/* Reads a file as UTF-8 into `content`; *decoded borrows from it or from `storage`. A missing file
 * is empty. */
static enum status read_text(struct text path, struct buffer *content, struct buffer *storage,
                             struct text *decoded, struct failure *failure)
{
    enum status status = files_read(path, content, failure);

    if (status == ST_NOT_FOUND) {
        *decoded = (struct text){NULL, 0};
        return ST_OK;
    }
    return status == ST_OK ? decode_text(buffer_text(content), storage, decoded) : status;
}

static enum status build(struct text content, struct text path, struct watchlist **list,
                         struct buffer *problems)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist_lines lines;
    enum status status;

    if (!builder)
        return ST_NO_MEMORY;
    status = watchlist_add_file_text(builder, content, text_file_name(path), problems, &lines);
    if (status != ST_OK) {
        watchlist_builder_free(builder);
        return status;
    }
    return watchlist_build(builder, list);
}

enum status watch_store_load(struct text path, struct watchlist **list, struct buffer *problems,
                             struct failure *failure)
{
    struct buffer content;
    struct buffer storage;
    struct text decoded;
    enum status status;

    buffer_init(&content, WATCH_STORE_MOST);
    buffer_init(&storage, WATCH_STORE_MOST);
    status = read_text(path, &content, &storage, &decoded, failure);
    if (status == ST_OK)
        status = build(decoded, path, list, problems);
    buffer_done(&content);
    buffer_done(&storage);
    return status;
}

static enum status write_text(struct text path, const struct buffer *content,
                              struct failure *failure)
{
    size_t folder = path.size - text_file_name(path).size;
    enum status status = content->failed;

    if (status == ST_OK && folder)
        status = files_make_folder(text_slice(path, 0, folder), failure);
    return status == ST_OK ? files_replace(path, buffer_text(content), failure) : status;
}

enum status watch_store_save(struct text path, const struct watchlist *list,
                             struct failure *failure)
{
    struct buffer content;
    enum status status;

    buffer_init(&content, WATCH_STORE_MOST);
    watchlist_write(list, text_file_name(path), &content);
    status = write_text(path, &content, failure);
    buffer_done(&content);
    return status;
}

enum status watch_store_load_known(struct text path, struct known **known, struct buffer *problems,
                                   struct failure *failure)
{
    struct buffer content;
    struct buffer storage;
    struct text decoded;
    enum status status;

    buffer_init(&content, WATCH_STORE_MOST);
    buffer_init(&storage, WATCH_STORE_MOST);
    status = read_text(path, &content, &storage, &decoded, failure);
    if (status == ST_OK)
        status = known_read(decoded, known, problems);
    buffer_done(&content);
    buffer_done(&storage);
    return status;
}

enum status watch_store_save_known(struct text path, const struct known *known,
                                   struct failure *failure)
{
    struct buffer content;
    enum status status;

    buffer_init(&content, WATCH_STORE_MOST);
    known_write(&content, known);
    status = write_text(path, &content, failure);
    buffer_done(&content);
    return status;
}
