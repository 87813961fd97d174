/* html_write: text from the machine in an HTML page; the one place where it is escaped.
 * Whatever goes in, no markup, no attribute's end and no turned line comes out: & < > " ' become
 * references, and what hidden.h names stands as <i>U+202E</i>, so that it is seen and can be read
 * back; a byte that is no UTF-8 as <i>0xFF</i>. Text goes into elements and into attributes in
 * double quotation marks. Nothing is fetched. A
 * failure sticks in the buffer. Any thread. */
#ifndef STAKEOUT_CASE_HTML_WRITE_H
#define STAKEOUT_CASE_HTML_WRITE_H

#include "core/base/buffer.h"

/* As the content of an element. */
void html_text(struct buffer *out, struct text value);
/* Inside an attribute's quotation marks: what is hidden stands as [U+202E]. */
void html_attribute(struct buffer *out, struct text value);
/* At most so many characters, then "…"; tells whether it was cut. */
bool html_cut(struct buffer *out, struct text value, size_t most);

#endif
