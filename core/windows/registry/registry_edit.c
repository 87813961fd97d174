#include "core/windows/registry/registry_edit.h"

#include <string.h>

#include "core/case/ecs_registry.h"
#include "core/case/evidence_name.h"
#include "core/case/reg_file.h"
#include "core/windows/clock.h"
#include "core/windows/file/new_file.h"
#include "core/windows/registry/registry_calls.h"
#include "core/windows/registry/registry_walk.h"
#include "core/windows/text16.h"

#define PATHS_CEILING ((size_t)64 << 20)
#define PATH_CEILING ((size_t)1 << 20)

/* What is read for a backup; paths of the keys, each with its size behind it, for the way back. */
struct reading {
    struct reg_file file;
    struct buffer paths;
    enum status unread;
};

struct deletion {
    const struct registry_calls *calls;
    const struct registry_target *target;
    struct registry_result *result;
    struct reading reading;
    struct buffer text;
};

const char *registry_outcome_phrase(enum registry_outcome outcome)
{
    static const char *const phrases[] = {
        "deleted",
        "it was not there any more",
        "some of it is still there",
        "that can't be deleted",
        "nothing was deleted: not all of it could be read",
        "nothing was deleted: it could not be saved",
        "nothing was deleted: the journal could not be written",
        "the system refused to delete it, or a part of it",
    };

    return phrases[outcome];
}

void registry_result_done(struct registry_result *result)
{
    buffer_done(&result->backup);
}

/* --- reading --- */

static bool read_key(void *context, const struct registry_key *key)
{
    struct reading *reading = context;
    size_t size = key->path.size;

    reg_file_key(&reading->file, key->path);
    buffer_add(&reading->paths, key->path);
    buffer_add(&reading->paths, (struct text){(const char *)&size, sizeof size});
    return reading->paths.failed == ST_OK && reading->file.out->failed == ST_OK;
}

static bool read_value(void *context, const struct registry_key *key,
                       const struct registry_value *value)
{
    struct reading *reading = context;

    (void)key;
    reg_file_value(&reading->file, value);
    return reading->file.out->failed == ST_OK;
}

static void read_not(void *context, const struct registry_key *key, enum status why)
{
    struct reading *reading = context;

    (void)key;
    reading->unread = why;
}

static enum status ask_value(const struct registry_calls *calls,
                             const struct registry_target *target, HANDLE key, struct buffer *room,
                             NTSTATUS *code)
{
    size_t length;
    wchar_t *name = text16_from(target->value, &length);

    if (!name)
        return ST_NO_MEMORY;
    *code = registry_ask_value(calls, key, name, length, room);
    text16_free(name);
    return registry_status(*code);
}

static enum status read_one_value(struct deletion *deletion)
{
    const struct registry_calls *calls = deletion->calls;
    struct failure *failure = &deletion->result->failure;
    const struct nt_value_full *answer;
    struct registry_value value = {.name = deletion->target->value};
    struct buffer room;
    NTSTATUS code = 0;
    HANDLE key;

    failure->call = "NtOpenKey";
    failure->status = registry_open(calls, deletion->target->key, REGISTRY_READ, &key, &code);
    failure->code = (uint32_t)code;
    if (failure->status != ST_OK)
        return failure->status;
    buffer_init(&room, REGISTRY_DATA_MOST + (128u << 10));
    *failure = (struct failure){.call = "NtQueryValueKey"};
    failure->status = ask_value(calls, deletion->target, key, &room, &code);
    failure->code = (uint32_t)code;
    answer = (const void *)room.bytes;
    if (failure->status == ST_OK &&
        (room.size < offsetof(struct nt_value_full, name) ||
         (answer->data_size && (answer->data_offset > room.size ||
                                answer->data_size > room.size - answer->data_offset))))
        failure->status = ST_SYSTEM;
    if (failure->status == ST_OK) {
        value.type = answer->type;
        value.size = answer->data_size;
        value.data = (const unsigned char *)room.bytes + (value.size ? answer->data_offset : 0);
        reg_file_key(&deletion->reading.file, deletion->target->key);
        reg_file_value(&deletion->reading.file, &value);
        deletion->result->values = 1;
    }
    buffer_done(&room);
    calls->close(key);
    return failure->status;
}

static enum status read_all(struct deletion *deletion, struct progress *progress)
{
    const struct registry_visitor visitor = {read_key, read_value, read_not, &deletion->reading};
    struct registry_result *result = deletion->result;
    struct registry_counts counts;
    enum status status;

