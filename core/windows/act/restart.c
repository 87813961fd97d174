#include "core/windows/act/restart.h"

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/privilege.h"
#include "core/windows/text16.h"

struct reborn {
    HANDLE token; /* NULL: it could not be had */
    bool ours;    /* the token is no other than this program's own: same user, session, rights */
    bool elevated;
    bool elevated_known;
    wchar_t *image; /* NULL: by the command line alone */
    wchar_t *command;
    wchar_t *directory;
};

/* What two tokens are compared by. */
struct identity {
    union {
        TOKEN_USER user;
        BYTE room[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } who;
    DWORD session;
    TOKEN_ELEVATION elevation;
};

static bool read_identity(HANDLE token, struct identity *identity)
{
    DWORD size;

    return GetTokenInformation(token, TokenUser, &identity->who, sizeof identity->who, &size) &&
           GetTokenInformation(token, TokenSessionId, &identity->session, sizeof(DWORD), &size) &&
           GetTokenInformation(token, TokenElevation, &identity->elevation,
                               sizeof identity->elevation, &size);
}

static bool is_our_token(HANDLE token, struct reborn *reborn)
{
    struct identity theirs, ours;
    HANDLE own = NULL;
    bool same;

    if (!read_identity(token, &theirs))
        return false;
    reborn->elevated_known = true;
    reborn->elevated = theirs.elevation.TokenIsElevated != 0;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &own))
        return false;
    same = read_identity(own, &ours) &&
           EqualSid(ours.who.user.User.Sid, theirs.who.user.User.Sid) &&
           ours.session == theirs.session &&
           ours.elevation.TokenIsElevated == theirs.elevation.TokenIsElevated;
    CloseHandle(own);
    return same;
}

/* A token that a process can be started with. That it can't be had is told at the start. */
static void take_token(HANDLE process, struct reborn *reborn)
{
    HANDLE token = NULL;

    if (!OpenProcessToken(process, TOKEN_DUPLICATE | TOKEN_QUERY, &token))
        return;
    reborn->ours = is_our_token(token, reborn);
    if (!reborn->ours &&
        !DuplicateTokenEx(token,
                          TOKEN_QUERY | TOKEN_DUPLICATE | TOKEN_ASSIGN_PRIMARY |
                              TOKEN_ADJUST_DEFAULT | TOKEN_ADJUST_SESSIONID,
                          NULL, SecurityImpersonation, TokenPrimary, &reborn->token))
        reborn->token = NULL;
    CloseHandle(token);
}

static wchar_t *copy(const struct text_fact *fact, bool *failed)
{
    wchar_t *wide;

    if (fact->state != READ_OK || !fact->value.size)
        return NULL;
    wide = text16_from(fact->value, NULL);
    *failed = *failed || !wide;
    return wide;
}

enum status restart_remember(HANDLE process, const struct process_facts *facts,
                             struct reborn **reborn, struct failure *failure)
{
    struct reborn *made;
    bool failed = false;

    if (facts->command.state != READ_OK || !facts->command.value.size) {
        *failure = (struct failure){ST_UNSUPPORTED, "its command line is not known", 0};
        return ST_UNSUPPORTED;
    }
    made = memory_take(sizeof *made);
    if (!made) {
        failure->status = ST_NO_MEMORY;
        return ST_NO_MEMORY;
    }
    made->image = copy(&facts->image, &failed);
    made->command = copy(&facts->command, &failed);
    made->directory = copy(&facts->directory, &failed);
    if (failed) {
        restart_forget(made);
        failure->status = ST_NO_MEMORY;
        return ST_NO_MEMORY;
    }
    take_token(process, made);
    *reborn = made;
    return ST_OK;
}

static void fill_key(const PROCESS_INFORMATION *born, struct process_key *key)
{
    FILETIME created, exited, kernel, user;

    *key = (struct process_key){.pid = born->dwProcessId};
    if (GetProcessTimes(born->hProcess, &created, &exited, &kernel, &user))
        key->start = (moment)((uint64_t)created.dwHighDateTime << 32 | created.dwLowDateTime);
}

static BOOL create(struct reborn *reborn, const wchar_t *directory, PROCESS_INFORMATION *born)
{
    STARTUPINFOW startup = {.cb = sizeof startup};

    if (reborn->token)
        return CreateProcessWithTokenW(reborn->token, 0, reborn->image, reborn->command,
                                       CREATE_NEW_CONSOLE, NULL, directory, &startup, born);
    return CreateProcessW(reborn->image, reborn->command, NULL, NULL, FALSE, CREATE_NEW_CONSOLE,
                          NULL, directory, &startup, born);
}

/* The directory may be gone; that is no reason not to start. */
static BOOL create_somewhere(struct reborn *reborn, PROCESS_INFORMATION *born)
{
    return create(reborn, reborn->directory, born) ||
           (reborn->directory && GetLastError() == ERROR_DIRECTORY && create(reborn, NULL, born));
}

enum status restart_start(struct reborn *reborn, struct process_key *key, bool *same_user,
                          struct failure *failure)
{
    PROCESS_INFORMATION born;
    DWORD error;
    bool as_it_was = reborn->ours || reborn->token;

    if (!as_it_was && privilege_is_elevated() && !(reborn->elevated_known && reborn->elevated)) {
        *failure = (struct failure){ST_DENIED, "it would have more rights than before", 0};
        return ST_DENIED;
    }
    if (!create_somewhere(reborn, &born)) {
        error = GetLastError();
        return failure_win32(failure, reborn->token ? "CreateProcessWithToken" : "CreateProcess",
                             error);
    }
    fill_key(&born, key);
    *same_user = as_it_was;
    CloseHandle(born.hThread);
    CloseHandle(born.hProcess);
    return ST_OK;
}

void restart_forget(struct reborn *reborn)
{
    if (!reborn)
        return;
    if (reborn->token)
        CloseHandle(reborn->token);
    text16_free(reborn->image);
    text16_free(reborn->command);
    text16_free(reborn->directory);
    memory_give(reborn);
}
