#include "core/base/yaml_inside.h"

bool yaml_fail(struct yaml_reader *reader, const char *problem)
{
    if (reader->status == ST_OK) {
        reader->status = ST_INVALID;
        reader->problem = problem;
    }
    return false;
}

bool yaml_fail_with(struct yaml_reader *reader, enum status status, const char *problem)
{
    (void)yaml_fail(reader, problem);
    reader->status = status;
    return false;
}

/* --- characters --- */

void yaml_take_break(struct yaml_reader *reader)
{
    reader->at += yaml_peek(reader, 0) == '\r' && yaml_peek(reader, 1) == '\n' ? 2 : 1;
    reader->begin = reader->at;
    reader->line++;
}

void yaml_skip_blanks(struct yaml_reader *reader)
{
    while (yaml_is_blank(yaml_peek(reader, 0)))
        reader->at++;
}

void yaml_skip_line(struct yaml_reader *reader)
{
    while (yaml_peek(reader, 0) && !yaml_is_break(yaml_peek(reader, 0)))
        reader->at++;
}

/* "---" or "...", alone at the begin of a line. */
bool yaml_at_marker(const struct yaml_reader *reader, char sign)
{
    return yaml_column(reader) == 0 && yaml_peek(reader, 0) == sign &&
           yaml_peek(reader, 1) == sign && yaml_peek(reader, 2) == sign &&
           yaml_is_gap(yaml_peek(reader, 3));
}

bool yaml_at_document_end(const struct yaml_reader *reader)
{
    return !yaml_peek(reader, 0) || yaml_at_marker(reader, '-') || yaml_at_marker(reader, '.');
}

/* Moves to what comes next, over blanks, comments and line ends. False where a tab indents it. */
bool yaml_skip_gap(struct yaml_reader *reader)
{
    for (;;) {
        bool tab;
        size_t from = reader->at;
        yaml_skip_blanks(reader);
        tab = from == reader->begin &&
              memchr(reader->input.bytes + from, '\t', reader->at - from) != NULL;
        if (yaml_peek(reader, 0) == '#' && (reader->at > from || from == reader->begin))
            yaml_skip_line(reader);
        if (!yaml_is_break(yaml_peek(reader, 0)))
            return tab && yaml_peek(reader, 0) ? yaml_fail(reader, "a tab indents") : true;
        yaml_take_break(reader);
    }
}

/* After a value: nothing but a comment may follow in its line. */
bool yaml_end_line(struct yaml_reader *reader)
{
    size_t from = reader->at;

    yaml_skip_blanks(reader);
    if (yaml_peek(reader, 0) == '#' && reader->at > from)
        yaml_skip_line(reader);
    if (yaml_peek(reader, 0) && !yaml_is_break(yaml_peek(reader, 0)))
        return yaml_fail(reader, "something stands behind a value");
    return true;
}

static bool keep_scratch(struct yaml_reader *reader, struct text *value)
{
    bool failed = reader->scratch.failed != ST_OK;

    if (!failed)
        *value = arena_copy(reader->arena, buffer_text(&reader->scratch), &failed);
    return failed ? yaml_fail_with(reader, ST_NO_MEMORY, NULL) : true;
}

/* --- quoted scalars --- */

/* Line breaks inside a scalar: one is a blank, more are one less. `at` is at the first of them, or
 * at blanks before it. */
static bool fold(struct yaml_reader *reader, bool escaped)
{
    size_t breaks = 0;

    for (;;) {
        yaml_skip_blanks(reader);
        if (!yaml_is_break(yaml_peek(reader, 0)))
            break;
        yaml_take_break(reader);
        if (yaml_at_document_end(reader))
            return yaml_fail(reader, "a text in quotation marks does not end");
        breaks++;
    }
    if (breaks == 1 && !escaped)
        buffer_add_byte(&reader->scratch, ' ');
    for (size_t i = 1; i < breaks; i++)
        buffer_add_byte(&reader->scratch, '\n');
    return true;
}

/* Blanks and breaks: those before a break are dropped, others kept. */
static bool add_blanks(struct yaml_reader *reader)
{
    size_t from = reader->at;

    yaml_skip_blanks(reader);
    if (yaml_is_break(yaml_peek(reader, 0)))
        return fold(reader, false);
    buffer_add(&reader->scratch, text_slice(reader->input, from, reader->at - from));
    return true;
}

