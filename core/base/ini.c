#include "core/base/ini.h"

#include "core/base/arena.h"
#include "core/base/memory.h"

/* A line as it stood, and what it says if it says something. */
struct line {
    struct text whole; /* without its end */
    struct text section;
    struct text key; /* empty: no setting */
    struct text value;
    bool heads; /* opens `section` */
};

struct ini {
    struct arena *arena;
    struct line *lines;
    size_t count;
    size_t capacity;
    bool line_feeds_only;
    bool changed;
};

static const struct text bom = {"\xEF\xBB\xBF", 3};

static bool is_break(char byte)
{
    return byte == '\n' || byte == '\r';
}

static enum status add_line(struct ini *ini, size_t at, const struct line *line)
{
    if (ini->count == ini->capacity) {
        size_t more = ini->capacity ? ini->capacity * 2 : 64;
        struct line *grown = memory_grow_array(ini->lines, more, sizeof *grown);
        if (!grown)
            return ST_NO_MEMORY;
        ini->lines = grown;
        ini->capacity = more;
    }
    for (size_t i = ini->count; i > at; i--)
        ini->lines[i] = ini->lines[i - 1];
    ini->lines[at] = *line;
    ini->count++;
    return ST_OK;
}

/* Takes the quotes and escapes off. An escape that is none, and a quote that is never closed, stand
 * for themselves. */
static enum status unquote(struct arena *arena, struct text written, struct text *value)
{
    char *at;
    size_t size = 0;

    if (written.size < 2 || written.bytes[0] != '"' || written.bytes[written.size - 1] != '"') {
        *value = written;
        return ST_OK;
    }
    at = arena_take(arena, written.size);
    if (!at)
        return ST_NO_MEMORY;
    for (size_t i = 1; i + 1 < written.size; i++) {
        char byte = written.bytes[i];
        char next = i + 2 < written.size ? written.bytes[i + 1] : '\0';

        if (byte == '\\' && (next == '"' || next == '\\' || next == 'n' || next == 'r')) {
            byte = (char)(next == 'n' ? '\n' : next == 'r' ? '\r' : next);
            i++;
        }
        at[size++] = byte;
    }
    *value = (struct text){at, size};
    return ST_OK;
}

static enum status understand(struct ini *ini, struct line *line, struct text *section)
{
    struct text words = text_trim(line->whole);
    size_t equals;
    size_t end;

    line->section = *section;
    if (!words.size || words.bytes[0] == ';' || words.bytes[0] == '#')
        return ST_OK;
    if (words.bytes[0] == '[') {
        end = text_find(words, text_of("]"));
        if (end == SIZE_MAX)
            return ST_OK;
        *section = text_trim(text_slice(words, 1, end - 1));
        line->section = *section;
        line->heads = true;
        return ST_OK;
    }
    equals = text_find(words, text_of("="));
    if (equals == SIZE_MAX)
        return ST_OK;
    line->key = text_trim(text_slice(words, 0, equals));
    return unquote(ini->arena, text_trim(text_slice(words, equals + 1, words.size - equals - 1)),
                   &line->value);
}

static enum status read_lines(struct ini *ini, struct text content)
{
    struct text section = {NULL, 0};
    enum status status = ST_OK;
    size_t from = 0;
    bool first = true;

    while (status == ST_OK && from < content.size) {
        struct line line = {.heads = false};
        size_t end = from;

        while (end < content.size && !is_break(content.bytes[end]))
            end++;
        if (first && end < content.size)
            ini->line_feeds_only = content.bytes[end] == '\n';
        first = false;
        line.whole = text_slice(content, from, end - from);
        status = understand(ini, &line, &section);
        if (status == ST_OK)
            status = add_line(ini, ini->count, &line);
        if (end + 1 < content.size && content.bytes[end] == '\r' && content.bytes[end + 1] == '\n')
            end++;
        from = end + 1;
    }
    return status;
}

enum status ini_read(struct text content, struct ini **ini)
{
    struct ini *made;
    bool failed = false;
    enum status status;

    if (content.size > INI_MOST)
        return ST_TOO_LARGE;
    while (text_starts(content, bom)) /* or the second would be dropped when it is read again */
        content = text_slice(content, 3, content.size - 3);
    made = memory_take(sizeof *made);
    if (!made)
        return ST_NO_MEMORY;
    made->arena = arena_new(16 * INI_MOST);
    if (made->arena)
        content = arena_copy(made->arena, content, &failed);
    status = made->arena && !failed ? read_lines(made, content) : ST_NO_MEMORY;
    if (status != ST_OK) {
        ini_free(made);
        return status;
    }
    *ini = made;
    return ST_OK;
}

void ini_free(struct ini *ini)
{
    if (!ini)
        return;
    arena_free(ini->arena);
    memory_give(ini->lines);
    memory_give(ini);
}

static struct line *find(const struct ini *ini, struct text section, struct text key)
{
    for (size_t i = 0; i < ini->count; i++) {
        struct line *line = &ini->lines[i];
        if (line->key.size && text_equal_nocase(line->key, key) &&
            text_equal_nocase(line->section, section))
            return line;
    }
    return NULL;
}

