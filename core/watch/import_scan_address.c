#include "core/watch/import_scan_parts.h"

/* Behind spaces, a comma, a bracket and a word like "on", which may stand between host and port. */
static size_t behind_filler(const struct scan *scan, size_t at)
{
    static const char *const words[] = {"on ", "over ", "via ", "using ", "at ", "tcp ", "tcp/"};
    size_t most = at + 6;

    while (at < most && at < scan->piece.size &&
           (scan_is_space(scan_peek(scan, at)) || strchr(",(:", scan_peek(scan, at))))
        at++;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (text_starts_nocase(scan_span(scan, at, scan->piece.size), text_from(words[i])))
            return at + strlen(words[i]);
    return at;
}

/* ":443", "|443", " port 443", " (port 443)", ", port 443": moves *at behind it; 0 where there is
 * none. */
uint16_t scan_take_port(const struct scan *scan, size_t *at)
{
    size_t here = *at;
    uint64_t port;
    size_t digits;

    if (scan_peek(scan, here) == ':' || scan_peek(scan, here) == '|') {
        here++;
    } else {
        here = behind_filler(scan, here);
        if (here == *at ||
            !text_starts_nocase(scan_span(scan, here, scan->piece.size), text_of("port")))
            return 0;
        here += 4;
        while (here < scan->piece.size && here - *at < 20 &&
               (scan_peek(scan, here) == ' ' || scan_peek(scan, here) == ':'))
            here++;
    }
    digits = here;
    while (scan_is_digit(scan_peek(scan, here)))
        here++;
    if (here == digits || scan_is_word(scan_peek(scan, here)) ||
        (scan_peek(scan, here) == ':' && scan_is_hex(scan_peek(scan, here + 1))) ||
        (scan_peek(scan, here) == '.' && scan_is_digit(scan_peek(scan, here + 1))) ||
        !text_number(scan_span(scan, digits, here), 65535, &port) || port == 0)
        return 0;
    *at = here;
    return (uint16_t)port;
}

/* "/24" behind an address; SIZE_MAX where there is none. */
static size_t take_prefix(const struct scan *scan, size_t *at)
{
    size_t here = *at;
    uint64_t prefix;

    if (scan_peek(scan, here) != '/')
        return SIZE_MAX;
    here++;
    while (scan_is_digit(scan_peek(scan, here)))
        here++;
    if (scan_is_word(scan_peek(scan, here)) || scan_peek(scan, here) == '/' ||
        scan_peek(scan, here) == '?' ||
        (scan_peek(scan, here) == '.' && scan_is_word(scan_peek(scan, here + 1))) ||
        !text_number(scan_span(scan, *at + 1, here), 128, &prefix))
        return SIZE_MAX;
    *at = here;
    return (size_t)prefix;
}

/* Four decimal numbers; leading zeros are told, since some read them as octal. */
bool scan_read_ipv4(struct text run, struct address *address, bool *leading_zero)
{
    uint8_t octets[4];
    size_t begin = 0;
    size_t count = 0;

    *leading_zero = false;
    for (size_t at = 0; at <= run.size; at++) {
        uint64_t number;

        if (at < run.size && run.bytes[at] != '.')
            continue;
        if (count == 4 || at - begin > 3 ||
            !text_number(text_slice(run, begin, at - begin), 255, &number))
            return false;
        *leading_zero = *leading_zero || (at - begin > 1 && run.bytes[begin] == '0');
        octets[count++] = (uint8_t)number;
        begin = at + 1;
    }
    if (count != 4)
        return false;
    *address = address_from_ipv4(octets);
    return true;
}

void scan_set_address(struct indicator *indicator, const struct address *address)
{
    *indicator = (struct indicator){.kind = INDICATOR_ADDRESS, .low = *address, .high = *address};
}

/* The word before says that this is a version. */
static bool follows_version(const struct scan *scan, size_t from)
{
    static const char *const words[] = {"version", "ver", "v", "build", "release", "firmware"};
    size_t end = from;
    size_t begin;

    while (end > 0 && (scan_is_space(scan_peek(scan, end - 1)) || scan_peek(scan, end - 1) == '.' ||
                       scan_peek(scan, end - 1) == ':'))
        end--;
    if (end == from && from > 0)
        return false;
    for (begin = end; begin > 0 && scan_is_letter(scan_peek(scan, begin - 1)); begin--)
        ;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (text_equal_nocase(scan_span(scan, begin, end), text_from(words[i])))
            return true;
    return false;
}

