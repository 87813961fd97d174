#include "core/cli/lists.h"

#include "core/base/memory.h"
#include "core/cli/console.h"
#include "core/cli/context.h"
#include "core/cli/input.h"
#include "core/watch/decode.h"
#include "core/watch/import.h"
#include "core/windows/file/file_sha256.h"

#define LINE_CEILING (1u << 20)

/* Whether a finding that arrived with a doubt is watched for all the same. `meant`: somebody wrote
 * it into a watchlist or typed it; then only what can't be matched, or would match nearly
 * everything, is left. */
static bool is_taken(const struct finding *finding, bool meant)
{
    switch (finding->doubt) {
    case DOUBT_NONE:
        return true;
    case DOUBT_DUPLICATE:
    case DOUBT_TOO_WIDE:
    case DOUBT_SUFFIX:
    case DOUBT_NOT_WATCHABLE:
    case DOUBT_MALFORMED:
    case DOUBT_COUNT:
        return false;
    default:
        return meant;
    }
}

static void add_number(struct buffer *line, uint64_t number, const char *what)
{
    buffer_add_unsigned(line, number);
    buffer_add_string(line, what);
}

static void say_left(struct text name, size_t taken, size_t left)
{
    struct buffer line;
    buffer_init(&line, LINE_CEILING);
    add_number(&line, taken, " watched for, ");
    add_number(&line, left, " left out; \"stakeout-cli indicators --rejected ");
    SAY(name, text_of(": "), buffer_text(&line), name, text_of("\" tells why"));
    buffer_done(&line);
}

static enum status take(const struct import_result *result, struct text name,
                        struct watchlist_builder *builder, size_t *taken)
{
    size_t count = import_count(result);
    bool *ticked = memory_take_array(count, sizeof *ticked);
    if (!ticked)
        return ST_NO_MEMORY;
    bool meant = import_format_of(result) == FORMAT_LIST;
    size_t left = 0;
    *taken = 0;
    for (size_t i = 0; i < count; i++) {
        const struct finding *finding = import_finding(result, i);
        ticked[i] = is_taken(finding, meant);
        *taken += ticked[i];
        left += !ticked[i] && finding->doubt != DOUBT_DUPLICATE;
    }
    enum status status = import_take(result, ticked, builder);
    memory_give(ticked);
    if (status == ST_OK && left && *taken)
        say_left(name, *taken, left);
    return status;
}

static void say_problem(struct text name, enum status status, const struct buffer *problem)
{
    struct failure failure = {.status = status};
    if (problem->size)
        SAY(buffer_text(problem), text_of("; nothing was taken from it"));
    else
        say_failure(name, &failure);
}

/* As a watchlist: one a line. False in *fits when most lines are something else. */
static enum status add_as_watchlist(struct watchlist_builder *builder, struct text content,
                                    struct text name, bool *fits)
{
    struct buffer problems;
    struct watchlist_lines lines = {0};
    buffer_init(&problems, LINE_CEILING);
    enum status status = watchlist_add_file_text(builder, content, name, &problems, &lines);
    uint64_t good = (uint64_t)lines.added + lines.duplicates;
    *fits = status == ST_OK && good && good >= lines.bad;
    struct text rest = buffer_text(&problems);
    while (*fits && rest.size) {
        size_t end = text_find(rest, text_of("\n"));
        size_t size = end == SIZE_MAX ? rest.size : end;
        SAY(text_slice(rest, 0, size), text_of("; the line is left out"));
        size_t used = end == SIZE_MAX ? size : size + 1;
        rest = text_slice(rest, used, rest.size - used);
    }
    buffer_done(&problems);
    return status;
}

/* As any other text: what arrives without a doubt. */
static bool add_as_text(struct watchlist_builder *builder, struct text content, struct text name)
{
    struct buffer problem;
    struct import_result *result = NULL;
    size_t taken = 0;
    buffer_init(&problem, LINE_CEILING);
    enum status status = import_here(content, name, &result, &problem);
    if (status == ST_OK)
        status = take(result, name, builder, &taken);
    if (status != ST_OK)
        say_problem(name, status, &problem);
    else if (!taken)
        SAY(name,
            text_of(": there is nothing in it to watch for; \"stakeout-cli indicators --rejected "),
            name, text_of("\" tells what was left out"));
    import_free(result);
    buffer_done(&problem);
    return status == ST_OK && taken;
}

struct told {
    struct arena *arena;
    struct case_watchlist *files;
};

