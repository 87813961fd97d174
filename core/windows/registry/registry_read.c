#include "core/windows/registry/registry_read.h"

#include "core/windows/evidence/accounts.h"
#include "core/windows/text16.h"

#define ROOM_CEILING (REGISTRY_DATA_MOST + (128u << 10))
#define TEXT_CEILING ((size_t)16 << 20)
#define PATH_CEILING ((size_t)1 << 20)
#define SUBKEYS_MOST 1000000u

enum status registry_reader_open(struct registry_reader *reader, const struct registry_calls *calls,
                                 struct text path, NTSTATUS *code)
{
    HANDLE key;
    enum status status = registry_open(calls, path, REGISTRY_READ, &key, code);

    if (status)
        return status;
    *reader = (struct registry_reader){.calls = calls, .key = key};
    reader->written = registry_ask_extent(calls, key).written;
    buffer_init(&reader->room, ROOM_CEILING);
    buffer_init(&reader->text, TEXT_CEILING);
    return ST_OK;
}

void registry_reader_close(struct registry_reader *reader)
{
    reader->calls->close(reader->key);
    buffer_done(&reader->room);
    buffer_done(&reader->text);
}

/* What the system answered, in reader->room; the name is the caller's business. */
static bool take_answer(struct registry_reader *reader, NTSTATUS code, struct registry_value *value)
{
    const struct nt_value_full *answer = (const void *)reader->room.bytes;

    if (code < 0 || reader->room.size < offsetof(struct nt_value_full, name) ||
        (answer->data_size && (answer->data_offset > reader->room.size ||
                               answer->data_size > reader->room.size - answer->data_offset)))
        return false;
    *value = (struct registry_value){
        .type = answer->type,
        .data = (const unsigned char *)answer + (answer->data_size ? answer->data_offset : 0),
        .size = answer->data_size,
    };
    return true;
}

bool registry_reader_value(struct registry_reader *reader, struct text name,
                           struct registry_value *value)
{
    size_t length;
    wchar_t *wide = text16_from(name, &length);
    NTSTATUS code =
        wide ? registry_ask_value(reader->calls, reader->key, wide, length, &reader->room) : -1;
    bool had = take_answer(reader, code, value);

    text16_free(wide);
    if (had)
        value->name = name;
    return had;
}

bool registry_reader_value_at(struct registry_reader *reader, uint32_t place,
                              struct registry_value *value)
{
    const struct nt_value_full *answer;
    NTSTATUS code = registry_enumerate(reader->calls->enumerate_value, reader->key, place,
                                       NT_VALUE_FULL, &reader->room);

    if (!take_answer(reader, code, value))
        return false;
    answer = (const void *)reader->room.bytes;
    if (answer->name_size > reader->room.size - offsetof(struct nt_value_full, name))
        return false;
    buffer_clear(&reader->text);
    text16_add(&reader->text, answer->name, answer->name_size / sizeof(WCHAR));
    value->name = buffer_text(&reader->text);
    return true;
}

bool registry_reader_text(struct registry_reader *reader, const char *name, struct buffer *out)
{
    struct registry_value value;
    size_t at = 0;

    if (!registry_reader_value(reader, text_from(name), &value))
        return false;
    if (value.type == REGISTRY_DWORD && value.size == 4) {
        buffer_add_unsigned(out, (uint32_t)value.data[0] | (uint32_t)value.data[1] << 8 |
                                     (uint32_t)value.data[2] << 16 | (uint32_t)value.data[3] << 24);
        return true;
    }
    return registry_type_is_string(value.type) && registry_next_string(&value, &at, out);
}

