/* registry_row: what of a key or value of the registry can be searched, and how it is shown.
 * Data is taken by its bytes and its stated type, never by a terminator: strings may be odd in
 * length, lack their NUL or hold some inside. What a search sees are texts, one after the other:
 *   strings          the text without its trailing NULs; as bytes too, where it may be no UTF-16
 *   multi-strings    each string, empty ones inside too
 *   numbers          "42", "0x2a", "0x0000002a"
 *   all else         as bytes, and as UTF-16 from an even and from an odd offset
 * A number of another size than its type has, is bytes. Names with a NUL are searched as they are
 * and without their NULs: Win32 programs can't open them, and malware hides behind that.
 * Portable; one thread at a time for one decoder. */
#ifndef STAKEOUT_FIND_REGISTRY_ROW_H
#define STAKEOUT_FIND_REGISTRY_ROW_H

#include "core/base/buffer.h"
#include "core/base/moment.h"

#define REGISTRY_DATA_MOST ((size_t)64 << 20) /* bytes of one value; more is not read */

enum registry_type {
    REGISTRY_NONE = 0,
    REGISTRY_SZ = 1,
    REGISTRY_EXPAND_SZ = 2,
    REGISTRY_BINARY = 3,
    REGISTRY_DWORD = 4,
    REGISTRY_DWORD_BIG_ENDIAN = 5,
    REGISTRY_LINK = 6,
    REGISTRY_MULTI_SZ = 7,
    REGISTRY_RESOURCE_LIST = 8,
    REGISTRY_FULL_RESOURCE_DESCRIPTOR = 9,
    REGISTRY_RESOURCE_REQUIREMENTS_LIST = 10,
    REGISTRY_QWORD = 11
};

/* Both borrowed for as long as whoever hands them out says. */
struct registry_key {
    struct text path; /* "HKLM\SOFTWARE\…", WTF-8, with the NULs that are in it */
    struct text name; /* its last part */
    moment written;   /* the key's last write; values have no time of their own */
    bool view32;      /* 32-bit programs see it under another path (Wow6432Node) */
    bool autorun;     /* in a place from which programs are started */
};

struct registry_value {
    struct text name; /* empty: the default value */
    uint32_t type;    /* enum registry_type, or whatever the value says */
    const unsigned char *data;
    size_t size;
};

struct registry_decoder {
    struct buffer text;
};

void registry_decoder_init(struct registry_decoder *decoder);
void registry_decoder_done(struct registry_decoder *decoder);

/* One text to be searched, borrowed until return. False: enough, no more texts. */
typedef bool registry_probe(void *context, struct text text);

/* Hands out the texts of the data, or of a name, in turn. ST_NO_MEMORY, or ST_OK. */
enum status registry_probe_data(struct registry_decoder *decoder,
                                const struct registry_value *value, registry_probe *probe,
                                void *context);
enum status registry_probe_name(struct registry_decoder *decoder, struct text name,
                                registry_probe *probe, void *context);

/* A name that Win32 calls cut off or can't open: there is a NUL in it, at its start or inside. */
bool registry_name_hidden(struct text name);
/* "REG_SZ"; NULL: a type without a name. Static. */
const char *registry_type_name(uint32_t type);
bool registry_type_is_string(uint32_t type);

/* How data is shown, for people: text as it is (strings of a multi-string joined by " | "),
 * numbers as "0x0000002a (42)", bytes in hexadecimal, an odd last byte of a string as "[hex 41]".
 * At most `most` bytes, then "…". */
void registry_add_data(struct buffer *out, const struct registry_value *value, size_t most);

/* One string of a string or multi-string as UTF-8, from *at (bytes into the data), which moves
 * behind it. False: there is no further one. A string that is none of several is one with its
 * inner NULs. */
bool registry_next_string(const struct registry_value *value, size_t *at, struct buffer *out);

/* "HKLM", "HKU": the first part of a path. */
struct text registry_hive(struct text path);

#endif
