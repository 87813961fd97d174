/* Who is here, and from where: shares and who uses them, log-on sessions, sessions of desktops. */
#include "core/windows/evidence/bundle_calls.h" /* first: it brings winsock2.h */

#include <string.h>

#include "core/windows/evidence/accounts.h"
#include "core/windows/evidence/bundle_parts_inside.h"
#include "core/windows/evidence/bundle_sheet.h"
#include "core/windows/failure.h"

#define ROWS_MOST 100000u
#define NAME_MOST 512u

/* --- what all lists of LanMan have in common --- */

/* Asks for one more piece of a list. */
typedef NET_API_STATUS ask_piece(struct bundle_sheet *sheet, DWORD level, BYTE **rows, DWORD *read,
                                 DWORD *total, DWORD_PTR *resume);
typedef void add_rows(struct bundle_sheet *sheet, DWORD level, const BYTE *rows, DWORD count);

/* Where the fuller level is for administrators only, the lesser one is asked. */
static void ask_list(struct bundle_sheet *sheet, const char *call, ask_piece *ask, add_rows *add,
                     const DWORD levels[2], const char *lesser_source)
{
    DWORD_PTR resume = 0;
    DWORD level = levels[0];
    NET_API_STATUS error = ERROR_MORE_DATA;

    for (DWORD told = 0; error == ERROR_MORE_DATA && told < ROWS_MOST && !sheet->lines.failed;) {
        BYTE *rows = NULL;
        DWORD read = 0;
        DWORD total = 0;
        error = ask(sheet, level, &rows, &read, &total, &resume);
        if (error == ERROR_ACCESS_DENIED && level == levels[0] && levels[1] && !told) {
            level = levels[1];
            resume = 0;
            error = ERROR_MORE_DATA;
            sheet->source = lesser_source;
        } else if ((error == ERROR_SUCCESS || error == ERROR_MORE_DATA) && rows) {
            add(sheet, level, rows, read);
            told += read;
            if (!read && error == ERROR_MORE_DATA) /* it would go on for ever */
                error = ERROR_INVALID_DATA;
        } else if (!error || error == ERROR_MORE_DATA) {
            break;
        }
        if (rows)
            sheet->calls->net_api_buffer_free(rows);
    }
    if (error == 2114) { /* NERR_ServerNotStarted: there is no server, so nobody uses it */
        sheet->because = "the Server service is not running";
        sheet->failure = (struct failure){.status = ST_NOT_FOUND};
    } else if (error && error != ERROR_MORE_DATA) {
        bundle_sheet_failed(sheet, call, error);
    }
}

/* "\\HOST" is what LanMan calls a client. */
static void add_client(struct bundle_sheet *sheet, const wchar_t *name)
{
    while (name && *name == L'\\')
        name++;
    if (!name || !*name)
        return;
    json_open_object(&sheet->json, "source");
    bundle_sheet_wide(sheet, "address", name);
    json_close_object(&sheet->json);
}

static void add_user(struct bundle_sheet *sheet, const wchar_t *name, const wchar_t *domain)
{
    if (!name || !*name)
        return;
    json_open_object(&sheet->json, "user");
    bundle_sheet_wide(sheet, "name", name);
    bundle_sheet_wide(sheet, "domain", domain);
    json_close_object(&sheet->json);
}

/* --- shares --- */

static NET_API_STATUS ask_share_piece(struct bundle_sheet *sheet, DWORD level, BYTE **rows,
                                      DWORD *read, DWORD *total, DWORD_PTR *resume)
{
    DWORD at = (DWORD)*resume;
    NET_API_STATUS error =
        sheet->calls->net_share_enum(NULL, level, rows, MAX_PREFERRED_LENGTH, read, total, &at);

    *resume = at;
    return error;
}

static const char *share_type(DWORD type)
{
    static const char *const words[] = {"disk", "printer", "device", "ipc"};

    return (type & 0xFF) < 4 ? words[type & 0xFF] : "other";
}

