/* STIX patterning ("STIX Version 2.1", OASIS, part 9): [ comparison expressions ] joined by AND, OR
 * and FOLLOWEDBY, with qualifiers. A pattern becomes a small tree, whose chains of AND and OR are
 * flat lists; then the tree is walked, knowing whether what is below it means something by itself.
 *
 * What a watch can hold of it: hosts by = and IN, networks by ISSUBSET, and a port that an AND ties
 * to one host. Everything else is reason to doubt, or nothing. */
#include "core/base/arena.h"
#include "core/watch/import_json.h"

#include <string.h>

#define PARENTHESES_MOST 64
#define PORTS_WITH_HOST 8 /* host:port pairs that one AND may make */
#define ARENA_CEILING ((size_t)256 << 20)
#define VALUE_CEILING ((size_t)1 << 20)

static const char means_together[] = "means something only together with other conditions";

enum role {
    ROLE_OTHER,
    ROLE_HOST,      /* an address, a name or a URL, of the far end */
    ROLE_FROM_HOST, /* of the end that a connection comes from */
    ROLE_PORT,
    ROLE_FROM_PORT,
    ROLE_MATTERLESS /* a type, a protocol: says nothing that a host does not say */
};

enum lexeme { LEX_END, LEX_WORD, LEX_STRING, LEX_LITERAL, LEX_SIGN, LEX_BAD };

struct lexer {
    struct text pattern;
    size_t at;
    enum lexeme kind;
    struct text piece; /* LEX_STRING: between the quotes, undecoded */
};

struct value {
    struct text raw;
    bool string;
    struct value *next;
};

enum node_kind {
    NODE_TEST,
    NODE_AND,
    NODE_OR,
    NODE_OBSERVATIONS_AND, /* FOLLOWEDBY too */
    NODE_REPEATS           /* its one child counts only when it is seen several times */
};

enum operation { IS, IS_IN, IS_SUBSET, IS_LIKE, IS_SOMETHING };

struct node {
    enum node_kind kind;
    struct node *child;
    struct node *next;
    enum role role; /* NODE_TEST from here on */
    bool negated;
    bool url;
    enum operation operation;
    struct value *values;
    struct text written; /* the whole test */
};

struct parser {
    struct lexer lexer;
    struct arena *arena;
    unsigned depth;
    enum status failed; /* ST_INVALID: malformed */
};

static bool is_word_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || byte == '-';
}

/* From the quote at *at on; false when it does not end. */
static bool lex_quoted(struct lexer *lexer, size_t at)
{
    size_t start = at + 1;

    for (at = start; at < lexer->pattern.size && lexer->pattern.bytes[at] != '\''; at++)
        if (lexer->pattern.bytes[at] == '\\')
            at++;
    if (at >= lexer->pattern.size)
        return false;
    lexer->piece = text_slice(lexer->pattern, start, at - start);
    lexer->at = at + 1;
    return true;
}

static void lex_word(struct lexer *lexer)
{
    struct text pattern = lexer->pattern;
    size_t start = lexer->at;
    size_t at = start;
    bool number;

    while (at < pattern.size && is_word_byte(pattern.bytes[at]))
        at++;
    /* t'…' a time, b'…' and h'…' bytes */
    if (at == start + 1 && at < pattern.size && pattern.bytes[at] == '\'' &&
        strchr("tbh", pattern.bytes[start])) {
        lexer->kind = lex_quoted(lexer, at) ? LEX_LITERAL : LEX_BAD;
        return;
    }
    number =
        (pattern.bytes[start] >= '0' && pattern.bytes[start] <= '9') || pattern.bytes[start] == '-';
    while (number && at < pattern.size &&
           (pattern.bytes[at] == '.' || is_word_byte(pattern.bytes[at])))
        at++;
    lexer->kind = number ? LEX_LITERAL : LEX_WORD;
    lexer->piece = text_slice(pattern, start, at - start);
    lexer->at = at;
}

