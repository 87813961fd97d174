#include "core/evidence/expand.h"

#include <string.h>

static const struct {
    const char *name;
    const char *below; /* the profile */
} places[] = {
    {"userprofile", ""},
    {"homedir", ""},
    {"appdata", "\\AppData\\Roaming"},
    {"localappdata", "\\AppData\\Local"},
    {"localappdata_low", "\\AppData\\LocalLow"},
    {"temp", "\\AppData\\Local\\Temp"},
};

/* What a variable of the environment is called in rules, and what stands in for it. */
static const struct {
    const char *name;
    const char *variable;
    const char *below; /* behind the variable */
} renamed[] = {
    {"allusersappdata", "AllUsersAppData", ""},
    {"allusersappdata", "ProgramData", ""},
    {"programdata", "ProgramData", ""},
    {"programdata", "AllUsersAppData", ""},
    {"programdata", "AllUsersProfile", "\\Application Data"},
    {"programfilesx86", "ProgramFiles(x86)", ""},
    {"programfilesx86", "ProgramFiles", ""},
};

enum whose { OF_MACHINE, OF_EACH_USER, OF_CURRENT_USER };

struct variable {
    struct text whole; /* with its signs */
    struct text name;  /* without signs and without what says whose it is */
    enum whose whose;
    bool plain; /* "%NAME%" */
};

/* Without `start`, and the '.' or '_' behind it. */
static bool strip(struct text *name, struct text start)
{
    if (!text_starts_nocase(*name, start) || name->size <= start.size ||
        (name->bytes[start.size] != '.' && name->bytes[start.size] != '_'))
        return false;
    *name = text_slice(*name, start.size + 1, name->size - start.size - 1);
    return true;
}

/* The variable that begins at `at`, where a '%' stands. */
static bool read_variable(struct text pattern, size_t at, struct variable *variable)
{
    struct text rest = text_slice(pattern, at, pattern.size - at);
    size_t signs = text_starts(rest, text_of("%%")) ? 2 : 1;
    struct text behind = text_slice(rest, signs, rest.size - signs);
    size_t size = text_find(behind, text_slice(rest, 0, signs));

    if (size == SIZE_MAX || size == 0)
        return false;
    *variable = (struct variable){.whole = text_slice(rest, 0, size + 2 * signs),
                                  .name = text_slice(behind, 0, size),
                                  .plain = signs == 1};
    for (size_t i = 0; i < size; i++)
        if (strchr("\\/*? ", variable->name.bytes[i]) && variable->plain)
            return false; /* "100% of a%": two signs that belong to nothing */
    if (variable->plain)
        return true;
    if (strip(&variable->name, text_of("current_user")))
        variable->whose = OF_CURRENT_USER;
    else if (strip(&variable->name, text_of("users")))
        variable->whose = OF_EACH_USER;
    else
        (void)strip(&variable->name, text_of("environ"));
    return true;
}

static bool add_of_user(const struct expand_user *user, struct text name, struct buffer *out)
{
    size_t before = out->size;

    if (!user)
        return false;
    if (text_equal_nocase(name, text_of("sid")))
        buffer_add(out, user->sid);
    else if (text_equal_nocase(name, text_of("username")))
        buffer_add(out, user->name);
    for (size_t i = 0; user->profile.size && i < sizeof places / sizeof *places; i++) {
        if (!text_equal_nocase(name, text_from(places[i].name)))
            continue;
        buffer_add(out, user->profile);
        buffer_add_string(out, places[i].below);
    }
    return out->size > before;
}

static bool add_of_machine(const struct expand_world *world, struct text name, struct buffer *out)
{
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
        if (text_equal_nocase(name, text_from(renamed[i].name)) &&
            world->variable(world->context, text_from(renamed[i].variable), out)) {
            buffer_add_string(out, renamed[i].below);
            return true;
        }
    return world->variable(world->context, name, out);
}

static const struct expand_user *current_user(const struct expand_world *world)
{
    for (size_t i = 0; i < world->count; i++)
        if (world->users[i].current)
            return &world->users[i];
    return NULL;
}

static bool add_variable(const struct expand_world *world, const struct expand_user *user,
                         const struct variable *variable, struct buffer *out)
{
    switch (variable->whose) {
    case OF_EACH_USER:
        return add_of_user(user, variable->name, out);
    case OF_CURRENT_USER:
        return add_of_user(current_user(world), variable->name, out) ||
               add_of_machine(world, variable->name, out);
    case OF_MACHINE:
    default:
        return add_of_machine(world, variable->name, out);
    }
}

/* The whole for one user. False: a variable has no value, which is *unknown. */
static bool expand_for(const struct expand_world *world, const struct expand_user *user,
                       struct text pattern, struct buffer *out, struct text *unknown)
{
    for (size_t at = 0; at < pattern.size;) {
        struct variable variable;
        if (pattern.bytes[at] != '%' || !read_variable(pattern, at, &variable)) {
            buffer_add_byte(out, pattern.bytes[at++]);
            continue;
        }
        if (!add_variable(world, user, &variable, out)) {
            *unknown = variable.whole;
            return false;
        }
        at += variable.whole.size;
    }
    return true;
}

static bool is_for_each(struct text pattern)
{
    struct variable variable;

    for (size_t at = 0; at < pattern.size;) {
        if (pattern.bytes[at] != '%' || !read_variable(pattern, at, &variable)) {
            at++;
            continue;
        }
        if (variable.whose == OF_EACH_USER)
            return true;
        at += variable.whole.size;
    }
    return false;
}

enum status expand(const struct expand_world *world, struct text pattern,
                   bool (*each)(void *context, struct text text), void *context,
                   struct text *unknown)
{
    bool of_users = is_for_each(pattern);
    size_t count = of_users ? world->count : 1;
    bool any = false;
    bool more = true;
    struct buffer out;
    enum status status = ST_OK;

    buffer_init(&out, EXPAND_MOST);
    if (of_users)
        *unknown = pattern;
    for (size_t i = 0; i < count && more && status == ST_OK; i++) {
        buffer_clear(&out);
        if (!expand_for(world, of_users ? &world->users[i] : NULL, pattern, &out, unknown))
            continue;
        status = out.failed;
        any = true;
        if (status == ST_OK)
            more = each(context, buffer_text(&out));
    }
    buffer_done(&out);
    return status == ST_OK && !any ? ST_NOT_FOUND : status;
}
