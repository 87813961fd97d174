#include "core/windows/process/details.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/model/protection.h"
#include "core/windows/clock.h"
#include "core/windows/failure.h"
#include "core/windows/nt.h"
#include "core/windows/process/guarded.h"
#include "core/windows/process/memory_view.h"
#include "core/windows/text16.h"

/* Offsets in RTL_USER_PROCESS_PARAMETERS, as it is described publicly for 64-bit and 32-bit
 * processes. */
#define PARAM_DIRECTORY(view) ((view)->wide_pointers ? 0x38u : 0x24u)
#define PARAM_COMMAND(view) ((view)->wide_pointers ? 0x70u : 0x40u)
#define PARAM_STRING(view) ((view)->wide_pointers ? 16u : 8u) /* a UNICODE_STRING */
#define PARAM_SIZE 0x00u                                      /* ULONG: of the whole block */
#define PARAM_MOST 0x80u                                      /* up to and with the command line */

/* Room for a path or a command line of any length, and for the head that class 60 puts before it.
 */
#define SCRATCH_SIZE (DETAILS_WIDE * sizeof(wchar_t) + sizeof(UNICODE_STRING))

/* A process that was made a moment ago may not have set up its parameters. Windows makes them
 * before the process runs; under Wine the process does it itself. */
#define YOUNG_TRIES 20
#define YOUNG_MS 1
#define YOUNG_AGE (2 * MOMENT_SECOND)
#define ENDING_MS 10

enum status details_init(struct details *details, const struct system_table *system,
                         struct accounts *accounts)
{
    wchar_t *wide = memory_take(SCRATCH_SIZE);

    if (!wide)
        return ST_NO_MEMORY;
    *details = (struct details){.system = system, .accounts = accounts, .wide = wide};
    return ST_OK;
}

void details_done(struct details *details)
{
    memory_give(details->wide);
    details->wide = NULL;
}

void details_refused(struct process_facts *draft, enum read_state state)
{
    const struct text_fact text = {.state = state};
    const struct number_fact number = {.state = state};

    draft->image = draft->command = draft->directory = text;
    draft->user = draft->domain = draft->sid = text;
    draft->bits = draft->elevated = number;
    draft->critical = draft->protection = number;
    if (draft->session.state == READ_NOT_YET)
        draft->session = number;
}

/* One process while it is being asked. */
struct inquiry {
    struct details *details;
    HANDLE handle;
    struct arena *arena;
    struct process_facts *draft;
    bool *no_memory;
    bool no_peb; /* System, Registry, Memory Compression: they have no user-mode part */
};

static struct text_fact keep(struct inquiry *inquiry, const wchar_t *wide, size_t length)
{
    return (struct text_fact){text16_copy(inquiry->arena, wide, length, inquiry->no_memory),
                              READ_OK};
}

static bool native_peb_is_missing(const struct inquiry *inquiry)
{
    const struct system_table *system = inquiry->details->system;
    struct nt_basic basic = {0};

    /* A 32-bit program gets a NULL for every 64-bit process. */
    if (!system->nt_query_information_process ||
        (sizeof(void *) == 4 && memory_native_is_64(system)))
        return false;
    return system->nt_query_information_process(inquiry->handle, NT_PROCESS_BASIC, &basic,
                                                sizeof basic, NULL) >= 0 &&
           !basic.peb;
}

static void read_image(struct inquiry *inquiry)
{
    struct details *details = inquiry->details;
    DWORD length = DETAILS_WIDE;

    if (details->system->query_full_process_image_name(inquiry->handle, 0, details->wide,
                                                       &length) &&
        length <= DETAILS_WIDE) {
        inquiry->draft->image = keep(inquiry, details->wide, length);
        return;
    }
    inquiry->draft->image.state =
        inquiry->no_peb ? READ_NOT_APPLICABLE : read_state_from(failure_from_win32(GetLastError()));
}

