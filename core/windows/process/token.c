/* The token of a process: whose it is, and what that allows. */
#include "core/windows/failure.h"
#include "core/windows/process/parts_inside.h"

#define TRIES_MOST 4
#define DATA_MOST (1u << 20)
#define NAMES_MS 500 /* that the names of all groups together may take */

#define CLASS_IS_APP_CONTAINER ((TOKEN_INFORMATION_CLASS)29)  /* Windows 8 */
#define CLASS_APP_CONTAINER_SID ((TOKEN_INFORMATION_CLASS)31) /* Windows 8 */

struct container { /* TOKEN_APPCONTAINER_INFORMATION, which the headers have for Windows 8 only */
    PSID sid;
};

struct token_inquiry {
    struct parts_inquiry *base;
    HANDLE token;
};

/* A class that an older system does not know is an invalid parameter to it. */
static enum read_state state_of(DWORD error)
{
    return error == ERROR_INVALID_PARAMETER ? READ_UNSUPPORTED
                                            : read_state_from(failure_from_win32(error));
}

static struct number_fact read_number(const struct token_inquiry *inquiry,
                                      TOKEN_INFORMATION_CLASS class)
{
    DWORD number = 0;
    DWORD size = 0;

    if (!inquiry->base->system->get_token_information(inquiry->token, class, &number, sizeof number,
                                                      &size))
        return (struct number_fact){.state = state_of(GetLastError())};
    return (struct number_fact){number, READ_OK};
}

static struct number_fact as_flag(struct number_fact number)
{
    number.value = number.value != 0;
    return number;
}

/* What has no fixed size, in the arena; NULL, with *why. It may grow while it is asked. */
static void *read_data(const struct token_inquiry *inquiry, TOKEN_INFORMATION_CLASS class,
                       DWORD least, enum read_state *why)
{
    DWORD size = 256;

    for (int tries = 0; tries < TRIES_MOST && size <= DATA_MOST; tries++) {
        DWORD needed = 0;
        void *data = parts_take(inquiry->base, 1, size);
        if (!data)
            break;
        if (inquiry->base->system->get_token_information(inquiry->token, class, data, size,
                                                         &needed)) {
            *why = needed >= least ? READ_OK : READ_FAILED;
            return needed >= least ? data : NULL;
        }
        if (GetLastError() != ERROR_INSUFFICIENT_BUFFER && GetLastError() != ERROR_MORE_DATA) {
            *why = state_of(GetLastError());
            return NULL;
        }
        size = needed > size ? needed : size * 2;
    }
    *why = READ_FAILED;
    return NULL;
}

static struct text_fact sid_text(const struct token_inquiry *inquiry, PSID sid)
{
    struct text_fact fact = {.state = READ_FAILED};
    struct buffer written;

    if (!IsValidSid(sid))
        return fact;
    buffer_init(&written, 256);
    accounts_add_sid(&written, sid);
    if (written.failed)
        inquiry->base->no_memory = true;
    else
        fact = (struct text_fact){arena_copy(inquiry->base->parts->arena, buffer_text(&written),
                                             &inquiry->base->no_memory),
                                  READ_OK};
    buffer_done(&written);
    return fact;
}

/* Texts of the accounts live as long as the reader; the answer must not depend on it. */
static void keep_text(const struct token_inquiry *inquiry, struct text_fact *fact)
{
    if (fact->state == READ_OK)
        fact->value =
            arena_copy(inquiry->base->parts->arena, fact->value, &inquiry->base->no_memory);
}

static void find_name(const struct token_inquiry *inquiry, PSID sid, uint32_t ms,
                      struct text_fact *name, struct text_fact *domain)
{
    accounts_find_within(&inquiry->base->reader->accounts, sid, ms, name, domain);
    keep_text(inquiry, name);
    keep_text(inquiry, domain);
}

static void read_user(const struct token_inquiry *inquiry, struct token_info *token)
{
    enum read_state why;
    const TOKEN_USER *user = read_data(inquiry, TokenUser, sizeof *user, &why);

    token->user.state = token->domain.state = token->sid.state = why;
    if (!user)
        return;
    token->sid = sid_text(inquiry, user->User.Sid);
    if (token->sid.state == READ_OK)
        find_name(inquiry, user->User.Sid, NAMES_MS / 4, &token->user, &token->domain);
    else
        token->user.state = token->domain.state = READ_FAILED;
}

static void name_groups(const struct token_inquiry *inquiry, const TOKEN_GROUPS *told,
                        struct token_group *groups)
{
    ULONGLONG end = GetTickCount64() + NAMES_MS;
    struct text_fact name;
    struct text_fact domain;

