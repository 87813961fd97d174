/* Any bytes as XML: the reader stops or ends, its tokens lie inside the input, what it takes is
 * well nested, and no text grows by being decoded. */
#include <stdlib.h>

#include "core/base/xml_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_inside(struct text piece, struct text input)
{
    if (piece.size)
        must(piece.bytes >= input.bytes && piece.bytes + piece.size <= input.bytes + input.size);
}

static void check_token(const struct xml_token *token, struct text input)
{
    struct buffer out;

    check_inside(token->name, input);
    check_inside(token->attributes, input);
    check_inside(token->raw, input);
    must((token->kind == XML_TEXT) == !token->name.size);
    buffer_init(&out, 1 << 20);
    if (token->kind == XML_TEXT) {
        xml_text(token, &out);
        must(out.size <= token->raw.size && text_valid(buffer_text(&out)));
    } else if (token->kind == XML_OPEN) {
        must(xml_attribute(token, text_of("b"), &out) || !out.size);
        must(out.size <= token->attributes.size && text_valid(buffer_text(&out)));
    }
    must(out.failed == ST_OK);
    buffer_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text input = {(const char *)data, size};
    struct xml_reader xml;
    struct xml_token token;
    struct buffer problem;
    size_t tokens = 0;
    size_t depth = 0;
    enum status status;

    xml_read_begin(&xml, input);
    while ((status = xml_next(&xml, &token)) == ST_OK && token.kind != XML_END) {
        must(++tokens <= size);
        check_token(&token, input);
        depth += token.kind == XML_OPEN;
        if (token.kind == XML_CLOSE)
            must(depth-- > 0);
        must(depth <= XML_DEPTH_MOST);
    }
    must(status == ST_OK ? depth == 0 : status == ST_INVALID);
    buffer_init(&problem, 1024);
    xml_problem(&xml, &problem);
    must((problem.size > 0) == (status != ST_OK));
    buffer_done(&problem);
    return 0;
}