static void lex(struct lexer *lexer)
{
    static const char *const signs[] = {"!=", "<>", "<=", ">=", "==", "=", "<", ">", "[",
                                        "]",  "(",  ")",  ":",  ".",  ",", "*", "+"};
    struct text rest;

    while (lexer->at < lexer->pattern.size && strchr(" \t\r\n", lexer->pattern.bytes[lexer->at]))
        lexer->at++;
    rest = text_slice(lexer->pattern, lexer->at, lexer->pattern.size - lexer->at);
    lexer->piece = text_slice(rest, 0, 0);
    lexer->kind = LEX_END;
    if (!rest.size)
        return;
    if (rest.bytes[0] == '\'') {
        lexer->kind = lex_quoted(lexer, lexer->at) ? LEX_STRING : LEX_BAD;
        return;
    }
    if (is_word_byte(rest.bytes[0])) {
        lex_word(lexer);
        return;
    }
    lexer->kind = LEX_BAD;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        struct text sign = text_from(signs[i]);

        if (text_starts(rest, sign)) {
            lexer->kind = LEX_SIGN;
            lexer->piece = text_slice(rest, 0, sign.size);
            lexer->at += sign.size;
            return;
        }
    }
}

static void fail(struct parser *parser, enum status status)
{
    if (parser->failed == ST_OK)
        parser->failed = status;
}

/* Whether this piece is next; then it is read over. */
static bool take(struct parser *parser, enum lexeme kind, struct text piece)
{
    if (parser->failed != ST_OK || parser->lexer.kind != kind ||
        !text_equal(parser->lexer.piece, piece))
        return false;
    lex(&parser->lexer);
    return true;
}

static bool take_word(struct parser *parser, struct text word)
{
    return take(parser, LEX_WORD, word);
}

static bool take_sign(struct parser *parser, struct text sign)
{
    return take(parser, LEX_SIGN, sign);
}

static void expect_sign(struct parser *parser, struct text sign)
{
    if (!take_sign(parser, sign))
        fail(parser, ST_INVALID);
}

static struct node *make_node(struct parser *parser, enum node_kind kind)
{
    struct node *node = arena_take(parser->arena, sizeof *node);

    if (node)
        node->kind = kind;
    else
        fail(parser, ST_NO_MEMORY);
    return node;
}

/* The same below network-traffic. */
static enum role traffic_role(struct text first, struct text last, size_t parts)
{
    bool value = text_equal(last, text_of("value"));

    if (parts == 2 && text_equal(last, text_of("type")))
        return ROLE_MATTERLESS;
    if (parts == 2 && value && text_equal(first, text_of("dst_ref")))
        return ROLE_HOST;
    if (parts == 2 && value && text_equal(first, text_of("src_ref")))
        return ROLE_FROM_HOST;
    if (parts == 1 && text_equal(first, text_of("dst_port")))
        return ROLE_PORT;
    if (parts == 1 && text_equal(first, text_of("src_port")))
        return ROLE_FROM_PORT;
    if (text_equal(first, text_of("protocols")))
        return ROLE_MATTERLESS;
    if (text_equal(first, text_of("extensions")) && text_equal_nocase(last, text_of("Host")))
        return ROLE_HOST;
    return ROLE_OTHER;
}

/* What a path stands for is told by its type, its first and its last part. */
static enum role role_of(struct text type, struct text first, struct text last, size_t parts)
{
    bool host = text_equal(type, text_of("ipv4-addr")) || text_equal(type, text_of("ipv6-addr")) ||
                text_equal(type, text_of("domain-name")) || text_equal(type, text_of("url"));
    bool value = text_equal(last, text_of("value"));

    if (parts == 1 && host && value)
        return ROLE_HOST;
    if (parts == 2 && host && text_equal(first, text_of("resolves_to_refs")))
        return value ? ROLE_HOST : ROLE_MATTERLESS;
    return text_equal(type, text_of("network-traffic")) ? traffic_role(first, last, parts)
                                                        : ROLE_OTHER;
}

