#include "core/evidence/glob.h"

#include <string.h>

#define PATH_MOST ((size_t)128 << 10)

struct walk {
    const struct glob_tree *tree;
    bool (*found)(void *context, struct text path);
    void *context;
    struct buffer path;
    unsigned depth;
    bool enough;
};

/* One listing under way: what is to be done with each child. */
struct level {
    struct walk *walk;
    struct text part; /* that a child must fit; empty: any ("**") */
    struct text rest; /* of the pattern, behind that part */
    unsigned levels;  /* "**": that may still be gone down */
};

static void walk_rest(struct walk *walk, struct text rest);
static void walk_below(struct walk *walk, struct text rest, unsigned levels);

bool glob_has_wildcard(struct text pattern)
{
    for (size_t i = 0; i < pattern.size; i++)
        if (pattern.bytes[i] == '*' || pattern.bytes[i] == '?')
            return true;
    return false;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool glob_fits(struct text pattern, struct text name)
{
    size_t star = SIZE_MAX; /* the last '*', and where in the name what it stands for ends */
    size_t behind = 0;
    size_t p = 0;
    size_t n = 0;

    while (n < name.size) {
        if (p < pattern.size && pattern.bytes[p] == '*') {
            star = p++;
            behind = n;
        } else if (p < pattern.size &&
                   (pattern.bytes[p] == '?' || lower(pattern.bytes[p]) == lower(name.bytes[n]))) {
            p++;
            n++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            n = ++behind;
        } else {
            return false;
        }
    }
    while (p < pattern.size && pattern.bytes[p] == '*')
        p++;
    return p == pattern.size;
}

/* "**" and "**3". */
static bool is_deep(struct text part, unsigned *levels)
{
    uint64_t number = GLOB_LEVELS;

    if (!text_starts(part, text_of("**")) ||
        (part.size > 2 &&
         !text_number(text_slice(part, 2, part.size - 2), GLOB_DEPTH_MOST, &number)))
        return false;
    *levels = (unsigned)number;
    return true;
}

static size_t push(struct walk *walk, struct text name)
{
    size_t before = walk->path.size;

    if (before && name.size) /* "a\\\\b" is "a\\b" */
        buffer_add_byte(&walk->path, '\\');
    buffer_add(&walk->path, name);
    return before;
}

static void tell(struct walk *walk)
{
    if (walk->path.failed != ST_OK || !walk->found(walk->context, buffer_text(&walk->path)))
        walk->enough = true;
}

static bool visit(void *context, struct text name, bool has_children)
{
    const struct level *level = context;
    struct walk *walk = level->walk;
    size_t before;

    if (level->part.size && !glob_fits(level->part, name))
        return true;
    before = push(walk, name);
    if (!level->rest.size)
        tell(walk);
    else if (has_children && level->part.size)
        walk_rest(walk, level->rest);
    if (has_children && !level->part.size && level->levels > 1 && !walk->enough)
        walk_below(walk, level->rest, level->levels - 1);
    else if (has_children && !level->part.size && level->rest.size && !walk->enough)
        walk_rest(walk, level->rest);
    walk->path.size = before;
    return !walk->enough;
}

static void list(struct walk *walk, struct level *level)
{
    const struct glob_tree *tree = walk->tree;

    if (walk->depth == GLOB_DEPTH_MOST)
        return;
    walk->depth++;
    tree->list(tree->context, buffer_text(&walk->path), visit, level);
    walk->depth--;
}

/* "**": what is right here, and what is further down. */
static void walk_below(struct walk *walk, struct text rest, unsigned levels)
{
    struct level level = {.walk = walk, .rest = rest, .levels = levels};

    if (rest.size)
        walk_rest(walk, rest);
    if (!walk->enough && levels)
        list(walk, &level);
}

/* The part that the pattern begins with; *rest moves behind it. */
static struct text take_part(struct text *rest)
{
    size_t end = text_find(*rest, text_of("\\"));
    struct text part = text_slice(*rest, 0, end == SIZE_MAX ? rest->size : end);

    *rest = end == SIZE_MAX ? text_of("") : text_slice(*rest, end + 1, rest->size - end - 1);
    return part;
}

/* "**\**" is "**", and is walked once. */
static struct text without_deep(struct text rest)
{
    struct text behind = rest;
    unsigned levels;

    while (rest.size && is_deep(take_part(&behind), &levels))
        rest = behind;
    return rest;
}

static void walk_rest(struct walk *walk, struct text rest)
{
    size_t before = walk->path.size;
    unsigned levels = 0;

    while (!walk->enough && walk->path.failed == ST_OK) {
        struct text part = take_part(&rest);
        struct level level = {.walk = walk, .part = part};

        if (is_deep(part, &levels)) {
            walk_below(walk, without_deep(rest), levels);
            break;
        }
        if (glob_has_wildcard(part)) {
            level.rest = rest;
            list(walk, &level);
            break;
        }
        (void)push(walk, part);
        if (!rest.size) {
            tell(walk);
            break;
        }
    }
    walk->path.size = before;
}

enum status glob_walk(const struct glob_tree *tree, struct text pattern,
                      bool (*found)(void *context, struct text path), void *context)
{
    struct walk walk = {.tree = tree, .found = found, .context = context};
    enum status status;

    while (pattern.size > 1 && pattern.bytes[pattern.size - 1] == '\\')
        pattern.size--;
    buffer_init(&walk.path, PATH_MOST);
    walk_rest(&walk, pattern);
    status = walk.path.failed;
    buffer_done(&walk.path);
    return status;
}
