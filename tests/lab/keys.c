/* keys: known keys and values in the registry, made natively, for searches to find.
 *   keys make      makes them under HKCU\Software\StakeoutLab, and one value in HKCU's Run; prints
 *                  one line of JSON for each key and value that holds the needle
 *   keys remove    takes all of it away again
 * The needle is "zz-needle-zz". Around it lie names and data that only nearly hold it. Prints
 * nothing else; exits with 1 when a call fails. */
#include <windows.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winternl.h>

NTSYSAPI NTSTATUS NTAPI NtCreateKey(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, ULONG,
                                    UNICODE_STRING *, ULONG, ULONG *);
NTSYSAPI NTSTATUS NTAPI NtOpenKeyEx(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, ULONG);
NTSYSAPI NTSTATUS NTAPI NtSetValueKey(HANDLE, UNICODE_STRING *, ULONG, ULONG, void *, ULONG);
NTSYSAPI NTSTATUS NTAPI NtDeleteValueKey(HANDLE, UNICODE_STRING *);
NTSYSAPI NTSTATUS NTAPI NtDeleteKey(HANDLE);
NTSYSAPI NTSTATUS NTAPI NtEnumerateKey(HANDLE, ULONG, ULONG, void *, ULONG, ULONG *);
NTSYSAPI NTSTATUS NTAPI RtlFormatCurrentUserKeyPath(UNICODE_STRING *);

#define OPEN_LINK 8
#define CREATE_LINK 2
#define LINK_ATTRIBUTE 0x100u
#define LEVELS 600
#define NEEDLE L"zz-needle-zz"
#define BIG (1u << 20)
#define COUNTED(literal) literal, sizeof(literal) / sizeof(wchar_t) - 1
#define BYTES(literal) literal, sizeof(literal) - 1

/* A key that is open, and its name as the printed lines have it. */
struct place {
    HANDLE key;
    wchar_t *path;
    size_t length;
};

static void fail(const char *call, NTSTATUS code)
{
    fprintf(stderr, "keys: %s: 0x%08lX\n", call, (unsigned long)code);
    exit(1);
}

static void *take(size_t size)
{
    void *block = calloc(1, size);

    if (!block)
        fail("calloc", 0);
    return block;
}

static UNICODE_STRING counted(const wchar_t *name, size_t length)
{
    return (UNICODE_STRING){.Buffer = (wchar_t *)name,
                            .Length = (USHORT)(length * 2),
                            .MaximumLength = (USHORT)(length * 2)};
}

/* --- what is told --- */

static void print_units(const wchar_t *units, size_t length)
{
    putchar('"');
    for (size_t i = 0; i < length; i++)
        if (units[i] >= 0x20 && units[i] < 0x7f && units[i] != L'"' && units[i] != L'\\')
            putchar(units[i]);
        else
            printf("\\u%04x", (unsigned)units[i]);
    putchar('"');
}

static void tell(const struct place *place, const wchar_t *value, size_t length, const char *what)
{
    printf("{\"key\":");
    print_units(place->path, place->length);
    if (value) {
        printf(",\"value\":");
        print_units(value, length);
    }
    printf(",\"what\":\"%s\"}\n", what);
}

/* --- making --- */

static HANDLE make_key(HANDLE parent, const wchar_t *name, size_t length, ULONG options)
{
    UNICODE_STRING string = counted(name, length);
    OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes,
                                    .RootDirectory = parent,
                                    .ObjectName = &string,
                                    .Attributes = OBJ_CASE_INSENSITIVE};
    HANDLE key = NULL;
    NTSTATUS code = NtCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, NULL, options, NULL);

    if (code < 0)
        fail("NtCreateKey", code);
    return key;
}

static struct place below(const struct place *parent, const wchar_t *name, size_t length)
{
    struct place place = {.length = parent->length + 1 + length};

    place.path = take((place.length + 1) * sizeof *place.path);
    memcpy(place.path, parent->path, parent->length * sizeof *place.path);
    place.path[parent->length] = L'\\';
    memcpy(place.path + parent->length + 1, name, length * sizeof *name);
    place.key = make_key(parent->key, name, length, 0);
    return place;
}

static void leave(struct place *place)
{
    NtClose(place->key);
    free(place->path);
}

static void set(const struct place *place, const wchar_t *name, size_t length, ULONG type,
                const void *data, size_t size)
{
    UNICODE_STRING string = counted(name, length);
    NTSTATUS code = NtSetValueKey(place->key, &string, 0, type, (void *)data, (ULONG)size);

    if (code < 0)
        fail("NtSetValueKey", code);
}

static void set_text(const struct place *place, const wchar_t *name, ULONG type, const void *data,
                     size_t size, const char *what)
{
    set(place, name, wcslen(name), type, data, size);
    tell(place, name, wcslen(name), what);
}

