/* removal_run on a made-up disk: each way, each refusal, each step that fails, and always written
 * down before and after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/cli/text/show_remove.h"
#include "tests/support/scripted_disk.h"
#include "tests/support/scripted_evidence.h"
#include "tests/support/scripted_hand.h"

#define PATH "C:\\t\\evil.exe"
#define COPY "C:\\case\\quarantine\\a5.quarantine"

static struct {
    struct scripted_evidence evidence; /* whose story all is told in */
    struct scripted_disk disk;
    struct scripted_source *machine;
    struct scripted_hand *hand;
    struct scripted_file *file;
    struct removal_sight *sight;
    struct removal_lists lists;
    struct removal_order order;
    struct removal_result result;
    struct progress progress;
    bool elevated;
    char told[4096]; /* "kill+ delete-file- " */
} made;

static atomic_bool cancel;

static int begin(void **state)
{
    (void)state;
    memset(&made, 0, sizeof made);
    atomic_store(&cancel, false);
    scripted_evidence_begin(&made.evidence);
    scripted_disk_begin(&made.disk, &made.evidence.story);
    made.machine = scripted_source_new();
    made.hand = scripted_hand_new(made.machine);
    made.file = scripted_disk_add(&made.disk, PATH);
    assert_int_equal(removal_lists_init(&made.lists), ST_OK);
    made.order = (struct removal_order){.lists = &made.lists, .way = REMOVAL_NOW};
    made.progress.cancel = &cancel;
    made.elevated = true;
    return 0;
}

static int end(void **state)
{
    (void)state;
    removal_result_done(&made.result);
    removal_sight_free(made.sight);
    removal_lists_done(&made.lists);
    hand_free(scripted_hand_base(made.hand));
    source_free(scripted_source_base(made.machine));
    scripted_evidence_end(&made.evidence);
    return 0;
}

static void hear(void *context, const struct removal_told *told)
{
    size_t used = strlen(made.told);
    (void)context;
    assert_true(told->words.size > 0);
    snprintf(made.told + used, sizeof made.told - used, "%s%c ", removal_step_name(told->step),
             told->done ? '+' : '-');
}

static enum removal_outcome run(enum removal_way way)
{
    const struct removal_tools tools = {
        .means = &made.disk.means,
        .evidence = &made.evidence.means,
        .hand = scripted_hand_base(made.hand),
        .log = &made.evidence.log,
        .progress = &made.progress,
    };
    const struct removal_listener listener = {hear, NULL};
    made.order.way = way;
    if (!made.sight)
        made.sight = scripted_disk_look(&made.disk, PATH);
    made.order.sight = made.sight;
    removal_run(&tools, &made.order, made.elevated, &listener, &made.result);
    return made.result.outcome;
}

static void assert_words(const char *words)
{
    char found[1024] = "";
    struct text text = buffer_text(&made.result.words);
    assert_true(text.size && text.size < sizeof found);
    memcpy(found, text.bytes, text.size);
    assert_string_equal(found, words);
}

static void use(uint32_t pid, const char *name, enum handle_kind kind, struct verdict verdict)
{
    const struct handle_row row = {.kind = kind,
                                   .process = scripted_source_start(made.machine, pid, 0, name),
                                   .process_name = text_from(name),
                                   .value = 0x58,
                                   .type = text_of("File"),
                                   .name = text_of(PATH)};
    assert_int_equal(removal_lists_add_user(&made.lists, &row, verdict, NULL), ST_OK);
}

static const struct verdict nothing_bars = {RAIL_FREE, GUARD_NONE};

/* --- deleted --- */

static void test_deleted(void **state)
{
    (void)state;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_DELETED);
    assert_false(made.file->is_there);
    scripted_evidence_assert_story(&made.evidence, "before delete-file\nerase " PATH "\n"
                                                   "after delete-file of 1: success|deleted\n");
    scripted_evidence_assert_member(&made.evidence,
                                    "\"file\":{\"path\":\"C:\\\\t\\\\evil.exe\",\"name\":\"evil."
                                    "exe\",\"size\":6");
    scripted_evidence_assert_member(&made.evidence, "\"removal\":{\"way\":\"now\"}");
    assert_string_equal(made.told, "delete-file+ ");
    assert_words("deleted");
}

static void test_a_sample_goes_first(void **state)
{
    (void)state;
    made.order.sample = true;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_DELETED);
    scripted_evidence_assert_story(
        &made.evidence, "before sample\nsample " PATH "\nafter sample of 1: success|copied to "
                        "C:\\case\\samples\\a5.sample, 6 bytes\nbefore delete-file\nerase " PATH
                        "\nafter delete-file of 3: success|deleted\n");
}

