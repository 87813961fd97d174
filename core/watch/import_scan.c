#include "core/watch/import_scan_parts.h"

/* What stood there before it was refanged. */
static struct text written(const struct scan *scan, size_t from, size_t to)
{
    size_t begin = scan->piece.origin[from];
    size_t end = scan->piece.origin[to];

    while (end < scan->original.size && ((unsigned char)scan->original.bytes[end] & 0xC0) == 0x80)
        end++;
    return text_trim(text_slice(scan->original, begin, end - begin));
}

int scan_mark(const struct scan *scan, size_t from, size_t to)
{
    int mark = 0;

    for (size_t i = from; i < to; i++)
        if (scan->piece.mark[i] > mark)
            mark = scan->piece.mark[i];
    return mark;
}

/* Hands an indicator over with all that goes with it. */
enum status scan_take(struct scan *scan, const struct indicator *indicator, size_t from, size_t to,
                      bool defanged, const char *repaired)
{
    struct found_note note = {.line = scan->line, .prose = scan->prose};
    int mark = scan_mark(scan, from, to);

    if (scan->note) {
        note = *scan->note;
        note.prose = false;
    }
    note.defanged = defanged || mark == 1;
    if (mark == REFANG_REPAIRED && !repaired)
        repaired = "two dashes had become one long one";
    if (repaired && note.doubt == DOUBT_NONE) {
        note.doubt = DOUBT_REPAIRED;
        note.why = repaired;
    }
    scan->taken++;
    return found_add(scan->found, indicator, written(scan, from, to), &note);
}

enum status scan_reject(struct scan *scan, size_t from, size_t to, enum finding_doubt doubt,
                        const char *why)
{
    scan->taken++;
    return found_reject(scan->found, written(scan, from, to), doubt, why, scan->line);
}

/* ---- what is no indicator, but recognised ---- */

static bool is_hash(struct text run)
{
    if (text_starts_nocase(run, text_of("0x")))
        run = text_slice(run, 2, run.size - 2);
    if (run.size != 32 && run.size != 40 && run.size != 56 && run.size != 64 && run.size != 96 &&
        run.size != 128)
        return false;
    for (size_t i = 0; i < run.size; i++)
        if (!scan_is_hex(run.bytes[i]))
            return false;
    return true;
}

/* A mail address whose '@' stands at `sign`: nothing of it is watched. */
static enum status take_mail(struct scan *scan, size_t from, size_t sign, size_t *at)
{
    size_t end = sign + 1;

    if (scan_peek(scan, end) == '[') {
        while (end < scan->piece.size && scan_peek(scan, end) != ']' &&
               !scan_is_space(scan_peek(scan, end)))
            end++;
        end += scan_peek(scan, end) == ']';
    } else {
        while (scan_is_word(scan_peek(scan, end)) ||
               (scan_peek(scan, end) == '.' && scan_is_word(scan_peek(scan, end + 1))))
            end++;
    }
    *at = end;
    return scan_reject(scan, from, end, DOUBT_NOT_WATCHABLE, "a mail address");
}

/* ---- reading ---- */

static size_t run_end(const struct scan *scan, size_t at)
{
    while (scan_is_word(scan_peek(scan, at)) ||
           (scan_peek(scan, at) == '.' && scan_is_word(scan_peek(scan, at + 1))))
        at++;
    return at;
}

/* The part of the run that is a scheme: all of it, or what stands before "__". */
static size_t scheme_of(const struct scan *scan, size_t from, size_t end, size_t *authority)
{
    size_t letters = from;

    while (letters < end &&
           (scan_is_letter(scan_peek(scan, letters)) || scan_is_digit(scan_peek(scan, letters))))
        letters++;
    *authority = SIZE_MAX;
    if (letters == from || letters - from > SCAN_SCHEME_MOST ||
        scan_is_digit(scan_peek(scan, from)))
        return from;
    if (letters == end)
        *authority = scan_authority(scan, scan_span(scan, from, end), end);
    else if (scan_is_web_scheme(scan_span(scan, from, letters)) &&
             scan_peek(scan, letters) == '_' && scan_peek(scan, letters + 1) == '_')
        *authority = letters + 2;
    return letters;
}

static enum status take_run(struct scan *scan, size_t from, size_t *at)
{
    size_t end = run_end(scan, from);
    size_t authority;
    size_t scheme = scheme_of(scan, from, end, &authority);
    struct text run;
    const char *dash;

