#include "core/base/base64.h"

void base64_add(struct buffer *out, const unsigned char *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t three = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                         (left > 2 ? bytes[i + 2] : 0);
        buffer_add_byte(out, digits[three >> 18]);
        buffer_add_byte(out, digits[three >> 12 & 63]);
        buffer_add_byte(out, left > 1 ? digits[three >> 6 & 63] : '=');
        buffer_add_byte(out, left > 2 ? digits[three & 63] : '=');
    }
}
