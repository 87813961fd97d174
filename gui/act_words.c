#include "gui/act_words.h"

#include "gui/strings.h"

#define WORDS_MOST ((size_t)64 * 1024)

static void add_number(struct buffer *out, unsigned id, uint64_t number)
{
    struct buffer digits;
    buffer_init(&digits, 32);
    buffer_add_unsigned(&digits, number);
    const struct text argument = buffer_text(&digits);
    string_fill(out, id, &argument, 1);
    buffer_done(&digits);
}

static void add_why(struct buffer *out, const struct failure *failure)
{
    struct buffer phrase;
    buffer_init(&phrase, WORDS_MOST);
    string_add(&phrase, STR_STATUS_PHRASE + (unsigned)failure->status);
    const struct text argument = buffer_text(&phrase);
    string_fill(out, STR_ACT_WHY, &argument, 1);
    buffer_done(&phrase);
}

void act_words_process(struct buffer *out, struct text name, uint32_t pid)
{
    buffer_add(out, name);
    buffer_add_string(out, " (");
    buffer_add_unsigned(out, pid);
    buffer_add_byte(out, ')');
}

void act_words_deed(struct buffer *out, enum act_kind kind, const struct deed_result *result)
{
    bool counted = !result->seen.ended && result->seen.counts == READ_OK && !result->seen.uncounted;
    if (result->outcome == DEED_DONE)
        string_add(out, STR_ACT_DONE + (unsigned)kind);
    else
        string_add(out, STR_ACT_OUTCOME + (unsigned)result->outcome);
    if (result->failure.status != ST_OK && result->outcome != DEED_ALREADY_GONE)
        add_why(out, &result->failure);
    else if (counted && (kind == ACT_SUSPEND || kind == ACT_RESUME) && result->seen.least_count)
        add_number(out, STR_ACT_COUNT, result->seen.least_count);
    if (result->reborn.pid)
        add_number(out, STR_ACT_REBORN, result->reborn.pid);
}

void act_words_fate(struct buffer *out, const struct tree_fate *fate)
{
    /* It was killed, and does not go. */
    if (fate->fate == FATE_SURVIVED && fate->failure.status == ST_BUSY) {
        string_add(out, STR_ACT_STILL);
        return;
    }
    string_add(out, STR_ACT_FATE + (unsigned)fate->fate);
    if (fate->fate == FATE_SURVIVED && fate->failure.status != ST_OK)
        add_why(out, &fate->failure);
    if (fate->stays_suspended && fate->fate != FATE_SUSPENDED)
        string_add(out, STR_ACT_STAYS);
}
