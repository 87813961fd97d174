/* ids: numbers of commands and strings, for C and for the resource compiler alike.
 * A command's menu text is the string with the command's number; why a command is grey is a string
 * too. Tables of strings that follow an enum of the engine say so: the n-th string is the n-th
 * value. */
#ifndef STAKEOUT_RES_IDS_H
#define STAKEOUT_RES_IDS_H

#define ICON_APP 1
#define ICON_TRAY_HIT 2
#define ICON_TRAY_PAUSED 3

/* --- commands and their menu texts --- */
#define CMD_FILE_MENU 100
#define CMD_PROCESS_MENU 101
#define CMD_CONNECTION_MENU 102
#define CMD_WATCH_MENU 103
#define CMD_VIEW_MENU 104
#define CMD_HELP_MENU 105
#define CMD_COPY_MENU 106
#define CMD_COLUMNS_MENU 107
#define CMD_LANGUAGE_MENU 108
#define CMD_HIT_MENU 109

#define CMD_SAVE 120
#define CMD_EXIT 121
#define CMD_COPY_CELL 122
#define CMD_COPY_ROW 123
#define CMD_COPY_JSON 124
#define CMD_SELECT_ALL 125
#define CMD_DETAILS 130
#define CMD_WATCH_PROCESS 131
#define CMD_KNOWN_PROCESS 132
#define CMD_SHOW_CONNECTIONS 133
#define CMD_WATCH_ADDRESS 134
#define CMD_KNOWN_ADDRESS 135
#define CMD_SHOW_PROCESS 136
#define CMD_WATCHLIST 140
#define CMD_IMPORT 141
#define CMD_KNOWN_LIST 142
#define CMD_PAUSE 143
#define CMD_REFRESH 150
#define CMD_FLAT 151
#define CMD_TREE 152
#define CMD_EXPAND_ALL 153
#define CMD_COLLAPSE_ALL 154
#define CMD_GHOSTS 155
#define CMD_LOWER 156
#define CMD_FOLLOW 157
#define CMD_WATCHED_FIRST 158
#define CMD_UTC 159
#define CMD_PRESENTATION 160
#define CMD_ENGLISH 161
#define CMD_CHINESE 162
#define CMD_NEXT_PANE 163
#define CMD_FILTER 164
#define CMD_TAB_CONNECTIONS 165
#define CMD_TAB_HITS 166
#define CMD_TAB_DETAILS 167
#define CMD_PREVIOUS_PANE 168
#define CMD_ABOUT 170
#define CMD_NOTIFY 171
#define CMD_SOUND 172
#define CMD_THEME_MENU 173
#define CMD_THEME_FOLLOW 174
#define CMD_THEME_LIGHT 175
#define CMD_THEME_DARK 176
/* How often the connections are looked at, and how often the lists are shown anew. */
#define CMD_RATE_MENU 177
#define CMD_RATE_10 178
#define CMD_RATE_25 179
#define CMD_RATE_50 180
#define CMD_RATE_100 181
#define CMD_RATE_250 182
#define CMD_RATE_1000 183
#define CMD_SPEED_MENU 184
#define CMD_SPEED_500 185
#define CMD_SPEED_1000 186
#define CMD_SPEED_2000 187
#define CMD_SPEED_5000 188
#define CMD_TRAY_MENU 189
#define CMD_TRAY 190
#define CMD_TRAY_MINIMISE 191
#define CMD_TRAY_CLOSE 192
#define CMD_THREAD_SUSPEND 193
#define CMD_THREAD_RESUME 194
#define CMD_THREAD_TERMINATE 195
#define CMD_PROPERTIES 196

#define CMD_SUSPEND 110
#define CMD_RESUME 111
#define CMD_RESTART 112
#define CMD_KILL 113
#define CMD_KILL_TREE 114
#define CMD_SUSPEND_TREE 115
#define CMD_RESUME_TREE 116
#define CMD_ASK 117

#define CMD_CLOSE_CONNECTION 145
#define CMD_ELEVATE 146
#define CMD_DUMP 197
#define CMD_SAMPLE 198
#define CMD_OPEN_FOLDER 199

#define CMD_SINKHOLE 3100
#define CMD_CASE_MENU 3101
#define CMD_CASE_NEW 3102
#define CMD_CASE_OPEN 3103
#define CMD_CASE_CLOSE 3104
#define CMD_CASE_FOLDER 3105
#define CMD_CASE_VERIFY 3106
#define CMD_CASE_EVIDENCE 3107
#define CMD_CASE_REPORT 3108
#define CMD_TRAP 3109

/* Not in the string tables: a column of the list that the menu belongs to. */
#define CMD_COLUMN 900
#define CMD_COLUMN_LAST 931

/* --- why something is grey --- */
#define STR_WHY_NO_ROW 200
#define STR_WHY_NO_PROCESS 201
#define STR_WHY_NO_CONNECTION 202
#define STR_WHY_NO_REMOTE 203
#define STR_WHY_NO_OWNER 204
#define STR_WHY_EMPTY 205
#define STR_WHY_ONE_ROW 206
#define STR_WHY_NO_NAME 207
#define STR_WHY_NO_TRAY 208

