/* Accounts of this machine, its groups and their members, and profiles. */
#include "core/windows/evidence/bundle_parts_inside.h"

#include <lm.h>
#include <sddl.h>

#include "core/windows/evidence/accounts.h"
#include "core/windows/evidence/profiles.h"
#include "core/windows/text16.h"

#define TEXT_CEILING ((size_t)1 << 20)
#define ARENA_CEILING ((size_t)16 << 20)
#define SECONDS_1970 INT64_C(11644473600) /* from 1601 */
#define ASKED_MOST 10000u                 /* answers; then the system makes no sense */

static void add_wide(struct json_writer *json, const char *name, const wchar_t *text, size_t length)
{
    struct buffer value;

    if (!text || !length)
        return;
    buffer_init(&value, TEXT_CEILING);
    text16_add(&value, text, length);
    json_text(json, name, buffer_text(&value));
    buffer_done(&value);
}

static void add_string(struct json_writer *json, const char *name, const wchar_t *text)
{
    add_wide(json, name, text, text ? wcslen(text) : 0);
}

static void add_sid(struct json_writer *json, const char *name, PSID sid)
{
    struct buffer text;

    if (!sid || !IsValidSid(sid))
        return;
    buffer_init(&text, 1024);
    accounts_add_sid(&text, sid);
    json_text(json, name, buffer_text(&text));
    buffer_done(&text);
}

static void add_seconds(struct json_writer *json, const char *name, DWORD seconds)
{
    if (seconds && seconds != TIMEQ_FOREVER)
        json_moment(json, name, (SECONDS_1970 + (moment)seconds) * MOMENT_SECOND, false);
}

static enum status net_failed(struct bundle_out *out, const char *call, DWORD code)
{
    const struct failure failure = {
        .status = code == ERROR_ACCESS_DENIED ? ST_DENIED : ST_SYSTEM, .call = call, .code = code};

    return bundle_fail(out, &failure);
}

static enum status add_user(struct bundle_out *out, const USER_INFO_3 *user)
{
    static const char *const privileges[] = {"guest", "user", "administrator"};
    struct json_writer *json = bundle_row(out);

    json_open_object(json, "user");
    add_string(json, "name", user->usri3_name);
    add_string(json, "full_name", user->usri3_full_name);
    json_close_object(json);
    json_open_object(json, "stakeout");
    json_open_object(json, "account");
    json_unsigned(json, "rid", user->usri3_user_id);
    add_string(json, "comment", user->usri3_comment);
    if (user->usri3_priv < 3)
        json_string(json, "privilege", privileges[user->usri3_priv]);
    json_bool(json, "disabled", (user->usri3_flags & UF_ACCOUNTDISABLE) != 0);
    json_bool(json, "password_required", !(user->usri3_flags & UF_PASSWD_NOTREQD));
    json_unsigned(json, "flags", user->usri3_flags);
    json_unsigned(json, "password_age_seconds", user->usri3_password_age);
    add_seconds(json, "last_logon", user->usri3_last_logon);
    add_seconds(json, "expires", user->usri3_acct_expires);
    json_unsigned(json, "logons", user->usri3_num_logons);
    json_unsigned(json, "bad_passwords", user->usri3_bad_pw_count);
    add_string(json, "script", user->usri3_script_path);
    json_close_object(json);
    json_close_object(json);
    return bundle_end_row(out);
}

static enum status add_users(const struct disk_calls *calls, struct bundle_out *out)
{
    DWORD resume = 0;
    DWORD code = ERROR_MORE_DATA;
    enum status status = ST_OK;

    if (!calls->user_enum || !calls->net_free)
        return bundle_because(out, ST_UNSUPPORTED, "this system lacks NetUserEnum");
    for (unsigned i = 0; !status && code == ERROR_MORE_DATA && i < ASKED_MOST; i++) {
        BYTE *answer = NULL;
        DWORD count = 0;
        DWORD total = 0;
        code = calls->user_enum(NULL, 3, 0, &answer, MAX_PREFERRED_LENGTH, &count, &total, &resume);
        if (code && code != ERROR_MORE_DATA)
            status = net_failed(out, "NetUserEnum", code);
        for (DWORD at = 0; !status && answer && at < count; at++)
            status = add_user(out, (const USER_INFO_3 *)(void *)answer + at);
        if (answer)
            calls->net_free(answer);
    }
    return status;
}

