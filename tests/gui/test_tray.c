/* The icon beside the clock: what it says, what clicks on it do, and how the window goes there and
 * comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <windows.h>

#include <cmocka.h>
#include <shellapi.h>

#include "core/windows/text16.h"
#include "gui/strings.h"
#include "gui/tray.h"
#include "tests/support/gui/alert_log.h"
#include "tests/support/gui/user.h"
#include "tests/support/gui/window_rig.h"

#define TRAY_MESSAGE (WM_APP + 77)

struct clicks {
    int opened;
    int paused;
    int quit;
};

static void count_open(void *context)
{
    ((struct clicks *)context)->opened++;
}

static void count_pause(void *context)
{
    ((struct clicks *)context)->paused++;
}

static void count_quit(void *context)
{
    ((struct clicks *)context)->quit++;
}

static const struct tray_class class = {count_open, count_pause, count_quit};

static HWND make_window(void)
{
    HWND window = CreateWindowExW(0, L"STATIC", L"", WS_OVERLAPPEDWINDOW, 0, 0, 200, 100, NULL,
                                  NULL, GetModuleHandleW(NULL), NULL);
    assert_non_null(window);
    return window;
}

static void make_hit(struct hit *hit, struct process_facts *facts)
{
    memset(hit, 0, sizeof *hit);
    memset(facts, 0, sizeof *facts);
    facts->name = text_of("ping.exe");
    facts->key.pid = 6656;
    hit->process = facts;
    hit->indicator = text_of("192.0.2.0/24");
    hit->connection.seen.has_remote = true;
    assert_true(address_parse(text_of("192.0.2.1"), &hit->connection.seen.remote.address));
    hit->connection.seen.remote.port = 443;
}

static void assert_words(const struct hit *hit, uint32_t more, const char *wanted_title,
                         const char *wanted)
{
    struct buffer title;
    struct buffer words;

    buffer_init(&title, 65536);
    buffer_init(&words, 65536);
    tray_hit_words(hit, more, &title, &words);
    if (!text_equal(buffer_text(&title), text_from(wanted_title)))
        fail_msg("title: %.*s", (int)title.size, title.bytes);
    if (!text_equal(buffer_text(&words), text_from(wanted)))
        fail_msg("words: %.*s", (int)words.size, words.bytes);
    buffer_done(&title);
    buffer_done(&words);
}

static void test_a_hit_is_told_in_words(void **state)
{
    struct process_facts facts;
    struct hit hit;

    (void)state;
    make_hit(&hit, &facts);
    strings_choose(STRINGS_ENGLISH);
    assert_words(&hit, 0, "Watched connection: ping.exe (6656)",
                 "ping.exe (6656) talks to 192.0.2.1:443 (watched as 192.0.2.0/24)");
    assert_words(&hit, 2, "Watched connection: ping.exe (6656)",
                 "ping.exe (6656) talks to 192.0.2.1:443 (watched as 192.0.2.0/24)\n"
                 "and more hits: 2");
    hit.domain = text_of("evil.example");
    assert_words(&hit, 0, "Watched connection: ping.exe (6656)",
                 "ping.exe (6656) talks to 192.0.2.1:443 (evil.example) (watched as 192.0.2.0/24)");
    hit.process = NULL;
    hit.domain = text_of("");
    strings_choose(STRINGS_CHINESE);
    assert_words(&hit, 0, "命中监视的连接：无所有者（正在关闭）",
                 "无所有者（正在关闭） 正在连接 192.0.2.1:443（监视项：192.0.2.0/24）");
    strings_choose(STRINGS_ENGLISH);
}

static void test_clicks_reach_the_window(void **state)
{
    struct clicks clicks = {0, 0, 0};
    HWND window = make_window();
    struct tray *tray = tray_new(window, TRAY_MESSAGE, &class, &clicks, &alert_system_live);

    (void)state;
    assert_non_null(tray);
    assert_true(tray_message(tray, TRAY_MESSAGE, 0, MAKELPARAM(NIN_SELECT, 1)));
    assert_true(tray_message(tray, TRAY_MESSAGE, 0, MAKELPARAM(NIN_KEYSELECT, 1)));
    assert_true(tray_message(tray, TRAY_MESSAGE, 0, MAKELPARAM(NIN_BALLOONUSERCLICK, 1)));
    assert_true(tray_message(tray, TRAY_MESSAGE, 0, MAKELPARAM(WM_MOUSEMOVE, 1)));
    assert_int_equal(clicks.opened, 3);
    assert_false(tray_message(tray, WM_COMMAND, 0, 0));
    assert_false(tray_message(NULL, TRAY_MESSAGE, 0, MAKELPARAM(NIN_SELECT, 1)));
    assert_int_equal(clicks.quit, 0);
    tray_free(tray);
    DestroyWindow(window);
}

/* When Explorer comes up again it has forgotten all icons: ours is added again, without harm. */
static void test_the_icon_survives_a_new_taskbar(void **state)
{
    struct clicks clicks = {0, 0, 0};
    HWND window = make_window();
    struct tray *tray = tray_new(window, TRAY_MESSAGE, &class, &clicks, &alert_system_live);
    UINT created = RegisterWindowMessageW(L"TaskbarCreated");

    (void)state;
    tray_show(tray, TRAY_PAUSED, 3, 0);
    assert_true(tray_message(tray, created, 0, 0));
    tray_show(tray, TRAY_HIT, 3, 1);
    assert_true(tray_message(tray, created, 0, 0));
    tray_free(tray);
    DestroyWindow(window);
}

