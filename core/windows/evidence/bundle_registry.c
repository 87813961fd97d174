/* What the registry alone tells: from where programs are started, rules of the firewall, programs
 * and updates that are installed. */
#include <string.h>

#include "core/case/ecs_registry.h"
#include "core/evidence/firewall_rule.h"
#include "core/evidence/glob.h"
#include "core/windows/evidence/bundle_file.h"
#include "core/windows/evidence/bundle_parts_inside.h"
#include "core/windows/evidence/profiles.h"
#include "core/windows/file/folder_list.h"
#include "core/windows/registry/registry_places.h"
#include "core/windows/registry/registry_read.h"
#include "core/windows/registry/registry_walk.h"

#define PATH_CEILING ((size_t)1 << 20)
#define ARENA_CEILING ((size_t)16 << 20)
#define WINDOWS "\\Microsoft\\Windows\\CurrentVersion\\"

struct round {
    struct registry_calls calls;
    struct bundle_out *out;
    struct bundle_file_notes *notes;
    struct progress progress; /* only its cancel is heard */
    struct buffer text;
    struct buffer path;
    enum status status;
    uint64_t found; /* keys that were there */
};

static void begin(struct round *round, const struct bundle_machine *machine, struct bundle_out *out)
{
    struct progress *progress = bundle_progress(out);

    *round = (struct round){.calls = bundle_registry_of(machine), .out = out};
    round->progress.cancel = progress ? progress->cancel : NULL;
    round->notes = bundle_file_new(BUNDLE_FILE_PARTS, progress);
    round->status = round->notes ? ST_OK : ST_NO_MEMORY;
    buffer_init(&round->text, PATH_CEILING);
    buffer_init(&round->path, PATH_CEILING);
}

static enum status end(struct round *round, const char *none)
{
    if (round->status == ST_OK && !round->found)
        round->status = bundle_because(round->out, ST_NOT_FOUND, none);
    buffer_done(&round->path);
    buffer_done(&round->text);
    bundle_file_done(round->notes);
    return round->status;
}

/* --- rows --- */

struct json_writer *bundle_registry_begin(struct bundle_out *out, const struct registry_key *key,
                                          const struct registry_value *value)
{
    struct json_writer *json = bundle_row(out);

    ecs_registry_members_most(json, key->path, value, BUNDLE_REGISTRY_MOST);
    json_open_object(json, "stakeout");
    json_open_object(json, "registry");
    json_moment(json, "written", key->written, true);
    if (registry_name_hidden(key->path) || (value && registry_name_hidden(value->name)))
        json_bool(json, "hidden", true);
    if (value && value->size > BUNDLE_REGISTRY_MOST)
        json_bool(json, "cut", true);
    json_close_object(json);
    return json;
}

enum status bundle_registry_end(struct bundle_out *out, struct json_writer *json)
{
    json_close_object(json);
    return bundle_end_row(out);
}

static void count_unread(void *context, const struct registry_key *key, enum status why)
{
    struct round *round = context;

    (void)key;
    bundle_lost(round->out, 1,
                why == ST_DENIED ? "keys of the registry: access denied"
                                 : "keys of the registry could not be read");
}

static void walk(struct round *round, struct text path,
                 bool (*value)(void *, const struct registry_key *, const struct registry_value *))
{
    const struct registry_visitor visitor = {
        .value = value, .unread = count_unread, .context = round};
    struct registry_counts counts;
    enum status status;

    if (round->status != ST_OK)
        return;
    status = registry_walk(&round->calls, path, &visitor, &round->progress, &counts);
    if (status == ST_OK)
        round->found++;
    else if (status == ST_CANCELLED || status == ST_NO_MEMORY)
        round->status = round->status == ST_OK ? status : round->status;
    else if (status != ST_NOT_FOUND)
        bundle_lost(round->out, 1, "keys of the registry: access denied");
}

static bool first_string(struct round *round, const struct registry_value *value)
{
    size_t at = 0;

    buffer_clear(&round->text);
    return registry_type_is_string(value->type) && registry_next_string(value, &at, &round->text) &&
           round->text.size;
}

/* --- autoruns --- */

/* Whether a text names a program or library: a path, or a name with such an ending. */
static bool names_program(struct text text)
{
    static const char *const endings[] = {".exe", ".dll", ".sys", ".com", ".scr",
                                          ".bat", ".cmd", ".vbs", ".js",  ".ps1"};

    if (text.size > 2 && (text_find(text, text_of(":\\")) != SIZE_MAX || text.bytes[0] == '%' ||
                          text.bytes[0] == '\\'))
        return true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (text_find(text, text_from(endings[i])) != SIZE_MAX)
            return true;
    return false;
}

