/* sinkhole: domains in the hosts file. */
#include <windows.h>

#include "core/case/json_write.h"
#include "core/cli/commands.h"
#include "core/cli/text/visible.h"
#include "core/watch/domain.h"
#include "core/windows/case_folder.h"
#include "core/windows/clock.h"
#include "core/windows/files.h"
#include "core/windows/hosts_edit.h"

#define OUTPUT_CEILING ((size_t)16 << 20)
#define ARENA_CEILING ((size_t)256 << 20)
#define SETTLE_MS 2500 /* how long the file is looked at again afterwards */
#define LOOK_MS 250

struct work {
    const struct arguments *arguments;
    struct arena *arena;
    struct hosts_edit *edit;
    struct case_folder *folder;
    struct sinkhole_machine machine;
    struct buffer content; /* as it shall be */
    struct buffer next;
    struct buffer out;
    struct buffer problem;
    size_t changed;
};

/* --- telling --- */

static void add_entry(struct work *work, const char *action, const struct sinkhole_entry *entry)
{
    struct buffer *out = &work->out;
    if (work->arguments->json) {
        struct json_writer json;
        struct buffer v4;
        struct buffer v6;
        buffer_init(&v4, 64);
        buffer_init(&v6, 64);
        address_add(&v4, &entry->v4);
        address_add(&v6, &entry->v6);
        json_begin(&json, out);
        json_open_object(&json, NULL);
        json_open_object(&json, "event");
        json_string(&json, "action", action);
        json_close_object(&json);
        json_open_object(&json, "destination");
        json_text(&json, "domain", entry->domain);
        json_text(&json, "ip", buffer_text(&v4));
        json_close_object(&json);
        json_open_object(&json, "stakeout");
        json_text(&json, "ipv6", buffer_text(&v6));
        json_close_object(&json);
        json_close_object(&json);
        buffer_done(&v6);
        buffer_done(&v4);
    } else {
        visible_add(out, entry->domain);
        buffer_add_string(out, "  ");
        address_add(out, &entry->v4);
        buffer_add_string(out, "  ");
        address_add(out, &entry->v6);
    }
    buffer_add_byte(out, '\n');
}

static enum exit_status refuse(struct text what, const char *why)
{
    SAY(text_of("sinkhole: "), what, text_of(": "), text_from(why));
    return EXIT_TROUBLE;
}

/* --- the journal and the backup --- */

static enum status write_entry(struct work *work, enum journal_phase phase, const char *action,
                               uint64_t of, const char *outcome, struct text reason,
                               uint64_t *number)
{
    struct buffer members;
    struct json_writer json;
    const struct act_log log = case_folder_log(work->folder);
    buffer_init(&members, OUTPUT_CEILING);
    json_begin(&json, &members);
    json_open_object(&json, "file");
    json_text(&json, "path", hosts_edit_path(work->edit));
    json_close_object(&json);
    json_open_object(&json, "stakeout");
    json_open_array(&json, "domains");
    for (size_t i = 1; i < work->arguments->operands.count; i++)
        json_text(&json, NULL, work->arguments->operands.items[i]);
    json_close_array(&json);
    json_close_object(&json);
    const struct journal_entry entry = {.phase = phase,
                                        .action = action,
                                        .of = of,
                                        .outcome = outcome,
                                        .reason = reason,
                                        .members = buffer_text(&members)};
    enum status status = members.failed;
    if (status == ST_OK)
        status = log.write(log.context, &entry, number);
    buffer_done(&members);
    return status;
}

/* The file as it was, once for each change, under the moment's name. */
static enum status save_backup(struct work *work, struct failure *failure)
{
    const struct clock clock = clock_of_system();
    struct buffer path;
    buffer_init(&path, (size_t)128 << 10);
    buffer_add(&path, case_folder_path(work->folder));
    buffer_add_string(&path, "\\hosts-");
    size_t from = path.size;
    moment_add_iso(&path, clock.now(clock.context), true);
    for (size_t i = from; i < path.size; i++)
        if (path.bytes[i] == ':')
            path.bytes[i] = '-';
    enum status status = path.failed;
    if (status == ST_OK)
        status = files_replace(buffer_text(&path), hosts_edit_content(work->edit), failure);
    buffer_done(&path);
    return status;
}

