/* protection: what the system's protection byte of a process says.
 * Bits 0 to 2 are the type (1: light, 2: full), bit 3 asks for audit, bits 4 to 7 name the signer,
 * as Windows 8.1 and later answer for class 61 of NtQueryInformationProcess. A protected process
 * cannot be ended or read by a program that is not one, whatever its rights. Portable; any thread.
 */
#ifndef STAKEOUT_MODEL_PROTECTION_H
#define STAKEOUT_MODEL_PROTECTION_H

#include "core/base/buffer.h"

#define PROTECTION_FULL                                                                            \
    2u /* the type alone: a protected process of a system that names no signer */

/* Whether the byte means any protection: a signer without a type does not. */
static inline bool protection_is_set(uint32_t protection)
{
    return (protection & 7u) != 0;
}

/* "PPL antimalware", "PP Windows TCB", "PP" without a signer, "none". */
void protection_add(struct buffer *out, uint32_t protection);

#endif