static void test_without_a_sample_nothing_is_lost(void **state)
{
    (void)state;
    made.order.sample = true;
    made.evidence.make = ST_DENIED;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_NO_SAMPLE);
    assert_true(made.file->is_there);
    assert_string_equal(made.told, "sample- ");
    assert_words("not removed, for want of a copy: access denied");
}

static void test_cancelled_while_the_sample_is_taken(void **state)
{
    (void)state;
    made.order.sample = true;
    atomic_store(&cancel, true);
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_CANCELLED);
    assert_true(made.file->is_there);
    assert_words("cancelled; not removed");
}

static void test_read_only(void **state)
{
    (void)state;
    made.file->attributes = REMOVAL_READ_ONLY | REMOVAL_HIDDEN;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_DELETED);
    scripted_evidence_assert_story(
        &made.evidence, "before make-writable\nwritable " PATH
                        "\nafter make-writable of 1: success|no longer read-only\nbefore "
                        "delete-file\nerase " PATH "\nafter delete-file of 3: success|deleted\n");
}

static void test_read_only_that_stays_so(void **state)
{
    (void)state;
    made.file->attributes = REMOVAL_READ_ONLY;
    made.file->change = ST_DENIED;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_REFUSED);
    assert_true(made.file->is_there);
    assert_string_equal(made.told, "make-writable- ");
    assert_words("not removed: access denied (SetFileInformationByHandle, error 5)");
}

static void test_what_is_refused_is_put_back(void **state)
{
    (void)state;
    made.file->attributes = REMOVAL_READ_ONLY;
    made.file->erase = ST_DENIED;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_REFUSED);
    assert_true(made.file->is_there);
    assert_int_equal(made.file->attributes, REMOVAL_READ_ONLY);
    assert_string_equal(made.told, "make-writable+ delete-file- undo+ ");
    assert_words("not removed: access denied (SetFileInformationByHandle, error 5)");
}

static void test_in_use(void **state)
{
    (void)state;
    made.file->erase = ST_BUSY;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_REFUSED);
    assert_true(made.file->is_there);
    scripted_evidence_assert_story(
        &made.evidence,
        "before delete-file\nerase " PATH
        "\nafter delete-file of 1: failure|not removed: in use (CreateFile, error 32)\n");
}

static void test_held_it_goes_later(void **state)
{
    (void)state;
    made.file->held = true;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_GOES_LATER);
    assert_true(removal_worked(made.result.outcome));
    assert_words("deleted; its name goes when the last one who holds it lets go");
}

static void test_a_system_that_lies(void **state)
{
    (void)state;
    made.file->stubborn = true;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_STANDS);
    assert_string_equal(removal_outcome_word(made.result.outcome), "failure");
    assert_words("the system said yes, and nothing is to be seen of it");
}

static void test_it_comes_back(void **state)
{
    (void)state;
    made.file->comes_back = true;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_THERE_AGAIN);
    assert_string_equal(made.told, "delete-file- ");
}

/* --- between the look and the deed --- */

static void test_another_file_by_now(void **state)
{
    (void)state;
    made.sight = scripted_disk_look(&made.disk, PATH);
    made.file->id = 77;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_OTHER_FILE);
    assert_true(made.file->is_there);
    scripted_evidence_assert_story(&made.evidence, "");
    assert_words("it is another file by now, or it was written to; nothing was done to it");
}

static void test_written_to_meanwhile(void **state)
{
    (void)state;
    made.sight = scripted_disk_look(&made.disk, PATH);
    made.file->modified++;
    assert_int_equal(run(REMOVAL_QUARANTINE), REMOVAL_OTHER_FILE);
    assert_true(made.file->is_there);
}

static void test_gone_meanwhile(void **state)
{
    (void)state;
    made.sight = scripted_disk_look(&made.disk, PATH);
    made.file->is_there = false;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_GONE_BEFORE);
    assert_true(removal_worked(made.result.outcome));
    scripted_evidence_assert_story(&made.evidence, "");
    assert_words("it was gone before");
}

static void test_a_folder_by_now(void **state)
{
    (void)state;
    made.sight = scripted_disk_look(&made.disk, PATH);
    made.file->is_folder = true;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_OTHER_FILE);
}