/* type:part.'part'[0].part */
static void parse_path(struct parser *parser, struct node *test)
{
    struct text type = parser->lexer.piece;
    struct text first = {0};
    struct text last = {0};
    size_t parts = 0;

    if (parser->lexer.kind != LEX_WORD) {
        fail(parser, ST_INVALID);
        return;
    }
    lex(&parser->lexer);
    expect_sign(parser, text_of(":"));
    do {
        if (parser->lexer.kind != LEX_WORD && parser->lexer.kind != LEX_STRING)
            fail(parser, ST_INVALID);
        last = parser->lexer.piece;
        if (parts++ == 0)
            first = last;
        lex(&parser->lexer);
        while (take_sign(parser, text_of("["))) {
            if (parser->lexer.kind == LEX_END || parser->lexer.kind == LEX_BAD)
                fail(parser, ST_INVALID);
            lex(&parser->lexer);
            expect_sign(parser, text_of("]"));
        }
    } while (take_sign(parser, text_of(".")));
    test->role = role_of(type, first, last, parts);
    test->url = text_equal(type, text_of("url"));
}

static struct value *parse_value(struct parser *parser)
{
    struct value *value;
    enum lexeme kind = parser->lexer.kind;

    if (kind != LEX_STRING && kind != LEX_LITERAL && kind != LEX_WORD) {
        fail(parser, ST_INVALID);
        return NULL;
    }
    value = arena_take(parser->arena, sizeof *value);
    if (!value) {
        fail(parser, ST_NO_MEMORY);
        return NULL;
    }
    value->raw = parser->lexer.piece;
    value->string = kind == LEX_STRING;
    lex(&parser->lexer);
    return value;
}

static void parse_values(struct parser *parser, struct node *test)
{
    struct value **tail = &test->values;

    if (test->operation != IS_IN) {
        *tail = parse_value(parser);
        return;
    }
    expect_sign(parser, text_of("("));
    do {
        *tail = parse_value(parser);
        if (*tail)
            tail = &(*tail)->next;
    } while (take_sign(parser, text_of(",")));
    expect_sign(parser, text_of(")"));
}

static void parse_operation(struct parser *parser, struct node *test)
{
    test->negated = take_word(parser, text_of("NOT"));
    if (take_sign(parser, text_of("=")) || take_sign(parser, text_of("=="))) {
        test->operation = IS;
    } else if (take_sign(parser, text_of("!=")) || take_sign(parser, text_of("<>"))) {
        test->operation = IS;
        test->negated = !test->negated;
    } else if (take_word(parser, text_of("IN"))) {
        test->operation = IS_IN;
    } else if (take_word(parser, text_of("ISSUBSET"))) {
        test->operation = IS_SUBSET;
    } else if (take_word(parser, text_of("LIKE")) || take_word(parser, text_of("MATCHES"))) {
        test->operation = IS_LIKE;
    } else if (take_word(parser, text_of("ISSUPERSET")) || take_sign(parser, text_of("<")) ||
               take_sign(parser, text_of("<=")) || take_sign(parser, text_of(">")) ||
               take_sign(parser, text_of(">="))) {
        test->operation = IS_SOMETHING;
    } else {
        fail(parser, ST_INVALID);
    }
}

static struct node *parse_either(struct parser *parser);

/* A test, or what stands in parentheses. */
static struct node *parse_test(struct parser *parser)
{
    size_t start = parser->lexer.at - parser->lexer.piece.size;
    struct node *test;
    size_t end;

