/* The pieces that the page is made of. */
#include "core/case/defang.h"
#include "core/case/report_parts.h"

#define SMALL_MOST ((size_t)1 << 20)

bool page_goes_on(struct page *page)
{
    if (page->status == ST_OK && page->out->failed != ST_OK)
        page->status = page->out->failed;
    if (page->status == ST_OK && progress_cancelled(page->progress))
        page->status = ST_CANCELLED;
    return page->status == ST_OK;
}

void page_raw(struct page *page, const char *markup)
{
    buffer_add_string(page->out, markup);
}

void page_put(struct page *page, struct text value)
{
    html_text(page->out, value);
}

void page_put_number(struct page *page, uint64_t number)
{
    buffer_add_unsigned(page->out, number);
}

/* "2026-11-25 02:43:29.123": the page says once that all times are UTC. */
void page_put_bare_moment(struct page *page, moment when, bool with_ticks)
{
    struct buffer iso;
    buffer_init(&iso, 64);
    moment_add_iso(&iso, when, with_ticks);
    if (!iso.size)
        buffer_add_string(page->out, "\u2013");
    for (size_t i = 0; i + 1 < iso.size; i++)
        buffer_add_byte(page->out, iso.bytes[i] == 'T' ? ' ' : iso.bytes[i]);
    if (iso.failed != ST_OK)
        page->out->failed = iso.failed;
    buffer_done(&iso);
}

void page_put_moment(struct page *page, moment when, bool with_ticks)
{
    page_raw(page, "<span class=t>");
    page_put_bare_moment(page, when, with_ticks);
    page_raw(page, "</span>");
}

void page_put_defanged(struct page *page, struct text value)
{
    if (page->options->plain) {
        page_put(page, value);
        return;
    }
    struct buffer safe;
    buffer_init(&safe, SMALL_MOST);
    defang_add(&safe, value);
    page_put(page, buffer_text(&safe));
    if (safe.failed != ST_OK)
        page->out->failed = safe.failed;
    buffer_done(&safe);
}

bool indicator_is_linkable(const struct report_indicator *indicator)
{
    return text_ends(indicator->type, text_of("-addr")) ||
           text_equal(indicator->type, text_of("domain-name"));
}

void page_put_process(struct page *page, struct text name, uint64_t pid)
{
    if (name.size) {
        page_raw(page, "<b>");
        page_put(page, name);
        page_raw(page, "</b> ");
    }
    page_raw(page, "<span class=n>(PID ");
    page_put_number(page, pid);
    page_raw(page, ")</span>");
}

void page_put_bytes(struct page *page, uint64_t size)
{
    static const char *const units[] = {" B", " KB", " MB", " GB", " TB"};
    unsigned unit = 0;
    uint64_t tenths = 0;
    while (size >= 1024 && unit < 4) {
        tenths = size % 1024 * 10 / 1024;
        size /= 1024;
        unit++;
    }
    page_put_number(page, size);
    if (unit) {
        page_raw(page, ".");
        page_put_number(page, tenths);
    }
    page_raw(page, units[unit]);
}

/* --- words --- */

void page_say(struct page *page, enum report_word word)
{
    page_raw(page, report_word_of(page->options->language, word));
}

void page_say_filled(struct page *page, enum report_word word,
                     void (*fill)(struct page *page, unsigned which, void *context), void *context)
{
    const char *at = report_word_of(page->options->language, word);
    for (; *at; at++) {
        if (at[0] == '%' && at[1] >= '1' && at[1] <= '9')
            fill(page, (unsigned)(*++at - '1'), context);
        else
            buffer_add_byte(page->out, *at);
    }
}

static void fill_number(struct page *page, unsigned which, void *context)
{
    const uint64_t *numbers = context;
    page_put_number(page, numbers[which & 1]);
}

void page_say_numbers(struct page *page, enum report_word word, uint64_t first, uint64_t second)
{
    uint64_t numbers[2] = {first, second};
    page_say_filled(page, word, fill_number, numbers);
}

void page_say_phrase(struct page *page, struct text english)
{
    const char *known = report_phrase_of(page->options->language, english);
    if (known)
        page_raw(page, known);
    else
        page_put(page, english);
}

/* --- sections and tables --- */

void page_open_section(struct page *page, const char *id, enum report_word title)
{
    page_raw(page, "<section id=\"");
    page_raw(page, id);
    page_raw(page, "\">\n<h2>");
    page_say(page, title);
    page_raw(page, "</h2>\n");
}

void page_close_section(struct page *page)
{
    page_raw(page, "</section>\n");
}

void page_note(struct page *page, enum report_word word)
{
    page_raw(page, "<p class=note>");
    page_say(page, word);
    page_raw(page, "</p>\n");
}

struct more {
    uint64_t numbers[2];
    const char *file;
};

static void fill_more(struct page *page, unsigned which, void *context)
{
    const struct more *more = context;
    if (which < 2) {
        page_put_number(page, more->numbers[which]);
        return;
    }
    page_raw(page, "<code>");
    page_raw(page, more->file);
    page_raw(page, "</code>");
}

void page_note_more(struct page *page, uint64_t shown, uint64_t all, const char *file)
{
    struct more more = {{shown, all}, file};
    if (shown >= all)
        return;
    page_raw(page, "<p class=note>");
    page_say_filled(page, W_SHOWN_OF, fill_more, &more);
    page_raw(page, "</p>\n");
}

void page_open_table(struct page *page, const enum report_word *columns, size_t count)
{
    page_raw(page, "<table><thead><tr>");
    for (size_t i = 0; i < count; i++) {
        page_raw(page, "<th scope=col>");
        page_say(page, columns[i]);
        page_raw(page, "</th>");
    }
    page_raw(page, "</tr></thead><tbody>\n");
}

void page_close_table(struct page *page)
{
    page_raw(page, "</tbody></table>\n");
}

void page_open_cell(struct page *page, enum report_word column)
{
    page_raw(page, "<td data-h=\"");
    page_say(page, column);
    page_raw(page, "\">");
}

void page_close_cell(struct page *page)
{
    page_raw(page, "</td>");
}

void page_text_cell(struct page *page, enum report_word column, struct text value)
{
    page_open_cell(page, column);
    if (value.size)
        page_put(page, value);
    else
        page_raw(page, "\u2013");
    page_close_cell(page);
}

static void open_fact(struct page *page, enum report_word word)
{
    page_raw(page, "<dt>");
    page_say(page, word);
    page_raw(page, "</dt><dd>");
}

static struct text yes_or_no(struct text json)
{
    if (text_equal(json, text_of("true")))
        return text_of("yes");
    return text_equal(json, text_of("false")) ? text_of("no") : json;
}

void page_fact(struct page *page, enum report_word word, struct text value)
{
    if (!value.size)
        return;
    open_fact(page, word);
    if (word == W_ELEVATED)
        page_say_phrase(page, yes_or_no(value));
    else
        page_put(page, value);
    page_raw(page, "</dd>\n");
}

void page_moment_fact(struct page *page, enum report_word word, moment when)
{
    open_fact(page, word);
    page_put_moment(page, when, true);
    page_raw(page, "</dd>\n");
}
