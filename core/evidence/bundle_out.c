#include "core/evidence/bundle_inside.h"

#define PENDING_SIZE ((size_t)64 << 10)
#define REASON_MOST ((size_t)4096)
#define NAME_MOST 120u /* bytes of a file's name that is kept of a foreign one */

void bundle_out_init(struct bundle_out *out, const struct bundle_order *order,
                     const struct bundle_part *part, struct text folder)
{
    *out =
        (struct bundle_out){.order = order, .part = part, .source = part->source, .folder = folder};
    buffer_init(&out->path, BUNDLE_PATH_MOST);
    buffer_init(&out->place, BUNDLE_PATH_MOST);
    buffer_init(&out->line, BUNDLE_ROW_MOST);
    buffer_init(&out->pending, BUNDLE_ROW_MOST + PENDING_SIZE + 1);
    buffer_init(&out->reason, REASON_MOST);
}

void bundle_out_done(struct bundle_out *out)
{
    if (out->file)
        out->order->files->close(out->order->files->context, out->file);
    buffer_done(&out->path);
    buffer_done(&out->place);
    buffer_done(&out->line);
    buffer_done(&out->pending);
    buffer_done(&out->reason);
}

/* --- what it tells --- */

enum status bundle_because(struct bundle_out *out, enum status status, const char *reason)
{
    if (!out->reason.size)
        buffer_add_string(&out->reason, reason);
    return status;
}

enum status bundle_fail(struct bundle_out *out, const struct failure *failure)
{
    if (!out->reason.size)
        deed_add_failure(&out->reason, failure);
    return failure->status;
}

void bundle_lost(struct bundle_out *out, uint64_t count, const char *reason)
{
    out->lost += count;
    if (count)
        bundle_because(out, ST_OK, reason);
}

void bundle_source(struct bundle_out *out, const char *source)
{
    out->source = source;
}

struct progress *bundle_progress(struct bundle_out *out)
{
    return out->order->progress;
}

bool bundle_cancelled(const struct bundle_out *out)
{
    return progress_cancelled(out->order->progress);
}

moment bundle_now(const struct bundle_out *out)
{
    return out->order->clock.now(out->order->clock.context);
}

/* --- files --- */

static void add_numbered(struct buffer *path, struct text folder, struct text stem, unsigned number,
                         struct text extension)
{
    buffer_clear(path);
    buffer_add(path, folder);
    buffer_add_byte(path, '/');
    buffer_add(path, stem);
    if (number > 1) {
        buffer_add_byte(path, '-');
        buffer_add_unsigned(path, number);
    }
    buffer_add(path, extension);
}

enum status bundle_create(const struct bundle_order *order, struct text folder, struct text stem,
                          struct text extension, struct buffer *path, void **file,
                          struct failure *failure)
{
    const struct bundle_files *files = order->files;
    enum status status = ST_BUSY;
    for (unsigned number = 1; status == ST_BUSY && number <= BUNDLE_NUMBERS; number++) {
        add_numbered(path, folder, stem, number, extension);
        *failure = (struct failure){.status = path->failed};
        status = path->failed;
        if (status == ST_OK)
            status = files->create(files->context, buffer_text(path), file, failure);
    }
    return status;
}

/* The case takes no more of this part. */
static enum status break_off(struct bundle_out *out, enum status status,
                             const struct failure *failure)
{
    struct failure why = *failure;
    why.status = status;
    out->broken = status;
    buffer_clear(&out->reason); /* it outweighs what was told before */
    buffer_add_string(&out->reason, "it could not be written: ");
    deed_add_failure(&out->reason, &why);
    return status;
}

static enum status make_own_folder(struct bundle_out *out, struct buffer *folder,
                                   struct failure *failure)
{
    const struct bundle_files *files = out->order->files;
    buffer_add(folder, out->folder);
    buffer_add_byte(folder, '/');
    buffer_add_string(folder, out->part->name);
    if (folder->failed != ST_OK || out->has_folder)
        return folder->failed;
    enum status status = files->make_folder(files->context, buffer_text(folder), failure);
    out->has_folder = status == ST_OK;
    return status;
}

