/* version_block: what a program says of itself in its version resource (VS_VERSIONINFO).
 * The bytes come from a file that may be malware: lengths in them are not believed, and the worst
 * that a block can do is say nothing. Pure; any thread. */
#ifndef STAKEOUT_JUDGE_VERSION_BLOCK_H
#define STAKEOUT_JUDGE_VERSION_BLOCK_H

#include "core/model/file_facts.h"

/* Fills the texts and `present` (false: the bytes are no such block) from the whole resource. Where
 * there are several languages, each text is from the first that has it. A file version that no
 * string tells is made of the block's binary one ("10.0.19041.1"). Texts lie in the arena; want of
 * memory (ST_NO_MEMORY) leaves *version as it was. */
enum status version_block_read(struct text bytes, struct arena *arena,
                               struct file_version *version);

#endif
