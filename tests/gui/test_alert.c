/* What a hit does for a user who looks elsewhere: once, and only what is switched on. */
#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/gui/alert_log.h"
#include "tests/support/gui/window_rig.h"

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

static bool icon_is_there(struct main_window *main, void *context)
{
    (void)context;
    return alert_can_hide(main);
}

static int open_window(void **state)
{
    static struct rig rig;
    rig_open_with(&rig, make_machine, log_alerts);
    rig_expect_outline(&rig, rig.main->processes, "System >PING.EXE");
    rig_wait(&rig, icon_is_there, NULL, "the icon is there");
    *state = &rig;
    return 0;
}

static int close_window(void **state)
{
    rig_close(*state);
    return 0;
}

static void connect_another(struct rig *rig, const char *local, const char *remote)
{
    struct scripted_source *machine = rig_lock(rig);
    scripted_source_connect(machine, 6656, local, remote, TCP_ESTABLISHED);
    rig_unlock(rig);
}

static bool alerted(struct main_window *main, void *context)
{
    return main->hits_alerted == *(const uint32_t *)context;
}

static void expect_alerted(struct rig *rig, uint32_t hits)
{
    rig_wait(rig, alerted, &hits, "the user was called for that many hits");
}

static void look_elsewhere(struct rig *rig, HWND *other)
{
    *other = CreateWindowExW(0, L"STATIC", L"", WS_OVERLAPPEDWINDOW | WS_VISIBLE, 0, 0, 200, 100,
                             NULL, NULL, NULL, NULL);
    assert_non_null(*other);
    SetForegroundWindow(*other);
    assert_ptr_not_equal(GetForegroundWindow(), rig->window);
}

static void test_a_hit_calls_once_and_not_at_each_refresh(void **state)
{
    struct rig *rig = *state;
    HWND other;
    look_elsewhere(rig, &other);
    rig_watch(rig, "192.0.2.0/24");
    expect_alerted(rig, 1);
    for (int refresh = 0; refresh < 4; refresh++)
        rig_refresh(rig);
    assert_int_equal(alert_log.told, 1);
    assert_int_equal(alert_log.sounds, 1);
    assert_int_equal(alert_log.flashes, 1);
    assert_true(wcsstr(alert_log.title, L"PING.EXE") != NULL);
    assert_true(wcsstr(alert_log.words, L"192.0.2.1:443") != NULL);
    connect_another(rig, "10.0.0.5:50001", "192.0.2.7:443");
    expect_alerted(rig, 2);
    rig_refresh(rig);
    assert_int_equal(alert_log.told, 2);
    assert_int_equal(alert_log.sounds, 2);
    assert_int_equal(alert_log.flashes, 2);
    assert_true(wcsstr(alert_log.words, L"192.0.2.7:443") != NULL);
    DestroyWindow(other);
}

/* The window is what the user looks at: nothing needs to flash. */
static void test_the_window_in_front_does_not_flash(void **state)
{
    struct rig *rig = *state;
    SetForegroundWindow(rig->window);
    assert_ptr_equal(GetForegroundWindow(), rig->window);
    rig_watch(rig, "192.0.2.1");
    expect_alerted(rig, 1);
    assert_int_equal(alert_log.flashes, 0);
    assert_int_equal(alert_log.sounds, 1);
}

static void watch_quietly(struct rig *rig)
{
    rig_watch(rig, "192.0.2.1");
    expect_alerted(rig, 1);
    rig_refresh(rig);
}

static void test_sound_can_be_switched_off(void **state)
{
    struct rig *rig = *state;
    rig_command(rig, CMD_SOUND);
    watch_quietly(rig);
    assert_int_equal(alert_log.sounds, 0);
    assert_int_equal(alert_log.told, 1);
}

static void test_notifications_can_be_switched_off(void **state)
{
    struct rig *rig = *state;
    rig_command(rig, CMD_NOTIFY);
    watch_quietly(rig);
    assert_int_equal(alert_log.told, 0);
    assert_int_equal(alert_log.sounds, 1);
}

/* The sound is the window's, not the icon's. */
static void test_without_the_icon_the_sound_is_still_there(void **state)
{
    struct rig *rig = *state;
    rig_command(rig, CMD_TRAY);
    watch_quietly(rig);
    assert_int_equal(alert_log.told, 0);
    assert_int_equal(alert_log.sounds, 1);
    rig_command(rig, CMD_TRAY); /* back again, it does not tell of what is past */
    assert_int_equal(alert_log.added, 2);
    assert_int_equal(alert_log.told, 0);
}

/* A scan of a whole network is one call, not a hundred. */
static void test_many_hits_at_once_are_one_call(void **state)
{
    struct rig *rig = *state;
    connect_another(rig, "10.0.0.5:50001", "192.0.2.7:443");
    connect_another(rig, "10.0.0.5:50002", "192.0.2.8:443");
    rig_refresh(rig);
    rig_watch(rig, "192.0.2.0/24"); /* all of them are hits in the same round */
    expect_alerted(rig, 3);
    assert_int_equal(alert_log.told, 1);
    assert_int_equal(alert_log.sounds, 1);
    assert_true(wcsstr(alert_log.words, L"more hits: 2") != NULL);
}

#define ALERT_TEST(name) cmocka_unit_test_setup_teardown(name, open_window, close_window)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALERT_TEST(test_a_hit_calls_once_and_not_at_each_refresh),
        ALERT_TEST(test_the_window_in_front_does_not_flash),
        ALERT_TEST(test_sound_can_be_switched_off),
        ALERT_TEST(test_notifications_can_be_switched_off),
        ALERT_TEST(test_without_the_icon_the_sound_is_still_there),
        ALERT_TEST(test_many_hits_at_once_are_one_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