    if (take_sign(parser, text_of("("))) {
        if (++parser->depth > PARENTHESES_MOST)
            fail(parser, ST_INVALID);
        test = parser->failed == ST_OK ? parse_either(parser) : NULL;
        parser->depth--;
        expect_sign(parser, text_of(")"));
        return test;
    }
    test = make_node(parser, NODE_TEST);
    if (!test)
        return NULL;
    if (take_word(parser, text_of("EXISTS"))) {
        parse_path(parser, test);
        test->role = ROLE_OTHER;
        return test;
    }
    parse_path(parser, test);
    parse_operation(parser, test);
    if (parser->failed == ST_OK)
        parse_values(parser, test);
    /* The lexer stands behind the piece that follows the test. */
    end = parser->lexer.kind == LEX_END
              ? parser->lexer.at
              : (size_t)(parser->lexer.piece.bytes - parser->lexer.pattern.bytes);
    if (parser->failed == ST_OK && end > start)
        test->written = text_trim(text_slice(parser->lexer.pattern, start, end - start));
    return test;
}

typedef struct node *(*parse_operand)(struct parser *parser);

/* operand (WORD operand)*: the operand itself, or a node with all of them. `other` may be empty. */
static struct node *parse_chain(struct parser *parser, parse_operand operand, enum node_kind kind,
                                struct text word, struct text other)
{
    struct node *first = operand(parser);
    struct node *last = first;
    struct node *chain = NULL;

    while (first && last && parser->failed == ST_OK &&
           (take_word(parser, word) || (other.size && take_word(parser, other)))) {
        if (!chain) {
            chain = make_node(parser, kind);
            if (!chain)
                return NULL;
            chain->child = first;
        }
        last->next = operand(parser);
        last = last->next;
    }
    return chain ? chain : first;
}

static struct node *parse_both(struct parser *parser)
{
    return parse_chain(parser, parse_test, NODE_AND, text_of("AND"), (struct text){0});
}

static struct node *parse_either(struct parser *parser)
{
    return parse_chain(parser, parse_both, NODE_OR, text_of("OR"), (struct text){0});
}

/* WITHIN 5 SECONDS, REPEATS 3 TIMES, START t'…' STOP t'…'. Only how often changes what is meant. */
static struct node *parse_qualifiers(struct parser *parser, struct node *observation)
{
    for (;;) {
        bool repeats = take_word(parser, text_of("REPEATS"));

        if (repeats || take_word(parser, text_of("WITHIN"))) {
            uint64_t times = 0;

            if (parser->lexer.kind != LEX_LITERAL)
                fail(parser, ST_INVALID);
            if (repeats && !(text_number(parser->lexer.piece, UINT64_MAX, &times) && times <= 1)) {
                struct node *above = make_node(parser, NODE_REPEATS);

                if (above)
                    above->child = observation;
                observation = above;
            }
            lex(&parser->lexer);
            if (!take_word(parser, repeats ? text_of("TIMES") : text_of("SECONDS")))
                fail(parser, ST_INVALID);
        } else if (take_word(parser, text_of("START"))) {
            lex(&parser->lexer);
            if (!take_word(parser, text_of("STOP")))
                fail(parser, ST_INVALID);
            lex(&parser->lexer);
        } else {
            return observation;
        }
    }
}

static struct node *parse_followed(struct parser *parser);

static struct node *parse_observation(struct parser *parser)
{
    struct node *observation = NULL;

    if (take_sign(parser, text_of("("))) {
        if (++parser->depth > PARENTHESES_MOST)
            fail(parser, ST_INVALID);
        if (parser->failed == ST_OK)
            observation = parse_followed(parser);
        parser->depth--;
        expect_sign(parser, text_of(")"));
    } else {
        expect_sign(parser, text_of("["));
        if (parser->failed == ST_OK)
            observation = parse_either(parser);
        expect_sign(parser, text_of("]"));
    }
    return parse_qualifiers(parser, observation);
}

static struct node *parse_observations_both(struct parser *parser)
{
    return parse_chain(parser, parse_observation, NODE_OBSERVATIONS_AND, text_of("AND"),
                       (struct text){0});
}

static struct node *parse_observations_either(struct parser *parser)
{
    return parse_chain(parser, parse_observations_both, NODE_OR, text_of("OR"), (struct text){0});
}

