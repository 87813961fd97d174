/* Dump, collect sample, open folder, remove a file, close a connection: what is asked before, and
 * the order. What is meant is taken when the command comes, whatever the lists show afterwards. */
#include "gui/main_window.h"

#include "core/act/tree_plan.h"
#include "gui/act_words.h"
#include "gui/evidence_dialog.h"
#include "gui/progress_dialog.h"
#include "gui/remove_dialog.h"
#include "gui/tree_dialog.h"
#include "res/ids.h"

#define WORDS_MOST ((size_t)256 * 1024)
#define PATH_MOST ((size_t)128 * 1024)

bool evidence_commands_are(unsigned command)
{
    return command == CMD_DUMP || command == CMD_SAMPLE || command == CMD_OPEN_FOLDER ||
           command == CMD_CLOSE_CONNECTION || command == CMD_REMOVE_FILE;
}

/* --- may it be done? --- */

static unsigned grey_dump(const struct main_window *main, const struct process_row *row)
{
    const struct process_facts *facts = row->facts;
    if (row->ended)
        return STR_WHY_ENDED;
    if (facts->key.pid == 0 || facts->key.pid == 4)
        return STR_WHY_NO_OWN_MEMORY;
    if (process_key_equal(facts->key, main->self))
        return STR_WHY_SELF;
    return facts->key.start ? 0 : STR_WHY_NO_START;
}

static unsigned grey_image(const struct process_row *row)
{
    const struct text_fact *image = &row->facts->image;
    return image->state == READ_OK && image->value.size ? 0 : STR_WHY_NO_IMAGE;
}

static unsigned grey_close(const struct main_window *main)
{
    const struct connection_row *row = commands_connection(main);
    if (!row)
        return STR_WHY_NO_CONNECTION;
    if (commands_many_selected(main))
        return STR_WHY_ONE_ROW;
    enum closing_bar bar = closing_bar_of(row, &main->closing);
    if (bar != CLOSING_ALLOWED)
        return STR_WHY_CLOSING + (unsigned)bar;
    return evidence_desk_busy(main->evidence) ? STR_WHY_EVIDENCE_BUSY : 0;
}

unsigned evidence_commands_grey(const struct main_window *main, unsigned command)
{
    if (command == CMD_CLOSE_CONNECTION)
        return grey_close(main);
    uint32_t process = commands_process(main);
    if (process == NO_ROW)
        return STR_WHY_NO_PROCESS;
    if (commands_many_selected(main))
        return STR_WHY_ONE_ROW;
    const struct process_row *row = &main->processes_shown->processes[process];
    unsigned grey = command == CMD_DUMP ? grey_dump(main, row) : grey_image(row);
    if (grey || command == CMD_REMOVE_FILE)
        return grey;
    return evidence_desk_busy(main->evidence) ? STR_WHY_EVIDENCE_BUSY : 0;
}

/* --- the order --- */

static void tell(struct main_window *main, unsigned id, struct text argument)
{
    struct buffer line;
    buffer_init(&line, WORDS_MOST);
    string_fill(&line, id, &argument, 1);
    status_tell(main, buffer_text(&line));
    buffer_done(&line);
}

static void tell_refused(struct main_window *main, enum status status)
{
    struct buffer why;
    buffer_init(&why, 4096);
    string_add(&why, STR_STATUS_PHRASE + (unsigned)status);
    tell(main, STR_ACT_NOTHING_DONE, buffer_text(&why));
    buffer_done(&why);
}

static bool look_at_desk(void *context, uint64_t *done, uint64_t *total)
{
    const struct main_window *main = context;
    if (main->ended || !evidence_desk_busy(main->evidence))
        return false;
    evidence_desk_progress(main->evidence, done, total);
    return true;
}

static void cancel_desk(void *context)
{
    struct main_window *main = context;
    if (!main->ended)
        evidence_desk_cancel(main->evidence);
}

static void show_progress(struct main_window *main, unsigned id, const struct process_facts *facts)
{
    const struct progress_work work = {look_at_desk, cancel_desk, main};
    struct buffer whom;
    struct buffer words;
    buffer_init(&whom, WORDS_MOST);
    buffer_init(&words, WORDS_MOST);
    act_words_process(&whom, facts->name, facts->key.pid);
    const struct text argument = buffer_text(&whom);
    string_fill(&words, id, &argument, 1);
    if (progress_dialog_run(main->window, buffer_text(&words), &work) && !main->ended &&
        evidence_desk_busy(main->evidence))
        status_tell_string(main, STR_EVIDENCE_CANCELLING);
    buffer_done(&words);
    buffer_done(&whom);
}

static void order(struct main_window *main, const struct evidence_wish *wish, unsigned words)
{
    enum status status = evidence_desk_order(main->evidence, wish);
    if (status != ST_OK)
        tell_refused(main, status);
    else if (words)
        show_progress(main, words, wish->facts);
}

static bool ask(struct main_window *main, struct evidence_question *question)
{
    const struct evidence_system *system = main->setup->evidence;
    struct buffer folder;
    buffer_init(&folder, PATH_MOST);
    case_sink_place(main->hits_kept, &folder);
    question->owner = main->window;
    question->means = system ? system->means : NULL;
    question->folder = buffer_text(&folder);
    bool agreed = evidence_dialog_run(question) && !main->ended;
    buffer_done(&folder);
    return agreed;
}

