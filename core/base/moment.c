#include "core/base/moment.h"

#define MOMENT_MINUTE (60 * MOMENT_SECOND)
#define MOMENT_HOUR (60 * MOMENT_MINUTE)
#define MOMENT_DAY (24 * MOMENT_HOUR)

/* Day arithmetic of the proleptic Gregorian calendar in years that begin on the first of March, so
 * that the leap day comes last; 400 such years are 146,097 days. Day 0 is 1601-01-01. */
#define DAYS_400_YEARS 146097
#define DAYS_TO_1601 306 /* from 1600-03-01 */
#define BASE_YEAR 1600

struct civil {
    int64_t year;
    unsigned month;
    unsigned day;
};

static struct civil civil_from_days(int64_t days)
{
    days += DAYS_TO_1601;
    int64_t era = days / DAYS_400_YEARS;
    unsigned in_era = (unsigned)(days % DAYS_400_YEARS);
    unsigned year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    unsigned in_year = in_era - (365 * year + year / 4 - year / 100);
    unsigned month = (5 * in_year + 2) / 153; /* 0 is March */
    struct civil civil = {
        .year = BASE_YEAR + era * 400 + year + (month >= 10),
        .month = month < 10 ? month + 3 : month - 9,
        .day = in_year - (153 * month + 2) / 5 + 1,
    };
    return civil;
}

static int64_t days_from_civil(struct civil civil)
{
    int64_t years = civil.year - BASE_YEAR - (civil.month <= 2);
    unsigned month = civil.month > 2 ? civil.month - 3 : civil.month + 9;
    unsigned in_year = (153 * month + 2) / 5 + civil.day - 1;
    return 365 * years + years / 4 - years / 100 + years / 400 + in_year - DAYS_TO_1601;
}

/* Exactly `count` digits, zeros in front. */
static void add_digits(struct buffer *out, uint64_t number, unsigned count)
{
    char digits[20];
    for (unsigned i = count; i > 0; i--) {
        digits[i - 1] = (char)('0' + number % 10);
        number /= 10;
    }
    buffer_add(out, (struct text){digits, count});
}

void moment_add_iso(struct buffer *out, moment when, bool with_ticks)
{
    if (when <= 0)
        return;
    struct civil date = civil_from_days(when / MOMENT_DAY);
    int64_t in_day = when % MOMENT_DAY;
    add_digits(out, (uint64_t)date.year, date.year > 9999 ? 5 : 4);
    buffer_add_byte(out, '-');
    add_digits(out, date.month, 2);
    buffer_add_byte(out, '-');
    add_digits(out, date.day, 2);
    buffer_add_byte(out, 'T');
    add_digits(out, (uint64_t)(in_day / MOMENT_HOUR), 2);
    buffer_add_byte(out, ':');
    add_digits(out, (uint64_t)(in_day / MOMENT_MINUTE % 60), 2);
    buffer_add_byte(out, ':');
    add_digits(out, (uint64_t)(in_day / MOMENT_SECOND % 60), 2);
    buffer_add_byte(out, '.');
    if (with_ticks)
        add_digits(out, (uint64_t)(in_day % MOMENT_SECOND), 7);
    else
        add_digits(out, (uint64_t)(in_day % MOMENT_SECOND / MOMENT_MS), 3);
    buffer_add_byte(out, 'Z');
}

/* Takes `count` digits from the front of *rest; false when they are not there or outside. */
static bool take_digits(struct text *rest, size_t count, unsigned from, unsigned to,
                        unsigned *number)
{
    uint64_t value;
    if (rest->size < count || !text_number(text_slice(*rest, 0, count), to, &value) || value < from)
        return false;
    *number = (unsigned)value;
    *rest = text_slice(*rest, count, rest->size - count);
    return true;
}

static bool take_byte(struct text *rest, char byte)
{
    if (rest->size == 0 || rest->bytes[0] != byte)
        return false;
    *rest = text_slice(*rest, 1, rest->size - 1);
    return true;
}

static unsigned days_in_month(int64_t year, unsigned month)
{
    static const unsigned char days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (unsigned)(month == 2 && leap);
}

static bool take_date(struct text *rest, int64_t *days)
{
    size_t year_size = 0;
    unsigned year;
    struct civil date;
    while (year_size < rest->size && rest->bytes[year_size] != '-')
        year_size++;
    /* The counter runs out in the year 30828; one year less keeps all sums inside. */
    if (year_size < 4 || year_size > 5 || !take_digits(rest, year_size, 1601, 30826, &year) ||
        !take_byte(rest, '-') || !take_digits(rest, 2, 1, 12, &date.month) ||
        !take_byte(rest, '-') || !take_digits(rest, 2, 1, 31, &date.day))
        return false;
    date.year = year;
    if (date.day > days_in_month(date.year, date.month))
        return false;
    *days = days_from_civil(date);
    return true;
}

/* ".123": what stands behind the seventh digit is below the unit and dropped. */
static bool take_fraction(struct text *rest, int64_t *ticks)
{
    int64_t unit = MOMENT_SECOND / 10;
    size_t count = 0;
    *ticks = 0;
    if (!take_byte(rest, '.'))
        return true;
    while (count < rest->size && rest->bytes[count] >= '0' && rest->bytes[count] <= '9') {
        *ticks += unit * (rest->bytes[count] - '0');
        unit /= 10;
        count++;
    }
    *rest = text_slice(*rest, count, rest->size - count);
    return count > 0;
}

/* "Z", "+hh:mm" or "-hh:mm": what to take off to get UTC. */
static bool take_zone(struct text *rest, int64_t *offset)
{
    unsigned hours;
    unsigned minutes;
    *offset = 0;
    if (take_byte(rest, 'Z'))
        return true;
    bool east = take_byte(rest, '+');
    if (!east && !take_byte(rest, '-'))
        return false;
    if (!take_digits(rest, 2, 0, 23, &hours) || !take_byte(rest, ':') ||
        !take_digits(rest, 2, 0, 59, &minutes))
        return false;
    *offset = hours * MOMENT_HOUR + minutes * MOMENT_MINUTE;
    if (!east)
        *offset = -*offset;
    return true;
}

bool moment_parse_iso(struct text value, moment *when)
{
    struct text rest = value;
    int64_t days;
    int64_t fraction;
    int64_t offset;
    unsigned hours;
    unsigned minutes;
    unsigned seconds;
    if (!take_date(&rest, &days) || !take_byte(&rest, 'T') ||
        !take_digits(&rest, 2, 0, 23, &hours) || !take_byte(&rest, ':') ||
        !take_digits(&rest, 2, 0, 59, &minutes) || !take_byte(&rest, ':') ||
        !take_digits(&rest, 2, 0, 59, &seconds) || !take_fraction(&rest, &fraction) ||
        !take_zone(&rest, &offset) || rest.size != 0)
        return false;
    moment result = days * MOMENT_DAY + hours * MOMENT_HOUR + minutes * MOMENT_MINUTE +
                    seconds * MOMENT_SECOND + fraction - offset;
    if (result <= 0)
        return false; /* 0 is "unknown", and nothing lies before it */
    *when = result;
    return true;
}
