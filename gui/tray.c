#include "gui/tray.h"

#include <shellapi.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/model/cell.h"
#include "core/windows/text16.h"
#include "gui/scale.h"
#include "gui/strings.h"

#define ICON_NUMBER 1
#define WORDS_MOST ((size_t)64 * 1024)

enum tray_command { COMMAND_OPEN = 1, COMMAND_PAUSE, COMMAND_QUIT };

struct tray {
    HWND window;
    UINT message;
    UINT taskbar_created; /* what Explorer sends to all when it has come up */
    const struct tray_class *class;
    void *context;
    const struct alert_system *system;
    HICON icons[3]; /* by enum tray_state */
    enum tray_state state;
    wchar_t tip[128];
    bool shown;
};

static const WORD icon_ids[] = {
    [TRAY_WATCHING] = ICON_APP, [TRAY_PAUSED] = ICON_TRAY_PAUSED, [TRAY_HIT] = ICON_TRAY_HIT};

/* Cut at the room, never inside a pair of surrogates. */
static void copy_words(wchar_t *out, size_t room, struct text words)
{
    size_t length = 0;
    wchar_t *wide = text16_from(words, &length);

    if (length >= room)
        length = room - 1;
    if (length && wide && IS_HIGH_SURROGATE(wide[length - 1]))
        length--;
    if (wide)
        memcpy(out, wide, length * sizeof *out);
    out[wide ? length : 0] = L'\0';
    text16_free(wide);
}

static NOTIFYICONDATAW describe(const struct tray *tray)
{
    NOTIFYICONDATAW icon = {
        .cbSize = sizeof icon,
        .hWnd = tray->window,
        .uID = ICON_NUMBER,
        .uFlags = NIF_MESSAGE | NIF_ICON | NIF_TIP | NIF_SHOWTIP,
        .uCallbackMessage = tray->message,
        .hIcon = tray->icons[tray->state],
        .uVersion = NOTIFYICON_VERSION_4,
    };

    memcpy(icon.szTip, tray->tip, sizeof tray->tip);
    return icon;
}

static void add_icon(struct tray *tray)
{
    NOTIFYICONDATAW icon = describe(tray);

    tray->shown = tray->system->icon(NIM_ADD, &icon);
    if (tray->shown)
        tray->system->icon(NIM_SETVERSION, &icon);
}

static void load_icons(struct tray *tray)
{
    unsigned dpi = scale_dpi(tray->window);

    for (size_t i = 0; i < 3; i++)
        tray->icons[i] = LoadImageW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(icon_ids[i]),
                                    IMAGE_ICON, scale_metric(SM_CXSMICON, dpi),
                                    scale_metric(SM_CYSMICON, dpi), LR_DEFAULTCOLOR);
}

struct tray *tray_new(HWND window, UINT message, const struct tray_class *class, void *context,
                      const struct alert_system *system)
{
    struct tray *tray = memory_take(sizeof *tray);

    if (!tray)
        return NULL;
    tray->window = window;
    tray->message = message;
    tray->class = class;
    tray->context = context;
    tray->system = system;
    tray->taskbar_created = RegisterWindowMessageW(L"TaskbarCreated");
    load_icons(tray);
    lstrcpynW(tray->tip, string_wide(STR_TRAY_NO_LIST), 128);
    add_icon(tray);
    return tray;
}

void tray_free(struct tray *tray)
{
    if (!tray)
        return;
    if (tray->shown) {
        NOTIFYICONDATAW icon = describe(tray);
        tray->system->icon(NIM_DELETE, &icon);
    }
    for (size_t i = 0; i < 3; i++) {
        if (tray->icons[i])
            DestroyIcon(tray->icons[i]);
    }
    memory_give(tray);
}

static void add_tip(struct buffer *out, enum tray_state state, uint32_t indicators, uint32_t hits)
{
    struct buffer numbers[2];

    for (size_t i = 0; i < 2; i++) {
        buffer_init(&numbers[i], 32);
        buffer_add_unsigned(&numbers[i], i ? hits : indicators);
    }
    const struct text arguments[] = {buffer_text(&numbers[0]), buffer_text(&numbers[1])};
    if (state == TRAY_PAUSED)
        string_add(out, STR_TRAY_PAUSED);
    else if (!indicators)
        string_add(out, STR_TRAY_NO_LIST);
    else
        string_fill(out, STR_TRAY_WATCHING, arguments, 2);
    buffer_done(&numbers[0]);
    buffer_done(&numbers[1]);
}

void tray_show(struct tray *tray, enum tray_state state, uint32_t indicators, uint32_t hits)
{
    struct buffer words;
    wchar_t tip[128];

    if (!tray)
        return;
    buffer_init(&words, WORDS_MOST);
    add_tip(&words, state, indicators, hits);
    copy_words(tip, 128, buffer_text(&words));
    buffer_done(&words);
    if (tray->state == state && wcscmp(tip, tray->tip) == 0)
        return;
    tray->state = state;
    memcpy(tray->tip, tip, sizeof tip);
    if (tray->shown) {
        NOTIFYICONDATAW icon = describe(tray);
        tray->system->icon(NIM_MODIFY, &icon);
    }
}

bool tray_shown(const struct tray *tray)
{
    return tray && tray->shown;
}

/* --- notifications --- */

