#include "gui/strings.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/windows/text16.h"

/* Ids run below this; each that was asked for is kept with a NUL behind it. */
#define STRINGS_MOST 4096

static enum strings_language chosen = STRINGS_ENGLISH;
static wchar_t *kept[STRINGS_MOST];

static LANGID language_id(enum strings_language language)
{
    return language == STRINGS_CHINESE ? MAKELANGID(LANG_CHINESE, SUBLANG_CHINESE_SIMPLIFIED)
                                       : MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US);
}

void strings_choose(enum strings_language language)
{
    if (language == STRINGS_SYSTEM)
        language = PRIMARYLANGID(GetUserDefaultUILanguage()) == LANG_CHINESE ? STRINGS_CHINESE
                                                                             : STRINGS_ENGLISH;
    for (unsigned id = 0; id < STRINGS_MOST; id++) {
        memory_give(kept[id]);
        kept[id] = NULL;
    }
    chosen = language;
}

enum strings_language strings_language_from(struct text name)
{
    if (text_starts_nocase(name, text_of("zh")))
        return STRINGS_CHINESE;
    return text_starts_nocase(name, text_of("en")) ? STRINGS_ENGLISH : STRINGS_SYSTEM;
}

enum strings_language strings_language(void)
{
    return chosen;
}

/* A block holds sixteen counted strings. LoadString will not do: it ignores the language asked for.
 */
static wchar_t *load(unsigned id, LANGID language)
{
    HMODULE module = GetModuleHandleW(NULL);
    HRSRC found =
        FindResourceExW(module, (LPCWSTR)RT_STRING, MAKEINTRESOURCEW(id / 16 + 1), language);
    if (!found)
        return NULL;
    const wchar_t *at = LockResource(LoadResource(module, found));
    size_t left = SizeofResource(module, found) / sizeof *at;
    for (unsigned skip = id % 16; at && skip && left > *at; skip--) {
        left -= (size_t)*at + 1;
        at += (size_t)*at + 1;
    }
    if (!at || !left || !*at || left <= *at)
        return NULL;
    size_t length = *at;
    wchar_t *copy = memory_take_array(length + 1, sizeof *copy);
    if (copy)
        memcpy(copy, at + 1, length * sizeof *copy);
    return copy;
}

const wchar_t *string_wide(unsigned id)
{
    if (id >= STRINGS_MOST)
        return L"";
    if (!kept[id])
        kept[id] = load(id, language_id(chosen));
    if (!kept[id] && chosen != STRINGS_ENGLISH)
        kept[id] = load(id, language_id(STRINGS_ENGLISH));
    return kept[id] ? kept[id] : L"";
}

void string_add(struct buffer *out, unsigned id)
{
    const wchar_t *wide = string_wide(id);
    text16_add(out, wide, wcslen(wide));
}

void string_fill(struct buffer *out, unsigned id, const struct text *arguments, unsigned count)
{
    const wchar_t *at = string_wide(id);
    while (*at) {
        size_t plain = wcscspn(at, L"%");
        text16_add(out, at, plain);
        at += plain;
        if (!*at)
            break;
        if (at[1] >= L'1' && at[1] <= L'9') {
            unsigned argument = (unsigned)(at[1] - L'1');
            if (argument < count)
                buffer_add(out, arguments[argument]);
            at += 2;
        } else {
            buffer_add_byte(out, '%');
            at += at[1] == L'%' ? 2 : 1;
        }
    }
}
