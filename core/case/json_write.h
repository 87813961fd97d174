/* json_write: writes one JSON value, as it comes, into a buffer.
 * The writer holds no memory and never fails itself: want of memory or of room sticks in the
 * buffer. One line is one value, so nothing here writes a line end. Text is counted UTF-8 as the
 * engine has it: a NUL becomes \u0000, a lone surrogate its \uD83D escape (so that a reader gets it
 * back), a malformed byte U+FFFD. What comes out is well-formed UTF-8 and valid JSON (RFC 8259),
 * whatever goes in.
 *
 * Every function takes the member's name: NULL inside an array and for the outermost value. Names
 * are the caller's own and written as they are. Numbers are written whole; readers that hold
 * numbers as doubles lose digits beyond 2^53. */
#ifndef STAKEOUT_CASE_JSON_WRITE_H
#define STAKEOUT_CASE_JSON_WRITE_H

#include "core/base/moment.h"
#include "core/model/address.h"

struct json_writer {
    struct buffer *out; /* borrowed */
    bool comma;         /* a value stands before the next one */
};

void json_begin(struct json_writer *json, struct buffer *out);

void json_open_object(struct json_writer *json, const char *name);
void json_close_object(struct json_writer *json);
void json_open_array(struct json_writer *json, const char *name);
void json_close_array(struct json_writer *json);

void json_text(struct json_writer *json, const char *name, struct text value);
void json_string(struct json_writer *json, const char *name,
                 const char *value); /* NUL-terminated */
void json_unsigned(struct json_writer *json, const char *name, uint64_t value);
void json_bool(struct json_writer *json, const char *name, bool value);
/* It was asked, and there is none; what is unknown is left out. */
void json_null(struct json_writer *json, const char *name);
/* "2026-11-25T02:43:29.123Z", or all seven digits; writes nothing at all where the moment is
 * unknown. */
void json_moment(struct json_writer *json, const char *name, moment value, bool with_ticks);
/* A duration in ms with its fraction ("12.5"). `span` is in 100 ns. */
void json_milliseconds(struct json_writer *json, const char *name, int64_t span);
/* The address as a string, "fe80::1%5" with its scope; the port is not written. */
void json_address(struct json_writer *json, const char *name, const struct endpoint *value);

#endif
