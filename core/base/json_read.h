/* json_read: reads JSON (RFC 8259) one token after another, strictly, without building anything.
 * The reader lies in the caller's storage and holds no memory. Tokens borrow from the input and
 * live as long as it does: a string's token is the raw piece between its quotes, known to be well
 * formed; json_string_text decodes it when somebody wants it. Where the input is no JSON the reader
 * stops for good, and json_problem says why and in which line. Linear; nesting is bounded.
 *
 *     struct json_reader json;
 *     struct json_token token;
 *     json_read_begin(&json, input, JSON_ONE_VALUE);
 *     while (json_next(&json, &token) == ST_OK && token.kind != JSON_END)
 *         ...
 */
#ifndef STAKEOUT_BASE_JSON_READ_H
#define STAKEOUT_BASE_JSON_READ_H

#include "core/base/buffer.h"

#define JSON_DEPTH_MOST 256

enum json_kind {
    JSON_END, /* of the input; json_next goes on giving it */
    JSON_OBJECT,
    JSON_OBJECT_END,
    JSON_ARRAY,
    JSON_ARRAY_END,
    JSON_NAME, /* of a member; its value is the next token */
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL
};

struct json_token {
    enum json_kind kind;
    struct text raw; /* JSON_NAME and JSON_STRING: between the quotes; JSON_NUMBER: its digits */
    bool escaped;    /* raw holds a backslash */
    uint32_t line;   /* from 1 */
};

enum json_values {
    JSON_ONE_VALUE,
    JSON_MANY_VALUES /* one after another, as in JSON Lines */
};

struct json_reader {
    struct text input;
    size_t at;
    uint32_t line;
    enum json_values values;
    uint8_t expect; /* what may come next, see json_read.c */
    unsigned depth;
    uint64_t objects[JSON_DEPTH_MOST / 64]; /* for each level: an object (1), or an array */
    const char *problem;                    /* a literal; NULL while all is well */
};

/* A byte order mark before it is skipped. */
void json_read_begin(struct json_reader *json, struct text input, enum json_values values);
/* ST_INVALID, then and ever after, where the input is no JSON. */
enum status json_next(struct json_reader *json, struct json_token *token);
/* Reads past the value that `token` (the last one read) begins: nothing but for objects and arrays.
 */
enum status json_skip(struct json_reader *json, const struct json_token *token);
/* Adds "line 12: expected a comma"; nothing while all is well. */
void json_problem(const struct json_reader *json, struct buffer *out);

/* Whether a name or string is `value`. */
bool json_is(const struct json_token *token, struct text value);
/* The text of a name or string: borrowed from the input, or from `scratch` (to which it is
 * appended) where it has escapes. A lone surrogate is kept in its three-byte form. When the buffer
 * fails (look there) the text is empty. */
struct text json_string_text(const struct json_token *token, struct buffer *scratch);
/* A number without sign, fraction or exponent, up to `most`. */
bool json_number(const struct json_token *token, uint64_t most, uint64_t *number);

#endif
