#include "gui/settings.h"

#include <shlobj.h>
#include <string.h>

#include "core/base/ini.h"
#include "core/base/memory.h"
#include "core/watch/pace.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"
#include "gui/scale.h"

#define PATH_MOST ((size_t)64 * 1024 * 3)
#define FILE_NAME "stakeout.ini"
#define COLUMNS_SECTION "columns"
#define PLACES_SECTION "places"

enum kind { KIND_FLAG, KIND_NUMBER, KIND_TEXT };

struct description {
    const char *section;
    const char *key;
    enum kind kind;
    int64_t standard; /* flags and numbers */
    int64_t least;
    int64_t most;
    const char *words; /* texts: the default, then all that may be, parted by '|'; "": anything */
};

#define FLAG(section, key, standard) {section, key, KIND_FLAG, standard, 0, 1, NULL}
#define NUMBER(section, key, standard, least, most)                                                \
    {section, key, KIND_NUMBER, standard, least, most, NULL}
#define TEXT_OF(section, key, words) {section, key, KIND_TEXT, 0, 0, 0, words}

static const struct description table[SETTING_COUNT] = {
    [SETTING_LANGUAGE] = TEXT_OF("window", "language", "system|en|zh"),
    [SETTING_THEME] = TEXT_OF("window", "theme", "follow|light|dark"),
    [SETTING_GHOSTS] = FLAG("view", "show_exited", 1),
    [SETTING_FLAT] = FLAG("view", "flat", 0),
    [SETTING_LOWER] = FLAG("view", "lower_pane", 1),
    [SETTING_FOLLOW] = FLAG("view", "follow_selection", 0),
    [SETTING_WATCHED_FIRST] = FLAG("view", "watched_first", 1),
    [SETTING_UTC] = FLAG("view", "utc", 0),
    [SETTING_PRESENTATION] = FLAG("view", "presentation", 0),
    [SETTING_SPLIT] = NUMBER("view", "split", 600, 50, 950),
    [SETTING_TAB] = NUMBER("view", "tab", 0, 0, 15),
    [SETTING_CONNECTIONS_MS] =
        NUMBER("rates", "connections_ms", PACE_CONNECTIONS_MS, PACE_LEAST_MS, PACE_MOST_MS),
    [SETTING_PROCESSES_MS] =
        NUMBER("rates", "processes_ms", PACE_PROCESSES_MS, PACE_LEAST_MS, PACE_MOST_MS),
    [SETTING_PUBLISH_MS] = NUMBER("rates", "refresh_ms", 1000, 100, PACE_MOST_MS),
    [SETTING_KEEP_MINUTES] = NUMBER("history", "minutes", 30, 1, 10080),
    [SETTING_KEEP_PROCESSES] = NUMBER("history", "processes", 20000, 100, 1000000),
    [SETTING_KEEP_CONNECTIONS] = NUMBER("history", "connections", 200000, 1000, 5000000),
    [SETTING_NOTIFY] = FLAG("hit", "notify", 1),
    [SETTING_SOUND] = FLAG("hit", "sound", 1),
    [SETTING_TRAY] = FLAG("window", "tray", 1),
    [SETTING_TRAY_MINIMISE] = FLAG("window", "minimise_to_tray", 0),
    [SETTING_TRAY_CLOSE] = FLAG("window", "close_to_tray", 0),
    [SETTING_TRAY_TOLD] = FLAG("window", "tray_told", 0),
    [SETTING_ASK] = FLAG("actions", "ask", 1),
    [SETTING_WATCHLIST] = TEXT_OF("watch", "list", ""),
    [SETTING_TRAP_WHAT] = TEXT_OF("trap", "what", ""),
    [SETTING_TRAP_EACH] = FLAG("trap", "each_time", 0),
    [SETTING_TRAP_FULL] = FLAG("trap", "full_dump", 0),
    [SETTING_TRAP_NEVER] = TEXT_OF("trap", "never_suspend", ""),
    [SETTING_TRAP_ONLY] = TEXT_OF("trap", "instead", ""),
};

struct settings {
    struct ini *ini;
    struct buffer path;
};