static struct node *parse_followed(struct parser *parser)
{
    return parse_chain(parser, parse_observations_either, NODE_OBSERVATIONS_AND,
                       text_of("FOLLOWEDBY"), (struct text){0});
}

/* ---- walking the tree ---- */

struct walk {
    struct found *found;
    struct buffer value;
    struct buffer location;
    const struct found_note *note;
    size_t told; /* findings and rejects */
};

/* What a branch means: by itself or not, and the ports that go with its hosts. */
struct meaning {
    bool partial;
    const struct node *port; /* NULL: none */
};

static struct text decode_value(struct walk *walk, const struct value *value)
{
    struct text raw = value->raw;

    buffer_clear(&walk->value);
    for (size_t i = 0; i < raw.size; i++) {
        if (raw.bytes[i] == '\\' && i + 1 < raw.size && value->string)
            i++;
        buffer_add_byte(&walk->value, raw.bytes[i]);
    }
    return buffer_text(&walk->value);
}

static bool port_of(const struct value *value, uint16_t *port)
{
    uint64_t number;

    if (!text_number(value->raw, 65535, &number) || !number)
        return false;
    *port = (uint16_t)number;
    return true;
}

static struct found_note note_of(const struct walk *walk, const struct meaning *meaning)
{
    struct found_note note = *walk->note;

    if (meaning->partial && note.doubt == DOUBT_NONE) {
        note.doubt = DOUBT_PARTIAL;
        note.why = means_together;
    }
    return note;
}

static enum status tell_host(struct walk *walk, const struct node *test, const struct value *value,
                             const struct meaning *meaning)
{
    struct found_note note = note_of(walk, meaning);
    struct text text = decode_value(walk, value);
    enum status status = walk->value.failed;

    buffer_clear(&walk->location);
    if (test->url && import_search_location(text, &walk->location))
        text = buffer_text(&walk->location);
    if (status == ST_OK && walk->location.failed == ST_NO_MEMORY)
        status = ST_NO_MEMORY;
    walk->told++;
    if (status != ST_OK)
        return status;
    if (!meaning->port)
        return import_value(walk->found, text, false, &note);
    for (const struct value *port = meaning->port->values; port && status == ST_OK;
         port = port->next) {
        uint16_t number;

        if (port_of(port, &number))
            status = import_with_port(walk->found, text, number, &note);
        else
            status = found_reject(walk->found, meaning->port->written, DOUBT_MALFORMED,
                                  "no port from 1 to 65535", note.line);
    }
    return status;
}

static enum status tell_port(struct walk *walk, const struct node *test)
{
    struct found_note note = note_of(walk, &(struct meaning){.partial = true});
    enum status status = ST_OK;

    for (const struct value *value = test->values; value && status == ST_OK; value = value->next) {
        struct indicator indicator = {.kind = INDICATOR_PORT};

        if (!port_of(value, &indicator.port))
            continue;
        walk->told++;
        status = found_add(walk->found, &indicator, test->written, &note);
    }
    return status;
}

static bool is_host(const struct node *node)
{
    return node->kind == NODE_TEST && !node->negated &&
           (node->role == ROLE_HOST || node->role == ROLE_FROM_HOST);
}

static bool is_port(const struct node *node)
{
    return node->kind == NODE_TEST && !node->negated && node->operation <= IS_IN &&
           (node->role == ROLE_PORT || node->role == ROLE_FROM_PORT);
}

static enum status walk_test(struct walk *walk, const struct node *test,
                             const struct meaning *meaning)
{
    enum status status = ST_OK;

    if (is_port(test))
        return tell_port(walk, test);
    if (!is_host(test) || test->operation == IS_SOMETHING)
        return ST_OK;
    if (test->operation == IS_LIKE) {
        walk->told++;
        return found_reject(walk->found, test->written, DOUBT_NOT_WATCHABLE,
                            "LIKE and MATCHES on a host are not watched for", walk->note->line);
    }
    for (const struct value *value = test->values; value && status == ST_OK; value = value->next)
        status = tell_host(walk, test, value, meaning);
    return status;
}

