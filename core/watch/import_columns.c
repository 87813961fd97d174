#include "core/watch/import_columns.h"

#include <string.h>

#define NAME_MOST 40 /* bytes of a column's name; what is longer is text */

static const char a_hash[] = "a hash";
static const char a_file[] = "a file";
static const char a_mail[] = "a mail address";
static const char of_machine[] = "nothing that a connection shows";

/* Names without what stands between their words; each also with a plural "s". */
static const struct {
    const char *name;
    struct column_meaning meaning;
} names[] = {
    {"ioc", {.kind = COLUMN_VALUE}},
    {"iocvalue", {.kind = COLUMN_VALUE}},
    {"indicator", {.kind = COLUMN_VALUE}},
    {"indicatorvalue", {.kind = COLUMN_VALUE}},
    {"indicatorofcompromise", {.kind = COLUMN_VALUE}},
    {"value", {.kind = COLUMN_VALUE}},
    {"data", {.kind = COLUMN_VALUE}},
    {"observable", {.kind = COLUMN_VALUE}},
    {"artifact", {.kind = COLUMN_VALUE}},
    {"type", {.kind = COLUMN_TYPE}},
    {"ioctype", {.kind = COLUMN_TYPE}},
    {"indicatortype", {.kind = COLUMN_TYPE}},
    {"entitytype", {.kind = COLUMN_TYPE}},
    {"observabletype", {.kind = COLUMN_TYPE}},
    {"attributetype", {.kind = COLUMN_TYPE}},
    {"datatype", {.kind = COLUMN_TYPE}},
    {"ip", {.kind = COLUMN_HOST}},
    {"ipaddr", {.kind = COLUMN_HOST}},
    {"ipaddress", {.kind = COLUMN_HOST}},
    {"ipaddresses", {.kind = COLUMN_HOST}},
    {"ipport", {.kind = COLUMN_HOST}},
    {"ipv4", {.kind = COLUMN_HOST}},
    {"ipv6", {.kind = COLUMN_HOST}},
    {"ipv4addr", {.kind = COLUMN_HOST}},
    {"ipv6addr", {.kind = COLUMN_HOST}},
    {"ipv4address", {.kind = COLUMN_HOST}},
    {"ipv6address", {.kind = COLUMN_HOST}},
    {"ipdst", {.kind = COLUMN_HOST}},
    {"dstip", {.kind = COLUMN_HOST}},
    {"destip", {.kind = COLUMN_HOST}},
    {"destinationip", {.kind = COLUMN_HOST}},
    {"destinationaddress", {.kind = COLUMN_HOST}},
    {"remoteip", {.kind = COLUMN_HOST}},
    {"remoteaddress", {.kind = COLUMN_HOST}},
    {"c2ip", {.kind = COLUMN_HOST}},
    {"c2server", {.kind = COLUMN_HOST}},
    {"c2domain", {.kind = COLUMN_HOST}},
    {"c2", {.kind = COLUMN_HOST}},
    {"cc", {.kind = COLUMN_HOST}},
    {"cidr", {.kind = COLUMN_HOST}},
    {"subnet", {.kind = COLUMN_HOST}},
    {"iprange", {.kind = COLUMN_HOST}},
    {"host", {.kind = COLUMN_HOST}},
    {"hostname", {.kind = COLUMN_HOST}},
    {"hostport", {.kind = COLUMN_HOST}},
    {"domain", {.kind = COLUMN_HOST}},
    {"domainname", {.kind = COLUMN_HOST}},
    {"domainport", {.kind = COLUMN_HOST}},
    {"domainip", {.kind = COLUMN_HOST}},
    {"fqdn", {.kind = COLUMN_HOST}},
    {"url", {.kind = COLUMN_URL}},
    {"uri", {.kind = COLUMN_URL}},
    {"urlpath", {.kind = COLUMN_URL}},
    {"iocurl", {.kind = COLUMN_URL}},
    {"port", {.kind = COLUMN_PORT}},
    {"dstport", {.kind = COLUMN_PORT}},
    {"destport", {.kind = COLUMN_PORT}},
    {"destinationport", {.kind = COLUMN_PORT}},
    {"remoteport", {.kind = COLUMN_PORT}},
    {"ipsrc", {.kind = COLUMN_SOURCE}},
    {"srcip", {.kind = COLUMN_SOURCE}},
    {"sourceip", {.kind = COLUMN_SOURCE}},
    {"sourceaddress", {.kind = COLUMN_SOURCE}},
    {"link", {.kind = COLUMN_REFERENCE}},
    {"reference", {.kind = COLUMN_REFERENCE}},
    {"ref", {.kind = COLUMN_REFERENCE}},
    {"report", {.kind = COLUMN_REFERENCE}},
    {"source", {.kind = COLUMN_REFERENCE}},
    {"sourceurl", {.kind = COLUMN_REFERENCE}},
    {"urlhauslink", {.kind = COLUMN_REFERENCE}},
    {"permalink", {.kind = COLUMN_REFERENCE}},
    {"blog", {.kind = COLUMN_REFERENCE}},
    {"malware", {.kind = COLUMN_LABEL, .rank = 1}},
    {"malwareprintable", {.kind = COLUMN_LABEL, .rank = 1}},
    {"malwarefamily", {.kind = COLUMN_LABEL, .rank = 1}},
    {"family", {.kind = COLUMN_LABEL, .rank = 2}},
    {"fkmalware", {.kind = COLUMN_LABEL, .rank = 3}},
    {"threat", {.kind = COLUMN_LABEL, .rank = 3}},
    {"threatname", {.kind = COLUMN_LABEL, .rank = 1}},
    {"name", {.kind = COLUMN_LABEL, .rank = 2}},
    {"title", {.kind = COLUMN_LABEL, .rank = 2}},
    {"label", {.kind = COLUMN_LABEL, .rank = 2}},
    {"description", {.kind = COLUMN_LABEL, .rank = 4}},
    {"comment", {.kind = COLUMN_LABEL, .rank = 4}},
    {"note", {.kind = COLUMN_LABEL, .rank = 4}},
    {"detail", {.kind = COLUMN_LABEL, .rank = 4}},
    {"context", {.kind = COLUMN_LABEL, .rank = 4}},
    {"info", {.kind = COLUMN_LABEL, .rank = 4}},
    {"text", {.kind = COLUMN_LABEL, .rank = 5}},
    {"campaign", {.kind = COLUMN_LABEL, .rank = 5}},
    {"actor", {.kind = COLUMN_LABEL, .rank = 5}},
    {"tag", {.kind = COLUMN_LABEL, .rank = 6}},
    {"status", {.kind = COLUMN_STATUS}},
    {"c2status", {.kind = COLUMN_STATUS}},
    {"urlstatus", {.kind = COLUMN_STATUS}},
    {"toids", {.kind = COLUMN_FOR_IDS}},
    {"active", {.kind = COLUMN_FOR_IDS}},
    {"isactive", {.kind = COLUMN_FOR_IDS}},
    {"hash", {.kind = COLUMN_UNWATCHABLE, .what = a_hash}},
    {"hashes", {.kind = COLUMN_UNWATCHABLE, .what = a_hash}},
    {"filehash", {.kind = COLUMN_UNWATCHABLE, .what = a_hash}},
    {"md5", {.kind = COLUMN_UNWATCHABLE, .what = a_hash}},
    {"sha1", {.kind = COLUMN_UNWATCHABLE, .what = a_hash}},
    {"sha256", {.kind = COLUMN_UNWATCHABLE, .what = a_hash}},
    {"sha512", {.kind = COLUMN_UNWATCHABLE, .what = a_hash}},
    {"md5hash", {.kind = COLUMN_UNWATCHABLE, .what = a_hash}},
    {"sha1hash", {.kind = COLUMN_UNWATCHABLE, .what = a_hash}},
    {"sha256hash", {.kind = COLUMN_UNWATCHABLE, .what = a_hash}},
    {"filehashmd5", {.kind = COLUMN_UNWATCHABLE, .what = a_hash}},
    {"filehashsha1", {.kind = COLUMN_UNWATCHABLE, .what = a_hash}},
    {"filehashsha256", {.kind = COLUMN_UNWATCHABLE, .what = a_hash}},
    {"imphash", {.kind = COLUMN_UNWATCHABLE, .what = a_hash}},
    {"ssdeep", {.kind = COLUMN_UNWATCHABLE, .what = a_hash}},
    {"ja3", {.kind = COLUMN_UNWATCHABLE, .what = a_hash}},
    {"file", {.kind = COLUMN_UNWATCHABLE, .what = a_file}},
    {"filename", {.kind = COLUMN_UNWATCHABLE, .what = a_file}},
    {"filepath", {.kind = COLUMN_UNWATCHABLE, .what = a_file}},
    {"filepathname", {.kind = COLUMN_UNWATCHABLE, .what = a_file}},
    {"path", {.kind = COLUMN_UNWATCHABLE, .what = a_file}},
    {"email", {.kind = COLUMN_UNWATCHABLE, .what = a_mail}},
    {"mail", {.kind = COLUMN_UNWATCHABLE, .what = a_mail}},
    {"emailaddress", {.kind = COLUMN_UNWATCHABLE, .what = a_mail}},
    {"emailaddr", {.kind = COLUMN_UNWATCHABLE, .what = a_mail}},
    {"emailsrc", {.kind = COLUMN_UNWATCHABLE, .what = a_mail}},
    {"emaildst", {.kind = COLUMN_UNWATCHABLE, .what = a_mail}},
    {"emailsender", {.kind = COLUMN_UNWATCHABLE, .what = a_mail}},
    {"emailwhois", {.kind = COLUMN_UNWATCHABLE, .what = a_mail}},
    {"command", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"commandline", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"commandlineparameter", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"registry", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"registrykey", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"registrypath", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"registrypathkey", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"regkey", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"mutex", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"useragent", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"scheduledtask", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"scheduledtaskpath", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"service", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"useraccount", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"bitcoinaddress", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"ethereumaddress", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"moneroaddress", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"certificateserial", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"yara", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"asn", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
    {"cve", {.kind = COLUMN_UNWATCHABLE, .what = of_machine}},
};

/* Words of a name that make its "url" a place to read. */
static const char *const reading[] = {"report", "reference",  "source",   "blog",
                                      "link",   "virustotal", "external", "article"};

/* Marks and spaces that spreadsheets and web pages leave: BOM, no-break and zero-width ones. */
static bool is_filler(uint32_t c)
{
    return c <= ' ' || c == 0xA0 || (c >= 0x2000 && c <= 0x200D) || c == 0x202F || c == 0x2060 ||
           c == 0x3000 || c == 0xFEFF;
}

struct text column_trim(struct text cell)
{
    size_t from = 0;
    size_t to = 0; /* behind the last character that counts */

    for (size_t at = 0; at < cell.size;) {
        size_t next = at;

        if (!is_filler(text_decode(cell, &next)))
            to = next;
        else if (at == from)
            from = next;
        at = next;
    }
    return to > from ? text_slice(cell, from, to - from) : (struct text){cell.bytes, 0};
}

bool column_is_watchable(enum column_kind kind)
{
    return kind == COLUMN_VALUE || kind == COLUMN_HOST || kind == COLUMN_URL ||
           kind == COLUMN_SOURCE;
}

static char plain_letter(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static struct column_meaning exact_meaning(struct text name)
{
    struct text one = name; /* without its plural */

    if (name.size > 2 && name.bytes[name.size - 1] == 's')
        one.size--;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (text_equal(name, text_from(names[i].name)) || text_equal(one, text_from(names[i].name)))
            return names[i].meaning;
    return (struct column_meaning){.kind = COLUMN_UNKNOWN};
}

struct column_meaning column_meaning_of(struct text name, bool loosely)
{
    char whole[NAME_MOST];
    struct text plain = {whole, 0};
    size_t last = 0; /* where the last word begins */
    bool between = false;
    struct column_meaning meaning = {.kind = COLUMN_UNKNOWN};

    name = column_trim(name);
    if (name.size > NAME_MOST)
        return meaning;
    for (size_t i = 0; i < name.size; i++) {
        char c = plain_letter(name.bytes[i]);

        if ((unsigned char)c >= 0x80)
            return meaning;
        if (!is_plain(c)) {
            between = true;
            continue;
        }
        if (between)
            last = plain.size;
        between = false;
        whole[plain.size++] = c;
    }
    meaning = exact_meaning(plain);
    if (meaning.kind != COLUMN_UNKNOWN || !loosely || last == 0)
        return meaning;
    meaning = exact_meaning(text_slice(plain, last, plain.size - last));
    for (size_t i = 0; i < sizeof reading / sizeof reading[0]; i++)
        if (meaning.kind == COLUMN_URL && text_find(plain, text_from(reading[i])) != SIZE_MAX)
            meaning.kind = COLUMN_REFERENCE;
    if (meaning.kind == COLUMN_VALUE || meaning.kind == COLUMN_TYPE)
        meaning.kind = COLUMN_UNKNOWN; /* "meta data", "threat type" */
    return meaning;
}
