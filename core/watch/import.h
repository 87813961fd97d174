/* import: finds indicators in any text: reports, mails, CSV, block lists, rules, MISP, STIX,
 * OpenIOC. What is found is for review: each finding says what it was understood as, where it
 * stood, and whether there is a doubt; only those without one arrive ticked. Linear in the input,
 * whatever is in it. */
#ifndef STAKEOUT_WATCH_IMPORT_H
#define STAKEOUT_WATCH_IMPORT_H

#include "core/watch/watchlist.h"

enum finding_doubt {
    DOUBT_NONE = 0,    /* ticked */
    DOUBT_DUPLICATE,   /* stood before in this import, or is in the list already */
    DOUBT_REFERENCE,   /* written plainly in a text that defangs its indicators; or in a link column
                        */
    DOUBT_PRIVATE,     /* private, loopback, link-local, multicast, documentation, reserved */
    DOUBT_OWN,         /* an address of this machine, its gateway or its resolver */
    DOUBT_RESOLVER,    /* a well-known public resolver */
    DOUBT_TOO_WIDE,    /* covers most of the internet */
    DOUBT_SUFFIX,      /* a bare top-level domain or public suffix */
    DOUBT_BENIGN,      /* a well-known benign or shared host */
    DOUBT_FILE_NAME,   /* more likely a file's name: its top-level domain is an extension too */
    DOUBT_NOT_FOR_IDS, /* the event itself says: not for detection (to_ids false, revoked, offline)
                        */
    DOUBT_OBSERVATION, /* observed, not indicated (STIX observables, inbound rules) */
    DOUBT_PARTIAL,     /* means something only together with others (OpenIOC AND, STIX AND) */
    DOUBT_REPAIRED,    /* had to be repaired to make sense */
    DOUBT_NOT_WATCHABLE, /* recognised (hash, mail address, path), but nothing a connection shows */
    DOUBT_MALFORMED,     /* looked like an indicator and is none */
    DOUBT_COUNT
};

struct finding {
    struct indicator indicator; /* meaningless for DOUBT_NOT_WATCHABLE and DOUBT_MALFORMED */
    struct indicator_origin origin;
    enum finding_doubt doubt;
    const char *why; /* one phrase in English, static; "" where there is no doubt */
};

enum import_format {
    FORMAT_PROSE,
    FORMAT_LIST,
    FORMAT_HOSTS,
    FORMAT_DNSMASQ,
    FORMAT_ADBLOCK,
    FORMAT_RPZ,
    FORMAT_CSV,
    FORMAT_SURICATA,
    FORMAT_MISP,
    FORMAT_STIX,
    FORMAT_OPENIOC,
    FORMAT_OTX,
    FORMAT_JSON_LINES,
    FORMAT_COUNT
};

/* What the importer should know of the machine; all borrowed, all may be empty. */
struct import_context {
    const struct address *own; /* interface addresses, gateways, resolvers */
    size_t own_count;
    const struct watchlist *present; /* what is in the list already */
};

struct import_result;

/* Reads UTF-8 (with or without BOM), UTF-16 (by BOM, or by its NULs) and CP1252, any line ends.
 * `file` is kept as the origin. Malformed JSON or XML: ST_INVALID, and *problem says what and in
 * which line ("evil.json, line 12: expected a comma"). Owned: import_free. */
enum status import_text(struct text input, struct text file, const struct import_context *context,
                        struct import_result **result, struct buffer *problem);
void import_free(struct import_result *result);

enum import_format import_format_of(const struct import_result *result);
const char *import_format_name(enum import_format format); /* "MISP event" */
size_t import_count(const struct import_result *result);
const struct finding *import_finding(const struct import_result *result, size_t number);
/* Lines that held nothing, cut-offs and the like, for the summary above the review list. */
size_t import_skipped(const struct import_result *result);

/* Adds the findings that `ticked` (import_count entries; NULL: those without a doubt) says. */
enum status import_take(const struct import_result *result, const bool *ticked,
                        struct watchlist_builder *builder);

#endif
