/* 10,000 processes, 5 % of them changing: nothing jumps, nothing is lost, nothing waits. */
#include <windows.h>

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/model/process_cells.h"
#include "tests/support/gui/window_rig.h"

enum { CROWD = 10000, CONNECTIONS = 2000, REFRESHES = 1000, SELECTED = 20 };

static void make_crowd(struct scripted_source *machine)
{
    scripted_source_populate(machine, CROWD, CONNECTIONS, 7);
}

/* --- what the user sees, read on the window's thread --- */

struct seen {
    uint64_t selected[SELECTED];
    uint32_t selected_count;
    uint64_t focus;
    uint64_t top;
    uint64_t collapsed;
    bool collapsed_still;
    bool control_agrees; /* the list control itself has the same rows selected and focused */
    int64_t refresh;
    int64_t worst;
    uint64_t refreshes;
    int horizontal;
};

static uint64_t id_at(struct tree_view *view, uint32_t row)
{
    return row < tree_view_count(view) ? tree_view_row(view, row)->id : 0;
}

static void look(struct main_window *main, void *context)
{
    struct seen *seen = context;
    struct tree_view *view = list_pane_view(main->processes);
    HWND list = list_pane_window(main->processes);
    seen->selected_count = 0;
    seen->control_agrees = true;
    for (uint32_t row = tree_view_next_selected(view, 0);
         row != VIEW_NO_ROW && seen->selected_count < SELECTED;
         row = tree_view_next_selected(view, row + 1)) {
        seen->selected[seen->selected_count++] = id_at(view, row);
        if (!SendMessageW(list, LVM_GETITEMSTATE, row, LVIS_SELECTED))
            seen->control_agrees = false;
    }
    if ((uint32_t)SendMessageW(list, LVM_GETSELECTEDCOUNT, 0, 0) != tree_view_selected_count(view))
        seen->control_agrees = false;
    uint32_t focus = tree_view_focus(view);
    if ((uint32_t)SendMessageW(list, LVM_GETNEXTITEM, (WPARAM)-1, LVNI_FOCUSED) != focus)
        seen->control_agrees = false;
    if ((uint32_t)SendMessageW(list, LVM_GETITEMCOUNT, 0, 0) != tree_view_count(view))
        seen->control_agrees = false;
    seen->focus = focus == VIEW_NO_ROW ? 0 : id_at(view, focus);
    seen->top = id_at(view, rowview_top_row(list_pane_rowview(main->processes)));
    uint32_t collapsed = tree_view_find(view, seen->collapsed);
    seen->collapsed_still =
        collapsed != VIEW_NO_ROW && !(tree_view_row(view, collapsed)->flags & VIEW_EXPANDED);
    seen->refresh = main->refresh_last;
    seen->worst = main->refresh_worst;
    seen->refreshes = main->refreshes;
    SCROLLINFO scroll = {.cbSize = sizeof scroll, .fMask = SIF_POS};
    GetScrollInfo(list, SB_HORZ, &scroll);
    seen->horizontal = scroll.nPos;
}

/* What was forgotten (it ended, and 20,000 ended after it) cannot be held: it is taken out of what
 * is expected. Everything else must be where it was. */
static void forget_the_forgotten(struct main_window *main, void *context)
{
    struct seen *expected = context;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < expected->selected_count; i++) {
        if (snapshot_process_by_id(main->processes_shown, expected->selected[i]) != NO_ROW)
            expected->selected[kept++] = expected->selected[i];
    }
    expected->selected_count = kept;
    if (snapshot_process_by_id(main->processes_shown, expected->top) == NO_ROW)
        expected->top = 0;
    if (snapshot_process_by_id(main->processes_shown, expected->focus) == NO_ROW)
        expected->focus = 0;
    if (snapshot_process_by_id(main->processes_shown, expected->collapsed) == NO_ROW)
        expected->collapsed = 0;
}

static bool crowd_is_there(struct main_window *main, void *context)
{
    (void)context;
    return tree_view_count(list_pane_view(main->processes)) >= CROWD;
}

