/* find: who holds it, where it is written, who has it in memory. */
#include "core/cli/find.h"
#include "core/cli/cancel.h"
#include "core/cli/commands.h"

static enum exit_status find_by_term(const struct arguments *arguments,
                                     enum exit_status (*find)(const struct arguments *,
                                                              const struct term *))
{
    unsigned flags =
        (arguments->regex ? TERM_REGEX : 0u) | (arguments->match_case ? TERM_CASE : 0u);
    enum exit_status result = EXIT_TROUBLE;
    struct term *term = NULL;
    struct buffer why;

    buffer_init(&why, 1024);
    if (term_new(arguments->pattern, flags, &term, &why) == ST_OK)
        result = find(arguments, term);
    else
        SAY(text_of("can't search for "), arguments->pattern, text_of(": "), buffer_text(&why));
    term_free(term);
    buffer_done(&why);
    return result;
}

enum exit_status command_find(const struct arguments *arguments)
{
    switch (arguments->find) {
    case FIND_REGISTRY:
        return find_by_term(arguments, find_registry);
    case FIND_HANDLES:
        return find_by_term(arguments, find_handles);
    case FIND_MEMORY:
        return arguments->pattern.size ? find_by_term(arguments, find_memory)
                                       : find_memory(arguments, NULL);
    case FIND_NONE:
        break;
    }
    return EXIT_TROUBLE;
}

enum exit_status find_ending(enum status status, bool enough, bool trouble, uint64_t printed)
{
    if (cancel_said())
        return EXIT_TROUBLE;
    if (status == ST_TOO_SLOW) {
        SAY(text_of(
            "pattern too slow: it ran into a limit, so there may be more; make it simpler"));
        return EXIT_TROUBLE;
    }
    if (status != ST_OK && !enough) {
        const struct failure failure = {.status = status};
        return say_failure(text_of("can't go on"), &failure);
    }
    return trouble ? EXIT_TROUBLE : printed ? EXIT_FOUND : EXIT_NOTHING;
}
