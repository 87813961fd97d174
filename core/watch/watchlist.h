/* watchlist: many indicators, made ready for matching.
 * Built once by a builder, then immutable and reference counted: any thread may match. Looking up
 * an address or a name costs the same for ten indicators and for a million, and takes no memory.
 * Patterns cost each. Indicators are numbered in the order in which they were added. */
#ifndef STAKEOUT_WATCH_WATCHLIST_H
#define STAKEOUT_WATCH_WATCHLIST_H

#include "core/model/history.h"
#include "core/watch/indicator.h"

struct watchlist;
struct watchlist_builder;

/* Where an indicator came from: shown beside every hit. */
struct indicator_origin {
    struct text written; /* as the user or the report wrote it ("hxxp://evil[.]example/"); when an
                            indicator is added, empty means as indicator_add prints it */
    struct text file;    /* empty: typed */
    uint32_t line;       /* from 1; 0: none */
    struct text label;   /* what the list says about it, may be empty */
};

enum match_by {
    MATCH_NONE = 0,
    MATCH_ADDRESS, /* the remote address (or the local one, for a port indicator) */
    MATCH_PORT,
    MATCH_DOMAIN, /* a name that this machine resolved to the remote address */
    MATCH_PROCESS /* the owner's name, path or command line */
};

struct match {
    uint32_t indicator; /* number in the watchlist */
    enum match_by by;
};

/* Owned: handed over to watchlist_build, or watchlist_builder_free. NULL when there is no memory.
 */
struct watchlist_builder *watchlist_builder_new(void);
void watchlist_builder_free(struct watchlist_builder *builder);
/* Copies all it is given. An exact duplicate is dropped and counted, not an error; the first origin
 * stays. ST_INVALID for what the grammar cannot express or a pattern that PCRE2 does not take: *why
 * (may be NULL) then gets a phrase, for a pattern PCRE2's message and the offset. */
enum status watchlist_add(struct watchlist_builder *builder, const struct indicator *indicator,
                          const struct indicator_origin *origin, struct buffer *why);
uint32_t watchlist_builder_count(const struct watchlist_builder *builder);

#define WATCHLIST_PROBLEMS_TOLD 10 /* bad lines of one file that get a line of their own */
#define WATCHLIST_LINE_MOST 8192   /* bytes */

struct watchlist_lines {
    uint32_t added;
    uint32_t duplicates;
    uint32_t bad; /* neither an indicator, nor empty, nor a comment */
};

/* Adds the indicators of a watchlist file: UTF-8 (a BOM is skipped; UTF-16 is decoded by the
 * caller), one a line, LF, CR LF or CR. '#' starts a comment, which becomes the label of the
 * indicator before it; in a process name only after white space, in a pattern only after its end. A
 * bad line is told in *problems (may be NULL) as "FILE, line 12: …", the first few singly, the rest
 * by their number, all in one line where nothing in the file is an indicator; it does not stop the
 * others. Linear in the content, whatever is in it. Fails only for want of memory or room; what was
 * added then stays. */
enum status watchlist_add_file_text(struct watchlist_builder *builder, struct text content,
                                    struct text file, struct buffer *problems,
                                    struct watchlist_lines *lines);
/* The builder is handed over, also on failure. The list has one reference. */
enum status watchlist_build(struct watchlist_builder *builder, struct watchlist **list);
const struct watchlist *watchlist_retain(const struct watchlist *list);
void watchlist_release(const struct watchlist *list); /* NULL is fine */

uint32_t watchlist_count(const struct watchlist *list); /* NULL: 0 */
uint32_t watchlist_duplicates(const struct watchlist *list);
/* All memory it holds, in bytes. */
size_t watchlist_size(const struct watchlist *list);
/* Texts are borrowed from the list. */
void watchlist_indicator(const struct watchlist *list, uint32_t number, struct indicator *indicator,
                         struct indicator_origin *origin);
bool watchlist_has_domains(const struct watchlist *list);
bool watchlist_has_patterns(const struct watchlist *list);

/* An address with a port (0: unknown; then only indicators without a port match). The narrowest
 * indicator wins: address+port, address, then whichever network or range covers fewer addresses, of
 * equally wide ones the one with a port, then a network. NO_INDICATOR when none. */
uint32_t watchlist_match_address(const struct watchlist *list, const struct address *address,
                                 uint16_t port);
/* A port indicator for this port. */
uint32_t watchlist_match_port(const struct watchlist *list, uint16_t port);
/* A host name in ASCII (case and a final dot do not count): exact, then it and its parents as
 * domain trees, the longest first. */
uint32_t watchlist_match_name(const struct watchlist *list, struct text name, uint16_t port);
/* A process against the names, then the patterns in their order. *too_slow (may be NULL) is set
 * when a pattern ran into a limit or found no memory, and nothing else matched: that is not "no
 * match". */
uint32_t watchlist_match_process(const struct watchlist *list, const struct process_facts *facts,
                                 bool *too_slow);

#endif
