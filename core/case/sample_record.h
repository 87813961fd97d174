/* sample_record: what is written down of a file that was copied into a case, as one JSON object.
 * Names are those of the Elastic Common Schema where it has them (file.*, process.*, user.*), the
 * rest stands under "stakeout". Times are those that the file had before it was opened, with all
 * seven digits. Any thread. */
#ifndef STAKEOUT_CASE_SAMPLE_RECORD_H
#define STAKEOUT_CASE_SAMPLE_RECORD_H

#include "core/judge/image_age.h"
#include "core/model/process.h"

struct sample_record {
    moment taken;
    struct text source; /* full path of the file */
    struct text stored; /* the name that the copy has in samples/ */
    bool is_module;     /* of the process; else its image */
    bool was_stored;    /* the same contents had been stored before: not copied again */
    bool is_read_only;  /* the copy got that attribute */
    bool by_backup;     /* read with the backup privilege, past its access list */
    struct image_file before;
    struct image_file after; /* once it was read: tells whether that, or somebody, changed it */
    moment put_back;         /* the access time that reading had left, and that was replaced by the
                                one of before; 0: there was no need */
    struct text sha256; /* lower-case hexadecimal; empty where this system does not compute it */
    struct text sha1;
    struct text md5;
    struct text zone;                    /* its mark of the web, as it was written; empty: none */
    const struct process_facts *process; /* borrowed; NULL: nothing is known of one */
    bool is_quarantine;                  /* the file was to be removed afterwards */
    uint32_t attributes; /* that it had then, as the system numbers them; is_quarantine */
};

/* Appends the object and a line end; a failure sticks in the buffer. */
void sample_record_add(struct buffer *out, const struct sample_record *record);

#endif
