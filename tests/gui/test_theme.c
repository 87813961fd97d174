/* The looks: colours that can be read, dark controls, sizes at other DPI. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <windows.h>

#include <cmocka.h>
#include <commctrl.h>
#include <windowsx.h>

#include "gui/scale.h"
#include "gui/theme.h"

/* --- contrast, as WCAG 2 defines it --- */

static double linear(unsigned channel)
{
    double share = channel / 255.0;
    return share <= 0.03928 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4);
}

static double luminance(COLORREF colour)
{
    return 0.2126 * linear(GetRValue(colour)) + 0.7152 * linear(GetGValue(colour)) +
           0.0722 * linear(GetBValue(colour));
}

static double contrast(COLORREF a, COLORREF b)
{
    double light = luminance(a);
    double dark = luminance(b);

    if (light < dark) {
        double swap = light;
        light = dark;
        dark = swap;
    }
    return (light + 0.05) / (dark + 0.05);
}

static const struct {
    enum theme_colour text;
    enum theme_colour back;
} pairs[] = {
    {THEME_TEXT, THEME_BACK},
    {THEME_TEXT, THEME_NEW_BACK},
    {THEME_TEXT, THEME_GONE_BACK},
    {THEME_TEXT_DIM, THEME_BACK},
    {THEME_TEXT_DIM, THEME_FACE},
    {THEME_FACE_TEXT, THEME_FACE},
    {THEME_SELECTED_TEXT, THEME_SELECTED_BACK},
    {THEME_SELECTED_IDLE_TEXT, THEME_SELECTED_IDLE_BACK},
    {THEME_GHOST_TEXT, THEME_BACK},
    {THEME_GHOST_TEXT, THEME_GONE_BACK},
    {THEME_GHOST_TEXT, THEME_SELECTED_BACK},
    {THEME_GHOST_TEXT, THEME_SELECTED_IDLE_BACK},
    {THEME_WATCHED_TEXT, THEME_BACK},
    {THEME_WATCHED_TEXT, THEME_WATCHED_BACK},
    {THEME_WATCHED_TEXT, THEME_SELECTED_BACK},
    {THEME_WATCHED_TEXT, THEME_SELECTED_IDLE_BACK},
    {THEME_WATCHED_TEXT, THEME_NEW_BACK},
    {THEME_SUSPENDED_TEXT, THEME_BACK},
    {THEME_SUSPENDED_TEXT, THEME_SELECTED_BACK},
    {THEME_KNOWN_TEXT, THEME_BACK},
    {THEME_KNOWN_TEXT, THEME_NEW_BACK},
    {THEME_UNREAD_TEXT, THEME_BACK},
    {THEME_ERROR_TEXT, THEME_FACE},
    {THEME_WATCHED_BAR, THEME_BACK},
    {THEME_ODD_MARK, THEME_BACK},
    {THEME_ODD_MARK, THEME_NEW_BACK},
    {THEME_ODD_MARK, THEME_GONE_BACK},
    {THEME_ODD_MARK, THEME_WATCHED_BACK},
    {THEME_ODD_MARK, THEME_SELECTED_BACK},
    {THEME_ODD_MARK, THEME_SELECTED_IDLE_BACK},
};

static void assert_readable(enum theme_mode mode)
{
    theme_choose(mode);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        bool is_sign = pairs[i].text == THEME_WATCHED_BAR || pairs[i].text == THEME_ODD_MARK;
        double least = is_sign ? 3.0 : 4.5;
        double found = contrast(theme_colour(pairs[i].text), theme_colour(pairs[i].back));
        if (found < least)
            fail_msg("colour %d on %d: contrast %.2f, at least %.1f", pairs[i].text, pairs[i].back,
                     found, least);
    }
}

static void test_U6_colours_are_readable_in_light_and_dark(void **state)
{
    (void)state;
    assert_readable(THEME_LIGHT);
    assert_false(theme_dark());
    assert_readable(THEME_DARK);
    assert_true(theme_dark());
}

