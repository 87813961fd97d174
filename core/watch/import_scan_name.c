#include "core/watch/import_scan_parts.h"

struct text scan_last_label(struct text name)
{
    size_t at = name.size;

    while (at > 0 && name.bytes[at - 1] != '.')
        at--;
    return text_slice(name, at, name.size - at);
}

size_t scan_count_dots(struct text run)
{
    size_t dots = 0;

    for (size_t i = 0; i < run.size; i++)
        dots += run.bytes[i] == '.';
    return dots;
}

/* A name under a top-level domain that exists. */
static bool read_name(struct scan *scan, struct text run, struct text *name)
{
    const char *why;
    size_t labels;

    scan->scratch.size = 0;
    return domain_parse(run, &scan->scratch, name, &labels, &why) == ST_OK && labels > 1 &&
           suffix_is_top(scan_last_label(*name));
}

/* "Spy.Agent.CC", "System.IO", "com.example.app", "ASP.NET": words of programmers and of virus
 * names. */
static bool is_word_of_trade(struct text run)
{
    static const char *const reverse[] = {"com.", "org.", "net.", "io.", "system.", "microsoft."};
    static const char *const products[] = {"asp.net",   "ado.net",    "vb.net",   "socket.io",
                                           "paint.net", "system.net", "system.io"};
    struct text last = scan_last_label(run);
    bool small = false;
    bool capital = true;

    for (size_t i = 0; i < run.size - last.size; i++)
        small = small || (run.bytes[i] >= 'a' && run.bytes[i] <= 'z');
    for (size_t i = 0; i < last.size; i++)
        capital = capital && !(last.bytes[i] >= 'a' && last.bytes[i] <= 'z');
    if (small && capital)
        return true;
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++)
        if (text_equal_nocase(run, text_from(products[i])))
            return true;
    for (size_t i = 0; i < sizeof reverse / sizeof reverse[0]; i++)
        if (text_starts_nocase(run, text_from(reverse[i])) && scan_count_dots(run) > 1)
            return true;
    return false;
}

static bool is_ideograph(uint32_t c)
{
    return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7AF) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFF00 && c <= 0xFFEF) ||
           (c >= 0x20000 && c <= 0x3FFFF);
}

/* In "连接evil.example时" the name ends where the other script begins: narrows from..end to the
 * part without ideographs that has a dot; false where there is none. */
static bool narrow(const struct scan *scan, size_t *from, size_t *end)
{
    struct text piece = {scan->piece.bytes, *end};
    size_t begin = *from;
    size_t at = *from;

    while (at < *end) {
        size_t here = at;
        uint32_t point = text_decode(piece, &at);

        if (!is_ideograph(point))
            continue;
        if (scan_count_dots(scan_span(scan, begin, here))) {
            *from = begin;
            *end = here;
            return true;
        }
        begin = at;
    }
    if (begin == *from || !scan_count_dots(scan_span(scan, begin, *end)))
        return false;
    *from = begin;
    return true;
}

/* A name at from..end of which it is settled that it is one. */
static enum status take_name(struct scan *scan, struct text name, size_t from, size_t end,
                             size_t *at, bool tree, bool defanged)
{
    struct indicator indicator = {
        .kind = tree || scan->tree ? INDICATOR_DOMAIN_TREE : INDICATOR_DOMAIN, .value = name};

    *at = end;
    if (scan_peek(scan, *at) == '.')
        (*at)++;
    indicator.port = scan_take_port(scan, at);
    if (indicator.port == 0)
        *at = end;
    return scan_take(scan, &indicator, from, *at, defanged, NULL);
}

/* What stands around a plain word with dots that is no host: a path, code, a variable. */
static bool stands_in_code(const struct scan *scan, size_t from, size_t end)
{
    char previous = scan_before(scan, from);
    char next = scan_peek(scan, end);

    if (previous == '\\' || previous == '%' || previous == '$' || previous == '@')
        return true;
    if (previous == '/' && from >= 2 && !scan_is_space(scan_peek(scan, from - 2)))
        return true;
    return next == '\\' || next == '(' || (next == '=' && scan_peek(scan, end + 1) != '=') ||
           (next == '%' && from > 0 && previous == '%');
}

/* ".example.com", "*.example.com": the name and all below it. Moves *from over what says so. */
static bool take_tree_sign(const struct scan *scan, size_t *from)
{
    size_t begin = *from;

    if (scan_before(scan, begin) != '.')
        return false;
    begin--;
    if (scan_before(scan, begin) == '*')
        begin--;
    if (begin > 0 && scan_is_word(scan_before(scan, begin)))
        return false;
    *from = begin;
    return true;
}

enum status scan_take_host(struct scan *scan, size_t from, size_t end, size_t *at)
{
    struct text name;
    bool defanged = scan_mark(scan, from, end) == 1;
    bool tree;
    size_t sign = from;

    *at = end;
    if (!read_name(scan, scan_span(scan, from, end), &name)) {
        if (!narrow(scan, &from, &end) || !read_name(scan, scan_span(scan, from, end), &name)) {
            struct text run = scan_span(scan, from, *at);

            if (!scan->prose || text_valid(run) == false ||
                suffix_is_top(scan_last_label(run)) == false)
                return ST_OK;
            return scan_reject(scan, from, *at, DOUBT_MALFORMED,
                               "holds a sign that no host name has");
        }
    }
    if (!defanged && !scan->note &&
        (stands_in_code(scan, from, end) || is_word_of_trade(scan_span(scan, from, end))))
        return ST_OK;
    tree = take_tree_sign(scan, &sign);
    if (!tree && scan_before(scan, from) == '.')
        return ST_OK; /* behind a broken run of dots */
    return take_name(scan, name, tree ? sign : from, end, at, tree, defanged);
}

enum status scan_take_suffix(struct scan *scan, size_t from, size_t end, size_t *at)
{
    struct indicator indicator = {.kind = INDICATOR_DOMAIN_TREE};
    size_t sign = from;
    size_t behind = end;
    const char *why;
    size_t labels;

    if (!take_tree_sign(scan, &sign) || sign != 0)
        return ST_OK;
    while (scan_peek(scan, behind) == '.' || scan_is_space(scan_peek(scan, behind)))
        if (++behind >= scan->piece.size)
            break;
    scan->scratch.size = 0;
    if (behind < scan->piece.size ||
        domain_parse(scan_span(scan, from, end), &scan->scratch, &indicator.value, &labels, &why) !=
            ST_OK ||
        !suffix_is_top(indicator.value))
        return ST_OK;
    *at = scan->piece.size;
    return scan_take(scan, &indicator, sign, end, false, NULL);
}