static void add_process(struct buffer *out, const struct hit *hit)
{
    if (hit->process) {
        buffer_add(out, hit->process->name);
        buffer_add_string(out, " (");
        buffer_add_unsigned(out, hit->process->key.pid);
        buffer_add_byte(out, ')');
        return;
    }
    string_add(out, STR_CELL_WORD + WORD_NO_OWNER);
}

static void add_remote(struct buffer *out, const struct hit *hit)
{
    if (hit->is_process || !hit->connection.seen.has_remote) {
        buffer_add_byte(out, '*');
        return;
    }
    endpoint_add(out, &hit->connection.seen.remote);
    if (hit->domain.size) {
        buffer_add_string(out, " (");
        buffer_add(out, hit->domain);
        buffer_add_byte(out, ')');
    }
}

void tray_hit_words(const struct hit *hit, uint32_t more, struct buffer *title,
                    struct buffer *words)
{
    struct buffer process;
    struct buffer remote;
    struct buffer number;

    buffer_init(&process, WORDS_MOST);
    buffer_init(&remote, WORDS_MOST);
    buffer_init(&number, 32);
    add_process(&process, hit);
    add_remote(&remote, hit);
    const struct text parts[] = {buffer_text(&process), buffer_text(&remote), hit->indicator};
    string_fill(title, STR_TRAY_HIT_TITLE, parts, 1);
    string_fill(words, STR_TRAY_HIT_TEXT, parts, 3);
    if (more) {
        buffer_add_unsigned(&number, more);
        const struct text argument = buffer_text(&number);
        buffer_add_byte(words, '\n');
        string_fill(words, STR_TRAY_HITS_TEXT, &argument, 1);
    }
    buffer_done(&process);
    buffer_done(&remote);
    buffer_done(&number);
}

/* Without the system's own sound, which goes with the notification and may be held back with it. */
static void notify(const struct tray *tray, struct text title, struct text words, DWORD kind)
{
    NOTIFYICONDATAW icon = describe(tray);

    icon.uFlags |= NIF_INFO;
    icon.dwInfoFlags = kind | NIIF_NOSOUND;
    copy_words(icon.szInfoTitle, sizeof icon.szInfoTitle / sizeof(wchar_t), title);
    copy_words(icon.szInfo, sizeof icon.szInfo / sizeof(wchar_t), words);
    tray->system->icon(NIM_MODIFY, &icon);
}

void tray_tell_hit(struct tray *tray, const struct hit *hit, uint32_t more)
{
    struct buffer title;
    struct buffer words;

    if (!tray_shown(tray))
        return;
    buffer_init(&title, WORDS_MOST);
    buffer_init(&words, WORDS_MOST);
    tray_hit_words(hit, more, &title, &words);
    notify(tray, buffer_text(&title), buffer_text(&words), NIIF_WARNING);
    buffer_done(&title);
    buffer_done(&words);
}

void tray_tell(struct tray *tray, unsigned title, unsigned words)
{
    struct buffer first;
    struct buffer second;

    if (!tray_shown(tray))
        return;
    buffer_init(&first, WORDS_MOST);
    buffer_init(&second, WORDS_MOST);
    string_add(&first, title);
    string_add(&second, words);
    notify(tray, buffer_text(&first), buffer_text(&second), NIIF_INFO);
    buffer_done(&first);
    buffer_done(&second);
}

/* --- clicks --- */

static void open_menu(struct tray *tray, POINT where)
{
    HMENU menu = CreatePopupMenu();
    int chosen;

    if (!menu)
        return;
    AppendMenuW(menu, MF_STRING, COMMAND_OPEN, string_wide(STR_TRAY_OPEN));
    AppendMenuW(menu, MF_STRING, COMMAND_PAUSE,
                string_wide(tray->state == TRAY_PAUSED ? STR_TRAY_RESUME : STR_TRAY_PAUSE));
    AppendMenuW(menu, MF_SEPARATOR, 0, NULL);
    AppendMenuW(menu, MF_STRING, COMMAND_QUIT, string_wide(STR_TRAY_EXIT));
    SetMenuDefaultItem(menu, COMMAND_OPEN, FALSE);
    /* Else the menu would stay when the user clicks elsewhere. */
    SetForegroundWindow(tray->window);
    chosen = TrackPopupMenu(menu, TPM_RETURNCMD | TPM_RIGHTBUTTON, where.x, where.y, 0,
                            tray->window, NULL);
    PostMessageW(tray->window, WM_NULL, 0, 0);
    DestroyMenu(menu);
    if (chosen == COMMAND_OPEN)
        tray->class->open(tray->context);
    else if (chosen == COMMAND_PAUSE)
        tray->class->pause(tray->context);
    else if (chosen == COMMAND_QUIT)
        tray->class->quit(tray->context);
}

bool tray_message(struct tray *tray, UINT message, WPARAM wide, LPARAM narrow)
{
    POINT where = {(short)LOWORD(wide), (short)HIWORD(wide)};

    if (!tray)
        return false;
    if (message == tray->taskbar_created) {
        add_icon(tray);
        return true;
    }
    if (message != tray->message)
        return false;
    switch (LOWORD(narrow)) {
    case NIN_SELECT:
    case NIN_KEYSELECT:
    case NIN_BALLOONUSERCLICK:
    case WM_LBUTTONDBLCLK:
        tray->class->open(tray->context);
        break;
    case WM_CONTEXTMENU:
        open_menu(tray, where);
        break;
    default:
        break;
    }
    return true;
}
