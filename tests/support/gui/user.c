#include "tests/support/gui/user.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <commctrl.h>

#include "core/windows/text16.h"
#include "gui/dialog.h"
#include "gui/strings.h"
#include "gui/theme.h"

#define WORDS_MOST 65536
#define STEP 5 /* ms between two looks */

struct start {
    void (*function)(void *context);
    void *context;
};

static DWORD WINAPI run(void *parameter)
{
    struct start start = *(struct start *)parameter;
    const INITCOMMONCONTROLSEX controls = {sizeof controls,
                                           ICC_WIN95_CLASSES | ICC_STANDARD_CLASSES};

    HeapFree(GetProcessHeap(), 0, parameter);
    InitCommonControlsEx(&controls);
    theme_init();
    start.function(start.context);
    return 0;
}

HANDLE user_starts(void (*function)(void *context), void *context)
{
    struct start *start = HeapAlloc(GetProcessHeap(), 0, sizeof *start);
    HANDLE thread;

    assert_non_null(start);
    *start = (struct start){function, context};
    thread = CreateThread(NULL, 0, run, start, 0, NULL);
    assert_non_null(thread);
    return thread;
}

void user_waits_for(HANDLE thread)
{
    if (WaitForSingleObject(thread, USER_PATIENCE) != WAIT_OBJECT_0)
        fail_msg("the dialog did not end");
    CloseHandle(thread);
}

/* --- windows --- */

struct search {
    const wchar_t *title;
    HWND found;
};

static BOOL CALLBACK look_at(HWND window, LPARAM parameter)
{
    struct search *search = (struct search *)parameter;
    wchar_t class[64] = L"";
    wchar_t title[256] = L"";
    DWORD process = 0;

    GetWindowThreadProcessId(window, &process);
    if (process != GetCurrentProcessId() || !IsWindowVisible(window))
        return TRUE;
    GetClassNameW(window, class, 64);
    GetWindowTextW(window, title, 256);
    if (wcscmp(class, DIALOG_CLASS) != 0 || wcscmp(title, search->title) != 0)
        return TRUE;
    search->found = window;
    return FALSE;
}

static HWND find_dialog(unsigned title)
{
    struct search search = {string_wide(title), NULL};

    EnumWindows(look_at, (LPARAM)&search);
    return search.found;
}

HWND user_sees_dialog(unsigned title)
{
    for (int waited = 0; waited < USER_PATIENCE; waited += STEP) {
        HWND found = find_dialog(title);
        if (found)
            return found;
        Sleep(STEP);
    }
    fail_msg("no dialog \"%ls\" came", string_wide(title));
    return NULL;
}

void user_sees_no_dialog(unsigned title)
{
    for (int waited = 0; waited < USER_PATIENCE; waited += STEP) {
        if (!find_dialog(title))
            return;
        Sleep(STEP);
    }
    fail_msg("the dialog \"%ls\" stays", string_wide(title));
}

struct owned {
    HWND owner;
    HWND found;
};

static BOOL CALLBACK look_for_owned(HWND window, LPARAM parameter)
{
    struct owned *owned = (struct owned *)parameter;

    if (GetWindow(window, GW_OWNER) != owned->owner || !IsWindowVisible(window))
        return TRUE;
    owned->found = window;
    return FALSE;
}

HWND user_sees_question(HWND dialog)
{
    for (int waited = 0; waited < USER_PATIENCE; waited += STEP) {
        struct owned owned = {dialog, NULL};
        EnumWindows(look_for_owned, (LPARAM)&owned);
        if (owned.found && !IsWindowEnabled(dialog))
            return owned.found;
        Sleep(STEP);
    }
    fail_msg("nothing was asked");
    return NULL;
}

static BOOL CALLBACK end_thread(HWND window, LPARAM parameter)
{
    wchar_t class[64] = L"";
    DWORD process = 0;
    DWORD thread = GetWindowThreadProcessId(window, &process);

    GetClassNameW(window, class, 64);
    if (process == GetCurrentProcessId() && wcscmp(class, DIALOG_CLASS) == 0) {
        PostThreadMessageW(thread, WM_QUIT, 0, 0);
        *(bool *)parameter = true;
    }
    return TRUE;
}

int user_leaves(void **state)
{
    (void)state;
    for (int waited = 0; waited < USER_PATIENCE; waited += STEP) {
        bool found = false;
        EnumWindows(end_thread, (LPARAM)&found);
        if (!found)
            return 0;
        Sleep(STEP);
    }
    return -1;
}

HWND user_finds(HWND dialog, unsigned id)
{
    HWND found = GetDlgItem(dialog, (int)id);

    if (!found)
        fail_msg("the dialog has no control %u", id);
    return found;
}

/* --- hands --- */

void user_types(HWND edit, const wchar_t *words)
{
    for (; *words; words++)
        SendMessageW(edit, WM_CHAR, *words == L'\n' ? L'\r' : *words, 1);
}

void user_waits_until_enabled(HWND window)
{
    for (int waited = 0; waited < USER_PATIENCE; waited += STEP) {
        if (IsWindowEnabled(window))
            return;
        Sleep(STEP);
    }
    fail_msg("control %d stays grey", GetDlgCtrlID(window));
}

