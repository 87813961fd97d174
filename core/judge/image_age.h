/* image_age: the times of a program's file beside the time its process started.
 * A file that is younger than the process, or that came just before it, is what an analyst looks
 * for. Pure; any thread. */
#ifndef STAKEOUT_JUDGE_IMAGE_AGE_H
#define STAKEOUT_JUDGE_IMAGE_AGE_H

#include "core/model/image_file.h"

enum image_age {
    IMAGE_UNKNOWN,        /* a time or the file is missing */
    IMAGE_OLDER,          /* nothing odd */
    IMAGE_MODIFIED_LATER, /* the contents were changed after the process started */
    IMAGE_CREATED_LATER,  /* the file was made after the process started: it was replaced */
    IMAGE_FRESH,          /* made less than IMAGE_FRESH_SPAN before the process started */
    IMAGE_COUNT
};

#define IMAGE_FRESH_SPAN (10 * 60 * MOMENT_SECOND)

enum image_age image_age_of(moment start, const struct image_file *file);
/* One sentence of English for people; static storage. */
const char *image_age_phrase(enum image_age age);

#endif
