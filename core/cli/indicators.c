/* indicators: finds them in any text. */
#include "core/case/json_write.h"
#include "core/cli/commands.h"
#include "core/cli/context.h"
#include "core/cli/input.h"
#include "core/cli/text/visible.h"
#include "core/watch/import.h"

#define LINE_CEILING (1u << 20)
#define OUTPUT_CEILING ((size_t)1 << 29)
#define FLUSH_SIZE (64u << 10)

static bool has_indicator(const struct finding *finding)
{
    return finding->doubt != DOUBT_NOT_WATCHABLE && finding->doubt != DOUBT_MALFORMED;
}

static void add_json(struct buffer *out, const struct finding *finding)
{
    struct json_writer json;
    struct buffer written;
    buffer_init(&written, LINE_CEILING);
    json_begin(&json, out);
    json_open_object(&json, NULL);
    if (has_indicator(finding)) {
        indicator_add(&written, &finding->indicator);
        json_open_object(&json, "threat");
        json_open_object(&json, "indicator");
        json_string(&json, "type", indicator_ecs_type(&finding->indicator));
        json_text(&json, "name", buffer_text(&written));
        if (finding->indicator.kind == INDICATOR_ADDRESS) {
            struct endpoint end = {.address = finding->indicator.low};
            json_address(&json, "ip", &end);
        }
        if (finding->indicator.kind == INDICATOR_DOMAIN ||
            finding->indicator.kind == INDICATOR_DOMAIN_TREE)
            json_text(&json, "domain", finding->indicator.value);
        if (finding->indicator.port)
            json_unsigned(&json, "port", finding->indicator.port);
        json_close_object(&json);
        json_close_object(&json);
    }
    json_open_object(&json, "stakeout");
    json_open_object(&json, "indicator");
    json_text(&json, "written", finding->origin.written);
    json_text(&json, "file", finding->origin.file);
    json_unsigned(&json, "line", finding->origin.line);
    if (finding->origin.label.size)
        json_text(&json, "label", finding->origin.label);
    json_close_object(&json);
    if (finding->doubt != DOUBT_NONE)
        json_string(&json, "left_out", finding->why);
    json_close_object(&json);
    json_close_object(&json);
    if (written.failed != ST_OK)
        out->failed = written.failed;
    buffer_done(&written);
}

/* "evil.txt:12: 10.0.0.1: a private address". */
static void add_rejected(struct buffer *out, const struct finding *finding)
{
    visible_add(out, finding->origin.file);
    buffer_add_byte(out, ':');
    buffer_add_unsigned(out, finding->origin.line);
    buffer_add_string(out, ": ");
    visible_add(out, finding->origin.written);
    buffer_add_string(out, ": ");
    buffer_add_string(out, finding->why);
}

static void add_finding(struct buffer *out, const struct finding *finding,
                        const struct arguments *arguments)
{
    if (arguments->json)
        add_json(out, finding);
    else if (arguments->rejected)
        add_rejected(out, finding);
    else
        indicator_add(out, &finding->indicator);
    buffer_add_byte(out, '\n');
}

struct tally {
    uint64_t printed;
    uint64_t found;
    uint64_t left;
};

static enum exit_status write_findings(const struct import_result *result,
                                       const struct arguments *arguments, struct tally *tally)
{
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    size_t count = import_count(result);
    bool written = true;
    for (size_t i = 0; written && i < count; i++) {
        const struct finding *finding = import_finding(result, i);
        bool rejected = finding->doubt != DOUBT_NONE;
        tally->found += !rejected;
        tally->left += rejected;
        if (rejected != arguments->rejected)
            continue;
        tally->printed++;
        add_finding(&out, finding, arguments);
        if (out.size > FLUSH_SIZE || out.failed != ST_OK) {
            written = out.failed == ST_OK && console_write(buffer_text(&out));
            if (written)
                buffer_clear(&out);
        }
    }
    written = written && out.failed == ST_OK && console_write(buffer_text(&out));
    enum exit_status status = EXIT_FOUND;
    if (!written && out.failed != ST_OK) {
        struct failure failure = {.status = out.failed};
        status = say_failure(text_of("can't put the result together"), &failure);
    } else if (!written) {
        status = console_lost();
    }
    buffer_done(&out);
    return status;
}

static enum exit_status import_one(struct text file, const struct arguments *arguments,
                                   struct tally *tally)
{
    struct text name = input_name(file);
    struct buffer input;
    struct buffer problem;
    struct import_result *result = NULL;
    buffer_init(&input, INPUT_CEILING);
    buffer_init(&problem, LINE_CEILING);
    enum exit_status done = EXIT_TROUBLE;
    if (input_read(file, &input)) {
        enum status status = import_here(buffer_text(&input), name, &result, &problem);
        struct failure failure = {.status = status};
        if (status == ST_OK)
            done = write_findings(result, arguments, tally);
        else if (problem.size)
            SAY(buffer_text(&problem), text_of("; nothing was taken from it"));
        else
            say_failure(name, &failure);
    }
    import_free(result);
    buffer_done(&problem);
    buffer_done(&input);
    return done;
}

static void say_tally(const struct tally *tally)
{
    struct buffer line;
    buffer_init(&line, LINE_CEILING);
    buffer_add_unsigned(&line, tally->found);
    buffer_add_string(&line, " found, ");
    buffer_add_unsigned(&line, tally->left);
    buffer_add_string(&line, " left out");
    if (tally->left)
        buffer_add_string(&line, " (--rejected tells why)");
    SAY(buffer_text(&line));
    buffer_done(&line);
}

enum exit_status command_indicators(const struct arguments *arguments)
{
    struct tally tally = {0};
    enum exit_status worst = EXIT_FOUND;
    for (size_t i = 0; i < arguments->operands.count; i++) {
        enum exit_status status = import_one(arguments->operands.items[i], arguments, &tally);
        if (status > worst)
            worst = status;
    }
    if (worst != EXIT_FOUND)
        return worst;
    if (!arguments->rejected)
        say_tally(&tally);
    return tally.printed ? EXIT_FOUND : EXIT_NOTHING;
}