static void test_telling_a_hit_with_the_longest_texts_cuts_them(void **state)
{
    struct clicks clicks = {0, 0, 0};
    HWND window = make_window();
    struct tray *tray = tray_new(window, TRAY_MESSAGE, &class, &clicks, &alert_system_live);
    struct process_facts facts;
    static char name[4096];
    struct hit hit;

    (void)state;
    make_hit(&hit, &facts);
    memset(name, 'x', sizeof name);
    facts.name = (struct text){name, sizeof name};
    tray_tell_hit(tray, &hit, 0);
    /* Pairs of surrogates all along: none may be cut in two. */
    for (size_t i = 0; i + 4 <= sizeof name; i += 4)
        memcpy(name + i, "\xF0\x9F\x98\x80", 4);
    tray_tell_hit(tray, &hit, 1);
    tray_tell_hit(NULL, &hit, 1);
    tray_free(tray);
    DestroyWindow(window);
}

/* --- the window --- */

static void make_machine(struct scripted_source *machine)
{
    scripted_source_start(machine, 4, 0, "System");
    scripted_source_start(machine, 6656, 4, "PING.EXE");
    scripted_source_connect(machine, 6656, "10.0.0.5:50000", "192.0.2.1:443", TCP_SYN_SENT);
}

static void log_alerts(struct rig *rig)
{
    alert_log_clear();
    rig->setup.alert_system = &alert_log_system;
}

static void log_alerts_without_icon(struct rig *rig)
{
    log_alerts(rig);
    atomic_store(&alert_log.no_icon, true);
}

static bool icon_is_there(struct main_window *main, void *context)
{
    (void)context;
    return alert_can_hide(main);
}

static void open_with_icon(struct rig *rig)
{
    rig_open_with(rig, make_machine, log_alerts);
    rig_wait(rig, icon_is_there, NULL, "the icon is there");
}

/* What the cross, Alt+F4 and the task bar send. */
static void user_says(struct rig *rig, WPARAM what)
{
    SendMessageW(rig->window, WM_SYSCOMMAND, what, 0);
}

static void icon_is_clicked(struct rig *rig)
{
    SendMessageW(rig->window, MAIN_TRAY, 0, MAKELPARAM(NIN_SELECT, 1));
}

struct setting_asked {
    enum setting setting;
    bool flag;
};

static void read_flag(struct main_window *main, void *context)
{
    struct setting_asked *asked = context;
    asked->flag = settings_flag(main->settings, asked->setting);
}

static bool flag_of(struct rig *rig, enum setting setting)
{
    struct setting_asked asked = {setting, false};
    rig_call(rig, read_flag, &asked);
    return asked.flag;
}

static void test_the_cross_ends_the_program_unless_told_otherwise(void **state)
{
    static struct rig rig;
    (void)state;
    open_with_icon(&rig);
    assert_int_equal(alert_log.added, 1);
    PostMessageW(rig.window, WM_SYSCOMMAND, SC_CLOSE, 0);
    rig_expect_end(&rig);
    assert_int_equal(alert_log.deleted, 1);
    assert_int_equal(alert_log.told, 0);
    rig_close(&rig);
}

