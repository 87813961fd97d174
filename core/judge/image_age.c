#include "core/judge/image_age.h"

#define SIGN(age, holds) ((holds) ? 1u << (age) : 0u)

unsigned image_age_signs(moment start, moment now, const struct image_file *file)
{
    unsigned signs;

    if (file->state == READ_GONE)
        return 1u << IMAGE_DELETED;
    if (file->state != READ_OK || start <= 0 || file->created <= 0 || file->modified <= 0)
        return 1u << IMAGE_UNKNOWN;
    signs = SIGN(IMAGE_FUTURE, file->created - now > IMAGE_FUTURE_SLACK ||
                                   file->modified - now > IMAGE_FUTURE_SLACK) |
            SIGN(IMAGE_MODIFIED_LATER, file->modified > start) |
            SIGN(IMAGE_CREATED_LATER, file->created > start) |
            SIGN(IMAGE_FRESH, file->created <= start && start - file->created < IMAGE_FRESH_SPAN) |
            SIGN(IMAGE_COPIED, file->created - file->modified >= IMAGE_COPIED_SPAN);
    return signs ? signs : 1u << IMAGE_OLDER;
}

enum image_age image_age_of(moment start, moment now, const struct image_file *file)
{
    unsigned signs = image_age_signs(start, now, file);
    unsigned age = 0;

    while (!(signs >> age & 1u))
        age++;
    return (enum image_age)age;
}

const char *image_age_phrase(enum image_age age)
{
    switch (age) {
    case IMAGE_DELETED:
        return "there is no such file now: it was deleted or renamed";
    case IMAGE_FUTURE:
        return "the file bears a time in the future";
    case IMAGE_MODIFIED_LATER:
        return "the file on disk was changed after this process started";
    case IMAGE_CREATED_LATER:
        return "the file on disk was created after this process started: it was replaced";
    case IMAGE_FRESH:
        return "the file was created less than ten minutes before this process started";
    case IMAGE_COPIED:
        return "the file was created long after its contents were written: it was copied here, or "
               "its times were set";
    case IMAGE_OLDER:
        return "the file is older than the process";
    case IMAGE_UNKNOWN:
    case IMAGE_COUNT:
        break;
    }
    return "the times can't be compared";
}