/* What the process started goes along only where all of it may be suspended without a further
 * question; NULL otherwise. */
static struct tree_plan *plan_of(const struct main_window *main, const struct snapshot *snapshot,
                                 uint32_t process)
{
    struct verdict verdict = rails_judge(snapshot, process, main->self, ACT_SUSPEND_TREE);
    struct tree_plan *plan = NULL;
    if (verdict.rail != RAIL_FREE || !tree_plan_has_children(snapshot, process) ||
        tree_plan_new(snapshot, process, main->self, ACT_SUSPEND_TREE, &plan) != ST_OK)
        return NULL;
    return plan;
}

static bool is_chosen(struct main_window *main, struct tree_plan *plan)
{
    struct tree_question question = {
        .owner = main->window,
        .settings = main->settings,
        .plan = plan,
        .for_dump = true,
        .utc = main->options.utc,
    };
    return tree_dialog_run(&question) && !main->ended;
}

static void dump(struct main_window *main, const struct snapshot *snapshot, uint32_t process)
{
    const struct process_facts *facts = snapshot->processes[process].facts;
    struct tree_plan *plan = plan_of(main, snapshot, process);
    size_t ticked = plan ? tree_plan_ticked(plan) : 0;
    struct evidence_question question = {
        .kind = EVIDENCE_DUMP, .facts = facts, .more = ticked ? ticked - 1 : 0};
    if (!ask(main, &question)) {
        tree_plan_free(plan);
        return;
    }
    struct evidence_wish wish = {.job = JOB_DUMP, .facts = facts, .is_full = question.is_full};
    if (question.also && !is_chosen(main, plan)) {
        tree_plan_free(plan);
        return;
    }
    if (question.also) {
        wish.job = JOB_DUMP_TREE;
        wish.plan = plan;
    } else {
        tree_plan_free(plan);
    }
    order(main, &wish, STR_PROGRESS_DUMP);
}

static void sample(struct main_window *main, const struct process_row *row)
{
    struct evidence_question question = {
        .kind = EVIDENCE_SAMPLE, .facts = row->facts, .more = !row->ended};
    if (!ask(main, &question))
        return;
    const struct evidence_wish wish = {
        .job = JOB_SAMPLE, .facts = row->facts, .with_modules = question.also};
    order(main, &wish, STR_PROGRESS_SAMPLE);
}

static void close_connection(struct main_window *main)
{
    const struct connection_row *row = commands_connection(main);
    const struct snapshot *snapshot = main->processes_shown;
    uint32_t owner = commands_process(main);
    if (!row)
        return;
    const struct evidence_wish wish = {
        .job = JOB_CLOSE,
        .facts = owner == NO_ROW ? NULL : snapshot->processes[owner].facts,
        .connection = row->seen,
        .connection_id = row->id,
    };
    order(main, &wish, 0);
}

/* A file is taken away with its image's path; the process may be long gone. */
void evidence_commands_remove(struct main_window *main, HWND owner,
                              const struct process_facts *facts)
{
    const struct snapshot *snapshot = snapshot_retain(main->processes_shown);
    const struct remove_dialog_setup setup = {
        .owner = owner,
        .settings = main->settings,
        .path = facts->image.value,
        .snapshot = snapshot,
        .self = main->self,
        .sink = main->hits_kept,
        .system = main->setup->removal,
        .make_hand = main->setup->make_hand,
        .context = main->setup->context,
        .utc = main->options.utc,
    };
    bool done = remove_dialog_run(&setup);
    snapshot_release(snapshot);
    if (done && !main->ended)
        session_refresh(main->session);
}

void evidence_commands_run(struct main_window *main, unsigned command)
{
    if (command == CMD_CLOSE_CONNECTION) {
        close_connection(main);
        return;
    }
    uint32_t process = commands_process(main);
    if (process == NO_ROW)
        return;
    /* The dialogs run a loop of their own, in which the lists go on. */
    const struct snapshot *snapshot = snapshot_retain(main->processes_shown);
    const struct process_row *row = &snapshot->processes[process];
    const struct evidence_wish show = {.job = JOB_SHOW, .facts = row->facts};
    if (command == CMD_DUMP)
        dump(main, snapshot, process);
    else if (command == CMD_SAMPLE)
        sample(main, row);
    else if (command == CMD_REMOVE_FILE)
        evidence_commands_remove(main, main->window, row->facts);
    else
        order(main, &show, 0);
    snapshot_release(snapshot);
    if (!main->ended)
        SetFocus(list_pane_window(main->last));
}

void evidence_commands_done(struct main_window *main, WPARAM wide)
{
    struct buffer line;
    buffer_init(&line, WORDS_MOST);
    evidence_desk_done(main->evidence, wide, &line);
    if (line.size)
        status_tell(main, buffer_text(&line));
    buffer_done(&line);
    rowview_redraw(list_pane_rowview(main->processes)); /* what came of it stands in the rows */
    rowview_redraw(list_pane_rowview(main->connections));
    session_refresh(main->session);
}
