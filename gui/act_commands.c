/* Suspend, resume, restart, kill, and the same for trees: what is asked before, and the order.
 * What an order is for is taken when the command comes, by (PID, start); no list that is sorted or
 * refreshed afterwards changes it. */
#include "gui/harm_dialog.h"
#include "gui/main_window.h"
#include "gui/tree_dialog.h"

#include "core/act/tree_plan.h"
#include "gui/act_words.h"
#include "res/ids.h"

#define WORDS_MOST ((size_t)256 * 1024)

bool act_commands_are(unsigned command)
{
    return command >= CMD_SUSPEND && command <= CMD_RESUME_TREE;
}

static enum act_kind kind_of(unsigned command)
{
    switch (command) {
    case CMD_SUSPEND:
        return ACT_SUSPEND;
    case CMD_RESUME:
        return ACT_RESUME;
    case CMD_RESTART:
        return ACT_RESTART;
    case CMD_KILL_TREE:
        return ACT_KILL_TREE;
    case CMD_SUSPEND_TREE:
        return ACT_SUSPEND_TREE;
    case CMD_RESUME_TREE:
        return ACT_RESUME_TREE;
    default:
        return ACT_KILL;
    }
}

unsigned act_commands_grey(const struct main_window *main, unsigned command)
{
    enum act_kind kind = kind_of(command);
    uint32_t process = commands_process(main);
    if (process == NO_ROW)
        return STR_WHY_NO_PROCESS;
    if (commands_many_selected(main)) /* which one would be meant? */
        return STR_WHY_ONE_ROW;
    struct verdict verdict = rails_judge(main->processes_shown, process, main->self, kind);
    if (verdict.rail == RAIL_FORBIDDEN)
        return STR_GUARD + (unsigned)verdict.guard;
    if (act_is_tree(kind) && !tree_plan_has_children(main->processes_shown, process))
        return STR_WHY_NO_CHILDREN;
    return 0;
}

static void tell(struct main_window *main, enum status status, const struct process_facts *facts)
{
    struct buffer whom;
    struct buffer line;
    buffer_init(&whom, WORDS_MOST);
    buffer_init(&line, WORDS_MOST);
    if (status == ST_OK)
        act_words_process(&whom, facts->name, facts->key.pid);
    else
        string_add(&whom, STR_STATUS_PHRASE + (unsigned)status);
    const struct text argument = buffer_text(&whom);
    string_fill(&line, status == ST_OK ? STR_ACT_UNDER_WAY : STR_ACT_NOTHING_DONE, &argument, 1);
    status_tell(main, buffer_text(&line));
    buffer_done(&line);
    buffer_done(&whom);
}

/* The routine question may be switched off, what the rails ask never; of a tree the routine
 * question is its list. */
static bool is_agreed(struct main_window *main, enum act_kind kind,
                      const struct process_facts *facts, struct verdict verdict)
{
    bool routine =
        (kind == ACT_KILL || kind == ACT_RESTART) && settings_flag(main->settings, SETTING_ASK);
    if (!routine && verdict.rail == RAIL_FREE)
        return true;
    const struct harm_question question = {
        .owner = main->window,
        .kind = kind,
        .facts = facts,
        .verdict = verdict,
        .utc = main->options.utc,
    };
    return harm_dialog_run(&question) && !main->ended;
}

static void order_tree(struct main_window *main, struct tree_plan *plan,
                       const struct process_facts *facts)
{
    struct tree_question question = {
        .owner = main->window,
        .settings = main->settings,
        .plan = plan,
        .utc = main->options.utc,
    };
    if (tree_dialog_run(&question) && !main->ended)
        tell(main, acting_order_tree(main->acting, plan, question.resume_rest), facts);
    else
        tree_plan_free(plan);
}

void act_commands_run(struct main_window *main, unsigned command)
{
    enum act_kind kind = kind_of(command);
    uint32_t process = commands_process(main);
    if (process == NO_ROW)
        return;
    /* The dialogs run a loop of their own, in which the lists go on. */
    const struct snapshot *snapshot = snapshot_retain(main->processes_shown);
    const struct process_facts *facts = snapshot->processes[process].facts;
    struct verdict verdict = rails_judge(snapshot, process, main->self, kind);
    if (is_agreed(main, kind, facts, verdict)) {
        struct tree_plan *plan = NULL;
        enum status status = ST_OK;
        if (act_is_tree(kind))
            status = tree_plan_new(snapshot, process, main->self, kind, &plan);
        if (plan)
            order_tree(main, plan, facts);
        else
            tell(main, status == ST_OK ? acting_order(main->acting, kind, facts) : status, facts);
    }
    snapshot_release(snapshot);
    if (!main->ended)
        SetFocus(list_pane_window(main->last));
}

void act_commands_done(struct main_window *main, WPARAM wide)
{
    struct buffer line;
    buffer_init(&line, WORDS_MOST);
    acting_done(main->acting, wide, &line);
    if (line.size)
        status_tell(main, buffer_text(&line));
    buffer_done(&line);
    list_pane_rearrange(main->processes); /* what came of it stands in the rows */
    session_refresh(main->session);
}
