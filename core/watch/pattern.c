/* UTF-8 checking is done here, once a subject, and switched off in PCRE2: PCRE2 would refuse the
 * three-byte form of lone surrogates, which our texts may hold and which its tables know
 * (pcre2pattern, "Unicode character properties", on Cs when checking is turned off). Subjects that
 * are malformed otherwise are matched in a copy that has a SUB character for each bad byte. */
#include "core/watch/pattern.h"

#include <stdatomic.h>
#include <string.h>

#include "core/base/memory.h"

#ifndef PCRE2_CODE_UNIT_WIDTH
#define PCRE2_CODE_UNIT_WIDTH 8
#endif
#include <pcre2.h>

/* PCRE2 counts its steps anew from each place in the subject where a match may begin. The limit
 * gets smaller as subjects get longer, so that all places together stay within about STEPS_ALL;
 * between these bounds. A step takes some nanoseconds in machine code, some ten interpreted. */
#define STEPS_ALL UINT32_C(32000000)
#define STEPS_MOST UINT32_C(500000)
#define STEPS_LEAST UINT32_C(4000)
#define DEPTH_MOST UINT32_C(100000)
#define HEAP_MOST UINT32_C(8192) /* KiB */

/* What one match needs; never shared while in use. */
struct room {
    pcre2_match_data *data;
    pcre2_match_context *context;
};

/* One room is kept for the next match; NULL while it is in use. */
struct spare {
    _Atomic(struct room *) room;
};

struct pattern {
    pcre2_code *code;
    struct spare *spare;
};

static void *take_for_pcre2(size_t size, void *unused)
{
    (void)unused;
    return memory_take(size);
}

static void give_for_pcre2(void *block, void *unused)
{
    (void)unused;
    memory_give(block);
}

static void room_free(struct room *room)
{
    if (!room)
        return;
    pcre2_match_context_free(room->context);
    pcre2_match_data_free(room->data);
    memory_give(room);
}

static struct room *room_new(const pcre2_code *code)
{
    struct room *room = memory_take(sizeof *room);
    pcre2_general_context *general =
        pcre2_general_context_create(take_for_pcre2, give_for_pcre2, NULL);

    if (room && general) {
        room->data = pcre2_match_data_create_from_pattern(code, general);
        room->context = pcre2_match_context_create(general);
    }
    pcre2_general_context_free(general);
    if (!room || !room->data || !room->context) {
        room_free(room);
        return NULL;
    }
    pcre2_set_depth_limit(room->context, DEPTH_MOST);
    pcre2_set_heap_limit(room->context, HEAP_MOST);
    return room;
}

/* Whether it is UTF-8 but for lone surrogates in their three-byte form. */
static bool well_formed(struct text value)
{
    size_t at = 0;

    while (at < value.size) {
        size_t before = at;

        if ((unsigned char)value.bytes[at] < 0x80) {
            at++;
            continue;
        }
        if (text_decode(value, &at) == 0xFFFD && at - before != 3)
            return false;
    }
    return true;
}

/* A copy in which a bad byte is a SUB, so that offsets stay the same. Owned: memory_give. */
static char *mended_copy(struct text value)
{
    char *copy = memory_take(value.size);
    size_t at = 0;

    if (!copy)
        return NULL;
    while (at < value.size) {
        size_t before = at;

        if (text_decode(value, &at) == 0xFFFD && at - before == 1)
            copy[before] = '\x1A';
        else
            memcpy(copy + before, value.bytes + before, at - before);
    }
    return copy;
}

static void explain(int error, size_t error_offset, struct buffer *why, size_t *offset)
{
    PCRE2_UCHAR message[128] = "";

    pcre2_get_error_message(error, message, sizeof message / sizeof message[0]);
    if (why)
        buffer_add_string(why, (const char *)message);
    if (offset)
        *offset = error_offset;
}

