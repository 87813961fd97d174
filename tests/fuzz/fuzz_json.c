/* Any bytes as JSON: the reader stops or ends, its tokens lie inside the input, what it takes is
 * well nested, and what a string decodes to is what json_is compares with. */
#include <stdlib.h>

#include "core/base/json_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_string(const struct json_token *token, struct text input)
{
    struct buffer scratch;
    struct text text;

    buffer_init(&scratch, 1 << 20);
    must(token->raw.bytes >= input.bytes &&
         token->raw.bytes + token->raw.size < input.bytes + input.size);
    text = json_string_text(token, &scratch);
    must(scratch.failed == ST_OK);
    must(json_is(token, text));
    must(text.size <= token->raw.size);
    buffer_done(&scratch);
}

static void read_all(struct text input, enum json_values values)
{
    struct json_reader json;
    struct json_token token;
    struct buffer problem;
    size_t tokens = 0;
    size_t depth = 0;
    enum status status;

    json_read_begin(&json, input, values);
    while ((status = json_next(&json, &token)) == ST_OK && token.kind != JSON_END) {
        must(++tokens <= input.size);
        depth += token.kind == JSON_OBJECT || token.kind == JSON_ARRAY;
        if (token.kind == JSON_OBJECT_END || token.kind == JSON_ARRAY_END)
            must(depth-- > 0);
        if (token.kind == JSON_NAME || token.kind == JSON_STRING)
            check_string(&token, input);
    }
    must(status == ST_OK ? depth == 0 : status == ST_INVALID);
    buffer_init(&problem, 1024);
    json_problem(&json, &problem);
    must((problem.size > 0) == (status != ST_OK));
    buffer_done(&problem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text input = {(const char *)data, size};

    if (!size)
        return 0;
    read_all(input, JSON_ONE_VALUE);
    read_all(input, JSON_MANY_VALUES);
    return 0;
}