static void add_share(struct bundle_sheet *sheet, const wchar_t *name, DWORD type,
                      const wchar_t *remark, const SHARE_INFO_2 *more)
{
    struct json_writer *json = bundle_sheet_row(sheet);

    json_open_object(json, "stakeout");
    json_open_object(json, "share");
    bundle_sheet_wide(sheet, "name", name);
    json_string(json, "type", share_type(type));
    json_bool(json, "administrative", (type & STYPE_SPECIAL) != 0);
    bundle_sheet_wide(sheet, "remark", remark);
    if (more) {
        bundle_sheet_wide(sheet, "path", more->shi2_path);
        json_unsigned(json, "current_uses", more->shi2_current_uses);
    }
    json_close_object(json);
    json_close_object(json);
    bundle_sheet_end_row(sheet);
}

static void add_shares(struct bundle_sheet *sheet, DWORD level, const BYTE *rows, DWORD count)
{
    const SHARE_INFO_2 *full = (const void *)rows;
    const SHARE_INFO_1 *lesser = (const void *)rows;

    for (DWORD i = 0; i < count; i++) {
        if (level == 2)
            add_share(sheet, full[i].shi2_netname, full[i].shi2_type, full[i].shi2_remark,
                      &full[i]);
        else
            add_share(sheet, lesser[i].shi1_netname, lesser[i].shi1_type, lesser[i].shi1_remark,
                      NULL);
    }
}

static void ask_shares(struct bundle_sheet *sheet)
{
    static const DWORD levels[2] = {2, 1};

    if (!sheet->calls->net_share_enum || !sheet->calls->net_api_buffer_free)
        bundle_sheet_missing(sheet, "this system does not have NetShareEnum");
    else
        ask_list(sheet, "NetShareEnum", ask_share_piece, add_shares, levels,
                 "NetShareEnum, level 1 (without paths: they are for administrators)");
}

enum status bundle_shares(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;

    return bundle_ask(out, machine->calls, ask_shares);
}

/* --- who uses them --- */

static NET_API_STATUS ask_session_piece(struct bundle_sheet *sheet, DWORD level, BYTE **rows,
                                        DWORD *read, DWORD *total, DWORD_PTR *resume)
{
    DWORD at = (DWORD)*resume;
    NET_API_STATUS error = sheet->calls->net_session_enum(NULL, NULL, NULL, level, rows,
                                                          MAX_PREFERRED_LENGTH, read, total, &at);

    *resume = at;
    return error;
}

static void add_client_session(struct bundle_sheet *sheet, const wchar_t *client,
                               const wchar_t *user, DWORD seconds, DWORD idle,
                               const SESSION_INFO_502 *more)
{
    struct json_writer *json = bundle_sheet_row(sheet);

    add_client(sheet, client);
    add_user(sheet, user, NULL);
    json_open_object(json, "stakeout");
    json_open_object(json, "share_session");
    json_unsigned(json, "active_s", seconds);
    json_unsigned(json, "idle_s", idle);
    if (more) {
        json_unsigned(json, "open_files", more->sesi502_num_opens);
        json_bool(json, "guest", (more->sesi502_user_flags & SESS_GUEST) != 0);
        bundle_sheet_wide(sheet, "client_type", more->sesi502_cltype_name);
        bundle_sheet_wide(sheet, "transport", more->sesi502_transport);
    }
    json_close_object(json);
    json_close_object(json);
    bundle_sheet_end_row(sheet);
}

static void add_client_sessions(struct bundle_sheet *sheet, DWORD level, const BYTE *rows,
                                DWORD count)
{
    const SESSION_INFO_502 *full = (const void *)rows;
    const SESSION_INFO_10 *lesser = (const void *)rows;

    for (DWORD i = 0; i < count; i++) {
        if (level == 502)
            add_client_session(sheet, full[i].sesi502_cname, full[i].sesi502_username,
                               full[i].sesi502_time, full[i].sesi502_idle_time, &full[i]);
        else
            add_client_session(sheet, lesser[i].sesi10_cname, lesser[i].sesi10_username,
                               lesser[i].sesi10_time, lesser[i].sesi10_idle_time, NULL);
    }
}