static void choose(struct main_window *main, void *context)
{
    struct seen *seen = context;
    struct tree_view *view = list_pane_view(main->processes);
    struct rowview *rowview = list_pane_rowview(main->processes);
    HWND list = list_pane_window(main->processes);
    SetFocus(list);
    uint32_t collapsed = 0;
    while (!(tree_view_row(view, collapsed)->flags & VIEW_EXPANDABLE) ||
           tree_view_row(view, collapsed)->level < 3)
        collapsed++;
    seen->collapsed = id_at(view, collapsed);
    tree_view_set_expanded(view, collapsed, false);
    list_pane_rearrange(main->processes);
    uint32_t middle = tree_view_count(view) / 2;
    rowview_go_to(rowview, middle);
    for (uint32_t i = 1; i < SELECTED; i++)
        tree_view_select(view, middle + 3 * i, true);
    rowview_sync(rowview);
    SendMessageW(list, LVM_SCROLL, 60, 0);
}

static int compare_times(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static double milliseconds(int64_t ticks)
{
    return (double)ticks / (double)MOMENT_MS;
}

static void churn(struct rig *rig)
{
    struct scripted_source *machine = rig_lock(rig);
    scripted_source_advance(machine, MOMENT_SECOND);
    scripted_source_churn(machine, 0.05);
    rig_unlock(rig);
}

static void assert_same(struct seen *before, const struct seen *after, unsigned refresh)
{
    assert_true(after->control_agrees);
    assert_int_equal(after->selected_count, before->selected_count);
    assert_memory_equal(after->selected, before->selected,
                        before->selected_count * sizeof before->selected[0]);
    if (!before->focus)
        before->focus = after->focus;
    assert_int_equal(after->focus, before->focus);
    assert_true(after->collapsed_still || !before->collapsed);
    assert_int_equal(after->horizontal, before->horizontal);
    if (!before->top)
        before->top = after->top;
    if (after->top != before->top)
        fail_msg("the list jumped in refresh %u", refresh);
}

static void test_U1_U3_a_thousand_refreshes_move_nothing_that_the_user_holds(void **state)
{
    static int64_t times[REFRESHES];
    struct rig rig;
    struct seen before = {0};
    struct seen after = {0};
    int64_t slowest_answer = 0;
    (void)state;
    rig_open(&rig, make_crowd, NULL);
    rig_wait(&rig, crowd_is_there, NULL, "all processes are listed");
    rig_call(&rig, choose, &before);
    rig_call(&rig, look, &before);
    assert_int_equal(before.selected_count, SELECTED);
    assert_int_not_equal(before.top, 0);
    after.collapsed = before.collapsed;
    for (unsigned refresh = 0; refresh < REFRESHES; refresh++) {
        if (refresh % 4 == 0)
            churn(&rig);
        ULONGLONG asked = GetTickCount64();
        DWORD_PTR answer;
        /* U3: whatever it does, the window answers. */
        assert_true(
            SendMessageTimeoutW(rig.window, WM_NULL, 0, 0, SMTO_NORMAL, RIG_PATIENCE, &answer));
        int64_t took = (int64_t)(GetTickCount64() - asked);
        if (took > slowest_answer)
            slowest_answer = took;
        rig_refresh_once(&rig);
        rig_call(&rig, look, &after);
        rig_call(&rig, forget_the_forgotten, &before);
        times[refresh] = after.refresh;
        assert_same(&before, &after, refresh);
    }
    qsort(times, REFRESHES, sizeof times[0], compare_times);
    print_message("window thread, %d processes: median %.2f ms, 99 %% %.2f ms, worst %.2f ms a "
                  "refresh; slowest answer to WM_NULL %lld ms\n",
                  (int)CROWD, milliseconds(times[REFRESHES / 2]),
                  milliseconds(times[REFRESHES / 100 * 99]), milliseconds(times[REFRESHES - 1]),
                  (long long)slowest_answer);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_U1_U3_a_thousand_refreshes_move_nothing_that_the_user_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
