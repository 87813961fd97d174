/* case_files: a case folder in memory, as the report reads it (core/case/report_files.h). */
#ifndef STAKEOUT_TESTS_CASE_FILES_H
#define STAKEOUT_TESTS_CASE_FILES_H

#include "core/case/journal.h"
#include "core/case/report_files.h"

#define CASE_FILES 16u

struct case_file {
    const char *name;
    struct text content;
    enum status opening; /* what an attempt to open it comes to */
    enum status reading;
};

struct case_files {
    struct case_file files[CASE_FILES];
    size_t count;
    unsigned open; /* files that are open now */
};

void case_files_put(struct case_files *folder, const char *name, struct text content);
struct case_file *case_files_find(struct case_files *folder, struct text name);
struct report_files case_files_table(struct case_files *folder);
/* Not SHA-256: as different for different bytes. */
struct journal_hash case_files_hash(void);

#endif