static void ask_client_sessions(struct bundle_sheet *sheet)
{
    static const DWORD levels[2] = {502, 10};

    if (!sheet->calls->net_session_enum || !sheet->calls->net_api_buffer_free)
        bundle_sheet_missing(sheet, "this system does not have NetSessionEnum");
    else
        ask_list(sheet, "NetSessionEnum", ask_session_piece, add_client_sessions, levels,
                 "NetSessionEnum, level 10 (the rest is for administrators)");
}

enum status bundle_share_sessions(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;

    return bundle_ask(out, machine->calls, ask_client_sessions);
}

/* --- what they have open --- */

static NET_API_STATUS ask_file_piece(struct bundle_sheet *sheet, DWORD level, BYTE **rows,
                                     DWORD *read, DWORD *total, DWORD_PTR *resume)
{
    return sheet->calls->net_file_enum(NULL, NULL, NULL, level, rows, MAX_PREFERRED_LENGTH, read,
                                       total, resume);
}

static void add_files(struct bundle_sheet *sheet, DWORD level, const BYTE *rows, DWORD count)
{
    const FILE_INFO_3 *file = (const void *)rows;

    (void)level;
    for (DWORD i = 0; i < count; i++, file++) {
        struct json_writer *json = bundle_sheet_row(sheet);
        json_open_object(json, "file");
        bundle_sheet_wide(sheet, "path", file->fi3_pathname);
        json_close_object(json);
        add_user(sheet, file->fi3_username, NULL);
        json_open_object(json, "stakeout");
        json_open_object(json, "share_file");
        json_unsigned(json, "id", file->fi3_id);
        json_bool(json, "may_read", (file->fi3_permissions & PERM_FILE_READ) != 0);
        json_bool(json, "may_write", (file->fi3_permissions & PERM_FILE_WRITE) != 0);
        json_unsigned(json, "locks", file->fi3_num_locks);
        json_close_object(json);
        json_close_object(json);
        bundle_sheet_end_row(sheet);
    }
}

static void ask_share_files(struct bundle_sheet *sheet)
{
    static const DWORD levels[2] = {3, 0};

    if (!sheet->calls->net_file_enum || !sheet->calls->net_api_buffer_free)
        bundle_sheet_missing(sheet, "this system does not have NetFileEnum");
    else
        ask_list(sheet, "NetFileEnum", ask_file_piece, add_files, levels, NULL);
}

enum status bundle_share_files(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;

    return bundle_ask(out, machine->calls, ask_share_files);
}

/* --- log-on sessions --- */

static const char *logon_type(ULONG type)
{
    static const char *const words[] = {"system",
                                        "",
                                        "interactive",
                                        "network",
                                        "batch",
                                        "service",
                                        "proxy",
                                        "unlock",
                                        "network cleartext",
                                        "new credentials",
                                        "remote interactive",
                                        "cached interactive",
                                        "cached remote interactive",
                                        "cached unlock"};

    return type < sizeof words / sizeof words[0] && words[type][0] ? words[type] : NULL;
}

static void add_lsa(struct bundle_sheet *sheet, const char *name, const LSA_UNICODE_STRING *from)
{
    wchar_t wide[NAME_MOST];
    size_t length = from->Length / sizeof *wide;

    if (!from->Buffer || !length)
        return;
    if (length >= NAME_MOST)
        length = NAME_MOST - 1;
    memcpy(wide, from->Buffer, length * sizeof *wide);
    wide[length] = 0;
    bundle_sheet_wide(sheet, name, wide);
}

