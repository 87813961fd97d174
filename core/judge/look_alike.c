#include "core/judge/look_alike.h"

#include "core/judge/core_process.h"

#define LETTERS_MOST 32 /* no core process's name is longer than half of it */
#define LETTERS_CLOSE 5 /* shorter names have neighbours that are innocent */
#define LETTERS_PLAIN 4 /* shorter ones are compared only where they hold foreign letters */

/* ---- signs that look alike ---- */

struct twin {
    uint32_t from;
    char to;
};

/* Cyrillic, Greek and other letters that look like Latin ones, by code point (Unicode's table of
 * confusables, what of it is a lower-case or upper-case Latin letter). */
static const struct twin twins[] = {
    {0x0131, 'i'}, {0x017F, 'f'}, {0x0261, 'g'}, {0x026A, 'i'}, {0x0391, 'a'}, {0x0392, 'b'},
    {0x0395, 'e'}, {0x0396, 'z'}, {0x0397, 'h'}, {0x0399, 'i'}, {0x039A, 'k'}, {0x039C, 'm'},
    {0x039D, 'n'}, {0x039F, 'o'}, {0x03A1, 'p'}, {0x03A4, 't'}, {0x03A5, 'y'}, {0x03A7, 'x'},
    {0x03B1, 'a'}, {0x03B9, 'i'}, {0x03BD, 'v'}, {0x03BF, 'o'}, {0x03C1, 'p'}, {0x03C5, 'u'},
    {0x03F2, 'c'}, {0x0405, 's'}, {0x0406, 'i'}, {0x0408, 'j'}, {0x0410, 'a'}, {0x0412, 'b'},
    {0x0415, 'e'}, {0x041A, 'k'}, {0x041C, 'm'}, {0x041D, 'h'}, {0x041E, 'o'}, {0x0420, 'p'},
    {0x0421, 'c'}, {0x0422, 't'}, {0x0423, 'y'}, {0x0425, 'x'}, {0x0430, 'a'}, {0x0435, 'e'},
    {0x043E, 'o'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0443, 'y'}, {0x0445, 'x'}, {0x0455, 's'},
    {0x0456, 'i'}, {0x0458, 'j'}, {0x0475, 'v'}, {0x04AE, 'y'}, {0x04AF, 'y'}, {0x04BB, 'h'},
    {0x04C0, 'l'}, {0x04CF, 'l'}, {0x0501, 'd'}, {0x0510, 'e'}, {0x051A, 'q'}, {0x051B, 'q'},
    {0x051C, 'w'}, {0x051D, 'w'}, {0x1D0F, 'o'}, {0x1D1C, 'u'}, {0x1D20, 'v'}, {0x2113, 'l'},
    {0x217C, 'l'}, {0x2170, 'i'},
};

/* The Latin letter that it looks like, or 0. */
static char twin_of(uint32_t point)
{
    if (point >= 0xFF21 && point <= 0xFF3A)
        return (char)(point - 0xFF21 + 'a');
    if (point >= 0xFF41 && point <= 0xFF5A)
        return (char)(point - 0xFF41 + 'a');
    for (size_t i = 0; i < sizeof twins / sizeof twins[0]; i++)
        if (twins[i].from == point)
            return twins[i].to;
    return 0;
}

/* Signs that take no room: soft hyphen, zero-width ones, direction marks, the mark of the byte
 * order. */
static bool is_hidden(uint32_t point)
{
    return point == 0xAD || (point >= 0x200B && point <= 0x200F) ||
           (point >= 0x202A && point <= 0x202E) || (point >= 0x2060 && point <= 0x2069) ||
           point == 0xFEFF;
}

/* One of the signs that an ASCII sign is taken for: "0" and "o", "1", "I" and "l". */
static char folded(char sign)
{
    if (sign >= 'A' && sign <= 'Z')
        sign = (char)(sign - 'A' + 'a');
    switch (sign) {
    case '0':
        return 'o';
    case '1':
    case 'i':
    case '|':
    case '!':
        return 'l';
    case '3':
        return 'e';
    case '4':
    case '@':
        return 'a';
    case '5':
    case '$':
        return 's';
    default:
        return sign;
    }
}

