/* base64: bytes as letters (RFC 4648 section 4), padded. */
#ifndef STAKEOUT_BASE_BASE64_H
#define STAKEOUT_BASE_BASE64_H

#include "core/base/buffer.h"

void base64_add(struct buffer *out, const unsigned char *bytes, size_t size);

#endif