static void add_luid(struct json_writer *json, const char *name, const LUID *luid)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t number = (uint64_t)(ULONG)luid->HighPart << 32 | luid->LowPart;
    char text[18] = "0x";
    size_t size = 2;
    unsigned shift = 60;

    while (shift && !(number >> shift))
        shift -= 4;
    for (;; shift -= 4) {
        text[size++] = digits[number >> shift & 15];
        if (!shift)
            break;
    }
    json_text(json, name, (struct text){text, size});
}

static void add_logon(struct bundle_sheet *sheet, const SECURITY_LOGON_SESSION_DATA *data)
{
    struct json_writer *json = bundle_sheet_row(sheet);
    const char *type = logon_type((ULONG)data->LogonType);
    struct buffer sid;

    json_open_object(json, "user");
    add_lsa(sheet, "name", &data->UserName);
    add_lsa(sheet, "domain", &data->LogonDomain);
    buffer_init(&sid, 256);
    if (data->Sid && IsValidSid(data->Sid))
        accounts_add_sid(&sid, data->Sid);
    if (sid.size)
        json_text(json, "id", buffer_text(&sid));
    buffer_done(&sid);
    json_close_object(json);
    json_open_object(json, "stakeout");
    json_open_object(json, "logon");
    add_luid(json, "id", &data->LogonId);
    if (type)
        json_string(json, "type", type);
    else
        json_unsigned(json, "type_number", (ULONG)data->LogonType);
    json_moment(json, "time", data->LogonTime.QuadPart, false);
    json_unsigned(json, "session", data->Session);
    add_lsa(sheet, "package", &data->AuthenticationPackage);
    add_lsa(sheet, "server", &data->LogonServer);
    add_lsa(sheet, "dns_domain", &data->DnsDomainName);
    add_lsa(sheet, "upn", &data->Upn);
    json_close_object(json);
    json_close_object(json);
    bundle_sheet_end_row(sheet);
}

static bool has_lsa(const struct bundle_calls *calls)
{
    return calls->lsa_enumerate_logon_sessions && calls->lsa_get_logon_session_data &&
           calls->lsa_free_return_buffer;
}

static void ask_logons(struct bundle_sheet *sheet)
{
    const struct bundle_calls *calls = sheet->calls;
    ULONG count = 0;
    LUID *list = NULL;
    NTSTATUS code;

    if (!has_lsa(calls)) {
        bundle_sheet_missing(sheet, "this system does not have LsaEnumerateLogonSessions");
        return;
    }
    code = calls->lsa_enumerate_logon_sessions(&count, &list);
    if (code) {
        sheet->failure =
            (struct failure){failure_from_nt(code), "LsaEnumerateLogonSessions", (uint32_t)code};
        return;
    }
    for (ULONG i = 0; i < count && list && !sheet->lines.failed; i++) {
        SECURITY_LOGON_SESSION_DATA *data = NULL;
        if (!calls->lsa_get_logon_session_data(&list[i], &data) && data) {
            add_logon(sheet, data);
            calls->lsa_free_return_buffer(data);
        } else {
            sheet->lost++;
        }
    }
    sheet->lost_reason = "a log-on session is for administrators to see, or has ended meanwhile";
    if (list)
        calls->lsa_free_return_buffer(list);
}

enum status bundle_logons(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;

    return bundle_ask(out, machine->calls, ask_logons);
}

/* --- sessions of desktops --- */

/* A text about a session; owned: wts_free_memory. NULL: there is none. */
static wchar_t *session_text(const struct bundle_calls *calls, DWORD session, WTS_INFO_CLASS what)
{
    wchar_t *text = NULL;
    DWORD size = 0;

    return calls->wts_query_session_information(NULL, session, what, &text, &size) ? text : NULL;
}

