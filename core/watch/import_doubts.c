#include "core/watch/import_doubts.h"

#include "core/watch/suffix.h"

#include <string.h>

struct special {
    uint8_t prefix; /* of the sixteen bytes: IPv4 lies in ::ffff:0:0/96 */
    uint8_t bytes[16];
    const char *why;
};

#define V4(bits, a, b, c, d)                                                                       \
    (bits) + 96,                                                                                   \
    {                                                                                              \
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, (a), (b), (c), (d)                               \
    }
#define V6(bits, a, b, c, d)                                                                       \
    (bits),                                                                                        \
    {                                                                                              \
        (a), (b), (c), (d)                                                                         \
    }

/* The IANA special-purpose address registries (RFC 6890 and what followed). */
static const struct special specials[] = {
    {V4(8, 0, 0, 0, 0), "\"this\" network, RFC 1122"},
    {V4(8, 10, 0, 0, 0), "private network, RFC 1918"},
    {V4(10, 100, 64, 0, 0), "carrier-grade NAT, RFC 6598"},
    {V4(8, 127, 0, 0, 0), "loopback"},
    {V4(16, 169, 254, 0, 0), "link-local"},
    {V4(12, 172, 16, 0, 0), "private network, RFC 1918"},
    {V4(24, 192, 0, 0, 0), "reserved for protocols, RFC 6890"},
    {V4(24, 192, 0, 2, 0), "reserved for documentation, RFC 5737"},
    {V4(16, 192, 168, 0, 0), "private network, RFC 1918"},
    {V4(15, 198, 18, 0, 0), "reserved for benchmarks, RFC 2544"},
    {V4(24, 198, 51, 100, 0), "reserved for documentation, RFC 5737"},
    {V4(24, 203, 0, 113, 0), "reserved for documentation, RFC 5737"},
    {V4(4, 224, 0, 0, 0), "multicast"},
    {V4(4, 240, 0, 0, 0), "reserved or broadcast"},
    {V6(128, 0, 0, 0, 0), "the unspecified address"},
    {128, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, "loopback"},
    {V6(7, 0xFC, 0, 0, 0), "private network, RFC 4193"},
    {V6(10, 0xFE, 0x80, 0, 0), "link-local"},
    {V6(8, 0xFF, 0, 0, 0), "multicast"},
    {V6(32, 0x20, 0x01, 0x0D, 0xB8), "reserved for documentation, RFC 3849"},
};

/* Resolvers that half the world asks: their addresses in a report are context, not a target. */
static const char *const resolvers[] = {
    "1.0.0.1",
    "1.1.1.1",
    "4.2.2.1",
    "4.2.2.2",
    "8.8.4.4",
    "8.8.8.8",
    "9.9.9.9",
    "64.6.64.6",
    "77.88.8.8",
    "94.140.14.14",
    "114.114.114.114",
    "119.29.29.29",
    "149.112.112.112",
    "180.76.76.76",
    "208.67.220.220",
    "208.67.222.222",
    "223.5.5.5",
    "223.6.6.6",
    "2606:4700:4700::1001",
    "2606:4700:4700::1111",
    "2001:4860:4860::8844",
    "2001:4860:4860::8888",
    "2620:fe::fe",
};

/* Hosts that good programs talk to all day, and hosts that everybody shares. A leading dot stands
 * for the name and all below it. Sorted by nothing: the list is short. */
static const char *const benign[] = {
    ".microsoft.com",
    ".windowsupdate.com",
    ".windows.com",
    ".msftconnecttest.com",
    ".office.com",
    ".office365.com",
    ".live.com",
    ".outlook.com",
    ".bing.com",
    ".msn.com",
    ".skype.com",
    ".digicert.com",
    ".verisign.com",
    ".symantec.com",
    ".google.com",
    ".googleapis.com",
    ".gstatic.com",
    ".youtube.com",
    ".gmail.com",
    ".apple.com",
    ".icloud.com",
    ".mozilla.org",
    ".firefox.com",
    ".amazon.com",
    ".facebook.com",
    ".instagram.com",
    ".whatsapp.com",
    ".twitter.com",
    ".x.com",
    ".linkedin.com",
    ".wikipedia.org",
    ".yahoo.com",
    ".baidu.com",
    ".qq.com",
    ".taobao.com",
    ".adobe.com",
    ".cloudflare.com",
    ".akamai.com",
    ".virustotal.com",
    ".abuse.ch",
    ".mitre.org",
    ".nist.gov",
    ".misp-project.org",
    ".welivesecurity.com",
    "github.com",
    "raw.githubusercontent.com",
    "gist.github.com",
    "gitlab.com",
    "bitbucket.org",
    "pastebin.com",
    "api.telegram.org",
    "t.me",
    "telegram.me",
    "discord.com",
    "discordapp.com",
    "cdn.discordapp.com",
    "drive.google.com",
    "dropbox.com",
    "www.dropbox.com",
    "dl.dropboxusercontent.com",
    "mega.nz",
    "bit.ly",
    "tinyurl.com",
    "is.gd",
    "api.ipify.org",
    "ipinfo.io",
    "ifconfig.me",
    "icanhazip.com",
    "checkip.dyndns.org",
    "ip-api.com",
    "i.imgur.com",
    "imgur.com",
    "www.w3.org",
    "schemas.xmlsoap.org",
    "localhost",
    "localhost.localdomain",
    "broadcasthost",
};

