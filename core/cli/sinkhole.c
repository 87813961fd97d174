/* sinkhole: domains in the hosts file. */
#include <windows.h>

#include "core/case/json_write.h"
#include "core/cli/commands.h"
#include "core/cli/text/visible.h"
#include "core/windows/act/live_sinkhole.h"
#include "core/windows/case/case_folder.h"
#include "core/windows/file/files.h"
#include "core/windows/network/hosts_edit.h"

#define OUTPUT_CEILING ((size_t)16 << 20)
#define ARENA_CEILING ((size_t)256 << 20)
#define LIST_MOST ((size_t)256 << 20)
#define SETTLE_MS 2500 /* how long the file is looked at again afterwards */

struct work {
    const struct arguments *arguments;
    struct arena *arena;
    struct live_sinkhole *live;
    struct sinkhole_means means;
    struct case_folder *folder;
    struct sinkhole_wish *wishes;
    size_t count;
    struct buffer out;
    struct buffer problem;
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

/* --- changing --- */

static void say_answers(const struct work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        const struct sinkhole_wish *wish = &work->wishes[i];
        if (wish->answer == SINKHOLE_OTHER)
            SAY(text_of("sinkhole: "), wish->domain,
                text_of(": this machine still resolves it to another address"));
        else if (wish->answer == SINKHOLE_UNSEEN)
            SAY(text_of("sinkhole: "), wish->domain,
                text_of(": whether this machine resolves it to that address could not be seen"));
    }
}

/* The addresses become indicators that name their domains, in each list that was named. */
static enum exit_status change_lists(const struct work *work)
{
    enum exit_status result = EXIT_FOUND;
    for (size_t i = 0; i < work->arguments->lists.count; i++) {
        struct text path = work->arguments->lists.items[i];
        struct failure failure = {.status = ST_OK};
        struct buffer before;
        struct buffer after;
        buffer_init(&before, LIST_MOST);
        buffer_init(&after, LIST_MOST);
        failure.status = files_read(path, &before, &failure);
        if (failure.status == ST_NOT_FOUND)
            failure.status = ST_OK;
        if (failure.status == ST_OK)
            failure.status =
                sinkhole_change_list(buffer_text(&before), work->wishes, work->count, &after);
        if (failure.status == ST_OK && !text_equal(buffer_text(&before), buffer_text(&after)))
            failure.status = files_replace(path, buffer_text(&after), &failure);
        if (failure.status != ST_OK)
            result = say_failure(path, &failure);
        buffer_done(&after);
        buffer_done(&before);
    }
    return result;
}

static enum exit_status tell(const struct work *work, const struct sinkhole_result *result)
{
    switch (result->outcome) {
    case SINKHOLE_DONE:
        say_answers(work);
        return EXIT_FOUND;
    case SINKHOLE_NOTHING: /* they were pinned already, or there is nothing to take out */
        return work->count && work->wishes[0].pinned ? EXIT_FOUND : EXIT_NOTHING;
    case SINKHOLE_PUT_BACK:
        SAY(buffer_text(&result->words), text_of("; see stakeout-cli sinkhole status"));
        return EXIT_NOTHING;
    case SINKHOLE_NOT_NOTED:
        SAY(work->problem.size ? text_of("nothing was changed, for want of a journal: ")
                               : buffer_text(&result->words),
            buffer_text(&work->problem), text_of("; give another folder with --case"));
        return EXIT_TROUBLE;
    default:
        SAY(buffer_text(&result->words));
        return EXIT_TROUBLE;
    }
}

/* The case is made by the first line of its journal: what changes nothing leaves nothing. */
static enum status note(void *context, const struct journal_entry *entry, uint64_t *number)
{
    struct work *work = context;
    enum status status = ST_OK;
    if (!work->folder) {
        status = case_folder_open(work->arguments->folder, &work->folder, &work->problem);
        if (status == ST_OK)
            status = live_sinkhole_save_into(work->live, case_folder_path(work->folder));
    }
    if (status != ST_OK)
        return status;
    const struct act_log log = case_folder_log(work->folder);
    return log.write(log.context, entry, number);
}

static enum exit_status run(struct work *work, const struct sinkhole_order *order)
{
    struct sinkhole_result result;
    const struct act_log log = {note, work};
    sinkhole_do(&work->means, &log, order, work->arena, &result);
    enum exit_status told = tell(work, &result);
    if (told != EXIT_TROUBLE && result.outcome != SINKHOLE_PUT_BACK &&
        change_lists(work) == EXIT_TROUBLE)
        told = EXIT_TROUBLE;
    sinkhole_result_done(&result);
    return told;
}

/* One operand that can't be had, and nothing is changed. */
static bool make_wishes(struct work *work, bool add)
{
    const struct words *operands = &work->arguments->operands;
    const struct sinkhole_machine machine = work->means.machine(work->means.context, work->arena);
    work->wishes = arena_take(work->arena, operands->count * sizeof *work->wishes);
    if (!work->wishes)
        return false;
    for (size_t i = 1; i < operands->count; i++) {
        struct sinkhole_wish *wish = &work->wishes[work->count];
        enum sinkhole_why why =
            sinkhole_domain(operands->items[i], &machine, work->arena, &wish->domain);
        wish->pinned = add;
        if (!wish->domain.size || (add && why != SINKHOLE_FINE)) {
            refuse(operands->items[i], sinkhole_phrase(why));
            return false;
        }
        work->count++;
    }
    return true;
}