static enum status begin_file(struct bundle_out *out)
{
    if (out->file || out->broken != ST_OK)
        return out->broken;
    struct failure failure = {.status = ST_OK};
    struct text extension = text_from(out->part->extension);
    if (out->part->kind == BUNDLE_ROWS)
        extension = text_of(".jsonl");
    enum status status = bundle_create(out->order, out->folder, text_from(out->part->name),
                                       extension, &out->path, &out->file, &failure);
    return status == ST_OK ? ST_OK : break_off(out, status, &failure);
}

static enum status give_pending(struct bundle_out *out)
{
    const struct bundle_files *files = out->order->files;
    struct failure failure = {.status = ST_OK};
    enum status status = out->broken;
    if (status == ST_OK && out->pending.failed != ST_OK)
        status = break_off(out, out->pending.failed, &failure);
    if (status == ST_OK && out->pending.size) {
        status = files->write(files->context, out->file, buffer_text(&out->pending), &failure);
        if (status != ST_OK)
            break_off(out, status, &failure);
    }
    if (status == ST_OK) {
        out->rows += out->pending_rows;
        out->bytes += out->pending.size;
    } else {
        out->lost += out->pending_rows;
    }
    out->pending_rows = 0;
    buffer_clear(&out->pending);
    return status;
}

static enum status end_file(struct bundle_out *out)
{
    const struct bundle_files *files = out->order->files;
    struct failure failure = {.status = ST_OK};
    enum status status = give_pending(out);
    if (!out->file)
        return status;
    if (status == ST_OK) {
        status = files->flush(files->context, out->file, &failure);
        if (status != ST_OK)
            break_off(out, status, &failure);
    }
    files->close(files->context, out->file);
    out->file = NULL;
    return status;
}

enum status bundle_out_end(struct bundle_out *out, bool empty_too)
{
    enum status status = ST_OK;
    if (empty_too && !out->path.size && out->part->kind != BUNDLE_FILES)
        status = begin_file(out);
    return status == ST_OK ? end_file(out) : status;
}

static enum status go_on(struct bundle_out *out)
{
    return bundle_cancelled(out) ? ST_CANCELLED : ST_OK;
}

enum status bundle_add(struct bundle_out *out, struct text bytes)
{
    enum status status = out->part->kind == BUNDLE_FILES ? out->broken : begin_file(out);
    while (status == ST_OK && bytes.size) {
        struct text piece = text_slice(bytes, 0, bytes.size);
        if (piece.size > PENDING_SIZE)
            piece.size = PENDING_SIZE;
        buffer_add(&out->pending, piece);
        bytes = text_slice(bytes, piece.size, bytes.size - piece.size);
        if (out->pending.size >= PENDING_SIZE || out->pending.failed != ST_OK)
            status = give_pending(out);
    }
    return status == ST_OK ? go_on(out) : status;
}

/* --- rows --- */

struct buffer *bundle_line(struct bundle_out *out)
{
    buffer_clear(&out->line);
    return &out->line;
}

enum status bundle_end_line(struct bundle_out *out)
{
    enum status status = begin_file(out);
    if (status != ST_OK) {
        out->lost++;
        return status;
    }
    if (out->line.failed != ST_OK) {
        bundle_lost(out, 1,
                    out->line.failed == ST_TOO_LARGE ? "a row was larger than 64 MB"
                                                     : status_phrase(out->line.failed));
        return out->line.failed == ST_TOO_LARGE ? go_on(out) : out->line.failed;
    }
    buffer_add(&out->pending, buffer_text(&out->line));
    buffer_add_byte(&out->pending, '\n');
    out->pending_rows++;
    if (out->pending.size >= PENDING_SIZE || out->pending.failed != ST_OK)
        status = give_pending(out);
    return status == ST_OK ? go_on(out) : status;
}

struct json_writer *bundle_row(struct bundle_out *out)
{
    json_begin(&out->json, bundle_line(out));
    json_open_object(&out->json, NULL);
    return &out->json;
}

enum status bundle_end_row(struct bundle_out *out)
{
    json_close_object(&out->json);
    return bundle_end_line(out);
}

/* --- files of a folder --- */

static bool may_stand_in_a_name(char byte)
{
    return (unsigned char)byte >= 0x20 && byte != 0x7F && byte != '<' && byte != '>' &&
           byte != ':' && byte != '"' && byte != '/' && byte != '\\' && byte != '|' &&
           byte != '?' && byte != '*';
}

