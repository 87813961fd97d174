/* tray: the icon beside the clock, and what it says when something is caught.
 * It comes back by itself when Explorer was started anew. Where there is no such place for icons
 * nothing happens. Window thread. */
#ifndef STAKEOUT_GUI_TRAY_H
#define STAKEOUT_GUI_TRAY_H

#include <windows.h>

#include "core/watch/hit.h"
#include "gui/alert_system.h"

enum tray_state { TRAY_WATCHING, TRAY_PAUSED, TRAY_HIT };

struct tray;

struct tray_class {
    /* The icon was clicked, its menu's "Open" chosen, or a notification clicked. */
    void (*open)(void *context);
    void (*pause)(void *context); /* pause, or go on */
    void (*quit)(void *context);
};

/* message is the window's own, handed to tray_message. Owned: tray_free, which takes the icon away.
 * NULL: no memory. The class and the system are borrowed. */
struct tray *tray_new(HWND window, UINT message, const struct tray_class *class, void *context,
                      const struct alert_system *system);
void tray_free(struct tray *tray); /* NULL is fine */

/* What the icon shows and, in words, how many are watched and were hit. */
void tray_show(struct tray *tray, enum tray_state state, uint32_t indicators, uint32_t hits);
/* Whether the icon is there to be clicked; NULL: no. */
bool tray_shown(const struct tray *tray);
/* Says which process was caught; more: how many others came with it. Makes no sound. */
void tray_tell_hit(struct tray *tray, const struct hit *hit, uint32_t more);
/* Says where the window went (two strings). */
void tray_tell(struct tray *tray, unsigned title, unsigned words);
/* The window's messages; true when it was one of the icon's. NULL is fine. */
bool tray_message(struct tray *tray, UINT message, WPARAM wide, LPARAM narrow);

/* For tests and for the words of a notification elsewhere. */
void tray_hit_words(const struct hit *hit, uint32_t more, struct buffer *title,
                    struct buffer *words);

#endif
