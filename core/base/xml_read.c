#include "core/base/xml_read.h"

#include <string.h>

#define REFERENCE_MOST 12 /* bytes between '&' and ';': leading zeros are borne, within reason */

static enum status fail(struct xml_reader *xml, const char *problem)
{
    xml->problem = problem;
    return ST_INVALID;
}

void xml_read_begin(struct xml_reader *xml, struct text input)
{
    *xml = (struct xml_reader){.input = input, .line = 1};
    if (text_starts(input, text_of("\xEF\xBB\xBF")))
        xml->at = 3;
}

static struct text rest_of(const struct xml_reader *xml)
{
    return text_slice(xml->input, xml->at, xml->input.size - xml->at);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What a name begins with; bytes of other scripts are taken as letters. */
static bool starts_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
           (unsigned char)c >= 0x80;
}

static bool in_name(char c)
{
    return starts_name(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

static bool is_character(uint32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xD800) ||
           (c >= 0xE000 && c <= 0x10FFFF && c != 0xFFFE && c != 0xFFFF);
}

/* Moves over `size` bytes that are checked to be characters; lines are counted. */
static enum status pass(struct xml_reader *xml, size_t size)
{
    size_t end = xml->at + size;
    struct text part = text_slice(xml->input, 0, end);

    while (xml->at < end) {
        size_t next = xml->at;
        uint32_t c = text_decode(part, &next);

        if (c == 0xFFFD && next - xml->at == 1)
            return fail(xml, "it is not UTF-8");
        if (!is_character(c))
            return fail(xml, "a control character");
        /* A CR is a line end of its own only where no LF follows. */
        if (c == '\n' || (c == '\r' && (next >= xml->input.size || xml->input.bytes[next] != '\n')))
            xml->line++;
        xml->at = next;
    }
    return ST_OK;
}

static void skip_space(struct xml_reader *xml)
{
    struct text rest = rest_of(xml);
    size_t size = 0;

    while (size < rest.size && is_space(rest.bytes[size]))
        size++;
    (void)pass(xml, size);
}

/* The name at xml->at; empty where there is none. */
static struct text take_name(struct xml_reader *xml)
{
    struct text rest = rest_of(xml);
    size_t size = 0;

    if (!rest.size || !starts_name(rest.bytes[0]))
        return (struct text){0};
    while (size < rest.size && in_name(rest.bytes[size]))
        size++;
    if (pass(xml, size) != ST_OK)
        return (struct text){0};
    return text_slice(rest, 0, size);
}

static enum status no_name(struct xml_reader *xml, const char *problem)
{
    return xml->problem ? ST_INVALID : fail(xml, problem);
}

/* ---- references ---- */

static bool read_number(struct text digits, uint32_t *c)
{
    uint32_t base = 10;
    uint64_t number = 0;

    if (text_starts(digits, text_of("x"))) {
        base = 16;
        digits = text_slice(digits, 1, digits.size - 1);
    }
    for (size_t i = 0; i < digits.size; i++) {
        char d = digits.bytes[i];
        uint32_t value = d >= '0' && d <= '9'   ? (uint32_t)(d - '0')
                         : d >= 'a' && d <= 'f' ? (uint32_t)(d - 'a' + 10)
                         : d >= 'A' && d <= 'F' ? (uint32_t)(d - 'A' + 10)
                                                : 99;

        if (value >= base)
            return false;
        number = number * base + value;
    }
    *c = number <= 0x10FFFF ? (uint32_t)number : 0;
    return digits.size && is_character(*c);
}

/* The reference that begins at raw.bytes[*at], '&'; moves *at behind it. */
static bool read_reference(struct text raw, size_t *at, uint32_t *c)
{
    static const struct {
        const char *name;
        uint32_t c;
    } entities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    size_t most = raw.size - *at - 1 < REFERENCE_MOST ? raw.size - *at - 1 : REFERENCE_MOST;
    const char *end = most ? memchr(raw.bytes + *at + 1, ';', most) : NULL;
    struct text name;

    if (!end)
        return false;
    name = text_slice(raw, *at + 1, (size_t)(end - raw.bytes) - *at - 1);
    *at += name.size + 2;
    if (text_starts(name, text_of("#")))
        return read_number(text_slice(name, 1, name.size - 1), c);
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        if (!text_equal(name, text_from(entities[i].name)))
            continue;
        *c = entities[i].c;
        return true;
    }
    return false;
}

