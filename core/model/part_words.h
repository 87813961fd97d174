/* part_words: the system's numbers of threads and tokens in words.
 * English, static storage unless a buffer is given; what a later system may add is told by its
 * number. Any thread. */
#ifndef STAKEOUT_MODEL_PART_WORDS_H
#define STAKEOUT_MODEL_PART_WORDS_H

#include "core/model/process_parts.h"

#define THREAD_WAITING 5u /* of its states */

/* "running", "waiting"; NULL for a state that nobody has described. */
const char *thread_state_word(uint32_t state);
/* "user request", "suspended", "LPC receive"; NULL as above. */
const char *thread_wait_word(uint32_t wait);
/* The word of a state or a wait reason, or its number; for facts that are READ_OK. */
void thread_state_add(struct buffer *out, uint32_t state);
void thread_wait_add(struct buffer *out, uint32_t wait);
/* "kernel32.dll+0x1a2b", or the bare address "0x7ff60000" outside of every module. */
void thread_start_add(struct buffer *out, const struct thread_info *thread);

/* "medium", "high"; a level between two is told by the lower one and its number. */
void integrity_add(struct buffer *out, uint32_t level);
/* "default", "full", "limited"; NULL for others. */
const char *elevation_word(uint32_t elevation);
/* "SeDebugPrivilege"; NULL for one that nobody has described. */
const char *privilege_word(uint64_t luid);
void privilege_add(struct buffer *out, uint64_t luid);
/* "mandatory, enabled": what of a group matters to people; may add nothing. */
void group_attributes_add(struct buffer *out, uint32_t attributes);

/* "0x1a2b" */
void hexadecimal_add(struct buffer *out, uint64_t number);

#endif
