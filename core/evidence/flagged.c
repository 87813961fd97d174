#include "core/evidence/flagged.h"

#include <stdlib.h>

#include "core/base/json_read.h"
#include "core/base/memory.h"

/* The members "pid" and "start" of the object that was just begun. */
static enum status read_process(struct json_reader *json, struct process_key *key)
{
    struct json_token name;
    struct json_token value;
    enum status status = json_next(json, &name);
    while (status == ST_OK && name.kind == JSON_NAME) {
        uint64_t number = 0;
        status = json_next(json, &value);
        if (status == ST_OK && json_is(&name, text_of("pid")) && value.kind == JSON_NUMBER &&
            json_number(&value, UINT32_MAX, &number))
            key->pid = (uint32_t)number;
        else if (status == ST_OK && json_is(&name, text_of("start")) && value.kind == JSON_STRING)
            (void)moment_parse_iso(value.raw, &key->start);
        else if (status == ST_OK)
            status = json_skip(json, &value);
        if (status == ST_OK)
            status = json_next(json, &name);
    }
    return status;
}

/* Whose hit it is; false: the line does not tell. */
static bool read_hit(struct text line, struct process_key *key)
{
    struct json_reader json;
    struct json_token token;
    *key = (struct process_key){.pid = 0};
    json_read_begin(&json, line, JSON_ONE_VALUE);
    enum status status = json_next(&json, &token);
    if (status != ST_OK || token.kind != JSON_OBJECT)
        return false;
    status = json_next(&json, &token);
    while (status == ST_OK && token.kind == JSON_NAME) {
        bool process = json_is(&token, text_of("process"));
        status = json_next(&json, &token);
        if (status == ST_OK && process && token.kind == JSON_OBJECT)
            status = read_process(&json, key);
        else if (status == ST_OK)
            status = json_skip(&json, &token);
        if (status == ST_OK)
            status = json_next(&json, &token);
    }
    return status == ST_OK && key->pid && key->start;
}

static void mark_hits(const struct snapshot *snapshot, struct text hits, bool *marks,
                      uint64_t *ended)
{
    while (hits.size) {
        size_t end = text_find(hits, text_of("\n"));
        size_t size = end == SIZE_MAX ? hits.size : end;
        struct text line = text_slice(hits, 0, size);
        struct process_key key;
        hits = text_slice(hits, size, hits.size - size);
        if (hits.size)
            hits = text_slice(hits, 1, hits.size - 1);
        if (!read_hit(line, &key))
            continue;
        uint32_t row = snapshot_process_by_pid(snapshot, key.pid);
        if (row != NO_ROW && process_key_equal(snapshot->processes[row].facts->key, key))
            marks[row] = true;
        else
            ++*ended;
    }
}

/* Room for marks and for the rows that come of them. */
static enum status begin_marks(const struct snapshot *snapshot, bool **marks,
                               struct flagged *flagged)
{
    size_t most = (size_t)snapshot->process_count + 1;
    uint32_t *rows = memory_take_array(most, sizeof *rows);
    *marks = memory_take_array(most, sizeof(**marks));
    if (!*marks || !rows) {
        memory_give(*marks);
        memory_give(rows);
        return ST_NO_MEMORY;
    }
    *flagged = (struct flagged){.rows = rows};
    return ST_OK;
}

/* Those that are marked, and those that match a list right now. */
static void take_marked(const struct snapshot *snapshot, bool *marks, struct flagged *flagged)
{
    for (uint32_t i = 0; i < snapshot->connection_count; i++)
        if (snapshot->connections[i].indicator != NO_INDICATOR &&
            snapshot->connections[i].process != NO_ROW)
            marks[snapshot->connections[i].process] = true;
    for (uint32_t i = 0; i < snapshot->process_count; i++)
        if ((marks[i] || snapshot->processes[i].indicator != NO_INDICATOR) &&
            !snapshot->processes[i].ended)
            flagged->rows[flagged->count++] = i;
    memory_give(marks);
}

enum status flagged_find(const struct snapshot *snapshot, struct text hits, const uint32_t *pids,
                         size_t pid_count, struct flagged *flagged)
{
    bool *marks = NULL;
    enum status status = begin_marks(snapshot, &marks, flagged);
    if (status != ST_OK)
        return status;
    mark_hits(snapshot, hits, marks, &flagged->ended);
    for (size_t i = 0; i < pid_count; i++) {
        uint32_t row = snapshot_process_by_pid(snapshot, pids[i]);
        if (row != NO_ROW)
            marks[row] = true;
    }
    take_marked(snapshot, marks, flagged);
    return ST_OK;
}

static int compare_keys(const void *a, const void *b)
{
    return process_key_compare(*(const struct process_key *)a, *(const struct process_key *)b);
}

enum status flagged_of(const struct snapshot *snapshot, struct process_key *keys, size_t count,
                       struct flagged *flagged)
{
    bool *marks = NULL;
    enum status status = begin_marks(snapshot, &marks, flagged);
    if (status != ST_OK)
        return status;
    if (count)
        qsort(keys, count, sizeof *keys, compare_keys);
    for (uint32_t i = 0; i < snapshot->process_count && count; i++)
        marks[i] = bsearch(&snapshot->processes[i].facts->key, keys, count, sizeof *keys,
                           compare_keys) != NULL;
    take_marked(snapshot, marks, flagged);
    return ST_OK;
}

void flagged_done(struct flagged *flagged)
{
    memory_give(flagged->rows);
    *flagged = (struct flagged){.rows = NULL};
}
