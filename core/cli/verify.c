/* verify: whether a case is as it was written: case.json, the journal's chain, the manifest. */
#include "core/cli/commands.h"
#include "core/cli/text/visible.h"
#include "core/windows/case/case_verify.h"

#define OUTPUT_CEILING ((size_t)16 << 20)
#define PROBLEM_CEILING ((size_t)1 << 20)

static void tell(void *context, struct text name, struct text what)
{
    struct buffer *out = context;
    visible_add(out, name);
    buffer_add_string(out, ": ");
    visible_add(out, what);
    buffer_add_byte(out, '\n');
}

enum exit_status command_verify(const struct arguments *arguments)
{
    struct text folder = arguments->operands.items[0];
    struct case_verdict verdict = {.is_case = false};
    struct buffer out;
    struct buffer problem;
    buffer_init(&out, OUTPUT_CEILING);
    buffer_init(&problem, PROBLEM_CEILING);
    enum exit_status result = EXIT_TROUBLE;
    enum status status = case_verify(folder, NULL, tell, &out, &verdict, &problem);
    if (status != ST_OK)
        SAY(buffer_text(&problem));
    else if (!verdict.is_case && !verdict.is_wrong)
        SAY(folder,
            text_of(": it is not a case: there is no case.json, no journal and no manifest in it"));
    else if (out.failed == ST_OK)
        result = !console_write(buffer_text(&out)) ? console_lost()
                 : verdict.is_wrong                ? EXIT_NOTHING
                                                   : EXIT_FOUND;
    buffer_done(&problem);
    buffer_done(&out);
    return result;
}