/* --- the window --- */
#define STR_TITLE 220
#define STR_TITLE_CASE 221 /* %1 the case's folder */
#define STR_TAB_CONNECTIONS 222
#define STR_TAB_HITS 223
#define STR_TAB_HITS_COUNT 224 /* %1 how many */
#define STR_TAB_DETAILS 225
#define STR_BUTTON_PAUSE 226
#define STR_BUTTON_PAUSED 227
#define STR_BUTTON_WATCH 228
#define STR_BUTTON_TREE 229
#define STR_FILTER 230
#define STR_FILTER_CUE 231
#define STR_FILTER_BAD 232 /* %1 what PCRE2 says */
#define STR_ELEVATED 233
#define STR_NOT_ELEVATED 234

/* --- status bar --- */
#define STR_STATUS_COUNTS 240   /* %1 processes %2 connections */
#define STR_STATUS_WATCHING 241 /* %1 indicators */
#define STR_STATUS_HITS 242     /* %1 hits */
#define STR_STATUS_NO_LIST 243
#define STR_STATUS_EVERY 244 /* %1 ms */
#define STR_STATUS_PAUSED 245
#define STR_STATUS_COST 246     /* %1 CPU in per cent of one core, %2 ms a round */
#define STR_STATUS_OVERRUNS 247 /* %1 rounds */
#define STR_STATUS_STALE 248
#define STR_STATUS_TREE 249
#define STR_STATUS_SORTED 250 /* %1 column */
#define STR_STATUS_FLAT 251
#define STR_STATUS_FILTERED 252 /* %1 shown of %2 */
#define STR_STATUS_FROZEN 253
#define STR_STATUS_FORGOTTEN 254 /* %1 rows */
#define STR_STATUS_STARTING 255

/* --- empty lists --- */
#define STR_EMPTY_PROCESSES 260
#define STR_EMPTY_CONNECTIONS 261
#define STR_EMPTY_HITS 262
#define STR_EMPTY_FILTERED 263
#define STR_EMPTY_DETAILS 264
#define STR_EMPTY_FOLLOW 265

/* --- cells --- */
#define STR_DURATION_MS 270       /* %1 */
#define STR_DURATION_SECONDS 271  /* %1 */
#define STR_DURATION_MINUTES 272  /* %1 minutes %2 seconds */
#define STR_DURATION_HOURS 273    /* %1 hours %2 minutes */
#define STR_DURATION_DAYS 274     /* %1 days %2 hours */
#define STR_READ_STATE 280        /* enum read_state */
#define STR_CELL_NOTE 300         /* enum cell_note */
#define STR_PROCESS_COLUMN 310    /* enum process_column */
#define STR_CONNECTION_COLUMN 330 /* enum connection_column */
#define STR_HIT_COLUMN 350        /* enum hit_column */

/* --- details --- */
#define STR_DETAILS_PROCESS 370
#define STR_DETAILS_PARENTS 371
#define STR_DETAILS_CHILDREN 372
#define STR_DETAILS_SID 373
#define STR_DETAILS_EXIT_CODE 374
#define STR_DETAILS_FIRST_SEEN 375
#define STR_DETAILS_LAST_SEEN 376
#define STR_DETAILS_THREADS 377
#define STR_DETAILS_CPU_TIME 378
#define STR_DETAILS_CONNECTION 379
#define STR_DETAILS_HIT 380
#define STR_DETAILS_FROM_MEMORY 381
#define STR_DETAILS_SUSPENDED 382
#define STR_DETAILS_RUNNING 383
#define STR_DETAILS_STATE 384
#define STR_DETAILS_LISTED_AS 385
#define STR_DETAILS_OBSERVED 386
#define STR_DETAILS_LATENCY 387
#define STR_DETAILS_LINE 388 /* %1 file %2 line */
#define STR_DETAILS_LABEL 389
#define STR_DETAILS_OWNER 390
#define STR_DETAILS_WRITTEN 391
#define STR_DETAILS_REMARKS 392
#define STR_DETAILS_REMARK 393     /* %1 rule %2 fact */
#define STR_DETAILS_REMARK_OF 394  /* %1 process %2 rule %3 fact */
#define STR_DETAILS_VERIFIED 395   /* %1 a wrong parent */
#define STR_DETAILS_UNVERIFIED 396 /* %1 likewise */

/* --- saving and messages --- */
#define STR_SAVE_CSV 400
#define STR_SAVE_JSON 401
#define STR_SAVE_FAILED 402 /* %1 path %2 why */
#define STR_SAVED 403       /* %1 rows %2 path */
#define STR_COPIED 404      /* %1 rows */
#define STR_NO_MEMORY 405
#define STR_START_FAILED 406  /* %1 why */
#define STR_LIST_FAILED 407   /* %1 path %2 why */
#define STR_WATCH_ADDED 408   /* %1 indicator */
#define STR_KNOWN_ADDED 409   /* %1 what */
#define STR_CASE_FAILED 410   /* %1 path %2 why */
#define STR_RESCUE 411        /* %1 hits */
#define STR_STATUS_PHRASE 420 /* enum status */

/* --- what is odd --- */
#define STR_ODD_RULE 440 /* enum odd_rule */

