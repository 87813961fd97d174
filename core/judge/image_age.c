#include "core/judge/image_age.h"

enum image_age image_age_of(moment start, const struct image_file *file)
{
    if (file->state != READ_OK || start == 0 || file->created == 0 || file->modified == 0)
        return IMAGE_UNKNOWN;
    if (file->modified > start)
        return IMAGE_MODIFIED_LATER;
    if (file->created > start)
        return IMAGE_CREATED_LATER;
    if (start - file->created < IMAGE_FRESH_SPAN)
        return IMAGE_FRESH;
    return IMAGE_OLDER;
}

const char *image_age_phrase(enum image_age age)
{
    switch (age) {
    case IMAGE_OLDER:
        return "the file is older than the process";
    case IMAGE_MODIFIED_LATER:
        return "the file on disk was changed after this process started";
    case IMAGE_CREATED_LATER:
        return "the file on disk was created after this process started";
    case IMAGE_FRESH:
        return "the file was created less than ten minutes before this process started";
    case IMAGE_UNKNOWN:
    case IMAGE_COUNT:
        break;
    }
    return "the times can't be compared";
}
