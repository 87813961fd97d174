/* input: whole files, and standard input where the name is "-". */
#ifndef STAKEOUT_CLI_INPUT_H
#define STAKEOUT_CLI_INPUT_H

#include "core/base/buffer.h"

/* Larger lists are refused. */
#define INPUT_CEILING ((size_t)1 << 29)

/* Appends all bytes. Says why it can't. */
bool input_read(struct text name, struct buffer *out);
/* What the name is called in messages and beside indicators: "standard input" for "-". */
struct text input_name(struct text name);

#endif
