/* machine: the addresses that belong to this machine's own network life.
 * For the importer (watch/import.h): an address of this machine, its gateways or its name servers
 * is seldom what a report wants watched. Any thread; asks the system each time. */
#ifndef STAKEOUT_WINDOWS_MACHINE_H
#define STAKEOUT_WINDOWS_MACHINE_H

#include "core/base/status.h"
#include "core/model/address.h"

/* Addresses of all interfaces, their gateways and name servers, each once, loopback left out.
 * Owned: memory_give (core/base/memory.h). failure may be NULL. */
enum status machine_addresses(struct address **addresses, size_t *count, struct failure *failure);

#endif