static void read_bits(struct inquiry *inquiry)
{
    BOOL wow64 = FALSE;
    struct number_fact *bits = &inquiry->draft->bits;

    if (inquiry->details->system->is_wow64_process(inquiry->handle, &wow64)) {
        bits->value = !wow64 && memory_native_is_64(inquiry->details->system) ? 64 : 32;
        bits->state = READ_OK;
    } else {
        bits->state = read_state_from(failure_from_win32(GetLastError()));
    }
}

/* Class 60 needs no right to read memory, and the process can't rewrite what it answers from.
 * False: the PEB must be asked. */
static bool read_command_by_class(struct inquiry *inquiry)
{
    struct details *details = inquiry->details;
    const UNICODE_STRING *head = (const UNICODE_STRING *)(const void *)details->wide;
    uintptr_t from = (uintptr_t)details->wide;
    uintptr_t text;
    ULONG needed = 0;
    NTSTATUS answer;

    if (details->no_class60 || !details->system->nt_query_information_process)
        return false;
    answer = details->system->nt_query_information_process(inquiry->handle, NT_PROCESS_COMMAND_LINE,
                                                           details->wide, SCRATCH_SIZE, &needed);
    if (answer < 0) {
        details->no_class60 = failure_from_nt(answer) == ST_UNSUPPORTED;
        return false;
    }
    text = (uintptr_t)head->Buffer;
    if (head->Length &&
        (text < from || text - from > SCRATCH_SIZE || SCRATCH_SIZE - (text - from) < head->Length))
        return false;
    inquiry->draft->command = keep(inquiry, head->Buffer, head->Length / sizeof(wchar_t));
    return true;
}

/* The address of the process's parameters; waits for a process that is just being born. */
static enum status find_parameters(const struct memory_view *view, uint64_t *parameters)
{
    enum status status = ST_OK;

    for (int i = 0; i < YOUNG_TRIES; i++) {
        *parameters = 0;
        status = memory_view_pointer(view, view->peb + PEB_PARAMETERS(view), parameters);
        if (status || *parameters)
            return status;
        if (view->system->wait_for_multiple_objects(1, &view->handle, FALSE, YOUNG_MS) !=
            WAIT_TIMEOUT)
            return ST_GONE;
    }
    return ST_NOT_FOUND;
}

/* The head of RTL_USER_PROCESS_PARAMETERS, read at once: each read of another process is dear. */
struct parameters {
    uint64_t address;
    unsigned char bytes[PARAM_MOST];
};

/* A string of the parameters. Its pointer is an offset into the block until the process has
 * started. */
static struct text_fact read_parameter(struct inquiry *inquiry, const struct memory_view *view,
                                       const struct parameters *parameters, uint32_t offset)
{
    const unsigned char *string = parameters->bytes + offset;
    wchar_t *wide = inquiry->details->wide;
    uint16_t size = 0;
    uint32_t block = 0;
    uint32_t narrow = 0;
    uint64_t text = 0;
    enum status status = ST_OK;

    memcpy(&size, string, sizeof size);
    memcpy(&block, parameters->bytes + PARAM_SIZE, sizeof block);
    if (view->wide_pointers) {
        memcpy(&text, string + 8, sizeof text);
    } else {
        memcpy(&narrow, string + 4, sizeof narrow);
        text = narrow;
    }
    if (text < block)
        text += parameters->address;
    if (size)
        status = memory_view_read(view, text, wide, size & ~1u);
    if (status)
        return (struct text_fact){.state = read_state_from(status)};
    return keep(inquiry, wide, size / sizeof *wide);
}

static void parameters_failed(struct inquiry *inquiry, bool command_too, enum read_state state)
{
    inquiry->draft->directory.state = state;
    if (command_too)
        inquiry->draft->command.state = state;
}

/* Whether the process has ended, or is about to: that takes a moment in which it is refused
 * already. Waited for only where it is likely, for a process that is seconds old. */
