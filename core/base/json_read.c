#include "core/base/json_read.h"

/* What may come next. */
enum {
    EXPECT_VALUE,          /* a value must come */
    EXPECT_VALUE_OR_CLOSE, /* just behind '[' */
    EXPECT_NAME,           /* behind a comma in an object */
    EXPECT_NAME_OR_CLOSE,  /* just behind '{' */
    EXPECT_COMMA_OR_CLOSE, /* behind a value in an object or array */
    EXPECT_START,          /* an outermost value, or, where many are allowed, the end */
    EXPECT_END             /* behind the one outermost value */
};

void json_read_begin(struct json_reader *json, struct text input, enum json_values values)
{
    *json = (struct json_reader){.input = input, .line = 1, .values = values};
    json->expect = values == JSON_MANY_VALUES ? EXPECT_START : EXPECT_VALUE;
    if (text_starts(input, text_of("\xEF\xBB\xBF")))
        json->at = 3;
}

static enum status fail(struct json_reader *json, const char *problem)
{
    json->problem = problem;
    return ST_INVALID;
}

static bool in_object(const struct json_reader *json)
{
    unsigned level = json->depth - 1;

    return json->depth && (json->objects[level / 64] >> (level % 64) & 1);
}

static void skip_space(struct json_reader *json)
{
    while (json->at < json->input.size) {
        char byte = json->input.bytes[json->at];

        if (byte == '\n') {
            json->line++;
        } else if (byte == '\r') {
            /* A line end of its own only where no LF follows. */
            if (json->at + 1 >= json->input.size || json->input.bytes[json->at + 1] != '\n')
                json->line++;
        } else if (byte != ' ' && byte != '\t') {
            return;
        }
        json->at++;
    }
}

/* Behind a value that is complete. */
static void value_done(struct json_reader *json)
{
    if (json->depth)
        json->expect = EXPECT_COMMA_OR_CLOSE;
    else
        json->expect = json->values == JSON_MANY_VALUES ? EXPECT_START : EXPECT_END;
}

