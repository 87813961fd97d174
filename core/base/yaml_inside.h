/* yaml_inside: what the files that read YAML share. Inside core/base only. */
#ifndef STAKEOUT_BASE_YAML_INSIDE_H
#define STAKEOUT_BASE_YAML_INSIDE_H

#include <string.h>

#include "core/base/yaml_read.h"

/* `indent` below is the column that what belongs to a node must at least have: 0 at the top. */
struct yaml_reader {
    struct text input;
    size_t at;
    size_t begin; /* of the line that `at` is in */
    uint32_t line;
    unsigned depth;
    uint32_t nodes;
    struct arena *arena;
    struct buffer scratch; /* of the scalar that is being read */
    enum status status;
    const char *problem;
};

/* The byte at `at` + ahead; a NUL behind the end (none is inside, see check_characters). */
static inline char yaml_peek(const struct yaml_reader *reader, size_t ahead)
{
    return reader->input.size - reader->at > ahead ? reader->input.bytes[reader->at + ahead] : 0;
}

static inline bool yaml_is_break(char c)
{
    return c == '\n' || c == '\r';
}

static inline bool yaml_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* A blank, a line's end, or the input's. */
static inline bool yaml_is_gap(char c)
{
    return !c || yaml_is_blank(c) || yaml_is_break(c);
}

static inline bool yaml_is_flow_sign(char c)
{
    return c && strchr(",[]{}", c);
}

static inline size_t yaml_column(const struct yaml_reader *reader)
{
    return reader->at - reader->begin;
}

/* False, and the first problem is kept. */
bool yaml_fail(struct yaml_reader *reader, const char *problem);
bool yaml_fail_with(struct yaml_reader *reader, enum status status, const char *problem);
void yaml_take_break(struct yaml_reader *reader);
void yaml_skip_blanks(struct yaml_reader *reader);
void yaml_skip_line(struct yaml_reader *reader);
/* "---" or "...", alone at the begin of a line. */
bool yaml_at_marker(const struct yaml_reader *reader, char sign);
bool yaml_at_document_end(const struct yaml_reader *reader);
/* Moves to what comes next, over blanks, comments and line ends. False where a tab indents it. */
bool yaml_skip_gap(struct yaml_reader *reader);
/* After a value: nothing but a comment may follow in its line. */
bool yaml_end_line(struct yaml_reader *reader);

/* The plain text from `at` to where it ends in this line; blanks at its end are not part of it. */
size_t yaml_plain_size(const struct yaml_reader *reader, bool flow);
/* Texts, as they are meant, into the arena. */
bool yaml_read_quoted(struct yaml_reader *reader, struct text *value);
bool yaml_read_plain(struct yaml_reader *reader, size_t indent, bool flow, struct text *value);
bool yaml_read_block_text(struct yaml_reader *reader, size_t indent, struct text *value);

#endif