    if (authority != SIZE_MAX) {
        *at = authority;
        return scan_take_url(scan, from, scheme, at);
    }
    *at = end;
    while (from < end && scan_peek(scan, from) == '-')
        from++; /* a list's dash */
    while (end > from && scan_peek(scan, end - 1) == '-')
        end--;
    run = scan_span(scan, from, end);
    if (scan_peek(scan, end) == '@' &&
        (scan_is_word(scan_peek(scan, end + 1)) || scan_peek(scan, end + 1) == '['))
        return take_mail(scan, from, end, at);
    if (run.size == 0)
        return ST_OK;
    if (is_hash(run))
        return scan_reject(scan, from, end, DOUBT_NOT_WATCHABLE, "a hash");
    if (!scan_count_dots(run))
        return scan_take_suffix(scan, from, end, at);
    dash = memchr(run.bytes, '-', run.size);
    if (scan_is_digit(run.bytes[0]) && dash && scan_is_digit(run.bytes[run.size - 1]))
        return scan_take_range(scan, from, from + (size_t)(dash - run.bytes), end);
    if (scan_is_digit(run.bytes[0]) && scan_is_digit(run.bytes[run.size - 1])) {
        bool numeric = true;

        for (size_t i = 0; i < run.size; i++)
            numeric = numeric && (scan_is_digit(run.bytes[i]) || run.bytes[i] == '.');
        if (numeric)
            return scan_take_ipv4(scan, from, end, at);
    }
    return scan_take_host(scan, from, end, at);
}

/* Forms that are taken only where they are all there is: in running text they mean something else.
 */
static bool rewrite_whole(struct scan *scan)
{
    struct text whole = text_trim(scan_span(scan, 0, scan->piece.size));
    size_t begin = (size_t)(whole.bytes - scan->piece.bytes);
    size_t found;
    size_t commas = 0;

    for (size_t i = 0; i < whole.size; i++) {
        if (whole.bytes[i] == ',')
            commas++;
        else if (!scan_is_digit(whole.bytes[i]))
            commas = 99;
    }
    if (commas == 3) { /* "9,10,11,12" */
        for (size_t i = begin; i < begin + whole.size; i++) {
            if (scan->piece.bytes[i] == ',') {
                scan->piece.bytes[i] = '.';
                scan->piece.mark[i] = 1;
            }
        }
        return true;
    }
    found = text_find(whole, text_of("-dot-"));
    if (found == SIZE_MAX || found == 0 || memchr(whole.bytes, ' ', whole.size))
        return false;
    /* "foo-dot-com": the sign moves to the middle, the rest closes up behind it */
    size_t at = begin + found;
    size_t rest = scan->piece.size - (at + 5);

    scan->piece.bytes[at] = '.';
    scan->piece.mark[at] = 1;
    memmove(scan->piece.bytes + at + 1, scan->piece.bytes + at + 5, rest);
    memmove(scan->piece.mark + at + 1, scan->piece.mark + at + 5, rest);
    memmove(scan->piece.origin + at + 1, scan->piece.origin + at + 5,
            (rest + 1) * sizeof *scan->piece.origin);
    scan->piece.size -= 4;
    return true;
}

/* "bob AT example.com", and nothing else. */
static bool is_spelled_mail(struct text whole)
{
    size_t found = text_find(whole, text_of(" AT "));

    if (found == SIZE_MAX || found == 0)
        return false;
    for (size_t i = 0; i < whole.size; i++)
        if (whole.bytes[i] == ' ' && i != found && i != found + 3)
            return false;
    for (size_t i = 0; i < found; i++)
        if (whole.bytes[i] >= 'a' && whole.bytes[i] <= 'z')
            return true;
    return false;
}

enum status scan_piece(struct scan *scan)
{
    enum status status = ST_OK;
    size_t at = 0;

    refang(&scan->piece, scan->original);
    rewrite_whole(scan);
    if (is_spelled_mail(text_trim(scan_span(scan, 0, scan->piece.size))))
        return scan_reject(scan, 0, scan->piece.size, DOUBT_NOT_WATCHABLE, "a mail address");
    while (status == ST_OK && at < scan->piece.size) {
        char c = scan_peek(scan, at);
        size_t from = at;

        if ((scan_is_hex(c) || c == ':') && !scan_is_word(scan_before(scan, at)) &&
            scan_before(scan, at) != ':')
            status = scan_try_ipv6(scan, &at);
        if (at != from || status != ST_OK)
            continue;
        if (scan_is_word(c))
            status = take_run(scan, from, &at);
        if (at == from)
            at++;
    }
    return status;
}

enum status scan_declared(struct scan *scan)
{
    struct text whole = text_trim(scan_span(scan, 0, scan->piece.size));
    struct indicator indicator = {.kind = scan->tree ? INDICATOR_DOMAIN_TREE : INDICATOR_DOMAIN};
    const char *why;
    size_t labels;

    if (!scan->note->declared)
        return ST_OK;
    if (whole.size && whole.bytes[whole.size - 1] == '.')
        whole.size--;
    scan->scratch.size = 0;
    if (domain_parse(whole, &scan->scratch, &indicator.value, &labels, &why) != ST_OK || labels < 2)
        return ST_OK;
    return scan_take(scan, &indicator, 0, scan->piece.size, false, NULL);
}