static bool has_ended(const struct inquiry *inquiry)
{
    struct clock clock = clock_of_system();
    moment age = clock.now(clock.context) - inquiry->draft->key.start;
    DWORD wait = age >= 0 && age < YOUNG_AGE ? ENDING_MS : 0;

    return inquiry->details->system->wait_for_multiple_objects(1, &inquiry->handle, FALSE, wait) ==
           WAIT_OBJECT_0;
}

/* Whether no right would help: the process is protected. */
static bool is_protected(const struct inquiry *inquiry)
{
    const struct number_fact *protection = &inquiry->draft->protection;

    return protection->state == READ_OK && protection_is_set(protection->value);
}

static void read_from_memory(struct inquiry *inquiry, bool command_too, HANDLE readable)
{
    struct memory_view view;
    struct parameters parameters = {0};
    bool is_32 = inquiry->draft->bits.value == 32;
    enum status status = memory_view_open(inquiry->details->system, readable, is_32, &view);

    if (!status && !view.peb) {
        parameters_failed(inquiry, command_too, READ_NOT_APPLICABLE);
        return;
    }
    if (!status)
        status = find_parameters(&view, &parameters.address);
    if (!status)
        status = memory_view_read(&view, parameters.address, parameters.bytes,
                                  PARAM_COMMAND(&view) + PARAM_STRING(&view));
    if (status) {
        parameters_failed(inquiry, command_too, read_state_from(status));
        return;
    }
    inquiry->draft->directory = read_parameter(inquiry, &view, &parameters, PARAM_DIRECTORY(&view));
    if (command_too) {
        inquiry->draft->command = read_parameter(inquiry, &view, &parameters, PARAM_COMMAND(&view));
        inquiry->draft->command_from_memory = inquiry->draft->command.state == READ_OK;
    }
}

static void read_parameters(struct inquiry *inquiry)
{
    const struct system_table *system = inquiry->details->system;
    bool command_too = !read_command_by_class(inquiry);
    HANDLE readable;
    enum status status;

    if (inquiry->no_peb) {
        parameters_failed(inquiry, command_too, READ_NOT_APPLICABLE);
        return;
    }
    if (!system->nt_query_information_process) {
        parameters_failed(inquiry, command_too, READ_UNSUPPORTED);
        return;
    }
    readable =
        system->open_process(PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_VM_READ | SYNCHRONIZE,
                             FALSE, inquiry->draft->key.pid);
    if (!readable) {
        status = failure_from_win32(GetLastError());
        if (status == ST_DENIED && has_ended(inquiry))
            status = ST_GONE; /* a process that is ending is refused in the same words */
        else if (status == ST_DENIED && is_protected(inquiry))
            status = ST_PROTECTED;
        parameters_failed(inquiry, command_too, read_state_from(status));
        return;
    }
    read_from_memory(inquiry, command_too, readable);
    system->close_handle(readable);
}

static void read_sid(struct inquiry *inquiry, PSID sid)
{
    struct process_facts *draft = inquiry->draft;
    struct buffer text;

    if (!IsValidSid(sid)) {
        draft->sid.state = draft->user.state = draft->domain.state = READ_FAILED;
        return;
    }
    buffer_init(&text, 256);
    accounts_add_sid(&text, sid);
    if (text.failed)
        *inquiry->no_memory = true;
    else
        draft->sid = (struct text_fact){
            arena_copy(inquiry->arena, buffer_text(&text), inquiry->no_memory), READ_OK};
    buffer_done(&text);
    accounts_find(inquiry->details->accounts, sid, &draft->user, &draft->domain);
}