/* --- changing --- */

static bool read_domain(struct work *work, struct text written, struct text *domain)
{
    struct buffer scratch;
    const char *why = NULL;
    size_t labels;
    struct text name;
    buffer_init(&scratch, (size_t)64 << 10);
    enum status status = domain_parse(written, &scratch, &name, &labels, &why);
    if (status == ST_OK && name.size > 253) {
        status = ST_INVALID;
        why = "it is longer than a name can be";
    }
    if (status == ST_OK)
        why = sinkhole_refusal(name, &work->machine);
    bool failed = false;
    if (status == ST_OK && !why)
        *domain = arena_copy(work->arena, name, &failed);
    buffer_done(&scratch);
    if (status == ST_OK && !why && !failed)
        return true;
    refuse(written, failed ? "there is no memory" : why ? why : "it is no host name");
    return false;
}

/* Applies one operand to the content; false when it was refused, which was said. */
static bool apply(struct work *work, bool add, struct text written)
{
    struct text domain;
    struct sinkhole_entry entry = {.domain = {NULL, 0}};
    const char *why = NULL;
    if (!read_domain(work, written, &domain))
        return false;
    buffer_clear(&work->next);
    enum status status =
        add ? sinkhole_add(buffer_text(&work->content), domain, work->arena, &work->next, &entry,
                           &why)
            : sinkhole_remove(buffer_text(&work->content), domain, work->arena, &work->next, &why);
    if (status == ST_NOT_FOUND) {
        SAY(text_of("sinkhole: "), domain, text_of(" is not in the block of Stakeout"));
        return true;
    }
    if (status != ST_OK) {
        refuse(written, why ? why : status_phrase(status));
        return false;
    }
    work->changed += work->next.size != work->content.size;
    buffer_clear(&work->content);
    buffer_add(&work->content, buffer_text(&work->next));
    if (add)
        add_entry(work, "sinkhole-add", &entry);
    return true;
}

/* Security software may put the file back, at once or a little later. */
static bool stays(struct work *work)
{
    for (DWORD waited = 0; waited <= SETTLE_MS; waited += LOOK_MS) {
        if (hosts_edit_verify(work->edit) != ST_OK)
            return false;
        Sleep(LOOK_MS);
    }
    return true;
}

static void say_resolved(struct work *work)
{
    struct sinkhole sinkhole;
    const char *why;
    if (sinkhole_read(buffer_text(&work->content), work->arena, &sinkhole, &why) != ST_OK)
        return;
    for (size_t i = 0; i < sinkhole.count; i++) {
        bool same = false;
        enum status status =
            hosts_edit_resolve(sinkhole.entries[i].domain, &sinkhole.entries[i].v4, &same);
        if (status == ST_OK && !same)
            SAY(text_of("sinkhole: "), sinkhole.entries[i].domain,
                text_of(": this machine still resolves it to another address"));
        else if (status != ST_OK)
            SAY(text_of("sinkhole: "), sinkhole.entries[i].domain,
                text_of(": whether this machine resolves it to that address could not be seen"));
    }
}

static enum exit_status write_change(struct work *work, const char *action)
{
    struct failure failure = {.status = ST_OK};
    uint64_t number = 0;
    if (case_folder_open(work->arguments->folder, &work->folder, &work->problem) != ST_OK) {
        SAY(text_of("nothing was changed, for want of a journal: "), buffer_text(&work->problem),
            text_of("; give another folder with --case"));
        return EXIT_TROUBLE;
    }
    failure.status = save_backup(work, &failure);
    if (failure.status == ST_OK)
        failure.status =
            write_entry(work, JOURNAL_BEFORE, action, 0, NULL, (struct text){NULL, 0}, &number);
    if (failure.status != ST_OK)
        return say_failure(text_of("nothing was changed: the case can't be written"), &failure);
    enum status status = hosts_edit_write(work->edit, buffer_text(&work->content), &work->problem);
    if (status != ST_OK) {
        SAY(buffer_text(&work->problem), text_of("; nothing was changed"));
        write_entry(work, JOURNAL_AFTER, action, number, "failure", buffer_text(&work->problem),
                    NULL);
        return EXIT_TROUBLE;
    }
    if (!work->arguments->hosts.size)
        hosts_edit_flush();
    bool stayed = stays(work);
    write_entry(work, JOURNAL_AFTER, action, number, stayed ? "success" : "failure",
                stayed ? text_of("written, and still so after some seconds")
                       : text_of("written, and then changed by somebody else"),
                NULL);
    if (!stayed) {
        SAY(text_of("somebody else has changed "), hosts_edit_path(work->edit),
            text_of(" right afterwards (security software does that): what was pinned may be "
                    "gone; see stakeout-cli sinkhole status"));
        return EXIT_NOTHING;
    }
    if (!work->arguments->hosts.size)
        say_resolved(work);
    return EXIT_FOUND;
}

