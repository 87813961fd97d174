/* removal: may a file be taken away, in which ways, and who and what stands behind it.
 * What a look at the file gave (struct removal_sight) is judged here: Windows' own files are
 * refused, by where they lie and by what the system says of them, and so is what belongs to this
 * program or to the case. A name is looked at as where it really leads: links, short names and
 * mapped letters are resolved before anything is judged.
 * The lists say who runs the file, who holds it and where the registry names it. Portable. */
#ifndef STAKEOUT_ACT_REMOVAL_H
#define STAKEOUT_ACT_REMOVAL_H

#include "core/act/rails.h"
#include "core/find/handle_row.h"
#include "core/find/registry_search.h"
#include "core/model/file_facts.h"

enum removal_way {
    REMOVAL_QUARANTINE, /* moved into the case, where nothing starts it and nothing is lost */
    REMOVAL_NOW,        /* deleted */
    REMOVAL_RESTART,    /* renamed, and deleted when Windows starts the next time */
    REMOVAL_WAYS
};

/* "quarantine", "now", "restart", as the command line has it; static. */
const char *removal_way_name(enum removal_way way);

/* What a name was found to be. */
enum removal_thing {
    REMOVAL_FILE,
    REMOVAL_NOTHING, /* there is no such file (now) */
    REMOVAL_DYING,   /* deleted, and still held by somebody */
    REMOVAL_FOLDER,
    REMOVAL_DEVICE, /* a device, a pipe */
    REMOVAL_STREAM, /* a stream of a file */
    REMOVAL_NO_NAME /* no path of a file at all; or it could not be looked at: `why` */
};

enum removal_answer { REMOVAL_UNKNOWN, REMOVAL_NO, REMOVAL_YES };

/* What one look at a file gave. Texts lie in the arena. */
struct removal_sight {
    struct arena *arena;
    enum removal_thing thing;
    struct failure why;  /* REMOVAL_NO_NAME */
    struct text asked;   /* as it was given */
    struct text path;    /* where it really lies, "C:\…" */
    bool led;            /* the name that was given led there by a link, a short name … */
    struct file_key key; /* which file it is */
    struct image_file times;
    uint32_t attributes;
    uint32_t links;           /* names that this file has; 0: not known */
    const struct text *names; /* the others of them, as far as they are told */
    size_t name_count;
    bool on_share;
    /* Only of a full look: */
    bool is_own; /* this program's */
    bool in_case;
    bool in_windows;                    /* one of its names lies in the Windows folder */
    bool is_program;                    /* it begins as programs do */
    bool knows_windows;                 /* this machine can tell what is signed as Windows */
    enum removal_answer guarded;        /* the system protects it (System File Protection) */
    enum removal_answer signed_windows; /* it is signed as a part of Windows */
};

#define REMOVAL_READ_ONLY 0x1u /* of the attributes, as the system numbers them */
#define REMOVAL_HIDDEN 0x2u
#define REMOVAL_SYSTEM 0x4u

void removal_sight_free(struct removal_sight *sight); /* NULL is fine */

/* What the name alone tells: REMOVAL_FILE where it may be one. A device ("NUL", "C:\x\con.txt",
 * "\\.\…"), a stream ("a.txt:b"), or no name (empty, a NUL, a wildcard). Names behind "\\?\" are
 * taken as they are. */
enum removal_thing removal_thing_of_name(struct text name);

/* Whether it is the file that was seen: the same on the disk, as large, written to at the same
 * time. */
bool removal_same_file(const struct file_key *seen, const struct file_key *now);
/* Whether that path is one of the file's names; letter case of ASCII does not matter. */
bool removal_is_name(const struct removal_sight *sight, struct text path);

/* Whether a trusted signature by that name is on parts of Windows only. What Microsoft signs
 * besides (its tools, its office programs, drivers of others) bears other names. */
bool removal_is_windows_signer(struct text signer);

/* Why a file is not taken away. */
enum removal_bar {
    REMOVAL_FREE,
    REMOVAL_BAR_NOTHING,
    REMOVAL_BAR_DYING,
    REMOVAL_BAR_FOLDER,
    REMOVAL_BAR_DEVICE,
    REMOVAL_BAR_STREAM,
    REMOVAL_BAR_NAME,
    REMOVAL_BAR_UNSURE, /* the disk does not tell which file it is */
    REMOVAL_BAR_SHARE,
    REMOVAL_BAR_OWN,
    REMOVAL_BAR_CASE,
    REMOVAL_BAR_GUARDED,
    REMOVAL_BAR_SIGNED,
    REMOVAL_BAR_WINDOWS,
    REMOVAL_BAR_KERNEL, /* the system itself holds it */
    REMOVAL_BAR_RUNS,   /* of a way: it runs or is loaded, and is to go on */
    REMOVAL_BAR_RIGHTS, /* of a way: only an administrator may */
    REMOVAL_BARS
};

/* What stands in the way of every way. Requires a full look. */
enum removal_bar removal_bar_of(const struct removal_sight *sight);
/* A clause of English: "it is a folder"; "" for REMOVAL_FREE; static. */
const char *removal_bar_phrase(enum removal_bar bar);

/* --- who and what stands behind it --- */

/* Who runs it, has it loaded, holds it. */
struct removal_user {
    struct handle_row row;
    struct verdict verdict; /* what stands in the way of ending that process */
};

/* A place of the registry that names it. */
struct removal_place {
    struct text key;
    bool is_value;
    struct text value; /* name */
    struct text around;
    bool whole; /* its whole path; else only its file name */
    bool autorun;
    bool view32;
};

#define REMOVAL_PLACES_MOST 500 /* that are kept; the others are counted */

struct removal_lists {
    struct arena *arena;
    struct removal_user *users;
    size_t user_count;
    size_t user_room;
    struct removal_place *places;
    size_t place_count;
    size_t place_room;
    uint64_t places_found;
    uint64_t names_not_read; /* handles whose name is not known: one of them may be it */
    uint32_t not_opened;     /* processes */
    enum status users_end;   /* how the two searches ended; ST_STALE: not yet */
    enum status places_end;
};

/* Fails with ST_NO_MEMORY. Owned: removal_lists_done. */
enum status removal_lists_init(struct removal_lists *lists);
void removal_lists_done(struct removal_lists *lists);
/* Copies. A module that is the image of the same process is not told twice. *added (may be NULL)
 * says whether there is a new row. ST_NO_MEMORY. */
enum status removal_lists_add_user(struct removal_lists *lists, const struct handle_row *row,
                                   struct verdict verdict, bool *added);
enum status removal_lists_add_place(struct removal_lists *lists,
                                    const struct registry_finding *finding, struct text path,
                                    bool *added);

/* Whether any process runs the file or has it loaded; whether one holds a handle to it. */
bool removal_is_run(const struct removal_lists *lists);
bool removal_is_held(const struct removal_lists *lists);
/* What is to be done. All is borrowed. */
struct removal_order {
    const struct removal_sight *sight;
    const struct removal_lists *lists;
    enum removal_way way;
    bool sample; /* first, a copy into the case */
    bool kill;   /* whoever runs it or has it loaded */
    bool close;  /* the handles of whoever holds it */
};

/* What stands in the way of this one, after removal_bar_of. */
enum removal_bar removal_order_bar(const struct removal_order *order, bool elevated);

#endif