static bool add_autorun(void *context, const struct registry_key *key,
                        const struct registry_value *value)
{
    struct round *round = context;
    struct json_writer *json = bundle_registry_begin(round->out, key, value);

    if (first_string(round, value) && names_program(buffer_text(&round->text)))
        bundle_file_add(round->notes, json, "file", buffer_text(&round->text));
    round->status = bundle_registry_end(round->out, json);
    return round->status == ST_OK;
}

static bool walk_place(void *context, struct text path)
{
    struct round *round = context;

    walk(round, path, add_autorun);
    return round->status == ST_OK;
}

static void list_keys(void *context, struct text folder, glob_child *each, void *told)
{
    struct round *round = context;

    registry_each_subkey(&round->calls, folder, each, told, NULL);
}

/* All places of a root, but for those that have a part of their own. */
static void walk_places(struct round *round, struct text root)
{
    const struct glob_tree tree = {list_keys, round};
    struct buffer pattern;

    buffer_init(&pattern, PATH_CEILING);
    for (const char *const *place = registry_places(root); *place && !round->status; place++) {
        struct text below = text_from(*place);
        enum status status;
        if (text_ends(below, text_of("\\Services")) || text_ends(below, text_of("\\TaskCache")))
            continue;
        buffer_clear(&pattern);
        buffer_add(&pattern, root);
        buffer_add_byte(&pattern, '\\');
        buffer_add(&pattern, below);
        status = glob_walk(&tree, buffer_text(&pattern), walk_place, round);
        round->status = round->status == ST_OK ? status : round->status;
    }
    buffer_done(&pattern);
}

static bool add_startup_file(void *context, const struct folder_entry *entry)
{
    struct round *round = context;
    struct json_writer *json;
    size_t before = round->path.size;

    if (entry->is_folder || text_equal_nocase(entry->name, text_of("desktop.ini")))
        return true;
    buffer_add_byte(&round->path, '\\');
    buffer_add(&round->path, entry->name);
    json = bundle_row(round->out);
    buffer_clear(&round->text);
    buffer_add_byte(&round->text, '"');
    buffer_add(&round->text, buffer_text(&round->path));
    bundle_file_add(round->notes, json, "file", buffer_text(&round->text));
    round->path.size = before;
    round->status = bundle_end_row(round->out);
    return round->status == ST_OK;
}

static void list_startup(struct round *round, struct text start, const char *below)
{
    struct failure failure;

    if (round->status != ST_OK || !start.size)
        return;
    buffer_clear(&round->path);
    buffer_add(&round->path, start);
    buffer_add_string(&round->path, below);
    if (folder_list(buffer_text(&round->path), add_startup_file, round, &failure) == ST_DENIED)
        bundle_lost(round->out, 1, "a startup folder: access denied");
}

static void list_startups(struct round *round)
{
    struct arena *arena = arena_new(ARENA_CEILING);
    struct expand_user *users = NULL;
    size_t count = 0;
    struct buffer data;

    if (round->status == ST_OK)
        round->status = arena ? profiles_read(&round->calls, arena, &users, &count) : ST_NO_MEMORY;
    buffer_init(&data, PATH_CEILING);
    bundle_file_expand(&data, text_of("%ProgramData%"));
    list_startup(round, buffer_text(&data), "\\Microsoft\\Windows\\Start Menu\\Programs\\Startup");
    for (size_t i = 0; i < count; i++)
        list_startup(round, users[i].profile,
                     "\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup");
    buffer_done(&data);
    arena_free(arena);
}

enum status bundle_autoruns(void *context, struct bundle_out *out)
{
    struct round round;

    begin(&round, context, out);
    walk_places(&round, text_of("HKLM"));
    walk_places(&round, text_of("HKU"));
    list_startups(&round);
    return end(&round, "none of the keys from which programs are started could be opened");
}

/* --- the firewall --- */

static bool add_firewall(void *context, const struct registry_key *key,
                         const struct registry_value *value)
{
    struct round *round = context;
    struct json_writer *json = bundle_registry_begin(round->out, key, value);
    struct text program;

    if (text_equal_nocase(key->name, text_of("FirewallRules")) && first_string(round, value)) {
        json_open_object(json, "firewall");
        (void)firewall_rule_add(json, buffer_text(&round->text));
        program = firewall_rule_field(buffer_text(&round->text), text_of("App"));
        if (names_program(program))
            bundle_file_add(round->notes, json, "file", program);
        json_close_object(json);
    }
    round->status = bundle_registry_end(round->out, json);
    return round->status == ST_OK;
}

enum status bundle_firewall(void *context, struct bundle_out *out)
{
    struct round round;
    struct buffer path;