static void read_token(struct inquiry *inquiry, HANDLE token)
{
    const struct system_table *system = inquiry->details->system;
    struct process_facts *draft = inquiry->draft;
    union {
        TOKEN_USER user;
        unsigned char room[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } owner;
    TOKEN_ELEVATION elevation = {0};
    DWORD session = 0;
    DWORD size = 0;

    if (system->get_token_information(token, TokenUser, &owner, sizeof owner, &size))
        read_sid(inquiry, owner.user.User.Sid);
    else
        draft->sid.state = draft->user.state = draft->domain.state =
            read_state_from(failure_from_win32(GetLastError()));
    if (system->get_token_information(token, TokenElevation, &elevation, sizeof elevation, &size))
        draft->elevated = (struct number_fact){elevation.TokenIsElevated != 0, READ_OK};
    else
        draft->elevated.state = read_state_from(failure_from_win32(GetLastError()));
    if (draft->session.state == READ_NOT_YET &&
        system->get_token_information(token, TokenSessionId, &session, sizeof session, &size))
        draft->session = (struct number_fact){session, READ_OK};
}

static void read_identity(struct inquiry *inquiry)
{
    const struct system_table *system = inquiry->details->system;
    struct process_facts *draft = inquiry->draft;
    HANDLE token = NULL;
    DWORD session = 0;

    if (system->open_process_token(inquiry->handle, TOKEN_QUERY, &token)) {
        read_token(inquiry, token);
        system->close_handle(token);
    } else {
        enum read_state state = read_state_from(failure_from_win32(GetLastError()));
        draft->sid.state = draft->user.state = draft->domain.state = draft->elevated.state = state;
    }
    if (draft->session.state != READ_NOT_YET)
        return;
    if (system->process_id_to_session_id(draft->key.pid, &session))
        draft->session = (struct number_fact){session, READ_OK};
    else
        draft->session.state = read_state_from(failure_from_win32(GetLastError()));
}

void details_read(struct details *details, HANDLE handle, struct arena *arena,
                  struct process_facts *draft, bool *no_memory)
{
    struct inquiry inquiry = {.details = details,
                              .handle = handle,
                              .arena = arena,
                              .draft = draft,
                              .no_memory = no_memory};

    inquiry.no_peb = native_peb_is_missing(&inquiry);
    draft->critical = guarded_critical(details->system, handle, draft->key.pid);
    draft->protection = guarded_protection(details->system, handle);
    read_bits(&inquiry);       /* before memory is read: it says how */
    read_parameters(&inquiry); /* first of what can vanish with the process */
    read_image(&inquiry);
    read_identity(&inquiry);
}

bool details_are_ready(const struct details *details, HANDLE handle, uint32_t pid)
{
    const struct system_table *system = details->system;
    struct memory_view view = {0};
    uint64_t parameters = 0;
    DWORD length = DETAILS_WIDE;
    HANDLE readable;
    enum status status;

    if (!system->query_full_process_image_name(handle, 0, details->wide, &length))
        return false;
    if (memory_view_open(system, handle, false, &view))
        return true; /* this system can't tell */
    if (!view.peb)
        return false;
    readable =
        system->open_process(PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_VM_READ, FALSE, pid);
    if (!readable)
        return true;
    view.handle = readable;
    status = memory_view_pointer(&view, view.peb + PEB_PARAMETERS(&view), &parameters);
    system->close_handle(readable);
    return status || parameters;
}

enum status details_identify(struct details *details, HANDLE handle, const wchar_t **name,
                             size_t *length, uint32_t *parent_pid)
{
    struct nt_basic basic = {0};
    DWORD size = DETAILS_WIDE;
    size_t from;
    NTSTATUS answer;

    if (!details->system->nt_query_information_process)
        return ST_UNSUPPORTED;
    answer = details->system->nt_query_information_process(handle, NT_PROCESS_BASIC, &basic,
                                                           sizeof basic, NULL);
    if (answer < 0)
        return failure_from_nt(answer);
    if (!details->system->query_full_process_image_name(handle, 0, details->wide, &size) ||
        size > DETAILS_WIDE)
        return failure_from_win32(GetLastError());
    for (from = size; from && details->wide[from - 1] != L'\\'; from--)
        ;
    *name = details->wide + from;
    *length = size - from;
    *parent_pid = (uint32_t)basic.parent;
    return ST_OK;
}