void registry_each_subkey(const struct registry_calls *calls, struct text path,
                          bool (*each)(void *context, struct text name, bool has_children),
                          void *context, enum status *unread)
{
    struct registry_reader reader;
    enum status status = registry_reader_open(&reader, calls, path, NULL);
    NTSTATUS code = 0;
    bool more = true;

    if (status == ST_OK) {
        for (ULONG i = 0; more && i < SUBKEYS_MOST; i++) {
            const struct nt_key_basic *answer;
            code =
                registry_enumerate(calls->enumerate_key, reader.key, i, NT_KEY_BASIC, &reader.room);
            answer = (const void *)reader.room.bytes;
            if (code < 0 || reader.room.size < offsetof(struct nt_key_basic, name) ||
                answer->name_size > reader.room.size - offsetof(struct nt_key_basic, name))
                break;
            buffer_clear(&reader.text);
            text16_add(&reader.text, answer->name, answer->name_size / sizeof(WCHAR));
            more = each(context, buffer_text(&reader.text), true);
        }
        if (code < 0 && code != NT_STATUS_NO_MORE_ENTRIES)
            status = registry_status(code);
        registry_reader_close(&reader);
    }
    if (unread)
        *unread = status;
}

/* --- paths --- */

static const struct {
    const char *name;
    const char *path; /* NULL: of the user who runs this */
} roots[] = {
    {"HKEY_LOCAL_MACHINE", "HKLM"},
    {"HKLM", "HKLM"},
    {"HKEY_USERS", "HKU"},
    {"HKU", "HKU"},
    {"HKEY_CLASSES_ROOT", "HKLM\\SOFTWARE\\Classes"},
    {"HKCR", "HKLM\\SOFTWARE\\Classes"},
    {"HKEY_CURRENT_USER", NULL},
    {"HKCU", NULL},
};

static void add_own_key(struct buffer *out)
{
    union {
        TOKEN_USER user;
        char bytes[256];
    } answer;
    DWORD size;
    HANDLE token;

    buffer_add_string(out, "HKU\\");
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return;
    if (GetTokenInformation(token, TokenUser, &answer, sizeof answer, &size))
        accounts_add_sid(out, answer.user.User.Sid);
    CloseHandle(token);
}

/* "ControlSet001". */
static void add_control_set(const struct registry_calls *calls, struct buffer *out)
{
    struct registry_reader reader;
    struct buffer number;
    uint64_t set = 1;

    buffer_init(&number, 64);
    if (registry_reader_open(&reader, calls, text_of("HKLM\\SYSTEM\\Select"), NULL) == ST_OK) {
        if (!registry_reader_text(&reader, "Current", &number) ||
            !text_number(buffer_text(&number), 999, &set))
            set = 1;
        registry_reader_close(&reader);
    }
    buffer_add_string(out, set < 10 ? "ControlSet00" : set < 100 ? "ControlSet0" : "ControlSet");
    buffer_add_unsigned(out, set);
    buffer_done(&number);
}

enum status registry_full_path(const struct registry_calls *calls, struct text path,
                               struct buffer *out)
{
    static const char current[] = "SYSTEM\\CurrentControlSet";
    size_t end = text_find(path, text_of("\\"));
    struct text root = text_slice(path, 0, end == SIZE_MAX ? path.size : end);
    struct text rest = text_slice(path, root.size, path.size - root.size);
    size_t i = 0;

    while (i < sizeof roots / sizeof *roots && !text_equal_nocase(root, text_from(roots[i].name)))
        i++;
    if (i == sizeof roots / sizeof *roots)
        return ST_INVALID;
    if (roots[i].path)
        buffer_add_string(out, roots[i].path);
    else
        add_own_key(out);
    while (rest.size && rest.bytes[rest.size - 1] == '\\')
        rest.size--;
    if (rest.size >= sizeof current && text_equal(text_from(roots[i].path), text_of("HKLM")) &&
        text_starts_nocase(text_slice(rest, 1, rest.size - 1), text_from(current)) &&
        (rest.size == sizeof current || rest.bytes[sizeof current] == '\\')) {
        buffer_add_string(out, "\\SYSTEM\\");
        add_control_set(calls, out);
        rest = text_slice(rest, sizeof current, rest.size - sizeof current);
    }
    buffer_add(out, rest);
    return out->failed;
}
