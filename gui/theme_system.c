#include <windows.h>

#include <uxtheme.h>

#include "core/windows/library.h"
#include "gui/theme_parts.h"

/* What Windows 10 offers for dark controls has no names and no documentation: functions of
 * uxtheme.dll by ordinal, the same since 1809 apart from 135, which took a flag there and takes a
 * mode since 1903. */
#define BUILD_1809 17763
#define BUILD_1903 18362

enum app_mode { APP_MODE_DEFAULT, APP_MODE_ALLOW_DARK, APP_MODE_FORCE_DARK };

static struct {
    bool looked_up;
    DWORD build; /* of Windows 10 or later, else 0 */
    bool(WINAPI *allow_dark_for_window)(HWND, bool);
    library_function set_app_mode;
    void(WINAPI *flush_menu_themes)(void);
    void(WINAPI *refresh_colour_policy)(void);
    HRESULT(WINAPI *set_window_attribute)(HWND, DWORD, const void *, DWORD);
} uses;

static void look_up(void)
{
    LONG(WINAPI * version)(RTL_OSVERSIONINFOW *);
    RTL_OSVERSIONINFOW info = {.dwOSVersionInfoSize = sizeof info};

    if (uses.looked_up)
        return;
    uses.looked_up = true;
    /* Behaviour, not presence: the ordinals mean other functions in other builds. */
    version = (LONG(WINAPI *)(RTL_OSVERSIONINFOW *))library_find(L"ntdll.dll", "RtlGetVersion");
    if (version && version(&info) == 0 && info.dwMajorVersion >= 10)
        uses.build = info.dwBuildNumber;
    uses.set_window_attribute = (HRESULT(WINAPI *)(HWND, DWORD, const void *, DWORD))library_find(
        L"dwmapi.dll", "DwmSetWindowAttribute");
    if (uses.build < BUILD_1809)
        return;
    uses.allow_dark_for_window = (bool(WINAPI *)(HWND, bool))library_find(L"uxtheme.dll", "#133");
    uses.set_app_mode = library_find(L"uxtheme.dll", "#135");
    uses.flush_menu_themes = (void(WINAPI *)(void))library_find(L"uxtheme.dll", "#136");
    uses.refresh_colour_policy = (void(WINAPI *)(void))library_find(L"uxtheme.dll", "#104");
}

bool theme_system_prefers_dark(void)
{
    DWORD is_light = 1;
    DWORD size = sizeof is_light;

    look_up();
    if (uses.build < BUILD_1809)
        return false;
    RegGetValueW(
        HKEY_CURRENT_USER,
        L"Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize", /* not shown */
        L"AppsUseLightTheme", RRF_RT_REG_DWORD, NULL, &is_light, &size);
    return !is_light;
}

void theme_system_allow_dark(bool dark)
{
    look_up();
    if (uses.set_app_mode && uses.build >= BUILD_1903)
        ((int(WINAPI *)(int))uses.set_app_mode)(dark ? APP_MODE_FORCE_DARK : APP_MODE_DEFAULT);
    else if (uses.set_app_mode)
        ((bool(WINAPI *)(bool))uses.set_app_mode)(dark);
    if (uses.refresh_colour_policy)
        uses.refresh_colour_policy();
    if (uses.flush_menu_themes)
        uses.flush_menu_themes();
}

void theme_system_title_bar(HWND window, bool dark)
{
    BOOL value = dark;
    const DWORD attribute = 20; /* DWMWA_USE_IMMERSIVE_DARK_MODE; 19 before 2004 */

    look_up();
    if (uses.build < BUILD_1809 || !uses.set_window_attribute)
        return;
    if (uses.allow_dark_for_window)
        uses.allow_dark_for_window(window, dark);
    if (FAILED(uses.set_window_attribute(window, attribute, &value, sizeof value)))
        uses.set_window_attribute(window, attribute - 1, &value, sizeof value);
}

bool theme_system_dress(HWND window, const wchar_t *class_list, bool dark)
{
    const wchar_t *dark_list = lstrcmpW(class_list, L"CFD") == 0 ? L"DarkMode_CFD" /* not shown */
                                                                 : L"DarkMode_Explorer";
    static bool was_dark; /* of any window */
    bool able;

    look_up();
    able = uses.allow_dark_for_window && uses.set_app_mode;
    /* A window is made light: that changes nothing, and having it said costs each of them time. */
    if (!dark && !was_dark)
        return able;
    was_dark = true;
    if (able)
        uses.allow_dark_for_window(window, dark);
    if (dark && able)
        SetWindowTheme(window, dark_list, NULL);
    else
        SetWindowTheme(window, lstrcmpW(class_list, L"CFD") == 0 ? NULL : class_list, NULL);
    return able;
}