    /* All are asked first, so that they are looked up side by side. */
    for (DWORD i = 0; i < told->GroupCount; i++)
        if (groups[i].name.state == READ_NOT_YET)
            accounts_find_within(&inquiry->base->reader->accounts, told->Groups[i].Sid, 0, &name,
                                 &domain);
    for (DWORD i = 0; i < told->GroupCount; i++) {
        ULONGLONG now = GetTickCount64();
        if (groups[i].name.state == READ_NOT_YET)
            find_name(inquiry, told->Groups[i].Sid, now < end ? (uint32_t)(end - now) : 0,
                      &groups[i].name, &groups[i].domain);
    }
}

static void read_groups(const struct token_inquiry *inquiry, struct token_info *token)
{
    const TOKEN_GROUPS *told =
        read_data(inquiry, TokenGroups, sizeof told->GroupCount, &token->groups_state);
    struct token_group *groups;

    if (!told)
        return;
    groups = parts_take(inquiry->base, told->GroupCount, sizeof *groups);
    if (!groups)
        return;
    for (DWORD i = 0; i < told->GroupCount; i++) {
        struct text_fact sid = sid_text(inquiry, told->Groups[i].Sid);
        enum read_state name = sid.state == READ_OK ? READ_NOT_YET : READ_FAILED;
        groups[i] = (struct token_group){.sid = sid.value,
                                         .name.state = name,
                                         .domain.state = name,
                                         .attributes = told->Groups[i].Attributes};
    }
    name_groups(inquiry, told, groups);
    token->groups = groups;
    token->group_count = told->GroupCount;
}

static void read_privileges(const struct token_inquiry *inquiry, struct token_info *token)
{
    const TOKEN_PRIVILEGES *told =
        read_data(inquiry, TokenPrivileges, sizeof told->PrivilegeCount, &token->privileges_state);
    struct token_privilege *privileges;

    if (!told)
        return;
    privileges = parts_take(inquiry->base, told->PrivilegeCount, sizeof *privileges);
    if (!privileges)
        return;
    for (DWORD i = 0; i < told->PrivilegeCount; i++) {
        const LUID_AND_ATTRIBUTES *one = &told->Privileges[i];
        privileges[i] = (struct token_privilege){
            .luid = (uint64_t)(uint32_t)one->Luid.HighPart << 32 | one->Luid.LowPart,
            .enabled = one->Attributes & SE_PRIVILEGE_ENABLED,
            .by_default = one->Attributes & SE_PRIVILEGE_ENABLED_BY_DEFAULT,
        };
    }
    token->privileges = privileges;
    token->privilege_count = told->PrivilegeCount;
}

/* The level is the last number of a SID. */
static void read_integrity(const struct token_inquiry *inquiry, struct token_info *token)
{
    const TOKEN_MANDATORY_LABEL *label =
        read_data(inquiry, TokenIntegrityLevel, sizeof *label, &token->integrity.state);
    PSID sid = label ? label->Label.Sid : NULL;

    if (!label)
        return;
    if (!IsValidSid(sid) || !*GetSidSubAuthorityCount(sid)) {
        token->integrity.state = READ_FAILED;
        return;
    }
    token->integrity.value = *GetSidSubAuthority(sid, (DWORD)*GetSidSubAuthorityCount(sid) - 1);
}

static void read_container(const struct token_inquiry *inquiry, struct token_info *token)
{
    const struct container *container;

    token->app_container = as_flag(read_number(inquiry, CLASS_IS_APP_CONTAINER));
    token->container_sid.state = READ_NOT_APPLICABLE;
    if (token->app_container.state != READ_OK || !token->app_container.value)
        return;
    container =
        read_data(inquiry, CLASS_APP_CONTAINER_SID, sizeof *container, &token->container_sid.state);
    if (container)
        token->container_sid = container->sid ? sid_text(inquiry, container->sid)
                                              : (struct text_fact){.state = READ_NOT_APPLICABLE};
}

void token_read(struct parts_inquiry *inquiry)
{
    struct token_inquiry asked = {.base = inquiry};
    struct token_info *token = &inquiry->parts->token;

    if (!inquiry->system->open_process_token(inquiry->handle, TOKEN_QUERY, &asked.token)) {
        process_parts_refuse(inquiry->parts, PROCESS_TOKEN, parts_refusal(inquiry, GetLastError()));
        return;
    }
    inquiry->parts->token_state = READ_OK;
    read_user(&asked, token);
    read_groups(&asked, token);
    read_privileges(&asked, token);
    read_integrity(&asked, token);
    read_container(&asked, token);
    token->session = read_number(&asked, TokenSessionId);
    token->elevated = as_flag(read_number(&asked, TokenElevation));
    token->elevation = read_number(&asked, TokenElevationType);
    token->virtualization_allowed = as_flag(read_number(&asked, TokenVirtualizationAllowed));
    token->virtualized = as_flag(read_number(&asked, TokenVirtualizationEnabled));
    inquiry->system->close_handle(asked.token);
}
