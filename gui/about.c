#include "gui/about.h"

#include <pcre2.h>
#include <string.h>

#include "core/base/buffer.h"
#include "gui/dialog.h"
#include "gui/strings.h"
#include "gui/theme.h"
#include "stakeout_version.h"

#define WORDS_MOST ((size_t)256 * 1024)
#define ICON_SIDE 48

struct about {
    struct dialog dialog;
    const struct about_facts *facts;
    HWND icon;
    HWND name;
    HWND words;
    HWND close;
    HICON drawn;
    int drawn_side;
};

static void add_line(struct buffer *out, unsigned id)
{
    string_add(out, id);
    buffer_add_string(out, "\r\n");
}

static void add_pattern_library(struct buffer *out)
{
    char version[64] = "";

    if (pcre2_config(PCRE2_CONFIG_VERSION, NULL) <= (int)sizeof version)
        pcre2_config(PCRE2_CONFIG_VERSION, version);
    /* "10.46 2025-08-27": the number is enough. */
    version[strcspn(version, " ")] = '\0';
    const struct text argument = text_from(version);
    string_fill(out, STR_ABOUT_LIBRARIES, &argument, 1);
}

static void tell(const struct about *about)
{
    const struct about_facts *facts = about->facts;
    struct buffer words;

    buffer_init(&words, WORDS_MOST);
    add_line(&words, STR_ABOUT_WHAT);
    buffer_add_string(&words, "\r\n");
    add_line(&words, facts->elevated ? STR_ABOUT_ELEVATED : STR_ABOUT_PLAIN);
    add_line(&words, facts->debug ? STR_ABOUT_DEBUG : STR_ABOUT_NO_DEBUG);
    if (facts->settings.size)
        string_fill(&words, STR_ABOUT_SETTINGS, &facts->settings, 1);
    else
        string_add(&words, STR_ABOUT_NO_SETTINGS);
    buffer_add_string(&words, "\r\n\r\n");
    add_line(&words, STR_ABOUT_LICENCE);
    add_pattern_library(&words);
    dialog_set_text(about->words, buffer_text(&words));
    buffer_done(&words);
}

static bool open_about(void *context)
{
    struct about *about = context;
    struct dialog *dialog = &about->dialog;
    const struct text name[] = {text_of(STAKEOUT_VERSION),
                                sizeof(void *) == 8 ? text_of("64") : text_of("32")};

    about->icon = CreateWindowExW(0, L"STATIC", L"", WS_CHILD | WS_VISIBLE | SS_ICON, 0, 0, 0, 0,
                                  dialog->window, NULL, GetModuleHandleW(NULL), NULL);
    about->name = dialog_label(dialog, 0, 0);
    about->words = CreateWindowExW(
        0, L"EDIT", L"", WS_CHILD | WS_VISIBLE | WS_TABSTOP | ES_MULTILINE | ES_READONLY, 0, 0, 0,
        0, dialog->window, (HMENU)(UINT_PTR)ABOUT_TEXT, GetModuleHandleW(NULL), NULL);
    about->close = dialog_button(dialog, IDCANCEL, STR_CLOSE);
    if (!about->icon || !about->name || !about->words || !about->close)
        return false;
    SendMessageW(about->words, WM_SETFONT, (WPARAM)dialog->fonts.plain, FALSE);
    dialog_set_filled(about->name, STR_ABOUT_VERSION, name, 2);
    tell(about);
    dialog->default_id = IDCANCEL;
    SetFocus(about->close);
    return true;
}

static void draw_icon(struct about *about, int side)
{
    HICON drawn;

    if (about->drawn_side == side)
        return;
    drawn = LoadImageW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(ICON_APP), IMAGE_ICON, side, side,
                       LR_DEFAULTCOLOR);
    SendMessageW(about->icon, STM_SETICON, (WPARAM)drawn, 0);
    if (about->drawn)
        DestroyIcon(about->drawn);
    about->drawn = drawn;
    about->drawn_side = side;
}

static void arrange_about(void *context, int width, int height)
{
    struct about *about = context;
    const struct dialog *dialog = &about->dialog;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN + 4);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int side = dialog_scaled(dialog, ICON_SIDE);
    int line = (int)scale_words(dialog->fonts.bold, L"Ag", 0).cy;
    int left = margin + side + margin;
    int bottom = height - margin - button;

    draw_icon(about, side);
    MoveWindow(about->icon, margin, margin, side, side, TRUE);
    SendMessageW(about->name, WM_SETFONT, (WPARAM)dialog->fonts.bold, FALSE);
    MoveWindow(about->name, left, margin, width - margin - left, line, TRUE);
    int top = margin + line + gap;
    MoveWindow(about->words, left, top, width - margin - left, bottom - gap - top, TRUE);
    dialog_row_to_right(dialog, &about->close, 1, width - margin, bottom);
}

static void command_about(void *context, unsigned id, unsigned code)
{
    (void)context;
    (void)id;
    (void)code;
}

/* The text is part of the window, not a field to write in. */
static bool message_about(void *context, UINT message, WPARAM wide, LPARAM narrow, LRESULT *result)
{
    struct about *about = context;

    if (message != WM_CTLCOLORSTATIC || (HWND)narrow != about->words)
        return false;
    SetTextColor((HDC)wide, theme_colour(THEME_FACE_TEXT));
    SetBkColor((HDC)wide, theme_colour(THEME_FACE));
    *result = (LRESULT)theme_brush(THEME_FACE);
    return true;
}

static void close_about(void *context)
{
    struct about *about = context;

    dialog_end(&about->dialog, IDCANCEL);
}

static const struct dialog_class about_class = {
    .title = STR_ABOUT_TITLE,
    .width = 520,
    .height = 270,
    .least_width = 520,
    .least_height = 270,
    .fixed = true,
    .open = open_about,
    .arrange = arrange_about,
    .command = command_about,
    .message = message_about,
    .close = close_about,
};

void about_run(HWND owner, const struct about_facts *facts)
{
    struct about about = {.facts = facts};

    dialog_run(&about.dialog, &about_class, &about, owner, NULL);
    if (about.drawn)
        DestroyIcon(about.drawn);
}