static bool add_hex(struct yaml_reader *reader, unsigned digits)
{
    uint32_t number = 0;

    for (unsigned i = 0; i < digits; i++, reader->at++) {
        char c = yaml_peek(reader, 0);
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                : 16;
        if (digit == 16)
            return yaml_fail(reader, "an escape lacks digits");
        number = number << 4 | digit;
    }
    if (number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF))
        return yaml_fail(reader, "an escape is no character");
    buffer_add_code_point(&reader->scratch, number);
    return true;
}

static bool add_escape(struct yaml_reader *reader)
{
    static const char letters[] = "0abtnvfre\"/\\ N_LP";
    static const uint16_t points[] = {0,   7,   8,    '\t', '\n', 11,   12,     '\r',  27,
                                      '"', '/', '\\', ' ',  0x85, 0xA0, 0x2028, 0x2029};
    char c = yaml_peek(reader, 1);
    const char *letter = c ? strchr(letters, c) : NULL;

    reader->at++;
    if (yaml_is_break(c))
        return fold(reader, true);
    reader->at++;
    if (c == '\t')
        buffer_add_byte(&reader->scratch, '\t');
    else if (letter)
        buffer_add_code_point(&reader->scratch, points[letter - letters]);
    else if (c == 'x' || c == 'u' || c == 'U')
        return add_hex(reader, c == 'x' ? 2 : c == 'u' ? 4 : 8);
    else
        return yaml_fail(reader, "an escape that is not known");
    return true;
}

/* One step inside quotation marks; *end: the closing one was passed. */
static bool read_quoted_piece(struct yaml_reader *reader, char quote, bool *end)
{
    char c = yaml_peek(reader, 0);

    if (!c)
        return yaml_fail(reader, "a text in quotation marks does not end");
    if (yaml_is_blank(c) || yaml_is_break(c))
        return add_blanks(reader);
    if (c == '\\' && quote == '"')
        return add_escape(reader);
    if (c == quote && quote == '\'' && yaml_peek(reader, 1) == quote) {
        reader->at++;
    } else if (c == quote) {
        *end = true;
        reader->at++;
        return true;
    }
    buffer_add_byte(&reader->scratch, c);
    reader->at++;
    return true;
}

bool yaml_read_quoted(struct yaml_reader *reader, struct text *value)
{
    char quote = yaml_peek(reader, 0);
    bool end = false;

    buffer_clear(&reader->scratch);
    reader->at++;
    while (!end)
        if (!read_quoted_piece(reader, quote, &end))
            return false;
    return keep_scratch(reader, value);
}

/* --- plain scalars --- */

/* The plain text from `at` to where it ends in this line; blanks at its end are not part of it. */
size_t yaml_plain_size(const struct yaml_reader *reader, bool flow)
{
    size_t end = reader->at;
    size_t at;

    for (at = reader->at; at < reader->input.size && !yaml_is_break(reader->input.bytes[at]);
         at++) {
        char c = reader->input.bytes[at];
        char next = at + 1 < reader->input.size ? reader->input.bytes[at + 1] : 0;
        if (c == ':' && (yaml_is_gap(next) || (flow && yaml_is_flow_sign(next))))
            break;
        if (flow && yaml_is_flow_sign(c))
            break;
        if (c == '#' && at > reader->at && yaml_is_blank(reader->input.bytes[at - 1]))
            break;
        if (!yaml_is_blank(c))
            end = at + 1;
    }
    return end - reader->at;
}

static void add_plain_line(struct yaml_reader *reader, bool flow)
{
    size_t size = yaml_plain_size(reader, flow);

    buffer_add(&reader->scratch, text_slice(reader->input, reader->at, size));
    reader->at += size;
}

/* Whether the plain text goes on in a later line, to which it moves then. */
static bool plain_goes_on(struct yaml_reader *reader, size_t indent, bool flow)
{
    const struct yaml_reader here = *reader;
    size_t breaks = 0;

    for (;;) {
        yaml_skip_blanks(reader);
        if (!yaml_is_break(yaml_peek(reader, 0)))
            break;
        yaml_take_break(reader);
        breaks++;
    }
    if (breaks && !yaml_at_document_end(reader) && yaml_peek(reader, 0) != '#' &&
        (flow ? !yaml_is_flow_sign(yaml_peek(reader, 0)) && yaml_peek(reader, 0) != ':'
              : yaml_column(reader) >= indent)) {
        for (size_t i = 1; i < breaks; i++)
            buffer_add_byte(&reader->scratch, '\n');
        if (breaks == 1)
            buffer_add_byte(&reader->scratch, ' ');
        return true;
    }
    reader->at = here.at;
    reader->begin = here.begin;
    reader->line = here.line;
    return false;
}

