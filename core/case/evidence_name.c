#include "core/case/evidence_name.h"

static bool is_plain(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || byte == '-' || byte == '_';
}

void evidence_name_add(struct buffer *out, struct text name)
{
    bool readable = false;

    if (text_ends_nocase(name, text_of(".exe")))
        name.size -= 4;
    if (name.size > EVIDENCE_NAME_MOST)
        name.size = EVIDENCE_NAME_MOST;
    for (size_t i = 0; i < name.size; i++)
        readable = readable || (is_plain(name.bytes[i]) && name.bytes[i] != '_');
    if (!readable) {
        buffer_add_string(out, "process");
        return;
    }
    for (size_t i = 0; i < name.size; i++)
        buffer_add_byte(out, is_plain(name.bytes[i]) ? name.bytes[i] : '_');
}

void evidence_stamp_add(struct buffer *out, moment when)
{
    struct buffer iso;

    if (when <= 0) {
        buffer_add_string(out, "unknown");
        return;
    }
    buffer_init(&iso, 64);
    moment_add_iso(&iso, when, false);
    for (size_t i = 0; i < iso.size && iso.bytes[i] != '.'; i++)
        if (iso.bytes[i] != '-' && iso.bytes[i] != ':')
            buffer_add_byte(out, iso.bytes[i]);
    buffer_add_byte(out, 'Z');
    if (iso.failed && !out->failed)
        out->failed = iso.failed;
    buffer_done(&iso);
}

void evidence_stem_add(struct buffer *out, struct text name, uint32_t pid, moment when)
{
    evidence_name_add(out, name);
    buffer_add_byte(out, '-');
    buffer_add_unsigned(out, pid);
    buffer_add_byte(out, '-');
    evidence_stamp_add(out, when);
}