/* --- where the file is --- */

static bool is_file(const struct buffer *path)
{
    bool is_folder = false;
    return !path->failed && files_exists(buffer_text(path), &is_folder) == ST_OK && !is_folder;
}

static void program_folder(struct buffer *out)
{
    wchar_t path[32768];
    DWORD length = GetModuleFileNameW(NULL, path, sizeof path / sizeof path[0]);

    while (length > 0 && path[length - 1] != L'\\' && path[length - 1] != L'/')
        length--;
    text16_add(out, path, length);
}

static void known_folder(int folder, struct buffer *out)
{
    wchar_t path[MAX_PATH];

    if (SHGetFolderPathW(NULL, folder, NULL, SHGFP_TYPE_CURRENT, path) == S_OK && path[0]) {
        text16_add(out, path, wcslen(path));
        buffer_add_byte(out, '\\');
    }
}

/* The only sure answer is to make a file there; it goes with its handle. */
static bool may_be_written(struct text folder)
{
    struct buffer probe;
    HANDLE file = INVALID_HANDLE_VALUE;
    wchar_t *wide;

    buffer_init(&probe, PATH_MOST);
    buffer_add(&probe, folder);
    buffer_add_string(&probe, FILE_NAME ".");
    buffer_add_unsigned(&probe, GetCurrentProcessId());
    buffer_add_string(&probe, ".try");
    wide = probe.failed ? NULL : files_path(buffer_text(&probe), NULL);
    if (wide)
        file = CreateFileW(wide, GENERIC_WRITE, 0, NULL, CREATE_NEW,
                           FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, NULL);
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    text16_free(wide);
    buffer_done(&probe);
    return file != INVALID_HANDLE_VALUE;
}

static bool is_under_program_files(struct text folder)
{
    static const int folders[] = {CSIDL_PROGRAM_FILES, CSIDL_PROGRAM_FILESX86};
    struct buffer there;
    bool found = false;

    buffer_init(&there, PATH_MOST);
    for (size_t i = 0; i < sizeof folders / sizeof folders[0] && !found; i++) {
        buffer_clear(&there);
        known_folder(folders[i], &there);
        found = there.size && text_starts_nocase(folder, buffer_text(&there));
    }
    buffer_done(&there);
    return found;
}

static void find_place(struct buffer *path)
{
    struct buffer portable;
    struct buffer personal;

    buffer_init(&portable, PATH_MOST);
    buffer_init(&personal, PATH_MOST);
    program_folder(&portable);
    size_t folder_size = portable.size;
    buffer_add_string(&portable, FILE_NAME);
    known_folder(CSIDL_APPDATA, &personal);
    if (personal.size)
        buffer_add_string(&personal, "Stakeout\\" FILE_NAME);

    struct text folder = text_slice(buffer_text(&portable), 0, folder_size);
    bool beside =
        is_file(&portable) || !personal.size ||
        (!is_file(&personal) && !is_under_program_files(folder) && may_be_written(folder));
    buffer_add(path, buffer_text(beside ? &portable : &personal));
    buffer_done(&portable);
    buffer_done(&personal);
}

/* --- life --- */

static enum status read_file(struct settings *settings, struct failure *failure)
{
    struct buffer content;
    enum status status;

    buffer_init(&content, INI_MOST);
    status = files_read(buffer_text(&settings->path), &content, failure);
    if (status == ST_OK)
        status = ini_read(buffer_text(&content), &settings->ini);
    buffer_done(&content);
    return status;
}

struct settings *settings_open(struct text path, struct failure *failure)
{
    struct failure ignored = {ST_OK, NULL, 0};
    struct settings *made = memory_take(sizeof *made);
    enum status status;

    if (!made)
        return NULL;
    if (!failure)
        failure = &ignored;
    *failure = ignored;
    buffer_init(&made->path, PATH_MOST);
    if (path.size)
        buffer_add(&made->path, path);
    else
        find_place(&made->path);
    status = read_file(made, failure);
    if (status == ST_NOT_FOUND)
        *failure = (struct failure){ST_OK, NULL, 0};
    else
        failure->status = status;
    if (!made->ini && ini_read((struct text){NULL, 0}, &made->ini) != ST_OK) {
        settings_close(made);
        return NULL;
    }
    return made;
}

