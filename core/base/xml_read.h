/* xml_read: reads XML (W3C XML 1.0) one token after another, strictly, without building anything.
 * The reader lies in the caller's storage and holds no memory. Tokens borrow from the input and
 * live as long as it does: texts and attributes are raw pieces, known to be well formed; xml_text
 * decodes them when somebody wants it. Comments and processing instructions are checked and passed
 * over. A DOCTYPE is refused: nothing that is read here has one, and whatever it declares
 * (entities, files to fetch) is how XML harms its readers. Names are compared without their prefix:
 * namespaces are not resolved. Where the input is no XML the reader stops for good, and xml_problem
 * says why and in which line. The input is UTF-8 whatever its declaration says: it was decoded
 * before. Linear; nesting and attributes are bounded.
 *
 *     struct xml_reader xml;
 *     struct xml_token token;
 *     xml_read_begin(&xml, input);
 *     while (xml_next(&xml, &token) == ST_OK && token.kind != XML_END)
 *         ...
 */
#ifndef STAKEOUT_BASE_XML_READ_H
#define STAKEOUT_BASE_XML_READ_H

#include "core/base/buffer.h"

#define XML_DEPTH_MOST 128
#define XML_ATTRIBUTES_MOST 64 /* of one element */

enum xml_kind {
    XML_END,  /* of the input; xml_next goes on giving it */
    XML_OPEN, /* an element begins */
    XML_CLOSE,
    XML_TEXT /* inside an element; comments and CDATA sections may divide one text into several */
};

struct xml_token {
    enum xml_kind kind;
    struct text name;       /* XML_OPEN, XML_CLOSE: with its prefix */
    struct text attributes; /* XML_OPEN: raw, see xml_attribute */
    struct text raw;        /* XML_TEXT: between the tags */
    bool escaped;           /* XML_TEXT: raw holds references */
    uint32_t line;          /* from 1 */
};

struct xml_reader {
    struct text input;
    size_t at;
    uint32_t line;
    unsigned depth;
    struct text open[XML_DEPTH_MOST]; /* names of the elements that are open */
    bool closes;                      /* the element just given is empty: its end comes next */
    bool has_root;
    const char *problem; /* a literal; NULL while all is well */
};

/* A byte order mark before it is skipped. */
void xml_read_begin(struct xml_reader *xml, struct text input);
/* ST_INVALID, then and ever after, where the input is no XML. */
enum status xml_next(struct xml_reader *xml, struct xml_token *token);
/* Adds "line 12: expected a name"; nothing while all is well. */
void xml_problem(const struct xml_reader *xml, struct buffer *out);

/* Whether the element's name, without its prefix, is `name`. */
bool xml_is(const struct xml_token *token, struct text name);
/* Appends the text of an XML_TEXT: references become what they stand for, line ends stay. */
void xml_text(const struct xml_token *token, struct buffer *out);
/* Appends the value of an attribute of an XML_OPEN, named without prefix; false where it has none.
 */
bool xml_attribute(const struct xml_token *token, struct text name, struct buffer *out);

#endif