/* --- the watchlist's window --- */
#define STR_WATCH_TITLE 600
#define STR_WATCH_TYPE 601       /* above the field to type in */
#define STR_WATCH_HINT 602       /* below it while it is empty */
#define STR_WATCH_READ_ONE 603   /* %1 indicator %2 kind */
#define STR_WATCH_READ_MORE 604  /* %1 how many %2 the first %3 its kind */
#define STR_WATCH_READ_BAD 605   /* %1 what was written %2 how many lines are like it */
#define STR_WATCH_READ_DOUBT 606 /* %1 indicator %2 kind %3 the doubt */
#define STR_WATCH_ADD 610
#define STR_WATCH_IMPORT 611
#define STR_WATCH_PASTE 612
#define STR_WATCH_REMOVE 613
#define STR_WATCH_CLEAR 614
#define STR_WATCH_SAVE 615
#define STR_WATCH_SEARCH 616
#define STR_WATCH_USE 617
#define STR_WATCH_COUNT 620       /* %1 indicators */
#define STR_WATCH_COUNT_FOUND 621 /* %1 of %2 indicators */
#define STR_WATCH_TAKEN 622       /* %1 added %2 were there */
#define STR_WATCH_REMOVED 623     /* %1 */
#define STR_WATCH_SAVED 624       /* %1 how many %2 path */
#define STR_WATCH_READING 625     /* %1 file */
#define STR_WATCH_BUILDING 626
#define STR_WATCH_NOTHING_FOUND 627 /* %1 file */
#define STR_WATCH_NOT_READ 628      /* %1 file %2 why */
#define STR_WATCH_PASTED 629        /* the origin's name of what was pasted */
#define STR_WATCH_EMPTY 630
#define STR_WATCH_NO_MATCH 631
#define STR_WATCH_NOTHING_PASTED 632
#define STR_WATCH_CANCELLED 633
#define STR_WATCH_FAILED 634 /* %1 why */
#define STR_WATCH_COLUMN 640 /* enum watch_column */
#define STR_KIND 650         /* enum indicator_kind */
#define STR_ORIGIN_TYPED 660
#define STR_ORIGIN_LINE 661        /* %1 file %2 line */
#define STR_WATCH_IMPORT_TITLE 662 /* of the system's window to open a file */
#define STR_WATCH_SAVE_TITLE 663
#define STR_FILES_ALL 664
#define STR_FILES_TEXT 665
#define STR_DISCARD_TITLE 666
#define STR_DISCARD_TEXT 667
#define STR_DISCARD_KEEP 668
#define STR_DISCARD_DROP 669

/* --- the review of an import --- */
#define STR_REVIEW_TITLE 680
#define STR_REVIEW_SUMMARY 681 /* %1 file %2 format %3 found %4 without a doubt */
#define STR_REVIEW_SKIPPED 682 /* %1 lines */
#define STR_REVIEW_SHOW 683
#define STR_REVIEW_ALL 684 /* %1 how many; likewise below */
#define STR_REVIEW_TICKED 685
#define STR_REVIEW_OPEN 686
#define STR_REVIEW_DOUBT 687 /* %1 the doubt %2 how many */
#define STR_REVIEW_TICK 688
#define STR_REVIEW_UNTICK 689
#define STR_REVIEW_TAKE 690 /* %1 how many */
#define STR_REVIEW_HINT 691
#define STR_REVIEW_COLUMN 700 /* enum review_column */
#define STR_FORMAT 710        /* enum import_format */
#define STR_DOUBT 730         /* enum finding_doubt */
#define STR_DOUBT_WHY 750     /* enum finding_doubt, as a sentence */

/* --- what is known --- */
#define STR_KNOWN_TITLE 780
#define STR_KNOWN_TEXT 781
#define STR_KNOWN_COLUMN 782 /* kind, value */
#define STR_KNOWN_REMOVE 784
#define STR_KNOWN_EMPTY 785
#define STR_KNOWN_COUNT 786 /* %1 */
#define STR_KNOWN_KIND 787  /* enum known_kind */

/* --- the icon beside the clock, and what it says --- */
#define STR_TRAY_WATCHING 800 /* %1 indicators %2 hits */
#define STR_TRAY_PAUSED 801
#define STR_TRAY_NO_LIST 802
#define STR_TRAY_HIT_TITLE 803 /* %1 process */
#define STR_TRAY_HIT_TEXT 804  /* %1 process %2 remote end %3 indicator */
#define STR_TRAY_HITS_TEXT 805 /* %1 how many more */
#define STR_TRAY_OPEN 806
#define STR_TRAY_PAUSE 807
#define STR_TRAY_RESUME 808
#define STR_TRAY_EXIT 809
#define STR_TRAY_HIDDEN_TITLE 810 /* the window has gone for the first time */
#define STR_TRAY_HIDDEN_TEXT 811
#define STR_SESSION_ENDS 812 /* why the log-off has to wait */

/* --- about --- */
#define STR_ABOUT_TITLE 820
#define STR_ABOUT_VERSION 821 /* %1 version %2 bits */
#define STR_ABOUT_WHAT 822
#define STR_ABOUT_ELEVATED 823
#define STR_ABOUT_PLAIN 824
#define STR_ABOUT_DEBUG 825
#define STR_ABOUT_NO_DEBUG 826
#define STR_ABOUT_SETTINGS 827 /* %1 path */
#define STR_ABOUT_NO_SETTINGS 828
#define STR_ABOUT_LICENCE 829
#define STR_ABOUT_LIBRARIES 830