/* An address was read at from..at: what follows makes it a network, or gives it a port. */
static enum status finish_address(struct scan *scan, const struct address *address, size_t from,
                                  size_t *at, const char *repaired)
{
    struct indicator indicator;
    size_t prefix = take_prefix(scan, at);

    scan_set_address(&indicator, address);
    if (prefix != SIZE_MAX) {
        if (indicator_set_network(&indicator, address, (unsigned)prefix) != ST_OK)
            return scan_reject(scan, from, *at, DOUBT_MALFORMED, "a network cannot be that narrow");
        return scan_take(scan, &indicator, from, *at, false, repaired);
    }
    indicator.port = scan_take_port(scan, at);
    return scan_take(scan, &indicator, from, *at, false, repaired);
}

/* A run of digits and dots at from..end. *at moves behind what was taken. */
enum status scan_take_ipv4(struct scan *scan, size_t from, size_t end, size_t *at)
{
    struct address address;
    bool leading_zero;
    char previous = scan_before(scan, from);

    *at = end;
    if (!scan_read_ipv4(scan_span(scan, from, end), &address, &leading_zero))
        return ST_OK;
    if (previous == '.' || (scan_peek(scan, end) == '.' && scan_is_word(scan_peek(scan, end + 1))))
        return ST_OK;
    if (previous == '/' && from >= 2 && scan_is_word(scan_peek(scan, from - 2)) && !scan->note)
        return ST_OK; /* "Chrome/10.0.5.54", or a path */
    if (scan->prose && follows_version(scan, from))
        return scan_reject(scan, from, end, DOUBT_MALFORMED, "a version number");
    return finish_address(scan, &address, from, at, leading_zero ? "had leading zeros" : NULL);
}

/* "1.2.3.4-1.2.3.9" */
enum status scan_take_range(struct scan *scan, size_t from, size_t dash, size_t end)
{
    struct indicator indicator = {.kind = INDICATOR_RANGE};
    bool zero_low;
    bool zero_high;

    if (!scan_read_ipv4(scan_span(scan, from, dash), &indicator.low, &zero_low) ||
        !scan_read_ipv4(scan_span(scan, dash + 1, end), &indicator.high, &zero_high) || zero_low ||
        zero_high || address_compare(&indicator.low, &indicator.high) > 0)
        return ST_OK;
    if (address_equal(&indicator.low, &indicator.high))
        indicator.kind = INDICATOR_ADDRESS;
    return scan_take(scan, &indicator, from, end, false, NULL);
}

/* At something that may be IPv6: *at moves behind it when it was taken or looked like one. */
enum status scan_try_ipv6(struct scan *scan, size_t *at)
{
    struct address address;
    size_t from = *at;
    size_t end = from;
    size_t colons = 0;
    size_t digits = 0;
    bool bracket = scan_before(scan, from) == '[';
    struct text run;

    while (scan_is_hex(scan_peek(scan, end)) || scan_peek(scan, end) == ':' ||
           (scan_peek(scan, end) == '.' && scan_is_digit(scan_peek(scan, end + 1)) && colons)) {
        colons += scan_peek(scan, end) == ':';
        digits += scan_is_digit(scan_peek(scan, end));
        end++;
    }
    if (colons < 2)
        return ST_OK;
    if (scan_peek(scan, end - 1) == ':' && scan_peek(scan, end - 2) != ':')
        end--; /* "2001:db8::1:" ends a clause */
    run = scan_span(scan, from, end);
    *at = end;
    if (scan_is_word(scan_peek(scan, end)) || !address_parse(run, &address) || !digits ||
        (scan_peek(scan, end) == '.' && scan_is_word(scan_peek(scan, end + 1))))
        return ST_OK;
    if (scan_peek(scan, end) == '%') {
        while (scan_is_word(scan_peek(scan, *at + 1)))
            (*at)++;
        (*at)++;
        return scan_reject(scan, from, *at, DOUBT_NOT_WATCHABLE,
                           "an address with a zone of one machine");
    }
    if (bracket && scan_peek(scan, end) == ']') {
        struct indicator indicator;

        *at = end + 1;
        scan_set_address(&indicator, &address);
        indicator.port = scan_take_port(scan, at);
        return scan_take(scan, &indicator, from - 1, *at, false, NULL);
    }
    if (scan_peek(scan, end) == '/')
        return finish_address(scan, &address, from, at, NULL);
    struct indicator plain;

    scan_set_address(&plain, &address);
    return scan_take(scan, &plain, from, end, false, NULL);
}
