/* core_process: what the processes that every Windows runs look like, and how one of them differs.
 * The table follows the published "know normal" lists (SANS "Hunt Evil" as many restate it) with
 * the exceptions that real fleets need: of 720,268 instances of svchost.exe on 1,000 hosts (Carbon
 * Black, 2014) 97.7 % were started by services.exe, nearly all others by rpcnet.exe, MsMpEng.exe or
 * another svchost.exe. What could not be read differs from nothing. Pure; any thread. */
#ifndef STAKEOUT_JUDGE_CORE_PROCESS_H
#define STAKEOUT_JUDGE_CORE_PROCESS_H

#include "core/model/history.h"

struct core_process;

/* How many of them may run. */
enum core_number { CORE_ANY_NUMBER, CORE_ONE, CORE_ONE_A_SESSION };

/* The entry of a name, without ASCII case, or NULL. "svchost.exe", "System". */
const struct core_process *core_process_find(struct text name);
/* The entries in their order; NULL behind the last. */
const struct core_process *core_process_at(size_t place);
struct text core_process_name(const struct core_process *core); /* static */
enum core_number core_process_number(const struct core_process *core);

/* Whether that fact is other than it should be. windows is the system's folder ("C:\Windows");
 * empty: unknown. */
bool core_folder_differs(const struct core_process *core, const struct process_facts *facts,
                         struct text windows, bool has_kernel);
/* parent is one that started before the child did, or may have, as `kind` says. */
bool core_parent_differs(const struct core_process *core, const struct process_facts *facts,
                         const struct process_facts *parent, enum parent_kind kind,
                         struct text windows);
bool core_user_differs(const struct core_process *core, const struct process_facts *facts);
bool core_session_differs(const struct core_process *core, const struct process_facts *facts);
/* parent may be NULL. */
bool core_arguments_differ(const struct core_process *core, const struct process_facts *facts,
                           const struct process_facts *parent);
bool core_pid_differs(const struct core_process *core, const struct process_facts *facts);

#endif