static void make_strings(const struct place *lab)
{
    struct place place = below(lab, COUNTED(L"strings"));
    static const wchar_t whole[] = L"begin " NEEDLE L" end";
    static const wchar_t inner[] = L"a\0" NEEDLE;
    static const wchar_t multi[] = L"first\0\0" NEEDLE L"\0last";
    static const wchar_t many[] = NEEDLE L"\0" NEEDLE L"\0";

    set_text(&place, L"whole", REG_SZ, whole, sizeof whole, "a string");
    set_text(&place, L"unterminated", REG_SZ, whole, sizeof whole - 2, "no NUL");
    set_text(&place, L"odd", REG_SZ, whole, sizeof whole - 1, "odd length");
    set_text(&place, L"expand", REG_EXPAND_SZ, whole, sizeof whole, "expandable");
    set_text(&place, L"inner NUL", REG_SZ, inner, sizeof inner, "behind a NUL");
    set_text(&place, L"bytes", REG_SZ, BYTES("an zz-needle-zz of bytes"), "bytes as a string");
    set_text(&place, L"even bytes", REG_SZ, "zz-needle-zz!", 14, "bytes with a NUL");
    set_text(&place, L"multi", REG_MULTI_SZ, multi, sizeof multi, "multi-string");
    set_text(&place, L"no end", REG_MULTI_SZ, multi, sizeof multi - 12, "multi, no end");
    set_text(&place, L"twice", REG_MULTI_SZ, many, sizeof many, "two in one value");
    set_text(&place, L"\u6d4b\U0001F600", REG_SZ, whole, sizeof whole, "a Chinese name");
    set(&place, COUNTED(L"zz-needl"), REG_SZ, L"e-zz", 10);
    set(&place, COUNTED(L"apart"), REG_MULTI_SZ, L"zz-need\0le-zz\0", 30);
    set(&place, COUNTED(L"empty"), REG_SZ, NULL, 0);
    leave(&place);
}

static void make_bytes(const struct place *lab)
{
    struct place place = below(lab, COUNTED(L"bytes"));
    static const wchar_t wide[] = NEEDLE;
    char shifted[sizeof wide + 3] = {(char)0xff, 0, (char)0xff};

    memcpy(shifted + 3, wide, sizeof wide);
    set_text(&place, L"ASCII", REG_BINARY, BYTES("\xff\x01zz-needle-zz\xfe"), "ASCII");
    set_text(&place, L"UTF-16", REG_BINARY, wide, sizeof wide, "UTF-16");
    set_text(&place, L"UTF-16 odd", REG_BINARY, shifted, sizeof shifted, "UTF-16 at an odd offset");
    set_text(&place, L"none", REG_NONE, wide, sizeof wide - 2, "REG_NONE");
    set_text(&place, L"unknown", 0x1234, BYTES("zz-needle-zz"), "an unknown type");
    set(&place, COUNTED(L"short number"), REG_DWORD, "\x41\x42", 2);
    set(&place, COUNTED(L"number"), REG_DWORD, "\x1e\xab\xa1\x5c", 4);
    set(&place, COUNTED(L"long number"), REG_QWORD, "\x15\xcd\x5b\x07\0\0\0\0", 8);
    leave(&place);
}

static void make_big(const struct place *lab)
{
    struct place place = below(lab, COUNTED(L"big"));
    char *big = take(BIG);

    memset(big, 'x', BIG);
    memcpy(big + BIG - 12, "zz-needle-zz", 12);
    set_text(&place, L"1 MB", REG_BINARY, big, BIG, "at the end of 1 MB");
    for (size_t i = 0; i < BIG / 2; i++)
        ((wchar_t *)big)[i] = L'y';
    memcpy(big + BIG - 24, NEEDLE, 24);
    set_text(&place, L"1 MB string", REG_SZ, big, BIG, "at the end of a string of 1 MB");
    free(big);
    leave(&place);
}

static void make_names(const struct place *lab)
{
    static const wchar_t hidden[] = L"\0run";
    static const wchar_t split[] = L"zz-nee\0dle-zz";
    struct place place = below(lab, COUNTED(L"names"));
    struct place inner = below(&place, COUNTED(L"hid\0den"));

    set(&inner, COUNTED(hidden), REG_SZ, NEEDLE, 24);
    tell(&inner, COUNTED(hidden), "a hidden value in a hidden key");
    leave(&inner);
    inner = below(&place, COUNTED(split));
    tell(&inner, NULL, 0, "a key's name with a NUL in the needle");
    leave(&inner);
    inner = below(&place, COUNTED(L"/"));
    set_text(&inner, L"", REG_SZ, NEEDLE, 24, "the default value of a key called /");
    leave(&inner);
    inner = below(&place, COUNTED(L"a zz-NEEDLE-zz b"));
    tell(&inner, NULL, 0, "a key's name");
    set(&inner, COUNTED(L"other"), REG_SZ, L"nothing", 16);
    leave(&inner);
    inner = below(&place, COUNTED(L"Wow6432Node"));
    set_text(&inner, L"view", REG_SZ, NEEDLE, 24, "32-bit");
    leave(&inner);
    set_text(&place, L"x zz-needle-zz", REG_DWORD, "\0\0\0\0", 4, "a value's name");
    leave(&place);
}

