#include "gui/cell_text.h"

#include <windows.h>

#include "core/judge/odd.h"
#include "gui/strings.h"

static void add_padded(struct buffer *out, unsigned number, unsigned digits)
{
    char shown[8];
    for (unsigned i = digits; i-- > 0; number /= 10)
        shown[i] = (char)('0' + number % 10);
    buffer_add(out, (struct text){shown, digits});
}

/* Rules of summer time change on whole quarters of an hour, and asking the system for each cell
 * would cost more than drawing it: what was learnt of a quarter is kept. Window thread only. */
#define QUARTER (15 * 60 * MOMENT_SECOND)
#define QUARTERS_KEPT 64

static bool system_time(moment when, SYSTEMTIME *time)
{
    ULARGE_INTEGER ticks = {.QuadPart = (ULONGLONG)when};
    FILETIME file = {ticks.LowPart, ticks.HighPart};
    return FileTimeToSystemTime(&file, time);
}

static bool local_offset(moment when, int64_t *offset)
{
    static struct {
        int64_t quarter;
        int64_t offset;
    } kept[QUARTERS_KEPT];
    int64_t quarter = when / QUARTER;
    size_t place = (size_t)quarter % QUARTERS_KEPT;
    if (kept[place].quarter != quarter) {
        SYSTEMTIME utc;
        SYSTEMTIME local;
        FILETIME file;
        if (!system_time(quarter * QUARTER, &utc) ||
            !SystemTimeToTzSpecificLocalTime(NULL, &utc, &local) ||
            !SystemTimeToFileTime(&local, &file))
            return false;
        kept[place].quarter = quarter;
        kept[place].offset = (int64_t)((ULONGLONG)file.dwHighDateTime << 32 | file.dwLowDateTime) -
                             quarter * QUARTER;
    }
    *offset = kept[place].offset;
    return true;
}

/* The calendar of a moment, by the rules that held then. */
static bool calendar(const struct cell_words *words, moment when, SYSTEMTIME *shown)
{
    int64_t offset = 0;
    if (when <= 0 || (!words->utc && !local_offset(when, &offset)))
        return false;
    return system_time(when + offset, shown);
}

static void add_date(const SYSTEMTIME *time, struct buffer *out)
{
    add_padded(out, time->wYear, 4);
    buffer_add_byte(out, '-');
    add_padded(out, time->wMonth, 2);
    buffer_add_byte(out, '-');
    add_padded(out, time->wDay, 2);
}

static void add_time(const SYSTEMTIME *time, bool milliseconds, struct buffer *out)
{
    add_padded(out, time->wHour, 2);
    buffer_add_byte(out, ':');
    add_padded(out, time->wMinute, 2);
    buffer_add_byte(out, ':');
    add_padded(out, time->wSecond, 2);
    if (!milliseconds)
        return;
    buffer_add_byte(out, '.');
    add_padded(out, time->wMilliseconds, 3);
}

void cell_text_add_moment(const struct cell_words *words, moment when, struct buffer *out)
{
    SYSTEMTIME time;
    if (!calendar(words, when, &time))
        return;
    add_date(&time, out);
    buffer_add_byte(out, ' ');
    add_time(&time, true, out);
    if (words->utc)
        buffer_add_byte(out, 'Z');
}

static void add_moment(const struct cell_words *words, moment when, struct buffer *out)
{
    SYSTEMTIME time;
    SYSTEMTIME today;
    if (!calendar(words, when, &time))
        return;
    bool same_day = calendar(words, words->now, &today) && today.wYear == time.wYear &&
                    today.wMonth == time.wMonth && today.wDay == time.wDay;
    if (!same_day) {
        add_date(&time, out);
        buffer_add_byte(out, ' ');
    }
    add_time(&time, words->milliseconds, out);
}

void cell_text_add_duration(int64_t duration, struct buffer *out)
{
    int64_t ms = duration > 0 ? duration / MOMENT_MS : 0;
    int64_t seconds = ms / 1000;
    unsigned id = STR_DURATION_MS;
    int64_t large = ms;
    int64_t small = 0;
    if (seconds >= 86400) {
        id = STR_DURATION_DAYS;
        large = seconds / 86400;
        small = seconds / 3600 % 24;
    } else if (seconds >= 3600) {
        id = STR_DURATION_HOURS;
        large = seconds / 3600;
        small = seconds / 60 % 60;
    } else if (seconds >= 60) {
        id = STR_DURATION_MINUTES;
        large = seconds / 60;
        small = seconds % 60;
    } else if (ms >= 1000) {
        id = STR_DURATION_SECONDS;
        large = seconds;
    }
    struct buffer numbers;
    buffer_init(&numbers, 64);
    buffer_add_signed(&numbers, large);
    size_t split = numbers.size;
    buffer_add_signed(&numbers, small);
    if (numbers.failed == ST_OK) {
        struct text whole = buffer_text(&numbers);
        struct text arguments[] = {text_slice(whole, 0, split),
                                   text_slice(whole, split, whole.size - split)};
        string_fill(out, id, arguments, 2);
    }
    buffer_done(&numbers);
}

