/* import_check: what the tests of the importer share: reports from the folder of real ones, and
 * what an import found, as sorted lines. */
#ifndef STAKEOUT_TESTS_IMPORT_CHECK_H
#define STAKEOUT_TESTS_IMPORT_CHECK_H

#include "core/watch/import.h"

/* A file below STAKEOUT_SHARED/data/iocs ("../shared" where that is not set). NULL where it is
 * absent: the test says "skipped". Owned: free. */
char *import_check_read(const char *name, size_t *size);

/* Imports and aborts on failure. Owned: import_free. */
struct import_result *import_check_text(struct text input);

/* Whether an indicator (written as in a watchlist) was found with none of the doubts that mean "no
 * indicator", and whether it arrived ticked. */
bool import_check_found(const struct import_result *result, const char *indicator);
bool import_check_ticked(const struct import_result *result, const char *indicator);
/* The same for a host whose URL may have given it a port. */
bool import_check_found_host(const struct import_result *result, const char *host);
/* How many arrived ticked; how many were found at all and are an indicator. */
size_t import_check_count_ticked(const struct import_result *result);
size_t import_check_count_found(const struct import_result *result);
/* The finding number `at` in writing; static storage until the next call. */
const char *import_check_written(const struct import_result *result, size_t at);
bool import_check_is_indicator(const struct finding *finding);

#endif
