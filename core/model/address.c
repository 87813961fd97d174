#include "core/model/address.h"

#include "core/base/hash.h"

#include <string.h>

#define GROUPS 8

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

struct address address_from_ipv4(const uint8_t octets[4])
{
    struct address address;
    memcpy(address.bytes, mapped_prefix, sizeof mapped_prefix);
    memcpy(address.bytes + 12, octets, 4);
    return address;
}

struct address address_from_ipv6(const uint8_t bytes[16])
{
    struct address address;
    memcpy(address.bytes, bytes, 16);
    return address;
}

bool address_is_ipv4(const struct address *address)
{
    return memcmp(address->bytes, mapped_prefix, sizeof mapped_prefix) == 0;
}

bool address_is_unspecified(const struct address *address)
{
    static const uint8_t zeros[16];
    if (address_is_ipv4(address))
        return memcmp(address->bytes + 12, zeros, 4) == 0;
    return memcmp(address->bytes, zeros, 16) == 0;
}

bool address_is_loopback(const struct address *address)
{
    static const uint8_t one[16] = {[15] = 1};
    if (address_is_ipv4(address))
        return address->bytes[12] == 127;
    return memcmp(address->bytes, one, 16) == 0;
}

bool address_is_link_local(const struct address *address)
{
    if (address_is_ipv4(address))
        return address->bytes[12] == 169 && address->bytes[13] == 254;
    return address->bytes[0] == 0xFE && (address->bytes[1] & 0xC0) == 0x80;
}

bool address_equal(const struct address *a, const struct address *b)
{
    return memcmp(a->bytes, b->bytes, 16) == 0;
}

int address_compare(const struct address *a, const struct address *b)
{
    int order = memcmp(a->bytes, b->bytes, 16);
    return (order > 0) - (order < 0);
}

uint64_t address_hash(const struct address *address)
{
    uint64_t words[2];
    memcpy(words, address->bytes, 16);
    return hash_mix(hash_add(hash_add(0, words[0]), words[1]));
}

/* Four octets, decimal, without leading zeros: "010" is eight to some readers and ten to others. */
static bool parse_ipv4(struct text value, uint8_t octets[4])
{
    size_t at = 0;
    for (int i = 0; i < 4; i++) {
        unsigned number = 0;
        size_t from = at;
        if (i > 0) {
            if (at >= value.size || value.bytes[at] != '.')
                return false;
            from = ++at;
        }
        while (at < value.size && value.bytes[at] >= '0' && value.bytes[at] <= '9' &&
               at - from < 3) {
            number = number * 10 + (unsigned)(value.bytes[at] - '0');
            at++;
        }
        if (at == from || number > 255 || (at - from > 1 && value.bytes[from] == '0'))
            return false;
        octets[i] = (uint8_t)number;
    }
    return at == value.size;
}

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return -1;
}

/* What has been read of an IPv6 address so far. */
struct reading {
    uint8_t bytes[16];
    size_t filled; /* bytes */
    size_t gap;    /* where "::" stood, in bytes; SIZE_MAX: nowhere */
};

/* One group of hexadecimal digits, or the dotted tail, from `at`; returns where it ends, 0 if none.
 */
static size_t read_group(struct reading *reading, struct text value, size_t at)
{
    unsigned number = 0;
    size_t end = at;
    while (end < value.size && end - at < 4 && hex_digit(value.bytes[end]) >= 0) {
        number = number << 4 | (unsigned)hex_digit(value.bytes[end]);
        end++;
    }
    if (end < value.size && value.bytes[end] == '.') {
        if (reading->filled > 12 ||
            !parse_ipv4(text_slice(value, at, value.size - at), reading->bytes + reading->filled))
            return 0;
        reading->filled += 4;
        return value.size;
    }
    if (end == at || reading->filled > 14)
        return 0;
    reading->bytes[reading->filled++] = (uint8_t)(number >> 8);
    reading->bytes[reading->filled++] = (uint8_t)number;
    return end;
}

static bool parse_ipv6(struct text value, struct reading *reading)
{
    size_t at = 0;
    if (text_starts(value, text_of("::"))) {
        reading->gap = 0;
        at = 2;
    }
    while (at < value.size) {
        at = read_group(reading, value, at);
        if (at == 0)
            return false;
        if (at == value.size)
            break;
        if (value.bytes[at++] != ':' || at == value.size)
            return false;
        if (value.bytes[at] == ':') {
            if (reading->gap != SIZE_MAX)
                return false;
            reading->gap = reading->filled;
            at++;
        }
    }
    return reading->gap == SIZE_MAX ? reading->filled == 16 : reading->filled < 16;
}

bool address_parse(struct text value, struct address *address)
{
    uint8_t octets[4];
    struct reading reading = {.gap = SIZE_MAX};
    if (parse_ipv4(value, octets)) {
        *address = address_from_ipv4(octets);
        return true;
    }
    if (value.size < 2 || !parse_ipv6(value, &reading))
        return false;
    memset(address->bytes, 0, 16);
    if (reading.gap == SIZE_MAX)
        reading.gap = reading.filled;
    size_t behind = reading.filled - reading.gap;
    memcpy(address->bytes, reading.bytes, reading.gap);
    memcpy(address->bytes + 16 - behind, reading.bytes + reading.gap, behind);
    return true;
}

static void add_ipv4(struct buffer *out, const uint8_t *octets)
{
    for (int i = 0; i < 4; i++) {
        if (i > 0)
            buffer_add_byte(out, '.');
        buffer_add_unsigned(out, octets[i]);
    }
}

static unsigned group_of(const struct address *address, int number)
{
    return (unsigned)address->bytes[2 * number] << 8 | address->bytes[2 * number + 1];
}

/* The longest run of two or more zero groups, the first of equals (RFC 5952, 4.2). */
static int longest_zeros(const struct address *address, int *length)
{
    int best = -1;
    *length = 1;
    for (int i = 0; i < GROUPS; i++) {
        int run = 0;
        while (i + run < GROUPS && group_of(address, i + run) == 0)
            run++;
        if (run > *length) {
            best = i;
            *length = run;
        }
        i += run;
    }
    return best;
}

static void add_hex(struct buffer *out, unsigned number)
{
    static const char digits[] = "0123456789abcdef";
    for (int shift = 12; shift >= 0; shift -= 4) {
        if (shift == 0 || number >> shift)
            buffer_add_byte(out, digits[number >> shift & 0xF]);
    }
}

void address_add(struct buffer *out, const struct address *address)
{
    if (address_is_ipv4(address)) {
        add_ipv4(out, address->bytes + 12);
        return;
    }
    int length;
    int zeros = longest_zeros(address, &length);
    for (int i = 0; i < GROUPS; i++) {
        if (i == zeros) {
            buffer_add_string(out, "::");
            i += length - 1;
            continue;
        }
        bool behind_zeros = zeros >= 0 && i == zeros + length;
        if (i > 0 && !behind_zeros)
            buffer_add_byte(out, ':');
        add_hex(out, group_of(address, i));
    }
}

void endpoint_add(struct buffer *out, const struct endpoint *endpoint)
{
    if (address_is_ipv4(&endpoint->address)) {
        address_add(out, &endpoint->address);
    } else {
        buffer_add_byte(out, '[');
        address_add(out, &endpoint->address);
        if (endpoint->scope && address_is_link_local(&endpoint->address)) {
            buffer_add_byte(out, '%');
            buffer_add_unsigned(out, endpoint->scope);
        }
        buffer_add_byte(out, ']');
    }
    buffer_add_byte(out, ':');
    buffer_add_unsigned(out, endpoint->port);
}
