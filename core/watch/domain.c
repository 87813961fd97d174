#include "core/watch/domain.h"

#include <string.h>

/* What a byte may be in a name. */
enum byte_class { BYTE_FOREIGN, BYTE_SMALL, BYTE_DIGIT, BYTE_CAPITAL, BYTE_DOT, BYTE_HIGH };

static enum byte_class class_of(unsigned char byte)
{
    if ((byte >= 'a' && byte <= 'z') || byte == '-' || byte == '_')
        return BYTE_SMALL;
    if (byte >= '0' && byte <= '9')
        return BYTE_DIGIT;
    if (byte == '.')
        return BYTE_DOT;
    if (byte >= 'A' && byte <= 'Z')
        return BYTE_CAPITAL;
    return byte >= 0x80 ? BYTE_HIGH : BYTE_FOREIGN;
}

struct shape {
    size_t labels;
    bool capital; /* has to be made small */
    bool high;    /* has to become Punycode */
};

/* One pass: whether every byte may stand in a name, and what has to be done to it. The lengths of
 * labels that hold other scripts are judged after they were encoded. A last label of digits and
 * dashes counts as a number: no top-level domain is one, and "192.0.2.1-2" is half a range. */
static const char *shape_of(struct text name, struct shape *shape)
{
    size_t label = 0;
    bool digits = true;

    *shape = (struct shape){.labels = 1};
    for (size_t i = 0; i < name.size; i++) {
        switch (class_of((unsigned char)name.bytes[i])) {
        case BYTE_FOREIGN:
            return "holds a character that no host name has";
        case BYTE_DOT:
            if (label == 0)
                return "a part between two dots is empty";
            label = 0;
            digits = true;
            shape->labels++;
            continue;
        case BYTE_CAPITAL:
            shape->capital = true;
            digits = false;
            break;
        case BYTE_HIGH:
            shape->high = true;
            digits = false;
            break;
        case BYTE_SMALL:
            digits = digits && name.bytes[i] == '-';
            break;
        case BYTE_DIGIT:
            break;
        }
        label++;
        if (label > DOMAIN_LABEL_MOST && !shape->high)
            return "a part between two dots is longer than 63 characters";
    }
    if (label == 0)
        return "a part between two dots is empty";
    if (digits)
        return "ends in a number: neither an address nor a name";
    return NULL;
}

/* Runs of capital letters: `step` on lies the small one; 0: each is followed by its small one. */
static const struct {
    uint16_t first;
    uint16_t last;
    uint16_t step;
} capitals[] = {
    {'A', 'Z', 32},     {0xC0, 0xDE, 32},  {0x100, 0x137, 0},  {0x139, 0x148, 0},
    {0x14A, 0x177, 0},  {0x179, 0x17E, 0}, {0x391, 0x3AB, 32}, {0x400, 0x40F, 80},
    {0x410, 0x42F, 32}, {0x460, 0x481, 0}, {0x531, 0x556, 48},
};

/* The small letter of the scripts that have two cases and host names: Latin, Greek, Cyrillic,
 * Armenian; and the plain form of full-width ASCII. */
static uint32_t small_letter(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    if (c == 0xD7)
        return c; /* the sign of multiplication lies among the letters */
    if (c == 0x130)
        return 'i';
    for (size_t i = 0; i < sizeof capitals / sizeof capitals[0]; i++) {
        if (c < capitals[i].first || c > capitals[i].last)
            continue;
        if (capitals[i].step)
            return c + capitals[i].step;
        return (c & 1) == (capitals[i].first & 1) ? c + 1 : c; /* capital and small in turn */
    }
    return c;
}

/* Signs, spaces and drawings, which IDNA forbids (RFC 5892): not letters of any script. */
static bool is_sign(uint32_t c)
{
    if (c < 0xC0)
        return c >= 0x80 && c != 0xAA && c != 0xB5 && c != 0xB7 && c != 0xBA;
    return c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c <= 0x200B) || (c >= 0x200E && c <= 0x2BFF) ||
           (c >= 0x3000 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020) ||
           (c >= 0xE000 && c <= 0xF8FF) || (c >= 0xFE10 && c <= 0xFE6F) || c >= 0xF0000;
}

static bool is_dot(uint32_t c)
{
    return c == '.' || c == 0x3002 || c == 0xFF0E || c == 0xFF61; /* IDNA's four full stops */
}

static char punycode_digit(uint32_t value)
{
    return (char)(value < 26 ? 'a' + value : '0' + (value - 26));
}

/* RFC 3492 section 6.1. */
static uint32_t punycode_adapt(uint32_t delta, uint32_t points, bool first)
{
    uint32_t k = 0;

    delta = first ? delta / 700 : delta / 2;
    delta += delta / points;
    while (delta > 455) {
        delta /= 35;
        k += 36;
    }
    return k + 36 * delta / (delta + 38);
}