static void replace_at_the_last_look(struct scripted_disk *disk)
{
    if (disk->looks == 1)
        return;
    scripted_disk_file(disk, text_of(PATH))->id = 77;
}

/* After the look that comes before the deed: only the handle shows it. */
static void test_replaced_at_the_last_moment(void **state)
{
    (void)state;
    made.disk.on_look = replace_at_the_last_look;
    assert_int_equal(run(REMOVAL_QUARANTINE), REMOVAL_OTHER_FILE);
    assert_true(made.file->is_there);
    assert_string_equal(made.told, "quarantine+ ");
    assert_words("it is another file by now, or it was written to; nothing was done to it; its "
                 "copy is " COPY);
}

/* --- refused at once --- */

static void test_refused(void **state)
{
    (void)state;
    made.sight = scripted_disk_look(&made.disk, PATH);
    made.sight->guarded = REMOVAL_YES;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_BARRED);
    assert_int_equal(made.result.bar, REMOVAL_BAR_GUARDED);
    scripted_evidence_assert_story(&made.evidence, "");
    assert_words("not removed: it is a file of Windows, which the system protects");
}

static void test_the_restart_wants_an_administrator(void **state)
{
    (void)state;
    made.elevated = false;
    assert_int_equal(run(REMOVAL_RESTART), REMOVAL_BARRED);
    assert_int_equal(made.result.bar, REMOVAL_BAR_RIGHTS);
    scripted_evidence_assert_story(&made.evidence, "");
}

static void test_what_runs_is_refused(void **state)
{
    (void)state;
    use(104, "evil.exe", HANDLE_IMAGE, nothing_bars);
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_BARRED);
    assert_int_equal(made.result.bar, REMOVAL_BAR_RUNS);
    assert_true(scripted_hand_lives(made.hand, 104));
}

/* --- who runs and holds it --- */

static void test_killed_and_closed_first(void **state)
{
    (void)state;
    use(104, "evil.exe", HANDLE_IMAGE, nothing_bars);
    use(108, "host.exe", HANDLE_OPEN, nothing_bars);
    made.order.kill = made.order.close = true;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_DELETED);
    assert_false(scripted_hand_lives(made.hand, 104));
    assert_true(scripted_hand_lives(made.hand, 108));
    scripted_evidence_assert_story(&made.evidence,
                                   "before kill\nafter kill of 1: success|killed, exit code 1\n"
                                   "close-handle host.exe\nbefore delete-file\nerase " PATH
                                   "\nafter delete-file of 3: success|deleted\n");
    assert_string_equal(made.told, "kill+ close-handle+ delete-file+ ");
}

/* Its handles go with it. */
static void test_who_is_killed_needs_no_closing(void **state)
{
    (void)state;
    use(104, "evil.exe", HANDLE_IMAGE, nothing_bars);
    struct handle_row row = made.lists.users[0].row;
    row.kind = HANDLE_OPEN;
    assert_int_equal(removal_lists_add_user(&made.lists, &row, nothing_bars, NULL), ST_OK);
    made.order.kill = made.order.close = true;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_DELETED);
    assert_string_equal(made.told, "kill+ delete-file+ ");
}

static void test_the_guarded_are_left_alone(void **state)
{
    (void)state;
    use(104, "lsass.exe", HANDLE_MODULE, (struct verdict){RAIL_TYPE_NAME, GUARD_CRITICAL});
    made.order.kill = true;
    made.file->erase = ST_DENIED;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_REFUSED);
    assert_true(scripted_hand_lives(made.hand, 104));
    assert_string_equal(made.told, "kill- delete-file- ");
}

static void test_who_does_not_die_does_not_stop_the_rest(void **state)
{
    (void)state;
    use(104, "evil.exe", HANDLE_IMAGE, nothing_bars);
    use(108, "host.exe", HANDLE_OPEN, nothing_bars);
    made.order.kill = made.order.close = true;
    scripted_hand_puppet(made.hand, 104)->terminate = ST_DENIED;
    made.disk.close = ST_SYSTEM;
    assert_int_equal(run(REMOVAL_RESTART), REMOVAL_SCHEDULED);
    assert_string_equal(made.told, "kill- close-handle- rename-file+ delete-at-restart+ ");
}

/* --- quarantine --- */

