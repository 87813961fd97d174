#include "core/windows/bundle_parts.h"

#include "core/windows/bundle_parts_inside.h"

static const struct bundle_part parts[] = {
    {"memory",
     "a whole image of memory needs a kernel driver, which Stakeout has none of: use "
     "DumpIt, WinPmem or Magnet RAM Capture, or the hypervisor's snapshot",
     BUNDLE_NEVER, NULL, NULL, NULL},
    {"connections", "GetExtendedTcpTable, GetExtendedUdpTable", BUNDLE_ROWS, NULL,
     bundle_connections, NULL},
    {"processes",
     "NtQuerySystemInformation (5), and of each process: its handle, token, memory and file",
     BUNDLE_ROWS, NULL, bundle_processes, NULL},
    {"hosts", "the hosts file (its folder: DataBasePath in the registry)", BUNDLE_FILE, ".txt",
     bundle_hosts, NULL},
    {"disk",
     "an image of the whole disk is taken from the outside: switch the machine off, or "
     "use its hypervisor, and image the disk with FTK Imager or dd behind a write blocker",
     BUNDLE_NEVER, NULL, NULL, NULL},
};

const struct bundle_part *bundle_parts_of_system(size_t *count)
{
    *count = sizeof parts / sizeof parts[0];
    return parts;
}