static bool hex_digits(struct text four)
{
    for (size_t i = 0; i < 4; i++) {
        char digit = four.bytes[i];

        if (!((digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f') ||
              (digit >= 'A' && digit <= 'F')))
            return false;
    }
    return true;
}

static enum status check_escape(struct json_reader *json, size_t *at)
{
    struct text input = json->input;
    char byte;

    if (*at + 1 >= input.size)
        return fail(json, "a string does not end");
    byte = input.bytes[*at + 1];
    if (byte == 'u') {
        if (input.size - *at < 6 || !hex_digits(text_slice(input, *at + 2, 4)))
            return fail(json, "\\u needs four hexadecimal digits");
        *at += 6;
        return ST_OK;
    }
    if (byte != '"' && byte != '\\' && byte != '/' && byte != 'b' && byte != 'f' && byte != 'n' &&
        byte != 'r' && byte != 't')
        return fail(json, "an unknown escape in a string");
    *at += 2;
    return ST_OK;
}

/* The string whose first quote is at json->at. */
static enum status read_string(struct json_reader *json, struct json_token *token)
{
    struct text input = json->input;
    size_t start = json->at + 1;
    size_t at = start;

    while (at < input.size && input.bytes[at] != '"') {
        unsigned char byte = (unsigned char)input.bytes[at];

        if (byte == '\n' || byte == '\r')
            return fail(json, "a line ends inside a string");
        if (byte < 0x20)
            return fail(json, "a control character inside a string");
        if (byte == '\\') {
            enum status status = check_escape(json, &at);

            if (status != ST_OK)
                return status;
            token->escaped = true;
        } else if (byte < 0x80) {
            at++;
        } else {
            size_t next = at;

            /* U+FFFD of one byte's length is how a malformed byte is told. */
            if (text_decode(input, &next) == 0xFFFD && next - at == 1)
                return fail(json, "a string is not UTF-8");
            at = next;
        }
    }
    if (at >= input.size)
        return fail(json, "a string does not end");
    token->raw = text_slice(input, start, at - start);
    json->at = at + 1;
    return ST_OK;
}

static size_t digits_at(struct text input, size_t at)
{
    size_t count = 0;

    while (at + count < input.size && input.bytes[at + count] >= '0' &&
           input.bytes[at + count] <= '9')
        count++;
    return count;
}

static enum status read_number(struct json_reader *json, struct json_token *token)
{
    struct text input = json->input;
    size_t at = json->at;
    size_t digits;

    if (input.bytes[at] == '-')
        at++;
    digits = digits_at(input, at);
    if (!digits || (digits > 1 && input.bytes[at] == '0'))
        return fail(json, "a malformed number");
    at += digits;
    if (at < input.size && input.bytes[at] == '.') {
        digits = digits_at(input, at + 1);
        if (!digits)
            return fail(json, "a malformed number");
        at += 1 + digits;
    }
    if (at < input.size && (input.bytes[at] == 'e' || input.bytes[at] == 'E')) {
        at++;
        if (at < input.size && (input.bytes[at] == '+' || input.bytes[at] == '-'))
            at++;
        digits = digits_at(input, at);
        if (!digits)
            return fail(json, "a malformed number");
        at += digits;
    }
    token->kind = JSON_NUMBER;
    token->raw = text_slice(input, json->at, at - json->at);
    json->at = at;
    value_done(json);
    return ST_OK;
}

static enum status read_word(struct json_reader *json, struct json_token *token, struct text word,
                             enum json_kind kind)
{
    struct text rest = text_slice(json->input, json->at, json->input.size - json->at);

    if (!text_starts(rest, word))
        return fail(json, "expected a value");
    token->kind = kind;
    json->at += word.size;
    value_done(json);
    return ST_OK;
}

static enum status open_level(struct json_reader *json, struct json_token *token, bool object)
{
    uint64_t bit = UINT64_C(1) << (json->depth % 64);

    if (json->depth >= JSON_DEPTH_MOST)
        return fail(json, "nested too deeply");
    if (object)
        json->objects[json->depth / 64] |= bit;
    else
        json->objects[json->depth / 64] &= ~bit;
    json->depth++;
    json->at++;
    token->kind = object ? JSON_OBJECT : JSON_ARRAY;
    json->expect = object ? EXPECT_NAME_OR_CLOSE : EXPECT_VALUE_OR_CLOSE;
    return ST_OK;
}

static enum status close_level(struct json_reader *json, struct json_token *token)
{
    token->kind = in_object(json) ? JSON_OBJECT_END : JSON_ARRAY_END;
    json->depth--;
    json->at++;
    value_done(json);
    return ST_OK;
}

static enum status read_value(struct json_reader *json, struct json_token *token)
{
    char byte = json->input.bytes[json->at];

    switch (byte) {
    case '{':
        return open_level(json, token, true);
    case '[':
        return open_level(json, token, false);
    case '"':
        token->kind = JSON_STRING;
        if (read_string(json, token) != ST_OK)
            return ST_INVALID;
        value_done(json);
        return ST_OK;
    case 't':
        return read_word(json, token, text_of("true"), JSON_TRUE);
    case 'f':
        return read_word(json, token, text_of("false"), JSON_FALSE);
    case 'n':
        return read_word(json, token, text_of("null"), JSON_NULL);
    default:
        if (byte == '-' || (byte >= '0' && byte <= '9'))
            return read_number(json, token);
        return fail(json, "expected a value");
    }
}

/* A member's name and its colon. */
static enum status read_name(struct json_reader *json, struct json_token *token)
{
    if (json->input.bytes[json->at] != '"')
        return fail(json, "expected a name in quotation marks");
    token->kind = JSON_NAME;
    if (read_string(json, token) != ST_OK)
        return ST_INVALID;
    skip_space(json);
    if (json->at >= json->input.size || json->input.bytes[json->at] != ':')
        return fail(json, "expected a colon");
    json->at++;
    json->expect = EXPECT_VALUE;
    return ST_OK;
}

/* Behind a value: the comma is read over, the bracket is a token of its own. */
static enum status after_value(struct json_reader *json, bool *closed)
{
    char byte = json->input.bytes[json->at];

    *closed = byte == (in_object(json) ? '}' : ']');
    if (*closed)
        return ST_OK;
    if (byte != ',')
        return fail(json, "expected a comma");
    json->at++;
    json->expect = in_object(json) ? EXPECT_NAME : EXPECT_VALUE;
    skip_space(json);
    return ST_OK;
}

static enum status at_end(struct json_reader *json, struct json_token *token)
{
    if (json->expect != EXPECT_START && json->expect != EXPECT_END)
        return fail(json, "it ends too early");
    token->kind = JSON_END;
    token->line = json->line;
    return ST_OK;
}

enum status json_next(struct json_reader *json, struct json_token *token)
{
    bool closed = false;

    *token = (struct json_token){.kind = JSON_END, .line = json->line};
    if (json->problem)
        return ST_INVALID;
    skip_space(json);
    if (json->at >= json->input.size)
        return at_end(json, token);
    if (json->expect == EXPECT_COMMA_OR_CLOSE && after_value(json, &closed) != ST_OK)
        return ST_INVALID;
    if (json->at >= json->input.size)
        return at_end(json, token);
    token->line = json->line;
    switch (json->expect) {
    case EXPECT_COMMA_OR_CLOSE:
        return close_level(json, token);
    case EXPECT_VALUE_OR_CLOSE:
        if (json->input.bytes[json->at] == ']')
            return close_level(json, token);
        return read_value(json, token);
    case EXPECT_NAME_OR_CLOSE:
        if (json->input.bytes[json->at] == '}')
            return close_level(json, token);
        return read_name(json, token);
    case EXPECT_NAME:
        return read_name(json, token);
    case EXPECT_END:
        return fail(json, "something stands behind the end");
    default:
        return read_value(json, token);
    }
}

enum status json_skip(struct json_reader *json, const struct json_token *token)
{
    struct json_token inside;
    unsigned above = json->depth;
    enum status status = ST_OK;

    if (token->kind != JSON_OBJECT && token->kind != JSON_ARRAY)
        return ST_OK;
    while (status == ST_OK && json->depth >= above)
        status = json_next(json, &inside);
    return status;
}

void json_problem(const struct json_reader *json, struct buffer *out)
{
    if (!json->problem)
        return;
    buffer_add(out, text_of("line "));
    buffer_add_unsigned(out, json->line);
    buffer_add(out, text_of(": "));
    buffer_add_string(out, json->problem);
}

static uint32_t hex_value(struct text raw, size_t at)
{
    uint32_t value = 0;

    for (size_t i = at; i < at + 4; i++) {
        uint32_t digit = (unsigned char)raw.bytes[i];

        /* '0'-'9' are 0x30-0x39; the letters' low four bits count from 1. */
        value = value << 4 | ((digit & 0x40) ? (digit & 7) + 9 : (digit & 15));
    }
    return value;
}

/* Decodes one piece of a checked string: the code point at *at, which is moved behind it. */
static uint32_t decode_piece(struct text raw, size_t *at)
{
    char byte = raw.bytes[*at];
    uint32_t value;

    if (byte != '\\')
        return text_decode(raw, at);
    byte = raw.bytes[*at + 1];
    *at += 2;
    switch (byte) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'u':
        break;
    default:
        return (unsigned char)byte;
    }
    value = hex_value(raw, *at);
    *at += 4;
    if (value >= 0xD800 && value < 0xDC00 && raw.size - *at >= 6 && raw.bytes[*at] == '\\' &&
        raw.bytes[*at + 1] == 'u') {
        uint32_t low = hex_value(raw, *at + 2);

        if (low >= 0xDC00 && low < 0xE000) {
            *at += 6;
            return 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
        }
    }
    return value;
}

bool json_is(const struct json_token *token, struct text value)
{
    size_t at = 0;
    size_t matched = 0;

    if (token->kind != JSON_NAME && token->kind != JSON_STRING)
        return false;
    if (!token->escaped)
        return text_equal(token->raw, value);
    while (at < token->raw.size) {
        char piece[4];
        size_t size = text_encode(decode_piece(token->raw, &at), piece);

        if (value.size - matched < size ||
            !text_equal(text_slice(value, matched, size), (struct text){piece, size}))
            return false;
        matched += size;
    }
    return matched == value.size;
}

struct text json_string_text(const struct json_token *token, struct buffer *scratch)
{
    size_t start = scratch->size;
    size_t at = 0;

    if (token->kind != JSON_NAME && token->kind != JSON_STRING)
        return (struct text){0};
    if (!token->escaped)
        return token->raw;
    while (at < token->raw.size)
        buffer_add_code_point(scratch, decode_piece(token->raw, &at));
    if (scratch->failed != ST_OK)
        return (struct text){0};
    return text_slice(buffer_text(scratch), start, scratch->size - start);
}

bool json_number(const struct json_token *token, uint64_t most, uint64_t *number)
{
    return token->kind == JSON_NUMBER && text_number(token->raw, most, number);
}