static void test_quarantine(void **state)
{
    (void)state;
    made.file->attributes = REMOVAL_READ_ONLY;
    assert_int_equal(run(REMOVAL_QUARANTINE), REMOVAL_QUARANTINED);
    assert_false(made.file->is_there);
    assert_non_null(scripted_disk_file(&made.disk, text_of(COPY)));
    scripted_evidence_assert_story(
        &made.evidence,
        "before quarantine\nstore " PATH "\nafter quarantine of 1: success|copied to " COPY
        "\nbefore make-writable\nwritable " PATH
        "\nafter make-writable of 3: success|no longer read-only\nbefore "
        "delete-file\nerase " PATH "\nafter delete-file of 5: success|deleted\n");
    scripted_evidence_assert_member(&made.evidence,
                                    "\"to\":\"C:\\\\case\\\\quarantine\\\\a5.quarantine\"");
    assert_words("in quarantine; its copy is " COPY);
}

static void test_quarantine_without_a_copy(void **state)
{
    (void)state;
    made.disk.store = ST_DISK_FULL;
    assert_int_equal(run(REMOVAL_QUARANTINE), REMOVAL_NO_SAMPLE);
    assert_true(made.file->is_there);
    scripted_evidence_assert_story(&made.evidence,
                                   "before quarantine\nstore " PATH
                                   "\nafter quarantine of 1: failure|can't copy: the disk is "
                                   "full\n");
}

static void test_quarantine_with_a_copy_that_is_not_there(void **state)
{
    (void)state;
    made.disk.copy_is_lost = true;
    assert_int_equal(run(REMOVAL_QUARANTINE), REMOVAL_NO_SAMPLE);
    assert_true(made.file->is_there);
}

static void test_quarantine_of_what_cannot_be_deleted(void **state)
{
    (void)state;
    made.file->erase = ST_BUSY;
    made.disk.may_run = true;
    assert_int_equal(run(REMOVAL_QUARANTINE), REMOVAL_REFUSED);
    assert_true(made.file->is_there);
    assert_words("not removed: in use (CreateFile, error 32); its copy is " COPY);
}

static void test_quarantine_cancelled(void **state)
{
    (void)state;
    atomic_store(&cancel, true);
    assert_int_equal(run(REMOVAL_QUARANTINE), REMOVAL_CANCELLED);
    assert_true(made.file->is_there);
}

/* --- at the next start --- */

static void test_restart(void **state)
{
    (void)state;
    made.file->attributes = REMOVAL_READ_ONLY;        /* the system would not delete it so */
    use(104, "evil.exe", HANDLE_IMAGE, nothing_bars); /* it may run on */
    assert_int_equal(run(REMOVAL_RESTART), REMOVAL_SCHEDULED);
    scripted_evidence_assert_story(
        &made.evidence,
        "before make-writable\nwritable " PATH
        "\nafter make-writable of 1: success|no longer read-only\n"
        "before rename-file\nrename " PATH ".removed\nafter rename-file of 3: success|renamed\n"
        "before delete-at-restart\nschedule " PATH ".removed\nafter delete-at-restart of 5: "
        "success|Windows will delete it when it starts the next time\n");
    scripted_evidence_assert_member(&made.evidence,
                                    "\"recorded\":\"\\\\??\\\\C:\\\\t\\\\evil.exe.removed\"");
    assert_words(
        "Windows will delete it when it starts the next time; until then it is called " PATH
        ".removed");
    assert_true(scripted_hand_lives(made.hand, 104));
}

static void test_restart_with_names_that_are_taken(void **state)
{
    (void)state;
    scripted_disk_add(&made.disk, PATH ".removed");
    scripted_disk_add(&made.disk, PATH ".removed-2");
    assert_int_equal(run(REMOVAL_RESTART), REMOVAL_SCHEDULED);
    assert_string_equal(made.file->path, PATH ".removed-3");
}

static void test_restart_of_what_cannot_be_renamed(void **state)
{
    (void)state;
    made.file->rename = ST_BUSY;
    assert_int_equal(run(REMOVAL_RESTART), REMOVAL_SCHEDULED);
    assert_string_equal(made.told, "rename-file- delete-at-restart+ ");
    assert_string_equal(made.file->path, PATH);
    assert_words("Windows will delete it when it starts the next time");
}

static void test_restart_refused_is_taken_back(void **state)
{
    (void)state;
    made.file->attributes = REMOVAL_READ_ONLY;
    made.disk.schedule = ST_DENIED;
    assert_int_equal(run(REMOVAL_RESTART), REMOVAL_REFUSED);
    assert_string_equal(made.file->path, PATH);
    assert_int_equal(made.file->attributes, REMOVAL_READ_ONLY);
    assert_string_equal(made.told, "make-writable+ rename-file+ delete-at-restart- undo+ undo+ ");
    assert_words("not removed: access denied (MoveFileEx, error 5)");
}

