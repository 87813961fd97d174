/* Any bytes as a hosts file: each name lies inside them, behind the one before, has nothing in it
 * that parts names, and reads the same when it is written out again. */
#include <stdlib.h>
#include <string.h>

#include "core/watch/hosts_names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

struct walk {
    struct text content;
    const char *behind; /* the last name */
    size_t left;        /* names until it is ended */
    struct buffer *out; /* may be NULL */
};

static void check_name(const struct walk *walk, struct text name)
{
    must(name.size && name.bytes >= walk->content.bytes && name.bytes >= walk->behind &&
         name.bytes + name.size <= walk->content.bytes + walk->content.size);
    for (size_t i = 0; i < name.size; i++)
        must(!memchr(" \t\v\f\r\n#", name.bytes[i], 8)); /* and the NUL that ends these */
}

static bool take(void *context, struct text name, const struct address *address)
{
    struct walk *walk = context;

    must(walk->left-- > 0);
    check_name(walk, name);
    walk->behind = name.bytes + name.size;
    if (walk->out) {
        address_add(walk->out, address);
        buffer_add_byte(walk->out, ' ');
        buffer_add(walk->out, name);
        buffer_add_byte(walk->out, '\n');
    }
    return walk->left > 0;
}

/* How many names it has; SIZE_MAX when it is refused. */
static size_t walk_all(struct text content, struct buffer *out)
{
    struct walk walk = {content, content.bytes, SIZE_MAX, out};

    if (hosts_names_walk(content, take, &walk) != ST_OK) {
        must(walk.left == SIZE_MAX);
        return SIZE_MAX;
    }
    return SIZE_MAX - walk.left;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text content = {(const char *)data, size};
    struct buffer once;
    struct buffer twice;
    size_t names;

    buffer_init(&once, 1 << 24);
    buffer_init(&twice, 1 << 24);
    names = walk_all(content, &once);
    if (names != SIZE_MAX) {
        must(!once.failed);
        must(walk_all(buffer_text(&once), &twice) == names);
        must(text_equal(buffer_text(&once), buffer_text(&twice)));
    }
    if (names != SIZE_MAX && names > 1) {
        struct walk walk = {content, content.bytes, names / 2, NULL};

        must(hosts_names_walk(content, take, &walk) == ST_OK && walk.left == 0);
    }
    buffer_done(&once);
    buffer_done(&twice);
    return 0;
}
