#include "core/cli/text/refusal.h"

enum status refuse(struct buffer *problem, struct text what, const char *why)
{
    buffer_add(problem, what);
    buffer_add_string(problem, why);
    return ST_INVALID;
}

enum status refuse_what(struct buffer *problem, const char *option, struct text unknown)
{
    buffer_add_string(problem, option);
    refuse(problem, text_of(" \""), "");
    return refuse(problem, unknown,
                  "\": there is no such thing to do; give some of "
                  "record,dump,sample,suspend,suspend-tree");
}