/* Whether all below an operand of an AND is hosts of that one end. */
static bool hosts_only(const struct node *node, enum role end)
{
    if (is_host(node))
        return node->role == end;
    if (node->kind != NODE_OR)
        return false;
    for (const struct node *child = node->child; child; child = child->next)
        if (!is_host(child) || child->role != end)
            return false;
    return true;
}

static bool is_few(const struct value *value)
{
    size_t count = 0;

    for (; value && count <= PORTS_WITH_HOST; value = value->next)
        count++;
    return count <= PORTS_WITH_HOST;
}

static enum status walk_node(struct walk *walk, const struct node *node,
                             const struct meaning *meaning);

/* One host, or several to choose from, and a port of the same end are a watch; everything else
 * means more than a watch can say. */
static enum status walk_both(struct walk *walk, const struct node *both,
                             const struct meaning *above)
{
    struct meaning meaning = *above;
    const struct node *port = NULL;
    const struct node *host = NULL;
    bool others = false;
    enum status status = ST_OK;

    for (const struct node *child = both->child; child; child = child->next) {
        if (child->kind == NODE_TEST && !child->negated && child->role == ROLE_MATTERLESS)
            continue;
        if (is_port(child) && !port)
            port = child;
        else if (!is_port(child) && !host &&
                 (hosts_only(child, ROLE_HOST) || hosts_only(child, ROLE_FROM_HOST)))
            host = child;
        else
            others = true;
    }
    if (host && !others &&
        (!port || (is_few(port->values) &&
                   hosts_only(host, port->role == ROLE_PORT ? ROLE_HOST : ROLE_FROM_HOST)))) {
        meaning.port = port ? port : above->port;
        return walk_node(walk, host, &meaning);
    }
    meaning.partial = true;
    for (const struct node *child = both->child; child && status == ST_OK; child = child->next)
        if (!is_port(child) || !host)
            status = walk_node(walk, child, &meaning);
    return status;
}

static enum status walk_node(struct walk *walk, const struct node *node,
                             const struct meaning *meaning)
{
    struct meaning below = *meaning;
    enum status status = ST_OK;

    if (node->kind == NODE_TEST)
        return walk_test(walk, node, meaning);
    if (node->kind == NODE_AND)
        return walk_both(walk, node, meaning);
    if (node->kind == NODE_OBSERVATIONS_AND || node->kind == NODE_REPEATS)
        below.partial = true;
    for (const struct node *child = node->child; child && status == ST_OK; child = child->next)
        status = walk_node(walk, child, &below);
    return status;
}

enum status import_stix_pattern(struct found *found, struct text pattern,
                                const struct found_note *note)
{
    struct parser parser = {.lexer = {.pattern = pattern}, .arena = arena_new(ARENA_CEILING)};
    struct walk walk = {.found = found, .note = note};
    struct node *root;
    enum status status;

    if (!parser.arena)
        return ST_NO_MEMORY;
    buffer_init(&walk.value, VALUE_CEILING);
    buffer_init(&walk.location, VALUE_CEILING);
    lex(&parser.lexer);
    root = parse_followed(&parser);
    if (parser.lexer.kind != LEX_END)
        fail(&parser, ST_INVALID);
    status = parser.failed;
    if (status == ST_INVALID)
        status = found_reject(found, pattern, DOUBT_MALFORMED, "a STIX pattern that cannot be read",
                              note->line);
    else if (status == ST_OK && root)
        status = walk_node(&walk, root, &(struct meaning){0});
    if (status == ST_OK && parser.failed == ST_OK && !walk.told)
        found_skip(found, 1);
    buffer_done(&walk.location);
    buffer_done(&walk.value);
    arena_free(parser.arena);
    return status;
}
