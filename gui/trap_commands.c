#include "gui/trap_commands.h"

#include "core/base/memory.h"
#include "core/windows/act/live_trap.h"
#include "gui/notes.h"
#include "gui/strings.h"
#include "gui/trap_dialog.h"

#define WORDS_MOST ((size_t)256 * 1024)
#define LINES_MOST 512
#define NEWS_MOST 256

/* One thing that the trap did, kept until the window comes to it. */
struct news {
    struct process_key key;
    unsigned step;
    int64_t latency;
    struct buffer name;
    struct buffer words;
};

struct trap_desk {
    struct settings *settings;
    struct case_sink *sink;
    HWND window;
    UINT message;
    struct live_trap *live;
    unsigned what;
    bool has_exceptions;
    SRWLOCK lock; /* of the two below */
    struct news news[NEWS_MOST];
    size_t count;
};

/* --- rules --- */

/* Takes one line off *rest, without white space around it. */
static struct text take_line(struct text *rest)
{
    size_t size = 0;
    while (size < rest->size && rest->bytes[size] != '\n' && rest->bytes[size] != ';')
        size++;
    struct text line = text_trim(text_slice(*rest, 0, size));
    size += size < rest->size;
    *rest = text_slice(*rest, size, rest->size - size);
    return line;
}

static bool read_exception(struct text line, struct trap_exception *exception)
{
    struct text unknown;
    size_t equals = line.size;
    while (equals > 0 && line.bytes[equals - 1] != '=')
        equals--;
    if (equals < 2)
        return false;
    exception->of = text_trim(text_slice(line, 0, equals - 1));
    return exception->of.size &&
           trap_parse(text_slice(line, equals, line.size - equals), &exception->what, &unknown);
}

bool trap_commands_understands(struct text lines)
{
    while (lines.size) {
        struct text line = take_line(&lines);
        struct trap_exception exception;
        if (line.size && !read_exception(line, &exception))
            return false;
    }
    return true;
}

static enum status set_rules(struct trap_desk *desk)
{
    struct text never_lines = settings_text(desk->settings, SETTING_TRAP_NEVER);
    struct text only_lines = settings_text(desk->settings, SETTING_TRAP_ONLY);
    struct text unknown;
    struct trap_rules *rules = NULL;
    struct trap_setting setting = {
        .each_time = settings_flag(desk->settings, SETTING_TRAP_EACH),
        .is_full = settings_flag(desk->settings, SETTING_TRAP_FULL),
    };
    struct text *never = memory_take_array(LINES_MOST, sizeof *never);
    struct trap_exception *exceptions = memory_take_array(LINES_MOST, sizeof *exceptions);
    enum status status = never && exceptions ? ST_OK : ST_NO_MEMORY;
    desk->what = 0;
    if (!trap_parse(settings_text(desk->settings, SETTING_TRAP_WHAT), &desk->what, &unknown))
        desk->what = 0; /* what can't be understood does nothing */
    while (status == ST_OK && never_lines.size && setting.never_count < LINES_MOST) {
        never[setting.never_count] = take_line(&never_lines);
        setting.never_count += never[setting.never_count].size != 0;
    }
    while (status == ST_OK && only_lines.size && setting.exception_count < LINES_MOST)
        setting.exception_count +=
            read_exception(take_line(&only_lines), &exceptions[setting.exception_count]);
    setting.what = desk->what;
    setting.never = never;
    setting.exceptions = exceptions;
    desk->has_exceptions = setting.exception_count != 0;
    if (status == ST_OK && (desk->what || desk->has_exceptions))
        status = trap_rules_new(&setting, &rules);
    if (status == ST_OK)
        live_trap_set_rules(desk->live, rules);
    trap_rules_release(rules);
    memory_give(exceptions);
    memory_give(never);
    return status;
}

/* --- on the trap's threads --- */

static void add_folder(void *context, struct buffer *path)
{
    const struct trap_desk *desk = context;
    case_sink_path(desk->sink, path);
}

static void told(void *context, const struct trap_news *news)
{
    struct trap_desk *desk = context;
    AcquireSRWLockExclusive(&desk->lock);
    if (desk->count < NEWS_MOST) {
        struct news *kept = &desk->news[desk->count++];
        kept->key = news->key;
        kept->step = news->step;
        kept->latency = news->latency;
        buffer_init(&kept->name, WORDS_MOST);
        buffer_init(&kept->words, WORDS_MOST);
        buffer_add(&kept->name, news->name);
        buffer_add(&kept->words, news->words);
    }
    ReleaseSRWLockExclusive(&desk->lock);
    PostMessageW(desk->window, desk->message, 0, 0);
}

/* --- the window's side --- */

struct trap_desk *trap_desk_new(struct settings *settings, struct case_sink *sink, HWND window,
                                UINT message)
{
    struct trap_desk *desk = memory_take(sizeof *desk);
    if (!desk)
        return NULL;
    desk->settings = settings;
    desk->sink = sink;
    desk->window = window;
    desk->message = message;
    InitializeSRWLock(&desk->lock);
    const struct live_trap_setup setup = {
        .log = case_sink_log(sink), .folder = add_folder, .told = told, .context = desk};
    if (live_trap_new(&setup, &desk->live) == ST_OK && set_rules(desk) == ST_OK)
        return desk;
    trap_desk_free(desk);
    return NULL;
}

