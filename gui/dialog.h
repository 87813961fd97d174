/* dialog: windows beside the main one: their looks, sizes, keys and their loop.
 * A dialog is arranged at run time, in its own DPI and language, can be sized, and runs a loop of
 * its own until it is ended; its owner is disabled meanwhile but goes on drawing. Or it stands open
 * beside its owner, and whoever runs the loop hands it its keys. Tab, Enter, Esc and Alt+letter
 * work as in any dialog. Window thread. */
#ifndef STAKEOUT_GUI_DIALOG_H
#define STAKEOUT_GUI_DIALOG_H

#include <windows.h>

#include "core/base/text.h"
#include "gui/scale.h"
#include "gui/settings.h"

#define DIALOG_CLASS L"StakeoutDialog"

/* Lengths at 96 DPI that all dialogs share. */
#define DIALOG_MARGIN 12
#define DIALOG_GAP 8
#define DIALOG_BUTTON_HEIGHT 27
#define DIALOG_BUTTON_LEAST 88

struct dialog;

struct dialog_class {
    unsigned title; /* string */
    int width;      /* as it comes and at least, at 96 DPI, of the inside */
    int height;
    int least_width;
    int least_height;
    const char *place_key; /* of its place in the settings; NULL: none is kept */
    bool fixed;            /* cannot be sized */
    /* Makes the controls. False: the dialog is not opened. */
    bool (*open)(void *context);
    /* Puts them in place; sizes changed, or the DPI and with it the fonts. */
    void (*arrange)(void *context, int width, int height);
    void (*command)(void *context, unsigned id, unsigned code);
    /* Any other message first; true when *result is the answer. May be NULL. */
    bool (*message)(void *context, UINT message, WPARAM wide, LPARAM narrow, LRESULT *result);
    /* Esc, Alt+F4, the cross. It ends the dialog, or not. */
    void (*close)(void *context);
    /* It was ended; its controls are still there. May be NULL. */
    void (*leave)(void *context);
};

/* By value, in the caller's storage. */
struct dialog {
    const struct dialog_class *class;
    void *context;
    HWND window;
    HWND owner;
    struct settings *settings; /* borrowed, may be NULL */
    struct scale_fonts fonts;
    unsigned dpi;
    unsigned default_id; /* the button that Enter means; 0: none */
    HWND focus;          /* had it when another window became active; may be gone */
    bool ended;
    int result;
};

/* Opens the dialog, runs it, and closes it. Returns what dialog_end was given, or -1 when it could
 * not be opened. owner may be NULL. */
int dialog_run(struct dialog *dialog, const struct dialog_class *class, void *context, HWND owner,
               struct settings *settings);
void dialog_end(struct dialog *dialog, int result);

/* Opens it and returns; its owner stays enabled. It is closed with dialog_close, not dialog_end:
 * its `leave` is called, and its window is gone when that returns. */
bool dialog_open(struct dialog *dialog, const struct dialog_class *class, void *context, HWND owner,
                 struct settings *settings);
void dialog_close(struct dialog *dialog);

/* Controls. Ids are the dialog's own, from 100; IDOK and IDCANCEL are what they always are. NULL
 * when there is none to be had. Words are set by string number. */
HWND dialog_button(const struct dialog *dialog, unsigned id, unsigned words);
/* A box to tick or to choose: style is its kind (BS_AUTOCHECKBOX, BS_AUTORADIOBUTTON), and WS_GROUP
 * for the first of a row. */
HWND dialog_choice(const struct dialog *dialog, unsigned id, unsigned words, DWORD style);
HWND dialog_label(const struct dialog *dialog, unsigned id, unsigned words);
HWND dialog_edit(const struct dialog *dialog, unsigned id, DWORD style);

/* Whether such a box is ticked; NULL is not. */
bool dialog_is_checked(HWND choice);
void dialog_set_text(HWND control, struct text words);
/* String with %1 to %9 replaced. */
void dialog_set_filled(HWND control, unsigned id, const struct text *arguments, unsigned count);
int dialog_scaled(const struct dialog *dialog, int length);
/* How wide a button must be for its words. */
int dialog_button_width(const struct dialog *dialog, HWND button);
/* Puts buttons side by side with their own widths, from `left` to the right, or with `right` as the
 * right edge of the last one; returns where they end (begin). NULLs are left out. */
int dialog_row_from_left(const struct dialog *dialog, const HWND *buttons, size_t count, int left,
                         int top);
int dialog_row_to_right(const struct dialog *dialog, const HWND *buttons, size_t count, int right,
                        int top);
/* Asks a question with two answers, the safe one first and by default. True: the other one. */
bool dialog_ask(HWND owner, unsigned title, unsigned words, unsigned safe, unsigned other);

/* The same with words that are put together; those over 2,000 characters are cut. */
bool dialog_ask_words(HWND owner, unsigned title, struct text words, unsigned safe, unsigned other);

#endif
