/* commands: what stakeout-cli can do. Each takes understood arguments and returns the exit status.
 */
#ifndef STAKEOUT_CLI_COMMANDS_H
#define STAKEOUT_CLI_COMMANDS_H

#include "core/cli/console.h"
#include "core/cli/text/arguments.h"

enum exit_status command_ps(const struct arguments *arguments);
enum exit_status command_net(const struct arguments *arguments);
enum exit_status command_info(const struct arguments *arguments);
enum exit_status command_indicators(const struct arguments *arguments);
enum exit_status command_watch(const struct arguments *arguments);
/* suspend, resume, restart, kill, and the same for trees. */
enum exit_status command_act(const struct arguments *arguments);
/* handles, registry, memory. */
enum exit_status command_find(const struct arguments *arguments);
enum exit_status command_sinkhole(const struct arguments *arguments);
enum exit_status command_kill_thread(const struct arguments *arguments);
enum exit_status command_report(const struct arguments *arguments);
enum exit_status command_verify(const struct arguments *arguments);
enum exit_status command_dump(const struct arguments *arguments);
enum exit_status command_dump_tree(const struct arguments *arguments);
enum exit_status command_sample(const struct arguments *arguments);
enum exit_status command_close(const struct arguments *arguments);
enum exit_status command_close_handle(const struct arguments *arguments);
/* export, delete. */
enum exit_status command_registry(const struct arguments *arguments);
enum exit_status command_evidence(const struct arguments *arguments);
/* new, show, close. */
enum exit_status command_case(const struct arguments *arguments);
enum exit_status command_remove(const struct arguments *arguments);

#endif
