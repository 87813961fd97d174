#include "core/case/defang.h"

/* More than one colon that no "//" follows: an address of IPv6, whose colons could be a link's. */
static bool is_ipv6(struct text value)
{
    unsigned colons = 0;
    for (size_t i = 0; i < value.size; i++) {
        char byte = value.bytes[i];
        if (byte == '/' && colons < 2)
            return false;
        colons += byte == ':';
    }
    return colons > 1;
}

void defang_add(struct buffer *out, struct text value)
{
    bool ipv6 = is_ipv6(value);
    size_t at = 0;
    if (text_starts_nocase(value, text_of("http://")) ||
        text_starts_nocase(value, text_of("https://"))) {
        buffer_add_string(out, "hxxp");
        at = 4;
    }
    for (; at < value.size; at++) {
        char byte = value.bytes[at];
        bool was_so =
            at && at + 1 < value.size && value.bytes[at - 1] == '[' && value.bytes[at + 1] == ']';
        bool enclosed = !was_so && (byte == '.' || (byte == ':' && ipv6));
        if (enclosed)
            buffer_add_byte(out, '[');
        buffer_add_byte(out, byte);
        if (enclosed)
            buffer_add_byte(out, ']');
    }
}