/* In per cent of one core, with one digit behind the point. */
static void add_share(int64_t share, struct buffer *out)
{
    int64_t tenths = (share + 5) / 10;
    if (!tenths) {
        buffer_add_string(out, "< 0.1");
        return;
    }
    buffer_add_signed(out, tenths / 10);
    buffer_add_byte(out, '.');
    buffer_add_byte(out, (char)('0' + tenths % 10));
}

static void add_address(const struct endpoint *end, struct buffer *out)
{
    address_add(out, &end->address);
    if (!end->scope)
        return;
    buffer_add_byte(out, '%');
    buffer_add_unsigned(out, end->scope);
}

static void add_process(const struct cell *cell, struct buffer *out)
{
    if (cell->text.size) {
        buffer_add(out, cell->text);
        buffer_add_byte(out, ' ');
    }
    buffer_add_byte(out, '(');
    buffer_add_signed(out, cell->number);
    buffer_add_byte(out, ')');
}

static void add_indicator(const struct cell_words *words, int64_t number, struct buffer *out)
{
    struct indicator indicator;
    struct indicator_origin origin;
    if (!words->watchlist || number < 0 || number >= watchlist_count(words->watchlist))
        return;
    watchlist_indicator(words->watchlist, (uint32_t)number, &indicator, &origin);
    indicator_add(out, &indicator);
}

static void add_remarks(int64_t rules, struct buffer *out)
{
    bool any = false;
    for (unsigned rule = 0; rule < ODD_RULES; rule++) {
        if (!((uint32_t)rules & ODD_BIT(rule)))
            continue;
        if (any)
            buffer_add_string(out, "; ");
        string_add(out, STR_ODD_RULE + rule);
        any = true;
    }
}

static void add_unread(const struct cell *cell, struct buffer *out)
{
    buffer_add_byte(out, '(');
    if (cell->number)
        string_add(out, STR_CELL_WORD + (unsigned)cell->number);
    if (cell->number && cell->state != READ_OK)
        string_add(out, STR_COLON);
    if (!cell->number || cell->state != READ_OK)
        string_add(out, STR_READ_STATE + cell->state);
    buffer_add_byte(out, ')');
}

static void add_words(uint64_t words, struct buffer *out)
{
    size_t begun = out->size;
    for (unsigned word = 0; word < WORD_COUNT; word++) {
        if (!(words >> word & 1))
            continue;
        if (out->size > begun)
            buffer_add_string(out, "; ");
        string_add(out, STR_CELL_WORD + word);
    }
}

static const char digits[] = "0123456789abcdef";

static void add_hex(uint64_t number, struct buffer *out)
{
    unsigned shift = 60;
    while (shift && !(number >> shift))
        shift -= 4;
    buffer_add_string(out, "0x");
    for (unsigned left = shift / 4 + 1; left-- > 0;)
        buffer_add_byte(out, digits[number >> (4 * left) & 15]);
}

static void add_bytes(struct text bytes, struct buffer *out)
{
    for (size_t i = 0; i < bytes.size; i++) {
        unsigned char byte = (unsigned char)bytes.bytes[i];
        if (i)
            buffer_add_byte(out, ' ');
        buffer_add_byte(out, digits[byte >> 4]);
        buffer_add_byte(out, digits[byte & 15]);
    }
}

static void add_value(const struct cell_words *words, const struct cell *cell, struct buffer *out)
{
    switch ((enum cell_kind)cell->kind) {
    case CELL_UNREAD:
        add_unread(cell, out);
        return;
    case CELL_HEX:
        add_hex((uint64_t)cell->number, out);
        return;
    case CELL_BYTES:
        add_bytes(cell->text, out);
        return;
    case CELL_WORDS:
        add_words((uint64_t)cell->number, out);
        return;
    case CELL_TEXT:
        buffer_add(out, cell->text);
        return;
    case CELL_NUMBER:
        buffer_add_signed(out, cell->number);
        return;
    case CELL_MOMENT:
        add_moment(words, cell->number, out);
        return;
    case CELL_DURATION:
        cell_text_add_duration(cell->number, out);
        return;
    case CELL_SHARE:
        add_share(cell->number, out);
        return;
    case CELL_ADDRESS:
        add_address(cell->end, out);
        return;
    case CELL_PROCESS:
        add_process(cell, out);
        return;
    case CELL_WORD:
        string_add(out, STR_CELL_WORD + (unsigned)cell->number);
        return;
    case CELL_INDICATOR:
        add_indicator(words, cell->number, out);
        return;
    case CELL_REMARKS:
        add_remarks(cell->number, out);
        return;
    case CELL_EMPTY:
    case CELL_KINDS:
        return;
    }
}

void cell_text_add(const struct cell_words *words, const struct cell *cell, struct buffer *out)
{
    add_value(words, cell, out);
    if (cell->note != NOTE_NONE)
        string_add(out, STR_CELL_NOTE + cell->note);
}

bool cell_text_is_reason(const struct cell *cell)
{
    return cell->kind == CELL_UNREAD ||
           (cell->kind == CELL_WORD &&
            (cell->number == WORD_NO_OWNER || cell->number == WORD_PEER_UNKNOWN));
}

static void print(void *context, const struct cell *cell, struct buffer *out)
{
    cell_text_add(context, cell, out);
}

struct cell_printer cell_text_printer(const struct cell_words *words)
{
    return (struct cell_printer){print, (void *)(UINT_PTR)words};
}
