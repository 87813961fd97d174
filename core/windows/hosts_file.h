/* hosts_file: what the system's hosts file says, for reading only.
 * Any thread. Inside core/windows only (the path is UTF-16). */
#ifndef STAKEOUT_WINDOWS_HOSTS_FILE_H
#define STAKEOUT_WINDOWS_HOSTS_FILE_H

#include "core/base/buffer.h"
#include "core/model/address.h"

#include <wchar.h>

/* Where it lies, as UTF-8: the folder that the registry names (DataBasePath), else the usual one.
 */
enum status hosts_file_path(struct buffer *out);

/* Calls take for each name of the file with its address, as written; lines that are none are passed
 * over. Ends early when take returns false. */
void hosts_file_walk(struct text content,
                     bool (*take)(void *context, struct text name, const struct address *address),
                     void *context);

#endif
