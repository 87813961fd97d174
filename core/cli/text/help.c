#include "core/cli/text/help.h"

#include "core/cli/text/option_table.h"

#define HELP_COLUMN 20
#define HELP_WIDTH 78

static void add_spaces(struct buffer *out, size_t count)
{
    while (count--)
        buffer_add_byte(out, ' ');
}

/* The text from HELP_COLUMN on, broken at spaces; the line already holds `used` columns. */
static void add_wrapped(struct buffer *out, size_t used, const char *string)
{
    struct text rest = text_from(string);
    if (used + 2 > HELP_COLUMN) {
        buffer_add_byte(out, '\n');
        used = 0;
    }
    while (rest.size) {
        add_spaces(out, HELP_COLUMN - used);
        size_t fits = HELP_WIDTH - HELP_COLUMN;
        size_t end = rest.size;
        if (end > fits)
            for (end = fits; end > 0 && rest.bytes[end] != ' '; end--)
                ;
        buffer_add(out, text_slice(rest, 0, end));
        buffer_add_byte(out, '\n');
        rest = text_trim(text_slice(rest, end, rest.size - end));
        used = 0;
    }
}

static void add_option(struct buffer *out, const struct option *option)
{
    size_t from = out->size;
    buffer_add_string(out, "  --");
    buffer_add_string(out, option->name);
    if (option->takes) {
        buffer_add_byte(out, ' ');
        buffer_add_string(out, option->takes);
    }
    add_wrapped(out, out->size - from, option->help);
}

static void add_overview(struct buffer *out)
{
    buffer_add_string(out, "stakeout-cli: finds the process behind a watched connection.\n\n"
                           "usage: stakeout-cli COMMAND [OPTIONS]\n\n");
    for (int i = COMMAND_PS; i < COMMAND_COUNT; i++) {
        size_t from = out->size;
        buffer_add_string(out, "  ");
        buffer_add_string(out, command_name((enum command)i));
        add_wrapped(out, out->size - from, command_text((enum command)i)->summary);
    }
    buffer_add_string(out,
                      "\nstakeout-cli COMMAND --help tells of a command's options; --version "
                      "tells the version.\n"
                      "Messages go to standard error, text is UTF-8. Exit status: 0 done, found "
                      "or hit;\n1 nothing found or no hit in the time given; 2 wrong usage or "
                      "an error.\n");
}

void help_add(struct buffer *out, enum command command)
{
    if (command == COMMAND_NONE) {
        add_overview(out);
        return;
    }
    const struct command_text *text = command_text(command);
    buffer_add_string(out, "usage: stakeout-cli ");
    buffer_add_string(out, text->name);
    buffer_add_string(out, " [OPTIONS]");
    if (text->operands[0]) {
        buffer_add_byte(out, ' ');
        buffer_add_string(out, text->operands);
    }
    buffer_add_string(out, "\n\n");
    buffer_add_string(out, text->summary);
    buffer_add_string(out, "\n\n");
    for (size_t i = 0; option_at(i); i++)
        if (option_at(i)->commands & COMMAND_BIT(command))
            add_option(out, option_at(i));
    buffer_add_byte(out, '\n');
    buffer_add_string(out, text->more);
}