/* Top-level domains that are file extensions as well. */
static const char *const extensions[] = {
    "ai", "app", "bat", "bin", "cab", "cc",  "cfg", "doc", "docs", "inf", "ini",
    "js", "la",  "lnk", "md",  "mm",  "mov", "ms",  "nc",  "pl",   "ps",  "pub",
    "py", "rs",  "sh",  "so",  "st",  "sys", "tm",  "vi",  "zip",
};

static bool in_special(const struct special *special, const struct address *address)
{
    unsigned bytes = special->prefix / 8;
    unsigned bits = special->prefix % 8;

    if (memcmp(special->bytes, address->bytes, bytes) != 0)
        return false;
    return bits == 0 || ((special->bytes[bytes] ^ address->bytes[bytes]) >> (8 - bits)) == 0;
}

static const struct special *special_of(const struct address *address)
{
    for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++)
        if (in_special(&specials[i], address))
            return &specials[i];
    return NULL;
}

const char *import_special_network(const struct address *address)
{
    const struct special *special = special_of(address);

    return special ? special->why : NULL;
}

static bool is_resolver(const struct address *address)
{
    for (size_t i = 0; i < sizeof resolvers / sizeof resolvers[0]; i++) {
        struct address known;

        if (address_parse(text_from(resolvers[i]), &known) && address_equal(&known, address))
            return true;
    }
    return false;
}

/* More than a sixteen-millionth of IPv4, or a /20 of IPv6. */
static bool is_too_wide(const struct indicator *indicator)
{
    size_t differ = 0;

    while (differ < 16 && indicator->low.bytes[differ] == indicator->high.bytes[differ])
        differ++;
    if (address_is_ipv4(&indicator->low) && address_is_ipv4(&indicator->high))
        return differ < 13;
    if (differ < 2)
        return true;
    return differ == 2 && (indicator->low.bytes[2] ^ indicator->high.bytes[2]) > 0x0F;
}

static enum finding_doubt doubt_address(const struct indicator *indicator,
                                        const struct import_context *context, const char **why)
{
    const struct special *special = special_of(&indicator->low);

    if (indicator->kind != INDICATOR_ADDRESS && is_too_wide(indicator)) {
        *why = "covers a large part of the internet";
        return DOUBT_TOO_WIDE;
    }
    if (special && in_special(special, &indicator->high)) {
        *why = special->why;
        return DOUBT_PRIVATE;
    }
    for (size_t i = 0; context && i < context->own_count; i++) {
        if (address_compare(&context->own[i], &indicator->low) >= 0 &&
            address_compare(&context->own[i], &indicator->high) <= 0) {
            *why = "an address of this machine, its gateway or its resolver";
            return DOUBT_OWN;
        }
    }
    if (indicator->kind == INDICATOR_ADDRESS && is_resolver(&indicator->low)) {
        *why = "a public resolver that many programs ask";
        return DOUBT_RESOLVER;
    }
    return DOUBT_NONE;
}

static bool in_strings(struct text value, const char *const *strings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(value, text_from(strings[i])))
            return true;
    return false;
}

static bool is_benign(struct text name)
{
    for (size_t i = 0; i < sizeof benign / sizeof benign[0]; i++) {
        struct text entry = text_from(benign[i]);
        bool below = entry.bytes[0] == '.';

        if (text_equal(name, below ? text_slice(entry, 1, entry.size - 1) : entry) ||
            (below && text_ends(name, entry)))
            return true;
    }
    return false;
}

static struct text last_label(struct text name)
{
    size_t at = name.size;

    while (at > 0 && name.bytes[at - 1] != '.')
        at--;
    return text_slice(name, at, name.size - at);
}

bool import_is_file_like(struct text name)
{
    struct text last = last_label(name);
    size_t dots = 0;

    for (size_t i = 0; i < name.size; i++)
        dots += name.bytes[i] == '.';
    return dots == 1 && in_strings(last, extensions, sizeof extensions / sizeof extensions[0]);
}

static enum finding_doubt doubt_name(const struct indicator *indicator, bool declared,
                                     const char **why)
{
    if (suffix_is_public(indicator->value)) {
        *why = "a bare suffix: many strangers have names under it";
        return DOUBT_SUFFIX;
    }
    if (is_benign(indicator->value)) {
        *why = "a well-known host that good programs use";
        return DOUBT_BENIGN;
    }
    if (!declared && import_is_file_like(indicator->value)) {
        *why = "looks like a file: its last part is an extension, too";
        return DOUBT_FILE_NAME;
    }
    return DOUBT_NONE;
}

enum finding_doubt import_doubt(const struct indicator *indicator, bool declared,
                                const struct import_context *context, const char **why)
{
    *why = "";
    switch (indicator->kind) {
    case INDICATOR_ADDRESS:
    case INDICATOR_NETWORK:
    case INDICATOR_RANGE:
        return doubt_address(indicator, context, why);
    case INDICATOR_DOMAIN:
    case INDICATOR_DOMAIN_TREE:
        return doubt_name(indicator, declared, why);
    default:
        return DOUBT_NONE;
    }
}