/* --- what is done to processes --- */
#define STR_WHY_NO_CHILDREN 1000
#define STR_ACT_DONE 1010    /* enum act_kind */
#define STR_ACT_OUTCOME 1020 /* enum deed_outcome */
#define STR_ACT_FATE 1030    /* enum fate */
#define STR_ACT_WHY 1040     /* %1 why */
#define STR_ACT_COUNT 1041   /* %1 suspend count */
#define STR_ACT_REBORN 1042  /* %1 PID */
#define STR_ACT_STAYS 1043
#define STR_ACT_TOLD 1044         /* %1 process %2 outcome */
#define STR_ACT_COMMAND 1045      /* %1 command line */
#define STR_ACT_NOTHING_DONE 1046 /* %1 why */
#define STR_ACT_TREE_DONE 1047    /* %1 root %2 how many; likewise below, with %3 not done */
#define STR_ACT_TREE_LEFT 1048
#define STR_ACT_TREE_RESTLESS 1049
#define STR_ACT_TREE_CANCELLED 1050
#define STR_ACT_STILL 1051
#define STR_ACT_UNDER_WAY 1052 /* %1 process */
#define STR_GUARD 1060         /* enum guard */
#define STR_HARM_TITLE 1080
#define STR_HARM_STARTED 1081 /* %1 when */
#define STR_HARM_IMAGE 1082   /* %1 path */
#define STR_HARM_TYPE 1083
#define STR_HARM_HEAD 1090   /* enum act_kind; %1 process */
#define STR_HARM_EFFECT 1100 /* enum act_kind */
#define STR_HARM_BUTTON 1110 /* enum act_kind */
#define STR_TREE_TITLE 1120
#define STR_TREE_ORPHAN 1121
#define STR_TREE_UNSURE 1122
#define STR_TREE_REST 1123
#define STR_TREE_COLUMN 1124 /* process, PID, started, note */
#define STR_TREE_TICK 1128
#define STR_TREE_TEXT 1130   /* enum act_kind; %1 root %2 how many */
#define STR_TREE_BUTTON 1140 /* enum act_kind; %2 how many */
#define STR_TREE_DUMP_TEXT 1148
#define STR_TREE_DUMP_BUTTON 1149
#define STR_BUTTON_SUSPEND 1150
#define STR_BUTTON_RESUME 1151
#define STR_BUTTON_KILL 1152
#define STR_BUTTON_KILL_TREE 1153

/* --- evidence, closed connections, more rights --- */
#define STR_WHY_CLOSING 2200 /* enum closing_bar */
#define STR_WHY_EVIDENCE_BUSY 2209
#define STR_WHY_ENDED 2210
#define STR_WHY_NO_IMAGE 2211
#define STR_WHY_NO_OWN_MEMORY 2212
#define STR_WHY_SELF 2213
#define STR_WHY_NO_START 2214
#define STR_WHY_ELEVATED 2215
#define STR_WHY_ELEVATING 2216
#define STR_CLOSING_OUTCOME 2220 /* enum closing_outcome; %1 state */
#define STR_DUMP_TITLE 2230
#define STR_DUMP_HEAD 2231  /* %1 process */
#define STR_DUMP_SMALL 2232 /* %1 size; likewise the next */
#define STR_DUMP_FULL 2233
#define STR_DUMP_TREE 2234 /* %1 how many more */
#define STR_DUMP_NO_TREE 2235
#define STR_DUMP_NOTE 2236
#define STR_DUMP_DO 2237
#define STR_SAMPLE_TITLE 2238
#define STR_SAMPLE_HEAD 2239 /* %1 process */
#define STR_SAMPLE_MODULES 2240
#define STR_SAMPLE_NOTE 2241
#define STR_SAMPLE_DO 2242
#define STR_EVIDENCE_ROOM 2243 /* %1 folder %2 free */
#define STR_SIZE_UNKNOWN 2244
#define STR_SIZE 2245        /* %1 bytes, KB, MB, GB */
#define STR_NOTE_DUMPED 2249 /* %1 file %2 size; likewise the next two */
#define STR_NOTE_COPIED 2250
#define STR_NOTE_STORED_BEFORE 2251
#define STR_NOTE_MODULES 2252    /* %1 copied %2 stored before %3 of Windows %4 failed */
#define STR_NOTE_NO_MODULES 2253 /* %1 why */
#define STR_EVIDENCE_FAILED 2254 /* %1 why; likewise the next three */
#define STR_EVIDENCE_LIED 2255
#define STR_EVIDENCE_UNSEEN 2256
#define STR_EVIDENCE_NOT_WRITTEN 2257
#define STR_EVIDENCE_END_UNWRITTEN 2258
#define STR_EVIDENCE_CANCELLING 2259
#define STR_TREE_DUMPED 2260 /* %1 dumped %2 not; the next: %3 stay suspended */
#define STR_TREE_DUMPED_STUCK 2261
#define STR_FOLDER_FAILED 2262 /* %1 why */
#define STR_PROGRESS_TITLE 2263
#define STR_PROGRESS_DUMP 2264 /* %1 process; likewise the next */
#define STR_PROGRESS_SAMPLE 2265
#define STR_PROGRESS_SO_FAR 2266 /* %1 per cent */
#define STR_STATUS_NO_DEBUG 2270
#define STR_STATUS_NO_DEBUG_POLICY 2271
#define STR_ELEVATE_DECLINED 2272
#define STR_ELEVATE_FAILED 2273 /* %1 why */