static void test_states_differ_from_each_other(void **state)
{
    static const enum theme_colour grounds[] = {THEME_BACK, THEME_NEW_BACK, THEME_GONE_BACK,
                                                THEME_WATCHED_BACK, THEME_SELECTED_BACK};
    (void)state;
    for (int mode = THEME_LIGHT; mode <= THEME_DARK; mode++) {
        theme_choose((enum theme_mode)mode);
        for (size_t i = 0; i < sizeof grounds / sizeof grounds[0]; i++) {
            for (size_t k = i + 1; k < sizeof grounds / sizeof grounds[0]; k++)
                assert_int_not_equal(theme_colour(grounds[i]), theme_colour(grounds[k]));
        }
    }
}

static void test_choosing_tells_whether_the_looks_changed(void **state)
{
    (void)state;
    theme_choose(THEME_LIGHT);
    assert_false(theme_choose(THEME_LIGHT));
    assert_true(theme_choose(THEME_DARK));
    assert_false(theme_init());
    assert_true(theme_choose(THEME_LIGHT));
    assert_int_equal(theme_mode_from("dark"), THEME_DARK);
    assert_int_equal(theme_mode_from("light"), THEME_LIGHT);
    assert_int_equal(theme_mode_from("follow"), THEME_FOLLOW);
    assert_int_equal(theme_mode_from(NULL), THEME_FOLLOW);
}

static void test_high_contrast_takes_the_systems_colours(void **state)
{
    (void)state;
    SetEnvironmentVariableW(L"STAKEOUT_HIGH_CONTRAST", L"1");
    theme_choose(THEME_DARK);
    assert_true(theme_high_contrast());
    assert_false(theme_dark());
    assert_int_equal(theme_colour(THEME_BACK), GetSysColor(COLOR_WINDOW));
    assert_int_equal(theme_colour(THEME_WATCHED_TEXT), GetSysColor(COLOR_WINDOWTEXT));
    SetEnvironmentVariableW(L"STAKEOUT_HIGH_CONTRAST", NULL);
    theme_choose(THEME_LIGHT);
    assert_false(theme_high_contrast());
}

/* --- a real window with a control of each sort --- */

struct sample {
    HWND window;
    HWND list;
    HWND button;
    HWND box;
    HWND choice;
    HWND status;
    HWND tabs;
    HWND edit;
};

static LRESULT CALLBACK sample_procedure(HWND window, UINT message, WPARAM wide, LPARAM narrow)
{
    LRESULT result;

    if (theme_message(message, wide, narrow, &result))
        return result;
    if (message == WM_ERASEBKGND) {
        RECT area;
        GetClientRect(window, &area);
        FillRect((HDC)wide, &area, theme_brush(THEME_FACE));
        return 1;
    }
    return DefWindowProcW(window, message, wide, narrow);
}

static HWND child(HWND parent, const wchar_t *class, const wchar_t *words, DWORD style, int x,
                  int y, int width, int height)
{
    HWND made = CreateWindowExW(0, class, words, WS_CHILD | WS_VISIBLE | style, x, y, width, height,
                                parent, NULL, GetModuleHandleW(NULL), NULL);
    assert_non_null(made);
    return made;
}

static void pump(void)
{
    MSG message;

    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
}

static void open_sample(struct sample *sample)
{
    static const WNDCLASSW class = {.lpfnWndProc = sample_procedure,
                                    .lpszClassName = L"ThemeSample"};
    LVCOLUMNW column = {.mask = LVCF_TEXT | LVCF_WIDTH, .cx = 120, .pszText = L"Process"};
    TCITEMW tab = {.mask = TCIF_TEXT, .pszText = L"Hits"};

    RegisterClassW(&class);
    InitCommonControlsEx(&(INITCOMMONCONTROLSEX){sizeof(INITCOMMONCONTROLSEX),
                                                 ICC_WIN95_CLASSES | ICC_STANDARD_CLASSES});
    sample->window = CreateWindowExW(0, L"ThemeSample", L"Theme", WS_OVERLAPPEDWINDOW | WS_VISIBLE,
                                     20, 20, 460, 360, NULL, NULL, GetModuleHandleW(NULL), NULL);
    assert_non_null(sample->window);
    sample->list = child(sample->window, WC_LISTVIEWW, L"", LVS_REPORT, 0, 0, 300, 120);
    SendMessageW(sample->list, LVM_INSERTCOLUMNW, 0, (LPARAM)&column);
    sample->button = child(sample->window, WC_BUTTONW, L"Kill", BS_PUSHBUTTON, 310, 10, 100, 30);
    sample->box = child(sample->window, WC_BUTTONW, L"Suspend", BS_AUTOCHECKBOX, 310, 100, 100, 20);
    sample->choice =
        child(sample->window, WC_BUTTONW, L"Full", BS_AUTORADIOBUTTON, 310, 124, 100, 20);
    sample->edit = child(sample->window, WC_EDITW, L"evil", WS_BORDER, 310, 60, 100, 24);
    sample->tabs = child(sample->window, WC_TABCONTROLW, L"", 0, 0, 130, 300, 100);
    SendMessageW(sample->tabs, TCM_INSERTITEMW, 0, (LPARAM)&tab);
    SendMessageW(sample->tabs, TCM_INSERTITEMW, 1, (LPARAM)&tab);
    sample->status = child(sample->window, STATUSCLASSNAMEW, L"143 processes", 0, 0, 0, 0, 0);
    theme_dress(sample->window);
    pump();
    UpdateWindow(sample->window);
    pump();
}

