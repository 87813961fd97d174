#include "core/watch/import_rule.h"

#include <string.h>

#define LISTS_DEEP 31

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A word, or a list with its brackets, blanks inside or not. */
static struct text next_part(struct text *rest)
{
    struct text whole = text_trim(*rest);
    size_t depth = 0;
    size_t end;

    for (end = 0; end < whole.size; end++) {
        char c = whole.bytes[end];

        if (!depth && (is_blank(c) || c == '('))
            break;
        depth += c == '[';
        depth -= c == ']' && depth;
    }
    *rest = text_slice(whole, end, whole.size - end);
    return text_slice(whole, 0, end);
}

bool rule_parse(struct text written, struct rule *rule)
{
    struct text rest = written;
    struct text arrow;

    *rule = (struct rule){0};
    rule->action = next_part(&rest);
    rule->protocol = next_part(&rest);
    rest = text_trim(rest);
    if (!text_starts(rest, text_of("("))) {
        rule->source = next_part(&rest);
        rule->source_port = next_part(&rest);
        arrow = next_part(&rest);
        rule->target = next_part(&rest);
        rule->target_port = next_part(&rest);
        if (text_equal(arrow, text_of("<>")))
            rule->direction = RULE_BOTH;
        else if (!text_equal(arrow, text_of("->")))
            return false;
        if (!rule->target_port.size)
            return false;
        rest = text_trim(rest);
    }
    if (text_starts(rest, text_of("("))) {
        rest = text_slice(rest, 1, rest.size - 1);
        if (text_ends(rest, text_of(")")))
            rest.size--;
        rule->options = rest;
    }
    return rule->action.size && (rule->source.size || rule->options.size);
}

bool rule_next_option(struct text *rest, struct text *name, struct text *value)
{
    struct text whole = text_trim(*rest);
    size_t colon = SIZE_MAX;
    bool quoted = false;
    size_t end;

    if (!whole.size)
        return false;
    for (end = 0; end < whole.size; end++) {
        char c = whole.bytes[end];

        if (c == '\\') {
            end++;
            continue;
        }
        if (c == '"')
            quoted = !quoted;
        if (c == ';' && !quoted)
            break;
        if (c == ':' && colon == SIZE_MAX)
            colon = end;
    }
    if (end > whole.size)
        end = whole.size;
    *rest = end < whole.size ? text_slice(whole, end + 1, whole.size - end - 1) : (struct text){0};
    if (colon == SIZE_MAX) {
        *name = text_trim(text_slice(whole, 0, end));
        *value = (struct text){0};
    } else {
        *name = text_trim(text_slice(whole, 0, colon));
        *value = text_trim(text_slice(whole, colon + 1, end - colon - 1));
    }
    return true;
}

void rule_list_begin(struct rule_list *list, struct text written)
{
    *list = (struct rule_list){.rest = written};
}

bool rule_list_next(struct rule_list *list, struct text *item, bool *excluded)
{
    struct text rest = list->rest;
    bool negated = false;
    size_t at = 0;

    for (; at < rest.size; at++) {
        char c = rest.bytes[at];

        if (is_blank(c) || c == ',')
            continue;
        if (c == '!') {
            negated = !negated;
        } else if (c == '[') {
            bool above = (list->negated >> list->depth & 1) != 0;

            if (list->depth == LISTS_DEEP)
                return false;
            list->depth++;
            list->negated &= ~(UINT32_C(1) << list->depth);
            list->negated |= (uint32_t)(above != negated) << list->depth;
            negated = false;
        } else if (c == ']') {
            list->depth -= list->depth > 0;
            negated = false;
        } else {
            break;
        }
    }
    if (at >= rest.size)
        return false;
    for (size_t end = at;; end++) {
        if (end < rest.size && !strchr(",[] \t\r\n", rest.bytes[end]))
            continue;
        *item = text_slice(rest, at, end - at);
        list->rest = text_slice(rest, end, rest.size - end);
        break;
    }
    *excluded = negated != ((list->negated >> list->depth & 1) != 0);
    return item->size > 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if ((c | 32) >= 'a' && (c | 32) <= 'f')
        return (c | 32) - 'a' + 10;
    return -1;
}

bool rule_unquote(struct text value, struct buffer *out)
{
    bool hex = false;
    int high = -1;

    if (text_starts(value, text_of("\"")))
        value = text_slice(value, 1, value.size - 1);
    if (text_ends(value, text_of("\"")))
        value.size--;
    for (size_t i = 0; i < value.size; i++) {
        char c = value.bytes[i];
        int digit = hex_digit(c);

        if (c == '|') {
            if (high >= 0)
                return false;
            hex = !hex;
        } else if (!hex) {
            if (c == '\\' && i + 1 < value.size)
                c = value.bytes[++i];
            buffer_add_byte(out, c);
        } else if (digit >= 0) {
            if (high >= 0)
                buffer_add_byte(out, (char)(high << 4 | digit));
            high = high >= 0 ? -1 : digit;
        } else if (!is_blank(c) || high >= 0) {
            return false;
        }
    }
    return !hex && out->failed == ST_OK;
}
