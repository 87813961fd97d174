/* import_records: JSON of a shape that nobody wrote down: lists and lines of flat records, as
 * abuse.ch and Spamhaus publish them, and anything else; inside the importer only. A record that
 * has a member by which feeds name what they list ("ioc", "cidr", …) gives just that; of all
 * others, each string that is a host, address or URL was at least observed. */
#ifndef STAKEOUT_WATCH_IMPORT_RECORDS_H
#define STAKEOUT_WATCH_IMPORT_RECORDS_H

#include "core/watch/import_json.h"

/* Well-formed JSON, one value or many. Linear. */
enum status import_records(struct found *found, struct text input);

#endif