bool yaml_read_plain(struct yaml_reader *reader, size_t indent, bool flow, struct text *value)
{
    buffer_clear(&reader->scratch);
    do {
        add_plain_line(reader, flow);
    } while (plain_goes_on(reader, indent, flow));
    if (!flow && yaml_peek(reader, 0) == ':')
        return yaml_fail(reader, "': ' inside a plain text: put it in quotation marks");
    return keep_scratch(reader, value);
}

/* --- "|" and ">" --- */

struct block_header {
    bool folded;
    char chomp;    /* '-', '+', or 0: one line end is kept */
    size_t indent; /* columns more than the parent; 0: as the first line has it */
};

static bool read_header(struct yaml_reader *reader, struct block_header *header)
{
    *header = (struct block_header){.folded = yaml_peek(reader, 0) == '>'};
    for (reader->at++; !yaml_is_gap(yaml_peek(reader, 0)); reader->at++) {
        char c = yaml_peek(reader, 0);
        if ((c == '-' || c == '+') && !header->chomp)
            header->chomp = c;
        else if (c >= '1' && c <= '9' && !header->indent)
            header->indent = (size_t)(c - '0');
        else
            return yaml_fail(reader, "something stands behind '|' or '>'");
    }
    if (!yaml_end_line(reader))
        return false;
    if (yaml_peek(reader, 0))
        yaml_take_break(reader);
    return true;
}

/* Spaces at the begin of this line. */
static size_t spaces(const struct yaml_reader *reader)
{
    size_t count = 0;

    while (yaml_peek(reader, count) == ' ')
        count++;
    return count;
}

/* The column of the block's first line that is not empty. */
static size_t block_indent(const struct yaml_reader *reader)
{
    struct yaml_reader look = *reader;
    size_t count;

    for (count = spaces(&look); yaml_is_break(yaml_peek(&look, count)); count = spaces(&look)) {
        look.at += count;
        yaml_take_break(&look);
    }
    return yaml_peek(&look, count) ? count : 0;
}

/* What stands between two lines: `breaks` line ends, the first of which folding makes a blank. */
static void add_breaks(struct yaml_reader *reader, size_t breaks, bool folds)
{
    if (folds && breaks == 1)
        buffer_add_byte(&reader->scratch, ' ');
    for (size_t i = folds ? 1 : 0; i < breaks; i++)
        buffer_add_byte(&reader->scratch, '\n');
}

/* All lines, without the last one's end; *breaks is how many line ends follow it. */
static void read_block_lines(struct yaml_reader *reader, size_t indent, bool folded, size_t *breaks)
{
    bool began = false;
    bool was_deeper = false;

    *breaks = 0;
    while (yaml_peek(reader, 0) && !yaml_at_document_end(reader)) {
        size_t count = spaces(reader);
        bool empty = yaml_is_break(yaml_peek(reader, count)) || !yaml_peek(reader, count);
        if (empty && count <= indent) {
            reader->at += count;
        } else if (count < indent) {
            return;
        } else {
            bool deeper = yaml_is_blank(yaml_peek(reader, indent));
            size_t from = reader->at + indent;
            add_breaks(reader, *breaks, folded && began && !deeper && !was_deeper);
            *breaks = 0;
            began = true;
            was_deeper = deeper;
            yaml_skip_line(reader);
            buffer_add(&reader->scratch, text_slice(reader->input, from, reader->at - from));
        }
        if (!yaml_peek(reader, 0))
            return;
        yaml_take_break(reader);
        ++*breaks;
    }
}

bool yaml_read_block_text(struct yaml_reader *reader, size_t indent, struct text *value)
{
    struct block_header header;
    size_t breaks;
    size_t least;

    if (!read_header(reader, &header))
        return false;
    buffer_clear(&reader->scratch);
    least = header.indent ? (indent ? indent - 1 : 0) + header.indent : block_indent(reader);
    if (least < indent || !least)
        least = indent ? indent : 1; /* it is empty */
    read_block_lines(reader, least, header.folded, &breaks);
    if (header.chomp == '+')
        add_breaks(reader, breaks, false);
    else if (!header.chomp && breaks && reader->scratch.size)
        buffer_add_byte(&reader->scratch, '\n');
    return keep_scratch(reader, value);
}
