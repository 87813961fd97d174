#include "core/case/journal_things.h"

#include "core/base/json_tree.h"

#define PATH_MOST ((size_t)64 << 10)

/* Where a line of an action tells of a file of the case, and where in the case that is. */
struct place {
    const char *action; /* what it begins with */
    const char *member;
    const char *folder; /* that the file is in; NULL: the case's own */
    const char *begins; /* how its name begins */
    const char *inside; /* the file in it, where it is a folder; NULL: it is a file */
};

/* A bundle's folder is there before its first line is written. */
static const struct place places[] = {
    {"sample", "stakeout.sample", "samples", "", NULL},
    {"sample", "stakeout.removal.to", "samples", "", NULL},
    {"dump", "file.path", "dumps", "", NULL},
    {"quarantine", "stakeout.removal.to", "quarantine", "", NULL},
    {"sinkhole-", "stakeout.backup", NULL, "hosts-", NULL},
    {"delete-registry-", "file.path", NULL, "registry-", NULL},
    {"evidence", "file.path", NULL, "evidence", "/parts.jsonl"},
};

struct things {
    struct json_tree tree;
    struct buffer path;
    journal_thing_tell *tell;
    void *context;
    uint64_t line;
};

/* Takes the last part off a path. */
static struct text take_last(struct text *path)
{
    size_t from = path->size;

    while (from > 0 && path->bytes[from - 1] != '\\' && path->bytes[from - 1] != '/')
        from--;
    struct text last = text_slice(*path, from, path->size - from);
    *path = text_slice(*path, 0, from ? from - 1 : 0);
    return last;
}

static enum status tell_of(struct things *things, const struct place *place, struct text path)
{
    struct text name = take_last(&path);

    if (!name.size || !text_starts(name, text_from(place->begins)) ||
        text_equal(name, text_of("..")) ||
        (place->folder && !text_equal_nocase(take_last(&path), text_from(place->folder))))
        return ST_OK;
    buffer_clear(&things->path);
    if (place->folder) {
        buffer_add_string(&things->path, place->folder);
        buffer_add_byte(&things->path, '/');
    }
    buffer_add(&things->path, name);
    if (place->inside)
        buffer_add_string(&things->path, place->inside);
    if (things->path.failed != ST_OK)
        return things->path.failed;
    const struct journal_thing thing = {buffer_text(&things->path), things->line};
    return things->tell(things->context, &thing);
}

static enum status read_line(struct things *things, struct text line)
{
    enum status status = json_tree_read(&things->tree, line);

    if (status != ST_OK)
        return status == ST_NO_MEMORY ? status : ST_OK;
    struct json_node *root = json_root(&things->tree);
    struct text action = json_text_at(&things->tree, root, "event.action");
    bool good = text_equal(json_text_at(&things->tree, root, "event.outcome"), text_of("success"));
    for (size_t i = 0; i < sizeof places / sizeof places[0] && status == ST_OK; i++) {
        struct json_node *member = json_at(&things->tree, root, places[i].member);
        if (!member || member->value.kind != JSON_STRING || !(good || places[i].inside) ||
            !text_starts(action, text_from(places[i].action)))
            continue;
        struct text path = json_node_text(&things->tree, member);
        if (!path.size && member->value.raw.size)
            status = ST_NO_MEMORY; /* it could not be decoded */
        else
            status = tell_of(things, &places[i], path);
    }
    return status;
}

enum status journal_things(struct text content, journal_thing_tell *tell, void *context)
{
    struct things things = {.tell = tell, .context = context};
    enum status status = ST_OK;

    json_tree_init(&things.tree);
    buffer_init(&things.path, PATH_MOST);
    while (content.size && status == ST_OK) {
        size_t end = text_find(content, text_of("\n"));
        size_t size = end == SIZE_MAX ? content.size : end;
        things.line++;
        status = read_line(&things, text_slice(content, 0, size));
        size += end == SIZE_MAX ? 0 : 1;
        content = text_slice(content, size, content.size - size);
    }
    buffer_done(&things.path);
    json_tree_done(&things.tree);
    return status;
}