void settings_close(struct settings *settings)
{
    if (!settings)
        return;
    ini_free(settings->ini);
    buffer_done(&settings->path);
    memory_give(settings);
}

struct text settings_path(const struct settings *settings)
{
    return buffer_text(&settings->path);
}

static size_t folder_size(struct text path)
{
    return path.size - text_file_name(path).size;
}

void settings_path_of(const struct settings *settings, const char *file_name, struct buffer *out)
{
    struct text path = settings_path(settings);

    buffer_add(out, text_slice(path, 0, folder_size(path)));
    buffer_add_string(out, file_name);
}

enum status settings_save(struct settings *settings, struct failure *failure)
{
    struct text path = settings_path(settings);
    struct buffer content;
    enum status status = ST_OK;

    if (!ini_changed(settings->ini))
        return ST_OK;
    if (settings->path.failed)
        return settings->path.failed;
    buffer_init(&content, 2 * INI_MOST);
    ini_write(&content, settings->ini);
    if (folder_size(path))
        status = files_make_folder(text_slice(path, 0, folder_size(path)), failure);
    if (status == ST_OK)
        status = content.failed;
    if (status == ST_OK)
        status = files_replace(path, buffer_text(&content), failure);
    if (status == ST_OK)
        ini_set_unchanged(settings->ini);
    buffer_done(&content);
    return status;
}

/* --- values --- */

static bool written(const struct settings *settings, enum setting setting, struct text *value)
{
    return ini_get(settings->ini, text_from(table[setting].section), text_from(table[setting].key),
                   value);
}

int64_t settings_number(const struct settings *settings, enum setting setting)
{
    const struct description *described = &table[setting];
    struct text value;
    uint64_t number;

    if (!written(settings, setting, &value) || !text_number(value, INT64_MAX, &number) ||
        (int64_t)number < described->least || (int64_t)number > described->most)
        return described->standard;
    return (int64_t)number;
}

bool settings_flag(const struct settings *settings, enum setting setting)
{
    return settings_number(settings, setting) != 0;
}

/* Finds the word in "a|b|c"; the first where it is none of them. */
static struct text word_of(const char *words, struct text value)
{
    struct text all = text_from(words);
    struct text first = {NULL, 0};
    size_t from = 0;

    for (size_t i = 0; i <= all.size; i++) {
        if (i < all.size && all.bytes[i] != '|')
            continue;
        struct text word = text_slice(all, from, i - from);
        if (from == 0)
            first = word;
        if (text_equal_nocase(word, value))
            return word;
        from = i + 1;
    }
    return first;
}

struct text settings_text(const struct settings *settings, enum setting setting)
{
    struct text value = {NULL, 0};

    written(settings, setting, &value);
    return table[setting].words[0] ? word_of(table[setting].words, value) : value;
}

static void set(struct settings *settings, const char *section, const char *key, struct text value)
{
    /* Without memory the old value stays, as the header says. */
    (void)ini_set(settings->ini, text_from(section), text_from(key), value);
}

void settings_set_number(struct settings *settings, enum setting setting, int64_t number)
{
    const struct description *described = &table[setting];
    struct buffer value;

    if (number < described->least)
        number = described->least;
    if (number > described->most)
        number = described->most;
    if (number == settings_number(settings, setting))
        return; /* a default need not stand in the file */
    buffer_init(&value, 32);
    buffer_add_signed(&value, number);
    if (!value.failed)
        set(settings, described->section, described->key, buffer_text(&value));
    buffer_done(&value);
}

void settings_set_flag(struct settings *settings, enum setting setting, bool flag)
{
    settings_set_number(settings, setting, flag);
}

void settings_set_text(struct settings *settings, enum setting setting, struct text value)
{
    if (table[setting].words[0])
        value = word_of(table[setting].words, value);
    if (!text_equal(value, settings_text(settings, setting)))
        set(settings, table[setting].section, table[setting].key, value);
}

