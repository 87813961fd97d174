/* A case whose files are whatever comes, divided at NULs: hits, journal, case.json, a sample,
 * parts. Every format is written; the page is UTF-8 without a control character or an element of
 * theirs. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "core/case/report.h"
#include "tests/support/case_files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_page(struct text page)
{
    assert(text_valid(page));
    assert(text_ends(page, text_of("</html>\n")));
    for (size_t at = 0; at < page.size;) {
        uint32_t code_point = text_decode(page, &at);
        assert(code_point == '\n' || (code_point >= 0x20 && code_point != 0x7F));
        assert(code_point < 0x202A || code_point > 0x202E);
    }
    assert(text_find(page, text_of("<script")) == SIZE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"hits.jsonl", "journal.jsonl", "case.json",
                                        "samples/a.json", "evidence/parts.jsonl"};
    static struct case_files folder;
    struct text rest = {(const char *)data, size};
    struct buffer out;
    folder = (struct case_files){.count = 0};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t end = i < 4 ? text_find(rest, text_of("\0")) : SIZE_MAX;
        size_t used = end == SIZE_MAX ? rest.size : end;
        case_files_put(&folder, names[i], text_slice(rest, 0, used));
        used += end == SIZE_MAX ? 0 : 1;
        rest = text_slice(rest, used, rest.size - used);
    }
    const struct report_files files = case_files_table(&folder);
    const struct journal_hash hash = case_files_hash();
    for (int format = REPORT_HTML; format < REPORT_FORMATS; format++) {
        const struct report_options options = {
            .format = (enum report_format)format,
            .language = size % 2 ? REPORT_ENGLISH : REPORT_CHINESE,
            .plain = size % 3 == 0,
            .now = INT64_C(134400482091230000),
        };
        buffer_init(&out, (size_t)64 << 20);
        enum status status = report_write(&files, &hash, &options, NULL, &out);
        assert(status == ST_OK || status == ST_TOO_LARGE);
        assert(folder.open == 0);
        if (format == REPORT_HTML && status == ST_OK)
            check_page(buffer_text(&out));
        buffer_done(&out);
    }
    return 0;
}