    begin(&round, context, out);
    buffer_init(&path, PATH_CEILING);
    registry_full_path(&round.calls,
                       text_of("HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters"
                               "\\FirewallPolicy"),
                       &path);
    walk(&round, buffer_text(&path), add_firewall);
    walk(&round, text_of("HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall"), add_firewall);
    buffer_done(&path);
    return end(&round, "the registry has no rules of the Windows firewall");
}

/* --- programs and updates --- */

static void add_known(struct round *round, struct json_writer *json, struct registry_reader *reader,
                      const char *name, const char *value)
{
    buffer_clear(&round->text);
    if (registry_reader_text(reader, value, &round->text) && round->text.size)
        json_text(json, name, buffer_text(&round->text));
}

static void add_program_members(struct round *round, struct json_writer *json,
                                struct registry_reader *reader, struct text key)
{
    struct registry_value name;

    json_open_object(json, "package");
    if (registry_reader_value(reader, text_of("DisplayName"), &name))
        add_known(round, json, reader, "name", "DisplayName");
    else
        json_text(json, "name", text_file_name(key));
    add_known(round, json, reader, "version", "DisplayVersion");
    add_known(round, json, reader, "path", "InstallLocation");
    json_close_object(json);
    json_open_object(json, "stakeout");
    json_open_object(json, "program");
    json_text(json, "key", key);
    json_moment(json, "written", reader->written, true);
    add_known(round, json, reader, "publisher", "Publisher");
    add_known(round, json, reader, "installed", "InstallDate");
    add_known(round, json, reader, "source", "InstallSource");
    add_known(round, json, reader, "uninstall", "UninstallString");
    json_close_object(json);
    json_close_object(json);
}

static uint64_t number_of(struct round *round, struct registry_reader *reader, const char *name)
{
    uint64_t number = 0;

    buffer_clear(&round->text);
    if (!registry_reader_text(reader, name, &round->text) ||
        !text_number(buffer_text(&round->text), UINT32_MAX, &number))
        return 0;
    return number;
}

static void add_update_members(struct round *round, struct json_writer *json,
                               struct registry_reader *reader, struct text key)
{
    uint64_t when = number_of(round, reader, "InstallTimeHigh") << 32;
    uint64_t state = number_of(round, reader, "CurrentState");

    when |= number_of(round, reader, "InstallTimeLow");
    json_open_object(json, "package");
    json_text(json, "name", text_file_name(key));
    json_string(json, "type", "update");
    json_moment(json, "installed", (moment)when, true);
    json_close_object(json);
    json_open_object(json, "stakeout");
    json_open_object(json, "update");
    json_text(json, "key", key);
    json_unsigned(json, "state", state); /* 112: installed, 80: superseded */
    add_known(round, json, reader, "client", "InstallClient");
    json_close_object(json);
    json_close_object(json);
}

static bool add_package(struct round *round, struct text path, bool update)
{
    struct registry_reader reader;
    struct json_writer *json;
    enum status status = registry_reader_open(&reader, &round->calls, path, NULL);

    if (status == ST_DENIED)
        bundle_lost(round->out, 1, "keys of the registry: access denied");
    if (status)
        return true; /* gone meanwhile, or never there */
    json = bundle_row(round->out);
    round->found++;
    if (update)
        add_update_members(round, json, &reader, path);
    else
        add_program_members(round, json, &reader, path);
    registry_reader_close(&reader);
    round->status = bundle_end_row(round->out);
    return round->status == ST_OK;
}

static bool add_program(void *context, struct text path)
{
    return add_package(context, path, false);
}

/* Only what names a knowledge base's article: the rest is what Windows is made of. */
static bool add_update(void *context, struct text path)
{
    return text_find(path, text_of("_KB")) == SIZE_MAX || add_package(context, path, true);
}

enum status bundle_programs(void *context, struct bundle_out *out)
{
    static const struct {
        const char *keys;
        bool (*found)(void *context, struct text path);
    } places[] = {
        {"HKLM\\SOFTWARE" WINDOWS "Uninstall\\*", add_program},
        {"HKLM\\SOFTWARE\\Wow6432Node" WINDOWS "Uninstall\\*", add_program},
        {"HKU\\*\\SOFTWARE" WINDOWS "Uninstall\\*", add_program},
        {"HKU\\*\\SOFTWARE\\Wow6432Node" WINDOWS "Uninstall\\*", add_program},
        {"HKLM\\SOFTWARE" WINDOWS "Component Based Servicing\\Packages\\*", add_update},
    };
    struct round round;
    struct glob_tree tree = {list_keys, &round};

    begin(&round, context, out);
    for (size_t i = 0; i < sizeof places / sizeof *places && round.status == ST_OK; i++) {
        enum status status = glob_walk(&tree, text_from(places[i].keys), places[i].found, &round);
        round.status = round.status == ST_OK ? status : round.status;
    }
    return end(&round, "the registry lists no programs");
}
