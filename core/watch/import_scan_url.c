#include "core/watch/import_scan_parts.h"

/* Schemes that are written so as not to be clicked: hxxp, hzzps, htxp, fxp, xxxxs, meow. */
static bool is_defanged_scheme(struct text scheme)
{
    static const char *const plain[] = {"http", "https", "ftp",  "ftps", "sftp",   "ws",
                                        "wss",  "tcp",   "udp",  "ssl",  "tls",    "smb",
                                        "ldap", "git",   "ssh",  "irc",  "svn",    "file",
                                        "rtsp", "rdp",   "mqtt", "dns",  "stratum"};

    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (text_equal_nocase(scheme, text_from(plain[i])))
            return false;
    return true;
}

bool scan_is_web_scheme(struct text scheme)
{
    if (scheme.size && (scheme.bytes[scheme.size - 1] | 32) == 's')
        scheme.size--;
    if (scheme.size == 4 && (scheme.bytes[0] | 32) == 'h' && (scheme.bytes[3] | 32) == 'p')
        return true;
    return scheme.size == 3 && (scheme.bytes[0] | 32) == 'f' &&
           ((scheme.bytes[2] | 32) == 'p' || (scheme.bytes[2] | 32) == 'x');
}

/* Behind a scheme: "://" and what people make of it. SIZE_MAX where it is none. */
size_t scan_authority(const struct scan *scan, struct text scheme, size_t at)
{
    bool web = scan_is_web_scheme(scheme);
    size_t slashes = 0;
    bool colon = false;

    if (web && scan_peek(scan, at) == ' ' && scan_peek(scan, at + 1) == ':')
        at++;
    if (scan_peek(scan, at) == ':') {
        colon = true;
        at++;
    }
    while ((scan_peek(scan, at) == '/' || (web && scan_peek(scan, at) == '\\')) && slashes < 4) {
        at++;
        slashes++;
    }
    if (slashes < 2 || (!colon && !web))
        return SIZE_MAX;
    return at;
}

static bool ends_url(const struct scan *scan, size_t at)
{
    char c = scan_peek(scan, at);

    if (at >= scan->piece.size || scan_is_space(c) || strchr("\"'<>`|(){}[]", c))
        return true;
    if (c != ',' && c != ';')
        return false;
    if (at + 1 >= scan->piece.size || scan_is_space(scan_peek(scan, at + 1)))
        return true;
    for (size_t i = at + 1; i < at + SCAN_SCHEME_MOST; i++)
        if (!scan_is_letter(scan_peek(scan, i)))
            return i > at + 2 && scan_peek(scan, i) == ':';
    return false;
}

/* inet_aton's other spellings, which browsers take in a URL: one number, or octal and hex parts. */
static bool read_odd_ipv4(struct text host, struct address *address)
{
    uint64_t value = 0;
    size_t parts = 0;
    size_t at = 0;
    bool odd = false;

    while (at < host.size) {
        uint64_t number = 0;
        unsigned base = 10;
        size_t digits = 0;

        if (host.bytes[at] == '0' && at + 1 < host.size && (host.bytes[at + 1] | 32) == 'x') {
            base = 16;
            at += 2;
        } else if (host.bytes[at] == '0' && at + 1 < host.size &&
                   scan_is_digit(host.bytes[at + 1])) {
            base = 8;
        }
        odd = odd || base != 10;
        for (; at < host.size && host.bytes[at] != '.'; at++, digits++) {
            char c = host.bytes[at];
            unsigned digit = scan_is_digit(c) ? (unsigned)(c - '0')
                             : scan_is_hex(c) ? (unsigned)((c | 32) - 'a' + 10)
                                              : 99;

            if (digit >= base || number > UINT32_MAX)
                return false;
            number = number * base + digit;
        }
        if (!digits || ++parts > 4)
            return false;
        if (at < host.size) {
            if (number > 255)
                return false;
            value = value << 8 | number;
            at++;
            continue;
        }
        unsigned bits = 8 * (unsigned)(5 - parts);

        if (number >> bits)
            return false;
        value = value << bits | number;
    }
    if (!parts || (!odd && parts == 4) || value < (1u << 24))
        return false;
    *address = address_from_ipv4((uint8_t[4]){(uint8_t)(value >> 24), (uint8_t)(value >> 16),
                                              (uint8_t)(value >> 8), (uint8_t)value});
    return true;
}

/* The host of a URL at host..end (with a port behind it, perhaps). */
static enum status take_url_host(struct scan *scan, size_t from, size_t host, size_t end,
                                 size_t url_end, bool defanged)
{
    struct indicator indicator;
    struct address address;
    struct text name;
    size_t colon = host;
    uint64_t port = 0;
    bool zero;
    const char *why;
    size_t labels;

    if (scan_peek(scan, host) == '[') {
        while (colon < end && scan_peek(scan, colon) != ']')
            colon++;
        if (!address_parse(scan_span(scan, host + 1, colon), &address))
            return scan_reject(scan, from, url_end, DOUBT_MALFORMED, "its host is no address");
        scan_set_address(&indicator, &address);
        colon++;
    } else {
        struct text run;

        while (colon < end && scan_peek(scan, colon) != ':')
            colon++;
        run = scan_span(scan, host, colon);
        if (run.size && run.bytes[run.size - 1] == '.')
            run.size--;
        indicator = (struct indicator){.kind = INDICATOR_DOMAIN};
        scan->scratch.size = 0;
        if (scan_read_ipv4(run, &address, &zero) || read_odd_ipv4(run, &address)) {
            scan_set_address(&indicator, &address);
        } else if (domain_parse(run, &scan->scratch, &name, &labels, &why) == ST_OK && labels > 1 &&
                   (suffix_is_top(scan_last_label(name)) || defanged ||
                    (scan->note && scan->note->declared))) {
            indicator.value = name;
        } else {
            return scan_reject(scan, from, url_end, DOUBT_NOT_WATCHABLE,
                               "a URL whose host is no name of the internet");
        }
    }
    if (colon < end && scan_peek(scan, colon) == ':' &&
        text_number(scan_span(scan, colon + 1, end), 65535, &port))
        indicator.port = (uint16_t)port;
    return scan_take(scan, &indicator, from, url_end, defanged, NULL);
}

/* A URL whose scheme is at from..scheme_end and whose authority begins at `at`. */
enum status scan_take_url(struct scan *scan, size_t from, size_t scheme_end, size_t *at)
{
    size_t authority = *at;
    size_t host = authority;
    size_t end = authority;
    size_t url_end;
    bool defanged = is_defanged_scheme(scan_span(scan, from, scheme_end));

    while (end < scan->piece.size && !scan_is_space(scan_peek(scan, end)) &&
           !strchr("/?#\\\"'<>`|(){},;*+=", scan_peek(scan, end))) {
        if (scan_peek(scan, end) == '@')
            host = end + 1;
        if (scan_peek(scan, end) == ']' && scan_peek(scan, host) != '[')
            break;
        if (scan_peek(scan, end) == '[' && end != host)
            break;
        end++;
    }
    for (url_end = end; !ends_url(scan, url_end); url_end++)
        ;
    while (url_end > end && strchr(".,;:!?", scan_peek(scan, url_end - 1)))
        url_end--;
    *at = url_end > *at ? url_end : *at;
    while (end > host && strchr(".:", scan_peek(scan, end - 1)))
        end--;
    return take_url_host(scan, from, host, end, url_end > end ? url_end : end,
                         defanged || scan_mark(scan, from, end) == 1);
}