static enum exit_status change(struct work *work, bool add)
{
    if (work->arguments->operands.count < 2)
        return refuse(work->arguments->operands.items[0], "give at least one DOMAIN");
    work->machine = hosts_edit_machine(work->arena);
    buffer_add(&work->content, hosts_edit_content(work->edit));
    for (size_t i = 1; i < work->arguments->operands.count; i++)
        if (!apply(work, add, work->arguments->operands.items[i]))
            return EXIT_TROUBLE;
    if (!work->changed)
        return console_hand_out(&work->out, add ? EXIT_FOUND : EXIT_NOTHING);
    enum exit_status result = write_change(work, add ? "sinkhole-add" : "sinkhole-remove");
    return result == EXIT_TROUBLE ? result : console_hand_out(&work->out, result);
}

static enum exit_status show(struct work *work, const struct sinkhole *sinkhole)
{
    for (size_t i = 0; i < sinkhole->count; i++)
        add_entry(work, "sinkhole-status", &sinkhole->entries[i]);
    return console_hand_out(&work->out, sinkhole->count ? EXIT_FOUND : EXIT_NOTHING);
}

static enum exit_status restore(struct work *work)
{
    const char *why = NULL;
    enum status status = sinkhole_clear(hosts_edit_content(work->edit), &work->content, &why);
    if (status != ST_OK)
        return refuse(hosts_edit_path(work->edit), why ? why : status_phrase(status));
    if (text_equal(buffer_text(&work->content), hosts_edit_content(work->edit)))
        return EXIT_NOTHING;
    return write_change(work, "sinkhole-restore");
}

static enum exit_status obey(struct work *work)
{
    struct text what = work->arguments->operands.items[0];
    struct sinkhole sinkhole;
    const char *why = NULL;
    if (hosts_edit_open(work->arguments->hosts, &work->edit, &work->problem) != ST_OK) {
        SAY(buffer_text(&work->problem));
        return EXIT_TROUBLE;
    }
    enum status status =
        sinkhole_read(hosts_edit_content(work->edit), work->arena, &sinkhole, &why);
    if (status != ST_OK)
        return refuse(hosts_edit_path(work->edit), why ? why : status_phrase(status));
    if (text_equal(what, text_of("status")))
        return show(work, &sinkhole);
    if (text_equal(what, text_of("add")))
        return change(work, true);
    if (text_equal(what, text_of("remove")))
        return change(work, false);
    if (text_equal(what, text_of("restore")))
        return restore(work);
    return refuse(what, "give status, add, remove or restore");
}

enum exit_status command_sinkhole(const struct arguments *arguments)
{
    struct work work = {.arguments = arguments, .arena = arena_new(ARENA_CEILING)};
    if (!work.arena) {
        SAY(text_of("there is no memory"));
        return EXIT_TROUBLE;
    }
    buffer_init(&work.content, HOSTS_EDIT_MOST);
    buffer_init(&work.next, HOSTS_EDIT_MOST);
    buffer_init(&work.out, OUTPUT_CEILING);
    buffer_init(&work.problem, (size_t)256 << 10);
    enum exit_status result = obey(&work);
    case_folder_close(work.folder, NULL);
    hosts_edit_close(work.edit);
    buffer_done(&work.problem);
    buffer_done(&work.out);
    buffer_done(&work.next);
    buffer_done(&work.content);
    arena_free(work.arena);
    return result;
}