/* A name as a hasty eye sees it. */
struct seen_name {
    char signs[LETTERS_MOST]; /* '?' for what looks like nothing Latin */
    size_t count;
    bool foreign; /* some sign is not ASCII */
    bool too_long;
};

static void see_sign(struct seen_name *seen, char sign)
{
    char *last = seen->count ? &seen->signs[seen->count - 1] : NULL;
    if (last && *last == 'r' && sign == 'n') {
        *last = 'm';
    } else if (last && *last == 'v' && sign == 'v') {
        *last = 'w';
    } else if (seen->count == LETTERS_MOST) {
        seen->too_long = true;
    } else {
        seen->signs[seen->count++] = sign;
    }
}

static struct seen_name see(struct text name)
{
    struct seen_name seen = {.count = 0};
    size_t at = 0;
    while (at < name.size && !seen.too_long) {
        uint32_t point = text_decode(name, &at);
        if (point < 0x80) {
            see_sign(&seen, folded((char)point));
            continue;
        }
        seen.foreign = true;
        char twin = twin_of(point);
        if (!is_hidden(point))
            see_sign(&seen, twin ? folded(twin) : '?');
    }
    return seen;
}

/* ---- comparing ---- */

/* Whether one step makes one of the other: a sign more or less, another sign, two swapped. */
static bool is_close(const struct seen_name *a, const struct seen_name *b)
{
    size_t from = 0;
    size_t left = a->count;
    size_t right = b->count;
    while (from < left && from < right && a->signs[from] == b->signs[from])
        from++;
    while (left > from && right > from && a->signs[left - 1] == b->signs[right - 1]) {
        left--;
        right--;
    }
    left -= from;
    right -= from;
    if (left <= 1 && right <= 1)
        return true;
    return left == 2 && right == 2 && a->signs[from] == b->signs[from + 1] &&
           a->signs[from + 1] == b->signs[from];
}

static bool is_same(const struct seen_name *a, const struct seen_name *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->signs[i] != b->signs[i])
            return false;
    return true;
}

/* The core name with one of its letters twice: "smsss". */
static bool is_doubled(const struct seen_name *name, const struct seen_name *core)
{
    if (name->count != core->count + 1 || !is_close(name, core))
        return false;
    size_t at = 0;
    while (at < core->count && name->signs[at] == core->signs[at])
        at++;
    return at > 0 && name->signs[at] == name->signs[at - 1];
}

/* The place of the last dot, or the size. */
static size_t stem_size(struct text name)
{
    for (size_t i = name.size; i > 0; i--)
        if (name.bytes[i - 1] == '.')
            return i - 1;
    return name.size;
}

static struct text stem_of(struct text name)
{
    return text_slice(name, 0, stem_size(name));
}

static struct text extension_of(struct text name)
{
    size_t size = stem_size(name);
    size_t from = size < name.size ? size + 1 : size;
    return text_slice(name, from, name.size - from);
}

static bool is_among(struct text word, const struct text *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_nocase(word, words[i]))
            return true;
    return false;
}

#define WORD(literal) {literal, sizeof(literal) - 1}
#define AMONG(word, words) is_among(word, words, sizeof(words) / sizeof((words)[0]))

/* A word that programs bear by right, one step from a core process's name. */
static bool is_plain_word(struct text stem)
{
    return text_equal_nocase(stem, text_of("service"));
}

static bool looks_like(const struct seen_name *name, struct text core)
{
    struct text stem = stem_of(core);
    if (name->count > stem.size + 1 || name->count + 1 < stem.size)
        return false; /* no core name has letters that are seen as one */
    struct seen_name own = see(stem);
    if (own.count < LETTERS_PLAIN)
        return name->foreign && is_same(name, &own);
    if (is_same(name, &own))
        return true;
    if (own.count < LETTERS_CLOSE)
        return is_doubled(name, &own);
    return is_close(name, &own);
}

