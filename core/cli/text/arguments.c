#include "core/cli/text/arguments.h"

#include "core/act/trap.h"
#include "core/cli/text/arguments_check.h"
#include "core/cli/text/option_table.h"
#include "core/cli/text/refusal.h"

struct parser {
    const struct text *words;
    size_t count;
    size_t at;
    struct arena *arena;
    struct arguments *arguments;
    struct buffer *problem;
};

static enum status refuse_option(struct parser *parser, const struct option *option,
                                 const char *why)
{
    buffer_add_string(parser->problem, "--");
    buffer_add_string(parser->problem, option->name);
    buffer_add_string(parser->problem, why);
    return ST_INVALID;
}

static void *member(struct parser *parser, const struct option *option)
{
    return (char *)parser->arguments + option->offset;
}

/* Room for one word more: at most as many as there are words. */
static enum status add_word(struct parser *parser, struct words *words, struct text word)
{
    if (!words->items) {
        words->items = arena_take(parser->arena, parser->count * sizeof(struct text));
        if (!words->items)
            return ST_NO_MEMORY;
    }
    words->items[words->count++] = word;
    return ST_OK;
}

static enum status take_on_hit(struct parser *parser, const struct option *option,
                               struct text value)
{
    struct text unknown;
    if (trap_parse(value, member(parser, option), &unknown))
        return ST_OK;
    return refuse_what(parser->problem, "--on-hit", unknown);
}

static enum status take_number(struct parser *parser, const struct option *option,
                               struct text value)
{
    uint64_t number = 0;
    if (text_number(value, option->most, &number) && number >= option->least) {
        *(uint32_t *)member(parser, option) = (uint32_t)number;
        return ST_OK;
    }
    refuse_option(parser, option, " ");
    refuse(parser->problem, value, ": give a whole number from ");
    buffer_add_unsigned(parser->problem, option->least);
    buffer_add_string(parser->problem, " to ");
    buffer_add_unsigned(parser->problem, option->most);
    return ST_INVALID;
}

static enum status take_value(struct parser *parser, const struct option *option, struct text value)
{
    if (!value.size)
        return refuse_option(parser, option, ": what stands behind it is empty");
    switch (option->kind) {
    case OPTION_TEXT:
        *(struct text *)member(parser, option) = value;
        return ST_OK;
    case OPTION_WORDS:
        return add_word(parser, member(parser, option), value);
    case OPTION_NUMBER:
        return take_number(parser, option, value);
    case OPTION_MOMENT:
        if (moment_parse_iso(value, member(parser, option)))
            return ST_OK;
        refuse_option(parser, option, " ");
        return refuse(parser->problem, value, ": give a time like 2026-11-25T02:43:29.1234567Z");
    case OPTION_ON_HIT:
        return take_on_hit(parser, option, value);
    case OPTION_FLAG:
        break;
    }
    return ST_INVALID;
}

static enum status refuse_for_command(struct parser *parser, const struct option *option)
{
    enum command command = parser->arguments->command;
    refuse_option(parser, option, " does not go with ");
    if (command == COMMAND_NONE)
        return refuse(parser->problem, text_of("no command"),
                      ": put a command first; see stakeout-cli --help");
    buffer_add_string(parser->problem, command_name(command));
    buffer_add_string(parser->problem, "; see stakeout-cli ");
    return refuse(parser->problem, text_from(command_name(command)), " --help");
}

/* word is what stands behind the two dashes: "list", "list=FILE". */
static enum status take_option(struct parser *parser, struct text word)
{
    size_t equals = text_find(word, text_of("="));
    struct text name = text_slice(word, 0, equals == SIZE_MAX ? word.size : equals);
    const struct option *option = option_find(name, parser->arguments->command);
    if (!option) {
        buffer_add_string(parser->problem, "--");
        return refuse(parser->problem, name, ": there is no such option; see stakeout-cli --help");
    }
    if (!(option->commands & COMMAND_BIT(parser->arguments->command)))
        return refuse_for_command(parser, option);
    if (option->kind == OPTION_FLAG) {
        if (equals != SIZE_MAX)
            return refuse_option(parser, option, " takes nothing behind it");
        *(bool *)member(parser, option) = true;
        return ST_OK;
    }
    if (equals != SIZE_MAX)
        return take_value(parser, option, text_slice(word, equals + 1, word.size - equals - 1));
    if (parser->at == parser->count) {
        refuse_option(parser, option, " needs ");
        return refuse(parser->problem, text_from(option->takes), " behind it");
    }
    return take_value(parser, option, parser->words[parser->at++]);
}

static enum status take_command(struct parser *parser, struct text word)
{
    parser->arguments->command = command_named(word);
    if (parser->arguments->command != COMMAND_NONE)
        return ST_OK;
    return refuse(parser->problem, word,
                  command_is_elsewhere(word)
                      ? ": not in this version; stakeout-cli --help lists what there is"
                      : ": there is no such command; see stakeout-cli --help");
}

static bool asks_for_help(struct text word)
{
    return text_equal(word, text_of("-h")) || text_equal(word, text_of("-?")) ||
           text_equal(word, text_of("/?"));
}

static enum status take_word(struct parser *parser, bool only_operands)
{
    struct arguments *arguments = parser->arguments;
    struct text word = parser->words[parser->at++];
    if (!only_operands) {
        if (asks_for_help(word)) {
            arguments->help = true;
            return ST_OK;
        }
        if (text_starts(word, text_of("--")))
            return take_option(parser, text_slice(word, 2, word.size - 2));
        if (word.size > 1 && word.bytes[0] == '-')
            return refuse(parser->problem, word,
                          ": there is no such option; options begin with two dashes");
    }
    if (arguments->command == COMMAND_NONE)
        return take_command(parser, word);
    return add_word(parser, &arguments->operands, word);
}

enum status arguments_parse(const struct text *words, size_t count, struct arena *arena,
                            struct arguments *arguments, struct buffer *problem)
{
    struct arguments read = {.command = COMMAND_NONE};
    struct parser parser = {words, count, 0, arena, &read, problem};
    bool only_operands = false;
    enum status status = ST_OK;
    while (status == ST_OK && parser.at < count) {
        if (!only_operands && text_equal(words[parser.at], text_of("--"))) {
            only_operands = true;
            parser.at++;
            continue;
        }
        status = take_word(&parser, only_operands);
    }
    if (status == ST_OK)
        status = arguments_check(&read, problem);
    if (status == ST_OK)
        *arguments = read;
    return status;
}
