/* hidden: characters that a reader can't see, or that turn what stands beside them.
 * Controls, invisible and direction characters, tags, lone surrogates. Whoever writes malware
 * chooses its names: such characters are shown as what they are wherever people read. Pure. */
#ifndef STAKEOUT_BASE_HIDDEN_H
#define STAKEOUT_BASE_HIDDEN_H

#include <stdbool.h>
#include <stdint.h>

bool hidden_is(uint32_t code_point);

#endif