    if (deletion->target->only_value)
        return read_one_value(deletion);
    status = registry_walk(deletion->calls, deletion->target->key, &visitor, progress, &counts);
    result->keys = counts.keys;
    result->values = counts.values;
    if (status == ST_OK)
        status = deletion->reading.unread;
    if (status == ST_OK)
        status = deletion->reading.paths.failed;
    if (status == ST_OK && counts.failed)
        status = ST_SYSTEM;
    result->failure = (struct failure){.status = status};
    return status;
}

static enum status read_target(struct deletion *deletion, struct progress *progress,
                               struct buffer *out)
{
    struct registry_result *result = deletion->result;
    enum status status;

    reg_file_begin(&deletion->reading.file, out);
    status = read_all(deletion, progress);
    if (status == ST_OK)
        status = result->failure.status = out->failed;
    result->lost = deletion->reading.file.lost;
    result->outcome = status == ST_OK          ? REGISTRY_DELETED
                      : status == ST_NOT_FOUND ? REGISTRY_ALREADY
                      : status == ST_INVALID   ? REGISTRY_FORBIDDEN
                                               : REGISTRY_UNREAD;
    return status;
}

enum status registry_export(const struct registry_calls *calls,
                            const struct registry_target *target, struct progress *progress,
                            struct buffer *out, struct registry_result *result)
{
    const struct registry_calls system = registry_system_calls();
    struct deletion deletion = {
        .calls = calls ? calls : &system, .target = target, .result = result};
    enum status status;

    *result = (struct registry_result){.outcome = REGISTRY_UNREAD};
    buffer_init(&result->backup, PATH_CEILING);
    buffer_init(&deletion.reading.paths, PATHS_CEILING);
    status = read_target(&deletion, progress, out);
    buffer_done(&deletion.reading.paths);
    return status;
}

enum status registry_save(struct text reg, struct text folder, struct text stem,
                          struct buffer *path, struct failure *failure)
{
    static const wchar_t mark = 0xFEFF;
    struct new_file file;
    size_t length = 0;
    wchar_t *wide = text16_from(reg, &length);
    enum status status = wide ? ST_OK : ST_NO_MEMORY;

    *failure = (struct failure){.status = status};
    if (status == ST_OK)
        status = new_file_begin(&file, folder, stem, failure);
    if (status == ST_OK) {
        status = new_file_write(&file, &mark, sizeof mark, failure);
        if (status == ST_OK)
            status = new_file_write(&file, wide, length * sizeof *wide, failure);
        if (status == ST_OK)
            status = new_file_keep(&file, stem, text_of(".reg"), true, path, failure);
        else
            new_file_drop(&file);
    }
    text16_free(wide);
    return status;
}

/* --- deleting --- */

static NTSTATUS delete_value(struct deletion *deletion)
{
    size_t length;
    wchar_t *name = text16_from(deletion->target->value, &length);
    NTSTATUS code = (NTSTATUS)0xC0000017u; /* NO_MEMORY */
    UNICODE_STRING counted = {.Buffer = name};
    HANDLE key;

    if (name &&
        registry_open(deletion->calls, deletion->target->key, REGISTRY_SET, &key, &code) == ST_OK) {
        counted.Length = (USHORT)(length * sizeof *name);
        counted.MaximumLength = counted.Length;
        code = deletion->calls->delete_value(key, &counted);
        deletion->calls->close(key);
    }
    text16_free(name);
    return code;
}

/* From the last key that was read to the first, so that none has others below it. */
static NTSTATUS delete_keys(struct deletion *deletion)
{
    struct text rest = buffer_text(&deletion->reading.paths);
    NTSTATUS first = 0;

    while (rest.size) {
        NTSTATUS code = 0;
        size_t size;
        HANDLE key;
        rest.size -= sizeof size;
        memcpy(&size, rest.bytes + rest.size, sizeof size);
        rest.size -= size;
        if (registry_open(deletion->calls, text_slice(rest, rest.size, size), REGISTRY_DELETE, &key,
                          &code) == ST_OK) {
            code = deletion->calls->delete_key(key);
            deletion->calls->close(key);
        }
        if (code < 0 && registry_status(code) != ST_NOT_FOUND && first >= 0)
            first = code;
    }
    return first;
}

