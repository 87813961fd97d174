/* import_scan_parts: how the scanner of prose is divided; inside import_scan*.c only.
 * Places in a piece are offsets into scan->piece.bytes. "Takes" means: hands over what is there and
 * moves *at behind it. */
#ifndef STAKEOUT_WATCH_IMPORT_SCAN_PARTS_H
#define STAKEOUT_WATCH_IMPORT_SCAN_PARTS_H

#include "core/watch/domain.h"
#include "core/watch/import_scan.h"
#include "core/watch/suffix.h"

#include <string.h>

#define SCAN_SCHEME_MOST 16

static inline bool scan_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool scan_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool scan_is_hex(char c)
{
    return scan_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static inline bool scan_is_word(char c)
{
    return scan_is_letter(c) || scan_is_digit(c) || c == '_' || c == '-' ||
           (unsigned char)c >= 0x80;
}

static inline bool scan_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v' || c == 0;
}

static inline char scan_peek(const struct scan *scan, size_t at)
{
    return at < scan->piece.size ? scan->piece.bytes[at] : 0;
}

static inline char scan_before(const struct scan *scan, size_t at)
{
    return at > 0 ? scan->piece.bytes[at - 1] : 0;
}

static inline struct text scan_span(const struct scan *scan, size_t from, size_t to)
{
    return (struct text){scan->piece.bytes + from, to - from};
}

/* Whether any of it stood there defanged (1) or broken (REFANG_REPAIRED). */
int scan_mark(const struct scan *scan, size_t from, size_t to);
/* Hands an indicator over with all that goes with it; `repaired` says what had to be mended, or
 * NULL. */
enum status scan_take(struct scan *scan, const struct indicator *indicator, size_t from, size_t to,
                      bool defanged, const char *repaired);
enum status scan_reject(struct scan *scan, size_t from, size_t to, enum finding_doubt doubt,
                        const char *why);

/* import_scan_address.c. scan_take_port gives 0 where no port follows. */
uint16_t scan_take_port(const struct scan *scan, size_t *at);
bool scan_read_ipv4(struct text run, struct address *address, bool *leading_zero);
void scan_set_address(struct indicator *indicator, const struct address *address);
enum status scan_take_ipv4(struct scan *scan, size_t from, size_t end, size_t *at);
enum status scan_take_range(struct scan *scan, size_t from, size_t dash, size_t end);
enum status scan_try_ipv6(struct scan *scan, size_t *at);

/* import_scan_name.c */
struct text scan_last_label(struct text name);
size_t scan_count_dots(struct text run);
/* ".tk" and "*.tk" where they are all there is. */
enum status scan_take_suffix(struct scan *scan, size_t from, size_t end, size_t *at);
enum status scan_take_host(struct scan *scan, size_t from, size_t end, size_t *at);

/* import_scan_url.c. scan_authority: where the authority begins behind a scheme; SIZE_MAX: it is
 * none. */
size_t scan_authority(const struct scan *scan, struct text scheme, size_t at);
bool scan_is_web_scheme(struct text scheme);
enum status scan_take_url(struct scan *scan, size_t from, size_t scheme_end, size_t *at);

#endif
