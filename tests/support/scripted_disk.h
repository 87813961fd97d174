/* scripted_disk: a made-up disk behind the means of removal (core/act/removal_run.h).
 * A few files, which tests hold open, run, replace or make to come back; what is done to them is
 * told in a story: "erase C:\t\evil.exe". One thread; memory from malloc; aborts without. */
#ifndef STAKEOUT_TESTS_SCRIPTED_DISK_H
#define STAKEOUT_TESTS_SCRIPTED_DISK_H

#include "core/act/removal_run.h"

#define SCRIPTED_FILES 8

struct scripted_file {
    const char *path;
    uint8_t id;
    uint64_t size;
    moment modified;
    uint32_t attributes;
    bool is_there;
    bool dying;      /* deleted, and held by somebody */
    bool held;       /* deleting it leaves it dying */
    bool stubborn;   /* deleting it does nothing, and says yes */
    bool comes_back; /* deleted, it is there again, as another file */
    bool is_folder;
    bool dead_id;      /* the disk tells no ids */
    enum status erase; /* what deleting it gives */
    enum status rename;
    enum status change; /* … of its attributes */
};

struct scripted_disk {
    struct removal_means means;
    struct scripted_file files[SCRIPTED_FILES];
    enum status store;
    enum status schedule;
    enum status unread; /* what reading the system's notes gives */
    enum status close;  /* what closing a handle gives */
    bool forgets;       /* the system notes nothing down, and says yes */
    bool copy_is_lost;  /* the copy was not made, and the system said yes */
    bool may_run;
    void (*on_look)(struct scripted_disk *disk);
    unsigned looks;
    struct buffer *story; /* borrowed; may be NULL */
};

void scripted_disk_begin(struct scripted_disk *disk, struct buffer *story);
/* A file of 6 bytes. Its id is its place, from 1. */
struct scripted_file *scripted_disk_add(struct scripted_disk *disk, const char *path);
/* NULL: there is none. */
struct scripted_file *scripted_disk_file(struct scripted_disk *disk, struct text path);
/* A look at it, as a full look that finds nothing in its way. Owned: removal_sight_free. */
struct removal_sight *scripted_disk_look(struct scripted_disk *disk, const char *path);

#endif
