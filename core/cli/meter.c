#include "core/cli/meter.h"

#include <windows.h>

#include "core/cli/console.h"
#include "core/cli/text/show_evidence.h"

#define PAUSE_MS 200
#define CLOSING_MS 4000 /* the system gives a console program five seconds to end */
#define LINE_MOST 128
#define COLUMNS 40 /* no line of the meter is longer */

static struct progress progress;
static atomic_bool cancel;
static HANDLE end_event;   /* the work is over */
static HANDLE ended_event; /* and the program about to be, too */
static HANDLE thread;
static bool on_console;

/* On a thread of the system's. */
static BOOL WINAPI on_control(DWORD event)
{
    atomic_store(&cancel, true);
    /* After these the process ends as soon as this returns: no half file is to be left. */
    if (event == CTRL_CLOSE_EVENT || event == CTRL_LOGOFF_EVENT || event == CTRL_SHUTDOWN_EVENT)
        WaitForSingleObject(ended_event, CLOSING_MS);
    return TRUE;
}

static void draw(void)
{
    struct buffer line;
    buffer_init(&line, LINE_MOST);
    buffer_add_byte(&line, '\r');
    show_progress(&line, atomic_load(&progress.done), atomic_load(&progress.total));
    while (line.size < COLUMNS && line.failed == ST_OK)
        buffer_add_byte(&line, ' ');
    console_write_error(buffer_text(&line));
    buffer_done(&line);
}

static void wipe(void)
{
    char line[COLUMNS + 2];
    line[0] = '\r';
    for (int i = 1; i <= COLUMNS; i++)
        line[i] = ' ';
    line[COLUMNS + 1] = '\r';
    console_write_error((struct text){line, sizeof line});
}

static DWORD WINAPI show(void *unused)
{
    (void)unused;
    while (WaitForSingleObject(end_event, PAUSE_MS) == WAIT_TIMEOUT)
        draw();
    return 0;
}

struct progress *meter_begin(void)
{
    DWORD mode;
    atomic_store(&cancel, false);
    progress.cancel = &cancel;
    progress_tell(&progress, 0, 0);
    on_console = GetConsoleMode(GetStdHandle(STD_ERROR_HANDLE), &mode);
    end_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    ended_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    SetConsoleCtrlHandler(on_control, TRUE);
    if (on_console && end_event)
        thread = CreateThread(NULL, 0, show, NULL, 0, NULL);
    return &progress;
}

void meter_tell(struct text what)
{
    if (!on_console)
        return;
    wipe();
    SAY(what);
}

void meter_end(void)
{
    if (end_event)
        SetEvent(end_event);
    if (thread) {
        WaitForSingleObject(thread, INFINITE);
        CloseHandle(thread);
        thread = NULL;
        wipe();
    }
    if (ended_event)
        SetEvent(ended_event);
}
