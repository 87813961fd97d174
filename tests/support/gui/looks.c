#include "tests/support/gui/looks.h"

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "core/windows/text16.h"

#define CONTROLS_MOST 64
#define WORDS_MOST 4096
#define FAULTS_MOST 65536
#define BOX_WIDTH 18 /* of a tick and what parts it from its words, at 96 DPI; likewise below */
#define BUTTON_EDGES 8
#define HEAD_EDGES 10

#ifndef WM_DPICHANGED
#define WM_DPICHANGED 0x02E0
#endif

static char faults[FAULTS_MOST];

struct control {
    HWND window;
    RECT place; /* in the dialog */
    wchar_t class[32];
    wchar_t words[WORDS_MOST];
    DWORD style;
    bool enabled;
};

struct sight {
    HWND dialog;
    const char *name;
    int dpi;
    struct control controls[CONTROLS_MOST];
    size_t count;
};

/* --- telling --- */

static void add_fault(const char *name, const struct control *control, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add_fault(const char *name, const struct control *control, const char *format, ...)
{
    char line[1024];
    char words[TEXT16_MOST(80) + 1] = "";
    char fault[512];
    size_t used = strlen(faults);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(fault, sizeof fault, format, arguments);
    va_end(arguments);
    if (control) {
        size_t length = wcslen(control->words);
        words[text16_encode(control->words, length < 80 ? length : 80, words)] = '\0';
    }
    snprintf(line, sizeof line, "\n%s: %ls \"%s\": %s", name, control ? control->class : L"dialog",
             words, fault);
    if (!strstr(faults, line) && used + strlen(line) < sizeof faults)
        strcpy_s(faults + used, sizeof faults - used, line);
}

void looks_assert(void)
{
    static char told[FAULTS_MOST];

    memcpy(told, faults, sizeof told);
    faults[0] = '\0';
    if (told[0])
        fail_msg("%s", told);
}

/* --- looking --- */

static bool is_class(const struct control *control, const wchar_t *class)
{
    return _wcsicmp(control->class, class) == 0;
}

static BOOL CALLBACK add_control(HWND window, LPARAM parameter)
{
    struct sight *sight = (struct sight *)parameter;
    struct control *control = &sight->controls[sight->count];

    if (GetParent(window) != sight->dialog || !IsWindowVisible(window))
        return TRUE;
    assert_true(sight->count < CONTROLS_MOST);
    memset(control, 0, sizeof *control);
    control->window = window;
    control->style = (DWORD)GetWindowLongPtrW(window, GWL_STYLE);
    control->enabled = IsWindowEnabled(window);
    GetClassNameW(window, control->class, 32);
    GetWindowTextW(window, control->words, WORDS_MOST);
    GetWindowRect(window, &control->place);
    MapWindowPoints(NULL, sight->dialog, (POINT *)&control->place, 2);
    sight->count++;
    return TRUE;
}

static SIZE measure(HWND control, const wchar_t *words, int width, UINT flags)
{
    RECT area = {0, 0, width, 0};
    HDC dc = GetDC(NULL);
    HGDIOBJ old = SelectObject(dc, (HGDIOBJ)SendMessageW(control, WM_GETFONT, 0, 0));

    DrawTextW(dc, words, -1, &area, DT_CALCRECT | DT_EXPANDTABS | flags);
    SelectObject(dc, old);
    ReleaseDC(NULL, dc);
    return (SIZE){area.right, area.bottom};
}

static bool is_push_button(const struct control *control)
{
    DWORD type = control->style & BS_TYPEMASK;

    return is_class(control, WC_BUTTONW) && (type == BS_PUSHBUTTON || type == BS_DEFPUSHBUTTON);
}

static void check_static(const struct sight *sight, const struct control *control)
{
    int width = control->place.right - control->place.left;
    int height = control->place.bottom - control->place.top;
    bool cut = control->style & (SS_ENDELLIPSIS | SS_PATHELLIPSIS); /* it tells so itself */
    UINT prefix = control->style & SS_NOPREFIX ? DT_NOPREFIX : 0u;
    SIZE size = measure(control->window, control->words, width,
                        prefix | (cut ? (UINT)DT_SINGLELINE : DT_WORDBREAK));

    if (control->words[0] && ((!cut && size.cx > width) || size.cy > height))
        add_fault(sight->name, control, "%ld x %ld in %d x %d", size.cx, size.cy, width, height);
}

static void check_button(const struct sight *sight, const struct control *control)
{
    int edges = is_push_button(control) ? BUTTON_EDGES : BOX_WIDTH;
    int width = control->place.right - control->place.left - MulDiv(edges, sight->dpi, 96);
    int height = control->place.bottom - control->place.top;
    SIZE size = measure(control->window, control->words, 0, DT_SINGLELINE);

    if (size.cx > width || size.cy > height)
        add_fault(sight->name, control, "%ld x %ld in %d x %d", size.cx, size.cy, width, height);
}

static void check_edit(const struct sight *sight, const struct control *control)
{
    int line = measure(control->window, L"Ag", 0, DT_SINGLELINE).cy;
    int lines = (int)SendMessageW(control->window, EM_GETLINECOUNT, 0, 0);
    RECT client;

    GetClientRect(control->window, &client);
    if (control->style & WS_VSCROLL)
        lines = 2; /* as many as are of use */
    if (line * lines > client.bottom)
        add_fault(sight->name, control, "%d lines of %d in %ld", lines, line, client.bottom);
}

/* The heads of a list's columns. */
static void check_heads(const struct sight *sight, const struct control *control)
{
    HWND header = (HWND)SendMessageW(control->window, LVM_GETHEADER, 0, 0);
    int count = (int)SendMessageW(header, HDM_GETITEMCOUNT, 0, 0);

    for (int i = 0; i < count; i++) {
        struct control head = {.class = L"head"};
        HDITEMW item = {.mask = HDI_TEXT | HDI_WIDTH, .pszText = head.words, .cchTextMax = 256};
        SendMessageW(header, HDM_GETITEMW, (WPARAM)i, (LPARAM)&item);
        SIZE size = measure(header, head.words, 0, DT_SINGLELINE | DT_NOPREFIX);
        if (size.cx > item.cxy - MulDiv(HEAD_EDGES, sight->dpi, 96))
            add_fault(sight->name, &head, "%ld in a column of %d", size.cx, item.cxy);
    }
}

static void check_tabs(const struct sight *sight, const struct control *control)
{
    int count = (int)SendMessageW(control->window, TCM_GETITEMCOUNT, 0, 0);
    RECT last = {0};

    SendMessageW(control->window, TCM_GETITEMRECT, (WPARAM)count - 1, (LPARAM)&last);
    if (last.right > control->place.right - control->place.left ||
        SendMessageW(control->window, TCM_GETROWCOUNT, 0, 0) != 1)
        add_fault(sight->name, control, "tabs of %ld in %ld", last.right,
                  control->place.right - control->place.left);
}

static void check_fit(const struct sight *sight)
{
    for (size_t i = 0; i < sight->count; i++) {
        const struct control *control = &sight->controls[i];
        if (is_class(control, WC_STATICW))
            check_static(sight, control);
        else if (is_class(control, WC_BUTTONW))
            check_button(sight, control);
        else if (is_class(control, WC_EDITW))
            check_edit(sight, control);
        else if (is_class(control, WC_LISTVIEWW))
            check_heads(sight, control);
        else if (is_class(control, WC_TABCONTROLW))
            check_tabs(sight, control);
    }
}

static void check_places(const struct sight *sight)
{
    RECT client;
    RECT both;

    GetClientRect(sight->dialog, &client);
    for (size_t i = 0; i < sight->count; i++) {
        const struct control *control = &sight->controls[i];
        if (!UnionRect(&both, &client, &control->place) || !EqualRect(&both, &client))
            add_fault(sight->name, control, "outside: %ld,%ld to %ld,%ld of %ld x %ld",
                      control->place.left, control->place.top, control->place.right,
                      control->place.bottom, client.right, client.bottom);
        if (IsRectEmpty(&control->place) && control->words[0])
            add_fault(sight->name, control, "has no room at all");
        for (size_t k = 0; k < i; k++)
            if (IntersectRect(&both, &control->place, &sight->controls[k].place))
                add_fault(sight->name, control, "lies over %ls %ls", sight->controls[k].class,
                          sight->controls[k].words);
    }
}

/* --- keys --- */

/* In lower case; 0: none. */
static wchar_t letter_of(const struct control *control)
{
    const wchar_t *at = control->words;

    if (is_class(control, WC_EDITW) ||
        (is_class(control, WC_STATICW) && (control->style & SS_NOPREFIX)))
        return 0;
    while ((at = wcschr(at, L'&')) && at[1] == L'&')
        at += 2;
    return at ? (wchar_t)towlower((wint_t)at[1]) : 0;
}

static void check_letters(const struct sight *sight)
{
    for (size_t i = 0; i < sight->count; i++) {
        wchar_t letter = letter_of(&sight->controls[i]);
        for (size_t k = 0; letter && k < i; k++)
            if (letter_of(&sight->controls[k]) == letter)
                add_fault(sight->name, &sight->controls[i], "its letter is that of %ls, too",
                          sight->controls[k].words);
        /* A label's letter leads to what stands behind it. */
        if (letter && is_class(&sight->controls[i], WC_STATICW) &&
            (i + 1 == sight->count || !(sight->controls[i + 1].style & WS_TABSTOP)))
            add_fault(sight->name, &sight->controls[i], "its letter leads nowhere");
    }
}

/* Tab goes down, and within a row to the right. */
static void check_order(const struct sight *sight)
{
    const struct control *before = NULL;

    for (size_t i = 0; i < sight->count; i++) {
        const struct control *control = &sight->controls[i];
        if (!(control->style & WS_TABSTOP))
            continue;
        if (before && control->place.bottom <= before->place.top)
            add_fault(sight->name, control, "Tab goes up to it from %ls %ls", before->class,
                      before->words);
        else if (before && control->place.top < before->place.bottom &&
                 control->place.right <= before->place.left)
            add_fault(sight->name, control, "Tab goes back to it from %ls %ls", before->class,
                      before->words);
        before = control;
    }
}

/* Cancel, or Close, is the last of its row, as in the system's own dialogs. */
static void check_cancel(const struct sight *sight)
{
    const struct control *cancel = NULL;

    for (size_t i = 0; i < sight->count; i++)
        if (is_push_button(&sight->controls[i]) &&
            GetDlgCtrlID(sight->controls[i].window) == IDCANCEL)
            cancel = &sight->controls[i];
    for (size_t i = 0; cancel && i < sight->count; i++) {
        const struct control *control = &sight->controls[i];
        if (is_push_button(control) && control->place.top < cancel->place.bottom &&
            cancel->place.top < control->place.bottom && control->place.left > cancel->place.left)
            add_fault(sight->name, control, "it stands behind %ls", cancel->words);
    }
}

static void check_focus(const struct sight *sight)
{
    GUITHREADINFO thread = {.cbSize = sizeof thread};
    LRESULT answer = SendMessageW(sight->dialog, DM_GETDEFID, 0, 0);
    HWND button = GetDlgItem(sight->dialog, LOWORD(answer));

    if (HIWORD(answer) == DC_HASDEFID) {
        if (!button || !IsWindowVisible(button))
            add_fault(sight->name, NULL, "Enter means a button that is not there");
        else if (((DWORD)GetWindowLongPtrW(button, GWL_STYLE) & BS_TYPEMASK) != BS_DEFPUSHBUTTON)
            add_fault(sight->name, NULL, "the button that Enter means does not look so");
    }
    GetGUIThreadInfo(GetWindowThreadProcessId(sight->dialog, NULL), &thread);
    if (thread.hwndFocus && !IsChild(sight->dialog, thread.hwndFocus))
        add_fault(sight->name, NULL, "the focus is not in it");
    else if (thread.hwndFocus && !IsWindowEnabled(thread.hwndFocus))
        add_fault(sight->name, NULL, "the focus is on what is grey");
}

/* --- pictures --- */

static void write_picture(HDC dc, HBITMAP bitmap, SIZE size, const char *name)
{
    char path[MAX_PATH];
    BITMAPINFOHEADER head = {sizeof head, size.cx, size.cy, 1, 24, BI_RGB, 0, 0, 0, 0, 0};
    DWORD bytes = (DWORD)((size.cx * 3 + 3) / 4 * 4 * size.cy);
    BITMAPFILEHEADER file = {0x4d42, (DWORD)(sizeof file + sizeof head) + bytes, 0, 0,
                             (DWORD)(sizeof file + sizeof head)};
    void *bits = malloc(bytes);

    snprintf(path, sizeof path, "%s/%s.bmp", getenv("STAKEOUT_PICTURES"), name);
    FILE *out = fopen(path, "wb");
    if (bits && out && GetDIBits(dc, bitmap, 0, (UINT)size.cy, bits, (BITMAPINFO *)&head, 0)) {
        fwrite(&file, sizeof file, 1, out);
        fwrite(&head, sizeof head, 1, out);
        fwrite(bits, bytes, 1, out);
    }
    if (out)
        fclose(out);
    free(bits);
}

static void take_picture(HWND dialog, const char *name)
{
    RECT place;

    if (!getenv("STAKEOUT_PICTURES"))
        return;
    RedrawWindow(dialog, NULL, NULL, RDW_INVALIDATE | RDW_ALLCHILDREN | RDW_UPDATENOW);
    SendMessageW(dialog, WM_NULL, 0, 0);
    GetWindowRect(dialog, &place);
    SIZE size = {place.right - place.left, place.bottom - place.top};
    HDC from = GetWindowDC(dialog);
    HDC dc = CreateCompatibleDC(from);
    HBITMAP bitmap = CreateCompatibleBitmap(from, size.cx, size.cy);
    HGDIOBJ old = SelectObject(dc, bitmap);
    BitBlt(dc, 0, 0, size.cx, size.cy, from, 0, 0, SRCCOPY);
    SelectObject(dc, old);
    write_picture(dc, bitmap, size, name);
    DeleteObject(bitmap);
    DeleteDC(dc);
    ReleaseDC(dialog, from);
}

/* --- all of it --- */

static void check(HWND dialog, const char *name, int dpi)
{
    struct sight *sight = calloc(1, sizeof *sight);

    assert_non_null(sight);
    sight->dialog = dialog;
    sight->name = name;
    sight->dpi = dpi;
    EnumChildWindows(dialog, add_control, (LPARAM)sight);
    assert_true(sight->count > 0);
    check_fit(sight);
    check_places(sight);
    check_letters(sight);
    check_order(sight);
    check_cancel(sight);
    check_focus(sight);
    take_picture(dialog, name);
    free(sight);
}

void looks_check(HWND dialog, const char *name)
{
    check(dialog, name, 96);
}

static RECT scaled_place(HWND dialog, int dpi)
{
    RECT place;
    RECT client;

    GetWindowRect(dialog, &place);
    GetClientRect(dialog, &client);
    int frame_width = place.right - place.left - client.right;
    int frame_height = place.bottom - place.top - client.bottom;
    return (RECT){0, 0, MulDiv(client.right, dpi, 96) + frame_width,
                  MulDiv(client.bottom, dpi, 96) + frame_height};
}

void looks_check_sizes(HWND dialog, const char *name)
{
    char words[160];
    RECT came;
    RECT now;

    GetWindowRect(dialog, &came);
    check(dialog, name, 96);
    if ((DWORD)GetWindowLongPtrW(dialog, GWL_STYLE) & WS_THICKFRAME) {
        snprintf(words, sizeof words, "%s-least", name);
        SetWindowPos(dialog, NULL, 0, 0, 1, 1, SWP_NOZORDER | SWP_NOACTIVATE);
        check(dialog, words, 96);
        SetWindowPos(dialog, NULL, came.left, came.top, came.right - came.left,
                     came.bottom - came.top, SWP_NOZORDER | SWP_NOACTIVATE);
    }
    RECT large = scaled_place(dialog, 144);
    snprintf(words, sizeof words, "%s-144", name);
    SendMessageW(dialog, WM_DPICHANGED, MAKEWPARAM(144, 144), (LPARAM)&large);
    check(dialog, words, 144);
    SendMessageW(dialog, WM_DPICHANGED, MAKEWPARAM(96, 96), (LPARAM)&came);
    GetWindowRect(dialog, &now);
    if (!EqualRect(&came, &now))
        add_fault(name, NULL, "%ld x %ld after a sharper screen", now.right - now.left,
                  now.bottom - now.top);
}
