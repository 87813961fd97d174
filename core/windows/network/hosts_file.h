/* hosts_file: where the system's hosts file lies; core/watch/hosts_names.h reads what it says.
 * Any thread. Inside core/windows only. */
#ifndef STAKEOUT_WINDOWS_HOSTS_FILE_H
#define STAKEOUT_WINDOWS_HOSTS_FILE_H

#include "core/base/buffer.h"

/* Where it lies, as UTF-8: the folder that the registry names (DataBasePath), else the usual one.
 */
enum status hosts_file_path(struct buffer *out);

#endif
