/* report_parts: what the writers of a report share. Nobody else's. */
#ifndef STAKEOUT_CASE_REPORT_PARTS_H
#define STAKEOUT_CASE_REPORT_PARTS_H

#include "core/case/html_write.h"
#include "core/case/report.h"
#include "core/case/report_case.h"
#include "core/case/report_words.h"

/* What a page shows of each; the rest is in the files that it names. */
#define SHOW_HITS UINT32_C(10000)
#define SHOW_PROCESSES UINT32_C(100)
#define SHOW_HITS_OF_ONE UINT32_C(20)
#define SHOW_ACTIONS UINT32_C(2000)
#define SHOW_ROWS UINT32_C(1000)   /* of any other table */
#define SHOW_IN_CELL ((size_t)300) /* characters of a command line in a table */

struct page {
    struct report_case *report;
    const struct report_files *files;
    const struct journal_hash *hash;
    const struct report_options *options;
    struct progress *progress;
    struct buffer *out;
    enum status status; /* the first thing that went wrong */
};

/* --- words --- */
void page_say(struct page *page, enum report_word word);
/* As a sentence whose %1 and %2 are numbers. */
void page_say_numbers(struct page *page, enum report_word word, uint64_t first, uint64_t second);
/* As a sentence whose %n are filled in by `fill`. */
void page_say_filled(struct page *page, enum report_word word,
                     void (*fill)(struct page *page, unsigned which, void *context), void *context);
/* A phrase of the program in the page's language, where it is known; as it is elsewhere. */
void page_say_phrase(struct page *page, struct text english);

/* --- pieces --- */
void page_raw(struct page *page, const char *markup); /* a literal */
void page_put(struct page *page, struct text value);  /* escaped */
void page_put_number(struct page *page, uint64_t number);
void page_put_moment(struct page *page, moment when, bool with_ticks); /* UTC; unknown: a dash */
void page_put_bare_moment(struct page *page, moment when, bool with_ticks); /* in a picture */
void page_put_defanged(struct page *page, struct text value); /* unless told otherwise */
/* An address, a network or a host name; not a pattern, which stays as it is. */
bool indicator_is_linkable(const struct report_indicator *indicator);
void page_put_process(struct page *page, struct text name, uint64_t pid);
void page_put_bytes(struct page *page, uint64_t size); /* "1.2 MB" */
void page_open_section(struct page *page, const char *id, enum report_word title);
void page_close_section(struct page *page);
void page_note(struct page *page, enum report_word word); /* a paragraph that is no heading */
void page_note_more(struct page *page, uint64_t shown, uint64_t all, const char *file);
/* Tables: cells bear their column's word, for narrow screens. */
void page_open_table(struct page *page, const enum report_word *columns, size_t count);
void page_close_table(struct page *page);
void page_open_cell(struct page *page, enum report_word column);
void page_close_cell(struct page *page);
void page_text_cell(struct page *page, enum report_word column, struct text value);
/* <dt>word</dt><dd>value</dd>; nothing for an empty value. */
void page_fact(struct page *page, enum report_word word, struct text value);
void page_moment_fact(struct page *page, enum report_word word, moment when);
/* Whether to go on: nothing failed, nobody cancelled. */
bool page_goes_on(struct page *page);

/* --- sections --- */
void report_style_add(struct buffer *out);
void report_summary(struct page *page);
void report_hits(struct page *page);
void report_processes(struct page *page);
void report_timeline(struct page *page);
void report_actions(struct page *page);
void report_samples(struct page *page);
void report_indicators(struct page *page);
void report_evidence(struct page *page);
void report_unread(struct page *page);
void report_remarks(struct page *page);
void report_facts(struct page *page);
void report_integrity(struct page *page);

/* --- exports --- */
void report_html(struct page *page);
void export_csv(struct page *page);
void export_ecs(struct page *page);
void export_sigma(struct page *page);
void export_stix(struct page *page);

#endif