/* Names that the system takes for devices, whatever stands behind a point. */
static bool is_device(struct text name)
{
    static const char *const devices[] = {"con", "prn", "aux", "nul"};
    size_t point = text_find(name, text_of("."));
    struct text stem = text_trim(text_slice(name, 0, point == SIZE_MAX ? name.size : point));
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
        if (text_equal_nocase(stem, text_from(devices[i])))
            return true;
    return stem.size >= 4 &&
           (text_starts_nocase(stem, text_of("com")) || text_starts_nocase(stem, text_of("lpt"))) &&
           (stem.size == 4 || (unsigned char)stem.bytes[3] >= 0x80);
}

static void add_clean_name(struct buffer *out, struct text name)
{
    size_t size = name.size < NAME_MOST ? name.size : NAME_MOST;
    while (size > 0 && size < name.size && ((unsigned char)name.bytes[size] & 0xC0) == 0x80)
        size--; /* not in the middle of a character */
    name.size = size;
    while (name.size && (name.bytes[name.size - 1] == '.' || name.bytes[name.size - 1] == ' '))
        name.size--;
    if (!name.size || is_device(name))
        buffer_add_byte(out, '_');
    for (size_t i = 0; i < name.size; i++)
        buffer_add_byte(out, may_stand_in_a_name(name.bytes[i]) ? name.bytes[i] : '_');
}

/* Before the last point, and from there on. */
static void split_name(struct text name, struct text *stem, struct text *extension)
{
    size_t point = name.size;
    for (size_t i = 1; i < name.size; i++)
        if (name.bytes[i] == '.')
            point = i;
    *stem = text_slice(name, 0, point);
    *extension = text_slice(name, point, name.size - point);
}

static enum status create_named(struct bundle_out *out, struct text name, struct buffer *path,
                                void **file)
{
    struct failure failure = {.status = ST_OK};
    struct buffer folder;
    struct buffer clean;
    struct text stem;
    struct text extension;
    if (out->broken != ST_OK)
        return out->broken;
    buffer_init(&folder, BUNDLE_PATH_MOST);
    buffer_init(&clean, BUNDLE_PATH_MOST);
    add_clean_name(&clean, name);
    split_name(buffer_text(&clean), &stem, &extension);
    enum status status = clean.failed;
    if (status == ST_OK)
        status = make_own_folder(out, &folder, &failure);
    if (status == ST_OK)
        status =
            bundle_create(out->order, buffer_text(&folder), stem, extension, path, file, &failure);
    buffer_done(&clean);
    buffer_done(&folder);
    return status == ST_OK ? ST_OK : break_off(out, status, &failure);
}

enum status bundle_open(struct bundle_out *out, struct text name)
{
    out->bytes_at_open = out->bytes;
    return create_named(out, name, &out->path, &out->file);
}

enum status bundle_close(struct bundle_out *out, bool keep)
{
    const struct bundle_files *files = out->order->files;
    enum status status = end_file(out);
    if (!keep)
        files->remove(files->context, buffer_text(&out->path));
    else if (status == ST_OK)
        out->rows++;
    return status == ST_OK ? go_on(out) : status;
}

enum status bundle_close_index(struct bundle_out *out)
{
    enum status status = end_file(out);
    out->bytes = out->bytes_at_open;
    return status == ST_OK ? go_on(out) : status;
}

/* A name is free when it could be made; the call finds nothing there, as some insist on. */
enum status bundle_place(struct bundle_out *out, struct text name, struct buffer *path)
{
    const struct bundle_files *files = out->order->files;
    void *file = NULL;
    enum status status = create_named(out, name, &out->place, &file);
    if (status != ST_OK)
        return status;
    files->close(files->context, file);
    files->remove(files->context, buffer_text(&out->place));
    return files->add_full_path(files->context, buffer_text(&out->place), path);
}

void bundle_placed(struct bundle_out *out)
{
    out->rows++;
}

struct text bundle_opened_name(const struct bundle_out *out)
{
    return text_file_name(buffer_text(&out->path));
}

struct text bundle_placed_name(const struct bundle_out *out)
{
    return text_file_name(buffer_text(&out->place));
}