static bool is_gone(struct deletion *deletion)
{
    const struct registry_target *target = deletion->target;
    struct buffer room;
    NTSTATUS code;
    HANDLE key;
    enum status status = registry_open(deletion->calls, target->key, REGISTRY_READ, &key, &code);

    if (status != ST_OK)
        return status == ST_NOT_FOUND;
    buffer_init(&room, REGISTRY_DATA_MOST + (128u << 10));
    if (target->only_value)
        status = ask_value(deletion->calls, target, key, &room, &code);
    buffer_done(&room);
    deletion->calls->close(key);
    return status == ST_NOT_FOUND;
}

static void delete_it(struct deletion *deletion)
{
    struct registry_result *result = deletion->result;
    bool only_value = deletion->target->only_value;
    NTSTATUS code = only_value ? delete_value(deletion) : delete_keys(deletion);

    if (is_gone(deletion)) {
        result->outcome = REGISTRY_DELETED;
        return;
    }
    result->outcome = code < 0 ? REGISTRY_REFUSED : REGISTRY_STANDS;
    if (code < 0)
        result->failure = (struct failure){
            registry_status(code), only_value ? "NtDeleteValueKey" : "NtDeleteKey", (uint32_t)code};
}

/* --- the whole of it --- */

static bool save(struct deletion *deletion, struct text folder)
{
    const struct clock clock = clock_of_system();
    struct registry_result *result = deletion->result;
    struct buffer stem;
    enum status status;

    buffer_init(&stem, 256);
    buffer_add_string(&stem, "registry-");
    evidence_stamp_add(&stem, clock.now(clock.context));
    status = registry_save(buffer_text(&deletion->text), folder, buffer_text(&stem),
                           &result->backup, &result->failure);
    buffer_done(&stem);
    if (status != ST_OK)
        result->outcome = REGISTRY_NOT_SAVED;
    return status == ST_OK;
}

static void journalled(struct deletion *deletion, const struct act_log *log)
{
    const struct registry_target *target = deletion->target;
    struct registry_result *result = deletion->result;
    const struct registry_value value = {.name = target->value, .data = (const unsigned char *)""};
    struct journal_entry entry = {.phase = JOURNAL_BEFORE,
                                  .action = target->only_value ? "delete-registry-value"
                                                               : "delete-registry-key"};
    struct json_writer json;
    struct buffer members;

    buffer_init(&members, PATH_CEILING);
    json_begin(&json, &members);
    json_open_object(&json, "file");
    json_text(&json, "path", buffer_text(&result->backup));
    json_close_object(&json);
    ecs_registry_members(&json, target->key, target->only_value ? &value : NULL);
    entry.members = buffer_text(&members);
    enum status status = members.failed;
    if (status == ST_OK && log)
        status = log->write(log->context, &entry, &entry.of);
    if (status != ST_OK) {
        result->outcome = REGISTRY_NOT_WRITTEN;
        result->failure = (struct failure){.status = status};
    } else {
        delete_it(deletion);
        entry.phase = JOURNAL_AFTER;
        entry.outcome = result->outcome == REGISTRY_DELETED ? "success" : "failure";
        entry.reason = text_from(registry_outcome_phrase(result->outcome));
        if (log && log->write(log->context, &entry, NULL) != ST_OK)
            result->failure.status = ST_IO; /* it is done; the outcome stands */
    }
    buffer_done(&members);
}

/* A root, a hive right below it, or a path with an empty part, which would open the key before. */
static bool is_forbidden(const struct registry_target *target)
{
    struct text path = target->key;
    size_t parts = 0;

    for (size_t i = 0; i < path.size; i++) {
        if (path.bytes[i] != '\\')
            continue;
        if (i + 1 == path.size || path.bytes[i + 1] == '\\')
            return true;
        parts++;
    }
    return !target->only_value && parts < 2;
}

void registry_delete(const struct registry_calls *calls, const struct registry_target *target,
                     struct text folder, const struct act_log *log, struct progress *progress,
                     struct registry_result *result)
{
    const struct registry_calls system = registry_system_calls();
    struct deletion deletion = {
        .calls = calls ? calls : &system, .target = target, .result = result};

    *result = (struct registry_result){.outcome = REGISTRY_FORBIDDEN};
    buffer_init(&result->backup, PATH_CEILING);
    if (is_forbidden(target))
        return;
    buffer_init(&deletion.text, REGISTRY_BACKUP_MOST);
    buffer_init(&deletion.reading.paths, PATHS_CEILING);
    if (read_target(&deletion, progress, &deletion.text) == ST_OK && save(&deletion, folder))
        journalled(&deletion, log);
    buffer_done(&deletion.text);
    buffer_done(&deletion.reading.paths);
}