static pcre2_code *compile(struct text source, unsigned flags, pcre2_general_context *general,
                           int *error, size_t *error_offset)
{
    pcre2_compile_context *context = pcre2_compile_context_create(general);
    uint32_t options = PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_NEVER_BACKSLASH_C;
    pcre2_code *code;

    *error = PCRE2_ERROR_NOMEMORY;
    *error_offset = 0;
    if (!context)
        return NULL;
    /* \w, \d and \b mean what they mean in every script, but for plain text there are none. */
    options |= flags & PATTERN_LITERAL ? PCRE2_LITERAL : PCRE2_UCP;
    if (flags & PATTERN_LITERAL)
        options &= ~(uint32_t)PCRE2_NEVER_BACKSLASH_C;
    if (flags & PATTERN_IGNORE_CASE)
        options |= PCRE2_CASELESS;
    pcre2_set_max_pattern_length(context, PATTERN_MOST);
    code =
        pcre2_compile((PCRE2_SPTR)source.bytes, source.size, options, error, error_offset, context);
    pcre2_compile_context_free(context);
    /* A refusal only means that it will be interpreted. */
    if (code && !(flags & PATTERN_INTERPRET))
        (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    return code;
}

enum status pattern_new(struct text source, unsigned flags, struct pattern **pattern,
                        struct buffer *why, size_t *offset)
{
    pcre2_general_context *general = NULL;
    struct pattern *made = NULL;
    enum status status = ST_NO_MEMORY;
    size_t error_offset = 0;
    int error = 0;

    if (source.size > PATTERN_MOST || !well_formed(source)) {
        if (why)
            buffer_add_string(why, source.size > PATTERN_MOST ? "is longer than 4096 bytes"
                                                              : "is not well-formed UTF-8");
        if (offset)
            *offset = 0;
        return source.size > PATTERN_MOST ? ST_TOO_LARGE : ST_INVALID;
    }
    if (!source.bytes)
        source = text_of("");
    general = pcre2_general_context_create(take_for_pcre2, give_for_pcre2, NULL);
    made = memory_take(sizeof *made);
    if (!general || !made)
        goto out;
    made->spare = memory_take(sizeof *made->spare);
    if (!made->spare)
        goto out;
    atomic_init(&made->spare->room, NULL);
    made->code = compile(source, flags, general, &error, &error_offset);
    if (!made->code) {
        explain(error, error_offset, why, offset);
        status = error == PCRE2_ERROR_NOMEMORY || error == PCRE2_ERROR_HEAP_FAILED ? ST_NO_MEMORY
                                                                                   : ST_INVALID;
        goto out;
    }
    atomic_init(&made->spare->room, room_new(made->code));
    if (!atomic_load(&made->spare->room))
        goto out;
    *pattern = made;
    made = NULL;
    status = ST_OK;
out:
    pattern_free(made);
    pcre2_general_context_free(general);
    return status;
}

void pattern_free(struct pattern *pattern)
{
    if (!pattern)
        return;
    if (pattern->spare)
        room_free(atomic_load(&pattern->spare->room));
    memory_give(pattern->spare);
    pcre2_code_free(pattern->code);
    memory_give(pattern);
}

size_t pattern_size(const struct pattern *pattern)
{
    size_t code = 0;
    size_t machine = 0;

    (void)pcre2_pattern_info(pattern->code, PCRE2_INFO_SIZE, &code);
    (void)pcre2_pattern_info(pattern->code, PCRE2_INFO_JITSIZE, &machine);
    return sizeof *pattern + sizeof(struct spare) + sizeof(struct room) + code + machine;
}

size_t pattern_least(const struct pattern *pattern)
{
    uint32_t least = 0;

    (void)pcre2_pattern_info(pattern->code, PCRE2_INFO_MINLENGTH, &least);
    return least;
}

static bool is_limit(int result)
{
    return result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_DEPTHLIMIT ||
           result == PCRE2_ERROR_HEAPLIMIT || result == PCRE2_ERROR_JIT_STACKLIMIT;
}

/* `subject` is well-formed, `from` at a letter's first byte; options are PCRE2's. */
static enum status match(const struct pattern *pattern, struct room *room, struct text subject,
                         size_t from, uint32_t options, size_t *found_at, size_t *found_size)
{
    uint32_t steps =
        STEPS_ALL / (uint32_t)(subject.size < STEPS_ALL ? subject.size + 1 : STEPS_ALL);
    PCRE2_SPTR bytes = (PCRE2_SPTR)(subject.bytes ? subject.bytes : "");
    const PCRE2_SIZE *span;
    int result;

    steps = steps > STEPS_MOST ? STEPS_MOST : steps < STEPS_LEAST ? STEPS_LEAST : steps;
    pcre2_set_match_limit(room->context, steps);
    options |= PCRE2_NO_UTF_CHECK;
    result =
        pcre2_match(pattern->code, bytes, subject.size, from, options, room->data, room->context);
    /* Machine code has a small stack; the interpreter takes its own from the heap. */
    if (result == PCRE2_ERROR_JIT_STACKLIMIT)
        result = pcre2_match(pattern->code, bytes, subject.size, from, options | PCRE2_NO_JIT,
                             room->data, room->context);
    if (result == PCRE2_ERROR_NOMATCH)
        return ST_NOT_FOUND;
    if (result < 0)
        return is_limit(result)                 ? ST_TOO_SLOW
               : result == PCRE2_ERROR_NOMEMORY ? ST_NO_MEMORY
                                                : ST_TOO_SLOW;
    span = pcre2_get_ovector_pointer(room->data);
    if (found_at)
        *found_at = span[0];
    if (found_size)
        *found_size = span[1] > span[0] ? span[1] - span[0] : 0; /* \K can turn it around */
    return ST_OK;
}

static struct room *take_room(const struct pattern *pattern)
{
    struct room *room = atomic_exchange(&pattern->spare->room, NULL);

    return room ? room : room_new(pattern->code);
}

enum status pattern_find_letters(const struct pattern *pattern, struct text subject, size_t from,
                                 size_t *found_at, size_t *found_size)
{
    struct room *room = from > subject.size ? NULL : take_room(pattern);
    enum status status;

    if (!room)
        return from > subject.size ? ST_NOT_FOUND : ST_NO_MEMORY;
    status = match(pattern, room, subject, from, PCRE2_NOTEMPTY, found_at, found_size);
    room_free(atomic_exchange(&pattern->spare->room, room));
    return status;
}

enum status pattern_find(const struct pattern *pattern, struct text subject, size_t from,
                         size_t *found_at, size_t *found_size)
{
    struct room *room;
    char *mended = NULL;
    enum status status = ST_NO_MEMORY;

    while (from < subject.size && ((unsigned char)subject.bytes[from] & 0xC0) == 0x80)
        from++;
    if (from > subject.size)
        return ST_NOT_FOUND;
    room = take_room(pattern);
    if (!room)
        return ST_NO_MEMORY;
    if (!well_formed(subject)) {
        mended = mended_copy(subject);
        if (!mended)
            goto out;
        subject.bytes = mended;
    }
    status = match(pattern, room, subject, from, 0, found_at, found_size);
out:
    memory_give(mended);
    room_free(atomic_exchange(&pattern->spare->room, room));
    return status;
}