static void punycode_add_number(struct buffer *out, uint32_t number, uint32_t bias)
{
    for (uint32_t k = 36;; k += 36) {
        uint32_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;

        if (number < t)
            break;
        buffer_add_byte(out, punycode_digit(t + (number - t) % (36 - t)));
        number = (number - t) / (36 - t);
    }
    buffer_add_byte(out, punycode_digit(number));
}

/* RFC 3492 section 6.3. A label has at most 63 code points here, so that nothing can overflow. */
static void punycode_add(struct buffer *out, const uint32_t *points, uint32_t count)
{
    uint32_t n = 0x80;
    uint32_t delta = 0;
    uint32_t bias = 72;
    uint32_t basic = 0;
    uint32_t done;

    buffer_add_string(out, "xn--");
    for (uint32_t i = 0; i < count; i++) {
        if (points[i] < 0x80) {
            buffer_add_byte(out, (char)points[i]);
            basic++;
        }
    }
    done = basic;
    if (basic)
        buffer_add_byte(out, '-');
    while (done < count) {
        uint32_t next = UINT32_MAX;

        for (uint32_t i = 0; i < count; i++) {
            if (points[i] >= n && points[i] < next)
                next = points[i];
        }
        delta += (next - n) * (done + 1);
        n = next;
        for (uint32_t i = 0; i < count; i++) {
            if (points[i] < n)
                delta++;
            if (points[i] != n)
                continue;
            punycode_add_number(out, delta, bias);
            bias = punycode_adapt(delta, done + 1, done == basic);
            delta = 0;
            done++;
        }
        delta++;
        n++;
    }
}

static const char *add_label(struct buffer *out, const uint32_t *points, uint32_t count, bool high)
{
    size_t before = out->size;

    if (count == 0)
        return "a part between two dots is empty";
    if (high) {
        punycode_add(out, points, count);
    } else {
        for (uint32_t i = 0; i < count; i++)
            buffer_add_byte(out, (char)points[i]);
    }
    if (out->size - before > DOMAIN_LABEL_MOST)
        return "a part between two dots is longer than 63 characters";
    return NULL;
}

static const char *add_encoded(struct buffer *out, struct text name)
{
    uint32_t points[DOMAIN_LABEL_MOST];
    uint32_t count = 0;
    bool high = false;
    size_t at = 0;

    while (at < name.size) {
        uint32_t c = text_decode(name, &at);

        if (is_dot(c)) {
            const char *why = add_label(out, points, count, high);

            if (why)
                return why;
            buffer_add_byte(out, '.');
            count = 0;
            high = false;
            continue;
        }
        c = small_letter(c);
        if (c == 0xFFFD || (c >= 0xD800 && c <= 0xDFFF))
            return "is not well-formed UTF-8";
        if (is_sign(c))
            return "holds a character that no host name has";
        if (c <= 0xA0 && class_of((unsigned char)c) != BYTE_SMALL &&
            class_of((unsigned char)c) != BYTE_DIGIT)
            return "holds a character that no host name has";
        if (count == DOMAIN_LABEL_MOST)
            return "a part between two dots is longer than 63 characters";
        points[count] = c;
        count++;
        high = high || c >= 0x80;
    }
    return add_label(out, points, count, high);
}

static struct text without_final_dot(struct text name)
{
    if (name.size > 1 && name.bytes[name.size - 1] == '.')
        name.size--;
    return name;
}

static void add_small(struct buffer *out, struct text name)
{
    for (size_t i = 0; i < name.size; i++)
        buffer_add_byte(out, (char)small_letter((unsigned char)name.bytes[i]));
}

enum status domain_parse(struct text written, struct buffer *scratch, struct text *name,
                         size_t *labels, const char **why)
{
    struct text given = without_final_dot(written);
    struct text found = given;
    struct shape shape;
    size_t before = scratch->size;

    /* Whatever is longer than this in UTF-8 is longer than DOMAIN_MOST in its "xn--" form, too. */
    *why =
        given.size > DOMAIN_MOST * 4 ? "is longer than 2,047 characters" : shape_of(given, &shape);
    if (*why)
        return ST_INVALID;
    if (shape.high) {
        *why = add_encoded(scratch, given);
    } else if (shape.capital) {
        add_small(scratch, given);
    }
    if (scratch->failed)
        return scratch->failed;
    if (shape.high || shape.capital)
        found = without_final_dot(text_slice(buffer_text(scratch), before, scratch->size - before));
    if (!*why && shape.high)
        *why = shape_of(found, &shape); /* full-width dots and digits have become plain */
    if (!*why && found.size > DOMAIN_MOST)
        *why = "is longer than 2,047 characters";
    if (*why)
        return ST_INVALID;
    *name = found;
    *labels = shape.labels;
    return ST_OK;
}