bool ini_get(const struct ini *ini, struct text section, struct text key, struct text *value)
{
    const struct line *line = key.size ? find(ini, section, key) : NULL;

    if (!line)
        return false;
    *value = line->value;
    return true;
}

static bool needs_quotes(struct text value)
{
    struct text trimmed = text_trim(value);

    if (trimmed.size != value.size || (value.size && value.bytes[0] == '"'))
        return true;
    for (size_t i = 0; i < value.size; i++) {
        if (is_break(value.bytes[i]))
            return true;
    }
    return false;
}

static void add_value(struct buffer *out, struct text value)
{
    if (!needs_quotes(value)) {
        buffer_add(out, value);
        return;
    }
    buffer_add_byte(out, '"');
    for (size_t i = 0; i < value.size; i++) {
        char byte = value.bytes[i];
        if (byte == '"' || byte == '\\' || is_break(byte))
            buffer_add_byte(out, '\\');
        buffer_add_byte(out, (char)(byte == '\n' ? 'n' : byte == '\r' ? 'r' : byte));
    }
    buffer_add_byte(out, '"');
}

static bool name_is_valid(struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        if (is_break(name.bytes[i]) || name.bytes[i] == '[' || name.bytes[i] == ']' ||
            name.bytes[i] == '=')
            return false;
    }
    return name.size == text_trim(name).size && !text_starts(name, bom) &&
           !(name.size && (name.bytes[0] == ';' || name.bytes[0] == '#'));
}

/* Makes the line "key = value" in the arena. */
static enum status make_line(struct ini *ini, struct text section, struct text key,
                             struct text value, struct line *line)
{
    struct buffer words;
    struct text whole;
    bool failed = false;

    buffer_init(&words, INI_MOST);
    buffer_add(&words, key);
    buffer_add_string(&words, " = ");
    add_value(&words, value);
    whole = buffer_text(&words);
    if (words.failed) {
        enum status status = words.failed;
        buffer_done(&words);
        return status;
    }
    line->whole = arena_copy(ini->arena, whole, &failed);
    buffer_done(&words);
    line->section = arena_copy(ini->arena, section, &failed);
    line->key = arena_copy(ini->arena, key, &failed);
    line->value = arena_copy(ini->arena, value, &failed);
    return failed ? ST_NO_MEMORY : ST_OK;
}

/* Where a new key of this section goes: behind its last line that is not empty. SIZE_MAX: there is
 * no such section. */
static size_t end_of_section(const struct ini *ini, struct text section)
{
    size_t found = section.size ? SIZE_MAX : 0;

    for (size_t i = 0; i < ini->count; i++) {
        if (text_equal_nocase(ini->lines[i].section, section) &&
            (ini->lines[i].heads || text_trim(ini->lines[i].whole).size))
            found = i + 1;
    }
    return found;
}

static enum status add_heading(struct ini *ini, struct text section)
{
    struct line line = {.heads = true};
    struct buffer words;
    bool failed = false;
    enum status status;

    buffer_init(&words, INI_MOST);
    buffer_add_byte(&words, '[');
    buffer_add(&words, section);
    buffer_add_byte(&words, ']');
    line.whole = arena_copy(ini->arena, buffer_text(&words), &failed);
    status = words.failed;
    buffer_done(&words);
    line.section = arena_copy(ini->arena, section, &failed);
    if (status == ST_OK && failed)
        status = ST_NO_MEMORY;
    if (status == ST_OK && ini->count) {
        struct line empty = {.section = ini->lines[ini->count - 1].section};
        status = add_line(ini, ini->count, &empty);
    }
    return status == ST_OK ? add_line(ini, ini->count, &line) : status;
}

enum status ini_set(struct ini *ini, struct text section, struct text key, struct text value)
{
    struct line *there;
    struct line line = {.heads = false};
    enum status status;
    size_t at;

    if (!key.size || !name_is_valid(key) || !name_is_valid(section))
        return ST_INVALID;
    there = find(ini, section, key);
    if (there && text_equal(there->value, value))
        return ST_OK;
    status = make_line(ini, section, there ? there->key : key, value, &line);
    if (status != ST_OK)
        return status;
    if (there) {
        line.section = there->section;
        *there = line;
        ini->changed = true;
        return ST_OK;
    }
    at = end_of_section(ini, section);
    if (at == SIZE_MAX) {
        status = add_heading(ini, section);
        at = ini->count;
    }
    if (status == ST_OK)
        status = add_line(ini, at, &line);
    ini->changed |= status == ST_OK;
    return status;
}

bool ini_changed(const struct ini *ini)
{
    return ini->changed;
}

void ini_set_unchanged(struct ini *ini)
{
    ini->changed = false;
}

void ini_write(struct buffer *out, const struct ini *ini)
{
    for (size_t i = 0; i < ini->count; i++) {
        buffer_add(out, ini->lines[i].whole);
        buffer_add_string(out, ini->line_feeds_only ? "\n" : "\r\n");
    }
}
