/* meter: shows on a console how far a long piece of work is, and lets Ctrl-C end it.
 * The work goes on on the calling thread; one at a time. Where standard error is no console nothing
 * is shown, and Ctrl-C works all the same. */
#ifndef STAKEOUT_CLI_METER_H
#define STAKEOUT_CLI_METER_H

#include "core/base/progress.h"
#include "core/base/text.h"

/* The progress to hand to the work; it lives until meter_end. */
struct progress *meter_begin(void);
/* Says what is being worked at, on a line of its own, where there is a console. */
void meter_tell(struct text what);
/* Takes its line off the console. */
void meter_end(void);

#endif