static enum exit_status change(struct work *work, bool add)
{
    if (work->arguments->operands.count < 2)
        return refuse(work->arguments->operands.items[0], "give at least one DOMAIN");
    if (!make_wishes(work, add))
        return EXIT_TROUBLE;
    const struct sinkhole_order order = {.kind = SINKHOLE_SET,
                                         .wishes = work->wishes,
                                         .count = work->count,
                                         .whole = true,
                                         .action = add ? "sinkhole-add" : "sinkhole-remove",
                                         .settle_ms = SETTLE_MS};
    enum exit_status result = run(work, &order);
    if (result == EXIT_TROUBLE)
        return result;
    for (size_t i = 0; i < work->count; i++) {
        const struct sinkhole_wish *wish = &work->wishes[i];
        if (add)
            add_entry(work, "sinkhole-add", &wish->entry);
        else if (!wish->was_pinned)
            SAY(text_of("sinkhole: "), wish->domain, text_of(" is not in the block of Stakeout"));
    }
    return console_hand_out(&work->out, result);
}

/* Whoever was pinned loses its indicators, too. */
static bool wish_nothing(struct work *work, const struct sinkhole *sinkhole)
{
    work->wishes = arena_take(work->arena, (sinkhole->count + 1) * sizeof *work->wishes);
    if (!work->wishes)
        return false;
    for (size_t i = 0; i < sinkhole->count; i++)
        work->wishes[i].domain = sinkhole->entries[i].domain;
    work->count = sinkhole->count;
    return true;
}

static enum exit_status restore(struct work *work, const struct sinkhole *sinkhole)
{
    if (!wish_nothing(work, sinkhole))
        return refuse(text_of("restore"), "there is no memory");
    const struct sinkhole_order order = {.kind = SINKHOLE_RESTORE,
                                         .wishes = work->wishes,
                                         .count = work->count,
                                         .action = "sinkhole-restore",
                                         .settle_ms = SETTLE_MS};
    return run(work, &order);
}

static enum exit_status convert(struct work *work)
{
    const struct sinkhole_order order = {.kind = SINKHOLE_SET,
                                         .convert = true,
                                         .action = "sinkhole-convert",
                                         .settle_ms = SETTLE_MS};
    return run(work, &order);
}

static enum exit_status show(struct work *work, const struct sinkhole *sinkhole)
{
    for (size_t i = 0; i < sinkhole->count; i++)
        add_entry(work, "sinkhole-status", &sinkhole->entries[i]);
    return console_hand_out(&work->out, sinkhole->count ? EXIT_FOUND : EXIT_NOTHING);
}

/* What the file says now; *why is SINKHOLE_FINE where it can be read. */
static enum exit_status read_file(struct work *work, struct sinkhole *sinkhole,
                                  enum sinkhole_why *why)
{
    struct failure failure = {.status = ST_OK};
    failure.status = work->means.open(work->means.context, &failure);
    if (failure.status == ST_BUSY)
        return refuse(work->means.path(work->means.context), "another Stakeout changes it");
    if (failure.status != ST_OK)
        return say_failure(work->means.path(work->means.context), &failure);
    enum status status =
        sinkhole_read(work->means.content(work->means.context), work->arena, sinkhole, why);
    work->means.close(work->means.context);
    if (status != ST_OK && *why == SINKHOLE_FINE)
        return refuse(work->means.path(work->means.context), status_phrase(status));
    return EXIT_FOUND;
}

static enum exit_status obey(struct work *work)
{
    struct text what = work->arguments->operands.items[0];
    struct sinkhole sinkhole = {.count = 0};
    enum sinkhole_why why = SINKHOLE_FINE;
    if (live_sinkhole_new(work->arguments->hosts, NULL, &work->live) != ST_OK)
        return refuse(text_of("the hosts file"), "where it lies could not be read");
    work->means = live_sinkhole_means(work->live);
    enum exit_status result = read_file(work, &sinkhole, &why);
    if (result != EXIT_FOUND)
        return result;
    if (text_equal(what, text_of("convert")))
        return convert(work);
    if (why == SINKHOLE_UTF16) {
        SAY(work->means.path(work->means.context), text_of(": "), text_from(sinkhole_phrase(why)),
            text_of("; stakeout-cli sinkhole convert makes it UTF-8"));
        return EXIT_TROUBLE;
    }
    if (why != SINKHOLE_FINE)
        return refuse(work->means.path(work->means.context), sinkhole_phrase(why));
    if (text_equal(what, text_of("status")))
        return show(work, &sinkhole);
    if (text_equal(what, text_of("add")))
        return change(work, true);
    if (text_equal(what, text_of("remove")))
        return change(work, false);
    if (text_equal(what, text_of("restore")))
        return restore(work, &sinkhole);
    return refuse(what, "give status, add, remove, restore or convert");
}

enum exit_status command_sinkhole(const struct arguments *arguments)
{
    struct work work = {.arguments = arguments, .arena = arena_new(ARENA_CEILING)};
    if (!work.arena) {
        SAY(text_of("there is no memory"));
        return EXIT_TROUBLE;
    }
    buffer_init(&work.out, OUTPUT_CEILING);
    buffer_init(&work.problem, (size_t)256 << 10);
    enum exit_status result = obey(&work);
    case_folder_close(work.folder, NULL);
    live_sinkhole_free(work.live);
    buffer_done(&work.problem);
    buffer_done(&work.out);
    arena_free(work.arena);
    return result;
}