static void test_restart_that_notes_nothing_down(void **state)
{
    (void)state;
    made.disk.forgets = true;
    assert_int_equal(run(REMOVAL_RESTART), REMOVAL_STANDS);
    assert_string_equal(made.file->path, PATH);
}

static void test_restart_whose_notes_cannot_be_read(void **state)
{
    (void)state;
    made.disk.unread = ST_DENIED;
    assert_int_equal(run(REMOVAL_RESTART), REMOVAL_UNSEEN);
    assert_string_equal(made.file->path, PATH ".removed");
    assert_string_equal(removal_outcome_word(REMOVAL_UNSEEN), "unknown");
}

static void test_restart_of_another_file(void **state)
{
    (void)state;
    made.disk.on_look = replace_at_the_last_look;
    assert_int_equal(run(REMOVAL_RESTART), REMOVAL_OTHER_FILE);
    assert_string_equal(made.file->path, PATH);
    assert_string_equal(made.told, "rename-file- ");
}

/* --- the journal --- */

/* Whatever line is the first that can't be written: what was to come after it is not done. */
static void test_nothing_is_done_that_cannot_be_written(void **state)
{
    (void)state;
    made.evidence.write_until = 0;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_NOT_WRITTEN);
    assert_true(made.file->is_there);
    scripted_evidence_assert_story(&made.evidence, "");
    assert_words("not done: the journal could not be written: the disk is full");
}

static void test_no_sample_no_kill_without_a_journal(void **state)
{
    (void)state;
    use(104, "evil.exe", HANDLE_IMAGE, nothing_bars);
    made.order.kill = made.order.sample = true;
    made.evidence.write_until = 0;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_NOT_WRITTEN);
    assert_true(scripted_hand_lives(made.hand, 104));
    assert_true(made.file->is_there);
    removal_result_done(&made.result);
    made.evidence.write_until = 2; /* the sample's */
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_NOT_WRITTEN);
    assert_true(scripted_hand_lives(made.hand, 104));
    assert_true(made.file->is_there);
}

static void test_no_closing_without_a_journal(void **state)
{
    (void)state;
    use(104, "host.exe", HANDLE_OPEN, nothing_bars);
    made.order.close = true;
    made.disk.close = ST_IO;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_NOT_WRITTEN);
    assert_true(made.file->is_there);
}

static void test_a_journal_that_ends_on_the_way(void **state)
{
    static const struct {
        enum removal_way way;
        uint64_t lines; /* that it takes */
    } ways[] = {{REMOVAL_NOW, 4}, {REMOVAL_QUARANTINE, 6}, {REMOVAL_RESTART, 6}};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        for (uint64_t lines = 0; lines < ways[i].lines; lines++) {
            begin(state);
            made.file->attributes = REMOVAL_READ_ONLY;
            made.evidence.write_until = lines;
            enum removal_outcome outcome = run(ways[i].way);
            if (lines == ways[i].lines - 1)
                assert_true(made.result.end_unwritten && removal_worked(outcome));
            else
                assert_true(outcome == REMOVAL_NOT_WRITTEN && made.file->is_there);
            end(state);
        }
}

static void test_the_end_that_cannot_be_written_is_told(void **state)
{
    (void)state;
    made.evidence.write_until = 1;
    assert_int_equal(run(REMOVAL_NOW), REMOVAL_DELETED);
    assert_words("deleted; that could not be written to the journal");
}

/* --- what is shown --- */

static struct buffer out;

static void assert_shown(const char *text)
{
    buffer_add_byte(&out, '\0');
    assert_int_equal(out.failed, ST_OK);
    assert_string_equal(out.bytes, text);
    buffer_done(&out);
}

