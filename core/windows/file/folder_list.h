/* folder_list: what is in a folder, for who walks it. Folders that are links elsewhere are told as
 * files: nobody goes round in circles, or leaves the disk. Inside core/windows only; any thread. */
#ifndef STAKEOUT_WINDOWS_FOLDER_LIST_H
#define STAKEOUT_WINDOWS_FOLDER_LIST_H

#include "core/base/moment.h"

struct folder_entry {
    struct text name;
    bool is_folder;
    bool is_link; /* a reparse point; then is_folder is false */
    uint32_t attributes;
    uint64_t size;
    moment created;
    moment modified;
    moment accessed;
};

/* Calls each, with what is borrowed for the call, until it returns false. ST_NOT_FOUND: no such
 * folder. failure may be NULL. */
enum status folder_list(struct text folder,
                        bool (*each)(void *context, const struct folder_entry *entry),
                        void *context, struct failure *failure);

#endif
