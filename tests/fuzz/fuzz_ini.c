/* Any bytes as a settings file: written and read again it is the same; a value that is set is what
 * is read, in this document and in what it writes, and no other setting moves. */
#include <stdlib.h>
#include <string.h>

#include "core/base/ini.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static struct ini *read_all(struct text content)
{
    struct ini *ini = NULL;

    must(ini_read(content, &ini) == ST_OK && ini);
    return ini;
}

static void check_has(const struct ini *ini, struct text section, struct text key,
                      struct text expected)
{
    struct text value;

    must(ini_get(ini, section, key, &value));
    must(text_equal(value, expected));
}

static void check_same(const struct ini *ini)
{
    struct buffer once;
    struct buffer twice;
    struct ini *back;

    buffer_init(&once, 4 * INI_MOST);
    buffer_init(&twice, 4 * INI_MOST);
    ini_write(&once, ini);
    must(!once.failed);
    back = read_all(buffer_text(&once));
    must(!ini_changed(back));
    ini_write(&twice, back);
    must(text_equal(buffer_text(&once), buffer_text(&twice)));
    ini_free(back);
    buffer_done(&once);
    buffer_done(&twice);
}

static void check_set(struct ini *ini, struct text section, struct text key, struct text value)
{
    struct text witness;
    struct text other;
    struct buffer out;
    struct ini *back;

    if (ini_set(ini, text_of("witness"), text_of("here"), text_of(" stays ")) ||
        ini_set(ini, section, key, value))
        return;
    check_has(ini, section, key, value);
    buffer_init(&out, 4 * INI_MOST);
    ini_write(&out, ini);
    back = read_all(buffer_text(&out));
    check_has(back, section, key, value);
    must(ini_get(ini, text_of("witness"), text_of("here"), &witness));
    must(ini_get(back, text_of("witness"), text_of("here"), &other));
    must(text_equal(witness, other));
    if (!text_equal_nocase(section, text_of("witness")) || !text_equal_nocase(key, text_of("here")))
        must(text_equal(witness, text_of(" stays ")));
    ini_free(back);
    buffer_done(&out);
}

/* Cuts off what stands before the next NUL. */
static struct text next_part(struct text *rest)
{
    const char *nul = rest->size ? memchr(rest->bytes, '\0', rest->size) : NULL;
    size_t size = nul ? (size_t)(nul - rest->bytes) : rest->size;
    struct text part = text_slice(*rest, 0, size);

    size += nul ? 1 : 0;
    *rest = text_slice(*rest, size, rest->size - size);
    return part;
}

/* Section, key, value and document, with a NUL behind each of the first three. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text rest = {(const char *)data, size};
    struct text section;
    struct text key;
    struct text value;
    struct ini *ini;

    if (size > INI_MOST / 16)
        return 0;
    section = next_part(&rest);
    key = next_part(&rest);
    value = next_part(&rest);
    ini = read_all(rest);
    check_same(ini);
    check_set(ini, section, key, value);
    check_same(ini);
    ini_free(ini);
    return 0;
}
