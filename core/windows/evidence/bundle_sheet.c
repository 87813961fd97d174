#include "core/windows/evidence/bundle_sheet.h"

#include "core/base/memory.h"
#include "core/windows/clock.h"
#include "core/windows/failure.h"
#include "core/windows/slow.h"
#include "core/windows/text16.h"

#define LINES_MOST ((size_t)128 << 20)
#define WIDE_MOST ((size_t)32768)
#define LOOK_MS 50u /* how often a cancel is looked for */

struct sheet_job {
    struct slow_job job;
    struct bundle_sheet sheet;
    void (*ask)(struct bundle_sheet *sheet);
};

static void run(struct slow_job *job)
{
    struct sheet_job *sheet_job = (struct sheet_job *)job;

    sheet_job->ask(&sheet_job->sheet);
}

static void free_job(struct slow_job *job)
{
    struct sheet_job *sheet_job = (struct sheet_job *)job;

    buffer_done(&sheet_job->sheet.lines);
    memory_give(sheet_job);
}

/* Whole lines only: the last one may be torn for want of memory. */
static enum status take_over(struct bundle_out *out, const struct bundle_sheet *sheet)
{
    struct text rest = buffer_text(&sheet->lines);
    enum status status = ST_OK;

    while (!status && rest.size) {
        size_t end = text_find(rest, text_of("\n"));
        if (end == SIZE_MAX)
            break;
        buffer_add(bundle_line(out), text_slice(rest, 0, end));
        status = bundle_end_line(out);
        rest = text_slice(rest, end + 1, rest.size - end - 1);
    }
    if (!status && sheet->lines.failed)
        status = sheet->lines.failed;
    return status;
}

static enum status tell(struct bundle_out *out, const struct bundle_sheet *sheet)
{
    enum status status;

    if (sheet->source)
        bundle_source(out, sheet->source);
    status = take_over(out, sheet);
    if (sheet->failure.call)
        bundle_fail(out, &sheet->failure);
    if (sheet->because)
        bundle_because(out, ST_OK, sheet->because);
    bundle_lost(out, sheet->lost, sheet->lost_reason);
    return status ? status : sheet->failure.status;
}

enum status bundle_ask(struct bundle_out *out, const struct bundle_calls *calls,
                       void (*ask)(struct bundle_sheet *sheet))
{
    struct sheet_job *job = memory_take(sizeof *job);
    struct slow *slow = NULL;
    uint32_t most = calls ? calls->wait_ms : BUNDLE_WAIT_MS;
    bool answered = false;
    enum status status;

    if (!job)
        return ST_NO_MEMORY;
    job->job = (struct slow_job){run, free_job};
    job->ask = ask;
    job->sheet.calls = calls ? calls : bundle_calls_of_system();
    job->sheet.now = bundle_now(out);
    buffer_init(&job->sheet.lines, LINES_MOST);
    status = slow_start(&job->job, &slow);
    if (status)
        return status;
    for (unsigned waited = 0; !answered && waited < most && !bundle_cancelled(out);
         waited += LOOK_MS)
        answered = slow_wait(slow, LOOK_MS);
    if (answered)
        status = tell(out, &((struct sheet_job *)slow_answer(slow))->sheet);
    else if (bundle_cancelled(out))
        status = ST_CANCELLED;
    else
        status = bundle_because(out, ST_SYSTEM, "the system has not answered in time");
    slow_release(slow);
    return status;
}

struct json_writer *bundle_sheet_row(struct bundle_sheet *sheet)
{
    json_begin(&sheet->json, &sheet->lines);
    json_open_object(&sheet->json, NULL);
    json_moment(&sheet->json, "@timestamp", sheet->now, false);
    return &sheet->json;
}

void bundle_sheet_end_row(struct bundle_sheet *sheet)
{
    json_close_object(&sheet->json);
    buffer_add_byte(&sheet->lines, '\n');
}

void bundle_sheet_missing(struct bundle_sheet *sheet, const char *reason)
{
    sheet->because = reason;
    sheet->failure = (struct failure){.status = ST_UNSUPPORTED};
}

void bundle_sheet_failed(struct bundle_sheet *sheet, const char *call, DWORD code)
{
    if (!sheet->failure.status)
        failure_win32(&sheet->failure, call, code);
}

void bundle_sheet_wide(struct bundle_sheet *sheet, const char *name, const wchar_t *wide)
{
    size_t length = wide ? wcsnlen(wide, WIDE_MOST) : 0;
    struct buffer text;

    if (!length)
        return;
    buffer_init(&text, TEXT16_MOST(WIDE_MOST));
    text16_add(&text, wide, length);
    json_text(&sheet->json, name, buffer_text(&text));
    if (text.failed && !sheet->lines.failed)
        sheet->lines.failed = text.failed;
    buffer_done(&text);
}
