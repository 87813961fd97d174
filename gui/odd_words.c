#include "gui/odd_words.h"

#include "gui/strings.h"

#define WORDS_MOST ((size_t)1024 * 1024)

void odd_words_fact(struct buffer *out, enum odd_rule rule, const struct odd_subject *subject,
                    const struct process_odd *odd)
{
    if (rule != ODD_CORE_PARENT) {
        odd_add_fact(out, rule, subject, odd);
        return;
    }
    struct buffer parent;
    buffer_init(&parent, WORDS_MOST);
    odd_add_fact(&parent, rule, subject, odd);
    const struct text name = buffer_text(&parent);
    bool verified = subject->parent_kind == PARENT_VERIFIED;
    string_fill(out, verified ? STR_DETAILS_VERIFIED : STR_DETAILS_UNVERIFIED, &name, 1);
    buffer_done(&parent);
}

void odd_words_remark(struct buffer *out, enum odd_rule rule, const struct odd_subject *subject,
                      const struct process_odd *odd)
{
    struct buffer words;
    struct buffer fact;
    buffer_init(&words, WORDS_MOST);
    buffer_init(&fact, WORDS_MOST);
    string_add(&words, STR_ODD_RULE + (unsigned)rule);
    odd_words_fact(&fact, rule, subject, odd);
    const struct text all[] = {buffer_text(&words), buffer_text(&fact)};
    string_fill(out, STR_DETAILS_REMARK, all, 2);
    buffer_done(&fact);
    buffer_done(&words);
}
