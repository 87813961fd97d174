/* reg_file: keys and values as regedit and reg.exe import them ("Windows Registry Editor Version
 * 5.00"). Strings are written as strings only where nothing is lost by it: one NUL, at the end, and
 * no line end; all else as hex with its type. A name with a NUL, or with a line end, can't be said
 * in such a file: it is written as a comment, with the UTF-16 of the name in hexadecimal, and
 * counted. UTF-8 here; the file itself is UTF-16LE (core/windows/registry_edit). Portable. */
#ifndef STAKEOUT_CASE_REG_FILE_H
#define STAKEOUT_CASE_REG_FILE_H

#include "core/find/registry_row.h"

struct reg_file {
    struct buffer *out;
    bool commented; /* the key that was begun last is a comment, and so are its values */
    uint64_t lost;  /* keys and values that an import will not bring back */
};

/* Appends the head of a file. A failure sticks in the buffer. */
void reg_file_begin(struct reg_file *file, struct buffer *out);
/* "[HKEY_LOCAL_MACHINE\…]"; path as in struct registry_key. */
void reg_file_key(struct reg_file *file, struct text path);
/* Of the key before. */
void reg_file_value(struct reg_file *file, const struct registry_value *value);

#endif