/* --- buttons --- */
#define STR_OK 840
#define STR_CANCEL 841
#define STR_CLOSE 842

/* --- the window of a process's properties --- */
#define STR_PROP_TITLE 2000      /* %1 process */
#define STR_PROP_PAGE 2001       /* enum property_page */
#define STR_PROP_COLUMN 2010     /* property, value, time, beside the start */
#define STR_THREAD_COLUMN 2014   /* TID, start, state, waits for, suspended, CPU, created, name */
#define STR_MODULE_COLUMN 2022   /* name, base, size, path */
#define STR_TOKEN_COLUMN 2026    /* what, name, state, SID */
#define STR_VARIABLE_COLUMN 2030 /* name, value */
#define STR_PAST_COLUMN 2032     /* time, what, process, exit code, command line */
#define STR_PROP_COMMAND_STATED 2040
#define STR_PROP_CRITICAL 2041
#define STR_PROP_CRITICAL_YES 2042
#define STR_PROP_CRITICAL_NO 2043
#define STR_PROP_PROTECTION 2044
#define STR_PROP_PROTECTED_YES 2045 /* %1 kind */
#define STR_PROP_PROTECTED_NO 2046
#define STR_PROP_NONE 2047
#define STR_PROP_NO_REMARKS 2048
#define STR_PROP_UNKNOWN 2049
#define STR_PROP_PROCESS_START 2050
#define STR_PROP_FILE_CREATED 2051
#define STR_PROP_FILE_WRITTEN 2052
#define STR_PROP_FILE_CHANGED 2053
#define STR_PROP_FILE_ACCESSED 2054
#define STR_PROP_VERDICT 2055
#define STR_PROP_BEFORE_START 2056 /* %1 time span */
#define STR_PROP_AFTER_START 2057  /* %1 time span */
#define STR_PROP_FILE 2058
#define STR_IMAGE_AGE 2060 /* enum image_age */
#define STR_FILE_PATH 2070
#define STR_FILE_SIZE 2071
#define STR_FILE_BYTES 2072 /* %1 */
#define STR_FILE_DESCRIPTION 2073
#define STR_FILE_PRODUCT 2074
#define STR_FILE_COMPANY 2075
#define STR_FILE_VERSION 2076
#define STR_FILE_ORIGINAL 2077
#define STR_FILE_NO_VERSION 2078
#define STR_FILE_SIGNATURE 2079
#define STR_FILE_SIGNER 2080
#define STR_FILE_ISSUER 2081
#define STR_FILE_SIGNED_AT 2082
#define STR_FILE_CATALOG 2083
#define STR_FILE_SIGNED_IN 2084   /* %1 verdict %2 where */
#define STR_FILE_NOT_CHECKED 2085 /* %1 why */
#define STR_FILE_ORIGIN 2086
#define STR_FILE_NO_MARK 2087
#define STR_FILE_NO_ZONE 2088
#define STR_FILE_ZONE 2089 /* %1 name %2 number */
#define STR_FILE_HOST 2090
#define STR_FILE_REFERRER 2091
#define STR_FILE_STREAM 2092
#define STR_FILE_CHANGED_WHILE 2093
#define STR_FILE_GONE 2094
#define STR_FILE_WHY 2095     /* %1 reason %2 call %3 code */
#define STR_SIGNATURE 2100    /* enum signature_verdict */
#define STR_SIGNED_PLACE 2110 /* enum signature_place */
#define STR_ZONE 2114         /* as the system numbers them */
#define STR_THREAD_STATE 2120 /* as the system numbers them */
#define STR_INTEGRITY 2130    /* from untrusted up */
#define STR_ELEVATION 2137    /* enum token_elevation */
#define STR_TOKEN_INTEGRITY 2141
#define STR_TOKEN_ELEVATION 2142
#define STR_TOKEN_VIRTUALIZED 2143
#define STR_TOKEN_CONTAINER 2144
#define STR_TOKEN_CONTAINER_SID 2145
#define STR_TOKEN_GROUP 2146
#define STR_TOKEN_PRIVILEGE 2147
#define STR_TOKEN_ENABLED 2148
#define STR_TOKEN_DISABLED 2149
#define STR_TOKEN_BY_DEFAULT 2150 /* %1 enabled or disabled */
#define STR_GROUP_ATTRIBUTE 2151  /* in the order of part_words.c */
#define STR_PROP_COUNT 2160       /* %1 */
#define STR_PROP_UNREAD 2161      /* %1 why */
#define STR_PROP_READING 2162
#define STR_PROP_STOPPED 2163
#define STR_PROP_MAPPED 2164
#define STR_PROP_CUT 2165
#define STR_PROP_STATED 2166
#define STR_PROP_AGAIN 2167
#define STR_PROP_STOP 2168
#define STR_PROP_COPY 2169
#define STR_PAST_STARTED 2170
#define STR_PAST_ENDED 2171
#define STR_PAST_CHILD_STARTED 2172
#define STR_PAST_CHILD_ENDED 2173
#define STR_PAST_PARENT_STARTED 2174
#define STR_PAST_PARENT_ENDED 2175
#define STR_THREAD_HEAD 2180         /* %1 thread %2 process */
#define STR_THREAD_SUSPEND_HEAD 2181 /* %1 thread %2 process */
#define STR_THREAD_START 2182        /* %1 where */
#define STR_THREAD_EFFECT 2183
#define STR_THREAD_BUTTON 2184
#define STR_THREAD_INSTEAD 2185
#define STR_THREAD_TOLD 2186      /* %1 thread %2 outcome */
#define STR_THREAD_UNDER_WAY 2187 /* %1 thread */
#define STR_THREAD_WATCHED 2188
#define STR_THREAD_OUTCOME 2190 /* enum thread_outcome */
#define STR_AFTER 2196          /* enum aftermath_kind; %1 seconds %2 exit code */