static void close_sample(struct sample *sample)
{
    DestroyWindow(sample->window);
    pump();
    theme_choose(THEME_LIGHT);
}

static COLORREF pixel(HWND window, int x, int y)
{
    HDC dc = GetDC(window);
    COLORREF found = GetPixel(dc, x, y);

    ReleaseDC(window, dc);
    return found;
}

static void test_U6_controls_are_dark_all_over(void **state)
{
    struct sample sample;
    RECT place;

    (void)state;
    theme_choose(THEME_DARK);
    open_sample(&sample);

    assert_int_equal(SendMessageW(sample.list, LVM_GETBKCOLOR, 0, 0), theme_colour(THEME_BACK));
    assert_int_equal(SendMessageW(sample.list, LVM_GETTEXTCOLOR, 0, 0), theme_colour(THEME_TEXT));
    HWND header = (HWND)SendMessageW(sample.list, LVM_GETHEADER, 0, 0);
    assert_int_equal(pixel(header, 3, 3), theme_colour(THEME_FACE));
    GetClientRect(header, &place);
    assert_int_equal(pixel(header, place.right - 10, 4), theme_colour(THEME_FACE));
    assert_int_equal(pixel(sample.button, 4, 4), theme_colour(THEME_SELECTED_IDLE_BACK));
    GetClientRect(sample.status, &place);
    assert_int_equal(pixel(sample.status, place.right / 2, place.bottom / 2),
                     theme_colour(THEME_FACE));
    GetClientRect(sample.tabs, &place);
    assert_int_equal(pixel(sample.tabs, place.right - 5, 5), theme_colour(THEME_FACE));
    assert_int_equal(pixel(sample.edit, 60, 4), theme_colour(THEME_BACK));
    assert_int_equal(pixel(sample.list, 100, 80), theme_colour(THEME_BACK));
    close_sample(&sample);
}

static void test_looks_change_while_the_window_is_open(void **state)
{
    struct sample sample;

    (void)state;
    theme_choose(THEME_DARK);
    open_sample(&sample);
    assert_true(theme_choose(THEME_LIGHT));
    theme_dress(sample.window);
    pump();
    assert_int_equal(SendMessageW(sample.list, LVM_GETBKCOLOR, 0, 0), RGB(255, 255, 255));
    assert_int_equal(pixel(sample.edit, 60, 4), RGB(255, 255, 255));
    assert_true(theme_choose(THEME_DARK));
    theme_dress(sample.window);
    pump();
    assert_int_equal(pixel(sample.edit, 60, 4), theme_colour(THEME_BACK));
    close_sample(&sample);
}

static void test_a_dark_button_shows_that_it_is_pressed(void **state)
{
    struct sample sample;

    (void)state;
    theme_choose(THEME_DARK);
    open_sample(&sample);
    SendMessageW(sample.button, BM_SETSTATE, TRUE, 0);
    pump();
    assert_int_equal(pixel(sample.button, 4, 4), theme_colour(THEME_SELECTED_BACK));
    SendMessageW(sample.button, BM_SETSTATE, FALSE, 0);
    pump();
    assert_int_equal(pixel(sample.button, 4, 4), theme_colour(THEME_SELECTED_IDLE_BACK));
    close_sample(&sample);
}

