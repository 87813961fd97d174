#include "core/base/buffer.h"

#include "core/base/memory.h"

#include <string.h>

#define FIRST_CAPACITY 64

void buffer_init(struct buffer *buffer, size_t ceiling)
{
    *buffer = (struct buffer){.ceiling = ceiling, .failed = ST_OK};
}

void buffer_done(struct buffer *buffer)
{
    memory_give(buffer->bytes);
    buffer_init(buffer, buffer->ceiling);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->size = 0;
    buffer->failed = ST_OK;
}

/* Doubling, so that n appended bytes cost O(n). */
static size_t next_capacity(const struct buffer *buffer, size_t needed)
{
    size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
    while (capacity < needed) {
        if (capacity > buffer->ceiling / 2)
            return buffer->ceiling;
        capacity *= 2;
    }
    return capacity < buffer->ceiling ? capacity : buffer->ceiling;
}

/* Room for `more` bytes behind what is there; NULL (and the failure noted) when there is none. */
static char *reserve(struct buffer *buffer, size_t more)
{
    if (buffer->failed != ST_OK)
        return NULL;
    if (more > buffer->ceiling - buffer->size) {
        buffer->failed = ST_TOO_LARGE;
        return NULL;
    }
    if (buffer->size + more > buffer->capacity) {
        size_t capacity = next_capacity(buffer, buffer->size + more);
        char *bytes = memory_grow(buffer->bytes, capacity);
        if (!bytes) {
            buffer->failed = ST_NO_MEMORY;
            return NULL;
        }
        buffer->bytes = bytes;
        buffer->capacity = capacity;
    }
    return buffer->bytes + buffer->size;
}

void buffer_add(struct buffer *buffer, struct text piece)
{
    if (piece.size == 0)
        return;
    char *room = reserve(buffer, piece.size);
    if (room) {
        memcpy(room, piece.bytes, piece.size);
        buffer->size += piece.size;
    }
}

void buffer_add_string(struct buffer *buffer, const char *string)
{
    buffer_add(buffer, text_from(string));
}

void buffer_add_byte(struct buffer *buffer, char byte)
{
    buffer_add(buffer, (struct text){&byte, 1});
}

void buffer_add_code_point(struct buffer *buffer, uint32_t code_point)
{
    char bytes[4];
    size_t size = text_encode(code_point, bytes);
    buffer_add(buffer, (struct text){bytes, size});
}

void buffer_add_hex(struct buffer *buffer, const unsigned char *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        buffer_add_byte(buffer, digits[bytes[i] >> 4]);
        buffer_add_byte(buffer, digits[bytes[i] & 15]);
    }
}

void buffer_add_unsigned(struct buffer *buffer, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    buffer_add(buffer, (struct text){digits + at, sizeof digits - at});
}

void buffer_add_signed(struct buffer *buffer, int64_t number)
{
    if (number < 0) {
        buffer_add_byte(buffer, '-');
        buffer_add_unsigned(buffer, 0 - (uint64_t)number);
    } else {
        buffer_add_unsigned(buffer, (uint64_t)number);
    }
}
