#include "tests/support/gui/watch_editor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/watch/watchlist_edit.h"
#include "gui/watch_dialog.h"
#include "tests/support/gui/user.h"

static void take_list(void *context, const struct watchlist *list, enum status kept,
                      const struct failure *failure)
{
    struct watch_editor *editor = context;

    (void)failure;
    watchlist_release(editor->used);
    editor->used = watchlist_retain(list);
    editor->kept = kept;
    editor->uses++;
}

static void run(void *context)
{
    struct watch_editor *editor = context;
    const struct watch_dialog_setup setup = {
        .list = editor->list,
        .path = buffer_text(&editor->path),
        .use = take_list,
        .context = editor,
    };

    strings_choose(editor->language);
    editor->answer = watch_dialog_run(&setup);
}

const struct watchlist *watch_editor_list(const char *content)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist_lines lines;
    struct watchlist *list = NULL;

    assert_non_null(builder);
    assert_int_equal(
        watchlist_add_file_text(builder, text_from(content), text_of("iocs.txt"), NULL, &lines),
        ST_OK);
    assert_int_equal(lines.bad, 0);
    assert_int_equal(watchlist_build(builder, &list), ST_OK);
    return list;
}

void watch_editor_make(struct watch_editor *editor, const struct watchlist *list)
{
    memset(editor, 0, sizeof *editor);
    buffer_init(&editor->path, 65536);
    editor->language = STRINGS_ENGLISH;
    editor->list = list;
}

void watch_editor_begin(struct watch_editor *editor)
{
    strings_choose(editor->language);
    editor->uses = 0;
    editor->thread = user_starts(run, editor);
    editor->dialog = user_sees_dialog(STR_WATCH_TITLE);
    editor->grid = user_finds(editor->dialog, WATCH_GRID);
}

void watch_editor_open(struct watch_editor *editor, const char *content)
{
    watch_editor_make(editor, content ? watch_editor_list(content) : NULL);
    watch_editor_begin(editor);
}

HWND watch_editor_finds(const struct watch_editor *editor, unsigned id)
{
    return user_finds(editor->dialog, id);
}

/* --- its end --- */

static void assert_list(const struct watchlist *list, const char *wanted)
{
    struct buffer out;

    buffer_init(&out, 1 << 20);
    for (uint32_t i = 0; i < watchlist_count(list); i++) {
        struct indicator indicator;
        struct indicator_origin origin;
        watchlist_indicator(list, i, &indicator, &origin);
        indicator_add(&out, &indicator);
        buffer_add_byte(&out, '\n');
    }
    if (!text_equal(buffer_text(&out), text_from(wanted)))
        fail_msg("the list is\n%.*s\nnot\n%s", (int)out.size, out.bytes, wanted);
    buffer_done(&out);
}

void watch_editor_done(struct watch_editor *editor)
{
    watchlist_release(editor->list);
    watchlist_release(editor->used);
    buffer_done(&editor->path);
}

void watch_editor_ends(struct watch_editor *editor, bool used)
{
    user_waits_for(editor->thread);
    assert_int_equal(editor->answer, used);
    assert_int_equal(editor->uses, used);
}

void watch_editor_close(struct watch_editor *editor, bool used)
{
    watch_editor_ends(editor, used);
    watch_editor_done(editor);
}

void watch_editor_close_with(struct watch_editor *editor, const char *wanted)
{
    watch_editor_ends(editor, true);
    assert_list(editor->used, wanted);
    watch_editor_done(editor);
}

void watch_editor_cancel(struct watch_editor *editor)
{
    user_clicks(editor->dialog, IDCANCEL);
    watch_editor_close(editor, false);
}
