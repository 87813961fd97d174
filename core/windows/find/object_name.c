#include "core/windows/find/object_name.h"

#include <stdint.h>
#include <wchar.h>

struct root {
    const wchar_t *kernel;
    size_t length;
    const wchar_t *name;
    size_t name_length;
};

#define ROOT(kernel, name) {kernel, sizeof(kernel) / 2 - 1, name, sizeof(name) / 2 - 1}

size_t object_name_shorten_key(wchar_t *name, size_t length)
{
    static const struct root roots[] = {ROOT(L"\\REGISTRY\\MACHINE", L"HKLM"),
                                        ROOT(L"\\REGISTRY\\USER", L"HKU")};

    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        const struct root *root = &roots[i];
        if (length < root->length || _wcsnicmp(name, root->kernel, root->length) != 0 ||
            (length > root->length && name[root->length] != L'\\'))
            continue;
        wmemcpy(name, root->name, root->name_length);
        wmemmove(name + root->name_length, name + root->length, length - root->length);
        return length - root->length + root->name_length;
    }
    return length;
}

wchar_t *object_name_text(void *answer, size_t size, size_t *length)
{
    const UNICODE_STRING *name = answer;
    uintptr_t start = (uintptr_t)answer;
    uintptr_t text = (uintptr_t)name->Buffer;

    *length = 0;
    if (!name->Length || text < start || text - start > size ||
        size - (text - start) < name->Length)
        return NULL;
    *length = name->Length / sizeof(wchar_t);
    return name->Buffer;
}