/* Moves over a raw piece, whose references are checked. */
static enum status pass_raw(struct xml_reader *xml, size_t size, bool *escaped)
{
    struct text raw = text_slice(xml->input, xml->at, size);
    size_t done = 0;

    while (done < size) {
        const char *sign = memchr(raw.bytes + done, '&', size - done);
        size_t at = sign ? (size_t)(sign - raw.bytes) : size;
        uint32_t c;

        if (pass(xml, at - done) != ST_OK)
            return ST_INVALID;
        done = at;
        if (!sign)
            break;
        if (!read_reference(raw, &at, &c))
            return fail(xml, "'&' begins no reference that is known");
        xml->at += at - done;
        done = at;
        *escaped = true;
    }
    return ST_OK;
}

static void decode(struct text raw, struct buffer *out)
{
    size_t done = 0;

    while (done < raw.size) {
        const char *sign = memchr(raw.bytes + done, '&', raw.size - done);
        size_t at = sign ? (size_t)(sign - raw.bytes) : raw.size;
        uint32_t c;

        buffer_add(out, text_slice(raw, done, at - done));
        if (sign && read_reference(raw, &at, &c))
            buffer_add_code_point(out, c);
        done = at;
    }
}

/* ---- markup ---- */

/* Moves behind `end`, which closes what began. */
static enum status skip_to(struct xml_reader *xml, struct text end, const char *problem)
{
    size_t size = text_find(rest_of(xml), end);

    if (size == SIZE_MAX)
        return fail(xml, problem);
    return pass(xml, size + end.size);
}

static enum status skip_comment(struct xml_reader *xml)
{
    size_t dashes;

    xml->at += 4;
    dashes = text_find(rest_of(xml), text_of("--"));
    if (dashes == SIZE_MAX)
        return fail(xml, "a comment does not end");
    if (pass(xml, dashes + 2) != ST_OK)
        return ST_INVALID;
    if (!text_starts(rest_of(xml), text_of(">")))
        return fail(xml, "two dashes inside a comment");
    xml->at++;
    return ST_OK;
}

static enum status skip_instruction(struct xml_reader *xml)
{
    size_t begin = xml->at;
    struct text name;

    xml->at += 2;
    name = take_name(xml);
    if (!name.size)
        return no_name(xml, "expected a name behind \"<?\"");
    if (text_equal_nocase(name, text_of("xml")) && begin != 0 &&
        !(begin == 3 && text_starts(xml->input, text_of("\xEF\xBB\xBF"))))
        return fail(xml, "an XML declaration that is not at the beginning");
    return skip_to(xml, text_of("?>"), "a processing instruction does not end");
}

/* One attribute at xml->at, moved behind it. */
static enum status read_attribute(struct xml_reader *xml, struct text *name)
{
    struct text rest;
    const char *end;
    size_t size;
    bool escaped = false;

    *name = take_name(xml);
    if (!name->size)
        return no_name(xml, "expected an attribute");
    skip_space(xml);
    if (!text_starts(rest_of(xml), text_of("=")))
        return fail(xml, "expected '=' behind an attribute's name");
    xml->at++;
    skip_space(xml);
    rest = rest_of(xml);
    if (!rest.size || (rest.bytes[0] != '"' && rest.bytes[0] != '\''))
        return fail(xml, "an attribute's value stands in no quotation marks");
    end = memchr(rest.bytes + 1, rest.bytes[0], rest.size - 1);
    if (!end)
        return fail(xml, "an attribute's value does not end");
    size = (size_t)(end - rest.bytes) - 1;
    if (memchr(rest.bytes + 1, '<', size))
        return fail(xml, "'<' in an attribute's value");
    xml->at++;
    if (pass_raw(xml, size, &escaped) != ST_OK)
        return ST_INVALID;
    xml->at++;
    return ST_OK;
}

