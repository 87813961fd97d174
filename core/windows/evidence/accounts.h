/* accounts: whose SID that is.
 * Every SID is looked up once; the look-up runs beside the asker (windows/slow.h), who waits for it
 * a short while only. An answer that comes later serves the next process of that account. In the
 * caller's storage; one thread at a time. Inside core/windows only. */
#ifndef STAKEOUT_WINDOWS_ACCOUNTS_H
#define STAKEOUT_WINDOWS_ACCOUNTS_H

#include "core/model/process.h"
#include "core/windows/system.h"

struct account;

struct accounts {
    const struct system_table *system;
    struct account *first;
    size_t count;
};

void accounts_init(struct accounts *accounts, const struct system_table *system);
void accounts_done(struct accounts *accounts);

/* Name and domain of a valid SID. Texts are borrowed for as long as the accounts. */
void accounts_find(struct accounts *accounts, PSID sid, struct text_fact *user,
                   struct text_fact *domain);

/* The same within `ms` for the answer, however often it was asked: 0 only starts the look-up. */
void accounts_find_within(struct accounts *accounts, PSID sid, uint32_t ms, struct text_fact *user,
                          struct text_fact *domain);

/* "S-1-5-18". */
void accounts_add_sid(struct buffer *out, PSID sid);

#endif
