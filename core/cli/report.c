/* report: the result of a case as a page, or its hits for other programs. */
#include "core/cli/cancel.h"
#include "core/cli/commands.h"
#include "core/windows/case/case_report.h"

#define PROBLEM_CEILING ((size_t)1 << 20)

static enum exit_status to_file(const struct arguments *arguments,
                                const struct report_options *options, struct progress *progress,
                                struct buffer *problem)
{
    struct buffer written;
    buffer_init(&written, PROBLEM_CEILING);
    enum status status = case_report_write(arguments->operands.items[0], arguments->out, options,
                                           progress, &written, problem);
    if (status == ST_OK)
        SAY(text_of("written to "), buffer_text(&written));
    buffer_done(&written);
    return status == ST_OK ? EXIT_FOUND : EXIT_TROUBLE;
}

static enum exit_status to_console(const struct arguments *arguments,
                                   const struct report_options *options, struct progress *progress,
                                   struct buffer *problem)
{
    struct buffer out;
    buffer_init(&out, REPORT_MOST);
    enum status status =
        case_report_make(arguments->operands.items[0], options, progress, &out, problem);
    enum exit_status result = EXIT_TROUBLE;
    if (status == ST_OK)
        result = console_write(buffer_text(&out)) ? EXIT_FOUND : console_lost();
    buffer_done(&out);
    return result;
}

enum exit_status command_report(const struct arguments *arguments)
{
    struct report_options options = case_report_options(arguments->format, arguments->language);
    struct progress progress = {.cancel = cancel_on_control()};
    struct buffer problem;
    options.plain = arguments->no_defang;
    buffer_init(&problem, PROBLEM_CEILING);
    enum exit_status result = (text_equal(arguments->out, text_of("-")) ? to_console : to_file)(
        arguments, &options, &progress, &problem);
    if (problem.size)
        SAY(buffer_text(&problem));
    else if (result == EXIT_TROUBLE && progress_cancelled(&progress))
        SAY(text_of("report: ended by Ctrl-C; nothing was written"));
    buffer_done(&problem);
    return result;
}