static enum status read_attributes(struct xml_reader *xml, struct xml_token *token)
{
    struct text names[XML_ATTRIBUTES_MOST];
    size_t count = 0;
    size_t begin = xml->at;

    for (;;) {
        size_t before = xml->at;
        struct text name;

        skip_space(xml);
        if (text_starts(rest_of(xml), text_of(">")) || text_starts(rest_of(xml), text_of("/>")))
            break;
        if (xml->at >= xml->input.size)
            return fail(xml, "a tag does not end");
        if (xml->at == before)
            return fail(xml, "expected a space before an attribute");
        if (count == XML_ATTRIBUTES_MOST)
            return fail(xml, "too many attributes");
        if (read_attribute(xml, &name) != ST_OK)
            return ST_INVALID;
        for (size_t i = 0; i < count; i++)
            if (text_equal(names[i], name))
                return fail(xml, "an attribute stands twice");
        names[count++] = name;
    }
    token->attributes = text_slice(xml->input, begin, xml->at - begin);
    return ST_OK;
}

static enum status read_open(struct xml_reader *xml, struct xml_token *token)
{
    if (!xml->depth && xml->has_root)
        return fail(xml, "something stands behind the end");
    xml->at++;
    token->kind = XML_OPEN;
    token->name = take_name(xml);
    if (!token->name.size)
        return no_name(xml, "expected a name behind '<'");
    if (read_attributes(xml, token) != ST_OK)
        return ST_INVALID;
    if (xml->depth == XML_DEPTH_MOST)
        return fail(xml, "nested too deeply");
    xml->has_root = true;
    xml->open[xml->depth++] = token->name;
    xml->closes = text_starts(rest_of(xml), text_of("/"));
    xml->at += xml->closes ? 2 : 1;
    return ST_OK;
}

static enum status read_close(struct xml_reader *xml, struct xml_token *token)
{
    xml->at += 2;
    token->kind = XML_CLOSE;
    token->name = take_name(xml);
    if (!token->name.size)
        return no_name(xml, "expected a name behind \"</\"");
    skip_space(xml);
    if (!text_starts(rest_of(xml), text_of(">")))
        return fail(xml, "a tag does not end");
    xml->at++;
    if (!xml->depth || !text_equal(xml->open[xml->depth - 1], token->name))
        return fail(xml, "an end tag that closes no open element");
    xml->depth--;
    return ST_OK;
}

static enum status read_cdata(struct xml_reader *xml, struct xml_token *token)
{
    struct text rest;
    size_t size;

    if (!xml->depth)
        return fail(xml, "text outside of the element");
    xml->at += 9;
    rest = rest_of(xml);
    size = text_find(rest, text_of("]]>"));
    if (size == SIZE_MAX)
        return fail(xml, "a CDATA section does not end");
    token->kind = XML_TEXT;
    token->raw = text_slice(rest, 0, size);
    return pass(xml, size + 3);
}

/* Text up to the next tag. Outside of the root only white space may be: *blank, and no token. */
static enum status read_text(struct xml_reader *xml, struct xml_token *token, bool *blank)
{
    struct text rest = rest_of(xml);
    const char *tag = memchr(rest.bytes, '<', rest.size);
    size_t size = tag ? (size_t)(tag - rest.bytes) : rest.size;

