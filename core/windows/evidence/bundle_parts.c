#include "core/windows/evidence/bundle_parts.h"

#include "core/windows/evidence/bundle_parts_inside.h"

/* A part of rows; another kind is written out. */
#define ROWS(name, collect, source) {name, source, BUNDLE_ROWS, NULL, collect, NULL}

static const struct bundle_part parts[] = {
    {"memory",
     "a whole image of memory needs a kernel driver, which Stakeout has none of: use DumpIt, "
     "WinPmem or Magnet RAM Capture, or the hypervisor's snapshot",
     BUNDLE_NEVER, NULL, NULL, NULL},
    ROWS("machine", bundle_host,
         "GetComputerNameEx, RtlGetVersion, NtQuerySystemInformation (3), the system's clock"),
    ROWS("connections", bundle_connections, "GetExtendedTcpTable, GetExtendedUdpTable"),
    ROWS("listening", bundle_listening, "GetExtendedTcpTable, GetExtendedUdpTable"),
    ROWS("dns-cache", bundle_dns, "DnsGetCacheDataTable, DnsQuery of the cache alone"),
    ROWS("neighbours", bundle_neighbours, "GetIpNetTable2 (ARP and IPv6)"),
    ROWS("routes", bundle_routes, "GetIpForwardTable2"),
    ROWS("processes", bundle_processes,
         "NtQuerySystemInformation (5), and of each process: its handle, token, memory and file"),
    ROWS("handles", bundle_handles, "NtQuerySystemInformation (64), of flagged processes"),
    ROWS("regions", bundle_regions,
         "VirtualQueryEx: executable memory without a file, of flagged processes"),
    {"environment", "ReadProcessMemory: the environment of each process", BUNDLE_ROWS, NULL,
     bundle_environment,
     "left out, since passwords and keys may stand in it; --only environment collects it"},
    ROWS("share-sessions", bundle_share_sessions, "NetSessionEnum, level 502"),
    ROWS("share-files", bundle_share_files, "NetFileEnum, level 3"),
    ROWS("shares", bundle_shares, "NetShareEnum, level 2"),
    ROWS("logons", bundle_logons, "LsaEnumerateLogonSessions, LsaGetLogonSessionData"),
    ROWS("sessions", bundle_sessions, "WTSEnumerateSessions, WTSQuerySessionInformation"),
    ROWS("adapters", bundle_adapters, "GetAdaptersAddresses"),
    ROWS("module-files", bundle_module_files,
         "the file of each module that is loaded: its times, hashes, version, signature"),
    {"hosts", "the hosts file (its folder: DataBasePath in the registry)", BUNDLE_FILE, ".txt",
     bundle_hosts, NULL},
    ROWS("drivers", bundle_drivers, "NtQuerySystemInformation (11), and the drivers' files"),
    ROWS("services", bundle_services,
         "EnumServicesStatusEx, QueryServiceConfig, the registry, and their files"),
    ROWS("wmi", bundle_wmi, "IWbemServices: event filters, consumers and what binds them"),
    ROWS("tasks", bundle_tasks, "the files in System32\\Tasks, and TaskCache in the registry"),
    ROWS("autoruns", bundle_autoruns,
         "keys of the registry and folders from which programs are started"),
    ROWS("users", bundle_users, "NetUserEnum, NetLocalGroupEnum, and ProfileList in the registry"),
    ROWS("firewall", bundle_firewall, "FirewallPolicy in the registry"),
    ROWS("programs", bundle_programs, "Uninstall and Component Based Servicing in the registry"),
    {"event-logs", "EvtExportLog", BUNDLE_FILES, NULL, bundle_event_logs, NULL},
    {"prefetch", "copies from the folder Prefetch", BUNDLE_FILES, NULL, bundle_prefetch, NULL},
    {"amcache", "copies of Amcache.hve and its logs", BUNDLE_FILES, NULL, bundle_amcache, NULL},
    ROWS("rules", bundle_rules,
         "what rules that were given name: keys and values, folders, queries"),
    {"rule-files", "files, and what commands print, that rules that were given name", BUNDLE_FILES,
     NULL, bundle_rule_files, NULL},
    {"disk",
     "an image of the whole disk is taken from the outside: switch the machine off, or use its "
     "hypervisor, and image the disk with FTK Imager or dd behind a write blocker",
     BUNDLE_NEVER, NULL, NULL, NULL},
};

const struct disk_calls *disk_calls_of(const struct bundle_machine *machine)
{
    return machine->disk ? machine->disk : disk_calls_of_system();
}

struct registry_calls bundle_registry_of(const struct bundle_machine *machine)
{
    return machine->registry ? *machine->registry : registry_system_calls();
}

const struct bundle_part *bundle_parts_of_system(size_t *count)
{
    *count = sizeof parts / sizeof parts[0];
    return parts;
}
