#include "core/windows/evidence/accounts.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/slow.h"
#include "core/windows/text16.h"

#define WAIT_MS 100
#define NAME_LENGTH 512
#define ACCOUNTS_MOST                                                                              \
    4096 /* a machine has a dozen; whoever makes more is not to fill our memory                    \
          */

struct lookup {
    struct slow_job job;
    const struct system_table *system;
    unsigned char sid[SECURITY_MAX_SID_SIZE];
    DWORD error; /* 0: found */
    char user[TEXT16_MOST(NAME_LENGTH)];
    size_t user_size;
    char domain[TEXT16_MOST(NAME_LENGTH)];
    size_t domain_size;
};

struct account {
    struct account *next;
    struct slow *slow; /* holds the lookup; NULL: it could not be started */
    DWORD sid_size;
    unsigned char sid[SECURITY_MAX_SID_SIZE];
};

void accounts_init(struct accounts *accounts, const struct system_table *system)
{
    *accounts = (struct accounts){.system = system};
}

void accounts_done(struct accounts *accounts)
{
    while (accounts->first) {
        struct account *next = accounts->first->next;
        slow_release(accounts->first->slow);
        memory_give(accounts->first);
        accounts->first = next;
    }
    accounts->count = 0;
}

static void run_lookup(struct slow_job *job)
{
    struct lookup *lookup = (struct lookup *)job;
    wchar_t user[NAME_LENGTH];
    wchar_t domain[NAME_LENGTH];
    DWORD user_length = NAME_LENGTH;
    DWORD domain_length = NAME_LENGTH;
    SID_NAME_USE use;

    if (!lookup->system->lookup_account_sid(NULL, lookup->sid, user, &user_length, domain,
                                            &domain_length, &use)) {
        lookup->error = GetLastError();
        if (!lookup->error)
            lookup->error = ERROR_NONE_MAPPED;
        return;
    }
    lookup->user_size = text16_encode(user, wcsnlen(user, NAME_LENGTH), lookup->user);
    lookup->domain_size = text16_encode(domain, wcsnlen(domain, NAME_LENGTH), lookup->domain);
}

static void free_lookup(struct slow_job *job)
{
    memory_give(job);
}

static struct account *add_account(struct accounts *accounts, PSID sid, DWORD size)
{
    struct account *account;
    struct lookup *lookup;

    if (accounts->count >= ACCOUNTS_MOST)
        return NULL;
    account = memory_take(sizeof *account);
    lookup = memory_take(sizeof *lookup);
    if (!account || !lookup) {
        memory_give(account);
        memory_give(lookup);
        return NULL;
    }
    account->sid_size = size;
    memcpy(account->sid, sid, size);
    lookup->job = (struct slow_job){run_lookup, free_lookup};
    lookup->system = accounts->system;
    memcpy(lookup->sid, sid, size);
    if (slow_start(&lookup->job, &account->slow)) { /* too busy: it is tried anew the next time */
        memory_give(account);
        return NULL;
    }
    account->next = accounts->first;
    accounts->first = account;
    accounts->count++;
    return account;
}

static struct account *find_account(struct accounts *accounts, PSID sid, DWORD size, bool *is_new)
{
    *is_new = false;
    for (struct account *account = accounts->first; account; account = account->next)
        if (account->sid_size == size && memcmp(account->sid, sid, size) == 0)
            return account;
    *is_new = true;
    return add_account(accounts, sid, size);
}

/* new_ms: to wait for the first answer; known_ms: where it was asked before. */
static void find(struct accounts *accounts, PSID sid, uint32_t new_ms, uint32_t known_ms,
                 struct text_fact *user, struct text_fact *domain)
{
    DWORD size = GetLengthSid(sid);
    bool is_new = false;
    struct account *account = NULL;
    const struct lookup *lookup;

    *user = *domain = (struct text_fact){.state = READ_NOT_YET};
    if (size <= SECURITY_MAX_SID_SIZE)
        account = find_account(accounts, sid, size, &is_new);
    if (!account || !slow_wait(account->slow, is_new ? new_ms : known_ms))
        return;
    lookup = (const struct lookup *)slow_answer(account->slow);
    if (lookup->error) { /* mostly ERROR_NONE_MAPPED: a deleted account, a container */
        user->state = domain->state = READ_FAILED;
        return;
    }
    *user = (struct text_fact){{lookup->user, lookup->user_size}, READ_OK};
    *domain = (struct text_fact){{lookup->domain, lookup->domain_size}, READ_OK};
}

void accounts_find(struct accounts *accounts, PSID sid, struct text_fact *user,
                   struct text_fact *domain)
{
    find(accounts, sid, WAIT_MS, 0, user, domain);
}

void accounts_find_within(struct accounts *accounts, PSID sid, uint32_t ms, struct text_fact *user,
                          struct text_fact *domain)
{
    find(accounts, sid, ms, ms, user, domain);
}

void accounts_add_sid(struct buffer *out, PSID sid)
{
    const SID_IDENTIFIER_AUTHORITY *authority = GetSidIdentifierAuthority(sid);
    uint64_t number = 0;

    for (int i = 0; i < 6; i++)
        number = number << 8 | authority->Value[i];
    buffer_add_string(out, "S-1-");
    buffer_add_unsigned(out, number);
    for (DWORD i = 0; i < *GetSidSubAuthorityCount(sid); i++) {
        buffer_add_byte(out, '-');
        buffer_add_unsigned(out, *GetSidSubAuthority(sid, i));
    }
}