    token->kind = XML_TEXT;
    token->raw = text_slice(rest, 0, size);
    *blank = !xml->depth;
    if (!xml->depth) {
        skip_space(xml);
        if (xml->at != (size_t)(rest.bytes - xml->input.bytes) + size)
            return fail(xml, "text outside of the element");
        return ST_OK;
    }
    if (text_find(token->raw, text_of("]]>")) != SIZE_MAX)
        return fail(xml, "\"]]>\" in a text");
    return pass_raw(xml, size, &token->escaped);
}

static enum status at_end(struct xml_reader *xml)
{
    if (xml->depth)
        return fail(xml, "it ends inside an element");
    return xml->has_root ? ST_OK : fail(xml, "there is no element");
}

/* Reads on; *more: what was read is no token. */
static enum status read_piece(struct xml_reader *xml, struct xml_token *token, bool *more)
{
    struct text rest = rest_of(xml);

    *more = false;
    if (!rest.size)
        return at_end(xml);
    if (rest.bytes[0] != '<')
        return read_text(xml, token, more);
    if (text_starts(rest, text_of("<!--"))) {
        *more = true;
        return skip_comment(xml);
    }
    if (text_starts(rest, text_of("<?"))) {
        *more = true;
        return skip_instruction(xml);
    }
    if (text_starts(rest, text_of("<![CDATA[")))
        return read_cdata(xml, token);
    if (text_starts(rest, text_of("<!DOCTYPE")))
        return fail(xml, "a DOCTYPE is not read");
    if (text_starts(rest, text_of("</")))
        return read_close(xml, token);
    return read_open(xml, token);
}

enum status xml_next(struct xml_reader *xml, struct xml_token *token)
{
    bool more = true;

    *token = (struct xml_token){.kind = XML_END, .line = xml->line};
    if (xml->problem)
        return ST_INVALID;
    if (xml->closes) {
        xml->closes = false;
        token->kind = XML_CLOSE;
        token->name = xml->open[--xml->depth];
        return ST_OK;
    }
    while (more) {
        *token = (struct xml_token){.kind = XML_END, .line = xml->line};
        if (read_piece(xml, token, &more) != ST_OK)
            return ST_INVALID;
    }
    return ST_OK;
}

void xml_problem(const struct xml_reader *xml, struct buffer *out)
{
    if (!xml->problem)
        return;
    buffer_add(out, text_of("line "));
    buffer_add_unsigned(out, xml->line);
    buffer_add(out, text_of(": "));
    buffer_add_string(out, xml->problem);
}

/* ---- what a token holds ---- */

static struct text without_prefix(struct text name)
{
    const char *colon = name.size ? memchr(name.bytes, ':', name.size) : NULL;
    size_t at = colon ? (size_t)(colon - name.bytes) + 1 : 0;

    return text_slice(name, at, name.size - at);
}

bool xml_is(const struct xml_token *token, struct text name)
{
    return text_equal(without_prefix(token->name), name);
}

void xml_text(const struct xml_token *token, struct buffer *out)
{
    if (token->escaped)
        decode(token->raw, out);
    else
        buffer_add(out, token->raw);
}

bool xml_attribute(const struct xml_token *token, struct text name, struct buffer *out)
{
    struct text raw = token->attributes;
    size_t at = 0;

    while (at < raw.size) {
        size_t begin;
        size_t end;
        struct text found;
        const char *quote;

        while (at < raw.size && is_space(raw.bytes[at]))
            at++;
        begin = at;
        while (at < raw.size && in_name(raw.bytes[at]))
            at++;
        found = text_slice(raw, begin, at - begin);
        while (at < raw.size && raw.bytes[at] != '"' && raw.bytes[at] != '\'')
            at++;
        if (at >= raw.size)
            return false;
        quote = memchr(raw.bytes + at + 1, raw.bytes[at], raw.size - at - 1);
        if (!quote)
            return false;
        end = (size_t)(quote - raw.bytes);
        if (text_equal(without_prefix(found), name) && !text_starts(found, text_of("xmlns:"))) {
            decode(text_slice(raw, at + 1, end - at - 1), out);
            return true;
        }
        at = end + 1;
    }
    return false;
}