static void forget_news(struct trap_desk *desk)
{
    for (size_t i = 0; i < desk->count; i++) {
        buffer_done(&desk->news[i].name);
        buffer_done(&desk->news[i].words);
    }
    desk->count = 0;
}

void trap_desk_free(struct trap_desk *desk)
{
    if (!desk)
        return;
    live_trap_free(desk->live);
    forget_news(desk);
    memory_give(desk);
}

struct hit_sink trap_desk_sink(struct trap_desk *desk)
{
    return live_trap_sink(desk->live);
}

bool trap_desk_ask(struct trap_desk *desk, HWND owner)
{
    struct trap_choice choice = {
        .what = desk->what,
        .each_time = settings_flag(desk->settings, SETTING_TRAP_EACH),
        .is_full = settings_flag(desk->settings, SETTING_TRAP_FULL),
    };
    const struct text kept[] = {settings_text(desk->settings, SETTING_TRAP_NEVER),
                                settings_text(desk->settings, SETTING_TRAP_ONLY)};
    struct buffer *lines[] = {&choice.never, &choice.only};
    struct buffer words;
    for (size_t i = 0; i < 2; i++) {
        buffer_init(lines[i], WORDS_MOST);
        for (struct text rest = kept[i]; rest.size;) {
            buffer_add(lines[i], take_line(&rest));
            buffer_add_string(lines[i], "\r\n");
        }
    }
    bool done = trap_dialog_run(owner, &choice);
    if (done) {
        buffer_init(&words, WORDS_MOST);
        trap_add_words(&words, choice.what);
        settings_set_text(desk->settings, SETTING_TRAP_WHAT, buffer_text(&words));
        settings_set_flag(desk->settings, SETTING_TRAP_EACH, choice.each_time);
        settings_set_flag(desk->settings, SETTING_TRAP_FULL, choice.is_full);
        for (size_t i = 0; i < 2; i++) { /* one line of the file of settings */
            buffer_clear(&words);
            for (struct text rest = buffer_text(lines[i]); rest.size;) {
                struct text line = take_line(&rest);
                if (words.size && line.size)
                    buffer_add_byte(&words, ';');
                buffer_add(&words, line);
            }
            settings_set_text(desk->settings, i ? SETTING_TRAP_ONLY : SETTING_TRAP_NEVER,
                              buffer_text(&words));
        }
        buffer_done(&words);
        settings_save(desk->settings, NULL);
        done = set_rules(desk) == ST_OK;
    }
    buffer_done(&choice.never);
    buffer_done(&choice.only);
    return done;
}

static void add_latency(struct buffer *out, int64_t latency)
{
    struct buffer ms;
    buffer_init(&ms, 32);
    buffer_add_signed(&ms, latency / MOMENT_MS);
    buffer_add_byte(&ms, '.');
    buffer_add_byte(&ms, (char)('0' + latency / (MOMENT_MS / 10) % 10));
    const struct text argument = buffer_text(&ms);
    string_fill(out, STR_TRAP_LATENCY, &argument, 1);
    buffer_done(&ms);
}

/* Behind what was told of the process before: the steps follow each other. */
static void tell_one(const struct news *news, struct buffer *line)
{
    struct buffer words;
    struct buffer note;
    buffer_init(&words, WORDS_MOST);
    buffer_init(&note, WORDS_MOST);
    if (news->step == TRAP_SUSPEND && news->latency >= 0)
        add_latency(&words, news->latency);
    else
        buffer_add(&words, buffer_text(&news->words));
    struct text before = notes_find(news->key);
    buffer_add(&note, before);
    if (note.size)
        buffer_add_string(&note, "; ");
    buffer_add(&note, buffer_text(&words));
    notes_set(news->key, buffer_text(&note));
    const struct text arguments[] = {buffer_text(&news->name), buffer_text(&words)};
    buffer_clear(line);
    string_fill(line, STR_TRAP_TOLD, arguments, 2);
    buffer_done(&note);
    buffer_done(&words);
}

void trap_desk_tell(struct trap_desk *desk, struct buffer *line)
{
    AcquireSRWLockExclusive(&desk->lock);
    for (size_t i = 0; i < desk->count; i++)
        tell_one(&desk->news[i], line);
    forget_news(desk);
    ReleaseSRWLockExclusive(&desk->lock);
}

void trap_desk_state(const struct trap_desk *desk, struct buffer *out)
{
    static const struct {
        unsigned what;
        unsigned words;
    } names[] = {{TRAP_SUSPEND, 0}, {TRAP_TREE, 1}, {TRAP_DUMP, 2}, {TRAP_SAMPLE, 3}};
    size_t from = out->size;
    for (size_t i = 0; i < 4; i++) {
        if (!(desk->what & names[i].what))
            continue;
        if (out->size > from)
            buffer_add_string(out, ", ");
        string_add(out, STR_TRAP_WORD + names[i].words);
    }
    if (desk->has_exceptions) {
        if (out->size > from)
            buffer_add_string(out, ", ");
        string_add(out, STR_TRAP_WORD + 4);
    }
}
