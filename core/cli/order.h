/* order: what the commands that act share: whom it is about, whether it may be done, whether it is
 * agreed to, and the case's journal. One thread. */
#ifndef STAKEOUT_CLI_ORDER_H
#define STAKEOUT_CLI_ORDER_H

#include "core/act/deed.h"
#include "core/act/tree_plan.h"
#include "core/cli/commands.h"
#include "core/windows/case/case_folder.h"

/* What one command works with. */
struct order {
    const struct arguments *arguments;
    enum act_kind kind;
    const struct snapshot *snapshot;
    uint32_t row; /* NO_ROW: nothing runs with this PID, or not what --start means */
    struct process_key self;
    struct deed_target target;
    struct case_folder *folder;
    struct hand *hand;
};

/* One look at the machine; fills all about the process of that PID, or row = NO_ROW. */
enum status order_find(struct order *order, uint32_t pid);
/* "kill: ping.exe (104)" and the two texts, on standard error. Returns EXIT_TROUBLE. */
enum exit_status order_say_about(const struct order *order, const char *what, const char *more);
/* There is no such process. Returns EXIT_NOTHING. */
enum exit_status order_say_nobody(const struct order *order);
/* False: something forbids it, and that was said. */
bool order_passes_rails(const struct order *order);
/* Asks on the console unless --yes was given or there is nothing to ask; `what` is shown first. */
bool order_is_agreed(const struct order *order, struct text what);
/* Ticks the members that --name, --orphans and --leave mean. */
void order_tick(const struct order *order, struct tree_plan *plan);
/* Opens the case's journal; false: it failed, and that was said. */
bool order_open_case(struct order *order);
/* Opens the case's journal and the hand; false: it failed, and that was said. */
bool order_get_ready(struct order *order);
void order_done(struct order *order);

#endif