static void test_minimising_leaves_the_window_in_the_task_bar_unless_told_otherwise(void **state)
{
    static struct rig rig;
    (void)state;
    open_with_icon(&rig);
    user_says(&rig, SC_MINIMIZE);
    assert_true(IsIconic(rig.window));
    assert_true(IsWindowVisible(rig.window));
    user_says(&rig, SC_RESTORE);
    rig_command(&rig, CMD_TRAY_MINIMISE);
    user_says(&rig, SC_MINIMIZE);
    assert_false(IsWindowVisible(rig.window));
    assert_int_equal(alert_log.told, 1);
    icon_is_clicked(&rig);
    assert_true(IsWindowVisible(rig.window));
    assert_false(IsIconic(rig.window));
    user_says(&rig, SC_MAXIMIZE);
    user_says(&rig, SC_MINIMIZE);
    icon_is_clicked(&rig);
    assert_true(IsZoomed(rig.window));
    rig_close(&rig);
}

/* Hidden, it goes on watching; the first time it says where it went. */
static void test_closing_hides_the_window_where_that_is_chosen(void **state)
{
    static struct rig rig;
    (void)state;
    open_with_icon(&rig);
    rig_command(&rig, CMD_TRAY_CLOSE);
    user_says(&rig, SC_CLOSE);
    assert_true(IsWindow(rig.window));
    assert_false(IsWindowVisible(rig.window));
    assert_int_equal(alert_log.told, 1);
    assert_true(wcsstr(alert_log.title, L"goes on watching") != NULL);
    assert_true(wcsstr(alert_log.words, L"Exit") != NULL);
    rig_watch(&rig, "192.0.2.1");
    rig_expect_hits(&rig, 1);
    assert_false(IsWindowVisible(rig.window)); /* a hit calls, it does not push itself in front */
    icon_is_clicked(&rig);
    assert_true(IsWindowVisible(rig.window));
    assert_int_equal(rig.main->options.tab, TAB_HITS); /* what it called for */
    int told = alert_log.told;
    user_says(&rig, SC_CLOSE);
    assert_false(IsWindowVisible(rig.window));
    assert_int_equal(alert_log.told, told); /* told once is enough */
    rig_command(&rig, CMD_EXIT);
    rig_expect_end(&rig);
    rig_close(&rig);
}

/* Another program's polite request to end (taskkill, an installer) is no click on the cross. */
static void test_a_request_to_end_from_outside_ends_even_a_hidden_window(void **state)
{
    static struct rig rig;
    (void)state;
    open_with_icon(&rig);
    rig_command(&rig, CMD_TRAY_CLOSE);
    user_says(&rig, SC_CLOSE);
    assert_false(IsWindowVisible(rig.window));
    PostMessageW(rig.window, WM_CLOSE, 0, 0);
    rig_expect_end(&rig);
    rig_close(&rig);
}

static void test_what_is_chosen_lasts(void **state)
{
    static struct rig rig;
    struct buffer path;
    (void)state;
    open_with_icon(&rig);
    rig_command(&rig, CMD_TRAY_CLOSE);
    rig_command(&rig, CMD_TRAY_MINIMISE);
    assert_true(flag_of(&rig, SETTING_TRAY_CLOSE));
    user_says(&rig, SC_CLOSE);
    rig_command(&rig, CMD_EXIT);
    rig_expect_end(&rig);
    buffer_init(&path, 4096);
    text16_add(&path, rig.settings, wcslen(rig.settings));
    struct settings *kept = settings_open(buffer_text(&path), NULL);
    assert_non_null(kept);
    assert_true(settings_flag(kept, SETTING_TRAY_CLOSE));
    assert_true(settings_flag(kept, SETTING_TRAY_MINIMISE));
    assert_true(settings_flag(kept, SETTING_TRAY_TOLD));
    settings_close(kept);
    buffer_done(&path);
    rig_close(&rig);
}

static bool greyed(struct main_window *main, void *context)
{
    (void)context;
    return commands_grey(main, CMD_TRAY_CLOSE) == STR_WHY_NO_TRAY &&
           commands_grey(main, CMD_TRAY_MINIMISE) == STR_WHY_NO_TRAY;
}