/* The link points to its parent. It is itself a value of its key, and holds no needle. */
static void make_loop(const struct place *lab, const wchar_t *native)
{
    struct place place = below(lab, COUNTED(L"loop"));
    HANDLE link = make_key(place.key, COUNTED(L"back"), CREATE_LINK);
    struct place made = {.key = link};
    wchar_t target[512];
    int length = swprintf(target, 512, L"%ls\\loop", native);

    set(&made, COUNTED(L"SymbolicLinkValue"), REG_LINK, target, (size_t)length * 2);
    NtClose(link);
    set_text(&place, L"once", REG_SZ, NEEDLE, 24, "beside a link to its own key");
    leave(&place);
}

static void make_deep(const struct place *lab)
{
    struct place place = below(lab, COUNTED(L"deep"));

    for (unsigned i = 0; i < LEVELS; i++) {
        struct place next = below(&place, COUNTED(L"d"));
        leave(&place);
        place = next;
    }
    set_text(&place, L"bottom", REG_SZ, NEEDLE, 24, "600 levels deep");
    leave(&place);
}

static void make_autorun(const wchar_t *user)
{
    static const wchar_t run[] = L"\\Software\\Microsoft\\Windows\\CurrentVersion\\Run";
    HKEY key;
    wchar_t path[512];
    struct place place = {.path = path};

    if (RegCreateKeyExW(HKEY_CURRENT_USER, run + 1, 0, NULL, 0, KEY_SET_VALUE, NULL, &key, NULL))
        fail("RegCreateKeyEx", 0);
    place.key = key;
    place.length = (size_t)swprintf(path, 512, L"%ls%ls", user, run);
    set_text(&place, L"StakeoutLab", REG_SZ, NEEDLE, 24, "autorun");
    RegCloseKey(key);
}

/* --- removing --- */

static void empty(HANDLE key)
{
    union {
        struct {
            LARGE_INTEGER written;
            ULONG title;
            ULONG size;
            wchar_t name[256];
        } basic;
        char bytes[544];
    } child;
    ULONG told;

    while (NtEnumerateKey(key, 0, 0, &child, sizeof child, &told) >= 0) {
        UNICODE_STRING name = counted(child.basic.name, child.basic.size / 2);
        OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes,
                                        .RootDirectory = key,
                                        .ObjectName = &name,
                                        .Attributes = LINK_ATTRIBUTE};
        HANDLE inner;
        NTSTATUS code = NtOpenKeyEx(&inner, KEY_ALL_ACCESS, &attributes, OPEN_LINK);
        if (code < 0)
            fail("NtOpenKeyEx", code);
        empty(inner);
        code = NtDeleteKey(inner);
        NtClose(inner);
        if (code < 0)
            fail("NtDeleteKey", code);
    }
}

static void remove_all(HANDLE lab)
{
    HKEY run;

    empty(lab);
    if (NtDeleteKey(lab) < 0)
        fail("NtDeleteKey", 0);
    if (RegOpenKeyExW(HKEY_CURRENT_USER, L"Software\\Microsoft\\Windows\\CurrentVersion\\Run", 0,
                      KEY_SET_VALUE, &run))
        return;
    RegDeleteValueW(run, L"StakeoutLab");
    RegCloseKey(run);
}

int wmain(int count, wchar_t **arguments); /* called by the C runtime */

int wmain(int count, wchar_t **arguments)
{
    bool make = count == 2 && wcscmp(arguments[1], L"make") == 0;
    UNICODE_STRING user;
    wchar_t native[512];
    wchar_t shown[512];
    struct place lab = {.path = shown};
    int length;

    if (!make && (count != 2 || wcscmp(arguments[1], L"remove") != 0))
        return 2;
    if (RtlFormatCurrentUserKeyPath(&user) < 0)
        fail("RtlFormatCurrentUserKeyPath", 0);
    length = swprintf(native, 512, L"%.*ls\\Software\\StakeoutLab", user.Length / 2, user.Buffer);
    lab.key = make_key(NULL, native, (size_t)length, 0);
    if (!make) {
        remove_all(lab.key);
        return 0;
    }
    /* "\Registry\User\S-1-…" is "HKU\S-1-…" to people. */
    swprintf(shown, 512, L"HKU\\%.*ls", user.Length / 2 - 15, user.Buffer + 15);
    make_autorun(shown);
    lab.length = (size_t)swprintf(shown, 512, L"HKU\\%.*ls\\Software\\StakeoutLab",
                                  user.Length / 2 - 15, user.Buffer + 15);
    empty(lab.key);
    make_strings(&lab);
    make_bytes(&lab);
    make_big(&lab);
    make_names(&lab);
    make_loop(&lab, native);
    make_deep(&lab);
    NtClose(lab.key);
    return 0;
}
