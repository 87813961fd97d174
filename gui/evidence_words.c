#include "gui/evidence_words.h"

#include "gui/strings.h"

#define WORDS_MOST ((size_t)256 * 1024)

void evidence_words_size(struct buffer *out, uint64_t bytes)
{
    struct buffer number;
    unsigned unit = 0;
    uint64_t tenths = bytes * 10;

    if (bytes > UINT64_MAX / 10)
        tenths = UINT64_MAX;
    for (; tenths >= 10240 && unit < 3; unit++)
        tenths /= 1024;
    buffer_init(&number, 32);
    buffer_add_unsigned(&number, tenths / 10);
    if (unit && tenths < 1000) {
        buffer_add_byte(&number, '.');
        buffer_add_byte(&number, (char)('0' + tenths % 10));
    }
    const struct text argument = buffer_text(&number);
    string_fill(out, STR_SIZE + unit, &argument, 1);
    buffer_done(&number);
}

void evidence_words_closing(struct buffer *out, const struct closing_result *result)
{
    const struct text state = text_from(tcp_state_name(result->state));

    string_fill(out, STR_CLOSING_OUTCOME + (unsigned)result->outcome, &state, 1);
}

static void add_done(struct buffer *out, enum evidence_kind kind,
                     const struct evidence_result *result)
{
    struct buffer size;

    buffer_init(&size, 64);
    evidence_words_size(&size, result->piece.size);
    const struct text arguments[] = {text_file_name(buffer_text(&result->path)),
                                     buffer_text(&size)};
    string_fill(out,
                kind == EVIDENCE_DUMP      ? STR_NOTE_DUMPED
                : result->piece.was_stored ? STR_NOTE_STORED_BEFORE
                                           : STR_NOTE_COPIED,
                arguments, 2);
    buffer_done(&size);
}

void evidence_words_piece(struct buffer *out, enum evidence_kind kind,
                          const struct evidence_result *result)
{
    static const unsigned ids[] = {
        [EVIDENCE_FAILED] = STR_EVIDENCE_FAILED,
        [EVIDENCE_LIED] = STR_EVIDENCE_LIED,
        [EVIDENCE_UNSEEN] = STR_EVIDENCE_UNSEEN,
        [EVIDENCE_NOT_WRITTEN] = STR_EVIDENCE_NOT_WRITTEN,
    };
    struct buffer why;

    if (result->outcome == EVIDENCE_DONE) {
        add_done(out, kind, result);
    } else {
        buffer_init(&why, WORDS_MOST);
        string_add(&why, STR_STATUS_PHRASE + (unsigned)result->status);
        const struct text argument = buffer_text(&why);
        string_fill(out, ids[result->outcome], &argument, 1);
        buffer_done(&why);
    }
    if (result->end_unwritten)
        string_add(out, STR_EVIDENCE_END_UNWRITTEN);
}
