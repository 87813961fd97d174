#include "gui/evidence_dialog.h"

#include "core/base/memory.h"
#include "core/windows/evidence/live_evidence.h"
#include "core/windows/text16.h"
#include "gui/act_words.h"
#include "gui/dialog.h"
#include "gui/evidence_words.h"
#include "gui/strings.h"
#include "gui/worker.h"

#define WORDS_MOST ((size_t)256 * 1024)
#define MEASURED (WM_APP + 1)

/* Sizes and room, asked for beside the window's thread. */
struct measuring {
    struct evidence_means means;
    struct buffer path;
    struct text folder;
    struct process_key key;
    bool wants_sizes;
    enum status sizes;
    uint64_t small;
    uint64_t full;
    enum status room_status;
    struct disk_room room;
};

struct asking {
    struct dialog dialog;
    struct evidence_question *question;
    struct worker *measuring;
    HWND head;
    HWND file; /* a sample's path */
    HWND small;
    HWND full;
    HWND also;
    HWND note;
    HWND room;
    HWND act;
    HWND cancel;
};

static void measure(void *data, const atomic_bool *cancel)
{
    struct measuring *measuring = data;
    const struct evidence_means *means = &measuring->means;

    if (measuring->wants_sizes)
        measuring->sizes =
            means->estimate(means->context, measuring->key, &measuring->small, &measuring->full);
    if (!atomic_load(cancel))
        measuring->room_status = means->room(means->context, &measuring->room);
}

static void forget(void *data)
{
    struct measuring *measuring = data;

    buffer_done(&measuring->path);
    memory_give(measuring);
}

static const struct worker_class measuring_class = {measure, forget};

/* Without it the sizes stay unknown, and are told so. */
static void start_measuring(struct asking *asking)
{
    const struct evidence_question *question = asking->question;
    struct measuring *measuring = memory_take(sizeof *measuring);

    if (!measuring)
        return;
    buffer_init(&measuring->path, WORDS_MOST);
    buffer_add(&measuring->path, question->folder);
    measuring->folder = buffer_text(&measuring->path);
    measuring->means = question->means ? *question->means : live_evidence_means(&measuring->folder);
    measuring->key = question->facts->key;
    measuring->wants_sizes = question->kind == EVIDENCE_DUMP;
    measuring->sizes = measuring->room_status = ST_STALE;
    asking->measuring = worker_start(&measuring_class, measuring, asking->dialog.window, MEASURED);
}

/* --- words --- */

static void tell_choice(HWND choice, unsigned id, uint64_t bytes, bool is_known)
{
    struct buffer size;

    buffer_init(&size, 256);
    if (is_known)
        evidence_words_size(&size, bytes);
    else
        string_add(&size, STR_SIZE_UNKNOWN);
    const struct text argument = buffer_text(&size);
    dialog_set_filled(choice, id, &argument, 1);
    buffer_done(&size);
}

static void tell_room(const struct asking *asking, const struct measuring *measured)
{
    struct buffer size;
    bool is_known = measured && measured->room_status == ST_OK;

    buffer_init(&size, 256);
    if (is_known)
        evidence_words_size(&size, measured->room.free);
    else
        string_add(&size, STR_SIZE_UNKNOWN);
    const struct text arguments[] = {asking->question->folder, buffer_text(&size)};
    dialog_set_filled(asking->room, STR_EVIDENCE_ROOM, arguments, 2);
    buffer_done(&size);
}

static void tell_sizes(const struct asking *asking, const struct measuring *measured)
{
    bool is_known = measured && measured->sizes == ST_OK;

    if (asking->question->kind == EVIDENCE_DUMP) {
        tell_choice(asking->small, STR_DUMP_SMALL, is_known ? measured->small : 0, is_known);
        tell_choice(asking->full, STR_DUMP_FULL, is_known ? measured->full : 0, is_known);
    }
    tell_room(asking, measured);
}

static void tell_head(const struct asking *asking)
{
    const struct evidence_question *question = asking->question;
    struct buffer whom;

    buffer_init(&whom, WORDS_MOST);
    act_words_process(&whom, question->facts->name, question->facts->key.pid);
    const struct text argument = buffer_text(&whom);
    dialog_set_filled(asking->head,
                      question->kind == EVIDENCE_DUMP ? STR_DUMP_HEAD : STR_SAMPLE_HEAD, &argument,
                      1);
    if (asking->file)
        dialog_set_text(asking->file, question->facts->image.value);
    buffer_done(&whom);
}

static void tell_also(const struct asking *asking)
{
    const struct evidence_question *question = asking->question;
    struct buffer count;

    buffer_init(&count, 32);
    buffer_add_unsigned(&count, question->more);
    const struct text argument = buffer_text(&count);
    dialog_set_filled(asking->also,
                      question->kind == EVIDENCE_SAMPLE ? STR_SAMPLE_MODULES
                      : question->more                  ? STR_DUMP_TREE
                                                        : STR_DUMP_NO_TREE,
                      &argument, 1);
    buffer_done(&count);
    EnableWindow(asking->also, question->more != 0);
}

/* --- the dialog --- */