void user_clicks(HWND dialog, unsigned id)
{
    HWND button = user_finds(dialog, id);

    user_waits_until_enabled(button);
    PostMessageW(button, BM_CLICK, 0, 0);
}

void user_presses(HWND window, WORD key)
{
    PostMessageW(window, WM_KEYDOWN, key, 1);
    PostMessageW(window, WM_KEYUP, key, (LPARAM)0xC0000001);
}

void user_clicks_row(HWND list, int row, int dx)
{
    RECT place = {.left = LVIR_BOUNDS};

    assert_true(SendMessageW(list, LVM_GETITEMRECT, (WPARAM)row, (LPARAM)&place));
    LPARAM where = MAKELPARAM(place.left + dx, (place.top + place.bottom) / 2);
    PostMessageW(list, WM_LBUTTONDOWN, MK_LBUTTON, where);
    PostMessageW(list, WM_LBUTTONUP, 0, where);
}

void user_selects(HWND list, int row)
{
    const LVITEMW none = {.stateMask = LVIS_SELECTED};
    const LVITEMW one = {.state = LVIS_SELECTED | LVIS_FOCUSED,
                         .stateMask = LVIS_SELECTED | LVIS_FOCUSED};

    SendMessageW(list, LVM_SETITEMSTATE, (WPARAM)-1, (LPARAM)&none);
    SendMessageW(list, LVM_SETITEMSTATE, (WPARAM)row, (LPARAM)&one);
}

void user_clicks_head(HWND list, int column)
{
    HWND header = (HWND)SendMessageW(list, LVM_GETHEADER, 0, 0);
    RECT place;

    assert_true(SendMessageW(header, HDM_GETITEMRECT, (WPARAM)column, (LPARAM)&place));
    LPARAM where = MAKELPARAM((place.left + place.right) / 2, (place.top + place.bottom) / 2);
    PostMessageW(header, WM_LBUTTONDOWN, MK_LBUTTON, where);
    PostMessageW(header, WM_LBUTTONUP, 0, where);
}

int user_sees_arrow(HWND list, int column)
{
    HWND header = (HWND)SendMessageW(list, LVM_GETHEADER, 0, 0);
    HDITEMW item = {.mask = HDI_FORMAT};

    SendMessageW(header, HDM_GETITEMW, (WPARAM)column, (LPARAM)&item);
    return item.fmt & (HDF_SORTUP | HDF_SORTDOWN);
}

/* --- eyes --- */

static const char *utf8(const wchar_t *wide)
{
    static char words[WORDS_MOST * 3 + 1];
    size_t length = wcslen(wide);

    words[text16_encode(wide, length, words)] = '\0';
    return words;
}

const char *user_reads(HWND window)
{
    static wchar_t wide[WORDS_MOST];

    wide[0] = L'\0';
    SendMessageW(window, WM_GETTEXT, WORDS_MOST, (LPARAM)wide);
    return utf8(wide);
}

const char *user_reads_cell(HWND list, int row, int column)
{
    static wchar_t wide[WORDS_MOST];
    LVITEMW item = {.iSubItem = column, .pszText = wide, .cchTextMax = WORDS_MOST};

    wide[0] = L'\0';
    SendMessageW(list, LVM_GETITEMTEXTW, (WPARAM)row, (LPARAM)&item);
    return utf8(wide);
}

int user_counts(HWND list)
{
    return (int)SendMessageW(list, LVM_GETITEMCOUNT, 0, 0);
}

void user_waits_for_text(HWND window, const char *wanted)
{
    for (int waited = 0; waited < USER_PATIENCE; waited += STEP) {
        if (strcmp(user_reads(window), wanted) == 0)
            return;
        Sleep(STEP);
    }
    fail_msg("control %d reads \"%s\", not \"%s\"", GetDlgCtrlID(window), user_reads(window),
             wanted);
}

void user_waits_for_part(HWND window, const char *wanted)
{
    for (int waited = 0; waited < USER_PATIENCE; waited += STEP) {
        if (strstr(user_reads(window), wanted))
            return;
        Sleep(STEP);
    }
    fail_msg("control %d reads \"%s\": no \"%s\" in it", GetDlgCtrlID(window), user_reads(window),
             wanted);
}

void user_waits_for_count(HWND list, int wanted)
{
    for (int waited = 0; waited < USER_PATIENCE; waited += STEP) {
        if (user_counts(list) == wanted)
            return;
        Sleep(STEP);
    }
    fail_msg("the list has %d rows, not %d", user_counts(list), wanted);
}

static const char *read_column(HWND list, int column)
{
    static char words[8192];
    size_t used = 0;

    words[0] = '\0';
    for (int row = 0; row < user_counts(list); row++) {
        const char *cell = user_reads_cell(list, row, column);
        size_t size = strlen(cell);
        if (used + size + 2 > sizeof words)
            break;
        if (row)
            words[used++] = '|';
        memcpy(words + used, cell, size + 1);
        used += size;
    }
    return words;
}

void user_waits_for_column(HWND list, int column, const char *wanted)
{
    for (int waited = 0; waited < USER_PATIENCE; waited += STEP) {
        if (strcmp(read_column(list, column), wanted) == 0)
            return;
        Sleep(STEP);
    }
    fail_msg("column %d reads \"%s\", not \"%s\"", column, read_column(list, column), wanted);
}
