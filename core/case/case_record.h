/* case_record: what case.json says: whose case it is and what for, and for each time that it was
 * opened, when, on which machine, by whom, with which program, list and settings.
 * One JSON object. Members that this version does not know, and the openings that others wrote, are
 * kept as they are, so that a case may go from one version to another and back and lose nothing. A
 * file that is no case, is damaged or comes from a newer version is refused with one line, and
 * nobody writes over it.
 * Portable. Texts are UTF-8; an empty one is not known, and is not written. */
#ifndef STAKEOUT_CASE_CASE_RECORD_H
#define STAKEOUT_CASE_CASE_RECORD_H

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/moment.h"

#define CASE_VERSION 2u /* of the format; 1 had no openings and no id */
#define CASE_MANIFEST_WRITTEN "written"
#define CASE_MANIFEST_CLOSED "closed" /* and the case was closed with it */
#define CASE_MOST ((size_t)64 << 20)  /* bytes of a case.json that is read */

/* What people say about it. */
struct case_words {
    struct text name;
    struct text examiner;
    struct text where;
    struct text why;
};

/* A file that indicators came from. */
struct case_watchlist {
    struct text file;
    struct text sha256;  /* 64 digits */
    uint64_t indicators; /* that came from it */
};

/* One opening. */
struct case_session {
    moment start;
    moment end; /* 0: it is open, or the program did not get to its end */
    /* the program */
    struct text program; /* full path */
    struct text version;
    struct text sha256;
    struct text elevated;  /* "true", "false" */
    struct text integrity; /* "high" */
    /* who, and where */
    struct text user;
    struct text user_domain;
    struct text user_id; /* SID */
    struct text host;
    struct text host_domain;
    struct text os;           /* "Windows 10 Pro 10.0.19045.3570" */
    struct text architecture; /* "x86_64" */
    moment boot;
    struct text clock;      /* what its times come from */
    struct text time_zone;  /* the system's name for it */
    struct text utc_offset; /* "+01:00" at the start */
    /* Members of a JSON object, without its braces, as they are. */
    struct text settings;
    struct text losses;
    const struct case_watchlist *watchlists;
    size_t watchlist_count;
    /* How far its files had come at its end, for who looks whether they are whole (case_missing).
     */
    uint64_t journal_lines;   /* 0: this opening wrote none */
    struct text journal_last; /* SHA-256 of the last of them, 64 digits */
    uint64_t hits_bytes;
    struct text manifest; /* CASE_MANIFEST_…; empty: it wrote none */
    struct text raw;      /* the whole object, as the file has it; empty: it is new */
};

struct case_record {
    struct text id; /* 36 characters of a UUID; empty in a case of version 1 */
    struct case_words words;
    moment created;
    moment closed; /* 0: it goes on */
    struct case_session *sessions;
    size_t session_count;
    struct text others; /* members of other versions, without braces, as they are */
};

/* Everything lies in the arena. ST_INVALID: it is damaged, or no case's; ST_UNSUPPORTED: of a newer
 * version; ST_NO_MEMORY, ST_TOO_LARGE. *problem gets one line of English (no line end, no path). */
enum status case_record_read(struct text content, struct arena *arena, struct case_record *record,
                             struct buffer *problem);
/* One line, with its end. Sessions with `raw` are written as they were. */
void case_record_write(struct buffer *out, const struct case_record *record);
/* One session alone, as in the file. */
void case_session_write(struct buffer *out, const struct case_session *session);

#endif