/* The middle of a path that is too long is left out. */
static HWND make_path(const struct asking *asking)
{
    HWND label = dialog_label(&asking->dialog, EVIDENCE_FILE, 0);

    if (label)
        SetWindowLongPtrW(label, GWL_STYLE, GetWindowLongPtrW(label, GWL_STYLE) | SS_PATHELLIPSIS);
    return label;
}

static bool open_asking(void *context)
{
    struct asking *asking = context;
    struct dialog *dialog = &asking->dialog;
    bool is_dump = asking->question->kind == EVIDENCE_DUMP;

    asking->head = dialog_label(dialog, 0, 0);
    if (is_dump) {
        asking->small = dialog_choice(dialog, EVIDENCE_SMALL, 0, BS_AUTORADIOBUTTON | WS_GROUP);
        asking->full = dialog_choice(dialog, EVIDENCE_FULL, 0, BS_AUTORADIOBUTTON);
    } else {
        asking->file = make_path(asking);
    }
    asking->also = dialog_choice(dialog, EVIDENCE_ALSO, 0, BS_AUTOCHECKBOX | WS_GROUP);
    asking->note = dialog_label(dialog, EVIDENCE_NOTE, is_dump ? STR_DUMP_NOTE : STR_SAMPLE_NOTE);
    asking->room = dialog_label(dialog, EVIDENCE_ROOM, 0);
    asking->act = dialog_button(dialog, EVIDENCE_DO, is_dump ? STR_DUMP_DO : STR_SAMPLE_DO);
    asking->cancel = dialog_button(dialog, IDCANCEL, STR_CANCEL);
    if (!asking->head || !asking->also || !asking->note || !asking->room || !asking->cancel ||
        !asking->act || (is_dump && (!asking->small || !asking->full)) ||
        (!is_dump && !asking->file))
        return false;
    if (is_dump)
        SendMessageW(asking->question->is_full ? asking->full : asking->small, BM_SETCHECK,
                     BST_CHECKED, 0);
    tell_head(asking);
    tell_also(asking);
    tell_sizes(asking, NULL);
    dialog->default_id = EVIDENCE_DO;
    SetFocus(is_dump ? asking->small : asking->act);
    start_measuring(asking);
    return true;
}

static void arrange_asking(void *context, int width, int height)
{
    struct asking *asking = context;
    const struct dialog *dialog = &asking->dialog;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN + 4);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int line = (int)scale_words(dialog->fonts.plain, L"Ag", 0).cy;
    int row = line + gap / 2;
    int inner = width - 2 * margin;
    int bottom = height - margin - button;
    int top = margin;
    const HWND buttons[] = {asking->act, asking->cancel};
    const HWND choices[] = {asking->file, asking->small, asking->full, asking->also};

    SendMessageW(asking->head, WM_SETFONT, (WPARAM)dialog->fonts.bold, FALSE);
    MoveWindow(asking->head, margin, top, inner, line, TRUE);
    top += line + gap;
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        if (!choices[i])
            continue;
        MoveWindow(choices[i], margin, top, inner, row, TRUE);
        top += row + gap / 2;
    }
    top += gap / 2;
    MoveWindow(asking->room, margin, bottom - gap - 2 * line, inner, 2 * line, TRUE);
    MoveWindow(asking->note, margin, top, inner, bottom - 2 * gap - 2 * line - top, TRUE);
    dialog_row_to_right(dialog, buttons, 2, width - margin, bottom);
}

static void command_asking(void *context, unsigned id, unsigned code)
{
    struct asking *asking = context;

    (void)code;
    if (id == EVIDENCE_DO) {
        asking->question->is_full = dialog_is_checked(asking->full);
        asking->question->also = dialog_is_checked(asking->also);
        dialog_end(&asking->dialog, EVIDENCE_DO);
    } else if (id == IDCANCEL) {
        dialog_end(&asking->dialog, IDCANCEL);
    }
}

static bool message_asking(void *context, UINT message, WPARAM wide, LPARAM narrow, LRESULT *result)
{
    struct asking *asking = context;

    (void)narrow;
    if (message != MEASURED)
        return false;
    if (asking->measuring && worker_number(asking->measuring) == wide)
        tell_sizes(asking, worker_data(asking->measuring));
    *result = 0;
    return true;
}

static void close_asking(void *context)
{
    struct asking *asking = context;

    dialog_end(&asking->dialog, IDCANCEL);
}

static const struct dialog_class dump_class = {
    .title = STR_DUMP_TITLE,
    .width = 560,
    .height = 262,
    .least_width = 560,
    .least_height = 262,
    .fixed = true,
    .open = open_asking,
    .arrange = arrange_asking,
    .command = command_asking,
    .message = message_asking,
    .close = close_asking,
};

static const struct dialog_class sample_class = {
    .title = STR_SAMPLE_TITLE,
    .width = 560,
    .height = 222,
    .least_width = 560,
    .least_height = 222,
    .fixed = true,
    .open = open_asking,
    .arrange = arrange_asking,
    .command = command_asking,
    .message = message_asking,
    .close = close_asking,
};

bool evidence_dialog_run(struct evidence_question *question)
{
    struct asking asking = {.question = question};
    bool done =
        dialog_run(&asking.dialog, question->kind == EVIDENCE_DUMP ? &dump_class : &sample_class,
                   &asking, question->owner, NULL) == EVIDENCE_DO;

    worker_release(asking.measuring);
    return done;
}