/* --- the sinkhole --- */
#define STR_BUTTON_SINKHOLE 3110
#define STR_SINKHOLE_TITLE 3111
#define STR_SINKHOLE_TEXT 3112
#define STR_SINKHOLE_FILE 3113  /* %1 path %2 its state */
#define STR_SINKHOLE_COUNT 3114 /* %1 pinned */
#define STR_SINKHOLE_LIMITS 3115
#define STR_SINKHOLE_DO 3116
#define STR_SINKHOLE_UNDO 3117
#define STR_SINKHOLE_CONVERT 3118
#define STR_SINKHOLE_ELEVATE 3119
#define STR_SINKHOLE_EMPTY 3120
#define STR_SINKHOLE_NOT_ELEVATED 3121
#define STR_SINKHOLE_OFFER 3122
#define STR_SINKHOLE_WILL 3123 /* %1 to pin %2 to take out */
#define STR_SINKHOLE_NOTHING_TO_DO 3124
#define STR_SINKHOLE_LEFT_OUT 3125 /* %1 domains */
#define STR_SINKHOLE_BUSY 3126
#define STR_SINKHOLE_STALE 3127
#define STR_SINKHOLE_COLUMN 3130 /* domain, address, IPv6 address, state */
#define STR_SINKHOLE_PINNED 3140 /* enum sinkhole_answer */
#define STR_SINKHOLE_COMES 3145
#define STR_SINKHOLE_GOES 3146
#define STR_SINKHOLE_TAKEN 3147
#define STR_SINKHOLE_GONE 3148
#define STR_SINKHOLE_TREE 3149
#define STR_SINKHOLE_STAGE 3150   /* enum sinkhole_stage */
#define STR_SINKHOLE_OUTCOME 3160 /* enum sinkhole_outcome; %1 why %2 seconds %3 backup */
#define STR_SINKHOLE_WHY 3170     /* enum sinkhole_why */