static void add_session_text(struct bundle_sheet *sheet, const char *name, DWORD session,
                             WTS_INFO_CLASS what)
{
    wchar_t *text = session_text(sheet->calls, session, what);

    bundle_sheet_wide(sheet, name, text);
    if (text)
        sheet->calls->wts_free_memory(text);
}

static void add_session_times(struct bundle_sheet *sheet, DWORD session)
{
    struct json_writer *json = &sheet->json;
    WTSINFOW info;
    wchar_t *answer = NULL;
    DWORD size = 0;

    if (sheet->calls->wts_query_session_information(NULL, session, WTSSessionInfo, &answer,
                                                    &size) &&
        answer && size >= sizeof info) {
        memcpy(&info, answer, sizeof info);
        json_moment(json, "logged_on", info.LogonTime.QuadPart, false);
        json_moment(json, "connected", info.ConnectTime.QuadPart, false);
        json_moment(json, "disconnected", info.DisconnectTime.QuadPart, false);
        json_moment(json, "last_input", info.LastInputTime.QuadPart, false);
    }
    if (answer)
        sheet->calls->wts_free_memory(answer);
}

static void add_session_client(struct bundle_sheet *sheet, DWORD session)
{
    WTS_CLIENT_ADDRESS address;
    wchar_t *answer = NULL;
    DWORD size = 0;
    struct endpoint end = {.port = 0};

    if (sheet->calls->wts_query_session_information(NULL, session, WTSClientAddress, &answer,
                                                    &size) &&
        answer && size >= sizeof address) {
        memcpy(&address, answer, sizeof address);
        if (address.AddressFamily == AF_INET) { /* four octets, from the third byte on */
            end.address = address_from_ipv4(&address.Address[2]);
            json_open_object(&sheet->json, "source");
            json_address(&sheet->json, "ip", &end);
            json_close_object(&sheet->json);
        }
    }
    if (answer)
        sheet->calls->wts_free_memory(answer);
}

static void add_session(struct bundle_sheet *sheet, const WTS_SESSION_INFOW *session)
{
    static const char *const states[] = {"active",       "connected", "connecting", "shadowing",
                                         "disconnected", "idle",      "listening",  "resetting",
                                         "down",         "starting"};
    struct json_writer *json = bundle_sheet_row(sheet);

    json_open_object(json, "user");
    add_session_text(sheet, "name", session->SessionId, WTSUserName);
    add_session_text(sheet, "domain", session->SessionId, WTSDomainName);
    json_close_object(json);
    add_session_client(sheet, session->SessionId);
    json_open_object(json, "stakeout");
    json_open_object(json, "session");
    json_unsigned(json, "id", session->SessionId);
    bundle_sheet_wide(sheet, "station", session->pWinStationName);
    if ((unsigned)session->State < sizeof states / sizeof states[0])
        json_string(json, "state", states[session->State]);
    add_session_text(sheet, "client_name", session->SessionId, WTSClientName);
    add_session_times(sheet, session->SessionId);
    json_close_object(json);
    json_close_object(json);
    bundle_sheet_end_row(sheet);
}

static void ask_sessions(struct bundle_sheet *sheet)
{
    const struct bundle_calls *calls = sheet->calls;
    WTS_SESSION_INFOW *sessions = NULL;
    DWORD count = 0;

    if (!calls->wts_enumerate_sessions || !calls->wts_query_session_information ||
        !calls->wts_free_memory) {
        bundle_sheet_missing(sheet, "this system does not have WTSEnumerateSessions");
        return;
    }
    if (!calls->wts_enumerate_sessions(NULL, 0, 1, &sessions, &count)) {
        bundle_sheet_failed(sheet, "WTSEnumerateSessions", GetLastError());
        return;
    }
    for (DWORD i = 0; i < count && !sheet->lines.failed; i++)
        add_session(sheet, &sessions[i]);
    calls->wts_free_memory(sessions);
}

enum status bundle_sessions(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;

    return bundle_ask(out, machine->calls, ask_sessions);
}
