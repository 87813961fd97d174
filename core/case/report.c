#include "core/case/report.h"

#include "core/case/report_parts.h"

struct format {
    const char *word;
    const char *file;
    void (*write)(struct page *page);
};

static const struct format formats[REPORT_FORMATS] = {
    [REPORT_HTML] = {"html", "report.html", report_html},
    [REPORT_CSV] = {"csv", "hits.csv", export_csv},
    [REPORT_EXCEL] = {"excel", "hits-excel.csv", export_csv},
    [REPORT_ECS] = {"ecs", "hits-ecs.jsonl", export_ecs},
    [REPORT_SIGMA] = {"sigma", "hits-sigma.jsonl", export_sigma},
    [REPORT_STIX] = {"stix", "indicators.stix.json", export_stix},
};

const char *report_format_word(enum report_format format)
{
    return formats[format].word;
}

const char *report_file_name(enum report_format format)
{
    return formats[format].file;
}

static bool has_case_file(const struct report_files *files)
{
    void *file;
    if (files->open(files->context, text_of("case.json"), &file) != ST_OK)
        return false;
    files->close(file);
    return true;
}

enum status report_write(const struct report_files *files, const struct journal_hash *hash,
                         const struct report_options *options, struct progress *progress,
                         struct buffer *out)
{
    struct report_case report;
    struct page page = {.report = &report,
                        .files = files,
                        .hash = hash,
                        .options = options,
                        .progress = progress,
                        .out = out};
    report_case_init(&report, files);
    page.status = report_case_read(&report, progress);
    if (page.status == ST_OK && !report.has_hits && !report.has_journal && !has_case_file(files))
        page.status = ST_NOT_FOUND;
    if (page.status == ST_OK)
        formats[options->format].write(&page);
    if (page.status == ST_OK)
        page.status = out->failed;
    report_case_done(&report);
    return page.status;
}