/* What stands behind a tick is as bright as any text; the box is as dark as any field. */
static bool has_words(HWND button)
{
    for (int x = 20; x < 90; x++)
        for (int y = 2; y < 18; y++)
            if (pixel(button, x, y) == theme_colour(THEME_FACE_TEXT))
                return true;
    return false;
}

static void test_dark_boxes_and_their_words(void **state)
{
    struct sample sample;

    (void)state;
    theme_choose(THEME_DARK);
    open_sample(&sample);
    const HWND both[] = {sample.box, sample.choice};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pixel(both[i], 6, 10), theme_colour(THEME_BACK));
        assert_int_equal(pixel(both[i], 98, 2), theme_colour(THEME_FACE));
        assert_true(has_words(both[i]));
        SendMessageW(both[i], BM_SETCHECK, BST_CHECKED, 0);
        pump();
    }
    assert_int_equal(pixel(sample.box, 1, 5), theme_colour(THEME_TEXT));
    assert_int_equal(pixel(sample.choice, 6, 10), theme_colour(THEME_TEXT));
    close_sample(&sample);
}

/* --- sizes --- */

static void test_U5_lengths_and_fonts_follow_the_dpi(void **state)
{
    static const unsigned dpis[] = {96, 144, 192};
    struct scale_fonts fonts;
    LOGFONTW plain;
    LOGFONTW other;
    LONG first = 0;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(scale_by(100, dpis[i]), 100 * dpis[i] / 96);
        scale_fonts_init(&fonts, dpis[i], 100);
        assert_non_null(fonts.plain);
        assert_non_null(fonts.fixed);
        GetObjectW(fonts.plain, sizeof plain, &plain);
        if (i == 0)
            first = plain.lfHeight;
        assert_int_equal(plain.lfHeight, MulDiv(first, (int)dpis[i], 96));
        GetObjectW(fonts.italic, sizeof other, &other);
        assert_int_not_equal(other.lfItalic, 0);
        assert_int_equal(other.lfHeight, plain.lfHeight);
        GetObjectW(fonts.bold, sizeof other, &other);
        assert_true(other.lfWeight > plain.lfWeight);
        scale_fonts_done(&fonts);
        assert_null(fonts.plain);
    }
    scale_fonts_init(&fonts, 96, 200);
    GetObjectW(fonts.plain, sizeof plain, &plain);
    assert_int_equal(plain.lfHeight, 2 * first);
    scale_fonts_done(&fonts);
}

static void test_U5_a_window_moves_where_the_new_dpi_wants_it(void **state)
{
    struct sample sample;
    RECT wanted = {40, 50, 640, 450};
    RECT place;

    (void)state;
    open_sample(&sample);
    assert_int_equal(scale_changed(sample.window, MAKEWPARAM(144, 144), (LPARAM)&wanted), 144);
    GetWindowRect(sample.window, &place);
    assert_true(EqualRect(&place, &wanted));
    close_sample(&sample);
}

static void test_every_window_has_a_dpi(void **state)
{
    struct sample sample;

    (void)state;
    open_sample(&sample);
    assert_in_range(scale_dpi(sample.window), 48, 960);
    assert_int_equal(scale_dpi(NULL), scale_dpi(sample.window));
    assert_true(scale_metric(SM_CXVSCROLL, 192) > scale_metric(SM_CXVSCROLL, 96));
    close_sample(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_U6_colours_are_readable_in_light_and_dark),
        cmocka_unit_test(test_states_differ_from_each_other),
        cmocka_unit_test(test_choosing_tells_whether_the_looks_changed),
        cmocka_unit_test(test_high_contrast_takes_the_systems_colours),
        cmocka_unit_test(test_U6_controls_are_dark_all_over),
        cmocka_unit_test(test_looks_change_while_the_window_is_open),
        cmocka_unit_test(test_a_dark_button_shows_that_it_is_pressed),
        cmocka_unit_test(test_dark_boxes_and_their_words),
        cmocka_unit_test(test_U5_lengths_and_fonts_follow_the_dpi),
        cmocka_unit_test(test_U5_a_window_moves_where_the_new_dpi_wants_it),
        cmocka_unit_test(test_every_window_has_a_dpi),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
