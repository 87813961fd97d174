#include "core/model/cell.h"

struct cell cell_of_text(struct text value)
{
    return (struct cell){.kind = value.size ? CELL_TEXT : CELL_EMPTY, .text = value};
}

static struct cell cell_unread(enum read_state state)
{
    return (struct cell){.kind = CELL_UNREAD, .state = (uint8_t)state};
}

struct cell cell_of_fact(const struct text_fact *fact)
{
    return fact->state == READ_OK ? cell_of_text(fact->value) : cell_unread(fact->state);
}

struct cell cell_of_number(int64_t number)
{
    return (struct cell){.kind = CELL_NUMBER, .number = number};
}

struct cell cell_of_number_fact(const struct number_fact *fact)
{
    return fact->state == READ_OK ? cell_of_number(fact->value) : cell_unread(fact->state);
}

struct cell cell_of_flag_fact(const struct number_fact *fact)
{
    if (fact->state != READ_OK)
        return cell_unread(fact->state);
    return cell_of_word(fact->value ? WORD_YES : WORD_NO);
}

struct cell cell_of_word(enum cell_word word)
{
    return (struct cell){.kind = CELL_WORD, .number = word};
}

struct cell cell_of_moment(moment when)
{
    return (struct cell){.kind = when ? CELL_MOMENT : CELL_EMPTY, .number = when};
}

struct cell cell_of_address(const struct endpoint *end)
{
    return (struct cell){.kind = CELL_ADDRESS, .end = end};
}

int cell_rank(const struct cell *cell)
{
    if (cell->kind == CELL_EMPTY)
        return 1;
    return cell->kind == CELL_UNREAD ? 2 : 0;
}

static int byte_folded(char byte)
{
    unsigned char value = (unsigned char)byte;
    return value >= 'A' && value <= 'Z' ? value + ('a' - 'A') : value;
}

/* Without ASCII case first, so that the order looks right; by bytes where that is a tie. */
static int text_compare_folded(struct text a, struct text b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    for (size_t i = 0; i < common; i++) {
        int difference = byte_folded(a.bytes[i]) - byte_folded(b.bytes[i]);
        if (difference)
            return difference;
    }
    if (a.size != b.size)
        return a.size < b.size ? -1 : 1;
    return text_compare(a, b);
}

static int number_compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int end_compare(const struct endpoint *a, const struct endpoint *b)
{
    bool a4 = address_is_ipv4(&a->address);
    if (a4 != address_is_ipv4(&b->address))
        return a4 ? -1 : 1;
    int order = address_compare(&a->address, &b->address);
    return order ? order : number_compare(a->scope, b->scope);
}

int cell_compare(const struct cell *a, const struct cell *b)
{
    if (a->kind != b->kind)
        return number_compare(a->kind, b->kind);
    switch (a->kind) {
    case CELL_EMPTY:
        return 0;
    case CELL_UNREAD: {
        int order = number_compare(a->number, b->number);
        return order ? order : number_compare(a->state, b->state);
    }
    case CELL_HEX:
        return ((uint64_t)a->number > (uint64_t)b->number) -
               ((uint64_t)a->number < (uint64_t)b->number);
    case CELL_BYTES:
        return text_compare(a->text, b->text);
    case CELL_TEXT:
        return text_compare_folded(a->text, b->text);
    case CELL_ADDRESS:
        return end_compare(a->end, b->end);
    case CELL_PROCESS: {
        int order = text_compare_folded(a->text, b->text);
        return order ? order : number_compare(a->number, b->number);
    }
    default:
        return number_compare(a->number, b->number);
    }
}
