/* stakeout.exe: the live machine, in the window. */
#include <windows.h>

#include <shellapi.h>
#include <string.h>

#include "core/act/handover.h"
#include "core/windows/act/elevation.h"
#include "core/windows/library.h"
#include "core/windows/live.h"
#include "core/windows/privilege.h"
#include "core/windows/text16.h"
#include "gui/window.h"

#define AFTER_MS 20000 /* that the program before this one may take to end */

struct options {
    const wchar_t *list;
    const wchar_t *case_folder;
    const wchar_t *language;
    const wchar_t *settings;
    const wchar_t *hidden;
    const wchar_t *select; /* PID:START */
    const wchar_t *after;  /* likewise: whom this one follows, and waits for */
    const wchar_t *hosts;  /* sinkhole: another hosts file, of an offline image or a test */
};

/* "--list FILE" and "--list=FILE" alike. What is not known is left alone: a window cannot print a
 * usage, and refusing to open would help nobody. */
static void read_options(struct options *options, int count, wchar_t **words)
{
    const struct {
        const wchar_t *name;
        const wchar_t **value;
    } known[] = {
        {L"--list", &options->list},       {L"--case", &options->case_folder},
        {L"--lang", &options->language},   {L"--settings", &options->settings},
        {L"--hide-api", &options->hidden}, {L"--select", &options->select},
        {L"--after", &options->after},     {L"--hosts", &options->hosts},
    };
    for (int i = 1; i < count; i++) {
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
            size_t length = wcslen(known[k].name);
            if (wcsncmp(words[i], known[k].name, length) != 0)
                continue;
            if (words[i][length] == L'=')
                *known[k].value = words[i] + length + 1;
            else if (!words[i][length] && i + 1 < count)
                *known[k].value = words[i + 1];
        }
    }
}

static void to_text(struct buffer *out, const wchar_t *wide)
{
    buffer_init(out, (size_t)64 * 1024);
    if (wide)
        text16_add(out, wide, wcslen(wide));
}

static struct process_key to_key(const wchar_t *wide)
{
    struct process_key key = {0, 0};
    struct buffer word;
    to_text(&word, wide);
    if (word.size && !handover_parse_key(buffer_text(&word), &key))
        key = (struct process_key){0, 0};
    buffer_done(&word);
    return key;
}

static int open_window(const struct options *options, int show)
{
    struct buffer hidden;
    struct buffer language;
    struct source *source = NULL;
    to_text(&hidden, options->hidden);
    to_text(&language, options->language);
    if (hidden.size)
        library_hide(buffer_text(&hidden));
    const struct process_key after = to_key(options->after);
    if (after.pid)
        elevation_wait_for(after, AFTER_MS); /* the case is its until then */
    /* Without it other users' processes say "access denied". */
    bool no_debug = privilege_enable_debug(NULL) != ST_OK;
    enum status status = live_source_new(NULL, &source);
    const struct gui_setup setup = {
        .source = source,
        .failed = status,
        .language = strings_language_from(buffer_text(&language)),
        .settings = options->settings,
        .list = options->list,
        .case_folder = options->case_folder,
        .hosts = options->hosts,
        .show = show,
        .no_debug = no_debug,
        .select = to_key(options->select),
    };
    int code = gui_run(&setup);
    buffer_done(&hidden);
    buffer_done(&language);
    return code;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the system says what it looks like */
int WINAPI wWinMain(HINSTANCE hInstance, HINSTANCE hPrevInstance, LPWSTR lpCmdLine, int nShowCmd)
{
    struct options options = {0};
    int count = 0;
    wchar_t **words = CommandLineToArgvW(GetCommandLineW(), &count);
    (void)hInstance;
    (void)hPrevInstance;
    (void)lpCmdLine;
    if (words)
        read_options(&options, count, words);
    int code = open_window(&options, nShowCmd);
    LocalFree(words);
    return code;
}