const char *look_alike_of(struct text name)
{
    struct text trimmed = text_trim(name);
    if (core_process_find(trimmed))
        return NULL; /* blanks at the end are told apart */
    struct seen_name seen = see(stem_of(trimmed));
    bool has_extension = extension_of(trimmed).size;
    if (seen.too_long || is_plain_word(stem_of(trimmed)))
        return NULL;
    for (size_t i = 0; core_process_at(i); i++) {
        struct text core = core_process_name(core_process_at(i));
        bool kernel = !extension_of(core).size;
        if (kernel ? !has_extension && seen.foreign && looks_like(&seen, core)
                   : looks_like(&seen, core))
            return core.bytes;
    }
    return NULL;
}

/* ---- what else plays with the eye ---- */

bool look_alike_mixes_scripts(struct text name)
{
    bool latin = false;
    bool foreign = false;
    bool all_twins = true;
    size_t at = 0;
    while (at < name.size) {
        uint32_t point = text_decode(name, &at);
        bool letter = (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') ||
                      (point >= 0xC0 && point <= 0x24F && point != 0xD7 && point != 0xF7);
        if (letter) {
            latin = true;
        } else if (point >= 0x370 && point <= 0x52F) { /* Greek and Cyrillic */
            foreign = true;
            all_twins = all_twins && twin_of(point);
        } else if (!is_hidden(point) && !(point >= '0' && point <= '9')) {
            if (latin && foreign && all_twins)
                return true;
            latin = foreign = false;
            all_twins = true;
        }
    }
    return latin && foreign && all_twins;
}

bool look_alike_turns(struct text name)
{
    size_t at = 0;
    while (at < name.size) {
        uint32_t point = text_decode(name, &at);
        if ((point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069))
            return true;
    }
    return false;
}

bool look_alike_has_two_extensions(struct text name)
{
    static const struct text programs[] = {WORD("exe"), WORD("scr"), WORD("com"),
                                           WORD("pif"), WORD("bat"), WORD("cmd")};
    static const struct text documents[] = {
        WORD("pdf"),  WORD("doc"), WORD("docx"), WORD("docm"), WORD("xls"),  WORD("xlsx"),
        WORD("xlsm"), WORD("ppt"), WORD("pptx"), WORD("rtf"),  WORD("odt"),  WORD("txt"),
        WORD("csv"),  WORD("jpg"), WORD("jpeg"), WORD("png"),  WORD("gif"),  WORD("bmp"),
        WORD("tif"),  WORD("svg"), WORD("mp3"),  WORD("mp4"),  WORD("avi"),  WORD("mov"),
        WORD("wav"),  WORD("zip"), WORD("rar"),  WORD("htm"),  WORD("html"), WORD("eml"),
        WORD("msg"),  WORD("lnk"), WORD("iso"),  WORD("exe"),
    };
    name = text_trim(name);
    if (!AMONG(extension_of(name), programs))
        return false;
    struct text stem = text_trim(stem_of(name));
    return stem_size(stem) > 0 && AMONG(extension_of(stem), documents);
}

static bool is_blank(uint32_t point)
{
    return point == ' ' || point == '\t' || point == 0xA0 || (point >= 0x2000 && point <= 0x200A) ||
           point == 0x3000;
}

bool look_alike_has_odd_spaces(struct text name)
{
    size_t stem = stem_size(name);
    bool blank = false;
    size_t at = 0;
    if (text_ends(name, text_of(".")))
        return true;
    while (at < name.size) {
        bool first = at == 0;
        if (at == stem && blank)
            return true;
        blank = is_blank(text_decode(name, &at));
        if (first && blank)
            return true;
    }
    return blank;
}
