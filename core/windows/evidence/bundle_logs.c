/* Event logs, exported by the system's own call, which also takes what was not yet written. */
#include "core/windows/evidence/bundle_parts_inside.h"
#include "core/windows/failure.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"

#define PATH_CEILING ((size_t)128 << 10)
#define BY_CHANNEL 1 /* EvtExportLogChannelPath */
#define NO_CHANNEL 15007u
#define NOT_INSTALLED "this machine has no such log"

static const char *const channels[] = {
    "System",
    "Security",
    "Application",
    "Windows PowerShell",
    "Microsoft-Windows-PowerShell/Operational",
    "Microsoft-Windows-TaskScheduler/Operational",
    "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
    "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
    "Microsoft-Windows-TerminalServices-RDPClient/Operational",
    "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational",
    "Microsoft-Windows-Sysmon/Operational",
    "Microsoft-Windows-WMI-Activity/Operational",
    "Microsoft-Windows-Bits-Client/Operational",
    "Microsoft-Windows-Windows Defender/Operational",
    "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall",
};

static enum status export(const struct disk_calls *calls, const char *channel, struct text place,
                          struct failure *failure) {
    wchar_t *name = text16_from(text_from(channel), NULL);
    wchar_t *path = files_path(place, failure);
    bool is_folder = false;
    enum status status = name && path ? ST_OK : ST_NO_MEMORY;

    if (!status && !calls->export_log(NULL, name, L"*", path, BY_CHANNEL))
        status = failure_win32(failure, "EvtExportLog", GetLastError());
    else if (!status && files_exists(place, &is_folder) != ST_OK)
        status = ST_UNSUPPORTED; /* some say "done" and do nothing */
    text16_free(path);
    text16_free(name);
    return status;
}

static void add_row(struct bundle_index *index, const char *channel, enum status status,
                    const struct failure *failure)
{
    struct json_writer *json = bundle_index_row(index);
    struct buffer why;

    buffer_init(&why, 4096);
    json_open_object(json, "winlog");
    json_string(json, "channel", channel);
    json_close_object(json);
    json_open_object(json, "stakeout");
    if (status == ST_OK) {
        json_text(json, "copy", bundle_placed_name(index->out));
    } else {
        if (failure->code == NO_CHANNEL)
            buffer_add_string(&why, NOT_INSTALLED);
        else if (failure->call)
            failure_add(&why, failure);
        else
            buffer_add_string(&why, status == ST_UNSUPPORTED
                                        ? "the system said it was done, and made no file"
                                        : status_phrase(status));
        json_text(json, "unread", buffer_text(&why));
    }
    json_close_object(json);
    bundle_index_end_row(index);
    buffer_done(&why);
}

static enum status take_log(const struct disk_calls *calls, struct bundle_index *index,
                            const char *channel)
{
    struct failure failure = {.status = ST_OK};
    struct buffer name;
    struct buffer place;
    enum status status;

    buffer_init(&name, PATH_CEILING);
    buffer_init(&place, PATH_CEILING);
    buffer_add_string(&name, channel);
    buffer_add_string(&name, ".evtx");
    status = bundle_place(index->out, buffer_text(&name), &place);
    if (!status) {
        enum status had = export(calls, channel, buffer_text(&place), &failure);
        add_row(index, channel, had, &failure);
        if (had == ST_OK) {
            bundle_placed(index->out);
            index->files++;
        } else if (failure.code != NO_CHANNEL) {
            if (failure.call)
                bundle_fail(index->out, &failure);
            bundle_lost(index->out, 1, "event logs could not be exported");
        }
    }
    buffer_done(&place);
    buffer_done(&name);
    return status ? status : bundle_cancelled(index->out) ? ST_CANCELLED : ST_OK;
}

enum status bundle_event_logs(void *context, struct bundle_out *out)
{
    const struct disk_calls *calls = disk_calls_of(context);
    struct bundle_index index;
    enum status status = ST_OK;

    if (!calls->export_log)
        return bundle_because(out, ST_UNSUPPORTED, "this system lacks EvtExportLog");
    bundle_index_begin(&index, out);
    for (size_t i = 0; i < sizeof channels / sizeof *channels && !status; i++) {
        progress_tell(bundle_progress(out), i, sizeof channels / sizeof *channels);
        status = take_log(calls, &index, channels[i]);
    }
    if (!status && !index.files)
        status = bundle_because(out, ST_NOT_FOUND, "none of the event logs is on this machine");
    return bundle_index_end(&index, status, false);
}
