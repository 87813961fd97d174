/* trap_commands: the trap of the window: its rules from the settings, its sink for the sampler, and
 * what it did, told in the rows. Window thread, but for what the trap itself calls. */
#ifndef STAKEOUT_GUI_TRAP_COMMANDS_H
#define STAKEOUT_GUI_TRAP_COMMANDS_H

#include <windows.h>

#include "core/watch/round.h"
#include "gui/case_sink.h"
#include "gui/settings.h"

struct trap_desk;

/* message is posted when there is something to tell. Owned: trap_desk_free, after the sampler has
 * ended. NULL when it can't be had. */
struct trap_desk *trap_desk_new(struct settings *settings, struct case_sink *sink, HWND window,
                                UINT message);
void trap_desk_free(struct trap_desk *desk); /* NULL is fine */
struct hit_sink trap_desk_sink(struct trap_desk *desk);

/* Asks what shall be done at a hit; false: it stays so. */
bool trap_desk_ask(struct trap_desk *desk, HWND owner);
/* The message came: *line gets what is to be told, the rows' notes the rest. */
void trap_desk_tell(struct trap_desk *desk, struct buffer *line);
/* "suspend, dump": what is done at a hit; nothing where it is off. */
void trap_desk_state(const struct trap_desk *desk, struct buffer *out);

/* Whether each line is "INDICATOR-OR-FILE=suspend,dump". */
bool trap_commands_understands(struct text lines);

#endif
