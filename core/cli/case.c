/* case: makes, shows and closes a case. */
#include "core/cli/commands.h"
#include "core/cli/meter.h"
#include "core/cli/open_case.h"
#include "core/cli/text/show_case.h"

#define LINE_CEILING ((size_t)1 << 20)
#define ARENA_CEILING (4 * CASE_MOST)
#define OUTPUT_CEILING ((size_t)256 << 20)

static enum exit_status say_problem(const struct buffer *problem, const char *more)
{
    SAY(text_of("case: "), buffer_text(problem), text_from(more));
    return EXIT_TROUBLE;
}

static enum exit_status show_it(const struct arguments *arguments)
{
    struct text path = arguments->operands.items[1];
    struct case_record record;
    struct buffer problem;
    struct buffer out;
    buffer_init(&problem, LINE_CEILING);
    buffer_init(&out, OUTPUT_CEILING);
    struct arena *arena = arena_new(ARENA_CEILING);
    enum status status = arena ? case_folder_read(path, arena, &record, &problem) : ST_NO_MEMORY;
    enum exit_status result = EXIT_TROUBLE;
    if (status == ST_OK) {
        if (arguments->json)
            case_record_write(&out, &record);
        else
            show_case(&out, path, &record);
        result = EXIT_FOUND;
    } else {
        say_problem(&problem, "");
    }
    arena_free(arena);
    buffer_done(&problem);
    return console_hand_out(&out, result);
}

static enum exit_status make(const struct arguments *arguments)
{
    const struct case_words words = {.name = arguments->name,
                                     .examiner = arguments->examiner,
                                     .where = arguments->where,
                                     .why = arguments->why};
    struct case_folder *folder = NULL;
    struct buffer problem;
    buffer_init(&problem, LINE_CEILING);
    enum exit_status result = EXIT_TROUBLE;
    if (case_folder_make(arguments->operands.items[1], &words, &folder, &problem) == ST_OK)
        result = EXIT_FOUND;
    else
        say_problem(&problem, "");
    case_folder_close(folder, NULL);
    buffer_done(&problem);
    return result == EXIT_FOUND ? show_it(arguments) : result;
}

/* The hash of the manifest is what proves the rest later: it is told, to be written down. */
static enum exit_status finish(const struct arguments *arguments, struct case_folder *folder)
{
    struct manifest_made made;
    struct buffer out;
    struct failure failure;
    buffer_init(&out, LINE_CEILING);
    enum status status = case_folder_seal(folder, true, meter_begin(), &made, &failure);
    meter_end();
    if (status != ST_OK) {
        say_failure(text_of("the case is not closed"), &failure);
    } else {
        buffer_add_string(&out, arguments->json ? "{\"file\":{\"name\":\"manifest.sha256\","
                                                  "\"hash\":{\"sha256\":\""
                                                : "closed; SHA-256 of manifest.sha256: ");
        buffer_add(&out, buffer_text(&made.sha256));
        buffer_add_string(&out, arguments->json ? "\"}}}\n" : "\n");
    }
    if (status == ST_OK && made.unread) {
        SAY(text_of("not all files could be read for the manifest, the first of them "),
            buffer_text(&made.which));
        status = ST_IO;
    }
    manifest_made_done(&made);
    return console_hand_out(&out, status == ST_OK ? EXIT_FOUND : EXIT_TROUBLE);
}

/* True: there is one, and it goes on. */
static bool can_be_closed(struct text path, enum exit_status *result, struct buffer *problem)
{
    struct case_record record = {.closed = 0};
    struct arena *arena = arena_new(ARENA_CEILING);
    enum status status = arena ? case_folder_read(path, arena, &record, problem) : ST_NO_MEMORY;
    bool is_closed = status == ST_OK && record.closed;
    *result = is_closed ? EXIT_NOTHING : EXIT_TROUBLE;
    if (is_closed)
        SAY(text_of("case: "), path,
            text_of(": it is closed already; verify looks whether it is "
                    "as it was"));
    else if (status != ST_OK)
        say_problem(problem, "");
    arena_free(arena);
    return status == ST_OK && !is_closed;
}

static enum exit_status close_it(const struct arguments *arguments)
{
    struct text path = arguments->operands.items[1];
    struct case_folder *folder = NULL;
    struct buffer problem;
    enum exit_status result;
    buffer_init(&problem, LINE_CEILING);
    if (can_be_closed(path, &result, &problem)) {
        if (case_folder_open(path, &folder, &problem) == ST_OK)
            result = finish(arguments, folder);
        else
            result = say_problem(&problem, "");
    }
    case_folder_close(folder, NULL);
    buffer_done(&problem);
    return result;
}

enum exit_status command_case(const struct arguments *arguments)
{
    switch (arguments->case_work) {
    case CASE_WORK_NEW:
        return make(arguments);
    case CASE_WORK_CLOSE:
        return close_it(arguments);
    case CASE_WORK_SHOW:
        break;
    }
    return show_it(arguments);
}