static void test_the_plan(void **state)
{
    const struct registry_key key = {.path = text_of("HKLM\\Run"), .autorun = true};
    const struct registry_value value = {.name = text_of("x")};
    const struct registry_finding finding = {&key, &value, REGISTRY_DATA, text_of(PATH)};
    (void)state;
    buffer_init(&out, 1 << 16);
    made.sight = scripted_disk_look(&made.disk, PATH);
    made.sight->links = 3;
    made.sight->asked = text_of("C:\\l\x1b");
    made.sight->led = true;
    use(104, "evil.exe", HANDLE_IMAGE, nothing_bars);
    use(108, "host.exe", HANDLE_OPEN, nothing_bars);
    removal_lists_add_place(&made.lists, &finding, made.sight->path, NULL);
    made.lists.users_end = made.lists.places_end = ST_OK;
    made.order.sight = made.sight;
    made.order.sample = made.order.kill = made.order.close = true;
    show_removal_found(&out, &made.order);
    show_removal_plan(&out, &made.order, false);
    assert_shown("C:\\t\\evil.exe  (C:\\l\\x1b leads there)\n"
                 "  6 bytes, created unknown, modified 1601-01-01 00:00:01 UTC\n"
                 "  other names (hard links) that are not told here, and stay: 2\n"
                 "runs it or has it loaded:\n"
                 "  evil.exe (104): image\n"
                 "holds it:\n"
                 "  host.exe (108): File 0x58\n"
                 "the registry names it:\n"
                 "  HKLM\\Run : x = C:\\t\\evil.exe [autorun]\n"
                 "to be done:\n"
                 "  1. copy it into the case's samples\n"
                 "  2. kill evil.exe (104)\n"
                 "  3. close File 0x58 of host.exe (108)\n"
                 "  4. delete it\n"
                 "--way restart is not open: only an administrator may have a file deleted at the "
                 "next start\n");
}

static void test_the_lines(void **state)
{
    (void)state;
    buffer_init(&out, 1 << 16);
    assert_int_equal(run(REMOVAL_QUARANTINE), REMOVAL_QUARANTINED);
    show_removal_result(&out, &made.order, &made.result);
    show_removal_result_json(&out, &made.order, &made.result);
    assert_shown("C:\\t\\evil.exe: in quarantine; its copy is " COPY "\n"
                 "SHA-256 a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5\n"
                 "{\"file\":{\"path\":\"C:\\\\t\\\\evil.exe\",\"name\":\"evil.exe\",\"size\":6,"
                 "\"mtime\":\"1601-01-01T00:00:01.0000000Z\"},\"event\":{\"action\":\"remove\","
                 "\"outcome\":\"success\",\"reason\":\"in quarantine; its copy is "
                 "C:\\\\case\\\\quarantine\\\\a5.quarantine\"},\"stakeout\":{\"removal\":{\"way\":"
                 "\"quarantine\",\"to\":\"C:\\\\case\\\\quarantine\\\\a5.quarantine\",\"sha256\":"
                 "\"a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5\","
                 "\"registry_places\":0}}}\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_deleted),
        TEST(test_a_sample_goes_first),
        TEST(test_without_a_sample_nothing_is_lost),
        TEST(test_cancelled_while_the_sample_is_taken),
        TEST(test_read_only),
        TEST(test_read_only_that_stays_so),
        TEST(test_what_is_refused_is_put_back),
        TEST(test_in_use),
        TEST(test_held_it_goes_later),
        TEST(test_a_system_that_lies),
        TEST(test_it_comes_back),
        TEST(test_another_file_by_now),
        TEST(test_written_to_meanwhile),
        TEST(test_gone_meanwhile),
        TEST(test_a_folder_by_now),
        TEST(test_replaced_at_the_last_moment),
        TEST(test_refused),
        TEST(test_the_restart_wants_an_administrator),
        TEST(test_what_runs_is_refused),
        TEST(test_killed_and_closed_first),
        TEST(test_who_is_killed_needs_no_closing),
        TEST(test_the_guarded_are_left_alone),
        TEST(test_who_does_not_die_does_not_stop_the_rest),
        TEST(test_quarantine),
        TEST(test_quarantine_without_a_copy),
        TEST(test_quarantine_with_a_copy_that_is_not_there),
        TEST(test_quarantine_of_what_cannot_be_deleted),
        TEST(test_quarantine_cancelled),
        TEST(test_restart),
        TEST(test_restart_with_names_that_are_taken),
        TEST(test_restart_of_what_cannot_be_renamed),
        TEST(test_restart_refused_is_taken_back),
        TEST(test_restart_that_notes_nothing_down),
        TEST(test_restart_whose_notes_cannot_be_read),
        TEST(test_restart_of_another_file),
        TEST(test_nothing_is_done_that_cannot_be_written),
        TEST(test_no_sample_no_kill_without_a_journal),
        TEST(test_no_closing_without_a_journal),
        cmocka_unit_test(test_a_journal_that_ends_on_the_way),
        TEST(test_the_end_that_cannot_be_written_is_told),
        TEST(test_the_plan),
        TEST(test_the_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