static void tell_file(const struct told *told, size_t place, struct text name, struct text input,
                      uint32_t added)
{
    struct buffer hex;
    struct case_watchlist *file = &told->files[place];
    buffer_init(&hex, SHA256_DIGITS);
    file->file = arena_copy(told->arena, name, NULL);
    file->indicators = added;
    if (bytes_sha256(input, &hex, NULL) == ST_OK)
        file->sha256 = arena_copy(told->arena, buffer_text(&hex), NULL);
    buffer_done(&hex);
}

/* told: NULL, or where to tell of it. */
static bool add_list(struct watchlist_builder *builder, struct text file, const struct told *told,
                     size_t place)
{
    uint32_t before = watchlist_builder_count(builder);
    struct text name = input_name(file);
    struct buffer input;
    struct buffer storage;
    struct text content;
    bool done = false;
    buffer_init(&input, INPUT_CEILING);
    buffer_init(&storage, INPUT_CEILING);
    if (!input_read(file, &input))
        goto end;
    enum status status = decode_text(buffer_text(&input), &storage, &content);
    bool fits = false;
    if (status == ST_OK)
        status = add_as_watchlist(builder, content, name, &fits);
    if (status != ST_OK) {
        const struct failure failure = {.status = status};
        say_failure(name, &failure);
        goto end;
    }
    done = fits || add_as_text(builder, content, name);
    if (done && told)
        tell_file(told, place, name, buffer_text(&input),
                  watchlist_builder_count(builder) - before);
end:
    buffer_done(&storage);
    buffer_done(&input);
    return done;
}

/* A typed indicator that is not written as a watchlist has it: "hxxp://evil[.]example/x". */
static enum status add_defanged(struct watchlist_builder *builder, struct text typed, size_t *taken)
{
    struct buffer problem;
    struct import_result *result = NULL;
    buffer_init(&problem, LINE_CEILING);
    *taken = 0;
    enum status status = import_here(typed, text_of(""), &result, &problem);
    for (size_t i = 0; status == ST_OK && i < import_count(result); i++) {
        const struct finding *finding = import_finding(result, i);
        if (!is_taken(finding, true))
            continue;
        status = watchlist_add(builder, &finding->indicator, &finding->origin, NULL);
        ++*taken;
    }
    import_free(result);
    buffer_done(&problem);
    return status;
}

static bool add_indicator(struct watchlist_builder *builder, struct text typed)
{
    struct buffer scratch;
    struct buffer problem;
    buffer_init(&scratch, LINE_CEILING);
    buffer_init(&problem, LINE_CEILING);
    struct indicator indicator;
    const char *why = "";
    size_t taken = 1;
    enum status status = indicator_parse(typed, &scratch, &indicator, &why);
    if (status == ST_OK) {
        const struct indicator_origin origin = {.written = typed};
        status = watchlist_add(builder, &indicator, &origin, &problem);
    } else if (status == ST_INVALID) {
        status = add_defanged(builder, typed, &taken);
    }
    if (status != ST_OK || !taken) {
        buffer_add_string(&problem, problem.size ? ""
                                    : status == ST_OK || status == ST_INVALID
                                        ? why
                                        : status_phrase(status));
        SAY(text_of("--indicator "), typed, text_of(": "), buffer_text(&problem),
            text_of("; see stakeout-cli watch --help"));
    }
    buffer_done(&problem);
    buffer_done(&scratch);
    return status == ST_OK && taken;
}

static const struct watchlist *build(const struct arguments *arguments, const struct told *told)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    bool whole = builder != NULL;
    for (size_t i = 0; whole && i < arguments->indicators.count; i++)
        whole = add_indicator(builder, arguments->indicators.items[i]);
    for (size_t i = 0; whole && i < arguments->lists.count; i++)
        whole = add_list(builder, arguments->lists.items[i], told, i);
    if (builder && !whole) {
        watchlist_builder_free(builder);
        return NULL;
    }
    struct watchlist *list = NULL;
    enum status status = builder ? watchlist_build(builder, &list) : ST_NO_MEMORY;
    if (status != ST_OK) {
        struct failure failure = {.status = status};
        say_failure(text_of("can't build the watchlist"), &failure);
        return NULL;
    }
    return list;
}

const struct watchlist *lists_build(const struct arguments *arguments)
{
    return build(arguments, NULL);
}

const struct watchlist *lists_build_told(const struct arguments *arguments, struct arena *arena,
                                         struct case_watchlist *files)
{
    const struct told told = {arena, files};
    return build(arguments, &told);
}
