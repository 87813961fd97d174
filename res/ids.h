/* ids: numbers of commands and strings, for C and for the resource compiler alike.
 * A command's menu text is the string with the command's number; why a command is grey is a string too.
 * Tables of strings that follow an enum of the engine say so: the n-th string is the n-th value. */
#ifndef STAKEOUT_RES_IDS_H
#define STAKEOUT_RES_IDS_H

#define ICON_APP 1

/* --- commands and their menu texts --- */
#define CMD_FILE_MENU       100
#define CMD_PROCESS_MENU    101
#define CMD_CONNECTION_MENU 102
#define CMD_WATCH_MENU      103
#define CMD_VIEW_MENU       104
#define CMD_HELP_MENU       105
#define CMD_COPY_MENU       106
#define CMD_COLUMNS_MENU    107
#define CMD_LANGUAGE_MENU   108
#define CMD_HIT_MENU        109

#define CMD_SAVE               120
#define CMD_EXIT               121
#define CMD_COPY_CELL          122
#define CMD_COPY_ROW           123
#define CMD_COPY_JSON          124
#define CMD_SELECT_ALL         125
#define CMD_DETAILS            130
#define CMD_WATCH_PROCESS      131
#define CMD_KNOWN_PROCESS      132
#define CMD_SHOW_CONNECTIONS   133
#define CMD_WATCH_ADDRESS      134
#define CMD_KNOWN_ADDRESS      135
#define CMD_SHOW_PROCESS       136
#define CMD_WATCHLIST          140
#define CMD_IMPORT             141
#define CMD_KNOWN_LIST         142
#define CMD_PAUSE              143
#define CMD_REFRESH            150
#define CMD_FLAT               151
#define CMD_TREE               152
#define CMD_EXPAND_ALL         153
#define CMD_COLLAPSE_ALL       154
#define CMD_GHOSTS             155
#define CMD_LOWER              156
#define CMD_FOLLOW             157
#define CMD_WATCHED_FIRST      158
#define CMD_UTC                159
#define CMD_PRESENTATION       160
#define CMD_ENGLISH            161
#define CMD_CHINESE            162
#define CMD_NEXT_PANE          163
#define CMD_FILTER             164
#define CMD_TAB_CONNECTIONS    165
#define CMD_TAB_HITS           166
#define CMD_TAB_DETAILS        167
#define CMD_PREVIOUS_PANE      168
#define CMD_ABOUT              170

/* Not in the string tables: a column of the list that the menu belongs to. */
#define CMD_COLUMN      900
#define CMD_COLUMN_LAST 931

/* --- why something is grey --- */
#define STR_WHY_NO_ROW        200
#define STR_WHY_NO_PROCESS    201
#define STR_WHY_NO_CONNECTION 202
#define STR_WHY_NO_REMOTE     203
#define STR_WHY_NO_OWNER      204
#define STR_WHY_EMPTY         205
#define STR_WHY_ONE_ROW       206
#define STR_WHY_NO_NAME       207

/* --- the window --- */
#define STR_TITLE           220
#define STR_TITLE_CASE      221 /* %1 the case's folder */
#define STR_TAB_CONNECTIONS 222
#define STR_TAB_HITS        223
#define STR_TAB_HITS_COUNT  224 /* %1 how many */
#define STR_TAB_DETAILS     225
#define STR_BUTTON_PAUSE    226
#define STR_BUTTON_PAUSED   227
#define STR_BUTTON_WATCH    228
#define STR_BUTTON_TREE     229
#define STR_FILTER          230
#define STR_FILTER_CUE      231
#define STR_FILTER_BAD      232 /* %1 what PCRE2 says */
#define STR_ELEVATED        233
#define STR_NOT_ELEVATED    234

/* --- status bar --- */
#define STR_STATUS_COUNTS   240 /* %1 processes %2 connections */
#define STR_STATUS_WATCHING 241 /* %1 indicators */
#define STR_STATUS_HITS     242 /* %1 hits */
#define STR_STATUS_NO_LIST  243
#define STR_STATUS_EVERY    244 /* %1 ms */
#define STR_STATUS_PAUSED   245
#define STR_STATUS_COST     246 /* %1 CPU in per cent of one core, %2 ms a round */
#define STR_STATUS_OVERRUNS 247 /* %1 rounds */
#define STR_STATUS_STALE    248
#define STR_STATUS_TREE     249
#define STR_STATUS_SORTED   250 /* %1 column */
#define STR_STATUS_FLAT     251
#define STR_STATUS_FILTERED 252 /* %1 shown of %2 */
#define STR_STATUS_FROZEN   253
#define STR_STATUS_FORGOTTEN 254 /* %1 rows */
#define STR_STATUS_STARTING 255

/* --- empty lists --- */
#define STR_EMPTY_PROCESSES   260
#define STR_EMPTY_CONNECTIONS 261
#define STR_EMPTY_HITS        262
#define STR_EMPTY_FILTERED    263
#define STR_EMPTY_DETAILS     264
#define STR_EMPTY_FOLLOW      265

/* --- cells --- */
#define STR_DURATION_MS      270 /* %1 */
#define STR_DURATION_SECONDS 271 /* %1 */
#define STR_DURATION_MINUTES 272 /* %1 minutes %2 seconds */
#define STR_DURATION_HOURS   273 /* %1 hours %2 minutes */
#define STR_DURATION_DAYS    274 /* %1 days %2 hours */
#define STR_READ_STATE       280 /* enum read_state */
#define STR_CELL_WORD        290 /* enum cell_word */
#define STR_CELL_NOTE        300 /* enum cell_note */
#define STR_PROCESS_COLUMN   310 /* enum process_column */
#define STR_CONNECTION_COLUMN 330 /* enum connection_column */
#define STR_HIT_COLUMN       350 /* enum hit_column */

/* --- details --- */
#define STR_DETAILS_PROCESS    370
#define STR_DETAILS_PARENTS    371
#define STR_DETAILS_CHILDREN   372
#define STR_DETAILS_SID        373
#define STR_DETAILS_EXIT_CODE  374
#define STR_DETAILS_FIRST_SEEN 375
#define STR_DETAILS_LAST_SEEN  376
#define STR_DETAILS_THREADS    377
#define STR_DETAILS_CPU_TIME   378
#define STR_DETAILS_CONNECTION 379
#define STR_DETAILS_HIT        380
#define STR_DETAILS_FROM_MEMORY 381
#define STR_DETAILS_SUSPENDED  382
#define STR_DETAILS_RUNNING    383
#define STR_DETAILS_STATE      384
#define STR_DETAILS_LISTED_AS  385
#define STR_DETAILS_OBSERVED   386
#define STR_DETAILS_LATENCY    387
#define STR_DETAILS_LINE       388 /* %1 file %2 line */
#define STR_DETAILS_LABEL      389
#define STR_DETAILS_OWNER      390
#define STR_DETAILS_WRITTEN    391

/* --- saving and messages --- */
#define STR_SAVE_CSV       400
#define STR_SAVE_JSON      401
#define STR_SAVE_FAILED    402 /* %1 path %2 why */
#define STR_SAVED          403 /* %1 rows %2 path */
#define STR_COPIED         404 /* %1 rows */
#define STR_NO_MEMORY      405
#define STR_START_FAILED   406 /* %1 why */
#define STR_LIST_FAILED    407 /* %1 path %2 why */
#define STR_WATCH_ADDED    408 /* %1 indicator */
#define STR_KNOWN_ADDED    409 /* %1 what */
#define STR_CASE_FAILED    410 /* %1 path %2 why */
#define STR_STATUS_PHRASE  420 /* enum status */

#endif
