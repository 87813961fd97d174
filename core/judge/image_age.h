/* image_age: the times of a program's file beside the time its process started.
 * A file that is younger than the process, that came just before it, or whose times contradict each
 * other is what an analyst looks for. Signs, not proof: anybody may set a file's times. Pure; any
 * thread. */
#ifndef STAKEOUT_JUDGE_IMAGE_AGE_H
#define STAKEOUT_JUDGE_IMAGE_AGE_H

#include "core/model/image_file.h"

/* The most telling first. */
enum image_age {
    IMAGE_DELETED,        /* there is no such file now: deleted or renamed */
    IMAGE_FUTURE,         /* it bears a time that has not come yet */
    IMAGE_MODIFIED_LATER, /* the contents were changed after the process started */
    IMAGE_CREATED_LATER,  /* the file was made after the process started: it was replaced */
    IMAGE_FRESH,          /* made less than IMAGE_FRESH_SPAN before the process started */
    IMAGE_COPIED,         /* made IMAGE_COPIED_SPAN or more after its contents were written */
    IMAGE_OLDER,          /* nothing odd */
    IMAGE_UNKNOWN,        /* a time or the file is missing */
    IMAGE_COUNT
};

#define IMAGE_FRESH_SPAN (10 * 60 * MOMENT_SECOND)
#define IMAGE_COPIED_SPAN (24 * 3600 * MOMENT_SECOND)
/* The look and the clock of a file server may be apart by so much before a time is in the future.
 */
#define IMAGE_FUTURE_SLACK (60 * MOMENT_SECOND)

#define IMAGE_NOW_UNKNOWN INT64_MAX

/* The most telling one that holds. start: of the process; now: when it was looked at, or
 * IMAGE_NOW_UNKNOWN, with which nothing is in the future. */
enum image_age image_age_of(moment start, moment now, const struct image_file *file);
/* All that hold, bit 1 << n for the n-th of enum image_age; IMAGE_OLDER and IMAGE_UNKNOWN stand
 * alone. */
unsigned image_age_signs(moment start, moment now, const struct image_file *file);
/* One sentence of English for people; static storage. */
const char *image_age_phrase(enum image_age age);

#endif