/* Nothing would lead back to it. */
static void test_without_an_icon_the_window_never_hides(void **state)
{
    static struct rig rig;
    (void)state;
    open_with_icon(&rig);
    rig_command(&rig, CMD_TRAY_CLOSE);
    rig_command(&rig, CMD_TRAY_MINIMISE);
    rig_command(&rig, CMD_TRAY); /* the icon is not wanted any more */
    assert_int_equal(alert_log.deleted, 1);
    rig_wait(&rig, greyed, NULL, "what needs the icon is grey");
    user_says(&rig, SC_MINIMIZE);
    assert_true(IsWindowVisible(rig.window));
    PostMessageW(rig.window, WM_SYSCOMMAND, SC_CLOSE, 0);
    rig_expect_end(&rig);
    rig_close(&rig);
    rig_open_with(&rig, make_machine, log_alerts_without_icon);
    rig_wait(&rig, greyed, NULL, "likewise where the system takes no icon");
    rig_close(&rig);
}

static void test_a_hidden_window_comes_back_when_explorer_takes_the_icon_no_more(void **state)
{
    static struct rig rig;
    (void)state;
    open_with_icon(&rig);
    rig_command(&rig, CMD_TRAY_CLOSE);
    user_says(&rig, SC_CLOSE);
    SendMessageW(rig.window, RegisterWindowMessageW(L"TaskbarCreated"), 0, 0);
    assert_int_equal(alert_log.added, 2);
    assert_false(IsWindowVisible(rig.window));
    atomic_store(&alert_log.no_icon, true);
    SendMessageW(rig.window, RegisterWindowMessageW(L"TaskbarCreated"), 0, 0);
    assert_true(IsWindowVisible(rig.window));
    rig_close(&rig);
}

static void test_exit_in_the_icons_menu_ends(void **state)
{
    static struct rig rig;
    HWND popup = NULL;
    ULONGLONG begun = GetTickCount64();
    (void)state;
    open_with_icon(&rig);
    rig_command(&rig, CMD_TRAY_CLOSE);
    user_says(&rig, SC_CLOSE);
    PostMessageW(rig.window, MAIN_TRAY, MAKEWPARAM(10, 10), MAKELPARAM(WM_CONTEXTMENU, 1));
    while (!popup || !IsWindowVisible(popup)) {
        assert_true(GetTickCount64() - begun < RIG_PATIENCE);
        popup = FindWindowW(L"#32768", NULL);
        Sleep(5);
    }
    PostMessageW(rig.window, WM_KEYDOWN, VK_UP, 1); /* from the top to the last: Exit */
    PostMessageW(rig.window, WM_KEYDOWN, VK_RETURN, 1);
    rig_expect_end(&rig);
    rig_close(&rig);
}

/* A dialog may hold what was not saved: the window stays, and the dialog has its say. */
static void test_an_open_dialog_is_answered_first(void **state)
{
    static struct rig rig;
    (void)state;
    open_with_icon(&rig);
    rig_command(&rig, CMD_TRAY_CLOSE);
    PostMessageW(rig.window, WM_COMMAND, CMD_ABOUT, 0);
    HWND about = user_sees_dialog(STR_ABOUT_TITLE);
    user_says(&rig, SC_CLOSE);
    user_says(&rig, SC_MINIMIZE);
    assert_true(IsWindowVisible(rig.window));
    assert_true(IsWindow(about));
    user_clicks(about, IDCANCEL);
    rig_expect_gone(about);
    user_says(&rig, SC_CLOSE);
    assert_false(IsWindowVisible(rig.window));
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_hit_is_told_in_words),
        cmocka_unit_test(test_clicks_reach_the_window),
        cmocka_unit_test(test_the_icon_survives_a_new_taskbar),
        cmocka_unit_test(test_telling_a_hit_with_the_longest_texts_cuts_them),
        cmocka_unit_test(test_the_cross_ends_the_program_unless_told_otherwise),
        cmocka_unit_test(test_minimising_leaves_the_window_in_the_task_bar_unless_told_otherwise),
        cmocka_unit_test(test_closing_hides_the_window_where_that_is_chosen),
        cmocka_unit_test(test_a_request_to_end_from_outside_ends_even_a_hidden_window),
        cmocka_unit_test(test_what_is_chosen_lasts),
        cmocka_unit_test(test_without_an_icon_the_window_never_hides),
        cmocka_unit_test(test_a_hidden_window_comes_back_when_explorer_takes_the_icon_no_more),
        cmocka_unit_test(test_exit_in_the_icons_menu_ends),
        cmocka_unit_test(test_an_open_dialog_is_answered_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
