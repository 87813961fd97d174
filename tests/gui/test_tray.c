/* The icon beside the clock: what it says, and what clicks on it do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <windows.h>

#include <cmocka.h>
#include <shellapi.h>

#include "gui/strings.h"
#include "gui/tray.h"

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
                 "and 2 more hits");
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
    struct tray *tray = tray_new(window, TRAY_MESSAGE, &class, &clicks);

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
    struct tray *tray = tray_new(window, TRAY_MESSAGE, &class, &clicks);
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
    struct tray *tray = tray_new(window, TRAY_MESSAGE, &class, &clicks);
    struct process_facts facts;
    static char name[4096];
    struct hit hit;

    (void)state;
    make_hit(&hit, &facts);
    memset(name, 'x', sizeof name);
    facts.name = (struct text){name, sizeof name};
    tray_tell_hit(tray, &hit, 0, false);
    /* Pairs of surrogates all along: none may be cut in two. */
    for (size_t i = 0; i + 4 <= sizeof name; i += 4)
        memcpy(name + i, "\xF0\x9F\x98\x80", 4);
    tray_tell_hit(tray, &hit, 1, false);
    tray_tell_hit(NULL, &hit, 1, false);
    tray_free(tray);
    DestroyWindow(window);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_hit_is_told_in_words),
        cmocka_unit_test(test_clicks_reach_the_window),
        cmocka_unit_test(test_the_icon_survives_a_new_taskbar),
        cmocka_unit_test(test_telling_a_hit_with_the_longest_texts_cuts_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