bool settings_layout(const struct settings *settings, const char *key, struct text *layout)
{
    return ini_get(settings->ini, text_of(COLUMNS_SECTION), text_from(key), layout);
}

void settings_set_layout(struct settings *settings, const char *key, struct text layout)
{
    set(settings, COLUMNS_SECTION, key, layout);
}

/* --- places of windows: "left,top,width,height,dpi" and ",max" --- */

static bool next_number(struct text *rest, int *number)
{
    size_t comma = text_find(*rest, text_of(","));
    struct text word = text_slice(*rest, 0, comma == SIZE_MAX ? rest->size : comma);
    bool minus = text_starts(word, text_of("-"));
    uint64_t value;

    if (minus)
        word = text_slice(word, 1, word.size - 1);
    if (!text_number(word, 1000000, &value))
        return false;
    *number = minus ? -(int)value : (int)value;
    *rest = comma == SIZE_MAX ? (struct text){NULL, 0}
                              : text_slice(*rest, comma + 1, rest->size - comma - 1);
    return true;
}

bool settings_place(const struct settings *settings, const char *key, unsigned dpi, RECT *place,
                    bool *maximized)
{
    struct text rest;
    int numbers[5];
    RECT found;

    if (!ini_get(settings->ini, text_of(PLACES_SECTION), text_from(key), &rest))
        return false;
    for (size_t i = 0; i < 5; i++) {
        if (!next_number(&rest, &numbers[i]))
            return false;
    }
    if (numbers[2] < 50 || numbers[3] < 50 || numbers[4] < 48 || numbers[4] > 960)
        return false;
    found.left = numbers[0];
    found.top = numbers[1];
    found.right = found.left + MulDiv(numbers[2], (int)dpi, numbers[4]);
    found.bottom = found.top + MulDiv(numbers[3], (int)dpi, numbers[4]);
    /* What can be grabbed: the middle of the title bar. */
    POINT grip = {(found.left + found.right) / 2, found.top + 10};
    if (!MonitorFromPoint(grip, MONITOR_DEFAULTTONULL))
        return false;
    *place = found;
    *maximized = text_equal(rest, text_of("max"));
    return true;
}

void settings_set_place(struct settings *settings, const char *key, unsigned dpi, const RECT *place,
                        bool maximized)
{
    const int64_t numbers[] = {place->left, place->top, place->right - place->left,
                               place->bottom - place->top, dpi};
    struct buffer value;

    buffer_init(&value, 256);
    for (size_t i = 0; i < 5; i++) {
        if (i)
            buffer_add_byte(&value, ',');
        buffer_add_signed(&value, numbers[i]);
    }
    if (maximized)
        buffer_add_string(&value, ",max");
    if (!value.failed)
        set(settings, PLACES_SECTION, key, buffer_text(&value));
    buffer_done(&value);
}

bool settings_restore_window(const struct settings *settings, const char *key, HWND window)
{
    WINDOWPLACEMENT placement = {.length = sizeof placement};
    bool maximized = false;
    RECT place;

    if (!settings_place(settings, key, scale_dpi(window), &place, &maximized) ||
        !GetWindowPlacement(window, &placement))
        return false;
    placement.flags = 0;
    placement.showCmd = IsWindowVisible(window) ? SW_SHOWNORMAL : SW_HIDE;
    placement.rcNormalPosition = place;
    SetWindowPlacement(window, &placement);
    if (maximized && IsWindowVisible(window))
        ShowWindow(window, SW_SHOWMAXIMIZED);
    return true;
}

void settings_keep_window(struct settings *settings, const char *key, HWND window)
{
    WINDOWPLACEMENT placement = {.length = sizeof placement};
    bool maximized;

    if (!GetWindowPlacement(window, &placement))
        return;
    maximized =
        placement.showCmd == SW_SHOWMAXIMIZED ||
        (placement.showCmd == SW_SHOWMINIMIZED && (placement.flags & WPF_RESTORETOMAXIMIZED));
    settings_set_place(settings, key, scale_dpi(window), &placement.rcNormalPosition, maximized);
}