static void add_members(const struct disk_calls *calls, struct bundle_out *out,
                        struct json_writer *json, const wchar_t *group)
{
    BYTE *answer = NULL;
    DWORD count = 0;
    DWORD total = 0;
    DWORD_PTR resume = 0;
    DWORD code = calls->group_members(NULL, group, 2, &answer, MAX_PREFERRED_LENGTH, &count, &total,
                                      &resume);

    if (code) {
        json_unsigned(json, "members_error", code);
        bundle_lost(out, 1, "members of a group could not be read");
    } else {
        const LOCALGROUP_MEMBERS_INFO_2 *members = (const void *)answer;
        json_open_array(json, "members");
        for (DWORD i = 0; members && i < count; i++) {
            json_open_object(json, NULL);
            add_string(json, "name", members[i].lgrmi2_domainandname);
            add_sid(json, "sid", members[i].lgrmi2_sid);
            json_close_object(json);
        }
        json_close_array(json);
    }
    if (answer)
        calls->net_free(answer);
}

static enum status add_groups(const struct disk_calls *calls, struct bundle_out *out)
{
    DWORD_PTR resume = 0;
    BYTE *answer = NULL;
    DWORD count = 0;
    DWORD total = 0;
    DWORD code;
    enum status status = ST_OK;

    if (!calls->group_enum || !calls->group_members || !calls->net_free)
        return bundle_because(out, ST_UNSUPPORTED, "this system lacks NetLocalGroupEnum");
    code = calls->group_enum(NULL, 1, &answer, MAX_PREFERRED_LENGTH, &count, &total, &resume);
    if (code)
        status = net_failed(out, "NetLocalGroupEnum", code);
    for (DWORD i = 0; !status && answer && i < count; i++) {
        const LOCALGROUP_INFO_1 *group = (const LOCALGROUP_INFO_1 *)(void *)answer + i;
        struct json_writer *json = bundle_row(out);
        json_open_object(json, "group");
        add_string(json, "name", group->lgrpi1_name);
        json_close_object(json);
        json_open_object(json, "stakeout");
        json_open_object(json, "group");
        add_string(json, "comment", group->lgrpi1_comment);
        add_members(calls, out, json, group->lgrpi1_name);
        json_close_object(json);
        json_close_object(json);
        status = bundle_end_row(out);
    }
    if (answer)
        calls->net_free(answer);
    return status;
}

static enum status add_profiles(const struct bundle_machine *machine, struct bundle_out *out)
{
    const struct registry_calls calls = bundle_registry_of(machine);
    struct arena *arena = arena_new(ARENA_CEILING);
    struct expand_user *users = NULL;
    size_t count = 0;
    enum status status = arena ? profiles_read(&calls, arena, &users, &count) : ST_NO_MEMORY;

    for (size_t i = 0; i < count && !status; i++) {
        struct json_writer *json = bundle_row(out);
        json_open_object(json, "user");
        json_text(json, "id", users[i].sid);
        json_close_object(json);
        json_open_object(json, "stakeout");
        json_open_object(json, "profile");
        json_text(json, "path", users[i].profile);
        json_bool(json, "current", users[i].current);
        json_close_object(json);
        json_close_object(json);
        status = bundle_end_row(out);
    }
    arena_free(arena);
    return status;
}

/* Whether the part goes on: what one list lacks does not keep the others away. */
static bool ends(enum status status, const struct bundle_out *out)
{
    return status == ST_CANCELLED || status == ST_NO_MEMORY || bundle_cancelled(out);
}

enum status bundle_users(void *context, struct bundle_out *out)
{
    const struct disk_calls *calls = disk_calls_of(context);
    enum status first = add_users(calls, out);
    enum status second = ends(first, out) ? first : add_groups(calls, out);
    enum status third = ends(second, out) ? second : add_profiles(context, out);

    return first ? first : second ? second : third;
}