/* --- the case --- */
#define STR_WHY_NO_CASE 3190
#define STR_WHY_CASE_BUSY 3191
#define STR_NEW_CASE_TITLE 3192
#define STR_NEW_CASE_TEXT 3193
#define STR_NEW_CASE_FIELD 3194 /* enum new_case_field */
#define STR_NEW_CASE_BROWSE 3200
#define STR_NEW_CASE_WHERE_TO 3201
#define STR_NEW_CASE_DO 3202
#define STR_CASE_FILES 3203
#define STR_CASE_OPEN_TITLE 3204
#define STR_CASE_CLOSE_TITLE 3205
#define STR_CASE_CLOSE_TEXT 3206
#define STR_CASE_CLOSE_DO 3207
#define STR_CASE_OPENED 3208     /* %1 folder */
#define STR_CASE_NOT_OPENED 3209 /* %1 why; likewise the next ones with NOT or FAILED */
#define STR_CASE_CLOSED 3210     /* %1 SHA-256 */
#define STR_CASE_NOT_CLOSED 3211
#define STR_CASE_SOUND 3212
#define STR_CASE_WRONG 3213
#define STR_CASE_NOT_VERIFIED 3214
#define STR_VERIFY_TITLE 3215
#define STR_CASE_CANCELLING 3216
#define STR_PROGRESS_CASE 3217
#define STR_PROGRESS_CLOSE 3218
#define STR_PROGRESS_VERIFY 3219
#define STR_PROGRESS_EVIDENCE 3220
#define STR_PROGRESS_REPORT 3221
#define STR_PARTS_TITLE 3222
#define STR_PARTS_TEXT 3223
#define STR_PARTS_DO 3224
#define STR_PARTS_TOLD 3225         /* %1 how many */
#define STR_PARTS_COLUMN 3226       /* part, how it is had */
#define STR_EVIDENCE_COLLECTED 3228 /* %1 to %4 enum bundle_outcome, %5 folder */
#define STR_EVIDENCE_NOT_COLLECTED 3229
#define STR_REPORT_TITLE 3230
#define STR_REPORT_TEXT 3231
#define STR_REPORT_ENGLISH 3232
#define STR_REPORT_CHINESE 3233
#define STR_REPORT_DEFANG 3234
#define STR_REPORT_DO 3235
#define STR_REPORT_WRITTEN 3236 /* %1 path */
#define STR_REPORT_FAILED 3237
#define STR_REPORT_NOT_SHOWN 3238
#define STR_STATUS_CASE 3239
#define STR_EVIDENCE_TITLE 3240
/* --- removing a file --- */
#define CMD_REMOVE_FILE 3600
#define STR_REMOVE_TITLE 3601
#define STR_REMOVE_FACTS 3602 /* %1 size %2 created %3 modified */
#define STR_REMOVE_LINKS 3603 /* %1 other names */
#define STR_REMOVE_FOREIGN 3604
#define STR_REMOVE_LED 3605    /* %1 the name that leads there */
#define STR_REMOVE_COLUMN 3606 /* what, who or where, more */
#define STR_REMOVE_KIND 3610   /* runs it, has it loaded, holds it, names it */
#define STR_REMOVE_AUTORUN 3614
#define STR_REMOVE_NAME_ONLY 3615
#define STR_REMOVE_DONE 3616
#define STR_REMOVE_NOT_DONE 3617
#define STR_REMOVE_NOBODY 3618
#define STR_REMOVE_STAGE 3620 /* enum remove_stage; %1 how many */
#define STR_REMOVE_FOUND 3626 /* %1 how many; likewise below */
#define STR_REMOVE_FOUND_PARTLY 3627
#define STR_REMOVE_NOT_SHOWN 3628
#define STR_REMOVE_NOT_OPENED 3629
#define STR_REMOVE_NOT_READ 3630
#define STR_REMOVE_STOP 3631
#define STR_REMOVE_WAY 3632 /* enum removal_way */
#define STR_REMOVE_SAMPLE 3635
#define STR_REMOVE_KILL 3636
#define STR_REMOVE_HANDLES 3637
#define STR_REMOVE_DO 3638
#define STR_REMOVE_BARRED 3639 /* %1 why; likewise below */
#define STR_REMOVE_WAY_BARRED 3640
#define STR_REMOVE_RESTART_BARRED 3641
#define STR_REMOVE_BAR 3645     /* enum removal_bar */
#define STR_REMOVE_STEP 3665    /* enum removal_step */
#define STR_REMOVE_OUTCOME 3675 /* enum removal_outcome; %1 why */
#define STR_REMOVE_COPY 3690    /* %1 path; likewise below */
#define STR_REMOVE_CALLED 3691
#define STR_REMOVE_RECORDED 3692 /* %1 what */
#define STR_REMOVE_UNWRITTEN 3693
#define STR_REMOVE_STILL_NAMED 3694 /* %1 places */
/* --- what shall be collected --- */
#define STR_PARTS_ASKED 3720
#define STR_PARTS_RULES_LABEL 3721
#define STR_PARTS_CLEAR 3722
#define STR_PARTS_BROWSE_TITLE 3723
#define STR_PARTS_FILES 3724
#define STR_PARTS_NO_RULES 3725
#define STR_PARTS_READING 3726
#define STR_PARTS_RULES 3727 /* %1 how many %2 commands */
#define STR_PARTS_COMMANDS 3728
#define STR_PARTS_COMMANDS_NOTE 3729
#define STR_PARTS_FLAGGED 3730 /* %1 who %2 how many */
#define STR_PARTS_FLAGGED_ONE 3731
#define STR_PARTS_FLAGGED_NONE 3732
#define STR_PARTS_NAMED 3733 /* %1 a name to read %2 as the file is called */
#define STR_PARTS_NAME 3740  /* bundle_parts_of_system; in English as they are typed */

/* --- the trap --- */
#define STR_TRAP_TITLE 3250
#define STR_TRAP_TEXT 3251
#define STR_TRAP_BOX 3252 /* record, suspend, tree, dump, full, sample, each time */
#define STR_TRAP_NEVER 3259
#define STR_TRAP_ONLY 3260
#define STR_TRAP_DO 3261
#define STR_TRAP_LATENCY 3262 /* %1 ms */
#define STR_TRAP_TOLD 3263    /* %1 process %2 what came of it */
#define STR_TRAP_STATE 3264   /* %1 what is done */
#define STR_TRAP_WORD 3265    /* suspend, its tree, dump, sample, exceptions */

