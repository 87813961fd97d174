/* image_file: the file of a program, as its file system tells of it. */
#ifndef STAKEOUT_MODEL_IMAGE_FILE_H
#define STAKEOUT_MODEL_IMAGE_FILE_H

#include "core/model/process.h"

struct image_file {
    enum read_state
        state;          /* READ_OK: the rest is meaningful; READ_GONE: there is no such file now */
    struct failure why; /* of any other state: the call and the system's code, where there is one */
    uint64_t size;      /* in bytes */
    moment created;
    moment modified; /* of the contents (ECS file.mtime) */
    moment changed;  /* of anything, attributes too (ECS file.ctime); 0 unknown */
    moment accessed; /* many systems do not keep it up to date */
};

#endif
