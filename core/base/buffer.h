/* buffer: bytes that grow up to a ceiling.
 * The struct lies in the caller's storage; buffer_done frees what it holds. Every append may fail;
 * the first failure (no memory, over the ceiling) sticks in `failed` and makes later appends do
 * nothing, so that a writer may check once at the end. */
#ifndef STAKEOUT_BASE_BUFFER_H
#define STAKEOUT_BASE_BUFFER_H

#include "core/base/status.h"
#include "core/base/text.h"

struct buffer {
    char *bytes; /* owned; not NUL-terminated */
    size_t size;
    size_t capacity;
    size_t ceiling;
    enum status failed;
};

/* Allocates nothing. ceiling in bytes. */
void buffer_init(struct buffer *buffer, size_t ceiling);
void buffer_done(struct buffer *buffer);
/* Empties it, forgets the failure, keeps the memory. */
void buffer_clear(struct buffer *buffer);

void buffer_add(struct buffer *buffer, struct text piece);
void buffer_add_string(struct buffer *buffer, const char *string);
void buffer_add_byte(struct buffer *buffer, char byte);
void buffer_add_code_point(struct buffer *buffer, uint32_t code_point);
/* Two lower-case digits for each byte. */
void buffer_add_hex(struct buffer *buffer, const unsigned char *bytes, size_t count);
void buffer_add_unsigned(struct buffer *buffer, uint64_t number);
void buffer_add_signed(struct buffer *buffer, int64_t number);
/* Borrowed until the next append, clear or done. */
static inline struct text buffer_text(const struct buffer *buffer)
{
    return (struct text){buffer->bytes, buffer->size};
}

#endif
