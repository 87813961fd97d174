#include "core/act/handover.h"

#include "core/base/moment.h"

static bool needs_quotes(struct text word)
{
    for (size_t i = 0; i < word.size; i++)
        if (word.bytes[i] == ' ' || word.bytes[i] == '\t' || word.bytes[i] == '"')
            return true;
    return word.size == 0;
}

/* Backslashes mean themselves, unless a quote follows: then each counts for half. */
void handover_add_word(struct buffer *out, struct text word)
{
    size_t slashes = 0;
    if (!needs_quotes(word)) {
        buffer_add(out, word);
        return;
    }
    buffer_add_byte(out, '"');
    for (size_t i = 0; i < word.size; i++) {
        char byte = word.bytes[i];
        if (byte == '"')
            for (size_t k = 0; k <= slashes; k++)
                buffer_add_byte(out, '\\');
        slashes = byte == '\\' ? slashes + 1 : 0;
        buffer_add_byte(out, byte);
    }
    while (slashes--)
        buffer_add_byte(out, '\\');
    buffer_add_byte(out, '"');
}

static void add_option(struct buffer *out, const char *name, struct text value)
{
    if (!value.size)
        return;
    if (out->size)
        buffer_add_byte(out, ' ');
    buffer_add_string(out, name);
    buffer_add_byte(out, ' ');
    handover_add_word(out, value);
}

static void add_key(struct buffer *out, const char *name, struct process_key key)
{
    struct buffer word;
    if (!key.pid)
        return;
    buffer_init(&word, 64);
    buffer_add_unsigned(&word, key.pid);
    buffer_add_byte(&word, ':');
    moment_add_iso(&word, key.start, true);
    if (word.failed != ST_OK && out->failed == ST_OK)
        out->failed = word.failed;
    add_option(out, name, buffer_text(&word));
    buffer_done(&word);
}

void handover_add(struct buffer *out, const struct handover *handover)
{
    add_option(out, "--case", handover->case_folder);
    add_option(out, "--list", handover->list);
    add_option(out, "--settings", handover->settings);
    add_option(out, "--hosts", handover->hosts);
    add_option(out, "--lang", handover->language);
    add_key(out, "--select", handover->selected);
    add_key(out, "--after", handover->self);
}

bool handover_parse_key(struct text word, struct process_key *key)
{
    size_t colon = text_find(word, text_of(":"));
    uint64_t pid = 0;
    moment start = 0;
    if (colon == SIZE_MAX || !text_number(text_slice(word, 0, colon), UINT32_MAX, &pid) || !pid ||
        !moment_parse_iso(text_slice(word, colon + 1, word.size - colon - 1), &start))
        return false;
    *key = (struct process_key){(uint32_t)pid, start};
    return true;
}