/* --- the Find window --- */
#define CMD_FIND_MENU 2480
#define CMD_FIND 2481
#define CMD_FIND_HANDLES 2482 /* in the order of enum found_kind */
#define CMD_FIND_REGISTRY 2483
#define CMD_FIND_MEMORY 2484
#define CMD_PROCESS_HANDLES 2485
#define CMD_PROCESS_REGISTRY 2486
#define CMD_PROCESS_MEMORY 2487
#define CMD_ADDRESS_MEMORY 2488
#define CMD_FOUND_CLOSE 2490
#define CMD_FOUND_PROCESS 2491
#define CMD_FOUND_PLACE 2492
#define CMD_FOUND_REGEDIT 2493
#define CMD_FOUND_EXPORT 2494
#define CMD_FOUND_DELETE_VALUE 2495
#define CMD_FOUND_DELETE_KEY 2496
#define CMD_FOUND_TEXT 2497
#define CMD_FOUND_HEX 2498
#define STR_FIND_TITLE 2500
#define STR_FIND_TERM 2501
#define STR_FIND_GO 2502
#define STR_FIND_STOP 2503
#define STR_FIND_REGEX 2504
#define STR_FIND_CASE 2505
#define STR_FIND_LIST 2506
#define STR_FIND_PIDS 2507
#define STR_FIND_ALL 2508
#define STR_FIND_SAVE 2509
#define STR_FIND_TAB 2510   /* enum found_kind */
#define STR_FIND_EMPTY 2513 /* enum found_kind */
#define STR_FIND_SEARCHING 2516
#define STR_FIND_NOTHING 2517
#define STR_FIND_NO_TERM 2518
#define STR_FIND_NO_TERM_OR_LIST 2519
#define STR_FIND_BAD_TERM 2520   /* %1 why */
#define STR_FIND_BAD_PID 2521    /* %1 what was typed */
#define STR_FIND_NO_PROCESS 2522 /* %1 PID */
#define STR_FIND_NO_LIST 2523
#define STR_FIND_SELF 2524
#define STR_FIND_FOUND 2525        /* %1 rows */
#define STR_FIND_SHOWN 2526        /* %1 rows %2 of them shown */
#define STR_FIND_HANDLES_OF 2527   /* %1 of %2 */
#define STR_FIND_HANDLES_SEEN 2528 /* %1 handles; likewise below */
#define STR_FIND_NAMES_UNREAD 2529
#define STR_FIND_NOT_COPIED 2530
#define STR_FIND_NOT_OPENED 2531     /* %1 processes */
#define STR_FIND_MODULES_UNREAD 2532 /* %1 processes */
#define STR_FIND_KEYS_SO_FAR 2533    /* %1 keys */
#define STR_FIND_KEYS 2534           /* %1 keys %2 values */
#define STR_FIND_HIDDEN 2535         /* %1 names */
#define STR_FIND_KEYS_DENIED 2536    /* %1 keys or values; likewise below */
#define STR_FIND_KEYS_FAILED 2537
#define STR_FIND_KEYS_LARGE 2538
#define STR_FIND_PROCESS_OF 2539       /* %1 of %2 */
#define STR_FIND_READ_SO_FAR 2540      /* %1 size */
#define STR_FIND_READ 2541             /* %1 size %2 processes */
#define STR_FIND_BYTES_UNREAD 2542     /* %1 size */
#define STR_FIND_PROCESSES_UNREAD 2543 /* %1 processes */
#define STR_FIND_PROCESSES_GONE 2544   /* %1 processes */
#define STR_FIND_CANCELLING 2545
#define STR_FIND_CANCELLED 2546
#define STR_FIND_TOO_SLOW 2547
#define STR_FIND_FULL 2548   /* %1 rows */
#define STR_FIND_FAILED 2549 /* %1 why */
#define STR_WHY_NOT_OF_HANDLES 2550
#define STR_WHY_NO_PLACE 2551
#define STR_WHY_NO_KEY 2552
#define STR_WHY_HIDDEN_KEY 2553
#define STR_FIND_GONE 2554
#define STR_FIND_SHOW_FAILED 2555      /* %1 why */
#define STR_FOUND_HANDLE_COLUMN 2560   /* enum found_handle_column */
#define STR_FOUND_REGISTRY_COLUMN 2570 /* enum found_registry_column */
#define STR_FOUND_MEMORY_COLUMN 2580   /* enum found_memory_column */
#define STR_CELL_WORD 2600             /* enum cell_word */
#define STR_COLON 2640
#define STR_CLOSE_HEAD 2650 /* %1 handle %2 process */
#define STR_CLOSE_WHAT 2651 /* %1 type %2 name */
#define STR_CLOSE_EFFECT 2652
#define STR_CLOSE_BUTTON 2653
#define STR_CLOSE_TOLD 2654    /* %1 handle %2 process %3 outcome */
#define STR_CLOSE_OUTCOME 2655 /* enum handle_closed */
#define STR_WHY_NO_HANDLE_NAME 2662
#define STR_WHY_CHANGE_BUSY 2663
#define STR_WHY_HIVE 2664
#define STR_FIND_UNDER_WAY 2665
#define STR_DELETE_VALUE_HEAD 2666
#define STR_DELETE_KEY_HEAD 2667
#define STR_DELETE_FIRST 2668 /* %1 what %2 folder */
#define STR_DELETE_KEEP 2669
#define STR_DELETE_ON 2670
#define STR_DELETE_AGAIN 2671
#define STR_DELETE_ONE 2672
#define STR_DELETE_COUNT 2673 /* %1 keys %2 values */
#define STR_DELETE_LOST 2674  /* %3 keys and values */
#define STR_DELETE_BUTTON 2675
#define STR_DELETE_TOLD 2676    /* %1 what %2 outcome */
#define STR_DELETE_BACKUP 2677  /* %1 what %2 outcome %3 file */
#define STR_DELETE_OUTCOME 2678 /* enum registry_outcome */
#define STR_EXPORT_TYPE 2686
#define STR_EXPORTED 2687      /* %1 keys %2 values %3 file */
#define STR_EXPORT_FAILED 2688 /* %1 why */

#endif
