/* odd_place: where a program lies, told from its path alone.
 * Paths are Win32 paths as the system gives them, with or without the "\\?\" before them. Case of
 * ASCII letters does not count. Pure; any thread. */
#ifndef STAKEOUT_JUDGE_ODD_PLACE_H
#define STAKEOUT_JUDGE_ODD_PLACE_H

#include "core/base/text.h"

/* The path up to its last separator, which is left out, and without "\\?\"; empty where there is
 * none. */
struct text place_folder(struct text path);
/* Whether the folder is base\first\second; either may be empty. */
bool place_is_folder(struct text folder, struct text base, struct text first, struct text second);
/* Whether the folder is base\first or lies below it. */
bool place_is_inside(struct text folder, struct text base, struct text first);

/* In a folder named Temp: the user's, the system's or one at the top of a drive. */
bool place_is_temp(struct text path);
bool place_is_recycle_bin(struct text path);
/* In an alternate data stream ("C:\a.txt:b.exe"). */
bool place_is_stream(struct text path);
/* On another machine, by its UNC path; a letter for a share can't be told from the path. */
bool place_is_share(struct text path);

#endif
